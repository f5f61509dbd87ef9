/* Ideal points by a deterministic expectation-maximisation.
 * In: votes by place and by item.  Out: ideal points with standard errors.
 * E: given mean and spread of the items, each state's path is filtered forward: a Newton step of
 * each point under the point before it and the pull of identification (align.h).  M: given mean
 * and spread of the points, each item takes a Newton step on its expected log posterior (two points
 * a place).  Then whole sessions move (ideal_levels.c).  Each round ends at mean 0, standard
 * deviation 1, and corrects the pull by what was off.
 * Source: the model of Bailey, Strezhnev and Voeten, JCR 61 (2017); EM for such models: Imai, Lo
 * and Olmsted, APSR 110 (2016).
 * Cost: O(votes) a round, about 20 rounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ideal.h"
#include "shifts.h"

const ent_ideal_prior ent__ideal_prior_default = {2, 1, 1, 4};

#define PULL_STEP 0.002 /* at most a round */
#define EM_SHARE 0.03 /* more swings from round to round: whole sessions follow the pull */

static double clip(double step, double limit)
{
    return step > limit ? limit : step < -limit ? -limit : step;
}

/* ---- start --------------------------------------------------------------------------------- */

/* Cut points from the shares of each vote; discrimination from the start's axis. */
static void start_items(ent_ideal_state *s)
{
    for (size_t i = 0; i < s->data->item_count; i++) {
        double votes[4] = {0};
        for (uint32_t k = s->data->item_first[i]; k < s->data->item_first[i + 1]; k++) {
            votes[s->data->by_item[k].vote]++;
        }
        double n = votes[1] + votes[2] + votes[3] + 1;
        double low = ent__normal_quantile((votes[ENT_VOTE_NO] + 0.25) / n);
        double below = votes[ENT_VOTE_NO] + votes[ENT_VOTE_ABSTAIN];
        double high = ent__normal_quantile((below + 0.5) / n);
        s->items[i] = (ent_item){0, low, log(high - low > 0.05 ? high - low : 0.05)};
        if (i == s->data->held) {
            s->items[i] = (ent_item){s->data->held_beta, s->data->held_low,
                                     log(s->data->held_high - s->data->held_low)};
            s->cuts[i] = ent__item_cuts(&s->items[i]);
        }
    }
}

/* First principal axis of the states, pooled over time: votes as 1, 0, -1 around the item's mean.
 * A start that turns nowhere in time, so that no later part of history begins mirrored. */
static ent_rc start_at_axis(ent_ctx *ctx, ent_ideal_state *s, size_t voters)
{
    const ent_ideal_data *d = s->data;
    double *axis = calloc(2 * voters + 1, sizeof *axis), *next = axis + voters;
    if (axis == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < voters; i++) {
        axis[i] = (double)((i * 2654435761u) % 1000) / 500 - 1;
    }
    for (int round = 0; round < 30; round++) {
        double norm = 0;
        memset(next, 0, voters * sizeof *next);
        for (size_t i = 0; i < d->item_count; i++) {
            const ent_ideal_vote *v = d->by_item + d->item_first[i];
            uint32_t n = d->item_first[i + 1] - d->item_first[i];
            double mean = 0, sum = 0;
            for (uint32_t k = 0; k < n; k++) {
                mean += 2.0 - v[k].vote;
            }
            mean /= n;
            for (uint32_t k = 0; k < n; k++) {
                sum += (2.0 - v[k].vote - mean) * axis[d->places[v[k].other].voter];
            }
            for (uint32_t k = 0; k < n; k++) {
                next[d->places[v[k].other].voter] += (2.0 - v[k].vote - mean) * sum;
            }
        }
        for (size_t i = 0; i < voters; i++) {
            norm += next[i] * next[i];
        }
        for (size_t i = 0; i < voters; i++) {
            axis[i] = norm > 0 ? next[i] / sqrt(norm) : axis[i];
        }
    }
    for (size_t p = 0; p < d->place_count; p++) {
        s->theta[p] = axis[d->places[p].voter];
    }
    free(axis);
    return ENT_OK;
}

/* Votes of one anchor on one item, by period: a linked item has several. */
typedef struct {
    int32_t periods[64];
    unsigned votes[64];
    size_t count;
} anchor_votes;

static anchor_votes votes_of(const ent_ideal_data *d, size_t item, int32_t ccode)
{
    anchor_votes a = {.count = 0};
    for (uint32_t k = d->item_first[item]; k < d->item_first[item + 1] && a.count < 64; k++) {
        const ent_ideal_place *p = &d->places[d->by_item[k].other];
        if (p->ccode == ccode) {
            a.periods[a.count] = p->period;
            a.votes[a.count++] = d->by_item[k].vote;
        }
    }
    return a;
}

/* Adds how near the votes on an item stand to the anchor's in the same period. */
static void add_nearness(const ent_ideal_data *d, size_t item, const anchor_votes *a, double sign,
                         double *sum, double *count)
{
    for (uint32_t k = d->item_first[item]; k < d->item_first[item + 1]; k++) {
        uint32_t place = d->by_item[k].other;
        for (size_t i = 0; i < a->count; i++) {
            if (a->periods[i] == d->places[place].period) {
                int apart = abs((int)d->by_item[k].vote - (int)a->votes[i]);
                sum[place] += sign * (1 - apart / 2.0);
                count[place]++;
                break;
            }
        }
    }
}

/* Agreement with the one anchor less agreement with the other, in the period.  The model has more
 * than one mode: in the cold war a North-South axis fits nearly as well as East-West.  The anchors
 * say which one is meant.  False where they have too few common votes with the others. */
static ent_rc start_at_anchors(ent_ctx *ctx, ent_ideal_state *s, int32_t positive,
                               int32_t negative, bool *done)
{
    const ent_ideal_data *d = s->data;
    size_t n = d->place_count, known = 0;
    *done = false;
    double *sum = calloc(4 * n + 4, sizeof *sum);
    if (sum == NULL) {
        return ent__nomem(ctx);
    }
    double *count = sum + n;
    for (size_t i = 0; positive != 0 && negative != 0 && i < d->item_count; i++) {
        anchor_votes up = votes_of(d, i, positive), down = votes_of(d, i, negative);
        add_nearness(d, i, &up, 1, sum, count);
        add_nearness(d, i, &down, -1, sum + 2 * n, count + 2 * n);
    }
    for (size_t p = 0; p < n; p++) {
        bool both = count[p] >= 3 && count[2 * n + p] >= 3;
        s->theta[p] = both ? sum[p] / count[p] + sum[2 * n + p] / count[2 * n + p] : 0;
        known += both;
    }
    *done = known * 2 > n;
    free(sum);
    return ENT_OK;
}

static size_t period_count(const ent_ideal_data *d)
{
    return (size_t)(d->last_period - d->first_period) + 1;
}

/* The mean of each period's points, where newcomers are expected. */
static void find_middles(ent_ideal_state *s)
{
    const ent_ideal_data *d = s->data;
    size_t periods = period_count(d);
    double *count = s->middle + periods;
    memset(s->middle, 0, 2 * periods * sizeof *s->middle);
    for (size_t p = 0; p < d->place_count; p++) {
        size_t t = (size_t)(d->places[p].period - d->first_period);
        s->middle[t] += (s->theta[p] - s->middle[t]) / ++count[t];
    }
}

void ent__ideal_identify(ent_ideal_state *s, double share)
{
    size_t n = s->data->place_count;
    double mean = 0, square = 0, shift = 0, swell = 0;
    for (size_t p = 0; p < n; p++) {
        mean += s->theta[p];
        shift += s->response[p];
        swell += s->response[p] * s->theta[p] * s->theta[p];
    }
    mean /= (double)n;
    for (size_t p = 0; p < n; p++) {
        square += (s->theta[p] - mean) * (s->theta[p] - mean);
    }
    double scale = n > 1 && square > 0 ? sqrt(square / (double)(n - 1)) : 1;
    if (share > 0) {
        s->centre += clip(share * mean * (double)n / shift, PULL_STEP);
        /* Never outward: a set of few votes could run away. */
        s->stretch += clip(share * (scale - 1) * (double)n / swell, PULL_STEP);
        s->stretch = fmax(0, s->stretch);
    }
    for (size_t p = 0; p < n; p++) {
        s->theta[p] = (s->theta[p] - mean) / scale;
        s->spread[p] /= scale;
    }
    for (size_t i = 0; i < s->data->item_count; i++) {
        if (i != s->data->held) {
            s->items[i].cut -= s->items[i].beta * mean;
            s->items[i].beta *= scale;
            s->cuts[i] = ent__item_cuts(&s->items[i]);
        }
    }
    find_middles(s);
}

static ent_rc state_allocate(ent_ctx *ctx, const ent_ideal_data *data,
                             const ent_ideal_prior *prior, ent_ideal_state *out)
{
    *out = (ent_ideal_state){.data = data, .prior = *prior};
    out->probit = ent__probit_new();
    out->theta = calloc(data->place_count + 1, sizeof *out->theta);
    out->spread = calloc(data->place_count + 1, sizeof *out->spread);
    out->response = calloc(data->place_count + 1, sizeof *out->response);
    out->weight = calloc(data->place_count + 1, sizeof *out->weight);
    out->middle = calloc(2 * period_count(data) + 1, sizeof *out->middle);
    out->items = calloc(data->item_count + 1, sizeof *out->items);
    out->cuts = calloc(data->item_count + 1, sizeof *out->cuts);
    if (!out->probit || !out->theta || !out->spread || !out->response || !out->weight ||
        !out->middle || !out->items || !out->cuts) {
        ent__ideal_state_free(out);
        return ent__nomem(ctx);
    }
    return ENT_OK;
}

ent_rc ent__ideal_state_new(ent_ctx *ctx, const ent_ideal_data *data,
                            const ent_ideal_options *options, ent_ideal_state *out)
{
    ent_rc rc = state_allocate(ctx, data, &options->prior, out);
    if (rc != ENT_OK) {
        return rc;
    }
    size_t voters = 0;
    for (size_t p = 0; p < data->place_count; p++) {
        voters = data->places[p].voter >= voters ? data->places[p].voter + 1 : voters;
    }
    start_items(out);
    bool done;
    rc = start_at_anchors(ctx, out, options->positive, options->negative, &done);
    if (rc == ENT_OK && !done) {
        rc = start_at_axis(ctx, out, voters);
    }
    if (rc == ENT_OK) {
        for (size_t p = 0; p < data->place_count; p++) {
            out->spread[p] = 0.3;
        }
        ent__ideal_identify(out, 0);
    } else {
        ent__ideal_state_free(out);
    }
    return rc;
}

ent_rc ent__ideal_state_copy(ent_ctx *ctx, const ent_ideal_state *from, ent_ideal_state *out)
{
    size_t places = from->data->place_count, items = from->data->item_count;
    ent_rc rc = state_allocate(ctx, from->data, &from->prior, out);
    if (rc == ENT_OK) {
        out->centre = from->centre;
        out->stretch = from->stretch;
        memcpy(out->theta, from->theta, places * sizeof *out->theta);
        memcpy(out->spread, from->spread, places * sizeof *out->spread);
        memcpy(out->response, from->response, places * sizeof *out->response);
        memcpy(out->weight, from->weight, places * sizeof *out->weight);
        memcpy(out->middle, from->middle, period_count(from->data) * sizeof *out->middle);
        memcpy(out->items, from->items, items * sizeof *out->items);
        memcpy(out->cuts, from->cuts, items * sizeof *out->cuts);
    }
    return rc;
}

void ent__ideal_state_free(ent_ideal_state *s)
{
    ent__probit_free(s->probit);
    free(s->theta);
    free(s->spread);
    free(s->response);
    free(s->weight);
    free(s->middle);
    free(s->items);
    free(s->cuts);
    free(s->item_spread);
    *s = (ent_ideal_state){0};
}

/* ---- rounds -------------------------------------------------------------------------------- */

int32_t ent__ideal_leans_on(const ent_ideal_data *data, size_t place)
{
    const ent_ideal_place *p = &data->places[place];
    return p->before >= 0 ? p->before : p->after;
}

double ent__ideal_step_precision(const ent_ideal_data *data, const ent_ideal_prior *prior,
                                 size_t place)
{
    double from = data->places[ent__ideal_leans_on(data, place)].count;
    return prior->step_precision * (1 + from / data->places[place].count);
}

void ent__ideal_conditional(const ent_ideal_state *s, size_t place, double theta,
                            ent_theta_terms *out)
{
    const ent_ideal_place *p = &s->data->places[place];
    ent_theta_terms t;
    const ent_ideal_vote *votes = s->data->by_place + p->first;
    if (s->item_spread != NULL) {
        ent__theta_expected(s->probit, s->cuts, s->item_spread, votes, p->count, theta, &t);
    } else {
        ent__theta_terms(s->probit, s->cuts, votes, p->count, theta, &t);
    }
    int32_t from = ent__ideal_leans_on(s->data, place);
    double step = from < 0 ? 1 / s->prior.lone_variance
                           : ent__ideal_step_precision(s->data, &s->prior, place);
    double away = from < 0 ? theta : theta - s->theta[from];
    double weight = t.latent + step, pull = s->centre + s->stretch * theta;
    if (p->before < 0 && from >= 0) { /* two points that only lean on each other could drift away */
        double anchor = 1 / s->prior.lone_variance;
        double off = theta - s->middle[p->period - s->data->first_period];
        t.value -= anchor * off * off / 2;
        t.gradient -= anchor * off;
        t.precision += anchor;
    }
    t.value -= (step * away * away + weight * theta * (s->centre + pull)) / 2;
    t.gradient -= step * away + weight * pull;
    t.precision += step + weight * s->stretch;
    t.weight = weight;
    t.response = weight / t.precision;
    *out = t;
}

/* An item's last step, and how much of the next one is taken: less where steps go to and fro. */
typedef struct {
    double step[3], share;
} item_pace;

typedef struct {
    ent_ideal_state *state;
    uint32_t *path_first; /* places that begin a path */
    size_t path_count;
    item_pace *paces;
} em_job;

static void pace_step(item_pace *pace, double step[3])
{
    bool back = ent__dot(pace->step, step) < 0;
    pace->share = back ? pace->share / 2 : fmin(1, pace->share * 1.5);
    for (int k = 0; k < 3; k++) {
        step[k] = pace->step[k] = clip(step[k], 1) * pace->share;
    }
}

#define ITEM_BLOCK 64

/* Of the inverse of L L^T the block of beta and cut. */
static ent_item_spread item_spread(const ent_cholesky3 *l)
{
    double beta[3], cut[3];
    ent__cholesky3_solve(l, (const double[3]){1, 0, 0}, beta);
    ent__cholesky3_solve(l, (const double[3]){0, 1, 0}, cut);
    return (ent_item_spread){beta[0], cut[1], beta[1]};
}

static int maximise_items(void *job, size_t block, unsigned worker)
{
    (void)worker;
    ent_ideal_state *s = ((em_job *)job)->state;
    size_t end = (block + 1) * ITEM_BLOCK;
    end = end < s->data->item_count ? end : s->data->item_count;
    for (size_t i = block * ITEM_BLOCK; i < end; i++) {
        if (i == s->data->held) {
            continue;
        }
        ent_item_terms t;
        double step[3];
        uint32_t first = s->data->item_first[i];
        ent__item_terms(s->probit, &s->prior, &s->items[i], s->data->by_item + first,
                        s->data->item_first[i + 1] - first, s->theta, s->spread, &t);
        ent_cholesky3 l = ent__cholesky3(t.precision);
        ent__cholesky3_solve(&l, t.gradient, step);
        pace_step(&((em_job *)job)->paces[i], step);
        s->items[i].beta = clip(s->items[i].beta + step[0], 50);
        s->items[i].cut = clip(s->items[i].cut + step[1], 50);
        s->items[i].log_gap = clip(s->items[i].log_gap + step[2], 6);
        s->cuts[i] = ent__item_cuts(&s->items[i]);
        s->item_spread[i] = item_spread(&l);
    }
    return 0;
}

/* One Newton step of each point of a state's path, in order, and the standard deviations: what the
 * votes and the prior leave open, and what the point leaned on hands down. */
static int expect_path(void *job, size_t path, unsigned worker)
{
    (void)worker;
    em_job *j = job;
    ent_ideal_state *s = j->state;
    const ent_ideal_data *d = s->data;
    for (size_t at = j->path_first[path]; at < j->path_first[path + 1]; at++) {
        ent_theta_terms t;
        int32_t from = ent__ideal_leans_on(d, at);
        ent__ideal_conditional(s, at, s->theta[at], &t);
        double whole = t.precision, handed = 0;
        if (from >= 0) {
            handed = s->spread[from] * ent__ideal_step_precision(d, &s->prior, at) / whole;
        }
        s->response[at] = t.response;
        s->weight[at] = t.weight;
        s->theta[at] += clip(t.gradient / whole, 1);
        s->spread[at] = sqrt(1 / whole + handed * handed);
    }
    return 0;
}

static ent_rc em_job_new(ent_ctx *ctx, ent_ideal_state *s, em_job *j)
{
    size_t n = s->data->place_count;
    *j = (em_job){.state = s};
    j->path_first = calloc(n + 1, sizeof *j->path_first);
    j->paces = calloc(s->data->item_count + 1, sizeof *j->paces);
    if (j->path_first == NULL || j->paces == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < s->data->item_count; i++) {
        j->paces[i].share = 1;
    }
    for (size_t p = 0; p < n; p++) {
        if (s->data->places[p].before < 0) {
            j->path_first[j->path_count++] = (uint32_t)p;
        }
    }
    j->path_first[j->path_count] = (uint32_t)n;
    return ENT_OK;
}

ent_rc ent__ideal_em_run(ent_ctx *ctx, ent_ideal_state *s, const ent_ideal_options *o,
                         int *out_iterations, double *out_change)
{
    em_job j;
    ent_rc rc = em_job_new(ctx, s, &j);
    size_t n = s->data->place_count, blocks = (s->data->item_count + ITEM_BLOCK - 1) / ITEM_BLOCK;
    double *last = calloc(n + 1, sizeof *last);
    ent_levels *levels = ent__levels_new(s->data);
    s->item_spread = calloc(s->data->item_count + 1, sizeof *s->item_spread);
    rc = rc == ENT_OK && !(last && levels && s->item_spread) ? ent__nomem(ctx) : rc;
    int round = 0;
    double change = INFINITY;
    while (rc == ENT_OK && round < o->iterations && change > o->tolerance) {
        memcpy(last, s->theta, n * sizeof *last);
        ent__pool_run(o->threads, blocks, maximise_items, &j);
        ent__pool_run(o->threads, j.path_count, expect_path, &j);
        ent__levels_set(levels, s);
        ent__ideal_identify(s, EM_SHARE);
        change = 0;
        for (size_t p = 0; p < n; p++) {
            change = fmax(change, fabs(s->theta[p] - last[p]));
        }
        round++;
    }
    *out_iterations = round;
    *out_change = change;
    free(s->item_spread);
    s->item_spread = NULL;
    free(last);
    ent__levels_free(levels);
    free(j.path_first);
    free(j.paces);
    return rc;
}

ent_rc ent__ideal_em(ent_ctx *ctx, const ent_ideal_data *data, const ent_ideal_options *options,
                     ent_ideal_fit *out)
{
    ent_ideal_state s;
    *out = (ent_ideal_fit){.worst_rhat = NAN, .least_ess = NAN, .median_ess = NAN,
                            .settled = NAN, .level_rhat = NAN, .level_ess = NAN};
    ent_rc rc = ent__ideal_state_new(ctx, data, options, &s);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__ideal_em_run(ctx, &s, options, &out->iterations, &out->change);
    out->points = rc == ENT_OK ? calloc(data->place_count + 1, sizeof *out->points) : NULL;
    if (rc == ENT_OK && out->points == NULL) {
        rc = ent__nomem(ctx);
    }
    for (size_t p = 0; rc == ENT_OK && p < data->place_count; p++) {
        double half = 1.6448536269514722 * s.spread[p];
        out->points[p] = (ent_ideal_point){s.theta[p], s.spread[p], s.theta[p] - half, s.theta[p],
                                           s.theta[p] + half, NAN, NAN};
    }
    out->count = rc == ENT_OK ? data->place_count : 0;
    ent__ideal_state_free(&s);
    return rc;
}

void ent__ideal_fit_free(ent_ideal_fit *fit)
{
    free(fit->points);
    *fit = (ent_ideal_fit){0};
}

bool ent__ideal_orient(const ent_ideal_data *data, int32_t positive, int32_t negative,
                       ent_ideal_fit *fit)
{
    double sum[2] = {0};
    size_t count[2] = {0};
    for (size_t p = 0; p < fit->count; p++) {
        int32_t ccode = data->places[p].ccode;
        if (ccode == positive || ccode == negative) {
            sum[ccode == negative] += fit->points[p].theta;
            count[ccode == negative]++;
        }
    }
    if (count[0] + count[1] == 0) {
        return false;
    }
    double above = (count[0] ? sum[0] / (double)count[0] : 0) -
                   (count[1] ? sum[1] / (double)count[1] : 0);
    for (size_t p = 0; above < 0 && p < fit->count; p++) {
        ent_ideal_point *t = &fit->points[p];
        double low = t->low;
        *t = (ent_ideal_point){-t->theta, t->se, -t->high, -t->median, -low, t->ess, t->rhat};
    }
    return true;
}
