/* Time expressions that name their date: "2025-02-12", "February 12, 2025", "24 Feb.", "May 2022",
 * "2022 invasion", "mid-1990s", "the 19th century", "third quarter of 2024", "Q3", "spring 2022",
 * clock times.  Input: lexemes; output: one hit.  Each matcher looks at a few lexemes: O(1). */
#include "times.h"

#include <string.h>

static bool number_at(const time_finder *finder, size_t i, double low, double high)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    return lexeme->kind == ENT_LEX_NUMBER && lexeme->value >= low && lexeme->value <= high &&
           !(lexeme->flags & (ENT_LEX_PLURAL | ENT_LEX_COMMA | ENT_LEX_DECIMAL));
}

bool ent__time_is_year(const time_finder *finder, size_t i, int *out_year)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (!number_at(finder, i, 1000, 2199) || lexeme->digits != 4) {
        return false;
    }
    *out_year = (int)lexeme->value;
    return true;
}

static bool day_at(const time_finder *finder, size_t i, int *out_day)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    bool ordinal = lexeme->kind == ENT_LEX_ORDINAL && lexeme->value >= 1 && lexeme->value <= 31;
    if (!ordinal && !(number_at(finder, i, 1, 31) && lexeme->digits <= 2)) {
        return false;
    }
    *out_day = (int)lexeme->value;
    return true;
}

/* A month's name; lower case and "May" in other company are ordinary words. */
static bool month_at(const time_finder *finder, size_t i, int *out_month)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind != ENT_LEX_MONTH || !(lexeme->flags & ENT_LEX_CAPITAL)) {
        return false;
    }
    *out_month = lexeme->code;
    return true;
}

static size_t skip_stop(const time_finder *finder, size_t i)
{
    const ent_lexeme *stop = ent__time_lex(finder, i);
    bool abbreviated = ent__time_lex(finder, i - 1)->flags & ENT_LEX_SHORT;
    return abbreviated && stop->kind == ENT_LEX_PUNCT && stop->code == '.' &&
                   !(stop->flags & ENT_LEX_SPACE_BEFORE)
               ? i + 1
               : i;
}

static bool dash_at(const time_finder *finder, size_t i)
{
    return ent__time_punct(finder, i, '-') || ent__time_punct(finder, i, 0x2013);
}

/* A comma and a year, or a year; also "of last year", "last year".  Moves *at past it. */
static bool year_after(const time_finder *finder, size_t *at, int *out_year, bool *out_relative)
{
    size_t i = *at;
    *out_relative = false;
    if (ent__time_punct(finder, i, ',') && ent__time_is_year(finder, i + 1, out_year)) {
        *at = i + 2;
        return true;
    }
    if (ent__time_key(finder, i, ENT_KEY_of)) {
        i++;
    }
    if (ent__time_key(finder, i, ENT_KEY_the) && ent__time_key(finder, i + 1, ENT_KEY_same)) {
        i++;
    }
    if (ent__time_is_year(finder, i, out_year)) {
        *at = i + 1;
        return true;
    }
    const ent_lexeme *unit = ent__time_lex(finder, i + 1);
    if (unit->kind == ENT_LEX_UNIT && unit->code == UNIT_YEAR && finder->recent.year &&
        (ent__time_key(finder, i, ENT_KEY_that) || ent__time_key(finder, i, ENT_KEY_same))) {
        *out_year = finder->recent.year; /* "October of that year": as good as named */
        *at = i + 2;
        return true;
    }
    if (unit->kind == ENT_LEX_UNIT && unit->code == UNIT_YEAR && finder->document.year) {
        int shift = ent__time_key(finder, i, ENT_KEY_last)   ? -1
                    : ent__time_key(finder, i, ENT_KEY_next) ? 1
                    : ent__time_key(finder, i, ENT_KEY_this) ? 0
                                                             : 9;
        if (shift != 9) {
            *out_year = finder->document.year + shift;
            *out_relative = true;
            *at = i + 2;
            return true;
        }
    }
    return false;
}

/* The words before a bare "May" or "March" that make it a month. */
static bool month_context(const time_finder *finder, size_t i)
{
    if (i == 0) {
        return false;
    }
    const ent_lexeme *before = ent__time_lex(finder, i - 1);
    if (before->kind == ENT_LEX_ORDINAL || before->kind == ENT_LEX_WEEKDAY) {
        return true;
    }
    if (before->kind != ENT_LEX_KEY) {
        return dash_at(finder, i - 1) && i > 1 && ent__time_key(finder, i - 2, ENT_KEY_mid);
    }
    switch (before->code) {
    case ENT_KEY_in:
    case ENT_KEY_of:
    case ENT_KEY_since:
    case ENT_KEY_by:
    case ENT_KEY_until:
    case ENT_KEY_from:
    case ENT_KEY_to:
    case ENT_KEY_last:
    case ENT_KEY_next:
    case ENT_KEY_this:
    case ENT_KEY_early:
    case ENT_KEY_late:
    case ENT_KEY_through:
    case ENT_KEY_between:
    case ENT_KEY_during:
    case ENT_KEY_before:
    case ENT_KEY_after:
    case ENT_KEY_and:
        return true;
    default:
        return false;
    }
}

/* Year, month and day into the hit; a day that the month does not have is no date. */
static bool set_date(time_finder *finder, time_hit *hit, int year, int month, int day)
{
    if (!year) {
        year = ent__time_year_of(finder, month, day);
        hit->relative = true;
        if (!year) {
            hit->kind = ENT_TIME_DATE;
            return day <= 31;
        }
    }
    ent_date date = {(int16_t)year, (int8_t)month, (int8_t)day};
    if (day == 0) {
        ent__time_set_month(hit, year, month);
        return true;
    }
    if (day > ent__date_month_length(year, month)) {
        return false;
    }
    ent__time_set_day(hit, date);
    return true;
}

/* "February 12", "Feb. 12, 2025", "February 12-14", "February 2025", "February". */
static size_t match_month(time_finder *finder, size_t i, time_hit *hit)
{
    int month, day = 0, year = 0, last_day = 0;
    bool relative = false;
    if (!month_at(finder, i, &month)) {
        return 0;
    }
    bool is_short = ent__time_lex(finder, i)->flags & ENT_LEX_SHORT;
    size_t at = skip_stop(finder, i + 1), last_at = 0;
    bool stop = at > i + 1;
    if (day_at(finder, at, &day)) {
        const ent_lexeme *after = ent__time_lex(finder, at + 1);
        if (after->kind == ENT_LEX_SCALE || ent__time_punct(finder, at + 1, '%')) {
            return 0; /* "March 12 million" is no date */
        }
        at++;
        if ((dash_at(finder, at) || ent__time_key(finder, at, ENT_KEY_and) ||
             ent__time_key(finder, at, ENT_KEY_to)) &&
            day_at(finder, at + 1, &last_day) && last_day > day &&
            (dash_at(finder, at) || ent__time_punct(finder, at + 2, ','))) {
            last_at = at + 1;
            at += 2;
        }
    }
    bool has_year = year_after(finder, &at, &year, &relative);
    if (!day && !has_year) {
        if (is_short && !stop) {
            return 0; /* "Mar", "Jan" alone: a name */
        }
        if ((month == 3 || month == 5) && !month_context(finder, i)) {
            return 0;
        }
    }
    time_hit end = *hit;
    if (!set_date(finder, hit, year, month, day)) {
        return 0;
    }
    hit->explicit_year = has_year;
    hit->relative = hit->relative || relative;
    hit->rule = day ? "month and day" : "month";
    if (last_at) {
        end.first = last_at;
        end.count = has_year ? at - last_at : 1;
        end.rule = "end of a range of days";
        end.explicit_year = has_year;
        if (set_date(finder, &end, hit->date.year, month, last_day)) {
            end.relative = hit->relative;
            ent__time_push(finder, &end);
        }
        return last_at - 1 - i;
    }
    return at - i;
}

/* "24 February 2022", "24th of February", "the 24th of February 2022". */
static size_t match_day_month(time_finder *finder, size_t i, time_hit *hit)
{
    int day, month, year = 0;
    bool relative = false;
    if (!day_at(finder, i, &day)) {
        return 0;
    }
    size_t at = i + 1;
    if (ent__time_key(finder, at, ENT_KEY_of)) {
        at++;
    }
    if (!month_at(finder, at, &month) || (at > i + 1 && ent__time_lex(finder, i)->kind !=
                                                            ENT_LEX_ORDINAL)) {
        return 0;
    }
    at = skip_stop(finder, at + 1);
    bool has_year = year_after(finder, &at, &year, &relative);
    if (!set_date(finder, hit, year, month, day)) {
        return 0;
    }
    hit->explicit_year = has_year;
    hit->relative = hit->relative || relative;
    hit->rule = "day and month";
    return at - i;
}

/* "2025-02-12", "2025/02/12", "02/12/2025" (month first unless it can't be), "24.02.2022". */
static size_t match_numeric(time_finder *finder, size_t i, time_hit *hit)
{
    const ent_lexeme *a = ent__time_lex(finder, i), *m = ent__time_lex(finder, i + 2),
                     *z = ent__time_lex(finder, i + 4);
    int year, month, day;
    if (a->kind != ENT_LEX_NUMBER || a->flags & (ENT_LEX_PLURAL | ENT_LEX_COMMA)) {
        return 0;
    }
    if (a->flags & ENT_LEX_DECIMAL) { /* "24.02" "." "2022" */
        if (!ent__time_punct(finder, i + 1, '.') || !ent__time_is_year(finder, i + 2, &year) ||
            m->flags & ENT_LEX_SPACE_BEFORE || a->digits != 2) {
            return 0;
        }
        day = (int)a->value;
        month = (int)((a->value - day) * 100 + 0.5);
        if (day < 1 || month < 1 || month > 12) {
            return 0;
        }
        hit->explicit_year = true;
        hit->rule = "numeric date";
        return set_date(finder, hit, year, month, day) ? 3 : 0;
    }
    bool iso = ent__time_punct(finder, i + 1, '-') && ent__time_punct(finder, i + 3, '-');
    bool slashed = ent__time_punct(finder, i + 1, '/') && ent__time_punct(finder, i + 3, '/');
    if ((!iso && !slashed) || m->kind != ENT_LEX_NUMBER || z->kind != ENT_LEX_NUMBER ||
        z->flags & ENT_LEX_SPACE_BEFORE || m->flags & ENT_LEX_SPACE_BEFORE) {
        return 0;
    }
    if (ent__time_is_year(finder, i, &year)) {
        month = (int)m->value;
        day = (int)z->value;
    } else if (slashed && ent__time_is_year(finder, i + 4, &year)) {
        month = (int)a->value;
        day = (int)m->value;
        if (month > 12) {
            month = (int)m->value;
            day = (int)a->value;
        }
    } else {
        return 0;
    }
    if (month < 1 || month > 12 || day < 1 || day > 31) {
        return 0;
    }
    hit->explicit_year = true;
    hit->rule = "numeric date";
    return set_date(finder, hit, year, month, day) ? 5 : 0;
}

static bool unit_is(const time_finder *finder, size_t i, int unit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    return lexeme->kind == ENT_LEX_UNIT && lexeme->code == unit;
}

/* Words before a four-digit number that make it no year. */
static bool number_label_before(const time_finder *finder, size_t i)
{
    static const char *const labels[] = {"resolution", "article", "section", "number", "no",
                                         "page",       "room",    "flight",  "act",    "rule",
                                         "directive",  "boeing",  "decree",  "building", "order",
                                         "bill",       "channel", "figure",  "chapter", NULL};
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        const ent_lexeme *before = ent__time_lex(finder, i - back);
        if (before->kind == ENT_LEX_PUNCT) {
            switch (before->code) {
            case '$':
            case 0xA3:
            case 0xA5:
            case 0x20AC:
            case '#':
                return true;
            case '.':
                continue; /* "No. 1973" */
            case '/':
                return back == 1;
            case '-':
                return back == 1 && i > 1 && !(before->flags & ENT_LEX_SPACE_BEFORE) &&
                       ent__time_lex(finder, i - 2)->kind == ENT_LEX_WORD &&
                       ent__time_lex(finder, i - 2)->flags & ENT_LEX_CAPITAL;
            default:
                return false;
            }
        }
        if (before->kind != ENT_LEX_WORD) {
            return false;
        }
        ent_str word = {finder->text.p + before->begin, before->end - before->begin};
        for (const char *const *label = labels; *label; label++) {
            if (ent__str_ieqz(word, *label)) {
                return true;
            }
        }
        return false;
    }
    return false;
}

/* Is what follows counted by the number ("2000 troops")?  A plural noun in small letters is. */
static bool counted_after(const time_finder *finder, size_t i)
{
    const ent_lexeme *after = ent__time_lex(finder, i);
    if (after->kind == ENT_LEX_SCALE || after->kind == ENT_LEX_UNIT) {
        return true;
    }
    if (after->kind == ENT_LEX_PUNCT) {
        return after->code == '%' || after->code == 0x20AC;
    }
    if (after->kind != ENT_LEX_WORD || after->flags & ENT_LEX_CAPITAL) {
        return false;
    }
    ent_str word = {finder->text.p + after->begin, after->end - after->begin};
    static const char *const nouns[] = {"people", "men", "women", "children", "percent", "km",
                                        "miles", "metres", "meters", "tons", "tonnes", "euros",
                                        "dollars", "troops", "soldiers", "pounds", "feet", NULL};
    for (const char *const *noun = nouns; *noun; noun++) {
        if (ent__str_eqz(word, *noun)) {
            return true;
        }
    }
    return false;
}

static bool counting_before(const time_finder *finder, size_t i)
{
    if (i == 0) {
        return false;
    }
    const ent_lexeme *before = ent__time_lex(finder, i - 1);
    if (before->kind != ENT_LEX_KEY) {
        return false;
    }
    switch (before->code) {
    case ENT_KEY_about:
    case ENT_KEY_some:
    case ENT_KEY_nearly:
    case ENT_KEY_almost:
    case ENT_KEY_over:
    case ENT_KEY_than:
    case ENT_KEY_least:
    case ENT_KEY_most:
    case ENT_KEY_approximately:
    case ENT_KEY_roughly:
    case ENT_KEY_under:
        return true;
    default:
        return false;
    }
}

/* "2022", "2014-2018" (its second year is a hit of its own), "2022-23", "1990s". */
static size_t match_year(time_finder *finder, size_t i, time_hit *hit)
{
    int year, last = 0;
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind == ENT_LEX_NUMBER && lexeme->flags & ENT_LEX_PLURAL && lexeme->digits == 4 &&
        lexeme->value >= 1000 && lexeme->value < 2200 && (int)lexeme->value % 10 == 0) {
        char value[40];
        year = (int)lexeme->value;
        bool century = year % 100 == 0 && year < 2000; /* "the 1800s" */
        snprintf(value, sizeof value, century ? "%02dXX" : "%03dX",
                 century ? year / 100 : year / 10);
        ent__time_set_span(hit, (ent_date){(int16_t)year, 1, 1},
                           (ent_date){(int16_t)(year + (century ? 99 : 9)), 12, 31}, value);
        hit->rule = "decade";
        return 1;
    }
    if (!ent__time_is_year(finder, i, &year) || number_label_before(finder, i) ||
        counted_after(finder, i + 1) || counting_before(finder, i)) {
        return 0;
    }
    const ent_lexeme *end = ent__time_lex(finder, i + 2);
    if (dash_at(finder, i + 1) && !(end->flags & ENT_LEX_SPACE_BEFORE) &&
        !(ent__time_lex(finder, i + 1)->flags & ENT_LEX_SPACE_BEFORE)) {
        time_hit second = *hit;
        if (ent__time_is_year(finder, i + 2, &last) && last > year) {
            ent__time_set_year(&second, last);
        } else if (number_at(finder, i + 2, year % 100 + 1, 99) && end->digits == 2) {
            last = year - year % 100 + (int)end->value;
            ent__time_set_year(&second, last);
        }
        if (last) {
            second.first = i + 2;
            second.count = 1;
            second.explicit_year = true;
            second.rule = "end of a range of years";
            ent__time_push(finder, &second);
        }
    }
    ent__time_set_year(hit, year);
    hit->explicit_year = true;
    hit->rule = "year";
    return 1;
}

/* "21st century", from its number at i. */
static size_t match_century(time_finder *finder, size_t i, size_t unit, time_hit *hit)
{
    int number = (int)ent__time_lex(finder, i)->value;
    char value[40];
    if (number < 2 || number > 22) {
        return 0;
    }
    snprintf(value, sizeof value, "%02dXX", number - 1);
    ent__time_set_span(hit, (ent_date){(int16_t)(100 * number - 99), 1, 1},
                       (ent_date){(int16_t)(100 * number), 12, 31}, value);
    hit->rule = "century";
    return unit + 1 - i;
}

/* Which part of a year is named from i on: quarters 1 to 4, halves 5 and 6; 0: none.  `at` is
 * moved behind it. */
static int part_named(time_finder *finder, size_t i, size_t *at)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind == ENT_LEX_WORD && lexeme->end - lexeme->begin == 2) {
        const char *word = finder->text.p + lexeme->begin;
        *at = i + 1;
        return word[0] == 'Q' && word[1] >= '1' && word[1] <= '4' ? word[1] - '0' : 0;
    }
    int number = (int)lexeme->value;
    (*at)++;
    if (lexeme->kind == ENT_LEX_ORDINAL && unit_is(finder, *at - 1, UNIT_QUARTER) && number <= 4) {
        return number;
    }
    bool half = lexeme->kind == ENT_LEX_ORDINAL && number <= 2 &&
                ent__time_key(finder, *at - 1, ENT_KEY_half);
    return half ? 4 + number : 0;
}

/* "third quarter of 2024", "second half of the year", "21st century", "Q3 2024". */
static size_t match_part(time_finder *finder, size_t i, time_hit *hit)
{
    int year = 0;
    bool relative = true;
    size_t at = i + 1 + ent__time_punct(finder, i + 1, '-');
    if (ent__time_lex(finder, i)->kind == ENT_LEX_ORDINAL && unit_is(finder, at, UNIT_CENTURY)) {
        return match_century(finder, i, at, hit);
    }
    int part = part_named(finder, i, &at);
    if (part == 0) {
        return 0;
    }
    size_t after = at;
    if (!year_after(finder, &after, &year, &relative)) {
        if (ent__time_key(finder, at, ENT_KEY_of) && ent__time_key(finder, at + 1, ENT_KEY_the) &&
            unit_is(finder, at + 2, UNIT_YEAR)) {
            after = at + 3;
        } else if (part > 4) {
            return 0; /* "the first half" of a match */
        }
        relative = true;
        year = finder->document.year;
        int month = finder->document.month;
        int starts = part > 4 ? 6 * (part - 5) + 1 : 3 * part - 2;
        if (year && month && !finder->future && starts > month) {
            year--;
        }
    } else {
        hit->explicit_year = !relative;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = relative;
    hit->rule = part > 4 ? "half of a year" : "quarter";
    if (year) {
        ent__time_set_quarter(hit, year, part);
        hit->relative = relative;
    }
    return after - i;
}

/* "spring 2022", "the summer of 2021", "last winter" is relative. */
static size_t match_season(time_finder *finder, size_t i, time_hit *hit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    int year;
    bool relative;
    size_t at = i + 1;
    if (lexeme->kind != ENT_LEX_SEASON || !year_after(finder, &at, &year, &relative)) {
        return 0;
    }
    ent__time_set_season(hit, year, lexeme->code);
    hit->explicit_year = !relative;
    hit->relative = relative;
    hit->rule = "season";
    return at - i;
}

/* "p.m.", "a.m.", "pm", "am" at `at`: lexemes of it, 0: none.  "am" needs minutes before it. */
static size_t half_of_day(const time_finder *finder, size_t at, bool minutes, bool *out_afternoon)
{
    const ent_lexeme *half = ent__time_lex(finder, at);
    ent_str word = {finder->text.p + half->begin, half->end - half->begin};
    bool dotted = half->kind != ENT_LEX_PUNCT && ent__time_punct(finder, at + 1, '.') &&
                  (ent__str_ieqz(word, "p") || ent__str_ieqz(word, "a")) &&
                  at + 2 < finder->count &&
                  finder->text.p[ent__time_lex(finder, at + 2)->begin] == 'm';
    if (!dotted && !ent__time_key(finder, at, ENT_KEY_pm) &&
        !(ent__time_key(finder, at, ENT_KEY_am) && minutes)) {
        return 0;
    }
    *out_afternoon = (finder->text.p[half->begin] | 0x20) == 'p';
    return !dotted ? 1 : ent__time_punct(finder, at + 3, '.') ? 4 : 3;
}

/* "11:00", "7 p.m.", "9:30 a.m.", "noon", "midnight". */
static size_t match_clock(time_finder *finder, size_t i, time_hit *hit)
{
    const ent_lexeme *hour = ent__time_lex(finder, i), *minute = ent__time_lex(finder, i + 2);
    int h, m = 0;
    size_t at = i + 1;
    bool afternoon = false;
    hit->kind = ENT_TIME_CLOCK;
    hit->rule = "clock";
    if (hour->kind == ENT_LEX_DAYPART && hour->code >= 4) {
        snprintf(hit->value, sizeof hit->value, hour->code == 4 ? "T12:00" : "T00:00");
        return 1;
    }
    if (!number_at(finder, i, 0, 24) || hour->digits > 2) {
        return 0;
    }
    h = (int)hour->value;
    bool colon = (ent__time_punct(finder, at, ':') || ent__time_punct(finder, at, '.')) &&
                 number_at(finder, i + 2, 0, 59) && minute->digits == 2 &&
                 !(minute->flags & ENT_LEX_SPACE_BEFORE);
    if (colon) {
        m = (int)minute->value;
        at += 2;
    }
    size_t half = half_of_day(finder, at, colon, &afternoon);
    if (half) {
        if (h < 1 || h > 12) {
            return 0;
        }
        h = h % 12 + (afternoon ? 12 : 0);
        at += half;
    } else if (!colon || !ent__time_punct(finder, i + 1, ':') ||
               ent__time_punct(finder, at, ':')) {
        return 0;
    }
    snprintf(hit->value, sizeof hit->value, "T%02d:%02d", h, m);
    return at - i;
}

size_t ent__time_match_absolute(time_finder *finder, size_t i, time_hit *hit)
{
    size_t n = 0;
    switch (ent__time_lex(finder, i)->kind) {
    case ENT_LEX_MONTH:
        return match_month(finder, i, hit);
    case ENT_LEX_NUMBER:
        if ((n = match_numeric(finder, i, hit)) != 0 ||
            (n = match_day_month(finder, i, hit)) != 0 || (n = match_year(finder, i, hit)) != 0) {
            return n;
        }
        return match_clock(finder, i, hit);
    case ENT_LEX_ORDINAL:
        if ((n = match_day_month(finder, i, hit)) != 0) {
            return n;
        }
        return match_part(finder, i, hit);
    case ENT_LEX_WORD:
        return match_part(finder, i, hit);
    case ENT_LEX_SEASON:
        return match_season(finder, i, hit);
    case ENT_LEX_DAYPART:
        return match_clock(finder, i, hit);
    default:
        return 0;
    }
}
