/* store: opens, migrates and closes the file; transactions; errors of SQLite in our words.
 * In: a path.  Out: a handle.  Source: https://sqlite.org/wal.html for the guarantees: with a
 * write-ahead log and synchronous=FULL a commit that returned survives kill -9 and power loss,
 * readers never wait for the writer.  Cost: opening takes a few ms. */
#include "rows.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 10000 /* how long a writer waits for another one */

ent_rc ent__store_fail(ent_ctx *ctx, ent_store *store, const char *doing)
{
    int code = sqlite3_errcode(store->db);
    const char *why = sqlite3_errmsg(store->db);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return ent__nomem(ctx);
    case SQLITE_FULL:
        why = "no space left; what was stored before is kept, this batch is not";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        why = "another process is writing to it; try again when it is done";
        break;
    case SQLITE_READONLY:
        why = "it can't be written (read-only file or folder)";
        break;
    case SQLITE_NOTADB:
        why = "it is no Entente store (no SQLite file)";
        break;
    case SQLITE_CORRUPT:
        why = "the file is damaged; 'sqlite3 FILE .recover' may save rows";
        break;
    case SQLITE_IOERR:
        why = "reading or writing the disk failed (full or faulty?); what was stored is kept";
        break;
    default:
        break;
    }
    return ent__fail(ctx, ENT_ESTORE, store->path, 0, "%s: %s", doing, why);
}

ent_rc ent__store_writable(ent_ctx *ctx, const ent_store *store)
{
    return store->writable ? ENT_OK
                           : ent__fail(ctx, ENT_ESTORE, store->path, 0,
                                       "the store was opened for reading only");
}

/* A single number from a pragma or query; -1 after an error. */
static int64_t ask(ent_store *store, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return -1;
    }
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    return sqlite3_finalize(statement) == SQLITE_OK ? value : -1;
}

/* The file's own name is checked first, so that no other program's file is ever changed. */
static ent_rc check_kind(ent_ctx *ctx, ent_store *store, bool *out_empty)
{
    int64_t application = ask(store, "PRAGMA application_id");
    int64_t version = application < 0 ? -1 : ask(store, "PRAGMA user_version");
    int64_t tables = version < 0 ? -1 : ask(store, "SELECT count(*) FROM sqlite_schema");
    if (tables < 0) {
        return ent__store_fail(ctx, store, "can't open the store");
    }
    *out_empty = application == 0 && tables == 0;
    if (!*out_empty && application != ENT_STORE_APPLICATION) {
        return ent__fail(ctx, ENT_ESTORE, store->path, 0,
                         "it is a SQLite file, but no Entente store (it belongs to another program)");
    }
    if (version > ent__store_schema_version()) {
        return ent__fail(ctx, ENT_ESTORE, store->path, 0,
                         "it has schema version %d from a newer Entente; this program (%s) knows up "
                         "to %d: use the newer program, nothing was changed",
                         (int)version, ENT_VERSION, ent__store_schema_version());
    }
    return ENT_OK;
}

static ent_rc prepare_file(ent_ctx *ctx, ent_store *store)
{
    bool empty = false;
    ent_rc rc = check_kind(ctx, store, &empty);
    if (rc != ENT_OK) {
        return rc;
    }
    if (!store->writable) {
        return empty ? ent__fail(ctx, ENT_ESTORE, store->path, 0,
                                 "it is empty: no store was ever written there")
                     : ENT_OK;
    }
    if (sqlite3_exec(store->db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                     "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY",
                     NULL, NULL, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't prepare the store for writing");
    }
    if (ask(store, "PRAGMA user_version") < ent__store_schema_version() &&
        ent__store_migrate(store->db) != SQLITE_OK) {
        rc = ent__store_fail(ctx, store, "can't bring the store to the present schema");
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        return rc;
    }
    return ENT_OK;
}

/* A read-only folder holds no write-ahead index: without a log beside it the file can be read as
 * one that does not change. */
static bool open_unchanging(ent_store *store, const char *path)
{
    ent_buf uri = {0};
    ent__buf_z(&uri, "file:");
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '?' || *p == '#' || *p == '%') {
            ent__buf_printf(&uri, "%%%02X", (unsigned)*p);
        } else {
            ent__buf_char(&uri, *p);
        }
    }
    ent__buf_z(&uri, "?immutable=1");
    sqlite3_close(store->db);
    store->db = NULL;
    bool ok = !uri.failed && sqlite3_open_v2(uri.p, &store->db,
                                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                                                 SQLITE_OPEN_NOMUTEX,
                                             NULL) == SQLITE_OK;
    ent__buf_free(&uri);
    return ok && ask(store, "SELECT count(*) FROM sqlite_schema") >= 0;
}

static ent_rc open_file(ent_ctx *ctx, ent_store *store, const char *path)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) {
        return ent__fail(ctx, ENT_ESTORE, path, 0, "it is a folder, expected a store file");
    }
    if (!exists && !store->writable) {
        return ent__fail(ctx, ENT_ESTORE, path, 0, "there is no store: %s", strerror(errno));
    }
    int flags = store->writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (store->db == NULL) {
        return ent__nomem(ctx);
    }
    if (rc != SQLITE_OK) {
        return ent__store_fail(ctx, store, store->writable ? "can't create or open the store"
                                                           : "can't open the store");
    }
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_extended_result_codes(store->db, 1);
    if (store->writable && sqlite3_db_readonly(store->db, "main") == 1) {
        return ent__fail(ctx, ENT_ESTORE, path, 0, "the store can't be written: no permission");
    }
    if (!store->writable && ask(store, "SELECT count(*) FROM sqlite_schema") < 0) {
        int code = sqlite3_errcode(store->db) & 0xff;
        if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && !open_unchanging(store, path)) {
            return ent__store_fail(ctx, store, "can't open the store");
        }
    }
    return ENT_OK;
}

static ent_rc open_as(ent_ctx *ctx, const char *path, ent_store_mode mode, ent_store **out)
{
    *out = NULL;
    ent_store *store = calloc(1, sizeof *store);
    if (store == NULL || sodium_init() < 0) {
        free(store);
        return ent__nomem(ctx);
    }
    store->writable = mode == ENT_STORE_WRITE;
    store->path = strdup(path);
    store->actor_keys = ent__arena_new();
    store->actors = ent__map_new(1024);
    ent_rc rc = ENT_OK;
    if (store->path == NULL || store->actor_keys == NULL || store->actors == NULL) {
        rc = ent__nomem(ctx);
    }
    rc = rc != ENT_OK ? rc : open_file(ctx, store, path);
    rc = rc != ENT_OK ? rc : prepare_file(ctx, store);
    if (rc != ENT_OK) {
        ent__store_close(store);
        return rc;
    }
    *out = store;
    return ENT_OK;
}

ent_rc ent__store_open(ent_ctx *ctx, const char *path, ent_store_mode mode, ent_store **out)
{
    ent_rc rc = open_as(ctx, path, mode, out);
    if (rc != ENT_OK || mode == ENT_STORE_WRITE ||
        ask(*out, "PRAGMA user_version") == ent__store_schema_version()) {
        return rc;
    }
    /* A reader of an older store brings it forward once, if it may write at all. */
    ent__store_close(*out);
    *out = NULL;
    ent_store *writer;
    rc = open_as(ctx, path, ENT_STORE_WRITE, &writer);
    if (rc != ENT_OK) {
        return ent__fail(ctx, ENT_ESTORE, path, 0,
                         "its schema is older than this program's and can't be brought forward: %s",
                         ent_ctx_message(ctx));
    }
    ent__store_close(writer);
    return open_as(ctx, path, mode, out);
}

int64_t ent__store_version(ent_store *store)
{
    sqlite3_stmt **statement = &store->sql[ENT_SQL_VERSION];
    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, ent__store_sql_text(ENT_SQL_VERSION), -1,
                           SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK) {
        return -1;
    }
    int64_t version = sqlite3_step(*statement) == SQLITE_ROW
                          ? sqlite3_column_int64(*statement, 0)
                          : -1;
    sqlite3_reset(*statement);
    return version;
}

void ent__store_close(ent_store *store)
{
    if (store == NULL) {
        return;
    }
    ent__store_rollback(store);
    for (int i = 0; i < ENT_SQL_COUNT; i++) {
        sqlite3_finalize(store->sql[i]);
    }
    sqlite3_close(store->db);
    ent__map_free(store->actors);
    ent__arena_free(store->actor_keys);
    ent__buf_free(&store->key);
    free(store->coverage);
    free(store->dyads);
    free(store->path);
    free(store);
}

/* ---- statements and transactions ----------------------------------------------------------- */

sqlite3_stmt *ent__store_sql(ent_ctx *ctx, ent_store *store, ent_sql which)
{
    sqlite3_stmt **statement = &store->sql[which];
    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, ent__store_sql_text(which), -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK) {
        ent__store_fail(ctx, store, "can't prepare a query");
        return NULL;
    }
    sqlite3_reset(*statement);
    return *statement;
}

ent_rc ent__store_run(ent_ctx *ctx, ent_store *store, sqlite3_stmt *statement, const char *doing)
{
    int rc = sqlite3_step(statement);
    ent_rc result = ENT_OK;
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        result = ent__store_fail(ctx, store, doing);
    }
    sqlite3_reset(statement);
    return result;
}

ent_rc ent__store_exec(ent_ctx *ctx, ent_store *store, const char *sql, const char *doing)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? ENT_OK
               : ent__store_fail(ctx, store, doing);
}

ent_rc ent__store_begin(ent_ctx *ctx, ent_store *store)
{
    ent_rc rc = ent__store_writable(ctx, store);
    if (rc == ENT_OK && !store->in_transaction) {
        rc = ent__store_exec(ctx, store, "BEGIN IMMEDIATE", "can't begin to write");
        store->in_transaction = rc == ENT_OK;
    }
    return rc;
}

ent_rc ent__store_commit(ent_ctx *ctx, ent_store *store)
{
    if (!store->in_transaction) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_flush(ctx, store);
    if (rc == ENT_OK) {
        rc = ent__store_exec(ctx, store, "COMMIT", "can't store");
    }
    if (rc != ENT_OK) {
        ent__store_rollback(store);
        return rc;
    }
    store->in_transaction = false;
    return ENT_OK;
}

void ent__store_rollback(ent_store *store)
{
    if (store->db != NULL && store->in_transaction) {
        for (int i = 0; i < ENT_SQL_COUNT; i++) {
            sqlite3_reset(store->sql[i]);
        }
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    store->in_transaction = false;
    store->coverage_count = 0;
    store->dyad_count = 0;
    ent_map *fresh = ent__map_new(1024); /* numbers of actors that were rolled back are void */
    if (fresh != NULL || store->actors != NULL) {
        ent__map_free(store->actors);
        store->actors = fresh;
        if (store->actor_keys != NULL) {
            ent__arena_reset(store->actor_keys);
        }
    }
}

/* ---- columns ------------------------------------------------------------------------------- */

void ent__bind_text(sqlite3_stmt *statement, int at, ent_str s)
{
    sqlite3_bind_text(statement, at, s.n == 0 ? "" : s.p, (int)s.n, SQLITE_STATIC);
}

void ent__bind_str(sqlite3_stmt *statement, int at, ent_str s)
{
    if (s.n == 0) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_text(statement, at, s.p, (int)s.n, SQLITE_STATIC);
    }
}

void ent__bind_int(sqlite3_stmt *statement, int at, int64_t value)
{
    if (value == -1) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_int64(statement, at, value);
    }
}

void ent__bind_number(sqlite3_stmt *statement, int at, double value)
{
    if (value != value) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_double(statement, at, value);
    }
}

void ent__bind_day(sqlite3_stmt *statement, int at, int32_t day)
{
    if (day == ENT_NO_DAY) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_int(statement, at, day);
    }
}

ent_str ent__column_str(sqlite3_stmt *statement, int at)
{
    const char *text = (const char *)sqlite3_column_text(statement, at);
    return text == NULL ? (ent_str){"", 0}
                        : (ent_str){text, (size_t)sqlite3_column_bytes(statement, at)};
}

int64_t ent__column_int(sqlite3_stmt *statement, int at, int64_t if_null)
{
    return sqlite3_column_type(statement, at) == SQLITE_NULL ? if_null
                                                             : sqlite3_column_int64(statement, at);
}

double ent__column_number(sqlite3_stmt *statement, int at)
{
    return sqlite3_column_type(statement, at) == SQLITE_NULL ? (double)__builtin_nanf("")
                                                             : sqlite3_column_double(statement, at);
}
