/* entente read: documents to JSON Lines, in input order for any number of threads; at most
 * BATCH documents a thread are in memory. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/read/read.h"
#include "../src/store/store.h"
#include "cli.h"
#include "dictionaries.h"

enum { BATCH = 4, MOST_THREADS = 64, MOST_MESSAGES = 20 };

typedef struct {
    ent_doc *doc;
    char *error; /* NULL: read well */
    ent_buf json;
    bool text_bad, dropped; /* dropped: of a story that a discard phrase drops */
} slot;

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    ent_ctx **contexts; /* one a worker */
    slot *slots;
    size_t slot_count;
    ent_store *store;
    ent_dictionaries *dictionaries; /* NULL: our own tables */
    ent_layout_writer *layout;      /* NULL: JSON Lines */
    ent_export_report layout_report;
    FILE *stream;
    char dropped_story[256];
    bool line_for_line;
    unsigned threads;
    size_t documents, failures;
} reader;

static int read_one(void *job, size_t index, unsigned worker)
{
    reader *r = job;
    slot *s = &r->slots[index];
    if (s->text_bad) {
        return 0;
    }
    ent_ctx *ctx = r->contexts[worker];
    if (ent__doc_read_with(ctx, r->kit, r->dictionaries, s->doc) == ENT_OK) {
        s->doc->events->event_count = s->dropped ? 0 : s->doc->events->event_count;
        if (r->layout == NULL) {
            ent__doc_json(&s->json, r->kit, s->doc);
        }
    } else {
        s->error = strdup(ent_ctx_error(ctx));
    }
    return 0;
}

static ent_rc write_rows(void *user, ent_str bytes)
{
    reader *r = user;
    return fwrite(bytes.p, 1, bytes.n, r->stream) == bytes.n
               ? ENT_OK
               : ent__fail(r->cli->ctx, ENT_EINPUT, "output", 0, "cannot be written");
}

/* Records "STORY_N" of a PETRARCH file: once a discard phrase drops the story, what follows of it
 * goes too.  In input order, so that the number of threads does not matter. */
static bool is_dropped(reader *r, const ent_text *text)
{
    const char *cut = text->one_sentence && text->id.n > 0 ? memrchr(text->id.p, '_', text->id.n)
                                                           : NULL;
    if (r->dictionaries == NULL || cut == NULL) {
        return false;
    }
    ent_str story = {text->id.p, (size_t)(cut - text->id.p)};
    if (ent__str_eqz(story, r->dropped_story)) {
        return true;
    }
    if (ent__dictionaries_drop_story(r->dictionaries, text->text)) {
        snprintf(r->dropped_story, sizeof r->dropped_story, "%.*s", ENT_FMT(story));
        return true;
    }
    return false;
}

static ent_rc write_error(reader *r, slot *s, ent_buf *out)
{
    r->failures++;
    if (!r->line_for_line) {
        if (r->failures <= MOST_MESSAGES) {
            fprintf(stderr, "entente: %s\n", s->error);
        } else if (r->failures == MOST_MESSAGES + 1) {
            fputs("entente: further documents that can't be read are only counted\n", stderr);
        }
        return ENT_OK;
    }
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "doc", s->doc->text.id.n > 0 ? s->doc->text.id : (ent_str){NULL, 0});
    ent__json_kz(&json, "error", s->error);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
    return ENT_OK;
}

/* Keeps the batch in the store, in one transaction: a line is printed only once it is kept. */
static ent_rc store_batch(reader *r)
{
    if (r->store == NULL) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_begin(r->cli->ctx, r->store);
    for (size_t i = 0; rc == ENT_OK && i < r->slot_count; i++) {
        if (r->slots[i].error == NULL) {
            rc = ent__store_put_document(r->cli->ctx, r->store, r->kit, r->slots[i].doc, NULL);
        }
    }
    return rc == ENT_OK ? ent__store_commit(r->cli->ctx, r->store) : rc;
}

/* Writes and frees the batch. */
static ent_rc finish_batch(reader *r, FILE *stream)
{
    ent_rc rc = store_batch(r);
    for (size_t i = 0; i < r->slot_count; i++) {
        slot *s = &r->slots[i];
        if (rc == ENT_OK && s->error != NULL) {
            rc = write_error(r, s, &s->json);
        } else if (rc == ENT_OK && r->layout != NULL) {
            rc = ent__layout_document(r->cli->ctx, r->layout, s->doc);
            r->documents++;
        } else if (rc == ENT_OK) {
            ent__buf_char(&s->json, '\n');
            r->documents++;
        }
        if (rc == ENT_OK && s->json.failed) {
            rc = ent__nomem(r->cli->ctx);
        }
        if (rc == ENT_OK && fwrite(s->json.p, 1, s->json.n, stream) != s->json.n) {
            rc = ent__fail(r->cli->ctx, ENT_EINPUT, "output", 0, "cannot be written");
        }
        ent_doc_free(s->doc);
        ent__buf_free(&s->json);
        free(s->error);
        *s = (slot){0};
    }
    r->slot_count = 0;
    return rc;
}

static ent_rc run_batch(reader *r, FILE *stream)
{
    ent__pool_run(r->threads, r->slot_count, read_one, r);
    ent_rc rc = finish_batch(r, stream);
    if (rc == ENT_OK && isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%zu documents read, %zu failed", r->documents, r->failures);
    }
    return rc;
}

static ent_rc read_input(reader *r, const char *path, FILE *stream)
{
    ent_input *input;
    ent_input_options options = {.force = ENT_INPUT_JSONL, .forced = r->line_for_line};
    ent_rc rc = ent__input_open(r->cli->ctx, r->kit, path, &options, &input);
    if (rc != ENT_OK) {
        return rc;
    }
    for (int got = 1; rc == ENT_OK && got != 0;) {
        slot *s = &r->slots[r->slot_count];
        rc = ent__doc_new(r->cli->ctx, &s->doc);
        got = rc == ENT_OK ? ent__input_next(r->cli->ctx, input, s->doc->arena, &s->doc->text) : 0;
        if (got == 0) {
            ent_doc_free(s->doc);
            s->doc = NULL;
        } else {
            s->text_bad = got < 0;
            s->error = got < 0 ? strdup(ent_ctx_error(r->cli->ctx)) : NULL;
            s->dropped = got > 0 && is_dropped(r, &s->doc->text);
            r->slot_count++;
        }
        if (rc == ENT_OK && (got == 0 || r->slot_count == BATCH * (size_t)r->threads)) {
            rc = run_batch(r, stream);
        }
    }
    ent__input_close(input);
    return rc;
}

static ent_rc read_all(reader *r)
{
    const char *path = ent__cli_option(r->cli, "output", "-");
    FILE *stream = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (stream == NULL) {
        return ent__fail(r->cli->ctx, ENT_EINPUT, path, 0, "cannot be written");
    }
    ent_rc rc = ENT_OK;
    const char *layout = ent__cli_option(r->cli, "layout", NULL);
    r->stream = stream;
    if (layout != NULL) {
        rc = ent__layout_open(r->cli->ctx, r->kit, layout, write_rows, r, &r->layout_report,
                              &r->layout);
    }
    for (size_t i = 0; rc == ENT_OK && i < r->cli->argument_count; i++) {
        rc = read_input(r, r->cli->arguments[i], stream);
    }
    rc = ent__layout_close(r->cli->ctx, r->layout, rc);
    if (rc == ENT_OK && r->layout_report.left_out > 0) {
        fprintf(stderr, "entente: %lld events left out: the layout has no place for their type, or "
                        "their day is unknown\n", (long long)r->layout_report.left_out);
    }
    if (r->documents + r->failures > 0 && isatty(STDERR_FILENO)) {
        fputc('\n', stderr);
    }
    if ((stream == stdout ? fflush(stream) : fclose(stream)) != 0 && rc == ENT_OK) {
        rc = ent__fail(r->cli->ctx, ENT_EINPUT, path, 0, "cannot be written");
    }
    if (rc == ENT_OK && r->failures > 0 && !r->line_for_line) {
        rc = ent__fail(r->cli->ctx, ENT_EINPUT, NULL, 0, "%zu of %zu documents could not be read",
                       r->failures, r->documents + r->failures);
    }
    return rc;
}

static ent_rc make_workers(reader *r)
{
    r->contexts = calloc(r->threads, sizeof(ent_ctx *));
    r->slots = calloc(BATCH * (size_t)r->threads + 1, sizeof *r->slots);
    if (r->contexts == NULL || r->slots == NULL) {
        return ent__nomem(r->cli->ctx);
    }
    for (unsigned i = 0; i < r->threads; i++) {
        if (ent_ctx_new(&r->contexts[i]) != ENT_OK) {
            return ent__nomem(r->cli->ctx);
        }
    }
    return ENT_OK;
}

/* Bad lines are told, counted and skipped; with --strict they are an error. */
static ent_rc open_dictionaries(reader *r)
{
    const ent_cli *cli = r->cli;
    if (ent__cli_option(cli, "verbs", NULL) == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "read: --actors, --agents, --discards and --issues go with --verbs");
    }
    ent_rc rc = ent__cli_dictionaries(cli, r->kit, &r->dictionaries);
    if (rc != ENT_OK) {
        return rc;
    }
    size_t count, told = 0;
    const ent_dictionary_problem *p = ent__dictionaries_problems(r->dictionaries, &count);
    ent_dictionary_counts n;
    ent__dictionaries_count(r->dictionaries, &n);
    for (size_t i = 0; i < count && told < MOST_MESSAGES; i++) {
        if (p[i].error) {
            fprintf(stderr, "entente: %.*s:%u: %.*s\n", ENT_FMT(p[i].file), p[i].line,
                    ENT_FMT(p[i].message));
            told++;
        }
    }
    if (n.errors > 0 && ent__cli_flag(cli, "strict")) {
        return ent__fail(cli->ctx, ENT_EINPUT, NULL, 0, "%zu bad lines in the dictionaries",
                         n.errors);
    }
    if (n.errors > 0) {
        fprintf(stderr, "entente: %zu bad lines in the dictionaries are skipped\n", n.errors);
    }
    return ENT_OK;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "read: expected an INPUT (see --help)");
    }
    if (ent__cli_flag(cli, "jsonl") && ent__cli_option(cli, "layout", NULL) != NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "read: --layout writes rows of events, not a line a document: leave out "
                         "--jsonl");
    }
    int64_t threads;
    ent_rc rc = ent__cli_int(cli, "threads", 1, MOST_THREADS, 1, &threads);
    ent_kit *kit = NULL;
    if (rc != ENT_OK || (rc = ent__cli_kit(cli, &kit)) != ENT_OK) {
        return rc;
    }
    reader r = {.cli = cli, .kit = kit, .threads = (unsigned)threads,
                .line_for_line = ent__cli_flag(cli, "jsonl")};
    const char *store = ent__cli_option(cli, "store", NULL);
    rc = make_workers(&r);
    if (rc == ENT_OK && ent__cli_has_dictionaries(cli)) {
        rc = open_dictionaries(&r);
    }
    if (rc == ENT_OK && store != NULL) {
        rc = ent__store_open(cli->ctx, store, ENT_STORE_WRITE, &r.store);
    }
    if (rc == ENT_OK) {
        rc = read_all(&r);
    }
    ent__store_close(r.store);
    ent__dictionaries_free(r.dictionaries);
    for (unsigned i = 0; r.contexts != NULL && i < r.threads; i++) {
        ent_ctx_free(r.contexts[i]);
    }
    free(r.contexts);
    free(r.slots);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "also keep documents, events and statements in this store"},
    {"jsonl", NULL, "each input line gives exactly one output line, errors included"},
    {"threads", "N", "documents read at the same time (default 1; same output for any N)"},
    {"layout", "NAME", "rows of events: phoenix, gdelt, gdelt2, icews, polecat, acled"},
    ENT_DICTIONARY_OPTIONS,
    {"strict", NULL, "exit 3 when a dictionary has a bad line"},
    {0},
};

const ent_command ent__command_read = {
    .name = "read",
    .summary = "Documents to events, statements, quantities, dates: JSON Lines",
    .usage = "entente read INPUT... [--store DB] [--jsonl] [--threads N] [--layout NAME]\n"
             "       entente read INPUT... --verbs F [--actors F]... [--agents F] [--discards F] "
             "[--issues F]",
    .examples = "  entente read article.html                    # one JSON object\n"
                "  entente read news/ --store news.db -o read.jsonl\n"
                "  zcat news.jsonl.gz | entente read --jsonl -  # line in, line out\n"
                "  entente read news/ --layout icews -o events.tsv\n"
                "  entente read parsed.xml --verbs verbs.txt --actors actors.txt --layout phoenix\n"
                "      # coded by PETRARCH dictionaries instead of our own tables\n",
    .options = options,
    .run = run,
};
