/* entente wedge: what change of ties takes a target out of a rival's bloc. */
#include <math.h>
#include <string.h>

#include "report.h"

typedef struct {
    ent__report report;
    ent__report_tie_input input;
    ent__price_question question;
    ent__price answer;
    uint32_t top;
} work;

static const char *const unit_names[ENT__PRICE_UNITS] = {"points", "standard_errors", "years"};
static const char *const kind_names[ENT__PRICE_KINDS] = {"defection", "direct", "own_tie", "clean"};

static ent_str name_of(const work *w, int64_t state)
{
    return w->input.ties.names[state];
}

/* ---- the two sentences ---------------------------------------------------------------------- */

static void cheapest_words(const work *w, ent_buf *out)
{
    const ent__price *p = &w->answer;
    const ent__price_tie *first = p->tie_count > 0 ? &p->ties[0] : NULL;
    if (first == NULL || !isfinite(first->tie.change)) {
        ent__buf_z(out, "no single tie can part them");
        return;
    }
    ent__buf_printf(out, "the cheapest single change is %+.4f on %.*s-%.*s", first->tie.change,
                    ENT_FMT(name_of(w, first->tie.a)), ENT_FMT(name_of(w, first->tie.b)));
}

static void sentences_write(work *w)
{
    const ent__price *p = &w->answer;
    ent_str t = name_of(w, w->question.target), r = name_of(w, w->question.rival);
    ent_buf found = {0};
    if (p->apart_now) {
        ent__buf_printf(&found,
                        "The ties already put %.*s and %.*s apart (gap %.4g): nothing needs "
                        "to change.",
                        ENT_FMT(t), ENT_FMT(r), p->gap_high);
    } else if (!p->exact && p->gap_low <= 0) {
        ent__buf_printf(&found,
                        "Whether the ties put %.*s and %.*s together is not settled: the gap "
                        "lies between %.4g and %.4g.",
                        ENT_FMT(t), ENT_FMT(r), p->gap_low, p->gap_high);
    } else {
        ent__buf_printf(&found, "The ties put %.*s and %.*s together (gap %.4g); ", ENT_FMT(t),
                        ENT_FMT(r), p->gap_low);
        cheapest_words(w, &found);
        if (p->draws > 0) {
            ent__buf_printf(&found,
                            ", and given the errors they are apart already with "
                            "probability %.2f",
                            p->apart_share);
        }
        ent__buf_char(&found, '.');
    }
    ent__report_sentences(&w->report, ent__buf_slice(&found),
                          ENT_LIT("This does not show what a government could do or at what cost: "
                                  "it says how far the measured ties are from another structure in "
                                  "a model of two blocs."));
    ent__buf_free(&found);
}

/* ---- plans ---------------------------------------------------------------------------------- */

static void plan_json(work *w, const char *key, const ent__price_plan *plan)
{
    ent_json *json = &w->report.json;
    if (key != NULL) {
        ent__json_key(json, key);
    }
    if (!plan->solved && !plan->feasible) {
        ent__json_null(json); /* not computed */
        return;
    }
    ent__json_open(json, '{');
    ent__json_kbool(json, "feasible", plan->feasible);
    ent__json_kbool(json, "proven", plan->solved);
    if (plan->feasible) {
        ent__json_kdouble(json, "cost", plan->cost);
        ent__json_key(json, "changes");
        ent__json_open(json, '[');
        for (size_t i = 0; i < plan->count; i++) {
            ent__json_open(json, '{');
            ent__json_kstr(json, "a", name_of(w, plan->changes[i].a));
            ent__json_kstr(json, "b", name_of(w, plan->changes[i].b));
            ent__json_kdouble(json, "change", plan->changes[i].change);
            ent__json_close(json, '}');
        }
        ent__json_close(json, ']');
        ent__json_key(json, "after");
        ent__json_open(json, '[');
        ent__report_side(&w->report, &w->input.ties, plan->after, 0);
        ent__report_side(&w->report, &w->input.ties, plan->after, 1);
        ent__json_close(json, ']');
    }
    ent__json_close(json, '}');
}

/* Who changes sides between the present prediction and the plan's (the smaller reading). */
static void moved_write(work *w, const uint8_t *after)
{
    const ent__ties *ties = &w->input.ties;
    size_t differs = 0;
    for (size_t i = 0; i < ties->n; i++) {
        differs += after[i] != w->answer.status[i];
    }
    uint8_t turned = 2 * differs > ties->n;
    for (size_t i = 0; i < ties->n; i++) {
        if ((after[i] ^ w->answer.status[i]) != turned) {
            ent__buf_printf(&w->report.out, " %.*s", ENT_FMT(ties->names[i]));
        }
    }
}

static void plan_text(work *w, const char *name, const ent__price_plan *plan, const char *unit)
{
    ent_buf *out = &w->report.out;
    ent__buf_printf(out, "  %-22s", name);
    if (!plan->solved && !plan->feasible) {
        ent__buf_printf(out, "not computed (over %d states)\n", ENT__PRICE_SEVERAL_EXACT);
        return;
    }
    if (!plan->feasible) {
        ent__buf_z(out, "no change of these ties does it\n");
        return;
    }
    ent__buf_printf(out, "%.4f %s:", plan->cost, unit);
    for (size_t i = 0; i < plan->count; i++) {
        ent__buf_printf(out, " %.*s-%.*s %+.4f", ENT_FMT(name_of(w, plan->changes[i].a)),
                        ENT_FMT(name_of(w, plan->changes[i].b)), plan->changes[i].change);
    }
    ent__buf_z(out, "; moves:");
    moved_write(w, plan->after);
    ent__buf_printf(out, "%s\n", plan->solved ? "" : " (not proven least)");
}

/* ---- text ----------------------------------------------------------------------------------- */

static void cost_text(ent_buf *out, double value)
{
    if (isfinite(value)) {
        ent__buf_printf(out, " %12.4f", value);
    } else {
        ent__buf_printf(out, " %12s", "-");
    }
}

static void ties_text(work *w)
{
    const ent__price *p = &w->answer;
    ent_buf *out = &w->report.out;
    ent__buf_printf(out,
                    "Single ties          %s   points      errors       years   leverage  "
                    "cheapest in draws\n",
                    p->exact ? "      change" : "change (from to)");
    size_t shown = 0;
    for (size_t i = 0; i < p->tie_count && shown < w->top; i++) {
        const ent__price_tie *t = &p->ties[i];
        if (!isfinite(t->tie.change) && i != p->direct) {
            continue;
        }
        shown++;
        ent__buf_printf(out, "  %-8.*s %-8.*s", ENT_FMT(name_of(w, t->tie.a)),
                        ENT_FMT(name_of(w, t->tie.b)));
        cost_text(out, t->tie.change);
        if (!p->exact) {
            cost_text(out, t->high);
        }
        for (int u = 0; u < ENT__PRICE_UNITS; u++) {
            cost_text(out, t->cost[u]);
        }
        ent__buf_printf(out, " %10.4g", t->leverage);
        if (p->draws > 0) {
            ent__buf_printf(out, " %8.3f", t->cheapest_share);
        }
        ent__buf_printf(out, "%s\n", i == p->direct ? "  direct" : "");
    }
    ent__buf_char(out, '\n');
}

static void spread_text(work *w)
{
    const ent__price *p = &w->answer;
    if (p->draws == 0) {
        return;
    }
    ent__buf_printf(&w->report.out,
                    "Over %u draws of the ties (points; median, 90 %% interval, share "
                    "without a solution)\n",
                    p->draws);
    for (int k = 0; k < ENT__PRICE_KINDS; k++) {
        const ent__price_spread *s = &p->spread[k];
        if (isnan(s->median)) {
            ent__buf_printf(&w->report.out, "  %-10s no solution in any draw\n", kind_names[k]);
            continue;
        }
        ent__buf_printf(&w->report.out, "  %-10s %9.4f  [%.4f, %.4f]  %.3f\n", kind_names[k],
                        s->median, s->low, s->high, s->infeasible);
    }
    ent__buf_char(&w->report.out, '\n');
}

static void defection_text(work *w)
{
    const ent__price *p = &w->answer;
    ent_buf *out = &w->report.out;
    ent_str t = name_of(w, w->question.target);
    ent__buf_printf(
        out,
        "Four prices\n  defection             %.*s is held by %.4g (error %.4g), leaves "
        "alone with probability %.3f;",
        ENT_FMT(t), p->hold, p->hold_error, p->leave_share);
    size_t best = SIZE_MAX;
    for (size_t j = 0; j < w->input.ties.n; j++) {
        if (j != w->question.target && p->hold > 0 &&
            (best == SIZE_MAX || fabs(p->defection[j].change) < fabs(p->defection[best].change))) {
            best = j;
        }
    }
    if (best != SIZE_MAX) {
        ent__buf_printf(out, " cheapest %+.4f on its tie with %.*s\n", p->defection[best].change,
                        ENT_FMT(w->input.ties.names[best]));
    } else {
        ent__buf_z(out, " it would gain by leaving\n");
    }
}

static void text_write(work *w)
{
    const ent__price *p = &w->answer;
    ent_buf *out = &w->report.out;
    if (p->exact) {
        ent__buf_printf(out, "gap            %.4f (energy of the best split apart - together)\n",
                        p->gap_low);
    } else {
        ent__buf_printf(out, "gap            between %.4f and %.4f (bounds: over %d states)\n",
                        p->gap_low, p->gap_high, ENT__LANDSCAPE_EXACT);
    }
    ent__buf_z(out, "predicted     ");
    ent__report_side(&w->report, &w->input.ties, p->best, 0);
    ent__buf_z(out, "  |");
    ent__report_side(&w->report, &w->input.ties, p->best, 1);
    ent__buf_printf(out, "%s\n\n", p->near_best > 1 ? "  (not the only one)" : "");
    defection_text(w);
    if (p->tie_count > 0) {
        ent__buf_z(out, "  direct                ");
        const ent__price_tie *direct = &p->ties[p->direct];
        if (p->exact) {
            ent__buf_printf(out, "%+.4f on their own tie\n", direct->tie.change);
        } else {
            ent__buf_printf(out, "from %.4f to %.4f on their own tie\n", fabs(direct->tie.change),
                            direct->high);
        }
    }
    for (int u = 0; u < ENT__PRICE_UNITS && !p->apart_now && w->question.actor >= 0; u++) {
        if (p->unit_known[u]) {
            plan_text(w, u == 0 ? "own ties" : "", &p->own[u], unit_names[u]);
        }
    }
    for (int u = 0; u < ENT__PRICE_UNITS && !p->apart_now && w->question.actor >= 0; u++) {
        if (p->unit_known[u]) {
            plan_text(w, u == 0 ? "clean, own ties" : "", &p->clean[u], unit_names[u]);
        }
    }
    if (!p->apart_now) {
        plan_text(w, "clean, any ties", &p->clean_any, unit_names[0]);
    }
    ent__buf_char(out, '\n');
    ties_text(w);
    spread_text(w);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void number_or_null(ent_json *json, const char *key, double value)
{
    ent__json_kdouble(json, key, value); /* infinities are written as null */
}

static void tie_json(work *w, const ent__price_tie *t)
{
    ent_json *json = &w->report.json;
    ent__json_open(json, '{');
    ent__json_kstr(json, "a", name_of(w, t->tie.a));
    ent__json_kstr(json, "b", name_of(w, t->tie.b));
    number_or_null(json, "change", t->tie.change);
    if (!w->answer.exact) {
        number_or_null(json, "at_least", fabs(t->tie.change));
        number_or_null(json, "at_most", t->high);
    }
    for (int u = 0; u < ENT__PRICE_UNITS; u++) {
        number_or_null(json, unit_names[u], t->cost[u]);
    }
    ent__json_kdouble(json, "slope", t->slope);
    ent__json_kdouble(json, "leverage", t->leverage);
    if (w->answer.draws > 0) {
        ent__json_kdouble(json, "cheapest_share", t->cheapest_share);
    }
    ent__json_close(json, '}');
}

static void split_json(work *w, const char *key, const uint8_t *side)
{
    ent__json_key(&w->report.json, key);
    ent__json_open(&w->report.json, '[');
    ent__report_side(&w->report, &w->input.ties, side, 0);
    ent__report_side(&w->report, &w->input.ties, side, 1);
    ent__json_close(&w->report.json, ']');
}

static void prices_json(work *w)
{
    const ent__price *p = &w->answer;
    ent_json *json = &w->report.json;
    ent__json_key(json, "defection");
    ent__json_open(json, '{');
    ent__json_kdouble(json, "hold", p->hold);
    ent__json_kdouble(json, "hold_error", p->hold_error);
    ent__json_kdouble(json, "leaves_probability", p->leave_share);
    ent__json_key(json, "ties");
    ent__json_open(json, '{');
    for (size_t j = 0; j < w->input.ties.n; j++) {
        if (j != w->question.target) {
            ent__json_kdouble(json, w->input.ties.names[j].p, p->defection[j].change);
        }
    }
    ent__json_close(json, '}');
    ent__json_close(json, '}');
    if (p->tie_count > 0) {
        ent__json_key(json, "direct");
        tie_json(w, &p->ties[p->direct]);
    }
    static const char *const groups[2] = {"own_ties", "clean"};
    for (int g = 0; g < 2; g++) {
        ent__json_key(json, groups[g]);
        ent__json_open(json, '{');
        for (int u = 0; u < ENT__PRICE_UNITS; u++) {
            plan_json(w, unit_names[u], g == 0 ? &p->own[u] : &p->clean[u]);
        }
        ent__json_close(json, '}');
    }
    plan_json(w, "clean_any", &p->clean_any);
}

static void json_write(work *w)
{
    const ent__price *p = &w->answer;
    ent_json *json = &w->report.json;
    ent__json_kstr(json, "target", name_of(w, w->question.target));
    ent__json_kstr(json, "rival", name_of(w, w->question.rival));
    ent__json_kbool(json, "exact", p->exact);
    ent__json_kdouble(json, "gap", p->exact ? p->gap_low : NAN);
    ent__json_kdouble(json, "gap_low", p->gap_low);
    ent__json_kdouble(json, "gap_high", p->gap_high);
    ent__json_kdouble(json, "lead_asked_for", p->epsilon);
    ent__json_kbool(json, "apart_now", p->apart_now);
    ent__json_kint(json, "configurations_at_the_best", (int64_t)p->near_best);
    split_json(w, "predicted", p->best);
    split_json(w, "best_together", p->together);
    split_json(w, "best_apart", p->apart);
    prices_json(w);
    ent__json_key(json, "single_ties");
    ent__json_open(json, '[');
    for (size_t i = 0; i < p->tie_count; i++) {
        tie_json(w, &p->ties[i]);
    }
    ent__json_close(json, ']');
    ent__json_kint(json, "draws", p->draws);
    if (p->draws > 0) {
        ent__json_kdouble(json, "apart_probability", p->apart_share);
        ent__json_key(json, "spread");
        ent__json_open(json, '{');
        for (int k = 0; k < ENT__PRICE_KINDS; k++) {
            ent__json_key(json, kind_names[k]);
            ent__json_open(json, '{');
            ent__json_kdouble(json, "median", p->spread[k].median);
            ent__json_kdouble(json, "low", p->spread[k].low);
            ent__json_kdouble(json, "high", p->spread[k].high);
            ent__json_kdouble(json, "infeasible", p->spread[k].infeasible);
            ent__json_close(json, '}');
        }
        ent__json_close(json, '}');
    }
}

/* ---- sensitivity ---------------------------------------------------------------------------- */

static ent_rc variant_write(void *user, ent_str name, size_t measure, size_t size_column)
{
    work *w = user;
    ent__ties other;
    ent__price p;
    ent__price_question question = w->question;
    question.draws = 0;
    if (w->input.ties.n > ENT__LANDSCAPE_EXACT) {
        question.actor = -1; /* bounds are dear: the direct tie alone */
    }
    ent_rc rc = ent__report_ties_other(&w->report, &w->input, measure, size_column, &other);
    if (rc == ENT_OK) {
        rc = ent__price_solve(w->report.cli->ctx, w->report.arena, &other, &question, &p);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    bool some = p.tie_count > 0 && isfinite(p.ties[0].tie.change);
    double direct = p.tie_count > 0 ? p.ties[p.direct].tie.change : INFINITY;
    if (w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_open(json, '{');
        ent__json_kstr(json, "under", name);
        ent__json_kdouble(json, "gap_low", p.gap_low);
        ent__json_kdouble(json, "gap_high", p.gap_high);
        ent__json_kdouble(json, "direct", direct);
        ent__json_kdouble(json, "cheapest", some ? p.ties[0].tie.change : INFINITY);
        if (some && !p.apart_now) {
            ent__json_kstr(json, "cheapest_a", name_of(w, p.ties[0].tie.a));
            ent__json_kstr(json, "cheapest_b", name_of(w, p.ties[0].tie.b));
        }
        ent__json_close(json, '}');
        return ENT_OK;
    }
    ent_buf *out = &w->report.out;
    ent__buf_printf(out, "  %-24.*s gap %10.4g, direct", ENT_FMT(name), p.gap_low);
    cost_text(out, direct);
    if (some && !p.apart_now) {
        ent__buf_printf(out, ", cheapest %+.4f on %.*s-%.*s", p.ties[0].tie.change,
                        ENT_FMT(name_of(w, p.ties[0].tie.a)), ENT_FMT(name_of(w, p.ties[0].tie.b)));
    }
    ent__buf_char(out, '\n');
    return ENT_OK;
}

static ent_rc sensitivity_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_z(&w->report.out, "Sensitivity: other sizes, each measure alone\n");
    }
    ent_rc rc = variant_write(w, ENT_LIT("as asked"), SIZE_MAX, SIZE_MAX);
    rc = rc == ENT_OK ? ent__report_variants(&w->report, &w->input.table, variant_write, w) : rc;
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- the command ---------------------------------------------------------------------------- */

static ent_rc question_read(work *w)
{
    const ent_cli *cli = w->report.cli;
    int64_t target, rival, draws, top;
    uint8_t *bloc;
    ent_rc rc = ent__report_state(&w->report, &w->input.ties, "target", &target);
    if (rc == ENT_OK) {
        rc = ent__report_state(&w->report, &w->input.ties, "rival", &rival);
    }
    if (rc == ENT_OK && (target < 0 || rival < 0 || target == rival)) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "wedge: expected --target STATE and --rival STATE, two different ones");
    }
    if (rc == ENT_OK) {
        rc = ent__report_state(&w->report, &w->input.ties, "actor", &w->question.actor);
    }
    if (rc == ENT_OK) {
        rc = ent__report_bloc(&w->report, &w->input.ties, &bloc);
    }
    if (rc == ENT_OK) {
        int64_t usual = w->input.ties.n <= 17 ? 2000 : 200;
        rc = ent__cli_int(cli, "draws", 0, 1000000, usual, &draws);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "top", 1, 100000, 12, &top);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_double(cli, "limit", 0, 1e300, 0, &w->question.limit);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_double(cli, "lead", 0, 1e300, 0, &w->question.epsilon);
    }
    if (rc == ENT_OK) {
        w->question.target = (uint32_t)target;
        w->question.rival = (uint32_t)rival;
        w->question.draws = (uint32_t)draws;
        w->question.status = bloc;
        w->top = (uint32_t)top;
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {0};
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK && w.report.form == ENT__REPORT_SVG) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "wedge: has no picture; entente landscape -o draws the blocs");
    }
    if (rc == ENT_OK) {
        rc = ent__report_ties(&w.report, &w.input);
    }
    if (rc == ENT_OK) {
        rc = question_read(&w);
    }
    if (rc == ENT_OK) {
        rc = ent__price_solve(cli->ctx, w.report.arena, &w.input.ties, &w.question, &w.answer);
    }
    if (rc == ENT_OK) {
        sentences_write(&w);
        if (w.report.form == ENT__REPORT_JSON) {
            json_write(&w);
        } else {
            text_write(&w);
        }
        rc = sensitivity_write(&w);
    }
    if (rc == ENT_OK) {
        rc = ent__report_sources(&w.report);
    }
    return ent__report_close(&w.report, rc);
}

static const ent_option options[] = {
    {"target", "STATE", "who is to leave"},
    {"rival", "STATE", "whose bloc it is to leave"},
    {"actor", "STATE", "who acts: prices by its own ties"},
    ENT__TIE_OPTIONS,
    {"limit", "X", "largest change of one tie"},
    {"lead", "X", "by how much apart must win (default: a hair)"},
    {"draws", "N", "draws of the ties within their errors (default 2000, over 17 states 200)"},
    {"top", "N", "single ties printed (default 12)"},
    {0},
};

const ent_command ent__command_wedge = {
    .name = "wedge",
    .summary = "What change of ties takes a state out of another's bloc",
    .usage = "entente wedge STATES.csv TIES.csv | --states A,B,... --store DB --target A --rival B",
    .examples =
        "  entente wedge states.csv ties.csv --target RUS --rival CHN --actor USA\n"
        "  entente wedge states.csv ties.csv --target RUS --rival CHN --limit 0.5   # "
        "small changes\n"
        "  entente wedge --states USA,RUS,CHN,JPN,DEU --store my.db --target RUS --rival CHN\n",
    .options = options,
    .run = run,
};
