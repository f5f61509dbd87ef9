/* shifts_dates: how sure the date and the size of a shift are; tests that there is any.
 * In: breaks.  Out: intervals, means, OLS-CUSUM, largest F statistic.
 * Sources: Bai, Review of Economics and Statistics 79 (1997), the distribution of an estimated
 * break date; Bai and Perron, J. Applied Econometrics 18 (2003), with segments' own variances;
 * Ploberger and Kraemer, Econometrica 60 (1992), OLS-CUSUM; Andrews 1993, sup F.
 * Cost: O(n + breaks). */
#include "shifts.h"

#include <math.h>
#include <stdlib.h>

static double log_normal_tail(double z) /* log P(N < z), for z down to -1e4 */
{
    if (z > -30) {
        return log(erfc(-z / M_SQRT2) / 2);
    }
    double inverse = 1 / (z * z); /* asymptotic series */
    return -z * z / 2 - log(-z) - log(2 * M_PI) / 2 +
           log1p(-inverse * (1 - inverse * (3 - inverse * 15)));
}

/* P(argmax <= x) for the two halves; Bai 1997, appendix B, written with logs so that large x do
 * not overflow. */
static double left_half(double x, double xi, double phi)
{
    double ratio = xi / phi;
    return -exp(log(x) / 2 - x / 8 - log(2 * M_PI) / 2) -
           phi / xi * (phi + 2 * xi) / (phi + xi) *
               exp(ratio * (1 + ratio) * x / 2 + log_normal_tail(-(0.5 + ratio) * sqrt(x))) +
           exp(log(x / 2 - 2 + (phi + 2 * xi) * (phi + 2 * xi) / ((phi + xi) * xi)) +
               log_normal_tail(-sqrt(x) / 2));
}

static double right_half(double x, double xi, double phi)
{
    double ratio = xi * xi / phi;
    return 1 + sqrt(ratio) * exp(log(x) / 2 - ratio * x / 8 - log(2 * M_PI) / 2) +
           xi / phi * (2 * phi + xi) / (phi + xi) *
               exp((phi + xi) * x / 2 + log_normal_tail(-(phi + xi / 2) / sqrt(phi) * sqrt(x))) -
           exp(log((2 * phi + xi) * (2 * phi + xi) / ((phi + xi) * phi) - 2 + ratio * x / 2) +
               log_normal_tail(-sqrt(ratio) * sqrt(x) / 2));
}

static double distribution(double x, double xi, double phi)
{
    return x < 0 ? left_half(-x, xi, phi) : right_half(x, xi, phi);
}

double ent__break_quantile(double probability, double xi, double phi1, double phi2)
{
    double phi = xi * (phi2 / phi1) * (phi2 / phi1);
    double low = -1e-12, high = 1e-12;
    while (distribution(high, xi, phi) < probability && high < 1e9) {
        high = high < 1 ? 1 : high * 2;
    }
    while (distribution(low, xi, phi) > probability && low > -1e9) {
        low = low > -1 ? -1 : low * 2;
    }
    for (int i = 0; i < 200 && high - low > 1e-10 * (fabs(low) + fabs(high)); i++) {
        double middle = (low + high) / 2;
        if (distribution(middle, xi, phi) < probability) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

/* Acklam's rational approximation with one step of Halley's method: full double precision. */
double ent__normal_quantile(double p)
{
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00, 2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01,
                               2.445134137142996e+00, 3.754408661907416e+00};
    double x;
    if (p < 0.02425 || p > 1 - 0.02425) {
        double q = sqrt(-2 * log(p < 0.5 ? p : 1 - p));
        x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
            ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
        x = p < 0.5 ? x : -x;
    } else {
        double q = p - 0.5, r = q * q;
        x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
            (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
    double error = erfc(-x / M_SQRT2) / 2 - p;
    double step = error * sqrt(2 * M_PI) * exp(x * x / 2);
    return x - step / (1 + x * step / 2);
}

/* Positions of a break: the estimate less the scaled quantiles, rounded outward. */
static void date_interval(const ent_shift_series *s, double level, size_t begin, size_t end,
                          ent_shift *shift)
{
    size_t at = shift->last;
    double n1 = (double)(at - begin), n2 = (double)(end - at);
    double v1 = ent__shift_squares(s, begin, at) / n1, v2 = ent__shift_squares(s, at, end) / n2;
    if (s->model == ENT_SHIFT_POISSON) { /* the model says how large the variance is */
        v1 = shift->before;
        v2 = shift->after;
    }
    double delta = shift->after - shift->before;
    shift->low = shift->high = 0;
    if (!(v1 > 0) || !(v2 > 0) || delta == 0) {
        return;
    }
    double tail = (1 - level) / 2, unit = v1 / (delta * delta);
    double upper = ent__break_quantile(1 - tail, 1, sqrt(v1), sqrt(v2)) * unit;
    double lower = ent__break_quantile(tail, 1, sqrt(v1), sqrt(v2)) * unit;
    double low = (double)at - ceil(upper), high = (double)at - floor(lower);
    shift->low = low < 1 ? 1 : (size_t)low;
    shift->high = high > (double)(s->n - 1) ? s->n - 1 : (size_t)high;
}

static void describe_one(const ent_shift_series *s, double level, size_t begin, size_t end,
                         ent_shift *shift)
{
    size_t at = shift->last;
    double n1 = (double)(at - begin), n2 = (double)(end - at);
    shift->first = at + 1;
    shift->before = ent__shift_mean(s, begin, at);
    shift->after = ent__shift_mean(s, at, end);
    shift->size = shift->after - shift->before;
    double v1 = n1 > 1 ? ent__shift_squares(s, begin, at) / (n1 - 1) : NAN;
    double v2 = n2 > 1 ? ent__shift_squares(s, at, end) / (n2 - 1) : NAN;
    shift->deviation_before = sqrt(v1);
    shift->deviation_after = sqrt(v2);
    if (s->model == ENT_SHIFT_POISSON) {
        v1 = shift->before;
        v2 = shift->after;
    }
    double error = sqrt(v1 / n1 + v2 / n2) * ent__normal_quantile((1 + level) / 2);
    shift->size_low = shift->size - error;
    shift->size_high = shift->size + error;
    date_interval(s, level, begin, end, shift);
}

static double autocorrelation_of(const ent_shift_series *s, const ent_shifts *out)
{
    double before = 0, products = 0, squares = 0;
    size_t segment = 0, begin = 0;
    double mean = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t end = segment < out->count ? out->shifts[segment].last : s->n;
        if (i == begin) {
            mean = ent__shift_mean(s, begin, end);
        }
        double residual = s->x[i] - mean;
        products += i > 0 ? residual * before : 0;
        squares += residual * residual;
        before = residual;
        if (i + 1 == end) {
            segment++;
            begin = end;
        }
    }
    return squares > 0 ? products / squares : NAN;
}

/* Largest path of the cumulated residuals; P by the limit of the Brownian bridge's maximum. */
static void cusum_test(const ent_shift_series *s, ent_shifts *out)
{
    double squares = ent__shift_squares(s, 0, s->n), deviation = sqrt(squares / (double)(s->n - 1));
    double mean = (s->sum[s->n] - s->sum[0]) / (double)s->n, largest = 0;
    for (size_t i = 1; i <= s->n; i++) {
        double path = fabs(s->sum[i] - (double)i * mean);
        largest = path > largest ? path : largest;
    }
    out->cusum = deviation > 0 ? largest / (deviation * sqrt((double)s->n)) : NAN;
    double p = 0, x = out->cusum;
    for (int j = 1; j <= 100; j++) {
        double term = 2 * exp(-2.0 * j * j * x * x);
        p += j % 2 == 1 ? term : -term;
    }
    out->cusum_p = p > 1 || x < 0.2 ? 1 : p < 0 ? 0 : p;
}

static void largest_f(const ent_shift_series *s, ent_shifts *out)
{
    double whole = ent__shift_squares(s, 0, s->n), n = (double)s->n;
    out->sup_f = NAN;
    out->sup_f_last = 0;
    for (size_t at = (size_t)floor(0.15 * n); at <= (size_t)floor(0.85 * n); at++) {
        if (at < 1 || at >= s->n) {
            continue;
        }
        double parts = ent__shift_squares(s, 0, at) + ent__shift_squares(s, at, s->n);
        double f = parts > 0 ? (whole - parts) / (parts / (n - 2)) : NAN;
        if (out->sup_f_last == 0 || f > out->sup_f) {
            out->sup_f = f;
            out->sup_f_last = at;
        }
    }
}

void ent__shifts_describe(const ent_shift_series *series, const ent_shift_options *options,
                          ent_shifts *out)
{
    size_t begin = 0;
    for (size_t i = 0; i < out->count; i++) {
        size_t end = i + 1 < out->count ? out->shifts[i + 1].last : series->n;
        describe_one(series, options->level, begin, end, &out->shifts[i]);
        begin = out->shifts[i].last;
    }
    out->autocorrelation = autocorrelation_of(series, out);
    cusum_test(series, out);
    largest_f(series, out);
}
