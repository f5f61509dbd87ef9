/* Ties and series through time from the command line: CSV files or a store. */
#include <string.h>

#include "report.h"

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
                             "\"%.*s\"", ENT_FMT(item));
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

static ent_rc span_read(const ent__report *report, ent_by usual, span *out, const char **out_input)
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
    out_input[0] = path;
    ent_rc rc = date_read(cli, "since", &out->since);
    if (rc == ENT_OK) {
        rc = date_read(cli, "until", &out->until);
    }
    return rc == ENT_OK ? ent__store_open(cli->ctx, path, ENT_STORE_READ, &out->store) : rc;
}

ent_rc ent__report_history(ent__report *report, const char *const *states, size_t count,
                           ent__tie_history *out, const char **out_inputs, size_t *out_input_count)
{
    const ent_cli *cli = report->cli;
    const char *csv = ent__cli_option(cli, "csv", NULL);
    ent_rc rc;
    if (csv == NULL) {
        span s;
        rc = span_read(report, ENT_BY_YEAR, &s, out_inputs);
        if (rc == ENT_OK) {
            rc = ent__tie_history_store(cli->ctx, report->arena, s.store, states, count, s.by,
                                        s.since, s.until, out);
        }
        ent__store_close(s.store);
    } else {
        out_inputs[0] = csv;
        rc = ent__tie_history_read(cli->ctx, report->arena, csv, out);
    }
    *out_input_count = 1;
    return rc == ENT_OK ? weights_choose(report, out) : rc;
}

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

ent_rc ent__report_panel(ent__report *report, const char *csv, const char *const *states,
                         size_t count, ent__panel *out, const char **out_inputs,
                         size_t *out_input_count)
{
    const ent_cli *cli = report->cli;
    ent__panel all;
    ent_rc rc;
    *out_input_count = 1;
    if (csv == NULL) {
        span s;
        rc = span_read(report, ENT_BY_MONTH, &s, out_inputs);
        if (rc == ENT_OK) {
            rc = ent__panel_store(cli->ctx, report->arena, s.store, states, count, s.by, s.since,
                                  s.until, &all);
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
    return rc == ENT_OK ? ent__panel_whole(cli->ctx, report->arena, &all, series,
                                           count * (count - 1), out)
                        : rc;
}
