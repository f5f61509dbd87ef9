/* rows: what the files of store/ share and nobody else sees: the handle, its prepared statements,
 * binding and reading of columns. */
#ifndef ENT_STORE_ROWS_H
#define ENT_STORE_ROWS_H

#include <sqlite3.h>

#include "store.h"

#define ENT_STORE_APPLICATION 0x456e7465 /* "Ente" in the file's header */

/* Statements prepared once a connection, on first use: name, SQL text (sql.c). */
typedef enum {
    ENT_SQL_ACTOR, ENT_SQL_EVENT, ENT_SQL_EVENT_SIDE, ENT_SQL_DYAD, ENT_SQL_COVERAGE,
    ENT_SQL_EVENT_ID, ENT_SQL_DOCUMENT_FIND, ENT_SQL_DOCUMENT, ENT_SQL_DOCUMENT_UPDATE,
    ENT_SQL_HISTORY, ENT_SQL_SPAN, ENT_SQL_STATEMENT, ENT_SQL_QUANTITY, ENT_SQL_CLEAR_COVERAGE,
    ENT_SQL_CLEAR_DYAD, ENT_SQL_CLEAR_SIDES, ENT_SQL_CLEAR_EVENTS,
    ENT_SQL_CLEAR_STATEMENTS, ENT_SQL_CLEAR_QUANTITIES, ENT_SQL_CLEAR_SPANS, ENT_SQL_SIDES,
    ENT_SQL_VERSION,
    ENT_SQL_COUNT
} ent_sql;

/* Counted in memory and written at commit: records of one data set on one day. */
typedef struct {
    int32_t dataset, day;
    int64_t records;
} ent_coverage_change;

/* A dyad row waits until commit, so that rows go into the index in its own order. */
typedef struct {
    char source[12], target[12]; /* codes, cut at 11 bytes */
    int64_t event;
    uint64_t happening;
    double goldstein;
    int32_t day;
    uint32_t mentions;
    uint8_t precision, type, quad, sure;
    uint8_t dataset;
} ent_dyad_row;

struct ent_store {
    sqlite3 *db;
    char *path;
    bool writable, in_transaction;
    sqlite3_stmt *sql[ENT_SQL_COUNT];
    ent_arena *actor_keys;
    ent_map *actors; /* raw, name, code, sector -> actor.id */
    ent_coverage_change *coverage;
    size_t coverage_count, coverage_capacity;
    ent_dyad_row *dyads;
    size_t dyad_count, dyad_capacity;
    ent_buf key; /* scratch for keys */
};

int ent__store_schema_version(void);
/* SQLite's result code; everything in one transaction. */
int ent__store_migrate(sqlite3 *db);
const char *ent__store_sql_text(ent_sql which);

/* Sets ENT_ESTORE (or ENT_ENOMEM) from the connection's last error; `doing` says what failed. */
ent_rc ent__store_fail(ent_ctx *ctx, ent_store *store, const char *doing);
/* NULL after an error that is set in ctx.  Comes reset, with its bindings cleared. */
sqlite3_stmt *ent__store_sql(ent_ctx *ctx, ent_store *store, ent_sql which);
/* Steps a statement that gives no rows, and resets it. */
ent_rc ent__store_run(ent_ctx *ctx, ent_store *store, sqlite3_stmt *statement, const char *doing);
ent_rc ent__store_exec(ent_ctx *ctx, ent_store *store, const char *sql, const char *doing);
/* Waiting dyad rows and coverage go into the file; commit calls it. */
ent_rc ent__store_flush(ent_ctx *ctx, ent_store *store);
ent_rc ent__store_writable(ent_ctx *ctx, const ent_store *store);

/* Empty slices are bound as NULL; numbers below are NULL for -1, NaN and ENT_NO_DAY. */
void ent__bind_str(sqlite3_stmt *statement, int at, ent_str s);
void ent__bind_text(sqlite3_stmt *statement, int at, ent_str s); /* empty stays empty */
void ent__bind_int(sqlite3_stmt *statement, int at, int64_t value);
void ent__bind_number(sqlite3_stmt *statement, int at, double value);
void ent__bind_day(sqlite3_stmt *statement, int at, int32_t day);
ent_str ent__column_str(sqlite3_stmt *statement, int at);
int64_t ent__column_int(sqlite3_stmt *statement, int at, int64_t if_null);
double ent__column_number(sqlite3_stmt *statement, int at);

/* The same on every machine and for ever: it is kept in files (SipHash-2-4 with a fixed key). */
uint64_t ent__store_hash(ent_str bytes);
int ent__store_dataset(ent_str name); /* 0: no such data set */
const char *ent__store_dataset_name(int id);
uint8_t ent__store_type(ent_str plover_name); /* ENT_PLOVER_NONE: none */
ent_str ent__store_type_name(uint8_t type);   /* empty for none */
uint8_t ent__store_precision(ent_str iso_date);
/* docs/methods/store.md, "Duplicates". */
uint64_t ent__store_happening(ent_store *store, const ent_stored_event *event);

/* The events of a document just read as rows in `arena`; NULL: out of memory. */
const ent_stored_event *ent__store_events_of(ent_arena *arena, const ent_doc *doc);
/* Inserts an event with its sides and dyad rows; document 0: none.  *out_id 0: known already. */
ent_rc ent__store_insert_event(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                               int64_t document, int64_t *out_id);

#define ENT_CONDITION_VALUES 40
/* Builds a statement from a filter's conditions; the caller steps and finalizes it. */
typedef struct {
    ent_buf sql;
    const char *text[ENT_CONDITION_VALUES];
    int64_t number[ENT_CONDITION_VALUES];
    int count;
    bool first;
} ent_condition;
void ent__condition_text(ent_condition *condition, const char *sql, const char *value);
void ent__condition_int(ent_condition *condition, const char *sql, int64_t value);
sqlite3_stmt *ent__condition_prepare(ent_ctx *ctx, ent_store *store, ent_condition *condition);
/* The filter's conditions on aliases e (event), s (statement), x (document), q (quantity) without
 * actors, days and limit. */
void ent__condition_event(ent_condition *condition, const ent_store_filter *filter);
void ent__condition_statement(ent_condition *condition, const ent_store_filter *filter);
void ent__condition_document(ent_condition *condition, const ent_store_filter *filter);
void ent__condition_quantity(ent_condition *condition, const ent_store_filter *filter);
void ent__condition_days(ent_condition *condition, const ent_store_filter *filter,
                         const char *since_sql, const char *until_sql);
/* Rows of SELECT lists (query.c) by what `condition` says after FROM and its joins. */
void ent__select_events(ent_condition *condition);
void ent__select_statements(ent_condition *condition);
void ent__select_documents(ent_condition *condition);
void ent__select_quantities(ent_condition *condition);
ent_rc ent__walk_events(ent_ctx *ctx, ent_store *store, ent_condition *condition,
                        ent_event_visit visit, void *user);
ent_rc ent__walk_statements(ent_ctx *ctx, ent_store *store, ent_condition *condition,
                            ent_statement_visit visit, void *user);
ent_rc ent__walk_documents(ent_ctx *ctx, ent_store *store, ent_condition *condition,
                           ent_document_visit visit, void *user);
ent_rc ent__walk_quantities(ent_ctx *ctx, ent_store *store, ent_condition *condition,
                            ent_quantity_visit visit, void *user);
/* Ends a walk: an error of SQLite in our words, ENT_EUSAGE when it is the filter's `words`. */
ent_rc ent__walk_end(ent_ctx *ctx, ent_store *store, sqlite3_stmt *statement, ent_rc rc, int step);
/* pages.c: one page of each list. */
ent_rc ent__page_events(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                        ent_event_visit visit, void *user);
ent_rc ent__page_statements(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_statement_visit visit, void *user);
ent_rc ent__page_documents(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                           ent_document_visit visit, void *user);
ent_rc ent__page_quantities(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_quantity_visit visit, void *user);

#endif
