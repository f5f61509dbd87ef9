/* Puts a brief together: which states it is about, what the store holds on them, the sections in
 * the order of the page, the answer, the date. In: documents, a store, a weighed case.  Out:
 * ent_brief.  Cost: that of the sections. */
#include <stdlib.h>
#include <string.h>

#include "sections.h"

/* ---- the states asked about ----------------------------------------------------------------- */

/* A case may write "Russia" for RUS. */
static ent_str code_of(const ent__brief_work *w, ent_str word)
{
    const ent_table *states = ent__kit_table(w->kit, "actors/states");
    int code = states == NULL ? -1 : ent__table_column(states, "code");
    int name = states == NULL ? -1 : ent__table_column(states, "name");
    for (size_t row = 0; states != NULL && row < states->rows; row++) {
        ent_str cell = ent__table_cell(states, row, name);
        if (cell.n == word.n && ent__str_ieqz(cell, word.p)) {
            return ent__table_cell(states, row, code);
        }
    }
    return word;
}

/* A code stands in names of files and in commands that people copy: nothing in it may speak there.
 */
static bool is_plain(ent_str code)
{
    for (size_t i = 0; i < code.n; i++) {
        unsigned char c = (unsigned char)code.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
        if (!letter && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return code.n > 0 && code.n <= 40;
}

static void ask_about(ent__brief_work *w, ent_str code)
{
    ent_brief *b = w->brief;
    ent_str kept = ent__arena_str(w->arena, code);
    if (!is_plain(code)) {
        ent__brief_unknown(w, ent__brief_printf(w,
                                                "“%.*s” is no code or name of a state; it was "
                                                "left out.",
                                                ENT_FMT(code)));
        return;
    }
    bool known = false;
    for (size_t i = 0; i < b->asked_count; i++) {
        known |= ent__str_eq(b->asked[i], kept);
    }
    if (kept.p == NULL) {
        w->failed = true;
    } else if (!known && b->asked_count < ENT_BRIEF_ASKED) {
        w->asked[b->asked_count] = kept.p;
        b->asked[b->asked_count++] = kept;
    }
}

static ent_rc most_active(void *user, const ent_actor_count *actor)
{
    ent__brief_work *w = user;
    if (ent__brief_is_state(w->kit, actor->code)) {
        ask_about(w, actor->code);
    }
    return ENT_OK;
}

static ent_rc choose_states(ent__brief_work *w)
{
    const ent_brief_inputs *in = w->in;
    const ent_case *c = in->weighing == NULL ? NULL : in->weighing->c;
    for (size_t i = 0; i < in->state_count; i++) {
        ask_about(w, code_of(w, ent__arena_str(w->arena, in->states[i])));
    }
    for (size_t i = 0; in->state_count == 0 && c != NULL && i < c->state_count; i++) {
        ask_about(w, code_of(w, ent__arena_str(w->arena, c->states[i])));
    }
    bool told = w->brief->asked_count == 0;
    for (size_t s = 0; told && s < w->brief->state_count; s++) {
        if (ent__brief_is_state(w->kit, w->brief->states[s])) {
            ask_about(w, w->brief->states[s]);
        }
    }
    if (w->brief->asked_count < 2 && in->store != NULL) {
        const ent_store_filter all = {0};
        return ent__store_actors(w->ctx, in->store, &all, most_active, w);
    }
    return ENT_OK;
}

/* ---- the store's public data ---------------------------------------------------------------- */

static ent_rc read_votes(ent__brief_work *w)
{
    ent_rc rc = ent__votes_new(w->ctx, w->kit, &w->votes);
    rc = rc == ENT_OK ? ent__votes_from_store(w->ctx, w->votes, w->in->store) : rc;
    rc = rc == ENT_OK ? ent__votes_finish(w->ctx, w->votes) : rc;
    if (rc != ENT_OK || w->votes->roll_call_count == 0) {
        ent__votes_free(w->votes);
        w->votes = NULL;
    }
    return rc;
}

static ent_rc read_trade(ent__brief_work *w)
{
    ent_rc rc = ent__trade_new(w->ctx, &w->trade);
    rc = rc == ENT_OK ? ent__trade_from_store(w->ctx, w->trade, w->in->store) : rc;
    rc = rc == ENT_OK ? ent__trade_finish(w->ctx, w->trade) : rc;
    if (rc != ENT_OK || w->trade->count == 0) {
        ent__trade_free(w->trade);
        w->trade = NULL;
    }
    return rc;
}

static ent_rc read_store(ent__brief_work *w)
{
    ent_rc rc = ent__states_new(w->ctx, w->kit, &w->codes);
    for (size_t i = 0; rc == ENT_OK && i < w->brief->asked_count; i++) {
        w->ccodes[i] = ent__states_ccode(w->codes, w->brief->asked[i], (ent_date){0});
    }
    rc = rc == ENT_OK ? read_votes(w) : rc;
    rc = rc == ENT_OK ? ent__facts_from_store(w->ctx, &w->facts, w->in->store) : rc;
    ent__facts_finish(&w->facts);
    return rc == ENT_OK ? read_trade(w) : rc;
}

static void close_store(ent__brief_work *w)
{
    ent__trade_free(w->trade);
    ent__facts_free(&w->facts);
    ent__votes_free(w->votes);
    ent__states_free(w->codes);
}

/* ---- date and headline ---------------------------------------------------------------------- */

static void see_inputs(ent__brief_work *w)
{
    for (size_t d = 0; d < w->in->doc_count; d++) {
        if (w->in->docs[d]->text.date.year != 0) {
            ent__brief_seen(w, ent__date_days(w->in->docs[d]->text.date));
        }
    }
    for (size_t i = 0; i < w->in->correction_count; i++) {
        if (w->in->corrections[i].date.year != 0) {
            ent__brief_seen(w, ent__date_days(w->in->corrections[i].date));
        }
    }
    const ent_case *c = w->in->weighing == NULL ? NULL : w->in->weighing->c;
    for (size_t e = 0; c != NULL && e < c->evidence_count; e++) {
        ent_date date;
        if (ent__date_parse(c->evidence[e].date, &date) && date.year != 0) {
            ent__brief_seen(w, ent__date_days(date));
        }
    }
}

static void write_headline(ent__brief_work *w)
{
    ent_brief *b = w->brief;
    const ent_case *c = w->in->weighing == NULL ? NULL : w->in->weighing->c;
    if (c != NULL && c->question.n > 0) {
        b->question = c->question;
    }
    if (b->question.n > 0) {
        b->headline = b->question;
    } else if (b->doc_count > 0) {
        b->headline = b->docs[0]->text.title.n > 0 ? b->docs[0]->text.title : b->docs[0]->text.id;
    } else if (b->asked_count >= 2) {
        ent_str pair = ent__brief_pair(w, 0, 1, " moving toward ");
        b->headline = ent__brief_printf(w, "Is %.*s?", ENT_FMT(pair));
    } else {
        b->headline = ENT_LIT("Brief");
    }
    if (w->in->updated.year != 0) {
        b->updated = w->in->updated;
    } else if (w->latest_day != INT32_MIN) {
        b->updated = ent__date_of_days(w->latest_day);
    }
}

static void unknown_of_documents(ent__brief_work *w)
{
    const ent_brief *b = w->brief;
    size_t undated = 0;
    for (size_t d = 0; d < b->doc_count; d++) {
        undated += b->docs[d]->text.date.year == 0;
    }
    if (b->doc_count > 0 && undated > 0) {
        ent__brief_unknown(w, ent__brief_printf(w,
                                                "%zu of %zu documents carr%s no date: words like "
                                                "“yesterday” in %s can't be placed.",
                                                undated, b->doc_count, undated == 1 ? "ies" : "y",
                                                undated == 1 ? "it" : "them"));
    }
    if (b->happened_count > b->dated_count) {
        ent__brief_unknown(
            w, ent__brief_printf(
                   w, "%zu of %zu events told have no date in the text; they stand in no series.",
                   b->happened_count - b->dated_count, b->happened_count));
    }
    if (b->stored_count > b->doc_count) {
        ent__brief_unknown(
            w, ent__brief_printf(
                   w, "%zu of the %zu documents of the store that fit are shown, the latest ones.",
                   b->doc_count, b->stored_count));
    }
    if (w->in->store == NULL) {
        ent__brief_unknown(w, ENT_LIT("No store was given: nothing here comes from votes, trade or "
                                      "event data, and no movement over time can be told."));
    }
    if (w->in->weighing == NULL) {
        ent__brief_unknown(w,
                           ENT_LIT("No case was given: competing explanations were not weighed."));
    }
}

/* ---- all together --------------------------------------------------------------------------- */

static ent_rc sections(ent__brief_work *w)
{
    ent_rc rc = ENT_OK;
    if (w->in->store != NULL) {
        rc = read_store(w);
        if (rc == ENT_OK && w->brief->asked_count >= 2) {
            rc = ent__section_series(w);
            rc = rc == ENT_OK ? ent__section_votes(w) : rc;
            rc = rc == ENT_OK ? ent__section_dependence(w) : rc;
            rc = rc == ENT_OK ? ent__section_given(w) : rc;
        }
        if (rc == ENT_OK && w->brief->asked_count == ENT_BRIEF_ASKED) {
            rc = ent__section_triangle(w);
            rc = rc == ENT_OK ? ent__section_structure(w) : rc;
        }
    }
    return rc == ENT_OK ? ent__section_hypotheses(w) : rc;
}

ent_rc ent__brief_build(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                        const ent_brief_inputs *inputs, ent_brief **out)
{
    ent_brief *brief = ent__arena_alloc(arena, sizeof *brief);
    ent__brief_work w = {.ctx = ctx,
                         .kit = kit,
                         .arena = arena,
                         .in = inputs,
                         .brief = brief,
                         .latest_day = INT32_MIN};
    w.unknown = ent__arena_array(arena, ENT_UNKNOWNS, sizeof *w.unknown);
    if (inputs->doc_count == 0 && inputs->store == NULL && inputs->weighing == NULL) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "a brief needs a document, a store or a case");
    }
    if (brief == NULL || w.unknown == NULL) {
        return ent__nomem(ctx);
    }
    *brief = (ent_brief){.docs = inputs->docs,
                         .doc_count = inputs->doc_count,
                         .stored_count = inputs->stored_count,
                         .weighing = inputs->weighing,
                         .unknown = w.unknown,
                         .corrections = inputs->corrections,
                         .correction_count = inputs->correction_count};
    brief->sections = ent__arena_array(arena, ENT_SECTIONS, sizeof *brief->sections);
    ent_rc rc = brief->sections == NULL ? ent__nomem(ctx)
                                            : ent__brief_gather(ctx, kit, arena, brief);
    rc = rc == ENT_OK ? choose_states(&w) : rc;
    if (rc == ENT_OK) {
        see_inputs(&w);
        unknown_of_documents(&w);
        rc = sections(&w);
    }
    if (rc == ENT_OK) {
        write_headline(&w);
        ent__brief_answer_write(&w);
        ent__brief_graph_exhibit(&w);
    }
    close_store(&w);
    *out = brief;
    return rc == ENT_OK && w.failed ? ent__nomem(ctx) : rc;
}

/* ---- documents of a store ------------------------------------------------------------------- */

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    ent_store *store;
    ent_stored_document *rows; /* texts copied into the arena */
    size_t count, capacity;
    ent_map *known;
} chosen_documents;

static ent_rc keep_document(void *user, const ent_stored_document *row)
{
    chosen_documents *c = user;
    uint32_t before;
    if (ent__map_get(c->known, row->doc, &before)) {
        return ENT_OK;
    }
    ent_stored_document *grown = ent__grow(c->rows, c->count, &c->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(c->ctx);
    }
    c->rows = grown;
    ent_stored_document *kept = &c->rows[c->count++];
    *kept = (ent_stored_document){.id = row->id, .line = row->line};
    const ent_str from[] = {row->doc,    row->source, row->title,    row->deck, row->byline,
                            row->outlet, row->url,    row->language, row->date, row->text};
    ent_str *const to[] = {&kept->doc,    &kept->source, &kept->title, &kept->deck,
                           &kept->byline, &kept->outlet, &kept->url,   &kept->language,
                           &kept->date,   &kept->text};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        *to[i] = ent__arena_str(c->arena, from[i]);
        if (to[i]->p == NULL) {
            return ent__nomem(c->ctx);
        }
    }
    return ent__map_put(c->known, kept->doc, 1) ? ENT_OK : ent__nomem(c->ctx);
}

static int by_date(const void *left, const void *right)
{
    const ent_stored_document *a = left, *b = right;
    int order = ent__str_cmp(a->date, b->date);
    return order != 0 ? order : ent__str_cmp(a->doc, b->doc);
}

/* Documents with an event of two of the states, or all. */
static ent_rc find_documents(chosen_documents *c, const ent_str *states, size_t state_count)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < state_count; i++) {
        for (size_t j = 0; rc == ENT_OK && j < state_count; j++) {
            ent_str a = ent__arena_str(c->arena, states[i]),
                    b = ent__arena_str(c->arena, states[j]);
            const ent_store_filter filter = {.actor = a.p, .target = b.p};
            rc = a.p == NULL || b.p == NULL ? ent__nomem(c->ctx)
                 : i == j                   ? ENT_OK
                          : ent__store_documents(c->ctx, c->store, &filter, keep_document, c);
        }
    }
    const ent_store_filter all = {0};
    return rc == ENT_OK && state_count < 2
               ? ent__store_documents(c->ctx, c->store, &all, keep_document, c)
               : rc;
}

ent_rc ent__brief_reread(ent_ctx *ctx, const ent_kit *kit, const ent_stored_document *row,
                         ent_doc **out)
{
    ent_doc *doc;
    ent_rc rc = ent__doc_new(ctx, &doc);
    rc = rc == ENT_OK ? ent__text_read(ctx, kit, doc->arena, row->text, row->doc, &doc->text) : rc;
    if (rc == ENT_OK) {
        doc->text.id = ent__arena_str(doc->arena, row->doc);
        const ent_str from[] = {row->title, row->deck, row->byline, row->outlet, row->url};
        ent_str *const to[] = {&doc->text.title, &doc->text.deck, &doc->text.byline,
                               &doc->text.outlet, &doc->text.url};
        for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
            *to[i] = from[i].n > 0 ? ent__arena_str(doc->arena, from[i]) : *to[i];
        }
        ent_date date;
        if (ent__date_parse(row->date, &date)) {
            doc->text.date = date;
        }
        rc = ent__doc_read(ctx, kit, doc);
    }
    if (rc != ENT_OK) {
        ent_doc_free(doc);
        doc = NULL;
    }
    *out = doc;
    return rc;
}

ent_rc ent__brief_documents(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_store *store,
                            const ent_str *states, size_t state_count, size_t limit, ent_doc ***out,
                            size_t *out_count, size_t *out_total)
{
    chosen_documents c = {.ctx = ctx, .arena = arena, .store = store, .known = ent__map_new(64)};
    *out_count = 0;
    ent_rc rc = c.known == NULL ? ent__nomem(ctx) : find_documents(&c, states, state_count);
    if (rc == ENT_OK && c.count > 0) {
        qsort(c.rows, c.count, sizeof *c.rows, by_date);
    }
    size_t first = c.count > limit ? c.count - limit : 0;
    *out = ent__arena_array(arena, c.count - first + 1, sizeof **out);
    rc = rc == ENT_OK && *out == NULL ? ent__nomem(ctx) : rc;
    for (size_t i = first; rc == ENT_OK && i < c.count; i++) {
        rc = ent__brief_reread(ctx, kit, &c.rows[i], &(*out)[*out_count]);
        *out_count += rc == ENT_OK;
    }
    *out_total = c.count;
    free(c.rows);
    ent__map_free(c.known);
    return rc;
}
