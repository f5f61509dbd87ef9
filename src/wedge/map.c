/* A map of ties: who stands with whom, out of a store's events.
 * In: a stretch of time.  Out: for each pair of states the mean Goldstein value of its events, both
 * ways, divided by 10, with its standard error (s / sqrt n; below 5 events at least 0.5 / sqrt n: half
 * of the scale's spread stands for what is not known, as in from_store.c).
 * Source: Goldstein 1992 for the values.  Cost: one walk over the dyad table, then one range a pair. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

typedef struct {
    char a[12], b[12];
    int64_t records;
} pair;

typedef struct {
    ent_ctx *ctx;
    const ent_table *states;
    pair *pairs;
    size_t count, capacity;
} gathering;

static bool is_state(const gathering *g, const char *code)
{
    return strlen(code) < sizeof g->pairs->a &&
           ent__table_find(g->states, ent__str(code)) < g->states->rows;
}

static ent_rc take_pair(void *user, const char *source, const char *target, int64_t records)
{
    gathering *g = user;
    if (!is_state(g, source) || !is_state(g, target)) {
        return ENT_OK;
    }
    pair *grown = ent__grow(g->pairs, g->count, &g->capacity, sizeof *g->pairs);
    if (grown == NULL) {
        return ent__nomem(g->ctx);
    }
    g->pairs = grown;
    bool in_order = strcmp(source, target) < 0;
    pair *p = &g->pairs[g->count++];
    snprintf(p->a, sizeof p->a, "%s", in_order ? source : target);
    snprintf(p->b, sizeof p->b, "%s", in_order ? target : source);
    p->records = records;
    return ENT_OK;
}

static int by_codes(const void *x, const void *y)
{
    const pair *p = x, *q = y;
    int order = strcmp(p->a, q->a);
    return order != 0 ? order : strcmp(p->b, q->b);
}

static int by_records(const void *x, const void *y)
{
    const pair *p = x, *q = y;
    return p->records != q->records ? (p->records > q->records ? -1 : 1) : by_codes(x, y);
}

/* Both directions of a pair are one; the pairs told of most come first. */
static void join_directions(gathering *g, size_t most)
{
    size_t kept = 0;
    if (g->count > 0) {
        qsort(g->pairs, g->count, sizeof *g->pairs, by_codes);
    }
    for (size_t i = 0; i < g->count; i++) {
        if (kept > 0 && by_codes(&g->pairs[kept - 1], &g->pairs[i]) == 0) {
            g->pairs[kept - 1].records += g->pairs[i].records;
        } else {
            g->pairs[kept++] = g->pairs[i];
        }
    }
    if (kept > 0) {
        qsort(g->pairs, kept, sizeof *g->pairs, by_records);
    }
    g->count = kept < most ? kept : most;
}

static bool measure(const ent_dyad_record *records, size_t count, ent__map_tie *out)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(records[i].goldstein)) {
            sum += records[i].goldstein;
            n++;
        }
    }
    double mean = sum / n;
    for (size_t i = 0; n > 0 && i < count; i++) {
        double off = isnan(records[i].goldstein) ? 0 : records[i].goldstein - mean;
        squares += off * off;
    }
    out->events = (int64_t)count;
    out->value = mean / 10;
    out->error = n > 1 ? sqrt(squares / (n - 1) / n) / 10 : 0;
    if (n < 5 || !(out->error > 0)) {
        out->error = fmax(out->error, 0.5 / sqrt(n));
    }
    return n > 0;
}

static int by_events(const void *x, const void *y)
{
    const ent__map_tie *p = x, *q = y;
    if (p->events != q->events) {
        return p->events > q->events ? -1 : 1;
    }
    int order = ent__str_cmp(p->a, q->a);
    return order != 0 ? order : ent__str_cmp(p->b, q->b);
}

ent_rc ent__map_ties(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                     const char *dataset, ent_date since, ent_date until, size_t most,
                     ent__map_tie **out, size_t *out_count)
{
    gathering g = {.ctx = ctx, .states = ent__kit_table(kit, "actors/states")};
    ent_store_filter all = {0};
    *out_count = 0;
    ent_rc rc = g.states == NULL ? ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "no table actors/states")
                                 : ent__store_pairs(ctx, store, &all, take_pair, &g);
    join_directions(&g, most);
    *out = ent__arena_array(arena, g.count + 1, sizeof **out);
    rc = rc == ENT_OK && *out == NULL ? ent__nomem(ctx) : rc;
    for (size_t i = 0; rc == ENT_OK && i < g.count; i++) {
        ent_dyad_filter filter = {.source = g.pairs[i].a, .target = g.pairs[i].b,
                                  .undirected = true, .dataset = dataset, .since = since,
                                  .until = until};
        ent_dyad_record *records;
        size_t count;
        rc = ent__store_dyad(ctx, store, &filter, &records, &count);
        rc = rc == ENT_OK ? ent__dyad_unique(ctx, records, &count, ENT_DUPLICATES_EVENT) : rc;
        ent__map_tie *tie = &(*out)[*out_count];
        if (rc == ENT_OK && measure(records, count, tie)) {
            tie->a = ent__arena_str(arena, ent__str(g.pairs[i].a));
            tie->b = ent__arena_str(arena, ent__str(g.pairs[i].b));
            rc = tie->a.p == NULL || tie->b.p == NULL ? ent__nomem(ctx) : ENT_OK;
            ++*out_count;
        }
        free(records);
    }
    if (rc == ENT_OK && *out_count > 0) {
        qsort(*out, *out_count, sizeof **out, by_events);
    }
    free(g.pairs);
    return rc;
}
