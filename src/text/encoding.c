/* encoding: bytes of any usual encoding -> valid UTF-8, or a clear refusal.
 *
 * Input:  a whole document; for markup the charset it names.
 * Output: UTF-8 (the same bytes when they are valid already, a byte order mark included).
 * Method: known file signatures and control characters are refused; then byte order marks, valid
 *         UTF-8 (which hardly happens by chance), the declared charset through iconv with the
 *         labels of the WHATWG Encoding Standard, and last a guess: damaged UTF-8 is repaired,
 *         else the Western or Cyrillic code page whose letters fit.
 * Cost:   O(bytes). */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "readers.h"

#define META_SCAN 4096 /* bytes searched for a charset (browsers: 1024) */

/* ---- refusals ------------------------------------------------------------------------------ */

static const char *signature_of(ent_str bytes)
{
    static const struct {
        const char *magic;
        size_t n;
        const char *name;
    } known[] = {{"%PDF", 4, "a PDF file"},
                 {"\x89PNG", 4, "a PNG image"},
                 {"\xFF\xD8\xFF", 3, "a JPEG image"},
                 {"GIF8", 4, "a GIF image"},
                 {"PK\3\4", 4, "a ZIP archive or office document"},
                 {"\177ELF", 4, "a program"},
                 {"\xD0\xCF\x11\xE0", 4, "an office document"},
                 {"RIFF", 4, "a media file"},
                 {"SQLite format 3", 15, "an SQLite database"},
                 {"Rar!", 4, "a RAR archive"},
                 {"7z\xBC\xAF", 4, "a 7-Zip archive"},
                 {"OggS", 4, "a media file"},
                 {"ID3", 3, "a media file"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (bytes.n >= known[i].n && memcmp(bytes.p, known[i].magic, known[i].n) == 0) {
            return known[i].name;
        }
    }
    return NULL;
}

/* Control characters that no text holds. */
static size_t control_count(ent_str bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        count += (c < 32 && (c < 7 || c > 13) && c != 27) || c == 127;
    }
    return count;
}

/* ---- iconv --------------------------------------------------------------------------------- */

static ent_rc convert(ent_ctx *ctx, ent_arena *arena, ent_str bytes, const char *from,
                      const char *source, ent_str *out)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1) {
        return ENT_EUSAGE; /* not known to iconv: the caller guesses */
    }
    ent_buf text = {0};
    char *in = (char *)(uintptr_t)bytes.p;
    size_t left = bytes.n, bad = 0;
    while (left > 0 && !text.failed) {
        if (!ent__buf_reserve(&text, left + left / 2 + 64)) {
            break;
        }
        char *to = text.p + text.n;
        size_t room = text.capacity - text.n - 1;
        size_t room_before = room;
        size_t rc = iconv(cd, &in, &left, &to, &room);
        text.n += room_before - room;
        text.p[text.n] = 0;
        if (rc == (size_t)-1 && errno != E2BIG) { /* EILSEQ, EINVAL: skip a byte */
            ent__buf_z(&text, "\xEF\xBF\xBD");
            in++, left--, bad++;
        }
    }
    iconv_close(cd);
    *out = ent__arena_str(arena, ent__buf_slice(&text));
    bool failed = text.failed || out->p == NULL;
    size_t letters = text.n;
    ent__buf_free(&text);
    if (failed) {
        return ent__nomem(ctx);
    }
    if (bad * 20 > letters) {
        return ent__fail(ctx, ENT_EINPUT, source, 0, "expected text in %s, got other bytes", from);
    }
    if (bad > 0) {
        ent__note(ctx, source, 0, "%zu bytes that are no %s were replaced", bad, from);
    }
    return ENT_OK;
}

/* ---- declared charset ---------------------------------------------------------------------- */

static size_t find_ci(ent_str s, size_t at, const char *needle)
{
    size_t n = strlen(needle);
    for (; at + n <= s.n; at++) {
        if (strncasecmp(s.p + at, needle, n) == 0) {
            return at;
        }
    }
    return s.n;
}

/* The label after charset= or encoding=, "" when none. */
static void declared(ent_str bytes, char label[40])
{
    static const char *const keys[] = {"charset", "encoding"};
    ent_str head = ent__str_sub(bytes, 0, bytes.n < META_SCAN ? bytes.n : META_SCAN);
    label[0] = 0;
    for (size_t k = 0; k < 2 && label[0] == 0; k++) {
        size_t at = find_ci(head, 0, keys[k]);
        at += at < head.n ? strlen(keys[k]) : 0;
        while (at < head.n && strchr(" =\"'", head.p[at]) != NULL) {
            at++;
        }
        size_t n = 0;
        while (at < head.n && n < 39 &&
               (strchr("-_:.", head.p[at]) != NULL || (head.p[at] >= '0' && head.p[at] <= '9') ||
                ((head.p[at] | 32) >= 'a' && (head.p[at] | 32) <= 'z'))) {
            label[n++] = head.p[at++];
        }
        label[n] = 0;
    }
}

/* Labels that mean more than they say, WHATWG Encoding Standard, section 4.2. */
static const char *iconv_name(const char *label)
{
    static const char *const names[][2] = {
        {"iso-8859-1", "WINDOWS-1252"}, {"iso8859-1", "WINDOWS-1252"}, {"latin1", "WINDOWS-1252"},
        {"latin-1", "WINDOWS-1252"}, {"us-ascii", "WINDOWS-1252"}, {"ascii", "WINDOWS-1252"},
        {"iso-8859-9", "WINDOWS-1254"}, {"iso-8859-11", "WINDOWS-874"},
        {"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"x-gbk", "GB18030"},
        {"shift_jis", "CP932"}, {"shift-jis", "CP932"}, {"x-sjis", "CP932"}, {"sjis", "CP932"},
        {"euc-kr", "CP949"}, {"ks_c_5601-1987", "CP949"}, {"big5", "BIG5-HKSCS"},
        {"x-cp1251", "WINDOWS-1251"}, {"win-1251", "WINDOWS-1251"}, {"cp-1251", "WINDOWS-1251"},
        {"unicode", "UTF-8"}, {"utf8", "UTF-8"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(label, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return label;
}

/* ---- guesses ------------------------------------------------------------------------------- */

typedef struct {
    size_t high;      /* bytes over 127 */
    size_t good, bad; /* UTF-8 sequences of more than a byte; bytes that belong to none */
    size_t c0_df, e0_ff;    /* letters of the code pages */
    size_t unset;           /* bytes without a meaning in Windows code page 1252 */
} byte_census;

static byte_census census(ent_str bytes)
{
    byte_census c = {0};
    for (size_t i = 0; i < bytes.n;) {
        unsigned char b = (unsigned char)bytes.p[i];
        if (b < 128) {
            i++;
            continue;
        }
        size_t next = i;
        uint32_t code = ent__utf8_next(bytes, &next);
        bool bad = code == 0xFFFD && next == i + 1;
        c.good += !bad;
        c.bad += bad;
        for (; i < next; i++) {
            b = (unsigned char)bytes.p[i];
            c.high++;
            c.c0_df += b >= 0xC0 && b <= 0xDF;
            c.e0_ff += b >= 0xE0;
            c.unset += b == 0x81 || b == 0x8D || b == 0x8F || b == 0x90 || b == 0x9D;
        }
    }
    return c;
}

static ent_rc repair(ent_ctx *ctx, ent_arena *arena, ent_str bytes, size_t bad, const char *source,
                     ent_str *out)
{
    ent_buf text = {0};
    for (size_t i = 0; i < bytes.n;) {
        size_t from = i;
        uint32_t code = ent__utf8_next(bytes, &i);
        if (code == 0xFFFD && i == from + 1) {
            ent__buf_z(&text, "\xEF\xBF\xBD");
        } else {
            ent__buf_add(&text, bytes.p + from, i - from);
        }
    }
    *out = ent__arena_str(arena, ent__buf_slice(&text));
    bool failed = text.failed || out->p == NULL;
    ent__buf_free(&text);
    ent__note(ctx, source, 0, "%zu bytes that are no UTF-8 were replaced", bad);
    return failed ? ent__nomem(ctx) : ENT_OK;
}

static ent_rc guess(ent_ctx *ctx, ent_arena *arena, ent_str bytes, const char *source, ent_str *out)
{
    byte_census c = census(bytes);
    if (c.good >= c.bad || c.bad <= 2) {
        return repair(ctx, arena, bytes, c.bad, source, out);
    }
    if (c.unset * 20 > c.high || c.high * 10 > bytes.n * 9) {
        return ent__fail(ctx, ENT_EINPUT, source, 0,
                         "expected text, got bytes in no encoding that could be told");
    }
    const char *page = "WINDOWS-1252";
    if (c.high * 10 > bytes.n * 3) { /* a third of all letters: not Latin script */
        page = c.e0_ff > c.c0_df ? "WINDOWS-1251" : "KOI8-R";
    }
    ent__note(ctx, source, 0, "names no encoding and is no UTF-8: read as %s", page);
    return convert(ctx, arena, bytes, page, source, out);
}

/* Zero bytes at every other place. */
static const char *utf16_kind(ent_str bytes)
{
    if (bytes.n >= 2 && (memcmp(bytes.p, "\xFF\xFE", 2) == 0)) {
        return "UTF-16LE";
    }
    if (bytes.n >= 2 && (memcmp(bytes.p, "\xFE\xFF", 2) == 0)) {
        return "UTF-16BE";
    }
    size_t n = bytes.n < 2000 ? bytes.n & ~(size_t)1 : 2000, even = 0, odd = 0;
    for (size_t i = 0; i < n; i += 2) {
        even += bytes.p[i] == 0;
        odd += bytes.p[i + 1] == 0;
    }
    if (n < 16) {
        return NULL;
    }
    return odd * 5 > n * 2 && even * 20 < n   ? "UTF-16LE"
           : even * 5 > n * 2 && odd * 20 < n ? "UTF-16BE"
                                              : NULL;
}

ent_rc ent__text_decode(ent_ctx *ctx, ent_arena *arena, ent_str bytes, bool markup,
                        const char *source, ent_str *out)
{
    if (ent__str_trim(bytes).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, source, 0, "expected text, got an empty document");
    }
    const char *utf16 = utf16_kind(bytes);
    if (utf16 != NULL) {
        bool mark = (unsigned char)bytes.p[0] >= 0xFE;
        return convert(ctx, arena, ent__str_sub(bytes, mark ? 2 : 0, bytes.n), utf16, source, out);
    }
    const char *signature = signature_of(bytes);
    if (signature != NULL) {
        return ent__fail(ctx, ENT_EINPUT, source, 0, "expected text, got %s", signature);
    }
    size_t control = control_count(bytes);
    if (control * 100 > bytes.n + 200 || (control > 0 && bytes.n < 64 && control * 8 > bytes.n)) {
        return ent__fail(ctx, ENT_EINPUT, source, 0,
                         "expected text, got binary data (%zu control characters)", control);
    }
    if (ent__utf8_valid(bytes, NULL)) {
        *out = ent__arena_str(arena, bytes);
        return out->p == NULL ? ent__nomem(ctx) : ENT_OK;
    }
    char label[40];
    declared(bytes, label);
    if (markup && label[0] != 0 && strncasecmp(label, "utf", 3) != 0) {
        ent_rc rc = convert(ctx, arena, bytes, iconv_name(label), source, out);
        if (rc != ENT_EUSAGE) {
            return rc;
        }
    }
    return guess(ctx, arena, bytes, source, out);
}
