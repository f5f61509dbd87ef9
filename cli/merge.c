/* entente merge: joins stores, as the shards of a distributed run, without doubling. */
#include <string.h>

#include "rows.h"

static ent_rc merge_all(const ent_cli *cli, ent_store *store, ent_json *json)
{
    for (size_t i = 0; i < cli->argument_count; i++) {
        ent_merge_report report;
        const char *path = cli->arguments[i];
        if (strcmp(path, ent__cli_option(cli, "store", "")) == 0) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "merge: \"%s\" is the store itself",
                             path);
        }
        ent_rc rc = ent__store_merge(cli->ctx, store, path, &report);
        if (rc != ENT_OK) {
            return rc;
        }
        fprintf(stderr, "%s: %lld documents and %lld events added, %lld events known already\n",
                path, (long long)report.documents, (long long)report.events,
                (long long)report.known);
        ent__json_open(json, '{');
        ent__json_kz(json, "file", path);
        ent__json_kint(json, "documents", report.documents);
        ent__json_kint(json, "events", report.events);
        ent__json_kint(json, "known", report.known);
        ent__json_close(json, '}');
    }
    return ENT_OK;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "merge: expected stores to merge in");
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_rc rc = ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_WRITE, &store);
    ent_buf out = {0};
    if (rc == ENT_OK) {
        ent_json json = ent__json(&out);
        ent__json_open(&json, '{');
        ent__json_key(&json, "files");
        ent__json_open(&json, '[');
        rc = merge_all(cli, store, &json);
        ent__json_close(&json, ']');
        ent__json_version(&json, kit);
        ent__json_close(&json, '}');
        ent__buf_char(&out, '\n');
        if (rc == ENT_OK && ent__cli_flag(cli, "json")) {
            rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
        }
    }
    ent__store_close(store);
    ent_kit_free(kit);
    ent__buf_free(&out);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store to merge into; created when missing"},
    {0},
};

const ent_command ent__command_merge = {
    .name = "merge",
    .summary = "Join stores without doubling",
    .usage = "entente merge OTHER.db... --store DB",
    .examples = "  entente merge shard1.db shard2.db --store all.db   # shards of a distributed run\n",
    .options = options,
    .run = run,
};
