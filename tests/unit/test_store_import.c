/* Imports of every layout, broken rows, running twice, going on after kill -9, export and back. */
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <zlib.h>

#include "../../src/store/store.h"
#include "test.h"

static char folder[64], path[96], file[96], rejects[96];
static ent_ctx *ctx;
static ent_kit *kit;
static ent_store *store;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/entente-import-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.db", folder);
    snprintf(file, sizeof file, "%s/in.txt", folder);
    snprintf(rejects, sizeof rejects, "%s/rejects.tsv", folder);
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    if (ent_kit_open(ctx, NULL, &kit) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(ctx));
    }
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ent__store_close(store);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void write_file(const char *text)
{
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static ent_import_report import(const char *format)
{
    ent_import_report report;
    ent_import_options options = {.format = format, .path = file, .rejects = rejects};
    if (ent__store_import(ctx, store, kit, &options, &report) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(ctx));
    }
    return report;
}

static const char *text(const char *sql)
{
    static char answer[512];
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const unsigned char *value = sqlite3_column_text(s, 0);
    snprintf(answer, sizeof answer, "%s", value == NULL ? "" : (const char *)value);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return answer;
}

#define ACTOR_RED "REDGOV\tREDLAND\tRED\t\t\t\t\tGOV\tMED\t"
#define ACTOR_BLUE "BLU\tBLUELAND\tBLU\t\t\t\t\t\t\t"
#define GEO2 "4\tPort\tRD\tRD01\t\t1.5\t2.5\t7\t"
#define GEO1 "4\tPort\tRD\tRD01\t1.5\t2.5\t7\t"
#define GDELT2(id, day, code, goldstein)                                                          \
    id "\t" day "\t202002\t2020\t2020.1\t" ACTOR_RED "\t" ACTOR_BLUE "\t1\t" code                  \
       "\t036\t03\t1\t" goldstein "\t6\t2\t5\t-1.5\t" GEO2 GEO2 GEO2                               \
       "20200203000000\thttp://example.org/a\n"
#define GDELT1(id, day, code, goldstein)                                                          \
    id "\t" day "\t202002\t2020\t2020.1\t" ACTOR_RED "\t" ACTOR_BLUE "\t1\t" code                  \
       "\t036\t03\t1\t" goldstein "\t6\t2\t5\t-1.5\t" GEO1 GEO1 GEO1 "20200203\thttp://example.org/a\n"

static void gdelt_rows_are_read(void **state)
{
    (void)state;
    write_file(GDELT2("11", "20200202", "036", "4.0") GDELT2("12", "20200202", "036", "4.0"));
    ent_import_report r = import("gdelt2");
    assert_int_equal(r.rows, 2);
    assert_int_equal(r.rejected, 0);
    assert_string_equal(text("SELECT date || quad || goldstein || tone || mentions || sources ||"
                             " place || region || url FROM event WHERE record = 11"),
                        "2020-02-0214.0-1.562PortRD01http://example.org/a");
    assert_string_equal(text("SELECT source_code || source_sector || source_name || target_code"
                             " FROM event_named WHERE id = 1"), "REDGOV;JRNREDLANDBLU");
    /* Two records of one happening: both kept, the rule counts one. */
    ent_dyad_record *records;
    size_t count;
    ent_dyad_filter filter = {.source = "RED", .target = "BLU"};
    assert_int_equal(ent__store_dyad(ctx, store, &filter, &records, &count), ENT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(ent__dyad_unique(ctx, records, &count, ENT_DUPLICATES_EVENT), ENT_OK);
    assert_int_equal(count, 1);
    assert_int_equal(records[0].mentions, 12);
    free(records);
}

static void first_gdelt_layout_too(void **state)
{
    (void)state;
    write_file(GDELT1("11", "20120202", "036", "4.0"));
    assert_int_equal(import("gdelt").rows, 1);
    assert_string_equal(text("SELECT latitude || ' ' || longitude || ' ' || url FROM event"),
                        "1.5 2.5 http://example.org/a");
}

static void broken_rows_are_named_and_never_stop(void **state)
{
    (void)state;
    write_file(GDELT2("11", "20200202", "036", "4.0") "junk\n" GDELT2("x", "20200202", "036", "4")
               GDELT2("13", "20201340", "036", "4.0") GDELT2("14", "20200202", "3x", "4.0")
               GDELT2("15", "20200202", "036", "99") GDELT2("16", "20200202", "036", "4.0"));
    ent_import_report r = import("gdelt2");
    assert_int_equal(r.rows, 2);
    assert_int_equal(r.rejected, 5);
    FILE *f = fopen(rejects, "r");
    assert_non_null(f);
    char line[2048];
    const char *const words[] = {"reason", "\t2\texpected 57", "\t3\tGLOBALEVENTID",
                                 "\t4\tSQLDATE", "\t5\tevent code", "\t6\tGoldsteinScale"};
    for (int i = 0; i < 6; i++) {
        assert_non_null(fgets(line, sizeof line, f));
        assert_non_null(strstr(line, words[i]));
        int tabs = 0;
        for (char *c = line; *c != '\0'; c++) {
            tabs += *c == '\t';
        }
        assert_int_equal(tabs, 3);
    }
    assert_null(fgets(line, sizeof line, f));
    fclose(f);
}

static void twice_is_once(void **state)
{
    (void)state;
    write_file(GDELT2("11", "20200202", "036", "4.0"));
    assert_int_equal(import("gdelt2").rows, 1);
    assert_true(import("gdelt2").already);
    write_file(GDELT2("11", "20200202", "036", "4.0") GDELT2("12", "20200202", "036", "4.0"));
    ent_import_report r = import("gdelt2");
    assert_int_equal(r.rows, 1);
    assert_int_equal(r.known, 1);
}

static void wrong_file_is_an_input_error(void **state)
{
    (void)state;
    write_file("<html>\n<body>no table</body>\n");
    ent_import_report report;
    ent_import_options options = {.format = "gdelt2", .path = file, .rejects = rejects};
    assert_int_equal(ent__store_import(ctx, store, kit, &options, &report), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_message(ctx), "no row could be read as gdelt2"));
}

static void compressed_files_and_broken_ones(void **state)
{
    (void)state;
    gzFile gz = gzopen(file, "wb");
    for (int i = 0; i < 40000; i++) {
        gzprintf(gz, "20200202\tRED%03d\tBLU\t036\t\tstory_%d\n", i % 999, rand());
    }
    gzclose(gz);
    assert_int_equal(import("phoenix").rows, 40000);
    char command[256];
    snprintf(command, sizeof command, "head -c 120000 %s > %s.cut", file, file);
    assert_int_equal(system(command), 0);
    strcat(file, ".cut");
    ent_import_report report;
    ent_import_options options = {.format = "phoenix", .path = file, .rejects = rejects};
    assert_int_equal(ent__store_import(ctx, store, kit, &options, &report), ENT_EINPUT);
    assert_true(report.cut_short);
    assert_true(report.known > 100);
}

static const char icews_header[] =
    "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\t"
    "Intensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\t"
    "City\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n";
static const char icews_rows[] =
    "7\t2018-06-01\tAnn Alder\tGovernment,\"Military\"\tFrance\tConsult\t040\t1.0\tBob Beech\t"
    "NA\tGermany\t100\t3\tThe Wire\tLyon\tNULL\tRhone\tFrance\t45.7\t4.8\n"
    "7\t6/2/2018\tAnn Alder\tGovernment\tFrance\tConsult\t040\t1.0\tBob Beech\tNA\tGermany\t100\t3\t"
    "The Wire\tLyon\t\t\tFrance\t45.7\t4.8\n";

static void icews_rows_are_read(void **state)
{
    (void)state;
    char all[4096];
    snprintf(all, sizeof all, "%s%s%s", icews_header, icews_rows, icews_rows);
    write_file(all);
    ent_import_report r = import("icews");
    assert_int_equal(r.rows, 2); /* ids are unique with the date only; whole rows repeat */
    assert_int_equal(r.known, 2);
    assert_string_equal(text("SELECT external || ' ' || date || ' ' || cameo || ' ' || sentence"
                             " FROM event WHERE id = 1"), "7/2018-06-01 2018-06-01 040 3");
    assert_string_equal(text("SELECT source_code || '/' || source_name || '/' || target_code"
                             " FROM event_named WHERE id = 1"), "FRA/Ann Alder/DEU");
}

static const char polecat_header[] =
    "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\tHeadline\t"
    "Actor Name\tActor Country\tActor COW\tPrimary Actor Sector\tRecipient Name\t"
    "Recipient Country\tRecipient COW\tPrimary Recipient Sector\tCity\tProvince\tCountry\t"
    "Latitude\tLongitude\tSource\t\t\n";
static const char polecat_rows[] =
    "A1_CONSULT_v\t2021-03-04\tCONSULT\tvisit\t4\tVERBAL COOPERATION\tdiplomatic; economic\tTitle\t"
    "Ann Alder; Carl Cedar\tFRA; DEU\t220; 255\tGOV; GOV\tDora Dale\tITA\t325\tGOV\tLyon\tRh\xf4ne\t"
    "France\t45.7\t4.8\tThe Wire\t\t\n"
    "A2\t2021-03-05\tGOSSIP\tNone\t\tNone\tNone\t\tA\tNone\tNone\tNone\tNone\tNone\tNone\tNone\t"
    "None\tNone\tNone\tNone\tNone\tNone\t\t\n";

static void polecat_rows_are_read(void **state)
{
    (void)state;
    char all[4096];
    snprintf(all, sizeof all, "%s%s", polecat_header, polecat_rows);
    write_file(all);
    ent_import_report r = import("polecat");
    assert_int_equal(r.rows, 1);
    assert_int_equal(r.rejected, 1);
    assert_int_equal(r.repaired, 1);
    assert_string_equal(text("SELECT type || mode || quad || score || context || region FROM event"),
                        "CONSULTvisit14.0diplomatic;economicRh\xc3\xb4ne");
    assert_string_equal(text("SELECT group_concat(source || target) FROM dyad"), "DEUITA,FRAITA");
}

static void phoenix_and_petrarch_rows_are_read(void **state)
{
    (void)state;
    write_file("1_1.0\t20150301\t2015\t03\t01\tREDGOV\tRED\tGOV\t\tBLUMIL\tBLU\tMIL\t\t040\t04\t1\t1\t"
               "\t1.5\t2.5\tPort\tState\tRedland\ta_1;b_2\thttp://example.org\tThe Wire\n"
               "20150302\tREDGOV\tBLU\t190\tOIL,1\tstory_3;story_4\tThe Wire\tthey fought\n"
               "950303\tRED\tBLU\t040\t(CONSULT)\tthey met 17\n");
    assert_int_equal(import("phoenix").rows, 3);
    assert_string_equal(text("SELECT group_concat(date || '/' || mentions, ' ') FROM event"),
                        "2015-03-01/2 2015-03-02/2 1995-03-03/1");
    assert_string_equal(text("SELECT source_code || source_sector || target_sector FROM event_named"
                             " WHERE id = 1"), "REDGOVMIL");
}

static const char acled_file[] =
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,country,admin1,location,latitude,"
    "longitude,source,notes\n"
    "FRA1,14 March 2022,2022,1,x,Protests,Peaceful protest,Protesters (France),,Protesters,,,,60,"
    "France,Rhone,Lyon,45.7,4.8,The Wire,\"They said \"\"no\"\",\nand went home.\"\n"
    "FRA2,2022-03-01,2022,3,x,Battles,Armed clash,Military Forces of Mali (2020-),,1,Unknown,,3,13,"
    "Mali,Mopti,Mopti,14.5,-4.2,The Wire,notes\n";

static void acled_rows_are_read(void **state)
{
    (void)state;
    write_file(acled_file);
    assert_int_equal(import("acled").rows, 2);
    assert_string_equal(text("SELECT date || type || text FROM event WHERE external = 'FRA1'"),
                        "2022-03-14PROTESTThey said \"no\",\nand went home.");
    assert_string_equal(text("SELECT e.date || n.source_code || n.source_sector FROM event e JOIN"
                             " event_named n USING(id) WHERE e.external = 'FRA2'"), "2022-03MLIMIL");
}

static void own_lines_are_read(void **state)
{
    (void)state;
    write_file("{\"doc\":\"d\",\"text\":\"They met. He said so.\",\"date\":\"2020-05-02\","
               "\"sentences\":[[0,9],[10,21]],\"events\":[{\"id\":\"e1\",\"type\":\"CONSULT\","
               "\"quad\":1,\"source\":[{\"code\":\"RED\"}],\"target\":[{\"code\":\"BLU\"}],"
               "\"date\":\"2020-05\",\"span\":[0,9],\"cue\":[5,8]}],\"statements\":[{\"id\":\"s1\","
               "\"speaker\":\"He\",\"content\":[[18,20]]}],\"quantities\":[],\"version\":"
               "{\"program\":\"0\",\"kit\":\"k\"}}\n"
               "{\"id\":\"x1\",\"type\":\"AID\",\"date\":\"2020-01-01\",\"source\":[{\"code\":"
               "\"RED\"}],\"target\":[]}\n"
               "{\"id\":\"x2\",\"date\":\"2020-01-01\"}\n"
               "{\"broken\n");
    ent_import_report r = import("events");
    assert_int_equal(r.rows, 2);
    assert_int_equal(r.rejected, 2);
    assert_string_equal(text("SELECT content FROM statement"), "so");
    assert_string_equal(text("SELECT group_concat(precision) FROM dyad"), "0,1");
}

/* ---- going on after kill -9 ------------------------------------------------------------------ */

static void die_late(void *user, const ent_import_report *so_far)
{
    if (so_far->lines > *(const int64_t *)user) {
        kill(getpid(), SIGKILL);
    }
}

static void goes_on_after_a_kill(void **state)
{
    (void)state;
    FILE *f = fopen(file, "wb");
    enum { ROWS = 120000 };
    for (int i = 0; i < ROWS; i++) {
        fprintf(f, i % 1000 == 7 ? "junk %d\n" : "20200202\tREDGOV\tBLU\t036\t\tstory_%d\n", i);
    }
    fclose(f);
    ent__store_close(store);
    store = NULL;
    pid_t child = fork();
    if (child == 0) {
        int64_t limit = 80000;
        ent_import_report report;
        ent_import_options options = {"phoenix", file, rejects, die_late, &limit};
        ent__store_open(ctx, path, ENT_STORE_WRITE, &store);
        ent__store_import(ctx, store, kit, &options, &report);
        _exit(1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    ent_import_report r = import("phoenix");
    assert_int_equal(r.resumed_at, 50000);
    assert_int_equal(r.rows, ROWS - ROWS / 1000);
    assert_int_equal(r.known, 0);
    assert_string_equal(text("SELECT count(*) FROM event"), "119880");
    assert_string_equal(text("SELECT sum(records) FROM coverage"), "119880");
    char command[320];
    snprintf(command, sizeof command, "test $(sort -u %s | wc -l) = 121 -a $(wc -l < %s) = 121",
             rejects, rejects);
    assert_int_equal(system(command), 0);
}

/* ---- out and in again ------------------------------------------------------------------------ */

static ent_rc collect(void *user, ent_str bytes)
{
    ent__buf_str(user, bytes);
    return ENT_OK;
}

static void export_to(const char *layout, ent_buf *out)
{
    ent_export_report report;
    if (ent__store_export(ctx, store, kit, "events", layout, &(ent_store_filter){0}, collect, out,
                          &report) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(ctx));
    }
    assert_int_equal(report.left_out, 0);
}

static void start_again(void)
{
    ent__store_close(store);
    remove(path);
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
}

/* What the layout can hold comes back the same. */
static void round_trip(const char *layout, const char *input)
{
    start_again();
    write_file(input);
    import(layout);
    ent_buf first = {0}, second = {0};
    export_to(layout, &first);
    assert_true(first.n > 40);
    start_again();
    write_file(first.p);
    assert_int_equal(import(layout).rejected, 0);
    export_to(layout, &second);
    assert_string_equal(first.p, second.p);
    ent__buf_free(&first);
    ent__buf_free(&second);
}

static void every_layout_comes_back(void **state)
{
    (void)state;
    char all[8192];
    round_trip("gdelt2", GDELT2("11", "20200202", "036", "4.0") GDELT2("12", "20200203", "190", "-10"));
    round_trip("gdelt", GDELT1("11", "20200202", "036", "4.0"));
    snprintf(all, sizeof all, "%s%s", icews_header, icews_rows);
    round_trip("icews", all);
    snprintf(all, sizeof all, "%s%s", polecat_header, polecat_rows);
    round_trip("polecat", all);
    round_trip("phoenix", "1_1.0\t20150301\t2015\t03\t01\tREDGOV\tRED\tGOV\t\tBLUMIL\tBLU\tMIL\t\t040\t"
                          "04\t1\t1\t\t1.5\t2.5\tPort\tState\tRedland\ta_1;b_2\thttp://example.org\t"
                          "The Wire\n");
    round_trip("acled", acled_file);
    start_again();
    write_file(GDELT2("11", "20200202", "036", "4.0"));
    import("gdelt2");
    ent_buf first = {0}, second = {0};
    export_to("jsonl", &first);
    start_again();
    write_file(first.p);
    import("events");
    export_to("jsonl", &second);
    assert_string_equal(first.p, second.p);
    ent__buf_free(&first);
    ent__buf_free(&second);
}

static void merging_does_not_double(void **state)
{
    (void)state;
    char other[112];
    snprintf(other, sizeof other, "%s/other.db", folder);
    write_file(GDELT2("11", "20200202", "036", "4.0") GDELT2("12", "20200203", "190", "-10"));
    import("gdelt2");
    ent__store_close(store);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    write_file(GDELT2("12", "20200203", "190", "-10") GDELT2("13", "20200204", "190", "-10"));
    import("gdelt2");
    ent_merge_report report;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(ent__store_merge(ctx, store, other, NULL, NULL, &report), ENT_OK);
        assert_int_equal(report.events, round == 0 ? 1 : 0);
        assert_int_equal(report.known, round == 0 ? 1 : 2);
        assert_string_equal(text("SELECT (SELECT count(*) FROM event) || ' ' || (SELECT count(*)"
                                 " FROM dyad) || ' ' || (SELECT sum(records) FROM coverage)"),
                            "3 3 3");
    }
}

typedef struct {
    int count;
    char key[64];
    double here, there;
} difference;

static void note_difference(void *user, ent_sheet sheet, ent_str key, double here, double there)
{
    difference *d = user;
    assert_int_equal(sheet, ENT_SHEET_SERIES);
    d->count++;
    snprintf(d->key, sizeof d->key, "%.*s", ENT_FMT(key));
    d->here = here;
    d->there = there;
}

static void public_data_are_merged(void **state)
{
    (void)state;
    char other[112];
    snprintf(other, sizeof other, "%s/other.db", folder);
    ent_sheet_row rows[] = {
        {.whole = {10957, 4}, .text = {ENT_LIT("x"), ENT_LIT("NOR"), ENT_LIT("SWE")},
         .value = 2, .low = NAN, .high = NAN},
        {.whole = {11323, 4}, .text = {ENT_LIT("x"), ENT_LIT("NOR"), ENT_LIT("SWE")},
         .value = 3, .low = 2, .high = 4}};
    ent_sheet_row fact = {.whole = {1, 385, 380, 1990}, .value = 2};
    assert_int_equal(ent__store_put_sheet(ctx, store, ENT_SHEET_SERIES, rows, 2), ENT_OK);
    assert_int_equal(ent__store_put_sheet(ctx, store, ENT_SHEET_FACT, &fact, 1), ENT_OK);
    ent__store_close(store);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(ent__store_open(ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    rows[0].value = 1;
    assert_int_equal(ent__store_put_sheet(ctx, store, ENT_SHEET_SERIES, rows, 1), ENT_OK);
    ent_merge_report report;
    for (int round = 0; round < 2; round++) {
        difference d = {0};
        assert_int_equal(ent__store_merge(ctx, store, other, note_difference, &d, &report), ENT_OK);
        assert_int_equal(report.sheets[ENT_SHEET_SERIES].added, round == 0 ? 1 : 0);
        assert_int_equal(report.sheets[ENT_SHEET_SERIES].known, round == 0 ? 1 : 2);
        assert_int_equal(report.sheets[ENT_SHEET_SERIES].different, 1);
        assert_int_equal(report.sheets[ENT_SHEET_FACT].known, round);
        assert_int_equal(d.count, 1);
        assert_string_equal(d.key, "x NOR SWE 2000-01-01");
        assert_float_equal(d.here, 1, 0);
        assert_float_equal(d.there, 2, 0);
        assert_string_equal(text("SELECT count(*) || ' ' || sum(value) FROM series_point"),
                            "2 4.0");
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(gdelt_rows_are_read), TEST(first_gdelt_layout_too),
        TEST(broken_rows_are_named_and_never_stop), TEST(twice_is_once),
        TEST(wrong_file_is_an_input_error), TEST(compressed_files_and_broken_ones),
        TEST(icews_rows_are_read), TEST(polecat_rows_are_read),
        TEST(phoenix_and_petrarch_rows_are_read), TEST(acled_rows_are_read),
        TEST(own_lines_are_read), TEST(goes_on_after_a_kill), TEST(every_layout_comes_back),
        TEST(merging_does_not_double), TEST(public_data_are_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
