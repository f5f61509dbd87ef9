/* shifts: what the shift files of align/ share. */
#ifndef ENT_ALIGN_SHIFTS_H
#define ENT_ALIGN_SHIFTS_H

#include "align.h"

/* Prefix sums of a series: the cost of any segment in O(1).  Values are centred on the mean first,
 * so that squares of large values do not swallow their differences. */
typedef struct {
    const double *x; /* as given */
    size_t n;
    double *sum, *square; /* n + 1 each, of x - centre (Poisson: of x) */
    double centre;
    ent_shift_model model;
    bool length_term;     /* MBIC: log of the segment's length is part of its cost */
    double variance;      /* of the mean model's noise */
} ent_shift_series;

ent_rc ent__shift_series_new(ent_ctx *ctx, const double *x, size_t n,
                             const ent_shift_options *options, ent_shift_series *out);
void ent__shift_series_free(ent_shift_series *series);
/* -2 log likelihood (mean: squares over the variance) of x[begin..end-1]. */
double ent__shift_cost(const ent_shift_series *series, size_t begin, size_t end);
double ent__shift_squares(const ent_shift_series *series, size_t begin, size_t end);
double ent__shift_mean(const ent_shift_series *series, size_t begin, size_t end);

/* Breaks as positions 1..n-1 (last observations), ascending; *out is yours to free. */
ent_rc ent__shifts_pelt(ent_ctx *ctx, const ent_shift_series *series, double penalty,
                        size_t min_segment, size_t **out, size_t *out_count);
/* The same optimum for the mean model with regimes of any length: previous[t] is the start of the
 * last regime of x[0..t-1]. */
ent_rc ent__shifts_functional(ent_ctx *ctx, const ent_shift_series *series, double penalty,
                              size_t *previous);
ent_rc ent__shifts_binseg(ent_ctx *ctx, const ent_shift_series *series, double penalty,
                          size_t min_segment, size_t most, size_t **out, size_t *out_count);
/* rss[0..most], breaks[m * most .. + m): the optimum with m breaks; *out_tried <= most. */
ent_rc ent__shifts_segment(ent_ctx *ctx, const ent_shift_series *series, size_t min_segment,
                           size_t most, double *rss, size_t *breaks, size_t *out_tried);
/* Segment neighbourhood over any cost; `cost(user, begin, end)` may be infinite. */
typedef double (*ent_segment_cost)(const void *user, size_t begin, size_t end);
ent_rc ent__segment_neighbourhood(ent_ctx *ctx, ent_segment_cost cost, const void *user, size_t n,
                                  size_t min_segment, size_t most, double *totals, size_t *breaks,
                                  size_t *out_tried);
/* Run-length posterior; breaks of its most probable chain, and when each was known. */
ent_rc ent__shifts_online(ent_ctx *ctx, const ent_shift_series *series,
                          const ent_shift_options *options, ent_shifts *out);

/* Bai 1997: quantile of the argmax of a two-sided Brownian motion with drift. */
double ent__break_quantile(double probability, double xi, double phi1, double phi2);
/* Fills low, high, means, size and its interval for the breaks already in out->shifts. */
void ent__shifts_describe(const ent_shift_series *series, const ent_shift_options *options,
                          ent_shifts *out);
/* The k-th smallest (from 0) of n; reorders x.  O(n) expected. */
double ent__kth_smallest(double *x, size_t n, size_t k);
double ent__normal_quantile(double probability);
double ent__gamma_quantile(double probability, double shape);

#endif
