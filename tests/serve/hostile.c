/* hostile ENTENTE [COUNT [SEED]]: COUNT (10,000) hostile and malformed requests over real sockets
 * against a server of its own, half of them with an admin's session, so that every handler is
 * reached: bad request lines, headers, lengths and chunks, paths that climb, percent nonsense,
 * NULs, deep and wrong JSON, SQL and HTML in every place.  No crash, no 5xx; the server then stops
 * with 0 (with ASan: no leak).  Same seed, same requests. */
#include "wire.h"

#define SLOW_S 5.0
enum { IMPATIENT_MS = 250 };

typedef struct {
    server s;
    ent_rng rng;
    ent_buf request;
    bool inside; /* with the admin's session */
    bool whole;  /* an answer is owed; a request without an end may be left waiting for one */
} attack;

static uint32_t below(attack *a, uint32_t bound)
{
    return ent__rng_below(&a->rng, bound);
}

#define PICK(a, list) ((list)[below(a, sizeof(list) / sizeof *(list))])

static const char *const payloads[] = {
    "' OR '1'='1",
    "'; DROP TABLE account;--",
    "\" UNION SELECT hash FROM account--",
    "<script>alert(1)",
    "\"><img src=x onerror=alert(1)>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "../../../../etc/passwd",
    "%00",
    "%2e%2e%2f%2e%2e%2f",
    "..%5c..%5c",
    "%c0%ae%c0%ae/",
    "%",
    "%zz",
    "%u0041",
    "+",
    "a b",
    "NaN",
    "1e999",
    "-1",
    "0",
    "99999999999999999999",
    "2147483648",
    "-9223372036854775808",
    "0000-00-00",
    "9999-99-99",
    "2025-02-30",
    "\xff\xfe",
    "\xed\xa0\x80",
    "\xe2\x80\xae",
    "%E2%80%AE",
    "%F0%9F%92%A9",
    "*",
    "\"",
    "NEAR(",
    "a AND",
    "(((((((",
    "title:",
    "USA",
    "RUS",
    "CHN",
    "1",
    "goldstein",
    "month",
    "null",
    "true",
    "[]",
    "{}",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

static const char *const names[] = {
    "q",        "limit",      "after",     "actor",    "target",     "type",
    "since",    "until",      "by",        "measure",  "unit",       "states",
    "a",        "b",          "doc",       "text",     "html",       "name",
    "password", "role",       "documents", "title",    "slug",       "case",
    "reason",   "note",       "reaction",  "parent",   "yaml",       "base_revision",
    "evidence", "hypothesis", "rating",    "disabled", "old",        "new",
    "id",       "url",        "date",      "reveal",   "undirected", "kind",
    "speaker",
};

static void raw_bytes(attack *a, size_t most)
{
    for (uint32_t n = below(a, (uint32_t)most) + 1; n > 0; n--) {
        ent__buf_char(&a->request, (char)below(a, 256));
    }
}

static void repeat(attack *a, const char *piece, size_t times)
{
    for (; times > 0; times--) {
        ent__buf_z(&a->request, piece);
    }
}

/* ---- targets ------------------------------------------------------------------------------- */

static void segment(attack *a, ent_buf *out)
{
    const char *piece = PICK(a, payloads);
    for (const char *c = piece; *c != '\0'; c++) { /* blanks and line ends would end the line */
        ent__buf_char(out, *c == ' ' ? '+' : *c);
    }
}

static const serve_route *some_route(attack *a)
{
    const serve_route *routes[256];
    uint32_t count = 0;
    for (size_t t = 0; serve__route_tables[t] != NULL; t++) {
        for (const serve_route *r = serve__route_tables[t]; r->method != NULL && count < 256; r++) {
            bool ends_session = strcmp(r->operation, "logout") == 0;
            if (!ends_session) {
                routes[count++] = r;
            }
        }
    }
    return routes[below(a, count)];
}

static void route_target(attack *a, const serve_route *route, ent_buf *out)
{
    for (const char *c = route->pattern; *c != '\0'; c++) {
        if (*c == '{') {
            segment(a, out);
            c = strchr(c, '}');
        } else {
            ent__buf_char(out, *c);
        }
    }
    for (uint32_t n = below(a, 4), i = 0; i < n; i++) {
        ent__buf_printf(out, "%c%s=", i == 0 ? '?' : '&', PICK(a, names));
        segment(a, out);
    }
}

static void climbing_target(attack *a, ent_buf *out)
{
    static const char *const starts[] = {
        "/assets/", "/briefs/", "/app/",    "/api/documents/",      "/",   "//", "/assets/..",
        "\\",       "/api/./",  "/%2e%2e/", "http://evil.example/", "/;/", "/?", "/#",
        ""};
    static const char *const steps[] = {"../",           "..%2f",  "%2e%2e/", "..\\",
                                        "%2e%2e%5c",     "....//", "..;/",    "%252e%252e/",
                                        "%c0%ae%c0%ae/", "/",      "./"};
    ent__buf_z(out, PICK(a, starts));
    for (uint32_t n = below(a, 12); n > 0; n--) {
        ent__buf_z(out, PICK(a, steps));
    }
    ent__buf_z(out, below(a, 2) ? "etc/passwd" : "s.db.app");
}

/* ---- bodies -------------------------------------------------------------------------------- */

static void some_value(attack *a, ent_buf *out, int depth)
{
    switch (below(a, depth > 3 ? 5 : 7)) {
    case 0:
        ent__buf_printf(out, "%d", (int)below(a, 1000) - 500);
        break;
    case 1:
        ent__buf_z(out, below(a, 2) ? "null" : "true");
        break;
    case 2:
        ent__buf_z(out, "1e400");
        break;
    case 5:
        ent__buf_char(out, '[');
        for (uint32_t n = below(a, 4), i = 0; i < n; i++) {
            ent__buf_z(out, i > 0 ? "," : "");
            some_value(a, out, depth + 1);
        }
        ent__buf_char(out, ']');
        break;
    case 6:
        ent__buf_z(out, "{\"");
        ent__buf_z(out, PICK(a, names));
        ent__buf_z(out, "\":");
        some_value(a, out, depth + 1);
        ent__buf_char(out, '}');
        break;
    default: {
        ent_json json = ent__json(out);
        ent__json_z(&json, PICK(a, payloads));
    }
    }
}

static void some_body(attack *a, ent_buf *out)
{
    switch (below(a, 8)) {
    case 0: { /* deep */
        uint32_t depth = 10 + below(a, 20000);
        for (uint32_t i = 0; i < depth; i++) {
            ent__buf_z(out, i % 2 ? "{\"a\":" : "[");
        }
        break;
    }
    case 1:
        for (uint32_t n = below(a, 3000); n > 0; n--) {
            ent__buf_char(out, (char)below(a, 256));
        }
        break;
    case 2:
        ent__buf_z(out, below(a, 2) ? "{\"name\":\"\\ud800\"}" : "{\"text\":\"\\u0000\"}");
        break;
    default:
        ent__buf_char(out, '{');
        for (uint32_t n = 1 + below(a, 6), i = 0; i < n; i++) {
            ent__buf_printf(out, "%s\"%s\":", i > 0 ? "," : "", PICK(a, names));
            some_value(a, out, 0);
        }
        ent__buf_z(out, below(a, 20) ? "}" : "");
    }
}

/* ---- requests ------------------------------------------------------------------------------ */

static void standard_headers(attack *a)
{
    ent__buf_printf(&a->request, "Host: 127.0.0.1:%d\r\nConnection: close\r\n", a->s.port);
    if (a->inside) {
        ent__buf_printf(&a->request,
                        "Origin: http://127.0.0.1:%d\r\nCookie: session=%s; reader=%s\r\n"
                        "X-Entente-Token: %s\r\n",
                        a->s.port, a->s.session, a->s.reader, a->s.token);
    }
}

static void well_formed(attack *a)
{
    const serve_route *route = some_route(a);
    ent_buf body = {0};
    static const char *const types[] = {"application/json",
                                        "application/json",
                                        "application/json",
                                        "application/json",
                                        "text/plain",
                                        "multipart/form-data; boundary=x",
                                        "application/x-www-form-urlencoded",
                                        "",
                                        "application/json\x01"};
    ent__buf_printf(&a->request, "%s ", below(a, 12) ? route->method : "PATCH");
    route_target(a, route, &a->request);
    ent__buf_z(&a->request, " HTTP/1.1\r\n");
    standard_headers(a);
    if (route->body_limit > 0 || below(a, 20) == 0) {
        some_body(a, &body);
        ent__buf_printf(&a->request, "Content-Type: %s\r\nContent-Length: %zu\r\n", PICK(a, types),
                        body.n);
    }
    ent__buf_z(&a->request, "\r\n");
    ent__buf_str(&a->request, ent__buf_slice(&body));
    ent__buf_free(&body);
}

static void bad_line(attack *a)
{
    static const char *const lines[] = {
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "get / http/1.1\r\n\r\n",
        "GET  /  HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "GET /\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n",
        "\r\n\r\n\r\n",
        "GET\t/\tHTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT x:1 HTTP/1.1\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    };
    switch (below(a, 4)) {
    case 0:
        raw_bytes(a, 400);
        break;
    case 1:
        repeat(a, "G", 1 + below(a, 70000));
        ent__buf_z(&a->request, " / HTTP/1.1\r\n\r\n");
        break;
    case 2:
        ent__buf_z(&a->request, "GET /");
        repeat(a, below(a, 2) ? "a/" : "%41", 1 + below(a, 30000));
        ent__buf_z(&a->request, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        break;
    default:
        ent__buf_z(&a->request, PICK(a, lines));
    }
}

static void bad_headers(attack *a)
{
    static const char *const bad[] = {
        "Content-Length: -1\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 0x10\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        ": empty\r\n",
        "no colon\r\n",
        " folded: x\r\n",
        "A: b\r\n c\r\n",
        "X\x01Y: z\r\n",
        "Expect: 100-continue\r\n",
        "Expect: nonsense\r\n",
        "Cookie: session=; reader=\r\n",
        "Cookie: =;;;===;\r\n",
        "Accept-Encoding: gzip;q=x, ,;\r\n",
        "If-None-Match: \"\r\n",
        "Range: bytes=0-0,1-,-5\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "X-Forwarded-For: ' OR 1=1\r\n",
        "Content-Type: application/json; charset=utf-7\r\n",
        "X-HTTP-Method-Override: DELETE\r\n",
        "X-Entente-Token: \xff\xff\r\n",
        "Sec-Fetch-Site: x\r\n",
        "Authorization: Basic ::::\r\n",
        "Accept: text/html\r\n",
        "Connection: keep-alive, close\r\n",
    };
    ent__buf_printf(&a->request, "%s /api/%s HTTP/1.1\r\n", below(a, 2) ? "GET" : "POST",
                    below(a, 2) ? "session" : "login");
    standard_headers(a);
    for (uint32_t n = 1 + below(a, 4); n > 0; n--) {
        ent__buf_z(&a->request, PICK(a, bad));
    }
    switch (below(a, 6)) {
    case 0:
        ent__buf_z(&a->request, "X: ");
        repeat(a, "y", below(a, 80000));
        ent__buf_z(&a->request, "\r\n");
        break;
    case 1:
        for (uint32_t i = 0, n = below(a, 400); i < n; i++) {
            ent__buf_printf(&a->request, "X-%u: %u\r\n", i, i);
        }
        break;
    case 2:
        ent__buf_z(&a->request, "Nul: a");
        ent__buf_char(&a->request, '\0');
        ent__buf_z(&a->request, "b\r\n");
        break;
    default:
        break;
    }
    ent__buf_z(&a->request, "\r\n");
    raw_bytes(a, 30);
}

static void bad_chunks(attack *a)
{
    static const char *const chunks[] = {
        "5\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff\r\n",
        "-1\r\nx\r\n",
        "zz\r\n",
        "5\r\nhel",
        "5;a=b\r\nhello\r\n",
        "0\r\n",
        "0\r\nX: y\r\n\r\n",
        "5\nhello\n0\n\n",
        "fffffff\r\n",
        "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        "\r\n\r\n",
        "00000000000000000000000000000001\r\nx\r\n",
        "5\r\nhelloX\r\n",
        "1 \r\nx\r\n",
    };
    const serve_route *route = some_route(a);
    ent__buf_printf(&a->request, "%s ", route->body_limit > 0 ? route->method : "POST");
    route_target(a, route, &a->request);
    ent__buf_z(&a->request, " HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                            "application/json\r\n");
    standard_headers(a);
    ent__buf_z(&a->request, "\r\n");
    for (uint32_t n = 1 + below(a, 5); n > 0; n--) {
        ent__buf_z(&a->request, PICK(a, chunks));
    }
}

static void make_request(attack *a)
{
    a->request.n = 0;
    a->inside = below(a, 2) != 0;
    a->whole = false;
    switch (below(a, 10)) {
    case 0:
        bad_line(a);
        break;
    case 1:
        bad_headers(a);
        break;
    case 2:
        bad_chunks(a);
        break;
    case 3:
        ent__buf_z(&a->request, "GET ");
        climbing_target(a, &a->request);
        ent__buf_z(&a->request, " HTTP/1.1\r\n");
        standard_headers(a);
        ent__buf_z(&a->request, "\r\n");
        a->whole = true;
        break;
    default:
        well_formed(a);
        a->whole = true;
        if (below(a, 15) == 0) { /* broken off */
            a->whole = false;
            a->request.n = below(a, (uint32_t)a->request.n);
        } else if (below(a, 15) == 0) { /* one byte changed */
            a->whole = false;
            a->request.p[below(a, (uint32_t)a->request.n)] = (char)below(a, 256);
        } else if (below(a, 30) == 0) { /* one behind the other */
            repeat(a, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 5);
        }
    }
}

static void show(const attack *a, const ent_buf *reply, uint32_t number)
{
    printf("# request %u: ", number);
    for (size_t i = 0; i < a->request.n && i < 600; i++) {
        unsigned char c = (unsigned char)a->request.p[i];
        printf(c >= ' ' && c < 0x7F ? "%c" : "\\x%02x", c);
    }
    printf("\n# reply: %.300s\n", reply->p == NULL ? "" : reply->p);
}

/* A full queue of logins is no fault. */
static bool is_fault(const ent_buf *reply)
{
    int status = wire_status(reply);
    return status >= 500 && status != 501 && status != 505 &&
           !(status == 503 && strstr(reply->p, "\"busy\"") != NULL);
}

int main(int argc, char **argv)
{
    attack a = {0};
    uint32_t count = argc > 2 ? (uint32_t)atoi(argv[2]) : 10000, faults = 0, silent = 0, served = 0;
    uint32_t slow = 0;
    uint32_t by_class[6] = {0};
    if (argc < 2) {
        fputs("usage: hostile ENTENTE [COUNT [SEED]]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    ent__rng_seed(&a.rng, argc > 3 ? (uint64_t)atoll(argv[3]) : 20260101);
    server_open(&a.s, argv[1]);
    server_start(&a.s);
    ok(server_login(&a.s), "an admin is logged in");
    double began = wire_seconds();
    for (uint32_t i = 0; i < count && faults < 10; i++) {
        ent_buf reply = {0};
        make_request(&a);
        double sent = wire_seconds();
        if (!wire_exchange(a.s.port, ent__buf_slice(&a.request),
                           a.whole ? WIRE_PATIENT_MS : IMPATIENT_MS, &reply) ||
            is_fault(&reply)) {
            show(&a, &reply, i);
            faults++;
        }
        double took = wire_seconds() - sent;
        if (took > SLOW_S || (a.whole && wire_status(&reply) == 0)) { /* somebody waits for it */
            show(&a, &reply, i);
            printf("# took %.1f s\n", took);
            fflush(stdout);
            slow++;
        }
        int status = wire_status(&reply);
        by_class[status / 100 < 6 ? status / 100 : 0]++;
        silent += status == 0;
        served++;
        ent__buf_free(&reply);
    }
    printf("# %u requests in %.1f s: %u 2xx, %u 3xx, %u 4xx, %u 5xx, %u closed without an answer, "
           "%u "
           "slower than %.0f s\n",
           served, wire_seconds() - began, by_class[2], by_class[3], by_class[4], by_class[5],
           silent, slow, SLOW_S);
    ok(served == count && faults == 0, "no request is answered with a fault");
    ent_buf reply = {0};
    ok(server_call(&a.s, "GET", "/api/health", NULL, &reply) == 200, "the server still answers");
    ent__buf_free(&reply);
    char log[65536];
    kill(a.s.pid, SIGTERM);
    int end = wire_wait(a.s.pid, 60);
    server_log(&a.s, log, sizeof log);
    ok(end == 0, "it ends with 0: no crash, no leak");
    if (end != 0) {
        printf("# it ended with %d: %s\n", end, log);
    }
    ent__buf_free(&a.request);
    server_remove(&a.s);
    printf("1..%d\n", wire_tests);
    return wire_failures > 0;
}
