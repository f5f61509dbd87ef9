/* Certainty of an event: asserted, alleged, hypothetical, negated or future, from the words round
 * its cue and the clauses above it.
 * Input: one sentence's tree.  Output: ent_certainty.  Cost: O(depth of the cue x children). */
#include <string.h>

#include "lexicon.h"
#include "certainty.h"

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

ent_certainty ent__certainty_worse(ent_certainty a, ent_certainty b)
{
    static const uint8_t rank[] = {[ENT_ASSERTED] = 0,
                                   [ENT_ALLEGED] = 1,
                                   [ENT_FUTURE] = 2,
                                   [ENT_HYPOTHETICAL] = 3,
                                   [ENT_NEGATED] = 4};
    return rank[a] >= rank[b] ? a : b;
}

static ent_certainty of_mark(uint8_t mark)
{
    switch (mark) {
    case ENT_MARK_ALLEGED: return ENT_ALLEGED;
    case ENT_MARK_HYPOTHETICAL: return ENT_HYPOTHETICAL;
    case ENT_MARK_NEGATED: return ENT_NEGATED;
    case ENT_MARK_FUTURE: return ENT_FUTURE;
    default: return ENT_ASSERTED;
    }
}

/* "would" below a verb of the past is its future; elsewhere a condition. */
static ent_certainty of_would(const ent__sentence *s, uint32_t cue)
{
    uint8_t rel = token_at(s, cue)->deprel;
    return rel == ENT_DEP_ccomp || rel == ENT_DEP_acl_relcl ? ENT_FUTURE : ENT_HYPOTHETICAL;
}

/* "was to shut", "is to receive". */
static bool is_to(const ent__sentence *s, uint32_t cue)
{
    uint32_t mark = ent__child(s->tree, cue, ENT_DEP_mark);
    uint32_t be = ent__child(s->tree, cue, ENT_DEP_cop);
    be = be == ENT_NO_TOKEN ? ent__child(s->tree, cue, ENT_DEP_aux) : be;
    return mark != ENT_NO_TOKEN && be != ENT_NO_TOKEN &&
           be < mark && ent__lemma_is(s, mark, "to") && ent__lemma_is(s, be, "be");
}

/* The words that hang on one token. */
static ent_certainty of_children(const ent__sentence *s, uint32_t cue)
{
    ent_certainty worst = is_to(s, cue) ? ENT_FUTURE : ENT_ASSERTED;
    size_t n;
    const uint32_t *children = ent__children(s->tree, cue, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        bool word = rel == ENT_DEP_advmod || rel == ENT_DEP_aux || rel == ENT_DEP_mark ||
                    rel == ENT_DEP_det || rel == ENT_DEP_amod || rel == ENT_DEP_case ||
                    rel == ENT_DEP_cc || rel == ENT_DEP_cc_preconj;
        if (rel == ENT_DEP_acl) { /* "the treaty, if signed" */
            ent_certainty below = of_mark(s->lexicon->word[ent__preposition(s, children[i])].mark);
            worst = below == ENT_HYPOTHETICAL ? ent__certainty_worse(worst, below) : worst;
        }
        uint8_t mark = s->lexicon->word[ent__word_at(s, children[i])].mark;
        if (!word || mark == ENT_MARK_NONE) {
            continue;
        }
        bool would = rel == ENT_DEP_aux && ent__lemma_is(s, children[i], "would");
        worst = ent__certainty_worse(worst, would ? of_would(s, cue) : of_mark(mark));
    }
    return worst;
}

/* "to end the war": an aim, not an act. */
static bool is_aim(const ent__sentence *s, uint32_t cue)
{
    const ent_token *t = token_at(s, cue);
    if (t->deprel != ENT_DEP_advcl && t->deprel != ENT_DEP_acl) {
        return false;
    }
    uint16_t mark = ent__preposition(s, cue);
    return t->xpos == ENT_XPOS_VB && ent__str_eqz(s->lexicon->word[mark].text, "to");
}

/* "reports indicate that", "X is said to", "according to media". */
static bool is_hearsay(const ent__sentence *s, uint32_t verb)
{
    static const char *const tellers[] = {"report", "source",     "rumor", "rumour",
                                          "media",  "allegation", "claim", "witness"};
    uint32_t subject = ent__child(s->tree, verb, ENT_DEP_nsubj);
    for (size_t i = 0; subject != ENT_NO_TOKEN && i < sizeof tellers / sizeof *tellers; i++) {
        if (ent__lemma_is(s, subject, tellers[i])) {
            return true;
        }
    }
    static const char *const told[] = {"say",   "report", "believe", "think", "allege",
                                       "claim", "rumor",  "suspect", "accuse"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        if (ent__lemma_is(s, verb, told[i])) {
            return ent__is_passive(s, verb) || i == 4 || i == 5;
        }
    }
    return false;
}

/* "Neither X nor Y", "nobody", "nothing": the subject says no. */
static bool is_nobody(const ent__sentence *s, uint32_t subject)
{
    static const char *const words[] = {"nobody", "nothing", "none", "neither", "no-one"};
    size_t n;
    const uint32_t *children = ent__children(s->tree, subject, &n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__lemma_is(s, subject, words[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if ((rel == ENT_DEP_det || rel == ENT_DEP_cc_preconj || rel == ENT_DEP_cc ||
             rel == ENT_DEP_advmod) &&
            s->lexicon->word[ent__word_at(s, children[i])].mark == ENT_MARK_NEGATED) {
            return true;
        }
    }
    return false;
}

/* Inversion: "Had X attacked", "Were Y to invade". */
static bool is_inverted(const ent__sentence *s, uint32_t cue, uint32_t subject)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, cue, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = token_at(s, children[i]);
        if (t->deprel == ENT_DEP_aux && children[i] < subject && t->upos == ENT_UPOS_AUX) {
            return true;
        }
    }
    return false;
}

/* The subject's word, and the noun or adjective that a that-clause hangs on. */
static ent_certainty of_frame(const ent__sentence *s, uint32_t cue)
{
    ent_certainty worst = ENT_ASSERTED;
    uint32_t subject = ent__child(s->tree, cue, ENT_DEP_nsubj);
    if (subject != ENT_NO_TOKEN && is_nobody(s, subject)) {
        worst = ENT_NEGATED;
    } else if (subject != ENT_NO_TOKEN && is_inverted(s, cue, subject)) {
        worst = ENT_HYPOTHETICAL;
    }
    const ent_token *t = token_at(s, cue);
    bool clause = t->deprel == ENT_DEP_acl || t->deprel == ENT_DEP_ccomp ||
                  t->deprel == ENT_DEP_csubj || t->deprel == ENT_DEP_advcl;
    if (!clause || t->head - s->first >= s->count) {
        return worst;
    }
    uint8_t upos = token_at(s, t->head)->upos;
    if (upos == ENT_UPOS_NOUN && !ent__is_object_relative(s, cue) &&
        ent__str_eqz(s->lexicon->word[ent__preposition(s, cue)].text, "that")) {
        return ent__certainty_worse(worst, ENT_HYPOTHETICAL); /* "reports that", "fears that" */
    }
    uint32_t above = ent__child(s->tree, t->head, ENT_DEP_nsubj);
    if (upos == ENT_UPOS_ADJ || upos == ENT_UPOS_ADV) { /* "possible that", "short of" */
        worst =
            ent__certainty_worse(worst, of_mark(s->lexicon->word[ent__word_at(s, t->head)].mark));
    }
    if (upos == ENT_UPOS_ADJ || (above != ENT_NO_TOKEN && is_nobody(s, above))) {
        worst = ent__certainty_worse(worst, of_children(s, t->head));
        if (above != ENT_NO_TOKEN && is_nobody(s, above)) {
            worst = ENT_NEGATED;
        }
    }
    return worst;
}

/* "A war would be", "the meeting never happened": of an event noun as subject. */
static ent_certainty of_predicate(const ent__sentence *s, uint32_t verb)
{
    static const char *const happening[] = {"happen", "occur", "take", "materialize",
                                            "materialise"};
    ent_certainty worst = of_children(s, verb);
    bool happens = false;
    for (size_t i = 0; i < sizeof happening / sizeof *happening; i++) {
        happens |= ent__lemma_is(s, verb, happening[i]);
    }
    return worst == ENT_HYPOTHETICAL || happens ? worst : ENT_ASSERTED;
}

/* What states do on a pitch is no event between them. */
static bool is_sport(const ent__sentence *s, uint16_t code)
{
    static const char *const roots[] = {"04", "14", "18", "19", "05"};
    for (size_t i = 0; s->sport && code != ENT_NO_CODE && i < sizeof roots / sizeof *roots; i++) {
        if (ent__str_starts(s->lexicon->codes[code].code, roots[i])) {
            return true;
        }
    }
    return false;
}

ent_certainty ent__reading_certainty(const ent__sentence *s, const ent__reading *r)
{
    return is_sport(s, r->code) ? ent__certainty_worse(r->certainty, ENT_HYPOTHETICAL)
                                : r->certainty;
}

ent_certainty ent__cue_certainty(const ent__sentence *s, uint32_t cue)
{
    ent_certainty worst = of_children(s, cue);
    worst = ent__certainty_worse(worst, of_frame(s, cue));
    if (s->question) {
        worst = ent__certainty_worse(worst, ENT_HYPOTHETICAL);
    }
    uint32_t at = cue;
    for (int depth = 0; depth < 6; depth++) {
        const ent_token *t = token_at(s, at);
        if (t->head - s->first >= s->count) {
            break;
        }
        uint8_t rel = t->deprel;
        if (is_aim(s, at)) {
            worst = ent__certainty_worse(worst, ENT_HYPOTHETICAL);
        }
        if (rel == ENT_DEP_advcl || rel == ENT_DEP_acl || rel == ENT_DEP_acl_relcl) {
            break; /* "although they did not agree, X attacked Y": clauses of their own */
        }
        if ((rel == ENT_DEP_ccomp || rel == ENT_DEP_xcomp) && is_hearsay(s, t->head)) {
            worst = ent__certainty_worse(worst, ENT_ALLEGED);
        }
        if (rel == ENT_DEP_xcomp && ent__str_ieqz(token_at(s, t->head)->form, "going")) {
            worst = ent__certainty_worse(worst, ENT_FUTURE);
        }
        if (rel == ENT_DEP_nsubj) {
            worst = ent__certainty_worse(worst, of_predicate(s, t->head));
        }
        if (rel == ENT_DEP_xcomp || rel == ENT_DEP_obj || rel == ENT_DEP_nsubj_pass) {
            worst = ent__certainty_worse(worst, of_children(s, t->head));
        } else if (rel == ENT_DEP_conj || /* "may attack and occupy" shares its auxiliary */
                   (rel == ENT_DEP_parataxis && token_at(s, at)->xpos == ENT_XPOS_VB)) {
            bool own = ent__child(s->tree, at, ENT_DEP_nsubj) != ENT_NO_TOKEN ||
                       ent__child(s->tree, at, ENT_DEP_aux) != ENT_NO_TOKEN;
            worst = own ? worst : ent__certainty_worse(worst, of_children(s, t->head));
        } else if (rel == ENT_DEP_nmod || rel == ENT_DEP_obl || rel == ENT_DEP_nsubj) {
            break;
        }
        at = t->head;
    }
    return worst;
}
