/* Trade flows of every layout users have on disk, kept by who reports them.
 * In: files told by header (docs/methods/align.md, "Files").  Out: ent_trade, sorted.
 * Products of one pair and year are summed while BACI is read, so ten million lines need the memory
 * of the pairs.  Cost: O(lines), O(n log n) to finish. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trade.h"

ent_rc ent__trade_new(ent_ctx *ctx, ent_trade **out)
{
    ent_trade *t = calloc(1, sizeof *t);
    if (t != NULL) {
        t->arena = ent__arena_new();
    }
    if (t == NULL || t->arena == NULL) {
        free(t);
        return ent__nomem(ctx);
    }
    *out = t;
    return ENT_OK;
}

void ent__trade_free(ent_trade *t)
{
    if (t != NULL) {
        ent__arena_free(t->arena);
        free(t->flows);
        free(t->names);
        free(t->gdp);
        free(t->codes);
        free(t);
    }
}

int ent__trade_name(const ent_trade *t, ent_str name)
{
    for (size_t i = 0; i < t->name_count; i++) {
        if (ent__str_eq(t->names[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

/* Index of a commodity or unit; 0 is "" (all goods). */
static ent_rc intern(ent_ctx *ctx, ent_trade *t, ent_str name, uint16_t *out)
{
    int known = ent__trade_name(t, name);
    if (known < 0) {
        ent_str *grown = ent__grow(t->names, t->name_count, &t->name_capacity, sizeof *grown);
        if (grown == NULL || t->name_count == UINT16_MAX) {
            return ent__nomem(ctx);
        }
        t->names = grown;
        t->names[t->name_count] = ent__arena_str(t->arena, name);
        known = (int)t->name_count++;
        if (t->names[known].p == NULL) {
            return ent__nomem(ctx);
        }
    }
    *out = (uint16_t)known;
    return ENT_OK;
}

static int by_key(const void *x, const void *y)
{
    const ent_flow *a = x, *b = y;
    const int64_t ka[] = {a->commodity, a->unit,     a->period,
                          a->exporter,  a->importer, a->by_importer};
    const int64_t kb[] = {b->commodity, b->unit,     b->period,
                          b->exporter,  b->importer, b->by_importer};
    for (int i = 0; i < 6; i++) {
        if (ka[i] != kb[i]) {
            return ka[i] < kb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Sums equal keys; the array stays sorted. */
static void condense(ent_trade *t)
{
    if (t->count > 1) {
        qsort(t->flows, t->count, sizeof *t->flows, by_key);
    }
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (kept > 0 && by_key(&t->flows[kept - 1], &t->flows[i]) == 0) {
            t->flows[kept - 1].value += t->flows[i].value;
        } else {
            t->flows[kept++] = t->flows[i];
        }
    }
    t->count = kept;
}

static ent_rc add(ent_ctx *ctx, ent_trade *t, ent_flow flow)
{
    if (t->count == t->capacity && t->count > 200000) {
        size_t before = t->count;
        condense(t);
        /* Nothing to sum: let the array grow, and look again when it has doubled. */
        if (t->count * 2 < before) {
            t->flows[t->count++] = flow;
            return ENT_OK;
        }
    }
    ent_flow *grown = ent__grow(t->flows, t->count, &t->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    t->flows = grown;
    t->flows[t->count++] = flow;
    return ENT_OK;
}

ent_rc ent__trade_add(ent_ctx *ctx, ent_trade *t, ent_str commodity, ent_str unit, ent_flow flow)
{
    uint16_t all;
    ent_rc rc = intern(ctx, t, ENT_LIT(""), &all);
    rc = rc ? rc : intern(ctx, t, commodity, &flow.commodity);
    rc = rc ? rc : intern(ctx, t, unit, &flow.unit);
    return rc ? rc : add(ctx, t, flow);
}

ent_rc ent__trade_add_gdp(ent_ctx *ctx, ent_trade *t, int32_t ccode, int32_t year, double gdp)
{
    for (size_t i = 0; i < t->gdp_count; i++) {
        if (t->gdp[i].ccode == ccode && t->gdp[i].year == year) {
            return ENT_OK; /* the first stays */
        }
    }
    void *grown = ent__grow(t->gdp, t->gdp_count, &t->gdp_capacity, sizeof *t->gdp);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    t->gdp = grown;
    t->gdp[t->gdp_count].ccode = ccode;
    t->gdp[t->gdp_count].year = year;
    t->gdp[t->gdp_count++].gdp = gdp;
    return ENT_OK;
}

ent_rc ent__trade_finish(ent_ctx *ctx, ent_trade *t)
{
    (void)ctx;
    condense(t);
    return ENT_OK;
}

/* ---- cells --------------------------------------------------------------------------------- */

typedef struct {
    ent_table_file *f;
    const ent_states *states;
    ent_trade *t;
} trade_reader;

/* 0 for a cell that is no state (an aggregate, a territory). */
static int32_t state_at(const trade_reader *r, int column, int32_t period)
{
    ent_str cell = ent__table_file_cell(r->f, column);
    ent_date date = {(int16_t)(period / 100), 7, 1};
    return ent__states_ccode(r->states, ent__table_file_utf8(r->f->arena, cell), date);
}

bool ent__trade_is_world(ent_str text)
{
    static const char *const names[] = {"0", "W00", "WLD", "G001", "World"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++) {
        found = ent__str_ieqz(text, names[i]);
    }
    return found;
}

static bool is_world(const trade_reader *r, int column)
{
    return ent__trade_is_world(ent__table_file_cell(r->f, column));
}

/* "2013", "2021-12", "2021-12-01", "202112" -> year * 100 + month; 0 for anything else. */
static int32_t period_at(const trade_reader *r, int column)
{
    ent_str cell = ent__table_file_cell(r->f, column);
    int64_t number;
    ent_date date;
    if (cell.n == 6 && ent__str_int(cell, &number) && number % 100 >= 1 && number % 100 <= 12) {
        return (int32_t)number;
    }
    if (cell.n > 2 && ent__str_ends(cell, ".0")) {
        cell = ent__str_sub(cell, 0, cell.n - 2);
    }
    return ent__date_parse(cell, &date) ? date.year * 100 + date.month : 0;
}

static ent_rc need_period(const trade_reader *r, int column, int32_t *out)
{
    *out = period_at(r, column);
    return *out != 0 ? ENT_OK
                     : ent__table_file_fail(r->f, "a year or month (2021, 2021-12)",
                                            ent__table_file_cell(r->f, column));
}

static ent_rc put(const trade_reader *r, int32_t exporter, int32_t importer, int32_t period,
                  uint16_t commodity, uint16_t unit, bool by_importer, double value)
{
    return add(r->f->ctx, r->t,
               (ent_flow){exporter, importer, period, commodity, unit, by_importer, value});
}

static ent_rc put_gdp(const trade_reader *r, int32_t ccode, int32_t year, double gdp)
{
    return ent__trade_add_gdp(r->f->ctx, r->t, ccode, year, gdp);
}

/* ---- layouts: each reads to the end; `c` are its columns ------------------------------------ */

/* COW dyadic: flow1 = imports of ccode1 from ccode2, flow2 the other way; million US dollars. */
static ent_rc read_cow_dyadic(trade_reader *r)
{
    int one = ent__table_file_column(r->f, "ccode1"), two = ent__table_file_column(r->f, "ccode2");
    int year = ent__table_file_column(r->f, "year"), flow1 = ent__table_file_column(r->f, "flow1");
    int flow2 = ent__table_file_column(r->f, "flow2"), got;
    uint16_t unit;
    ent_rc rc = intern(r->f->ctx, r->t, ENT_LIT("million USD"), &unit);
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        int32_t period;
        double a, b, value;
        if (got < 0) {
            return (ent_rc)got;
        }
        rc = need_period(r, year, &period);
        if (rc == ENT_OK && (!ent__table_file_number(r->f, one, &a) ||
                             !ent__table_file_number(r->f, two, &b))) {
            rc = ent__table_file_fail(r->f, "COW numbers", ent__table_file_cell(r->f, one));
        }
        if (rc == ENT_OK && ent__table_file_number(r->f, flow1, &value)) {
            rc = put(r, (int32_t)b, (int32_t)a, period, 0, unit, true, value);
        }
        if (rc == ENT_OK && ent__table_file_number(r->f, flow2, &value)) {
            rc = put(r, (int32_t)a, (int32_t)b, period, 0, unit, true, value);
        }
    }
    return rc;
}

/* A reporter's imports from and exports to a partner (or, without partner, to the world). */
static ent_rc read_reporter(trade_reader *r)
{
    int who = ent__table_file_column(r->f, "reporter|ccode|iso3");
    int partner = ent__table_file_column(r->f, "partner"), got;
    int when = ent__table_file_column(r->f, "year|date|period");
    int imports = ent__table_file_column(r->f, "imports");
    int exports = ent__table_file_column(r->f, "exports");
    int unit_column = ent__table_file_column(r->f, "unit");
    bool cow = partner < 0 && ent__table_file_column(r->f, "ccode") >= 0;
    ent_rc rc = ENT_OK;
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        int32_t period;
        double value;
        uint16_t unit;
        if (got < 0) {
            return (ent_rc)got;
        }
        rc = need_period(r, when, &period);
        ent_str text = ent__table_file_cell(r->f, unit_column);
        rc = rc != ENT_OK ? rc
                          : intern(r->f->ctx, r->t, cow ? ENT_LIT("million USD")
                                   : text.n > 0 ? text : ENT_LIT(ENT_UNIT_OF_FILE), &unit);
        if (rc != ENT_OK) {
            return rc;
        }
        int32_t a = state_at(r, who, period), b = partner < 0 ? 0 : state_at(r, partner, period);
        if (a == 0 || (partner >= 0 && b == 0) || a == b) {
            r->t->unknown++;
            continue;
        }
        if (ent__table_file_number(r->f, imports, &value)) {
            rc = put(r, b, a, period, 0, unit, true, value);
        }
        if (rc == ENT_OK && ent__table_file_number(r->f, exports, &value)) {
            rc = put(r, a, b, period, 0, unit, false, value);
        }
    }
    return rc;
}

/* iso_o, iso_d, flow, gdp_o, gdp_d: a directed network of one year. */
static ent_rc read_network(trade_reader *r, int32_t year_without_column)
{
    int from = ent__table_file_column(r->f, "iso_o"), to = ent__table_file_column(r->f, "iso_d");
    int flow = ent__table_file_column(r->f, "flow"), year = ent__table_file_column(r->f, "year");
    int gdp[2] = {ent__table_file_column(r->f, "gdp_o"), ent__table_file_column(r->f, "gdp_d")};
    int got;
    uint16_t unit;
    ent_rc rc = intern(r->f->ctx, r->t, ENT_LIT("million USD"), &unit);
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        int32_t period = year_without_column * 100;
        double value;
        if (got < 0) {
            return (ent_rc)got;
        }
        rc = year >= 0 ? need_period(r, year, &period) : rc;
        int32_t a = state_at(r, from, period), b = state_at(r, to, period);
        if (rc != ENT_OK || a == 0 || b == 0) {
            r->t->unknown++;
            continue;
        }
        if (ent__table_file_number(r->f, flow, &value)) {
            rc = put(r, a, b, period, 0, unit, true, value);
        }
        for (int k = 0; rc == ENT_OK && k < 2; k++) {
            if (ent__table_file_number(r->f, gdp[k], &value)) {
                rc = put_gdp(r, k == 0 ? a : b, period / 100, value);
            }
        }
    }
    return rc;
}

/* Imports by commodity and month: importer (or country), date, commodity, and a value with its unit
 * or a column a unit: eur, usd, tonne. */
static ent_rc read_commodities(trade_reader *r, int32_t exporter)
{
    int who = ent__table_file_column(r->f, "importer|country");
    int from = ent__table_file_column(r->f, "exporter|partner"), got;
    int when = ent__table_file_column(r->f, "date|period|year");
    int commodity = ent__table_file_column(r->f, "commodity");
    int reporter = ent__table_file_column(r->f, "reported_by");
    static const char *const columns[] = {"value", "eur", "usd", "tonne"};
    int unit_column = ent__table_file_column(r->f, "unit"), values[4];
    for (int k = 0; k < 4; k++) {
        values[k] = ent__table_file_column(r->f, columns[k]);
    }
    ent_rc rc = ENT_OK;
    if (from < 0 && exporter == 0) {
        return ent__fail(r->f->ctx, ENT_EINPUT, r->f->path, 1,
                         "the file names no exporter: say which one it is (--exporter RUS)");
    }
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        int32_t period;
        double value;
        uint16_t goods = 0;
        if (got < 0) {
            return (ent_rc)got;
        }
        rc = need_period(r, when, &period);
        rc = rc ? rc : intern(r->f->ctx, r->t, ent__table_file_cell(r->f, commodity), &goods);
        if (rc != ENT_OK) {
            return rc;
        }
        bool world[2] = {is_world(r, who), from >= 0 && is_world(r, from)};
        int32_t a = state_at(r, who, period), b = from < 0 ? exporter : state_at(r, from, period);
        bool by_exporter = ent__str_ieqz(ent__table_file_cell(r->f, reporter), "exporter");
        if ((a == 0 && !world[0]) || (b == 0 && !world[1]) || a == b) {
            r->t->unknown++;
            continue;
        }
        for (int k = 0; rc == ENT_OK && k < 4; k++) {
            uint16_t unit = 0;
            if (ent__table_file_number(r->f, values[k], &value)) {
                rc = intern(r->f->ctx, r->t,
                            k == 0 && unit_column >= 0 ? ent__table_file_cell(r->f, unit_column)
                                                       : r->f->header[values[k]], &unit);
                rc = rc ? rc : put(r, b, a, period, goods, unit, !by_exporter, value);
            }
        }
    }
    return rc;
}

/* BACI: t, i, j, k, v, q; reconciled, so one figure a flow; 1000 US dollars. */
static int32_t baci_state(const ent_trade *t, int64_t number)
{
    for (size_t i = 0; i < t->code_count; i++) {
        if (t->codes[i].number == number) {
            return t->codes[i].ccode;
        }
    }
    return 0;
}

static ent_rc read_baci(trade_reader *r)
{
    int year = ent__table_file_column(r->f, "t"), from = ent__table_file_column(r->f, "i");
    int to = ent__table_file_column(r->f, "j"), value_column = ent__table_file_column(r->f, "v");
    int got;
    uint16_t unit;
    if (r->t->code_count == 0) {
        return ent__fail(r->f->ctx, ENT_EINPUT, r->f->path, 1,
                         "BACI's numeric codes: give its country_codes file before it");
    }
    ent_rc rc = intern(r->f->ctx, r->t, ENT_LIT("thousand USD"), &unit);
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        double a, b, value;
        int32_t period;
        if (got < 0) {
            return (ent_rc)got;
        }
        rc = need_period(r, year, &period);
        if (rc == ENT_OK && ent__table_file_number(r->f, from, &a) &&
            ent__table_file_number(r->f, to, &b) &&
            ent__table_file_number(r->f, value_column, &value)) {
            int32_t exporter = baci_state(r->t, (int64_t)a);
            int32_t importer = baci_state(r->t, (int64_t)b);
            r->t->unknown += exporter == 0 || importer == 0;
            if (exporter != 0 && importer != 0) {
                rc = put(r, exporter, importer, period, 0, unit, true, value);
            }
        }
    }
    return rc;
}

static ent_rc read_baci_codes(trade_reader *r)
{
    int number = ent__table_file_column(r->f, "country_code");
    int iso3 = ent__table_file_column(r->f, "country_iso3|iso_3digit_alpha"), got;
    while ((got = ent__table_file_next(r->f)) == 1) {
        double code;
        int32_t ccode = state_at(r, iso3, 0);
        void *grown =
            ent__grow(r->t->codes, r->t->code_count, &r->t->code_capacity, sizeof *r->t->codes);
        if (grown == NULL) {
            return ent__nomem(r->f->ctx);
        }
        r->t->codes = grown;
        if (ccode != 0 && ent__table_file_number(r->f, number, &code)) {
            r->t->codes[r->t->code_count].number = (int32_t)code;
            r->t->codes[r->t->code_count++].ccode = ccode;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

/* Comtrade, old (Period, Reporter ISO, ...) and new (refYear, reporterISO, ...); US dollars. */
static ent_rc read_comtrade(trade_reader *r)
{
    int who = ent__table_file_column(r->f, "reporterISO|Reporter ISO"), got;
    int partner = ent__table_file_column(r->f, "partnerISO|Partner ISO");
    int when = ent__table_file_column(r->f, "period|refYear");
    int flow = ent__table_file_column(r->f, "flowCode|Trade Flow");
    int value_column = ent__table_file_column(r->f, "primaryValue|Trade Value (US$)");
    int goods_column = ent__table_file_column(r->f, "cmdCode|Commodity Code");
    uint16_t unit;
    ent_rc rc = intern(r->f->ctx, r->t, ENT_LIT("USD"), &unit);
    while (rc == ENT_OK && (got = ent__table_file_next(r->f)) != 0) {
        int32_t period;
        double value;
        uint16_t goods = 0;
        if (got < 0) {
            return (ent_rc)got;
        }
        ent_str code = ent__table_file_cell(r->f, goods_column);
        bool total = code.n == 0 || ent__str_ieqz(code, "total");
        rc = need_period(r, when, &period);
        rc = rc ? rc : intern(r->f->ctx, r->t, total ? ENT_LIT("") : code, &goods);
        if (rc != ENT_OK) {
            return rc;
        }
        ent_str kind = ent__table_file_cell(r->f, flow);
        bool import = ent__str_ieqz(kind, "M") || ent__str_ieqz(kind, "import");
        bool export = ent__str_ieqz(kind, "X") || ent__str_ieqz(kind, "export");
        bool world = is_world(r, partner);
        int32_t a = state_at(r, who, period), b = world ? 0 : state_at(r, partner, period);
        if (a == 0 || (b == 0 && !world) || !(import || export)) {
            r->t->unknown++; /* re-exports and re-imports stand beside the flows they are part of */
        } else if (ent__table_file_number(r->f, value_column, &value)) {
            rc = put(r, import ? b : a, import ? a : b, period, goods, unit, import, value);
        }
    }
    return rc;
}

static ent_rc read_gdp(trade_reader *r)
{
    int who = ent__table_file_column(r->f, "ccode|iso3"), got;
    int year = ent__table_file_column(r->f, "year"), gdp = ent__table_file_column(r->f, "gdp");
    while ((got = ent__table_file_next(r->f)) == 1) {
        double value;
        int32_t period;
        ent_rc rc = need_period(r, year, &period);
        int32_t ccode = rc == ENT_OK ? state_at(r, who, period) : 0;
        if (rc == ENT_OK && ccode != 0 && ent__table_file_number(r->f, gdp, &value)) {
            rc = put_gdp(r, ccode, period / 100, value);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

/* A network file without a year column: the year stands in its name ("trade_2006_allpairs"). */
static int32_t year_in_name(const char *path)
{
    const char *name = strrchr(path, '/');
    for (const char *p = name ? name + 1 : path; p[0] && p[1] && p[2] && p[3]; p++) {
        int64_t year;
        if (ent__str_int((ent_str){p, 4}, &year) && year >= 1800 && year < 2100) {
            return (int32_t)year;
        }
    }
    return 0;
}

static bool has(const ent_table_file *f, const char *names)
{
    return ent__table_file_column(f, names) >= 0;
}

static ent_rc dispatch(trade_reader *r, int32_t exporter)
{
    ent_table_file *f = r->f;
    if (has(f, "flow1") && has(f, "flow2") && has(f, "ccode1")) {
        return read_cow_dyadic(r);
    }
    if (ent__trade_is_imf(f)) {
        return ent__trade_read_imf(f, r->states, r->t);
    }
    if (has(f, "primaryValue|Trade Value (US$)")) {
        return read_comtrade(r);
    }
    if (has(f, "iso_o") && has(f, "iso_d") && has(f, "flow")) {
        int32_t year = year_in_name(f->path);
        return year != 0 || has(f, "year")
                   ? read_network(r, year)
                   : ent__fail(f->ctx, ENT_EINPUT, f->path, 1,
                               "expected a column year, or the year in the file's name");
    }
    if (has(f, "t") && has(f, "i") && has(f, "j") && has(f, "v")) {
        return read_baci(r);
    }
    if (has(f, "country_code") && has(f, "country_iso3|iso_3digit_alpha")) {
        return read_baci_codes(r);
    }
    if (has(f, "commodity") && has(f, "importer|country")) {
        return read_commodities(r, exporter);
    }
    if (has(f, "imports") && has(f, "exports") && has(f, "reporter|ccode|iso3")) {
        return read_reporter(r);
    }
    if (has(f, "gdp") && has(f, "ccode|iso3")) {
        return read_gdp(r);
    }
    return ent__fail(f->ctx, ENT_EINPUT, f->path, 1,
                     "expected a header of trade (ccode1, flow1; t, i, j, v; primaryValue; "
                     "reporter, partner, imports; importer, commodity; a counterpart), got \"%.*s\"",
                     ENT_FMT(f->header[0]));
}

ent_rc ent__trade_read(ent_ctx *ctx, const ent_states *states, ent_trade *trade, const char *path,
                       int32_t exporter)
{
    ent_table_file f;
    trade_reader r = {&f, states, trade};
    uint16_t all;
    ent_rc rc = ent__table_file_open(ctx, path, &f);
    rc = rc == ENT_OK ? intern(ctx, trade, ENT_LIT(""), &all) : rc;
    rc = rc == ENT_OK ? dispatch(&r, exporter) : rc;
    ent__table_file_close(&f);
    return rc;
}

void ent__amount_text(double value, char out[24])
{
    static const char *const marks[] = {"", " k", " m", " bn", " tn"};
    int mark = 0;
    while (fabs(value) >= 9999.5 && mark < 4) {
        value /= 1000;
        mark++;
    }
    snprintf(out, 24, "%.4g%s", value, marks[mark]);
}
