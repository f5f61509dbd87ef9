/* What must never lose data: wrong files, newer schemas, read-only places, full disks, kill -9. */
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "../../src/store/store.h"
#include "test.h"

static char folder[64];
static char path[96];
static ent_ctx *ctx;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/entente-open-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.db", folder);
    return ent_ctx_new(&ctx);
}

static int tear_down(void **state)
{
    (void)state;
    ent_ctx_free(ctx);
    char command[160];
    snprintf(command, sizeof command, "chmod -R u+w %s && rm -rf %s", folder, folder);
    return system(command);
}

static void write_file(const char *bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(bytes, f);
    fclose(f);
}

static void run_sql(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void expect_refused(ent_store_mode mode, const char *words)
{
    ent_store *store;
    assert_int_equal(ent__store_open(ctx, path, mode, &store), ENT_ESTORE);
    assert_null(store);
    assert_non_null(strstr(ent_ctx_message(ctx), words));
    assert_non_null(strstr(ent_ctx_error(ctx), path));
}

static void foreign_files_are_refused(void **state)
{
    (void)state;
    expect_refused(ENT_STORE_READ, "there is no store");
    write_file("This is a letter, and it is long enough to hold what would be a header of SQLite, "
               "one hundred bytes of it.");
    expect_refused(ENT_STORE_WRITE, "no SQLite file");
    expect_refused(ENT_STORE_READ, "no SQLite file");
    remove(path);
    run_sql("CREATE TABLE letter(a)");
    expect_refused(ENT_STORE_WRITE, "another program");
    remove(path);
    assert_int_equal(mkdir(path, 0777), 0);
    expect_refused(ENT_STORE_WRITE, "folder");
    rmdir(path);
}

static void newer_schema_is_refused_untouched(void **state)
{
    (void)state;
    ent_store *store;
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    ent__store_close(store);
    run_sql("CREATE TABLE of_the_future(a); PRAGMA user_version=99");
    expect_refused(ENT_STORE_WRITE, "schema version 99");
    expect_refused(ENT_STORE_READ, "schema version 99");
    run_sql("SELECT a FROM of_the_future");
}

/* Drops what later versions added, so that a store of the first version is left. */
static void back_to_first_version(void)
{
    static const char find[] =
        "SELECT group_concat('DROP TABLE ' || name, ';') FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND (name NOT LIKE '%search%' OR name = 'event_search')"
        " AND name NOT IN ('document', 'document_history', 'span', 'statement', 'quantity',"
        " 'dataset', 'actor', 'event', 'event_side', 'dyad', 'coverage', 'import')";
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, find, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    char *drop = sqlite3_mprintf("DROP TRIGGER event_search_in; DROP TRIGGER event_search_out; %s;"
                                 " PRAGMA user_version=1", sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    assert_int_equal(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(drop);
    sqlite3_close(db);
}

static void older_schema_is_brought_forward(void **state)
{
    (void)state;
    ent_store *store;
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    ent__store_close(store);
    back_to_first_version();
    run_sql("INSERT INTO actor(code, sector, name, raw) VALUES('RED', '', '', '')");
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_READ, &store), ENT_OK);
    ent__store_close(store);
    run_sql("SELECT * FROM case_revision");
    run_sql("INSERT INTO actor(id, code, sector, name, raw) VALUES(2, 'BLU', '', '', '')");
}

static void missing_folder_is_refused(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/none/t.db", folder);
    expect_refused(ENT_STORE_WRITE, "can't create or open");
}

static void a_reader_may_not_write(void **state)
{
    (void)state;
    ent_store *store;
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    ent__store_close(store);
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_READ, &store), ENT_OK);
    assert_int_equal(ent__store_begin(ctx, store), ENT_ESTORE);
    ent__store_close(store);
}

static ent_rc put_numbered(ent_store *store, long n)
{
    char external[24];
    snprintf(external, sizeof external, "%ld", n);
    static const ent_stored_actor red = {ENT_LIT("RED"), {"", 0}, ENT_LIT("Redland"), {"", 0}};
    static const ent_stored_actor blue = {ENT_LIT("BLU"), {"", 0}, ENT_LIT("Blueland"), {"", 0}};
    ent_stored_event event = {.dataset = ENT_LIT("gdelt"), .external = ent__str(external),
                              .date = ENT_LIT("2020-01-01"), .day = 18262,
                              .type = ENT_LIT("CONSULT"), .quad = 1, .goldstein = 1, .score = NAN,
                              .source = &red, .source_count = 1, .target = &blue,
                              .target_count = 1, .mentions = 1, .tone = NAN, .latitude = NAN,
                              .longitude = NAN, .url = ENT_LIT("http://example.org/a/long/path")};
    return ent__store_put_event(ctx, store, &event, NULL);
}

static int64_t ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return value;
}

/* A limit on the file's size stands for the disk that is full. */
static void full_disk_keeps_what_was_stored(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = {1 << 20, 1 << 20};
        setrlimit(RLIMIT_FSIZE, &limit);
        ent_store *store;
        if (ent__store_open(ctx, path, ENT_STORE_WRITE, &store) != ENT_OK ||
            put_numbered(store, 1) != ENT_OK) {
            _exit(1);
        }
        ent_rc rc = ent__store_begin(ctx, store);
        for (long i = 2; rc == ENT_OK && i < 100000; i++) {
            rc = put_numbered(store, i);
        }
        rc = rc == ENT_OK ? ent__store_commit(ctx, store) : rc;
        bool clear = rc == ENT_ESTORE && (strstr(ent_ctx_message(ctx), "no space") != NULL ||
                                          strstr(ent_ctx_message(ctx), "disk failed") != NULL);
        ent__store_close(store);
        _exit(clear ? 0 : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(ask("SELECT count(*) FROM event"), 1);
}

enum { BATCH = 50 };

static void write_until_killed(int acknowledge)
{
    ent_store *store;
    if (ent__store_open(ctx, path, ENT_STORE_WRITE, &store) != ENT_OK) {
        _exit(1);
    }
    for (long n = 0;; n += BATCH) {
        if (ent__store_begin(ctx, store) != ENT_OK) {
            _exit(1);
        }
        for (long i = n; i < n + BATCH; i++) {
            if (put_numbered(store, i) != ENT_OK) {
                _exit(1);
            }
        }
        if (ent__store_commit(ctx, store) != ENT_OK ||
            write(acknowledge, &n, sizeof n) != (ssize_t)sizeof n) {
            _exit(1);
        }
    }
}

/* Killed at several moments of several batches: every acknowledged batch is whole, the file is
 * sound, and a batch that was not acknowledged is there whole or not at all. */
static void kill_loses_nothing_acknowledged(void **state)
{
    (void)state;
    for (int round = 0; round < 6; round++) {
        remove(path);
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            write_until_killed(ends[1]);
        }
        close(ends[1]);
        long last = -1;
        for (int batches = 0; batches <= 3 * round; batches++) {
            assert_int_equal(read(ends[0], &last, sizeof last), (ssize_t)sizeof last);
        }
        nanosleep(&(struct timespec){0, 700000L * round}, NULL);
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        long more;
        while (read(ends[0], &more, sizeof more) == (ssize_t)sizeof more) {
            last = more;
        }
        close(ends[0]);
        assert_true(WIFSIGNALED(status));
        ent_store *store;
        assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
        ent__store_close(store);
        int64_t stored = ask("SELECT count(*) FROM event");
        assert_true(stored >= last + BATCH);
        assert_int_equal(stored % BATCH, 0);
        assert_int_equal(ask("SELECT count(*) FROM dyad"), stored);
        assert_int_equal(ask("SELECT sum(records) FROM coverage"), stored);
        assert_int_equal(ask("SELECT count(*) FROM pragma_integrity_check WHERE"
                             " integrity_check <> 'ok'"), 0);
        char log[112];
        snprintf(log, sizeof log, "%s-wal", path);
        remove(log);
        snprintf(log, sizeof log, "%s-shm", path);
        remove(log);
    }
}

static void readers_work_beside_a_writer(void **state)
{
    (void)state;
    ent_store *writer, *reader;
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &writer), ENT_OK);
    assert_int_equal(put_numbered(writer, 1), ENT_OK);
    assert_int_equal(ent__store_begin(ctx, writer), ENT_OK);
    assert_int_equal(put_numbered(writer, 2), ENT_OK);
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_READ, &reader), ENT_OK);
    ent_dyad_record *records;
    size_t count;
    ent_dyad_filter filter = {.source = "RED", .target = "BLU"};
    assert_int_equal(ent__store_dyad(ctx, reader, &filter, &records, &count), ENT_OK);
    assert_int_equal(count, 1);
    free(records);
    assert_int_equal(ent__store_commit(ctx, writer), ENT_OK);
    assert_int_equal(ent__store_dyad(ctx, reader, &filter, &records, &count), ENT_OK);
    assert_int_equal(count, 2);
    free(records);
    ent__store_close(reader);
    ent__store_close(writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(foreign_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(newer_schema_is_refused_untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(older_schema_is_brought_forward, set_up, tear_down),
        cmocka_unit_test_setup_teardown(missing_folder_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_may_not_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_disk_keeps_what_was_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kill_loses_nothing_acknowledged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readers_work_beside_a_writer, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
