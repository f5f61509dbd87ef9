/* Lexemes: words, numbers and punctuation of the raw text, with the closed classes that time and
 * quantity expressions are made of looked up (months, units, number words, ordinals, key words).
 * Works on bytes, not on tokens, so that "90-minute", "1990s" and "$62bn" come apart the same way
 * whatever the tokenizer does.  Input: a stretch of valid UTF-8; output: lexemes in order.
 * Cost: O(bytes) plus a binary search a word. */
#include "times.h"

#include <string.h>

typedef struct {
    const char *word;
    uint8_t kind;
    int16_t code;
    double value;
    uint8_t flags;
} closed_word;

/* Sorted by word: searched by halving. */
static const closed_word closed_words[] = {
    {"a", ENT_LEX_KEY, ENT_KEY_a, 0, 0},
    {"about", ENT_LEX_KEY, ENT_KEY_about, 0, 0},
    {"after", ENT_LEX_KEY, ENT_KEY_after, 0, 0},
    {"afternoon", ENT_LEX_DAYPART, 1, 0, 0},
    {"ago", ENT_LEX_KEY, ENT_KEY_ago, 0, 0},
    {"ahead", ENT_LEX_KEY, ENT_KEY_ahead, 0, 0},
    {"almost", ENT_LEX_KEY, ENT_KEY_almost, 0, 0},
    {"am", ENT_LEX_KEY, ENT_KEY_am, 0, 0},
    {"an", ENT_LEX_KEY, ENT_KEY_an, 0, 0},
    {"and", ENT_LEX_KEY, ENT_KEY_and, 0, 0},
    {"anniversary", ENT_LEX_KEY, ENT_KEY_anniversary, 0, 0},
    {"annually", ENT_LEX_KEY, ENT_KEY_annually, 0, 0},
    {"another", ENT_LEX_KEY, ENT_KEY_another, 0, 0},
    {"approximately", ENT_LEX_KEY, ENT_KEY_approximately, 0, 0},
    {"apr", ENT_LEX_MONTH, 4, 0, ENT_LEX_SHORT},
    {"april", ENT_LEX_MONTH, 4, 0, 0},
    {"around", ENT_LEX_KEY, ENT_KEY_around, 0, 0},
    {"as", ENT_LEX_KEY, ENT_KEY_as, 0, 0},
    {"at", ENT_LEX_KEY, ENT_KEY_at, 0, 0},
    {"aug", ENT_LEX_MONTH, 8, 0, ENT_LEX_SHORT},
    {"august", ENT_LEX_MONTH, 8, 0, 0},
    {"autumn", ENT_LEX_SEASON, 2, 0, 0},
    {"back", ENT_LEX_KEY, ENT_KEY_back, 0, 0},
    {"before", ENT_LEX_KEY, ENT_KEY_before, 0, 0},
    {"beginning", ENT_LEX_KEY, ENT_KEY_beginning, 0, 0},
    {"between", ENT_LEX_KEY, ENT_KEY_between, 0, 0},
    {"billion", ENT_LEX_SCALE, 0, 1e9, 0},
    {"billions", ENT_LEX_SCALE, 0, 1e9, ENT_LEX_PLURAL},
    {"bln", ENT_LEX_SCALE, 0, 1e9, ENT_LEX_SHORT},
    {"bn", ENT_LEX_SCALE, 0, 1e9, ENT_LEX_SHORT},
    {"by", ENT_LEX_KEY, ENT_KEY_by, 0, 0},
    {"centuries", ENT_LEX_UNIT, UNIT_CENTURY, 0, ENT_LEX_PLURAL},
    {"century", ENT_LEX_UNIT, UNIT_CENTURY, 0, 0},
    {"coming", ENT_LEX_KEY, ENT_KEY_coming, 0, 0},
    {"couple", ENT_LEX_KEY, ENT_KEY_couple, 0, 0},
    {"current", ENT_LEX_KEY, ENT_KEY_current, 0, 0},
    {"daily", ENT_LEX_KEY, ENT_KEY_daily, 0, 0},
    {"day", ENT_LEX_UNIT, UNIT_DAY, 0, 0},
    {"days", ENT_LEX_UNIT, UNIT_DAY, 0, ENT_LEX_PLURAL},
    {"dec", ENT_LEX_MONTH, 12, 0, ENT_LEX_SHORT},
    {"decade", ENT_LEX_UNIT, UNIT_DECADE, 0, 0},
    {"decades", ENT_LEX_UNIT, UNIT_DECADE, 0, ENT_LEX_PLURAL},
    {"december", ENT_LEX_MONTH, 12, 0, 0},
    {"dozen", ENT_LEX_SCALE, 0, 12, 0},
    {"dozens", ENT_LEX_SCALE, 0, 12, ENT_LEX_PLURAL},
    {"during", ENT_LEX_KEY, ENT_KEY_during, 0, 0},
    {"each", ENT_LEX_KEY, ENT_KEY_each, 0, 0},
    {"earlier", ENT_LEX_KEY, ENT_KEY_earlier, 0, 0},
    {"early", ENT_LEX_KEY, ENT_KEY_early, 0, 0},
    {"eight", ENT_LEX_NUMBER_WORD, 0, 8, 0},
    {"eighteen", ENT_LEX_NUMBER_WORD, 0, 18, 0},
    {"eighteenth", ENT_LEX_ORDINAL, 0, 18, 0},
    {"eighth", ENT_LEX_ORDINAL, 0, 8, 0},
    {"eightieth", ENT_LEX_ORDINAL, 0, 80, 0},
    {"eighty", ENT_LEX_NUMBER_WORD, 0, 80, 0},
    {"eleven", ENT_LEX_NUMBER_WORD, 0, 11, 0},
    {"eleventh", ENT_LEX_ORDINAL, 0, 11, 0},
    {"end", ENT_LEX_KEY, ENT_KEY_end, 0, 0},
    {"evening", ENT_LEX_DAYPART, 2, 0, 0},
    {"every", ENT_LEX_KEY, ENT_KEY_every, 0, 0},
    {"exactly", ENT_LEX_KEY, ENT_KEY_exactly, 0, 0},
    {"expected", ENT_LEX_KEY, ENT_KEY_expected, 0, 0},
    {"fall", ENT_LEX_SEASON, 2, 0, 0},
    {"feb", ENT_LEX_MONTH, 2, 0, ENT_LEX_SHORT},
    {"february", ENT_LEX_MONTH, 2, 0, 0},
    {"few", ENT_LEX_KEY, ENT_KEY_few, 0, 0},
    {"fewer", ENT_LEX_KEY, ENT_KEY_fewer, 0, 0},
    {"fifteen", ENT_LEX_NUMBER_WORD, 0, 15, 0},
    {"fifteenth", ENT_LEX_ORDINAL, 0, 15, 0},
    {"fifth", ENT_LEX_ORDINAL, 0, 5, 0},
    {"fiftieth", ENT_LEX_ORDINAL, 0, 50, 0},
    {"fifty", ENT_LEX_NUMBER_WORD, 0, 50, 0},
    {"first", ENT_LEX_ORDINAL, 0, 1, 0},
    {"fiscal", ENT_LEX_KEY, ENT_KEY_fiscal, 0, 0},
    {"five", ENT_LEX_NUMBER_WORD, 0, 5, 0},
    {"following", ENT_LEX_KEY, ENT_KEY_following, 0, 0},
    {"for", ENT_LEX_KEY, ENT_KEY_for, 0, 0},
    {"fortieth", ENT_LEX_ORDINAL, 0, 40, 0},
    {"fortnight", ENT_LEX_UNIT, UNIT_FORTNIGHT, 0, 0},
    {"fortnights", ENT_LEX_UNIT, UNIT_FORTNIGHT, 0, ENT_LEX_PLURAL},
    {"forty", ENT_LEX_NUMBER_WORD, 0, 40, 0},
    {"four", ENT_LEX_NUMBER_WORD, 0, 4, 0},
    {"fourteen", ENT_LEX_NUMBER_WORD, 0, 14, 0},
    {"fourteenth", ENT_LEX_ORDINAL, 0, 14, 0},
    {"fourth", ENT_LEX_ORDINAL, 0, 4, 0},
    {"fri", ENT_LEX_WEEKDAY, 4, 0, ENT_LEX_SHORT},
    {"friday", ENT_LEX_WEEKDAY, 4, 0, 0},
    {"fridays", ENT_LEX_WEEKDAY, 4, 0, ENT_LEX_PLURAL},
    {"from", ENT_LEX_KEY, ENT_KEY_from, 0, 0},
    {"half", ENT_LEX_KEY, ENT_KEY_half, 0, 0},
    {"hour", ENT_LEX_UNIT, UNIT_HOUR, 0, 0},
    {"hours", ENT_LEX_UNIT, UNIT_HOUR, 0, ENT_LEX_PLURAL},
    {"hr", ENT_LEX_UNIT, UNIT_HOUR, 0, ENT_LEX_SHORT},
    {"hrs", ENT_LEX_UNIT, UNIT_HOUR, 0, ENT_LEX_SHORT},
    {"hundred", ENT_LEX_SCALE, 0, 100, 0},
    {"hundreds", ENT_LEX_SCALE, 0, 100, ENT_LEX_PLURAL},
    {"hundredth", ENT_LEX_ORDINAL, 0, 100, 0},
    {"in", ENT_LEX_KEY, ENT_KEY_in, 0, 0},
    {"jan", ENT_LEX_MONTH, 1, 0, ENT_LEX_SHORT},
    {"january", ENT_LEX_MONTH, 1, 0, 0},
    {"jul", ENT_LEX_MONTH, 7, 0, ENT_LEX_SHORT},
    {"july", ENT_LEX_MONTH, 7, 0, 0},
    {"jun", ENT_LEX_MONTH, 6, 0, ENT_LEX_SHORT},
    {"june", ENT_LEX_MONTH, 6, 0, 0},
    {"just", ENT_LEX_KEY, ENT_KEY_just, 0, 0},
    {"last", ENT_LEX_KEY, ENT_KEY_last, 0, 0},
    {"late", ENT_LEX_KEY, ENT_KEY_late, 0, 0},
    {"later", ENT_LEX_KEY, ENT_KEY_later, 0, 0},
    {"least", ENT_LEX_KEY, ENT_KEY_least, 0, 0},
    {"less", ENT_LEX_KEY, ENT_KEY_less, 0, 0},
    {"mar", ENT_LEX_MONTH, 3, 0, ENT_LEX_SHORT},
    {"march", ENT_LEX_MONTH, 3, 0, 0},
    {"may", ENT_LEX_MONTH, 5, 0, 0},
    {"mid", ENT_LEX_KEY, ENT_KEY_mid, 0, 0},
    {"midday", ENT_LEX_DAYPART, 4, 0, 0},
    {"middle", ENT_LEX_KEY, ENT_KEY_middle, 0, 0},
    {"midnight", ENT_LEX_DAYPART, 5, 0, 0},
    {"million", ENT_LEX_SCALE, 0, 1e6, 0},
    {"millions", ENT_LEX_SCALE, 0, 1e6, ENT_LEX_PLURAL},
    {"mins", ENT_LEX_UNIT, UNIT_MINUTE, 0, ENT_LEX_SHORT},
    {"minute", ENT_LEX_UNIT, UNIT_MINUTE, 0, 0},
    {"minutes", ENT_LEX_UNIT, UNIT_MINUTE, 0, ENT_LEX_PLURAL},
    {"mln", ENT_LEX_SCALE, 0, 1e6, ENT_LEX_SHORT},
    {"mn", ENT_LEX_SCALE, 0, 1e6, ENT_LEX_SHORT},
    {"mon", ENT_LEX_WEEKDAY, 0, 0, ENT_LEX_SHORT},
    {"monday", ENT_LEX_WEEKDAY, 0, 0, 0},
    {"mondays", ENT_LEX_WEEKDAY, 0, 0, ENT_LEX_PLURAL},
    {"month", ENT_LEX_UNIT, UNIT_MONTH, 0, 0},
    {"monthly", ENT_LEX_KEY, ENT_KEY_monthly, 0, 0},
    {"months", ENT_LEX_UNIT, UNIT_MONTH, 0, ENT_LEX_PLURAL},
    {"more", ENT_LEX_KEY, ENT_KEY_more, 0, 0},
    {"morning", ENT_LEX_DAYPART, 0, 0, 0},
    {"most", ENT_LEX_KEY, ENT_KEY_most, 0, 0},
    {"nearly", ENT_LEX_KEY, ENT_KEY_nearly, 0, 0},
    {"next", ENT_LEX_KEY, ENT_KEY_next, 0, 0},
    {"night", ENT_LEX_UNIT, UNIT_NIGHT, 0, 0},
    {"nights", ENT_LEX_UNIT, UNIT_NIGHT, 0, ENT_LEX_PLURAL},
    {"nine", ENT_LEX_NUMBER_WORD, 0, 9, 0},
    {"nineteen", ENT_LEX_NUMBER_WORD, 0, 19, 0},
    {"nineteenth", ENT_LEX_ORDINAL, 0, 19, 0},
    {"ninetieth", ENT_LEX_ORDINAL, 0, 90, 0},
    {"ninety", ENT_LEX_NUMBER_WORD, 0, 90, 0},
    {"ninth", ENT_LEX_ORDINAL, 0, 9, 0},
    {"noon", ENT_LEX_DAYPART, 4, 0, 0},
    {"nov", ENT_LEX_MONTH, 11, 0, ENT_LEX_SHORT},
    {"november", ENT_LEX_MONTH, 11, 0, 0},
    {"now", ENT_LEX_KEY, ENT_KEY_now, 0, 0},
    {"oct", ENT_LEX_MONTH, 10, 0, ENT_LEX_SHORT},
    {"october", ENT_LEX_MONTH, 10, 0, 0},
    {"of", ENT_LEX_KEY, ENT_KEY_of, 0, 0},
    {"old", ENT_LEX_KEY, ENT_KEY_old, 0, 0},
    {"on", ENT_LEX_KEY, ENT_KEY_on, 0, 0},
    {"once", ENT_LEX_KEY, ENT_KEY_once, 0, 0},
    {"one", ENT_LEX_NUMBER_WORD, 0, 1, 0},
    {"only", ENT_LEX_KEY, ENT_KEY_only, 0, 0},
    {"or", ENT_LEX_KEY, ENT_KEY_or, 0, 0},
    {"over", ENT_LEX_KEY, ENT_KEY_over, 0, 0},
    {"past", ENT_LEX_KEY, ENT_KEY_past, 0, 0},
    {"per", ENT_LEX_KEY, ENT_KEY_per, 0, 0},
    {"plan", ENT_LEX_KEY, ENT_KEY_plan, 0, 0},
    {"planned", ENT_LEX_KEY, ENT_KEY_planned, 0, 0},
    {"plans", ENT_LEX_KEY, ENT_KEY_plans, 0, 0},
    {"pm", ENT_LEX_KEY, ENT_KEY_pm, 0, 0},
    {"previous", ENT_LEX_KEY, ENT_KEY_previous, 0, 0},
    {"prior", ENT_LEX_KEY, ENT_KEY_prior, 0, 0},
    {"quarter", ENT_LEX_UNIT, UNIT_QUARTER, 0, 0},
    {"quarters", ENT_LEX_UNIT, UNIT_QUARTER, 0, ENT_LEX_PLURAL},
    {"roughly", ENT_LEX_KEY, ENT_KEY_roughly, 0, 0},
    {"same", ENT_LEX_KEY, ENT_KEY_same, 0, 0},
    {"sat", ENT_LEX_WEEKDAY, 5, 0, ENT_LEX_SHORT},
    {"saturday", ENT_LEX_WEEKDAY, 5, 0, 0},
    {"saturdays", ENT_LEX_WEEKDAY, 5, 0, ENT_LEX_PLURAL},
    {"scheduled", ENT_LEX_KEY, ENT_KEY_scheduled, 0, 0},
    {"second", ENT_LEX_ORDINAL, 0, 2, 0},
    {"seconds", ENT_LEX_UNIT, UNIT_SECOND, 0, ENT_LEX_PLURAL},
    {"secs", ENT_LEX_UNIT, UNIT_SECOND, 0, ENT_LEX_SHORT},
    {"sep", ENT_LEX_MONTH, 9, 0, ENT_LEX_SHORT},
    {"sept", ENT_LEX_MONTH, 9, 0, ENT_LEX_SHORT},
    {"september", ENT_LEX_MONTH, 9, 0, 0},
    {"set", ENT_LEX_KEY, ENT_KEY_set, 0, 0},
    {"seven", ENT_LEX_NUMBER_WORD, 0, 7, 0},
    {"seventeen", ENT_LEX_NUMBER_WORD, 0, 17, 0},
    {"seventeenth", ENT_LEX_ORDINAL, 0, 17, 0},
    {"seventh", ENT_LEX_ORDINAL, 0, 7, 0},
    {"seventieth", ENT_LEX_ORDINAL, 0, 70, 0},
    {"seventy", ENT_LEX_NUMBER_WORD, 0, 70, 0},
    {"several", ENT_LEX_KEY, ENT_KEY_several, 0, 0},
    {"shall", ENT_LEX_KEY, ENT_KEY_shall, 0, 0},
    {"since", ENT_LEX_KEY, ENT_KEY_since, 0, 0},
    {"six", ENT_LEX_NUMBER_WORD, 0, 6, 0},
    {"sixteen", ENT_LEX_NUMBER_WORD, 0, 16, 0},
    {"sixteenth", ENT_LEX_ORDINAL, 0, 16, 0},
    {"sixth", ENT_LEX_ORDINAL, 0, 6, 0},
    {"sixtieth", ENT_LEX_ORDINAL, 0, 60, 0},
    {"sixty", ENT_LEX_NUMBER_WORD, 0, 60, 0},
    {"some", ENT_LEX_KEY, ENT_KEY_some, 0, 0},
    {"spring", ENT_LEX_SEASON, 0, 0, 0},
    {"start", ENT_LEX_KEY, ENT_KEY_start, 0, 0},
    {"summer", ENT_LEX_SEASON, 1, 0, 0},
    {"sun", ENT_LEX_WEEKDAY, 6, 0, ENT_LEX_SHORT},
    {"sunday", ENT_LEX_WEEKDAY, 6, 0, 0},
    {"sundays", ENT_LEX_WEEKDAY, 6, 0, ENT_LEX_PLURAL},
    {"ten", ENT_LEX_NUMBER_WORD, 0, 10, 0},
    {"tenth", ENT_LEX_ORDINAL, 0, 10, 0},
    {"than", ENT_LEX_KEY, ENT_KEY_than, 0, 0},
    {"that", ENT_LEX_KEY, ENT_KEY_that, 0, 0},
    {"the", ENT_LEX_KEY, ENT_KEY_the, 0, 0},
    {"third", ENT_LEX_ORDINAL, 0, 3, 0},
    {"thirteen", ENT_LEX_NUMBER_WORD, 0, 13, 0},
    {"thirteenth", ENT_LEX_ORDINAL, 0, 13, 0},
    {"thirtieth", ENT_LEX_ORDINAL, 0, 30, 0},
    {"thirty", ENT_LEX_NUMBER_WORD, 0, 30, 0},
    {"this", ENT_LEX_KEY, ENT_KEY_this, 0, 0},
    {"thousand", ENT_LEX_SCALE, 0, 1000, 0},
    {"thousands", ENT_LEX_SCALE, 0, 1000, ENT_LEX_PLURAL},
    {"three", ENT_LEX_NUMBER_WORD, 0, 3, 0},
    {"through", ENT_LEX_KEY, ENT_KEY_through, 0, 0},
    {"thu", ENT_LEX_WEEKDAY, 3, 0, ENT_LEX_SHORT},
    {"thur", ENT_LEX_WEEKDAY, 3, 0, ENT_LEX_SHORT},
    {"thurs", ENT_LEX_WEEKDAY, 3, 0, ENT_LEX_SHORT},
    {"thursday", ENT_LEX_WEEKDAY, 3, 0, 0},
    {"thursdays", ENT_LEX_WEEKDAY, 3, 0, ENT_LEX_PLURAL},
    {"times", ENT_LEX_KEY, ENT_KEY_times, 0, 0},
    {"tn", ENT_LEX_SCALE, 0, 1e12, ENT_LEX_SHORT},
    {"to", ENT_LEX_KEY, ENT_KEY_to, 0, 0},
    {"today", ENT_LEX_KEY, ENT_KEY_today, 0, 0},
    {"tomorrow", ENT_LEX_KEY, ENT_KEY_tomorrow, 0, 0},
    {"tonight", ENT_LEX_KEY, ENT_KEY_tonight, 0, 0},
    {"trillion", ENT_LEX_SCALE, 0, 1e12, 0},
    {"trillions", ENT_LEX_SCALE, 0, 1e12, ENT_LEX_PLURAL},
    {"trn", ENT_LEX_SCALE, 0, 1e12, ENT_LEX_SHORT},
    {"tue", ENT_LEX_WEEKDAY, 1, 0, ENT_LEX_SHORT},
    {"tues", ENT_LEX_WEEKDAY, 1, 0, ENT_LEX_SHORT},
    {"tuesday", ENT_LEX_WEEKDAY, 1, 0, 0},
    {"tuesdays", ENT_LEX_WEEKDAY, 1, 0, ENT_LEX_PLURAL},
    {"twelfth", ENT_LEX_ORDINAL, 0, 12, 0},
    {"twelve", ENT_LEX_NUMBER_WORD, 0, 12, 0},
    {"twentieth", ENT_LEX_ORDINAL, 0, 20, 0},
    {"twenty", ENT_LEX_NUMBER_WORD, 0, 20, 0},
    {"twice", ENT_LEX_KEY, ENT_KEY_twice, 0, 0},
    {"two", ENT_LEX_NUMBER_WORD, 0, 2, 0},
    {"under", ENT_LEX_KEY, ENT_KEY_under, 0, 0},
    {"until", ENT_LEX_KEY, ENT_KEY_until, 0, 0},
    {"up", ENT_LEX_KEY, ENT_KEY_up, 0, 0},
    {"upcoming", ENT_LEX_KEY, ENT_KEY_upcoming, 0, 0},
    {"wed", ENT_LEX_WEEKDAY, 2, 0, ENT_LEX_SHORT},
    {"wednesday", ENT_LEX_WEEKDAY, 2, 0, 0},
    {"wednesdays", ENT_LEX_WEEKDAY, 2, 0, ENT_LEX_PLURAL},
    {"week", ENT_LEX_UNIT, UNIT_WEEK, 0, 0},
    {"weekend", ENT_LEX_UNIT, UNIT_WEEKEND, 0, 0},
    {"weekends", ENT_LEX_UNIT, UNIT_WEEKEND, 0, ENT_LEX_PLURAL},
    {"weekly", ENT_LEX_KEY, ENT_KEY_weekly, 0, 0},
    {"weeks", ENT_LEX_UNIT, UNIT_WEEK, 0, ENT_LEX_PLURAL},
    {"will", ENT_LEX_KEY, ENT_KEY_will, 0, 0},
    {"winter", ENT_LEX_SEASON, 3, 0, 0},
    {"within", ENT_LEX_KEY, ENT_KEY_within, 0, 0},
    {"would", ENT_LEX_KEY, ENT_KEY_would, 0, 0},
    {"year", ENT_LEX_UNIT, UNIT_YEAR, 0, 0},
    {"yearly", ENT_LEX_KEY, ENT_KEY_yearly, 0, 0},
    {"years", ENT_LEX_UNIT, UNIT_YEAR, 0, ENT_LEX_PLURAL},
    {"yesterday", ENT_LEX_KEY, ENT_KEY_yesterday, 0, 0},
    {"yr", ENT_LEX_UNIT, UNIT_YEAR, 0, ENT_LEX_SHORT},
    {"yrs", ENT_LEX_UNIT, UNIT_YEAR, 0, ENT_LEX_SHORT},
    {"zero", ENT_LEX_NUMBER_WORD, 0, 0, 0},
};

#define LONGEST_CLOSED_WORD 13

static const closed_word *closed_find(const char *word)
{
    size_t low = 0, high = sizeof closed_words / sizeof *closed_words;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word, closed_words[middle].word);
        if (order == 0) {
            return &closed_words[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is the byte at `at` the start of a letter beyond ASCII?  General punctuation (U+2000-206F),
 * currency signs, Latin-1 signs and the no-break space are none. */
static bool is_wide_letter(ent_str text, size_t at)
{
    unsigned char c = (unsigned char)text.p[at];
    if (c < 0xC3) {
        return false; /* ASCII, continuation bytes, Latin-1 signs */
    }
    return c != 0xE2 && c != 0xE3 && c != 0xEF && c < 0xF0;
}

/* "1,340", "8.4", "12.50", "1990"; stops before a comma or full stop that no digit follows.  The
 * comma needs three digits behind it. */
static size_t lex_number(ent_str text, size_t at, size_t end, ent_lexeme *out)
{
    double value = 0, scale = 1;
    bool decimal = false;
    size_t i = at;
    while (i < end) {
        char c = text.p[i];
        if (is_digit(c)) {
            value = value * 10 + (c - '0');
            scale *= decimal ? 10 : 1;
            if (!decimal && out->digits < 200) {
                out->digits++;
            }
        } else if (c == ',' && !decimal && i + 3 < end && is_digit(text.p[i + 1]) &&
                   is_digit(text.p[i + 2]) && is_digit(text.p[i + 3]) &&
                   !(i + 4 < end && is_digit(text.p[i + 4]))) {
            out->flags |= ENT_LEX_COMMA;
        } else if (c == '.' && !decimal && i + 1 < end && is_digit(text.p[i + 1])) {
            decimal = true;
            out->flags |= ENT_LEX_DECIMAL;
        } else {
            break;
        }
        i++;
    }
    out->kind = ENT_LEX_NUMBER;
    out->value = value / scale;
    return i;
}

/* After a number: "3rd", "24th" make it an ordinal, "1990s" a plural. */
static size_t lex_suffix(ent_str text, size_t at, size_t end, ent_lexeme *out)
{
    size_t i = at;
    while (i < end && is_letter(text.p[i])) {
        i++;
    }
    ent_str tail = {text.p + at, i - at};
    if (ent__str_ieqz(tail, "st") || ent__str_ieqz(tail, "nd") || ent__str_ieqz(tail, "rd") ||
        ent__str_ieqz(tail, "th")) {
        out->kind = ENT_LEX_ORDINAL;
        return i;
    }
    if (ent__str_eqz(tail, "s")) {
        out->flags |= ENT_LEX_PLURAL;
        return i;
    }
    return at;
}

static size_t lex_word(ent_str text, size_t at, size_t end, ent_lexeme *out)
{
    char folded[LONGEST_CLOSED_WORD + 1];
    size_t i = at, n = 0;
    bool plain = true;
    while (i < end && (is_letter(text.p[i]) || is_digit(text.p[i]) || is_wide_letter(text, i) ||
                       (i > at && ((unsigned char)text.p[i] & 0xC0) == 0x80))) {
        plain = plain && is_letter(text.p[i]);
        if (n < LONGEST_CLOSED_WORD) {
            folded[n] = (char)(text.p[i] | 0x20);
        }
        n++;
        i++;
    }
    if (text.p[at] >= 'A' && text.p[at] <= 'Z') {
        out->flags |= ENT_LEX_CAPITAL;
    }
    out->kind = ENT_LEX_WORD;
    if (plain && n <= LONGEST_CLOSED_WORD) {
        folded[n] = 0;
        const closed_word *found = closed_find(folded);
        if (found) {
            out->kind = found->kind;
            out->code = found->code;
            out->value = found->value;
            out->flags |= found->flags;
        }
    }
    return i;
}

static bool is_space(ent_str text, size_t at, size_t *width)
{
    unsigned char c = (unsigned char)text.p[at];
    *width = 1;
    if (c == 0xC2 && at + 1 < text.n && (unsigned char)text.p[at + 1] == 0xA0) {
        *width = 2;
        return true;
    }
    if (c == 0xE2 && at + 2 < text.n && (unsigned char)text.p[at + 1] == 0x80) {
        unsigned char d = (unsigned char)text.p[at + 2];
        *width = 3;
        return (d >= 0x80 && d <= 0x8B) || d == 0xAF;
    }
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t lex_one(ent_str text, size_t at, size_t end, ent_lexeme *out)
{
    size_t next;
    if (is_digit(text.p[at])) {
        next = lex_number(text, at, end, out);
        next = lex_suffix(text, next, end, out);
    } else if (is_letter(text.p[at]) || is_wide_letter(text, at)) {
        next = lex_word(text, at, end, out);
    } else {
        next = at;
        out->kind = ENT_LEX_PUNCT;
        out->code = (int32_t)ent__utf8_next(text, &next);
        if (out->code == 0x2019) {
            out->code = '\''; /* one code for both apostrophes */
        } else if (out->code == 0x2010 || out->code == 0x2011) {
            out->code = '-';
        }
    }
    return next;
}

ent_rc ent__lexemes(ent_ctx *ctx, ent_arena *arena, ent_str text, uint32_t begin, uint32_t end,
                    const ent_lexeme **out, size_t *out_count)
{
    size_t most = end > begin ? end - begin : 0, count = 0, at = begin;
    ent_lexeme *items = ent__arena_array(arena, most / 2 + 2, sizeof *items);
    size_t room = most / 2 + 2;
    if (!items) {
        return ent__nomem(ctx);
    }
    bool space = true;
    while (at < end) {
        size_t width;
        if (is_space(text, at, &width)) {
            space = true;
            at += width;
            continue;
        }
        if (count + 1 >= room) { /* dense text ("a-b-c"): a lexeme a byte at most */
            ent_lexeme *more = ent__arena_array(arena, most + 2, sizeof *items);
            if (!more) {
                return ent__nomem(ctx);
            }
            memcpy(more, items, count * sizeof *items);
            items = more;
            room = most + 2;
        }
        ent_lexeme *lexeme = &items[count++];
        lexeme->flags = space ? ENT_LEX_SPACE_BEFORE : 0;
        lexeme->begin = (uint32_t)at;
        at = lex_one(text, at, end, lexeme);
        if (at > end) {
            at = end;
        }
        lexeme->end = (uint32_t)at;
        space = false;
    }
    items[count].kind = ENT_LEX_BREAK;
    items[count].begin = items[count].end = end;
    *out = items;
    *out_count = count;
    return ENT_OK;
}
