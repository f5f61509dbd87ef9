/* series_dyads: every dyad's series as one table, keyed by the codes that others join on.
 * In: the store and what to count.  Out: rows, one a dyad and period with at least one event, with
 * ISO, Correlates of War and Gleditsch-Ward codes of both sides on the period's first day.
 * Source: docs/methods/series.md.  Cost: one reading of each dyad's records. */
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char source[12], target[12];
} pair;

typedef struct {
    ent_ctx *ctx;
    pair *items;
    size_t count, capacity;
    bool undirected;
} pair_list;

static ent_rc keep_pair(void *user, const char *source, const char *target, int64_t records)
{
    (void)records;
    pair_list *list = user;
    if (list->undirected && strcmp(source, target) > 0) {
        const char *swap = source;
        source = target;
        target = swap;
    }
    void *grown = ent__grow(list->items, list->count, &list->capacity, sizeof *list->items);
    if (grown == NULL) {
        return ent__nomem(list->ctx);
    }
    list->items = grown;
    pair *p = &list->items[list->count++];
    snprintf(p->source, sizeof p->source, "%s", source);
    snprintf(p->target, sizeof p->target, "%s", target);
    return ENT_OK;
}

static int by_codes(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    int order = strcmp(x->source, y->source);
    return order != 0 ? order : strcmp(x->target, y->target);
}

static size_t drop_equal(pair *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_codes(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

static ent_rc visit_dyad(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                         const ent_series_options *options, const pair *p, ent_dyad_visit visit,
                         void *user)
{
    ent_series_options o = *options;
    o.dyad.source = p->source;
    o.dyad.target = p->target;
    ent_series series;
    ent_rc rc = ent__series_read(ctx, store, &o, &series);
    for (size_t i = 0; rc == ENT_OK && i < series.count; i++) {
        const ent_series_point *point = &series.points[i];
        if (point->count == 0) {
            continue;
        }
        ent_dyad_period row = {
            .source = ent__store_state_codes(kit, ent__str(p->source), point->start),
            .target = ent__store_state_codes(kit, ent__str(p->target), point->start),
            .point = point};
        ent__period_label(o.by, point->start, row.period);
        row.year = ent__date_of_days(point->start).year;
        rc = visit(user, &row);
    }
    ent__series_free(&series);
    return rc;
}

ent_rc ent__series_dyads(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                         const ent_series_options *options, const ent_store_filter *filter,
                         ent_dyad_visit visit, void *user)
{
    pair_list list = {.ctx = ctx, .undirected = options->dyad.undirected};
    ent_rc rc = ent__store_pairs(ctx, store, filter, keep_pair, &list);
    if (rc == ENT_OK && list.count > 0) {
        qsort(list.items, list.count, sizeof *list.items, by_codes);
        list.count = drop_equal(list.items, list.count);
    }
    for (size_t i = 0; rc == ENT_OK && i < list.count; i++) {
        rc = visit_dyad(ctx, store, kit, options, &list.items[i], visit, user);
    }
    free(list.items);
    return rc;
}
