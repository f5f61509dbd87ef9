/* wedge: measured ties between states -> triangle roles, structural balance, blocs, the price of a
 * wedge, reciprocity, historical analogues.
 *
 * Every result lives in the arena the caller gives.  Randomness comes from the context's seed; the
 * same input and seed give the same bytes. */
#ifndef ENT_WEDGE_H
#define ENT_WEDGE_H

#include "../base/base.h"

/* ---- signed graphs and structural balance (signed_graph.c, balance.c) ------------------------- */

#define ENT__GRAPH_NODES_MAX 4000

typedef struct {
    uint32_t a, b;
    double weight; /* sign included, never 0 */
} ent__signed_edge;

/* Undirected; a pair may stand more than once (parallel ties are all counted). */
typedef struct {
    size_t node_count, edge_count;
    const ent_str *names;
    const ent__signed_edge *edges;
} ent__signed_graph;

/* Reads lines "node, node, value" (comma or tab; a first line without a number in the third field is
 * a header, # a comment).  The value's sign is the tie's sign, "+" and "-" are 1 and -1, 0 names the
 * nodes without a tie.  ENT_EINPUT names file and line.  O(lines). */
ent_rc ent__signed_graph_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                              ent__signed_graph *out);
/* Index of a node by name (exact, then ASCII case folded); -1: no such node. */
int64_t ent__signed_graph_node(const ent__signed_graph *graph, const char *name);

/* Counts of triangles by their number of negative ties: 0 (+++), 1 (++-), 2 (+--), 3 (---).
 * O(sum of squared degrees). */
ent_rc ent__balance_triads(ent_ctx *ctx, const ent__signed_graph *graph, uint64_t out_triads[4]);

typedef struct {
    uint32_t a, b;
    bool together;
} ent__forced_pair;

typedef struct {
    bool weighted;          /* count |value| instead of 1 a tie */
    uint32_t search_rounds; /* local search where the bound leaves a gap; 0: 20,000 */
    uint32_t branch_limit;  /* subproblems a block; 0: bounds from the root only */
    uint32_t pivot_limit;   /* pivots a block; 0: 60,000 */
} ent__balance_options;

/* One negative cycle of the packing that proves the lower bound. */
typedef struct {
    const uint32_t *nodes; /* in order, closed */
    size_t count;
    double weight;
} ent__balance_cycle;

typedef struct {
    double upper, lower; /* frustration index lies between; equal when proven */
    bool proven;
    double total;        /* number (weight) of ties */
    uint8_t *side;       /* of every node, 0 or 1; the first node of a component has 0 */
    uint32_t *frustrated; /* edges against `side` */
    size_t frustrated_count;
    uint32_t blocks, cuts, pivots, branches;
    double root_lower; /* what the cycle packing alone proves */
    ent__balance_cycle *cycles;
    size_t cycle_count;
} ent__balance;

/* Frustration index with proof, optionally with pairs forced to the same or to different sides.
 * Biconnected blocks are solved apart.  Aref, Mason and Wilson 2020 for the problem; the method
 * (local search above, packing of negative cycles below, branching) is described in cycle_bound.c.
 * ENT_EINPUT: the forced pairs contradict each other. */
ent_rc ent__balance_solve(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph,
                          const ent__forced_pair *forced, size_t forced_count,
                          const ent__balance_options *options, ent__balance *out);

typedef struct {
    double free_upper, free_lower;   /* frustration without force */
    double same_upper, same_lower;   /* least frustration with both on one side */
    double apart_upper, apart_lower; /* ... on different sides */
    double low, high;                /* apart - same: > 0 the structure puts them together */
    bool proven;
} ent__margin;

/* Same/apart margin of two nodes.  `base`, the unforced solution, may be NULL; with it only one of
 * the two forced problems is solved, the other being the base itself. */
ent_rc ent__balance_margin(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph, uint32_t a,
                           uint32_t b, const ent__balance *base,
                           const ent__balance_options *options, ent__margin *out);

#endif
