/* Gathers what documents tell into the order in which a brief tells it: events by date, ties by
 * how much is told of them, statements by speaker.  Nothing is computed that no sentence says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

typedef struct {
    const ent_kit *kit;
    ent_arena *arena;
    ent_brief *brief;
} gatherer;

/* ---- events ---- */

static bool told_as_happening(const ent_event *e)
{
    return e->certainty == ENT_ASSERTED || e->certainty == ENT_ALLEGED;
}

/* The event's date cut where the text is vague; values that are no day, month or year ("2024-Q3")
 * fall back to the first day they can mean. */
static ent_date as_vague_as_told(const ent_event *e)
{
    ent_date date;
    return ent__date_parse(e->date_value, &date) ? date : e->date;
}

static bool same_words(ent_range a, ent_range b)
{
    return a.first == b.first && a.last == b.last;
}

/* "Chinese and Indian soldiers" stands for both sides: each is told by its own state then. */
static bool shares_its_words(const ent_event *e, const ent_side *side)
{
    for (size_t i = 0; i < e->source_count + e->target_count; i++) {
        const ent_side *other =
            i < e->source_count ? &e->source[i] : &e->target[i - e->source_count];
        if (other->actor != side->actor && same_words(other->span, side->span)) {
            return true;
        }
    }
    return false;
}

static ent_str side_name(const gatherer *g, const ent_doc *doc, const ent_event *e,
                         const ent_side *side)
{
    const ent_actor *actor = &doc->mentions->actors[side->actor];
    if (actor->code.n > 0 && shares_its_words(e, side)) {
        return ent__brief_state_name(g->kit, actor->code);
    }
    return actor->name.n > 0 ? actor->name
                             : ent__doc_words(doc, side->span.first, side->span.last);
}

static ent_str side_names(gatherer *g, const ent_doc *doc, const ent_event *e,
                          const ent_side *sides, size_t count)
{
    ent_buf names = {0};
    for (size_t i = 0; i < count; i++) {
        ent_str name = side_name(g, doc, e, &sides[i]);
        ent__buf_z(&names, i == 0 ? "" : i + 1 == count ? " and " : ", ");
        ent__buf_str(&names, name);
    }
    ent_str copy = ent__arena_str(g->arena, ent__buf_slice(&names));
    ent__buf_free(&names);
    return copy;
}

static int by_date(const void *left, const void *right)
{
    const ent_brief_event *a = left, *b = right;
    bool dated_a = a->date.year != 0, dated_b = b->date.year != 0;
    if (dated_a != dated_b) {
        return dated_a ? -1 : 1;
    }
    int32_t day_a = dated_a ? ent__date_days(a->date) : 0;
    int32_t day_b = dated_b ? ent__date_days(b->date) : 0;
    if (day_a != day_b) {
        return day_a < day_b ? -1 : 1;
    }
    if (a->place.doc != b->place.doc) {
        return a->place.doc < b->place.doc ? -1 : 1;
    }
    return (a->number > b->number) - (a->number < b->number);
}

static bool gather_events(gatherer *g)
{
    ent_brief *brief = g->brief;
    size_t total = 0;
    for (size_t d = 0; d < brief->doc_count; d++) {
        total += brief->docs[d]->events->event_count;
    }
    ent_brief_event *yes = ent__arena_array(g->arena, total + 1, sizeof *yes);
    ent_brief_event *no = ent__arena_array(g->arena, total + 1, sizeof *no);
    if (yes == NULL || no == NULL) {
        return false;
    }
    for (size_t d = 0; d < brief->doc_count; d++) {
        const ent_doc *doc = brief->docs[d];
        for (size_t i = 0; i < doc->events->event_count; i++) {
            const ent_event *e = &doc->events->events[i];
            ent_brief_event one = {.event = e, .place = {(uint32_t)d, e->sentence},
                                   .number = (uint32_t)i + 1};
            one.date = as_vague_as_told(e);
            one.source = side_names(g, doc, e, e->source, e->source_count);
            one.target = side_names(g, doc, e, e->target, e->target_count);
            if (told_as_happening(e)) {
                yes[brief->happened_count++] = one;
                brief->dated_count += one.date.year != 0;
            } else {
                no[brief->not_happened_count++] = one;
            }
        }
    }
    qsort(yes, brief->happened_count, sizeof *yes, by_date);
    brief->happened = yes;
    brief->not_happened = no;
    return true;
}

/* ---- ties ---- */

typedef struct {
    ent_brief_tie *ties;
    size_t count, capacity;
} tie_list;

static bool add_to_tie(tie_list *list, ent_str a, ent_str b, const ent_event *e)
{
    if (ent__str_cmp(a, b) > 0) {
        ent_str swap = a;
        a = b;
        b = swap;
    }
    size_t at = 0;
    while (at < list->count &&
           !(ent__str_eq(list->ties[at].a, a) && ent__str_eq(list->ties[at].b, b))) {
        at++;
    }
    if (at == list->count) {
        ent_brief_tie *ties = ent__grow(list->ties, list->count, &list->capacity, sizeof *ties);
        if (ties == NULL) {
            return false;
        }
        list->ties = ties;
        list->ties[list->count++] = (ent_brief_tie){.a = a, .b = b};
    }
    ent_brief_tie *tie = &list->ties[at];
    double score = isfinite(e->score) ? e->score : 0;
    tie->count++;
    tie->alleged += e->certainty == ENT_ALLEGED;
    tie->cooperative += e->quad == 1 || e->quad == 2;
    tie->conflictual += e->quad == 3 || e->quad == 4;
    tie->score_sum += score;
    tie->score_square_sum += score * score;
    return true;
}

/* Every pair of codes that stand on different sides, or side by side in a symmetric event. */
static bool tie_event(tie_list *list, const ent_doc *doc, const ent_event *e)
{
    ent_str codes[32];
    bool source[32];
    size_t count = 0;
    for (size_t i = 0; i < e->source_count + e->target_count && count < 32; i++) {
        bool is_source = i < e->source_count;
        const ent_side *side = is_source ? &e->source[i] : &e->target[i - e->source_count];
        codes[count] = doc->mentions->actors[side->actor].code;
        source[count] = is_source;
        count += codes[count].n > 0;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            bool facing = source[i] != source[k] || e->symmetric || e->target_count == 0;
            if (facing && !ent__str_eq(codes[i], codes[k]) &&
                !add_to_tie(list, codes[i], codes[k], e)) {
                return false;
            }
        }
    }
    return true;
}

static int by_count(const void *left, const void *right)
{
    const ent_brief_tie *a = left, *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    int order = ent__str_cmp(a->a, b->a);
    return order != 0 ? order : ent__str_cmp(a->b, b->b);
}

typedef struct {
    ent_str code;
    uint32_t told;
} state_count;

static int by_told(const void *left, const void *right)
{
    const state_count *a = left, *b = right;
    if (a->told != b->told) {
        return a->told > b->told ? -1 : 1;
    }
    return ent__str_cmp(a->code, b->code);
}

static bool gather_states(gatherer *g)
{
    const ent_brief *brief = g->brief;
    state_count *states = ent__arena_array(g->arena, brief->tie_count * 2 + 1, sizeof *states);
    ent_str *codes = ent__arena_array(g->arena, brief->tie_count * 2 + 1, sizeof *codes);
    if (states == NULL || codes == NULL) {
        return false;
    }
    size_t count = 0;
    for (size_t i = 0; i < brief->tie_count * 2; i++) {
        const ent_brief_tie *tie = &brief->ties[i / 2];
        ent_str code = i % 2 == 0 ? tie->a : tie->b;
        size_t at = 0;
        while (at < count && !ent__str_eq(states[at].code, code)) {
            at++;
        }
        count += at == count;
        states[at].code = code;
        states[at].told += tie->count;
    }
    qsort(states, count, sizeof *states, by_told);
    for (size_t i = 0; i < count; i++) {
        codes[i] = states[i].code;
    }
    g->brief->states = codes;
    g->brief->state_count = count;
    return true;
}

static bool gather_ties(gatherer *g)
{
    tie_list list = {0};
    bool done = true;
    for (size_t i = 0; done && i < g->brief->happened_count; i++) {
        const ent_brief_event *one = &g->brief->happened[i];
        done = tie_event(&list, g->brief->docs[one->place.doc], one->event);
    }
    ent_brief_tie *ties = ent__arena_array(g->arena, list.count + 1, sizeof *ties);
    done = done && ties != NULL;
    if (done && list.count > 0) {
        qsort(list.ties, list.count, sizeof *list.ties, by_count);
        memcpy(ties, list.ties, list.count * sizeof *ties);
    }
    free(list.ties);
    g->brief->ties = ties;
    g->brief->tie_count = list.count;
    return done && gather_states(g);
}

double ent__tie_mean(const ent_brief_tie *tie)
{
    return tie->count == 0 ? NAN : tie->score_sum / tie->count;
}

double ent__tie_error(const ent_brief_tie *tie)
{
    if (tie->count < 2) {
        return NAN;
    }
    double n = tie->count, mean = tie->score_sum / n;
    double variance = (tie->score_square_sum - n * mean * mean) / (n - 1);
    return sqrt((variance > 0 ? variance : 0) / n);
}

char ent__tie_sign(const ent_brief_tie *tie)
{
    double mean = ent__tie_mean(tie), error = ent__tie_error(tie);
    double slack = isnan(error) || error < 1 ? 1 : error;
    return mean > slack ? '+' : mean < -slack ? '-' : '?';
}

/* ---- statements, figures, questions ---- */

static bool gather_speakers(gatherer *g)
{
    const ent_brief *brief = g->brief;
    size_t n = brief->statement_count, count = 0;
    ent_brief_speaker *speakers = ent__arena_array(g->arena, n + 1, sizeof *speakers);
    uint32_t *owner = ent__arena_array(g->arena, n + 1, sizeof *owner);
    uint32_t *lists = ent__arena_array(g->arena, n + 1, sizeof *lists);
    if (speakers == NULL || owner == NULL || lists == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const ent_statement *s = brief->statements[i].statement;
        size_t at = 0;
        if (s->speaker_name.n == 0 && s->act != ENT_ACT_SAY) {
            owner[i] = UINT32_MAX; /* an attitude of nobody tells nothing */
            continue;
        }
        while (at < count && !ent__str_eq(speakers[at].name, s->speaker_name)) {
            at++;
        }
        if (at == count) {
            speakers[count++].name = s->speaker_name;
        }
        ent_brief_speaker *who = &speakers[at];
        who->affiliation = who->affiliation.n > 0 ? who->affiliation : s->affiliation;
        who->code = who->code.n > 0 ? who->code : s->code;
        who->count++;
        owner[i] = (uint32_t)at;
    }
    for (size_t at = 0, next = 0; at < count; at++) {
        speakers[at].statements = lists + next;
        for (size_t i = 0; i < n; i++) {
            if (owner[i] == at) {
                lists[next++] = (uint32_t)i;
            }
        }
    }
    g->brief->speakers = speakers;
    g->brief->speaker_count = count;
    return true;
}

static bool in_headline(const ent_doc *doc, uint32_t sentence)
{
    ent_block_kind kind = doc->text.blocks[doc->tree->sentences[sentence].block].kind;
    return kind == ENT_BLOCK_TITLE || kind == ENT_BLOCK_DECK || kind == ENT_BLOCK_HEADING;
}

static bool gather_statements(gatherer *g)
{
    ent_brief *brief = g->brief;
    size_t statements = 0, quantities = 0, questions = 0;
    for (size_t d = 0; d < brief->doc_count; d++) {
        statements += brief->docs[d]->statements->statement_count;
        quantities += brief->docs[d]->statements->quantity_count;
        questions += brief->docs[d]->statements->question_count;
    }
    ent_brief_statement *s = ent__arena_array(g->arena, statements + 1, sizeof *s);
    ent_brief_quantity *q = ent__arena_array(g->arena, quantities + 1, sizeof *q);
    ent_brief_question *ask = ent__arena_array(g->arena, questions + 1, sizeof *ask);
    if (s == NULL || q == NULL || ask == NULL) {
        return false;
    }
    for (size_t d = 0; d < brief->doc_count; d++) {
        const ent_statements *from = brief->docs[d]->statements;
        for (size_t i = 0; i < from->statement_count; i++) {
            s[brief->statement_count++] = (ent_brief_statement){
                &from->statements[i], {(uint32_t)d, from->statements[i].sentence}};
        }
        for (size_t i = 0; i < from->quantity_count; i++) {
            const ent_quantity *one = &from->quantities[i];
            q[brief->quantity_count++] = (ent_brief_quantity){
                one, one->claimed_by == UINT32_MAX ? NULL : &from->statements[one->claimed_by],
                {(uint32_t)d, one->sentence}};
        }
        for (size_t i = 0; i < from->question_count; i++) {
            const ent_question *one = &from->questions[i];
            ask[brief->question_count++] = (ent_brief_question){
                one->span, {(uint32_t)d, one->sentence},
                in_headline(brief->docs[d], one->sentence)};
        }
    }
    brief->statements = s;
    brief->quantities = q;
    brief->questions = ask;
    return gather_speakers(g);
}

/* The question of the brief: the first that a title, deck or heading asks, else the first in the
 * text. */
static void choose_question(ent_brief *brief)
{
    const ent_brief_question *chosen = NULL;
    for (size_t i = 0; i < brief->question_count; i++) {
        const ent_brief_question *q = &brief->questions[i];
        if (chosen == NULL || (q->leading && !chosen->leading)) {
            chosen = q;
        }
    }
    if (chosen != NULL) {
        brief->question = ent__str_sub(brief->docs[chosen->place.doc]->text.text,
                                       chosen->span.begin, chosen->span.end);
    }
}

ent_rc ent__brief_gather(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_brief *brief)
{
    gatherer g = {kit, arena, brief};
    if (!gather_events(&g) || !gather_ties(&g) || !gather_statements(&g)) {
        return ent__nomem(ctx);
    }
    choose_question(brief);
    return ENT_OK;
}
