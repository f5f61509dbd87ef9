/* types: the network's first layers, kept by word type.
 *
 * In: word features.  Out: the first layer's values and the sums of the first convolution's three
 * taps.  Both depend on the word's letters alone, so a second sight of a word costs one look-up
 * instead of 160,000 multiply-adds at width 192.  A row is computed in the same way whether it is
 * kept or not, so the table's state never shows in the results.  Four-way sets, the entry longest
 * unused goes; words of one sentence that find no place get a row for themselves.
 * Source: caching of what depends on a word alone, Devlin et al. 2014 ("pre-computing the hidden
 * layer"), Chen and Manning 2014.  Cost: some 50 ns a word seen before; 10 bytes a channel and
 * type: 7.9 MB at width 192, touched as types come. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

enum { WAYS = 4, SETS = 1024, CACHED = WAYS * SETS, TAPS = 3, BLOCK = 24,
       PADDING = CACHED + ENT_SENTENCE_LIMIT, ROWS = PADDING + 1 };

struct ent__types {
    uint64_t print; /* of the model */
    size_t width;
    uint32_t clock; /* sentences seen */
    uint64_t key[CACHED];
    uint32_t used[CACHED]; /* clock of the last sentence with the type */
    float *values;         /* ROWS x width */
    int16_t *sums;         /* ROWS x 3 x width, less what zeros give */
    int32_t *zeros;        /* 3 x width: what zeros give; behind them the total of the three */
    uint8_t *input, *state; /* BLOCK rows */
    float *value_block;
    int32_t *sum_block;
};

static const char slot_name[] = "parse";

static void types_free(void *what)
{
    ent__types *t = what;
    if (t != NULL) {
        free(t->values);
        free(t->sums);
        free(t->zeros);
        free(t->input);
        free(t->state);
        free(t->value_block);
        free(t->sum_block);
        free(t);
    }
}

const float *ent__types_values(const ent__types *t, uint32_t row)
{
    return t->values + (size_t)row * t->width;
}

const int16_t *ent__types_sums(const ent__types *t, uint32_t row, unsigned tap)
{
    return t->sums + ((size_t)row * TAPS + tap) * t->width;
}

const int32_t *ent__types_zeros(const ent__types *t)
{
    return t->zeros + TAPS * t->width;
}

void ent__types_fetch(const ent__types *t, uint32_t row)
{
    const char *values = (const char *)ent__types_values(t, row);
    const char *sums = (const char *)ent__types_sums(t, row, 0);
    for (size_t at = 0; at < t->width * sizeof *t->values; at += 64) {
        __builtin_prefetch(values + at);
    }
    for (size_t at = 0; at < TAPS * t->width * sizeof *t->sums; at += 64) {
        __builtin_prefetch(sums + at);
    }
}

uint32_t ent__types_padding(const ent__types *t)
{
    (void)t;
    return PADDING;
}

/* Bytes of a signed table row as unsigned bytes around 128. */
static uint8_t *put_row(uint8_t *to, const int8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = (uint8_t)(from[i] ^ -128);
    }
    return to + n;
}

static uint32_t vector_row(const ent__model *m, const ent_word *w)
{
    uint32_t at;
    return ent__print_find(m->hash, m->hash_mask, w->key, &at) ? m->hash_row[at]
                                                               : m->head.vectors;
}

/* All that the first layer sees of a word, in one number; never 0. */
static uint64_t type_key(const ent_word *w, uint32_t vector)
{
    return (uint64_t)1 << 63 | (uint64_t)vector << 43 | (uint64_t)w->suffix3 << 30 |
           (uint64_t)w->suffix2 << 19 | (uint64_t)w->prefix3 << 6 | w->shape;
}

static void input_gather(const ent__model *m, const ent_word *w, uint32_t row, uint8_t *x)
{
    const ent_model_header *h = &m->head;
    uint32_t form = row < h->forms ? row : h->forms;
    x = put_row(x, m->vector + (size_t)row * h->vector_width, h->vector_width);
    x = put_row(x, m->form + (size_t)form * h->form_width, h->form_width);
    x = put_row(x, m->suffix3 + (size_t)w->suffix3 * h->suffix3_width, h->suffix3_width);
    x = put_row(x, m->suffix2 + (size_t)w->suffix2 * h->suffix2_width, h->suffix2_width);
    x = put_row(x, m->prefix3 + (size_t)w->prefix3 * h->prefix3_width, h->prefix3_width);
    put_row(x, m->shape + (size_t)w->shape * h->shape_width, h->shape_width);
}

/* Sums of the taps of `rows` rows of state bytes. */
static void taps_compute(ent__types *t, const ent__model *m, const uint32_t *to, size_t rows)
{
    size_t d = t->width;
    ent_dense tap = m->dense[ENT_DENSE_CONVOLUTION];
    tap.inputs = (uint32_t)d;
    for (unsigned k = 0; k < TAPS; k++, tap.weights += d * d) {
        m->kernels->multiply(&tap, t->state, rows, d, 1, 0, t->sum_block);
        for (size_t r = 0; r < rows; r++) {
            m->kernels->steps(t->sum_block + r * d, t->zeros + k * d, d,
                              t->sums + ((size_t)to[r] * TAPS + k) * d);
        }
    }
}

/* Rows to[] from the inputs gathered. */
static void rows_compute(ent__types *t, const ent__model *m, const uint32_t *to, size_t rows)
{
    size_t d = t->width;
    const ent_dense *input = &m->dense[ENT_DENSE_INPUT];
    m->kernels->multiply(input, t->input, rows, input->inputs, 1, 0, t->sum_block);
    m->kernels->layer(input, t->sum_block, rows, false, t->value_block, m->quantum, t->state);
    for (size_t r = 0; r < rows; r++) {
        memcpy(t->values + (size_t)to[r] * d, t->value_block + r * d, d * sizeof *t->values);
    }
    taps_compute(t, m, to, rows);
}

/* What the taps give for zeros, and the row that stands beside a sentence. */
static void zeros_compute(ent__types *t, const ent__model *m)
{
    size_t d = t->width;
    const ent_dense *f = &m->dense[ENT_DENSE_CONVOLUTION];
    int32_t *total = t->zeros + TAPS * d;
    for (size_t i = 0; i < TAPS * d; i++) {
        for (size_t o = 0; o < d; o++) {
            int32_t part = 128 * f->weights[((i / 4) * d + o) * 4 + i % 4];
            t->zeros[i / d * d + o] += part;
            total[o] += part;
        }
    }
    memset(t->sums + (size_t)PADDING * TAPS * d, 0, TAPS * d * sizeof *t->sums);
    memset(t->values + (size_t)PADDING * d, 0, d * sizeof *t->values);
}

static ent__types *types_new(const ent__model *m)
{
    size_t d = m->head.width;
    ent__types *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    t->print = m->print;
    t->width = d;
    t->values = aligned_alloc(64, (size_t)ROWS * d * sizeof *t->values);
    t->sums = aligned_alloc(64, (size_t)ROWS * TAPS * d * sizeof *t->sums);
    t->zeros = calloc((TAPS + 1) * d, sizeof *t->zeros);
    t->input = malloc((size_t)BLOCK * m->head.input_width);
    t->state = malloc(BLOCK * d);
    t->value_block = malloc(BLOCK * d * sizeof *t->value_block);
    t->sum_block = malloc(BLOCK * d * sizeof *t->sum_block);
    if (!t->values || !t->sums || !t->zeros || !t->input || !t->state || !t->value_block ||
        !t->sum_block) {
        types_free(t);
        return NULL;
    }
    zeros_compute(t, m);
    return t;
}

ent__types *ent__types_of(ent_ctx *ctx, const ent__model *m)
{
    ent__types *t = ent__ctx_kept(ctx, slot_name);
    if (t != NULL && t->print == m->print) {
        return t;
    }
    t = types_new(m);
    if (t != NULL && ent__ctx_keep(ctx, slot_name, t, types_free) != ENT_OK) {
        types_free(t);
        t = NULL;
    }
    return t;
}

/* Place of a type: where it is, or where it goes (*out_new); CACHED: all are in use. */
static uint32_t place(ent__types *t, uint64_t key, bool *out_new)
{
    uint64_t hash = key * 0xd6e8feb86659fd93u;
    uint32_t first = (uint32_t)(hash >> 32) % SETS * WAYS, oldest = first;
    *out_new = false;
    for (uint32_t i = first; i < first + WAYS; i++) {
        if (t->key[i] == key) {
            t->used[i] = t->clock;
            return i;
        }
        oldest = t->used[i] < t->used[oldest] ? i : oldest;
    }
    *out_new = true;
    if (t->used[oldest] == t->clock) {
        return CACHED;
    }
    t->key[oldest] = key;
    t->used[oldest] = t->clock;
    return oldest;
}

void ent__types_find(ent__types *t, const ent__model *m, const ent_word *words, size_t count,
                     uint32_t *out_rows)
{
    uint32_t to[BLOCK], extra = CACHED;
    size_t waiting = 0;
    if (++t->clock == 0) { /* after four thousand million sentences: begin anew */
        memset(t->used, 0, sizeof t->used);
        t->clock = 1;
    }
    for (size_t i = 0; i < count; i++) {
        bool fresh;
        uint32_t vector = vector_row(m, &words[i]), row;
        row = place(t, type_key(&words[i], vector), &fresh);
        row = row == CACHED ? extra++ : row;
        out_rows[i] = row;
        if (fresh) {
            input_gather(m, &words[i], vector, t->input + waiting * m->head.input_width);
            to[waiting++] = row;
            if (waiting == BLOCK) {
                rows_compute(t, m, to, waiting);
                waiting = 0;
            }
        }
    }
    if (waiting > 0) {
        rows_compute(t, m, to, waiting);
    }
}
