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

/* ---- case files, reports ---- */

static const char good_case[] =
    "case: t\nquestion: Why?\nhypotheses:\n  - {id: H1, prior: 0.5}\n  - {id: H2}\n"
    "evidence:\n  - {id: E1, text: a, credibility: H}\n  - {id: E2, likelihood: {H1: 0.9, H2: 0.1}}\n"
    "ratings:\n  anna:\n    E1: {H1: C, H2: {value: II, reason: x}}\n";

static ent_rc parse_case(ent_ctx *ctx, ent_arena *arena, const char *yaml, ent_case **out)
{
    return ent__case_parse_yaml(ctx, arena, ent__str(yaml), "case.yaml", out);
}

static void case_file_is_read(void **state)
{
    (void)state;
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    ent_arena *arena = ent__arena_new();
    ent_case *c;
    assert_int_equal(parse_case(ctx, arena, good_case, &c), ENT_OK);
    assert_int_equal(c->hypothesis_count, 2);
    assert_true(c->ratings[ent__cell(c, 0, 0, 1)] == ENT_RATING_II);
    assert_true(ent__str_eqz(c->reasons[ent__cell(c, 0, 0, 1)], "x"));
    ent_weigh_view view = ent__weigh_view();
    ent_weigh_scores s;
    assert_int_equal(ent__weigh_scores(ctx, arena, c, &view, &s), ENT_OK);
    /* E1: l = 0.9 * 2 + 0.1 for C, 0.9 / 4 + 0.1 for II; E2: 0.9 and 0.1 as given. */
    double h1 = 1.9 * 0.9, h2 = 0.325 * 0.1;
    assert_true(fabs(s.posterior[0] - h1 / (h1 + h2)) < 1e-12);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
}

static void replace_once(char *text, size_t size, const char *from, const char *to)
{
    char *at = strstr(text, from);
    assert_non_null(at);
    char tail[1000];
    snprintf(tail, sizeof tail, "%s", at + strlen(from));
    snprintf(at, size - (size_t)(at - text), "%s%s", to, tail);
}

static void case_file_errors_name_line_and_key(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        {"id: H1", "id: H2", "case.yaml:5: hypothesis: expected an id of its own"},
        {"prior: 0.5", "prior: 1.5", "case.yaml:4: prior: expected a number from 0 to 1"},
        {"prior: 0.5", "prior: 1", "priors"},
        {"credibility: H", "credibility: X", "case.yaml:7: credibility: expected one of HML"},
        {"credibility", "credible", "case.yaml:7: evidence: unknown key \"credible\""},
        {"H1: C", "H1: maybe", "case.yaml:11: rating of E1: expected II, I, N, C, CC, NA"},
        {"E1: {H1", "E9: {H1", "case.yaml:11: ratings: no evidence \"E9\""},
        {"H1: C", "H7: C", "case.yaml:11: ratings: no hypothesis \"H7\""},
        {"question: Why?\n", "", "expected question, hypotheses and evidence"},
        {"case: t", "case: [", "is no YAML"},
        {"ratings:", "rating:", "unknown key \"rating\""},
        {"question: Why?", "question: Why?\nquestion: When?", "case.yaml:3: case: key \"question\" stands twice"},
    };
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000];
        snprintf(text, sizeof text, "%s", good_case);
        replace_once(text, sizeof text, cases[i].from, cases[i].to);
        ent_arena *arena = ent__arena_new();
        ent_case *c;
        ent_rc rc = parse_case(ctx, arena, text, &c);
        if (rc != ENT_EINPUT || strstr(ent_ctx_error(ctx), cases[i].message) == NULL) {
            fail_msg("%s -> %s: got %d \"%s\"", cases[i].from, cases[i].to, rc, ent_ctx_error(ctx));
        }
        ent__arena_free(arena);
    }
    ent_ctx_free(ctx);
}

static void matrix_goes_round(void **state)
{
    (void)state;
    fixture f = open_case(WEDGE);
    ent_buf first = {0}, second = {0};
    assert_int_equal(ent__case_csv(f.ctx, &first, f.c), ENT_OK);
    char path[] = "/tmp/entente-round-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(first.p, out);
    fclose(out);
    ent_case *again;
    assert_int_equal(ent__case_read_csv(f.ctx, f.arena, path, &again), ENT_OK);
    assert_int_equal(ent__case_csv(f.ctx, &second, again), ENT_OK);
    assert_string_equal(first.p, second.p);
    unlink(path);
    ent__buf_free(&first);
    ent__buf_free(&second);
    close_case(&f);
}

static void stored_scores_are_compared_not_trusted(void **state)
{
    (void)state;
    char path[] = "/tmp/entente-score-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    fputs("evidence,H1,H2\na,II,C\nWeighted score,-4.0,0\n", out);
    fclose(out);
    fixture f = {0};
    ent_weighing *w;
    ent_buf text = {0};
    ent_weigh_view view = ent__weigh_view();
    ent_redraw redraw = {10, 0.2, 1};
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    f.arena = ent__arena_new();
    assert_int_equal(ent__case_read_csv(f.ctx, f.arena, path, &f.c), ENT_OK);
    unlink(path);
    assert_int_equal(f.c->evidence_count, 1);
    assert_int_equal(ent__weigh(f.ctx, f.arena, f.c, &view, &redraw, &w), ENT_OK);
    ent__weigh_text(&text, w, false);
    assert_non_null(strstr(text.p, "the file says 4.0000 for H1; recomputed it is 2.0000"));
    assert_null(strstr(text.p, "for H2; recomputed"));
    ent__buf_free(&text);
    close_case(&f);
}

static void blind_entry_hides_others(void **state)
{
    (void)state;
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    ent_arena *arena = ent__arena_new();
    ent_case *c;
    ent_buf out = {0};
    assert_int_equal(parse_case(ctx, arena,
                                "question: q\nhypotheses: [{id: H1}, {id: H2}]\nevidence: [{id: E1}]\n"
                                "ratings: {a: {E1: {H1: CC, H2: NA}}, b: {E1: {H2: I}}}\n", &c),
                     ENT_OK);
    assert_int_equal(ent__weigh_blind(&out, c, 1), 1);
    assert_non_null(strstr(out.p, "H1 ?  H2 I"));
    assert_null(strstr(out.p, "CC"));
    assert_int_equal(ent__weigh_blind(&out, c, 0), 0);
    ent__buf_free(&out);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
}

/* Swapping rows and columns of the matrix swaps the answer, nothing else. */
static void permuting_permutes(void **state)
{
    (void)state;
    fixture a = make_case((const char *[]){"C I N", "II C CC", "N I I"}, 3);
    fixture b = make_case((const char *[]){"I N I", "N C I", "CC II C"}, 3);
    ent_weigh_view view = ent__weigh_view();
    ent_weigh_scores one = scores_of(&a, &view), two = scores_of(&b, &view);
    for (size_t h = 0; h < 3; h++) { /* b has a's columns in the order 3 1 2 */
        size_t other = (h + 1) % 3;
        assert_true(fabs(one.posterior[h] - two.posterior[other]) < 1e-12);
        assert_true(one.inconsistency[h] == two.inconsistency[other]);
    }
    close_case(&a);
    close_case(&b);
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
        cmocka_unit_test(case_file_is_read),
        cmocka_unit_test(case_file_errors_name_line_and_key),
        cmocka_unit_test(matrix_goes_round),
        cmocka_unit_test(permuting_permutes),
        cmocka_unit_test(stored_scores_are_compared_not_trusted),
        cmocka_unit_test(blind_entry_hides_others),
    };
    return cmocka_run_group_tests_name("weigh", tests, NULL, NULL);
}
