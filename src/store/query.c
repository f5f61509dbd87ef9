/* query: documents, statements, events, quantities, actors that a filter asks for.
 * In: ent_store_filter.  Out: one call a row, in order of date and number.
 * Source: own design.  Cost: events between named actors are a range of the dyad table, others a
 * walk along the day index; memory is one row. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

/* ---- conditions ---------------------------------------------------------------------------- */

static void join_condition(ent_condition *c, const char *sql)
{
    ent__buf_z(&c->sql, c->first ? " WHERE " : " AND ");
    c->first = false;
    ent__buf_z(&c->sql, sql);
}

void ent__condition_text(ent_condition *c, const char *sql, const char *value)
{
    if (value != NULL && c->count < ENT_CONDITION_VALUES) {
        join_condition(c, sql);
        c->text[c->count++] = value;
    }
}

void ent__condition_int(ent_condition *c, const char *sql, int64_t value)
{
    if (c->count < ENT_CONDITION_VALUES) {
        join_condition(c, sql);
        c->number[c->count++] = value;
    }
}

/* Every condition's "?" stands for its own value, in order. */
sqlite3_stmt *ent__condition_prepare(ent_ctx *ctx, ent_store *store, ent_condition *c)
{
    sqlite3_stmt *statement = NULL;
    if (c->sql.failed) {
        ent__nomem(ctx);
    } else if (sqlite3_prepare_v2(store->db, c->sql.p, -1, &statement, NULL) != SQLITE_OK) {
        ent__store_fail(ctx, store, "can't prepare a query");
        statement = NULL;
    }
    for (int i = 0; statement != NULL && i < c->count; i++) {
        if (c->text[i] != NULL) {
            sqlite3_bind_text(statement, i + 1, c->text[i], -1, SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_int64(statement, i + 1, c->number[i]);
        }
    }
    ent__buf_free(&c->sql);
    return statement;
}

void ent__condition_days(ent_condition *c, const ent_store_filter *f, const char *since_sql,
                         const char *until_sql)
{
    if (f->since.year != 0) {
        ent__condition_int(c, since_sql, ent__date_days(f->since));
    }
    if (f->until.year != 0) {
        ent_date last = f->until;
        if (last.month == 0) {
            last = (ent_date){last.year, 12, 31};
        } else if (last.day == 0) {
            last.day = (int8_t)ent__date_month_length(last.year, last.month);
        }
        ent__condition_int(c, until_sql, ent__date_days(last));
    }
}

static void add_limit(ent_condition *c, int64_t limit)
{
    if (limit > 0) {
        ent__buf_printf(&c->sql, " LIMIT %lld", (long long)limit);
    }
}

ent_rc ent__walk_end(ent_ctx *ctx, ent_store *store, sqlite3_stmt *s, ent_rc rc, int step)
{
    if (rc == ENT_OK && step == SQLITE_ERROR) { /* our SQL is sound: it is the query of FTS5 */
        rc = ent__fail(ctx, ENT_EUSAGE, NULL, 0,
                       "can't read the search: %s (put words with signs in double quotes)",
                       sqlite3_errmsg(store->db));
    } else if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read from the store");
    }
    sqlite3_finalize(s);
    return rc;
}

/* ---- events -------------------------------------------------------------------------------- */

#define EVENT_COLUMNS                                                                           \
    "SELECT e.id, e.dataset, e.external, x.doc, e.local, e.date, e.day, e.type, e.mode,"         \
    " e.context, e.cameo, e.quad, e.goldstein, e.score, e.symmetric, e.root, e.certainty,"       \
    " e.mentions, e.sources, e.articles, e.tone, e.place, e.region, e.place_country, e.latitude," \
    " e.longitude, e.publisher, e.url, e.text, e.rule, e.story, e.sentence, e.begin, e.\"end\","  \
    " e.cue_begin, e.cue_end, e.happening, e.record, s.code, s.sector, s.name, s.raw, t.code,"   \
    " t.sector, t.name, t.raw, EXISTS (SELECT 1 FROM event_side z WHERE z.event = e.id)"         \
    " FROM event e LEFT JOIN document x ON x.id = e.document"                                   \
    " LEFT JOIN actor s ON s.id = e.source LEFT JOIN actor t ON t.id = e.target"

typedef struct {
    ent_stored_actor *items;
    size_t count, capacity;
} side_list;

static bool add_side(side_list *list, ent_stored_actor actor)
{
    void *grown = ent__grow(list->items, list->count, &list->capacity, sizeof *list->items);
    if (grown == NULL) {
        return false;
    }
    list->items = grown;
    list->items[list->count++] = actor;
    return true;
}

static ent_stored_actor read_actor(sqlite3_stmt *s, int at)
{
    return (ent_stored_actor){ent__column_str(s, at), ent__column_str(s, at + 1),
                              ent__column_str(s, at + 2), ent__column_str(s, at + 3)};
}

/* Further sides are copied: their statement is stepped on while the event is in use. */
static ent_rc further_sides(ent_ctx *ctx, ent_store *store, ent_arena *arena, int64_t event,
                            side_list *sources, side_list *targets)
{
    sqlite3_stmt *s = ent__store_sql(ctx, store, ENT_SQL_SIDES);
    if (s == NULL) {
        return ENT_ESTORE;
    }
    sqlite3_bind_int64(s, 1, event);
    bool ok = true;
    while (ok && sqlite3_step(s) == SQLITE_ROW) {
        ent_stored_actor actor = read_actor(s, 1);
        actor.code = ent__arena_str(arena, actor.code);
        actor.sector = ent__arena_str(arena, actor.sector);
        actor.name = ent__arena_str(arena, actor.name);
        actor.raw = ent__arena_str(arena, actor.raw);
        bool is_source = ent__str_eqz(ent__column_str(s, 0), "source");
        ok = actor.raw.p != NULL && add_side(is_source ? sources : targets, actor);
    }
    sqlite3_reset(s);
    return ok ? ENT_OK : ent__nomem(ctx);
}

static void read_event(sqlite3_stmt *s, ent_stored_event *e)
{
    *e = (ent_stored_event){
        .id = sqlite3_column_int64(s, 0),
        .dataset = ent__str(ent__store_dataset_name(sqlite3_column_int(s, 1))),
        .external = ent__column_str(s, 2), .doc = ent__column_str(s, 3),
        .local = ent__column_str(s, 4), .date = ent__column_str(s, 5),
        .day = (int32_t)ent__column_int(s, 6, ENT_NO_DAY), .type = ent__column_str(s, 7),
        .mode = ent__column_str(s, 8), .context = ent__column_str(s, 9),
        .cameo = ent__column_str(s, 10), .quad = sqlite3_column_int(s, 11),
        .goldstein = ent__column_number(s, 12), .score = ent__column_number(s, 13),
        .symmetric = sqlite3_column_int(s, 14) != 0, .root = sqlite3_column_int(s, 15) != 0,
        .certainty = ent__column_str(s, 16), .mentions = sqlite3_column_int64(s, 17),
        .sources = sqlite3_column_int64(s, 18), .articles = sqlite3_column_int64(s, 19),
        .tone = ent__column_number(s, 20), .place = ent__column_str(s, 21),
        .region = ent__column_str(s, 22), .place_country = ent__column_str(s, 23),
        .latitude = ent__column_number(s, 24), .longitude = ent__column_number(s, 25),
        .publisher = ent__column_str(s, 26), .url = ent__column_str(s, 27),
        .text = ent__column_str(s, 28), .rule = ent__column_str(s, 29),
        .story = ent__column_int(s, 30, -1), .sentence = ent__column_int(s, 31, -1),
        .begin = ent__column_int(s, 32, -1), .end = ent__column_int(s, 33, -1),
        .cue_begin = ent__column_int(s, 34, -1), .cue_end = ent__column_int(s, 35, -1),
        .happening = (uint64_t)sqlite3_column_int64(s, 36)};
}

static ent_rc visit_event(ent_ctx *ctx, ent_store *store, sqlite3_stmt *s, ent_arena *arena,
                          side_list sides[2], ent_event_visit visit, void *user)
{
    ent_stored_event event;
    read_event(s, &event);
    char number[24];
    if (event.external.n == 0) {
        snprintf(number, sizeof number, "%lld", (long long)sqlite3_column_int64(s, 37));
        event.external = ent__str(number);
    }
    ent__arena_reset(arena);
    sides[0].count = sides[1].count = 0;
    bool ok = (sqlite3_column_type(s, 38) == SQLITE_NULL || add_side(&sides[0], read_actor(s, 38))) &&
              (sqlite3_column_type(s, 42) == SQLITE_NULL || add_side(&sides[1], read_actor(s, 42)));
    ent_rc rc = ok ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK && sqlite3_column_int(s, 46)) {
        rc = further_sides(ctx, store, arena, event.id, &sides[0], &sides[1]);
    }
    event.source = sides[0].items;
    event.source_count = sides[0].count;
    event.target = sides[1].items;
    event.target_count = sides[1].count;
    return rc == ENT_OK ? visit(user, &event) : rc;
}

void ent__select_events(ent_condition *c)
{
    ent__buf_z(&c->sql, EVENT_COLUMNS);
}

ent_rc ent__walk_events(ent_ctx *ctx, ent_store *store, ent_condition *c, ent_event_visit visit,
                        void *user)
{
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, c);
    if (s == NULL) {
        return ent_ctx_rc(ctx);
    }
    ent_arena *arena = ent__arena_new();
    side_list sides[2] = {{0}, {0}};
    ent_rc rc = arena == NULL ? ent__nomem(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        rc = visit_event(ctx, store, s, arena, sides, visit, user);
    }
    free(sides[0].items);
    free(sides[1].items);
    ent__arena_free(arena);
    return ent__walk_end(ctx, store, s, rc, step);
}

static void add_actors(ent_condition *c, const ent_store_filter *f)
{
    if (f->actor != NULL && f->target != NULL && f->either_way) {
        join_condition(c, "e.id IN (SELECT event FROM dyad WHERE (source = ? AND target = ?)"
                          " OR (source = ? AND target = ?))");
        const char *values[] = {f->actor, f->target, f->target, f->actor};
        for (int i = 0; i < 4; i++) {
            c->text[c->count++] = values[i];
        }
    } else if (f->actor != NULL && f->target != NULL) {
        join_condition(c, "e.id IN (SELECT event FROM dyad WHERE source = ? AND target = ?)");
        c->text[c->count++] = f->actor;
        c->text[c->count++] = f->target;
    } else if (f->actor != NULL && f->either_way) {
        join_condition(c, "e.id IN (SELECT event FROM dyad WHERE source = ? OR target = ?)");
        c->text[c->count++] = f->actor;
        c->text[c->count++] = f->actor;
    } else if (f->actor != NULL) {
        ent__condition_text(c, "e.id IN (SELECT event FROM dyad WHERE source = ?)", f->actor);
    } else if (f->target != NULL) {
        ent__condition_text(c, "e.id IN (SELECT event FROM dyad WHERE target = ?)", f->target);
    }
}

static void add_type(ent_condition *c, const char *type)
{
    if (type != NULL && type[0] >= '0' && type[0] <= '9') {
        ent__condition_text(c, "e.cameo GLOB ? || '*'", type);
    } else {
        ent__condition_text(c, "e.type = upper(?)", type);
    }
}

void ent__condition_event(ent_condition *c, const ent_store_filter *f)
{
    add_type(c, f->type);
    ent__condition_text(c, "e.dataset = (SELECT id FROM dataset WHERE name = ?)", f->dataset);
    ent__condition_text(c, "e.document = (SELECT id FROM document WHERE doc = ?)", f->doc);
    ent__condition_text(c, "e.certainty = ?", f->certainty);
    ent__condition_text(c, "e.id IN (SELECT rowid FROM event_search WHERE event_search MATCH ?)",
                        f->words);
}

ent_rc ent__store_events(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                         ent_event_visit visit, void *user)
{
    if (filter->page != NULL) {
        return ent__page_events(ctx, store, filter, visit, user);
    }
    ent_condition c = {.first = true};
    ent__select_events(&c);
    add_actors(&c, filter);
    ent__condition_event(&c, filter);
    ent__condition_days(&c, filter, "e.day >= ?", "e.day <= ?");
    ent__buf_z(&c.sql, " ORDER BY e.day NULLS LAST, e.id");
    add_limit(&c, filter->limit);
    return ent__walk_events(ctx, store, &c, visit, user);
}

/* ---- statements, documents, quantities ------------------------------------------------------- */

void ent__select_statements(ent_condition *c)
{
    ent__buf_z(&c->sql, "SELECT s.id, x.doc, s.local, s.kind, s.speaker, s.affiliation, s.role,"
                        " s.code, s.force, s.date, s.rule, s.cue, s.content, s.spans,"
                        " s.speaker_begin, s.speaker_end, s.cue_begin, s.cue_end, s.sentence"
                        " FROM statement s JOIN document x ON x.id = s.document");
}

void ent__condition_statement(ent_condition *c, const ent_store_filter *f)
{
    /* "USA" finds the state and its offices: "USAGOV". */
    ent__condition_text(c, "s.code GLOB ? || '*'", f->actor);
    ent__condition_text(c, "x.doc = ?", f->doc);
    ent__condition_text(c, "s.kind = ?", f->kind);
    ent__condition_text(c, "instr(lower(s.speaker), lower(?)) > 0", f->speaker);
    ent__condition_text(c, "s.id IN (SELECT rowid FROM statement_search"
                           " WHERE statement_search MATCH ?)", f->words);
}

ent_rc ent__store_statements(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                             ent_statement_visit visit, void *user)
{
    if (filter->page != NULL) {
        return ent__page_statements(ctx, store, filter, visit, user);
    }
    ent_condition c = {.first = true};
    ent__select_statements(&c);
    ent__condition_statement(&c, filter);
    ent__condition_days(&c, filter, "coalesce(s.day, x.day) >= ?", "coalesce(s.day, x.day) <= ?");
    ent__buf_z(&c.sql, " ORDER BY coalesce(s.day, x.day) NULLS LAST, s.id");
    add_limit(&c, filter->limit);
    return ent__walk_statements(ctx, store, &c, visit, user);
}

ent_rc ent__walk_statements(ent_ctx *ctx, ent_store *store, ent_condition *c,
                            ent_statement_visit visit, void *user)
{
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, c);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_stored_statement row = {
            .id = sqlite3_column_int64(s, 0), .doc = ent__column_str(s, 1),
            .local = ent__column_str(s, 2), .kind = ent__column_str(s, 3),
            .speaker = ent__column_str(s, 4), .affiliation = ent__column_str(s, 5),
            .role = ent__column_str(s, 6), .code = ent__column_str(s, 7),
            .force = ent__column_str(s, 8), .date = ent__column_str(s, 9),
            .rule = ent__column_str(s, 10), .cue = ent__column_str(s, 11),
            .content = ent__column_str(s, 12), .spans = ent__column_str(s, 13),
            .speaker_begin = ent__column_int(s, 14, -1),
            .speaker_end = ent__column_int(s, 15, -1), .cue_begin = ent__column_int(s, 16, -1),
            .cue_end = ent__column_int(s, 17, -1), .sentence = ent__column_int(s, 18, -1)};
        rc = visit(user, &row);
    }
    return s == NULL ? rc : ent__walk_end(ctx, store, s, rc, step);
}

void ent__select_documents(ent_condition *c)
{
    ent__buf_z(&c->sql,
               "SELECT x.id, x.revision, x.doc, x.source, x.line, x.title, x.deck, x.byline,"
               " x.outlet, x.url, x.language, x.date, x.text, x.sha256, x.program, x.kit,"
               " (SELECT count(*) FROM event e WHERE e.document = x.id),"
               " (SELECT count(*) FROM statement s WHERE s.document = x.id),"
               " (SELECT count(*) FROM quantity q WHERE q.document = x.id),"
               " (SELECT count(*) FROM span n WHERE n.document = x.id AND n.kind = 'sentence')"
               " FROM document x");
}

void ent__condition_document(ent_condition *c, const ent_store_filter *f)
{
    ent__condition_text(c, "x.doc = ?", f->doc);
    ent__condition_text(c, "x.id IN (SELECT e.document FROM dyad d JOIN event e ON e.id = d.event"
                           " WHERE d.source = ?)", f->actor);
    ent__condition_text(c, "x.id IN (SELECT e.document FROM dyad d JOIN event e ON e.id = d.event"
                           " WHERE d.target = ?)", f->target);
    ent__condition_text(c, "x.id IN (SELECT rowid FROM document_search"
                           " WHERE document_search MATCH ?)", f->words);
}

ent_rc ent__store_documents(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_document_visit visit, void *user)
{
    if (filter->page != NULL) {
        return ent__page_documents(ctx, store, filter, visit, user);
    }
    ent_condition c = {.first = true};
    ent__select_documents(&c);
    ent__condition_document(&c, filter);
    ent__condition_days(&c, filter, "x.day >= ?", "x.day <= ?");
    ent__buf_z(&c.sql, " ORDER BY x.day NULLS LAST, x.id");
    add_limit(&c, filter->limit);
    return ent__walk_documents(ctx, store, &c, visit, user);
}

ent_rc ent__walk_documents(ent_ctx *ctx, ent_store *store, ent_condition *c,
                           ent_document_visit visit, void *user)
{
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, c);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_stored_document row = {
            .id = sqlite3_column_int64(s, 0), .revision = sqlite3_column_int64(s, 1),
            .doc = ent__column_str(s, 2), .source = ent__column_str(s, 3),
            .line = sqlite3_column_int64(s, 4), .title = ent__column_str(s, 5),
            .deck = ent__column_str(s, 6), .byline = ent__column_str(s, 7),
            .outlet = ent__column_str(s, 8), .url = ent__column_str(s, 9),
            .language = ent__column_str(s, 10), .date = ent__column_str(s, 11),
            .text = ent__column_str(s, 12), .sha256 = ent__column_str(s, 13),
            .program = ent__column_str(s, 14), .kit = ent__column_str(s, 15),
            .event_count = (size_t)sqlite3_column_int64(s, 16),
            .statement_count = (size_t)sqlite3_column_int64(s, 17),
            .quantity_count = (size_t)sqlite3_column_int64(s, 18),
            .sentence_count = (size_t)sqlite3_column_int64(s, 19)};
        rc = visit(user, &row);
    }
    return s == NULL ? rc : ent__walk_end(ctx, store, s, rc, step);
}

void ent__select_quantities(ent_condition *c)
{
    ent__buf_z(&c->sql, "SELECT x.doc, q.value, q.value_max, q.unit, q.subject, q.period,"
                        " q.comparison, q.approximate, q.begin, q.\"end\", q.sentence"
                        " FROM quantity q JOIN document x ON x.id = q.document");
}

void ent__condition_quantity(ent_condition *c, const ent_store_filter *f)
{
    ent__condition_text(c, "x.doc = ?", f->doc);
    ent__condition_text(c, "instr(lower(coalesce(q.subject, '') || ' ' || coalesce(q.unit, '') ||"
                           " ' ' || coalesce(q.comparison, '')), lower(?)) > 0", f->words);
}

ent_rc ent__store_quantities(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                             ent_quantity_visit visit, void *user)
{
    if (filter->page != NULL) {
        return ent__page_quantities(ctx, store, filter, visit, user);
    }
    ent_condition c = {.first = true};
    ent__select_quantities(&c);
    ent__condition_quantity(&c, filter);
    ent__condition_days(&c, filter, "x.day >= ?", "x.day <= ?");
    ent__buf_z(&c.sql, " ORDER BY x.day NULLS LAST, x.id, q.position");
    add_limit(&c, filter->limit);
    return ent__walk_quantities(ctx, store, &c, visit, user);
}

ent_rc ent__walk_quantities(ent_ctx *ctx, ent_store *store, ent_condition *c,
                            ent_quantity_visit visit, void *user)
{
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, c);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_stored_quantity row = {
            .value = ent__column_number(s, 1), .value_max = ent__column_number(s, 2),
            .unit = ent__column_str(s, 3), .subject = ent__column_str(s, 4),
            .period = ent__column_str(s, 5), .comparison = ent__column_str(s, 6),
            .approximate = sqlite3_column_int(s, 7) != 0, .begin = ent__column_int(s, 8, -1),
            .end = ent__column_int(s, 9, -1), .sentence = ent__column_int(s, 10, -1)};
        rc = visit(user, (const char *)sqlite3_column_text(s, 0), &row);
    }
    return s == NULL ? rc : ent__walk_end(ctx, store, s, rc, step);
}

/* ---- actors and search ---------------------------------------------------------------------- */

ent_rc ent__store_actors(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                         ent_actor_visit visit, void *user)
{
    ent_condition c = {.first = true};
    /* One walk in the order of the table's own key; pairs are few. */
    ent__buf_z(&c.sql, "WITH p AS MATERIALIZED (SELECT source, target, count(*) n, min(day) first,"
                       " max(nullif(day, 2147483647)) last FROM dyad GROUP BY source, target)"
                       " SELECT code, sum(out), sum(n) - sum(out), min(first), max(last) FROM ("
                       " SELECT source code, n, n out, first, last FROM p UNION ALL"
                       " SELECT target, n, 0, first, last FROM p) WHERE code <> ''");
    c.first = false;
    ent__condition_text(&c, "code = ?", filter->actor);
    ent__buf_z(&c.sql, " GROUP BY code ORDER BY sum(n) DESC, code");
    add_limit(&c, filter->limit);
    sqlite3_stmt *s = ent__condition_prepare(ctx, store, &c);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_actor_count row = {ent__column_str(s, 0), sqlite3_column_int64(s, 1),
                               sqlite3_column_int64(s, 2),
                               (int32_t)ent__column_int(s, 3, ENT_NO_DAY),
                               (int32_t)ent__column_int(s, 4, ENT_NO_DAY)};
        rc = visit(user, &row);
    }
    return s == NULL ? rc : ent__walk_end(ctx, store, s, rc, step);
}

ent_rc ent__store_counts(ent_ctx *ctx, ent_store *store, ent_count_visit visit, void *user)
{
    static const char *const counted[][2] = {
        {"documents", "document"},   {"events", "event"},       {"statements", "statement"},
        {"quantities", "quantity"},  {"actors", "actor"},       {"roll_calls", "roll_call"},
        {"votes", "vote"},           {"facts", "dyad_fact"},    {"trade_flows", "trade_flow"},
        {"case_revisions", "case_revision"}};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < sizeof counted / sizeof *counted; i++) {
        char sql[64];
        sqlite3_stmt *s;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", counted[i][1]);
        if (sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) != SQLITE_OK) {
            return ent__store_fail(ctx, store, "can't count rows");
        }
        rc = sqlite3_step(s) == SQLITE_ROW ? visit(user, counted[i][0], sqlite3_column_int64(s, 0))
                                           : ent__store_fail(ctx, store, "can't count rows");
        sqlite3_finalize(s);
    }
    return rc;
}

static const char search_sql[] =
    "SELECT * FROM (SELECT 'document' kind, x.doc doc, NULL local, x.title title, x.date date,"
    " NULL speaker, snippet(document_search, -1, char(2), char(3), '...', 16) snip,"
    " -bm25(document_search, 4.0, 1.0) score, x.id id FROM document_search"
    " JOIN document x ON x.id = document_search.rowid WHERE document_search MATCH ?1 UNION ALL"
    " SELECT 'statement', x.doc, s.local, x.title, coalesce(s.date, x.date), s.speaker,"
    " snippet(statement_search, 1, char(2), char(3), '...', 24),"
    " -bm25(statement_search, 1.0, 1.0), s.id FROM statement_search"
    " JOIN statement s ON s.id = statement_search.rowid JOIN document x ON x.id = s.document"
    " WHERE statement_search MATCH ?1) ORDER BY score DESC, kind, id LIMIT ?2";

ent_rc ent__store_search(ent_ctx *ctx, ent_store *store, const char *words, int64_t limit,
                         ent_search_visit visit, void *user)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(store->db, search_sql, -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't prepare a search");
    }
    sqlite3_bind_text(s, 1, words, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, limit > 0 ? limit : -1);
    ent_rc rc = ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_search_hit hit = {ent__column_str(s, 0), ent__column_str(s, 1), ent__column_str(s, 2),
                              ent__column_str(s, 3), ent__column_str(s, 4), ent__column_str(s, 5),
                              ent__column_str(s, 6), sqlite3_column_double(s, 7)};
        rc = visit(user, &hit);
    }
    if (rc == ENT_OK && step == SQLITE_ERROR) {
        rc = ent__fail(ctx, ENT_EUSAGE, NULL, 0, "can't read the search '%s': %s (put words with "
                       "signs in double quotes)", words, sqlite3_errmsg(store->db));
        sqlite3_finalize(s);
        return rc;
    }
    return ent__walk_end(ctx, store, s, rc, step);
}
