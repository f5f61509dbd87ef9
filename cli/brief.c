/* entente brief: from articles to a briefing page (HTML, Markdown or JSON). */
#include <stdlib.h>
#include <string.h>

#include "../src/brief/brief.h"
#include "../src/store/store.h"
#include "cli.h"

typedef struct {
    ent_doc **docs;
    size_t count, capacity;
} documents;

static ent_rc read_input(const ent_cli *cli, const ent_kit *kit, const char *path, documents *all)
{
    ent_input *input;
    ent_input_options options = {0};
    ent_rc rc = ent__input_open(cli->ctx, kit, path, &options, &input);
    for (int got = 1; rc == ENT_OK && got != 0;) {
        ent_doc *doc;
        rc = ent__doc_new(cli->ctx, &doc);
        if (rc != ENT_OK) {
            break;
        }
        got = ent__input_next(cli->ctx, input, doc->arena, &doc->text);
        rc = got < 0 ? ent_ctx_rc(cli->ctx) : got == 0 ? ENT_OK : ent__doc_read(cli->ctx, kit, doc);
        ent_doc **docs = rc == ENT_OK && got == 1
                             ? ent__grow(all->docs, all->count, &all->capacity, sizeof *docs)
                             : NULL;
        if (docs != NULL) {
            all->docs = docs;
            all->docs[all->count++] = doc;
        } else {
            ent_doc_free(doc);
            rc = rc == ENT_OK && got == 1 ? ent__nomem(cli->ctx) : rc;
        }
    }
    ent__input_close(input);
    return rc;
}

static ent_rc keep(const ent_cli *cli, const ent_kit *kit, const documents *all)
{
    const char *path = ent__cli_option(cli, "store", NULL);
    ent_store *store;
    ent_rc rc = path == NULL ? ENT_OK : ent__store_open(cli->ctx, path, ENT_STORE_WRITE, &store);
    if (rc != ENT_OK || path == NULL) {
        return rc;
    }
    rc = ent__store_begin(cli->ctx, store);
    for (size_t i = 0; rc == ENT_OK && i < all->count; i++) {
        rc = ent__store_put_document(cli->ctx, store, kit, all->docs[i], NULL);
    }
    rc = rc == ENT_OK ? ent__store_commit(cli->ctx, store) : rc;
    ent__store_close(store);
    return rc;
}

/* By --format, else by the ending of -o, else HTML. */
static ent_rc choose_format(const ent_cli *cli, const char **out)
{
    ent_str path = ent__str(ent__cli_option(cli, "output", ""));
    const char *format = ent__cli_option(cli, "format", NULL);
    if (format == NULL) {
        format = ent__cli_flag(cli, "json") || ent__str_ends(path, ".json") ? "json"
                 : ent__str_ends(path, ".md")                              ? "markdown"
                                                                           : "html";
    }
    *out = format;
    bool known = strcmp(format, "html") == 0 || strcmp(format, "markdown") == 0 ||
                 strcmp(format, "json") == 0;
    return known ? ENT_OK
                 : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--format: expected html, markdown or json, got \"%s\"", format);
}

static ent_rc write_brief(const ent_cli *cli, const ent_kit *kit, const documents *all,
                          const char *format)
{
    ent_arena *arena = ent__arena_new();
    ent_brief *brief;
    ent_rc rc = arena == NULL ? ent__nomem(cli->ctx)
                              : ent__brief_build(cli->ctx, arena, (const ent_doc *const *)all->docs,
                                                 all->count, &brief);
    ent_buf out = {0};
    if (rc == ENT_OK) {
        (strcmp(format, "json") == 0       ? ent__brief_json
         : strcmp(format, "markdown") == 0 ? ent__brief_markdown
                                           : ent__brief_html)(&out, kit, brief);
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    if (rc == ENT_OK) {
        fprintf(stderr, "%zu events that happened, %zu that did not, %zu statements by %zu speakers, "
                        "%zu figures, %zu ties, %zu questions\n",
                brief->happened_count, brief->not_happened_count, brief->statement_count,
                brief->speaker_count, brief->quantity_count, brief->tie_count,
                brief->question_count);
    }
    ent__buf_free(&out);
    ent__arena_free(arena);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    const char *format;
    ent_rc rc = choose_format(cli, &format);
    if (rc == ENT_OK && cli->argument_count == 0) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "brief: expected an INPUT (see --help)");
    }
    ent_kit *kit = NULL;
    if (rc == ENT_OK) {
        rc = ent__cli_kit(cli, &kit);
    }
    documents all = {0};
    for (size_t i = 0; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = read_input(cli, kit, cli->arguments[i], &all);
    }
    if (rc == ENT_OK && all.count == 0) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, cli->arguments[0], 0, "holds no document");
    }
    rc = rc == ENT_OK ? keep(cli, kit, &all) : rc;
    rc = rc == ENT_OK ? write_brief(cli, kit, &all, format) : rc;
    for (size_t i = 0; i < all.count; i++) {
        ent_doc_free(all.docs[i]);
    }
    free(all.docs);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"format", "F", "html (default), markdown or json; else told by the ending of -o"},
    {"store", "DB", "also keep documents, events and statements in this store"},
    {0},
};

const ent_command ent__command_brief = {
    .name = "brief",
    .summary = "The main job: from articles to a briefing page",
    .usage = "entente brief INPUT... [--store DB] [--format html|markdown|json] [-o brief.html]",
    .examples = "  entente brief article.html -o brief.html\n"
                "  entente brief monday.txt tuesday.html -o brief.html   # several sources, one page\n"
                "  entente brief article.txt --format markdown\n",
    .options = options,
    .run = run,
};
