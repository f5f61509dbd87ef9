/* Role phrases: "Russian troops", "the Chinese Foreign Ministry", "France's foreign minister",
 * "a professor at the University of London".  The office of a state at the document's date
 * is its holder; everything else is a person, body or group with country and sector.
 * In: phrases without a name.  Out: actors, mentions of kind NOMINAL.  O(phrases x hits inside). */
#include "find.h"

#include <string.h>

static ent_str agent_cell(const ent_finder *f, uint32_t entry, int column)
{
    return ent__table_cell(f->lexicon->agents, f->lexicon->entries[entry].row, column);
}

static bool one_of(ent_str form, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (ent__str_ieqz(form, words[i])) {
            return true;
        }
    }
    return false;
}

static void add_code(ent_role_reading *r, uint32_t code)
{
    for (size_t i = 0; i < r->code_count; i++) {
        if (r->codes[i] == code) {
            return;
        }
    }
    if (code != ENT_NONE && r->code_count < sizeof r->codes / sizeof *r->codes) {
        r->codes[r->code_count++] = code;
    }
}

/* ---- reading ---- */

static void read_role_hit(const ent_finder *f, const ent_phrase *p, uint32_t h,
                          ent_role_reading *r)
{
    const ent_entry *e = ent__hit_entry(f, h);
    const ent_hit *hit = &f->hits[h];
    if (e->form == ENT_ROLE_TITLE && r->role != ENT_NONE) {
        return;
    }
    bool inner = r->role != ENT_NONE && f->lexicon->entries[r->role].form != ENT_ROLE_TITLE;
    if (inner) { /* the role read before stands before this one: "Ministry spokesman" */
        uint8_t form = f->lexicon->entries[r->role].form;
        if (form == ENT_ROLE_BODY || form == ENT_ROLE_GROUP) {
            r->body = r->role;
            r->affiliation_first =
                r->affiliation_first == ENT_NONE ? hit->first : r->affiliation_first;
        }
    }
    r->role = hit->entry;
    r->plural = e->plural;
    r->capital = (f->tree->tokens[hit->first].flags & ENT_TOKEN_CAPITAL) != 0;
    if (e->form == ENT_ROLE_BODY && r->affiliation_first == ENT_NONE && hit->last < p->last) {
        r->affiliation_first = hit->first;
    }
    if (e->form == ENT_ROLE_PERSON && r->affiliation_first != ENT_NONE && hit->first > 0) {
        r->affiliation_last = hit->first - 1;
    }
}

static uint32_t code_of_person(const ent_finder *f, uint32_t person)
{
    uint32_t term = ent__term_of_person(f->lexicon, person, f->date);
    term = term != ENT_NONE ? term : f->lexicon->persons[person].first_term;
    return f->lexicon->terms[term].code;
}

/* "pro-Russian rebels", "Iran-backed militias" are not of the state named. */
static bool no_owner(const ent_finder *f, const ent_hit *hit)
{
    static const char *const before[] = {"pro", "anti", "non", NULL};
    static const char *const after[] = {"backed", "aligned", "allied", "supported", "linked",
                                        "friendly", "affiliated", "sponsored", "funded", "born",
                                        "trained", "inspired", NULL};
    const ent_token *tokens = f->tree->tokens;
    ent_str form = tokens[hit->first].form, last = tokens[hit->last].form;
    if (ent__str_starts(form, "pro-") || ent__str_starts(form, "Pro-") ||
        ent__str_starts(form, "anti-") || ent__str_starts(form, "Anti-") ||
        (hit->first > 1 && ent__str_eqz(tokens[hit->first - 1].form, "-") &&
         one_of(tokens[hit->first - 2].form, before))) {
        return true;
    }
    for (size_t i = 0; after[i] != NULL; i++) {
        if (last.n > strlen(after[i]) && last.p[last.n - strlen(after[i]) - 1] == '-' &&
            ent__str_ends(last, after[i])) {
            return true;
        }
    }
    return hit->last + 2 < f->tree->token_count &&
           ent__str_eqz(tokens[hit->last + 1].form, "-") &&
           one_of(tokens[hit->last + 2].form, after);
}

static void read_hits(const ent_finder *f, const ent_phrase *p, bool owner, ent_role_reading *r)
{
    for (uint32_t h = p->hit_first; h < p->hit_end; h++) {
        const ent_entry *e = ent__hit_entry(f, h);
        const ent_hit *hit = &f->hits[h];
        if (hit->dropped) {
            continue;
        }
        if (e->kind == ENT_ENTRY_PLACE) {
            r->place_code = e->code;
            continue;
        }
        if (e->kind == ENT_ENTRY_PERSON || e->kind == ENT_ENTRY_SURNAME) {
            bool owns = owner || hit->last < p->head; /* "the Assad regime" */
            uint32_t code = owns ? code_of_person(f, e->row) : ENT_NONE;
            r->place_code = code != ENT_NONE ? code : r->place_code;
            continue;
        }
        if (e->kind == ENT_ENTRY_ROLE) {
            read_role_hit(f, p, h, r);
            continue;
        }
        if (no_owner(f, hit)) {
            continue;
        }
        if (r->affiliation_first == ENT_NONE) {
            r->affiliation_first = hit->first;
        }
        if (e->kind == ENT_ENTRY_STATE) {
            add_code(r, e->code);
        } else if (e->kind == ENT_ENTRY_ORGANISATION) {
            r->organisation = hit->entry;
        }
    }
    if (r->affiliation_last == ENT_NONE || r->affiliation_last < r->affiliation_first ||
        (r->body == ENT_NONE && r->organisation == ENT_NONE)) {
        r->affiliation_first = r->affiliation_last = ENT_NONE;
    }
}

/* What an "of" phrase adds: states, an organisation, or a body with its own states. */
static void read_owner(const ent_finder *f, uint32_t head, ent_role_reading *r)
{
    uint32_t number = f->token_phrase[head];
    if (number == ENT_NONE || f->phrases[number].head != head) {
        return;
    }
    const ent_phrase *q = &f->phrases[number];
    ent_role_reading inner = {.role = ENT_NONE, .body = ENT_NONE, .organisation = ENT_NONE,
                              .affiliation_first = ENT_NONE, .affiliation_last = ENT_NONE,
                              .possessor = ENT_NONE, .place_code = ENT_NONE};
    read_hits(f, q, true, &inner);
    r->place_code = inner.place_code != ENT_NONE ? inner.place_code : r->place_code;
    for (size_t i = 0; i < inner.code_count; i++) {
        add_code(r, inner.codes[i]);
    }
    if (r->organisation == ENT_NONE) {
        r->organisation = inner.organisation;
    }
    bool body = inner.role != ENT_NONE &&
                (f->lexicon->entries[inner.role].form == ENT_ROLE_BODY ||
                 f->lexicon->entries[inner.role].form == ENT_ROLE_GROUP);
    if (body && r->body == ENT_NONE) {
        r->body = inner.role;
    }
    const ent_token *top = &f->tree->tokens[head];
    bool named = top->upos == ENT_UPOS_PROPN && (top->flags & ENT_TOKEN_CAPITAL) &&
                 inner.code_count == 0 && inner.place_code == ENT_NONE &&
                 (q->actor == ENT_NONE || f->actors[q->actor].kind == ENT_ACTOR_UNKNOWN);
    if (r->affiliation_first == ENT_NONE &&
        (body || inner.organisation != ENT_NONE || named)) {
        bool article = f->tree->tokens[q->first].upos == ENT_UPOS_DET && q->first < q->last;
        r->affiliation_first = q->first + article;
        r->affiliation_last = q->last;
    }
    size_t count;
    const uint32_t *children = ent__children(f->tree, head, &count);
    for (size_t i = 0; i < count; i++) {
        uint8_t deprel = f->tree->tokens[children[i]].deprel;
        static const char *const of[] = {"of", "for", "at", NULL};
        if (children[i] > head &&
            (deprel == ENT_DEP_conj ||
             (deprel == ENT_DEP_nmod && ent__phrase_has_case(f, children[i], of)))) {
            uint32_t last = f->token_phrase[children[i]];
            if (deprel == ENT_DEP_nmod && r->affiliation_last == q->last && last != ENT_NONE) {
                r->affiliation_last = f->phrases[last].last; /* "Institute for Peace" */
            }
            read_owner(f, children[i], r);
        } else if (deprel == ENT_DEP_nmod_poss) {
            read_owner(f, children[i], r);
        }
    }
}

static void read_little_words(const ent_finder *f, const ent_phrase *p, ent_role_reading *r)
{
    static const char *const articles[] = {"a", "an", "another", "one", "some", "several", "any",
                                           "many", "no", NULL};
    static const char *const definites[] = {"the", "this", "that", "these", "those", "both", NULL};
    static const char *const formers[] = {"former", "ex", "late", "ousted", "deposed", "onetime",
                                         NULL};
    static const char *const juniors[] = {"deputy", "acting", "interim", "incoming", "then",
                                          "future", "next", "assistant", "vice", "self", NULL};
    static const char *const numbers[] = {"two", "three", "four", "five", "six", "seven", "eight"};
    for (uint32_t t = p->first; t <= p->last; t++) {
        const ent_token *token = &f->tree->tokens[t];
        if (t < p->head && one_of(token->form, definites)) {
            r->definite = true;
            r->number = ent__str_ieqz(token->form, "both") ? 2 : r->number;
        } else if (t < p->head && (token->upos == ENT_UPOS_DET || token->upos == ENT_UPOS_NUM) &&
                   one_of(token->form, articles)) {
            r->indefinite = true;
        } else if (t < p->head && one_of(token->form, formers)) {
            r->former = true;
        } else if (t < p->head && f->token_hit[t] == ENT_NONE && one_of(token->form, juniors)) {
            r->junior = true;
        }
        for (uint8_t k = 0; k < sizeof numbers / sizeof *numbers && t < p->head; k++) {
            r->number = ent__str_ieqz(token->form, numbers[k]) ? (uint8_t)(k + 2) : r->number;
        }
    }
    uint32_t owner = ent__child(f->tree, p->head, ENT_DEP_nmod_poss);
    if (owner != ENT_NO_TOKEN) {
        r->definite = true;
        if (f->tree->tokens[owner].upos == ENT_UPOS_PRON) {
            r->possessor = owner;
        } else {
            read_owner(f, owner, r);
        }
    }
    const ent_token *head = &f->tree->tokens[p->head];
    r->plural |= head->xpos == ENT_XPOS_NNS || head->xpos == ENT_XPOS_NNPS;
}

/* "the ministers of Egypt, Jordan and Qatar", wherever the tree hangs the later ones. */
static void read_row_of_states(const ent_finder *f, uint32_t owner, ent_role_reading *r)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t at = f->token_phrase[owner];
    at = at == ENT_NONE ? owner : f->phrases[at].last;
    while (at + 2 < f->tree->token_count && tokens[at + 1].sentence == tokens[owner].sentence) {
        uint32_t next = at + 1;
        while (next + 1 < f->tree->token_count &&
               (ent__str_eqz(tokens[next].form, ",") || ent__str_eqz(tokens[next].form, "and") ||
                ent__str_eqz(tokens[next].form, "the"))) {
            next++;
        }
        uint32_t hit = f->token_hit[next];
        if (next == at + 1 || hit == ENT_NONE || f->hits[hit].dropped ||
            ent__hit_entry(f, hit)->kind != ENT_ENTRY_STATE ||
            ent__hit_entry(f, hit)->form == ENT_STATE_ADJECTIVE) {
            return;
        }
        add_code(r, ent__hit_entry(f, hit)->code);
        at = f->hits[hit].last;
    }
}

/* "protesters in Kenya", "a court in Lyon". */
static void read_place(const ent_finder *f, uint32_t head, ent_role_reading *r)
{
    uint32_t hit = f->token_hit[head];
    if (hit != ENT_NONE && !f->hits[hit].dropped) {
        const ent_entry *e = ent__hit_entry(f, hit);
        if (e->kind == ENT_ENTRY_STATE || e->kind == ENT_ENTRY_PLACE) {
            r->place_code = e->code;
        }
    }
}

ent_role_reading ent__role_read(ent_finder *f, const ent_phrase *p)
{
    ent_role_reading r = {.role = ENT_NONE, .body = ENT_NONE, .organisation = ENT_NONE,
                          .affiliation_first = ENT_NONE, .affiliation_last = ENT_NONE,
                          .possessor = ENT_NONE, .place_code = ENT_NONE};
    read_hits(f, p, false, &r);
    read_little_words(f, p, &r);
    if (r.role == ENT_NONE) {
        return r;
    }
    static const char *const owners[] = {"of", "for", "from", "at", "with", NULL};
    static const char *const where[] = {"in", NULL};
    static const char *const source[] = {"from", NULL}; /* "French troops from Mali" */
    ent_str sector = agent_cell(f, r.role, f->lexicon->agent_sector);
    bool local = !ent__str_eqz(sector, "MIL") && !ent__str_eqz(sector, "REB");
    size_t count;
    const uint32_t *children = ent__children(f->tree, p->head, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t child = children[i];
        const ent_token *token = &f->tree->tokens[child];
        bool from = ent__phrase_has_case(f, child, source) && r.code_count > 0;
        if (child > p->last && token->deprel == ENT_DEP_nmod && !from &&
            ent__phrase_has_case(f, child, owners)) {
            size_t before = r.code_count;
            read_owner(f, child, &r);
            if (r.plural && before == 0 && r.code_count == 1) {
                read_row_of_states(f, child, &r);
            }
        } else if (child > p->last && token->deprel == ENT_DEP_nmod && local &&
                   ent__phrase_has_case(f, child, where)) {
            read_place(f, child, &r);
        }
    }
    uint32_t next = p->last + 1;
    if (r.place_code == ENT_NONE && local && next + 1 < f->tree->token_count &&
        ent__str_eqz(f->tree->tokens[next].form, "in")) { /* wherever the tree hangs it */
        read_place(f, next + 1, &r);
    }
    if (r.code_count == 0 && r.organisation == ENT_NONE && r.possessor == ENT_NONE) {
        add_code(&r, r.place_code);
    }
    return r;
}

/* ---- meaning ---- */

static ent_str sector_of(const ent_finder *f, const ent_role_reading *r)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str own = agent_cell(f, r->role, lx->agent_sector);
    bool generic = ent__str_eqz(own, "GOV") || ent__str_eqz(own, "LEG") || own.n == 0 ||
                   ent__str_eqz(own, "BUS") || ent__str_eqz(own, "EDU");
    bool person = lx->entries[r->role].form == ENT_ROLE_PERSON;
    if (r->organisation == ENT_NONE && r->body == ENT_NONE && r->code_count == 0 &&
        ent__str_eqz(agent_cell(f, r->role, lx->agent_function), "head")) {
        return (ent_str){"", 0}; /* "director": of what, nobody knows */
    }
    if (r->organisation != ENT_NONE && (generic || !person)) {
        return ent__table_cell(lx->organisations, lx->entries[r->organisation].row,
                               lx->organisation_sector);
    }
    if (r->body != ENT_NONE && generic && person) {
        return agent_cell(f, r->body, lx->agent_sector);
    }
    return own;
}

static uint32_t office_holder(const ent_finder *f, const ent_role_reading *r, uint32_t code)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str function = agent_cell(f, r->role, lx->agent_function), none = {"", 0};
    if (function.n == 0 || r->plural || r->indefinite || r->former || r->junior ||
        r->body != ENT_NONE) {
        return ENT_NONE;
    }
    if (r->organisation == ENT_NONE) {
        return ent__term_of_office(lx, code, function, none, f->date);
    }
    const ent_entry *o = &lx->entries[r->organisation];
    ent_str name = ent__table_cell(lx->organisations, o->row, lx->organisation_name);
    ent_str kind = ent__table_cell(lx->organisations, o->row, lx->organisation_kind);
    uint32_t term = ent__term_of_office(lx, o->code, none, name, f->date);
    if (term == ENT_NONE && (ent__str_eqz(kind, "igo") || ent__str_eqz(kind, "alliance"))) {
        term = ent__term_of_office(lx, o->code, function, none, f->date);
        if (term == ENT_NONE) {
            bool chief = ent__str_eqz(function, "leader") || ent__str_eqz(function, "president");
            term = chief ? ent__term_of_office(lx, o->code, ENT_LIT("head"), none, f->date)
                         : ENT_NONE;
        }
    }
    return term;
}

/* The words of the phrase; with the state in front where it stands elsewhere ("its troops"). */
static ent_str phrase_name(ent_finder *f, const ent_phrase *p, ent_str word, uint32_t code)
{
    bool inside = code == ENT_NONE;
    for (uint32_t h = p->hit_first; h < p->hit_end && !inside; h++) {
        inside = ent__hit_entry(f, h)->code == code;
    }
    if (!inside) {
        ent_str name = ent__arena_printf(f->arena, "%.*s: %.*s",
                                         ENT_FMT(f->lexicon->code_names[code]), ENT_FMT(word));
        f->failed |= name.p == NULL;
        return name;
    }
    uint32_t first = p->first;
    while (first < p->last && (f->tree->tokens[first].upos == ENT_UPOS_DET ||
                               f->tree->tokens[first].upos == ENT_UPOS_PRON ||
                               f->tree->tokens[first].upos == ENT_UPOS_PUNCT)) {
        first++;
    }
    return ent__token_text(f, first, p->last);
}

/* A body, group or unnamed person of one state or organisation (code ENT_NONE: of none). */
static uint32_t role_actor_of(ent_finder *f, const ent_phrase *p, const ent_role_reading *r,
                              uint32_t code)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str word = agent_cell(f, r->role, lx->agent_word), sector = sector_of(f, r);
    ent_str code_text = code == ENT_NONE ? (ent_str){"", 0} : lx->code_list[code];
    ent_str body = r->body == ENT_NONE ? (ent_str){"", 0} : agent_cell(f, r->body, lx->agent_word);
    ent_str of = r->organisation == ENT_NONE
                     ? (ent_str){"", 0}
                     : ent__table_cell(lx->organisations, lx->entries[r->organisation].row,
                                       lx->organisation_name);
    ent_str key = ent__arena_printf(f->scratch, "R:%.*s:%.*s:%.*s:%.*s:%.*s:%d:%d",
                                    ENT_FMT(code_text), ENT_FMT(sector), ENT_FMT(word),
                                    ENT_FMT(body), ENT_FMT(of), r->plural, r->former);
    if (key.p == NULL) {
        f->failed = true;
        return ENT_NONE;
    }
    uint32_t actor = ent__actor_find(f, key);
    if (actor != ENT_NONE) {
        return actor;
    }
    static const ent_actor_kind kinds[] = {ENT_ACTOR_PERSON, ENT_ACTOR_ORGANISATION,
                                           ENT_ACTOR_GROUP, ENT_ACTOR_GROUP, ENT_ACTOR_PERSON,
                                           ENT_ACTOR_GROUP};
    uint8_t form = lx->entries[r->role].form;
    ent_str gender = agent_cell(f, r->role, lx->agent_gender);
    bool thing = form == ENT_ROLE_THING && code != ENT_NONE; /* drones are no party: whose they are */
    ent_actor made = {.kind = r->plural ? ENT_ACTOR_GROUP : kinds[form],
                      .name = thing ? lx->code_names[code] : phrase_name(f, p, word, code),
                      .code = code_text, .sector = sector, .role = word, .plural = r->plural,
                      .gender = gender.n > 0 ? gender.p[0] : 0};
    if (r->affiliation_first != ENT_NONE) {
        made.affiliation = ent__token_text(f, r->affiliation_first, r->affiliation_last);
    }
    made.rule = ent__rule_of(f, lx->agents, lx->entries[r->role].row);
    actor = ent__actor_add(f, key, &made);
    if (actor != ENT_NONE) {
        f->notes[actor].common = true;
        f->notes[actor].function = agent_cell(f, r->role, lx->agent_function);
    }
    return actor;
}

/* "the U.S. ambassador to the United Nations" is of the state, not of the organisation. */
static bool is_envoy(const ent_finder *f, const ent_role_reading *r)
{
    static const char *const words[] = {"ambassador", "deputy ambassador", "envoy",
                                        "special envoy", "representative",
                                        "permanent representative", "diplomat", "delegate",
                                        "negotiator", "mission", "delegation", "embassy", NULL};
    return one_of(agent_cell(f, r->role, f->lexicon->agent_word), words);
}

uint32_t ent__role_actor(ent_finder *f, const ent_phrase *p, const ent_role_reading *reading)
{
    uint32_t members[8];
    size_t count = 0;
    if (ent__str_eqz(agent_cell(f, reading->role, f->lexicon->agent_function), "partner") &&
        reading->code_count > 0 && reading->place_code == ENT_NONE) {
        return ENT_NONE; /* the allies of a state are not the state */
    }
    bool sent = reading->organisation != ENT_NONE && reading->code_count > 0 &&
                is_envoy(f, reading);
    uint32_t own = reading->organisation == ENT_NONE || sent
                       ? ENT_NONE
                       : f->lexicon->entries[reading->organisation].code;
    if (reading->code_count == 0 || own != ENT_NONE) {
        uint32_t code = own != ENT_NONE ? own : ENT_NONE;
        uint32_t term = office_holder(f, reading, code);
        return term != ENT_NONE ? ent__actor_of_person(f, f->lexicon->terms[term].person, term)
                                : role_actor_of(f, p, reading, code);
    }
    for (size_t i = 0; i < reading->code_count && !f->failed; i++) {
        uint32_t term = reading->code_count > 1 && !reading->plural
                            ? ENT_NONE
                            : office_holder(f, reading, reading->codes[i]);
        if (reading->code_count > 1 && reading->plural) { /* "the Russian and Chinese presidents" */
            ent_role_reading single = *reading;
            single.plural = single.indefinite = false;
            term = office_holder(f, &single, reading->codes[i]);
        }
        uint32_t one = term != ENT_NONE
                           ? ent__actor_of_person(f, f->lexicon->terms[term].person, term)
                           : role_actor_of(f, p, reading, reading->codes[i]);
        if (one != ENT_NONE) {
            members[count++] = one;
        }
    }
    if (count == 0) {
        return ENT_NONE;
    }
    return count == 1 ? members[0] : ent__actor_group(f, members, count, "several states");
}

/* Without a date the text's own title says which office a known person holds. */
static void describe_undated(ent_finder *f, uint32_t actor, const ent_role_reading *r)
{
    const ent_actor_index *lx = f->lexicon;
    ent_str function = agent_cell(f, r->role, lx->agent_function), none = {"", 0};
    if (f->date.year != 0 || f->notes[actor].term != ENT_NONE || r->former || function.n == 0) {
        return;
    }
    for (uint32_t t = lx->persons[f->notes[actor].person].first_term; t != ENT_NONE;
         t = lx->terms[t].next_of_person) {
        if (ent__term_fits(&lx->terms[t], function, none)) {
            f->actors[actor].sector = lx->terms[t].sector;
            f->actors[actor].role = lx->terms[t].office;
            f->notes[actor].term = t;
            f->notes[actor].function = lx->terms[t].function;
            return;
        }
    }
}

void ent__role_describe(ent_finder *f, uint32_t actor, const ent_role_reading *reading)
{
    const ent_actor_index *lx = f->lexicon;
    ent_actor *a = &f->actors[actor];
    if (reading->role != ENT_NONE && f->notes[actor].person != ENT_NONE) {
        describe_undated(f, actor, reading);
    }
    if (reading->role == ENT_NONE || f->notes[actor].person != ENT_NONE ||
        f->notes[actor].common || lx->entries[reading->role].form == ENT_ROLE_THING) {
        return;
    }
    uint32_t code = reading->organisation != ENT_NONE ? lx->entries[reading->organisation].code
                    : reading->code_count > 0         ? reading->codes[0]
                                                      : ENT_NONE;
    if (a->code.n == 0 && code != ENT_NONE) {
        a->code = lx->code_list[code];
        f->notes[actor].code = code;
    }
    bool title = lx->entries[reading->role].form == ENT_ROLE_TITLE;
    ent_str gender = agent_cell(f, reading->role, lx->agent_gender);
    if (gender.n > 0) {
        a->gender = gender.p[0];
    }
    if (!title && a->role.n == 0) {
        a->role = agent_cell(f, reading->role, lx->agent_word);
        a->sector = reading->former ? (ent_str){"", 0} : sector_of(f, reading);
        a->rule = ent__rule_of(f, lx->agents, lx->entries[reading->role].row);
        f->notes[actor].function = agent_cell(f, reading->role, lx->agent_function);
    }
    if (a->affiliation.n == 0 && reading->affiliation_first != ENT_NONE) {
        a->affiliation =
            ent__token_text(f, reading->affiliation_first, reading->affiliation_last);
    }
    if (lx->entries[reading->role].form == ENT_ROLE_PERSON || title) {
        a->kind = ENT_ACTOR_PERSON;
        if (f->notes[actor].last_name.n == 0) {
            const char *blank = memrchr(a->name.p, ' ', a->name.n);
            f->notes[actor].last_name =
                blank == NULL ? a->name : ent__str_sub(a->name, (size_t)(blank + 1 - a->name.p),
                                                       a->name.n);
        }
    }
}

static bool names_owner(const ent_finder *f, const ent_phrase *p, const ent_role_reading *r)
{
    if (r->code_count > 0 || r->organisation != ENT_NONE) {
        return true;
    }
    /* "Munich Regional Court": a name of its own, though of no state known. */
    return r->capital && r->role != ENT_NONE &&
           f->lexicon->entries[r->role].form == ENT_ROLE_BODY && p->first < p->head &&
           f->tree->tokens[p->head - 1].upos == ENT_UPOS_PROPN &&
           f->token_hit[p->head - 1] == ENT_NONE;
}

/* A role inside a phrase of another head: "a [Russian army] base", or a verb read as a noun. */
static void resolve_inner_roles(ent_finder *f, const ent_phrase *p)
{
    for (uint32_t h = p->hit_end; h-- > p->hit_first;) {
        const ent_hit *hit = &f->hits[h];
        const ent_entry *e = ent__hit_entry(f, h);
        if (e->kind != ENT_ENTRY_ROLE || hit->dropped || hit->last >= p->head ||
            (e->form != ENT_ROLE_PERSON && e->form != ENT_ROLE_BODY && e->form != ENT_ROLE_GROUP)) {
            continue;
        }
        ent_phrase inner = *p;
        inner.last = hit->last;
        inner.head = hit->head;
        inner.hit_end = h + 1;
        ent_role_reading reading = ent__role_read(f, &inner);
        if (reading.role == hit->entry && names_owner(f, &inner, &reading)) {
            ent__mention_add(f, ENT_MENTION_NOMINAL, p->first, hit->last, hit->head,
                             ent__role_actor(f, &inner, &reading));
        }
        return;
    }
}

void ent__resolve_roles(ent_finder *f)
{
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        bool named_person = p->actor != ENT_NONE && f->actors[p->actor].kind != ENT_ACTOR_STATE &&
                            p->kind == ENT_MENTION_NAME;
        if (!named_person && (!p->waiting || p->kind == ENT_MENTION_PRONOUN)) {
            if (p->actor == ENT_NONE && p->hit_end > p->hit_first + 1) {
                resolve_inner_roles(f, p);
            }
            continue;
        }
        ent_role_reading reading = ent__role_read(f, p);
        if (named_person) {
            ent__role_describe(f, p->actor, &reading);
        } else if (reading.role != ENT_NONE &&
                   f->lexicon->entries[reading.role].form != ENT_ROLE_ANAPHOR &&
                   f->lexicon->entries[reading.role].form != ENT_ROLE_TITLE &&
                   names_owner(f, p, &reading)) {
            p->actor = ent__role_actor(f, p, &reading);
            p->waiting = false;
            ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, p->last, p->head, p->actor);
        }
    }
}

/* ---- appositions ---- */

static bool person_named(const ent_finder *f, const ent_phrase *p)
{
    return p->actor != ENT_NONE && p->kind == ENT_MENTION_NAME &&
           f->actors[p->actor].kind != ENT_ACTOR_STATE &&
           f->actors[p->actor].kind != ENT_ACTOR_ORGANISATION;
}

static void relink(ent_finder *f, ent_phrase *p, uint32_t actor)
{
    uint32_t old = p->actor;
    p->actor = actor;
    p->waiting = false;
    for (size_t m = f->mention_count; m-- > 0;) {
        ent_mention *mention = &f->mentions[m];
        if (mention->last == p->last && mention->head == p->head && mention->actor == old) {
            mention->actor = actor;
            return;
        }
    }
    ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, p->last, p->head, actor);
}

/* A calling that no table knows, "a glaciologist at the Polar Institute": role and affiliation
 * in the text's words. */
static void describe_plainly(ent_finder *f, uint32_t actor, const ent_phrase *p)
{
    static const char *const owners[] = {"of", "for", "from", "at", "with", NULL};
    ent_actor *a = &f->actors[actor];
    const ent_token *head = &f->tree->tokens[p->head];
    if (a->role.n > 0 || head->upos != ENT_UPOS_NOUN || head->xpos == ENT_XPOS_NNS ||
        f->notes[actor].person != ENT_NONE) {
        return;
    }
    size_t count;
    const uint32_t *children = ent__children(f->tree, p->head, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t q = f->token_phrase[children[i]];
        if (children[i] <= p->last || q == ENT_NONE ||
            f->tree->tokens[children[i]].upos != ENT_UPOS_PROPN ||
            !ent__phrase_has_case(f, children[i], owners)) {
            continue;
        }
        bool article = f->tree->tokens[f->phrases[q].first].upos == ENT_UPOS_DET;
        a->role = head->form;
        a->affiliation = ent__token_text(f, f->phrases[q].first + article, f->phrases[q].last);
        ent_role_reading owner = {.role = ENT_NONE, .organisation = ENT_NONE,
                                  .place_code = ENT_NONE};
        read_owner(f, children[i], &owner);
        if (owner.organisation != ENT_NONE) {
            const ent_entry *e = &f->lexicon->entries[owner.organisation];
            a->code = f->lexicon->code_list[e->code];
            f->notes[actor].code = e->code;
            a->sector = ent__table_cell(f->lexicon->organisations, e->row,
                                        f->lexicon->organisation_sector);
        }
        return;
    }
}

/* `name` and `role` are the same: "Klaus Welle, a professor at ...", "the minister, Sergei ...". */
static void join_pair(ent_finder *f, const ent_phrase *name, ent_phrase *role)
{
    ent_role_reading reading = ent__role_read(f, role);
    if (reading.role == ENT_NONE) {
        describe_plainly(f, name->actor, role);
        return;
    }
    if (reading.plural || f->lexicon->entries[reading.role].form != ENT_ROLE_PERSON) {
        return;
    }
    ent__role_describe(f, name->actor, &reading);
    relink(f, role, name->actor);
}

/* An apposition that the tree reads as something else: name, comma, role with article or
 * affiliation, then a comma or the sentence's end. */
static bool reads_as_apposition(const ent_finder *f, const ent_phrase *a, const ent_phrase *b)
{
    const ent_token *tokens = f->tree->tokens;
    if (a->last + 2 != b->first || !ent__str_eqz(tokens[a->last + 1].form, ",") ||
        tokens[a->head].sentence != tokens[b->head].sentence) {
        return false;
    }
    uint8_t d = tokens[b->head].deprel;
    return d != ENT_DEP_nsubj && d != ENT_DEP_obj && d != ENT_DEP_obl && d != ENT_DEP_nsubj_pass &&
           d != ENT_DEP_root && d != ENT_DEP_conj;
}

/* "the Palestinian leader Yasir Arafat", "Secretary of State Pompeo" cut in two by the tree. */
static bool reads_as_title(const ent_finder *f, const ent_phrase *a, const ent_phrase *b)
{
    const ent_token *tokens = f->tree->tokens;
    if (a->last + 1 != b->first || a->kind != ENT_MENTION_NOMINAL || !person_named(f, b)) {
        return false;
    }
    uint32_t up_a = tokens[a->head].head, up_b = tokens[b->head].head;
    uint32_t verb_up = up_b == ENT_NO_TOKEN ? ENT_NO_TOKEN : tokens[up_b].head;
    uint8_t d = tokens[b->head].deprel, own = tokens[a->head].deprel;
    bool title = own == ENT_DEP_nmod_desc || own == ENT_DEP_compound || own == ENT_DEP_amod ||
                 own == ENT_DEP_dep || own == ENT_DEP_nmod;
    return (up_b != ENT_NO_TOKEN && f->token_phrase[up_b] == (uint32_t)(a - f->phrases)) ||
           (up_a != ENT_NO_TOKEN && f->token_phrase[up_a] == (uint32_t)(b - f->phrases)) ||
           (verb_up != ENT_NO_TOKEN && verb_up == a->head) || /* garden path */
           (up_a != ENT_NO_TOKEN && up_a == up_b && title) ||
           d == ENT_DEP_appos || d == ENT_DEP_flat || d == ENT_DEP_dep || d == ENT_DEP_list;
}

void ent__resolve_appositions(ent_finder *f)
{
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        const ent_token *token = &f->tree->tokens[p->head];
        uint32_t other = token->head == ENT_NO_TOKEN || token->deprel != ENT_DEP_appos
                             ? ENT_NONE
                             : f->token_phrase[token->head];
        if (other == ENT_NONE && i > 0 &&
            (reads_as_apposition(f, &f->phrases[i - 1], p) ||
             reads_as_title(f, &f->phrases[i - 1], p))) {
            other = (uint32_t)i - 1;
        }
        if (other == ENT_NONE || other == i) {
            continue;
        }
        ent_phrase *q = &f->phrases[other];
        if (person_named(f, q) && !person_named(f, p)) {
            join_pair(f, q, p);
        } else if (person_named(f, p) && !person_named(f, q) && q->kind == ENT_MENTION_NOMINAL) {
            join_pair(f, p, q);
        }
    }
}
