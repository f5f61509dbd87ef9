/* Readers: reactions, comments, reports, what is kept of them; and the moderators' queue. */
#include "serve_test.h"

static serve_house house;
static caller analyst, moderator;

static int status(caller *who, const char *method, const char *target, const char *body)
{
    serve_reply reply;
    int got = call_as(&house, who, method, target, body, &reply);
    serve__reply_free(&reply);
    return got;
}

static void publish(const char *slug)
{
    char body[128], target[128];
    snprintf(body, sizeof body, "{\"documents\":[\"paris\"],\"slug\":\"%s\"}", slug);
    assert_int_equal(status(&analyst, "POST", "/api/briefs", body), 201);
    snprintf(target, sizeof target, "/api/briefs/%s/publish", slug);
    assert_int_equal(status(&analyst, "POST", target, NULL), 200);
}

static int setup(void **state)
{
    (void)state;
    house_open(&house);
    log_in(&house, &analyst, "analyst");
    log_in(&house, &moderator, "moderator");
    put_document(&house, "paris",
                 "France and Germany met in Paris on 3 May 2021. They will meet again.");
    publish("talks");
    assert_int_equal(
        status(&analyst, "POST", "/api/briefs", "{\"documents\":[\"paris\"],\"slug\":\"draft\"}"),
        201);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&house);
    return 0;
}

static json_int_t count_of(json_t *reactions, const char *kind)
{
    json_int_t n = json_integer_value(json_object_get(json_object_get(reactions, "counts"), kind));
    json_decref(reactions);
    return n;
}

/* Posts a comment; gives its number and whether it was held. */
static json_int_t comment_as(caller *who, const char *body, bool *out_held)
{
    json_t *made = json_as(&house, who, "POST", "/api/briefs/talks/comments", body, 201);
    json_int_t id = json_integer_value(json_object_get(made, "id"));
    *out_held = strcmp(json_string_value(json_object_get(made, "state")), "held") == 0;
    json_decref(made);
    return id;
}

static int decide(json_int_t id, const char *what)
{
    char target[64];
    snprintf(target, sizeof target, "/api/comments/%lld/%s", (long long)id, what);
    return status(&moderator, "POST", target, "{}");
}

static size_t seen_by(caller *who)
{
    json_t *list = json_as(&house, who, "GET", "/api/briefs/talks/comments", NULL, 200);
    size_t n = json_array_size(json_object_get(list, "items"));
    assert_int_equal(n, json_integer_value(json_object_get(list, "total")));
    json_decref(list);
    return n;
}

static void one_reaction_a_reader(void **state)
{
    (void)state;
    caller a = {.address = "10.1.0.1"}, b = {.address = "10.1.0.2"};
    become_reader(&house, &a);
    become_reader(&house, &b);
    static const char path[] = "/api/briefs/talks/reaction";
    assert_int_equal(
        count_of(json_as(&house, &a, "PUT", path, "{\"reaction\":\"wow\"}", 200), "wow"), 1);
    assert_int_equal(
        count_of(json_as(&house, &a, "PUT", path, "{\"reaction\":\"wow\"}", 200), "wow"), 1);
    assert_int_equal(
        count_of(json_as(&house, &b, "PUT", path, "{\"reaction\":\"wow\"}", 200), "wow"), 2);
    json_t *mine = json_as(&house, &a, "PUT", path, "{\"reaction\":\"sad\"}", 200);
    assert_string_equal(json_string_value(json_object_get(mine, "mine")), "sad");
    assert_int_equal(count_of(mine, "wow"), 1);
    json_t *back = json_as(&house, &a, "DELETE", path, NULL, 200);
    assert_true(json_is_null(json_object_get(back, "mine")));
    assert_int_equal(count_of(back, "sad"), 0);
    assert_int_equal(status(&a, "PUT", path, "{\"reaction\":\"hate\"}"), 422);
    assert_int_equal(status(&a, "PUT", "/api/briefs/draft/reaction", "{\"reaction\":\"wow\"}"),
                     404);
    assert_int_equal(
        status(&analyst, "PUT", "/api/briefs/draft/reaction", "{\"reaction\":\"wow\"}"), 404);
    caller nobody = {.address = "10.1.0.3"};
    assert_int_equal(count_of(json_as(&house, &nobody, "GET", path, NULL, 200), "wow"), 1);
}

static void newcomers_are_held(void **state)
{
    (void)state;
    caller a = {.address = "10.2.0.1"}, b = {.address = "10.2.0.2"};
    bool held;
    become_reader(&house, &a);
    become_reader(&house, &b);
    json_int_t first =
        comment_as(&a, "{\"text\":\"<script>alert(1)</script>\\nIndeed.\",\"name\":\"A\"}", &held);
    assert_true(held);
    assert_int_equal(seen_by(&a), 1); /* one's own, marked as held */
    assert_int_equal(seen_by(&b), 0);
    json_t *queue = json_as(&house, &moderator, "GET", "/api/moderation", NULL, 200);
    json_t *item = json_array_get(json_object_get(queue, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "text")),
                        "<script>alert(1)</script>\nIndeed."); /* text, as written */
    json_decref(queue);
    assert_int_equal(decide(first, "approve"), 200);
    assert_int_equal(seen_by(&b), 1);
    comment_as(&a, "{\"text\":\"A second thought.\"}", &held);
    assert_false(held);
    comment_as(&a, "{\"text\":\"See HTTPS://spam.example\"}", &held);
    assert_true(held); /* links always wait */
    assert_int_equal(seen_by(&b), 2);
    assert_int_equal(decide(999, "approve"), 404);
}

static void threads_have_one_level(void **state)
{
    (void)state;
    caller a = {.address = "10.3.0.1"};
    char body[128];
    bool held;
    become_reader(&house, &a);
    json_int_t top = comment_as(&a, "{\"text\":\"Top.\"}", &held);
    snprintf(body, sizeof body, "{\"text\":\"Answer.\",\"parent\":%lld}", (long long)top);
    assert_int_equal(status(&a, "POST", "/api/briefs/talks/comments", body), 409); /* still held */
    assert_int_equal(decide(top, "approve"), 200);
    json_int_t answer = comment_as(&a, body, &held);
    assert_int_equal(status(&a, "POST", "/api/briefs/talks/comments", body),
                     409); /* twice the same */
    snprintf(body, sizeof body, "{\"text\":\"Deeper.\",\"parent\":%lld}", (long long)answer);
    assert_int_equal(status(&a, "POST", "/api/briefs/talks/comments", body), 409);
}

static void texts_are_checked(void **state)
{
    (void)state;
    caller a = {.address = "10.4.0.1"};
    static char big[4200 + 32] = "{\"text\":\"";
    become_reader(&house, &a);
    memset(big + strlen(big), 'x', 4001);
    strcat(big, "\"}");
    static const char path[] = "/api/briefs/talks/comments";
    assert_int_equal(status(&a, "POST", path, big), 422);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"  \"}"), 422);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"a\\u0000b\"}"), 400);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"a\\u001bb\"}"), 422);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"a\",\"name\":\"b\\nc\"}"), 422);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"a\",\"parent\":\"1\"}"), 422);
    assert_int_equal(status(&a, "POST", path, "{\"text\":\"\xff\"}"), 400);
    assert_int_equal(status(&a, "POST", "/api/briefs/draft/comments", "{\"text\":\"a\"}"), 404);
}

static void comments_are_slowed_and_close(void **state)
{
    (void)state;
    caller a = {.address = "10.5.0.1"};
    char body[64];
    int got = 201, sent = 0;
    become_reader(&house, &a);
    for (; got == 201 && sent < 20; sent++) {
        snprintf(body, sizeof body, "{\"text\":\"Thought %d\"}", sent);
        got = status(&a, "POST", "/api/briefs/talks/comments", body);
    }
    assert_int_equal(got, 429);
    assert_int_equal(sent, 7);
    house.options.comments_days = 30;
    serve__app_close(house.app);
    assert_int_equal(serve__app_open(house.ctx, house.kit, &house.options, &house.app), ENT_OK);
    int64_t before = serve_test_clock_now;
    serve_test_clock_now += 31 * 86400;
    assert_int_equal(status(&a, "POST", "/api/briefs/talks/comments", "{\"text\":\"Late\"}"), 409);
    json_t *list = json_as(&house, &a, "GET", "/api/briefs/talks/comments", NULL, 200);
    assert_true(json_is_false(json_object_get(list, "open")));
    json_decref(list);
    serve_test_clock_now = before;
}

static void three_reports_hold(void **state)
{
    (void)state;
    caller a = {.address = "10.6.0.1"}, others[3] = {0};
    char path[64];
    bool held;
    become_reader(&house, &a);
    json_int_t first = comment_as(&a, "{\"text\":\"Fine words.\"}", &held);
    decide(first, "approve");
    json_int_t id = comment_as(&a, "{\"text\":\"Foul words.\"}", &held);
    assert_false(held);
    snprintf(path, sizeof path, "/api/comments/%lld/report", (long long)id);
    size_t before = seen_by(&moderator);
    for (int i = 0; i < 3; i++) {
        static const char *const addresses[] = {"10.6.1.1", "10.6.1.2", "10.6.1.3"};
        others[i].address = addresses[i];
        become_reader(&house, &others[i]);
        assert_int_equal(seen_by(&moderator), before);
        assert_int_equal(status(&others[i], "POST", path, "{\"reason\":\"Foul\"}"), 201);
    }
    assert_int_equal(seen_by(&moderator), before - 1);
    assert_int_equal(status(&others[0], "POST", path, "{\"reason\":\"Foul\"}"),
                     404); /* not shown now */
    assert_int_equal(decide(id, "approve"),
                     200); /* read and found fair: reports no longer hold it */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(status(&others[i], "POST", path, "{\"reason\":\"Still foul\"}"), 201);
    }
    assert_int_equal(seen_by(&moderator), before);
    assert_int_equal(decide(id, "reject"), 200);
    assert_int_equal(seen_by(&moderator), before - 1);
}

static void readers_take_along_and_delete(void **state)
{
    (void)state;
    caller a = {.address = "10.7.0.1"}, b = {.address = "10.7.0.2"};
    char body[128], path[64];
    bool held;
    become_reader(&house, &a);
    become_reader(&house, &b);
    json_int_t top = comment_as(&a, "{\"text\":\"Mine to delete.\",\"name\":\"Ada\"}", &held);
    decide(top, "approve");
    snprintf(body, sizeof body, "{\"text\":\"An answer.\",\"parent\":%lld}", (long long)top);
    json_int_t answer = comment_as(&b, body, &held);
    decide(answer, "approve");
    status(&a, "PUT", "/api/briefs/talks/reaction", "{\"reaction\":\"love\"}");
    json_t *kept = json_as(&house, &a, "GET", "/api/reader", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(kept, "comments")), 1);
    assert_int_equal(json_array_size(json_object_get(kept, "reactions")), 1);
    json_decref(kept);
    snprintf(path, sizeof path, "/api/comments/%lld", (long long)top);
    assert_int_equal(status(&b, "DELETE", path, NULL), 404); /* somebody else's */
    size_t before = seen_by(&b);
    json_decref(json_as(&house, &a, "DELETE", "/api/reader", NULL, 200));
    kept = json_as(&house, &a, "GET", "/api/reader", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(kept, "comments")), 0);
    assert_int_equal(json_array_size(json_object_get(kept, "reactions")), 0);
    json_decref(kept);
    assert_int_equal(seen_by(&b), before); /* an empty place keeps the answer where it was */
    json_t *csv_list =
        json_as(&house, &b, "GET", "/api/briefs/talks/comments?limit=1000", NULL, 200);
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(csv_list, "items"), i, one)
    {
        assert_string_not_equal(json_string_value(json_object_get(one, "text")), "Mine to delete.");
        assert_string_not_equal(json_string_value(json_object_get(one, "name")), "Ada");
    }
    json_decref(csv_list);
    assert_int_equal(status(&moderator, "DELETE", path, NULL), 404); /* gone already */
}

static void exports_tables_without_formulas(void **state)
{
    (void)state;
    caller a = {.address = "10.8.0.1"};
    bool held;
    become_reader(&house, &a);
    comment_as(&a, "{\"text\":\"=HYPERLINK(\\\"x\\\")\",\"name\":\"-1, \\\"q\\\"\"}", &held);
    serve_reply reply;
    assert_int_equal(call_as(&house, &moderator, "GET", "/api/comments.csv", NULL, &reply), 200);
    assert_non_null(strstr(reply.body.p, ",\"'-1, \"\"q\"\"\",\"'=HYPERLINK(\"\"x\"\")\",held,"));
    serve__reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_reaction_a_reader),
        cmocka_unit_test(newcomers_are_held),
        cmocka_unit_test(threads_have_one_level),
        cmocka_unit_test(texts_are_checked),
        cmocka_unit_test(three_reports_hold),
        cmocka_unit_test(readers_take_along_and_delete),
        cmocka_unit_test(exports_tables_without_formulas),
        cmocka_unit_test(comments_are_slowed_and_close),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
