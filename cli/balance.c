/* entente balance: frustration index of a signed graph with proof, forced pairs, triads. */
#include <math.h>
#include <string.h>

#include "../src/wedge/wedge.h"
#include "report.h"

#define FORCED_MAX 64

typedef struct {
    ent__report report;
    const char *path;
    ent__signed_graph graph;
    ent__balance_options options;
    ent__forced_pair forced[FORCED_MAX];
    size_t forced_count;
    ent__balance answer;
    uint64_t triads[4];
} work;

static ent_rc node_named(work *w, const char *name, uint32_t *out)
{
    int64_t node = ent__signed_graph_node(&w->graph, name);
    if (node < 0) {
        return ent__fail(w->report.cli->ctx, ENT_EINPUT, w->path, 0,
                         "expected a node of the graph, got \"%s\"", name);
    }
    *out = (uint32_t)node;
    return ENT_OK;
}

static ent_rc forced_read(work *w, const char *option, bool together)
{
    const char *value;
    for (size_t i = 0; (value = ent__cli_option_at(w->report.cli, option, i)) != NULL; i++) {
        const char *a, *b;
        ent_rc rc = ent__report_pair(w->report.cli, option, value, w->report.arena, &a, &b);
        ent__forced_pair pair = {0, 0, together};
        if (rc == ENT_OK) {
            rc = node_named(w, a, &pair.a);
        }
        if (rc == ENT_OK) {
            rc = node_named(w, b, &pair.b);
        }
        if (rc == ENT_OK && (pair.a == pair.b || w->forced_count == FORCED_MAX)) {
            rc = ent__fail(w->report.cli->ctx, ENT_EUSAGE, NULL, 0,
                           "--%s: expected two different names, at most %d pairs", option,
                           FORCED_MAX);
        }
        if (rc != ENT_OK) {
            return rc;
        }
        w->forced[w->forced_count++] = pair;
    }
    return ENT_OK;
}

static void write_sentences(work *w)
{
    const ent__balance *b = &w->answer;
    ent_buf found = {0};
    if (b->proven) {
        ent__buf_printf(&found, "The least frustration is %.10g of %.10g%s, proven exact", b->upper,
                        b->total, w->options.weighted ? " (weight)" : " ties");
    } else {
        ent__buf_printf(&found,
                        "The least frustration lies between %.10g and %.10g of %.10g%s; it "
                        "is not proven exact",
                        b->lower, b->upper, b->total, w->options.weighted ? " (weight)" : " ties");
    }
    ent__buf_printf(&found, "%s: normalised balance %.4f.",
                    w->forced_count > 0 ? " under the forced pairs" : "",
                    1 - 2 * b->upper / fmax(b->total, 1e-300));
    ent__report_sentences(
        &w->report, ent__buf_slice(&found),
        ENT_LIT("This does not show that states act in two blocs: the split is one "
                "of possibly many best ones, and the signs stand as given."));
    ent__buf_free(&found);
}

/* One line: the index when `node` and its ties are left out. */
static ent_rc without_write(work *w, uint32_t node, uint32_t ties_here, ent__signed_edge *edges)
{
    const ent__signed_graph *g = &w->graph;
    ent__signed_graph rest = *g;
    rest.edges = edges;
    rest.edge_count = 0;
    for (size_t e = 0; e < g->edge_count; e++) {
        if (g->edges[e].a != node && g->edges[e].b != node) {
            edges[rest.edge_count++] = g->edges[e];
        }
    }
    ent__balance without;
    ent__balance_options quick = w->options;
    quick.branch_limit = 0;
    ent_rc rc = ent__balance_solve(w->report.cli->ctx, w->report.arena, &rest, w->forced,
                                   w->forced_count, &quick, &without);
    if (rc == ENT_OK && w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_open(json, '{');
        ent__json_kstr(json, "without", g->names[node]);
        ent__json_kdouble(json, "lower", without.lower);
        ent__json_kdouble(json, "upper", without.upper);
        ent__json_kint(json, "frustrated_ties_here", ties_here);
        ent__json_close(json, '}');
    } else if (rc == ENT_OK) {
        ent__buf_printf(&w->report.out, "  without %-12.*s %.10g%s\n", ENT_FMT(g->names[node]),
                        without.upper, without.proven ? "" : " (upper bound)");
    }
    return rc;
}

/* How much frustration hangs on single nodes: the index without each of the most frustrated. */
static ent_rc sensitivity_write(work *w)
{
    const ent__signed_graph *g = &w->graph;
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    uint32_t *count = ent__arena_array(w->report.arena, g->node_count + 1, sizeof *count);
    ent__signed_edge *edges =
        ent__arena_array(w->report.arena, g->edge_count + 1, sizeof *edges);
    if (count == NULL || edges == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t i = 0; i < w->answer.frustrated_count; i++) {
        count[g->edges[w->answer.frustrated[i]].a]++;
        count[g->edges[w->answer.frustrated[i]].b]++;
    }
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_z(&w->report.out, "Sensitivity: least frustration without one node\n");
    }
    ent_rc rc = ENT_OK;
    for (int rank = 0; rank < 5 && rc == ENT_OK; rank++) {
        uint32_t most = 0;
        for (uint32_t v = 1; v < g->node_count; v++) {
            most = count[v] > count[most] ? v : most;
        }
        if (count[most] == 0) {
            break;
        }
        rc = without_write(w, most, count[most], edges);
        count[most] = 0;
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

static void edge_write(ent_json *json, const ent__signed_graph *g, uint32_t e)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "a", g->names[g->edges[e].a]);
    ent__json_kstr(json, "b", g->names[g->edges[e].b]);
    ent__json_kdouble(json, "value", g->edges[e].weight);
    ent__json_close(json, '}');
}

static void side_write(ent_json *json, const work *w, uint8_t side)
{
    ent__json_open(json, '[');
    for (size_t v = 0; v < w->graph.node_count; v++) {
        if (w->answer.side[v] == side) {
            ent__json_str(json, w->graph.names[v]);
        }
    }
    ent__json_close(json, ']');
}

static void certificate_write(ent_json *json, const work *w)
{
    const ent__balance *b = &w->answer;
    ent__json_key(json, "certificate");
    ent__json_open(json, '{');
    ent__json_kdouble(json, "packing_bound", b->root_lower);
    ent__json_kint(json, "branches", b->branches);
    ent__json_key(json, "cycles");
    ent__json_open(json, '[');
    for (size_t c = 0; c < b->cycle_count; c++) {
        ent__json_open(json, '{');
        ent__json_kdouble(json, "weight", b->cycles[c].weight);
        ent__json_key(json, "nodes");
        ent__json_open(json, '[');
        for (size_t i = 0; i < b->cycles[c].count; i++) {
            ent__json_str(json, w->graph.names[b->cycles[c].nodes[i]]);
        }
        ent__json_close(json, ']');
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
}

static void json_write(work *w)
{
    ent_json *json = &w->report.json;
    const ent__balance *b = &w->answer;
    ent__json_kint(json, "nodes", (int64_t)w->graph.node_count);
    ent__json_kint(json, "ties", (int64_t)w->graph.edge_count);
    ent__json_kbool(json, "weighted", w->options.weighted);
    ent__json_kbool(json, "proven", b->proven);
    ent__json_key(json, "frustration");
    if (b->proven) {
        ent__json_double(json, b->upper);
    } else {
        ent__json_null(json);
    }
    ent__json_kdouble(json, "lower", b->lower);
    ent__json_kdouble(json, "upper", b->upper);
    ent__json_kdouble(json, "normalised", 1 - 2 * b->upper / fmax(b->total, 1e-300));
    ent__json_key(json, "triads");
    ent__json_open(json, '{');
    static const char *const names[4] = {"+++", "++-", "+--", "---"};
    for (int i = 0; i < 4; i++) {
        ent__json_kint(json, names[i], (int64_t)w->triads[i]);
    }
    uint64_t all = w->triads[0] + w->triads[1] + w->triads[2] + w->triads[3];
    ent__json_kint(json, "balanced", (int64_t)(w->triads[0] + w->triads[2]));
    ent__json_kint(json, "all", (int64_t)all);
    ent__json_close(json, '}');
    ent__json_key(json, "sides");
    ent__json_open(json, '[');
    side_write(json, w, 0);
    side_write(json, w, 1);
    ent__json_close(json, ']');
    ent__json_key(json, "frustrated");
    ent__json_open(json, '[');
    for (size_t i = 0; i < b->frustrated_count; i++) {
        edge_write(json, &w->graph, b->frustrated[i]);
    }
    ent__json_close(json, ']');
    if (ent__cli_flag(w->report.cli, "certificate")) {
        certificate_write(json, w);
    }
}

static void text_write(work *w)
{
    ent_buf *out = &w->report.out;
    const ent__balance *b = &w->answer;
    uint64_t all = w->triads[0] + w->triads[1] + w->triads[2] + w->triads[3];
    ent__buf_printf(out, "nodes %zu, ties %zu, blocks %u; proof: %u cycles found, %u branches\n",
                    w->graph.node_count, w->graph.edge_count, b->blocks, b->cuts, b->branches);
    ent__buf_printf(out, "frustration   %.10g%s\n", b->upper, b->proven ? " (exact)" : "");
    if (!b->proven) {
        ent__buf_printf(out, "proven bounds [%.10g, %.10g]\n", b->lower, b->upper);
    }
    ent__buf_printf(out,
                    "triads        +++ %llu  ++- %llu  +-- %llu  --- %llu: %llu of %llu balanced\n",
                    (unsigned long long)w->triads[0], (unsigned long long)w->triads[1],
                    (unsigned long long)w->triads[2], (unsigned long long)w->triads[3],
                    (unsigned long long)(w->triads[0] + w->triads[2]), (unsigned long long)all);
    for (uint8_t side = 0; side < 2; side++) {
        ent__buf_printf(out, "side %d       ", side + 1);
        for (size_t v = 0; v < w->graph.node_count; v++) {
            if (b->side[v] == side) {
                ent__buf_printf(out, " %.*s", ENT_FMT(w->graph.names[v]));
            }
        }
        ent__buf_char(out, '\n');
    }
    ent__buf_z(out, "against it   ");
    for (size_t i = 0; i < b->frustrated_count; i++) {
        const ent__signed_edge *e = &w->graph.edges[b->frustrated[i]];
        ent__buf_printf(out, " %.*s%s%.*s", ENT_FMT(w->graph.names[e->a]),
                        e->weight > 0 ? "+" : "-", ENT_FMT(w->graph.names[e->b]));
    }
    ent__buf_z(out, "\n\n");
}

static ent_rc prepare(work *w, ent_cli *cli)
{
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "balance: expected one file of ties");
    }
    w->path = cli->arguments[0];
    w->options.weighted = ent__cli_flag(cli, "weighted");
    int64_t branches;
    ent_rc rc = ent__cli_int(cli, "branches", 0, 1000000, 40, &branches);
    if (rc == ENT_OK) {
        w->options.branch_limit = (uint32_t)branches;
        rc = ent__signed_graph_read(cli->ctx, w->report.arena, w->path, &w->graph);
    }
    if (rc == ENT_OK) {
        rc = forced_read(w, "together", true);
    }
    return rc == ENT_OK ? forced_read(w, "apart", false) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {0};
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK && w.report.form == ENT__REPORT_SVG) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "balance: has no picture; landscape and margin draw SVG");
    }
    if (rc == ENT_OK) {
        rc = prepare(&w, cli);
    }
    if (rc == ENT_OK) {
        rc = ent__balance_solve(cli->ctx, w.report.arena, &w.graph, w.forced, w.forced_count,
                                &w.options, &w.answer);
    }
    if (rc == ENT_OK) {
        rc = ent__balance_triads(cli->ctx, &w.graph, w.triads);
    }
    if (rc == ENT_OK) {
        write_sentences(&w);
        if (w.report.form == ENT__REPORT_JSON) {
            json_write(&w);
        } else {
            text_write(&w);
        }
        rc = sensitivity_write(&w);
    }
    if (rc == ENT_OK) {
        rc = ent__report_inputs(&w.report, &w.path, 1);
    }
    return ent__report_close(&w.report, rc);
}

static const ent_option options[] = {
    {"together", "A,B", "force two nodes to the same side (repeatable)"},
    {"apart", "A,B", "force two nodes to different sides (repeatable)"},
    {"weighted", NULL, "count the size of each value, not 1 a tie"},
    {"branches", "N", "subproblems per block to close a gap (default 40)"},
    {"certificate", NULL, "with --json: the negative cycles that prove the lower bound"},
    {0},
};

const ent_command ent__command_balance = {
    .name = "balance",
    .summary = "How far a network of friends and foes is from two blocs, proven",
    .usage = "entente balance EDGES.csv [--together A,B] [--apart A,B] [--weighted]",
    .examples =
        "  entente balance ties.csv                        # least frustration, sides, triads\n"
        "  entente balance ties.csv --apart RUS,CHN        # the same with a pair forced apart\n"
        "  entente balance ties.csv --json --certificate   # with the proof, to check by "
        "yourself\n",
    .options = options,
    .run = run,
};
