/* Least energies for every place of two pairs: what single-tie wedge prices are read from.
 * In: weights.  Out: for each pair (i, j) the least energy with target and rival together or apart,
 * and i and j together or apart.  Cost: one Gray-code walk; a row of the table is looked at only
 * while the configuration's energy is below the row's worst cell. */
#include <math.h>
#include <string.h>

#include "configurations.h"
#include "wedge.h"

#define WIDTH ENT__WALK_WIDTH

/* value[a][b][i][j]: a target and rival apart, b i and j apart. */
typedef struct {
    double value[2][2][WIDTH][WIDTH];
    uint32_t config[2][2][WIDTH][WIDTH];
    double row_worst[2][WIDTH], worst[2];
    uint32_t target, rival;
    size_t n;
} cells;

static void cells_start(cells *c, size_t n, uint32_t target, uint32_t rival)
{
    memset(c, 0, sizeof *c);
    c->n = n;
    c->target = target;
    c->rival = rival;
    for (size_t i = 0; i < WIDTH; i++) {
        for (size_t j = 0; j < WIDTH; j++) {
            for (int a = 0; a < 2; a++) {
                /* pairs that can't be: never improved on, so that they don't hold up their row */
                bool own = (i == target && j == rival) || (i == rival && j == target);
                c->value[a][0][i][j] = own && a == 1 ? -INFINITY : INFINITY;
                c->value[a][1][i][j] = own && a == 0 ? -INFINITY : INFINITY;
            }
        }
    }
    for (int a = 0; a < 2; a++) {
        c->worst[a] = INFINITY;
        for (size_t i = 0; i < WIDTH; i++) {
            c->row_worst[a][i] = i + 1 < n ? INFINITY : -INFINITY;
        }
    }
}

static void row_take(cells *c, int a, size_t i, double energy, uint32_t config)
{
    double worst = -INFINITY;
    bool better = false;
    uint32_t from_i = (config >> i) & 1 ? ~config : config; /* bit j: j stands apart from i */
    for (size_t j = i + 1; j < c->n; j++) {
        unsigned b = (from_i >> j) & 1;
        if (energy < c->value[a][b][i][j]) {
            c->value[a][b][i][j] = energy;
            c->config[a][b][i][j] = config;
            better = true;
        }
    }
    for (size_t j = i + 1; better && j < c->n; j++) {
        worst = fmax(worst, fmax(c->value[a][0][i][j], c->value[a][1][i][j]));
    }
    if (better) {
        c->row_worst[a][i] = worst;
    }
}

static void config_take(cells *c, int a, double energy, uint32_t config)
{
    double worst = -INFINITY;
    for (size_t i = 0; i + 1 < c->n; i++) {
        if (energy < c->row_worst[a][i]) {
            row_take(c, a, i, energy, config);
        }
        worst = fmax(worst, c->row_worst[a][i]);
    }
    c->worst[a] = worst;
}

/* Exact energies of the winners, without the drift of the walk. */
static void cells_give(const cells *c, const double *weight, ent__price_table *out)
{
    out->together = out->apart = INFINITY;
    for (size_t i = 0; i < c->n; i++) {
        for (size_t j = i + 1; j < c->n; j++) {
            ent__price_cell *cell = &out->cells[i * c->n + j];
            for (int a = 0; a < 2; a++) {
                for (int b = 0; b < 2; b++) {
                    bool none = isinf(c->value[a][b][i][j]);
                    uint32_t config = c->config[a][b][i][j];
                    double energy = none ? INFINITY : ent__config_energy(config, weight, c->n);
                    double *least = a == 0 ? &out->together : &out->apart;
                    cell->config[a][b] = config;
                    cell->energy[a][b] = energy;
                    if (energy < *least) {
                        *least = energy;
                        *(a == 0 ? &out->together_config : &out->apart_config) = config;
                    }
                }
            }
        }
    }
}

ent_rc ent__price_table_fill(ent_ctx *ctx, ent_arena *arena, const double *weight, size_t n,
                             uint32_t target, uint32_t rival, ent__price_table *out)
{
    ent_arena *own = ent__arena_new();
    cells *c = own == NULL ? NULL : ent__arena_alloc(own, sizeof *c);
    ent__walk *walk = own == NULL ? NULL : ent__arena_alloc(own, sizeof *walk);
    *out = (ent__price_table){.n = n, .target = target, .rival = rival};
    out->cells = ent__arena_array(arena, n * n, sizeof *out->cells);
    if (c == NULL || walk == NULL || out->cells == NULL) {
        ent__arena_free(own);
        return ent__nomem(ctx);
    }
    cells_start(c, n, target, rival);
    ent__walk_start(walk, weight, n);
    do {
        int a = ent__config_apart(walk->config, target, rival);
        if (walk->energy < c->worst[a]) {
            config_take(c, a, walk->energy, walk->config);
        }
    } while (ent__walk_next(walk));
    cells_give(c, weight, out);
    ent__arena_free(own);
    return ENT_OK;
}

double ent__price_single(const double energy[2][2], double epsilon)
{
    double up = INFINITY, down = -INFINITY;
    if (energy[1][0] <= energy[0][0] - epsilon) { /* raise the tie: apart is penalised */
        up = fmax(0, energy[1][0] + epsilon - energy[0][1]);
    }
    if (energy[1][1] <= energy[0][1] - epsilon) { /* lower it: apart is rewarded */
        down = fmin(0, energy[0][0] - epsilon - energy[1][1]);
    }
    if (isinf(up) && isinf(down)) {
        return INFINITY;
    }
    return up <= -down ? up : down;
}
