/* Analogues: distances, lower bounds, the COPDAB reference, no peeking, scores. */
#include <math.h>

#include "../../src/wedge/wedge.h"
#include "test.h"

#define COPDAB ENT_SHARED "data/signed/series/copdab_us_ussr_monthly.csv"

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

static void warping(void **state)
{
    (void)state;
    const double x[5] = {0, 1, 2, 3, 3}, y[5] = {0, 0, 1, 2, 3};
    assert_float_equal(ent__warped(x, y, 1, 5, 5, INFINITY), 0, 0);
    assert_float_equal(ent__warped(x, x, 1, 5, 2, INFINITY), 0, 0);
    assert_true(ent__euclidean(x, y, 1, 5) > 0);
    assert_float_equal(ent__warped(x, y, 1, 5, 0, INFINITY), ent__euclidean(x, y, 1, 5), 1e-12);
    assert_true(isinf(ent__warped(x, y, 1, 5, 0, 0.5)));
}

static void bounds_never_exceed_the_distance(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 2);
    for (int round = 0; round < 2000; round++) {
        size_t length = 2 + ent__rng_below(&rng, 14), band = ent__rng_below(&rng, 6);
        double x[64], y[64], low[64], high[64];
        for (size_t i = 0; i < 3 * length; i++) {
            x[i] = ent__rng_normal(&rng);
            y[i] = ent__rng_normal(&rng);
        }
        for (size_t s = 0; s < 3; s++) {
            for (size_t i = 0; i < length; i++) {
                low[s * length + i] = INFINITY;
                high[s * length + i] = -INFINITY;
                for (size_t j = i > band ? i - band : 0; j <= i + band && j < length; j++) {
                    low[s * length + i] = fmin(low[s * length + i], x[s * length + j]);
                    high[s * length + i] = fmax(high[s * length + i], x[s * length + j]);
                }
            }
        }
        double d = ent__warped(x, y, 3, length, band, INFINITY);
        assert_true(ent__warped_bound(low, high, y, 3, length) <= d + 1e-12);
        assert_true(d <= ent__euclidean(x, y, 3, length) + 1e-12);
    }
}

static void reference_search(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        double distance;
    } known[2][5] = {{{"7501", 3.67485},
                      {"6403", 4.01098},
                      {"5212", 4.48983},
                      {"5112", 4.73338},
                      {"6506", 4.83007}},
                     {{"7501", 3.59518},
                      {"6403", 3.87192},
                      {"6506", 3.93834},
                      {"4809", 3.94840},
                      {"5502", 3.98973}}};
    skip_unless_shared(COPDAB);
    ent__panel panel;
    assert_int_equal(ent__panel_read(ctx, arena, COPDAB, &panel), ENT_OK);
    size_t start = (size_t)ent__panel_period(&panel, ENT_LIT("7201"));
    for (int warped = 0; warped < 2; warped++) {
        ent__analogue_question q = {.panels = &panel,
                                    .panel_count = 1,
                                    .length = 12,
                                    .horizon = 12,
                                    .warped = warped,
                                    .band = 2,
                                    .peek = true,
                                    .top = 5};
        ent__analogues found;
        assert_int_equal(ent__analogues_find(ctx, arena, &q, 0, start, &found), ENT_OK);
        assert_int_equal(found.count, 5);
        for (size_t i = 0; i < 5; i++) {
            assert_string_equal(panel.labels[found.list[i].start].p, known[warped][i].label);
            assert_float_equal(found.list[i].distance, known[warped][i].distance, 5.1e-6);
        }
        q.peek = false; /* nothing whose outcome was not known by the end of the query */
        assert_int_equal(ent__analogues_find(ctx, arena, &q, 0, start, &found), ENT_OK);
        for (size_t i = 0; i < found.count; i++) {
            assert_true(found.list[i].start + 12 + 12 <= start + 12);
            assert_true(found.list[i].has_outcome);
        }
    }
}

/* Pruned search and plain sorting of all distances give the same windows. */
static void pruning_loses_nothing(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 8);
    double value[2][300];
    ent_str labels[300], names[2] = {ENT_LIT("a"), ENT_LIT("b")};
    for (int t = 0; t < 300; t++) {
        labels[t] = ent__arena_printf(arena, "%04d", t);
        for (int s = 0; s < 2; s++) {
            value[s][t] = (t > 0 ? 0.8 * value[s][t - 1] : 0) + ent__rng_normal(&rng);
        }
    }
    ent__panel panel = {2, 300, names, labels, &value[0][0]};
    for (size_t start = 100; start < 280; start += 20) {
        ent__analogue_question q = {.panels = &panel,
                                    .panel_count = 1,
                                    .length = 8,
                                    .horizon = 4,
                                    .warped = true,
                                    .band = 2,
                                    .peek = true,
                                    .top = 4,
                                    .normalisation = ENT__LEVEL};
        ent__analogues few, all;
        assert_int_equal(ent__analogues_find(ctx, arena, &q, 0, start, &few), ENT_OK);
        q.top = 200; /* no pruning is possible */
        assert_int_equal(ent__analogues_find(ctx, arena, &q, 0, start, &all), ENT_OK);
        assert_int_equal(few.count, 4);
        assert_true(few.exact < all.exact);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(few.list[i].start, all.list[i].start);
            assert_float_equal(few.list[i].distance, all.list[i].distance, 1e-12);
            assert_float_equal(few.list[i].percentile, all.list[i].percentile, 1e-12);
        }
    }
}

static void scores(void **state)
{
    (void)state;
    const double ensemble[3] = {1, 2, 4}, ladder[3] = {0.2, 0.5, 0.3};
    const size_t bins[3] = {2, 0, 1};
    assert_float_equal(ent__score_crps(ensemble, NULL, 3, 3), 0.666667, 5e-7);
    assert_float_equal(ent__score_crps_fair(ensemble, 3, 3), 4.0 / 3 - 1.0, 1e-12);
    assert_float_equal(ent__score_crps_normal(0, 1, 0), 0.233695, 5e-7);
    assert_float_equal(ent__score_brier(0.8, true), 0.04, 1e-12);
    assert_float_equal(ent__score_log(0.8, true), 0.223144, 5e-7);
    assert_float_equal(ent__score_log(0, true), -log(1e-6), 1e-12);
    assert_float_equal(ent__score_interval(1, 3, 0.1, 4), 22, 1e-12);
    assert_float_equal(ent__score_ranked(ladder, 3, 1), 0.04 + 0.09, 1e-12);
    assert_float_equal(ent__score_ignorance(bins, 3, 0), 1, 1e-12);
}

/* A periodic series is forecast well, white noise no better than its climate. */
static void scoring_tells_signal_from_noise(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 4);
    double wave[360], noise[360];
    ent_str labels[360], names[1] = {ENT_LIT("a")};
    for (int t = 0; t < 360; t++) {
        labels[t] = ent__arena_printf(arena, "%04d", t);
        wave[t] = sin(t / 5.0) + 0.1 * ent__rng_normal(&rng);
        noise[t] = ent__rng_normal(&rng);
    }
    ent__panel panel = {1, 360, names, labels, wave};
    ent__analogue_question q = {.panels = &panel,
                                .panel_count = 1,
                                .length = 12,
                                .horizon = 6,
                                .warped = true,
                                .band = 2,
                                .top = 10,
                                .normalisation = ENT__LEVEL};
    ent__forecast_score score;
    assert_int_equal(ent__analogues_score(ctx, &q, 0, 0, 120, &score), ENT_OK);
    assert_true(score.forecasts > 200 && score.brier_gain_low > 0.05);
    panel.value = noise;
    assert_int_equal(ent__analogues_score(ctx, &q, 0, 0, 120, &score), ENT_OK);
    assert_true(score.brier_gain_low < 0.2 && score.brier[ENT__BY_ANALOGUES] > 0.05);
    size_t in_bins = 0;
    for (int b = 0; b < 10; b++) {
        in_bins += score.bin_count[b];
    }
    assert_int_equal(in_bins, score.forecasts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warping),          cmocka_unit_test(bounds_never_exceed_the_distance),
        cmocka_unit_test(reference_search), cmocka_unit_test(pruning_loses_nothing),
        cmocka_unit_test(scores),           cmocka_unit_test(scoring_tells_signal_from_noise),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
