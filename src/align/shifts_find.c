/* shifts_find: from options to shifts: penalty, method, criterion, description; regressions.
 * In: values and options.  Out: ent_shifts.  Sources: as in shifts.c; penalties as the R package
 * changepoint counts them (parameters of a segment plus one for its place); the number of breaks
 * of the segment neighbourhood by BIC as Bai and Perron 2003 and the R package strucchange do. */
#include "shifts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double penalty_of(const ent_shift_options *options, size_t n)
{
    int parameters = options->model == ENT_SHIFT_MEANVAR ? 2 : 1;
    switch (options->penalty) {
    case ENT_PENALTY_MBIC:
        return (parameters + 2) * log((double)n);
    case ENT_PENALTY_BIC:
        return (parameters + 1) * log((double)n);
    case ENT_PENALTY_AIC:
        return 2.0 * (parameters + 1);
    default:
        return options->penalty_value;
    }
}

static ent_rc take_breaks(ent_ctx *ctx, const size_t *breaks, size_t count, ent_shifts *out)
{
    out->shifts = calloc(count + 1, sizeof *out->shifts);
    if (out->shifts == NULL) {
        return ent__nomem(ctx);
    }
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        out->shifts[i].last = breaks[i];
    }
    return ENT_OK;
}

/* -2 log likelihood of normal residuals + log n for every mean, break and the variance. */
static double criterion(const ent_shift_series *s, double total, size_t breaks)
{
    double n = (double)s->n, parameters = 2.0 * (double)breaks + 2;
    if (s->model == ENT_SHIFT_MEAN) {
        return n * (log(total) + 1 - log(n) + log(2 * M_PI)) + parameters * log(n);
    }
    parameters = (s->model == ENT_SHIFT_MEANVAR ? 3.0 : 2.0) * (double)(breaks + 1) - 1;
    return total + parameters * log(n);
}

static ent_rc find_by_number(ent_ctx *ctx, const ent_shift_series *s,
                             const ent_shift_options *options, ent_shifts *out)
{
    size_t most = options->most_breaks > 0 ? options->most_breaks : 5;
    size_t least = options->min_segment > 0 ? options->min_segment
                                            : (size_t)floor(0.15 * (double)s->n);
    least = least < 2 ? 2 : least;
    size_t *breaks = calloc((most + 1) * (most + 1), sizeof *breaks);
    out->rss = calloc(most + 1, sizeof *out->rss);
    out->bic = calloc(most + 1, sizeof *out->bic);
    ent_rc rc = breaks == NULL || out->rss == NULL || out->bic == NULL ? ent__nomem(ctx) : ENT_OK;
    size_t tried = 0, chosen = 0;
    if (rc == ENT_OK) {
        rc = ent__shifts_segment(ctx, s, least, most, out->rss, breaks, &tried);
    }
    if (rc == ENT_OK && options->exactly && tried < most) {
        rc = ent__fail(ctx, ENT_EINPUT, NULL, 0,
                       "%zu values are too few for %zu breaks with segments of at least %zu", s->n,
                       most, least);
    }
    if (rc == ENT_OK) {
        out->tried = tried;
        for (size_t m = 0; m <= tried; m++) {
            out->bic[m] = criterion(s, out->rss[m], m);
            chosen = out->bic[m] < out->bic[chosen] ? m : chosen;
        }
        chosen = options->exactly ? most : chosen;
        out->cost = out->rss[chosen];
        rc = take_breaks(ctx, breaks + chosen * tried, chosen, out);
    }
    free(breaks);
    return rc;
}

static ent_rc search_once(ent_ctx *ctx, const ent_shift_series *s,
                          const ent_shift_options *options, size_t least, double penalty,
                          size_t **breaks, size_t *count)
{
    if (options->method == ENT_SHIFT_PELT) {
        return ent__shifts_pelt(ctx, s, penalty, least, breaks, count);
    }
    size_t most = options->method == ENT_SHIFT_AMOC ? 1
                  : options->most_breaks > 0        ? options->most_breaks
                                                    : 10;
    return ent__shifts_binseg(ctx, s, penalty, least, most, breaks, count);
}

static double squares_within(const ent_shift_series *s, const size_t *breaks, size_t count)
{
    double squares = 0;
    for (size_t i = 0, begin = 0; i <= count; i++) {
        size_t end = i < count ? breaks[i] : s->n;
        squares += ent__shift_squares(s, begin, end);
        begin = end;
    }
    return squares;
}

/* The noise is what is left within the regimes: starting from the whole series' deviation, which
 * the shifts blow up, regimes and noise are found in turn until neither moves.  The deviation only
 * falls, so this ends; 20 rounds are more than was ever seen. */
static ent_rc search(ent_ctx *ctx, ent_shift_series *s, const ent_shift_options *options,
                     size_t least, double penalty, size_t **breaks, size_t *count)
{
    ent_rc rc = search_once(ctx, s, options, least, penalty, breaks, count);
    bool refine = options->model == ENT_SHIFT_MEAN && options->scale == ENT_SCALE_RESIDUAL;
    for (int round = 0; refine && rc == ENT_OK && round < 20 && *count > 0; round++) {
        double freedom = (double)s->n - (double)*count - 1;
        double variance = freedom > 0 ? squares_within(s, *breaks, *count) / freedom : 0;
        size_t before = *count;
        if (!(variance > 0) || !(variance < s->variance)) {
            break;
        }
        s->variance = variance;
        free(*breaks);
        *breaks = NULL;
        rc = search_once(ctx, s, options, least, penalty, breaks, count);
        refine = *count != before;
    }
    return rc;
}

static ent_rc find_by_penalty(ent_ctx *ctx, ent_shift_series *s,
                              const ent_shift_options *options, ent_shifts *out)
{
    size_t least = options->min_segment > 0                ? options->min_segment
                   : options->model == ENT_SHIFT_MEAN      ? 1
                                                           : 2;
    size_t *breaks = NULL, count = 0;
    if (2 * least > s->n) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "%zu values are too few for segments of at least %zu", s->n, least);
    }
    ent_rc rc = search(ctx, s, options, least, out->penalty, &breaks, &count);
    rc = rc != ENT_OK ? rc : take_breaks(ctx, breaks, count, out);
    out->scale = sqrt(s->variance);
    out->cost = 0;
    for (size_t i = 0, begin = 0; rc == ENT_OK && i <= count; i++) {
        size_t end = i < count ? breaks[i] : s->n;
        out->cost += s->model == ENT_SHIFT_MEAN ? ent__shift_squares(s, begin, end)
                                                : ent__shift_cost(s, begin, end);
        begin = end;
    }
    free(breaks);
    return rc;
}

ent_rc ent__shifts_find(ent_ctx *ctx, const double *x, size_t n, const ent_shift_options *options,
                        ent_shifts *out)
{
    *out = (ent_shifts){0};
    ent_shift_series s;
    ent_rc rc = ent__shift_series_new(ctx, x, n, options, &s);
    if (rc != ENT_OK) {
        return rc;
    }
    out->penalty = penalty_of(options, n);
    out->scale = sqrt(s.variance);
    if (options->method == ENT_SHIFT_SEGMENT) {
        s.length_term = false;
        rc = find_by_number(ctx, &s, options, out);
    } else if (options->method == ENT_SHIFT_BOCPD) {
        s.length_term = false;
        rc = ent__shifts_online(ctx, &s, options, out);
    } else {
        rc = find_by_penalty(ctx, &s, options, out);
    }
    if (rc == ENT_OK) {
        ent__shifts_describe(&s, options, out);
    } else {
        ent__shifts_free(out);
    }
    ent__shift_series_free(&s);
    return rc;
}

void ent__shifts_free(ent_shifts *shifts)
{
    free(shifts->shifts);
    free(shifts->bic);
    free(shifts->rss);
    *shifts = (ent_shifts){0};
}

/* ---- regressions --------------------------------------------------------------------------- */

#define MOST_COLUMNS 16

/* Sum of squared residuals from the normal equations (yy, y'X, X'X of k columns); INFINITY where
 * the columns depend on each other. */
static double residual_squares(double yy, const double *xy, const double *xx, size_t k)
{
    double factor[MOST_COLUMNS * MOST_COLUMNS], z[MOST_COLUMNS];
    double left = yy;
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = xx[i * k + j];
            for (size_t m = 0; m < j; m++) {
                sum -= factor[i * k + m] * factor[j * k + m];
            }
            if (i == j && !(sum > 1e-12 * xx[i * k + i])) {
                return INFINITY;
            }
            factor[i * k + j] = i == j ? sqrt(sum) : sum / factor[j * k + j];
        }
        double sum = xy[i];
        for (size_t m = 0; m < i; m++) {
            sum -= factor[i * k + m] * z[m];
        }
        z[i] = sum / factor[i * k + i];
        left -= z[i] * z[i];
    }
    return left > 0 ? left : 0;
}

typedef struct {
    const double *table; /* table[begin * (n + 1) + end] */
    size_t n;
} table_cost;

static double read_table(const void *user, size_t begin, size_t end)
{
    const table_cost *t = user;
    return t->table[begin * (t->n + 1) + end];
}

static void fill_table(double *table, const double *y, const double *columns, size_t n, size_t k,
                       size_t least)
{
    for (size_t begin = 0; begin < n; begin++) {
        double yy = 0, xy[MOST_COLUMNS] = {0}, xx[MOST_COLUMNS * MOST_COLUMNS] = {0};
        for (size_t end = begin + 1; end <= n; end++) {
            const double *row = columns + (end - 1) * k;
            yy += y[end - 1] * y[end - 1];
            for (size_t i = 0; i < k; i++) {
                xy[i] += row[i] * y[end - 1];
                for (size_t j = 0; j <= i; j++) {
                    xx[i * k + j] += row[i] * row[j];
                }
            }
            table[begin * (n + 1) + end] =
                end - begin >= least ? residual_squares(yy, xy, xx, k) : INFINITY;
        }
    }
}

/* Rows: 1, x[i - lag] for each lag. */
static double *lag_columns(const double *x, size_t n, const size_t *lags, size_t lag_count,
                           size_t skipped)
{
    size_t k = lag_count + 1;
    double *columns = malloc((n - skipped) * k * sizeof *columns);
    for (size_t i = skipped; columns != NULL && i < n; i++) {
        double *row = columns + (i - skipped) * k;
        row[0] = 1;
        for (size_t j = 0; j < lag_count; j++) {
            row[j + 1] = x[i - lags[j]];
        }
    }
    return columns;
}

static ent_rc choose_regression(ent_ctx *ctx, const double *table, size_t n, size_t k, size_t least,
                                const ent_shift_options *options, size_t skipped, ent_shifts *out)
{
    size_t most = options->most_breaks > 0 || options->exactly ? options->most_breaks : 5;
    size_t *breaks = calloc((most + 1) * (most + 1), sizeof *breaks), chosen = 0;
    out->rss = calloc(most + 1, sizeof *out->rss);
    out->bic = calloc(most + 1, sizeof *out->bic);
    ent_rc rc = breaks == NULL || out->rss == NULL || out->bic == NULL ? ent__nomem(ctx) : ENT_OK;
    table_cost cost = {table, n};
    if (rc == ENT_OK) {
        rc = ent__segment_neighbourhood(ctx, read_table, &cost, n, least, most, out->rss, breaks,
                                        &out->tried);
    }
    if (rc == ENT_OK && options->exactly && out->tried < most) {
        rc = ent__fail(ctx, ENT_EINPUT, NULL, 0, "%zu values are too few for %zu breaks", n, most);
    }
    double size = (double)n;
    for (size_t m = 0; rc == ENT_OK && m <= out->tried; m++) {
        out->bic[m] = size * (log(out->rss[m]) + 1 - log(size) + log(2 * M_PI)) +
                      (double)((k + 1) * (m + 1)) * log(size);
        chosen = out->bic[m] < out->bic[chosen] ? m : chosen;
    }
    if (rc == ENT_OK) {
        chosen = options->exactly ? most : chosen;
        out->cost = out->rss[chosen];
        for (size_t i = 0; i < chosen; i++) {
            breaks[chosen * out->tried + i] += skipped;
        }
        rc = take_breaks(ctx, breaks + chosen * out->tried, chosen, out);
    }
    free(breaks);
    return rc;
}

ent_rc ent__shifts_lags(ent_ctx *ctx, const double *x, size_t n, const size_t *lags,
                        size_t lag_count, const ent_shift_options *options, ent_shifts *out)
{
    *out = (ent_shifts){0};
    size_t skipped = 0, k = lag_count + 1;
    for (size_t i = 0; i < lag_count; i++) {
        skipped = lags[i] > skipped ? lags[i] : skipped;
    }
    size_t used = n > skipped ? n - skipped : 0;
    size_t least = options->min_segment > 0 ? options->min_segment : used / 10;
    if (k > MOST_COLUMNS || least <= k || used < 2 * least) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "%zu values are too few for segments of at least %zu with %zu coefficients",
                         used, least, k);
    }
    ent_shift_series s;
    ent_shift_options mean = *options;
    mean.model = ENT_SHIFT_MEAN;
    ent_rc rc = ent__shift_series_new(ctx, x, n, &mean, &s);
    if (rc != ENT_OK) {
        return rc;
    }
    double *columns = lag_columns(x, n, lags, lag_count, skipped);
    double *table = malloc((used + 1) * (used + 1) * sizeof *table);
    rc = columns == NULL || table == NULL ? ent__nomem(ctx) : ENT_OK;
    if (rc == ENT_OK) {
        fill_table(table, x + skipped, columns, used, k, least);
        rc = choose_regression(ctx, table, used, k, least, options, skipped, out);
    }
    if (rc == ENT_OK) {
        ent__shifts_describe(&s, options, out);
        for (size_t i = 0; i < out->count; i++) { /* those intervals are of means, not of dynamics */
            out->shifts[i].low = out->shifts[i].high = 0;
        }
    } else {
        ent__shifts_free(out);
    }
    free(columns);
    free(table);
    ent__shift_series_free(&s);
    return rc;
}
