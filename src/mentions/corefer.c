/* Who a pronoun or a nominal means: "he", "its", "the two countries", "the minister", "we" in a
 * quotation.  Antecedents are weighed by distance, subject, name and agreement in gender and
 * number, after Lappin and Leass (1994), An algorithm for pronominal anaphora resolution.
 * In: phrases with names resolved.  Out: further mentions.  O(phrases x window). */
#include "find.h"

#include <string.h>
#include <strings.h>

enum { WINDOW = 48, SENTENCES_BACK = 4 };

typedef struct {
    uint32_t actor, token, sentence;
    bool subject, name, nested, place;
} antecedent;

typedef struct {
    ent_finder *f;
    antecedent *seen; /* in reading order */
    size_t count;
    int8_t *quoted;   /* per token: inside quotation marks */
    uint32_t main_state; /* the state that the text is about; ENT_NONE */
} reader;

typedef enum { WANT_MAN, WANT_WOMAN, WANT_THING, WANT_PLURAL, WANT_SPEAKER, WANT_SPEAKERS,
               WANT_NOTHING } wanted;

static bool is_subject(const ent_finder *f, uint32_t token)
{
    uint8_t d = f->tree->tokens[token].deprel;
    return d == ENT_DEP_nsubj || d == ENT_DEP_nsubj_pass || d == ENT_DEP_nsubj_outer;
}

static void see(reader *r, uint32_t actor, uint32_t token, bool name, bool nested)
{
    if (actor != ENT_NONE) {
        r->seen[r->count++] = (antecedent){.actor = actor, .token = token,
                                           .sentence = r->f->tree->tokens[token].sentence,
                                           .subject = is_subject(r->f, token), .name = name,
                                           .nested = nested,
                                           .place = name && ent__is_place(r->f, token)};
    }
}

static wanted pronoun_wants(ent_str form)
{
    static const struct {
        const char *word;
        wanted what;
    } words[] = {
        {"he", WANT_MAN},       {"him", WANT_MAN},        {"his", WANT_MAN},
        {"himself", WANT_MAN},  {"she", WANT_WOMAN},      {"her", WANT_WOMAN},
        {"hers", WANT_WOMAN},   {"herself", WANT_WOMAN},  {"it", WANT_THING},
        {"its", WANT_THING},    {"itself", WANT_THING},   {"they", WANT_PLURAL},
        {"them", WANT_PLURAL},  {"their", WANT_PLURAL},   {"themselves", WANT_PLURAL},
        {"i", WANT_SPEAKER},    {"me", WANT_SPEAKER},     {"my", WANT_SPEAKER},
        {"myself", WANT_SPEAKER}, {"we", WANT_SPEAKERS},  {"us", WANT_SPEAKERS},
        {"our", WANT_SPEAKERS}, {"ours", WANT_SPEAKERS},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_ieqz(form, words[i].word)) {
            return words[i].what;
        }
    }
    return WANT_NOTHING;
}

static bool agrees(const ent_finder *f, uint32_t actor, wanted what)
{
    const ent_actor *a = &f->actors[actor];
    switch (what) {
    case WANT_MAN:
        return a->kind == ENT_ACTOR_PERSON && !a->plural && a->gender != 'f';
    case WANT_WOMAN:
        return a->kind == ENT_ACTOR_PERSON && !a->plural && a->gender != 'm';
    case WANT_THING:
        return !a->plural && (a->kind == ENT_ACTOR_STATE || a->kind == ENT_ACTOR_ORGANISATION ||
                              (a->kind == ENT_ACTOR_UNKNOWN));
    case WANT_PLURAL:
        return a->plural || a->kind == ENT_ACTOR_GROUP || a->kind == ENT_ACTOR_ORGANISATION;
    default:
        return false;
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
    uint32_t phrase = subject == ENT_NO_TOKEN || subject == token ? ENT_NONE
                                                                  : f->token_phrase[subject];
    return phrase != ENT_NONE && f->phrases[phrase].actor == actor;
}

static int weight(const reader *r, const antecedent *a, uint32_t token, wanted what)
{
    const ent_finder *f = r->f;
    uint32_t back = f->tree->tokens[token].sentence - a->sentence;
    const ent_actor *actor = &f->actors[a->actor];
    int score = 100 - 30 * (int)back;
    score += a->subject ? 20 : 0;
    score += a->name ? 8 : 0;
    score -= a->nested ? 25 : 0;
    score -= a->place ? 35 : 0;
    score -= f->notes[a->actor].common ? 6 : 0;
    if (what == WANT_MAN || what == WANT_WOMAN) {
        score += actor->gender != 0 ? 10 : 0;
    } else if (what == WANT_PLURAL) {
        score += actor->plural ? 15 : -20;
    } else if (what == WANT_THING) {
        score -= actor->kind == ENT_ACTOR_UNKNOWN ? 25 : 0;
    }
    uint32_t distance = token - a->token;
    return score - (int)(distance < 40 ? distance / 4 : 10);
}

static uint32_t best_antecedent(const reader *r, uint32_t token, wanted what)
{
    const ent_finder *f = r->f;
    uint32_t best = ENT_NONE;
    int best_score = 30;
    size_t looked = 0;
    for (size_t i = r->count; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK) {
            break;
        }
        if (a->token >= token || !agrees(f, a->actor, what) ||
            fellow_argument(f, a->token, token) || subject_of_same(f, token, a->actor)) {
            continue;
        }
        int score = weight(r, a, token, what);
        if (score > best_score) {
            best_score = score;
            best = a->actor;
        }
    }
    return best;
}

/* "Trump and Putin ... they": the latest subject coordination before the pronoun. */
static uint32_t coordinated(const reader *r, uint32_t token)
{
    ent_finder *f = r->f;
    const ent_token *tokens = f->tree->tokens;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        if (tokens[token].sentence - a->sentence > 1) {
            break;
        }
        if (tokens[a->token].deprel != ENT_DEP_conj || a->token >= token) {
            continue;
        }
        uint32_t head = tokens[a->token].head, members[2] = {ENT_NONE, a->actor};
        for (size_t k = i; k-- > 0 && r->seen[k].sentence == a->sentence;) {
            if (r->seen[k].token == head) {
                members[0] = r->seen[k].actor;
                break;
            }
        }
        if (members[0] != ENT_NONE && members[0] != members[1] &&
            f->actors[members[0]].kind == f->actors[members[1]].kind &&
            (is_subject(f, head) || tokens[token].sentence == a->sentence)) {
            return ent__actor_group(f, members, 2, "coordination");
        }
    }
    return ENT_NONE;
}

/* ---- quotations ---- */

static void mark_quotations(reader *r)
{
    const ent_tree *tree = r->f->tree;
    bool open = false;
    uint32_t block = ENT_NONE;
    for (uint32_t t = 0; t < tree->token_count; t++) {
        ent_str form = tree->tokens[t].form;
        uint32_t own = tree->sentences[tree->tokens[t].sentence].block;
        if (own != block) {
            block = own;
            open = false;
        }
        bool opens = ent__str_eqz(form, "\xE2\x80\x9C") || ent__str_eqz(form, "``");
        bool closes = ent__str_eqz(form, "\xE2\x80\x9D") || ent__str_eqz(form, "''");
        bool either = ent__str_eqz(form, "\"");
        if (opens || closes || either) {
            open = opens || (either && !open);
        }
        r->quoted[t] = open;
    }
}

static bool is_speech(ent_str lemma)
{
    static const char *const verbs[] = {
        "say", "tell", "add", "note", "argue", "claim", "warn", "write", "insist", "declare",
        "announce", "explain", "stress", "ask", "reply", "respond", "comment", "remark", "tweet",
        "post", "continue", "conclude", "admit", "acknowledge", "deny", "emphasize", "emphasise",
        "state", "assert", "observe", "recall", "suggest", "caution", "vow", "pledge", "quip",
        "joke", "complain", "lament", "maintain", "contend", "predict", "urge"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (ent__str_eqz(lemma, verbs[i])) {
            return true;
        }
    }
    return false;
}

/* Who speaks in a sentence, outside the quotation marks. */
static uint32_t speaker_of(const reader *r, uint32_t sentence)
{
    const ent_finder *f = r->f;
    const ent_sentence *s = &f->tree->sentences[sentence];
    for (uint32_t t = s->first; t < s->first + s->token_count; t++) {
        const ent_token *token = &f->tree->tokens[t];
        if (token->upos != ENT_UPOS_VERB || r->quoted[t] || !is_speech(token->lemma)) {
            continue;
        }
        uint32_t subject = ent__child(f->tree, t, ENT_DEP_nsubj);
        uint32_t phrase = subject == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[subject];
        if (phrase != ENT_NONE && f->phrases[phrase].actor != ENT_NONE) {
            return f->phrases[phrase].actor;
        }
    }
    return ENT_NONE;
}

static uint32_t speaker_near(const reader *r, uint32_t token)
{
    const ent_finder *f = r->f;
    uint32_t own = f->tree->tokens[token].sentence, block = f->tree->sentences[own].block;
    for (uint32_t back = 0; back <= 3 && back <= own; back++) {
        uint32_t sentence = own - back;
        if (back > 1 && f->tree->sentences[sentence].block != block) {
            break;
        }
        uint32_t speaker = speaker_of(r, sentence);
        if (speaker != ENT_NONE) {
            return speaker;
        }
    }
    bool more = own + 1 < f->tree->sentence_count && f->tree->sentences[own + 1].block == block;
    return more ? speaker_of(r, own + 1) : ENT_NONE;
}

/* "We" of an official is the state; of anybody else it stays with the speaker. */
static uint32_t side_of_speaker(ent_finder *f, uint32_t speaker)
{
    const ent_actor *a = &f->actors[speaker];
    uint32_t code = f->notes[speaker].code;
    bool official = ent__str_eqz(a->sector, "GOV") || ent__str_eqz(a->sector, "MIL");
    return official && code != ENT_NONE && f->lexicon->code_state[code]
               ? ent__actor_of_state(f, code, ENT_NONE)
               : speaker;
}

/* "Our troops": once it is known who speaks, whose they are. */
static void give_owner(ent_finder *f, uint32_t pronoun, uint32_t owner)
{
    uint32_t head = f->tree->tokens[pronoun].head, code = f->notes[owner].code;
    uint32_t number = head == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[head];
    if (number == ENT_NONE || code == ENT_NONE || !f->lexicon->code_state[code] ||
        f->tree->tokens[pronoun].deprel != ENT_DEP_nmod_poss) {
        return;
    }
    ent_phrase *p = &f->phrases[number];
    if (p->actor == ENT_NONE || !f->notes[p->actor].common || f->actors[p->actor].code.n > 0) {
        return;
    }
    ent_role_reading reading = ent__role_read(f, p);
    reading.codes[0] = code;
    reading.code_count = 1;
    uint32_t actor = reading.role == ENT_NONE ? ENT_NONE : ent__role_actor(f, p, &reading);
    for (size_t m = 0; m < f->mention_count && actor != ENT_NONE; m++) {
        if (f->mentions[m].head == p->head && f->mentions[m].actor == p->actor) {
            f->mentions[m].actor = actor;
        }
    }
    p->actor = actor != ENT_NONE ? actor : p->actor;
}

static void resolve_speakers(reader *r)
{
    ent_finder *f = r->f;
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        if (!p->waiting || p->kind != ENT_MENTION_PRONOUN || !r->quoted[p->head]) {
            continue;
        }
        wanted what = pronoun_wants(f->tree->tokens[p->head].form);
        if (what != WANT_SPEAKER && what != WANT_SPEAKERS) {
            continue;
        }
        uint32_t speaker = speaker_near(r, p->head);
        if (speaker != ENT_NONE) {
            p->actor = what == WANT_SPEAKERS ? side_of_speaker(f, speaker) : speaker;
            p->waiting = false;
            ent__mention_add(f, ENT_MENTION_PRONOUN, p->first, p->last, p->head, p->actor);
            give_owner(f, p->head, p->actor);
        }
    }
}

/* ---- nominals ---- */

static uint32_t state_code_of(const ent_finder *f, uint32_t actor)
{
    uint32_t code = f->notes[actor].code;
    return code != ENT_NONE && f->lexicon->code_state[code] ? code : ENT_NONE;
}

/* Joined to another by "and" or "or", and nobody else with them: its partner in r->seen. */
static const antecedent *joined_to(const reader *r, const antecedent *a)
{
    const ent_finder *f = r->f;
    const ent_token *token = &f->tree->tokens[a->token];
    const antecedent *partner = NULL;
    if (token->deprel != ENT_DEP_conj) {
        return NULL;
    }
    for (const antecedent *b = a; b-- > r->seen && b->sentence == a->sentence;) {
        bool with_them = b->token == token->head ||
                         (f->tree->tokens[b->token].head == token->head &&
                          f->tree->tokens[b->token].deprel == ENT_DEP_conj);
        if (with_them && state_code_of(f, b->actor) != ENT_NONE) {
            if (partner != NULL || b->token != token->head) {
                return NULL; /* three of them are not "the two" */
            }
            partner = b;
        }
    }
    return partner;
}

/* "Finland and Sweden applied ... The two countries": two states that were the subject together mean
 * more than two that happen to stand nearer. */
static uint32_t joined_pair_before(const reader *r, uint32_t token)
{
    ent_finder *f = r->f;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK) {
            break;
        }
        const antecedent *partner = a->token < token ? joined_to(r, a) : NULL;
        uint32_t code = state_code_of(f, a->actor);
        uint32_t other = partner == NULL ? ENT_NONE : state_code_of(f, partner->actor);
        if (partner != NULL && partner->subject && code != ENT_NONE && code != other) {
            uint32_t members[2] = {ent__actor_of_state(f, other, ENT_NONE),
                                   ent__actor_of_state(f, code, ENT_NONE)};
            bool known = members[0] != ENT_NONE && members[1] != ENT_NONE;
            return known ? ent__actor_group(f, members, 2, "the two") : ENT_NONE;
        }
    }
    return ENT_NONE;
}

/* "the two countries", "both leaders": two that were a subject together, else the last two different
 * states or persons named. */
static uint32_t pair_before(const reader *r, uint32_t token, bool persons)
{
    ent_finder *f = r->f;
    uint32_t members[2] = {ENT_NONE, ENT_NONE};
    uint32_t codes[2] = {ENT_NONE, ENT_NONE};
    size_t count = 0, looked = 0;
    uint32_t joined = persons ? ENT_NONE : joined_pair_before(r, token);
    if (joined != ENT_NONE) {
        return joined;
    }
    for (size_t i = r->count; i-- > 0 && count < 2 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        uint32_t code = state_code_of(f, a->actor);
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK) {
            break;
        }
        bool fits = persons ? actor->kind == ENT_ACTOR_PERSON && !actor->plural
                            : code != ENT_NONE;
        if (!fits || a->place || a->token >= token ||
            (count == 1 && persons && members[0] == a->actor) ||
            (count == 1 && !persons && codes[0] == code)) {
            continue;
        }
        members[count] = persons ? a->actor : ent__actor_of_state(f, code, ENT_NONE);
        codes[count++] = code;
    }
    if (count < 2 || members[0] == ENT_NONE || members[1] == ENT_NONE) {
        return ENT_NONE;
    }
    uint32_t ordered[2] = {members[1], members[0]};
    return ent__actor_group(f, ordered, 2, "the two");
}

/* Has the state a crowned head? */
static bool is_kingdom(const ent_finder *f, uint32_t code)
{
    ent_str none = {"", 0};
    uint32_t term = ent__term_of_office(f->lexicon, code, ENT_LIT("state"), none, f->date);
    return term != ENT_NONE && ent__str_eqz(f->lexicon->terms[term].function, "state");
}

static uint32_t last_state(const reader *r, uint32_t token, bool kingdom)
{
    const ent_finder *f = r->f;
    uint32_t best = ENT_NONE;
    int best_score = 20;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        uint32_t code = state_code_of(f, a->actor);
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK) {
            break;
        }
        if (code == ENT_NONE || a->token >= token || (kingdom && !is_kingdom(f, code))) {
            continue;
        }
        int score = weight(r, a, token, WANT_THING) +
                    (f->actors[a->actor].kind == ENT_ACTOR_STATE ? 15 : 0) + (a->nested ? 15 : 0);
        if (score > best_score) {
            best_score = score;
            best = code;
        }
    }
    return best;
}

/* "the Commission" after "the European Commission". */
static bool ends_in(ent_str name, ent_str word)
{
    return word.n > 3 && name.n > word.n && name.p[name.n - word.n - 1] == ' ' &&
           strncasecmp(name.p + name.n - word.n, word.p, word.n) == 0;
}

/* The last actor that "the minister", "the company", "the group" can mean. */
static uint32_t last_fitting(const reader *r, uint32_t token, const ent_role_reading *reading)
{
    const ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    uint32_t row = lx->entries[reading->role].row;
    ent_str function = ent__table_cell(lx->agents, row, lx->agent_function);
    ent_str sector = ent__table_cell(lx->agents, row, lx->agent_sector);
    ent_str word = ent__table_cell(lx->agents, row, lx->agent_word);
    uint8_t form = lx->entries[reading->role].form;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        const ent_actor_note *note = &f->notes[a->actor];
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK + 4) {
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
    return ENT_NONE;
}

static uint32_t last_organisation(const reader *r, uint32_t token, ent_str kind)
{
    const ent_finder *f = r->f;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        if (f->tree->tokens[token].sentence - a->sentence > SENTENCES_BACK) {
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
static uint32_t counterpart(const reader *r, uint32_t token, const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    ent_str none = {"", 0};
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < WINDOW; looked++) {
        const antecedent *a = &r->seen[i];
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

static uint32_t anaphor_actor(const reader *r, const ent_phrase *p, const ent_role_reading *reading)
{
    ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    ent_str what =
        ent__table_cell(lx->agents, lx->entries[reading->role].row, lx->agent_function);
    if (ent__str_eqz(what, "counterpart")) {
        return reading->code_count == 1 && !reading->plural ? counterpart(r, p->head, reading)
                                                            : ENT_NONE;
    }
    if (reading->organisation != ENT_NONE && !reading->plural) { /* "the Hamas group" */
        return ent__actor_of_organisation(f, reading->organisation);
    }
    bool states = ent__str_eqz(what, "state"), sides = ent__str_eqz(what, "side");
    if (reading->code_count > 0) { /* "the Russian side" */
        return (states || sides) && reading->code_count == 1 && !reading->plural
                   ? ent__actor_of_state(f, reading->codes[0], ENT_NONE)
                   : ENT_NONE;
    }
    if (states || sides) {
        if (reading->plural) {
            return reading->two || (sides && reading->definite) ? pair_before(r, p->head, false)
                                                                : ENT_NONE;
        }
        bool kingdom = ent__str_ieqz(f->tree->tokens[p->head].form, "kingdom");
        uint32_t code = states && reading->definite ? last_state(r, p->head, kingdom) : ENT_NONE;
        return code == ENT_NONE ? ENT_NONE : ent__actor_of_state(f, code, ENT_NONE);
    }
    return reading->definite && !reading->plural ? last_organisation(r, p->head, what) : ENT_NONE;
}

/* Roles that in a text on one state are that state's: "police", "the government". */
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

/* A role without an owner: the text's last one, the possessor's, or the main state's. */
static uint32_t ownerless_actor(reader *r, const ent_phrase *p, ent_role_reading *reading)
{
    ent_finder *f = r->f;
    const ent_actor_index *lx = f->lexicon;
    uint8_t form = lx->entries[reading->role].form;
    if (form == ENT_ROLE_TITLE) {
        return ENT_NONE;
    }
    if (reading->possessor != ENT_NONE) {
        uint32_t owner = f->token_phrase[reading->possessor];
        owner = owner == ENT_NONE ? ENT_NONE : f->phrases[owner].actor;
        if (owner != ENT_NONE) {
            const ent_actor *a = &f->actors[owner];
            size_t count = a->member_count > 0 ? a->member_count : 1;
            for (size_t i = 0; i < count && reading->code_count < 8; i++) {
                uint32_t code = state_code_of(f, a->member_count > 0 ? a->members[i] : owner);
                if (code != ENT_NONE) {
                    reading->codes[reading->code_count++] = code;
                }
            }
        }
        if (reading->code_count == 0 && reading->place_code != ENT_NONE) {
            reading->codes[reading->code_count++] = reading->place_code;
        }
        return ent__role_actor(f, p, reading);
    }
    if (reading->plural && reading->two && form == ENT_ROLE_PERSON) {
        uint32_t pair = pair_before(r, p->head, true);
        if (pair != ENT_NONE) {
            return pair;
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

static void resolve_nominal(reader *r, ent_phrase *p)
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

static void resolve_pronoun(reader *r, ent_phrase *p)
{
    ent_finder *f = r->f;
    wanted what = pronoun_wants(f->tree->tokens[p->head].form);
    if (what == WANT_NOTHING || what == WANT_SPEAKER || what == WANT_SPEAKERS ||
        (what == WANT_THING && expletive(f, p->head))) {
        return;
    }
    if (what == WANT_PLURAL) {
        p->actor = coordinated(r, p->head);
    }
    if (p->actor == ENT_NONE) {
        p->actor = best_antecedent(r, p->head, what);
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
    case ENT_ENTRY_STATE:
        return ent__actor_of_state(f, e->code, hit->entry);
    case ENT_ENTRY_ORGANISATION:
        return ent__actor_of_organisation(f, hit->entry);
    case ENT_ENTRY_PERSON:
    case ENT_ENTRY_SURNAME:
        return ent__actor_of_person(f, e->row, ENT_NONE);
    default:
        return ENT_NONE;
    }
}

/* "dozens of Russian soldiers", "members of the Senate", "one of them": the head only counts. */
static bool counts_only(const ent_finder *f, const ent_phrase *p)
{
    static const char *const words[] = {"dozen", "hundred", "thousand", "score", "number", "member",
                                        "majority", "handful", "couple", "group", "part", "rest",
                                        "one", "some", "most", "all", "many", "several", "half",
                                        "two", "three", "both", "each", "million", "crowd", "team",
                                        "delegation", "wave", "convoy", "any", "none", "unit"};
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
                ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, f->phrases[q].last,
                                 p->head, p->actor);
                break;
            }
        }
    }
}

void ent__corefer(ent_finder *f)
{
    reader r = {.f = f};
    r.seen = ent__arena_array(f->scratch, f->phrase_count + f->hit_count * 2 + 1, sizeof *r.seen);
    r.quoted = ent__arena_array(f->scratch, f->tree->token_count + 1, sizeof *r.quoted);
    if (r.seen == NULL || r.quoted == NULL) {
        f->failed = true;
        return;
    }
    r.main_state = main_state_of(f);
    mark_quotations(&r);
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
    resolve_speakers(&r);
    see_through(f);
}
