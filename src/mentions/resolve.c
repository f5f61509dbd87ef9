/* Names -> actors: per noun phrase what its name means, nested mentions for the names inside, and
 * persons that no table knows.
 * In: hits, phrases.  Out: actors, mentions of kind NAME and ADJECTIVE.  O(hits). */
#include "find.h"

#include <string.h>

static bool covers(const ent_hit *hit, uint32_t token)
{
    return hit->first <= token && token <= hit->last;
}

static bool is_named_body(const ent_finder *f, uint32_t h)
{
    const ent_entry *e = ent__hit_entry(f, h);
    return e->kind == ENT_ENTRY_ROLE && e->form == ENT_ROLE_BODY &&
           (f->tree->tokens[f->hits[h].first].flags & ENT_TOKEN_CAPITAL);
}

/* The hit that says who the phrase is, ENT_NONE when no name does.  A name at the end of a phrase
 * headed by a common noun ("the group Hezbollah", "President Putin") is its meaning, too. */
static uint32_t naming_hit(const ent_finder *f, const ent_phrase *p)
{
    for (uint32_t h = p->hit_end; h-- > p->hit_first;) {
        const ent_hit *hit = &f->hits[h];
        const ent_entry *e = ent__hit_entry(f, h);
        if (hit->dropped || e->kind == ENT_ENTRY_PLACE) {
            continue;
        }
        if (e->kind == ENT_ENTRY_ROLE) {
            if (covers(hit, p->head) || hit->last == p->last) {
                return ENT_NONE;
            }
            continue;
        }
        bool person = e->kind == ENT_ENTRY_PERSON || e->kind == ENT_ENTRY_SURNAME;
        bool organisation = e->kind == ENT_ENTRY_ORGANISATION;
        if (e->kind == ENT_ENTRY_STATE && h > p->hit_first && hit->last == p->last &&
            f->hits[h - 1].last + 1 == hit->first && is_named_body(f, h - 1)) {
            return ENT_NONE; /* "University College London" */
        }
        if (covers(hit, p->head) || ((person || organisation) && hit->last == p->last)) {
            return h;
        }
    }
    return ENT_NONE;
}

static bool has_determiner(const ent_finder *f, const ent_phrase *p)
{
    uint8_t upos = f->tree->tokens[p->first].upos;
    return p->first < p->head && (upos == ENT_UPOS_DET || upos == ENT_UPOS_NUM);
}

/* "Russians", "the British", "a Briton": people; an adjective alone stays an adjective. */
static uint32_t actor_of_people(ent_finder *f, const ent_entry *e, bool plural)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str key = ent__arena_printf(f->scratch, "D:%.*s:%d", ENT_FMT(lx->code_list[e->code]),
                                    plural);
    uint32_t actor = key.p == NULL ? ENT_NONE : ent__actor_find(f, key);
    if (key.p == NULL || actor != ENT_NONE) {
        f->failed |= key.p == NULL;
        return actor;
    }
    ent_actor made = {.kind = plural ? ENT_ACTOR_GROUP : ENT_ACTOR_PERSON,
                      .name = ent__table_cell(lx->names, e->row, 0), .plural = plural,
                      .code = lx->code_list[e->code], .sector = ENT_LIT("CVL"),
                      .rule = ent__rule_of(f, lx->names, e->row)};
    actor = ent__actor_add(f, key, &made);
    if (actor != ENT_NONE) {
        f->notes[actor].common = true;
    }
    return actor;
}

/* A person of the text with this last name, latest first. */
static uint32_t person_by_last_name(const ent_finder *f, ent_str name)
{
    for (size_t a = f->actor_count; a-- > 0;) {
        if (f->actors[a].kind == ENT_ACTOR_PERSON && !f->notes[a].common &&
            ent__str_eq(f->notes[a].last_name, name)) {
            return (uint32_t)a;
        }
    }
    return ENT_NONE;
}

/* The same, of leaders only: a leader's family is not the leader. */
static uint32_t leader_by_last_name(const ent_finder *f, ent_str name)
{
    uint32_t actor = person_by_last_name(f, name);
    uint32_t term = actor == ENT_NONE ? ENT_NONE : f->notes[actor].term;
    return term != ENT_NONE && f->lexicon->terms[term].top ? actor : ENT_NONE;
}

/* Who bears the surname: the one the text has named in full, else the likeliest of the table. */
static uint32_t actor_of_surname(ent_finder *f, uint32_t h)
{
    const ent_actor_index *lx = f->lexicon;
    const ent_entry *e = ent__hit_entry(f, h);
    const ent_known_person *likeliest = &lx->persons[e->row];
    uint32_t term = ent__term_of_person(lx, e->row, f->date);
    bool leads = term != ENT_NONE && lx->terms[term].top;
    if (f->hits[h].titled) {
        return ent__actor_of_person(f, e->row, ENT_NONE);
    }
    ent_str last = f->tree->tokens[f->hits[h].last].form;
    uint32_t named = leads ? leader_by_last_name(f, last) : person_by_last_name(f, last);
    ent_str key = ent__arena_printf(f->scratch, "P:%.*s", ENT_FMT(likeliest->name));
    f->failed |= key.p == NULL;
    if (key.p == NULL || named == ENT_NONE || ent__actor_find(f, key) != ENT_NONE) {
        return ent__actor_of_person(f, e->row, ENT_NONE);
    }
    return named;
}

static uint32_t actor_of_hit(ent_finder *f, uint32_t h)
{
    const ent_entry *e = ent__hit_entry(f, h);
    switch ((ent_entry_kind)e->kind) {
    case ENT_ENTRY_STATE:
        if (e->form == ENT_STATE_DEMONYMS || e->form == ENT_STATE_DEMONYM) {
            return actor_of_people(f, e, e->form == ENT_STATE_DEMONYMS);
        }
        return ent__actor_of_state(f, e->code, f->hits[h].entry);
    case ENT_ENTRY_ORGANISATION:
        return ent__actor_of_organisation(f, f->hits[h].entry);
    case ENT_ENTRY_PERSON:
        return ent__actor_of_person(f, e->row, ENT_NONE);
    case ENT_ENTRY_SURNAME:
        return actor_of_surname(f, h);
    case ENT_ENTRY_ROLE:
    case ENT_ENTRY_PLACE:
        break;
    }
    return ENT_NONE;
}

/* ---- persons that no table knows ---- */

bool ent__is_calendar_word(ent_str form)
{
    static const char *const words[] = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January",
        "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December", "Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
        "God", "Christmas", "Easter", "Ramadan", "Internet", "English", "GMT"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_eqz(form, words[i])) {
            return true;
        }
    }
    return false;
}

static char gender_of_given(const ent_finder *f, uint32_t token)
{
    ent_folded folded;
    ent__fold(f->tree->tokens[token].form, &folded);
    if (folded.count == 0) {
        return 0;
    }
    uint32_t word = ent__actor_index_word(f->lexicon, (ent_str){folded.bytes, folded.word[0].end});
    return word == ENT_NONE ? 0 : f->lexicon->given[word];
}

/* A role or title that says "person" right before the name. */
static uint32_t person_role_before(const ent_finder *f, const ent_phrase *p, uint32_t first)
{
    for (uint32_t h = p->hit_end; h-- > p->hit_first;) {
        const ent_entry *e = ent__hit_entry(f, h);
        if (f->hits[h].last < first && e->kind == ENT_ENTRY_ROLE) {
            bool person = e->form == ENT_ROLE_PERSON || e->form == ENT_ROLE_TITLE;
            return person && f->hits[h].last + 1 == first ? h : ENT_NONE;
        }
    }
    return ENT_NONE;
}

/* "the Assembly" after "the General Assembly". */
static uint32_t organisation_ending_in(const ent_finder *f, const ent_phrase *p, ent_str word)
{
    if (!ent__str_ieqz(f->tree->tokens[p->first].form, "the") || p->first + 1 != p->last) {
        return ENT_NONE;
    }
    for (size_t a = f->actor_count; a-- > 0;) {
        ent_str name = f->actors[a].name;
        if (f->actors[a].kind == ENT_ACTOR_ORGANISATION && !f->notes[a].common &&
            name.n > word.n && name.p[name.n - word.n - 1] == ' ' &&
            memcmp(name.p + name.n - word.n, word.p, word.n) == 0) {
            return (uint32_t)a;
        }
    }
    return ENT_NONE;
}

/* "Li Wenliang", "Kim Yong-chol": several persons of the tables put the same surname first. */
static bool surname_first(const ent_finder *f, uint32_t first, uint32_t last)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str form = f->tree->tokens[first].form;
    ent_folded folded;
    ent__fold(form, &folded);
    if (first == last || folded.count != 1) {
        return false;
    }
    uint32_t word = ent__actor_index_word(lx, (ent_str){folded.bytes, folded.word[0].end});
    uint32_t node = word == ENT_NONE ? ENT_NONE : ent__actor_index_step(lx, 0, word);
    size_t bearers = 0;
    for (uint32_t e = node == ENT_NONE ? ENT_NONE : lx->node_entry[node]; e != ENT_NONE;
         e = lx->entries[e].next) {
        if (lx->entries[e].kind == ENT_ENTRY_SURNAME) {
            const ent_known_person *person = &lx->persons[lx->entries[e].row];
            bearers += person->name.n > form.n && person->name.p[form.n] == ' ' &&
                       ent__str_eq(person->short_name, form) &&
                       memcmp(person->name.p, form.p, form.n) == 0;
        }
    }
    return bearers > 1;
}

/* Names of the table inside a longer unknown one ("Melania Trump") belong to it. */
static uint32_t name_unknown(ent_finder *f, ent_phrase *p)
{
    uint32_t first, last;
    if (!ent__phrase_name_run(f, p, &first, &last)) {
        return ENT_NONE;
    }
    ent_str name = ent__token_text(f, first, last);
    ent_str last_name = f->tree->tokens[last].form;
    if (ent__is_calendar_word(name) || name.n < 2 || name.n > 200) {
        return ENT_NONE;
    }
    uint32_t role = person_role_before(f, p, first);
    char gender = gender_of_given(f, first);
    if (first == last) {
        uint32_t known = person_by_last_name(f, last_name);
        known = known != ENT_NONE ? known : organisation_ending_in(f, p, last_name);
        if (known != ENT_NONE) {
            return known;
        }
    }
    bool flat = f->tree->tokens[last].deprel == ENT_DEP_flat && last - first <= 4;
    bool person = role != ENT_NONE || (gender != 0 && first < last) || flat;
    if (!person && ent__is_place(f, p->head)) {
        return ENT_NONE;
    }
    if (surname_first(f, first, last)) {
        last_name = f->tree->tokens[first].form;
    }
    uint32_t actor = ent__actor_unknown(f, person ? ENT_ACTOR_PERSON : ENT_ACTOR_UNKNOWN, name,
                                        person ? last_name : (ent_str){"", 0});
    if (actor != ENT_NONE && person) {
        f->actors[actor].kind = ENT_ACTOR_PERSON;
        f->actors[actor].gender = gender == 'u' ? 0 : gender;
    }
    return actor;
}

/* ---- phrases ---- */

static void add_nested(ent_finder *f, const ent_phrase *p, uint32_t naming)
{
    for (uint32_t h = p->hit_first; h < p->hit_end; h++) {
        const ent_hit *hit = &f->hits[h];
        const ent_entry *e = ent__hit_entry(f, h);
        bool head = covers(hit, p->head) && p->actor != ENT_NONE;
        if (hit->dropped || h == naming || head || e->kind == ENT_ENTRY_ROLE ||
            e->kind == ENT_ENTRY_PLACE) {
            continue;
        }
        bool adjective = e->kind == ENT_ENTRY_STATE &&
                         (e->form == ENT_STATE_ADJECTIVE || e->form == ENT_STATE_DEMONYM);
        uint32_t actor = adjective ? ent__actor_of_state(f, e->code, hit->entry)
                                   : actor_of_hit(f, h);
        ent__mention_add(f, adjective ? ENT_MENTION_ADJECTIVE : ENT_MENTION_NAME, hit->first,
                         hit->last, hit->head, actor);
    }
}

static void name_phrase(ent_finder *f, ent_phrase *p, uint32_t naming)
{
    const ent_entry *e = ent__hit_entry(f, naming);
    const ent_hit *hit = &f->hits[naming];
    p->kind = ENT_MENTION_NAME;
    if (e->kind == ENT_ENTRY_STATE && e->form == ENT_STATE_ADJECTIVE) {
        if (!has_determiner(f, p)) {
            p->kind = ENT_MENTION_ADJECTIVE;
            p->actor = ent__actor_of_state(f, e->code, hit->entry);
        } else {
            p->kind = ENT_MENTION_NOMINAL;
            p->actor = actor_of_people(f, e, true);
        }
        return;
    }
    if (e->kind == ENT_ENTRY_STATE && e->care == ENT_CARE_PERSON && hit->first == hit->last) {
        p->actor = person_by_last_name(f, f->tree->tokens[hit->first].form);
    }
    if (p->actor == ENT_NONE) {
        p->actor = actor_of_hit(f, naming);
    }
    if (e->kind == ENT_ENTRY_STATE &&
        (e->form == ENT_STATE_DEMONYMS || e->form == ENT_STATE_DEMONYM)) {
        p->kind = ENT_MENTION_NOMINAL;
    }
}

static bool role_in(const ent_finder *f, const ent_phrase *p)
{
    for (uint32_t h = p->hit_first; h < p->hit_end; h++) {
        if (ent__hit_entry(f, h)->kind == ENT_ENTRY_ROLE &&
            (covers(&f->hits[h], p->head) || f->hits[h].last == p->last)) {
            return true;
        }
    }
    return false;
}

void ent__resolve_names(ent_finder *f)
{
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        uint32_t naming = naming_hit(f, p);
        if (naming != ENT_NONE) {
            name_phrase(f, p, naming);
        } else if (f->tree->tokens[p->head].upos == ENT_UPOS_PRON) {
            p->waiting = true;
            p->kind = ENT_MENTION_PRONOUN;
        } else {
            p->actor = name_unknown(f, p);
            p->kind = p->actor != ENT_NONE ? ENT_MENTION_NAME : ENT_MENTION_NOMINAL;
            p->waiting = p->actor == ENT_NONE && role_in(f, p);
        }
        if (p->actor != ENT_NONE && !f->failed) {
            ent__mention_add(f, (ent_mention_kind)p->kind, p->first, p->last, p->head, p->actor);
        }
        add_nested(f, p, naming);
    }
}
