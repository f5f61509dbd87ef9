/* entente explain INPUT#e1, or DOC#e1 --store DB: the sentence, its tree, the row or model that
 * fired, for people and (--json) for programs. */
#include <stdlib.h>
#include <string.h>

#include "../src/brief/brief.h"
#include "cli.h"
#include "dictionaries.h"

/* The table row behind "events/verbs:123" (table, line of its file); false: no such row. */
static bool find_row(const ent_kit *kit, ent_str rule, const ent_table **out, size_t *out_row)
{
    const char *colon = rule.n == 0 ? NULL : memrchr(rule.p, ':', rule.n);
    char name[128];
    int64_t line;
    if (colon == NULL || (size_t)(colon - rule.p) >= sizeof name ||
        !ent__str_int((ent_str){colon + 1, rule.n - (size_t)(colon + 1 - rule.p)}, &line)) {
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)(colon - rule.p), rule.p);
    *out = ent__kit_table(kit, name);
    for (*out_row = 0; *out != NULL && *out_row < (*out)->rows; ++*out_row) {
        if (ent__table_line(*out, *out_row) == line) {
            return true;
        }
    }
    return false;
}

static void show_row(ent_buf *out, const ent_kit *kit, ent_str rule)
{
    const ent_table *table;
    size_t row;
    ent__buf_printf(out, "rule      %.*s\n", ENT_FMT(rule));
    if (!find_row(kit, rule, &table, &row)) {
        return;
    }
    for (size_t c = 0; c < table->columns; c++) {
        ent_str cell = ent__table_cell(table, row, (int)c);
        if (cell.n > 0) {
            ent__buf_printf(out, "          %.*s = %.*s\n",
                            ENT_FMT(ent__table_cell(table, SIZE_MAX, (int)c)), ENT_FMT(cell));
        }
    }
}

static void show_sides(ent_buf *out, const ent_kit *kit, const ent_doc *doc, const char *label,
                       const ent_side *sides, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ent_actor *actor = &doc->mentions->actors[sides[i].actor];
        ent_str words = ent__doc_words(doc, sides[i].span.first, sides[i].span.last);
        ent__buf_printf(out, "%-9s %.*s %.*s%s%.*s: \"%.*s\"\n", label, ENT_FMT(actor->name),
                        ENT_FMT(actor->code), actor->sector.n > 0 ? " " : "",
                        ENT_FMT(actor->sector), ENT_FMT(words));
        show_row(out, kit, actor->rule);
    }
}

static void show_event(ent_buf *out, const ent_kit *kit, const ent_doc *doc, const ent_event *e)
{
    ent__buf_printf(out, "event     %s%s%.*s, CAMEO %.*s, quad class %d, %s\n",
                    ent__plover_name(e->type), e->mode.n > 0 ? "/" : "", ENT_FMT(e->mode),
                    ENT_FMT(e->cameo), e->quad, ent__certainty_name(e->certainty));
    ent_str date = e->date_value.n > 0 ? e->date_value : ENT_LIT("unknown");
    ent__buf_printf(out, "date      %.*s\n", ENT_FMT(date));
    show_sides(out, kit, doc, "source", e->source, e->source_count);
    show_sides(out, kit, doc, "target", e->target, e->target_count);
    ent_str cue = ent__doc_words(doc, e->cue.first, e->cue.last);
    ent__buf_printf(out, "cue       \"%.*s\"\n", ENT_FMT(cue));
    show_row(out, kit, e->rule);
}

enum { REASON_MAX = 12 };

static ent_rc show_reasons(const ent_cli *cli, ent_buf *out, const ent_kit *kit,
                           const ent_doc *doc, const ent_event *e)
{
    ent_reason reasons[REASON_MAX];
    size_t count = REASON_MAX;
    ent_rc rc = doc->dictionaries != NULL
                    ? ENT_OK
                    : ent__events_reasons(cli->ctx, kit, doc->arena, &doc->text, doc->tree,
                                          doc->mentions, e, reasons, &count);
    count = doc->dictionaries != NULL ? 0 : count;
    if (count > 0) {
        ent__buf_printf(out, "decided   %.2f by models/decision:\n", e->confidence);
    }
    for (size_t i = 0; i < count; i++) {
        ent__buf_printf(out, "          %+.2f %.*s\n", reasons[i].weight,
                        ENT_FMT(reasons[i].feature));
    }
    return rc;
}

static void show_statement(ent_buf *out, const ent_kit *kit, const ent_doc *doc,
                           const ent_statement *s)
{
    ent__buf_printf(out, "speaker   %.*s %.*s\n", ENT_FMT(s->speaker_name), ENT_FMT(s->code));
    if (s->has_source) {
        ent_str words = ent__str_sub(doc->text.text, s->source.begin, s->source.end);
        ent__buf_printf(out, "source    \"%.*s\"\n", ENT_FMT(words));
    }
    if (s->has_cue) {
        ent_str words = ent__str_sub(doc->text.text, s->cue.begin, s->cue.end);
        ent__buf_printf(out, "cue       \"%.*s\" (%.*s)\n", ENT_FMT(words), ENT_FMT(s->force));
    }
    for (size_t i = 0; i < s->content_count; i++) {
        ent_str words = ent__str_sub(doc->text.text, s->content[i].begin, s->content[i].end);
        ent__buf_printf(out, "content   %.*s\n", ENT_FMT(words));
    }
    show_row(out, kit, s->rule);
}

/* what: "e3", "s2" or a sentence's number from 1.  *sentence gets the sentence shown. */
static ent_rc show(const ent_cli *cli, const ent_kit *kit, const ent_doc *doc, const char *what,
                   ent_buf *out, uint32_t *sentence)
{
    char kind = what[0] == 'e' || what[0] == 's' ? what[0] : 'n';
    size_t most = kind == 'e'   ? doc->events->event_count
                  : kind == 's' ? doc->statements->statement_count
                                : doc->tree->sentence_count;
    int64_t number;
    if (!ent__str_int(ent__str(kind == 'n' ? what : what + 1), &number) || number < 1 ||
        (uint64_t)number > most) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "explain: no \"%s\": the document has %zu events (e1...), %zu statements "
                         "(s1...), %zu sentences (1...)",
                         what, doc->events->event_count, doc->statements->statement_count,
                         doc->tree->sentence_count);
    }
    if (kind == 'e') {
        *sentence = doc->events->events[number - 1].sentence;
        show_event(out, kit, doc, &doc->events->events[number - 1]);
        return show_reasons(cli, out, kit, doc, &doc->events->events[number - 1]);
    } else if (kind == 's') {
        *sentence = doc->statements->statements[number - 1].sentence;
        show_statement(out, kit, doc, &doc->statements->statements[number - 1]);
    } else {
        *sentence = (uint32_t)number - 1;
    }
    return ENT_OK;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* "rule" and, where it names a table's line, "row" with that line's cells. */
static void json_rule(ent_json *json, const ent_kit *kit, ent_str rule)
{
    const ent_table *table;
    size_t row;
    ent__json_kstr(json, "rule", rule);
    if (find_row(kit, rule, &table, &row)) {
        ent__json_key(json, "row");
        ent__json_open(json, '{');
        for (size_t c = 0; c < table->columns; c++) {
            ent__json_kstr(json, ent__table_cell(table, SIZE_MAX, (int)c).p,
                           ent__table_cell(table, row, (int)c));
        }
        ent__json_close(json, '}');
    }
}

static void json_sides(ent_json *json, const ent_kit *kit, const ent_doc *doc, const char *key,
                       const ent_side *sides, size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        const ent_actor *actor = &doc->mentions->actors[sides[i].actor];
        ent__json_open(json, '{');
        ent__json_kstr(json, "name", actor->name);
        ent__json_kstr(json, "code", actor->code);
        ent__json_kstr(json, "sector", actor->sector);
        ent__json_kstr(json, "words",
                       ent__doc_words(doc, sides[i].span.first, sides[i].span.last));
        json_rule(json, kit, actor->rule);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_event(ent_json *json, const ent_kit *kit, const ent_doc *doc, const ent_event *e)
{
    ent__json_kz(json, "type", ent__plover_name(e->type));
    ent__json_kstr(json, "mode", e->mode);
    ent__json_kstr(json, "cameo", e->cameo);
    ent__json_kint(json, "quad", e->quad);
    ent__json_kz(json, "certainty", ent__certainty_name(e->certainty));
    ent__json_kstr(json, "date", e->date_value.n > 0 ? e->date_value : (ent_str){NULL, 0});
    json_sides(json, kit, doc, "source", e->source, e->source_count);
    json_sides(json, kit, doc, "target", e->target, e->target_count);
    ent__json_kstr(json, "cue", ent__doc_words(doc, e->cue.first, e->cue.last));
    json_rule(json, kit, e->rule);
    ent__json_kdouble(json, "confidence", e->confidence);
}

static void json_statement(ent_json *json, const ent_kit *kit, const ent_doc *doc,
                           const ent_statement *s)
{
    ent__json_kstr(json, "speaker", s->speaker_name);
    ent__json_kstr(json, "code", s->code);
    ent__json_kstr(json, "cue", s->has_cue ? ent__str_sub(doc->text.text, s->cue.begin, s->cue.end)
                                           : (ent_str){NULL, 0});
    ent__json_kstr(json, "force", s->force);
    ent__json_key(json, "content");
    ent__json_open(json, '[');
    for (size_t i = 0; i < s->content_count; i++) {
        ent__json_str(json, ent__str_sub(doc->text.text, s->content[i].begin, s->content[i].end));
    }
    ent__json_close(json, ']');
    json_rule(json, kit, s->rule);
}

/* Tokens from 1, heads as CoNLL-U has them (0: the root). */
static void json_tree(ent_json *json, const ent_doc *doc, uint32_t sentence)
{
    const ent_sentence *s = &doc->tree->sentences[sentence];
    ent__json_key(json, "tree");
    ent__json_open(json, '[');
    for (uint32_t i = 0; i < s->token_count; i++) {
        const ent_token *t = &doc->tree->tokens[s->first + i];
        ent__json_open(json, '{');
        ent__json_kint(json, "id", i + 1);
        ent__json_kstr(json, "form", t->form);
        ent__json_kstr(json, "lemma", t->lemma);
        ent__json_kz(json, "upos", ent__upos_name(t->upos));
        ent__json_kint(json, "head", t->head == ENT_NO_TOKEN ? 0 : t->head - s->first + 1);
        ent__json_kz(json, "deprel", ent__deprel_name(t->deprel));
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void write_json(ent_buf *out, const ent_kit *kit, const ent_doc *doc, const char *what,
                       uint32_t sentence)
{
    const ent_sentence *s = &doc->tree->sentences[sentence];
    ent_json json = ent__json(out);
    out->n = 0;
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "doc", doc->text.id);
    ent__json_kz(&json, "id", what);
    ent__json_key(&json, "sentence");
    ent__json_open(&json, '{');
    ent__json_kint(&json, "number", sentence + 1);
    ent__json_kstr(&json, "text", ent__str_sub(doc->text.text, s->begin, s->end));
    ent__json_close(&json, '}');
    if (what[0] == 'e') {
        json_event(&json, kit, doc, &doc->events->events[atoi(what + 1) - 1]);
    } else if (what[0] == 's') {
        json_statement(&json, kit, doc, &doc->statements->statements[atoi(what + 1) - 1]);
    }
    json_tree(&json, doc, sentence);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

/* ---- one document --------------------------------------------------------------------------- */

static ent_rc explain(const ent_cli *cli, const ent_kit *kit, const ent_doc *doc, const char *what)
{
    ent_buf out = {0};
    uint32_t number = 0;
    ent_rc rc = show(cli, kit, doc, what, &out, &number);
    if (rc == ENT_OK) {
        const ent_sentence *s = &doc->tree->sentences[number];
        if (ent__cli_flag(cli, "json")) {
            write_json(&out, kit, doc, what, number);
        } else if (ent__cli_flag(cli, "svg")) {
            out.n = 0;
            ent__tree_draw_svg(&out, doc->tree, number);
        } else {
            ent__buf_printf(&out, "sentence  %u: %.*s\n\n", number + 1,
                            ENT_FMT(ent__str_sub(doc->text.text, s->begin, s->end)));
            ent__tree_draw_text(&out, doc->tree, number);
        }
        ent_buf shown = {0};
        ent__buf_shown_lines(&shown, ent__buf_slice(&out));
        rc = out.failed || shown.failed ? ent__nomem(cli->ctx)
                                        : ent__cli_write(cli, ent__buf_slice(&shown));
        ent__buf_free(&shown);
    }
    ent__buf_free(&out);
    return rc;
}

/* Looks for the document in INPUT: the only one, or the one with that id (INPUT#DOC#e1). */
static ent_rc find_and_explain(const ent_cli *cli, const ent_kit *kit,
                               const ent_dictionaries *set, const char *path,
                               const char *id, const char *what)
{
    ent_input *input = NULL;
    ent_rc rc = ent__input_open(cli->ctx, kit, path, NULL, &input);
    bool found = false;
    while (rc == ENT_OK && !found) {
        ent_doc *doc = NULL;
        rc = ent__doc_new(cli->ctx, &doc);
        int got = rc == ENT_OK ? ent__input_next(cli->ctx, input, doc->arena, &doc->text) : 0;
        found = got == 1 && (id == NULL || ent__str_eqz(doc->text.id, id));
        if (got < 0) {
            rc = ent_ctx_rc(cli->ctx);
        } else if (found && (rc = ent__doc_read_with(cli->ctx, kit, set, doc)) == ENT_OK) {
            rc = explain(cli, kit, doc, what);
        }
        ent_doc_free(doc);
        if (got <= 0) {
            break;
        }
    }
    ent__input_close(input);
    if (rc == ENT_OK && !found) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, path, 0, "holds no document \"%s\"", id ? id : "");
    }
    return rc;
}

/* ---- a document of the store ---------------------------------------------------------------- */

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    const char *id, *what;
    ent_doc *doc;
} stored;

static ent_rc take_document(void *user, const ent_stored_document *row)
{
    stored *s = user;
    return s->doc != NULL ? ENT_OK : ent__brief_reread(s->cli->ctx, s->kit, row, &s->doc);
}

/* Tables may have changed since the store's reading: then its e1 need not be this one. */
static ent_rc compare_event(void *user, const ent_stored_event *row)
{
    const stored *s = user;
    int64_t number;
    if (!ent__str_eqz(row->local, s->what) || !ent__str_int(ent__str(s->what + 1), &number)) {
        return ENT_OK;
    }
    const ent_events *now = s->doc->events;
    bool same = number >= 1 && (size_t)number <= now->event_count &&
                ent__str_eqz(row->type, ent__plover_name(now->events[number - 1].type)) &&
                row->sentence == now->events[number - 1].sentence;
    if (!same) {
        fprintf(stderr,
                "the store holds another reading: its %s is %.*s in sentence %lld; read the "
                "document into it again\n",
                s->what, ENT_FMT(row->type), (long long)row->sentence + 1);
    }
    return ENT_OK;
}

static ent_rc explain_stored(const ent_cli *cli, const ent_kit *kit, const char *path,
                             const char *id, const char *what)
{
    stored s = {.cli = cli, .kit = kit, .id = id, .what = what};
    ent_store *store;
    ent_rc rc = ent__store_open(cli->ctx, path, ENT_STORE_READ, &store);
    if (rc != ENT_OK) {
        return rc;
    }
    const ent_store_filter filter = {.doc = id};
    rc = ent__store_documents(cli->ctx, store, &filter, take_document, &s);
    if (rc == ENT_OK && s.doc == NULL) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, path, 0, "the store holds no document \"%s\"", id);
    }
    if (rc == ENT_OK && what[0] == 'e') {
        rc = ent__store_events(cli->ctx, store, &filter, compare_event, &s);
    }
    rc = rc == ENT_OK ? explain(cli, kit, s.doc, what) : rc;
    ent_doc_free(s.doc);
    ent__store_close(store);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    char *path = cli->argument_count == 1 ? strdup(cli->arguments[0]) : NULL;
    char *what = path == NULL ? NULL : strrchr(path, '#');
    if (what == NULL) {
        free(path);
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "explain: expected INPUT#e1, INPUT#s1 or INPUT#3 (sentence 3)");
    }
    *what++ = '\0';
    const char *db = ent__cli_option(cli, "store", NULL);
    char *id = db == NULL ? strrchr(path, '#') : NULL;
    if (id != NULL) {
        *id++ = '\0';
    }
    ent_kit *kit = NULL;
    ent_dictionaries *set = NULL;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc == ENT_OK && ent__cli_has_dictionaries(cli)) {
        rc = ent__cli_dictionaries(cli, kit, &set);
    }
    if (rc == ENT_OK) {
        rc = db != NULL ? explain_stored(cli, kit, db, path, what)
                        : find_and_explain(cli, kit, set, path, id, what);
    }
    ent__dictionaries_free(set);
    ent_kit_free(kit);
    free(path);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "DOC is a document of this store"},
    {"svg", NULL, "draw the sentence's tree as SVG"},
    ENT_DICTIONARY_OPTIONS,
    {0},
};

const ent_command ent__command_explain = {
    .name = "explain",
    .summary = "Why: the sentence, its tree, the table row or model behind an event or statement",
    .usage = "entente explain INPUT[#DOC]#ID [--svg] [--verbs F ...] | DOC#ID --store DB",
    .examples = "  entente explain article.txt#e1          # the first event\n"
                "  entente explain news.jsonl#id42#s3      # third statement of one of many\n"
                "  entente explain article#e1 --store my.db  # of a document in the store\n"
                "  entente explain article.txt#e1 --json\n"
                "  entente explain article.txt#12 --svg -o tree.svg   # the tree of sentence 12\n",
    .options = options,
    .run = run,
};
