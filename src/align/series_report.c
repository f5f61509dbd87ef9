/* A series and its shifts as others take them: JSON, CSV, and one measure out of a point.
 * In: what series.c and shifts.c found.  Out: the same keys and columns for the program and the
 * app.  Cost: linear. */
#include <math.h>
#include <string.h>

#include "align.h"

static const char *const measures[] = {"goldstein", "net",   "count",   "share",  "agreement",
                                       "distance",  "trade", "exports", "imports", "given"};

const char *ent__measure_name(ent_measure measure)
{
    return measure == ENT_MEASURE_ALL ? "all" : measures[measure - 1];
}

bool ent__measure_parse(ent_str name, ent_measure *out)
{
    for (int i = 0; i < 4; i++) {
        if (ent__str_eqz(name, measures[i])) {
            *out = (ent_measure)(i + 1);
            return true;
        }
    }
    return false;
}

bool ent__public_measure_parse(ent_str name, ent_measure *out)
{
    for (int i = ENT_MEASURE_AGREEMENT; i < ENT_MEASURE_GIVEN; i++) {
        if (ent__str_eqz(name, measures[i - 1])) {
            *out = (ent_measure)i;
            return true;
        }
    }
    return false;
}

ent_value ent__measure_of(const ent_series_point *p, ent_measure measure)
{
    switch (measure) {
    case ENT_MEASURE_NET:
        return (ent_value){p->net, p->net_low, p->net_high};
    case ENT_MEASURE_COUNT:
        return p->covered_days > 0
                   ? (ent_value){(double)p->count, p->count_low, p->count_high}
                   : (ent_value){NAN, NAN, NAN};
    case ENT_MEASURE_SHARE:
        return (ent_value){p->share, p->share_low, p->share_high};
    case ENT_MEASURE_AGREEMENT:
    case ENT_MEASURE_DISTANCE:
    case ENT_MEASURE_TRADE:
    case ENT_MEASURE_EXPORTS:
    case ENT_MEASURE_IMPORTS:
    case ENT_MEASURE_GIVEN:
        return p->given;
    default:
        return (ent_value){p->goldstein, p->goldstein_low, p->goldstein_high};
    }
}

const char *ent__measure_words(ent_measure measure)
{
    static const char *const words[] = {
        "mean Goldstein value", "mean Goldstein value", "net cooperation (sum of Goldstein values)",
        "events", "share of the source's attention"};
    return measure <= ENT_MEASURE_SHARE ? words[measure] : measures[measure - 1];
}

static void point_json(ent_json *json, const ent_series_point *p, ent_by by)
{
    char label[16], start[16];
    ent__period_label(by, p->start, label);
    ent__date_iso(ent__date_of_days(p->start), start);
    bool seen = p->covered_days > 0;
    ent__json_open(json, '{');
    ent__json_kz(json, "period", label);
    ent__json_kz(json, "start", start);
    ent__json_kint(json, "days", p->days);
    ent__json_kint(json, "covered_days", p->covered_days);
    ent__json_kdouble(json, "count", seen ? (double)p->count : NAN);
    ent__json_kdouble(json, "count_low", p->count_low);
    ent__json_kdouble(json, "count_high", p->count_high);
    ent__json_key(json, "quad");
    ent__json_open(json, '[');
    for (int q = 1; q <= 4; q++) {
        ent__json_double(json, seen ? (double)p->quad[q] : NAN);
    }
    ent__json_close(json, ']');
    ent__json_kdouble(json, "net", p->net);
    ent__json_kdouble(json, "net_low", p->net_low);
    ent__json_kdouble(json, "net_high", p->net_high);
    ent__json_kdouble(json, "goldstein", p->goldstein);
    ent__json_kdouble(json, "goldstein_low", p->goldstein_low);
    ent__json_kdouble(json, "goldstein_high", p->goldstein_high);
    ent__json_kint(json, "mentions", p->mentions);
    ent__json_kint(json, "attention", p->attention);
    ent__json_kdouble(json, "share", p->share);
    ent__json_kdouble(json, "share_low", p->share_low);
    ent__json_kdouble(json, "share_high", p->share_high);
    ent__json_close(json, '}');
}

void ent__series_keys(ent_json *json, const ent_series *series, const ent_series_options *o)
{
    ent__json_kz(json, "source", o->dyad.source);
    ent__json_kz(json, "target", o->dyad.target);
    ent__json_kbool(json, "directed", !o->dyad.undirected);
    ent__json_kz(json, "by", ent__by_name(o->by));
    ent__json_kz(json, "duplicates", ent__duplicates_name(o->duplicates));
    ent__json_kdouble(json, "level", o->level);
    ent__json_kint(json, "seed", (int64_t)o->seed);
    ent__json_kint(json, "records", series->records);
    ent__json_kint(json, "events", series->events);
    ent__json_kint(json, "too_vague", series->too_vague);
    ent__json_key(json, "points");
    ent__json_open(json, '[');
    for (size_t i = 0; i < series->count; i++) {
        point_json(json, &series->points[i], o->by);
    }
    ent__json_close(json, ']');
}

/* An empty cell where there is nothing to say. */
static void csv_number(ent_buf *out, double value)
{
    char text[32] = "";
    if (!isnan(value)) {
        ent__double_text(value, text);
    }
    ent__buf_printf(out, ",%s", text);
}

void ent__public_series_keys(ent_json *json, const ent_series *series)
{
    ent__json_kz(json, "words", series->words);
    ent__json_kz(json, "counted", series->counted);
    ent__json_kz(json, "from", series->source);
    ent__json_kz(json, "by", ent__by_name(series->by));
    ent__json_key(json, "points");
    ent__json_open(json, '[');
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        char label[16], start[16];
        ent__period_label(series->by, p->start, label);
        ent__date_iso(ent__date_of_days(p->start), start);
        ent__json_open(json, '{');
        ent__json_kz(json, "period", label);
        ent__json_kz(json, "start", start);
        ent__json_kint(json, "days", p->days);
        ent__json_kint(json, "covered_days", p->covered_days);
        ent__json_kdouble(json, "count", p->covered_days > 0 ? (double)p->count : NAN);
        ent__json_kdouble(json, "value", p->given.value);
        ent__json_kdouble(json, "low", p->given.low);
        ent__json_kdouble(json, "high", p->given.high);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

void ent__public_series_csv(ent_buf *out, const ent_series *series)
{
    ent__buf_z(out, "period,start,days,covered_days,count,value,low,high\n");
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        char label[16], start[16];
        ent__period_label(series->by, p->start, label);
        ent__date_iso(ent__date_of_days(p->start), start);
        ent__buf_printf(out, "%s,%s,%d,%d", label, start, p->days, p->covered_days);
        csv_number(out, p->covered_days > 0 ? (double)p->count : NAN);
        csv_number(out, p->given.value);
        csv_number(out, p->given.low);
        csv_number(out, p->given.high);
        ent__buf_char(out, '\n');
    }
}

void ent__series_json(ent_buf *out, const ent_series *series, const ent_series_options *o,
                      const ent_kit *kit)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__series_keys(&json, series, o);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

void ent__series_csv(ent_buf *out, const ent_series *series, ent_by by)
{
    ent__buf_z(out, "period,start,days,covered_days,events,events_low,events_high,"
                    "verbal_cooperation,material_cooperation,verbal_conflict,material_conflict,"
                    "net,net_low,net_high,goldstein,goldstein_low,goldstein_high,mentions,"
                    "attention,share,share_low,share_high\n");
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        char label[16], start[16];
        ent__period_label(by, p->start, label);
        ent__date_iso(ent__date_of_days(p->start), start);
        ent__buf_printf(out, "%s,%s,%d,%d", label, start, p->days, p->covered_days);
        bool seen = p->covered_days > 0; /* no news is no zero */
        const double values[] = {
            seen ? (double)p->count : NAN, p->count_low, p->count_high,
            seen ? (double)p->quad[1] : NAN, seen ? (double)p->quad[2] : NAN,
            seen ? (double)p->quad[3] : NAN, seen ? (double)p->quad[4] : NAN, p->net, p->net_low,
            p->net_high, p->goldstein, p->goldstein_low, p->goldstein_high, (double)p->mentions,
            (double)p->attention, p->share, p->share_low, p->share_high};
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            csv_number(out, values[k]);
        }
        ent__buf_char(out, '\n');
    }
}

/* ---- shifts ---------------------------------------------------------------------------------- */

static void time_json(ent_json *json, const char *const *labels, const char *key, size_t place)
{
    char name[48];
    snprintf(name, sizeof name, "%s_time", key);
    if (place == 0) {
        ent__json_key(json, key);
        ent__json_null(json);
        ent__json_key(json, name);
        ent__json_null(json);
        return;
    }
    ent__json_kint(json, key, (int64_t)place);
    ent__json_kz(json, name, labels[place - 1]);
}

static void shift_json(ent_json *json, const char *const *labels, const ent_shift *k, bool online)
{
    ent__json_open(json, '{');
    time_json(json, labels, "last", k->last);
    time_json(json, labels, "first", k->first);
    time_json(json, labels, "low", k->low);
    time_json(json, labels, "high", k->high);
    ent__json_kdouble(json, "before", k->before);
    ent__json_kdouble(json, "after", k->after);
    ent__json_kdouble(json, "change", k->size);
    ent__json_kdouble(json, "change_low", k->size_low);
    ent__json_kdouble(json, "change_high", k->size_high);
    ent__json_kdouble(json, "deviation_before", k->deviation_before);
    ent__json_kdouble(json, "deviation_after", k->deviation_after);
    if (online) {
        time_json(json, labels, "known_at", k->known_at);
    }
    ent__json_close(json, '}');
}

static void list_json(ent_json *json, const char *key, const double *values, size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        ent__json_double(json, values[i]);
    }
    ent__json_close(json, ']');
}

void ent__shifts_json(ent_json *json, const ent_shifts *s, const char *const *labels,
                      const ent_shift_options *options)
{
    ent__json_kz(json, "model", ent__shift_model_name(options->model));
    ent__json_kz(json, "method", ent__shift_method_name(options->method));
    ent__json_kdouble(json, "penalty", s->penalty);
    ent__json_kdouble(json, "scale", s->scale);
    ent__json_kdouble(json, "level", options->level);
    ent__json_key(json, "breaks");
    ent__json_open(json, '[');
    for (size_t i = 0; i < s->count; i++) {
        ent__json_int(json, (int64_t)s->shifts[i].last);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "shifts");
    ent__json_open(json, '[');
    for (size_t i = 0; i < s->count; i++) {
        shift_json(json, labels, &s->shifts[i], options->method == ENT_SHIFT_BOCPD);
    }
    ent__json_close(json, ']');
    ent__json_kdouble(json, options->model == ENT_SHIFT_MEAN ? "sse" : "cost", s->cost);
    ent__json_kdouble(json, "autocorrelation", s->autocorrelation);
    ent__json_kdouble(json, "cusum", s->cusum);
    ent__json_kdouble(json, "cusum_p", s->cusum_p);
    ent__json_kdouble(json, "sup_f", s->sup_f);
    time_json(json, labels, "sup_f_last", s->sup_f_last);
    if (s->rss != NULL) {
        list_json(json, "bic", s->bic, s->tried + 1);
        list_json(json, options->model == ENT_SHIFT_MEAN ? "rss" : "costs", s->rss, s->tried + 1);
    }
}
