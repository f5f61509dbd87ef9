/* shifts_online: would I have known on the day?  Bayesian online change-point detection.
 * In: values one after the other.  Out: the most probable chain of regimes, and the observation
 * after which each change was known (more than half of the probability on a regime that began
 * nearer to it than to the change before).
 * Source: Adams and MacKay 2007 (arXiv 0710.3742); normal data with unknown mean and variance
 * (normal-gamma prior m = 0, k = 0.01, a = 0.01, b = 0.0001 on z-scored values, the predictive is
 * a Student t), counts with a gamma prior (a = 1, b = 1 / mean: the predictive is a negative
 * binomial).  Cost: O(n) a step, run lengths below 1e-8 of the largest are dropped. */
#include "shifts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One run length: the regime began `run` observations ago. */
typedef struct {
    size_t run;
    double log_weight;
    double m, k, a, b; /* normal-gamma, or a and b of the gamma */
} hypothesis;

typedef struct {
    hypothesis *items, *next;
    size_t count, capacity;
    size_t *most_probable; /* run length after each observation */
    bool counts;
    double a0, b0;
} online;

#define DROPPED 18.4 /* log of 1e8 */

static double log_student(const hypothesis *h, double x)
{
    double df = 2 * h->a, square = h->b * (h->k + 1) / (h->a * h->k), d = x - h->m;
    return ent__log_gamma((df + 1) / 2) - ent__log_gamma(df / 2) -
           0.5 * log(df * M_PI * square) - (df + 1) / 2 * log1p(d * d / (df * square));
}

static double log_negative_binomial(const hypothesis *h, double x)
{
    return ent__log_gamma(h->a + x) - ent__log_gamma(h->a) - ent__log_gamma(x + 1) +
           h->a * log(h->b / (h->b + 1)) - x * log(h->b + 1);
}

static hypothesis learn(const online *o, const hypothesis *h, double x)
{
    hypothesis next = *h;
    next.run++;
    if (o->counts) {
        next.a += x;
        next.b += 1;
        return next;
    }
    next.k = h->k + 1;
    next.m = (h->k * h->m + x) / next.k;
    next.a = h->a + 0.5;
    next.b = h->b + h->k * (x - h->m) * (x - h->m) / (2 * next.k);
    return next;
}

static double log_sum(double a, double b)
{
    double most = a > b ? a : b;
    return isinf(most) ? most : most + log(exp(a - most) + exp(b - most));
}

/* A run of 0 after x: a change happened and the next value begins a regime. */
static void step(online *o, double x, double hazard)
{
    double total = -INFINITY, change = -INFINITY, most = -INFINITY;
    for (size_t i = 0; i < o->count; i++) {
        hypothesis *h = &o->items[i];
        double seen = h->log_weight +
                      (o->counts ? log_negative_binomial(h, x) : log_student(h, x));
        o->next[i + 1] = learn(o, h, x);
        o->next[i + 1].log_weight = seen + log1p(-hazard);
        change = log_sum(change, seen + log(hazard));
        total = log_sum(total, seen);
    }
    o->next[0] = (hypothesis){0, change, 0, 0.01, o->a0, o->b0};
    size_t kept = 0;
    for (size_t i = 0; i <= o->count; i++) {
        o->next[i].log_weight -= total;
        most = o->next[i].log_weight > most ? o->next[i].log_weight : most;
    }
    for (size_t i = 0; i <= o->count; i++) {
        if (i == 0 || o->next[i].log_weight > most - DROPPED) {
            o->items[kept++] = o->next[i];
        }
    }
    o->count = kept;
}

static size_t likeliest(const online *o)
{
    size_t best = 0;
    for (size_t i = 1; i < o->count; i++) {
        best = o->items[i].log_weight > o->items[best].log_weight ? i : best;
    }
    return o->items[best].run;
}

static bool start(online *o, const ent_shift_series *s, double *out_mean, double *out_deviation)
{
    size_t n = s->n;
    o->items = malloc((n + 2) * sizeof *o->items);
    o->next = malloc((n + 2) * sizeof *o->next);
    o->most_probable = malloc((n + 1) * sizeof *o->most_probable);
    o->counts = s->model == ENT_SHIFT_POISSON;
    double mean = ent__shift_mean(s, 0, n);
    double deviation = sqrt(ent__shift_squares(s, 0, n) / (double)(n - 1));
    *out_mean = o->counts ? 0 : mean;
    *out_deviation = o->counts || !(deviation > 0) ? 1 : deviation;
    o->a0 = o->counts ? 1 : 0.01;
    o->b0 = o->counts ? 1 / (mean > 0 ? mean : 1) : 1e-4;
    if (o->items != NULL) {
        o->items[0] = (hypothesis){0, 0, 0, 0.01, o->a0, o->b0};
        o->count = 1;
    }
    return o->items != NULL && o->next != NULL && o->most_probable != NULL;
}

static void stop(online *o)
{
    free(o->items);
    free(o->next);
    free(o->most_probable);
}

/* The chain of most probable runs, from the end backwards. */
static ent_rc read_chain(ent_ctx *ctx, const online *o, size_t n, ent_shifts *out)
{
    size_t count = 0;
    for (size_t t = n; t > 0;) {
        size_t run = o->most_probable[t] == 0 ? 1 : o->most_probable[t];
        t = run >= t ? 0 : t - run;
        count += t > 0;
    }
    out->shifts = calloc(count + 1, sizeof *out->shifts);
    if (out->shifts == NULL) {
        return ent__nomem(ctx);
    }
    out->count = count;
    for (size_t t = n; t > 0;) {
        size_t run = o->most_probable[t] == 0 ? 1 : o->most_probable[t];
        t = run >= t ? 0 : t - run;
        if (t > 0) {
            out->shifts[--count].last = t;
        }
    }
    return ENT_OK;
}

/* Second walk: after which observation did the belief in each change pass one half? */
static void when_known(online *o, const ent_shift_series *s, const ent_shift_options *options,
                       double mean, double deviation, ent_shifts *out)
{
    o->items[0] = (hypothesis){0, 0, 0, 0.01, o->a0, o->b0};
    o->count = 1;
    for (size_t t = 1; t <= s->n; t++) {
        step(o, (s->x[t - 1] - mean) / deviation, options->hazard);
        for (size_t c = 0; c < out->count; c++) {
            ent_shift *shift = &out->shifts[c];
            size_t since = c > 0 ? out->shifts[c - 1].last : 0;
            size_t until = c + 1 < out->count ? out->shifts[c + 1].last : s->n;
            if (shift->known_at != 0 || t <= shift->last || t > until) {
                continue;
            }
            double probability = 0;
            for (size_t i = 0; i < o->count; i++) {
                size_t begun = t - o->items[i].run; /* last observation before the regime */
                bool newer = 2 * begun > shift->last + since;
                probability += newer ? exp(o->items[i].log_weight) : 0;
            }
            if (probability > 0.5) {
                shift->known_at = t;
                shift->known_probability = probability;
            }
        }
    }
}

ent_rc ent__shifts_online(ent_ctx *ctx, const ent_shift_series *s,
                          const ent_shift_options *options, ent_shifts *out)
{
    online o = {0};
    double mean, deviation;
    if (!start(&o, s, &mean, &deviation)) {
        stop(&o);
        return ent__nomem(ctx);
    }
    for (size_t t = 1; t <= s->n; t++) {
        step(&o, (s->x[t - 1] - mean) / deviation, options->hazard);
        o.most_probable[t] = likeliest(&o);
    }
    ent_rc rc = read_chain(ctx, &o, s->n, out);
    if (rc == ENT_OK) {
        when_known(&o, s, options, mean, deviation, out);
    }
    stop(&o);
    return rc;
}
