/* What tests of the web app share: an app over a store of its own in /tmp, one call in one line,
 * a login.  Each test file is one program, so these are static. */
#ifndef ENT_SERVE_TEST_H
#define ENT_SERVE_TEST_H

#include "../../serve/serve.h"
#include "../../src/read/read.h"
#include "test.h"

/* Somebody who calls: cookies and token as the last replies gave them. */
typedef struct {
    char session[128], reader[128], token[80];
    const char *address; /* NULL: 127.0.0.1 */
} caller;

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    serve_app *app;
    char folder[64], store[96];
    serve_options options;
} serve_house;

static int64_t serve_test_clock_now = 1767225600; /* 2026-01-01; tests move it on */

static int64_t serve_test_clock(void)
{
    return serve_test_clock_now;
}

static inline void house_open(serve_house *house)
{
    strcpy(house->folder, "/tmp/entente-serve-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    snprintf(house->store, sizeof house->store, "%s/s.db", house->folder);
    assert_int_equal(ent_ctx_new(&house->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(house->ctx, NULL, &house->kit), ENT_OK);
    house->options.store_path = house->store;
    house->options.clock = serve_test_clock;
    ent_rc rc = serve__app_open(house->ctx, house->kit, &house->options, &house->app);
    if (rc != ENT_OK) {
        fail_msg("%s", ent_ctx_error(house->ctx));
    }
}

static inline void house_close(serve_house *house)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".app", ".app-wal", ".app-shm"};
    serve__app_close(house->app);
    ent_kit_free(house->kit);
    ent_ctx_free(house->ctx);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", house->store, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(house->folder), 0);
}

static inline void keep_cookie(const serve_reply *reply, const char *name, char *to, size_t size)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < reply->header_count; i++) {
        const serve_field *h = &reply->headers[i];
        if (ent__str_eqz(h->name, "Set-Cookie") && strncmp(h->value.p, name, n) == 0 &&
            h->value.p[n] == '=') {
            snprintf(to, size, "%.*s", (int)strcspn(h->value.p + n + 1, ";"), h->value.p + n + 1);
        }
    }
}

/* One call as a browser on our own pages makes it; gives the status.  *out is for
 * serve__reply_free. */
static inline int call_as(serve_house *house, caller *who, const char *method, const char *target,
                          const char *body, serve_reply *out)
{
    char cookie[320];
    snprintf(cookie, sizeof cookie, "session=%s; reader=%s", who->session, who->reader);
    serve_field headers[] = {
        {ENT_LIT("Host"), ENT_LIT("127.0.0.1:8808")},
        {ENT_LIT("Origin"), ENT_LIT("http://127.0.0.1:8808")},
        {ENT_LIT("Cookie"), ent__str(cookie)},
        {ENT_LIT("X-Entente-Token"), ent__str(who->token)},
        {ENT_LIT("Content-Type"), ENT_LIT("application/json")},
    };
    serve_request request = {
        .method = ent__str(method),
        .target = ent__str(target),
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
        .body = ent__str(body == NULL ? "" : body),
        .address = ent__str(who->address == NULL ? "127.0.0.1" : who->address),
    };
    assert_int_equal(serve__dispatch(house->app, &request, out), ENT_OK);
    keep_cookie(out, "session", who->session, sizeof who->session);
    keep_cookie(out, "reader", who->reader, sizeof who->reader);
    return out->status;
}

/* The reply's body as JSON (yours to json_decref); fails the test when the status is another. */
static inline json_t *json_as(serve_house *house, caller *who, const char *method,
                              const char *target, const char *body, int status)
{
    serve_reply reply;
    int got = call_as(house, who, method, target, body, &reply);
    ent_str text = serve__reply_body(&reply);
    if (got != status) {
        fail_msg("%s %s: expected %d, got %d: %.*s", method, target, status, got, (int)text.n,
                 text.p);
    }
    json_error_t error;
    json_t *json = json_loadb(text.p, text.n, 0, &error);
    if (json == NULL) {
        fail_msg("%s %s: no JSON: %s: %.*s", method, target, error.text, (int)text.n, text.p);
    }
    serve__reply_free(&reply);
    return json;
}

static inline void keep_token(caller *who, json_t *session)
{
    snprintf(who->token, sizeof who->token, "%s",
             json_string_value(json_object_get(session, "token")));
    json_decref(session);
}

/* A reader: has a cookie and a token, no account. */
static inline void become_reader(serve_house *house, caller *who)
{
    keep_token(who, json_as(house, who, "GET", "/api/session", NULL, 200));
}

/* Adds the account named like its role ("analyst"; or a name of your own) and logs in as it. */
static inline void log_in_as(serve_house *house, caller *who, const char *name, const char *role)
{
    char body[128];
    ent_rc rc = serve__account_put(house->ctx, house->app, name, role, "a long password");
    if (rc != ENT_OK) {
        fail_msg("%s", ent_ctx_error(house->ctx));
    }
    become_reader(house, who);
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"password\":\"a long password\"}", name);
    keep_token(who, json_as(house, who, "POST", "/api/login", body, 200));
}

/* A document that we wrote for the tests, read and stored as "doc". */
static inline void put_document(serve_house *house, const char *id, const char *text)
{
    ent_doc *doc;
    ent_store *store;
    assert_int_equal(ent_doc_read(house->ctx, house->kit, text, strlen(text), id, &doc), ENT_OK);
    assert_int_equal(ent__store_open(house->ctx, house->store, ENT_STORE_WRITE, &store), ENT_OK);
    assert_int_equal(ent__store_put_document(house->ctx, store, house->kit, doc, NULL), ENT_OK);
    ent__store_close(store);
    ent_doc_free(doc);
}

static inline void log_in(serve_house *house, caller *who, const char *role)
{
    log_in_as(house, who, role, role);
}

#endif
