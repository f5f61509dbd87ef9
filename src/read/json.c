/* A read document as the contract's JSON object (design page cli.md): offsets in code points, ids
 * e1.. and s1.. in text order, version block last. */
#include <math.h>

#include "read.h"

static void span(ent_json *json, const ent_doc *doc, const char *key, uint32_t begin, uint32_t end)
{
    if (key != NULL) {
        ent__json_key(json, key);
    }
    ent__json_open(json, '[');
    ent__json_int(json, ent__cpindex_at(&doc->codepoints, begin));
    ent__json_int(json, ent__cpindex_at(&doc->codepoints, end));
    ent__json_close(json, ']');
}

static void token_span(ent_json *json, const ent_doc *doc, const char *key, ent_range range)
{
    span(json, doc, key, doc->tree->tokens[range.first].begin, doc->tree->tokens[range.last].end);
}

/* Empty means unknown, which JSON says with null. */
static void known(ent_json *json, const char *key, ent_str s)
{
    ent__json_kstr(json, key, s.n == 0 ? (ent_str){NULL, 0} : s);
}

static void sides(ent_json *json, const ent_doc *doc, const char *key, const ent_side *side,
                  size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        const ent_actor *actor = &doc->mentions->actors[side[i].actor];
        ent__json_open(json, '{');
        known(json, "code", actor->code);
        if (actor->sector.n > 0) {
            ent__json_kstr(json, "sector", actor->sector);
        }
        if (actor->raw.n > 0) {
            ent__json_kstr(json, "raw", actor->raw);
        }
        ent__json_kstr(json, "name", actor->name);
        if (actor->role.n > 0) {
            ent__json_kstr(json, "role", actor->role);
        }
        token_span(json, doc, "span", side[i].span);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void contexts(ent_json *json, ent_str joined)
{
    ent__json_key(json, "context");
    ent__json_open(json, '[');
    ent_str one;
    while (joined.n > 0 && ent__str_split(&joined, ';', &one)) {
        ent__json_str(json, one);
    }
    ent__json_close(json, ']');
}

ent_range ent__event_extent(const ent_event *event)
{
    ent_range all = event->cue;
    for (size_t i = 0; i < event->source_count + event->target_count; i++) {
        const ent_side *side = i < event->source_count ? &event->source[i]
                                                       : &event->target[i - event->source_count];
        all.first = side->span.first < all.first ? side->span.first : all.first;
        all.last = side->span.last > all.last ? side->span.last : all.last;
    }
    return all;
}

/* Sides may be told in another sentence ("The two met"): the span stays in the cue's own. */
static ent_range within_sentence(const ent_doc *doc, const ent_event *event)
{
    const ent_sentence *s = &doc->tree->sentences[event->sentence];
    ent_range r = ent__event_extent(event);
    uint32_t last = s->first + s->token_count - 1;
    return (ent_range){r.first < s->first ? s->first : r.first, r.last > last ? last : r.last};
}

static void event_object(ent_json *json, const ent_doc *doc, const ent_event *event, size_t number)
{
    ent__json_open(json, '{');
    char id[24];
    snprintf(id, sizeof id, "e%zu", number);
    ent__json_kz(json, "id", id);
    known(json, "type", event->type == ENT_PLOVER_NONE
                            ? ENT_LIT("")
                            : ent__str(ent__plover_name(event->type)));
    known(json, "mode", event->mode);
    contexts(json, event->context);
    known(json, "cameo", event->cameo);
    ent__json_kint(json, "quad", event->quad);
    ent__json_kdouble(json, "goldstein", event->goldstein);
    ent__json_kdouble(json, "score", event->score);
    ent__json_kdouble(json, "confidence", event->confidence);
    sides(json, doc, "source", event->source, event->source_count);
    sides(json, doc, "target", event->target, event->target_count);
    ent__json_kbool(json, "symmetric", event->symmetric);
    known(json, "date", event->date_value);
    known(json, "date_precision", ent__str(event->date_precision));
    ent__json_kz(json, "certainty", ent__certainty_name(event->certainty));
    if (event->place.n > 0) {
        ent__json_kstr(json, "place", event->place);
    }
    if (event->issues.n > 0) {
        ent__json_kstr(json, "issues", event->issues);
    }
    token_span(json, doc, "cue", event->cue);
    token_span(json, doc, "span", within_sentence(doc, event));
    ent__json_kint(json, "sentence", event->sentence);
    ent__json_kint(json, "mentions", event->mentions);
    ent__json_kstr(json, "rule", event->rule);
    ent__json_close(json, '}');
}

static const char *kind_name(ent_statement_kind kind)
{
    return kind == ENT_STATEMENT_DIRECT ? "direct"
           : kind == ENT_STATEMENT_MIXED ? "mixed"
                                         : "indirect";
}

/* The key's value is the id of the statement with this number. */
static void statement_id(ent_json *json, const char *key, size_t number)
{
    char id[24];
    snprintf(id, sizeof id, "s%zu", number + 1);
    ent__json_kz(json, key, id);
}

static const char *act_name(ent_statement_act act)
{
    return act == ENT_ACT_SAY ? "say" : act == ENT_ACT_THINK ? "think" : "decide";
}

static void statement_object(ent_json *json, const ent_doc *doc, const ent_statement *s,
                             size_t number)
{
    ent__json_open(json, '{');
    statement_id(json, "id", number);
    known(json, "speaker", s->speaker_name);
    known(json, "affiliation", s->affiliation);
    known(json, "role", s->role);
    known(json, "code", s->code);
    if (s->has_source) {
        span(json, doc, "speaker_span", s->source.begin, s->source.end);
    }
    if (s->has_cue) {
        span(json, doc, "cue", s->cue.begin, s->cue.end);
    }
    ent__json_key(json, "content");
    ent__json_open(json, '[');
    for (size_t i = 0; i < s->content_count; i++) {
        span(json, doc, NULL, s->content[i].begin, s->content[i].end);
    }
    ent__json_close(json, ']');
    ent__json_kz(json, "kind", kind_name(s->kind));
    ent__json_kz(json, "act", act_name(s->act));
    known(json, "force", s->force);
    known(json, "date", s->date_value);
    ent__json_kint(json, "sentence", s->sentence);
    ent__json_kstr(json, "rule", s->rule);
    ent__json_close(json, '}');
}

static void quantity_object(ent_json *json, const ent_doc *doc, const ent_quantity *q)
{
    ent__json_open(json, '{');
    ent__json_kdouble(json, "value", q->value);
    ent__json_kdouble(json, "value_max", q->value_max);
    known(json, "unit", q->unit);
    span(json, doc, "span", q->span.begin, q->span.end);
    ent__json_kbool(json, "approximate", q->approximate);
    known(json, "subject", q->subject);
    known(json, "period", q->period);
    known(json, "comparison", q->comparison);
    if (q->claimed_by == UINT32_MAX) {
        known(json, "claimed_by", (ent_str){0});
    } else {
        statement_id(json, "claimed_by", q->claimed_by);
    }
    ent__json_close(json, '}');
}

static void time_object(ent_json *json, const ent_doc *doc, const ent_time *t)
{
    static const char *const kinds[] = {"date", "duration", "set", "clock"};
    ent__json_open(json, '{');
    known(json, "value", t->value);
    span(json, doc, "span", t->begin, t->end);
    ent__json_kz(json, "kind", kinds[t->kind]);
    if (t->relative) {
        ent__json_kbool(json, "relative", true);
    }
    ent__json_close(json, '}');
}

static void head(ent_json *json, const ent_doc *doc)
{
    char date[16];
    ent__date_iso(doc->text.date, date);
    ent__json_kstr(json, "doc", doc->text.id);
    known(json, "title", doc->text.title);
    known(json, "deck", doc->text.deck);
    known(json, "byline", doc->text.byline);
    known(json, "date", ent__str(date));
    known(json, "lang", doc->text.language);
    ent__json_kstr(json, "text", doc->text.text);
    ent__json_key(json, "sentences");
    ent__json_open(json, '[');
    for (size_t i = 0; i < doc->tree->sentence_count; i++) {
        span(json, doc, NULL, doc->tree->sentences[i].begin, doc->tree->sentences[i].end);
    }
    ent__json_close(json, ']');
}

void ent__doc_json(ent_buf *out, const ent_kit *kit, const ent_doc *doc)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    head(&json, doc);
    ent__json_key(&json, "events");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < doc->events->event_count; i++) {
        event_object(&json, doc, &doc->events->events[i], i + 1);
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "statements");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < doc->statements->statement_count; i++) {
        statement_object(&json, doc, &doc->statements->statements[i], i);
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "quantities");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < doc->statements->quantity_count; i++) {
        quantity_object(&json, doc, &doc->statements->quantities[i]);
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "dates");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < doc->mentions->time_count; i++) {
        if (doc->mentions->times[i].kind != ENT_TIME_CLOCK) { /* a time of day is no date */
            time_object(&json, doc, &doc->mentions->times[i]);
        }
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "questions");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < doc->statements->question_count; i++) {
        const ent_question *q = &doc->statements->questions[i];
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "text",
                       ent__str_sub(doc->text.text, q->span.begin, q->span.end));
        span(&json, doc, "span", q->span.begin, q->span.end);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    if (doc->dictionaries != NULL) {
        ent__json_kz(&json, "dictionaries", doc->dictionaries);
    }
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
}
