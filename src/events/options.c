/* Options: what a sentence might tell.  Each reading with its sides as the roles find them; where a
 * side is left unsaid, with every party near by in its place: the sides of the events told before,
 * the parties of the sentence and of those before it, the document's two states, and whom the rules
 * of discourse.c name.  A trained model decides among them (decide.c).
 * Input: the readings of a sentence, mentions, what was told before.  Output: a list of options.
 * Cost: O(readings x parties near by). */
#include <string.h>

#include "options.h"

enum { NEAR_MAX = 9, EVENTS_BACK = 4, SENTENCES_BACK = 2 };

/* Parties that may stand in the place of an unsaid side. */
typedef struct {
    ent__parties parties;
    uint8_t fill, back, nth, told_as, with;
} filler;

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

/* ---- the document --------------------------------------------------------------------------- */

static void mark_quoted(ent__options *o)
{
    bool inside = false;
    for (size_t i = 0; i < o->tree->sentence_count; i++) {
        const ent_sentence *s = &o->tree->sentences[i];
        if (i > 0 && s->block != s[-1].block) {
            inside = false;
        }
        for (uint32_t t = s->first; t < s->first + s->token_count; t++) {
            ent_str form = o->tree->tokens[t].form;
            bool opens = ent__str_eqz(form, "\xE2\x80\x9C") || ent__str_eqz(form, "``");
            bool closes = ent__str_eqz(form, "\xE2\x80\x9D") || ent__str_eqz(form, "''");
            inside = opens ? true : closes ? false : inside != ent__str_eqz(form, "\"");
            o->quoted[t] = inside;
        }
    }
}

/* How much the document is about relations of states, and of how few. */
static void measure(ent__options *o)
{
    const ent_mentions *m = o->mentions;
    const ent__discourse *d = &o->discourse;
    size_t sentences = 0, last = SIZE_MAX;
    ent_str first = {"", 0};
    bool counted = false;
    for (size_t i = 0; i < m->mention_count; i++) {
        ent_str code = m->actors[m->mentions[i].actor].code;
        uint32_t sentence = o->tree->tokens[m->mentions[i].head].sentence;
        if (code.n == 0) {
            continue;
        }
        if (sentence != last) {
            first = code;
            counted = false;
            last = sentence;
        } else if (!counted && !ent__str_eq(first, code)) {
            sentences++;
            counted = true;
        }
    }
    size_t all = o->tree->sentence_count;
    size_t two = d->state_count > 1 ? d->state_told[0] + d->state_told[1] : 0;
    o->relations = all < 2 ? 10 : (uint8_t)(9 * sentences / all);
    o->leading = d->all_told == 0 ? 0 : (uint8_t)(9 * two / d->all_told);
}

ent_rc ent__options_start(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                          const ent_mentions *mentions, ent__options *o)
{
    *o = (ent__options){.ctx = ctx,
                        .lexicon = ent__event_lexicon_of(kit),
                        .tree = tree,
                        .mentions = mentions};
    o->quoted = ent__arena_alloc(arena, tree->token_count + 1);
    o->list = ent__arena_array(arena, ENT_OPTION_MAX, sizeof *o->list);
    if (o->quoted == NULL || o->list == NULL) {
        return ent__nomem(ctx);
    }
    ent__discourse_start(&o->discourse, o->lexicon, tree, mentions);
    mark_quoted(o);
    measure(o);
    return ENT_OK;
}

static ent__option *add_option(ent__options *o)
{
    return o->count < ENT_OPTION_MAX ? &o->list[o->count++] : NULL;
}

/* ---- one reading ---------------------------------------------------------------------------- */

/* "X said it will": the promise itself is made. */
static bool announced_by_source(const ent__sentence *s, const ent__reading *r,
                                const ent_mentions *mentions, const ent__party *source)
{
    const ent_token *t = token_at(s, r->cue);
    if (t->deprel != ENT_DEP_ccomp || t->head == ENT_NO_TOKEN) {
        return false;
    }
    ent__parties said = {0};
    ent__parties_of_token(s, mentions, ent__surface_subject(s, t->head, 0), &said);
    for (size_t i = 0; i < said.count; i++) {
        if (ent__str_eq(said.list[i].code, source->code)) {
            return true;
        }
    }
    return false;
}

/* A state protests by a note, its people in the streets. */
static bool is_official(const ent__party *party)
{
    return party->sector.n == 0 || ent__str_eqz(party->sector, "GOV") ||
           ent__str_eqz(party->sector, "MIL") || ent__str_eqz(party->sector, "IGO");
}

/* Code, type and certainty of a reading with these sides; false: it tells no event. */
static bool describe(const ent__options *o, const ent__sentence *s, const ent__reading *r,
                     ent__option *option)
{
    const ent__event_lexicon *l = o->lexicon;
    option->reading = r;
    option->symmetric = r->symmetric || option->target.split;
    option->code = r->code;
    option->certainty = ent__reading_certainty(s, r);
    if (r->operator_future != ENT_NO_OPERATOR) {
        option->code = ent__reading_told(l, r);
        if (option->code != r->code &&
            announced_by_source(s, r, o->mentions, &option->source.list[0])) {
            option->certainty = ENT_ASSERTED;
        }
    }
    if (option->code == ENT_NO_CODE || l->codes[option->code].plover == ENT_PLOVER_NONE) {
        return false;
    }
    if (ent__str_eqz(l->codes[option->code].code, "141") && is_official(&option->source.list[0])) {
        option->code = ent__event_lexicon_code(l, ENT_LIT("114"));
    }
    option->type = l->codes[option->code].plover;
    return true;
}

static void keep_option(ent__options *o, const ent__sentence *s, uint32_t sentence,
                        const ent__reading *r, const ent__option *like)
{
    ent__option *option = add_option(o);
    if (option != NULL) {
        *option = *like;
        option->sentence = sentence;
        if (!describe(o, s, r, option)) {
            o->count--;
        }
    }
}

/* ---- sides left unsaid ---------------------------------------------------------------------- */

static bool shares(const ent__parties *a, const ent__parties *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (ent__parties_hold(b, a->list[i].code)) {
            return true;
        }
    }
    return false;
}

static bool same_parties(const ent__parties *a, const ent__parties *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (!ent__parties_hold(b, a->list[i].code)) {
            return false;
        }
    }
    return a->count == b->count;
}

static size_t add_filler(filler *list, size_t count, const filler *one, const ent__parties *known)
{
    if (count == NEAR_MAX || one->parties.count == 0 || shares(&one->parties, known)) {
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        if (same_parties(&list[i].parties, &one->parties)) {
            return count;
        }
    }
    list[count] = *one;
    list[count].parties.split = false;
    return count + 1;
}

/* Parties named from one token to another, the last named first. */
static size_t fill_named(const ent__options *o, const ent__sentence *s, uint32_t first,
                         uint32_t end, uint8_t fill, const ent__parties *known, filler *list,
                         size_t count)
{
    const ent_mentions *m = o->mentions;
    for (size_t i = ent__first_mention(m, end); i-- > 0 && m->mentions[i].first >= first;) {
        const ent_mention *mention = &m->mentions[i];
        if (m->token_mention[mention->head] != i) {
            continue;
        }
        filler one = {.fill = fill};
        uint32_t sentence = o->tree->tokens[mention->head].sentence;
        one.back = (uint8_t)(token_at(s, s->first)->sentence - sentence);
        ent__parties_of_token(s, m, mention->head, &one.parties);
        count = add_filler(list, count, &one, known);
    }
    return count;
}

/* Sides of the events told in the sentences before. */
static size_t fill_told(const ent__options *o, uint32_t sentence, const ent__parties *known,
                        bool is_target, filler *list, size_t count)
{
    for (uint8_t i = 0; i < 3; i++) {
        const ent__told *told = ent__discourse_told(&o->discourse, i);
        if (told == NULL || sentence - told->sentence > EVENTS_BACK) {
            break;
        }
        const ent__parties *same = is_target ? &told->target : &told->source;
        const ent__parties *other = is_target ? &told->source : &told->target;
        filler one = {.fill = ENT_FILL_EVENT, .back = (uint8_t)(sentence - told->sentence),
                      .nth = i};
        one.with = shares(known, other) ? 1 : shares(known, same) ? 2 : 0;
        for (uint8_t as = 1; as <= 2; as++) {
            one.parties = as == 1 ? *same : *other;
            one.told_as = as;
            count = add_filler(list, count, &one, known);
        }
    }
    return count;
}

static ent__parties party_of(const ent__options *o, uint32_t actor, uint32_t token)
{
    const ent_actor *a = &o->mentions->actors[actor];
    ent__parties p = {.count = 1};
    p.list[0] = (ent__party){a->code, a->sector, {actor, {token, token}}, false};
    return p;
}

/* Everybody who may be meant where one side is unsaid. */
static size_t fillers(const ent__options *o, const ent__sentence *s, uint32_t sentence,
                      const ent__reading *r, const ent__parties *known, bool is_target,
                      filler list[NEAR_MAX])
{
    size_t count = fill_told(o, sentence, known, is_target, list, 0);
    count = fill_named(o, s, s->first, s->first + s->count, ENT_FILL_HERE, known, list, count);
    uint32_t first = s->first, number = sentence;
    for (int back = 0; back < SENTENCES_BACK && number > 0; back++) {
        first = o->tree->sentences[--number].first;
    }
    count = fill_named(o, s, first, s->first, ENT_FILL_BEFORE, known, list, count);
    for (size_t k = 0; k < 2 && k < o->discourse.state_count; k++) {
        filler one = {.fill = ENT_FILL_TOPIC,
                      .parties = party_of(o, o->discourse.state_actor[k], r->cue)};
        count = add_filler(list, count, &one, known);
    }
    return count;
}

static bool code_begins(const ent__sentence *s, const ent__reading *r, const char *root)
{
    return r->code != ENT_NO_CODE && ent__str_starts(s->lexicon->codes[r->code].code, root);
}

/* "condemned the invasion of X", and not whose it was: who is blamed has to be known from elsewhere,
 * for any state that happens to stand near would stand accused. */
static bool blames_unnamed(const ent__sentence *s, const ent__reading *r)
{
    const ent__reading *act = code_begins(s, r, "11") && r->object - s->first < s->count
                                  ? s->by_token[r->object - s->first]
                                  : NULL;
    return act != NULL && act->noun && act->code != ENT_NO_CODE &&
           s->lexicon->codes[act->code].quad == 4;
}

/* Is a reading a judgement on another one: of the act that is its object ("welcomed the release"),
 * or an accusation of something friendly ("accused X of backing rebels")? */
static bool judges(const ent__sentence *s, const ent__reading *judgement, const ent__reading *r,
                   bool is_target)
{
    bool against = code_begins(s, judgement, "11");
    if (is_target) {
        return against && s->lexicon->codes[r->code].quad <= 2 &&
               ent__is_ancestor(s->tree, judgement->cue, r->cue);
    }
    return judgement->object == r->cue && (against || code_begins(s, judgement, "05"));
}

/* Who can't be the side that is not known: of an act that is judged not the judge. */
static void ruled_out(const ent__options *o, const ent__sentence *s, const ent__reading *r,
                      bool is_target, ent__parties *out)
{
    for (uint32_t t = 0; t < s->count && out->count == 0; t++) {
        const ent__reading *judgement = s->by_token[t];
        if (judgement != NULL && judgement != r && judgement->subject - s->first < s->count &&
            judges(s, judgement, r, is_target)) {
            ent__parties_of_token(s, o->mentions, judgement->subject, out);
        }
    }
}

/* One option for each party that may stand in the place of the side that is not known; `rule` is
 * what the rules say of it (no parties: nothing). */
static void complete(ent__options *o, const ent__sentence *s, uint32_t sentence,
                     const ent__reading *r, const ent__parties *known, bool is_target,
                     const ent__parties *rule)
{
    filler list[NEAR_MAX + 1];
    size_t near = 0, count = 0;
    if (!is_target || !blames_unnamed(s, r)) {
        near = fillers(o, s, sentence, r, known, is_target, list);
    }
    ent__parties out = {0};
    ruled_out(o, s, r, is_target, &out);
    for (size_t i = 0; i < near; i++) {
        if (!shares(&list[i].parties, &out)) {
            list[count++] = list[i];
        }
    }
    bool found = rule->count == 0 || shares(rule, &out);
    uint8_t here = 0;
    for (size_t i = 0; i < count; i++) {
        found |= same_parties(&list[i].parties, rule);
        here += list[i].fill == ENT_FILL_HERE;
    }
    if (!found) {
        list[count++] = (filler){.parties = *rule, .fill = ENT_FILL_RULE};
    }
    for (size_t i = 0; i < count; i++) {
        ent__option option = {.back = list[i].back, .told_as = list[i].told_as,
                              .nth = list[i].nth, .with = list[i].with,
                              .rivals = (uint8_t)(count - 1), .here = here};
        option.by_rule = rule->count > 0 && same_parties(&list[i].parties, rule);
        option.source = is_target ? *known : list[i].parties;
        option.target = is_target ? list[i].parties : *known;
        option.source_fill = is_target ? ENT_FILL_TOLD : list[i].fill;
        option.target_fill = is_target ? list[i].fill : ENT_FILL_TOLD;
        keep_option(o, s, sentence, r, &option);
    }
}

/* Neither side is said: those of the events before, the document's two states, both ways. */
static void complete_both(ent__options *o, const ent__sentence *s, uint32_t sentence,
                          const ent__reading *r)
{
    ent__option option = {.source_fill = ENT_FILL_EVENT, .target_fill = ENT_FILL_EVENT,
                          .rivals = 1};
    const ent__told *told = ent__discourse_told(&o->discourse, 0);
    if (told != NULL && sentence - told->sentence <= EVENTS_BACK) {
        option.back = (uint8_t)(sentence - told->sentence);
        option.source = told->source;
        option.target = told->target;
    } else if (o->discourse.has_pair) {
        option.source_fill = option.target_fill = ENT_FILL_TOPIC;
        option.source = party_of(o, o->discourse.pair[0], r->cue);
        option.target = party_of(o, o->discourse.pair[1], r->cue);
    } else {
        return;
    }
    for (uint8_t as = 1; as <= 2; as++) {
        option.told_as = as;
        keep_option(o, s, sentence, r, &option);
        ent__parties source = option.source;
        option.source = option.target;
        option.target = source;
    }
}

/* Nothing is filled in for what is not told as done, but what the rules say. */
static void drop_denied(ent__options *o, size_t first)
{
    bool denied = o->count > first && ent__option_is_denied(&o->list[first]);
    size_t kept = first;
    for (size_t i = first; denied && i < o->count; i++) {
        if (o->list[i].by_rule) {
            o->list[kept++] = o->list[i];
        }
    }
    o->count = denied ? kept : o->count;
}

static void note(ent__options *o, const ent__option *option)
{
    if (!ent__option_is_denied(option)) {
        ent__discourse_note(&o->discourse, option->sentence, option->code, option->symmetric,
                            &option->source, &option->target);
    }
}

static void add_reading(ent__options *o, const ent__sentence *s, uint32_t sentence,
                        const ent__reading *r)
{
    const ent__parties nobody = {0};
    ent__parties source = {0}, target = {0};
    size_t before = o->count;
    ent__parties_find(s, o->mentions, r, &source, &target);
    ent__option rule = {.source = source, .target = target, .by_rule = true};
    ent__discourse_complete(&o->discourse, s, sentence, r, &rule.source, &rule.target);
    rule.source_fill = source.count > 0 ? ENT_FILL_TOLD : ENT_FILL_RULE;
    rule.target_fill = target.count > 0 ? ENT_FILL_TOLD : ENT_FILL_RULE;
    if (source.count > 0 && target.count == 0) {
        complete(o, s, sentence, r, &source, true, &rule.target);
    } else if (rule.source.count > 0 && rule.target.count > 0) {
        keep_option(o, s, sentence, r, &rule);
    } else {
        ent__parties_find_target(s, o->mentions, r, &target);
        if (target.count > 0) {
            complete(o, s, sentence, r, &target, false, &nobody);
        } else {
            complete_both(o, s, sentence, r);
        }
    }
    drop_denied(o, before);
    for (size_t i = before; i < o->count; i++) {
        if (o->list[i].by_rule) {
            note(o, &o->list[i]);
        }
    }
}

/* "The EU did the same." */
static void add_repeat(ent__options *o, const ent__sentence *s, uint32_t sentence,
                       const ent__reading *r)
{
    ent__option option = {.reading = r, .sentence = sentence, .certainty = r->certainty,
                          .target_fill = ENT_FILL_RULE, .by_rule = true};
    option.code = ent__discourse_repeat(&o->discourse, s, sentence, r, &option.source,
                                        &option.target);
    ent__option *kept = option.code != ENT_NO_CODE ? add_option(o) : NULL;
    if (kept != NULL) {
        option.type = o->lexicon->codes[option.code].plover;
        option.symmetric = r->symmetric || option.target.split;
        *kept = option;
        note(o, kept);
    }
}

void ent__options_find(ent__options *o, const ent__sentence *s, uint32_t sentence)
{
    uint8_t repeat = ent__event_lexicon_operator(o->lexicon, "repeat");
    o->count = 0;
    for (uint32_t t = 0; t < s->count; t++) {
        const ent__reading *r = s->by_token[t];
        if (r != NULL && !r->consumed && r->code != ENT_NO_CODE) {
            add_reading(o, s, sentence, r);
        } else if (r != NULL && r->operator_count > 0 && r->operators[0] == repeat) {
            add_repeat(o, s, sentence, r);
        }
    }
}
