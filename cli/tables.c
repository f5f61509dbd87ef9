/* entente tables: the embedded tables, whole or by key; who held office on a day. */
#include <string.h>

#include "../src/mentions/mentions.h"

#include "cli.h"

/* Every answer carries the version block behind its list. */
static void close_list(ent_json *json, const ent_kit *kit)
{
    ent__json_close(json, ']');
    ent__json_version(json, kit);
    ent__json_close(json, '}');
    ent__buf_char(json->out, '\n');
}

static void list_tables(ent_buf *out, const ent_kit *kit, bool json_wanted)
{
    ent_json json = ent__json(out);
    if (json_wanted) {
        ent__json_open(&json, '{');
        ent__json_key(&json, "tables");
        ent__json_open(&json, '[');
    }
    for (size_t i = 0; i < ent__kit_table_count(kit); i++) {
        const ent_table *t = ent__kit_table_at(kit, i);
        if (json_wanted) {
            ent__json_open(&json, '{');
            ent__json_kstr(&json, "table", t->name);
            ent__json_kint(&json, "rows", (int64_t)t->rows);
            ent__json_kint(&json, "columns", (int64_t)t->columns);
            ent__json_close(&json, '}');
        } else {
            ent__buf_printf(out, "%-32.*s %8zu rows\n", ENT_FMT(t->name), t->rows);
        }
    }
    if (json_wanted) {
        close_list(&json, kit);
    }
}

/* row SIZE_MAX is the header. */
static void print_row(ent_buf *out, const ent_table *t, size_t row)
{
    for (size_t c = 0; c < t->columns; c++) {
        ent__buf_z(out, c == 0 ? "" : "\t");
        ent__buf_csv(out, ent__table_cell(t, row, (int)c), '\t');
    }
    ent__buf_char(out, '\n');
}

static void json_row(ent_json *json, const ent_table *t, size_t row)
{
    ent__json_open(json, '{');
    for (size_t c = 0; c < t->columns; c++) {
        ent__json_kstr(json, ent__table_cell(t, SIZE_MAX, (int)c).p,
                       ent__table_cell(t, row, (int)c));
    }
    ent__json_kint(json, "line", ent__table_line(t, row));
    ent__json_close(json, '}');
}

static void print_table(ent_buf *out, const ent_kit *kit, const ent_table *t, ent_str key,
                        bool json_wanted)
{
    ent_json json = ent__json(out);
    size_t row = key.n > 0 ? ent__table_find(t, key) : 0;
    if (json_wanted) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "table", t->name);
        ent__json_key(&json, "rows");
        ent__json_open(&json, '[');
    } else {
        print_row(out, t, SIZE_MAX);
    }
    for (; row < t->rows && (key.n == 0 || ent__str_eq(ent__table_cell(t, row, 0), key)); row++) {
        if (json_wanted) {
            json_row(&json, t, row);
        } else {
            print_row(out, t, row);
        }
    }
    if (json_wanted) {
        close_list(&json, kit);
    }
}

static ent_rc unknown_table(const ent_cli *cli, const ent_kit *kit, const char *name)
{
    const char *names[256];
    size_t count = 0;
    for (; count < ent__kit_table_count(kit) && count < 256; count++) {
        names[count] = ent__kit_table_at(kit, count)->name.p; /* NUL-terminated in the blob */
    }
    const char *near = ent__cli_did_you_mean(name, names, count);
    return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "tables: no table \"%s\"%s%s%s", name,
                     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* entente tables actors USA [--at DAY]: who held which office. */
static ent_rc print_offices(const ent_cli *cli, const ent_kit *kit, ent_buf *out)
{
    enum { ROOM = 256 };
    ent_office_holder holders[ROOM];
    ent_date at = {0};
    const char *day = ent__cli_option(cli, "at", NULL);
    if (day != NULL && !ent__date_parse(ent__str(day), &at)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--at: expected a date like 1972-02-21, 1972-02 or 1972, got \"%s\"", day);
    }
    ent_str code = ent__str(cli->arguments[1]);
    size_t count = ent__actor_offices(kit, code, at, holders, ROOM);
    if (count == 0) {
        return ent__fail(cli->ctx, ENT_EINPUT, NULL, 0,
                         "tables: no office holder is known for \"%s\"%s%s", cli->arguments[1],
                         day ? " at " : "", day ? day : "");
    }
    ent_json json = ent__json(out);
    bool json_wanted = ent__cli_flag(cli, "json");
    if (json_wanted) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "code", code);
        ent__json_key(&json, "offices");
        ent__json_open(&json, '[');
    }
    for (size_t i = 0; i < count && i < ROOM; i++) {
        const ent_office_holder *h = &holders[i];
        if (!json_wanted) {
            ent__buf_printf(out, "%-28.*s %-32.*s %.*s to %.*s\n", ENT_FMT(h->office),
                            ENT_FMT(h->name), ENT_FMT(h->since), ENT_FMT(h->until));
            continue;
        }
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "office", h->office);
        ent__json_kstr(&json, "name", h->name);
        ent__json_kstr(&json, "since", h->since);
        ent__json_kstr(&json, "until", h->until);
        ent__json_kstr(&json, "sector", h->sector);
        ent__json_close(&json, '}');
    }
    if (json_wanted) {
        close_list(&json, kit);
    }
    return ENT_OK;
}

static ent_rc run(ent_cli *cli)
{
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_buf out = {0};
    bool json_wanted = ent__cli_flag(cli, "json");
    if (cli->argument_count == 0) {
        list_tables(&out, kit, json_wanted);
    } else if (cli->argument_count > 1 && strcmp(cli->arguments[0], "actors") == 0) {
        rc = print_offices(cli, kit, &out);
    } else {
        const ent_table *table = ent__kit_table(kit, cli->arguments[0]);
        ent_str key = ent__str(cli->argument_count > 1 ? cli->arguments[1] : "");
        if (table == NULL) {
            rc = unknown_table(cli, kit, cli->arguments[0]);
        } else {
            print_table(&out, kit, table, key, json_wanted);
        }
    }
    if (rc == ENT_OK) {
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"at", "DATE", "with `actors CODE`: who held office on that day (default: today)"},
    {0},
};

const ent_command ent__command_tables = {
    .name = "tables",
    .summary = "The tables that drive the reading: actors, verbs, codes, units",
    .usage = "entente tables [NAME [KEY]] | entente tables actors CODE [--at DATE]",
    .examples = "  entente tables                         # all tables and their size\n"
                "  entente tables actors/states RUS       # the rows of one key\n"
                "  entente tables actors USA --at 1972-02-21   # who held office on a day\n",
    .options = options,
    .run = run,
};
