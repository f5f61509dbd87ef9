/* Public data on states in the store: rows of numbers and texts, put and walked by sheet.
 * In: rows of align/'s readers.  Out: the same rows in order of their keys.
 * Cost: about a million votes a second and a half. */
#include "rows.h"

typedef struct {
    const char *put, *walk;
    int wholes, texts;
    bool value;
} sheet_sql;

static const sheet_sql sheets[ENT_SHEET_COUNT] = {
    [ENT_SHEET_ROLL_CALL] =
        {"INSERT OR REPLACE INTO roll_call(id, record, session, day, council, important, amendment,"
         " paragraph, issues, issues_known, item, symbol, title, source)"
         " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
         "SELECT id, record, session, day, council, important, amendment, paragraph, issues,"
         " issues_known, item, symbol, title, source FROM roll_call ORDER BY id",
         11, 3, false},
    [ENT_SHEET_VOTE] = {"INSERT OR REPLACE INTO vote(roll_call, ccode, vote) VALUES(?,?,?)",
                        "SELECT roll_call, ccode, vote FROM vote ORDER BY roll_call, ccode", 3, 0,
                        false},
    [ENT_SHEET_FACT] = {"INSERT OR REPLACE INTO dyad_fact(kind, a, b, year, value)"
                        " VALUES(?,?,?,?,?)",
                        "SELECT kind, a, b, year, value FROM dyad_fact ORDER BY kind, a, b, year",
                        4, 0, true},
    [ENT_SHEET_FLOW] =
        {"INSERT OR REPLACE INTO trade_flow(period, exporter, importer, by_importer, commodity,"
         " unit, value) VALUES(?,?,?,?,?,?,?)",
         "SELECT period, exporter, importer, by_importer, commodity, unit, value FROM trade_flow"
         " ORDER BY commodity, unit, period, exporter, importer, by_importer",
         4, 2, true},
    [ENT_SHEET_GDP] = {"INSERT OR REPLACE INTO gdp(ccode, year, value) VALUES(?,?,?)",
                       "SELECT ccode, year, value FROM gdp ORDER BY ccode, year", 2, 0, true},
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
        if (sheet->value) {
            sqlite3_bind_double(s, at, rows[i].value);
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
        row.value = sheet->value ? sqlite3_column_double(s, at) : 0;
        rc = visit(user, &row);
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read public data");
    }
    sqlite3_finalize(s);
    return rc;
}
