/* train_decision ANNOTATIONS DATA [GOLDS...] [--model OUT] [--predict DIR] [--all]
 * Trains the model that decides what an article tells (src/events/decide.c) on annotated articles
 * (annotated.h) and folders of golds.  Every option that the program sees in an article is an
 * example: told as an annotated event, or not; those of a reading exclude each other.  One article
 * in four of the annotated ones is set aside, by a hash of its name; --all trains on them too (the
 * shipped model).  --predict writes what each article is read as by a model that saw neither it
 * (ten folds) nor those set aside; what is set aside goes into files aside-*.
 * Method: conditional logit (McFadden 1974), L2, iRprop- (Igel and Huesken 2000).
 * Cost: half a minute. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/events/options.h"
#include "annotated.h"
#include "learn.h"

enum { ASIDE = FOLDS, ROUNDS = 120 };

/* One option; those of a group exclude each other. */
typedef struct {
    uint32_t *features;
    uint32_t count, group;
    int fold;
    bool told;
} lesson;

typedef struct {
    trainer t; /* numbers of the features */
    articles articles;
    lesson *lessons;
    size_t lesson_count, lesson_capacity;
    uint32_t group_count;
    ent_buf bytes; /* of the model in use, which refers to them */
    double l2;
    bool all; /* train on those set aside, too */
} corpus;

/* Golds are development material: none of them is set aside. */
static int fold_of(const article *a)
{
    uint64_t hash = ent__str_hash(a->id);
    bool gold = a->set >= 3;
    return hash % 4 == 0 && !gold ? ASIDE : (int)(hash / 4 % FOLDS);
}

/* ---- examples ------------------------------------------------------------------------------- */

static bool side_within(const ent__parties *p, const ent_str *codes, size_t count)
{
    for (size_t i = 0; i < p->count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            found |= ent__str_eq(p->list[i].code, codes[k]);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool side_is(const ent__parties *p, const ent_str *codes, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        bool found = false;
        for (size_t i = 0; i < p->count; i++) {
            found |= ent__str_eq(p->list[i].code, codes[k]);
        }
        if (!found) {
            return false;
        }
    }
    return side_within(p, codes, count);
}

typedef bool side_test(const ent__parties *p, const ent_str *codes, size_t count);

/* Acts with each other have one set of parties. */
static void join_sides(const ent__option *o, const annotated *e, ent__parties *parties,
                       ent_str codes[2 * ANNOTATED_SIDE_MAX], size_t *count)
{
    *parties = o->source;
    for (size_t i = 0; i < o->target.count && parties->count < ENT_PARTY_MAX; i++) {
        parties->list[parties->count++] = o->target.list[i];
    }
    *count = 0;
    for (size_t i = 0; i < e->source_count + e->target_count; i++) {
        codes[(*count)++] =
            i < e->source_count ? e->source[i] : e->target[i - e->source_count];
    }
}

static bool sides_fit(const ent__option *o, const annotated *e, side_test *test)
{
    if (!e->symmetric) {
        return test(&o->source, e->source, e->source_count) &&
               test(&o->target, e->target, e->target_count);
    }
    ent__parties parties;
    ent_str codes[2 * ANNOTATED_SIDE_MAX];
    size_t count;
    join_sides(o, e, &parties, codes, &count);
    return test(&parties, codes, count);
}

static bool type_fits(const ent__option *o, const annotated *e)
{
    int type = o->type == ENT_PLOVER_RETREAT ? ENT_PLOVER_CONCEDE : (int)o->type;
    return (e->types >> type & 1) != 0;
}

enum { ELSEWHERE, SENTENCE, AT_CUE };

/* Where the event is annotated, seen from the option. */
static int nearness(const article *a, const ent__option *o, const annotated *e)
{
    const ent_doc *d = a->doc;
    const ent_sentence *s = &d->tree->sentences[o->sentence];
    const ent_token *cue = &d->tree->tokens[o->reading->cue];
    uint32_t begin = ent__cpindex_at(&d->codepoints, s->begin);
    uint32_t end = ent__cpindex_at(&d->codepoints, s->end);
    if (e->end <= begin || e->begin >= end) {
        return ELSEWHERE;
    }
    begin = ent__cpindex_at(&d->codepoints, cue->begin);
    end = ent__cpindex_at(&d->codepoints, cue->end);
    return e->end > begin && e->begin < end ? AT_CUE : SENTENCE;
}

/* Is there an option for the event that is told by its own words, with its own type if asked? */
static bool has_better(const article *a, const ent__options *o, const annotated *e, bool typed)
{
    for (size_t i = 0; i < o->count; i++) {
        if (sides_fit(&o->list[i], e, side_is) && nearness(a, &o->list[i], e) == AT_CUE &&
            (!typed || type_fits(&o->list[i], e))) {
            return true;
        }
    }
    return false;
}

typedef enum { NOT_TOLD, TOLD, UNCLEAR } verdict;

/* Is the option an annotated event?  Parts of one, repeats, and right sides with a wrong row teach
 * nothing. */
static verdict judge(const article *a, const ent__options *o, const ent__option *option)
{
    verdict so_far = NOT_TOLD;
    for (size_t i = 0; i < a->count; i++) {
        const annotated *e = &a->events[i];
        int near = nearness(a, option, e);
        bool typed = type_fits(option, e);
        if (!e->told) {
            continue;
        }
        if (!sides_fit(option, e, side_is)) {
            bool part = near != ELSEWHERE && typed && sides_fit(option, e, side_within);
            so_far = part ? UNCLEAR : so_far;
        } else if (near == AT_CUE || (near == SENTENCE && !has_better(a, o, e, false))) {
            if (typed) {
                return TOLD;
            }
            so_far = has_better(a, o, e, true) ? so_far : UNCLEAR;
        } else if (typed) {
            so_far = UNCLEAR;
        }
    }
    return so_far;
}

static bool is_domestic(const ent__option *o)
{
    return o->source.count == 1 && o->target.count == 1 &&
           ent__str_eq(o->source.list[0].code, o->target.list[0].code);
}

static void add_lesson(corpus *c, const article *a, const ent__options *o, const ent__sentence *s,
                       const ent__option *option, bool told)
{
    ent__features f = {.arena = s->arena, .capacity = 256};
    f.names = ent__arena_array(s->arena, f.capacity, sizeof *f.names);
    lesson *grown = ent__grow(c->lessons, c->lesson_count, &c->lesson_capacity, sizeof *grown);
    if (grown == NULL || f.names == NULL) {
        die(&c->t, "out of memory");
    }
    c->lessons = grown;
    lesson *l = &c->lessons[c->lesson_count++];
    *l = (lesson){.group = c->group_count - 1, .fold = fold_of(a), .told = told};
    ent__tally tally = {.names = &f};
    ent__option_cue_features(o, s, option, &tally);
    ent__option_side_features(o, s, option, &tally);
    l->features = ent__arena_array(c->t.arena, f.count + 1, sizeof *l->features);
    for (uint32_t k = 0; k < f.count; k++) {
        l->features[l->count++] = feature_number(&c->t, f.names[k]);
    }
}

/* The options of one sentence: those of a reading are a group. */
static void add_options(corpus *c, const article *a, const ent__options *o, const ent__sentence *s)
{
    for (size_t i = 0; i < o->count; i++) {
        verdict v = judge(a, o, &o->list[i]);
        c->group_count += i == 0 || o->list[i].reading != o->list[i - 1].reading;
        bool asked = !ent__option_is_denied(&o->list[i]) && !is_domestic(&o->list[i]);
        if (v != UNCLEAR && asked) {
            add_lesson(c, a, o, s, &o->list[i], v == TOLD);
        }
    }
}

static void add_examples(corpus *c, const article *a)
{
    ent_arena *scratch = ent__arena_new(), *arena = ent__arena_new();
    const ent_doc *d = a->doc;
    ent__options options;
    if (ent__options_start(c->t.ctx, c->t.kit, arena, d->tree, d->mentions, &options) != ENT_OK) {
        die(&c->t, "options");
    }
    for (uint32_t i = 0; i < d->tree->sentence_count; i++) {
        ent__sentence *s;
        ent__arena_reset(scratch);
        if (!ent__sentence_is_read(&d->text, &d->tree->sentences[i])) {
            continue;
        }
        if (ent__sentence_read(c->t.ctx, options.lexicon, d->tree, i, scratch, &s) != ENT_OK) {
            die(&c->t, "sentence");
        }
        ent__options_find(&options, s, i);
        add_options(c, a, &options, s);
    }
    ent__arena_free(scratch);
    ent__arena_free(arena);
}

/* ---- learning ------------------------------------------------------------------------------ */

/* Adds the gradient of one group's loss, - log p(what is told), lessons first to end. */
static void add_gradient(const lesson *first, const lesson *end, const double *w,
                         double *gradient)
{
    double value[ENT_OPTION_MAX], all = 1, told = 0;
    for (const lesson *l = first; l < end; l++) {
        double sum = 0;
        for (uint32_t k = 0; k < l->count; k++) {
            sum += w[l->features[k]];
        }
        value[l - first] = exp(fmax(fmin(sum, 30), -30));
        all += value[l - first];
        told += l->told ? value[l - first] : 0;
    }
    for (const lesson *l = first; l < end; l++) {
        double p = value[l - first];
        double step = p / all - (l->told ? p / told : 0);
        for (uint32_t k = 0; k < l->count; k++) {
            gradient[l->features[k]] += step;
        }
    }
}

static bool is_seen(const corpus *c, const lesson *l, int fold)
{
    return l->fold != fold && (l->fold != ASIDE || c->all);
}

static void gradient_of(const corpus *c, int fold, const bool *used, const double *w,
                        double *gradient)
{
    memset(gradient, 0, c->t.name_count * sizeof *gradient);
    for (size_t i = 0; i < c->lesson_count;) {
        size_t end = i + 1;
        while (end < c->lesson_count && c->lessons[end].group == c->lessons[i].group) {
            end++;
        }
        if (is_seen(c, &c->lessons[i], fold)) {
            add_gradient(&c->lessons[i], &c->lessons[end], w, gradient);
        }
        i = end;
    }
    for (size_t f = 0; f < c->t.name_count; f++) {
        gradient[f] = used[f] ? gradient[f] + c->l2 * w[f] : 0;
    }
}

/* Features that three options have or more. */
static bool *used_features(const corpus *c, int fold)
{
    uint8_t *seen = calloc(c->t.name_count + 1, sizeof *seen);
    bool *used = calloc(c->t.name_count + 1, sizeof *used);
    for (size_t i = 0; i < c->lesson_count; i++) {
        const lesson *l = &c->lessons[i];
        for (uint32_t k = 0; k < l->count && is_seen(c, l, fold); k++) {
            seen[l->features[k]] += seen[l->features[k]] < 3;
            used[l->features[k]] = seen[l->features[k]] == 3;
        }
    }
    free(seen);
    return used;
}

/* Trains on all but a fold (-1: none); iRprop-, each weight has a step of its own. */
static void learn(corpus *c, int fold, weights *out)
{
    size_t n = c->t.name_count;
    double *w = calloc(n + 1, sizeof *w), *g = calloc(n + 1, sizeof *g);
    double *before = calloc(n + 1, sizeof *before), *step = calloc(n + 1, sizeof *step);
    bool *used = used_features(c, fold);
    for (size_t f = 0; f < n; f++) {
        step[f] = 0.01;
    }
    for (int round = 0; round < ROUNDS; round++) {
        gradient_of(c, fold, used, w, g);
        for (size_t f = 0; f < n; f++) {
            double same = g[f] * before[f];
            step[f] = same > 0 ? fmin(step[f] * 1.2, 0.1) : same < 0 ? step[f] * 0.5 : step[f];
            before[f] = same < 0 ? 0 : g[f];
            w[f] -= before[f] > 0 ? step[f] : before[f] < 0 ? -step[f] : 0;
        }
    }
    for (size_t f = 0; f < n * K; f++) {
        out->w[f] = f % K == ENT_DECISION_TOLD ? (float)w[f / K] : 0;
    }
    free(w);
    free(g);
    free(before);
    free(step);
    free(used);
}

/* ---- what comes out ------------------------------------------------------------------------- */

/* Puts trained weights in the place of the kit's decision. */
static void use_weights(corpus *c, const weights *w, const char *path)
{
    ent__event_lexicon *l = (ent__event_lexicon *)(uintptr_t)ent__event_lexicon_of(c->t.kit);
    write_model(&c->t, w, path);
    ent__event_model_free(l->decision);
    ent__buf_free(&c->bytes);
    if (ent__file_read(c->t.ctx, path, 1 << 26, &c->bytes) != ENT_OK ||
        ent__event_model_read(c->t.ctx, (const unsigned char *)c->bytes.p, c->bytes.n,
                              &l->decision) != ENT_OK) {
        die(&c->t, path);
    }
}

static void predict_article(corpus *c, const article *a, const char *folder)
{
    ent_buf out = {0};
    char path[600];
    ent_arena *arena = ent__arena_new();
    ent_doc again = *a->doc;
    if (ent__events_code(c->t.ctx, c->t.kit, arena, &again.text, again.tree, again.mentions,
                         &again.events) != ENT_OK) {
        die(&c->t, "predict");
    }
    ent__doc_json(&out, c->t.kit, &again);
    snprintf(path, sizeof path, "%s/%s%d-%.*s.json", folder, fold_of(a) == ASIDE ? "aside-" : "",
             a->set, ENT_FMT(a->id));
    if (ent__file_write(c->t.ctx, path, ent__buf_slice(&out)) != ENT_OK) {
        die(&c->t, path);
    }
    ent__buf_free(&out);
    ent__arena_free(arena);
}

static void predict(corpus *c, weights *w, const char *folder)
{
    char path[512];
    snprintf(path, sizeof path, "%s/fold.model", folder);
    for (int fold = 0; fold <= ASIDE; fold++) {
        learn(c, fold, w);
        use_weights(c, w, path);
        for (size_t i = 0; i < c->articles.count; i++) {
            const article *a = &c->articles.list[i];
            if (a->doc != NULL && fold_of(a) == fold) {
                predict_article(c, a, folder);
            }
        }
    }
}

static void read_options(int argc, char **argv, corpus *c, const char **model, const char **folder)
{
    int places = 0;
    const char *annotations = NULL;
    ent_rc rc = ENT_OK;
    for (int i = 1; i < argc && rc == ENT_OK; i++) {
        if (strcmp(argv[i], "--model") == 0 && i + 1 < argc) {
            *model = argv[++i];
        } else if (strcmp(argv[i], "--predict") == 0 && i + 1 < argc) {
            *folder = argv[++i];
        } else if (strcmp(argv[i], "--all") == 0) {
            c->all = true;
        } else if (strcmp(argv[i], "--l2") == 0 && i + 1 < argc) {
            c->l2 = atof(argv[++i]);
        } else if (places++ == 0) {
            annotations = argv[i];
        } else {
            rc = places == 2 ? articles_annotated(&c->articles, annotations, argv[i])
                             : articles_gold(&c->articles, argv[i]);
        }
    }
    if (rc != ENT_OK || places < 2) {
        die(&c->t, "ANNOTATIONS DATA [GOLDS...] [--model OUT] [--predict DIR] [--all]");
    }
}

int main(int argc, char **argv)
{
    corpus c = {.l2 = 10};
    const char *model = NULL, *folder = NULL;
    if (ent_ctx_new(&c.t.ctx) != ENT_OK || ent_kit_open(c.t.ctx, NULL, &c.t.kit) != ENT_OK) {
        die(&c.t, "kit");
    }
    c.t.arena = ent__arena_new();
    c.t.numbers = ent__map_new(1 << 16);
    c.articles = (articles){.ctx = c.t.ctx, .kit = c.t.kit, .arena = c.t.arena};
    read_options(argc, argv, &c, &model, &folder);
    size_t told = 0, texts = 0;
    for (size_t i = 0; i < c.articles.count; i++) {
        if (c.articles.list[i].doc != NULL) {
            add_examples(&c, &c.articles.list[i]);
            texts++;
        }
    }
    for (size_t i = 0; i < c.lesson_count; i++) {
        told += c.lessons[i].told;
    }
    printf("%zu articles, %zu of them with text, %zu options, %zu of them told, %zu features\n",
           c.articles.count, texts, c.lesson_count, told, c.t.name_count);
    weights w = weights_new(&c.t);
    if (folder != NULL) {
        predict(&c, &w, folder);
    }
    if (model != NULL) {
        learn(&c, c.all ? -1 : ASIDE, &w);
        write_model(&c.t, &w, model);
    }
    weights_free(&w);
    free(c.lessons);
    free(c.t.names);
    ent__buf_free(&c.bytes);
    articles_free(&c.articles);
    ent__map_free(c.t.numbers);
    ent__arena_free(c.t.arena);
    ent_kit_free(c.t.kit);
    ent_ctx_free(c.t.ctx);
    return 0;
}
