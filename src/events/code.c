/* Events of a whole document: readings of every sentence whose sides are named actors of two
 * different parties, dated and placed where the text says so, repeats merged.
 * Input: tree, mentions.  Output: ent_events in text order.  Cost: O(tokens + events^2 per
 * document) with few events. */
#include <math.h>
#include <string.h>

#include "options.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent_tree *tree;
    const ent_mentions *mentions;
    ent_event *events;
    size_t count, capacity;
    ent__options options;
} coder;

const char *ent__plover_name(ent_plover type)
{
    static const char *const names[] = {
#define X(name) #name,
        ENT_PLOVER_LIST(X)
#undef X
        "NONE"};
    return names[type];
}

const char *ent__certainty_name(ent_certainty certainty)
{
    static const char *const names[] = {"asserted", "alleged", "hypothetical", "negated", "future"};
    return names[certainty];
}

/* ---- dates and places ---------------------------------------------------------------------- */

/* Steps from the time's head up to the cue; 99 when it does not hang below. */
static int distance_up(const ent_tree *tree, uint32_t token, uint32_t cue)
{
    int steps = 0;
    while (token != ENT_NO_TOKEN && steps < 12) {
        if (token == cue) {
            return steps;
        }
        token = tree->tokens[token].head;
        steps++;
    }
    return 99;
}

static const ent_time *time_of(const coder *c, const ent__sentence *s, uint32_t cue)
{
    const ent_time *best = NULL;
    int best_distance = 1000;
    for (size_t i = 0; i < c->mentions->time_count; i++) {
        const ent_time *t = &c->mentions->times[i];
        if (t->kind != ENT_TIME_DATE || t->date.year == 0 || t->first - s->first >= s->count) {
            continue;
        }
        int distance = 99;
        for (uint32_t k = t->first; k <= t->last; k++) {
            int d = distance_up(c->tree, k, cue);
            distance = d < distance ? d : distance;
        }
        if (distance == 99) { /* told of the clause that the cue stands in */
            uint32_t up = c->tree->tokens[cue].head;
            int above = 10;
            for (; up != ENT_NO_TOKEN && above < 20 && distance == 99; above++) {
                for (uint32_t k = t->first; k <= t->last; k++) {
                    int d = distance_up(c->tree, k, up);
                    distance = d < 4 && above + d < distance ? above + d : distance;
                }
                up = c->tree->tokens[up].head;
            }
        }
        bool finer = best != NULL && distance <= best_distance + 1 && t->value.n > best->value.n;
        if ((distance < best_distance || finer) && distance < 99) {
            best_distance = distance;
            best = t;
        }
    }
    return best;
}

static void set_date(const coder *c, const ent__sentence *s, uint32_t cue, ent_event *e)
{
    const ent_time *t = time_of(c, s, cue);
    e->date_precision = "";
    if (t != NULL && t->value.n > 0) {
        e->date = t->date;
        e->date_value = t->value;
        e->date_precision = t->value.n >= 10 ? "day" : t->value.n == 7 ? "month" : "year";
    }
}

static bool is_place_preposition(ent_str word)
{
    return ent__str_eqz(word, "in") || ent__str_eqz(word, "at") || ent__str_eqz(word, "near");
}

static void set_place(const coder *c, const ent__sentence *s, uint32_t cue, ent_event *e)
{
    size_t n;
    const uint32_t *children = ent__children(c->tree, cue, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = &c->tree->tokens[children[i]];
        ent_str word = s->lexicon->word[ent__preposition(s, children[i])].text;
        if (t->upos != ENT_UPOS_PROPN || !is_place_preposition(word)) {
            continue;
        }
        uint32_t first, last;
        ent__subtree(c->tree, children[i], &first, &last);
        while (first < children[i] && c->tree->tokens[first].upos != ENT_UPOS_PROPN) {
            first++;
        }
        uint32_t end = children[i];
        while (end < last && c->tree->tokens[end + 1].upos == ENT_UPOS_PROPN) {
            end++;
        }
        e->place = ent__str_sub(c->tree->text, c->tree->tokens[first].begin,
                                c->tree->tokens[end].end);
        return;
    }
}

/* ---- one event ----------------------------------------------------------------------------- */

static bool same_sides(const ent_mentions *m, const ent_side *a, size_t a_count, const ent_side *b,
                       size_t b_count)
{
    for (size_t i = 0; i < a_count; i++) {
        bool found = false;
        for (size_t k = 0; k < b_count && !found; k++) {
            const ent_actor *x = &m->actors[a[i].actor], *y = &m->actors[b[k].actor];
            found = ent__str_eq(x->code, y->code) && x->code.n > 0;
        }
        if (!found) {
            return false;
        }
    }
    return a_count > 0 || b_count == 0;
}

/* "expelled diplomats and shut a consulate": two verbs with an object each are two acts; words may
 * say the same twice. */
static bool two_acts(const ent_tree *tree, const ent_event *a, const ent_event *b)
{
    const ent_token *x = &tree->tokens[a->cue.first], *y = &tree->tokens[b->cue.first];
    if (a->quad % 2 != 0 || x->upos != ENT_UPOS_VERB || y->upos != ENT_UPOS_VERB ||
        ent__str_eq(x->lemma, y->lemma)) {
        return false;
    }
    bool objects = ent__child(tree, a->cue.first, ENT_DEP_obj) != ENT_NO_TOKEN &&
                   ent__child(tree, b->cue.first, ENT_DEP_obj) != ENT_NO_TOKEN;
    return objects && (a->sentence == b->sentence || !ent__str_eq(a->cameo, b->cameo));
}

/* The same date, or a day of the month: "2019-01-23" and "2019-01". */
static bool is_within(ent_str day, ent_str month)
{
    return ent__str_eq(day, month) ||
           (month.n == 7 && day.n == 10 && memcmp(day.p, month.p, month.n) == 0);
}

/* Sentences between two tellings of one event that has no date of its own: two visits without a
 * date, told far apart, are two. */
enum { REPEAT_WITHIN = 3 };

static bool same_event(const ent_tree *tree, const ent_mentions *m, const ent_event *a,
                       const ent_event *b)
{
    if (two_acts(tree, a, b)) {
        return false;
    }
    if (a->type != b->type || (a->certainty != b->certainty && a->certainty > ENT_ALLEGED &&
                               b->certainty > ENT_ALLEGED)) {
        return false;
    }
    bool dated = a->date_value.n > 0 && b->date_value.n > 0;
    uint32_t apart =
        a->sentence > b->sentence ? a->sentence - b->sentence : b->sentence - a->sentence;
    if (!dated && apart > REPEAT_WITHIN) {
        return false;
    }
    if (dated && !is_within(a->date_value, b->date_value) &&
        !is_within(b->date_value, a->date_value)) {
        return false;
    }
    bool straight = same_sides(m, a->source, a->source_count, b->source, b->source_count) &&
                    same_sides(m, b->source, b->source_count, a->source, a->source_count) &&
                    same_sides(m, a->target, a->target_count, b->target, b->target_count) &&
                    same_sides(m, b->target, b->target_count, a->target, a->target_count);
    bool turned = a->symmetric && b->symmetric &&
                  same_sides(m, a->source, a->source_count, b->target, b->target_count) &&
                  same_sides(m, a->target, a->target_count, b->source, b->source_count);
    return straight || turned;
}

/* Repeats in one document are one event told more often; of its mentions the one with the finest
 * date is shown. */
static bool merge(coder *c, const ent_event *e)
{
    for (size_t i = 0; i < c->count; i++) {
        ent_event *known = &c->events[i];
        bool both = (known->certainty <= ENT_ALLEGED) == (e->certainty <= ENT_ALLEGED);
        if (both && same_event(c->tree, c->mentions, known, e)) {
            uint32_t mentions = known->mentions + 1;
            ent_str place = known->place;
            if (known->date_value.n < e->date_value.n) {
                *known = *e;
            }
            known->place = known->place.n == 0 ? place : known->place;
            known->mentions = mentions;
            return true;
        }
    }
    return false;
}

static ent_rc keep(coder *c, const ent_event *e)
{
    if (merge(c, e)) {
        return ENT_OK;
    }
    if (c->count == c->capacity) {
        size_t room = c->capacity == 0 ? 16 : 2 * c->capacity;
        ent_event *grown = ent__arena_array(c->arena, room, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(c->ctx);
        }
        if (c->count > 0) {
            memcpy(grown, c->events, c->count * sizeof *grown);
        }
        c->events = grown;
        c->capacity = room;
    }
    c->events[c->count++] = *e;
    return ENT_OK;
}

/* Text order, which a merged event may have left. */
static void sort_by_place(coder *c)
{
    for (size_t i = 1; i < c->count; i++) {
        ent_event e = c->events[i];
        size_t k = i;
        for (; k > 0 && c->events[k - 1].cue.first > e.cue.first; k--) {
            c->events[k] = c->events[k - 1];
        }
        c->events[k] = e;
    }
}

static const ent_side *sides_of(coder *c, const ent__parties *parties)
{
    ent_side *sides = ent__arena_array(c->arena, parties->count + 1, sizeof *sides);
    for (size_t i = 0; sides != NULL && i < parties->count; i++) {
        sides[i] = parties->list[i].side;
    }
    return sides;
}

static ent_rc keep_choice(coder *c, const ent__sentence *s, const ent__choice *choice)
{
    const ent__option *o = choice->option;
    const ent__code *row = &c->options.lexicon->codes[o->code];
    ent_event e = {.type = row->plover, .mode = row->mode, .context = row->context,
                   .cameo = row->code, .goldstein = row->goldstein, .quad = row->quad,
                   .score = row->score, .certainty = o->certainty, .sentence = o->sentence,
                   .mentions = 1, .symmetric = o->symmetric, .confidence = choice->event};
    e.cue = (ent_range){o->reading->cue, o->reading->cue};
    e.source = sides_of(c, &o->source);
    e.target = sides_of(c, &o->target);
    e.source_count = o->source.count;
    e.target_count = o->target.count;
    e.rule = ent__arena_printf(c->arena, "%s:%ld", o->reading->table, o->reading->line);
    if (e.source == NULL || e.target == NULL || e.rule.p == NULL) {
        return ent__nomem(c->ctx);
    }
    set_date(c, s, o->reading->cue, &e);
    set_place(c, s, o->reading->cue, &e);
    return keep(c, &e);
}

static ent_rc code_sentence(coder *c, const ent__sentence *s, uint32_t sentence)
{
    ent__choice choices[ENT_CHOICE_MAX];
    size_t count = 0;
    ent_rc rc = ENT_OK;
    ent__options_find(&c->options, s, sentence);
    ent__options_decide(&c->options, s, choices, &count);
    for (size_t i = 0; rc == ENT_OK && i < count; i++) {
        rc = keep_choice(c, s, &choices[i]);
    }
    return rc;
}

/* Headlines tell again, and shorter, what the body tells. */
bool ent__sentence_is_read(const ent_text *text, const ent_sentence *sentence)
{
    if (sentence->block >= text->block_count) {
        return true;
    }
    ent_block_kind kind = text->blocks[sentence->block].kind;
    bool head = kind == ENT_BLOCK_TITLE || kind == ENT_BLOCK_DECK || kind == ENT_BLOCK_HEADING;
    bool body = false;
    for (size_t i = 0; i < text->block_count && !body; i++) {
        body = text->blocks[i].kind == ENT_BLOCK_PARAGRAPH;
    }
    return !head || !body;
}

ent_rc ent__events_code(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                        const ent_tree *tree, const ent_mentions *mentions, ent_events **out)
{
    coder c = {.ctx = ctx, .arena = arena, .tree = tree, .mentions = mentions};
    ent_events *events = ent__arena_alloc(arena, sizeof *events);
    ent_arena *scratch = ent__arena_new();
    ent_rc rc = events == NULL || scratch == NULL ? ent__nomem(ctx) : ENT_OK;
    rc = rc == ENT_OK ? ent__options_start(ctx, kit, arena, tree, mentions, &c.options) : rc;
    for (uint32_t i = 0; i < tree->sentence_count && rc == ENT_OK; i++) {
        if (!ent__sentence_is_read(text, &tree->sentences[i])) {
            continue;
        }
        ent__sentence *s;
        ent__arena_reset(scratch);
        rc = ent__sentence_read(ctx, c.options.lexicon, tree, i, scratch, &s);
        rc = rc == ENT_OK ? code_sentence(&c, s, i) : rc;
    }
    ent__arena_free(scratch);
    if (rc == ENT_OK) {
        sort_by_place(&c);
        events->events = c.events;
        events->event_count = c.count;
        *out = events;
    }
    return rc;
}

/* The choice that the event was made of; NULL: none. */
static const ent__choice *choice_of(const ent_event *e, const ent__choice *choices, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ent__option *o = choices[i].option;
        if (o->reading->cue == e->cue.first &&
            o->source.list[0].side.actor == e->source[0].actor) {
            return &choices[i];
        }
    }
    return NULL;
}

ent_rc ent__events_reasons(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                           const ent_tree *tree, const ent_mentions *mentions,
                           const ent_event *event, ent_reason *reasons, size_t *reason_count)
{
    ent__options options;
    ent__choice choices[ENT_CHOICE_MAX];
    ent__sentence *s = NULL;
    size_t count = 0, room = *reason_count;
    ent_rc rc = ent__options_start(ctx, kit, arena, tree, mentions, &options);
    *reason_count = 0;
    for (uint32_t i = 0; i <= event->sentence && rc == ENT_OK; i++) {
        if (ent__sentence_is_read(text, &tree->sentences[i])) {
            rc = ent__sentence_read(ctx, options.lexicon, tree, i, arena, &s);
            if (rc == ENT_OK) {
                ent__options_find(&options, s, i);
            }
        }
    }
    if (rc != ENT_OK || s == NULL) {
        return rc;
    }
    ent__options_decide(&options, s, choices, &count);
    const ent__choice *choice = choice_of(event, choices, count);
    *reason_count = choice == NULL ? 0 : room;
    return choice == NULL ? ENT_OK
                          : ent__choice_explain(&options, s, choice, arena, reasons, reason_count);
}

ent_rc ent__events_prepare(ent_ctx *ctx, ent_kit *kit)
{
    ent__event_lexicon *lexicon;
    ent_rc rc = ent__event_lexicon_build(ctx, kit, &lexicon);
    if (rc != ENT_OK) {
        return rc;
    }
    size_t n;
    const unsigned char *bytes = ent__kit_model(kit, "models/events", &n);
    if (bytes != NULL) {
        rc = ent__event_model_read(ctx, bytes, n, &lexicon->model);
    }
    bytes = rc == ENT_OK ? ent__kit_model(kit, "models/decision", &n) : NULL;
    if (bytes != NULL) {
        rc = ent__event_model_read(ctx, bytes, n, &lexicon->decision);
    }
    if (rc == ENT_OK) {
        rc = ent__kit_attach(ctx, kit, "events", lexicon, ent__event_lexicon_free);
    }
    if (rc != ENT_OK) {
        ent__event_lexicon_free(lexicon);
    }
    return rc;
}
