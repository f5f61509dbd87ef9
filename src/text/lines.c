/* lines: plain text -> measured paragraphs.
 *
 * Input:  valid UTF-8.
 * Output: ent__line array in order.
 * Method: every line that is not blank is a paragraph, as pasted pages have them; but a group of
 *         lines without a blank line between, all of about one width and most not ending a
 *         sentence, was wrapped by a program and is one paragraph.
 * Cost:   O(bytes). */
#include "lines.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define WRAP_NARROWEST 40 /* code points of a full line in wrapped text */
#define WRAP_WIDEST 100

/* ---- measuring ----------------------------------------------------------------------------- */

static bool sentence_mark(uint32_t c)
{
    return c == '.' || c == '?' || c == '!' || c == 0x2026 || c == 0x3002 || c == 0xFF01 ||
           c == 0xFF1F || c == 0x061F || c == 0x06D4 || c == 0x0964;
}

static bool closing(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 ||
           c == 0xBB || c == 0x300D;
}

static bool begins_as_item(ent_str t)
{
    static const char *const bullets[] = {"• ", "- ", "* ", "– ", "— ",
                                          "· ", "▪ ", "● ", "◦ ", "‣ "};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        if (ent__str_starts(t, bullets[i])) {
            return true;
        }
    }
    size_t n = 0;
    while (n < t.n && n < 3 && t.p[n] >= '0' && t.p[n] <= '9') {
        n++;
    }
    return n > 0 && n < 3 && n + 1 < t.n && (t.p[n] == '.' || t.p[n] == ')') && t.p[n + 1] == ' ';
}

static void classify(uint32_t c, bool *letter, bool *digit, bool *capital)
{
    if (c < 128) {
        *capital = c >= 'A' && c <= 'Z';
        *letter = *capital || (c >= 'a' && c <= 'z');
        *digit = c >= '0' && c <= '9';
        return;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    *capital = category == UTF8PROC_CATEGORY_LU;
    *letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    *digit = category == UTF8PROC_CATEGORY_ND;
}

static void measure(const ent_kit *kit, ent__line *line)
{
    uint32_t last = 0, before = ' ';
    bool in_word = false;
    for (size_t at = 0; at < line->text.n;) {
        uint32_t c = ent__utf8_next(line->text, &at);
        bool blank = c <= ' ' || c == 0xA0, letter, digit, capital;
        classify(c, &letter, &digit, &capital);
        if (blank) {
            line->stops += sentence_mark(last);
            in_word = false;
        } else if ((letter || digit) && !in_word) {
            line->words++;
            line->capitals += capital;
            in_word = true;
        } else if (c >= 0x2E80 && c < 0xFB00 && before != c) {
            line->words += line->letters % 2; /* scripts without blanks: two signs a word */
        }
        line->letters += letter || digit;
        line->alphabetic += letter;
        last = blank || closing(c) ? last : c;
        before = c;
    }
    line->stops += sentence_mark(last);
    line->sentence_end = sentence_mark(last);
    line->colon_end = last == ':';
    line->bullet = begins_as_item(line->text);
    line->prose = line->words >= 8 && (line->sentence_end || line->stops > 0 || line->words >= 40);
    line->chrome = ent__chrome_line(kit, line->text);
}

/* ---- wrapped text -------------------------------------------------------------------------- */

static bool ends_open(ent_str line)
{
    char c = line.n > 0 ? line.p[line.n - 1] : '.';
    return strchr(".?!:\"')", c) == NULL;
}

/* Are lines first..last (no blank line between) one wrapped paragraph? */
static bool is_wrapped(const ent__line *lines, size_t first, size_t last)
{
    if (last - first + 1 < 2) {
        return false;
    }
    size_t open = 0, narrow = SIZE_MAX, wide = 0;
    for (size_t i = first; i < last; i++) {
        size_t width = ent__utf8_length(lines[i].text);
        narrow = width < narrow ? width : narrow;
        wide = width > wide ? width : wide;
        open += ends_open(lines[i].text);
        if (lines[i + 1].bullet) {
            return false;
        }
    }
    size_t inner = last - first;
    bool widths = narrow >= WRAP_NARROWEST && wide <= WRAP_WIDEST && wide - narrow <= 25;
    if (inner == 1) { /* two lines: the second must go on in the middle of a sentence */
        ent_str next = lines[last].text;
        return widths && open == 1 && next.n > 0 && next.p[0] >= 'a' && next.p[0] <= 'z';
    }
    return widths && open * 2 > inner;
}

static ent_str trim_line(ent_str text, size_t *begin, size_t *end)
{
    ent_str t = ent__str_trim(ent__str_sub(text, *begin, *end));
    if (ent__str_starts(t, "\xEF\xBB\xBF")) {
        t = ent__str_trim(ent__str_sub(t, 3, t.n));
    }
    *begin = (size_t)(t.p - text.p);
    *end = *begin + t.n;
    return t;
}

ent_rc ent__lines_cut(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str text,
                      ent__line **out, size_t *out_count)
{
    ent__line *lines = NULL;
    size_t count = 0, capacity = 0, group = 0, kept = 0;
    bool failed = false;
    for (size_t at = 0; at <= text.n && !failed;) {
        const char *lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;
        size_t begin = at, end = lf == NULL ? text.n : (size_t)(lf - text.p);
        at = end + 1;
        ent_str line = trim_line(text, &begin, &end);
        if (line.n > 0) {
            ent__line *grown = ent__grow(lines, count, &capacity, sizeof *grown);
            failed = grown == NULL;
            if (!failed) {
                lines = grown;
                lines[count] = (ent__line){.begin = (uint32_t)begin, .end = (uint32_t)end,
                                           .text = line};
                lines[count].bullet = begins_as_item(line);
                count++;
            }
        }
        if (!failed && (line.n == 0 || at > text.n) && count > group) {
            if (is_wrapped(lines, group, count - 1)) {
                lines[group].end = lines[count - 1].end;
                lines[group].text = ent__str_sub(text, lines[group].begin, lines[group].end);
                count = group + 1;
            }
            group = count;
        }
    }
    for (; kept < count; kept++) {
        measure(kit, &lines[kept]);
    }
    *out = failed ? NULL : ent__arena_array(arena, count + 1, sizeof **out);
    *out_count = count;
    if (*out != NULL && count > 0) {
        memcpy(*out, lines, count * sizeof **out);
    }
    free(lines);
    return *out == NULL ? ent__nomem(ctx) : ENT_OK;
}

/* ---- wire datelines ------------------------------------------------------------------------ */

/* "MOSCOW, March 10. /TASS/. " */
static size_t slashed_agency(ent_str p, size_t limit)
{
    const char *open = memchr(p.p, '/', limit);
    size_t at = open == NULL ? 0 : (size_t)(open - p.p) + 1;
    size_t end = at;
    while (at > 2 && end < limit && ((p.p[end] | 32) >= 'a' && (p.p[end] | 32) <= 'z')) {
        end++;
    }
    if (end == at || end - at < 2 || end + 2 >= p.n || p.p[end] != '/' || p.p[at - 2] != ' ') {
        return 0;
    }
    end += p.p[end + 1] == '.' ? 2 : 1;
    return end < p.n && p.p[end] == ' ' ? end + 1 : 0;
}

size_t ent__wire_dateline(ent_str p)
{
    size_t limit = p.n < 90 ? p.n : 90, capitals = 0, at = 0;
    bool agency = false;
    while (at < limit && ((p.p[at] >= 'A' && p.p[at] <= 'Z') || strchr(" .'-/", p.p[at]) != NULL)) {
        if (p.p[at] == ' ' && at + 2 < limit && (p.p[at + 1] == '-' || p.p[at + 1] == '(')) {
            break;
        }
        capitals += p.p[at] >= 'A' && p.p[at] <= 'Z';
        at++;
    }
    bool place = capitals >= 3;
    size_t slashed = place ? slashed_agency(p, limit) : 0;
    if (slashed > 0) {
        return slashed;
    }
    for (; at < limit; at++) {
        if (p.p[at] == '(' && at > 0 && p.p[at - 1] == ' ') {
            const char *close = memchr(p.p + at, ')', limit - at);
            size_t inside = close == NULL ? 0 : (size_t)(close - p.p) - at;
            agency = inside >= 2 && inside <= 30 && p.p[at + 1] >= 'A' && p.p[at + 1] <= 'Z';
            at = agency ? at + inside : at;
            continue;
        }
        size_t next = at;
        uint32_t c = ent__utf8_next(p, &next);
        bool dash = c == 0x2013 || c == 0x2014 || c == 0x2015 || c == '-';
        if (dash && p.p[at] == '-' && next < limit && p.p[next] == '-') {
            next++;
        }
        if (dash && at > 0 && p.p[at - 1] == ' ' && next < p.n && p.p[next] == ' ') {
            return (place || (agency && capitals >= 1)) ? next + 1 : 0;
        }
        if (c == '.' || c == '"' || c == ':' || c == 0x201C || c == '?') {
            bool abbreviation = c == '.' && next < limit &&
                                (p.p[next] == ',' || p.p[next] == ' ') && at > 0 && at < 40;
            if (!abbreviation) {
                return 0;
            }
        }
    }
    return 0;
}
