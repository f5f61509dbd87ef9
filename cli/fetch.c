/* entente fetch: public data from their publishers; licence first, resumable, checked. */
#include <string.h>

#include "../src/align/align.h"
#include "cli.h"

#define LIMIT_BYTES (8LL << 30)

static void list_sources(ent_buf *out, const ent_kit *kit, const ent_table *t, bool json_wanted)
{
    ent_json json = ent__json(out);
    if (json_wanted) {
        ent__json_open(&json, '{');
        ent__json_key(&json, "sources");
        ent__json_open(&json, '[');
    }
    for (size_t r = 0; r < t->rows; r++) {
        if (json_wanted) {
            ent__json_open(&json, '{');
            for (size_t c = 0; c < t->columns; c++) {
                ent__json_kstr(&json, ent__table_cell(t, SIZE_MAX, (int)c).p,
                               ent__table_cell(t, r, (int)c));
            }
            ent__json_close(&json, '}');
        } else {
            ent__buf_printf(out, "%-12.*s %.*s\n             licence: %.*s\n",
                            ENT_FMT(ent__table_cell(t, r, 0)), ENT_FMT(ent__table_cell(t, r, 1)),
                            ENT_FMT(ent__table_cell(t, r, 3)));
        }
    }
    if (json_wanted) {
        ent__json_close(&json, ']');
        ent__json_version(&json, kit);
        ent__json_close(&json, '}');
        ent__buf_char(out, '\n');
    }
}

static ent_rc unknown_source(const ent_cli *cli, const ent_table *t, const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (; count < t->rows && count < 64; count++) {
        names[count] = ent__table_cell(t, count, 0).p;
    }
    const char *near = ent__cli_did_you_mean(name, names, count);
    return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "fetch: no source \"%s\"%s%s%s", name,
                     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* What was downloaded: a line as sha256sum writes it, or an object with --json. */
static void tell_file(const ent_cli *cli, const ent_kit *kit, ent_str source, const char *path,
                      const ent_fetched *got, ent_buf *out)
{
    if (!ent__cli_flag(cli, "json")) {
        ent__buf_printf(out, "%s  %s\n", got->sha256, path);
        return;
    }
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "source", source);
    ent__json_kz(&json, "file", path);
    ent__json_kz(&json, "sha256", got->sha256);
    ent__json_kint(&json, "bytes", got->bytes);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static ent_rc fetch_one(const ent_cli *cli, const ent_kit *kit, const ent_table *t, size_t row,
                        ent_buf *out)
{
    ent_str url = ent__table_cell(t, row, 1), file = ent__table_cell(t, row, 2);
    const char *address = ent__cli_option(cli, "from", url.p);
    const char *path = ent__cli_option(cli, "output", file.p);
    fprintf(stderr, "%.*s\n  from     %s\n  licence  %.*s\n  cite     %.*s\n",
            ENT_FMT(ent__table_cell(t, row, 0)), address, ENT_FMT(ent__table_cell(t, row, 3)),
            ENT_FMT(ent__table_cell(t, row, 4)));
    if (!ent__cli_flag(cli, "yes")) {
        fputs("  nothing downloaded: add --yes when the licence suits you\n", stderr);
        return ENT_OK;
    }
    ent_fetched got;
    ent_rc rc = ent__fetch(cli->ctx, address, path, ent__cli_option(cli, "sha256", NULL),
                           LIMIT_BYTES, &got);
    if (rc == ENT_OK) {
        tell_file(cli, kit, ent__table_cell(t, row, 0), path, &got, out);
        fprintf(stderr, "  %lld bytes%s\n  then     %.*s\n", (long long)got.bytes,
                got.resumed_at > 0 ? ", continued" : "", ENT_FMT(ent__table_cell(t, row, 5)));
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    ent_kit *kit = NULL;
    ent_buf out = {0};
    ent_rc rc = ent__cli_kit(cli, &kit);
    const ent_table *t = rc == ENT_OK ? ent__kit_table(kit, "align/sources") : NULL;
    if (rc == ENT_OK && t == NULL) {
        rc = ent__fail(cli->ctx, ENT_EINTERNAL, NULL, 0, "table align/sources is missing");
    }
    for (int k = 0; rc == ENT_OK && cli->argument_count > 1 && k < 3; k++) {
        static const char *const of_one[] = {"output", "from", "sha256"};
        if (ent__cli_option(cli, of_one[k], NULL) != NULL) {
            rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--%s is of one source, got %zu names",
                           of_one[k], cli->argument_count);
        }
    }
    if (rc == ENT_OK && cli->argument_count == 0) {
        list_sources(&out, kit, t, ent__cli_flag(cli, "json"));
    }
    for (size_t i = 0; rc == ENT_OK && i < cli->argument_count; i++) {
        size_t row = ent__table_find(t, ent__str(cli->arguments[i]));
        rc = row < t->rows ? fetch_one(cli, kit, t, row, &out)
                           : unknown_source(cli, t, cli->arguments[i]);
    }
    if (rc == ENT_OK && fwrite(out.p, 1, out.n, stdout) != out.n) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, "standard output", 0, "cannot be written");
    }
    ent__buf_free(&out);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"yes", NULL, "the licence suits me: download"},
    {"from", "URL", "a mirror, or a file of the publisher's list"},
    {"sha256", "HEX", "refuse a file with another checksum"},
    {0},
};

const ent_command ent__command_fetch = {
    .name = "fetch",
    .summary = "Download public data: licence first, resumable, checked",
    .usage = "entente fetch [NAME...] [--yes] [--from URL] [--sha256 HEX] [-o FILE]",
    .examples = "  entente fetch                       # what there is, with licences\n"
                "  entente fetch votes                 # licence and citation, no download\n"
                "  entente fetch votes --yes -o votes.zip\n",
    .options = options,
    .run = run,
};
