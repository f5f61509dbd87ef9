/* entente text: the main text of pages, feeds, plain texts, JSON Lines; no grammar. */
#include <string.h>

#include "../src/text/text.h"
#include "cli.h"

typedef struct {
    const ent_kit *kit;
    bool plain, blocks;
    ent_fetch *fetch; /* NULL: addresses are not fetched */
    size_t documents, failures;
    FILE *stream;
    const char *path; /* of the stream, for messages */
} run_state;

static const char *kind_name(ent_block_kind kind)
{
    static const char *const names[] = {"title", "deck", "byline", "dateline", "heading",
                                        "paragraph", "list", "quote", "chrome"};
    return names[kind];
}

static bool is_body(ent_block_kind kind)
{
    return kind >= ENT_BLOCK_HEADING && kind <= ENT_BLOCK_QUOTE;
}

/* A field that is not known is an empty string. */
static void write_field(ent_json *json, const char *key, ent_str value)
{
    ent__json_kstr(json, key, value.p == NULL ? ENT_LIT("") : value);
}

static void write_json(ent_buf *out, const ent_text *text)
{
    char date[16];
    ent_json json = ent__json(out);
    ent__date_iso(text->date, date);
    ent__json_open(&json, '{');
    write_field(&json, "doc", text->id);
    write_field(&json, "title", text->title);
    write_field(&json, "deck", text->deck);
    write_field(&json, "byline", text->byline);
    ent__json_kz(&json, "date", date);
    write_field(&json, "lang", text->language);
    write_field(&json, "outlet", text->outlet);
    write_field(&json, "url", text->url);
    write_field(&json, "text", text->text);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static void write_error(ent_buf *out, const ent_text *text, const char *message)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    write_field(&json, "doc", text->id);
    ent__json_kz(&json, "error", message);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

/* The article's own blocks, an empty line between; chrome is left out. */
static void write_plain(ent_buf *out, const ent_text *text, bool first)
{
    ent__buf_z(out, first ? "" : "\n");
    const ent_block *before = NULL;
    for (size_t i = 0; i < text->block_count; i++) {
        const ent_block *b = &text->blocks[i];
        if (!is_body(b->kind)) {
            continue;
        }
        bool list = before != NULL && before->kind == ENT_BLOCK_LIST_ITEM &&
                    b->kind == ENT_BLOCK_LIST_ITEM;
        ent__buf_z(out, before == NULL ? "" : list ? "\n" : "\n\n");
        ent__buf_str(out, ent__str_sub(text->text, b->begin, b->end));
        before = b;
    }
    ent__buf_char(out, '\n');
}

static void write_blocks(ent_buf *out, const ent_text *text)
{
    char date[16];
    ent__date_iso(text->date, date);
    ent__buf_shown(out, text->id);
    ent__buf_z(out, "\n  title   ");
    ent__buf_shown(out, text->title);
    ent__buf_z(out, "\n  deck    ");
    ent__buf_shown(out, text->deck);
    ent__buf_z(out, "\n  byline  ");
    ent__buf_shown(out, text->byline);
    ent__buf_printf(out, "\n  date    %s\n", date);
    for (size_t i = 0; i < text->block_count; i++) {
        const ent_block *b = &text->blocks[i];
        ent_str cut = ent__str_sub(text->text, b->begin, b->end);
        ent__buf_printf(out, "%7u-%-7u %-10s", b->begin, b->end, kind_name(b->kind));
        for (size_t at = 0, columns = 0; at < cut.n; columns++) {
            size_t from = at;
            ent__utf8_next(cut, &at);
            if (columns == 96) {
                ent__buf_z(out, "...");
                break;
            }
            ent__buf_shown(out, ent__str_sub(cut, from, at));
        }
        ent__buf_char(out, '\n');
    }
}

static ent_rc print_out(ent_ctx *ctx, const run_state *state, ent_buf *out)
{
    if (out->failed) {
        return ent__nomem(ctx);
    }
    if (fwrite(out->p, 1, out->n, state->stream) != out->n || fflush(state->stream) != 0) {
        return ent__fail(ctx, ENT_EINPUT, state->path, 0, "cannot be written");
    }
    out->n = 0;
    return ENT_OK;
}

static ent_rc write_document(const ent_cli *cli, run_state *state, ent_buf *out,
                             const ent_text *text)
{
    if (state->blocks) {
        write_blocks(out, text);
    } else if (state->plain) {
        write_plain(out, text, state->documents == 0);
    } else {
        write_json(out, text);
    }
    state->documents++;
    return print_out(cli->ctx, state, out);
}

/* A bad document: a line on stderr, and in JSON Lines one in its place on stdout. */
static ent_rc report_failure(ent_cli *cli, run_state *state, ent_buf *out, ent_text *text)
{
    state->failures++;
    fprintf(stderr, "entente: %s\n", ent_ctx_error(cli->ctx));
    if (state->plain || state->blocks) {
        return ENT_OK;
    }
    write_error(out, text, ent_ctx_error(cli->ctx));
    return print_out(cli->ctx, state, out);
}

static bool is_address(const char *input)
{
    return strncmp(input, "http://", 7) == 0 || strncmp(input, "https://", 8) == 0;
}

static ent_rc read_input(ent_cli *cli, run_state *state, const ent_input_options *options,
                         const char *path, ent_arena *arena, ent_buf *out)
{
    ent_input *input;
    ent_text text = {.id = ent__str(path)};
    const char *address = is_address(path) ? path : NULL;
    ent_rc rc = ENT_OK;
    if (address != NULL) {
        rc = ent__fetch_get(cli->ctx, state->fetch, arena, address, &path);
    }
    rc = rc == ENT_OK ? ent__input_open(cli->ctx, state->kit, path, options, &input) : rc;
    if (rc != ENT_OK) {
        return rc == ENT_ENOMEM ? rc : report_failure(cli, state, out, &text);
    }
    int got;
    while (rc == ENT_OK && (got = ent__input_next(cli->ctx, input, arena, &text)) != 0) {
        if (got == ENT_ENOMEM || got == ENT_EINTERNAL) {
            rc = (ent_rc)got;
        } else {
            text.url = text.url.n == 0 && address != NULL ? ent__str(address) : text.url;
            rc = got > 0 ? write_document(cli, state, out, &text)
                         : report_failure(cli, state, out, &text);
        }
        ent__arena_reset(arena);
    }
    ent__input_close(input);
    return rc;
}

static ent_rc check_arguments(const ent_cli *cli)
{
    if (cli->argument_count == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "text: expected an INPUT (file, folder, or - for standard input)");
    }
    for (size_t i = 0; i < cli->argument_count && !ent__cli_flag(cli, "fetch"); i++) {
        if (is_address(cli->arguments[i])) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "text: %s is fetched only with --fetch", cli->arguments[i]);
        }
    }
    return ENT_OK;
}

static ent_rc run(ent_cli *cli)
{
    if (check_arguments(cli) != ENT_OK) {
        return ENT_EUSAGE;
    }
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    run_state state = {.kit = kit, .plain = ent__cli_flag(cli, "plain"),
                       .blocks = ent__cli_flag(cli, "blocks")};
    ent_input_options options = {.force = ENT_INPUT_JSONL, .forced = ent__cli_flag(cli, "jsonl")};
    ent_buf out = {0};
    ent_arena *arena = ent__arena_new();
    rc = arena == NULL ? ent__nomem(cli->ctx) : ENT_OK;
    if (rc == ENT_OK && ent__cli_flag(cli, "fetch")) {
        ent_fetch_options fetching = {.cache = ent__cli_option(cli, "cache", NULL),
                                      .allow_private = ent__cli_flag(cli, "allow-private")};
        rc = ent__fetch_open(cli->ctx, &fetching, &state.fetch);
    }
    const char *path = ent__cli_option(cli, "output", "-");
    bool to_file = strcmp(path, "-") != 0;
    state.path = to_file ? path : "standard output";
    state.stream = rc != ENT_OK ? NULL : to_file ? fopen(path, "wb") : stdout;
    if (rc == ENT_OK && state.stream == NULL) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, path, 0, "cannot be written");
    }
    for (size_t i = 0; i < cli->argument_count && rc == ENT_OK; i++) {
        rc = read_input(cli, &state, &options, cli->arguments[i], arena, &out);
    }
    if (to_file && state.stream != NULL && fclose(state.stream) != 0 && rc == ENT_OK) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, path, 0, "cannot be written");
    }
    if (rc == ENT_OK && state.failures > 0 && !options.forced) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, NULL, 0, "%zu of %zu documents could not be read",
                       state.failures, state.failures + state.documents);
    }
    ent__fetch_close(state.fetch);
    ent__arena_free(arena);
    ent__buf_free(&out);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options_of_text[] = {
    {"plain", NULL, "print the article's own text, without headline, dates and page chrome"},
    {"blocks", NULL, "print every block with its place and kind"},
    {"jsonl", NULL, "read every line of the input as one JSON document"},
    {"fetch", NULL, "get http and https addresses: robots.txt, 2 s between requests to a host"},
    {"cache", "DIR", "with --fetch: keep what was fetched, and ask only for what changed"},
    {"allow-private", NULL, "with --fetch: also addresses of this machine and private networks"},
    {NULL, NULL, NULL},
};

const ent_command ent__command_text = {
    .name = "text",
    .summary = "Main text of pages, feeds, plain texts: headline, deck, byline, date, body",
    .usage = "entente text INPUT... [--plain | --blocks] [--jsonl] [--fetch [--cache DIR]] "
             "[-o FILE]",
    .examples =
        "  entente text page.html                 # one JSON line a document\n"
        "  entente text --plain page.html         # the article, to read or to pipe on\n"
        "  entente text --blocks pasted.txt       # what was taken for headline, body, chrome\n"
        "  entente text folder/ feed.xml          # many documents, in input order\n"
        "  entente text --fetch --cache seen https://example.org/feed.xml   # politely, "
        "resumable\n",
    .options = options_of_text,
    .run = run,
};
