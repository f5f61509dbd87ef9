/* events: one event with its sides into the store, and the dyad rows that series are read from.
 * In: ent_stored_event.  Out: rows of event, event_side, actor, dyad, coverage.
 * Source: own design.  Dyad rows wait until commit and go in sorted, so that a bulk import touches
 * every page of the index once a batch.  Cost: about 3 microseconds an event. */
#include "rows.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ACTOR_CACHE 100000 /* actors kept in memory: bounds an import's use of it */
#define MOST_SIDES 64

static const char *const datasets[] = {NULL, "entente", "gdelt", "gdelt2", "icews", "phoenix",
                                       "polecat", "acled", "events"};
#define DATASETS ((int)(sizeof datasets / sizeof datasets[0]))

int ent__store_dataset(ent_str name)
{
    for (int i = 1; i < DATASETS; i++) {
        if (ent__str_eqz(name, datasets[i])) {
            return i;
        }
    }
    return 0;
}

const char *ent__store_dataset_name(int id)
{
    return id > 0 && id < DATASETS ? datasets[id] : "";
}

uint64_t ent__store_hash(ent_str bytes)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "entente store 1";
    unsigned char hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const unsigned char *)(bytes.n == 0 ? "" : bytes.p), bytes.n, key);
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--) {
        value = value << 8 | hash[i];
    }
    return value;
}

static const char *const type_names[] = {
#define X(name) #name,
    ENT_PLOVER_LIST(X)
#undef X
};

ent_str ent__store_type_name(uint8_t type)
{
    return ent__str(type < ENT_PLOVER_COUNT ? type_names[type] : "");
}

uint8_t ent__store_type(ent_str name)
{
    for (uint8_t i = 0; i < ENT_PLOVER_COUNT; i++) {
        if (ent__str_eqz(name, type_names[i])) {
            return i;
        }
    }
    return ENT_PLOVER_NONE;
}

uint8_t ent__store_precision(ent_str iso_date)
{
    return iso_date.n >= 10   ? ENT_PRECISION_DAY
           : iso_date.n >= 7  ? ENT_PRECISION_MONTH
           : iso_date.n >= 4  ? ENT_PRECISION_YEAR
                              : ENT_PRECISION_NONE;
}

/* ---- the same happening -------------------------------------------------------------------- */

static void add_sides(ent_buf *key, const ent_stored_actor *sides, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sides[i].code.n > 0) {
            ent__buf_str(key, sides[i].code);
            ent__buf_char(key, '+');
            ent__buf_str(key, sides[i].sector);
        } else {
            ent__buf_str(key, sides[i].raw.n > 0 ? sides[i].raw : sides[i].name);
        }
        ent__buf_char(key, ',');
    }
}

/* Symmetric types read the same from both sides (a meeting reported as two rows). */
uint64_t ent__store_happening(ent_store *store, const ent_stored_event *event)
{
    ent_buf *key = &store->key;
    key->n = 0;
    if (event->day == ENT_NO_DAY) { /* without a date nothing can be told to be the same */
        ent__buf_printf(key, "record %s ", event->doc.n > 0 ? "doc" : "row");
        ent__buf_str(key, event->external);
        return ent__store_hash(ent__buf_slice(key));
    }
    const ent_stored_actor *first = event->source, *second = event->target;
    size_t first_count = event->source_count, second_count = event->target_count;
    bool both_ways = event->symmetric || ent__str_eqz(event->type, "CONSULT");
    if (both_ways && first_count > 0 && second_count > 0) {
        int order = ent__str_cmp(first[0].code, second[0].code);
        order = order != 0 ? order : ent__str_cmp(first[0].sector, second[0].sector);
        if (order > 0) {
            first = event->target, second = event->source;
            first_count = event->target_count, second_count = event->source_count;
        }
    }
    ent__buf_add(key, &event->day, sizeof event->day);
    add_sides(key, first, first_count);
    ent__buf_char(key, '>');
    add_sides(key, second, second_count);
    ent__buf_char(key, '>');
    ent__buf_str(key, event->type.n > 0 ? event->type : ent__str_sub(event->cameo, 0, 2));
    ent__buf_char(key, '@');
    ent__buf_str(key, event->region.n > 0 ? event->region : event->place_country);
    return ent__store_hash(ent__buf_slice(key));
}

/* ---- actors -------------------------------------------------------------------------------- */

static ent_str clip(ent_str code)
{
    return ent__str_sub(code, 0, code.n < 11 ? code.n : 11);
}

static ent_rc forget_actors(ent_ctx *ctx, ent_store *store)
{
    ent__map_free(store->actors);
    ent__arena_reset(store->actor_keys);
    store->actors = ent__map_new(1024);
    return store->actors == NULL ? ent__nomem(ctx) : ENT_OK;
}

static ent_rc intern_actor(ent_ctx *ctx, ent_store *store, const ent_stored_actor *actor,
                           int64_t *out)
{
    ent_buf *key = &store->key;
    key->n = 0;
    const ent_str parts[] = {clip(actor->code), actor->sector, actor->name, actor->raw};
    for (int i = 0; i < 4; i++) {
        ent__buf_str(key, parts[i]);
        ent__buf_char(key, '\x1f');
    }
    uint32_t known;
    if (store->actors != NULL && !key->failed &&
        ent__map_get(store->actors, ent__buf_slice(key), &known)) {
        *out = known;
        return ENT_OK;
    }
    sqlite3_stmt *statement = ent__store_sql(ctx, store, ENT_SQL_ACTOR);
    if (statement == NULL) {
        return ENT_ESTORE;
    }
    for (int i = 0; i < 4; i++) {
        ent__bind_text(statement, i + 1, parts[i]);
    }
    if (sqlite3_step(statement) != SQLITE_ROW) {
        ent_rc rc = ent__store_fail(ctx, store, "can't store an actor");
        sqlite3_reset(statement);
        return rc;
    }
    *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    if (store->actors == NULL || ent__map_count(store->actors) >= ACTOR_CACHE) {
        ent_rc rc = forget_actors(ctx, store);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    ent_str kept = ent__arena_str(store->actor_keys, ent__buf_slice(key));
    if (key->failed || kept.p == NULL || !ent__map_put(store->actors, kept, (uint32_t)*out)) {
        return ent__nomem(ctx);
    }
    return ENT_OK;
}

/* ---- what waits for the commit ------------------------------------------------------------- */

static ent_rc count_day(ent_ctx *ctx, ent_store *store, int dataset, int32_t day)
{
    /* Data sets come in order of days: the last entries are the likely ones. */
    size_t n = store->coverage_count;
    for (size_t i = n; i > 0 && i + 8 > n; i--) {
        ent_coverage_change *change = &store->coverage[i - 1];
        if (change->day == day && change->dataset == dataset) {
            change->records++;
            return ENT_OK;
        }
    }
    void *grown = ent__grow(store->coverage, n, &store->coverage_capacity,
                            sizeof *store->coverage);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    store->coverage = grown;
    store->coverage[store->coverage_count++] =
        (ent_coverage_change){.dataset = dataset, .day = day, .records = 1};
    return ENT_OK;
}

static ent_rc add_dyad(ent_ctx *ctx, ent_store *store, ent_dyad_row row, ent_str source,
                       ent_str target)
{
    void *grown = ent__grow(store->dyads, store->dyad_count, &store->dyad_capacity,
                            sizeof *store->dyads);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    store->dyads = grown;
    source = clip(source);
    target = clip(target);
    memset(row.source, 0, sizeof row.source);
    memset(row.target, 0, sizeof row.target);
    memcpy(row.source, source.n == 0 ? "" : source.p, source.n);
    memcpy(row.target, target.n == 0 ? "" : target.p, target.n);
    store->dyads[store->dyad_count++] = row;
    return ENT_OK;
}

static int by_key(const void *a, const void *b)
{
    const ent_dyad_row *x = a, *y = b;
    int order = memcmp(x->source, y->source, sizeof x->source + sizeof x->target);
    if (order != 0) {
        return order;
    }
    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    return (x->event > y->event) - (x->event < y->event);
}

static int by_day(const void *a, const void *b)
{
    const ent_coverage_change *x = a, *y = b;
    if (x->dataset != y->dataset) {
        return x->dataset < y->dataset ? -1 : 1;
    }
    return (x->day > y->day) - (x->day < y->day);
}

static ent_rc flush_coverage(ent_ctx *ctx, ent_store *store)
{
    if (store->coverage_count > 0) {
        qsort(store->coverage, store->coverage_count, sizeof *store->coverage, by_day);
    }
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < store->coverage_count; i++) {
        sqlite3_stmt *statement = ent__store_sql(ctx, store, ENT_SQL_COVERAGE);
        if (statement == NULL) {
            return ENT_ESTORE;
        }
        sqlite3_bind_int(statement, 1, store->coverage[i].dataset);
        sqlite3_bind_int(statement, 2, store->coverage[i].day);
        sqlite3_bind_int64(statement, 3, store->coverage[i].records);
        rc = ent__store_run(ctx, store, statement, "can't store the coverage");
    }
    store->coverage_count = 0;
    return rc;
}

ent_rc ent__store_flush(ent_ctx *ctx, ent_store *store)
{
    ent_rc rc = flush_coverage(ctx, store);
    if (store->dyad_count > 0) {
        qsort(store->dyads, store->dyad_count, sizeof *store->dyads, by_key);
    }
    for (size_t i = 0; rc == ENT_OK && i < store->dyad_count; i++) {
        const ent_dyad_row *row = &store->dyads[i];
        sqlite3_stmt *statement = ent__store_sql(ctx, store, ENT_SQL_DYAD);
        if (statement == NULL) {
            return ENT_ESTORE;
        }
        sqlite3_bind_text(statement, 1, row->source, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, row->target, -1, SQLITE_STATIC);
        sqlite3_bind_int(statement, 3, row->day);
        sqlite3_bind_int64(statement, 4, row->event);
        sqlite3_bind_int(statement, 5, row->precision);
        sqlite3_bind_int(statement, 6, row->type);
        sqlite3_bind_int(statement, 7, row->quad);
        ent__bind_number(statement, 8, row->goldstein);
        sqlite3_bind_int64(statement, 9, row->mentions);
        sqlite3_bind_int(statement, 10, row->sure);
        sqlite3_bind_int(statement, 11, row->dataset);
        sqlite3_bind_int64(statement, 12, (int64_t)row->happening);
        rc = ent__store_run(ctx, store, statement, "can't store a dyad's record");
    }
    store->dyad_count = 0;
    return rc;
}

/* "The United States and Russia met": several sources and no target are pairs all the same. */
static ent_rc add_pairs_among(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                              ent_dyad_row row)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < event->source_count; i++) {
        for (size_t j = 0; j < event->source_count && rc == ENT_OK; j++) {
            if (!ent__str_eq(event->source[i].code, event->source[j].code)) {
                rc = add_dyad(ctx, store, row, event->source[i].code, event->source[j].code);
            }
        }
    }
    return rc;
}

/* Every pair of a source and a target; a side that nobody takes is the empty code. */
static ent_rc add_pairs(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                        ent_dyad_row row)
{
    if (event->target_count == 0 && event->source_count > 1) {
        return add_pairs_among(ctx, store, event, row);
    }
    static const ent_stored_actor nobody[1];
    const ent_stored_actor *sources = event->source_count > 0 ? event->source : nobody;
    const ent_stored_actor *targets = event->target_count > 0 ? event->target : nobody;
    size_t source_count = event->source_count > 0 ? event->source_count : 1;
    size_t target_count = event->target_count > 0 ? event->target_count : 1;
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < source_count && rc == ENT_OK; i++) {
        for (size_t j = 0; j < target_count && rc == ENT_OK; j++) {
            ent_str source = sources[i].code, target = targets[j].code;
            rc = add_dyad(ctx, store, row, source, target);
            if (rc == ENT_OK && event->symmetric && source.n > 0 && target.n > 0 &&
                !ent__str_eq(source, target)) {
                rc = add_dyad(ctx, store, row, target, source);
            }
        }
    }
    return rc;
}

/* ---- the event ----------------------------------------------------------------------------- */

static void bind_event(sqlite3_stmt *s, const ent_stored_event *e, int64_t document)
{
    if (document == 0) {
        sqlite3_bind_null(s, 4);
    } else {
        sqlite3_bind_int64(s, 4, document);
    }
    ent__bind_str(s, 5, e->local);
    ent__bind_str(s, 6, e->date);
    ent__bind_day(s, 7, e->day);
    ent__bind_str(s, 8, e->type);
    ent__bind_str(s, 9, e->mode);
    ent__bind_str(s, 10, e->context);
    ent__bind_str(s, 11, e->cameo);
    ent__bind_int(s, 12, e->quad == 0 ? -1 : e->quad);
    ent__bind_number(s, 13, e->goldstein);
    ent__bind_number(s, 14, e->score);
    sqlite3_bind_int(s, 17, e->symmetric);
    sqlite3_bind_int(s, 18, e->root);
    ent__bind_str(s, 19, e->certainty);
    sqlite3_bind_int64(s, 20, e->mentions);
    sqlite3_bind_int64(s, 21, e->sources);
    sqlite3_bind_int64(s, 22, e->articles);
    ent__bind_number(s, 23, e->tone);
    ent__bind_str(s, 24, e->place);
    ent__bind_str(s, 25, e->region);
    ent__bind_str(s, 26, e->place_country);
    ent__bind_number(s, 27, e->latitude);
    ent__bind_number(s, 28, e->longitude);
    ent__bind_str(s, 29, e->publisher);
    ent__bind_str(s, 30, e->url);
    ent__bind_str(s, 31, e->text);
    ent__bind_str(s, 32, e->rule);
    ent__bind_int(s, 33, e->story);
    ent__bind_int(s, 34, e->sentence);
    ent__bind_int(s, 35, e->begin);
    ent__bind_int(s, 36, e->end);
    ent__bind_int(s, 37, e->cue_begin);
    ent__bind_int(s, 38, e->cue_end);
}

/* The data set's own number where it is one (rows then lie in order, and the text need not be
 * kept), else a hash of its text.  Large sets with ids of text get the day in front of 46 bits of
 * hash: files come by date, and rows that fall all over an index of millions cost a page each. */
static int64_t record_number(const ent_stored_event *event, int dataset, bool *out_is_number)
{
    ent_str external = event->external;
    int64_t number;
    *out_is_number = external.n > 0 && (external.p[0] != '0' || external.n == 1) &&
                     external.p[0] != '+' && ent__str_int(external, &number) && number >= 0;
    if (*out_is_number) {
        return number;
    }
    uint64_t hash = ent__store_hash(external), mark = UINT64_C(1) << 63;
    const char *name = ent__store_dataset_name(dataset);
    bool by_day = event->day != ENT_NO_DAY && (strcmp(name, "polecat") == 0 ||
                                               strcmp(name, "phoenix") == 0 ||
                                               strcmp(name, "icews") == 0 ||
                                               strcmp(name, "gdelt") == 0);
    if (!by_day) {
        return (int64_t)(hash | mark);
    }
    uint64_t day = (uint64_t)(event->day + 65536) & 0x1ffff; /* from 1790 to 2149 */
    return (int64_t)(mark | day << 46 | hash >> 18);
}

static ent_rc insert_further_sides(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                                   int64_t id)
{
    for (int side = 0; side < 2; side++) {
        const ent_stored_actor *actors = side == 0 ? event->source : event->target;
        size_t count = side == 0 ? event->source_count : event->target_count;
        for (size_t i = 1; i < count && i < MOST_SIDES; i++) {
            int64_t actor;
            ent_rc rc = intern_actor(ctx, store, &actors[i], &actor);
            sqlite3_stmt *s = rc != ENT_OK ? NULL : ent__store_sql(ctx, store, ENT_SQL_EVENT_SIDE);
            if (s == NULL) {
                return rc != ENT_OK ? rc : ENT_ESTORE;
            }
            sqlite3_bind_int64(s, 1, id);
            ent__bind_text(s, 2, side == 0 ? ENT_LIT("source") : ENT_LIT("target"));
            sqlite3_bind_int64(s, 3, (int64_t)i + 1);
            sqlite3_bind_int64(s, 4, actor);
            rc = ent__store_run(ctx, store, s, "can't store a side of an event");
            if (rc != ENT_OK) {
                return rc;
            }
        }
    }
    return ENT_OK;
}

static bool is_sure(ent_str certainty)
{
    return certainty.n == 0 || ent__str_eqz(certainty, "asserted") ||
           ent__str_eqz(certainty, "alleged");
}

static ent_rc insert_row(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                         int64_t document, int dataset, uint64_t happening, int64_t *out_id)
{
    int64_t source = 0, target = 0;
    ent_rc rc = ENT_OK;
    if (event->source_count > 0) {
        rc = intern_actor(ctx, store, &event->source[0], &source);
    }
    if (rc == ENT_OK && event->target_count > 0) {
        rc = intern_actor(ctx, store, &event->target[0], &target);
    }
    sqlite3_stmt *s = rc != ENT_OK ? NULL : ent__store_sql(ctx, store, ENT_SQL_EVENT);
    if (s == NULL) {
        return rc != ENT_OK ? rc : ENT_ESTORE;
    }
    sqlite3_bind_int(s, 1, dataset);
    bool is_number;
    sqlite3_bind_int64(s, 2, record_number(event, dataset, &is_number));
    ent__bind_str(s, 3, is_number ? (ent_str){"", 0} : event->external);
    bind_event(s, event, document);
    ent__bind_int(s, 15, source == 0 ? -1 : source);
    ent__bind_int(s, 16, target == 0 ? -1 : target);
    sqlite3_bind_int64(s, 39, (int64_t)happening);
    rc = ent__store_run(ctx, store, s, "can't store an event");
    *out_id = rc == ENT_OK && sqlite3_changes(store->db) > 0 ? sqlite3_last_insert_rowid(store->db)
                                                             : 0;
    return rc;
}

ent_rc ent__store_insert_event(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                               int64_t document, int64_t *out_id)
{
    *out_id = 0;
    int dataset = ent__store_dataset(event->dataset);
    if (dataset == 0) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "unknown data set '%.*s'",
                         ENT_FMT(event->dataset));
    }
    uint64_t happening = ent__store_happening(store, event);
    int64_t id = 0;
    ent_rc rc = insert_row(ctx, store, event, document, dataset, happening, &id);
    if (rc != ENT_OK || id == 0) {
        return rc;
    }
    if (event->source_count > 1 || event->target_count > 1) {
        rc = insert_further_sides(ctx, store, event, id);
    }
    if (rc == ENT_OK && event->day != ENT_NO_DAY) {
        rc = count_day(ctx, store, dataset, event->day);
    }
    ent_dyad_row row = {.event = id, .happening = happening, .goldstein = event->goldstein,
                        .day = event->day, .dataset = (uint8_t)dataset,
                        .precision = event->date.n == 0 && event->day != ENT_NO_DAY
                                         ? ENT_PRECISION_DAY
                                         : ent__store_precision(event->date),
                        .type = ent__store_type(event->type), .quad = (uint8_t)event->quad,
                        .mentions = event->mentions > UINT32_MAX ? UINT32_MAX
                                    : event->mentions < 0        ? 0
                                                                 : (uint32_t)event->mentions,
                        .sure = is_sure(event->certainty)};
    if (rc == ENT_OK) {
        rc = add_pairs(ctx, store, event, row);
    }
    *out_id = rc == ENT_OK ? id : 0;
    return rc;
}

ent_rc ent__store_put_event(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                            bool *out_new)
{
    bool own = !store->in_transaction;
    ent_rc rc = ent__store_begin(ctx, store);
    int64_t id = 0;
    if (rc == ENT_OK) {
        rc = ent__store_insert_event(ctx, store, event, 0, &id);
    }
    if (out_new != NULL) {
        *out_new = id != 0;
    }
    if (rc != ENT_OK) {
        ent__store_rollback(store);
    } else if (own) {
        rc = ent__store_commit(ctx, store);
    }
    return rc;
}
