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

/* An imported series of a pair; *out empty where the store holds none. */
static ent_rc given_read(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const char *name,
                         const char *a, const char *b, ent_by by, ent_date since, ent_date until,
                         bool directed, ent_series *out)
{
    const ent_public_series asked = {.measure = ENT_MEASURE_GIVEN, .name = name, .a = a, .b = b,
                                     .directed = directed, .by_chosen = true, .by = by,
                                     .since = since, .until = until, .level = 0.95};
    ent_rc rc = ent__series_public(ctx, store, kit, &asked, out);
    if (rc == ENT_EINPUT) {
        *out = (ent_series){0};
        return ENT_OK;
    }
    return rc;
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

/* ---- imported series ------------------------------------------------------------------------ */

static const ent_value *given_at(const ent_series *s, int32_t start)
{
    for (size_t t = 0; t < s->count; t++) {
        if (s->points[t].start == start && isfinite(s->points[t].given.value)) {
            return &s->points[t].given;
        }
    }
    return NULL;
}

/* Standard error from a 95 % interval; without one a tenth of the value stands for it. */
static double given_error(const ent_value *v)
{
    double error = (v->high - v->low) / (2 * 1.959963984540054);
    return isfinite(error) && error > 0 ? error : 0.1 * fabs(v->value);
}

/* Rows of one measure and pair; `one` and `two` are both ways (or the same, told once). */
static size_t given_rows(const calendar *c, const ent_series *one, const ent_series *two, uint32_t i,
                         uint32_t j, uint32_t measure, ent__period_tie *rows)
{
    size_t count = 0;
    for (uint32_t period = 0; period < c->count; period++) {
        const ent_value *x = given_at(one, c->starts[period]);
        const ent_value *y = given_at(two, c->starts[period]);
        x = x == NULL ? y : x;
        y = y == NULL ? x : y;
        if (x != NULL) {
            rows[count++] = (ent__period_tie){period, i, j, measure, (x->value + y->value) / 2,
                                              fmax(given_error(x), given_error(y)), 0};
        }
    }
    return count;
}

static int row_order(const void *x, const void *y)
{
    const ent__period_tie *a = x, *b = y;
    const uint32_t p[4] = {a->period, a->a, a->b, a->measure};
    const uint32_t q[4] = {b->period, b->a, b->b, b->measure};
    return memcmp(p, q, sizeof p) == 0 ? 0
           : p[0] != q[0]              ? (p[0] < q[0] ? -1 : 1)
           : p[1] != q[1]              ? (p[1] < q[1] ? -1 : 1)
           : p[2] != q[2]              ? (p[2] < q[2] ? -1 : 1)
                                       : (p[3] < q[3] ? -1 : 1);
}

static ent_rc given_take(ent_ctx *ctx, ent_arena *arena, const bundle *b, const calendar *c,
                         ent_by by, const char *const *series, size_t series_count,
                         const char *const *states, size_t count, ent__tie_history *out)
{
    ent__period_tie *rows = ent__arena_array(arena, b->count * c->count + 1, sizeof *rows);
    ent__measure *measures = ent__arena_array(arena, series_count + 1, sizeof *measures);
    *out = (ent__tie_history){c->count, count, series_count, 0, labels_of(c, by),
                              states_copy(arena, states, count), measures, rows};
    if (rows == NULL || measures == NULL || out->periods == NULL || out->states == NULL) {
        return ent__nomem(ctx);
    }
    size_t at = 0;
    for (uint32_t m = 0; m < series_count; m++) {
        measures[m] = (ent__measure){.name = ent__str(series[m]), .weight = 1};
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t j = i + 1; j < count; j++, at += 2) {
                out->row_count += given_rows(c, &b->series[at], &b->series[at + 1], i, j, m,
                                             rows + out->row_count);
            }
        }
    }
    if (out->row_count == 0) {
        return ENT_EINPUT; /* the message is that of the last series */
    }
    qsort(rows, out->row_count, sizeof *rows, row_order);
    ent__tie_history_scale(out);
    return ENT_OK;
}

ent_rc ent__tie_history_given(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                              const char *const *series, size_t series_count,
                              const char *const *states, size_t count, ent_by by, ent_date since,
                              ent_date until, ent__tie_history *out)
{
    calendar c = {.ctx = ctx, .arena = arena};
    bundle b = {ent__arena_array(arena, series_count * count * count + 1, sizeof *b.series), 0};
    memset(out, 0, sizeof *out);
    ent_rc rc = b.series == NULL ? ent__nomem(ctx) : states_check(ctx, count);
    for (size_t m = 0; m < series_count; m++) {
        for (size_t i = 0; i < count; i++) {
            for (size_t j = i + 1; j < count; j++) {
                for (int way = 0; way < 2 && rc == ENT_OK; way++) {
                    rc = given_read(ctx, store, kit, series[m], states[way ? j : i],
                                    states[way ? i : j], by, since, until, true,
                                    &b.series[b.count]);
                    b.count += rc == ENT_OK;
                    rc = rc == ENT_OK ? calendar_add(&c, &b.series[b.count - 1]) : rc;
                }
            }
        }
    }
    calendar_sort(&c);
    rc = rc == ENT_OK ? given_take(ctx, arena, &b, &c, by, series, series_count, states, count, out)
                      : rc;
    bundle_free(&b);
    free(c.starts);
    return rc;
}

static double panel_value(const ent_series_point *p, bool events)
{
    double net = p->count > 0 && isfinite(p->net) ? p->net : 0;
    return !events ? p->given.value : p->covered_days > 0 ? net : NAN;
}

ent_rc ent__panel_store(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                        const char *series, const char *const *states, size_t count, ent_by by,
                        ent_date since, ent_date until, ent__panel *out)
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
            rc = series == NULL ? series_read(ctx, store, states[i], states[j], by, since, until,
                                              false, &b.series[b.count])
                                : given_read(ctx, store, kit, series, states[i], states[j], by,
                                             since, until, true, &b.series[b.count]);
            b.count += rc == ENT_OK;
            if (rc == ENT_OK) {
                rc = calendar_add(&c, &b.series[b.count - 1]);
            }
        }
    }
    calendar_sort(&c);
    if (rc == ENT_OK && series != NULL && c.count == 0) {
        rc = ENT_EINPUT; /* the message is that of the last series */
    }
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
            value[s * c.count + calendar_at(&c, p->start)] = panel_value(p, series == NULL);
        }
    }
    if (rc == ENT_OK) {
        *out = (ent__panel){b.count, c.count, names, labels, value};
    }
    bundle_free(&b);
    free(c.starts);
    return rc;
}
