/* Inside of mentions: the parts of the time expression finder (times.c, times_absolute.c,
 * times_relative.c, times_resolve.c).  Others use mentions.h. */
#ifndef ENT_MENTIONS_TIMES_H
#define ENT_MENTIONS_TIMES_H

#include "mentions.h"

/* Units of time, in the order of LEX_UNIT codes. */
enum { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_NIGHT, UNIT_WEEK, UNIT_WEEKEND,
       UNIT_FORTNIGHT, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR, UNIT_DECADE, UNIT_CENTURY };

/* One expression as a matcher found it: lexemes first .. first + count - 1. */
typedef struct {
    ent_time_kind kind;
    size_t first, count;
    ent_date date, date_end; /* first and last day; year 0: none */
    char value[40];
    bool relative;    /* counted from another date */
    bool explicit_year; /* the words name the year: a later "June 28" may lean on it */
    const char *rule;
} time_hit;

/* What the matchers see and the dates that expressions are counted from. */
typedef struct {
    const ent_lexeme *lexemes;
    size_t count;
    ent_str text;
    ent_date document; /* year 0: none */
    ent_date recent;   /* last date resolved in the text; day or month may be 0; year 0: none */
    bool recent_here;     /* recent stands in the same block ... */
    bool recent_explicit; /* ... and the words named its year */
    bool future; /* the clause before the expression speaks of what is to come */
    time_hit *hits;
    size_t hit_count, hit_capacity;
    bool failed; /* out of memory */
} time_finder;

/* Lexeme i, or an end mark outside of the block. */
const ent_lexeme *ent__time_lex(const time_finder *finder, size_t i);
bool ent__time_key(const time_finder *finder, size_t i, int key);
bool ent__time_punct(const time_finder *finder, size_t i, int c);
/* A spelled or written number at i ("20", "twenty-five", "a", "two and a half"); gives its length
 * in lexemes, 0 when there is none.  Articles count only with `article`. */
size_t ent__time_number(const time_finder *finder, size_t i, bool article, double *out);
bool ent__time_is_year(const time_finder *finder, size_t i, int *out_year);

/* Matchers: the length of the match at lexeme i (0: none), *hit filled. */
size_t ent__time_match_absolute(time_finder *finder, size_t i, time_hit *hit);
size_t ent__time_match_relative(time_finder *finder, size_t i, time_hit *hit);
/* A further hit that a matcher finds beside its own (the end of "February 12-14"). */
void ent__time_push(time_finder *finder, const time_hit *hit);

/* Calendar side. */
void ent__time_set_day(time_hit *hit, ent_date day);
void ent__time_set_month(time_hit *hit, int year, int month);
void ent__time_set_year(time_hit *hit, int year);
void ent__time_set_week(time_hit *hit, ent_date any_day);
void ent__time_set_span(time_hit *hit, ent_date begin, ent_date end, const char *value);
void ent__time_set_season(time_hit *hit, int year, int season); /* 0 spring .. 3 winter */
void ent__time_set_quarter(time_hit *hit, int year, int quarter); /* 1 .. 4; 5, 6: halves */
void ent__time_set_duration(time_hit *hit, double amount, int unit);
/* `amount` units from `anchor`, as precise as the unit is. */
void ent__time_set_shifted(time_hit *hit, ent_date anchor, int amount, int unit);
/* The year of a month (and day, or 0) named without one; 0: no date to count from. */
int ent__time_year_of(const time_finder *finder, int month, int day);
ent_date ent__time_weekday_near(const time_finder *finder, int weekday, int direction);
/* What "the next day" (direction +1) and "a day earlier" (-1) count from: the last date of the
 * text, backward only within the block; else the document's. */
ent_date ent__time_anchor(const time_finder *finder, int direction);

#endif
