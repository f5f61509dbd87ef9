/* UTF-8: strict validation, decoding, and byte offset -> code point offset.  Source: RFC 3629. */
#include <string.h>

#include "base.h"

/* Length of the sequence that starts at s.p[at], 0 when it is not valid. */
static size_t sequence(ent_str s, size_t at, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.n - at;
    if (p[0] < 0x80) {
        *out = p[0];
        return 1;
    }
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < n) {
        return 0;
    }
    uint32_t c = p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return 0;
    }
    *out = c;
    return n;
}

bool ent__utf8_valid(ent_str s, size_t *out_bad_byte)
{
    for (size_t at = 0; at < s.n;) {
        uint64_t word;
        if (at + 8 <= s.n && (memcpy(&word, s.p + at, 8), (word & 0x8080808080808080u) == 0)) {
            at += 8;
            continue;
        }
        uint32_t c;
        size_t n = sequence(s, at, &c);
        if (n == 0) {
            if (out_bad_byte != NULL) {
                *out_bad_byte = at;
            }
            return false;
        }
        at += n;
    }
    return true;
}

uint32_t ent__utf8_next(ent_str s, size_t *at)
{
    uint32_t c;
    size_t n = sequence(s, *at, &c);
    *at += n == 0 ? 1 : n;
    return n == 0 ? 0xFFFD : c;
}

size_t ent__utf8_encode(uint32_t c, char out[4])
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        c = 0xFFFD;
    }
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6) {
        out[i] = (char)(0x80 | (c & 0x3F));
    }
    static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[n] | c);
    return n;
}

size_t ent__utf8_length(ent_str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++) {
        count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    }
    return count;
}

enum { MARK = 64 };

bool ent__cpindex_build(ent_arena *arena, ent_str text, ent_cpindex *out)
{
    uint32_t *marks = ent__arena_array(arena, text.n / MARK + 1, sizeof *marks);
    if (marks == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (i % MARK == 0) {
            marks[i / MARK] = count;
        }
        count += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    }
    if (text.n % MARK == 0) {
        marks[text.n / MARK] = count;
    }
    *out = (ent_cpindex){text, marks};
    return true;
}

uint32_t ent__cpindex_at(const ent_cpindex *index, size_t byte)
{
    if (byte > index->text.n) {
        byte = index->text.n;
    }
    size_t from = byte / MARK * MARK;
    ent_str part = ent__str_sub(index->text, from, byte);
    return index->marks[byte / MARK] + (uint32_t)ent__utf8_length(part);
}
