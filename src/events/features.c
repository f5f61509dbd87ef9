/* Features of a pair of spans in a sentence: the readings that join them, the dependency path
 * between them, the words round them.  Every feature is a short readable name, so that `explain`
 * can show what decided.
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

ent__match ent__match_best(const ent__sentence *s, ent_range source, ent_range target,
                           const ent__reading *but)
{
    ent__match best = {0};
    int best_value = -1000;
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r == NULL || r == but || inside(source, r->cue) || inside(target, r->cue)) {
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

static void push(ent__features *f, ent_str name)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (ent__str_eq(f->names[i], name)) {
            return;
        }
    }
    if (f->count == f->capacity || name.p == NULL) {
        f->failed |= name.p == NULL;
        return;
    }
    f->names[f->count++] = name;
}

/* kind=a+b, lower case, tabs and blanks as they are not. */
static void feature(ent__features *f, const char *kind, ent_str a, ent_str b)
{
    size_t k = strlen(kind), n = k + 1 + a.n + (b.n > 0 ? 1 + b.n : 0);
    char *text = ent__arena_alloc(f->arena, n + 1);
    if (text == NULL) {
        f->failed = true;
        return;
    }
    memcpy(text, kind, k);
    text[k] = '=';
    memcpy(text + k + 1, a.p, a.n);
    if (b.n > 0) {
        text[k + 1 + a.n] = '+';
        memcpy(text + k + 2 + a.n, b.p, b.n);
    }
    for (size_t i = k; i < n; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z') {
            text[i] = (char)(text[i] + 32);
        } else if ((unsigned char)text[i] <= ' ') {
            text[i] = '_';
        }
    }
    push(f, (ent_str){text, n});
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

static void reading_features(const ent__sentence *s, const ent__match *m, const char *prefix,
                             ent__features *f)
{
    char kind[24];
    const ent__reading *r = m->reading;
    if (r == NULL) {
        snprintf(kind, sizeof kind, "%snone", prefix);
        feature(f, kind, ENT_LIT("1"), (ent_str){"", 0});
        return;
    }
    char fitted[8];
    snprintf(fitted, sizeof fitted, "%d%d%s", m->source_fit, m->target_fit, m->turned ? "t" : "");
    ent_str how = ent__str(fitted), type = type_of(s, r->code);
    ent_str certainty = ent__str(ent__certainty_name(r->certainty));
    snprintf(kind, sizeof kind, "%stype", prefix);
    feature(f, kind, type, (ent_str){"", 0});
    feature(f, kind, type, how);
    feature(f, kind, type, certainty);
    snprintf(kind, sizeof kind, "%stold", prefix);
    feature(f, kind, type_of(s, ent__reading_told(s->lexicon, r)), (ent_str){"", 0});
    snprintf(kind, sizeof kind, "%scode", prefix);
    feature(f, kind, code_text(s, r->code, 4), (ent_str){"", 0});
    feature(f, kind, code_text(s, r->code, 3), certainty);
    snprintf(kind, sizeof kind, "%sroot", prefix);
    feature(f, kind, code_text(s, r->code, 2), (ent_str){"", 0});
    snprintf(kind, sizeof kind, "%sbase", prefix);
    feature(f, kind, code_text(s, r->base_code, 3), (ent_str){"", 0});
    snprintf(kind, sizeof kind, "%scue", prefix);
    feature(f, kind, lemma(s, r->cue), (ent_str){"", 0});
    feature(f, kind, lemma(s, r->cue), certainty);
    if (r->object != ENT_NO_TOKEN) {
        uint32_t object = ent__see_through(s, r->object);
        feature(f, kind, lemma(s, r->cue), lemma(s, object));
        snprintf(kind, sizeof kind, "%sobject", prefix);
        feature(f, kind, type, class_of(s, object));
    }
    for (uint8_t i = 0; i < r->operator_count; i++) {
        snprintf(kind, sizeof kind, "%sop%u", prefix, i);
        feature(f, kind, ent__str(s->lexicon->operators[r->operators[i]]),
                code_text(s, r->base_code, 2));
    }
    if (r->consumed) {
        snprintf(kind, sizeof kind, "%sconsumed", prefix);
        feature(f, kind, type, (ent_str){"", 0});
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
    feature(f, "ends", deprel(s, a), deprel(s, b));
    for (size_t i = 1; i <= meet; i++) {
        feature(f, "up", lemma(s, up[i]), (ent_str){"", 0});
    }
    for (size_t i = 1; i + 1 < m; i++) {
        feature(f, "down", lemma(s, down[i]), (ent_str){"", 0});
        feature(f, "topdown", lemma(s, up[meet]), lemma(s, down[i]));
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
        }
        if (before != ENT_NO_TOKEN) {
            feature(f, "b", lemma(s, before), lemma(s, t));
        }
        const ent__event_word *known = &s->lexicon->word[ent__word_at(s, t)];
        if (known->noun >= 0) {
            const ent__noun *noun = &s->lexicon->nouns[known->noun];
            feature(f, "noun", code_text(s, noun->code, 3), (ent_str){"", 0});
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
        feature(f, kind, lemma(s, up), s->lexicon->word[ent__preposition(s, head)].text);
    }
}

void ent__features_collect(const ent__sentence *s, ent_range source, ent_range target,
                           ent__features *out)
{
    bool pair = !ent__range_empty(source) || !ent__range_empty(target);
    feature(out, "bias", pair ? ENT_LIT("pair") : ENT_LIT("sentence"), (ent_str){"", 0});
    ent__match best = ent__match_best(s, source, target, NULL);
    reading_features(s, &best, "", out);
    if (best.reading != NULL) {
        ent__match next = ent__match_best(s, source, target, best.reading);
        reading_features(s, &next, "2", out);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r != NULL && r->code != ENT_NO_CODE) {
            feature(out, r->consumed ? "inner" : "any", type_of(s, r->code), (ent_str){"", 0});
        }
    }
    if (!ent__range_empty(source) && !ent__range_empty(target)) {
        path_features(s, ent__range_head(s->tree, source), ent__range_head(s->tree, target), out);
    }
    side_features(s, source, "s", out);
    side_features(s, target, "t", out);
    word_features(s, source, target, out);
}
