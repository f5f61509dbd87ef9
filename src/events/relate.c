/* The relation of a given pair in one sentence: readings offer, the linear model chooses, "no
 * event" among the choices. Input: tree, ranges.  Output: type, score, rule; the deciding features
 * on request. Method: multinomial logistic regression over named features (docs/models/events.md).
 * Cost: O(tokens + features x relations). */
#include <stdlib.h>
#include <string.h>

#include "relate.h"

#define FEATURE_MAX 1024

static bool features_start(ent_arena *arena, ent__features *f)
{
    *f = (ent__features){.arena = arena, .capacity = FEATURE_MAX};
    f->names = ent__arena_array(arena, FEATURE_MAX, sizeof *f->names);
    return f->names != NULL;
}

static ent_plover split_yield(const ent__sentence *s, const ent__match *best)
{
    if (best->reading != NULL && best->reading->code != ENT_NO_CODE &&
        s->lexicon->codes[best->reading->code].plover == ENT_PLOVER_RETREAT) {
        return ENT_PLOVER_RETREAT;
    }
    return ENT_PLOVER_CONCEDE;
}

/* Quad class of a relation as the PLV set counts it (concessions are material), 0 for none. */
static int penta_class(int relation)
{
    switch (relation) {
    case ENT_PLOVER_AGREE:
    case ENT_PLOVER_CONSULT:
    case ENT_PLOVER_SUPPORT:
        return 1;
    case ENT_PLOVER_COOPERATE:
    case ENT_PLOVER_AID:
    case ENT_PLOVER_CONCEDE:
    case ENT_PLOVER_RETREAT:
        return 2;
    case ENT_PLOVER_REQUEST:
    case ENT_PLOVER_ACCUSE:
    case ENT_PLOVER_REJECT:
    case ENT_PLOVER_THREATEN:
        return 3;
    case ENT_PLOVER_NONE:
        return 0;
    default:
        return 4;
    }
}

/* Without a pair the types of one class share their evidence. */
static int likeliest_class(const double p[ENT_RELATION_COUNT])
{
    double class[5] = {0};
    int best = 0;
    for (int k = 0; k < ENT_RELATION_COUNT; k++) {
        class[penta_class(k)] += p[k];
    }
    for (int k = 1; k < 5; k++) {
        best = class[k] > class[best] ? k : best;
    }
    return best;
}

static ent_rc relate(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                     uint32_t sentence, ent_range source, ent_range target, ent_relation *out,
                     ent__features *features)
{
    const ent__event_lexicon *lexicon = ent__event_lexicon_of(kit);
    ent__sentence *s;
    *out = (ent_relation){.type = ENT_PLOVER_NONE};
    ent_rc rc = ent__sentence_read(ctx, lexicon, tree, sentence, arena, &s);
    if (rc != ENT_OK) {
        return rc;
    }
    ent__match best = ent__match_best(s, source, target);
    if (lexicon->model == NULL) {
        if (best.reading != NULL && best.reading->code != ENT_NO_CODE) {
            out->type = lexicon->codes[best.reading->code].plover;
            out->score = 0.25 * (best.source_fit + best.target_fit);
        }
    } else {
        double p[ENT_RELATION_COUNT];
        if (!features_start(arena, features)) {
            return ent__nomem(ctx);
        }
        ent__features_collect(s, source, target, features);
        ent__event_model_score(lexicon->model, features, p);
        bool sentence_only = ent__range_empty(source) && ent__range_empty(target);
        int class = sentence_only ? likeliest_class(p) : -1;
        out->score = -1;
        for (int k = 0; k < ENT_RELATION_COUNT; k++) {
            if (p[k] > out->score && (class < 0 || penta_class(k) == class)) {
                out->type = (ent_plover)k;
                out->score = p[k];
            }
        }
        if (out->type == ENT_PLOVER_CONCEDE) {
            out->type = split_yield(s, &best);
        }
    }
    out->rule = best.reading == NULL ? ENT_LIT("models/events")
                                     : ent__arena_printf(arena, "models/events, %s:%ld",
                                                         best.reading->table, best.reading->line);
    return out->rule.p == NULL || features->failed ? ent__nomem(ctx) : ENT_OK;
}

ent_rc ent__events_relate(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                          uint32_t sentence, ent_range source, ent_range target, ent_relation *out)
{
    ent__features features = {0};
    return relate(ctx, kit, arena, tree, sentence, source, target, out, &features);
}

static int by_weight(const void *a, const void *b)
{
    const ent_reason *x = a, *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return ent__str_cmp(x->feature, y->feature);
}

ent_rc ent__events_explain(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                           uint32_t sentence, ent_range source, ent_range target, ent_relation *out,
                           ent_reason *reasons, size_t *reason_count)
{
    ent__features features = {0};
    size_t room = *reason_count;
    *reason_count = 0;
    ent_rc rc = relate(ctx, kit, arena, tree, sentence, source, target, out, &features);
    const ent__event_model *model = ent__event_lexicon_of(kit)->model;
    if (rc != ENT_OK || model == NULL || features.count == 0) {
        return rc;
    }
    ent_reason *all = ent__arena_array(arena, features.count, sizeof *all);
    if (all == NULL) {
        return ent__nomem(ctx);
    }
    size_t count = 0;
    int k = out->type == ENT_PLOVER_RETREAT ? ENT_PLOVER_CONCEDE : (int)out->type;
    for (uint32_t i = 0; i < features.count; i++) {
        const float *weights = ent__event_model_weights(model, features.names[i]);
        if (weights != NULL && weights[k] != 0.0F) {
            all[count++] = (ent_reason){features.names[i], weights[k]};
        }
    }
    qsort(all, count, sizeof *all, by_weight);
    for (size_t i = 0; i < count && i < room; i++) {
        reasons[(*reason_count)++] = all[i];
    }
    return ENT_OK;
}

ent_rc ent__events_relate_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str sentence,
                               ent_date at, ent_str source, ent_str target, ent_relation *out,
                               ent_reason *reasons, size_t *reason_count)
{
    ent_tree *tree;
    ent_rc rc = ent__tree_of_text(ctx, kit, arena, sentence, &tree);
    *out = (ent_relation){.type = ENT_PLOVER_NONE};
    if (rc != ENT_OK || tree->sentence_count == 0) {
        *reason_count = 0;
        return rc;
    }
    uint32_t number;
    ent_range from, to;
    ent__pair pair = {.source = source, .target = target, .at = at};
    rc = ent__pair_find(ctx, kit, arena, tree, &pair, &number, &from, &to);
    if (rc != ENT_OK) {
        *reason_count = 0;
        return rc;
    }
    return ent__events_explain(ctx, kit, arena, tree, number, from, to, out, reasons, reason_count);
}
