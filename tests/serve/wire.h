/* wire: what the tests over real sockets share: a server of their own in a child process, raw bytes
 * out, raw bytes back, a login.  Prints TAP. */
#ifndef ENT_SERVE_WIRE_H
#define ENT_SERVE_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../serve/serve.h"

typedef struct {
    const char *program;
    char folder[64], store[96];
    pid_t pid;
    int port, log; /* log: the child's standard error */
    char session[128], reader[128], token[80];
} server;

static int wire_tests, wire_failures;

static inline void ok(bool good, const char *name)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++wire_tests, name);
    wire_failures += !good;
    fflush(stdout);
}

static inline double wire_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Runs the program with these words; input is given on its standard input, standard error comes
 * back through *out_log. */
static inline pid_t wire_run(const char *const *words, const char *input, int *out_log)
{
    int in[2], err[2];
    if (pipe(in) != 0 || pipe(err) != 0) {
        perror("pipe");
        exit(2);
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(err[1], STDERR_FILENO);
        close(in[1]);
        close(err[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that is stopped leaves no server behind */
        execv(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(in[0]);
    close(err[1]);
    if (input != NULL && write(in[1], input, strlen(input)) < 0) {
        perror("write");
    }
    close(in[1]);
    *out_log = err[0];
    return pid;
}

/* Waits for the end; gives the exit status, or 1000 + the signal; 2000: it did not end in time (and
 * was killed). */
static inline int wire_wait(pid_t pid, double most_seconds)
{
    int status = 0;
    double until = wire_seconds() + most_seconds;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (wire_seconds() > until) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return 2000;
        }
        usleep(5000);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static inline void server_start(server *s)
{
    const char *words[] = {s->program, "serve", "--store", s->store, "--port", "0", NULL};
    char line[4096];
    size_t n = 0;
    s->pid = wire_run(words, NULL, &s->log);
    s->port = 0;
    double until = wire_seconds() + 60;
    while (s->port == 0 && n < sizeof line - 1 && wire_seconds() < until) {
        ssize_t got = read(s->log, line + n, sizeof line - 1 - n);
        if (got <= 0) {
            break;
        }
        n += (size_t)got;
        line[n] = '\0';
        const char *at = strstr(line, "http://127.0.0.1:");
        if (at != NULL && strchr(at, ')') != NULL) {
            s->port = atoi(at + strlen("http://127.0.0.1:"));
        }
    }
    if (s->port == 0) {
        fprintf(stderr, "the server did not start: %.*s\n", (int)n, line);
        exit(2);
    }
    fcntl(s->log, F_SETFL, O_NONBLOCK);
}

static inline void server_open(server *s, const char *program)
{
    *s = (server){.program = program};
    strcpy(s->folder, "/tmp/entente-wire-XXXXXX");
    if (mkdtemp(s->folder) == NULL) {
        perror("mkdtemp");
        exit(2);
    }
    snprintf(s->store, sizeof s->store, "%s/s.db", s->folder);
    const char *words[] = {program, "serve",  "--store", s->store, "--add-user",
                           "root",  "--role", "admin",   NULL};
    int log;
    pid_t pid = wire_run(words, "a long password\n", &log);
    int end = wire_wait(pid, 60);
    if (end != 0) {
        char why[4096];
        ssize_t n = read(log, why, sizeof why);
        fprintf(stderr, "--add-user ended with %d: %.*s\n", end, n > 0 ? (int)n : 0, why);
        exit(2);
    }
    close(log);
}

static inline void server_remove(server *s)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".app", ".app-wal", ".app-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", s->store, ends[i]);
        unlink(path);
    }
    rmdir(s->folder);
}

/* Prints what the server said; gives how many bytes that was. */
static inline size_t server_log(server *s, char *out, size_t size)
{
    size_t n = 0;
    ssize_t got;
    while (n < size - 1 && (got = read(s->log, out + n, size - 1 - n)) > 0) {
        n += (size_t)got;
    }
    out[n] = '\0';
    return n;
}

static inline int wire_connect(int port, int wait_ms)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval most = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

enum { WIRE_PATIENT_MS = 60000 };

/* Sends the bytes, ends the sending side, and takes all that comes back within wait_ms of silence
 * (yours to free with ent__buf_free).  false: no connection. */
static inline bool wire_exchange(int port, ent_str bytes, int wait_ms, ent_buf *out)
{
    int fd = wire_connect(port, wait_ms);
    if (fd < 0) {
        return false;
    }
    for (size_t at = 0; at < bytes.n;) { /* a server that has heard enough may close early */
        ssize_t put = send(fd, bytes.p + at, bytes.n - at, MSG_NOSIGNAL);
        if (put <= 0) {
            break;
        }
        at += (size_t)put;
    }
    shutdown(fd, SHUT_WR);
    char piece[16384];
    ssize_t got;
    while ((got = recv(fd, piece, sizeof piece, 0)) > 0) {
        ent__buf_add(out, piece, (size_t)got);
    }
    close(fd);
    return true;
}

/* 0: no status line came back. */
static inline int wire_status(const ent_buf *reply)
{
    return reply->n > 12 && strncmp(reply->p, "HTTP/1.", 7) == 0 ? atoi(reply->p + 9) : 0;
}

static inline void wire_cookie(const ent_buf *reply, const char *name, char *to, size_t size)
{
    char mark[64];
    snprintf(mark, sizeof mark, "Set-Cookie: %s=", name);
    const char *at = reply->p == NULL ? NULL : strstr(reply->p, mark);
    if (at != NULL) {
        at += strlen(mark);
        snprintf(to, size, "%.*s", (int)strcspn(at, ";\r"), at);
    }
}

/* One well-formed call as the logged-in admin; gives the status. */
static inline int server_call(server *s, const char *method, const char *target, const char *body,
                              ent_buf *reply)
{
    ent_buf request = {0};
    ent__buf_printf(&request,
                    "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: "
                    "http://127.0.0.1:%d\r\nCookie: "
                    "session=%s; reader=%s\r\nX-Entente-Token: %s\r\nConnection: close\r\n",
                    method, target, s->port, s->port, s->session, s->reader, s->token);
    if (body != NULL) {
        ent__buf_printf(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                        strlen(body));
    }
    ent__buf_printf(&request, "\r\n%s", body == NULL ? "" : body);
    reply->n = 0;
    bool sent = wire_exchange(s->port, ent__buf_slice(&request), WIRE_PATIENT_MS, reply);
    int status = sent ? wire_status(reply) : 0;
    wire_cookie(reply, "session", s->session, sizeof s->session);
    wire_cookie(reply, "reader", s->reader, sizeof s->reader);
    const char *token = status == 200 && reply->p != NULL ? strstr(reply->p, "\"token\":\"") : NULL;
    if (token != NULL) {
        snprintf(s->token, sizeof s->token, "%.64s", token + 9);
    }
    ent__buf_free(&request);
    return status;
}

static inline bool server_login(server *s)
{
    ent_buf reply = {0};
    bool good = server_call(s, "GET", "/api/session", NULL, &reply) == 200 &&
                server_call(s, "POST", "/api/login",
                            "{\"name\":\"root\",\"password\":\"a long password\"}", &reply) == 200;
    ent__buf_free(&reply);
    return good;
}

#endif
