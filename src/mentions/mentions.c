/* ent__mentions_find: the passes in order, and look-ups outside of any document.
 * In: a parsed document.  Out: actors, mentions, times.  O(tokens x longest name). */
#include "find.h"

#include <stdlib.h>
#include <string.h>


static const char slot[] = "mentions";

ent_rc ent__mentions_prepare(ent_ctx *ctx, ent_kit *kit)
{
    ent_actor_index *lexicon;
    ent_rc rc = ent__actor_index_build(ctx, kit, &lexicon);
    if (rc == ENT_OK) {
        rc = ent__kit_attach(ctx, kit, slot, lexicon, ent__actor_index_free);
        if (rc != ENT_OK) {
            ent__actor_index_free(lexicon);
        }
    }
    return rc;
}

/* ---- the result ---- */

static int in_order(const void *a, const void *b)
{
    const ent_mention *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->last != y->last) {
        return x->last > y->last ? -1 : 1;
    }
    if (x->head != y->head) {
        return x->head < y->head ? -1 : 1;
    }
    return (x->actor > y->actor) - (x->actor < y->actor);
}

static ent_rc finish(ent_finder *f, ent_mentions *out)
{
    if (f->mention_count > 0) {
        qsort(f->mentions, f->mention_count, sizeof *f->mentions, in_order);
    }
    uint32_t *by_token = ent__arena_array(f->arena, f->tree->token_count + 1, sizeof *by_token);
    if (by_token == NULL) {
        return ent__nomem(f->ctx);
    }
    memset(by_token, 0xFF, f->tree->token_count * sizeof *by_token);
    for (uint32_t m = 0; m < f->mention_count; m++) {
        const ent_mention *mention = &f->mentions[m];
        ent_actor *actor = &f->actors[mention->actor];
        if (actor->first_mention == ENT_NONE) {
            actor->first_mention = m;
        }
        if (by_token[mention->head] == ENT_NONE) {
            by_token[mention->head] = m; /* the outermost stands first */
        }
    }
    out->actors = f->actors;
    out->actor_count = f->actor_count;
    out->mentions = f->mentions;
    out->mention_count = f->mention_count;
    out->token_mention = by_token;
    return ENT_OK;
}

static void run_passes(ent_finder *f)
{
    void (*const passes[])(ent_finder *) = {
        ent__scan_names,    ent__scan_doubtful,        ent__phrases_cut, ent__resolve_names,
        ent__resolve_roles, ent__resolve_appositions, ent__corefer};
    for (size_t i = 0; i < sizeof passes / sizeof *passes && !f->failed; i++) {
        passes[i](f);
    }
}

ent_rc ent__mentions_find(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                          const ent_tree *tree, ent_mentions **out)
{
    const ent_actor_index *lexicon = ent__kit_extra(kit, slot);
    if (lexicon == NULL) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "mentions: the kit was not prepared");
    }
    ent_mentions *found = ent__arena_alloc(arena, sizeof *found);
    ent_arena *scratch = ent__arena_new();
    ent_finder f = {.ctx = ctx, .lexicon = lexicon, .arena = arena, .scratch = scratch,
                    .text = text, .tree = tree, .date = text->date,
                    .actor_keys = ent__map_new(256)};
    ent_rc rc = ENT_OK;
    if (found == NULL || scratch == NULL || f.actor_keys == NULL) {
        rc = ent__nomem(ctx);
    } else {
        run_passes(&f);
        rc = f.failed ? ent__nomem(ctx) : finish(&f, found);
    }
    if (rc == ENT_OK) {
        rc = ent__times_find(ctx, arena, text, tree, &found->times, &found->time_count);
    }
    ent__map_free(f.actor_keys);
    if (scratch != NULL) {
        ent__arena_free(scratch);
    }
    if (rc == ENT_OK) {
        *out = found;
    }
    return rc;
}

/* ---- outside of documents ---- */

size_t ent__actor_offices(const ent_kit *kit, ent_str code, ent_date at, ent_office_holder *out,
                          size_t room)
{
    const ent_table *t = ent__kit_table(kit, "actors/leaders");
    if (t == NULL) {
        return 0;
    }
    const struct {
        const char *name;
        size_t offset;
    } cells[] = {{"function", offsetof(ent_office_holder, function)},
                 {"office", offsetof(ent_office_holder, office)},
                 {"name", offsetof(ent_office_holder, name)},
                 {"since", offsetof(ent_office_holder, since)},
                 {"until", offsetof(ent_office_holder, until)},
                 {"sector", offsetof(ent_office_holder, sector)}};
    size_t count = 0;
    for (size_t r = ent__table_find(t, code);
         r < t->rows && ent__str_eq(ent__table_cell(t, r, 0), code); r++) {
        ent_office_holder holder = {.line = ent__table_line(t, r)};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
            ent_str cell = ent__table_cell(t, r, ent__table_column(t, cells[c].name));
            memcpy((char *)&holder + cells[c].offset, &cell, sizeof cell);
        }
        ent_date since = {0}, until = {0};
        ent__date_parse(holder.since, &since);
        ent__date_parse(holder.until, &until);
        if (ent__term_holds(at, since, until)) {
            if (count < room) {
                out[count] = holder;
            }
            count++;
        }
    }
    return count;
}

bool ent__actor_lookup(const ent_kit *kit, ent_str name, ent_date at, ent_str *out_code,
                       ent_str *out_rule)
{
    const ent_actor_index *lx = ent__kit_extra(kit, slot);
    uint32_t node = 0, code = lx == NULL ? ENT_NONE : ent__actor_index_code(lx, name);
    if (code != ENT_NONE) {
        *out_code = lx->code_list[code];
        *out_rule = lx->code_state[code] ? lx->states->name : lx->organisations->name;
        return true;
    }
    ent_str rest = name, piece;
    while (lx != NULL && node != ENT_NONE && ent__str_split(&rest, ' ', &piece)) {
        ent_folded folded;
        ent__fold(piece, &folded);
        for (size_t w = 0; w < folded.count && node != ENT_NONE; w++) {
            ent_str bytes = {folded.bytes + folded.word[w].begin,
                             (size_t)(folded.word[w].end - folded.word[w].begin)};
            uint32_t word = ent__actor_index_word(lx, bytes);
            node = word == ENT_NONE ? ENT_NONE : ent__actor_index_step(lx, node, word);
        }
    }
    if (lx == NULL || node == ENT_NONE || node == 0) {
        return false;
    }
    for (uint32_t e = lx->node_entry[node]; e != ENT_NONE; e = lx->entries[e].next) {
        const ent_entry *entry = &lx->entries[e];
        bool person = entry->kind == ENT_ENTRY_PERSON || entry->kind == ENT_ENTRY_SURNAME;
        code = entry->code;
        *out_rule = entry->kind == ENT_ENTRY_STATE          ? lx->names->name
                    : entry->kind == ENT_ENTRY_ORGANISATION ? lx->organisations->name
                                                            : lx->leaders->name;
        if (person) {
            uint32_t term = ent__term_of_person(lx, entry->row, at);
            code = lx->terms[term != ENT_NONE ? term : lx->persons[entry->row].first_term].code;
        } else if (at.year != 0 && !ent__term_holds(at, entry->since, entry->until)) {
            continue;
        }
        if (code != ENT_NONE) {
            *out_code = lx->code_list[code];
            return true;
        }
    }
    return false;
}
