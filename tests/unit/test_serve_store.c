/* Routes over the store without sockets: reading a pasted text, documents, events, statements,
 * figures, words; rights; hostile parameters. */
#include "serve_test.h"

static serve_house house;
static caller ana, mod, nobody;

static const char article[] =
    "Envoys of France met the foreign minister of Poland in Warsaw on 3 May 2020. \\\"Grain is dear,\\\""
    " the minister said. Poland accused Hungary of blocking 40 million euros of aid. What will"
    " Hungary want?";

static int setup(void **state)
{
    (void)state;
    house_open(&house);
    log_in_as(&house, &ana, "ana", "analyst");
    log_in_as(&house, &mod, "mod", "moderator");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static json_t *ask(const char *target, int status)
{
    return json_as(&house, &ana, "GET", target, NULL, status);
}

static int status_of(caller *who, const char *method, const char *target, const char *body)
{
    serve_reply reply;
    int status = call_as(&house, who, method, target, body, &reply);
    serve__reply_free(&reply);
    return status;
}

static const char *text(json_t *json, const char *key)
{
    const char *z = json_string_value(json_object_get(json, key));
    return z == NULL ? "" : z;
}

static size_t items(json_t *page)
{
    return json_array_size(json_object_get(page, "items"));
}

/* Hands a text in and waits for its job's end. */
static json_t *read_text(const char *body)
{
    json_t *put = json_as(&house, &ana, "POST", "/api/documents", body, 202);
    char target[64];
    snprintf(target, sizeof target, "/api/jobs/%s", text(put, "job"));
    json_decref(put);
    for (int i = 0; i < 2000; i++) {
        json_t *job = ask(target, 200);
        if (strcmp(text(job, "state"), "done") == 0 || strcmp(text(job, "state"), "failed") == 0) {
            return job;
        }
        json_decref(job);
        usleep(10000);
    }
    fail_msg("the job does not end");
    return NULL;
}

static void a_pasted_text_is_read(void **state)
{
    (void)state;
    char body[1024];
    snprintf(body, sizeof body, "{\"text\":\"%s\",\"title\":\"Envoys meet\",\"date\":\"2020-05-04\","
             "\"url\":\"https://example.org/a\",\"id\":\"warsaw talks\"}", article);
    json_t *job = read_text(body);
    assert_string_equal(text(job, "state"), "done");
    assert_string_equal(text(job, "put"), "new");
    assert_string_equal(text(job, "document"), "warsaw talks");
    json_decref(job);
    json_t *doc = ask("/api/documents/warsaw%20talks", 200);
    assert_string_equal(text(doc, "title"), "Envoys meet");
    assert_string_equal(text(doc, "date"), "2020-05-04");
    assert_true(json_array_size(json_object_get(doc, "sentences")) >= 4);
    assert_true(json_array_size(json_object_get(doc, "events")) >= 1);
    assert_int_equal(json_array_size(json_object_get(doc, "questions")), 1);
    assert_true(json_array_size(json_object_get(doc, "quantities")) >= 1);
    assert_non_null(json_object_get(doc, "version"));
    json_decref(doc);
    job = read_text(body); /* the same text again changes nothing */
    assert_string_equal(text(job, "put"), "same");
    json_decref(job);
    job = read_text("{\"html\":\"<html><body><article><h1>Short</h1><p>Poland thanked France on"
                    " Monday for its help.</p></article></body></html>\"}");
    assert_string_equal(text(job, "state"), "done");
    json_decref(job);
    job = read_text("{\"html\":\"<html><body></body></html>\"}");
    assert_string_equal(text(job, "state"), "failed");
    assert_true(strlen(text(json_object_get(job, "error"), "message")) > 0);
    json_decref(job);
}

static void lists_hold_what_was_read(void **state)
{
    (void)state;
    json_t *page = ask("/api/documents", 200);
    assert_int_equal(items(page), 2);
    assert_int_equal(json_integer_value(json_object_get(page, "total")), 2);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
    page = ask("/api/documents?q=hungary", 200);
    assert_int_equal(items(page), 1);
    json_decref(page);
    page = ask("/api/documents?limit=1", 200);
    char next[128];
    snprintf(next, sizeof next, "/api/documents?limit=1&after=%s", text(page, "next"));
    json_decref(page);
    page = ask(next, 200);
    assert_int_equal(items(page), 1);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
    page = ask("/api/events?doc=warsaw+talks", 200);
    size_t all = items(page);
    assert_true(all >= 1);
    json_decref(page);
    page = ask("/api/events?actor=Poland&target=hun&either=1", 200);
    assert_true(items(page) >= 1);
    json_t *event = json_array_get(json_object_get(page, "items"), 0);
    char why[256];
    snprintf(why, sizeof why, "/api/events/warsaw%%20talks/%s", strrchr(text(event, "id"), '#') + 1);
    json_decref(page);
    json_t *told = ask(why, 200);
    assert_true(strlen(text(told, "sentence")) > 0);
    assert_true(json_array_size(json_object_get(told, "tree")) > 5);
    assert_true(strlen(text(json_object_get(told, "rule"), "id")) > 0);
    json_decref(told);
    page = ask("/api/statements?q=grain&speaker=minister", 200);
    json_decref(page);
    page = ask("/api/quantities?unit=EUR", 200);
    json_decref(page);
    page = ask("/api/search?q=grain", 200);
    assert_true(items(page) >= 1);
    json_decref(page);
    page = ask("/api/search?q=%22pipe-line+AND+%28", 200); /* no query of FTS5: words then */
    assert_int_equal(items(page), 0);
    json_decref(page);
    page = ask("/api/events?q=%22%28*+a-b", 200);
    json_decref(page);
}

static void tables_are_csv(void **state)
{
    (void)state;
    static const char *const targets[] = {"/api/documents.csv", "/api/events.csv?limit=1",
                                          "/api/statements.csv", "/api/quantities.csv",
                                          "/api/search.csv?q=grain"};
    for (size_t i = 0; i < 5; i++) {
        serve_reply reply;
        assert_int_equal(call_as(&house, &ana, "GET", targets[i], NULL, &reply), 200);
        ent_str body = serve__reply_body(&reply);
        assert_true(strncmp(reply.content_type, "text/csv", 8) == 0);
        assert_true(ent__str_starts(serve__reply_find(&reply, "Content-Disposition"), "attachment"));
        assert_true(memchr(body.p, '\n', body.n) != NULL);
        serve__reply_free(&reply);
    }
}

static void formulas_are_words(void **state)
{
    (void)state;
    json_t *job = read_text("{\"text\":\"Poland thanked France.\",\"id\":\"=1+1\","
                            "\"title\":\"=HYPERLINK(1,2) a \\\"b\\\"\",\"date\":\"2001-02-03\"}");
    assert_string_equal(text(job, "state"), "done");
    json_decref(job);
    serve_reply reply;
    assert_int_equal(call_as(&house, &ana, "GET", "/api/documents.csv?until=2001", NULL, &reply), 200);
    ent_str body = serve__reply_body(&reply);
    assert_non_null(memmem(body.p, body.n, "\n'=1+1,2001-02-03,", 18));
    assert_non_null(memmem(body.p, body.n, ",\"'=HYPERLINK(1,2) a \"\"b\"\"\",", 28));
    serve__reply_free(&reply);
    job = read_text("{\"text\":\"Poland condemned France.\",\"id\":\"-1+A1\",\"date\":"
                    "\"2001-02-04\"}");
    assert_string_equal(text(job, "state"), "done");
    json_decref(job);
    assert_int_equal(call_as(&house, &ana, "GET", "/api/documents.csv?until=2001", NULL, &reply), 200);
    body = serve__reply_body(&reply);
    assert_non_null(memmem(body.p, body.n, "\n'-1+A1,2001-02-04,", 19)); /* begins like a number */
    serve__reply_free(&reply);
    assert_int_equal(call_as(&house, &ana, "GET", "/api/events.csv?until=2001", NULL, &reply), 200);
    body = serve__reply_body(&reply);
    assert_non_null(memmem(body.p, body.n, ",-2,", 4)); /* Goldstein's number is one */
    serve__reply_free(&reply);
}

static void strangers_and_moderators_see_nothing(void **state)
{
    (void)state;
    static const char *const targets[] = {"/api/documents", "/api/documents.csv", "/api/events",
                                          "/api/documents/x", "/api/jobs/1", "/api/statements",
                                          "/api/search?q=a", "/api/events/a/e1"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        assert_int_equal(status_of(&nobody, "GET", targets[i], NULL), 401);
        assert_int_equal(status_of(&mod, "GET", targets[i], NULL), 403);
    }
    assert_int_equal(status_of(&nobody, "POST", "/api/documents", "{\"text\":\"a\"}"), 401);
    caller forged = ana;
    strcpy(forged.token, "0000");
    assert_int_equal(status_of(&forged, "POST", "/api/documents", "{\"text\":\"a\"}"), 403);
}

static void what_is_not_there_is_missing(void **state)
{
    (void)state;
    static const char *const targets[] = {"/api/documents/none", "/api/jobs/999", "/api/jobs/x",
                                          "/api/jobs/-1", "/api/jobs/0", "/api/events/none/e1",
                                          "/api/events/warsaw%20talks/e999",
                                          "/api/statements/warsaw%20talks/x"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        json_t *problem = ask(targets[i], 404);
        assert_string_equal(text(json_object_get(problem, "error"), "code"), "missing");
        json_decref(problem);
    }
}

static void bad_parameters_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *target, *field;
    } cases[] = {
        {"/api/events?limit=0", "limit"},           {"/api/events?limit=1001", "limit"},
        {"/api/events?limit=x", "limit"},           {"/api/events?since=yesterday", "since"},
        {"/api/events?until=2020-13", "until"},     {"/api/events?certainty=sure", "certainty"},
        {"/api/events?dataset=mine", "dataset"},    {"/api/events?either=maybe", "either"},
        {"/api/events?order=up", "order"},          {"/api/events?actor=No+such+land", "actor"},
        {"/api/events?actr=USA", "actr"},           {"/api/statements?certainty=asserted", "certainty"},
        {"/api/statements?kind=loud", "kind"},      {"/api/search", "q"},
        {"/api/events/a/e1?tree=x", "tree"},        {"/api/events.csv?limit=50001", "limit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *problem = ask(cases[i].target, 400);
        assert_string_equal(text(json_object_get(problem, "error"), "field"), cases[i].field);
        json_decref(problem);
    }
    json_decref(ask("/api/events?after=1", 400));
    json_decref(ask("/api/events?after=9.9.9", 400));
}

static void bad_bodies_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        {"", 400},
        {"[]", 400},
        {"{\"text\":", 400},
        {"{}", 422},
        {"{\"text\":\"  \"}", 422},
        {"{\"text\":\"a\",\"html\":\"<p>a\"}", 422},
        {"{\"text\":1}", 422},
        {"{\"text\":\"a\",\"more\":1}", 422},
        {"{\"text\":\"a\",\"date\":\"soon\"}", 422},
        {"{\"text\":\"a\",\"url\":\"javascript:alert(1)\"}", 422},
        {"{\"text\":\"a\",\"id\":\"a#e1\"}", 422},
        {"{\"text\":\"a\",\"id\":\"../a\"}", 422},
        {"{\"text\":\"a\\u0000b\"}", 400},
        {"{\"text\":\"\\ud800\"}", 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(status_of(&ana, "POST", "/api/documents", cases[i].body), cases[i].status);
    }
    char deep[9000];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(status_of(&ana, "POST", "/api/documents", deep), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pasted_text_is_read),
        cmocka_unit_test(lists_hold_what_was_read),
        cmocka_unit_test(tables_are_csv),
        cmocka_unit_test(formulas_are_words),
        cmocka_unit_test(strangers_and_moderators_see_nothing),
        cmocka_unit_test(what_is_not_there_is_missing),
        cmocka_unit_test(bad_parameters_are_named),
        cmocka_unit_test(bad_bodies_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
