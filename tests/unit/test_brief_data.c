/* brief with a store and a case: what the data say, what is left out, hostile words, real votes. */
#include "test.h"

#include <math.h>

#include "../../src/brief/brief.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    ent_store *store;
    char path[64];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/brief-test-%d.db", (int)getpid());
    unlink(f->path);
    if (ent_ctx_new(&f->ctx) != ENT_OK || ent_kit_open(f->ctx, NULL, &f->kit) != ENT_OK ||
        ent__store_open(f->ctx, f->path, ENT_STORE_WRITE, &f->store) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
    f->arena = ent__arena_new();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__store_close(f->store);
    ent__arena_free(f->arena);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    unlink(f->path);
    free(f);
    return 0;
}

/* Invented codes: no such states exist. */
static void put_event(fixture *f, const char *a, const char *b, ent_date date, double goldstein)
{
    char iso[16], id[64];
    ent__date_iso(date, iso);
    snprintf(id, sizeof id, "%s-%s-%s-%g", a, b, iso, goldstein);
    const ent_stored_actor source = {.code = ent__str(a)}, target = {.code = ent__str(b)};
    const ent_stored_event event = {.dataset = ENT_LIT("icews"),
                                    .external = ent__str(id),
                                    .date = ent__str(iso),
                                    .day = ent__date_days(date),
                                    .type = ENT_LIT("CONSULT"),
                                    .cameo = ENT_LIT("040"),
                                    .quad = goldstein > 0 ? 1 : 3,
                                    .goldstein = goldstein,
                                    .score = goldstein,
                                    .source = &source,
                                    .target = &target,
                                    .source_count = 1,
                                    .target_count = 1,
                                    .certainty = ENT_LIT("asserted"),
                                    .mentions = 1,
                                    .sources = 1,
                                    .articles = 1,
                                    .tone = NAN,
                                    .latitude = NAN,
                                    .longitude = NAN,
                                    .story = -1,
                                    .sentence = -1,
                                    .begin = -1,
                                    .end = -1,
                                    .cue_begin = -1,
                                    .cue_end = -1};
    bool is_new;
    if (ent__store_put_event(f->ctx, f->store, &event, &is_new) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
}

/* Four years, month by month: QAA and QBB turn from quarrel to accord in the third, QAA and QCC do
 * not move. */
static void put_years(fixture *f)
{
    assert_int_equal(ent__store_begin(f->ctx, f->store), ENT_OK);
    for (int month = 0; month < 48; month++) {
        ent_date day = {(int16_t)(2001 + month / 12), (int8_t)(month % 12 + 1), 10};
        put_event(f, "QAA", "QBB", day, month < 24 ? -4 - month % 3 : 5 + month % 3);
        day.day = 20;
        put_event(f, "QAA", "QCC", day, month % 2 == 0 ? 1 : -1);
    }
    assert_int_equal(ent__store_commit(f->ctx, f->store), ENT_OK);
}

static const ent_str asked[] = {{"QAA", 3}, {"QBB", 3}, {"QCC", 3}};

static ent_brief *build(fixture *f, ent_brief_inputs inputs)
{
    ent_brief *brief = NULL;
    inputs.store = f->store;
    inputs.states = asked;
    inputs.state_count = 3;
    if (ent__brief_build(f->ctx, f->kit, f->arena, &inputs, &brief) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
    return brief;
}

static bool is_unknown(const ent_brief *brief, const char *words)
{
    for (size_t i = 0; i < brief->unknown_count; i++) {
        if (strstr(brief->unknown[i].p, words) != NULL) {
            return true;
        }
    }
    return false;
}

static const ent_brief_exhibit *exhibit_of(const ent_brief *brief, const char *id)
{
    for (size_t s = 0; s < brief->section_count; s++) {
        for (size_t i = 0; i < brief->sections[s].exhibit_count; i++) {
            if (ent__str_eqz(brief->sections[s].exhibits[i].id, id)) {
                return &brief->sections[s].exhibits[i];
            }
        }
    }
    return NULL;
}

static void a_shift_is_told(void **state)
{
    fixture *f = *state;
    put_years(f);
    ent_brief *brief = build(f, (ent_brief_inputs){0});
    assert_non_null(strstr(brief->answer.first.p, "QAA and QBB moved closer"));
    assert_non_null(strstr(brief->answer.first.p, "January 2003"));
    assert_non_null(strstr(brief->answer.second.p, "No shift between either of them and QCC"));
    assert_null(brief->answer.word); /* nothing was weighed */
    assert_true(isnan(brief->answer.probability));
    const ent_brief_exhibit *e = exhibit_of(brief, "series-QAA-QBB");
    assert_non_null(e);
    assert_int_equal(e->row_count, 48);
    assert_true(e->svg.n > 0 && e->title.n > 0 && e->source.n > 0);
    assert_true(brief->updated.year == 2004 && brief->updated.month == 12);
    assert_non_null(strstr(brief->headline.p, "QAA moving toward QBB"));
}

/* What has no data is no section, and is named. */
static void what_is_missing_is_left_out_and_named(void **state)
{
    fixture *f = *state;
    put_years(f);
    ent_brief *brief = build(f, (ent_brief_inputs){0});
    for (size_t s = 0; s < brief->section_count; s++) {
        assert_string_not_equal(brief->sections[s].id, "votes");
        assert_string_not_equal(brief->sections[s].id, "dependence");
        assert_string_not_equal(brief->sections[s].id, "hypotheses");
    }
    assert_true(is_unknown(brief, "Votes: the store holds none"));
    assert_true(is_unknown(brief, "Trade: the store holds none"));
    assert_true(is_unknown(brief, "No case was given"));
    assert_true(is_unknown(brief, "Events between QBB and QCC: 0"));
}

static void an_empty_store_answers_nothing(void **state)
{
    fixture *f = *state;
    ent_brief *brief = build(f, (ent_brief_inputs){0});
    assert_int_equal(brief->section_count, 0);
    assert_non_null(strstr(brief->answer.first.p, "not enough evidence"));
    assert_true(is_unknown(brief, "Events: the store holds none"));
    const ent_brief_inputs nothing = {0};
    ent_brief *none;
    assert_int_equal(ent__brief_build(f->ctx, f->kit, f->arena, &nothing, &none), ENT_EINPUT);
}

static const char case_yaml[] =
    "case: c\nquestion: \"Who </script><script>alert(1)</script>?\"\nstates: [QAA, "
    "QBB]\nhypotheses:\n"
    "  - {id: H1, text: \"<img src=x onerror=y> first\"}\n  - {id: H2, text: second}\nevidence:\n"
    "  - {id: E1, text: \"a & b | <b>c</b>\", kind: fact}\n  - {id: E2, text: other, kind: "
    "absence}\n"
    "ratings:\n  anna:\n    E1: {H1: CC, H2: II}\n    E2: {H1: I, H2: C}\n";

static void a_case_answers_and_hostile_words_stay_words(void **state)
{
    fixture *f = *state;
    put_years(f);
    ent_case *c;
    ent_weighing *w;
    const ent_weigh_view view = ent__weigh_view();
    const ent_redraw redraw = {200, 0.2, 1};
    assert_int_equal(ent__case_parse_yaml(f->ctx, f->arena, ENT_LIT(case_yaml), "case", &c),
                     ENT_OK);
    assert_int_equal(ent__weigh(f->ctx, f->arena, c, &view, &redraw, &w), ENT_OK);
    const ent_brief_correction correction = {{2005, 2, 3},
                                             ENT_LIT("</ul><script>x</script> was wrong")};
    ent_brief *brief = build(
        f, (ent_brief_inputs){.weighing = w, .corrections = &correction, .correction_count = 1});
    assert_true(ent__str_eq(brief->headline, c->question));
    assert_true(brief->answer.probability > 0.5 && brief->answer.probability < 1);
    assert_non_null(brief->answer.word);
    assert_non_null(strstr(brief->answer.change.p, "E1"));
    assert_true(brief->updated.year == 2005); /* the correction is the latest thing that went in */
    ent_buf html = {0}, markdown = {0};
    ent__brief_html(&html, f->kit, brief);
    ent__brief_markdown(&markdown, f->kit, brief);
    const char *data = strstr(html.p, "<script");
    assert_non_null(data);
    assert_null(strstr(data + 1, "<script"));
    assert_null(strstr(html.p, "<img"));
    assert_null(strstr(html.p, "<b>c"));
    assert_null(strstr(markdown.p, "<script>"));
    assert_non_null(strstr(html.p, "was wrong"));
    assert_non_null(strstr(html.p, "id=\"hypotheses-matrix\""));
    ent__buf_free(&html);
    ent__buf_free(&markdown);
}

/* Codes come from case files: none gets into names of files, attributes or commands. */
static void a_hostile_code_is_left_out(void **state)
{
    fixture *f = *state;
    static const char *const bad[] = {"../../x", "\"><script>x", "A;rm -rf", "a b", "$(x)", "-o"};
    put_years(f);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const ent_str states[] = {{"QAA", 3}, {"QBB", 3}, ent__str(bad[i])};
        const ent_brief_inputs inputs = {.store = f->store, .states = states, .state_count = 3};
        ent_brief *brief;
        assert_int_equal(ent__brief_build(f->ctx, f->kit, f->arena, &inputs, &brief), ENT_OK);
        assert_int_equal(brief->asked_count, 2);
        assert_true(is_unknown(brief, "is no code or name of a state"));
    }
}

/* Every chart has a message, a source, a table, words for those who do not see it, and its files.
 */
static void every_chart_is_whole(void **state)
{
    fixture *f = *state;
    put_years(f);
    ent_brief *brief = build(f, (ent_brief_inputs){0});
    ent_buf html = {0};
    ent__brief_html(&html, f->kit, brief);
    size_t charts = 0, downloads = 0;
    for (const char *at = html.p; (at = strstr(at, "<svg class=\"ec\"")) != NULL; at++, charts++) {
        const char *end = strstr(at, "</svg>");
        const char *title = strstr(at, "<title"), *words = strstr(at, "<desc");
        assert_true(title != NULL && title < end && words != NULL && words < end);
        assert_non_null(strstr(end, "Source: "));
    }
    for (const char *at = html.p; (at = strstr(at, "href=\"data:image/svg+xml;base64,")) != NULL;
         at++) {
        downloads++;
    }
    assert_true(charts >= 2);
    assert_int_equal(downloads, charts);
    ent_buf csv = {0}, svg = {0};
    const ent_brief_exhibit *e = exhibit_of(brief, "series-QAA-QBB");
    ent__brief_csv(&csv, e);
    ent__brief_svg(&svg, e);
    size_t lines = 0;
    for (size_t i = 0; i < csv.n; i++) {
        lines += csv.p[i] == '\n';
    }
    assert_int_equal(lines, e->row_count + 1);
    assert_non_null(strstr(svg.p, "<style>"));
    ent__buf_free(&csv);
    ent__buf_free(&svg);
    ent__buf_free(&html);
}

/* ---- imported series ------------------------------------------------------------------------ */

static void put_series(fixture *f, const char *name, const char *a, const char *b, double after)
{
    ent_sheet_row rows[12];
    for (int y = 0; y < 12; y++) {
        rows[y] = (ent_sheet_row){
            .whole = {ent__date_days((ent_date){(int16_t)(2001 + y), 1, 1}), ENT_BY_YEAR},
            .text = {ent__str(name), ent__str(a), ent__str(b)},
            .value = (y < 6 ? 1 : after) + 0.01 * (y % 3), .low = NAN, .high = NAN};
    }
    assert_int_equal(ent__store_put_sheet(f->ctx, f->store, ENT_SHEET_SERIES, rows, 12), ENT_OK);
}

static void imported_series_are_shown(void **state)
{
    fixture *f = *state;
    put_series(f, "visits", "QBB", "QAA", 3);
    put_series(f, "visits", "QAA", "QCC", 1);
    put_series(f, "<b>trust", "QCC", "", 1);
    put_series(f, "visits", "QDD", "QEE", 1); /* of others */
    ent_brief *brief = build(f, (ent_brief_inputs){0});
    const ent_brief_exhibit *e = exhibit_of(brief, "given-2-visits");
    assert_non_null(e);
    assert_int_equal(e->column_count, 7); /* period, two pairs with their intervals */
    assert_int_equal(e->row_count, 12);
    assert_string_equal(e->columns[1].p, "QBB–QAA");
    assert_non_null(strstr(e->title.p, "QBB–QAA 3.02 in 2012"));
    assert_non_null(strstr(e->note.p, "QBB–QAA rose from 1.01 to 3.01 in 2007"));
    assert_non_null(strstr(e->note.p, "QAA–QCC: no shift found"));
    assert_non_null(strstr(e->source.p, "visits"));
    assert_true(e->svg.n > 0);
    ent_buf html = {0};
    ent__brief_html(&html, f->kit, brief);
    assert_null(strstr(html.p, "<b>trust"));
    assert_non_null(strstr(html.p, "&lt;b&gt;trust"));
    ent__buf_free(&html);
}

/* ---- real votes ----------------------------------------------------------------------------- */

#define VOTES ENT_SHARED "data/votes/"

static void import_votes(fixture *f)
{
    static const char *const files[] = {VOTES "rollcalls.csv.gz", VOTES "votes.csv.gz"};
    ent_votes *votes;
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
    for (size_t i = 0; i < 2; i++) {
        if (ent__votes_read(f->ctx, votes, files[i]) != ENT_OK) {
            fail_msg("%s", ent_ctx_error(f->ctx));
        }
    }
    assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
    assert_int_equal(ent__votes_to_store(f->ctx, votes, f->store), ENT_OK);
    ent__votes_free(votes);
}

/* The reference's agreement of two states in a year; NaN: not in it. */
static double reference(fixture *f, const char *a, const char *b, const char *year)
{
    ent_lines *lines;
    ent_str *cells, *names;
    size_t count, name_count;
    double found = NAN;
    assert_int_equal(ent__lines_open(f->ctx, VOTES "ref_agreement_year_upto2000.csv", 4096, &lines),
                     ENT_OK);
    assert_int_equal(ent__csv_next(f->ctx, lines, ',', f->arena, &names, &name_count), 1);
    while (ent__csv_next(f->ctx, lines, ',', f->arena, &cells, &count) == 1) {
        bool pair[2] = {false, false}, of_year = false;
        double value = NAN;
        for (size_t i = 0; i < count; i++) {
            pair[0] |= ent__str_eqz(cells[i], a);
            pair[1] |= ent__str_eqz(cells[i], b);
            of_year |= ent__str_eqz(names[i], "year") && ent__str_eqz(cells[i], year);
            if (ent__str_eqz(names[i], "agree_abs")) {
                assert_true(ent__str_double(cells[i], &value));
            }
        }
        found = pair[0] && pair[1] && of_year ? value : found;
    }
    ent__lines_close(lines);
    return found;
}

static void real_votes_give_the_reference(void **state)
{
    fixture *f = *state;
    skip_unless_shared(VOTES "votes.csv.gz");
    import_votes(f);
    static const ent_str states[] = {{"USA", 3}, {"RUS", 3}, {"CHN", 3}};
    const ent_brief_inputs inputs = {.store = f->store, .states = states, .state_count = 3};
    ent_brief *brief;
    assert_int_equal(ent__brief_build(f->ctx, f->kit, f->arena, &inputs, &brief), ENT_OK);
    const ent_brief_exhibit *e = exhibit_of(brief, "votes-agreement");
    assert_non_null(e);
    double expected = reference(f, "2", "365", "2000"), got = NAN;
    for (size_t r = 0; r < e->row_count; r++) {
        if (ent__str_eqz(e->cells[r * e->column_count], "2000")) {
            assert_true(ent__str_double(e->cells[r * e->column_count + 1], &got));
        }
    }
    assert_true(fabs(got - expected) < 5e-5);
    assert_non_null(exhibit_of(brief, "votes-ideal"));
    assert_true(is_unknown(brief, "issue tags end in"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shift_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_left_out_and_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_store_answers_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_case_answers_and_hostile_words_stay_words, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_hostile_code_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_chart_is_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(imported_series_are_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(real_votes_give_the_reference, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("brief with data", tests, NULL, NULL);
}
