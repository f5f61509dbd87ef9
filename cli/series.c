/* entente series: a dyad's events by period, with intervals and coverage. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dyad_series.h"

/* ---- what `shifts` and `series` share (dyad_series.h) ---------------------------------------- */

ent_rc ent__cli_measure(const ent_cli *cli, ent_measure *out)
{
    const char *given = ent__cli_option(cli, "measure", NULL);
    *out = ENT_MEASURE_ALL;
    return given == NULL || ent__measure_parse(ent__str(given), out)
               ? ENT_OK
               : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                           "--measure: expected goldstein, net, count or share, got \"%s\"", given);
}

ent_rc ent__cli_counting(const ent_cli *cli, const char *default_by, ent_series_options *out)
{
    *out = (ent_series_options){.seed = ent_ctx_get_seed(cli->ctx)};
    const char *by = ent__cli_option(cli, "by", default_by);
    const char *rule = ent__cli_option(cli, "duplicates", "event");
    if (!ent__by_parse(ent__str(by), &out->by)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--by: expected day, week, month, quarter or year, got \"%s\"", by);
    }
    if (!ent__duplicates_parse(ent__str(rule), &out->duplicates)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--duplicates: expected event, all, day or spell, got \"%s\"", rule);
    }
    out->dyad.undirected = ent__cli_flag(cli, "undirected");
    out->dyad.unsure = ent__cli_flag(cli, "unsure");
    out->dyad.dataset = ent__cli_option(cli, "dataset", NULL);
    ent_rc rc = ent__cli_double(cli, "level", 0.5, 0.999, 0.95, &out->level);
    return rc != ENT_OK ? rc : ent__cli_dates(cli, &out->dyad.since, &out->dyad.until);
}

ent_rc ent__cli_series_options(const ent_cli *cli, const ent_kit *kit, ent_measure measure,
                               ent_series_options *out)
{
    ent_rc rc = ent__cli_counting(cli, "month", out);
    out->share = measure == ENT_MEASURE_ALL || measure == ENT_MEASURE_SHARE;
    rc = rc != ENT_OK ? rc : ent__cli_actor(cli, kit, cli->arguments[0], &out->dyad.source);
    return rc != ENT_OK ? rc : ent__cli_actor(cli, kit, cli->arguments[1], &out->dyad.target);
}

ent_rc ent__cli_write_chart(const ent_cli *cli, const ent_kit *kit, ent_chart *chart)
{
    ent_buf out = {0}, source = {0};
    ent__buf_printf(&source, "%s%sentente %s, tables %.12s", chart->source,
                    chart->source[0] != '\0' ? " | " : "", ENT_VERSION, ent_kit_hash(kit));
    chart->source = source.failed ? "" : source.p;
    ent__chart_svg(&out, chart);
    ent_rc rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    ent__buf_free(&out);
    ent__buf_free(&source);
    return rc;
}

bool ent__cli_wants_svg(const ent_cli *cli)
{
    return ent__str_ends(ent__str(ent__cli_option(cli, "output", "")), ".svg");
}

/* ---- the command --------------------------------------------------------------------------- */

static void print_point(ent_grid *grid, const ent_series *series, const ent_series_options *o,
                        size_t i)
{
    const ent_series_point *p = &series->points[i];
    char label[16], covered[32];
    ent__period_label(o->by, p->start, label);
    snprintf(covered, sizeof covered, "%d/%d", p->covered_days, p->days);
    bool seen = p->covered_days > 0;
    ent__grid_z(grid, label);
    ent__grid_z(grid, covered);
    const double counts[] = {(double)p->count, p->count_low, p->count_high, (double)p->quad[1],
                             (double)p->quad[2], (double)p->quad[3], (double)p->quad[4]};
    for (int k = 0; k < 7; k++) {
        ent__grid_number(grid, seen ? counts[k] : NAN, k == 1 || k == 2 ? 1 : 0);
    }
    const double values[] = {p->net, p->net_low, p->net_high, p->goldstein, p->goldstein_low,
                             p->goldstein_high};
    for (int k = 0; k < 6; k++) {
        ent__grid_number(grid, values[k], k < 3 ? 1 : 2);
    }
    ent__grid_number(grid, p->share * 100, 1);
}

static void print_table(ent_buf *out, const ent_series *series, const ent_series_options *o,
                        ent_measure measure)
{
    static const char *const all[] = {"period", "covered", "events", "low", "high", "verb+",
                                      "mat+", "verb-", "mat-", "net", "low", "high", "goldstein",
                                      "low", "high", "share%"};
    static const char *const one[] = {"period", "covered", "events", "value", "low", "high"};
    bool whole = measure == ENT_MEASURE_ALL;
    ent_grid grid = {.columns = whole ? 16 : 6};
    for (size_t i = 0; i < grid.columns; i++) {
        ent__grid_z(&grid, whole ? all[i] : one[i]);
    }
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        if (whole) {
            print_point(&grid, series, o, i);
            continue;
        }
        char label[16], covered[32];
        ent__period_label(o->by, p->start, label);
        snprintf(covered, sizeof covered, "%d/%d", p->covered_days, p->days);
        ent_value v = ent__measure_of(p, measure);
        ent__grid_z(&grid, label);
        ent__grid_z(&grid, covered);
        ent__grid_number(&grid, p->covered_days > 0 ? (double)p->count : NAN, 0);
        ent__grid_number(&grid, v.value, 3);
        ent__grid_number(&grid, v.low, 3);
        ent__grid_number(&grid, v.high, 3);
    }
    ent__grid_print(&grid, out);
}

static ent_rc draw(const ent_cli *cli, const ent_kit *kit, const ent_series *series,
                   const ent_series_options *o, ent_measure measure)
{
    ent_chart_point *points = calloc(series->count + 1, sizeof *points);
    if (points == NULL) {
        return ent__nomem(cli->ctx);
    }
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        ent_value v = ent__measure_of(p, measure);
        points[i] = (ent_chart_point){p->start + p->days / 2.0, v.value, v.low, v.high,
                                      p->covered_days > 0};
    }
    char title[128], subtitle[192];
    snprintf(title, sizeof title, "%s %s %s", o->dyad.source, o->dyad.undirected ? "and" : "toward",
             o->dyad.target);
    snprintf(subtitle, sizeof subtitle,
             "%s by %s, %lld events (%lld records); band: %.0f %% interval; hatched: no news",
             ent__measure_words(measure), ent__by_name(o->by), (long long)series->events,
             (long long)series->records, o->level * 100);
    ent_chart chart = {.title = title, .subtitle = subtitle, .unit = "", .dates = true,
                       .source = o->dyad.dataset != NULL ? o->dyad.dataset : "",
                       .points = points, .count = series->count, .zero_line = 0};
    ent_rc rc = ent__cli_write_chart(cli, kit, &chart);
    free(points);
    return rc;
}

static void tell_what_is_missing(const ent_series *series)
{
    if (series->count == 0) {
        fputs("the store holds no dated event: there is nothing to count\n", stderr);
    } else if (series->events == 0) {
        fputs("no event between the two; zeros are of covered periods only\n", stderr);
    }
    if (series->too_vague > 0) {
        fprintf(stderr, "%lld events have a date vaguer than the period and are left out\n",
                (long long)series->too_vague);
    }
}

static ent_rc show(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                   const ent_series_options *options, ent_measure measure)
{
    ent_series series;
    ent_rc rc = ent__series_read(cli->ctx, store, options, &series);
    if (rc != ENT_OK) {
        return rc;
    }
    tell_what_is_missing(&series);
    if (ent__cli_wants_svg(cli)) {
        rc = draw(cli, kit, &series, options, measure);
    } else {
        ent_buf out = {0};
        if (ent__cli_flag(cli, "json")) {
            ent__series_json(&out, &series, options, kit);
        } else {
            print_table(&out, &series, options, measure);
        }
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
        ent__buf_free(&out);
    }
    ent__series_free(&series);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "series: expected two actors, as USA RUS");
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_series_options options;
    ent_measure measure;
    ent_rc rc = ent__cli_measure(cli, &measure);
    rc = rc != ENT_OK ? rc : ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_series_options(cli, kit, measure, &options);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : show(cli, kit, store, &options, measure);
    ent__store_close(store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options_of_series[] = {
    {"store", "DB", "the store"},
    {"by", "PERIOD", "day, week, month (default), quarter or year"},
    {"measure", "NAME", "goldstein, net, count or share alone (default: all in one table)"},
    {"undirected", NULL, "both directions as one"},
    {"duplicates", "RULE", "event (default), all, day or spell: what counts as one event"},
    {"unsure", NULL, "count hypothetical, negated and future events too"},
    {"dataset", "NAME", "of one data set only"},
    {"since", "DATE", "from this day, month or year on"},
    {"until", "DATE", "up to its end"},
    {"level", "P", "of the intervals (default 0.95)"},
    {0},
};

const ent_command ent__command_series = {
    .name = "series",
    .summary = "a dyad's events by period, with intervals and coverage",
    .usage = "entente series SOURCE TARGET --store DB [--by PERIOD] [--measure NAME] [-o x.svg]",
    .examples =
        "  entente series USA RUS --store my.db --by month           # the table\n"
        "  entente series USA RUS --store my.db --measure net -o x.svg  # the drawing\n"
        "  entente series USA CHN --store my.db --by year --undirected --json\n",
    .options = options_of_series,
    .run = run,
};
