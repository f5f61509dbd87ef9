/* comments: plain text below a published brief, threads of one level; a newcomer's first ones, and
 * those with links, are held until a moderator has read them; readers report, three reports hold a
 * comment that no moderator has read; they close some time after publication.  In: texts of
 * strangers, never markup.  Out: lists, the moderators' queue, CSV. */
#include <string.h>

#include "publish.h"

enum {
    TEXT_MOST = 4000,
    NAME_MOST = 120,
    REASON_MOST = 600,
    BRIEF_MOST_AN_HOUR = 120,
    REPORTS = 3
};

/* ---- reading ------------------------------------------------------------------------------- */

static int64_t closes_at(const serve_call *call, const serve_brief *brief)
{
    return call->app->options.comments_days == 0
               ? INT64_MAX
               : brief->published + (int64_t)call->app->options.comments_days * 86400;
}

/* Columns: id parent name text at state mine. */
static ent_rc comment_json(serve_call *call, ent_json *json, sqlite3_stmt *s)
{
    char at[24];
    serve__time_text(sqlite3_column_int64(s, 4), at);
    ent__json_open(json, '{');
    ent__json_kint(json, "id", sqlite3_column_int64(s, 0));
    ent__json_key(json, "parent");
    if (sqlite3_column_type(s, 1) == SQLITE_NULL) {
        ent__json_null(json);
    } else {
        ent__json_int(json, sqlite3_column_int64(s, 1));
    }
    ent__json_kstr(json, "name", serve__column(call, s, 2));
    ent__json_kstr(json, "text", serve__column(call, s, 3));
    ent__json_kz(json, "at", at);
    ent__json_kstr(json, "state", serve__column(call, s, 5));
    ent__json_kbool(json, "mine", sqlite3_column_int(s, 6) != 0);
    ent__json_close(json, '}');
    return ENT_OK;
}

static void bind_reader(serve_call *call, sqlite3_stmt *s, int at)
{
    serve__bind_blob(s, at, call->reader, call->reader_known ? sizeof call->reader : 0);
}

static void closing_json(ent_json *json, const serve_call *call, const serve_brief *brief)
{
    char text[24];
    int64_t closes = closes_at(call, brief);
    ent__json_kbool(json, "open", call->now < closes);
    ent__json_key(json, "closes");
    if (closes == INT64_MAX) {
        ent__json_null(json);
    } else {
        serve__time_text(closes, text);
        ent__json_z(json, text);
    }
}

/* The published brief that the path names; false: a problem is the reply, or an error in *rc. */
static bool the_brief(serve_call *call, serve_brief *out, ent_rc *rc)
{
    *rc = serve__identify(call);
    int64_t id = *rc == ENT_OK ? serve__published_brief(call) : *rc;
    *rc = id < 0 ? (ent_rc)id : ENT_OK;
    return id > 0 && serve__brief_get(call, id, out, rc);
}

/* Shown ones, one's own, and empty places of deleted ones that were answered. */
static ent_rc get_comments(serve_call *call)
{
    int64_t limit, after;
    serve_brief brief;
    ent_rc rc = ENT_OK;
    if (!serve__rows_asked(call, false, false, &limit, &after) || !the_brief(call, &brief, &rc)) {
        return rc;
    }
    sqlite3_stmt *s = serve__sql(
        call,
        "WITH seen AS (SELECT * FROM comment c WHERE brief = ?1 AND (state = 'shown' OR (state ="
        " 'held' AND reader = ?2) OR (state IN ('deleted', 'rejected') AND EXISTS (SELECT 1 FROM"
        " comment a WHERE a.parent = c.id AND a.state = 'shown'))))"
        " SELECT id, parent, CASE WHEN state IN ('shown', 'held') THEN name ELSE '' END,"
        " CASE WHEN state IN ('shown', 'held') THEN text ELSE '' END, at,"
        " CASE state WHEN 'rejected' THEN 'deleted' ELSE state END, reader = ?2,"
        " (SELECT count(*) FROM seen) FROM seen WHERE id > ?3 ORDER BY id LIMIT ?4");
    serve__bind_int(s, 1, brief.id);
    bind_reader(call, s, 2);
    serve__bind_int(s, 3, after);
    serve__bind_int(s, 4, limit);
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    rc = serve__rows_json(call, &json, s, limit, comment_json);
    closing_json(&json, call, &brief);
    ent__json_close(&json, '}');
    return rc;
}

/* ---- writing ------------------------------------------------------------------------------- */

/* Line breaks are text; other control characters are not. */
static bool plain_text(serve_call *call, const char *field, ent_str text, bool lines)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c < 0x20 && !(lines && (c == '\n' || c == '\r' || c == '\t'))) || c == 0x7F) {
            serve__problem_field(call, 422, "field", field, "control characters are no text");
            return false;
        }
    }
    return true;
}

static bool has_link(ent_str text)
{
    static const char *const marks[] = {"http://", "https://", "www."};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        for (size_t at = 0; at + n <= text.n; at++) {
            if (ent__str_ieqz(ent__str_sub(text, at, at + n), marks[i])) {
                return true;
            }
        }
    }
    return false;
}

/* Has a moderator, or this rule, shown a comment of this reader before, and none been rejected? */
static int64_t is_trusted(serve_call *call)
{
    sqlite3_stmt *s =
        serve__sql(call, "SELECT count(*) FILTER (WHERE state = 'shown') > 0 AND count(*)"
                         " FILTER (WHERE state = 'rejected') = 0 FROM comment WHERE"
                         " reader = ?1");
    bind_reader(call, s, 1);
    return serve__number(call, s);
}

typedef struct {
    serve_brief brief;
    ent_str text, name;
    int64_t parent, id;
    const char *state;
} new_comment;

/* What stands against it; NULL: nothing.  *rc: an error. */
static const char *objection(serve_call *call, const new_comment *c, ent_rc *rc)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT count(*) FROM comment WHERE brief = ?1 AND at > ?2");
    serve__bind_int(s, 1, c->brief.id);
    serve__bind_int(s, 2, call->now - 3600);
    int64_t recent = serve__number(call, s);
    s = serve__sql(call,
                   "SELECT count(*) FROM comment WHERE brief = ?1 AND reader = ?2 AND text = ?3"
                   " AND state <> 'deleted'");
    serve__bind_int(s, 1, c->brief.id);
    bind_reader(call, s, 2);
    serve__bind(s, 3, c->text);
    int64_t same = serve__number(call, s);
    s = serve__sql(call,
                   "SELECT count(*) FROM comment WHERE id = ?1 AND brief = ?2 AND parent IS NULL"
                   " AND state = 'shown'");
    serve__bind_int(s, 1, c->parent);
    serve__bind_int(s, 2, c->brief.id);
    int64_t parents = c->parent == 0 ? 1 : serve__number(call, s);
    *rc = recent < 0 || same < 0 || parents < 0 ? ENT_ESTORE : ENT_OK;
    return same > 0       ? "you wrote this already"
           : parents == 0 ? "an answer needs a comment that is shown, one level deep"
           : recent >= BRIEF_MOST_AN_HOUR ? "this brief gets very many comments just now; try later"
                                          : NULL;
}

static ent_rc insert_comment(serve_call *call, new_comment *c)
{
    int64_t trusted = is_trusted(call);
    if (trusted < 0) {
        return (ent_rc)trusted;
    }
    c->state = trusted > 0 && !has_link(c->text) && !has_link(c->name) ? "shown" : "held";
    sqlite3_stmt *s = serve__sql(call, "INSERT INTO comment(brief, parent, reader, name, text, at,"
                                       " state) VALUES(?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7)");
    serve__bind_int(s, 1, c->brief.id);
    serve__bind_int(s, 2, c->parent);
    bind_reader(call, s, 3);
    serve__bind(s, 4, c->name);
    serve__bind(s, 5, c->text);
    serve__bind_int(s, 6, call->now);
    serve__bind(s, 7, ent__str(c->state));
    ent_rc rc = serve__run(call, s);
    c->id = sqlite3_last_insert_rowid(call->worker->db);
    return rc;
}

static ent_rc reply_comment(serve_call *call, int status, int64_t id)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT id, parent, name, text, at, state, reader = ?2 FROM"
                                       " comment WHERE id = ?1");
    serve__bind_int(s, 1, id);
    bind_reader(call, s, 2);
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got : ENT_EINTERNAL;
    }
    ent_json json = ent__json(serve__reply(call, status, "application/json"));
    comment_json(call, &json, s);
    sqlite3_reset(s);
    return ENT_OK;
}

/* false: a problem is the reply. */
static bool take_comment(serve_call *call, json_t *body, new_comment *c)
{
    json_t *parent = json_object_get(body, "parent");
    if (!serve__json_text(call, body, "text", 1, TEXT_MOST, &c->text) ||
        !serve__json_text(call, body, "name", 0, NAME_MOST, &c->name) ||
        !plain_text(call, "text", c->text, true) || !plain_text(call, "name", c->name, false)) {
        return false;
    }
    if (parent != NULL && !json_is_null(parent) &&
        !(json_is_integer(parent) && json_integer_value(parent) > 0)) {
        serve__problem_field(call, 422, "field", "parent", "expected the number of a comment");
        return false;
    }
    c->parent = json_is_integer(parent) ? json_integer_value(parent) : 0;
    return true;
}

static ent_rc post_comment(serve_call *call)
{
    json_t *body = serve__json_body(call);
    new_comment c = {0};
    ent_rc rc = ENT_OK;
    if (body == NULL || !take_comment(call, body, &c) || !the_brief(call, &c.brief, &rc)) {
        return rc;
    }
    if (call->now >= closes_at(call, &c.brief)) {
        return serve__problem(call, 409, "closed", "comments on this brief are closed");
    }
    if (!serve__write_allowed(call, SERVE_LIMIT_COMMENT)) {
        return ENT_OK;
    }
    rc = serve__reader_new(call);
    rc = rc == ENT_OK ? serve__write_begin(call) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    const char *against = objection(call, &c, &rc);
    rc = rc == ENT_OK && against == NULL ? insert_comment(call, &c) : rc;
    rc = serve__write_end(call, rc);
    if (rc == ENT_OK && against != NULL) {
        return serve__problem(call, 409, "refused", against);
    }
    return rc == ENT_OK ? reply_comment(call, 201, c.id) : rc;
}

/* ---- reports, deleting --------------------------------------------------------------------- */

static int64_t comment_number(serve_call *call)
{
    int64_t id = 0;
    return ent__str_int(serve__param(call, "id"), &id) && id > 0 ? id : 0;
}

static ent_rc no_comment(serve_call *call)
{
    return serve__problem(call, 404, "missing", "there is no such comment");
}

static ent_rc keep_report(serve_call *call, int64_t id, ent_str reason)
{
    sqlite3_stmt *s =
        serve__sql(call, "INSERT OR IGNORE INTO report(comment, reader, reason, at)"
                         " SELECT id, ?2, ?3, ?4 FROM comment WHERE id = ?1 AND state ="
                         " 'shown'");
    serve__bind_int(s, 1, id);
    bind_reader(call, s, 2);
    serve__bind(s, 3, reason);
    serve__bind_int(s, 4, call->now);
    ent_rc rc = serve__run(call, s);
    s = serve__sql(call,
                   "UPDATE comment SET state = 'held' WHERE id = ?1 AND state = 'shown' AND"
                   " decided_by IS NULL AND (SELECT count(*) FROM report WHERE comment = ?1 AND"
                   " settled IS NULL) >= ?2");
    serve__bind_int(s, 1, id);
    serve__bind_int(s, 2, REPORTS);
    return rc == ENT_OK ? serve__run(call, s) : rc;
}

static ent_rc post_report(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str reason;
    if (body == NULL || !serve__json_text(call, body, "reason", 1, REASON_MOST, &reason) ||
        !plain_text(call, "reason", reason, true) ||
        !serve__write_allowed(call, SERVE_LIMIT_WRITE)) {
        return ENT_OK;
    }
    sqlite3_stmt *s =
        serve__sql(call, "SELECT count(*) FROM comment WHERE id = ?1 AND state = 'shown'");
    serve__bind_int(s, 1, comment_number(call));
    int64_t shown = serve__number(call, s);
    if (shown <= 0) {
        return shown < 0 ? (ent_rc)shown : no_comment(call);
    }
    ent_rc rc = serve__reader_new(call);
    rc = rc == ENT_OK ? serve__write_begin(call) : rc;
    rc =
        rc == ENT_OK ? serve__write_end(call, keep_report(call, comment_number(call), reason)) : rc;
    if (rc == ENT_OK) {
        ent__buf_z(serve__reply(call, 201, "application/json"), "{\"reported\":true}");
    }
    return rc;
}

/* A moderator's decision on a comment; reports on it are settled by it. */
static ent_rc decide(serve_call *call, const char *state, const char *action)
{
    int64_t id = comment_number(call);
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *s =
        serve__sql(call, "UPDATE comment SET state = ?2, decided_by = ?3, decided = ?4"
                         " WHERE id = ?1 AND state <> 'deleted'");
    serve__bind_int(s, 1, id);
    serve__bind(s, 2, ent__str(state));
    serve__bind(s, 3, call->user.name);
    serve__bind_int(s, 4, call->now);
    rc = serve__run(call, s);
    bool found = rc == ENT_OK && sqlite3_changes(call->worker->db) == 1;
    s = serve__sql(call, "UPDATE report SET settled = ?2 WHERE comment = ?1 AND settled IS NULL");
    serve__bind_int(s, 1, id);
    serve__bind_int(s, 2, call->now);
    rc = rc == ENT_OK ? serve__run(call, s) : rc;
    if (rc == ENT_OK && found) {
        rc = serve__audit(call, action, serve__param(call, "id"), (ent_str){"", 0});
    }
    rc = serve__write_end(call, rc);
    return rc != ENT_OK ? rc : found ? reply_comment(call, 200, id) : no_comment(call);
}

static ent_rc post_approve(serve_call *call)
{
    return decide(call, "shown", "comment approved");
}

static ent_rc post_reject(serve_call *call)
{
    return decide(call, "rejected", "comment rejected");
}

/* One's own: the words go at once.  A moderator's deleting is a rejection. */
static ent_rc delete_comment(serve_call *call)
{
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *s = serve__sql(call, "UPDATE comment SET state = 'deleted', name = '', text = ''"
                                       " WHERE id = ?1 AND reader = ?2 AND length(reader) > 0 AND"
                                       " state <> 'deleted'");
    serve__bind_int(s, 1, comment_number(call));
    bind_reader(call, s, 2);
    rc = serve__run(call, s);
    bool own = rc == ENT_OK && sqlite3_changes(call->worker->db) == 1;
    rc = serve__write_end(call, rc);
    if (rc == ENT_OK && !own) {
        return call->user.moderator ? post_reject(call) : no_comment(call);
    }
    if (rc == ENT_OK) {
        ent__buf_z(serve__reply(call, 200, "application/json"), "{\"deleted\":true}");
    }
    return rc;
}

/* ---- moderation ---------------------------------------------------------------------------- */

static ent_rc reports_json(serve_call *call, ent_json *json, int64_t comment)
{
    sqlite3_stmt *s =
        serve__sql(call, "SELECT reason, at FROM report WHERE comment = ?1 AND settled IS"
                         " NULL ORDER BY at");
    serve__bind_int(s, 1, comment);
    int got;
    ent__json_key(json, "reports");
    ent__json_open(json, '[');
    while ((got = serve__step(call, s)) > 0) {
        char at[24];
        serve__time_text(sqlite3_column_int64(s, 1), at);
        ent__json_open(json, '{');
        ent__json_kstr(json, "reason", serve__column(call, s, 0));
        ent__json_kz(json, "at", at);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
    return (ent_rc)got;
}

/* Columns: id brief slug title name text at state. */
static ent_rc queue_json(serve_call *call, ent_json *json, sqlite3_stmt *s)
{
    static const char *const names[] = {"slug", "brief_title", "name", "text"};
    char at[24];
    serve__time_text(sqlite3_column_int64(s, 6), at);
    ent__json_open(json, '{');
    ent__json_kint(json, "id", sqlite3_column_int64(s, 0));
    ent__json_kint(json, "brief", sqlite3_column_int64(s, 1));
    for (int i = 0; i < 4; i++) {
        ent__json_kstr(json, names[i], serve__column(call, s, 2 + i));
    }
    ent__json_kz(json, "at", at);
    ent__json_kstr(json, "state", serve__column(call, s, 7));
    ent_rc rc = reports_json(call, json, sqlite3_column_int64(s, 0));
    ent__json_close(json, '}');
    return rc;
}

#define WAITING                                                                                    \
    "FROM comment c JOIN brief b ON b.id = c.brief WHERE (c.state = 'held' OR (c.state ="          \
    " 'shown' AND EXISTS (SELECT 1 FROM report r WHERE r.comment = c.id AND r.settled IS"          \
    " NULL)))"

static ent_rc get_moderation(serve_call *call)
{
    int64_t limit, after;
    if (!serve__rows_asked(call, false, false, &limit, &after)) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT c.id, b.id, b.slug, b.title, c.name, c.text, c.at,"
                                       " c.state, (SELECT count(*) " WAITING ") " WAITING
                                       " AND c.id > ?1 ORDER BY c.id LIMIT ?2");
    serve__bind_int(s, 1, after);
    serve__bind_int(s, 2, limit);
    return serve__rows_reply(call, s, limit, queue_json);
}

static ent_rc get_comments_csv(serve_call *call)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT c.id, c.parent, b.slug AS brief, c.name, c.text,"
                                       " c.state, c.decided_by, " SERVE_SQL_TIME("c.at") " AS at"
                                       " FROM comment c JOIN brief b ON b.id = c.brief ORDER BY"
                                       " c.id");
    return serve__rows_csv(call, "comments.csv", s, 0);
}

const serve_route serve__routes_comments[] = {
    {"GET", "/api/briefs/{id}/comments", SERVE_PUBLIC, get_comments, "listComments", 0},
    {"POST", "/api/briefs/{id}/comments", SERVE_READER, post_comment, "comment", 32 << 10},
    {"POST", "/api/comments/{id}/report", SERVE_READER, post_report, "reportComment", 4096},
    {"DELETE", "/api/comments/{id}", SERVE_READER, delete_comment, "deleteComment", 0},
    {"GET", "/api/moderation", SERVE_MODERATOR, get_moderation, "listModeration", 0},
    {"POST", "/api/comments/{id}/approve", SERVE_MODERATOR, post_approve, "approveComment", 256},
    {"POST", "/api/comments/{id}/reject", SERVE_MODERATOR, post_reject, "rejectComment", 256},
    {"GET", "/api/comments.csv", SERVE_MODERATOR, get_comments_csv, "exportComments", 0},
    {0},
};
