/* shifts_functional: the optimum of PELT for the mean model, pruned by values of the mean.
 * PELT drops a start only when it is beaten for every mean, which in long quiet regimes is never:
 * a million values of regimes of 5,000 took 24 s.  Here each start keeps the means for which it may
 * still win and goes when none is left; the optimum is the same, the starts alive are a few dozen.
 * In: prefix sums, penalty.  Out: breaks.
 * Source: Maidstone, Hocking, Rigaill and Fearnhead, Statistics and Computing 27 (2017), FPOP.
 * With the length term of MBIC an older start pays more for its length now but loses less by
 * waiting: it yields only where it is beaten without that term, and a newer start keeps the means
 * where it wins with it.  Cost: O(n x starts alive), about 0.5 s for a million values. */
#include "shifts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RANGES 6

typedef struct {
    double low, high;
} range;

/* A start of the last regime and the means for which it may still be best. */
typedef struct {
    size_t start;
    double base;  /* cost before it, its penalty included */
    double total; /* with all since then, without the length term */
    size_t count;
    range ranges[MOST_RANGES];
} alive_start;

typedef struct {
    alive_start *starts;
    size_t count, capacity;
    range *taken; /* scratch: where the newest start loses */
    size_t taken_count, taken_capacity;
    double lowest, highest;
} functional;

static bool take(functional *f, range r)
{
    void *grown = ent__grow(f->taken, f->taken_count, &f->taken_capacity, sizeof *f->taken);
    if (grown == NULL) {
        return false;
    }
    f->taken = grown;
    size_t at = f->taken_count++;
    for (; at > 0 && f->taken[at - 1].low > r.low; at--) { /* kept in order: few, nearly sorted */
        f->taken[at] = f->taken[at - 1];
    }
    f->taken[at] = r;
    return true;
}

/* Too many pieces: the last two become one with the gap between them.  More than needed is safe. */
static void add_range(alive_start *s, range r)
{
    if (s->count == MOST_RANGES) {
        s->ranges[s->count - 1].high = r.high;
    } else {
        s->ranges[s->count++] = r;
    }
}

static void cut(alive_start *s, range to)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        double low = s->ranges[i].low > to.low ? s->ranges[i].low : to.low;
        double high = s->ranges[i].high < to.high ? s->ranges[i].high : to.high;
        if (low <= high) {
            s->ranges[kept++] = (range){low, high};
        }
    }
    s->count = kept;
}

/* What is left of the axis beside the ranges taken. */
static void rest_of_axis(const functional *f, alive_start *out)
{
    double at = f->lowest;
    out->count = 0;
    for (size_t i = 0; i < f->taken_count; i++) {
        if (f->taken[i].low > at) {
            add_range(out, (range){at, f->taken[i].low});
        }
        at = f->taken[i].high > at ? f->taken[i].high : at;
    }
    if (at < f->highest) {
        add_range(out, (range){at, f->highest});
    }
}

/* Prunes with the new start at `end` whose cost so far is `base`, and adds it where it may win. */
static bool prune_and_add(const ent_shift_series *s, functional *f, size_t end, double base)
{
    size_t kept = 0;
    f->taken_count = 0;
    for (size_t i = 0; i < f->count; i++) {
        alive_start *a = &f->starts[i];
        double room = base - a->total;
        if (room < 0) {
            continue;
        }
        double n = (double)(end - a->start), mean = (s->sum[end] - s->sum[a->start]) / n;
        double unit = s->variance / n, reach = sqrt(room * unit);
        double safe = reach * (1 + 1e-9) + 1e-12 * fabs(mean);
        cut(a, (range){mean - safe, mean + safe});
        if (a->count == 0) {
            continue;
        }
        double ahead = room - (s->length_term ? log(n + 1) : 0);
        double winning = (s->length_term && ahead > 0 ? sqrt(ahead * unit) : reach) * (1 - 1e-9);
        for (size_t r = 0; ahead > 0 && r < a->count; r++) {
            range won = {mean - winning, mean + winning};
            won.low = won.low > a->ranges[r].low ? won.low : a->ranges[r].low;
            won.high = won.high < a->ranges[r].high ? won.high : a->ranges[r].high;
            if (won.low < won.high && !take(f, won)) {
                return false;
            }
        }
        if (kept != i) {
            f->starts[kept] = *a;
        }
        kept++;
    }
    f->count = kept;
    void *grown = ent__grow(f->starts, f->count, &f->capacity, sizeof *f->starts);
    if (grown == NULL) {
        return false;
    }
    f->starts = grown;
    alive_start *fresh = &f->starts[f->count];
    fresh->start = end;
    fresh->base = base;
    rest_of_axis(f, fresh);
    f->count += fresh->count > 0;
    return true;
}

ent_rc ent__shifts_functional(ent_ctx *ctx, const ent_shift_series *s, double penalty,
                              size_t *previous)
{
    functional f = {.lowest = INFINITY, .highest = -INFINITY};
    for (size_t i = 0; i < s->n; i++) {
        double d = s->x[i] - s->centre;
        f.lowest = d < f.lowest ? d : f.lowest;
        f.highest = d > f.highest ? d : f.highest;
    }
    f.starts = ent__grow(NULL, 0, &f.capacity, sizeof *f.starts);
    bool ok = f.starts != NULL;
    if (ok) {
        f.starts[0] = (alive_start){.count = 1, .ranges = {{f.lowest, f.highest}}};
        f.count = 1;
    }
    for (size_t end = 1; ok && end <= s->n; end++) {
        double best = INFINITY, precision = 1 / s->variance;
        for (size_t i = 0; i < f.count; i++) {
            alive_start *a = &f.starts[i];
            a->total = a->base + ent__shift_squares(s, a->start, end) * precision;
            double total = s->length_term ? a->total + log((double)(end - a->start)) : a->total;
            if (total < best) {
                best = total;
                previous[end] = a->start;
            }
        }
        ok = prune_and_add(s, &f, end, best + penalty);
    }
    free(f.starts);
    free(f.taken);
    return ok ? ENT_OK : ent__nomem(ctx);
}
