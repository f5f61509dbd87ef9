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
    const char *mark; /* its ETag */
    int continued;   /* how often it did */
    int asked;
} server;

/* One request a connection; "/missing" is 404, "/moved" another place. */
static void answer(server *s, int client)
{
    char request[2048], reply[512];
    ssize_t n = read(client, request, sizeof request - 1);
    request[n > 0 ? n : 0] = '\0';
    const char *range = strstr(request, "Range: bytes=");
    size_t from = range && s->ranges ? (size_t)atoi(range + 13) : 0, total = sizeof body - 1;
    int length;
    const char *only = strstr(request, "If-Range: ");
    if (only != NULL && strncmp(only + 10, s->mark, strlen(s->mark)) != 0) {
        from = 0; /* the part is of another file */
    }
    s->asked++;
    if (strstr(request, "/missing") != NULL) {
        length = snprintf(reply, sizeof reply, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n"
                                               "Connection: close\r\n\r\n");
    } else if (strstr(request, "/moved") != NULL) {
        length = snprintf(reply, sizeof reply, "HTTP/1.1 302 Found\r\nLocation: /votes.csv\r\n"
                                               "Content-Length: 4\r\nConnection: close\r\n\r\n"
                                               "gone");
    } else {
        s->continued += from > 0;
        length = snprintf(reply, sizeof reply,
                          "HTTP/1.1 %s\r\nContent-Length: %zu\r\nContent-Range: bytes %zu-%zu/%zu\r\n"
                          "ETag: %s\r\nConnection: close\r\n\r\n%s",
                          from > 0 ? "206 Partial" : "200 OK", total - from, from, total - 1, total,
                          s->mark, body + from);
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
    char dir[64], path[96], part[112], note[128], url[96];
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
    f->server.mark = "\"one\"";
    assert_int_equal(bind(f->server.socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(f->server.socket, 4), 0);
    assert_int_equal(getsockname(f->server.socket, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&f->server.thread, NULL, serve, &f->server), 0);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d/votes.csv", ntohs(address.sin_port));
    strcpy(f->dir, "/tmp/test_fetch_XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->path, sizeof f->path, "%s/votes.csv", f->dir);
    snprintf(f->part, sizeof f->part, "%s.part", f->path);
    snprintf(f->note, sizeof f->note, "%s.from", f->part);
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
    unlink(f->note);
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

static void write_note(const fixture *f, const char *url, const char *mark)
{
    FILE *file = fopen(f->note, "w");
    fprintf(file, "%s\n%s\n", url, mark);
    fclose(file);
}

/* A part is continued with the rest of its own file alone. */
static void no_part_of_another_file_is_continued(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    write_part(f, body, 10);
    write_note(f, f->url, "\"one\"");
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(got.resumed_at, 10);
    assert_whole(f);
    assert_int_not_equal(access(f->note, F_OK), 0);
    write_part(f, "old,of,it!", 10);
    write_note(f, f->url, "\"nought\""); /* changed at the publisher's meanwhile */
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(got.resumed_at, 0);
    assert_whole(f);
    write_part(f, "elsewhere!", 10);
    write_note(f, "http://127.0.0.1/other", "\"one\"");
    assert_int_equal(ent__fetch(f->ctx, f->url, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(got.resumed_at, 0);
    assert_whole(f);
    assert_int_equal(f->server.continued, 1);
}

static void redirects_are_followed(void **state)
{
    fixture *f = *state;
    ent_fetched got;
    char moved[128];
    snprintf(moved, sizeof moved, "%.*s/moved", (int)(strlen(f->url) - 10), f->url);
    assert_int_equal(ent__fetch(f->ctx, moved, f->path, NULL, 4096, &got), ENT_OK);
    assert_int_equal(f->server.asked, 2);
    assert_whole(f);
}

/* The program on every source of its table: licence and citation first, no request without --yes. */
static void every_source_shows_its_licence_first(void **state)
{
    fixture *f = *state;
    ent_kit *kit;
    assert_int_equal(ent_kit_open(f->ctx, NULL, &kit), ENT_OK);
    const ent_table *t = ent__kit_table(kit, "align/sources");
    assert_non_null(t);
    assert_true(t->rows >= 3);
    char command[640], note[96];
    snprintf(note, sizeof note, "%s/said", f->dir);
    for (size_t r = 0; r < t->rows; r++) {
        const char *name = ent__table_cell(t, r, 0).p, *sums[] = {"", "--yes"};
        assert_true(ent__str_starts(ent__table_cell(t, r, 1), "http"));
        assert_true(ent__table_cell(t, r, 3).n > 0 && ent__table_cell(t, r, 4).n > 0);
        for (int yes = 0; yes < 2; yes++) {
            int before = f->server.asked;
            snprintf(command, sizeof command, "%s fetch %s %s --from %s -o %s >/dev/null 2>%s",
                     ENT_PROGRAM, name, sums[yes], f->url, f->path, note);
            assert_int_equal(system(command), 0);
            assert_int_equal(f->server.asked - before, yes);
            ent_buf said = {0};
            assert_int_equal(ent__file_read(f->ctx, note, 4096, &said), ENT_OK);
            assert_non_null(strstr(said.p, ent__table_cell(t, r, 3).p));
            assert_non_null(strstr(said.p, ent__table_cell(t, r, 4).p));
            ent__buf_free(&said);
        }
        assert_whole(f);
        unlink(f->path);
    }
    unlink(note);
    ent_kit_free(kit);
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
    assert_int_not_equal(access(f->part, F_OK), 0); /* nothing came: nothing stays */
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
        TEST(errors_name_the_address), TEST(no_part_of_another_file_is_continued),
        TEST(redirects_are_followed), TEST(every_source_shows_its_licence_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
