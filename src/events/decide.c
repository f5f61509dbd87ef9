/* Decide: which options of a sentence are told as events.  A conditional logit model over named
 * features (data/models/decision.model, trained on annotated articles by tools/train_decision.c):
 * of the options of one reading, and of "nothing is told", the likeliest.  What the rules call
 * negated, future or hypothetical is not asked about and stays so.
 * p(option) = exp(s) / (1 + sum of exp(s) over the reading's options), s = sum of the features'
 * weights (McFadden 1974).
 * Input: options.  Output: choices.  Cost: O(options x features). */
#include <math.h>
#include <stdlib.h>

#include "options.h"

/* Chosen by cross-validation: see docs/methods/events.md. */
static const double ENOUGH = 0.33, ENOUGH_FILLED = 0.30, ENOUGH_FILLED_ASSAULT = 0.45;

static void add_choice(ent__choice *list, size_t *count, const ent__option *option, double event)
{
    if (*count < ENT_CHOICE_MAX) {
        list[(*count)++] = (ent__choice){option, event};
    }
}

/* What the rules say of an option. */
static void follow_rule(ent__choice *list, size_t *count, const ent__option *option)
{
    if (option->by_rule) {
        add_choice(list, count, option,
                   ent__parties_score(option->reading, &option->source, &option->target));
    }
}

/* That somebody attacked one whom the text does not name there is worse to tell wrongly than to
 * miss. */
static double enough_for(const ent__option *option)
{
    if (option->source_fill == ENT_FILL_TOLD && option->target_fill == ENT_FILL_TOLD) {
        return ENOUGH;
    }
    return option->type == ENT_PLOVER_ASSAULT ? ENOUGH_FILLED_ASSAULT : ENOUGH_FILLED;
}

/* The options first to end are of one reading. */
static void decide_reading(const ent__options *o, const ent__sentence *s, size_t first, size_t end,
                           ent__choice *list, size_t *count)
{
    ent__tally cue = {.model = o->lexicon->decision};
    ent__option_cue_features(o, s, &o->list[first], &cue);
    double all = 1, best_value = -1;
    const ent__option *best = NULL;
    for (size_t i = first; i < end; i++) {
        ent__tally sides = cue;
        ent__option_side_features(o, s, &o->list[i], &sides);
        double value = exp(fmin(sides.sum, 50));
        all += value;
        best = value > best_value ? &o->list[i] : best;
        best_value = value > best_value ? value : best_value;
    }
    if (best_value / all >= enough_for(best)) {
        add_choice(list, count, best, best_value / all);
    }
}

void ent__options_decide(const ent__options *o, const ent__sentence *s,
                         ent__choice out[ENT_CHOICE_MAX], size_t *out_count)
{
    *out_count = 0;
    for (size_t i = 0, end; i < o->count; i = end) {
        end = i + 1;
        while (end < o->count && o->list[end].reading == o->list[i].reading) {
            end++;
        }
        if (o->lexicon->decision != NULL && !ent__option_is_denied(&o->list[i])) {
            decide_reading(o, s, i, end, out, out_count);
            continue;
        }
        for (size_t k = i; k < end; k++) {
            follow_rule(out, out_count, &o->list[k]);
        }
    }
}

enum { FEATURE_MAX = 192 };

static int by_weight(const void *a, const void *b)
{
    const ent_reason *x = a, *y = b;
    double one = fabs(x->weight), two = fabs(y->weight);
    if (one != two) {
        return one > two ? -1 : 1;
    }
    return ent__str_cmp(x->feature, y->feature);
}

ent_rc ent__choice_explain(const ent__options *o, const ent__sentence *s,
                           const ent__choice *choice, ent_arena *arena, ent_reason *reasons,
                           size_t *reason_count)
{
    size_t room = *reason_count, all = 0;
    *reason_count = 0;
    if (o->lexicon->decision == NULL || ent__option_is_denied(choice->option)) {
        return ENT_OK;
    }
    ent__features f = {.arena = arena, .capacity = FEATURE_MAX};
    ent__tally tally = {.names = &f};
    ent_reason *list = ent__arena_array(arena, FEATURE_MAX, sizeof *list);
    f.names = ent__arena_array(arena, FEATURE_MAX, sizeof *f.names);
    if (f.names == NULL || list == NULL) {
        return ent__nomem(o->ctx);
    }
    ent__option_cue_features(o, s, choice->option, &tally);
    ent__option_side_features(o, s, choice->option, &tally);
    for (uint32_t i = 0; i < f.count; i++) {
        const float *w = ent__event_model_weights(o->lexicon->decision, f.names[i]);
        if (w != NULL) {
            list[all++] = (ent_reason){f.names[i], (double)w[ENT_DECISION_TOLD]};
        }
    }
    qsort(list, all, sizeof *list, by_weight);
    for (size_t i = 0; i < all && i < room; i++) {
        reasons[(*reason_count)++] = list[i];
    }
    return f.failed ? ent__nomem(o->ctx) : ENT_OK;
}
