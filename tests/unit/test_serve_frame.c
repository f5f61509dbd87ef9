/* The frame of the web app, without sockets: readers of requests, routes against the description of
 * the API, host check, methods, sizes, assets, pages kept ready. */
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

static int ask(const char *method, const char *target, const char *host, const char *accept,
               const char *extra_name, const char *extra, serve_reply *out)
{
    serve_field headers[] = {
        {ENT_LIT("Host"), ent__str(host)},
        {ENT_LIT("Accept"), ent__str(accept)},
        {ent__str(extra_name), ent__str(extra)},
    };
    serve_request request = {.method = ent__str(method),
                             .target = ent__str(target),
                             .address = ENT_LIT("127.0.0.1"),
                             .headers = headers,
                             .header_count = 3};
    assert_int_equal(serve__dispatch(house.app, &request, out), ENT_OK);
    return out->status;
}

static int status_of(const char *method, const char *target, const char *host)
{
    serve_reply reply;
    int status = ask(method, target, host, "*/*", "X", "", &reply);
    serve__reply_free(&reply);
    return status;
}

static void decodes_or_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *want; /* NULL: refused */
    } cases[] = {
        {"plain", "plain"},   {"a%20b", "a b"}, {"a+b", "a b"}, {"%C3%A9", "\xC3\xA9"},
        {"%2e%2E%2f", "../"}, {"%", NULL},      {"%4", NULL},   {"%zz", NULL},
        {"%00", NULL},        {"%0a", NULL},    {"%c3", NULL},  {"%ed%a0%80", NULL},
        {"%c0%af", NULL},     {"", ""},         {"%41", "A"},   {"%7f", NULL},
    };
    ent_arena *arena = ent__arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ent_str got;
        bool ok = serve__decode(arena, ent__str(cases[i].raw), true, &got);
        assert_int_equal(ok, cases[i].want != NULL);
        assert_true(!ok || ent__str_eqz(got, cases[i].want));
    }
    ent__arena_free(arena);
}

static void matches_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path, *first; /* first parameter; NULL: no match, "": no parameter */
    } cases[] = {
        {"/", "/", ""},
        {"/a/{x}", "/a/b", "b"},
        {"/a/{x}", "/a/", NULL},
        {"/a/{x}", "/a/b/", NULL},
        {"/a/{x}", "/a/b/c", NULL},
        {"/a/{x}", "/a", NULL},
        {"/a/{x}", "/a/b%2Fc", "b/c"},
        {"/a/{x}.json", "/a/b.json", "b"},
        {"/a/{x}.json", "/a/b", NULL},
        {"/a/{x}.json", "/a/.json", NULL},
        {"/app/{r*}", "/app/b/c", "b/c"},
        {"/app/{r*}", "/app/", NULL},
        {"/a", "//a", NULL},
        {"/a", "/A", NULL},
    };
    ent_arena *arena = ent__arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        serve_field params[SERVE_PARAMS];
        size_t count;
        unsigned score;
        bool ok =
            serve__match(arena, cases[i].pattern, ent__str(cases[i].path), params, &count, &score);
        assert_int_equal(ok, cases[i].first != NULL);
        assert_true(!ok ||
                    (cases[i].first[0] == '\0' ? count == 0
                                               : ent__str_eqz(params[0].value, cases[i].first)));
    }
    ent__arena_free(arena);
}

static void finds_cookies(void **state)
{
    (void)state;
    ent_str header = ENT_LIT("a=1; session=abc;reader=x=y; sessions=no");
    assert_true(ent__str_eqz(serve__cookie(header, "session"), "abc"));
    assert_true(ent__str_eqz(serve__cookie(header, "reader"), "x=y"));
    assert_int_equal(serve__cookie(header, "ession").n, 0);
    assert_int_equal(serve__cookie(ENT_LIT("session"), "session").n, 0);
}

static void knows_its_hosts(void **state)
{
    (void)state;
    assert_int_equal(status_of("GET", "/api/health", "127.0.0.1:8808"), 200);
    assert_int_equal(status_of("GET", "/api/health", "localhost"), 200);
    assert_int_equal(status_of("GET", "/api/health", "[::1]:8808"), 200);
    assert_int_equal(status_of("GET", "/api/health", "evil.example"), 421);
    assert_int_equal(status_of("GET", "/api/health", "localhost.evil.example"), 421);
    assert_int_equal(status_of("GET", "/api/health", ""), 421);
    assert_true(serve__same_origin(ENT_LIT("https://a.example"), ENT_LIT("a.example")));
    assert_false(serve__same_origin(ENT_LIT("https://a.example.evil"), ENT_LIT("a.example")));
    assert_false(serve__same_origin(ENT_LIT("null"), ENT_LIT("null")));
}

static void answers_methods(void **state)
{
    (void)state;
    serve_reply reply;
    assert_int_equal(status_of("HEAD", "/api/health", "localhost"), 200);
    assert_int_equal(ask("DELETE", "/api/health", "localhost", "*/*", "X", "", &reply), 405);
    assert_true(ent__str_eqz(serve__reply_find(&reply, "Allow"), "GET"));
    serve__reply_free(&reply);
    assert_int_equal(status_of("GET", "/api/nothing", "localhost"), 404);
    assert_int_equal(status_of("GET", "/api/health/", "localhost"), 404);
    assert_int_equal(status_of("GET", "/api/%2e%2e/health", "localhost"), 404);
    assert_int_equal(status_of("GET", "/assets/../api/health", "localhost"), 404);
    assert_int_equal(status_of("GET", "/assets/%2e%2e%2fetc%2fpasswd", "localhost"), 404);
    assert_int_equal(status_of("GET", "/api/%00", "localhost"), 400);
    assert_int_equal(status_of("GET", "/api/health?a=%", "localhost"), 400);
    assert_int_equal(status_of("GET", "http://localhost/api/health", "localhost"), 400);
}

/* People get a page, programs JSON; neither shows what was asked unescaped. */
static void problems_suit_the_asker(void **state)
{
    (void)state;
    serve_reply reply;
    ask("GET", "/<script>", "localhost", "text/html,*/*", "X", "", &reply);
    assert_string_equal(reply.content_type, "text/html; charset=utf-8");
    assert_non_null(strstr(reply.body.p, "Nothing here"));
    assert_null(strstr(reply.body.p, "<script>"));
    serve__reply_free(&reply);
    ask("GET", "/nothing", "localhost", "*/*", "X", "", &reply);
    assert_string_equal(reply.content_type, "application/json");
    serve__reply_free(&reply);
}

static void refuses_bodies(void **state)
{
    (void)state;
    serve_reply reply;
    assert_int_equal(ask("GET", "/api/health", "localhost", "*/*", "Content-Length", "5", &reply),
                     413);
    serve__reply_free(&reply);
    assert_int_equal(ask("GET", "/api/health", "localhost", "*/*", "Content-Length", "-1", &reply),
                     400);
    serve__reply_free(&reply);
}

static void serves_assets_for_ever(void **state)
{
    (void)state;
    ent_buf url = {0};
    serve__asset_url(house.app, "pages.css", &url);
    serve_reply plain, gzip, same;
    assert_int_equal(ask("GET", url.p, "localhost", "*/*", "X", "", &plain), 200);
    assert_int_equal(ask("GET", url.p, "localhost", "*/*", "Accept-Encoding", "br, gzip", &gzip),
                     200);
    assert_non_null(strstr(plain.page->cache_control, "immutable"));
    assert_true(gzip.gzip && serve__reply_body(&gzip).n < serve__reply_body(&plain).n);
    ent_buf opened = {0};
    assert_true(serve__gunzip(serve__reply_body(&gzip), 1 << 20, &opened));
    assert_true(ent__str_eq(ent__buf_slice(&opened), serve__reply_body(&plain)));
    assert_int_equal(
        ask("GET", url.p, "localhost", "*/*", "If-None-Match", plain.page->etag, &same), 304);
    assert_int_equal(serve__reply_body(&same).n, 0);
    serve__reply_free(&same);
    serve__reply_free(&plain);
    serve__reply_free(&gzip);
    ent__buf_free(&opened);
    ent__buf_free(&url);
    assert_int_equal(status_of("GET", "/assets/pages.css", "localhost"), 404);
}

static void names_assets_in_its_page(void **state)
{
    (void)state;
    serve_reply reply;
    ent_buf url = {0};
    serve__asset_url(house.app, "app.js", &url);
    assert_int_equal(ask("GET", "/app/dyads/USA/RUS", "localhost", "*/*", "X", "", &reply), 200);
    ent_str page = serve__reply_body(&reply);
    assert_non_null(memmem(page.p, page.n, url.p, url.n));
    serve__reply_free(&reply);
    ent__buf_free(&url);
}

/* ---- routes against the description, both ways --------------------------------------------- */

static const char *right_name(serve_right right)
{
    static const char *const names[] = {"public",    "reader", "analyst",
                                        "moderator", "admin",  "session"};
    return names[right];
}

/* "/app/{view*}" is written "/app/{view}" in the description. */
static void path_of(const char *pattern, char out[128])
{
    size_t n = 0;
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c != '*') {
            out[n++] = *c;
        }
    }
    out[n] = '\0';
}

static void check_route(const serve_route *route, json_t *paths)
{
    char path[128], method[8] = "";
    path_of(route->pattern, path);
    for (size_t i = 0; route->method[i] != '\0'; i++) {
        method[i] = (char)(route->method[i] + 32);
    }
    json_t *operation = json_object_get(json_object_get(paths, path), method);
    if (operation == NULL) {
        fail_msg("%s %s is not in serve/openapi", route->method, path);
    }
    const char *id = json_string_value(json_object_get(operation, "operationId"));
    const char *right = json_string_value(json_object_get(operation, "x-right"));
    if (id == NULL || strcmp(id, route->operation) != 0 || right == NULL ||
        strcmp(right, right_name(route->right)) != 0) {
        fail_msg("%s %s: expected operationId %s, x-right %s; the description says %s, %s",
                 route->method, path, route->operation, right_name(route->right), id, right);
    }
    if ((json_object_get(operation, "requestBody") != NULL) != (route->body_limit > 0)) {
        fail_msg("%s %s: requestBody and body_limit do not agree", route->method, path);
    }
    if (json_object_get(operation, "responses") == NULL) {
        fail_msg("%s %s: no responses are described", route->method, path);
    }
}

static size_t count_operations(json_t *paths)
{
    size_t count = 0;
    const char *path;
    json_t *item;
    json_object_foreach(paths, path, item)
    {
        count += json_object_size(item);
    }
    return count;
}

static void routes_are_described(void **state)
{
    (void)state;
    caller nobody = {0};
    json_t *api = json_as(&house, &nobody, "GET", "/api/openapi.json", NULL, 200);
    json_t *paths = json_object_get(api, "paths");
    size_t routes = 0;
    for (size_t t = 0; serve__route_tables[t] != NULL; t++) {
        for (const serve_route *r = serve__route_tables[t]; r->method != NULL; r++, routes++) {
            check_route(r, paths);
        }
    }
    assert_int_equal(count_operations(paths), routes); /* and none is described that is not there */
    json_decref(api);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_or_refuses),
        cmocka_unit_test(matches_patterns),
        cmocka_unit_test(finds_cookies),
        cmocka_unit_test(knows_its_hosts),
        cmocka_unit_test(answers_methods),
        cmocka_unit_test(problems_suit_the_asker),
        cmocka_unit_test(refuses_bodies),
        cmocka_unit_test(serves_assets_for_ever),
        cmocka_unit_test(names_assets_in_its_page),
        cmocka_unit_test(routes_are_described),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
