/* import_events: our own JSON Lines.  In: one line, either a read document (the contract's object
 * with "doc", "text", "events", ...) or one event as `entente export events` writes it.
 * Out: ent_stored_document or ent_stored_event.  Source: docs, "The command line". */
#include "import.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* Strings are copied: the JSON tree is freed before the row is used. */
static ent_str text_of(ent_row *row, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) {
        return (ent_str){"", 0};
    }
    ent_str copy = ent__arena_str(row->arena, (ent_str){json_string_value(value),
                                                       json_string_length(value)});
    return copy.p == NULL ? (ent_str){"", 0} : copy;
}

static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static int64_t count_of(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

static void span_of(const json_t *object, const char *key, int64_t *begin, int64_t *end)
{
    const json_t *span = json_object_get(object, key);
    bool ok = json_array_size(span) == 2 && json_is_integer(json_array_get(span, 0)) &&
              json_is_integer(json_array_get(span, 1));
    *begin = ok ? (int64_t)json_integer_value(json_array_get(span, 0)) : -1;
    *end = ok ? (int64_t)json_integer_value(json_array_get(span, 1)) : -1;
}

/* A list of strings as one ';' list; a string stays what it is. */
static ent_str list_of(ent_row *row, const json_t *object, const char *key)
{
    const json_t *list = json_object_get(object, key), *item;
    if (json_is_string(list)) {
        return text_of(row, object, key);
    }
    ent_str out = {"", 0};
    size_t i;
    json_array_foreach(list, i, item) {
        if (json_is_string(item)) {
            ent_str copy = ent__arena_str(row->arena, (ent_str){json_string_value(item),
                                                               json_string_length(item)});
            out = ent__row_join(row, out, copy.p == NULL ? (ent_str){"", 0} : copy);
        }
    }
    return out;
}

static const ent_stored_actor *sides_of(ent_row *row, const json_t *object, const char *key,
                                        size_t *count)
{
    const json_t *list = json_object_get(object, key), *item;
    size_t n = json_array_size(list), i;
    ent_stored_actor *out = ent__arena_array(row->arena, n == 0 ? 1 : n, sizeof *out);
    *count = 0;
    if (out == NULL) {
        return row->source;
    }
    json_array_foreach(list, i, item) {
        if (json_is_object(item)) {
            out[(*count)++] = (ent_stored_actor){
                .code = text_of(row, item, "code"), .sector = text_of(row, item, "sector"),
                .name = text_of(row, item, "name"), .raw = text_of(row, item, "raw")};
        }
    }
    return out;
}

static bool read_day(ent_stored_event *e)
{
    ent_date date;
    if (e->date.n == 0) {
        return true;
    }
    if (!ent__date_parse(e->date, &date) || date.year == 0) {
        return false;
    }
    e->day = ent__date_days(date);
    return true;
}

/* Fields that every event has; the document's own come with it. */
static bool read_event(ent_row *row, const json_t *object, ent_stored_event *e)
{
    ent__row_start(row, "events");
    *e = row->event;
    e->type = text_of(row, object, "type");
    e->mode = text_of(row, object, "mode");
    e->context = list_of(row, object, "context");
    e->cameo = text_of(row, object, "cameo");
    e->quad = (int)count_of(object, "quad", 0);
    e->goldstein = number_of(object, "goldstein");
    e->score = number_of(object, "score");
    e->source = sides_of(row, object, "source", &e->source_count);
    e->target = sides_of(row, object, "target", &e->target_count);
    e->symmetric = json_is_true(json_object_get(object, "symmetric"));
    e->root = json_is_true(json_object_get(object, "root"));
    e->date = text_of(row, object, "date");
    ent_str certainty = text_of(row, object, "certainty");
    e->certainty = certainty.n > 0 ? certainty : e->certainty;
    e->mentions = count_of(object, "mentions", 1);
    e->sources = count_of(object, "sources", 1);
    e->articles = count_of(object, "articles", 1);
    e->tone = number_of(object, "tone");
    e->place = text_of(row, object, "place");
    e->region = text_of(row, object, "region");
    e->place_country = text_of(row, object, "place_country");
    e->latitude = number_of(object, "latitude");
    e->longitude = number_of(object, "longitude");
    e->publisher = text_of(row, object, "publisher");
    e->url = text_of(row, object, "url");
    e->text = text_of(row, object, "text");
    e->rule = text_of(row, object, "rule");
    e->story = count_of(object, "story", -1);
    e->sentence = count_of(object, "sentence", -1);
    span_of(object, "span", &e->begin, &e->end);
    span_of(object, "cue", &e->cue_begin, &e->cue_end);
    if (e->quad < 0 || e->quad > 4 || (e->type.n == 0 && e->cameo.n == 0)) {
        ent__row_bad(row, e->quad < 0 || e->quad > 4 ? "quad: expected 1 to 4"
                                                     : "expected \"type\" or \"cameo\"");
        return false;
    }
    if (!read_day(e)) {
        ent__row_bad(row, "date: expected an ISO date, got \"%.*s\"",
                     e->date.n < 40 ? (int)e->date.n : 40, e->date.p);
        return false;
    }
    return true;
}

static ent_row_kind read_single(ent_row *row, const json_t *object)
{
    ent_stored_event e;
    if (!read_event(row, object, &e)) {
        return ENT_ROW_BAD;
    }
    ent_str dataset = text_of(row, object, "dataset");
    e.dataset = ent__store_dataset(dataset) != 0 && !ent__str_eqz(dataset, "entente")
                    ? dataset : ENT_LIT("events");
    e.external = text_of(row, object, "id");
    size_t n = e.dataset.n;
    if (ent__str_starts(e.external, e.dataset.p) && e.external.n > n && e.external.p[n] == ':') {
        e.external = ent__str_sub(e.external, n + 1, e.external.n);
    }
    row->event = e;
    return e.external.n == 0 ? ent__row_bad(row, "id: expected a text, got none") : ENT_ROW_EVENT;
}

/* ---- a read document ----------------------------------------------------------------------- */

static const ent_stored_span *spans_of(ent_row *row, const json_t *list, bool named, size_t *count)
{
    size_t n = json_array_size(list), i;
    ent_stored_span *out = ent__arena_array(row->arena, n == 0 ? 1 : n, sizeof *out);
    *count = out == NULL ? 0 : n;
    const json_t *item;
    json_array_foreach(list, i, item) {
        if (out != NULL && named) {
            span_of(item, "span", &out[i].begin, &out[i].end);
            out[i].value = text_of(row, item, "value");
        } else if (out != NULL) {
            out[i].begin = (int64_t)json_integer_value(json_array_get(item, 0));
            out[i].end = (int64_t)json_integer_value(json_array_get(item, 1));
        }
    }
    return out;
}

/* Bytes of code points [begin, end): one walk a call, documents are small. */
static ent_str slice_of(const ent_stored_document *d, int64_t begin, int64_t end)
{
    size_t at = 0, first = d->text.n;
    for (int64_t i = 0; at < d->text.n && i < end; i++) {
        first = i == begin ? at : first;
        ent__utf8_next(d->text, &at);
    }
    return begin < 0 || end <= begin || first >= at ? (ent_str){"", 0}
                                                    : ent__str_sub(d->text, first, at);
}

static void read_statement(ent_row *row, const json_t *object, ent_stored_statement *s)
{
    *s = (ent_stored_statement){
        .local = text_of(row, object, "id"), .kind = text_of(row, object, "kind"),
        .speaker = text_of(row, object, "speaker"), .role = text_of(row, object, "role"),
        .affiliation = text_of(row, object, "affiliation"), .code = text_of(row, object, "code"),
        .force = text_of(row, object, "force"), .date = text_of(row, object, "date"),
        .rule = text_of(row, object, "rule"), .sentence = count_of(object, "sentence", -1)};
    span_of(object, "speaker_span", &s->speaker_begin, &s->speaker_end);
    span_of(object, "cue", &s->cue_begin, &s->cue_end);
    ent_buf content = {0}, spans = {0};
    ent__buf_char(&spans, '[');
    const json_t *item, *list = json_object_get(object, "content");
    size_t i;
    json_array_foreach(list, i, item) {
        int64_t begin = json_integer_value(json_array_get(item, 0)),
                end = json_integer_value(json_array_get(item, 1));
        ent__buf_printf(&spans, "%s[%lld,%lld]", i > 0 ? "," : "", (long long)begin,
                        (long long)end);
        ent__buf_z(&content, i > 0 ? " ... " : "");
        ent__buf_str(&content, slice_of(&row->document, begin, end));
    }
    ent__buf_char(&spans, ']');
    s->content = ent__arena_str(row->arena, ent__buf_slice(&content));
    s->spans = ent__arena_str(row->arena, ent__buf_slice(&spans));
    s->cue = slice_of(&row->document, s->cue_begin, s->cue_end);
    ent__buf_free(&content);
    ent__buf_free(&spans);
}

static bool read_lists(ent_row *row, const json_t *object, ent_stored_document *d)
{
    const json_t *list = json_object_get(object, "statements"), *item;
    size_t n = json_array_size(list), i;
    ent_stored_statement *statements = ent__arena_array(row->arena, n + 1, sizeof *statements);
    const json_t *amounts = json_object_get(object, "quantities");
    size_t amount_count = json_array_size(amounts);
    ent_stored_quantity *quantities = ent__arena_array(row->arena, amount_count + 1,
                                                       sizeof *quantities);
    if (statements == NULL || quantities == NULL) {
        return false;
    }
    json_array_foreach(list, i, item) {
        read_statement(row, item, &statements[i]);
        if (statements[i].local.n == 0) {
            statements[i].local = ent__arena_printf(row->arena, "s%zu", i + 1);
        }
    }
    json_array_foreach(amounts, i, item) {
        ent_stored_quantity *q = &quantities[i];
        *q = (ent_stored_quantity){
            .value = number_of(item, "value"), .value_max = number_of(item, "value_max"),
            .unit = text_of(row, item, "unit"), .subject = text_of(row, item, "subject"),
            .period = text_of(row, item, "period"),
            .comparison = text_of(row, item, "comparison"),
            .approximate = json_is_true(json_object_get(item, "approximate")),
            .sentence = count_of(item, "sentence", -1)};
        span_of(item, "span", &q->begin, &q->end);
    }
    d->statements = statements;
    d->statement_count = n;
    d->quantities = quantities;
    d->quantity_count = amount_count;
    d->sentences = spans_of(row, json_object_get(object, "sentences"), false, &d->sentence_count);
    d->dates = spans_of(row, json_object_get(object, "dates"), true, &d->date_count);
    d->questions = spans_of(row, json_object_get(object, "questions"), true, &d->question_count);
    return true;
}

static ent_row_kind read_document(ent_row *row, const json_t *object)
{
    ent_stored_document *d = &row->document;
    const json_t *version = json_object_get(object, "version"), *item;
    *d = (ent_stored_document){
        .doc = text_of(row, object, "doc"), .title = text_of(row, object, "title"),
        .deck = text_of(row, object, "deck"), .byline = text_of(row, object, "byline"),
        .outlet = text_of(row, object, "outlet"), .url = text_of(row, object, "url"),
        .language = text_of(row, object, "lang"), .date = text_of(row, object, "date"),
        .text = text_of(row, object, "text"), .program = text_of(row, version, "program"),
        .kit = text_of(row, version, "kit")};
    if (d->doc.n == 0) {
        return ent__row_bad(row, "doc: expected a text, got none");
    }
    const json_t *list = json_object_get(object, "events");
    size_t n = json_array_size(list), i;
    ent_stored_event *events = ent__arena_array(row->arena, n + 1, sizeof *events);
    if (events == NULL || !read_lists(row, object, d)) {
        return ENT_ROW_NOMEM;
    }
    json_array_foreach(list, i, item) {
        if (!read_event(row, item, &events[i])) {
            return ENT_ROW_BAD;
        }
        events[i].dataset = ENT_LIT("entente");
        events[i].doc = d->doc;
        events[i].local = text_of(row, item, "id");
        if (events[i].local.n == 0) {
            events[i].local = ent__arena_printf(row->arena, "e%zu", i + 1);
        }
        events[i].external = ent__arena_printf(row->arena, "%.*s#%.*s", ENT_FMT(d->doc),
                                               ENT_FMT(events[i].local));
        if (events[i].text.n == 0) {
            events[i].text = slice_of(d, events[i].begin, events[i].end);
        }
    }
    d->events = events;
    d->event_count = n;
    return ENT_ROW_DOCUMENT;
}

ent_row_kind ent__read_events(ent_row *row, ent_str line)
{
    if (ent__str_trim(line).n == 0) {
        return ENT_ROW_SKIP;
    }
    json_error_t error;
    json_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        bool syntax = object == NULL;
        json_decref(object);
        return ent__row_bad(row, "expected a JSON object: %s",
                            syntax ? error.text : "another kind of value stands here");
    }
    ent_row_kind kind = json_object_get(object, "events") != NULL ? read_document(row, object)
                        : json_object_get(object, "error") != NULL
                            ? ent__row_bad(row, "the document could not be read")
                            : read_single(row, object);
    json_decref(object);
    return kind;
}
