/* import_row: what the readers of public event files do with one row: dates, numbers, codes, and
 * the reason why a row is turned down.  In: fields.  Out: ent_stored_event.  Cost: no allocation. */
#include "import.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

ent_row_kind ent__row_bad(ent_row *row, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(row->why, sizeof row->why, format, arguments);
    va_end(arguments);
    return ENT_ROW_BAD;
}

void ent__row_start(ent_row *row, const char *dataset)
{
    row->event = (ent_stored_event){
        .dataset = ent__str(dataset), .day = ENT_NO_DAY, .goldstein = NAN, .score = NAN,
        .source = row->source, .target = row->target, .certainty = ENT_LIT("asserted"),
        .mentions = 1, .sources = 1, .articles = 1, .tone = NAN, .latitude = NAN,
        .longitude = NAN, .story = -1, .sentence = -1, .begin = -1, .end = -1, .cue_begin = -1,
        .cue_end = -1};
    memset(row->source, 0, sizeof row->source[0]);
    memset(row->target, 0, sizeof row->target[0]);
}

ent_str ent__row_field(const ent_row *row, int at)
{
    return at >= 0 && (size_t)at < row->count ? row->fields[at] : (ent_str){"", 0};
}

static bool digits(ent_str text, size_t begin, size_t n, int *out)
{
    int value = 0;
    for (size_t i = begin; i < begin + n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
        value = value * 10 + (text.p[i] - '0');
    }
    *out = value;
    return true;
}

static bool read_date(ent_str text, ent_date *out)
{
    int y = 0, m = 0, d = 0;
    bool ok = false;
    if (text.n == 8 && digits(text, 0, 4, &y) && digits(text, 4, 2, &m)) {
        ok = digits(text, 6, 2, &d);
    } else if (text.n >= 10 && text.p[4] == '-' && text.p[7] == '-') {
        ok = digits(text, 0, 4, &y) && digits(text, 5, 2, &m) && digits(text, 8, 2, &d);
    } else if (memchr(text.n > 0 ? text.p : "", '/', text.n) != NULL) {
        ent_str rest = text, month, day;
        int64_t mm, dd, yy;
        ok = ent__str_split(&rest, '/', &month) && ent__str_split(&rest, '/', &day) &&
             ent__str_int(month, &mm) && ent__str_int(day, &dd) && ent__str_int(rest, &yy) &&
             mm >= 1 && mm <= 12 && dd >= 1 && dd <= 31 && yy >= 1800 && yy < 3000;
        if (ok) {
            y = (int)yy, m = (int)mm, d = (int)dd;
        }
    }
    *out = (ent_date){(int16_t)y, (int8_t)m, (int8_t)d};
    return ok && m > 0 && d > 0 && y >= 1800 && ent__date_valid(*out);
}

bool ent__row_date(ent_row *row, ent_str text, const char *column)
{
    ent_date date;
    if (!read_date(text, &date)) {
        ent__row_bad(row, "%s: expected a date, got \"%.*s\"", column,
                     text.n < 40 ? (int)text.n : 40, text.p);
        return false;
    }
    char iso[16];
    ent__date_iso(date, iso);
    row->event.date = ent__arena_str(row->arena, ent__str(iso));
    row->event.day = ent__date_days(date);
    return row->event.date.p != NULL;
}

/* Plain decimals, which almost all are, without strtod: exact up to 15 digits. */
static bool plain_number(ent_str text, double *out)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15};
    size_t i = text.p[0] == '-';
    int64_t value = 0;
    size_t decimals = 0, seen = 0;
    bool point = false;
    for (; i < text.n; i++) {
        if (text.p[i] == '.' && !point) {
            point = true;
        } else if (text.p[i] >= '0' && text.p[i] <= '9' && ++seen <= 15) {
            value = value * 10 + (text.p[i] - '0');
            decimals += point;
        } else {
            return false;
        }
    }
    *out = (text.p[0] == '-' ? -(double)value : (double)value) / scale[decimals];
    return seen > 0;
}

bool ent__row_number(ent_row *row, ent_str text, double low, double high, const char *column,
                     double *out)
{
    *out = NAN;
    if (text.n == 0) {
        return true;
    }
    if ((!plain_number(text, out) && !ent__str_double(text, out)) || !(*out >= low) ||
        !(*out <= high)) {
        ent__row_bad(row, "%s: expected a number from %g to %g, got \"%.*s\"", column, low, high,
                     text.n < 40 ? (int)text.n : 40, text.p);
        return false;
    }
    return true;
}

bool ent__row_count(ent_row *row, ent_str text, const char *column, int64_t *out)
{
    if (text.n == 0) {
        return true; /* keeps what it was */
    }
    if (!ent__str_int(text, out) || *out < 0) {
        ent__row_bad(row, "%s: expected a whole number, got \"%.*s\"", column,
                     text.n < 40 ? (int)text.n : 40, text.p);
        return false;
    }
    return true;
}

bool ent__row_cameo(ent_row *row, ent_str code, bool gdelt)
{
    bool ok = code.n >= 2 && code.n <= 4;
    for (size_t i = 0; ok && i < code.n; i++) {
        ok = isdigit((unsigned char)code.p[i]) != 0;
    }
    if (!ok) {
        ent__row_bad(row, "event code: expected 2 to 4 digits of CAMEO, got \"%.*s\"",
                     code.n < 40 ? (int)code.n : 40, code.p);
        return false;
    }
    row->event.cameo = code;
    ent__codes_cameo(row->codes, code, gdelt, &row->event);
    return true;
}

void ent__row_header(ent_row *row, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row->columns[i] = -1;
        for (size_t j = 0; j < row->count && row->columns[i] < 0; j++) {
            if (ent__str_ieqz(ent__str_trim(row->fields[j]), names[i])) {
                row->columns[i] = (int)j;
            }
        }
    }
    row->has_header = true;
}

ent_str ent__row_join(ent_row *row, ent_str list, ent_str item)
{
    if (item.n == 0 || list.n == 0) {
        return item.n == 0 ? list : item;
    }
    ent_str rest = list, known;
    while (ent__str_split(&rest, ';', &known)) {
        if (ent__str_eq(known, item)) {
            return list;
        }
    }
    ent_str joined = ent__arena_printf(row->arena, "%.*s;%.*s", ENT_FMT(list), ENT_FMT(item));
    return joined.p == NULL ? list : joined;
}
