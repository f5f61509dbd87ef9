/* What an answer hangs on: items whose loss changes the leader, the least number of single-step
 * changes that does, and the share of random redraws in which each hypothesis leads.
 * Cost: O(E H^2) for items and steps, O(draws E H) for redraws. */
#include <math.h>
#include <string.h>

#include "weigh.h"

#define NOBODY UINT32_MAX

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent_case *c;
    const ent_weigh_view *view;
    ent_weigh_rule rule;
    ent_rating *consensus; /* evidence x hypotheses */
    double *cell_scores;   /* evidence x hypotheses x (7 ratings), what the rule asks of a cell */
    uint32_t *first, *next; /* an item's group as a list; NOBODY ends it, or: the item is left out */
} weigher;

static bool steps_on(ent_rating rating)
{
    return rating >= ENT_RATING_II && rating <= ENT_RATING_CC;
}

static ent_rating *rating_of(const weigher *w, ent_rating *ratings, size_t e, size_t h)
{
    return &ratings[e * w->c->hypothesis_count + h];
}

static double cell_score(const weigher *w, size_t e, size_t h, ent_rating rating)
{
    return w->cell_scores[(e * w->c->hypothesis_count + h) * (ENT_RATING_NA + 1) + rating];
}

/* The rule looks at groups only where likelihoods multiply. */
static bool same_group(const weigher *w, size_t a, size_t b)
{
    const ent_evidence *items = w->c->evidence;
    bool grouped = w->rule == ENT_RULE_POSTERIOR && w->view->groups;
    return a == b || (grouped && items[a].group.n > 0 &&
                      ent__str_eq(items[a].group, items[b].group));
}

static void link_groups(weigher *w)
{
    for (uint32_t e = 0; e < w->c->evidence_count; e++) {
        w->first[e] = w->next[e] = NOBODY;
        if (!ent__item_counts(w->c, w->view, e)) {
            continue;
        }
        w->first[e] = e;
        for (uint32_t k = e; k-- > 0;) {
            if (w->first[k] != NOBODY && same_group(w, k, e)) {
                w->first[e] = w->first[k];
                w->next[k] = e;
                break;
            }
        }
    }
}

static ent_rc prepare(weigher *w)
{
    size_t items = w->c->evidence_count, hypotheses = w->c->hypothesis_count;
    size_t cells = items * hypotheses;
    w->consensus = ent__arena_array(w->arena, cells + 1, sizeof *w->consensus);
    w->cell_scores = ent__arena_array(w->arena, (cells + 1) * (ENT_RATING_NA + 1), sizeof(double));
    w->first = ent__arena_array(w->arena, items + 1, sizeof *w->first);
    w->next = ent__arena_array(w->arena, items + 1, sizeof *w->next);
    if (w->consensus == NULL || w->cell_scores == NULL || w->first == NULL ||
        w->next == NULL) {
        return ent__nomem(w->ctx);
    }
    for (size_t i = 0; i < cells; i++) {
        size_t e = i / hypotheses, h = i % hypotheses;
        w->consensus[i] = ent__consensus(w->c, w->view, e, h);
        for (int r = 0; r <= ENT_RATING_NA; r++) {
            w->cell_scores[i * (ENT_RATING_NA + 1) + (size_t)r] =
                ent__cell_score(w->c, w->view, w->rule, e, h, (ent_rating)r);
        }
    }
    link_groups(w);
    return ENT_OK;
}

/* What the group that starts at item `first` adds to hypothesis h's score: its loudest item. */
static double group_score(const weigher *w, const ent_rating *ratings, uint32_t first, size_t h)
{
    double loudest = 0;
    for (uint32_t e = first; e != NOBODY; e = w->next[e]) {
        double s = cell_score(w, e, h, ratings[e * w->c->hypothesis_count + h]);
        loudest = fabs(s) > fabs(loudest) ? s : loudest;
    }
    return loudest;
}

static void total_scores(const weigher *w, const ent_rating *ratings, double *out)
{
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        out[h] = w->rule == ENT_RULE_POSTERIOR ? -log(ent__prior(w->c, h)) : 0;
        for (uint32_t e = 0; e < w->c->evidence_count; e++) {
            if (w->first[e] == e) {
                out[h] += group_score(w, ratings, e, h);
            }
        }
    }
}

/* ---- flip distance ---- */

enum { MOST_STEPS = 3, MOST_CANDIDATES = MOST_STEPS + 2 };

/* The cells of a group whose change can matter: the loudest item gives the group's score, so the best
 * few steps quieten the loudest items and raise at most one other, the one that a step makes loudest
 * in `direction`.  O(items). */
static size_t candidates(const weigher *w, const ent_rating *ratings, uint32_t first, size_t h,
                         int direction, uint32_t out[MOST_CANDIDATES])
{
    uint32_t loudest[MOST_STEPS + 1], riser = NOBODY;
    size_t count = 0, kept = 0;
    double rise = 0;
    for (uint32_t e = first; e != NOBODY; e = w->next[e]) {
        double loud = fabs(cell_score(w, e, h, ratings[e * w->c->hypothesis_count + h]));
        size_t at = count;
        for (; at > 0; at--) {
            uint32_t other = loudest[at - 1];
            if (fabs(cell_score(w, other, h, ratings[other * w->c->hypothesis_count + h])) >= loud) {
                break;
            }
        }
        if (at > MOST_STEPS) {
            continue;
        }
        count += count <= MOST_STEPS;
        memmove(&loudest[at + 1], &loudest[at], (count - at - 1) * sizeof *loudest);
        loudest[at] = e;
    }
    for (uint32_t e = first; e != NOBODY; e = w->next[e]) {
        bool loud = false;
        for (size_t i = 0; i < count; i++) {
            loud = loud || loudest[i] == e;
        }
        ent_rating old = ratings[e * w->c->hypothesis_count + h];
        for (int move = -1; !loud && steps_on(old) && move <= 1; move += 2) {
            ent_rating now = (ent_rating)((int)old + move);
            if (steps_on(now) && direction * cell_score(w, e, h, now) > rise) {
                rise = direction * cell_score(w, e, h, now);
                riser = e;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        out[kept++] = loudest[i];
    }
    if (riser != NOBODY) {
        out[kept++] = riser;
    }
    return kept;
}

typedef struct {
    uint32_t first, cells[MOST_CANDIDATES];
    size_t count, h;
    int direction;
    double before;
} change_search;

/* Best change of a group's score by at most `steps` single-step changes of its candidates from the
 * `from`-th on, each cell once: tried out. */
static double best_change(const weigher *w, ent_rating *ratings, const change_search *s, size_t from,
                          unsigned steps)
{
    double best = s->direction * (group_score(w, ratings, s->first, s->h) - s->before);
    for (size_t i = from; steps > 0 && i < s->count; i++) {
        ent_rating *cell = rating_of(w, ratings, s->cells[i], s->h), old = *cell;
        for (int move = -1; steps_on(old) && move <= 1; move += 2) {
            if (steps_on((ent_rating)((int)old + move))) {
                *cell = (ent_rating)((int)old + move);
                best = fmax(best, best_change(w, ratings, s, i + 1, steps - 1));
            }
        }
        *cell = old;
    }
    return best;
}

/* gain[k]: the most by which k steps can move `leader` up and `rival` down. */
static void best_gains(const weigher *w, ent_rating *ratings, size_t leader, size_t rival,
                       double gain[MOST_STEPS + 1])
{
    memset(gain, 0, (MOST_STEPS + 1) * sizeof *gain);
    for (uint32_t e = 0; e < w->c->evidence_count; e++) {
        if (w->first[e] != e) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            size_t h = side == 0 ? leader : rival;
            double change[MOST_STEPS + 1] = {0};
            change_search search = {.first = e, .h = h, .direction = side == 0 ? 1 : -1,
                                    .before = group_score(w, ratings, e, h)};
            search.count = candidates(w, ratings, e, h, search.direction, search.cells);
            for (unsigned k = 1; k <= MOST_STEPS; k++) {
                change[k] = best_change(w, ratings, &search, 0, k);
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
    for (uint32_t e = 0; e < w->c->evidence_count; e++) {
        for (size_t h = 0; w->first[e] != NOBODY && h < hypotheses; h++) {
            ent_rating *cell = rating_of(w, ratings, e, h), old = *cell;
            double before = group_score(w, ratings, w->first[e], h);
            for (int move = -1; steps_on(old) && move <= 1; move += 2) {
                if (!steps_on((ent_rating)((int)old + move))) {
                    continue;
                }
                *cell = (ent_rating)((int)old + move);
                double change = group_score(w, ratings, w->first[e], h) - before;
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
    weigher w = {.ctx = ctx, .arena = arena, .c = c, .view = view, .rule = rule};
    ent_rating *ratings = ent__arena_array(arena, cells + 1, sizeof *ratings);
    double *scores = ent__arena_array(arena, hypotheses, sizeof *scores);
    size_t *leaders = ent__arena_array(arena, hypotheses, sizeof *leaders);
    out->leader_without = ent__arena_array(arena, c->evidence_count + 1, sizeof(size_t));
    out->linchpin = ent__arena_array(arena, c->evidence_count + 1, sizeof(bool));
    out->redraw_share = ent__arena_array(arena, hypotheses, sizeof(double));
    if (ratings == NULL || scores == NULL || leaders == NULL || out->leader_without == NULL ||
        out->linchpin == NULL || out->redraw_share == NULL) {
        return ent__nomem(ctx);
    }
    ent_weigh_scores all;
    ent_rc rc = prepare(&w);
    rc = rc == ENT_OK ? ent__weigh_scores(ctx, arena, c, view, &all) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    memcpy(ratings, w.consensus, cells * sizeof *ratings);
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
