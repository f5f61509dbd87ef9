/* Triangle roles: the method page's checks, relabelling, scaling, draws against the closed form. */
#include <math.h>

#include "../../src/wedge/wedge.h"
#include "test.h"

static ent_ctx *ctx;

static int setup(void **state)
{
    (void)state;
    return ent_ctx_new(&ctx) != ENT_OK;
}

static int teardown(void **state)
{
    (void)state;
    ent_ctx_free(ctx);
    return 0;
}

static ent__triangle solved(ent__triangle_question q)
{
    ent__triangle t;
    assert_int_equal(ent__triangle_solve(ctx, &q, &t), ENT_OK);
    return t;
}

static void no_knowledge_gives_binomial_shares(void **state)
{
    (void)state;
    ent__triangle t = solved((ent__triangle_question){.error = {1, 1, 1}});
    assert_float_equal(t.pattern[ENT__MENAGE], 1.0 / 8, 1e-12);
    assert_float_equal(t.pattern[ENT__ROMANTIC], 3.0 / 8, 1e-12);
    assert_float_equal(t.pattern[ENT__STABLE_MARRIAGE], 3.0 / 8, 1e-12);
    assert_float_equal(t.pattern[ENT__UNIT_VETO], 1.0 / 8, 1e-12);
}

static void reference_case(void **state)
{
    (void)state;
    ent__triangle t =
        solved((ent__triangle_question){.mean = {0.3, -0.4, 0.6}, .error = {0.2, 0.2, 0.2}});
    assert_float_equal(t.sign[5], 0.910731, 5e-7); /* AB+ AC- BC+: B pivot */
    assert_float_equal(t.sign[4], 0.065199, 5e-7);
    assert_float_equal(t.sign[7], 0.021202, 5e-7);
    assert_float_equal(t.sign[1], 0.001231, 5e-7);
    assert_float_equal(t.sign[6], 0.001518, 5e-7);
    double sum = 0;
    for (int s = 0; s < 8; s++) {
        sum += t.sign[s];
        assert_true(s == 5 || s == 4 || s == 7 || s == 1 || s == 6 || t.sign[s] < 1e-4);
    }
    assert_float_equal(sum, 1, 1e-12);
    assert_float_equal(t.role[1][ENT__PIVOT], 0.910731, 5e-7);
    assert_float_equal(t.utility[0], -0.7, 1e-12);
    assert_float_equal(t.utility[1], 1.3, 1e-12);
    assert_float_equal(t.utility[2], -0.1, 1e-12);
    assert_float_equal(t.utility_error[0], sqrt(3) * 0.2, 1e-12);
    assert_int_equal(t.likeliest, 5);
}

static void pure_utilities_follow_the_roles(void **state)
{
    (void)state;
    static const double worth[ENT__ROLES] = {
        [ENT__PIVOT] = 3, [ENT__FRIEND] = 1, [ENT__PARTNER] = 1,
        [ENT__WING] = -1, [ENT__FOE] = -1,   [ENT__OUTCAST] = -3};
    for (unsigned signs = 0; signs < 8; signs++) {
        for (int s = 0; s < 3; s++) {
            assert_float_equal(ent__triangle_utility(signs, s), worth[ent__triangle_role(signs, s)],
                               0);
        }
    }
}

static void relabelling_permutes_and_scaling_changes_nothing(void **state)
{
    (void)state;
    ent__triangle_question q = {.mean = {0.3, -0.4, 0.6}, .error = {0.2, 0.3, 0.1}};
    ent__triangle t = solved(q);
    /* A and B change names: AB stays, AC and BC change places */
    ent__triangle_question swapped = {.mean = {0.3, 0.6, -0.4}, .error = {0.2, 0.1, 0.3}};
    ent__triangle u = solved(swapped);
    for (int r = 0; r < ENT__ROLES; r++) {
        assert_float_equal(t.role[0][r], u.role[1][r], 1e-12);
        assert_float_equal(t.role[2][r], u.role[2][r], 1e-12);
    }
    for (int i = 0; i < 3; i++) {
        q.mean[i] *= 7;
        q.error[i] *= 7;
    }
    u = solved(q);
    for (int s = 0; s < 8; s++) {
        assert_float_equal(t.sign[s], u.sign[s], 1e-12);
    }
}

static void a_neutral_tie_leaves_the_pattern_open(void **state)
{
    (void)state;
    ent__triangle t = solved((ent__triangle_question){
        .mean = {0.9, 0.02, -0.9}, .error = {0.05, 0.05, 0.05}, .dead_zone = 0.2});
    assert_int_equal(t.likeliest, -1);
    assert_true(t.open > 0.99 && t.neutral[1] > 0.99);
    double sum = t.open;
    for (int s = 0; s < 8; s++) {
        sum += t.sign[s];
    }
    assert_float_equal(sum, 1, 1e-12);
}

static void draws_agree_with_the_closed_form(void **state)
{
    (void)state;
    ent__triangle_question q = {.mean = {0.3, -0.4, 0.6}, .error = {0.2, 0.2, 0.2}};
    ent__triangle exact = solved(q);
    q.correlation[0] = 1e-9; /* by draws */
    ent__triangle drawn = solved(q);
    assert_int_equal(drawn.draws, 100000);
    for (int s = 0; s < 8; s++) {
        assert_float_equal(exact.sign[s], drawn.sign[s],
                           4 * sqrt(exact.sign[s] * (1 - exact.sign[s]) / 1e5) + 1e-5);
    }
    q.correlation[0] = q.correlation[1] = 0.99;
    q.correlation[2] = -0.99;
    ent__triangle t;
    assert_int_equal(ent__triangle_solve(ctx, &q, &t), ENT_EINPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_knowledge_gives_binomial_shares),
        cmocka_unit_test(reference_case),
        cmocka_unit_test(pure_utilities_follow_the_roles),
        cmocka_unit_test(relabelling_permutes_and_scaling_changes_nothing),
        cmocka_unit_test(a_neutral_tie_leaves_the_pattern_open),
        cmocka_unit_test(draws_agree_with_the_closed_form),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
