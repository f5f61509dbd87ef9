/* Which states a description means: "they", "the two countries", "both sides",
 * "the four states", "the country", "the island", "its neighbour".  States that
 * were a subject together, or were called a pair before, mean more than two
 * that happen to stand nearer; the subject of the same clause is never meant,
 * because it would be "it" or "its". In: antecedents in reading order.  Out:
 * actors.  O(antecedents looked back on) each. */
#include "corefer.h"

#include <strings.h>

enum { GROUP_SENTENCES_BACK = 9, MEMBER_MAX = 8 };

typedef struct {
    uint32_t list[MEMBER_MAX];
    size_t count;
} code_set;

uint32_t ent__state_code_of(const ent_finder *f, uint32_t actor)
{
    uint32_t code = f->notes[actor].code;
    return code != ENT_NONE && f->lexicon->code_state[code] ? code : ENT_NONE;
}

static bool has(const code_set *set, uint32_t code)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->list[i] == code) {
            return true;
        }
    }
    return false;
}

static void add(code_set *set, uint32_t code)
{
    if (code != ENT_NONE && !has(set, code) && set->count < MEMBER_MAX) {
        set->list[set->count++] = code;
    }
}

/* The states of an actor: its own, or those of a group's members. */
static void add_states(const ent_finder *f, uint32_t actor, code_set *out)
{
    const ent_actor *a = &f->actors[actor];
    if (a->member_count == 0) {
        add(out, ent__state_code_of(f, actor));
    }
    for (size_t i = 0; i < a->member_count; i++) {
        add(out, ent__state_code_of(f, a->members[i]));
    }
}

static bool overlap(const code_set *a, const code_set *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (has(b, a->list[i])) {
            return true;
        }
    }
    return false;
}

/* An actor of states in the order they were named. */
static uint32_t group_of_codes(ent_finder *f, const code_set *set, const char *rule)
{
    uint32_t members[MEMBER_MAX];
    for (size_t i = 0; i < set->count; i++) {
        members[i] = ent__actor_of_state(f, set->list[i], ENT_NONE);
        if (members[i] == ENT_NONE) {
            return ENT_NONE;
        }
    }
    return set->count < 2 ? ENT_NONE : ent__actor_group(f, members, set->count, rule);
}

static bool is_subject(const ent_finder *f, uint32_t token)
{
    uint8_t d = f->tree->tokens[token].deprel;
    return d == ENT_DEP_nsubj || d == ENT_DEP_nsubj_pass || d == ENT_DEP_nsubj_outer;
}

static void add_states_at(const ent_finder *f, uint32_t token, code_set *out)
{
    uint32_t phrase = token == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[token];
    if (phrase != ENT_NONE && f->phrases[phrase].actor != ENT_NONE) {
        add_states(f, f->phrases[phrase].actor, out);
    }
}

/* States that are the subject of the clause round a token. */
static void clause_subject(const ent_finder *f, uint32_t token, code_set *out)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t at = token;
    for (int depth = 0; depth < 8 && tokens[at].head != ENT_NO_TOKEN; depth++) {
        uint32_t head = tokens[at].head, subject = ent__child(f->tree, head, ENT_DEP_nsubj);
        if (is_subject(f, at)) {
            return;
        }
        if (subject != ENT_NO_TOKEN && subject != at) {
            size_t n;
            const uint32_t *children = ent__children(f->tree, subject, &n);
            add_states_at(f, subject, out);
            for (size_t i = 0; i < n; i++) {
                if (tokens[children[i]].deprel == ENT_DEP_conj) {
                    add_states_at(f, children[i], out);
                }
            }
            return;
        }
        at = head;
    }
}

/* ---- coordinations -------------------------------------------------------------------------- */

/* First number in r->seen of the coordination that the i-th one belongs to, by
 * its first member's token; ENT_NO_TOKEN when it stands alone. */
static uint32_t coordination_head(const ent_finder *f, const ent_antecedent *a)
{
    const ent_token *t = &f->tree->tokens[a->token];
    return t->deprel == ENT_DEP_conj ? t->head : ENT_NO_TOKEN;
}

/* All antecedents of one coordination, from its first member on; returns how
 * many. */
static size_t coordination(const ent_coreader *r, size_t last, uint32_t out[MEMBER_MAX])
{
    const ent_antecedent *a = &r->seen[last];
    uint32_t head = coordination_head(r->f, a);
    size_t count = 0, first = last;
    if (head == ENT_NO_TOKEN) {
        return 0;
    }
    while (first > 0 && r->seen[first - 1].sentence == a->sentence &&
           r->seen[first - 1].token >= head) {
        first--;
    }
    for (size_t i = first; i <= last && count < MEMBER_MAX; i++) {
        if (r->seen[i].token == head || coordination_head(r->f, &r->seen[i]) == head) {
            out[count++] = r->seen[i].actor;
        }
    }
    return count > 0 && r->seen[first].token == head ? count : 0;
}

uint32_t ent__group_coordinated(const ent_coreader *r, uint32_t token)
{
    ent_finder *f = r->f;
    const ent_token *tokens = f->tree->tokens;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t members[MEMBER_MAX], head = coordination_head(f, a);
        if (tokens[token].sentence - a->sentence > 1) {
            break;
        }
        size_t count = a->token < token ? coordination(r, i, members) : 0;
        bool fits = count > 1 && (is_subject(f, head) || tokens[token].sentence == a->sentence);
        for (size_t k = 1; k < count && fits; k++) {
            fits = members[k] != members[0] &&
                   f->actors[members[k]].kind == f->actors[members[0]].kind;
        }
        if (fits) {
            return ent__actor_group(f, members, count, "coordination");
        }
    }
    return ENT_NONE;
}

/* Is one the subject, the other an object or oblique of the same verb? */
static bool of_one_verb(const ent_finder *f, uint32_t subject, uint32_t other)
{
    const ent_token *s = &f->tree->tokens[subject], *o = &f->tree->tokens[other];
    return is_subject(f, subject) && !is_subject(f, other) && s->head == o->head &&
           s->head != ENT_NO_TOKEN;
}

uint32_t ent__group_met(const ent_coreader *r, uint32_t token)
{
    ent_finder *f = r->f;
    const ent_antecedent *two[2];
    size_t count = 0;
    for (size_t i = r->count; i-- > 0;) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t back = f->tree->tokens[token].sentence - a->sentence;
        if (back > 1) {
            break;
        }
        const ent_actor *actor = &f->actors[a->actor];
        bool may = back == 1 && !a->place && !a->nested && !actor->plural &&
                   (actor->kind == ENT_ACTOR_PERSON || actor->kind == ENT_ACTOR_STATE);
        if (may && count < 2) {
            two[count] = a;
        }
        count += may;
    }
    if (count != 2 || two[0]->actor == two[1]->actor ||
        f->actors[two[0]->actor].kind != f->actors[two[1]->actor].kind ||
        !of_one_verb(f, two[1]->token, two[0]->token)) {
        return ENT_NONE;
    }
    uint32_t members[2] = {two[1]->actor, two[0]->actor};
    return ent__actor_group(f, members, 2, "they who met");
}

/* `count` states that were named together, or called a group, and none of
 * `but`. */
static uint32_t group_before(const ent_coreader *r, uint32_t token, size_t count, uint32_t back,
                             const code_set *but)
{
    ent_finder *f = r->f;
    for (size_t i = r->count; i-- > 0;) {
        const ent_antecedent *a = &r->seen[i];
        if (f->tree->tokens[token].sentence - a->sentence > back) {
            break;
        }
        if (a->token >= token) {
            continue;
        }
        code_set named = {0};
        uint32_t members[MEMBER_MAX];
        size_t joined = coordination(r, i, members);
        bool subject = joined > 0 && is_subject(f, coordination_head(f, a));
        for (size_t k = 0; k < joined && (subject || count > 2); k++) {
            add_states(f, members[k], &named);
        }
        if (joined == 0 && f->actors[a->actor].member_count > 0) {
            add_states(f, a->actor, &named);
        }
        if (named.count == count && !overlap(&named, but)) {
            return group_of_codes(f, &named, "the two");
        }
    }
    return ENT_NONE;
}

static uint32_t two_persons(const ent_coreader *r, uint32_t token)
{
    ent_finder *f = r->f;
    uint32_t members[2] = {ENT_NONE, ENT_NONE};
    size_t count = 0, looked = 0;
    for (size_t i = r->count; i-- > 0 && count < 2 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        const ent_actor *actor = &f->actors[a->actor];
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (actor->kind == ENT_ACTOR_PERSON && !actor->plural && !a->place && a->token < token &&
            (count == 0 || members[0] != a->actor)) {
            members[count++] = a->actor;
        }
    }
    uint32_t ordered[2] = {members[1], members[0]};
    return count < 2 ? ENT_NONE : ent__actor_group(f, ordered, 2, "the two");
}

uint32_t ent__group_pair(const ent_coreader *r, uint32_t token, bool persons)
{
    ent_finder *f = r->f;
    if (persons) {
        return two_persons(r, token);
    }
    code_set but = {0}, two = {0}, here = {0};
    clause_subject(f, token, &but);
    uint32_t sentence = f->tree->tokens[token].sentence;
    for (size_t i = r->count; i-- > 0;) { /* "China buys Saudi oil; trade between the two" */
        const ent_antecedent *a = &r->seen[i];
        if (here.count == 0 && a->token < token && sentence - a->sentence == 1) {
            sentence = a->sentence; /* none in its own: the one before */
        }
        if (a->sentence < sentence) {
            break;
        }
        if (!a->place && a->token < token) {
            add(&here, ent__state_code_of(f, a->actor));
        }
    }
    bool described = ent__child(f->tree, token, ENT_DEP_amod) != ENT_NO_TOKEN;
    uint32_t back = described ? GROUP_SENTENCES_BACK : ENT_SENTENCES_BACK; /* "two Nordic states" */
    uint32_t known =
        here.count == 2 && !overlap(&here, &but) ? ENT_NONE : group_before(r, token, 2, back, &but);
    if (known != ENT_NONE) {
        return known;
    }
    size_t looked = 0;
    for (size_t i = r->count; i-- > 0 && two.count < 2 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t code = ent__state_code_of(f, a->actor);
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (!a->place && a->token < token && !has(&but, code)) {
            add(&two, code);
        }
    }
    code_set ordered = {{two.list[1], two.list[0]}, two.count};
    return two.count < 2 ? ENT_NONE : group_of_codes(f, &ordered, "the two");
}

uint32_t ent__group_of(const ent_coreader *r, uint32_t token, size_t count)
{
    ent_finder *f = r->f;
    code_set but = {0}, all = {0};
    clause_subject(f, token, &but);
    uint32_t known = group_before(r, token, count, GROUP_SENTENCES_BACK, &but);
    uint32_t sentence = f->tree->tokens[token].sentence;
    for (size_t i = r->count; known == ENT_NONE && i-- > 0;) { /* those of the last sentences */
        const ent_antecedent *a = &r->seen[i];
        if (sentence - a->sentence > ENT_SENTENCES_BACK || all.count > count) {
            break;
        }
        if (a->sentence != sentence && all.count == count) {
            return group_of_codes(f, &all, "the last named");
        }
        if (!a->place && a->token < token) {
            add_states(f, a->actor, &all);
            sentence = a->sentence;
        }
    }
    return known != ENT_NONE    ? known
           : all.count == count ? group_of_codes(f, &all, "the last named")
                                : ENT_NONE;
}

uint32_t ent__group_last(const ent_coreader *r, uint32_t token)
{
    ent_finder *f = r->f;
    code_set but = {0};
    clause_subject(f, token, &but);
    for (size_t i = r->count; i-- > 0;) {
        const ent_antecedent *a = &r->seen[i];
        if (f->tree->tokens[token].sentence - a->sentence > 2) {
            break;
        }
        code_set named = {0};
        uint32_t members[MEMBER_MAX];
        size_t joined = a->token < token ? coordination(r, i, members) : 0;
        for (size_t k = 0; k < joined; k++) {
            add_states(f, members[k], &named);
        }
        if (joined == 0 && a->token < token && f->actors[a->actor].member_count > 0) {
            add_states(f, a->actor, &named);
        }
        if (named.count > 1 && !overlap(&named, &but)) {
            return group_of_codes(f, &named, "the last together");
        }
    }
    return ENT_NONE;
}

/* ---- one state ------------------------------------------------------------------------------ */

/* Has the state a crowned head? */
static bool is_kingdom(const ent_finder *f, uint32_t code)
{
    ent_str none = {"", 0};
    uint32_t term = ent__term_of_office(f->lexicon, code, ENT_LIT("state"), none, f->date);
    return term != ENT_NONE && ent__str_eqz(f->lexicon->terms[term].function, "state");
}

/* May the word name such a state?  Words without rows in actors/kinds name any.
 */
static bool is_of_kind(const ent_finder *f, ent_str word, uint32_t code)
{
    const ent_table *kinds = f->lexicon->kinds;
    if (ent__str_ieqz(word, "kingdom")) {
        return is_kingdom(f, code);
    }
    bool known = false;
    for (size_t r = 0; r < kinds->rows; r++) {
        if (ent__table_cell(kinds, r, 0).n == word.n &&
            strncasecmp(ent__table_cell(kinds, r, 0).p, word.p, word.n) == 0) {
            known = true;
            if (ent__str_eq(ent__table_cell(kinds, r, 1), f->lexicon->code_list[code])) {
                return true;
            }
        }
    }
    return !known;
}

/* "to the country", "in the country": where the subject itself may be. */
static bool is_where(const ent_finder *f, uint32_t token)
{
    static const char *const words[] = {"in",     "out",    "into",       "from",   "within",
                                        "across", "inside", "throughout", "around", NULL};
    return ent__phrase_has_case(f, token, words);
}

/* "a visit by the leader of X to the country": X visits somebody else. */
static bool is_fellow(const ent_finder *f, const ent_antecedent *a, uint32_t token)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t at = a->token;
    for (int depth = 0; depth < 3 && tokens[at].head != ENT_NO_TOKEN; depth++) {
        if (tokens[at].head == tokens[token].head) {
            return tokens[at].deprel == ENT_DEP_nmod && tokens[token].deprel == ENT_DEP_nmod;
        }
        at = tokens[at].head;
    }
    return false;
}

uint32_t ent__last_state(const ent_coreader *r, uint32_t token)
{
    const ent_finder *f = r->f;
    ent_str word = f->tree->tokens[token].lemma;
    uint32_t best = ENT_NONE;
    int best_score = 20;
    code_set but = {0};
    if (!is_where(f, token)) {
        clause_subject(f, token, &but);
    }
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t code = ent__state_code_of(f, a->actor);
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (code == ENT_NONE || a->token >= token || has(&but, code) || is_fellow(f, a, token) ||
            !is_of_kind(f, word, code)) {
            continue;
        }
        int score = ent__antecedent_weight(r, a, token, ENT_WANT_THING) +
                    (f->actors[a->actor].kind == ENT_ACTOR_STATE ? 15 : 0) + (a->nested ? 15 : 0);
        if (score > best_score) {
            best_score = score;
            best = code;
        }
    }
    return best;
}

uint32_t ent__other_state(const ent_coreader *r, uint32_t token, uint32_t owner_code)
{
    const ent_finder *f = r->f;
    for (size_t i = r->count, looked = 0; i-- > 0 && looked < ENT_LOOK_BACK; looked++) {
        const ent_antecedent *a = &r->seen[i];
        uint32_t code = ent__state_code_of(f, a->actor);
        if (f->tree->tokens[token].sentence - a->sentence > ENT_SENTENCES_BACK) {
            break;
        }
        if (code != ENT_NONE && code != owner_code && a->token < token && !a->place) {
            return code;
        }
    }
    return ENT_NONE;
}
