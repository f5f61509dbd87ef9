/* Readings: which cue of a sentence tells which event, composed from the bottom up.  "agreed to
 * lift sanctions on" is agree(lift(sanctions)): each operator turns the code below it into its own.
 * Input: a tree and the lexicon.  Output: ent__sentence with at most one reading a token.
 * Method: CAMEO's own regularities (Schrodt 2012) as a table, data/events/operators.tsv.
 * Cost: O(cues x rows of the cue); each token is read once. */
#include <string.h>

#include "certainty.h"
#include "lexicon.h"

static ent__reading *read_token(ent__sentence *s, uint32_t token, int depth);

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

static bool in_sentence(const ent__sentence *s, uint32_t token)
{
    return token - s->first < s->count;
}

/* ---- the event below an operator ----------------------------------------------------------- */

/* "accused of", "banned from", "criticized for": gerunds that belong to the verb. */
static bool is_governed(const ent__sentence *s, uint32_t clause)
{
    static const char *const marks[] = {"of",    "from", "for",  "against",
                                        "about", "in",   "into", "on"};
    ent_str mark = s->lexicon->word[ent__preposition(s, clause)].text;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (ent__str_eqz(mark, marks[i])) {
            return true;
        }
    }
    return false;
}

static bool is_clause(uint8_t rel)
{
    return rel == ENT_DEP_xcomp || rel == ENT_DEP_ccomp || rel == ENT_DEP_advcl ||
           rel == ENT_DEP_acl;
}

/* "accused X of arming Y", the gerund hung on X. */
static ent__reading *read_deed(ent__sentence *s, uint32_t cue, uint32_t object, int depth)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, object, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = token_at(s, children[i]);
        if (t->deprel == ENT_DEP_acl && t->xpos == ENT_XPOS_VBG && children[i] > cue &&
            is_governed(s, children[i])) {
            return read_token(s, children[i], depth + 1);
        }
    }
    return NULL;
}

/* Below a verb: clause first, then object, then oblique nouns; below a noun: clause, then nouns. */
static ent__reading *read_below(ent__sentence *s, uint32_t cue, uint32_t object, bool noun,
                                bool object_first, int depth)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, cue, &n);
    ent__reading *found = NULL;
    if (object_first && object != ENT_NO_TOKEN) {
        found = read_token(s, ent__see_through(s, object), depth + 1);
        if (found != NULL && found->code != ENT_NO_CODE) {
            return found;
        }
        found = NULL;
    }
    for (int round = 0; round < 3 && found == NULL; round++) {
        if (round == 1 && object != ENT_NO_TOKEN && !noun) {
            found = read_deed(s, cue, object, depth);
        }
        if (round == 1 && found == NULL && object != ENT_NO_TOKEN && !noun) {
            found = read_token(s, ent__see_through(s, object), depth + 1);
        }
        for (size_t i = 0; i < n && (found == NULL || found->code == ENT_NO_CODE); i++) {
            uint32_t c = children[i];
            uint8_t rel = token_at(s, c)->deprel;
            bool wanted = false;
            if (round == 0) {
                wanted = is_clause(rel) && c > cue && (rel != ENT_DEP_acl || noun) &&
                         !(noun && ent__is_object_relative(s, c)) &&
                         (rel != ENT_DEP_advcl || is_governed(s, c));
            } else if (round == 1) {
                wanted = noun && (rel == ENT_DEP_nmod || rel == ENT_DEP_compound);
            } else {
                wanted = !noun && rel == ENT_DEP_obl && c > cue;
            }
            if (wanted) {
                ent__reading *below = read_token(s, ent__see_through(s, c), depth + 1);
                found =
                    below != NULL && (found == NULL || below->code != ENT_NO_CODE) ? below : found;
            }
        }
    }
    return found;
}

static bool takes_infinitive(const char *operator)
{
    static const char *const names[] = {"promise", "refuse", "threaten", "ask",  "demand",
                                        "plan",    "want",   "force",    "fail", "allow"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(operator, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "agreed in Beijing to restore": an infinitive that the tree takes for an aim. */
static ent__reading *read_infinitive(ent__sentence *s, uint32_t cue, int depth)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, cue, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = token_at(s, children[i]);
        if (t->deprel == ENT_DEP_advcl && children[i] > cue && t->xpos == ENT_XPOS_VB) {
            return read_token(s, children[i], depth + 1);
        }
    }
    return NULL;
}

/* ---- sides --------------------------------------------------------------------------------- */

static uint8_t add_candidate(ent__candidate *list, uint8_t count, uint32_t token, uint8_t rank)
{
    for (uint8_t i = 0; i < count; i++) {
        if (list[i].token == token) {
            return count;
        }
    }
    if (count < ENT_CANDIDATE_MAX && token != ENT_NO_TOKEN) {
        list[count++] = (ent__candidate){token, rank};
    }
    return count;
}

static uint8_t add_all(ent__candidate *list, uint8_t count, const ent__candidate *more,
                       uint8_t more_count, uint8_t rank)
{
    for (uint8_t i = 0; i < more_count; i++) {
        count = add_candidate(list, count, more[i].token, rank);
    }
    return count;
}

static uint8_t fill_side(const ent__role *roles, uint8_t role_count,
                         const ent__arguments *arguments, const ent__reading *inner,
                         bool as_source, uint32_t clause_subject, ent__candidate *list)
{
    uint8_t count = 0;
    for (uint8_t r = 0; r < role_count; r++) {
        const ent__role *role = &roles[r];
        if (role->kind >= ENT_ROLE_INNER_SOURCE) {
            if (inner == NULL) {
                bool subject = role->kind == ENT_ROLE_INNER_SUBJECT;
                count = subject ? add_candidate(list, count, clause_subject, r) : count;
                continue;
            }
            if (role->kind == ENT_ROLE_INNER_SOURCE) { /* as a source: of "were lifted" only */
                if (as_source && arguments->subject != ENT_NO_TOKEN &&
                    roles[0].kind == ENT_ROLE_SUBJECT) {
                    continue;
                }
                count = add_all(list, count, inner->sources, inner->source_count, r);
            } else if (role->kind == ENT_ROLE_INNER_TARGET) {
                count = add_all(list, count, inner->targets, inner->target_count, r);
            } else {
                count = add_candidate(list, count, inner->subject, r);
            }
            continue;
        }
        for (uint32_t i = 0; i < arguments->count; i++) {
            const ent__argument *a = &arguments->list[i];
            if (a->kind == role->kind && a->on_object == role->on_object &&
                (role->kind != ENT_ROLE_PREPOSITION || a->word == role->word)) {
                count = add_candidate(list, count, a->token, r);
            }
        }
    }
    return count;
}

/* "warned that X would pay": who acts in a clause that tells no event. */
static uint32_t subject_of_clause(const ent__sentence *s, const ent__reading *r,
                                  const ent__arguments *arguments)
{
    uint32_t clause = ent__child(s->tree, r->cue, ENT_DEP_ccomp);
    clause = clause == ENT_NO_TOKEN ? ent__child(s->tree, r->cue, ENT_DEP_xcomp) : clause;
    uint32_t subject = clause == ENT_NO_TOKEN || r->operator_count == 0
                           ? ENT_NO_TOKEN
                           : ent__surface_subject(s, clause, 0);
    return subject == arguments->subject ? ENT_NO_TOKEN : subject;
}

/* Behind the row's roles: other places where a text may say to whom something is done. */
static void add_last_resorts(const ent__sentence *s, ent__reading *r,
                             const ent__arguments *arguments)
{
    static const char *const words[] = {"against", "to",   "with", "on",     "from",    "out",
                                        "over",    "toward", "of", "towards", "between"};
    for (uint32_t i = 0; i < arguments->count; i++) {
        const ent__argument *a = &arguments->list[i];
        bool fits = (a->kind == ENT_ROLE_OBJECT || a->kind == ENT_ROLE_INDIRECT) && !a->on_object;
        ent_str word = s->lexicon->word[a->word].text;
        for (size_t k = 0; k < sizeof words / sizeof *words && !fits; k++) {
            fits = a->kind == ENT_ROLE_PREPOSITION && ent__str_eqz(word, words[k]);
        }
        if (fits && a->token != r->subject) {
            r->target_count = add_candidate(r->targets, r->target_count, a->token, 23);
        }
    }
}

static void fill_sides(const ent__sentence *s, ent__reading *r, const ent__arguments *arguments)
{
    const ent__roles *roles = &s->lexicon->roles[r->roles];
    r->subject = arguments->subject;
    r->object = arguments->object;
    r->symmetric = roles->symmetric;
    uint32_t clause_subject = subject_of_clause(s, r, arguments);
    r->source_count = fill_side(roles->source, roles->source_count, arguments, r->inner, true,
                                ENT_NO_TOKEN, r->sources);
    r->target_count = fill_side(roles->target, roles->target_count, arguments, r->inner, false,
                                clause_subject, r->targets);
    if (!r->noun && roles->target_count > 1) {
        add_last_resorts(s, r, arguments);
    }
}

/* ---- one cue ------------------------------------------------------------------------------- */

static ent__reading *new_reading(ent__sentence *s, uint32_t cue)
{
    ent__reading *r = ent__arena_alloc(s->arena, sizeof *r);
    if (r == NULL) {
        s->failed = true;
        return NULL;
    }
    r->cue = cue;
    r->code = r->base_code = ENT_NO_CODE;
    r->operator_future = ENT_NO_OPERATOR;
    r->subject = r->object = ENT_NO_TOKEN;
    s->by_token[cue - s->first] = r;
    return r;
}

/* "said it will": reporting keeps the clause below as it is; its subject need not act. */
static bool reports(const ent__event_lexicon *l, uint8_t operator)
{
    return strcmp(l->operators[operator], "say") == 0;
}

/* "=": the inner event, told by this cue. */
static void keep_inner(const ent__sentence *s, ent__reading *r, const ent__arguments *arguments)
{
    ent__reading *inner = s->by_token[r->inner->cue - s->first];
    r->symmetric = inner->symmetric;
    r->subject = arguments->subject;
    r->object = arguments->object;
    r->roles = inner->roles;
    r->source_count = add_candidate(r->sources, 0, arguments->subject, 0);
    r->source_count = add_all(r->sources, r->source_count, inner->sources, inner->source_count, 1);
    r->target_count = add_all(r->targets, 0, inner->targets, inner->target_count, 0);
    for (uint32_t i = 0; i < arguments->count; i++) {
        const ent__argument *a = &arguments->list[i];
        bool by = a->kind == ENT_ROLE_POSSESSOR || a->kind == ENT_ROLE_ADJECTIVE ||
                  ent__str_eqz(s->lexicon->word[a->word].text, "by");
        if (r->noun && !a->on_object && by) { /* "France's delivery of tanks" */
            r->source_count = add_candidate(r->sources, r->source_count, a->token, 1);
        } else if (!a->on_object && a->kind >= ENT_ROLE_OBJECT &&
                   a->kind <= ENT_ROLE_PREPOSITION) {
            r->target_count = add_candidate(r->targets, r->target_count, a->token, 1);
        }
    }
}

/* "will not lift": what would be done together or for somebody is refused. */
uint16_t ent__reading_told(const ent__event_lexicon *l, const ent__reading *r)
{
    if (r->code == ENT_NO_CODE || r->operator_future == ENT_NO_OPERATOR) {
        return r->code;
    }
    return ent__event_lexicon_apply(l, r->operator_future, r->code);
}

/* The future and the refused future have operators of their own. */
static uint8_t future_operator(const ent__sentence *s, uint32_t cue, const ent__reading *r)
{
    if (r->code == ENT_NO_CODE || s->lexicon->codes[r->code].plover == ENT_PLOVER_NONE) {
        return ENT_NO_OPERATOR;
    }
    if (r->certainty == ENT_FUTURE) {
        return ent__event_lexicon_operator(s->lexicon, "future");
    }
    if (r->certainty != ENT_NEGATED || s->lexicon->codes[r->code].quad > 2) {
        return ENT_NO_OPERATOR;
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, cue, &n);
    for (size_t i = 0; i < n; i++) {
        if (token_at(s, children[i])->deprel == ENT_DEP_aux &&
            (ent__lemma_is(s, children[i], "will") || ent__lemma_is(s, children[i], "would"))) {
            return ent__event_lexicon_operator(s->lexicon, "refuse");
        }
    }
    return ENT_NO_OPERATOR;
}

/* "said that Y must": a demand; "said that Y should not have": a reproach. */
static const char *modal_demand(const ent__sentence *s, uint32_t clause)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, clause, &n);
    bool obliged = false, have = false;
    for (size_t i = 0; i < n; i++) {
        if (token_at(s, children[i])->deprel == ENT_DEP_aux) {
            obliged |= ent__lemma_is(s, children[i], "must") ||
                       ent__lemma_is(s, children[i], "should") ||
                       ent__lemma_is(s, children[i], "ought");
            have |= ent__lemma_is(s, children[i], "have");
        }
    }
    const ent_token *t = token_at(s, clause); /* "insisted that Y leave": a subjunctive */
    obliged |= t->xpos == ENT_XPOS_VB && ent__child(s->tree, clause, ENT_DEP_aux) == ENT_NO_TOKEN &&
               !ent__str_eqz(s->lexicon->word[ent__preposition(s, clause)].text, "to");
    obliged |= ent__lemma_is(s, clause, "need") || ent__lemma_is(s, clause, "have");
    return !obliged ? NULL : have ? "condemn" : "demand";
}

static ent_certainty certainty_of_operator(const ent__event_lexicon *l, uint8_t operator)
{
    const char *name = l->operators[operator];
    if (strcmp(name, "fail") == 0 || strcmp(name, "refuse") == 0 || strcmp(name, "deny") == 0 ||
        strcmp(name, "abstain") == 0 || strcmp(name, "stop") == 0 || strcmp(name, "forbid") == 0) {
        return ENT_NEGATED;
    }
    if (strcmp(name, "accuse") == 0 || strcmp(name, "condemn") == 0) {
        return ENT_ALLEGED;
    }
    if (strcmp(name, "promise") == 0 || strcmp(name, "plan") == 0) {
        return ENT_FUTURE;
    }
    return ENT_HYPOTHETICAL;
}

/* A said obligation of somebody else: the operator that it amounts to, with its row's roles. */
static uint8_t said_operator(const ent__sentence *s, ent__reading *r, uint8_t operator,
                             const ent__arguments * arguments)
{
    uint32_t clause = ent__child(s->tree, r->cue, ENT_DEP_ccomp);
    if (!reports(s->lexicon, operator) || clause == ENT_NO_TOKEN) {
        return operator;
    }
    const char *name = modal_demand(s, clause);
    uint32_t obliged = ent__surface_subject(s, clause, 0);
    if (name == NULL || obliged == ENT_NO_TOKEN || obliged == arguments->subject ||
        token_at(s, obliged)->upos == ENT_UPOS_PRON) {
        return operator;
    }
    for (size_t i = 0; i < s->lexicon->role_count; i++) {
        if (ent__str_eqz(s->lexicon->roles[i].name, "said")) {
            r->roles = (uint8_t)i;
        }
    }
    return ent__event_lexicon_operator(s->lexicon, name);
}

/* "agreed to limit its programme": what somebody consents to is no threat. */
static uint16_t consented(const ent__sentence *s, const ent__reading *r, uint16_t code)
{
    static const char *const words[] = {"agree", "consent", "assent", "offer", "undertake"};
    const ent__event_lexicon *l = s->lexicon;
    bool threat = code != ENT_NO_CODE && l->codes[code].plover == ENT_PLOVER_THREATEN;
    for (size_t i = 0; i < sizeof words / sizeof *words && threat; i++) {
        if (ent__lemma_is(s, r->cue, words[i])) {
            return ent__event_lexicon_code(l, ENT_LIT("030"));
        }
    }
    return code;
}

/* "agreed to meet and to hold exercises": what is told beside the inner event is as certain. */
static void spread_certainty(ent__sentence *s, const ent__reading *inner, int depth)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, inner->cue, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = token_at(s, children[i]);
        bool infinitive = t->deprel == ENT_DEP_conj && t->xpos == ENT_XPOS_VB;
        ent__reading *beside = infinitive ? read_token(s, children[i], depth + 1) : NULL;
        if (beside != NULL) {
            beside->certainty = ent__certainty_worse(beside->certainty, inner->certainty);
        }
    }
}

/* The operator's code and sides with the event below it; false: all is told already, the sides need
 * not be looked for. */
static bool take_inner(ent__sentence *s, ent__reading *r, uint8_t operator, ent__reading *inner,
                       const ent__arguments *arguments, int depth)
{
    const ent__event_lexicon *l = s->lexicon;
    const char *name = l->operators[operator];
    uint16_t below = inner->code;
    for (uint8_t i = 0; i < inner->operator_count && r->operator_count < 4; i++) {
        r->operators[r->operator_count++] = inner->operators[i];
    }
    bool same = below != ENT_NO_CODE && r->code == below && inner->source_count > 0;
    same |= below != ENT_NO_CODE && r->code == below && !reports(l, operator);
    bool clause = is_clause(token_at(s, inner->cue)->deprel);
    if (reports(l, operator) && clause && (same || below == ENT_NO_CODE)) {
        r->code = ENT_NO_CODE; /* the clause speaks for itself */
        r->inner = NULL;
        return false;
    }
    same |= below != ENT_NO_CODE && r->code == below;
    if (same) {
        keep_inner(s, r, arguments);
        r->table = inner->table;
        r->line = inner->line;
        r->certainty = ent__certainty_worse(r->certainty, inner->certainty);
        inner->consumed = true;
        return false;
    }
    bool presupposed = inner->noun && !inner->consumed &&
                       (strcmp(name, "condemn") == 0 || strcmp(name, "praise") == 0);
    inner->consumed = !presupposed; /* who condemns an attack says that there was one */
    inner->certainty = presupposed ? inner->certainty : certainty_of_operator(l, operator);
    spread_certainty(s, inner, depth);
    if (clause && strcmp(name, "deny") == 0) { /* "denied that": of no side in the clause */
        r->code = ent__event_lexicon_apply(l, operator, ENT_NO_CODE);
        r->inner = NULL;
    }
    bool conflict = r->code != ENT_NO_CODE && l->codes[r->code].quad > 2;
    if (strcmp(name, "plan") == 0 && conflict) {
        r->certainty = ent__certainty_worse(r->certainty, ENT_FUTURE);
    }
    return true;
}

static void apply_operator(ent__sentence *s, ent__reading *r, uint8_t operator, bool noun,
                           const ent__arguments *arguments, int depth)
{
    ent__arguments said = *arguments;
    uint8_t told = noun ? operator: said_operator(s, r, operator, arguments);
    if (told != operator) { /* the clause's subject is whom it is said of */
        uint32_t clause = ent__child(s->tree, r->cue, ENT_DEP_ccomp);
        said.list[said.count < ENT_ARGUMENT_MAX ? said.count++ : said.count - 1] =
            (ent__argument){ENT_ROLE_OBJECT, false, 0, ent__surface_subject(s, clause, 0)};
        arguments = &said;
        operator= told;
    }
    const ent__event_lexicon *l = s->lexicon;
    const char *name = l->operators[operator];
    bool object_first = strcmp(name, "do") == 0 || strcmp(name, "stop") == 0 ||
                        strcmp(name, "lift") == 0 || strcmp(name, "say") == 0;
    ent__reading *inner = read_below(s, r->cue, arguments->object, noun, object_first, depth);
    if (inner == NULL && !noun && takes_infinitive(name)) {
        inner = read_infinitive(s, r->cue, depth);
    }
    uint32_t behind = noun ? ENT_NO_TOKEN : ent__preposition_behind(s, r->cue);
    if (inner == NULL && behind != ENT_NO_TOKEN && token_at(s, behind)->head > behind) {
        inner = read_token(s, token_at(s, behind)->head, depth + 1);
    }
    r->inner = inner;
    uint16_t below = inner == NULL ? ENT_NO_CODE : inner->code;
    r->base_code = inner == NULL ? ENT_NO_CODE : inner->base_code;
    r->code = consented(s, r, ent__event_lexicon_apply(l, operator, below));
    bool rallies = r->code == ent__event_lexicon_code(l, ENT_LIT("113"));
    bool asked = arguments->object != ENT_NO_TOKEN ||
                 ent__child(s->tree, r->cue, ENT_DEP_iobj) != ENT_NO_TOKEN;
    if (rallies && asked && inner != NULL &&
        is_clause(token_at(s, inner->cue)->deprel)) { /* "asked the EU to sanction Y" */
        r->code = ent__event_lexicon_code(l, ENT_LIT("020"));
    }
    r->operators[r->operator_count++] = operator;
    if (inner == NULL || take_inner(s, r, operator, inner, arguments, depth)) {
        fill_sides(s, r, arguments);
    }
}

/* "walked out of the agreement with", "bowed to their demands", "were killed in clashes": the noun
 * is part of what the verb tells. */
static void consume_oblique(ent__sentence *s, const ent__reading *r,
                            const ent__arguments *arguments, uint32_t oblique, int depth)
{
    bool conflict = r->code != ENT_NO_CODE && s->lexicon->codes[r->code].quad == 4;
    for (uint32_t i = 0; i < arguments->count && r->code != ENT_NO_CODE; i++) {
        const ent__argument *a = &arguments->list[i];
        ent_str word = s->lexicon->word[a->word].text;
        bool agent = a->kind == ENT_ROLE_SUBJECT && a->token > r->cue;
        bool part = ent__str_eqz(word, "of") || ent__str_eqz(word, "from") ||
                    ent__str_eqz(word, "into") || a->token == oblique ||
                    (conflict && (ent__str_eqz(word, "by") || ent__str_eqz(word, "in") ||
                                  ent__str_eqz(word, "during")));
        if (!(agent && conflict) && (a->kind != ENT_ROLE_PREPOSITION || a->on_object ||
                                     a->token < r->cue || !part)) {
            continue;
        }
        ent__reading *told = read_token(s, a->token, depth + 1);
        if (told != NULL && told->noun) {
            told->consumed = true;
        }
    }
}

/* "signed a deal to sell X jets", "a pact to defend X": whom the infinitive on the noun names. */
static void add_purpose(ent__sentence *s, ent__reading *r, uint32_t noun, int depth)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = token_at(s, children[i]);
        if ((t->deprel != ENT_DEP_acl && t->deprel != ENT_DEP_advcl) || t->xpos != ENT_XPOS_VB) {
            continue;
        }
        ent__reading *aim = read_token(s, children[i], depth + 1);
        if (aim != NULL) {
            r->target_count =
                add_all(r->targets, r->target_count, aim->targets, aim->target_count, 20);
        }
    }
}

static ent__reading *read_verb(ent__sentence *s, uint32_t verb, int depth)
{
    ent__arguments arguments;
    ent__verb_arguments(s, verb, &arguments);
    uint32_t oblique;
    const ent__verb *row = ent__row_choose(s, verb, &arguments, &oblique);
    if (row == NULL) {
        return NULL;
    }
    ent__reading *r = new_reading(s, verb);
    if (r == NULL) {
        return NULL;
    }
    r->table = "events/verbs";
    r->line = row->line;
    r->roles = row->roles;
    r->certainty = ent__cue_certainty(s, verb);
    if (row->operator != ENT_NO_OPERATOR) {
        apply_operator(s, r, row->operator, false, &arguments, depth);
    } else {
        r->code = r->base_code = row->code;
        fill_sides(s, r, &arguments);
        consume_oblique(s, r, &arguments, oblique, depth);
        if (arguments.object != ENT_NO_TOKEN) { /* "signed a deal": the noun is told by the verb */
            ent__reading *told = read_token(s, ent__see_through(s, arguments.object), depth + 1);
            add_purpose(s, r, arguments.object, depth);
            if (told != NULL && r->code != ENT_NO_CODE) {
                ent_certainty certain = told->certainty;
                told->consumed = true;
                told->certainty = told->certainty == ENT_ASSERTED ? ENT_ALLEGED : told->certainty;
                if (r->source_count == 0) { /* "the loan from X to Y was paid out" */
                    r->certainty = ent__certainty_worse(r->certainty, certain);
                    r->source_count = add_all(r->sources, 0, told->sources, told->source_count, 0);
                    r->target_count =
                        add_all(r->targets, r->target_count, told->targets, told->target_count, 0);
                }
            }
        }
    }
    r->operator_future = future_operator(s, verb, r);
    return r;
}

/* "a call with X", "a call between X and Y", "her call of fifty minutes": by telephone, nothing is
 * called for. */
static bool is_conversation(const ent__sentence *s, uint32_t noun)
{
    const ent__event_lexicon *l = s->lexicon;
    bool asks = ent__child(s->tree, noun, ENT_DEP_acl) != ENT_NO_TOKEN, two = false;
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        ent_str word = l->word[ent__preposition(s, children[i])].text;
        asks |= ent__str_eqz(word, "for") || ent__str_eqz(word, "on");
        two |= ent__str_eqz(word, "with") || ent__str_eqz(word, "between");
    }
    return ent__lemma_is(s, noun, "call") && two && !asks;
}

/* The event of a noun after its modifiers: "hunger strike", "military aid". */
static uint16_t modified_code(const ent__sentence *s, uint32_t noun, const ent__noun *row)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    if (is_conversation(s, noun)) {
        return ent__event_lexicon_code(s->lexicon, ENT_LIT("041"));
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        bool modifier = rel == ENT_DEP_amod || rel == ENT_DEP_compound ||
                        rel == ENT_DEP_nmod_desc || rel == ENT_DEP_nmod ||
                        rel == ENT_DEP_nmod_unmarked;
        uint16_t word = ent__word_at(s, children[i]);
        for (size_t k = 0; k < 3 && modifier && word != 0 && row->classes[k] != 0; k++) {
            char key[32];
            uint32_t code;
            int length = snprintf(key, sizeof key, "%u %u", row->classes[k], word);
            if (ent__map_get(s->lexicon->modifiers, (ent_str){key, (size_t)length}, &code)) {
                return (uint16_t)code;
            }
        }
    }
    return row->code;
}

static ent__reading *read_noun(ent__sentence *s, uint32_t noun, int depth)
{
    const ent__noun *row = &s->lexicon->nouns[s->lexicon->word[ent__word_at(s, noun)].noun];
    uint16_t code = modified_code(s, noun, row);
    bool name = token_at(s, noun)->upos == ENT_UPOS_PROPN; /* "Bill Clinton" is no bill */
    if (code == ENT_NO_CODE && (row->operator == ENT_NO_OPERATOR || name)) {
        return NULL;
    }
    ent__arguments arguments;
    ent__noun_arguments(s, noun, &arguments);
    ent__reading *r = new_reading(s, noun);
    if (r == NULL) {
        return NULL;
    }
    r->table = "events/nouns";
    r->line = row->line;
    r->noun = true;
    r->roles = row->roles;
    r->certainty = ent__cue_certainty(s, noun);
    if (row->operator != ENT_NO_OPERATOR && code == ENT_NO_CODE) {
        apply_operator(s, r, row->operator, true, &arguments, depth);
    } else {
        r->code = r->base_code = code;
        fill_sides(s, r, &arguments);
    }
    if (!row->bare) {
        r->consumed = true; /* a verb has to tell it: keep_inner makes a reading of its own */
    }
    return r;
}

/* "March 10", "10 March", "in March": no demonstration. */
static bool is_month(const ent__sentence *s, uint32_t token)
{
    return ent__str_eqz(token_at(s, token)->form, "March") && token > s->first;
}

static ent__reading *read_token(ent__sentence *s, uint32_t token, int depth)
{
    if (!in_sentence(s, token) || depth > 6) {
        return NULL;
    }
    uint8_t *state = &s->state[token - s->first];
    if (*state != 0) {
        return *state == 2 ? s->by_token[token - s->first] : NULL;
    }
    *state = 1;
    const ent__event_word *w = &s->lexicon->word[ent__word_at(s, token)];
    const ent_token *t = token_at(s, token);
    ent__reading *r = NULL;
    /* "was silent", "is behind it"; but "hit back" tells of no backing */
    bool predicate = t->upos == ENT_UPOS_ADJ ||
                     (t->upos == ENT_UPOS_ADV && t->deprel != ENT_DEP_advmod);
    if (w->verb_count > 0 && (t->upos == ENT_UPOS_VERB || predicate)) {
        r = read_verb(s, token, depth);
    } else if (w->noun >= 0 && (t->upos == ENT_UPOS_NOUN || t->upos == ENT_UPOS_PROPN) &&
               !is_month(s, token)) {
        r = read_noun(s, token, depth);
    }
    *state = 2;
    return r;
}

/* "cease-fire" in three tokens: the word is its last part. */
static void join_hyphened(ent__sentence *s)
{
    for (uint32_t i = 1; i + 1 < s->count; i++) {
        const ent_token *a = token_at(s, s->first + i - 1), *b = token_at(s, s->first + i + 1);
        const ent_token *hyphen = token_at(s, s->first + i);
        if (!ent__str_eqz(hyphen->form, "-") || a->end != hyphen->begin ||
            b->begin != hyphen->end) {
            continue;
        }
        char joined[48], closed[48];
        int n = snprintf(joined, sizeof joined, "%.*s-%.*s", ENT_FMT(a->lemma), ENT_FMT(b->lemma));
        int m = snprintf(closed, sizeof closed, "%.*s%.*s", ENT_FMT(a->lemma), ENT_FMT(b->lemma));
        if (n >= (int)sizeof joined || m >= (int)sizeof closed) {
            continue;
        }
        uint16_t word = ent__event_lexicon_word(s->lexicon, (ent_str){joined, (size_t)n});
        if (word == 0) {
            word = ent__event_lexicon_word(s->lexicon, (ent_str){closed, (size_t)m});
        }
        if (word != 0) {
            s->words[i + 1] = word;
            s->words[i - 1] = 0;
        }
    }
}

/* A verb's word from its form when the lemma is none that we know: "shelled" from "shel". */
static uint16_t word_of_form(const ent__sentence *s, ent_str form)
{
    static const char *const endings[] = {"ed", "ing", "es", "s", "d"};
    char stem[48];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t cut = strlen(endings[i]);
        if (!ent__str_ends(form, endings[i]) || form.n < cut + 3 || form.n >= sizeof stem) {
            continue;
        }
        size_t n = form.n - cut;
        memcpy(stem, form.p, n);
        uint16_t word = ent__event_lexicon_word(s->lexicon, (ent_str){stem, n});
        if (word == 0) {
            stem[n] = 'e';
            word = ent__event_lexicon_word(s->lexicon, (ent_str){stem, n + 1});
        }
        if (word == 0 && stem[n - 1] == stem[n - 2]) {
            word = ent__event_lexicon_word(s->lexicon, (ent_str){stem, n - 1});
        }
        if (word != 0 && s->lexicon->word[word].verb_count > 0) {
            return word;
        }
    }
    return 0;
}

/* Word numbers of the tokens: by lemma, else by form. */
static void number_words(ent__sentence *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const ent_token *t = token_at(s, s->first + i);
        uint16_t form =
            t->upos == ENT_UPOS_VERB ? ent__event_lexicon_word(s->lexicon, t->form) : 0;
        s->words[i] = s->lexicon->word[form].form_of;
        if (s->words[i] == 0) {
            s->words[i] = ent__event_lexicon_word(s->lexicon, t->lemma);
        }
        if (s->words[i] == 0) {
            s->words[i] = ent__event_lexicon_word(s->lexicon, t->form);
        }
        if (s->words[i] == 0 && t->upos == ENT_UPOS_VERB) {
            s->words[i] = word_of_form(s, t->form);
        }
    }
}

ent_rc ent__sentence_read(ent_ctx *ctx, const ent__event_lexicon *lexicon, const ent_tree *tree,
                          uint32_t sentence, ent_arena *arena, ent__sentence **out)
{
    const ent_sentence *where = &tree->sentences[sentence];
    ent__sentence *s = ent__arena_alloc(arena, sizeof *s);
    if (s == NULL) {
        return ent__nomem(ctx);
    }
    *s = (ent__sentence){.lexicon = lexicon,
                         .tree = tree,
                         .first = where->first,
                         .count = where->token_count,
                         .arena = arena};
    s->words = ent__arena_array(arena, s->count + 1, sizeof *s->words);
    s->by_token = ent__arena_array(arena, s->count + 1, sizeof(ent__reading *));
    s->state = ent__arena_array(arena, s->count + 1, 1);
    if (s->words == NULL || s->by_token == NULL || s->state == NULL) {
        return ent__nomem(ctx);
    }
    number_words(s);
    join_hyphened(s);
    if (s->count > 0) {
        const ent_token *last = token_at(s, s->first + s->count - 1);
        s->question = ent__str_eqz(last->form, "?");
        if (s->count > 1 && !s->question) { /* a closing quotation mark may follow */
            s->question = ent__str_eqz(token_at(s, s->first + s->count - 2)->form, "?");
        }
    }
    for (uint32_t i = 0; i < s->count; i++) {
        s->sport |= ent__has_class(s, s->first + i, lexicon->sport_class);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        read_token(s, s->first + i, 0);
    }
    if (s->failed) {
        return ent__nomem(ctx);
    }
    *out = s;
    return ENT_OK;
}
