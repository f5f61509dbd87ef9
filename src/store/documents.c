/* documents: a whole read document into the store.
 * In: ent_doc (or its rows).  Out: rows of document, span, statement, quantity, event.
 * Rule for the same document: its id is its name.  The same text read by the same program and kit
 * changes nothing; read by another one it replaces the reading; another text under the same id
 * moves the old text to document_history and replaces the reading.  All in one transaction.
 * Source: own design.  Cost: linear in the document. */
#include "rows.h"

#include <math.h>
#include <string.h>

/* ---- from the reading's structures to rows -------------------------------------------------- */

typedef struct {
    ent_arena *arena;
    const ent_doc *doc;
    bool failed;
} converter;

static void *array_of(converter *c, size_t count, size_t size)
{
    void *items = ent__arena_array(c->arena, count == 0 ? 1 : count, size);
    c->failed |= items == NULL;
    return items;
}

static int64_t code_point(const converter *c, uint32_t byte)
{
    return ent__cpindex_at(&c->doc->codepoints, byte);
}

static ent_str bytes_of(const converter *c, uint32_t begin, uint32_t end)
{
    return ent__str_sub(c->doc->text.text, begin, end);
}

static size_t side_count(const converter *c, const ent_side *sides, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        const ent_actor *actor = &c->doc->mentions->actors[sides[i].actor];
        total += actor->code.n == 0 && actor->member_count > 0 ? actor->member_count : 1;
    }
    return total;
}

static ent_stored_actor actor_row(const ent_actor *actor)
{
    return (ent_stored_actor){.code = actor->code, .sector = actor->sector, .name = actor->name,
                              .raw = actor->raw};
}

/* A plural without a code of its own ("the two nations") counts as its members. */
static const ent_stored_actor *convert_sides(converter *c, const ent_side *sides, size_t count,
                                             size_t *out_count)
{
    const ent_actor *actors = c->doc->mentions->actors;
    *out_count = side_count(c, sides, count);
    ent_stored_actor *out = array_of(c, *out_count, sizeof *out);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < count; i++) {
        const ent_actor *actor = &actors[sides[i].actor];
        if (actor->code.n > 0 || actor->member_count == 0) {
            out[n++] = actor_row(actor);
        } else {
            for (size_t j = 0; j < actor->member_count; j++) {
                out[n++] = actor_row(&actors[actor->members[j]]);
            }
        }
    }
    return out;
}

static void convert_event(converter *c, size_t number, ent_stored_event *out)
{
    const ent_event *event = &c->doc->events->events[number];
    const ent_tree *tree = c->doc->tree;
    const ent_sentence *sentence = &tree->sentences[event->sentence];
    *out = (ent_stored_event){
        .dataset = ENT_LIT("entente"), .doc = c->doc->text.id, .date = event->date_value,
        .day = ENT_NO_DAY, .mode = event->mode, .context = event->context,
        .cameo = event->cameo, .quad = event->quad, .goldstein = event->goldstein,
        .score = event->score, .symmetric = event->symmetric, .root = event->sentence <= 2,
        .certainty = ent__str(ent__certainty_name(event->certainty)),
        .mentions = event->mentions > 0 ? event->mentions : 1, .sources = 1, .articles = 1,
        .tone = NAN, .place = event->place, .latitude = NAN, .longitude = NAN,
        .issues = event->issues, .publisher = c->doc->text.outlet, .url = c->doc->text.url, .rule = event->rule,
        .story = -1, .sentence = event->sentence,
        .begin = code_point(c, sentence->begin), .end = code_point(c, sentence->end),
        .cue_begin = code_point(c, tree->tokens[event->cue.first].begin),
        .cue_end = code_point(c, tree->tokens[event->cue.last].end),
        .text = bytes_of(c, sentence->begin, sentence->end)};
    if (event->type != ENT_PLOVER_NONE) {
        out->type = ent__store_type_name(event->type);
    }
    if (event->date.year != 0) {
        out->day = ent__date_days(event->date);
    }
    out->local = ent__arena_printf(c->arena, "e%zu", number + 1);
    out->external = ent__arena_printf(c->arena, "%.*s#e%zu", ENT_FMT(out->doc), number + 1);
    out->source = convert_sides(c, event->source, event->source_count, &out->source_count);
    out->target = convert_sides(c, event->target, event->target_count, &out->target_count);
    c->failed |= out->external.p == NULL || out->local.p == NULL;
}

static void convert_statement(converter *c, size_t number, ent_stored_statement *out)
{
    const ent_statement *s = &c->doc->statements->statements[number];
    ent_buf content = {0}, spans = {0};
    ent__buf_char(&spans, '[');
    for (size_t i = 0; i < s->content_count; i++) {
        ent__buf_z(&content, i > 0 ? " ... " : "");
        ent__buf_str(&content, bytes_of(c, s->content[i].begin, s->content[i].end));
        ent__buf_printf(&spans, "%s[%d,%d]", i > 0 ? "," : "",
                        (int)code_point(c, s->content[i].begin),
                        (int)code_point(c, s->content[i].end));
    }
    ent__buf_char(&spans, ']');
    static const char *const kinds[] = {"direct", "indirect", "mixed"};
    *out = (ent_stored_statement){
        .kind = ent__str(kinds[s->kind]), .speaker = s->speaker_name,
        .affiliation = s->affiliation, .role = s->role, .code = s->code, .force = s->force,
        .date = s->date_value, .rule = s->rule, .sentence = s->sentence, .speaker_begin = -1,
        .speaker_end = -1, .cue_begin = -1, .cue_end = -1,
        .local = ent__arena_printf(c->arena, "s%zu", number + 1),
        .content = ent__arena_str(c->arena, ent__buf_slice(&content)),
        .spans = ent__arena_str(c->arena, ent__buf_slice(&spans))};
    if (s->has_source) {
        out->speaker_begin = code_point(c, s->source.begin);
        out->speaker_end = code_point(c, s->source.end);
    }
    if (s->has_cue) {
        out->cue_begin = code_point(c, s->cue.begin);
        out->cue_end = code_point(c, s->cue.end);
        out->cue = bytes_of(c, s->cue.begin, s->cue.end);
    }
    c->failed |= content.failed || spans.failed || out->local.p == NULL ||
                 out->content.p == NULL || out->spans.p == NULL;
    ent__buf_free(&content);
    ent__buf_free(&spans);
}

static ent_stored_span *convert_spans(converter *c, size_t count)
{
    return array_of(c, count, sizeof(ent_stored_span));
}

static void convert_lists(converter *c, ent_stored_document *out)
{
    const ent_doc *doc = c->doc;
    const ent_statements *found = doc->statements;
    out->sentence_count = doc->tree == NULL ? 0 : doc->tree->sentence_count;
    ent_stored_span *sentences = convert_spans(c, out->sentence_count);
    for (size_t i = 0; !c->failed && i < out->sentence_count; i++) {
        sentences[i].begin = code_point(c, doc->tree->sentences[i].begin);
        sentences[i].end = code_point(c, doc->tree->sentences[i].end);
    }
    out->dates = NULL;
    out->date_count = doc->mentions == NULL ? 0 : doc->mentions->time_count;
    ent_stored_span *dates = convert_spans(c, out->date_count);
    for (size_t i = 0; !c->failed && i < out->date_count; i++) {
        const ent_time *time = &doc->mentions->times[i];
        dates[i] = (ent_stored_span){code_point(c, time->begin), code_point(c, time->end),
                                     time->value};
    }
    out->question_count = found == NULL ? 0 : found->question_count;
    ent_stored_span *questions = convert_spans(c, out->question_count);
    for (size_t i = 0; !c->failed && i < out->question_count; i++) {
        questions[i].begin = code_point(c, found->questions[i].span.begin);
        questions[i].end = code_point(c, found->questions[i].span.end);
    }
    out->quantity_count = found == NULL ? 0 : found->quantity_count;
    ent_stored_quantity *quantities = array_of(c, out->quantity_count, sizeof *quantities);
    for (size_t i = 0; !c->failed && i < out->quantity_count; i++) {
        const ent_quantity *q = &found->quantities[i];
        quantities[i] = (ent_stored_quantity){
            .value = q->value, .value_max = q->value_max, .unit = q->unit, .subject = q->subject,
            .period = q->period, .comparison = q->comparison, .approximate = q->approximate,
            .begin = code_point(c, q->span.begin), .end = code_point(c, q->span.end),
            .sentence = q->sentence};
    }
    out->sentences = sentences;
    out->dates = dates;
    out->questions = questions;
    out->quantities = quantities;
}

const ent_stored_event *ent__store_events_of(ent_arena *arena, const ent_doc *doc)
{
    converter c = {.arena = arena, .doc = doc};
    ent_stored_event *events = array_of(&c, doc->events->event_count, sizeof *events);
    for (size_t i = 0; !c.failed && i < doc->events->event_count; i++) {
        convert_event(&c, i, &events[i]);
    }
    return c.failed ? NULL : events;
}

static bool convert(converter *c, const ent_kit *kit, ent_stored_document *out)
{
    const ent_doc *doc = c->doc;
    char date[16];
    ent__date_iso(doc->text.date, date);
    *out = (ent_stored_document){
        .doc = doc->text.id, .source = doc->text.source, .line = doc->text.line,
        .title = doc->text.title, .deck = doc->text.deck, .byline = doc->text.byline,
        .outlet = doc->text.outlet, .url = doc->text.url, .language = doc->text.language,
        .text = doc->text.text, .date = ent__arena_str(c->arena, ent__str(date)),
        .program = ENT_LIT(ENT_VERSION), .kit = ent__str(ent_kit_hash(kit))};
    if (doc->dictionaries != NULL) { /* another reading than that by our tables */
        out->kit = ent__arena_printf(c->arena, "%s+%s", ent_kit_hash(kit), doc->dictionaries);
        c->failed |= out->kit.p == NULL;
    }
    convert_lists(c, out);
    out->event_count = doc->events == NULL ? 0 : doc->events->event_count;
    ent_stored_event *events = array_of(c, out->event_count, sizeof *events);
    for (size_t i = 0; !c->failed && i < out->event_count; i++) {
        convert_event(c, i, &events[i]);
    }
    out->statement_count = doc->statements == NULL ? 0 : doc->statements->statement_count;
    ent_stored_statement *statements = array_of(c, out->statement_count, sizeof *statements);
    for (size_t i = 0; !c->failed && i < out->statement_count; i++) {
        convert_statement(c, i, &statements[i]);
    }
    out->events = events;
    out->statements = statements;
    return !c->failed && out->date.p != NULL;
}

/* ---- rows into the file --------------------------------------------------------------------- */

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    const ent_stored_document *document;
    ent_str sha256;
    int64_t id;
} putting;

static ent_rc run_for(putting *p, ent_sql which, const char *doing)
{
    sqlite3_stmt *s = ent__store_sql(p->ctx, p->store, which);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    sqlite3_bind_int64(s, 1, p->id);
    return ent__store_run(p->ctx, p->store, s, doing);
}

static ent_rc clear_reading(putting *p)
{
    static const ent_sql steps[] = {ENT_SQL_CLEAR_COVERAGE, ENT_SQL_CLEAR_DYAD,
                                    ENT_SQL_CLEAR_SIDES, ENT_SQL_CLEAR_EVENTS,
                                    ENT_SQL_CLEAR_STATEMENTS, ENT_SQL_CLEAR_QUANTITIES,
                                    ENT_SQL_CLEAR_SPANS};
    ent_rc rc = ent__store_flush(p->ctx, p->store); /* rows of this document may still wait */
    for (size_t i = 0; rc == ENT_OK && i < sizeof steps / sizeof steps[0]; i++) {
        rc = run_for(p, steps[i], "can't replace a document's reading");
    }
    return rc;
}

static int32_t day_of(ent_str iso)
{
    ent_date date;
    return iso.n > 0 && ent__date_parse(iso, &date) && date.year != 0 ? ent__date_days(date)
                                                                      : ENT_NO_DAY;
}

/* INSERT numbers its columns from doc at 1, UPDATE likewise with the revision step last. */
static ent_rc write_document(putting *p, bool known, bool revised)
{
    const ent_stored_document *d = p->document;
    sqlite3_stmt *s = ent__store_sql(p->ctx, p->store,
                                     known ? ENT_SQL_DOCUMENT_UPDATE : ENT_SQL_DOCUMENT);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    ent__bind_text(s, 1, d->doc);
    ent__bind_str(s, 2, d->source);
    sqlite3_bind_int64(s, 3, d->line);
    const ent_str middle[] = {d->title, d->deck, d->byline, d->outlet, d->url, d->language,
                              d->date};
    for (int i = 0; i < 7; i++) {
        ent__bind_str(s, 4 + i, middle[i]);
    }
    ent__bind_day(s, 11, day_of(d->date));
    ent__bind_text(s, 12, d->text);
    ent__bind_text(s, 13, p->sha256);
    ent__bind_text(s, 14, d->program);
    ent__bind_text(s, 15, d->kit);
    if (known) {
        sqlite3_bind_int(s, 16, revised);
    }
    ent_rc rc = ent__store_run(p->ctx, p->store, s, "can't store a document");
    if (rc == ENT_OK && !known) {
        p->id = sqlite3_last_insert_rowid(p->store->db);
    }
    return rc;
}

static ent_rc write_spans(putting *p, const char *kind, const ent_stored_span *spans, size_t count)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < count; i++) {
        sqlite3_stmt *s = ent__store_sql(p->ctx, p->store, ENT_SQL_SPAN);
        if (s == NULL) {
            return ENT_ESTORE;
        }
        sqlite3_bind_int64(s, 1, p->id);
        sqlite3_bind_text(s, 2, kind, -1, SQLITE_STATIC);
        sqlite3_bind_int64(s, 3, (int64_t)i);
        sqlite3_bind_int64(s, 4, spans[i].begin);
        sqlite3_bind_int64(s, 5, spans[i].end);
        ent__bind_str(s, 6, spans[i].value);
        rc = ent__store_run(p->ctx, p->store, s, "can't store a span");
    }
    return rc;
}

static ent_rc write_statement(putting *p, const ent_stored_statement *row)
{
    sqlite3_stmt *s = ent__store_sql(p->ctx, p->store, ENT_SQL_STATEMENT);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    sqlite3_bind_int64(s, 1, p->id);
    ent__bind_text(s, 2, row->local);
    const ent_str first[] = {row->kind, row->speaker, row->affiliation, row->role,
                             row->code, row->force,   row->date};
    for (int i = 0; i < 7; i++) {
        ent__bind_str(s, 3 + i, first[i]);
    }
    ent__bind_day(s, 10, day_of(row->date));
    ent__bind_str(s, 11, row->cue);
    ent__bind_text(s, 12, row->content);
    ent__bind_text(s, 13, row->spans.n > 0 ? row->spans : ENT_LIT("[]"));
    ent__bind_int(s, 14, row->speaker_begin);
    ent__bind_int(s, 15, row->speaker_end);
    ent__bind_int(s, 16, row->cue_begin);
    ent__bind_int(s, 17, row->cue_end);
    ent__bind_int(s, 18, row->sentence);
    ent__bind_str(s, 19, row->rule);
    return ent__store_run(p->ctx, p->store, s, "can't store a statement");
}

static ent_rc write_quantity(putting *p, const ent_stored_quantity *row, size_t position)
{
    sqlite3_stmt *s = ent__store_sql(p->ctx, p->store, ENT_SQL_QUANTITY);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    sqlite3_bind_int64(s, 1, p->id);
    sqlite3_bind_int64(s, 2, (int64_t)position);
    ent__bind_number(s, 3, row->value);
    ent__bind_number(s, 4, row->value_max);
    ent__bind_str(s, 5, row->unit);
    ent__bind_str(s, 6, row->subject);
    ent__bind_str(s, 7, row->period);
    ent__bind_str(s, 8, row->comparison);
    sqlite3_bind_int(s, 9, row->approximate);
    ent__bind_int(s, 10, row->begin);
    ent__bind_int(s, 11, row->end);
    ent__bind_int(s, 12, row->sentence);
    return ent__store_run(p->ctx, p->store, s, "can't store a quantity");
}

static ent_rc write_reading(putting *p)
{
    const ent_stored_document *d = p->document;
    ent_rc rc = write_spans(p, "sentence", d->sentences, d->sentence_count);
    rc = rc != ENT_OK ? rc : write_spans(p, "question", d->questions, d->question_count);
    rc = rc != ENT_OK ? rc : write_spans(p, "date", d->dates, d->date_count);
    for (size_t i = 0; rc == ENT_OK && i < d->event_count; i++) {
        int64_t id;
        ent_stored_event event = d->events[i];
        if (event.day == ENT_NO_DAY && event.date.n == 0) {
            /* As all event data sets do: without a date of its own it counts on the day it was
             * told.  Its date stays empty. */
            event.day = day_of(d->date);
        }
        rc = ent__store_insert_event(p->ctx, p->store, &event, p->id, &id);
    }
    for (size_t i = 0; rc == ENT_OK && i < d->statement_count; i++) {
        rc = write_statement(p, &d->statements[i]);
    }
    for (size_t i = 0; rc == ENT_OK && i < d->quantity_count; i++) {
        rc = write_quantity(p, &d->quantities[i], i);
    }
    return rc;
}

static ent_rc find_document(putting *p, bool *out_known, ent_put *out_put)
{
    sqlite3_stmt *s = ent__store_sql(p->ctx, p->store, ENT_SQL_DOCUMENT_FIND);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    ent__bind_text(s, 1, p->document->doc);
    int step = sqlite3_step(s);
    ent_rc rc = ENT_OK;
    *out_known = step == SQLITE_ROW;
    *out_put = ENT_PUT_NEW;
    if (step == SQLITE_ROW) {
        p->id = sqlite3_column_int64(s, 0);
        bool same_text = ent__str_eq(ent__column_str(s, 2), p->sha256);
        bool same_reader = ent__str_eq(ent__column_str(s, 3), p->document->program) &&
                           ent__str_eq(ent__column_str(s, 4), p->document->kit);
        *out_put = !same_text ? ENT_PUT_REVISED : same_reader ? ENT_PUT_SAME : ENT_PUT_REREAD;
    } else if (step != SQLITE_DONE) {
        rc = ent__store_fail(p->ctx, p->store, "can't look a document up");
    }
    sqlite3_reset(s);
    return rc;
}

static ent_rc put(putting *p, ent_put *out_put)
{
    bool known;
    ent_rc rc = find_document(p, &known, out_put);
    if (rc != ENT_OK || *out_put == ENT_PUT_SAME) {
        return rc;
    }
    if (*out_put == ENT_PUT_REVISED) {
        rc = run_for(p, ENT_SQL_HISTORY, "can't keep a document's history");
        ent__note(p->ctx, p->store->path, 0, "document '%.*s' has another text now: the old one is "
                  "kept in document_history", ENT_FMT(p->document->doc));
    }
    if (rc == ENT_OK && known) {
        rc = clear_reading(p);
    }
    rc = rc != ENT_OK ? rc : write_document(p, known, *out_put == ENT_PUT_REVISED);
    return rc != ENT_OK ? rc : write_reading(p);
}

ent_rc ent__store_put_rows(ent_ctx *ctx, ent_store *store, const ent_stored_document *document,
                           ent_put *out_put)
{
    char hash[65];
    putting p = {.ctx = ctx, .store = store, .document = document, .sha256 = document->sha256};
    if (p.sha256.n == 0) {
        ent__sha256_hex(document->text, hash);
        p.sha256 = ent__str(hash);
    }
    bool own = !store->in_transaction;
    ent_put result = ENT_PUT_NEW;
    ent_rc rc = ent__store_begin(ctx, store);
    rc = rc != ENT_OK ? rc : put(&p, &result);
    if (rc != ENT_OK) {
        ent__store_rollback(store);
    } else if (own) {
        rc = ent__store_commit(ctx, store);
    }
    if (out_put != NULL) {
        *out_put = result;
    }
    return rc;
}

ent_rc ent__store_put_document(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                               const ent_doc *doc, ent_put *out_put)
{
    converter c = {.arena = ent__arena_new(), .doc = doc};
    ent_stored_document document;
    ent_rc rc = c.arena == NULL || !convert(&c, kit, &document)
                    ? ent__nomem(ctx)
                    : ent__store_put_rows(ctx, store, &document, out_put);
    ent__arena_free(c.arena);
    return rc;
}
