/* Ideal points by simulation: Metropolis within Gibbs with Newton proposals.
 * In: votes by place and by item, priors.  Out: posterior means, standard deviations, quantiles,
 * effective sample sizes, R-hat.
 * Each sweep proposes every item's three parameters and every ideal point from the Gaussian that
 * one Newton step from the present value gives, and corrects by the Metropolis-Hastings ratio: near
 * independent draws of each block, without data augmentation (whose cut points mix slowly).  Every
 * block draws from a stream of its own, keyed by seed, chain, sweep and block, so the draws do not
 * depend on threads.  Each sweep ends at mean 0, standard deviation 1 and corrects the pull
 * that this needs (align.h).  A point is drawn given the point before it, not the one after:
 * conditionals of a filter, so the draws are what this scheme settles at, not draws from one joint
 * density.
 * Source: Bailey, Strezhnev and Voeten, JCR 61 (2017), model; Gamerman, Statistics and Computing 7
 * (1997), proposals; Gelman and Rubin (1992) with split chains, Geyer (1992), diagnostics.
 * Cost: four passes over the votes a sweep. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ideal.h"

#define BLOCK 64

typedef struct {
    ent_ideal_state *state;
    uint64_t seed;
    int sweep;
    uint32_t *path_first;
    size_t path_count;
    uint32_t *accepted; /* a block of items, then a path */
} sampler;

static void stream(const sampler *s, int kind, size_t index, ent_rng *out)
{
    uint64_t key = s->seed * 0x9E3779B97F4A7C15u + (uint64_t)s->sweep * 2u + (uint64_t)kind;
    key = (key ^ (key >> 31)) * 0xBF58476D1CE4E5B9u + (uint64_t)index;
    ent__rng_seed(out, key);
}

/* ---- items --------------------------------------------------------------------------------- */

/* log density of a step d under precision L L^T, without constants. */
static double step_density(const ent_cholesky3 *l, const double d[3])
{
    double a = l->l11 * d[0] + l->l21 * d[1] + l->l31 * d[2];
    double b = l->l22 * d[1] + l->l32 * d[2];
    double c = l->l33 * d[2];
    return log(l->l11 * l->l22 * l->l33) - (a * a + b * b + c * c) / 2;
}

static bool move_item(const ent_ideal_state *s, size_t i, ent_rng *rng)
{
    const ent_ideal_vote *votes = s->data->by_item + s->data->item_first[i];
    size_t count = s->data->item_first[i + 1] - s->data->item_first[i];
    ent_item_terms now, then;
    double step[3], noise[3], jump[3], back[3];
    if (i == s->data->held) {
        return true;
    }
    ent__item_terms(s->probit, &s->prior, &s->items[i], votes, count, s->theta, NULL, &now);
    ent_cholesky3 l = ent__cholesky3(now.precision);
    ent__cholesky3_solve(&l, now.gradient, step);
    double normal[3] = {ent__rng_normal(rng), ent__rng_normal(rng), ent__rng_normal(rng)};
    ent__cholesky3_back(&l, normal, noise);
    for (int k = 0; k < 3; k++) {
        jump[k] = step[k] + noise[k];
    }
    ent_item proposal = {s->items[i].beta + jump[0], s->items[i].cut + jump[1],
                         s->items[i].log_gap + jump[2]};
    double chance = ent__rng_uniform(rng);
    if (fabs(proposal.beta) > 50 || fabs(proposal.cut) > 100 || fabs(proposal.log_gap) > 12) {
        return false;
    }
    ent__item_terms(s->probit, &s->prior, &proposal, votes, count, s->theta, NULL, &then);
    ent_cholesky3 l_back = ent__cholesky3(then.precision);
    ent__cholesky3_solve(&l_back, then.gradient, step);
    for (int k = 0; k < 3; k++) {
        back[k] = -jump[k] - step[k];
    }
    double ratio = then.value - now.value + step_density(&l_back, back) -
                   step_density(&l, noise);
    if (!(log(chance > 0 ? chance : 1e-300) < ratio)) {
        return false;
    }
    s->items[i] = proposal;
    s->cuts[i] = ent__item_cuts(&proposal);
    return true;
}

static int move_items(void *job, size_t block, unsigned worker)
{
    (void)worker;
    sampler *s = job;
    size_t count = s->state->data->item_count;
    size_t end = (block + 1) * BLOCK < count ? (block + 1) * BLOCK : count;
    for (size_t i = block * BLOCK; i < end; i++) {
        ent_rng rng;
        stream(s, 0, i, &rng);
        s->accepted[block] += move_item(s->state, i, &rng);
    }
    return 0;
}

/* ---- ideal points -------------------------------------------------------------------------- */

static bool move_place(const ent_ideal_state *s, size_t p, ent_rng *rng)
{
    double theta = s->theta[p];
    ent_theta_terms now, then;
    ent__ideal_conditional(s, p, theta, &now);
    s->response[p] = now.response;
    double noise = ent__rng_normal(rng);
    double to = theta + now.gradient / now.precision + noise / sqrt(now.precision);
    double chance = ent__rng_uniform(rng);
    ent__ideal_conditional(s, p, to, &then);
    double off = theta - to - then.gradient / then.precision;
    double ratio = then.value - now.value +
                   (log(then.precision / now.precision) - then.precision * off * off +
                    noise * noise) / 2;
    if (!(log(chance > 0 ? chance : 1e-300) < ratio)) {
        return false;
    }
    s->theta[p] = to;
    return true;
}

static int move_path(void *job, size_t path, unsigned worker)
{
    (void)worker;
    sampler *s = job;
    ent_rng rng;
    stream(s, 1, path, &rng);
    size_t blocks = (s->state->data->item_count + BLOCK - 1) / BLOCK;
    for (size_t p = s->path_first[path]; p < s->path_first[path + 1]; p++) {
        s->accepted[blocks + path] += move_place(s->state, p, &rng);
    }
    return 0;
}

/* ---- chains -------------------------------------------------------------------------------- */

/* Kept draws: draw of chain c, sweep k, place p at ((c * sweeps + k) * places + p). */
typedef struct {
    float *draws;
    size_t places, sweeps, chains;
    double moved_items, moved_places; /* accepted shares, summed over sweeps */
    size_t sweeps_run;
} draw_store;

static void run_chain(sampler *s, const ent_ideal_options *o, int chain, draw_store *store)
{
    size_t items = s->state->data->item_count, blocks = (items + BLOCK - 1) / BLOCK;
    s->seed = o->seed * 1000003u + (uint64_t)chain;
    for (s->sweep = 0; s->sweep < o->warmup + o->iterations; s->sweep++) {
        memset(s->accepted, 0, (blocks + s->path_count) * sizeof *s->accepted);
        ent__pool_run(o->threads, blocks, move_items, s);
        ent__pool_run(o->threads, s->path_count, move_path, s);
        ent__ideal_identify(s->state, 0.1);
        double moved[2] = {0};
        for (size_t i = 0; i < blocks + s->path_count; i++) {
            moved[i >= blocks] += s->accepted[i];
        }
        store->moved_items += moved[0] / (double)items;
        store->moved_places += moved[1] / (double)store->places;
        store->sweeps_run++;
        if (s->sweep >= o->warmup) {
            size_t row = (size_t)chain * store->sweeps + (size_t)(s->sweep - o->warmup);
            for (size_t p = 0; p < store->places; p++) {
                store->draws[row * store->places + p] = (float)s->state->theta[p];
            }
        }
    }
}

/* ---- summaries ----------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum / (double)n;
}

static double variance_of(const double *x, size_t n, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (x[i] - mean) * (x[i] - mean);
    }
    return n > 1 ? sum / (double)(n - 1) : 0;
}

/* Split R-hat: every chain cut in half. */
static double split_rhat(const double *x, size_t sweeps, size_t chains)
{
    size_t half = sweeps / 2, parts = 2 * chains;
    if (half < 2) {
        return NAN;
    }
    double within = 0, means[128];
    for (size_t k = 0; k < parts; k++) {
        const double *part = x + (k / 2) * sweeps + (k % 2) * (sweeps - half);
        means[k] = mean_of(part, half);
        within += variance_of(part, half, means[k]) / (double)parts;
    }
    double between = variance_of(means, parts, mean_of(means, parts));
    return within > 0 ? sqrt(((double)half - 1) / (double)half + between / within) : NAN;
}

/* Geyer's initial positive sequence on autocovariances averaged over the chains. */
static double effective_size(const double *x, size_t sweeps, size_t chains)
{
    double within = 0, means[64], tau = 1;
    for (size_t c = 0; c < chains; c++) {
        means[c] = mean_of(x + c * sweeps, sweeps);
        within += variance_of(x + c * sweeps, sweeps, means[c]) / (double)chains;
    }
    double between = chains > 1 ? variance_of(means, chains, mean_of(means, chains)) : 0;
    double total = within * ((double)sweeps - 1) / (double)sweeps + between;
    double last_pair = INFINITY;
    for (size_t lag = 1; total > 0 && lag + 1 < sweeps; lag += 2) {
        double pair = 0;
        for (size_t step = 0; step < 2; step++) {
            double sum = 0;
            for (size_t c = 0; c < chains; c++) {
                const double *y = x + c * sweeps;
                for (size_t k = 0; k + lag + step < sweeps; k++) {
                    sum += (y[k] - means[c]) * (y[k + lag + step] - means[c]);
                }
            }
            double covariance = sum / (double)(chains * sweeps);
            pair += 1 - (within - covariance) / total;
        }
        if (pair <= 0) {
            break;
        }
        pair = pair < last_pair ? pair : last_pair;
        last_pair = pair;
        tau += 2 * pair;
    }
    double n = (double)(sweeps * chains);
    return tau > 1 ? n / tau : n;
}

typedef struct {
    const draw_store *store;
    ent_ideal_point *points;
    double *scratch; /* 2 x sweeps x chains a worker */
} summary_job;

static int summarise(void *job, size_t p, unsigned worker)
{
    summary_job *j = job;
    const draw_store *store = j->store;
    size_t n = store->sweeps * store->chains;
    double *x = j->scratch + 2 * n * worker, *sorted = x + n;
    for (size_t k = 0; k < n; k++) {
        sorted[k] = x[k] = store->draws[k * store->places + p];
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    double mean = mean_of(x, n);
    j->points[p] = (ent_ideal_point){mean,
                                     sqrt(variance_of(x, n, mean)),
                                     quantile(sorted, n, 0.05),
                                     quantile(sorted, n, 0.5),
                                     quantile(sorted, n, 0.95),
                                     effective_size(x, store->sweeps, store->chains),
                                     split_rhat(x, store->sweeps, store->chains)};
    return 0;
}

static ent_rc summarise_all(ent_ctx *ctx, const draw_store *store, unsigned threads,
                            ent_ideal_fit *out)
{
    size_t n = store->sweeps * store->chains, workers = threads > 1 ? threads : 1;
    summary_job j = {store, NULL, NULL};
    out->points = j.points = calloc(store->places + 1, sizeof *j.points);
    j.scratch = calloc(2 * n * workers + 1, sizeof *j.scratch);
    double *sizes = calloc(store->places + 1, sizeof *sizes);
    ent_rc rc = j.points && j.scratch && sizes ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        ent__pool_run(threads, store->places, summarise, &j);
        out->count = store->places;
        out->worst_rhat = 0;
        for (size_t p = 0; p < store->places; p++) {
            out->worst_rhat = fmax(out->worst_rhat, j.points[p].rhat);
            sizes[p] = j.points[p].ess;
        }
        qsort(sizes, store->places, sizeof *sizes, by_value);
        out->least_ess = sizes[0];
        out->median_ess = sizes[store->places / 2];
    }
    free(j.scratch);
    free(sizes);
    return rc;
}

static ent_rc sampler_new(ent_ctx *ctx, ent_ideal_state *state, sampler *out)
{
    size_t n = state->data->place_count;
    *out = (sampler){.state = state};
    out->path_first = calloc(n + 1, sizeof *out->path_first);
    out->accepted = calloc(state->data->item_count / BLOCK + n + 2, sizeof *out->accepted);
    if (out->path_first == NULL || out->accepted == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t p = 0; p < n; p++) {
        if (state->data->places[p].before < 0) {
            out->path_first[out->path_count++] = (uint32_t)p;
        }
    }
    out->path_first[out->path_count] = (uint32_t)n;
    return ENT_OK;
}

ent_rc ent__ideal_sample(ent_ctx *ctx, const ent_ideal_data *data,
                         const ent_ideal_options *options, ent_ideal_fit *out)
{
    *out = (ent_ideal_fit){.change = NAN};
    ent_ideal_options start = *options;
    start.iterations = 60;
    start.tolerance = 5e-3;
    draw_store store = {NULL, data->place_count, (size_t)options->iterations,
                        (size_t)options->chains, 0, 0, 0};
    store.draws = malloc(store.places * store.sweeps * store.chains * sizeof *store.draws);
    ent_ideal_state state = {0};
    sampler s = {0};
    ent_rc rc = store.draws ? ent__ideal_state_new(ctx, data, options, &state) : ent__nomem(ctx);
    if (rc == ENT_OK) {
        rc = ent__ideal_em_run(ctx, &state, &start, &out->iterations, &out->change);
    }
    rc = rc == ENT_OK ? sampler_new(ctx, &state, &s) : rc;
    for (int chain = 0; rc == ENT_OK && chain < options->chains; chain++) {
        /* The next chain goes on where the last ended, with a stream and warm-up of its own. */
        run_chain(&s, options, chain, &store);
    }
    rc = rc == ENT_OK ? summarise_all(ctx, &store, options->threads, out) : rc;
    if (rc == ENT_OK && store.sweeps_run > 0) {
        out->acceptance_items = store.moved_items / (double)store.sweeps_run;
        out->acceptance_places = store.moved_places / (double)store.sweeps_run;
        out->iterations = options->iterations;
    }
    free(store.draws);
    free(s.path_first);
    free(s.accepted);
    ent__ideal_state_free(&state);
    return rc;
}
