/* entente merge: joins stores, as the shards of a distributed run, without doubling. */
#include <string.h>

#include "rows.h"
#include "vote_files.h"

enum { DIFFERENT_SHOWN = 5 };

static const char *const sheet_names[ENT_SHEET_COUNT] = {
    [ENT_SHEET_FACT] = "facts of dyads", [ENT_SHEET_FLOW] = "trade flows",
    [ENT_SHEET_GDP] = "GDP", [ENT_SHEET_SERIES] = "points of series"};

typedef struct {
    const ent_cli *cli;
    const char *path; /* of the store that is merged in */
    int told[ENT_SHEET_COUNT];
} merging;

static void tell_different(void *user, ent_sheet sheet, ent_str key, double here, double there)
{
    merging *m = user;
    if (m->told[sheet]++ < DIFFERENT_SHOWN || ent__cli_flag(m->cli, "verbose")) {
        fprintf(stderr, "  %s %.*s: %.10g here, %.10g in %s; the first stays\n", sheet_names[sheet],
                ENT_FMT(key), here, there, m->path);
    }
}

static void tell_counts(const char *path, const ent_merge_report *r, ent_json *json)
{
    fprintf(stderr, "%s: %lld documents and %lld events added, %lld events known already\n", path,
            (long long)r->documents, (long long)r->events, (long long)r->known);
    ent__json_kz(json, "file", path);
    ent__json_kint(json, "documents", r->documents);
    ent__json_kint(json, "events", r->events);
    ent__json_kint(json, "known", r->known);
    for (int i = 0; i < ENT_SHEET_COUNT; i++) {
        const ent_merge_count *c = &r->sheets[i];
        if (sheet_names[i] == NULL || c->added + c->known == 0) {
            continue;
        }
        fprintf(stderr, "%s: %lld %s added, %lld known already, %lld of them different\n", path,
                (long long)c->added, sheet_names[i], (long long)c->known, (long long)c->different);
        ent__json_key(json, sheet_names[i]);
        ent__json_open(json, '{');
        ent__json_kint(json, "added", c->added);
        ent__json_kint(json, "known", c->known);
        ent__json_kint(json, "different", c->different);
        ent__json_close(json, '}');
    }
}

/* Roll calls are known again by id, record number or symbol, as with files. */
static ent_rc merge_votes(const merging *m, const ent_kit *kit, ent_store *store, ent_json *json)
{
    ent_votes *votes = NULL;
    ent_store *other = NULL;
    ent_ctx *ctx = m->cli->ctx;
    ent_rc rc = ent__votes_new(ctx, kit, &votes);
    rc = rc ? rc : ent__store_open(ctx, m->path, ENT_STORE_READ, &other);
    rc = rc ? rc : ent__votes_from_store(ctx, votes, store);
    rc = rc ? rc : ent__votes_from_other(ctx, votes, other, m->path);
    rc = rc ? rc : ent__votes_finish(ctx, votes);
    const ent_vote_source *source = rc == ENT_OK ? &votes->sources[1] : NULL;
    if (source != NULL && source->votes + source->doubled + source->roll_calls > 0) {
        rc = ent__votes_to_store(ctx, votes, store);
        ent__cli_tell_sources(votes, 1, ent__cli_flag(m->cli, "verbose") ? 1000 : DIFFERENT_SHOWN);
        ent__json_kint(json, "roll_calls", source->roll_calls);
        ent__json_key(json, "votes");
        ent__json_open(json, '{');
        ent__json_kint(json, "added", source->votes);
        ent__json_kint(json, "known", source->doubled);
        ent__json_kint(json, "different", source->disagreed);
        ent__json_close(json, '}');
    }
    ent__store_close(other);
    ent__votes_free(votes);
    return rc;
}

static ent_rc merge_all(const ent_cli *cli, const ent_kit *kit, ent_store *store, ent_json *json)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < cli->argument_count; i++) {
        ent_merge_report report;
        merging m = {.cli = cli, .path = cli->arguments[i]};
        if (strcmp(m.path, ent__cli_option(cli, "store", "")) == 0) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "merge: \"%s\" is the store itself",
                             m.path);
        }
        ent__json_open(json, '{');
        rc = ent__store_merge(cli->ctx, store, m.path, tell_different, &m, &report);
        if (rc == ENT_OK) {
            tell_counts(m.path, &report, json);
            rc = merge_votes(&m, kit, store, json);
        }
        ent__json_close(json, '}');
    }
    return rc;
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
        rc = merge_all(cli, kit, store, &json);
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
    {"verbose", NULL, "every disagreement between the stores (of votes the first 1,000)"},
    {0},
};

const ent_command ent__command_merge = {
    .name = "merge",
    .summary = "Join stores without doubling",
    .usage = "entente merge OTHER.db... --store DB",
    .examples =
        "  entente merge shard1.db shard2.db --store all.db   # shards of a distributed run\n"
        "  entente merge votes.db --store all.db --verbose    # public data too; what differs is told\n",
    .options = options,
    .run = run,
};
