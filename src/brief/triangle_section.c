/* The section on the strategic triangle through time: the three ties with their intervals, how
 * likely each pattern is, the roles in the last year. In: ties of the three states by year from
 * everything the store holds.  Out: a section; a finding. Method: wedge's tie histories and
 * triangle (Dittmer 1981).  Cost: O(years). */
#include <math.h>
#include <string.h>

#include "sections.h"

enum { PATTERNS = 5 /* four and open */, YEARS = 60, MARKS = 8 };

typedef struct {
    ent__brief_work *w;
    ent__tie_history history;
    size_t state[3], n, first, last;                /* first: of the years shown */
    double *at, *tie[3], *low[3], *high[3], *share; /* share: [year][pattern] */
    ent__triangle_question *question;
    ent__triangle *answer;
    bool *known;
} view;

static const int ends[3][2] = {{0, 1}, {0, 2}, {1, 2}};

static bool room(view *v)
{
    ent_arena *arena = v->w->arena;
    size_t n = v->n;
    double *columns = ent__arena_array(arena, n * (10 + PATTERNS), sizeof *columns);
    v->question = ent__arena_array(arena, n, sizeof *v->question);
    v->answer = ent__arena_array(arena, n, sizeof *v->answer);
    v->known = ent__arena_array(arena, n, sizeof *v->known);
    if (columns == NULL || v->question == NULL || v->answer == NULL || v->known == NULL) {
        v->w->failed = true;
        return false;
    }
    v->at = columns;
    for (size_t t = 0; t < 3; t++) {
        v->tie[t] = columns + (1 + 3 * t) * n;
        v->low[t] = columns + (2 + 3 * t) * n;
        v->high[t] = columns + (3 + 3 * t) * n;
    }
    v->share = columns + 10 * n;
    return true;
}

static bool find_states(view *v)
{
    for (size_t s = 0; s < 3; s++) {
        size_t i = 0;
        while (i < v->history.state_count && !ent__str_ieqz(v->history.states[i], v->w->asked[s])) {
            i++;
        }
        if (i == v->history.state_count) {
            return false;
        }
        v->state[s] = i;
    }
    return true;
}

static ent_rc solve_year(view *v, size_t y)
{
    ent__ties ties;
    ent_rc rc = ent__tie_history_at(v->w->ctx, v->w->arena, &v->history, y, SIZE_MAX, &ties);
    v->known[y] = rc == ENT_OK;
    int64_t year = 0;
    ent__str_int(v->history.periods[y], &year);
    v->at[y] = ent__date_days((ent_date){(int16_t)year, 7, 1});
    for (size_t t = 0; t < 3 && rc == ENT_OK; t++) {
        size_t cell = v->state[ends[t][0]] * ties.n + v->state[ends[t][1]];
        bool given = ties.given[cell] != 0;
        double reach = 1.959963984540054 * ties.error[cell];
        v->known[y] &= given;
        v->question[y].mean[t] = ties.mean[cell];
        v->question[y].error[t] = ties.error[cell];
        v->tie[t][y] = given ? ties.mean[cell] : NAN;
        v->low[t][y] = given ? ties.mean[cell] - reach : NAN;
        v->high[t][y] = given ? ties.mean[cell] + reach : NAN;
    }
    if (rc == ENT_OK && v->known[y]) {
        ent__triangle *a = &v->answer[y];
        rc = ent__triangle_solve(v->w->ctx, &v->question[y], a);
        const double shares[PATTERNS] = {a->pattern[ENT__MENAGE], a->pattern[ENT__ROMANTIC],
                                         a->pattern[ENT__STABLE_MARRIAGE],
                                         a->pattern[ENT__UNIT_VETO], a->open};
        memcpy(v->share + y * PATTERNS, shares, sizeof shares);
        v->last = y;
    }
    return rc;
}

static ent_str likeliest(view *v, size_t y)
{
    const ent__triangle *a = &v->answer[y];
    return a->likeliest < 0 ? ENT_LIT("open: a tie is near neutral")
                            : ent__triangle_text(v->w->arena, (unsigned)a->likeliest, v->w->asked);
}

static double probability(const ent__triangle *a)
{
    return a->likeliest < 0 ? a->open : a->sign[a->likeliest];
}

/* Names of the measures that stand behind a year. */
static void measures_of(const view *v, size_t y, ent_buf *out)
{
    for (size_t m = 0; m < v->history.measure_count; m++) {
        bool stands = false;
        for (size_t r = 0; r < v->history.row_count; r++) {
            const ent__period_tie *row = &v->history.rows[r];
            stands |= row->period == y && row->measure == m;
        }
        if (stands) {
            ent__buf_z(out, out->n > 0 ? ", " : "");
            ent__buf_str(out, v->history.measures[m].name);
        }
    }
}

static ent__table numbers(view *v)
{
    ent__brief_work *w = v->w;
    ent__table t = ent__table_open(
        w, ent__brief_printf(w,
                             "year|%s–%s|low|high|%s–%s|low|high|%s–%s|low|high|ménage à "
                             "trois|romantic triangle|stable "
                             "marriage|unit veto|open|likeliest|probability|measures",
                             w->asked[0], w->asked[1], w->asked[0], w->asked[2], w->asked[1],
                             w->asked[2])
               .p);
    for (size_t y = v->first; y < v->n; y++) {
        ent_buf measures = {0};
        measures_of(v, y, &measures);
        if (measures.n == 0) {
            continue;
        }
        ent__table_text(&t, v->history.periods[y]);
        for (size_t k = 0; k < 3; k++) {
            ent__table_number(&t, v->tie[k][y], 3);
            ent__table_number(&t, v->low[k][y], 3);
            ent__table_number(&t, v->high[k][y], 3);
        }
        for (size_t k = 0; k < PATTERNS; k++) {
            ent__table_number(&t, v->known[y] ? v->share[y * PATTERNS + k] : NAN, 3);
        }
        ent__table_text(&t, v->known[y] ? likeliest(v, y) : ENT_LIT("not enough evidence"));
        ent__table_number(&t, v->known[y] ? probability(&v->answer[y]) : NAN, 3);
        ent__table_text(&t, ent__buf_slice(&measures));
        ent__buf_free(&measures);
    }
    return t;
}

static ent_str message(view *v)
{
    size_t since = v->last;
    for (size_t y = v->last + 1; y-- > 0;) {
        if (v->known[y] && v->answer[y].likeliest != v->answer[v->last].likeliest) {
            break;
        }
        since = v->known[y] ? y : since;
    }
    ent_str text = likeliest(v, v->last);
    ent_str begins = since > v->first ? ent__brief_begins(&v->history, since) : (ent_str){"", 0};
    return ent__brief_printf(
        v->w, "%.*s: likeliest %.*s (probability %.2f), as in every known year since %.*s%s%.*s%s",
        ENT_FMT(v->history.periods[v->last]), ENT_FMT(text), probability(&v->answer[v->last]),
        ENT_FMT(v->history.periods[since]), begins.n > 0 ? " (where “" : "", ENT_FMT(begins),
        begins.n > 0 ? "” begin: the turn may be of the data)" : "");
}

static void through_time(view *v, ent_brief_section *section)
{
    ent__brief_work *w = v->w;
    ent__table t = numbers(v);
    ent_brief_exhibit *e = ent__table_close(&t, section, ENT_LIT("triangle-years"));
    if (e == NULL) {
        return;
    }
    size_t first = v->first;
    e->title = message(v);
    e->note = ENT_LIT(
        "Lines: the three ties, above zero together, below apart, with 95 % interval; a "
        "blend of what the store holds for the year (last column of the table). Dashed: a data "
        "set begins; one that ended before the last year is left out. Bars, from "
        "the foot: probability of a ménage à trois (all three get on), romantic triangle (one "
        "gets on with two who do not), stable marriage (two against one), unit veto (all at "
        "odds), and open. The zero of the scale is a convention.");
    e->source = ent__brief_measures(w, &v->history);
    ent__chart_line lines[3];
    for (size_t k = 0; k < 3; k++) {
        lines[k] = (ent__chart_line){
            ent__brief_printf(w, "%s–%s", w->asked[ends[k][0]], w->asked[ends[k][1]]),
            v->tie[k] + first, v->low[k] + first, v->high[k] + first};
    }
    size_t n = v->last + 1 - first;
    ent__chart_mark marks[MARKS];
    size_t mark_count = ent__brief_begin_marks(&v->history, first, v->last, marks, MARKS);
    static const char *const patterns[PATTERNS] = {"ménage à trois", "romantic triangle",
                                                   "stable marriage", "unit veto", "open"};
    const ent__chart chart = {
        .id = "triangle-years",
        .title = e->title,
        .description =
            ENT_LIT("The three ties by year with 95 % intervals, and below the probability of "
                    "each pattern of the triangle. The numbers are in the table that follows."),
        .at = v->at + first,
        .count = n,
        .step = 365.25,
        .lines = lines,
        .line_count = 3,
        .marks = marks,
        .mark_count = mark_count,
        .low = NAN,
        .high = NAN,
        .zero = 0,
        .dots = n < 30,
        .unit = "tie (above zero: together)",
        .stack_unit = "probability of the pattern",
        .stack = v->share + first * PATTERNS,
        .stack_count = PATTERNS,
        .stack_names = patterns};
    e->svg = ent__chart_lines(w->arena, &chart);
}

static void roles(view *v, ent_brief_section *section)
{
    ent__brief_work *w = v->w;
    const ent__triangle *a = &v->answer[v->last];
    const ent__triangle_question *q = &v->question[v->last];
    ent__table t = ent__table_open(w, "state|pivot|friend|partner|wing|outcast|foe");
    ent_buf likely = {0};
    for (size_t s = 0; s < 3; s++) {
        int best = 0;
        ent__table_text(&t, ent__brief_state_name(w->kit, w->brief->asked[s]));
        for (int r = 0; r < ENT__ROLES; r++) {
            ent__table_number(&t, a->role[s][r], 3);
            best = a->role[s][r] > a->role[s][best] ? r : best;
        }
        ent_str name = ent__brief_asked_name(w, s);
        ent__buf_printf(&likely, "%s%.*s %s (%.2f)", s == 0 ? "" : ", ", ENT_FMT(name),
                        ent__role_name((ent__role)best), a->role[s][best]);
    }
    ent_brief_exhibit *e = ent__table_close(&t, section, ENT_LIT("triangle-roles"));
    if (e == NULL) {
        ent__buf_free(&likely);
        return;
    }
    ent_buf turns = {0};
    for (size_t k = 0; k < 3 && a->likeliest >= 0; k++) {
        unsigned turned = (unsigned)a->likeliest ^ (1u << k);
        ent_str text = ent__triangle_text(w->arena, turned, w->asked);
        ent__buf_printf(&turns, " %s–%s by %+.2f: %.*s.", w->asked[ends[k][0]],
                        w->asked[ends[k][1]], -q->mean[k], ENT_FMT(text));
    }
    e->title =
        ent__brief_printf(w, "Likeliest roles in %.*s: %.*s", ENT_FMT(v->history.periods[v->last]),
                          ENT_FMT(ent__buf_slice(&likely)));
    ent__buf_free(&likely);
    e->note =
        ent__brief_printf(w, "Probability of each role.%s%.*s",
                          turns.n > 0 ? " What would change the pattern, a tie crossing zero:" : "",
                          ENT_FMT(ent__buf_slice(&turns)));
    e->source = ENT_LIT("the ties above");
    e->open = true;
    ent__buf_free(&turns);
}

/* At most YEARS back from the last known one, and not before the first tie. */
static void choose_first(view *v)
{
    v->first = v->last >= YEARS ? v->last - YEARS + 1 : 0;
    while (v->first < v->last && !isfinite(v->tie[0][v->first]) && !isfinite(v->tie[1][v->first]) &&
           !isfinite(v->tie[2][v->first])) {
        v->first++;
    }
}

ent_rc ent__section_triangle(ent__brief_work *w)
{
    view v = {.w = w, .last = SIZE_MAX};
    bool known;
    ent_rc rc = ent__brief_history(w, w->asked, 3, &v.history, &known);
    v.n = rc == ENT_OK && known ? v.history.period_count : 0;
    if (rc != ENT_OK || v.n == 0 || !find_states(&v) || !room(&v)) {
        return rc;
    }
    for (size_t y = 0; y < v.n && rc == ENT_OK; y++) {
        rc = solve_year(&v, y);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    if (v.last == SIZE_MAX) {
        ent__brief_unknown(w,
                           ENT_LIT("Triangle: no year has all three ties, not enough evidence."));
        return ENT_OK;
    }
    choose_first(&v);
    ent_brief_section *section =
        ent__section_add(w, "triangle", "The triangle through time", "Triangle");
    if (section == NULL) {
        return ent__nomem(w->ctx);
    }
    through_time(&v, section);
    roles(&v, section);
    section->lead =
        ENT_LIT("Which of the three gets on with which, and who stands between the others.");
    section->method = "Ties by year are blended from events, votes, treaties, disputes and trade, "
                      "each divided by its "
                      "spread, with its error. The signs of three ties give four patterns and six "
                      "roles (Dittmer 1981); "
                      "their probabilities follow from the errors alone. It reads signs of "
                      "measured ties: neither why "
                      "nor what anybody intends.";
    section->page = "docs/methods/wedge.md";
    section->commands =
        ent__brief_printf(w,
                          "# of events alone; the page blends in votes, treaties, disputes "
                          "and trade\nentente triangle %s %s %s --store DB --by year",
                          w->asked[0], w->asked[1], w->asked[2]);
    return ENT_OK;
}
