/* dispatch: one request to one reply, without sockets: finds the route, asks host, limits, right
 * and token before a byte of the body is read, runs the handler, turns errors into problems.
 * In: a serve_request.  Out: a serve_reply.  Cost: a walk over about a hundred patterns. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frame.h"
#include "groups.h"

const serve_route *const serve__route_tables[] = {
    serve__routes_frame,
    serve__routes_accounts,
    serve__routes_shelf,
    serve__routes_briefs,
    serve__routes_readers,
    serve__routes_comments,
    serve__routes_documents,
    serve__routes_told,
    serve__routes_actors,
    serve__routes_dyads,
    serve__routes_public,
    serve__routes_states,
    serve__routes_about,
    serve__routes_cases,
    serve__routes_case_files,
    NULL,
};

ent_rc serve__groups_open(ent_ctx *ctx, serve_app *app)
{
    ent_rc rc = serve__frame_open(ctx, app);
    rc = rc == ENT_OK ? serve__briefs_open(ctx, app) : rc;
    rc = rc == ENT_OK ? serve__jobs_open(ctx, app) : rc;
    rc = rc == ENT_OK ? serve__cache_open(ctx, app) : rc;
    return rc == ENT_OK ? serve__votes_open(ctx, app) : rc;
}

/* ---- reply --------------------------------------------------------------------------------- */

static void drop_headers(serve_reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        free((void *)(uintptr_t)reply->headers[i].name.p);
    }
    reply->header_count = 0;
}

/* Cookies stay: a problem after login must not lose the new reader's cookie. */
ent_buf *serve__reply(serve_call *call, int status, const char *content_type)
{
    serve_reply *reply = call->reply;
    size_t kept = 0;
    for (size_t i = 0; i < reply->header_count; i++) {
        if (ent__str_eqz(reply->headers[i].name, "Set-Cookie")) {
            reply->headers[kept++] = reply->headers[i];
        } else {
            free((void *)(uintptr_t)reply->headers[i].name.p);
        }
    }
    reply->header_count = kept;
    if (reply->page != NULL) {
        serve__page_drop(reply->page);
        reply->page = NULL;
    }
    ent__buf_free(&reply->body);
    reply->status = status;
    reply->content_type = content_type;
    reply->gzip = false;
    return &reply->body;
}

void serve__reply_header(serve_call *call, const char *name, ent_str value)
{
    serve_reply *reply = call->reply;
    size_t name_n = strlen(name), room = sizeof reply->headers / sizeof *reply->headers;
    char *both = reply->header_count < room ? malloc(name_n + value.n + 2) : NULL;
    if (both == NULL) {
        reply->body.failed = true;
        return;
    }
    memcpy(both, name, name_n + 1);
    char *to = both + name_n + 1;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        to[i] = c < 0x20 || c == 0x7F ? ' ' : (char)c;
    }
    to[value.n] = '\0';
    reply->headers[reply->header_count++] = (serve_field){{both, name_n}, {to, value.n}};
}

void serve__reply_download(serve_call *call, const char *name)
{
    ent_buf safe = {0};
    ent__buf_z(&safe, "attachment; filename=\"");
    for (const char *c = name; *c != '\0'; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= 'a' && *c <= 'z') || *c == '-' || *c == '_' || *c == '.';
        ent__buf_char(&safe, plain ? *c : '_');
    }
    ent__buf_char(&safe, '"');
    serve__reply_header(call, "Content-Disposition", ent__buf_slice(&safe));
    ent__buf_free(&safe);
}

void serve__reply_free(serve_reply *reply)
{
    drop_headers(reply);
    if (reply->page != NULL) {
        serve__page_drop(reply->page);
    }
    ent__buf_free(&reply->body);
    *reply = (serve_reply){0};
}

ent_str serve__reply_body(const serve_reply *reply)
{
    return reply->status == 304  ? (ent_str){"", 0}
           : reply->page == NULL ? ent__buf_slice(&reply->body)
           : reply->gzip         ? ent__buf_slice(&reply->page->gzip)
                                 : ent__buf_slice(&reply->page->plain);
}

ent_str serve__reply_find(const serve_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (ent__str_ieqz(reply->headers[i].name, name)) {
            return reply->headers[i].value;
        }
    }
    return (ent_str){"", 0};
}

/* People who follow a link get a page, programs get JSON. */
static bool wants_page(const serve_call *call)
{
    return !ent__str_starts(call->path, "/api/") &&
           memmem(serve__header(call, "Accept").p, serve__header(call, "Accept").n, "text/html", 9);
}

ent_rc serve__problem_field(serve_call *call, int status, const char *code, const char *field,
                            const char *message)
{
    char kept[512]; /* the message may lie in what serve__reply frees */
    snprintf(kept, sizeof kept, "%s", message);
    bool page = wants_page(call);
    ent_buf *body =
        serve__reply(call, status, page ? "text/html; charset=utf-8" : "application/json");
    if (page) {
        serve__html_problem(call->app, body, status, kept);
        return ENT_OK;
    }
    ent_json json = ent__json(body);
    ent__json_open(&json, '{');
    ent__json_key(&json, "error");
    ent__json_open(&json, '{');
    ent__json_kz(&json, "code", code);
    ent__json_kz(&json, "message", kept);
    if (field != NULL) {
        ent__json_kz(&json, "field", field);
    }
    ent__json_close(&json, '}');
    ent__json_close(&json, '}');
    return ENT_OK;
}

ent_rc serve__problem(serve_call *call, int status, const char *code, const char *message)
{
    return serve__problem_field(call, status, code, NULL, message);
}

/* ---- what a handler asks ------------------------------------------------------------------- */

static ent_str find_field(const serve_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (ent__str_eqz(fields[i].name, name)) {
            return fields[i].value;
        }
    }
    return (ent_str){"", 0};
}

ent_str serve__param(const serve_call *call, const char *name)
{
    return find_field(call->params, call->param_count, name);
}

ent_str serve__query(const serve_call *call, const char *name)
{
    return find_field(call->queries, call->query_count, name);
}

bool serve__query_next(const serve_call *call, size_t *at, ent_str *out_name, ent_str *out_value)
{
    if (*at >= call->query_count) {
        return false;
    }
    *out_name = call->queries[*at].name;
    *out_value = call->queries[(*at)++].value;
    return true;
}

bool serve__query_int(serve_call *call, const char *name, int64_t low, int64_t high,
                      int64_t fallback, int64_t *out)
{
    ent_str text = serve__query(call, name);
    *out = fallback;
    if (text.n == 0 || (ent__str_int(text, out) && *out >= low && *out <= high)) {
        return true;
    }
    char message[128];
    snprintf(message, sizeof message, "expected a whole number from %lld to %lld", (long long)low,
             (long long)high);
    serve__problem_field(call, 400, "query", name, message);
    return false;
}

ent_str serve__header(const serve_call *call, const char *name)
{
    for (size_t i = 0; i < call->request->header_count; i++) {
        if (ent__str_ieqz(call->request->headers[i].name, name)) {
            return call->request->headers[i].value;
        }
    }
    return (ent_str){"", 0};
}

ent_str serve__body(const serve_call *call)
{
    return call->body;
}

ent_str serve__method(const serve_call *call)
{
    return call->request->method;
}

ent_str serve__path(const serve_call *call)
{
    return call->path;
}

ent_arena *serve__arena(serve_call *call)
{
    return call->arena;
}

const ent_kit *serve__kit(serve_call *call)
{
    return call->app->kit;
}

serve_app *serve__app(serve_call *call)
{
    return call->app;
}

int64_t serve__now(const serve_call *call)
{
    return call->now;
}

void serve__time_text(int64_t seconds, char out[24])
{
    time_t at = (time_t)seconds;
    struct tm parts;
    gmtime_r(&at, &parts);
    strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

const serve_user *serve__user(serve_call *call)
{
    serve__identify(call);
    return &call->user;
}

bool serve__may(serve_call *call, serve_right right)
{
    serve__identify(call);
    switch (right) {
    case SERVE_PUBLIC:
        return true;
    case SERVE_READER:
        return call->reader_known || call->user.name.n > 0;
    case SERVE_SESSION:
        return call->user.name.n > 0;
    case SERVE_ANALYST:
        return call->user.analyst;
    case SERVE_MODERATOR:
        return call->user.moderator;
    case SERVE_ADMIN:
        return call->user.admin;
    }
    return false;
}

json_t *serve__json_body(serve_call *call)
{
    json_error_t error;
    if (call->json == NULL) {
        call->json = json_loadb(call->body.p, call->body.n, JSON_REJECT_DUPLICATES, &error);
        if (call->json == NULL) {
            char message[256];
            snprintf(message, sizeof message, "the body is no JSON: line %d, column %d: %s",
                     error.line, error.column, error.text);
            serve__problem(call, 400, "json", message);
        } else if (!json_is_object(call->json)) {
            json_decref(call->json);
            call->json = NULL;
            serve__problem(call, 400, "json", "the body must be a JSON object");
        }
    }
    return call->json;
}

bool serve__json_text(serve_call *call, json_t *object, const char *field, size_t low, size_t high,
                      ent_str *out)
{
    json_t *value = json_object_get(object, field);
    char message[128];
    *out = (ent_str){"", 0};
    if (value != NULL && !json_is_string(value) && !json_is_null(value)) {
        serve__problem_field(call, 422, "field", field, "expected a text");
        return false;
    }
    if (json_is_string(value)) {
        *out = ent__str_trim((ent_str){json_string_value(value), json_string_length(value)});
    }
    if (out->n < low || out->n > high) {
        snprintf(message, sizeof message, "expected %zu to %zu bytes, got %zu", low, high, out->n);
        serve__problem_field(call, 422, "field", field, message);
        return false;
    }
    return true;
}

/* ---- one call ------------------------------------------------------------------------------ */

static bool refuse(serve_call *call, int status, const char *code, const char *message)
{
    serve__problem(call, status, code, message);
    return false;
}

static bool too_many(serve_call *call, int wait)
{
    refuse(call, 429, "limit", "too many requests from this address; wait a little");
    serve__reply_header(call, "Retry-After", ent__arena_printf(call->arena, "%d", wait));
    return false;
}

/* The route whose pattern is the most literal; *out_allowed: methods of those that match. */
static const serve_route *find_route(serve_call *call, ent_buf *allowed)
{
    ent_str method = call->request->method;
    bool head = ent__str_eqz(method, "HEAD");
    const serve_route *best = NULL;
    unsigned best_score = 0;
    for (size_t t = 0; serve__route_tables[t] != NULL; t++) {
        for (const serve_route *route = serve__route_tables[t]; route->method != NULL; route++) {
            serve_field params[SERVE_PARAMS];
            size_t count;
            unsigned score;
            if (!serve__match(call->arena, route->pattern, call->path, params, &count, &score)) {
                continue;
            }
            ent__buf_printf(allowed, "%s%s", allowed->n > 0 ? ", " : "", route->method);
            if (ent__str_eqz(method, route->method) ||
                (head && strcmp(route->method, "GET") == 0)) {
                if (best == NULL || score > best_score) {
                    best = route;
                    best_score = score;
                    memcpy(call->params, params, sizeof params);
                    call->param_count = count;
                }
            }
        }
    }
    return best;
}

static bool reads_only(const serve_call *call)
{
    return ent__str_eqz(call->request->method, "GET") ||
           ent__str_eqz(call->request->method, "HEAD");
}

/* Changes come from our own pages, with a token that only those know. */
static bool own_page(serve_call *call)
{
    ent_str origin = serve__header(call, "Origin"), site = serve__header(call, "Sec-Fetch-Site");
    if (origin.n == 0 && site.n == 0) {
        return refuse(call, 403, "origin", "a change needs an Origin or Sec-Fetch-Site header");
    }
    if ((origin.n > 0 && !serve__same_origin(origin, serve__header(call, "Host"))) ||
        (site.n > 0 && !ent__str_eqz(site, "same-origin"))) {
        return refuse(call, 403, "origin", "changes are taken from this site's own pages only");
    }
    if (!serve__token_good(call)) {
        return refuse(call, 403, "token",
                      "X-Entente-Token is missing or old: GET /api/session gives "
                      "a new one");
    }
    return true;
}

static bool allowed_in(serve_call *call)
{
    if (call->route->right != SERVE_PUBLIC || !reads_only(call)) {
        if (serve__identify(call) != ENT_OK) {
            return refuse(call, 503, "store", "the app's file can't be read just now");
        }
    }
    if (!serve__may(call, call->route->right)) {
        return call->user.name.n > 0
                   ? refuse(call, 403, "right", "your account has no right to this")
                   : refuse(call, 401, "login",
                            call->route->right == SERVE_READER
                                ? "GET /api/session first: it gives a reader's cookie"
                                : "log in first");
    }
    return reads_only(call) || own_page(call);
}

/* Reads by strangers that cost a look-up; what lies ready in memory is not limited. */
static bool within_limits(serve_call *call)
{
    int wait;
    if (call->app->options.quiet || call->user.name.n > 0 ||
        !ent__str_starts(call->path, "/api/")) {
        return true;
    }
    return serve__guard_take(call->app->guard, call->peer, SERVE_LIMIT_READ, call->now, true,
                             &wait) ||
           too_many(call, wait);
}

static bool split_target(serve_call *call)
{
    ent_str target = call->request->target;
    const char *mark = memchr(target.p, '?', target.n);
    size_t n = mark == NULL ? target.n : (size_t)(mark - target.p);
    call->path = ent__str_sub(target, 0, n);
    ent_str query = mark == NULL ? (ent_str){NULL, 0} : ent__str_sub(target, n + 1, target.n);
    ent_str decoded;
    if (target.n == 0 || target.p[0] != '/' || target.n > 8192 ||
        !serve__decode(call->arena, call->path, false, &decoded)) {
        return refuse(call, 400, "path", "the path is malformed");
    }
    if (!serve__split_query(call->arena, query, call->queries, &call->query_count)) {
        return refuse(call, 400, "query", "the query is malformed or has too many parts");
    }
    return true;
}

static bool route_call(serve_call *call)
{
    ent_buf allowed = {0};
    call->route = find_route(call, &allowed);
    if (call->route == NULL && allowed.n > 0) {
        refuse(call, 405, "method", "this address knows no such method");
        serve__reply_header(call, "Allow", ent__buf_slice(&allowed));
    } else if (call->route == NULL) {
        refuse(call, 404, "missing", "there is nothing at this address");
    }
    ent__buf_free(&allowed);
    return call->route != NULL;
}

static bool body_fits(serve_call *call)
{
    ent_str length = serve__header(call, "Content-Length"),
            type = serve__header(call, "Content-Type");
    int64_t bytes = 0;
    if (length.n > 0 && (!ent__str_int(length, &bytes) || bytes < 0)) {
        return refuse(call, 400, "length", "Content-Length is no number");
    }
    if (bytes > (int64_t)call->route->body_limit) {
        return refuse(call, 413, "size",
                      call->route->body_limit == 0 ? "this address takes no body"
                                                   : "the body is too large");
    }
    bool comes = bytes > 0 || serve__header(call, "Transfer-Encoding").n > 0;
    if (comes && call->route->body_limit > 0 &&
        !(ent__str_starts(type, "application/json") &&
          (type.n == 16 || type.p[16] == ';' || type.p[16] == ' '))) {
        return refuse(call, 415, "type", "expected Content-Type: application/json");
    }
    return true;
}

bool serve__call_begin(serve_call *call, serve_app *app, const serve_request *request,
                       serve_reply *reply)
{
    *call = (serve_call){.app = app,
                         .request = request,
                         .reply = reply,
                         .now = app->options.clock(),
                         .arena = ent__arena_new(),
                         .path = {"/", 1},
                         .peer = request->address};
    *reply = (serve_reply){.status = 500, .content_type = "application/json"};
    if (call->arena == NULL) {
        reply->close = true;
        return false;
    }
    if (app->options.proxy) { /* the last hop is the one that our own proxy wrote */
        ent_str list = serve__header(call, "X-Forwarded-For"), one;
        while (ent__str_split(&list, ',', &one)) {
            call->peer = ent__str_trim(one).n > 0 ? ent__str_trim(one) : call->peer;
        }
    }
    if (!serve__host_known(app, serve__header(call, "Host"))) {
        return refuse(call, 421, "host",
                      "this server does not answer for that host name "
                      "(see --host and --public-name)");
    }
    return split_target(call) && route_call(call) && allowed_in(call) && within_limits(call) &&
           body_fits(call);
}

ent_rc serve__call_inside(serve_call *call, serve_app *app, const serve_request *empty,
                          serve_reply *reply)
{
    *call = (serve_call){.app = app,
                         .request = empty,
                         .reply = reply,
                         .now = serve__app_now(app),
                         .arena = ent__arena_new(),
                         .user = {.name = ENT_LIT("(command line)")},
                         .user_known = true,
                         .path = {"/", 1}};
    return call->arena == NULL || serve__ctx(call) == NULL ? ENT_ENOMEM : ENT_OK;
}

size_t serve__call_limit(const serve_call *call)
{
    return call->route == NULL ? 0 : call->route->body_limit;
}

/* What went wrong inside: the cause goes to the log, a stranger learns no paths. */
static void answer_error(serve_call *call, ent_rc rc)
{
    const char *message =
        call->worker == NULL ? "out of memory" : ent_ctx_message(call->worker->ctx);
    if (rc == ENT_EUSAGE || rc == ENT_EINPUT) {
        serve__problem(call, rc == ENT_EUSAGE ? 400 : 422, rc == ENT_EUSAGE ? "usage" : "input",
                       message);
        return;
    }
    fprintf(stderr, "entente serve: %s: %s\n", call->route->operation,
            call->worker == NULL ? message : ent_ctx_error(call->worker->ctx));
    if (rc == ENT_ESTORE || rc == ENT_ENOMEM) {
        serve__problem(call, 503, rc == ENT_ESTORE ? "store" : "memory",
                       "this could not be done just now; nothing was changed");
    } else {
        serve__problem(call, 500, "internal", "the program has a fault; please report it");
    }
}

bool serve__hand_over(serve_call *call)
{
    call->handed_over = call->may_hand_over;
    return call->handed_over;
}

void serve__call_run(serve_call *call, ent_str body)
{
    call->body = body;
    call->handed_over = false;
    if (body.n > call->route->body_limit) {
        serve__problem(call, 413, "size", "the body is too large");
        return;
    }
    ent_rc rc = serve__ctx(call) == NULL ? ENT_ENOMEM : call->route->run(call);
    if (call->writing) { /* a handler that left its transaction open has a fault */
        rc = serve__write_end(call, ENT_EINTERNAL);
    }
    rc = rc == ENT_OK && call->reply->body.failed ? ENT_ENOMEM : rc;
    call->handed_over = call->handed_over && rc == ENT_OK;
    if (call->handed_over) {
        return;
    }
    if (rc != ENT_OK) {
        answer_error(call, rc);
    }
    if (call->reply->content_type != NULL && call->reply->page == NULL &&
        serve__reply_find(call->reply, "Cache-Control").n == 0) {
        serve__reply_header(call, "Cache-Control", ENT_LIT("no-store"));
    }
}

void serve__call_end(serve_call *call)
{
    if (call->worker != NULL) {
        ent__arena_reset(ent__ctx_scratch(call->worker->ctx));
        pthread_mutex_lock(&call->app->pool_lock);
        call->worker->next = call->app->idle;
        call->app->idle = call->worker;
        pthread_mutex_unlock(&call->app->pool_lock);
        call->worker = NULL;
    }
    json_decref(call->json);
    call->json = NULL;
    ent__arena_free(call->arena);
    call->arena = NULL;
}

ent_rc serve__dispatch(serve_app *app, const serve_request *request, serve_reply *out)
{
    serve_call call;
    if (serve__call_begin(&call, app, request, out)) {
        serve__call_run(&call, request->body);
    }
    serve__call_end(&call);
    return out->body.failed ? ENT_ENOMEM : ENT_OK;
}
