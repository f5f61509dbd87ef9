/* Downloads against a server on this machine: whole, continued, refused, wrong checksum. */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "../../src/align/align.h"

static const char body[] = "rcid,ccode,vote\n1,2,Y\n1,365,N\n";

typedef struct {
    int socket, port;
    pthread_t thread;
    bool ranges;     /* answers requests for the rest */
    int continued;   /* how often it did */
} server;

/* One request a connection; "/missing" is 404. */
static void answer(server *s, int client)
{
    char request[2048], reply[512];
    ssize_t n = read(client, request, sizeof request - 1);
    request[n > 0 ? n : 0] = '\0';
    const char *range = strstr(request, "Range: bytes=");
    size_t from = range && s->ranges ? (size_t)atoi(range + 13) : 0, total = sizeof body - 1;
    int length;
    if (strstr(request, "/missing") != NULL) {
        length = snprintf(reply, sizeof reply, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n"
                                               "Connection: close\r\n\r\n");
    } else {
        s->continued += from > 0;
        length = snprintf(reply, sizeof reply,
                          "HTTP/1.1 %s\r\nContent-Length: %zu\r\nContent-Range: bytes %zu-%zu/%zu\r\n"
                          "Connection: close\r\n\r\n%s",
                          from > 0 ? "206 Partial" : "200 OK", total - from, from, total - 1, total,
                          body + from);
    }
    assert_true(write(client, reply, (size_t)length) == length);
    close(client);
}

static void *serve(void *user)
{
    server *s = user;
    int client;
    while ((client = accept(s->socket, NULL, NULL)) >= 0) {
        answer(s, client);
    }
    return NULL;
}

typedef struct {
    ent_ctx *ctx;
    server server;
    char dir[64], path[96], part[112], url[96];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    f->server.socket = socket(AF_INET, SOCK_STREAM, 0);
    f->server.ranges = true;
    assert_int_equal(bind(f->server.socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(f->server.socket, 4), 0);
    assert_int_equal(getsockname(f->server.socket, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&f->server.thread, NULL, serve, &f->server), 0);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d/votes.csv", ntohs(address.sin_port));
    strcpy(f->dir, "/tmp/test_fetch_XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->path, sizeof f->path, "%s/votes.csv", f->dir);
    snprintf(f->part, sizeof f->part, "%s.part", f->path);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    shutdown(f->server.socket, SHUT_RDWR);
    pthread_join(f->server.thread, NULL);
    close(f->server.socket);
    unlink(f->path);
    unlink(f->part);
    rmdir(f->dir);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static void assert_whole(const fixture *f)
{
    ent_buf bytes = {0};
    assert_int_equal(ent__file_read(f->ctx, f->path, 4096, &bytes), ENT_OK);
    assert_string_equal(bytes.p, body);
    ent__buf_free(&bytes);
    assert_int_not_equal(access(f->part, F_OK), 0);
}

static void write_part(const fixture *f, const char *bytes, size_t n)
{
    FILE *file = fopen(f->part, "w");
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void whole_file_with_checksum(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    char hash[65];
    ent__sha256_hex(ent__str(body), hash);
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, hash, 4096, &got), ENT_OK);
    assert_string_equal(got.sha256, hash);
    assert_int_equal(got.bytes, sizeof body - 1);
    assert_whole(f);
}

static void continues_where_it_stopped(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    write_part(f, body, 10);
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(got.resumed_at, 10);
    assert_int_equal(f->server.continued, 1);
    assert_whole(f);
}

static void starts_again_where_the_server_cannot(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    f->server.ranges = false;
    write_part(f, "something else", 14);
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(got.resumed_at, 0);
    assert_whole(f);
}

static void another_checksum_is_thrown_away(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, "00", 4096, &got), ENT_EINPUT);
    assert_int_not_equal(access(f->path, F_OK), 0);
    assert_int_not_equal(access(f->part, F_OK), 0);
}

static void errors_name_the_address(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    char missing[128];
    snprintf(missing, sizeof missing, "%.*s/missing", (int)(strlen(f->url) - 10), f->url);
    assert_int_equal(ent__fetch(f->ctx, missing, f->path, NULL, 4096, &got), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "/missing"));
    unlink(f->part);
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 5, &got), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "larger than 5"));
    assert_int_equal(ent__fetch(f->ctx, "file:///etc/hosts", f->path, NULL, 4096, &got),
                     ENT_EINPUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_file_with_checksum), TEST(continues_where_it_stopped),
        TEST(starts_again_where_the_server_cannot), TEST(another_checksum_is_thrown_away),
        TEST(errors_name_the_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
