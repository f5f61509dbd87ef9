/* Time expressions that count from another date: "on Thursday", "last month", "two days earlier",
 * "the following year", "20 years ago", "third anniversary", durations ("90-minute", "the past two
 * years") and sets ("every week").  Input: lexemes and the dates to count from; output: one hit.
 * O(1) lexemes a matcher. */
#include "times.h"

#include <string.h>

enum { REL_NONE, REL_LAST, REL_PAST, REL_PREVIOUS, REL_THIS, REL_NEXT, REL_FOLLOWING, REL_SAME };

static int relation_at(const time_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind != ENT_LEX_KEY) {
        return REL_NONE;
    }
    switch (lexeme->code) {
    case ENT_KEY_last:
        return REL_LAST;
    case ENT_KEY_past:
        return REL_PAST;
    case ENT_KEY_previous:
    case ENT_KEY_prior:
        return REL_PREVIOUS;
    case ENT_KEY_this:
    case ENT_KEY_current:
        return REL_THIS;
    case ENT_KEY_next:
    case ENT_KEY_coming:
    case ENT_KEY_upcoming:
        return REL_NEXT;
    case ENT_KEY_following:
        return REL_FOLLOWING;
    case ENT_KEY_same:
        return REL_SAME;
    default:
        return REL_NONE;
    }
}

static bool unit_at(const time_finder *finder, size_t i, int *out_unit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind != ENT_LEX_UNIT) {
        return false;
    }
    *out_unit = lexeme->code;
    return true;
}

static bool closes(const time_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    return lexeme->kind == ENT_LEX_PUNCT || lexeme->kind == ENT_LEX_BREAK ||
           (lexeme->kind == ENT_LEX_KEY && lexeme->code == ENT_KEY_and);
}

static size_t skip_daypart(const time_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    bool part = (lexeme->kind == ENT_LEX_DAYPART && lexeme->code < 4) ||
                (lexeme->kind == ENT_LEX_UNIT && lexeme->code == UNIT_NIGHT &&
                 !(lexeme->flags & ENT_LEX_PLURAL));
    return part ? i + 1 : i;
}

static void set_shifted_day(time_hit *hit, ent_date anchor, int days)
{
    ent__time_set_shifted(hit, anchor, days, UNIT_DAY);
}

/* "today", "yesterday", "tomorrow night". */
static size_t match_deictic(time_finder *finder, size_t i, time_hit *hit)
{
    int shift;
    if (ent__time_key(finder, i, ENT_KEY_today) || ent__time_key(finder, i, ENT_KEY_tonight)) {
        shift = 0;
        if (ent__time_punct(finder, i + 1, '\'') || ent__time_punct(finder, i - 1, '-')) {
            return 0; /* "today's world" is no day */
        }
    } else if (ent__time_key(finder, i, ENT_KEY_yesterday)) {
        shift = -1;
    } else if (ent__time_key(finder, i, ENT_KEY_tomorrow)) {
        shift = 1;
    } else {
        return 0;
    }
    hit->rule = "deictic";
    set_shifted_day(hit, finder->document, shift);
    return skip_daypart(finder, i + 1) - i;
}

/* "Thursday", "Thursday night", "Thursday, February 13" (the date then rules). */
static size_t match_weekday(time_finder *finder, size_t i, time_hit *hit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind != ENT_LEX_WEEKDAY || !(lexeme->flags & ENT_LEX_CAPITAL) ||
        lexeme->flags & ENT_LEX_PLURAL) {
        return 0;
    }
    size_t at = i + 1;
    bool is_short = lexeme->flags & ENT_LEX_SHORT, stop = false;
    if (is_short && ent__time_punct(finder, at, '.')) {
        stop = true;
        at++;
    }
    size_t date_at = ent__time_punct(finder, at, ',') ? at + 1 : at;
    const ent_lexeme *next = ent__time_lex(finder, date_at);
    if (next->kind == ENT_LEX_MONTH || next->kind == ENT_LEX_NUMBER) {
        time_hit dated = *hit;
        size_t n = ent__time_match_absolute(finder, date_at, &dated);
        if (n && dated.kind == ENT_TIME_DATE && dated.date.year && n > 1 &&
            ent__date_days(dated.date) == ent__date_days(dated.date_end)) {
            *hit = dated;
            return date_at + n - i;
        }
    }
    if (is_short && !stop) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "weekday";
    ent_date day = ent__time_weekday_near(finder, lexeme->code, 0);
    if (day.year) {
        ent__time_set_day(hit, day);
    }
    return skip_daypart(finder, at) - i;
}

static void set_weekend(time_hit *hit, ent_date document, int weeks)
{
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    if (!document.day) {
        return;
    }
    int32_t saturday = ent__date_days(document) - ent__date_weekday(document) + 5 + 7 * weeks;
    ent__time_set_week(hit, ent__date_of_days(saturday));
    size_t n = strlen(hit->value);
    snprintf(hit->value + n, sizeof hit->value - n, "-WE");
    hit->date = ent__date_of_days(saturday);
    hit->date_end = ent__date_of_days(saturday + 1);
}

/* "last year", "this week", "the following day", "the same month". */
static size_t match_relation_unit(time_finder *finder, size_t i, int relation, bool definite,
                                  time_hit *hit)
{
    int unit;
    if (!unit_at(finder, i, &unit)) {
        return 0;
    }
    bool plural = ent__time_lex(finder, i)->flags & ENT_LEX_PLURAL;
    if (plural || (unit == UNIT_SECOND || unit == UNIT_MINUTE || unit == UNIT_HOUR)) {
        return 0;
    }
    if (ent__time_punct(finder, i + 1, '-')) {
        return 0;
    }
    hit->rule = "relation and unit";
    bool past = relation == REL_PAST || (relation == REL_LAST && definite);
    if (past && unit != UNIT_WEEKEND && unit != UNIT_NIGHT) {
        ent__time_set_duration(hit, 1, unit);
        hit->relative = true;
        return 1;
    }
    if (unit == UNIT_WEEKEND) {
        bool back = relation == REL_LAST || relation == REL_PAST;
        int shift = back ? -1 : relation == REL_NEXT ? 1 : 0;
        set_weekend(hit, finder->document, shift);
        return 1;
    }
    if (unit == UNIT_NIGHT) {
        set_shifted_day(hit, finder->document, relation == REL_LAST ? -1 : 0);
        return relation == REL_LAST || relation == REL_THIS ? 1 : 0;
    }
    bool leaning = relation == REL_NEXT && (unit == UNIT_DAY || (definite && !finder->future));
    if (relation == REL_NEXT && definite && finder->future && unit != UNIT_DAY) {
        ent__time_set_duration(hit, 1, unit);
        return 1;
    }
    if (relation == REL_FOLLOWING || leaning) {
        ent__time_set_shifted(hit, ent__time_anchor(finder, 1), 1, unit);
    } else if (relation == REL_PREVIOUS) {
        ent__time_set_shifted(hit, ent__time_anchor(finder, -1), -1, unit);
    } else if (relation == REL_SAME) {
        ent__time_set_shifted(hit, ent__time_anchor(finder, 1), 0, unit);
    } else {
        int shift = relation == REL_LAST ? -1 : relation == REL_NEXT ? 1 : 0;
        ent__time_set_shifted(hit, finder->document, shift, unit);
    }
    return 1;
}

static size_t match_relation_month(time_finder *finder, size_t i, int relation, time_hit *hit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    ent_date document = finder->document;
    if (lexeme->kind != ENT_LEX_MONTH || !(lexeme->flags & ENT_LEX_CAPITAL)) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "relation and month";
    const ent_lexeme *day = ent__time_lex(finder, i + 1);
    bool with_day = day->kind == ENT_LEX_NUMBER && day->value >= 1 && day->value <= 31;
    if (document.month) {
        int year = document.year;
        if (relation == REL_LAST || relation == REL_PAST || relation == REL_PREVIOUS) {
            year -= lexeme->code >= document.month;
        } else if (relation == REL_NEXT || relation == REL_FOLLOWING) {
            year += lexeme->code <= document.month;
        }
        ent__time_set_month(hit, year, lexeme->code);
        if (with_day && (int)day->value <= ent__date_month_length(year, lexeme->code)) {
            ent__time_set_day(hit, (ent_date){(int16_t)year, (int8_t)lexeme->code,
                                              (int8_t)day->value});
        }
    }
    return with_day ? 2 : 1;
}

static size_t match_relation_season(time_finder *finder, size_t i, int relation, time_hit *hit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    ent_date document = finder->document;
    if (lexeme->kind != ENT_LEX_SEASON) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "relation and season";
    if (document.month) {
        int year = document.year, first = 3 + 3 * lexeme->code;
        int ends = lexeme->code == 3 ? 2 : first + 2; /* winter ends in the next February */
        if (relation == REL_LAST || relation == REL_PAST) {
            year -= lexeme->code == 3 ? (document.month > ends ? 1 : 2) : document.month <= ends;
        } else if (relation == REL_NEXT) {
            year += document.month >= first;
        } else if (lexeme->code == 3 && document.month <= 2) {
            year--;
        }
        ent__time_set_season(hit, year, lexeme->code);
    }
    return 1;
}

static size_t match_relation_weekday(time_finder *finder, size_t i, int relation, time_hit *hit)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    if (lexeme->kind != ENT_LEX_WEEKDAY || lexeme->flags & ENT_LEX_PLURAL ||
        !(lexeme->flags & ENT_LEX_CAPITAL)) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "relation and weekday";
    bool back = relation == REL_LAST || relation == REL_PAST;
    bool lean = relation == REL_PREVIOUS || relation == REL_FOLLOWING;
    int direction = back || relation == REL_PREVIOUS                     ? -1
                    : relation == REL_NEXT || relation == REL_FOLLOWING ? 1
                                                                        : 0;
    time_finder seen = *finder;
    if (lean) {
        seen.document = ent__time_anchor(finder, direction);
    }
    ent_date day = ent__time_weekday_near(&seen, lexeme->code, direction);
    if (day.year) {
        ent__time_set_day(hit, day);
    }
    return skip_daypart(finder, i + 1) - i;
}

/* "the past two years", "the next 90 days", "the last decade" is a unit. */
static size_t match_relation_number(time_finder *finder, size_t i, int relation, time_hit *hit)
{
    double amount;
    int unit;
    size_t n = ent__time_number(finder, i, false, &amount);
    if (!n || amount > 1e6 || !unit_at(finder, i + n, &unit)) {
        return 0;
    }
    ent__time_set_duration(hit, amount, unit);
    hit->rule = "relation, number and unit";
    ent_date document = finder->document;
    if (document.day && amount <= 1000 &&
        (relation == REL_LAST || relation == REL_PAST || relation == REL_NEXT)) {
        time_hit far = *hit;
        ent__time_set_shifted(&far, document, relation == REL_NEXT ? (int)amount : -(int)amount,
                              unit);
        hit->relative = true;
    }
    return n + 1;
}

/* Expressions that begin with last, past, this, next ..., a leading "the" or "these" included. */
static size_t match_relation(time_finder *finder, size_t i, time_hit *hit)
{
    bool definite = ent__time_key(finder, i, ENT_KEY_the);
    size_t at = definite ? i + 1 : i, n;
    int relation = relation_at(finder, at), unit;
    if (!definite && finder->recent.year && ent__time_key(finder, at, ENT_KEY_that) &&
        unit_at(finder, at + 1, &unit) && unit >= UNIT_MONTH) {
        relation = REL_SAME; /* "that year" */
    }
    if (relation == REL_NONE) {
        return 0;
    }
    at++;
    if (relation == REL_THIS && ent__time_key(finder, at, ENT_KEY_past)) {
        relation = REL_LAST; /* "this past Sunday" */
        at++;
    } else if (ent__time_key(finder, at, ENT_KEY_fiscal)) {
        at++;
    }
    if ((n = match_relation_unit(finder, at, relation, definite, hit)) != 0 ||
        (n = match_relation_month(finder, at, relation, hit)) != 0 ||
        (n = match_relation_season(finder, at, relation, hit)) != 0 ||
        (n = match_relation_weekday(finder, at, relation, hit)) != 0 ||
        (n = match_relation_number(finder, at, relation, hit)) != 0) {
        return at + n - i;
    }
    const ent_lexeme *part = ent__time_lex(finder, at);
    if (part->kind == ENT_LEX_DAYPART && part->code < 4 &&
        (relation == REL_THIS || relation == REL_NEXT || relation == REL_FOLLOWING)) {
        hit->rule = "part of a day";
        if (relation == REL_THIS) {
            set_shifted_day(hit, finder->document, 0);
        } else {
            set_shifted_day(hit, ent__time_anchor(finder, 1), 1);
        }
        return at + 1 - i;
    }
    return 0;
}

/* After "N units": which way it counts, and the lexemes of those words. */
static size_t direction_after(const time_finder *finder, size_t i, int *out_direction,
                              bool *out_document)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    *out_document = false;
    *out_direction = 0;
    if (lexeme->kind != ENT_LEX_KEY) {
        return 0;
    }
    switch (lexeme->code) {
    case ENT_KEY_ago:
        *out_document = true;
        *out_direction = -1;
        return 1;
    case ENT_KEY_earlier:
        *out_direction = -1;
        return 1;
    case ENT_KEY_later:
        *out_direction = 1;
        return 1;
    case ENT_KEY_before:
        *out_direction = closes(finder, i + 1) ? -1 : 0;
        return *out_direction ? 1 : 0;
    case ENT_KEY_after:
        *out_direction = closes(finder, i + 1) ? 1 : 0;
        return *out_direction ? 1 : 0;
    case ENT_KEY_from:
        if (ent__time_key(finder, i + 1, ENT_KEY_now) ||
            ent__time_key(finder, i + 1, ENT_KEY_today)) {
            *out_document = true;
            *out_direction = 1;
            return 2;
        }
        return 0;
    default:
        return 0;
    }
}

static bool duration_context(const time_finder *finder, size_t i)
{
    if (i == 0) {
        return false;
    }
    const ent_lexeme *before = ent__time_lex(finder, i - 1);
    if (before->kind != ENT_LEX_KEY) {
        return false;
    }
    switch (before->code) {
    case ENT_KEY_for:
    case ENT_KEY_in:
    case ENT_KEY_within:
    case ENT_KEY_over:
    case ENT_KEY_than:
    case ENT_KEY_nearly:
    case ENT_KEY_almost:
    case ENT_KEY_about:
    case ENT_KEY_least:
    case ENT_KEY_after:
    case ENT_KEY_half:
        return true;
    default:
        return false;
    }
}

/* "20 years ago", "two days earlier", "a week later", "90-minute", "for 18 months". */
static size_t match_amount(time_finder *finder, size_t i, time_hit *hit)
{
    double amount;
    int unit, direction;
    bool of_document;
    size_t n = ent__time_number(finder, i, true, &amount);
    size_t at = i + n;
    bool article = ent__time_lex(finder, i)->kind == ENT_LEX_KEY && n == 1;
    if (!n || amount > 1e6) {
        return 0;
    }
    bool hyphen = ent__time_punct(finder, at, '-') || ent__time_punct(finder, at, 0x2013);
    if (hyphen) {
        at++;
    }
    if (ent__time_key(finder, at, ENT_KEY_more)) {
        at++;
    }
    if (!unit_at(finder, at, &unit) || unit == UNIT_WEEKEND ||
        (unit == UNIT_QUARTER && !hyphen && article)) {
        return 0;
    }
    at++;
    if (ent__time_punct(finder, at, '-') || ent__time_key(finder, at, ENT_KEY_old)) {
        bool old = ent__time_key(finder, at, ENT_KEY_old) ||
                   ent__time_key(finder, at + 1, ENT_KEY_old);
        if (old || !hyphen) {
            return 0; /* an age */
        }
    }
    size_t way = direction_after(finder, at, &direction, &of_document);
    if (way) {
        ent_date anchor = of_document ? finder->document : ent__time_anchor(finder, direction);
        int whole = (int)amount;
        hit->rule = of_document ? "amount from the document's date" : "amount from the last date";
        if (amount != whole) { /* "two and a half years ago" */
            if (unit != UNIT_YEAR) {
                return 0;
            }
            whole = (int)(amount * 12);
            unit = UNIT_MONTH;
        }
        ent__time_set_shifted(hit, anchor, direction * whole, unit);
        return at + way - i;
    }
    if (article && !duration_context(finder, i)) {
        return 0; /* "a day", "$5 a year" */
    }
    if (unit == UNIT_QUARTER || (amount == 1 && unit == UNIT_DAY && !hyphen &&
                                 !duration_context(finder, i))) {
        return 0; /* "one day" is no length; "four quarters" */
    }
    ent__time_set_duration(hit, amount, unit);
    hit->rule = "amount of time";
    return at - i;
}

/* "a few days ago", "several months later", "decades ago": which way is known, how far is not. */
static size_t match_vague_amount(time_finder *finder, size_t i, time_hit *hit)
{
    size_t at = i;
    int unit, direction;
    bool of_document;
    if (ent__time_key(finder, at, ENT_KEY_a)) {
        at++;
    }
    if (ent__time_key(finder, at, ENT_KEY_few) || ent__time_key(finder, at, ENT_KEY_several)) {
        at++;
    } else if (ent__time_key(finder, at, ENT_KEY_couple)) {
        at += ent__time_key(finder, at + 1, ENT_KEY_of) ? 2 : 1;
    }
    if (!unit_at(finder, at, &unit) || !(ent__time_lex(finder, at)->flags & ENT_LEX_PLURAL)) {
        return 0;
    }
    size_t way = direction_after(finder, at + 1, &direction, &of_document);
    if (!way) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "vague amount";
    if (unit <= UNIT_HOUR) { /* within the day */
        set_shifted_day(hit, of_document ? finder->document : ent__time_anchor(finder, direction),
                        0);
    }
    return at + 1 + way - i;
}

/* "the day before", "the year after", at the end of a clause; "the day before yesterday". */
static size_t match_unit_before(time_finder *finder, size_t i, time_hit *hit)
{
    int unit;
    if (!ent__time_key(finder, i, ENT_KEY_the) || !unit_at(finder, i + 1, &unit)) {
        return 0;
    }
    bool before = ent__time_key(finder, i + 2, ENT_KEY_before);
    bool after = ent__time_key(finder, i + 2, ENT_KEY_after);
    if (!before && !after) {
        return 0;
    }
    hit->rule = "unit before or after";
    if ((before && ent__time_key(finder, i + 3, ENT_KEY_yesterday)) ||
        (after && ent__time_key(finder, i + 3, ENT_KEY_tomorrow))) {
        set_shifted_day(hit, finder->document, before ? -2 : 2);
        return 4;
    }
    if (!closes(finder, i + 3)) {
        return 0;
    }
    ent__time_set_shifted(hit, ent__time_anchor(finder, before ? -1 : 1), before ? -1 : 1, unit);
    return 3;
}

/* "the third anniversary of the 2022 invasion" is 2025; without a year it is taken to be the one
 * that the document is written about, in its own year. */
static size_t match_anniversary(time_finder *finder, size_t i, time_hit *hit)
{
    const ent_lexeme *ordinal = ent__time_lex(finder, i);
    int year;
    size_t at = i + 1;
    if (ordinal->kind != ENT_LEX_ORDINAL) {
        return 0;
    }
    if (ent__time_punct(finder, at, '-')) {
        at++;
    }
    if (!ent__time_key(finder, at, ENT_KEY_anniversary)) {
        return 0;
    }
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    hit->rule = "anniversary in the document's year";
    for (size_t k = at + 1; k < at + 6; k++) {
        if (ent__time_is_year(finder, k, &year) && year + ordinal->value < 2200) {
            ent__time_set_year(hit, year + (int)ordinal->value);
            hit->rule = "anniversary of a year";
            return at + 1 - i;
        }
        if (closes(finder, k)) {
            break;
        }
    }
    if (finder->document.year) {
        ent__time_set_year(hit, finder->document.year);
    }
    return at + 1 - i;
}

/* "every week", "each Thursday", "twice a year", "annually". */
static size_t match_set(time_finder *finder, size_t i, time_hit *hit)
{
    int unit;
    size_t at = i + 1;
    bool each = ent__time_key(finder, i, ENT_KEY_every) || ent__time_key(finder, i, ENT_KEY_each);
    bool times = ent__time_key(finder, i, ENT_KEY_once) ||
                 ent__time_key(finder, i, ENT_KEY_twice) ||
                 ent__time_key(finder, i, ENT_KEY_times);
    hit->rule = "set";
    if (each) {
        double amount = 1;
        at += ent__time_number(finder, at, false, &amount);
        const ent_lexeme *day = ent__time_lex(finder, at);
        if (day->kind == ENT_LEX_WEEKDAY) {
            snprintf(hit->value, sizeof hit->value, "P1W");
        } else if (unit_at(finder, at, &unit) && amount <= 1e6) {
            ent__time_set_duration(hit, amount, unit);
        } else {
            return 0;
        }
    } else if (times && (ent__time_key(finder, at, ENT_KEY_a) ||
                         ent__time_key(finder, at, ENT_KEY_per)) &&
               unit_at(finder, at + 1, &unit)) {
        at++;
        ent__time_set_duration(hit, 1, unit);
    } else if (ent__time_key(finder, i, ENT_KEY_annually)) {
        ent__time_set_duration(hit, 1, UNIT_YEAR);
        at--;
    } else {
        return 0;
    }
    hit->kind = ENT_TIME_SET;
    return at + 1 - i;
}

/* "the end of the year", "the beginning of the month": the document's own. */
static size_t match_edge(time_finder *finder, size_t i, time_hit *hit)
{
    int unit;
    const ent_lexeme *edge = ent__time_lex(finder, i);
    bool known = edge->kind == ENT_LEX_KEY &&
                 (edge->code == ENT_KEY_end || edge->code == ENT_KEY_beginning ||
                  edge->code == ENT_KEY_start || edge->code == ENT_KEY_middle);
    if (!known || !ent__time_key(finder, i + 1, ENT_KEY_of) ||
        !ent__time_key(finder, i + 2, ENT_KEY_the) || !unit_at(finder, i + 3, &unit) ||
        (unit != UNIT_YEAR && unit != UNIT_MONTH && unit != UNIT_WEEK && unit != UNIT_DECADE)) {
        return 0;
    }
    hit->rule = "edge of a unit";
    ent__time_set_shifted(hit, finder->document, 0, unit);
    return 4;
}

size_t ent__time_match_relative(time_finder *finder, size_t i, time_hit *hit)
{
    size_t n;
    switch (ent__time_lex(finder, i)->kind) {
    case ENT_LEX_WEEKDAY:
        return match_weekday(finder, i, hit);
    case ENT_LEX_ORDINAL:
        return match_anniversary(finder, i, hit);
    case ENT_LEX_NUMBER:
    case ENT_LEX_NUMBER_WORD:
        return match_amount(finder, i, hit);
    case ENT_LEX_UNIT:
        return match_vague_amount(finder, i, hit);
    case ENT_LEX_KEY:
        if ((n = match_relation(finder, i, hit)) != 0 || (n = match_deictic(finder, i, hit)) != 0 ||
            (n = match_unit_before(finder, i, hit)) != 0 || (n = match_set(finder, i, hit)) != 0 ||
            (n = match_edge(finder, i, hit)) != 0 || (n = match_amount(finder, i, hit)) != 0) {
            return n;
        }
        return match_vague_amount(finder, i, hit);
    default:
        return 0;
    }
}
