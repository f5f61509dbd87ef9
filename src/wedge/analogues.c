/* Historical analogues: past stretches of a dyad or triad most like a given one.
 * In: panels, a window.  Out: the nearest windows with distance, percentile, what followed; the
 * chance that a query without history is matched as well. Source: Sakoe and Chiba 1978 (warping
 * band); Kim et al. 2001, Keogh and Ratanamahatana 2005 (lower bounds).  Cost: O(windows * length)
 * for the bounds, O(length * band) a full distance. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

/* ---- distances ------------------------------------------------------------------------------ */

double ent__euclidean(const double *x, const double *y, size_t series, size_t length)
{
    double sum = 0;
    for (size_t i = 0; i < series * length; i++) {
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return sqrt(sum);
}

static double step_cost(const double *x, const double *y, size_t series, size_t length, size_t i,
                        size_t j)
{
    double sum = 0;
    for (size_t s = 0; s < series; s++) {
        double d = x[s * length + i] - y[s * length + j];
        sum += d * d;
    }
    return sum;
}

#define LENGTH_MAX 1024

double ent__warped(const double *x, const double *y, size_t series, size_t length, size_t band,
                   double ceiling)
{
    double rows[2][LENGTH_MAX + 1], stop = ceiling * ceiling;
    if (length > LENGTH_MAX) {
        return INFINITY;
    }
    for (size_t j = 0; j <= length; j++) {
        rows[0][j] = j == 0 ? 0 : INFINITY;
    }
    for (size_t i = 1; i <= length; i++) {
        const double *above = rows[(i - 1) % 2];
        double *row = rows[i % 2], least = INFINITY;
        size_t first = i > band ? i - band : 1, last = i + band < length ? i + band : length;
        for (size_t j = 0; j <= length; j++) {
            row[j] = INFINITY;
        }
        for (size_t j = first; j <= last; j++) {
            double before = fmin(above[j - 1], fmin(above[j], row[j - 1]));
            row[j] = before + step_cost(x, y, series, length, i - 1, j - 1);
            least = fmin(least, row[j]);
        }
        if (least > stop) {
            return INFINITY;
        }
    }
    return sqrt(rows[length % 2][length]);
}

double ent__warped_bound(const double *low, const double *high, const double *y, size_t series,
                         size_t length)
{
    double sum = 0;
    for (size_t i = 0; i < series * length; i++) {
        double d = fmax(0, fmax(low[i] - y[i], y[i] - high[i]));
        sum += d * d;
    }
    return sqrt(sum);
}

static void envelope(const double *x, size_t series, size_t length, size_t band, double *low,
                     double *high)
{
    for (size_t s = 0; s < series; s++) {
        for (size_t i = 0; i < length; i++) {
            size_t first = i > band ? i - band : 0,
                   last = i + band < length ? i + band : length - 1;
            double least = INFINITY, most = -INFINITY;
            for (size_t j = first; j <= last; j++) {
                least = fmin(least, x[s * length + j]);
                most = fmax(most, x[s * length + j]);
            }
            low[s * length + i] = least;
            high[s * length + i] = most;
        }
    }
}

/* ---- windows -------------------------------------------------------------------------------- */

typedef struct {
    const ent__analogue_question *q;
    size_t series;
    double *mean, *deviation; /* of the library, by series */
    double *query, *low, *high, *window; /* series x length each */
} finder;

static bool normalise(const finder *f, const ent__panel *panel, size_t start, double *out)
{
    size_t length = f->q->length;
    for (size_t s = 0; s < f->series; s++) {
        const double *v = panel->value + s * panel->periods + start;
        double mean = 0, square = 0, scale = 1;
        for (size_t t = 0; t < length; t++) {
            if (isnan(v[t])) {
                return false;
            }
            mean += v[t] / (double)length;
        }
        if (f->q->normalisation == ENT__SHAPE) {
            for (size_t t = 0; t < length; t++) {
                square += (v[t] - mean) * (v[t] - mean);
            }
            scale = sqrt(square / (double)length);
            if (!(scale > 1e-12 * (1 + fabs(mean)))) {
                return false; /* a flat window has no shape */
            }
        } else if (f->q->normalisation == ENT__LEVEL_AND_SHAPE) {
            mean = f->mean[s];
            scale = f->deviation[s] > 0 ? f->deviation[s] : 1;
        } else {
            mean = 0;
        }
        for (size_t t = 0; t < length; t++) {
            out[s * length + t] = (v[t] - mean) / scale;
        }
    }
    return true;
}

static void library_scale(finder *f)
{
    const ent__analogue_question *q = f->q;
    for (size_t s = 0; s < f->series; s++) {
        double sum = 0, square = 0, count = 0;
        for (size_t p = 0; p < q->panel_count; p++) {
            const double *v = q->panels[p].value + s * q->panels[p].periods;
            for (size_t t = 0; t < q->panels[p].periods; t++) {
                sum += isnan(v[t]) ? 0 : v[t];
                square += isnan(v[t]) ? 0 : v[t] * v[t];
                count += !isnan(v[t]);
            }
        }
        f->mean[s] = count > 0 ? sum / count : 0;
        f->deviation[s] = count > 0 ? sqrt(fmax(0, square / count - f->mean[s] * f->mean[s])) : 0;
    }
}

static ent_rc finder_start(ent_ctx *ctx, ent_arena *arena, const ent__analogue_question *q,
                           finder *f)
{
    f->q = q;
    f->series = q->panels[0].series;
    for (size_t p = 0; p < q->panel_count; p++) {
        if (q->panels[p].series != f->series) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "expected %zu series in every panel, got %zu", f->series,
                             q->panels[p].series);
        }
    }
    if (q->length < 2 || q->length > LENGTH_MAX || q->horizon < 1 || q->top < 1) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "expected windows of 2 to %d periods and a horizon of at least 1",
                         LENGTH_MAX);
    }
    size_t cells = f->series * q->length;
    f->mean = ent__arena_array(arena, f->series, sizeof(double));
    f->deviation = ent__arena_array(arena, f->series, sizeof(double));
    f->query = ent__arena_array(arena, cells, sizeof(double));
    f->low = ent__arena_array(arena, cells, sizeof(double));
    f->high = ent__arena_array(arena, cells, sizeof(double));
    f->window = ent__arena_array(arena, cells, sizeof(double));
    if (f->mean == NULL || f->deviation == NULL || f->query == NULL || f->low == NULL ||
        f->high == NULL || f->window == NULL) {
        return ent__nomem(ctx);
    }
    library_scale(f);
    return ENT_OK;
}

/* May the window stand in the library of the query at (panel, start)? */
static bool admitted(const ent__analogue_question *q, size_t panel, size_t start, size_t at_panel,
                     size_t at)
{
    const ent__panel *own = &q->panels[panel], *other = &q->panels[at_panel];
    if (at_panel == panel && at + q->length > start && at < start + q->length) {
        return false;
    }
    if (q->peek) {
        return true;
    }
    size_t end = at + q->length - 1 + q->horizon; /* last period of its outcome */
    return end < other->periods &&
           ent__str_cmp(other->labels[end], own->labels[start + q->length - 1]) <= 0;
}

typedef struct {
    size_t panel, start;
    double distance;
} candidate;

static int candidate_compare(const void *x, const void *y)
{
    const candidate *a = x, *b = y;
    if (a->distance != b->distance) {
        return a->distance < b->distance ? -1 : 1;
    }
    if (a->panel != b->panel) {
        return a->panel < b->panel ? -1 : 1;
    }
    return a->start < b->start ? -1 : a->start > b->start;
}

/* Is one nearer than all those kept that it overlaps?  Keeps list[] of at most `top`, none
 * overlapping, nearest first. */
static void keep(candidate *list, size_t *count, size_t top, size_t length, candidate c)
{
    for (size_t i = 0; i < *count; i++) {
        bool overlap = list[i].panel == c.panel && list[i].start < c.start + length &&
                       c.start < list[i].start + length;
        if (overlap && candidate_compare(&list[i], &c) <= 0) {
            return;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) { /* those it beats and overlaps go */
        bool overlap = list[i].panel == c.panel && list[i].start < c.start + length &&
                       c.start < list[i].start + length;
        if (!overlap) {
            list[kept++] = list[i];
        }
    }
    *count = kept;
    if (kept == top && candidate_compare(&list[top - 1], &c) <= 0) {
        return;
    }
    size_t at = kept < top ? kept : top - 1;
    *count = at + 1;
    while (at > 0 && candidate_compare(&c, &list[at - 1]) < 0) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = c;
}

/* Distance of f->window to f->query, or INFINITY when it must exceed the ceiling. */
static double window_distance(const finder *f, double ceiling, size_t *exact)
{
    const ent__analogue_question *q = f->q;
    size_t n = q->length;
    if (!q->warped) {
        (*exact)++;
        return ent__euclidean(f->query, f->window, f->series, n);
    }
    double ends = step_cost(f->query, f->window, f->series, n, 0, 0) +
                  step_cost(f->query, f->window, f->series, n, n - 1, n - 1);
    if (sqrt(ends) > ceiling ||
        ent__warped_bound(f->low, f->high, f->window, f->series, n) > ceiling) {
        return INFINITY;
    }
    (*exact)++;
    return ent__warped(f->query, f->window, f->series, n, q->band, ceiling);
}

/* A distance within which `top` windows that don't overlap can be found; INFINITY when there are
 * not so many.  Counts the library. */
static double ceiling_find(finder *f, size_t panel, size_t start, candidate *list,
                           ent__analogues *out)
{
    const ent__analogue_question *q = f->q;
    size_t kept = 0;
    for (size_t p = 0; p < q->panel_count; p++) {
        for (size_t at = 0; at + q->length <= q->panels[p].periods; at++) {
            if (!admitted(q, panel, start, p, at) || !normalise(f, &q->panels[p], at, f->window)) {
                continue;
            }
            double limit = kept == q->top ? list[kept - 1].distance : INFINITY;
            double d = window_distance(f, limit, &out->exact);
            out->windows++;
            if (isfinite(d)) {
                keep(list, &kept, q->top, q->length, (candidate){p, at, d});
            }
        }
    }
    return kept == q->top ? list[kept - 1].distance * (1 + 1e-12) : INFINITY;
}

/* Every window within the ceiling, nearest first; *out_near is malloc'd. */
static ent_rc gather(ent_ctx *ctx, finder *f, size_t panel, size_t start, double ceiling,
                     candidate **out_near, size_t *out_count, size_t *exact)
{
    const ent__analogue_question *q = f->q;
    size_t capacity = 0, count = 0;
    candidate *near = NULL;
    for (size_t p = 0; p < q->panel_count; p++) {
        for (size_t at = 0; at + q->length <= q->panels[p].periods; at++) {
            if (!admitted(q, panel, start, p, at) || !normalise(f, &q->panels[p], at, f->window)) {
                continue;
            }
            double d = window_distance(f, ceiling, exact);
            if (!isfinite(d) || d > ceiling) {
                continue;
            }
            if (count == capacity) {
                candidate *grown = ent__grow(near, count, &capacity, sizeof *grown);
                if (grown == NULL) {
                    free(near);
                    return ent__nomem(ctx);
                }
                near = grown;
            }
            near[count++] = (candidate){p, at, d};
        }
    }
    if (count > 0) {
        qsort(near, count, sizeof *near, candidate_compare);
    }
    *out_near = near;
    *out_count = count;
    return ENT_OK;
}

static void changes_fill(const ent__analogue_question *q, ent__analogue *a)
{
    const ent__panel *panel = &q->panels[a->panel];
    size_t end = a->start + q->length, before = q->horizon < q->length ? q->horizon : q->length;
    a->has_outcome = end + q->horizon <= panel->periods;
    for (size_t s = 0; a->has_outcome && s < panel->series; s++) {
        const double *v = panel->value + s * panel->periods;
        double past = 0, next = 0;
        for (size_t t = 0; t < before; t++) {
            past += v[end - 1 - t] / (double)before;
        }
        for (size_t t = 0; t < q->horizon; t++) {
            next += v[end + t] / (double)q->horizon;
        }
        a->change[s] = next - past;
        a->has_outcome = !isnan(a->change[s]);
    }
}

static void weights_fill(ent__analogues *found)
{
    double total = 0, h = found->count > 0 ? found->list[found->count / 2].distance : 1;
    for (size_t i = 0; i < found->count; i++) {
        ent__analogue *a = &found->list[i];
        a->weight = !a->has_outcome ? 0 : h > 0 ? exp(-a->distance * a->distance / (h * h)) : 1;
        total += a->weight;
    }
    for (size_t i = 0; i < found->count && total > 0; i++) {
        found->list[i].weight /= total;
    }
}

static ent_rc selection(ent_ctx *ctx, ent_arena *arena, const finder *f, const candidate *near,
                        size_t near_count, ent__analogues *out)
{
    const ent__analogue_question *q = f->q;
    out->count = 0;
    out->list = ent__arena_array(arena, q->top, sizeof *out->list);
    if (out->list == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < near_count && out->count < q->top; i++) {
        bool overlap = false;
        for (size_t j = 0; j < out->count; j++) {
            overlap |= out->list[j].panel == near[i].panel &&
                       out->list[j].start < near[i].start + q->length &&
                       near[i].start < out->list[j].start + q->length;
        }
        if (overlap) {
            continue;
        }
        ent__analogue *a = &out->list[out->count++];
        *a = (ent__analogue){.panel = near[i].panel,
                             .start = near[i].start,
                             .distance = near[i].distance,
                             .percentile = (double)(i + 1) / (double)out->windows};
        a->change = ent__arena_array(arena, f->series, sizeof *a->change);
        if (a->change == NULL) {
            return ent__nomem(ctx);
        }
        changes_fill(q, a);
    }
    weights_fill(out);
    return ENT_OK;
}

ent_rc ent__analogues_find(ent_ctx *ctx, ent_arena *arena, const ent__analogue_question *question,
                           size_t panel, size_t start, ent__analogues *out)
{
    finder f;
    ent_arena *own = ent__arena_new();
    memset(out, 0, sizeof *out);
    ent_rc rc = own == NULL ? ent__nomem(ctx) : finder_start(ctx, own, question, &f);
    if (rc == ENT_OK && (start + question->length > question->panels[panel].periods ||
                         !normalise(&f, &question->panels[panel], start, f.query))) {
        rc = ent__fail(ctx, ENT_EINPUT, NULL, 0,
                       "expected a window of %zu periods that varies and "
                       "has no gaps at the period asked for",
                       question->length);
    }
    candidate *list = rc == ENT_OK ? ent__arena_array(own, question->top + 1, sizeof *list) : NULL;
    if (rc == ENT_OK && list == NULL) {
        rc = ent__nomem(ctx);
    }
    double ceiling = INFINITY;
    if (rc == ENT_OK) {
        envelope(f.query, f.series, question->length, question->band, f.low, f.high);
        ceiling = ceiling_find(&f, panel, start, list, out);
    }
    for (bool again = true; again && rc == ENT_OK;) {
        candidate *near = NULL;
        size_t near_count = 0;
        rc = gather(ctx, &f, panel, start, ceiling, &near, &near_count, &out->exact);
        if (rc == ENT_OK) {
            rc = selection(ctx, arena, &f, near, near_count, out);
        }
        free(near);
        /* nearest first can need more room than the windows kept on the way did */
        again = out->count < question->top && isfinite(ceiling);
        ceiling = INFINITY;
    }
    ent__arena_free(own);
    return rc;
}

/* ---- chance --------------------------------------------------------------------------------- */

/* A window of the panel with its years shuffled: blocks of a season, in random order. */
static void shuffled_window(const ent__panel *panel, size_t length, size_t season, ent_rng *rng,
                            double *out)
{
    size_t offset = panel->periods > length ? ent__rng_below(rng, (uint32_t)season) : 0;
    for (size_t t = 0; t < length; t += season) {
        size_t blocks = (panel->periods - offset) / season;
        size_t from = blocks == 0 ? 0 : offset + season * ent__rng_below(rng, (uint32_t)blocks);
        for (size_t i = t; i < length && i < t + season; i++) {
            size_t at = from + i - t < panel->periods ? from + i - t : panel->periods - 1;
            for (size_t s = 0; s < panel->series; s++) {
                out[s * length + i] = panel->value[s * panel->periods + at];
            }
        }
    }
}

ent_rc ent__analogues_chance(ent_ctx *ctx, const ent__analogue_question *question, size_t panel,
                             size_t start, double distance, size_t season, uint32_t draws,
                             double *out_p)
{
    const ent__panel *own = &question->panels[panel];
    size_t L = question->length, hits = 0, made = 0;
    finder f;
    ent_arena *arena = ent__arena_new();
    double *value = arena == NULL ? NULL : ent__arena_array(arena, own->series * L, sizeof *value);
    ent_rc rc = value == NULL ? ent__nomem(ctx) : finder_start(ctx, arena, question, &f);
    ent__panel shuffled = {own->series, L, own->names, own->labels, value};
    size_t block = season < 1 ? 1 : season < L ? season : (L > 3 ? L / 2 : L);
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    for (uint32_t d = 0; d < draws && rc == ENT_OK; d++) {
        shuffled_window(own, L, block, &rng, value);
        if (!normalise(&f, &shuffled, 0, f.query)) {
            continue;
        }
        envelope(f.query, f.series, L, question->band, f.low, f.high);
        made++;
        bool hit = false;
        size_t exact = 0;
        for (size_t p = 0; p < question->panel_count && !hit; p++) {
            for (size_t at = 0; at + L <= question->panels[p].periods && !hit; at++) {
                if (admitted(question, panel, start, p, at) &&
                    normalise(&f, &question->panels[p], at, f.window)) {
                    hit = window_distance(&f, distance, &exact) <= distance;
                }
            }
        }
        hits += hit;
    }
    *out_p = (1 + (double)hits) / (1 + (double)made);
    ent__arena_free(arena);
    return rc;
}
