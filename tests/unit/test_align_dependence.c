/* Dependence by hand, trade and dyad files of every layout, coverage, the way through the store. */
#include "test.h"

#include <math.h>

#include "../../src/align/align.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_states *states;
    ent_trade *trade;
    ent_facts facts;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f->ctx, NULL, &f->kit), ENT_OK);
    assert_int_equal(ent__states_new(f->ctx, f->kit, &f->states), ENT_OK);
    assert_int_equal(ent__trade_new(f->ctx, &f->trade), ENT_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__trade_free(f->trade);
    ent__facts_free(&f->facts);
    ent__states_free(f->states);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static ent_rc read_text(fixture *f, bool trade, const char *text, int32_t exporter)
{
    char path[] = "/tmp/test_dependence_XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    ent_rc rc = trade ? ent__trade_read(f->ctx, f->states, f->trade, path, exporter)
                      : ent__facts_read(f->ctx, &f->facts, path);
    unlink(path);
    return rc;
}

static void concentration_of_three_partners(void **state)
{
    (void)state;
    const double uneven[] = {60, 30, 10}, even[] = {5, 5, 5, 5}, one[] = {7};
    ent_concentration c = ent__concentration(uneven, 3);
    assert_float_equal(c.hhi, 0.46, 1e-12);
    assert_float_equal(c.normalised, 0.19, 1e-12);
    assert_float_equal(c.effective, 2.173913, 1e-6);
    assert_float_equal(c.hirschman, 67.82330, 1e-4);
    assert_float_equal(ent__concentration(even, 4).normalised, 0, 1e-12);
    c = ent__concentration(one, 1);
    assert_float_equal(c.hhi, 1, 1e-12);
    assert_true(isnan(c.normalised));
    assert_true(isnan(ent__concentration(one, 0).hhi));
    assert_float_equal(ent__exit_cost(10, 5, 100, 0.5, 0.5, 0.5), 0.0375, 1e-12);
}

static ent_rc gather(void *user, ent_str bytes)
{
    ent__buf_str(user, bytes);
    return ENT_OK;
}

static void who_needs_whom(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, true,
                               "ccode1,ccode2,year,flow1,flow2\n"
                               "2,365,2000,10,30\n2,200,2000,40,50\n200,365,2000,-9,20\n",
                               0),
                     ENT_OK);
    assert_int_equal(read_text(f, true, "ccode,year,imports,exports\n2,2000,50,80\n365,2000,50,10\n",
                               0), ENT_OK);
    assert_int_equal(read_text(f, true, "iso3,year,gdp\nUSA,2000,1000\nRUS,2000,100\n", 0), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    uint16_t unit = (uint16_t)ent__trade_name(f->trade, ENT_LIT("million USD"));
    ent_dyad_dependence r;
    ent__dependence(f->trade, 0, unit, 200000, 2, 365, &r);
    assert_float_equal(r.ij.imports, 10, 1e-12); /* flow1: imports of the first */
    assert_float_equal(r.ij.exports, 30, 1e-12);
    assert_float_equal(r.ij.import_share, 0.2, 1e-12);
    assert_float_equal(r.ij.trade_share, 40.0 / 130, 1e-12);
    assert_float_equal(r.ji.trade_share, 40.0 / 60, 1e-12);
    assert_float_equal(r.ij.dependence, 0.04, 1e-12);
    assert_float_equal(r.asymmetry, 0.04 - 0.4, 1e-12);
    assert_float_equal(r.ij.exit_cost[1], 0.01, 1e-12);
    assert_float_equal(r.leverage[0], 0.02 - 0.2, 1e-12);
    ent__dependence(f->trade, 0, unit, 199900, 2, 365, &r);
    assert_true(isnan(r.ij.imports) && isnan(r.ij.trade_share) && isnan(r.asymmetry));
}

/* Rows of `partners` states that sell to and buy from the United States, no total with the world. */
static void shares_of(fixture *f, size_t partners, ent_dyad_dependence *out)
{
    static const int codes[] = {365, 20, 40, 41, 42, 51, 52, 70, 90, 91, 92, 93, 94, 95, 100, 101,
                                110, 115, 130, 135, 140, 145, 150, 155, 160, 165, 200, 205, 210, 211};
    char text[2048];
    int n = snprintf(text, sizeof text, "ccode1,ccode2,year,flow1,flow2\n");
    for (size_t i = 0; i < partners; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n, "2,%d,2001,10,10\n", codes[i]);
    }
    assert_int_equal(read_text(f, true, text, 0), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    uint16_t unit = (uint16_t)ent__trade_name(f->trade, ENT_LIT("million USD"));
    ent__dependence(f->trade, 0, unit, 200100, 2, 365, out);
}

static void a_few_partners_are_no_total(void **state)
{
    fixture *f = *state;
    ent_dyad_dependence r;
    shares_of(f, 29, &r);
    assert_float_equal(r.ij.imports, 10, 0);
    assert_true(isnan(r.ij.import_share) && isnan(r.ij.trade_share));
    assert_true(isnan(r.ij.import_partners_hhi) && isnan(r.ij.hirschman));
    assert_true(isnan(r.ij.years_to_replace));
    assert_true(isnan(r.ji.trade_share) && isnan(r.salience));
}

static void thirty_partners_are_a_total(void **state)
{
    fixture *f = *state;
    ent_dyad_dependence r;
    shares_of(f, 30, &r);
    assert_float_equal(r.ij.trade_share, 1.0 / 30, 1e-12);
    assert_float_equal(r.ij.import_partners_hhi, 1.0 / 30, 1e-12);
    assert_true(isnan(r.ji.trade_share)); /* of Russia one partner is known */
}

static void monthly_goods_and_single_exporter(void **state)
{
    fixture *f = *state;
    const char *text = "importer,date,commodity,eur\nChina,2021-11,oil,5\nChina,2021-12,oil,7\n"
                       "India,2021-12,oil,3\nNowhere,2021-12,oil,3\n";
    assert_int_equal(read_text(f, true, text, 0), ENT_EINPUT);
    assert_int_equal(read_text(f, true, text, 365), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    assert_int_equal(f->trade->unknown, 1);
    uint16_t oil = (uint16_t)ent__trade_name(f->trade, ENT_LIT("oil"));
    uint16_t eur = (uint16_t)ent__trade_name(f->trade, ENT_LIT("eur"));
    assert_float_equal(ent__trade_flow(f->trade, oil, eur, 202100, 365, 710), 12, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, oil, eur, 202112, 365, 710), 7, 1e-12);
    assert_true(isnan(ent__trade_flow(f->trade, oil, eur, 202200, 365, 710)));
    ent_dyad_dependence r;
    ent__dependence(f->trade, oil, eur, 202100, 710, 365, &r);
    assert_true(isnan(r.ij.import_share)); /* the file tells of one seller only */
    assert_float_equal(r.ji.export_share, 0.8, 1e-12);
}

static void who_buys_most_in_money_and_in_tonnes(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, true, "importer,date,commodity,eur,tonne\n"
                                        "CHN,2021-01,oil,60,10\nIND,2021-01,oil,30,20\n"
                                        "CHN,2021-02,oil,40,5\nDEU,2021-02,oil,70,\n", 365),
                     ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    uint16_t oil = (uint16_t)ent__trade_name(f->trade, ENT_LIT("oil"));
    uint16_t eur = (uint16_t)ent__trade_name(f->trade, ENT_LIT("eur"));
    uint16_t tonne = (uint16_t)ent__trade_name(f->trade, ENT_LIT("tonne"));
    ent_partner *list;
    size_t count;
    assert_int_equal(ent__trade_partners(f->ctx, f->trade, oil, eur, 202100, 365, true, &list,
                                         &count), ENT_OK);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].ccode, 710);
    assert_float_equal(list[0].share, 0.5, 1e-12);
    assert_int_equal(list[1].ccode, 255);
    free(list);
    assert_int_equal(ent__trade_partners(f->ctx, f->trade, oil, tonne, 202100, 365, true, &list,
                                         &count), ENT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].ccode, 750); /* a price is not a volume */
    free(list);
    assert_int_equal(ent__trade_months(f->trade, oil, eur, 2021, 365, 710), 2);
    assert_int_equal(ent__trade_months(f->trade, oil, eur, 2021, 255, 365), 1);
}

/* GDP is in million dollars; flows in other units are not set against it. */
static void units_of_trade_and_gdp_fit_or_there_is_no_ratio(void **state)
{
    fixture *f = *state;
    static const char *const units[] = {"million USD", "thousand USD", "USD", "eur"};
    static const double flows[] = {50, 50000, 50000000, 50};
    for (size_t i = 0; i < 4; i++) {
        ent_flow flow = {.exporter = 365, .importer = 2, .period = 200000, .by_importer = true,
                         .value = flows[i]};
        assert_int_equal(ent__trade_add(f->ctx, f->trade, ENT_LIT(""), ent__str(units[i]), flow),
                         ENT_OK);
    }
    assert_int_equal(ent__trade_add_gdp(f->ctx, f->trade, 2, 2000, 1000), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    for (size_t i = 0; i < 4; i++) {
        ent_dyad_dependence d;
        uint16_t unit = (uint16_t)ent__trade_name(f->trade, ent__str(units[i]));
        ent__dependence(f->trade, 0, unit, 200000, 2, 365, &d);
        if (i < 3) {
            assert_float_equal(d.ij.dependence, 0.05, 1e-12);
            assert_float_equal(d.ij.exit_cost[0], 0.025, 1e-12);
        } else {
            assert_true(isnan(d.ij.dependence) && isnan(d.ij.exit_cost[0]));
        }
    }
}

static void other_layouts(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, true, "country_code,country_iso3\n842,USA\n643,RUS\n", 0), ENT_OK);
    assert_int_equal(read_text(f, true, "t,i,j,k,v,q\n2022,643,842,010121,5,NA\n"
                                        "2022,643,842,270900,7,1\n2022,643,999,1,1,1\n", 0),
                     ENT_OK);
    assert_int_equal(read_text(f, true, "refYear,reporterISO,partnerISO,flowCode,primaryValue\n"
                                        "2023,USA,RUS,M,9\n2023,USA,RUS,X,4\n2023,USA,RUS,RX,1\n", 0),
                     ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    uint16_t thousand = (uint16_t)ent__trade_name(f->trade, ENT_LIT("thousand USD"));
    uint16_t dollars = (uint16_t)ent__trade_name(f->trade, ENT_LIT("USD"));
    assert_float_equal(ent__trade_flow(f->trade, 0, thousand, 202200, 365, 2), 12, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, dollars, 202300, 365, 2), 9, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, dollars, 202300, 2, 365), 4, 1e-12);
    assert_int_equal(read_text(f, true, "apples\n1\n", 0), ENT_EINPUT);
}

static void tables_of_the_fund(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read_text(f, true,
                  "Country Name,Country Code,Indicator Name,Indicator Code,Counterpart Country Name,"
                  "Counterpart Country Code,Attribute,2019,2020,2020M1,2020Q1\n"
                  "United States,111,\"Goods, Value of Exports, Free on board (FOB), US Dollars\","
                  "TXG_FOB_USD,\"Korea, Rep. of\",542,Value,5,6,0.5,1.5\n"
                  "United States,111,x,TMG_CIF_USD,\"China, P.R.: Mainland\",924,Value,,7,,\n"
                  "United States,111,x,TMG_FOB_USD,\"China, P.R.: Mainland\",924,Value,,6,,\n"
                  "United States,111,x,TMG_CIF_USD,World,001,Value,9,,,\n"
                  "United States,111,x,TMG_CIF_USD,World,001,Status,E,,,\n"
                  "Euro Area,163,x,TMG_CIF_USD,World,001,Value,9,,,\n", 0),
        ENT_OK);
    assert_int_equal(f->trade->unknown, 1);
    assert_int_equal(
        read_text(f, true, "DATAFLOW,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,"
                           "OBS_VALUE,SCALE\nIMTS,USA,XG_FOB_USD,G001,M,2024-M01,12.5,Millions\n"
                           "IMTS,USA,MG_CIF_USD,RUS,A,2023,3,6\nIMTS,USA,TBG_USD,RUS,A,2023,3,6\n"
                           "IMTS,USA,MG_CIF_USD,RUS,Q,2023-Q1,1,6\n", 0),
        ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    uint16_t own = (uint16_t)ent__trade_name(f->trade, ENT_LIT("USD, scale of the file"));
    uint16_t usd = (uint16_t)ent__trade_name(f->trade, ENT_LIT("USD"));
    assert_float_equal(ent__trade_flow(f->trade, 0, own, 201900, 2, 732), 5, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, own, 202000, 2, 732), 6, 1e-12); /* not + 0.5 */
    assert_float_equal(ent__trade_flow(f->trade, 0, own, 202001, 2, 732), 0.5, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, own, 202000, 710, 2), 7, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, own, 201900, 0, 2), 9, 1e-12);
    assert_float_equal(ent__trade_flow(f->trade, 0, usd, 202401, 2, 0), 12.5e6, 1e-3);
    assert_float_equal(ent__trade_flow(f->trade, 0, usd, 202300, 365, 2), 3e6, 1e-3);
    assert_int_equal(read_text(f, true, "COUNTRY,COUNTERPART_COUNTRY,TIME_PERIOD,OBS_VALUE\n", 0),
                     ENT_EINPUT);
}

static void facts_and_trade_come_out_again(void **state)
{
    fixture *f = *state;
    static const char *const facts[][2] = {
        {"alliances", "ccode1,ccode2,year,defense,offense,neutral,nonagg,consul\n2,200,1980,1,0,0,0,1\n"},
        {"capabilities", "iso3,ccode,year,cinc\nUSA,2,1980,0.25\n"},
        {"disputes", "ccode1,ccode2,year,hostlev\n2,365,1980,4\n365,2,1980,4\n"},
        {"wars", "ccode1,ccode2,year,warnum\n2,365,1981,1\n365,2,1981,1\n"},
        {"organisations", "ccode1,ccode2,year,dyadigos\n2,200,1980,50\n200,2,1980,50\n"}};
    const char *trade = "exporter,importer,exporter_iso3,importer_iso3,date,commodity,unit,value,"
                        "reported_by\n2,0,USA,,2020,,USD,5,exporter\n"
                        "2,365,USA,RUS,2020-03,oil,tonne,0.1,importer\n";
    ent_buf out = {0};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(read_text(f, false, facts[i][1], 0), ENT_OK);
    }
    ent__facts_finish(&f->facts);
    for (size_t i = 0; i < 5; i++) {
        out.n = 0;
        assert_int_equal(ent__facts_export(f->ctx, f->states, &f->facts, facts[i][0], "csv", gather,
                                           &out),
                         ENT_OK);
        assert_string_equal(out.p, facts[i][1]);
    }
    assert_int_equal(read_text(f, true, trade, 0), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    out.n = 0;
    assert_int_equal(ent__trade_export(f->ctx, f->states, f->trade, "trade", "csv", gather, &out),
                     ENT_OK);
    assert_string_equal(out.p, trade);
    assert_int_equal(ent__facts_export(f->ctx, f->states, &f->facts, "apples", "csv", gather, &out),
                     ENT_EUSAGE);
    ent__buf_free(&out);
}

static void outside_of_coverage_is_no_data(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, false, "ccode1,ccode2,year,defense,offense,neutral,nonagg,consul\n"
                                         "2,200,1950,1,0,0,0,1\n2,20,2018,1,0,0,0,0\n", 0),
                     ENT_OK);
    assert_int_equal(read_text(f, false, "ccode,year,milex,cinc\n2,1950,-9,0.3\n2,1951,1,-9\n", 0),
                     ENT_OK);
    assert_int_equal(read_text(f, false, "dispnum,ccode1,ccode2,year,hostlev\n1,2,365,1962,4\n"
                                         "2,2,365,1962,5\n", 0),
                     ENT_OK);
    ent__facts_finish(&f->facts);
    assert_float_equal(ent__facts_at(&f->facts, ENT_FACT_ALLIANCE, 2, 200, 1950),
                       (double)(ENT_PACT_DEFENSE + ENT_PACT_CONSULTATION), 0);
    assert_float_equal(ent__facts_at(&f->facts, ENT_FACT_ALLIANCE, 200, 2, 1950), 0, 0);
    assert_float_equal(ent__facts_at(&f->facts, ENT_FACT_ALLIANCE, 2, 200, 1960), 0, 0);
    assert_true(isnan(ent__facts_at(&f->facts, ENT_FACT_ALLIANCE, 2, 200, 2019)));
    assert_true(isnan(ent__facts_at(&f->facts, ENT_FACT_ORGANISATIONS, 2, 200, 1950)));
    assert_float_equal(ent__facts_at(&f->facts, ENT_FACT_CAPABILITY, 2, 0, 1950), 0.3, 1e-6);
    assert_true(isnan(ent__facts_at(&f->facts, ENT_FACT_CAPABILITY, 2, 0, 1951)));
    assert_float_equal(ent__facts_at(&f->facts, ENT_FACT_DISPUTE, 365, 2, 1962), 5, 0);
    char words[80];
    ent__pact_text(ENT_PACT_DEFENSE | ENT_PACT_CONSULTATION, words);
    assert_string_equal(words, "defense, consultation");
}

static void through_the_store(void **state)
{
    fixture *f = *state;
    char path[] = "/tmp/test_store_XXXXXX";
    close(mkstemp(path));
    unlink(path);
    ent_store *store;
    assert_int_equal(ent__store_open(f->ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    assert_int_equal(read_text(f, true, "ccode1,ccode2,year,flow1,flow2\n2,365,2000,10,30\n", 0),
                     ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, f->trade), ENT_OK);
    assert_int_equal(ent__trade_to_store(f->ctx, f->trade, store), ENT_OK);
    ent_trade *back;
    assert_int_equal(ent__trade_new(f->ctx, &back), ENT_OK);
    assert_int_equal(ent__trade_from_store(f->ctx, back, store), ENT_OK);
    assert_int_equal(ent__trade_finish(f->ctx, back), ENT_OK);
    uint16_t unit = (uint16_t)ent__trade_name(back, ENT_LIT("million USD"));
    assert_float_equal(ent__trade_flow(back, 0, unit, 200000, 365, 2), 10, 0);
    ent__trade_free(back);
    ent_votes *votes;
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
    char file[] = "/tmp/test_votes_XXXXXX";
    FILE *out = fdopen(mkstemp(file), "w");
    fputs("rcid,ccode,vote,session,date,unres\n5,2,Y,60,2005-11-01,R/60/7\n"
          "5,365,A,60,2005-11-01,R/60/7\n", out);
    fclose(out);
    assert_int_equal(ent__votes_read(f->ctx, votes, file), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
    assert_int_equal(ent__votes_to_store(f->ctx, votes, store), ENT_OK);
    ent__votes_free(votes);
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
    assert_int_equal(ent__votes_from_store(f->ctx, votes, store), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, votes, file), ENT_OK);
    assert_int_equal(votes->sources[1].doubled, 2);
    assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
    assert_int_equal(votes->roll_call_count, 1);
    assert_string_equal(votes->roll_calls[0].symbol.p, "60/7");
    assert_int_equal(ent__votes_at(votes, 0, (size_t)ent__votes_voter(votes, 365)),
                     ENT_VOTE_ABSTAIN);
    ent__votes_free(votes);
    unlink(file);
    ent__store_close(store);
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(concentration_of_three_partners), TEST(who_needs_whom),
        TEST(who_buys_most_in_money_and_in_tonnes),
        TEST(units_of_trade_and_gdp_fit_or_there_is_no_ratio),
        TEST(a_few_partners_are_no_total), TEST(thirty_partners_are_a_total),
        TEST(monthly_goods_and_single_exporter), TEST(other_layouts),
        TEST(tables_of_the_fund), TEST(facts_and_trade_come_out_again),
        TEST(outside_of_coverage_is_no_data), TEST(through_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
