/* entente margin: does the structure of all ties put two states together or apart, window by
 * window? */
#include <math.h>
#include <string.h>

#include "report.h"

#define STATES_MAX 6
#define PAIRS_MAX (STATES_MAX * (STATES_MAX - 1) / 2)

typedef struct {
    ent_str label;
    ent__signed_graph graph;
    ent__balance base;
    bool known[PAIRS_MAX];
    ent__margin margin[PAIRS_MAX];
} window;

typedef struct {
    ent__report report;
    size_t state_count, pair_count, window_count;
    uint32_t pair[PAIRS_MAX][2];
    window *windows;
    ent__balance_options options;
    double threshold;
    ent__tie_history history;
    const char *const *inputs;
    size_t input_count;
} work;

/* ---- input ---------------------------------------------------------------------------------- */

/* "cow-1972" of ".../cow-1972.tsv" */
static ent_str label_of(ent_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    ent_str name = ent__str(slash == NULL ? path : slash + 1);
    for (size_t i = name.n; i-- > 1;) {
        if (name.p[i] == '.') {
            name.n = i;
            break;
        }
    }
    return ent__arena_str(arena, name);
}

static ent_rc from_networks(work *w, size_t count)
{
    const ent_cli *cli = w->report.cli;
    ent_rc rc = ENT_OK;
    w->windows = ent__arena_array(w->report.arena, count, sizeof *w->windows);
    const char **inputs = ent__arena_array(w->report.arena, count, sizeof *inputs);
    w->inputs = inputs;
    if (w->windows == NULL || inputs == NULL) {
        return ent__nomem(cli->ctx);
    }
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        const char *path = ent__cli_option_at(cli, "network", i);
        inputs[w->input_count++] = path;
        w->windows[i].label = label_of(w->report.arena, path);
        rc = ent__signed_graph_read(cli->ctx, w->report.arena, path, &w->windows[i].graph);
    }
    w->window_count = count;
    return rc;
}

/* Signs of one period: ties larger than the threshold. */
static ent_rc graph_of(work *w, size_t period, size_t only, double threshold,
                       ent__signed_graph *out)
{
    ent__ties ties;
    ent_rc rc =
        ent__tie_history_at(w->report.cli->ctx, w->report.arena, &w->history, period, only, &ties);
    size_t n = w->history.state_count, count = 0;
    ent__signed_edge *edges = ent__arena_array(w->report.arena, n * n / 2 + 1, sizeof *edges);
    if (rc != ENT_OK || edges == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(w->report.cli->ctx);
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            double value = ties.mean[i * n + j];
            if (ties.given[i * n + j] && value != 0 && fabs(value) >= threshold) {
                edges[count++] = (ent__signed_edge){i, j, value};
            }
        }
    }
    *out = (ent__signed_graph){n, count, w->history.states, edges};
    return ENT_OK;
}

/* The states asked about and those named by --with: the network's members. */
static ent_rc members_read(work *w, const char *const **out, size_t *out_count)
{
    const ent_cli *cli = w->report.cli;
    const char **names =
        ent__arena_array(w->report.arena, ENT__HISTORY_STATES_MAX + STATES_MAX, sizeof *names);
    ent_str rest = ent__str(ent__cli_option(cli, "with", "")), item;
    if (names == NULL) {
        return ent__nomem(cli->ctx);
    }
    memcpy(names, cli->arguments, w->state_count * sizeof *names);
    *out_count = w->state_count;
    while (rest.n > 0 && ent__str_split(&rest, ',', &item)) {
        ent_str name = ent__arena_str(w->report.arena, ent__str_trim(item));
        bool seen = name.n == 0;
        if (name.p == NULL) {
            return ent__nomem(cli->ctx);
        }
        for (size_t i = 0; i < *out_count; i++) {
            seen |= ent__str_ieqz(name, names[i]);
        }
        if (!seen && *out_count == ENT__HISTORY_STATES_MAX) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--with: expected at most %d states",
                             ENT__HISTORY_STATES_MAX);
        }
        if (!seen) {
            names[(*out_count)++] = name.p;
        }
    }
    *out = names;
    return ENT_OK;
}

static ent_rc from_history(work *w)
{
    const char *const *states = NULL;
    size_t count = 0;
    ent_rc rc = members_read(w, &states, &count);
    if (rc == ENT_OK) {
        rc = ent__report_history(&w->report, states, count, &w->history, &w->inputs,
                                 &w->input_count);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    w->window_count = w->history.period_count;
    w->windows = ent__arena_array(w->report.arena, w->window_count, sizeof *w->windows);
    for (size_t p = 0; w->windows != NULL && p < w->window_count && rc == ENT_OK; p++) {
        w->windows[p].label = w->history.periods[p];
        rc = graph_of(w, p, SIZE_MAX, w->threshold, &w->windows[p].graph);
    }
    return w->windows == NULL ? ent__nomem(w->report.cli->ctx) : rc;
}

/* ---- margins -------------------------------------------------------------------------------- */

static ent_rc pair_solve(work *w, const ent__signed_graph *graph, const ent__balance *base,
                         size_t p, bool *known, ent__margin *out)
{
    const char *const *names = w->report.cli->arguments;
    int64_t a = ent__signed_graph_node(graph, names[w->pair[p][0]]);
    int64_t b = ent__signed_graph_node(graph, names[w->pair[p][1]]);
    *known = a >= 0 && b >= 0;
    return *known ? ent__balance_margin(w->report.cli->ctx, w->report.arena, graph, (uint32_t)a,
                                        (uint32_t)b, base, &w->options, out)
                  : ENT_OK;
}

static ent_rc solve(work *w)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < w->window_count && rc == ENT_OK; i++) {
        window *at = &w->windows[i];
        rc = ent__balance_solve(w->report.cli->ctx, w->report.arena, &at->graph, NULL, 0,
                                &w->options, &at->base);
        for (size_t p = 0; p < w->pair_count && rc == ENT_OK; p++) {
            rc = pair_solve(w, &at->graph, &at->base, p, &at->known[p], &at->margin[p]);
        }
    }
    return rc;
}

static const char *verdict(const ent__margin *m)
{
    return m->low > 0 ? "together" : m->high < 0 ? "apart" : m->proven ? "undecided" : "not proven";
}

/* ---- words ---------------------------------------------------------------------------------- */

/* Changes of verdict of a pair, leaving undecided windows out. */
static void turns_words(const work *w, size_t p, ent_buf *out)
{
    const char *const *names = w->report.cli->arguments;
    const char *last = NULL;
    ent__buf_printf(out, "%s-%s ", names[w->pair[p][0]], names[w->pair[p][1]]);
    for (size_t i = 0; i < w->window_count; i++) {
        const ent__margin *m = &w->windows[i].margin[p];
        if (!w->windows[i].known[p] || (m->low <= 0 && m->high >= 0)) {
            continue;
        }
        const char *now = verdict(m);
        if (last == NULL || strcmp(last, now) != 0) {
            ent__buf_printf(out, "%s%s from %.*s", last == NULL ? "" : ", ", now,
                            ENT_FMT(w->windows[i].label));
        }
        last = now;
    }
    ent__buf_z(out, last == NULL ? "is never decided" : "");
}

static void sentences_write(work *w)
{
    ent_buf found = {0};
    ent__buf_z(&found, "The structure of all ties puts ");
    for (size_t p = 0; p < w->pair_count; p++) {
        ent__buf_z(&found, p == 0 ? "" : "; ");
        turns_words(w, p, &found);
    }
    ent__buf_char(&found, '.');
    ent__report_sentences(
        &w->report, ent__buf_slice(&found),
        ENT_LIT("This does not show a cause or an alliance: it counts how many ties "
                "would stand against either reading of two blocs, each tie with "
                "the same weight."));
    ent__buf_free(&found);
}

static void text_write(work *w)
{
    ent_buf *out = &w->report.out;
    const char *const *names = w->report.cli->arguments;
    ent__buf_printf(out, "%-12s %6s %6s %8s", "window", "nodes", "ties", "L");
    for (size_t p = 0; p < w->pair_count; p++) {
        ent__buf_printf(out, "  %9s-%-10s same apart margin", names[w->pair[p][0]],
                        names[w->pair[p][1]]);
    }
    ent__buf_char(out, '\n');
    for (size_t i = 0; i < w->window_count; i++) {
        const window *at = &w->windows[i];
        ent__buf_printf(out, "%-12.*s %6zu %6zu ", ENT_FMT(at->label), at->graph.node_count,
                        at->graph.edge_count);
        if (at->base.proven) {
            ent__buf_printf(out, "%8.6g", at->base.upper);
        } else {
            ent__buf_printf(out, "%g..%g", at->base.lower, at->base.upper);
        }
        for (size_t p = 0; p < w->pair_count; p++) {
            const ent__margin *m = &at->margin[p];
            if (!at->known[p]) {
                ent__buf_printf(out, "  %20s    -     -      -", "not in the network");
                continue;
            }
            ent__buf_printf(out, "  %20s %4.6g %5.6g ", verdict(m), m->same_upper, m->apart_upper);
            if (m->proven) {
                ent__buf_printf(out, "%+6.6g", m->low);
            } else {
                ent__buf_printf(out, "%+g..%+g", m->low, m->high);
            }
        }
        ent__buf_char(out, '\n');
    }
    ent__buf_char(out, '\n');
}

static void json_write(work *w)
{
    ent_json *json = &w->report.json;
    const char *const *names = w->report.cli->arguments;
    ent__json_key(json, "windows");
    ent__json_open(json, '[');
    for (size_t i = 0; i < w->window_count; i++) {
        const window *at = &w->windows[i];
        ent__json_open(json, '{');
        ent__json_kstr(json, "window", at->label);
        ent__json_kint(json, "nodes", (int64_t)at->graph.node_count);
        ent__json_kint(json, "ties", (int64_t)at->graph.edge_count);
        ent__json_kbool(json, "proven", at->base.proven);
        ent__json_kdouble(json, "frustration_lower", at->base.lower);
        ent__json_kdouble(json, "frustration_upper", at->base.upper);
        ent__json_key(json, "pairs");
        ent__json_open(json, '[');
        for (size_t p = 0; p < w->pair_count; p++) {
            const ent__margin *m = &at->margin[p];
            ent__json_open(json, '{');
            ent__json_kz(json, "a", names[w->pair[p][0]]);
            ent__json_kz(json, "b", names[w->pair[p][1]]);
            ent__json_kbool(json, "in_network", at->known[p]);
            if (at->known[p]) {
                ent__json_kz(json, "verdict", verdict(m));
                ent__json_kbool(json, "proven", m->proven);
                ent__json_kdouble(json, "same_lower", m->same_lower);
                ent__json_kdouble(json, "same_upper", m->same_upper);
                ent__json_kdouble(json, "apart_lower", m->apart_lower);
                ent__json_kdouble(json, "apart_upper", m->apart_upper);
                ent__json_kdouble(json, "margin_low", m->low);
                ent__json_kdouble(json, "margin_high", m->high);
            }
            ent__json_close(json, '}');
        }
        ent__json_close(json, ']');
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

/* ---- sensitivity: the last window under other thresholds, measures, weights ----------------- */

static ent_rc variant_write(work *w, ent_str name, const ent__signed_graph *graph, bool weighted)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    ent__balance base;
    ent__balance_options options = w->options;
    w->options.weighted = weighted;
    ent_rc rc =
        ent__balance_solve(w->report.cli->ctx, w->report.arena, graph, NULL, 0, &w->options, &base);
    if (as_json) {
        ent__json_open(&w->report.json, '{');
        ent__json_kstr(&w->report.json, "under", name);
        ent__json_key(&w->report.json, "pairs");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_printf(&w->report.out, "  %-30.*s", ENT_FMT(name));
    }
    for (size_t p = 0; p < w->pair_count && rc == ENT_OK; p++) {
        bool known;
        ent__margin m;
        const char *const *names = w->report.cli->arguments;
        rc = pair_solve(w, graph, &base, p, &known, &m);
        if (rc != ENT_OK) {
            break;
        }
        if (as_json) {
            ent__json_open(&w->report.json, '{');
            ent__json_kz(&w->report.json, "a", names[w->pair[p][0]]);
            ent__json_kz(&w->report.json, "b", names[w->pair[p][1]]);
            ent__json_kz(&w->report.json, "verdict", known ? verdict(&m) : "not in the network");
            ent__json_kdouble(&w->report.json, "margin_low", known ? m.low : NAN);
            ent__json_kdouble(&w->report.json, "margin_high", known ? m.high : NAN);
            ent__json_close(&w->report.json, '}');
        } else if (known) {
            ent__buf_printf(&w->report.out, "  %s-%s %s (%+.4g)", names[w->pair[p][0]],
                            names[w->pair[p][1]], verdict(&m), m.low);
        } else {
            ent__buf_printf(&w->report.out, "  %s-%s not in the network", names[w->pair[p][0]],
                            names[w->pair[p][1]]);
        }
    }
    w->options = options;
    if (as_json) {
        ent__json_close(&w->report.json, ']');
        ent__json_close(&w->report.json, '}');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* Drops the weakest ties of a network by |value|. */
static ent_rc network_above(work *w, const ent__signed_graph *from, double threshold,
                            ent__signed_graph *out)
{
    ent__signed_edge *edges =
        ent__arena_array(w->report.arena, from->edge_count + 1, sizeof *edges);
    if (edges == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    *out = *from;
    out->edges = edges;
    out->edge_count = 0;
    for (size_t e = 0; e < from->edge_count; e++) {
        if (fabs(from->edges[e].weight) >= threshold) {
            edges[out->edge_count++] = from->edges[e];
        }
    }
    return ENT_OK;
}

static bool values_vary(const ent__signed_graph *g, double *mean)
{
    bool vary = false;
    *mean = 0;
    for (size_t e = 0; e < g->edge_count; e++) {
        vary |= fabs(g->edges[e].weight) != fabs(g->edges[0].weight);
        *mean += fabs(g->edges[e].weight) / (double)g->edge_count;
    }
    return vary;
}

static ent_rc sensitivity_write(work *w)
{
    const window *last = &w->windows[w->window_count - 1];
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    double mean;
    ent__signed_graph graph;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_printf(&w->report.out, "Sensitivity: %.*s under other choices\n",
                        ENT_FMT(last->label));
    }
    ent_rc rc = variant_write(w, ENT_LIT("as asked"), &last->graph, w->options.weighted);
    if (rc == ENT_OK && values_vary(&last->graph, &mean)) {
        rc = variant_write(w,
                           w->options.weighted ? ENT_LIT("every tie counts 1")
                                               : ENT_LIT("ties weighted by their size"),
                           &last->graph, !w->options.weighted);
        for (int i = 1; i <= 2 && rc == ENT_OK; i++) {
            rc = network_above(w, &last->graph, mean * i / 2, &graph);
            if (rc == ENT_OK) {
                rc = variant_write(
                    w, ent__arena_printf(w->report.arena, "ties of %.3g and more", mean * i / 2),
                    &graph, w->options.weighted);
            }
        }
    } else if (rc == ENT_OK && !as_json) {
        ent__buf_z(&w->report.out, "  (all ties have one size: no threshold to vary)\n");
    }
    for (size_t m = 0; m < w->history.measure_count && w->history.measure_count > 1 && rc == ENT_OK;
         m++) {
        rc = graph_of(w, w->window_count - 1, m, w->threshold, &graph);
        if (rc == ENT_OK) {
            rc = variant_write(w,
                               ent__arena_printf(w->report.arena, "%.*s alone",
                                                 ENT_FMT(w->history.measures[m].name)),
                               &graph, w->options.weighted);
        }
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- SVG ------------------------------------------------------------------------------------ */

static ent_rc svg_write(work *w)
{
    ent_arena *arena = w->report.arena;
    size_t n = w->window_count;
    const char *const *names = w->report.cli->arguments;
    ent_str *labels = ent__arena_array(arena, n, sizeof *labels);
    double *low = ent__arena_array(arena, 3 * n, sizeof *low), least = -1, most = 1;
    ent_buf found = {0};
    if (labels == NULL || low == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t i = 0; i < n; i++) {
        labels[i] = w->windows[i].label;
        for (size_t p = 0; p < w->pair_count; p++) {
            if (w->windows[i].known[p]) {
                least = fmin(least, w->windows[i].margin[p].low);
                most = fmax(most, w->windows[i].margin[p].high);
            }
        }
    }
    for (size_t p = 0; p < w->pair_count; p++) {
        ent__buf_z(&found, p == 0 ? "" : "; ");
        turns_words(w, p, &found);
    }
    ent__figure f;
    ent__figure_open(&f, &w->report.out, 720, 330 + 18 * (double)w->pair_count,
                     "Together or apart in the structure of all ties", ent__buf_slice(&found),
                     ent_kit_hash(w->report.kit));
    ent__figure_panel(&f, 52, 78, 640, 220,
                      ENT_LIT("same/apart margin in ties (above zero: together, below: apart)"));
    ent__figure_range(&f, 0, n > 1 ? (double)(n - 1) : 1, least, most);
    ent__figure_axes(&f, labels, n, 6);
    for (size_t p = 0; p < w->pair_count; p++) {
        double *high = low + n, *middle = low + 2 * n;
        for (size_t i = 0; i < n; i++) {
            const ent__margin *m = &w->windows[i].margin[p];
            low[i] = w->windows[i].known[p] ? m->low : NAN;
            high[i] = w->windows[i].known[p] ? m->high : NAN;
            middle[i] = (low[i] + high[i]) / 2;
        }
        ent__figure_band(&f, (int)p, low, high, n);
        ent__figure_line(&f, (int)p, middle, n);
        for (size_t i = 0; i < n; i++) {
            if (!isnan(middle[i])) {
                ent__figure_dot(&f, (int)p, (double)i, middle[i], 2.5);
            }
        }
        ent__figure_key(
            &f, 52 + 130 * (double)p, 46, (int)p, false,
            ent__arena_printf(arena, "%s-%s", names[w->pair[p][0]], names[w->pair[p][1]]));
    }
    for (size_t p = 0; p < w->pair_count; p++) {
        found.n = 0;
        turns_words(w, p, &found);
        ent__figure_text(&f, 52, 336 + 18 * (double)p, "start", "q", ent__buf_slice(&found));
    }
    ent__figure_close(&f);
    ent__buf_free(&found);
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
        json_write(w);
    } else {
        text_write(w);
    }
    ent_rc rc = sensitivity_write(w);
    return rc == ENT_OK ? ent__report_inputs(&w->report, w->inputs, w->input_count) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {.state_count = cli->argument_count};
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK && (cli->argument_count < 2 || cli->argument_count > STATES_MAX)) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "margin: expected 2 to %d states, got %zu",
                       STATES_MAX, cli->argument_count);
    }
    for (uint32_t i = 0; rc == ENT_OK && i < w.state_count; i++) {
        for (uint32_t j = i + 1; j < w.state_count; j++) {
            w.pair[w.pair_count][0] = i;
            w.pair[w.pair_count++][1] = j;
        }
    }
    size_t networks = 0;
    while (rc == ENT_OK && ent__cli_option_at(cli, "network", networks) != NULL) {
        networks++;
    }
    if (rc == ENT_OK) {
        w.options.weighted = ent__cli_flag(cli, "weighted");
        rc = ent__cli_double(cli, "threshold", 0, 1e300, 0, &w.threshold);
    }
    if (rc == ENT_OK) {
        rc = networks > 0 ? from_networks(&w, networks) : from_history(&w);
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
    {"network", "FILE", "one window: node,node,sign (repeatable, in order)"},
    ENT__HISTORY_OPTIONS,
    {"with", "C,D,...", "other states of the network (with --store, --votes, --facts, --trade)"},
    {"threshold", "X", "ties smaller than this are left out (default 0)"},
    {"weighted", NULL, "count the size of each tie, not 1 a tie"},
    {0},
};

const ent_command ent__command_margin = {
    .name = "margin",
    .summary = "Whether the web of all ties puts two states together or apart, through time",
    .usage = "entente margin A B [C...] --network FILE... | --csv HISTORY.csv | --store DB",
    .examples =
        "  entente margin USA RUS CHN --network ties-1965.tsv --network ties-1972.tsv\n"
        "  entente margin USA RUS CHN --csv history.csv     # period,a,b,value for many states\n"
        "  entente margin USA RUS CHN --csv history.csv -o margin.svg\n",
    .options = options,
    .run = run,
};
