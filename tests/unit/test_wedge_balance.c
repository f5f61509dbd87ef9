/* Structural balance: brute force on small graphs, the published and recomputed values of the
 * shared graphs, the packing of cycles checked edge by edge, the same/apart margins of nine
 * windows. */
#include <math.h>

#include "../../src/wedge/wedge.h"
#include "test.h"

#define SIGNED ENT_SHARED "data/signed/"

static ent_ctx *ctx;
static ent_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = ent__arena_new();
    return ent_ctx_new(&ctx) != ENT_OK || arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}

static double split_cost(const ent__signed_graph *g, uint32_t bits, bool weighted)
{
    double cost = 0;
    for (size_t e = 0; e < g->edge_count; e++) {
        bool apart = ((bits >> g->edges[e].a) ^ (bits >> g->edges[e].b)) & 1;
        if (apart == (g->edges[e].weight > 0)) {
            cost += weighted ? fabs(g->edges[e].weight) : 1;
        }
    }
    return cost;
}

static double brute(const ent__signed_graph *g, const ent__forced_pair *pair, bool weighted)
{
    double best = INFINITY;
    for (uint32_t bits = 0; bits < 1u << g->node_count; bits++) {
        bool together = !(((bits >> pair->a) ^ (bits >> pair->b)) & 1);
        if (pair->a == pair->b || together == pair->together) {
            best = fmin(best, split_cost(g, bits, weighted));
        }
    }
    return best;
}

static ent__signed_graph random_graph(ent_rng *rng, ent_str *names, ent__signed_edge *edges)
{
    ent__signed_graph g = {3 + ent__rng_below(rng, 8), 0, names, edges};
    double density = 0.3 + 0.7 * ent__rng_uniform(rng);
    for (uint32_t a = 0; a < g.node_count; a++) {
        names[a] = ENT_LIT("x");
        for (uint32_t b = a + 1; b < g.node_count; b++) {
            for (int twice = 0; twice < 2; twice++) {
                if (ent__rng_uniform(rng) < (twice ? 0.1 : density)) {
                    double w = 1 + ent__rng_below(rng, 5) + (ent__rng_below(rng, 2) ? 0.25 : 0);
                    edges[g.edge_count++] =
                        (ent__signed_edge){a, b, ent__rng_below(rng, 2) ? w : -w};
                }
            }
        }
    }
    return g;
}

/* No edge is used beyond its weight, every cycle is negative, the weights add up to the bound. */
static void packing_holds(const ent__signed_graph *g, const ent__balance *b)
{
    double sum = 0, *load = calloc(g->edge_count + 1, sizeof *load);
    for (size_t c = 0; c < b->cycle_count; c++) {
        const ent__balance_cycle *cycle = &b->cycles[c];
        int sign = 1;
        for (size_t i = 0; i < cycle->count; i++) {
            uint32_t u = cycle->nodes[i], v = cycle->nodes[(i + 1) % cycle->count];
            size_t e = 0;
            while (e < g->edge_count && !((g->edges[e].a == u && g->edges[e].b == v) ||
                                          (g->edges[e].a == v && g->edges[e].b == u))) {
                e++;
            }
            assert_true(e < g->edge_count);
            sign *= g->edges[e].weight > 0 ? 1 : -1;
            load[e] += cycle->weight;
        }
        assert_int_equal(sign, -1);
        sum += cycle->weight;
    }
    for (size_t e = 0; e < g->edge_count; e++) {
        assert_true(load[e] <= 1 + 1e-9);
    }
    assert_true(sum > b->root_lower - 1 && sum <= b->upper + 1e-9);
    free(load);
}

static void small_graphs_agree_with_brute_force(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 11);
    ent_str names[16];
    ent__signed_edge edges[256];
    for (int round = 0; round < 400; round++) {
        ent__signed_graph g = random_graph(&rng, names, edges);
        bool weighted = round % 2 == 1;
        ent__balance_options options = {.weighted = weighted, .branch_limit = 200};
        ent__forced_pair pair = {0, 0, true};
        ent__balance b;
        assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &b), ENT_OK);
        assert_true(b.proven);
        assert_float_equal(b.upper, brute(&g, &pair, weighted), 1e-7);
        uint32_t bits = 0;
        for (uint32_t v = 0; v < g.node_count; v++) {
            bits |= (uint32_t)b.side[v] << v;
        }
        assert_float_equal(b.upper, split_cost(&g, bits, weighted), 1e-7);
        ent__margin margin;
        assert_int_equal(ent__balance_margin(ctx, arena, &g, 0, 2, &b, &options, &margin), ENT_OK);
        pair = (ent__forced_pair){0, 2, true};
        double same = brute(&g, &pair, weighted);
        pair.together = false;
        double apart = brute(&g, &pair, weighted);
        assert_true(margin.proven);
        assert_float_equal(margin.same_upper, same, 1e-7);
        assert_float_equal(margin.apart_upper, apart, 1e-7);
        assert_float_equal(margin.low, apart - same, 1e-6);
    }
}

static void complete_negative_graphs(void **state)
{
    (void)state;
    for (uint32_t n = 3; n <= 9; n++) {
        ent_str names[16];
        ent__signed_edge edges[64];
        ent__signed_graph g = {n, 0, names, edges};
        for (uint32_t a = 0; a < n; a++) {
            names[a] = ENT_LIT("x");
            for (uint32_t b = a + 1; b < n; b++) {
                edges[g.edge_count++] = (ent__signed_edge){a, b, -1};
            }
        }
        ent__balance b;
        ent__balance_options options = {.branch_limit = 1000};
        assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &b), ENT_OK);
        assert_true(b.proven);
        assert_float_equal(b.upper, n * (n - 1) / 2 - n * n / 4, 1e-9);
    }
}

static void contradiction_is_an_input_error(void **state)
{
    (void)state;
    ent_str names[3] = {ENT_LIT("a"), ENT_LIT("b"), ENT_LIT("c")};
    ent__signed_edge edges[2] = {{0, 1, 1}, {1, 2, -1}};
    ent__signed_graph g = {3, 2, names, edges};
    ent__forced_pair forced[3] = {{0, 1, true}, {1, 2, true}, {0, 2, false}};
    ent__balance b;
    assert_int_equal(ent__balance_solve(ctx, arena, &g, forced, 3, NULL, &b), ENT_EINPUT);
}

static void published_and_recomputed_values(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        double index;
        bool weighted;
    } known[] = {
        {"tribes.tsv", 7, false},        {"stranke94.tsv", 2, false},
        {"stranke94.tsv", 15, true},     {"sampson-unanimous.tsv", 29, false},
        {"bales.tsv", 16, false},        {"sc2001.tsv", 37, false},
        {"rnd-50-20-50.tsv", 59, false}, {"rnd-100-10-20.tsv", 92, false},
        {"cow-1946.tsv", 17, false},     {"cow-1949.tsv", 15, false},
        {"cow-1954.tsv", 33, false},     {"cow-1965.tsv", 23, false},
        {"cow-1972.tsv", 29, false},     {"cow-1980.tsv", 48, false},
        {"cow-1988.tsv", 42, false},     {"cow-1993.tsv", 50, false},
        {"cow-1996.tsv", 45, false},
    };
    skip_unless_shared(SIGNED "tribes.tsv");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char path[512];
        snprintf(path, sizeof path, SIGNED "%s", known[i].file);
        ent__signed_graph g;
        ent__balance b;
        ent__balance_options options = {.weighted = known[i].weighted};
        assert_int_equal(ent__signed_graph_read(ctx, arena, path, &g), ENT_OK);
        assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &b), ENT_OK);
        assert_true(b.proven);
        assert_float_equal(b.upper, known[i].index, 1e-9);
        if (!known[i].weighted) {
            packing_holds(&g, &b);
        }
    }
}

static void tribes_triads(void **state)
{
    (void)state;
    skip_unless_shared(SIGNED "tribes.tsv");
    ent__signed_graph g;
    uint64_t triads[4];
    assert_int_equal(ent__signed_graph_read(ctx, arena, SIGNED "tribes.tsv", &g), ENT_OK);
    assert_int_equal(ent__balance_triads(ctx, &g, triads), ENT_OK);
    assert_int_equal(triads[0] + triads[2], 59);
    assert_int_equal(triads[0] + triads[1] + triads[2] + triads[3], 68);
}

/* Gap 127..128 at the root: only branching closes it. */
static void branching_closes_a_gap(void **state)
{
    (void)state;
    skip_unless_shared(SIGNED "rnd-40-50-50.tsv");
    ent__signed_graph g;
    ent__balance b;
    ent__balance_options options = {0};
    assert_int_equal(ent__signed_graph_read(ctx, arena, SIGNED "rnd-40-50-50.tsv", &g), ENT_OK);
    assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &b), ENT_OK);
    assert_false(b.proven);
    assert_true(b.lower >= 127 && b.lower < 128 && b.upper >= 128);
    options.branch_limit = 100;
    assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &b), ENT_OK);
    assert_true(b.proven);
    assert_float_equal(b.upper, 128, 1e-9);
}

static void margins_of_nine_windows(void **state)
{
    (void)state;
    /* window, then same and apart of USA-RUS, RUS-CHN, USA-CHN */
    static const double known[9][7] = {
        {1946, 21, 17, 18, 17, 17, 18}, {1949, 25, 15, 15, 25, 30, 15},
        {1954, 42, 33, 33, 38, 38, 33}, {1965, 36, 23, 23, 33, 33, 23},
        {1972, 36, 29, 31, 29, 29, 31}, {1980, 59, 48, 49, 48, 48, 49},
        {1988, 42, 63, 43, 42, 43, 42}, {1993, 53, 50, 50, 53, 54, 50},
        {1996, 58, 45, 45, 48, 48, 45},
    };
    static const char *const pairs[3][2] = {{"USA", "RUS"}, {"RUS", "CHN"}, {"USA", "CHN"}};
    skip_unless_shared(SIGNED "cow-1946.tsv");
    for (int w = 0; w < 9; w++) {
        char path[512];
        snprintf(path, sizeof path, SIGNED "cow-%d.tsv", (int)known[w][0]);
        ent__signed_graph g;
        ent__balance base;
        assert_int_equal(ent__signed_graph_read(ctx, arena, path, &g), ENT_OK);
        assert_int_equal(ent__balance_solve(ctx, arena, &g, NULL, 0, NULL, &base), ENT_OK);
        for (int p = 0; p < 3; p++) {
            int64_t a = ent__signed_graph_node(&g, pairs[p][0]);
            int64_t b = ent__signed_graph_node(&g, pairs[p][1]);
            ent__margin m;
            assert_true(a >= 0 && b >= 0);
            assert_int_equal(
                ent__balance_margin(ctx, arena, &g, (uint32_t)a, (uint32_t)b, &base, NULL, &m),
                ENT_OK);
            assert_true(m.proven);
            assert_float_equal(m.same_upper, known[w][1 + 2 * p], 1e-9);
            assert_float_equal(m.apart_upper, known[w][2 + 2 * p], 1e-9);
        }
    }
}

static void reader_names_line_and_expectation(void **state)
{
    (void)state;
    char path[] = "/tmp/ent-graph-XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "a,b,sign\na,b,+\n# note\nb\tc\t-1\nc,a,high\n";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    ent__signed_graph g;
    assert_int_equal(ent__signed_graph_read(ctx, arena, path, &g), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(ctx), ":5:"));
    assert_non_null(strstr(ent_ctx_error(ctx), "high"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_graphs_agree_with_brute_force),
        cmocka_unit_test(complete_negative_graphs),
        cmocka_unit_test(contradiction_is_an_input_error),
        cmocka_unit_test(published_and_recomputed_values),
        cmocka_unit_test(tribes_triads),
        cmocka_unit_test(branching_closes_a_gap),
        cmocka_unit_test(margins_of_nine_windows),
        cmocka_unit_test(reader_names_line_and_expectation),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
