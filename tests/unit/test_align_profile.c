/* The page of a dyad: words for gaps and for nothing, plain scales, names of states at a date. */
#include "test.h"

#include <math.h>

#include "../../src/align/align.h"

static void a_state_has_its_number_of_the_year(void **state)
{
    (void)state;
    ent_ctx *ctx;
    ent_kit *kit;
    ent_states *states;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    assert_int_equal(ent_kit_open(ctx, NULL, &kit), ENT_OK);
    assert_int_equal(ent__states_new(ctx, kit, &states), ENT_OK);
    assert_int_equal(ent__states_in_year(states, 255, 1925), 255);
    assert_int_equal(ent__states_in_year(states, 255, 1947), 0);
    assert_int_equal(ent__states_in_year(states, 255, 1970), 260);
    assert_int_equal(ent__states_in_year(states, 255, 1990), 255);
    assert_int_equal(ent__states_in_year(states, 369, 1950), 0); /* Ukraine */
    assert_int_equal(ent__states_in_year(states, 369, 1991), 369);
    assert_int_equal(ent__states_in_year(states, 710, 1960), 710); /* never who held its seat */
    assert_int_equal(ent__states_in_year(states, 999, 1960), 999); /* of no table: taken as given */
    ent__states_free(states);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
}

static size_t times(const char *text, const char *words)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++) {
        n++;
    }
    return n;
}

static void gaps_and_nothing_are_said_in_words(void **state)
{
    (void)state;
    enum { YEARS = 20 };
    double pacts[YEARS], back[YEARS], score[YEARS], low[YEARS], high[YEARS];
    static const char *const bits[] = {"defense", "neutrality", NULL};
    for (int i = 0; i < YEARS; i++) {
        pacts[i] = i < 10 ? 0 : NAN; /* known, and nothing there; then not known */
        back[i] = pacts[i];
        score[i] = i < 5 ? NAN : 0.7 + 0.01 * i;
        low[i] = score[i] - 0.05;
        high[i] = score[i] + 0.05;
    }
    const ent_panel panels[] = {
        {.kind = ENT_PANEL_SPANS, .title = "Treaties", .unit = "", .source = "invented <treaties>",
         .names = {"A to B", "B to A"}, .values = {pacts, back}, .bits = bits},
        {.kind = ENT_PANEL_LINES, .title = "Agreement", .unit = "share", .source = "invented",
         .names = {"A with B", NULL}, .values = {score, NULL}, .low = {low, NULL},
         .high = {high, NULL}, .share = true}};
    ent_buf svg = {0};
    ent__profile_svg(&svg, "A & B", "invented", 2001, 2020, panels, 2);
    assert_non_null(strstr(svg.p, "A &amp; B"));
    assert_non_null(strstr(svg.p, "invented &lt;treaties&gt;"));
    assert_non_null(strstr(svg.p, "none, 2001 to 2010"));
    assert_null(strstr(svg.p, "neutrality")); /* a row for what occurs alone */
    assert_int_equal(times(svg.p, ">no data<"), 2);
    assert_non_null(strstr(svg.p, "2011 to 2020: no data"));
    assert_non_null(strstr(svg.p, "2001 to 2005: no data"));
    assert_int_equal(times(svg.p, ">0.5<"), 1); /* 0, 0.5, 1 */
    assert_int_equal(times(svg.p, ">2010<"), 2); /* the years above and below */
    pacts[3] = 1;
    svg.n = 0;
    ent__profile_svg(&svg, "A & B", "invented", 2001, 2020, panels, 2);
    assert_non_null(strstr(svg.p, ">defense<"));
    assert_null(strstr(svg.p, "none, "));
    ent__buf_free(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_has_its_number_of_the_year),
        cmocka_unit_test(gaps_and_nothing_are_said_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
