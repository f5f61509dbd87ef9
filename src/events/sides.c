/* Sides: candidate tokens of a reading -> actors.  The first candidate in the order of the row's
 * roles that names one wins; a symmetric event splits a compound side.
 * Input: reading, mentions.  Output: two lists of parties.  Cost: O(candidates x children). */
#include <string.h>

#include "sides.h"

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

size_t ent__first_mention(const ent_mentions *m, uint32_t token)
{
    size_t low = 0, high = m->mention_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->mentions[middle].first < token) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void add_actor(const ent_mentions *m, uint32_t actor, ent_range span, bool direct,
                      ent__parties *out)
{
    const ent_actor *a = &m->actors[actor];
    if (a->code.n == 0 || out->count == ENT_PARTY_MAX) {
        return;
    }
    for (size_t i = 0; i < out->count; i++) {
        if (ent__str_eq(out->list[i].code, a->code) &&
            ent__str_eq(out->list[i].sector, a->sector)) {
            return;
        }
    }
    out->list[out->count++] =
        (ent__party){a->code, a->sector, {.actor = actor, .span = span}, direct};
}

static void add_mention(const ent_mentions *m, uint32_t number, bool direct, ent__parties *out)
{
    const ent_mention *mention = &m->mentions[number];
    const ent_actor *a = &m->actors[mention->actor];
    ent_range span = {mention->first, mention->last};
    if (a->member_count > 0) {
        for (size_t i = 0; i < a->member_count; i++) {
            add_actor(m, a->members[i], span, direct, out);
        }
        return;
    }
    add_actor(m, mention->actor, span, direct, out);
}

static void add_token(const ent__sentence *s, const ent_mentions *m, uint32_t token, bool direct,
                      ent__parties *out)
{
    if (token == ENT_NO_TOKEN) {
        return;
    }
    uint32_t number = m->token_mention[token];
    if (number != UINT32_MAX) {
        add_mention(m, number, direct, out);
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if (rel == ENT_DEP_conj && m->token_mention[children[i]] != UINT32_MAX) {
            add_mention(m, m->token_mention[children[i]], direct, out);
        }
    }
}

void ent__parties_of_token(const ent__sentence *s, const ent_mentions *m, uint32_t token,
                           ent__parties *out)
{
    add_token(s, m, token, true, out);
}

static void remove_shared(ent__parties *target, const ent__parties *source)
{
    size_t kept = 0;
    for (size_t i = 0; i < target->count; i++) {
        bool shared = false;
        for (size_t k = 0; k < source->count; k++) {
            const ent__party *a = &target->list[i], *b = &source->list[k];
            bool sectors = a->sector.n > 0 && b->sector.n > 0 && !ent__str_eq(a->sector, b->sector);
            shared |= ent__str_eq(a->code, b->code) && !sectors;
        }
        if (!shared) {
            target->list[kept++] = target->list[i];
        }
    }
    target->count = kept;
}

/* No actor itself: the one it belongs to ("Ukrainian positions", "the leaders of China"). */
static void add_owner(const ent__sentence *s, const ent_mentions *m, uint32_t token,
                      const ent__parties *but, int depth, ent__parties *out)
{
    if (token == ENT_NO_TOKEN || depth > 2) {
        return;
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, token, &n);
    for (int round = 0; round < 2 && out->count == 0; round++) {
        for (size_t i = 0; i < n && out->count == 0; i++) {
            uint8_t rel = token_at(s, children[i])->deprel;
            bool owner = rel == ENT_DEP_nmod_poss || rel == ENT_DEP_amod ||
                         rel == ENT_DEP_compound || rel == ENT_DEP_nmod_desc ||
                         rel == ENT_DEP_nmod_unmarked;
            bool of = rel == ENT_DEP_nmod || rel == ENT_DEP_appos ||
                      (rel == ENT_DEP_obl && token_at(s, token)->upos == ENT_UPOS_ADJ);
            if (round == 0 ? owner : of) {
                add_token(s, m, children[i], false, out);
                if (but != NULL) { /* "his Chinese counterpart": not his */
                    remove_shared(out, but);
                }
                if (out->count == 0) {
                    add_owner(s, m, children[i], but, depth + 1, out);
                }
            }
        }
    }
}

static bool is_event_noun(const ent__sentence *s, uint32_t token)
{
    const ent__reading *r = s->by_token[token - s->first];
    return r != NULL && r->noun && !r->consumed;
}

/* "in Beijing" is where, "in Syria" may be whom: a state counts by its own name only. */
static bool is_only_place(const ent__sentence *s, const ent_mentions *m, uint32_t token)
{
    static const char *const places[] = {"in", "at", "near", "across", "outside"};
    ent_str word = s->lexicon->word[ent__preposition(s, token)].text;
    uint32_t number = m->token_mention[token];
    bool place = false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        place |= ent__str_eqz(word, places[i]);
    }
    if (!place || number == UINT32_MAX) {
        return false;
    }
    const ent_actor *a = &m->actors[m->mentions[number].actor];
    ent_str form = token_at(s, token)->form;
    if (a->kind != ENT_ACTOR_STATE || form.n == 0) {
        return false;
    }
    for (size_t at = 0; at + form.n <= a->name.n; at++) {
        if (memcmp(a->name.p + at, form.p, form.n) == 0) {
            return false;
        }
    }
    return form.n > 3; /* "US", "UK" stand for the name */
}

/* Whose event a noun tells: of "the Polish raid on X" the raider. */
static void add_doer(const ent__sentence *s, const ent_mentions *m, uint32_t token,
                     ent__parties *out)
{
    const ent__reading *r = s->by_token[token - s->first];
    for (uint8_t i = 0; i < r->source_count && out->count == 0; i++) {
        if (r->sources[i].token - s->first < s->count) {
            add_token(s, m, r->sources[i].token, false, out);
        }
    }
}

/* "condemned the invasion of X": X is not who is blamed. */
static bool is_victim(const ent__sentence *s, const ent__reading *r, uint32_t token)
{
    if (r->code == ENT_NO_CODE || r->object - s->first >= s->count ||
        !ent__str_starts(s->lexicon->codes[r->code].code, "11")) {
        return false;
    }
    const ent__reading *told = s->by_token[r->object - s->first];
    if (told == NULL || !told->noun || told->code == ENT_NO_CODE ||
        s->lexicon->codes[told->code].quad != 4 || token_at(s, token)->head != r->object) {
        return false;
    }
    ent_str word = s->lexicon->word[ent__preposition(s, token)].text;
    return ent__str_eqz(word, "of") || ent__str_eqz(word, "on") || ent__str_eqz(word, "against");
}

/* "mediated with American support": a means, nobody's side. */
static bool is_means(const ent__sentence *s, uint32_t token)
{
    const ent__event_lexicon *l = s->lexicon;
    return ent__str_eqz(l->word[ent__preposition(s, token)].text, "with") &&
           (ent__has_class(s, token, ent__event_lexicon_class(l, "SUPPORT")) ||
            ent__has_class(s, token, ent__event_lexicon_class(l, "AID")));
}

bool ent__is_thing(const ent__sentence *s, const ent__reading *r, uint32_t token)
{
    static const char *const words[] = {"it", "this", "that", "which"};
    static const char *const judged[] = {"back", "blame", "reject"};
    ent_str roles = s->lexicon->roles[r->roles].name;
    bool judges = false, thing = false;
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        judges |= ent__str_eqz(roles, judged[i]);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        thing |= ent__lemma_is(s, token, words[i]);
    }
    if (!judges || !thing || token != r->object || token_at(s, token)->head != r->cue) {
        return false;
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, r->cue, &n);
    for (size_t i = 0; i < n; i++) { /* "criticized it for": done by a party */
        ent_str word = s->lexicon->word[ent__preposition(s, children[i])].text;
        if (children[i] > token && ent__str_eqz(word, "for")) {
            return false;
        }
    }
    return true;
}

static void find_side(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                      const ent__candidate *list, uint8_t count, const ent__parties *but,
                      bool places, ent__parties *out)
{
    for (uint8_t i = 0; i < count; i++) {
        uint32_t token = list[i].token;
        if (token - s->first >= s->count || (!places && is_only_place(s, m, token)) ||
            is_means(s, token) || is_victim(s, r, token) ||
            (but != NULL && ent__is_thing(s, r, token))) {
            continue;
        }
        add_token(s, m, token, true, out);
        if (out->count == 0 && !is_event_noun(s, token)) {
            add_owner(s, m, token, but, 0, out);
        } else if (out->count == 0) { /* "an inquiry into the Polish raid": whose it was */
            add_doer(s, m, token, out);
        }
        if (but != NULL) {
            remove_shared(out, but);
        }
        if (out->count > 0) {
            return;
        }
    }
}

/* "X and Y met": the first party is source, the others are target. */
static void split(ent__parties *source, ent__parties *target)
{
    for (size_t i = 1; i < source->count; i++) {
        target->list[target->count++] = source->list[i];
    }
    source->count = source->count > 0 ? 1 : 0;
    target->split = true;
    remove_shared(target, source);
}

/* What a compound subject does to itself when no target is named: "X and Y restored ties". */
static bool is_mutual(const ent__sentence *s, const ent__reading *r)
{
    static const char *const roots[] = {"04",   "050", "054", "057",  "06",
                                        "0871", "036", "037", "0356", "032"};
    ent_str code = s->lexicon->codes[r->code].code;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        if (ent__str_starts(code, roots[i])) {
            return true;
        }
    }
    bool together = r->inner != NULL && r->inner->symmetric; /* "pledged to deepen cooperation" */
    return ent__str_starts(code, "03") && (together || ent__lemma_is(s, r->cue, "agree"));
}

/* "X accused Y of this and demanded that": the second verb has the first one's target. */
static void share_target(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                         const ent__parties *source, ent__parties *target)
{
    const ent_token *t = token_at(s, r->cue);
    if (target->count > 0 || t->deprel != ENT_DEP_conj || t->head - s->first >= s->count ||
        ent__child(s->tree, r->cue, ENT_DEP_nsubj) != ENT_NO_TOKEN) {
        return;
    }
    const ent__reading *first = s->by_token[t->head - s->first];
    if (first != NULL && first->code != ENT_NO_CODE && !first->symmetric) {
        find_side(s, m, first, first->targets, first->target_count, source, false, target);
    }
}

/* "landed in Jeddah": the state of a town, when the document speaks of it. */
static void find_by_town(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                         const ent__parties *but, ent__parties *out)
{
    const ent_table *places = s->lexicon->places;
    for (uint8_t i = 0; places != NULL && i < r->target_count && out->count == 0; i++) {
        uint32_t token = r->targets[i].token;
        if (token - s->first >= s->count || token_at(s, token)->upos != ENT_UPOS_PROPN) {
            continue;
        }
        size_t row = ent__table_find(places, token_at(s, token)->form);
        ent_str code = row < places->rows
                           ? ent__table_cell(places, row, ent__table_column(places, "code"))
                           : (ent_str){"", 0};
        for (size_t a = 0; code.n > 0 && a < m->actor_count && out->count == 0; a++) {
            if (m->actors[a].kind == ENT_ACTOR_STATE && ent__str_eq(m->actors[a].code, code)) {
                add_actor(m, (uint32_t)a, (ent_range){token, token}, false, out);
            }
        }
        remove_shared(out, but);
    }
}

/* "put out a report accusing Y": a participle whose noun is no party has the subject above. */
static void find_above(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                       ent__parties *out)
{
    uint32_t at = r->cue;
    const ent_token *cue = token_at(s, at);
    ent_str mark = s->lexicon->word[ent__preposition(s, at)].text;
    bool governed = ent__str_eqz(mark, "of") || ent__str_eqz(mark, "from") ||
                    ent__str_eqz(mark, "for"); /* "accused X of arming": X does */
    if (r->noun || cue->upos != ENT_UPOS_VERB || ent__is_passive(s, at) || governed ||
        ent__child(s->tree, at, ENT_DEP_nsubj) != ENT_NO_TOKEN) {
        return;
    }
    for (int depth = 0; depth < 4 && out->count == 0; depth++) {
        uint8_t rel = token_at(s, at)->deprel;
        at = token_at(s, at)->head;
        if (rel == ENT_DEP_ccomp || rel == ENT_DEP_acl_relcl || rel == ENT_DEP_xcomp ||
            at - s->first >= s->count) {
            return;
        }
        uint32_t subject = token_at(s, at)->upos == ENT_UPOS_VERB
                               ? ent__surface_subject(s, at, 0)
                               : ENT_NO_TOKEN;
        if (subject != ENT_NO_TOKEN && !ent__is_passive(s, at)) {
            add_token(s, m, subject, false, out);
            if (out->count == 0 && !is_event_noun(s, subject)) {
                add_owner(s, m, subject, NULL, 0, out);
            }
        }
    }
}

/* Is the token told by another cue, between it and the cue, or in another clause? */
static bool is_told_elsewhere(const ent__sentence *s, uint32_t token, uint32_t cue, bool sends)
{
    uint32_t at = token;
    for (int depth = 0; depth < 6 && at - s->first < s->count && at != cue; depth++) {
        const ent__reading *r = s->by_token[at - s->first];
        bool aim = sends && token_at(s, at)->xpos == ENT_XPOS_VB; /* "sent troops to fight X" */
        if (r != NULL && at != token && r->code != ENT_NO_CODE && !r->consumed && !aim) {
            return true;
        }
        uint8_t rel = token_at(s, at)->deprel;
        if ((rel == ENT_DEP_conj || rel == ENT_DEP_parataxis || rel == ENT_DEP_advcl ||
             rel == ENT_DEP_ccomp) &&
            ent__child(s->tree, at, ENT_DEP_nsubj) != ENT_NO_TOKEN) {
            return true;
        }
        at = token_at(s, at)->head;
    }
    return at != cue;
}

/* No role holds a party: the nearest one that stands below the cue at all ("agreed to accept people
 * living in Greek camps"). */
static void find_below(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                       const ent__parties *but, ent__parties *out)
{
    ent_str code = r->code == ENT_NO_CODE ? (ent_str){"", 0} : s->lexicon->codes[r->code].code;
    bool sends = ent__str_starts(code, "15") || ent__str_starts(code, "07");
    for (uint32_t t = r->cue + 1; t - s->first < s->count && out->count == 0; t++) {
        uint32_t number = m->token_mention[t];
        if (number == UINT32_MAX || m->mentions[number].kind == ENT_MENTION_PRONOUN ||
            is_only_place(s, m, t) || is_means(s, t) || is_victim(s, r, t) ||
            is_told_elsewhere(s, t, r->cue, sends)) {
            continue;
        }
        add_token(s, m, t, false, out);
        remove_shared(out, but);
    }
}

/* Acts done to a state in one of its towns. */
static bool at_a_town(ent_str code)
{
    static const char *const roots[] = {"073", "15", "17", "18", "19", "20"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        if (ent__str_starts(code, roots[i])) {
            return true;
        }
    }
    return false;
}

void ent__parties_find(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                       ent__parties *source, ent__parties *target)
{
    ent_str code = r->code == ENT_NO_CODE ? (ent_str){"", 0} : s->lexicon->codes[r->code].code;
    bool visit = ent__str_starts(code, "042") || ent__str_starts(code, "054");
    find_side(s, m, r, r->sources, r->source_count, NULL, true, source);
    if (source->count == 0) {
        find_above(s, m, r, source);
    }
    if (source->count == 0) {
        return;
    }
    find_side(s, m, r, r->targets, r->target_count, source, visit, target);
    if (target->count == 0 && (ent__str_starts(code, "042") || at_a_town(code))) {
        find_by_town(s, m, r, source, target);
    }
    share_target(s, m, r, source, target);
    bool together = source->count > 1 && r->code != ENT_NO_CODE &&
                    (r->symmetric || is_mutual(s, r));
    if (target->count == 0 && together) {
        split(source, target);
    } else if (target->count == 0 && !r->noun) {
        find_below(s, m, r, source, target);
    }
}

void ent__parties_find_target(const ent__sentence *s, const ent_mentions *m, const ent__reading *r,
                              ent__parties *target)
{
    const ent__parties nobody = {0};
    find_side(s, m, r, r->targets, r->target_count, &nobody, false, target);
}

double ent__parties_score(const ent__reading *r, const ent__parties *source,
                          const ent__parties *target)
{
    double score = 0.9;
    score -= source->list[0].direct ? 0 : 0.2;
    score -= target->list[0].direct ? 0 : 0.1;
    score -= r->noun ? 0.1 : 0;
    score -= r->certainty == ENT_ASSERTED ? 0 : 0.1;
    return score;
}
