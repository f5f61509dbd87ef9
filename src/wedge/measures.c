/* Measures of ties by year out of public data, and histories put together.
 * In: votes, treaties, disputes, trade as align holds them.  Out: rows of a tie history.
 * Conventions, none of them fitted:
 *   votes       2 agreement - 1 over contested roll calls of the year (S of Signorino and Ritter
 * 1999), at least 5 common votes; error from its Wilson interval treaties    the strongest
 * obligation either way: defence or offence 1, neutrality or non-aggression 0.5, consultation 0.25,
 * none 0; error 0.25, one step disputes    - highest hostility / 5, war -1, none 0; error 0.2, one
 * step dependence  root of the product of both trade shares (Barbieri's salience); error a tenth of
 * it Cost: O(years * pairs * roll calls of the year). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

enum { VOTES, TREATIES, DISPUTES, DEPENDENCE, MEASURES };
static const char *const measure_names[MEASURES] = {"votes", "treaties", "disputes", "dependence"};

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent__public_data *data;
    size_t count;
    int32_t *codes; /* COW numbers of the states */
    bool *chosen; /* roll calls of the year at hand */
    uint16_t unit;
    ent__period_tie *rows;
    size_t row_count, row_capacity;
} gatherer;

static ent_rc row_add(gatherer *g, ent__period_tie row)
{
    if (g->row_count == g->row_capacity) {
        ent__period_tie *grown = ent__grow(g->rows, g->row_count, &g->row_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(g->ctx);
        }
        g->rows = grown;
    }
    g->rows[g->row_count++] = row;
    return ENT_OK;
}

static double treaty_value(double pacts)
{
    unsigned bits = (unsigned)pacts;
    return bits & (ENT_PACT_DEFENSE | ENT_PACT_OFFENSE)          ? 1
         : bits & (ENT_PACT_NEUTRALITY | ENT_PACT_NONAGGRESSION) ? 0.5
         : bits & ENT_PACT_CONSULTATION                          ? 0.25
                                                                 : 0;
}

/* The larger of both directions; NaN when neither is known. */
static double fact_of(const gatherer *g, ent_fact_kind kind, int32_t a, int32_t b, int32_t year)
{
    double x = ent__facts_at(g->data->facts, kind, a, b, year);
    double y = ent__facts_at(g->data->facts, kind, b, a, year);
    if (kind == ENT_FACT_ALLIANCE) {
        x = isnan(x) ? x : treaty_value(x);
        y = isnan(y) ? y : treaty_value(y);
    }
    return isnan(x) ? y : isnan(y) ? x : fmax(x, y);
}

static bool measure_votes(const gatherer *g, int32_t a, int32_t b, double *value, double *error)
{
    int first = ent__votes_voter(g->data->votes, a), second = ent__votes_voter(g->data->votes, b);
    if (first < 0 || second < 0) {
        return false;
    }
    ent_agreement agreement;
    ent__agreement(g->data->votes, g->chosen, (size_t)first, (size_t)second, &agreement);
    *value = 2 * agreement.score - 1;
    *error = (agreement.high - agreement.low) / 1.959963984540054;
    return agreement.common >= 5;
}

static bool measure_disputes(const gatherer *g, int32_t a, int32_t b, int32_t year, double *value,
                             double *error)
{
    double hostility = fact_of(g, ENT_FACT_DISPUTE, a, b, year);
    double war = fact_of(g, ENT_FACT_WAR, a, b, year);
    *value = war > 0 ? -1 : -hostility / 5;
    *error = 0.2;
    return !isnan(*value);
}

static bool measure_dependence(const gatherer *g, int32_t a, int32_t b, int32_t year, double *value,
                               double *error)
{
    ent_dyad_dependence d;
    ent__dependence(g->data->trade, 0, g->unit, year * 100, a, b, &d);
    *value = sqrt(d.ij.trade_share * d.ji.trade_share);
    *error = 0.1 * *value;
    return !isnan(*value);
}

static ent_rc pair_add(gatherer *g, uint32_t period, int32_t year, uint32_t i, uint32_t j)
{
    int32_t a = g->codes[i], b = g->codes[j];
    /* A treaty or its absence is of states that exist; a seat in the Assembly may be older. */
    int32_t then_a = ent__states_in_year(g->data->codes, a, year);
    int32_t then_b = ent__states_in_year(g->data->codes, b, year);
    bool facts = g->data->facts != NULL && then_a != 0 && then_b != 0;
    ent_rc rc = ENT_OK;
    if (a == b) {
        return ENT_OK;
    }
    for (uint32_t m = 0; m < MEASURES && rc == ENT_OK; m++) {
        double value = NAN, error = 0;
        bool known = false;
        if (m == VOTES && g->data->votes != NULL) {
            known = measure_votes(g, a, b, &value, &error);
        } else if (m == TREATIES && facts) {
            value = fact_of(g, ENT_FACT_ALLIANCE, then_a, then_b, year);
            error = 0.25;
            known = !isnan(value);
        } else if (m == DISPUTES && facts) {
            known = measure_disputes(g, then_a, then_b, year, &value, &error);
        } else if (m == DEPENDENCE && g->data->trade != NULL) {
            known = measure_dependence(g, a, b, year, &value, &error);
        }
        if (known && isfinite(value) && isfinite(error)) {
            rc = row_add(g, (ent__period_tie){period, i, j, m, value, error, 0});
        }
    }
    return rc;
}

static void year_begin(gatherer *g, int32_t year)
{
    const ent_vote_filter filter = {.since = {(int16_t)year, 1, 1},
                                    .until = {(int16_t)year, 12, 31}};
    for (size_t q = 0; g->data->votes != NULL && q < g->data->votes->roll_call_count; q++) {
        g->chosen[q] = ent__votes_chosen(g->data->votes, q, &filter);
    }
}

/* The years that any of the data cover, cut to those asked for. */
static void years_of(const ent__public_data *d, int32_t *first, int32_t *last)
{
    *first = INT32_MAX;
    *last = INT32_MIN;
    if (d->votes != NULL && d->votes->roll_call_count > 0) {
        *first = d->votes->roll_calls[0].date.year;
        *last = d->votes->roll_calls[d->votes->roll_call_count - 1].date.year;
    }
    for (int k = 0; d->facts != NULL && k <= ENT_FACT_WAR; k++) {
        if (d->facts->last_year[k] > 0) {
            *first = d->facts->first_year[k] < *first ? d->facts->first_year[k] : *first;
            *last = d->facts->last_year[k] > *last ? d->facts->last_year[k] : *last;
        }
    }
    for (size_t f = 0; d->trade != NULL && f < d->trade->count; f++) {
        int32_t year = d->trade->flows[f].period / 100;
        *first = year < *first ? year : *first;
        *last = year > *last ? year : *last;
    }
    *first = d->first_year > *first ? d->first_year : *first;
    *last = d->last_year > 0 && d->last_year < *last ? d->last_year : *last;
}

static ent_rc history_take(gatherer *g, const char *const *states, int32_t first, int32_t last,
                           ent__tie_history *out)
{
    size_t years = (size_t)(last - first + 1);
    ent_str *periods = ent__arena_array(g->arena, years, sizeof *periods);
    ent_str *names = ent__arena_array(g->arena, g->count, sizeof *names);
    ent__measure *measures = ent__arena_array(g->arena, MEASURES, sizeof *measures);
    ent__period_tie *rows = ent__arena_array(g->arena, g->row_count + 1, sizeof *rows);
    if (periods == NULL || names == NULL || measures == NULL || rows == NULL) {
        return ent__nomem(g->ctx);
    }
    for (size_t y = 0; y < years; y++) {
        periods[y] = ent__arena_printf(g->arena, "%04d", (int)first + (int)y);
    }
    for (size_t i = 0; i < g->count; i++) {
        names[i] = ent__arena_str(g->arena, ent__str(states[i]));
    }
    for (size_t m = 0; m < MEASURES; m++) {
        measures[m] = (ent__measure){.name = ent__str(measure_names[m]), .weight = 1};
    }
    if (g->row_count > 0) {
        memcpy(rows, g->rows, g->row_count * sizeof *rows);
    }
    *out =
        (ent__tie_history){years, g->count, MEASURES, g->row_count, periods, names, measures, rows};
    ent__tie_history_scale(out);
    return ENT_OK;
}

ent_rc ent__tie_history_public(ent_ctx *ctx, ent_arena *arena, const ent__public_data *data,
                               const char *const *states, size_t count, ent__tie_history *out)
{
    gatherer g = {.ctx = ctx, .arena = arena, .data = data, .count = count};
    int32_t first, last;
    years_of(data, &first, &last);
    memset(out, 0, sizeof *out);
    if (first > last) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "not enough evidence: the data cover none of the years asked for");
    }
    int unit = data->trade == NULL ? -1 : ent__trade_name(data->trade, ENT_LIT("usd"));
    g.unit = data->trade == NULL || data->trade->count == 0 ? 0
           : unit >= 0                                      ? (uint16_t)unit
                                                            : data->trade->flows[0].unit;
    size_t roll_calls = data->votes == NULL ? 0 : data->votes->roll_call_count;
    g.codes = ent__arena_array(arena, count + 1, sizeof *g.codes);
    g.chosen = ent__arena_array(arena, roll_calls + 1, sizeof *g.chosen);
    ent_rc rc = g.codes == NULL || g.chosen == NULL ? ent__nomem(ctx) : ENT_OK;
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        /* as of today: CHN is the People's Republic in every year, never who held its seat */
        g.codes[i] = ent__states_ccode(data->codes, ent__str(states[i]), (ent_date){0});
        if (g.codes[i] == 0) {
            rc = ent__fail(ctx, ENT_EUSAGE, NULL, 0, "expected a state's code or name, got \"%s\"",
                           states[i]);
        }
    }
    for (int32_t year = first; year <= last && rc == ENT_OK; year++) {
        year_begin(&g, year);
        for (uint32_t i = 0; i < count && rc == ENT_OK; i++) {
            for (uint32_t j = i + 1; j < count && rc == ENT_OK; j++) {
                rc = pair_add(&g, (uint32_t)(year - first), year, i, j);
            }
        }
    }
    if (rc == ENT_OK) {
        rc = history_take(&g, states, first, last, out);
    }
    free(g.rows);
    return rc;
}

/* ---- joining -------------------------------------------------------------------------------- */

typedef struct {
    ent_str *names;
    size_t count;
} union_names;

static int name_compare(const void *x, const void *y)
{
    const ent_str *a = x, *b = y;
    return ent__str_cmp(*a, *b);
}

static uint32_t union_at(union_names *u, ent_str name)
{
    size_t i = 0;
    while (i < u->count && !ent__str_ieqz(name, u->names[i].p)) {
        i++;
    }
    if (i == u->count) {
        u->names[u->count++] = name;
    }
    return (uint32_t)i;
}

static int row_compare(const void *x, const void *y)
{
    const ent__period_tie *a = x, *b = y;
    const uint32_t p[4] = {a->period, a->a, a->b, a->measure};
    const uint32_t q[4] = {b->period, b->a, b->b, b->measure};
    for (int i = 0; i < 4; i++) {
        if (p[i] != q[i]) {
            return p[i] < q[i] ? -1 : 1;
        }
    }
    return 0;
}

static bool union_start(ent_arena *arena, size_t most, union_names *u)
{
    *u = (union_names){ent__arena_array(arena, most + 1, sizeof(ent_str)), 0};
    return u->names != NULL;
}

ent_rc ent__tie_history_join(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *parts,
                             size_t count, ent__tie_history *out)
{
    size_t rows = 0, periods = 0, states = 0, measures = 0;
    for (size_t p = 0; p < count; p++) {
        rows += parts[p].row_count;
        periods += parts[p].period_count;
        states += parts[p].state_count;
        measures += parts[p].measure_count;
    }
    union_names when, who, what;
    ent__period_tie *all = ent__arena_array(arena, rows + 1, sizeof *all);
    ent__measure *list = ent__arena_array(arena, measures + 1, sizeof *list);
    if (all == NULL || list == NULL || !union_start(arena, periods, &when) ||
        !union_start(arena, states, &who) || !union_start(arena, measures, &what)) {
        return ent__nomem(ctx);
    }
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < parts[p].period_count; i++) {
            union_at(&when, parts[p].periods[i]);
        }
    }
    qsort(when.names, when.count, sizeof *when.names, name_compare);
    size_t at = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < parts[p].row_count; i++) {
            ent__period_tie row = parts[p].rows[i];
            row.period = union_at(&when, parts[p].periods[row.period]);
            uint32_t a = union_at(&who, parts[p].states[row.a]);
            uint32_t b = union_at(&who, parts[p].states[row.b]);
            row.a = a < b ? a : b;
            row.b = a < b ? b : a;
            row.measure = union_at(&what, parts[p].measures[row.measure].name);
            all[at++] = row;
        }
    }
    qsort(all, at, sizeof *all, row_compare);
    for (size_t i = 1; i < at; i++) {
        if (row_compare(&all[i - 1], &all[i]) == 0) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "expected each pair once a period and measure, "
                             "got %.*s and %.*s twice under %.*s",
                             ENT_FMT(who.names[all[i].a]), ENT_FMT(who.names[all[i].b]),
                             ENT_FMT(what.names[all[i].measure]));
        }
    }
    for (size_t m = 0; m < what.count; m++) {
        list[m] = (ent__measure){.name = what.names[m], .weight = 1};
    }
    *out =
        (ent__tie_history){when.count, who.count, what.count, at, when.names, who.names, list, all};
    ent__tie_history_scale(out);
    return ENT_OK;
}
