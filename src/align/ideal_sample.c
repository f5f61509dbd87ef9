/* Ideal points by simulation: Metropolis within Gibbs with Newton proposals.
 * In: votes by place and by item, priors.  Out: draws, summed up in ideal_draws.c.
 * Each sweep proposes every item's three parameters and every ideal point from the Gaussian that
 * one Newton step from the present value gives, and corrects by the Metropolis-Hastings ratio: near
 * independent draws of each block, without data augmentation (whose cut points mix slowly).  Whole
 * sessions move in ideal_levels.c.  Every block draws from a stream of its own, keyed by seed,
 * chain, sweep and block, so the draws do not depend on threads.  The first half of the warm-up is
 * common: each sweep ends at mean 0, standard deviation 1 and corrects the pull that this needs
 * (align.h), by less and less.  Then the pull stays and the chains go on by themselves, each from
 * levels of its sessions thrown about.  A point is drawn given the point before it, not the one
 * after: conditionals of a filter, so the draws are what this scheme settles at, not draws from one
 * joint density.
 * Source: Bailey, Strezhnev and Voeten, JCR 61 (2017), model; Gamerman, Statistics and Computing 7
 * (1997), proposals; Robbins and Monro (1951), the pull.
 * Cost: four passes over the votes a sweep. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ideal.h"

#define BLOCK 64
/* Whole sessions answer to the pull some hundred times more than single points. */
#define PULL_SHARE 0.003
#define PULL_HALF_LIFE 20.0 /* sweeps */

#define SCATTER_DEVIATION 0.03 /* each session; sums up over the sessions */

enum { ITEMS, PLACES, LEVELS, SCATTER }; /* kinds of streams */

typedef struct {
    ent_ideal_state state;
    uint64_t seed;
    int sweep;
    unsigned threads;
    const ent_levels *levels;
    uint32_t *path_first;
    size_t path_count;
    uint32_t *accepted;         /* a block of items, then a path */
    double moved_items, moved_places, moved_levels; /* accepted shares, summed over sweeps */
} sampler;

static void stream(const sampler *s, int kind, size_t index, ent_rng *out)
{
    uint64_t key = s->seed * 0x9E3779B97F4A7C15u + (uint64_t)s->sweep * 4u + (uint64_t)kind;
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
    size_t count = s->state.data->item_count;
    size_t end = (block + 1) * BLOCK < count ? (block + 1) * BLOCK : count;
    for (size_t i = block * BLOCK; i < end; i++) {
        ent_rng rng;
        stream(s, ITEMS, i, &rng);
        s->accepted[block] += move_item(&s->state, i, &rng);
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
    s->weight[p] = now.weight;
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
    stream(s, PLACES, path, &rng);
    size_t blocks = (s->state.data->item_count + BLOCK - 1) / BLOCK;
    for (size_t p = s->path_first[path]; p < s->path_first[path + 1]; p++) {
        s->accepted[blocks + path] += move_place(&s->state, p, &rng);
    }
    return 0;
}

/* ---- chains -------------------------------------------------------------------------------- */

static void sweep_once(sampler *s, double share)
{
    size_t items = s->state.data->item_count, blocks = (items + BLOCK - 1) / BLOCK;
    memset(s->accepted, 0, (blocks + s->path_count) * sizeof *s->accepted);
    ent__pool_run(s->threads, blocks, move_items, s);
    ent__pool_run(s->threads, s->path_count, move_path, s);
    ent_rng rng;
    stream(s, LEVELS, 0, &rng);
    s->moved_levels += ent__levels_move(s->levels, &s->state, 0, &rng);
    ent__ideal_identify(&s->state, share);
    double moved[2] = {0};
    for (size_t i = 0; i < blocks + s->path_count; i++) {
        moved[i >= blocks] += s->accepted[i];
    }
    s->moved_items += moved[0] / (double)items;
    s->moved_places += moved[1] / (double)s->state.data->place_count;
    s->sweep++;
}

typedef struct {
    sampler *chains;
    const ent_ideal_options *options;
    ent_draws *draws;
} chain_job;

static int run_chain(void *job, size_t chain, unsigned worker)
{
    (void)worker;
    chain_job *j = job;
    sampler *s = &j->chains[chain];
    ent_draws *draws = j->draws;
    ent_rng rng;
    stream(s, SCATTER, 0, &rng);
    ent__levels_move(s->levels, &s->state, SCATTER_DEVIATION, &rng);
    ent__ideal_identify(&s->state, 0);
    for (int k = j->options->warmup / 2; k < j->options->warmup; k++) {
        sweep_once(s, 0);
    }
    s->moved_items = s->moved_places = s->moved_levels = 0;
    size_t places = s->state.data->place_count;
    for (size_t k = 0; k < draws->sweeps; k++) {
        sweep_once(s, 0);
        float *row = draws->draws + (chain * draws->sweeps + k) * draws->series;
        for (size_t p = 0; p < places; p++) {
            row[p] = (float)s->state.theta[p];
        }
        ent__levels_read(s->levels, &s->state, row + places);
    }
    return 0;
}

static ent_rc sampler_new(ent_ctx *ctx, const ent_ideal_data *data, sampler *out)
{
    size_t n = data->place_count;
    out->path_first = calloc(n + 1, sizeof *out->path_first);
    out->accepted = calloc(data->item_count / BLOCK + n + 2, sizeof *out->accepted);
    if (out->path_first == NULL || out->accepted == NULL) {
        return ent__nomem(ctx);
    }
    out->path_count = 0;
    for (size_t p = 0; p < n; p++) {
        if (data->places[p].before < 0) {
            out->path_first[out->path_count++] = (uint32_t)p;
        }
    }
    out->path_first[out->path_count] = (uint32_t)n;
    return ENT_OK;
}

static void sampler_free(sampler *s)
{
    free(s->path_first);
    free(s->accepted);
    ent__ideal_state_free(&s->state);
}

/* The common half of the warm-up, in the first chain's place; then the others get its state. */
static ent_rc settle(ent_ctx *ctx, const ent_ideal_options *o, sampler *chains)
{
    sampler *first = &chains[0];
    first->threads = o->threads;
    first->seed = o->seed * 1000003u;
    while (first->sweep < o->warmup / 2) {
        sweep_once(first, PULL_SHARE / (1 + first->sweep / PULL_HALF_LIFE));
    }
    first->threads = 1;
    ent_rc rc = ENT_OK;
    for (int c = 1; rc == ENT_OK && c < o->chains; c++) {
        chains[c].levels = first->levels;
        chains[c].sweep = first->sweep;
        chains[c].threads = 1;
        chains[c].seed = first->seed + (uint64_t)c;
        rc = ent__ideal_state_copy(ctx, &first->state, &chains[c].state);
        rc = rc == ENT_OK ? sampler_new(ctx, first->state.data, &chains[c]) : rc;
    }
    return rc;
}

static void add_up(const ent_ideal_options *o, const sampler *chains, ent_ideal_fit *out)
{
    double sweeps = (double)o->chains * o->iterations;
    for (int c = 0; c < o->chains; c++) {
        out->acceptance_items += chains[c].moved_items / sweeps;
        out->acceptance_places += chains[c].moved_places / sweeps;
        out->acceptance_levels += chains[c].moved_levels / sweeps;
    }
    out->iterations = o->iterations;
}

ent_rc ent__ideal_sample(ent_ctx *ctx, const ent_ideal_data *data,
                         const ent_ideal_options *options, ent_ideal_fit *out)
{
    *out = (ent_ideal_fit){.change = NAN};
    ent_ideal_options start = *options;
    start.iterations = 60;
    start.tolerance = 5e-3;
    ent_levels *levels = ent__levels_new(data);
    ent_draws draws = {NULL, data->place_count, data->place_count, (size_t)options->iterations,
                       (size_t)options->chains};
    draws.series += levels ? ent__levels_series(levels) : 0;
    draws.draws = malloc(draws.series * draws.sweeps * draws.chains * sizeof *draws.draws);
    sampler *chains = calloc(draws.chains, sizeof *chains);
    ent_rc rc = levels && draws.draws && chains ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        chains[0].levels = levels;
        rc = ent__ideal_state_new(ctx, data, options, &chains[0].state);
    }
    rc = rc == ENT_OK ? ent__ideal_em_run(ctx, &chains[0].state, &start, &out->iterations,
                                          &out->change)
                      : rc;
    rc = rc == ENT_OK ? sampler_new(ctx, data, &chains[0]) : rc;
    rc = rc == ENT_OK ? settle(ctx, options, chains) : rc;
    if (rc == ENT_OK) {
        chain_job job = {chains, options, &draws};
        ent__pool_run(options->threads, draws.chains, run_chain, &job);
        add_up(options, chains, out);
        rc = ent__draws_summarise(ctx, &draws, options->threads, out);
    }
    for (size_t c = 0; chains != NULL && c < draws.chains; c++) {
        sampler_free(&chains[c]);
    }
    free(chains);
    free(draws.draws);
    ent__levels_free(levels);
    return rc;
}
