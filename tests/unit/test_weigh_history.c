/* weigh with a store: history that only grows, links that lead somewhere, suggestions unrated. */
#include "test.h"

#include <math.h>

#include "../../src/align/align.h"
#include "../../src/weigh/weigh.h"

static const char first_yaml[] = "case: t\nquestion: Why?\nhypotheses: [{id: H1}, {id: H2}]\n"
                                 "evidence: [{id: E1, text: a, links: [\"d#e1\"]}]\n"
                                 "ratings: {anna: {E1: {H1: C}}}\n";
static const char second_yaml[] = "case: t\nquestion: Why?\nhypotheses: [{id: H1}, {id: H2}]\n"
                                  "evidence: [{id: E1, text: b}, {id: E2, text: c}]\n"
                                  "ratings: {anna: {E1: {H1: CC}}, ben: {E2: {H2: I}}}\n";

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    ent_store *store;
    char folder[64], path[80];
} fixture;

static fixture open_store(void)
{
    fixture f = {.folder = "/tmp/entente-cases-XXXXXX"};
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f.ctx, NULL, &f.kit), ENT_OK);
    f.arena = ent__arena_new();
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.path, sizeof f.path, "%s/s.db", f.folder);
    assert_int_equal(ent__store_open(f.ctx, f.path, ENT_STORE_WRITE, &f.store), ENT_OK);
    return f;
}

static void close_store(fixture *f)
{
    char command[128];
    ent__store_close(f->store);
    ent__arena_free(f->arena);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    snprintf(command, sizeof command, "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
}

static int64_t put(fixture *f, const char *yaml, bool *is_new)
{
    ent_stored_case row = {.id = ENT_LIT("t"), .recorded = ENT_LIT("2026-01-01"),
                           .author = ENT_LIT("anna"), .yaml = ent__str(yaml)};
    int64_t revision;
    assert_int_equal(ent__store_put_case(f->ctx, f->store, &row, &revision, is_new), ENT_OK);
    return revision;
}

static ent_rc count_rows(void *user, const ent_stored_case *row)
{
    size_t *count = user;
    assert_true(ent__str_eqz(row->yaml, *count == 1 ? second_yaml : first_yaml));
    ++*count;
    return ENT_OK;
}

static void history_only_grows(void **state)
{
    (void)state;
    fixture f = open_store();
    bool is_new;
    assert_int_equal(put(&f, first_yaml, &is_new), 1);
    assert_int_equal(put(&f, first_yaml, &is_new), 1);
    assert_false(is_new);
    assert_int_equal(put(&f, second_yaml, &is_new), 2);
    assert_int_equal(put(&f, first_yaml, &is_new), 3); /* back again is a change too */
    size_t count = 0;
    assert_int_equal(ent__store_cases(f.ctx, f.store, "t", 0, count_rows, &count), ENT_OK);
    assert_int_equal(count, 3);
    char command[256];
    snprintf(command, sizeof command,
             "sqlite3 %s \"update case_revision set author='x'\" 2>/dev/null", f.path);
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof command, "sqlite3 %s \"delete from case_revision\" 2>/dev/null",
             f.path);
    assert_int_not_equal(system(command), 0);
    close_store(&f);
}

static void changes_are_named(void **state)
{
    (void)state;
    fixture f = open_store();
    ent_case *before, *after;
    ent_buf out = {0};
    assert_int_equal(ent__case_parse_yaml(f.ctx, f.arena, ent__str(first_yaml), "a", &before),
                     ENT_OK);
    assert_int_equal(ent__case_parse_yaml(f.ctx, f.arena, ent__str(second_yaml), "b", &after),
                     ENT_OK);
    ent__case_changes(&out, before, after);
    assert_string_equal(out.p, "+ evidence E2: c\n~ evidence E1: text, source or weight changed\n"
                               "~ anna: E1 on H1: C -> CC\n~ ben: E2 on H2: blank -> I\n");
    ent__buf_free(&out);
    close_store(&f);
}

/* A document with one question, one event between two states, one statement. */
static void put_document(fixture *f)
{
    ent_stored_actor usa = {.code = ENT_LIT("USA"), .name = ENT_LIT("United States"),
                            .raw = ENT_LIT("USA")};
    ent_stored_actor rus = {.code = ENT_LIT("RUS"), .name = ENT_LIT("Russia"), .raw = ENT_LIT("RUS")};
    ent_stored_event event = {.dataset = ENT_LIT("entente"), .external = ENT_LIT("d#e1"),
                              .doc = ENT_LIT("d"), .local = ENT_LIT("e1"), .date = ENT_LIT("2024-02-12"),
                              .day = 19765, .type = ENT_LIT("CONSULT"), .quad = 1, .source = &usa,
                              .target = &rus, .source_count = 1, .target_count = 1,
                              .certainty = ENT_LIT("asserted"), .mentions = 1, .sources = 1,
                              .articles = 1, .text = ENT_LIT("They met."), .story = -1,
                              .begin = -1, .end = -1, .cue_begin = -1, .cue_end = -1};
    ent_stored_statement said = {.doc = ENT_LIT("d"), .local = ENT_LIT("s1"),
                                 .kind = ENT_LIT("direct"), .speaker = ENT_LIT("Jane Example"),
                                 .code = ENT_LIT("USAGOV"), .content = ENT_LIT("\"We agree.\""),
                                 .spans = ENT_LIT("[[0,4]]"), .speaker_begin = -1,
                                 .speaker_end = -1, .cue_begin = -1, .cue_end = -1};
    ent_stored_span question = {.begin = 10, .end = 14};
    ent_stored_document document = {
        .doc = ENT_LIT("d"), .text = ENT_LIT("They met. Why? No more."), .program = ENT_LIT("t"),
        .kit = ENT_LIT("t"), .questions = &question, .question_count = 1, .events = &event,
        .event_count = 1, .statements = &said, .statement_count = 1};
    if (ent__store_put_rows(f->ctx, f->store, &document, NULL) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
}

static void links_must_lead_somewhere(void **state)
{
    (void)state;
    fixture f = open_store();
    ent_case *c;
    assert_int_equal(ent__case_parse_yaml(f.ctx, f.arena, ent__str(first_yaml), "a", &c), ENT_OK);
    assert_int_equal(ent__case_check_links(f.ctx, f.store, f.kit, c, "case.yaml"), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f.ctx), "case.yaml:4: links of E1: \"d#e1\""));
    put_document(&f);
    assert_int_equal(ent__case_check_links(f.ctx, f.store, f.kit, c, "case.yaml"), ENT_OK);
    close_store(&f);
}

static void suggestions_are_unrated(void **state)
{
    (void)state;
    fixture f = open_store();
    put_document(&f);
    ent_str states[] = {ENT_LIT("USA"), ENT_LIT("RUS")};
    ent_buf out = {0};
    assert_int_equal(ent__case_suggest(f.ctx, f.store, states, 2, &out), ENT_OK);
    assert_non_null(strstr(out.p, "text: \"Why?\""));
    assert_non_null(strstr(out.p, "CONSULT: They met."));
    assert_non_null(strstr(out.p, "links: [\"d#e1\"]"));
    assert_non_null(strstr(out.p, "Jane Example: \\\"We agree.\\\""));
    assert_non_null(strstr(out.p, "ratings:\n  you: {}\n"));
    ent__buf_free(&out);
    close_store(&f);
}

static void check_link(fixture *f, const char *link, const char *words)
{
    char yaml[400];
    ent_case *c;
    ent_str got;
    snprintf(yaml, sizeof yaml, "case: t\nquestion: Why?\nhypotheses: [{id: H1}, {id: H2}]\n"
             "evidence:\n  - {id: E1, text: a, links: [\"%s\"]}\n", link);
    assert_int_equal(ent__case_parse_yaml(f->ctx, f->arena, ent__str(yaml), "t", &c), ENT_OK);
    ent_rc rc = ent__case_check_links(f->ctx, f->store, f->kit, c, "t.yaml");
    assert_int_equal(rc, words == NULL ? ENT_EINPUT : ENT_OK);
    if (words == NULL) {
        assert_non_null(strstr(ent_ctx_error(f->ctx), "t.yaml:5: links of E1"));
    } else if (ent__case_link_known(ent__str(link))) {
        assert_int_equal(ent__case_link(f->ctx, f->store, f->kit, f->arena, ent__str(link), &got), ENT_OK);
        assert_true(got.p != NULL && memmem(got.p, got.n, words, strlen(words)) != NULL);
    }
}

static void roll_calls_points_and_results_are_looked_up(void **state)
{
    (void)state;
    fixture f = open_store();
    static const ent_stored_actor usa = {ENT_LIT("USA"), {"", 0}, {"", 0}, {"", 0}};
    static const ent_stored_actor rus = {ENT_LIT("RUS"), {"", 0}, {"", 0}, {"", 0}};
    bool is_new;
    ent_stored_event e = {.dataset = ENT_LIT("events"), .external = ENT_LIT("x"),
                          .date = ENT_LIT("2022-03-05"), .day = ent__date_days((ent_date){2022, 3, 5}),
                          .type = ENT_LIT("ACCUSE"), .cameo = ENT_LIT("111"), .quad = 3,
                          .goldstein = -2, .score = 0, .source = &usa, .source_count = 1,
                          .target = &rus, .target_count = 1, .certainty = ENT_LIT("asserted"),
                          .mentions = 1, .story = -1, .sentence = -1, .begin = -1, .end = -1,
                          .cue_begin = -1, .cue_end = -1};
    assert_int_equal(ent__store_put_event(f.ctx, f.store, &e, &is_new), ENT_OK);
    ent_sheet_row call = {.whole = {77, 0, 60, 14000}, .text = {ENT_LIT("60/1"), ENT_LIT("Peace"), {"", 0}}};
    assert_int_equal(ent__store_put_sheet(f.ctx, f.store, ENT_SHEET_ROLL_CALL, &call, 1), ENT_OK);
    char id[64], link[80];
    ent_stored_result result = {.kind = ENT_LIT("triangle"), .recorded = ENT_LIT("2026-01-01"),
                                .found = ENT_LIT("A is pivot."), .json = ENT_LIT("{}")};
    assert_int_equal(ent__store_put_result(f.ctx, f.store, &result, id), ENT_OK);
    assert_int_equal(ent__store_put_result(f.ctx, f.store, &result, id), ENT_OK); /* once */
    snprintf(link, sizeof link, "result:%s", id);
    check_link(&f, link, "A is pivot.");
    check_link(&f, "result:triangle-000000000000", NULL);
    check_link(&f, "rollcall:60/1", "2008-05-01, 60/1: Peace");
    check_link(&f, "rollcall:77", "Peace");
    check_link(&f, "rollcall:60/2", NULL);
    check_link(&f, "rollcall:", NULL);
    static const char *const points[] = {"series:USA-RUS:month:2022-03", "series:USA-RUS:year:2022:net",
                                         "series:USA+RUS:quarter:2022-Q1:count",
                                         "series:USA-RUS:day:2022-03-05:goldstein",
                                         "series:USA-RUS:week:2022-02-28:share"};
    for (size_t i = 0; i < 5; i++) {
        check_link(&f, points[i], "1 events");
    }
    check_link(&f, "series:RUS-USA:month:2022-03", "0 events"); /* covered: a zero is a point */
    static const char *const none[] = {"series:USA-RUS:month:2022-04", "series:USA-RUS:month:2022",
                                       "series:USA-RUS:week:2022-03-01", "series:USA:month:2022-03",
                                       "series:-RUS:month:2022-03", "series:USA-RUS:month:2022-03:love",
                                       "series:USA-RUS:quarter:2022-Q5", "series:USA-RUS", "series:"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        check_link(&f, none[i], NULL);
    }
    ent_sheet_row given[2] = {
        {.whole = {ent__date_days((ent_date){2000, 1, 1}), ENT_BY_YEAR}, .value = 1.5, .low = 1, .high = 2,
         .text = {ENT_LIT("idealpoint"), ENT_LIT("USA"), ENT_LIT("")}},
        {.whole = {ent__date_days((ent_date){2000, 2, 1}), ENT_BY_MONTH}, .value = 7, .low = NAN,
         .high = NAN, .text = {ENT_LIT("calls"), ENT_LIT("USA"), ENT_LIT("RUS")}}};
    assert_int_equal(ent__store_put_sheet(f.ctx, f.store, ENT_SHEET_SERIES, given, 2), ENT_OK);
    check_link(&f, "series:USA:year:2000:idealpoint", "idealpoint 1.500 (1.000 to 2.000), 1 points");
    check_link(&f, "series:USA-RUS:month:2000-02:calls", "USA and RUS, 2000-02: calls 7.000, 1 points");
    check_link(&f, "series:USA-RUS:month:2000-03:calls", NULL);
    check_link(&f, "series:USA-RUS:session:s55:agreement", NULL); /* no votes here */
    check_link(&f, "https://example.org/a#evidence", ""); /* the analyst's own: not looked up */
    close_store(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roll_calls_points_and_results_are_looked_up),
        cmocka_unit_test(history_only_grows),
        cmocka_unit_test(changes_are_named),
        cmocka_unit_test(links_must_lead_somewhere),
        cmocka_unit_test(suggestions_are_unrated),
    };
    return cmocka_run_group_tests_name("weigh history", tests, NULL, NULL);
}
