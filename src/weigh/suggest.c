/* Suggests a case from a store: questions asked become hypotheses, events and statements between the
 * states become evidence, each with its link.  Nothing is rated: rating is the analyst's. */
#include <math.h>
#include <string.h>

#include "weigh.h"

enum { MOST_QUESTIONS = 12, MOST_EACH = 20 };

typedef struct {
    ent_ctx *ctx;
    ent_buf *out;
    const ent_str *states;
    size_t state_count;
    unsigned hypotheses, items, from_kind;
    ent_json *json; /* instead of YAML into `out`; NULL: YAML */
    ent_buf seen; /* questions taken, one a line: titles repeat their decks */
} suggester;

/* Double-quoted YAML: the same escapes as JSON. */
static void quoted(ent_buf *out, ent_str s)
{
    ent_json json = ent__json(out);
    ent__json_str(&json, ent__str_trim(s));
}

static ent_rc take_question(void *user, ent_str doc, ent_str question)
{
    suggester *s = user;
    ent_str one = ent__str_trim(question);
    bool known = s->seen.n > 0 && memmem(s->seen.p, s->seen.n, one.p, one.n) != NULL;
    if (s->hypotheses == MOST_QUESTIONS || one.n == 0 || known) {
        return ENT_OK;
    }
    ent__buf_str(&s->seen, one);
    ent__buf_char(&s->seen, '\n');
    s->hypotheses++;
    if (s->json != NULL) {
        ent__json_open(s->json, '{');
        ent__json_kstr(s->json, "text", one);
        ent__json_kstr(s->json, "doc", doc);
        ent__json_close(s->json, '}');
        return ENT_OK;
    }
    ent__buf_printf(s->out, "  - id: H%u # asked by ", s->hypotheses);
    ent__buf_shown(s->out, doc); /* a line break would end the comment */
    ent__buf_z(s->out, "\n    text: ");
    quoted(s->out, one);
    ent__buf_char(s->out, '\n');
    return ENT_OK;
}

static bool among(const suggester *s, ent_str code)
{
    for (size_t i = 0; i < s->state_count; i++) {
        if (ent__str_eq(s->states[i], code)) {
            return true;
        }
    }
    return false;
}

static void json_item(suggester *s, const char *kind, ent_str text, ent_str date, ent_str doc,
                      ent_str local)
{
    ent_date day;
    ent_buf link = {0};
    ent__buf_printf(&link, "%.*s#%.*s", ENT_FMT(doc), ENT_FMT(local));
    ent__json_open(s->json, '{');
    ent__json_kz(s->json, "kind", kind);
    ent__json_kstr(s->json, "text", ent__str_trim(text));
    ent__json_kstr(s->json, "date", ent__date_parse(date, &day) ? date : (ent_str){NULL, 0});
    ent__json_kstr(s->json, "group", doc);
    ent__json_key(s->json, "links");
    ent__json_open(s->json, '[');
    ent__json_str(s->json, ent__buf_slice(&link));
    ent__json_close(s->json, ']');
    ent__json_close(s->json, '}');
    s->json->out->failed |= link.failed;
    ent__buf_free(&link);
}

static void item(suggester *s, const char *kind, ent_str text, ent_str date, ent_str doc,
                 ent_str local)
{
    if (s->json != NULL) {
        json_item(s, kind, text, date, doc, local);
        return;
    }
    ent__buf_printf(s->out, "  - id: E%u\n    kind: %s\n    text: ", ++s->items, kind);
    quoted(s->out, text);
    ent_date day;
    if (ent__date_parse(date, &day)) {
        ent__buf_printf(s->out, "\n    date: %.*s", ENT_FMT(date));
    }
    ent_buf link = {0};
    ent__buf_printf(&link, "%.*s#%.*s", ENT_FMT(doc), ENT_FMT(local));
    ent__buf_z(s->out, "\n    group: ");
    quoted(s->out, doc); /* one document is one source until the analyst says otherwise */
    ent__buf_z(s->out, "\n    links: [");
    quoted(s->out, ent__buf_slice(&link));
    ent__buf_z(s->out, "]\n");
    ent__buf_free(&link);
}

static ent_rc take_event(void *user, const ent_stored_event *event)
{
    suggester *s = user;
    bool source = false, target = false, sure = ent__str_eqz(event->certainty, "asserted") ||
                                                ent__str_eqz(event->certainty, "alleged");
    for (size_t i = 0; i < event->source_count; i++) {
        source = source || among(s, event->source[i].code);
    }
    for (size_t i = 0; i < event->target_count; i++) {
        target = target || among(s, event->target[i].code);
    }
    if (!source || !(target || event->symmetric) || !sure || event->doc.n == 0 ||
        s->from_kind == MOST_EACH) {
        return ENT_OK;
    }
    s->from_kind++;
    ent_buf text = {0};
    ent__buf_printf(&text, "%.*s: %.*s", ENT_FMT(event->type), ENT_FMT(event->text));
    item(s, "fact", ent__buf_slice(&text), event->date, event->doc, event->local);
    ent__buf_free(&text);
    return ENT_OK;
}

static ent_rc take_statement(void *user, const ent_stored_statement *statement)
{
    suggester *s = user;
    ent_str code = ent__str_sub(statement->code, 0, 3);
    if (s->from_kind == MOST_EACH || statement->speaker.n == 0 || !among(s, code)) {
        return ENT_OK;
    }
    s->from_kind++;
    ent_buf text = {0};
    ent__buf_printf(&text, "%.*s: %.*s", ENT_FMT(statement->speaker), ENT_FMT(statement->content));
    item(s, "statement", ent__buf_slice(&text), statement->date, statement->doc, statement->local);
    ent__buf_free(&text);
    return ENT_OK;
}

static ent_rc evidence(suggester *s, ent_store *store)
{
    ent_store_filter filter = {.dataset = "entente"};
    ent_rc rc = ent__store_events(s->ctx, store, &filter, take_event, s);
    s->from_kind = 0;
    filter = (ent_store_filter){0};
    return rc == ENT_OK ? ent__store_statements(s->ctx, store, &filter, take_statement, s) : rc;
}

ent_rc ent__case_suggest(ent_ctx *ctx, ent_store *store, const ent_str *states, size_t state_count,
                         ent_buf *out)
{
    suggester s = {.ctx = ctx, .out = out, .states = states, .state_count = state_count};
    ent__buf_z(out, "# Suggested from a store; nothing is rated. Turn questions into hypotheses that\n"
                    "# exclude each other, drop what does not matter, then rate item by item.\n"
                    "case: suggested\nquestion: \"\" # yours to ask\nstates: [");
    for (size_t i = 0; i < state_count; i++) {
        ent__buf_printf(out, "%s%.*s", i == 0 ? "" : ", ", ENT_FMT(states[i]));
    }
    ent__buf_z(out, "]\nhypotheses:\n");
    ent_rc rc = ent__store_questions(ctx, store, take_question, &s);
    if (rc == ENT_OK && s.hypotheses == 0) {
        ent__buf_z(out, "  # no stored document asks a question\n");
    }
    ent__buf_z(out, "evidence:\n");
    rc = rc == ENT_OK ? evidence(&s, store) : rc;
    if (rc == ENT_OK && s.items == 0) {
        ent__buf_z(out, "  # no stored event or statement names two of the states\n");
    }
    ent__buf_z(out, "ratings:\n  you: {}\n");
    ent__buf_free(&s.seen);
    return rc != ENT_OK ? rc : out->failed ? ent__nomem(ctx) : ENT_OK;
}

ent_rc ent__case_suggest_json(ent_ctx *ctx, ent_store *store, const ent_str *states,
                              size_t state_count, ent_json *json)
{
    suggester s = {.ctx = ctx, .states = states, .state_count = state_count, .json = json};
    ent__json_key(json, "questions");
    ent__json_open(json, '[');
    ent_rc rc = ent__store_questions(ctx, store, take_question, &s);
    ent__json_close(json, ']');
    ent__json_key(json, "items");
    ent__json_open(json, '[');
    rc = rc == ENT_OK ? evidence(&s, store) : rc;
    ent__json_close(json, ']');
    ent__buf_free(&s.seen);
    return rc;
}
