/* align: how two states' conduct moves: event series and their shifts; votes, ideal points and
 * dependence in their own sections below. */
#ifndef ENT_ALIGN_H
#define ENT_ALIGN_H

#include "../store/store.h"

/* ==== series and shifts ===================================================================== */

/* ---- dyad series --------------------------------------------------------------------------- */

typedef enum { ENT_BY_DAY, ENT_BY_WEEK, ENT_BY_MONTH, ENT_BY_QUARTER, ENT_BY_YEAR } ent_by;
const char *ent__by_name(ent_by by);
bool ent__by_parse(ent_str name, ent_by *out);
/* First day of the period that holds a day (weeks begin on Monday), of the one after it. */
int32_t ent__period_start(ent_by by, int32_t day);
int32_t ent__period_next(ent_by by, int32_t start);
/* "2025-02-10" (day, week), "2025-02", "2025-Q1", "2025". */
void ent__period_label(ent_by by, int32_t start, char out[16]);

/* One period of a dyad.  NaN where there is nothing to say. */
typedef struct {
    int32_t start, days;      /* first day, length */
    int32_t covered_days;     /* days on which the store holds any record: 0: no news, not a zero */
    int64_t count;            /* events; with their Poisson-gamma interval (Jeffreys prior) */
    double count_low, count_high;
    int64_t quad[5];          /* by quad class 1..4; [0]: without one */
    double net, net_low, net_high;    /* sum of Goldstein values, Poisson bootstrap interval */
    double goldstein, goldstein_low, goldstein_high; /* mean of the events, bootstrap interval */
    int64_t mentions;         /* how often told */
    int64_t attention;        /* events of the source with anybody */
    double share, share_low, share_high; /* of the dyad in them, Wilson interval */
} ent_series_point;

typedef struct {
    ent_by by;
    ent_duplicates duplicates;
    ent_dyad_filter dyad;
    double level;             /* of all intervals, 0.95 */
    uint64_t seed;
    bool share;               /* counts the attention too (reads all records of the source) */
} ent_series_options;

typedef struct {
    ent_series_point *points;
    size_t count;
    int64_t records, events;  /* before and after the duplicates rule */
    int64_t too_vague;        /* events whose date is vaguer than a period: left out */
} ent_series;

/* The dyad's series over the days asked for, else over all covered ones; intervals are the same
 * for the same seed whatever else is asked.  O(records log records).  Free with
 * ent__series_free. */
ent_rc ent__series_read(ent_ctx *ctx, ent_store *store, const ent_series_options *options,
                        ent_series *out);
void ent__series_free(ent_series *series);

/* Bounds of the middle `level` of the posterior of a Poisson rate after `count` events (gamma with
 * shape count + 1/2), and of a share (Wilson). */
void ent__interval_poisson(int64_t count, double level, double *low, double *high);
void ent__interval_share(int64_t part, int64_t whole, double level, double *low, double *high);

/* ---- shifts -------------------------------------------------------------------------------- */

typedef enum { ENT_SHIFT_MEAN, ENT_SHIFT_MEANVAR, ENT_SHIFT_POISSON } ent_shift_model;
typedef enum {
    ENT_SHIFT_PELT,    /* penalised optimum, pruned: exact */
    ENT_SHIFT_SEGMENT, /* segment neighbourhood: exact optimum for each number of breaks */
    ENT_SHIFT_BOCPD,   /* Bayesian online detection */
    ENT_SHIFT_BINSEG,  /* binary segmentation: fast and rough, for comparison */
    ENT_SHIFT_AMOC     /* at most one change */
} ent_shift_method;
typedef enum { ENT_PENALTY_MBIC, ENT_PENALTY_BIC, ENT_PENALTY_AIC, ENT_PENALTY_VALUE }
    ent_shift_penalty;
typedef enum {
    ENT_SCALE_DIFF,   /* from differences of neighbours (median): not blown up by the shifts */
    ENT_SCALE_SD,     /* standard deviation of the whole series */
    ENT_SCALE_VALUE   /* given */
} ent_shift_scale;

typedef struct {
    ent_shift_model model;
    ent_shift_method method;
    ent_shift_penalty penalty;
    double penalty_value;
    ent_shift_scale scale;     /* of the mean model's noise */
    double scale_value;
    size_t min_segment;        /* 0: 1 for mean, 2 for others (15 % of n for SEGMENT) */
    size_t most_breaks;        /* SEGMENT: 0: 5; -> BIC chooses, unless: */
    bool exactly;              /* SEGMENT: exactly most_breaks */
    double level;              /* of the intervals, 0.95 */
    double hazard;             /* BOCPD: 1 / expected length of a regime, 0.01 */
} ent_shift_options;
#define ENT_SHIFT_DEFAULTS                                                                         \
    ((ent_shift_options){.scale_value = 1, .level = 0.95, .hazard = 0.01})

/* One change.  Positions count from 1: `last` is the last observation of the old regime, `first`
 * = last + 1 the first of the new; low..high is the interval of `last` (0, 0: none). */
typedef struct {
    size_t last, first, low, high;
    double before, after;          /* mean (rate) of the regimes on both sides */
    double size, size_low, size_high; /* after - before */
    double deviation_before, deviation_after;
    size_t known_at;               /* BOCPD: first observation after which it was known; 0: not */
    double known_probability;
} ent_shift;

typedef struct {
    ent_shift *shifts;
    size_t count;
    double cost;                   /* of the whole: sum of squares, or -2 log likelihood */
    double penalty, scale;         /* as used */
    double autocorrelation;        /* of neighbours, after the shifts are taken out */
    double cusum, cusum_p;         /* OLS-CUSUM test that there is any shift at all */
    double sup_f;                  /* largest F statistic of one break within 15 %..85 %; NaN */
    size_t sup_f_last;
    /* SEGMENT: criterion and sum of squares for 0..tried breaks */
    double *bic, *rss;
    size_t tried;
} ent_shifts;

/* Finds the shifts of x[0..n-1].  ENT_EINPUT: fewer than 4 values, counts that are negative or no
 * whole numbers for the Poisson model, a value that is no number.  PELT: O(n) to O(n^2);
 * SEGMENT: O(breaks n^2); BOCPD: O(n^2), bounded by dropping run lengths below 1e-8.
 * Killick, Fearnhead and Eckley 2012; Zhang and Siegmund 2007 (MBIC); Auger and Lawrence 1989;
 * Bai and Perron 1998, 2003; Adams and MacKay 2007. */
ent_rc ent__shifts_find(ent_ctx *ctx, const double *x, size_t n, const ent_shift_options *options,
                        ent_shifts *out);
void ent__shifts_free(ent_shifts *shifts);

/* Exact least-squares breaks of a regression y ~ columns (row-major n x k) with exactly `breaks`
 * breaks: out_last[breaks], *out_rss.  O(n^2 k^3 + breaks n^2).  ENT_EINPUT: too short. */
ent_rc ent__shifts_regression(ent_ctx *ctx, const double *y, const double *columns, size_t n,
                              size_t k, size_t min_segment, size_t breaks, size_t *out_last,
                              double *out_rss);

const char *ent__shift_model_name(ent_shift_model model);
const char *ent__shift_method_name(ent_shift_method method);
bool ent__shift_model_parse(ent_str name, ent_shift_model *out);
bool ent__shift_method_parse(ent_str name, ent_shift_method *out);

/* ---- drawing ------------------------------------------------------------------------------- */

/* One point of a chart; value NaN: nothing known (drawn as a gap). */
typedef struct {
    double at;            /* place on the time axis: days since 1970-01-01, or any number */
    double value, low, high; /* low NaN: no band */
    bool covered;
} ent_chart_point;

typedef struct {
    const char *title, *subtitle, *unit, *source;
    const ent_chart_point *points;
    size_t count;
    bool dates;           /* the axis is days; else plain numbers */
    double zero_line;     /* NaN: none */
    const ent_shifts *shifts; /* of the points with a value, in order; NULL: none */
    const char *const *labels; /* of those points, for the shifts' words */
} ent_chart;

/* SVG for screen and print: shifts by line style and words, not by colour alone (Okabe-Ito). */
void ent__chart_svg(ent_buf *out, const ent_chart *chart);

/* ==== end of series and shifts ============================================================== */

#endif
