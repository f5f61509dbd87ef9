/* Calendar dates, proleptic Gregorian.  Day numbers after Hinnant, "chrono-compatible low-level
 * date algorithms" (2013).  All O(1). */
#include <stdio.h>

#include "base.h"

int ent__date_month_length(int year, int month)
{
    static const int8_t length[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : length[month];
}

bool ent__date_valid(ent_date d)
{
    if (d.year < 1 || d.year > 9999 || d.month < 0 || d.month > 12 || d.day < 0) {
        return false;
    }
    return d.month == 0 ? d.day == 0 : d.day <= ent__date_month_length(d.year, d.month);
}

static bool digits(ent_str s, size_t at, size_t n, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

bool ent__date_parse(ent_str iso, ent_date *out)
{
    int year, month = 0, day = 0;
    if ((iso.n != 4 && iso.n != 7 && iso.n != 10) || !digits(iso, 0, 4, &year)) {
        return false;
    }
    if (iso.n >= 7 && (iso.p[4] != '-' || !digits(iso, 5, 2, &month) || month == 0)) {
        return false;
    }
    if (iso.n == 10 && (iso.p[7] != '-' || !digits(iso, 8, 2, &day) || day == 0)) {
        return false;
    }
    ent_date d = {(int16_t)year, (int8_t)month, (int8_t)day};
    if (!ent__date_valid(d)) {
        return false;
    }
    *out = d;
    return true;
}

void ent__date_iso(ent_date d, char out[16])
{
    unsigned year = (unsigned)d.year % 10000, month = (unsigned)d.month % 100;
    if (d.year <= 0) {
        out[0] = '\0';
    } else if (d.month == 0) {
        snprintf(out, 16, "%04u", year);
    } else if (d.day == 0) {
        snprintf(out, 16, "%04u-%02u", year, month);
    } else {
        snprintf(out, 16, "%04u-%02u-%02u", year, month, (unsigned)d.day % 100);
    }
}

int32_t ent__date_days(ent_date d)
{
    int m = d.month == 0 ? 1 : d.month, day = d.day == 0 ? 1 : d.day;
    int y = d.year - (m <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

ent_date ent__date_of_days(int32_t days)
{
    int z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    int month = m < 10 ? m + 3 : m - 9;
    int year = year_of_era + era * 400 + (month <= 2);
    return (ent_date){(int16_t)year, (int8_t)month, (int8_t)(day_of_year - (153 * m + 2) / 5 + 1)};
}

int ent__date_weekday(ent_date d)
{
    int32_t days = ent__date_days(d) + 3; /* 1970-01-01 was a Thursday */
    return (int)(((days % 7) + 7) % 7);
}

ent_date ent__date_add_months(ent_date d, int months)
{
    int64_t total = (int64_t)d.year * 12 + (d.month == 0 ? 0 : d.month - 1) + months;
    if (total < 12 || total >= 12 * 32000) {
        return (ent_date){0}; /* before year 1, or more than a date can hold */
    }
    ent_date out = {(int16_t)(total / 12), (int8_t)(total % 12 + 1), d.day};
    int length = ent__date_month_length(out.year, out.month);
    if (out.day > length) {
        out.day = (int8_t)length;
    }
    if (d.month == 0) {
        out.month = 0;
    }
    return out;
}

/* Last day that d can mean. */
static int32_t last_day(ent_date d)
{
    if (d.month == 0) {
        return ent__date_days((ent_date){d.year, 12, 31});
    }
    if (d.day == 0) {
        return ent__date_days(
            (ent_date){d.year, d.month, (int8_t)ent__date_month_length(d.year, d.month)});
    }
    return ent__date_days(d);
}

bool ent__date_within(ent_date d, ent_date since, ent_date until)
{
    if (d.year == 0) {
        return true;
    }
    bool begun = since.year == 0 || last_day(d) >= ent__date_days(since);
    bool ended = until.year != 0 && ent__date_days(d) > last_day(until);
    return begun && !ended;
}
