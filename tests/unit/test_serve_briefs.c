/* Briefs from draft to withdrawal, and what readers get of them. */
#include "serve_test.h"
#include "../../serve/frame.h"

static serve_house house;
static caller analyst;

static const char article[] = "Will the talks last?\n\nThe president of France met the chancellor "
                              "of Germany in Paris on 3 May "
                              "2021. \"We agree on the border,\" the German foreign minister said. "
                              "France sent aid of 20 million "
                              "euros to Ukraine.\n";

static int setup(void **state)
{
    (void)state;
    house_open(&house);
    log_in(&house, &analyst, "analyst");
    put_document(&house, "paris", article);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static int status(caller *who, const char *method, const char *target, const char *body)
{
    serve_reply reply;
    int got = call_as(&house, who, method, target, body, &reply);
    serve__reply_free(&reply);
    return got;
}

static bool shows_to(caller *who, const char *target, const char *words)
{
    serve_reply reply;
    call_as(&house, who, "GET", target, NULL, &reply);
    ent_str body = serve__reply_body(&reply);
    bool found = memmem(body.p, body.n, words, strlen(words)) != NULL;
    serve__reply_free(&reply);
    return found;
}

static bool shows(const char *target, const char *words)
{
    caller nobody = {0};
    return shows_to(&nobody, target, words);
}

static json_int_t draft(const char *body)
{
    json_t *brief = json_as(&house, &analyst, "POST", "/api/briefs", body, 201);
    json_int_t id = json_integer_value(json_object_get(brief, "id"));
    json_decref(brief);
    return id;
}

static const char *text_of(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void goes_the_whole_way(void **state)
{
    (void)state;
    caller nobody = {0};
    char target[128];
    json_t *brief =
        json_as(&house, &analyst, "POST", "/api/briefs",
                "{\"documents\":[\"paris\"],\"title\":\"Who moves <b>where</b>?\"}", 201);
    json_int_t id = json_integer_value(json_object_get(brief, "id"));
    assert_string_equal(text_of(brief, "slug"), "who-moves-b-where-b");
    assert_string_equal(text_of(brief, "state"), "draft");
    json_decref(brief);
    snprintf(target, sizeof target, "/api/briefs/%lld", (long long)id);
    assert_int_equal(status(&nobody, "GET", target, NULL), 404); /* drafts are nobody's business */
    assert_int_equal(status(&nobody, "GET", "/briefs/who-moves-b-where-b", NULL), 404);
    strcat(target, "/page");
    assert_int_equal(status(&analyst, "GET", target, NULL), 200);

    snprintf(target, sizeof target, "/api/briefs/%lld/publish", (long long)id);
    json_decref(json_as(&house, &analyst, "POST", target, NULL, 200));
    assert_int_equal(status(&analyst, "POST", target, NULL), 409);
    assert_true(shows("/briefs/who-moves-b-where-b", "id=\"readers\""));
    assert_true(shows("/briefs/who-moves-b-where-b", "Who moves &lt;b&gt;where&lt;/b&gt;?"));
    assert_false(shows("/briefs/who-moves-b-where-b", "<b>where</b>"));
    assert_true(shows("/", "Who moves &lt;b&gt;where&lt;/b&gt;?"));
    assert_true(shows("/briefs/who-moves-b-where-b.json", "\"version\""));
    assert_true(shows("/briefs/who-moves-b-where-b.md", "# "));

    brief = json_as(&house, &nobody, "GET", "/api/briefs/who-moves-b-where-b", NULL, 200);
    assert_null(json_object_get(brief, "documents")); /* readers see no more than the page tells */
    assert_null(json_object_get(brief, "author"));
    char first[128];
    snprintf(first, sizeof first, "/briefs/who-moves-b-where-b/%s",
             text_of(json_array_get(json_object_get(brief, "versions"), 0), "hash"));
    json_decref(brief);
    assert_int_equal(status(&nobody, "GET", first, NULL), 200);
    assert_false(shows(first, "older version"));

    snprintf(target, sizeof target, "/api/briefs/%lld/correct", (long long)id);
    assert_int_equal(status(&analyst, "POST", target, "{}"), 422);
    json_decref(json_as(&house, &analyst, "POST", target,
                        "{\"note\":\"The <i>date</i> was wrong\",\"title\":\"Who moves?\"}", 200));
    assert_true(shows("/briefs/who-moves-b-where-b", "The &lt;i&gt;date&lt;/i&gt; was wrong"));
    assert_true(shows("/", "corrected 1 January 2026"));
    assert_true(shows(first, "older version"));
    assert_true(shows(first, "where&lt;/b&gt;?")); /* kept as it was */
    assert_true(shows(first, "older version"));    /* and once more, now from memory */

    snprintf(target, sizeof target, "/api/briefs/%lld/withdraw", (long long)id);
    json_decref(json_as(&house, &analyst, "POST", target, "{\"reason\":\"Built on a hoax\"}", 200));
    assert_int_equal(status(&nobody, "GET", "/briefs/who-moves-b-where-b", NULL), 410);
    assert_int_equal(status(&nobody, "GET", "/briefs/who-moves-b-where-b.json", NULL), 410);
    assert_int_equal(status(&nobody, "GET", first, NULL), 410);
    assert_true(shows("/briefs/who-moves-b-where-b", "Built on a hoax"));
    assert_false(shows("/", "Who moves?"));
    assert_int_equal(status(&nobody, "GET", "/api/briefs/who-moves-b-where-b", NULL), 404);
}

static void lives_through_a_restart(void **state)
{
    (void)state;
    char target[128];
    json_int_t id = draft("{\"documents\":[\"paris\"],\"slug\":\"kept\"}");
    snprintf(target, sizeof target, "/api/briefs/%lld/publish", (long long)id);
    assert_int_equal(status(&analyst, "POST", target, NULL), 200);
    serve_reply before, after;
    caller nobody = {0};
    call_as(&house, &nobody, "GET", "/briefs/kept", NULL, &before);
    ent_buf bytes = {0};
    ent__buf_str(&bytes, serve__reply_body(&before));
    serve__reply_free(&before);
    serve__app_close(house.app);
    assert_int_equal(serve__app_open(house.ctx, house.kit, &house.options, &house.app), ENT_OK);
    call_as(&house, &nobody, "GET", "/briefs/kept", NULL, &after);
    assert_true(ent__str_eq(ent__buf_slice(&bytes), serve__reply_body(&after)));
    serve__reply_free(&after);
    ent__buf_free(&bytes);
    assert_int_equal(status(&analyst, "GET", "/api/users", NULL),
                     403); /* the session lives on too */
}

/* The page runs no script but ours, and its own style sheet is named by its hash. */
static void allows_one_script(void **state)
{
    (void)state;
    caller nobody = {0};
    serve_reply reply;
    assert_int_equal(call_as(&house, &nobody, "GET", "/briefs/kept", NULL, &reply), 200);
    assert_non_null(strstr(reply.page->policy, "style-src 'self' 'sha256-"));
    assert_null(strstr(reply.page->policy, "unsafe"));
    ent_str page = serve__reply_body(&reply);
    assert_null(memmem(page.p, page.n, "http-equiv", 10));
    assert_null(memmem(page.p, page.n, " style=", 7));
    assert_null(memmem(page.p, page.n, "unsafe-inline", 13));
    serve__reply_free(&reply);
}

static void refuses_what_is_not_there(void **state)
{
    (void)state;
    assert_int_equal(status(&analyst, "POST", "/api/briefs", "{\"documents\":[\"nothing\"]}"), 422);
    assert_int_equal(status(&analyst, "POST", "/api/briefs", "{\"documents\":[]}"), 422);
    assert_int_equal(status(&analyst, "POST", "/api/briefs", "{\"documents\":\"paris\"}"), 422);
    assert_int_equal(status(&analyst, "POST", "/api/briefs", "{\"documents\":[1]}"), 422);
    assert_int_equal(
        status(&analyst, "POST", "/api/briefs", "{\"documents\":[\"paris\"],\"slug\":\"../etc\"}"),
        422);
    assert_int_equal(
        status(&analyst, "POST", "/api/briefs", "{\"documents\":[\"paris\"],\"slug\":\"kept\"}"),
        409);
    assert_int_equal(status(&analyst, "POST", "/api/briefs/999/publish", NULL), 404);
    assert_int_equal(status(&analyst, "POST", "/api/briefs/kept/withdraw", "{\"reason\":\"\"}"),
                     422);
    assert_int_equal(status(&analyst, "PATCH", "/api/briefs/kept", "{\"title\":\"x\"}"), 409);
}

static void changes_drafts(void **state)
{
    (void)state;
    char target[128];
    json_int_t id = draft("{\"documents\":[\"paris\"]}");
    snprintf(target, sizeof target, "/api/briefs/%lld", (long long)id);
    json_t *brief = json_as(&house, &analyst, "PATCH", target,
                            "{\"title\":\"A newer title\",\"slug\":\"newer\"}", 200);
    assert_string_equal(text_of(brief, "title"), "A newer title");
    assert_string_equal(text_of(brief, "slug"), "newer");
    json_t *documents = json_object_get(brief, "documents");
    assert_string_equal(json_string_value(json_array_get(documents, 0)), "paris");
    json_decref(brief);
    json_t *list = json_as(&house, &analyst, "GET", "/api/briefs?limit=1", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(list, "items")), 1);
    assert_true(json_is_string(json_object_get(list, "next")));
    json_decref(list);
    caller nobody = {0};
    list = json_as(&house, &nobody, "GET", "/api/briefs", NULL, 200);
    assert_int_equal(json_integer_value(json_object_get(list, "total")), 1); /* "kept" */
    json_decref(list);
}

/* What takes long is run again by another thread; what is refused at once is not. */
static bool is_handed_over(const char *body, int *out_status)
{
    char cookie[320];
    snprintf(cookie, sizeof cookie, "session=%s; reader=%s", analyst.session, analyst.reader);
    serve_field headers[] = {{ENT_LIT("Host"), ENT_LIT("127.0.0.1:8808")},
                             {ENT_LIT("Origin"), ENT_LIT("http://127.0.0.1:8808")},
                             {ENT_LIT("Cookie"), ent__str(cookie)},
                             {ENT_LIT("X-Entente-Token"), ent__str(analyst.token)},
                             {ENT_LIT("Content-Type"), ENT_LIT("application/json")}};
    serve_request request = {.method = ENT_LIT("POST"), .target = ENT_LIT("/api/briefs"),
                             .headers = headers, .header_count = 5, .body = ent__str(body)};
    serve_call call;
    serve_reply reply;
    assert_true(serve__call_begin(&call, house.app, &request, &reply));
    call.may_hand_over = true;
    serve__call_run(&call, request.body);
    bool over = call.handed_over;
    call.may_hand_over = false;
    if (over) {
        serve__call_run(&call, request.body);
        assert_false(call.handed_over);
    }
    *out_status = reply.status;
    serve__call_end(&call);
    serve__reply_free(&reply);
    return over;
}

static void drafts_are_handed_over(void **state)
{
    (void)state;
    int status;
    assert_true(is_handed_over("{\"documents\":[\"paris\"],\"slug\":\"over\"}", &status));
    assert_int_equal(status, 201);
    assert_false(is_handed_over("{\"documents\":[\"paris\"],\"slug\":\"over\"}", &status));
    assert_int_equal(status, 409);
}

static void is_a_table_too(void **state)
{
    (void)state;
    const char *target = "/api/briefs.csv";
    assert_true(shows(target, "id,slug,state,title,deck,published,updated\n"));
    assert_true(shows(target, ",kept,published,"));
    assert_true(shows(target, ",2026-01-01T00:00:00Z,2026-01-01T00:00:00Z\n"));
    assert_false(shows(target, ",draft,")); /* drafts and authors are nobody's business */
    assert_false(shows(target, "analyst"));
    assert_true(shows_to(&analyst, target, "updated,author,created,withdrawn,reason\n"));
    assert_true(shows_to(&analyst, target, ",newer,draft,A newer title,"));
    assert_true(shows_to(&analyst, target, ",Built on a hoax\n"));
    serve_reply reply;
    call_as(&house, &analyst, "GET", "/api/briefs.csv?limit=1", NULL, &reply);
    ent_str next = serve__reply_find(&reply, "X-Next");
    char second[64];
    snprintf(second, sizeof second, "/api/briefs.csv?limit=1&after=%.*s", ENT_FMT(next));
    serve__reply_free(&reply);
    assert_true(shows_to(&analyst, second, ",kept,published,"));
    assert_false(shows_to(&analyst, second, "A newer title"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_the_whole_way), cmocka_unit_test(lives_through_a_restart),
        cmocka_unit_test(allows_one_script),  cmocka_unit_test(refuses_what_is_not_there),
        cmocka_unit_test(changes_drafts),     cmocka_unit_test(is_a_table_too),
        cmocka_unit_test(drafts_are_handed_over),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
