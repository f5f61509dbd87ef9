/* told: events, statements and figures of the store, words in it, and why an event was coded. */
#include <string.h>

#include "../src/read/read.h"
#include "lists.h"

static ent_rc list_events(serve_call *call)
{
    return serve__list(call, SERVE_EVENTS);
}

static ent_rc csv_events(serve_call *call)
{
    return serve__list_csv(call, SERVE_EVENTS);
}

static ent_rc list_statements(serve_call *call)
{
    return serve__list(call, SERVE_STATEMENTS);
}

static ent_rc csv_statements(serve_call *call)
{
    return serve__list_csv(call, SERVE_STATEMENTS);
}

static ent_rc list_quantities(serve_call *call)
{
    return serve__list(call, SERVE_QUANTITIES);
}

static ent_rc csv_quantities(serve_call *call)
{
    return serve__list_csv(call, SERVE_QUANTITIES);
}

/* ---- why ------------------------------------------------------------------------------------ */

typedef struct {
    serve_call *call;
    ent_json json;
    ent_str local;
    bool found, tree_wanted;
    ent_str sentence, rule;
} explaining;

/* {"id","table","row","cells"} of a rule, row a line of the table; of a model only the id. */
static void rule_object(ent_json *json, const ent_kit *kit, ent_str rule)
{
    const ent_table *table;
    size_t row;
    ent__json_key(json, "rule");
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", rule);
    if (ent__kit_rule(kit, rule, &table, &row)) {
        ent__json_kstr(json, "table", table->name);
        ent__json_kint(json, "row", ent__table_line(table, row));
        ent__json_key(json, "cells");
        ent__json_open(json, '{');
        for (size_t c = 0; c < table->columns; c++) {
            ent_str cell = ent__table_cell(table, row, (int)c);
            if (cell.n > 0) {
                ent__json_kstr(json, ent__table_cell(table, SIZE_MAX, (int)c).p, cell);
            }
        }
        ent__json_close(json, '}');
    }
    ent__json_close(json, '}');
}

static ent_rc keep_event(void *user, const ent_stored_event *e)
{
    explaining *x = user;
    if (!ent__str_eq(e->local, x->local) || x->found) {
        return ENT_OK;
    }
    ent_arena *arena = serve__arena(x->call);
    x->found = true;
    x->sentence = ent__arena_str(arena, e->text);
    x->rule = ent__arena_str(arena, e->rule);
    ent__json_key(&x->json, "event");
    ent__store_event_json(&x->json, e);
    return x->sentence.p == NULL || x->rule.p == NULL ? ent__nomem(serve__ctx(x->call)) : ENT_OK;
}

static ent_rc keep_statement(void *user, const ent_stored_statement *s)
{
    explaining *x = user;
    if (!ent__str_eq(s->local, x->local) || x->found) {
        return ENT_OK;
    }
    x->found = true;
    x->rule = ent__arena_str(serve__arena(x->call), s->rule);
    ent__json_key(&x->json, "statement");
    ent__store_statement_json(&x->json, s);
    return x->rule.p == NULL ? ent__nomem(serve__ctx(x->call)) : ENT_OK;
}

/* The sentence parsed again by itself: the store keeps no trees. */
static ent_rc tree_array(explaining *x)
{
    ent_ctx *ctx = serve__ctx(x->call);
    ent_arena *arena = serve__arena(x->call);
    ent_text text;
    ent_tree *tree;
    ent_rc rc = ent__text_read(ctx, serve__kit(x->call), arena, x->sentence, ENT_LIT("sentence"),
                               &text);
    rc = rc == ENT_OK ? ent__parse(ctx, serve__kit(x->call), arena, &text, &tree) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    ent__json_key(&x->json, "tree");
    ent__json_open(&x->json, '[');
    for (size_t i = 0; i < tree->token_count; i++) {
        const ent_token *t = &tree->tokens[i];
        ent__json_open(&x->json, '{');
        ent__json_kint(&x->json, "id", (int64_t)i + 1);
        ent__json_kstr(&x->json, "form", ent__str_sub(tree->text, t->begin, t->end));
        ent__json_kstr(&x->json, "lemma", t->lemma);
        ent__json_kz(&x->json, "upos", ent__upos_name(t->upos));
        ent__json_kint(&x->json, "head", t->head == ENT_NO_TOKEN ? 0 : (int64_t)t->head + 1);
        ent__json_kz(&x->json, "deprel", ent__deprel_name(t->deprel));
        ent__json_close(&x->json, '}');
    }
    ent__json_close(&x->json, ']');
    return ENT_OK;
}

static ent_rc explain(serve_call *call, bool event)
{
    explaining x = {.call = call, .local = serve__param(call, "local")};
    const char *doc = serve__z(call, serve__param(call, "doc"));
    ent_store_filter filter = {.doc = doc};
    ent_store *store = serve__store(call);
    if (!serve__query_known(call, "tree") || !serve__query_flag(call, "tree", &x.tree_wanted)) {
        return ENT_OK;
    }
    x.tree_wanted = x.tree_wanted || serve__query(call, "tree").n == 0;
    if (store == NULL || doc == NULL) {
        return store == NULL ? ENT_ESTORE : ENT_ENOMEM;
    }
    x.json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&x.json, '{');
    ent__json_kz(&x.json, "doc", doc);
    ent_rc rc = event ? ent__store_events(serve__ctx(call), store, &filter, keep_event, &x)
                      : ent__store_statements(serve__ctx(call), store, &filter, keep_statement, &x);
    if (rc != ENT_OK || !x.found) {
        return rc != ENT_OK ? rc : serve__missing(call, "the store holds no such thing");
    }
    if (event) {
        serve__json_known(&x.json, "sentence", x.sentence);
    }
    rule_object(&x.json, serve__kit(call), x.rule);
    if (x.tree_wanted && x.sentence.n > 0 && x.sentence.n < 4000) {
        rc = tree_array(&x);
    }
    ent__json_version(&x.json, serve__kit(call));
    ent__json_close(&x.json, '}');
    return rc;
}

static ent_rc get_event(serve_call *call)
{
    return explain(call, true);
}

static ent_rc get_statement(serve_call *call)
{
    return explain(call, false);
}

/* ---- search --------------------------------------------------------------------------------- */

static void mark(ent_buf *out, ent_str snippet)
{
    for (size_t i = 0; i < snippet.n; i++) {
        char c = snippet.p[i];
        ent__buf_char(out, c == 2 ? '[' : c == 3 ? ']' : c);
    }
}

static ent_rc csv_hit(void *user, const ent_search_hit *hit)
{
    ent_buf *out = user, snippet = {0};
    const ent_str cells[] = {hit->kind, hit->doc, hit->local, hit->title, hit->date, hit->speaker};
    for (int i = 0; i < 6; i++) {
        serve__csv_cell(out, cells[i], false);
    }
    serve__csv_number(out, hit->score, false);
    mark(&snippet, hit->snippet);
    serve__csv_cell(out, ent__buf_slice(&snippet), true);
    out->failed |= snippet.failed;
    ent__buf_free(&snippet);
    return ENT_OK;
}

static ent_rc keep_hit(void *user, const ent_search_hit *hit)
{
    serve_items *items = user;
    if (!serve__items_take(items)) {
        return ENT_OK;
    }
    ent_json *json = &items->json;
    ent_buf snippet = {0};
    mark(&snippet, hit->snippet);
    ent__json_open(json, '{');
    ent__json_kstr(json, "kind", hit->kind);
    ent__json_kstr(json, "doc", hit->doc);
    serve__json_known(json, "id", hit->local);
    serve__json_known(json, "title", hit->title);
    serve__json_known(json, "date", hit->date);
    serve__json_known(json, "speaker", hit->speaker);
    ent__json_kstr(json, "snippet", ent__buf_slice(&snippet));
    ent__json_kdouble(json, "score", hit->score);
    ent__json_close(json, '}');
    json->out->failed |= snippet.failed;
    ent__buf_free(&snippet);
    return ENT_OK;
}

enum { HITS_MOST = 2000 };

static ent_rc run_search(serve_call *call, ent_store *store, const char *words, bool csv)
{
    serve_items items;
    if (csv) {
        ent_buf *out = serve__csv_reply(call, "search.csv",
                                        "kind,doc,id,title,date,speaker,score,snippet\n");
        return ent__store_search(serve__ctx(call), store, words, HITS_MOST, csv_hit, out);
    }
    if (!serve__items_begin(call, &items)) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_search(serve__ctx(call), store, words, HITS_MOST, keep_hit, &items);
    serve__items_end(&items);
    return rc;
}

static ent_rc find_words(serve_call *call, bool csv)
{
    const char *words;
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "q limit after") || !serve__query_text(call, "q", 400, &words)) {
        return ENT_OK;
    }
    if (words == NULL) {
        return serve__problem_field(call, 400, "query", "q", "expected words to look for");
    }
    ent_rc rc = run_search(call, store, words, csv);
    if (rc == ENT_EUSAGE) {
        words = serve__quoted_words(call, words);
        rc = words == NULL ? ENT_ENOMEM : run_search(call, store, words, csv);
    }
    return rc;
}

static ent_rc search(serve_call *call)
{
    return find_words(call, false);
}

static ent_rc search_csv(serve_call *call)
{
    return find_words(call, true);
}

const serve_route serve__routes_told[] = {
    {"GET", "/api/events", SERVE_ANALYST, list_events, "listEvents", 0},
    {"GET", "/api/events.csv", SERVE_ANALYST, csv_events, "exportEvents", 0},
    {"GET", "/api/events/{doc}/{local}", SERVE_ANALYST, get_event, "explainEvent", 0},
    {"GET", "/api/statements", SERVE_ANALYST, list_statements, "listStatements", 0},
    {"GET", "/api/statements.csv", SERVE_ANALYST, csv_statements, "exportStatements", 0},
    {"GET", "/api/statements/{doc}/{local}", SERVE_ANALYST, get_statement, "explainStatement", 0},
    {"GET", "/api/quantities", SERVE_ANALYST, list_quantities, "listQuantities", 0},
    {"GET", "/api/quantities.csv", SERVE_ANALYST, csv_quantities, "exportQuantities", 0},
    {"GET", "/api/search", SERVE_ANALYST, search, "search", 0},
    {"GET", "/api/search.csv", SERVE_ANALYST, search_csv, "exportSearch", 0},
    {0},
};
