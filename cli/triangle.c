/* entente triangle: pattern and roles of three states, period by period, as probabilities. */
#include <math.h>
#include <string.h>

#include "report.h"

typedef struct {
    ent__report report;
    const char *names[3];
    ent__tie_history history;
    size_t state[3]; /* of the history */
    ent__triangle_period *periods;
    size_t count, last; /* last: the latest one known */
    double dead_zone;
    const char *const *inputs;
    size_t input_count;
} work;

/* ---- input ---------------------------------------------------------------------------------- */

static ent_rc numbers_read(const ent_cli *cli, const char *option, double out[3])
{
    const char *text = ent__cli_option(cli, option, NULL);
    ent_str rest = ent__str(text == NULL ? "" : text), item;
    int count = 0;
    while (text != NULL && count < 4 && ent__str_split(&rest, ',', &item)) {
        if (count == 3 || !ent__str_double(ent__str_trim(item), &out[count]) ||
            !isfinite(out[count])) {
            count = 9;
            break;
        }
        count++;
    }
    return text == NULL || count == 3
             ? ENT_OK
             : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--%s: expected three numbers AB,AC,BC, got \"%s\"", option, text);
}

static ent_rc from_numbers(work *w)
{
    w->periods = ent__arena_alloc(w->report.arena, sizeof *w->periods);
    if (w->periods == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    w->count = 1;
    w->periods[0] = (ent__triangle_period){.label = ENT_LIT("now"), .known = true};
    w->periods[0].question.dead_zone = w->dead_zone;
    ent_rc rc = numbers_read(w->report.cli, "ties", w->periods[0].question.mean);
    return rc == ENT_OK ? numbers_read(w->report.cli, "errors", w->periods[0].question.error) : rc;
}

static ent_rc from_history(work *w)
{
    ent_rc rc =
        ent__report_history(&w->report, w->names, 3, &w->history, &w->inputs, &w->input_count);
    return rc != ENT_OK ? rc
                        : ent__triangle_periods(w->report.cli->ctx, w->report.arena, &w->history,
                                                w->names, w->dead_zone, w->state, &w->periods,
                                                &w->count);
}

static ent_rc solve(work *w)
{
    bool some = false;
    ent_rc rc = ent__triangle_solve_periods(w->report.cli->ctx, w->periods, w->count, &w->last,
                                            &some);
    return rc != ENT_OK || some ? rc
                                : ent__fail(w->report.cli->ctx, ENT_EINPUT, NULL, 0,
                                            "not enough evidence: no period "
                                            "has all three ties of %s, %s and %s",
                                            w->names[0], w->names[1], w->names[2]);
}

/* The three ties of a period under one measure; known false: some tie is missing. */
static ent_rc period_ties(work *w, size_t at, size_t only, ent__triangle_question *out, bool *known)
{
    return ent__triangle_ties(w->report.cli->ctx, w->report.arena, &w->history, w->state, at, only,
                              w->dead_zone, out, known);
}

static ent_str likeliest_text(work *w, const ent__triangle *t)
{
    return ent__triangle_likeliest(w->report.arena, t, w->names);
}

static double likeliest_share(const ent__triangle *t)
{
    return ent__triangle_likeliest_share(t);
}

static void sentences_write(work *w)
{
    ent_buf found = {0};
    ent__triangle_found(&found, w->report.arena, w->names, w->periods, w->count, w->last);
    ent__report_sentences(&w->report, ent__buf_slice(&found), ent__str(ent__triangle_limits));
    ent__buf_free(&found);
}

/* ---- text ----------------------------------------------------------------------------------- */

static void periods_text(work *w)
{
    ent_buf *out = &w->report.out;
    ent__buf_printf(out, "%-10s", "period");
    for (int t = 0; t < 3; t++) {
        ent__buf_printf(out, " %7s-%-8s", w->names[ent__triangle_ends[t][0]], w->names[ent__triangle_ends[t][1]]);
    }
    ent__buf_z(out, "  menage romantic marriage veto  open  likeliest\n");
    for (size_t p = 0; p < w->count; p++) {
        const ent__triangle_period *at = &w->periods[p];
        ent__buf_printf(out, "%-10.*s", ENT_FMT(at->label));
        if (!at->known) {
            ent__buf_z(out, " not enough evidence: a tie is missing\n");
            continue;
        }
        for (int t = 0; t < 3; t++) {
            ent__buf_printf(out, " %7.3f (%5.3f)", at->question.mean[t], at->question.error[t]);
        }
        const ent__triangle *a = &at->answer;
        ent_str text = likeliest_text(w, a);
        ent__buf_printf(out, "  %5.3f   %5.3f    %5.3f %5.3f %5.3f  %.*s %.2f\n",
                        a->pattern[ENT__MENAGE], a->pattern[ENT__ROMANTIC],
                        a->pattern[ENT__STABLE_MARRIAGE], a->pattern[ENT__UNIT_VETO], a->open,
                        ENT_FMT(text), likeliest_share(a));
    }
    ent__buf_char(out, '\n');
}

static void last_text(work *w)
{
    ent_buf *out = &w->report.out;
    const ent__triangle_period *last = &w->periods[w->last];
    const ent__triangle *a = &last->answer;
    ent__buf_printf(out, "In %.*s: all eight patterns\n", ENT_FMT(last->label));
    for (unsigned s = 8; s-- > 0;) {
        ent_str text = ent__triangle_text(w->report.arena, s, w->names);
        ent__buf_printf(out, "  %.6f  %.*s\n", a->sign[s], ENT_FMT(text));
    }
    ent__buf_z(out, "Roles (probability)      pivot  friend partner  wing outcast  foe   utility "
                    "(error)\n");
    for (int s = 0; s < 3; s++) {
        ent__buf_printf(out, "  %-20s", w->names[s]);
        for (int r = 0; r < ENT__ROLES; r++) {
            ent__buf_printf(out, " %6.3f ", a->role[s][r]);
        }
        ent__buf_printf(out, " %6.3f (%.3f)\n", a->utility[s], a->utility_error[s]);
    }
    ent__buf_z(out, "What would change it: a tie crosses zero\n");
    for (int t = 0; t < 3 && a->likeliest >= 0; t++) {
        unsigned turned = (unsigned)a->likeliest ^ (1u << t);
        ent_str text = ent__triangle_text(w->report.arena, turned, w->names);
        ent__buf_printf(out, "  %s-%s by %+.3f", w->names[ent__triangle_ends[t][0]], w->names[ent__triangle_ends[t][1]],
                        -last->question.mean[t]);
        if (last->question.error[t] > 0) {
            ent__buf_printf(out, " (%.1f errors)",
                            fabs(last->question.mean[t]) / last->question.error[t]);
        }
        ent__buf_printf(out, ": %.*s; gains", ENT_FMT(text));
        for (int s = 0; s < 3; s++) {
            ent__buf_printf(out, " %s %+.0f", w->names[s],
                            ent__triangle_utility(turned, s) -
                                ent__triangle_utility((unsigned)a->likeliest, s));
        }
        ent__buf_char(out, '\n');
    }
    ent__buf_char(out, '\n');
}

/* ---- shifts of the ties --------------------------------------------------------------------- */

/* The known values of one tie and the periods they belong to. */
static size_t tie_values(const work *w, int tie, double *values, size_t *at)
{
    size_t n = 0;
    for (size_t p = 0; p < w->count; p++) {
        if (w->periods[p].known) {
            at[n] = p;
            values[n++] = w->periods[p].question.mean[tie];
        }
    }
    return n;
}

static void shift_write(work *w, int tie, const ent_shift *shift, const size_t *at)
{
    ent_str first = w->periods[at[shift->first - 1]].label;
    ent_str low = shift->low > 0 ? w->periods[at[shift->low - 1]].label : ENT_LIT("");
    ent_str high = shift->high > 0 ? w->periods[at[shift->high - 1]].label : ENT_LIT("");
    if (w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_open(json, '{');
        ent__json_kz(json, "a", w->names[ent__triangle_ends[tie][0]]);
        ent__json_kz(json, "b", w->names[ent__triangle_ends[tie][1]]);
        ent__json_kstr(json, "first", first);
        ent__json_kstr(json, "last_before_low", low);
        ent__json_kstr(json, "last_before_high", high);
        ent__json_kdouble(json, "before", shift->before);
        ent__json_kdouble(json, "after", shift->after);
        ent__json_kbool(json, "sign_changes", shift->before * shift->after < 0);
        ent__json_close(json, '}');
    } else {
        ent__buf_printf(&w->report.out, "  %s-%s from %.*s", w->names[ent__triangle_ends[tie][0]],
                        w->names[ent__triangle_ends[tie][1]], ENT_FMT(first));
        if (low.n > 0 && high.n > 0) {
            ent__buf_printf(&w->report.out, " (old regime ended between %.*s and %.*s)",
                            ENT_FMT(low), ENT_FMT(high));
        }
        ent__buf_printf(&w->report.out, ": %.3f -> %.3f%s\n", shift->before, shift->after,
                        shift->before * shift->after < 0 ? ", changes sign" : "");
    }
}

static ent_rc shifts_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    double *values = ent__arena_array(w->report.arena, w->count, sizeof *values);
    size_t *at = ent__arena_array(w->report.arena, w->count, sizeof *at), total = 0;
    if (values == NULL || at == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    if (as_json) {
        ent__json_key(&w->report.json, "shifts");
        ent__json_open(&w->report.json, '[');
    } else if (w->count > 1) {
        ent__buf_z(&w->report.out, "Shifts of the ties (change points, not first crossings)\n");
    }
    ent_rc rc = ENT_OK;
    for (int tie = 0; tie < 3 && rc == ENT_OK; tie++) {
        size_t n = tie_values(w, tie, values, at);
        if (n < 8) {
            continue;
        }
        ent_shift_options options = ENT_SHIFT_DEFAULTS;
        ent_shifts shifts;
        rc = ent__shifts_find(w->report.cli->ctx, values, n, &options, &shifts);
        for (size_t i = 0; rc == ENT_OK && i < shifts.count; i++, total++) {
            shift_write(w, tie, &shifts.shifts[i], at);
        }
        if (rc == ENT_OK) {
            ent__shifts_free(&shifts);
        }
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else if (w->count > 1) {
        ent__buf_z(&w->report.out,
                   total == 0 ? "  none found (8 periods or more are needed)\n\n" : "\n");
    }
    return rc;
}

/* ---- sensitivity ---------------------------------------------------------------------------- */

static ent_rc variant_write(work *w, ent_str name, ent__triangle_question question)
{
    ent__triangle t;
    ent_rc rc = ent__triangle_solve(w->report.cli->ctx, &question, &t);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_str text = likeliest_text(w, &t);
    if (w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_open(json, '{');
        ent__json_kstr(json, "under", name);
        ent__json_kstr(json, "likeliest", text);
        ent__json_kdouble(json, "probability", likeliest_share(&t));
        ent__json_close(json, '}');
    } else {
        ent__buf_printf(&w->report.out, "  %-32.*s %.*s %.3f\n", ENT_FMT(name), ENT_FMT(text),
                        likeliest_share(&t));
    }
    return ENT_OK;
}

static void zero_moved(const work *w, double by, ent__triangle_question *out)
{
    *out = w->periods[w->last].question;
    for (int t = 0; t < 3; t++) {
        double sum = 0, known = 0;
        for (size_t p = 0; p < w->count; p++) {
            sum += w->periods[p].known ? w->periods[p].question.mean[t] : 0;
            known += w->periods[p].known;
        }
        out->mean[t] -= isnan(by) ? sum / known : by;
    }
}

static ent_rc measures_alone(work *w)
{
    ent_rc rc = ENT_OK;
    for (size_t m = 0; m < w->history.measure_count && w->history.measure_count > 1 && rc == ENT_OK;
         m++) {
        ent__triangle_question question;
        bool known;
        ent_str name =
            ent__arena_printf(w->report.arena, "%.*s alone", ENT_FMT(w->history.measures[m].name));
        rc = period_ties(w, w->last, m, &question, &known);
        if (rc == ENT_OK && known) {
            rc = variant_write(w, name, question);
        } else if (rc == ENT_OK && w->report.form == ENT__REPORT_TEXT) {
            ent__buf_printf(&w->report.out, "  %-32.*s not enough evidence\n", ENT_FMT(name));
        }
    }
    return rc;
}

static ent_rc sensitivity_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    ent__triangle_question question;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_printf(&w->report.out, "Sensitivity: %.*s under other choices\n",
                        ENT_FMT(w->periods[w->last].label));
    }
    zero_moved(w, 0.1, &question);
    ent_rc rc = variant_write(w, ENT_LIT("zero of the scale at +0.1"), question);
    if (rc == ENT_OK) {
        zero_moved(w, -0.1, &question);
        rc = variant_write(w, ENT_LIT("zero of the scale at -0.1"), question);
    }
    if (rc == ENT_OK && w->count > 1) {
        zero_moved(w, NAN, &question);
        rc = variant_write(w, ENT_LIT("zero at each dyad's long-run mean"), question);
    }
    if (rc == ENT_OK) {
        question = w->periods[w->last].question;
        for (int t = 0; t < 3; t++) {
            question.error[t] *= 2;
        }
        rc = variant_write(w, ENT_LIT("errors twice as large"), question);
    }
    if (rc == ENT_OK) {
        rc = measures_alone(w);
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- SVG ------------------------------------------------------------------------------------ */

static void ties_panel(work *w, ent__figure *f, const ent_str *labels, double *column)
{
    size_t n = w->count;
    double *low = column + n, *high = column + 2 * n, least = -0.2, most = 0.2;
    for (size_t p = 0; p < n; p++) {
        for (int t = 0; t < 3 && w->periods[p].known; t++) {
            const ent__triangle_question *q = &w->periods[p].question;
            least = fmin(least, q->mean[t] - 1.96 * q->error[t]);
            most = fmax(most, q->mean[t] + 1.96 * q->error[t]);
        }
    }
    ent__figure_panel(f, 52, 74, 640, 170, ENT_LIT("ties, with 95 % bands (above zero: positive)"));
    ent__figure_range(f, 0, n > 1 ? (double)(n - 1) : 1, least, most);
    ent__figure_axes(f, labels, n, 5);
    for (int t = 0; t < 3; t++) {
        for (size_t p = 0; p < n; p++) {
            const ent__triangle_period *at = &w->periods[p];
            column[p] = at->known ? at->question.mean[t] : NAN;
            low[p] = column[p] - 1.96 * at->question.error[t];
            high[p] = column[p] + 1.96 * at->question.error[t];
        }
        ent__figure_band(f, t, low, high, n);
        ent__figure_line(f, t, column, n);
        for (size_t p = 0; p < n; p++) {
            if (!isnan(column[p])) {
                ent__figure_dot(f, t, (double)p, column[p], n > 60 ? 1.2 : 2.5);
            }
        }
        ent__figure_key(f, 52 + 150 * t, 46, t, false,
                        ent__arena_printf(w->report.arena, "%s-%s", w->names[ent__triangle_ends[t][0]],
                                          w->names[ent__triangle_ends[t][1]]));
    }
}

/* Names the pivot or outcast of every stretch of one likeliest pattern that is wide enough. */
static void runs_named(work *w, ent__figure *f)
{
    for (size_t first = 0; first < w->count;) {
        size_t end = first;
        while (end < w->count && w->periods[end].known && w->periods[first].known &&
               w->periods[end].answer.likeliest == w->periods[first].answer.likeliest) {
            end++;
        }
        double wide = 640.0 / (double)w->count, middle = 52 + wide * (double)(first + end) / 2;
        for (int s = 0; s < 3 && end > first && w->periods[first].answer.likeliest >= 0; s++) {
            ent__role role = ent__triangle_role((unsigned)w->periods[first].answer.likeliest, s);
            if ((role == ENT__PIVOT || role == ENT__OUTCAST) && wide * (double)(end - first) > 74) {
                ent__figure_text(
                    f, middle, 336, "middle", "w",
                    ent__arena_printf(w->report.arena, "%s %s", w->names[s], ent__role_name(role)));
            }
        }
        first = end > first ? end : first + 1;
    }
}

static void patterns_panel(work *w, ent__figure *f, const ent_str *labels)
{
    static const int colours[4] = {6, 1, 5, 2}; /* veto, marriage, romantic, menage */
    size_t n = w->count;
    ent__figure_panel(f, 52, 316, 640, 130, ENT_LIT("probability of each pattern"));
    ent__figure_range(f, n > 1 ? -0.5 : -0.5, n > 1 ? (double)n - 0.5 : 0.5, 0, 1);
    for (size_t p = 0; p < n; p++) {
        double from = 0;
        for (int k = 3; k >= 0 && w->periods[p].known; k--) {
            double share = w->periods[p].answer.pattern[k];
            ent__figure_bar(f, colours[k], (double)p, 0.45, from, from + share);
            from += share;
        }
    }
    ent__figure_axes(f, labels, n, 4);
    runs_named(w, f);
    for (int k = 3; k >= 0; k--) {
        ent__figure_key(f, 52 + 160 * (3 - k), 290, colours[k], true,
                        ent__str(ent__pattern_name((ent__pattern)k)));
    }
}

static ent_rc svg_write(work *w)
{
    ent_arena *arena = w->report.arena;
    ent_str *labels = ent__arena_array(arena, w->count, sizeof *labels);
    double *column = ent__arena_array(arena, 3 * w->count, sizeof *column);
    ent_str text = likeliest_text(w, &w->periods[w->last].answer);
    ent_str title = ent__arena_printf(arena, "%s, %s, %s", w->names[0], w->names[1], w->names[2]);
    ent_str description =
        ent__arena_printf(arena, "%.*s: %.*s, probability %.2f", ENT_FMT(w->periods[w->last].label),
                          ENT_FMT(text), likeliest_share(&w->periods[w->last].answer));
    if (labels == NULL || column == NULL || title.p == NULL || description.p == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t p = 0; p < w->count; p++) {
        labels[p] = w->periods[p].label;
    }
    ent__figure f;
    ent__figure_open(&f, &w->report.out, 720, 500, title.p, description,
                     ent_kit_hash(w->report.kit));
    ties_panel(w, &f, labels, column);
    patterns_panel(w, &f, labels);
    ent__figure_text(&f, 52, 490, "start", "q", description);
    ent__figure_close(&f);
    return ENT_OK;
}

/* ---- the command ---------------------------------------------------------------------------- */

static ent_rc result_write(work *w)
{
    if (w->report.form == ENT__REPORT_SVG) {
        return svg_write(w);
    }
    sentences_write(w);
    if (w->report.form == ENT__REPORT_JSON) {
        ent__triangle_json(&w->report.json, w->report.arena, w->names, w->periods, w->count,
                           w->dead_zone);
    } else {
        periods_text(w);
        last_text(w);
    }
    ent_rc rc = shifts_write(w);
    if (rc == ENT_OK) {
        rc = sensitivity_write(w);
    }
    return rc == ENT_OK ? ent__report_inputs(&w->report, w->inputs, w->input_count) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {0};
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK && cli->argument_count != 3) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "triangle: expected three states, got %zu",
                       cli->argument_count);
    }
    for (int s = 0; s < 3 && rc == ENT_OK; s++) {
        w.names[s] = cli->arguments[s];
    }
    if (rc == ENT_OK) {
        rc = ent__cli_double(cli, "dead-zone", 0, 1e9, 0, &w.dead_zone);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_option(cli, "ties", NULL) != NULL ? from_numbers(&w) : from_history(&w);
    }
    if (rc == ENT_OK) {
        rc = solve(&w);
    }
    if (rc == ENT_OK) {
        rc = result_write(&w);
    }
    return ent__report_close(&w.report, rc);
}

static const ent_option options[] = {
    ENT__HISTORY_OPTIONS,
    {"ties", "AB,AC,BC", "three ties given here instead"},
    {"errors", "AB,AC,BC", "their standard errors"},
    {"dead-zone", "X", "ties up to this size are neutral (default 0)"},
    {0},
};

const ent_command ent__command_triangle = {
    .name = "triangle",
    .summary = "Who is pivot, wing, partner or outcast among three states, and how surely",
    .usage = "entente triangle A B C --csv HISTORY.csv | --store DB | --ties X,Y,Z [--by year]",
    .examples =
        "  entente triangle USA RUS CHN --ties 0.3,-0.4,0.6 --errors 0.2,0.2,0.2\n"
        "  entente triangle USA RUS CHN --csv history.csv      # period,a,b,value,error[,measure]\n"
        "  entente triangle USA RUS CHN --csv history.csv -o triangle.svg\n",
    .options = options,
    .run = run,
};
