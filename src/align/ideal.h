/* ideal: what the files of the ideal-point model share, and nobody else sees.
 * Ordered probit: z = beta theta + e; no below cut 1, abstain between, yes above cut 2. */
#ifndef ENT_ALIGN_IDEAL_H
#define ENT_ALIGN_IDEAL_H

#include "align.h"

/* An item's parameters as they are estimated: the second cut is cut + exp(log_gap). */
typedef struct {
    double beta, cut, log_gap;
} ent_item;

/* What em leaves open of an item: variances of beta and cut, and their covariance. */
typedef struct {
    double beta, cut, both;
} ent_item_spread;

/* An item ready for its votes. */
typedef struct {
    double beta, low, high;
} ent_cuts;

static inline double ent__dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* log Phi and its derivatives on a grid (link.c); one a fit, read-only, shared by threads. */
typedef struct ent_probit ent_probit;
ent_probit *ent__probit_new(void);
void ent__probit_free(ent_probit *probit);

/* Log likelihood of one vote and its derivatives by eta, low and high. */
typedef struct {
    double value, eta, low, high;
    double eta_eta, low_low, high_high, low_high;
} ent_vote_terms;
void ent__probit_terms(const ent_probit *probit, ent_vote vote, double eta, double low,
                       double high, ent_vote_terms *out);

/* Log posterior of one item given thetas: value, gradient and negative Hessian made positive
 * definite (packed: bb, bc, bg, cc, cg, gg).  `spread`: NULL, or standard deviations of the thetas,
 * over which two points each are taken. */
typedef struct {
    double value, gradient[3], precision[6];
} ent_item_terms;
void ent__item_terms(const ent_probit *probit, const ent_ideal_prior *prior, const ent_item *item,
                     const ent_ideal_vote *votes, size_t count, const double *theta,
                     const double *spread, ent_item_terms *out);

/* The same for one theta, likelihood only.  latent: what the precision would be if the z behind the
 * votes were seen, the sum of beta^2. */
typedef struct {
    double value, gradient, precision, latent;
    double weight, response; /* ent__ideal_conditional: of the pull; how far a unit of it moves */
} ent_theta_terms;
void ent__theta_terms(const ent_probit *probit, const ent_cuts *cuts, const ent_ideal_vote *votes,
                      size_t count, double theta, ent_theta_terms *out);

/* The expectation of gradient and precision over items that are only known so far: two points a
 * vote, at a deviation of beta theta - cut on either side.  No value. */
void ent__theta_expected(const ent_probit *probit, const ent_cuts *cuts,
                         const ent_item_spread *spread, const ent_ideal_vote *votes, size_t count,
                         double theta, ent_theta_terms *out);

ent_cuts ent__item_cuts(const ent_item *item);

/* Lower Cholesky factor of a packed 3 x 3 matrix (bb bc bg cc cg gg), made positive definite where
 * it is not; solve and half solve. */
typedef struct {
    double l11, l21, l31, l22, l32, l33;
} ent_cholesky3;
ent_cholesky3 ent__cholesky3(const double m[6]);
void ent__cholesky3_solve(const ent_cholesky3 *l, const double b[3], double x[3]);
/* x = L^-T b: turns standard normals into draws with precision L L^T. */
void ent__cholesky3_back(const ent_cholesky3 *l, const double b[3], double x[3]);

/* State of a fit: thetas with their standard deviations, items. */
typedef struct {
    const ent_ideal_data *data;
    ent_ideal_prior prior;
    ent_probit *probit;
    double *theta, *spread;
    double *middle;         /* mean of each period's points */
    double centre, stretch; /* the pull of identification, ent__ideal_conditional */
    double *response, *weight; /* of each place, when last moved (ent_theta_terms) */
    ent_item *items;
    ent_cuts *cuts;
    ent_item_spread *item_spread; /* em; NULL: items and points are draws, known exactly */
} ent_ideal_state;

ent_rc ent__ideal_state_new(ent_ctx *ctx, const ent_ideal_data *data,
                            const ent_ideal_options *options, ent_ideal_state *out);
void ent__ideal_state_free(ent_ideal_state *state);
ent_rc ent__ideal_state_copy(ent_ctx *ctx, const ent_ideal_state *from, ent_ideal_state *out);
/* Runs em on the state; returns the number of iterations. */
ent_rc ent__ideal_em_run(ent_ctx *ctx, ent_ideal_state *state, const ent_ideal_options *options,
                         int *out_iterations, double *out_change);
/* After a round over the places: mean 0 and standard deviation 1 again, the items follow, so no
 * likelihood changes; and the pull is corrected by `share` of what would have set them. */
void ent__ideal_identify(ent_ideal_state *state, double share);
/* The place that a place leans on (the one before; for a state's first, the one after), -1: none;
 * and the precision of the step from there. */
int32_t ent__ideal_leans_on(const ent_ideal_data *data, size_t place);
double ent__ideal_step_precision(const ent_ideal_data *data, const ent_ideal_prior *prior,
                                 size_t place);
/* Log density of a place given the items and the place it leans on, with derivatives: votes, step,
 * and the pull of identification (align.h). */
void ent__ideal_conditional(const ent_ideal_state *state, size_t place, double theta,
                            ent_theta_terms *out);

/* Moves of whole sessions (ideal_levels.c).  NULL: out of memory. */
typedef struct ent_levels ent_levels;
ent_levels *ent__levels_new(const ent_ideal_data *data);
void ent__levels_free(ent_levels *levels);
/* One pass; every weight must be set.  Returns the share of moves taken.  scatter > 0: every move
 * is a normal draw of that deviation instead, and is taken. */
double ent__levels_move(const ent_levels *levels, ent_ideal_state *state, double scatter,
                        ent_rng *rng);
/* em: every move is the Newton step of its expectation, at most 0.2. */
void ent__levels_set(const ent_levels *levels, ent_ideal_state *state);
/* Mean and standard deviation of each period's points, NaN without any: that many numbers. */
size_t ent__levels_series(const ent_levels *levels);
void ent__levels_read(const ent_levels *levels, const ent_ideal_state *state, float *out);

/* Draw k of chain c of a series: draws[(c * sweeps + k) * series + ...]; the first `places` series
 * are places, the others levels. */
typedef struct {
    float *draws;
    size_t places, series, sweeps, chains;
} ent_draws;
/* Points and diagnostics of a fit (ideal_draws.c). */
ent_rc ent__draws_summarise(ent_ctx *ctx, const ent_draws *draws, unsigned threads,
                            ent_ideal_fit *out);

#endif
