/* Fetching from a server of our own on this machine: robots.txt, conditional requests, limits,
 * redirects, private addresses. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../src/text/robots.h"
#include "test.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    struct MHD_Daemon *server;
    char base[64], folder[64];
    unsigned pages, unchanged, robots; /* answers given */
    bool robots_moved;
} world;

static enum MHD_Result answer_with(struct MHD_Connection *c, unsigned status, const char *body,
                                   const char *name, const char *value)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    if (name != NULL) {
        MHD_add_response_header(r, name, value);
    }
    enum MHD_Result done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_size, void **state)
{
    world *w = user;
    (void)method, (void)version, (void)data, (void)data_size, (void)state;
    if (strcmp(url, "/robots.txt") == 0 && w->robots_moved) {
        return answer_with(c, 301, "", "Location", "/moved-robots.txt");
    }
    if (strcmp(url, "/always-304") == 0) {
        return answer_with(c, 304, "", NULL, NULL);
    }
    if (strcmp(url, "/robots.txt") == 0 || strcmp(url, "/moved-robots.txt") == 0) {
        w->robots++;
        return answer_with(c, 200, "User-agent: *\nDisallow: /secret\nAllow: /secret/open\n", NULL,
                           NULL);
    }
    if (strcmp(url, "/page") == 0 || strcmp(url, "/secret/open") == 0) {
        const char *known = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
        if (known != NULL && strcmp(known, "\"v1\"") == 0) {
            w->unchanged++;
            return answer_with(c, 304, "", NULL, NULL);
        }
        w->pages++;
        return answer_with(c, 200, "<html><p>A page of this machine.</p></html>", "ETag", "\"v1\"");
    }
    if (strcmp(url, "/moved") == 0) {
        return answer_with(c, 302, "", "Location", "/page");
    }
    if (strcmp(url, "/to-secret") == 0) {
        return answer_with(c, 302, "", "Location", "/secret/closed");
    }
    if (strcmp(url, "/round") == 0) {
        return answer_with(c, 302, "", "Location", "/round");
    }
    if (strcmp(url, "/big") == 0) {
        char body[5000];
        memset(body, 'a', sizeof body - 1);
        body[sizeof body - 1] = 0;
        return answer_with(c, 200, body, NULL, NULL);
    }
    return answer_with(c, 404, "no", NULL, NULL);
}

static int start(void **state)
{
    static world w;
    *state = &w;
    w.arena = ent__arena_new();
    snprintf(w.folder, sizeof w.folder, "/tmp/entente-cache-XXXXXX");
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    w.server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request, &w,
                                MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (w.server == NULL || mkdtemp(w.folder) == NULL || ent_ctx_new(&w.ctx) != ENT_OK) {
        return 1;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(w.server, MHD_DAEMON_INFO_BIND_PORT);
    snprintf(w.base, sizeof w.base, "http://127.0.0.1:%u", info->port);
    return 0;
}

static int stop(void **state)
{
    world *w = *state;
    char command[128];
    MHD_stop_daemon(w->server);
    ent__arena_free(w->arena);
    ent_ctx_free(w->ctx);
    snprintf(command, sizeof command, "rm -rf %s", w->folder);
    return system(command);
}

static ent_fetch *opened(const world *w, bool allow_private)
{
    ent_fetch *fetch = NULL;
    ent_fetch_options options = {.cache = w->folder, .allow_private = allow_private,
                                 .delay_ms = 1, .timeout_s = 5, .byte_limit = 1000};
    assert_int_equal(ent__fetch_open(w->ctx, &options, &fetch), ENT_OK);
    return fetch;
}

static ent_rc get(const world *w, ent_fetch *fetch, const char *path, const char **out)
{
    return ent__fetch_get(w->ctx, fetch, w->arena,
                          ent__arena_printf(w->arena, "%s%s", w->base, path).p, out);
}

static bool is_private(const char *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
        return ent__address_is_private((const struct sockaddr *)&v4);
    }
    assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
    return ent__address_is_private((const struct sockaddr *)&v6);
}

static void addresses_inside_and_outside(void **state)
{
    (void)state;
    static const char *const inside[] = {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.8", "192.0.2.1", "224.0.0.1",
        "::1", "::", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::1",
        "2001::1"};
    static const char *const outside[] = {"192.0.78.9", "8.8.8.8", "172.32.0.1", "100.128.0.1",
        "::ffff:8.8.8.8", "2001:4860:4860::8888", "2606:4700::1111"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        assert_true(is_private(inside[i]));
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_false(is_private(outside[i]));
    }
}

static void unchanged_without_having_asked(void **state)
{
    world *w = *state;
    const char *path;
    ent_fetch *fetch = opened(w, true);
    assert_int_equal(get(w, fetch, "/always-304", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "304"));
    ent__fetch_close(fetch);
}

static void robots_elsewhere(void **state)
{
    world *w = *state;
    const char *path;
    w->robots_moved = true;
    ent_fetch *fetch = opened(w, true);
    assert_int_equal(get(w, fetch, "/secret/closed", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "robots.txt"));
    w->robots_moved = false;
    ent__fetch_close(fetch);
}

static void changed_pages_only(void **state)
{
    world *w = *state;
    const char *path;
    w->pages = w->unchanged = w->robots = 0;
    for (int run = 0; run < 3; run++) {
        ent_fetch *fetch = opened(w, true);
        assert_int_equal(get(w, fetch, "/page", &path), ENT_OK);
        ent_buf bytes = {0};
        assert_int_equal(ent__file_read(w->ctx, path, 1000, &bytes), ENT_OK);
        assert_non_null(strstr(bytes.p, "of this machine"));
        ent__buf_free(&bytes);
        ent__fetch_close(fetch);
    }
    assert_int_equal(w->pages, 1);
    assert_int_equal(w->unchanged, 2);
    assert_int_equal(w->robots, 3); /* once a run */
}

static void robots_are_minded(void **state)
{
    world *w = *state;
    const char *path;
    ent_fetch *fetch = opened(w, true);
    assert_int_equal(get(w, fetch, "/secret/closed", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "robots.txt"));
    assert_int_equal(get(w, fetch, "/secret/open", &path), ENT_OK);
    assert_int_equal(get(w, fetch, "/to-secret", &path), ENT_EINPUT); /* nor by a detour */
    ent__fetch_close(fetch);
}

static void redirects_and_limits(void **state)
{
    world *w = *state;
    const char *path;
    ent_fetch *fetch = opened(w, true);
    assert_int_equal(get(w, fetch, "/moved", &path), ENT_OK);
    assert_int_equal(get(w, fetch, "/round", &path), ENT_EINPUT);
    assert_int_equal(get(w, fetch, "/big", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "at most 1000 bytes"));
    assert_int_equal(get(w, fetch, "/missing", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "404"));
    ent__fetch_close(fetch);
}

static void private_addresses_are_refused(void **state)
{
    world *w = *state;
    const char *path;
    ent_fetch *fetch = opened(w, false);
    w->robots = w->pages = 0;
    assert_int_equal(get(w, fetch, "/page", &path), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(w->ctx), "private"));
    static const char *const others[] = {"http://[::1]:1/", "http://10.1.2.3/", "http://0.0.0.0/",
                                         "http://192.168.0.1/", "http://169.254.169.254/latest",
                                         "http://[::ffff:127.0.0.1]:1/", "http://[fd00::1]/"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(ent__fetch_get(w->ctx, fetch, w->arena, others[i], &path), ENT_EINPUT);
        assert_non_null(strstr(ent_ctx_error(w->ctx), "private"));
    }
    assert_int_equal(ent__fetch_get(w->ctx, fetch, w->arena, "file:///etc/passwd", &path),
                     ENT_EINPUT);
    assert_int_equal(w->robots + w->pages, 0);
    ent__fetch_close(fetch);
}

static void expect(const char *robots, const char *path, bool allowed)
{
    unsigned delay_s;
    if (ent__robots_allow(ent__str(robots), "entente", ent__str(path), &delay_s) != allowed) {
        fail_msg("%s is %s by \"%s\"", path, allowed ? "forbidden" : "allowed", robots);
    }
}

static void rules_of_robots(void **state)
{
    (void)state;
    unsigned delay_s = 0;
    expect("", "/a", true);
    expect("User-agent: *\nDisallow:\n", "/a", true);
    expect("User-agent: *\nDisallow: /\n", "/a", false);
    expect("User-agent: *\r\nDisallow: /a # all of it\r\n", "/ab", false);
    expect("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true);
    expect("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true);
    expect("User-agent: *\nDisallow: /\nUser-agent: Entente\nDisallow: /x\n", "/a", true);
    expect("User-agent: other\nUser-agent: entente\nDisallow: /x\n", "/x", false);
    expect("User-agent: other\nDisallow: /\n", "/x", true);
    expect("User-agent: *\nDisallow: /*.pdf$\n", "/a/b.pdf", false);
    expect("User-agent: *\nDisallow: /*.pdf$\n", "/a/b.pdf?x", true);
    expect("User-agent: *\nDisallow: /a*b*c\n", "/axbxbxc", false);
    ent__robots_allow(ENT_LIT("User-agent: *\nCrawl-delay: 1.5\n"), "entente", ENT_LIT("/"),
                      &delay_s);
    assert_int_equal(delay_s, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_inside_and_outside),
        cmocka_unit_test(unchanged_without_having_asked),
        cmocka_unit_test(robots_elsewhere),
        cmocka_unit_test(changed_pages_only),
        cmocka_unit_test(robots_are_minded),
        cmocka_unit_test(redirects_and_limits),
        cmocka_unit_test(private_addresses_are_refused),
        cmocka_unit_test(rules_of_robots),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
