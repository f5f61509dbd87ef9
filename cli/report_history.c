/* Ties and series through time from the command line: CSV files or a store. */
#include <math.h>
#include <string.h>

#include "report.h"
#include "vote_files.h"

static ent_rc weights_choose(ent__report *report, ent__tie_history *history)
{
    ent_str rest = ent__str(ent__cli_option(report->cli, "weight", "")), item;
    while (rest.n > 0 && ent__str_split(&rest, ',', &item)) {
        ent_str name, value = item;
        double weight;
        size_t m = 0;
        ent__str_split(&value, '=', &name);
        name = ent__str_trim(name);
        while (m < history->measure_count && !ent__str_eq(history->measures[m].name, name)) {
            m++;
        }
        if (m == history->measure_count || !ent__str_double(ent__str_trim(value), &weight) ||
            !(weight >= 0)) {
            return ent__fail(report->cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--weight: expected MEASURE=WEIGHT of a measure in the ties, got "
                             "\"%.*s\"",
                             ENT_FMT(item));
        }
        history->measures[m].weight = weight;
    }
    return ENT_OK;
}

/* A store and the stretch of it that is asked for. */
typedef struct {
    ent_store *store;
    ent_by by;
    ent_date since, until;
} span;

static ent_rc date_read(const ent_cli *cli, const char *option, ent_date *out)
{
    const char *text = ent__cli_option(cli, option, NULL);
    *out = (ent_date){0};
    return text == NULL || ent__date_parse(ent__str(text), out)
             ? ENT_OK
             : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--%s: expected a date like 2022-02-24, got \"%s\"", option, text);
}

static ent_rc span_read(const ent__report *report, ent_by usual, span *out)
{
    const ent_cli *cli = report->cli;
    const char *path = ent__cli_option(cli, "store", NULL), *by = ent__cli_option(cli, "by", NULL);
    *out = (span){.by = usual};
    if (path == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "%s: expected --store DB or --csv FILE",
                         cli->command->name);
    }
    if (by != NULL && !ent__by_parse(ent__str(by), &out->by)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--by: expected day, week, month, quarter or year, got \"%s\"", by);
    }
    ent_rc rc = date_read(cli, "since", &out->since);
    if (rc == ENT_OK) {
        rc = date_read(cli, "until", &out->until);
    }
    return rc == ENT_OK ? ent__store_open(cli->ctx, path, ENT_STORE_READ, &out->store) : rc;
}

/* ---- public data ---------------------------------------------------------------------------- */

typedef struct {
    ent_states *codes;
    ent_votes *votes;
    ent_facts facts;
    ent_trade *trade;
} public_files;

static void public_close(public_files *f)
{
    ent__trade_free(f->trade);
    ent__facts_free(&f->facts);
    ent__votes_free(f->votes);
    ent__states_free(f->codes);
}

static ent_rc public_open(const ent__report *report, public_files *f)
{
    const ent_cli *cli = report->cli;
    const char *path;
    *f = (public_files){0};
    ent_rc rc = ent__states_new(cli->ctx, report->kit, &f->codes);
    if (rc == ENT_OK && ent__cli_option(cli, "votes", NULL) != NULL) {
        rc = ent__cli_votes(cli, report->kit, &f->votes);
    }
    for (size_t i = 0; rc == ENT_OK && (path = ent__cli_option_at(cli, "facts", i)) != NULL; i++) {
        rc = ent__facts_read(cli->ctx, &f->facts, path);
    }
    ent__facts_finish(&f->facts);
    if (rc == ENT_OK && ent__cli_option(cli, "trade", NULL) != NULL) {
        rc = ent__trade_new(cli->ctx, &f->trade);
    }
    for (size_t i = 0; rc == ENT_OK && (path = ent__cli_option_at(cli, "trade", i)) != NULL; i++) {
        rc = ent__trade_read(cli->ctx, f->codes, f->trade, path, 0);
    }
    return rc == ENT_OK && f->trade != NULL ? ent__trade_finish(cli->ctx, f->trade) : rc;
}

static ent_rc public_read(const ent__report *report, const char *const *states, size_t count,
                          ent__tie_history *out)
{
    const ent_cli *cli = report->cli;
    public_files f;
    ent_date since, until;
    ent_rc rc = public_open(report, &f);
    if (rc == ENT_OK) {
        rc = date_read(cli, "since", &since);
    }
    if (rc == ENT_OK) {
        rc = date_read(cli, "until", &until);
    }
    if (rc == ENT_OK) {
        const ent__public_data data = {f.codes, f.votes,    f.facts.count > 0 ? &f.facts : NULL,
                                       f.trade, since.year, until.year};
        rc = ent__tie_history_public(cli->ctx, report->arena, &data, states, count, out);
    }
    public_close(&f);
    return rc;
}

/* ---- ties through time ---------------------------------------------------------------------- */

#define INPUTS_MAX 64

static ent_rc inputs_take(ent__report *report, const char *const **out, size_t *out_count)
{
    static const char *const options[] = {"csv",     "store", "votes", "rollcalls",
                                          "matches", "facts", "trade"};
    const char **inputs = ent__arena_array(report->arena, INPUTS_MAX, sizeof *inputs);
    if (inputs == NULL) {
        return ent__nomem(report->cli->ctx);
    }
    *out_count = 0;
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
        const char *path;
        for (size_t i = 0; *out_count < INPUTS_MAX &&
                           (path = ent__cli_option_at(report->cli, options[o], i)) != NULL;
             i++) {
            inputs[(*out_count)++] = path;
        }
    }
    *out = inputs;
    return ENT_OK;
}

ent_rc ent__report_sources(ent__report *report)
{
    const char *const *inputs = report->cli->arguments;
    size_t count = report->cli->argument_count;
    ent_rc rc = count == 0 ? inputs_take(report, &inputs, &count) : ENT_OK;
    return rc == ENT_OK ? ent__report_inputs(report, inputs, count) : rc;
}

/* --series NAME: imported series instead of events. */
static ent_rc store_read(const ent__report *report, const char *const *states, size_t count,
                         ent__tie_history *out)
{
    const char *series[16];
    size_t series_count = 0;
    span s;
    ent_rc rc = span_read(report, ENT_BY_YEAR, &s);
    while (series_count < 16 && (series[series_count] = ent__cli_option_at(report->cli, "series",
                                                                            series_count)) != NULL) {
        series_count++;
    }
    if (rc == ENT_OK && series_count > 0) {
        rc = ent__tie_history_given(report->cli->ctx, report->arena, s.store, report->kit, series,
                                    series_count, states, count, s.by, s.since, s.until, out);
    } else if (rc == ENT_OK) {
        rc = ent__tie_history_store(report->cli->ctx, report->arena, s.store, states, count, s.by,
                                    s.since, s.until, out);
    }
    ent__store_close(s.store);
    return rc;
}

ent_rc ent__report_history(ent__report *report, const char *const *states, size_t count,
                           ent__tie_history *out, const char *const **out_inputs,
                           size_t *out_input_count)
{
    const ent_cli *cli = report->cli;
    ent__tie_history parts[3];
    size_t part_count = 0;
    ent_rc rc = inputs_take(report, out_inputs, out_input_count);
    if (rc == ENT_OK && ent__cli_option(cli, "store", NULL) != NULL) {
        rc = store_read(report, states, count, &parts[part_count++]);
    }
    if (rc == ENT_OK && (ent__cli_option(cli, "votes", NULL) != NULL ||
                         ent__cli_option(cli, "facts", NULL) != NULL ||
                         ent__cli_option(cli, "trade", NULL) != NULL)) {
        rc = public_read(report, states, count, &parts[part_count++]);
    }
    const char *csv = ent__cli_option(cli, "csv", NULL);
    if (rc == ENT_OK && csv != NULL) {
        rc = ent__tie_history_read(cli->ctx, report->arena, csv, &parts[part_count++]);
    }
    if (rc == ENT_OK && part_count == 0) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "%s: expected --csv FILE, --store DB, --votes, --facts or --trade FILE",
                       cli->command->name);
    }
    if (rc == ENT_OK) {
        rc = ent__tie_history_join(cli->ctx, report->arena, parts, part_count, out);
    }
    if (rc == ENT_OK && out->row_count == 0) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, NULL, 0,
                       "not enough evidence: the data hold no tie between these states");
    }
    return rc == ENT_OK ? weights_choose(report, out) : rc;
}

/* ---- one period as a table ------------------------------------------------------------------ */

static ent_rc names_split(ent__report *report, const char ***out, size_t *out_count)
{
    const char **names = ent__arena_array(report->arena, ENT__HISTORY_STATES_MAX, sizeof *names);
    ent_str rest = ent__str(ent__cli_option(report->cli, "states", "")), item;
    *out_count = 0;
    *out = names;
    while (names != NULL && rest.n > 0 && ent__str_split(&rest, ',', &item)) {
        if (*out_count == ENT__HISTORY_STATES_MAX) {
            return ent__fail(report->cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--states: expected at most %d states", ENT__HISTORY_STATES_MAX);
        }
        ent_str name = ent__arena_str(report->arena, ent__str_trim(item));
        if (name.p == NULL) {
            return ent__nomem(report->cli->ctx);
        }
        names[(*out_count)++] = name.p;
    }
    return names == NULL ? ent__nomem(report->cli->ctx) : ENT_OK;
}

static ent_rc period_choose(const ent__report *report, const ent__tie_history *history, size_t *out)
{
    const char *at = ent__cli_option(report->cli, "at", NULL);
    *out = history->rows[history->row_count - 1].period; /* rows are in order of period */
    for (size_t p = 0; at != NULL && p <= history->period_count; p++) {
        if (p == history->period_count) {
            return ent__fail(report->cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--at: expected a period of the data, got \"%s\"", at);
        }
        if (ent__str_eqz(history->periods[p], at)) {
            *out = p;
            break;
        }
    }
    return ENT_OK;
}

/* Capability in the year of the period, or the last one known before; all 1 when any is missing. */
static ent_rc sizes_find(const ent__report *report, const ent__tie_history *history, size_t period,
                         double **out)
{
    public_files f;
    double *sizes = ent__arena_array(report->arena, history->state_count, sizeof *sizes);
    int64_t year = 0;
    ent_rc rc = public_open(report, &f);
    if (rc == ENT_OK && sizes == NULL) {
        rc = ent__nomem(report->cli->ctx);
    }
    ent__str_int(ent__str_sub(history->periods[period], 0, 4), &year);
    bool known = rc == ENT_OK && f.facts.last_year[ENT_FACT_CAPABILITY] > 0;
    for (size_t i = 0; known && i < history->state_count; i++) {
        int32_t code = ent__states_ccode(f.codes, history->states[i], (ent_date){0});
        double size = NAN;
        for (int32_t y = (int32_t)year; isnan(size) && y > (int32_t)year - 10; y--) {
            size = ent__facts_at(&f.facts, ENT_FACT_CAPABILITY, code, 0, y);
        }
        sizes[i] = 100 * size;
        known = sizes[i] > 0;
    }
    for (size_t i = 0; rc == ENT_OK && !known && i < history->state_count; i++) {
        sizes[i] = 1;
    }
    public_close(&f);
    *out = sizes;
    return rc;
}

ent_rc ent__report_table(ent__report *report, ent__tie_table *out)
{
    const char **names, *const *inputs;
    size_t count, input_count, period;
    double *sizes;
    ent__tie_history history;
    ent_rc rc = names_split(report, &names, &count);
    if (rc == ENT_OK) {
        rc = ent__report_history(report, names, count, &history, &inputs, &input_count);
    }
    if (rc == ENT_OK) {
        rc = period_choose(report, &history, &period);
    }
    if (rc == ENT_OK) {
        rc = sizes_find(report, &history, period, &sizes);
    }
    return rc == ENT_OK
             ? ent__tie_history_table(report->cli->ctx, report->arena, &history, period, sizes, out)
             : rc;
}

/* ---- panels --------------------------------------------------------------------------------- */

/* Indices of the series "A>B" of all ordered pairs of the states. */
static ent_rc series_pick(const ent__report *report, const ent__panel *panel,
                          const char *const *states, size_t count, size_t *out)
{
    size_t picked = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (i == j) {
                continue;
            }
            ent_str name = ent__arena_printf(report->arena, "%s>%s", states[i], states[j]);
            int64_t s = name.p == NULL ? -1 : ent__panel_series(panel, name);
            if (s < 0) {
                return ent__fail(report->cli->ctx, ENT_EINPUT, NULL, 0,
                                 "expected a series named \"%.*s\"", ENT_FMT(name));
            }
            out[picked++] = (size_t)s;
        }
    }
    return ENT_OK;
}

ent_rc ent__report_panel(ent__report *report, const char *csv, const char *name,
                         const char *const *states, size_t count, ent__panel *out, const char **out_inputs,
                         size_t *out_input_count)
{
    const ent_cli *cli = report->cli;
    ent__panel all;
    ent_rc rc;
    *out_input_count = 1;
    if (csv == NULL) {
        span s;
        rc = span_read(report, ENT_BY_MONTH, &s);
        out_inputs[0] = ent__cli_option(cli, "store", "");
        if (rc == ENT_OK) {
            rc = ent__panel_store(cli->ctx, report->arena, s.store, report->kit, name, states, count, s.by,
                                  s.since, s.until, &all);
        }
        ent__store_close(s.store);
        return rc == ENT_OK ? ent__panel_whole(cli->ctx, report->arena, &all, NULL, 0, out) : rc;
    }
    out_inputs[0] = csv;
    rc = ent__panel_read(cli->ctx, report->arena, csv, &all);
    if (rc != ENT_OK || count == 0) {
        return rc == ENT_OK ? ent__panel_whole(cli->ctx, report->arena, &all, NULL, 0, out) : rc;
    }
    size_t *series = ent__arena_array(report->arena, count * count, sizeof *series);
    if (series == NULL) {
        return ent__nomem(cli->ctx);
    }
    rc = series_pick(report, &all, states, count, series);
    return rc == ENT_OK
             ? ent__panel_whole(cli->ctx, report->arena, &all, series, count * (count - 1), out)
             : rc;
}
