/* entente shifts: when a dyad's series, or any series of numbers, changed, by how much, how sure. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dyad_series.h"

/* The series looked at: values in order with the words and places of their times. */
typedef struct {
    ent_arena *arena;
    double *values;
    const char **labels;
    double *places;         /* on the chart's axis */
    size_t count, capacity, label_capacity, place_capacity;
    bool dates;             /* places are days */
    bool numbered;          /* places are the time column's numbers */
    ent_chart_point *points; /* all periods, with those that have no value */
    size_t point_count, point_capacity;
    char title[160], unit[256];
} observed;

static ent_rc add_value(const ent_cli *cli, observed *o, ent_str label, double place, double value)
{
    double *values = ent__grow(o->values, o->count, &o->capacity, sizeof *values);
    o->values = values != NULL ? values : o->values;
    const char **labels = ent__grow(o->labels, o->count, &o->label_capacity, sizeof *labels);
    o->labels = labels != NULL ? labels : o->labels;
    double *places = ent__grow(o->places, o->count, &o->place_capacity, sizeof *places);
    o->places = places != NULL ? places : o->places;
    ent_str kept = ent__arena_str(o->arena, label);
    if (values == NULL || labels == NULL || places == NULL || kept.p == NULL) {
        return ent__nomem(cli->ctx);
    }
    o->values[o->count] = value;
    o->labels[o->count] = kept.p;
    o->places[o->count++] = place;
    return ENT_OK;
}

static ent_rc add_point(const ent_cli *cli, observed *o, ent_chart_point point)
{
    void *grown = ent__grow(o->points, o->point_count, &o->point_capacity, sizeof *o->points);
    if (grown == NULL) {
        return ent__nomem(cli->ctx);
    }
    o->points = grown;
    o->points[o->point_count++] = point;
    return ENT_OK;
}

/* ---- from a CSV file ----------------------------------------------------------------------- */

/* "1961Q1", "1961-Q1" are the quarter's first month; other dates as everywhere. */
static bool read_time(ent_str text, ent_date *out)
{
    const char *q = text.n >= 6 ? memchr(text.p, 'Q', text.n) : NULL;
    int64_t quarter;
    if (q != NULL && ent__str_int(ent__str_sub(text, (size_t)(q - text.p) + 1, text.n), &quarter) &&
        quarter >= 1 && quarter <= 4 && ent__date_parse(ent__str_sub(text, 0, 4), out)) {
        out->month = (int8_t)(quarter * 3 - 2);
        return true;
    }
    return ent__date_parse(text, out) && out->year != 0;
}

typedef struct {
    size_t value, time; /* columns; time SIZE_MAX: none */
} csv_columns;

static ent_rc find_columns(const ent_cli *cli, const char *path, const ent_str *names, size_t count,
                           csv_columns *out)
{
    const char *wanted = ent__cli_option(cli, "column", "value");
    *out = (csv_columns){SIZE_MAX, SIZE_MAX};
    for (size_t i = 0; i < count; i++) {
        if (ent__str_ieqz(names[i], wanted)) {
            out->value = i;
        }
    }
    if (out->value == SIZE_MAX && ent__cli_option(cli, "column", NULL) == NULL) {
        out->value = count - 1;
    }
    if (out->value == SIZE_MAX) {
        return ent__fail(cli->ctx, ENT_EINPUT, path, 1, "there is no column \"%s\"", wanted);
    }
    for (size_t i = 0; i < out->value; i++) { /* a running number is no time */
        bool number = ent__str_ieqz(names[i], "i") || ent__str_ieqz(names[i], "row") ||
                      names[i].n == 0;
        out->time = number ? out->time : out->time == SIZE_MAX ? i : out->time;
    }
    return ENT_OK;
}

static ent_rc csv_row(const ent_cli *cli, const char *path, long line, const csv_columns *columns,
                      const ent_str *fields, size_t count, observed *o)
{
    double value;
    char number[24];
    if (count <= columns->value) {
        return ent__fail(cli->ctx, ENT_EINPUT, path, line, "expected %zu columns, got %zu",
                         columns->value + 1, count);
    }
    ent_str cell = ent__str_trim(fields[columns->value]);
    snprintf(number, sizeof number, "%zu", o->point_count + 1);
    ent_str label = columns->time < count ? fields[columns->time] : ent__str(number);
    ent_date date;
    bool dated = columns->time < count && read_time(label, &date);
    double place = dated ? ent__date_days(date) : (double)(o->point_count + 1);
    o->dates = o->point_count == 0 ? dated : o->dates && dated;
    o->numbered = columns->time < count && !dated && ent__str_double(label, &place) &&
                  (o->point_count == 0 || o->numbered);
    bool missing = cell.n == 0 || ent__str_eqz(cell, "NA");
    if (!missing && !ent__str_double(cell, &value)) {
        return ent__fail(cli->ctx, ENT_EINPUT, path, line, "expected a number, got \"%.*s\"",
                         cell.n < 40 ? (int)cell.n : 40, cell.p);
    }
    if (!missing && ent__cli_flag(cli, "log10")) {
        if (!(value > 0)) {
            return ent__fail(cli->ctx, ENT_EINPUT, path, line,
                             "--log10 needs values above 0, got %g", value);
        }
        value = log10(value);
    }
    ent_rc rc = missing ? ENT_OK : add_value(cli, o, label, place, value);
    return rc != ENT_OK ? rc : add_point(cli, o, (ent_chart_point){place, missing ? NAN : value,
                                                                   NAN, NAN, !missing});
}

static ent_rc read_csv(const ent_cli *cli, const char *path, observed *o)
{
    ent_lines *lines;
    ent_rc rc = ent__lines_open(cli->ctx, path, 1 << 20, &lines);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_arena *arena = ent__arena_new();
    ent_str *fields;
    size_t count;
    csv_columns columns = {0, 0};
    int got = arena == NULL ? (int)ent__nomem(cli->ctx) : 1;
    for (bool header = true; got > 0 && rc == ENT_OK; header = false) {
        ent__arena_reset(arena);
        got = ent__csv_next(cli->ctx, lines, ',', arena, &fields, &count);
        if (got > 0 && header) {
            rc = find_columns(cli, path, fields, count, &columns);
        } else if (got > 0 && !(count == 1 && fields[0].n == 0)) {
            rc = csv_row(cli, path, ent__lines_number(lines), &columns, fields, count, o);
        }
    }
    rc = rc != ENT_OK ? rc : got < 0 ? (ent_rc)got : ENT_OK;
    if (rc == ENT_OK && !o->dates && !o->numbered) { /* one without a date or number: all counted */
        for (size_t i = 0, k = 0; i < o->point_count; i++) {
            o->points[i].at = (double)(i + 1);
            if (o->points[i].covered) {
                o->places[k++] = (double)(i + 1);
            }
        }
    }
    ent__arena_free(arena);
    ent__lines_close(lines);
    const char *slash = strrchr(path, '/');
    snprintf(o->title, sizeof o->title, "%s", slash == NULL ? path : slash + 1);
    snprintf(o->unit, sizeof o->unit, "%s%s", ent__cli_flag(cli, "log10") ? "log10 of " : "",
             ent__cli_option(cli, "column", "value"));
    return rc;
}

/* ---- from the store ------------------------------------------------------------------------ */

static ent_rc read_dyad(const ent_cli *cli, const ent_kit *kit, observed *o)
{
    ent_store *store = NULL;
    ent_cli_series s = {0};
    ent_rc rc = ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : ent__cli_series_read(cli, kit, store, ENT_MEASURE_NET, &s);
    for (size_t i = 0; rc == ENT_OK && i < s.series.count; i++) {
        const ent_series_point *p = &s.series.points[i];
        ent_value v = ent__measure_of(p, s.measure);
        char label[16];
        ent__period_label(s.options.by, p->start, label);
        double place = p->start + p->days / 2.0;
        if (!isnan(v.value)) {
            rc = add_value(cli, o, ent__str(label), place, v.value);
        }
        rc = rc != ENT_OK ? rc : add_point(cli, o, (ent_chart_point){place, v.value, v.low, v.high,
                                                                     p->covered_days > 0});
    }
    o->dates = true;
    snprintf(o->title, sizeof o->title, "%s", s.title);
    snprintf(o->unit, sizeof o->unit, "%s by %s", s.words, ent__by_name(s.options.by));
    ent__series_free(&s.series);
    ent__store_close(store);
    return rc;
}

/* ---- options ------------------------------------------------------------------------------- */

static ent_rc read_penalty(const ent_cli *cli, ent_shift_options *out)
{
    static const char *const names[] = {"mbic", "bic", "aic"};
    const char *given = ent__cli_option(cli, "penalty", "mbic");
    for (int i = 0; i < 3; i++) {
        if (strcmp(given, names[i]) == 0) {
            out->penalty = (ent_shift_penalty)i;
            return ENT_OK;
        }
    }
    out->penalty = ENT_PENALTY_VALUE;
    if (!ent__str_double(ent__str(given), &out->penalty_value) || out->penalty_value < 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--penalty: expected mbic, bic, aic or a number, got \"%s\"", given);
    }
    return ENT_OK;
}

static ent_rc read_scale(const ent_cli *cli, ent_shift_options *out)
{
    const char *given = ent__cli_option(cli, "scale", "residual");
    out->scale = strcmp(given, "residual") == 0 ? ENT_SCALE_RESIDUAL
                 : strcmp(given, "diff") == 0   ? ENT_SCALE_DIFF
                 : strcmp(given, "sd") == 0     ? ENT_SCALE_SD
                                                : ENT_SCALE_VALUE;
    if (out->scale == ENT_SCALE_VALUE &&
        (!ent__str_double(ent__str(given), &out->scale_value) || !(out->scale_value > 0))) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--scale: expected residual, diff, sd or a number above 0, got \"%s\"", given);
    }
    return ENT_OK;
}

static ent_rc read_options(const ent_cli *cli, ent_shift_options *out)
{
    *out = ENT_SHIFT_DEFAULTS;
    const char *model = ent__cli_option(cli, "model", "mean");
    const char *method = ent__cli_option(cli, "method", "pelt");
    if (!ent__shift_model_parse(ent__str(model), &out->model)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--model: expected mean, meanvar or poisson, got \"%s\"", model);
    }
    if (!ent__shift_method_parse(ent__str(method), &out->method)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--method: expected pelt, segment, bocpd, binseg or amoc, got \"%s\"",
                         method);
    }
    int64_t breaks, most, least;
    ent_rc rc = read_penalty(cli, out);
    rc = rc != ENT_OK ? rc : read_scale(cli, out);
    rc = rc != ENT_OK ? rc : ent__cli_int(cli, "breaks", 0, 1000, -1, &breaks);
    rc = rc != ENT_OK ? rc : ent__cli_int(cli, "most", 1, 1000, 0, &most);
    rc = rc != ENT_OK ? rc : ent__cli_int(cli, "min-segment", 1, 1000000, 0, &least);
    rc = rc != ENT_OK ? rc : ent__cli_double(cli, "level", 0.5, 0.999, 0.95, &out->level);
    rc = rc != ENT_OK ? rc : ent__cli_double(cli, "hazard", 1e-6, 0.5, 0.01, &out->hazard);
    if (rc == ENT_OK && breaks >= 0) {
        out->method = ENT_SHIFT_SEGMENT;
        out->exactly = true;
    }
    if (rc == ENT_OK) {
        out->most_breaks = breaks >= 0 ? (size_t)breaks : (size_t)most;
        out->min_segment = (size_t)least;
    }
    return rc;
}

/* ---- answers ------------------------------------------------------------------------------- */

static void print_table(ent_buf *out, const observed *o, const ent_shifts *s,
                        const ent_shift_options *options)
{
    bool online = options->method == ENT_SHIFT_BOCPD;
    char interval[96];
    ent__buf_printf(out, "%s: %s, %zu values, %s to %s\n", o->title, o->unit, o->count, o->labels[0],
                    o->labels[o->count - 1]);
    ent__buf_printf(out, "model %s, method %s", ent__shift_model_name(options->model),
                    ent__shift_method_name(options->method));
    if (options->method != ENT_SHIFT_SEGMENT && !online) {
        ent__buf_printf(out, ", penalty %.4g", s->penalty);
    }
    if (options->model == ENT_SHIFT_MEAN && !online && options->method != ENT_SHIFT_SEGMENT) {
        ent__buf_printf(out, ", scale of the noise %.4g", s->scale);
    }
    ent__buf_printf(out, "\n\n");
    if (s->count == 0) {
        ent__buf_z(out, "no shift found\n");
    } else {
        static const char *const names[] = {"last of the old", "first of the new",
                                            "interval of the last", "before", "after", "change",
                                            "low", "high", "known on"};
        ent_grid grid = {.columns = online ? 9 : 8};
        for (size_t i = 0; i < grid.columns; i++) {
            ent__grid_z(&grid, names[i]);
        }
        for (size_t i = 0; i < s->count; i++) {
            const ent_shift *k = &s->shifts[i];
            ent__grid_z(&grid, o->labels[k->last - 1]);
            ent__grid_z(&grid, o->labels[k->first - 1]);
            snprintf(interval, sizeof interval, "%.40s .. %.40s",
                     k->low > 0 ? o->labels[k->low - 1] : "",
                     k->low > 0 ? o->labels[k->high - 1] : "");
            ent__grid_z(&grid, k->low > 0 ? interval : "");
            const double numbers[] = {k->before, k->after, k->size, k->size_low, k->size_high};
            for (int j = 0; j < 5; j++) {
                char text[32];
                snprintf(text, sizeof text, "%.5g", numbers[j]);
                ent__grid_z(&grid, isnan(numbers[j]) ? "" : text);
            }
            if (online) {
                ent__grid_z(&grid, k->known_at > 0 ? o->labels[k->known_at - 1] : "");
            }
        }
        ent__grid_print(&grid, out);
    }
    ent__buf_printf(out, "\nany shift at all: OLS-CUSUM %.4g, p = %.3g\n", s->cusum, s->cusum_p);
    const char *caution =
        !(s->autocorrelation > 0.3) ? ""
        : s->count == 0
            ? " (the values move slowly: no step stands out of the whole's spread, which their "
              "moving widens; --scale diff looks for smaller ones)"
            : " (values hang together: intervals are too narrow, shifts may be too many)";
    ent__buf_printf(out, "autocorrelation left in the regimes: %.2f%s\n", s->autocorrelation,
                    caution);
}

static void print_json(ent_buf *out, const observed *o, const ent_shifts *s,
                       const ent_shift_options *options, const ent_kit *kit)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kz(&json, "series", o->title);
    ent__json_kz(&json, "measure", o->unit);
    ent__json_kint(&json, "n", (int64_t)o->count);
    ent__shifts_json(&json, s, o->labels, options);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static ent_rc draw(const ent_cli *cli, const ent_kit *kit, const observed *o, const ent_shifts *s,
                   const ent_shift_options *options)
{
    char legend[192];
    snprintf(legend, sizeof legend,
             "bars: means of the regimes; dashed: last of the old | first of the new; shaded: %.0f %% "
             "interval of the date | %s, %s", options->level * 100,
             ent__shift_model_name(options->model), ent__shift_method_name(options->method));
    ent_chart chart = {.title = o->title, .subtitle = o->unit, .unit = "", .source = legend,
                       .points = o->points, .count = o->point_count, .dates = o->dates,
                       .zero_line = NAN, .shifts = s, .labels = o->labels};
    return ent__cli_write_chart(cli, kit, &chart);
}

/* With a scale given by hand that the data contradict, the penalty means nothing. */
static void warn_of_scale(const observed *o, const ent_shifts *s, const ent_shift_options *options)
{
    if (options->scale == ENT_SCALE_VALUE && options->model == ENT_SHIFT_MEAN &&
        s->count * 4 > o->count) {
        fprintf(stderr, "%zu shifts in %zu values: the scale %g does not fit the series; leave "
                "--scale away to take it from the data\n", s->count, o->count, s->scale);
    }
}

#define MOST_LAGS 12

/* "1,12" */
static ent_rc read_lags(const ent_cli *cli, size_t *lags, size_t *count)
{
    ent_str rest = ent__str(ent__cli_option(cli, "lags", "")), item;
    *count = 0;
    while (rest.n > 0 && ent__str_split(&rest, ',', &item)) {
        int64_t lag;
        if (!ent__str_int(item, &lag) || lag < 1 || lag > 100000 || *count == MOST_LAGS) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--lags: expected at most %d whole numbers as 1,12, got \"%s\"",
                             MOST_LAGS, ent__cli_option(cli, "lags", ""));
        }
        lags[(*count)++] = (size_t)lag;
    }
    return ENT_OK;
}

static ent_rc find(const ent_cli *cli, const observed *o, ent_shift_options *options,
                   ent_shifts *out)
{
    size_t lags[MOST_LAGS], lag_count;
    ent_rc rc = read_lags(cli, lags, &lag_count);
    if (rc != ENT_OK || lag_count == 0) {
        return rc != ENT_OK ? rc : ent__shifts_find(cli->ctx, o->values, o->count, options, out);
    }
    options->method = ENT_SHIFT_SEGMENT;
    return ent__shifts_lags(cli->ctx, o->values, o->count, lags, lag_count, options, out);
}

static ent_rc answer(const ent_cli *cli, const ent_kit *kit, const observed *o)
{
    ent_shift_options options;
    ent_shifts shifts;
    ent_rc rc = read_options(cli, &options);
    if (rc == ENT_OK && o->count < 4) {
        return ent__fail(cli->ctx, ENT_EINPUT, NULL, 0,
                         "not enough evidence: the series has %zu values, a shift needs at least 4",
                         o->count);
    }
    rc = rc != ENT_OK ? rc : find(cli, o, &options, &shifts);
    if (rc != ENT_OK) {
        return rc;
    }
    warn_of_scale(o, &shifts, &options);
    ent_buf out = {0};
    if (ent__cli_wants_svg(cli)) {
        rc = draw(cli, kit, o, &shifts, &options);
    } else {
        if (ent__cli_flag(cli, "json")) {
            print_json(&out, o, &shifts, &options, kit);
        } else {
            print_table(&out, o, &shifts, &options);
        }
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    ent__shifts_free(&shifts);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    const char *csv = ent__cli_option(cli, "csv", NULL);
    bool nothing = cli->argument_count == 0 && ent__cli_option(cli, "measure", NULL) == NULL;
    if (csv == NULL ? nothing : cli->argument_count != 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "shifts: expected two actors and --store DB, or --csv FILE");
    }
    observed o = {.arena = ent__arena_new()};
    ent_kit *kit = NULL;
    ent_rc rc = o.arena == NULL ? ent__nomem(cli->ctx) : ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : csv != NULL ? read_csv(cli, csv, &o) : read_dyad(cli, kit, &o);
    rc = rc != ENT_OK ? rc : answer(cli, kit, &o);
    free(o.values);
    free(o.labels);
    free(o.places);
    free(o.points);
    ent__arena_free(o.arena);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options_of_shifts[] = {
    {"store", "DB", "the store"},
    {"csv", "FILE", "a series of numbers instead: CSV with a header; \"-\" is standard input"},
    {"column", "NAME", "of the CSV file's values (default value, else the last)"},
    {"log10", NULL, "take the logarithm of the values"},
    {"model", "NAME", "mean (default), meanvar, poisson (counts)"},
    {"method", "NAME", "pelt (default), segment, bocpd, binseg, amoc"},
    {"penalty", "P", "mbic (default), bic, aic or a number"},
    {"scale", "S", "of the noise: residual (default), diff, sd, or a number"},
    {"breaks", "N", "exactly N, the best of all ways (segment neighbourhood)"},
    {"lags", "L", "shifts in how the series follows its own past, as 1,12"},
    {"most", "N", "segment: at most N (default 5), BIC chooses"},
    {"min-segment", "N", "shortest regime"},
    {"hazard", "H", "bocpd: chance of a change at each observation (default 0.01)"},
    {"level", "P", "of the intervals (default 0.95)"},
    {"by", "PERIOD", "day, week, month (default), quarter or year; of votes also session"},
    {"measure", "NAME", "net (default); " ENT_SERIES_MEASURES},
    ENT_SERIES_OPTIONS,
    {"undirected", NULL, "both directions as one"},
    {"duplicates", "RULE", "event (default), all, day or spell"},
    {"unsure", NULL, "count hypothetical, negated and future events too"},
    {"dataset", "NAME", "of one data set only"},
    {"since", "DATE", "from this day, month or year on"},
    {"until", "DATE", "up to its end"},
    {0},
};

const ent_command ent__command_shifts = {
    .name = "shifts",
    .summary = "When a series changed, by how much, and how sure that is",
    .usage = "entente shifts SOURCE TARGET --store DB | --csv FILE [--model NAME] [--method NAME]",
    .examples =
        "  entente shifts USA RUS --store my.db --by month            # dates with intervals\n"
        "  entente shifts USA RUS --store my.db --method bocpd        # known on which day?\n"
        "  entente shifts USA RUS --store my.db --measure agreement   # of votes, by year\n"
        "  entente shifts --csv nile.csv -o nile.svg                  # any series of numbers\n",
    .options = options_of_shifts,
    .run = run,
};
