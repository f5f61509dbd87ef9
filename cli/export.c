/* entente export: events, statements, documents, quantities as CSV, JSON Lines or another data
 * set's layout. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

typedef struct {
    ent_ctx *ctx;
    FILE *file;
    const char *name;
} sink;

static ent_rc write_bytes(void *user, ent_str bytes)
{
    sink *s = user;
    return fwrite(bytes.p, 1, bytes.n, s->file) == bytes.n
               ? ENT_OK
               : ent__fail(s->ctx, ENT_EINPUT, s->name, 0, "can't write: %s", strerror(errno));
}

/* An export may be larger than memory: it goes to FILE.part, which becomes FILE at its end. */
static ent_rc open_sink(const ent_cli *cli, sink *s, ent_buf *part)
{
    const char *path = ent__cli_option(cli, "output", NULL);
    *s = (sink){cli->ctx, stdout, "standard output"};
    if (path == NULL || strcmp(path, "-") == 0) {
        return ENT_OK;
    }
    ent__buf_printf(part, "%s.part", path);
    s->name = path;
    s->file = part->failed ? NULL : fopen(part->p, "wb");
    return s->file != NULL ? ENT_OK
                           : ent__fail(cli->ctx, ENT_EINPUT, path, 0, "can't write: %s",
                                       strerror(errno));
}

static ent_rc close_sink(const ent_cli *cli, sink *s, const ent_buf *part, ent_rc rc)
{
    if (s->file == NULL) {
        return rc;
    }
    bool written = fflush(s->file) == 0;
    if (s->file != stdout) {
        written = fclose(s->file) == 0 && written;
        if (rc == ENT_OK && written) {
            written = rename(part->p, s->name) == 0;
        } else {
            remove(part->p);
        }
    }
    return rc == ENT_OK && !written
               ? ent__fail(cli->ctx, ENT_EINPUT, s->name, 0, "can't write: %s", strerror(errno))
               : rc;
}

static ent_rc export_rows(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                          const ent_store_filter *filter)
{
    const char *what = cli->arguments[0], *format = ent__cli_option(cli, "format", "csv");
    sink s;
    ent_buf part = {0};
    ent_export_report report = {0};
    ent_rc rc = open_sink(cli, &s, &part);
    if (rc == ENT_OK) {
        rc = ent__store_export(cli->ctx, store, kit, what, format, filter, write_bytes, &s,
                               &report);
        rc = close_sink(cli, &s, &part, rc);
    }
    ent__buf_free(&part);
    if (rc == ENT_OK && report.left_out > 0) {
        fprintf(stderr, "%lld rows exported, %lld left out: %s has no code for them or needs a day\n",
                (long long)report.rows, (long long)report.left_out, format);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "export: expected events, statements, documents, quantities or dyads");
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_store_filter filter;
    ent_rc rc = ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_filter(cli, kit, &filter);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : export_rows(cli, store, kit, &filter);
    ent__store_close(store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store"},
    {"format", "FORMAT", "csv (default), jsonl; events also gdelt gdelt2 icews phoenix polecat acled"},
    {"actor", "CODE", "source side"},
    {"target", "CODE", "target side"},
    {"undirected", NULL, "the other way round too"},
    {"since", "DATE", "from this day, month or year on"},
    {"until", "DATE", "up to its end"},
    {"type", "TYPE", "PLOVER type, or the first digits of a CAMEO code"},
    {"dataset", "NAME", "entente gdelt gdelt2 icews phoenix polecat acled events"},
    {"doc", "ID", "of one document"},
    {"limit", "N", "at most N rows"},
    {0},
};

const ent_command ent__command_export = {
    .name = "export",
    .summary = "the store's rows as CSV, JSON Lines or another data set's layout",
    .usage = "entente export events|statements|documents|quantities|dyads --store DB"
             " [--format FORMAT] [FILTER...]",
    .examples =
        "  entente export events --store my.db -o events.csv\n"
        "  entente export events --store my.db --format icews --actor USA --target RUS\n",
    .options = options,
    .run = run,
};
