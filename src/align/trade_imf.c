/* Trade of the International Monetary Fund: Direction of Trade Statistics and their successor IMTS.
 * In: the wide table as downloaded (a column a period) or SDMX-CSV (a line a value), told by their
 * column of counterparts.  Out: flows of all goods by reporter; exports, and imports with freight
 * (CIF; the same imports without it are left out, or they would count twice).
 * Columns and codes as remembered, not verified on a real file (docs/methods/align.md).
 * Cost: O(cells). */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "given.h"
#include "trade.h"

typedef struct {
    ent_table_file *f;
    const ent_states *states;
    ent_trade *trade;
    int reporter, reporter_code, partner, partner_code, indicator, scale, attribute;
} imf_reader;

bool ent__trade_is_imf(const ent_table_file *f)
{
    return ent__table_file_column(f, "COUNTERPART_COUNTRY|COUNTERPART_AREA|COUNTERPART_COUNTRY.ID|"
                                     "Counterpart Country Name|Counterpart Country|"
                                     "Counterpart Country Code") >= 0;
}

typedef enum { FLOW_OTHER, FLOW_EXPORT, FLOW_IMPORT } flow_kind;

static bool holds(ent_str text, const char *words)
{
    size_t n = strlen(words);
    bool found = false;
    for (size_t i = 0; i + n <= text.n && !found; i++) {
        found = strncasecmp(text.p + i, words, n) == 0;
    }
    return found;
}

/* TXG_FOB_USD, XG_FOB_USD; TMG_CIF_USD, MG_CIF_USD; or the indicator's name. */
static flow_kind kind_of(ent_str indicator)
{
    bool import = holds(indicator, "MG_") || holds(indicator, "Imports");
    bool export = holds(indicator, "XG_") || holds(indicator, "Exports");
    if (import == export || holds(indicator, "balance")) {
        return FLOW_OTHER;
    }
    bool without_freight = holds(indicator, "FOB") || holds(indicator, "Free on board");
    return export ? FLOW_EXPORT : without_freight ? FLOW_OTHER : FLOW_IMPORT;
}

/* "Millions", "6", "" -> 1e6, 1e6, 1. */
static double factor_of(ent_str scale)
{
    double power;
    if (ent__str_double(scale, &power) && power >= -3 && power <= 12) {
        return pow(10, power);
    }
    return holds(scale, "thousand") ? 1e3 : holds(scale, "million") ? 1e6
           : holds(scale, "billion") ? 1e9 : 1;
}

/* COW number of the name or code; 0 with *world: all states; -1: an aggregate or a territory. */
static int32_t side_of(const imf_reader *r, int name, int code, bool *world)
{
    ent_str texts[2] = {ent__table_file_cell(r->f, name), ent__table_file_cell(r->f, code)};
    *world = false;
    for (int i = 0; i < 2; i++) {
        ent_str text = ent__table_file_utf8(r->f->arena, texts[i]);
        int64_t number;
        *world |= ent__trade_is_world(text);
        /* The Fund's own numbers are not those of the Correlates of War. */
        int32_t ccode = text.n == 0 || ent__str_int(text, &number)
                            ? 0 : ent__states_ccode(r->states, text, (ent_date){0});
        if (ccode != 0) {
            return ccode;
        }
    }
    return *world ? 0 : -1;
}

static ent_rc put(const imf_reader *r, flow_kind kind, int32_t reporter, int32_t partner,
                  ent_by by, int32_t day, double value)
{
    ent_date date = ent__date_of_days(day);
    bool import = kind == FLOW_IMPORT;
    if (by != ENT_BY_YEAR && by != ENT_BY_MONTH) {
        return ENT_OK; /* quarters stand beside their months */
    }
    ent_flow flow = {.exporter = import ? partner : reporter, .importer = import ? reporter : partner,
                     .period = date.year * 100 + (by == ENT_BY_MONTH ? date.month : 0),
                     .by_importer = import, .value = value};
    ent_str unit = r->scale >= 0 ? ENT_LIT("USD") : ENT_LIT("USD, scale of the file");
    return ent__trade_add(r->f->ctx, r->trade, ENT_LIT(""), unit, flow);
}

/* One line: a value, or one a period. */
static ent_rc read_line(const imf_reader *r, int time, int value_column)
{
    ent_table_file *f = r->f;
    ent_str attribute = ent__table_file_cell(f, r->attribute);
    flow_kind kind = kind_of(ent__table_file_cell(f, r->indicator));
    bool world_reporter, world_partner;
    double value, factor = factor_of(ent__table_file_cell(f, r->scale));
    ent_by by;
    int32_t day;
    if (kind == FLOW_OTHER || (attribute.n > 0 && !ent__str_ieqz(attribute, "value"))) {
        return ENT_OK;
    }
    int32_t reporter = side_of(r, r->reporter, r->reporter_code, &world_reporter);
    int32_t partner = side_of(r, r->partner, r->partner_code, &world_partner);
    if (reporter <= 0 || partner < 0 || reporter == partner) {
        r->trade->unknown++;
        return ENT_OK;
    }
    if (time >= 0) {
        ent_str when = ent__table_file_cell(f, time);
        if (!ent__read_period(when, false, &by, &day)) {
            return ent__table_file_fail(f, "a period (2023, 2024-M01)", when);
        }
        return ent__table_file_number(f, value_column, &value)
                   ? put(r, kind, reporter, partner, by, day, value * factor) : ENT_OK;
    }
    ent_rc rc = ENT_OK;
    for (size_t c = 0; rc == ENT_OK && c < f->columns; c++) {
        if (ent__read_period(f->header[c], false, &by, &day) &&
            ent__table_file_number(f, (int)c, &value)) {
            rc = put(r, kind, reporter, partner, by, day, value * factor);
        }
    }
    return rc;
}

ent_rc ent__trade_read_imf(ent_table_file *f, const ent_states *states, ent_trade *trade)
{
    imf_reader r = {
        .f = f, .states = states, .trade = trade,
        .reporter = ent__table_file_column(f, "COUNTRY|REF_AREA|Country Name|Reference Area"),
        .reporter_code = ent__table_file_column(f, "COUNTRY.ID|Country Code"),
        .partner = ent__table_file_column(f, "COUNTERPART_COUNTRY|COUNTERPART_AREA|"
                                             "Counterpart Country Name|Counterpart Country"),
        .partner_code = ent__table_file_column(f, "COUNTERPART_COUNTRY.ID|Counterpart Country Code"),
        .indicator = ent__table_file_column(f, "INDICATOR.ID|Indicator Code|INDICATOR|"
                                               "Indicator Name"),
        .scale = ent__table_file_column(f, "SCALE|UNIT_MULT"),
        .attribute = ent__table_file_column(f, "Attribute"),
    };
    int time = ent__table_file_column(f, "TIME_PERIOD|Time Period");
    int value = ent__table_file_column(f, "OBS_VALUE|Value"), got = 0;
    if (r.indicator < 0 || (time >= 0 && value < 0)) {
        return ent__fail(f->ctx, ENT_EINPUT, f->path, 1,
                         "expected columns INDICATOR and OBS_VALUE (or a column a period) beside "
                         "the counterparts");
    }
    ent_rc rc = ENT_OK;
    while (rc == ENT_OK && (got = ent__table_file_next(f)) == 1) {
        rc = read_line(&r, time, value);
    }
    return rc != ENT_OK ? rc : got < 0 ? (ent_rc)got : ENT_OK;
}
