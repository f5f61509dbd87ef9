/* Features of a pair of spans in a sentence: the reading that joins them, what each of them does
 * and suffers, the main clause, the dependency path between them, the words round them.  Every
 * feature is a short readable name, so that `explain` can show what decided.
 * Input: ent__sentence and two ranges.  Output: names.  Cost: O(tokens + readings). */
#include <stdlib.h>
#include <string.h>

#include "relate.h"

static const ent_token *token_at(const ent__sentence *s, uint32_t token)
{
    return &s->tree->tokens[token];
}

static bool inside(ent_range range, uint32_t token)
{
    return token >= range.first && token <= range.last;
}

uint32_t ent__range_head(const ent_tree *tree, ent_range range)
{
    for (uint32_t t = range.first; t <= range.last && t < tree->token_count; t++) {
        uint32_t head = tree->tokens[t].head;
        if (head == ENT_NO_TOKEN || !inside(range, head)) {
            if (tree->tokens[t].upos != ENT_UPOS_PUNCT && tree->tokens[t].upos != ENT_UPOS_DET) {
                return t;
            }
        }
    }
    return range.first;
}

/* 2: the side is a candidate or holds one; 1: it stands inside the candidate's phrase. */
static int fit(const ent__sentence *s, const ent__candidate *list, uint8_t count, ent_range side)
{
    int best = 0;
    if (ent__range_empty(side)) {
        return 0;
    }
    uint32_t head = ent__range_head(s->tree, side);
    for (uint8_t i = 0; i < count && best < 2; i++) {
        if (inside(side, list[i].token)) {
            best = 2;
        }
        uint32_t up = head;
        for (int depth = 0; depth < 3 && best == 0; depth++) {
            if (up == list[i].token) {
                best = 1;
            }
            up = token_at(s, up)->head;
            if (up == ENT_NO_TOKEN) {
                break;
            }
        }
    }
    return best;
}

static int depth_of(const ent__sentence *s, uint32_t token)
{
    int depth = 0;
    while (token_at(s, token)->head != ENT_NO_TOKEN && depth < 30) {
        token = token_at(s, token)->head;
        depth++;
    }
    return depth;
}

static int match_value(const ent__sentence *s, const ent__match *m)
{
    int value = 12 * (m->source_fit + m->target_fit) - (m->turned ? 6 : 0);
    value += m->reading->consumed ? 0 : 5;
    value += m->reading->code != ENT_NO_CODE ? 8 : 0;
    value += m->reading->noun ? 0 : 2;
    return 4 * value - depth_of(s, m->reading->cue);
}

ent__match ent__match_best(const ent__sentence *s, ent_range source, ent_range target)
{
    ent__match best = {0};
    int best_value = -1000;
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r == NULL || inside(source, r->cue) || inside(target, r->cue)) {
            continue;
        }
        for (int turned = 0; turned < 2; turned++) {
            ent__match m = {.reading = r, .turned = turned != 0};
            m.source_fit = fit(s, r->sources, r->source_count, turned ? target : source);
            m.target_fit = fit(s, r->targets, r->target_count, turned ? source : target);
            int value = match_value(s, &m);
            if (value > best_value) {
                best_value = value;
                best = m;
            }
        }
    }
    return best;
}

/* ---- names --------------------------------------------------------------------------------- */

/* Adds kind=a+b, each name once. */
static void feature(ent__features *f, const char *kind, ent_str a, ent_str b)
{
    char text[ENT_FEATURE_NAME_MAX];
    ent_str name = {text, ent__feature_name(text, kind, a, b)};
    for (uint32_t i = 0; i < f->count; i++) {
        if (ent__str_eq(f->names[i], name)) {
            return;
        }
    }
    if (f->count < f->capacity) {
        f->names[f->count] = ent__arena_str(f->arena, name);
        f->failed |= f->names[f->count].p == NULL;
        f->count += !f->failed;
    }
}

static ent_str lemma(const ent__sentence *s, uint32_t token)
{
    return token_at(s, token)->lemma;
}

static ent_str deprel(const ent__sentence *s, uint32_t token)
{
    return ent__str(ent__deprel_name(token_at(s, token)->deprel));
}

static ent_str type_of(const ent__sentence *s, uint16_t code)
{
    return code == ENT_NO_CODE || s->lexicon->codes[code].plover == ENT_PLOVER_NONE
               ? ENT_LIT("none")
               : ent__str(ent__plover_name(s->lexicon->codes[code].plover));
}

static ent_str code_text(const ent__sentence *s, uint16_t code, size_t digits)
{
    if (code == ENT_NO_CODE) {
        return ENT_LIT("none");
    }
    ent_str text = s->lexicon->codes[code].code;
    return text.n > digits ? ent__str_sub(text, 0, digits) : text;
}

/* The class of a noun in nouns.tsv, its first: a cluster made by hand ("AID", "TROOPS"). */
static ent_str class_of(const ent__sentence *s, uint32_t token)
{
    int16_t noun = s->lexicon->word[ent__word_at(s, token)].noun;
    uint8_t class = noun < 0 ? 0 : s->lexicon->nouns[noun].classes[0];
    return class == 0 ? ENT_LIT("none") : s->lexicon->class_names[class];
}

ent_str ent__class_name(const ent__sentence *s, uint32_t token, unsigned level)
{
    const ent_kit *kit = s->lexicon->kit;
    uint32_t class = ent__word_class(kit, lemma(s, token), level);
    return class == ENT_NO_WORD_CLASS ? (ent_str){"", 0} : ent__word_class_name(kit, class, level);
}

/* The word by its classes, which words that training did not hold share: "main~=rebuke" is the
 * finest, "main~~~=reject" the coarsest. */
static void class_features(const ent__sentence *s, uint32_t token, const char *kind,
                           ent__features *f)
{
    char name[16];
    for (unsigned level = 0; level < ENT_WORD_CLASS_LEVELS; level++) {
        ent_str class = ent__class_name(s, token, level);
        if (class.n > 0) {
            snprintf(name, sizeof name, "%s%.*s", kind, (int)level + 1, "~~~");
            feature(f, name, class, (ent_str){"", 0});
        }
    }
}

static void reading_features(const ent__sentence *s, const ent__match *m, ent__features *f)
{
    const ent__reading *r = m->reading;
    if (r == NULL) {
        feature(f, "none", ENT_LIT("1"), (ent_str){"", 0});
        return;
    }
    char text[8];
    snprintf(text, sizeof text, "%d%d%s", m->source_fit, m->target_fit, m->turned ? "t" : "");
    ent_str type = type_of(s, r->code);
    ent_str certainty = ent__str(ent__certainty_name(r->certainty));
    feature(f, "type", type, (ent_str){"", 0});
    feature(f, "type", type, ent__str(text));
    feature(f, "type", type, certainty);
    feature(f, "told", type_of(s, ent__reading_told(s->lexicon, r)), (ent_str){"", 0});
    feature(f, "root", code_text(s, r->code, 2), (ent_str){"", 0});
    feature(f, "cue", lemma(s, r->cue), (ent_str){"", 0});
    feature(f, "cue", lemma(s, r->cue), certainty);
    class_features(s, r->cue, "cue", f);
    if (r->object != ENT_NO_TOKEN) {
        uint32_t object = ent__see_through(s, r->object);
        feature(f, "cue", lemma(s, r->cue), lemma(s, object));
        feature(f, "object", type, class_of(s, object));
    }
    for (uint8_t i = 0; i < r->operator_count; i++) {
        snprintf(text, sizeof text, "op%u", i);
        feature(f, text, ent__str(s->lexicon->operators[r->operators[i]]),
                code_text(s, r->base_code, 2));
    }
    if (r->consumed) {
        feature(f, "consumed", type, (ent_str){"", 0});
    }
}

static bool is_verbal(const ent_token *t)
{
    return t->upos == ENT_UPOS_VERB || t->upos == ENT_UPOS_AUX;
}

/* Tense, auxiliaries and negation of the clause that a cue stands in. */
static void clause_features(const ent__sentence *s, const ent__reading *r, ent__features *f)
{
    uint32_t verb = r->cue;
    for (int depth = 0; depth < 6 && !is_verbal(token_at(s, verb)) &&
                        token_at(s, verb)->head != ENT_NO_TOKEN;
         depth++) {
        verb = token_at(s, verb)->head;
    }
    size_t n;
    const uint32_t *children = ent__children(s->tree, verb, &n);
    bool will = false, negated = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = children[i];
        if (token_at(s, c)->deprel == ENT_DEP_aux || token_at(s, c)->deprel == ENT_DEP_aux_pass) {
            feature(f, "aux", lemma(s, c), (ent_str){"", 0});
            will |= ent__lemma_is(s, c, "will") || ent__lemma_is(s, c, "would");
        }
        negated |= ent__lemma_is(s, c, "not") || ent__lemma_is(s, c, "n't") ||
                   ent__lemma_is(s, c, "never");
    }
    uint32_t up = token_at(s, verb)->head;
    feature(f, "tense", ent__str(ent__xpos_name(token_at(s, verb)->xpos)),
            negated ? ENT_LIT("not") : (ent_str){"", 0});
    feature(f, will ? "will" : "wont", code_text(s, r->code, 2), (ent_str){"", 0});
    if (negated) {
        feature(f, "not", code_text(s, r->code, 2), (ent_str){"", 0});
    }
    feature(f, "clause", deprel(s, verb), up == ENT_NO_TOKEN ? (ent_str){"", 0} : lemma(s, up));
}

/* What a reading tells, short and long. */
static void told_features(const ent__sentence *s, const ent__reading *r, const char *kind,
                          ent__features *f)
{
    uint16_t told = ent__reading_told(s->lexicon, r);
    feature(f, kind, code_text(s, told, 3), (ent_str){"", 0});
    feature(f, kind, code_text(s, told, 2), (ent_str){"", 0});
}

static bool is_candidate(const ent__candidate *list, uint8_t count, uint32_t token)
{
    for (uint8_t i = 0; i < count; i++) {
        if (list[i].token == token) {
            return true;
        }
    }
    return false;
}

/* All that is told with one of the pair as a side, whoever the other is. */
static void part_features(const ent__sentence *s, ent_range source, ent_range target,
                          ent__features *f)
{
    uint32_t from = ent__range_empty(source) ? ENT_NO_TOKEN : ent__range_head(s->tree, source);
    uint32_t to = ent__range_empty(target) ? ENT_NO_TOKEN : ent__range_head(s->tree, target);
    unsigned does = 0, gets = 0, done_by_target = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r == NULL || r->code == ENT_NO_CODE) {
            continue;
        }
        if (!r->consumed && is_candidate(r->sources, r->source_count, from) && does++ < 3) {
            told_features(s, r, "does", f);
        }
        if (is_candidate(r->targets, r->target_count, to) && gets++ < 3) {
            told_features(s, r, "gets", f);
        }
        if (is_candidate(r->sources, r->source_count, to) && done_by_target++ < 3) {
            feature(f, "tdoes", code_text(s, ent__reading_told(s->lexicon, r), 2),
                    (ent_str){"", 0});
        }
    }
    static const char *const counts[] = {"0", "1", "2", "3"};
    if (from != ENT_NO_TOKEN) {
        feature(f, "doings", ent__str(counts[does < 3 ? does : 3]), (ent_str){"", 0});
    }
    if (to != ENT_NO_TOKEN) {
        feature(f, "gettings", ent__str(counts[gets < 3 ? gets : 3]), (ent_str){"", 0});
    }
}

static const ent__reading *reading_at(const ent__sentence *s, uint32_t token)
{
    return token - s->first < s->count ? s->by_token[token - s->first] : NULL;
}

/* The head of the main clause: below "said that". */
static uint32_t main_head(const ent__sentence *s, uint32_t root)
{
    uint8_t say = ent__event_lexicon_operator(s->lexicon, "say");
    for (int depth = 0; depth < 3; depth++) {
        const ent__reading *r = reading_at(s, root);
        if (r == NULL || r->operator_count == 0 || r->operators[0] != say) {
            break;
        }
        size_t n, i = 0;
        const uint32_t *children = ent__children(s->tree, root, &n);
        while (i < n && token_at(s, children[i])->deprel != ENT_DEP_ccomp &&
               token_at(s, children[i])->deprel != ENT_DEP_xcomp &&
               token_at(s, children[i])->deprel != ENT_DEP_parataxis) {
            i++;
        }
        if (i == n) {
            break;
        }
        root = children[i];
    }
    return root;
}

static void head_features(const ent__sentence *s, uint32_t head, const char *prefix,
                          ent__features *f)
{
    char kind[16];
    feature(f, prefix, lemma(s, head), (ent_str){"", 0});
    class_features(s, head, prefix, f);
    const ent__reading *r = reading_at(s, head);
    if (r != NULL) {
        uint16_t told = ent__reading_told(s->lexicon, r);
        snprintf(kind, sizeof kind, "%scode", prefix);
        told_features(s, r, kind, f);
        feature(f, kind, code_text(s, told, 2), ent__str(ent__certainty_name(r->certainty)));
    }
}

/* What the sentence is about: its main clause, and the reporting clause round it. */
static void main_features(const ent__sentence *s, ent_range source, ent__features *f)
{
    uint32_t root = s->tree->sentences[token_at(s, s->first)->sentence].root;
    uint32_t head = main_head(s, root);
    const ent__reading *r = reading_at(s, head);
    head_features(s, head, "main", f);
    if (head != root) {
        head_features(s, root, "outer", f);
    }
    if (!ent__range_empty(source) &&
        token_at(s, ent__range_head(s->tree, source))->head == head) {
        feature(f, "sourcemain",
                r == NULL ? lemma(s, head) : code_text(s, ent__reading_told(s->lexicon, r), 3),
                (ent_str){"", 0});
    }
}

/* All that the sentence tells, and in which order. */
static void order_features(const ent__sentence *s, ent__features *f)
{
    ent_str before = {"", 0};
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r == NULL || r->code == ENT_NO_CODE) {
            continue;
        }
        feature(f, r->consumed ? "inner" : "any", type_of(s, r->code), (ent_str){"", 0});
        if (!r->consumed) {
            ent_str told = code_text(s, ent__reading_told(s->lexicon, r), 2);
            feature(f, before.n == 0 ? "first" : "then", before.n == 0 ? told : before,
                    before.n == 0 ? (ent_str){"", 0} : told);
            before = told;
        }
    }
}

static void way_feature(const ent__sentence *s, uint32_t token, ent__features *f)
{
    const ent__reading *r = reading_at(s, token);
    if (r != NULL && r->code != ENT_NO_CODE) {
        told_features(s, r, "way", f);
    }
}

/* Lemmas and relations on the way from one head to the other. */
static void path_features(const ent__sentence *s, uint32_t a, uint32_t b, ent__features *f)
{
    uint32_t up[24];
    size_t n = 0;
    for (uint32_t t = a; t != ENT_NO_TOKEN && n < 24; t = token_at(s, t)->head) {
        up[n++] = t;
    }
    uint32_t down[24];
    size_t m = 0, meet = n;
    for (uint32_t t = b; t != ENT_NO_TOKEN && m < 24 && meet == n; t = token_at(s, t)->head) {
        for (size_t i = 0; i < n; i++) {
            if (up[i] == t) {
                meet = i;
            }
        }
        down[m++] = t;
    }
    if (meet == n || m == 0) {
        return;
    }
    feature(f, "top", lemma(s, up[meet]), (ent_str){"", 0});
    class_features(s, up[meet], "top", f);
    feature(f, "ends", deprel(s, a), deprel(s, b));
    for (size_t i = 1; i <= meet; i++) {
        feature(f, "up", lemma(s, up[i]), (ent_str){"", 0});
        way_feature(s, up[i], f);
    }
    for (size_t i = 1; i + 1 < m; i++) {
        feature(f, "down", lemma(s, down[i]), (ent_str){"", 0});
        feature(f, "topdown", lemma(s, up[meet]), lemma(s, down[i]));
        way_feature(s, down[i], f);
    }
}

static bool is_content(const ent_token *t)
{
    return t->upos != ENT_UPOS_PUNCT && t->upos != ENT_UPOS_SYM && t->upos != ENT_UPOS_NUM &&
           t->upos != ENT_UPOS_X && t->upos != ENT_UPOS_PROPN;
}

static void word_features(const ent__sentence *s, ent_range source, ent_range target,
                          ent__features *f)
{
    uint32_t low = source.first < target.first ? source.last : target.last;
    uint32_t high = source.first < target.first ? target.first : source.first;
    bool pair = !ent__range_empty(source) && !ent__range_empty(target);
    uint32_t before = ENT_NO_TOKEN;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t t = s->first + i;
        if (!is_content(token_at(s, t))) {
            continue;
        }
        if (inside(source, t) || inside(target, t)) {
            feature(f, inside(source, t) ? "sword" : "tword", lemma(s, t), (ent_str){"", 0});
            continue;
        }
        feature(f, "w", lemma(s, t), (ent_str){"", 0});
        if (pair && t > low && t < high) {
            feature(f, "mid", lemma(s, t), (ent_str){"", 0});
            class_features(s, t, "mid", f);
        }
        if (before != ENT_NO_TOKEN) {
            feature(f, "b", lemma(s, before), lemma(s, t));
        }
        if (s->lexicon->word[ent__word_at(s, t)].noun >= 0) {
            feature(f, "class", class_of(s, t), (ent_str){"", 0});
        }
        before = t;
    }
}

static void side_features(const ent__sentence *s, ent_range range, const char *prefix,
                          ent__features *f)
{
    char kind[16];
    if (ent__range_empty(range)) {
        return;
    }
    uint32_t head = ent__range_head(s->tree, range);
    snprintf(kind, sizeof kind, "%shead", prefix);
    feature(f, kind, lemma(s, head), (ent_str){"", 0});
    snprintf(kind, sizeof kind, "%sclass", prefix);
    feature(f, kind, class_of(s, ent__see_through(s, head)), (ent_str){"", 0});
    snprintf(kind, sizeof kind, "%srel", prefix);
    feature(f, kind, deprel(s, head), s->lexicon->word[ent__preposition(s, head)].text);
    uint32_t up = token_at(s, head)->head;
    if (up != ENT_NO_TOKEN) {
        snprintf(kind, sizeof kind, "%sgov", prefix);
        if (prefix[0] == 's') {
            class_features(s, up, kind, f);
        }
        feature(f, kind, lemma(s, up), s->lexicon->word[ent__preposition(s, head)].text);
    }
}

void ent__features_collect(const ent__sentence *s, ent_range source, ent_range target,
                           ent__features *out)
{
    bool pair = !ent__range_empty(source) || !ent__range_empty(target);
    feature(out, "bias", pair ? ENT_LIT("pair") : ENT_LIT("sentence"), (ent_str){"", 0});
    ent__match best = ent__match_best(s, source, target);
    reading_features(s, &best, out);
    if (best.reading != NULL) {
        clause_features(s, best.reading, out);
    }
    part_features(s, source, target, out);
    main_features(s, source, out);
    order_features(s, out);
    if (!ent__range_empty(source) && !ent__range_empty(target)) {
        path_features(s, ent__range_head(s->tree, source), ent__range_head(s->tree, target), out);
    }
    side_features(s, source, "s", out);
    side_features(s, target, "t", out);
    word_features(s, source, target, out);
}
