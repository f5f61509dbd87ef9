/* points: candidate token and sentence ends of raw text and the clues about them.
 *
 * In: text.  Out: atoms, hashed clues.  White space always ends a token; inside a chunk every
 * border of two atoms is a point.  Every token end is a point for the sentence decision, so
 * headings and lines without full stop can be told apart too.
 * Source: the clue sets follow Reynar and Ratnaparkhi (1997) and Gillick (2009).
 * Cost: some 20 table look-ups a point. */
#include "points.h"

#include <string.h>

size_t ent__blank(ent_str text, size_t at, bool *out_line_end)
{
    unsigned char c = (unsigned char)text.p[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        *out_line_end |= c == '\n';
        return 1;
    }
    if (c < 0xc2 || at + 1 >= text.n) {
        return 0;
    }
    unsigned char d = (unsigned char)text.p[at + 1];
    if (c == 0xc2) {
        return d == 0xa0 || d == 0x85 ? 2 : 0;
    }
    if (at + 2 >= text.n) {
        return 0;
    }
    unsigned char e = (unsigned char)text.p[at + 2];
    if (c == 0xe2 && d == 0x80 && (e <= 0x8b || e == 0xa8 || e == 0xa9 || e == 0xaf) && e >= 0x80) {
        *out_line_end |= e == 0xa8 || e == 0xa9;
        return 3;
    }
    if ((c == 0xe2 && d == 0x81 && e == 0x9f) || (c == 0xe3 && d == 0x80 && e == 0x80) ||
        (c == 0xef && d == 0xbb && e == 0xbf)) {
        return 3;
    }
    return 0;
}

static bool letter(char kind) { return kind == 'L'; }

/* Kind of a code point before runs are built: L letter, 1 digit, else the mark. */
static char kind_of(uint32_t c)
{
    if (c < 0x80) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return 'L';
        }
        return c >= '0' && c <= '9' ? '1' : c < ' ' || c == 0x7f ? 'p' : (char)c;
    }
    switch (c) {
    case 0x2018: case 0x2019: case 0x201b: case 0x2032: case 0xb4:
        return '\'';
    case 0x201c: case 0x201d: case 0x201e: case 0x201f: case 0x2033: case 0xab: case 0xbb:
        return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013:
        return '-';
    case 0x2014: case 0x2015: case 0x2212:
        return '_';
    case 0x2026:
        return '.';
    case 0xaa: case 0xb5: case 0xba:
        return 'L';
    default:
        break;
    }
    if ((c >= 0xa1 && c <= 0xbf) || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
        (c >= 0x2190 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) || c >= 0x1f000 ||
        (c >= 0xfe00 && c <= 0xfe6f)) {
        return c == 0xa3 || c == 0xa5 ? '$' : 'p';
    }
    return c >= 0x20a0 && c <= 0x20cf ? '$' : 'L';
}

static char letters_kind(const char *p, size_t n)
{
    size_t upper = 0;
    for (size_t i = 0; i < n; i++) {
        upper += p[i] >= 'A' && p[i] <= 'Z';
    }
    if (upper == 0) {
        return 'a';
    }
    if (upper == n) {
        return n == 1 ? 'I' : 'U';
    }
    return upper == 1 && p[0] >= 'A' && p[0] <= 'Z' ? 'A' : 'm';
}

static char digits_kind(size_t n) { return (char)('0' + (n > 5 ? 5 : n)); }

static char kind_at(ent_str text, size_t at)
{
    unsigned char c = (unsigned char)text.p[at];
    if (c < 0x80) {
        return kind_of(c);
    }
    return kind_of(ent__utf8_next(text, &at));
}

/* Kind of the atom that starts at `at`, with case and length, for looking ahead. */
static char full_kind(ent_str text, size_t at)
{
    char kind = kind_at(text, at);
    size_t end = at;
    bool line = false;
    while (end < text.n && end < at + 24 && ent__blank(text, end, &line) == 0 &&
           kind_at(text, end) == kind) {
        ent__utf8_next(text, &end);
    }
    return letter(kind) ? letters_kind(text.p + at, end - at)
           : kind == '1' ? digits_kind(end - at) : kind;
}

size_t ent__atoms(ent_str text, size_t at, ent_chunk *out)
{
    bool line = false;
    size_t begin = at;
    out->count = 0;
    out->address = false;
    out->hash = 0;
    while (at < text.n && ent__blank(text, at, &line) == 0 && out->count < ENT_ATOM_LIMIT) {
        ent_atom *a = &out->atoms[out->count++];
        char kind = kind_at(text, at);
        a->begin = (uint32_t)at;
        size_t first = at;
        ent__utf8_next(text, &at);
        size_t mark = at - first; /* marks repeat only as the very same bytes */
        while (at < text.n && ent__blank(text, at, &line) == 0 && kind_at(text, at) == kind &&
               (letter(kind) || kind == '1' ||
                (at + mark <= text.n && memcmp(text.p + first, text.p + at, mark) == 0))) {
            ent__utf8_next(text, &at);
        }
        a->end = (uint32_t)at;
        a->kind = letter(kind) ? letters_kind(text.p + first, at - first)
                  : kind == '1' ? digits_kind(at - first) : kind;
        out->address |= kind == '@' || (kind == '/' && at - first == 2 && out->count > 2 &&
                                        out->atoms[out->count - 2].kind == ':');
        out->hash = (out->hash ^ (unsigned char)a->kind) * 0x9e3779b97f4a7c15u;
    }
    out->address |= at - begin > 4 && memcmp(text.p + begin, "www.", 4) == 0;
    out->next = 0;
    if (at < text.n) {
        size_t next = at, step;
        while (next < text.n && (step = ent__blank(text, next, &line)) > 0) {
            next += step;
        }
        out->next = next < text.n ? full_kind(text, next) : 0;
    }
    return at;
}

static void clue(ent_clues *c, unsigned name, uint64_t value)
{
    if (c->count < ENT_CLUE_LIMIT) {
        uint64_t h = (value + name * 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
        c->row[c->count++] = (uint32_t)((h ^ (h >> 31)) * 0xd6e8feb86659fd93u >> (64 - ENT_CLUE_BITS));
    }
}

static uint64_t lower_hash(ent_str text, uint32_t begin, uint32_t end)
{
    char low[32];
    size_t n = end - begin < sizeof low ? end - begin : sizeof low;
    for (size_t i = 0; i < n; i++) {
        char c = text.p[begin + i];
        low[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c >= '0' && c <= '9' ? '0' : c;
    }
    return ent__word_hash(low, n) + (end - begin > 32);
}

static uint64_t two(char a, char b) { return (uint64_t)(unsigned char)a << 8 | (unsigned char)b; }

void ent__token_clues(ent_str text, const ent_chunk *chunk, unsigned i, unsigned token_first,
                      ent_clues *out)
{
    const ent_atom *a = chunk->atoms, *l = &a[i], *r = &a[i + 1];
    char before = i > 0 ? l[-1].kind : '<', after = i + 2 < chunk->count ? r[1].kind : '>';
    char after2 = i + 3 < chunk->count ? r[2].kind : '>', before2 = i > 1 ? l[-2].kind : '<';
    bool joined = token_first < i, last = i + 2 == chunk->count;
    unsigned runs = (l->end - l->begin > 1) | (r->end - r->begin > 1) << 1;
    uint64_t pair = two(l->kind, r->kind) << 2 | runs;
    uint64_t left = lower_hash(text, l->begin, l->end), right = lower_hash(text, r->begin, r->end);
    out->count = 0;
    clue(out, 1, pair);
    clue(out, 2, pair << 8 | (unsigned char)before);
    clue(out, 3, pair << 8 | (unsigned char)after);
    clue(out, 4, pair << 16 | two(before, after));
    clue(out, 5, pair << 24 | two(before, after) << 8 | (unsigned char)after2);
    clue(out, 6, pair << 24 | two(before, after) << 8 | (unsigned char)before2);
    clue(out, 7, pair << 1 | joined);
    clue(out, 8, pair << 1 | chunk->address);
    clue(out, 9, left << 8 ^ (unsigned char)r->kind);
    clue(out, 10, right << 8 ^ (unsigned char)l->kind);
    clue(out, 11, left * 31 ^ right);
    clue(out, 12, pair << 8 | (unsigned char)(last ? (chunk->next ? chunk->next : '>') : 1));
    clue(out, 13, (left << 8 | (unsigned char)r->kind) ^ (uint64_t)(unsigned char)(last ? (chunk->next ? chunk->next : '>') : 1) << 40);
    clue(out, 14, pair << 9 | (uint64_t)joined << 8 | (unsigned char)after);
    clue(out, 15, chunk->hash ^ i << 2);
    clue(out, 16, lower_hash(text, a[0].begin, a[chunk->count - 1].end) ^ i << 2);
    clue(out, 17, lower_hash(text, a[token_first].begin, l->end) << 8 ^ (unsigned char)r->kind);
    clue(out, 18, pair << 8 | (i > 7 ? 7 : i) << 4 | (chunk->count > 15 ? 15 : chunk->count));
    if (i + 2 < chunk->count) {
        clue(out, 19, lower_hash(text, r[1].begin, r[1].end) ^ pair << 32);
    }
    if (i > 0) {
        clue(out, 20, lower_hash(text, l[-1].begin, l[-1].end) ^ pair << 32);
        clue(out, 21, lower_hash(text, l[-1].begin, l[-1].end) * 31 ^ right ^ pair);
    }
    clue(out, 22, pair << 8 | (unsigned char)a[0].kind);
    clue(out, 23, two(a[0].kind, l->kind) << 16 | two(r->kind, a[chunk->count - 1].kind));
}

void ent__sentence_clues(const ent_raw *t, size_t count, size_t i, size_t since,
                         unsigned open_quotes, ent_clues *out)
{
    static const ent_raw none = {.shape = 63, .first = '<', .last = '<'};
    const ent_raw *w = &t[i], *l = i > 0 ? &t[i - 1] : &none, *l2 = i > 1 ? &t[i - 2] : &none;
    const ent_raw *r = i + 1 < count ? &t[i + 1] : &none, *r2 = i + 2 < count ? &t[i + 2] : &none;
    const ent_raw *r3 = i + 3 < count ? &t[i + 3] : &none;
    uint64_t mark = w->shape >= 28 ? w->key : w->shape; /* marks by themselves, words by shape */
    uint64_t rm = r->shape >= 28 ? r->key : r->shape, lm = l->shape >= 28 ? l->key : l->shape;
    unsigned gap = w->line_after ? 2 : w->space_after;
    unsigned long_since = since < 2 ? 0 : since < 4 ? 1 : since < 8 ? 2 : since < 16 ? 3
                          : since < 40 ? 4 : 5;
    out->count = 0;
    clue(out, 31, mark);
    clue(out, 32, mark * 31 ^ r->shape);
    clue(out, 33, (mark * 31 ^ rm) * 31 ^ l->shape);
    clue(out, 34, (mark * 31 ^ r->key));
    clue(out, 35, w->key * 31 ^ r->shape);
    clue(out, 36, mark * 31 ^ l->key);
    clue(out, 37, (mark * 31 ^ l->key) * 31 ^ r->shape);
    clue(out, 38, (mark * 31 ^ rm) * 31 ^ r2->shape);
    clue(out, 39, mark * 31 ^ gap);
    clue(out, 40, (mark * 31 ^ rm) * 31 ^ gap);
    clue(out, 41, (mark * 31 ^ long_since) * 31 ^ r->shape);
    clue(out, 42, (mark * 31 ^ (open_quotes & 1)) * 31 ^ rm);
    clue(out, 43, w->key * 31 ^ r->key);
    clue(out, 44, (lm * 31 ^ mark) * 31 ^ rm);
    clue(out, 45, (mark * 31 ^ r->shape) * 31 ^ r2->key);
    clue(out, 46, (l2->shape * 64u + l->shape) * 31 ^ mark << 8 ^ r->shape);
    clue(out, 47, (mark * 31 ^ r->shape) * 31 ^ (uint64_t)(w->bytes > 6 ? 6 : w->bytes) << 8 ^
                      (l->bytes > 4 ? 4 : l->bytes));
    clue(out, 48, ((mark * 31 ^ r->shape) * 64 + r2->shape) * 64 + r3->shape);
    clue(out, 49, (mark * 31 ^ r->key) * 31 ^ r2->key);
    clue(out, 50, (uint64_t)(unsigned char)w->last << 8 | (unsigned char)r->first);
    clue(out, 51, (r->key * 31 ^ gap) * 31 ^ w->shape);
}

static bool apostrophe(ent_str s, size_t at, size_t *bytes)
{
    if (at < s.n && (s.p[at] == '\'' || s.p[at] == '`')) {
        *bytes = 1;
        return true;
    }
    *bytes = 3;
    return at + 2 < s.n && (unsigned char)s.p[at] == 0xe2 && (unsigned char)s.p[at + 1] == 0x80 &&
           ((unsigned char)s.p[at + 2] & 0xfe) == 0x98;
}

static bool tail_is(ent_str s, size_t at, const char *low)
{
    size_t n = strlen(low);
    return s.n - at == n && ent__str_ieqz(ent__str_sub(s, at, s.n), low);
}

unsigned ent__word_cuts(ent_str token, uint8_t lengths[4])
{
    static const char *const clitics[] = {"s", "re", "ve", "ll", "d", "m", ""};
    size_t bytes;
    lengths[0] = (uint8_t)token.n;
    if (token.n < 3 || token.n > 60) {
        return 1;
    }
    for (size_t i = 1; i < token.n; i++) {
        if (!apostrophe(token, i, &bytes)) {
            continue;
        }
        size_t cut = 0;
        char before = token.p[i - 1];
        if (tail_is(token, i + bytes, "t") && (before == 'n' || before == 'N') && i > 1) {
            cut = i - 1;
        }
        for (size_t k = 0; cut == 0 && k < sizeof clitics / sizeof *clitics; k++) {
            if (tail_is(token, i + bytes, clitics[k])) {
                cut = i;
            }
        }
        if (cut > 0) {
            lengths[0] = (uint8_t)cut;
            lengths[1] = (uint8_t)(token.n - cut);
            return 2;
        }
    }
    return 1;
}
