/* entente search: words in documents and statements of the store, best hits first. */
#include <string.h>
#include <unistd.h>

#include "rows.h"

typedef struct {
    ent_buf out;
    ent_json json;
    bool json_wanted, colour;
    int64_t hits;
} results;

/* U+0002 and U+0003 around the words found become brackets, or bold on a terminal. */
static void add_marked(ent_buf *out, ent_str snippet, const char *open, const char *close)
{
    for (size_t i = 0, from = 0; i <= snippet.n; i++) {
        char c = i < snippet.n ? snippet.p[i] : 0;
        if (i == snippet.n || c == 2 || c == 3) {
            ent__buf_shown(out, ent__str_sub(snippet, from, i));
            ent__buf_z(out, c == 2 ? open : c == 3 ? close : "");
            from = i + 1;
        }
    }
}

static void add_shown(ent_buf *out, const char *before, ent_str text)
{
    ent__buf_z(out, before);
    ent__buf_shown(out, text);
}

static ent_rc hit_row(void *user, const ent_search_hit *hit)
{
    results *r = user;
    r->hits++;
    if (!r->json_wanted) {
        add_shown(&r->out, "", hit->date.n > 0 ? hit->date : ENT_LIT("-"));
        add_shown(&r->out, "  ", hit->doc);
        if (hit->local.n > 0) {
            add_shown(&r->out, "#", hit->local);
            add_shown(&r->out, "  ", hit->speaker);
            ent__buf_char(&r->out, ':');
        } else {
            add_shown(&r->out, "  ", hit->title);
        }
        ent__buf_z(&r->out, "\n    ");
        add_marked(&r->out, hit->snippet, r->colour ? "\033[1m" : "[", r->colour ? "\033[0m" : "]");
        ent__buf_char(&r->out, '\n');
        return ENT_OK;
    }
    ent_buf snippet = {0};
    add_marked(&snippet, hit->snippet, "[", "]");
    ent__json_open(&r->json, '{');
    ent__json_kstr(&r->json, "kind", hit->kind);
    ent__json_kstr(&r->json, "doc", hit->doc);
    ent__json_kstr(&r->json, "id", hit->local);
    ent__json_kstr(&r->json, "title", hit->title);
    ent__json_kstr(&r->json, "date", hit->date);
    ent__json_kstr(&r->json, "speaker", hit->speaker);
    ent__json_kstr(&r->json, "snippet", ent__buf_slice(&snippet));
    ent__json_kdouble(&r->json, "score", hit->score);
    ent__json_close(&r->json, '}');
    r->out.failed |= snippet.failed;
    ent__buf_free(&snippet);
    return ENT_OK;
}

static ent_rc search(const ent_cli *cli, ent_store *store, const ent_kit *kit, const char *words,
                     int64_t limit)
{
    results r = {.json_wanted = ent__cli_flag(cli, "json"),
                 .colour = isatty(1) == 1 && ent__cli_option(cli, "output", NULL) == NULL};
    r.json = ent__json(&r.out);
    if (r.json_wanted) {
        ent__json_open(&r.json, '{');
        ent__json_key(&r.json, "hits");
        ent__json_open(&r.json, '[');
    }
    ent_rc rc = ent__store_search(cli->ctx, store, words, limit, hit_row, &r);
    if (r.json_wanted) {
        ent__json_close(&r.json, ']');
        ent__json_version(&r.json, kit);
        ent__json_close(&r.json, '}');
        ent__buf_char(&r.out, '\n');
    }
    if (rc == ENT_OK && r.hits == 0 && !r.json_wanted) {
        fputs("nothing found\n", stderr);
    }
    if (rc == ENT_OK) {
        rc = r.out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&r.out));
    }
    ent__buf_free(&r.out);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    int64_t limit;
    ent_rc rc = ent__cli_int(cli, "limit", 1, 1000000, 20, &limit);
    if (rc == ENT_OK && cli->argument_count == 0) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "search: expected words");
    }
    ent_buf words = {0};
    for (size_t i = 0; i < cli->argument_count; i++) {
        ent__buf_z(&words, i > 0 ? " " : "");
        ent__buf_z(&words, cli->arguments[i]);
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    rc = rc != ENT_OK ? rc : ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : words.failed ? ent__nomem(cli->ctx)
                                          : search(cli, store, kit, words.p, limit);
    ent__store_close(store);
    ent_kit_free(kit);
    ent__buf_free(&words);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store"},
    {"limit", "N", "at most N hits (default 20)"},
    {0},
};

const ent_command ent__command_search = {
    .name = "search",
    .summary = "Words in documents and statements of the store",
    .usage = "entente search WORDS --store DB [--limit N]",
    .examples =
        "  entente search gas pipeline --store my.db            # both words, best first\n"
        "  entente search '\"security guarantees\" OR ceasefire' --store my.db\n"
        "  entente search 'sanction*' --store my.db --json      # beginnings of words\n",
    .options = options,
    .run = run,
};
