/* dyads: one pair's series with coverage, intervals and shifts; kept until the store changes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/align/align.h"
#include "cache.h"
#include "dyads.h"
#include "lists.h"

enum { POINTS_MOST = 6000 };

static bool bad(serve_call *call, const char *field, const char *message)
{
    serve__problem_field(call, 400, "query", field, message);
    return false;
}

static bool read_dyad(serve_call *call, ent_series_options *o, ent_measure *measure)
{
    *o = (ent_series_options){.seed = 1, .level = 0.95};
    ent_str rule = serve__query(call, "duplicates"), value = serve__query(call, "measure");
    ent_str level = serve__query(call, "level");
    const char *dataset;
    *measure = ENT_MEASURE_NET;
    if (!serve__query_known(call, "measure unit by since until undirected duplicates unsure dataset"
                                  " level") ||
        !serve__query_by(call, "month", &o->by) ||
        !serve__actor_of(call, "a", serve__param(call, "a"), &o->dyad.source) ||
        !serve__actor_of(call, "b", serve__param(call, "b"), &o->dyad.target) ||
        !serve__query_flag(call, "undirected", &o->dyad.undirected) ||
        !serve__query_flag(call, "unsure", &o->dyad.unsure) ||
        !serve__query_text(call, "dataset", 32, &dataset) ||
        !serve__query_date(call, "since", &o->dyad.since) ||
        !serve__query_date(call, "until", &o->dyad.until)) {
        return false;
    }
    o->dyad.dataset = dataset;
    if (rule.n > 0 && !ent__duplicates_parse(rule, &o->duplicates)) {
        return bad(call, "duplicates", "expected event, all, day or spell");
    }
    if (value.n > 0 && !ent__measure_parse(value, measure)) {
        return bad(call, "measure", "expected goldstein, net, count or share; agreement, "
                                    "distance, trade, exports, imports or imported");
    }
    o->share = *measure == ENT_MEASURE_SHARE; /* reads all records of the source */
    if (level.n > 0 && (!ent__str_double(level, &o->level) || !(o->level >= 0.5) ||
                        !(o->level <= 0.999))) {
        return bad(call, "level", "expected a number from 0.5 to 0.999");
    }
    return true;
}

/* Nothing is known outside of the covered days: the stretch is cut to them, so that nobody can ask
 * for a million empty periods. */
static ent_rc cut_to_coverage(serve_call *call, ent_store *store, ent_series_options *o, bool *fits)
{
    int32_t *days;
    int64_t *records;
    size_t count;
    *fits = true;
    ent_rc rc = ent__store_coverage(serve__ctx(call), store, o->dyad.dataset, &days, &records,
                                    &count);
    if (rc != ENT_OK || count == 0) {
        return rc;
    }
    int32_t first = days[0], last = days[count - 1], length = 0;
    free(days);
    free(records);
    if (o->dyad.since.year != 0 && ent__date_days(o->dyad.since) > first) {
        first = ent__date_days(o->dyad.since);
    } else if (o->dyad.since.year != 0) {
        o->dyad.since = ent__date_of_days(first);
    }
    if (o->dyad.until.year != 0 && ent__date_days(o->dyad.until) < last) {
        last = ent__date_days(o->dyad.until);
    } else if (o->dyad.until.year != 0) {
        o->dyad.until = ent__date_of_days(last);
    }
    length = ent__period_next(o->by, ent__period_start(o->by, first)) -
             ent__period_start(o->by, first);
    *fits = (last - first) / length <= POINTS_MOST;
    return ENT_OK;
}

ent_rc serve__put_shifts(serve_call *call, ent_json *json, const ent_series *series, ent_by by,
                         ent_measure measure)
{
    ent_arena *arena = serve__arena(call);
    double *values = ent__arena_array(arena, series->count + 1, sizeof *values);
    const char **labels = ent__arena_array(arena, series->count + 1, sizeof *labels);
    size_t n = 0;
    if (values == NULL || labels == NULL) {
        return ent__nomem(serve__ctx(call));
    }
    for (size_t i = 0; i < series->count; i++) {
        ent_value v = ent__measure_of(&series->points[i], measure);
        if (!isnan(v.value)) {
            char label[16];
            ent__period_label(by, series->points[i].start, label);
            values[n] = v.value;
            labels[n++] = serve__z(call, ent__str(label));
        }
    }
    ent__json_key(json, "shifts");
    ent__json_open(json, '{');
    ent_rc rc = ENT_OK;
    if (n < 4) {
        ent__json_key(json, "shifts");
        ent__json_open(json, '[');
        ent__json_close(json, ']');
        ent__json_kz(json, "why", "not enough evidence: a shift needs at least 4 values");
    } else {
        ent_shift_options options = ENT_SHIFT_DEFAULTS;
        ent_shifts shifts;
        rc = ent__shifts_find(serve__ctx(call), values, n, &options, &shifts);
        if (rc == ENT_OK) {
            ent__shifts_json(json, &shifts, labels, &options);
            if (shifts.count == 0 && shifts.autocorrelation > 0.3) {
                ent__json_kz(json, "why", "no step stands out, though the values move slowly: "
                                          "neighbouring ones hang together, and smaller steps may "
                                          "be there");
            }
            ent__shifts_free(&shifts);
        }
    }
    ent__json_close(json, '}');
    return rc;
}

static ent_rc put_dyad(serve_call *call, const ent_series *series, const ent_series_options *o,
                       ent_measure measure)
{
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kz(&json, "a", o->dyad.source);
    ent__json_kz(&json, "b", o->dyad.target);
    ent__json_kstr(&json, "a_name", serve__actor_name(serve__kit(call), ent__str(o->dyad.source)));
    ent__json_kstr(&json, "b_name", serve__actor_name(serve__kit(call), ent__str(o->dyad.target)));
    ent__json_kz(&json, "measure", ent__measure_name(measure));
    ent__json_kz(&json, "measure_words", ent__measure_words(measure));
    ent__series_keys(&json, series, o);
    ent_rc rc = serve__put_shifts(call, &json, series, o->by, measure);
    ent__json_version(&json, serve__kit(call));
    ent__json_close(&json, '}');
    return rc;
}

static ent_rc dyad(serve_call *call, bool csv)
{
    ent_series_options options;
    ent_measure measure;
    ent_series series;
    bool fits;
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (serve__is_public_measure(serve__query(call, "measure"))) {
        return serve__public_dyad(call, csv);
    }
    if (!read_dyad(call, &options, &measure)) {
        return ENT_OK;
    }
    ent_rc rc = cut_to_coverage(call, store, &options, &fits);
    if (rc == ENT_OK && !fits) {
        return serve__problem_field(call, 422, "query", "unit",
                                    "that are more than 6,000 periods: take longer ones, or since");
    }
    rc = rc == ENT_OK ? ent__series_read(serve__ctx(call), store, &options, &series) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    if (csv) {
        ent__series_csv(serve__csv_reply(call, "series.csv", ""), &series, options.by);
    } else {
        rc = put_dyad(call, &series, &options, measure);
    }
    ent__series_free(&series);
    return rc;
}

static ent_rc make_dyad(serve_call *call)
{
    return dyad(call, false);
}

static ent_rc make_dyad_csv(serve_call *call)
{
    return dyad(call, true);
}

static ent_rc get_dyad(serve_call *call)
{
    return serve__cached(call, make_dyad);
}

static ent_rc get_dyad_csv(serve_call *call)
{
    return serve__cached(call, make_dyad_csv);
}

const serve_route serve__routes_dyads[] = {
    {"GET", "/api/dyads/{a}/{b}", SERVE_ANALYST, get_dyad, "getDyad", 0},
    {"GET", "/api/dyads/{a}/{b}.csv", SERVE_ANALYST, get_dyad_csv, "exportDyad", 0},
    {0},
};
