/* entente dependence: who needs whom more: shares, concentration, asymmetry, exit cost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vote_files.h"

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    ent_states *states;
    ent_trade *trade;
    int32_t i, j;
    uint16_t commodity, unit;
    ent_buf *out;
    ent_json json;
    bool json_wanted;
} dependence;

static void value_text(double value, char out[24])
{
    if (isnan(value)) {
        memcpy(out, "no data", 8);
        return;
    }
    ent__amount_text(value, out);
}

static void line(dependence *d, const char *name, double ij, double ji, int digits)
{
    char left[24] = "no data", right[24] = "no data";
    if (!isnan(ij)) {
        snprintf(left, sizeof left, "%.*f", digits, ij);
    }
    if (!isnan(ji)) {
        snprintf(right, sizeof right, "%.*f", digits, ji);
    }
    ent__buf_printf(d->out, "  %-44s %12s %12s\n", name, left, right);
}

static void money(dependence *d, const char *name, double ij, double ji)
{
    char left[24], right[24];
    value_text(ij, left);
    value_text(ji, right);
    ent__buf_printf(d->out, "  %-44s %12s %12s\n", name, left, right);
}

/* Where the other stands among a state's sources or buyers. */
typedef struct {
    ent_partner *list;
    size_t count, rank; /* rank 0: not among them */
} standing;

static ent_rc stand(const dependence *d, int32_t period, int32_t state, int32_t other, bool exports,
                    standing *out)
{
    *out = (standing){0};
    ent_rc rc = ent__trade_partners(d->cli->ctx, d->trade, d->commodity, d->unit, period, state,
                                    exports, &out->list, &out->count);
    for (size_t i = 0; rc == ENT_OK && i < out->count; i++) {
        out->rank = out->list[i].ccode == other ? i + 1 : out->rank;
    }
    return rc;
}

/* "RUS sells most to: CHN 38.3 %, NLD 13.6 % ...; CHN is number 1 of 41" */
static ent_rc print_standing(dependence *d, int32_t period, int32_t state, int32_t other,
                             bool exports)
{
    enum { SHOWN = 5 };
    standing s;
    ent_rc rc = stand(d, period, state, other, exports, &s);
    if (rc == ENT_OK && s.rank > 0 && s.count > 1) {
        ent__buf_printf(d->out, "  %.*s %s: ", ENT_FMT(ent__states_iso3(d->states, state)),
                        exports ? "sells most to" : "buys most from");
        for (size_t i = 0; i < s.count && i < SHOWN; i++) {
            char value[24];
            if (isnan(s.list[i].share)) {
                value_text(s.list[i].value, value);
            } else {
                snprintf(value, sizeof value, "%.1f %%", 100 * s.list[i].share);
            }
            ent__buf_printf(d->out, "%s%.*s %s", i > 0 ? ", " : "",
                            ENT_FMT(ent__states_iso3(d->states, s.list[i].ccode)), value);
        }
        ent__buf_printf(d->out, "; %.*s is number %zu of %zu known\n",
                        ENT_FMT(ent__states_iso3(d->states, other)), s.rank, s.count);
    }
    free(s.list);
    return rc;
}

static ent_rc print_standings(dependence *d, int32_t period)
{
    ent_rc rc = print_standing(d, period, d->i, d->j, false);
    rc = rc ? rc : print_standing(d, period, d->i, d->j, true);
    rc = rc ? rc : print_standing(d, period, d->j, d->i, false);
    return rc ? rc : print_standing(d, period, d->j, d->i, true);
}

static void print_text(dependence *d, int32_t period, const ent_dyad_dependence *r)
{
    ent_str a = ent__states_iso3(d->states, d->i), b = ent__states_iso3(d->states, d->j);
    char label[16];
    ent__date_iso((ent_date){(int16_t)(period / 100), (int8_t)(period % 100), 0}, label);
    ent__buf_printf(d->out, "%s, %.*s, %.*s\n  %-44s %8.*s on %.*s %5.*s on %.*s\n", label,
                    ENT_FMT(d->trade->names[d->commodity].n ? d->trade->names[d->commodity]
                                                            : ENT_LIT("all goods")),
                    ENT_FMT(d->trade->names[d->unit]), "", ENT_FMT(a), ENT_FMT(b), ENT_FMT(b),
                    ENT_FMT(a));
    int months = ent__trade_months(d->trade, d->commodity, d->unit, period / 100, d->i, d->j);
    if (period % 100 == 0 && months < 12) {
        ent__buf_printf(d->out, "  of this year %d of 12 months are known: sums are of those\n",
                        months);
    }
    money(d, "imports from the other", r->ij.imports, r->ji.imports);
    money(d, "  the same as the exporter reports it", r->ij.imports_mirror, r->ji.imports_mirror);
    money(d, "exports to the other", r->ij.exports, r->ji.exports);
    line(d, "share of its imports", r->ij.import_share, r->ji.import_share, 4);
    line(d, "share of its exports", r->ij.export_share, r->ji.export_share, 4);
    line(d, "share of its trade", r->ij.trade_share, r->ji.trade_share, 4);
    line(d, "concentration of its import partners (HHI)", r->ij.import_partners_hhi,
         r->ji.import_partners_hhi, 4);
    line(d, "concentration of its export partners (HHI)", r->ij.export_partners_hhi,
         r->ji.export_partners_hhi, 4);
    line(d, "effective number of partners", r->ij.effective_partners, r->ji.effective_partners, 2);
    line(d, "trade dependence (over GDP)", r->ij.dependence, r->ji.dependence, 5);
    line(d, "exit cost over GDP, nothing replaced", r->ij.exit_cost[0], r->ji.exit_cost[0], 5);
    line(d, "exit cost over GDP, half replaced", r->ij.exit_cost[1], r->ji.exit_cost[1], 5);
    line(d, "exit cost over GDP, nine tenths replaced", r->ij.exit_cost[2], r->ji.exit_cost[2], 5);
    line(d, "years until others could supply it", r->ij.years_to_replace, r->ji.years_to_replace,
         1);
    if (!isnan(r->asymmetry)) {
        ent__buf_printf(d->out, "  %.*s needs %.*s more by %.5f of GDP (log ratio %.3f)\n",
                        ENT_FMT(r->asymmetry > 0 ? a : b), ENT_FMT(r->asymmetry > 0 ? b : a),
                        fabs(r->asymmetry), r->log_ratio);
    } else if (!isnan(r->ij.trade_share) && !isnan(r->ji.trade_share)) {
        bool first = r->ij.trade_share > r->ji.trade_share;
        ent__buf_printf(d->out,
                        "  no GDP given: by shares of trade %.*s needs %.*s more; salience %.4f, "
                        "symmetry %.4f, interdependence %.4f\n",
                        ENT_FMT(first ? a : b), ENT_FMT(first ? b : a), r->salience, r->symmetry,
                        r->interdependence);
    } else {
        ent__buf_z(d->out, "  not enough evidence on both sides to say who needs whom more\n");
    }
}

static ent_rc json_standing(dependence *d, int32_t period, int32_t state, int32_t other,
                            bool exports)
{
    standing s;
    ent_rc rc = stand(d, period, state, other, exports, &s);
    ent__json_kint(&d->json, exports ? "export_partners" : "import_partners", (int64_t)s.count);
    ent__json_kint(&d->json, exports ? "rank_among_buyers" : "rank_among_sources",
                   (int64_t)s.rank); /* 0: not known among them */
    free(s.list);
    return rc;
}

/* What state i needs state j for. */
static ent_rc json_side(dependence *whole, const char *name, int32_t period, int32_t i, int32_t j,
                        const ent_dependence *d)
{
    ent_json *json = &whole->json;
    ent__json_key(json, name);
    ent__json_open(json, '{');
    ent__json_kdouble(json, "imports", d->imports);
    ent__json_kdouble(json, "imports_mirror", d->imports_mirror);
    ent__json_kdouble(json, "exports", d->exports);
    ent__json_kdouble(json, "exports_own_report", d->exports_mirror);
    ent__json_kdouble(json, "import_share", d->import_share);
    ent__json_kdouble(json, "export_share", d->export_share);
    ent__json_kdouble(json, "trade_share", d->trade_share);
    ent__json_kdouble(json, "import_partners_hhi", d->import_partners_hhi);
    ent__json_kdouble(json, "export_partners_hhi", d->export_partners_hhi);
    ent__json_kdouble(json, "trade_partners_hhi", d->trade_partners_hhi);
    ent__json_kdouble(json, "effective_partners", d->effective_partners);
    ent__json_kdouble(json, "hirschman", d->hirschman);
    ent__json_kdouble(json, "dependence", d->dependence);
    ent__json_kdouble(json, "import_dependence", d->import_dependence);
    ent__json_key(json, "exit_cost");
    ent__json_open(json, '[');
    for (int k = 0; k < 3; k++) {
        ent__json_double(json, d->exit_cost[k]);
    }
    ent__json_close(json, ']');
    ent__json_kdouble(json, "years_to_replace", d->years_to_replace);
    ent_rc rc = json_standing(whole, period, i, j, false);
    rc = rc ? rc : json_standing(whole, period, i, j, true);
    ent__json_close(json, '}');
    return rc;
}

static ent_rc print_json(dependence *d, int32_t period, const ent_dyad_dependence *r)
{
    char label[16];
    ent__date_iso((ent_date){(int16_t)(period / 100), (int8_t)(period % 100), 0}, label);
    ent__json_open(&d->json, '{');
    ent__json_kz(&d->json, "period", label);
    ent__json_kint(&d->json, "months_known",
                   ent__trade_months(d->trade, d->commodity, d->unit, period / 100, d->i, d->j));
    ent_rc rc = json_side(d, "a_on_b", period, d->i, d->j, &r->ij);
    rc = rc ? rc : json_side(d, "b_on_a", period, d->j, d->i, &r->ji);
    ent__json_kdouble(&d->json, "asymmetry", r->asymmetry);
    ent__json_kdouble(&d->json, "log_ratio", r->log_ratio);
    ent__json_kdouble(&d->json, "salience", r->salience);
    ent__json_kdouble(&d->json, "symmetry", r->symmetry);
    ent__json_kdouble(&d->json, "interdependence", r->interdependence);
    ent__json_key(&d->json, "leverage_of_b");
    ent__json_open(&d->json, '[');
    for (int k = 0; k < 3; k++) {
        ent__json_double(&d->json, r->leverage[k]);
    }
    ent__json_close(&d->json, ']');
    ent__json_close(&d->json, '}');
    return rc;
}

/* ---- growth -------------------------------------------------------------------------------- */

/* Mean of what i buys from j over the periods of [from, to] that are in the data. */
typedef struct {
    int32_t from, to; /* year * 100 + month */
    size_t count, asked; /* periods with a figure; periods asked for, 0: open */
    double mean, error;  /* standard error of the mean's logarithm; NaN for one period */
} stretch;

static bool of_purchase(const dependence *d, const ent_flow *f)
{
    return f->commodity == d->commodity && f->unit == d->unit && f->exporter == d->j &&
           f->importer == d->i;
}

/* Months where the stretch has any, else years: never both. */
static bool by_months(const dependence *d, const stretch *s)
{
    bool found = false;
    for (size_t k = 0; k < d->trade->count && !found; k++) {
        const ent_flow *f = &d->trade->flows[k];
        found = of_purchase(d, f) && f->period % 100 != 0 && f->period >= s->from &&
                f->period <= s->to;
    }
    return found;
}

static void measure(const dependence *d, bool months, stretch *s)
{
    double sum = 0, squares = 0;
    int32_t last = 0;
    for (size_t k = 0; k < d->trade->count; k++) {
        const ent_flow *f = &d->trade->flows[k];
        bool inside = months ? f->period >= s->from && f->period <= s->to
                             : f->period / 100 >= s->from / 100 && f->period / 100 <= s->to / 100;
        if (of_purchase(d, f) && inside && (f->period % 100 != 0) == months && f->period != last) {
            double value = ent__trade_flow(d->trade, d->commodity, d->unit, f->period, d->j, d->i);
            sum += value;
            squares += value * value;
            s->count++;
            last = f->period;
        }
    }
    double n = (double)s->count;
    s->mean = sum / n; /* NaN: none */
    s->error = s->count > 1 ? sqrt(fmax(0, squares / n - s->mean * s->mean) / (n - 1)) / s->mean : NAN;
    int32_t first = s->from / 100 * 12 + (months && s->from % 100 ? s->from % 100 - 1 : 0);
    int32_t end = s->to / 100 * 12 + (months ? s->to % 100 : 12);
    s->asked = s->to == INT32_MAX ? 0 : (size_t)(end - first) / (months ? 1 : 12);
}

static bool read_range(const char *text, stretch *out)
{
    const char *dots = strstr(text, "..");
    ent_date a, b;
    ent_str first = dots ? (ent_str){text, (size_t)(dots - text)} : ent__str(text);
    if (!ent__date_parse(first, &a) || !ent__date_parse(dots ? ent__str(dots + 2) : first, &b)) {
        return false;
    }
    *out = (stretch){.from = a.year * 100 + a.month, .to = b.year * 100 + (b.month ? b.month : 12)};
    return out->from <= out->to;
}

static void growth_json(dependence *d, const stretch *base, const stretch *recent, double low,
                        double high)
{
    ent__json_key(&d->json, "growth");
    ent__json_open(&d->json, '{');
    ent__json_kdouble(&d->json, "base_mean", base->mean);
    ent__json_kint(&d->json, "base_periods", (int64_t)base->count);
    ent__json_kint(&d->json, "base_periods_asked", (int64_t)base->asked);
    ent__json_kdouble(&d->json, "recent_mean", recent->mean);
    ent__json_kint(&d->json, "recent_periods", (int64_t)recent->count);
    ent__json_kdouble(&d->json, "ratio", recent->mean / base->mean);
    ent__json_kdouble(&d->json, "ratio_low", low);
    ent__json_kdouble(&d->json, "ratio_high", high);
    ent__json_close(&d->json, '}');
}

static void growth_text(dependence *d, const stretch *base, const stretch *recent, double low,
                        double high)
{
    char before[24], after[24];
    double ratio = recent->mean / base->mean;
    value_text(base->mean, before);
    value_text(recent->mean, after);
    ent__buf_printf(d->out, "  imports of %.*s from %.*s: mean %s over %zu of %zu periods of the base, "
                            "%s over %zu later ones: ",
                    ENT_FMT(ent__states_iso3(d->states, d->i)),
                    ENT_FMT(ent__states_iso3(d->states, d->j)), before, base->count, base->asked,
                    after, recent->count);
    if (isnan(ratio)) {
        ent__buf_z(d->out, "no data to compare\n");
    } else if (isnan(low)) {
        ent__buf_printf(d->out, "%.2f times; too few periods for an interval\n", ratio);
    } else {
        ent__buf_printf(d->out, "%.2f times (95 %%: %.2f to %.2f, periods taken as independent)\n",
                        ratio, low, high);
    }
}

static ent_rc growth(dependence *d)
{
    const char *from = ent__cli_option(d->cli, "base", NULL);
    const char *to = ent__cli_option(d->cli, "recent", NULL);
    stretch base, recent = {0};
    if (from == NULL) {
        return ENT_OK;
    }
    if (!read_range(from, &base) || (to != NULL && !read_range(to, &recent))) {
        return ent__fail(d->cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--base, --recent: expected periods as 2016-01..2021-12 or 2013");
    }
    if (to == NULL) {
        recent = (stretch){.from = base.to + 1, .to = INT32_MAX};
        recent.from += base.to % 100 == 12 ? 88 : 0; /* January of the next year */
    }
    bool months = by_months(d, &base);
    measure(d, months, &base);
    measure(d, months, &recent);
    double ratio = recent.mean / base.mean;
    double reach = ent__interval_z(0.95) * sqrt(base.error * base.error + recent.error * recent.error);
    if (d->json_wanted) {
        growth_json(d, &base, &recent, ratio * exp(-reach), ratio * exp(reach));
    } else {
        growth_text(d, &base, &recent, ratio * exp(-reach), ratio * exp(reach));
    }
    return ENT_OK;
}

/* ---- command ------------------------------------------------------------------------------- */

static ent_rc choose_goods(dependence *d)
{
    const char *name = ent__cli_option(d->cli, "commodity", "");
    const char *unit = ent__cli_option(d->cli, "unit", NULL);
    int index = ent__trade_name(d->trade, ent__str(name));
    d->commodity = (uint16_t)index;
    bool found = unit == NULL && index >= 0 &&
                 ent__trade_unit(d->trade, d->commodity, d->i, d->j, &d->unit);
    for (size_t k = 0; k < d->trade->count && !found; k++) {
        const ent_flow *f = &d->trade->flows[k];
        found = f->commodity == (unsigned)index &&
                (unit == NULL || ent__str_eqz(d->trade->names[f->unit], unit));
        d->commodity = (uint16_t)index;
        d->unit = f->unit;
    }
    if (index >= 0 && found) {
        return ENT_OK;
    }
    ent_buf known = {0};
    uint16_t last = UINT16_MAX;
    for (size_t k = 0; k < d->trade->count; k++) {
        if (d->trade->flows[k].commodity != last) {
            last = d->trade->flows[k].commodity;
            ent__buf_printf(&known, "%s%.*s", known.n ? ", " : "",
                            ENT_FMT(d->trade->names[last].n ? d->trade->names[last]
                                                            : ENT_LIT("(all goods)")));
        }
    }
    ent_rc rc = ent__fail(d->cli->ctx, ENT_EUSAGE, NULL, 0,
                          "--commodity: nothing named \"%s\"%s%s in these files; there is %s", name,
                          unit ? " in " : "", unit ? unit : "", known.p ? known.p : "nothing");
    ent__buf_free(&known);
    return rc;
}

static ent_rc read_files(dependence *d)
{
    const char *exporter = ent__cli_option(d->cli, "exporter", NULL), *path;
    int32_t from = 0;
    ent_rc rc = ent__trade_new(d->cli->ctx, &d->trade);
    const char *db = ent__cli_option(d->cli, "store", NULL);
    ent_store *store = NULL;
    if (rc == ENT_OK && ent__cli_option(d->cli, "trade", NULL) == NULL && db == NULL) {
        rc = ent__fail(d->cli->ctx, ENT_EUSAGE, NULL, 0,
                       "dependence: expected --store DB or --trade FILE");
    }
    if (rc == ENT_OK && db != NULL) {
        rc = ent__store_open(d->cli->ctx, db, ENT_STORE_READ, &store);
        rc = rc ? rc : ent__trade_from_store(d->cli->ctx, d->trade, store);
        ent__store_close(store);
    }
    if (rc == ENT_OK && exporter != NULL) {
        rc = ent__cli_state(d->cli, d->states, exporter, &from);
    }
    for (size_t k = 0; rc == ENT_OK && (path = ent__cli_option_at(d->cli, "trade", k)); k++) {
        rc = ent__trade_read(d->cli->ctx, d->states, d->trade, path, from);
    }
    rc = rc == ENT_OK ? ent__trade_finish(d->cli->ctx, d->trade) : rc;
    if (rc == ENT_OK && d->trade->unknown > 0 && ent__cli_flag(d->cli, "verbose")) {
        fprintf(stderr, "%zu lines of aggregates, territories or unknown states left out\n",
                d->trade->unknown);
    }
    return rc;
}

/* The period asked for, else the last in which the two have a figure. */
static ent_rc choose_period(const dependence *d, int32_t *out)
{
    const char *given = ent__cli_option(d->cli, "period", NULL);
    ent_date date;
    *out = 0;
    if (given != NULL) {
        if (!ent__date_parse(ent__str(given), &date)) {
            return ent__fail(d->cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--period: expected a year or month, got \"%s\"", given);
        }
        *out = date.year * 100 + date.month;
        return ENT_OK;
    }
    for (size_t k = 0; k < d->trade->count; k++) {
        const ent_flow *f = &d->trade->flows[k];
        bool ours = (f->exporter == d->i && f->importer == d->j) ||
                    (f->exporter == d->j && f->importer == d->i);
        if (ours && f->commodity == d->commodity && f->unit == d->unit) {
            int32_t year = f->period - f->period % 100;
            *out = year > *out ? year : *out;
        }
    }
    return *out != 0 ? ENT_OK
                     : ent__fail(d->cli->ctx, ENT_EINPUT, NULL, 0,
                                 "no flow between %s and %s in these files: no data",
                                 d->cli->arguments[0], d->cli->arguments[1]);
}

static ent_rc compare(dependence *d)
{
    int32_t period;
    ent_dyad_dependence r;
    ent_rc rc = choose_goods(d);
    rc = rc == ENT_OK ? choose_period(d, &period) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    ent__dependence(d->trade, d->commodity, d->unit, period, d->i, d->j, &r);
    if (d->json_wanted) {
        ent__json_open(&d->json, '{');
        ent__json_kstr(&d->json, "a", ent__states_iso3(d->states, d->i));
        ent__json_kstr(&d->json, "b", ent__states_iso3(d->states, d->j));
        ent__json_kstr(&d->json, "commodity", d->trade->names[d->commodity]);
        ent__json_kstr(&d->json, "unit", d->trade->names[d->unit]);
        ent__json_kdouble(&d->json, "cost_of_lost_trade", ENT_EXIT_UNIT_COST);
        ent__json_kdouble(&d->json, "spare_capacity", ENT_SPARE_CAPACITY);
        ent__json_key(&d->json, "periods");
        ent__json_open(&d->json, '[');
        rc = print_json(d, period, &r);
        ent__json_close(&d->json, ']');
        rc = rc ? rc : growth(d);
        ent__json_version(&d->json, d->kit);
        ent__json_close(&d->json, '}');
        ent__buf_char(d->out, '\n');
    } else {
        print_text(d, period, &r);
        rc = print_standings(d, period);
        rc = rc ? rc : growth(d);
        ent__buf_printf(d->out,
                        "  lost trade costs %.2g of its value; others can add %.0f %% of their "
                        "sales a year\n",
                        ENT_EXIT_UNIT_COST, 100 * ENT_SPARE_CAPACITY);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "dependence: expected two states (CHN RUS)");
    }
    ent_buf out = {0};
    ent_kit *kit = NULL;
    dependence d = {.cli = cli, .out = &out, .json = ent__json(&out),
                    .json_wanted = ent__cli_flag(cli, "json")};
    ent_rc rc = ent__cli_kit(cli, &kit);
    d.kit = kit;
    rc = rc == ENT_OK ? ent__states_new(cli->ctx, kit, &d.states) : rc;
    rc = rc == ENT_OK ? ent__cli_state(cli, d.states, cli->arguments[0], &d.i) : rc;
    rc = rc == ENT_OK ? ent__cli_state(cli, d.states, cli->arguments[1], &d.j) : rc;
    rc = rc == ENT_OK ? read_files(&d) : rc;
    rc = rc == ENT_OK ? compare(&d) : rc;
    if (rc == ENT_OK) {
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__trade_free(d.trade);
    ent__states_free(d.states);
    ent__buf_free(&out);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "what was imported into this store"},
    {"trade", "FILE", "COW, BACI, Comtrade or plain layouts, GDP (may be given again)"},
    {"commodity", "NAME", "one commodity of the files (default all goods)"},
    {"unit", "NAME", "where a file has several: TJ, tonne, eur"},
    {"period", "YEAR|MONTH", "default: the last year in which the two have a figure"},
    {"base", "FROM..TO", "compare the mean of later periods with these (2016-01..2021-12)"},
    {"recent", "FROM..TO", "the later periods (default: all after the base)"},
    {"exporter", "STATE", "for files that name no exporter"},
    {"verbose", NULL, "lines left out"},
    {0},
};

const ent_command ent__command_dependence = {
    .name = "dependence",
    .summary = "Who needs whom more in trade: shares, concentration, exit cost, time to replace",
    .usage = "entente dependence A B --trade FILE... [--commodity NAME] [--period YEAR]",
    .examples =
        "  entente dependence CHN RUS --trade Dyadic_COW_4.0.csv --period 2013\n"
        "  entente dependence DEU RUS --trade eu_energy.csv --commodity gas_all --unit TJ\n"
        "  entente dependence IND RUS --trade importers.csv --exporter RUS --commodity oil "
        "--base 2016-01..2021-12\n",
    .options = options,
    .run = run,
};
