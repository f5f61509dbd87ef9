/* cache: answers of series, ties and counts, kept as ready pages until any process writes to the
 * store.  In: a call and what makes its answer.  Out: the page, with ETag and gzip.  Source:
 * SQLite's data_version, asked on one connection of the cache's own: it changes with every commit
 * of another connection.  Cost: a hit is a look-up and a pragma (microseconds); at most 64 MiB in
 * 512 entries, the one unused for longest goes first. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "groups.h"

enum {
    ENTRIES = 512, KEY_MOST = 1024, BYTES_MOST = 64 << 20, ENTRY_MOST = 8 << 20, GZIP_LEVEL = 4
};

typedef struct {
    char *key;
    uint64_t hash, used;
    serve_page *page;
    size_t bytes;
} entry;

typedef struct {
    pthread_mutex_t lock;
    ent_ctx *ctx;
    ent_store *store;
    int64_t version;
    uint64_t clock;
    size_t count, bytes;
    entry entries[ENTRIES];
} cache;

static const char cache_name[] = "cache";

static void drop(cache *c, size_t at)
{
    serve__page_drop(c->entries[at].page);
    free(c->entries[at].key);
    c->bytes -= c->entries[at].bytes;
    c->entries[at] = c->entries[--c->count];
}

static void close_cache(void *extra)
{
    cache *c = extra;
    while (c->count > 0) {
        drop(c, c->count - 1);
    }
    ent__store_close(c->store);
    ent_ctx_free(c->ctx);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

ent_rc serve__cache_open(ent_ctx *ctx, serve_app *app)
{
    cache *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ent__nomem(ctx);
    }
    pthread_mutex_init(&c->lock, NULL);
    ent_rc rc = ent_ctx_new(&c->ctx);
    rc = rc == ENT_OK ? ent__store_open(ctx, serve__app_options(app)->store_path, ENT_STORE_READ,
                                        &c->store)
                      : rc;
    if (rc != ENT_OK) {
        close_cache(c);
        return rc;
    }
    return serve__app_attach(ctx, app, cache_name, c, close_cache);
}

/* Drops everything when the store has changed; gives its present version, -1: not known. */
static int64_t freshen(cache *c)
{
    int64_t version = ent__store_version(c->store);
    while (version != c->version && c->count > 0) {
        drop(c, c->count - 1);
    }
    c->version = version;
    return version;
}

static entry *find(cache *c, const char *key, uint64_t hash)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->entries[i].hash == hash && strcmp(c->entries[i].key, key) == 0) {
            return &c->entries[i];
        }
    }
    return NULL;
}

static void keep(cache *c, const char *key, uint64_t hash, serve_page *page, int64_t version)
{
    size_t bytes = page->plain.n + page->gzip.n + sizeof(serve_page);
    pthread_mutex_lock(&c->lock);
    bool current = version >= 0 && version == freshen(c);
    if (current && bytes <= ENTRY_MOST && find(c, key, hash) == NULL) {
        while (c->count > 0 && (c->count == ENTRIES || c->bytes + bytes > BYTES_MOST)) {
            size_t oldest = 0;
            for (size_t i = 1; i < c->count; i++) {
                oldest = c->entries[i].used < c->entries[oldest].used ? i : oldest;
            }
            drop(c, oldest);
        }
        char *own = strdup(key);
        if (own != NULL) {
            c->entries[c->count++] = (entry){own, hash, ++c->clock, serve__page_keep(page), bytes};
            c->bytes += bytes;
        }
    }
    pthread_mutex_unlock(&c->lock);
}

/* The reply becomes a page: its bytes move over. */
static serve_page *page_of(serve_call *call)
{
    serve_reply *reply = call->reply;
    ent_buf plain = reply->body, gzip = {0};
    bool csv = strncmp(reply->content_type, "text/csv", 8) == 0;
    reply->body = (ent_buf){0};
    if (plain.n > 512 && !serve__gzip(ent__buf_slice(&plain), GZIP_LEVEL, &gzip)) {
        ent__buf_free(&gzip);
        gzip = (ent_buf){0};
    }
    serve_page *page = serve__page_new(200, reply->content_type, "private, no-cache", plain, gzip);
    if (page != NULL) {
        page->attachment = csv;
    }
    return page;
}

ent_rc serve__cached(serve_call *call, ent_rc (*make)(serve_call *call))
{
    cache *c = serve__app_extra(serve__app(call), cache_name);
    char key[KEY_MOST];
    ent_str target = call->request->target;
    if (target.n >= sizeof key) {
        return make(call);
    }
    snprintf(key, sizeof key, "%.*s", ENT_FMT(target));
    uint64_t hash = ent__str_hash(target);
    pthread_mutex_lock(&c->lock);
    int64_t version = freshen(c);
    entry *known = find(c, key, hash);
    serve_page *page = known == NULL ? NULL : serve__page_keep(known->page);
    if (known != NULL) {
        known->used = ++c->clock;
    }
    pthread_mutex_unlock(&c->lock);
    if (page == NULL && serve__hand_over(call)) {
        return ENT_OK;
    }
    if (page == NULL) {
        ent_rc rc = make(call);
        if (rc != ENT_OK || call->reply->status != 200 || call->reply->body.failed) {
            return rc;
        }
        page = page_of(call);
        if (page == NULL) {
            return ent__nomem(serve__ctx(call));
        }
        keep(c, key, hash, page, version);
    }
    ent_rc rc = serve__reply_page(call, page);
    serve__page_drop(page);
    return rc;
}
