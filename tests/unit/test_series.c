/* Dyad series: periods, coverage, duplicates rules, directions, intervals. */
#include <math.h>

#include "../../src/align/series.h"
#include "test.h"

static char folder[64], path[96];
static ent_ctx *ctx;
static ent_store *store;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/entente-series-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.db", folder);
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    return ent__store_open(ctx, path, ENT_STORE_WRITE, &store);
}

static int tear_down(void **state)
{
    (void)state;
    ent__store_close(store);
    ent_ctx_free(ctx);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void put(const char *source, const char *target, const char *date, const char *type, int quad,
                double goldstein)
{
    static int number;
    char external[24];
    snprintf(external, sizeof external, "%d", ++number);
    ent_date d;
    assert_true(ent__date_parse(ent__str(date), &d));
    ent_stored_actor a = {.code = ent__str(source)}, b = {.code = ent__str(target)};
    ent_stored_event event = {.dataset = ENT_LIT("gdelt"), .external = ent__str(external),
                              .date = ent__str(date), .day = ent__date_days(d),
                              .type = ent__str(type), .quad = quad, .goldstein = goldstein,
                              .score = NAN, .source = &a, .source_count = 1, .target = &b,
                              .target_count = 1, .mentions = 1, .tone = NAN, .latitude = NAN,
                              .longitude = NAN, .certainty = ENT_LIT("asserted")};
    assert_int_equal(ent__store_put_event(ctx, store, &event, NULL), ENT_OK);
}

static ent_series read_series(ent_series_options o)
{
    ent_series series;
    o.level = 0.95;
    o.seed = 1;
    assert_int_equal(ent__series_read(ctx, store, &o, &series), ENT_OK);
    return series;
}

static void periods_begin_where_they_should(void **state)
{
    (void)state;
    char label[16];
    int32_t day = ent__date_days((ent_date){2025, 2, 12}); /* a Wednesday */
    static const char *const labels[] = {"2025-02-12", "2025-02-10", "2025-02", "2025-Q1", "2025"};
    for (int by = 0; by < 5; by++) {
        int32_t start = ent__period_start((ent_by)by, day);
        ent__period_label((ent_by)by, start, label);
        assert_string_equal(label, labels[by]);
        assert_true(start <= day && ent__period_next((ent_by)by, start) > day);
        assert_int_equal(ent__period_start((ent_by)by, ent__period_next((ent_by)by, start)),
                         ent__period_next((ent_by)by, start));
    }
}

static void months_without_news_are_not_zero(void **state)
{
    (void)state;
    put("RED", "BLU", "2020-01-05", "CONSULT", 1, 1.0);
    put("RED", "BLU", "2020-01-06", "ASSAULT", 4, -9.0);
    put("GRN", "BLU", "2020-02-06", "AID", 2, 7.0);
    put("RED", "BLU", "2020-04-01", "AID", 2, 7.0);
    ent_series s = read_series((ent_series_options){
        .by = ENT_BY_MONTH, .dyad = {.source = "RED", .target = "BLU"}, .share = true});
    assert_int_equal(s.count, 4);
    assert_int_equal(s.points[0].count, 2);
    assert_int_equal(s.points[0].quad[1], 1);
    assert_int_equal(s.points[0].quad[4], 1);
    assert_true(s.points[0].net == -8.0 && s.points[0].goldstein == -4.0);
    assert_true(s.points[0].net_low < -8 && s.points[0].net_high > -8);
    assert_int_equal(s.points[0].covered_days, 2);
    /* February: others were in the news, so none is a zero, with what that leaves open */
    assert_int_equal(s.points[1].count, 0);
    assert_true(s.points[1].net == 0 && isnan(s.points[1].goldstein));
    assert_true(s.points[1].count_low == 0 && s.points[1].count_high > 2);
    /* March: nothing was seen at all */
    assert_int_equal(s.points[2].covered_days, 0);
    assert_true(isnan(s.points[2].net) && isnan(s.points[2].count_high));
    assert_true(s.points[3].share == 1);
    ent__series_free(&s);
}

static void directions_and_duplicates(void **state)
{
    (void)state;
    put("RED", "BLU", "2020-01-05", "CONSULT", 1, 1.0);
    put("BLU", "RED", "2020-01-05", "CONSULT", 1, 1.0); /* the same meeting from the other side */
    put("RED", "BLU", "2020-01-07", "ASSAULT", 4, -9.0);
    put("RED", "BLU", "2020-01-07", "ASSAULT", 4, -9.0); /* told twice */
    put("RED", "BLU", "2020-01-10", "ASSAULT", 4, -9.0); /* told again in the week */
    static const struct {
        ent_duplicates rule;
        bool undirected;
        int expected;
    } cases[] = {{ENT_DUPLICATES_ALL, false, 4},   {ENT_DUPLICATES_EVENT, false, 3},
                 {ENT_DUPLICATES_DAY, false, 3},   {ENT_DUPLICATES_SPELL, false, 2},
                 {ENT_DUPLICATES_ALL, true, 5},    {ENT_DUPLICATES_EVENT, true, 3},
                 {ENT_DUPLICATES_SPELL, true, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ent_series s = read_series((ent_series_options){
            .by = ENT_BY_YEAR, .duplicates = cases[i].rule,
            .dyad = {.source = "RED", .target = "BLU", .undirected = cases[i].undirected}});
        assert_int_equal(s.count, 1);
        assert_int_equal(s.points[0].count, cases[i].expected);
        /* however often merged, no telling is lost */
        assert_int_equal(s.points[0].mentions, cases[i].undirected ? 5 : 4);
        ent__series_free(&s);
    }
}

static void vague_dates_wait_for_their_period(void **state)
{
    (void)state;
    put("RED", "BLU", "2020-03-01", "AID", 2, 7.0);
    put("RED", "BLU", "2020-03", "CONSULT", 1, 1.0);
    put("RED", "BLU", "2020", "AID", 2, 7.0);
    static const int expected[] = {1, 1, 2, 2, 3};
    for (int by = 0; by < 5; by++) {
        ent_series s = read_series((ent_series_options){
            .by = (ent_by)by, .duplicates = ENT_DUPLICATES_ALL,
            .dyad = {.source = "RED", .target = "BLU"}});
        int64_t total = 0;
        for (size_t i = 0; i < s.count; i++) {
            total += s.points[i].count;
        }
        assert_int_equal(total, expected[by]);
        assert_int_equal(s.too_vague, 3 - expected[by]);
        ent__series_free(&s);
    }
}

static void intervals_are_those_of_tables(void **state)
{
    (void)state;
    double low, high;
    ent__interval_poisson(0, 0.95, &low, &high);
    assert_true(low == 0 && fabs(high - 2.511943) < 1e-5); /* half the 97.5 % point of chi squared, 1 df */
    ent__interval_poisson(10, 0.95, &low, &high);
    assert_true(fabs(low - 5.141450) < 1e-5 && fabs(high - 17.739442) < 1e-4);
    ent__interval_share(0, 10, 0.95, &low, &high);
    assert_true(low == 0 && fabs(high - 0.277533) < 1e-5);
    ent__interval_share(81, 263, 0.95, &low, &high); /* Newcombe 1998, table I */
    assert_true(fabs(low - 0.2553) < 1e-4 && fabs(high - 0.3662) < 1e-4);
}

/* In about 95 of 100 samples the interval of the mean must hold the truth. */
static void bootstrap_holds_what_it_says(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 11);
    int held = 0, held_many = 0;
    for (int round = 0; round < 400; round++) {
        double x[250];
        for (int i = 0; i < 250; i++) {
            x[i] = ent__rng_normal(&rng) * 3 + 1;
        }
        ent_value_intervals few, many;
        ent__interval_values(x, 40, 0.95, (uint64_t)round, &few);
        ent__interval_values(x, 250, 0.95, (uint64_t)round, &many);
        held += few.mean_low <= 1 && few.mean_high >= 1;
        held_many += many.mean_low <= 1 && many.mean_high >= 1;
    }
    assert_in_range(held, 360, 395);
    assert_in_range(held_many, 365, 395);
}

static ent_rc keep_row(void *user, const ent_dyad_period *row)
{
    char *out = user;
    sprintf(out + strlen(out), "%.*s-%.*s:%d:%.*s:%.*s:%d ", ENT_FMT(row->source.iso3),
            ENT_FMT(row->target.iso3), row->year, ENT_FMT(row->source.ccode),
            ENT_FMT(row->target.gwcode), (int)row->point->count);
    return ENT_OK;
}

static void dyads_carry_the_codes_of_their_day(void **state)
{
    (void)state;
    ent_kit *kit;
    if (ent_kit_open(ctx, NULL, &kit) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(ctx));
    }
    put("USA", "DEU", "1980-05-01", "AID", 2, 7.0);
    put("USA", "DEU", "2000-05-01", "AID", 2, 7.0);
    put("DEU", "USA", "2000-06-01", "CONSULT", 1, 1.0);
    char rows[512] = "";
    ent_series_options o = {.by = ENT_BY_YEAR, .level = 0.95};
    assert_int_equal(ent__series_dyads(ctx, store, kit, &o, &(ent_store_filter){.actor = "USA"},
                                       keep_row, rows), ENT_OK);
    assert_string_equal(rows, "USA-DEU:1980:2:260:1 USA-DEU:2000:2:260:1 ");
    rows[0] = '\0';
    o.dyad.undirected = true;
    assert_int_equal(ent__series_dyads(ctx, store, kit, &o, &(ent_store_filter){0}, keep_row, rows),
                     ENT_OK);
    assert_string_equal(rows, "DEU-USA:1980:260:2:1 DEU-USA:2000:255:2:2 ");
    ent_kit_free(kit);
}

static void charts_are_whole_and_escaped(void **state)
{
    (void)state;
    ent_chart_point points[] = {{1, 1, 0, 2, true}, {2, NAN, NAN, NAN, false}, {3, 2, NAN, NAN, true}};
    ent_chart chart = {.title = "a < b & c", .subtitle = "", .unit = "", .source = "",
                       .points = points, .count = 3, .zero_line = NAN};
    ent_buf out = {0};
    ent__chart_svg(&out, &chart);
    assert_false(out.failed);
    assert_non_null(strstr(out.p, "a &lt; b &amp; c"));
    assert_non_null(strstr(out.p, "no news in the store"));
    assert_null(strstr(out.p, "nan"));
    out.n = 0;
    chart.count = 0;
    ent__chart_svg(&out, &chart);
    assert_non_null(strstr(out.p, "</svg>"));
    assert_null(strstr(out.p, "nan"));
    ent__buf_free(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_begin_where_they_should),
        TEST(months_without_news_are_not_zero), TEST(directions_and_duplicates),
        TEST(vague_dates_wait_for_their_period), cmocka_unit_test(intervals_are_those_of_tables),
        cmocka_unit_test(bootstrap_holds_what_it_says), TEST(dyads_carry_the_codes_of_their_day),
        TEST(charts_are_whole_and_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
