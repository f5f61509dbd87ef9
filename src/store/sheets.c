/* Public data on states in the store: rows of numbers and texts, put and walked by sheet.
 * In: rows of align/'s readers.  Out: the same rows in order of their keys.
 * Cost: about a million votes a second and a half. */
#include <math.h>

#include "rows.h"

typedef struct {
    const char *put, *walk;
    int wholes, texts;
    int values; /* of value, low, high */
} sheet_sql;

static const sheet_sql sheets[ENT_SHEET_COUNT] = {
    [ENT_SHEET_ROLL_CALL] =
        {"INSERT OR REPLACE INTO roll_call(id, record, session, day, council, important, amendment,"
         " paragraph, issues, issues_known, item, symbol, title, source)"
         " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
         "SELECT id, record, session, day, council, important, amendment, paragraph, issues,"
         " issues_known, item, symbol, title, source FROM roll_call ORDER BY id",
         11, 3, 0},
    [ENT_SHEET_VOTE] = {"INSERT OR REPLACE INTO vote(roll_call, ccode, vote) VALUES(?,?,?)",
                        "SELECT roll_call, ccode, vote FROM vote ORDER BY roll_call, ccode", 3, 0,
                        0},
    [ENT_SHEET_FACT] = {"INSERT OR REPLACE INTO dyad_fact(kind, a, b, year, value)"
                        " VALUES(?,?,?,?,?)",
                        "SELECT kind, a, b, year, value FROM dyad_fact ORDER BY kind, a, b, year",
                        4, 0, 1},
    [ENT_SHEET_FLOW] =
        {"INSERT OR REPLACE INTO trade_flow(period, exporter, importer, by_importer, commodity,"
         " unit, value) VALUES(?,?,?,?,?,?,?)",
         "SELECT period, exporter, importer, by_importer, commodity, unit, value FROM trade_flow"
         " ORDER BY commodity, unit, period, exporter, importer, by_importer",
         4, 2, 1},
    [ENT_SHEET_GDP] = {"INSERT OR REPLACE INTO gdp(ccode, year, value) VALUES(?,?,?)",
                       "SELECT ccode, year, value FROM gdp ORDER BY ccode, year", 2, 0, 1},
    [ENT_SHEET_SERIES] =
        {"INSERT OR REPLACE INTO series_point(day, period, name, a, b, value, low, high)"
         " VALUES(?,?,?,?,?,?,?,?)",
         "SELECT day, period, name, a, b, value, low, high FROM series_point"
         " ORDER BY name, a, b, day, period",
         2, 3, 3},
};

static sqlite3_stmt *prepare(ent_ctx *ctx, ent_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        ent__store_fail(ctx, store, "can't prepare a query");
        return NULL;
    }
    return statement;
}

static ent_rc put_rows(ent_ctx *ctx, ent_store *store, const sheet_sql *sheet,
                       const ent_sheet_row *rows, size_t count)
{
    sqlite3_stmt *s = prepare(ctx, store, sheet->put);
    if (s == NULL) {
        return ent_ctx_rc(ctx);
    }
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < count; i++) {
        int at = 1;
        for (int k = 0; k < sheet->wholes; k++) {
            sqlite3_bind_int64(s, at++, rows[i].whole[k]);
        }
        for (int k = 0; k < sheet->texts; k++) {
            ent__bind_text(s, at++, rows[i].text[k]);
        }
        const double values[] = {rows[i].value, rows[i].low, rows[i].high};
        for (int k = 0; k < sheet->values; k++) {
            sqlite3_bind_double(s, at++, values[k]); /* NaN becomes NULL */
        }
        rc = ent__store_run(ctx, store, s, "can't write public data");
    }
    sqlite3_finalize(s);
    return rc;
}

ent_rc ent__store_put_sheet(ent_ctx *ctx, ent_store *store, ent_sheet sheet,
                            const ent_sheet_row *rows, size_t count)
{
    bool own = !store->in_transaction;
    ent_rc rc = ent__store_begin(ctx, store);
    rc = rc == ENT_OK ? put_rows(ctx, store, &sheets[sheet], rows, count) : rc;
    if (rc != ENT_OK) {
        ent__store_rollback(store);
    } else if (own) {
        rc = ent__store_commit(ctx, store);
    }
    return rc;
}

ent_rc ent__store_sheet(ent_ctx *ctx, ent_store *store, ent_sheet which, ent_sheet_visit visit,
                        void *user)
{
    const sheet_sql *sheet = &sheets[which];
    sqlite3_stmt *s = prepare(ctx, store, sheet->walk);
    ent_rc rc = s == NULL ? ent_ctx_rc(ctx) : ENT_OK;
    int step = SQLITE_DONE;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_sheet_row row = {.value = 0};
        int at = 0;
        for (int k = 0; k < sheet->wholes; k++) {
            row.whole[k] = sqlite3_column_int64(s, at++);
        }
        for (int k = 0; k < sheet->texts; k++) {
            row.text[k] = ent__column_str(s, at++);
        }
        double *const values[] = {&row.value, &row.low, &row.high};
        for (int k = 0; k < sheet->values; k++, at++) {
            bool known = sqlite3_column_type(s, at) != SQLITE_NULL;
            *values[k] = known ? sqlite3_column_double(s, at) : NAN;
        }
        rc = visit(user, &row);
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read public data");
    }
    sqlite3_finalize(s);
    return rc;
}

ent_rc ent__store_drop_roll_call(ent_ctx *ctx, ent_store *store, int64_t id)
{
    static const char *const texts[] = {"DELETE FROM vote WHERE roll_call = ?",
                                        "DELETE FROM roll_call WHERE id = ?"};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < sizeof texts / sizeof *texts; i++) {
        sqlite3_stmt *s = prepare(ctx, store, texts[i]);
        if (s == NULL) {
            return ent_ctx_rc(ctx);
        }
        sqlite3_bind_int64(s, 1, id);
        rc = ent__store_run(ctx, store, s, "can't drop a roll call");
        sqlite3_finalize(s);
    }
    return rc;
}

ent_rc ent__store_holds(ent_ctx *ctx, ent_store *store, ent_sheet sheet, bool *out)
{
    sqlite3_stmt *s = prepare(ctx, store, sheets[sheet].walk);
    int step = s == NULL ? SQLITE_ERROR : sqlite3_step(s);
    *out = step == SQLITE_ROW;
    sqlite3_finalize(s);
    return step == SQLITE_ROW || step == SQLITE_DONE
               ? ENT_OK
               : ent__store_fail(ctx, store, "can't read public data");
}

ent_rc ent__store_series_of(ent_ctx *ctx, ent_store *store, const char *a, const char *b,
                            ent_series_visit visit, void *user)
{
    sqlite3_stmt *s =
        prepare(ctx, store, "SELECT name, a, b, count(*) FROM series_point WHERE (a = ?1 AND"
                            " b = ?2) OR (a = ?2 AND b = ?1) OR (a IN (?1, ?2) AND b = '')"
                            " OR (a = '' AND b = '') GROUP BY name, a, b ORDER BY name, a, b");
    if (s == NULL) {
        return ent_ctx_rc(ctx);
    }
    sqlite3_bind_text(s, 1, a, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, b, -1, SQLITE_STATIC);
    int step;
    ent_rc rc = ENT_OK;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        rc = visit(user, ent__column_str(s, 0), ent__column_str(s, 1), ent__column_str(s, 2),
                   sqlite3_column_int64(s, 3));
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read public data");
    }
    sqlite3_finalize(s);
    return rc;
}
