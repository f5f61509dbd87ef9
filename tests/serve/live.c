/* live ENTENTE: the web app over real sockets: headers, kept connections, sizes, a connection that
 * drips, a graceful stop, and kill -9 in the middle of writing: what was acknowledged is there
 * afterwards, and both files are whole. */
#include <sqlite3.h>

#include "wire.h"

static const char article[] =
    "{\"text\":\"Will the talks last?\\n\\nThe president of France met the chancellor of Germany "
    "in Paris"
    " on 3 May 2021. France sent aid of 20 million euros to Ukraine.\",\"id\":\"paris\"}";

static bool says(const ent_buf *reply, const char *words)
{
    return reply->p != NULL && strstr(reply->p, words) != NULL;
}

/* Bytes as they are, in a fresh connection. */
static int raw(const server *s, const char *request, ent_buf *reply)
{
    reply->n = 0;
    return wire_exchange(s->port, ent__str(request), WIRE_PATIENT_MS, reply) ? wire_status(reply)
                                                                             : 0;
}

static void headers(server *s)
{
    static const char *const wanted[] = {
        "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin"};
    static const char *const targets[] = {"/", "/app/", "/api/session", "/nothing",
                                          "/api/openapi.json"};
    ent_buf reply = {0};
    bool all = true;
    for (size_t t = 0; t < 5; t++) {
        char request[256];
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", targets[t]);
        raw(s, request, &reply);
        for (size_t w = 0; w < 5; w++) {
            all = all && says(&reply, wanted[w]);
        }
        all = all && !says(&reply, "unsafe-");
    }
    ok(all, "security headers on every answer");
    raw(s, "GET /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", &reply);
    ok(says(&reply, "HttpOnly; SameSite=Strict"), "cookies are HttpOnly, SameSite=Strict");
    raw(s, "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", &reply);
    ok(wire_status(&reply) == 200 && !says(&reply, "<html"), "HEAD has no body");
    raw(s,
        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
        &reply);
    ok(says(&reply, "Content-Encoding: gzip") && says(&reply, "Vary: Accept-Encoding"), "gzip");
    ok(raw(s, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", &reply) == 421,
       "another host's name is not answered");
    raw(s,
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\nConnection: "
        "close"
        "\r\n\r\n",
        &reply);
    const char *first = reply.p == NULL ? NULL : strstr(reply.p, "HTTP/1.1 200");
    ok(first != NULL && strstr(first + 1, "HTTP/1.1 200") != NULL, "two requests in one "
                                                                   "connection");
    ent__buf_free(&reply);
}

static void sizes(server *s)
{
    ent_buf reply = {0}, body = {0};
    ent__buf_z(&body, "{\"name\":\"");
    for (int i = 0; i < 200000; i++) {
        ent__buf_char(&body, 'x');
    }
    ent__buf_z(&body, "\"}");
    ok(server_call(s, "POST", "/api/login", body.p, &reply) == 413, "a body that is too large is "
                                                                    "refused");
    ok(server_call(s, "GET", "/api/health", NULL, &reply) == 200, "and the next one is answered");
    ent__buf_free(&body);
    ent__buf_free(&reply);
}

/* A child that brings its request byte by byte; ends with 0 when it was cut in time. */
static pid_t drip(const server *s)
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    static const char request[] =
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
    int fd = wire_connect(s->port, 500);
    double began = wire_seconds();
    for (size_t i = 0; i < sizeof request - 1; i++) {
        char byte;
        if (send(fd, request + i, 1, MSG_NOSIGNAL) != 1 || recv(fd, &byte, 1, 0) == 0 ||
            errno == ECONNRESET) {
            double took = wire_seconds() - began;
            _exit(took > 10 && took < 30 ? 0 : 1);
        }
    }
    _exit(2);
}

/* A login takes a while (argon2id): the stop comes in the middle of it. */
static void stops_gracefully(server *s)
{
    ent_buf reply = {0}, request = {0};
    static const char body[] = "{\"name\":\"root\",\"password\":\"a long password\"}";
    ent__buf_printf(&request,
                    "POST /api/login HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: same-origin"
                    "\r\nCookie: session=%s; reader=%s\r\nX-Entente-Token: %s\r\nContent-Type: "
                    "application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                    s->port, s->session, s->reader, s->token, sizeof body - 1, body);
    int fd = wire_connect(s->port, WIRE_PATIENT_MS);
    send(fd, request.p, request.n, MSG_NOSIGNAL);
    usleep(10000);
    kill(s->pid, SIGTERM);
    kill(s->pid, SIGTERM); /* timeout and service managers send it twice */
    char piece[4096];
    for (ssize_t got; (got = recv(fd, piece, sizeof piece, 0)) > 0;) {
        ent__buf_add(&reply, piece, (size_t)got);
    }
    close(fd);
    ok(wire_status(&reply) == 200 && says(&reply, "\"token\""), "what runs at SIGTERM is answered");
    ok(wire_wait(s->pid, 30) == 0, "and the program ends with 0");
    close(s->log);
    ent__buf_free(&reply);
    ent__buf_free(&request);
}

/* ---- kill -9 ------------------------------------------------------------------------------- */

static bool is_whole(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *statement = NULL;
    bool whole =
        sqlite3_open(path, &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return whole;
}

/* Changes the draft's title and adds documents, again and again, until the server is gone; tells
 * through `out` the numbers of the last change and the last document that were acknowledged. */
static pid_t write_on(server *s, int first, int out)
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    ent_buf reply = {0};
    for (int i = first;; i++) {
        char body[256];
        snprintf(body, sizeof body, "{\"title\":\"Title %d\"}", i);
        if (server_call(s, "PATCH", "/api/briefs/1", body, &reply) != 200) {
            _exit(0);
        }
        if (write(out, &i, sizeof i) != sizeof i) {
            _exit(1);
        }
        snprintf(body, sizeof body,
                 "{\"id\":\"note-%d\",\"text\":\"France and Germany met on 3 May 2021.\"}", i);
        if (server_call(s, "POST", "/api/documents", body, &reply) != 202) {
            _exit(0);
        }
    }
}

static int title_number(server *s)
{
    ent_buf reply = {0};
    int number = -1;
    if (server_call(s, "GET", "/api/briefs/1", NULL, &reply) == 200) {
        const char *at = strstr(reply.p, "\"title\":\"Title ");
        number = at == NULL ? 0 : atoi(at + strlen("\"title\":\"Title "));
    }
    ent__buf_free(&reply);
    return number;
}

/* Documents "note-N" that the job's state called done before the kill. */
static bool waits_for_document(server *s)
{
    ent_buf reply = {0};
    double until = wire_seconds() + 60;
    int status = 0;
    while (status != 200 && wire_seconds() < until) {
        status = server_call(s, "GET", "/api/documents/paris", NULL, &reply);
        usleep(20000);
    }
    ent__buf_free(&reply);
    return status == 200;
}

static void survives_kills(server *s)
{
    ent_buf reply = {0};
    bool kept = true, whole = true;
    int last = 0;
    for (int round = 0; round < 8; round++) {
        int pipes[2], number;
        if (pipe(pipes) != 0) {
            exit(2);
        }
        pid_t writer = write_on(s, last + 1, pipes[1]);
        close(pipes[1]);
        usleep(150000u + 40000u * (unsigned)round);
        kill(s->pid, SIGKILL);
        wire_wait(s->pid, 10);
        while (read(pipes[0], &number, sizeof number) == sizeof number) {
            last = number;
        }
        close(pipes[0]);
        wire_wait(writer, 10);
        close(s->log);
        server_start(s);
        int now = title_number(s);
        kept = kept && (now == last || now == last + 1); /* the one in flight may have arrived */
        last = now;
        char app[128];
        snprintf(app, sizeof app, "%s.app", s->store);
        whole = whole && is_whole(s->store) && is_whole(app);
    }
    printf("# %d changes acknowledged in 8 rounds\n", last);
    ok(kept && last > 8, "what was acknowledged is there after kill -9");
    ok(whole, "both files are whole after kill -9");
    ok(server_call(s, "GET", "/api/documents/paris", NULL, &reply) == 200, "documents stored "
                                                                           "before stay");
    ent__buf_free(&reply);
}

int main(int argc, char **argv)
{
    server s;
    ent_buf reply = {0};
    if (argc != 2) {
        fputs("usage: live ENTENTE\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    server_open(&s, argv[1]);
    server_start(&s);
    pid_t dripping = drip(&s);
    headers(&s);
    ok(server_login(&s), "an admin logs in");
    sizes(&s);
    const char *taken[] = {s.program, "serve", "--store", s.store, "--port", "", NULL};
    char port[16];
    snprintf(port, sizeof port, "%d", s.port);
    taken[5] = port;
    int log;
    ok(wire_wait(wire_run(taken, NULL, &log), 30) == 2, "a port that is taken: exit code 2");
    close(log);
    ok(server_call(&s, "POST", "/api/documents", article, &reply) == 202 && waits_for_document(&s),
       "a text is read");
    ok(server_call(&s, "POST", "/api/briefs", "{\"documents\":[\"paris\"],\"title\":\"Title 0\"}",
                   &reply) == 201,
       "and becomes a draft");
    ok(wire_wait(dripping, 60) == 0, "a connection that drips is cut");
    survives_kills(&s);
    stops_gracefully(&s);
    server_remove(&s);
    ent__buf_free(&reply);
    printf("1..%d\n", wire_tests);
    return wire_failures > 0;
}
