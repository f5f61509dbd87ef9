/* Strategic triangle: which pattern, which role, how sure.
 * In: three ties with standard errors.  Out: probabilities of the eight sign patterns, the four
 * patterns, every role; utilities.
 * Source: Dittmer, World Politics 33 (1981) for patterns and roles; the utility is ordinal, own
 * ties minus the third.  Cost: O(1), or O(draws) for correlated errors. */
#include <math.h>
#include <string.h>

#include "wedge.h"

static const int ties_of_state[3][2] = {{0, 1}, {0, 2}, {1, 2}}; /* of AB, AC, BC */
static const int third_tie[3] = {2, 1, 0};

const char *ent__role_name(ent__role role)
{
    static const char *const names[ENT__ROLES] = {"pivot", "friend",  "partner",
                                                  "wing",  "outcast", "foe"};
    return names[role];
}

const char *ent__pattern_name(ent__pattern pattern)
{
    static const char *const names[4] = {"unit veto", "stable marriage", "romantic triangle",
                                         "menage a trois"};
    return names[pattern];
}

ent__pattern ent__triangle_pattern(unsigned signs)
{
    return (ent__pattern)__builtin_popcount(signs & 7);
}

ent__role ent__triangle_role(unsigned signs, int state)
{
    bool opposite = (signs >> third_tie[state]) & 1; /* the tie this state is no end of */
    switch (ent__triangle_pattern(signs)) {
    case ENT__MENAGE:
        return ENT__FRIEND;
    case ENT__ROMANTIC:
        return opposite ? ENT__WING : ENT__PIVOT;
    case ENT__STABLE_MARRIAGE:
        return opposite ? ENT__OUTCAST : ENT__PARTNER;
    default:
        return ENT__FOE;
    }
}

double ent__triangle_utility(unsigned signs, int state)
{
    double sum = 0;
    for (int tie = 0; tie < 3; tie++) {
        double sign = (signs >> tie) & 1 ? 1 : -1;
        sum += tie == third_tie[state] ? -sign : sign;
    }
    return sum;
}

ent_str ent__triangle_text(ent_arena *arena, unsigned signs, const char *const names[3])
{
    ent__pattern pattern = ent__triangle_pattern(signs);
    const char *name = ent__pattern_name(pattern);
    for (int s = 0; s < 3; s++) {
        ent__role role = ent__triangle_role(signs, s);
        if (role == ENT__PIVOT) {
            return ent__arena_printf(arena, "%s, %s pivot", name, names[s]);
        }
        if (role == ENT__OUTCAST) {
            return ent__arena_printf(arena, "%s of %s and %s, %s outcast", name,
                                     names[s == 0 ? 1 : 0], names[s == 2 ? 1 : 2], names[s]);
        }
    }
    return ent__arena_printf(arena, "%s", name);
}

static double normal_below(double x, double mean, double error)
{
    return error > 0 ? 0.5 * erfc((mean - x) / (error * sqrt(2))) : (mean < x ? 1 : 0);
}

static void closed_form(const ent__triangle_question *q, ent__triangle *out)
{
    double up[3], down[3];
    for (int t = 0; t < 3; t++) {
        down[t] = normal_below(-q->dead_zone, q->mean[t], q->error[t]);
        up[t] = 1 - normal_below(q->dead_zone, q->mean[t], q->error[t]);
        if (q->error[t] == 0) { /* an exact tie: on the edge of the dead zone it is neutral */
            up[t] = q->mean[t] > q->dead_zone;
            down[t] = q->mean[t] < -q->dead_zone;
        }
        out->neutral[t] = fmax(0, 1 - up[t] - down[t]);
    }
    for (unsigned s = 0; s < 8; s++) {
        out->sign[s] = 1;
        for (int t = 0; t < 3; t++) {
            out->sign[s] *= (s >> t) & 1 ? up[t] : down[t];
        }
    }
}

/* Lower Cholesky factor of the errors' covariance; false when it is no covariance. */
static bool factor_of(const ent__triangle_question *q, double l[3][3])
{
    const double r[3][3] = {{1, q->correlation[0], q->correlation[1]},
                            {q->correlation[0], 1, q->correlation[2]},
                            {q->correlation[1], q->correlation[2], 1}};
    memset(l, 0, 9 * sizeof(double));
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = r[i][j];
            for (int k = 0; k < j; k++) {
                sum -= l[i][k] * l[j][k];
            }
            if (i == j && sum < -1e-12) {
                return false;
            }
            l[i][j] = i == j ? sqrt(fmax(sum, 0)) : (l[j][j] > 1e-12 ? sum / l[j][j] : 0);
        }
    }
    return true;
}

static ent_rc by_draws(ent_ctx *ctx, const ent__triangle_question *q, ent__triangle *out)
{
    double l[3][3];
    if (!factor_of(q, l)) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "expected correlations that can hold together, got %g, %g, %g",
                         q->correlation[0], q->correlation[1], q->correlation[2]);
    }
    ent_rng rng;
    ent__rng_seed(&rng, ent_ctx_get_seed(ctx));
    out->draws = q->draws == 0 ? 100000 : q->draws;
    for (uint32_t d = 0; d < out->draws; d++) {
        double z[3] = {ent__rng_normal(&rng), ent__rng_normal(&rng), ent__rng_normal(&rng)};
        unsigned signs = 0;
        bool open = false;
        for (int t = 0; t < 3; t++) {
            double x =
                q->mean[t] + q->error[t] * (l[t][0] * z[0] + l[t][1] * z[1] + l[t][2] * z[2]);
            bool neutral = fabs(x) <= q->dead_zone;
            signs |= x > 0 ? 1u << t : 0;
            open |= neutral;
            out->neutral[t] += neutral ? 1.0 / out->draws : 0;
        }
        out->sign[signs] += open ? 0 : 1.0 / out->draws;
    }
    return ENT_OK;
}

static void utilities_set(const ent__triangle_question *q, ent__triangle *out)
{
    bool plain = q->own_weight == 0 && q->other_weight == 0;
    double own = plain ? 1 : q->own_weight, other = plain ? 1 : q->other_weight;
    for (int s = 0; s < 3; s++) {
        const int *mine = ties_of_state[s];
        int third = third_tie[s];
        out->utility[s] = own * (q->mean[mine[0]] + q->mean[mine[1]]) - other * q->mean[third];
        double variance = 0;
        for (int t = 0; t < 3; t++) {
            double wt = t == third ? -other : own;
            for (int u = 0; u < 3; u++) {
                double wu = u == third ? -other : own;
                double r = t == u ? 1 : q->correlation[t + u - 1];
                variance += wt * wu * r * q->error[t] * q->error[u];
            }
        }
        out->utility_error[s] = sqrt(fmax(variance, 0));
    }
    out->ratio_turn = 1;
}

ent_rc ent__triangle_solve(ent_ctx *ctx, const ent__triangle_question *question, ent__triangle *out)
{
    memset(out, 0, sizeof *out);
    for (int t = 0; t < 3; t++) {
        if (!(question->error[t] >= 0) || !isfinite(question->mean[t])) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "expected three ties with errors of at least 0, got %g (%g)",
                             question->mean[t], question->error[t]);
        }
    }
    const double *r = question->correlation;
    if (r[0] == 0 && r[1] == 0 && r[2] == 0) {
        closed_form(question, out);
    } else {
        ent_rc rc = by_draws(ctx, question, out);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    double sum = 0;
    out->likeliest = 0;
    for (unsigned s = 0; s < 8; s++) {
        sum += out->sign[s];
        out->pattern[ent__triangle_pattern(s)] += out->sign[s];
        for (int state = 0; state < 3; state++) {
            out->role[state][ent__triangle_role(s, state)] += out->sign[s];
        }
        out->likeliest = out->sign[s] > out->sign[out->likeliest] ? (int)s : out->likeliest;
    }
    out->open = fmax(0, 1 - sum);
    if (out->open > out->sign[out->likeliest]) {
        out->likeliest = -1;
    }
    utilities_set(question, out);
    return ENT_OK;
}
