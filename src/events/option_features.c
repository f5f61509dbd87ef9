/* Features of an option: which cue and row tell it and how certain, how each side was found and
 * where it stands to the cue, what kind of words it is told in, what the document is about.  Every
 * feature is a short readable name, so that `explain` can show what decided.
 * Input: an option.  Output: names.  Cost: O(mentions of the sentence + depth of the tree). */
#include <string.h>

#include "options.h"
#include "relate.h"

static const ent_str nothing = {"", 0};

/* kind=a+b is kept by name, or its weight added up. */
static void feature(ent__tally *f, const char *kind, ent_str a, ent_str b)
{
    if (f->names == NULL) {
        const float *weight =
            ent__event_model_weights_of_key(f->model, ent__feature_key(kind, a, b));
        f->sum += weight == NULL ? 0 : (double)weight[ENT_DECISION_TOLD];
    } else if (f->names->count < f->names->capacity) {
        char text[ENT_FEATURE_NAME_MAX];
        ent_str name = {text, ent__feature_name(text, kind, a, b)};
        ent_str kept = ent__arena_str(f->names->arena, name);
        f->names->failed |= kept.p == NULL;
        f->names->names[f->names->count++] = kept;
    }
}

/* The lemma's classes, the finest first. */
static void class_features(const ent__sentence *s, uint32_t token,
                           const char *const kinds[ENT_WORD_CLASS_LEVELS], ent__tally *f)
{
    for (unsigned level = 0; level < ENT_WORD_CLASS_LEVELS; level++) {
        ent_str class = ent__class_name(s, token, level);
        if (class.n > 0) {
            feature(f, kinds[level], class, nothing);
        }
    }
}

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

#define WAY_MAX 160

static size_t append(char text[WAY_MAX], size_t used, const char *sign, ent_str word)
{
    size_t n = word.n < 24 ? word.n : 24;
    if (used + n + 1 < WAY_MAX) {
        text[used++] = sign[0];
        memcpy(text + used, word.p, n);
        used += n;
    }
    return used;
}

/* The way from the cue to a token: "/nsubj", "^conj/obl:with"; "far" when it is long. */
static ent_str way(const ent__sentence *s, uint32_t cue, uint32_t token, char text[WAY_MAX])
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
        used = append(text, used, "^", deprel(s, up));
        up = token_at(s, up)->head;
    }
    if (!in_sentence(s, up) || (n > 0 && token_at(s, down[n - 1])->head != up) || n > 3) {
        return ENT_LIT("far");
    }
    while (n-- > 0) {
        uint8_t rel = token_at(s, down[n])->deprel;
        used = append(text, used, "/", deprel(s, down[n]));
        if (rel == ENT_DEP_obl || rel == ENT_DEP_nmod) {
            used = append(text, used, ":", s->lexicon->word[ent__preposition(s, down[n])].text);
        }
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

#define OF_SIDE(name) (is_source ? "s" name : "t" name)

static void side_features(const ent__options *o, const ent__sentence *s, const ent__option *option,
                          const ent__parties *side, bool is_source, ent__tally *f)
{
    static const char *const kinds[] = {"name", "nominal", "pronoun", "adjective"};
    static const char *const actors[] = {"state", "person", "organisation", "group", "unknown"};
    const ent__party *party = &side->list[0];
    uint8_t fill = is_source ? option->source_fill : option->target_fill;
    ent_str type = ent__str(ent__plover_name(option->type));
    const ent_mention *mention = mention_of(o, party);
    uint32_t head = mention == NULL ? party->side.span.first : mention->head;
    char text[WAY_MAX];
    ent_str where = way(s, option->reading->cue, head, text);
    ent_str kind = ent__str(mention == NULL ? "unnamed" : kinds[mention->kind]);
    feature(f, OF_SIDE("fill"), fill_name(fill), nothing);
    feature(f, OF_SIDE("fill"), fill_name(fill), type);
    feature(f, OF_SIDE("way"), where, nothing);
    feature(f, OF_SIDE("way"), where, fill_name(fill));
    feature(f, OF_SIDE("kind"), kind, fill_name(fill));
    feature(f, OF_SIDE("kind"), kind, where);
    feature(f, OF_SIDE("actor"), ent__str(actors[o->mentions->actors[party->side.actor].kind]),
            party->sector);
    feature(f, OF_SIDE("actor"), party->sector, type);
    feature(f, OF_SIDE("rank"), rank_of(o, party->code), fill_name(fill));
    feature(f, OF_SIDE("more"), number_name((unsigned)side->count), nothing);
    feature(f, OF_SIDE("flags"),
            mention != NULL && mention->place ? ENT_LIT("place") : ENT_LIT("-"),
            party->direct ? ENT_LIT("direct") : nothing);
    if (in_sentence(s, head)) {
        uint32_t cue = option->reading->cue;
        unsigned gap = head > cue ? head - cue : cue - head;
        feature(f, OF_SIDE("quote"), number_name(o->quoted[head]), number_name(o->quoted[cue]));
        feature(f, OF_SIDE("gap"), head > cue ? ENT_LIT("behind") : ENT_LIT("before"),
                number_name(gap < 3 ? 1 : gap < 7 ? 2 : gap < 15 ? 3 : 4));
        feature(f, OF_SIDE("head"), token_at(s, head)->lemma, nothing);
    }
}

/* How a side that was left unsaid came to be known. */
static void fill_features(const ent__options *o, const ent__sentence *s, const ent__option *option,
                          ent__tally *f)
{
    bool target = option->target_fill != ENT_FILL_TOLD;
    uint8_t fill = target ? option->target_fill : option->source_fill;
    feature(f, "rule", option->by_rule ? ENT_LIT("yes") : ENT_LIT("no"), fill_name(fill));
    if (fill == ENT_FILL_TOLD) {
        return;
    }
    bool is_source = !target;
    ent_str type = ent__str(ent__plover_name(option->type));
    feature(f, OF_SIDE("back"), fill_name(fill), number_name(option->back));
    feature(f, OF_SIDE("told"), number_name(option->told_as), number_name(option->back));
    feature(f, OF_SIDE("told"), number_name(option->told_as), type);
    feature(f, OF_SIDE("with"), number_name(option->with * 3U + option->told_as),
            number_name(option->nth));
    feature(f, OF_SIDE("with"), number_name(option->with * 3U + option->told_as), type);
    feature(f, "rivals", number_name(option->rivals), fill_name(fill));
    feature(f, "here", number_name(option->here), fill_name(fill));
    const ent__told *last = ent__discourse_told(&o->discourse, 2);
    bool lately = last != NULL && option->sentence - last->sentence < 4;
    feature(f, "relations", number_name(o->relations), ENT_LIT("filled"));
    feature(f, "relations", number_name(o->relations), fill_name(fill));
    feature(f, "leading", number_name(o->leading), ENT_LIT("filled"));
    feature(f, "lately", number_name(lately), ENT_LIT("filled"));
    unsigned gates =
        ent__discourse_gates(&o->discourse, s, option->reading, &option->source, &option->target);
    feature(f, OF_SIDE("gate0"), number_name(gates & 1), fill_name(fill));
    feature(f, OF_SIDE("gate1"), number_name(gates >> 1 & 1), fill_name(fill));
    feature(f, OF_SIDE("gate2"), number_name(gates >> 2 & 1), fill_name(fill));
    feature(f, OF_SIDE("gate3"), number_name(gates >> 3 & 1), fill_name(fill));
    feature(f, OF_SIDE("gates"), number_name(gates & 7), number_name(gates >> 3));
}

/* ---- the cue -------------------------------------------------------------------------------- */

static ent_str class_of(const ent__sentence *s, uint32_t token)
{
    int16_t noun = s->lexicon->word[ent__word_at(s, token)].noun;
    uint8_t class = noun < 0 ? 0 : s->lexicon->nouns[noun].classes[0];
    return class == 0 ? ENT_LIT("none") : s->lexicon->class_names[class];
}

static void reading_features(const ent__sentence *s, const ent__option *option, ent__tally *f)
{
    static const char *const cues[] = {"cue~", "cue~~", "cue~~~"};
    static const char *const objects[] = {"object~", "object~~", "object~~~"};
    const ent__reading *r = option->reading;
    ent_str type = ent__str(ent__plover_name(option->type));
    ent_str certainty = ent__str(ent__certainty_name(option->certainty));
    ent_str word = token_at(s, r->cue)->lemma;
    ent_str code = s->lexicon->codes[option->code].code;
    feature(f, "type", type, nothing);
    feature(f, "type", type, r->noun ? ENT_LIT("noun") : ENT_LIT("verb"));
    feature(f, "certain", certainty, nothing);
    feature(f, "certain", certainty, type);
    feature(f, "code", prefix(code, 3), nothing);
    feature(f, "code", code, nothing);
    feature(f, "cue", word, type);
    class_features(s, r->cue, cues, f);
    feature(f, "tag", ent__str(ent__xpos_name(token_at(s, r->cue)->xpos)), nothing);
    if (in_sentence(s, r->object)) {
        uint32_t object = ent__see_through(s, r->object);
        feature(f, "object", type, class_of(s, object));
        feature(f, "cue", word, token_at(s, object)->lemma);
        class_features(s, object, objects, f);
    } else {
        feature(f, "object", type, ENT_LIT("no"));
    }
    for (uint8_t i = 0; i < r->operator_count; i++) {
        feature(f, "op", ent__str(s->lexicon->operators[r->operators[i]]),
                     i == 0 ? ENT_LIT("first") : ENT_LIT("below"));
    }
    feature(f, "roles", s->lexicon->roles[r->roles].name, nothing);
    feature(f, "symmetric", number_name(option->symmetric), type);
}

static bool is_clause(uint8_t rel)
{
    return rel == ENT_DEP_root || rel == ENT_DEP_ccomp || rel == ENT_DEP_advcl ||
           rel == ENT_DEP_acl || rel == ENT_DEP_acl_relcl || rel == ENT_DEP_conj ||
           rel == ENT_DEP_xcomp || rel == ENT_DEP_parataxis || rel == ENT_DEP_csubj;
}

/* The clause of the cue: its verb's form and auxiliaries, what it hangs on. */
static void clause_features(const ent__options *o, const ent__sentence *s,
                            const ent__option *option, ent__tally *f)
{
    uint32_t verb = option->reading->cue;
    while (!is_clause(token_at(s, verb)->deprel) && in_sentence(s, token_at(s, verb)->head)) {
        verb = token_at(s, verb)->head;
    }
    ent_str type = ent__str(ent__plover_name(option->type));
    uint32_t above = token_at(s, verb)->head;
    feature(f, "clause", deprel(s, verb), verb == option->reading->cue ? ENT_LIT("cue") : nothing);
    feature(f, "tense", ent__str(ent__xpos_name(token_at(s, verb)->xpos)), nothing);
    if (in_sentence(s, above)) {
        feature(f, "above", deprel(s, verb), token_at(s, above)->lemma);
    }
    if (verb != option->reading->cue) {
        feature(f, "verb", token_at(s, verb)->lemma, type);
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t rel = token_at(s, children[i])->deprel;
        if (rel == ENT_DEP_aux || rel == ENT_DEP_aux_pass || rel == ENT_DEP_mark ||
            rel == ENT_DEP_advmod) {
            feature(f, "aux", token_at(s, children[i])->lemma, nothing);
        }
    }
    feature(f, "quote", number_name(o->quoted[option->reading->cue]), type);
    uint32_t root = s->tree->sentences[option->sentence].root;
    feature(f, "root", token_at(s, root)->lemma, nothing);
}

/* ---- sentence and document ------------------------------------------------------------------ */

/* Has the text told of an act between the two before, the same one, the other way round? */
static void history_features(const ent__options *o, const ent__option *option, ent__tally *f)
{
    unsigned dealt = 0, same = 0;
    for (size_t i = 0; ent__discourse_told(&o->discourse, i) != NULL; i++) {
        const ent__told *told = ent__discourse_told(&o->discourse, i);
        ent_str from = option->source.list[0].code, to = option->target.list[0].code;
        bool straight =
            ent__parties_hold(&told->source, from) && ent__parties_hold(&told->target, to);
        bool turned =
            ent__parties_hold(&told->source, to) && ent__parties_hold(&told->target, from);
        if (told->sentence < option->sentence) {
            dealt |= (straight ? 1U : 0) | (turned ? 2U : 0);
            same |= straight && o->lexicon->codes[told->code].plover == option->type;
        }
    }
    bool filled = option->source_fill != ENT_FILL_TOLD || option->target_fill != ENT_FILL_TOLD;
    feature(f, "dealt", number_name(dealt), filled ? ENT_LIT("filled") : nothing);
    feature(f, "again", number_name(same), nothing);
}

static void document_features(const ent__options *o, const ent__sentence *s,
                              const ent__option *option, ent__tally *f)
{
    unsigned states = (unsigned)o->discourse.state_count;
    unsigned readings = 0, parties = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        readings += s->by_token[i] != NULL && s->by_token[i]->code != ENT_NO_CODE;
        parties += o->mentions->token_mention[s->first + i] != UINT32_MAX;
    }
    feature(f, "states", number_name(states < 4 ? states : states < 8 ? 5 : 8), nothing);
    feature(f, "readings", number_name(readings), nothing);
    feature(f, "parties", number_name(parties), nothing);
    feature(f, "length", number_name(s->count / 10), nothing);
    feature(f, "sentence", s->question ? ENT_LIT("question") : ENT_LIT("-"),
                 s->sport ? ENT_LIT("sport") : nothing);
    feature(f, "relations", number_name(o->relations), nothing);
    feature(f, "leading", number_name(o->leading), nothing);
    feature(f, "early", option->sentence < 2 ? ENT_LIT("1") : ENT_LIT("0"), nothing);
}

void ent__option_cue_features(const ent__options *o, const ent__sentence *s,
                              const ent__option *option, ent__tally *f)
{
    reading_features(s, option, f);
    clause_features(o, s, option, f);
    document_features(o, s, option, f);
}

void ent__option_side_features(const ent__options *o, const ent__sentence *s,
                               const ent__option *option, ent__tally *f)
{
    fill_features(o, s, option, f);
    side_features(o, s, option, &option->source, true, f);
    side_features(o, s, option, &option->target, false, f);
    history_features(o, option, f);
}
