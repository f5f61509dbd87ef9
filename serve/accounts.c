/* accounts: who may log in, and as what.  In: names and passwords.  Out: sessions; a list for
 * admins; the audit log.  Passwords are kept as argon2id hashes (libsodium, "interactive": 64 MiB,
 * two passes); an unknown name costs as much time as a wrong password; one hash runs at a time and
 * few may wait, so that logins can neither eat the memory nor all the threads. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 256, NAME_MOST = 48, WAITING = 2 };

static bool good_name(ent_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (i > 0 && (c == '.' || c == '-' || c == '_')))) {
            return false;
        }
    }
    return name.n > 0 && name.n <= NAME_MOST;
}

static bool good_role(ent_str role)
{
    return ent__str_eqz(role, "analyst") || ent__str_eqz(role, "moderator") ||
           ent__str_eqz(role, "admin");
}

/* ---- hashing ------------------------------------------------------------------------------- */

static bool hash_password(serve_app *app, ent_str password, char out[crypto_pwhash_STRBYTES])
{
    pthread_mutex_lock(&app->password_lock);
    int rc = crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                               crypto_pwhash_MEMLIMIT_INTERACTIVE);
    pthread_mutex_unlock(&app->password_lock);
    return rc == 0;
}

/* hash empty: nobody has this name; the time is spent all the same. */
static bool check_password(serve_app *app, ent_str password, ent_str hash)
{
    pthread_mutex_lock(&app->password_lock);
    if (app->nobody == NULL) {
        char random[32];
        randombytes_buf(random, sizeof random);
        app->nobody = malloc(crypto_pwhash_STRBYTES);
        if (app->nobody != NULL && crypto_pwhash_str(app->nobody, random, sizeof random,
                                                     crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                                     crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
            free(app->nobody);
            app->nobody = NULL;
        }
    }
    const char *against = hash.n > 0 ? hash.p : app->nobody;
    bool ok = against != NULL && crypto_pwhash_str_verify(against, password.p, password.n) == 0;
    pthread_mutex_unlock(&app->password_lock);
    return ok && hash.n > 0;
}

/* ---- login --------------------------------------------------------------------------------- */

static const char *role_name(const serve_user *user)
{
    return user->admin ? "admin" : user->analyst ? "analyst" : "moderator";
}

static void session_body(serve_call *call)
{
    char token[65];
    serve__token(call, token);
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_key(&json, "user");
    if (call->user.name.n == 0) {
        ent__json_null(&json);
    } else {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "name", call->user.name);
        ent__json_kz(&json, "role", role_name(&call->user));
        ent__json_close(&json, '}');
    }
    ent__json_kz(&json, "token", token);
    ent__json_kbool(&json, "reader", call->reader_known);
    ent__json_close(&json, '}');
}

static ent_rc limit_problem(serve_call *call, int wait)
{
    serve__problem(call, 429, "limit", "too many tries from this address; wait a little");
    serve__reply_header(call, "Retry-After", ent__arena_printf(call->arena, "%d", wait));
    return ENT_OK;
}

static ent_rc get_session(serve_call *call)
{
    ent_rc rc = serve__identify(call);
    if (rc == ENT_OK && !call->reader_known) {
        int wait;
        if (!call->app->options.quiet &&
            !serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_READER, call->now, true,
                               &wait)) {
            return limit_problem(call, wait);
        }
        rc = serve__reader_new(call);
    }
    if (rc == ENT_OK) {
        session_body(call);
    }
    return rc;
}

static ent_rc refuse_login(serve_call *call, ent_str name)
{
    int wait;
    serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_LOGIN, call->now, true, &wait);
    ent_rc rc = serve__audit(call, "login failed", good_name(name) ? name : ENT_LIT("(no name)"),
                             (ent_str){"", 0});
    return rc != ENT_OK ? rc : serve__problem(call, 401, "login", "name or password is not right");
}

static ent_rc try_login(serve_call *call, ent_str name, ent_str password)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT id, name, role, hash FROM account WHERE name = ?1"
                                       " AND disabled = 0");
    serve__bind(s, 1, name);
    int got = serve__step(call, s);
    if (got < 0) {
        return (ent_rc)got;
    }
    int64_t id = got > 0 ? sqlite3_column_int64(s, 0) : 0;
    ent_str known = {"", 0}, role = {"", 0}, hash = {"", 0};
    if (got > 0) {
        known = serve__column(call, s, 1);
        role = serve__column(call, s, 2);
        hash = serve__column(call, s, 3);
        sqlite3_reset(s);
    }
    if (!check_password(call->app, password, hash)) {
        return refuse_login(call, name);
    }
    ent_rc rc = serve__session_start(call, id, known, role);
    if (rc == ENT_OK) {
        session_body(call);
    }
    return rc;
}

static ent_rc post_login(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str name;
    int wait;
    if (body == NULL || !serve__json_text(call, body, "name", 1, 200, &name)) {
        return ENT_OK;
    }
    const json_t *given = json_object_get(body, "password"); /* blanks belong to it */
    ent_str password = {json_string_value(given), json_string_length(given)};
    if (password.n == 0 || password.n > PASSWORD_MOST) {
        return serve__problem_field(call, 422, "field", "password", "expected a password");
    }
    if (!call->app->options.quiet &&
        !serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_LOGIN, call->now, false,
                           &wait)) {
        return limit_problem(call, wait);
    }
    if (atomic_fetch_add(&call->app->hashing, 1) > WAITING) {
        atomic_fetch_sub(&call->app->hashing, 1);
        return serve__problem(call, 503, "busy", "too many logins at once; try again");
    }
    ent_rc rc = try_login(call, name, password);
    atomic_fetch_sub(&call->app->hashing, 1);
    return rc;
}

static ent_rc post_logout(serve_call *call)
{
    ent_rc rc = serve__session_end(call);
    if (rc == ENT_OK) {
        session_body(call);
        serve__cookie_set(call, "session", (ent_str){"", 0}, 0);
    }
    return rc;
}

/* ---- changing accounts --------------------------------------------------------------------- */

static ent_rc end_sessions(serve_call *call, int64_t account)
{
    sqlite3_stmt *s = serve__sql(call, "DELETE FROM session WHERE account = ?1");
    serve__bind_int(s, 1, account);
    return serve__run(call, s);
}

static ent_rc set_password(serve_call *call, int64_t account, const char *hash)
{
    sqlite3_stmt *s = serve__sql(call, "UPDATE account SET hash = ?2, changed = ?3 WHERE id = ?1");
    serve__bind_int(s, 1, account);
    serve__bind(s, 2, ent__str(hash));
    serve__bind_int(s, 3, call->now);
    ent_rc rc = serve__run(call, s);
    return rc == ENT_OK ? end_sessions(call, account) : rc;
}

/* false: a problem is the reply already. */
static bool new_password(serve_call *call, json_t *body, const char *field, char *out_hash)
{
    const json_t *given = json_object_get(body, field);
    ent_str password = {json_string_value(given), json_string_length(given)};
    if (password.n < PASSWORD_LEAST || password.n > PASSWORD_MOST) {
        serve__problem_field(call, 422, "field", field, "expected 10 to 256 bytes");
        return false;
    }
    if (!hash_password(call->app, password, out_hash)) {
        serve__problem(call, 503, "memory", "the password could not be hashed just now");
        return false;
    }
    return true;
}

static ent_rc post_password(serve_call *call)
{
    json_t *body = serve__json_body(call);
    if (body == NULL) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT hash, role FROM account WHERE id = ?1");
    serve__bind_int(s, 1, call->user.id);
    int got = serve__step(call, s);
    if (got <= 0) {
        return got < 0 ? (ent_rc)got : ENT_EINTERNAL;
    }
    ent_str hash = serve__column(call, s, 0), role = serve__column(call, s, 1);
    sqlite3_reset(s);
    const json_t *old = json_object_get(body, "old");
    int wait;
    if (!serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_LOGIN, call->now, false,
                           &wait)) {
        return limit_problem(call, wait);
    }
    if (!json_is_string(old) || json_string_length(old) > PASSWORD_MOST ||
        !check_password(call->app, (ent_str){json_string_value(old), json_string_length(old)},
                        hash)) {
        serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_LOGIN, call->now, true, &wait);
        return serve__problem_field(call, 422, "field", "old", "this is not your present password");
    }
    char fresh[crypto_pwhash_STRBYTES];
    if (!new_password(call, body, "new", fresh)) {
        return ENT_OK;
    }
    serve_user user = call->user;
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = set_password(call, user.id, fresh);
    rc = rc == ENT_OK ? serve__audit(call, "password changed", user.name, (ent_str){"", 0}) : rc;
    rc = serve__write_end(call, rc);
    rc = rc == ENT_OK ? serve__session_start(call, user.id, user.name, role) : rc;
    if (rc == ENT_OK) {
        session_body(call);
    }
    return rc;
}

static ent_rc user_json(serve_call *call, ent_json *json, sqlite3_stmt *s)
{
    char created[24];
    serve__time_text(sqlite3_column_int64(s, 3), created);
    ent__json_open(json, '{');
    ent__json_kstr(json, "name", serve__column(call, s, 0));
    ent__json_kstr(json, "role", serve__column(call, s, 1));
    ent__json_kbool(json, "disabled", sqlite3_column_int(s, 2) != 0);
    ent__json_kz(json, "created", created);
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc get_users(serve_call *call)
{
    return serve__rows_reply(call,
                             serve__sql(call, "SELECT name, role, disabled, created, count(*) OVER"
                                              " () FROM account ORDER BY name"),
                             0, user_json);
}

static ent_rc get_users_csv(serve_call *call)
{
    return serve__rows_csv(call, "users.csv",
                           serve__sql(call, "SELECT name, role, disabled, " SERVE_SQL_TIME("created")
                                            " AS created FROM account ORDER BY name"),
                           0);
}

static ent_rc reply_user(serve_call *call, int status, ent_str name)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT name, role, disabled, created FROM account"
                                       " WHERE name = ?1");
    serve__bind(s, 1, name);
    int got = serve__step(call, s);
    if (got > 0) {
        ent_json json = ent__json(serve__reply(call, status, "application/json"));
        user_json(call, &json, s);
        sqlite3_reset(s);
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

static ent_rc insert_user(serve_call *call, ent_str name, ent_str role, const char *hash)
{
    sqlite3_stmt *s = serve__sql(call, "INSERT INTO account(name, role, hash, created, changed)"
                                       " VALUES(?1, ?2, ?3, ?4, ?4)");
    serve__bind(s, 1, name);
    serve__bind(s, 2, role);
    serve__bind(s, 3, ent__str(hash));
    serve__bind_int(s, 4, call->now);
    ent_rc rc = serve__run(call, s);
    return rc == ENT_OK ? serve__audit(call, "account added", name, role) : rc;
}

/* 0: there is no such account; <0: an error. */
static int64_t find_account(serve_call *call, ent_str name)
{
    sqlite3_stmt *s = serve__sql(call, "SELECT id FROM account WHERE name = ?1");
    serve__bind(s, 1, name);
    return serve__number(call, s);
}

static ent_rc post_user(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str name, role;
    char hash[crypto_pwhash_STRBYTES];
    if (body == NULL || !serve__json_text(call, body, "name", 1, 200, &name) ||
        !serve__json_text(call, body, "role", 1, 20, &role)) {
        return ENT_OK;
    }
    if (!good_name(name)) {
        return serve__problem_field(call, 422, "field", "name",
                                    "expected up to 48 letters, digits, dots, dashes");
    }
    if (!good_role(role)) {
        return serve__problem_field(call, 422, "field", "role",
                                    "expected analyst, moderator or admin");
    }
    if (!new_password(call, body, "password", hash)) {
        return ENT_OK;
    }
    ent_rc rc = serve__write_begin(call);
    int64_t known = rc == ENT_OK ? find_account(call, name) : 0;
    if (rc == ENT_OK && known == 0) {
        rc = insert_user(call, name, role, hash);
    }
    rc = serve__write_end(call, known < 0 ? (ent_rc)known : rc);
    if (rc == ENT_OK && known > 0) {
        return serve__problem_field(call, 409, "exists", "name", "this name is taken");
    }
    return rc == ENT_OK ? reply_user(call, 201, name) : rc;
}

/* What PATCH may change; each absent one stays. */
static ent_rc change_account(serve_call *call, int64_t id, ent_str name, ent_str role,
                             const json_t *disabled, const char *hash)
{
    sqlite3_stmt *s = serve__sql(call, "UPDATE account SET role = coalesce(nullif(?2, ''), role),"
                                       " disabled = CASE ?3 WHEN -1 THEN disabled ELSE ?3 END,"
                                       " changed = ?4 WHERE id = ?1");
    serve__bind_int(s, 1, id);
    serve__bind(s, 2, role);
    serve__bind_int(s, 3, json_is_boolean(disabled) ? json_is_true(disabled) : -1);
    serve__bind_int(s, 4, call->now);
    ent_rc rc = serve__run(call, s);
    rc = rc == ENT_OK && hash[0] != '\0' ? set_password(call, id, hash) : rc;
    rc = rc == ENT_OK ? end_sessions(call, id) : rc; /* old sessions carry old rights */
    ent_str what = ent__arena_printf(call->arena, "%.*s%s%s", ENT_FMT(role),
                                     json_is_true(disabled)    ? " disabled"
                                     : json_is_false(disabled) ? " enabled"
                                                               : "",
                                     hash[0] != '\0' ? " new password" : "");
    return rc == ENT_OK ? serve__audit(call, "account changed", name, what) : rc;
}

static ent_rc patch_user(serve_call *call)
{
    json_t *body = serve__json_body(call);
    ent_str name = serve__param(call, "name"), role;
    char hash[crypto_pwhash_STRBYTES] = "";
    if (body == NULL || !serve__json_text(call, body, "role", 0, 20, &role)) {
        return ENT_OK;
    }
    const json_t *disabled = json_object_get(body, "disabled");
    if (role.n > 0 && !good_role(role)) {
        return serve__problem_field(call, 422, "field", "role",
                                    "expected analyst, moderator or admin");
    }
    if (disabled != NULL && !json_is_boolean(disabled)) {
        return serve__problem_field(call, 422, "field", "disabled", "expected true or false");
    }
    int64_t id = find_account(call, name);
    if (id <= 0) {
        return id < 0 ? (ent_rc)id
                      : serve__problem(call, 404, "missing", "there is no such account");
    }
    if (id == call->user.id) {
        return serve__problem(call, 422, "self",
                              "another admin must change your own account, so "
                              "that one is always left");
    }
    if (json_object_get(body, "password") != NULL && !new_password(call, body, "password", hash)) {
        return ENT_OK;
    }
    ent_rc rc = serve__write_begin(call);
    if (rc == ENT_OK) {
        rc = serve__write_end(call, change_account(call, id, name, role, disabled, hash));
    }
    return rc == ENT_OK ? reply_user(call, 200, name) : rc;
}

/* Columns: id at who action subject detail. */
static ent_rc audit_json(serve_call *call, ent_json *json, sqlite3_stmt *s)
{
    static const char *const names[] = {"who", "what", "subject", "detail"};
    char at[24];
    serve__time_text(sqlite3_column_int64(s, 1), at);
    ent__json_open(json, '{');
    ent__json_kint(json, "id", sqlite3_column_int64(s, 0));
    ent__json_kz(json, "at", at);
    for (int i = 0; i < 4; i++) {
        ent__json_kstr(json, names[i], serve__column(call, s, 2 + i));
    }
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc get_audit(serve_call *call)
{
    int64_t limit, after;
    if (!serve__rows_asked(call, false, true, &limit, &after)) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT id, at, who, action, subject, detail,"
                                       " (SELECT count(*) FROM audit) FROM audit WHERE id < ?1"
                                       " ORDER BY id DESC LIMIT ?2");
    serve__bind_int(s, 1, after);
    serve__bind_int(s, 2, limit);
    return serve__rows_reply(call, s, limit, audit_json);
}

static ent_rc get_audit_csv(serve_call *call)
{
    int64_t limit, after;
    if (!serve__rows_asked(call, true, true, &limit, &after)) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT id, " SERVE_SQL_TIME("at") " AS at, who, action AS"
                                       " what, subject, detail FROM audit WHERE id < ?1 ORDER BY id"
                                       " DESC LIMIT ?2");
    serve__bind_int(s, 1, after);
    serve__bind_int(s, 2, limit);
    return serve__rows_csv(call, "audit.csv", s, limit);
}

/* ---- from the command line ----------------------------------------------------------------- */

static ent_rc put_account(serve_call *call, ent_str name, ent_str role, const char *hash)
{
    int64_t id = find_account(call, name);
    return id < 0    ? (ent_rc)id
           : id == 0 ? insert_user(call, name, role, hash)
                     : change_account(call, id, name, role, json_false(), hash);
}

ent_rc serve__account_put(ent_ctx *ctx, serve_app *app, const char *name, const char *role,
                          const char *password)
{
    size_t n = strlen(password);
    char hash[crypto_pwhash_STRBYTES];
    if (!good_name(ent__str(name))) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0,
                         "expected a name of up to %d letters, digits, dots, "
                         "dashes, got \"%s\"",
                         NAME_MOST, name);
    }
    if (!good_role(ent__str(role))) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0,
                         "expected the role analyst, moderator or admin, got \"%s\"", role);
    }
    if (n < PASSWORD_LEAST || n > PASSWORD_MOST) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "expected a password of %d to %d bytes, got %zu",
                         PASSWORD_LEAST, PASSWORD_MOST, n);
    }
    if (!hash_password(app, (ent_str){password, n}, hash)) {
        return ent__nomem(ctx);
    }
    serve_reply reply = {0};
    serve_request request = {0};
    serve_call call;
    ent_rc rc = serve__call_inside(&call, app, &request, &reply);
    rc = rc == ENT_OK ? serve__write_begin(&call) : rc;
    if (rc == ENT_OK) {
        rc = serve__write_end(&call, put_account(&call, ent__str(name), ent__str(role), hash));
    }
    if (rc != ENT_OK) {
        rc = ent__fail(ctx, rc, app->app_path, 0, "the account was not stored: %s",
                       call.worker == NULL ? "out of memory" : ent_ctx_message(call.worker->ctx));
    }
    serve__call_end(&call);
    serve__reply_free(&reply);
    return rc;
}

const serve_route serve__routes_accounts[] = {
    {"GET", "/api/session", SERVE_PUBLIC, get_session, "getSession", 0},
    {"POST", "/api/login", SERVE_PUBLIC, post_login, "login", 2048},
    {"POST", "/api/logout", SERVE_SESSION, post_logout, "logout", 64},
    {"POST", "/api/account/password", SERVE_SESSION, post_password, "changePassword", 2048},
    {"GET", "/api/users", SERVE_ADMIN, get_users, "listUsers", 0},
    {"GET", "/api/users.csv", SERVE_ADMIN, get_users_csv, "exportUsers", 0},
    {"POST", "/api/users", SERVE_ADMIN, post_user, "addUser", 2048},
    {"PATCH", "/api/users/{name}", SERVE_ADMIN, patch_user, "changeUser", 2048},
    {"GET", "/api/audit", SERVE_ADMIN, get_audit, "listAudit", 0},
    {"GET", "/api/audit.csv", SERVE_ADMIN, get_audit_csv, "exportAudit", 0},
    {0},
};
