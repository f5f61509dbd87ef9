/* series_interval: intervals of counts, shares, sums and means.
 * In: counts or values.  Out: bounds.
 * Sources: Poisson rate: gamma posterior with Jeffreys' prior (shape n + 1/2), Brown, Cai and
 * DasGupta 2003; share: Wilson 1927; mean and sum of a random number of events: Poisson bootstrap
 * (Hanley and MacGibbon 2006), which lets the number vary too, percentile limits.
 * Above 200 values it is taken at its normal limit.  Cost: 1,000 draws x values. */
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS 1000
#define MANY 200

/* Regularised lower incomplete gamma function P(a, x): series below a + 1, else a continued
 * fraction (Lentz). */
static double gamma_p(double a, double x)
{
    if (!(x > 0)) {
        return 0;
    }
    double front = exp(a * log(x) - x - ent__log_gamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int i = 1; i < 10000 && term > sum * 1e-16; i++) {
            term *= x / (a + i);
            sum += term;
        }
        return sum * front;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int i = 1; i < 10000; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = fabs(d) < 1e-300 ? 1e-300 : d;
        c = b + an / c;
        c = fabs(c) < 1e-300 ? 1e-300 : c;
        d = 1 / d;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-15) {
            break;
        }
    }
    return 1 - front * h;
}

double ent__gamma_quantile(double p, double shape)
{
    double low = 0, high = shape + 10 * sqrt(shape) + 20;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
        double middle = (low + high) / 2;
        if (gamma_p(shape, middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

/* The lower bound of nothing is nothing. */
void ent__interval_poisson(int64_t count, double level, double *low, double *high)
{
    double tail = (1 - level) / 2, shape = (double)count + 0.5;
    if (count > 100000) { /* the normal limit is exact to the digits anyone prints */
        double z = ent__normal_quantile(1 - tail) * sqrt((double)count);
        *low = (double)count - z;
        *high = (double)count + z;
        return;
    }
    *low = count == 0 ? 0 : ent__gamma_quantile(tail, shape);
    *high = ent__gamma_quantile(1 - tail, shape);
}

double ent__interval_z(double level)
{
    return ent__normal_quantile((1 + level) / 2);
}

void ent__interval_share(double part, double whole, double level, double *low, double *high)
{
    *low = *high = NAN;
    if (!(whole > 0)) {
        return;
    }
    double z = ent__interval_z(level), n = whole, p = part / n;
    double middle = p + z * z / (2 * n);
    double reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = part == 0 ? 0 : (middle - reach) / (1 + z * z / n);
    *high = part == whole ? 1 : (middle + reach) / (1 + z * z / n);
}

/* Draws side by side: their sums are chains of their own, which the machine adds at the same time;
 * within a draw values are added in their order, so that the sums do not depend on it. */
enum { LANES = 8 };
_Static_assert(DRAWS % LANES == 0, "whole groups of draws");

/* Weights of a Poisson bootstrap, counts of mean 1, four from one random number, each a comparison
 * with 65,536 times the chance of 0, at most 1, ...: weight[i][lane]. */
static void draw_weights(ent_rng *rng, size_t n, double weight[][LANES], int64_t total[LANES])
{
    for (size_t lane = 0; lane < LANES; lane++) {
        uint16_t uniform[MANY + 4], drawn[MANY + 4];
        for (size_t i = 0; i < n; i += 4) {
            uint64_t bits = ent__rng_next(rng);
            for (size_t k = 0; k < 4; k++) {
                uniform[i + k] = (uint16_t)(bits >> (16 * k));
            }
        }
        for (size_t i = 0; i < n; i++) {
            uint16_t u = uniform[i];
            drawn[i] = (uint16_t)((u >= 24109) + (u >= 48219) + (u >= 60273) + (u >= 64291) +
                                  (u >= 65296) + (u >= 65497) + (u >= 65531));
        }
        total[lane] = 0;
        for (size_t i = 0; i < n; i++) {
            total[lane] += drawn[i];
            weight[i][lane] = drawn[i];
        }
    }
}

/* Sums of weighted values and of weights for every draw. */
static void draw_sums(const double *values, size_t n, uint64_t seed, double sums[DRAWS],
                      int64_t weights[DRAWS])
{
    ent_rng rng;
    ent__rng_seed(&rng, seed);
    double weight[MANY + 4][LANES];
    for (size_t first = 0; first < DRAWS; first += LANES) {
        double total[LANES] = {0};
        draw_weights(&rng, n, weight, &weights[first]);
        for (size_t i = 0; i < n; i++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                total[lane] += values[i] * weight[i][lane];
            }
        }
        memcpy(&sums[first], total, sizeof total);
    }
}

static void limits(double *draws, size_t count, double level, double *low, double *high)
{
    size_t cut = (size_t)floor((1 - level) / 2 * (double)count);
    *low = ent__kth_smallest(draws, count, cut);
    *high = ent__kth_smallest(draws, count, count - 1 - cut);
}

/* Sums of values with few decimals, without the dust of binary fractions. */
static double clean(double sum)
{
    return fabs(sum) < 1e6 ? nearbyint(sum * 1e9) / 1e9 : sum;
}

void ent__interval_values(const double *values, size_t n, double level, uint64_t seed,
                          ent_value_intervals *out)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    sum = clean(sum);
    *out = (ent_value_intervals){.sum = sum, .sum_low = sum, .sum_high = sum, .mean = NAN,
                                 .mean_low = NAN, .mean_high = NAN};
    if (n == 0) {
        return;
    }
    out->mean = sum / (double)n;
    double z = ent__normal_quantile((1 + level) / 2);
    if (n > MANY) {
        double variance = (squares - sum * sum / (double)n) / (double)(n - 1);
        double reach = z * sqrt(variance > 0 ? variance / (double)n : 0);
        out->mean_low = out->mean - reach;
        out->mean_high = out->mean + reach;
        out->sum_low = sum - z * sqrt(squares);
        out->sum_high = sum + z * sqrt(squares);
        return;
    }
    double means[DRAWS], sums[DRAWS];
    int64_t weights[DRAWS];
    size_t drawn = 0;
    draw_sums(values, n, seed, sums, weights);
    for (int d = 0; d < DRAWS; d++) {
        if (weights[d] > 0) { /* a draw of no event has no mean */
            means[drawn++] = sums[d] / (double)weights[d];
        }
        sums[d] = clean(sums[d]);
    }
    if (n > 1) { /* one event says nothing of how far others would lie */
        limits(means, drawn, level, &out->mean_low, &out->mean_high);
    }
    limits(sums, DRAWS, level, &out->sum_low, &out->sum_high);
}
