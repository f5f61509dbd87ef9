/* entente doctor: does this copy of the program work here?  Checks tables, models, a reading from
 * end to end, and a store; names what is wrong. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/read/read.h"
#include "../src/store/store.h"
#include "cli.h"

static const char sample[] = "France and Germany held talks in Paris on 3 May 2021. \"We agree,\" the "
                             "German foreign minister said.";

static ent_rc check_reading(ent_ctx *ctx, const ent_kit *kit, ent_doc **out)
{
    ent_rc rc = ent_doc_read(ctx, kit, sample, sizeof sample - 1, "doctor", out);
    if (rc == ENT_OK && ((*out)->tree->sentence_count < 2 || (*out)->events->event_count == 0 ||
                         (*out)->statements->statement_count == 0)) {
        rc = ent__fail(ctx, ENT_EINTERNAL, NULL, 0,
                       "the sample text gave %zu sentences, %zu events, %zu statements",
                       (*out)->tree->sentence_count, (*out)->events->event_count,
                       (*out)->statements->statement_count);
    }
    return rc;
}

static ent_rc check_store(ent_ctx *ctx, const ent_kit *kit, const ent_doc *doc)
{
    char folder[] = "/tmp/entente-doctor-XXXXXX", path[64];
    if (mkdtemp(folder) == NULL) {
        return ent__fail(ctx, ENT_ESTORE, "/tmp", 0, "no folder can be made here");
    }
    snprintf(path, sizeof path, "%s/s.db", folder);
    ent_store *store = NULL;
    ent_rc rc = ent__store_open(ctx, path, ENT_STORE_WRITE, &store);
    if (rc == ENT_OK) {
        rc = ent__store_put_document(ctx, store, kit, doc, NULL);
    }
    ent__store_close(store);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char left[80];
        snprintf(left, sizeof left, "%s%s", path, ends[i]);
        unlink(left);
    }
    rmdir(folder);
    return rc;
}

typedef struct {
    const ent_cli *cli;
    ent_buf out;
    ent_json json;
    bool json_wanted;
} findings;

static ent_rc report(findings *f, const char *what, ent_rc rc)
{
    const char *error = rc == ENT_OK ? NULL : ent_ctx_error(f->cli->ctx);
    if (f->json_wanted) {
        ent__json_open(&f->json, '{');
        ent__json_kz(&f->json, "check", what);
        ent__json_kbool(&f->json, "ok", rc == ENT_OK);
        ent__json_kz(&f->json, "error", error);
        ent__json_close(&f->json, '}');
    } else if (error == NULL) {
        ent__buf_printf(&f->out, "ok    %s\n", what);
    } else {
        ent__buf_printf(&f->out, "WRONG %s: %s\n", what, error);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    ent_kit *kit = NULL;
    ent_doc *doc = NULL;
    findings f = {.cli = cli, .json_wanted = ent__cli_flag(cli, "json")};
    f.json = ent__json(&f.out);
    if (f.json_wanted) {
        ent__json_open(&f.json, '{');
        ent__json_key(&f.json, "checks");
        ent__json_open(&f.json, '[');
    }
    ent_rc rc = report(&f, "tables and models open", ent__cli_kit(cli, &kit));
    if (rc == ENT_OK) {
        rc = report(&f, "they are the bytes that were built in", ent__kit_check(cli->ctx));
    }
    if (rc == ENT_OK) {
        rc = report(&f, "a text is read from end to end", check_reading(cli->ctx, kit, &doc));
    }
    if (rc == ENT_OK) {
        rc = report(&f, "a store keeps it", check_store(cli->ctx, kit, doc));
    }
    if (f.json_wanted) {
        ent__json_close(&f.json, ']');
        if (kit != NULL) {
            ent__json_version(&f.json, kit);
        }
        ent__json_close(&f.json, '}');
        ent__buf_char(&f.out, '\n');
    }
    /* What was found is written even when something is wrong, and what is wrong is the error. */
    if (rc != ENT_OK && !f.out.failed) {
        fwrite(f.out.p, 1, f.out.n, stdout);
    } else if (rc == ENT_OK) {
        rc = f.out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&f.out));
    }
    ent__buf_free(&f.out);
    ent_doc_free(doc);
    ent_kit_free(kit);
    return rc;
}

const ent_command ent__command_doctor = {
    .name = "doctor",
    .summary = "Checks that this copy works here: tables, models, a reading, a store",
    .usage = "entente doctor [--json]",
    .examples = "  entente doctor\n"
                "  entente doctor --json    # for a health check\n",
    .run = run,
};
