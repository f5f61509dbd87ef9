/* The price of a wedge: what change of ties takes the target out of the rival's bloc.
 * In: ties with sizes and errors, target, rival, an acting state.  Out: gap, defection, direct,
 * own-tie and clean price in three units, the ties the verdict hangs on, intervals over draws of
 * the ties. Source: landscape energy (Axelrod and Bennett 1993); the price is ours, see
 * docs/methods/wedge.md. Cost: n <= 24 one table (price_table.c), n <= 20 linear programs
 * (price_program.c), draws times a table; above 24 states forced-pair problems (balance.c) and
 * bounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "configurations.h"
#include "wedge.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent__ties *ties;
    const ent__price_question *question;
    const double *weight;
    ent__price_table table;
    ent__price *out;
} work;

static size_t pair_index(size_t n, uint32_t i, uint32_t j)
{
    uint32_t low = i < j ? i : j, high = i < j ? j : i;
    return low * n - (size_t)low * (low + 1) / 2 + high - low - 1;
}

static double product_of(const ent__ties *ties, uint32_t i, uint32_t j)
{
    return ties->size[i] * ties->size[j];
}

/* Price of one point of change of a tie, by unit; INFINITY where the unit is not known. */
static double unit_cost(const ent__ties *ties, ent__unit unit, uint32_t i, uint32_t j)
{
    size_t cell = i * ties->n + j;
    double scale = unit == ENT__PRICE_POINTS ? 1
                 : unit == ENT__PRICE_ERRORS ? ties->error[cell]
                                             : ties->move[cell];
    return scale > 0 ? 1 / scale : INFINITY;
}

static uint8_t *split_of(ent_arena *arena, uint32_t config, size_t n)
{
    uint8_t *side = ent__arena_array(arena, n, 1);
    for (size_t i = 0; side != NULL && i < n; i++) {
        side[i] = (uint8_t)ent__config_apart(config, 0, i);
    }
    return side;
}

/* ---- defection: the target alone, in the status quo ----------------------------------------- */

static double hold_of(const ent__ties *ties, const double *mean, const uint8_t *status,
                      uint32_t target)
{
    double hold = 0;
    for (size_t j = 0; j < ties->n; j++) {
        double pull = ties->size[j] * mean[target * ties->n + j];
        hold += j == target ? 0 : status[j] == status[target] ? pull : -pull;
    }
    return hold;
}

static ent_rc defection_set(work *w)
{
    const ent__ties *ties = w->ties;
    ent__price *out = w->out;
    uint32_t t = w->question->target;
    double variance = 0;
    out->hold = hold_of(ties, ties->mean, out->status, t);
    out->defection = ent__arena_array(w->arena, ties->n, sizeof *out->defection);
    if (out->defection == NULL) {
        return ent__nomem(w->ctx);
    }
    for (uint32_t j = 0; j < ties->n; j++) {
        double pull_error = ties->size[j] * ties->error[t * ties->n + j];
        double change = out->hold > 0 ? out->hold / ties->size[j] : 0;
        variance += j == t ? 0 : pull_error * pull_error;
        out->defection[j] = (ent__tie_change){t, j,
                                              j == t                             ? 0
                                              : out->status[j] == out->status[t] ? -change
                                                                                 : change};
    }
    out->hold_error = sqrt(variance);
    out->leave_share =
        variance > 0 ? 0.5 * erfc(out->hold / out->hold_error / sqrt(2)) : (out->hold < 0 ? 1 : 0);
    return ENT_OK;
}

/* ---- single ties ---------------------------------------------------------------------------- */

static int tie_compare(const void *x, const void *y)
{
    const ent__price_tie *a = x, *b = y;
    double p = fabs(a->tie.change), q = fabs(b->tie.change);
    if (p != q) {
        return p < q ? -1 : 1;
    }
    return a->tie.a != b->tie.a ? (a->tie.a < b->tie.a ? -1 : 1)
                                : (a->tie.b < b->tie.b ? -1 : a->tie.b > b->tie.b);
}

static void tie_price_set(work *w, ent__price_tie *tie, double change, double high)
{
    uint32_t i = tie->tie.a, j = tie->tie.b;
    tie->tie.change = change;
    tie->high = high;
    for (int u = 0; u < ENT__PRICE_UNITS; u++) {
        double cost = unit_cost(w->ties, (ent__unit)u, i, j);
        tie->cost[u] = isfinite(cost) && isfinite(change) ? fabs(change) * cost
                     : change == 0                        ? 0
                                                          : INFINITY;
    }
    tie->slope = product_of(w->ties, i, j) * ((w->out->apart[i] != w->out->apart[j]) -
                                              (w->out->together[i] != w->out->together[j]));
    tie->leverage = fabs(tie->slope) * w->ties->error[i * w->ties->n + j];
}

static double allowed(const ent__price_question *question, double change)
{
    return question->limit > 0 && fabs(change) > question->limit ? INFINITY : change;
}

static void direct_find(work *w)
{
    for (size_t e = 0; e < w->out->tie_count; e++) {
        const ent__tie_change *tie = &w->out->ties[e].tie;
        if ((tie->a == w->question->target && tie->b == w->question->rival) ||
            (tie->b == w->question->target && tie->a == w->question->rival)) {
            w->out->direct = e;
        }
    }
}

static ent_rc singles_set(work *w)
{
    size_t n = w->ties->n;
    ent__price *out = w->out;
    out->ties = ent__arena_array(w->arena, n * (n - 1) / 2, sizeof *out->ties);
    if (out->ties == NULL) {
        return ent__nomem(w->ctx);
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            ent__price_tie *tie = &out->ties[out->tie_count++];
            double d = ent__price_single(w->table.cells[i * n + j].energy, out->epsilon);
            double change = allowed(w->question, d / product_of(w->ties, i, j));
            tie->tie = (ent__tie_change){i, j, 0};
            tie_price_set(w, tie, change, fabs(change));
        }
    }
    qsort(out->ties, out->tie_count, sizeof *out->ties, tie_compare);
    direct_find(w);
    return ENT_OK;
}

/* ---- several ties --------------------------------------------------------------------------- */

/* Ties of the actor (or all, actor -1) with their unit costs. */
static bool adjustable_set(work *w, int64_t actor, ent__unit unit, ent__adjustable *out)
{
    size_t n = w->ties->n, most = n * (n - 1) / 2;
    ent__tie_change *ties = ent__arena_array(w->arena, most, sizeof *ties);
    double *cost = ent__arena_array(w->arena, most, sizeof *cost);
    double *limit = ent__arena_array(w->arena, most, sizeof *limit);
    if (ties == NULL || cost == NULL || limit == NULL) {
        return false;
    }
    *out = (ent__adjustable){0, ties, cost, limit};
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            if (actor >= 0 && i != (uint32_t)actor && j != (uint32_t)actor) {
                continue;
            }
            ties[out->count] = (ent__tie_change){i, j, 0};
            cost[out->count] = unit_cost(w->ties, unit, i, j);
            limit[out->count++] = w->question->limit > 0 ? w->question->limit : INFINITY;
        }
    }
    return true;
}

static ent_rc plans_set(work *w)
{
    const ent__price_question *q = w->question;
    ent__price *out = w->out;
    size_t n = w->ties->n;
    uint8_t *wanted = ent__arena_array(w->arena, n, 1);
    if (wanted == NULL) {
        return ent__nomem(w->ctx);
    }
    for (size_t i = 0; i < n; i++) { /* the status quo with the target alone moved */
        wanted[i] = out->status[i] ^ (i == q->target);
    }
    for (int u = 0; u < ENT__PRICE_UNITS; u++) {
        ent__adjustable own;
        if (!out->unit_known[u]) {
            continue;
        }
        if (!adjustable_set(w, q->actor, (ent__unit)u, &own)) {
            return ent__nomem(w->ctx);
        }
        ent_rc rc = ENT_OK;
        if (q->actor >= 0) {
            rc = ent__price_several(w->ctx, w->arena, w->weight, w->ties, &w->table, &own,
                                    out->epsilon, &out->own[u]);
        }
        if (rc == ENT_OK && q->actor >= 0) {
            rc = ent__price_toward(w->ctx, w->arena, w->weight, w->ties, q->target, q->rival,
                                   wanted, &own, out->epsilon, &out->clean[u]);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    ent__adjustable any;
    if (!adjustable_set(w, -1, ENT__PRICE_POINTS, &any)) {
        return ent__nomem(w->ctx);
    }
    return ent__price_toward(w->ctx, w->arena, w->weight, w->ties, q->target, q->rival, wanted,
                             &any, out->epsilon, &out->clean_any);
}

/* ---- draws ---------------------------------------------------------------------------------- */

static int double_compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Median and 90 % interval of the finite values; `values` is sorted in place. */
static ent__price_spread spread_of(double *values, size_t count)
{
    ent__price_spread spread = {NAN, NAN, NAN, 0};
    qsort(values, count, sizeof *values, double_compare);
    size_t finite = 0;
    while (finite < count && isfinite(values[finite])) {
        finite++;
    }
    spread.infeasible = count == 0 ? 0 : (double)(count - finite) / (double)count;
    if (finite > 0) {
        spread.median = values[finite / 2];
        spread.low = values[finite / 20];
        spread.high = values[finite - 1 - finite / 20];
    }
    return spread;
}

typedef struct {
    double *mean, *weight;
    double *values[ENT__PRICE_KINDS];
    uint32_t *cheapest; /* by pair_index */
} drawing;

/* Prices of one draw of the ties, in points. */
static ent_rc draw_price(work *w, const drawing *d, uint32_t draw, const uint8_t *wanted,
                         ent_arena *scratch, bool *out_apart)
{
    const ent__ties *ties = w->ties;
    const ent__price_question *q = w->question;
    size_t n = ties->n, best_pair = SIZE_MAX;
    double best = INFINITY, own = INFINITY, direct = INFINITY;
    ent__price_table table;
    ent__ties drawn = *ties;
    drawn.mean = d->mean;
    ent_rc rc = ent__price_table_fill(w->ctx, scratch, d->weight, n, q->target, q->rival, &table);
    if (rc != ENT_OK) {
        return rc;
    }
    *out_apart = table.apart - table.together <= -w->out->epsilon;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            double change = ent__price_single(table.cells[i * n + j].energy, w->out->epsilon);
            double cost = fabs(allowed(q, change / product_of(ties, i, j)));
            if (cost < best) {
                best = cost;
                best_pair = pair_index(n, i, j);
            }
            if (q->actor >= 0 && (i == (uint32_t)q->actor || j == (uint32_t)q->actor)) {
                own = fmin(own, cost);
            }
            if (pair_index(n, i, j) == pair_index(n, q->target, q->rival)) {
                direct = cost;
            }
        }
    }
    if (best_pair != SIZE_MAX && !*out_apart) {
        d->cheapest[best_pair]++;
    }
    double hold = hold_of(ties, d->mean, w->out->status, q->target);
    double largest = 0;
    for (size_t j = 0; j < n; j++) {
        largest = j == q->target ? largest : fmax(largest, ties->size[j]);
    }
    d->values[ENT__PRICE_DEFECTION][draw] = fmax(0, hold) / largest;
    d->values[ENT__PRICE_DIRECT][draw] = direct;
    d->values[ENT__PRICE_OWN][draw] = own;
    d->values[ENT__PRICE_CLEAN][draw] = INFINITY;
    if (w->out->clean[ENT__PRICE_POINTS].solved) {
        ent__adjustable adjustable;
        ent__price_plan plan;
        work inner = *w;
        inner.arena = scratch;
        if (!adjustable_set(&inner, q->actor, ENT__PRICE_POINTS, &adjustable)) {
            return ent__nomem(w->ctx);
        }
        rc = *out_apart ? ENT_OK
                        : ent__price_toward(w->ctx, scratch, d->weight, &drawn, q->target, q->rival,
                                            wanted, &adjustable, w->out->epsilon, &plan);
        d->values[ENT__PRICE_CLEAN][draw] = *out_apart                    ? 0
                                          : rc == ENT_OK && plan.feasible ? plan.cost
                                                                          : INFINITY;
    }
    return rc;
}

static void draw_ties(const work *w, drawing *d, ent_rng *rng)
{
    size_t n = w->ties->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double value =
                w->ties->mean[i * n + j] + w->ties->error[i * n + j] * ent__rng_normal(rng);
            double weight = value * w->ties->size[i] * w->ties->size[j];
            d->mean[i * n + j] = d->mean[j * n + i] = value;
            d->weight[i * n + j] = d->weight[j * n + i] = weight;
        }
    }
}

static ent_rc draws_run(work *w)
{
    size_t n = w->ties->n;
    uint32_t draws = w->question->draws, apart_count = 0;
    drawing d = {ent__arena_array(w->arena, n * n, sizeof(double)),
                 ent__arena_array(w->arena, n * n, sizeof(double)),
                 {0},
                 ent__arena_array(w->arena, n * n, sizeof(uint32_t))};
    uint8_t *wanted = ent__arena_array(w->arena, n, 1);
    ent_arena *scratch = ent__arena_new();
    bool fine = d.mean != NULL && d.weight != NULL && d.cheapest != NULL && wanted != NULL &&
                scratch != NULL;
    for (int k = 0; k < ENT__PRICE_KINDS; k++) {
        d.values[k] = ent__arena_array(w->arena, draws, sizeof(double));
        fine = fine && d.values[k] != NULL;
    }
    ent_rc rc = fine ? ENT_OK : ent__nomem(w->ctx);
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(w->ctx));
    for (size_t i = 0; fine && i < n; i++) {
        wanted[i] = w->out->status[i] ^ (i == w->question->target);
    }
    for (uint32_t draw = 0; draw < draws && rc == ENT_OK; draw++) {
        bool apart = false;
        ent__arena_reset(scratch);
        draw_ties(w, &d, &rng);
        rc = draw_price(w, &d, draw, wanted, scratch, &apart);
        apart_count += apart;
    }
    ent__arena_free(scratch);
    if (rc != ENT_OK) {
        return rc;
    }
    w->out->draws = draws;
    w->out->apart_share = (double)apart_count / draws;
    for (int k = 0; k < ENT__PRICE_KINDS; k++) {
        w->out->spread[k] = spread_of(d.values[k], draws);
    }
    for (size_t e = 0; e < w->out->tie_count; e++) {
        ent__price_tie *tie = &w->out->ties[e];
        tie->cheapest_share = (double)d.cheapest[pair_index(n, tie->tie.a, tie->tie.b)] / draws;
    }
    return ENT_OK;
}

/* ---- exact ---------------------------------------------------------------------------------- */

/* Configurations within epsilon of the least energy. */
static size_t near_best_count(ent__walk *walk, const double *weight, size_t n, double least,
                              double epsilon)
{
    size_t count = 0;
    ent__walk_start(walk, weight, n);
    do {
        count += walk->energy <= least + epsilon;
    } while (ent__walk_next(walk));
    return count;
}

static ent_rc price_exact(work *w)
{
    const ent__price_question *q = w->question;
    ent__price *out = w->out;
    size_t n = w->ties->n;
    ent_rc rc =
        ent__price_table_fill(w->ctx, w->arena, w->weight, n, q->target, q->rival, &w->table);
    ent__walk *walk = ent__arena_alloc(w->arena, sizeof *walk);
    if (rc != ENT_OK || walk == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(w->ctx);
    }
    out->exact = true;
    out->gap_low = out->gap_high = w->table.apart - w->table.together;
    out->apart_now = out->gap_low <= -out->epsilon;
    out->together = split_of(w->arena, w->table.together_config, n);
    out->apart = split_of(w->arena, w->table.apart_config, n);
    out->best = out->gap_low >= 0 ? out->together : out->apart;
    if (out->together == NULL || out->apart == NULL) {
        return ent__nomem(w->ctx);
    }
    if (q->status == NULL) {
        out->status = out->best;
    }
    out->near_best =
        near_best_count(walk, w->weight, n, fmin(w->table.apart, w->table.together), out->epsilon);
    rc = defection_set(w);
    if (rc == ENT_OK) {
        rc = singles_set(w);
    }
    if (rc == ENT_OK && !out->apart_now) {
        rc = plans_set(w);
    }
    if (rc == ENT_OK && q->draws > 0 && w->ties->has_errors) {
        rc = draws_run(w);
    }
    return rc;
}

/* ---- bounds above 24 states ----------------------------------------------------------------- */

typedef struct {
    ent__signed_graph graph;
    double negative; /* energy = frustration - negative */
} network;

static ent_rc network_of(work *w, network *out)
{
    size_t n = w->ties->n, count = 0;
    ent__signed_edge *edges = ent__arena_array(w->arena, n * n / 2 + 1, sizeof *edges);
    if (edges == NULL) {
        return ent__nomem(w->ctx);
    }
    out->negative = 0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            double weight = w->weight[i * n + j];
            if (weight != 0) {
                edges[count++] = (ent__signed_edge){i, j, weight};
                out->negative += weight < 0 ? -weight : 0;
            }
        }
    }
    out->graph = (ent__signed_graph){n, count, w->ties->names, edges};
    return ENT_OK;
}

static ent_rc forced_energy(work *w, const network *net, const ent__forced_pair *pairs,
                            size_t count, double *low, double *high, uint8_t **out_side)
{
    ent__balance answer;
    /* one pair is the gap itself, worth more effort than one of a tie's four numbers */
    ent__balance_options options = {
        .weighted = true, .search_rounds = 2000, .pivot_limit = count == 1 ? 2000 : 500};
    ent_rc rc = ent__balance_solve(w->ctx, w->arena, &net->graph, pairs, count, &options, &answer);
    if (rc == ENT_OK) {
        *low = answer.lower - net->negative;
        *high = answer.upper - net->negative;
        if (out_side != NULL) {
            *out_side = answer.side;
        }
    }
    return rc;
}

/* One tie's price interval from its four forced minima. */
static ent_rc tie_bounds(work *w, const network *net, ent__price_tie *tie)
{
    double low[2][2], high[2][2];
    uint32_t t = w->question->target, r = w->question->rival;
    uint32_t i = tie->tie.a, j = tie->tie.b;
    bool direct = (i == t && j == r) || (i == r && j == t);
    for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 2; b++) {
            low[a][b] = high[a][b] = INFINITY;
            if (direct && a != b) {
                continue;
            }
            ent__forced_pair pairs[2] = {{t, r, a == 0}, {i, j, b == 0}};
            ent_rc rc = forced_energy(w, net, pairs, 2, &low[a][b], &high[a][b], NULL);
            if (rc != ENT_OK) {
                return rc;
            }
        }
    }
    const double easy[2][2] = {{high[0][0], high[0][1]}, {low[1][0], low[1][1]}};
    const double hard[2][2] = {{low[0][0], low[0][1]}, {high[1][0], high[1][1]}};
    double least = ent__price_single(easy, w->out->epsilon) / product_of(w->ties, i, j);
    double most = ent__price_single(hard, w->out->epsilon) / product_of(w->ties, i, j);
    tie_price_set(w, tie, allowed(w->question, least), fabs(allowed(w->question, most)));
    return ENT_OK;
}

static ent_rc price_bounds(work *w)
{
    const ent__price_question *q = w->question;
    ent__price *out = w->out;
    size_t n = w->ties->n;
    network net;
    double low[2] = {0}, high[2] = {0};
    uint8_t *split[2] = {0};
    ent_rc rc = network_of(w, &net);
    for (int a = 0; a < 2 && rc == ENT_OK; a++) {
        ent__forced_pair pair = {q->target, q->rival, a == 0};
        rc = forced_energy(w, &net, &pair, 1, &low[a], &high[a], &split[a]);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    out->gap_low = low[1] - high[0];
    out->gap_high = high[1] - low[0];
    out->apart_now = out->gap_high <= -out->epsilon;
    out->together = split[0];
    out->apart = split[1];
    out->best = high[0] <= high[1] ? split[0] : split[1];
    if (q->status == NULL) {
        out->status = out->best;
    }
    rc = defection_set(w);
    out->ties = ent__arena_array(w->arena, n + 1, sizeof *out->ties);
    if (rc == ENT_OK && out->ties == NULL) {
        rc = ent__nomem(w->ctx);
    }
    for (uint32_t j = 0; j < n && rc == ENT_OK; j++) { /* the direct tie and those of the actor */
        uint32_t a = q->actor >= 0 ? (uint32_t)q->actor : q->target;
        if (j == a || (q->actor < 0 && j != q->rival)) {
            continue;
        }
        ent__price_tie *tie = &out->ties[out->tie_count++];
        tie->tie = (ent__tie_change){a < j ? a : j, a < j ? j : a, 0};
        rc = tie_bounds(w, &net, tie);
    }
    if (rc == ENT_OK && q->actor >= 0 && (uint32_t)q->actor != q->target &&
        (uint32_t)q->actor != q->rival) {
        ent__price_tie *tie = &out->ties[out->tie_count++];
        tie->tie = (ent__tie_change){q->target < q->rival ? q->target : q->rival,
                                     q->target < q->rival ? q->rival : q->target, 0};
        rc = tie_bounds(w, &net, tie);
    }
    if (rc == ENT_OK) {
        qsort(out->ties, out->tie_count, sizeof *out->ties, tie_compare);
        direct_find(w);
    }
    return rc;
}

ent_rc ent__price_solve(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties,
                        const ent__price_question *question, ent__price *out)
{
    memset(out, 0, sizeof *out);
    if (ties->n < 3 || question->target == question->rival || question->target >= ties->n ||
        question->rival >= ties->n || question->actor >= (int64_t)ties->n) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "expected at least 3 states and a target other than the rival");
    }
    work w = {.ctx = ctx, .arena = arena, .ties = ties, .question = question, .out = out};
    w.weight = ent__landscape_weights(arena, ties);
    if (w.weight == NULL) {
        return ent__nomem(ctx);
    }
    double sum = 0;
    for (size_t c = 0; c < ties->n * ties->n; c++) {
        sum += fabs(w.weight[c]) / 2;
    }
    out->epsilon = question->epsilon > 0 ? question->epsilon : 1e-8 * fmax(sum, 1e-9);
    out->unit_known[ENT__PRICE_POINTS] = true;
    out->unit_known[ENT__PRICE_ERRORS] = ties->has_errors;
    out->unit_known[ENT__PRICE_YEARS] = ties->has_moves;
    if (question->status != NULL) {
        out->status = ent__arena_array(arena, ties->n, 1);
        if (out->status == NULL) {
            return ent__nomem(ctx);
        }
        for (size_t i = 0; i < ties->n; i++) {
            out->status[i] = question->status[i] ^ question->status[0];
        }
    }
    return ties->n <= ENT__LANDSCAPE_EXACT ? price_exact(&w) : price_bounds(&w);
}
