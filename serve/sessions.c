/* sessions: who calls: an account's session cookie, or a reader's cookie; and the token that every
 * change must carry.  In: cookies.  Out: user, reader, token.
 * A session is 256 random bits, kept only as a hash, ends after 12 idle hours or 7 days, and is new
 * at each login.  A reader's cookie is a random number with a keyed hash behind it, so that only
 * numbers given out here count; nothing is stored before the reader reacts or comments.  The token
 * is a keyed hash of the cookie: no store, and no other site can know it.  Cost: one look-up. */
#include <sodium.h>
#include <string.h>

#include "frame.h"

enum { IDLE_S = 12 * 3600, LIFE_S = 7 * 86400, SEEN_S = 300, READER_DAYS = 365 };
enum { SESSION_BYTES = 32, READER_BYTES = 16, MAC_BYTES = 16 };

static void keyed(const serve_app *app, const char *what, const void *bytes, size_t n,
                  unsigned char *out, size_t out_n)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, app->key, sizeof app->key, out_n);
    crypto_generichash_update(&state, (const unsigned char *)what, strlen(what) + 1);
    crypto_generichash_update(&state, bytes, n);
    crypto_generichash_final(&state, out, out_n);
}

static bool unpack(ent_str text, unsigned char *out, size_t n)
{
    size_t got = 0;
    const char *end = NULL;
    return text.n < 128 &&
           sodium_base642bin(out, n, text.p, text.n, NULL, &got, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           got == n && end == text.p + text.n;
}

static ent_str pack(ent_arena *arena, const unsigned char *bytes, size_t n)
{
    size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = ent__arena_alloc(arena, room);
    return text == NULL ? (ent_str){"", 0}
                        : ent__str(sodium_bin2base64(text, room, bytes, n,
                                                     sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

/* ---- readers ------------------------------------------------------------------------------- */

static bool reader_from(serve_call *call, ent_str cookie)
{
    unsigned char bytes[READER_BYTES + MAC_BYTES], mac[MAC_BYTES];
    if (!unpack(cookie, bytes, sizeof bytes)) {
        return false;
    }
    keyed(call->app, "reader", bytes, READER_BYTES, mac, sizeof mac);
    if (sodium_memcmp(mac, bytes + READER_BYTES, sizeof mac) != 0) {
        return false;
    }
    keyed(call->app, "reader number", bytes, READER_BYTES, call->reader, sizeof call->reader);
    call->reader_cookie = cookie;
    call->reader_known = true;
    return true;
}

ent_rc serve__reader_new(serve_call *call)
{
    unsigned char bytes[READER_BYTES + MAC_BYTES];
    if (call->reader_known) {
        return ENT_OK;
    }
    randombytes_buf(bytes, READER_BYTES);
    keyed(call->app, "reader", bytes, READER_BYTES, bytes + READER_BYTES, MAC_BYTES);
    ent_str cookie = pack(call->arena, bytes, sizeof bytes);
    serve__cookie_set(call, "reader", cookie, (int64_t)READER_DAYS * 86400);
    return reader_from(call, cookie) ? ENT_OK : ENT_ENOMEM;
}

void serve__cookie_set(serve_call *call, const char *name, ent_str value, int64_t seconds)
{
    ent_str text = ent__arena_printf(
        call->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", name,
        ENT_FMT(value), (long long)seconds, call->app->options.proxy ? "; Secure" : "");
    serve__reply_header(call, "Set-Cookie", text);
}

/* ---- sessions ------------------------------------------------------------------------------ */

static bool session_hash(ent_str cookie, unsigned char out[32])
{
    unsigned char bytes[SESSION_BYTES];
    if (!unpack(cookie, bytes, sizeof bytes)) {
        return false;
    }
    crypto_generichash(out, 32, bytes, sizeof bytes, NULL, 0);
    return true;
}

void serve__user_rights(serve_user *user, ent_str role)
{
    user->admin = ent__str_eqz(role, "admin");
    user->analyst = user->admin || ent__str_eqz(role, "analyst");
    user->moderator = user->admin || ent__str_eqz(role, "moderator");
}

/* Written at most every five minutes: reading must not wait for the disk. */
static ent_rc touch(serve_call *call, const unsigned char hash[32])
{
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *s = serve__sql(call, "UPDATE session SET seen = ?2 WHERE hash = ?1");
    serve__bind_blob(s, 1, hash, 32);
    serve__bind_int(s, 2, call->now);
    return serve__write_end(call, serve__run(call, s));
}

static ent_rc session_from(serve_call *call, ent_str cookie)
{
    unsigned char hash[32];
    if (!session_hash(cookie, hash)) {
        return ENT_OK;
    }
    sqlite3_stmt *s = serve__sql(call, "SELECT a.id, a.name, a.role, s.seen FROM session s JOIN"
                                       " account a ON a.id = s.account WHERE s.hash = ?1 AND"
                                       " a.disabled = 0 AND s.created > ?2 AND s.seen > ?3");
    serve__bind_blob(s, 1, hash, sizeof hash);
    serve__bind_int(s, 2, call->now - LIFE_S);
    serve__bind_int(s, 3, call->now - IDLE_S);
    int got = serve__step(call, s);
    if (got <= 0) {
        return (ent_rc)got;
    }
    call->user = (serve_user){.id = sqlite3_column_int64(s, 0), .name = serve__column(call, s, 1)};
    serve__user_rights(&call->user, serve__column(call, s, 2));
    int64_t seen = sqlite3_column_int64(s, 3);
    sqlite3_reset(s);
    call->session_cookie = cookie;
    if (call->now - seen > SEEN_S) {
        touch(call, hash); /* should it fail: a full disk must not keep anybody from reading */
    }
    return ENT_OK;
}

ent_rc serve__identify(serve_call *call)
{
    if (call->user_known) {
        return ENT_OK;
    }
    call->user_known = true;
    ent_str cookies = serve__header(call, "Cookie");
    ent_str reader = serve__cookie(cookies, "reader"), session = serve__cookie(cookies, "session");
    if (reader.n > 0) {
        reader_from(call, reader);
    }
    return session.n > 0 ? session_from(call, session) : ENT_OK;
}

ent_rc serve__session_start(serve_call *call, int64_t account, ent_str name, ent_str role)
{
    unsigned char bytes[SESSION_BYTES], hash[32];
    ent_rc rc =
        serve__session_end(call); /* the old one is void: no session is fixed from outside */
    if (rc != ENT_OK) {
        return rc;
    }
    randombytes_buf(bytes, sizeof bytes);
    crypto_generichash(hash, sizeof hash, bytes, sizeof bytes, NULL, 0);
    rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *old = serve__sql(call, "DELETE FROM session WHERE seen < ?1 OR created < ?2");
    serve__bind_int(old, 1, call->now - IDLE_S);
    serve__bind_int(old, 2, call->now - LIFE_S);
    rc = serve__run(call, old);
    sqlite3_stmt *s = rc != ENT_OK ? NULL
                                   : serve__sql(call, "INSERT INTO session(hash, account, created,"
                                                      " seen) VALUES(?1, ?2, ?3, ?3)");
    serve__bind_blob(s, 1, hash, sizeof hash);
    serve__bind_int(s, 2, account);
    serve__bind_int(s, 3, call->now);
    rc = rc == ENT_OK ? serve__run(call, s) : rc;
    call->user = (serve_user){.id = account, .name = name};
    serve__user_rights(&call->user, role);
    rc = rc == ENT_OK ? serve__audit(call, "login", name, (ent_str){"", 0}) : rc;
    rc = serve__write_end(call, rc);
    if (rc == ENT_OK) {
        call->session_cookie = pack(call->arena, bytes, sizeof bytes);
        serve__cookie_set(call, "session", call->session_cookie, LIFE_S);
    }
    return rc;
}

ent_rc serve__session_end(serve_call *call)
{
    unsigned char hash[32];
    if (call->session_cookie.n == 0 || !session_hash(call->session_cookie, hash)) {
        return ENT_OK;
    }
    ent_rc rc = serve__write_begin(call);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_stmt *s = serve__sql(call, "DELETE FROM session WHERE hash = ?1");
    serve__bind_blob(s, 1, hash, sizeof hash);
    rc = serve__write_end(call, serve__run(call, s));
    call->session_cookie = (ent_str){"", 0};
    call->user = (serve_user){0};
    return rc;
}

/* ---- token --------------------------------------------------------------------------------- */

void serve__token(const serve_call *call, char out[65])
{
    ent_str cookie = call->session_cookie.n > 0 ? call->session_cookie : call->reader_cookie;
    unsigned char mac[32];
    out[0] = '\0';
    if (cookie.n > 0) {
        keyed(call->app, "token", cookie.p, cookie.n, mac, sizeof mac);
        sodium_bin2hex(out, 65, mac, sizeof mac);
    }
}

bool serve__token_good(serve_call *call)
{
    char want[65];
    serve__token(call, want);
    ent_str got = serve__header(call, "X-Entente-Token");
    return want[0] != '\0' && got.n == 64 && sodium_memcmp(want, got.p, 64) == 0;
}
