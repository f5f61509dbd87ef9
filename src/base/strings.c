/* Slices of bytes: comparison, trimming, splitting, numbers.  All O(length). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base.h"

ent_str ent__str(const char *z)
{
    return (ent_str){z, z == NULL ? 0 : strlen(z)};
}

bool ent__str_eq(ent_str a, ent_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool ent__str_eqz(ent_str a, const char *z)
{
    return ent__str_eq(a, ent__str(z));
}

bool ent__str_ieqz(ent_str a, const char *z)
{
    ent_str b = ent__str(z);
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

int ent__str_cmp(ent_str a, ent_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool ent__str_starts(ent_str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool ent__str_ends(ent_str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

static size_t blank_at_start(ent_str s)
{
    if (s.n == 0) {
        return 0;
    }
    if (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')) {
        return 1;
    }
    return s.n >= 2 && memcmp(s.p, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static size_t blank_at_end(ent_str s)
{
    if (s.n == 0) {
        return 0;
    }
    char last = s.p[s.n - 1];
    if (last == ' ' || (last >= '\t' && last <= '\r')) {
        return 1;
    }
    return s.n >= 2 && memcmp(s.p + s.n - 2, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

ent_str ent__str_trim(ent_str s)
{
    for (size_t n; (n = blank_at_start(s)) > 0;) {
        s.p += n;
        s.n -= n;
    }
    for (size_t n; (n = blank_at_end(s)) > 0;) {
        s.n -= n;
    }
    return s;
}

ent_str ent__str_sub(ent_str s, size_t begin, size_t end)
{
    if (end > s.n) {
        end = s.n;
    }
    return begin >= end ? (ent_str){s.p, 0} : (ent_str){s.p + begin, end - begin};
}

bool ent__str_split(ent_str *rest, char separator, ent_str *out_field)
{
    if (rest->p == NULL) {
        return false;
    }
    const char *at = rest->n == 0 ? NULL : memchr(rest->p, separator, rest->n);
    if (at == NULL) {
        *out_field = *rest;
        *rest = (ent_str){NULL, 0};
        return true;
    }
    size_t n = (size_t)(at - rest->p);
    *out_field = (ent_str){rest->p, n};
    *rest = (ent_str){at + 1, rest->n - n - 1};
    return true;
}

uint64_t ent__str_hash(ent_str s)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ (s.n * 0xff51afd7ed558ccdu);
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    uint64_t tail = 0;
    if (i < s.n) {
        memcpy(&tail, s.p + i, s.n - i);
    }
    h = (h ^ tail) * 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 29);
}

bool ent__str_int(ent_str s, int64_t *out)
{
    char digits[24];
    if (s.n == 0 || s.n >= sizeof digits || blank_at_start(s) > 0) {
        return false;
    }
    memcpy(digits, s.p, s.n);
    digits[s.n] = '\0';
    char *end;
    errno = 0;
    long long value = strtoll(digits, &end, 10);
    if (errno != 0 || end != digits + s.n) {
        return false;
    }
    *out = value;
    return true;
}

bool ent__str_double(ent_str s, double *out)
{
    char digits[64];
    if (s.n == 0 || s.n >= sizeof digits) {
        return false;
    }
    memcpy(digits, s.p, s.n);
    digits[s.n] = '\0';
    if (strspn(digits, "+-.0123456789eE") != s.n) {
        return false; /* no hexadecimal, nan or inf */
    }
    char *end;
    errno = 0;
    double value = strtod(digits, &end);
    if (end != digits + s.n || (errno == ERANGE && (value > 1 || value < -1))) {
        return false;
    }
    *out = value;
    return true;
}
