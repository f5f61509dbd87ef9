/* shelf: what is published, kept ready in memory: each brief's page with the readers' block, its
 * JSON and Markdown, compressed in advance; the list of all.  In: rows of the app's file.  Out:
 * pages.  A page is made when its brief is published, corrected or withdrawn, and at the start.
 * Cost: serving one is a look-up under a read lock. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "publish.h"

typedef struct {
    int64_t id;
    char slug[96];
    serve_page *html, *json, *markdown; /* withdrawn: html tells why, the others are NULL */
} shelf_entry;

enum { OLD_PAGES = 64 };

/* An earlier version, made when somebody asked for it. */
typedef struct {
    char address[176]; /* slug/hash */
    serve_page *page;
} old_page;

struct serve_shelf {
    pthread_rwlock_t lock;
    pthread_mutex_t making; /* one page at a time, so that an older one never replaces a newer */
    shelf_entry *entries;
    size_t count, capacity;
    serve_page *home;
    pthread_mutex_t old_lock;
    old_page old[OLD_PAGES]; /* a ring; emptied when any brief changes */
    size_t old_next;
};

/* ---- making pages -------------------------------------------------------------------------- */

void serve__day_text(int64_t seconds, ent_buf *out)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    ent_date day = ent__date_of_days((int32_t)(seconds / 86400));
    ent__buf_printf(out, "%d %s %d", day.day, months[day.month - 1], day.year);
}

/* Everything up to `mark` goes out; *rest starts with it, or is empty where it does not stand. */
static void copy_until(ent_buf *out, ent_str *rest, const char *mark)
{
    const char *at = rest->n == 0 ? NULL : memmem(rest->p, rest->n, mark, strlen(mark));
    if (at != NULL) {
        size_t n = (size_t)(at - rest->p);
        ent__buf_add(out, rest->p, n);
        *rest = ent__str_sub(*rest, n, rest->n);
    }
}

/* The mark itself too, where *rest starts with it. */
static void copy_past(ent_buf *out, ent_str *rest, const char *mark)
{
    size_t n = strlen(mark);
    if (ent__str_starts(*rest, mark)) {
        ent__buf_add(out, rest->p, n);
        *rest = ent__str_sub(*rest, n, rest->n);
    }
}

/* The page's own policy forbids all scripts; ours stands in the header and allows the one. */
static void skip_own_policy(ent_buf *out, ent_str *rest)
{
    static const char mark[] = "<meta http-equiv=\"Content-Security-Policy\"";
    const char *at = memmem(rest->p, rest->n, mark, sizeof mark - 1);
    const char *end = at == NULL ? NULL : memchr(at, '>', rest->n - (size_t)(at - rest->p));
    if (end != NULL) {
        copy_until(out, rest, mark);
        *rest = ent__str_sub(*rest, (size_t)(end + 1 - rest->p), rest->n);
    }
}

static ent_rc add_versions(serve_call *call, const serve_brief *brief, ent_buf *out)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT number, hash, at, note FROM version WHERE brief = ?1"
                                       " ORDER BY number DESC");
    serve__bind_int(s, 1, brief->id);
    ent__buf_z(out, "<section class=\"versions\" aria-labelledby=\"versions-title\"><h2 "
                    "id=\"versions-title\">Versions of this page</h2><ol reversed>");
    int got;
    while ((got = serve__step(call, s)) > 0) {
        ent__buf_z(out, "<li>");
        ent__buf_z(out, sqlite3_column_int(s, 0) == 1 ? "Published " : "Corrected ");
        serve__day_text(sqlite3_column_int64(s, 2), out);
        ent__buf_z(out, ": ");
        ent_str note = serve__column(call, s, 3), hash = serve__column(call, s, 1);
        ent__buf_html(out, note.n > 0 ? note : ENT_LIT("first version"));
        ent__buf_printf(out, ". <a href=\"/briefs/%.*s/%.*s\">This version for ever</a></li>",
                        ENT_FMT(brief->slug), ENT_FMT(hash));
    }
    ent__buf_printf(out,
                    "</ol><p>Also as <a href=\"/briefs/%.*s.json\">JSON</a> and <a "
                    "href=\"/briefs/%.*s.md\">Markdown</a>.</p></section>",
                    ENT_FMT(brief->slug), ENT_FMT(brief->slug));
    return (ent_rc)got;
}

static ent_rc add_readers(serve_call *call, const serve_brief *brief, ent_buf *out)
{
    ent__buf_printf(out,
                    "<section class=\"readers\" id=\"readers\" data-brief=\"%lld\" "
                    "aria-labelledby=\"readers-title\"><h2 id=\"readers-title\">What readers "
                    "say</h2><div id=\"reactions\"></div><div id=\"comments\"></div><noscript>"
                    "<p>Reactions and comments need JavaScript; the brief does not.</p>"
                    "</noscript></section>",
                    (long long)brief->id);
    return add_versions(call, brief, out);
}

/* The brief's bytes, with a way back on top, readers and versions at the end.  outdated: it is not
 * the latest version, and says so. */
static ent_rc decorate(serve_call *call, const serve_brief *brief, ent_str html, bool outdated,
                       ent_buf *out)
{
    ent_str rest = html;
    skip_own_policy(out, &rest);
    copy_until(out, &rest, "</head>");
    ent__buf_z(out, "<link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"");
    serve__asset_url(call->app, "reader.css", out);
    ent__buf_z(out, "\"><script src=\"");
    serve__asset_url(call->app, "reader.js", out);
    ent__buf_z(out, "\" defer></script>");
    copy_until(out, &rest, "<main>");
    copy_past(out, &rest, "<main>");
    ent__buf_z(out, "<nav class=\"way-back\" aria-label=\"Site\"><a href=\"/\">All briefs</a> <a "
                    "href=\"#readers\">What readers say</a></nav>");
    if (outdated) {
        ent__buf_printf(out,
                        "<p class=\"outdated\">This is an older version, kept as it was "
                        "published. <a href=\"/briefs/%.*s\">Read the present one</a>.</p>",
                        ENT_FMT(brief->slug));
    }
    copy_until(out, &rest, "</main></body>");
    ent_rc rc = add_readers(call, brief, out);
    ent__buf_str(out, rest);
    return rc;
}

/* Our policy, and each inline style sheet (the page's, those of drawings) by its hash. */
static char *policy_for(ent_str html)
{
    ent_buf out = {0};
    ent__buf_z(&out, "default-src 'none'; script-src 'self'; style-src 'self'");
    const char *end = html.p + html.n, *at = html.p, *close;
    while ((at = memmem(at, (size_t)(end - at), "<style>", 7)) != NULL &&
           (close = memmem(at, (size_t)(end - at), "</style>", 8)) != NULL) {
        unsigned char digest[crypto_hash_sha256_BYTES];
        char text[64];
        at += 7;
        crypto_hash_sha256(digest, (const unsigned char *)at, (size_t)(close - at));
        sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
        ent__buf_printf(&out, " 'sha256-%s'", text);
        at = close;
    }
    ent__buf_z(&out, "; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                     "frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    return out.p;
}

static const char revalidate[] = "public, max-age=0, must-revalidate";

static serve_page *html_page(serve_call *call, const serve_brief *brief, ent_str html,
                             bool outdated, ent_rc *rc)
{
    ent_buf whole = {0};
    *rc = decorate(call, brief, html, outdated, &whole);
    if (*rc != ENT_OK) {
        ent__buf_free(&whole);
        return NULL;
    }
    char *policy = policy_for(ent__buf_slice(&whole));
    serve_page *page =
        serve__page_new(200, "text/html; charset=utf-8", revalidate, whole, (ent_buf){0});
    if (page == NULL) {
        free(policy);
        *rc = ENT_ENOMEM;
        return NULL;
    }
    page->policy = policy;
    return page;
}

static serve_page *gone_page(serve_call *call, const serve_brief *brief)
{
    ent_buf out = {0};
    serve__html_head(call->app, &out, "Withdrawn");
    ent__buf_z(&out, "<p class=\"kicker\">Withdrawn</p><h1>");
    ent__buf_html(&out, brief->title);
    ent__buf_z(&out, "</h1><p class=\"lead\">This brief was withdrawn: ");
    ent__buf_html(&out, brief->reason);
    ent__buf_z(&out, "</p><p><a href=\"/\">All published briefs</a></p></main></body></html>\n");
    return serve__page_new(410, "text/html; charset=utf-8", revalidate, out, (ent_buf){0});
}

static serve_page *data_page(ent_str bytes, const char *type)
{
    ent_buf copy = {0};
    ent__buf_str(&copy, bytes);
    return serve__page_new(200, type, revalidate, copy, (ent_buf){0});
}

static void drop_pages(shelf_entry *entry)
{
    serve__page_drop(entry->html);
    serve__page_drop(entry->json);
    serve__page_drop(entry->markdown);
}

/* The entry's pages from the latest version. */
static ent_rc make_entry(serve_call *call, const serve_brief *brief, shelf_entry *out)
{
    *out = (shelf_entry){.id = brief->id};
    snprintf(out->slug, sizeof out->slug, "%.*s", ENT_FMT(brief->slug));
    if (ent__str_eqz(brief->state, "withdrawn")) {
        out->html = gone_page(call, brief);
        return out->html == NULL ? ENT_ENOMEM : ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT html, json, markdown FROM version WHERE brief = ?1"
                                       " ORDER BY number DESC LIMIT 1");
    serve__bind_int(s, 1, brief->id);
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got : ENT_EINTERNAL;
    }
    ent_str html = serve__column(call, s, 0);
    ent_rc rc;
    out->json = data_page(serve__column(call, s, 1), "application/json");
    out->markdown = data_page(serve__column(call, s, 2), "text/markdown; charset=utf-8");
    sqlite3_reset(s);
    out->html = html_page(call, brief, html, false, &rc);
    if (rc == ENT_OK && (out->json == NULL || out->markdown == NULL)) {
        rc = ENT_ENOMEM;
    }
    if (rc != ENT_OK) {
        drop_pages(out);
    }
    return rc;
}

/* ---- the list of all ----------------------------------------------------------------------- */

static void list_item(serve_call *call, sqlite3_stmt *s, ent_buf *out)
{
    ent_str deck = serve__column(call, s, 2);
    int64_t corrections = sqlite3_column_int64(s, 5);
    ent__buf_printf(out, "<li><article><p class=\"kicker\"><time>");
    serve__day_text(sqlite3_column_int64(s, 3), out);
    ent__buf_z(out, "</time>");
    if (corrections > 0) {
        ent__buf_z(out, " · corrected ");
        serve__day_text(sqlite3_column_int64(s, 4), out);
    }
    ent__buf_printf(out, "</p><h2><a href=\"/briefs/%.*s\">", ENT_FMT(serve__column(call, s, 0)));
    ent__buf_html(out, serve__column(call, s, 1));
    ent__buf_z(out, "</a></h2>");
    if (deck.n > 0) {
        ent__buf_z(out, "<p class=\"deck\">");
        ent__buf_html(out, deck);
        ent__buf_z(out, "</p>");
    }
    ent__buf_z(out, "</article></li>");
}

static ent_rc make_home(serve_call *call, serve_page **out)
{
    ent_buf html = {0};
    serve__html_head(call->app, &html, "Entente: briefs");
    ent__buf_z(&html,
               "<h1>Who moves toward whom, at whose cost, since when, and why?</h1>"
               "<p class=\"lead\">Briefs on relations between states. Every line links to the "
               "sentence or the data row it comes from; what is not known is said.</p>");
    sqlite3_stmt *s =
        serve__sql(call, "SELECT b.slug, b.title, b.deck, b.published, max(v.at), count(*) - 1 "
                         "FROM brief b JOIN"
                         " version v ON v.brief = b.id WHERE b.state = 'published' GROUP BY b.id"
                         " ORDER BY max(v.at) DESC, b.id DESC LIMIT 500");
    int got, count = 0;
    for (; (got = serve__step(call, s)) > 0; count++) {
        ent__buf_z(&html, count == 0 ? "<ol class=\"briefs\">" : "");
        list_item(call, s, &html);
    }
    ent__buf_z(&html, count > 0
                          ? "</ol>"
                          : "<div class=\"empty\"><p>Nothing is published yet.</p><p>Analysts "
                            "make briefs in <a href=\"/app/briefs\">the app</a>.</p></div>");
    ent__buf_z(&html,
               "</main><footer class=\"foot\"><p>Made with Entente " ENT_VERSION ". A brief says "
               "what its sources say; one article is no evidence of a trend.</p></footer>"
               "</body></html>\n");
    if (got < 0) {
        ent__buf_free(&html);
        return (ent_rc)got;
    }
    *out = serve__page_new(200, "text/html; charset=utf-8", revalidate, html, (ent_buf){0});
    return *out == NULL ? ENT_ENOMEM : ENT_OK;
}

/* ---- keeping ------------------------------------------------------------------------------- */

static shelf_entry *find_entry(serve_shelf *shelf, ent_str slug)
{
    for (size_t i = 0; i < shelf->count; i++) {
        if (ent__str_eqz(slug, shelf->entries[i].slug)) {
            return &shelf->entries[i];
        }
    }
    return NULL;
}

static ent_rc put_entry(serve_shelf *shelf, const shelf_entry *entry)
{
    shelf_entry *old = find_entry(shelf, ent__str(entry->slug));
    if (old != NULL) {
        drop_pages(old);
        *old = *entry;
        return ENT_OK;
    }
    shelf_entry *entries =
        ent__grow(shelf->entries, shelf->count, &shelf->capacity, sizeof *entries);
    if (entries == NULL) {
        return ENT_ENOMEM;
    }
    shelf->entries = entries;
    shelf->entries[shelf->count++] = *entry;
    return ENT_OK;
}

static void drop_old(serve_shelf *shelf)
{
    pthread_mutex_lock(&shelf->old_lock);
    for (size_t i = 0; i < OLD_PAGES; i++) {
        serve__page_drop(shelf->old[i].page);
        shelf->old[i] = (old_page){0};
    }
    pthread_mutex_unlock(&shelf->old_lock);
}

ent_rc serve__shelf_refresh(serve_call *call, int64_t id)
{
    serve_shelf *shelf = call->app->shelf;
    serve_brief brief;
    shelf_entry entry = {0};
    serve_page *home = NULL;
    ent_rc rc = ENT_OK;
    pthread_mutex_lock(&shelf->making);
    if (serve__brief_get(call, id, &brief, &rc)) {
        rc = make_entry(call, &brief, &entry);
    }
    rc = rc == ENT_OK ? make_home(call, &home) : rc;
    if (rc == ENT_OK) {
        pthread_rwlock_wrlock(&shelf->lock);
        rc = entry.html == NULL ? ENT_OK : put_entry(shelf, &entry);
        serve_page *old = shelf->home;
        shelf->home = home;
        pthread_rwlock_unlock(&shelf->lock);
        serve__page_drop(old);
        drop_old(shelf);
    }
    pthread_mutex_unlock(&shelf->making);
    if (rc != ENT_OK) {
        drop_pages(&entry);
    }
    return rc;
}

static void close_shelf(void *extra)
{
    serve_shelf *shelf = extra;
    for (size_t i = 0; i < shelf->count; i++) {
        drop_pages(&shelf->entries[i]);
    }
    drop_old(shelf);
    serve__page_drop(shelf->home);
    pthread_mutex_destroy(&shelf->old_lock);
    pthread_rwlock_destroy(&shelf->lock);
    pthread_mutex_destroy(&shelf->making);
    free(shelf->entries);
    free(shelf);
}

static ent_rc load_all(serve_call *call)
{
    int64_t ids[1024], last = 0;
    int got = 1;
    ent_rc rc = serve__shelf_refresh(call, 0); /* the list, also when it is empty */
    while (rc == ENT_OK && got > 0) {
        size_t n = 0;
        sqlite3_stmt *s = serve__sql(call, "SELECT id FROM brief WHERE state <> 'draft' AND id > ?1"
                                           " ORDER BY id LIMIT 1024");
        serve__bind_int(s, 1, last);
        while (n < 1024 && (got = serve__step(call, s)) > 0) {
            last = ids[n++] = sqlite3_column_int64(s, 0);
        }
        sqlite3_reset(s);
        for (size_t i = 0; rc == ENT_OK && i < n; i++) {
            rc = serve__shelf_refresh(call, ids[i]);
        }
    }
    return got < 0 ? (ent_rc)got : rc;
}

ent_rc serve__briefs_open(ent_ctx *ctx, serve_app *app)
{
    serve_shelf *shelf = calloc(1, sizeof *shelf);
    if (shelf == NULL) {
        return ent__nomem(ctx);
    }
    pthread_rwlock_init(&shelf->lock, NULL);
    pthread_mutex_init(&shelf->making, NULL);
    pthread_mutex_init(&shelf->old_lock, NULL);
    app->shelf = shelf;
    ent_rc rc = serve__app_attach(ctx, app, "shelf", shelf, close_shelf);
    if (rc != ENT_OK) {
        return rc;
    }
    serve_call call;
    serve_request request = {0};
    serve_reply reply = {0};
    rc = serve__call_inside(&call, app, &request, &reply);
    rc = rc == ENT_OK ? load_all(&call) : rc;
    if (rc != ENT_OK) {
        rc = ent__fail(ctx, rc, app->app_path, 0, "published briefs can't be read: %s",
                       call.worker == NULL ? "out of memory" : ent_ctx_message(call.worker->ctx));
    }
    serve__call_end(&call);
    serve__reply_free(&reply);
    return rc;
}

/* ---- routes -------------------------------------------------------------------------------- */

static ent_rc get_home(serve_call *call)
{
    serve_shelf *shelf = call->app->shelf;
    pthread_rwlock_rdlock(&shelf->lock);
    ent_rc rc = serve__reply_page(call, shelf->home);
    pthread_rwlock_unlock(&shelf->lock);
    return rc;
}

static ent_rc reply_entry(serve_call *call, size_t offset)
{
    serve_shelf *shelf = call->app->shelf;
    ent_rc rc = ENT_OK;
    pthread_rwlock_rdlock(&shelf->lock);
    const shelf_entry *entry = find_entry(shelf, serve__param(call, "slug"));
    serve_page *const *page =
        entry == NULL ? NULL : (serve_page *const *)(const void *)((const char *)entry + offset);
    const serve_page *chosen = page == NULL ? NULL : *page == NULL ? entry->html : *page;
    if (chosen != NULL) {
        rc = serve__reply_page(call, chosen);
    }
    pthread_rwlock_unlock(&shelf->lock);
    return chosen != NULL
               ? rc
               : serve__problem(call, 404, "missing", "there is no such published brief");
}

static ent_rc get_brief_page(serve_call *call)
{
    return reply_entry(call, offsetof(shelf_entry, html));
}

static ent_rc get_brief_json(serve_call *call)
{
    return reply_entry(call, offsetof(shelf_entry, json));
}

static ent_rc get_brief_markdown(serve_call *call)
{
    return reply_entry(call, offsetof(shelf_entry, markdown));
}

/* ---- versions ------------------------------------------------------------------------------ */

/* The page of a version kept earlier; NULL: none.  The caller drops it. */
static serve_page *find_old(serve_shelf *shelf, const char *address)
{
    serve_page *found = NULL;
    pthread_mutex_lock(&shelf->old_lock);
    for (size_t i = 0; found == NULL && i < OLD_PAGES; i++) {
        if (shelf->old[i].page != NULL && strcmp(shelf->old[i].address, address) == 0) {
            found = serve__page_keep(shelf->old[i].page);
        }
    }
    pthread_mutex_unlock(&shelf->old_lock);
    return found;
}

static void keep_old(serve_shelf *shelf, const char *address, const serve_page *page)
{
    pthread_mutex_lock(&shelf->old_lock);
    old_page *at = &shelf->old[shelf->old_next++ % OLD_PAGES];
    serve__page_drop(at->page);
    snprintf(at->address, sizeof at->address, "%s", address);
    at->page = serve__page_keep(page);
    pthread_mutex_unlock(&shelf->old_lock);
}

/* Makes the page of a version under the lock that changes of briefs take too, so that what is kept
 * is never older than the brief's state.  Making one costs tens of ms: an address that asks for
 * many has to wait. */
static ent_rc make_version(serve_call *call, const char *address)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT v.html, b.id, v.number < (SELECT max(number) FROM"
                                       " version WHERE brief = b.id) FROM version v JOIN brief b ON"
                                       " b.id = v.brief WHERE b.slug = ?1 AND v.hash = ?2");
    serve__bind(s, 1, serve__param(call, "slug"));
    serve__bind(s, 2, serve__param(call, "hash"));
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got
                       : serve__problem(call, 404, "missing", "there is no such version");
    }
    int64_t id = sqlite3_column_int64(s, 1);
    bool outdated = sqlite3_column_int(s, 2) != 0;
    ent_str html = outdated ? serve__column(call, s, 0) : (ent_str){"", 0};
    sqlite3_reset(s);
    serve_brief brief;
    ent_rc rc = ENT_OK;
    if (!serve__brief_get(call, id, &brief, &rc)) {
        return rc;
    }
    if (!outdated || ent__str_eqz(brief.state, "withdrawn")) {
        return reply_entry(call, offsetof(shelf_entry, html));
    }
    if (!serve__write_allowed(call, SERVE_LIMIT_WRITE)) {
        return ENT_OK;
    }
    serve_page *page = html_page(call, &brief, html, outdated, &rc);
    if (rc == ENT_OK) {
        keep_old(call->app->shelf, address, page);
        rc = serve__reply_page(call, page);
        serve__page_drop(page);
    }
    return rc;
}

/* One version by the hash of its bytes: unchanged as it was published, with the readers' block. */
static ent_rc get_version(serve_call *call)
{
    serve_shelf *shelf = call->app->shelf;
    ent_str slug = serve__param(call, "slug"), hash = serve__param(call, "hash");
    char address[176];
    if (slug.n > 96 || hash.n > 64) {
        return serve__problem(call, 404, "missing", "there is no such version");
    }
    snprintf(address, sizeof address, "%.*s/%.*s", ENT_FMT(slug), ENT_FMT(hash));
    serve_page *page = find_old(shelf, address);
    if (page == NULL) {
        pthread_mutex_lock(&shelf->making);
        ent_rc rc = make_version(call, address);
        pthread_mutex_unlock(&shelf->making);
        return rc;
    }
    ent_rc rc = serve__reply_page(call, page);
    serve__page_drop(page);
    return rc;
}

const serve_route serve__routes_shelf[] = {
    {"GET", "/", SERVE_PUBLIC, get_home, "getHome", 0},
    {"GET", "/briefs/{slug}", SERVE_PUBLIC, get_brief_page, "readBrief", 0},
    {"GET", "/briefs/{slug}.json", SERVE_PUBLIC, get_brief_json, "readBriefJson", 0},
    {"GET", "/briefs/{slug}.md", SERVE_PUBLIC, get_brief_markdown, "readBriefMarkdown", 0},
    {"GET", "/briefs/{slug}/{hash}", SERVE_PUBLIC, get_version, "readVersion", 0},
    {0},
};
