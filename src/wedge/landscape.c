/* Landscape theory of alignment: the stable ways of splitting states into two blocs.
 * In: sizes and ties.  Out: every configuration that no single state would leave, with its energy
 * and basin; frustration of states and ties; what a given configuration would do next. Source:
 * Axelrod and Bennett, British Journal of Political Science 23 (1993). n <= 24: all 2^(n-1)
 * configurations, exact, O(n 2^n).  Above: minima from random starts with binomial intervals for
 * the basins, and a proven lower bound on the energy (balance.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "configurations.h"
#include "wedge.h"

static const double move_least = 1e-9; /* a move must lower the energy by more */

double *ent__landscape_weights(ent_arena *arena, const ent__ties *ties)
{
    size_t n = ties->n;
    double *weight = ent__arena_array(arena, n * n + 1, sizeof *weight);
    for (size_t i = 0; weight != NULL && i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            weight[i * n + j] = i == j ? 0 : ties->size[i] * ties->size[j] * ties->mean[i * n + j];
        }
    }
    return weight;
}

double ent__landscape_energy(const ent__ties *ties, const uint8_t *side)
{
    double energy = 0;
    for (size_t i = 0; i < ties->n; i++) {
        for (size_t j = 0; j < ties->n; j++) {
            energy += side[i] != side[j]
                        ? ties->size[i] * ties->size[j] * ties->mean[i * ties->n + j]
                        : 0;
        }
    }
    return energy;
}

double ent__landscape_frustration(const ent__ties *ties, const uint8_t *side, size_t state)
{
    double sum = 0;
    for (size_t j = 0; j < ties->n; j++) {
        if (j != state && side[j] != side[state]) {
            sum += ties->size[j] * ties->mean[state * ties->n + j];
        }
    }
    return sum;
}

double ent__landscape_rise(const ent__ties *ties, const uint8_t *side, size_t state)
{
    double sum = 0;
    for (size_t j = 0; j < ties->n; j++) {
        double w = ties->size[j] * ties->mean[state * ties->n + j];
        sum += j == state ? 0 : side[j] == side[state] ? w : -w;
    }
    return 2 * ties->size[state] * sum;
}

static int minimum_compare(const void *x, const void *y)
{
    const ent__landscape_minimum *a = x, *b = y;
    if (a->energy != b->energy) {
        return a->energy < b->energy ? -1 : 1;
    }
    return memcmp(a->side, b->side, a->states);
}

/* ---- exact ---------------------------------------------------------------------------------- */

/* next[c]: the state that steepest descent moves from configuration c, 255 at a minimum, 254 at a
 * minimum that some other configuration equals (a move of no gain). */
static void descent_fill(ent__walk *walk, uint8_t *next)
{
    const size_t width = (walk->n + 3) & ~(size_t)3;
    do {
        double least[4] = {1e300, 1e300, 1e300, 1e300};
        for (size_t k = 0; k < width; k += 4) {
            for (size_t l = 0; l < 4; l++) {
                least[l] = walk->rise[k + l] < least[l] ? walk->rise[k + l] : least[l];
            }
        }
        double best = fmin(fmin(least[0], least[1]), fmin(least[2], least[3]));
        uint8_t move = best > move_least ? 255 : 254;
        if (best < -move_least) {
            move = 0;
            while (walk->rise[move] > best + move_least) {
                move++;
            }
        }
        next[walk->config] = move;
    } while (ent__walk_next(walk));
}

static void sides_of_config(uint32_t config, size_t n, uint8_t *side)
{
    uint8_t first = config & 1;
    for (size_t i = 0; i < n; i++) {
        side[i] = (uint8_t)((i + 1 < n ? (config >> i) & 1 : 0) ^ first);
    }
}

/* Follows next[] from every configuration; label[c] is the minimum's number + 1 once known. */
static void basins_count(const uint8_t *next, uint32_t *label, uint32_t total, size_t n,
                         ent__landscape_minimum *minima)
{
    for (uint32_t start = 0; start < total; start++) {
        uint32_t at = start;
        while (label[at] == 0) {
            at = ent__config_move(at, next[at], n);
        }
        uint32_t found = label[at];
        for (at = start; label[at] == 0;) {
            label[at] = found;
            at = ent__config_move(at, next[at], n);
        }
        minima[found - 1].basin++;
    }
}

static ent_rc landscape_exact(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties,
                              ent__landscape *out)
{
    const size_t n = ties->n;
    const uint32_t total = 1u << (n - 1);
    ent_arena *own = ent__arena_new();
    ent__walk *walk = own == NULL ? NULL : ent__arena_alloc(own, sizeof *walk);
    double *weight = walk == NULL ? NULL : ent__landscape_weights(own, ties);
    uint8_t *next = malloc(total);
    uint32_t *label = calloc(total, sizeof *label);
    bool fine = weight != NULL && next != NULL && label != NULL;
    if (fine) {
        ent__walk_start(walk, weight, n);
        descent_fill(walk, next);
        for (uint32_t c = 0; c < total; c++) {
            out->count += next[c] >= 254;
        }
        out->minima = ent__arena_array(arena, out->count + 1, sizeof *out->minima);
        fine = out->minima != NULL;
    }
    for (uint32_t c = 0, at = 0; fine && c < total; c++) {
        if (next[c] < 254) {
            continue;
        }
        ent__landscape_minimum *m = &out->minima[at++];
        m->side = ent__arena_array(arena, n, 1);
        fine = m->side != NULL;
        m->states = n;
        m->strict = next[c] == 255;
        m->energy = 2 * ent__config_energy(c, weight, n);
        label[c] = at;
        if (fine) {
            sides_of_config(c, n, m->side);
        }
    }
    if (fine) {
        basins_count(next, label, total, n, out->minima);
        out->exact = true;
        out->starts = total;
        for (size_t i = 0; i < out->count; i++) {
            ent__landscape_minimum *m = &out->minima[i];
            m->share = m->share_low = m->share_high = (double)m->basin / total;
        }
        qsort(out->minima, out->count, sizeof *out->minima, minimum_compare);
        out->energy_lower = out->minima[0].energy;
    }
    free(next);
    free(label);
    ent__arena_free(own);
    return fine ? ENT_OK : ent__nomem(ctx);
}

/* ---- sampled -------------------------------------------------------------------------------- */

static void descend(const ent__ties *ties, uint8_t *side, double *rise)
{
    for (size_t i = 0; i < ties->n; i++) {
        rise[i] = ent__landscape_rise(ties, side, i);
    }
    for (;;) {
        size_t best = 0;
        for (size_t i = 1; i < ties->n; i++) {
            best = rise[i] < rise[best] - move_least ? i : best;
        }
        if (rise[best] >= -move_least) {
            break;
        }
        for (size_t j = 0; j < ties->n; j++) {
            double w = 4 * ties->size[best] * ties->size[j] * ties->mean[best * ties->n + j];
            if (j != best) {
                rise[j] -= side[j] == side[best] ? w : -w;
            }
        }
        rise[best] = -rise[best];
        side[best] ^= 1;
    }
    for (size_t i = ties->n; i-- > 0;) {
        side[i] ^= side[0];
    }
}

/* Wilson score interval of a share, 95 %. */
static void share_interval(double hits, double starts, double *low, double *high)
{
    const double z = 1.959963984540054;
    double p = hits / starts, middle = p + z * z / (2 * starts);
    double half = z * sqrt(p * (1 - p) / starts + z * z / (4 * starts * starts));
    *low = fmax(0, (middle - half) / (1 + z * z / starts));
    *high = fmin(1, (middle + half) / (1 + z * z / starts));
}

static ent_rc energy_bound(ent_ctx *ctx, ent_arena *own, const ent__ties *ties, double *out)
{
    size_t n = ties->n, count = 0;
    ent__signed_edge *edges = ent__arena_array(own, n * n / 2 + 1, sizeof *edges);
    double negative = 0;
    for (uint32_t i = 0; edges != NULL && i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            double w = ties->size[i] * ties->size[j] * ties->mean[i * n + j];
            if (w != 0) {
                edges[count++] = (ent__signed_edge){i, j, w};
                negative += w < 0 ? -w : 0;
            }
        }
    }
    if (edges == NULL) {
        return ent__nomem(ctx);
    }
    ent__signed_graph graph = {n, count, ties->names, edges};
    ent__balance_options options = {.weighted = true, .search_rounds = 2000, .pivot_limit = 3000};
    ent__balance answer;
    ent_rc rc = ent__balance_solve(ctx, own, &graph, NULL, 0, &options, &answer);
    *out = rc == ENT_OK ? 2 * (answer.lower - negative) : 0;
    return rc;
}

static ent_rc landscape_sampled(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties,
                                uint32_t starts, ent__landscape *out)
{
    ent_arena *own = ent__arena_new();
    uint8_t *side = own == NULL ? NULL : ent__arena_array(own, ties->n, 1);
    double *rise = side == NULL ? NULL : ent__arena_array(own, ties->n, sizeof *rise);
    out->minima = ent__arena_array(arena, starts, sizeof *out->minima);
    bool fine = rise != NULL && out->minima != NULL;
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    for (uint32_t s = 0; fine && s < starts; s++) {
        for (size_t i = 0; i < ties->n; i++) {
            side[i] = (uint8_t)ent__rng_below(&rng, 2);
        }
        descend(ties, side, rise);
        size_t at = 0;
        while (at < out->count && memcmp(out->minima[at].side, side, ties->n) != 0) {
            at++;
        }
        ent__landscape_minimum *m = &out->minima[at];
        if (at == out->count) {
            out->count++;
            m->states = ties->n;
            m->energy = ent__landscape_energy(ties, side);
            m->side = ent__arena_array(arena, ties->n, 1);
            fine = m->side != NULL;
            if (fine) {
                memcpy(m->side, side, ties->n);
            }
            m->strict = true;
            for (size_t i = 0; i < ties->n; i++) {
                m->strict &= rise[i] > move_least;
            }
        }
        m->basin++;
    }
    ent_rc rc = fine ? energy_bound(ctx, own, ties, &out->energy_lower) : ent__nomem(ctx);
    for (size_t i = 0; fine && i < out->count; i++) {
        ent__landscape_minimum *m = &out->minima[i];
        m->share = (double)m->basin / starts;
        share_interval((double)m->basin, starts, &m->share_low, &m->share_high);
    }
    if (fine) {
        out->starts = starts;
        qsort(out->minima, out->count, sizeof *out->minima, minimum_compare);
    }
    ent__arena_free(own);
    return rc;
}

ent_rc ent__landscape_solve(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties, uint32_t starts,
                            ent__landscape *out)
{
    memset(out, 0, sizeof *out);
    if (ties->n < 2) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "expected at least 2 states, got %zu", ties->n);
    }
    return ties->n <= ENT__LANDSCAPE_EXACT
             ? landscape_exact(ctx, arena, ties, out)
             : landscape_sampled(ctx, arena, ties, starts == 0 ? 2000 : starts, out);
}
