/* series: a dyad's events by period.
 * In: the store's records of a dyad and its covered days.  Out: one point a period with counts by
 * quad class, net cooperation, mean Goldstein value, share of attention, all with intervals.
 * A day without any record in the store is no zero: covered_days says how much was seen, and a
 * period without coverage has no values.  Source: docs/methods/series.md.
 * Cost: O(records log records) and 1,000 bootstrap draws for periods with 200 events or fewer. */
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const by_names[] = {"day", "week", "month", "quarter", "year", "session"};

const char *ent__by_name(ent_by by)
{
    return by_names[by];
}

bool ent__by_parse(ent_str name, ent_by *out)
{
    for (int i = 0; i < 5; i++) {
        if (ent__str_eqz(name, by_names[i])) {
            *out = (ent_by)i;
            return true;
        }
    }
    return false;
}

/* ---- periods ------------------------------------------------------------------------------- */

int32_t ent__period_start(ent_by by, int32_t day)
{
    ent_date d = ent__date_of_days(day);
    switch (by) {
    case ENT_BY_WEEK:
        return day - ent__date_weekday(d);
    case ENT_BY_MONTH:
        d.day = 1;
        return ent__date_days(d);
    case ENT_BY_QUARTER:
        d.month = (int8_t)((d.month - 1) / 3 * 3 + 1);
        d.day = 1;
        return ent__date_days(d);
    case ENT_BY_YEAR:
        d.month = d.day = 1;
        return ent__date_days(d);
    case ENT_BY_SESSION:
        return ent__date_days((ent_date){(int16_t)(d.month >= 9 ? d.year : d.year - 1), 9, 1});
    default:
        return day;
    }
}

int32_t ent__period_next(ent_by by, int32_t start)
{
    ent_date d = ent__date_of_days(start);
    switch (by) {
    case ENT_BY_WEEK:
        return start + 7;
    case ENT_BY_MONTH:
        return ent__date_days(ent__date_add_months(d, 1));
    case ENT_BY_QUARTER:
        return ent__date_days(ent__date_add_months(d, 3));
    case ENT_BY_YEAR:
    case ENT_BY_SESSION:
        return ent__date_days(ent__date_add_months(d, 12));
    default:
        return start + 1;
    }
}

void ent__period_label(ent_by by, int32_t start, char out[16])
{
    ent_date d = ent__date_of_days(start);
    int year = d.year, month = d.month;
    if (by == ENT_BY_SESSION) {
        snprintf(out, 16, "s%d", year - 1945);
    } else if (by == ENT_BY_YEAR) {
        snprintf(out, 16, "%04d", year);
    } else if (by == ENT_BY_QUARTER) {
        snprintf(out, 16, "%04d-Q%d", year, (month - 1) / 3 + 1);
    } else if (by == ENT_BY_MONTH) {
        snprintf(out, 16, "%04d-%02d", year, month);
    } else {
        ent__date_iso(d, out);
    }
}

/* The vaguest date that still falls into one period. */
static ent_precision needed(ent_by by)
{
    return by == ENT_BY_YEAR || by == ENT_BY_SESSION      ? ENT_PRECISION_YEAR
           : by == ENT_BY_MONTH || by == ENT_BY_QUARTER ? ENT_PRECISION_MONTH
                                                          : ENT_PRECISION_DAY;
}

/* ---- the series ---------------------------------------------------------------------------- */

typedef struct {
    const ent_series_options *options;
    ent_dyad_record *records;
    size_t count;
    ent_dyad_record *attention; /* of the source with anybody */
    size_t attention_count;
    int32_t *days;
    int64_t *day_records;
    size_t day_count;
    double *values;             /* scratch: Goldstein values of a period */
} reading;

static size_t keep_precise(ent_dyad_record *records, size_t count, ent_by by, int64_t *out_vague)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (records[i].precision <= needed(by)) {
            records[kept++] = records[i];
        }
    }
    *out_vague += (int64_t)(count - kept);
    return kept;
}

static ent_rc read_records(ent_ctx *ctx, ent_store *store, reading *r, ent_series *out)
{
    const ent_series_options *o = r->options;
    ent_rc rc = ent__store_dyad(ctx, store, &o->dyad, &r->records, &r->count);
    if (rc == ENT_OK) {
        out->records = (int64_t)r->count;
        r->count = keep_precise(r->records, r->count, o->by, &out->too_vague);
        rc = ent__dyad_unique(ctx, r->records, &r->count, o->duplicates);
        out->events = (int64_t)r->count;
    }
    if (rc == ENT_OK && o->share) {
        ent_dyad_filter all = o->dyad;
        all.target = NULL;
        int64_t vague = 0;
        rc = ent__store_dyad(ctx, store, &all, &r->attention, &r->attention_count);
        if (rc == ENT_OK) {
            r->attention_count = keep_precise(r->attention, r->attention_count, o->by, &vague);
            rc = ent__dyad_unique(ctx, r->attention, &r->attention_count, o->duplicates);
        }
    }
    return rc != ENT_OK ? rc
                        : ent__store_coverage(ctx, store, o->dyad.dataset, &r->days,
                                              &r->day_records, &r->day_count);
}

int32_t ent__last_day(ent_date until)
{
    until.month = until.month == 0 ? 12 : until.month;
    until.day = until.day == 0 ? (int8_t)ent__date_month_length(until.year, until.month)
                               : until.day;
    return ent__date_days(until);
}

/* First and last day: as asked, else what the store covers. */
static bool bounds(const reading *r, int32_t *first, int32_t *last)
{
    const ent_dyad_filter *f = &r->options->dyad;
    if (r->day_count == 0) {
        return false;
    }
    *first = f->since.year != 0 ? ent__date_days(f->since) : r->days[0];
    *last = r->days[r->day_count - 1];
    if (f->until.year != 0) {
        *last = ent__last_day(f->until);
    }
    return *first <= *last;
}

static void fill_events(const reading *r, size_t begin, size_t end, ent_series_point *p)
{
    size_t valued = 0;
    p->count = (int64_t)(end - begin);
    for (size_t i = begin; i < end; i++) {
        const ent_dyad_record *e = &r->records[i];
        p->quad[e->quad <= 4 ? e->quad : 0]++;
        p->mentions += e->mentions;
        if (!isnan(e->goldstein)) {
            r->values[valued++] = e->goldstein;
        }
    }
    ent_value_intervals v;
    ent__interval_values(r->values, valued, r->options->level,
                         r->options->seed + (uint64_t)(uint32_t)p->start, &v);
    p->net = v.sum;
    p->net_low = v.sum_low;
    p->net_high = v.sum_high;
    p->goldstein = v.mean;
    p->goldstein_low = v.mean_low;
    p->goldstein_high = v.mean_high;
    ent__interval_poisson(p->count, r->options->level, &p->count_low, &p->count_high);
}

ent_series_point ent__series_empty_point(ent_by by, int32_t start)
{
    return (ent_series_point){.start = start, .days = ent__period_next(by, start) - start,
                              .count_low = NAN, .count_high = NAN, .net = NAN, .net_low = NAN,
                              .net_high = NAN, .goldstein = NAN, .goldstein_low = NAN,
                              .goldstein_high = NAN, .share = NAN, .share_low = NAN,
                              .share_high = NAN, .given = {NAN, NAN, NAN}};
}

static size_t count_before(const ent_dyad_record *records, size_t count, size_t from, int32_t day)
{
    while (from < count && records[from].day < day) {
        from++;
    }
    return from;
}

static ent_rc fill_points(ent_ctx *ctx, const reading *r, ent_series *out)
{
    int32_t first, last;
    if (!bounds(r, &first, &last)) {
        return ENT_OK;
    }
    ent_by by = r->options->by;
    size_t capacity = 0, event = 0, seen = 0, day = 0;
    for (int32_t start = ent__period_start(by, first); start <= last;) {
        int32_t next = ent__period_next(by, start);
        void *grown = ent__grow(out->points, out->count, &capacity, sizeof *out->points);
        if (grown == NULL) {
            return ent__nomem(ctx);
        }
        out->points = grown;
        ent_series_point *p = &out->points[out->count++];
        *p = ent__series_empty_point(by, start);
        for (; day < r->day_count && r->days[day] < next; day++) {
            p->covered_days += r->days[day] >= start;
        }
        event = count_before(r->records, r->count, event, start);
        size_t end = count_before(r->records, r->count, event, next);
        seen = count_before(r->attention, r->attention_count, seen, start);
        size_t seen_end = count_before(r->attention, r->attention_count, seen, next);
        if (p->covered_days > 0) {
            fill_events(r, event, end, p);
            p->attention = (int64_t)(seen_end - seen);
        }
        if (p->attention > 0) {
            p->share = (double)p->count / (double)p->attention;
            ent__interval_share((double)(p->count < p->attention ? p->count : p->attention),
                                (double)p->attention,
                                r->options->level, &p->share_low, &p->share_high);
        }
        event = end;
        seen = seen_end;
        start = next;
    }
    return ENT_OK;
}

ent_rc ent__series_read(ent_ctx *ctx, ent_store *store, const ent_series_options *options,
                        ent_series *out)
{
    *out = (ent_series){0};
    reading r = {.options = options};
    ent_rc rc = read_records(ctx, store, &r, out);
    if (rc == ENT_OK) {
        r.values = malloc((r.count + 1) * sizeof *r.values);
        rc = r.values == NULL ? ent__nomem(ctx) : fill_points(ctx, &r, out);
    }
    free(r.records);
    free(r.attention);
    free(r.days);
    free(r.day_records);
    free(r.values);
    if (rc != ENT_OK) {
        ent__series_free(out);
    }
    return rc;
}

void ent__series_free(ent_series *series)
{
    free(series->points);
    *series = (ent_series){0};
}
