/* Routes that measure: actors, pairs, dyads, ties, triangle, votes, about; their CSV; what is kept is
 * dropped when the store changes; bad parameters. */
#include <math.h>

#include "serve_test.h"

static serve_house house;
static caller ana, nobody;

static const ent_stored_actor usa = {ENT_LIT("USA"), ENT_LIT("GOV"), ENT_LIT("United States"), {"", 0}};
static const ent_stored_actor rus = {ENT_LIT("RUS"), ENT_LIT("GOV"), ENT_LIT("Russia"), {"", 0}};
static const ent_stored_actor chn = {ENT_LIT("CHN"), ENT_LIT("GOV"), ENT_LIT("China"), {"", 0}};

/* Invented: one event a month and direction; friendlier between the first two from 2011 on. */
static void put_event(ent_store *store, int number, const char *date, const ent_stored_actor *source,
                      const ent_stored_actor *target, double goldstein)
{
    char id[16];
    ent_date d;
    bool is_new;
    snprintf(id, sizeof id, "x%d", number);
    assert_true(ent__date_parse(ent__str(date), &d));
    ent_stored_event e = {.dataset = ENT_LIT("events"), .external = ent__str(id),
                          .date = ent__str(date), .day = ent__date_days(d),
                          .type = goldstein > 0 ? ENT_LIT("COOPERATE") : ENT_LIT("ACCUSE"),
                          .cameo = goldstein > 0 ? ENT_LIT("040") : ENT_LIT("111"),
                          .quad = goldstein > 0 ? 1 : 3, .goldstein = goldstein, .score = NAN,
                          .source = source, .source_count = 1, .target = target, .target_count = 1,
                          .certainty = ENT_LIT("asserted"), .mentions = 1, .tone = NAN,
                          .latitude = NAN, .longitude = NAN, .story = -1, .sentence = -1,
                          .begin = -1, .end = -1, .cue_begin = -1, .cue_end = -1};
    assert_int_equal(ent__store_put_event(house.ctx, store, &e, &is_new), ENT_OK);
}

static void put_events(void)
{
    ent_store *store;
    int n = 0;
    assert_int_equal(ent__store_open(house.ctx, house.store, ENT_STORE_WRITE, &store), ENT_OK);
    for (int month = 0; month < 48; month++) {
        char date[16];
        snprintf(date, sizeof date, "%d-%02d-11", 2009 + month / 12, month % 12 + 1);
        double tie = month < 24 ? -5 : 4;
        put_event(store, n++, date, &usa, &rus, tie);
        put_event(store, n++, date, &rus, &usa, tie);
        put_event(store, n++, date, &rus, &chn, 5);
        put_event(store, n++, date, &usa, &chn, month % 2 ? -2 : 1);
    }
    ent__store_close(store);
}

static int setup(void **state)
{
    (void)state;
    house_open(&house);
    log_in_as(&house, &ana, "ana", "analyst");
    put_events();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static json_t *ask(const char *target, int status)
{
    return json_as(&house, &ana, "GET", target, NULL, status);
}

static const char *text(json_t *json, const char *key)
{
    const char *z = json_string_value(json_object_get(json, key));
    return z == NULL ? "" : z;
}

static double number(json_t *json, const char *key)
{
    return json_number_value(json_object_get(json, key));
}

static json_t *first(json_t *json, const char *key)
{
    return json_array_get(json_object_get(json, key), 0);
}

static void actors_and_pairs_are_counted(void **state)
{
    (void)state;
    json_t *page = ask("/api/actors", 200);
    assert_int_equal(json_array_size(json_object_get(page, "items")), 3);
    json_t *top = first(page, "items");
    assert_true(number(top, "events") >= 96);
    assert_string_equal(text(top, "first"), "2009-01-11");
    json_decref(page);
    page = ask("/api/actors?q=russ", 200);
    assert_string_equal(text(first(page, "items"), "code"), "RUS");
    assert_string_equal(text(first(page, "items"), "name"), "Russia");
    json_decref(page);
    page = ask("/api/actors?limit=1", 200);
    assert_string_equal(text(page, "next"), "1");
    json_decref(page);
    page = ask("/api/actors?limit=1&after=2", 200);
    assert_int_equal(json_array_size(json_object_get(page, "items")), 1);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
    page = ask("/api/pairs", 200);
    assert_int_equal(number(page, "total"), 4);
    assert_int_equal(number(first(page, "items"), "events"), 48);
    json_decref(page);
}

static void a_dyad_has_points_and_shifts(void **state)
{
    (void)state;
    json_t *d = ask("/api/dyads/USA/Russia?unit=month&measure=net", 200);
    assert_string_equal(text(d, "b"), "RUS");
    assert_string_equal(text(d, "a_name"), "United States");
    assert_int_equal(json_array_size(json_object_get(d, "points")), 48);
    json_t *point = first(d, "points");
    assert_string_equal(text(point, "period"), "2009-01");
    assert_int_equal(number(point, "covered_days"), 1);
    assert_true(number(point, "net") == -5);
    json_t *shifts = json_object_get(json_object_get(d, "shifts"), "shifts");
    assert_int_equal(json_array_size(shifts), 1);
    assert_string_equal(text(json_array_get(shifts, 0), "first_time"), "2011-01");
    json_decref(d);
    d = ask("/api/dyads/usa/rus?unit=year&undirected=1&since=2010&until=2011", 200);
    assert_int_equal(json_array_size(json_object_get(d, "points")), 2);
    assert_int_equal(number(d, "events"), 48);
    assert_true(strlen(text(json_object_get(d, "shifts"), "why")) > 0); /* two values: no evidence */
    json_decref(d);
    d = ask("/api/dyads/FRA/POL", 200); /* nothing told: covered periods with zeros */
    assert_int_equal(number(d, "events"), 0);
    json_decref(d);
    d = ask("/api/dyads/USA/RUS?unit=day&since=0001&until=9999", 200);
    assert_true(json_array_size(json_object_get(d, "points")) < 1500); /* cut to what is covered */
    json_decref(d);
}

static void ties_and_triangle(void **state)
{
    (void)state;
    json_t *t = ask("/api/ties", 200);
    assert_int_equal(json_array_size(json_object_get(t, "ties")), 3);
    assert_int_equal(json_array_size(json_object_get(t, "states")), 3);
    json_t *tie = first(t, "ties");
    assert_string_equal(text(tie, "a"), "RUS");
    assert_string_equal(text(tie, "b"), "USA");
    assert_true(fabs(number(tie, "value") + 0.05) < 1e-12);
    assert_int_equal(number(tie, "events"), 96);
    json_decref(t);
    t = ask("/api/ties?since=2011", 200);
    assert_true(fabs(number(first(t, "ties"), "value") - 0.4) < 1e-12);
    json_decref(t);
    t = ask("/api/ties?since=2030", 200);
    assert_int_equal(json_array_size(json_object_get(t, "ties")), 0);
    json_decref(t);
    t = ask("/api/triangle?states=USA,RUS,CHN&unit=year", 200);
    assert_int_equal(json_array_size(json_object_get(t, "periods")), 4);
    assert_true(json_is_true(json_object_get(first(t, "periods"), "enough_evidence")));
    assert_true(strstr(text(t, "found"), "2012") != NULL);
    json_decref(t);
    t = ask("/api/triangle?states=FRA,POL,DEU", 200);
    assert_true(strstr(text(t, "found"), "Not enough evidence") != NULL);
    json_decref(t);
}

static void votes_say_when_there_are_none(void **state)
{
    (void)state;
    json_t *v = ask("/api/votes?a=USA&b=RUS", 200);
    assert_true(json_is_false(json_object_get(v, "available")));
    assert_true(strlen(text(v, "why")) > 0);
    json_decref(v);
    ent_sheet_row calls[2] = {
        {.whole = {1, 0, 60, 14000, 0, 0, 0, 0, 0, 0, 0}, .text = {ENT_LIT("60/1"), ENT_LIT("A"), {"", 0}}},
        {.whole = {2, 0, 60, 14001, 0, 0, 0, 0, 0, 0, 1}, .text = {ENT_LIT("60/2"), ENT_LIT("B"), {"", 0}}}};
    ent_sheet_row votes[] = {{.whole = {1, 2, 1}}, {.whole = {1, 365, 1}}, {.whole = {1, 710, 3}},
                             {.whole = {2, 2, 1}}, {.whole = {2, 365, 3}}, {.whole = {2, 710, 3}}};
    ent_store *store;
    assert_int_equal(ent__store_open(house.ctx, house.store, ENT_STORE_WRITE, &store), ENT_OK);
    assert_int_equal(ent__store_put_sheet(house.ctx, store, ENT_SHEET_ROLL_CALL, calls, 2), ENT_OK);
    assert_int_equal(ent__store_put_sheet(house.ctx, store, ENT_SHEET_VOTE, votes, 6), ENT_OK);
    ent__store_close(store);
    v = ask("/api/votes?a=USA&b=RUS", 200); /* another process wrote: what was kept is gone */
    assert_true(json_is_true(json_object_get(v, "available")));
    assert_int_equal(number(first(v, "periods"), "n"), 2);
    assert_true(number(first(v, "periods"), "agreement") == 0.5);
    json_decref(v);
    v = ask("/api/votes?a=USA&b=FRA", 200);
    assert_true(json_is_false(json_object_get(v, "available")));
    json_decref(v);
}

static bool has_measure(const char *measure, const char *series)
{
    json_t *list = ask("/api/dyads/USA/RUS/measures", 200), *items = json_object_get(list, "items");
    bool found = false;
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        found |= strcmp(text(item, "measure"), measure) == 0 &&
                 strcmp(text(item, "series"), series) == 0;
    }
    json_decref(list);
    return found;
}

/* After the votes are stored. */
static void public_measures_have_series(void **state)
{
    (void)state;
    assert_true(has_measure("net", "") && has_measure("agreement", ""));
    assert_true(!has_measure("trade", "") && !has_measure("imported", "visits"));
    ent_sheet_row rows[12];
    for (int y = 0; y < 12; y++) { /* of the United States alone; lower from 2007 on */
        rows[y] = (ent_sheet_row){.whole = {ent__date_days((ent_date){(int16_t)(2001 + y), 1, 1}),
                                            4},
                                  .text = {ENT_LIT("visits"), ENT_LIT("USA"), {"", 0}},
                                  .value = (y < 6 ? 9 : 4) + 0.1 * (y % 3), .low = NAN,
                                  .high = NAN};
    }
    ent_store *store;
    assert_int_equal(ent__store_open(house.ctx, house.store, ENT_STORE_WRITE, &store), ENT_OK);
    assert_int_equal(ent__store_put_sheet(house.ctx, store, ENT_SHEET_SERIES, rows, 12), ENT_OK);
    ent__store_close(store);
    assert_true(has_measure("imported", "visits"));
    json_t *d = ask("/api/dyads/RUS/USA?measure=imported&series=visits&of=b", 200);
    assert_int_equal(json_array_size(json_object_get(d, "points")), 12);
    assert_true(number(first(d, "points"), "value") == 9);
    assert_string_equal(text(d, "by"), "year");
    json_t *shifts = json_object_get(json_object_get(d, "shifts"), "shifts");
    assert_string_equal(text(json_array_get(shifts, 0), "first_time"), "2007");
    json_decref(d);
    d = ask("/api/dyads/RUS/USA?measure=imported&series=visits", 200); /* none of the pair */
    assert_int_equal(json_array_size(json_object_get(d, "points")), 0);
    assert_non_null(strstr(text(d, "why"), "no series"));
    json_decref(d);
    d = ask("/api/dyads/USA/RUS?measure=agreement&unit=session", 200);
    assert_string_equal(text(first(d, "points"), "period"), "s60");
    assert_true(number(first(d, "points"), "value") == 0.5);
    assert_string_equal(text(d, "counted"), "common roll calls");
    json_decref(d);
    d = ask("/api/dyads/USA/RUS?measure=imports", 200);
    assert_non_null(strstr(text(d, "why"), "no data"));
    json_decref(d);
}

static void everything_is_csv_too(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/api/actors.csv", "/api/pairs.csv", "/api/ties.csv", "/api/dyads/USA/RUS.csv?unit=year",
        "/api/triangle.csv?states=USA,RUS,CHN", "/api/votes.csv?a=USA&b=RUS",
        "/api/dyads/USA/RUS.csv?measure=agreement",
        "/api/dyads/USA/RUS.csv?measure=imported&series=visits&of=a"};
    static const size_t rows[] = {3, 4, 3, 4, 4, 1, 1, 12};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        for (int again = 0; again < 2; again++) { /* made, then kept */
            serve_reply reply;
            assert_int_equal(call_as(&house, &ana, "GET", targets[i], NULL, &reply), 200);
            ent_str body = serve__reply_body(&reply), line;
            size_t lines = 0;
            while (ent__str_split(&body, '\n', &line)) {
                lines += line.n > 0;
            }
            assert_int_equal(lines, rows[i] + 1);
            serve__reply_free(&reply);
        }
    }
}

static void about_counts(void **state)
{
    (void)state;
    json_t *about = ask("/api/about", 200);
    assert_int_equal(number(json_object_get(about, "store"), "events"), 192);
    assert_true(json_array_size(json_object_get(about, "tables")) > 20);
    json_decref(about);
}

static void bad_parameters_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *target, *field;
    } cases[] = {
        {"/api/dyads/USA/RUS?unit=fortnight", "unit"},   {"/api/dyads/USA/RUS?measure=love", "measure"},
        {"/api/dyads/USA/RUS?duplicates=some", "duplicates"}, {"/api/dyads/USA/RUS?level=2", "level"},
        {"/api/dyads/USA/RUS?level=nan", "level"},       {"/api/dyads/No%20land/RUS", "a"},
        {"/api/dyads/USA/RUS?since=x", "since"},         {"/api/ties?until=x", "until"},
        {"/api/dyads/USA/RUS?measure=imported", "series"},
        {"/api/dyads/USA/RUS?measure=imported&series=x&of=c", "of"},
        {"/api/dyads/USA/RUS?measure=distance&unit=month", "unit"},
        {"/api/dyads/USA/RUS?measure=trade&unit=session", "unit"},
        {"/api/dyads/USA/RUS?measure=agreement&undirected=1", "undirected"},
        {"/api/triangle", "states"},                     {"/api/triangle?states=USA,RUS", "states"},
        {"/api/triangle?states=USA,RUS,USA", "states"},  {"/api/triangle?states=USA,RUS,CHN,FRA", "states"},
        {"/api/triangle?states=USA,RUS,CHN&unit=day", "unit"},
        {"/api/votes", "a"},                             {"/api/votes?a=USA", "b"},
        {"/api/votes?a=USA&b=USA", "b"},                 {"/api/pairs?limit=0", "limit"},
        {"/api/actors?after=-1", "after"},               {"/api/about?x=1", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *problem = ask(cases[i].target, 400);
        assert_string_equal(text(json_object_get(problem, "error"), "field"), cases[i].field);
        json_decref(problem);
    }
    static const char *const all[] = {"/api/actors", "/api/pairs", "/api/dyads/a/b",
                                      "/api/dyads/a/b/measures", "/api/ties",
                                      "/api/triangle", "/api/votes", "/api/about"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        json_decref(json_as(&house, &nobody, "GET", all[i], NULL, 401));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actors_and_pairs_are_counted), cmocka_unit_test(a_dyad_has_points_and_shifts),
        cmocka_unit_test(ties_and_triangle),            cmocka_unit_test(votes_say_when_there_are_none),
        cmocka_unit_test(public_measures_have_series),
        cmocka_unit_test(everything_is_csv_too),        cmocka_unit_test(about_counts),
        cmocka_unit_test(bad_parameters_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
