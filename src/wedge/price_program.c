/* Wedge prices by several ties at once: linear programs over configurations.
 * In: weights, which ties may change at what cost.  Out: the cheapest change, proven.
 *
 * For a wanted configuration x the changes that make it beat configuration y satisfy
 *     sum over ties of size_i size_j ([y apart] - [x apart]) change  >=  E(x) - E(y) + lead,
 * so the cheapest change for one x is a linear program with a row for each y.  Only the rows that
 * bind are written: the most violated y is found by looking at all configurations. The cheapest
 * over all separated x: x by rising energy; with y0 the best configuration that keeps target and
 * rival together, cost(x) >= (E(x) - E(y0) + lead) / kappa, kappa the largest size_i size_j / cost
 * over ties that x and y0 place differently.  The same bound against every y met so far skips most
 * x, the general kappa ends the list.  Source: ours.  Cost: 2^(n-1) a look, a look a row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "configurations.h"
#include "row_program.h"
#include "wedge.h"

#define POOL_MAX 512
#define LEVERS_MAX (ENT__PRICE_SEVERAL_EXACT * (ENT__PRICE_SEVERAL_EXACT - 1) / 2)

typedef struct {
    uint32_t i, j;
    double product; /* size_i size_j */
    double ratio; /* product / cost */
    double cost, limit;
} lever;

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena; /* of this computation */
    ent_arena *scratch; /* of one program */
    size_t n, lever_count;
    uint32_t count; /* configurations */
    const double *energy; /* by configuration, ties as measured */
    lever *levers; /* largest ratio first */
    double *costs; /* 2 a lever: up, down */
    uint32_t target, rival;
    double lead;
    uint32_t pool[POOL_MAX];
    size_t pool_count;
    ent__program_entry *entries;
    double *change; /* by lever, of the program solved last */
} workshop;

static int lever_compare(const void *x, const void *y)
{
    const lever *a = x, *b = y;
    if (a->ratio != b->ratio) {
        return a->ratio > b->ratio ? -1 : 1;
    }
    return a->i != b->i ? (a->i < b->i ? -1 : 1) : (a->j < b->j ? -1 : a->j > b->j);
}

static ent_rc workshop_start(workshop *w, ent_ctx *ctx, const double *weight, const ent__ties *ties,
                             const ent__adjustable *adjustable)
{
    w->ctx = ctx;
    w->n = ties->n;
    w->count = 1u << (w->n - 1);
    w->arena = ent__arena_new();
    w->scratch = ent__arena_new();
    if (w->arena == NULL || w->scratch == NULL) {
        return ent__nomem(ctx);
    }
    size_t k = adjustable->count;
    double *energy = ent__arena_array(w->arena, w->count, sizeof *energy);
    ent__walk *walk = ent__arena_alloc(w->arena, sizeof *walk);
    w->levers = ent__arena_array(w->arena, k + 1, sizeof *w->levers);
    w->costs = ent__arena_array(w->arena, 2 * k + 1, sizeof *w->costs);
    w->entries = ent__arena_array(w->arena, 2 * k + 1, sizeof *w->entries);
    w->change = ent__arena_array(w->arena, k + 1, sizeof *w->change);
    if (energy == NULL || walk == NULL || w->levers == NULL || w->costs == NULL ||
        w->entries == NULL || w->change == NULL) {
        return ent__nomem(ctx);
    }
    ent__walk_start(walk, weight, w->n);
    do {
        energy[walk->config] = walk->energy;
    } while (ent__walk_next(walk));
    w->energy = energy;
    for (size_t e = 0; e < k && e < LEVERS_MAX; e++) {
        const ent__tie_change *tie = &adjustable->ties[e];
        double product = ties->size[tie->a] * ties->size[tie->b];
        if (adjustable->limit[e] > 0 && isfinite(adjustable->cost[e])) {
            w->levers[w->lever_count++] = (lever){tie->a,
                                                  tie->b,
                                                  product,
                                                  product / adjustable->cost[e],
                                                  adjustable->cost[e],
                                                  adjustable->limit[e]};
        }
    }
    qsort(w->levers, w->lever_count, sizeof *w->levers, lever_compare);
    for (size_t e = 0; e < w->lever_count; e++) {
        w->costs[2 * e] = w->costs[2 * e + 1] = w->levers[e].cost;
    }
    return ENT_OK;
}

static void workshop_end(workshop *w)
{
    ent__arena_free(w->arena);
    ent__arena_free(w->scratch);
}

/* ---- one wanted configuration --------------------------------------------------------------- */

/* By how much y must be left behind by x (negative: how far it may lead). */
static double lead_wanted(const workshop *w, uint32_t y)
{
    return ent__config_apart(y, w->target, w->rival) ? 0 : w->lead;
}

/* Energy that the change adds to y more than to x. */
static double change_between(const workshop *w, uint32_t x, uint32_t y)
{
    double sum = 0;
    for (size_t e = 0; e < w->lever_count; e++) {
        if (w->change[e] != 0) {
            const lever *l = &w->levers[e];
            sum += l->product * w->change[e] *
                   ((int)ent__config_apart(y, l->i, l->j) - (int)ent__config_apart(x, l->i, l->j));
        }
    }
    return sum;
}

/* Largest shortfall over all configurations (same_only: over those that keep the pair together). */
static uint32_t worst_rival(const workshop *w, uint32_t x, bool same_only, double *out_short)
{
    uint32_t worst = x, active_i[LEVERS_MAX], active_j[LEVERS_MAX];
    double step[LEVERS_MAX];
    size_t active = 0;
    for (size_t e = 0; e < w->lever_count; e++) {
        if (w->change[e] != 0) {
            active_i[active] = w->levers[e].i;
            active_j[active] = w->levers[e].j;
            step[active++] = w->levers[e].product * w->change[e];
        }
    }
    double own = w->energy[x];
    for (size_t e = 0; e < active; e++) {
        own += ent__config_apart(x, active_i[e], active_j[e]) ? step[e] : 0;
    }
    *out_short = 0;
    for (uint32_t y = 0; y < w->count; y++) {
        bool apart = ent__config_apart(y, w->target, w->rival);
        if (y == x || (apart && same_only)) {
            continue;
        }
        double energy = w->energy[y];
        for (size_t e = 0; e < active; e++) {
            energy += ent__config_apart(y, active_i[e], active_j[e]) ? step[e] : 0;
        }
        double lack = own - energy + (apart ? 0 : w->lead);
        if (lack > *out_short) {
            *out_short = lack;
            worst = y;
        }
    }
    return worst;
}

static bool row_write(workshop *w, ent__program *program, uint32_t x, uint32_t y)
{
    size_t count = 0;
    for (size_t e = 0; e < w->lever_count; e++) {
        const lever *l = &w->levers[e];
        int turn = (int)ent__config_apart(y, l->i, l->j) - (int)ent__config_apart(x, l->i, l->j);
        if (turn != 0) {
            w->entries[count++] = (ent__program_entry){(uint32_t)(2 * e), turn * l->product};
            w->entries[count++] = (ent__program_entry){(uint32_t)(2 * e + 1), -turn * l->product};
        }
    }
    return ent__program_add(program, w->entries, count,
                            w->energy[x] - w->energy[y] + lead_wanted(w, y));
}

static bool limits_write(workshop *w, ent__program *program)
{
    for (size_t e = 0; e < w->lever_count; e++) {
        for (uint32_t direction = 0; direction < 2; direction++) {
            ent__program_entry entry = {(uint32_t)(2 * e) + direction, -1};
            if (isfinite(w->levers[e].limit) &&
                !ent__program_add(program, &entry, 1, -w->levers[e].limit)) {
                return false;
            }
        }
    }
    return true;
}

/* Most violated y of the pool; UINT32_MAX when all hold. */
static uint32_t pool_worst(const workshop *w, uint32_t x, double slack)
{
    uint32_t worst = UINT32_MAX;
    for (size_t i = 0; i < w->pool_count; i++) {
        uint32_t y = w->pool[i];
        double lack = w->energy[x] - w->energy[y] + lead_wanted(w, y) - change_between(w, x, y);
        if (y != x && lack > slack) {
            slack = lack;
            worst = y;
        }
    }
    return worst;
}

static void pool_add(workshop *w, uint32_t y)
{
    for (size_t i = 0; i < w->pool_count; i++) {
        if (w->pool[i] == y) {
            return;
        }
    }
    if (w->pool_count < POOL_MAX) {
        w->pool[w->pool_count++] = y;
    }
}

static void change_read(workshop *w, const ent__program *program)
{
    for (size_t e = 0; e < w->lever_count; e++) {
        w->change[e] = program->x[2 * e] - program->x[2 * e + 1];
    }
}

/* Cheapest change for x in w->change; INFINITY: none, or not below `ceiling`.  *out_cut: stopped.
 */
static double program_for(workshop *w, uint32_t x, bool same_only, double ceiling, bool *out_cut)
{
    ent__arena_reset(w->scratch);
    ent__program *program = ent__program_new(w->scratch, 2 * w->lever_count, w->costs, 1e-10);
    memset(w->change, 0, w->lever_count * sizeof *w->change);
    if (program == NULL || !limits_write(w, program)) {
        *out_cut = true;
        return INFINITY;
    }
    const double slack = 1e-9 * (1 + fabs(w->energy[x]));
    for (uint32_t round = 0; round < 4000; round++) {
        uint32_t y = pool_worst(w, x, slack);
        if (y == UINT32_MAX) {
            double lack;
            y = worst_rival(w, x, same_only, &lack);
            if (lack <= slack) {
                return ent__program_value(program);
            }
            pool_add(w, y);
        }
        if (!row_write(w, program, x, y)) {
            break;
        }
        ent__program_end end = ent__program_solve(program, 20000, INFINITY);
        if (end == ENT__PROGRAM_INFEASIBLE) {
            return INFINITY;
        }
        if (end == ENT__PROGRAM_STOPPED) {
            break;
        }
        if (ent__program_value(program) >= ceiling) {
            return INFINITY;
        }
        change_read(w, program);
    }
    *out_cut = true;
    return INFINITY;
}

/* ---- the plan ------------------------------------------------------------------------------- */

static int change_compare(const void *x, const void *y)
{
    const ent__tie_change *a = x, *b = y;
    if (fabs(a->change) != fabs(b->change)) {
        return fabs(a->change) > fabs(b->change) ? -1 : 1;
    }
    return a->a != b->a ? (a->a < b->a ? -1 : 1) : (a->b < b->b ? -1 : a->b > b->b);
}

static ent_rc plan_keep(const workshop *w, ent_arena *arena, uint32_t x, double cost,
                        ent__price_plan *out)
{
    out->feasible = true;
    out->cost = cost;
    out->count = 0;
    if (out->changes == NULL) {
        out->changes = ent__arena_array(arena, w->lever_count + 1, sizeof *out->changes);
        out->after = ent__arena_array(arena, w->n, 1);
    }
    if (out->changes == NULL || out->after == NULL) {
        return ent__nomem(w->ctx);
    }
    for (size_t e = 0; e < w->lever_count; e++) {
        if (fabs(w->change[e]) > 1e-9) {
            out->changes[out->count++] =
                (ent__tie_change){w->levers[e].i, w->levers[e].j, w->change[e]};
        }
    }
    qsort(out->changes, out->count, sizeof *out->changes, change_compare);
    for (size_t i = 0; i < w->n; i++) {
        out->after[i] = (uint8_t)ent__config_apart(x, 0, i);
    }
    return ENT_OK;
}

/* Lower bound of the cost of x from the rows of the pool alone; INFINITY: no change can do it. */
static double pool_bound(const workshop *w, uint32_t x)
{
    double bound = 0;
    for (size_t i = 0; i < w->pool_count; i++) {
        uint32_t y = w->pool[i];
        double need = w->energy[x] - w->energy[y] + w->lead;
        if (need <= 0) {
            continue;
        }
        size_t e = 0;
        while (e < w->lever_count && ent__config_apart(x, w->levers[e].i, w->levers[e].j) ==
                                         ent__config_apart(y, w->levers[e].i, w->levers[e].j)) {
            e++;
        }
        if (e == w->lever_count) {
            return INFINITY;
        }
        bound = fmax(bound, need / w->levers[e].ratio);
    }
    return bound;
}

typedef struct {
    double energy;
    uint32_t config;
} ranked;

static int ranked_compare(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->energy != b->energy) {
        return a->energy < b->energy ? -1 : 1;
    }
    return a->config < b->config ? -1 : a->config > b->config;
}

/* The best single tie, as the price to beat. */
static ent_rc single_best(workshop *w, ent_arena *arena, const ent__price_table *table,
                          ent__price_plan *out)
{
    double best = INFINITY, best_energy = 0;
    size_t lever_index = 0;
    uint32_t config = 0;
    for (size_t e = 0; e < w->lever_count; e++) {
        const lever *l = &w->levers[e];
        size_t low = l->i < l->j ? l->i : l->j, high = l->i < l->j ? l->j : l->i;
        const ent__price_cell *cell = &table->cells[low * w->n + high];
        double d = ent__price_single(cell->energy, w->lead);
        double cost = fabs(d) / l->ratio;
        if (fabs(d) / l->product <= l->limit && cost < best) {
            best = cost;
            best_energy = d;
            lever_index = e;
            config = cell->config[1][d < 0];
        }
        for (int b = 0; b < 2; b++) {
            if (isfinite(cell->energy[0][b])) {
                pool_add(w, cell->config[0][b]);
            }
        }
    }
    if (isinf(best)) {
        return ENT_OK;
    }
    memset(w->change, 0, w->lever_count * sizeof *w->change);
    w->change[lever_index] = best_energy / w->levers[lever_index].product;
    return plan_keep(w, arena, config, best, out);
}

static ent_rc search_all(workshop *w, ent_arena *arena, const ent__price_table *table,
                         ent__price_plan *out)
{
    ranked *list = ent__arena_array(w->arena, w->count, sizeof *list);
    size_t count = 0;
    if (list == NULL) {
        return ent__nomem(w->ctx);
    }
    for (uint32_t x = 0; x < w->count; x++) {
        if (ent__config_apart(x, w->target, w->rival)) {
            list[count++] = (ranked){w->energy[x], x};
        }
    }
    qsort(list, count, sizeof *list, ranked_compare);
    ent_rc rc = single_best(w, arena, table, out);
    out->solved = true;
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        double best = out->feasible ? out->cost * (1 - 1e-9) : INFINITY;
        double need = list[i].energy - table->together + w->lead;
        if (w->lever_count == 0 || need / w->levers[0].ratio >= best) {
            break;
        }
        if (pool_bound(w, list[i].config) >= best) {
            continue;
        }
        bool cut = false;
        double cost = program_for(w, list[i].config, true, best, &cut);
        out->solved &= !cut;
        if (cost < best) {
            rc = plan_keep(w, arena, list[i].config, cost, out);
        }
    }
    return rc;
}

ent_rc ent__price_several(ent_ctx *ctx, ent_arena *arena, const double *weight,
                          const ent__ties *ties, const ent__price_table *table,
                          const ent__adjustable *adjustable, double epsilon, ent__price_plan *out)
{
    memset(out, 0, sizeof *out);
    if (ties->n > ENT__PRICE_SEVERAL_EXACT) {
        return ENT_OK;
    }
    workshop w = {.target = table->target, .rival = table->rival, .lead = epsilon};
    ent_rc rc = workshop_start(&w, ctx, weight, ties, adjustable);
    if (rc == ENT_OK) {
        w.pool[w.pool_count++] = table->together_config;
        rc = search_all(&w, arena, table, out);
    }
    workshop_end(&w);
    return rc;
}

ent_rc ent__price_toward(ent_ctx *ctx, ent_arena *arena, const double *weight,
                         const ent__ties *ties, uint32_t target, uint32_t rival,
                         const uint8_t *wanted, const ent__adjustable *adjustable, double epsilon,
                         ent__price_plan *out)
{
    memset(out, 0, sizeof *out);
    if (ties->n > ENT__PRICE_SEVERAL_EXACT) {
        return ENT_OK;
    }
    workshop w = {.target = target, .rival = rival, .lead = epsilon};
    ent_rc rc = workshop_start(&w, ctx, weight, ties, adjustable);
    if (rc == ENT_OK) {
        uint32_t sides = 0;
        bool cut = false;
        for (size_t i = 0; i < ties->n; i++) {
            sides |= (uint32_t)wanted[i] << i;
        }
        uint32_t x = ent__config_of(sides, ties->n);
        double cost = program_for(&w, x, false, INFINITY, &cut);
        out->solved = !cut;
        if (isfinite(cost)) {
            rc = plan_keep(&w, arena, x, cost, out);
        }
    }
    workshop_end(&w);
    return rc;
}
