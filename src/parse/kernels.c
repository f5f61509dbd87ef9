/* kernels: the inner loops of the network for four kinds of processor.
 *
 * In: unsigned bytes and signed weights.  Out: 32-bit sums; the same on every path, because all is
 * integer arithmetic: the trainer keeps |w[2i]| + |w[2i+1]| <= 128, so that the 16-bit pair sums of
 * the byte instructions (at most 255 x 128) cannot saturate.
 * Cost: 100,000 multiply-adds take about 0.3 us with VNNI, 0.9 us with AVX2. */
#include <math.h>
#include <string.h>

#include "model.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WITH_X86 1
#else
#define WITH_X86 0
#endif

static void multiply_plain(const ent_dense *layer, const uint8_t *x, size_t rows, size_t row_stride,
                           unsigned taps, size_t tap_stride, int32_t *sums)
{
    size_t piece = layer->inputs / taps, outputs = layer->outputs;
    memset(sums, 0, rows * outputs * sizeof *sums);
    for (size_t r = 0; r < rows; r++) {
        const int8_t *w = layer->weights;
        int32_t *out = sums + r * outputs;
        for (unsigned t = 0; t < taps; t++) {
            const uint8_t *in = x + r * row_stride + t * tap_stride;
            for (size_t i = 0; i < piece; i += 4) {
                for (size_t o = 0; o < outputs; o++, w += 4) {
                    out[o] += in[i] * w[0] + in[i + 1] * w[1] + in[i + 2] * w[2] + in[i + 3] * w[3];
                }
            }
        }
    }
}

static void gather_plain(const int16_t *const *rows, unsigned count, size_t hidden, uint8_t *out)
{
    for (size_t j = 0; j < hidden; j++) {
        int sum = rows[0][j];
        for (unsigned k = 1; k < count; k++) {
            sum += rows[k][j];
            sum = sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
        }
        sum = sum <= 0 ? 0 : sum >> ENT_HIDDEN_SHIFT;
        out[j] = (uint8_t)(sum > 255 ? 255 : sum);
    }
}

/* The loops between the products, written once and compiled for every kind of processor. Only
 * single multiplications and additions in a fixed order: the same bits everywhere. */
#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t signed_byte(float v, float quantum)
{
    float q = v * quantum + 128.5f;
    q = q > 1.0f ? q : 1.0f;
    q = q < 255.0f ? q : 255.0f;
    return (uint8_t)(int32_t)q;
}

INLINE void layer_body(const ent_dense *layer, const int32_t *restrict sums, size_t rows,
                       bool residual, float *restrict values, const float *restrict quantum,
                       uint8_t *restrict state)
{
    size_t n = layer->outputs;
    const float *restrict scale = layer->scale, *restrict bias = layer->bias;
    for (size_t r = 0; r < rows; r++, sums += n, values += n, state += n) {
        for (size_t j = 0; j < n; j++) { /* restrict: bytes alias everything else */
            float v = (float)sums[j] * scale[j] + bias[j];
            if (residual) {
                v = values[j] + (v > 0.0f ? v : 0.0f);
            }
            values[j] = v;
            state[j] = signed_byte(v, quantum[j]);
        }
    }
}

INLINE void window_body(const ent_dense *layer, const int16_t *const sums[3],
                        const int32_t *restrict zeros, const float *restrict from,
                        float *restrict values, const float *restrict quantum,
                        uint8_t *restrict state)
{
    size_t n = layer->outputs;
    const float *restrict scale = layer->scale, *restrict bias = layer->bias;
    const int16_t *restrict left = sums[0], *restrict middle = sums[1], *restrict right = sums[2];
    for (size_t j = 0; j < n; j++) {
        int32_t sum = (left[j] + middle[j] + right[j]) * ENT_TAP_STEP + zeros[j];
        float v = (float)sum * scale[j] + bias[j];
        v = from[j] + (v > 0.0f ? v : 0.0f);
        values[j] = v;
        state[j] = signed_byte(v, quantum[j]);
    }
}

INLINE void steps_body(const int32_t *restrict sums, const int32_t *restrict zeros, size_t n,
                       int16_t *restrict out)
{
    for (size_t j = 0; j < n; j++) {
        int32_t v = (sums[j] - zeros[j] + ENT_TAP_STEP / 2) >> ENT_TAP_SHIFT;
        out[j] = (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
    }
}

INLINE void reduce_body(const ent_dense *layer, const int32_t *restrict sums, size_t rows,
                        const float *restrict quantum, uint8_t *restrict state)
{
    size_t n = layer->outputs;
    const float *restrict scale = layer->scale, *restrict bias = layer->bias;
    for (size_t r = 0; r < rows; r++, sums += n, state += n) {
        for (size_t j = 0; j < n; j++) {
            float q = ((float)sums[j] * scale[j] + bias[j]) * quantum[j] + 0.5f;
            q = q > 0.0f ? q : 0.0f;
            q = q < 255.0f ? q : 255.0f;
            state[j] = (uint8_t)(int32_t)q;
        }
    }
}

static void slots_plain(const ent_dense *layer, const int32_t *sums, size_t rows, int16_t *out,
                        size_t stride)
{
    size_t n = layer->outputs;
    for (size_t r = 0; r < rows; r++, sums += n, out += stride) {
        for (size_t j = 0; j < n; j++) {
            float v = (float)sums[j] * layer->scale[j] + layer->bias[j];
            v = v > -32768.0f ? v : -32768.0f;
            v = v < 32767.0f ? v : 32767.0f;
            out[j] = (int16_t)lrintf(v); /* halves to even, as the vector instructions do */
        }
    }
}

/* Scores in steps of 1 / ENT_SCORE_STEPS (the trainer puts them into scale and bias). */
INLINE unsigned best_body(const ent_dense *layer, const float *restrict bias,
                          const int32_t *restrict sums)
{
    int32_t scores[ENT_BEST_LIMIT], best = INT32_MIN, at = ENT_BEST_LIMIT;
    int32_t n = (int32_t)layer->outputs;
    const float *restrict scale = layer->scale;
    for (int32_t j = 0; j < n; j++) {
        int32_t score = (int32_t)((float)sums[j] * scale[j] + bias[j]);
        scores[j] = score;
        best = score > best ? score : best;
    }
    for (int32_t j = 0; j < n; j++) { /* the first one of them, without a branch */
        int32_t place = scores[j] == best ? j : ENT_BEST_LIMIT;
        at = place < at ? place : at;
    }
    return (unsigned)at;
}

#define BODIES(NAME, TARGET)                                                                      \
    TARGET static void layer_##NAME(const ent_dense *layer, const int32_t *sums, size_t rows,     \
                                    bool residual, float *values, const float *quantum,           \
                                    uint8_t *state)                                               \
    {                                                                                             \
        if (residual) {                                                                           \
            layer_body(layer, sums, rows, true, values, quantum, state);                          \
        } else {                                                                                  \
            layer_body(layer, sums, rows, false, values, quantum, state);                         \
        }                                                                                         \
    }                                                                                             \
    TARGET static void window_##NAME(const ent_dense *layer, const int16_t *const sums[3],        \
                                     const int32_t *zeros, const float *from, float *values,      \
                                     const float *quantum, uint8_t *state)                        \
    {                                                                                             \
        window_body(layer, sums, zeros, from, values, quantum, state);                            \
    }                                                                                             \
    TARGET static void reduce_##NAME(const ent_dense *layer, const int32_t *sums, size_t rows,    \
                                     const float *quantum, uint8_t *state)                        \
    {                                                                                             \
        reduce_body(layer, sums, rows, quantum, state);                                           \
    }                                                                                             \
    TARGET static void steps_##NAME(const int32_t *sums, const int32_t *zeros, size_t n,          \
                                    int16_t *out)                                                 \
    {                                                                                             \
        steps_body(sums, zeros, n, out);                                                          \
    }                                                                                             \
    TARGET static unsigned best_##NAME(const ent_dense *layer, const float *bias,                 \
                                       const int32_t *sums)                                       \
    {                                                                                             \
        return best_body(layer, bias, sums);                                                      \
    }

#define SET(NAME)                                                                                 \
    static const ent_kernels NAME = {#NAME,         multiply_##NAME, gather_##NAME,               \
                                     layer_##NAME,  window_##NAME,   steps_##NAME,                \
                                     reduce_##NAME, slots_##NAME,    best_##NAME};

BODIES(plain, )

SET(plain)

#if WITH_X86

static inline int32_t four_bytes(const uint8_t *p)
{
    int32_t v;
    memcpy(&v, p, 4);
    return v;
}

/* SSSE3: 4 outputs a register. */
__attribute__((target("ssse3"))) static void
multiply_sse(const ent_dense *layer, const uint8_t *x, size_t rows, size_t row_stride,
             unsigned taps, size_t tap_stride, int32_t *sums)
{
    size_t piece = layer->inputs / taps, outputs = layer->outputs;
    const __m128i ones = _mm_set1_epi16(1);
    for (size_t o = 0; o < outputs; o += 16) {
        for (size_t r = 0; r < rows; r++) {
            const int8_t *w = layer->weights + o * 4;
            __m128i acc[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
                              _mm_setzero_si128()};
            for (unsigned t = 0; t < taps; t++) {
                const uint8_t *in = x + r * row_stride + t * tap_stride;
                for (size_t i = 0; i < piece; i += 4, w += outputs * 4) {
                    __m128i b = _mm_set1_epi32(four_bytes(in + i));
                    for (int q = 0; q < 4; q++) {
                        __m128i v = _mm_load_si128((const __m128i *)(const void *)(w + q * 16));
                        v = _mm_madd_epi16(_mm_maddubs_epi16(b, v), ones);
                        acc[q] = _mm_add_epi32(acc[q], v);
                    }
                }
            }
            for (int q = 0; q < 4; q++) {
                _mm_storeu_si128((__m128i *)(void *)(sums + r * outputs + o + q * 4), acc[q]);
            }
        }
    }
}

__attribute__((target("ssse3"))) static void
gather_sse(const int16_t *const *rows, unsigned count, size_t hidden, uint8_t *out)
{
    const __m128i zero = _mm_setzero_si128();
    for (size_t j = 0; j < hidden; j += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(rows[0] + j));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(rows[0] + j + 8));
        for (unsigned k = 1; k < count; k++) {
            a = _mm_adds_epi16(a, _mm_loadu_si128((const __m128i *)(const void *)(rows[k] + j)));
            b = _mm_adds_epi16(b,
                               _mm_loadu_si128((const __m128i *)(const void *)(rows[k] + j + 8)));
        }
        a = _mm_srli_epi16(_mm_max_epi16(a, zero), ENT_HIDDEN_SHIFT);
        b = _mm_srli_epi16(_mm_max_epi16(b, zero), ENT_HIDDEN_SHIFT);
        _mm_storeu_si128((__m128i *)(void *)(out + j), _mm_packus_epi16(a, b));
    }
}

__attribute__((target("ssse3"))) static __m128i slots_four(const ent_dense *layer,
                                                          const int32_t *sums, size_t j)
{
    __m128 v = _mm_cvtepi32_ps(_mm_loadu_si128((const __m128i *)(const void *)(sums + j)));
    v = _mm_mul_ps(v, _mm_load_ps(layer->scale + j));
    return _mm_cvtps_epi32(_mm_add_ps(v, _mm_load_ps(layer->bias + j)));
}

__attribute__((target("ssse3"))) static void slots_sse(const ent_dense *layer, const int32_t *sums,
                                                       size_t rows, int16_t *out, size_t stride)
{
    size_t n = layer->outputs;
    for (size_t r = 0; r < rows; r++, sums += n, out += stride) {
        for (size_t j = 0; j < n; j += 8) {
            __m128i a = slots_four(layer, sums, j), b = slots_four(layer, sums, j + 4);
            _mm_storeu_si128((__m128i *)(void *)(out + j), _mm_packs_epi32(a, b));
        }
    }
}

/* AVX2: 8 outputs a register, 4 rows by 16 outputs a block. */
#define AVX2_BLOCK(ROWS)                                                                          \
    {                                                                                             \
        const int8_t *w = layer->weights + o * 4;                                                 \
        __m256i acc[ROWS][2];                                                                     \
        for (int q = 0; q < ROWS; q++) {                                                          \
            acc[q][0] = acc[q][1] = _mm256_setzero_si256();                                       \
        }                                                                                         \
        for (unsigned t = 0; t < taps; t++) {                                                     \
            const uint8_t *in = x + r * row_stride + t * tap_stride;                              \
            for (size_t i = 0; i < piece; i += 4, w += outputs * 4) {                             \
                __m256i w0 = _mm256_load_si256((const __m256i *)(const void *)w);                 \
                __m256i w1 = _mm256_load_si256((const __m256i *)(const void *)(w + 32));          \
                for (int q = 0; q < ROWS; q++) {                                                  \
                    __m256i b = _mm256_set1_epi32(four_bytes(in + (size_t)q * row_stride + i));   \
                    acc[q][0] = _mm256_add_epi32(                                                 \
                        acc[q][0], _mm256_madd_epi16(_mm256_maddubs_epi16(b, w0), ones));         \
                    acc[q][1] = _mm256_add_epi32(                                                 \
                        acc[q][1], _mm256_madd_epi16(_mm256_maddubs_epi16(b, w1), ones));         \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        for (int q = 0; q < ROWS; q++) {                                                          \
            int32_t *to = sums + (r + (size_t)q) * outputs + o;                                   \
            _mm256_storeu_si256((__m256i *)(void *)to, acc[q][0]);                                \
            _mm256_storeu_si256((__m256i *)(void *)(to + 8), acc[q][1]);                          \
        }                                                                                         \
    }

__attribute__((target("avx2"))) static void
multiply_avx2(const ent_dense *layer, const uint8_t *x, size_t rows, size_t row_stride,
              unsigned taps, size_t tap_stride, int32_t *sums)
{
    size_t piece = layer->inputs / taps, outputs = layer->outputs;
    const __m256i ones = _mm256_set1_epi16(1);
    for (size_t o = 0; o < outputs; o += 16) {
        size_t r = 0;
        for (; r + 4 <= rows; r += 4) AVX2_BLOCK(4)
        for (; r < rows; r++) AVX2_BLOCK(1)
    }
}

__attribute__((target("avx2"))) static void
gather_avx2(const int16_t *const *rows, unsigned count, size_t hidden, uint8_t *out)
{
    const __m256i zero = _mm256_setzero_si256();
    for (size_t j = 0; j < hidden; j += 32) {
        __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(rows[0] + j));
        __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(rows[0] + j + 16));
        for (unsigned k = 1; k < count; k++) {
            const int16_t *row = rows[k] + j;
            a = _mm256_adds_epi16(a, _mm256_loadu_si256((const __m256i *)(const void *)row));
            b = _mm256_adds_epi16(b, _mm256_loadu_si256((const __m256i *)(const void *)(row + 16)));
        }
        a = _mm256_srli_epi16(_mm256_max_epi16(a, zero), ENT_HIDDEN_SHIFT);
        b = _mm256_srli_epi16(_mm256_max_epi16(b, zero), ENT_HIDDEN_SHIFT);
        __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
        _mm256_storeu_si256((__m256i *)(void *)(out + j), packed);
    }
}

__attribute__((target("avx2"))) static __m256i slots_eight(const ent_dense *layer,
                                                          const int32_t *sums, size_t j)
{
    __m256 v = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(const void *)(sums + j)));
    v = _mm256_mul_ps(v, _mm256_load_ps(layer->scale + j));
    return _mm256_cvtps_epi32(_mm256_add_ps(v, _mm256_load_ps(layer->bias + j)));
}

__attribute__((target("avx2"))) static void slots_avx2(const ent_dense *layer, const int32_t *sums,
                                                       size_t rows, int16_t *out, size_t stride)
{
    size_t n = layer->outputs;
    for (size_t r = 0; r < rows; r++, sums += n, out += stride) {
        for (size_t j = 0; j < n; j += 16) {
            __m256i a = slots_eight(layer, sums, j), b = slots_eight(layer, sums, j + 8);
            a = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8);
            _mm256_storeu_si256((__m256i *)(void *)(out + j), a);
        }
    }
}

/* AVX-512 VNNI: 16 outputs a register, at most 6 rows by 64 outputs a block (rows and wide are
 * constants where this is called, so that the sums stay in registers). */
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))
enum { VNNI_ROWS = 6, VNNI_WIDE = 4, VNNI_WIDEST = 8 };

typedef struct {
    const ent_dense *layer;
    const uint8_t *x;
    size_t row_stride, piece, tap_stride;
    unsigned taps;
    int32_t *sums;
} vnni_job;

VNNI INLINE void vnni_block(const vnni_job *job, size_t r, size_t o, const int rows, const int wide)
{
    size_t outputs = job->layer->outputs;
    const int8_t *w = job->layer->weights + o * 4;
    __m512i acc[VNNI_ROWS][VNNI_WIDEST], v[VNNI_WIDEST];
    for (int q = 0; q < rows; q++) {
        for (int p = 0; p < wide; p++) {
            acc[q][p] = _mm512_setzero_si512();
        }
    }
    for (unsigned t = 0; t < job->taps; t++) {
        const uint8_t *in = job->x + r * job->row_stride + t * job->tap_stride;
        for (size_t i = 0; i < job->piece; i += 4, w += outputs * 4) {
            for (int p = 0; p < wide; p++) {
                v[p] = _mm512_load_si512((const void *)(w + p * 64));
            }
            for (int q = 0; q < rows; q++) {
                __m512i b = _mm512_set1_epi32(four_bytes(in + (size_t)q * job->row_stride + i));
                for (int p = 0; p < wide; p++) {
                    acc[q][p] = _mm512_dpbusd_epi32(acc[q][p], b, v[p]);
                }
            }
        }
    }
    for (int q = 0; q < rows; q++) {
        for (int p = 0; p < wide; p++) {
            _mm512_storeu_si512((void *)(job->sums + (r + (size_t)q) * outputs + o + p * 16),
                                acc[q][p]);
        }
    }
}

VNNI INLINE void vnni_column(const vnni_job *job, size_t rows, size_t o, const int wide)
{
    size_t blocks = (rows + VNNI_ROWS - 1) / VNNI_ROWS; /* of one height, or one less */
    for (size_t r = 0, height; r < rows; r += height) {
        height = (rows - r) / blocks;
        switch (height) {
        case 6: vnni_block(job, r, o, 6, wide); break;
        case 5: vnni_block(job, r, o, 5, wide); break;
        case 4: vnni_block(job, r, o, 4, wide); break;
        case 3: vnni_block(job, r, o, 3, wide); break;
        case 2: vnni_block(job, r, o, 2, wide); break;
        default: vnni_block(job, r, o, 1, wide); break;
        }
        blocks--;
    }
}

VNNI static void multiply_vnni(const ent_dense *layer, const uint8_t *x, size_t rows,
                               size_t row_stride, unsigned taps, size_t tap_stride, int32_t *sums)
{
    vnni_job job = {layer, x, row_stride, layer->inputs / taps, tap_stride, taps, sums};
    size_t o = 0, outputs = layer->outputs;
    if (rows == 1 && outputs == 112) { /* a decision: all outputs at once hide the latency */
        vnni_block(&job, 0, 0, 1, 7);
        return;
    }
    if (rows == 1 && outputs == 128) { /* a slot */
        vnni_block(&job, 0, 0, 1, 8);
        return;
    }
    for (; o + 64 <= outputs; o += 64) {
        vnni_column(&job, rows, o, VNNI_WIDE);
    }
    switch ((outputs - o) / 16) {
    case 3: vnni_column(&job, rows, o, 3); break;
    case 2: vnni_column(&job, rows, o, 2); break;
    case 1: vnni_column(&job, rows, o, 1); break;
    default: break;
    }
}

VNNI static void slots_vnni(const ent_dense *layer, const int32_t *sums, size_t rows, int16_t *out,
                            size_t stride)
{
    size_t n = layer->outputs;
    for (size_t r = 0; r < rows; r++, sums += n, out += stride) {
        for (size_t j = 0; j < n; j += 16) {
            __m512 v = _mm512_cvtepi32_ps(_mm512_loadu_si512((const void *)(sums + j)));
            v = _mm512_mul_ps(v, _mm512_load_ps(layer->scale + j));
            v = _mm512_add_ps(v, _mm512_load_ps(layer->bias + j));
            __m256i s = _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(v));
            _mm256_storeu_si256((__m256i *)(void *)(out + j), s);
        }
    }
}

VNNI static void gather_vnni(const int16_t *const *rows, unsigned count, size_t hidden,
                             uint8_t *out)
{
    const __m512i zero = _mm512_setzero_si512(), top = _mm512_set1_epi16(255);
    for (size_t j = 0; j < hidden; j += 64) {
        __m512i a = _mm512_loadu_si512((const void *)(rows[0] + j));
        __m512i b = _mm512_loadu_si512((const void *)(rows[0] + j + 32));
        for (unsigned k = 1; k < count; k++) {
            a = _mm512_adds_epi16(a, _mm512_loadu_si512((const void *)(rows[k] + j)));
            b = _mm512_adds_epi16(b, _mm512_loadu_si512((const void *)(rows[k] + j + 32)));
        }
        a = _mm512_min_epi16(_mm512_srli_epi16(_mm512_max_epi16(a, zero), ENT_HIDDEN_SHIFT), top);
        b = _mm512_min_epi16(_mm512_srli_epi16(_mm512_max_epi16(b, zero), ENT_HIDDEN_SHIFT), top);
        _mm256_storeu_si256((__m256i *)(void *)(out + j), _mm512_cvtepi16_epi8(a));
        _mm256_storeu_si256((__m256i *)(void *)(out + j + 32), _mm512_cvtepi16_epi8(b));
    }
}

BODIES(sse, __attribute__((target("ssse3"))))
BODIES(avx2, __attribute__((target("avx2"))))
BODIES(vnni, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))))

SET(sse)
SET(avx2)
SET(vnni)

static bool runs(const ent_kernels *k)
{
    __builtin_cpu_init();
    if (k == &vnni) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx2");
    }
    if (k == &avx2) {
        return __builtin_cpu_supports("avx2");
    }
    return k == &plain || __builtin_cpu_supports("ssse3");
}

static const ent_kernels *const sets[] = {&vnni, &avx2, &sse, &plain};
#else
static bool runs(const ent_kernels *k) { return k == &plain; }
static const ent_kernels *const sets[] = {&plain};
#endif

const ent_kernels *ent__kernels_best(void)
{
    size_t i = 0;
    while (!runs(sets[i])) {
        i++;
    }
    return sets[i];
}

const ent_kernels *ent__kernels_named(const char *name)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (strcmp(sets[i]->name, name) == 0 && runs(sets[i])) {
            return sets[i];
        }
    }
    return NULL;
}
