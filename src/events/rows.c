/* Rows: which row of verbs.tsv fits a verb in its sentence.  Particles are
 * looked for among the verb's dependants, where the tree may have hung them on
 * the object, and behind the verb; object classes among its objects, the
 * obliques with the row's preposition, and what it is called. Input: a
 * sentence's tree, the verb's arguments.  Output: the most specific row. Cost:
 * O(rows of the verb x dependants). */
#include "lexicon.h"

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

/* A preposition or predicate may have been hung on the object. */
static bool object_has_particle(const ent__sentence *s, uint32_t object, uint16_t word)
{
    size_t n;
    const uint32_t *parts = ent__children(s->tree, object, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, parts[i])->deprel;
        if (parts[i] > object && ((rel == ENT_DEP_nmod && ent__preposition(s, parts[i]) == word) ||
                                  ((rel == ENT_DEP_xcomp || rel == ENT_DEP_amod ||
                                    rel == ENT_DEP_advmod || rel == ENT_DEP_acl) &&
                                   ent__word_at(s, parts[i]) == word))) {
            return true;
        }
    }
    return false;
}

/* The preposition a few words behind the verb, whatever it was hung on: "called
 * once more for". */
uint32_t ent__preposition_behind(const ent__sentence *s, uint32_t verb)
{
    for (uint32_t t = verb + 1; t - s->first < s->count && t < verb + 5; t++) {
        uint8_t upos = token_at(s, t)->upos;
        if (upos == ENT_UPOS_ADP && token_at(s, t)->deprel == ENT_DEP_case) {
            return t;
        }
        if (upos != ENT_UPOS_ADV && upos != ENT_UPOS_ADJ) {
            return ENT_NO_TOKEN;
        }
    }
    return ENT_NO_TOKEN;
}

/* Does a word stand with the verb as particle, adverb, predicate or
 * preposition? */
static bool has_particle(const ent__sentence *s, uint32_t verb, uint16_t word)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = children[i];
        uint8_t rel = token_at(s, c)->deprel;
        if (rel == ENT_DEP_nsubj || rel == ENT_DEP_nsubj_pass || rel == ENT_DEP_punct) {
            continue;
        }
        if (rel != ENT_DEP_mark && rel != ENT_DEP_cc && ent__word_at(s, c) == word) {
            return true;
        }
        bool aim = rel == ENT_DEP_advcl && token_at(s, c)->xpos == ENT_XPOS_VB; /* "to do" */
        bool clause =
            rel == ENT_DEP_xcomp || rel == ENT_DEP_ccomp || (rel == ENT_DEP_advcl && !aim);
        bool oblique = rel == ENT_DEP_obl || rel == ENT_DEP_obl_agent;
        if ((clause || oblique) && c > verb && ent__preposition(s, c) == word) {
            return true;
        }
        if (rel == ENT_DEP_obj && object_has_particle(s, c, word)) {
            return true;
        }
    }
    uint32_t behind = ent__preposition_behind(s, verb);
    return behind != ENT_NO_TOKEN && ent__word_at(s, behind) == word;
}

static bool noun_fits(const ent__sentence *s, const ent__verb *row, uint32_t noun)
{
    noun = ent__see_through(s, noun);
    if (row->object_class != 0 && row->object_class == s->lexicon->name_class) {
        return token_at(s, noun)->upos == ENT_UPOS_PROPN ||
               token_at(s, noun)->upos == ENT_UPOS_PRON;
    }
    if (row->object_class != 0 ? ent__has_class(s, noun, row->object_class)
                               : ent__word_at(s, noun) == row->object_word) {
        return true;
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        if (token_at(s, children[i])->deprel == ENT_DEP_conj &&
            (row->object_class != 0 ? ent__has_class(s, children[i], row->object_class)
                                    : ent__word_at(s, children[i]) == row->object_word)) {
            return true;
        }
    }
    return false;
}

/* "called the raid a crime", "described it as illegal": what somebody is
 * called. */
static bool predicate_fits(const ent__sentence *s, const ent__verb *row, uint32_t verb)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        bool predicate = rel == ENT_DEP_xcomp || rel == ENT_DEP_obj || rel == ENT_DEP_obl ||
                         rel == ENT_DEP_ccomp || rel == ENT_DEP_advcl;
        if (!predicate || children[i] < verb) {
            continue;
        }
        bool object = rel == ENT_DEP_obj && children[i] == ent__child(s->tree, verb, ENT_DEP_obj);
        uint32_t called = ent__see_through(s, children[i]); /* "an act of aggression" */
        if (!object && ent__has_class(s, called, row->object_class)) {
            return true;
        }
        size_t m;
        const uint32_t *below = ent__children(s->tree, children[i], &m);
        for (size_t k = 0; k < m && rel == ENT_DEP_obj; k++) {
            uint32_t inside = ent__see_through(s, below[k]);
            if (below[k] > children[i] && ent__has_class(s, inside, row->object_class)) {
                return true; /* hung on the object */
            }
        }
    }
    return false;
}

/* "called X to urge": the aim of a conversation. */
static bool is_speech(const ent__sentence *s, uint32_t verb)
{
    static const char *const names[] = {"ask", "demand", "say", "praise", "condemn"};
    const ent__event_lexicon *l = s->lexicon;
    const ent__event_word *w = &l->word[ent__word_at(s, verb)];
    for (uint16_t i = 0; i < w->verb_count; i++) {
        uint8_t operator= l->verbs[w->verb_first + i].operator;
        for (size_t k = 0; k < sizeof names / sizeof *names && operator != ENT_NO_OPERATOR; k++) {
            if (ent__str_eqz(ent__str(l->operators[operator]), names[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool row_fits(const ent__sentence *s, const ent__verb *row, uint32_t verb,
                     const ent__arguments *arguments, uint32_t *out_oblique)
{
    bool particle = row->particle_count == 0;
    if (row->particle_count == 1 && row->particles[0] == s->lexicon->no_clause) {
        uint32_t clause = ent__child(s->tree, verb, ENT_DEP_xcomp);
        particle = (clause == ENT_NO_TOKEN || is_speech(s, clause)) &&
                   ent__child(s->tree, verb, ENT_DEP_ccomp) == ENT_NO_TOKEN;
    }
    for (uint8_t i = 0; i < row->particle_count && !particle; i++) {
        particle = has_particle(s, verb, row->particles[i]);
    }
    if (!particle) {
        return false;
    }
    if (row->object_class == 0 && row->object_word == 0) {
        return true;
    }
    if (row->object_class != 0 && (row->object_class == s->lexicon->bad_class ||
                                   row->object_class == s->lexicon->good_class)) {
        return predicate_fits(s, row, verb);
    }
    for (uint32_t i = 0; i < arguments->count; i++) {
        const ent__argument *a = &arguments->list[i];
        bool object = a->kind == ENT_ROLE_OBJECT && !a->on_object && !row->of_subject;
        bool oblique = false;
        if (row->of_subject && a->kind == ENT_ROLE_SUBJECT && noun_fits(s, row, a->token)) {
            return true;
        }
        for (uint8_t k = 0; k < row->particle_count && !row->of_subject; k++) {
            oblique |=
                a->kind == ENT_ROLE_PREPOSITION && !a->on_object && a->word == row->particles[k];
        }
        object |= a->kind == ENT_ROLE_INDIRECT && row->particle_count > 0 &&
                  !row->of_subject; /* "told X to leave" */
        if ((object || oblique) && noun_fits(s, row, a->token)) {
            *out_oblique = object ? ENT_NO_TOKEN : a->token;
            return true;
        }
    }
    return false;
}

const ent__verb *ent__row_choose(const ent__sentence *s, uint32_t verb,
                                 const ent__arguments *arguments, uint32_t *out_oblique)
{
    const ent__event_word *w = &s->lexicon->word[ent__word_at(s, verb)];
    const ent__verb *best = NULL;
    *out_oblique = ENT_NO_TOKEN;
    for (uint16_t i = 0; i < w->verb_count; i++) {
        const ent__verb *row = &s->lexicon->verbs[w->verb_first + i];
        uint32_t oblique = ENT_NO_TOKEN;
        if ((best == NULL || row->specific > best->specific) &&
            row_fits(s, row, verb, arguments, &oblique)) {
            best = row;
            *out_oblique = oblique;
        }
    }
    return best;
}
