/* serve: the local web app.  One table of routes a group; handlers that know nothing of sockets
 * (serve__dispatch runs them in unit tests); libmicrohttpd around them (http.c); a second SQLite
 * file for what belongs to people (accounts, sessions, published briefs, reactions, comments).
 * May include every src/FOLDER/FOLDER.h, never cli/.  Security rules: docs/methods/serve.md. */
#ifndef ENT_SERVE_H
#define ENT_SERVE_H

#include <jansson.h>

#include "../src/base/base.h"
#include "../src/store/store.h"

/* ---- the app: opened once, shared by all threads ------------------------------------------- */

typedef struct serve_app serve_app;

typedef struct {
    const char *store_path;  /* created when missing */
    const char *app_path;    /* NULL: store_path with ".app" behind it */
    const char *host;        /* address to listen on and to be called by; NULL: 127.0.0.1 */
    const char *public_name; /* one more name the Host header may carry; NULL: none */
    const char *votes_path;  /* UN roll calls for /api/votes; NULL: those of the store */
    uint16_t port;           /* 0: any free one (serve__http_port tells which) */
    unsigned threads;        /* 0: 4 */
    unsigned comments_days;  /* comments close this long after publication; 0: never */
    bool proxy;              /* a TLS proxy stands in front: believe its X-Forwarded-For, mark
                              * cookies Secure */
    bool quiet;              /* no limits by address or time: tests that are not about limits */
    int64_t (*clock)(void);  /* seconds since 1970; NULL: the machine's (tests set it) */
} serve_options;

/* Opens store and app file, assets, and what is published.  ENT_ESTORE, ENT_EUSAGE. */
ent_rc serve__app_open(ent_ctx *ctx, const ent_kit *kit, const serve_options *options,
                       serve_app **out);
void serve__app_close(serve_app *app); /* stops what was attached; NULL is allowed */
const ent_kit *serve__app_kit(const serve_app *app);
const serve_options *serve__app_options(const serve_app *app);
int64_t serve__app_now(const serve_app *app);
/* Runs work with the one writing store under its lock, for threads that serve no call. */
ent_rc serve__app_with_writer(serve_app *app, ent_ctx *ctx,
                              ent_rc (*work)(ent_ctx *ctx, ent_store *writer, void *user),
                              void *user);
/* Things that a group of routes keeps for the life of the app (a queue of jobs): attached once
 * while the app is opened (serve__groups_open), found by name; `close` stops its threads and frees
 * it, before the stores are closed. */
ent_rc serve__app_attach(ent_ctx *ctx, serve_app *app, const char *name, void *extra,
                         void (*close)(void *extra));
void *serve__app_extra(const serve_app *app, const char *name);

/* ---- routes -------------------------------------------------------------------------------- */

typedef struct serve_call serve_call; /* one request: arena, context, store, user, reply */

/* Admins have every right; analysts that of analysts, moderators that of moderators.  READER: has
 * the cookie that GET /api/session gives to anybody. */
typedef enum {
    SERVE_PUBLIC,
    SERVE_READER,
    SERVE_ANALYST,
    SERVE_MODERATOR,
    SERVE_ADMIN,
    SERVE_SESSION /* anybody who is logged in */
} serve_right;

typedef struct {
    const char *method, *pattern; /* "GET", "/api/dyads/{a}/{b}": {name} takes one segment, percent-
                                   * decoded; "{id}.json" one with that ending; "{rest*}" all that
                                   * follows.  The most literal pattern wins.  GET answers HEAD */
    serve_right right;
    ent_rc (*run)(serve_call *call); /* fills the reply; an error code is answered by the frame:
                                      * EUSAGE 400, EINPUT 422, ESTORE 503, others 500 */
    const char *operation;           /* operationId in serve/openapi */
    uint32_t body_limit;             /* bytes of JSON; 0: takes no body */
} serve_route;

/* Each group's table, ended by {0}; dispatch.c lists them. */
extern const serve_route serve__routes_frame[], serve__routes_accounts[], serve__routes_shelf[],
    serve__routes_briefs[], serve__routes_readers[], serve__routes_comments[],
    serve__routes_documents[], serve__routes_told[], serve__routes_actors[], serve__routes_dyads[],
    serve__routes_public[],
    serve__routes_states[], serve__routes_about[], serve__routes_cases[],
    serve__routes_case_files[];
extern const serve_route *const serve__route_tables[]; /* ended by NULL */

/* ---- what a handler sees ------------------------------------------------------------------- */

ent_str serve__param(const serve_call *call, const char *name);  /* from the path */
ent_str serve__query(const serve_call *call, const char *name);  /* decoded; empty when absent */
ent_str serve__header(const serve_call *call, const char *name); /* any case; empty when absent */
ent_str serve__body(const serve_call *call);
ent_str serve__method(const serve_call *call);
ent_str serve__path(const serve_call *call); /* as asked, without the query */
/* The query's next name and value, *at from 0; false after the last. */
bool serve__query_next(const serve_call *call, size_t *at, ent_str *out_name, ent_str *out_value);
/* Whole number in [low, high] from the query; false: a problem is the reply already. */
bool serve__query_int(serve_call *call, const char *name, int64_t low, int64_t high,
                      int64_t fallback, int64_t *out);
ent_arena *serve__arena(serve_call *call); /* lives as long as the call */
ent_ctx *serve__ctx(serve_call *call);
ent_store *
serve__store(serve_call *call); /* for reading, this call's alone; NULL: the error is in ctx */
const ent_kit *serve__kit(serve_call *call);
serve_app *serve__app(serve_call *call);
int64_t serve__now(const serve_call *call);           /* seconds since 1970 */
void serve__time_text(int64_t seconds, char out[24]); /* 2026-01-02T03:04:05Z */
/* The logged-in user: name empty when nobody is. */
typedef struct {
    int64_t id;
    ent_str name;
    bool analyst, moderator, admin;
} serve_user;
const serve_user *serve__user(serve_call *call);
bool serve__may(serve_call *call, serve_right right);
/* What takes long asks this first.  true: return ENT_OK at once; the handler is called again by a
 * thread on which no other connection waits.  false: go on. */
bool serve__hand_over(serve_call *call);
/* The one writing store, under its lock. */
ent_rc serve__with_writer(serve_call *call,
                          ent_rc (*work)(serve_call *call, ent_store *writer, void *user),
                          void *user);
/* The body as a JSON object that lives as long as the call; NULL: a problem is the reply. */
json_t *serve__json_body(serve_call *call);
/* A text of the object with low..high bytes (blanks trimmed); absent counts as empty.  false: a
 * problem that names the field is the reply already. */
bool serve__json_text(serve_call *call, json_t *object, const char *field, size_t low, size_t high,
                      ent_str *out);

/* ---- the reply ----------------------------------------------------------------------------- */

/* Starts the reply anew; gives its body to append to. */
ent_buf *serve__reply(serve_call *call, int status, const char *content_type);
void serve__reply_header(serve_call *call, const char *name, ent_str value); /* copied; no CR, LF */
/* Offers the reply as a file of this name to save. */
void serve__reply_download(serve_call *call, const char *name);
/* {"error":{"code","message","field"?}}; always gives ENT_OK: `return serve__problem(...)`. */
ent_rc serve__problem(serve_call *call, int status, const char *code, const char *message);
ent_rc serve__problem_field(serve_call *call, int status, const char *code, const char *field,
                            const char *message);
/* A line of the audit log: who (the user), what, on what.  Inside or outside of a transaction. */
ent_rc serve__audit(serve_call *call, const char *action, ent_str subject, ent_str detail);

/* ---- without sockets ----------------------------------------------------------------------- */

typedef struct {
    ent_str name, value;
} serve_field;

typedef struct {
    ent_str method, target; /* "GET", "/api/dyads/USA/RUS?measure=net" as on the wire */
    ent_str address;        /* the peer's, as text */
    const serve_field *headers;
    size_t header_count;
    ent_str body;
} serve_request;

typedef struct serve_page serve_page; /* bytes kept ready in memory, shared by many replies */

typedef struct {
    int status;
    const char *content_type;
    ent_buf body; /* empty when page is set */
    const serve_page *page;
    bool gzip;               /* page: its compressed bytes */
    serve_field headers[24]; /* copies, NUL-terminated values; freed with the reply */
    size_t header_count;
    bool close; /* the connection is not to be used again */
} serve_reply;

/* Answers one request; *out is yours to free with serve__reply_free, also after an error. */
ent_rc serve__dispatch(serve_app *app, const serve_request *request, serve_reply *out);
void serve__reply_free(serve_reply *reply);
ent_str serve__reply_body(const serve_reply *reply); /* as it goes over the wire */
ent_str serve__reply_find(const serve_reply *reply, const char *name); /* a header; empty: absent */

/* ---- sockets ------------------------------------------------------------------------------- */

typedef struct serve_http serve_http;

/* Listens and answers on threads of its own until closed.  ENT_EUSAGE: the address is no address
 * or taken. */
ent_rc serve__http_start(ent_ctx *ctx, serve_app *app, serve_http **out);
uint16_t serve__http_port(const serve_http *http);
void serve__http_stop(serve_http *http); /* takes no more, ends what runs, within 10 s */

/* ---- accounts from the command line -------------------------------------------------------- */

/* Adds an account, or gives an existing one this role and password. ENT_EUSAGE: bad name, role or
 * password (at least 10 characters). */
ent_rc serve__account_put(ent_ctx *ctx, serve_app *app, const char *name, const char *role,
                          const char *password);

#endif
