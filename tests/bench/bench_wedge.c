/* Figures of wedge/ on the shared data and on random ties: seconds of CPU beside the goals of
 * docs/methods/wedge.md.  Nothing is asserted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../src/wedge/wedge.h"

#define SIGNED ENT_SOURCE_DIR "/../shared/data/signed/"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void line(const char *what, double took, const char *goal)
{
    printf("%-66s %8.4f s   goal %s\n", what, took, goal);
}

/* The nine windows at hand; the 51 of the goal are given by their share of the ties. */
static void networks(ent_ctx *ctx)
{
    static const int windows[9] = {1946, 1949, 1954, 1965, 1972, 1980, 1988, 1993, 1996};
    static const char *const names[3] = {"USA", "RUS", "CHN"};
    ent_arena *arena = ent__arena_new();
    double solve = 0, force = 0;
    size_t proven = 0, margins = 0, ties = 0;
    for (int w = 0; w < 9; w++) {
        char path[512];
        ent__signed_graph g;
        ent__balance base;
        snprintf(path, sizeof path, SIGNED "cow-%d.tsv", windows[w]);
        if (access(path, R_OK) != 0 || ent__signed_graph_read(ctx, arena, path, &g) != ENT_OK) {
            printf("SKIP: %s is not on this machine\n", path);
            continue;
        }
        double from = seconds();
        proven += ent__balance_solve(ctx, arena, &g, NULL, 0, NULL, &base) == ENT_OK && base.proven;
        solve += seconds() - from;
        ties += g.edge_count;
        from = seconds();
        for (int p = 0; p < 6; p++) { /* each of 3 dyads forced together and apart */
            ent__forced_pair pair = {
                (uint32_t)ent__signed_graph_node(&g, names[p / 2 == 2 ? 1 : 0]),
                (uint32_t)ent__signed_graph_node(&g, names[p / 2 == 0 ? 1 : 2]), p % 2 == 0};
            ent__balance answer;
            margins += ent__balance_solve(ctx, arena, &g, &pair, 1, NULL, &answer) == ENT_OK &&
                       answer.proven;
        }
        force += seconds() - from;
    }
    if (ties > 0) {
        char text[128];
        double share = 51 * 804.0 / (double)ties; /* 804 ties a window in the list of windows */
        snprintf(text, sizeof text, "9 networks, %zu proven (51 by ties: %.2f s)", proven,
                 solve * share);
        line(text, solve, "51 in 4 s");
        snprintf(text, sizeof text, "54 forced, %zu proven (306 by ties: %.2f s)", margins,
                 force * share);
        line(text, force, "306 in 15 s");
    }
    ent__arena_free(arena);
}

static ent__ties random_ties(ent_arena *arena, size_t n, uint64_t seed)
{
    ent_rng rng;
    ent__rng_seed(&rng, seed);
    double *size = ent__arena_array(arena, n, sizeof *size);
    double *mean = ent__arena_array(arena, n * n, sizeof *mean);
    double *none = ent__arena_array(arena, n * n, sizeof *none);
    uint8_t *given = ent__arena_array(arena, n * n, 1);
    ent_str *names = ent__arena_array(arena, n, sizeof *names);
    for (size_t i = 0; i < n; i++) {
        names[i] = ent__arena_printf(arena, "s%zu", i);
        size[i] = 0.1 + 10 * ent__rng_uniform(&rng);
        for (size_t j = 0; j < i; j++) {
            mean[i * n + j] = mean[j * n + i] = ent__rng_normal(&rng);
        }
    }
    return (ent__ties){n, names, size, mean, none, none, given, false, false};
}

static void landscapes(ent_ctx *ctx)
{
    static const struct {
        size_t n;
        const char *landscape, *prices;
    } sizes[] = {{17, "-", "-"}, {20, "0.05 s", "0.1 s"}, {22, "0.2 s", "-"}, {24, "-", "-"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ent_arena *arena = ent__arena_new();
        ent__ties ties = random_ties(arena, sizes[i].n, 7);
        ent__landscape l;
        ent__price_table table;
        char text[96];
        double from = seconds();
        if (ent__landscape_solve(ctx, arena, &ties, 0, &l) == ENT_OK) {
            snprintf(text, sizeof text, "landscape of %zu random states, %zu minima, all basins",
                     sizes[i].n, l.count);
            line(text, seconds() - from, sizes[i].landscape);
        }
        double *weight = ent__landscape_weights(arena, &ties);
        from = seconds();
        if (ent__price_table_fill(ctx, arena, weight, ties.n, 0, 1, &table) == ENT_OK) {
            snprintf(text, sizeof text, "single-tie prices of %zu random states, all ties",
                     sizes[i].n);
            line(text, seconds() - from, sizes[i].prices);
        }
        ent__arena_free(arena);
    }
}

/* Random ties with 17 states, the target held by the rival: own, clean and clean-by-any prices. */
static void several(ent_ctx *ctx)
{
    double worst = 0, all = 0;
    int count = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ent_arena *arena = ent__arena_new();
        ent__ties ties = random_ties(arena, 17, seed);
        ent__price_question question = {.target = 0, .rival = 1, .actor = 2};
        ent__price p;
        double from = seconds();
        if (ent__price_solve(ctx, arena, &ties, &question, &p) == ENT_OK && !p.apart_now) {
            double took = seconds() - from;
            worst = fmax(worst, took);
            all += took;
            count++;
        }
        ent__arena_free(arena);
    }
    char text[96];
    snprintf(text, sizeof text, "several ties exact, 17 random states, %d cases: mean", count);
    line(text, count > 0 ? all / count : 0, "10 s");
    line("  the slowest of them", worst, "10 s");
}

static void hard(ent_ctx *ctx)
{
    static const char *const files[3] = {"rnd-40-50-50", "rnd-50-20-50", "rnd-100-10-20"};
    for (int i = 0; i < 3; i++) {
        char path[512], text[96];
        ent_arena *arena = ent__arena_new();
        ent__signed_graph g;
        ent__balance answer;
        ent__balance_options options = {.branch_limit = 40};
        snprintf(path, sizeof path, SIGNED "%s.tsv", files[i]);
        if (access(path, R_OK) == 0 && ent__signed_graph_read(ctx, arena, path, &g) == ENT_OK) {
            double from = seconds();
            if (ent__balance_solve(ctx, arena, &g, NULL, 0, &options, &answer) == ENT_OK) {
                snprintf(text, sizeof text, "%s: [%g, %g]%s, %u branches", files[i], answer.lower,
                         answer.upper, answer.proven ? " proven" : "", answer.branches);
                line(text, seconds() - from, "-");
            }
        }
        ent__arena_free(arena);
    }
}

int main(void)
{
    ent_ctx *ctx;
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 1;
    }
    networks(ctx);
    hard(ctx);
    landscapes(ctx);
    several(ctx);
    ent_ctx_free(ctx);
    return 0;
}
