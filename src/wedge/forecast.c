/* How well forecasts from analogues would have done.
 * In: panels, a series.  Out: Brier, log score and CRPS of the analogue ensemble beside the base
 * rate (climate) and no change (persistence), with a block bootstrap of the difference;
 * calibration. Nothing later than the origin of a forecast is used in it.  Source: Murphy 1973,
 * Kuensch 1989 (blocks). Cost: one search an origin. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

#define BOOTSTRAP_DRAWS 1000

typedef struct {
    double *brier, *log; /* climate - analogues, by forecast */
    size_t count;
} gains;

/* Change of the series after the window at `start`; NaN when it is not known. */
static double change_after(const ent__analogue_question *q, size_t panel, size_t series,
                           size_t start)
{
    const ent__panel *p = &q->panels[panel];
    size_t end = start + q->length, before = q->horizon < q->length ? q->horizon : q->length;
    if (end + q->horizon > p->periods) {
        return NAN;
    }
    const double *v = p->value + series * p->periods;
    double past = 0, next = 0;
    for (size_t t = 0; t < before; t++) {
        past += v[end - 1 - t] / (double)before;
    }
    for (size_t t = 0; t < q->horizon; t++) {
        next += v[end + t] / (double)q->horizon;
    }
    return next - past;
}

/* All changes known at the origin: the climate. */
static size_t climate_of(const ent__analogue_question *q, size_t panel, size_t series, size_t start,
                         double *out)
{
    size_t count = 0;
    ent_str origin = q->panels[panel].labels[start + q->length - 1];
    for (size_t p = 0; p < q->panel_count; p++) {
        for (size_t at = 0; at + q->length + q->horizon <= q->panels[p].periods; at++) {
            size_t end = at + q->length + q->horizon - 1;
            if (ent__str_cmp(q->panels[p].labels[end], origin) > 0) {
                break;
            }
            double change = change_after(q, p, series, at);
            if (!isnan(change)) {
                out[count++] = change;
            }
        }
    }
    return count;
}

static double rising_share(const double *x, const double *weight, size_t count)
{
    double sum = 0, total = 0;
    for (size_t i = 0; i < count; i++) {
        double w = weight == NULL ? 1 : weight[i];
        sum += x[i] > 0 ? w : 0;
        total += w;
    }
    return total > 0 ? sum / total : 0.5;
}

typedef struct {
    ent_arena *arena;
    double *climate, *change, *weight;
} room;

static ent_rc one_forecast(ent_ctx *ctx, const ent__analogue_question *q, size_t panel,
                           size_t series, size_t start, room *r, gains *g, ent__forecast_score *out)
{
    double happened = change_after(q, panel, series, start);
    ent__analogues found;
    ent__arena_reset(r->arena);
    size_t climate_count = climate_of(q, panel, series, start, r->climate);
    if (isnan(happened) || climate_count < 10) {
        return ENT_OK;
    }
    ent_rc rc = ent__analogues_find(ctx, r->arena, q, panel, start, &found);
    if (rc != ENT_OK || found.count < 3) {
        return rc == ENT_EINPUT ? ENT_OK : rc; /* a flat window makes no forecast */
    }
    size_t count = 0;
    for (size_t i = 0; i < found.count; i++) {
        if (found.list[i].has_outcome) {
            r->change[count] = found.list[i].change[series];
            r->weight[count++] = found.list[i].weight;
        }
    }
    /* one rise and one fall more: an ensemble of ten is no proof of certainty */
    double share = rising_share(r->change, r->weight, count), none = 0;
    double size = (double)count;
    double p[ENT__FORECASTERS] = {(share * size + 1) / (size + 2),
                                  rising_share(r->climate, NULL, climate_count), 0.5};
    bool rose = happened > 0;
    for (int f = 0; f < ENT__FORECASTERS; f++) {
        out->brier[f] += ent__score_brier(p[f], rose);
        out->log[f] += ent__score_log(p[f], rose);
    }
    out->crps[ENT__BY_ANALOGUES] += ent__score_crps(r->change, r->weight, count, happened);
    out->crps[ENT__BY_CLIMATE] += ent__score_crps(r->climate, NULL, climate_count, happened);
    out->crps[ENT__BY_PERSISTENCE] += ent__score_crps(&none, NULL, 1, happened);
    out->base_rate += rose;
    size_t bin = (size_t)fmin(9, floor(p[0] * 10));
    out->bin_count[bin]++;
    out->bin_forecast[bin] += p[0];
    out->bin_happened[bin] += rose;
    g->brier[g->count] = ent__score_brier(p[1], rose) - ent__score_brier(p[0], rose);
    g->log[g->count++] = ent__score_log(p[1], rose) - ent__score_log(p[0], rose);
    out->forecasts++;
    return ENT_OK;
}

static int double_compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Mean of the values with a 95 % interval from moving blocks. */
static void block_interval(const double *values, size_t count, size_t block, ent_rng *rng,
                           double *mean, double *low, double *high)
{
    double means[BOOTSTRAP_DRAWS];
    *mean = 0;
    for (size_t i = 0; i < count; i++) {
        *mean += values[i] / (double)count;
    }
    block = block < count ? block : count;
    for (size_t d = 0; d < BOOTSTRAP_DRAWS; d++) {
        double sum = 0;
        for (size_t i = 0; i < count;) {
            size_t from = ent__rng_below(rng, (uint32_t)(count - block + 1));
            for (size_t j = 0; j < block && i < count; j++, i++) {
                sum += values[from + j];
            }
        }
        means[d] = sum / (double)count;
    }
    qsort(means, BOOTSTRAP_DRAWS, sizeof *means, double_compare);
    *low = means[BOOTSTRAP_DRAWS / 40];
    *high = means[BOOTSTRAP_DRAWS - 1 - BOOTSTRAP_DRAWS / 40];
}

static void score_finish(ent_ctx *ctx, const ent__analogue_question *q, const gains *g,
                         ent__forecast_score *out)
{
    double n = (double)out->forecasts;
    for (int f = 0; f < ENT__FORECASTERS; f++) {
        out->brier[f] /= n;
        out->log[f] /= n;
        out->crps[f] /= n;
    }
    out->base_rate /= n;
    for (int b = 0; b < 10; b++) {
        double in_bin = fmax(1, (double)out->bin_count[b]);
        out->bin_forecast[b] /= in_bin;
        out->bin_happened[b] /= in_bin;
    }
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    block_interval(g->brier, g->count, q->horizon, &rng, &out->brier_gain, &out->brier_gain_low,
                   &out->brier_gain_high);
    block_interval(g->log, g->count, q->horizon, &rng, &out->log_gain, &out->log_gain_low,
                   &out->log_gain_high);
}

ent_rc ent__analogues_score(ent_ctx *ctx, const ent__analogue_question *question, size_t panel,
                            size_t series, size_t warm, ent__forecast_score *out)
{
    ent__analogue_question q = *question;
    size_t periods = q.panels[panel].periods, all = 0;
    memset(out, 0, sizeof *out);
    q.peek = false;
    for (size_t p = 0; p < q.panel_count; p++) {
        all += q.panels[p].periods;
    }
    ent_arena *own = ent__arena_new();
    room r = {.arena = ent__arena_new()};
    gains g = {0};
    if (own != NULL) {
        r.climate = ent__arena_array(own, all + 1, sizeof(double));
        r.change = ent__arena_array(own, q.top + 1, sizeof(double));
        r.weight = ent__arena_array(own, q.top + 1, sizeof(double));
        g.brier = ent__arena_array(own, periods + 1, sizeof(double));
        g.log = ent__arena_array(own, periods + 1, sizeof(double));
    }
    ent_rc rc = r.arena == NULL || r.climate == NULL || r.change == NULL || r.weight == NULL ||
                        g.brier == NULL || g.log == NULL
                  ? ent__nomem(ctx)
                  : ENT_OK;
    for (size_t start = warm; rc == ENT_OK && start + q.length + q.horizon <= periods; start++) {
        rc = one_forecast(ctx, &q, panel, series, start, &r, &g, out);
    }
    if (rc == ENT_OK && out->forecasts > 0) {
        score_finish(ctx, &q, &g, out);
    }
    ent__arena_free(r.arena);
    ent__arena_free(own);
    return rc;
}
