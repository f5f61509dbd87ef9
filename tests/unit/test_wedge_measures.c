/* Ties through time: files, blending, joining, one period as a table, shifts of the blend's weights. */
#include <math.h>

#include "../../src/wedge/wedge.h"
#include "test.h"

static ent_ctx *ctx;
static ent_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = ent__arena_new();
    return ent_ctx_new(&ctx) != ENT_OK || arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}

static ent_rc history_of(const char *text, ent__tie_history *out)
{
    char path[] = "/tmp/ent-history-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    ent_rc rc = ent__tie_history_read(ctx, arena, path, out);
    unlink(path);
    return rc;
}

static const char two_measures[] = "period,a,b,value,error,measure\n"
                                   "2001,NOR,SWE,4,2,events\n"
                                   "2000,SWE,NOR,3,1,events\n"
                                   "2002,NOR,SWE,8,1,events\n"
                                   "2001,NOR,SWE,-0.5,0.1,votes\n"
                                   "2001,NOR,DEN,0.5,0.1,votes\n";

static void periods_are_sorted_and_blended(void **state)
{
    (void)state;
    ent__tie_history h;
    ent__ties ties;
    assert_int_equal(history_of(two_measures, &h), ENT_OK);
    assert_int_equal(h.period_count, 3);
    assert_string_equal(h.periods[0].p, "2000");
    double events = sqrt((16 + 9 + 64) / 3.0), votes = 0.5;
    assert_float_equal(h.measures[0].scale, events, 1e-12);
    assert_float_equal(h.measures[1].scale, votes, 1e-12);
    h.measures[1].weight = 3;
    assert_int_equal(ent__tie_history_at(ctx, arena, &h, 1, SIZE_MAX, &ties), ENT_OK);
    size_t nor = (size_t)ent__ties_state(&ties, "NOR"), swe = (size_t)ent__ties_state(&ties, "SWE");
    size_t cell = nor * ties.n + swe;
    assert_float_equal(ties.mean[cell], (4 / events + 3 * -0.5 / votes) / 4, 1e-12);
    assert_float_equal(ties.error[cell], hypot(2 / events, 3 * 0.1 / votes) / 4, 1e-12);
    assert_int_equal(ent__tie_history_at(ctx, arena, &h, 1, 0, &ties), ENT_OK); /* events alone */
    assert_float_equal(ties.mean[cell], 4 / events, 1e-12);
    assert_int_equal(ties.given[nor * ties.n + (size_t)ent__ties_state(&ties, "DEN")], 0);
}

static void a_period_becomes_a_table_with_yearly_moves(void **state)
{
    (void)state;
    ent__tie_history h;
    ent__tie_table table;
    const double sizes[3] = {1, 2, 3};
    assert_int_equal(history_of(two_measures, &h), ENT_OK);
    assert_int_equal(ent__tie_history_table(ctx, arena, &h, 2, sizes, &table), ENT_OK);
    assert_int_equal(table.row_count, 1);
    assert_float_equal(table.rows[0].value, 8, 0);
    assert_float_equal(table.rows[0].move, (1 + 4) / 2.0, 1e-12); /* median of |4-3| and |8-4| */
}

static void histories_join_and_doubles_are_refused(void **state)
{
    (void)state;
    ent__tie_history parts[2], joined;
    assert_int_equal(history_of(two_measures, &parts[0]), ENT_OK);
    assert_int_equal(history_of("year,source,target,tie,measure\n1999,SWE,DEN,1,treaties\n"
                                "2001,DEN,NOR,1,treaties\n",
                                &parts[1]),
                     ENT_OK);
    assert_int_equal(ent__tie_history_join(ctx, arena, parts, 2, &joined), ENT_OK);
    assert_int_equal(joined.period_count, 4);
    assert_string_equal(joined.periods[0].p, "1999");
    assert_int_equal(joined.state_count, 3);
    assert_int_equal(joined.measure_count, 3);
    assert_int_equal(joined.row_count, 7);
    ent__ties ties;
    assert_int_equal(ent__tie_history_at(ctx, arena, &joined, 2, 2, &ties), ENT_OK);
    size_t cell = (size_t)ent__ties_state(&ties, "DEN") * ties.n +
                  (size_t)ent__ties_state(&ties, "NOR");
    assert_float_equal(ties.mean[cell], 1, 1e-12);
    parts[1] = parts[0];
    assert_int_equal(ent__tie_history_join(ctx, arena, parts, 2, &joined), ENT_EINPUT);
}

static void bad_histories_are_named(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"period,a,value\n2001,NOR,1\n", "found no b"},
        {"period,a,b,value\n2001,NOR,NOR,1\n", "two different states"},
        {"period,a,b,value\n2001,NOR,SWE,x\n", "\"x\""},
        {"period,a,b,value\n2001,NOR,SWE,1\n2001,SWE,NOR,2\n", "again"},
        {"period,a,b,value\n", "found none"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ent__tie_history h;
        assert_int_equal(history_of(bad[i][0], &h), ENT_EINPUT);
        assert_non_null(strstr(ent_ctx_error(ctx), bad[i][1]));
    }
}

static void public_treaties_and_disputes(void **state)
{
    (void)state;
    ent_kit *kit;
    ent_states *codes;
    assert_int_equal(ent_kit_open(ctx, NULL, &kit), ENT_OK);
    assert_int_equal(ent__states_new(ctx, kit, &codes), ENT_OK);
    int32_t usa = ent__states_ccode(codes, ENT_LIT("USA"), (ent_date){0});
    int32_t gbr = ent__states_ccode(codes, ENT_LIT("GBR"), (ent_date){0});
    ent_fact rows[3] = {
        {usa, gbr, 1980, ENT_FACT_ALLIANCE, ENT_PACT_CONSULTATION | ENT_PACT_NONAGGRESSION},
        {usa, gbr, 1981, ENT_FACT_ALLIANCE, ENT_PACT_DEFENSE},
        {usa, gbr, 1981, ENT_FACT_DISPUTE, 4},
    };
    ent_facts facts = {.rows = rows, .count = 3};
    facts.first_year[ENT_FACT_ALLIANCE] = facts.first_year[ENT_FACT_DISPUTE] = 1980;
    facts.last_year[ENT_FACT_ALLIANCE] = facts.last_year[ENT_FACT_DISPUTE] = 1981;
    const ent__public_data data = {codes, NULL, &facts, NULL, 0, 0};
    const char *const states[2] = {"USA", "GBR"};
    ent__tie_history h;
    assert_int_equal(ent__tie_history_public(ctx, arena, &data, states, 2, &h), ENT_OK);
    assert_int_equal(h.period_count, 2);
    double treaty[2] = {NAN, NAN}, dispute[2] = {NAN, NAN};
    for (size_t i = 0; i < h.row_count; i++) {
        const ent__period_tie *t = &h.rows[i];
        bool treaties = ent__str_eqz(h.measures[t->measure].name, "treaties");
        (treaties ? treaty : dispute)[t->period] = t->value;
    }
    assert_float_equal(treaty[0], 0.5, 0);
    assert_float_equal(treaty[1], 1, 0);
    assert_float_equal(dispute[0], 0, 0);
    assert_float_equal(dispute[1], -0.8, 1e-12);
    ent__states_free(codes);
    ent_kit_free(kit);
}

static void trade_of_a_few_partners_is_no_tie(void **state)
{
    (void)state;
    ent_kit *kit;
    ent_states *codes;
    ent_trade *trade;
    assert_int_equal(ent_kit_open(ctx, NULL, &kit), ENT_OK);
    assert_int_equal(ent__states_new(ctx, kit, &codes), ENT_OK);
    assert_int_equal(ent__trade_new(ctx, &trade), ENT_OK);
    static const int32_t flows[][3] = {{2, 200, 1980}, {200, 2, 1980}, {2, 220, 1980},
                                       {220, 2, 1980}, {200, 220, 1980}, {220, 200, 1980}};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(ent__trade_add(ctx, trade, ENT_LIT(""), ENT_LIT("usd"),
                                        (ent_flow){.exporter = flows[i][0],
                                                   .importer = flows[i][1],
                                                   .period = flows[i][2] * 100,
                                                   .by_importer = true, .value = 5}),
                         ENT_OK);
    }
    assert_int_equal(ent__trade_finish(ctx, trade), ENT_OK);
    const ent__public_data data = {codes, NULL, NULL, trade, 0, 0};
    const char *const states[2] = {"USA", "GBR"};
    ent__tie_history h;
    assert_int_equal(ent__tie_history_public(ctx, arena, &data, states, 2, &h), ENT_OK);
    assert_int_equal(h.row_count, 0);
    ent__trade_free(trade);
    ent__states_free(codes);
    ent_kit_free(kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_sorted_and_blended),
        cmocka_unit_test(a_period_becomes_a_table_with_yearly_moves),
        cmocka_unit_test(histories_join_and_doubles_are_refused),
        cmocka_unit_test(bad_histories_are_named),
        cmocka_unit_test(public_treaties_and_disputes),
        cmocka_unit_test(trade_of_a_few_partners_is_no_tie),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
