/* Puts the whole answer together: scores by every rule, diagnosticity, sensitivity, and the case
 * seen in other ways (other lambda, no weights, each analyst alone, weak sources removed). */
#include <math.h>
#include <stdlib.h>

#include "weigh.h"

static ent_rc add_variant(ent_ctx *ctx, ent_arena *arena, ent_weighing *w, ent_str name,
                          ent_weigh_view view)
{
    ent_weigh_variant *v = &w->variants[w->variant_count++];
    size_t *leaders = ent__arena_array(arena, w->c->hypothesis_count, sizeof *leaders);
    *v = (ent_weigh_variant){.name = name, .view = view};
    if (leaders == NULL || name.p == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ent__weigh_scores(ctx, arena, w->c, &view, &v->scores);
    if (rc == ENT_OK) {
        ent__leaders(w->c, &v->scores, ENT_RULE_WEIGHTED, leaders);
        v->weighted_leader = leaders[0];
        ent__leaders(w->c, &v->scores, ENT_RULE_POSTERIOR, leaders);
        v->posterior_leader = leaders[0];
    }
    return rc;
}

static bool any_group(const ent_case *c)
{
    for (size_t e = 0; e < c->evidence_count; e++) {
        if (c->evidence[e].group.n > 0) {
            return true;
        }
    }
    return false;
}

static bool any_below_c3(const ent_case *c)
{
    ent_weigh_view view = ent__weigh_view();
    view.below_c3 = false;
    for (size_t e = 0; e < c->evidence_count; e++) {
        if (!ent__item_counts(c, &view, e)) {
            return true;
        }
    }
    return false;
}

static ent_rc add_variants(ent_ctx *ctx, ent_arena *arena, ent_weighing *w)
{
    static const double lambdas[] = {1.5, 2, 3};
    w->variants = ent__arena_array(arena, 2 * w->c->analyst_count + 8, sizeof *w->variants);
    if (w->variants == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < 3; i++) {
        ent_weigh_view view = w->view;
        if (lambdas[i] != view.lambda) {
            view.lambda = lambdas[i];
            rc = add_variant(ctx, arena, w, ent__arena_printf(arena, "lambda %g", lambdas[i]), view);
        }
    }
    ent_weigh_view view = w->view;
    view.weights = false;
    rc = rc == ENT_OK ? add_variant(ctx, arena, w, ENT_LIT("weights off"), view) : rc;
    if (rc == ENT_OK && any_group(w->c)) {
        view = w->view;
        view.groups = !view.groups;
        rc = add_variant(ctx, arena, w,
                         view.groups ? ENT_LIT("one source counts once")
                                     : ENT_LIT("every item counts"), view);
    }
    if (rc == ENT_OK && any_below_c3(w->c)) {
        view = w->view;
        view.below_c3 = false;
        rc = add_variant(ctx, arena, w, ENT_LIT("sources below C3 removed"), view);
    }
    for (size_t a = 0; rc == ENT_OK && w->c->analyst_count > 1 && a < w->c->analyst_count; a++) {
        view = w->view;
        view.analyst = a;
        ent_str name = ent__arena_printf(arena, "%.*s alone", ENT_FMT(w->c->analysts[a]));
        rc = add_variant(ctx, arena, w, name, view);
        if (rc == ENT_OK && w->c->analyst_count > 2) {
            view = w->view;
            view.without_analyst = a;
            name = ent__arena_printf(arena, "without %.*s", ENT_FMT(w->c->analysts[a]));
            rc = add_variant(ctx, arena, w, name, view);
        }
    }
    return rc;
}

static void order_items(ent_weighing *w)
{
    for (size_t e = 0; e < w->c->evidence_count; e++) { /* insertion: stable, and items are few */
        size_t at = e;
        while (at > 0 && w->diagnosticity.log_ratio[w->order[at - 1]] <
                             w->diagnosticity.log_ratio[e] - 1e-12) {
            w->order[at] = w->order[at - 1];
            at--;
        }
        w->order[at] = e;
    }
}

static void ranges(ent_weighing *w)
{
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        w->low[h] = w->high[h] = w->scores.posterior[h];
        for (size_t v = 0; v < w->variant_count; v++) {
            w->low[h] = fmin(w->low[h], w->variants[v].scores.posterior[h]);
            w->high[h] = fmax(w->high[h], w->variants[v].scores.posterior[h]);
        }
    }
}

static ent_rc find_leaders(ent_ctx *ctx, ent_arena *arena, ent_weighing *w)
{
    for (int rule = 0; rule < ENT_RULE_COUNT; rule++) {
        w->leaders[rule] = ent__arena_array(arena, w->c->hypothesis_count, sizeof(size_t));
        if (w->leaders[rule] == NULL) {
            return ent__nomem(ctx);
        }
        w->leader_counts[rule] = ent__leaders(w->c, &w->scores, (ent_weigh_rule)rule,
                                              w->leaders[rule]);
        w->rules_disagree = w->rules_disagree || w->leader_counts[rule] != w->leader_counts[0] ||
                            w->leaders[rule][0] != w->leaders[0][0];
    }
    return ENT_OK;
}

ent_rc ent__weigh(ent_ctx *ctx, ent_arena *arena, const ent_case *c, const ent_weigh_view *view,
                  const ent_redraw *redraw, ent_weighing **out)
{
    ent_weighing *w = ent__arena_alloc(arena, sizeof *w);
    if (w == NULL) {
        return ent__nomem(ctx);
    }
    *w = (ent_weighing){.c = c, .view = *view, .redraw = *redraw};
    w->order = ent__arena_array(arena, c->evidence_count + 1, sizeof *w->order);
    w->low = ent__arena_array(arena, c->hypothesis_count, sizeof *w->low);
    w->high = ent__arena_array(arena, c->hypothesis_count, sizeof *w->high);
    if (w->order == NULL || w->low == NULL || w->high == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ent__weigh_scores(ctx, arena, c, view, &w->scores);
    rc = rc == ENT_OK ? ent__weigh_diagnosticity(ctx, arena, c, view, &w->diagnosticity) : rc;
    rc = rc == ENT_OK ? ent__weigh_sensitivity(ctx, arena, c, view, ENT_RULE_WEIGHTED, redraw,
                                               &w->weighted) : rc;
    rc = rc == ENT_OK ? ent__weigh_sensitivity(ctx, arena, c, view, ENT_RULE_POSTERIOR, redraw,
                                               &w->posterior) : rc;
    rc = rc == ENT_OK ? add_variants(ctx, arena, w) : rc;
    rc = rc == ENT_OK ? find_leaders(ctx, arena, w) : rc;
    if (rc == ENT_OK) {
        order_items(w);
        ranges(w);
        *out = w;
    }
    return rc;
}
