/* Impulse responses of a vector autoregression.
 * In: a fitted model and its panel.  Out: responses to unit and to orthogonal shocks, variance
 * shares, bands from a residual bootstrap. Source: Luetkepohl 2005 (chapters 2 and 3); bands after
 * Runkle 1987. Cost: O(H p k^3); each draw refits the model. */
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

static double *cube(ent_arena *arena, const ent__response *r)
{
    return ent__arena_array(arena, (r->horizon + 1) * r->k * r->k, sizeof(double));
}

/* unit[h] = sum over lags of A_l unit[h - l]; orthogonal[h] = unit[h] P. false: no factor. */
static bool responses_fill(const ent__var *v, const ent__response *shape, double *unit,
                           double *orthogonal, double *factor)
{
    size_t k = v->k, m = k * v->lags + 1, kk = k * k;
    memset(unit, 0, (shape->horizon + 1) * kk * sizeof *unit);
    for (size_t i = 0; i < k; i++) {
        unit[i * k + i] = 1;
    }
    for (size_t h = 1; h <= shape->horizon; h++) {
        for (size_t lag = 1; lag <= v->lags && lag <= h; lag++) {
            for (size_t i = 0; i < k; i++) {
                for (size_t s = 0; s < k; s++) {
                    double a = v->coefficient[i * m + 1 + (lag - 1) * k + s];
                    for (size_t j = 0; j < k; j++) {
                        unit[h * kk + i * k + j] += a * unit[(h - lag) * kk + s * k + j];
                    }
                }
            }
        }
    }
    memcpy(factor, v->covariance, kk * sizeof *factor);
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)k, factor, (lapack_int)k) != 0) {
        return false;
    }
    for (size_t h = 0; h <= shape->horizon; h++) {
        for (size_t i = 0; i < k; i++) {
            for (size_t j = 0; j < k; j++) {
                double sum = 0;
                for (size_t s = j; s < k; s++) {
                    sum += unit[h * kk + i * k + s] * factor[s * k + j];
                }
                orthogonal[h * kk + i * k + j] = sum;
            }
        }
    }
    return true;
}

static void shares_fill(ent__response *r)
{
    size_t k = r->k, kk = k * k;
    for (size_t i = 0; i < k; i++) {
        double total = 0;
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t h = 0; h < r->horizon; h++) {
                double x = r->orthogonal[h * kk + i * k + j];
                sum += x * x;
            }
            r->share[i * k + j] = sum;
            total += sum;
        }
        for (size_t j = 0; j < k; j++) {
            r->share[i * k + j] /= total;
        }
    }
    for (size_t h = 0; h <= r->horizon; h++) {
        for (size_t c = 0; c < kk; c++) {
            r->cumulated[c] += r->unit[h * kk + c];
        }
    }
}

/* A series made by the model from resampled residuals, started from the first real periods. */
static void panel_resample(const ent__panel *panel, const ent__var *v, const double *mean,
                           ent_rng *rng, double *value)
{
    size_t k = v->k, m = k * v->lags + 1, T = panel->periods;
    for (size_t s = 0; s < k; s++) {
        memcpy(value + s * T, panel->value + s * T, v->lags * sizeof *value);
    }
    for (size_t t = v->lags; t < T; t++) {
        size_t drawn = ent__rng_below(rng, (uint32_t)v->periods);
        for (size_t i = 0; i < k; i++) {
            const double *c = v->coefficient + i * m;
            double sum = c[0] + v->residual[drawn * k + i] - mean[i];
            for (size_t lag = 1; lag <= v->lags; lag++) {
                for (size_t s = 0; s < k; s++) {
                    sum += c[1 + (lag - 1) * k + s] * value[s * T + t - lag];
                }
            }
            value[i * T + t] = sum;
        }
    }
}

static int double_compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Percentiles of draw[][cell] into four bands. */
static void bands_fill(const double *drawn, size_t cells, uint32_t draws, double *column,
                       double *const band[4])
{
    static const double points[4] = {0.025, 0.16, 0.84, 0.975};
    for (size_t c = 0; c < cells; c++) {
        for (uint32_t d = 0; d < draws; d++) {
            column[d] = drawn[d * cells + c];
        }
        qsort(column, draws, sizeof *column, double_compare);
        for (int b = 0; b < 4; b++) {
            double at = points[b] * (draws - 1);
            size_t low = (size_t)at, high = low + 1 < draws ? low + 1 : low;
            band[b][c] = column[low] + (at - (double)low) * (column[high] - column[low]);
        }
    }
}

static ent_rc bands_draw(ent_ctx *ctx, const ent__panel *panel, const ent__var *v,
                         ent__response *out)
{
    size_t k = v->k, cells = (out->horizon + 1) * k * k;
    double *unit = malloc(out->draws * cells * sizeof *unit);
    double *orthogonal = malloc(out->draws * cells * sizeof *orthogonal);
    double *value = calloc(k * panel->periods, sizeof *value);
    double *column = calloc(out->draws, sizeof *column), *factor = calloc(k * k, sizeof *factor);
    double mean[ENT__VAR_SERIES_MAX] = {0};
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    bool fine =
        unit != NULL && orthogonal != NULL && value != NULL && column != NULL && factor != NULL;
    ent_rc rc = fine ? ENT_OK : ent__nomem(ctx);
    for (size_t t = 0; t < v->periods; t++) {
        for (size_t i = 0; i < k; i++) {
            mean[i] += v->residual[t * k + i] / (double)v->periods;
        }
    }
    ent__panel made = *panel;
    made.value = value;
    for (uint32_t d = 0; d < out->draws && rc == ENT_OK; d++) {
        ent_arena *own = ent__arena_new();
        ent__var again;
        panel_resample(panel, v, mean, &rng, value);
        rc = own == NULL ? ent__nomem(ctx)
                         : ent__var_fit(ctx, own, &made, v->lags, v->tightness, &again);
        if (rc == ENT_OK) {
            out->unstable_draws += again.modulus >= 1;
            if (!responses_fill(&again, out, unit + d * cells, orthogonal + d * cells, factor)) {
                rc = ent__fail(ctx, ENT_EINPUT, NULL, 0, "the series depend on each other exactly");
            }
        }
        ent__arena_free(own);
    }
    if (rc == ENT_OK) {
        bands_fill(orthogonal, cells, out->draws, column, out->band);
        bands_fill(unit, cells, out->draws, column, out->unit_band);
    }
    free(unit);
    free(orthogonal);
    free(value);
    free(column);
    free(factor);
    return rc;
}

ent_rc ent__var_respond(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel,
                        const ent__var *var, size_t horizon, uint32_t draws, ent__response *out)
{
    *out = (ent__response){.k = var->k, .horizon = horizon, .draws = draws};
    size_t kk = var->k * var->k;
    out->unit = cube(arena, out);
    out->orthogonal = cube(arena, out);
    out->share = ent__arena_array(arena, kk, sizeof(double));
    out->cumulated = ent__arena_array(arena, kk, sizeof(double));
    double *factor = ent__arena_array(arena, kk, sizeof *factor);
    bool fine = out->unit != NULL && out->orthogonal != NULL && out->share != NULL &&
                out->cumulated != NULL && factor != NULL;
    for (int b = 0; b < 4 && draws > 0; b++) {
        out->band[b] = cube(arena, out);
        out->unit_band[b] = cube(arena, out);
        fine = fine && out->band[b] != NULL && out->unit_band[b] != NULL;
    }
    if (!fine) {
        return ent__nomem(ctx);
    }
    if (!responses_fill(var, out, out->unit, out->orthogonal, factor)) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "the series depend on each other exactly");
    }
    shares_fill(out);
    return draws > 0 ? bands_draw(ctx, panel, var, out) : ENT_OK;
}
