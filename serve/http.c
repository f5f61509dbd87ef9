/* http: libmicrohttpd around the dispatcher: a few threads that each wait on many connections.
 * In: sockets.  Out: replies.  Replies of pages kept in memory are made once and shared; nothing is
 * copied for them.  A connection that does not bring its request, or does not take its reply, in
 * time is cut, however slowly it drips (a timeout of silence alone would not see that).  What takes
 * long is made by threads of its own, or all who share a connection's thread would wait, too.
 * Cost of a kept page: parsing the request and one write. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

enum {
    HEADERS = 64,            /* of one request */
    HEADER_BYTES = 48 << 10, /* memory of one connection: request line and headers */
    CONNECTIONS = 512,
    CONNECTIONS_FROM_ONE = 64, /* address, where addresses tell callers apart */
    REQUEST_S = 20,
    BODY_S = 60,
    REPLY_S = 120, /* to bring a request, its body, take the reply */
    STOP_S = 10,
    DRAIN_BYTES = 1 << 20, /* of a body that is too large: read so that the answer arrives */
    WAITING = 16           /* calls that were handed over and wait for a thread */
};

/* One connection, and the one request that it carries at a time. */
typedef struct wire {
    struct wire *previous, *next;
    serve_http *http;
    int fd;
    atomic_llong deadline;
    char address[80];
    char *target;
    serve_field headers[HEADERS];
    serve_request request;
    serve_call call;
    serve_reply reply;
    ent_buf body;
    size_t drained;
    bool begun, answered, too_large;
    struct MHD_Connection *connection; /* suspended while another thread makes the reply */
    struct wire *behind;               /* in that queue */
    bool made;
} wire;

struct serve_http {
    serve_app *app;
    struct MHD_Daemon *daemon;
    uint16_t port;
    wire *wires;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t watch;
    bool watching, stopping;
    atomic_int running; /* requests between their headers and the end of their reply */
    wire *first, *last; /* handed over */
    size_t waiting;
    pthread_cond_t work;
    pthread_t *makers;
    unsigned maker_count;
    bool closing;
};

static long long seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* ---- connections --------------------------------------------------------------------------- */

/* IPv6 by /64: a household or a server has that many addresses. */
static void address_text(const struct sockaddr *from, char out[80])
{
    out[0] = '\0';
    if (from != NULL && from->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr, out, 80);
    } else if (from != NULL && from->sa_family == AF_INET6) {
        struct in6_addr cut = ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
        if (!IN6_IS_ADDR_LOOPBACK(&cut) && !IN6_IS_ADDR_V4MAPPED(&cut)) {
            memset(cut.s6_addr + 8, 0, 8);
        }
        inet_ntop(AF_INET6, &cut, out, 80);
    }
}

static void on_connection(void *user, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    serve_http *http = user;
    wire *w = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *peer =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        w = calloc(1, sizeof *w);
        *context = w;
        if (w == NULL) {
            return; /* its requests are refused */
        }
        w->http = http;
        w->fd = fd->connect_fd;
        atomic_init(&w->deadline, seconds() + REQUEST_S);
        address_text(peer == NULL ? NULL : peer->client_addr, w->address);
        pthread_mutex_lock(&http->lock);
        w->next = http->wires;
        if (w->next != NULL) {
            w->next->previous = w;
        }
        http->wires = w;
        pthread_mutex_unlock(&http->lock);
    } else if (w != NULL) {
        pthread_mutex_lock(&http->lock);
        *(w->previous == NULL ? &http->wires : &w->previous->next) = w->next;
        if (w->next != NULL) {
            w->next->previous = w->previous;
        }
        pthread_mutex_unlock(&http->lock);
        free(w->target);
        ent__buf_free(&w->body);
        free(w);
        *context = NULL;
    }
}

/* Cuts what is late.  The lock is held while a socket is shut down, so its number is still its own.
 */
static void *watch(void *user)
{
    serve_http *http = user;
    pthread_mutex_lock(&http->lock);
    while (!http->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&http->wake, &http->lock, &until);
        long long now = seconds();
        for (wire *w = http->wires; w != NULL; w = w->next) {
            if (now > atomic_load(&w->deadline)) {
                shutdown(w->fd, SHUT_RDWR);
            }
        }
    }
    pthread_mutex_unlock(&http->lock);
    return NULL;
}

static wire *wire_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* The target as it came: the library would undo percent-encoding its own, more lenient way. */
static void *on_target(void *user, const char *target, struct MHD_Connection *connection)
{
    (void)user;
    wire *w = wire_of(connection);
    if (w != NULL) {
        free(w->target);
        w->target = strdup(target);
    }
    return NULL;
}

static size_t keep_escapes(void *user, struct MHD_Connection *connection, char *text)
{
    (void)user;
    (void)connection;
    return strlen(text);
}

/* ---- replies ------------------------------------------------------------------------------- */

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_security(struct MHD_Response *response, const serve_app *app,
                         const char *content_type, const char *policy)
{
    bool page = content_type != NULL && strncmp(content_type, "text/html", 9) == 0;
    const char *standard = page ? serve__policy : serve__policy_data;
    return add(response, "Content-Security-Policy", policy == NULL ? standard : policy) &&
           add(response, "X-Content-Type-Options", "nosniff") &&
           add(response, "Referrer-Policy", "no-referrer") &&
           add(response, "Cross-Origin-Opener-Policy", "same-origin") &&
           add(response, "Cross-Origin-Resource-Policy", "same-origin") &&
           (!app->options.proxy || add(response, "Strict-Transport-Security", "max-age=31536000"));
}

static bool add_page_headers(struct MHD_Response *response, const serve_app *app,
                             const serve_page *page, bool gzip)
{
    return add(response, "Content-Type", page->content_type) &&
           add(response, "Cache-Control", page->cache_control) &&
           (page->etag[0] == '\0' || add(response, "ETag", page->etag)) &&
           (!gzip || add(response, "Content-Encoding", "gzip")) &&
           (page->gzip.n == 0 || add(response, "Vary", "Accept-Encoding")) &&
           add_security(response, app, page->content_type, page->policy);
}

static struct MHD_Response *page_response(const serve_app *app, const serve_page *page, bool gzip,
                                          int status)
{
    ent_str bytes = status == 304 ? (ent_str){"", 0}
                    : gzip        ? ent__buf_slice(&page->gzip)
                                  : ent__buf_slice(&page->plain);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        bytes.n, (void *)(uintptr_t)bytes.p, MHD_RESPMEM_PERSISTENT);
    if (response != NULL && !add_page_headers(response, app, page, gzip && status != 304)) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
}

static void free_ready(void *response)
{
    MHD_destroy_response(response);
}

/* The page's own ready answer; the caller keeps the page until the reply is out. */
static struct MHD_Response *ready_response(const serve_app *app, const serve_page *given, bool gzip,
                                           int status)
{
    serve_page *page = (serve_page *)(uintptr_t)given; /* its answers are made on first use */
    int which = status == 304 ? 2 : gzip ? 1 : 0;
    pthread_mutex_lock(&page->lock);
    if (page->ready[which] == NULL) {
        page->ready[which] = page_response(app, page, gzip, status);
        page->ready_free = free_ready;
    }
    struct MHD_Response *response = page->ready[which];
    pthread_mutex_unlock(&page->lock);
    return response;
}

static struct MHD_Response *body_response(const serve_app *app, serve_reply *reply)
{
    struct MHD_Response *response =
        reply->body.n > 0
            ? MHD_create_response_from_buffer(reply->body.n, reply->body.p, MHD_RESPMEM_MUST_FREE)
            : MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return NULL;
    }
    if (reply->body.n > 0) {
        reply->body = (ent_buf){0};
    }
    bool policy = serve__reply_find(reply, "Content-Security-Policy").n > 0;
    bool ok = reply->content_type == NULL || add(response, "Content-Type", reply->content_type);
    ok = ok && add_security(response, app, reply->content_type,
                            policy ? serve__reply_find(reply, "Content-Security-Policy").p : NULL);
    if (!ok) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
}

static enum MHD_Result send_reply(wire *w, struct MHD_Connection *connection)
{
    serve_reply *reply = &w->reply;
    const serve_app *app = w->http->app;
    bool shared = reply->page != NULL && reply->header_count == 0;
    struct MHD_Response *response =
        shared                ? ready_response(app, reply->page, reply->gzip, reply->status)
        : reply->page != NULL ? page_response(app, reply->page, reply->gzip, reply->status)
                              : body_response(app, reply);
    if (response == NULL) {
        return MHD_NO;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < reply->header_count; i++) {
        if (!ent__str_eqz(reply->headers[i].name, "Content-Security-Policy")) {
            ok = add(response, reply->headers[i].name.p, reply->headers[i].value.p);
        }
    }
    if (reply->close) {
        ok = ok && add(response, "Connection", "close");
    }
    w->answered = true;
    atomic_store(&w->deadline, seconds() + REPLY_S);
    enum MHD_Result result =
        ok ? MHD_queue_response(connection, (unsigned)reply->status, response) : MHD_NO;
    if (!shared) {
        MHD_destroy_response(response);
    }
    return result;
}

/* ---- requests ------------------------------------------------------------------------------ */

static enum MHD_Result take_header(void *user, enum MHD_ValueKind kind, const char *name,
                                   size_t name_n, const char *value, size_t value_n)
{
    (void)kind;
    wire *w = user;
    if (w->request.header_count == HEADERS) {
        w->request.header_count++; /* too many: refused below */
        return MHD_NO;
    }
    w->headers[w->request.header_count++] =
        (serve_field){{name, name_n}, {value == NULL ? "" : value, value_n}};
    return MHD_YES;
}

static bool begin(wire *w, struct MHD_Connection *connection, const char *method)
{
    w->begun = true;
    w->answered = w->too_large = w->made = false;
    w->drained = 0;
    w->body.n = 0;
    w->reply = (serve_reply){0};
    w->request = (serve_request){.method = ent__str(method),
                                 .target = ent__str(w->target == NULL ? "" : w->target),
                                 .address = ent__str(w->address),
                                 .headers = w->headers};
    atomic_fetch_add(&w->http->running, 1);
    atomic_store(&w->deadline, seconds() + BODY_S);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, w);
    bool many = w->request.header_count > HEADERS;
    w->request.header_count = many ? HEADERS : w->request.header_count;
    bool go = serve__call_begin(&w->call, w->http->app, &w->request, &w->reply);
    if (many && w->call.arena != NULL) {
        serve__problem(&w->call, 431, "headers", "too many headers");
    }
    return go && !many;
}

/* A body beyond the limit is read for a while, so that the client hears why. */
static enum MHD_Result take_body(wire *w, const char *bytes, size_t *n)
{
    size_t limit = serve__call_limit(&w->call);
    if (!w->too_large && w->body.n + *n <= limit) {
        ent__buf_add(&w->body, bytes, *n);
    } else {
        w->too_large = true;
        w->drained += *n;
    }
    *n = 0;
    return w->drained > DRAIN_BYTES || w->body.failed ? MHD_NO : MHD_YES;
}

/* ---- what takes long ------------------------------------------------------------------------- */

/* Its connection is suspended until the reply is made. */
static bool hand_over(wire *w, struct MHD_Connection *connection)
{
    serve_http *http = w->http;
    pthread_mutex_lock(&http->lock);
    bool room = http->waiting < WAITING && !http->closing;
    if (room) {
        atomic_store(&w->deadline, LLONG_MAX); /* it is we who are late */
        MHD_suspend_connection(connection);
        w->connection = connection;
        w->behind = NULL;
        *(http->first == NULL ? &http->first : &http->last->behind) = w;
        http->last = w;
        http->waiting++;
        pthread_cond_signal(&http->work);
    }
    pthread_mutex_unlock(&http->lock);
    return room;
}

static void *make_replies(void *user)
{
    serve_http *http = user;
    pthread_mutex_lock(&http->lock);
    while (http->first != NULL || !http->closing) {
        wire *w = http->first;
        if (w == NULL) {
            pthread_cond_wait(&http->work, &http->lock);
            continue;
        }
        http->first = w->behind;
        http->waiting--;
        bool closing = http->closing;
        pthread_mutex_unlock(&http->lock);
        if (closing) {
            serve__problem(&w->call, 503, "closing", "the server is being stopped");
        } else {
            serve__call_run(&w->call, ent__buf_slice(&w->body));
        }
        w->made = true;
        MHD_resume_connection(w->connection); /* on_request is called once more */
        pthread_mutex_lock(&http->lock);
    }
    pthread_mutex_unlock(&http->lock);
    return NULL;
}

/* true: the reply is there, if only that there is no time for it.  What is to be handed over is so at
 * the next turn: a connection that is suspended in the turn in which it was read is read once more
 * when it goes on, and closed without a reply when its client has ended its side. */
static bool run_call(wire *w, struct MHD_Connection *connection)
{
    if (!w->call.handed_over) {
        w->call.may_hand_over = true;
        serve__call_run(&w->call, ent__buf_slice(&w->body));
        w->call.may_hand_over = false;
        return !w->call.handed_over;
    }
    if (hand_over(w, connection)) {
        return false;
    }
    serve__problem(&w->call, 503, "busy", "too much is being made just now; try again");
    return true;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *n, void **state)
{
    (void)user;
    (void)url;
    (void)version;
    wire *w = wire_of(connection);
    if (w == NULL) {
        return MHD_NO;
    }
    if (*state == NULL) {
        *state = w;
        if (begin(w, connection, method)) {
            return MHD_YES;
        }
        w->reply.close = w->reply.close || *n > 0;
        return send_reply(w, connection);
    }
    if (*n > 0) {
        return take_body(w, bytes, n);
    }
    if (w->answered) {
        return MHD_YES;
    }
    if (w->too_large) {
        serve__problem(&w->call, 413, "size", "the body is too large");
    } else if (!w->made && !run_call(w, connection)) {
        return MHD_YES;
    }
    return send_reply(w, connection);
}

static void on_done(void *user, struct MHD_Connection *connection, void **state,
                    enum MHD_RequestTerminationCode code)
{
    (void)user;
    (void)connection;
    (void)code;
    wire *w = *state;
    if (w == NULL || !w->begun) {
        return;
    }
    serve__call_end(&w->call);
    serve__reply_free(&w->reply);
    if (w->body.capacity > 65536) {
        ent__buf_free(&w->body);
    }
    w->begun = false;
    atomic_fetch_sub(&w->http->running, 1);
    atomic_store(&w->deadline, seconds() + REQUEST_S);
    *state = NULL;
}

/* ---- start and stop ------------------------------------------------------------------------ */

static int listen_on(ent_ctx *ctx, const serve_options *options, uint16_t *out_port)
{
    char port[8];
    snprintf(port, sizeof port, "%u", options->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    int error = getaddrinfo(options->host, port, &hints, &found);
    if (error != 0) {
        ent__fail(ctx, ENT_EUSAGE, NULL, 0, "--host %s: %s", options->host, gai_strerror(error));
        return -1;
    }
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 1024) == 0;
    freeaddrinfo(found);
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    ok = ok && getsockname(fd, (struct sockaddr *)&bound, &size) == 0;
    if (!ok) {
        ent__fail(ctx, ENT_EUSAGE, NULL, 0, "can't listen on %s, port %u: %s", options->host,
                  options->port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    *out_port =
        ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&bound)->sin_port
                                         : ((struct sockaddr_in6 *)(void *)&bound)->sin6_port);
    return fd;
}

/* On loopback and behind a proxy all callers have one address. */
static unsigned most_from_one(const serve_options *options)
{
    bool alike = options->proxy || strncmp(options->host, "127.", 4) == 0 ||
                 strcmp(options->host, "localhost") == 0 || strcmp(options->host, "::1") == 0;
    return alike ? 0 : CONNECTIONS_FROM_ONE; /* 0: no limit */
}

static struct MHD_Daemon *start_daemon(serve_http *http, int fd)
{
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_USE_TURBO |
            MHD_ALLOW_SUSPEND_RESUME,
        0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
        http->app->options.threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, most_from_one(&http->app->options),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)REPLY_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target,
        NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        on_done, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_END);
}

static bool start_makers(serve_http *http)
{
    unsigned count = http->app->options.threads;
    http->makers = calloc(count, sizeof *http->makers);
    while (http->makers != NULL && http->maker_count < count &&
           pthread_create(&http->makers[http->maker_count], NULL, make_replies, http) == 0) {
        http->maker_count++;
    }
    return http->maker_count > 0;
}

/* What is being made is finished; what waits is refused. */
static void stop_makers(serve_http *http)
{
    pthread_mutex_lock(&http->lock);
    http->closing = true;
    pthread_cond_broadcast(&http->work);
    pthread_mutex_unlock(&http->lock);
    for (unsigned i = 0; i < http->maker_count; i++) {
        pthread_join(http->makers[i], NULL);
    }
    free(http->makers);
}

ent_rc serve__http_start(ent_ctx *ctx, serve_app *app, serve_http **out)
{
    serve_http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        return ent__nomem(ctx);
    }
    http->app = app;
    pthread_mutex_init(&http->lock, NULL);
    pthread_cond_init(&http->wake, NULL);
    pthread_cond_init(&http->work, NULL);
    int fd = listen_on(ctx, &app->options, &http->port);
    ent_rc rc = fd < 0 ? ENT_EUSAGE : ENT_OK;
    if (rc == ENT_OK) {
        http->daemon = start_daemon(http, fd);
        if (http->daemon == NULL) {
            close(fd);
            rc = ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "the HTTP server can't be started: %s",
                           strerror(errno));
        }
    }
    if (rc == ENT_OK) {
        http->watching = pthread_create(&http->watch, NULL, watch, http) == 0;
        rc = http->watching && start_makers(http) ? ENT_OK : ent__nomem(ctx);
    }
    if (rc != ENT_OK) {
        serve__http_stop(http);
        http = NULL;
    }
    *out = http;
    return rc;
}

uint16_t serve__http_port(const serve_http *http)
{
    return http->port;
}

void serve__http_stop(serve_http *http)
{
    if (http == NULL) {
        return;
    }
    if (http->daemon != NULL) {
        int fd = MHD_quiesce_daemon(http->daemon); /* takes no more */
        struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
        for (int i = 0; i < STOP_S * 100 && atomic_load(&http->running) > 0; i++) {
            nanosleep(&pause, NULL);
        }
        stop_makers(http);
        MHD_stop_daemon(http->daemon);
        if (fd >= 0) {
            close(fd);
        }
    }
    if (http->watching) {
        pthread_mutex_lock(&http->lock);
        http->stopping = true;
        pthread_cond_signal(&http->wake);
        pthread_mutex_unlock(&http->lock);
        pthread_join(http->watch, NULL);
    }
    pthread_mutex_destroy(&http->lock);
    pthread_cond_destroy(&http->wake);
    pthread_cond_destroy(&http->work);
    free(http);
}
