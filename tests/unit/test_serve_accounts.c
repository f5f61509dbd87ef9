/* Accounts, sessions, tokens, rights: who may do what, and that nobody else may.  The clock stands
 * still unless a test moves it. */
#include "serve_test.h"
#include "../../serve/frame.h"

static serve_house house;

static int setup(void **state)
{
    (void)state;
    house_open(&house);
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

static void logs_in_and_out(void **state)
{
    (void)state;
    caller anna = {0};
    log_in_as(&house, &anna, "anna", "analyst");
    json_t *session = json_as(&house, &anna, "GET", "/api/session", NULL, 200);
    json_t *user = json_object_get(session, "user");
    assert_string_equal(json_string_value(json_object_get(user, "name")), "anna");
    assert_string_equal(json_string_value(json_object_get(user, "role")), "analyst");
    json_decref(session);
    caller old = anna;
    assert_int_equal(status(&anna, "POST", "/api/logout", NULL), 200);
    assert_int_equal(status(&old, "POST", "/api/logout", NULL), 401); /* the cookie is void */
}

static void unknown_and_wrong_are_alike(void **state)
{
    (void)state;
    caller who = {.address = "10.0.0.1"};
    serve__account_put(house.ctx, house.app, "bert", "analyst", "another password");
    become_reader(&house, &who);
    serve_reply wrong, unknown;
    assert_int_equal(call_as(&house, &who, "POST", "/api/login",
                             "{\"name\":\"bert\",\"password\":\"not this one\"}", &wrong),
                     401);
    assert_int_equal(call_as(&house, &who, "POST", "/api/login",
                             "{\"name\":\"nobody\",\"password\":\"not this one\"}", &unknown),
                     401);
    assert_true(ent__str_eq(serve__reply_body(&wrong), serve__reply_body(&unknown)));
    serve__reply_free(&wrong);
    serve__reply_free(&unknown);
}

static void failed_logins_are_slowed(void **state)
{
    (void)state;
    caller who = {.address = "10.0.0.2"};
    static const char wrong[] = "{\"name\":\"nobody\",\"password\":\"not this one\"}";
    become_reader(&house, &who);
    int got = 401, tries = 0;
    for (; got == 401 && tries < 20; tries++) {
        got = status(&who, "POST", "/api/login", wrong);
    }
    assert_int_equal(got, 429);
    assert_int_equal(tries, 9);
    serve_test_clock_now += 31; /* one try comes back */
    assert_int_equal(status(&who, "POST", "/api/login", wrong), 401);
    assert_int_equal(status(&who, "POST", "/api/login", wrong), 429);
}

static void sessions_end(void **state)
{
    (void)state;
    caller carl = {0};
    log_in_as(&house, &carl, "carl", "admin");
    assert_int_equal(status(&carl, "GET", "/api/users", NULL), 200);
    serve_test_clock_now += 11 * 3600; /* used in between: idle time starts anew */
    assert_int_equal(status(&carl, "GET", "/api/users", NULL), 200);
    serve_test_clock_now += 11 * 3600;
    assert_int_equal(status(&carl, "GET", "/api/users", NULL), 200);
    serve_test_clock_now += 13 * 3600;
    assert_int_equal(status(&carl, "GET", "/api/users", NULL), 401);
}

static void login_gives_a_new_session(void **state)
{
    (void)state;
    caller dora = {0};
    log_in_as(&house, &dora, "dora", "analyst");
    caller before = dora;
    keep_token(&dora, json_as(&house, &dora, "POST", "/api/login",
                              "{\"name\":\"dora\",\"password\":\"a long password\"}", 200));
    assert_string_not_equal(before.session, dora.session);
    assert_string_not_equal(before.token, dora.token);
    assert_int_equal(status(&before, "POST", "/api/logout", NULL), 401);
}

static void made_up_cookies_are_nobody(void **state)
{
    (void)state;
    static const char *const made_up[] = {
        "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++) {
        caller who = {0};
        strcpy(who.session, made_up[i]);
        strcpy(who.reader, made_up[i]);
        assert_int_equal(status(&who, "GET", "/api/users", NULL), 401);
    }
}

static void admins_change_accounts(void **state)
{
    (void)state;
    caller admin = {0}, erik = {0};
    log_in(&house, &admin, "admin");
    json_decref(json_as(
        &house, &admin, "POST", "/api/users",
        "{\"name\":\"erik\",\"role\":\"moderator\",\"password\":\"a long password\"}", 201));
    assert_int_equal(status(&admin, "POST", "/api/users",
                            "{\"name\":\"ERIK\",\"role\":\"analyst\","
                            "\"password\":\"a long password\"}"),
                     409);
    assert_int_equal(status(&admin, "POST", "/api/users",
                            "{\"name\":\"<b>\",\"role\":\"analyst\","
                            "\"password\":\"a long password\"}"),
                     422);
    assert_int_equal(status(&admin, "POST", "/api/users",
                            "{\"name\":\"f\",\"role\":\"king\","
                            "\"password\":\"a long password\"}"),
                     422);
    assert_int_equal(status(&admin, "POST", "/api/users",
                            "{\"name\":\"f\",\"role\":\"admin\","
                            "\"password\":\"short\"}"),
                     422);
    become_reader(&house, &erik);
    keep_token(&erik, json_as(&house, &erik, "POST", "/api/login",
                              "{\"name\":\"erik\",\"password\":\"a long password\"}", 200));
    json_decref(json_as(&house, &admin, "PATCH", "/api/users/erik", "{\"disabled\":true}", 200));
    assert_int_equal(status(&erik, "POST", "/api/logout", NULL), 401);
    assert_int_equal(status(&admin, "PATCH", "/api/users/admin", "{\"role\":\"analyst\"}"), 422);
    assert_int_equal(status(&admin, "PATCH", "/api/users/nobody", "{\"disabled\":true}"), 404);
    json_t *audit = json_as(&house, &admin, "GET", "/api/audit?limit=1", NULL, 200);
    json_t *line = json_array_get(json_object_get(audit, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(line, "what")), "account changed");
    assert_string_equal(json_string_value(json_object_get(line, "who")), "admin");
    assert_true(json_is_string(json_object_get(audit, "next")));
    json_decref(audit);
    serve_reply reply;
    assert_int_equal(call_as(&house, &admin, "GET", "/api/audit.csv?limit=1", NULL, &reply), 200);
    assert_non_null(strstr(reply.body.p, "id,at,who,what,subject,detail\n"));
    assert_non_null(strstr(reply.body.p, ",admin,account changed,erik, disabled\n"));
    assert_true(serve__reply_find(&reply, "X-Next").n > 0);
    serve__reply_free(&reply);
    assert_int_equal(call_as(&house, &admin, "GET", "/api/users.csv", NULL, &reply), 200);
    assert_non_null(strstr(reply.body.p, "name,role,disabled,created\n"));
    assert_non_null(strstr(reply.body.p, "\nerik,moderator,1,2026-01-0"));
    assert_null(strstr(reply.body.p, "argon2"));
    serve__reply_free(&reply);
}

static void passwords_change(void **state)
{
    (void)state;
    caller fay = {0}, elsewhere = {0};
    log_in_as(&house, &fay, "fay", "analyst");
    elsewhere = fay;
    assert_int_equal(status(&fay, "POST", "/api/account/password",
                            "{\"old\":\"not this one\",\"new\":\"a newer password\"}"),
                     422);
    keep_token(&fay, json_as(&house, &fay, "POST", "/api/account/password",
                             "{\"old\":\"a long password\",\"new\":\"a newer password\"}", 200));
    assert_int_equal(status(&elsewhere, "POST", "/api/logout", NULL), 401);
    assert_int_equal(status(&fay, "POST", "/api/logout", NULL), 200);
    become_reader(&house, &fay);
    assert_int_equal(
        status(&fay, "POST", "/api/login", "{\"name\":\"fay\",\"password\":\"a long password\"}"),
        401);
    assert_int_equal(
        status(&fay, "POST", "/api/login", "{\"name\":\"fay\",\"password\":\"a newer password\"}"),
        200);
}

/* ---- every route against every right ------------------------------------------------------- */

static void target_of(const char *pattern, char out[128])
{
    size_t n = 0;
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '{') {
            out[n++] = '1';
            c = strchr(c, '}');
        } else {
            out[n++] = *c;
        }
    }
    out[n] = '\0';
}

static void expect(caller *who, const serve_route *route, int want)
{
    char target[128];
    target_of(route->pattern, target);
    int got = status(who, route->method, target, route->body_limit > 0 ? "{}" : NULL);
    if (got != want) {
        fail_msg("%s %s as \"%.3s\": expected %d, got %d", route->method, target, who->session,
                 want, got);
    }
}

static bool may(const char *role, serve_right right)
{
    return right == SERVE_PUBLIC || right == SERVE_READER || right == SERVE_SESSION ||
           strcmp(role, "admin") == 0 || (right == SERVE_ANALYST && strcmp(role, "analyst") == 0) ||
           (right == SERVE_MODERATOR && strcmp(role, "moderator") == 0);
}

static void nothing_without_right(void **state)
{
    (void)state;
    static const char *const roles[] = {"analyst", "moderator", "admin"};
    caller stranger = {0}, reader = {0}, users[3] = {0};
    become_reader(&house, &reader);
    for (int i = 0; i < 3; i++) {
        log_in(&house, &users[i], roles[i]);
    }
    for (size_t t = 0; serve__route_tables[t] != NULL; t++) {
        for (const serve_route *r = serve__route_tables[t]; r->method != NULL; r++) {
            bool reads = strcmp(r->method, "GET") == 0;
            if (r->right != SERVE_PUBLIC) {
                expect(&stranger, r, 401);
            } else if (!reads) {
                expect(&stranger, r, 403); /* no token */
            }
            if (r->right > SERVE_READER) {
                expect(&reader, r, 401);
            }
            for (int i = 0; i < 3; i++) {
                if (!may(roles[i], r->right)) {
                    expect(&users[i], r, 403);
                }
            }
        }
    }
}

/* A change needs the token of this very cookie, from this very site. */
static void changes_need_token_and_origin(void **state)
{
    (void)state;
    caller gina = {0}, other = {0};
    log_in_as(&house, &gina, "gina", "analyst");
    become_reader(&house, &other);
    caller forged = gina;
    strcpy(forged.token, other.token);
    assert_int_equal(status(&forged, "POST", "/api/logout", NULL), 403);
    forged.token[0] = '\0';
    assert_int_equal(status(&forged, "POST", "/api/logout", NULL), 403);
    static const struct {
        const char *origin, *site;
        int want;
    } cases[] = {
        {"http://evil.example", "cross-site", 403},
        {"null", "", 403},
        {"", "same-site", 403},
        {"", "none", 403},
        {"", "", 403},
        {"http://127.0.0.1:9999", "", 403},
        {"http://127.0.0.1:8808.evil.example", "", 403},
        {"", "same-origin", 200},
    };
    char cookie[320];
    snprintf(cookie, sizeof cookie, "session=%s", gina.session);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        serve_field headers[] = {
            {ENT_LIT("Host"), ENT_LIT("127.0.0.1:8808")},
            {ENT_LIT("Cookie"), ent__str(cookie)},
            {ENT_LIT("X-Entente-Token"), ent__str(gina.token)},
            {ENT_LIT("Origin"), ent__str(cases[i].origin)},
            {ENT_LIT("Sec-Fetch-Site"), ent__str(cases[i].site)},
        };
        serve_request request = {.method = ENT_LIT("POST"),
                                 .target = ENT_LIT("/api/logout"),
                                 .headers = headers,
                                 .header_count = 5,
                                 .address = ENT_LIT("::1")};
        serve_reply reply;
        assert_int_equal(serve__dispatch(house.app, &request, &reply), ENT_OK);
        assert_int_equal(reply.status, cases[i].want);
        serve__reply_free(&reply);
    }
}

static void bodies_are_checked(void **state)
{
    (void)state;
    caller who = {.address = "10.0.0.9"};
    become_reader(&house, &who);
    assert_int_equal(status(&who, "POST", "/api/login", "{"), 400);
    assert_int_equal(status(&who, "POST", "/api/login", "[]"), 400);
    assert_int_equal(status(&who, "POST", "/api/login", "{\"name\":1}"), 422);
    assert_int_equal(status(&who, "POST", "/api/login", "{\"name\":\"a\",\"name\":\"b\"}"), 400);
    assert_int_equal(status(&who, "POST", "/api/login", "{\"name\":\"a\",\"password\":[]}"), 422);
    char big[4096];
    memset(big, ' ', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    assert_int_equal(status(&who, "POST", "/api/login", big), 413);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logs_in_and_out),
        cmocka_unit_test(unknown_and_wrong_are_alike),
        cmocka_unit_test(failed_logins_are_slowed),
        cmocka_unit_test(sessions_end),
        cmocka_unit_test(login_gives_a_new_session),
        cmocka_unit_test(made_up_cookies_are_nobody),
        cmocka_unit_test(admins_change_accounts),
        cmocka_unit_test(passwords_change),
        cmocka_unit_test(nothing_without_right),
        cmocka_unit_test(changes_need_token_and_origin),
        cmocka_unit_test(bodies_are_checked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
