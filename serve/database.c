/* database: the app's own SQLite file: accounts, sessions, briefs with every published version,
 * reactions, comments, reports, audit.  Beside the store, so that a store can be given away without
 * passwords and readers' data.  In: a path.  Out: a connection; prepared statements by their text.
 * WAL with synchronous=FULL: what was acknowledged survives kill -9 (https://sqlite.org/wal.html).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "frame.h"

#define SERVE_APPLICATION 0x456e4170 /* "EnAp" in the file's header */

/* Steps of the schema in order; user_version counts those done. */
static const char *const steps[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " role TEXT NOT NULL CHECK(role IN ('analyst','moderator','admin')), hash TEXT NOT NULL,"
    " disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, changed INTEGER NOT NULL);"
    "CREATE TABLE session(hash BLOB PRIMARY KEY, account INTEGER NOT NULL REFERENCES account(id)"
    " ON DELETE CASCADE, created INTEGER NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX session_account ON session(account);"
    "CREATE TABLE brief(id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE,"
    " state TEXT NOT NULL CHECK(state IN ('draft','published','withdrawn')), title TEXT NOT NULL,"
    " deck TEXT NOT NULL DEFAULT '', source TEXT NOT NULL, owner TEXT NOT NULL,"
    " created INTEGER NOT NULL, changed INTEGER NOT NULL, published INTEGER, withdrawn INTEGER,"
    " reason TEXT NOT NULL DEFAULT '', html BLOB NOT NULL, json BLOB NOT NULL,"
    " markdown BLOB NOT NULL);"
    "CREATE TABLE version(brief INTEGER NOT NULL REFERENCES brief(id), number INTEGER NOT NULL,"
    " hash TEXT NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL,"
    " title TEXT NOT NULL, html BLOB NOT NULL, json BLOB NOT NULL, markdown BLOB NOT NULL,"
    " PRIMARY KEY(brief, number));"
    "CREATE INDEX version_hash ON version(hash);"
    "CREATE TABLE reaction(brief INTEGER NOT NULL REFERENCES brief(id), reader BLOB NOT NULL,"
    " kind TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(brief, reader)) WITHOUT ROWID;"
    "CREATE INDEX reaction_reader ON reaction(reader);"
    "CREATE TABLE comment(id INTEGER PRIMARY KEY, brief INTEGER NOT NULL REFERENCES brief(id),"
    " parent INTEGER REFERENCES comment(id), reader BLOB NOT NULL, name TEXT NOT NULL,"
    " text TEXT NOT NULL, at INTEGER NOT NULL,"
    " state TEXT NOT NULL CHECK(state IN ('held','shown','rejected','deleted')),"
    " decided_by TEXT, decided INTEGER);"
    "CREATE INDEX comment_brief ON comment(brief, at);"
    "CREATE INDEX comment_reader ON comment(reader);"
    "CREATE INDEX comment_state ON comment(state) WHERE state = 'held';"
    "CREATE TABLE report(comment INTEGER NOT NULL REFERENCES comment(id), reader BLOB NOT NULL,"
    " reason TEXT NOT NULL, at INTEGER NOT NULL, settled INTEGER, PRIMARY KEY(comment, reader))"
    " WITHOUT ROWID;"
    "CREATE INDEX report_reader ON report(reader);"
    "CREATE TABLE audit(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL,"
    " action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);"
    "CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only');"
    " END;"
    "CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only');"
    " END;"
    "CREATE TRIGGER version_update BEFORE UPDATE ON version BEGIN"
    " SELECT RAISE(ABORT, 'append only'); END;"
    "CREATE TRIGGER version_delete BEFORE DELETE ON version BEGIN"
    " SELECT RAISE(ABORT, 'append only'); END;",
};
enum { STEPS = sizeof steps / sizeof *steps };

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return -1;
    }
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    return sqlite3_finalize(statement) == SQLITE_OK ? value : -1;
}

static int migrate(sqlite3 *db)
{
    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    int64_t done = rc == SQLITE_OK ? ask(db, "PRAGMA user_version") : STEPS;
    for (int64_t i = done; rc == SQLITE_OK && i < STEPS; i++) {
        rc = sqlite3_exec(db, steps[i], NULL, NULL, NULL);
    }
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
             SERVE_APPLICATION, STEPS);
    rc = rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : rc;
    if (rc != SQLITE_OK) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}

ent_rc serve__database_open(ent_ctx *ctx, const char *path, sqlite3 **out)
{
    sqlite3 *db = NULL;
    mode_t old = umask(0077); /* password hashes are nobody else's business */
    int rc = sqlite3_open_v2(
        path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    int64_t application = rc == SQLITE_OK ? ask(db, "PRAGMA application_id") : -1;
    int64_t tables = application < 0 ? -1 : ask(db, "SELECT count(*) FROM sqlite_schema");
    int64_t version = tables < 0 ? -1 : ask(db, "PRAGMA user_version");
    ent_rc result = ENT_OK;
    if (version < 0) {
        result = ent__fail(ctx, ENT_ESTORE, path, 0, "can't open the app's file: %s",
                           db == NULL ? "out of memory" : sqlite3_errmsg(db));
    } else if (application != SERVE_APPLICATION && !(application == 0 && tables == 0)) {
        result = ent__fail(ctx, ENT_ESTORE, path, 0,
                           "it is a SQLite file, but none of the web app (another program's?)");
    } else if (version > STEPS) {
        result = ent__fail(ctx, ENT_ESTORE, path, 0,
                           "it was written by a newer Entente; nothing was changed");
    } else {
        sqlite3_busy_timeout(db, 10000);
        rc = sqlite3_exec(db,
                          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                          "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON",
                          NULL, NULL, NULL);
        if (rc != SQLITE_OK || (version < STEPS && migrate(db) != SQLITE_OK)) {
            result = ent__fail(ctx, ENT_ESTORE, path, 0, "can't prepare the app's file: %s",
                               sqlite3_errmsg(db));
        }
    }
    umask(old);
    if (result != ENT_OK) {
        sqlite3_close(db);
        db = NULL;
    }
    *out = db;
    return result;
}

static ent_rc failed(serve_call *call)
{
    return ent__fail(serve__ctx(call), ENT_ESTORE, call->app->app_path, 0, "%s",
                     sqlite3_errmsg(call->worker->db));
}

sqlite3_stmt *serve__sql(serve_call *call, const char *text)
{
    if (serve__ctx(call) == NULL) {
        return NULL;
    }
    serve_worker *worker = call->worker;
    for (size_t i = 0; i < worker->statement_count; i++) {
        if (worker->statements[i].text == text) {
            sqlite3_reset(worker->statements[i].statement);
            sqlite3_clear_bindings(worker->statements[i].statement);
            return worker->statements[i].statement;
        }
    }
    if (worker->statement_count == sizeof worker->statements / sizeof *worker->statements) {
        ent__fail(worker->ctx, ENT_EINTERNAL, NULL, 0, "too many prepared statements");
        return NULL;
    }
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(worker->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK) {
        failed(call);
        return NULL;
    }
    worker->statements[worker->statement_count++] = (serve_statement){text, statement};
    return statement;
}

int serve__step(serve_call *call, sqlite3_stmt *statement)
{
    if (statement == NULL) {
        return ENT_ESTORE; /* serve__sql has set the error */
    }
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        return 1;
    }
    int result = rc == SQLITE_DONE ? 0 : (int)failed(call);
    sqlite3_reset(statement);
    return result;
}

ent_rc serve__run(serve_call *call, sqlite3_stmt *statement)
{
    int rc = serve__step(call, statement);
    if (rc > 0) {
        sqlite3_reset(statement);
    }
    return rc < 0 ? (ent_rc)rc : ENT_OK;
}

int64_t serve__number(serve_call *call, sqlite3_stmt *statement)
{
    int got = serve__step(call, statement);
    int64_t value = got > 0 ? sqlite3_column_int64(statement, 0) : got;
    if (got > 0) {
        sqlite3_reset(statement);
    }
    return value;
}

void serve__bind(sqlite3_stmt *statement, int at, ent_str s)
{
    if (statement != NULL) {
        sqlite3_bind_text(statement, at, s.n == 0 ? "" : s.p, (int)s.n, SQLITE_STATIC);
    }
}

void serve__bind_int(sqlite3_stmt *statement, int at, int64_t value)
{
    if (statement != NULL) {
        sqlite3_bind_int64(statement, at, value);
    }
}

void serve__bind_blob(sqlite3_stmt *statement, int at, const void *bytes, size_t n)
{
    if (statement != NULL) {
        sqlite3_bind_blob(statement, at, bytes, (int)n, SQLITE_STATIC);
    }
}

ent_str serve__column(serve_call *call, sqlite3_stmt *statement, int at)
{
    const char *text = sqlite3_column_blob(statement, at);
    return text == NULL
               ? (ent_str){"", 0}
               : ent__arena_str(call->arena,
                                (ent_str){text, (size_t)sqlite3_column_bytes(statement, at)});
}

ent_rc serve__write_begin(serve_call *call)
{
    if (serve__ctx(call) == NULL) {
        return ENT_ENOMEM;
    }
    pthread_mutex_lock(&call->app->write_lock);
    if (sqlite3_exec(call->worker->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        ent_rc rc = failed(call);
        pthread_mutex_unlock(&call->app->write_lock);
        return rc;
    }
    call->writing = true;
    return ENT_OK;
}

ent_rc serve__write_end(serve_call *call, ent_rc rc)
{
    if (!call->writing) {
        return rc;
    }
    if (rc == ENT_OK && sqlite3_exec(call->worker->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        rc = failed(call);
    }
    if (rc != ENT_OK) {
        for (size_t i = 0; i < call->worker->statement_count; i++) {
            sqlite3_reset(call->worker->statements[i].statement);
        }
        sqlite3_exec(call->worker->db, "ROLLBACK", NULL, NULL, NULL);
    }
    call->writing = false;
    pthread_mutex_unlock(&call->app->write_lock);
    return rc;
}

ent_rc serve__audit(serve_call *call, const char *action, ent_str subject, ent_str detail)
{
    bool alone = !call->writing;
    ent_rc rc = alone ? serve__write_begin(call) : ENT_OK;
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *statement = serve__sql(call, "INSERT INTO audit(at, who, action, subject, detail)"
                                               " VALUES(?1, ?2, ?3, ?4, ?5)");
    serve__bind_int(statement, 1, call->now);
    serve__bind(statement, 2, call->user.name);
    serve__bind(statement, 3, ent__str(action));
    serve__bind(statement, 4, subject);
    serve__bind(statement, 5, detail);
    rc = serve__run(call, statement);
    return alone ? serve__write_end(call, rc) : rc;
}

void serve__worker_free(serve_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    for (size_t i = 0; i < worker->statement_count; i++) {
        sqlite3_finalize(worker->statements[i].statement);
    }
    sqlite3_close(worker->db);
    ent__store_close(worker->store);
    ent_ctx_free(worker->ctx);
    free(worker);
}
