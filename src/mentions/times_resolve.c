/* The calendar side of time expressions: values and first and last days of what was matched, and
 * which year or week a date named without one means.  Values are ISO 8601, cut where the words are
 * vague; weeks "2025-W10", quarters "2024-Q3", halves "2024-H1", seasons "2022-SP SU FA WI",
 * decades "199X", centuries "18XX" (the last two as in ISO 8601-2). */
#include "times.h"

#include <stdlib.h>
#include <string.h>

void ent__time_set_span(time_hit *hit, ent_date begin, ent_date end, const char *value)
{
    hit->kind = ENT_TIME_DATE;
    hit->date = begin;
    hit->date_end = end;
    snprintf(hit->value, sizeof hit->value, "%s", value);
}

void ent__time_set_day(time_hit *hit, ent_date day)
{
    char iso[16];
    ent__date_iso(day, iso);
    ent__time_set_span(hit, day, day, iso);
}

static ent_date day_of(int year, int month, int day)
{
    return (ent_date){(int16_t)year, (int8_t)month, (int8_t)day};
}

void ent__time_set_month(time_hit *hit, int year, int month)
{
    char value[40];
    snprintf(value, sizeof value, "%04d-%02d", year, month);
    ent__time_set_span(hit, day_of(year, month, 1),
                       day_of(year, month, ent__date_month_length(year, month)), value);
}

void ent__time_set_year(time_hit *hit, int year)
{
    char value[40];
    snprintf(value, sizeof value, "%04d", year);
    ent__time_set_span(hit, day_of(year, 1, 1), day_of(year, 12, 31), value);
}

/* ISO week: the one that holds the Thursday. */
void ent__time_set_week(time_hit *hit, ent_date any_day)
{
    int32_t monday = ent__date_days(any_day) - ent__date_weekday(any_day);
    ent_date thursday = ent__date_of_days(monday + 3);
    int32_t first = ent__date_days(day_of(thursday.year, 1, 1));
    char value[40];
    snprintf(value, sizeof value, "%04d-W%02d", thursday.year,
             (int)(ent__date_days(thursday) - first) / 7 + 1);
    ent__time_set_span(hit, ent__date_of_days(monday), ent__date_of_days(monday + 6), value);
}

void ent__time_set_season(time_hit *hit, int year, int season)
{
    static const char names[4][3] = {"SP", "SU", "FA", "WI"};
    char value[40];
    int month = 3 + 3 * season; /* winter begins in December */
    ent_date begin = day_of(year, month, 1);
    ent_date end = ent__date_add_months(begin, 3);
    snprintf(value, sizeof value, "%04d-%s", year, names[season]);
    ent__time_set_span(hit, begin, ent__date_of_days(ent__date_days(end) - 1), value);
}

void ent__time_set_quarter(time_hit *hit, int year, int quarter)
{
    bool half = quarter > 4;
    int length = half ? 6 : 3, number = half ? quarter - 4 : quarter;
    char value[40];
    ent_date begin = day_of(year, 1 + length * (number - 1), 1);
    ent_date end = ent__date_add_months(begin, length);
    snprintf(value, sizeof value, "%04d-%c%d", year, half ? 'H' : 'Q', number);
    ent__time_set_span(hit, begin, ent__date_of_days(ent__date_days(end) - 1), value);
}

void ent__time_set_duration(time_hit *hit, double amount, int unit)
{
    static const char *const designators[] = {"S", "M", "H", "D", "D", "W", "D",
                                              "W", "M", "M", "Y", "Y", "Y"};
    static const double factors[] = {1, 1, 1, 1, 1, 1, 2, 2, 1, 3, 1, 10, 100};
    char number[32];
    ent__double_text(amount * factors[unit], number);
    hit->kind = ENT_TIME_DURATION;
    hit->date = hit->date_end = (ent_date){0};
    snprintf(hit->value, sizeof hit->value, "P%s%s%s", unit <= UNIT_HOUR ? "T" : "", number,
             designators[unit]);
}

void ent__time_set_shifted(time_hit *hit, ent_date anchor, int amount, int unit)
{
    hit->kind = ENT_TIME_DATE;
    hit->relative = true;
    if (!anchor.year || abs(amount) > 100000) {
        return; /* nothing to count from: stays relative */
    }
    int year = anchor.year, month = anchor.month ? anchor.month : 1;
    int32_t days = ent__date_days(anchor);
    switch (unit) {
    case UNIT_SECOND:
    case UNIT_MINUTE:
    case UNIT_HOUR:
        if (anchor.day) {
            ent__time_set_day(hit, anchor);
        }
        break;
    case UNIT_DAY:
    case UNIT_NIGHT:
        if (anchor.day) {
            ent__time_set_day(hit, ent__date_of_days(days + amount));
        }
        break;
    case UNIT_WEEK:
    case UNIT_WEEKEND:
        if (anchor.day) {
            ent__time_set_week(hit, ent__date_of_days(days + 7 * amount));
        }
        break;
    case UNIT_FORTNIGHT:
        if (anchor.day) {
            ent__time_set_week(hit, ent__date_of_days(days + 14 * amount));
        }
        break;
    case UNIT_MONTH:
        if (anchor.month) {
            ent_date at = ent__date_add_months(day_of(year, month, 1), amount);
            ent__time_set_month(hit, at.year, at.month);
        }
        break;
    case UNIT_QUARTER:
        if (anchor.month) {
            ent_date at = ent__date_add_months(day_of(year, month, 1), 3 * amount);
            ent__time_set_quarter(hit, at.year, (at.month - 1) / 3 + 1);
        }
        break;
    default: {
        int step = unit == UNIT_YEAR ? 1 : unit == UNIT_DECADE ? 10 : 100;
        if (year + amount * step > 0 && year + amount * step < 10000) {
            ent__time_set_year(hit, year + amount * step);
        }
    }
    }
}

ent_date ent__time_anchor(const time_finder *finder, int direction)
{
    bool recent = finder->recent.year && (finder->recent_here || direction > 0);
    return recent ? finder->recent : finder->document;
}

/* A year named earlier in the same block leads, unless it is the document's own; otherwise the
 * document's date and the tense decide: what has been is the latest such day up to then, what is
 * to come the next one. */
int ent__time_year_of(const time_finder *finder, int month, int day)
{
    ent_date recent = finder->recent, document = finder->document;
    int32_t want = day ? day : 1;
    bool leads = finder->recent_here && finder->recent_explicit && recent.year;
    if (leads && (!document.year || recent.year < document.year)) {
        int from = recent.month * 32 + (day ? recent.day : 0);
        int year = recent.month && month * 32 + (day ? want : 0) < from ? recent.year + 1
                                                                       : recent.year;
        if (!document.year || year < document.year ||
            (year == document.year && month * 32 + want <= document.month * 32 + document.day)) {
            return year;
        }
        return recent.year;
    }
    if (!document.year) {
        return 0;
    }
    if (!document.month) {
        return document.year;
    }
    int here = document.month * 32 + (day && document.day ? document.day : 0);
    int there = month * 32 + (day && document.day ? day : 0);
    if (finder->future) {
        return there < here ? document.year + 1 : document.year;
    }
    if (there <= here) {
        return document.year;
    }
    /* Later than the document's day though nothing says so: near ahead it is an appointment. */
    int ahead_months = month - document.month;
    return ahead_months <= 1 && (day || ahead_months == 0) ? document.year : document.year - 1;
}

/* direction -1: the last one before the document's day ("last Thursday"), +1 the next one, 0 by
 * tense, the day itself counting. */
ent_date ent__time_weekday_near(const time_finder *finder, int weekday, int direction)
{
    ent_date document = finder->document;
    if (!document.day) {
        return (ent_date){0};
    }
    int32_t today = ent__date_days(document);
    int back = (ent__date_weekday(document) - weekday + 7) % 7;
    if (direction < 0) {
        return ent__date_of_days(today - (back ? back : 7));
    }
    if (direction > 0) {
        return ent__date_of_days(today + (back ? 7 - back : 7));
    }
    if (finder->future && back) {
        return ent__date_of_days(today + 7 - back);
    }
    return ent__date_of_days(today - back);
}
