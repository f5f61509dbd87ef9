/* The section on events: for each pair asked about, net cooperation by period with its interval,
 * the shifts found in it, and what was not seen. In: the store's dyads.  Out: a section; findings
 * for the answer; gaps for the unknown. Method: align's series and shifts with their defaults, as
 * `entente shifts` shows them. Cost: one range of an index a dyad. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

enum { LEAST_PERIODS = 8, SHIFTS_DRAWN = 12 };

/* One pair's series, its shifts, and the periods that carry a value. */
typedef struct {
    ent__brief_work *w;
    size_t i, j;
    ent_by by;
    ent_series series;
    ent_shifts shifts;
    size_t *valued, valued_count; /* periods with a value */
} dyad;

/* As fine as the covered span allows while a chart can still be read. */
static ent_by choose_period(const int32_t *days, size_t count)
{
    int32_t span = count == 0 ? 0 : days[count - 1] - days[0];
    return span > 45 * 366   ? ENT_BY_YEAR
           : span > 15 * 366 ? ENT_BY_QUARTER
           : span > 150      ? ENT_BY_MONTH
                             : ENT_BY_WEEK;
}

static const char *label(const dyad *d, size_t period, char out[16])
{
    ent__period_label(d->by, d->series.points[period].start, out);
    return out;
}

/* ---- reading -------------------------------------------------------------------------------- */

static ent_rc read_dyad(dyad *d)
{
    ent__brief_work *w = d->w;
    ent_series_options options = {.by = d->by, .level = 0.95, .seed = ent_ctx_get_seed(w->ctx)};
    options.dyad =
        (ent_dyad_filter){.source = w->asked[d->i], .target = w->asked[d->j], .undirected = true};
    ent_rc rc = ent__series_read(w->ctx, w->in->store, &options, &d->series);
    double *values = ent__arena_array(w->arena, d->series.count + 1, sizeof *values);
    d->valued = ent__arena_array(w->arena, d->series.count + 1, sizeof *d->valued);
    if (rc != ENT_OK || values == NULL || d->valued == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(w->ctx);
    }
    for (size_t p = 0; p < d->series.count; p++) {
        if (!isnan(d->series.points[p].net)) {
            values[d->valued_count] = d->series.points[p].net;
            d->valued[d->valued_count++] = p;
        }
    }
    const ent_shift_options defaults = ENT_SHIFT_DEFAULTS;
    return d->series.events > 0 && d->valued_count >= LEAST_PERIODS
               ? ent__shifts_find(w->ctx, values, d->valued_count, &defaults, &d->shifts)
               : ENT_OK;
}

/* ---- words ---------------------------------------------------------------------------------- */

/* "February 2022", "the week of 3 May 2022", "the second quarter of 2022", "2022". */
static ent_str period_words(dyad *d, size_t period)
{
    static const char *const quarters[] = {"first", "second", "third", "fourth"};
    ent_date date = ent__date_of_days(d->series.points[period].start);
    if (d->by == ENT_BY_QUARTER) {
        return ent__brief_printf(d->w, "the %s quarter of %d", quarters[(date.month - 1) / 3],
                                 date.year);
    }
    if (d->by == ENT_BY_YEAR || d->by == ENT_BY_MONTH) {
        date.day = 0;
        date.month = d->by == ENT_BY_YEAR ? 0 : date.month;
    }
    ent_buf words = {0};
    ent__buf_z(&words, d->by == ENT_BY_WEEK ? "the week of " : "");
    ent__brief_date(&words, date);
    ent_str kept = ent__arena_str(d->w->arena, ent__buf_slice(&words));
    ent__buf_free(&words);
    return kept;
}

static ent_str shift_words(dyad *d, const ent_shift *s, const char *of)
{
    ent_str first = period_words(d, d->valued[s->first - 1]);
    return ent__brief_printf(d->w, "net cooperation%s %s from %+.1f to %+.1f a %s in %.*s", of,
                             s->size > 0 ? "rose" : "fell", s->before, s->after,
                             ent__by_name(d->by), ENT_FMT(first));
}

/* How sure date and size of a shift are. */
static ent_str shift_detail(dyad *d, const ent_shift *s)
{
    ent_str when = ENT_LIT("on a date without interval,");
    if (s->low > 0) { /* of the last period of the old regime: one further is the first new one */
        size_t low = s->low < d->valued_count ? s->low : s->low - 1;
        size_t high = s->high < d->valued_count ? s->high : s->high - 1;
        ent_str from = period_words(d, d->valued[low]), to = period_words(d, d->valued[high]);
        when = ent__brief_printf(d->w, "between %.*s and %.*s", ENT_FMT(from), ENT_FMT(to));
    }
    return ent__brief_printf(d->w,
                             "The shift in events came %.*s (95 %%) and was %+.1f to %+.1f large.",
                             ENT_FMT(when), s->size_low, s->size_high);
}

static const ent_shift *last_shift(const dyad *d)
{
    return d->shifts.count == 0 ? NULL : &d->shifts.shifts[d->shifts.count - 1];
}

static ent_str message(dyad *d)
{
    ent_str pair = ent__brief_pair(d->w, d->i, d->j, " and ");
    ent_str words = last_shift(d) == NULL
                        ? ent__brief_printf(d->w, "no shift found in %zu %ss with news",
                                            d->valued_count, ent__by_name(d->by))
                        : shift_words(d, last_shift(d), "");
    ent_str title = ent__brief_printf(d->w, "%.*s: %.*s", ENT_FMT(pair), ENT_FMT(words));
    return ent__brief_capital(d->w, title);
}

static void tell_finding(dyad *d)
{
    const ent_shift *last = last_shift(d);
    ent__finding finding = {.i = d->i, .j = d->j};
    if (last != NULL) {
        finding.direction = last->size > 0 ? 1 : -1;
        finding.words = shift_words(d, last, " in events");
        finding.detail = shift_detail(d, last);
    } else {
        finding.words = ent__brief_printf(d->w, "events show no shift in %zu %ss with news",
                                          d->valued_count, ent__by_name(d->by));
    }
    ent__brief_finding(d->w, finding);
}

/* ---- table and chart ------------------------------------------------------------------------ */

/* Mean of the regime a period lies in; NaN where it has no value. */
static double regime_mean(const dyad *d, size_t period)
{
    size_t place = 0;
    while (place < d->valued_count && d->valued[place] != period) {
        place++;
    }
    if (place == d->valued_count || d->shifts.count == 0) {
        return NAN;
    }
    double mean = d->shifts.shifts[0].before;
    for (size_t s = 0; s < d->shifts.count; s++) {
        mean = place + 1 >= d->shifts.shifts[s].first ? d->shifts.shifts[s].after : mean;
    }
    return mean;
}

static ent__table numbers(dyad *d)
{
    ent__table t = ent__table_open(d->w, "period|days with news|days|events|events low|events high|"
                                         "net cooperation|net low|net high|mean Goldstein value|"
                                         "mean low|mean high|mean of the regime");
    for (size_t p = 0; p < d->series.count; p++) {
        const ent_series_point *x = &d->series.points[p];
        char name[16];
        bool seen = x->covered_days > 0;
        ent__table_z(&t, label(d, p, name));
        ent__table_int(&t, x->covered_days);
        ent__table_int(&t, x->days);
        ent__table_number(&t, seen ? (double)x->count : NAN, 0);
        ent__table_number(&t, seen ? x->count_low : NAN, 1);
        ent__table_number(&t, seen ? x->count_high : NAN, 1);
        ent__table_number(&t, x->net, 1);
        ent__table_number(&t, x->net_low, 1);
        ent__table_number(&t, x->net_high, 1);
        ent__table_number(&t, x->goldstein, 2);
        ent__table_number(&t, x->goldstein_low, 2);
        ent__table_number(&t, x->goldstein_high, 2);
        ent__table_number(&t, regime_mean(d, p), 2);
    }
    return t;
}

static size_t marks_of(const dyad *d, ent__chart_mark *marks, ent__chart_level *levels)
{
    size_t count = d->shifts.count < SHIFTS_DRAWN ? d->shifts.count : SHIFTS_DRAWN;
    for (size_t s = 0; s < count; s++) {
        const ent_shift *shift = &d->shifts.shifts[s];
        const ent_series_point *first = &d->series.points[d->valued[shift->first - 1]];
        marks[s] = (ent__chart_mark){first->start, NAN, NAN};
        if (shift->low > 0) {
            const ent_series_point *low = &d->series.points[d->valued[shift->low - 1]];
            const ent_series_point *high = &d->series.points[d->valued[shift->high - 1]];
            marks[s].low = low->start + low->days;
            marks[s].high = high->start + high->days;
        }
        levels[s + 1] = (ent__chart_level){first->start, 0, shift->after};
        levels[s].to = first->start;
    }
    if (count > 0) {
        const ent_series_point *last = &d->series.points[d->series.count - 1];
        levels[0].from = d->series.points[0].start;
        levels[0].value = d->shifts.shifts[0].before;
        levels[count].to = last->start + last->days;
    }
    return count;
}

static ent_str draw(dyad *d, const char *id, ent_str title)
{
    ent__brief_work *w = d->w;
    size_t n = d->series.count;
    double *columns = ent__arena_array(w->arena, 5 * n + 1, sizeof *columns);
    bool *covered = ent__arena_array(w->arena, n + 1, sizeof *covered);
    if (columns == NULL || covered == NULL) {
        w->failed = true;
        return (ent_str){0};
    }
    double *at = columns, *net = at + n, *low = net + n, *high = low + n, *count = high + n;
    for (size_t p = 0; p < n; p++) {
        const ent_series_point *x = &d->series.points[p];
        at[p] = x->start + x->days / 2.0;
        net[p] = x->net;
        low[p] = x->net_low;
        high[p] = x->net_high;
        count[p] = (double)x->count;
        covered[p] = x->covered_days > 0;
    }
    ent__chart_mark marks[SHIFTS_DRAWN];
    ent__chart_level levels[SHIFTS_DRAWN + 1];
    size_t mark_count = marks_of(d, marks, levels);
    const ent__chart_line line = {ENT_LIT("net"), net, low, high};
    const ent__chart chart = {
        .id = id,
        .title = title,
        .description =
            ENT_LIT("Net cooperation by period with its 95 % interval, levels and dates of "
                    "the shifts found, number of events below. The numbers are in the "
                    "table that follows."),
        .at = at,
        .count = n,
        .step = n > 1 ? (at[n - 1] - at[0]) / (double)(n - 1) : 30,
        .covered = covered,
        .lines = &line,
        .line_count = 1,
        .marks = marks,
        .mark_count = mark_count,
        .levels = levels,
        .level_count = mark_count > 0 ? mark_count + 1 : 0,
        .low = NAN,
        .high = NAN,
        .zero = 0,
        .unit = "net cooperation (sum of Goldstein values)",
        .stack_unit = "events",
        .stack = count,
        .stack_count = 1};
    return ent__chart_lines(w->arena, &chart);
}

static void exhibit(dyad *d, ent_brief_section *section)
{
    ent__brief_work *w = d->w;
    ent__table t = numbers(d);
    ent_str id = ent__brief_printf(w, "series-%s-%s", w->asked[d->i], w->asked[d->j]);
    ent_brief_exhibit *e = ent__table_close(&t, section, id);
    if (e == NULL) {
        return;
    }
    e->title = message(d);
    e->svg = draw(d, e->id.p, e->title);
    ent_str detail = last_shift(d) == NULL ? (ent_str){"", 0} : shift_detail(d, last_shift(d));
    e->note = ent__brief_printf(
        w,
        "%.*s%sLine: sum of Goldstein values of the events between the two, both ways, by %s; "
        "band: 95 %% "
        "interval. %sGrey: the store holds no news of those days, which is no zero. %lld events "
        "(%lld records%s).%s",
        ENT_FMT(detail), detail.n > 0 ? " " : "", ent__by_name(d->by),
        d->shifts.count > 0 ? "Dashed: a shift, with its 95 % interval; black: mean on each side. "
                            : "",
        (long long)d->series.events, (long long)d->series.records,
        d->series.too_vague > 0 ? "; some dated too vaguely were left out" : "",
        d->shifts.count > 0 && d->shifts.autocorrelation > 0.3
            ? " Neighbouring values hang together: intervals are too narrow, shifts may be too "
              "many."
            : "");
    e->source = ENT_LIT("events of the store");
}

/* ---- gaps ----------------------------------------------------------------------------------- */

static void tell_gaps(dyad *d)
{
    ent__brief_work *w = d->w;
    size_t missing = 0;
    for (size_t p = 0; p < d->series.count; p++) {
        missing += d->series.points[p].covered_days == 0;
    }
    char first[16], last[16];
    if (d->series.count > 0) {
        ent__brief_unknown(
            w, ent__brief_printf(
                   w,
                   "Events: the store covers %s to %s%s; what lies outside is not known, and days "
                   "without "
                   "any record are no zeros.",
                   label(d, 0, first), label(d, d->series.count - 1, last),
                   missing == 0 ? ""
                                : ent__brief_printf(w, ", with no record at all in %zu of %zu %ss",
                                                    missing, d->series.count, ent__by_name(d->by))
                                      .p));
    }
}

static ent_rc add_pair(ent__brief_work *w, size_t i, size_t j, ent_by by,
                       ent_brief_section **section)
{
    dyad d = {.w = w, .i = i, .j = j, .by = by};
    ent_rc rc = read_dyad(&d);
    ent_str pair = ent__brief_pair(w, i, j, " and ");
    if (rc == ENT_OK && (d.series.events == 0 || d.valued_count < LEAST_PERIODS)) {
        ent__brief_unknown(w, ent__brief_printf(w,
                                                "Events between %.*s: %lld in %zu %ss with news, "
                                                "not enough evidence to look for a shift.",
                                                ENT_FMT(pair), (long long)d.series.events,
                                                d.valued_count, ent__by_name(by)));
    } else if (rc == ENT_OK) {
        if (*section == NULL) {
            *section = ent__section_add(w, "series", "How events between them moved", "Events");
            tell_gaps(&d);
        }
        tell_finding(&d);
        if (*section != NULL) {
            exhibit(&d, *section);
        }
    }
    ent__shifts_free(&d.shifts);
    ent__series_free(&d.series);
    return rc;
}

ent_rc ent__section_series(ent__brief_work *w)
{
    int32_t *days = NULL;
    int64_t *records = NULL;
    size_t count = 0;
    ent_rc rc = ent__store_coverage(w->ctx, w->in->store, NULL, &days, &records, &count);
    ent_by by = choose_period(days, count);
    ent_brief_section *section = NULL;
    for (size_t i = 0; rc == ENT_OK && count > 0 && i < w->brief->asked_count; i++) {
        for (size_t j = i + 1; rc == ENT_OK && j < w->brief->asked_count; j++) {
            rc = add_pair(w, i, j, by, &section);
        }
    }
    if (rc == ENT_OK && count == 0) {
        ent__brief_unknown(w, ENT_LIT("Events: the store holds none with a date."));
    }
    if (section != NULL) {
        ent__brief_seen(w, days[count - 1]);
        section->lead =
            ENT_LIT("What the event data tell of each pair, both ways together. Counts of "
                    "told events measure attention as much as relations.");
        section->method = "Each record scores a Goldstein value from −10 (military attack) to 10 "
                          "(aid, agreement); "
                          "the same day, sides, kind and region count once. Net cooperation is the "
                          "sum by period, its "
                          "interval a Poisson bootstrap. Shifts are the penalised least-squares "
                          "optimum (PELT, MBIC "
                          "penalty, noise from the residuals), dates with 95 % intervals. A shift "
                          "says that the level "
                          "changed, not why.";
        section->page = "docs/methods/series.md";
        section->commands = ent__brief_printf(
            w,
            "entente series %s %s --store DB --by %s --undirected\nentente shifts %s %s --store DB "
            "--by %s --undirected",
            w->asked[0], w->asked[1], ent__by_name(by), w->asked[0], w->asked[1], ent__by_name(by));
    }
    free(days);
    free(records);
    return rc;
}
