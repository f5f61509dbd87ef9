/* reading: one stored document with everything that was read in it, as one JSON object.
 * In: a document's id.  Out: the keys of `entente read` (docs/methods/store.md says what a store
 * does not keep: the places of an event's sides).  Source: own design.  Cost: O(rows of the
 * document). */
#include "rows.h"

#include <math.h>

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    ent_json *json;
    int64_t id;
    bool found;
} reading;

/* Empty means unknown, which JSON says with null. */
static void known(ent_json *json, const char *key, ent_str s)
{
    ent__json_kstr(json, key, s.n == 0 ? (ent_str){NULL, 0} : s);
}

static void span(ent_json *json, const char *key, int64_t begin, int64_t end)
{
    if (key != NULL) {
        ent__json_key(json, key);
    }
    if (begin < 0 || end < 0) {
        ent__json_null(json);
        return;
    }
    ent__json_open(json, '[');
    ent__json_int(json, begin);
    ent__json_int(json, end);
    ent__json_close(json, ']');
}

static void begin_list(ent_json *json, const char *key)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
}

static ent_rc head(void *user, const ent_stored_document *d)
{
    reading *r = user;
    r->found = true;
    r->id = d->id;
    ent__json_kstr(r->json, "doc", d->doc);
    ent__json_kint(r->json, "revision", d->revision);
    known(r->json, "title", d->title);
    known(r->json, "deck", d->deck);
    known(r->json, "byline", d->byline);
    known(r->json, "outlet", d->outlet);
    known(r->json, "url", d->url);
    known(r->json, "date", d->date);
    known(r->json, "lang", d->language);
    ent__json_kstr(r->json, "sha256", d->sha256);
    ent__json_key(r->json, "read_by"); /* may be an older program than the one that answers */
    ent__json_open(r->json, '{');
    ent__json_kstr(r->json, "program", d->program);
    ent__json_kstr(r->json, "kit", d->kit);
    ent__json_close(r->json, '}');
    ent__json_kstr(r->json, "text", d->text);
    return ENT_OK;
}

static void sides(ent_json *json, const char *key, const ent_stored_actor *side, size_t count)
{
    begin_list(json, key);
    for (size_t i = 0; i < count; i++) {
        ent__json_open(json, '{');
        known(json, "code", side[i].code);
        known(json, "sector", side[i].sector);
        known(json, "name", side[i].name);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static ent_rc event(void *user, const ent_stored_event *e)
{
    ent_json *json = ((reading *)user)->json;
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", e->local);
    known(json, "type", e->type);
    known(json, "mode", e->mode);
    begin_list(json, "context");
    ent_str rest = e->context, one;
    while (rest.n > 0 && ent__str_split(&rest, ';', &one)) {
        ent__json_str(json, one);
    }
    ent__json_close(json, ']');
    known(json, "cameo", e->cameo);
    ent__json_kint(json, "quad", e->quad);
    ent__json_kdouble(json, "goldstein", e->goldstein);
    ent__json_kdouble(json, "score", e->score);
    sides(json, "source", e->source, e->source_count);
    sides(json, "target", e->target, e->target_count);
    ent__json_kbool(json, "symmetric", e->symmetric);
    known(json, "date", e->date);
    known(json, "certainty", e->certainty);
    known(json, "place", e->place);
    span(json, "cue", e->cue_begin, e->cue_end);
    span(json, "span", e->begin, e->end);
    ent__json_kint(json, "sentence", e->sentence);
    ent__json_kint(json, "mentions", e->mentions);
    known(json, "rule", e->rule);
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc statement(void *user, const ent_stored_statement *s)
{
    ent_json *json = ((reading *)user)->json;
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", s->local);
    known(json, "speaker", s->speaker);
    known(json, "affiliation", s->affiliation);
    known(json, "role", s->role);
    known(json, "code", s->code);
    span(json, "speaker_span", s->speaker_begin, s->speaker_end);
    span(json, "cue", s->cue_begin, s->cue_end);
    ent__json_key(json, "content");
    ent__json_raw(json, s->spans.n > 0 ? s->spans : ENT_LIT("[]"));
    ent__json_kstr(json, "text", s->content);
    known(json, "kind", s->kind);
    known(json, "force", s->force);
    known(json, "date", s->date);
    ent__json_kint(json, "sentence", s->sentence);
    known(json, "rule", s->rule);
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc quantity(void *user, const char *doc, const ent_stored_quantity *q)
{
    (void)doc;
    ent_json *json = ((reading *)user)->json;
    ent__json_open(json, '{');
    ent__json_kdouble(json, "value", q->value);
    ent__json_kdouble(json, "value_max", q->value_max);
    known(json, "unit", q->unit);
    span(json, "span", q->begin, q->end);
    ent__json_kbool(json, "approximate", q->approximate);
    known(json, "subject", q->subject);
    known(json, "period", q->period);
    known(json, "comparison", q->comparison);
    ent__json_close(json, '}');
    return ENT_OK;
}

/* Stretches of one kind; with_words: objects that hold the words too. */
static ent_rc spans(reading *r, const char *key, const char *kind)
{
    ent_condition c = {.first = true};
    ent__buf_z(&c.sql, "SELECT p.begin, p.\"end\", p.value, CASE p.kind WHEN 'question' THEN"
                       " substr(x.text, p.begin + 1, p.\"end\" - p.begin) END"
                       " FROM span p JOIN document x ON x.id = p.document");
    ent__condition_int(&c, "p.document = ?", r->id);
    ent__condition_text(&c, "p.kind = ?", kind);
    ent__buf_z(&c.sql, " ORDER BY p.position");
    sqlite3_stmt *s = ent__condition_prepare(r->ctx, r->store, &c);
    if (s == NULL) {
        return ent_ctx_rc(r->ctx);
    }
    begin_list(r->json, key);
    bool plain = kind[0] == 's'; /* sentences are bare pairs */
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        int64_t begin = sqlite3_column_int64(s, 0), end = sqlite3_column_int64(s, 1);
        if (plain) {
            span(r->json, NULL, begin, end);
            continue;
        }
        bool question = kind[0] == 'q';
        ent__json_open(r->json, '{');
        known(r->json, question ? "text" : "value", ent__column_str(s, question ? 3 : 2));
        span(r->json, "span", begin, end);
        ent__json_close(r->json, '}');
    }
    ent__json_close(r->json, ']');
    return ent__walk_end(r->ctx, r->store, s, ENT_OK, step);
}

ent_rc ent__store_reading_json(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const char *doc,
                               ent_buf *out, bool *out_found)
{
    ent_json json = ent__json(out);
    reading r = {.ctx = ctx, .store = store, .json = &json};
    ent_store_filter filter = {.doc = doc};
    ent__json_open(&json, '{');
    ent_rc rc = ent__store_documents(ctx, store, &filter, head, &r);
    *out_found = r.found;
    if (rc != ENT_OK || !r.found) {
        return rc;
    }
    rc = spans(&r, "sentences", "sentence");
    if (rc == ENT_OK) {
        begin_list(&json, "events");
        rc = ent__store_events(ctx, store, &filter, event, &r);
        ent__json_close(&json, ']');
    }
    if (rc == ENT_OK) {
        begin_list(&json, "statements");
        rc = ent__store_statements(ctx, store, &filter, statement, &r);
        ent__json_close(&json, ']');
    }
    if (rc == ENT_OK) {
        begin_list(&json, "quantities");
        rc = ent__store_quantities(ctx, store, &filter, quantity, &r);
        ent__json_close(&json, ']');
    }
    rc = rc != ENT_OK ? rc : spans(&r, "dates", "date");
    rc = rc != ENT_OK ? rc : spans(&r, "questions", "question");
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    return rc != ENT_OK ? rc : out->failed ? ent__nomem(ctx) : ENT_OK;
}
