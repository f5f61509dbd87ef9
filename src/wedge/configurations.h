/* Inside wedge only: every way of putting n states on two sides, in Gray-code order.
 *
 * A configuration is a bit mask over states 0 .. n-2; state n-1 is always on side 0, so that a
 * split and its mirror image count once.  Energy here is over unordered pairs: sum of w_ij over
 * pairs on different sides, w_ij = size_i size_j tie_ij.  A step flips one state and costs O(n). */
#ifndef ENT_WEDGE_CONFIGURATIONS_H
#define ENT_WEDGE_CONFIGURATIONS_H

#include "../base/base.h"

#define ENT__WALK_STATES 24
#define ENT__WALK_WIDTH 24 /* row length of the padded weights */

typedef struct {
    size_t n;
    uint32_t step, count, config;
    double energy;
    double rise[ENT__WALK_WIDTH]; /* change of energy if the state moves; padding: huge */
    double y[ENT__WALK_WIDTH]; /* +1 or -1 */
    double weight[ENT__WALK_WIDTH][ENT__WALK_WIDTH];
} ent__walk;

static inline bool ent__config_apart(uint32_t config, size_t i, size_t j)
{
    return ((config >> i) ^ (config >> j)) & 1;
}

/* The configuration after state k has moved. */
static inline uint32_t ent__config_move(uint32_t config, size_t k, size_t n)
{
    return k + 1 < n ? config ^ (1u << k) : config ^ ((1u << (n - 1)) - 1);
}

/* The mask of a split in which bit i of `sides` is the side of state i. */
static inline uint32_t ent__config_of(uint32_t sides, size_t n)
{
    uint32_t low = (1u << (n - 1)) - 1;
    return (sides >> (n - 1)) & 1 ? ~sides & low : sides & low;
}

static inline double ent__config_energy(uint32_t config, const double *weight, size_t n)
{
    double energy = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            energy += ent__config_apart(config, i, j) ? weight[i * n + j] : 0;
        }
    }
    return energy;
}

/* Sets y, rise and energy from the mask: against the drift of many small steps. */
static inline void ent__walk_refresh(ent__walk *walk)
{
    walk->energy = 0;
    for (size_t i = 0; i < ENT__WALK_WIDTH; i++) {
        walk->y[i] = i < walk->n && (walk->config >> i) & 1 ? -1.0 : 1.0;
    }
    for (size_t i = 0; i < ENT__WALK_WIDTH; i++) {
        double sum = 0;
        for (size_t j = 0; j < walk->n; j++) {
            double w = walk->weight[i][j];
            sum += w * walk->y[j];
            walk->energy += i < j && walk->y[i] != walk->y[j] ? w : 0;
        }
        walk->rise[i] = i < walk->n ? sum * walk->y[i] : 1e300;
    }
}

/* weight: n x n, symmetric, diagonal 0; 2 <= n <= ENT__WALK_STATES. */
static inline void ent__walk_start(ent__walk *walk, const double *weight, size_t n)
{
    *walk = (ent__walk){.n = n, .count = 1u << (n - 1)};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            walk->weight[i][j] = weight[i * n + j];
        }
    }
    ent__walk_refresh(walk);
}

/* Goes on to the next configuration; false after the last. */
static inline bool ent__walk_next(ent__walk *walk)
{
    if (++walk->step >= walk->count) {
        return false;
    }
    unsigned k = (unsigned)__builtin_ctz(walk->step);
    walk->config ^= 1u << k;
    if (walk->step % 4096 == 0) {
        ent__walk_refresh(walk);
        return true;
    }
    const double *restrict w = walk->weight[k];
    double *restrict rise = walk->rise;
    double twice = 2 * walk->y[k], own = rise[k];
    const size_t width = (walk->n + 3) & ~(size_t)3;
    for (size_t j = 0; j < width; j++) {
        rise[j] -= twice * w[j] * walk->y[j];
    }
    walk->energy += own;
    rise[k] = -own;
    walk->y[k] = -walk->y[k];
    return true;
}

#endif
