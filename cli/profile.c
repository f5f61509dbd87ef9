/* entente profile: votes, treaties, disputes, organisations, capabilities, trade and events of two
 * states on one axis of years. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vote_files.h"

#define MOST_PANELS 24

static const char *const pact_bits[] = {"defense", "offense", "neutrality", "nonaggression",
                                        "consultation", NULL};

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    ent_states *states;
    ent_arena *arena;
    ent_store *store; /* NULL: none given */
    int32_t a, b;
    int first, last; /* years */
    char name_a[48], name_b[48], a_to_b[32], b_to_a[32], both[32];
    ent_panel panels[MOST_PANELS];
    size_t count;
} profile;

static double *years(profile *p)
{
    size_t n = (size_t)(p->last - p->first + 1);
    double *v = ent__arena_array(p->arena, n, sizeof *v);
    for (size_t i = 0; v != NULL && i < n; i++) {
        v[i] = NAN;
    }
    return v;
}

static int32_t number_in(const profile *p, int32_t ccode, int year, int look)
{
    return ent__states_number(p->states, ccode, year, look);
}

static ent_rc add_panel(profile *p, ent_panel panel)
{
    if ((panel.names[0] != NULL && panel.values[0] == NULL) ||
        (panel.names[1] != NULL && panel.values[1] == NULL)) {
        return ent__nomem(p->cli->ctx);
    }
    if (p->count < MOST_PANELS) {
        p->panels[p->count++] = panel;
    }
    return ENT_OK;
}

/* ---- panels -------------------------------------------------------------------------------- */

/* The latest emergency special session (each has one subject) on which both voted; 0: none. */
static int emergency_session(const ent_votes *votes, size_t a, size_t b, bool *chosen)
{
    int number = 99;
    ent_agreement g = {0};
    for (; number > 0 && g.common == 0; number -= g.common == 0) {
        char pattern[16];
        snprintf(pattern, sizeof pattern, "ES-%d/*", number);
        const ent_vote_filter filter = {.resolutions = pattern};
        for (size_t q = 0; q < votes->roll_call_count; q++) {
            chosen[q] = ent__votes_chosen(votes, q, &filter);
        }
        ent__agreement(votes, chosen, a, b, &g);
    }
    return number;
}

static void yearly_agreement(profile *p, const ent_votes *votes, const char *resolutions,
                             bool *chosen, ent_panel *panel, int line)
{
    double *score = years(p), *low = years(p), *high = years(p);
    panel->values[line] = score;
    for (int year = p->first; score && low && high && year <= p->last; year++) {
        const ent_vote_filter filter = {.since = {(int16_t)year, 1, 1}, .until = {(int16_t)year, 12, 31},
                                        .resolutions = resolutions};
        for (size_t q = 0; q < votes->roll_call_count; q++) {
            chosen[q] = ent__votes_chosen(votes, q, &filter);
        }
        ent_agreement g;
        ent__agreement_in_year(votes, chosen, p->a, p->b, year, &g);
        score[year - p->first] = g.score;
        low[year - p->first] = g.low;
        high[year - p->first] = g.high;
    }
    panel->low[line] = line == 0 ? low : NULL; /* a few votes: the band would hide the other */
    panel->high[line] = line == 0 ? high : NULL;
}

/* Agreement by year, and on one subject: --resolutions, else the latest emergency session. */
static ent_rc agreement_panel(profile *p, const ent_votes *votes, size_t a, size_t b)
{
    const char *pattern = ent__cli_option(p->cli, "resolutions", NULL);
    bool *chosen = calloc(votes->roll_call_count + 1, sizeof *chosen);
    if (chosen == NULL) {
        return ent__nomem(p->cli->ctx);
    }
    int emergency = pattern == NULL ? emergency_session(votes, a, b, chosen) : 0;
    ent_str own = emergency > 0 ? ent__arena_printf(p->arena, "ES-%d/*", emergency) : ent__str(pattern);
    ent_str name = ent__arena_printf(p->arena, "on %.*s", ENT_FMT(own));
    ent_panel panel = {.kind = ENT_PANEL_LINES, .title = "Agreement in the General Assembly",
                       .unit = "contested roll calls, 95 % band", .share = true,
                       .source = p->store ? "roll calls of the store" : "roll calls of the files",
                       .names = {p->both, NULL}};
    yearly_agreement(p, votes, NULL, chosen, &panel, 0);
    if (own.n > 0 && name.p != NULL) {
        panel.names[1] = name.p;
        yearly_agreement(p, votes, own.p, chosen, &panel, 1);
    }
    free(chosen);
    return add_panel(p, panel);
}

static void point_years(const profile *p, const ent_ideal_data *data, const ent_ideal_fit *fit,
                        int32_t ccode, double *value, double *low, double *high)
{
    double z = ent__interval_z(0.95);
    for (size_t i = 0; value && low && high && i < data->place_count; i++) {
        int year = data->places[i].period - p->first;
        int32_t own = data->places[i].ccode;
        int32_t now = number_in(p, ccode, data->places[i].period, 0);
        int32_t before = number_in(p, ccode, data->places[i].period, 1);
        if ((own == (now != 0 ? now : ccode) || own == before) && year >= 0 &&
            year <= p->last - p->first && (own != before || isnan(value[year]))) {
            value[year] = fit->points[i].theta;
            low[year] = value[year] - z * fit->points[i].se;
            high[year] = value[year] + z * fit->points[i].se;
        }
    }
}

static ent_rc ideal_panel(profile *p, const ent_votes *votes)
{
    enum { USA = 2, RUS = 365, LEAST_STATES = 20 }; /* the anchors of the command ideal */
    const ent_ideal_filter filter = {.by = ENT_PERIOD_YEAR};
    const ent_ideal_options options = {.prior = ent__ideal_prior_default, .threads = 1,
                                       .iterations = 60, .tolerance = 5e-3, .positive = USA,
                                       .negative = RUS};
    ent_ideal_data data = {0};
    ent_ideal_fit fit = {0};
    if (votes->voter_count < LEAST_STATES) {
        return ENT_OK; /* too few to place them */
    }
    ent_rc rc = ent__ideal_data(p->cli->ctx, p->kit, votes, &filter, &data);
    bool some = rc == ENT_OK && data.place_count > 0;
    rc = some ? ent__ideal_em(p->cli->ctx, &data, &options, &fit) : rc;
    if (rc == ENT_OK && some && ent__ideal_orient(&data, USA, RUS, &fit)) {
        double *v[6];
        for (int k = 0; k < 6; k++) {
            v[k] = years(p);
        }
        point_years(p, &data, &fit, p->a, v[0], v[1], v[2]);
        point_years(p, &data, &fit, p->b, v[3], v[4], v[5]);
        rc = add_panel(p, (ent_panel){.kind = ENT_PANEL_LINES, .title = "Ideal points",
                                      .unit = "standard deviations of all states' points, 95 % band",
                                      .source = "estimated from the roll calls (ideal --by year)",
                                      .names = {p->name_a, p->name_b}, .values = {v[0], v[3]},
                                      .low = {v[1], v[4]}, .high = {v[2], v[5]}});
    }
    ent__ideal_fit_free(&fit);
    ent__ideal_data_free(&data);
    return rc == ENT_EINPUT ? ENT_OK : rc; /* too few votes to estimate from */
}

static ent_rc votes_panels(profile *p)
{
    if (ent__cli_option(p->cli, "votes", NULL) == NULL && p->store == NULL) {
        return ENT_OK;
    }
    ent_votes *votes;
    ent_rc rc = ent__cli_votes(p->cli, p->kit, &votes);
    if (rc != ENT_OK) {
        return rc;
    }
    int a = ent__votes_voter(votes, p->a), b = ent__votes_voter(votes, p->b);
    if (a >= 0 && b >= 0) {
        rc = agreement_panel(p, votes, (size_t)a, (size_t)b);
        rc = rc == ENT_OK ? ideal_panel(p, votes) : rc;
    }
    ent__votes_free(votes);
    return rc;
}

/* ---- imported series ------------------------------------------------------------------------ */

/* Yearly means of one series; false: it has no point in these years. */
static bool given_years(profile *p, const ent_given *given, ent_str name, ent_str a, ent_str b,
                        double *v[3])
{
    size_t first, count = ent__given_find(given, name, a, b, &first), n = 0;
    double *points = years(p);
    for (int k = 0; k < 3; k++) {
        v[k] = years(p);
    }
    for (size_t i = first; points && v[0] && v[1] && v[2] && i < first + count; i++) {
        const ent_given_point *x = &given->points[i];
        int year = ent__date_of_days(x->day).year - p->first;
        const double values[3] = {x->value, x->low, x->high};
        if (year < 0 || year > p->last - p->first) {
            continue;
        }
        points[year] = isnan(points[year]) ? 1 : points[year] + 1;
        for (int k = 0; k < 3; k++) { /* running mean */
            double before = points[year] == 1 ? 0 : v[k][year];
            v[k][year] = before + (values[k] - before) / points[year];
        }
        n++;
    }
    return n > 0;
}

static ent_rc given_panel(profile *p, const ent_given *given, ent_str name)
{
    ent_str a = ent__states_iso3_at(p->states, p->a, (ent_date){0});
    ent_str b = ent__states_iso3_at(p->states, p->b, (ent_date){0}), none = {"", 0};
    double *one[3], *two[3];
    ent_panel panel = {.kind = ENT_PANEL_LINES, .unit = "yearly mean; band where it has one",
                       .source = "imported series"};
    bool ab = given_years(p, given, name, a, b, one), ba = given_years(p, given, name, b, a, two);
    if (ab || ba) {
        panel.names[0] = ab && ba ? p->a_to_b : p->both;
        panel.names[1] = ab && ba ? p->b_to_a : NULL;
    } else {
        ab = given_years(p, given, name, a, none, one);
        ba = given_years(p, given, name, b, none, two);
        panel.names[0] = ab ? p->name_a : p->name_b;
        panel.names[1] = ab && ba ? p->name_b : NULL;
    }
    double **first = ab ? one : two;
    panel.title = ent__arena_str(p->arena, name).p;
    panel.values[0] = first[0];
    panel.low[0] = first[1];
    panel.high[0] = first[2];
    if (ab && ba) {
        panel.values[1] = two[0];
        panel.low[1] = two[1];
        panel.high[1] = two[2];
    }
    return panel.title == NULL ? ent__nomem(p->cli->ctx) : ab || ba ? add_panel(p, panel) : ENT_OK;
}

static ent_rc given_panels(profile *p)
{
    ent_given *given;
    if (p->store == NULL) {
        return ENT_OK;
    }
    ent_rc rc = ent__given_new(p->cli->ctx, &given);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__given_from_store(p->cli->ctx, given, p->store);
    ent__given_finish(given);
    for (size_t i = 0; rc == ENT_OK && i < given->count; i++) {
        if (i == 0 || !ent__str_eq(given->points[i].name, given->points[i - 1].name)) {
            rc = given_panel(p, given, given->points[i].name);
        }
    }
    ent__given_free(given);
    return rc;
}

static void fill(profile *p, const ent_facts *m, ent_fact_kind measure, int32_t a, int32_t b,
                 double *out)
{
    bool alone = measure == ENT_FACT_CAPABILITY;
    for (int year = p->first; out != NULL && year <= p->last; year++) {
        double *value = &out[year - p->first];
        for (int look = 0; look < 2 && isnan(*value); look++) {
            int32_t x = number_in(p, a, year, look), y = alone ? 0 : number_in(p, b, year, look);
            *value = x != 0 && (alone || y != 0) ? ent__facts_at(m, measure, x, y, year) : NAN;
        }
    }
}

static ent_rc facts_panels(profile *p)
{
    ent_facts m = {0};
    const char *path;
    ent_rc rc = p->store ? ent__facts_from_store(p->cli->ctx, &m, p->store) : ENT_OK;
    for (size_t k = 0; rc == ENT_OK && (path = ent__cli_option_at(p->cli, "dyads", k)); k++) {
        rc = ent__facts_read(p->cli->ctx, &m, path);
    }
    ent__facts_finish(&m);
    static const struct {
        ent_fact_kind measure;
        ent_panel_kind kind;
        const char *title, *unit, *source;
    } rows[] = {
        {ENT_FACT_ALLIANCE, ENT_PANEL_SPANS, "Treaty obligations", "", "ATOP or COW alliances"},
        {ENT_FACT_DISPUTE, ENT_PANEL_MARKS, "Militarised disputes",
         "highest hostility: 2 threat, 3 display, 4 use of force, 5 war", "COW MID"},
        {ENT_FACT_ORGANISATIONS, ENT_PANEL_LINES, "Shared organisations", "number", "COW IGO"},
        {ENT_FACT_CAPABILITY, ENT_PANEL_LINES, "Material capabilities", "share of the world",
         "COW NMC"},
    };
    for (size_t k = 0; rc == ENT_OK && k < sizeof rows / sizeof *rows; k++) {
        ent_fact_kind measure = rows[k].measure;
        bool directed = measure == ENT_FACT_ALLIANCE, own = measure == ENT_FACT_CAPABILITY;
        if (m.first_year[measure] == 0) {
            continue;
        }
        double *ab = years(p), *ba = directed || own ? years(p) : NULL;
        fill(p, &m, measure, p->a, p->b, ab);
        fill(p, &m, measure, p->b, p->a, ba);
        const char *one = directed ? p->a_to_b : own ? p->name_a : p->both;
        const char *two = directed ? p->b_to_a : own ? p->name_b : NULL;
        rc = add_panel(p, (ent_panel){.kind = rows[k].kind, .title = rows[k].title,
                                      .unit = rows[k].unit, .source = rows[k].source,
                                      .names = {one, two}, .values = {ab, ba}, .bits = pact_bits});
    }
    ent__facts_free(&m);
    return rc;
}

static ent_rc read_trade(profile *p, ent_trade *trade)
{
    const char *exporter = ent__cli_option(p->cli, "exporter", NULL), *path;
    int32_t from = 0;
    ent_rc rc = exporter ? ent__cli_state(p->cli, p->states, exporter, &from) : ENT_OK;
    if (rc == ENT_OK && p->store != NULL) {
        rc = ent__trade_from_store(p->cli->ctx, trade, p->store);
    }
    for (size_t k = 0; rc == ENT_OK && (path = ent__cli_option_at(p->cli, "trade", k)); k++) {
        rc = ent__trade_read(p->cli->ctx, p->states, trade, path, from);
    }
    return rc == ENT_OK ? ent__trade_finish(p->cli->ctx, trade) : rc;
}

static ent_rc trade_panel(profile *p)
{
    ent_trade *trade;
    if (ent__cli_option(p->cli, "trade", NULL) == NULL && p->store == NULL) {
        return ENT_OK;
    }
    ent_rc rc = ent__trade_new(p->cli->ctx, &trade);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = read_trade(p, trade);
    if (rc != ENT_OK || trade->count == 0) {
        ent__trade_free(trade);
        return rc;
    }
    const char *goods = ent__cli_option(p->cli, "commodity", "");
    int commodity = ent__trade_name(trade, ent__str(goods));
    double *ab = years(p), *ba = years(p);
    uint16_t unit = 0;
    bool known = commodity >= 0 &&
                 ent__trade_unit(trade, (uint16_t)commodity, p->a, p->b, &unit);
    for (int year = p->first; known && ab && ba && year <= p->last; year++) {
        double *there = &ab[year - p->first], *back = &ba[year - p->first];
        for (int look = 0; look < 2 && isnan(*there) && isnan(*back); look++) {
            int32_t a = number_in(p, p->a, year, look), b = number_in(p, p->b, year, look);
            if (a != 0 && b != 0) {
                *there = ent__trade_flow(trade, (uint16_t)commodity, unit, year * 100, a, b);
                *back = ent__trade_flow(trade, (uint16_t)commodity, unit, year * 100, b, a);
            }
        }
    }
    if (rc == ENT_OK && commodity < 0) {
        rc = ent__fail(p->cli->ctx, ENT_EUSAGE, NULL, 0, "--commodity: nothing named \"%s\"",
                       goods);
    }
    ent_str unit_name = unit < trade->name_count ? trade->names[unit] : ENT_LIT("");
    ent_str label = ent__arena_printf(p->arena, "%s, %.*s", *goods ? goods : "all goods",
                                      ENT_FMT(unit_name));
    rc = rc == ENT_OK && label.p == NULL ? ent__nomem(p->cli->ctx) : rc;
    if (rc == ENT_OK && known) {
        rc = add_panel(p, (ent_panel){.kind = ENT_PANEL_LINES, .title = "Exports", .unit = label.p,
                                      .source = "trade as given; importers' figures where there are any",
                                      .names = {p->a_to_b, p->b_to_a}, .values = {ab, ba}});
    }
    ent__trade_free(trade);
    return rc;
}

/* Mean Goldstein value of each year's events, in both directions. */
static ent_rc read_events(profile *p, ent_store *store, int32_t from, int32_t to, double *value,
                          double *low, double *high)
{
    char source[16], target[16];
    snprintf(source, sizeof source, "%.*s", ENT_FMT(ent__states_iso3(p->states, from)));
    snprintf(target, sizeof target, "%.*s", ENT_FMT(ent__states_iso3(p->states, to)));
    ent_series_options options = {.by = ENT_BY_YEAR, .level = 0.95, .seed = 1};
    options.dyad.source = source;
    options.dyad.target = target;
    ent_series series;
    ent_rc rc = ent__series_read(p->cli->ctx, store, &options, &series);
    for (size_t i = 0; rc == ENT_OK && i < series.count; i++) {
        const ent_series_point *point = &series.points[i];
        int year = ent__date_of_days(point->start).year;
        if (year >= p->first && year <= p->last && point->count > 0) {
            value[year - p->first] = point->goldstein;
            low[year - p->first] = point->goldstein_low;
            high[year - p->first] = point->goldstein_high;
        }
    }
    if (rc == ENT_OK) {
        ent__series_free(&series);
    }
    return rc;
}

static ent_rc events_panel(profile *p)
{
    ent_rc rc = ENT_OK;
    bool any = false;
    double *v[6];
    if (p->store == NULL) {
        return ENT_OK;
    }
    for (int k = 0; k < 6; k++) {
        v[k] = years(p);
        rc = v[k] == NULL ? ent__nomem(p->cli->ctx) : rc;
    }
    rc = rc ? rc : read_events(p, p->store, p->a, p->b, v[0], v[1], v[2]);
    rc = rc ? rc : read_events(p, p->store, p->b, p->a, v[3], v[4], v[5]);
    for (int i = 0; rc == ENT_OK && i <= p->last - p->first; i++) {
        any = any || !isnan(v[0][i]) || !isnan(v[3][i]);
    }
    return rc || !any ? rc
              : add_panel(p, (ent_panel){.kind = ENT_PANEL_LINES, .title = "Events in the news",
                                         .unit = "mean Goldstein value, -10 to 10",
                                         .source = "events of the store",
                                         .names = {p->a_to_b, p->b_to_a}, .values = {v[0], v[3]},
                                         .low = {v[1], v[4]}, .high = {v[2], v[5]}});
}

/* ---- years ---------------------------------------------------------------------------------- */

static bool known_in(const profile *p, int at)
{
    for (size_t k = 0; k < p->count; k++) {
        const ent_panel *panel = &p->panels[k];
        for (int s = 0; s < 2 && panel->values[s] != NULL; s++) {
            if (!isnan(panel->values[s][at])) {
                return true;
            }
        }
    }
    return false;
}

/* Years at the ends of which nothing is known are left out where nobody asked for them. */
static void trim(profile *p, bool begin, bool end)
{
    int first = 0, last = p->last - p->first;
    while (end && last > 0 && !known_in(p, last)) {
        last--;
    }
    while (begin && first < last && !known_in(p, first)) {
        first++;
    }
    for (size_t k = 0; k < p->count; k++) {
        for (int s = 0; s < 2; s++) {
            ent_panel *panel = &p->panels[k];
            panel->values[s] += panel->values[s] != NULL ? first : 0;
            panel->low[s] += panel->low[s] != NULL ? first : 0;
            panel->high[s] += panel->high[s] != NULL ? first : 0;
        }
    }
    p->last = p->first + last;
    p->first += first;
}

/* ---- output -------------------------------------------------------------------------------- */

static void print_json(const profile *p, ent_buf *out)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kz(&json, "a", p->name_a);
    ent__json_kz(&json, "b", p->name_b);
    ent__json_kint(&json, "first_year", p->first);
    ent__json_kint(&json, "last_year", p->last);
    ent__json_key(&json, "panels");
    ent__json_open(&json, '[');
    for (size_t k = 0; k < p->count; k++) {
        const ent_panel *panel = &p->panels[k];
        ent__json_open(&json, '{');
        ent__json_kz(&json, "title", panel->title);
        ent__json_kz(&json, "unit", panel->unit);
        ent__json_kz(&json, "source", panel->source);
        for (int s = 0; s < 2 && panel->names[s] != NULL; s++) {
            ent__json_key(&json, panel->names[s]);
            ent__json_open(&json, '[');
            for (int i = 0; i <= p->last - p->first; i++) {
                ent__json_double(&json, panel->values[s][i]); /* null: no data */
            }
            ent__json_close(&json, ']');
        }
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_version(&json, p->kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static void print_svg(const profile *p, ent_buf *out)
{
    char title[128], subtitle[256];
    snprintf(title, sizeof title, "%s and %s, %d to %d", p->name_a, p->name_b, p->first, p->last);
    snprintf(subtitle, sizeof subtitle,
             "Hatched: no data, which is not zero. entente %s, kit %.12s", ENT_VERSION,
             ent_kit_hash(p->kit));
    ent__profile_svg(out, title, subtitle, p->first, p->last, p->panels, p->count);
}

static ent_rc name_sides(profile *p)
{
    ent_rc rc = ent__cli_state(p->cli, p->states, p->cli->arguments[0], &p->a);
    rc = rc ? rc : ent__cli_state(p->cli, p->states, p->cli->arguments[1], &p->b);
    ent_str a = ent__states_name(p->states, p->a), b = ent__states_name(p->states, p->b);
    ent_str ca = ent__states_iso3(p->states, p->a), cb = ent__states_iso3(p->states, p->b);
    snprintf(p->name_a, sizeof p->name_a, "%.*s", ENT_FMT(a));
    snprintf(p->name_b, sizeof p->name_b, "%.*s", ENT_FMT(b));
    snprintf(p->a_to_b, sizeof p->a_to_b, "%.*s to %.*s", ENT_FMT(ca), ENT_FMT(cb));
    snprintf(p->b_to_a, sizeof p->b_to_a, "%.*s to %.*s", ENT_FMT(cb), ENT_FMT(ca));
    snprintf(p->both, sizeof p->both, "%.*s with %.*s", ENT_FMT(ca), ENT_FMT(cb));
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "profile: expected two states (USA RUS)");
    }
    int64_t since, until;
    ent_kit *kit = NULL;
    ent_buf out = {0};
    profile p = {.cli = cli};
    ent_rc rc = ent__cli_int(cli, "since", 1700, 2200, 1946, &since);
    rc = rc ? rc : ent__cli_int(cli, "until", since, 2200, since > 2100 ? 2200 : 2100, &until);
    rc = rc ? rc : ent__cli_kit(cli, &kit);
    rc = rc ? rc : ent__states_new(cli->ctx, kit, &p.states);
    p.arena = ent__arena_new();
    rc = rc == ENT_OK && p.arena == NULL ? ent__nomem(cli->ctx) : rc;
    if (rc == ENT_OK) {
        p.kit = kit;
        p.first = (int)since;
        p.last = (int)until;
        rc = name_sides(&p);
        const char *db = ent__cli_option(cli, "store", NULL);
        if (rc == ENT_OK && db != NULL) {
            rc = ent__store_open(cli->ctx, db, ENT_STORE_READ, &p.store);
        }
        rc = rc ? rc : events_panel(&p);
        rc = rc ? rc : votes_panels(&p);
        rc = rc ? rc : facts_panels(&p);
        rc = rc ? rc : trade_panel(&p);
        rc = rc ? rc : given_panels(&p);
        if (rc == ENT_OK && p.count == 0) {
            rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                           "profile: expected --votes, --dyads, --trade or --store");
        }
    }
    if (rc == ENT_OK) {
        trim(&p, ent__cli_option(cli, "since", NULL) == NULL,
             ent__cli_option(cli, "until", NULL) == NULL);
        if (ent__cli_flag(cli, "json")) {
            print_json(&p, &out);
        } else {
            print_svg(&p, &out);
        }
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    ent__arena_free(p.arena);
    ent__states_free(p.states);
    ent__store_close(p.store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    ENT_VOTE_FILE_OPTIONS,
    {"dyads", "FILE", "alliances, disputes, organisations, capabilities (may be given again)"},
    {"trade", "FILE", "trade, any layout (may be given again)"},
    {"resolutions", "PATTERN", "agreement also on these (default: the latest emergency session)"},
    {"commodity", "NAME", "one commodity of the trade files (default all goods)"},
    {"exporter", "STATE", "for trade files that name no exporter"},
    {"since", "YEAR", "first year (default: the first that the data know, not before 1946)"},
    {"until", "YEAR", "last year (default: the last that the data know)"},
    {"verbose", NULL, "what each file gave"},
    {0},
};

const ent_command ent__command_profile = {
    .name = "profile",
    .summary = "Two states on one page: votes, treaties, disputes, trade, events, series by year (SVG)",
    .usage = "entente profile A B [--votes FILE] [--dyads FILE...] [--trade FILE...] [--store DB]",
    .examples =
        "  entente profile USA RUS --votes votes.csv.gz --rollcalls rollcalls.csv.gz "
        "--dyads atop5_1ddyr.csv --dyads NMC.csv -o usa-rus.svg\n"
        "  entente profile CHN RUS --trade Dyadic_COW_4.0.csv --since 1990 --json\n",
    .options = options,
    .run = run,
};
