/* dates: finds one full date in a short line.
 *
 * Input:  a meta tag's value, a feed's date, a line of text; the table text/months.
 * Output: year, month, day, and where they stand.
 * Method: the line is cut into numbers and words; five shapes of neighbours are tried at each
 *         place (Y-M-D, D-M-Y, M-D-Y, month name with day before or after, Y年M月D日).
 * Cost:   O(bytes) with a table look-up a word. */
#include "dates.h"

#include <string.h>
#include <utf8proc.h>

#define MOST_PARTS 48

typedef struct {
    size_t begin, end;
    int number; /* -1: a word */
    int digits;
    int month;  /* of a word that names one, else 0 */
} part;

static int month_named(const ent_kit *kit, ent_str word)
{
    char folded[64];
    size_t n = 0;
    for (size_t at = 0; at < word.n && n < 56;) {
        uint32_t c = ent__utf8_next(word, &at);
        n += ent__utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), folded + n);
    }
    const ent_table *table = kit == NULL ? NULL : ent__kit_table(kit, "text/months");
    if (table == NULL) {
        return 0;
    }
    size_t row = ent__table_find(table, (ent_str){folded, n});
    int64_t month = 0;
    if (row < table->rows) {
        ent__str_int(ent__table_cell(table, row, 1), &month);
    }
    return (int)month;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* End of the digits from `at`; a time of day glued to a year ("20243:15 PM") is cut off. */
static size_t number_end(ent_str text, size_t at)
{
    size_t end = at;
    while (end < text.n && digit(text.p[end])) {
        end++;
    }
    bool glued = (end - at == 5 || end - at == 6) && end < text.n && text.p[end] == ':';
    return glued ? at + 4 : end;
}

static size_t cut(const ent_kit *kit, ent_str text, part *parts)
{
    size_t count = 0;
    for (size_t at = 0; at < text.n && count < MOST_PARTS;) {
        part p = {.begin = at, .number = -1};
        if (digit(text.p[at])) {
            long value = 0;
            size_t stop = number_end(text, at);
            while (at < stop) {
                value = value < 100000000 ? value * 10 + (text.p[at] - '0') : value;
                at++;
                p.digits++;
            }
            p.number = (int)value;
            p.end = at;
            parts[count++] = p;
            continue;
        }
        size_t end = at;
        while (end < text.n && !digit(text.p[end])) {
            size_t next = end;
            uint32_t c = ent__utf8_next(text, &next);
            utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
            bool letter = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_MC);
            if (!letter) {
                break;
            }
            end = next;
        }
        if (end == at) {
            ent__utf8_next(text, &at);
            continue;
        }
        p.end = at = end;
        p.month = month_named(kit, ent__str_sub(text, p.begin, p.end));
        parts[count++] = p;
    }
    return count;
}

static bool year_like(const part *p)
{
    return p->digits == 4 && p->number >= 1800 && p->number <= 2199;
}

static bool day_like(const part *p)
{
    return p->number >= 1 && p->number <= 31 && p->digits <= 2;
}

/* Are a and b joined by one of . / - (blanks allowed around, as in "2018. 10. 3")? */
static bool joined(ent_str text, const part *a, const part *b)
{
    ent_str gap = ent__str_trim(ent__str_sub(text, a->end, b->begin));
    return gap.n == 1 && strchr("./-", gap.p[0]) != NULL;
}

static bool near(const part *a, const part *b)
{
    return b->begin - a->end <= 4;
}

static bool make(int year, int month, int day, ent_date *out)
{
    *out = (ent_date){(int16_t)year, (int8_t)month, (int8_t)day};
    return month >= 1 && month <= 12 && ent__date_valid(*out);
}

/* Words that may stand between the parts: "10 de março de 2018", "10th of March". */
static bool filler(ent_str text, const part *p)
{
    return p->number < 0 && p->month == 0 && p->end - p->begin <= 3 &&
           memchr(text.p + p->begin, '\n', p->end - p->begin) == NULL;
}

static bool numbers_at(ent_str text, const part *p, size_t left, ent_date *out)
{
    if (left < 3 || p[0].number < 0 || p[1].number < 0 || p[2].number < 0 ||
        !joined(text, &p[0], &p[1]) || !joined(text, &p[1], &p[2])) {
        return false;
    }
    if (year_like(&p[0])) {
        return make(p[0].number, p[1].number, p[2].number, out);
    }
    if (!year_like(&p[2]) || p[0].digits > 2 || p[1].digits > 2) {
        return false;
    }
    return make(p[2].number, p[1].number, p[0].number, out) ||
           make(p[2].number, p[0].number, p[1].number, out);
}

static bool east_asian_at(ent_str text, const part *p, size_t left, size_t *used, ent_date *out)
{
    if (left < 5 || !year_like(&p[0]) || p[2].number < 0 || p[4].number < 0) {
        return false;
    }
    ent_str year = ent__str_sub(text, p[1].begin, p[1].end);
    ent_str month = ent__str_sub(text, p[3].begin, p[3].end);
    bool signs = (ent__str_eqz(year, "年") && ent__str_eqz(month, "月")) ||
                 (ent__str_eqz(year, "년") && ent__str_eqz(month, "월"));
    *used = 5;
    return signs && make(p[0].number, p[2].number, p[4].number, out);
}

/* A month's name with a day on one side and a year after (or two places before). */
static bool named_at(ent_str text, const part *p, size_t left, size_t *used, ent_date *out)
{
    const part *found[3];
    size_t n = 0, i = 0;
    for (; i < left && n < 3 && i < 6; i++) {
        if (filler(text, &p[i]) && n > 0) {
            continue;
        }
        if (n > 0 && !near(&p[i - 1], &p[i])) {
            return false;
        }
        found[n++] = &p[i];
    }
    *used = i;
    if (n < 3) {
        return false;
    }
    if (found[0]->month > 0 && day_like(found[1]) && year_like(found[2])) {
        return make(found[2]->number, found[0]->month, found[1]->number, out);
    }
    if (day_like(found[0]) && found[1]->month > 0) {
        int year = found[2]->number;
        bool close = found[2]->begin - found[1]->end <= 5;
        if (!year_like(found[2]) && close && found[2]->digits == 2) {
            year += year < 70 ? 2000 : 1900; /* RFC 822 */
            return ent__str_sub(text, found[1]->end, found[2]->begin).n == 1 &&
                   make(year, found[1]->month, found[0]->number, out);
        }
        return year_like(found[2]) && make(year, found[1]->month, found[0]->number, out);
    }
    return year_like(found[0]) && found[1]->month > 0 && day_like(found[2]) &&
           make(found[0]->number, found[1]->month, found[2]->number, out);
}

bool ent__date_find(const ent_kit *kit, ent_str text, ent_date *out, size_t *begin, size_t *end)
{
    part parts[MOST_PARTS];
    size_t count = cut(kit, text, parts);
    for (size_t i = 0; i < count; i++) {
        size_t used = 3;
        ent_date date;
        bool packed = parts[i].digits == 8 && /* 20250310 */
                      make(parts[i].number / 10000, parts[i].number / 100 % 100,
                           parts[i].number % 100, &date) &&
                      parts[i].number / 10000 >= 1800 && parts[i].number / 10000 <= 2199;
        if (packed) {
            used = 1;
        } else if (!numbers_at(text, &parts[i], count - i, &date) &&
                   !east_asian_at(text, &parts[i], count - i, &used, &date) &&
                   !named_at(text, &parts[i], count - i, &used, &date)) {
            continue;
        }
        *out = date;
        if (begin != NULL) {
            *begin = parts[i].begin;
        }
        if (end != NULL) {
            *end = parts[i + used - 1].end;
        }
        return true;
    }
    return false;
}
