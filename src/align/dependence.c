/* Who needs whom more: shares, concentration, asymmetry, exit cost, time to replace.
 * In: ent_trade.  Out: ent_dyad_dependence.  Importers' figures come before exporters'; both are
 * given.
 * Source: Hirschman (1945); Keohane and Nye (1977); Barbieri (1996); docs/methods/align.md.
 * Cost: O(flows of the period). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"

ent_concentration ent__concentration(const double *values, size_t count)
{
    double total = 0, squares = 0;
    size_t partners = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i] > 0) {
            total += values[i];
            squares += values[i] * values[i];
            partners++;
        }
    }
    if (partners == 0) {
        return (ent_concentration){NAN, NAN, NAN, NAN};
    }
    double hhi = squares / (total * total), least = 1.0 / (double)partners;
    return (ent_concentration){hhi, partners > 1 ? (hhi - least) / (1 - least) : NAN, 1 / hhi,
                               100 * sqrt(hhi)};
}

double ent__exit_cost(double imports, double exports, double gdp, double rho_imports,
                      double rho_exports, double unit_cost)
{
    return (imports * (1 - rho_imports) + exports * (1 - rho_exports)) * unit_cost / gdp;
}

/* ---- one period as a table ----------------------------------------------------------------- */

#define STATES 1000 /* COW numbers are below */

/* Exports from and imports of one state by partner, per reporter. */
typedef struct {
    double by_importer[STATES], by_exporter[STATES]; /* NaN: not reported */
} partner_row;

/* Lower bound of (commodity, unit, period) among the sorted flows. */
static size_t first_of(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const ent_flow *f = &t->flows[middle];
        bool before = f->commodity != commodity ? f->commodity < commodity
                      : f->unit != unit         ? f->unit < unit
                                                : f->period < period;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool in_period(const ent_flow *f, uint16_t commodity, uint16_t unit, int32_t period)
{
    return f->commodity == commodity && f->unit == unit &&
           (period % 100 != 0 ? f->period == period : f->period / 100 == period / 100);
}

/* `outward`: exports of the state by partner, else its imports by partner.  A year that has both
 * yearly and monthly figures takes the yearly ones. */
static void fill_row(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period,
                     int32_t state, bool outward, partner_row *out)
{
    for (size_t i = 0; i < STATES; i++) {
        out->by_importer[i] = out->by_exporter[i] = NAN;
    }
    bool yearly[STATES][2];
    memset(yearly, 0, sizeof yearly);
    for (size_t k = first_of(t, commodity, unit, period - period % 100);
         k < t->count && t->flows[k].commodity == commodity && t->flows[k].unit == unit &&
         t->flows[k].period / 100 == period / 100;
         k++) {
        const ent_flow *f = &t->flows[k];
        int32_t own = outward ? f->exporter : f->importer;
        int32_t partner = outward ? f->importer : f->exporter;
        if (own != state || partner < 0 || partner >= STATES ||
            !in_period(f, commodity, unit, period) ||
            (period % 100 == 0 && f->period % 100 != 0 && yearly[partner][f->by_importer])) {
            continue;
        }
        double *cell = f->by_importer ? &out->by_importer[partner] : &out->by_exporter[partner];
        *cell = isnan(*cell) ? f->value : *cell + f->value;
        yearly[partner][f->by_importer] |= f->period % 100 == 0;
    }
}

static double best(const partner_row *row, int32_t partner)
{
    return isnan(row->by_importer[partner]) ? row->by_exporter[partner]
                                            : row->by_importer[partner];
}

bool ent__trade_unit(const ent_trade *t, uint16_t commodity, int32_t i, int32_t j, uint16_t *out)
{
    size_t best = 0, count = 0;
    for (size_t k = 0; k < t->count; k++) { /* in order of commodity and unit */
        const ent_flow *f = &t->flows[k];
        bool ours = (f->exporter == i && f->importer == j) || (f->exporter == j && f->importer == i);
        bool first = k == 0 || t->flows[k - 1].unit != f->unit ||
                     t->flows[k - 1].commodity != f->commodity;
        count = first ? 0 : count;
        count += ours && f->commodity == commodity;
        if (count > best) {
            best = count;
            *out = f->unit;
        }
    }
    return best > 0;
}

double ent__trade_flow(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period,
                       int32_t exporter, int32_t importer)
{
    double by_importer = NAN, by_exporter = NAN;
    bool yearly[2] = {false, false}; /* the year's own figure comes first, and before its months */
    for (size_t k = first_of(t, commodity, unit, period - period % 100);
         k < t->count && in_period(&t->flows[k], commodity, unit, period - period % 100); k++) {
        const ent_flow *f = &t->flows[k];
        if (f->exporter == exporter && f->importer == importer &&
            in_period(f, commodity, unit, period) &&
            !(period % 100 == 0 && f->period % 100 != 0 && yearly[f->by_importer])) {
            yearly[f->by_importer] |= f->period % 100 == 0;
            double *sum = f->by_importer ? &by_importer : &by_exporter;
            *sum = isnan(*sum) ? f->value : *sum + f->value;
        }
    }
    return isnan(by_importer) ? by_exporter : by_importer;
}

/* Sum over partners, or the world row.  A few partners without a world row say nothing about the
 * total: a file of a few reporters holds a few partners of everybody else.  Single goods may really
 * have few sellers, but one alone may be what the file is about. */
static double total_of(const partner_row *row, uint16_t commodity, double values[STATES],
                       size_t *count)
{
    size_t least = commodity == 0 ? ENT_LEAST_PARTNERS : 2;
    double total = 0;
    *count = 0;
    for (int32_t p = 1; p < STATES; p++) {
        double value = best(row, p);
        if (!isnan(value)) {
            values[(*count)++] = value;
            total += value;
        }
    }
    double world = best(row, 0);
    bool enough = *count >= least;
    *count = enough ? *count : 0; /* nor about the concentration of all */
    return !isnan(world) ? fmax(world, total) : enough ? total : NAN;
}

/* What a flow of this unit is in million US dollars, the unit of GDP; 0: it can't be compared.  Where
 * all flows have one unit without a name, GDP came with them and is in that unit. */
static double gdp_units(const ent_trade *t, uint16_t unit)
{
    static const struct {
        const char *name;
        double million_usd;
    } units[] = {{"million USD", 1}, {"thousand USD", 1e-3}, {"USD", 1e-6}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (ent__str_ieqz(t->names[unit], units[i].name)) {
            return units[i].million_usd;
        }
    }
    bool alone = ent__str_eqz(t->names[unit], ENT_UNIT_OF_FILE);
    for (size_t k = 0; alone && k < t->count; k++) {
        alone = t->flows[k].unit == unit;
    }
    return alone ? 1 : 0;
}

static double gdp_of(const ent_trade *t, int32_t ccode, int32_t year)
{
    for (size_t i = 0; i < t->gdp_count; i++) {
        if (t->gdp[i].ccode == ccode && t->gdp[i].year == year) {
            return t->gdp[i].gdp;
        }
    }
    return NAN;
}

/* GDP in the unit of the flows; NaN: not known, or they can't be compared. */
static double gdp_in(const ent_trade *t, uint16_t unit, int32_t ccode, int32_t year)
{
    double units = gdp_units(t, unit);
    return units > 0 ? gdp_of(t, ccode, year) / units : NAN;
}

/* What everybody but `seller` sells to everybody but `buyer` in the period. */
static double spare_market(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period,
                           int32_t buyer, int32_t seller)
{
    double total = 0;
    bool buys[STATES] = {false};
    size_t buyers = 0;
    for (size_t k = first_of(t, commodity, unit, period - period % 100);
         k < t->count && in_period(&t->flows[k], commodity, unit, period - period % 100); k++) {
        const ent_flow *f = &t->flows[k];
        if (in_period(f, commodity, unit, period) && f->by_importer && f->exporter != seller &&
            f->importer != buyer && f->exporter != 0 && f->importer > 0 && f->importer < STATES) {
            total += f->value;
            buyers += !buys[f->importer];
            buys[f->importer] = true;
        }
    }
    return total > 0 && buyers >= (commodity == 0 ? ENT_LEAST_PARTNERS : 1) ? total : NAN;
}

static double zero_if_missing(double x)
{
    return isnan(x) ? 0 : x;
}

/* One direction: i on j. */
static void one_side(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period,
                     int32_t i, int32_t j, partner_row *rows, double *values, ent_dependence *d)
{
    static const double rho[3] = {0, 0.5, 0.9};
    partner_row *in = &rows[0], *out = &rows[1];
    size_t in_count, out_count;
    fill_row(t, commodity, unit, period, i, false, in);
    fill_row(t, commodity, unit, period, i, true, out);
    d->imports = best(in, j);
    d->exports = best(out, j);
    d->imports_mirror = in->by_exporter[j];
    d->exports_mirror = out->by_exporter[j]; /* by i itself: the other side of the importer's */
    double imports_total = total_of(in, commodity, values, &in_count);
    d->import_share = d->imports / imports_total;
    d->import_partners_hhi = ent__concentration(values, in_count).hhi;
    double exports_total = total_of(out, commodity, values, &out_count);
    d->export_share = d->exports / exports_total;
    d->export_partners_hhi = ent__concentration(values, out_count).hhi;
    double trade = zero_if_missing(d->imports) + zero_if_missing(d->exports);
    bool any = !isnan(d->imports) || !isnan(d->exports);
    double total = zero_if_missing(imports_total) + zero_if_missing(exports_total);
    d->trade_share = any && !isnan(imports_total) && !isnan(exports_total) ? trade / total : NAN;
    size_t partners = 0;
    for (int32_t p = 1; p < STATES; p++) {
        double value = zero_if_missing(best(in, p)) + zero_if_missing(best(out, p));
        if (value > 0) {
            values[partners++] = value;
        }
    }
    ent_concentration c = ent__concentration(values, in_count > 0 && out_count > 0 ? partners : 0);
    d->trade_partners_hhi = c.hhi;
    d->effective_partners = c.effective;
    d->hirschman = c.hirschman;
    double gdp = gdp_in(t, unit, i, period / 100);
    d->dependence = any ? trade / gdp : NAN;
    d->import_dependence = d->imports / gdp;
    for (int k = 0; k < 3; k++) {
        d->exit_cost[k] = any ? ent__exit_cost(zero_if_missing(d->imports),
                                               zero_if_missing(d->exports), gdp, rho[k], rho[k],
                                               ENT_EXIT_UNIT_COST)
                              : NAN;
    }
    d->years_to_replace = d->imports / (ENT_SPARE_CAPACITY *
                                        spare_market(t, commodity, unit, period, i, j));
}

void ent__dependence(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t period,
                     int32_t i, int32_t j, ent_dyad_dependence *out)
{
    *out = (ent_dyad_dependence){0};
    partner_row *rows = malloc(2 * sizeof *rows);
    double *values = malloc(STATES * sizeof *values);
    if (rows != NULL && values != NULL) {
        one_side(t, commodity, unit, period, i, j, rows, values, &out->ij);
        one_side(t, commodity, unit, period, j, i, rows, values, &out->ji);
    }
    free(rows);
    free(values);
    out->gdp_known = !isnan(gdp_in(t, unit, i, period / 100)) &&
                     !isnan(gdp_in(t, unit, j, period / 100));
    out->asymmetry = out->ij.dependence - out->ji.dependence;
    out->log_ratio = log(out->ij.dependence / out->ji.dependence);
    double s = out->ij.trade_share, r = out->ji.trade_share;
    out->salience = sqrt(s * r);
    out->symmetry = 1 - fabs(s - r);
    out->interdependence = out->salience * out->symmetry;
    for (int k = 0; k < 3; k++) {
        out->leverage[k] = out->ij.exit_cost[k] - out->ji.exit_cost[k];
    }
}

static int by_value(const void *x, const void *y)
{
    const ent_partner *a = x, *b = y;
    return a->value != b->value ? (a->value > b->value ? -1 : 1)
                                : (a->ccode < b->ccode ? -1 : a->ccode > b->ccode);
}

ent_rc ent__trade_partners(ent_ctx *ctx, const ent_trade *t, uint16_t commodity, uint16_t unit,
                           int32_t period, int32_t state, bool exports, ent_partner **out,
                           size_t *out_count)
{
    partner_row *row = malloc(sizeof *row);
    ent_partner *list = calloc(STATES, sizeof *list);
    double *values = malloc(STATES * sizeof *values);
    size_t count = 0, counted;
    *out = NULL;
    *out_count = 0;
    if (row == NULL || list == NULL || values == NULL) {
        free(row);
        free(list);
        free(values);
        return ent__nomem(ctx);
    }
    fill_row(t, commodity, unit, period, state, exports, row);
    double total = total_of(row, commodity, values, &counted);
    for (int32_t p = 1; p < STATES; p++) {
        double value = best(row, p);
        if (value > 0) {
            list[count++] = (ent_partner){p, value, value / total};
        }
    }
    qsort(list, count, sizeof *list, by_value);
    free(row);
    free(values);
    *out = list;
    *out_count = count;
    return ENT_OK;
}

int ent__trade_months(const ent_trade *t, uint16_t commodity, uint16_t unit, int32_t year,
                      int32_t i, int32_t j)
{
    bool told[13] = {false};
    int count = 0;
    for (size_t k = first_of(t, commodity, unit, year * 100);
         k < t->count && in_period(&t->flows[k], commodity, unit, year * 100); k++) {
        const ent_flow *f = &t->flows[k];
        int month = f->period % 100;
        if ((f->exporter == i && f->importer == j) || (f->exporter == j && f->importer == i)) {
            count += month > 0 && month < 13 && !told[month];
            told[month < 13 ? month : 0] = true;
        }
    }
    return told[0] ? 12 : count;
}
