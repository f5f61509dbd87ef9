/* The section on dependence: for each pair asked about, what share of the one's trade is with the
 * other, both ways, by year.
 * In: the store's yearly flows of all goods.  Out: a section; gaps for the unknown.
 * Method: align's dependence.  Cost: O(years x flows of the year). */
#include <math.h>
#include <string.h>

#include "sections.h"

typedef struct {
    ent__brief_work *w;
    size_t i, j;
    uint16_t unit;
    int first_year, last_year;
} trade_pair;

/* The unit of all goods in which most flows between the states asked about are given. */
static bool choose_unit(const ent__brief_work *w, uint16_t *out)
{
    size_t best = 0;
    for (uint16_t unit = 0; unit < w->trade->name_count; unit++) {
        size_t count = 0;
        for (size_t f = 0; f < w->trade->count; f++) {
            const ent_flow *flow = &w->trade->flows[f];
            bool exporter = false, importer = false;
            for (size_t s = 0; s < w->brief->asked_count; s++) {
                exporter |= w->ccodes[s] != 0 && flow->exporter == w->ccodes[s];
                importer |= w->ccodes[s] != 0 && flow->importer == w->ccodes[s];
            }
            count += flow->commodity == 0 && flow->unit == unit && exporter && importer;
        }
        if (count > best) {
            best = count;
            *out = unit;
        }
    }
    return best > 0;
}

static ent_dyad_dependence at_year(const trade_pair *p, int year)
{
    ent_dyad_dependence d;
    int32_t i = p->w->ccodes[p->i], j = p->w->ccodes[p->j];
    ent__dependence(p->w->trade, 0, p->unit, year * 100, i, j, &d);
    return d;
}

/* First and last year in which either share is known. */
static bool years_of(trade_pair *p)
{
    int32_t last_period = 0;
    p->first_year = INT32_MAX;
    p->last_year = 0;
    for (size_t f = 0; f < p->w->trade->count; f++) {
        const ent_flow *flow = &p->w->trade->flows[f];
        if (flow->commodity != 0 || flow->unit != p->unit || flow->period / 100 == last_period) {
            continue;
        }
        last_period = flow->period / 100;
        ent_dyad_dependence d = at_year(p, last_period);
        if (!isnan(d.ij.trade_share) || !isnan(d.ji.trade_share)) {
            p->first_year = last_period < p->first_year ? last_period : p->first_year;
            p->last_year = last_period > p->last_year ? last_period : p->last_year;
        }
    }
    return p->last_year > 0;
}

static ent__table open_table(const trade_pair *p)
{
    ent__brief_work *w = p->w;
    const char *a = w->asked[p->i], *b = w->asked[p->j];
    ent_str unit = w->trade->names[p->unit];
    return ent__table_open(w, ent__brief_printf(w,
                                                "year|share of %s's trade that is with %s|share of "
                                                "%s's trade that is with %s|imports of %s "
                                                "from %s, %.*s|exports of %s to %s, %.*s|trade of "
                                                "%s over its GDP|trade of %s over its GDP",
                                                a, b, b, a, a, b, ENT_FMT(unit), a, b,
                                                ENT_FMT(unit), a, b)
                                  .p);
}

static ent_str message(const trade_pair *p, const ent_dyad_dependence *d)
{
    ent__brief_work *w = p->w;
    ent_str a = ent__brief_asked_name(w, p->i), b = ent__brief_asked_name(w, p->j);
    double x = 100 * d->ij.trade_share, y = 100 * d->ji.trade_share;
    if (isnan(x) || isnan(y)) {
        return ent__brief_printf(
            w, "In %d %.1f %% of the trade of %.*s was with %.*s; the other way round is not known",
            p->last_year, isnan(x) ? y : x, ENT_FMT(isnan(x) ? b : a), ENT_FMT(isnan(x) ? a : b));
    }
    bool first = x > y;
    return ent__brief_printf(w,
                             "In %d %.*s needed %.*s more than the other way round: %.1f %% of its "
                             "trade against %.1f %%",
                             p->last_year, ENT_FMT(first ? a : b), ENT_FMT(first ? b : a),
                             first ? x : y, first ? y : x);
}

static void exhibit(trade_pair *p, ent_brief_section *section)
{
    ent__brief_work *w = p->w;
    size_t n = (size_t)(p->last_year - p->first_year + 1);
    double *at = ent__arena_array(w->arena, 3 * n, sizeof *at), *ij = at + n, *ji = ij + n;
    if (at == NULL) {
        w->failed = true;
        return;
    }
    ent__table t = open_table(p);
    ent_dyad_dependence last = {0};
    for (size_t y = 0; y < n; y++) {
        last = at_year(p, p->first_year + (int)y);
        at[y] = ent__date_days((ent_date){(int16_t)(p->first_year + (int)y), 7, 1});
        ij[y] = last.ij.trade_share;
        ji[y] = last.ji.trade_share;
        ent__table_int(&t, p->first_year + (int)y);
        ent__table_number(&t, ij[y], 5);
        ent__table_number(&t, ji[y], 5);
        ent__table_number(&t, last.ij.imports, 3);
        ent__table_number(&t, last.ij.exports, 3);
        ent__table_number(&t, last.ij.dependence, 5);
        ent__table_number(&t, last.ji.dependence, 5);
    }
    ent_str id = ent__brief_printf(w, "dependence-%s-%s", w->asked[p->i], w->asked[p->j]);
    ent_brief_exhibit *e = ent__table_close(&t, section, id);
    if (e == NULL) {
        return;
    }
    e->title = message(p, &last);
    const ent_str names[2] = {ent__brief_printf(w, "%s → %s", w->asked[p->i], w->asked[p->j]),
                              ent__brief_printf(w, "%s → %s", w->asked[p->j], w->asked[p->i])};
    ent_str shift = ent__brief_numbered_shift(w, names[0], ij, n, p->first_year, "", 1, true);
    ent_str other = ent__brief_numbered_shift(w, names[1], ji, n, p->first_year, "", 1, true);
    e->note = ent__brief_printf(
        w,
        "Share of a state’s trade in goods that is with the other (A → B: of A’s trade, with B). "
        "Trade figures carry no error; importers’ reports are taken first. A year without figures "
        "is a gap.%.*s%.*s",
        ENT_FMT(shift), ENT_FMT(other));
    e->source =
        ent__brief_printf(w, "trade flows of the store (%.*s)", ENT_FMT(w->trade->names[p->unit]));
    const ent__chart_line lines[2] = {{names[0], ij, NULL, NULL}, {names[1], ji, NULL, NULL}};
    const ent__chart chart = {
        .id = e->id.p,
        .title = e->title,
        .description =
            ENT_LIT("Share of trade with the other, both ways, by year. The numbers are in the "
                    "table that follows."),
        .at = at,
        .count = n,
        .step = 365.25,
        .lines = lines,
        .line_count = 2,
        .low = 0,
        .high = NAN,
        .zero = NAN,
        .percent = true,
        .dots = n < 30,
        .unit = "share of trade"};
    e->svg = ent__chart_lines(w->arena, &chart);
}

static size_t single_goods(const ent__brief_work *w)
{
    size_t goods = 0;
    uint16_t last = 0;
    for (size_t f = 0; f < w->trade->count; f++) { /* in order of goods */
        goods += w->trade->flows[f].commodity != last;
        last = w->trade->flows[f].commodity;
    }
    return goods;
}

ent_rc ent__section_dependence(ent__brief_work *w)
{
    trade_pair p = {.w = w};
    if (w->trade == NULL || !choose_unit(w, &p.unit)) {
        ent__brief_unknown(
            w, w->trade == NULL ? ENT_LIT("Trade: the store holds none.")
                                : ENT_LIT("Trade: the store holds no flow of all goods between the "
                                          "states asked about."));
        return ENT_OK;
    }
    ent_brief_section *section = NULL;
    for (p.i = 0; p.i < w->brief->asked_count; p.i++) {
        for (p.j = p.i + 1; p.j < w->brief->asked_count; p.j++) {
            ent_str pair = ent__brief_pair(w, p.i, p.j, " and ");
            if (w->ccodes[p.i] == 0 || w->ccodes[p.j] == 0 || !years_of(&p)) {
                ent__brief_unknown(
                    w, ent__brief_printf(w,
                                         "Trade of %.*s: no share is known either way (no flow "
                                         "between them, or too few of their "
                                         "other partners to tell a share); that is no nought.",
                                         ENT_FMT(pair)));
                continue;
            }
            if (section == NULL) {
                section = ent__section_add(w, "dependence", "Who needs whom more", "Dependence");
            }
            if (section != NULL) {
                exhibit(&p, section);
                ent__brief_unknown(w, ent__brief_printf(w, "Trade of %.*s: known from %d to %d.",
                                                        ENT_FMT(pair), p.first_year, p.last_year));
            }
        }
    }
    if (section != NULL) {
        section->lead =
            ENT_LIT("What a state would have to find elsewhere. A share says how much, not how "
                    "hard: single goods can matter more than all together.");
        section->method = "Trade share: imports plus exports with the partner over those with the "
                          "world, or with all "
                          "partners where no total but at least 30 partners are stored. Trade over "
                          "GDP only where GDP is stored. Exit cost, "
                          "concentration and years to replace are in `entente dependence`.";
        section->page = "docs/methods/align.md";
        section->commands =
            ent__brief_printf(w, "entente dependence %s %s --store DB", w->asked[0], w->asked[1]);
        size_t goods = single_goods(w);
        if (goods > 0) {
            ent__brief_unknown(w, ent__brief_printf(w,
                                                    "Trade: %zu single goods are stored too; they "
                                                    "are not shown here (entente dependence "
                                                    "--commodity).",
                                                    goods));
        }
    }
    return ENT_OK;
}
