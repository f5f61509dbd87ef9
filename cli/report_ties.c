/* Ties between states from the command line: files, sizes, weights, blocs. */
#include <string.h>

#include "report.h"

static ent_rc size_choose(ent__report *report, ent__tie_table *table)
{
    const char *name = ent__cli_option(report->cli, "size", NULL);
    if (name == NULL) {
        return ENT_OK;
    }
    for (size_t c = 0; c < table->size_column_count; c++) {
        if (ent__str_ieqz(table->size_names[c], name)) {
            table->sizes = table->size_columns + c * table->state_count;
            return ENT_OK;
        }
    }
    return ent__fail(report->cli->ctx, ENT_EUSAGE, NULL, 0,
                     "--size: expected a column of the states file, got \"%s\"", name);
}

static size_t measure_find(const ent__tie_table *table, ent_str name)
{
    for (size_t m = 0; m < table->measure_count; m++) {
        if (ent__str_eq(table->measures[m].name, name)) {
            return m;
        }
    }
    return SIZE_MAX;
}

static ent_rc weights_choose(ent__report *report, ent__tie_table *table)
{
    ent_str rest = ent__str(ent__cli_option(report->cli, "weight", "")), item;
    while (rest.n > 0 && ent__str_split(&rest, ',', &item)) {
        ent_str name, value = item;
        double weight;
        ent__str_split(&value, '=', &name);
        size_t m = measure_find(table, ent__str_trim(name));
        if (m == SIZE_MAX || !ent__str_double(ent__str_trim(value), &weight) || !(weight >= 0)) {
            return ent__fail(report->cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--weight: expected MEASURE=WEIGHT of a measure in the ties, got "
                             "\"%.*s\"",
                             ENT_FMT(item));
        }
        table->measures[m].weight = weight;
    }
    return ENT_OK;
}

ent_rc ent__report_ties(ent__report *report, ent__report_tie_input *out)
{
    const ent_cli *cli = report->cli;
    ent_rc rc;
    if (ent__cli_option(cli, "states", NULL) != NULL && cli->argument_count == 0) {
        rc = ent__report_table(report, &out->table);
    } else if (cli->argument_count == 1) {
        rc = ent__tie_table_read_matrix(cli->ctx, report->arena, cli->arguments[0], &out->table);
    } else if (cli->argument_count == 2) {
        rc = ent__tie_table_read(cli->ctx, report->arena, cli->arguments[0], cli->arguments[1],
                                 &out->table);
    } else {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "%s: expected STATES.csv TIES.csv, one file in the matrix form, or --states",
                       cli->command->name);
    }
    if (rc == ENT_OK) {
        rc = size_choose(report, &out->table);
    }
    if (rc == ENT_OK) {
        rc = weights_choose(report, &out->table);
    }
    const char *measure = ent__cli_option(cli, "measure", NULL);
    out->only = SIZE_MAX;
    if (rc == ENT_OK && measure != NULL) {
        out->only = measure_find(&out->table, ent__str(measure));
        if (out->only == SIZE_MAX) {
            rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                           "--measure: expected a measure of the ties, got \"%s\"", measure);
        }
    }
    return rc == ENT_OK
             ? ent__ties_blend(cli->ctx, report->arena, &out->table, out->only, &out->ties)
             : rc;
}

ent_rc ent__report_ties_other(ent__report *report, const ent__report_tie_input *input,
                              size_t measure, size_t size_column, ent__ties *out)
{
    ent__tie_table table = input->table;
    if (size_column < table.size_column_count) {
        table.sizes = table.size_columns + size_column * table.state_count;
    } else if (size_column == table.size_column_count) {
        double *ones = ent__arena_array(report->arena, table.state_count, sizeof *ones);
        for (size_t i = 0; ones != NULL && i < table.state_count; i++) {
            ones[i] = 1;
        }
        if (ones == NULL) {
            return ent__nomem(report->cli->ctx);
        }
        table.sizes = ones;
    }
    return ent__ties_blend(report->cli->ctx, report->arena, &table,
                           measure == SIZE_MAX ? input->only : measure, out);
}

ent_rc ent__report_variants(const ent__report *report, const ent__tie_table *table,
                            ent__report_variant write, void *user)
{
    ent_rc rc = ENT_OK;
    for (size_t c = 0; c < table->size_column_count && rc == ENT_OK; c++) {
        if (table->size_columns + c * table->state_count != table->sizes) {
            rc = write(
                user, ent__arena_printf(report->arena, "size %.*s", ENT_FMT(table->size_names[c])),
                SIZE_MAX, c);
        }
    }
    if (rc == ENT_OK) {
        rc = write(user, ENT_LIT("every size 1"), SIZE_MAX, table->size_column_count);
    }
    for (size_t m = 0; m < table->measure_count && table->measure_count > 1 && rc == ENT_OK; m++) {
        rc = write(
            user, ent__arena_printf(report->arena, "%.*s alone", ENT_FMT(table->measures[m].name)),
            m, SIZE_MAX);
    }
    return rc;
}

ent_rc ent__report_state(const ent__report *report, const ent__ties *ties, const char *option,
                         int64_t *out)
{
    const char *name = ent__cli_option(report->cli, option, NULL);
    *out = name == NULL ? -1 : ent__ties_state(ties, name);
    if (name != NULL && *out < 0) {
        return ent__fail(report->cli->ctx, ENT_EINPUT, NULL, 0,
                         "--%s: expected a state of the states file, got \"%s\"", option, name);
    }
    return ENT_OK;
}

ent_rc ent__report_bloc(const ent__report *report, const ent__ties *ties, uint8_t **out_side)
{
    const char *list = ent__cli_option(report->cli, "bloc", NULL);
    *out_side = NULL;
    if (list == NULL) {
        return ENT_OK;
    }
    uint8_t *side = ent__arena_array(report->arena, ties->n, 1);
    if (side == NULL) {
        return ent__nomem(report->cli->ctx);
    }
    ent_str rest = ent__str(list), item;
    while (ent__str_split(&rest, ',', &item)) {
        ent_str name = ent__arena_str(report->arena, ent__str_trim(item));
        int64_t state = name.p == NULL ? -1 : ent__ties_state(ties, name.p);
        if (state < 0) {
            return ent__fail(report->cli->ctx, ENT_EINPUT, NULL, 0,
                             "--bloc: expected states of the states file, got \"%.*s\"",
                             ENT_FMT(item));
        }
        side[state] = 1;
    }
    for (size_t i = ties->n; i-- > 0;) {
        side[i] ^= side[0];
    }
    *out_side = side;
    return ENT_OK;
}

void ent__report_side(ent__report *report, const ent__ties *ties, const uint8_t *side, int which)
{
    const bool json = report->form == ENT__REPORT_JSON;
    if (json) {
        ent__json_open(&report->json, '[');
    }
    for (size_t i = 0; i < ties->n; i++) {
        if (side[i] != which) {
            continue;
        }
        if (json) {
            ent__json_str(&report->json, ties->names[i]);
        } else {
            ent__buf_printf(&report->out, " %.*s", ENT_FMT(ties->names[i]));
        }
    }
    if (json) {
        ent__json_close(&report->json, ']');
    }
}
