/* Ties and series out of a store.
 * In: a store, states, a period.  Out: a tie history (undirected, with errors), or a panel of
 * directed series.  Measures and their errors are align's; here they are only put on one scale.
 * Cost: one range of an index a dyad. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    int32_t *starts; /* periods seen, ascending once sorted */
    size_t count, capacity;
} calendar;

static int day_compare(const void *x, const void *y)
{
    const int32_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

static ent_rc calendar_add(calendar *c, const ent_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        if (c->count == c->capacity) {
            int32_t *grown = ent__grow(c->starts, c->count, &c->capacity, sizeof *grown);
            if (grown == NULL) {
                return ent__nomem(c->ctx);
            }
            c->starts = grown;
        }
        c->starts[c->count++] = series->points[i].start;
    }
    return ENT_OK;
}

static void calendar_sort(calendar *c)
{
    size_t kept = 0;
    if (c->count > 0) {
        qsort(c->starts, c->count, sizeof *c->starts, day_compare);
    }
    for (size_t i = 0; i < c->count; i++) {
        if (kept == 0 || c->starts[kept - 1] != c->starts[i]) {
            c->starts[kept++] = c->starts[i];
        }
    }
    c->count = kept;
}

static size_t calendar_at(const calendar *c, int32_t start)
{
    const int32_t *found = bsearch(&start, c->starts, c->count, sizeof *c->starts, day_compare);
    return (size_t)(found - c->starts);
}

static ent_str *labels_of(const calendar *c, ent_by by)
{
    ent_str *labels = ent__arena_array(c->arena, c->count + 1, sizeof *labels);
    for (size_t i = 0; labels != NULL && i < c->count; i++) {
        char text[16];
        ent__period_label(by, c->starts[i], text);
        labels[i] = ent__arena_str(c->arena, ent__str(text));
    }
    return labels;
}

typedef struct {
    ent_series *series;
    size_t count;
} bundle;

static void bundle_free(bundle *b)
{
    for (size_t i = 0; i < b->count; i++) {
        ent__series_free(&b->series[i]);
    }
}

static ent_rc series_read(ent_ctx *ctx, ent_store *store, const char *a, const char *b, ent_by by,
                          ent_date since, ent_date until, bool undirected, ent_series *out)
{
    ent_series_options options = {.by = by, .level = 0.95, .seed = ent_ctx_get_seed(ctx)};
    options.dyad = (ent_dyad_filter){
        .source = a, .target = b, .undirected = undirected, .since = since, .until = until};
    return ent__series_read(ctx, store, &options, out);
}

static ent_str *states_copy(ent_arena *arena, const char *const *states, size_t count)
{
    ent_str *names = ent__arena_array(arena, count, sizeof *names);
    for (size_t i = 0; names != NULL && i < count; i++) {
        names[i] = ent__arena_str(arena, ent__str(states[i]));
    }
    return names;
}

static ent_rc states_check(ent_ctx *ctx, size_t count)
{
    return count >= 2 && count <= ENT__HISTORY_STATES_MAX
             ? ENT_OK
             : ent__fail(ctx, ENT_EUSAGE, NULL, 0, "expected 2 to %d states, got %zu",
                         ENT__HISTORY_STATES_MAX, count);
}

/* Standard error of a mean from its 95 % interval; a period with one event has no interval: the
 * spread of the whole scale stands for what is not known. */
static double error_of(const ent_series_point *p)
{
    double error = (p->goldstein_high - p->goldstein_low) / (2 * 1.959963984540054) / 10;
    double floor_of_few = 0.5 / sqrt((double)p->count);
    return isfinite(error) && error > 0 && p->count >= 5 ? error : fmax(error, floor_of_few);
}

static ent_rc history_fill(ent_ctx *ctx, ent_arena *arena, const bundle *b, size_t states,
                           const calendar *c, ent__tie_history *out)
{
    ent__period_tie *rows = ent__arena_array(arena, b->count * c->count + 1, sizeof *rows);
    size_t row_count = 0;
    if (rows == NULL) {
        return ent__nomem(ctx);
    }
    for (uint32_t period = 0; period < c->count; period++) {
        size_t pair = 0;
        for (uint32_t i = 0; i < states; i++) {
            for (uint32_t j = i + 1; j < states; j++, pair++) {
                const ent_series *s = &b->series[pair];
                for (size_t t = 0; t < s->count; t++) {
                    const ent_series_point *p = &s->points[t];
                    if (p->start == c->starts[period] && p->count > 0 && isfinite(p->goldstein)) {
                        rows[row_count++] =
                            (ent__period_tie){period, i, j, 0, p->goldstein / 10, error_of(p), 0};
                    }
                }
            }
        }
    }
    out->rows = rows;
    out->row_count = row_count;
    return ENT_OK;
}

ent_rc ent__tie_history_store(ent_ctx *ctx, ent_arena *arena, ent_store *store,
                              const char *const *states, size_t count, ent_by by, ent_date since,
                              ent_date until, ent__tie_history *out)
{
    calendar c = {.ctx = ctx, .arena = arena};
    bundle b = {ent__arena_array(arena, count * count, sizeof *b.series), 0};
    memset(out, 0, sizeof *out);
    ent_rc rc = b.series == NULL ? ent__nomem(ctx) : states_check(ctx, count);
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        for (size_t j = i + 1; j < count && rc == ENT_OK; j++) {
            rc = series_read(ctx, store, states[i], states[j], by, since, until, true,
                             &b.series[b.count]);
            b.count += rc == ENT_OK;
            if (rc == ENT_OK) {
                rc = calendar_add(&c, &b.series[b.count - 1]);
            }
        }
    }
    calendar_sort(&c);
    if (rc == ENT_OK) {
        rc = history_fill(ctx, arena, &b, count, &c, out);
    }
    if (rc == ENT_OK) {
        out->period_count = c.count;
        out->periods = labels_of(&c, by);
        out->state_count = count;
        out->states = states_copy(arena, states, count);
        out->measure_count = 1;
        out->measures = ent__arena_alloc(arena, sizeof *out->measures);
        rc = out->periods == NULL || out->states == NULL || out->measures == NULL ? ent__nomem(ctx)
                                                                                  : ENT_OK;
    }
    if (rc == ENT_OK) {
        out->measures[0] = (ent__measure){.name = ENT_LIT("events"), .weight = 1};
        ent__tie_history_scale(out);
        if (out->row_count == 0) {
            rc =
                ent__fail(ctx, ENT_EINPUT, NULL, 0,
                          "not enough evidence: the store has no dated event between these states");
        }
    }
    bundle_free(&b);
    free(c.starts);
    return rc;
}

ent_rc ent__panel_store(ent_ctx *ctx, ent_arena *arena, ent_store *store, const char *const *states,
                        size_t count, ent_by by, ent_date since, ent_date until, ent__panel *out)
{
    calendar c = {.ctx = ctx, .arena = arena};
    bundle b = {ent__arena_array(arena, count * count, sizeof *b.series), 0};
    ent_str *names = ent__arena_array(arena, count * count, sizeof *names);
    ent_rc rc = b.series == NULL || names == NULL ? ent__nomem(ctx) : states_check(ctx, count);
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        for (size_t j = 0; j < count && rc == ENT_OK; j++) {
            if (i == j) {
                continue;
            }
            names[b.count] = ent__arena_printf(arena, "%s>%s", states[i], states[j]);
            rc = series_read(ctx, store, states[i], states[j], by, since, until, false,
                             &b.series[b.count]);
            b.count += rc == ENT_OK;
            if (rc == ENT_OK) {
                rc = calendar_add(&c, &b.series[b.count - 1]);
            }
        }
    }
    calendar_sort(&c);
    double *value =
        rc == ENT_OK ? ent__arena_array(arena, b.count * c.count + 1, sizeof *value) : NULL;
    ent_str *labels = rc == ENT_OK ? labels_of(&c, by) : NULL;
    if (rc == ENT_OK && (value == NULL || labels == NULL)) {
        rc = ent__nomem(ctx);
    }
    for (size_t s = 0; s < b.count && rc == ENT_OK; s++) {
        for (size_t t = 0; t < c.count; t++) {
            value[s * c.count + t] = NAN;
        }
        for (size_t t = 0; t < b.series[s].count; t++) {
            const ent_series_point *p = &b.series[s].points[t];
            double net = p->count > 0 && isfinite(p->net) ? p->net : 0;
            value[s * c.count + calendar_at(&c, p->start)] = p->covered_days > 0 ? net : NAN;
        }
    }
    if (rc == ENT_OK) {
        *out = (ent__panel){b.count, c.count, names, labels, value};
    }
    bundle_free(&b);
    free(c.starts);
    return rc;
}
