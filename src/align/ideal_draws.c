/* What the draws of a simulation say: means, quantiles, and how far the chains may be trusted.
 * In: draws of points and of the sessions' levels, in several chains.  Out: ent_ideal_point.
 * R-hat: the larger of rank-normalised split R-hat of the values and of their distances from the
 * median; effective draws: the least of those of the ranks and of both tails (5 % and 95 %).
 * Source: Vehtari, Gelman, Simpson, Carpenter and Buerkner, Bayesian Analysis 16 (2021); Geyer,
 * Statistical Science 7 (1992), initial monotone sequence.
 * Cost: O(draws (log draws + lags)) a series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ideal.h"
#include "shifts.h"

/* A draw and where it stands among the chains. */
typedef struct {
    float value;
    uint32_t at;
} placed_draw;

static int by_value(const void *a, const void *b)
{
    const placed_draw *x = a, *y = b;
    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return x->at < y->at ? -1 : x->at > y->at;
}

static double quantile(const placed_draw *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    double low = sorted[i].value;
    return i + 1 < n ? low + (at - (double)i) * (sorted[i + 1].value - low) : low;
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

/* Halves of chains: part k begins at x + k / 2 * sweeps, or so late that it ends with its chain. */
static const double *half_chain(const double *x, size_t sweeps, size_t k)
{
    return x + k / 2 * sweeps + (k % 2) * (sweeps - sweeps / 2);
}

/* Within and total variance over the halves; false where nothing moves. */
static bool variances(const double *x, const ent_draws *d, double *within, double *total)
{
    size_t half = d->sweeps / 2, parts = 2 * d->chains;
    double sum = 0, square = 0;
    *within = 0;
    for (size_t k = 0; k < parts; k++) {
        const double *part = half_chain(x, d->sweeps, k);
        double mean = mean_of(part, half);
        *within += variance_of(part, half, mean) / (double)parts;
        sum += mean;
        square += mean * mean;
    }
    double between = (square - sum * sum / (double)parts) / (double)(parts - 1);
    *total = *within * ((double)half - 1) / (double)half + between;
    return half > 1 && *within > 1e-18; /* of normal scores, which are equal but for rounding */
}

static double split_rhat(const double *x, const ent_draws *d)
{
    double within, total;
    return variances(x, d, &within, &total) ? sqrt(total / within) : NAN;
}

static double effective_size(const double *x, const ent_draws *d)
{
    size_t half = d->sweeps / 2, parts = 2 * d->chains;
    double within, total, tau = 1, last_pair = INFINITY, n = (double)(half * parts);
    if (!variances(x, d, &within, &total)) {
        return NAN;
    }
    for (size_t lag = 1; lag + 1 < half; lag += 2) {
        double pair = 0;
        for (size_t step = 0; step < 2; step++) {
            double sum = 0;
            for (size_t k = 0; k < parts; k++) {
                const double *y = half_chain(x, d->sweeps, k);
                double mean = mean_of(y, half);
                for (size_t i = 0; i + lag + step < half; i++) {
                    sum += (y[i] - mean) * (y[i + lag + step] - mean);
                }
            }
            pair += 1 - (within - sum / n) / total;
        }
        if (pair <= 0) {
            break;
        }
        pair = pair < last_pair ? pair : last_pair;
        last_pair = pair;
        tau += 2 * pair;
    }
    double most = n * log10(n > 10 ? n : 10); /* antithetic draws may be worth more than n */
    return n / tau < most ? n / tau : most;
}

typedef struct {
    const ent_draws *draws;
    const double *scores; /* normal scores of the ranks */
    ent_ideal_point *points;
    placed_draw *sorted; /* n a worker */
    double *scratch;     /* n a worker */
} summary_job;

/* Ranks as normal scores, in the order of the chains; ties share their mean. */
static void score(const placed_draw *sorted, const double *scores, size_t n, double *out)
{
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        double sum = scores[i];
        while (end < n && sorted[end].value == sorted[i].value) {
            sum += scores[end++];
        }
        for (size_t k = i; k < end; k++) {
            out[sorted[k].at] = sum / (double)(end - i);
        }
        i = end;
    }
}

/* Effective draws of a tail: of the indicator of the sorted draws before `count`. */
static double tail_size(const placed_draw *sorted, size_t count, const ent_draws *d, double *x)
{
    size_t n = d->sweeps * d->chains;
    for (size_t i = 0; i < n; i++) {
        x[sorted[i].at] = i < count;
    }
    return effective_size(x, d);
}

static int summarise(void *job, size_t index, unsigned worker)
{
    summary_job *j = job;
    const ent_draws *d = j->draws;
    size_t n = d->sweeps * d->chains;
    placed_draw *sorted = j->sorted + n * worker;
    double *x = j->scratch + n * worker;
    ent_ideal_point *out = &j->points[index];
    for (size_t k = 0; k < n; k++) {
        sorted[k] = (placed_draw){d->draws[k * d->series + index], (uint32_t)k};
        x[k] = sorted[k].value;
    }
    out->theta = mean_of(x, n);
    out->se = sqrt(variance_of(x, n, out->theta));
    if (isnan(out->theta)) { /* a period without points */
        *out = (ent_ideal_point){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        return 0;
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    out->low = quantile(sorted, n, 0.05);
    out->median = quantile(sorted, n, 0.5);
    out->high = quantile(sorted, n, 0.95);
    score(sorted, j->scores, n, x);
    out->rhat = split_rhat(x, d);
    out->ess = effective_size(x, d);
    out->ess = fmin(out->ess, tail_size(sorted, (size_t)(0.05 * (double)n + 0.5), d, x));
    out->ess = fmin(out->ess, tail_size(sorted, (size_t)(0.95 * (double)n + 0.5), d, x));
    for (size_t k = 0; k < n; k++) {
        sorted[k].value = fabsf(sorted[k].value - (float)out->median);
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    score(sorted, j->scores, n, x);
    out->rhat = fmax(out->rhat, split_rhat(x, d));
    return 0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Worst, least, median and the share that settled; room: count doubles. */
static void rate(const ent_ideal_point *points, size_t places, size_t series, double *room,
                 ent_ideal_fit *out)
{
    size_t settled = 0;
    out->level_rhat = out->level_ess = NAN; /* fmax and fmin pass over NaN */
    for (size_t p = 0; p < series; p++) {
        if (p >= places) { /* a session's mean or deviation; without points: NaN */
            out->level_rhat = fmax(out->level_rhat, points[p].rhat);
            out->level_ess = fmin(out->level_ess, points[p].ess);
            continue;
        }
        out->worst_rhat = fmax(out->worst_rhat, points[p].rhat);
        settled += points[p].rhat < 1.05 && points[p].ess > 100;
        room[p] = points[p].ess;
    }
    qsort(room, places, sizeof *room, by_size);
    out->least_ess = room[0];
    out->median_ess = room[places / 2];
    out->settled = (double)settled / (double)places;
}

ent_rc ent__draws_summarise(ent_ctx *ctx, const ent_draws *draws, unsigned threads,
                            ent_ideal_fit *out)
{
    size_t n = draws->sweeps * draws->chains, workers = threads > 1 ? threads : 1;
    size_t room = n * workers > draws->series ? n * workers : draws->series;
    summary_job j = {.draws = draws};
    double *scores = calloc(n + 1, sizeof *scores);
    out->points = j.points = calloc(draws->series + 1, sizeof *j.points);
    j.scratch = calloc(room + 1, sizeof *j.scratch);
    j.sorted = calloc(n * workers + 1, sizeof *j.sorted);
    ent_rc rc = scores && j.points && j.scratch && j.sorted ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        for (size_t i = 0; i < n; i++) { /* Blom's plotting positions */
            scores[i] = ent__normal_quantile(((double)i + 0.625) / ((double)n + 0.25));
        }
        j.scores = scores;
        ent__pool_run(threads, draws->series, summarise, &j);
        out->count = draws->places;
        rate(j.points, draws->places, draws->series, j.scratch, out);
    }
    free(scores);
    free(j.scratch);
    free(j.sorted);
    return rc;
}
