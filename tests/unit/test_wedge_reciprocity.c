/* Vector autoregression: the COPDAB reference to all printed digits, recovery of a known model,
 * scaling, refusals. */
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

static ent__panel copdab(void)
{
    ent__panel panel;
    assert_int_equal(ent__panel_read(ctx, arena, COPDAB, &panel), ENT_OK);
    assert_int_equal(panel.periods, 372);
    return panel;
}

static void lag_choice(void **state)
{
    (void)state;
    skip_unless_shared(COPDAB);
    ent__panel panel = copdab();
    ent__var_choice choice;
    assert_int_equal(ent__var_choose(ctx, arena, &panel, 12, &choice), ENT_OK);
    assert_int_equal(choice.lags[0], 3);
    assert_int_equal(choice.lags[1], 2);
    assert_int_equal(choice.lags[2], 3);
}

static void coefficients_and_tests(void **state)
{
    (void)state;
    static const double known[2][5] = {{-0.604919, 0.295841, 0.035686, 0.218046, 0.109392},
                                       {-2.506633, 0.066074, 0.193801, 0.132660, 0.200305}};
    skip_unless_shared(COPDAB);
    ent__panel panel = copdab();
    ent__var var;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0, &var), ENT_OK);
    assert_int_equal(var.periods, 370);
    for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 5; c++) {
            assert_float_equal(var.coefficient[i * 5 + c], known[i][c], 5.1e-7);
        }
    }
    assert_float_equal(var.covariance[0], 54.4846, 5.1e-5);
    assert_float_equal(var.covariance[1], 20.7980, 5.1e-5);
    assert_float_equal(var.covariance[3], 58.4945, 5.1e-5);
    assert_float_equal(var.modulus, 0.745546, 5.1e-7);
    ent__f_test test;
    assert_int_equal(ent__var_test(ctx, &panel, 2, 0, 1u << 1, &test), ENT_OK);
    assert_int_equal(test.denominator, 365);
    assert_float_equal(test.f, 2.7626, 5.1e-5);
    assert_float_equal(test.p, 0.06445, 5.1e-6);
    assert_int_equal(ent__var_test(ctx, &panel, 2, 1, 1u << 0, &test), ENT_OK);
    assert_float_equal(test.f, 4.8525, 5.1e-5);
    assert_float_equal(test.p, 0.00832, 5.1e-6);
}

static void responses_and_shares(void **state)
{
    (void)state;
    static const struct {
        size_t h;
        double value[4];
    } known[] = {{0, {7.38137, 0, 2.81764, 7.11023}},
                 {1, {2.28427, 0.25374, 1.03378, 1.37797}},
                 {2, {2.63038, 0.90204, 1.89488, 1.70803}},
                 {3, {1.45696, 0.53388, 1.05113, 0.70030}},
                 {6, {0.65760, 0.31934, 0.56008, 0.29915}}};
    static const double shares[4] = {0.9749, 0.0251, 0.2193, 0.7807};
    skip_unless_shared(COPDAB);
    ent__panel panel = copdab();
    ent__var var;
    ent__response r;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0, &var), ENT_OK);
    assert_int_equal(ent__var_respond(ctx, arena, &panel, &var, 12, 200, &r), ENT_OK);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        for (int c = 0; c < 4; c++) {
            size_t at = known[i].h * 4 + (size_t)c;
            assert_float_equal(r.orthogonal[at], known[i].value[c], 5.1e-6);
            assert_true(r.band[0][at] <= r.band[1][at] && r.band[2][at] <= r.band[3][at]);
        }
    }
    for (int c = 0; c < 4; c++) {
        assert_float_equal(r.share[c], shares[c], 5.1e-5);
    }
    ent__response again;
    assert_int_equal(ent__var_respond(ctx, arena, &panel, &var, 12, 200, &again), ENT_OK);
    assert_memory_equal(r.band[0], again.band[0], 13 * 4 * sizeof(double));
}

/* Three series from a known stable model. */
static ent__panel simulated(const double a[3][3], size_t periods, uint64_t seed)
{
    static const ent_str names[3] = {{"x", 1}, {"y", 1}, {"z", 1}};
    double *value = ent__arena_array(arena, 3 * periods, sizeof *value);
    ent_str *labels = ent__arena_array(arena, periods, sizeof *labels);
    ent_rng rng;
    ent__rng_seed(&rng, seed);
    for (size_t t = 0; t < periods; t++) {
        for (size_t i = 0; i < 3; i++) {
            double sum = 1 + ent__rng_normal(&rng);
            for (size_t j = 0; j < 3; j++) {
                sum += t > 0 ? a[i][j] * value[j * periods + t - 1] : 0;
            }
            value[i * periods + t] = sum;
        }
    }
    return (ent__panel){3, periods, names, labels, value};
}

static const double truth[3][3] = {{0.5, 0.2, 0}, {-0.3, 0.4, 0.1}, {0, 0.25, 0.3}};

static void a_known_model_is_recovered(void **state)
{
    (void)state;
    ent__panel panel = simulated(truth, 4000, 3);
    ent__var var;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 1, 0, &var), ENT_OK);
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++) {
            size_t at = i * 4 + 1 + j;
            assert_true(fabs(var.coefficient[at] - truth[i][j]) < 3.5 * var.error[at]);
            assert_true(var.error[at] > 0 && var.error[at] < 0.05);
        }
    }
}

static void doubling_a_series_scales_row_and_column(void **state)
{
    (void)state;
    ent__panel panel = simulated(truth, 500, 4);
    ent__var before, after;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0, &before), ENT_OK);
    double *doubled = ent__arena_array(arena, 1500, sizeof *doubled);
    for (size_t i = 0; i < 1500; i++) {
        doubled[i] = panel.value[i] * (i / 500 == 1 ? 2 : 1);
    }
    panel.value = doubled;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0, &after), ENT_OK);
    for (size_t i = 0; i < 3; i++) {
        for (size_t c = 0; c < 7; c++) {
            double scale = (i == 1 ? 2 : 1) / (c > 0 && (c - 1) % 3 == 1 ? 2.0 : 1.0);
            assert_float_equal(after.coefficient[i * 7 + c], before.coefficient[i * 7 + c] * scale,
                               1e-9);
        }
    }
}

static void what_can_not_be_fitted_is_refused(void **state)
{
    (void)state;
    ent__panel panel = simulated(truth, 40, 5);
    ent__var var;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 4, 0, &var), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_message(ctx), "not enough evidence"));
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 4, 0.2, &var), ENT_OK); /* shrunk */
    double *flat = ent__arena_array(arena, 120, sizeof *flat);
    memcpy(flat, panel.value, 120 * sizeof *flat);
    for (size_t t = 0; t < 40; t++) {
        flat[40 + t] = 7;
    }
    panel.value = flat;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 1, 0, &var), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_message(ctx), "constant"));
}

static void shrinking_pulls_to_zero(void **state)
{
    (void)state;
    ent__panel panel = simulated(truth, 300, 6);
    ent__var open, loose, tight;
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0, &open), ENT_OK);
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 100, &loose), ENT_OK);
    assert_int_equal(ent__var_fit(ctx, arena, &panel, 2, 0.001, &tight), ENT_OK);
    assert_float_equal(open.coefficient[1], loose.coefficient[1], 1e-4);
    assert_true(fabs(tight.coefficient[1]) < 0.05);
}

static void f_tail(void **state)
{
    (void)state;
    assert_float_equal(ent__f_tail(1, 5, 5), 0.5, 1e-12);
    assert_float_equal(ent__f_tail(4.964602744, 1, 10), 0.05, 1e-8);
    assert_float_equal(ent__f_tail(3.0718, 2, 120), 0.05, 2e-6);
    assert_float_equal(ent__f_tail(0, 3, 3), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag_choice),
        cmocka_unit_test(coefficients_and_tests),
        cmocka_unit_test(responses_and_shares),
        cmocka_unit_test(a_known_model_is_recovered),
        cmocka_unit_test(doubling_a_series_scales_row_and_column),
        cmocka_unit_test(what_can_not_be_fitted_is_refused),
        cmocka_unit_test(shrinking_pulls_to_zero),
        cmocka_unit_test(f_tail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
