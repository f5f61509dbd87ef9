/* A case written back: what comes out of YAML, JSON, Markdown and HTML is the same case, also with
 * texts that look like markup; ratings are replaced inside of a file. */
#include "test.h"

#include "../../src/read/read.h"
#include "../../src/weigh/weigh.h"

/* Ours; every key that a case knows, and texts that would end a script, a fence or a line. */
static const char whole[] =
    "case: odd\n"
    "question: \"Why \\\"so\\\"? </script><script>alert(1)</script>\"\n"
    "states: [RED, \"BLU\"]\n"
    "period: 2024\n"
    "hypotheses:\n"
    "  - {id: H1, text: \"One: [a], {b}\", group: g, prior: 0.25}\n"
    "  - {id: \"H 2\", text: \"Two # no comment\", group: g}\n"
    "  - id: H3\n"
    "    text: \"line\\nbreak ``` \\u2028 end\"\n"
    "evidence:\n"
    "  - {id: E1, text: First, kind: fact, date: 2024-02-12, group: agency, source: \"a, b\","
    " credibility: H, relevance: L, links: [a#e1, \"b c#s2\"], likelihood: {H1: 0.6, H3: 0.1}}\n"
    "  - {id: E2, text: \"Second <b>\", kind: absence, reliability: B, information: 3}\n"
    "ratings:\n"
    "  anna: {E1: {H1: C, \"H 2\": {value: II, reason: \"said \\\"so\\\"\"}}, E2: {H3: NA}}\n"
    "  \"ben o'b\": {E2: {H1: CC}}\n"
    "  cleo: {}\n";

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    ent_case *c;
} fixture;

static fixture open_case(const char *yaml)
{
    fixture f;
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f.ctx, NULL, &f.kit), ENT_OK);
    f.arena = ent__arena_new();
    if (ent__case_parse_yaml(f.ctx, f.arena, ent__str(yaml), "whole", &f.c) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f.ctx));
    }
    return f;
}

static void close_case(fixture *f)
{
    ent__arena_free(f->arena);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
}

static void write_as(fixture *f, const char *format, const ent_case *c, ent_buf *out)
{
    ent_weighing *w;
    ent_weigh_view view = ent__weigh_view();
    ent_redraw redraw = {.draws = 50, .step_probability = 0.2, .seed = 1};
    assert_int_equal(ent__weigh(f->ctx, f->arena, c, &view, &redraw, &w), ENT_OK);
    if (strcmp(format, "yaml") == 0) {
        ent__case_yaml(out, c);
    } else if (strcmp(format, "json") == 0) {
        ent__weigh_json(out, f->kit, w);
    } else if (strcmp(format, "md") == 0) {
        ent__weigh_markdown(out, f->kit, w);
    } else {
        ent__weigh_html(out, f->kit, w);
    }
    assert_false(out->failed);
}

static void every_format_comes_back(void **state)
{
    (void)state;
    static const char *const formats[] = {"yaml", "json", "md", "html"};
    fixture f = open_case(whole);
    for (size_t i = 0; i < 4; i++) {
        ent_buf first = {0}, again = {0};
        char path[64];
        ent_case *back;
        write_as(&f, formats[i], f.c, &first);
        snprintf(path, sizeof path, "/tmp/entente-written-%d.%s", (int)getpid(), formats[i]);
        assert_int_equal(ent__file_write(f.ctx, path, ent__buf_slice(&first)), ENT_OK);
        if (ent__case_read(f.ctx, f.arena, path, &back) != ENT_OK) {
            fail_msg("%s", ent_ctx_error(f.ctx));
        }
        unlink(path);
        write_as(&f, formats[i], back, &again);
        assert_string_equal(again.p, first.p);
        assert_int_equal(back->analyst_count, 3);
        assert_true(ent__str_eqz(back->reasons[ent__cell(back, 0, 0, 1)], "said \"so\""));
        assert_true(ent__str_eqz(back->evidence[0].links[1], "b c#s2"));
        ent__buf_free(&first);
        ent__buf_free(&again);
    }
    close_case(&f);
}

static void a_page_without_a_case_is_refused(void **state)
{
    (void)state;
    fixture f = open_case(whole);
    static const char *const names[] = {"x.html", "x.md"};
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        ent_case *back;
        snprintf(path, sizeof path, "/tmp/entente-none-%d-%s", (int)getpid(), names[i]);
        assert_int_equal(ent__file_write(f.ctx, path, ENT_LIT("# nothing here\n")), ENT_OK);
        assert_int_equal(ent__case_read(f.ctx, f.arena, path, &back), ENT_EINPUT);
        unlink(path);
    }
    close_case(&f);
}

static const char by_hand[] =
    "# of ours\ncase: t\nquestion: Why?\nhypotheses:\n- {id: H1} # first\n- {id: H2}\nevidence:\n"
    "- {id: E1, text: a}\nratings: # block\n  anna:\n    E1: {H1: C}\n# between\n  ben: {}\n\n"
    "# after\nperiod: 2020 # last\n";

static void only_the_ratings_are_replaced(void **state)
{
    (void)state;
    fixture f = open_case(by_hand);
    size_t a;
    ent_buf out = {0};
    assert_int_equal(ent__case_add_analyst(f.ctx, f.arena, f.c, ENT_LIT("zoe"), &a), ENT_OK);
    assert_int_equal(a, 2);
    f.c->ratings[ent__cell(f.c, a, 0, 1)] = ENT_RATING_II;
    assert_int_equal(ent__case_yaml_ratings(f.ctx, &out, ent__str(by_hand), f.c, NULL), ENT_OK);
    assert_string_equal(out.p, "# of ours\ncase: t\nquestion: Why?\nhypotheses:\n- {id: H1} # first\n"
                               "- {id: H2}\nevidence:\n- {id: E1, text: a}\nratings:\n  \"anna\":\n"
                               "    \"E1\": {\"H1\": C}\n  \"ben\": {}\n  \"zoe\":\n"
                               "    \"E1\": {\"H2\": II}\n\n# after\nperiod: 2020 # last\n");
    out.n = 0;
    const bool only[] = {false, false, true};
    assert_int_equal(ent__case_yaml_ratings(f.ctx, &out, ent__str(by_hand), f.c, only), ENT_OK);
    assert_null(strstr(out.p, "anna"));
    assert_non_null(strstr(out.p, "zoe"));
    ent__buf_free(&out);
    close_case(&f);
}

static void a_file_on_one_line_is_written_anew(void **state)
{
    (void)state;
    static const char flow[] = "{case: t, question: Q, hypotheses: [{id: a}, {id: b}],"
                               " evidence: [{id: e}], ratings: {anna: {e: {a: C}}}}";
    fixture f = open_case(flow);
    ent_buf out = {0};
    ent_case *back;
    f.c->ratings[0] = ENT_RATING_I;
    assert_int_equal(ent__case_yaml_ratings(f.ctx, &out, ent__str(flow), f.c, NULL), ENT_OK);
    assert_int_equal(ent__case_parse_yaml(f.ctx, f.arena, ent__buf_slice(&out), "back", &back), ENT_OK);
    assert_int_equal(back->ratings[0], ENT_RATING_I);
    ent__buf_free(&out);
    close_case(&f);
}

static void ratings_are_taken_over_where_they_fit(void **state)
{
    (void)state;
    fixture f = open_case(whole);
    ent_case *other;
    size_t a;
    static const char later[] = "case: odd\nquestion: Q\nhypotheses: [{id: H1}, {id: H9}]\n"
                                "evidence: [{id: E2, text: x}, {id: E1, text: y}]\n"
                                "ratings: {anna: {E2: {H1: CC}}}\n";
    assert_int_equal(ent__case_parse_yaml(f.ctx, f.arena, ent__str(later), "later", &other), ENT_OK);
    assert_int_equal(ent__case_take_ratings(f.ctx, f.arena, other, f.c, 0), ENT_OK);
    assert_int_equal(ent__case_add_analyst(f.ctx, f.arena, other, ENT_LIT("anna"), &a), ENT_OK);
    assert_int_equal(other->ratings[ent__cell(other, a, 1, 0)], ENT_RATING_C); /* E1 on H1 */
    assert_int_equal(other->ratings[ent__cell(other, a, 0, 0)], ENT_RATING_BLANK);
    close_case(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_comes_back),
        cmocka_unit_test(a_page_without_a_case_is_refused),
        cmocka_unit_test(only_the_ratings_are_replaced),
        cmocka_unit_test(a_file_on_one_line_is_written_anew),
        cmocka_unit_test(ratings_are_taken_over_where_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
