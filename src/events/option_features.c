/* Features of an option: which cue and row tell it and how certain, how each side was found and
 * where it stands to the cue, what kind of words it is told in, what the document is about.  Every
 * feature is a short readable name, so that `explain` can show what decided.
 * Input: an option.  Output: names.  Cost: O(mentions of the sentence + depth of the tree). */
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "relate.h"

static const ent_str nothing = {"", 0};

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

static bool in_sentence(const ent__sentence *s, uint32_t token)
{
    return token - s->first < s->count;
}

static ent_str deprel(const ent__sentence *s, uint32_t token)
{
    return ent__str(ent__deprel_name(token_at(s, token)->deprel));
}

static ent_str prefix(ent_str code, size_t digits)
{
    return code.n > digits ? ent__str_sub(code, 0, digits) : code;
}

static ent_str number_name(unsigned n)
{
    static const char *const names[] = {"0", "1", "2", "3", "4", "5",
                                        "6", "7", "8", "9", "10"};
    return ent__str(names[n < 10 ? n : 10]);
}

/* ---- where a side stands -------------------------------------------------------------------- */

/* The way from the cue to a token: "nsubj", "^conj/obl:with"; "far" when it is long. */
static ent_str way(const ent__sentence *s, uint32_t cue, uint32_t token, char *text, size_t room)
{
    uint32_t down[5], up = cue;
    size_t n = 0, used = 0;
    if (!in_sentence(s, token)) {
        return ENT_LIT("out");
    }
    for (int climbed = 0; climbed < 4; climbed++) {
        uint32_t t = token;
        for (n = 0; t != up && n < 4 && in_sentence(s, t); t = token_at(s, t)->head) {
            down[n++] = t;
        }
        if (t == up || !in_sentence(s, up)) {
            break;
        }
        used += (size_t)snprintf(text + used, room - used, "^%s",
                                 ent__deprel_name(token_at(s, up)->deprel));
        up = token_at(s, up)->head;
    }
    if (!in_sentence(s, up) || (n > 0 && token_at(s, down[n - 1])->head != up) || n > 3) {
        return ENT_LIT("far");
    }
    while (n-- > 0 && used + 40 < room) {
        ent_str word = s->lexicon->word[ent__preposition(s, down[n])].text;
        uint8_t rel = token_at(s, down[n])->deprel;
        bool case_told = rel == ENT_DEP_obl || rel == ENT_DEP_nmod;
        used += (size_t)snprintf(text + used, room - used, "/%s%s%.*s", ent__deprel_name(rel),
                                 case_told ? ":" : "", case_told && word.n < 16 ? (int)word.n : 0, word.p);
    }
    return used == 0 ? ENT_LIT("self") : (ent_str){text, used};
}

static const ent_mention *mention_of(const ent__options *o, const ent__party *party)
{
    const ent_mentions *m = o->mentions;
    for (uint32_t t = party->side.span.first; t <= party->side.span.last; t++) {
        uint32_t number = m->token_mention[t];
        if (number != UINT32_MAX && m->mentions[number].first == party->side.span.first &&
            m->mentions[number].last == party->side.span.last) {
            return &m->mentions[number];
        }
    }
    return NULL;
}

static ent_str fill_name(uint8_t fill)
{
    static const char *const names[] = {"told", "rule", "here", "event", "before", "topic"};
    return ent__str(names[fill]);
}

static ent_str rank_of(const ent__options *o, ent_str code)
{
    for (size_t k = 0; k < 3 && k < o->discourse.state_count; k++) {
        if (ent__str_eq(o->discourse.state[k], code)) {
            return number_name((unsigned)k + 1);
        }
    }
    return ENT_LIT("0");
}

static void side_features(const ent__options *o, const ent__sentence *s, const ent__option *option,
                          const ent__parties *side, bool is_source, ent__features *f)
{
    static const char *const kinds[] = {"name", "nominal", "pronoun", "adjective"};
    static const char *const actors[] = {"state", "person", "organisation", "group", "unknown"};
    const ent__party *party = &side->list[0];
    uint8_t fill = is_source ? option->source_fill : option->target_fill;
    ent_str type = ent__str(ent__plover_name(option->type));
    const ent_mention *mention = mention_of(o, party);
    uint32_t head = mention == NULL ? party->side.span.first : mention->head;
    char text[160];
    ent_str where = way(s, option->reading->cue, head, text, sizeof text);
    ent_str kind = ent__str(mention == NULL ? "unnamed" : kinds[mention->kind]);
    const char *S = is_source ? "s" : "t";
    char name[24];
    snprintf(name, sizeof name, "%sfill", S);
    ent__feature(f, name, fill_name(fill), nothing);
    ent__feature(f, name, fill_name(fill), type);
    snprintf(name, sizeof name, "%sway", S);
    ent__feature(f, name, where, nothing);
    ent__feature(f, name, where, fill_name(fill));
    snprintf(name, sizeof name, "%skind", S);
    ent__feature(f, name, kind, fill_name(fill));
    ent__feature(f, name, kind, where);
    snprintf(name, sizeof name, "%sactor", S);
    ent__feature(f, name, ent__str(actors[o->mentions->actors[party->side.actor].kind]),
                 party->sector);
    ent__feature(f, name, party->sector, type);
    snprintf(name, sizeof name, "%srank", S);
    ent__feature(f, name, rank_of(o, party->code), fill_name(fill));
    snprintf(name, sizeof name, "%smore", S);
    ent__feature(f, name, number_name((unsigned)side->count), nothing);
    snprintf(name, sizeof name, "%sflags", S);
    ent__feature(f, name, mention != NULL && mention->place ? ENT_LIT("place") : ENT_LIT("-"),
                 party->direct ? ENT_LIT("direct") : nothing);
    if (in_sentence(s, head)) {
        snprintf(name, sizeof name, "%squote", S);
        ent__feature(f, name, number_name(o->quoted[head]), number_name(o->quoted[option->reading->cue]));
        unsigned gap = head > option->reading->cue ? head - option->reading->cue : option->reading->cue - head;
        snprintf(name, sizeof name, "%sgap", S);
        ent__feature(f, name, head > option->reading->cue ? ENT_LIT("behind") : ENT_LIT("before"),
                     number_name(gap < 3 ? 1 : gap < 7 ? 2 : gap < 15 ? 3 : 4));
        snprintf(name, sizeof name, "%shead", S);
        ent__feature(f, name, token_at(s, head)->lemma, nothing);
    }
}

/* How a side that was left unsaid came to be known. */
static void fill_features(const ent__options *o, const ent__sentence *s, const ent__option *option,
                          ent__features *f)
{
    bool target = option->target_fill != ENT_FILL_TOLD;
    uint8_t fill = target ? option->target_fill : option->source_fill;
    ent__feature(f, "rule", option->by_rule ? ENT_LIT("yes") : ENT_LIT("no"), fill_name(fill));
    if (fill == ENT_FILL_TOLD) {
        return;
    }
    char name[24];
    const char *S = target ? "t" : "s";
    ent_str type = ent__str(ent__plover_name(option->type));
    snprintf(name, sizeof name, "%sback", S);
    ent__feature(f, name, fill_name(fill), number_name(option->back));
    snprintf(name, sizeof name, "%stold", S);
    ent__feature(f, name, number_name(option->told_as), number_name(option->back));
    ent__feature(f, name, number_name(option->told_as), type);
    snprintf(name, sizeof name, "%swith", S);
    ent__feature(f, name, number_name(option->with * 3U + option->told_as),
                 number_name(option->nth));
    ent__feature(f, name, number_name(option->with * 3U + option->told_as), type);
    ent__feature(f, "rivals", number_name(option->rivals), fill_name(fill));
    const ent__told *last = ent__discourse_told(&o->discourse, 2);
    bool lately = last != NULL && option->sentence - last->sentence < 4;
    ent__feature(f, "relations", number_name(o->relations), ENT_LIT("filled"));
    ent__feature(f, "relations", number_name(o->relations), fill_name(fill));
    ent__feature(f, "leading", number_name(o->leading), ENT_LIT("filled"));
    ent__feature(f, "lately", number_name(lately), ENT_LIT("filled"));
    unsigned gates =
        ent__discourse_gates(&o->discourse, s, option->reading, &option->source, &option->target);
    for (unsigned bit = 0; bit < 4; bit++) {
        snprintf(name, sizeof name, "%sgate%u", S, bit);
        ent__feature(f, name, number_name(gates >> bit & 1), fill_name(fill));
    }
    snprintf(name, sizeof name, "%sgates", S);
    ent__feature(f, name, number_name(gates & 7), number_name(gates >> 3));
}

/* ---- the cue -------------------------------------------------------------------------------- */

static ent_str class_of(const ent__sentence *s, uint32_t token)
{
    int16_t noun = s->lexicon->word[ent__word_at(s, token)].noun;
    uint8_t class = noun < 0 ? 0 : s->lexicon->nouns[noun].classes[0];
    return class == 0 ? ENT_LIT("none") : s->lexicon->class_names[class];
}

static void reading_features(const ent__sentence *s, const ent__option *option, ent__features *f)
{
    const ent__reading *r = option->reading;
    ent_str type = ent__str(ent__plover_name(option->type));
    ent_str certainty = ent__str(ent__certainty_name(option->certainty));
    ent_str word = token_at(s, r->cue)->lemma;
    ent_str code = s->lexicon->codes[option->code].code;
    ent__feature(f, "type", type, nothing);
    ent__feature(f, "type", type, r->noun ? ENT_LIT("noun") : ENT_LIT("verb"));
    ent__feature(f, "certain", certainty, nothing);
    ent__feature(f, "certain", certainty, type);
    ent__feature(f, "code", prefix(code, 3), nothing);
    ent__feature(f, "code", code, nothing);
    ent__feature(f, "cue", word, type);
    ent__class_features(s, r->cue, "cue", f);
    ent__feature(f, "tag", ent__str(ent__xpos_name(token_at(s, r->cue)->xpos)), nothing);
    if (in_sentence(s, r->object)) {
        uint32_t object = ent__see_through(s, r->object);
        ent__feature(f, "object", type, class_of(s, object));
        ent__feature(f, "cue", word, token_at(s, object)->lemma);
        ent__class_features(s, object, "object", f);
    } else {
        ent__feature(f, "object", type, ENT_LIT("no"));
    }
    for (uint8_t i = 0; i < r->operator_count; i++) {
        ent__feature(f, "op", ent__str(s->lexicon->operators[r->operators[i]]),
                     i == 0 ? ENT_LIT("first") : ENT_LIT("below"));
    }
    ent__feature(f, "roles", s->lexicon->roles[r->roles].name, nothing);
    ent__feature(f, "symmetric", number_name(option->symmetric), type);
}

static bool is_clause(uint8_t rel)
{
    return rel == ENT_DEP_root || rel == ENT_DEP_ccomp || rel == ENT_DEP_advcl ||
           rel == ENT_DEP_acl || rel == ENT_DEP_acl_relcl || rel == ENT_DEP_conj ||
           rel == ENT_DEP_xcomp || rel == ENT_DEP_parataxis || rel == ENT_DEP_csubj;
}

/* The clause of the cue: its verb's form and auxiliaries, what it hangs on. */
static void clause_features(const ent__options *o, const ent__sentence *s,
                            const ent__option *option, ent__features *f)
{
    uint32_t verb = option->reading->cue;
    while (!is_clause(token_at(s, verb)->deprel) && in_sentence(s, token_at(s, verb)->head)) {
        verb = token_at(s, verb)->head;
    }
    ent_str type = ent__str(ent__plover_name(option->type));
    uint32_t above = token_at(s, verb)->head;
    ent__feature(f, "clause", deprel(s, verb), verb == option->reading->cue ? ENT_LIT("cue") : nothing);
    ent__feature(f, "tense", ent__str(ent__xpos_name(token_at(s, verb)->xpos)), nothing);
    if (in_sentence(s, above)) {
        ent__feature(f, "above", deprel(s, verb), token_at(s, above)->lemma);
    }
    if (verb != option->reading->cue) {
        ent__feature(f, "verb", token_at(s, verb)->lemma, type);
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if (rel == ENT_DEP_aux || rel == ENT_DEP_aux_pass || rel == ENT_DEP_mark ||
            rel == ENT_DEP_advmod) {
            ent__feature(f, "aux", token_at(s, children[i])->lemma, nothing);
        }
    }
    ent__feature(f, "quote", number_name(o->quoted[option->reading->cue]), type);
    uint32_t root = s->tree->sentences[option->sentence].root;
    ent__feature(f, "root", token_at(s, root)->lemma, nothing);
}

/* ---- sentence and document ------------------------------------------------------------------ */

static bool holds(const ent__parties *p, ent_str code)
{
    for (size_t i = 0; i < p->count; i++) {
        if (ent__str_eq(p->list[i].code, code)) {
            return true;
        }
    }
    return false;
}

/* Has the text told of an act between the two before, the same one, the other way round? */
static void history_features(const ent__options *o, const ent__option *option, ent__features *f)
{
    unsigned dealt = 0, same = 0;
    for (size_t i = 0; ent__discourse_told(&o->discourse, i) != NULL; i++) {
        const ent__told *told = ent__discourse_told(&o->discourse, i);
        ent_str from = option->source.list[0].code, to = option->target.list[0].code;
        bool straight = holds(&told->source, from) && holds(&told->target, to);
        bool turned = holds(&told->source, to) && holds(&told->target, from);
        if (told->sentence < option->sentence) {
            dealt |= (straight ? 1U : 0) | (turned ? 2U : 0);
            same |= straight && o->lexicon->codes[told->code].plover == option->type;
        }
    }
    bool filled = option->source_fill != ENT_FILL_TOLD || option->target_fill != ENT_FILL_TOLD;
    ent__feature(f, "dealt", number_name(dealt), filled ? ENT_LIT("filled") : nothing);
    ent__feature(f, "again", number_name(same), nothing);
}

static void document_features(const ent__options *o, const ent__sentence *s,
                              const ent__option *option, ent__features *f)
{
    unsigned states = (unsigned)o->discourse.state_count;
    unsigned readings = 0, parties = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        readings += s->by_token[i] != NULL && s->by_token[i]->code != ENT_NO_CODE;
        parties += o->mentions->token_mention[s->first + i] != UINT32_MAX;
    }
    ent__feature(f, "states", number_name(states < 4 ? states : states < 8 ? 5 : 8), nothing);
    ent__feature(f, "readings", number_name(readings), nothing);
    ent__feature(f, "parties", number_name(parties), nothing);
    ent__feature(f, "length", number_name(s->count / 10), nothing);
    ent__feature(f, "sentence", s->question ? ENT_LIT("question") : ENT_LIT("-"),
                 s->sport ? ENT_LIT("sport") : nothing);
    ent__feature(f, "relations", number_name(o->relations), nothing);
    ent__feature(f, "leading", number_name(o->leading), nothing);
    ent__feature(f, "early", option->sentence < 2 ? ENT_LIT("1") : ENT_LIT("0"), nothing);
}

void ent__option_cue_features(const ent__options *o, const ent__sentence *s,
                              const ent__option *option, ent__features *f)
{
    reading_features(s, option, f);
    clause_features(o, s, option, f);
    document_features(o, s, option, f);
}

void ent__option_side_features(const ent__options *o, const ent__sentence *s,
                               const ent__option *option, ent__features *f)
{
    fill_features(o, s, option, f);
    side_features(o, s, option, &option->source, true, f);
    side_features(o, s, option, &option->target, false, f);
    history_features(o, option, f);
}
