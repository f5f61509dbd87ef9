/* Structural balance of a whole signed graph.
 * In: a signed graph, pairs forced to one side or apart.  Out: frustration index between proven
 * bounds, a best split, the ties against it; triads; the same/apart margin of a pair.
 * Source: Harary 1959 (line index), Aref, Mason and Wilson 2020 (exact values); shared with
 * landscape theory, whose least energy is the same number with ties weighted by sizes. Steps:
 * contract forced pairs, merge parallel ties, cut into biconnected blocks (the index adds up over
 * them), solve each block (cycle_bound.c), put the sides together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signed_block.h"
#include "wedge.h"

/* ---- sides relative to a representative: union-find with parity ----------------------------- */

typedef struct {
    uint32_t *parent;
    uint8_t *odd; /* side relative to the parent */
} relation;

static uint32_t relation_find(relation *r, uint32_t v, uint8_t *out_odd)
{
    uint32_t root = v;
    uint8_t odd = 0;
    while (r->parent[root] != root) {
        odd ^= r->odd[root];
        root = r->parent[root];
    }
    *out_odd = odd;
    for (uint8_t rest = odd; r->parent[v] != root && v != root;) {
        uint32_t next = r->parent[v];
        uint8_t step = r->odd[v];
        r->parent[v] = root;
        r->odd[v] = rest;
        rest ^= step;
        v = next;
    }
    return root;
}

/* false: a and b are already related the other way. */
static bool relation_join(relation *r, uint32_t a, uint32_t b, uint8_t odd)
{
    uint8_t odd_a, odd_b;
    uint32_t root_a = relation_find(r, a, &odd_a), root_b = relation_find(r, b, &odd_b);
    if (root_a == root_b) {
        return (odd_a ^ odd_b) == odd;
    }
    uint32_t low = root_a < root_b ? root_a : root_b, high = root_a < root_b ? root_b : root_a;
    r->parent[high] = low;
    r->odd[high] = odd_a ^ odd_b ^ odd;
    return true;
}

static bool relation_start(ent_arena *arena, size_t n, relation *out)
{
    out->parent = ent__arena_array(arena, n + 1, sizeof *out->parent);
    out->odd = ent__arena_array(arena, n + 1, 1);
    for (uint32_t v = 0; out->parent != NULL && v < n; v++) {
        out->parent[v] = v;
    }
    return out->parent != NULL && out->odd != NULL;
}

/* ---- contraction ----------------------------------------------------------------------------- */

typedef struct {
    uint32_t a, b; /* a < b */
    double together, apart;
} pair_weight;

static int pair_compare(const void *x, const void *y)
{
    const pair_weight *p = x, *q = y;
    if (p->a != q->a) {
        return p->a < q->a ? -1 : 1;
    }
    return p->b < q->b ? -1 : p->b > q->b;
}

/* Simple graph on representatives; what can't be avoided goes to *out_fixed. */
static bool contract(ent_arena *arena, const ent__signed_graph *graph, relation *forced,
                     bool weighted, pair_weight **out_pairs, size_t *out_count, double *out_fixed)
{
    pair_weight *pairs = ent__arena_array(arena, graph->edge_count + 1, sizeof *pairs);
    if (pairs == NULL) {
        return false;
    }
    size_t count = 0;
    *out_fixed = 0;
    for (size_t e = 0; e < graph->edge_count; e++) {
        const ent__signed_edge *edge = &graph->edges[e];
        uint8_t odd_a, odd_b;
        uint32_t a = relation_find(forced, edge->a, &odd_a);
        uint32_t b = relation_find(forced, edge->b, &odd_b);
        double weight = weighted ? fabs(edge->weight) : 1.0;
        bool positive = (edge->weight > 0) == (odd_a == odd_b);
        if (a == b) {
            *out_fixed += positive ? 0 : weight;
            continue;
        }
        pairs[count++] = (pair_weight){a < b ? a : b, a < b ? b : a, positive ? weight : 0,
                                       positive ? 0 : weight};
    }
    qsort(pairs, count, sizeof *pairs, pair_compare);
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        pair_weight sum = pairs[i++];
        while (i < count && pair_compare(&sum, &pairs[i]) == 0) {
            sum.together += pairs[i].together;
            sum.apart += pairs[i++].apart;
        }
        *out_fixed += fmin(sum.together, sum.apart);
        if (sum.together != sum.apart) {
            pairs[kept++] = sum;
        }
    }
    *out_pairs = pairs;
    *out_count = kept;
    return true;
}

/* ---- biconnected blocks (Hopcroft and Tarjan 1973, without recursion) ------------------------ */

typedef struct {
    uint32_t *block_of_edge;
    uint32_t block_count;
} blocks;

typedef struct {
    uint32_t node, next_link, via_edge;
} visit;

static bool blocks_find(ent_arena *arena, const ent__block *graph, blocks *out)
{
    uint32_t *order = ent__arena_array(arena, graph->n + 1, sizeof *order);
    uint32_t *low = ent__arena_array(arena, graph->n + 1, sizeof *low);
    visit *stack = ent__arena_array(arena, graph->n + 1, sizeof *stack);
    uint32_t *edges = ent__arena_array(arena, graph->m + 1, sizeof *edges);
    out->block_of_edge = ent__arena_array(arena, graph->m + 1, sizeof *out->block_of_edge);
    out->block_count = 0;
    if (order == NULL || low == NULL || stack == NULL || edges == NULL ||
        out->block_of_edge == NULL) {
        return false;
    }
    uint32_t clock = 0;
    for (uint32_t root = 0; root < graph->n; root++) {
        size_t depth = 0, edge_count = 0;
        if (order[root] != 0) {
            continue;
        }
        order[root] = low[root] = ++clock;
        stack[depth++] = (visit){root, graph->link_start[root], UINT32_MAX};
        while (depth > 0) {
            visit *top = &stack[depth - 1];
            if (top->next_link < graph->link_start[top->node + 1]) {
                ent__block_link link = graph->links[top->next_link++];
                if (link.edge == top->via_edge) {
                    continue;
                }
                if (order[link.neighbor] == 0) {
                    edges[edge_count++] = link.edge;
                    order[link.neighbor] = low[link.neighbor] = ++clock;
                    stack[depth++] =
                        (visit){link.neighbor, graph->link_start[link.neighbor], link.edge};
                } else if (order[link.neighbor] < order[top->node]) {
                    edges[edge_count++] = link.edge;
                    low[top->node] = order[link.neighbor] < low[top->node] ? order[link.neighbor]
                                                                           : low[top->node];
                }
                continue;
            }
            visit done = *top;
            depth--;
            if (depth == 0) {
                break;
            }
            uint32_t up = stack[depth - 1].node;
            low[up] = low[done.node] < low[up] ? low[done.node] : low[up];
            if (low[done.node] >= order[up]) { /* `up` cuts off a block */
                uint32_t last;
                do {
                    last = edges[--edge_count];
                    out->block_of_edge[last] = out->block_count;
                } while (last != done.via_edge);
                out->block_count++;
            }
        }
    }
    return true;
}

/* ---- one block out of the whole ------------------------------------------------------------- */

typedef struct {
    ent_arena *arena; /* scratch of the whole solution */
    ent_arena *results;
    ent__block whole;
    blocks parts;
    relation sides;
    uint32_t *local; /* node of the whole -> node of the block */
    uint32_t *nodes; /* and back */
    size_t cycle_capacity;
} assembly;

static bool cycles_take(assembly *s, const ent__block *block, const ent__block_answer *answer,
                        ent__balance *out)
{
    for (size_t c = 0; c < answer->cycle_count; c++) {
        uint32_t first = answer->cycle_start[c], end = answer->cycle_start[c + 1];
        uint32_t *nodes = ent__arena_array(s->results, end - first + 1, sizeof *nodes);
        if (nodes == NULL) {
            return false;
        }
        /* Edges come in order round the cycle: the node shared by the last and the first leads. */
        uint32_t e = answer->cycle_edges[first], last = answer->cycle_edges[end - 1];
        uint32_t at = block->a[e] == block->a[last] || block->a[e] == block->b[last] ? block->a[e]
                                                                                     : block->b[e];
        for (uint32_t i = first; i < end; i++) {
            e = answer->cycle_edges[i];
            nodes[i - first] = s->nodes[at];
            at = block->a[e] == at ? block->b[e] : block->a[e];
        }
        out->cycles[out->cycle_count++] =
            (ent__balance_cycle){nodes, end - first, answer->cycle_weight[c]};
    }
    return true;
}

static bool block_extract(assembly *s, uint32_t which, ent_arena *arena, ent__block *block)
{
    const ent__block *whole = &s->whole;
    uint32_t *a = ent__arena_array(arena, whole->m + 1, sizeof *a);
    uint32_t *b = ent__arena_array(arena, whole->m + 1, sizeof *b);
    double *weight = ent__arena_array(arena, whole->m + 1, sizeof *weight);
    int8_t *sign = ent__arena_array(arena, whole->m + 1, 1);
    if (a == NULL || b == NULL || weight == NULL || sign == NULL) {
        return false;
    }
    *block = (ent__block){0};
    memset(s->local, 0xff, whole->n * sizeof *s->local);
    for (size_t e = 0; e < whole->m; e++) {
        if (s->parts.block_of_edge[e] != which) {
            continue;
        }
        const uint32_t ends[2] = {whole->a[e], whole->b[e]};
        for (int i = 0; i < 2; i++) {
            if (s->local[ends[i]] == UINT32_MAX) {
                s->local[ends[i]] = (uint32_t)block->n;
                s->nodes[block->n++] = ends[i];
            }
        }
        a[block->m] = s->local[ends[0]];
        b[block->m] = s->local[ends[1]];
        weight[block->m] = whole->weight[e];
        sign[block->m++] = whole->sign[e];
    }
    block->a = a;
    block->b = b;
    block->weight = weight;
    block->sign = sign;
    return ent__block_link_up(arena, block);
}

static bool block_add(assembly *s, uint32_t which, const ent__block_effort *effort, ent_rng *rng,
                      ent__balance *out)
{
    ent_arena *arena = ent__arena_new();
    ent__block block;
    ent__block_answer answer;
    bool fine = arena != NULL && block_extract(s, which, arena, &block) &&
                ent__block_solve(arena, &block, effort, rng, &answer);
    if (fine) {
        out->upper += answer.upper;
        out->lower += answer.lower;
        out->root_lower += answer.root_lower;
        out->proven &= answer.proven;
        out->cuts += answer.cuts;
        out->pivots += answer.pivots;
        out->branches += answer.branches;
        for (uint32_t v = 1; v < block.n; v++) {
            relation_join(&s->sides, s->nodes[0], s->nodes[v], answer.side[0] ^ answer.side[v]);
        }
        if (out->cycle_count + answer.cycle_count > s->cycle_capacity) {
            size_t capacity = 2 * (out->cycle_count + answer.cycle_count);
            ent__balance_cycle *grown = ent__arena_array(s->results, capacity, sizeof *grown);
            fine = grown != NULL;
            if (fine && out->cycle_count > 0) {
                memcpy(grown, out->cycles, out->cycle_count * sizeof *grown);
            }
            out->cycles = grown;
            s->cycle_capacity = capacity;
        }
        fine = fine && cycles_take(s, &block, &answer, out);
    }
    ent__arena_free(arena);
    return fine;
}

static bool whole_build(assembly *s, size_t n, const pair_weight *pairs, size_t count)
{
    uint32_t *a = ent__arena_array(s->arena, count + 1, sizeof *a);
    uint32_t *b = ent__arena_array(s->arena, count + 1, sizeof *b);
    double *weight = ent__arena_array(s->arena, count + 1, sizeof *weight);
    int8_t *sign = ent__arena_array(s->arena, count + 1, 1);
    s->local = ent__arena_array(s->arena, n + 1, sizeof *s->local);
    s->nodes = ent__arena_array(s->arena, n + 1, sizeof *s->nodes);
    if (a == NULL || b == NULL || weight == NULL || sign == NULL || s->local == NULL ||
        s->nodes == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        a[i] = pairs[i].a;
        b[i] = pairs[i].b;
        weight[i] = fabs(pairs[i].together - pairs[i].apart);
        sign[i] = pairs[i].together > pairs[i].apart ? 1 : -1;
    }
    s->whole = (ent__block){.n = n, .m = count, .a = a, .b = b, .weight = weight, .sign = sign};
    return ent__block_link_up(s->arena, &s->whole) && blocks_find(s->arena, &s->whole, &s->parts) &&
           relation_start(s->arena, n, &s->sides);
}

static bool sides_finish(assembly *s, const ent__signed_graph *graph, relation *forced,
                         ent__balance *out)
{
    out->side = ent__arena_array(s->results, graph->node_count + 1, 1);
    out->frustrated = ent__arena_array(s->results, graph->edge_count + 1, sizeof(uint32_t));
    if (out->side == NULL || out->frustrated == NULL) {
        return false;
    }
    for (uint32_t v = 0; v < graph->node_count; v++) {
        uint8_t odd, odd_block;
        uint32_t group = relation_find(forced, v, &odd);
        relation_find(&s->sides, group, &odd_block);
        out->side[v] = odd ^ odd_block;
    }
    for (uint32_t e = 0; e < graph->edge_count; e++) {
        const ent__signed_edge *edge = &graph->edges[e];
        bool apart = out->side[edge->a] != out->side[edge->b];
        if (apart == (edge->weight > 0)) {
            out->frustrated[out->frustrated_count++] = e;
        }
    }
    return true;
}

static ent__block_effort effort_of(const ent__balance_options *options)
{
    ent__block_effort effort = {20000, 0, 60000};
    if (options != NULL) {
        effort.branch_limit = options->branch_limit;
        effort.search_rounds = options->search_rounds == 0 ? 20000 : options->search_rounds;
        effort.pivot_limit = options->pivot_limit == 0 ? 60000 : options->pivot_limit;
    }
    return effort;
}

ent_rc ent__balance_solve(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph,
                          const ent__forced_pair *forced_pairs, size_t forced_count,
                          const ent__balance_options *options, ent__balance *out)
{
    const bool weighted = options != NULL && options->weighted;
    const ent__block_effort effort = effort_of(options);
    assembly s = {.arena = ent__arena_new(), .results = arena};
    relation forced;
    pair_weight *pairs;
    size_t pair_count;
    double fixed;
    memset(out, 0, sizeof *out);
    bool fine = s.arena != NULL && relation_start(s.arena, graph->node_count, &forced);
    for (size_t i = 0; fine && i < forced_count; i++) {
        const ent__forced_pair *pair = &forced_pairs[i];
        if (!relation_join(&forced, pair->a, pair->b, pair->together ? 0 : 1)) {
            ent__arena_free(s.arena);
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "the forced pairs contradict each other at "
                             "%.*s and %.*s",
                             ENT_FMT(graph->names[pair->a]), ENT_FMT(graph->names[pair->b]));
        }
    }
    fine = fine && contract(s.arena, graph, &forced, weighted, &pairs, &pair_count, &fixed) &&
           whole_build(&s, graph->node_count, pairs, pair_count);
    out->upper = out->lower = out->root_lower = fine ? fixed : 0;
    out->proven = true;
    out->blocks = fine ? s.parts.block_count : 0;
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    for (uint32_t block = 0; fine && block < s.parts.block_count; block++) {
        fine = block_add(&s, block, &effort, &rng, out);
    }
    for (size_t e = 0; e < graph->edge_count; e++) {
        out->total += weighted ? fabs(graph->edges[e].weight) : 1.0;
    }
    fine = fine && sides_finish(&s, graph, &forced, out);
    ent__arena_free(s.arena);
    return fine ? ENT_OK : ent__nomem(ctx);
}

/* ---- margin --------------------------------------------------------------------------------- */

ent_rc ent__balance_margin(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph,
                           uint32_t a, uint32_t b, const ent__balance *base,
                           const ent__balance_options *options, ent__margin *out)
{
    ent__balance own;
    if (base == NULL) {
        ent_rc rc = ent__balance_solve(ctx, arena, graph, NULL, 0, options, &own);
        if (rc != ENT_OK) {
            return rc;
        }
        base = &own;
    }
    bool together = base->side[a] == base->side[b];
    ent__forced_pair pair = {a, b, !together};
    ent__balance other;
    ent_rc rc = ent__balance_solve(ctx, arena, graph, &pair, 1, options, &other);
    if (rc != ENT_OK) {
        return rc;
    }
    /* The unforced optimum is the optimum of the side it happens to take; its bound holds there. */
    double other_lower = fmax(other.lower, base->lower);
    out->free_upper = fmin(base->upper, other.upper);
    out->free_lower = base->lower;
    out->same_upper = together ? base->upper : other.upper;
    out->same_lower = together ? base->lower : other_lower;
    out->apart_upper = together ? other.upper : base->upper;
    out->apart_lower = together ? other_lower : base->lower;
    out->low = out->apart_lower - out->same_upper;
    out->high = out->apart_upper - out->same_lower;
    out->proven = base->proven && other.proven;
    return ENT_OK;
}

/* ---- triads --------------------------------------------------------------------------------- */

ent_rc ent__balance_triads(ent_ctx *ctx, const ent__signed_graph *graph, uint64_t out_triads[4])
{
    size_t n = graph->node_count;
    memset(out_triads, 0, 4 * sizeof *out_triads);
    ent_arena *arena = ent__arena_new();
    double *tie = arena == NULL ? NULL : ent__arena_array(arena, n * n + 1, sizeof *tie);
    if (tie == NULL) {
        ent__arena_free(arena);
        return ent__nomem(ctx);
    }
    for (size_t e = 0; e < graph->edge_count; e++) {
        const ent__signed_edge *edge = &graph->edges[e];
        tie[edge->a * n + edge->b] += edge->weight;
        tie[edge->b * n + edge->a] += edge->weight;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double ij = tie[i * n + j];
            for (size_t k = j + 1; ij != 0 && k < n; k++) {
                double ik = tie[i * n + k], jk = tie[j * n + k];
                if (ik != 0 && jk != 0) {
                    out_triads[(ij < 0) + (ik < 0) + (jk < 0)]++;
                }
            }
        }
    }
    ent__arena_free(arena);
    return ENT_OK;
}
