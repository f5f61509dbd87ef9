/* Any bytes as a request ("METHOD TARGET", header lines, an empty line, the body), answered by the
 * whole dispatcher over a store of its own: never a crash, never a fault (5xx).  A line "As: admin"
 * stands for an admin's cookies (reading only), "As: reader" for a reader's with their token. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../serve/serve.h"

enum { HEADERS = 32 };

static struct {
    ent_ctx *ctx;
    ent_kit *kit;
    serve_app *app;
    char folder[64], store[96], reader[128], session[256], token[80];
} house; /* opened once: only what lies behind it is fuzzed */

static void close_house(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".app", ".app-wal", ".app-shm"};
    serve__app_close(house.app);
    ent_kit_free(house.kit);
    ent_ctx_free(house.ctx);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", house.store, ends[i]);
        unlink(path);
    }
    rmdir(house.folder);
}

static void keep(const serve_reply *reply, const char *name, char *to, size_t size)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        ent_str value = reply->headers[i].value;
        if (ent__str_starts(value, name)) {
            snprintf(to, size, "%.*s", (int)strcspn(value.p, ";"), value.p);
        }
    }
    ent_str body = serve__reply_body(reply);
    const char *token = body.n == 0 ? NULL : memmem(body.p, body.n, "\"token\":\"", 9);
    if (token != NULL) {
        snprintf(house.token, sizeof house.token, "%.64s", token + 9);
    }
}

static int ask(const char *method, const char *target, const char *cookie, const char *body)
{
    serve_field headers[] = {{ENT_LIT("Host"), ENT_LIT("localhost")},
                             {ENT_LIT("Sec-Fetch-Site"), ENT_LIT("same-origin")},
                             {ENT_LIT("X-Entente-Token"), ent__str(house.token)},
                             {ENT_LIT("Cookie"), ent__str(cookie)}};
    serve_request request = {.method = ent__str(method),
                             .target = ent__str(target),
                             .address = ENT_LIT("127.0.0.1"),
                             .headers = headers,
                             .header_count = 4,
                             .body = ent__str(body)};
    serve_reply reply;
    serve__dispatch(house.app, &request, &reply);
    keep(&reply, "reader=", house.reader, sizeof house.reader);
    keep(&reply, "session=", house.session, sizeof house.session);
    serve__reply_free(&reply);
    return reply.status;
}

static void open_house(void)
{
    serve_options options = {.store_path = house.store, .quiet = true};
    strcpy(house.folder, "/tmp/entente-fuzz-XXXXXX");
    if (mkdtemp(house.folder) == NULL) {
        abort();
    }
    snprintf(house.store, sizeof house.store, "%s/s.db", house.folder);
    if (ent_ctx_new(&house.ctx) != ENT_OK ||
        ent_kit_open(house.ctx, NULL, &house.kit) != ENT_OK ||
        serve__app_open(house.ctx, house.kit, &options, &house.app) != ENT_OK ||
        serve__account_put(house.ctx, house.app, "root", "admin", "a long password") != ENT_OK) {
        abort();
    }
    ask("GET", "/api/session", "", "");
    char readers_token[80];
    memcpy(readers_token, house.token, sizeof readers_token);
    ask("POST", "/api/login", house.reader, "{\"name\":\"root\",\"password\":\"a long password\"}");
    memcpy(house.token, readers_token, sizeof readers_token);
    atexit(close_house);
}

/* Cookies and token that the line stands for. */
static size_t stand_in(ent_str who, bool reads, serve_field *out)
{
    if (ent__str_eqz(who, "admin") && reads) {
        out[0] = (serve_field){ENT_LIT("Cookie"), ent__str(house.session)};
        return 1;
    }
    out[0] = (serve_field){ENT_LIT("Cookie"), ent__str(house.reader)};
    out[1] = (serve_field){ENT_LIT("X-Entente-Token"), ent__str(house.token)};
    out[2] = (serve_field){ENT_LIT("Sec-Fetch-Site"), ENT_LIT("same-origin")};
    return 3;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    serve_field headers[HEADERS] = {{ENT_LIT("Host"), ENT_LIT("localhost")}};
    serve_request request = {.address = ENT_LIT("127.0.0.1"), .headers = headers, .header_count = 1};
    ent_str rest = {(const char *)data, size}, line;
    if (house.app == NULL) {
        open_house();
    }
    if (size == 0 || !ent__str_split(&rest, '\n', &line)) {
        return 0;
    }
    ent__str_split(&line, ' ', &request.method);
    request.target = line.p == NULL ? (ent_str){"", 0} : line;
    bool reads = ent__str_eqz(request.method, "GET");
    while (ent__str_split(&rest, '\n', &line) && line.n > 0) {
        const char *colon = memchr(line.p, ':', line.n);
        if (colon == NULL || request.header_count + 3 > HEADERS) {
            continue;
        }
        serve_field field = {{line.p, (size_t)(colon - line.p)},
                             ent__str_trim(ent__str_sub(line, (size_t)(colon + 1 - line.p), line.n))};
        if (ent__str_eqz(field.name, "As")) {
            request.header_count += stand_in(field.value, reads, headers + request.header_count);
        } else {
            headers[request.header_count++] = field;
        }
    }
    request.body = rest.p == NULL ? (ent_str){"", 0} : rest;
    serve_reply reply;
    serve__dispatch(house.app, &request, &reply);
    if (reply.status >= 500) {
        abort();
    }
    serve__reply_free(&reply);
    return 0;
}
