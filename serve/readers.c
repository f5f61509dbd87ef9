/* readers: one of seven reactions a reader and brief, changeable; everything that is kept of a
 * reader, to take along or to delete.  In: the reader's cookie.  Out: counts; rows of the app's
 * file. No address is stored: limits by address live in memory only, salted. */
#include <string.h>

#include "publish.h"

static const char *const kinds[] = {"like", "dislike", "love", "funny", "angry", "sad", "wow"};
enum { KINDS = sizeof kinds / sizeof *kinds };

bool serve__write_allowed(serve_call *call, serve_limit limit)
{
    int wait;
    if (call->app->options.quiet ||
        serve__guard_take(call->app->guard, call->peer, limit, call->now, true, &wait)) {
        return true;
    }
    serve__problem(call, 429, "limit", "that was a little fast; please wait a moment");
    serve__reply_header(call, "Retry-After", ent__arena_printf(call->arena, "%d", wait));
    return false;
}

int64_t serve__published_brief(serve_call *call)
{
    serve_brief brief;
    ent_rc rc = ENT_OK;
    int64_t id = serve__brief_find(call, "id");
    if (id > 0 && serve__brief_get(call, id, &brief, &rc) &&
        !ent__str_eqz(brief.state, "published")) {
        serve__problem(call, 404, "missing", "this brief is not published");
        return 0;
    }
    return rc != ENT_OK ? rc : id;
}

/* ---- reactions ----------------------------------------------------------------------------- */

static ent_rc reply_reactions(serve_call *call, int64_t brief)
{
    int64_t counts[KINDS] = {0};
    const char *mine = NULL;
    sqlite3_stmt *s = serve__sql(call, "SELECT kind, count(*), max(reader = ?2) FROM reaction"
                                       " WHERE brief = ?1 GROUP BY kind");
    serve__bind_int(s, 1, brief);
    serve__bind_blob(s, 2, call->reader, call->reader_known ? sizeof call->reader : 0);
    int got;
    while ((got = serve__step(call, s)) > 0) {
        for (size_t i = 0; i < KINDS; i++) {
            if (strcmp((const char *)sqlite3_column_text(s, 0), kinds[i]) == 0) {
                counts[i] = sqlite3_column_int64(s, 1);
                mine = sqlite3_column_int(s, 2) != 0 ? kinds[i] : mine;
            }
        }
    }
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_key(&json, "counts");
    ent__json_open(&json, '{');
    for (size_t i = 0; i < KINDS; i++) {
        ent__json_kint(&json, kinds[i], counts[i]);
    }
    ent__json_close(&json, '}');
    ent__json_key(&json, "mine");
    ent__json_str(&json, ent__str(mine).n > 0 ? ent__str(mine) : (ent_str){NULL, 0});
    ent__json_close(&json, '}');
    return (ent_rc)got;
}

static ent_rc get_reaction(serve_call *call)
{
    ent_rc rc = serve__identify(call);
    int64_t brief = rc == ENT_OK ? serve__published_brief(call) : rc;
    return brief <= 0 ? (ent_rc)brief : reply_reactions(call, brief);
}

static ent_rc set_reaction(serve_call *call, int64_t brief, ent_str kind)
{
    ent_rc rc = serve__reader_new(call);
    rc = rc == ENT_OK ? serve__write_begin(call) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *s =
        kind.n == 0 ? serve__sql(call, "DELETE FROM reaction WHERE brief = ?1 AND reader = ?2")
                    : serve__sql(call, "INSERT INTO reaction(brief, reader, kind, at)"
                                       " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(brief, reader) DO"
                                       " UPDATE SET kind = excluded.kind, at = excluded.at");
    serve__bind_int(s, 1, brief);
    serve__bind_blob(s, 2, call->reader, sizeof call->reader);
    if (kind.n > 0) {
        serve__bind(s, 3, kind);
        serve__bind_int(s, 4, call->now);
    }
    rc = serve__write_end(call, serve__run(call, s));
    return rc == ENT_OK ? reply_reactions(call, brief) : rc;
}

static ent_rc put_reaction(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str kind;
    if (body == NULL || !serve__json_text(call, body, "reaction", 1, 20, &kind)) {
        return ENT_OK;
    }
    bool known = false;
    for (size_t i = 0; i < KINDS; i++) {
        known = known || ent__str_eqz(kind, kinds[i]);
    }
    if (!known) {
        return serve__problem_field(call, 422, "field", "reaction",
                                    "expected like, dislike, love, funny, angry, sad or wow");
    }
    int64_t brief = serve__published_brief(call);
    return brief <= 0 || !serve__write_allowed(call, SERVE_LIMIT_WRITE)
               ? (brief < 0 ? (ent_rc)brief : ENT_OK)
               : set_reaction(call, brief, kind);
}

static ent_rc delete_reaction(serve_call *call)
{
    int64_t brief = serve__published_brief(call);
    return brief <= 0 || !serve__write_allowed(call, SERVE_LIMIT_WRITE)
               ? (brief < 0 ? (ent_rc)brief : ENT_OK)
               : set_reaction(call, brief, (ent_str){"", 0});
}

/* ---- what is kept of a reader -------------------------------------------------------------- */

/* One list of the export: each row's columns by name, the last one a time. */
static ent_rc export_rows(serve_call *call, ent_json *json, const char *name, sqlite3_stmt *s)
{
    int got;
    serve__bind_blob(s, 1, call->reader, sizeof call->reader);
    ent__json_key(json, name);
    ent__json_open(json, '[');
    while ((got = serve__step(call, s)) > 0) {
        int columns = sqlite3_column_count(s);
        char at[24];
        ent__json_open(json, '{');
        for (int i = 0; i < columns - 1; i++) {
            if (sqlite3_column_type(s, i) == SQLITE_INTEGER) {
                ent__json_kint(json, sqlite3_column_name(s, i), sqlite3_column_int64(s, i));
            } else {
                ent__json_kstr(json, sqlite3_column_name(s, i), serve__column(call, s, i));
            }
        }
        serve__time_text(sqlite3_column_int64(s, columns - 1), at);
        ent__json_kz(json, "at", at);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
    return (ent_rc)got;
}

static ent_rc get_reader(serve_call *call)
{
    ent_rc rc = serve__reader_new(call);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    rc = export_rows(call, &json, "reactions",
                     serve__sql(call, "SELECT b.slug AS brief, r.kind AS reaction, r.at FROM "
                                      "reaction r JOIN brief b ON b.id ="
                                      " r.brief WHERE r.reader = ?1 ORDER BY r.at"));
    rc = rc != ENT_OK
             ? rc
             : export_rows(call, &json, "comments",
                           serve__sql(call, "SELECT c.id, b.slug AS brief, c.name, c.text, "
                                            "c.state, c.at FROM comment c JOIN brief b ON"
                                            " b.id = c.brief WHERE c.reader = ?1 ORDER BY c.id"));
    rc = rc != ENT_OK ? rc
                      : export_rows(call, &json, "reports",
                                    serve__sql(call, "SELECT comment, reason, at FROM report WHERE "
                                                     "reader = ?1 ORDER BY at"));
    ent__json_close(&json, '}');
    serve__reply_download(call, "entente-reader.json");
    return rc;
}

/* Runs a statement on the reader's rows; adds up how many it changed. */
static ent_rc forget(serve_call *call, const char *sql, int64_t *changed)
{
    sqlite3_stmt *s = serve__sql(call, sql);
    serve__bind_blob(s, 1, call->reader, sizeof call->reader);
    ent_rc rc = serve__run(call, s);
    *changed += rc == ENT_OK ? sqlite3_changes(call->worker->db) : 0;
    return rc;
}

/* A comment that others answered leaves an empty place, so that the answers keep theirs. */
static ent_rc delete_reader(serve_call *call)
{
    static const char *const steps[] = {
        "DELETE FROM reaction WHERE reader = ?1",
        "DELETE FROM report WHERE reader = ?1",
        "DELETE FROM report WHERE comment IN (SELECT id FROM comment WHERE reader = ?1)",
        "DELETE FROM comment WHERE reader = ?1 AND parent IS NOT NULL",
        ("DELETE FROM comment WHERE reader = ?1 AND NOT EXISTS (SELECT 1 FROM comment a WHERE"
         " a.parent = comment.id)"),
        "UPDATE comment SET state='deleted', name='', text='', reader=x'' WHERE reader = ?1",
    };
    int64_t changed = 0;
    ent_rc rc = serve__reader_new(call);
    rc = rc == ENT_OK ? serve__write_begin(call) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    for (size_t i = 0; rc == ENT_OK && i < sizeof steps / sizeof *steps; i++) {
        rc = forget(call, steps[i], &changed);
    }
    rc = serve__write_end(call, rc);
    if (rc == ENT_OK) {
        ent__buf_printf(serve__reply(call, 200, "application/json"), "{\"deleted\":%lld}",
                        (long long)changed);
    }
    return rc;
}

const serve_route serve__routes_readers[] = {
    {"GET", "/api/briefs/{id}/reaction", SERVE_PUBLIC, get_reaction, "getReactions", 0},
    {"PUT", "/api/briefs/{id}/reaction", SERVE_READER, put_reaction, "react", 256},
    {"DELETE", "/api/briefs/{id}/reaction", SERVE_READER, delete_reaction, "takeBackReaction", 0},
    {"GET", "/api/reader", SERVE_READER, get_reader, "exportReader", 0},
    {"DELETE", "/api/reader", SERVE_READER, delete_reader, "forgetReader", 0},
    {0},
};
