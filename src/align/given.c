/* Series from other hands in memory and in the store: a name, one or two states (or any names), a
 * period, a value with its interval where the source gives one.
 * In: points of given_read.c or of a store.  Out: them in order; the points of one series.
 * Cost: O(n log n) to finish, O(n) a series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "given.h"
#include "rows_out.h"

ent_rc ent__given_new(ent_ctx *ctx, ent_given **out)
{
    ent_given *g = calloc(1, sizeof *g);
    if (g != NULL) {
        g->arena = ent__arena_new();
        g->index = ent__map_new(256);
    }
    if (g == NULL || g->arena == NULL || g->index == NULL) {
        ent__given_free(g);
        return ent__nomem(ctx);
    }
    *out = g;
    return ENT_OK;
}

void ent__given_free(ent_given *g)
{
    if (g != NULL) {
        ent__arena_free(g->arena);
        ent__map_free(g->index);
        free(g->texts);
        free(g->points);
        free(g);
    }
}

static bool keep_text(ent_given *g, ent_str *text)
{
    uint32_t at;
    if (ent__map_get(g->index, *text, &at)) {
        *text = g->texts[at];
        return true;
    }
    ent_str *grown = ent__grow(g->texts, g->text_count, &g->text_capacity, sizeof *grown);
    ent_str kept = ent__arena_str(g->arena, *text);
    g->texts = grown != NULL ? grown : g->texts;
    if (grown == NULL || kept.p == NULL) {
        return false;
    }
    g->texts[g->text_count] = *text = kept;
    return ent__map_put(g->index, kept, (uint32_t)g->text_count++);
}

ent_rc ent__given_add(ent_ctx *ctx, ent_given *g, const ent_given_point *point)
{
    ent_given_point *grown = ent__grow(g->points, g->count, &g->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    g->points = grown;
    ent_given_point *p = &grown[g->count];
    *p = *point;
    if (!keep_text(g, &p->name) || !keep_text(g, &p->a) || !keep_text(g, &p->b)) {
        return ent__nomem(ctx);
    }
    p->order = (uint32_t)g->count++;
    return ENT_OK;
}

static int by_key(const void *x, const void *y)
{
    const ent_given_point *p = x, *q = y;
    int order = ent__str_cmp(p->name, q->name);
    order = order ? order : ent__str_cmp(p->a, q->a);
    order = order ? order : ent__str_cmp(p->b, q->b);
    if (order != 0) {
        return order;
    }
    if (p->day != q->day) {
        return p->day < q->day ? -1 : 1;
    }
    return p->by != q->by ? (p->by < q->by ? -1 : 1) : 0;
}

static int by_key_then_order(const void *x, const void *y)
{
    const ent_given_point *p = x, *q = y;
    int order = by_key(x, y);
    return order ? order : p->order < q->order ? -1 : p->order > q->order;
}

void ent__given_finish(ent_given *g)
{
    size_t kept = 0;
    if (g->count > 1) {
        qsort(g->points, g->count, sizeof *g->points, by_key_then_order);
    }
    for (size_t i = 0; i < g->count; i++) {
        bool same = kept > 0 && by_key(&g->points[kept - 1], &g->points[i]) == 0;
        g->repeated += same;
        kept -= same; /* the last one told stays */
        g->points[kept++] = g->points[i];
    }
    g->count = kept;
}

size_t ent__given_find(const ent_given *g, ent_str name, ent_str a, ent_str b, size_t *first)
{
    size_t count = 0;
    *first = 0;
    for (size_t i = 0; i < g->count; i++) {
        const ent_given_point *p = &g->points[i];
        if (ent__str_ieqz(p->name, name.p) && ent__str_eq(p->a, a) && ent__str_eq(p->b, b)) {
            *first = count == 0 ? i : *first;
            count++;
        }
    }
    return count;
}

/* ---- store --------------------------------------------------------------------------------- */

typedef struct {
    ent_ctx *ctx;
    ent_given *given;
} loader;

static ent_rc load(void *user, const ent_sheet_row *row)
{
    loader *l = user;
    if (row->whole[1] < 0 || row->whole[1] > ENT_BY_SESSION) {
        return ENT_OK; /* of a later version */
    }
    return ent__given_add(l->ctx, l->given,
                          &(ent_given_point){.name = row->text[0], .a = row->text[1],
                                             .b = row->text[2], .day = (int32_t)row->whole[0],
                                             .by = (ent_by)row->whole[1], .value = row->value,
                                             .low = row->low, .high = row->high});
}

ent_rc ent__given_from_store(ent_ctx *ctx, ent_given *given, ent_store *store)
{
    loader l = {ctx, given};
    return ent__store_sheet(ctx, store, ENT_SHEET_SERIES, load, &l);
}

ent_rc ent__given_to_store(ent_ctx *ctx, const ent_given *given, ent_store *store)
{
    ent_rc rc = ent__store_begin(ctx, store);
    for (size_t i = 0; rc == ENT_OK && i < given->count; i++) {
        const ent_given_point *p = &given->points[i];
        ent_sheet_row row = {.whole = {p->day, p->by}, .text = {p->name, p->a, p->b},
                             .value = p->value, .low = p->low, .high = p->high};
        rc = ent__store_put_sheet(ctx, store, ENT_SHEET_SERIES, &row, 1);
    }
    return rc == ENT_OK ? ent__store_commit(ctx, store) : rc;
}

/* ---- out again ----------------------------------------------------------------------------- */

static const char *const columns[] = {"series", "a", "b", "period", "value", "low", "high", NULL};

ent_rc ent__given_export(ent_ctx *ctx, const ent_given *given, const char *layout,
                         ent_export_write write, void *user)
{
    ent_rows_out rows;
    ent_rc rc = ent__rows_open(ctx, "series", layout, columns, write, user, &rows);
    for (size_t i = 0; rc == ENT_OK && i < given->count; i++) {
        const ent_given_point *p = &given->points[i];
        char label[16];
        ent__period_label(p->by, p->day, label);
        ent__rows_text(&rows, p->name);
        ent__rows_text(&rows, p->a);
        ent__rows_text(&rows, p->b);
        ent__rows_text(&rows, ent__str(label));
        ent__rows_number(&rows, p->value);
        ent__rows_number(&rows, p->low);
        ent__rows_number(&rows, p->high);
        rc = ent__rows_flush(&rows);
    }
    return ent__rows_close(&rows, rc);
}
