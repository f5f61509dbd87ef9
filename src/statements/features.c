/* The features of one token: words, tags, quotation, tree, cue words around.  Each is a number of a
 * row of weights, by hashing (Weinberger et al. 2009).  Input: document_reading; output: rows.
 * Cost: about a hundred multiplications a token, no memory beyond the rows. */
#include "tagger.h"

typedef struct {
    uint32_t *rows;
    size_t count;
} feature_list;

static inline uint32_t mix(uint32_t h, uint32_t v)
{
    h = (h ^ v) * 0x9E3779B1u;
    return h ^ (h >> 15);
}

static inline void add(feature_list *list, uint32_t kind, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t h = mix(mix(mix(kind * 0x85EBCA6Bu, a), b), c);
    list->rows[list->count++] = (h * 0xC2B2AE35u) >> (32 - FEATURE_BITS);
}

static const token_reading outside = {.subject = ENT_NO_TOKEN, .object = ENT_NO_TOKEN,
                                      .head = ENT_NO_TOKEN, .noun_head = ENT_NO_TOKEN,
                                      .cue_above = ENT_NO_TOKEN, .quote = UINT32_MAX,
                                      .quote_state = 31, .xpos = 63};

static inline const token_reading *at(const document_reading *reading, size_t t, int offset)
{
    size_t i = t + (size_t)(ptrdiff_t)offset;
    return i < reading->count ? &reading->tokens[i] : &outside;
}

static inline const token_reading *of(const document_reading *reading, uint32_t t)
{
    return t < reading->count ? &reading->tokens[t] : &outside;
}

/* Distances in steps that grow: 0 1 2 3 4-5 6-8 9-13 more, with sign. */
static uint32_t distance(size_t from, size_t to)
{
    size_t d = from < to ? to - from : from - to;
    uint32_t step = d < 4 ? (uint32_t)d : d < 6 ? 4 : d < 9 ? 5 : d < 14 ? 6 : 7;
    return from < to ? step : step | 8;
}

static void word_features(feature_list *list, const document_reading *reading, size_t t)
{
    const token_reading *m2 = at(reading, t, -2), *m1 = at(reading, t, -1), *m0 = at(reading, t, 0),
                        *p1 = at(reading, t, 1), *p2 = at(reading, t, 2), *m3 = at(reading, t, -3),
                        *p3 = at(reading, t, 3);
    add(list, 1, m0->form, 0, 0);
    add(list, 2, m1->form, 0, 0);
    add(list, 3, p1->form, 0, 0);
    add(list, 4, m2->form, 0, 0);
    add(list, 5, p2->form, 0, 0);
    add(list, 6, m1->form, m0->form, 0);
    add(list, 7, m0->form, p1->form, 0);
    add(list, 8, m1->form, p1->form, 0);
    add(list, 9, m0->lemma, m0->xpos, 0);
    add(list, 10, m1->lemma, 0, 0);
    add(list, 11, p1->lemma, 0, 0);
    add(list, 12, m0->xpos, 0, 0);
    add(list, 13, m1->xpos, m0->xpos, 0);
    add(list, 14, m0->xpos, p1->xpos, 0);
    add(list, 15, m1->xpos, m0->xpos, p1->xpos);
    add(list, 16, m2->xpos, m1->xpos, m0->xpos);
    add(list, 17, m0->xpos, p1->xpos, p2->xpos);
    add(list, 18, m3->xpos, m2->xpos, 0);
    add(list, 19, p2->xpos, p3->xpos, 0);
    add(list, 20, m0->suffix, m0->xpos, 0);
    add(list, 21, m0->shape, m1->xpos, 0);
    add(list, 22, m0->force, m0->xpos, 0);
    add(list, 23, m1->force, m0->force, p1->force);
    add(list, 24, m2->force, m1->force, m0->xpos);
    add(list, 25, p1->force, p2->force, m0->xpos);
    add(list, 26, m0->form, m1->xpos, p1->xpos);
    add(list, 27, m3->form, 0, 0);
    add(list, 28, p3->form, 0, 0);
}

static void quote_features(feature_list *list, const document_reading *reading, size_t t)
{
    const token_reading *m1 = at(reading, t, -1), *m0 = at(reading, t, 0), *p1 = at(reading, t, 1);
    add(list, 30, m0->quote_state, m0->border, 0);
    add(list, 31, m1->quote_state, m0->quote_state, p1->quote_state);
    add(list, 32, m0->quote_state, m0->xpos, m1->xpos);
    add(list, 33, m0->quote_state, m0->form, 0);
    add(list, 34, m0->place, m0->xpos, m0->border);
    add(list, 35, m0->border, p1->border, m0->xpos);
    if (m0->quote != UINT32_MAX) {
        const quote_span *quote = &reading->quotes[m0->quote];
        const token_reading *before = of(reading, quote->first - 1);
        const token_reading *prior = of(reading, quote->first - 2);
        const token_reading *after = of(reading, quote->last + 1);
        const token_reading *next = of(reading, quote->last + 2);
        uint32_t length = quote->words <= 3 ? 0 : quote->words <= 8 ? 1 : 2;
        add(list, 36, before->form, length, 0);
        add(list, 37, after->form, length, 0);
        add(list, 38, after->xpos, next->force, length);
        add(list, 39, before->xpos, before->force ? before->force : prior->force, length);
        add(list, 40, length, of(reading, quote->first)->border, after->border);
    } else {
        add(list, 41, m1->quote_state, m0->form, 0);
        add(list, 42, p1->quote_state, m0->form, 0);
        add(list, 43, m1->quote_state, at(reading, t, -2)->quote_state, m0->force);
    }
}

/* Tree features; `np` is the noun phrase's head, `above` the nearest known cue word above. */
static void tree_features(feature_list *list, const document_reading *reading, size_t t)
{
    const token_reading *m0 = at(reading, t, 0), *head = of(reading, m0->head),
                        *grand = of(reading, head->head), *np = of(reading, m0->noun_head),
                        *governor = of(reading, np->head), *above = of(reading, m0->cue_above);
    uint32_t side = m0->cue_above == ENT_NO_TOKEN ? 2 : t < m0->cue_above;
    add(list, 50, m0->deprel, m0->xpos, 0);
    add(list, 51, m0->deprel, head->lemma, 0);
    add(list, 52, m0->deprel, head->force, head->xpos);
    add(list, 53, m0->lemma, head->lemma, m0->deprel);
    add(list, 54, head->deprel, m0->deprel, grand->lemma);
    add(list, 55, np->deprel, governor->lemma, m0->noun_place);
    add(list, 56, np->deprel, governor->force, governor->xpos | (uint32_t)m0->noun_place << 8);
    add(list, 57, np->lemma, np->deprel, m0->noun_place);
    add(list, 58, np->deprel, m0->noun_place, np->xpos);
    add(list, 59, above->lemma, m0->edge, side);
    add(list, 60, above->force, m0->edge, side | (uint32_t)above->xpos << 8);
    add(list, 61, above->force, m0->edge, m0->xpos | side << 8);
    add(list, 62, above->lemma, m0->edge, m0->deprel | side << 8);
    add(list, 63, above->force, m0->edge,
        m0->quote_state | side << 8 | (uint32_t)above->quote_state << 16);
    add(list, 64, m0->children, m0->force, m0->xpos);
    add(list, 65, m0->children, m0->lemma, 0);
    add(list, 66, m0->children & 0x3F, m0->deprel, m0->xpos);
    add(list, 67, head->children, head->lemma, m0->deprel);
    add(list, 68, of(reading, above->head)->force, above->force, above->deprel);
    /* What begins and ends a clause or phrase: the neighbour hangs elsewhere. */
    const token_reading *m1 = at(reading, t, -1), *p1 = at(reading, t, 1);
    const token_reading *subject = of(reading, m0->subject), *object = of(reading, m0->object);
    add(list, 73, m0->lemma, subject->xpos, object->xpos);
    add(list, 74, m0->force, subject->lemma, m0->xpos);
    add(list, 75, m0->lemma, object->lemma, m0->xpos);
    add(list, 76, m0->force, subject->shape, subject->xpos);
    add(list, 77, m0->lemma, of(reading, subject->noun_head)->shape, m0->children & 0x3F);
    add(list, 69, m0->edge | (uint32_t)m1->edge << 8, m0->cue_above == m1->cue_above,
        above->force);
    add(list, 70, m0->edge | (uint32_t)p1->edge << 8, m0->cue_above == p1->cue_above,
        above->force);
    add(list, 71, m0->noun_head == m1->noun_head, m0->noun_head == p1->noun_head,
        np->deprel | (uint32_t)governor->force << 8);
    add(list, 72, m0->noun_head == p1->noun_head, m0->form, governor->force);
}

static void cue_features(feature_list *list, const document_reading *reading, size_t t)
{
    const token_reading *m0 = at(reading, t, 0);
    uint32_t b = reading->cue_before[t], a = reading->cue_after[t];
    const token_reading *before = of(reading, b), *after = of(reading, a);
    add(list, 80, before->lemma, b == ENT_NO_TOKEN ? 99 : distance(b, t), 0);
    add(list, 81, after->lemma, a == ENT_NO_TOKEN ? 99 : distance(t, a), 0);
    add(list, 82, before->force, m0->xpos, b == ENT_NO_TOKEN ? 99 : distance(b, t));
    add(list, 83, after->force, m0->xpos, a == ENT_NO_TOKEN ? 99 : distance(t, a));
    add(list, 84, before->force, after->force, m0->quote_state);
    add(list, 85, before->force, before->xpos, m0->quote_state);
    add(list, 86, before->children & 0x3F, before->force, m0->xpos);
}

size_t ent__statement_features(const document_reading *reading, size_t t, uint32_t *rows)
{
    feature_list list = {rows, 0};
    add(&list, 0, 0, 0, 0);
    word_features(&list, reading, t);
    quote_features(&list, reading, t);
    tree_features(&list, reading, t);
    cue_features(&list, reading, t);
    return list.count;
}
