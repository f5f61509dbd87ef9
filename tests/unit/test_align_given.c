/* Series from other hands in every layout, their way through the store and out again; agreement,
 * distance and trade as series with gaps. */
#include "test.h"

#include <math.h>

#include "../../src/align/align.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_states *states;
    ent_given *given;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f->ctx, NULL, &f->kit), ENT_OK);
    assert_int_equal(ent__states_new(f->ctx, f->kit, &f->states), ENT_OK);
    assert_int_equal(ent__given_new(f->ctx, &f->given), ENT_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__given_free(f->given);
    ent__states_free(f->states);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static void write_text(char path[64], const char *text)
{
    strcpy(path, "/tmp/test_given_XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static ent_rc read_text(fixture *f, const char *text, const char *name)
{
    char path[64];
    write_text(path, text);
    ent_rc rc = ent__given_read(f->ctx, f->states, f->given, path, name);
    unlink(path);
    return rc;
}

/* The value of one point; NaN: there is none. */
static ent_value value_of(const fixture *f, const char *name, const char *a, const char *b,
                          const char *label)
{
    size_t first, count = ent__given_find(f->given, ent__str(name), ent__str(a), ent__str(b), &first);
    for (size_t i = first; i < first + count; i++) {
        char text[16];
        ent__period_label(f->given->points[i].by, f->given->points[i].day, text);
        if (strcmp(text, label) == 0) {
            const ent_given_point *p = &f->given->points[i];
            return (ent_value){p->value, p->low, p->high};
        }
    }
    return (ent_value){NAN, NAN, NAN};
}

static void expect(const fixture *f, const char *name, const char *a, const char *b,
                   const char *label, double value)
{
    if (!(fabs(value_of(f, name, a, b, label).value - value) < 1e-12)) {
        fail_msg("%s %s %s %s: %g", name, a, b, label, value_of(f, name, a, b, label).value);
    }
}

static void a_line_a_value(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "date,source,target,series,value,low,high\n"
                                  "2022-02,USA,Russia,tone,-3.5,-4,-3\n2022Q2,USA,RUS,tone,-2,,\n"
                                  "2022-03-04,2,365,tone,1,0,2\n2023,USA,RUS,tone,NA,,\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "year;month;country;price;note\n2020;1;Namibia;1.5;low\n"
                                  "2020;2;Atlantis;2.5;high\n", NULL),
                     ENT_OK);
    ent__given_finish(f->given);
    expect(f, "tone", "USA", "RUS", "2022-02", -3.5);
    assert_float_equal(value_of(f, "tone", "USA", "RUS", "2022-02").low, -4, 0);
    assert_true(isnan(value_of(f, "tone", "USA", "RUS", "2022-Q2").low));
    expect(f, "tone", "USA", "RUS", "2022-Q2", -2);
    expect(f, "tone", "USA", "RUS", "2022-03-04", 1);
    expect(f, "price", "NAM", "", "2020-01", 1.5);
    expect(f, "price", "Atlantis", "", "2020-02", 2.5);
    assert_int_equal(f->given->missing, 1);
    assert_int_equal(f->given->unknown, 1);
    assert_int_equal(f->given->count, 5);
}

static void a_column_a_series_and_a_column_a_period(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "period,USA>RUS,RUS_USA,CHN,brent\n2020-01,1,2,3,4\n"
                                  "2020-02,5,,7,8\n", "talk"),
                     ENT_OK);
    assert_int_equal(read_text(f, "Country Name,Country Code,Indicator Name,Indicator Code,1960,1961\n"
                                  "Germany,DEU,Exports,NE.X,10,..\n\"Yemen, Rep.\",YEM,Exports,NE.X,,12\n",
                               NULL),
                     ENT_OK);
    ent__given_finish(f->given);
    expect(f, "talk", "USA", "RUS", "2020-02", 5);
    expect(f, "talk", "RUS", "USA", "2020-01", 2);
    assert_true(isnan(value_of(f, "talk", "RUS", "USA", "2020-02").value));
    expect(f, "talk", "CHN", "", "2020-01", 3);
    expect(f, "brent", "", "", "2020-02", 8);
    expect(f, "Exports", "DEU", "", "1960", 10);
    expect(f, "exports", "YEM", "", "1961", 12);
}

static void published_ideal_points(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "ccode,iso3c,countryname,year,idealpointfp,idealpointall,nvotesfp,"
                                  "q5fp,q95fp,q5all,q95all\n"
                                  "678,YAR,Yemen Arab Republic,1970,-1,-1.5,50,-1.2,-0.8,-2,-1\n"
                                  "680,YAR,Yemen PDR,1970,-2,,50,-2.2,-1.8,,\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "\"\",\"ccode\",\"session\",\"NVotes\",\"IdealPointHumanRights\","
                                  "\"Q5%HumanRights\",\"Q95%HumanRights\",\"Countryname\"\n"
                                  "\"1\",\"2\",\"55\",\"60\",\"2.5\",\"2.25\",\"2.75\",\"C\xF4te\"\n",
                               NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "ccode\tiso3c\tCountryname\tyear\tNVotesFP\tIdealPointFP\tQ5%FP\t"
                                  "Q95%FP\n260\tDEU\tGermany\t1980\t9\t1.5\t1\t2\n"
                                  "345\tYUG\tYugoslavia\t1980\t9\t3\t1\t5\n"
                                  "345\tYUG\tSerbia\t2010\t9\t4\t1\t5\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "ccode1,ccode2,session.x,agree,year,IdealPoint.x,NVotes.x,"
                                  "IdealPoint.y,NVotes.y,IdealPointDistance\n"
                                  "2,365,75,0.25,2020,2,80,-1,80,3\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "Year,CountryAbb,CountryName,idealpoint,PctAgreeUS,PctAgreeRUSSIA\n"
                                  "1990,AUL,Australia,1.25,0.5,0.25\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "# 5 votes\n# priors\niso3,ccode,period,theta,se,lo,median,hi,n,ess,"
                                  "rhat\nUSA,2,56,2,0.5,1,2,3,70,,\n", NULL),
                     ENT_OK);
    ent__given_finish(f->given);
    expect(f, "idealpoint-fp", "YAR", "", "1970", -1);
    expect(f, "idealpoint-fp", "YMD", "", "1970", -2);
    expect(f, "idealpoint-all", "YAR", "", "1970", -1.5);
    assert_float_equal(value_of(f, "idealpoint-fp", "YAR", "", "1970").high, -0.8, 0);
    expect(f, "idealpoint-HumanRights", "USA", "", "s55", 2.5);
    assert_float_equal(value_of(f, "idealpoint-humanrights", "USA", "", "s55").low, 2.25, 0);
    expect(f, "idealpoint-fp", "DEU", "", "1980", 1.5);
    expect(f, "idealpoint-fp", "YUG", "", "1980", 3);
    expect(f, "idealpoint-fp", "SRB", "", "2010", 4);
    expect(f, "agreement", "USA", "RUS", "2020", 0.25);
    expect(f, "idealpoint-distance", "USA", "RUS", "2020", 3);
    expect(f, "idealpoint", "AUS", "", "1990", 1.25);
    expect(f, "agreement", "AUS", "RUS", "1990", 0.25);
    expect(f, "idealpoint", "USA", "", "s56", 2);
    assert_float_equal(value_of(f, "idealpoint", "USA", "", "s56").high, 3, 0);
    assert_int_equal(f->given->count, 13);
}

static void bad_tables_name_file_and_line(void **state)
{
    fixture *f = *state;
    static const char *const bad[][2] = {
        {"date,value\n2020-01,1\nyesterday,2\n", ":3: expected a period"},
        {"date,value\n2020-01,1\n2020-02,much\n", ":3: expected a number"},
        {"apples,pears\n1,2\n", ":1: expected a column of dates"},
        {"date,who\n2020-01,me\n", "expected a number"},
        {"date,who,why\n2020-01,me,so\n", "found no number"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_text(f, bad[i][0], NULL), ENT_EINPUT);
        if (strstr(ent_ctx_error(f->ctx), bad[i][1]) == NULL) {
            fail_msg("%s", ent_ctx_error(f->ctx));
        }
    }
}

static ent_rc gather(void *user, ent_str bytes)
{
    ent__buf_str(user, bytes);
    return ENT_OK;
}

static ent_store *new_store(const fixture *f, char path[64])
{
    ent_store *store;
    write_text(path, "");
    assert_int_equal(ent__store_open(f->ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    return store;
}

static void drop_store(ent_store *store, const char *path)
{
    char command[256];
    ent__store_close(store);
    snprintf(command, sizeof command, "rm -f %s %s-wal %s-shm", path, path, path);
    assert_int_equal(system(command), 0);
}

static void through_the_store_and_out(void **state)
{
    fixture *f = *state;
    char path[64];
    ent_store *store = new_store(f, path);
    const char *text = "series,a,b,period,value,low,high\nprice,,,2020-01-02,1.5,,\n"
                       "tone,USA,RUS,2020-Q3,0.1,-1,1\ntone,USA,RUS,s75,0.25,,\n";
    assert_int_equal(read_text(f, text, NULL), ENT_OK);
    ent__given_finish(f->given);
    assert_int_equal(ent__given_to_store(f->ctx, f->given, store), ENT_OK);
    ent__given_free(f->given);
    assert_int_equal(ent__given_new(f->ctx, &f->given), ENT_OK);
    assert_int_equal(ent__given_from_store(f->ctx, f->given, store), ENT_OK);
    ent__given_finish(f->given);
    ent_buf out = {0};
    assert_int_equal(ent__given_export(f->ctx, f->given, "csv", gather, &out), ENT_OK);
    assert_string_equal(out.p, text);
    ent__buf_free(&out);
    drop_store(store, path);
}

/* ---- series of votes, trade and imported points --------------------------------------------- */

static ent_series series_of(const fixture *f, ent_store *store, const ent_public_series *asked)
{
    ent_series s;
    if (ent__series_public(f->ctx, store, f->kit, asked, &s) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
    return s;
}

static void agreement_by_year_and_session(void **state)
{
    fixture *f = *state;
    char path[64], file[64];
    ent_store *store = new_store(f, path);
    ent_votes *votes;
    /* Three roll calls in two sessions; 2002 has none, in 2003 Russia is absent. */
    write_text(file, "rcid,ccode,vote,session,date\n"
                     "1,2,Y,55,2001-02-01\n1,365,N,55,2001-02-01\n1,200,Y,55,2001-02-01\n"
                     "2,2,Y,56,2001-11-01\n2,365,A,56,2001-11-01\n"
                     "3,2,N,58,2003-11-01\n3,365,X,58,2003-11-01\n3,200,Y,58,2003-11-01\n");
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, votes, file), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
    assert_int_equal(ent__votes_to_store(f->ctx, votes, store), ENT_OK);
    ent__votes_free(votes);
    unlink(file);
    ent_public_series asked = {.measure = ENT_MEASURE_AGREEMENT, .a = "USA", .b = "Russia",
                               .level = 0.95};
    ent_series s = series_of(f, store, &asked);
    assert_int_equal(s.count, 3);
    assert_float_equal(s.points[0].given.value, 0.25, 1e-12);
    assert_int_equal(s.points[0].count, 2);
    assert_true(s.points[0].given.low < 0.25 && s.points[0].given.high > 0.25);
    assert_int_equal(s.points[1].covered_days, 0); /* nothing was voted on: no data */
    assert_true(isnan(s.points[1].given.value));
    assert_int_equal(s.points[2].covered_days, 365); /* voted on, but not by both */
    assert_true(isnan(s.points[2].given.value));
    ent__series_free(&s);
    asked.by_chosen = true;
    asked.by = ENT_BY_SESSION;
    asked.until = (ent_date){2001, 12, 31};
    s = series_of(f, store, &asked);
    char label[16];
    ent__period_label(s.by, s.points[0].start, label);
    assert_string_equal(label, "s55");
    assert_int_equal(s.count, 2);
    assert_float_equal(s.points[1].given.value, 0.5, 1e-12);
    ent__series_free(&s);
    asked.b = "Atlantis";
    assert_int_equal(ent__series_public(f->ctx, store, f->kit, &asked, &s), ENT_EUSAGE);
    asked.b = "FRA";
    assert_int_equal(ent__series_public(f->ctx, store, f->kit, &asked, &s), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "no data"));
    drop_store(store, path);
}

static void trade_of_unfinished_years_is_no_sum(void **state)
{
    fixture *f = *state;
    char path[64], file[64], text[2048];
    ent_store *store = new_store(f, path);
    ent_trade *trade;
    int n = snprintf(text, sizeof text, "country,partner,date,commodity,unit,value,reported_by\n"
                                        "DEU,RUS,2021-01,gas,TJ,4,exporter\n");
    for (int month = 1; month <= 15; month++) { /* to March 2022 */
        n += snprintf(text + n, sizeof text - (size_t)n, "Germany,Russia,%d-%02d,gas,TJ,5,importer\n",
                      month > 12 ? 2022 : 2021, month > 12 ? month - 12 : month);
    }
    write_text(file, text);
    assert_int_equal(ent__trade_new(f->ctx, &trade), ENT_OK);
    assert_int_equal(ent__trade_read(f->ctx, f->states, trade, file, 0), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, trade), ENT_OK);
    assert_int_equal(ent__trade_to_store(f->ctx, trade, store), ENT_OK);
    ent__trade_free(trade);
    unlink(file);
    ent_public_series asked = {.measure = ENT_MEASURE_IMPORTS, .a = "DEU", .b = "RUS",
                               .level = 0.95, .commodity = "gas"};
    ent_series s = series_of(f, store, &asked);
    assert_int_equal(s.count, 2);
    assert_float_equal(s.points[0].given.value, 60, 1e-12);
    assert_true(isnan(s.points[1].given.value)); /* three months are no year */
    assert_in_range(s.points[1].covered_days, 80, 100);
    ent__series_free(&s);
    asked.by_chosen = true;
    asked.by = ENT_BY_MONTH;
    s = series_of(f, store, &asked);
    assert_int_equal(s.count, 15);
    assert_float_equal(s.points[0].given.low, 4, 1e-12); /* what the exporter reports */
    assert_float_equal(s.points[0].given.high, 5, 1e-12);
    assert_true(isnan(s.points[1].given.low));
    ent__series_free(&s);
    asked.by = ENT_BY_QUARTER;
    s = series_of(f, store, &asked);
    assert_int_equal(s.count, 5);
    assert_float_equal(s.points[4].given.value, 15, 1e-12);
    ent__series_free(&s);
    drop_store(store, path);
}

static void imported_points_as_series_and_distance(void **state)
{
    fixture *f = *state;
    char path[64];
    ent_store *store = new_store(f, path);
    assert_int_equal(read_text(f, "iso3c,ccode,year,IdealPoint,Q5%,Q95%\nUSA,2,2000,2,1,3\n"
                                  "USA,2,2002,2,1,3\nRUS,365,2000,-1,-1.5,-0.5\n", NULL),
                     ENT_OK);
    assert_int_equal(read_text(f, "month,CHN>USA\n2000-01,2\n2000-02,4\n2001-01,6\n", "calls"),
                     ENT_OK);
    ent__given_finish(f->given);
    assert_int_equal(ent__given_to_store(f->ctx, f->given, store), ENT_OK);
    ent_public_series asked = {.measure = ENT_MEASURE_GIVEN, .name = "idealpoint", .a = "USA",
                               .level = 0.95};
    ent_series s = series_of(f, store, &asked);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.points[1].covered_days, 0);
    assert_float_equal(s.points[2].given.high, 3, 0);
    ent__series_free(&s);
    asked.measure = ENT_MEASURE_DISTANCE;
    asked.b = "RUS";
    s = series_of(f, store, &asked);
    assert_int_equal(s.count, 1);
    assert_float_equal(s.points[0].given.value, 3, 1e-12);
    double errors = sqrt(1 + 0.25) / 1.6448536269514722;
    assert_float_equal(s.points[0].given.high, 3 + 1.959963984540054 * errors, 1e-9);
    ent__series_free(&s);
    asked = (ent_public_series){.measure = ENT_MEASURE_GIVEN, .name = "CALLS", .a = "USA", .b = "CHN",
                                .level = 0.95, .by_chosen = true, .by = ENT_BY_YEAR};
    s = series_of(f, store, &asked); /* told once, the other way round */
    assert_int_equal(s.count, 2);
    assert_float_equal(s.points[0].given.value, 3, 1e-12);
    assert_int_equal(s.points[0].count, 2);
    ent__series_free(&s);
    asked.name = "calls";
    asked.by = ENT_BY_DAY; /* months are no days */
    assert_int_equal(ent__series_public(f->ctx, store, f->kit, &asked, &s), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "told by month"));
    asked.name = "letters";
    assert_int_equal(ent__series_public(f->ctx, store, f->kit, &asked, &s), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "calls, idealpoint"));
    drop_store(store, path);
}

#define VOTES ENT_SHARED "data/votes/"

/* The yearly reference table read as series says what the store's votes say. */
static void reference_table_equals_own_agreement(void **state)
{
    fixture *f = *state;
    skip_unless_shared(VOTES "votes.csv.gz");
    char path[64];
    ent_store *store = new_store(f, path);
    ent_votes *votes;
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, votes, VOTES "votes.csv.gz"), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, votes, VOTES "rollcalls.csv.gz"), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
    assert_int_equal(ent__votes_to_store(f->ctx, votes, store), ENT_OK);
    ent__votes_free(votes);
    assert_int_equal(ent__given_read(f->ctx, f->states, f->given,
                                     VOTES "ref_agreement_year_upto2000.csv", NULL), ENT_OK);
    ent__given_finish(f->given);
    const ent_public_series asked = {.measure = ENT_MEASURE_AGREEMENT, .a = "USA", .b = "RUS",
                                     .level = 0.95, .until = {2000, 12, 31}};
    ent_series s = series_of(f, store, &asked);
    size_t compared = 0;
    for (size_t i = 0; i < s.count; i++) {
        char label[16];
        ent__period_label(s.by, s.points[i].start, label);
        double reference = value_of(f, "agree_abs", "USA", "RUS", label).value;
        if (!isnan(reference)) {
            assert_float_equal(round(s.points[i].given.value * 1e6) / 1e6, reference, 1e-9);
            compared++;
        }
    }
    assert_true(compared > 50);
    ent__series_free(&s);
    drop_store(store, path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_a_value),
        TEST(a_column_a_series_and_a_column_a_period),
        TEST(published_ideal_points),
        TEST(bad_tables_name_file_and_line),
        TEST(through_the_store_and_out),
        TEST(agreement_by_year_and_session),
        TEST(trade_of_unfinished_years_is_no_sum),
        TEST(imported_points_as_series_and_distance),
        TEST(reference_table_equals_own_agreement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
