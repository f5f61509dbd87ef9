/* Reciprocity: vector autoregression of directed conduct.
 * In: a panel without gaps.  Out: coefficients, residual covariance, lag choice, block F tests,
 * stability.
 * Source: Goldstein and Freeman, APSR 85 (1991); criteria as in Luetkepohl 2005; shrinkage
 * Litterman 1986.  Cost: O(T (kp)^2) an equation system (one QR for all equations). */
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "wedge.h"

/* ---- F distribution ------------------------------------------------------------------------- */

/* Continued fraction of the incomplete beta function (modified Lentz, DLMF 8.17.22). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m <= 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        const double terms[2] = {even, odd};
        double change = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            c = 1 + terms[i] / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            change = c * d;
            h *= change;
        }
        if (fabs(change - 1) < 1e-15) {
            break;
        }
    }
    return h;
}

static double beta_regularised(double a, double b, double x)
{
    if (x <= 0 || x >= 1) {
        return x <= 0 ? 0 : 1;
    }
    double front = exp(ent__log_gamma(a + b) - ent__log_gamma(a) - ent__log_gamma(b) +
                       a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double ent__f_tail(double f, double numerator, double denominator)
{
    if (!(f > 0)) {
        return 1;
    }
    return beta_regularised(denominator / 2, numerator / 2,
                            denominator / (denominator + numerator * f));
}

/* ---- least squares -------------------------------------------------------------------------- */

typedef struct {
    size_t rows, columns, equations;
    double *x, *y; /* row-major */
} regression;

/* Rows t = first .. T-1 of constant and lags (series in `excluded` left out), and the targets. */
static bool regression_build(ent_arena *arena, const ent__panel *panel, size_t lags, size_t first,
                             uint32_t excluded, size_t dummies, regression *out)
{
    size_t k = panel->series, kept = 0;
    for (size_t s = 0; s < k; s++) {
        kept += !((excluded >> s) & 1);
    }
    out->rows = panel->periods - first + dummies;
    out->columns = 1 + kept * lags;
    out->equations = k;
    out->x = ent__arena_array(arena, out->rows * out->columns + 1, sizeof(double));
    out->y = ent__arena_array(arena, (out->rows + out->columns) * k + 1, sizeof(double));
    if (out->x == NULL || out->y == NULL) {
        return false;
    }
    for (size_t t = first; t < panel->periods; t++) {
        double *row = out->x + (t - first) * out->columns;
        size_t c = 0;
        row[c++] = 1;
        for (size_t lag = 1; lag <= lags; lag++) {
            for (size_t s = 0; s < k; s++) {
                if (!((excluded >> s) & 1)) {
                    row[c++] = panel->value[s * panel->periods + t - lag];
                }
            }
        }
        for (size_t s = 0; s < k; s++) {
            out->y[(t - first) * k + s] = panel->value[s * panel->periods + t];
        }
    }
    return true;
}

/* Solves in place: y's first `columns` rows become the coefficients (column a equation), x the QR
 * factor; the squares below them are the residual sums.  false: rank deficient. */
static bool regression_solve(regression *r)
{
    return r->rows >= r->columns &&
           LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', (lapack_int)r->rows, (lapack_int)r->columns,
                         (lapack_int)r->equations, r->x, (lapack_int)r->columns, r->y,
                         (lapack_int)r->equations) == 0;
}

static ent_rc panel_check(ent_ctx *ctx, const ent__panel *panel, size_t lags)
{
    if (panel->series < 1 || panel->series > ENT__VAR_SERIES_MAX || lags < 1 ||
        lags > ENT__VAR_LAGS_MAX) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "expected 1 to %d series and 1 to %d lags, got %zu and %zu",
                         ENT__VAR_SERIES_MAX, ENT__VAR_LAGS_MAX, panel->series, lags);
    }
    for (size_t s = 0; s < panel->series; s++) {
        const double *v = panel->value + s * panel->periods;
        bool varies = false;
        for (size_t t = 0; t < panel->periods; t++) {
            if (isnan(v[t])) {
                return ent__fail(ctx, ENT_EINPUT, NULL, 0, "series %.*s: expected no gaps",
                                 ENT_FMT(panel->names[s]));
            }
            varies |= v[t] != v[0];
        }
        if (!varies) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "series %.*s: expected values that vary, it "
                             "is constant",
                             ENT_FMT(panel->names[s]));
        }
    }
    return ENT_OK;
}

/* Residual covariance U'U (not divided) of a lag order on the sample from `first`. */
static bool residual_squares(ent_arena *arena, const ent__panel *panel, size_t lags, size_t first,
                             double *out_squares)
{
    regression r;
    size_t k = panel->series;
    if (!regression_build(arena, panel, lags, first, 0, 0, &r) || !regression_solve(&r)) {
        return false;
    }
    for (size_t i = 0; i < k; i++) { /* Q'y below the first rows has the residuals' products */
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t t = r.columns; t < r.rows; t++) {
                sum += r.y[t * k + i] * r.y[t * k + j];
            }
            out_squares[i * k + j] = sum;
        }
    }
    return true;
}

static double log_determinant(ent_arena *arena, const double *matrix, size_t k)
{
    double *copy = ent__arena_array(arena, k * k, sizeof *copy);
    if (copy == NULL) {
        return NAN;
    }
    memcpy(copy, matrix, k * k * sizeof *copy);
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)k, copy, (lapack_int)k) != 0) {
        return NAN;
    }
    double sum = 0;
    for (size_t i = 0; i < k; i++) {
        sum += 2 * log(copy[i * k + i]);
    }
    return sum;
}

ent_rc ent__var_choose(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel, size_t most,
                       ent__var_choice *out)
{
    size_t k = panel->series;
    ent_rc rc = panel_check(ctx, panel, most);
    while (rc == ENT_OK && most > 1 && panel->periods < most + 5 * (k * most + 1)) {
        most--; /* what the sample can carry */
    }
    if (rc == ENT_OK && panel->periods < most + k * most + 3) {
        rc = ent__fail(ctx, ENT_EINPUT, NULL, 0, "not enough evidence: %zu periods for %zu series",
                       panel->periods, k);
    }
    memset(out, 0, sizeof *out);
    out->most = most;
    out->criterion = ent__arena_array(arena, 3 * most, sizeof *out->criterion);
    double *squares = ent__arena_array(arena, k * k, sizeof *squares);
    if (rc != ENT_OK || out->criterion == NULL || squares == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(ctx);
    }
    double periods = (double)(panel->periods - most), best[3] = {INFINITY, INFINITY, INFINITY};
    for (size_t p = 1; p <= most; p++) {
        ent_arena *own = ent__arena_new();
        bool fine = own != NULL && residual_squares(own, panel, p, most, squares);
        for (size_t i = 0; fine && i < k * k; i++) {
            squares[i] /= periods;
        }
        double base = fine ? log_determinant(own, squares, k) : NAN;
        double count = (double)(k * (k * p + 1));
        const double penalty[3] = {2, log(periods), 2 * log(log(periods))};
        for (int c = 0; c < 3; c++) {
            double value = base + penalty[c] * count / periods;
            out->criterion[3 * (p - 1) + (size_t)c] = value;
            if (value < best[c]) {
                best[c] = value;
                out->lags[c] = p;
            }
        }
        ent__arena_free(own);
    }
    return out->lags[0] == 0
             ? ent__fail(ctx, ENT_EINPUT, NULL, 0, "the series depend on each other exactly")
             : ENT_OK;
}

/* ---- fit ------------------------------------------------------------------------------------ */

/* Minnesota prior as dummy rows: coefficient of lag l of series j in equation i has mean 0 and
 * standard deviation tightness / l * (sd_i / sd_j); one row a coefficient column. */
static void dummies_fill(regression *r, size_t real_rows, size_t k, size_t lags, const double *sd,
                         double tightness)
{
    for (size_t lag = 1; lag <= lags; lag++) {
        for (size_t s = 0; s < k; s++) {
            size_t row = real_rows + (lag - 1) * k + s;
            r->x[row * r->columns + 1 + (lag - 1) * k + s] = (double)lag * sd[s] / tightness;
        }
    }
}

static double modulus_of(ent_arena *arena, const double *coefficient, size_t k, size_t lags)
{
    size_t n = k * lags;
    double *m = ent__arena_array(arena, n * n, sizeof *m);
    double *re = ent__arena_array(arena, n, sizeof *re),
           *im = ent__arena_array(arena, n, sizeof *im);
    if (m == NULL || re == NULL || im == NULL) {
        return NAN;
    }
    for (size_t i = 0; i < k; i++) {
        memcpy(m + i * n, coefficient + i * (n + 1) + 1, n * sizeof *m);
    }
    for (size_t i = k; i < n; i++) {
        m[i * n + i - k] = 1;
    }
    if (LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'N', (lapack_int)n, m, (lapack_int)n, re, im, NULL, 1,
                      NULL, 1) != 0) {
        return NAN;
    }
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, hypot(re[i], im[i]));
    }
    return most;
}

/* Diagonal of (X'X)^-1 from the triangular factor in r->x. */
static bool inverse_diagonal(ent_arena *arena, const regression *r, double *out)
{
    size_t m = r->columns;
    double *upper = ent__arena_array(arena, m * m, sizeof *upper);
    if (upper == NULL) {
        return false;
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t j = i; j < m; j++) {
            upper[i * m + j] = r->x[i * m + j];
        }
    }
    if (LAPACKE_dtrtri(LAPACK_ROW_MAJOR, 'U', 'N', (lapack_int)m, upper, (lapack_int)m) != 0) {
        return false;
    }
    for (size_t i = 0; i < m; i++) {
        out[i] = 0;
        for (size_t j = i; j < m; j++) {
            out[i] += upper[i * m + j] * upper[i * m + j];
        }
    }
    return true;
}

static void residuals_fill(const ent__panel *panel, ent__var *v)
{
    size_t k = v->k, m = k * v->lags + 1, degrees = v->periods > m ? v->periods - m : 1;
    for (size_t t = 0; t < v->periods; t++) {
        for (size_t i = 0; i < k; i++) {
            const double *c = v->coefficient + i * m;
            double fitted = c[0];
            for (size_t lag = 1; lag <= v->lags; lag++) {
                for (size_t s = 0; s < k; s++) {
                    fitted += c[1 + (lag - 1) * k + s] *
                              panel->value[s * panel->periods + v->lags + t - lag];
                }
            }
            v->residual[t * k + i] = panel->value[i * panel->periods + v->lags + t] - fitted;
        }
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t t = 0; t < v->periods; t++) {
                sum += v->residual[t * k + i] * v->residual[t * k + j];
            }
            v->covariance[i * k + j] = sum / (double)degrees;
            if (i == j) {
                v->squares[i] = sum;
            }
        }
    }
}

static bool var_room(ent_arena *arena, ent__var *v)
{
    size_t k = v->k, m = k * v->lags + 1;
    v->coefficient = ent__arena_array(arena, k * m, sizeof(double));
    v->error = ent__arena_array(arena, k * m, sizeof(double));
    v->residual = ent__arena_array(arena, v->periods * k, sizeof(double));
    v->covariance = ent__arena_array(arena, k * k, sizeof(double));
    v->squares = ent__arena_array(arena, k, sizeof(double));
    return v->coefficient != NULL && v->error != NULL && v->residual != NULL &&
           v->covariance != NULL && v->squares != NULL;
}

static void deviations(const ent__panel *panel, double *sd)
{
    for (size_t s = 0; s < panel->series; s++) {
        const double *v = panel->value + s * panel->periods;
        double mean = 0, sum = 0;
        for (size_t t = 0; t < panel->periods; t++) {
            mean += v[t] / (double)panel->periods;
        }
        for (size_t t = 0; t < panel->periods; t++) {
            sum += (v[t] - mean) * (v[t] - mean);
        }
        sd[s] = sqrt(sum / (double)panel->periods);
    }
}

ent_rc ent__var_fit(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel, size_t lags,
                    double tightness, ent__var *out)
{
    size_t k = panel->series, m = k * lags + 1;
    ent_rc rc = panel_check(ctx, panel, lags);
    if (rc != ENT_OK) {
        return rc;
    }
    if (panel->periods < lags + (tightness > 0 ? 3 : 5 * m)) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "not enough evidence: %zu periods for %zu "
                         "coefficients an equation (at least %zu, or --shrink)",
                         panel->periods, m, lags + 5 * m);
    }
    *out =
        (ent__var){.k = k, .lags = lags, .periods = panel->periods - lags, .tightness = tightness};
    ent_arena *own = ent__arena_new();
    regression r;
    size_t dummies = tightness > 0 ? k * lags : 0;
    double sd[ENT__VAR_SERIES_MAX];
    deviations(panel, sd);
    if (own == NULL || !var_room(arena, out) ||
        !regression_build(own, panel, lags, lags, 0, dummies, &r)) {
        ent__arena_free(own);
        return ent__nomem(ctx);
    }
    if (tightness > 0) {
        dummies_fill(&r, out->periods, k, lags, sd, tightness);
    }
    double *diagonal = ent__arena_array(own, m, sizeof *diagonal);
    bool solved = regression_solve(&r);
    if (!solved || diagonal == NULL || !inverse_diagonal(own, &r, diagonal)) {
        ent__arena_free(own);
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "the series depend on each other exactly");
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t c = 0; c < m; c++) {
            out->coefficient[i * m + c] = r.y[c * k + i];
        }
    }
    residuals_fill(panel, out);
    for (size_t i = 0; i < k; i++) {
        for (size_t c = 0; c < m; c++) {
            out->error[i * m + c] = sqrt(out->covariance[i * k + i] * diagonal[c]);
        }
    }
    out->modulus = modulus_of(own, out->coefficient, k, lags);
    ent__arena_free(own);
    return ENT_OK;
}

/* ---- block F tests -------------------------------------------------------------------------- */

ent_rc ent__var_test(ent_ctx *ctx, const ent__panel *panel, size_t lags, size_t equation,
                     uint32_t excluded, ent__f_test *out)
{
    ent_arena *own = ent__arena_new();
    size_t k = panel->series;
    double squares[2] = {0};
    ent_rc rc = own == NULL ? ent__nomem(ctx) : panel_check(ctx, panel, lags);
    for (int model = 0; model < 2 && rc == ENT_OK; model++) {
        regression r;
        if (!regression_build(own, panel, lags, lags, model == 0 ? excluded : 0, 0, &r)) {
            rc = ent__nomem(ctx);
        } else if (!regression_solve(&r)) {
            rc = ent__fail(ctx, ENT_EINPUT, NULL, 0, "the series depend on each other exactly");
        }
        for (size_t t = r.columns; rc == ENT_OK && t < r.rows; t++) {
            squares[model] += r.y[t * k + equation] * r.y[t * k + equation];
        }
    }
    ent__arena_free(own);
    size_t periods = panel->periods - lags;
    out->numerator = lags * (size_t)__builtin_popcount(excluded);
    if (rc == ENT_OK && periods <= k * lags + 1) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "not enough evidence for an F test");
    }
    out->denominator = periods - k * lags - 1;
    if (rc == ENT_OK) {
        out->f = (squares[0] - squares[1]) / (double)out->numerator /
                 (squares[1] / (double)out->denominator);
        out->p = ent__f_tail(out->f, (double)out->numerator, (double)out->denominator);
    }
    return rc;
}
