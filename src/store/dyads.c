/* dyads: the records between two actors, days covered, and what counts as one event.
 * In: a dyad and dates.  Out: records by day.  Source: duplicates rule as in
 * docs/methods/store.md (GDELT's own advice; "one-a-day" filters of the Phoenix and ICEWS makers).
 * Cost: one range of the dyad table; the rule sorts, O(n log n). */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#define SPELL_DAYS 7

static const char *const rule_names[] = {"event", "all", "day", "spell"};

const char *ent__duplicates_name(ent_duplicates rule)
{
    return rule_names[rule];
}

bool ent__duplicates_parse(ent_str name, ent_duplicates *out)
{
    for (int i = 0; i < 4; i++) {
        if (ent__str_eqz(name, rule_names[i])) {
            *out = (ent_duplicates)i;
            return true;
        }
    }
    return false;
}

/* ---- records ------------------------------------------------------------------------------- */

typedef struct {
    ent_dyad_record *items;
    size_t count, capacity;
} record_list;

static int32_t last_day(ent_date until)
{
    if (until.year == 0) {
        return ENT_NO_DAY - 1;
    }
    if (until.month == 0) {
        until = (ent_date){until.year, 12, 31};
    } else if (until.day == 0) {
        until.day = (int8_t)ent__date_month_length(until.year, until.month);
    }
    return ent__date_days(until);
}

static ent_rc read_direction(ent_ctx *ctx, ent_store *store, const ent_dyad_filter *filter,
                             const char *source, const char *target, bool reversed,
                             record_list *list)
{
    ent_condition c = {.first = true};
    ent__buf_printf(&c.sql, "SELECT day, precision, quad, type, mentions, goldstein, happening,"
                            " event%s FROM dyad", target == NULL ? ", target" : "");
    ent__condition_text(&c, "source = ?", source);
    ent__condition_text(&c, "target = ?", target);
    int32_t first = filter->since.year == 0 ? INT32_MIN : ent__date_days(filter->since);
    ent__condition_int(&c, "day >= ?", first);
    ent__condition_int(&c, "day <= ?", last_day(filter->until));
    if (!filter->unsure) {
        ent__condition_int(&c, "sure = ?", 1);
    }
    if (filter->dataset != NULL) {
        ent__condition_int(&c, "dataset = ?", ent__store_dataset(ent__str(filter->dataset)));
    }
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, &c);
    if (s == NULL) {
        return ent_ctx_rc(ctx);
    }
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        void *grown = ent__grow(list->items, list->count, &list->capacity, sizeof *list->items);
        if (grown == NULL) {
            sqlite3_finalize(s);
            return ent__nomem(ctx);
        }
        list->items = grown;
        list->items[list->count++] = (ent_dyad_record){
            .day = sqlite3_column_int(s, 0), .precision = (uint8_t)sqlite3_column_int(s, 1),
            .quad = (uint8_t)sqlite3_column_int(s, 2), .type = (uint8_t)sqlite3_column_int(s, 3),
            .mentions = (uint32_t)sqlite3_column_int64(s, 4),
            .goldstein = ent__column_number(s, 5),
            .happening = (uint64_t)sqlite3_column_int64(s, 6),
            .event = sqlite3_column_int64(s, 7), .reversed = reversed,
            .pair = target != NULL ? 0 : (uint32_t)ent__store_hash(ent__column_str(s, 8))};
    }
    ent_rc rc = step == SQLITE_DONE ? ENT_OK : ent__store_fail(ctx, store, "can't read a dyad");
    sqlite3_finalize(s);
    return rc;
}

static int by_day(const void *a, const void *b)
{
    const ent_dyad_record *x = a, *y = b;
    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    return (x->event > y->event) - (x->event < y->event);
}

/* A symmetric event has a row each way; undirected it is one. */
static size_t drop_mirrored(ent_dyad_record *records, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || records[kept - 1].event != records[i].event) {
            records[kept++] = records[i];
        }
    }
    return kept;
}

ent_rc ent__store_dyad(ent_ctx *ctx, ent_store *store, const ent_dyad_filter *filter,
                       ent_dyad_record **out, size_t *out_count)
{
    *out = NULL;
    *out_count = 0;
    record_list list = {0};
    ent_rc rc = read_direction(ctx, store, filter, filter->source, filter->target, false, &list);
    bool other_way = filter->undirected && filter->target != NULL &&
                     strcmp(filter->source, filter->target) != 0;
    if (rc == ENT_OK && other_way) {
        rc = read_direction(ctx, store, filter, filter->target, filter->source, true, &list);
    }
    if (rc != ENT_OK) {
        free(list.items);
        return rc;
    }
    if ((other_way || filter->target == NULL) && list.count > 0) {
        qsort(list.items, list.count, sizeof *list.items, by_day);
        list.count = drop_mirrored(list.items, list.count);
    }
    *out = list.items;
    *out_count = list.count;
    return ENT_OK;
}

/* ---- duplicates ---------------------------------------------------------------------------- */

typedef struct {
    uint64_t key;
    int32_t day;
    uint32_t at;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->at > y->at) - (x->at < y->at); /* records come in order of days */
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    return h;
}

/* SPELL needs a key without the day, so it takes what the record itself says; a symmetric type
 * is the same from both sides. */
static uint64_t key_of(const ent_dyad_record *r, ent_duplicates rule)
{
    uint64_t side = r->type == ENT_PLOVER_CONSULT ? 0 : r->reversed;
    uint64_t kind = r->type != ENT_PLOVER_NONE ? r->type : 32u + r->quad;
    switch (rule) {
    case ENT_DUPLICATES_DAY:
        return mix((uint64_t)r->pair << 32 ^ (uint64_t)(uint32_t)r->day << 8 ^ kind << 1 ^ side);
    case ENT_DUPLICATES_SPELL:
        return mix((uint64_t)r->pair << 32 ^ kind << 1 ^ side);
    default:
        return r->happening;
    }
}

ent_rc ent__dyad_unique(ent_ctx *ctx, ent_dyad_record *records, size_t *inout_count,
                        ent_duplicates rule)
{
    size_t count = *inout_count;
    if (rule == ENT_DUPLICATES_ALL || count < 2) {
        return ENT_OK;
    }
    keyed *keys = malloc(count * sizeof *keys);
    if (keys == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = (keyed){key_of(&records[i], rule), records[i].day, (uint32_t)i};
    }
    qsort(keys, count, sizeof *keys, by_key);
    int32_t reach = rule == ENT_DUPLICATES_SPELL ? SPELL_DAYS : 0;
    size_t first = 0;
    for (size_t i = 1; i < count; i++) {
        bool again = keys[i].key == keys[i - 1].key && keys[i].day - keys[i - 1].day <= reach;
        if (again) {
            records[keys[first].at].mentions += records[keys[i].at].mentions;
            records[keys[i].at].event = -1;
        } else {
            first = i;
        }
    }
    free(keys);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (records[i].event != -1) {
            records[kept++] = records[i];
        }
    }
    *inout_count = kept;
    return ENT_OK;
}

/* ---- coverage and pairs -------------------------------------------------------------------- */

ent_rc ent__store_coverage(ent_ctx *ctx, ent_store *store, const char *dataset, int32_t **out_days,
                           int64_t **out_records, size_t *out_count)
{
    *out_days = NULL;
    *out_records = NULL;
    *out_count = 0;
    ent_condition c = {.first = true};
    ent__buf_z(&c.sql, "SELECT day, sum(records) FROM coverage");
    if (dataset != NULL) {
        ent__condition_int(&c, "dataset = ?", ent__store_dataset(ent__str(dataset)));
    }
    ent__buf_z(&c.sql, " GROUP BY day HAVING sum(records) > 0 ORDER BY day");
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, &c);
    if (s == NULL) {
        return ent_ctx_rc(ctx);
    }
    size_t day_capacity = 0, record_capacity = 0, n = 0;
    ent_rc rc = ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        int32_t *days = ent__grow(*out_days, n, &day_capacity, sizeof *days);
        *out_days = days != NULL ? days : *out_days;
        int64_t *records = ent__grow(*out_records, n, &record_capacity, sizeof *records);
        *out_records = records != NULL ? records : *out_records;
        if (days == NULL || records == NULL) {
            rc = ent__nomem(ctx);
            break;
        }
        days[n] = sqlite3_column_int(s, 0);
        records[n++] = sqlite3_column_int64(s, 1);
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read the coverage");
    }
    sqlite3_finalize(s);
    if (rc != ENT_OK) {
        free(*out_days);
        free(*out_records);
        *out_days = NULL;
        *out_records = NULL;
        return rc;
    }
    *out_count = n;
    return ENT_OK;
}

ent_rc ent__store_pairs(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                        ent_pair_visit visit, void *user)
{
    ent_condition c = {.first = true};
    ent__buf_z(&c.sql, "SELECT source, target, count(*) FROM dyad");
    ent__condition_text(&c, "source = ?", filter->actor);
    ent__condition_text(&c, "target = ?", filter->target);
    ent__condition_int(&c, "day < ?", ENT_NO_DAY);
    ent__buf_z(&c.sql, " AND source <> '' AND target <> '' AND source <> target"
                       " GROUP BY source, target");
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, &c);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        rc = visit(user, (const char *)sqlite3_column_text(s, 0),
                   (const char *)sqlite3_column_text(s, 1), sqlite3_column_int64(s, 2));
    }
    if (s != NULL && rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read the dyads");
    }
    sqlite3_finalize(s);
    return rc;
}
