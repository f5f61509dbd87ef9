/* Ties of a few states through time.
 * In: a long CSV (a line a period, pair and measure).  Out: rows by period; the matrix of one
 * period, blended as in ties.c with scales over the whole history.  Cost: O(rows log rows). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

enum {
    COLUMN_PERIOD,
    COLUMN_A,
    COLUMN_B,
    COLUMN_VALUE,
    COLUMN_ERROR,
    COLUMN_MEASURE,
    COLUMN_COUNT
};

/* Names in order of appearance. */
typedef struct {
    ent_map *index;
    ent_str *names;
    size_t count, capacity;
} naming;

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const char *path;
    naming periods, states, measures;
    ent__period_tie *rows;
    size_t row_count, row_capacity;
    int columns[COLUMN_COUNT];
} reader;

static ent_rc name_of(reader *r, naming *n, ent_str name, uint32_t *out)
{
    if (ent__map_get(n->index, name, out)) {
        return ENT_OK;
    }
    if (n->count == n->capacity) {
        ent_str *grown = ent__grow(n->names, n->count, &n->capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        n->names = grown;
    }
    ent_str copy = ent__arena_str(r->arena, name);
    *out = (uint32_t)n->count;
    if (copy.p == NULL || !ent__map_put(n->index, copy, *out)) {
        return ent__nomem(r->ctx);
    }
    n->names[n->count++] = copy;
    return ENT_OK;
}

static ent_rc header_take(reader *r, const ent_str *fields, size_t count, long line)
{
    static const char *const names[COLUMN_COUNT][4] = {
        {"period", "date", "year", "window"}, {"a", "state1", "source", NULL},
        {"b", "state2", "target", NULL},      {"value", "tie", "mean", NULL},
        {"error", "se", "sigma", NULL},       {"measure", NULL, NULL, NULL}};
    for (int c = 0; c < COLUMN_COUNT; c++) {
        r->columns[c] = -1;
        for (size_t f = 0; f < count; f++) {
            for (int n = 0; n < 4 && names[c][n] != NULL; n++) {
                if (ent__str_ieqz(ent__str_trim(fields[f]), names[c][n])) {
                    r->columns[c] = (int)f;
                }
            }
        }
    }
    for (int c = COLUMN_PERIOD; c <= COLUMN_VALUE; c++) {
        if (r->columns[c] < 0) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                             "expected a header with period, a, b, "
                             "value (and error, measure), found no %s",
                             names[c][0]);
        }
    }
    return ENT_OK;
}

static ent_str field_at(const reader *r, const ent_str *fields, size_t count, int column)
{
    int at = r->columns[column];
    return at >= 0 && (size_t)at < count ? ent__str_trim(fields[at]) : ENT_LIT("");
}

static ent_rc row_take(reader *r, const ent_str *fields, size_t count, long line)
{
    ent__period_tie row = {.line = line};
    ent_str value = field_at(r, fields, count, COLUMN_VALUE);
    ent_str error = field_at(r, fields, count, COLUMN_ERROR);
    ent_str measure = field_at(r, fields, count, COLUMN_MEASURE);
    if (!ent__str_double(value, &row.value) || !isfinite(row.value) ||
        (error.n > 0 &&
         (!ent__str_double(error, &row.error) || !(row.error >= 0) || !isfinite(row.error)))) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected a value and an error of at least 0, got \"%.*s\" and \"%.*s\"",
                         ENT_FMT(value), ENT_FMT(error));
    }
    ent_str names[3] = {field_at(r, fields, count, COLUMN_PERIOD),
                        field_at(r, fields, count, COLUMN_A), field_at(r, fields, count, COLUMN_B)};
    if (names[0].n == 0 || names[1].n == 0 || names[2].n == 0 || ent__str_eq(names[1], names[2])) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected a period and two different states");
    }
    ent_rc rc = name_of(r, &r->periods, names[0], &row.period);
    if (rc == ENT_OK) {
        rc = name_of(r, &r->states, names[1], &row.a);
    }
    if (rc == ENT_OK) {
        rc = name_of(r, &r->states, names[2], &row.b);
    }
    if (rc == ENT_OK) {
        rc = name_of(r, &r->measures, measure.n > 0 ? measure : ENT_LIT("tie"), &row.measure);
    }
    if (rc == ENT_OK && r->states.count > ENT__TIES_STATES_MAX) {
        rc = ent__fail(r->ctx, ENT_EINPUT, r->path, line, "expected at most %d states",
                       ENT__TIES_STATES_MAX);
    }
    if (rc == ENT_OK && r->row_count == r->row_capacity) {
        ent__period_tie *grown = ent__grow(r->rows, r->row_count, &r->row_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        r->rows = grown;
    }
    if (rc == ENT_OK) {
        r->rows[r->row_count++] = row;
    }
    return rc;
}

static ent_rc records_take(reader *r, ent_lines *lines)
{
    ent_arena *record = ent__arena_new();
    ent_rc rc = record == NULL ? ent__nomem(r->ctx) : ENT_OK;
    bool header = true;
    while (rc == ENT_OK) {
        ent_str *fields;
        size_t count;
        ent__arena_reset(record);
        int got = ent__csv_next(r->ctx, lines, ',', record, &fields, &count);
        if (got <= 0) {
            rc = got < 0 ? ent_ctx_rc(r->ctx) : ENT_OK;
            break;
        }
        if (count == 0 || (count == 1 && ent__str_trim(fields[0]).n == 0) ||
            ent__str_starts(fields[0], "#")) {
            continue;
        }
        rc = header ? header_take(r, fields, count, ent__lines_number(lines))
                    : row_take(r, fields, count, ent__lines_number(lines));
        header = false;
    }
    ent__arena_free(record);
    return rc;
}

/* ---- order ---------------------------------------------------------------------------------- */

typedef struct {
    ent_str label;
    uint32_t old;
} labelled;

static int label_compare(const void *x, const void *y)
{
    const labelled *a = x, *b = y;
    return ent__str_cmp(a->label, b->label);
}

static int row_compare(const void *x, const void *y)
{
    const ent__period_tie *a = x, *b = y;
    const uint32_t p[4] = {a->period, a->a, a->b, a->measure};
    const uint32_t q[4] = {b->period, b->a, b->b, b->measure};
    for (int i = 0; i < 4; i++) {
        if (p[i] != q[i]) {
            return p[i] < q[i] ? -1 : 1;
        }
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

static ent_rc rows_order(reader *r)
{
    labelled *order = ent__arena_array(r->arena, r->periods.count, sizeof *order);
    uint32_t *now = ent__arena_array(r->arena, r->periods.count, sizeof *now);
    if (order == NULL || now == NULL) {
        return ent__nomem(r->ctx);
    }
    for (uint32_t p = 0; p < r->periods.count; p++) {
        order[p] = (labelled){r->periods.names[p], p};
    }
    qsort(order, r->periods.count, sizeof *order, label_compare);
    for (uint32_t p = 0; p < r->periods.count; p++) {
        now[order[p].old] = p;
        r->periods.names[p] = order[p].label;
    }
    for (size_t i = 0; i < r->row_count; i++) {
        ent__period_tie *row = &r->rows[i];
        row->period = now[row->period];
        if (row->a > row->b) {
            uint32_t swap = row->a;
            row->a = row->b;
            row->b = swap;
        }
    }
    qsort(r->rows, r->row_count, sizeof *r->rows, row_compare);
    for (size_t i = 1; i < r->row_count; i++) {
        const ent__period_tie *a = &r->rows[i - 1], *b = &r->rows[i];
        if (a->period == b->period && a->a == b->a && a->b == b->b && a->measure == b->measure) {
            return ent__fail(
                r->ctx, ENT_EINPUT, r->path, b->line,
                "expected each pair once a period and measure, got %.*s and %.*s again "
                "(line %ld)",
                ENT_FMT(r->states.names[b->a]), ENT_FMT(r->states.names[b->b]), a->line);
        }
    }
    return ENT_OK;
}

void ent__tie_history_scale(ent__tie_history *h)
{
    for (size_t m = 0; m < h->measure_count; m++) {
        h->measures[m].scale = 0;
        h->measures[m].count = 0;
    }
    for (size_t i = 0; i < h->row_count; i++) {
        h->measures[h->rows[i].measure].scale += h->rows[i].value * h->rows[i].value;
        h->measures[h->rows[i].measure].count++;
    }
    for (size_t m = 0; m < h->measure_count; m++) {
        ent__measure *measure = &h->measures[m];
        measure->scale = measure->count > 0 ? sqrt(measure->scale / (double)measure->count) : 0;
    }
}

static ent_rc history_take(reader *r, ent__tie_history *out)
{
    if (r->row_count == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, 0, "expected a header and ties, found none");
    }
    ent_rc rc = rows_order(r);
    ent_str *periods = ent__arena_array(r->arena, r->periods.count, sizeof *periods);
    ent_str *states = ent__arena_array(r->arena, r->states.count, sizeof *states);
    ent__measure *measures = ent__arena_array(r->arena, r->measures.count, sizeof *measures);
    ent__period_tie *rows = ent__arena_array(r->arena, r->row_count, sizeof *rows);
    if (rc != ENT_OK || periods == NULL || states == NULL || measures == NULL || rows == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(r->ctx);
    }
    memcpy(periods, r->periods.names, r->periods.count * sizeof *periods);
    memcpy(states, r->states.names, r->states.count * sizeof *states);
    memcpy(rows, r->rows, r->row_count * sizeof *rows);
    for (size_t m = 0; m < r->measures.count; m++) {
        measures[m] = (ent__measure){.name = r->measures.names[m], .weight = 1};
    }
    *out = (ent__tie_history){r->periods.count, r->states.count, r->measures.count, r->row_count,
                              periods,          states,          measures,          rows};
    ent__tie_history_scale(out);
    return ENT_OK;
}

ent_rc ent__tie_history_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                             ent__tie_history *out)
{
    reader r = {.ctx = ctx,
                .arena = arena,
                .path = path,
                .periods.index = ent__map_new(64),
                .states.index = ent__map_new(64),
                .measures.index = ent__map_new(8)};
    bool fine = r.periods.index != NULL && r.states.index != NULL && r.measures.index != NULL;
    ent_lines *lines = NULL;
    ent_rc rc = fine ? ent__lines_open(ctx, path, 1 << 20, &lines) : ent__nomem(ctx);
    if (rc == ENT_OK) {
        rc = records_take(&r, lines);
    }
    if (rc == ENT_OK) {
        rc = history_take(&r, out);
    }
    ent__lines_close(lines);
    naming *const namings[3] = {&r.periods, &r.states, &r.measures};
    for (int i = 0; i < 3; i++) {
        ent__map_free(namings[i]->index);
        free(namings[i]->names);
    }
    free(r.rows);
    return rc;
}

/* ---- one period ----------------------------------------------------------------------------- */

ent_rc ent__tie_history_at(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                           size_t period, size_t only, ent__ties *out)
{
    ent__tie_table table = {.state_count = history->state_count,
                            .states = history->states,
                            .measure_count = history->measure_count,
                            .measures = history->measures};
    double *sizes = ent__arena_array(arena, history->state_count, sizeof *sizes);
    size_t first = 0;
    while (first < history->row_count && history->rows[first].period < period) {
        first++;
    }
    size_t end = first;
    while (end < history->row_count && history->rows[end].period == period) {
        end++;
    }
    ent__tie_row *rows = ent__arena_array(arena, end - first + 1, sizeof *rows);
    if (sizes == NULL || rows == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < history->state_count; i++) {
        sizes[i] = 1;
    }
    for (size_t i = first; i < end; i++) {
        const ent__period_tie *t = &history->rows[i];
        rows[i - first] = (ent__tie_row){t->a, t->b, t->measure, t->value, t->error, 0, t->line};
    }
    table.sizes = sizes;
    table.rows = rows;
    table.row_count = end - first;
    return ent__ties_blend(ctx, arena, &table, only, out);
}

static int double_compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Median of |change| between neighbouring periods; 0 when there are no neighbours. */
static double median_move(const ent__tie_history *h, const ent__period_tie *tie, double *changes)
{
    const ent__period_tie *last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < h->row_count; i++) {
        const ent__period_tie *t = &h->rows[i];
        if (t->a != tie->a || t->b != tie->b || t->measure != tie->measure) {
            continue;
        }
        if (last != NULL && t->period == last->period + 1) {
            changes[count++] = fabs(t->value - last->value);
        }
        last = t;
    }
    if (count == 0) {
        return 0;
    }
    qsort(changes, count, sizeof *changes, double_compare);
    return count % 2 == 1 ? changes[count / 2] : (changes[count / 2 - 1] + changes[count / 2]) / 2;
}

ent_rc ent__tie_history_table(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                              size_t period, const double *sizes, ent__tie_table *out)
{
    double *changes = ent__arena_array(arena, history->period_count + 1, sizeof *changes);
    ent__tie_row *rows = ent__arena_array(arena, history->row_count + 1, sizeof *rows);
    ent_str *name = ent__arena_alloc(arena, sizeof *name);
    size_t count = 0;
    if (changes == NULL || rows == NULL || name == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < history->row_count; i++) {
        const ent__period_tie *t = &history->rows[i];
        if (t->period == period) {
            rows[count++] = (ent__tie_row){
                t->a, t->b, t->measure, t->value, t->error, median_move(history, t, changes), 0};
        }
    }
    *name = ENT_LIT("size");
    *out = (ent__tie_table){history->state_count,   history->states,   sizes, 1,   name, sizes,
                            history->measure_count, history->measures, count, rows};
    return count > 0
             ? ENT_OK
             : ent__fail(ctx, ENT_EINPUT, NULL, 0, "not enough evidence: no tie in the period");
}
