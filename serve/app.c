/* app: what is opened once: the writing store, the app's file with its secret, assets, what is
 * published, limits; and a stock of workers (context, reading store, app connection), one for each
 * call that runs.  In: options.  Out: a handle that all threads share.  Cost: a worker takes a few
 * ms to make and is kept. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frame.h"
#include "groups.h"

static int64_t machine_clock(void)
{
    return (int64_t)time(NULL);
}

static char *copy(const char *z)
{
    return z == NULL ? NULL : strdup(z);
}

/* The secret is made with the file and stays in it: a copy of the store alone has none. */
static ent_rc load_key(ent_ctx *ctx, serve_app *app)
{
    sqlite3 *db;
    sqlite3_stmt *statement = NULL;
    ent_rc rc = serve__database_open(ctx, app->app_path, &db);
    if (rc != ENT_OK) {
        return rc;
    }
    unsigned char fresh[sizeof app->key];
    randombytes_buf(fresh, sizeof fresh);
    bool ok = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO meta(key, value) VALUES('secret', ?1)",
                                 -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_bind_blob(statement, 1, fresh, sizeof fresh, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    statement = NULL;
    ok = ok &&
         sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = 'secret'", -1, &statement,
                            NULL) == SQLITE_OK &&
         sqlite3_step(statement) == SQLITE_ROW &&
         sqlite3_column_bytes(statement, 0) == (int)sizeof app->key;
    if (ok) {
        memcpy(app->key, sqlite3_column_blob(statement, 0), sizeof app->key);
    } else {
        rc = ent__fail(ctx, ENT_ESTORE, app->app_path, 0, "can't read the app's file: %s",
                       sqlite3_errmsg(db));
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return rc;
}

static ent_rc take_options(ent_ctx *ctx, serve_app *app, const serve_options *options)
{
    ent_buf beside = {0};
    ent__buf_printf(&beside, "%s.app", options->store_path);
    app->options = *options;
    app->store_path = strdup(options->store_path);
    app->app_path = options->app_path != NULL ? strdup(options->app_path) : copy(beside.p);
    app->host = strdup(options->host == NULL ? "127.0.0.1" : options->host);
    app->public_name = copy(options->public_name);
    app->votes_path = copy(options->votes_path);
    ent__buf_free(&beside);
    app->options.store_path = app->store_path;
    app->options.app_path = app->app_path;
    app->options.host = app->host;
    app->options.public_name = app->public_name;
    app->options.votes_path = app->votes_path;
    app->options.threads = options->threads == 0 ? 4 : options->threads;
    app->options.clock = options->clock == NULL ? machine_clock : options->clock;
    return app->store_path == NULL || app->app_path == NULL || app->host == NULL ? ent__nomem(ctx)
                                                                                 : ENT_OK;
}

ent_rc serve__app_open(ent_ctx *ctx, const ent_kit *kit, const serve_options *options,
                       serve_app **out)
{
    serve_app *app = calloc(1, sizeof *app);
    if (app == NULL || sodium_init() < 0) {
        free(app);
        return ent__nomem(ctx);
    }
    app->kit = kit;
    pthread_mutex_init(&app->writer_lock, NULL);
    pthread_mutex_init(&app->write_lock, NULL);
    pthread_mutex_init(&app->pool_lock, NULL);
    pthread_mutex_init(&app->password_lock, NULL);
    ent_rc rc = take_options(ctx, app, options);
    rc = rc == ENT_OK ? ent_ctx_new(&app->writer_ctx) : rc;
    rc = rc == ENT_OK ? ent__store_open(ctx, app->store_path, ENT_STORE_WRITE, &app->writer) : rc;
    rc = rc == ENT_OK ? load_key(ctx, app) : rc;
    rc = rc == ENT_OK ? serve__assets_open(ctx, &app->assets) : rc;
    if (rc == ENT_OK) {
        app->guard = serve__guard_new(app->key);
        rc = app->guard == NULL ? ent__nomem(ctx) : serve__groups_open(ctx, app);
    }
    if (rc != ENT_OK) {
        serve__app_close(app);
        app = NULL;
    }
    *out = app;
    return rc;
}

void serve__app_close(serve_app *app)
{
    if (app == NULL) {
        return;
    }
    while (app->extra_count > 0) {
        serve_extra *last = &app->extras[--app->extra_count];
        last->close(last->extra);
    }
    while (app->idle != NULL) {
        serve_worker *next = app->idle->next;
        serve__worker_free(app->idle);
        app->idle = next;
    }
    ent__store_close(app->writer);
    ent_ctx_free(app->writer_ctx);
    serve__page_drop(app->openapi);
    serve__page_drop(app->index);
    serve__assets_close(&app->assets);
    serve__guard_free(app->guard);
    pthread_mutex_destroy(&app->writer_lock);
    pthread_mutex_destroy(&app->write_lock);
    pthread_mutex_destroy(&app->pool_lock);
    pthread_mutex_destroy(&app->password_lock);
    sodium_memzero(app->key, sizeof app->key);
    free(app->nobody);
    free(app->store_path);
    free(app->app_path);
    free(app->host);
    free(app->public_name);
    free(app->votes_path);
    free(app);
}

const ent_kit *serve__app_kit(const serve_app *app)
{
    return app->kit;
}

const serve_options *serve__app_options(const serve_app *app)
{
    return &app->options;
}

int64_t serve__app_now(const serve_app *app)
{
    return app->options.clock();
}

ent_rc serve__app_attach(ent_ctx *ctx, serve_app *app, const char *name, void *extra,
                         void (*close)(void *extra))
{
    if (app->extra_count == sizeof app->extras / sizeof *app->extras) {
        close(extra);
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "too many groups of routes");
    }
    serve_extra *at = &app->extras[app->extra_count++];
    snprintf(at->name, sizeof at->name, "%s", name);
    at->extra = extra;
    at->close = close;
    return ENT_OK;
}

void *serve__app_extra(const serve_app *app, const char *name)
{
    for (size_t i = 0; i < app->extra_count; i++) {
        if (strcmp(app->extras[i].name, name) == 0) {
            return app->extras[i].extra;
        }
    }
    return NULL;
}

ent_rc serve__app_with_writer(serve_app *app, ent_ctx *ctx,
                              ent_rc (*work)(ent_ctx *ctx, ent_store *writer, void *user),
                              void *user)
{
    pthread_mutex_lock(&app->writer_lock);
    ent_rc rc = work(ctx, app->writer, user);
    if (rc != ENT_OK) {
        ent__store_rollback(app->writer);
    }
    pthread_mutex_unlock(&app->writer_lock);
    return rc;
}

ent_rc serve__with_writer(serve_call *call,
                          ent_rc (*work)(serve_call *call, ent_store *writer, void *user),
                          void *user)
{
    serve_app *app = call->app;
    pthread_mutex_lock(&app->writer_lock);
    ent_rc rc = work(call, app->writer, user);
    if (rc != ENT_OK) {
        ent__store_rollback(app->writer);
    }
    pthread_mutex_unlock(&app->writer_lock);
    return rc;
}

/* ---- workers ------------------------------------------------------------------------------- */

static serve_worker *worker_new(serve_app *app)
{
    serve_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL || ent_ctx_new(&worker->ctx) != ENT_OK ||
        serve__database_open(worker->ctx, app->app_path, &worker->db) != ENT_OK) {
        serve__worker_free(worker);
        return NULL;
    }
    return worker;
}

ent_ctx *serve__ctx(serve_call *call)
{
    if (call->worker == NULL) {
        serve_app *app = call->app;
        pthread_mutex_lock(&app->pool_lock);
        call->worker = app->idle;
        if (call->worker != NULL) {
            app->idle = call->worker->next;
        }
        pthread_mutex_unlock(&app->pool_lock);
        if (call->worker == NULL) {
            call->worker = worker_new(app);
        }
    }
    return call->worker == NULL ? NULL : call->worker->ctx;
}

ent_store *serve__store(serve_call *call)
{
    if (serve__ctx(call) == NULL) {
        return NULL;
    }
    serve_worker *worker = call->worker;
    if (worker->store == NULL && ent__store_open(worker->ctx, call->app->store_path, ENT_STORE_READ,
                                                 &worker->store) != ENT_OK) {
        worker->store = NULL;
    }
    return worker->store;
}
