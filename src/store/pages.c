/* pages: one page of a list, found by the place where the page before ended.
 * In: a filter whose `page` is set.  Out: at most `limit` rows, the next page's cursor ("DAY.ID"),
 * and how many rows there are (counted up to ENT_PAGE_COUNTED + 1).
 * Source: keyset pagination (Winand, "no offset").  First the keys (day, number) of the page and
 * one more are looked up along an index, then their rows.  Cost: events between two named actors
 * O(page log size), a range of the dyad table; events of one actor O(partners page log size), a page
 * of each partner; events by other conditions walk the day index until the page is full, or sort the
 * actor's keys. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t day, id;
} page_key;

/* Where keys come from: columns day and id of `from`; the two actors are conditions on it. */
typedef struct {
    const char *select, *day, *id, *undated; /* undated: condition of rows without a date */
    const char *source_sql, *target_sql;
    const char *source, *target;             /* NULL: not asked for */
    const char *first;                       /* bound before all others; NULL: nothing */
    bool repeats;                            /* an event can come once a partner, */
    bool distinct;                           /* unless the query sees to it */
} key_source;

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    const ent_store_filter *filter;
    int64_t limit;
    page_key after;
    bool begun;
    page_key *keys;
    size_t count, capacity;
    void (*conditions)(ent_condition *, const ent_store_filter *); /* NULL: none needed */
} paging;

static ent_rc start(paging *p, ent_ctx *ctx, ent_store *store, const ent_store_filter *filter)
{
    *p = (paging){.ctx = ctx, .store = store, .filter = filter,
                  .limit = filter->limit > 0 ? filter->limit : 50};
    filter->page->next[0] = '\0';
    filter->page->total = 0;
    ent_str rest = ent__str(filter->page->after), day;
    p->begun = rest.n > 0;
    bool fine = !p->begun || (ent__str_split(&rest, '.', &day) &&
                              ent__str_int(day, &p->after.day) && ent__str_int(rest, &p->after.id));
    return fine ? ENT_OK
                : ent__fail(ctx, ENT_EUSAGE, NULL, 0, "after: expected a cursor as a page before "
                            "gave it in \"next\"");
}

static void add_source(const paging *p, ent_condition *c, const key_source *from)
{
    c->first = true;
    ent__buf_z(&c->sql, from->select);
    if (from->first != NULL) {
        c->text[c->count++] = from->first;
    }
    ent__condition_text(c, from->source_sql, from->source);
    ent__condition_text(c, from->target_sql, from->target);
    if (p->conditions != NULL) {
        p->conditions(c, p->filter);
    }
    char since[96], until[96];
    snprintf(since, sizeof since, "%s >= ?", from->day);
    snprintf(until, sizeof until, "%s <= ?", from->day);
    ent__condition_days(c, p->filter, since, until);
}

/* Keys of one event stand side by side; gives how many differ. */
static size_t drop_repeats(page_key *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || keys[kept - 1].id != keys[i].id) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

static ent_rc take_keys(paging *p, ent_condition *c, bool dated)
{
    sqlite3_stmt *s = ent__condition_prepare(p->ctx, p->store, c);
    if (s == NULL) {
        return ent_ctx_rc(p->ctx);
    }
    ent_rc rc = ENT_OK;
    int step;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        void *grown = ent__grow(p->keys, p->count, &p->capacity, sizeof *p->keys);
        if (grown == NULL) {
            rc = ent__nomem(p->ctx);
            break;
        }
        p->keys = grown;
        p->keys[p->count++] = (page_key){dated ? sqlite3_column_int64(s, 0) : ENT_NO_DAY,
                                         sqlite3_column_int64(s, 1)};
    }
    return ent__walk_end(p->ctx, p->store, s, rc, rc == ENT_OK ? step : SQLITE_DONE);
}

/* The first `most` keys of one source, dated or not, in the page's order. */
static ent_rc some_keys(paging *p, const key_source *from, bool dated, int64_t most)
{
    const char *sign = p->filter->page->newest_first ? "<" : ">";
    const char *order = p->filter->page->newest_first ? "DESC" : "ASC";
    ent_condition c = {.first = true};
    ent__buf_z(&c.sql, from->distinct ? "SELECT DISTINCT " : "SELECT ");
    add_source(p, &c, from);
    ent__buf_printf(&c.sql, "%s", c.first ? " WHERE " : " AND ");
    c.first = false;
    if (dated) {
        ent__buf_printf(&c.sql, "%s < %d", from->day, ENT_NO_DAY);
    } else {
        ent__buf_z(&c.sql, from->undated);
    }
    if (p->begun && dated) {
        ent__buf_printf(&c.sql, " AND (%s, %s) %s (%lld, %lld)", from->day, from->id, sign,
                        (long long)p->after.day, (long long)p->after.id);
    } else if (p->begun && p->after.day == ENT_NO_DAY) {
        ent__buf_printf(&c.sql, " AND %s %s %lld", from->id, sign, (long long)p->after.id);
    }
    ent__buf_z(&c.sql, " ORDER BY ");
    if (dated) {
        ent__buf_printf(&c.sql, "%s %s, ", from->day, order);
    }
    ent__buf_printf(&c.sql, "%s %s LIMIT %lld", from->id, order, (long long)most);
    return take_keys(p, &c, dated);
}

/* Keys of one source: the dated ones, then, while the page is not full, those without a date. */
static ent_rc keys_of(paging *p, const key_source *from)
{
    ent_rc rc = ENT_OK;
    size_t begin = p->count, full = begin + (size_t)p->limit + 1;
    bool past_dates = p->begun && p->after.day == ENT_NO_DAY;
    bool only_dated = p->filter->since.year != 0 || p->filter->until.year != 0;
    for (int dated = past_dates ? 0 : 1; rc == ENT_OK && dated >= 0; dated--) {
        if (p->count >= full || (!dated && only_dated)) {
            break;
        }
        size_t before = p->count, got;
        int64_t most = p->limit + 1;
        do { /* what repeats takes the place of others: more are asked for */
            p->count = before;
            rc = some_keys(p, from, dated == 1, most);
            got = p->count - before;
            p->count = before + drop_repeats(p->keys + before, got);
            most *= 2;
        } while (rc == ENT_OK && from->repeats && got == (size_t)most / 2 && p->count < full);
    }
    return rc;
}

static int by_date(const void *a, const void *b)
{
    const page_key *x = a, *y = b;
    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    return (x->id > y->id) - (x->id < y->id);
}

static int newest_first(const void *a, const void *b)
{
    const page_key *x = a, *y = b;
    bool undated = x->day == ENT_NO_DAY || y->day == ENT_NO_DAY;
    if (undated && x->day != y->day) {
        return x->day == ENT_NO_DAY ? 1 : -1;
    }
    return by_date(b, a);
}

/* Both ways of a dyad in one order; an event that stands in both (symmetric) once. */
static void join_sources(paging *p)
{
    if (p->count > 0) {
        qsort(p->keys, p->count, sizeof *p->keys,
              p->filter->page->newest_first ? newest_first : by_date);
    }
    p->count = drop_repeats(p->keys, p->count);
}

static ent_rc count_rows(paging *p, const key_source *from, size_t source_count)
{
    ent_condition c = {.first = true};
    ent__buf_z(&c.sql, "SELECT count(*) FROM (");
    for (size_t i = 0; i < source_count; i++) {
        ent__buf_z(&c.sql, i > 0 ? " UNION SELECT * FROM (" : "SELECT * FROM (");
        ent__buf_z(&c.sql, "SELECT DISTINCT ");
        add_source(p, &c, &from[i]);
        ent__buf_printf(&c.sql, " LIMIT %d)", ENT_PAGE_COUNTED + 1);
    }
    ent__buf_printf(&c.sql, " LIMIT %d)", ENT_PAGE_COUNTED + 1);
    sqlite3_stmt *s = ent__condition_prepare(p->ctx, p->store, &c);
    if (s == NULL) {
        return ent_ctx_rc(p->ctx);
    }
    int step = sqlite3_step(s);
    p->filter->page->total = step == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    return ent__walk_end(p->ctx, p->store, s, ENT_OK, step == SQLITE_ROW ? SQLITE_DONE : step);
}

/* Finds the page's keys; the page is cut to its length and the next one's cursor set. */
static ent_rc find_keys(paging *p, const key_source *from, size_t source_count)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < source_count; i++) {
        rc = keys_of(p, &from[i]);
    }
    rc = rc != ENT_OK ? rc : count_rows(p, from, source_count);
    if (rc == ENT_OK) {
        join_sources(p);
    }
    if (rc == ENT_OK && p->count > (size_t)p->limit) {
        p->count = (size_t)p->limit;
        const page_key *last = &p->keys[p->count - 1];
        snprintf(p->filter->page->next, sizeof p->filter->page->next, "%lld.%lld",
                 (long long)last->day, (long long)last->id);
    }
    return rc;
}

/* The page's rows: "COLUMN IN (its numbers)" in the page's order. */
static void add_rows(const paging *p, ent_condition *c, const char *column, int shift)
{
    ent__buf_printf(&c->sql, "%s%s IN (", c->first ? " WHERE " : " AND ", column);
    c->first = false;
    for (size_t i = 0; i < p->count; i++) {
        ent__buf_printf(&c->sql, "%s%lld", i > 0 ? "," : "", (long long)(p->keys[i].id >> shift));
    }
    ent__buf_char(&c->sql, ')');
}

static void add_order(const paging *p, ent_condition *c, const char *day, const char *id)
{
    const char *order = p->filter->page->newest_first ? "DESC" : "ASC";
    ent__buf_printf(&c->sql, " ORDER BY %s %s NULLS LAST, %s %s", day, order, id, order);
}

/* ---- events --------------------------------------------------------------------------------- */

static bool needs_event(const ent_store_filter *f)
{
    return f->type != NULL || f->dataset != NULL || f->doc != NULL || f->certainty != NULL ||
           f->words != NULL;
}

/* The dyad table lies in the order source, target, day, event.  The codes of one side are found by a
 * seek each ("loose index scan"); a page of each is then all that is read. */
#define CODES(column, condition)                                                                   \
    "(WITH RECURSIVE p(code) AS (SELECT min(" column ") FROM dyad WHERE " condition " UNION ALL"   \
    " SELECT (SELECT min(" column ") FROM dyad WHERE " condition " AND " column " > p.code) FROM p"\
    " WHERE p.code IS NOT NULL) SELECT code FROM p) p"

/* Conditions on the event itself need its row; else the dyad table answers alone. */
static key_source dyad_source(const ent_store_filter *f, const char *source, const char *target)
{
    key_source from = {.day = "d.day", .id = "d.event", .undated = "d.day = 2147483647",
                       .source_sql = "d.source = ?", .target_sql = "d.target = ?",
                       .source = source, .target = target};
    bool pair = source != NULL && target != NULL;
    from.distinct = !pair && needs_event(f);
    from.repeats = !pair && !from.distinct;
    if (needs_event(f)) {
        from.select = pair ? "d.day, d.event FROM dyad d CROSS JOIN event e ON e.id = d.event"
                           : "d.day, d.event FROM dyad d JOIN event e ON e.id = d.event";
    } else if (pair) {
        from.select = "d.day, d.event FROM dyad d";
    } else if (source != NULL) {
        from.select = "d.day, d.event FROM " CODES("target", "source = ?1")
                      " CROSS JOIN dyad d ON d.target = p.code";
        from.first = source;
    } else {
        from.select = "d.day, d.event FROM " CODES("source", "true")
                      " CROSS JOIN dyad d ON d.source = p.code";
    }
    return from;
}

static size_t event_sources(const ent_store_filter *f, key_source out[2])
{
    if (f->actor == NULL && f->target == NULL) {
        out[0] = (key_source){.select = "e.day, e.id FROM event e", .day = "e.day", .id = "e.id",
                              .undated = "e.day IS NULL"};
        return 1;
    }
    out[0] = dyad_source(f, f->actor, f->target);
    out[1] = dyad_source(f, f->target, f->actor);
    bool same = f->actor != NULL && f->target != NULL && strcmp(f->actor, f->target) == 0;
    return f->either_way && f->actor != NULL && !same ? 2 : 1;
}

ent_rc ent__page_events(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                        ent_event_visit visit, void *user)
{
    paging p;
    key_source from[2];
    ent_rc rc = start(&p, ctx, store, filter);
    size_t source_count = event_sources(filter, from);
    p.conditions = needs_event(filter) ? ent__condition_event : NULL;
    rc = rc != ENT_OK ? rc : find_keys(&p, from, source_count);
    if (rc == ENT_OK && p.count > 0) {
        ent_condition c = {.first = true};
        ent__select_events(&c);
        add_rows(&p, &c, "e.id", 0);
        add_order(&p, &c, "e.day", "e.id");
        rc = ent__walk_events(ctx, store, &c, visit, user);
    }
    free(p.keys);
    return rc;
}

/* ---- statements, documents, quantities -------------------------------------------------------- */

ent_rc ent__page_statements(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_statement_visit visit, void *user)
{
    static const key_source from = {
        .select = "coalesce(s.day, x.day), s.id FROM statement s JOIN document x ON x.id ="
                  " s.document",
        .day = "coalesce(s.day, x.day)", .id = "s.id",
        .undated = "coalesce(s.day, x.day) IS NULL"};
    paging p;
    ent_rc rc = start(&p, ctx, store, filter);
    p.conditions = ent__condition_statement;
    rc = rc != ENT_OK ? rc : find_keys(&p, &from, 1);
    if (rc == ENT_OK && p.count > 0) {
        ent_condition c = {.first = true};
        ent__select_statements(&c);
        add_rows(&p, &c, "s.id", 0);
        add_order(&p, &c, from.day, "s.id");
        rc = ent__walk_statements(ctx, store, &c, visit, user);
    }
    free(p.keys);
    return rc;
}

ent_rc ent__page_documents(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                           ent_document_visit visit, void *user)
{
    static const key_source from = {.select = "x.day, x.id FROM document x", .day = "x.day",
                                    .id = "x.id", .undated = "x.day IS NULL"};
    paging p;
    ent_rc rc = start(&p, ctx, store, filter);
    p.conditions = ent__condition_document;
    rc = rc != ENT_OK ? rc : find_keys(&p, &from, 1);
    if (rc == ENT_OK && p.count > 0) {
        ent_condition c = {.first = true};
        ent__select_documents(&c);
        add_rows(&p, &c, "x.id", 0);
        add_order(&p, &c, "x.day", "x.id");
        rc = ent__walk_documents(ctx, store, &c, visit, user);
    }
    free(p.keys);
    return rc;
}

/* A quantity's number: its document's, and its place in it (below 2^20). */
#define QUANTITY_ID "(x.id << 20 | q.position)"

ent_rc ent__page_quantities(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_quantity_visit visit, void *user)
{
    static const key_source from = {
        .select = "x.day, " QUANTITY_ID " FROM quantity q JOIN document x ON x.id = q.document",
        .day = "x.day", .id = QUANTITY_ID, .undated = "x.day IS NULL"};
    paging p;
    ent_rc rc = start(&p, ctx, store, filter);
    p.conditions = ent__condition_quantity;
    rc = rc != ENT_OK ? rc : find_keys(&p, &from, 1);
    if (rc == ENT_OK && p.count > 0) {
        ent_condition c = {.first = true};
        ent__select_quantities(&c);
        add_rows(&p, &c, "q.document", 20);
        add_rows(&p, &c, QUANTITY_ID, 0);
        add_order(&p, &c, "x.day", QUANTITY_ID);
        rc = ent__walk_quantities(ctx, store, &c, visit, user);
    }
    free(p.keys);
    return rc;
}
