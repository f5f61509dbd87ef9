/* weigh: the reference numbers of shared/methods/ach.md (checks 1 to 4) and the properties. */
#include "test.h"

#include <math.h>

#include "../../src/weigh/weigh.h"

#define WEDGE ENT_SHARED "data/signed/ach/wedge-example.csv"
#define SAMPLE ENT_SHARED "data/signed/ach/spreadsheet-sample.csv"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    ent_case *c;
} fixture;

static fixture open_case(const char *path)
{
    fixture f;
    skip_unless_shared(path);
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    f.arena = ent__arena_new();
    if (ent__case_read_csv(f.ctx, f.arena, path, &f.c) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f.ctx));
    }
    return f;
}

/* A case of our own from rows of ratings ("C N II"), all weights M. */
static fixture make_case(const char *const *rows, size_t items)
{
    fixture f;
    char path[] = "/tmp/entente-case-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    size_t hypotheses = 1;
    for (const char *p = rows[0]; *p; p++) {
        hypotheses += *p == ' ';
    }
    fprintf(out, "evidence");
    for (size_t h = 0; h < hypotheses; h++) {
        fprintf(out, ",H%zu", h + 1);
    }
    for (size_t e = 0; e < items; e++) {
        fprintf(out, "\nE%zu", e + 1);
        for (const char *p = rows[e]; p != NULL; p = strchr(p, ' ') ? strchr(p, ' ') + 1 : NULL) {
            fprintf(out, ",%.*s", (int)strcspn(p, " "), p);
        }
    }
    fclose(out);
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    f.arena = ent__arena_new();
    if (ent__case_read_csv(f.ctx, f.arena, path, &f.c) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f.ctx));
    }
    unlink(path);
    return f;
}

static void close_case(fixture *f)
{
    ent__arena_free(f->arena);
    ent_ctx_free(f->ctx);
}

static ent_weigh_scores scores_of(fixture *f, const ent_weigh_view *view)
{
    ent_weigh_scores s;
    assert_int_equal(ent__weigh_scores(f->ctx, f->arena, f->c, view, &s), ENT_OK);
    return s;
}

static void assert_row(const double *got, const double *expected, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(got[i] - expected[i]) <= tolerance)) {
            fail_msg("column %zu: got %.6f, expected %.6f", i, got[i], expected[i]);
        }
    }
}

static void wedge_example_scores(void **state)
{
    (void)state;
    fixture f = open_case(WEDGE);
    ent_weigh_view view = ent__weigh_view();
    ent_weigh_scores s = scores_of(&f, &view);
    assert_row(s.inconsistency, (double[]){4, 2, 1, 4}, 4, 0);
    assert_row(s.weighted, (double[]){4.1213, 2.8284, 2.0, 4.7071}, 4, 5e-5);
    assert_row(s.squared, (double[]){6, 2, 1, 6}, 4, 0);
    assert_row(s.consistency, (double[]){10, 7, 2, 6}, 4, 0);
    assert_row(s.posterior, (double[]){0.39203, 0.40730, 0.08277, 0.11790}, 4, 5e-6);
    view.lambda = 1.5;
    assert_row(scores_of(&f, &view).posterior, (double[]){0.3248, 0.3619, 0.1468, 0.1664}, 4, 5e-5);
    view.lambda = 3;
    assert_row(scores_of(&f, &view).posterior, (double[]){0.4982, 0.4049, 0.0294, 0.0675}, 4, 5e-5);
    close_case(&f);
}

static void wedge_example_diagnosticity(void **state)
{
    (void)state;
    fixture f = open_case(WEDGE);
    ent_weigh_view view = ent__weigh_view();
    ent_diagnosticity d;
    assert_int_equal(ent__weigh_diagnosticity(f.ctx, f.arena, f.c, &view, &d), ENT_OK);
    assert_row(d.spread,
               (double[]){0.4330, 1.1180, 1.0, 1.5, 0.8660, 1.2990, 0.8660, 0.5}, 8, 5e-5);
    assert_row(d.refuting, (double[]){0, 1, 2, 4, 0, 2, 0, 2}, 8, 0);
    close_case(&f);
}

static void assert_linchpins(const ent_sensitivity *s, const char *expected)
{
    for (size_t e = 0; e < 8; e++) {
        if (s->linchpin[e] != (expected[e] == 'x')) {
            fail_msg("E%zu: linchpin %d", e + 1, s->linchpin[e]);
        }
    }
}

static void wedge_example_sensitivity(void **state)
{
    (void)state;
    fixture f = open_case(WEDGE);
    ent_weigh_view view = ent__weigh_view();
    ent_redraw redraw = {2000, 0.2, 7};
    ent_sensitivity s;
    assert_int_equal(ent__weigh_sensitivity(f.ctx, f.arena, f.c, &view, ENT_RULE_WEIGHTED, &redraw,
                                            &s), ENT_OK);
    assert_int_equal(s.leader, 2);
    assert_linchpins(&s, ".x...x..");
    assert_int_equal(s.leader_without[1], 1);
    assert_int_equal(s.flip_distance, 1);
    assert_int_equal(s.single_flips, 7);
    double sum = 0;
    for (size_t h = 0; h < 4; h++) {
        sum += s.redraw_share[h];
    }
    assert_true(fabs(sum - 1) < 1e-9);
    assert_int_equal(ent__weigh_sensitivity(f.ctx, f.arena, f.c, &view, ENT_RULE_POSTERIOR, &redraw,
                                            &s), ENT_OK);
    assert_int_equal(s.leader, 1);
    assert_linchpins(&s, "...x..xx");
    assert_int_equal(s.leader_without[3], 0);
    assert_int_equal(s.flip_distance, 1);
    assert_int_equal(s.single_flips, 14);
    view.without = 2; /* E3: H2 and H4 tie */
    ent_weigh_scores without = scores_of(&f, &view);
    assert_row(without.posterior + 1, (double[]){0.272888}, 1, 5e-7);
    assert_row(without.posterior + 3, (double[]){0.272888}, 1, 5e-7);
    size_t leaders[4];
    assert_int_equal(ent__leaders(f.c, &without, ENT_RULE_POSTERIOR, leaders), 2);
    close_case(&f);
}

static void spreadsheet_is_recomputed(void **state)
{
    (void)state;
    fixture f = open_case(SAMPLE);
    ent_weigh_view view = ent__weigh_view();
    assert_row(scores_of(&f, &view).weighted, (double[]){2.5, 0.7071, 4.3284}, 3, 5e-5);
    close_case(&f);
}

static void squared_orders_rows(void **state)
{
    (void)state;
    fixture f = make_case((const char *[]){"CC I N", "NA I NA", "I N CC", "I I II"}, 4);
    ent_weigh_view view = ent__weigh_view();
    ent_weigh_scores s = scores_of(&f, &view);
    assert_row(s.squared, (double[]){2, 3, 4}, 3, 0);
    assert_row(s.na_share, (double[]){0.25, 0, 0.25}, 3, 0);
    close_case(&f);
}

/* One cell rated by two analysts. */
static ent_rating consensus_of(ent_rating a, ent_rating b)
{
    uint8_t ratings[2] = {(uint8_t)a, (uint8_t)b};
    ent_evidence item = {.id = ENT_LIT("E1")};
    ent_hypothesis hypothesis = {.id = ENT_LIT("H1"), .prior = NAN};
    ent_str analysts[2] = {ENT_LIT("a"), ENT_LIT("b")};
    ent_case c = {.hypotheses = &hypothesis, .hypothesis_count = 1, .evidence = &item,
                  .evidence_count = 1, .analysts = analysts, .analyst_count = 2,
                  .ratings = ratings};
    ent_weigh_view view = ent__weigh_view();
    return ent__consensus(&c, &view, 0, 0);
}

static void consensus_rounds_toward_neutral(void **state)
{
    (void)state;
    assert_int_equal(consensus_of(ENT_RATING_C, ENT_RATING_CC), ENT_RATING_C);
    assert_int_equal(consensus_of(ENT_RATING_I, ENT_RATING_II), ENT_RATING_I);
    assert_int_equal(consensus_of(ENT_RATING_I, ENT_RATING_N), ENT_RATING_N);
    assert_int_equal(consensus_of(ENT_RATING_C, ENT_RATING_N), ENT_RATING_N);
    assert_int_equal(consensus_of(ENT_RATING_NA, ENT_RATING_I), ENT_RATING_I);
    assert_int_equal(consensus_of(ENT_RATING_BLANK, ENT_RATING_CC), ENT_RATING_CC);
    assert_int_equal(consensus_of(ENT_RATING_NA, ENT_RATING_NA), ENT_RATING_NA);
    assert_int_equal(consensus_of(ENT_RATING_II, ENT_RATING_CC), ENT_RATING_N);
}

static void equal_rows_change_nothing(void **state)
{
    (void)state;
    fixture without = make_case((const char *[]){"C I N", "II C CC"}, 2);
    fixture with = make_case((const char *[]){"C I N", "II C CC", "CC CC CC", "NA NA NA"}, 4);
    ent_weigh_view view = ent__weigh_view();
    assert_row(scores_of(&with, &view).posterior, scores_of(&without, &view).posterior, 3, 1e-12);
    close_case(&with);
    close_case(&without);
}

static void grouped_items_count_once(void **state)
{
    (void)state;
    fixture one = make_case((const char *[]){"C I N", "II C CC"}, 2);
    fixture two = make_case((const char *[]){"C I N", "II C CC", "II C CC"}, 3);
    ent_weigh_view view = ent__weigh_view();
    two.c->evidence[1].group = two.c->evidence[2].group = ENT_LIT("same agency");
    assert_row(scores_of(&two, &view).posterior, scores_of(&one, &view).posterior, 3, 1e-12);
    ent_redraw redraw = {10, 0.2, 1};
    ent_sensitivity s;
    assert_int_equal(ent__weigh_sensitivity(two.ctx, two.arena, two.c, &view, ENT_RULE_POSTERIOR,
                                            &redraw, &s), ENT_OK);
    assert_false(s.linchpin[1] || s.linchpin[2]); /* the twin speaks for it */
    view.groups = false;
    assert_true(fabs(scores_of(&two, &view).posterior[0] - scores_of(&one, &view).posterior[0]) >
                1e-3);
    close_case(&one);
    close_case(&two);
}

/* Leader changes within k single steps, by trying all of them. */
static bool flips_within(fixture *f, const ent_weigh_view *view, ent_weigh_rule rule, size_t leader,
                         size_t from, unsigned steps)
{
    size_t leaders[8], cells = f->c->evidence_count * f->c->hypothesis_count;
    ent_arena *scratch = ent__arena_new();
    ent_weigh_scores s;
    assert_int_equal(ent__weigh_scores(f->ctx, scratch, f->c, view, &s), ENT_OK);
    size_t count = ent__leaders(f->c, &s, rule, leaders);
    ent__arena_free(scratch);
    bool leads = false;
    for (size_t i = 0; i < count; i++) {
        leads = leads || leaders[i] == leader;
    }
    bool flips = !leads;
    for (size_t i = from; !flips && steps > 0 && i < cells; i++) {
        uint8_t old = f->c->ratings[i];
        for (int move = -1; !flips && move <= 1; move += 2) {
            int moved = (int)old + move;
            if (old >= ENT_RATING_II && old <= ENT_RATING_CC && moved >= ENT_RATING_II &&
                moved <= ENT_RATING_CC) {
                f->c->ratings[i] = (uint8_t)moved;
                flips = flips_within(f, view, rule, leader, i + 1, steps - 1);
            }
        }
        f->c->ratings[i] = old;
    }
    return flips;
}

static void flip_distance_agrees_with_trying_all(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 11);
    static const char *const names[] = {"II", "I", "N", "C", "CC", "NA"};
    unsigned seen[ENT_FLIP_BEYOND + 1] = {0};
    for (int trial = 0; trial < 60; trial++) {
        char text[4][32];
        const char *rows[4];
        for (size_t e = 0; e < 4; e++) {
            size_t bias = ent__rng_below(&rng, 2) == 0 ? 4 : ent__rng_below(&rng, 6);
            snprintf(text[e], sizeof text[e], "%s %s %s", names[bias],
                     names[ent__rng_below(&rng, 6)], names[ent__rng_below(&rng, trial % 2 ? 2 : 6)]);
            rows[e] = text[e];
        }
        fixture f = make_case(rows, 4);
        if (trial % 3 == 0) {
            f.c->evidence[0].group = f.c->evidence[2].group = ENT_LIT("g");
        }
        ent_weigh_view view = ent__weigh_view();
        ent_weigh_rule rule = trial % 2 ? ENT_RULE_POSTERIOR : ENT_RULE_WEIGHTED;
        ent_redraw redraw = {1, 0.2, 1};
        ent_sensitivity s;
        assert_int_equal(ent__weigh_sensitivity(f.ctx, f.arena, f.c, &view, rule, &redraw, &s),
                         ENT_OK);
        unsigned k = 1;
        while (k < ENT_FLIP_BEYOND && !flips_within(&f, &view, rule, s.leader, 0, k)) {
            k++;
        }
        assert_int_equal(s.flip_distance, k);
        seen[k]++;
        close_case(&f);
    }
    assert_true(seen[1] > 0 && seen[2] > 0 && seen[3] > 0); /* the test tries them all */
}

static void words_of_icd203(void **state)
{
    (void)state;
    static const struct {
        double p;
        const char *word;
    } cases[] = {{0.005, ""}, {0.01, "almost no chance"}, {0.05, "very unlikely"},
                 {0.2, "unlikely"}, {0.45, "roughly even chance"}, {0.55, "likely"},
                 {0.8, "very likely"}, {0.95, "almost certain"}, {0.995, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(ent__likelihood_word(cases[i].p), cases[i].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wedge_example_scores),
        cmocka_unit_test(wedge_example_diagnosticity),
        cmocka_unit_test(wedge_example_sensitivity),
        cmocka_unit_test(spreadsheet_is_recomputed),
        cmocka_unit_test(squared_orders_rows),
        cmocka_unit_test(consensus_rounds_toward_neutral),
        cmocka_unit_test(equal_rows_change_nothing),
        cmocka_unit_test(grouped_items_count_once),
        cmocka_unit_test(flip_distance_agrees_with_trying_all),
        cmocka_unit_test(words_of_icd203),
    };
    return cmocka_run_group_tests_name("weigh", tests, NULL, NULL);
}
