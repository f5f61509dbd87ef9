/* What an answer hangs on: items whose loss changes the leader, the least number of single-step
 * changes that does, and the share of random redraws in which each hypothesis leads.
 * Cost: O(E H^2) for items and steps, O(draws E H) for redraws. */
#include <math.h>
#include <string.h>

#include "weigh.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent_case *c;
    const ent_weigh_view *view;
    ent_weigh_rule rule;
    const ent_rating *consensus; /* evidence x hypotheses */
} weigher;

static ent_rating *rating_of(const weigher *w, ent_rating *ratings, size_t e, size_t h)
{
    return &ratings[e * w->c->hypothesis_count + h];
}

/* The rule looks at groups only where likelihoods multiply. */
static bool grouped(const weigher *w)
{
    return w->rule == ENT_RULE_POSTERIOR && w->view->groups;
}

static bool same_group(const weigher *w, size_t a, size_t b)
{
    const ent_evidence *items = w->c->evidence;
    return a == b ||
           (grouped(w) && items[a].group.n > 0 && ent__str_eq(items[a].group, items[b].group));
}

static bool first_of_group(const weigher *w, size_t e)
{
    for (size_t k = 0; k < e; k++) {
        if (same_group(w, k, e) && ent__item_counts(w->c, w->view, k)) {
            return false;
        }
    }
    return true;
}

/* What the group that starts at item `first` adds to hypothesis h's score. */
static double group_score(const weigher *w, const ent_rating *ratings, size_t first, size_t h)
{
    double largest = 0;
    for (size_t e = first; e < w->c->evidence_count; e++) {
        if (!same_group(w, first, e) || !ent__item_counts(w->c, w->view, e)) {
            continue;
        }
        double s = ent__cell_score(w->c, w->view, w->rule, e, h,
                                   ratings[e * w->c->hypothesis_count + h]);
        largest = fabs(s) > fabs(largest) ? s : largest;
    }
    return largest;
}

static double base_score(const weigher *w, size_t h)
{
    return w->rule == ENT_RULE_POSTERIOR ? -log(ent__prior(w->c, h)) : 0;
}

static void total_scores(const weigher *w, const ent_rating *ratings, double *out)
{
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        out[h] = base_score(w, h);
    }
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        if (!ent__item_counts(w->c, w->view, e) || !first_of_group(w, e)) {
            continue;
        }
        for (size_t h = 0; h < w->c->hypothesis_count; h++) {
            out[h] += group_score(w, ratings, e, h);
        }
    }
}

static bool steps_on(ent_rating rating)
{
    return rating >= ENT_RATING_II && rating <= ENT_RATING_CC;
}

/* ---- flip distance ---- */

/* Best change of a group's score for h in `direction` (+1 raise, -1 lower) by at most `steps`
 * single-step changes of its cells, each cell once: tried out, groups being small. */
static double best_change(const weigher *w, ent_rating *ratings, size_t first, size_t from, size_t h,
                          int direction, unsigned steps, double before)
{
    double best = direction * (group_score(w, ratings, first, h) - before);
    for (size_t e = from; steps > 0 && e < w->c->evidence_count; e++) {
        ent_rating *cell = rating_of(w, ratings, e, h), old = *cell;
        if (!same_group(w, first, e) || !ent__item_counts(w->c, w->view, e) || !steps_on(old)) {
            continue;
        }
        for (int move = -1; move <= 1; move += 2) {
            if (steps_on((ent_rating)((int)old + move))) {
                *cell = (ent_rating)((int)old + move);
                best = fmax(best, best_change(w, ratings, first, e + 1, h, direction, steps - 1,
                                              before));
            }
        }
        *cell = old;
    }
    return best;
}

enum { MOST_STEPS = 3 };

/* gain[k]: the most by which k steps can move `leader` up and `rival` down. */
static void best_gains(const weigher *w, ent_rating *ratings, size_t leader, size_t rival,
                       double gain[MOST_STEPS + 1])
{
    memset(gain, 0, (MOST_STEPS + 1) * sizeof *gain);
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        if (!ent__item_counts(w->c, w->view, e) || !first_of_group(w, e)) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            size_t h = side == 0 ? leader : rival;
            double before = group_score(w, ratings, e, h), change[MOST_STEPS + 1] = {0};
            for (unsigned k = 1; k <= MOST_STEPS; k++) {
                change[k] = best_change(w, ratings, e, e, h, side == 0 ? 1 : -1, k, before);
            }
            for (unsigned k = MOST_STEPS; k > 0; k--) { /* knapsack over groups, most steps first */
                for (unsigned j = 1; j <= k; j++) {
                    gain[k] = fmax(gain[k], gain[k - j] + change[j]);
                }
            }
        }
    }
}

static unsigned flip_distance(const weigher *w, ent_rating *ratings, const double *scores,
                              size_t leader)
{
    unsigned least = ENT_FLIP_BEYOND;
    for (size_t rival = 0; rival < w->c->hypothesis_count; rival++) {
        double gain[MOST_STEPS + 1];
        if (rival == leader) {
            continue;
        }
        best_gains(w, ratings, leader, rival, gain);
        for (unsigned k = 1; k < least; k++) {
            if (scores[rival] + 1e-12 < scores[leader] + gain[k]) {
                least = k;
            }
        }
    }
    return least;
}

/* Cells times directions that alone take the lead from `leader`. */
static size_t single_flips(const weigher *w, ent_rating *ratings, const double *scores,
                           size_t leader)
{
    size_t flips = 0, hypotheses = w->c->hypothesis_count;
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        if (!ent__item_counts(w->c, w->view, e)) {
            continue;
        }
        size_t first = 0;
        while (!same_group(w, first, e) || !ent__item_counts(w->c, w->view, first)) {
            first++;
        }
        for (size_t h = 0; h < hypotheses; h++) {
            ent_rating *cell = rating_of(w, ratings, e, h), old = *cell;
            double before = group_score(w, ratings, first, h);
            for (int move = -1; steps_on(old) && move <= 1; move += 2) {
                if (!steps_on((ent_rating)((int)old + move))) {
                    continue;
                }
                *cell = (ent_rating)((int)old + move);
                double change = group_score(w, ratings, first, h) - before;
                bool lost = false;
                for (size_t k = 0; k < hypotheses; k++) {
                    double rival = scores[k] + (k == h ? change : 0);
                    double own = scores[leader] + (leader == h ? change : 0);
                    lost = lost || rival < own - 1e-12;
                }
                flips += lost;
            }
            *cell = old;
        }
    }
    return flips;
}

/* ---- redraws ---- */

static void redraw_shares(const weigher *w, const ent_redraw *redraw, ent_rating *ratings,
                          double *scores, double *shares)
{
    size_t hypotheses = w->c->hypothesis_count, cells = w->c->evidence_count * hypotheses;
    ent_rng rng;
    ent__rng_seed(&rng, redraw->seed);
    for (unsigned d = 0; d < redraw->draws; d++) {
        for (size_t i = 0; i < cells; i++) {
            ent_rating old = w->consensus[i];
            int move = ent__rng_uniform(&rng) < redraw->step_probability
                           ? (ent__rng_below(&rng, 2) == 0 ? -1 : 1)
                           : 0;
            bool inside = steps_on(old) && steps_on((ent_rating)((int)old + move));
            ratings[i] = inside ? (ent_rating)((int)old + move) : old;
        }
        total_scores(w, ratings, scores);
        double best = INFINITY, leaders = 0;
        for (size_t h = 0; h < hypotheses; h++) {
            best = fmin(best, scores[h]);
        }
        for (size_t h = 0; h < hypotheses; h++) {
            leaders += scores[h] <= best + 1e-12;
        }
        for (size_t h = 0; h < hypotheses; h++) {
            shares[h] += scores[h] <= best + 1e-12 ? 1 / leaders / redraw->draws : 0;
        }
    }
}

/* ---- items left out ---- */

static ent_rc leave_one_out(const weigher *w, size_t *leaders, ent_sensitivity *out)
{
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        ent_weigh_view less = *w->view;
        ent_weigh_scores scores;
        less.without = e;
        ent_rc rc = ent__weigh_scores(w->ctx, w->arena, w->c, &less, &scores);
        if (rc != ENT_OK) {
            return rc;
        }
        size_t count = ent__leaders(w->c, &scores, w->rule, leaders);
        bool stays = false;
        for (size_t i = 0; i < count; i++) {
            stays = stays || leaders[i] == out->leader;
        }
        out->linchpin[e] = !stays;
        out->leader_without[e] = stays ? out->leader : leaders[0];
    }
    return ENT_OK;
}

ent_rc ent__weigh_sensitivity(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                              const ent_weigh_view *view, ent_weigh_rule rule,
                              const ent_redraw *redraw, ent_sensitivity *out)
{
    size_t hypotheses = c->hypothesis_count, cells = c->evidence_count * hypotheses;
    ent_rating *consensus = ent__arena_array(arena, cells + 1, sizeof *consensus);
    ent_rating *ratings = ent__arena_array(arena, cells + 1, sizeof *ratings);
    double *scores = ent__arena_array(arena, hypotheses, sizeof *scores);
    size_t *leaders = ent__arena_array(arena, hypotheses, sizeof *leaders);
    out->leader_without = ent__arena_array(arena, c->evidence_count + 1, sizeof(size_t));
    out->linchpin = ent__arena_array(arena, c->evidence_count + 1, sizeof(bool));
    out->redraw_share = ent__arena_array(arena, hypotheses, sizeof(double));
    if (consensus == NULL || ratings == NULL || scores == NULL || leaders == NULL ||
        out->leader_without == NULL || out->linchpin == NULL || out->redraw_share == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < cells; i++) {
        consensus[i] = ratings[i] = ent__consensus(c, view, i / hypotheses, i % hypotheses);
    }
    weigher w = {ctx, arena, c, view, rule, consensus};
    ent_weigh_scores all;
    ent_rc rc = ent__weigh_scores(ctx, arena, c, view, &all);
    if (rc != ENT_OK) {
        return rc;
    }
    out->leader_count = ent__leaders(c, &all, rule, leaders);
    out->leader = leaders[0];
    total_scores(&w, ratings, scores);
    out->flip_distance = flip_distance(&w, ratings, scores, out->leader);
    out->single_flips = single_flips(&w, ratings, scores, out->leader);
    rc = leave_one_out(&w, leaders, out);
    if (rc == ENT_OK) {
        redraw_shares(&w, redraw, ratings, scores, out->redraw_share);
    }
    return rc;
}
