/* Splits of one signed block by local search (upper bounds of the frustration index).
 * In: a block.  Out: a split and its frustrated weight.
 * Method: iterated local search, single flips, connected kicks, undone by a log of flips.
 * Cost: O(degree) a flip. */
#include "signed_block.h"

#include <math.h>
#include <string.h>

bool ent__block_link_up(ent_arena *arena, ent__block *block)
{
    block->link_start = ent__arena_array(arena, block->n + 2, sizeof *block->link_start);
    block->links = ent__arena_array(arena, 2 * block->m + 1, sizeof *block->links);
    if (block->link_start == NULL || block->links == NULL) {
        return false;
    }
    uint32_t *start = block->link_start;
    block->whole_weights = true;
    for (size_t e = 0; e < block->m; e++) {
        start[block->a[e] + 2]++;
        start[block->b[e] + 2]++;
        if (block->weight[e] != floor(block->weight[e]) || block->weight[e] > 1e9) {
            block->whole_weights = false;
        }
    }
    for (size_t v = 0; v < block->n; v++) {
        start[v + 2] += start[v + 1];
    }
    for (size_t e = 0; e < block->m; e++) { /* start[v + 1] is the fill position of v */
        block->links[start[block->a[e] + 1]++] = (ent__block_link){block->b[e], (uint32_t)e};
        block->links[start[block->b[e] + 1]++] = (ent__block_link){block->a[e], (uint32_t)e};
    }
    return true;
}

static bool edge_frustrated(const ent__block *block, const uint8_t *side, size_t e)
{
    bool apart = side[block->a[e]] != side[block->b[e]];
    return apart == (block->sign[e] > 0);
}

double ent__block_cost(const ent__block *block, const uint8_t *side)
{
    double cost = 0;
    for (size_t e = 0; e < block->m; e++) {
        cost += edge_frustrated(block, side, e) ? block->weight[e] : 0;
    }
    return cost;
}

/* State of a search.  rise[v]: change of cost if v is flipped. */
typedef struct {
    const ent__block *block;
    uint8_t *side;
    double *rise;
    double cost;
    uint32_t *log; /* flips since the last mark */
    size_t log_count, log_capacity;
    uint32_t *stack; /* nodes to look at again */
    uint8_t *stacked;
    size_t stack_count;
} search;

static void search_refresh(search *s)
{
    const ent__block *block = s->block;
    memset(s->rise, 0, block->n * sizeof *s->rise);
    for (size_t e = 0; e < block->m; e++) {
        double w = edge_frustrated(block, s->side, e) ? -block->weight[e] : block->weight[e];
        s->rise[block->a[e]] += w;
        s->rise[block->b[e]] += w;
    }
    s->cost = ent__block_cost(block, s->side);
}

static void search_push(search *s, uint32_t v)
{
    if (!s->stacked[v]) {
        s->stacked[v] = 1;
        s->stack[s->stack_count++] = v;
    }
}

static void search_flip(search *s, uint32_t v, bool watch)
{
    const ent__block *block = s->block;
    s->cost += s->rise[v];
    for (uint32_t l = block->link_start[v]; l < block->link_start[v + 1]; l++) {
        ent__block_link link = block->links[l];
        double w = 2 * block->weight[link.edge];
        bool was_frustrated = edge_frustrated(block, s->side, link.edge);
        s->rise[link.neighbor] += was_frustrated ? w : -w;
        if (watch && !was_frustrated) {
            search_push(s, link.neighbor);
        }
    }
    s->rise[v] = -s->rise[v];
    s->side[v] ^= 1;
    if (s->log_count < s->log_capacity) {
        s->log[s->log_count++] = v;
    }
}

static void search_descend(search *s)
{
    while (s->stack_count > 0) {
        uint32_t v = s->stack[--s->stack_count];
        s->stacked[v] = 0;
        if (s->rise[v] < -1e-9 && s->log_count < s->log_capacity) {
            search_flip(s, v, true);
        }
    }
}

/* Flips a random connected set: what a single flip can't reach. */
static void search_kick(search *s, ent_rng *rng)
{
    const ent__block *block = s->block;
    uint32_t v = ent__rng_below(rng, (uint32_t)block->n);
    uint32_t size = 1 + ent__rng_below(rng, (uint32_t)(2 + block->n / 12));
    for (uint32_t i = 0; i < size; i++) {
        search_flip(s, v, true);
        search_push(s, v);
        uint32_t degree = block->link_start[v + 1] - block->link_start[v];
        if (degree == 0) {
            return;
        }
        v = block->links[block->link_start[v] + ent__rng_below(rng, degree)].neighbor;
    }
}

double ent__block_search(ent_arena *arena, const ent__block *block, uint8_t *side, uint32_t rounds,
                         ent_rng *rng)
{
    size_t n = block->n;
    search s = {.block = block, .side = side, .log_capacity = 64 * n + 64};
    uint8_t *best = ent__arena_array(arena, n, 1);
    s.rise = ent__arena_array(arena, n, sizeof *s.rise);
    s.log = ent__arena_array(arena, s.log_capacity, sizeof *s.log);
    s.stack = ent__arena_array(arena, n, sizeof *s.stack);
    s.stacked = ent__arena_array(arena, n, 1);
    if (best == NULL || s.rise == NULL || s.log == NULL || s.stack == NULL || s.stacked == NULL) {
        return ent__block_cost(block, side); /* no memory to improve it: still a valid split */
    }
    search_refresh(&s);
    for (uint32_t v = 0; v < n; v++) {
        search_push(&s, v);
    }
    search_descend(&s);
    double best_cost = s.cost;
    memcpy(best, side, n);
    for (uint32_t round = 1; round <= rounds && best_cost > 0; round++) {
        double before = s.cost;
        s.log_count = 0;
        if (round % 400 == 0) {
            for (uint32_t v = 0; v < n; v++) {
                side[v] = (uint8_t)ent__rng_below(rng, 2);
                search_push(&s, v);
            }
            search_refresh(&s);
            before = INFINITY;
        } else {
            search_kick(&s, rng);
        }
        search_descend(&s);
        if (s.cost > before + 1e-12) {
            for (size_t i = s.log_count; i-- > 0;) {
                uint32_t v = s.log[i];
                size_t kept = s.log_count;
                s.log_count = s.log_capacity; /* undoing is not logged */
                search_flip(&s, v, false);
                s.log_count = kept;
            }
        }
        if (s.cost < best_cost - 1e-9) {
            best_cost = s.cost;
            memcpy(best, side, n);
        }
    }
    memcpy(side, best, n);
    return ent__block_cost(block, side);
}

bool ent__block_tree_split(ent_arena *arena, const ent__block *block, const double *strain,
                           uint8_t *side)
{
    size_t n = block->n;
    double *near = ent__arena_array(arena, n, sizeof *near);
    uint32_t *via = ent__arena_array(arena, n, sizeof *via);
    uint8_t *done = ent__arena_array(arena, n, 1);
    if (near == NULL || via == NULL || done == NULL) {
        return false;
    }
    for (size_t v = 0; v < n; v++) {
        near[v] = INFINITY;
    }
    uint32_t at = 0;
    side[0] = 0;
    for (size_t step = 0; step < n; step++) {
        done[at] = 1;
        for (uint32_t l = block->link_start[at]; l < block->link_start[at + 1]; l++) {
            ent__block_link link = block->links[l];
            if (!done[link.neighbor] && strain[link.edge] < near[link.neighbor]) {
                near[link.neighbor] = strain[link.edge];
                via[link.neighbor] = link.edge;
            }
        }
        double least = INFINITY;
        uint32_t next = UINT32_MAX;
        for (uint32_t v = 0; v < n; v++) {
            if (!done[v] && near[v] < least) {
                least = near[v];
                next = v;
            }
        }
        if (next == UINT32_MAX) {
            break;
        }
        uint32_t e = via[next];
        uint32_t from = block->a[e] == next ? block->b[e] : block->a[e];
        side[next] = block->sign[e] > 0 ? side[from] : side[from] ^ 1;
        at = next;
    }
    return true;
}
