/* Tags every token as source, cue or content of a statement: a linear chain over the whole document
 * (Lafferty, McCallum and Pereira 2001), its transitions told apart by what stands between two
 * tokens (nothing, a quotation mark, the end of a sentence or block), decoded by Viterbi.  A tag's
 * score comes from the token's features directly and by way of hidden units, which see those of
 * the tokens around in text and tree (Peng, Bo and Xu 2009; Do and Artieres 2010).
 * Input: document_reading and model; output: one tag a token.  Cost: O(tokens x features). */
#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "tagger.h"

typedef int8_t bytes8 __attribute__((vector_size(8)));
typedef int16_t sums8 __attribute__((vector_size(16)));
typedef int32_t sums4 __attribute__((vector_size(16)));
typedef float floats4 __attribute__((vector_size(16)));

/* What the features of a token add up to. */
typedef struct {
    int16_t tags[TAG_ROOM], hidden[HIDDEN]; /* hidden: the positive part */
} token_sums;

/* The rows of two tokens: those of the next are asked of the memory while this one's are added. */
typedef struct {
    uint32_t rows[2][FEATURE_LIMIT];
    size_t counts[2];
} feature_pipe;

static void fetch(const statement_model *model, const document_reading *reading, size_t t,
                  feature_pipe *pipe)
{
    uint32_t *rows = pipe->rows[t & 1];
    size_t count = t < reading->count ? ent__statement_features(reading, t, rows) : 0;
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(model->features + (size_t)rows[i] * ROW);
    }
    pipe->counts[t & 1] = count;
}

static void add_rows(const statement_model *model, const uint32_t *rows, size_t count,
                     const int16_t *bias, token_sums *out)
{
    sums8 sums[ROW / 8] = {{0}}; /* FEATURE_LIMIT x 127 fits */
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = model->features + (size_t)rows[i] * ROW;
        for (int part = 0; part < ROW / 8; part++) {
            bytes8 weights;
            memcpy(&weights, row + 8 * part, sizeof weights);
            sums[part] += __builtin_convertvector(weights, sums8);
        }
    }
    memcpy(out, sums, sizeof *out);
    for (int h = 0; h < HIDDEN; h++) {
        int16_t sum = (int16_t)(out->hidden[h] + bias[h]);
        out->hidden[h] = sum > 0 ? sum : 0;
    }
}

static void sum_features(const statement_model *model, const document_reading *reading,
                         token_sums *sums)
{
    const model_header *header = model->header;
    int16_t bias[HIDDEN];
    feature_pipe pipe;
    for (int h = 0; h < HIDDEN; h++) {
        bias[h] = (int16_t)lrintf(fminf(header->hidden_bias[h] / header->hidden_scale, 8192));
    }
    fetch(model, reading, 0, &pipe);
    for (size_t t = 0; t < reading->count; t++) {
        fetch(model, reading, t + 1, &pipe);
        add_rows(model, pipe.rows[t & 1], pipe.counts[t & 1], bias, &sums[t]);
    }
}

void ent__statement_around(const document_reading *reading, uint32_t t, uint32_t out[AROUND])
{
    const token_reading *token = &reading->tokens[t];
    out[0] = t;
    out[1] = t > 0 ? t - 1 : UINT32_MAX;
    out[2] = t + 1 < reading->count ? t + 1 : UINT32_MAX;
    out[3] = token->head;
    out[4] = token->cue_above;
}

/* Adds what a pair of units gives to all that see it. */
static inline void mix_pair(const int16_t mix[HIDDEN][2], const int16_t pair[2], sums4 *out)
{
#ifdef __SSE2__
    int32_t both;
    memcpy(&both, pair, sizeof both);
    __m128i all = _mm_set1_epi32(both);
    for (int h = 0; h < HIDDEN; h += 4) {
        __m128i weights = _mm_loadu_si128((const __m128i *)(const void *)mix[h]);
        out[h / 4] += (sums4)_mm_madd_epi16(all, weights);
    }
#else
    for (int h = 0; h < HIDDEN; h++) {
        out[h / 4][h % 4] += pair[0] * mix[h][0] + pair[1] * mix[h][1];
    }
#endif
}

/* What the units of the tokens around give to those of token t. */
static void mix_units(const model_header *header, const document_reading *reading,
                      const token_sums *sums, uint32_t t, sums4 mixed[HIDDEN / 4])
{
    uint32_t around[AROUND];
    ent__statement_around(reading, t, around);
    for (int a = 0; a < AROUND; a++) {
        const int16_t *seen = around[a] < reading->count ? sums[around[a]].hidden : NULL;
        for (int i = 0; seen && i < HIDDEN; i += 2) {
            mix_pair(header->mix[(a * HIDDEN + i) / 2], seen + i, mixed);
        }
    }
}

/* Scores of the tags of one token. */
static void emissions(const model_header *header, const document_reading *reading,
                      const token_sums *sums, uint32_t t, float out[TAG_ROOM])
{
    sums4 mixed[HIDDEN / 4] = {{0}};
    floats4 low, high, unit, row;
    mix_units(header, reading, sums, t, mixed);
    for (int k = 0; k < 4; k++) {
        low[k] = (float)sums[t].tags[k] * header->tag_scale;
        high[k] = (float)sums[t].tags[k + 4] * header->tag_scale;
    }
    float scale = header->hidden_scale * header->mix_scale;
    for (int h = 0; h < HIDDEN; h += 4) {
        const int16_t *own = sums[t].hidden + h;
        floats4 own4 = {own[0], own[1], own[2], own[3]};
        memcpy(&unit, header->mix_bias + h, sizeof unit);
        unit += __builtin_convertvector(mixed[h / 4], floats4) * scale;
        unit = (floats4)((sums4)unit & (unit > 0)) + own4 * header->hidden_scale;
        for (int i = 0; i < 4; i++) {
            memcpy(&row, header->out[h + i], sizeof row);
            low += unit[i] * row;
            memcpy(&row, header->out[h + i] + 4, sizeof row);
            high += unit[i] * row;
        }
    }
    memcpy(out, &low, sizeof low);
    memcpy(out + 4, &high, sizeof high);
    out[TAG_CUE_BEGIN] += header->cue_bias;
}

ent_rc ent__statement_tag(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                          const document_reading *reading, uint8_t *tags)
{
    size_t n = reading->count;
    if (n == 0) {
        return ENT_OK;
    }
    uint8_t(*from)[TAG_ROOM] = ent__arena_array(arena, n, sizeof *from);
    token_sums *sums = ent__arena_array(arena, n, sizeof *sums);
    if (!from || !sums) {
        return ent__nomem(ctx);
    }
    float score[TAG_ROOM], next[TAG_ROOM], emission[TAG_ROOM];
    sum_features(model, reading, sums);
    for (size_t t = 0; t < n; t++) {
        emissions(model->header, reading, sums, (uint32_t)t, emission);
        uint8_t border = t ? reading->tokens[t].border : BORDER_BLOCK;
        const float(*transition)[TAG_ROOM] = model->header->transitions[border];
        for (int k = 0; k < TAG_COUNT; k++) {
            float best = t ? -INFINITY : transition[TAG_COUNT][k];
            int arg = 0;
            for (int j = 0; t && j < TAG_COUNT; j++) {
                float s = score[j] + transition[j][k];
                if (s > best) {
                    best = s;
                    arg = j;
                }
            }
            next[k] = best + emission[k];
            from[t][k] = (uint8_t)arg;
        }
        memcpy(score, next, sizeof score);
    }
    int best = 0;
    for (int k = 1; k < TAG_COUNT; k++) {
        if (score[k] > score[best]) {
            best = k;
        }
    }
    for (size_t t = n; t-- > 0;) {
        tags[t] = (uint8_t)best;
        best = t ? from[t][best] : 0;
    }
    return ENT_OK;
}
