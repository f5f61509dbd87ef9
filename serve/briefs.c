/* briefs: drafts, and what becomes of them: published, corrected (the earlier versions stay under
 * the hash of their bytes), withdrawn (the address then says why).  In: choices of analysts.  Out:
 * rows of the app's file; versions are append-only.  Every step is in the audit log. */
#include <stdlib.h>
#include <string.h>

#include "../src/brief/brief.h"
#include "publish.h"

enum { BODY = 32 << 10 };

/* ---- finding ------------------------------------------------------------------------------- */

bool serve__brief_get(serve_call *call, int64_t id, serve_brief *out, ent_rc *out_rc)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT id, slug, state, title, deck, reason,"
                                       " coalesce(published, 0) FROM brief WHERE id = ?1");
    serve__bind_int(s, 1, id);
    int got = serve__step(call, s);
    *out_rc = got < 0 ? (ent_rc)got : ENT_OK;
    if (got <= 0) {
        return false;
    }
    *out = (serve_brief){.id = id,
                         .slug = serve__column(call, s, 1),
                         .state = serve__column(call, s, 2),
                         .title = serve__column(call, s, 3),
                         .deck = serve__column(call, s, 4),
                         .reason = serve__column(call, s, 5),
                         .published = sqlite3_column_int64(s, 6)};
    sqlite3_reset(s);
    return true;
}

int64_t serve__brief_find(serve_call *call, const char *param)
{
    ent_str given = serve__param(call, param);
    int64_t number = 0;
    ent__str_int(given, &number);
    sqlite3_stmt *s = serve__sql(call, "SELECT id FROM brief WHERE (id = ?1 OR slug = ?2) AND"
                                       " (?3 OR state = 'published')");
    serve__bind_int(s, 1, number);
    serve__bind(s, 2, given);
    serve__bind_int(s, 3, serve__may(call, SERVE_ANALYST));
    int64_t id = serve__number(call, s);
    if (id == 0) {
        serve__problem(call, 404, "missing", "there is no such brief");
    }
    return id;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void json_time(ent_json *json, const char *key, sqlite3_stmt *s, int at)
{
    char text[24];
    ent__json_key(json, key);
    if (sqlite3_column_type(s, at) == SQLITE_NULL) {
        ent__json_null(json);
    } else {
        serve__time_text(sqlite3_column_int64(s, at), text);
        ent__json_z(json, text);
    }
}

/* All versions, and those after the first once more as corrections. */
static ent_rc versions_json(serve_call *call, ent_json *json, int64_t id)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT number, hash, at, note, title FROM version"
                                       " WHERE brief = ?1 ORDER BY number");
    ent_buf corrections = {0};
    ent_json list = ent__json(&corrections);
    serve__bind_int(s, 1, id);
    int got;
    ent__json_open(&list, '[');
    ent__json_key(json, "versions");
    ent__json_open(json, '[');
    while ((got = serve__step(call, s)) > 0) {
        ent_str note = serve__column(call, s, 3);
        ent__json_open(json, '{');
        ent__json_kint(json, "number", sqlite3_column_int64(s, 0));
        ent__json_kstr(json, "hash", serve__column(call, s, 1));
        json_time(json, "at", s, 2);
        ent__json_kstr(json, "title", serve__column(call, s, 4));
        ent__json_close(json, '}');
        if (sqlite3_column_int64(s, 0) > 1) {
            ent__json_open(&list, '{');
            json_time(&list, "at", s, 2);
            ent__json_kstr(&list, "note", note);
            ent__json_close(&list, '}');
        }
    }
    ent__json_close(json, ']');
    ent__json_close(&list, ']');
    ent__json_key(json, "corrections");
    ent__json_raw(json, ent__buf_slice(&corrections));
    bool failed = corrections.failed;
    ent__buf_free(&corrections);
    return got < 0 ? (ent_rc)got : failed ? ENT_ENOMEM : ENT_OK;
}

/* The members of the choice: documents, states, case. */
static void source_json(ent_json *json, ent_str text)
{
    json_t *source = json_loadb(text.p, text.n, 0, NULL);
    static const char *const keys[] = {"documents", "states", "case"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(source, keys[i]);
        char *words = value == NULL ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        ent__json_key(json, keys[i]);
        if (words == NULL) {
            ent__json_null(json);
        } else {
            ent__json_raw(json, ent__str(words));
        }
        free(words);
    }
    json_decref(source);
}

/* Columns: BRIEF_COLUMNS below. */
static ent_rc brief_json(serve_call *call, ent_json *json, sqlite3_stmt *s)
{
    int64_t id = sqlite3_column_int64(s, 0);
    ent__json_open(json, '{');
    ent__json_kint(json, "id", id);
    ent__json_kstr(json, "slug", serve__column(call, s, 1));
    ent__json_kstr(json, "state", serve__column(call, s, 2));
    ent__json_kstr(json, "title", serve__column(call, s, 3));
    ent__json_kstr(json, "deck", serve__column(call, s, 4));
    json_time(json, "published", s, 8);
    json_time(json, "updated", s, 7);
    if (serve__may(call, SERVE_ANALYST)) {
        ent__json_kstr(json, "author", serve__column(call, s, 5));
        json_time(json, "created", s, 6);
        json_time(json, "withdrawn", s, 9);
        ent__json_kstr(json, "reason", serve__column(call, s, 10));
        source_json(json, serve__column(call, s, 11));
    }
    ent_rc rc = versions_json(call, json, id);
    ent__json_close(json, '}');
    return rc;
}

#define BRIEF_COLUMNS                                                                              \
    "id, slug, state, title, deck, owner, created, changed, published, withdrawn,"                 \
    " reason, source"

static ent_rc reply_brief(serve_call *call, int status, int64_t id)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT " BRIEF_COLUMNS " FROM brief WHERE id = ?1");
    serve__bind_int(s, 1, id);
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got
                       : serve__problem(call, 404, "missing", "there is no such brief");
    }
    ent_json json = ent__json(serve__reply(call, status, "application/json"));
    ent_rc rc = brief_json(call, &json, s);
    sqlite3_reset(s);
    return rc;
}

static ent_rc get_briefs(serve_call *call)
{
    int64_t limit, after;
    if (!serve__rows_asked(call, false, true, &limit, &after)) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT " BRIEF_COLUMNS ", (SELECT count(*) FROM brief WHERE"
                                       " ?1 OR state = 'published') FROM brief WHERE (?1 OR state ="
                                       " 'published') AND id < ?2 ORDER BY id DESC LIMIT ?3");
    serve__bind_int(s, 1, serve__may(call, SERVE_ANALYST));
    serve__bind_int(s, 2, after);
    serve__bind_int(s, 3, limit);
    return serve__rows_reply(call, s, limit, brief_json);
}

#define CSV_OPEN                                                                                   \
    "SELECT id, slug, state, title, deck, " SERVE_SQL_TIME("published") " AS published, "          \
    SERVE_SQL_TIME("changed") " AS updated"
#define CSV_INSIDE                                                                                 \
    ", owner AS author, " SERVE_SQL_TIME("created") " AS created, " SERVE_SQL_TIME("withdrawn")    \
    " AS withdrawn, reason"

static ent_rc get_briefs_csv(serve_call *call)
{
    int64_t limit, after;
    if (!serve__rows_asked(call, true, true, &limit, &after)) {
        return ENT_OK;
    }
    sqlite3_stmt *s =
        serve__may(call, SERVE_ANALYST)
            ? serve__sql(call, CSV_OPEN CSV_INSIDE " FROM brief WHERE id < ?1 ORDER BY id DESC"
                                                   " LIMIT ?2")
            : serve__sql(call, CSV_OPEN " FROM brief WHERE id < ?1 AND state = 'published' ORDER BY"
                                        " id DESC LIMIT ?2");
    serve__bind_int(s, 1, after);
    serve__bind_int(s, 2, limit);
    return serve__rows_csv(call, "briefs.csv", s, limit);
}

static ent_rc get_brief(serve_call *call)
{
    int64_t id = serve__brief_find(call, "id");
    return id < 0 ? (ent_rc)id : id == 0 ? ENT_OK : reply_brief(call, 200, id);
}

/* The draft's page for those who may see it; sandboxed, to be shown in a frame of the app. */
static ent_rc get_preview(serve_call *call)
{
    int64_t id = serve__brief_find(call, "id");
    if (id <= 0) {
        return (ent_rc)id;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT html FROM brief WHERE id = ?1");
    serve__bind_int(s, 1, id);
    int got = serve__step(call, s);
    if (got <= 0) {
        return (ent_rc)got;
    }
    ent__buf_str(serve__reply(call, 200, "text/html; charset=utf-8"), serve__column(call, s, 0));
    sqlite3_reset(s);
    serve__reply_header(call, "Content-Security-Policy",
                        ENT_LIT("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                                "sandbox "
                                "allow-downloads allow-popups; frame-ancestors 'self'"));
    return ENT_OK;
}

/* ---- slug ---------------------------------------------------------------------------------- */

/* "who-moves-toward-whom": ASCII letters and digits of the title. */
static ent_str make_slug(ent_arena *arena, ent_str title)
{
    char out[72];
    size_t n = 0;
    for (size_t i = 0; i < title.n && n < 64; i++) {
        char c = title.p[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[n++] = c;
        } else if (n > 0 && out[n - 1] != '-' && c != '\'') {
            out[n++] = '-';
        }
    }
    n -= n > 0 && out[n - 1] == '-';
    bool number = true; /* a slug of digits alone would read like a brief's number */
    for (size_t i = 0; i < n; i++) {
        number = number && out[i] >= '0' && out[i] <= '9';
    }
    return number ? ent__arena_printf(arena, "brief%s%.*s", n > 0 ? "-" : "", (int)n, out)
                  : ent__arena_str(arena, (ent_str){out, n});
}

/* 1: taken by another brief, 0: free, <0: an error. */
static int64_t slug_taken(serve_call *call, ent_str slug, int64_t id)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT 1 FROM brief WHERE slug = ?1 AND id <> ?2");
    serve__bind(s, 1, slug);
    serve__bind_int(s, 2, id);
    return serve__number(call, s);
}

static ent_rc free_slug(serve_call *call, ent_str title, ent_str *out)
{
    ent_str base = make_slug(call->arena, title);
    *out = base;
    int64_t got = slug_taken(call, *out, 0);
    for (int i = 2; got > 0; i++) {
        *out = ent__arena_printf(call->arena, "%.*s-%d", ENT_FMT(base), i);
        got = slug_taken(call, *out, 0);
    }
    return (ent_rc)got;
}

/* ---- drafts -------------------------------------------------------------------------------- */

static bool is_text_list(serve_call *call, json_t *list, const char *field)
{
    size_t i;
    json_t *item;
    bool ok = list == NULL || json_is_array(list);
    json_array_foreach(list, i, item)
    {
        ok = ok && json_is_string(item) && json_string_length(item) > 0 &&
             json_string_length(item) < 512;
    }
    if (!ok) {
        serve__problem_field(call, 422, "field", field, "expected a list of texts");
    }
    return ok;
}

/* The choice as it is kept: what the body says, else what `before` said.  NULL: a problem is the
 * reply.  Yours to json_decref. */
static json_t *take_source(serve_call *call, json_t *body, const json_t *before)
{
    ent_str text;
    if (!is_text_list(call, json_object_get(body, "documents"), "documents") ||
        !is_text_list(call, json_object_get(body, "states"), "states") ||
        !serve__json_text(call, body, "title", 0, 300, &text) ||
        !serve__json_text(call, body, "case", 0, 200, &text)) {
        return NULL;
    }
    static const char *const keys[] = {"documents", "states", "title", "case"};
    json_t *source = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(body, keys[i]);
        value = value == NULL ? json_object_get(before, keys[i]) : value;
        if (value != NULL && !json_is_null(value)) {
            json_object_set(source, keys[i], value);
        }
    }
    return source;
}

static ent_str dump_source(serve_call *call, const json_t *source)
{
    char *text = json_dumps(source, JSON_COMPACT | JSON_SORT_KEYS);
    ent_str kept = text == NULL ? (ent_str){NULL, 0} : ent__arena_str(call->arena, ent__str(text));
    free(text);
    return kept;
}

static void bind_forms(sqlite3_stmt *s, int first, const serve_rendered *r)
{
    serve__bind_blob(s, first, r->html.p, r->html.n);
    serve__bind_blob(s, first + 1, r->json.p, r->json.n);
    serve__bind_blob(s, first + 2, r->markdown.p, r->markdown.n);
}

static ent_rc insert_draft(serve_call *call, ent_str slug, ent_str source, const serve_rendered *r,
                           int64_t *out_id)
{
    sqlite3_stmt *s =
        serve__sql(call, "INSERT INTO brief(slug, state, title, deck, source, owner,"
                         " created, changed, html, json, markdown) VALUES(?1, 'draft',"
                         " ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9)");
    serve__bind(s, 1, slug);
    serve__bind(s, 2, r->title);
    serve__bind(s, 3, r->deck);
    serve__bind(s, 4, source);
    serve__bind(s, 5, call->user.name);
    serve__bind_int(s, 6, call->now);
    bind_forms(s, 7, r);
    ent_rc rc = serve__run(call, s);
    *out_id = sqlite3_last_insert_rowid(call->worker->db);
    return rc == ENT_OK ? serve__audit(call, "brief drafted", slug, r->title) : rc;
}

/* The slug that the body asks for; empty: none asked.  false: a problem is the reply. */
static bool wanted_slug(serve_call *call, json_t *body, int64_t id, ent_str *out, ent_rc *rc)
{
    *rc = ENT_OK;
    if (!serve__json_text(call, body, "slug", 0, 80, out)) {
        return false;
    }
    if (out->n > 0 && !ent__str_eq(make_slug(call->arena, *out), *out)) {
        serve__problem_field(call, 422, "field", "slug",
                             "expected up to 64 small letters, digits and single dashes, not "
                             "digits alone");
        return false;
    }
    int64_t taken = out->n > 0 ? slug_taken(call, *out, id) : 0;
    if (taken > 0) {
        serve__problem_field(call, 409, "exists", "slug", "another brief has this address");
    }
    *rc = taken < 0 ? (ent_rc)taken : ENT_OK;
    return taken == 0;
}

static ent_rc store_draft(serve_call *call, ent_str slug, ent_str source, const serve_rendered *r,
                          int64_t *out_id)
{
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = slug.n > 0 ? ENT_OK : free_slug(call, r->title, &slug);
    return serve__write_end(call, rc == ENT_OK ? insert_draft(call, slug, source, r, out_id) : rc);
}

static ent_rc post_brief(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str slug;
    ent_rc rc;
    if (body == NULL || !wanted_slug(call, body, 0, &slug, &rc)) {
        return body == NULL ? ENT_OK : rc;
    }
    if (serve__hand_over(call)) {
        return ENT_OK;
    }
    json_t *source = take_source(call, body, NULL);
    if (source == NULL) {
        return ENT_OK;
    }
    serve_rendered r = {0};
    int64_t id = 0;
    rc = serve__render(call, source, &r);
    ent_str kept = dump_source(call, source);
    rc = rc == ENT_OK && kept.p == NULL ? ENT_ENOMEM : rc;
    rc = rc == ENT_OK ? store_draft(call, slug, kept, &r, &id) : rc;
    serve__rendered_free(&r);
    json_decref(source);
    return rc == ENT_OK ? reply_brief(call, 201, id) : rc;
}

/* ---- what changes a brief ------------------------------------------------------------------ */

/* The kept choice of a brief; NULL: an error in *rc.  Yours to json_decref. */
static json_t *kept_source(serve_call *call, int64_t id, ent_rc *rc)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT source FROM brief WHERE id = ?1");
    serve__bind_int(s, 1, id);
    int got = serve__step(call, s);
    json_t *source = NULL;
    if (got > 0) {
        source = json_loadb(sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0), 0, NULL);
        sqlite3_reset(s);
    }
    *rc = got < 0 ? (ent_rc)got : source == NULL ? ENT_EINTERNAL : ENT_OK;
    return source;
}

static ent_rc update_forms(serve_call *call, int64_t id, ent_str slug, ent_str source,
                           const serve_rendered *r)
{
    sqlite3_stmt *s =
        serve__sql(call, "UPDATE brief SET slug = coalesce(nullif(?2, ''), slug), title ="
                         " ?3, deck = ?4, source = ?5, changed = ?6, html = ?7, json = ?8,"
                         " markdown = ?9 WHERE id = ?1");
    serve__bind_int(s, 1, id);
    serve__bind(s, 2, slug);
    serve__bind(s, 3, r->title);
    serve__bind(s, 4, r->deck);
    serve__bind(s, 5, source);
    serve__bind_int(s, 6, call->now);
    bind_forms(s, 7, r);
    return serve__run(call, s);
}

/* Appends the present forms as the next version, under the permanent name that the page itself
 * carries: a hash of its bytes. */
static ent_rc add_version(serve_call *call, int64_t id, ent_str note)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT html FROM brief WHERE id = ?1");
    char hash[65];
    serve__bind_int(s, 1, id);
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got : ENT_EINTERNAL;
    }
    ent_str page = {sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0)};
    if (!ent__brief_name(page, hash)) {
        ent__sha256_hex(page, hash);
    }
    sqlite3_reset(s);
    s = serve__sql(call,
                   "INSERT INTO version(brief, number, hash, at, who, note, title, html, json,"
                   " markdown) SELECT id, (SELECT count(*) + 1 FROM version WHERE brief = ?1), ?2,"
                   " ?3, ?4, ?5, title, html, json, markdown FROM brief WHERE id = ?1");
    serve__bind_int(s, 1, id);
    serve__bind(s, 2, ent__str(hash));
    serve__bind_int(s, 3, call->now);
    serve__bind(s, 4, call->user.name);
    serve__bind(s, 5, note);
    return serve__run(call, s);
}

/* Moves the brief on when it is in the state `from`; *out_moved false: it was not. */
static ent_rc move(serve_call *call, int64_t id, const char *from, const char *to, ent_str reason,
                   bool *out_moved)
{
    sqlite3_stmt *s = serve__sql(call, "UPDATE brief SET state = ?3, changed = ?4, reason = ?5,"
                                       " published = CASE ?3 WHEN 'published' THEN "
                                       "coalesce(published, ?4) ELSE published END,"
                                       " withdrawn = CASE ?3 WHEN 'withdrawn' THEN ?4 ELSE NULL "
                                       "END WHERE id = ?1 AND state = ?2");
    serve__bind_int(s, 1, id);
    serve__bind(s, 2, ent__str(from));
    serve__bind(s, 3, ent__str(to));
    serve__bind_int(s, 4, call->now);
    serve__bind(s, 5, reason);
    ent_rc rc = serve__run(call, s);
    *out_moved = rc == ENT_OK && sqlite3_changes(call->worker->db) == 1;
    return rc;
}

static ent_rc wrong_state(serve_call *call, const char *message)
{
    return serve__problem(call, 409, "state", message);
}

/* One change of state in one transaction, then the page in memory. */
static ent_rc change_state(serve_call *call, int64_t id, const char *from, const char *to,
                           ent_str text, const char *action, const char *refusal)
{
    bool moved = false;
    serve_brief brief;
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    bool withdrawing = strcmp(to, "withdrawn") == 0;
    rc = move(call, id, from, to, withdrawing ? text : (ent_str){"", 0}, &moved);
    if (rc == ENT_OK && moved && !withdrawing) {
        rc = add_version(call, id, text);
    }
    if (rc == ENT_OK && moved && serve__brief_get(call, id, &brief, &rc)) {
        rc = serve__audit(call, action, brief.slug, text);
    }
    rc = serve__write_end(call, rc);
    if (rc == ENT_OK && !moved) {
        return wrong_state(call, refusal);
    }
    rc = rc == ENT_OK ? serve__shelf_refresh(call, id) : rc;
    return rc == ENT_OK ? reply_brief(call, 200, id) : rc;
}

static ent_rc patch_brief(serve_call *call)
{
    json_t *body = serve__json_body(call);
    int64_t id = body == NULL ? 0 : serve__brief_find(call, "id");
    ent_str slug;
    ent_rc rc;
    serve_brief brief;
    if (id <= 0 || !serve__brief_get(call, id, &brief, &rc)) {
        return id < 0 ? (ent_rc)id : ENT_OK;
    }
    if (!ent__str_eqz(brief.state, "draft")) {
        return wrong_state(call, "only a draft can be changed; a published brief is corrected");
    }
    if (!wanted_slug(call, body, id, &slug, &rc) || serve__hand_over(call)) {
        return rc;
    }
    json_t *before = kept_source(call, id, &rc);
    json_t *source = before == NULL ? NULL : take_source(call, body, before);
    serve_rendered r = {0};
    if (source != NULL) {
        rc = serve__render(call, source, &r);
        rc = rc == ENT_OK ? serve__write_begin(call) : rc;
        if (rc == ENT_OK) {
            rc = update_forms(call, id, slug, dump_source(call, source), &r);
            rc = rc == ENT_OK ? serve__audit(call, "brief changed", brief.slug, r.title) : rc;
            rc = serve__write_end(call, rc);
        }
        rc = rc == ENT_OK ? reply_brief(call, 200, id) : rc;
    }
    serve__rendered_free(&r);
    json_decref(source);
    json_decref(before);
    return rc;
}

static ent_rc post_publish(serve_call *call)
{
    int64_t id = serve__brief_find(call, "id");
    return id <= 0 ? (ent_rc)id
                   : change_state(call, id, "draft", "published", (ent_str){"", 0},
                                  "brief published", "only a draft can be published");
}

static ent_rc post_withdraw(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str reason;
    if (body == NULL || !serve__json_text(call, body, "reason", 3, 1000, &reason)) {
        return ENT_OK;
    }
    int64_t id = serve__brief_find(call, "id");
    return id <= 0 ? (ent_rc)id
                   : change_state(call, id, "published", "withdrawn", reason, "brief withdrawn",
                                  "only a published brief can be withdrawn");
}

/* Read anew, with what the body changes; the note tells readers what was wrong. */
static ent_rc correct(serve_call *call, int64_t id, ent_str note, json_t *source)
{
    serve_rendered r = {0};
    bool moved = false;
    serve_brief brief;
    ent_rc rc = serve__render(call, source, &r);
    rc = rc == ENT_OK ? serve__write_begin(call) : rc;
    if (rc == ENT_OK) {
        rc = move(call, id, "published", "published", (ent_str){"", 0}, &moved);
        if (rc == ENT_OK && moved) {
            rc = update_forms(call, id, (ent_str){"", 0}, dump_source(call, source), &r);
            rc = rc == ENT_OK ? add_version(call, id, note) : rc;
        }
        if (rc == ENT_OK && moved && serve__brief_get(call, id, &brief, &rc)) {
            rc = serve__audit(call, "brief corrected", brief.slug, note);
        }
        rc = serve__write_end(call, rc);
    }
    serve__rendered_free(&r);
    if (rc == ENT_OK && !moved) {
        return wrong_state(call, "only a published brief can be corrected");
    }
    rc = rc == ENT_OK ? serve__shelf_refresh(call, id) : rc;
    return rc == ENT_OK ? reply_brief(call, 200, id) : rc;
}

/* A dated line of the list of corrections that the brief itself shows. */
static bool add_correction(serve_call *call, json_t *source, const json_t *before, ent_str note)
{
    char day[16];
    ent__date_iso(ent__date_of_days((int32_t)(call->now / 86400)), day);
    json_t *earlier = json_object_get(before, "corrections");
    json_t *list = earlier == NULL ? json_array() : json_copy(earlier);
    json_t *line = json_pack("{s:s, s:s%}", "date", day, "text", note.p, note.n);
    return json_array_append_new(list, line) == 0 &&
           json_object_set_new(source, "corrections", list) == 0;
}

static ent_rc post_correct(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str note;
    ent_rc rc;
    if (body == NULL || !serve__json_text(call, body, "note", 3, 1000, &note) ||
        serve__hand_over(call)) {
        return ENT_OK;
    }
    int64_t id = serve__brief_find(call, "id");
    json_t *before = id > 0 ? kept_source(call, id, &rc) : NULL;
    if (id <= 0 || before == NULL) {
        return id <= 0 ? (ent_rc)id : rc;
    }
    json_t *source = take_source(call, body, before);
    if (source != NULL) {
        rc = add_correction(call, source, before, note) ? correct(call, id, note, source)
                                                        : ENT_ENOMEM;
    }
    json_decref(source);
    json_decref(before);
    return rc;
}

const serve_route serve__routes_briefs[] = {
    {"GET", "/api/briefs", SERVE_PUBLIC, get_briefs, "listBriefs", 0},
    {"GET", "/api/briefs.csv", SERVE_PUBLIC, get_briefs_csv, "exportBriefs", 0},
    {"POST", "/api/briefs", SERVE_ANALYST, post_brief, "draftBrief", BODY},
    {"GET", "/api/briefs/{id}", SERVE_PUBLIC, get_brief, "getBrief", 0},
    {"PATCH", "/api/briefs/{id}", SERVE_ANALYST, patch_brief, "changeDraft", BODY},
    {"GET", "/api/briefs/{id}/page", SERVE_ANALYST, get_preview, "previewBrief", 0},
    {"POST", "/api/briefs/{id}/publish", SERVE_ANALYST, post_publish, "publishBrief", BODY},
    {"POST", "/api/briefs/{id}/correct", SERVE_ANALYST, post_correct, "correctBrief", BODY},
    {"POST", "/api/briefs/{id}/withdraw", SERVE_ANALYST, post_withdraw, "withdrawBrief", BODY},
    {0},
};
