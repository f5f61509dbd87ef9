/* Cases over the API: begun, rated, saved; blind entry; two analysts at once; history; files; what a
 * bad file answers. */
#include "serve_test.h"

static serve_house house;
static caller ana, bob;

static const char file[] =
    "# our own notes stay\\ncase: demo\\nquestion: Why?\\nstates: [POL, FRA]\\nhypotheses:\\n"
    "  - {id: H1, text: One}\\n  - {id: H2, text: Two}\\nevidence:\\n"
    "  - {id: E1, text: First, credibility: H}\\n  - {id: E2, text: Second} # a remark\\n";

static int setup(void **state)
{
    (void)state;
    house_open(&house);
    log_in_as(&house, &ana, "ana", "analyst");
    log_in_as(&house, &bob, "bob", "analyst");
    put_document(&house, "talks", "Poland thanked France on Monday. Will France help Poland?");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static json_t *call_json(caller *who, const char *method, const char *target, const char *body,
                         int status)
{
    return json_as(&house, who, method, target, body, status);
}

static const char *text(json_t *json, const char *key)
{
    const char *z = json_string_value(json_object_get(json, key));
    return z == NULL ? "" : z;
}

static int64_t number(json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

static int64_t rate(caller *who, const char *item, const char *hypothesis, const char *rating,
                    int64_t base)
{
    char body[256];
    snprintf(body, sizeof body, "{\"evidence\":\"%s\",\"hypothesis\":\"%s\",\"rating\":\"%s\","
             "\"base_revision\":%lld}", item, hypothesis, rating, (long long)base);
    json_t *view = call_json(who, "PUT", "/api/cases/demo/ratings", body, 200);
    int64_t revision = number(view, "revision");
    json_decref(view);
    return revision;
}

static void a_case_is_begun_and_rated(void **state)
{
    (void)state;
    char body[1024];
    snprintf(body, sizeof body, "{\"yaml\":\"%s\"}", file);
    json_t *view = call_json(&ana, "POST", "/api/cases", body, 201);
    assert_string_equal(text(view, "id"), "demo");
    assert_int_equal(number(view, "revision"), 1);
    assert_true(json_is_null(json_object_get(view, "weigh"))); /* nobody has rated */
    assert_int_equal(number(view, "blank"), 4);
    json_decref(view);
    json_decref(call_json(&ana, "POST", "/api/cases", body, 409));
    assert_int_equal(rate(&ana, "E1", "H1", "C", 1), 2);
    assert_int_equal(rate(&ana, "E1", "H2", "II", 2), 3);
    assert_int_equal(rate(&ana, "E1", "H2", "II", 3), 3); /* the same again is no new state */
    view = call_json(&ana, "GET", "/api/cases/demo", NULL, 200);
    assert_non_null(strstr(text(view, "yaml"), "# our own notes stay"));
    assert_non_null(strstr(text(view, "yaml"), "# a remark"));
    assert_true(json_is_object(json_object_get(view, "weigh")));
    assert_false(json_is_true(json_object_get(view, "blind")));
    json_decref(view);
    view = call_json(&ana, "GET", "/api/cases", NULL, 200);
    json_t *row = json_array_get(json_object_get(view, "items"), 0);
    assert_string_equal(text(row, "question"), "Why?");
    assert_string_equal(text(row, "by"), "ana");
    json_decref(view);
}

/* The case stands at the state `base`, with an item that nobody has rated; gives the state after. */
static int64_t only_the_owner_may_look(int64_t base)
{
    static const char *const asked[] = {"/api/cases/demo?reveal=1", "/api/cases/demo.yaml?reveal=1",
                                        "/api/cases/demo.csv?analyst=ana&reveal=1",
                                        "/api/cases/demo.svg?reveal=true",
                                        "/api/cases/demo/history?reveal=1"};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) { /* bob did not begin it */
        json_decref(call_json(&bob, "GET", asked[i], NULL, 403));
    }
    json_t *view = call_json(&bob, "GET", "/api/cases/demo", NULL, 200);
    assert_true(json_is_false(json_object_get(view, "may_reveal")));
    json_decref(view);
    caller admin = {0};
    log_in_as(&house, &admin, "carla", "admin");
    view = call_json(&admin, "GET", "/api/cases/demo", NULL, 200);
    assert_true(json_is_true(json_object_get(view, "blind")));
    assert_true(json_is_true(json_object_get(view, "may_reveal")));
    json_decref(view);
    view = call_json(&admin, "GET", "/api/cases/demo?reveal=1", NULL, 200);
    assert_non_null(json_object_get(json_object_get(json_object_get(view, "case"), "ratings"), "ana"));
    json_decref(view);
    int64_t now = rate(&bob, "E1", "H1", "I", base);
    view = call_json(&ana, "GET", "/api/cases/demo", NULL, 200); /* E3 waits for her, too */
    assert_true(json_is_true(json_object_get(view, "blind")));
    json_decref(view);
    view = call_json(&ana, "GET", "/api/cases/demo?reveal=1", NULL, 200); /* she began it */
    assert_non_null(json_object_get(json_object_get(json_object_get(view, "case"), "ratings"), "bob"));
    json_decref(view);
    return now;
}

static void others_are_hidden_until_all_is_rated(void **state)
{
    (void)state;
    json_t *view = call_json(&bob, "GET", "/api/cases/demo", NULL, 200);
    json_t *body = json_object_get(view, "case");
    assert_true(json_is_true(json_object_get(view, "blind")));
    assert_int_equal(json_object_size(json_object_get(body, "ratings")), 0);
    assert_int_equal(json_array_size(json_object_get(body, "hidden")), 1);
    assert_null(strstr(text(view, "yaml"), "ana"));
    assert_true(json_is_null(json_object_get(view, "weigh")));
    /* The file comes back without ana's ratings, with a new item: hers stay. */
    ent_buf yaml = {0}, put = {0};
    ent__buf_z(&yaml, text(view, "yaml"));
    const char *at = strstr(yaml.p, "  - {id: E2");
    assert_non_null(at);
    ent_buf grown = {0};
    ent__buf_str(&grown, ent__str_sub(ent__buf_slice(&yaml), 0, (size_t)(at - yaml.p)));
    ent__buf_z(&grown, "  - {id: E3, text: Third}\n");
    ent__buf_z(&grown, at);
    ent_json json = ent__json(&put);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "yaml", ent__buf_slice(&grown));
    ent__json_kint(&json, "base_revision", number(view, "revision"));
    ent__json_close(&json, '}');
    json_decref(view);
    view = call_json(&bob, "PUT", "/api/cases/demo", put.p, 200);
    int64_t now = number(view, "revision");
    assert_null(strstr(text(view, "yaml"), "\"ana\""));
    json_decref(view);
    view = call_json(&ana, "GET", "/api/cases/demo", NULL, 200);
    json_t *hers = json_object_get(json_object_get(json_object_get(view, "case"), "ratings"), "ana");
    assert_string_equal(text(json_object_get(hers, "E1"), "H2"), "II");
    json_decref(view);
    json_decref(call_json(&bob, "GET", "/api/cases/demo.csv?analyst=ana", NULL, 403));
    json_decref(call_json(&bob, "GET", "/api/cases/demo.svg", NULL, 403));
    view = call_json(&bob, "GET", "/api/cases/demo/history", NULL, 200);
    char *all = json_dumps(view, 0);
    assert_null(strstr(all, "ana: E1"));
    free(all);
    json_decref(view);
    now = only_the_owner_may_look(now);
    static const char *const items[] = {"E1", "E2", "E3"};
    for (int i = 0; i < 3; i++) {
        now = rate(&bob, items[i], "H1", "I", now);
        now = rate(&bob, items[i], "H2", "N", now);
    }
    view = call_json(&bob, "GET", "/api/cases/demo", NULL, 200); /* all rated: all is shown */
    assert_false(json_is_true(json_object_get(view, "blind")));
    assert_true(json_is_object(json_object_get(view, "weigh")));
    json_decref(view);
    ent__buf_free(&yaml);
    ent__buf_free(&grown);
    ent__buf_free(&put);
}

static void an_old_state_is_refused(void **state)
{
    (void)state;
    json_t *problem = call_json(&ana, "PUT", "/api/cases/demo/ratings",
                                "{\"evidence\":\"E2\",\"hypothesis\":\"H1\",\"rating\":\"CC\","
                                "\"base_revision\":2}", 409);
    assert_string_equal(text(json_object_get(problem, "error"), "code"), "stale");
    json_decref(problem);
    char body[1024];
    snprintf(body, sizeof body, "{\"yaml\":\"%s\",\"base_revision\":1}", file);
    json_decref(call_json(&ana, "PUT", "/api/cases/demo", body, 409));
    json_decref(call_json(&ana, "PUT", "/api/cases/none", "{\"yaml\":\"x\",\"base_revision\":1}", 422));
    json_decref(call_json(&ana, "PUT", "/api/cases/none/ratings",
                          "{\"evidence\":\"E2\",\"hypothesis\":\"H1\",\"rating\":\"CC\","
                          "\"base_revision\":2}", 404));
}

static void history_files_and_suggestions(void **state)
{
    (void)state;
    json_t *page = call_json(&ana, "GET", "/api/cases/demo/history?limit=3&reveal=1", NULL, 200);
    json_t *items = json_object_get(page, "items");
    assert_int_equal(json_array_size(items), 3);
    int64_t total = number(page, "total");
    assert_int_equal(number(json_array_get(items, 0), "revision"), total);
    assert_true(json_array_size(json_object_get(json_array_get(items, 0), "changes")) >= 1);
    json_decref(page);
    page = call_json(&ana, "GET", "/api/cases/demo/suggest", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(page, "questions")), 1);
    assert_true(json_array_size(json_object_get(page, "items")) >= 1);
    json_decref(page);
    static const char *const files[] = {"/api/cases/demo.yaml?reveal=1", "/api/cases/demo.csv",
                                        "/api/cases/demo.svg?reveal=1", "/api/cases.csv"};
    for (size_t i = 0; i < 4; i++) {
        serve_reply reply;
        assert_int_equal(call_as(&house, &ana, "GET", files[i], NULL, &reply), 200);
        assert_true(serve__reply_body(&reply).n > 20);
        serve__reply_free(&reply);
    }
    static const char *const missing[] = {"/api/cases/no", "/api/cases/no/history",
                                          "/api/cases/no/suggest", "/api/cases/no.yaml",
                                          "/api/cases/no.csv", "/api/cases/no.svg"};
    for (size_t i = 0; i < 6; i++) {
        json_decref(call_json(&ana, "GET", missing[i], NULL, 404));
    }
    json_decref(call_json(&ana, "GET", "/api/cases/demo.csv?analyst=zoe&reveal=1", NULL, 400));
    json_decref(call_json(&ana, "GET", "/api/cases/demo?reveal=perhaps", NULL, 400));
}

static void bad_cases_name_line_and_key(void **state)
{
    (void)state;
    static const struct {
        const char *body, *key;
        int line;
    } cases[] = {
        {"{\"yaml\":\"case: x\\nquestion: Q\\nhypotheses: 3\\nevidence: []\\n\"}", "hypotheses", 3},
        {"{\"yaml\":\"case: x\\nquestion: Q\\nhypothesis: 3\\n\"}", "case", 3},
        {"{\"yaml\":\"case: [\"}", "", 2},
        {"{\"yaml\":\"question: Q\\nhypotheses: [{id: a}, {id: b}]\\nevidence: [{id: c}]\\n\"}",
         "case", 1},
        {"{\"yaml\":\"case: a/b\\nquestion: Q\\nhypotheses: [{id: a}, {id: b}]\\nevidence: [{id: c}]\\n\"}",
         "case", 1},
        {"{\"yaml\":\"case: l\\nquestion: Q\\nhypotheses: [{id: a}, {id: b}]\\nevidence:\\n"
         "  - {id: c, links: [talks#e99]}\\n\"}", "links of c", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *problem = call_json(&ana, "POST", "/api/cases", cases[i].body, 422);
        json_t *error = json_object_get(problem, "error");
        assert_int_equal(number(error, "line"), cases[i].line);
        if (cases[i].key[0] != '\0') {
            assert_string_equal(text(error, "key"), cases[i].key);
        }
        json_decref(problem);
    }
    json_decref(call_json(&ana, "POST", "/api/cases", "{}", 422));
    json_decref(call_json(&ana, "POST", "/api/cases?reveal=x", "{}", 400));
    json_decref(call_json(&ana, "POST", "/api/cases", "{\"yaml\":1}", 422));
    json_decref(call_json(&ana, "PUT", "/api/cases/demo", "{\"yaml\":\"a\"}", 422));
    static const char *const ratings[] = {
        "{\"evidence\":\"E1\",\"hypothesis\":\"H1\",\"rating\":\"C\"}",
        "{\"evidence\":\"E1\",\"hypothesis\":\"H1\",\"rating\":\"maybe\",\"base_revision\":1}",
        "{\"evidence\":\"\",\"hypothesis\":\"H1\",\"rating\":\"C\",\"base_revision\":1}",
        "{\"evidence\":\"E1\",\"hypothesis\":\"H1\",\"rating\":\"C\",\"base_revision\":\"1\"}",
        "{\"evidence\":\"E1\",\"hypothesis\":\"H1\",\"rating\":\"C\",\"base_revision\":-1}"};
    for (size_t i = 0; i < sizeof ratings / sizeof *ratings; i++) {
        json_decref(call_json(&ana, "PUT", "/api/cases/demo/ratings", ratings[i], 422));
    }
    json_t *view = call_json(&ana, "GET", "/api/cases/demo", NULL, 200);
    char body[256];
    snprintf(body, sizeof body, "{\"evidence\":\"E77\",\"hypothesis\":\"H1\",\"rating\":\"C\","
             "\"base_revision\":%lld}", (long long)number(view, "revision"));
    json_decref(view);
    json_decref(call_json(&ana, "PUT", "/api/cases/demo/ratings", body, 422));
    caller nobody = {0};
    json_decref(call_json(&nobody, "GET", "/api/cases", NULL, 401));
    json_decref(call_json(&nobody, "GET", "/api/cases/demo.yaml", NULL, 401));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_begun_and_rated),
        cmocka_unit_test(others_are_hidden_until_all_is_rated),
        cmocka_unit_test(an_old_state_is_refused),
        cmocka_unit_test(history_files_and_suggestions),
        cmocka_unit_test(bad_cases_name_line_and_key),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
