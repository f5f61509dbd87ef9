/* Arguments of a cue: who stands where round a verb or an event noun, with passives turned round
 * and subjects found through control, relative clauses and coordination.
 * Input: one sentence's tree.  Output: ent__arguments.  Source: Universal Dependencies 2.
 * Cost: O(children of the cue, its object and the verb above it). */
#include <string.h>

#include "lexicon.h"

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

static bool in_sentence(const ent__sentence *s, uint32_t token)
{
    return token - s->first < s->count;
}

static uint32_t child_of(const ent__sentence *s, uint32_t token, uint8_t deprel)
{
    return ent__child(s->tree, token, deprel);
}

bool ent__has_class(const ent__sentence *s, uint32_t token, uint8_t class)
{
    int16_t noun = s->lexicon->word[ent__word_at(s, token)].noun;
    if (noun < 0 || class == 0) {
        return false;
    }
    const uint8_t *classes = s->lexicon->nouns[noun].classes;
    return classes[0] == class || classes[1] == class || classes[2] == class;
}

uint16_t ent__preposition(const ent__sentence *s, uint32_t token)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if (rel == ENT_DEP_case || rel == ENT_DEP_mark) {
            uint16_t word = ent__word_at(s, children[i]);
            if (word != 0 && !ent__lemma_is(s, children[i], "'s")) {
                return word;
            }
        }
    }
    return 0;
}

uint32_t ent__see_through(const ent__sentence *s, uint32_t noun)
{
    uint8_t measure = ent__event_lexicon_class(s->lexicon, "MEASURE");
    for (int depth = 0; depth < 2; depth++) {
        bool sum = token_at(s, noun)->upos == ENT_UPOS_SYM; /* "$3 billion in aid" */
        if (!sum && !ent__has_class(s, noun, measure)) {
            break;
        }
        size_t n;
        uint32_t inner = ENT_NO_TOKEN;
        const uint32_t *children = ent__children(s->tree, noun, &n);
        for (size_t i = 0; i < n && inner == ENT_NO_TOKEN; i++) {
            ent_str word = s->lexicon->word[ent__preposition(s, children[i])].text;
            if (token_at(s, children[i])->deprel == ENT_DEP_nmod && children[i] > noun &&
                (ent__str_eqz(word, "of") || (sum && ent__str_eqz(word, "in")))) {
                inner = children[i];
            }
        }
        if (inner == ENT_NO_TOKEN) {
            break;
        }
        noun = inner;
    }
    return noun;
}

bool ent__is_passive(const ent__sentence *s, uint32_t verb)
{
    if (child_of(s, verb, ENT_DEP_aux_pass) != ENT_NO_TOKEN ||
        child_of(s, verb, ENT_DEP_nsubj_pass) != ENT_NO_TOKEN) {
        return true;
    }
    const ent_token *t = token_at(s, verb);
    if (t->xpos != ENT_XPOS_VBN) {
        return false;
    }
    if (t->deprel == ENT_DEP_conj && in_sentence(s, t->head)) {
        return child_of(s, verb, ENT_DEP_aux) == ENT_NO_TOKEN &&
               child_of(s, verb, ENT_DEP_obj) == ENT_NO_TOKEN && ent__is_passive(s, t->head);
    }
    return t->deprel == ENT_DEP_acl || t->deprel == ENT_DEP_amod || t->deprel == ENT_DEP_advcl;
}

/* A relative pronoun stands for the noun its clause hangs on. */
static uint32_t resolve_relative(const ent__sentence *s, uint32_t token)
{
    const ent_token *t = token_at(s, token);
    if (t->xpos != ENT_XPOS_WP && t->xpos != ENT_XPOS_WDT && t->xpos != ENT_XPOS_WPS) {
        return token;
    }
    uint32_t up = t->head;
    for (int depth = 0; depth < 6 && in_sentence(s, up); depth++) {
        if (token_at(s, up)->deprel == ENT_DEP_acl_relcl) {
            uint32_t head = token_at(s, up)->head;
            return in_sentence(s, head) ? head : token;
        }
        up = token_at(s, up)->head;
    }
    return token;
}

bool ent__is_object_relative(const ent__sentence *s, uint32_t verb)
{
    const ent_token *t = token_at(s, verb);
    bool finite = t->xpos == ENT_XPOS_VBD || t->xpos == ENT_XPOS_VBZ || t->xpos == ENT_XPOS_VBP ||
                  child_of(s, verb, ENT_DEP_aux) != ENT_NO_TOKEN;
    return (t->deprel == ENT_DEP_acl_relcl || (t->deprel == ENT_DEP_acl && finite)) &&
           child_of(s, verb, ENT_DEP_nsubj) != ENT_NO_TOKEN &&
           child_of(s, verb, ENT_DEP_obj) == ENT_NO_TOKEN &&
           child_of(s, verb, ENT_DEP_ccomp) == ENT_NO_TOKEN && !ent__is_passive(s, verb);
}

/* Verbs whose infinitive's subject is their object: "urged X to". */
static bool controls_by_object(const ent__sentence *s, uint32_t verb)
{
    static const char *const subject_control[] = {
        "promise", "threaten", "offer", "agree", "vow",       "use",  "take",  "spend",
        "sign",    "call",     "phone", "ring",  "telephone", "meet", "visit", "summon"};
    for (size_t i = 0; i < sizeof subject_control / sizeof *subject_control; i++) {
        if (ent__lemma_is(s, verb, subject_control[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t controller(const ent__sentence *s, uint32_t head, int depth)
{
    uint32_t object = child_of(s, head, ENT_DEP_obj);
    if (controls_by_object(s, head)) {
        uint32_t indirect = child_of(s, head, ENT_DEP_iobj);
        if (indirect != ENT_NO_TOKEN) {
            return indirect;
        }
        if (object != ENT_NO_TOKEN) {
            return resolve_relative(s, object);
        }
        uint32_t called = child_of(s, head, ENT_DEP_obl); /* "called on X to" */
        if (called != ENT_NO_TOKEN && ent__lemma_is(s, head, "call")) {
            return called;
        }
    }
    return ent__surface_subject(s, head, depth + 1);
}

/* "accused X of attacking", "stopped X from leaving": the object acts. */
static bool object_acts(const ent__sentence *s, uint32_t clause)
{
    ent_str mark = s->lexicon->word[ent__preposition(s, clause)].text;
    return ent__str_eqz(mark, "of") || ent__str_eqz(mark, "from") || ent__str_eqz(mark, "for");
}

static uint32_t subject_of_noun_clause(const ent__sentence *s, uint32_t verb, int depth)
{
    const ent_token *t = token_at(s, verb);
    const ent_token *noun = token_at(s, t->head);
    if (t->deprel == ENT_DEP_acl && (t->xpos == ENT_XPOS_VBG || t->xpos == ENT_XPOS_VBN) &&
        child_of(s, verb, ENT_DEP_mark) == ENT_NO_TOKEN) {
        return t->head;
    }
    if (t->xpos == ENT_XPOS_VBG && noun->deprel == ENT_DEP_obj && object_acts(s, verb)) {
        return t->head; /* "accused X of arming", hung on X */
    }
    uint32_t owner = child_of(s, t->head, ENT_DEP_nmod_poss);
    if (owner != ENT_NO_TOKEN) {
        return owner;
    }
    if (in_sentence(s, noun->head) && token_at(s, noun->head)->upos == ENT_UPOS_VERB &&
        (noun->deprel == ENT_DEP_obj || noun->deprel == ENT_DEP_obl)) {
        return ent__surface_subject(s, noun->head, depth + 1);
    }
    return ENT_NO_TOKEN;
}

static bool is_finite(const ent__sentence *s, uint32_t verb)
{
    uint8_t xpos = token_at(s, verb)->xpos;
    return xpos == ENT_XPOS_VBD || xpos == ENT_XPOS_VBZ || xpos == ENT_XPOS_VBP;
}

/* A finite verb that the tree hung up as a participle: "[Iraq dismissed] Turkish claims". */
static bool is_misplaced(const ent__sentence *s, uint32_t verb)
{
    const ent_token *t = token_at(s, verb);
    bool finite = t->xpos == ENT_XPOS_VBD || t->xpos == ENT_XPOS_VBZ || t->xpos == ENT_XPOS_VBP;
    return finite && in_sentence(s, t->head) &&
           (t->deprel == ENT_DEP_amod || t->deprel == ENT_DEP_compound);
}

/* The nominal before a finite verb that the tree gives no subject. */
static uint32_t nominal_before(const ent__sentence *s, uint32_t verb)
{
    const ent_token *v = token_at(s, verb);
    if (v->xpos != ENT_XPOS_VBD && v->xpos != ENT_XPOS_VBZ && v->xpos != ENT_XPOS_VBP) {
        return ENT_NO_TOKEN;
    }
    for (uint32_t t = verb; t-- > s->first;) {
        const ent_token *n = token_at(s, t);
        if (n->upos == ENT_UPOS_VERB || n->upos == ENT_UPOS_SCONJ || n->upos == ENT_UPOS_CCONJ) {
            return ENT_NO_TOKEN;
        }
        if (n->upos != ENT_UPOS_NOUN && n->upos != ENT_UPOS_PROPN && n->upos != ENT_UPOS_PRON) {
            continue;
        }
        uint32_t top = t;
        for (int depth = 0; depth < 8; depth++) {
            uint32_t head = token_at(s, top)->head;
            if (!in_sentence(s, head) || head >= verb || token_at(s, head)->upos == ENT_UPOS_VERB) {
                break;
            }
            top = head;
        }
        if (child_of(s, top, ENT_DEP_case) == ENT_NO_TOKEN) {
            return top;
        }
    }
    return ENT_NO_TOKEN;
}

static uint32_t subject_by_tree(const ent__sentence *s, uint32_t verb, int depth);

uint32_t ent__surface_subject(const ent__sentence *s, uint32_t verb, int depth)
{
    if (depth > 8) {
        return ENT_NO_TOKEN;
    }
    uint32_t found = subject_by_tree(s, verb, depth);
    return found == ENT_NO_TOKEN && depth == 0 ? nominal_before(s, verb) : found;
}

static uint32_t subject_by_tree(const ent__sentence *s, uint32_t verb, int depth)
{
    static const uint8_t subjects[] = {ENT_DEP_nsubj, ENT_DEP_nsubj_pass, ENT_DEP_nsubj_outer};
    for (size_t i = 0; i < sizeof subjects; i++) {
        uint32_t found = child_of(s, verb, subjects[i]);
        if (found != ENT_NO_TOKEN) {
            return resolve_relative(s, found);
        }
    }
    const ent_token *t = token_at(s, verb);
    if (!in_sentence(s, t->head)) {
        return ENT_NO_TOKEN;
    }
    if (t->deprel == ENT_DEP_conj && is_finite(s, verb)) { /* "accused it of backing, closed" */
        uint32_t up = t->head;
        while (token_at(s, up)->upos != ENT_UPOS_NOUN && !is_finite(s, up) &&
               child_of(s, up, ENT_DEP_nsubj) == ENT_NO_TOKEN &&
               child_of(s, up, ENT_DEP_aux) == ENT_NO_TOKEN &&
               child_of(s, up, ENT_DEP_aux_pass) == ENT_NO_TOKEN &&
               in_sentence(s, token_at(s, up)->head)) {
            up = token_at(s, up)->head;
        }
        if (up != t->head && token_at(s, up)->upos == ENT_UPOS_VERB) {
            return ent__surface_subject(s, up, depth + 1);
        }
    }
    switch (t->deprel) {
    case ENT_DEP_conj:
    case ENT_DEP_ccomp:
    case ENT_DEP_parataxis:
        return token_at(s, t->head)->upos == ENT_UPOS_NOUN
                   ? ENT_NO_TOKEN
                   : ent__surface_subject(s, t->head, depth + 1);
    case ENT_DEP_xcomp: return controller(s, t->head, depth);
    case ENT_DEP_advcl:
        return object_acts(s, verb) && (child_of(s, t->head, ENT_DEP_obj) != ENT_NO_TOKEN)
                   ? resolve_relative(s, child_of(s, t->head, ENT_DEP_obj))
                   : ent__surface_subject(s, t->head, depth + 1);
    case ENT_DEP_acl:
    case ENT_DEP_acl_relcl: return subject_of_noun_clause(s, verb, depth);
    default: return ENT_NO_TOKEN;
    }
}

static void add(ent__arguments *out, uint8_t kind, bool on_object, uint16_t word, uint32_t token)
{
    if (token != ENT_NO_TOKEN && out->count < ENT_ARGUMENT_MAX) {
        out->list[out->count++] = (ent__argument){kind, on_object, word, token};
    }
}

/* Obliques of a verb, with the agent of a passive as its subject. */
static void add_obliques(const ent__sentence *s, uint32_t verb, bool passive, bool on_object,
                         ent__arguments *out)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = children[i];
        uint8_t rel = token_at(s, c)->deprel;
        if (rel == ENT_DEP_obl_agent || rel == ENT_DEP_obl) {
            uint16_t word = ent__preposition(s, c);
            ent_str text = s->lexicon->word[word].text;
            if (passive && !on_object && ent__str_eqz(text, "by")) {
                add(out, ENT_ROLE_SUBJECT, false, 0, c);
                out->subject = c;
            }
            add(out, ENT_ROLE_PREPOSITION, on_object, word, c);
        } else if (rel == ENT_DEP_iobj) {
            add(out, ENT_ROLE_INDIRECT, on_object, 0, c);
        }
    }
}

/* "an attack by Iran on Israel": a name takes no such phrase, it belongs to the noun above. */
static void add_chained(const ent__sentence *s, uint32_t name, bool on_object, ent__arguments *out)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, name, &n);
    if (token_at(s, name)->upos != ENT_UPOS_PROPN) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (token_at(s, children[i])->deprel == ENT_DEP_nmod && children[i] > name) {
            add(out, ENT_ROLE_PREPOSITION, on_object, ent__preposition(s, children[i]),
                children[i]);
        }
    }
}

/* What hangs on a noun: possessor, adjectives, compounds, prepositions, participles. */
static void add_noun_parts(const ent__sentence *s, uint32_t noun, bool on_object,
                           ent__arguments *out)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = children[i];
        switch (token_at(s, c)->deprel) {
        case ENT_DEP_nmod_poss: add(out, ENT_ROLE_POSSESSOR, on_object, 0, c); break;
        case ENT_DEP_amod: add(out, ENT_ROLE_ADJECTIVE, on_object, 0, c); break;
        case ENT_DEP_compound:
        case ENT_DEP_nmod_desc:
        case ENT_DEP_nmod_unmarked:
        case ENT_DEP_flat: add(out, ENT_ROLE_COMPOUND, on_object, 0, c); break;
        case ENT_DEP_nmod:
        case ENT_DEP_obl:
            add(out, ENT_ROLE_PREPOSITION, on_object, ent__preposition(s, c), c);
            add_chained(s, c, on_object, out);
            break;
        case ENT_DEP_acl: add_obliques(s, c, false, on_object, out); break;
        default: break;
        }
    }
}

static bool is_nominal(uint8_t upos)
{
    return upos == ENT_UPOS_NOUN || upos == ENT_UPOS_PROPN || upos == ENT_UPOS_PRON;
}

/* Prepositional phrases as the words stand, behind those of the tree, which hangs many of them
 * wrongly: "the visit of President X to Y".  Ends at the next verb or mark. */
static void add_as_it_stands(const ent__sentence *s, uint32_t cue, bool passive,
                             ent__arguments *out)
{
    uint16_t word = 0;
    uint32_t last = s->first + s->count, run = 0;
    for (uint32_t t = cue + 1; t < last && t < cue + 16; t++) {
        const ent_token *n = token_at(s, t);
        if (n->upos == ENT_UPOS_VERB || n->upos == ENT_UPOS_SCONJ ||
            (n->upos == ENT_UPOS_PUNCT && !ent__str_eqz(n->form, "\"") &&
             n->xpos != ENT_XPOS_HYPH)) {
            return;
        }
        if (n->upos == ENT_UPOS_ADP) {
            word = ent__word_at(s, t);
            run = 0;
        } else if (word != 0 && is_nominal(n->upos) && run < 8) {
            add(out, ENT_ROLE_PREPOSITION, false, word, t);
            if (passive && ent__str_eqz(s->lexicon->word[word].text, "by")) {
                add(out, ENT_ROLE_SUBJECT, false, 0, t);
            }
            run++;
        }
    }
}

void ent__verb_arguments(const ent__sentence *s, uint32_t verb, ent__arguments *out)
{
    memset(out, 0, sizeof *out);
    out->subject = out->object = ENT_NO_TOKEN;
    bool passive = ent__is_passive(s, verb);
    uint32_t surface = ent__surface_subject(s, verb, 0);
    uint32_t object = child_of(s, verb, ENT_DEP_obj);
    if (passive && object == ENT_NO_TOKEN) {
        object = surface;
    } else if (!passive) {
        out->subject = surface;
        add(out, ENT_ROLE_SUBJECT, false, 0, surface);
    } else {
        add(out, ENT_ROLE_INDIRECT, false, 0, surface); /* "was given a deadline" */
    }
    const ent_token *t = token_at(s, verb);
    if (object == ENT_NO_TOKEN && t->deprel == ENT_DEP_conj && in_sentence(s, t->head)) {
        uint32_t shared = child_of(s, t->head, ENT_DEP_obj); /* "condemned and attacked X" */
        object = shared != ENT_NO_TOKEN && shared > verb ? shared : ENT_NO_TOKEN;
    }
    if (object == ENT_NO_TOKEN && ent__is_object_relative(s, verb) && surface != t->head) {
        object = t->head;
    }
    if (object == ENT_NO_TOKEN && is_misplaced(s, verb)) {
        object = t->head;
    }
    if (object != ENT_NO_TOKEN) {
        object = resolve_relative(s, object);
        out->object = object;
        add(out, ENT_ROLE_OBJECT, false, 0, object);
        add_noun_parts(s, object, true, out);
        uint32_t inside = ent__see_through(s, object);
        if (inside != object) {
            add(out, ENT_ROLE_OBJECT, false, 0, inside);
            add_noun_parts(s, inside, true, out);
        }
    }
    add_obliques(s, verb, passive, false, out);
    if (t->deprel == ENT_DEP_conj && in_sentence(s, t->head) && out->count < 3 &&
        token_at(s, t->head)->upos == ENT_UPOS_VERB) {
        add_obliques(s, t->head, false, false, out);
    }
    add_as_it_stands(s, verb, passive, out);
}

/* The verb that an event noun leans on: "held talks", "talks were held". */
static uint32_t support_verb(const ent__sentence *s, uint32_t noun)
{
    uint32_t at = noun;
    for (int depth = 0; depth < 3; depth++) {
        const ent_token *t = token_at(s, at);
        if (!in_sentence(s, t->head)) {
            return ENT_NO_TOKEN;
        }
        const ent_token *h = token_at(s, t->head);
        bool verb = h->upos == ENT_UPOS_VERB;
        if (verb && (t->deprel == ENT_DEP_obj || t->deprel == ENT_DEP_nsubj_pass ||
                     t->deprel == ENT_DEP_obl || t->deprel == ENT_DEP_xcomp)) {
            return t->head;
        }
        if (t->deprel != ENT_DEP_conj && t->deprel != ENT_DEP_nmod) {
            return ENT_NO_TOKEN;
        }
        at = t->head;
    }
    return ENT_NO_TOKEN;
}

static void add_support(const ent__sentence *s, uint32_t noun, ent__arguments *out);

/* "At a meeting with X, Y said", "during a visit to X": who acts took part. */
static void add_frame_subject(const ent__sentence *s, uint32_t noun, ent__arguments *out)
{
    static const char *const words[] = {"in", "at", "during", "after", "before", "on", "following"};
    const ent_token *t = token_at(s, noun);
    ent_str word = s->lexicon->word[ent__preposition(s, noun)].text;
    bool bound = ent__str_eqz(word, "under") && in_sentence(s, t->head) &&
                 t->deprel == ENT_DEP_obl; /* "under a deal with X, Y will" */
    if (bound && ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, "AGREEMENT"))) {
        add(out, ENT_ROLE_SUBJECT, false, 0, ent__surface_subject(s, t->head, 0));
        return;
    }
    bool meeting = ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, "TALKS")) ||
                   ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, "VISIT")) ||
                   ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, "CALL"));
    if (!meeting || t->deprel != ENT_DEP_obl || !in_sentence(s, t->head)) {
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_eqz(word, words[i])) {
            add(out, ENT_ROLE_SUBJECT, false, 0, ent__surface_subject(s, t->head, 0));
            return;
        }
    }
}

void ent__noun_arguments(const ent__sentence *s, uint32_t noun, ent__arguments *out)
{
    memset(out, 0, sizeof *out);
    out->subject = out->object = ENT_NO_TOKEN;
    uint32_t subject = child_of(s, noun, ENT_DEP_nsubj);
    if (subject != ENT_NO_TOKEN && child_of(s, noun, ENT_DEP_cop) != ENT_NO_TOKEN) {
        out->subject = resolve_relative(s, subject);
        add(out, ENT_ROLE_SUBJECT, false, 0, out->subject);
    }
    add_noun_parts(s, noun, false, out);
    const ent_token *t = token_at(s, noun);
    if ((t->deprel == ENT_DEP_xcomp || t->deprel == ENT_DEP_obj) && in_sentence(s, t->head) &&
        (ent__lemma_is(s, t->head, "become") || ent__lemma_is(s, t->head, "remain"))) {
        add(out, ENT_ROLE_SUBJECT, false, 0, ent__surface_subject(s, t->head, 0));
    }
    if (t->deprel == ENT_DEP_conj && in_sentence(s, t->head) &&
        token_at(s, t->head)->upos == ENT_UPOS_NOUN) {
        add_noun_parts(s, t->head, false, out); /* "talks and a deal with X" */
    }
    if (!ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, "AGENT"))) {
        add_support(s, noun, out); /* who sanctions "allies of X" is none */
    }
    add_frame_subject(s, noun, out);
    add_as_it_stands(s, noun, false, out);
}

/* Operators whose subject does what the noun tells; who condemns an attack did not attack. */
static bool is_support(const ent__event_lexicon *l, uint8_t operator)
{
    static const char *const names[] = {"do",   "stop", "lift",    "try",  "order",   "say",
                                        "plan", "want", "promise", "help", "threaten"};
    for (size_t i = 0; i < sizeof names / sizeof *names && operator != ENT_NO_OPERATOR; i++) {
        if (strcmp(l->operators[operator], names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What the verb that the noun leans on brings: its subject and obliques. */
static void add_support(const ent__sentence *s, uint32_t noun, ent__arguments *out)
{
    uint32_t verb = support_verb(s, noun);
    if (verb == ENT_NO_TOKEN) {
        return;
    }
    const ent__event_word *w = &s->lexicon->word[ent__word_at(s, verb)];
    bool supports = false;
    for (uint16_t i = 0; i < w->verb_count; i++) {
        supports |= is_support(s->lexicon, s->lexicon->verbs[w->verb_first + i].operator);
    }
    if (!supports) {
        return;
    }
    bool passive = ent__is_passive(s, verb);
    if (!passive) {
        out->subject = ent__surface_subject(s, verb, 0);
        add(out, ENT_ROLE_SUBJECT, false, 0, out->subject == noun ? ENT_NO_TOKEN : out->subject);
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = children[i];
        uint8_t rel = token_at(s, c)->deprel;
        if (c == noun || ent__is_ancestor(s->tree, c, noun)) {
            continue;
        }
        if (rel == ENT_DEP_obl || rel == ENT_DEP_obl_agent) {
            uint16_t word = ent__preposition(s, c);
            if (passive && ent__str_eqz(s->lexicon->word[word].text, "by")) {
                add(out, ENT_ROLE_SUBJECT, false, 0, c);
                out->subject = c;
            }
            add(out, ENT_ROLE_PREPOSITION, false, word, c);
        } else if (rel == ENT_DEP_iobj || (rel == ENT_DEP_obj && c != noun)) {
            add(out, ENT_ROLE_INDIRECT, false, 0, c);
        }
    }
}
