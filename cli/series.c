/* entente series: a dyad's events, votes, trade or any imported series by period, with intervals and
 * coverage. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dyad_series.h"

/* ---- what `shifts` and `series` share (dyad_series.h) ---------------------------------------- */

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

static ent_rc read_events(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                          ent_cli_series *out)
{
    ent_series_options *o = &out->options;
    if (cli->argument_count != 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "%s: expected two actors, as USA RUS",
                         cli->command->name);
    }
    o->share = out->measure == ENT_MEASURE_ALL || out->measure == ENT_MEASURE_SHARE;
    ent_rc rc = ent__cli_actor(cli, kit, cli->arguments[0], &o->dyad.source);
    rc = rc != ENT_OK ? rc : ent__cli_actor(cli, kit, cli->arguments[1], &o->dyad.target);
    rc = rc != ENT_OK ? rc : ent__series_read(cli->ctx, store, o, &out->series);
    if (rc == ENT_OK) {
        snprintf(out->title, sizeof out->title, "%s %s %s", o->dyad.source,
                 o->dyad.undirected ? "and" : "toward", o->dyad.target);
        snprintf(out->words, sizeof out->words, "%s", ent__measure_words(out->measure));
    }
    return rc;
}

static ent_rc read_public(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                          ent_cli_series *out)
{
    static const char *const fixed[] = {"undirected", "duplicates", "unsure", "dataset"};
    const char *given = ent__cli_option(cli, "measure", "");
    ent_public_series asked = {.measure = out->measure, .by = out->options.by,
                               .by_chosen = ent__cli_option(cli, "by", NULL) != NULL,
                               .since = out->options.dyad.since, .until = out->options.dyad.until,
                               .level = out->options.level,
                               .commodity = ent__cli_option(cli, "commodity", NULL),
                               .unit = ent__cli_option(cli, "unit", NULL)};
    size_t least = out->measure == ENT_MEASURE_GIVEN ? 0 : 2;
    if (cli->argument_count < least || cli->argument_count > 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--measure %s: expected %s", given,
                         least == 2 ? "two states, as USA RUS" : "at most two states");
    }
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (ent__cli_flag(cli, fixed[i]) || ent__cli_option(cli, fixed[i], NULL) != NULL) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--%s is of events, not of %s", fixed[i],
                             given);
        }
    }
    asked.a = cli->argument_count > 0 ? cli->arguments[0] : NULL;
    asked.b = cli->argument_count > 1 ? cli->arguments[1] : NULL;
    asked.name = out->measure == ENT_MEASURE_GIVEN ? given : ent__cli_option(cli, "points", NULL);
    ent_rc rc = ent__series_public(cli->ctx, store, kit, &asked, &out->series);
    out->options.by = out->series.by;
    snprintf(out->title, sizeof out->title, "%s%s%s", asked.a ? asked.a : given,
             asked.b ? " and " : "", asked.b ? asked.b : "");
    snprintf(out->words, sizeof out->words, "%s", out->series.words);
    return rc;
}

ent_rc ent__cli_series_read(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                            ent_measure usual, ent_cli_series *out)
{
    const char *given = ent__cli_option(cli, "measure", NULL), *by = ent__cli_option(cli, "by", "");
    *out = (ent_cli_series){.measure = usual};
    if (given != NULL && !ent__measure_parse(ent__str(given), &out->measure) &&
        !ent__public_measure_parse(ent__str(given), &out->measure)) {
        out->measure = ENT_MEASURE_GIVEN;
    }
    bool events = out->measure <= ENT_MEASURE_SHARE;
    bool session = !events && strcmp(by, "session") == 0;
    ent_rc rc = ENT_OK;
    if (session) {
        rc = ent__cli_dates(cli, &out->options.dyad.since, &out->options.dyad.until);
        rc = rc ? rc : ent__cli_double(cli, "level", 0.5, 0.999, 0.95, &out->options.level);
        out->options.by = ENT_BY_SESSION;
    } else {
        rc = ent__cli_counting(cli, "month", &out->options);
    }
    return rc != ENT_OK ? rc
           : events     ? read_events(cli, kit, store, out)
                        : read_public(cli, kit, store, out);
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

static void print_table(ent_buf *out, const ent_cli_series *s)
{
    static const char *const all[] = {"period", "covered", "events", "low", "high", "verb+",
                                      "mat+", "verb-", "mat-", "net", "low", "high", "goldstein",
                                      "low", "high", "share%"};
    static const char *const one[] = {"period", "covered", "events", "value", "low", "high"};
    bool whole = s->measure == ENT_MEASURE_ALL, events = s->measure <= ENT_MEASURE_SHARE;
    if (!events) {
        ent__buf_printf(out, "%s, by %s; n: %s\n%s\n\n", s->words, ent__by_name(s->series.by),
                        s->series.counted, s->series.source);
    }
    ent_grid grid = {.columns = whole ? 16 : 6};
    for (size_t i = 0; i < grid.columns; i++) {
        ent__grid_z(&grid, whole ? all[i] : i == 2 && !events ? "n" : one[i]);
    }
    for (size_t i = 0; i < s->series.count; i++) {
        const ent_series_point *p = &s->series.points[i];
        if (whole) {
            print_point(&grid, &s->series, &s->options, i);
            continue;
        }
        char label[16], covered[32];
        ent__period_label(s->options.by, p->start, label);
        snprintf(covered, sizeof covered, "%d/%d", p->covered_days, p->days);
        ent_value v = ent__measure_of(p, s->measure);
        int digits = fabs(v.value) >= 100000 ? 0 : 3;
        ent__grid_z(&grid, label);
        ent__grid_z(&grid, covered);
        ent__grid_number(&grid, p->covered_days > 0 ? (double)p->count : NAN, 0);
        ent__grid_number(&grid, v.value, digits);
        ent__grid_number(&grid, v.low, digits);
        ent__grid_number(&grid, v.high, digits);
    }
    ent__grid_print(&grid, out);
}

static ent_rc draw(const ent_cli *cli, const ent_kit *kit, const ent_cli_series *s)
{
    const ent_series *series = &s->series;
    bool events = s->measure <= ENT_MEASURE_SHARE;
    ent_chart_point *points = calloc(series->count + 1, sizeof *points);
    if (points == NULL) {
        return ent__nomem(cli->ctx);
    }
    for (size_t i = 0; i < series->count; i++) {
        const ent_series_point *p = &series->points[i];
        ent_value v = ent__measure_of(p, s->measure);
        points[i] = (ent_chart_point){p->start + p->days / 2.0, v.value, v.low, v.high,
                                      p->covered_days > 0};
    }
    char subtitle[384];
    if (events) {
        snprintf(subtitle, sizeof subtitle,
                 "%s by %s, %lld events (%lld records); band: %.0f %% interval; hatched: no news",
                 s->words, ent__by_name(s->options.by), (long long)series->events,
                 (long long)series->records, s->options.level * 100);
    } else {
        snprintf(subtitle, sizeof subtitle, "%s, by %s; hatched: no data", s->words,
                 ent__by_name(s->options.by));
    }
    bool zero = events || s->measure == ENT_MEASURE_GIVEN;
    ent_chart chart = {.title = s->title, .subtitle = subtitle, .unit = "", .dates = true,
                       .source = !events                          ? series->source
                                 : s->options.dyad.dataset != NULL ? s->options.dyad.dataset
                                                                   : "",
                       .points = points, .count = series->count, .zero_line = zero ? 0 : NAN};
    ent_rc rc = ent__cli_write_chart(cli, kit, &chart);
    free(points);
    return rc;
}

static void print_json(ent_buf *out, const ent_cli_series *s, const ent_cli *cli,
                       const ent_kit *kit)
{
    if (s->measure <= ENT_MEASURE_SHARE) {
        ent__series_json(out, &s->series, &s->options, kit);
        return;
    }
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    for (size_t i = 0; i < cli->argument_count; i++) {
        ent__json_kz(&json, i == 0 ? "source" : "target", cli->arguments[i]);
    }
    ent__json_kz(&json, "measure", ent__cli_option(cli, "measure", ""));
    ent__json_kdouble(&json, "level", s->options.level);
    ent__public_series_keys(&json, &s->series);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
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

static ent_rc show(const ent_cli *cli, const ent_kit *kit, const ent_cli_series *s)
{
    if (s->measure <= ENT_MEASURE_SHARE) {
        tell_what_is_missing(&s->series);
    }
    if (ent__cli_wants_svg(cli)) {
        return draw(cli, kit, s);
    }
    ent_buf out = {0};
    if (ent__cli_flag(cli, "json")) {
        print_json(&out, s, cli, kit);
    } else {
        print_table(&out, s);
    }
    ent_rc rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    ent__buf_free(&out);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_cli_series series = {0};
    ent_rc rc = ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : ent__cli_series_read(cli, kit, store, ENT_MEASURE_ALL, &series);
    rc = rc != ENT_OK ? rc : show(cli, kit, &series);
    ent__series_free(&series.series);
    ent__store_close(store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options_of_series[] = {
    {"store", "DB", "the store"},
    {"by", "PERIOD", "day, week, month (default), quarter or year; of votes also session"},
    {"measure", "NAME", ENT_SERIES_MEASURES},
    ENT_SERIES_OPTIONS,
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
    .summary = "A dyad's events, votes, trade or an imported series by period, with intervals",
    .usage = "entente series [SOURCE [TARGET]] --store DB [--by PERIOD] [--measure NAME] [-o x.svg]",
    .examples =
        "  entente series USA RUS --store my.db --by month           # the table\n"
        "  entente series USA RUS --store my.db --measure net -o x.svg  # the drawing\n"
        "  entente series USA CHN --store my.db --by year --undirected --json\n"
        "  entente series USA RUS --store my.db --measure agreement --by session  # votes\n"
        "  entente series DEU RUS --store my.db --measure imports --commodity gas_all --unit TJ\n"
        "  entente series USA --store my.db --measure idealpoint     # imported, of one state\n",
    .options = options_of_series,
    .run = run,
};
