/* JSON out (RFC 8259), text escaping for pages and CSV, shortest doubles, SHA-256, random numbers. */
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

ent_json ent__json(ent_buf *out)
{
    return (ent_json){.out = out, .first = {true}};
}

static void separate(ent_json *json)
{
    if (json->after_key) {
        json->after_key = false;
    } else if (json->first[json->depth]) {
        json->first[json->depth] = false;
    } else {
        ent__buf_char(json->out, ',');
    }
}

void ent__json_open(ent_json *json, char bracket)
{
    separate(json);
    ent__buf_char(json->out, bracket);
    if (json->depth + 1 >= sizeof json->first / sizeof *json->first) {
        json->out->failed = true; /* our own documents are never that deep */
        return;
    }
    json->first[++json->depth] = true;
}

void ent__json_close(ent_json *json, char bracket)
{
    json->depth -= json->depth > 0;
    ent__buf_char(json->out, bracket);
}

static void quoted(ent_buf *out, ent_str s)
{
    ent__buf_char(out, '"');
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        while (at < s.n && (unsigned char)s.p[at] >= 0x20 && (unsigned char)s.p[at] < 0x7F &&
               s.p[at] != '"' && s.p[at] != '\\') {
            at++;
        }
        ent__buf_add(out, s.p + from, at - from);
        if (at == s.n) {
            break;
        }
        uint32_t c = ent__utf8_next(s, &at);
        if (c == '"' || c == '\\') {
            ent__buf_char(out, '\\');
            ent__buf_char(out, (char)c);
        } else if (c == '\n' || c == '\t' || c == '\r') {
            ent__buf_z(out, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
        } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029) {
            ent__buf_printf(out, "\\u%04x", (unsigned)c);
        } else {
            ent__buf_codepoint(out, c);
        }
    }
    ent__buf_char(out, '"');
}

void ent__json_key(ent_json *json, const char *key)
{
    separate(json);
    quoted(json->out, ent__str(key));
    ent__buf_char(json->out, ':');
    json->after_key = true;
}

void ent__json_str(ent_json *json, ent_str s)
{
    if (s.p == NULL) {
        ent__json_null(json);
        return;
    }
    separate(json);
    quoted(json->out, s);
}

void ent__json_z(ent_json *json, const char *z)
{
    ent__json_str(json, ent__str(z));
}

void ent__json_int(ent_json *json, int64_t value)
{
    separate(json);
    ent__buf_printf(json->out, "%lld", (long long)value);
}

void ent__json_double(ent_json *json, double value)
{
    if (!isfinite(value)) {
        ent__json_null(json);
        return;
    }
    char text[32];
    ent__double_text(value, text);
    separate(json);
    ent__buf_z(json->out, text);
}

void ent__json_bool(ent_json *json, bool value)
{
    separate(json);
    ent__buf_z(json->out, value ? "true" : "false");
}

void ent__json_null(ent_json *json)
{
    separate(json);
    ent__buf_z(json->out, "null");
}

void ent__json_raw(ent_json *json, ent_str json_text)
{
    separate(json);
    ent__buf_str(json->out, json_text);
}

void ent__json_kstr(ent_json *json, const char *key, ent_str s)
{
    ent__json_key(json, key);
    ent__json_str(json, s);
}

void ent__json_kz(ent_json *json, const char *key, const char *z)
{
    ent__json_kstr(json, key, ent__str(z));
}

void ent__json_kint(ent_json *json, const char *key, int64_t value)
{
    ent__json_key(json, key);
    ent__json_int(json, value);
}

void ent__json_kdouble(ent_json *json, const char *key, double value)
{
    ent__json_key(json, key);
    ent__json_double(json, value);
}

void ent__json_kbool(ent_json *json, const char *key, bool value)
{
    ent__json_key(json, key);
    ent__json_bool(json, value);
}

void ent__double_text(double value, char out[32])
{
    if (value == 0) {
        value = 0; /* no "-0" */
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(out, 32, "%.*g", precision, value);
        if (strtod(out, NULL) == value) {
            return;
        }
    }
}

const char *ent__fixed_text(double value, int decimals, char out[64])
{
    snprintf(out, 64, "%.*f", decimals, value);
    if (isnan(value)) {
        out[0] = '\0';
    } else if (out[0] == '-' && strspn(out, "-0.") == strlen(out)) {
        memmove(out, out + 1, strlen(out));
    }
    return out;
}

void ent__buf_html(ent_buf *out, ent_str s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t c = ent__utf8_next(s, &at);
        switch (c) {
        case '&': ent__buf_z(out, "&amp;"); break;
        case '<': ent__buf_z(out, "&lt;"); break;
        case '>': ent__buf_z(out, "&gt;"); break;
        case '"': ent__buf_z(out, "&quot;"); break;
        case '\'': ent__buf_z(out, "&#39;"); break;
        default:
            if (c >= 0x20 ? c < 0x7F || c > 0x9F : (c == '\n' || c == '\t')) {
                ent__buf_codepoint(out, c);
            }
        }
    }
}

void ent__buf_shown(ent_buf *out, ent_str s)
{
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        uint32_t c = ent__utf8_next(s, &at);
        if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
            ent__buf_char(out, ' ');
        } else {
            ent__buf_add(out, s.p + from, at - from);
        }
    }
}

void ent__buf_shown_lines(ent_buf *out, ent_str s)
{
    ent_str line;
    for (bool first = true; ent__str_split(&s, '\n', &line); first = false) {
        ent__buf_z(out, first ? "" : "\n");
        ent__buf_shown(out, line);
    }
}

void ent__buf_csv(ent_buf *out, ent_str s, char separator)
{
    bool quote = false;
    for (size_t i = 0; i < s.n; i++) {
        quote |= s.p[i] == '"' || s.p[i] == separator;
    }
    quote = quote && separator != '\t'; /* tab-separated files know no quoting */
    if (quote) {
        ent__buf_char(out, '"');
    }
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\t' || c == '\n' || c == '\r') {
            c = ' ';
        }
        if (c == '"' && quote) {
            ent__buf_char(out, '"');
        }
        ent__buf_char(out, c);
    }
    if (quote) {
        ent__buf_char(out, '"');
    }
}

void ent__sha256_hex(ent_str bytes, char out[65])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)bytes.p, bytes.n);
    sodium_bin2hex(out, 65, digest, sizeof digest);
}

void ent__rng_seed(ent_rng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++) { /* splitmix64 fills the state */
        seed += 0x9E3779B97F4A7C15u;
        uint64_t z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        rng->state[i] = z ^ (z >> 31);
    }
}

static uint64_t rotate(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t ent__rng_next(ent_rng *rng)
{
    uint64_t *s = rng->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double ent__rng_uniform(ent_rng *rng)
{
    return (double)(ent__rng_next(rng) >> 11) * 0x1p-53;
}

double ent__rng_normal(ent_rng *rng)
{
    double radius = sqrt(-2 * log(1 - ent__rng_uniform(rng))); /* Box and Muller 1958 */
    return radius * cos(6.283185307179586 * ent__rng_uniform(rng));
}

double ent__log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

uint32_t ent__rng_below(ent_rng *rng, uint32_t bound)
{
    return bound == 0 ? 0 : (uint32_t)(((ent__rng_next(rng) >> 32) * bound) >> 32);
}
