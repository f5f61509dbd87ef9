/* lemmas: tables from form and tag to lemma and features (src/parse/lemma.c reads them).
 *
 * In: the treebank.  Out: edit scripts; for endings of 0 to 6 bytes with tag and case the script
 * seen most, kept only where it differs from the shorter ending's; whole forms where the endings
 * are wrong.  Features: the string seen most with form and tags, kept where it differs from the
 * tags' own. */
#include "train.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One observation; key groups, value is counted. */
typedef struct {
    uint64_t key;
    uint32_t value;
} seen;

static int by_key_value(const void *a, const void *b)
{
    const seen *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->value < y->value ? -1 : x->value > y->value;
}

typedef struct {
    uint64_t *keys;
    uint16_t *values;
    size_t count, capacity, values_capacity;
} rule_set;

static bool rule_add(rule_set *set, uint64_t key, uint32_t value)
{
    uint64_t *keys = ent__grow(set->keys, set->count, &set->capacity, sizeof *keys);
    set->keys = keys == NULL ? set->keys : keys;
    uint16_t *values = ent__grow(set->values, set->count, &set->values_capacity, sizeof *values);
    set->values = values == NULL ? set->values : values;
    if (keys == NULL || values == NULL) {
        return false;
    }
    keys[set->count] = key;
    values[set->count++] = (uint16_t)value;
    return true;
}

static void rule_free(rule_set *set)
{
    free(set->keys);
    free(set->values);
}

/* The value most seen with each key: calls keep(key, value, times seen, times of the key). */
static bool majorities(seen *all, size_t n, bool (*keep)(void *user, uint64_t key, uint32_t value,
                                                         size_t times, size_t of),
                       void *user)
{
    qsort(all, n, sizeof *all, by_key_value);
    for (size_t i = 0, end; i < n; i = end) {
        size_t best = 0;
        uint32_t value = 0;
        for (end = i; end < n && all[end].key == all[i].key;) {
            size_t same = end;
            while (same < n && all[same].key == all[end].key && all[same].value == all[end].value) {
                same++;
            }
            if (same - end > best) {
                best = same - end;
                value = all[end].value;
            }
            end = same;
        }
        if (!keep(user, all[i].key, value, best, end - i)) {
            return false;
        }
    }
    return true;
}

/* ---- lemmas -------------------------------------------------------------------------------- */

enum { LONGEST = 6, FORM_LIMIT = 96 };

typedef struct {
    char low[FORM_LIMIT + 8];
    ent_str form;
    uint32_t script;
    uint8_t xpos;
    bool capital;
} lemma_case;

typedef struct {
    lemma_case *cases;
    size_t count;
    ent_script *scripts;
    size_t script_count, script_capacity;
    rule_set rules;
    ent_map *known; /* key as 8 bytes -> script */
    ent_arena *arena;
    size_t least;
    uint32_t *predicted; /* of each case, by the rules so far */
} lemma_work;

static bool capital_of(ent_str form)
{
    return (form.p[0] >= 'A' && form.p[0] <= 'Z') ||
           (form.n > 1 && (unsigned char)form.p[0] == 0xc3 && (unsigned char)form.p[1] >= 0x80 &&
            (unsigned char)form.p[1] <= 0x9e);
}

/* The script that makes the lemma; false: too long an addition. */
static bool script_of(ent_str form, ent_str lemma, ent_script *out)
{
    size_t best = SIZE_MAX;
    char low[FORM_LIMIT + 8];
    ent__lower(form, low);
    for (int keep = 0; keep < 2; keep++) {
        const char *p = keep ? form.p : low;
        size_t same = 0;
        while (same < form.n && same < lemma.n && p[same] == lemma.p[same]) {
            same++;
        }
        if (lemma.n - same <= sizeof out->add && form.n - same < best) {
            best = form.n - same;
            memset(out, 0, sizeof *out);
            out->keep_case = (uint8_t)keep;
            out->cut = (uint8_t)(form.n - same);
            out->add_bytes = (uint8_t)(lemma.n - same);
            memcpy(out->add, lemma.p + same, lemma.n - same);
        }
    }
    return best != SIZE_MAX;
}

static bool script_number(lemma_work *w, const ent_script *script, uint32_t *out)
{
    for (size_t i = 0; i < w->script_count; i++) {
        if (memcmp(&w->scripts[i], script, sizeof *script) == 0) {
            *out = (uint32_t)i;
            return true;
        }
    }
    ent_script *grown = ent__grow(w->scripts, w->script_count, &w->script_capacity, sizeof *grown);
    if (grown == NULL || w->script_count >= 65535) {
        return false;
    }
    w->scripts = grown;
    grown[w->script_count] = *script;
    *out = (uint32_t)w->script_count++;
    return true;
}

static bool cases_collect(const train_bank *bank, lemma_work *w)
{
    w->cases = calloc(bank->words + 1, sizeof *w->cases);
    w->predicted = calloc(bank->words + 1, sizeof *w->predicted);
    if (w->cases == NULL || w->predicted == NULL) {
        return false;
    }
    for (size_t i = 0; i < bank->count; i++) {
        for (size_t j = 0; j < bank->sentences[i].count; j++) {
            const train_word *t = &bank->sentences[i].words[j];
            lemma_case *c = &w->cases[w->count];
            ent_script script;
            if (t->form.n > FORM_LIMIT || ent__str_eqz(t->lemma, "_") ||
                t->label == ENT_DEP_goeswith || !script_of(t->form, t->lemma, &script)) {
                continue;
            }
            if (!script_number(w, &script, &c->script)) {
                return false;
            }
            ent__lower(t->form, c->low);
            c->form = t->form;
            c->xpos = t->xpos;
            c->capital = capital_of(t->form);
            w->predicted[w->count++] = UINT32_MAX;
        }
    }
    return true;
}

static uint64_t case_key(const lemma_case *c, unsigned ending)
{
    return ent__lemma_key(c->low, c->form.n, c->xpos, ending, c->capital);
}

static bool level_keep(void *user, uint64_t key, uint32_t value, size_t times, size_t of)
{
    lemma_work *w = user;
    if (times < w->least || times * 2 <= of) {
        return true;
    }
    ent_str name = ent__arena_str(w->arena, (ent_str){(const char *)&key, sizeof key});
    return name.p != NULL && ent__map_put(w->known, name, value);
}

/* Rules for endings of this length (UINT_MAX: whole forms); then what they change. */
static bool level_learn(lemma_work *w, unsigned ending)
{
    seen *all = malloc((w->count + 1) * sizeof *all);
    size_t n = 0;
    w->known = ent__map_new(w->count / 4 + 16);
    bool good = all != NULL && w->known != NULL;
    for (size_t i = 0; good && i < w->count; i++) {
        if (ending == UINT_MAX || w->cases[i].form.n >= ending) {
            all[n++] = (seen){case_key(&w->cases[i], ending), w->cases[i].script};
        }
    }
    w->least = ending == UINT_MAX ? 1 : ending == 0 ? 1 : 2;
    good = good && majorities(all, n, level_keep, w);
    ent_map *done = ent__map_new(1024);
    good = good && done != NULL;
    for (size_t i = 0; good && i < w->count; i++) {
        const lemma_case *c = &w->cases[i];
        if (ending != UINT_MAX && c->form.n < ending) {
            continue;
        }
        uint64_t key = case_key(c, ending);
        ent_str name = {(const char *)&key, sizeof key};
        uint32_t value, old;
        if (!ent__map_get(w->known, name, &value) || value == w->predicted[i]) {
            continue;
        }
        w->predicted[i] = value;
        if (!ent__map_get(done, name, &old)) {
            name = ent__arena_str(w->arena, name);
            good = name.p != NULL && ent__map_put(done, name, value) &&
                   rule_add(&w->rules, key, value);
        }
    }
    ent__map_free(done);
    ent__map_free(w->known);
    free(all);
    return good;
}

ent_rc train_lemmas(ent_ctx *ctx, const train_bank *bank, train_model *model)
{
    lemma_work w = {.arena = ent__arena_new()};
    bool good = w.arena != NULL && cases_collect(bank, &w);
    for (unsigned ending = 0; good && ending <= LONGEST; ending++) {
        good = level_learn(&w, ending);
    }
    good = good && level_learn(&w, UINT_MAX);
    ent_rc rc = ENT_ENOMEM;
    if (good) {
        ent__buf_add(&model->part[ENT_PART_SCRIPTS], w.scripts, w.script_count * sizeof *w.scripts);
        model->head.scripts = (uint32_t)w.script_count;
        rc = train_prints(ctx, w.rules.keys, w.rules.values, w.rules.count,
                          &model->part[ENT_PART_LEMMA_KEYS], &model->part[ENT_PART_LEMMA_RULES]);
    }
    free(w.cases);
    free(w.predicted);
    free(w.scripts);
    rule_free(&w.rules);
    ent__arena_free(w.arena);
    return rc == ENT_ENOMEM ? ent__nomem(ctx) : rc;
}

/* ---- features ------------------------------------------------------------------------------ */

typedef struct {
    ent_map *of;     /* key as 8 bytes -> number of the feature string */
    ent_arena *arena;
} feat_choice;

static bool feat_keep(void *user, uint64_t key, uint32_t value, size_t times, size_t of)
{
    feat_choice *c = user;
    (void)times;
    (void)of;
    ent_str name = ent__arena_str(c->arena, (ent_str){(const char *)&key, sizeof key});
    return name.p != NULL && ent__map_put(c->of, name, value);
}

static uint64_t feat_key(const train_word *w, bool with_form)
{
    return ent__feat_key(with_form ? w->word.key : 0, w->upos, w->xpos);
}

/* The string seen most with each key. */
static bool feats_choose(const train_bank *bank, ent_map *texts, bool with_form, feat_choice *c)
{
    seen *all = malloc((bank->words + 1) * sizeof *all);
    size_t n = 0;
    for (size_t i = 0; all != NULL && i < bank->count; i++) {
        for (size_t j = 0; j < bank->sentences[i].count; j++) {
            const train_word *w = &bank->sentences[i].words[j];
            all[n] = (seen){feat_key(w, with_form), 0};
            ent__map_get(texts, w->feats, &all[n++].value);
        }
    }
    bool good = all != NULL && majorities(all, n, feat_keep, c);
    free(all);
    return good;
}

/* Numbers the strings; 0 is none ("_"). */
static bool feats_number(const train_bank *bank, ent_map *texts, train_model *model)
{
    uint32_t count = 1, number;
    bool good = ent__map_put(texts, ENT_LIT("_"), 0);
    ent_buf *out = &model->part[ENT_PART_FEAT_TEXTS];
    ent__buf_char(out, '\0');
    for (size_t i = 0; good && i < bank->count; i++) {
        for (size_t j = 0; good && j < bank->sentences[i].count; j++) {
            ent_str text = bank->sentences[i].words[j].feats;
            if (!ent__map_get(texts, text, &number)) {
                good = ent__map_put(texts, text, count++);
                ent__buf_add(out, text.p, text.n);
                ent__buf_char(out, '\0');
            }
        }
    }
    model->head.feats = count;
    return good;
}

/* Rules: of every pair of tags, and of every form that differs from its tags. */
static bool feats_rules(const train_bank *bank, const feat_choice *tags, const feat_choice *forms,
                        rule_set *rules, ent_arena *arena)
{
    ent_map *done = ent__map_new(4096);
    bool good = done != NULL;
    for (size_t i = 0; good && i < bank->count; i++) {
        for (size_t j = 0; good && j < bank->sentences[i].count * 2u; j++) {
            const train_word *w = &bank->sentences[i].words[j / 2];
            uint64_t key = feat_key(w, j % 2 == 1), tag_key = feat_key(w, false);
            ent_str name = {(const char *)&key, sizeof key};
            uint32_t value = 0, usual = 0, old;
            ent__map_get(j % 2 == 1 ? forms->of : tags->of, name, &value);
            ent__map_get(tags->of, (ent_str){(const char *)&tag_key, sizeof tag_key}, &usual);
            if ((j % 2 == 0 || value != usual) && !ent__map_get(done, name, &old)) {
                name = ent__arena_str(arena, name);
                good = name.p != NULL && ent__map_put(done, name, value) &&
                       rule_add(rules, key, value);
            }
        }
    }
    ent__map_free(done);
    return good;
}

ent_rc train_feats(ent_ctx *ctx, const train_bank *bank, train_model *model)
{
    rule_set rules = {0};
    ent_arena *arena = ent__arena_new();
    ent_map *texts = ent__map_new(512);
    feat_choice tags = {ent__map_new(512), arena}, forms = {ent__map_new(65536), arena};
    bool good = arena && texts && tags.of && forms.of && feats_number(bank, texts, model) &&
                feats_choose(bank, texts, false, &tags) &&
                feats_choose(bank, texts, true, &forms) &&
                feats_rules(bank, &tags, &forms, &rules, arena);
    ent_rc rc = good ? train_prints(ctx, rules.keys, rules.values, rules.count,
                                    &model->part[ENT_PART_FEAT_KEYS],
                                    &model->part[ENT_PART_FEAT_ROWS])
                     : ent__nomem(ctx);
    rule_free(&rules);
    ent__map_free(texts);
    ent__map_free(tags.of);
    ent__map_free(forms.of);
    ent__arena_free(arena);
    return rc;
}
