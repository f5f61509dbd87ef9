/* Symbols of resolutions as sources write them -> session/number and suffix; shell patterns.
 * In: "A/RES/2668(XXV)[A]", "R/60/260", "A/RES/ES-11/7".  Out: "25/2668A", "60/260", "ES-11/7".
 * Cost: O(length). */
#include <ctype.h>
#include <string.h>

#include "align.h"

/* Roman numeral; 0 when it is none. */
static int roman(ent_str s)
{
    int total = 0, last = 0;
    for (size_t i = s.n; i-- > 0;) {
        static const char letters[] = "IVXLCD";
        static const int values[] = {1, 5, 10, 50, 100, 500};
        const char *at = memchr(letters, s.p[i], 6);
        if (at == NULL) {
            return 0;
        }
        int value = values[at - letters];
        total += value < last ? -value : value;
        last = value > last ? value : last;
    }
    return total;
}

static bool all_digits(ent_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!isdigit((unsigned char)s.p[i])) {
            return false;
        }
    }
    return s.n > 0;
}

/* "2668(XXV)[A]" -> "25/2668A"; "S-10/2", "260" as they are without brackets and blanks. */
static ent_str old_style(ent_arena *arena, ent_str s)
{
    const char *open = memchr(s.p, '(', s.n);
    const char *close = open ? memchr(open, ')', (size_t)(s.p + s.n - open)) : NULL;
    if (close == NULL) {
        return s;
    }
    ent_str number = ent__str_trim(ent__str_sub(s, 0, (size_t)(open - s.p)));
    ent_str session = ent__str_trim((ent_str){open + 1, (size_t)(close - open - 1)});
    ent_str rest = {close + 1, (size_t)(s.p + s.n - close - 1)};
    /* A part may stand before or after the session: 2668A(XXV), 2603 A (XXIV). */
    int regular = roman(session);
    if (regular > 0) {
        return ent__arena_printf(arena, "%d/%.*s%.*s", regular, ENT_FMT(number), ENT_FMT(rest));
    }
    if (ent__str_starts(session, "ES-") || ent__str_starts(session, "S-")) {
        size_t dash = 1 + (size_t)((const char *)memchr(session.p, '-', session.n) - session.p);
        int special = roman(ent__str_sub(session, dash, session.n));
        if (special > 0) {
            return ent__arena_printf(arena, "%.*s%d/%.*s%.*s", (int)dash, session.p, special,
                                     ENT_FMT(number), ENT_FMT(rest));
        }
    }
    return s;
}

ent_str ent__symbol_normalise(ent_arena *arena, ent_str symbol)
{
    ent_str s = ent__str_trim(symbol);
    bool council = false;
    if (ent__str_starts(s, "A/RES/") || ent__str_starts(s, "S/RES/")) {
        council = s.p[0] == 'S';
        s = ent__str_sub(s, 6, s.n);
    } else if (ent__str_starts(s, "R/")) {
        s = ent__str_sub(s, 2, s.n);
    }
    if (council) {
        /* The year in brackets says nothing: numbers run through. */
        const char *open = memchr(s.p, '(', s.n);
        ent_str number = ent__str_trim(ent__str_sub(s, 0, open ? (size_t)(open - s.p) : s.n));
        return all_digits(number) ? ent__arena_printf(arena, "S/%.*s", ENT_FMT(number)) : s;
    }
    s = old_style(arena, s);
    ent_str out = ent__arena_str(arena, s);
    if (out.p == NULL) {
        return out;
    }
    char *p = (char *)out.p;
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '[' && s.p[i] != ']' && s.p[i] != ' ') {
            p[n++] = s.p[i];
        }
    }
    p[n] = '\0';
    return (ent_str){p, n};
}

bool ent__symbol_matches(ent_str symbol, ent_str pattern)
{
    size_t s = 0, p = 0, star = SIZE_MAX, mark = 0;
    while (s < symbol.n) {
        bool same = p < pattern.n && (pattern.p[p] == '?' ||
                                      toupper((unsigned char)pattern.p[p]) ==
                                          toupper((unsigned char)symbol.p[s]));
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = s;
        } else if (same) {
            p++;
            s++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            s = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*') {
        p++;
    }
    return p == pattern.n;
}
