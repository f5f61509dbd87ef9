/* Reads tables of values by period as people have them on disk.
 * In: CSV, TSV or semicolons with a header, plain or packed.  Out: points.
 * Three shapes: a line a value (keys, then one or several columns of values), a column a series (a
 * time column and names such as USA>RUS), a column a period.  Which columns are keys, values and
 * bounds follows from their names and, for the rest, from the first cell that is not missing.
 * Published ideal points and agreement scores are lines of the first shape whose columns have names
 * of their own.  Source: formats as the publishers' files have them (docs/methods/series.md).
 * Cost: O(cells). */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "given.h"

typedef enum { KIND_UNKNOWN, KIND_VALUE, KIND_TEXT, KIND_KEY } column_kind;

typedef struct {
    column_kind kind;
    int low, high;    /* columns of its bounds, -1: none */
    ent_str name;     /* of the series */
    ent_str a, b;     /* states in the header; empty: the line's */
    ent_by by;        /* of a column a period */
    int32_t day;
    bool is_period;
} value_column;

typedef struct {
    ent_table_file f;
    const ent_states *states;
    ent_given *given;
    ent_arena *arena; /* of the header's texts */
    ent_str name;     /* of the series where the file gives none */
    int time, month, day, a, b, a_name, series;
    bool session;     /* the time column counts sessions */
    value_column *columns;
    ent_date now;     /* of the line */
} reader;

/* ---- periods ------------------------------------------------------------------------------- */

static bool whole_number(ent_str s, int64_t low, int64_t high, int64_t *out)
{
    if (s.n > 2 && ent__str_ends(s, ".0")) {
        s = ent__str_sub(s, 0, s.n - 2);
    }
    return ent__str_int(s, out) && *out >= low && *out <= high;
}

/* 2022Q1, 2022-Q1, 2022M02, 2022-M02; `unit` the letter. */
static bool lettered(ent_str text, char unit, int64_t most, int64_t *year, int64_t *part)
{
    size_t at = 4 + (text.n > 4 && text.p[4] == '-');
    return text.n > at + 1 && toupper((unsigned char)text.p[at]) == unit &&
           whole_number(ent__str_sub(text, 0, 4), 1000, 2999, year) &&
           whole_number(ent__str_sub(text, at + 1, text.n), 1, most, part);
}

static int32_t first_day(int64_t year, int64_t month)
{
    return ent__date_days((ent_date){(int16_t)year, (int8_t)month, 1});
}

/* "s79", and where sessions are counted "79". */
static bool read_session(ent_str text, bool bare, int32_t *day)
{
    int64_t number;
    bool marked = text.n > 1 && tolower((unsigned char)text.p[0]) == 's';
    if (!(marked || bare) ||
        !whole_number(marked ? ent__str_sub(text, 1, text.n) : text, 1, 999, &number)) {
        return false;
    }
    *day = first_day(1945 + number, 9);
    return true;
}

static bool read_slashed(ent_str text, ent_date *out)
{
    ent_str field, rest = text;
    int64_t part[3] = {0};
    for (int i = 0; i < 3; i++) {
        if (!ent__str_split(&rest, '/', &field) || !ent__str_int(field, &part[i])) {
            return false;
        }
    }
    if (rest.n > 0 || part[2] < 1000 || part[2] > 2999 || part[0] < 1 || part[0] > 12 ||
        part[1] < 1 || part[1] > 31) {
        return false;
    }
    *out = (ent_date){(int16_t)part[2], (int8_t)part[0], (int8_t)part[1]};
    return ent__date_valid(*out);
}

bool ent__read_period(ent_str text, bool session, ent_by *by, int32_t *day)
{
    int64_t year, part;
    ent_date date;
    if (text.n > 10 && (text.p[10] == 'T' || text.p[10] == ' ')) {
        text = ent__str_sub(text, 0, 10);
    }
    if (read_session(text, session, day)) {
        *by = ENT_BY_SESSION;
    } else if (lettered(text, 'Q', 4, &year, &part)) {
        *by = ENT_BY_QUARTER;
        *day = first_day(year, part * 3 - 2);
    } else if (lettered(text, 'M', 12, &year, &part) ||
               (text.n == 6 && whole_number(ent__str_sub(text, 0, 4), 1000, 2999, &year) &&
                whole_number(ent__str_sub(text, 4, 6), 1, 12, &part))) {
        *by = ENT_BY_MONTH;
        *day = first_day(year, part);
    } else if (whole_number(text, 1000, 2999, &year)) {
        *by = ENT_BY_YEAR;
        *day = first_day(year, 1);
    } else if ((ent__date_parse(text, &date) && date.year >= 1000) || read_slashed(text, &date)) {
        *by = date.month == 0 ? ENT_BY_YEAR : date.day == 0 ? ENT_BY_MONTH : ENT_BY_DAY;
        *day = ent__date_days(date);
    } else {
        return false;
    }
    return true;
}

/* ---- states and names ---------------------------------------------------------------------- */

/* ISO code of what a table writes.  Codes and names as of today: CHN is the People's Republic in
 * every year; a COW number that two states had in turn by the line's year. */
static ent_str state_code(const reader *r, ent_str text)
{
    int64_t number;
    int32_t ccode = ent__states_ccode(r->states, text, (ent_date){0});
    ent_date day = ent__str_int(text, &number) ? r->now : (ent_date){0};
    return ccode == 0 ? (ent_str){"", 0} : ent__states_iso3_at(r->states, ccode, day);
}

/* "USA>RUS", "USA-RUS", "USA_RUS", "USA RUS", "USA to RUS" -> both codes. */
static bool pair_in(const reader *r, ent_str text, ent_str *a, ent_str *b)
{
    for (size_t i = 1; i + 1 < text.n; i++) {
        size_t next = i + 1;
        if (strchr(">-_ /:", text.p[i]) == NULL) {
            continue;
        }
        if (text.n > i + 4 && strncasecmp(text.p + i, " to ", 4) == 0) {
            next = i + 4;
        }
        *a = state_code(r, ent__str_sub(text, 0, i));
        *b = state_code(r, ent__str_sub(text, next, text.n));
        if (a->n > 0 && b->n > 0) {
            return true;
        }
    }
    *a = *b = (ent_str){"", 0};
    return false;
}

/* The code of a cell, else of the name beside it, else the cell as it stands. */
static ent_str who(reader *r, int column, int name_column)
{
    ent_str cell = ent__table_file_utf8(r->f.arena, ent__table_file_cell(&r->f, column));
    ent_str name = ent__table_file_utf8(r->f.arena, ent__table_file_cell(&r->f, name_column));
    ent_str code = state_code(r, cell);
    code = code.n > 0 ? code : state_code(r, name);
    if (code.n == 0) {
        code = cell.n > 0 ? cell : name;
        r->given->unknown += code.n > 0;
    }
    return code;
}

/* ---- columns ------------------------------------------------------------------------------- */

static int column(const reader *r, const char *names)
{
    return ent__table_file_column(&r->f, names);
}

static void find_keys(reader *r)
{
    static const char *const pairs[][2] = {
        {"ccode1|cowcode1", "ccode2|cowcode2"}, {"iso3_1|iso3_a|iso3c1", "iso3_2|iso3_b|iso3c2"},
        {"a", "b"}, {"source", "target"}, {"state1|stateA|country1", "state2|stateB|country2"},
        {"reporter", "partner"}, {"exporter", "importer"}, {"from", "to"}};
    r->a = r->b = -1;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && r->b < 0; i++) {
        r->a = column(r, pairs[i][0]);
        r->b = r->a < 0 ? -1 : column(r, pairs[i][1]);
    }
    if (r->b < 0) {
        r->a = column(r, "ccode|cowcode|iso3c|iso3|iso|country code|country_code|a|actor|country|"
                         "countryname|country name|state");
    }
    r->a_name = r->b >= 0 ? -1 : column(r, "countryname|country name|country|state");
    r->series = column(r, "series|measure|indicator|variable|series name|indicator name");
    int session = column(r, "session|session.x");
    r->time = column(r, "period|date|time|time_period|year");
    r->month = column(r, "month");
    r->day = column(r, "day");
    if (r->time < 0 && session >= 0) {
        r->time = session;
    }
    r->session = r->time >= 0 && (r->time == session || r->time == column(r, "period"));
    if (r->time < 0) {
        r->time = r->month >= 0 ? r->month : r->day >= 0 ? r->day : column(r, "quarter|week|ds");
        r->month = r->day = -1;
    } else if (column(r, "year") != r->time) {
        r->month = r->day = -1; /* a whole date stands in the time column */
    }
}

static bool is_key(const reader *r, int c)
{
    static const char *const others[] = {
        "", "i", "row", "id", "rcid", "v1", "unnamed: 0", "version", "year", "month", "day", "session",
        "session.x", "ccode", "ccode1", "ccode2", "cowcode", "gwcode", "gwcode1", "gwcode2", "iso3",
        "iso3c", "iso3_1", "iso3_2", "country", "countryname", "country name", "country code",
        "country_code", "countryabb", "stateabb", "indicator code", "n", "nvotes", "ess", "rhat"};
    ent_str name = r->f.header[c];
    bool key = c == r->time || c == r->month || c == r->day || c == r->a || c == r->b ||
               c == r->a_name || c == r->series;
    for (size_t i = 0; i < sizeof others / sizeof *others && !key; i++) {
        key = ent__str_ieqz(name, others[i]);
    }
    return key;
}

static int column_like(const reader *r, const char *format, ent_str part)
{
    ent_str name = ent__arena_printf(r->arena, format, ENT_FMT(part));
    return name.p == NULL ? -1 : column(r, name.p);
}

/* Bounds of a column: "X_low", "X_high" and the like; for ideal points Q5% and Q95%. */
static void find_bounds(const reader *r, ent_str header, ent_str suffix, value_column *v)
{
    static const char *const named[][2] = {{"%.*s_low", "%.*s_high"}, {"%.*s_lo", "%.*s_hi"},
                                           {"%.*s_lower", "%.*s_upper"},
                                           {"%.*slow", "%.*shigh"}};
    static const char *const quantiles[][2] = {{"Q5%%%.*s", "Q95%%%.*s"}, {"q5%.*s", "q95%.*s"}};
    v->low = v->high = -1;
    for (size_t i = 0; i < 4 && v->high < 0; i++) {
        v->low = column_like(r, named[i][0], header);
        v->high = v->low < 0 ? -1 : column_like(r, named[i][1], header);
    }
    for (size_t i = 0; i < 2 && v->high < 0; i++) {
        v->low = column_like(r, quantiles[i][0], suffix);
        v->high = v->low < 0 ? -1 : column_like(r, quantiles[i][1], suffix);
    }
    v->low = v->high < 0 ? -1 : v->low;
}

/* Columns of published ideal points and agreement scores, and of `entente ideal`. */
static bool published(reader *r, ent_str header, value_column *v)
{
    bool joined = memchr(header.p, '.', header.n) != NULL; /* IdealPoint.x of a joined table */
    ent_str rest = header.n >= 10 ? ent__str_sub(header, 10, header.n) : (ent_str){"", 0};
    if (ent__str_ieqz(header, "idealpointdistance")) {
        v->name = ENT_LIT("idealpoint-distance");
    } else if (header.n >= 10 && strncasecmp(header.p, "idealpoint", 10) == 0 && !joined) {
        v->name = rest.n == 0 ? ENT_LIT("idealpoint")
                              : ent__arena_printf(r->arena, "idealpoint-%.*s", ENT_FMT(rest));
        find_bounds(r, header, rest, v);
    } else if (ent__str_ieqz(header, "theta") && column(r, "se") >= 0) {
        v->name = ENT_LIT("idealpoint");
        v->low = column(r, "lo");
        v->high = column(r, "hi");
    } else if (ent__str_ieqz(header, "agree") && column(r, "ccode2") >= 0) {
        v->name = ENT_LIT("agreement");
    } else if (header.n > 8 && strncasecmp(header.p, "PctAgree", 8) == 0) {
        v->name = ENT_LIT("agreement");
        v->b = state_code(r, ent__str_sub(header, 8, header.n));
        return v->b.n > 0;
    } else {
        return false;
    }
    return true;
}

/* What a column is by its header alone. */
static void name_column(reader *r, int c, value_column *v)
{
    ent_str header = r->f.header[c];
    *v = (value_column){.low = -1, .high = -1, .kind = is_key(r, c) ? KIND_KEY : KIND_UNKNOWN};
    if (v->kind == KIND_KEY) {
        return;
    }
    if (r->time < 0 && ent__read_period(header, false, &v->by, &v->day)) {
        v->is_period = true;
        v->name = r->name;
    } else if (!published(r, header, v)) {
        bool plain = ent__str_ieqz(header, "value") || ent__str_ieqz(header, "obs_value");
        bool of_pair = r->a < 0 && !plain && pair_in(r, header, &v->a, &v->b);
        ent_str state = r->a < 0 && !plain && !of_pair ? state_code(r, header) : (ent_str){"", 0};
        v->a = of_pair ? v->a : state;
        v->name = plain || of_pair || state.n > 0 ? r->name : header;
        find_bounds(r, header, header, v);
        if (plain && v->high < 0 && column(r, "low|lo|lower") >= 0) {
            v->low = column(r, "low|lo|lower");
            v->high = column(r, "high|hi|upper");
        }
    }
}

/* A table of published values holds much else; of a table with "value" the rest is remarks. */
static ent_rc find_columns(reader *r)
{
    ent_table_file *f = &r->f;
    bool special = false;
    size_t periods = 0;
    find_keys(r);
    bool plain = column(r, "value|obs_value") >= 0 && r->time >= 0;
    r->columns = ent__arena_array(r->arena, f->columns, sizeof *r->columns);
    if (r->columns == NULL) {
        return ent__nomem(f->ctx);
    }
    for (size_t c = 0; c < f->columns; c++) {
        value_column *v = &r->columns[c], probe = {0};
        name_column(r, (int)c, v);
        periods += v->is_period;
        special |= v->kind != KIND_KEY && published(r, f->header[c], &probe);
    }
    for (size_t c = 0; c < f->columns; c++) {
        value_column *v = &r->columns[c], probe = {0};
        ent_str h = f->header[c];
        bool wanted = r->time < 0 ? v->is_period
                      : special   ? published(r, h, &probe)
                      : plain     ? ent__str_ieqz(h, "value") || ent__str_ieqz(h, "obs_value")
                                  : true;
        v->kind = v->kind == KIND_UNKNOWN && !wanted ? KIND_TEXT : v->kind;
        for (int bound = 0; bound < 2 && v->high >= 0; bound++) {
            r->columns[bound ? v->high : v->low].kind = KIND_TEXT;
        }
    }
    return r->time >= 0 || periods > 0
               ? ENT_OK
               : ent__fail(f->ctx, ENT_EINPUT, f->path, 1,
                           "expected a column of dates (date, period, year, session), or columns "
                           "named by years or months, got \"%.*s\"", ENT_FMT(f->header[0]));
}

/* ---- lines --------------------------------------------------------------------------------- */

static bool missing(ent_str cell)
{
    static const char *const words[] = {"", "NA", "NaN", ".", "..", "...", "-", "n/a", "null",
                                        "None", "#N/A"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words && !found; i++) {
        found = ent__str_ieqz(cell, words[i]);
    }
    return found;
}

static ent_rc read_time(reader *r, ent_by *by, int32_t *day)
{
    ent_str cell = ent__table_file_cell(&r->f, r->time);
    int64_t month, of_month;
    if (!ent__read_period(cell, r->session, by, day)) {
        return ent__table_file_fail(&r->f, "a period (2022-02-24, 2022-02, 2022Q1, 2022, session "
                                           "79)", cell);
    }
    if (*by == ENT_BY_YEAR && r->month >= 0 &&
        whole_number(ent__table_file_cell(&r->f, r->month), 1, 12, &month)) {
        ent_date date = ent__date_of_days(*day);
        date.month = (int8_t)month;
        *by = ENT_BY_MONTH;
        if (r->day >= 0 && whole_number(ent__table_file_cell(&r->f, r->day), 1,
                                        ent__date_month_length(date.year, date.month), &of_month)) {
            date.day = (int8_t)of_month;
            *by = ENT_BY_DAY;
        }
        *day = ent__date_days(date);
    }
    return ENT_OK;
}

/* One cell with its bounds. */
static ent_rc read_value(reader *r, value_column *v, int c, ent_given_point *p)
{
    ent_str cell = ent__table_file_cell(&r->f, c);
    if (missing(cell)) {
        r->given->missing++;
        return ENT_OK;
    }
    if (!ent__str_double(cell, &p->value) || !isfinite(p->value)) {
        if (v->kind == KIND_UNKNOWN && r->f.columns > 2) {
            v->kind = KIND_TEXT; /* a column of words */
            return ENT_OK;
        }
        return ent__table_file_fail(&r->f, "a number", cell);
    }
    v->kind = KIND_VALUE;
    p->low = p->high = NAN;
    if (v->high >= 0 && !(ent__table_file_number(&r->f, v->low, &p->low) &&
                          ent__table_file_number(&r->f, v->high, &p->high))) {
        p->low = p->high = NAN;
    }
    return ent__given_add(r->f.ctx, r->given, p);
}

static ent_rc read_line(reader *r)
{
    ent_by by = ENT_BY_YEAR;
    int32_t day = 0;
    ent_rc rc = r->time >= 0 ? read_time(r, &by, &day) : ENT_OK;
    r->now = r->time >= 0 && rc == ENT_OK ? ent__date_of_days(day) : (ent_date){0};
    ent_str a = who(r, r->a, r->a_name), b = who(r, r->b, -1);
    ent_str series = ent__table_file_utf8(r->f.arena, ent__table_file_cell(&r->f, r->series));
    size_t values = 0;
    for (size_t c = 0; c < r->f.columns; c++) {
        values += r->columns[c].kind <= KIND_VALUE;
    }
    for (size_t c = 0; rc == ENT_OK && c < r->f.columns; c++) {
        value_column *v = &r->columns[c];
        if (v->kind > KIND_VALUE) {
            continue;
        }
        ent_given_point p = {.name = series.n > 0 && (values == 1 || v->is_period) ? series : v->name,
                             .a = v->a.n > 0 ? v->a : a, .b = v->b.n > 0 ? v->b : b,
                             .by = v->is_period ? v->by : by, .day = v->is_period ? v->day : day};
        rc = read_value(r, v, (int)c, &p);
    }
    return rc;
}

/* "data/points.csv.gz" -> "points". */
static ent_str stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    ent_str name = ent__str(slash == NULL ? path : slash + 1);
    const char *dot = memchr(name.p, '.', name.n);
    return dot == NULL || dot == name.p ? name : ent__str_sub(name, 0, (size_t)(dot - name.p));
}

ent_rc ent__given_read(ent_ctx *ctx, const ent_states *states, ent_given *given, const char *path,
                       const char *name)
{
    reader r = {.states = states, .given = given, .arena = ent__arena_new(),
                .name = name != NULL ? ent__str(name) : stem(path)};
    size_t before = given->count;
    ent_rc rc = ent__table_file_open(ctx, path, &r.f);
    rc = rc == ENT_OK && r.arena == NULL ? ent__nomem(ctx) : rc;
    rc = rc == ENT_OK ? find_columns(&r) : rc;
    int got = 1;
    while (rc == ENT_OK && (got = ent__table_file_next(&r.f)) == 1) {
        rc = read_line(&r);
    }
    rc = rc == ENT_OK && got < 0 ? (ent_rc)got : rc;
    if (rc == ENT_OK && given->count == before) {
        rc = ent__fail(ctx, ENT_EINPUT, path, ent__lines_number(r.f.lines),
                       "expected a column of values beside the period, found no number");
    }
    ent__table_file_close(&r.f);
    ent__arena_free(r.arena);
    return rc;
}
