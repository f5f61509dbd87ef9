/* Arc-hybrid transition system with the root at the end of the buffer (Kuhlmann, Gómez-Rodríguez
 * and Satta 2011; root placement: Ballesteros and Nivre 2013).  Gives a projective tree with one
 * root in exactly 2n steps.  Shared by the reader and the trainer. */
#ifndef ENT_PARSE_TRANSITION_H
#define ENT_PARSE_TRANSITION_H

#include "parse.h"

/* Actions: 0 SHIFT, 1 + label LEFT (s0 <- b0), 1 + ENT_DEP_COUNT + label RIGHT (s1 -> s0). */
enum { ENT_ACTION_SHIFT = 0, ENT_ACTION_LEFT = 1, ENT_ACTION_RIGHT = 1 + ENT_DEP_COUNT,
       ENT_ACTION_COUNT = 1 + 2 * ENT_DEP_COUNT };

/* The words the classifier looks at. */
enum { ENT_SLOT_S0, ENT_SLOT_S1, ENT_SLOT_S2, ENT_SLOT_B0, ENT_SLOT_B1, ENT_SLOT_S0_LEFT,
       ENT_SLOT_S0_RIGHT, ENT_SLOT_S1_LEFT, ENT_SLOT_S1_RIGHT, ENT_SLOT_B0_LEFT, ENT_SLOT_COUNT };

/* Small features with a table each: labels of the five children slots, two distances. */
enum { ENT_SMALL_LABELS = 5, ENT_SMALL_COUNT = 7, ENT_DISTANCE_BUCKETS = 8,
       ENT_SMALL_ROWS = ENT_SMALL_LABELS * (ENT_DEP_COUNT + 1) + 2 * ENT_DISTANCE_BUCKETS };

#define ENT_NONE UINT16_MAX

/* Words are 0..n-1, the root is n.  Arrays have n + 1 items and belong to the caller. */
typedef struct {
    uint16_t *stack, *head, *left, *right; /* left, right: outermost child or ENT_NONE */
    uint8_t *label;
    uint16_t depth, front, n; /* stack height, first word of the buffer */
} ent_state;

static inline void ent__state_start(ent_state *s, uint16_t n)
{
    s->n = n;
    s->depth = s->front = 0;
    for (uint16_t i = 0; i <= n; i++) {
        s->head[i] = s->left[i] = s->right[i] = ENT_NONE;
        s->label[i] = 0;
    }
}

static inline bool ent__state_done(const ent_state *s)
{
    return s->front == s->n && s->depth == 0;
}

/* Which kinds of action may follow. Only the last LEFT may carry the root label, and must. */
static inline bool ent__may_shift(const ent_state *s) { return s->front < s->n; }
static inline bool ent__may_left(const ent_state *s)
{
    return s->depth >= 1 && (s->front < s->n || s->depth == 1);
}
static inline bool ent__may_right(const ent_state *s) { return s->depth >= 2; }

static inline void ent__state_apply(ent_state *s, int action)
{
    if (action == ENT_ACTION_SHIFT) {
        s->stack[s->depth++] = s->front++;
        return;
    }
    uint16_t child = s->stack[--s->depth];
    if (action < ENT_ACTION_RIGHT) {
        uint16_t head = s->front;
        s->head[child] = head;
        s->label[child] = (uint8_t)(action - ENT_ACTION_LEFT);
        if (s->left[head] == ENT_NONE || s->left[head] > child) {
            s->left[head] = child;
        }
    } else {
        uint16_t head = s->stack[s->depth - 1];
        s->head[child] = head;
        s->label[child] = (uint8_t)(action - ENT_ACTION_RIGHT);
        s->right[head] = child; /* later right children stand further right */
    }
}

static inline unsigned ent__distance_bucket(unsigned a, unsigned b)
{
    unsigned d = b > a ? b - a : 0;
    return d <= 4 ? d : d <= 6 ? 5 : d <= 10 ? 6 : 7;
}

/* The word in every slot (ENT_NONE where empty) and the rows of the small tables. */
static inline void ent__state_slots(const ent_state *s, uint16_t slot[ENT_SLOT_COUNT],
                                    uint16_t small[ENT_SMALL_COUNT])
{
    uint16_t s0 = s->depth > 0 ? s->stack[s->depth - 1] : ENT_NONE;
    uint16_t s1 = s->depth > 1 ? s->stack[s->depth - 2] : ENT_NONE;
    uint16_t b0 = s->front;
    slot[ENT_SLOT_S0] = s0;
    slot[ENT_SLOT_S1] = s1;
    slot[ENT_SLOT_S2] = s->depth > 2 ? s->stack[s->depth - 3] : ENT_NONE;
    slot[ENT_SLOT_B0] = b0;
    slot[ENT_SLOT_B1] = b0 < s->n ? (uint16_t)(b0 + 1) : ENT_NONE;
    slot[ENT_SLOT_S0_LEFT] = s0 == ENT_NONE ? ENT_NONE : s->left[s0];
    slot[ENT_SLOT_S0_RIGHT] = s0 == ENT_NONE ? ENT_NONE : s->right[s0];
    slot[ENT_SLOT_S1_LEFT] = s1 == ENT_NONE ? ENT_NONE : s->left[s1];
    slot[ENT_SLOT_S1_RIGHT] = s1 == ENT_NONE ? ENT_NONE : s->right[s1];
    slot[ENT_SLOT_B0_LEFT] = s->left[b0];
    for (unsigned i = 0; i < ENT_SMALL_LABELS; i++) {
        uint16_t child = slot[ENT_SLOT_S0_LEFT + i];
        unsigned value = child == ENT_NONE ? ENT_DEP_COUNT : s->label[child];
        small[i] = (uint16_t)(i * (ENT_DEP_COUNT + 1) + value);
    }
    unsigned base = ENT_SMALL_LABELS * (ENT_DEP_COUNT + 1);
    small[5] = (uint16_t)(base + (s0 == ENT_NONE ? 0 : ent__distance_bucket(s0, b0)));
    small[6] = (uint16_t)(base + ENT_DISTANCE_BUCKETS +
                          (s1 == ENT_NONE ? 0 : ent__distance_bucket(s1, s0)));
}

#endif
