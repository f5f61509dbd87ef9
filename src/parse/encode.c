/* encode: the network over one sentence: tags, then the tree.
 *
 * In: word features.  Out: UPOS, XPOS, heads, relations.  Table rows -> dense layer -> residual
 * convolutions (window 3, dilation 1, 2, 4) -> tagger and parser; 8-bit weights and activations,
 * 32-bit sums.  The parser is greedy arc-hybrid: a word's contribution to a slot is computed once,
 * when it is asked for (of ten slots a word sees 5.5), a decision adds seventeen rows and multiplies
 * once.
 * Sources: Kiperwasser and Goldberg (2016), Chen and Manning (2014), Kuhlmann et al. (2011).
 * Cost: 2n decisions and about 360,000 multiply-adds a word at width 192. */
#include "model.h"

#include <string.h>

enum { PAD_ROWS = 8, GATHER_ROWS = ENT_SLOT_COUNT + ENT_SMALL_COUNT, BLOCK_ROWS = 24 };

bool ent__net_reserve(ent_ctx *ctx, const ent__model *m, ent_arena *arena, size_t n,
                      ent_net_scratch *s)
{
    size_t d = m->head.width, h = m->head.hidden;
    size_t widest = h > m->dense[ENT_DENSE_TAG].outputs ? h : m->dense[ENT_DENSE_TAG].outputs;
    s->types = ent__types_of(ctx, m);
    s->rows = ent__arena_array(arena, n + 2, sizeof *s->rows);
    s->reduced = ent__arena_array(arena, n, m->head.reduced + 1);
    s->slot_made = ent__arena_array(arena, n, sizeof *s->slot_made);
    s->state = ent__arena_array(arena, n + 2 * PAD_ROWS, d);
    s->next = ent__arena_array(arena, n + 2 * PAD_ROWS, d);
    s->layer = ent__arena_array(arena, n * d, sizeof *s->layer);
    s->sums = ent__arena_array(arena, BLOCK_ROWS * (widest > d ? widest : d), sizeof *s->sums);
    s->slots = ent__arena_array(arena, n * ENT_SLOT_COUNT * h, sizeof *s->slots);
    s->words16 = ent__arena_array(arena, 4 * (n + 1), sizeof *s->words16);
    s->labels = ent__arena_array(arena, n + 1, 1);
    s->wide = ent__arena_array(arena, h, 1);
    if (!s->types || !s->rows || !s->reduced || !s->slot_made || !s->state || !s->next ||
        !s->layer || !s->sums || !s->slots || !s->words16 || !s->labels || !s->wide) {
        return false;
    }
    memset(s->state, 128, PAD_ROWS * d);
    memset(s->next, 128, PAD_ROWS * d);
    return true;
}

/* Encoder output of the sentence as bytes; returns its first row. */
static const uint8_t *encode(const ent__model *m, ent_net_scratch *s, const ent_word *words,
                             size_t n)
{
    size_t d = m->head.width;
    const ent_kernels *k = m->kernels;
    uint8_t *state = s->state + PAD_ROWS * d, *next = s->next + PAD_ROWS * d;
    memset(state + n * d, 128, PAD_ROWS * d); /* zeros behind the sentence; before it always */
    memset(next + n * d, 128, PAD_ROWS * d);
    const ent_dense *layer = &m->dense[ENT_DENSE_CONVOLUTION];
    uint32_t *row = s->rows + 1;
    ent__types_find(s->types, m, words, n, row);
    row[-1] = row[n] = ent__types_padding(s->types);
    const int32_t *zeros = ent__types_zeros(s->types);
    for (size_t r = 0; r < n; r++) {
        const int16_t *sums[3];
        for (unsigned tap = 0; tap < 3; tap++) {
            sums[tap] = ent__types_sums(s->types, row[r + tap - 1], tap);
        }
        if (r + 2 < n) {
            ent__types_fetch(s->types, row[r + 2]);
        }
        k->window(layer, sums, zeros, ent__types_values(s->types, row[r]), s->layer + r * d,
                  m->quantum + d, state + r * d);
    }
    for (unsigned l = 1; l < m->head.layers; l++) {
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
            unsigned best = m->kernels->best(layer, m->tag_bias, s->sums + i * layer->outputs);
            tokens[r + i].upos = (uint8_t)(m->tags[best] >> 8);
            tokens[r + i].xpos = (uint8_t)(m->tags[best] & 255);
        }
    }
}

/* Slots that nearly every word stands in once; of the others most words see less than half. */
static const uint8_t common_slots[] = {ENT_SLOT_S0, ENT_SLOT_B0, ENT_SLOT_B1};

/* What words first .. first + count - 1 contribute to one slot. */
static void slot_compute(const ent__model *m, ent_net_scratch *s, unsigned slot, size_t first,
                         size_t count)
{
    const ent_dense *layer = &m->slot[slot];
    size_t h = layer->outputs, row = ENT_SLOT_COUNT * h;
    m->kernels->multiply(layer, s->input + first * layer->inputs, count, layer->inputs, 1, 0,
                         s->sums);
    m->kernels->slots(layer, s->sums, count, s->slots + first * row + slot * h, row);
}

/* The slots' input and the common slots. */
static void slots_start(const ent__model *m, ent_net_scratch *s, const uint8_t *state, size_t n)
{
    size_t d = m->head.width, z = m->head.reduced;
    const ent_dense *reduce = &m->dense[ENT_DENSE_REDUCE];
    const float *quantum = m->quantum + (m->head.layers + 1) * d;
    uint16_t made = 0;
    s->input = z > 0 ? s->reduced : state;
    for (size_t r = 0; r < n; r += BLOCK_ROWS) {
        size_t rows = n - r < BLOCK_ROWS ? n - r : BLOCK_ROWS;
        if (z > 0) {
            m->kernels->multiply(reduce, state + r * d, rows, d, 1, 0, s->sums);
            m->kernels->reduce(reduce, s->sums, rows, quantum, s->reduced + r * z);
        }
        for (size_t k = 0; k < sizeof common_slots; k++) {
            slot_compute(m, s, common_slots[k], r, rows);
            made |= (uint16_t)(1u << common_slots[k]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        s->slot_made[i] = made;
    }
}

/* What a word contributes to a slot: computed when a decision first asks for it. */
static const int16_t *slot_row(const ent__model *m, ent_net_scratch *s, unsigned slot,
                               uint16_t word, size_t n)
{
    size_t h = m->head.hidden;
    if (word == ENT_NONE || word == n) {
        return (word == n ? m->slot_root : m->slot_none) + slot * h;
    }
    if ((s->slot_made[word] >> slot & 1) == 0) {
        slot_compute(m, s, slot, word, 1);
        s->slot_made[word] |= (uint16_t)(1u << slot);
    }
    return s->slots + (word * ENT_SLOT_COUNT + slot) * h;
}

/* The best of the actions that may follow. */
static int choose(const ent__model *m, const ent_state *state, const int32_t *sums)
{
    const ent_dense *layer = &m->dense[ENT_DENSE_ACTION];
    if (state->front == state->n && state->depth == 1) {
        return ENT_ACTION_LEFT + ENT_DEP_root; /* the last word left becomes the root */
    }
    unsigned set = (unsigned)ent__may_shift(state) | (unsigned)ent__may_left(state) << 1 |
                   (unsigned)ent__may_right(state) << 2;
    return (int)m->kernels->best(layer, m->action_bias + set * layer->outputs, sums);
}

static void attach(const ent__model *m, ent_net_scratch *s, ent_token *tokens, size_t n)
{
    size_t h = m->head.hidden;
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
            rows[k] = slot_row(m, s, k, slot[k], n);
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
    slots_start(m, s, state, n);
    attach(m, s, tokens, n);
}
