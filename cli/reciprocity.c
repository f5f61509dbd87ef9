/* entente reciprocity: does one state answer another's conduct, and does the third react? */
#include <math.h>
#include <string.h>

#include "report.h"

typedef struct {
    ent__report report;
    ent__panel panel;
    ent__var_choice choice;
    ent__var var;
    ent__response response;
    size_t lags, horizon;
    double shrink;
    const char *inputs[1];
    size_t input_count;
} work;

enum { TEST_ROUTINE, TEST_RECIPROCITY, TEST_OTHERS, TEST_COUNT };
static const char *const test_names[TEST_COUNT] = {
    "routine (own past)", "reciprocity (the other's conduct)", "third parties (other dyads)"};
static const char *const test_keys[TEST_COUNT] = {"routine", "reciprocity", "third_parties"};

/* ---- which series answers which ------------------------------------------------------------- */

/* "B>A" of "A>B"; with two series, the other one; -1: none. */
static int64_t partner_of(const ent__panel *panel, size_t s)
{
    ent_str name = panel->names[s];
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] != '>') {
            continue;
        }
        ent_str source = ent__str_sub(name, 0, i), target = ent__str_sub(name, i + 1, name.n);
        for (size_t o = 0; o < panel->series; o++) {
            ent_str other = panel->names[o];
            if (other.n == name.n && ent__str_eq(ent__str_sub(other, 0, target.n), target) &&
                other.p[target.n] == '>' &&
                ent__str_eq(ent__str_sub(other, target.n + 1, other.n), source)) {
                return (int64_t)o;
            }
        }
        return -1;
    }
    return panel->series == 2 ? (int64_t)(1 - s) : -1;
}

static uint32_t excluded_of(const ent__panel *panel, size_t s, int test)
{
    int64_t partner = partner_of(panel, s);
    uint32_t own = 1u << s, back = partner >= 0 ? 1u << partner : 0;
    uint32_t all = (1u << panel->series) - 1;
    return test == TEST_ROUTINE ? own : test == TEST_RECIPROCITY ? back : all & ~own & ~back;
}

/* Response of s to a unit of the partner's conduct, as a share of what the partner's shock itself
 * adds up to. */
static double ratio_of(const work *w, size_t s, size_t partner)
{
    size_t k = w->response.k;
    return w->response.cumulated[s * k + partner] / w->response.cumulated[partner * k + partner];
}

/* ---- words ---------------------------------------------------------------------------------- */

static ent_rc sentences_write(work *w)
{
    ent_buf found = {0};
    size_t answers = 0, pairs = 0;
    ent_rc rc = ENT_OK;
    for (size_t s = 0; s < w->panel.series && rc == ENT_OK; s++) {
        int64_t partner = partner_of(&w->panel, s);
        ent__f_test test;
        if (partner < 0) {
            continue;
        }
        pairs++;
        rc = ent__var_test(w->report.cli->ctx, &w->panel, w->lags, s, 1u << partner, &test);
        if (rc == ENT_OK && test.p < 0.05) {
            ent__buf_printf(&found, "%s%.*s follows %.*s (p = %.4f, ratio %.2f)",
                            answers == 0 ? "" : "; ", ENT_FMT(w->panel.names[s]),
                            ENT_FMT(w->panel.names[partner]), test.p,
                            ratio_of(w, s, (size_t)partner));
            answers++;
        }
    }
    ent_buf sentence = {0};
    ent__buf_printf(&sentence,
                    "Of %zu directed series with a counterpart %zu follow%s it at the 5 %% "
                    "level (%.1f would by chance)%s%.*s (%zu lags, %zu periods).",
                    pairs, answers, answers == 1 ? "s" : "", 0.05 * (double)pairs,
                    answers > 0 ? ": " : "", (int)found.n, found.n > 0 ? found.p : "", w->lags,
                    w->var.periods);
    if (rc == ENT_OK) {
        ent__report_sentences(&w->report, ent__buf_slice(&sentence),
                              ENT_LIT("This does not show cause: what precedes in reported events "
                                      "may answer something unreported, and shifts in coverage or "
                                      "regime look like persistence."));
    }
    ent__buf_free(&found);
    ent__buf_free(&sentence);
    return rc;
}

/* ---- the model ------------------------------------------------------------------------------ */

static void model_text(work *w)
{
    ent_buf *out = &w->report.out;
    size_t k = w->var.k, m = k * w->lags + 1;
    ent__buf_printf(out, "lags: AIC %zu, BIC %zu, HQ %zu (up to %zu); used %zu%s\n",
                    w->choice.lags[0], w->choice.lags[1], w->choice.lags[2], w->choice.most,
                    w->lags, w->shrink > 0 ? ", shrunk to zero (Minnesota prior)" : "");
    ent__buf_printf(out, "largest root %.6f: %s\n", w->var.modulus,
                    w->var.modulus < 1 ? "stable" : "NOT STABLE, responses do not die out");
    if (w->shrink <= 0 && w->var.periods < 10 * m) {
        ent__buf_printf(out,
                        "warning: %zu periods for %zu coefficients an equation are few (10 a "
                        "coefficient are wanted)\n",
                        w->var.periods, m);
    }
    ent__buf_z(out, "\nCoefficients (standard error)\n                      ");
    for (size_t i = 0; i < k; i++) {
        ent__buf_printf(out, " %20.*s", ENT_FMT(w->panel.names[i]));
    }
    for (size_t c = 0; c < m; c++) {
        if (c == 0) {
            ent__buf_printf(out, "\n  %-20s", "constant");
        } else {
            ent_str name = w->panel.names[(c - 1) % k];
            ent__buf_printf(out, "\n  %-14.*s t-%-3zu", ENT_FMT(name), (c - 1) / k + 1);
        }
        for (size_t i = 0; i < k; i++) {
            ent__buf_printf(out, " %11.6f (%.4f)", w->var.coefficient[i * m + c],
                            w->var.error[i * m + c]);
        }
    }
    ent__buf_z(out, "\n\nResidual covariance\n");
    for (size_t i = 0; i < k; i++) {
        ent__buf_printf(out, "  %-18.*s", ENT_FMT(w->panel.names[i]));
        for (size_t j = 0; j < k; j++) {
            ent__buf_printf(out, " %11.4f", w->var.covariance[i * k + j]);
        }
        ent__buf_char(out, '\n');
    }
    ent__buf_char(out, '\n');
}

static void matrix_json(ent_json *json, const char *key, const double *values, size_t rows,
                        size_t columns)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < rows; i++) {
        ent__json_open(json, '[');
        for (size_t j = 0; j < columns; j++) {
            ent__json_double(json, values[i * columns + j]);
        }
        ent__json_close(json, ']');
    }
    ent__json_close(json, ']');
}

static void model_json(work *w)
{
    ent_json *json = &w->report.json;
    size_t k = w->var.k, m = k * w->lags + 1;
    ent__json_key(json, "series");
    ent__json_open(json, '[');
    for (size_t s = 0; s < k; s++) {
        ent__json_str(json, w->panel.names[s]);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "lag_choice");
    ent__json_open(json, '{');
    ent__json_kint(json, "aic", (int64_t)w->choice.lags[0]);
    ent__json_kint(json, "bic", (int64_t)w->choice.lags[1]);
    ent__json_kint(json, "hq", (int64_t)w->choice.lags[2]);
    ent__json_kint(json, "most", (int64_t)w->choice.most);
    ent__json_close(json, '}');
    ent__json_kint(json, "lags", (int64_t)w->lags);
    ent__json_kint(json, "periods", (int64_t)w->var.periods);
    ent__json_kdouble(json, "shrink", w->shrink);
    ent__json_kdouble(json, "modulus", w->var.modulus);
    ent__json_kbool(json, "stable", w->var.modulus < 1);
    matrix_json(json, "coefficients", w->var.coefficient, k, m);
    matrix_json(json, "standard_errors", w->var.error, k, m);
    matrix_json(json, "covariance", w->var.covariance, k, k);
}

/* ---- tests ---------------------------------------------------------------------------------- */

static ent_rc tests_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    ent_json *json = &w->report.json;
    ent_rc rc = ENT_OK;
    if (as_json) {
        ent__json_key(json, "tests");
        ent__json_open(json, '[');
    } else {
        ent__buf_z(&w->report.out, "Does it help to know ...? (block F tests)\n");
    }
    for (size_t s = 0; s < w->panel.series && rc == ENT_OK; s++) {
        for (int t = 0; t < TEST_COUNT && rc == ENT_OK; t++) {
            uint32_t excluded = excluded_of(&w->panel, s, t);
            ent__f_test test;
            if (excluded == 0) {
                continue;
            }
            rc = ent__var_test(w->report.cli->ctx, &w->panel, w->lags, s, excluded, &test);
            if (rc != ENT_OK) {
                break;
            }
            if (as_json) {
                ent__json_open(json, '{');
                ent__json_kstr(json, "series", w->panel.names[s]);
                ent__json_kz(json, "test", test_keys[t]);
                ent__json_kdouble(json, "f", test.f);
                ent__json_kint(json, "numerator", (int64_t)test.numerator);
                ent__json_kint(json, "denominator", (int64_t)test.denominator);
                ent__json_kdouble(json, "p", test.p);
                ent__json_close(json, '}');
            } else {
                ent__buf_printf(&w->report.out, "  %-18.*s %-36s F(%zu, %zu) = %8.4f  p = %.5f\n",
                                ENT_FMT(w->panel.names[s]), test_names[t], test.numerator,
                                test.denominator, test.f, test.p);
            }
        }
    }
    if (as_json) {
        ent__json_close(json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- responses ------------------------------------------------------------------------------ */

static void responses_text(work *w)
{
    ent_buf *out = &w->report.out;
    const ent__response *r = &w->response;
    size_t k = r->k, kk = k * k;
    ent__buf_printf(out,
                    "Responses to a shock of one standard deviation (order as listed; %u draws, "
                    "95 %% band)\n",
                    r->draws);
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            ent__buf_printf(out, "  %.*s to %.*s:", ENT_FMT(w->panel.names[i]),
                            ENT_FMT(w->panel.names[j]));
            for (size_t h = 0; h <= r->horizon && h <= 3; h++) {
                size_t c = h * kk + i * k + j;
                ent__buf_printf(out, "  %zu: %.5f", h, r->orthogonal[c]);
                if (r->draws > 0) {
                    ent__buf_printf(out, " [%.3f, %.3f]", r->band[0][c], r->band[3][c]);
                }
            }
            ent__buf_char(out, '\n');
        }
    }
    ent__buf_printf(out,
                    "\nOver %zu periods, to a shock of 1: cumulated response, share of the "
                    "forecast error\n",
                    r->horizon);
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            ent__buf_printf(out, "  %-18.*s to %-18.*s %9.4f   %.4f\n", ENT_FMT(w->panel.names[i]),
                            ENT_FMT(w->panel.names[j]), r->cumulated[i * k + j],
                            r->share[i * k + j]);
        }
    }
    ent__buf_z(out, "\nReciprocity ratio (answer per unit of the other's whole conduct)\n");
    for (size_t s = 0; s < k; s++) {
        int64_t partner = partner_of(&w->panel, s);
        if (partner >= 0) {
            ent__buf_printf(out, "  %.*s to %.*s: %.4f\n", ENT_FMT(w->panel.names[s]),
                            ENT_FMT(w->panel.names[partner]), ratio_of(w, s, (size_t)partner));
        }
    }
    ent__buf_char(out, '\n');
}

static void responses_json(work *w)
{
    ent_json *json = &w->report.json;
    const ent__response *r = &w->response;
    static const char *const bands[4] = {"low95", "low68", "high68", "high95"};
    size_t k = r->k, kk = k * k;
    ent__json_kint(json, "horizon", (int64_t)r->horizon);
    ent__json_kint(json, "draws", r->draws);
    ent__json_kint(json, "unstable_draws", r->unstable_draws);
    ent__json_key(json, "responses");
    ent__json_open(json, '[');
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            ent__json_open(json, '{');
            ent__json_kstr(json, "series", w->panel.names[i]);
            ent__json_kstr(json, "shock", w->panel.names[j]);
            for (int b = -2; b < 4; b++) {
                const double *from = b == -2 ? r->orthogonal : b == -1 ? r->unit : r->band[b];
                if (from == NULL) {
                    continue;
                }
                ent__json_key(json, b == -2 ? "orthogonal" : b == -1 ? "unit" : bands[b]);
                ent__json_open(json, '[');
                for (size_t h = 0; h <= r->horizon; h++) {
                    ent__json_double(json, from[h * kk + i * k + j]);
                }
                ent__json_close(json, ']');
            }
            ent__json_kdouble(json, "cumulated", r->cumulated[i * k + j]);
            ent__json_kdouble(json, "variance_share", r->share[i * k + j]);
            if (partner_of(&w->panel, i) == (int64_t)j) {
                ent__json_kdouble(json, "reciprocity_ratio", ratio_of(w, i, j));
            }
            ent__json_close(json, '}');
        }
    }
    ent__json_close(json, ']');
}

/* Where warmth of one dyad cools another: A>B falls when B>C rises (68 % band below zero at some
 * horizon of 1 or more). */
static void inverse_write(work *w)
{
    const ent__response *r = &w->response;
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    size_t k = r->k, kk = k * k, count = 0;
    if (as_json) {
        ent__json_key(&w->report.json, "inverse_responses");
        ent__json_open(&w->report.json, '[');
    } else if (k > 2) {
        ent__buf_z(&w->report.out, "Inverse responses (one dyad cools as another warms; 68 % band "
                                   "below zero)\n");
    }
    for (size_t i = 0; i < k && r->draws > 0; i++) {
        for (size_t j = 0; j < k; j++) {
            if (i == j || partner_of(&w->panel, i) == (int64_t)j || k < 3) {
                continue;
            }
            size_t h = 1;
            while (h <= r->horizon && r->band[2][h * kk + i * k + j] >= 0) {
                h++;
            }
            if (h > r->horizon) {
                continue;
            }
            count++;
            if (as_json) {
                ent__json_open(&w->report.json, '{');
                ent__json_kstr(&w->report.json, "cools", w->panel.names[i]);
                ent__json_kstr(&w->report.json, "as_warms", w->panel.names[j]);
                ent__json_kint(&w->report.json, "first_lag", (int64_t)h);
                ent__json_kdouble(&w->report.json, "response", r->orthogonal[h * kk + i * k + j]);
                ent__json_close(&w->report.json, '}');
            } else {
                ent__buf_printf(&w->report.out, "  %.*s as %.*s warms: %.4f after %zu\n",
                                ENT_FMT(w->panel.names[i]), ENT_FMT(w->panel.names[j]),
                                r->orthogonal[h * kk + i * k + j], h);
            }
        }
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else if (k > 2) {
        ent__buf_z(&w->report.out, count == 0 ? "  none\n\n" : "\n");
    }
}

/* ---- sensitivity ---------------------------------------------------------------------------- */

static ent_rc variant_write(work *w, ent_str name, const ent__panel *panel, size_t lags)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    if (as_json) {
        ent__json_open(&w->report.json, '{');
        ent__json_kstr(&w->report.json, "under", name);
        ent__json_key(&w->report.json, "reciprocity_p");
        ent__json_open(&w->report.json, '{');
    } else {
        ent__buf_printf(&w->report.out, "  %-26.*s", ENT_FMT(name));
    }
    for (size_t s = 0; s < panel->series; s++) {
        int64_t partner = partner_of(panel, s);
        ent__f_test test = {0};
        bool enough = panel->periods >= lags + 5 * (panel->series * lags + 1);
        if (partner < 0) {
            continue;
        }
        ent_rc rc = enough ? ent__var_test(w->report.cli->ctx, panel, lags, s, 1u << partner, &test)
                           : ENT_OK;
        if (rc != ENT_OK && rc != ENT_EINPUT) {
            return rc;
        }
        double p = enough && rc == ENT_OK ? test.p : NAN;
        if (as_json) {
            ent__json_kdouble(&w->report.json, panel->names[s].p, p);
        } else if (isnan(p)) {
            ent__buf_printf(&w->report.out, "  %.*s not enough evidence", ENT_FMT(panel->names[s]));
        } else {
            ent__buf_printf(&w->report.out, "  %.*s p = %.4f", ENT_FMT(panel->names[s]), p);
        }
    }
    if (as_json) {
        ent__json_close(&w->report.json, '}');
        ent__json_close(&w->report.json, '}');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return ENT_OK;
}

/* Part of the panel; values point into a copy. */
static bool panel_part(work *w, size_t from, size_t to, ent__panel *out)
{
    size_t n = to - from;
    double *value = ent__arena_array(w->report.arena, w->panel.series * n + 1, sizeof *value);
    if (value == NULL) {
        return false;
    }
    for (size_t s = 0; s < w->panel.series; s++) {
        memcpy(value + s * n, w->panel.value + s * w->panel.periods + from, n * sizeof *value);
    }
    *out = (ent__panel){w->panel.series, n, w->panel.names, w->panel.labels + from, value};
    return true;
}

static ent_rc halves_write(work *w)
{
    const char *split = ent__cli_option(w->report.cli, "split", NULL);
    int64_t at = split == NULL ? (int64_t)(w->panel.periods / 2)
                               : ent__panel_period(&w->panel, ent__str(split));
    if (at <= 0) {
        return ent__fail(w->report.cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--split: expected a period of the series, got \"%s\"", split);
    }
    ent__panel before, after;
    if (!panel_part(w, 0, (size_t)at, &before) ||
        !panel_part(w, (size_t)at, w->panel.periods, &after)) {
        return ent__nomem(w->report.cli->ctx);
    }
    ent_str label = w->panel.labels[at];
    ent_rc rc = variant_write(w, ent__arena_printf(w->report.arena, "before %.*s", ENT_FMT(label)),
                              &before, w->lags);
    return rc == ENT_OK
             ? variant_write(w, ent__arena_printf(w->report.arena, "from %.*s", ENT_FMT(label)),
                             &after, w->lags)
             : rc;
}

/* The first response of the answering series when the order of the shocks is turned round. */
static ent_rc order_write(work *w)
{
    size_t k = w->panel.series, n = w->panel.periods;
    double *value = ent__arena_array(w->report.arena, k * n, sizeof *value);
    ent_str *names = ent__arena_array(w->report.arena, k, sizeof *names);
    if (value == NULL || names == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t s = 0; s < k; s++) {
        memcpy(value + s * n, w->panel.value + (k - 1 - s) * n, n * sizeof *value);
        names[s] = w->panel.names[k - 1 - s];
    }
    ent__panel turned = {k, n, names, w->panel.labels, value};
    ent__var var;
    ent__response r;
    ent_rc rc =
        ent__var_fit(w->report.cli->ctx, w->report.arena, &turned, w->lags, w->shrink, &var);
    if (rc == ENT_OK) {
        rc =
            ent__var_respond(w->report.cli->ctx, w->report.arena, &turned, &var, w->horizon, 0, &r);
    }
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    for (size_t s = 0; s < k && rc == ENT_OK; s++) {
        int64_t partner = partner_of(&turned, s);
        if (partner < 0) {
            continue;
        }
        double share = r.share[s * k + (size_t)partner];
        if (as_json) {
            ent__json_open(&w->report.json, '{');
            ent__json_kz(&w->report.json, "under", "reversed order of shocks");
            ent__json_kstr(&w->report.json, "series", names[s]);
            ent__json_kstr(&w->report.json, "shock", names[partner]);
            ent__json_kdouble(&w->report.json, "variance_share", share);
            ent__json_close(&w->report.json, '}');
        } else {
            ent__buf_printf(&w->report.out,
                            "  reversed order of shocks    share of %.*s in the error "
                            "of %.*s %.4f (was %.4f)\n",
                            ENT_FMT(names[partner]), ENT_FMT(names[s]), share,
                            w->response.share[(k - 1 - s) * k + (k - 1 - (size_t)partner)]);
        }
    }
    return rc;
}

static ent_rc sensitivity_write(work *w)
{
    static const char *const criteria[3] = {"AIC", "BIC", "HQ"};
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_z(&w->report.out, "Sensitivity: does the other's conduct help to predict?\n");
    }
    ent_rc rc = ENT_OK;
    for (int c = 0; c < 3 && rc == ENT_OK; c++) {
        rc = variant_write(
            w, ent__arena_printf(w->report.arena, "%zu lags (%s)", w->choice.lags[c], criteria[c]),
            &w->panel, w->choice.lags[c]);
    }
    if (rc == ENT_OK) {
        rc = halves_write(w);
    }
    if (rc == ENT_OK) {
        rc = order_write(w);
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- SVG ------------------------------------------------------------------------------------ */

static void response_panel(work *w, ent__figure *f, size_t i, size_t j, double cell,
                           const ent_str *labels, double *column)
{
    const ent__response *r = &w->response;
    size_t k = r->k, kk = k * k, n = r->horizon + 1;
    double *bands[4] = {column + n, column + 2 * n, column + 3 * n, column + 4 * n};
    double least = 0, most = 0;
    for (size_t h = 0; h < n; h++) {
        column[h] = r->orthogonal[h * kk + i * k + j];
        least = fmin(least, column[h]);
        most = fmax(most, column[h]);
        for (int b = 0; b < 4 && r->draws > 0; b++) {
            bands[b][h] = r->band[b][h * kk + i * k + j];
            least = fmin(least, bands[b][h]);
            most = fmax(most, bands[b][h]);
        }
    }
    ent__figure_panel(f, 50 + (cell + 56) * (double)j, 74 + (cell * 0.6 + 58) * (double)i, cell,
                      cell * 0.6,
                      ent__arena_printf(w->report.arena, "%.*s, shock %.*s",
                                        ENT_FMT(w->panel.names[i]), ENT_FMT(w->panel.names[j])));
    ent__figure_range(f, 0, (double)r->horizon, least, most);
    ent__figure_axes(f, labels, n, 4);
    if (r->draws > 0) {
        ent__figure_band(f, 0, bands[0], bands[3], n);
        ent__figure_band(f, 0, bands[1], bands[2], n);
    }
    ent__figure_line(f, 0, column, n);
}

static ent_rc svg_write(work *w)
{
    size_t k = w->panel.series, n = w->response.horizon + 1;
    double cell = k <= 2 ? 260 : k <= 4 ? 170 : 130;
    ent_str *labels = ent__arena_array(w->report.arena, n, sizeof *labels);
    double *column = ent__arena_array(w->report.arena, 5 * n, sizeof *column);
    ent_str text = ent__arena_printf(
        w->report.arena,
        "shock: one standard deviation; %zu lags; bands 68 and 95 %% of %u draws; "
        "order of shocks: as the rows",
        w->lags, w->response.draws);
    if (labels == NULL || column == NULL || text.p == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t h = 0; h < n; h++) {
        labels[h] = ent__arena_printf(w->report.arena, "%zu", h);
    }
    ent__figure f;
    double wide = fmax(640, 50 + (cell + 56) * (double)k);
    ent__figure_open(&f, &w->report.out, wide, 84 + (cell * 0.6 + 58) * (double)k,
                     "Who answers whom: impulse responses", text, ent_kit_hash(w->report.kit));
    ent__figure_text(&f, 12, 40, "start", "q", text);
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            response_panel(w, &f, i, j, cell, labels, column);
        }
    }
    ent__figure_close(&f);
    return ENT_OK;
}

/* ---- the command ---------------------------------------------------------------------------- */

static ent_rc lags_choose(work *w)
{
    const ent_cli *cli = w->report.cli;
    const char *given = ent__cli_option(cli, "lags", "bic");
    ent_rc rc = ent__var_choose(cli->ctx, w->report.arena, &w->panel, 12, &w->choice);
    int64_t lags = 0;
    if (rc != ENT_OK) {
        return rc;
    }
    static const char *const names[3] = {"aic", "bic", "hq"};
    for (int c = 0; c < 3; c++) {
        if (ent__str_ieqz(ent__str(given), names[c])) {
            lags = (int64_t)w->choice.lags[c];
        }
    }
    if (lags == 0) {
        rc = ent__cli_int(cli, "lags", 1, ENT__VAR_LAGS_MAX, 1, &lags);
    }
    w->lags = (size_t)lags;
    return rc;
}

static ent_rc fit(work *w)
{
    const ent_cli *cli = w->report.cli;
    int64_t horizon, draws;
    ent_rc rc = ent__cli_int(cli, "horizon", 1, 120, 12, &horizon);
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "draws", 0, 100000, 1000, &draws);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_double(cli, "shrink", 0, 1e6, 0, &w->shrink);
    }
    if (rc == ENT_OK) {
        rc = lags_choose(w);
    }
    if (rc == ENT_OK) {
        w->horizon = (size_t)horizon;
        rc = ent__var_fit(cli->ctx, w->report.arena, &w->panel, w->lags, w->shrink, &w->var);
    }
    return rc == ENT_OK ? ent__var_respond(cli->ctx, w->report.arena, &w->panel, &w->var,
                                           w->horizon, (uint32_t)draws, &w->response)
                        : rc;
}

static ent_rc result_write(work *w)
{
    if (w->report.form == ENT__REPORT_SVG) {
        return svg_write(w);
    }
    ent_rc rc = sentences_write(w);
    if (rc == ENT_OK && w->report.form == ENT__REPORT_JSON) {
        model_json(w);
    } else if (rc == ENT_OK) {
        model_text(w);
    }
    if (rc == ENT_OK) {
        rc = tests_write(w);
    }
    if (rc == ENT_OK) {
        if (w->report.form == ENT__REPORT_JSON) {
            responses_json(w);
        } else {
            responses_text(w);
        }
        inverse_write(w);
        rc = sensitivity_write(w);
    }
    return rc == ENT_OK ? ent__report_inputs(&w->report, w->inputs, w->input_count) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {0};
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK && (cli->argument_count == 1 || cli->argument_count > 3)) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "reciprocity: expected no, two or three states, got %zu",
                       cli->argument_count);
    }
    if (rc == ENT_OK) {
        rc = ent__report_panel(&w.report, ent__cli_option(cli, "csv", NULL),
                               ent__cli_option(cli, "series", NULL), cli->arguments,
                               cli->argument_count, &w.panel, w.inputs, &w.input_count);
    }
    if (rc == ENT_OK) {
        rc = fit(&w);
    }
    if (rc == ENT_OK) {
        rc = result_write(&w);
    }
    return ent__report_close(&w.report, rc);
}

static const ent_option options[] = {
    ENT__PANEL_OPTIONS,
    {"series", "NAME", "with --store: the imported series of that name instead of events"},
    {"lags", "N|aic|bic|hq", "lag order (default bic)"},
    {"horizon", "N", "periods of the responses (default 12)"},
    {"draws", "N", "bootstrap draws for the bands (default 1000)"},
    {"shrink", "X", "Minnesota prior round zero, tightness X (0.2 is usual)"},
    {"split", "PERIOD", "fit before and from here too (default: the middle)"},
    {0},
};

const ent_command ent__command_reciprocity = {
    .name = "reciprocity",
    .summary = "Whether states answer each other's conduct, and whether the third reacts",
    .usage = "entente reciprocity [A B [C]] --csv SERIES.csv | --store DB [--by month]",
    .examples =
        "  entente reciprocity --csv series.csv                # all series of the file\n"
        "  entente reciprocity USA RUS CHN --csv series.csv    # series USA>RUS, RUS>USA, ...\n"
        "  entente reciprocity --csv series.csv -o answers.svg\n",
    .options = options,
    .run = run,
};
