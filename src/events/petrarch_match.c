/* Does a verb pattern of a PETRARCH dictionary fit at a verb of a sentence?
 *
 * PETRARCH-1: the pattern's elements stand in the row of words left and right of the verb, within
 * the clauses that the verb heads or leans on; gaps are free, "_" allows none.  Backtracking over
 * the places of each element, bounded.
 * PETRARCH-2: bare words are heads of the verb's subject (left) or object (right), or its particle;
 * brackets are its prepositional phrases.  Passives are turned round before.
 * Source: docs/methods/events.md.  Cost: O(words) for usual patterns, at most STEPS tries. */
#include <string.h>

#include "petrarch_coding.h"

enum { STEPS = 2000 };

typedef struct {
    const ent_coding *c;
    const ent_pattern *p;
    const ent__arguments *arguments;
    uint32_t verb, low, high; /* token; words [low, high) may be looked at */
    ent_pattern_sides sides;
    int steps;
    bool passive;
} matching;

static bool is_actor_kind(uint8_t kind)
{
    return kind == ENT_ITEM_SOURCE || kind == ENT_ITEM_TARGET || kind == ENT_ITEM_COMPOUND ||
           kind == ENT_ITEM_SKIP;
}

/* Puts a phrase into its side; false: it is the other one already, or no compound. */
static bool take(matching *m, uint8_t kind, uint32_t phrase)
{
    if (phrase == m->sides.source || phrase == m->sides.target) {
        return false;
    }
    if (kind == ENT_ITEM_SOURCE) {
        m->sides.source = phrase;
    } else if (kind == ENT_ITEM_TARGET) {
        m->sides.target = phrase;
    } else if (kind == ENT_ITEM_COMPOUND) {
        if (m->c->phrases[phrase].next == ENT_NO_ENTRY ||
            m->c->phrases[phrase].compound != ENT_NO_ENTRY) {
            return false;
        }
        m->sides.source = phrase;
        m->sides.compound = true;
    }
    return true;
}

/* ---- PETRARCH-1: the row of words ---------------------------------------------------------- */

/* Words that the set's longest phrase spans from `at`; 0: none. */
static size_t set_length(const matching *m, uint32_t set, uint32_t at, uint32_t end)
{
    size_t n;
    uint32_t found = ent__phrases_find(&m->c->set->sets[set].phrases, m->c->words + at, end - at,
                                       &n);
    return found == ENT_NO_ENTRY ? 0 : n;
}

/* The end of the element when it begins at word q; 0: it does not. */
static uint32_t ends_right(const matching *m, const ent_pattern_item *item, uint32_t q)
{
    const ent_coding *c = m->c;
    if (item->kind == ENT_ITEM_WORD) {
        return c->words[q] == item->value ? q + 1 : 0;
    }
    if (item->kind == ENT_ITEM_SET) {
        size_t n = set_length(m, item->value, q, m->high);
        return n == 0 ? 0 : q + (uint32_t)n;
    }
    uint32_t phrase = c->phrase_of[q];
    bool begins = ent__coding_is_coded(c, phrase) && c->phrases[phrase].first == q;
    return begins ? c->phrases[phrase].end : 0;
}

/* In a passive the verb's neighbours have changed places: "+" right behind the verb is its surface
 * subject, "$" right before it the agent. */
static bool takes_logical(matching *m, const ent_pattern_item *item, uint32_t token)
{
    bool turned = m->passive && token != ENT_NO_TOKEN &&
                  (item->kind == ENT_ITEM_SOURCE || item->kind == ENT_ITEM_TARGET);
    uint32_t phrase = turned ? ent__coding_side_at(m->c, token) : ENT_NO_ENTRY;
    return phrase != ENT_NO_ENTRY && take(m, item->kind, phrase);
}

static bool match_right(matching *m, uint32_t k, uint32_t at)
{
    if (k == (uint32_t)m->p->left + m->p->right) {
        return true;
    }
    const ent_pattern_item *item = &m->p->items[k];
    if (k == m->p->left && item->kind == ENT_ITEM_TARGET &&
        takes_logical(m, item, m->arguments->object)) {
        return match_right(m, k + 1, at);
    }
    for (uint32_t q = at; q < m->high && m->steps-- > 0; q++) {
        uint32_t end = ends_right(m, item, q);
        if (end != 0) {
            ent_pattern_sides before = m->sides;
            bool taken = !is_actor_kind(item->kind) || take(m, item->kind, m->c->phrase_of[q]);
            if (taken && match_right(m, k + 1, end)) {
                return true;
            }
            m->sides = before;
        }
        if (item->adjacent) {
            break;
        }
    }
    return false;
}

/* The begin of the element when it ends before word `end`, plus 1; 0: it does not end there. */
static uint32_t begins_left(const matching *m, const ent_pattern_item *item, uint32_t end)
{
    const ent_coding *c = m->c;
    if (item->kind == ENT_ITEM_WORD) {
        return c->words[end - 1] == item->value ? end : 0;
    }
    if (item->kind == ENT_ITEM_SET) {
        for (uint32_t q = end; q-- > m->low && end - q <= ENT_PHRASE_WORDS;) {
            if (q + set_length(m, item->value, q, end) == end) {
                return q + 1;
            }
        }
        return 0;
    }
    uint32_t phrase = c->phrase_of[end - 1];
    bool ends = ent__coding_is_coded(c, phrase) && c->phrases[phrase].end == end;
    return ends ? c->phrases[phrase].first + 1 : 0;
}

/* Elements k - 1 .. 0, right to left. */
static bool match_left(matching *m, uint32_t k, uint32_t at)
{
    if (k == 0) {
        return true;
    }
    const ent_pattern_item *item = &m->p->items[k - 1];
    if (k == m->p->left && item->kind == ENT_ITEM_SOURCE &&
        takes_logical(m, item, m->arguments->subject)) {
        return match_left(m, k - 1, at);
    }
    bool touches = k == m->p->left ? m->p->left_touches : m->p->items[k].adjacent;
    for (uint32_t end = at; end > m->low && m->steps-- > 0; end--) {
        uint32_t begin = begins_left(m, item, end);
        if (begin != 0) {
            ent_pattern_sides before = m->sides;
            bool taken = !is_actor_kind(item->kind) ||
                         take(m, item->kind, m->c->phrase_of[end - 1]);
            if (taken && match_left(m, k - 1, begin - 1)) {
                return true;
            }
            m->sides = before;
        }
        if (touches) {
            break;
        }
    }
    return false;
}

/* The clauses that the verb heads, and those it leans on to its left. */
static void set_bounds(matching *m)
{
    const ent_coding *c = m->c;
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    uint32_t from, to, top = m->verb;
    ent__subtree(c->tree, m->verb, &from, &to);
    uint32_t last = s->first + s->token_count - 1;
    m->high = c->first_word[(to > last ? last : to) - s->first + 1];
    for (int depth = 0; depth < 8; depth++) {
        const ent_token *t = &c->tree->tokens[top];
        bool leans = t->deprel == ENT_DEP_conj || t->deprel == ENT_DEP_xcomp ||
                     t->deprel == ENT_DEP_advcl || t->deprel == ENT_DEP_acl ||
                     t->deprel == ENT_DEP_acl_relcl || t->deprel == ENT_DEP_dep;
        if (!leans || t->head == ENT_NO_TOKEN) {
            break;
        }
        top = t->head;
    }
    ent__subtree(c->tree, top, &from, &to);
    m->low = c->first_word[(from < s->first ? s->first : from) - s->first];
}

/* ---- PETRARCH-2: the verb's phrases -------------------------------------------------------- */

static uint32_t last_word(const ent_coding *c, uint32_t token)
{
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    uint32_t end = c->first_word[token - s->first + 1];
    return end > c->first_word[token - s->first] ? end - 1 : UINT32_MAX;
}

/* Is the item the word, or a phrase of the set that ends with it? */
static bool item_is(const matching *m, const ent_pattern_item *item, uint32_t low, uint32_t word)
{
    if (word == UINT32_MAX) {
        return false;
    }
    if (item->kind == ENT_ITEM_WORD) {
        return m->c->words[word] == item->value;
    }
    for (uint32_t q = low; q <= word; q++) {
        if (q + set_length(m, item->value, q, word + 1) == word + 1) {
            return true;
        }
    }
    return false;
}

static bool group_fits(matching *m, const ent_pattern_item *group, uint32_t phrase);

/* One element of a phrase: its head word, the phrase as a side, a group of words in it. */
static bool phrase_item_fits(matching *m, const ent_pattern_item *item, uint32_t token)
{
    const ent_coding *c = m->c;
    uint32_t phrase = ent__coding_phrase_at(c, token);
    if (is_actor_kind(item->kind)) {
        return ent__coding_is_coded(c, phrase) && take(m, item->kind, phrase);
    }
    if (item->kind == ENT_ITEM_PHRASE) {
        return phrase != ENT_NO_ENTRY && group_fits(m, item, phrase);
    }
    uint32_t low = phrase == ENT_NO_ENTRY ? last_word(c, token) : c->phrases[phrase].first;
    return item_is(m, item, low, last_word(c, token));
}

/* {A B HEAD}: all within the phrase, the last one its head. */
static bool group_fits(matching *m, const ent_pattern_item *group, uint32_t phrase)
{
    const ent_coding *c = m->c;
    const ent_coding_phrase *p = &c->phrases[phrase];
    for (uint32_t k = 1; k <= group->value; k++) {
        const ent_pattern_item *item = group + k;
        bool found = false;
        if (is_actor_kind(item->kind)) {
            found = ent__coding_is_coded(c, phrase) && take(m, item->kind, phrase);
        } else if (k == group->value) {
            found = item_is(m, item, p->first, last_word(c, p->head));
        }
        for (uint32_t w = p->first; !found && k < group->value && w < p->end; w++) {
            found = item_is(m, item, p->first, w);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool preposition_is(const matching *m, const ent_pattern_item *item, uint32_t token)
{
    size_t n;
    const uint32_t *children = ent__children(m->c->tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = m->c->tree->tokens[children[i]].deprel;
        if (rel == ENT_DEP_case || rel == ENT_DEP_mark) {
            uint32_t word = last_word(m->c, children[i]);
            if (item_is(m, item, word, word)) {
                return true;
            }
        }
    }
    return false;
}

static bool preposition_fits(matching *m, const ent_pattern_item *group, uint32_t token);

/* (IN (OF +)): the inner phrase hangs on the noun of the outer one. */
static bool nested_fits(matching *m, const ent_pattern_item *group, uint32_t token)
{
    size_t n;
    const uint32_t *children = ent__children(m->c->tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        if (m->c->tree->tokens[children[i]].deprel == ENT_DEP_nmod &&
            preposition_fits(m, group, children[i])) {
            return true;
        }
    }
    return false;
}

static bool preposition_fits(matching *m, const ent_pattern_item *group, uint32_t token)
{
    ent_pattern_sides before = m->sides;
    bool fits = preposition_is(m, group + 1, token);
    for (uint32_t k = 2; fits && k <= group->value; k++) {
        const ent_pattern_item *item = group + k;
        if (item->kind == ENT_ITEM_PREPOSITION) {
            fits = nested_fits(m, item, token);
            k += item->value;
        } else {
            fits = phrase_item_fits(m, item, token);
            k += item->kind == ENT_ITEM_PHRASE ? item->value : 0;
        }
    }
    if (!fits) {
        m->sides = before;
    }
    return fits;
}

static bool any_preposition_fits(matching *m, const ent_pattern_item *group)
{
    const ent_sentence *s = &m->c->tree->sentences[m->c->sentence];
    for (uint32_t i = 0; i < m->arguments->count; i++) {
        const ent__argument *a = &m->arguments->list[i];
        if (a->kind == ENT_ROLE_PREPOSITION && a->token - s->first < s->token_count &&
            preposition_fits(m, group, a->token)) {
            return true;
        }
    }
    return false;
}

/* Particles and adverbs beside the verb count as bare words. */
static bool particle_fits(const matching *m, const ent_pattern_item *item)
{
    size_t n;
    const uint32_t *children = ent__children(m->c->tree, m->verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = m->c->tree->tokens[children[i]].deprel;
        uint32_t word = last_word(m->c, children[i]);
        if ((rel == ENT_DEP_compound_prt || rel == ENT_DEP_advmod || rel == ENT_DEP_xcomp) &&
            item_is(m, item, word, word)) {
            return true;
        }
    }
    return false;
}

/* "gave Borduria aid": the one given to stands without a preposition. */
static bool given_to_fits(matching *m, const ent_pattern_item *item)
{
    const ent_sentence *s = &m->c->tree->sentences[m->c->sentence];
    for (uint32_t i = 0; i < m->arguments->count; i++) {
        const ent__argument *a = &m->arguments->list[i];
        if (a->kind == ENT_ROLE_INDIRECT && a->token - s->first < s->token_count &&
            phrase_item_fits(m, item, a->token)) {
            return true;
        }
    }
    return false;
}

/* Elements of one side of the verb; `noun` is its subject or object. */
static bool side_fits(matching *m, uint32_t begin, uint32_t end, uint32_t noun, bool right)
{
    const ent_sentence *s = &m->c->tree->sentences[m->c->sentence];
    bool known = noun != ENT_NO_TOKEN && noun - s->first < s->token_count;
    for (uint32_t k = begin; k < end; k++) {
        const ent_pattern_item *item = &m->p->items[k];
        bool word = item->kind == ENT_ITEM_WORD || item->kind == ENT_ITEM_SET;
        bool fits = item->kind == ENT_ITEM_PREPOSITION ? any_preposition_fits(m, item)
                                                       : known && phrase_item_fits(m, item, noun);
        fits = fits || (right && item->kind != ENT_ITEM_PREPOSITION && given_to_fits(m, item));
        if (!fits && !(right && word && particle_fits(m, item))) {
            return false;
        }
        if (item->kind == ENT_ITEM_PREPOSITION || item->kind == ENT_ITEM_PHRASE) {
            k += item->value;
        }
    }
    return true;
}

bool ent__pattern_fits(const ent_coding *c, const ent_pattern *pattern, uint32_t verb_token,
                       uint32_t first, uint32_t last, const ent__arguments *arguments,
                       ent_pattern_sides *out)
{
    matching m = {.c = c, .p = pattern, .arguments = arguments, .verb = verb_token,
                  .sides = {ENT_NO_ENTRY, ENT_NO_ENTRY, false}, .steps = STEPS};
    bool fits;
    if (c->set->dialect == 2) {
        uint32_t left = pattern->left, all = left + pattern->right;
        fits = side_fits(&m, 0, left, arguments->subject, false) &&
               side_fits(&m, left, all, arguments->object, true);
    } else {
        m.passive = ent__is_passive(c->grammar, verb_token);
        set_bounds(&m);
        fits = match_right(&m, pattern->left, last + 1) && match_left(&m, pattern->left, first);
    }
    *out = m.sides;
    return fits;
}
