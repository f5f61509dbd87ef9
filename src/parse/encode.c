/* encode: the network over one sentence: tags, then the tree.
 *
 * In: word features.  Out: UPOS, XPOS, heads, relations.  Table rows -> dense layer -> residual
 * convolutions (window 3, dilation 1, 2, 4) -> tagger and parser; 8-bit weights and activations,
 * 32-bit sums.  The parser is greedy arc-hybrid: a word's contribution to each of the ten slots is
 * computed once a sentence, a decision adds seventeen rows and multiplies once.
 * Sources: Kiperwasser and Goldberg (2016), Chen and Manning (2014), Kuhlmann et al. (2011).
 * Cost: 2n decisions and about 700,000 multiply-adds a word at width 192. */
#include "model.h"

#include <string.h>

enum { PAD_ROWS = 8, GATHER_ROWS = ENT_SLOT_COUNT + ENT_SMALL_COUNT, BLOCK_ROWS = 24 };

bool ent__net_reserve(const ent__model *m, ent_arena *arena, size_t n, ent_net_scratch *s)
{
    size_t d = m->head.width, h = m->head.hidden;
    size_t widest = (size_t)ENT_SLOT_COUNT * h;
    widest = widest > m->dense[ENT_DENSE_TAG].outputs ? widest : m->dense[ENT_DENSE_TAG].outputs;
    s->input = ent__arena_array(arena, n, m->head.input_width);
    s->state = ent__arena_array(arena, n + 2 * PAD_ROWS, d);
    s->next = ent__arena_array(arena, n + 2 * PAD_ROWS, d);
    s->layer = ent__arena_array(arena, n * d, sizeof *s->layer);
    s->sums = ent__arena_array(arena, BLOCK_ROWS * (widest > d ? widest : d), sizeof *s->sums);
    s->slots = ent__arena_array(arena, n * ENT_SLOT_COUNT * h, sizeof *s->slots);
    s->words16 = ent__arena_array(arena, 4 * (n + 1), sizeof *s->words16);
    s->labels = ent__arena_array(arena, n + 1, 1);
    s->wide = ent__arena_array(arena, h, 1);
    if (!s->input || !s->state || !s->next || !s->layer || !s->sums || !s->slots || !s->words16 ||
        !s->labels || !s->wide) {
        return false;
    }
    memset(s->state, 128, PAD_ROWS * d);
    memset(s->next, 128, PAD_ROWS * d);
    return true;
}

/* Bytes of a signed table row as unsigned bytes around 128. */
static uint8_t *put_row(uint8_t *to, const int8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = (uint8_t)(from[i] ^ -128);
    }
    return to + n;
}

static void input_gather(const ent__model *m, const ent_word *w, uint8_t *x)
{
    const ent_model_header *h = &m->head;
    uint32_t at, row = h->vectors;
    if (ent__print_find(m->hash, m->hash_mask, w->key, &at)) {
        row = m->hash_row[at];
    }
    uint32_t form = row < h->forms ? row : h->forms;
    x = put_row(x, m->vector + (size_t)row * h->vector_width, h->vector_width);
    x = put_row(x, m->form + (size_t)form * h->form_width, h->form_width);
    x = put_row(x, m->suffix3 + (size_t)w->suffix3 * h->suffix3_width, h->suffix3_width);
    x = put_row(x, m->suffix2 + (size_t)w->suffix2 * h->suffix2_width, h->suffix2_width);
    x = put_row(x, m->prefix3 + (size_t)w->prefix3 * h->prefix3_width, h->prefix3_width);
    put_row(x, m->shape + (size_t)w->shape * h->shape_width, h->shape_width);
}

/* Encoder output of the sentence as bytes; returns its first row. */
static const uint8_t *encode(const ent__model *m, ent_net_scratch *s, const ent_word *words,
                             size_t n)
{
    size_t d = m->head.width, in = m->head.input_width;
    const ent_kernels *k = m->kernels;
    uint8_t *state = s->state + PAD_ROWS * d, *next = s->next + PAD_ROWS * d;
    for (size_t i = 0; i < n; i++) {
        input_gather(m, &words[i], s->input + i * in);
    }
    memset(state + n * d, 128, PAD_ROWS * d); /* zeros behind the sentence; before it always */
    memset(next + n * d, 128, PAD_ROWS * d);
    const ent_dense *layer = &m->dense[ENT_DENSE_INPUT];
    for (size_t r = 0; r < n; r += BLOCK_ROWS) {
        size_t rows = n - r < BLOCK_ROWS ? n - r : BLOCK_ROWS;
        k->multiply(layer, s->input + r * in, rows, in, 1, 0, s->sums);
        k->layer(layer, s->sums, rows, false, s->layer + r * d, m->quantum, state + r * d);
    }
    for (unsigned l = 0; l < m->head.layers; l++) {
        size_t step = (size_t)1 << l;
        layer = &m->dense[ENT_DENSE_CONVOLUTION + l];
        for (size_t r = 0; r < n; r += BLOCK_ROWS) {
            size_t rows = n - r < BLOCK_ROWS ? n - r : BLOCK_ROWS;
            k->multiply(layer, state + r * d - step * d, rows, d, 3, step * d, s->sums);
            k->layer(layer, s->sums, rows, true, s->layer + r * d, m->quantum + (l + 1) * d,
                     next + r * d);
        }
        uint8_t *old = state;
        state = next;
        next = old;
    }
    return state;
}

static void tag(const ent__model *m, ent_net_scratch *s, const uint8_t *state, ent_token *tokens,
                size_t n)
{
    size_t d = m->head.width;
    const ent_dense *layer = &m->dense[ENT_DENSE_TAG];
    for (size_t r = 0; r < n; r += BLOCK_ROWS) {
        size_t rows = n - r < BLOCK_ROWS ? n - r : BLOCK_ROWS;
        m->kernels->multiply(layer, state + r * d, rows, d, 1, 0, s->sums);
        for (size_t i = 0; i < rows; i++) {
            int32_t score;
            unsigned best = m->kernels->best(layer, s->sums + i * layer->outputs, 0, m->head.tags,
                                             &score);
            tokens[r + i].upos = (uint8_t)(m->tags[best] >> 8);
            tokens[r + i].xpos = (uint8_t)(m->tags[best] & 255);
        }
    }
}

static void slots_compute(const ent__model *m, ent_net_scratch *s, const uint8_t *state, size_t n)
{
    size_t d = m->head.width;
    const ent_dense *layer = &m->dense[ENT_DENSE_SLOT];
    for (size_t r = 0; r < n; r += BLOCK_ROWS) {
        size_t rows = n - r < BLOCK_ROWS ? n - r : BLOCK_ROWS;
        m->kernels->multiply(layer, state + r * d, rows, d, 1, 0, s->sums);
        m->kernels->slots(layer, s->sums, rows, s->slots + r * layer->outputs);
    }
}

/* The best of the actions that may follow. */
static int choose(const ent__model *m, const ent_state *state, const int32_t *sums)
{
    const ent_dense *layer = &m->dense[ENT_DENSE_ACTION];
    int32_t best = INT32_MIN, score;
    int action = ENT_ACTION_LEFT + ENT_DEP_root;
    if (state->front == state->n && state->depth == 1) {
        return action; /* the last word left becomes the root */
    }
    if (ent__may_shift(state)) {
        action = (int)m->kernels->best(layer, sums, ENT_ACTION_SHIFT, ENT_ACTION_SHIFT + 1, &best);
    }
    if (ent__may_left(state)) {
        int left = (int)m->kernels->best(layer, sums, ENT_ACTION_LEFT + ENT_DEP_root + 1,
                                         ENT_ACTION_RIGHT, &score);
        if (score > best) {
            best = score;
            action = left;
        }
    }
    if (ent__may_right(state)) {
        int right = (int)m->kernels->best(layer, sums, ENT_ACTION_RIGHT + ENT_DEP_root + 1,
                                          ENT_ACTION_COUNT, &score);
        action = score > best ? right : action;
    }
    return action;
}

static void attach(const ent__model *m, ent_net_scratch *s, ent_token *tokens, size_t n)
{
    size_t h = m->head.hidden, row = (size_t)ENT_SLOT_COUNT * h;
    ent_state state = {.stack = s->words16,
                       .head = s->words16 + (n + 1),
                       .left = s->words16 + 2 * (n + 1),
                       .right = s->words16 + 3 * (n + 1),
                       .label = s->labels};
    ent__state_start(&state, (uint16_t)n);
    while (!ent__state_done(&state)) {
        uint16_t slot[ENT_SLOT_COUNT], small[ENT_SMALL_COUNT];
        const int16_t *rows[GATHER_ROWS];
        ent__state_slots(&state, slot, small);
        for (unsigned k = 0; k < ENT_SLOT_COUNT; k++) {
            rows[k] = (slot[k] == ENT_NONE ? m->slot_none
                       : slot[k] == n     ? m->slot_root
                                          : s->slots + slot[k] * row) + k * h;
        }
        for (unsigned k = 0; k < ENT_SMALL_COUNT; k++) {
            rows[ENT_SLOT_COUNT + k] = m->small + small[k] * h;
        }
        m->kernels->gather(rows, GATHER_ROWS, h, s->wide);
        m->kernels->multiply(&m->dense[ENT_DENSE_ACTION], s->wide, 1, h, 1, 0, s->sums);
        ent__state_apply(&state, choose(m, &state, s->sums));
    }
    for (size_t i = 0; i < n; i++) {
        tokens[i].head = state.head[i];
        tokens[i].deprel = state.label[i];
    }
}

void ent__net_parse(const ent__model *m, ent_net_scratch *s, const ent_word *words,
                    ent_token *tokens, size_t n)
{
    const uint8_t *state = encode(m, s, words, n);
    tag(m, s, state, tokens, n);
    slots_compute(m, s, state, n);
    attach(m, s, tokens, n);
}
