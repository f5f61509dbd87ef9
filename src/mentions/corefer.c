/* Who a pronoun or a nominal means: "he", "its", "the two countries", "the
 * minister", "we" in a quotation.  Antecedents are weighed by distance,
 * subject, name and agreement in gender and number, after Lappin and Leass
 * (1994), An algorithm for pronominal anaphora resolution. In: phrases with
 * names resolved.  Out: further mentions.  O(phrases x window). */
#include "corefer.h"

#include <string.h>
#include <strings.h>

static bool is_subject(const ent_finder *f, uint32_t token)
{
    uint8_t d = f->tree->tokens[token].deprel;
    return d == ENT_DEP_nsubj || d == ENT_DEP_nsubj_pass || d == ENT_DEP_nsubj_outer;
}

static void see(ent_coreader *r, uint32_t actor, uint32_t token, bool name, bool nested)
{
    if (actor != ENT_NONE && !ent__in_label(r->f, token)) { /* a speaker is not his own "he" */
        r->seen[r->count++] =
            (ent_antecedent){.actor = actor,
                             .token = token,
                             .sentence = r->f->tree->tokens[token].sentence,
                             .subject = is_subject(r->f, token),
                             .name = name,
                             .nested = nested,
                             .pronoun = r->f->tree->tokens[token].upos == ENT_UPOS_PRON,
                             .place = name && ent__is_place(r->f, token)};
    }
}

ent_wanted ent__pronoun_wants(ent_str form)
{
    static const struct {
        const char *word;
        ent_wanted what;
    } words[] = {
        {"he", ENT_WANT_MAN},         {"him", ENT_WANT_MAN},       {"his", ENT_WANT_MAN},
        {"himself", ENT_WANT_MAN},    {"she", ENT_WANT_WOMAN},     {"her", ENT_WANT_WOMAN},
        {"hers", ENT_WANT_WOMAN},     {"herself", ENT_WANT_WOMAN}, {"it", ENT_WANT_THING},
        {"its", ENT_WANT_THING},      {"itself", ENT_WANT_THING},  {"they", ENT_WANT_PLURAL},
        {"them", ENT_WANT_PLURAL},    {"their", ENT_WANT_PLURAL},  {"themselves", ENT_WANT_PLURAL},
        {"i", ENT_WANT_SPEAKER},      {"me", ENT_WANT_SPEAKER},    {"my", ENT_WANT_SPEAKER},
        {"myself", ENT_WANT_SPEAKER}, {"we", ENT_WANT_SPEAKERS},   {"us", ENT_WANT_SPEAKERS},
        {"our", ENT_WANT_SPEAKERS},   {"ours", ENT_WANT_SPEAKERS},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_ieqz(form, words[i].word)) {
            return words[i].what;
        }
    }
    return ENT_WANT_NOTHING;
}

static bool agrees(const ent_finder *f, uint32_t actor, ent_wanted what)
{
    const ent_actor *a = &f->actors[actor];
    switch (what) {
    case ENT_WANT_MAN: return a->kind == ENT_ACTOR_PERSON && !a->plural && a->gender != 'f';
    case ENT_WANT_WOMAN: return a->kind == ENT_ACTOR_PERSON && !a->plural && a->gender != 'm';
    case ENT_WANT_THING:
        return !a->plural && (a->kind == ENT_ACTOR_STATE || a->kind == ENT_ACTOR_ORGANISATION ||
                              (a->kind == ENT_ACTOR_UNKNOWN));
    case ENT_WANT_PLURAL:
        return a->plural || a->kind == ENT_ACTOR_GROUP || a->kind == ENT_ACTOR_ORGANISATION;
    default: return false;
    }
}

/* Both hang on one verb: "he met him" are two persons. */
static bool fellow_argument(const ent_finder *f, uint32_t a, uint32_t b)
{
    const ent_token *tokens = f->tree->tokens;
    while (tokens[a].deprel == ENT_DEP_conj && tokens[a].head != ENT_NO_TOKEN &&
           tokens[a].head < a && tokens[a].head != tokens[b].head) {
        a = tokens[a].head; /* "Kenya and Chad voted against it" */
    }
    return tokens[a].head != ENT_NO_TOKEN && tokens[a].head == tokens[b].head &&
           tokens[b].deprel != ENT_DEP_nmod_poss && tokens[a].deprel != ENT_DEP_nmod_poss;
}

/* Already the subject of the same verb: "he thanked him". */
static bool subject_of_same(const ent_finder *f, uint32_t token, uint32_t actor)
{
    const ent_token *t = &f->tree->tokens[token];
    if (t->head == ENT_NO_TOKEN || t->deprel == ENT_DEP_nmod_poss ||
        ent__str_ends(t->form, "self") || ent__str_ends(t->form, "selves")) {
        return false;
    }
    uint32_t subject = ent__child(f->tree, t->head, ENT_DEP_nsubj);
    uint32_t phrase =
        subject == ENT_NO_TOKEN || subject == token ? ENT_NONE : f->token_phrase[subject];
    if (phrase == ENT_NONE || f->phrases[phrase].actor == ENT_NONE) {
        return false;
    }
    const ent_actor *of_verb = &f->actors[f->phrases[phrase].actor];
    for (size_t i = 0; i < of_verb->member_count; i++) { /* "they accused it": none of them */
        uint32_t code = ent__state_code_of(f, of_verb->members[i]);
        if (of_verb->members[i] == actor ||
            (code != ENT_NONE && code == ent__state_code_of(f, actor))) {
            return true;
        }
    }
    return f->phrases[phrase].actor == actor;
}

/* "threatened India over its purchase", "thanked Japan for its help": of whom a reason or a merit is
 * told is whom the verb does it to (implicit causality: Garvey and Caramazza 1974). */
static bool is_reason_of(const ent_finder *f, uint32_t token, uint32_t antecedent)
{
    const ent_tree *tree = f->tree;
    const ent_token *t = &tree->tokens[token], *a = &tree->tokens[antecedent];
    if (t->deprel != ENT_DEP_nmod_poss || t->head == ENT_NO_TOKEN || a->deprel != ENT_DEP_obj) {
        return false;
    }
    uint32_t marked = ent__child(tree, t->head, ENT_DEP_case);
    uint32_t over = tree->tokens[t->head].head; /* the verb, or "tariffs" in "with tariffs over" */
    bool below = over == a->head ||
                 (over != ENT_NO_TOKEN && over > a->head && tree->tokens[over].head == a->head);
    return marked != ENT_NO_TOKEN && below &&
           (ent__str_eqz(tree->tokens[marked].form, "over") ||
            ent__str_eqz(tree->tokens[marked].form, "for"));
}

int ent__antecedent_weight(const ent_coreader *r, const ent_antecedent *a, uint32_t token,
                           ent_wanted what)
{
    const ent_finder *f = r->f;
    uint32_t back = f->tree->tokens[token].sentence - a->sentence;
    const ent_actor *actor = &f->actors[a->actor];
    int score = 100 - 30 * (int)back;
    score += is_reason_of(f, token, a->token) ? 30 : a->subject ? 20 : 0;
    score += a->name ? 8 : 0;
    score += a->pronoun ? back == 0 ? 16 : 8 : 0; /* chains go on */
    score -= a->nested ? 25 : 0;
    score -= a->place ? 35 : 0;
    score -= f->notes[a->actor].common ? 6 : 0;
    if (what == ENT_WANT_MAN || what == ENT_WANT_WOMAN) {
        score += actor->gender != 0 ? 10 : 0;
    } else if (what == ENT_WANT_PLURAL) {
        score += actor->plural ? 15 : -20;
    } else if (what == ENT_WANT_THING) {
        score -= actor->kind == ENT_ACTOR_UNKNOWN ? 25 : 0;
    }
    uint32_t distance = token - a->token;
    return score - (int)(distance < 40 ? distance / 4 : 10);
}

static uint32_t best_antecedent(const ent_coreader *r, uint32_t token, ent_wanted what)
{
    const ent_finder *f = r->f;
    uint32_t best = ENT_NONE;
    int best_score = 30;
    size_t looked = 0;
    for (size_t i = r->count; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (a->token >= token || !agrees(f, a->actor, what) ||
            fellow_argument(f, a->token, token) || subject_of_same(f, token, a->actor)) {
            continue;
        }
        int score = ent__antecedent_weight(r, a, token, what);
        if (score > best_score) {
            best_score = score;
            best = a->actor;
        }
    }
    return best;
}

/* ---- nominals ---- */

/* "the Commission" after "the European Commission". */
static bool ends_in(ent_str name, ent_str word)
{
    return word.n > 3 && name.n > word.n && name.p[name.n - word.n - 1] == ' ' &&
           strncasecmp(name.p + name.n - word.n, word.p, word.n) == 0;
}

/* "the agency", "the Council": the last organisation anywhere before whose name ends so. */
static uint32_t last_named_like(const ent_coreader *r, uint32_t token)
{
    const ent_finder *f = r->f;
    for (size_t i = r->count; i-- > 0;) {
        const ent_antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        if (a->token < token && actor->kind == ENT_ACTOR_ORGANISATION &&
            !f->notes[a->actor].common && ends_in(actor->name, f->tree->tokens[token].form)) {
            return a->actor;
        }
    }
    return ENT_NONE;
}

/* The last actor that "the minister", "the company", "the group" can mean. */
static uint32_t last_fitting(const ent_coreader *r, uint32_t token, const ent_role_reading *reading)
{
    const ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    uint32_t row = lx->entries[reading->role].row;
    ent_str function = ent__table_cell(lx->agents, row, lx->agent_function);
    ent_str sector = ent__table_cell(lx->agents, row, lx->agent_sector);
    ent_str word = ent__table_cell(lx->agents, row, lx->agent_word);
    uint8_t form = lx->entries[reading->role].form;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        const ent_actor_note *note = &f->notes[a->actor];
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK + 4) {
            break;
        }
        if (a->token >= token || actor->plural != reading->plural) {
            continue;
        }
        bool same_word = actor->role.n > 0 && word.n > 0 &&
                         memmem(actor->role.p, actor->role.n, word.p, word.n) != NULL;
        if (form == ENT_ROLE_PERSON) {
            bool office = function.n > 0 && (ent__str_eq(note->function, function) ||
                                             (ent__str_eqz(function, "leader") &&
                                              (ent__str_eqz(note->function, "president") ||
                                               ent__str_eqz(note->function, "government"))));
            if (actor->kind == ENT_ACTOR_PERSON && (same_word || office)) {
                return a->actor;
            }
        } else if (form == ENT_ROLE_BODY || form == ENT_ROLE_GROUP) {
            bool same_kind = actor->kind == ENT_ACTOR_ORGANISATION && !note->common &&
                             sector.n > 0 && ent__str_eq(actor->sector, sector) &&
                             !ent__str_eqz(sector, "GOV");
            bool same_end = actor->kind == ENT_ACTOR_ORGANISATION && !note->common &&
                            ends_in(actor->name, f->tree->tokens[token].form);
            if (same_word || same_kind || same_end) {
                return a->actor;
            }
        }
    }
    bool body = form == ENT_ROLE_BODY || form == ENT_ROLE_GROUP;
    return body && !reading->plural ? last_named_like(r, token) : ENT_NONE;
}

static uint32_t last_organisation(const ent_coreader *r, uint32_t token, ent_str kind)
{
    const ent_finder *f = r->f;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (a->token >= token || actor->kind != ENT_ACTOR_ORGANISATION || a->nested) {
            continue;
        }
        ent_str own = f->notes[a->actor].function;
        bool league = ent__str_eqz(own, "igo") || ent__str_eqz(own, "alliance");
        if (ent__str_eqz(kind, "organisation") ? !f->notes[a->actor].common : league) {
            return a->actor;
        }
    }
    return ENT_NONE;
}

/* "his Chinese counterpart": the same office of another state. */
static uint32_t counterpart(const ent_coreader *r, uint32_t token, const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    ent_str none = {"", 0};
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t person = f->notes[a->actor].person;
        if (f->tree->tokens[token].sentence - a->sentence > 1) {
            break;
        }
        if (person == ENT_NONE || f->notes[a->actor].function.n == 0 ||
            f->notes[a->actor].code == reading->codes[0]) {
            continue;
        }
        uint32_t term = ent__term_of_office(f->lexicon, reading->codes[0],
                                            f->notes[a->actor].function, none, f->date);
        return term == ENT_NONE ? ENT_NONE
                                : ent__actor_of_person(f, f->lexicon->terms[term].person, term);
    }
    return ENT_NONE;
}

/* "its neighbour", "Russia's rival": the other of the last two. */
static uint32_t other_anaphor(const ent_coreader *r, const ent_phrase *p,
                              const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    uint32_t owner = reading->code_count > 0 ? reading->codes[0] : ENT_NONE;
    if (reading->possessor != ENT_NONE) {
        uint32_t phrase = f->token_phrase[reading->possessor];
        uint32_t actor = phrase == ENT_NONE ? ENT_NONE : f->phrases[phrase].actor;
        owner = actor == ENT_NONE ? ENT_NONE : ent__state_code_of(f, actor);
    }
    uint32_t code = owner == ENT_NONE ? ENT_NONE : ent__other_state(r, p->head, owner);
    return code == ENT_NONE ? ENT_NONE : ent__actor_of_state(f, code, ENT_NONE);
}

/* "the two countries", "both sides", "the four states", "the country". */
static uint32_t state_anaphor(const ent_coreader *r, const ent_phrase *p,
                              const ent_role_reading *reading, bool states)
{
    if (!reading->plural) {
        uint32_t code = states && reading->definite ? ent__last_state(r, p->head) : ENT_NONE;
        return code == ENT_NONE ? ENT_NONE : ent__actor_of_state(r->f, code, ENT_NONE);
    }
    if (reading->number > 2) {
        return ent__group_of(r, p->head, reading->number);
    }
    return reading->number == 2 || (!states && reading->definite)
               ? ent__group_pair(r, p->head, false)
               : ENT_NONE;
}

static uint32_t anaphor_actor(const ent_coreader *r, const ent_phrase *p,
                              const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    ent_str what = ent__table_cell(lx->agents, lx->entries[reading->role].row, lx->agent_function);
    if (ent__str_eqz(what, "counterpart")) {
        return reading->code_count == 1 && !reading->plural ? counterpart(r, p->head, reading)
                                                            : ENT_NONE;
    }
    if (reading->organisation != ENT_NONE && !reading->plural) { /* "the Hamas group" */
        return ent__actor_of_organisation(f, reading->organisation);
    }
    bool states = ent__str_eqz(what, "state"), sides = ent__str_eqz(what, "side");
    bool other = ent__str_eqz(what, "other"); /* "its neighbour", "the two rivals" */
    if (other && !reading->plural) {
        return other_anaphor(r, p, reading);
    }
    sides |= other;
    if (reading->code_count > 0) { /* "the Russian side" */
        return (states || sides) && reading->code_count == 1 && !reading->plural
                   ? ent__actor_of_state(f, reading->codes[0], ENT_NONE)
                   : ENT_NONE;
    }
    if (states || sides) {
        return state_anaphor(r, p, reading, states);
    }
    return reading->definite && !reading->plural ? last_organisation(r, p->head, what) : ENT_NONE;
}

/* Roles that in a text on one state are that state's: "police", "the
 * government". */
static bool public_office(const ent_finder *f, const ent_phrase *p, const ent_role_reading *reading)
{
    const ent_actor_index *lx = f->lexicon;
    uint32_t row = lx->entries[reading->role].row, first, last;
    uint8_t form = lx->entries[reading->role].form;
    ent_str sector = ent__table_cell(lx->agents, row, lx->agent_sector);
    ent_str word = ent__table_cell(lx->agents, row, lx->agent_word);
    bool body = form == ENT_ROLE_BODY || form == ENT_ROLE_GROUP;
    if (p->first < p->head && f->tree->tokens[p->head - 1].upos == ENT_UPOS_PROPN &&
        f->token_hit[p->head - 1] == ENT_NONE) {
        return false; /* "the Sacramento Kings" */
    }
    if (ent__phrase_name_run(f, p, &first, &last)) {
        return false;
    }
    if (ent__str_eqz(sector, "MIL")) {
        return form == ENT_ROLE_BODY && reading->definite;
    }
    if (ent__str_eqz(sector, "COP")) {
        return true;
    }
    if (!ent__str_eqz(sector, "GOV") && !ent__str_eqz(sector, "LEG") &&
        !ent__str_eqz(sector, "JUD")) {
        return false;
    }
    return body ? reading->definite || form == ENT_ROLE_GROUP
                : ent__str_eqz(word, "official") || ent__str_eqz(word, "lawmaker") ||
                      ent__str_eqz(word, "prosecutor") || ent__str_eqz(word, "minister") ||
                      (reading->definite && !reading->plural && reading->body == ENT_NONE &&
                       ent__table_cell(lx->agents, row, lx->agent_function).n > 0);
}

static void add_owner_codes(const ent_finder *f, uint32_t owner, ent_role_reading *reading)
{
    const ent_actor *a = &f->actors[owner];
    size_t count = a->member_count > 0 ? a->member_count : 1;
    for (size_t i = 0; i < count && reading->code_count < 8; i++) {
        uint32_t code = ent__state_code_of(f, a->member_count > 0 ? a->members[i] : owner);
        if (code != ENT_NONE) {
            reading->codes[reading->code_count++] = code;
        }
    }
}

/* "Turkey, whose parliament": the noun that the relative clause hangs on; other
 * words stay. */
static uint32_t relative_head(const ent_finder *f, uint32_t token)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t at = token;
    for (int depth = 0; depth < 6 && tokens[token].xpos == ENT_XPOS_WPS; depth++) {
        if (tokens[at].head == ENT_NO_TOKEN) {
            break;
        }
        if (tokens[at].deprel == ENT_DEP_acl_relcl) {
            return tokens[at].head;
        }
        at = tokens[at].head;
    }
    bool whose = tokens[token].xpos == ENT_XPOS_WPS; /* the clause hung up wrongly */
    return whose && token > 1 && ent__str_eqz(tokens[token - 1].form, ",") ? token - 2 : token;
}

/* "The President", "the Secretary of State" at a state's own briefing: its holder of the office
 * that is called so. */
static uint32_t office_of_host(ent_coreader *r, const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    uint32_t row = lx->entries[reading->role].row;
    uint32_t term = ent__term_of_office(lx, r->host_state,
                                        ent__table_cell(lx->agents, row, lx->agent_function),
                                        (ent_str){"", 0}, f->date);
    ent_str word = ent__table_cell(lx->agents, row, lx->agent_word);
    bool named = term != ENT_NONE && lx->terms[term].office.n == word.n &&
                 strncasecmp(lx->terms[term].office.p, word.p, word.n) == 0;
    return named ? ent__actor_of_person(f, lx->terms[term].person, term) : ENT_NONE;
}

/* A role without an owner: the text's last one, the possessor's, or the main
 * state's. */
static uint32_t ownerless_actor(ent_coreader *r, const ent_phrase *p, ent_role_reading *reading)
{
    ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    uint8_t form = lx->entries[reading->role].form;
    if (form == ENT_ROLE_TITLE) {
        return ENT_NONE;
    }
    if (reading->possessor != ENT_NONE) {
        uint32_t owner = f->token_phrase[relative_head(f, reading->possessor)];
        owner = owner == ENT_NONE ? ENT_NONE : f->phrases[owner].actor;
        if (owner != ENT_NONE) {
            add_owner_codes(f, owner, reading);
        }
        if (reading->code_count == 0 && reading->place_code != ENT_NONE) {
            reading->codes[reading->code_count++] = reading->place_code;
        }
        return ent__role_actor(f, p, reading);
    }
    ent_str sector = ent__table_cell(lx->agents, lx->entries[reading->role].row, lx->agent_sector);
    bool bodies = form == ENT_ROLE_BODY &&
                  (ent__str_eqz(sector, "GOV") || ent__str_eqz(sector, "MIL"));
    bool persons = form == ENT_ROLE_PERSON;
    uint32_t group = ENT_NONE;
    if (reading->plural && reading->number == 2 && (persons || bodies)) {
        group = ent__group_pair(r, p->head, !bodies);
        group = group == ENT_NONE && persons && ent__str_eqz(sector, "GOV")
                    ? ent__group_pair(r, p->head, false)
                    : group;
    } else if (reading->plural && (ent__str_eqz(sector, "GOV") || bodies)) {
        group = reading->number > 2 ? ent__group_of(r, p->head, reading->number)
                : reading->definite ? ent__group_last(r, p->head)
                                    : ENT_NONE;
    }
    if (group != ENT_NONE) {
        return group;
    }
    if (r->host_state != ENT_NONE && persons && reading->definite && reading->capital &&
        !reading->former && !reading->junior && !reading->plural) {
        uint32_t own = office_of_host(r, reading);
        if (own != ENT_NONE) {
            return own;
        }
    }
    if (reading->definite && !reading->former) {
        uint32_t same = last_fitting(r, p->head, reading);
        if (same != ENT_NONE) {
            return same;
        }
    }
    if (r->main_state != ENT_NONE && !reading->indefinite && public_office(f, p, reading)) {
        reading->codes[0] = r->main_state;
        reading->code_count = 1;
    }
    return ent__role_actor(f, p, reading);
}

static void resolve_nominal(ent_coreader *r, ent_phrase *p)
{
    ent_finder *f = r->f;
    ent_role_reading reading = ent__role_read(f, p);
    if (reading.role == ENT_NONE) {
        return;
    }
    bool anaphor = f->lexicon->entries[reading.role].form == ENT_ROLE_ANAPHOR;
    p->actor = anaphor ? anaphor_actor(r, p, &reading) : ownerless_actor(r, p, &reading);
    p->waiting = p->actor == ENT_NONE;
    ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, p->last, p->head, p->actor);
}

/* ---- pronouns ---- */

/* "It is clear that": nobody is meant. */
static bool expletive(const ent_finder *f, uint32_t token)
{
    const ent_token *t = &f->tree->tokens[token];
    if (t->deprel == ENT_DEP_expl || t->head == ENT_NO_TOKEN) {
        return true;
    }
    if (t->deprel != ENT_DEP_nsubj) {
        return false;
    }
    const ent_tree *tree = f->tree;
    return ent__child(tree, t->head, ENT_DEP_csubj) != ENT_NO_TOKEN ||
           ent__child(tree, t->head, ENT_DEP_cop) != ENT_NO_TOKEN;
}

static void resolve_pronoun(ent_coreader *r, ent_phrase *p)
{
    ent_finder *f = r->f;
    ent_wanted what = ent__pronoun_wants(f->tree->tokens[p->head].form);
    if (what == ENT_WANT_NOTHING || what == ENT_WANT_SPEAKER || what == ENT_WANT_SPEAKERS ||
        (what == ENT_WANT_THING && expletive(f, p->head))) {
        return;
    }
    if (what == ENT_WANT_PLURAL) {
        p->actor = ent__group_coordinated(r, p->head);
    }
    if (p->actor == ENT_NONE) {
        p->actor = best_antecedent(r, p->head, what);
    }
    if (p->actor == ENT_NONE && what == ENT_WANT_PLURAL) {
        p->actor = ent__group_met(r, p->head);
    }
    p->waiting = p->actor == ENT_NONE;
    ent__mention_add(f, ENT_MENTION_PRONOUN, p->first, p->last, p->head, p->actor);
}

/* ---- reading order ---- */

static uint32_t main_state_of(const ent_finder *f)
{
    const ent_actor_index *lx = f->lexicon;
    uint32_t best = ENT_NONE;
    size_t total = 0;
    for (uint32_t code = 0; code < lx->code_count; code++) {
        if (lx->code_state[code]) {
            total += f->evidence[code];
            best = best == ENT_NONE || f->evidence[code] > f->evidence[best] ? code : best;
        }
    }
    if (best != ENT_NONE && f->evidence[best] >= 3 && f->evidence[best] * 10u >= total * 6u) {
        return best;
    }
    for (size_t h = 0; h < f->hit_count && h < 4; h++) { /* the dateline: "NAIROBI (AP) --" */
        const ent_entry *e = ent__hit_entry(f, (uint32_t)h);
        const ent_token *token = &f->tree->tokens[f->hits[h].first];
        if (!f->hits[h].dropped && e->kind == ENT_ENTRY_STATE &&
            (token->flags & ENT_TOKEN_ALL_CAPS) && token->form.n > 3 &&
            ent__is_place(f, f->hits[h].head)) {
            return e->code;
        }
    }
    return ENT_NONE;
}

static uint32_t actor_of_nested(ent_finder *f, const ent_phrase *p, uint32_t h)
{
    const ent_hit *hit = &f->hits[h];
    const ent_entry *e = ent__hit_entry(f, h);
    if (hit->dropped || (hit->first <= p->head && p->head <= hit->last)) {
        return ENT_NONE;
    }
    switch ((ent_entry_kind)e->kind) {
    case ENT_ENTRY_STATE: return ent__actor_of_state(f, e->code, hit->entry);
    case ENT_ENTRY_ORGANISATION: return ent__actor_of_organisation(f, hit->entry);
    case ENT_ENTRY_PERSON:
    case ENT_ENTRY_SURNAME: return ent__actor_of_person(f, e->row, ENT_NONE);
    default: return ENT_NONE;
    }
}

/* "dozens of Russian soldiers", "members of the Senate", "one of them": the
 * head only counts. */
static bool counts_only(const ent_finder *f, const ent_phrase *p)
{
    static const char *const words[] = {
        "dozen",  "hundred", "thousand",   "score", "number", "member", "majority", "handful",
        "couple", "group",   "part",       "rest",  "one",    "some",   "most",     "all",
        "many",   "several", "half",       "two",   "three",  "both",   "each",     "million",
        "crowd",  "team",    "delegation", "wave",  "convoy", "any",    "none",     "unit"};
    ent_str lemma = f->tree->tokens[p->head].lemma;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_ieqz(lemma, words[i])) {
            return true;
        }
    }
    return false;
}

static void see_through(ent_finder *f)
{
    static const char *const of[] = {"of", NULL};
    for (size_t i = f->phrase_count; i-- > 0 && !f->failed;) {
        ent_phrase *p = &f->phrases[i];
        if ((p->actor != ENT_NONE && f->actors[p->actor].code.n > 0) || !counts_only(f, p)) {
            continue;
        }
        size_t count;
        const uint32_t *children = ent__children(f->tree, p->head, &count);
        for (size_t c = 0; c < count; c++) {
            uint32_t q = f->token_phrase[children[c]];
            if (q != ENT_NONE && f->tree->tokens[children[c]].deprel == ENT_DEP_nmod &&
                f->phrases[q].head == children[c] && f->phrases[q].actor != ENT_NONE &&
                children[c] > p->head && ent__phrase_has_case(f, children[c], of)) {
                p->actor = f->phrases[q].actor;
                ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, f->phrases[q].last, p->head,
                                 p->actor);
                break;
            }
        }
    }
}

/* "the ministers of both countries": once it is known whose they are. */
static void give_described_owners(ent_finder *f)
{
    static const char *const of[] = {"of", NULL};
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        size_t count;
        const uint32_t *children = ent__children(f->tree, p->head, &count);
        if (p->kind != ENT_MENTION_NOMINAL ||
            (p->actor != ENT_NONE &&
             f->actors[p->actor].code.n + f->actors[p->actor].member_count > 0)) {
            continue;
        }
        for (size_t c = 0; c < count; c++) {
            uint32_t q = f->token_phrase[children[c]];
            if (children[c] < p->head || q == ENT_NONE || f->phrases[q].actor == ENT_NONE ||
                f->phrases[q].head != children[c] || f->phrases[q].kind == ENT_MENTION_NAME ||
                !ent__phrase_has_case(f, children[c], of)) {
                continue;
            }
            ent_role_reading reading = ent__role_read(f, p);
            uint8_t form = reading.role == ENT_NONE ? ENT_ROLE_ANAPHOR
                                                    : f->lexicon->entries[reading.role].form;
            if (reading.code_count == 0 && form != ENT_ROLE_ANAPHOR && form != ENT_ROLE_TITLE) {
                add_owner_codes(f, f->phrases[q].actor, &reading);
                uint32_t actor =
                    reading.code_count > 0 ? ent__role_actor(f, p, &reading) : ENT_NONE;
                if (actor != ENT_NONE) {
                    ent__phrase_set_actor(f, p, actor);
                }
            }
            break;
        }
    }
}

void ent__corefer(ent_finder *f)
{
    ent_coreader r = {.f = f};
    r.seen = ent__arena_array(f->scratch, f->phrase_count + f->hit_count * 2 + 1, sizeof *r.seen);
    r.quoted = ent__arena_array(f->scratch, f->tree->token_count + 1, sizeof *r.quoted);
    if (r.seen == NULL || r.quoted == NULL) {
        f->failed = true;
        return;
    }
    r.host_state = ent__transcript_host(f);
    r.main_state = main_state_of(f);
    ent__quotations_mark(&r);
    uint32_t next_hit = 0;
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        for (uint32_t h = p->hit_first > next_hit ? p->hit_first : next_hit; h < p->hit_end; h++) {
            see(&r, actor_of_nested(f, p, h), f->hits[h].head, true, true);
            next_hit = h + 1;
        }
        if (p->waiting && p->kind == ENT_MENTION_PRONOUN) {
            resolve_pronoun(&r, p);
        } else if (p->waiting) {
            resolve_nominal(&r, p);
        }
        see(&r, p->actor, p->head, p->kind == ENT_MENTION_NAME, false);
    }
    ent__speakers_resolve(&r);
    see_through(f);
    give_described_owners(f);
}
