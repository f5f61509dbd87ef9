/* Scores of probability forecasts; see wedge.h.
 * In: forecast and what happened.  Out: a number, lower is better.
 * Source: Brier 1950; Gneiting and Raftery 2007 (CRPS, interval score); Epstein 1969 (ranked
 * score); Ferro 2014 (fair CRPS).  Cost: O(n^2) for ensembles, else O(n). */
#include <math.h>

#include "wedge.h"

double ent__score_brier(double p, bool happened)
{
    double miss = p - (happened ? 1 : 0);
    return miss * miss;
}

double ent__score_log(double p, bool happened)
{
    p = fmin(fmax(p, 1e-6), 1 - 1e-6);
    return -log(happened ? p : 1 - p);
}

static double spread(const double *x, const double *weight, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            double w =
                weight == NULL ? 1.0 / ((double)count * (double)count) : weight[i] * weight[j];
            sum += 2 * w * fabs(x[i] - x[j]);
        }
    }
    return sum;
}

double ent__score_crps(const double *x, const double *weight, size_t count, double y)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (weight == NULL ? 1.0 / (double)count : weight[i]) * fabs(x[i] - y);
    }
    return sum - spread(x, weight, count) / 2;
}

double ent__score_crps_fair(const double *x, size_t count, double y)
{
    double n = (double)count, all = spread(x, NULL, count);
    return ent__score_crps(x, NULL, count, y) + all / 2 - (count > 1 ? all * n / (n - 1) / 2 : 0);
}

double ent__score_crps_normal(double mean, double sd, double y)
{
    if (!(sd > 0)) {
        return fabs(y - mean);
    }
    double z = (y - mean) / sd;
    double density = exp(-z * z / 2) / sqrt(2 * M_PI);
    return sd * (z * erf(z / sqrt(2)) + 2 * density - 1 / sqrt(M_PI));
}

double ent__score_interval(double low, double high, double alpha, double y)
{
    return high - low + 2 / alpha * (fmax(0, low - y) + fmax(0, y - high));
}

double ent__score_ranked(const double *p, size_t count, size_t happened)
{
    double sum = 0, below = 0;
    for (size_t k = 0; k + 1 < count; k++) {
        below += p[k];
        double miss = below - (happened <= k ? 1 : 0);
        sum += miss * miss;
    }
    return sum;
}

double ent__score_ignorance(const size_t *count_of_bin, size_t bins, size_t happened)
{
    double all = 0;
    for (size_t b = 0; b < bins; b++) {
        all += (double)count_of_bin[b] + 1;
    }
    return -log2(((double)count_of_bin[happened] + 1) / all);
}
