/* Least frustrated weight of one block, with proof.
 * In: a block.  Out: a split, a lower bound, and the packing of negative cycles that proves it.
 *
 * Lower bound: minimise sum weight * f over f >= 0 with sum of f over C >= 1 for every cycle C
 * whose signs multiply to -1.  The cycles are found as they are needed: in the double cover of the
 * graph (nodes (v,0) and (v,1), a + edge joins equal copies, a - edge unequal ones) a shortest path
 * from (v,0) to (v,1) is the shortest negative closed walk through v (Barahona and Mahjoub 1986).
 * After switching by the best split known only its frustrated edges are negative, and a negative
 * cycle holds one of them, so shortest paths from a vertex cover of those few edges are enough.
 * Where the bound leaves a gap: branch on an edge (satisfied, or frustrated: then its sign is
 * turned and it is free), each branch going on from its parent's program. Cost: per round one
 * Dijkstra a cover node, O(m log n); pivots see row_program.h. */
#include <math.h>
#include <string.h>

#include "row_program.h"
#include "signed_block.h"

static const double cut_least = 1e-4; /* a cycle shorter than 1 by this much is added */
static const double hop_length = 1e-6; /* prefers short cycles among equals */

typedef struct {
    double distance;
    uint32_t node;
} heap_item;

typedef struct {
    const ent__block *block;
    const ent__block_effort *effort;
    ent_rng *rng;
    ent_arena *arena;
    double best; /* weight of best_side */
    uint8_t *best_side;
    uint8_t *trial; /* n */
    uint8_t *odd; /* m: negative after switching by best_side */
    double *length; /* m */
    double *distance; /* 2n */
    uint32_t *via_node, *via_edge; /* 2n */
    heap_item *heap;
    size_t heap_count, heap_capacity;
    uint32_t *walk_nodes, *walk_edges; /* 2n + 1 */
    int32_t *seen_at; /* n */
    uint32_t *cover; /* n */
    uint8_t *covered; /* n */
    ent__program_entry *entries; /* m */
    uint32_t *count_of_edge; /* m */
    uint32_t cuts, pivots, branches;
    bool out_of_memory;
} prover;

/* ---- shortest negative closed walks -------------------------------------------------------- */

static void heap_push(prover *s, double distance, uint32_t node)
{
    if (s->heap_count == s->heap_capacity) {
        return; /* capacity is the number of arcs: cannot happen */
    }
    size_t at = s->heap_count++;
    while (at > 0 && s->heap[(at - 1) / 2].distance > distance) {
        s->heap[at] = s->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    s->heap[at] = (heap_item){distance, node};
}

static heap_item heap_pop(prover *s)
{
    heap_item top = s->heap[0], last = s->heap[--s->heap_count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= s->heap_count) {
            break;
        }
        if (child + 1 < s->heap_count && s->heap[child + 1].distance < s->heap[child].distance) {
            child++;
        }
        if (s->heap[child].distance >= last.distance) {
            break;
        }
        s->heap[at] = s->heap[child];
        at = child;
    }
    s->heap[at] = last;
    return top;
}

/* Is there a walk from (root, 0) to (root, 1) shorter than 1?  Leaves it in via_node, via_edge. */
static bool walk_find(prover *s, uint32_t root)
{
    const ent__block *block = s->block;
    for (size_t i = 0; i < 2 * block->n; i++) {
        s->distance[i] = INFINITY;
    }
    s->heap_count = 0;
    s->distance[2 * root] = 0;
    heap_push(s, 0, 2 * root);
    while (s->heap_count > 0) {
        heap_item item = heap_pop(s);
        if (item.distance >= 1 - cut_least) {
            return false;
        }
        if (item.node == 2 * root + 1) {
            return true;
        }
        if (item.distance > s->distance[item.node]) {
            continue;
        }
        uint32_t v = item.node / 2, copy = item.node % 2;
        for (uint32_t l = block->link_start[v]; l < block->link_start[v + 1]; l++) {
            ent__block_link link = block->links[l];
            uint32_t to = 2 * link.neighbor + (copy ^ s->odd[link.edge]);
            double d = item.distance + s->length[link.edge] + hop_length;
            if (d < s->distance[to] && d < 1 - cut_least) {
                s->distance[to] = d;
                s->via_node[to] = item.node;
                s->via_edge[to] = link.edge;
                heap_push(s, d, to);
            }
        }
    }
    return false;
}

/* Cuts positive loops off the walk until a simple negative cycle is left; gives its edges. */
static size_t walk_cycle(prover *s, uint32_t root, const uint32_t **out_edges)
{
    size_t steps = 0;
    for (uint32_t at = 2 * root + 1; at != 2 * root && steps < 2 * s->block->n; steps++) {
        s->walk_nodes[steps] = at / 2;
        s->walk_edges[steps] = s->via_edge[at];
        at = s->via_node[at];
    }
    memset(s->seen_at, 0xff, s->block->n * sizeof *s->seen_at);
    size_t depth =
        0; /* walk kept so far: nodes[0..depth), edge i leads from node i to node i + 1 */
    for (size_t i = 0; i <= steps; i++) {
        uint32_t node = i < steps ? s->walk_nodes[i] : root;
        if (s->seen_at[node] >= 0) {
            size_t from = (size_t)s->seen_at[node];
            unsigned parity = 0;
            for (size_t j = from; j < depth; j++) {
                parity ^= s->odd[s->walk_edges[j]];
            }
            if (parity == 1) {
                *out_edges = s->walk_edges + from;
                return depth - from;
            }
            for (size_t j = from; j < depth; j++) {
                s->seen_at[s->walk_nodes[j]] = -1;
            }
            depth = from;
        }
        if (i < steps) {
            s->seen_at[node] = (int32_t)depth;
            uint32_t edge = s->walk_edges[i];
            s->walk_nodes[depth] = node;
            s->walk_edges[depth] = edge;
            depth++;
        }
    }
    return 0;
}

/* Greedy vertex cover of the odd edges. */
static size_t cover_find(prover *s)
{
    const ent__block *block = s->block;
    memset(s->covered, 0, block->n);
    size_t count = 0;
    uint32_t *degree = s->count_of_edge; /* scratch of at least n */
    for (;;) {
        memset(degree, 0, block->n * sizeof *degree);
        uint32_t best = 0;
        for (size_t e = 0; e < block->m; e++) {
            if (s->odd[e] && !s->covered[block->a[e]] && !s->covered[block->b[e]]) {
                degree[block->a[e]]++;
                degree[block->b[e]]++;
            }
        }
        for (uint32_t v = 1; v < block->n; v++) {
            best = degree[v] > degree[best] ? v : best;
        }
        if (degree[best] == 0) {
            return count;
        }
        s->covered[best] = 1;
        s->cover[count++] = best;
    }
}

/* ---- the bound ----------------------------------------------------------------------------- */

/* One subproblem: `turned` edges are taken as frustrated (sign turned, free). */
typedef struct {
    ent__program *program;
    uint8_t *turned; /* m */
} subproblem;

static void odd_edges(prover *s, const subproblem *sub)
{
    const ent__block *block = s->block;
    for (size_t e = 0; e < block->m; e++) {
        bool apart = s->best_side[block->a[e]] != s->best_side[block->b[e]];
        s->odd[e] = (uint8_t)((apart == (block->sign[e] > 0)) != sub->turned[e]);
        s->length[e] = sub->turned[e] ? 0 : fmax(sub->program->x[e], 0);
    }
}

/* Adds the shortest negative cycles; the number added. */
static size_t cuts_add(prover *s, const subproblem *sub)
{
    odd_edges(s, sub);
    size_t roots = cover_find(s), added = 0;
    for (size_t r = 0; r < roots; r++) {
        const uint32_t *edges;
        if (!walk_find(s, s->cover[r])) {
            continue;
        }
        size_t count = walk_cycle(s, s->cover[r], &edges), kept = 0;
        for (size_t i = 0; i < count; i++) {
            if (!sub->turned[edges[i]]) {
                s->entries[kept++] = (ent__program_entry){edges[i], 1.0};
                s->length[edges[i]] += 0.05; /* the next roots look elsewhere first */
            }
        }
        if (count > 0 && !ent__program_add(sub->program, s->entries, kept, 1.0)) {
            s->out_of_memory = true;
            return 0;
        }
        added += count > 0;
    }
    if (added == 0) {
        return 0;
    }
    s->cuts += (uint32_t)added;
    return added;
}

/* A split from the program's solution, improved; replaces the best if better. */
static void round_solution(prover *s, const ent__program *program, uint32_t rounds)
{
    ent_arena *scratch = ent__arena_new();
    if (scratch == NULL) {
        s->out_of_memory = true;
        return;
    }
    if (ent__block_tree_split(scratch, s->block, program->x, s->trial)) {
        double cost = ent__block_search(scratch, s->block, s->trial, rounds, s->rng);
        if (cost < s->best - 1e-9) {
            s->best = cost;
            memcpy(s->best_side, s->trial, s->block->n);
        }
    }
    ent__arena_free(scratch);
}

static double bound_rounded(const prover *s, double bound)
{
    return s->block->whole_weights ? ceil(bound - 1e-7) : bound;
}

static bool bound_closes(const prover *s, double bound)
{
    return bound_rounded(s, bound) >= s->best - 1e-7 * fmax(1, s->best);
}

/* Adds cuts and pivots until no short cycle is left or the bound closes the gap. */
static double bound_raise(prover *s, subproblem *sub)
{
    double bound = 0;
    uint32_t stale = 0;
    while (!s->out_of_memory && s->pivots < s->effort->pivot_limit) {
        if (cuts_add(s, sub) == 0) {
            break;
        }
        uint32_t before = sub->program->pivots;
        ent__program_end end =
            ent__program_solve(sub->program, s->effort->pivot_limit - s->pivots, INFINITY);
        s->pivots += sub->program->pivots - before;
        if (end == ENT__PROGRAM_INFEASIBLE) {
            return INFINITY; /* no split is left in this branch */
        }
        double now = ent__program_bound(sub->program);
        stale = now > bound + 1e-9 ? 0 : stale + 1;
        bound = fmax(bound, now);
        if (bound_closes(s, bound) || end != ENT__PROGRAM_SOLVED || stale > 60) {
            break;
        }
        round_solution(s, sub->program, 0);
        if (bound_closes(s, bound)) {
            break;
        }
    }
    s->out_of_memory |= sub->program->out_of_memory;
    return bound;
}

/* ---- branching ----------------------------------------------------------------------------- */

/* The free edge nearest to one half, heavier first; SIZE_MAX when all are whole. */
static size_t branch_edge(const prover *s, const subproblem *sub)
{
    size_t best = SIZE_MAX;
    double best_score = 1e-6;
    for (size_t e = 0; e < s->block->m; e++) {
        double x = sub->program->x[e];
        double score = sub->turned[e] ? 0 : fmin(x, 1 - x) * s->block->weight[e];
        if (score > best_score + 1e-9) {
            best_score = score;
            best = e;
        }
    }
    return best;
}

/* Lower bound of the subproblem after branching as far as the limit allows. */
static double branch(prover *s, subproblem *parent, double bound)
{
    if (bound_closes(s, bound) || s->out_of_memory) {
        return bound;
    }
    size_t e = branch_edge(s, parent);
    if (e == SIZE_MAX || s->branches + 2 > s->effort->branch_limit ||
        s->pivots >= s->effort->pivot_limit) {
        return bound;
    }
    double lowest = INFINITY;
    for (int frustrated = 0; frustrated < 2; frustrated++) {
        ent_arena *arena = ent__arena_new();
        subproblem child = {0};
        s->branches++;
        if (arena != NULL) {
            child.program = ent__program_copy(parent->program, arena);
            child.turned = ent__arena_array(arena, s->block->m, 1);
        }
        ent__program_entry entry = {(uint32_t)e, frustrated ? 1.0 : -1.0};
        if (child.program == NULL || child.turned == NULL ||
            !ent__program_add(child.program, &entry, 1, frustrated ? 1.0 : 0.0)) {
            s->out_of_memory = true;
            ent__arena_free(arena);
            return bound;
        }
        memcpy(child.turned, parent->turned, s->block->m);
        child.turned[e] = (uint8_t)frustrated;
        uint32_t before = child.program->pivots;
        double below = bound;
        ent__program_end end = ent__program_solve(child.program, s->effort->pivot_limit, INFINITY);
        s->pivots += child.program->pivots - before;
        if (end == ENT__PROGRAM_INFEASIBLE) {
            below = INFINITY;
        } else {
            below = fmax(below, ent__program_bound(child.program));
            if (!bound_closes(s, below)) {
                below = fmax(below, bound_raise(s, &child));
            }
            below = branch(s, &child, below);
        }
        ent__arena_free(arena);
        lowest = fmin(lowest, below);
    }
    return fmax(bound, lowest);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static bool prover_start(prover *s)
{
    size_t n = s->block->n, m = s->block->m;
    s->heap_capacity = 4 * m + 4;
    s->best_side = ent__arena_array(s->arena, n, 1);
    s->trial = ent__arena_array(s->arena, n, 1);
    s->odd = ent__arena_array(s->arena, m + 1, 1);
    s->length = ent__arena_array(s->arena, m + 1, sizeof *s->length);
    s->distance = ent__arena_array(s->arena, 2 * n, sizeof *s->distance);
    s->via_node = ent__arena_array(s->arena, 2 * n, sizeof *s->via_node);
    s->via_edge = ent__arena_array(s->arena, 2 * n, sizeof *s->via_edge);
    s->heap = ent__arena_array(s->arena, s->heap_capacity, sizeof *s->heap);
    s->walk_nodes = ent__arena_array(s->arena, 2 * n + 1, sizeof *s->walk_nodes);
    s->walk_edges = ent__arena_array(s->arena, 2 * n + 1, sizeof *s->walk_edges);
    s->seen_at = ent__arena_array(s->arena, n, sizeof *s->seen_at);
    s->cover = ent__arena_array(s->arena, n, sizeof *s->cover);
    s->covered = ent__arena_array(s->arena, n, 1);
    s->entries = ent__arena_array(s->arena, m + 1, sizeof *s->entries);
    s->count_of_edge = ent__arena_array(s->arena, m + n + 1, sizeof *s->count_of_edge);
    return s->best_side != NULL && s->trial != NULL && s->odd != NULL && s->length != NULL &&
           s->distance != NULL && s->via_node != NULL && s->via_edge != NULL && s->heap != NULL &&
           s->walk_nodes != NULL && s->walk_edges != NULL && s->seen_at != NULL &&
           s->cover != NULL && s->covered != NULL && s->entries != NULL && s->count_of_edge != NULL;
}

/* The tight cycles with their duals, scaled to a feasible packing, into the answer. */
static bool packing_take(ent_arena *arena, ent__program *program, ent__block_answer *out)
{
    double raw = 0, bound = ent__program_bound(program);
    size_t edges = 0;
    for (size_t t = 0; t < program->k; t++) {
        raw += fmax(program->duals[t], 0);
        edges += program->rows[program->tight[t]].count;
    }
    out->cycle_start = ent__arena_array(arena, program->k + 1, sizeof *out->cycle_start);
    out->cycle_edges = ent__arena_array(arena, edges + 1, sizeof *out->cycle_edges);
    out->cycle_weight = ent__arena_array(arena, program->k + 1, sizeof *out->cycle_weight);
    if (out->cycle_start == NULL || out->cycle_edges == NULL || out->cycle_weight == NULL) {
        return false;
    }
    double scale = raw > 0 ? bound / raw : 0;
    size_t at = 0;
    for (size_t t = 0; t < program->k; t++) {
        const ent__program_row *row = &program->rows[program->tight[t]];
        if (program->duals[t] <= 1e-12) {
            continue;
        }
        out->cycle_weight[out->cycle_count++] = program->duals[t] * scale;
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            out->cycle_edges[at++] = program->entries[e].variable;
        }
        out->cycle_start[out->cycle_count] = (uint32_t)at;
    }
    return true;
}

bool ent__block_solve(ent_arena *arena, const ent__block *block, const ent__block_effort *effort,
                      ent_rng *rng, ent__block_answer *out)
{
    ent_arena *own = ent__arena_new();
    prover s = {.block = block, .effort = effort, .rng = rng, .arena = own};
    memset(out, 0, sizeof *out);
    out->side = ent__arena_array(arena, block->n + 1, 1);
    subproblem root = {0};
    bool fine = own != NULL && out->side != NULL && prover_start(&s);
    if (fine) {
        root.program = ent__program_new(own, block->m, block->weight, 1e-6);
        root.turned = ent__arena_array(own, block->m + 1, 1);
        fine = root.program != NULL && root.turned != NULL;
    }
    if (fine) {
        s.best = INFINITY;
        round_solution(&s, root.program, 100);
        double bound = bound_raise(&s, &root);
        if (!bound_closes(&s, bound)) {
            round_solution(&s, root.program, effort->search_rounds);
        }
        out->root_lower = bound_rounded(&s, bound);
        fine = packing_take(arena, root.program, out);
        bound = branch(&s, &root, bound);
        out->lower = fmin(bound_rounded(&s, bound), s.best);
        out->upper = s.best;
        out->proven = bound_closes(&s, bound);
        if (out->proven) {
            out->lower = s.best;
        }
        out->cuts = s.cuts;
        out->pivots = s.pivots;
        out->branches = s.branches;
        memcpy(out->side, s.best_side, block->n);
    }
    ent__arena_free(own);
    return fine && !s.out_of_memory;
}
