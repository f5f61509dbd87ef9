/* frame: what the files of serve/ share and other folders don't see. */
#ifndef ENT_SERVE_FRAME_H
#define ENT_SERVE_FRAME_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "serve.h"

/* ---- pages kept ready ---------------------------------------------------------------------- */

/* Immutable once made, counted; http.c hangs its own ready answers on it. */
struct serve_page {
    atomic_int references;
    int status;
    const char *content_type;
    const char *cache_control; /* static text */
    char etag[40];             /* with its quotation marks; "" none */
    char *policy;              /* Content-Security-Policy; NULL: the default one */
    ent_buf plain, gzip;       /* gzip empty: not worth it */
    bool attachment;           /* offered to be saved */
    pthread_mutex_t lock;
    void *ready[3]; /* of http.c: plain, gzip, not modified */
    void (*ready_free)(void *);
};

/* Takes the bytes over (also after an error); gzip may be {0}: made here.  etag NULL: from the hash
 * of the bytes. */
serve_page *serve__page_new(int status, const char *content_type, const char *cache_control,
                            ent_buf plain, ent_buf gzip);
serve_page *serve__page_keep(const serve_page *page);
void serve__page_drop(const serve_page *page);
bool serve__gzip(ent_str bytes, int level, ent_buf *out); /* no times in it: same bytes each time */
bool serve__gunzip(ent_str bytes, size_t limit, ent_buf *out);
/* Replies with the page: gzip, 304 by the request's headers. */
ent_rc serve__reply_page(serve_call *call, const serve_page *page);

/* ---- assets -------------------------------------------------------------------------------- */

typedef struct {
    ent_str name;       /* "app-0123456789ab.js" */
    ent_str plain_name; /* "app.js" */
    serve_page *page;
} serve_asset;

typedef struct {
    serve_asset *items;
    size_t count;
} serve_assets;

ent_rc serve__assets_open(ent_ctx *ctx, serve_assets *out);
void serve__assets_close(serve_assets *assets);
/* By hashed name (hashed true) or plain name; NULL: none. */
const serve_asset *serve__asset(const serve_app *app, ent_str name, bool hashed);
/* "/assets/reader-HASH.js" for "reader.js". */
void serve__asset_url(const serve_app *app, const char *plain_name, ent_buf *out);

/* ---- worker: what one running call has for itself ------------------------------------------ */

typedef struct {
    const char *text; /* a literal: told apart by address */
    sqlite3_stmt *statement;
} serve_statement;

typedef struct serve_worker {
    ent_ctx *ctx;
    ent_store *store; /* opened on first use */
    sqlite3 *db;      /* app file */
    serve_statement statements[128];
    size_t statement_count;
    struct serve_worker *next;
} serve_worker;

ent_rc serve__database_open(ent_ctx *ctx, const char *path, sqlite3 **out); /* creates, migrates */
void serve__worker_free(serve_worker *worker);

/* A prepared statement of the call's app connection, reset and unbound; NULL: error set in ctx.
 * `text` must be a literal. */
sqlite3_stmt *serve__sql(serve_call *call, const char *text);
/* 1: a row; 0: done (and reset); <0: an error set in ctx (and reset). */
int serve__step(serve_call *call, sqlite3_stmt *statement);
/* Steps a statement without rows. */
ent_rc serve__run(serve_call *call, sqlite3_stmt *statement);
/* Steps a statement for one number >= 0; 0: no row; <0: an error. */
int64_t serve__number(serve_call *call, sqlite3_stmt *statement);
/* These three leave a NULL statement alone: the step that follows reports it. */
void serve__bind(sqlite3_stmt *statement, int at, ent_str s); /* empty stays empty */
void serve__bind_int(sqlite3_stmt *statement, int at, int64_t value);
void serve__bind_blob(sqlite3_stmt *statement, int at, const void *bytes, size_t n);
ent_str serve__column(serve_call *call, sqlite3_stmt *statement, int at); /* copy in the arena */
/* Lists out of the app's file: rows.c.  A row begins with its number, the cursor; limit 0: all. */
typedef ent_rc serve_row_json(serve_call *call, ent_json *json, sqlite3_stmt *s);
/* `limit` and `after` of the query; false: a problem is the reply. */
bool serve__rows_asked(serve_call *call, bool csv, bool newest_first, int64_t *out_limit,
                       int64_t *out_after);
/* "items", "total", "next" of the object that is open; a row's last column is the total. */
ent_rc serve__rows_json(serve_call *call, ent_json *json, sqlite3_stmt *s, int64_t limit,
                        serve_row_json *item);
ent_rc serve__rows_reply(serve_call *call, sqlite3_stmt *s, int64_t limit, serve_row_json *item);
/* All columns under their names in the statement, as the file `name`. */
ent_rc serve__rows_csv(serve_call *call, const char *name, sqlite3_stmt *s, int64_t limit);
#define SERVE_SQL_TIME(column) "strftime('%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch')"

/* One writer at a time; `end` commits when rc is ENT_OK, else rolls back; gives rc or its own. */
ent_rc serve__write_begin(serve_call *call);
ent_rc serve__write_end(serve_call *call, ent_rc rc);

typedef struct serve_shelf serve_shelf; /* published briefs in memory: shelf.c */

/* ---- guard: limits by address -------------------------------------------------------------- */

typedef enum {
    SERVE_LIMIT_READ,  /* public API reads */
    SERVE_LIMIT_WRITE, /* reactions, reports */
    SERVE_LIMIT_COMMENT,
    SERVE_LIMIT_LOGIN,  /* failed logins */
    SERVE_LIMIT_READER, /* new readers */
    SERVE_LIMIT_COUNT
} serve_limit;

typedef struct serve_guard serve_guard;
serve_guard *serve__guard_new(const unsigned char key[32]);
void serve__guard_free(serve_guard *guard);
/* Takes one from the bucket of (address, limit); false: it is empty, *out_wait says for how long
 * (seconds). `take` false only asks. */
bool serve__guard_take(serve_guard *guard, ent_str address, serve_limit limit, int64_t now,
                       bool take, int *out_wait);

/* ---- the app ------------------------------------------------------------------------------- */

typedef struct {
    char name[32];
    void *extra;
    void (*close)(void *extra);
} serve_extra;

struct serve_app {
    serve_options options;
    const ent_kit *kit;
    char *store_path, *app_path, *host, *public_name, *votes_path;
    unsigned char key[32]; /* secret of this app file: tokens, readers, addresses */
    ent_store *writer;
    ent_ctx *writer_ctx;
    pthread_mutex_t writer_lock, write_lock /* app file */, pool_lock, password_lock;
    serve_worker *idle;
    serve_assets assets;
    serve_page *openapi, *index;
    serve_guard *guard;
    serve_shelf *shelf;
    char *nobody;       /* hash of a password that nobody has; made at the first login */
    atomic_int hashing; /* calls that wait for, or do, the hashing of a password */
    serve_extra extras[8];
    size_t extra_count;
    atomic_bool closing;
};

/* ---- the call ------------------------------------------------------------------------------ */

enum { SERVE_PARAMS = 6, SERVE_QUERIES = 32 };

struct serve_call {
    serve_app *app;
    ent_arena *arena;
    serve_worker *worker; /* taken on first use */
    const serve_request *request;
    const serve_route *route;
    ent_str path;
    serve_field params[SERVE_PARAMS], queries[SERVE_QUERIES];
    size_t param_count, query_count;
    ent_str body;
    json_t *json;
    int64_t now;
    bool user_known, reader_known, writing;
    bool may_hand_over, handed_over; /* serve__hand_over: there is another thread; it was asked for */
    serve_user user;
    ent_str session_cookie;
    ent_str reader_cookie;    /* valid ones only; else empty */
    unsigned char reader[16]; /* the reader's number as kept in the app file */
    ent_str peer;             /* address, for limits alone: it is stored nowhere */
    serve_reply *reply;
};

/* Begins a call: everything that can be said before the body is read (limits, host, route, right,
 * token).  true: go on with serve__call_run; false: the reply is made already.  The request's
 * slices must live until the end. */
bool serve__call_begin(serve_call *call, serve_app *app, const serve_request *request,
                       serve_reply *reply);
/* A call without a caller, for work of the house itself; serve__call_end and serve__reply_free. */
ent_rc serve__call_inside(serve_call *call, serve_app *app, const serve_request *empty,
                          serve_reply *reply);
/* Runs the handler.  When may_hand_over was set and handed_over is after it, there is no reply yet:
 * clear the first, run again on a thread that has time. */
void serve__call_run(serve_call *call, ent_str body);
void serve__call_end(serve_call *call);
/* How many bytes of body the call takes. */
size_t serve__call_limit(const serve_call *call);

/* request.c: what comes from outside, in `arena`; false: malformed. */
bool serve__decode(ent_arena *arena, ent_str raw, bool plus, ent_str *out);
bool serve__split_query(ent_arena *arena, ent_str raw, serve_field *out, size_t *out_count);
ent_str serve__cookie(ent_str header, const char *name);
bool serve__match(ent_arena *arena, const char *pattern, ent_str path, serve_field *params,
                  size_t *out_count, unsigned *out_score);
bool serve__host_known(const serve_app *app, ent_str host);
bool serve__same_origin(ent_str origin, ent_str host);

/* sessions.c */
ent_rc serve__identify(serve_call *call);   /* user and reader from the cookies, once a call */
ent_rc serve__reader_new(serve_call *call); /* gives this caller a reader's cookie */
void serve__token(const serve_call *call, char out[65]); /* "" without session and reader */
bool serve__token_good(serve_call *call);
void serve__cookie_set(serve_call *call, const char *name, ent_str value, int64_t seconds);
ent_rc serve__session_start(serve_call *call, int64_t account, ent_str name, ent_str role);
ent_rc serve__session_end(serve_call *call);
void serve__user_rights(serve_user *user, ent_str role);

/* html.c: pages that the server writes itself. */
void serve__html_head(const serve_app *app, ent_buf *out, const char *title);
void serve__html_problem(const serve_app *app, ent_buf *out, int status, const char *message);
extern const char serve__policy[];      /* default Content-Security-Policy */
extern const char serve__policy_data[]; /* of JSON and other data */

extern const unsigned char serve__assets_embedded[], serve__assets_end[];

#endif
