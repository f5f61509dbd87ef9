/* Folding: the words of one token as the index knows them, so that "Erdoğan", "ERDOGAN" and
 * "Erdogan" are one word, and "al-Assad" two.
 * In: a token's form.  Out: at most six words with their capitals.  O(bytes); library: utf8proc. */
#include "actor_index.h"

#include <string.h>
#include <utf8proc.h>

static void fold_letter(uint32_t c, char *out, size_t *n)
{
    static const struct {
        uint16_t from;
        const char *to;
    } special[] = {{0xD8, "o"}, {0xF8, "o"}, {0x110, "d"}, {0x111, "d"}, {0x130, "i"},
                   {0x131, "i"}, {0x141, "l"}, {0x142, "l"}, {0xC6, "ae"}, {0xE6, "ae"},
                   {0x18F, "a"}, {0x259, "a"}, {0xD0, "d"}, {0xF0, "d"}, {0xDF, "ss"}};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if (special[i].from == c) {
            size_t length = strlen(special[i].to);
            memcpy(out + *n, special[i].to, length);
            *n += length;
            return;
        }
    }
    utf8proc_int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        (utf8proc_int32_t)c, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD,
        &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 2; i++) {
        *n += ent__utf8_encode((uint32_t)parts[i], out + *n);
    }
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == '`';
}

static bool is_break(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2014 || c == '/' ||
           c == ' ';
}

static bool is_possessive(ent_str form)
{
    size_t at = 0;
    return form.n >= 2 && form.n <= 4 && is_apostrophe(ent__utf8_next(form, &at)) &&
           at + 1 == form.n && (form.p[at] == 's' || form.p[at] == 'S');
}

static void end_word(ent_folded *out, size_t begin, size_t end, size_t letters, bool capital,
                     bool lower)
{
    if (end > begin && out->count < ENT_WORDS_A_TOKEN) {
        out->word[out->count].begin = (uint8_t)begin;
        out->word[out->count].end = (uint8_t)end;
        out->word[out->count].capital = capital;
        out->word[out->count].all_capitals = capital && !lower && letters > 0;
        out->count++;
    }
}

void ent__fold(ent_str form, ent_folded *out)
{
    out->count = 0;
    if (is_possessive(form)) {
        memcpy(out->bytes, "'s", 2);
        end_word(out, 0, 2, 0, false, true);
        return;
    }
    size_t n = 0, begin = 0, letters = 0;
    bool capital = false, lower = false;
    for (size_t at = 0; at < form.n && n + 8 < ENT_FOLD_BYTES;) {
        uint32_t c = (unsigned char)form.p[at];
        if (c >= 'a' && c <= 'z') {
            out->bytes[n++] = (char)c;
            lower = true;
            letters++;
            at++;
        } else if (c >= 'A' && c <= 'Z') {
            capital |= letters == 0;
            out->bytes[n++] = (char)(c + 32);
            letters++;
            at++;
        } else if (c >= '0' && c <= '9') {
            out->bytes[n++] = (char)c;
            letters++;
            at++;
        } else {
            c = ent__utf8_next(form, &at);
            if (is_break(c)) {
                end_word(out, begin, n, letters, capital, lower);
                begin = n;
                letters = 0;
                capital = lower = false;
            } else if (c >= 0xC0 && !is_apostrophe(c)) {
                utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
                bool upper = category == UTF8PROC_CATEGORY_LU;
                capital |= upper && letters == 0;
                lower |= category == UTF8PROC_CATEGORY_LL;
                if (upper || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LO) {
                    fold_letter(c, out->bytes, &n);
                    letters++;
                }
            } else if (c == '$' || (form.n == 1 && c != '"' && !is_apostrophe(c))) {
                out->bytes[n++] = (char)c; /* a lone comma is a word; "US$" is not "US" */
            }
        }
    }
    end_word(out, begin, n, letters, capital, lower);
}
