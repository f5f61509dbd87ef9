/* Landscapes and wedge prices: published and recomputed cases, and brute force over small cases.
 * The several-tie and clean prices are proven against every vertex of the arrangement of all rows
 * and axes, which holds the optimum of a linear program whose cost is the sum of |changes|. */
#include <math.h>

#include "../../src/wedge/wedge.h"
#include "test.h"

#define LANDSCAPE ENT_SHARED "data/signed/landscape/"

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

static ent__ties ties_of(const char *file)
{
    char path[512];
    snprintf(path, sizeof path, LANDSCAPE "%s.txt", file);
    ent__tie_table table;
    ent__ties ties;
    assert_int_equal(ent__tie_table_read_matrix(ctx, arena, path, &table), ENT_OK);
    assert_int_equal(ent__ties_blend(ctx, arena, &table, SIZE_MAX, &ties), ENT_OK);
    return ties;
}

static size_t strict_count(const ent__landscape *l)
{
    size_t strict = 0;
    for (size_t i = 0; i < l->count; i++) {
        strict += l->minima[i].strict;
    }
    return strict;
}

static void landscapes_of_the_paper(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t minima, strict;
    } known[] = {{"unix9", 2, 2},      {"realist5", 4, 4},   {"realist17", 226, 195},
                 {"europe1936", 2, 2}, {"europe1937", 2, 2}, {"europe1938", 1, 1},
                 {"europe1939", 1, 1}};
    skip_unless_shared(LANDSCAPE "unix9.txt");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ent__ties ties = ties_of(known[i].file);
        ent__landscape l;
        assert_int_equal(ent__landscape_solve(ctx, arena, &ties, 0, &l), ENT_OK);
        assert_true(l.exact);
        assert_int_equal(l.count, known[i].minima);
        assert_int_equal(strict_count(&l), known[i].strict);
        if (strcmp(known[i].file, "unix9") == 0) {
            assert_int_equal(l.minima[0].basin, 128);
            assert_int_equal(l.minima[1].basin, 128);
            assert_float_equal(l.minima[0].energy, l.minima[1].energy, 1e-9);
        }
        if (strcmp(known[i].file, "europe1936") == 0) {
            assert_int_equal(l.minima[0].basin, 59307);
            assert_int_equal(l.minima[1].basin, 6229);
        }
    }
}

static const ent__price_tie *tie_named(const ent__ties *ties, const ent__price *p, const char *a,
                                       const char *b)
{
    uint32_t i = (uint32_t)ent__ties_state(ties, a), j = (uint32_t)ent__ties_state(ties, b);
    for (size_t e = 0; e < p->tie_count; e++) {
        const ent__tie_change *t = &p->ties[e].tie;
        if ((t->a == i && t->b == j) || (t->a == j && t->b == i)) {
            return &p->ties[e];
        }
    }
    return NULL;
}

static void prices_of_the_reference(void **state)
{
    (void)state;
    static const struct {
        const char *file, *target, *rival;
        double gap; /* NAN: only below 0 is known */
        struct {
            const char *a, *b;
            double change;
        } singles[4];
        size_t finite; /* 0: not known */
    } known[] = {
        {"europe1936",
         "POL",
         "GER",
         109.5948,
         {{"GER", "USR", 0.9545},
          {"POL", "USR", 4.0314},
          {"GER", "POL", -5.1890},
          {"ITA", "POL", -15.1846}},
         4},
        {"europe1938",
         "POL",
         "GER",
         165.3073,
         {{"GER", "USR", 1.4859}, {"POL", "USR", 5.1386}, {"GER", "POL", -5.4763}},
         3},
        {"europe1939",
         "POL",
         "GER",
         135.5681,
         {{"GER", "USR", 1.5625},
          {"GER", "POL", -4.1604},
          {"POL", "USR", 5.3597},
          {"FRA", "POL", 18.6978}},
         4},
        {"europe1936", "USR", "GBR", NAN, {{0}}, 0},
        {"europe1937", "USR", "GBR", NAN, {{0}}, 0},
        {"europe1938", "USR", "GBR", 21.0517, {{"GBR", "USR", -0.1647}}, 0},
        {"europe1939", "USR", "GBR", 97.7637, {{"GBR", "GER", 0.5511}, {"GBR", "USR", -0.7100}}, 0},
    };
    skip_unless_shared(LANDSCAPE "europe1936.txt");
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        ent__ties ties = ties_of(known[k].file);
        ent__price_question question = {.target = (uint32_t)ent__ties_state(&ties, known[k].target),
                                        .rival = (uint32_t)ent__ties_state(&ties, known[k].rival),
                                        .actor = -1};
        ent__price p;
        assert_int_equal(ent__price_solve(ctx, arena, &ties, &question, &p), ENT_OK);
        assert_true(p.exact);
        if (isnan(known[k].gap)) {
            assert_true(p.gap_low < 0 && p.apart_now);
            assert_float_equal(p.ties[0].tie.change, 0, 0);
            continue;
        }
        assert_float_equal(p.gap_low, known[k].gap, 5.1e-5);
        size_t finite = 0;
        for (size_t e = 0; e < p.tie_count; e++) {
            finite += isfinite(p.ties[e].tie.change);
        }
        assert_true(known[k].finite == 0 || finite == known[k].finite);
        for (size_t s = 0; s < 4 && known[k].singles[s].a != NULL; s++) {
            const ent__price_tie *tie =
                tie_named(&ties, &p, known[k].singles[s].a, known[k].singles[s].b);
            assert_float_equal(tie->tie.change, known[k].singles[s].change, 5.5e-5);
        }
        assert_float_equal(p.ties[p.direct].tie.change,
                           -(p.gap_low + p.epsilon) /
                               (ties.size[question.target] * ties.size[question.rival]),
                           1e-9);
    }
}

/* ---- brute force ---------------------------------------------------------------------------- */

typedef struct {
    size_t n;
    double size[8], mean[64];
    ent_str names[8];
    uint8_t given[64];
    double error[64], move[64];
    ent__ties ties;
} small;

static void small_make(small *s, ent_rng *rng, size_t n)
{
    memset(s, 0, sizeof *s);
    s->n = n;
    for (size_t i = 0; i < n; i++) {
        s->size[i] = 0.5 + 2 * ent__rng_uniform(rng);
        s->names[i] = ENT_LIT("x");
        for (size_t j = 0; j < i; j++) {
            s->mean[i * n + j] = s->mean[j * n + i] = ent__rng_normal(rng);
        }
    }
    s->ties = (ent__ties){n, s->names, s->size, s->mean, s->error, s->move, s->given, false, false};
}

static double energy_of(const small *s, const double *mean, uint32_t bits)
{
    double energy = 0;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t j = i + 1; j < s->n; j++) {
            energy +=
                ((bits >> i) ^ (bits >> j)) & 1 ? s->size[i] * s->size[j] * mean[i * s->n + j] : 0;
        }
    }
    return energy;
}

static bool apart(uint32_t bits, uint32_t i, uint32_t j)
{
    return ((bits >> i) ^ (bits >> j)) & 1;
}

/* Does the change part 0 from 1 (x == UINT32_MAX), or make x the best of all? */
static bool works(const small *s, const ent__tie_change *change, size_t count, uint32_t x,
                  double epsilon)
{
    double mean[64], least[2] = {INFINITY, INFINITY};
    memcpy(mean, s->mean, sizeof mean);
    for (size_t k = 0; k < count; k++) {
        mean[change[k].a * s->n + change[k].b] += change[k].change;
        mean[change[k].b * s->n + change[k].a] += change[k].change;
    }
    uint32_t all = (1u << s->n) - 1;
    for (uint32_t bits = 0; bits <= all; bits++) {
        double *slot = &least[apart(bits, 0, 1)];
        *slot = fmin(*slot, energy_of(s, mean, bits));
    }
    if (x == UINT32_MAX) {
        return least[1] - least[0] <= -epsilon + 1e-8;
    }
    double own = energy_of(s, mean, x);
    return own <= least[0] - epsilon + 1e-8 && own <= least[1] + 1e-8;
}

/* Solves the k x k system in place; false when singular. */
static bool solve(double m[3][4], size_t k)
{
    for (size_t c = 0; c < k; c++) {
        size_t best = c;
        for (size_t r = c; r < k; r++) {
            best = fabs(m[r][c]) > fabs(m[best][c]) ? r : best;
        }
        if (fabs(m[best][c]) < 1e-10) {
            return false;
        }
        for (size_t j = 0; j <= k; j++) {
            double swap = m[c][j];
            m[c][j] = m[best][j];
            m[best][j] = swap;
        }
        for (size_t r = 0; r < k; r++) {
            double f = r == c ? 0 : m[r][c] / m[c][c];
            for (size_t j = 0; j <= k; j++) {
                m[r][j] -= f * m[c][j];
            }
        }
    }
    for (size_t r = 0; r < k; r++) {
        m[r][k] /= m[r][r];
    }
    return true;
}

/* Least cost over all vertices of the rows of x against every y, and the axes. */
static double vertices_of(const small *s, const ent__tie_change *levers, size_t k,
                          const double *cost, uint32_t x, bool clean, double epsilon)
{
    double planes[80][4], best = INFINITY;
    size_t count = 0;
    for (size_t e = 0; e < k; e++) {
        memset(planes[count], 0, sizeof planes[count]);
        planes[count++][e] = 1;
    }
    for (uint32_t y = 0; y < 1u << (s->n - 1); y++) {
        if (!clean && apart(y, 0, 1)) {
            continue;
        }
        for (size_t e = 0; e < k; e++) {
            planes[count][e] =
                s->size[levers[e].a] * s->size[levers[e].b] *
                (apart(y, levers[e].a, levers[e].b) - apart(x, levers[e].a, levers[e].b));
        }
        planes[count++][k] =
            energy_of(s, s->mean, x) - energy_of(s, s->mean, y) + (apart(y, 0, 1) ? 0 : epsilon);
    }
    for (size_t a = 0; a < count; a++) {
        for (size_t b = a + 1; b < count; b++) {
            for (size_t c = k == 3 ? b + 1 : 0; c < (k == 3 ? count : 1); c++) {
                double m[3][4];
                memcpy(m[0], planes[a], sizeof m[0]);
                memcpy(m[1], planes[b], sizeof m[0]);
                memcpy(m[2], planes[c], sizeof m[0]);
                if (!solve(m, k)) {
                    continue;
                }
                double sum = 0;
                ent__tie_change change[3];
                for (size_t e = 0; e < k; e++) {
                    change[e] = (ent__tie_change){levers[e].a, levers[e].b, m[e][k]};
                    sum += cost[e] * fabs(m[e][k]);
                }
                if (sum < best && works(s, change, k, clean ? x : UINT32_MAX, epsilon)) {
                    best = sum;
                }
            }
        }
    }
    return best;
}

static double brute_several(const small *s, const ent__tie_change *levers, size_t k,
                            const double *cost, double epsilon)
{
    double best = works(s, NULL, 0, UINT32_MAX, epsilon) ? 0 : INFINITY;
    for (uint32_t x = 0; x < 1u << (s->n - 1); x++) {
        if (apart(x, 0, 1)) {
            best = fmin(best, vertices_of(s, levers, k, cost, x, false, epsilon));
        }
    }
    return best;
}

static void levers_pick(ent_rng *rng, size_t n, size_t k, ent__tie_change *levers, double *cost)
{
    for (size_t e = 0; e < k;) {
        uint32_t i = ent__rng_below(rng, (uint32_t)n), j = ent__rng_below(rng, (uint32_t)n);
        bool seen = i >= j;
        for (size_t f = 0; f < e; f++) {
            seen |= levers[f].a == i && levers[f].b == j;
        }
        if (!seen) {
            levers[e] = (ent__tie_change){i, j, 0};
            cost[e++] = 0.5 + ent__rng_uniform(rng);
        }
    }
}

static void several_ties_agree_with_all_vertices(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 5);
    int feasible = 0, together = 0;
    for (int round = 0; round < 300; round++) {
        small s;
        size_t n = 3 + ent__rng_below(&rng, 3), k = 2 + (round % 4 == 0 && n < 5);
        small_make(&s, &rng, n);
        ent__tie_change levers[3];
        double cost[3], limit[3] = {INFINITY, INFINITY, INFINITY};
        levers_pick(&rng, n, k, levers, cost);
        const double epsilon = 0.01;
        double *weight = ent__landscape_weights(arena, &s.ties);
        ent__price_table table;
        assert_int_equal(ent__price_table_fill(ctx, arena, weight, n, 0, 1, &table), ENT_OK);
        if (table.apart - table.together <= -epsilon) {
            continue;
        }
        together++;
        ent__price_plan plan;
        ent__adjustable adjustable = {k, levers, cost, limit};
        assert_int_equal(
            ent__price_several(ctx, arena, weight, &s.ties, &table, &adjustable, epsilon, &plan),
            ENT_OK);
        assert_true(plan.solved);
        double brute = brute_several(&s, levers, k, cost, epsilon);
        assert_int_equal(plan.feasible, isfinite(brute));
        if (plan.feasible) {
            feasible++;
            assert_float_equal(plan.cost, brute, 1e-6);
            assert_true(works(&s, plan.changes, plan.count, UINT32_MAX, epsilon));
        }
    }
    assert_true(feasible > 50 && together > feasible);
}

static void clean_price_agrees_with_all_vertices(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 6);
    int feasible = 0, infeasible = 0;
    for (int round = 0; round < 300; round++) {
        small s;
        size_t n = 3 + ent__rng_below(&rng, 3), k = 2 + (round % 4 == 0 && n < 5);
        small_make(&s, &rng, n);
        ent__tie_change levers[3];
        double cost[3], limit[3] = {INFINITY, INFINITY, INFINITY};
        levers_pick(&rng, n, k, levers, cost);
        const double epsilon = 0.01;
        uint32_t x = ent__rng_below(&rng, 1u << (n - 1));
        if (!apart(x, 0, 1)) {
            continue;
        }
        uint8_t wanted[8];
        for (size_t i = 0; i < n; i++) {
            wanted[i] = (uint8_t)apart(x, 0, (uint32_t)i);
        }
        double *weight = ent__landscape_weights(arena, &s.ties);
        ent__price_plan plan;
        ent__adjustable adjustable = {k, levers, cost, limit};
        assert_int_equal(ent__price_toward(ctx, arena, weight, &s.ties, 0, 1, wanted, &adjustable,
                                           epsilon, &plan),
                         ENT_OK);
        assert_true(plan.solved);
        double brute =
            works(&s, NULL, 0, x, epsilon) ? 0 : vertices_of(&s, levers, k, cost, x, true, epsilon);
        assert_int_equal(plan.feasible, isfinite(brute));
        infeasible += !plan.feasible;
        if (plan.feasible) {
            feasible++;
            assert_float_equal(plan.cost, brute, 1e-6);
            assert_true(works(&s, plan.changes, plan.count, x, epsilon));
        }
    }
    assert_true(feasible > 30 && infeasible > 30);
}

/* Every single-tie price: it works, and nothing a hundredth smaller does; a grid finds none where
 * the table says there is none. */
static void single_ties_agree_with_a_grid(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 7);
    for (int round = 0; round < 150; round++) {
        small s;
        small_make(&s, &rng, 3 + ent__rng_below(&rng, 5));
        ent__price_question question = {.target = 0, .rival = 1, .actor = -1, .epsilon = 0.001};
        ent__price p;
        assert_int_equal(ent__price_solve(ctx, arena, &s.ties, &question, &p), ENT_OK);
        for (size_t e = 0; e < p.tie_count; e++) {
            ent__tie_change change = p.ties[e].tie;
            double size = fabs(change.change), stop = isfinite(size) ? size * 0.99 : 40;
            if (isfinite(size)) {
                assert_true(works(&s, &change, 1, UINT32_MAX, 0.001));
            }
            for (double d = 0; d < stop; d += fmax(stop / 80, 1e-6)) {
                change.change = d;
                assert_false(works(&s, &change, 1, UINT32_MAX, 0.0011));
                change.change = -d;
                assert_false(works(&s, &change, 1, UINT32_MAX, 0.0011));
            }
        }
    }
}

/* Ten states and sixteen without ties: over 24 states only bounds are given, and they must hold what
 * the ten alone give exactly. */
static void bounds_above_24_states_hold_the_exact_gap(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 12);
    enum { FEW = 10, MANY = 26 };
    double size[MANY], few[FEW * FEW] = {0}, many[MANY * MANY] = {0}, none[MANY * MANY] = {0};
    uint8_t given[MANY * MANY] = {0};
    ent_str names[MANY];
    for (int round = 0; round < 6; round++) {
        for (size_t i = 0; i < MANY; i++) {
            size[i] = 0.5 + ent__rng_uniform(&rng);
            names[i] = ENT_LIT("x");
            for (size_t j = 0; j < i && i < FEW; j++) {
                double tie = ent__rng_normal(&rng);
                few[i * FEW + j] = few[j * FEW + i] = tie;
                many[i * MANY + j] = many[j * MANY + i] = tie;
            }
        }
        ent__ties small_ties = {FEW, names, size, few, none, none, given, false, false};
        ent__ties large_ties = {MANY, names, size, many, none, none, given, false, false};
        ent__price_question question = {.target = 0, .rival = 1, .actor = 2};
        ent__price exact, bounds;
        assert_int_equal(ent__price_solve(ctx, arena, &small_ties, &question, &exact), ENT_OK);
        assert_int_equal(ent__price_solve(ctx, arena, &large_ties, &question, &bounds), ENT_OK);
        assert_true(exact.exact && !bounds.exact);
        assert_true(bounds.gap_low <= exact.gap_low + 1e-6);
        assert_true(bounds.gap_high >= exact.gap_low - 1e-6);
        double price = fabs(exact.ties[exact.direct].tie.change);
        const ent__price_tie *direct = &bounds.ties[bounds.direct];
        assert_true(fabs(direct->tie.change) <= price + 1e-6 && direct->high >= price - 1e-6);
    }
}

static void limits_are_obeyed(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 8);
    for (int round = 0; round < 100; round++) {
        small s;
        small_make(&s, &rng, 5);
        ent__price_question question = {.target = 0, .rival = 1, .actor = 2, .epsilon = 0.001};
        ent__price open, closed;
        assert_int_equal(ent__price_solve(ctx, arena, &s.ties, &question, &open), ENT_OK);
        question.limit = 0.3;
        assert_int_equal(ent__price_solve(ctx, arena, &s.ties, &question, &closed), ENT_OK);
        const ent__price_plan *a = &open.own[ENT__PRICE_POINTS],
                              *b = &closed.own[ENT__PRICE_POINTS];
        assert_true(!b->feasible || (a->feasible && b->cost >= a->cost - 1e-9));
        for (size_t i = 0; b->feasible && i < b->count; i++) {
            assert_true(fabs(b->changes[i].change) <= 0.3 + 1e-9);
        }
    }
}

static void draws_give_shares_and_the_same_bytes(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 9);
    small s;
    small_make(&s, &rng, 5);
    for (size_t c = 0; c < 25; c++) {
        s.error[c] = 0.4;
    }
    s.ties.has_errors = true;
    ent__price_question question = {.target = 0, .rival = 1, .actor = 2, .draws = 200};
    ent__price p, q;
    assert_int_equal(ent__price_solve(ctx, arena, &s.ties, &question, &p), ENT_OK);
    assert_int_equal(ent__price_solve(ctx, arena, &s.ties, &question, &q), ENT_OK);
    assert_int_equal(p.draws, 200);
    assert_memory_equal(p.spread, q.spread, sizeof p.spread);
    double share = p.apart_share;
    for (size_t e = 0; e < p.tie_count; e++) {
        share += p.ties[e].cheapest_share;
    }
    assert_float_equal(share, 1, 1e-9);
    assert_true(p.spread[ENT__PRICE_DIRECT].low <= p.spread[ENT__PRICE_DIRECT].median);
}

static void files_with_errors_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *states, *ties, *message;
    } bad[] = {
        {"state,size\nA,1\nB,2\n", "a,b,value\nA,C,1\n", "\"C\""},
        {"state,size\nA,1\nB,0\n", "a,b,value\nA,B,1\n", "above 0"},
        {"A,1\nA,2\n", "A,B,1\n", "once"},
        {"A,1\nB,2\n", "A,B,1\nB,A,2\n", "again"},
        {"A,1\nB,2\n", "a,b,value\nA,B,big\n", "big"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char paths[2][32] = {"/tmp/ent-states-XXXXXX", "/tmp/ent-ties-XXXXXX"};
        const char *texts[2] = {bad[i].states, bad[i].ties};
        for (int f = 0; f < 2; f++) {
            int fd = mkstemp(paths[f]);
            assert_int_equal(write(fd, texts[f], strlen(texts[f])), strlen(texts[f]));
            close(fd);
        }
        ent__tie_table table;
        assert_int_equal(ent__tie_table_read(ctx, arena, paths[0], paths[1], &table), ENT_EINPUT);
        assert_non_null(strstr(ent_ctx_error(ctx), bad[i].message));
        unlink(paths[0]);
        unlink(paths[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(landscapes_of_the_paper),
        cmocka_unit_test(prices_of_the_reference),
        cmocka_unit_test(several_ties_agree_with_all_vertices),
        cmocka_unit_test(clean_price_agrees_with_all_vertices),
        cmocka_unit_test(single_ties_agree_with_a_grid),
        cmocka_unit_test(bounds_above_24_states_hold_the_exact_gap),
        cmocka_unit_test(limits_are_obeyed),
        cmocka_unit_test(draws_give_shares_and_the_same_bytes),
        cmocka_unit_test(files_with_errors_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
