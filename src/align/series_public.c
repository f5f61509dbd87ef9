/* Series of a pair that are not made of events: agreement of votes, distance of ideal points, trade,
 * and what was imported.
 * In: the store's votes, trade, imported points.  Out: the points of a dyad's series with value,
 * interval, how much is behind it, and gaps where the source says nothing.
 * Method: docs/methods/series.md.  Cost: O(rows); distance as ent__ideal_em. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    const ent_kit *kit;
    const ent_public_series *asked;
    ent_states *states;
    int32_t a, b; /* COW numbers; 0: no state */
    ent_by by;
    ent_series *out;
    size_t capacity;
} making;

static bool wanted(const making *m, int32_t start)
{
    const ent_public_series *s = m->asked;
    int32_t last = ent__period_next(m->by, start) - 1;
    return (s->since.year == 0 || last >= ent__date_days(s->since)) &&
           (s->until.year == 0 || start <= ent__last_day(s->until));
}

/* The next point in order of time; periods left out between become gaps, but for single days: what
 * is told on workdays or once a week has none. */
static ent_rc add_point(making *m, int32_t start, ent_series_point **out)
{
    ent_series *s = m->out;
    bool gaps = s->count > 0 && m->by != ENT_BY_DAY;
    int32_t next = gaps ? ent__period_next(m->by, s->points[s->count - 1].start) : start;
    for (bool last = false; !last; next = ent__period_next(m->by, next)) {
        void *grown = ent__grow(s->points, s->count, &m->capacity, sizeof *s->points);
        if (grown == NULL) {
            return ent__nomem(m->ctx);
        }
        s->points = grown;
        s->points[s->count++] = ent__series_empty_point(m->by, next);
        last = next >= start;
    }
    *out = &s->points[s->count - 1];
    return ENT_OK;
}

static void cover(ent_series_point *p, size_t count, double value, double low, double high)
{
    p->covered_days = p->days;
    p->count = (int64_t)count;
    p->given = (ent_value){value, low, high};
}

static ent_rc no_data(const making *m, const char *what)
{
    return ent__fail(m->ctx, ENT_EINPUT, NULL, 0, "the store holds no %s of %s%s%s: no data", what,
                     m->asked->a, m->b != 0 ? " and " : "", m->b != 0 ? m->asked->b : "");
}

/* ---- votes --------------------------------------------------------------------------------- */

/* *own: what was read here and is to be freed. */
static ent_rc read_votes(const making *m, ent_votes **own, const ent_votes **out)
{
    *out = m->asked->votes;
    *own = NULL;
    if (*out != NULL) {
        return ENT_OK;
    }
    ent_rc rc = ent__votes_new(m->ctx, m->kit, own);
    rc = rc == ENT_OK ? ent__votes_from_store(m->ctx, *own, m->store) : rc;
    *out = *own;
    return rc == ENT_OK ? ent__votes_finish(m->ctx, *own) : rc;
}

typedef struct {
    int32_t start;
    uint32_t roll_call;
} placed_call;

static int by_start(const void *x, const void *y)
{
    const placed_call *a = x, *b = y;
    return a->start != b->start ? (a->start < b->start ? -1 : 1)
                                : (a->roll_call < b->roll_call ? -1 : a->roll_call > b->roll_call);
}

/* Contested roll calls of the Assembly with the first day of their period. */
static size_t place_calls(const making *m, const ent_votes *votes, placed_call *out)
{
    const ent_vote_filter contested = {0};
    size_t count = 0;
    for (uint32_t q = 0; q < votes->roll_call_count; q++) {
        const ent_roll_call *call = &votes->roll_calls[q];
        bool session = m->by == ENT_BY_SESSION;
        if (!ent__votes_chosen(votes, q, &contested) || (session ? call->session : call->date.year) == 0) {
            continue;
        }
        ent_date opening = {(int16_t)(1945 + call->session), 9, 1};
        int32_t start = session ? ent__date_days(opening)
                                : ent__period_start(m->by, ent__date_days(call->date));
        if (wanted(m, start)) {
            out[count++] = (placed_call){start, q};
        }
    }
    if (count > 1) {
        qsort(out, count, sizeof *out, by_start);
    }
    return count;
}

static ent_rc agreement_points(making *m, const ent_votes *votes)
{
    placed_call *calls = calloc(votes->roll_call_count + 1, sizeof *calls);
    bool *chosen = calloc(votes->roll_call_count + 1, sizeof *chosen);
    ent_rc rc = calls != NULL && chosen != NULL ? ENT_OK : ent__nomem(m->ctx);
    size_t count = rc == ENT_OK ? place_calls(m, votes, calls) : 0;
    for (size_t i = 0, end; rc == ENT_OK && i < count; i = end) {
        for (end = i; end < count && calls[end].start == calls[i].start; end++) {
            chosen[calls[end].roll_call] = true;
        }
        ent_agreement g;
        ent_series_point *p;
        double low, high;
        ent__agreement_in_year(votes, chosen, m->a, m->b,
                               votes->roll_calls[calls[i].roll_call].date.year, &g);
        ent__interval_share(g.score * (double)g.common, (double)g.common, m->asked->level, &low,
                            &high);
        rc = add_point(m, calls[i].start, &p);
        if (rc == ENT_OK) {
            cover(p, g.common, g.score, low, high);
        }
        for (size_t k = i; k < end; k++) {
            chosen[calls[k].roll_call] = false;
        }
    }
    free(calls);
    free(chosen);
    return rc;
}

static ent_rc agreement(making *m)
{
    ent_votes *own;
    const ent_votes *votes;
    ent_rc rc = read_votes(m, &own, &votes);
    int a = rc == ENT_OK ? ent__votes_voter(votes, m->a) : -1;
    int b = rc == ENT_OK ? ent__votes_voter(votes, m->b) : -1;
    if (rc == ENT_OK) {
        rc = a >= 0 && b >= 0 ? agreement_points(m, votes)
                              : no_data(m, "votes");
    }
    ent__votes_free(own);
    snprintf(m->out->words, sizeof m->out->words,
             "agreement in the General Assembly (1 - |difference| / 2, contested roll calls)");
    snprintf(m->out->counted, sizeof m->out->counted, "common roll calls");
    snprintf(m->out->source, sizeof m->out->source, "roll calls of the store");
    return rc;
}

/* ---- ideal points -------------------------------------------------------------------------- */

/* |difference| of two independent estimates with their errors. */
static ent_value distance_of(double x, double x_error, double y, double y_error, double level)
{
    double d = fabs(x - y);
    double reach = ent__interval_z(level) * sqrt(x_error * x_error + y_error * y_error);
    return (ent_value){d, d > reach ? d - reach : 0, d + reach};
}

static const ent_ideal_place *place_at(const ent_ideal_data *d, int32_t ccode, int32_t period)
{
    for (size_t i = 0; i < d->place_count; i++) {
        if (d->places[i].ccode == ccode && d->places[i].period == period) {
            return &d->places[i];
        }
    }
    return NULL;
}

/* By the number of that year, else of the one before it, else the state's own. */
static const ent_ideal_place *place_of(const making *m, const ent_ideal_data *d, int32_t ccode,
                                       int32_t period)
{
    int year = m->by == ENT_BY_SESSION ? 1945 + period : period;
    const ent_ideal_place *place =
        place_at(d, ent__states_number(m->states, ccode, year, 0), period);
    place = place != NULL ? place
                          : place_at(d, ent__states_number(m->states, ccode, year, 1), period);
    return place != NULL ? place : place_at(d, ccode, period);
}

static ent_rc distance_points(making *m, const ent_ideal_data *d, const ent_ideal_fit *fit)
{
    bool session = m->by == ENT_BY_SESSION;
    ent_rc rc = ENT_OK;
    for (int32_t period = d->first_period; rc == ENT_OK && period <= d->last_period; period++) {
        int16_t year = (int16_t)(session ? 1945 + period : period);
        int32_t start = ent__date_days((ent_date){year, session ? 9 : 1, 1});
        const ent_ideal_place *a = place_of(m, d, m->a, period), *b = place_of(m, d, m->b, period);
        ent_series_point *p;
        if (!wanted(m, start) || a == NULL || b == NULL) {
            continue;
        }
        rc = add_point(m, start, &p);
        if (rc == ENT_OK) {
            const ent_ideal_point *x = &fit->points[a - d->places], *y = &fit->points[b - d->places];
            ent_value v = distance_of(x->theta, x->se, y->theta, y->se, m->asked->level);
            cover(p, a->count < b->count ? a->count : b->count, v.value, v.low, v.high);
        }
    }
    return rc;
}

static ent_rc estimated_distance(making *m)
{
    const ent_ideal_filter filter = {
        .by = m->by == ENT_BY_SESSION ? ENT_PERIOD_SESSION : ENT_PERIOD_YEAR};
    const ent_ideal_options options = {.prior = ent__ideal_prior_default, .threads = 1,
                                       .iterations = 60, .tolerance = 5e-3,
                                       .positive = 2, .negative = 365}; /* as `ideal` has them */
    ent_votes *own;
    const ent_votes *votes;
    ent_ideal_data data = {0};
    ent_ideal_fit fit = {0};
    ent_rc rc = read_votes(m, &own, &votes);
    bool voted = rc == ENT_OK && ent__votes_voter(votes, m->a) >= 0 &&
                 ent__votes_voter(votes, m->b) >= 0;
    rc = rc == ENT_OK && !voted ? no_data(m, "votes") : rc;
    rc = rc == ENT_OK ? ent__ideal_data(m->ctx, m->kit, votes, &filter, &data) : rc;
    rc = rc == ENT_OK ? ent__ideal_em(m->ctx, &data, &options, &fit) : rc;
    rc = rc == ENT_OK ? distance_points(m, &data, &fit) : rc;
    ent__ideal_fit_free(&fit);
    ent__ideal_data_free(&data);
    ent__votes_free(own);
    snprintf(m->out->words, sizeof m->out->words,
             "distance of ideal points (in standard deviations of all states' points)");
    snprintf(m->out->counted, sizeof m->out->counted, "votes of the fewer");
    snprintf(m->out->source, sizeof m->out->source, "estimated from the store's roll calls (em)");
    return rc;
}

/* ---- imported points ----------------------------------------------------------------------- */

/* A code stays as it is asked for: YUG and SRB are one COW number. */
static ent_str code_of(const making *m, int32_t ccode, const char *text)
{
    bool code = strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
    return ccode != 0 && !code ? ent__states_iso3_at(m->states, ccode, (ent_date){0})
                               : ent__str(text);
}

/* The period asked for that holds a point; INT32_MIN: the point is of a longer one. */
static int32_t period_of(const making *m, const ent_given_point *p)
{
    bool fits = p->by == m->by || (p->by < m->by && p->by != ENT_BY_YEAR);
    return !fits ? INT32_MIN : p->by == m->by ? p->day : ent__period_start(m->by, p->day);
}

/* Points from `first` on, those of one period averaged: value and bounds. */
static ent_rc averaged(making *m, const ent_given_point *points, size_t count)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0, end; rc == ENT_OK && i < count; i = end) {
        int32_t start = period_of(m, &points[i]);
        double value = 0, low = 0, high = 0;
        for (end = i; end < count && period_of(m, &points[end]) == start; end++) {
            value += points[end].value;
            low += points[end].low;
            high += points[end].high;
        }
        ent_series_point *p;
        double n = (double)(end - i);
        if (start != INT32_MIN && wanted(m, start)) {
            rc = add_point(m, start, &p);
            if (rc == ENT_OK) {
                cover(p, end - i, value / n, low / n, high / n);
            }
        }
    }
    return rc;
}

static ent_rc given_series(making *m, const ent_given *given)
{
    ent_str a = code_of(m, m->a, m->asked->a), b = code_of(m, m->b, m->asked->b);
    ent_str name = ent__str(m->asked->name);
    size_t first, count = ent__given_find(given, name, a, b, &first);
    if (count == 0 && b.n > 0 && !m->asked->directed) { /* a pair that the source tells once, the other way round */
        count = ent__given_find(given, name, b, a, &first);
    }
    if (count == 0) {
        ent_buf known = {0};
        for (size_t i = 0; i < given->count && known.n < 200; i++) {
            if (i == 0 || !ent__str_eq(given->points[i].name, given->points[i - 1].name)) {
                ent__buf_printf(&known, "%s%.*s", known.n > 0 ? ", " : "; there is ",
                                ENT_FMT(given->points[i].name));
            }
        }
        ent_rc rc = ent__fail(m->ctx, ENT_EINPUT, NULL, 0,
                              "the store holds no series \"%s\"%s%.*s%s%.*s: no data%s",
                              m->asked->name, a.n > 0 ? " of " : "", ENT_FMT(a),
                              b.n > 0 ? " and " : "", ENT_FMT(b), known.p ? known.p : "");
        ent__buf_free(&known);
        return rc;
    }
    m->by = m->asked->by_chosen ? m->asked->by : given->points[first].by;
    ent_rc rc = averaged(m, given->points + first, count);
    if (rc == ENT_OK && m->out->count == 0) {
        rc = ent__fail(m->ctx, ENT_EINPUT, NULL, 0,
                       "\"%s\" is told by %s: no data by %s in the time asked for", m->asked->name,
                       ent__by_name(given->points[first].by), ent__by_name(m->by));
    }
    return rc;
}

/* A state's point in a period; NULL: none. */
static const ent_given_point *point_at(const ent_given_point *points, size_t count, int32_t day)
{
    for (size_t i = 0; i < count; i++) {
        if (points[i].day == day) {
            return &points[i];
        }
    }
    return NULL;
}

/* Standard error from a 90 % interval (5 % and 95 %), as the published points have. */
static double error_of(const ent_given_point *p)
{
    return (p->high - p->low) / (2 * ent__interval_z(0.9));
}

static ent_rc given_distance(making *m, const ent_given *given)
{
    ent_str a = code_of(m, m->a, m->asked->a), b = code_of(m, m->b, m->asked->b);
    ent_str name = ent__str(m->asked->name), none = {"", 0};
    size_t at_a, at_b, count_a = ent__given_find(given, name, a, none, &at_a);
    size_t count_b = ent__given_find(given, name, b, none, &at_b);
    ent_rc rc = count_a > 0 && count_b > 0 ? ENT_OK : no_data(m, m->asked->name);
    m->by = rc == ENT_OK ? given->points[at_a].by : m->by;
    for (size_t i = at_a; rc == ENT_OK && i < at_a + count_a; i++) {
        const ent_given_point *x = &given->points[i];
        const ent_given_point *y = point_at(given->points + at_b, count_b, x->day);
        ent_series_point *p;
        if (y == NULL || !wanted(m, x->day)) {
            continue;
        }
        rc = add_point(m, x->day, &p);
        if (rc == ENT_OK) {
            ent_value v = distance_of(x->value, error_of(x), y->value, error_of(y),
                                      m->asked->level);
            cover(p, 2, v.value, isnan(v.high) ? NAN : v.low, v.high);
        }
    }
    return rc;
}

static ent_rc imported(making *m)
{
    bool distance = m->asked->measure == ENT_MEASURE_DISTANCE;
    const ent_given *given = m->asked->given;
    ent_given *own = NULL;
    ent_rc rc = given != NULL ? ENT_OK : ent__given_new(m->ctx, &own);
    if (rc == ENT_OK && given == NULL) {
        rc = ent__given_from_store(m->ctx, own, m->store);
        ent__given_finish(own);
        given = own;
    }
    if (rc == ENT_OK) {
        rc = distance ? given_distance(m, given) : given_series(m, given);
    }
    ent__given_free(own);
    snprintf(m->out->words, sizeof m->out->words, "%s%s", distance ? "distance of " : "",
             m->asked->name);
    snprintf(m->out->counted, sizeof m->out->counted, "points");
    snprintf(m->out->source, sizeof m->out->source, "imported series");
    return rc;
}

/* ---- trade --------------------------------------------------------------------------------- */

typedef struct {
    making *m;
    const ent_trade *trade;
    uint16_t commodity, unit;
} trading;

static bool of_goods(const trading *t, const ent_flow *f)
{
    return f->commodity == t->commodity && f->unit == t->unit;
}

static bool of_pair(const trading *t, const ent_flow *f)
{
    int32_t a = t->m->a, b = t->m->b;
    return (f->exporter == a && f->importer == b) || (f->exporter == b && f->importer == a);
}

/* Months of [first, last] (year * 12 + month - 1) for which either side reports anything of these
 * goods; all of them where the pair has a yearly figure.  Sums of fewer are no year's. */
static int months_told(const trading *t, int32_t first, int32_t last)
{
    bool told[12] = {false}, yearly = false;
    int count = 0;
    for (size_t k = 0; k < t->trade->count; k++) {
        const ent_flow *f = &t->trade->flows[k];
        int32_t month = f->period % 100, at = f->period / 100 * 12 + month - 1;
        bool ours = f->importer == t->m->a || f->importer == t->m->b;
        if (!of_goods(t, f) || f->period / 100 != first / 12) {
            continue;
        }
        yearly |= month == 0 && of_pair(t, f);
        if (month != 0 && ours && at >= first && at <= last && !told[at - first]) {
            told[at - first] = true;
            count++;
        }
    }
    return yearly ? last - first + 1 : count;
}

/* The range between what importer and exporter report; NaN where only one does. */
static void widen(double report, double mirror, double *low, double *high, size_t *reports)
{
    *reports += !isnan(report);
    *reports += !isnan(mirror) && !isnan(report);
    *low += isnan(report) ? 0 : fmin(report, mirror);
    *high += isnan(report) ? 0 : fmax(report, mirror);
}

/* Sums a quarter's months; years and months are one look. */
static ent_value flow_value(const trading *t, int32_t period, size_t *reports)
{
    ent_dyad_dependence d;
    ent_value v = {NAN, 0, 0};
    ent_measure measure = t->m->asked->measure;
    ent__dependence(t->trade, t->commodity, t->unit, period, t->m->a, t->m->b, &d);
    if (measure != ENT_MEASURE_EXPORTS) {
        widen(d.ij.imports, d.ij.imports_mirror, &v.low, &v.high, reports);
    }
    if (measure != ENT_MEASURE_IMPORTS) {
        widen(d.ij.exports, d.ij.exports_mirror, &v.low, &v.high, reports);
    }
    if (measure == ENT_MEASURE_TRADE) {
        double both = (isnan(d.ij.imports) ? 0 : d.ij.imports) +
                      (isnan(d.ij.exports) ? 0 : d.ij.exports);
        v.value = d.ij.trade_share;
        v.low *= d.ij.trade_share / both;
        v.high *= d.ij.trade_share / both;
    } else {
        v.value = measure == ENT_MEASURE_EXPORTS ? d.ij.exports : d.ij.imports;
    }
    return v;
}

static ent_value period_value(const trading *t, int32_t start, size_t *reports)
{
    ent_date d = ent__date_of_days(start);
    if (t->m->by == ENT_BY_YEAR) {
        return flow_value(t, d.year * 100, reports);
    }
    ent_value sum = flow_value(t, d.year * 100 + d.month, reports);
    for (int k = 1; k < 3 && t->m->by == ENT_BY_QUARTER; k++) {
        ent_value v = flow_value(t, d.year * 100 + d.month + k, reports);
        sum = (ent_value){sum.value + v.value, sum.low + v.low, sum.high + v.high};
    }
    return sum;
}

static ent_rc trade_point(const trading *t, int32_t start)
{
    making *m = t->m;
    ent_date d = ent__date_of_days(start);
    int months = m->by == ENT_BY_YEAR ? 12 : m->by == ENT_BY_QUARTER ? 3 : 1;
    int32_t first = d.year * 12 + d.month - 1;
    int told = months_told(t, first, first + months - 1);
    size_t reports = 0;
    ent_value v = period_value(t, start, &reports);
    ent_series_point *p;
    if (told == 0 || !wanted(m, start)) {
        return ENT_OK;
    }
    ent_rc rc = add_point(m, start, &p);
    if (rc == ENT_OK) {
        bool whole = told == months, interval = reports > 1 && v.low < v.high;
        cover(p, reports, whole ? v.value : NAN, whole && interval ? v.low : NAN,
              whole && interval ? v.high : NAN);
        p->covered_days = p->days * told / months;
    }
    return rc;
}

static ent_rc trade_points(trading *t)
{
    int32_t first = INT32_MAX, last = 0;
    for (size_t k = 0; k < t->trade->count; k++) {
        const ent_flow *f = &t->trade->flows[k];
        if (of_goods(t, f) && of_pair(t, f)) {
            first = f->period < first ? f->period : first;
            last = f->period > last ? f->period : last;
        }
    }
    if (last == 0) {
        return no_data(t->m, "trade");
    }
    ent_date begin = {(int16_t)(first / 100), 1, 1};
    int32_t end = ent__date_days((ent_date){(int16_t)(last / 100), 12, 31});
    ent_rc rc = ENT_OK;
    for (int32_t start = ent__date_days(begin); rc == ENT_OK && start <= end;
         start = ent__period_next(t->m->by, start)) {
        rc = trade_point(t, start);
    }
    return rc;
}

static ent_rc trade(making *m)
{
    ent_trade *trade = NULL;
    const char *goods = m->asked->commodity ? m->asked->commodity : "", *unit = m->asked->unit;
    ent_rc rc = ent__trade_new(m->ctx, &trade);
    rc = rc == ENT_OK ? ent__trade_from_store(m->ctx, trade, m->store) : rc;
    rc = rc == ENT_OK ? ent__trade_finish(m->ctx, trade) : rc;
    if (rc == ENT_OK) {
        int commodity = ent__trade_name(trade, ent__str(goods));
        int named = unit ? ent__trade_name(trade, ent__str(unit)) : 0;
        trading t = {.m = m, .trade = trade, .commodity = (uint16_t)commodity,
                     .unit = (uint16_t)named};
        bool known = commodity >= 0 && named >= 0 &&
                     (unit != NULL || ent__trade_unit(trade, t.commodity, m->a, m->b, &t.unit));
        rc = known ? trade_points(&t) : no_data(m, *goods ? goods : "trade in all goods");
        ent_str unit_name = known ? trade->names[t.unit] : (ent_str){"", 0};
        const char *what = *goods ? goods : "all goods";
        if (m->asked->measure == ENT_MEASURE_TRADE) {
            snprintf(m->out->words, sizeof m->out->words,
                     "share of %s's trade that is with %s (%.40s)", m->asked->a, m->asked->b, what);
        } else {
            snprintf(m->out->words, sizeof m->out->words, "%s of %s %s %s (%.40s, %.*s)",
                     ent__measure_name(m->asked->measure), m->asked->a,
                     m->asked->measure == ENT_MEASURE_EXPORTS ? "to" : "from", m->asked->b, what,
                     unit_name.n < 40 ? (int)unit_name.n : 40, unit_name.p);
        }
    }
    ent__trade_free(trade);
    snprintf(m->out->counted, sizeof m->out->counted, "reports");
    snprintf(m->out->source, sizeof m->out->source,
             "trade of the store; the interval is the range of both sides' reports");
    return rc;
}

/* ---- all of them --------------------------------------------------------------------------- */

static ent_rc check(making *m)
{
    const ent_public_series *s = m->asked;
    const char *name = ent__measure_name(s->measure);
    bool votes = s->measure == ENT_MEASURE_AGREEMENT || s->measure == ENT_MEASURE_DISTANCE;
    bool goods = s->measure >= ENT_MEASURE_TRADE && s->measure <= ENT_MEASURE_IMPORTS;
    if (s->measure == ENT_MEASURE_GIVEN) {
        return ENT_OK;
    }
    if (m->a == 0 || m->b == 0 || m->a == m->b) {
        return ent__fail(m->ctx, ENT_EUSAGE, NULL, 0, "%s: expected two states, got \"%s\" and \"%s\"",
                         name, s->a ? s->a : "", s->b ? s->b : "");
    }
    if (m->by == ENT_BY_SESSION && !votes) {
        return ent__fail(m->ctx, ENT_EUSAGE, NULL, 0, "%s has no sessions: by year or month", name);
    }
    if (s->measure == ENT_MEASURE_DISTANCE && s->name == NULL && m->by != ENT_BY_YEAR &&
        m->by != ENT_BY_SESSION) {
        return ent__fail(m->ctx, ENT_EUSAGE, NULL, 0, "distance: by session or year");
    }
    if (goods && (m->by < ENT_BY_MONTH || (s->measure == ENT_MEASURE_TRADE &&
                                           m->by == ENT_BY_QUARTER))) {
        return ent__fail(m->ctx, ENT_EUSAGE, NULL, 0, "%s: by %smonth or year", name,
                         s->measure == ENT_MEASURE_TRADE ? "" : "quarter, ");
    }
    return ENT_OK;
}

static int32_t state_of(const making *m, const char *text)
{
    return text == NULL ? 0 : ent__states_ccode(m->states, ent__str(text), (ent_date){0});
}

ent_rc ent__series_public(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                          const ent_public_series *asked, ent_series *out)
{
    ent_public_series plain = *asked;
    making m = {.ctx = ctx, .store = store, .kit = kit, .asked = &plain, .out = out,
                .by = asked->by_chosen ? asked->by : ENT_BY_YEAR};
    plain.a = asked->a ? asked->a : "";
    plain.b = asked->b ? asked->b : "";
    *out = (ent_series){0};
    ent_rc rc = ent__states_new(ctx, kit, &m.states);
    if (rc == ENT_OK) {
        m.a = state_of(&m, plain.a);
        m.b = state_of(&m, plain.b);
        rc = check(&m);
    }
    if (rc == ENT_OK) {
        bool of_points = asked->measure == ENT_MEASURE_GIVEN ||
                         (asked->measure == ENT_MEASURE_DISTANCE && asked->name != NULL);
        rc = of_points                                 ? imported(&m)
             : asked->measure == ENT_MEASURE_AGREEMENT ? agreement(&m)
             : asked->measure == ENT_MEASURE_DISTANCE  ? estimated_distance(&m)
                                                       : trade(&m);
    }
    out->by = m.by;
    ent__states_free(m.states);
    if (rc != ENT_OK) {
        ent__series_free(out);
    }
    return rc;
}
