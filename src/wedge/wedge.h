/* wedge: measured ties between states -> triangle roles, structural balance, blocs, the price of a
 * wedge, reciprocity, historical analogues.
 *
 * Every result lives in the arena the caller gives.  Randomness comes from the context's seed; the
 * same input and seed give the same bytes. */
#ifndef ENT_WEDGE_H
#define ENT_WEDGE_H

#include "../align/align.h"

/* ---- signed graphs and structural balance (signed_graph.c, balance.c) ----------------------- */

#define ENT__GRAPH_NODES_MAX 4000

typedef struct {
    uint32_t a, b;
    double weight; /* sign included, never 0 */
} ent__signed_edge;

/* Undirected; a pair may stand more than once (parallel ties are all counted). */
typedef struct {
    size_t node_count, edge_count;
    const ent_str *names;
    const ent__signed_edge *edges;
} ent__signed_graph;

/* Reads lines "node, node, value" (comma or tab; a first line without a number in the third field
 * is a header, # a comment).  The value's sign is the tie's sign, "+" and "-" are 1 and -1, 0 names
 * the nodes without a tie.  ENT_EINPUT names file and line.  O(lines). */
ent_rc ent__signed_graph_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                              ent__signed_graph *out);
/* Index of a node by name (exact, then ASCII case folded); -1: no such node. */
int64_t ent__signed_graph_node(const ent__signed_graph *graph, const char *name);

/* Counts of triangles by their number of negative ties: 0 (+++), 1 (++-), 2 (+--), 3 (---).
 * O(sum of squared degrees). */
ent_rc ent__balance_triads(ent_ctx *ctx, const ent__signed_graph *graph, uint64_t out_triads[4]);

typedef struct {
    uint32_t a, b;
    bool together;
} ent__forced_pair;

typedef struct {
    bool weighted; /* count |value| instead of 1 a tie */
    uint32_t search_rounds; /* local search where the bound leaves a gap; 0: 20,000 */
    uint32_t branch_limit; /* subproblems a block; 0: bounds from the root only */
    uint32_t pivot_limit; /* pivots a block; 0: 60,000 */
} ent__balance_options;

/* One negative cycle of the packing that proves the lower bound. */
typedef struct {
    const uint32_t *nodes; /* in order, closed */
    size_t count;
    double weight;
} ent__balance_cycle;

typedef struct {
    double upper, lower; /* frustration index lies between; equal when proven */
    bool proven;
    double total; /* number (weight) of ties */
    uint8_t *side; /* of every node, 0 or 1; the first node of a component has 0 */
    uint32_t *frustrated; /* edges against `side` */
    size_t frustrated_count;
    uint32_t blocks, cuts, pivots, branches;
    double root_lower; /* what the cycle packing alone proves */
    ent__balance_cycle *cycles;
    size_t cycle_count;
} ent__balance;

/* Frustration index with proof, optionally with pairs forced to the same or to different sides.
 * Biconnected blocks are solved apart.  Aref, Mason and Wilson 2020 for the problem; the method
 * (local search above, packing of negative cycles below, branching) is described in cycle_bound.c.
 * ENT_EINPUT: the forced pairs contradict each other. */
ent_rc ent__balance_solve(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph,
                          const ent__forced_pair *forced, size_t forced_count,
                          const ent__balance_options *options, ent__balance *out);

typedef struct {
    double free_upper, free_lower; /* frustration without force */
    double same_upper, same_lower; /* least frustration with both on one side */
    double apart_upper, apart_lower; /* ... on different sides */
    double low, high; /* apart - same: > 0 the structure puts them together */
    bool proven;
} ent__margin;

/* Same/apart margin of two nodes.  `base`, the unforced solution, may be NULL; with it only one of
 * the two forced problems is solved, the other being the base itself. */
ent_rc ent__balance_margin(ent_ctx *ctx, ent_arena *arena, const ent__signed_graph *graph,
                           uint32_t a, uint32_t b, const ent__balance *base,
                           const ent__balance_options *options, ent__margin *out);

/* ---- ties between states (ties.c) ----------------------------------------------------------- */

#define ENT__TIES_STATES_MAX 400

/* n states and every tie between them.  Matrices are n x n, symmetric, row after row. */
typedef struct {
    size_t n;
    const ent_str *names;
    const double *size; /* > 0 */
    const double *mean; /* propensity to work together; 0 where no tie is given */
    const double *error; /* standard error, 0: taken as exact */
    const double *move; /* median yearly move, 0: not known */
    const uint8_t *given;
    bool has_errors, has_moves;
} ent__ties;

/* Values of one measure, as read: standardised by ent__ties_blend. */
typedef struct {
    ent_str name;
    double weight; /* the user's, 1 by default */
    double scale; /* root mean square of the measure's values: one unit after standardising */
    size_t count;
} ent__measure;

typedef struct {
    uint32_t a, b, measure;
    double value, error, move;
    long line;
} ent__tie_row;

/* Ties as read from files or a store, before blending. */
typedef struct {
    size_t state_count;
    const ent_str *states;
    const double *sizes; /* the size used; see ent__tie_table_sizes */
    size_t size_column_count; /* further columns of STATES.csv: gdp, capability, ... */
    const ent_str *size_names;
    const double *size_columns; /* [column][state] */
    size_t measure_count;
    ent__measure *measures;
    size_t row_count;
    const ent__tie_row *rows;
} ent__tie_table;

/* STATES.csv: state, size[, more sizes]; TIES.csv: a, b, value[, error][, move][, measure]; a
 * header row names the columns (also "tie"/"propensity" for value, "se" for error).  ENT_EINPUT
 * names file and line: unknown state, size not above 0, a pair twice under one measure. */
ent_rc ent__tie_table_read(ent_ctx *ctx, ent_arena *arena, const char *states_path,
                           const char *ties_path, ent__tie_table *out);
/* The matrix form: n, then n lines "name size", then an n x n symmetric matrix; # comments. */
ent_rc ent__tie_table_read_matrix(ent_ctx *ctx, ent_arena *arena, const char *path,
                                  ent__tie_table *out);
/* One matrix of ties.  `only` SIZE_MAX: all measures, else that measure alone.  With one measure
 * the values stand as read; with several each is divided by its scale and the blend is the weighted
 * mean of what is there: tie = sum w v / sum w, error = sqrt(sum w^2 e^2) / sum w. */
ent_rc ent__ties_blend(ent_ctx *ctx, ent_arena *arena, const ent__tie_table *table, size_t only,
                       ent__ties *out);
int64_t ent__ties_state(const ent__ties *ties, const char *name); /* -1: no such state */

/* ---- landscapes (landscape.c) --------------------------------------------------------------- */

#define ENT__LANDSCAPE_EXACT 24

typedef struct {
    uint8_t *side; /* of every state; state 0 has 0 */
    size_t states;
    double energy; /* as Axelrod and Bennett: over ordered pairs */
    uint64_t basin; /* starts that descend to it */
    double share, share_low, share_high; /* of the starts; 95 % when sampled */
    bool strict; /* every single move raises the energy; else some move leaves it equal */
} ent__landscape_minimum;

typedef struct {
    bool exact; /* all configurations were seen */
    uint64_t starts;
    size_t count;
    ent__landscape_minimum *minima; /* lowest energy first */
    double energy_lower; /* proven; equals the lowest energy when exact */
} ent__landscape;

/* Stable configurations.  starts: random starts above 24 states (0: 2,000). */
ent_rc ent__landscape_solve(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties, uint32_t starts,
                            ent__landscape *out);
double ent__landscape_energy(const ent__ties *ties, const uint8_t *side);
double ent__landscape_frustration(const ent__ties *ties, const uint8_t *side, size_t state);
/* Change of energy if `state` moves to the other side. */
double ent__landscape_rise(const ent__ties *ties, const uint8_t *side, size_t state);
/* size_i size_j tie_ij, n x n; NULL: out of memory. */
double *ent__landscape_weights(ent_arena *arena, const ent__ties *ties);

/* ---- the price of a wedge (price_table.c, price_program.c, price.c) ------------------------- */

#define ENT__PRICE_SEVERAL_EXACT                                                                   \
    20 /* states up to which several ties at once are solved exactly                               \
        */

typedef enum { ENT__PRICE_POINTS, ENT__PRICE_ERRORS, ENT__PRICE_YEARS, ENT__PRICE_UNITS } ent__unit;

/* Least energies by where two pairs stand: [target and rival apart][i and j apart]; INFINITY where
 * no configuration is so.  Over unordered pairs. */
typedef struct {
    double energy[2][2];
    uint32_t config[2][2];
} ent__price_cell;

typedef struct {
    size_t n;
    uint32_t target, rival;
    double together, apart; /* least energy with target and rival on one side, on two */
    uint32_t together_config, apart_config;
    ent__price_cell *cells; /* [i * n + j], i < j */
} ent__price_table;

/* All cells in one pass over the 2^(n-1) configurations (n <= 24).  O(n 2^n) and a little more: the
 * n^2 cells are only looked at by configurations low enough to matter. */
ent_rc ent__price_table_fill(ent_ctx *ctx, ent_arena *arena, const double *weight, size_t n,
                             uint32_t target, uint32_t rival, ent__price_table *out);
/* Least |d| with gap(d) <= -epsilon when one pair's energy changes by d; INFINITY: none does it. */
double ent__price_single(const double energy[2][2], double epsilon);

typedef struct {
    uint32_t a, b;
    double change; /* of the tie, signed */
} ent__tie_change;

/* What it takes by several ties together. */
typedef struct {
    bool solved; /* false: not computed (too many states, or the search was cut off) */
    bool feasible;
    double cost; /* in the unit asked for */
    size_t count;
    ent__tie_change *changes; /* largest first */
    uint8_t *after; /* the structure that the changed ties predict; state 0 has 0 */
} ent__price_plan;

/* One change of several ties.  cost: a unit of change of each adjustable tie, limit: the largest
 * change (INFINITY: none). */
typedef struct {
    size_t count;
    const ent__tie_change *ties; /* `change` is not read */
    const double *cost, *limit;
} ent__adjustable;

/* Least cost with gap <= -epsilon, exact (n <= 20): for each separated configuration a linear
 * program whose rows are the configurations it must beat, found as they are needed. */
ent_rc ent__price_several(ent_ctx *ctx, ent_arena *arena, const double *weight,
                          const ent__ties *ties, const ent__price_table *table,
                          const ent__adjustable *adjustable, double epsilon, ent__price_plan *out);
/* The same with one configuration (state 0 on side 0) that must become the best of all: ahead of
 * every configuration with target and rival together by epsilon, behind none. */
ent_rc ent__price_toward(ent_ctx *ctx, ent_arena *arena, const double *weight,
                         const ent__ties *ties, uint32_t target, uint32_t rival,
                         const uint8_t *wanted, const ent__adjustable *adjustable, double epsilon,
                         ent__price_plan *out);

typedef struct {
    uint32_t target, rival;
    int64_t actor; /* -1: none */
    double epsilon; /* how far apart must lead; 0: 1e-8 of the sum of |weights| */
    double limit; /* largest change of one tie; 0: none */
    uint32_t draws; /* 0: none */
    const uint8_t *status; /* present blocs; NULL: the best configuration */
} ent__price_question;

typedef struct {
    ent__tie_change tie; /* change: least single change that parts them; INFINITY: none */
    double high; /* above 24 states |change| is a lower bound, this an upper one */
    double cost[ENT__PRICE_UNITS]; /* INFINITY where the unit is not known */
    double slope; /* gap's rise a point of this tie */
    double leverage; /* |slope| times the tie's standard error */
    double cheapest_share; /* of draws in which this is the cheapest single tie */
} ent__price_tie;

typedef struct {
    double median, low, high; /* 90 % interval over the feasible draws */
    double infeasible; /* share of draws */
} ent__price_spread;

enum {
    ENT__PRICE_DEFECTION,
    ENT__PRICE_DIRECT,
    ENT__PRICE_OWN,
    ENT__PRICE_CLEAN,
    ENT__PRICE_KINDS
};

typedef struct {
    bool exact; /* n <= 24: all configurations seen */
    double epsilon;
    double gap_low, gap_high; /* equal when exact; > 0: predicted together */
    bool apart_now; /* gap <= -epsilon */
    size_t near_best; /* configurations within epsilon of the least energy */
    uint8_t *best, *together, *apart, *status; /* splits; state 0 has 0 */
    double hold, hold_error; /* D of the target in the status quo, its standard error */
    double leave_share; /* P(D < 0) */
    ent__tie_change *defection; /* change of one tie of the target that makes D = 0, by state */
    size_t tie_count;
    ent__price_tie *ties; /* every pair, cheapest first (points) */
    size_t direct; /* index in ties of (target, rival) */
    ent__price_plan own[ENT__PRICE_UNITS]; /* by the actor's ties */
    ent__price_plan clean[ENT__PRICE_UNITS]; /* by the actor's ties, nobody but the target moves */
    ent__price_plan clean_any; /* the same by any ties, in points */
    bool unit_known[ENT__PRICE_UNITS];
    uint32_t draws;
    double apart_share; /* draws already apart */
    ent__price_spread spread[ENT__PRICE_KINDS]; /* own: the best single tie of the actor */
} ent__price;

ent_rc ent__price_solve(ent_ctx *ctx, ent_arena *arena, const ent__ties *ties,
                        const ent__price_question *question, ent__price *out);

/* ---- strategic triangle (triangle.c) -------------------------------------------------------- */

/* Roles in Dittmer's (1981) patterns. */
typedef enum {
    ENT__PIVOT,
    ENT__FRIEND,
    ENT__PARTNER,
    ENT__WING,
    ENT__OUTCAST,
    ENT__FOE,
    ENT__ROLES
} ent__role;
/* Patterns by number of positive ties. */
typedef enum { ENT__UNIT_VETO, ENT__STABLE_MARRIAGE, ENT__ROMANTIC, ENT__MENAGE } ent__pattern;

const char *ent__role_name(ent__role role);
const char *ent__pattern_name(ent__pattern pattern);

/* Ties AB, AC, BC.  Sign patterns are numbered by bits: 1 AB positive, 2 AC, 4 BC. */
typedef struct {
    double mean[3], error[3];
    double correlation[3]; /* of the errors: AB-AC, AB-BC, AC-BC; all 0: closed form */
    double dead_zone; /* |tie| up to here is neutral */
    double own_weight, other_weight; /* of own ties and of the third tie; 0 and 0: 1 and 1 */
    uint32_t draws; /* when correlated; 0: 100,000 */
} ent__triangle_question;

typedef struct {
    double sign[8]; /* of the eight patterns; sum 1 - open */
    double pattern[4];
    double role[3][ENT__ROLES];
    double open; /* a tie is neutral: no pattern */
    double neutral[3]; /* of each tie */
    uint32_t draws; /* 0: closed form */
    int likeliest; /* sign pattern, -1: open is likelier than any */
    double utility[3], utility_error[3];
    double ratio_turn; /* other/own weight above which acting on the third tie pays more */
} ent__triangle;

/* O(1), or O(draws).  ENT_EINPUT: an error below 0, or correlations that can't be. */
ent_rc ent__triangle_solve(ent_ctx *ctx, const ent__triangle_question *question,
                           ent__triangle *out);
/* Role of state 0, 1, 2 (A, B, C) in a sign pattern. */
ent__role ent__triangle_role(unsigned signs, int state);
ent__pattern ent__triangle_pattern(unsigned signs);
/* Utility of a pure sign pattern: own ties minus the third. */
double ent__triangle_utility(unsigned signs, int state);
/* "romantic triangle, RUS pivot" */
ent_str ent__triangle_text(ent_arena *arena, unsigned signs, const char *const names[3]);

/* ---- series (panel.c) ----------------------------------------------------------------------- */

/* Series side by side; NaN where a value is missing.  value[series * periods + period]. */
typedef struct {
    size_t series, periods;
    const ent_str *names, *labels; /* of series, of periods */
    const double *value;
} ent__panel;

/* CSV with a header: the first column is the period (any text, in order), the others are series.
 * ENT_EINPUT names file and line; empty cells and NA are missing. */
ent_rc ent__panel_read(ent_ctx *ctx, ent_arena *arena, const char *path, ent__panel *out);
/* The longest stretch of periods without a missing value, and the series chosen (all: NULL). */
ent_rc ent__panel_whole(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel,
                        const size_t *series, size_t count, ent__panel *out);
int64_t ent__panel_series(const ent__panel *panel, ent_str name); /* -1: no such series */
int64_t ent__panel_period(const ent__panel *panel, ent_str label); /* -1: no such period */

/* ---- reciprocity (reciprocity.c, response.c) ------------------------------------------------ */

#define ENT__VAR_SERIES_MAX 12
#define ENT__VAR_LAGS_MAX 36

typedef struct {
    size_t k, lags, periods; /* series, lags, observations used */
    double *coefficient; /* [equation][1 + lag * k + series], constant first; kp + 1 a row */
    double *error; /* standard errors, same shape */
    double *residual; /* [period][equation] */
    double *covariance; /* k x k, divided by T - kp - 1 */
    double *squares; /* residual sum of squares by equation */
    double modulus; /* largest of the companion matrix */
    double tightness; /* of the shrinkage, 0: plain least squares */
} ent__var;

typedef struct {
    size_t lags[3]; /* by AIC, BIC, HQ */
    size_t most;
    double *criterion; /* [lag - 1][3] */
} ent__var_choice;

typedef struct {
    double f, p;
    size_t numerator, denominator; /* degrees of freedom */
} ent__f_test;

/* Lag choice on one common sample (the first `most` periods dropped). */
ent_rc ent__var_choose(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel, size_t most,
                       ent__var_choice *out);
/* Least squares, equation by equation (Goldstein and Freeman 1991).  tightness > 0: with the
 * Minnesota prior (Litterman 1986) round zero as dummy observations, smaller is tighter.
 * ENT_EINPUT: a constant or missing series, or fewer than 5 (kp + 1) periods without a prior. */
ent_rc ent__var_fit(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel, size_t lags,
                    double tightness, ent__var *out);
/* Do the lags of the series in `excluded` (bit mask) help to predict `equation`? */
ent_rc ent__var_test(ent_ctx *ctx, const ent__panel *panel, size_t lags, size_t equation,
                     uint32_t excluded, ent__f_test *out);
/* Upper tail of the F distribution. */
double ent__f_tail(double f, double numerator, double denominator);

typedef struct {
    size_t k, horizon; /* responses at 0 .. horizon */
    double *unit; /* [h][responding][shocked], to a shock of 1 */
    double *orthogonal; /* to a shock of one standard deviation, Cholesky in the given order */
    double *band[4]; /* of orthogonal: 2.5, 16, 84, 97.5 %; NULL without draws */
    double *unit_band[4];
    double *share; /* [responding][shocked]: forecast-error variance at `horizon` steps */
    double *cumulated; /* of unit, over the horizon */
    uint32_t draws, unstable_draws;
} ent__response;

/* Impulse responses with residual-bootstrap bands (draws 0: none). */
ent_rc ent__var_respond(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel,
                        const ent__var *var, size_t horizon, uint32_t draws, ent__response *out);

/* ---- historical analogues (analogues.c, forecast.c) ----------------------------------------- */

typedef enum {
    ENT__SHAPE, /* z per series and window: level and size are taken out */
    ENT__LEVEL, /* no normalisation */
    ENT__LEVEL_AND_SHAPE /* z per series with the library's mean and deviation */
} ent__normalisation;

typedef struct {
    const ent__panel *panels; /* same series in the same order in each; one panel a dyad or triad */
    size_t panel_count;
    size_t length, horizon; /* periods of a window, of the outcome after it */
    ent__normalisation normalisation;
    bool warped; /* dynamic time warping, else Euclidean */
    size_t band; /* Sakoe-Chiba radius in periods */
    bool peek; /* later windows and outcomes count too */
    size_t top; /* analogues wanted */
} ent__analogue_question;

typedef struct {
    size_t panel, start;
    double distance;
    double percentile; /* share of the library's windows that are at least as near */
    double weight; /* exp(-d^2 / h^2), h the median distance of the analogues; sum 1 */
    bool has_outcome;
    double *change; /* by series: mean of the next `horizon` periods - mean of the last ones */
} ent__analogue;

typedef struct {
    size_t count, windows, exact; /* found; in the library; distances computed in full */
    ent__analogue *list; /* nearest first, none overlapping another */
} ent__analogues;

/* Windows most like the one that starts at `start` of panel `panel`.  Lower bounds (first and last
 * period after Kim; envelopes after Keogh) spare most of the distances.  Labels of the panels must
 * sort as their periods do.  ENT_EINPUT: no window fits, or the query does not vary. */
ent_rc ent__analogues_find(ent_ctx *ctx, ent_arena *arena, const ent__analogue_question *question,
                           size_t panel, size_t start, ent__analogues *out);
/* Share of `draws` queries, made by shuffling blocks of a year (`season` periods) of the query's
 * own panel, whose best match is at least as near as `distance`. */
ent_rc ent__analogues_chance(ent_ctx *ctx, const ent__analogue_question *question, size_t panel,
                             size_t start, double distance, size_t season, uint32_t draws,
                             double *out_p);
/* Distances of two windows laid out [series][period]. */
double ent__euclidean(const double *x, const double *y, size_t series, size_t length);
/* Gives INFINITY once the distance must exceed `ceiling`. */
double ent__warped(const double *x, const double *y, size_t series, size_t length, size_t band,
                   double ceiling);
/* Lower bound of ent__warped from the envelope of x. */
double ent__warped_bound(const double *low, const double *high, const double *y, size_t series,
                         size_t length);

/* Scores of forecasts (scores.c): lower is better in all. */
double ent__score_brier(double p, bool happened);
double ent__score_log(double p, bool happened); /* p cut to [1e-6, 1 - 1e-6] */
/* Continuous ranked probability score of a weighted ensemble (weights sum 1; NULL: equal). */
double ent__score_crps(const double *x, const double *weight, size_t count, double y);
double ent__score_crps_fair(const double *x, size_t count, double y);
double ent__score_crps_normal(double mean, double sd, double y);
double ent__score_interval(double low, double high, double alpha, double y);
/* Ranked probability score over ordered categories. */
double ent__score_ranked(const double *p, size_t count, size_t happened);
/* -log2 of the happened bin's share after one more in every bin. */
double ent__score_ignorance(const size_t *count_of_bin, size_t bins, size_t happened);

enum { ENT__BY_ANALOGUES, ENT__BY_CLIMATE, ENT__BY_PERSISTENCE, ENT__FORECASTERS };

/* How forecasts from analogues would have done. */
typedef struct {
    size_t forecasts;
    double brier[ENT__FORECASTERS], log[ENT__FORECASTERS], crps[ENT__FORECASTERS];
    double brier_gain, brier_gain_low,
        brier_gain_high; /* climate - analogues, 95 % block bootstrap */
    double log_gain, log_gain_low, log_gain_high;
    double base_rate; /* how often the tie rose */
    size_t bin_count[10];
    double bin_forecast[10], bin_happened[10];
} ent__forecast_score;

/* Rolling origin: for every window of `panel` after the first `warm` periods, forecasts whether
 * series `series` rises over the horizon, and by how much, from what was known then. */
ent_rc ent__analogues_score(ent_ctx *ctx, const ent__analogue_question *question, size_t panel,
                            size_t series, size_t warm, ent__forecast_score *out);

/* ---- ties through time (history.c, from_store.c) -------------------------------------------- */

typedef struct {
    uint32_t period, a, b, measure;
    double value, error;
    long line; /* of the file, 0 from a store */
} ent__period_tie;

/* Ties of some states by period and measure.  Periods are in order. */
typedef struct {
    size_t period_count, state_count, measure_count, row_count;
    const ent_str *periods, *states;
    ent__measure *measures; /* weights are the user's to set */
    const ent__period_tie *rows;
} ent__tie_history;

/* CSV with a header naming period, a, b, value[, error][, measure].  ENT_EINPUT names file and
 * line; periods are sorted by their text. */
ent_rc ent__tie_history_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                             ent__tie_history *out);
/* The same from rows put together elsewhere: sets the measures' scales. */
void ent__tie_history_scale(ent__tie_history *history);
/* Ties of one period as a matrix of the history's states (every size 1); `only` as in
 * ent__ties_blend. */
ent_rc ent__tie_history_at(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                           size_t period, size_t only, ent__ties *out);

/* One period of a history as a table of ties: `move` is the pair's median change from one period to
 * the next under each measure.  sizes: one a state. */
ent_rc ent__tie_history_table(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                              size_t period, const double *sizes, ent__tie_table *out);

/* ---- a triangle through time (triangle_report.c) --------------------------------------------- */

typedef struct {
    ent_str label;
    bool known; /* all three ties are there */
    ent__triangle_question question; /* ties AB, AC, BC */
    ent__triangle answer;
} ent__triangle_period;

extern const int ent__triangle_ends[3][2]; /* states at the ends of each tie */
extern const char ent__triangle_limits[];  /* what the sentences do not say */
/* The three ties in every period; out_state: places of the three in the history.  ENT_EINPUT: one
 * has no tie at all. */
ent_rc ent__triangle_periods(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                             const char *const names[3], double dead_zone, size_t out_state[3],
                             ent__triangle_period **out, size_t *out_count);
/* Those of one period under the blend (only SIZE_MAX) or one measure. */
ent_rc ent__triangle_ties(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                          const size_t state[3], size_t at, size_t only, double dead_zone,
                          ent__triangle_question *out, bool *known);
/* Solves what is known; *out_last the last such period, *out_some false: there is none. */
ent_rc ent__triangle_solve_periods(ent_ctx *ctx, ent__triangle_period *periods, size_t count,
                                   size_t *out_last, bool *out_some);
ent_str ent__triangle_likeliest(ent_arena *arena, const ent__triangle *t,
                                const char *const names[3]);
double ent__triangle_likeliest_share(const ent__triangle *t);
void ent__triangle_found(ent_buf *out, ent_arena *arena, const char *const names[3],
                         const ent__triangle_period *periods, size_t count, size_t last);
/* "states", "dead_zone", "periods" ...: keys into an open object. */
void ent__triangle_json(ent_json *json, ent_arena *arena, const char *const names[3],
                        const ent__triangle_period *periods, size_t count, double dead_zone);

/* ---- a map of ties (map.c) ------------------------------------------------------------------- */

typedef struct {
    ent_str a, b;        /* a before b in the alphabet */
    double value, error; /* mean Goldstein value / 10 of both ways, its standard error */
    int64_t events;      /* after the usual rule for duplicates */
} ent__map_tie;
/* Ties of the pairs of states told of most (at most `most`), most events first; a pair without a
 * Goldstein value in the time asked for is left out.  O(records of the store). */
ent_rc ent__map_ties(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                     const char *dataset, ent_date since, ent_date until, size_t most,
                     ent__map_tie **out, size_t *out_count);

#define ENT__HISTORY_STATES_MAX 240

/* All rows of several histories; measures and states of one name are the same.  Periods are ordered
 * by their text.  A pair that stands twice under one period and measure is ENT_EINPUT. */
ent_rc ent__tie_history_join(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *parts,
                             size_t count, ent__tie_history *out);

/* Public data as align reads them; NULL: not given.  Years 0: all that the data cover. */
typedef struct {
    const ent_states *codes;
    const ent_votes *votes;
    const ent_facts *facts;
    const ent_trade *trade;
    int32_t first_year, last_year;
} ent__public_data;

/* Yearly measures of all pairs of the states: "votes" (2 agreement - 1), "treaties" (0 to 1),
 * "disputes" (-1 to 0), "dependence" (root of the product of both trade shares); conventions and
 * their errors in measures.c and docs/methods/wedge.md. */
ent_rc ent__tie_history_public(ent_ctx *ctx, ent_arena *arena, const ent__public_data *data,
                               const char *const *states, size_t count, ent__tie_history *out);

/* Measures of the store for every pair of the states given.  "events": mean Goldstein value of the
 * dyad's events (both ways) divided by 10, error from its bootstrap interval. */
ent_rc ent__tie_history_store(ent_ctx *ctx, ent_arena *arena, ent_store *store,
                              const char *const *states, size_t count, ent_by by, ent_date since,
                              ent_date until, ent__tie_history *out);
/* The same of imported series, one measure a name: mean of both ways where both are told; error from
 * the interval, else a tenth of the value.  Each measure is put on its own scale as always. */
ent_rc ent__tie_history_given(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                              const char *const *series, size_t series_count,
                              const char *const *states, size_t count, ent_by by, ent_date since,
                              ent_date until, ent__tie_history *out);
/* Directed series "A>B" of all ordered pairs: sum of Goldstein values by period, NaN where the store
 * holds no news at all; or, `series` not NULL, the imported series of that name. */
ent_rc ent__panel_store(ent_ctx *ctx, ent_arena *arena, ent_store *store, const ent_kit *kit,
                        const char *series, const char *const *states, size_t count, ent_by by,
                        ent_date since, ent_date until, ent__panel *out);

/* ---- drawings (figure.c) -------------------------------------------------------------------- */

/* One SVG document; colours 0 .. 7.  A panel and a range are set before axes, lines and bands; x
 * runs over 0 .. count - 1. */
typedef struct {
    ent_buf *out;
    double width, height;
    double left, top, wide, high;
    double x_low, x_high, y_low, y_high;
} ent__figure;

void ent__figure_open(ent__figure *figure, ent_buf *out, double width, double height,
                      const char *title, ent_str description, const char *kit_hash);
void ent__figure_close(ent__figure *figure);
void ent__figure_text(ent__figure *figure, double x, double y, const char *anchor,
                      const char *class_name, ent_str text);
void ent__figure_panel(ent__figure *figure, double left, double top, double wide, double high,
                       ent_str title);
void ent__figure_range(ent__figure *figure, double x_low, double x_high, double y_low,
                       double y_high);
/* labels of x at 0, 1, ...; as many as fit are written. */
void ent__figure_axes(ent__figure *figure, const ent_str *labels, size_t label_count,
                      double y_ticks);
void ent__figure_line(ent__figure *figure, int colour, const double *y, size_t count);
void ent__figure_band(ent__figure *figure, int colour, const double *low, const double *high,
                      size_t count);
void ent__figure_bar(ent__figure *figure, int colour, double x, double half_wide, double low,
                     double high);
void ent__figure_dot(ent__figure *figure, int colour, double x, double y, double radius);
void ent__figure_key(ent__figure *figure, double x, double y, int colour, bool filled,
                     ent_str text);
/* Two columns of states, discs by size, ties by weight; ties against the split stand out.  scratch:
 * 4 n doubles. */
void ent__figure_blocs(ent__figure *figure, const ent__ties *ties, const uint8_t *side, double top,
                       double row, double *scratch);

#endif
