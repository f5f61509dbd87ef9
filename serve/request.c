/* request: readers of what comes from outside in a request: percent-encoding, query, cookies, path
 * patterns, Host and Origin.  In: bytes of a stranger.  Out: slices in the call's arena, or "no".
 * What is malformed is refused, never mended (RFC 3986, RFC 6265, RFC 9110).  Cost: linear. */
#include <string.h>

#include "frame.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Control characters never belong into a name, a path or a search; line breaks come in bodies. */
static bool clean(ent_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F) {
            return false;
        }
    }
    return ent__utf8_valid(s, NULL);
}

bool serve__decode(ent_arena *arena, ent_str raw, bool plus, ent_str *out)
{
    char *to = ent__arena_alloc(arena, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; to != NULL && i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex_digit(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex_digit(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        to[n++] = c;
    }
    *out = (ent_str){to, n};
    return to != NULL && clean(*out);
}

bool serve__split_query(ent_arena *arena, ent_str raw, serve_field *out, size_t *out_count)
{
    ent_str pair;
    *out_count = 0;
    while (ent__str_split(&raw, '&', &pair)) {
        if (pair.n == 0) {
            continue;
        }
        if (*out_count == SERVE_QUERIES) {
            return false;
        }
        const char *equals = memchr(pair.p, '=', pair.n);
        size_t name_n = equals == NULL ? pair.n : (size_t)(equals - pair.p);
        ent_str value = equals == NULL ? (ent_str){"", 0} : ent__str_sub(pair, name_n + 1, pair.n);
        serve_field *field = &out[*out_count];
        if (!serve__decode(arena, (ent_str){pair.p, name_n}, true, &field->name) ||
            !serve__decode(arena, value, true, &field->value)) {
            return false;
        }
        ++*out_count;
    }
    return true;
}

ent_str serve__cookie(ent_str header, const char *name)
{
    ent_str part;
    while (ent__str_split(&header, ';', &part)) {
        part = ent__str_trim(part);
        size_t n = strlen(name);
        if (part.n > n && memcmp(part.p, name, n) == 0 && part.p[n] == '=') {
            return ent__str_sub(part, n + 1, part.n);
        }
    }
    return (ent_str){"", 0};
}

/* One segment of the pattern against one of the path. */
static bool match_segment(ent_arena *arena, ent_str pattern, ent_str segment, serve_field *params,
                          size_t *count, unsigned *score)
{
    const char *close =
        pattern.n > 0 && pattern.p[0] == '{' ? memchr(pattern.p, '}', pattern.n) : NULL;
    if (close == NULL) {
        *score = *score * 3 + 2;
        return ent__str_eq(pattern, segment);
    }
    ent_str ending = ent__str_sub(pattern, (size_t)(close + 1 - pattern.p), pattern.n);
    if (segment.n <= ending.n || *count == SERVE_PARAMS ||
        memcmp(segment.p + segment.n - ending.n, ending.p, ending.n) != 0) {
        return false;
    }
    *score = *score * 3 + (ending.n > 0);
    serve_field *param = &params[*count];
    param->name = (ent_str){pattern.p + 1, (size_t)(close - pattern.p) - 1};
    if (!serve__decode(arena, ent__str_sub(segment, 0, segment.n - ending.n), false,
                       &param->value)) {
        return false;
    }
    ++*count;
    return true;
}

bool serve__match(ent_arena *arena, const char *pattern, ent_str path, serve_field *params,
                  size_t *out_count, unsigned *out_score)
{
    ent_str rest = ent__str(pattern), left = path, want;
    *out_count = 0;
    *out_score = 0;
    while (ent__str_split(&rest, '/', &want)) {
        ent_str segment;
        if (want.n > 3 && ent__str_ends(want, "*}")) {
            params[*out_count].name = ent__str_sub(want, 1, want.n - 2);
            return *out_count < SERVE_PARAMS && left.n > 0 &&
                   serve__decode(arena, left, false, &params[(*out_count)++].value);
        }
        if (!ent__str_split(&left, '/', &segment) ||
            !match_segment(arena, want, segment, params, out_count, out_score)) {
            return false;
        }
    }
    return left.p == NULL; /* nothing left, no slash at the end either */
}

/* "name", "name:8808", "[::1]:8808" without the port. */
static ent_str host_name(ent_str host)
{
    if (host.n > 0 && host.p[0] == '[') {
        const char *close = memchr(host.p, ']', host.n);
        return close == NULL ? (ent_str){"", 0}
                             : (ent_str){host.p + 1, (size_t)(close - host.p) - 1};
    }
    const char *colon = memchr(host.p, ':', host.n);
    return (ent_str){host.p, colon == NULL ? host.n : (size_t)(colon - host.p)};
}

/* Against DNS rebinding: a page of somebody else's name that points here is not served. */
bool serve__host_known(const serve_app *app, ent_str host)
{
    ent_str name = host_name(host);
    return name.n > 0 &&
           (ent__str_ieqz(name, "localhost") || ent__str_eqz(name, "127.0.0.1") ||
            ent__str_eqz(name, "::1") || (app->host != NULL && ent__str_ieqz(name, app->host)) ||
            (app->public_name != NULL && ent__str_ieqz(name, app->public_name)));
}

bool serve__same_origin(ent_str origin, ent_str host)
{
    size_t skip = ent__str_starts(origin, "https://")  ? 8
                  : ent__str_starts(origin, "http://") ? 7
                                                       : origin.n;
    return origin.n > skip && ent__str_eq(ent__str_sub(origin, skip, origin.n), host);
}
