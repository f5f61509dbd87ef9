/* The actors of one document: one each, found again by key.
 * In: entries of the lexicon, names of the text.  Out: ent_actor with provenance.  O(1) each. */
#include "find.h"

#include <string.h>

ent_str ent__token_text(const ent_finder *f, uint32_t first, uint32_t last)
{
    const ent_token *tokens = f->tree->tokens;
    return ent__str_sub(f->tree->text, tokens[first].begin, tokens[last].end);
}

ent_str ent__rule_of(ent_finder *f, const ent_table *table, uint32_t row)
{
    ent_str rule = ent__arena_printf(f->arena, "%.*s:%ld", ENT_FMT(table->name),
                                     ent__table_line(table, row));
    f->failed |= rule.p == NULL;
    return rule;
}

uint32_t ent__actor_find(const ent_finder *f, ent_str key)
{
    uint32_t actor;
    return ent__map_get(f->actor_keys, key, &actor) ? actor : ENT_NONE;
}

static void *doubled(ent_arena *arena, const void *old, size_t count, size_t capacity, size_t size)
{
    void *fresh = ent__arena_array(arena, capacity, size);
    if (fresh != NULL && count > 0) {
        memcpy(fresh, old, count * size);
    }
    return fresh;
}

uint32_t ent__actor_add(ent_finder *f, ent_str key, const ent_actor *actor)
{
    if (f->actor_count == f->actor_capacity) {
        size_t capacity = f->actor_capacity == 0 ? 64 : f->actor_capacity * 2;
        ent_actor *actors = doubled(f->arena, f->actors, f->actor_count, capacity, sizeof *actors);
        ent_actor_note *notes =
            doubled(f->scratch, f->notes, f->actor_count, capacity, sizeof *notes);
        if (actors == NULL || notes == NULL) {
            f->failed = true;
            return ENT_NONE;
        }
        f->actors = actors;
        f->notes = notes;
        f->actor_capacity = capacity;
    }
    uint32_t number = (uint32_t)f->actor_count;
    ent_str kept = ent__arena_str(f->scratch, key);
    if (kept.p == NULL || !ent__map_put(f->actor_keys, kept, number)) {
        f->failed = true;
        return ENT_NONE;
    }
    f->actors[number] = *actor;
    f->actors[number].first_mention = ENT_NONE;
    f->notes[number] = (ent_actor_note){.code = ent__actor_index_code(f->lexicon, actor->code),
                                        .person = ENT_NONE, .term = ENT_NONE};
    f->actor_count++;
    return number;
}

static ent_str key_of(ent_finder *f, const char *kind, ent_str what)
{
    ent_str key = ent__arena_printf(f->scratch, "%s:%.*s", kind, ENT_FMT(what));
    if (key.p == NULL) {
        f->failed = true;
        return ENT_LIT("?");
    }
    return key;
}

uint32_t ent__actor_of_state(ent_finder *f, uint32_t code, uint32_t entry)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str key = key_of(f, "S", lx->code_list[code]);
    uint32_t actor = ent__actor_find(f, key);
    if (actor != ENT_NONE) {
        return actor;
    }
    ent_actor made = {.kind = ENT_ACTOR_STATE, .name = lx->code_names[code],
                      .code = lx->code_list[code], .gender = 'n'};
    made.rule = entry == ENT_NONE ? ENT_LIT("actors/states")
                                  : ent__rule_of(f, lx->names, lx->entries[entry].row);
    return ent__actor_add(f, key, &made);
}

/* The states that a name stands for at the date ("the P5+1"); gives how many. */
static size_t members_of(ent_finder *f, ent_str name, uint32_t members[8])
{
    const ent_table *t = f->lexicon->members;
    int named = ent__table_column(t, "name"), code = ent__table_column(t, "code");
    size_t count = 0;
    for (size_t r = ent__table_find(t, name);
         r < t->rows && count < 8 && ent__str_eq(ent__table_cell(t, r, named), name); r++) {
        uint32_t number = ent__actor_index_code(f->lexicon, ent__table_cell(t, r, code));
        members[count] = number == ENT_NONE ? ENT_NONE : ent__actor_of_state(f, number, ENT_NONE);
        count += members[count] != ENT_NONE;
    }
    return count;
}

uint32_t ent__actor_of_organisation(ent_finder *f, uint32_t entry)
{
    const ent_actor_index *lx = f->lexicon;
    const ent_entry *e = &lx->entries[entry];
    ent_str name = ent__table_cell(lx->organisations, e->row, lx->organisation_name);
    ent_str key = key_of(f, "O", name);
    uint32_t actor = ent__actor_find(f, key);
    if (actor != ENT_NONE) {
        return actor;
    }
    uint32_t members[8];
    size_t count = members_of(f, name, members);
    ent_str rule = ent__rule_of(f, lx->organisations, e->row);
    if (count > 0 && rule.p != NULL) {
        return ent__actor_group(f, members, count, rule.p);
    }
    ent_str kind = ent__table_cell(lx->organisations, e->row, lx->organisation_kind);
    ent_actor made = {.kind = ent__str_eqz(kind, "group") ? ENT_ACTOR_GROUP
                                                          : ENT_ACTOR_ORGANISATION,
                      .name = name, .code = lx->code_list[e->code], .gender = 'n'};
    made.sector = ent__table_cell(lx->organisations, e->row, lx->organisation_sector);
    made.rule = rule;
    actor = ent__actor_add(f, key, &made);
    if (actor != ENT_NONE) {
        f->notes[actor].function = kind;
    }
    return actor;
}

static bool begun(const ent_finder *f, const ent_term *term)
{
    return f->date.year == 0 || ent__date_days(term->since) <= ent__date_days(f->date);
}

/* The last term that had begun at the date, else the first of all; of one state's the highest. */
static uint32_t last_term(const ent_finder *f, uint32_t person)
{
    const ent_actor_index *lx = f->lexicon;
    uint32_t best = lx->persons[person].first_term, top = ENT_NONE;
    bool best_past = false;
    for (uint32_t t = best; t != ENT_NONE; t = lx->terms[t].next_of_person) {
        const ent_term *term = &lx->terms[t], *b = &lx->terms[best];
        bool past = begun(f, term);
        bool later = ent__date_days(term->since) > ent__date_days(b->since);
        if ((past && !best_past) || (past == best_past && later == past)) {
            best = t;
            best_past = past;
        }
    }
    for (uint32_t t = lx->persons[person].first_term; t != ENT_NONE;
         t = lx->terms[t].next_of_person) {
        const ent_term *term = &lx->terms[t];
        if (term->top && begun(f, term) && term->code == lx->terms[best].code &&
            (top == ENT_NONE ||
             ent__date_days(term->since) > ent__date_days(lx->terms[top].since))) {
            top = t;
        }
    }
    return top != ENT_NONE ? top : best;
}

uint32_t ent__actor_of_person(ent_finder *f, uint32_t person, uint32_t term)
{
    const ent_actor_index *lx = f->lexicon;
    const ent_known_person *p = &lx->persons[person];
    ent_str key = key_of(f, "P", p->name);
    uint32_t actor = ent__actor_find(f, key);
    if (actor != ENT_NONE) {
        return actor;
    }
    uint32_t held = term != ENT_NONE ? term : ent__term_of_person(lx, person, f->date);
    uint32_t known = held != ENT_NONE ? held : last_term(f, person);
    const ent_term *t = &lx->terms[known];
    ent_actor made = {.kind = ENT_ACTOR_PERSON, .name = p->name, .gender = p->gender};
    made.code = t->code == ENT_NONE ? (ent_str){"", 0} : lx->code_list[t->code];
    made.rule = ent__rule_of(f, t->office_table ? lx->leaders : lx->people, t->row);
    if (held != ENT_NONE) {
        made.sector = t->sector;
        made.role = t->office;
    } else {
        bool office = ent__str_eqz(t->sector, "GOV") || ent__str_eqz(t->sector, "MIL") ||
                      ent__str_eqz(t->sector, "LEG");
        made.sector = office ? made.sector : t->sector; /* a rebel stays one */
    }
    if (held == ENT_NONE && f->date.year != 0 && t->until.year != 0 &&
               ent__date_days(t->until) < ent__date_days(f->date)) {
        made.role = ent__arena_printf(f->arena, "former %.*s", ENT_FMT(t->office));
        f->failed |= made.role.p == NULL;
    }
    actor = ent__actor_add(f, key, &made);
    if (actor != ENT_NONE) {
        f->notes[actor].person = person;
        f->notes[actor].term = held;
        f->notes[actor].function = held != ENT_NONE ? t->function : (ent_str){"", 0};
        f->notes[actor].last_name = p->short_name;
    }
    return actor;
}

uint32_t ent__actor_unknown(ent_finder *f, ent_actor_kind kind, ent_str name, ent_str last_name)
{
    ent_str key = key_of(f, "U", name);
    uint32_t actor = ent__actor_find(f, key);
    if (actor == ENT_NONE) {
        ent_actor made = {.kind = kind, .name = name, .rule = ENT_LIT("name in the text")};
        actor = ent__actor_add(f, key, &made);
        if (actor != ENT_NONE) {
            f->notes[actor].last_name = last_name;
        }
    }
    return actor;
}

uint32_t ent__actor_group(ent_finder *f, const uint32_t *members, size_t count, const char *rule)
{
    uint32_t sorted[8];
    ent_buf key = {0};
    ent_buf name = {0};
    size_t n = count < 8 ? count : 8;
    memcpy(sorted, members, n * sizeof *sorted);
    for (size_t i = 1; i < n; i++) { /* the same members make the same group */
        for (size_t k = i; k > 0 && sorted[k - 1] > sorted[k]; k--) {
            uint32_t swap = sorted[k];
            sorted[k] = sorted[k - 1];
            sorted[k - 1] = swap;
        }
    }
    ent__buf_z(&key, "G");
    for (size_t i = 0; i < n; i++) {
        ent__buf_printf(&key, ":%u", sorted[i]);
        ent__buf_printf(&name, "%s%.*s", i == 0 ? "" : " and ",
                        ENT_FMT(f->actors[members[i]].name));
    }
    uint32_t *kept = ent__arena_array(f->arena, n, sizeof *kept);
    ent_str kept_name = ent__arena_str(f->arena, ent__buf_slice(&name));
    uint32_t actor = ENT_NONE;
    if (key.failed || name.failed || kept == NULL || kept_name.p == NULL) {
        f->failed = true;
    } else {
        actor = ent__actor_find(f, ent__buf_slice(&key));
        if (actor == ENT_NONE) {
            memcpy(kept, members, n * sizeof *kept);
            ent_actor made = {.kind = ENT_ACTOR_GROUP, .name = kept_name, .plural = true,
                              .members = kept, .member_count = n, .rule = ent__str(rule)};
            actor = ent__actor_add(f, ent__buf_slice(&key), &made);
        }
    }
    ent__buf_free(&key);
    ent__buf_free(&name);
    return actor;
}

/* "in Moscow": where something is, not who acts. */
bool ent__is_place(const ent_finder *f, uint32_t head)
{
    static const char *const places[] = {"in", "at", "near", "outside", "around", "inside",
                                         "across", "throughout", NULL};
    size_t count;
    const uint32_t *children = ent__children(f->tree, head, &count);
    for (size_t i = 0; i < count; i++) {
        const ent_token *child = &f->tree->tokens[children[i]];
        for (size_t w = 0; child->deprel == ENT_DEP_case && places[w] != NULL; w++) {
            if (ent__str_ieqz(child->form, places[w])) {
                return true;
            }
        }
    }
    const ent_token *token = &f->tree->tokens[head];
    if ((token->flags & ENT_TOKEN_ALL_CAPS) && head + 1 < f->tree->token_count &&
        f->tree->sentences[token->sentence].first == head) { /* "MOSCOW (AP) -- " */
        ent_str next = f->tree->tokens[head + 1].form;
        return ent__str_eqz(next, "(") || ent__str_eqz(next, "--") || ent__str_eqz(next, "-") ||
               ent__str_eqz(next, "\xE2\x80\x94") || ent__str_eqz(next, "\xE2\x80\x93");
    }
    return false;
}

void ent__mention_add(ent_finder *f, ent_mention_kind kind, uint32_t first, uint32_t last,
                      uint32_t head, uint32_t actor)
{
    if (actor == ENT_NONE) {
        return;
    }
    if (f->mention_count == f->mention_capacity) {
        size_t capacity = f->mention_capacity == 0 ? 256 : f->mention_capacity * 2;
        ent_mention *mentions =
            doubled(f->arena, f->mentions, f->mention_count, capacity, sizeof *mentions);
        if (mentions == NULL) {
            f->failed = true;
            return;
        }
        f->mentions = mentions;
        f->mention_capacity = capacity;
    }
    f->mentions[f->mention_count++] =
        (ent_mention){.kind = kind, .first = first, .last = last, .head = head, .actor = actor,
                      .place = kind == ENT_MENTION_NAME &&
                               f->actors[actor].kind == ENT_ACTOR_STATE &&
                               ent__is_place(f, head)};
}
