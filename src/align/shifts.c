/* shifts: where a series changes: exact penalised and exact constrained optima.
 * In: values in order.  Out: last observation of every old regime.
 * Sources: Killick, Fearnhead, Eckley, JASA 107 (2012), PELT; Auger and Lawrence, Bull. Math. Biol.
 * 51 (1989), segment neighbourhood; Zhang and Siegmund, Biometrics 63 (2007), MBIC; Scott and
 * Knott, Biometrics 30 (1974), binary segmentation.
 * Cost: PELT O(n) with many changes, O(n^2) with none; segment neighbourhood O(breaks n^2). */
#include "shifts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const model_names[] = {"mean", "meanvar", "poisson"};
static const char *const method_names[] = {"pelt", "segment", "bocpd", "binseg", "amoc"};

const char *ent__shift_model_name(ent_shift_model model)
{
    return model_names[model];
}

const char *ent__shift_method_name(ent_shift_method method)
{
    return method_names[method];
}

bool ent__shift_model_parse(ent_str name, ent_shift_model *out)
{
    for (int i = 0; i < 3; i++) {
        if (ent__str_eqz(name, model_names[i])) {
            *out = (ent_shift_model)i;
            return true;
        }
    }
    return false;
}

bool ent__shift_method_parse(ent_str name, ent_shift_method *out)
{
    for (int i = 0; i < 5; i++) {
        if (ent__str_eqz(name, method_names[i])) {
            *out = (ent_shift_method)i;
            return true;
        }
    }
    return false;
}

/* ---- costs --------------------------------------------------------------------------------- */

/* The k-th smallest (from 0), by Hoare's selection; the array is reordered. */
double ent__kth_smallest(double *x, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        double pivot = x[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (x[i] < pivot) {
                i++;
            }
            while (x[j] > pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            double swap = x[i];
            x[i++] = x[j];
            x[j--] = swap;
        }
        if (k <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
    return x[k];
}

/* Median absolute difference of neighbours; 1.048358 makes it the deviation of normal noise
 * (median |N(0, 2)| = 0.953873).  Zero where most neighbours are equal: then the mean square of
 * differences stands in. */
static double noise_of_differences(const double *x, size_t n, double *scratch)
{
    double squares = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        scratch[i] = fabs(x[i + 1] - x[i]);
        squares += scratch[i] * scratch[i];
    }
    size_t half = (n - 1) / 2;
    double median = ent__kth_smallest(scratch, n - 1, half);
    if ((n - 1) % 2 == 0) {
        median = (median + ent__kth_smallest(scratch, n - 1, half - 1)) / 2;
    }
    double noise = median * 1.048358;
    return noise > 0 ? noise : sqrt(squares / (2.0 * (double)(n - 1)));
}

static ent_rc check_values(ent_ctx *ctx, const double *x, size_t n, ent_shift_model model)
{
    if (n < 4) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "a series needs at least 4 values, got %zu", n);
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0, "value %zu of the series is no number",
                             i + 1);
        }
        if (model == ENT_SHIFT_POISSON && (x[i] < 0 || x[i] != floor(x[i]))) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "the Poisson model needs counts: value %zu is %g", i + 1, x[i]);
        }
    }
    return ENT_OK;
}

ent_rc ent__shift_series_new(ent_ctx *ctx, const double *x, size_t n,
                             const ent_shift_options *options, ent_shift_series *out)
{
    *out = (ent_shift_series){.x = x, .n = n, .model = options->model, .variance = 1};
    ent_rc rc = check_values(ctx, x, n, options->model);
    if (rc != ENT_OK) {
        return rc;
    }
    out->sum = malloc((n + 1) * sizeof *out->sum);
    out->square = malloc((n + 1) * sizeof *out->square);
    if (out->sum == NULL || out->square == NULL) {
        ent__shift_series_free(out);
        return ent__nomem(ctx);
    }
    double total = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        total += x[i];
    }
    out->centre = options->model == ENT_SHIFT_POISSON ? 0 : total / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - total / (double)n;
        squares += d * d;
    }
    if (options->model == ENT_SHIFT_MEAN) {
        double scale = options->scale == ENT_SCALE_VALUE ? options->scale_value
                       : options->scale != ENT_SCALE_DIFF
                           ? sqrt(squares / (double)(n - 1))
                           : noise_of_differences(x, n, out->sum);
        out->variance = scale > 0 ? scale * scale : 1;
    }
    out->sum[0] = out->square[0] = 0;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - out->centre;
        out->sum[i + 1] = out->sum[i] + d;
        out->square[i + 1] = out->square[i] + d * d;
    }
    out->length_term = options->penalty == ENT_PENALTY_MBIC;
    return ENT_OK;
}

void ent__shift_series_free(ent_shift_series *series)
{
    free(series->sum);
    free(series->square);
    series->sum = series->square = NULL;
}

double ent__shift_mean(const ent_shift_series *s, size_t begin, size_t end)
{
    return (s->sum[end] - s->sum[begin]) / (double)(end - begin) + s->centre;
}

double ent__shift_squares(const ent_shift_series *s, size_t begin, size_t end)
{
    double sum = s->sum[end] - s->sum[begin], n = (double)(end - begin);
    double squares = s->square[end] - s->square[begin] - sum * sum / n;
    return squares > 0 ? squares : 0;
}

/* Equal neighbours have no variance of their own; this floor keeps the likelihood finite. */
#define LEAST_VARIANCE 1e-11

double ent__shift_cost(const ent_shift_series *s, size_t begin, size_t end)
{
    double n = (double)(end - begin), cost;
    if (s->model == ENT_SHIFT_MEAN) {
        cost = ent__shift_squares(s, begin, end) / s->variance;
    } else if (s->model == ENT_SHIFT_MEANVAR) {
        double variance = ent__shift_squares(s, begin, end) / n;
        /* What is left of equal values after rounding is no variance. */
        double rounding = 1e-14 * (s->square[end] - s->square[begin]) / n;
        variance = variance <= rounding ? LEAST_VARIANCE : variance;
        cost = n * (log(2 * M_PI) + log(variance) + 1);
    } else {
        double sum = s->sum[end] - s->sum[begin];
        cost = sum > 0 ? 2 * sum * (log(n) - log(sum)) : 0;
    }
    return s->length_term ? cost + log(n) : cost;
}

/* ---- PELT ---------------------------------------------------------------------------------- */

typedef struct {
    double *best;      /* best[t]: least cost of x[0..t-1], penalties included */
    size_t *previous;  /* start of its last segment */
    size_t *candidate; /* starts that may still be best */
    double *value;     /* of each candidate at the present end */
} pelt_work;

static bool pelt_alloc(pelt_work *w, size_t n)
{
    w->best = malloc((n + 1) * sizeof *w->best);
    w->previous = calloc(n + 1, sizeof *w->previous);
    w->candidate = malloc((n + 1) * sizeof *w->candidate);
    w->value = malloc((n + 1) * sizeof *w->value);
    return w->best != NULL && w->previous != NULL && w->candidate != NULL && w->value != NULL;
}

static void pelt_free(pelt_work *w)
{
    free(w->best);
    free(w->previous);
    free(w->candidate);
    free(w->value);
}

/* The mean model without the length term, which is nearly all calls: no branch inside. */
static void mean_values(const ent_shift_series *s, const pelt_work *w, size_t count, size_t end)
{
    double sum = s->sum[end], square = s->square[end], precision = 1 / s->variance;
    for (size_t i = 0; i < count; i++) {
        size_t begin = w->candidate[i];
        double d = sum - s->sum[begin];
        w->value[i] = w->best[begin] +
                      (square - s->square[begin] - d * d / (double)(end - begin)) * precision;
    }
}

static void any_values(const ent_shift_series *s, const pelt_work *w, size_t count, size_t end)
{
    for (size_t i = 0; i < count; i++) {
        w->value[i] = w->best[w->candidate[i]] + ent__shift_cost(s, w->candidate[i], end);
    }
}

static size_t pelt_step(const ent_shift_series *s, pelt_work *w, size_t count, size_t end,
                        double penalty)
{
    if (s->model == ENT_SHIFT_MEAN && !s->length_term) {
        mean_values(s, w, count, end);
    } else {
        any_values(s, w, count, end);
    }
    size_t least = 0;
    for (size_t i = 1; i < count; i++) {
        least = w->value[i] < w->value[least] ? i : least;
    }
    w->best[end] = w->value[least] + penalty;
    w->previous[end] = w->candidate[least];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (w->value[i] <= w->best[end]) { /* else never best again (their theorem 3.1, K = 0) */
            w->candidate[kept++] = w->candidate[i];
        }
    }
    return kept;
}

static ent_rc trace_back(ent_ctx *ctx, const size_t *previous, size_t n, size_t **out,
                         size_t *out_count)
{
    size_t count = 0;
    for (size_t t = n; previous[t] > 0; t = previous[t]) {
        count++;
    }
    *out = malloc((count + 1) * sizeof **out);
    if (*out == NULL) {
        return ent__nomem(ctx);
    }
    *out_count = count;
    for (size_t t = n; previous[t] > 0; t = previous[t]) {
        (*out)[--count] = previous[t];
    }
    return ENT_OK;
}

ent_rc ent__shifts_pelt(ent_ctx *ctx, const ent_shift_series *s, double penalty,
                        size_t min_segment, size_t **out, size_t *out_count)
{
    pelt_work w = {0};
    ent_rc rc = pelt_alloc(&w, s->n) ? ENT_OK : ent__nomem(ctx);
    size_t count = 1;
    if (rc == ENT_OK && s->model == ENT_SHIFT_MEAN && min_segment == 1) {
        rc = ent__shifts_functional(ctx, s, penalty, w.previous);
        rc = rc != ENT_OK ? rc : trace_back(ctx, w.previous, s->n, out, out_count);
    } else if (rc == ENT_OK) {
        w.candidate[0] = 0;
        w.best[0] = -penalty;
        for (size_t end = min_segment; end <= s->n; end++) {
            count = pelt_step(s, &w, count, end, penalty);
            /* A start becomes a candidate once a whole segment fits behind it. */
            size_t next = end + 1 - min_segment;
            if (next >= min_segment && next > 0) {
                w.candidate[count++] = next;
            }
        }
        rc = trace_back(ctx, w.previous, s->n, out, out_count);
    }
    pelt_free(&w);
    return rc;
}

/* ---- binary segmentation ------------------------------------------------------------------- */

typedef struct {
    size_t begin, end, at;
    double gain;
} split;

static split best_split(const ent_shift_series *s, size_t begin, size_t end, size_t min_segment)
{
    split best = {begin, end, 0, -INFINITY};
    double whole = end - begin >= 2 * min_segment ? ent__shift_cost(s, begin, end) : 0;
    for (size_t at = begin + min_segment; at + min_segment <= end; at++) {
        double gain = whole - ent__shift_cost(s, begin, at) - ent__shift_cost(s, at, end);
        if (gain > best.gain) {
            best.gain = gain;
            best.at = at;
        }
    }
    return best;
}

static int by_place(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

ent_rc ent__shifts_binseg(ent_ctx *ctx, const ent_shift_series *s, double penalty,
                          size_t min_segment, size_t most, size_t **out, size_t *out_count)
{
    split *open = malloc((most + 1) * sizeof *open);
    *out = malloc((most + 1) * sizeof **out);
    *out_count = 0;
    if (open == NULL || *out == NULL) {
        free(open);
        free(*out);
        *out = NULL;
        return ent__nomem(ctx);
    }
    size_t count = 1;
    open[0] = best_split(s, 0, s->n, min_segment);
    while (*out_count < most) {
        size_t best = 0;
        for (size_t i = 1; i < count; i++) {
            best = open[i].gain > open[best].gain ? i : best;
        }
        split chosen = open[best];
        if (!(chosen.gain >= penalty)) {
            break;
        }
        (*out)[(*out_count)++] = chosen.at;
        open[best] = best_split(s, chosen.begin, chosen.at, min_segment);
        if (count <= most) {
            open[count++] = best_split(s, chosen.at, chosen.end, min_segment);
        }
    }
    qsort(*out, *out_count, sizeof **out, by_place);
    free(open);
    return ENT_OK;
}

/* ---- segment neighbourhood ------------------------------------------------------------------- */

ent_rc ent__segment_neighbourhood(ent_ctx *ctx, ent_segment_cost cost, const void *user, size_t n,
                                  size_t min_segment, size_t most, double *totals, size_t *breaks,
                                  size_t *out_tried)
{
    size_t fit = n / min_segment;
    most = fit == 0 ? 0 : most < fit ? most : fit - 1;
    *out_tried = most;
    double *row = malloc(2 * (n + 1) * sizeof *row);
    size_t *from = calloc((most + 1) * (n + 1), sizeof *from);
    if (row == NULL || from == NULL) {
        free(row);
        free(from);
        return ent__nomem(ctx);
    }
    double *before = row, *now = row + n + 1;
    for (size_t end = 0; end <= n; end++) {
        before[end] = end >= min_segment ? cost(user, 0, end) : INFINITY;
    }
    totals[0] = before[n];
    for (size_t m = 1; m <= most; m++) {
        for (size_t end = 0; end <= n; end++) {
            now[end] = INFINITY;
            for (size_t at = m * min_segment; at + min_segment <= end; at++) {
                double total = before[at] + cost(user, at, end);
                if (total < now[end]) {
                    now[end] = total;
                    from[m * (n + 1) + end] = at;
                }
            }
        }
        totals[m] = now[n];
        for (size_t at = n, left = m; left > 0; left--) {
            at = from[left * (n + 1) + at];
            breaks[m * most + left - 1] = at;
        }
        double *swap = before;
        before = now;
        now = swap;
    }
    free(row);
    free(from);
    return ENT_OK;
}

static double squares_cost(const void *user, size_t begin, size_t end)
{
    const ent_shift_series *s = user;
    return s->model == ENT_SHIFT_MEAN ? ent__shift_squares(s, begin, end)
                                      : ent__shift_cost(s, begin, end);
}

ent_rc ent__shifts_segment(ent_ctx *ctx, const ent_shift_series *series, size_t min_segment,
                           size_t most, double *rss, size_t *breaks, size_t *out_tried)
{
    return ent__segment_neighbourhood(ctx, squares_cost, series, series->n, min_segment, most, rss,
                                      breaks, out_tried);
}
