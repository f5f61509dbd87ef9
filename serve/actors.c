/* actors: who takes part, which pairs there are, ties of all pairs for the map; kept until the
 * store changes (cache.c): each is a walk over the dyad table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/wedge/wedge.h"
#include "cache.h"
#include "lists.h"

enum { TIES_MOST = 600 };

/* ---- actors --------------------------------------------------------------------------------- */

typedef struct {
    const ent_kit *kit;
    const char *words;
    serve_items items;
    ent_buf *csv; /* NULL: JSON */
} naming;

/* Is the words' text part of the name or the beginning of the code (ASCII case folded)? */
static bool named(const naming *n, ent_str code, ent_str name)
{
    size_t length = n->words == NULL ? 0 : strlen(n->words);
    if (length == 0 || (code.n >= length && strncasecmp(code.p, n->words, length) == 0)) {
        return true;
    }
    for (size_t i = 0; i + length <= name.n; i++) {
        if (strncasecmp(name.p + i, n->words, length) == 0) {
            return true;
        }
    }
    return false;
}

static void day_text(int32_t day, char out[16])
{
    out[0] = '\0';
    if (day != ENT_NO_DAY) {
        ent__date_iso(ent__date_of_days(day), out);
    }
}

static ent_rc take_actor(void *user, const ent_actor_count *a)
{
    naming *n = user;
    ent_str name = serve__actor_name(n->kit, a->code);
    char first[16], last[16];
    day_text(a->first_day, first);
    day_text(a->last_day, last);
    if (!named(n, a->code, name)) {
        return ENT_OK;
    }
    if (n->csv != NULL) {
        serve__csv_cell(n->csv, a->code, false);
        serve__csv_cell(n->csv, name, false);
        ent__buf_printf(n->csv, "%lld,%lld,%s,%s\n", (long long)a->as_source,
                        (long long)a->as_target, first, last);
        return ENT_OK;
    }
    if (!serve__items_take(&n->items)) {
        return ENT_OK;
    }
    ent_json *json = &n->items.json;
    ent__json_open(json, '{');
    ent__json_kstr(json, "code", a->code);
    ent__json_kstr(json, "name", name);
    ent__json_kint(json, "as_source", a->as_source);
    ent__json_kint(json, "as_target", a->as_target);
    ent__json_kint(json, "events", a->as_source + a->as_target);
    serve__json_known(json, "first", ent__str(first));
    serve__json_known(json, "last", ent__str(last));
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc actors(serve_call *call, bool csv)
{
    naming n = {.kit = serve__kit(call)};
    ent_store_filter all = {0};
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "q limit after") ||
        !serve__query_text(call, "q", 200, &n.words)) {
        return ENT_OK;
    }
    if (csv) {
        n.csv = serve__csv_reply(call, "actors.csv", "code,name,as_source,as_target,first,last\n");
    } else if (!serve__items_begin(call, &n.items)) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_actors(serve__ctx(call), store, &all, take_actor, &n);
    if (!csv) {
        serve__items_end(&n.items);
    }
    return rc;
}

static ent_rc make_actors(serve_call *call)
{
    return actors(call, false);
}

static ent_rc make_actors_csv(serve_call *call)
{
    return actors(call, true);
}

/* ---- pairs ---------------------------------------------------------------------------------- */

typedef struct {
    char a[12], b[12];
    int64_t records;
} pair;

typedef struct {
    ent_ctx *ctx;
    pair *list;
    size_t count, capacity;
} pairs;

static ent_rc take_pair(void *user, const char *source, const char *target, int64_t records)
{
    pairs *p = user;
    pair *grown = ent__grow(p->list, p->count, &p->capacity, sizeof *p->list);
    if (grown == NULL) {
        return ent__nomem(p->ctx);
    }
    p->list = grown;
    pair *one = &p->list[p->count++];
    snprintf(one->a, sizeof one->a, "%s", source);
    snprintf(one->b, sizeof one->b, "%s", target);
    one->records = records;
    return ENT_OK;
}

static int most_first(const void *x, const void *y)
{
    const pair *p = x, *q = y;
    if (p->records != q->records) {
        return p->records > q->records ? -1 : 1;
    }
    int order = strcmp(p->a, q->a);
    return order != 0 ? order : strcmp(p->b, q->b);
}

static void put_pair(serve_call *call, const pair *one, serve_items *items, ent_buf *csv)
{
    ent_str a = serve__actor_name(serve__kit(call), ent__str(one->a));
    ent_str b = serve__actor_name(serve__kit(call), ent__str(one->b));
    if (csv != NULL) {
        serve__csv_cell(csv, ent__str(one->a), false);
        serve__csv_cell(csv, ent__str(one->b), false);
        ent__buf_printf(csv, "%lld\n", (long long)one->records);
    } else if (serve__items_take(items)) {
        ent__json_open(&items->json, '{');
        ent__json_kz(&items->json, "a", one->a);
        ent__json_kz(&items->json, "b", one->b);
        ent__json_kstr(&items->json, "a_name", a);
        ent__json_kstr(&items->json, "b_name", b);
        ent__json_kint(&items->json, "events", one->records);
        ent__json_close(&items->json, '}');
    }
}

static ent_rc list_pairs(serve_call *call, bool csv)
{
    pairs p = {.ctx = serve__ctx(call)};
    ent_store_filter filter = {0};
    serve_items items;
    ent_buf *out = NULL;
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "actor target limit after") ||
        !serve__query_actor(call, "actor", &filter.actor) ||
        !serve__query_actor(call, "target", &filter.target)) {
        return ENT_OK;
    }
    if (csv) {
        out = serve__csv_reply(call, "pairs.csv", "source,target,events\n");
    } else if (!serve__items_begin(call, &items)) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_pairs(p.ctx, store, &filter, take_pair, &p);
    if (rc == ENT_OK && p.count > 0) {
        qsort(p.list, p.count, sizeof *p.list, most_first);
    }
    for (size_t i = 0; rc == ENT_OK && i < p.count; i++) {
        put_pair(call, &p.list[i], &items, out);
    }
    free(p.list);
    if (!csv) {
        serve__items_end(&items);
    }
    return rc;
}

static ent_rc make_pairs(serve_call *call)
{
    return list_pairs(call, false);
}

static ent_rc make_pairs_csv(serve_call *call)
{
    return list_pairs(call, true);
}

/* ---- ties ----------------------------------------------------------------------------------- */

static ent_rc put_ties(serve_call *call, const ent__map_tie *list, size_t count)
{
    const ent_kit *kit = serve__kit(call);
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent_map *seen = ent__map_new(count * 2 + 1);
    uint32_t known;
    if (seen == NULL) {
        return ent__nomem(serve__ctx(call));
    }
    ent__json_open(&json, '{');
    ent__json_key(&json, "ties");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < count; i++) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "a", list[i].a);
        ent__json_kstr(&json, "b", list[i].b);
        ent__json_kdouble(&json, "value", list[i].value);
        ent__json_kdouble(&json, "error", list[i].error);
        ent__json_kint(&json, "events", list[i].events);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "states");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < 2 * count; i++) {
        ent_str code = i % 2 == 0 ? list[i / 2].a : list[i / 2].b;
        if (ent__map_get(seen, code, &known)) {
            continue;
        }
        ent__map_put(seen, code, 1);
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "code", code);
        ent__json_kstr(&json, "name", serve__actor_name(kit, code));
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_kz(&json, "measure", "mean Goldstein value of the pair's events, both ways, over 10");
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__map_free(seen);
    return ENT_OK;
}

static ent_rc ties(serve_call *call, bool csv)
{
    ent_date since, until;
    const char *dataset;
    ent__map_tie *list;
    size_t count;
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "since until dataset") ||
        !serve__query_date(call, "since", &since) || !serve__query_date(call, "until", &until) ||
        !serve__query_text(call, "dataset", 32, &dataset)) {
        return ENT_OK;
    }
    ent_rc rc = ent__map_ties(serve__ctx(call), serve__arena(call), store, serve__kit(call),
                              dataset, since, until, TIES_MOST, &list, &count);
    if (rc != ENT_OK || !csv) {
        return rc != ENT_OK ? rc : put_ties(call, list, count);
    }
    ent_buf *out = serve__csv_reply(call, "ties.csv", "a,b,value,error,events\n");
    for (size_t i = 0; i < count; i++) {
        serve__csv_cell(out, list[i].a, false);
        serve__csv_cell(out, list[i].b, false);
        serve__csv_number(out, list[i].value, false);
        serve__csv_number(out, list[i].error, false);
        ent__buf_printf(out, "%lld\n", (long long)list[i].events);
    }
    return ENT_OK;
}

static ent_rc make_ties(serve_call *call)
{
    return ties(call, false);
}

static ent_rc make_ties_csv(serve_call *call)
{
    return ties(call, true);
}

#define CACHED(name, make)                                                                         \
    static ent_rc name(serve_call *call)                                                           \
    {                                                                                              \
        return serve__cached(call, make);                                                          \
    }

CACHED(get_actors, make_actors)
CACHED(get_actors_csv, make_actors_csv)
CACHED(get_pairs, make_pairs)
CACHED(get_pairs_csv, make_pairs_csv)
CACHED(get_ties, make_ties)
CACHED(get_ties_csv, make_ties_csv)

const serve_route serve__routes_actors[] = {
    {"GET", "/api/actors", SERVE_ANALYST, get_actors, "listActors", 0},
    {"GET", "/api/actors.csv", SERVE_ANALYST, get_actors_csv, "exportActors", 0},
    {"GET", "/api/pairs", SERVE_ANALYST, get_pairs, "listPairs", 0},
    {"GET", "/api/pairs.csv", SERVE_ANALYST, get_pairs_csv, "exportPairs", 0},
    {"GET", "/api/ties", SERVE_ANALYST, get_ties, "getTies", 0},
    {"GET", "/api/ties.csv", SERVE_ANALYST, get_ties_csv, "exportTies", 0},
    {0},
};
