/* Sides left unsaid: "Moscow denied involvement", "Ankara welcomed the accord",
 * "the EU did the same". Who was accused denies it to the accuser; who welcomes
 * an accord praises those who made it.  Looked for, in this order: the event
 * that the object means, the other side of the last event the same party had a
 * part in, the other of two states that the whole document is about.  Nothing
 * is filled in where the sentence names a third party or an object of its own.
 * Input: a reading with one side, events told before.  Output: parties.
 * Source: implicit arguments after Gerber and Chai (2010), Beyond NomBank,
 * ACL 48.  Cost: O(events remembered x parties + mentions). */
#include <string.h>

#include "discourse.h"

enum { EVENTS_BACK = 3, ANAPHOR_BACK = 8, THING_BACK = 1 }; /* sentences */

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

static bool is_state(ent_str code)
{
    return code.n == 3; /* of states and a few organisations that act like one */
}

/* How often each state is named, the most often named first. */
static void count_states(ent__discourse *d)
{
    const ent_mentions *m = d->mentions;
    for (size_t i = 0; i < m->mention_count; i++) {
        const ent_actor *a = &m->actors[m->mentions[i].actor];
        size_t k = 0;
        while (k < d->state_count && !ent__str_eq(d->state[k], a->code)) {
            k++;
        }
        if (!is_state(a->code) || k == ENT_STATES_MAX) {
            continue;
        }
        if (k == d->state_count) {
            d->state[k] = a->code;
            d->state_actor[k] = m->mentions[i].actor;
            d->state_told[d->state_count++] = 0;
        }
        d->state_told[k]++;
        d->all_told++;
    }
    for (size_t i = 1; i < d->state_count; i++) { /* stable: equals stay in order */
        ent_str code = d->state[i];
        uint32_t actor = d->state_actor[i], told = d->state_told[i];
        size_t k = i;
        for (; k > 0 && d->state_told[k - 1] < told; k--) {
            d->state[k] = d->state[k - 1];
            d->state_actor[k] = d->state_actor[k - 1];
            d->state_told[k] = d->state_told[k - 1];
        }
        d->state[k] = code;
        d->state_actor[k] = actor;
        d->state_told[k] = told;
    }
}

/* The two states that most of the document's mentions are of, if two stand out. */
static void find_pair(ent__discourse *d)
{
    const uint32_t *told = d->state_told;
    size_t all = d->all_told;
    d->has_pair = d->state_count > 1 && told[1] >= 3 && 10 * (told[0] + told[1]) >= 6 * all;
    d->topic = d->state_count > 0 && told[0] >= 5 && 10 * told[0] >= 3 * all ? d->state_actor[0]
                                                                              : UINT32_MAX;
    if (d->has_pair) {
        d->pair[0] = d->state_actor[0];
        d->pair[1] = d->state_actor[1];
    }
}

void ent__discourse_start(ent__discourse *d, const ent__event_lexicon *lexicon,
                          const ent_tree *tree, const ent_mentions *mentions)
{
    d->lexicon = lexicon;
    d->tree = tree;
    d->mentions = mentions;
    d->told_count = d->state_count = d->all_told = 0;
    count_states(d);
    find_pair(d);
}

void ent__discourse_note(ent__discourse *d, uint32_t sentence, uint16_t code, bool symmetric,
                         const ent__parties *source, const ent__parties *target)
{
    d->told[d->told_count++ % ENT_TOLD_MAX] =
        (ent__told){.sentence = sentence,
                    .block = d->tree->sentences[sentence].block,
                    .code = code,
                    .symmetric = symmetric,
                    .source = *source,
                    .target = *target};
}

const ent__told *ent__discourse_told(const ent__discourse *d, size_t i)
{
    return i < d->told_count && i < ENT_TOLD_MAX ? &d->told[(d->told_count - 1 - i) % ENT_TOLD_MAX]
                                                 : NULL;
}

/* ---- parties -------------------------------------------------------------------------------- */

static bool all_in(const ent__parties *p, const ent__parties *side)
{
    for (size_t i = 0; i < p->count; i++) {
        if (!ent__parties_hold(side, p->list[i].code)) {
            return false;
        }
    }
    return p->count > 0;
}

static void add_but(const ent__parties *from, const ent__parties *but, ent__parties *out)
{
    for (size_t i = 0; i < from->count && out->count < ENT_PARTY_MAX; i++) {
        ent_str code = from->list[i].code;
        if (!ent__parties_hold(but, code) && !ent__parties_hold(out, code)) {
            out->list[out->count] = from->list[i];
            out->list[out->count++].direct = false;
        }
    }
}

/* Does the token stand in the cue's own clause: below it, in no clause with its own subject? */
static bool in_clause(const ent__sentence *s, uint32_t token, uint32_t cue)
{
    uint32_t at = token;
    for (int depth = 0; depth < 10 && at - s->first < s->count && at != cue; depth++) {
        uint8_t rel = token_at(s, at)->deprel;
        bool clause = rel == ENT_DEP_conj || rel == ENT_DEP_parataxis || rel == ENT_DEP_advcl ||
                      rel == ENT_DEP_acl_relcl;
        if (clause && ent__child(s->tree, at, ENT_DEP_nsubj) != ENT_NO_TOKEN) {
            return false;
        }
        at = token_at(s, at)->head;
    }
    return at == cue;
}

/* Does the clause of the cue name a party that is none of these? */
static bool names_others(const ent__discourse *d, const ent__sentence *s, uint32_t cue,
                         const ent__parties *a, const ent__parties *b)
{
    const ent_mentions *m = d->mentions;
    for (size_t i = ent__first_mention(m, s->first);
         i < m->mention_count && m->mentions[i].first < s->first + s->count; i++) {
        const ent_mention *mention = &m->mentions[i];
        const ent_actor *actor = &m->actors[mention->actor];
        if (mention->head - s->first < s->count && !mention->place && actor->code.n > 0 &&
            actor->member_count == 0 && !ent__parties_hold(a, actor->code) &&
            !ent__parties_hold(b, actor->code) && in_clause(s, mention->head, cue)) {
            return true;
        }
    }
    return false;
}

/* ---- which readings may be completed -------------------------------------------------------- */

static bool starts_with_any(ent_str code, const char *const *roots)
{
    for (size_t i = 0; roots[i] != NULL; i++) {
        if (ent__str_starts(code, roots[i])) {
            return true;
        }
    }
    return false;
}

/* Acts done to a state through what is the doer's own: "recalled its envoy",
 * "closed its border". */
static bool by_own_means(ent_str code)
{
    static const char *const roots[] = {"042", "054", "056", "057", "07", "08",
                                        "15",  "16",  "172", "191", NULL};
    return starts_with_any(code, roots);
}

/* Acts that somebody has to be the target of, said or not. */
static bool needs_target(ent_str code)
{
    static const char *const roots[] = {"02", "042", "054", "056", "057", "07", "08", "10", "11",
                                        "12", "13",  "15",  "16",  "17",  "18", "19", "20", NULL};
    return starts_with_any(code, roots);
}

/* Below another cue of the sentence: "condemned the strike", "called on X to
 * free". */
static bool is_below_cue(const ent__sentence *s, uint32_t cue)
{
    uint32_t at = token_at(s, cue)->head;
    for (int depth = 0; depth < 8 && at - s->first < s->count; depth++) {
        const ent__reading *above = s->by_token[at - s->first];
        if (above != NULL && above->code != ENT_NO_CODE) {
            return true;
        }
        at = token_at(s, at)->head;
    }
    return false;
}

/* Told as done: no noun or infinitive below another cue, and nothing that lacks
 * the object it is done to ("returned home"). */
static bool is_told(const ent__discourse *d, const ent__sentence *s, const ent__reading *r)
{
    static const char *const transitive[] = {"05", "08", "17", "18", "19", NULL};
    static const char *const by_itself[] = {"0874", "080", "190", NULL};
    const ent_token *t = token_at(s, r->cue);
    static const char *const nouns[] = {"042", "16", "18", "19", "20", NULL};
    if (r->noun) {
        return starts_with_any(d->lexicon->codes[r->code].code, nouns) && !is_below_cue(s, r->cue);
    }
    if (ent__str_starts(d->lexicon->codes[r->code].code, "042")) {
        return false; /* it says itself where to */
    }
    if (ent__lemma_is(s, r->cue, "have")) {
        return false; /* "American patience has limits" */
    }
    if (t->xpos == ENT_XPOS_VBG && ent__child(s->tree, r->cue, ENT_DEP_aux) == ENT_NO_TOKEN &&
        is_below_cue(s, r->cue)) {
        return false; /* "accuses Y of sheltering" */
    }
    if (t->upos != ENT_UPOS_VERB || t->xpos == ENT_XPOS_VB) {
        return ent__child(s->tree, r->cue, ENT_DEP_nsubj) != ENT_NO_TOKEN;
    }
    ent_str code = d->lexicon->codes[r->code].code;
    return r->object != ENT_NO_TOKEN || !starts_with_any(code, transitive) ||
           starts_with_any(code, by_itself);
}

/* Somebody else is the object: "arrested three journalists", "accused its own
 * minister". */
static bool has_own_object(const ent__discourse *d, const ent__sentence *s, const ent__reading *r)
{
    const ent_mentions *m = d->mentions;
    if (by_own_means(d->lexicon->codes[r->code].code)) {
        return false;
    }
    for (uint8_t i = 0; i < r->target_count; i++) {
        uint32_t token = r->targets[i].token;
        uint32_t number = token - s->first < s->count ? m->token_mention[token] : UINT32_MAX;
        if (number == UINT32_MAX && token - s->first < s->count &&
            token_at(s, token)->upos == ENT_UPOS_PRON && !ent__lemma_is(s, token, "it")) {
            return true; /* "asked them to" */
        }
        if (number == UINT32_MAX || m->mentions[number].place) {
            continue;
        }
        const ent_actor *a = &m->actors[m->mentions[number].actor];
        bool pronoun = m->mentions[number].kind == ENT_MENTION_PRONOUN;
        uint8_t envoys = ent__event_lexicon_class(d->lexicon, "DIPLOMATS");
        if (a->code.n == 0 && ent__has_class(s, token, envoys)) {
            continue; /* "summoned the ambassador": of whom the text speaks */
        }
        if (!pronoun && (a->kind == ENT_ACTOR_PERSON || a->kind == ENT_ACTOR_GROUP ||
                         a->kind == ENT_ACTOR_ORGANISATION)) {
            return true;
        }
    }
    return false;
}

/* ---- the event that an object means --------------------------------------------------------- */

typedef struct {
    const char *class;    /* of the noun */
    const char *roots[6]; /* of the event meant; none: any */
} anaphor;

static const anaphor anaphors[] = {
    {"AGREEMENT", {"057", "03", "0871", NULL}},
    {"CEASEFIRE", {"0871", "057", "03", NULL}},
    {"LIST", {"10", "02", "13", "16", NULL}},
    {"SANCTIONS", {"16", "17", NULL}},
    {"BOYCOTT", {"16", "143", NULL}},
    {"BLOCKADE", {"191", "16", "17", NULL}},
    {"ATTACK", {"18", "19", "20", "17", NULL}},
    {"KILLING", {"18", "19", "20", NULL}},
    {"STRIKE", {"18", "19", "20", "16", NULL}},
    {"ULTIMATUM", {"13", "10", "02", NULL}},
    {"DEMANDS", {"10", "02", "13", "03", NULL}},
    {"EXPULSION", {"16", "17", NULL}},
    {"EXERCISE", {"15", "06", NULL}},
    {"MOBILIZATION", {"15", "07", NULL}},
    {"RETREAT", {"08", NULL}},
    {"RELEASE", {"08", NULL}},
    {"RECOGNITION", {"05", NULL}},
    {"ACCUSATION", {"11", NULL}},
    {"CRITICISM", {"11", NULL}},
    {"BID", {"02", NULL}},
    {"POLICY", {NULL}},
    {"DECISION", {NULL}},
};

/* "the deal", "this move", "it"; not "a deal", "talks". */
static bool is_definite(const ent__sentence *s, uint32_t noun)
{
    static const char *const words[] = {"the", "this", "that", "these", "those", "both"};
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            if (token_at(s, children[i])->deprel == ENT_DEP_det &&
                ent__str_ieqz(token_at(s, children[i])->form, words[k])) {
                return true;
            }
        }
    }
    return false;
}

/* "the invasion of X" says itself which one is meant. */
static bool is_described(const ent__sentence *s, uint32_t noun)
{
    size_t n;
    const uint32_t *children = ent__children(s->tree, noun, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if (rel == ENT_DEP_nmod || rel == ENT_DEP_nmod_poss || rel == ENT_DEP_compound) {
            return true;
        }
    }
    return false;
}

static const anaphor *anaphor_of(const ent__sentence *s, uint32_t noun)
{
    for (size_t i = 0; i < sizeof anaphors / sizeof *anaphors; i++) {
        if (ent__has_class(s, noun, ent__event_lexicon_class(s->lexicon, anaphors[i].class))) {
            return &anaphors[i];
        }
    }
    return NULL;
}

/* "Hungary backed it": who did what was told last, or whom it was done to by the party itself. */
static void complete_by_thing(const ent__discourse *d, uint32_t sentence,
                              const ent__parties *source, ent__parties *target)
{
    static const char *const speech[] = {"05", "11", "12", NULL}; /* of the same thing */
    for (size_t i = 0; target->count == 0; i++) {
        const ent__told *told = ent__discourse_told(d, i);
        if (told == NULL || sentence - told->sentence > THING_BACK) {
            return;
        }
        bool judged = starts_with_any(d->lexicon->codes[told->code].code, speech);
        add_but(judged ? &told->target : &told->source, source, target);
        if (told->symmetric || target->count == 0) {
            add_but(judged ? &told->source : &told->target, source, target);
        }
    }
}

/* Who stands behind the event that the reading's object means: its makers, or
 * for the maker himself those it was done to. */
static void complete_by_object(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                               const ent__reading *r, const ent__parties *source,
                               ent__parties *target)
{
    uint32_t noun = r->object;
    if (noun - s->first < s->count && ent__is_thing(s, r, noun)) {
        complete_by_thing(d, sentence, source, target);
        return;
    }
    bool relative = token_at(s, r->cue)->head == noun; /* "a decision that X condemned" */
    if (noun - s->first >= s->count || (!relative && !is_definite(s, noun)) ||
        is_described(s, noun)) {
        return;
    }
    const anaphor *what = anaphor_of(s, noun);
    for (size_t i = 0; what != NULL; i++) {
        const ent__told *told = ent__discourse_told(d, i);
        if (told == NULL || sentence - told->sentence > ANAPHOR_BACK) {
            return;
        }
        ent_str code = d->lexicon->codes[told->code].code;
        if ((what->roots[0] != NULL && !starts_with_any(code, what->roots)) ||
            (what->roots[0] == NULL && told->sentence == sentence && !relative)) {
            continue;
        }
        add_but(&told->source, source, target);
        bool mutual = told->symmetric || ent__str_starts(code, "057");
        if (mutual || target->count == 0) {
            add_but(&told->target, source, target);
        }
        return;
    }
}

/* ---- the other side ------------------------------------------------------------------------- */

/* The other side of the last event in the same stretch that the party had a
 * part in. */
static const ent__parties *counterpart(const ent__discourse *d, uint32_t sentence,
                                       const ent__parties *party)
{
    for (size_t i = 0;; i++) {
        const ent__told *told = ent__discourse_told(d, i);
        if (told == NULL || sentence - told->sentence > EVENTS_BACK) {
            return NULL;
        }
        if (all_in(party, &told->source)) {
            return &told->target;
        }
        if (all_in(party, &told->target)) {
            return &told->source;
        }
    }
}

/* Whom the last event was done to, when this one is of its kind: "Germany sent
 * four envoys home; the EU recalled its ambassador". */
static const ent__parties *shared_target(const ent__discourse *d, uint32_t sentence, ent_str code,
                                         const ent__parties *party)
{
    const ent__told *told = ent__discourse_told(d, 0);
    if (told == NULL || sentence - told->sentence > 2 ||
        memcmp(d->lexicon->codes[told->code].code.p, code.p, 2) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < party->count; i++) {
        if (ent__parties_hold(&told->target, party->list[i].code)) {
            return NULL;
        }
    }
    return &told->target;
}

/* Between whom somebody mediates: the sides of the last event that he had no
 * part in, else the document's two states. */
static void complete_mediation(const ent__discourse *d, uint32_t sentence,
                               const ent__parties *source, ent__parties *target)
{
    for (size_t i = 0; target->count == 0; i++) {
        const ent__told *told = ent__discourse_told(d, i);
        if (told == NULL || sentence - told->sentence > ANAPHOR_BACK) {
            break;
        }
        ent__parties both = told->source;
        add_but(&told->target, source, &both);
        bool third = false;
        for (size_t k = 0; k < source->count; k++) {
            third |= ent__parties_hold(&both, source->list[k].code);
        }
        if (told->target.count > 1) {
            add_but(&told->target, source, target);
        } else if (!third) {
            add_but(&both, source, target);
        }
    }
    for (int k = 0; d->has_pair && target->count == 0 && k < 2; k++) {
        const ent_actor *a = &d->mentions->actors[d->pair[k]];
        target->list[k] =
            (ent__party){a->code, a->sector, {d->pair[k], source->list[0].side.span}, false};
        target->count += k == 1 ? 2 : 0;
    }
}

/* Has the text told of an act between the two before? */
static bool have_dealt(const ent__discourse *d, const ent__parties *one, ent_str code)
{
    for (size_t i = 0; ent__discourse_told(d, i) != NULL; i++) {
        const ent__told *told = ent__discourse_told(d, i);
        bool other =
            ent__parties_hold(&told->source, code) || ent__parties_hold(&told->target, code);
        for (size_t k = 0; k < one->count && other; k++) {
            if (ent__parties_hold(&told->source, one->list[k].code) ||
                ent__parties_hold(&told->target, one->list[k].code)) {
                return true;
            }
        }
    }
    return false;
}

/* The first token of the block that a sentence lies in. */
static uint32_t block_start(const ent__discourse *d, uint32_t sentence)
{
    const ent_sentence *all = d->tree->sentences;
    while (sentence > 0 && all[sentence - 1].block == all[sentence].block) {
        sentence--;
    }
    return all[sentence].first;
}

/* The only other state named from a token to the cue; false when there are several. */
static bool complete_between(const ent__discourse *d, uint32_t first, uint32_t cue,
                             const ent__parties *one, ent__parties *other)
{
    const ent_mentions *m = d->mentions;
    for (size_t i = ent__first_mention(m, first);
         i < m->mention_count && m->mentions[i].first < cue; i++) {
        const ent_mention *mention = &m->mentions[i];
        const ent_actor *a = &m->actors[mention->actor];
        if (mention->place || !is_state(a->code) || ent__parties_hold(one, a->code) ||
            ent__parties_hold(other, a->code)) {
            continue;
        }
        if (other->count > 0) {
            other->count = 0;
            return false;
        }
        ent_range span = {mention->first, mention->last};
        other->list[other->count++] =
            (ent__party){a->code, a->sector, {mention->actor, span}, false};
    }
    if (other->count > 0 && !have_dealt(d, one, other->list[0].code)) {
        other->count = 0;
    }
    return true;
}

static void complete_by_pair(const ent__discourse *d, const ent__parties *one, ent__parties *other)
{
    for (int k = 0; d->has_pair && one->count == 1 && k < 2; k++) {
        if (ent__str_eq(one->list[0].code, d->mentions->actors[d->pair[k]].code)) {
            const ent_actor *a = &d->mentions->actors[d->pair[1 - k]];
            other->list[other->count++] =
                (ent__party){a->code, a->sector, {d->pair[1 - k], one->list[0].side.span}, false};
            return;
        }
    }
}

/* The state that the document is about, for what others do. */
static void complete_by_topic(const ent__discourse *d, const ent__parties *one,
                              ent__parties *other)
{
    if (d->topic == UINT32_MAX || ent__parties_hold(one, d->mentions->actors[d->topic].code) ||
        !have_dealt(d, one, d->mentions->actors[d->topic].code)) {
        return;
    }
    const ent_actor *a = &d->mentions->actors[d->topic];
    other->list[other->count++] =
        (ent__party){a->code, a->sector, {d->topic, one->list[0].side.span}, false};
}

/* Fills `other` from what was told of `one`; empties it again where a third
 * party stands there. */
static void complete_side(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                          uint32_t cue, ent_str code, const ent__parties *one, ent__parties *other)
{
    const ent__told *last = ent__discourse_told(d, 0);
    bool here = last != NULL && last->sentence == sentence;
    if (!here) {
        complete_between(d, s->first, cue, one, other);
    }
    const ent__parties *told = other->count > 0 ? NULL : counterpart(d, sentence, one);
    if (told == NULL && other->count == 0) {
        told = shared_target(d, sentence, code, one);
    }
    if (told != NULL) {
        add_but(told, one, other);
    }
    if (other->count == 0 || names_others(d, s, cue, one, other)) {
        other->count = 0;
        uint32_t first = block_start(d, sentence);
        if (complete_between(d, first, cue, one, other) && other->count == 0) {
            complete_by_pair(d, one, other);
        }
        if (other->count == 0) {
            complete_by_topic(d, one, other);
        }
    }
    if (names_others(d, s, cue, one, other)) {
        other->count = 0;
    }
}

/* "mediated for years", "offered to mediate". */
static bool mediates(const ent__discourse *d, const ent__reading *r)
{
    return r->base_code != ENT_NO_CODE &&
           ent__str_starts(d->lexicon->codes[r->base_code].code, "045");
}

/* "A partnership agreement was signed": by those who were just told to have met. */
static void complete_mutual(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                            const ent__reading *r, ent__parties *source, ent__parties *target)
{
    static const char *const roots[] = {"050", "054", "057", "0871", NULL};
    if (r->noun || r->certainty != ENT_ASSERTED || !ent__is_passive(s, r->cue) ||
        token_at(s, r->cue)->deprel == ENT_DEP_acl || token_at(s, r->cue)->deprel == ENT_DEP_amod ||
        !starts_with_any(d->lexicon->codes[r->code].code, roots)) {
        return;
    }
    const ent__told *told = ent__discourse_told(d, 0);
    if (told != NULL && sentence - told->sentence <= 1) {
        *source = told->source;
        *target = told->target;
    } else if (d->has_pair) {
        const ent_actor *a = &d->mentions->actors[d->pair[0]];
        ent_range cue = {r->cue, r->cue};
        source->list[source->count++] =
            (ent__party){a->code, a->sector, {d->pair[0], cue}, false};
        complete_by_pair(d, source, target);
    }
    if (names_others(d, s, r->cue, source, target)) {
        source->count = target->count = 0;
    }
    target->split = source->count > 0; /* done to each other */
}

unsigned ent__discourse_gates(const ent__discourse *d, const ent__sentence *s,
                              const ent__reading *r, const ent__parties *source,
                              const ent__parties *target)
{
    if (r->code == ENT_NO_CODE) { /* "did the same" */
        return 0;
    }
    unsigned gates = is_told(d, s, r) ? ENT_GATE_TOLD : 0;
    gates |= needs_target(d->lexicon->codes[r->code].code) ? ENT_GATE_NEEDS : 0;
    gates |= has_own_object(d, s, r) ? ENT_GATE_OWN_OBJECT : 0;
    gates |= names_others(d, s, r->cue, source, target) ? ENT_GATE_OTHERS : 0;
    return gates;
}

void ent__discourse_complete(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                             const ent__reading *r, ent__parties *source, ent__parties *target)
{
    ent_str code = d->lexicon->codes[r->code].code;
    if (source->count == 0 && target->count == 0) {
        complete_mutual(d, s, sentence, r, source, target);
    }
    if (source->count == 0 || target->count > 0 || r->symmetric || !is_told(d, s, r)) {
        return;
    }
    if (mediates(d, r)) {
        complete_mediation(d, sentence, source, target);
        return;
    }
    complete_by_object(d, s, sentence, r, source, target);
    if (target->count == 0 && needs_target(code) && !has_own_object(d, s, r)) {
        complete_side(d, s, sentence, r->cue, code, source, target);
    }
}

uint16_t ent__discourse_repeat(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                               const ent__reading *r, ent__parties *source, ent__parties *target)
{
    const ent__told *told = ent__discourse_told(d, 0);
    if (told == NULL || sentence - told->sentence > 2) {
        return ENT_NO_CODE;
    }
    ent__parties_find(s, d->mentions, r, source, target);
    if (source->count == 0) {
        return ENT_NO_CODE;
    }
    if (target->count == 0) {
        add_but(&told->target, source, target);
    }
    return target->count == 0 ? ENT_NO_CODE : told->code;
}
