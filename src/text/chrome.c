/* chrome: does a line belong to the page and not to the article?
 *
 * Input:  a line; the table text/chrome (phrase -> what it announces).
 * Output: ent__chrome; and two measures of likeness between texts.
 * Method: a line is folded to lower-case words with every number as "0", then the whole line, or
 *         its first words, are looked up.  Nothing here knows one page or host.
 * Cost:   O(length of the line) and eight look-ups. */
#include "chrome.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LINE_WORDS 28   /* words of a line that are folded */
#define START_WORDS 8   /* longest phrase looked up as a beginning */
#define START_LIMIT 32  /* words: a longer line is not chrome for its first words */

/* ---- folding ------------------------------------------------------------------------------- */

typedef struct {
    char text[400];           /* folded words, one blank between */
    uint16_t ends[LINE_WORDS]; /* end of each word in text */
    size_t words, bytes;
    size_t all_words;  /* of the whole line */
    size_t marked;     /* words before the first colon or bar, 0: none among the first words */
} folded;

typedef enum { CHAR_BREAK, CHAR_WORD, CHAR_DIGIT, CHAR_SKIP } char_class;

static char_class class_of(uint32_t c)
{
    if (c < 128) {
        if (c >= '0' && c <= '9') {
            return CHAR_DIGIT;
        }
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter ? CHAR_WORD : c == '\'' ? CHAR_SKIP : CHAR_BREAK;
    }
    if (c == 0x2019 || c == 0x2018 || c == 0xAD || c == 0x200B || c == 0x200D) {
        return CHAR_SKIP;
    }
    if (c == 0xA9 || c == 0x24D2) {
        return CHAR_WORD;
    }
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
        return CHAR_WORD;
    case UTF8PROC_CATEGORY_ND:
        return CHAR_DIGIT;
    default:
        return CHAR_BREAK;
    }
}

/* Next word of the text from *at, folded into `out` (at most 60 bytes); 0 at the end. */
static size_t fold_word(ent_str text, size_t *at, char out[64])
{
    size_t n = 0;
    bool number = false;
    while (*at < text.n) {
        size_t before = *at;
        uint32_t c = ent__utf8_next(text, at);
        char_class class = class_of(c);
        if (class == CHAR_BREAK) {
            /* 1,000 and 3.5 are one number */
            if (n == 0 || (number && (c == ',' || c == '.') && *at < text.n &&
                           text.p[*at] >= '0' && text.p[*at] <= '9')) {
                continue;
            }
            break;
        }
        if (class == CHAR_SKIP) {
            continue;
        }
        if (n > 0 && number != (class == CHAR_DIGIT)) {
            *at = before;
            break;
        }
        number = class == CHAR_DIGIT;
        if (number) {
            out[0] = '0';
            n = 1;
        } else if (n < 60) {
            c = c < 128 ? (c >= 'A' && c <= 'Z' ? c + 32 : c) : c == 0x24D2 ? 0xA9
                : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
            n += ent__utf8_encode(c, out + n);
        }
    }
    return n;
}

/* Does a colon or bar stand at the end of the word that ended at `at`? */
static bool marked_at(ent_str line, size_t at)
{
    char before = at > 0 ? line.p[at - 1] : 0, here = at < line.n ? line.p[at] : 0;
    return before == ':' || before == '|' || here == ':' || here == '|';
}

static void fold(ent_str line, folded *out)
{
    *out = (folded){.words = 0};
    char word[64];
    size_t at = 0;
    for (size_t n; (n = fold_word(line, &at, word)) > 0;) {
        out->all_words++;
        if (out->words < LINE_WORDS && out->bytes + n + 1 < sizeof out->text) {
            if (out->words > 0) {
                out->text[out->bytes++] = ' ';
            }
            memcpy(out->text + out->bytes, word, n);
            out->bytes += n;
            out->ends[out->words++] = (uint16_t)out->bytes;
            if (out->marked == 0 && marked_at(line, at)) {
                out->marked = out->words;
            }
        } else if (out->all_words > START_LIMIT) {
            return;
        }
    }
}

/* ---- phrases ------------------------------------------------------------------------------- */

static ent__chrome kind_named(ent_str name)
{
    static const char *const names[] = {"", "line", "label", "section", "byline", "credit", "date",
                                        "comments"};
    for (size_t i = 1; i < sizeof names / sizeof names[0]; i++) {
        if (ent__str_eqz(name, names[i])) {
            return (ent__chrome)i;
        }
    }
    return ENT__CHROME_NONE;
}

/* A row of buttons ("Share  Tweet  27 shares"): three or more whole phrases and nothing else. */
static bool row_of_buttons(const ent_table *table, const folded *f)
{
    size_t phrases = 0;
    for (size_t at = 0; at < f->words;) {
        size_t from = at == 0 ? 0 : f->ends[at - 1] + 1u, end = f->words;
        for (; end > at; end--) {
            size_t row = ent__table_find(table, (ent_str){f->text + from, f->ends[end - 1] - from});
            if (row < table->rows && ent__str_eqz(ent__table_cell(table, row, 1), "whole")) {
                break;
            }
        }
        if (end == at) {
            return false;
        }
        at = end;
        phrases++;
    }
    return phrases >= 3;
}

ent__chrome ent__chrome_line(const ent_kit *kit, ent_str line)
{
    const ent_table *table = kit == NULL ? NULL : ent__kit_table(kit, "text/chrome");
    folded f;
    fold(line, &f);
    if (table == NULL || f.words == 0 || f.all_words > START_LIMIT) {
        return ENT__CHROME_NONE;
    }
    if (f.all_words == f.words) {
        size_t row = ent__table_find(table, (ent_str){f.text, f.bytes});
        if (row < table->rows) {
            return kind_named(ent__table_cell(table, row, 2));
        }
        if (row_of_buttons(table, &f)) {
            return ENT__CHROME_LINE;
        }
    }
    if (f.marked >= 2) { /* "Read more: ..." */
        size_t row = ent__table_find(table, (ent_str){f.text, f.ends[f.marked - 1]});
        if (row < table->rows) {
            ent__chrome kind = kind_named(ent__table_cell(table, row, 2));
            return kind == ENT__CHROME_SECTION || kind == ENT__CHROME_COMMENTS ? ENT__CHROME_LINE
                                                                               : kind;
        }
    }
    size_t most = f.words < START_WORDS ? f.words : START_WORDS;
    ent_str trimmed = ent__str_trim(line);
    char last = trimmed.p[trimmed.n - 1];
    bool short_line = f.all_words <= 8 && last != '.' && last != '?' && last != '!';
    for (size_t n = most; n > 0; n--) {
        size_t row = ent__table_find(table, (ent_str){f.text, f.ends[n - 1]});
        if (row == table->rows || !ent__str_eqz(ent__table_cell(table, row, 1), "start")) {
            continue;
        }
        ent__chrome kind = kind_named(ent__table_cell(table, row, 2));
        /* one word is little to go by: "Watch: ..." but not "Watch what they do" */
        bool names = kind == ENT__CHROME_BYLINE || kind == ENT__CHROME_DATE;
        if (n > 1 || f.marked == 1 || (short_line && names)) {
            return kind;
        }
    }
    size_t last_words = f.all_words == f.words && f.words < 5 ? f.words : 4;
    for (size_t n = last_words; f.all_words == f.words && n > 0 && n < f.words; n--) {
        size_t from = f.ends[f.words - n - 1] + 1;
        size_t row = ent__table_find(table, (ent_str){f.text + from, f.bytes - from});
        if (row < table->rows && ent__str_eqz(ent__table_cell(table, row, 1), "end")) {
            return kind_named(ent__table_cell(table, row, 2));
        }
    }
    return ENT__CHROME_NONE;
}

/* ---- likeness ------------------------------------------------------------------------------ */

static int hash_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t word_hashes(ent_str text, uint64_t *out, size_t limit)
{
    char word[64];
    size_t at = 0, count = 0;
    for (size_t n; count < limit && (n = fold_word(text, &at, word)) > 0;) {
        out[count++] = ent__str_hash((ent_str){word, n});
    }
    return count;
}

double ent__words_similar(ent_str a, ent_str b)
{
    uint64_t x[64], y[64];
    size_t nx = word_hashes(a, x, 64), ny = word_hashes(b, y, 64);
    if (nx == 0 || ny == 0) {
        return 0;
    }
    qsort(x, nx, sizeof *x, hash_order);
    qsort(y, ny, sizeof *y, hash_order);
    size_t i = 0, j = 0, same = 0;
    while (i < nx && j < ny) {
        if (x[i] == y[j]) {
            same++, i++, j++;
        } else if (x[i] < y[j]) {
            i++;
        } else {
            j++;
        }
    }
    return (double)same / (double)(nx > ny ? nx : ny);
}

static uint64_t mix(uint64_t sum, uint64_t word)
{
    return (sum ^ word) * 0x9E3779B97F4A7C15u + (sum >> 29);
}

/* Hashes of the word 4-grams (of all words when there are fewer). */
static size_t gram_hashes(ent_str text, uint64_t *out, size_t limit)
{
    uint64_t last[4] = {0};
    char word[64];
    size_t at = 0, count = 0, words = 0;
    for (size_t n; count < limit && (n = fold_word(text, &at, word)) > 0;) {
        memmove(last, last + 1, 3 * sizeof *last);
        last[3] = ent__str_hash((ent_str){word, n});
        if (++words >= 4) {
            out[count++] = mix(mix(mix(last[0], last[1]), last[2]), last[3]);
        }
    }
    return count;
}

ent_rc ent__body_words_build(ent_ctx *ctx, ent_arena *arena, ent_str text, ent__body_words *out)
{
    size_t limit = text.n / 2 + 1;
    out->hashes = ent__arena_array(arena, limit, sizeof *out->hashes);
    if (out->hashes == NULL) {
        return ent__nomem(ctx);
    }
    out->count = gram_hashes(text, out->hashes, limit);
    qsort(out->hashes, out->count, sizeof *out->hashes, hash_order);
    return ENT_OK;
}

double ent__body_words_share(const ent__body_words *body, ent_str text)
{
    uint64_t grams[256];
    size_t n = gram_hashes(text, grams, 256), found = 0;
    for (size_t i = 0; i < n; i++) {
        found += bsearch(&grams[i], body->hashes, body->count, sizeof *grams, hash_order) != NULL;
    }
    return n == 0 ? 0 : (double)found / (double)n;
}
