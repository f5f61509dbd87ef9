/* Inside wedge only: one block of a signed graph (simple, connected) and the searches on it. */
#ifndef ENT_WEDGE_SIGNED_BLOCK_H
#define ENT_WEDGE_SIGNED_BLOCK_H

#include "../base/base.h"

typedef struct {
    uint32_t neighbor, edge;
} ent__block_link;

typedef struct {
    size_t n, m;
    const uint32_t *a, *b; /* ends of each edge, a != b, no pair twice */
    const double *weight; /* > 0 */
    const int8_t *sign; /* +1: together, -1: apart */
    uint32_t *link_start; /* n + 1 */
    ent__block_link *links; /* 2m, by node */
    bool whole_weights; /* every weight is a whole number: bounds may be rounded up */
} ent__block;

/* Fills link_start, links, whole_weights from the rest. */
bool ent__block_link_up(ent_arena *arena, ent__block *block);
/* Frustrated weight of a split (side: 0 or 1 a node). O(m). */
double ent__block_cost(const ent__block *block, const uint8_t *side);
/* Improves `side` in place: descent by single flips, then `rounds` of kick, descent, keep if no
 * worse; every 400th round starts afresh.  Returns the frustrated weight of what is in `side`. */
double ent__block_search(ent_arena *arena, const ent__block *block, uint8_t *side, uint32_t rounds,
                         ent_rng *rng);
/* The split that a tree of the least-`strain` edges implies (Prim), signs obeyed along the tree. */
bool ent__block_tree_split(ent_arena *arena, const ent__block *block, const double *strain,
                           uint8_t *side);

typedef struct {
    double upper, lower; /* upper: weight of `side`; lower: proven */
    uint8_t *side; /* n */
    uint32_t cuts, pivots; /* cycles found, pivots made */
    uint32_t branches; /* subproblems opened after the root */
    bool proven; /* upper == lower, up to rounding of doubles */
    /* The packing of negative cycles that proves `lower` at the root: cycle c holds the edges
     * cycle_edges[cycle_start[c]] .. and carries cycle_weight[c]. */
    size_t cycle_count;
    uint32_t *cycle_start, *cycle_edges;
    double *cycle_weight;
    double root_lower;
} ent__block_answer;

typedef struct {
    uint32_t search_rounds; /* of local search once the bound alone leaves a gap */
    uint32_t branch_limit; /* subproblems; 0: bounds only */
    uint32_t pivot_limit; /* over everything */
} ent__block_effort;

/* Least frustrated weight of the block: local search above, odd-cycle bound below, then branching.
 * false: out of memory. */
bool ent__block_solve(ent_arena *arena, const ent__block *block, const ent__block_effort *effort,
                      ent_rng *rng, ent__block_answer *out);

#endif
