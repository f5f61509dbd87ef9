/* The ordered probit's likelihood and derivatives, for one vote, one item, one ideal point.
 * In: cut points, ideal points, votes.  Out: log likelihood, gradient, curvature.
 * log Phi stands on a grid of 1/32 with a third-order expansion: error below 1e-8, a few ns a vote
 * (a call of erfc costs ten times as much).  Cost: O(votes). */
#include <math.h>
#include <stdlib.h>

#include "ideal.h"

#define GRID_LOW (-38.0)
#define GRID_HIGH 10.0
#define GRID_STEP 32.0
#define GRID_COUNT (48 * 32 + 2)

typedef struct {
    double value, ratio, bend, third; /* log Phi, phi/Phi and the expansion's coefficients */
} node;

struct ent_probit {
    node nodes[GRID_COUNT];
};

ent_probit *ent__probit_new(void)
{
    ent_probit *p = malloc(sizeof *p);
    for (size_t i = 0; p != NULL && i < GRID_COUNT; i++) {
        double x = GRID_LOW + (double)i / GRID_STEP;
        double value, ratio;
        if (x < -30) { /* asymptotic: Phi(x) = phi(x) / -x (1 - 1/x^2 + 3/x^4 - 15/x^6) */
            double x2 = x * x, series = 1 - 1 / x2 + 3 / (x2 * x2) - 15 / (x2 * x2 * x2);
            value = -x2 / 2 - 0.918938533204672742 - log(-x) + log(series);
            ratio = -x / series;
        } else {
            double phi = exp(-x * x / 2) * 0.398942280401432678;
            double cdf = erfc(-x * 0.707106781186547524) / 2;
            value = x > 5 ? log1p(-erfc(x * 0.707106781186547524) / 2) : log(cdf);
            ratio = phi / cdf;
        }
        double bend = ratio * (ratio + x);
        p->nodes[i] = (node){value, ratio, bend, bend * (2 * ratio + x) - ratio};
    }
    return p;
}

void ent__probit_free(ent_probit *probit)
{
    free(probit);
}

/* log Phi(x) and phi(x)/Phi(x). */
static inline double log_phi(const ent_probit *p, double x, double *ratio)
{
    if (x > GRID_HIGH) {
        *ratio = 0;
        return 0;
    }
    x = x < GRID_LOW ? GRID_LOW : x;
    double at = (x - GRID_LOW) * GRID_STEP;
    size_t i = (size_t)(at + 0.5);
    const node *n = &p->nodes[i];
    double h = (at - (double)i) / GRID_STEP;
    *ratio = n->ratio + h * (-n->bend + h * n->third / 2);
    return n->value + h * (n->ratio + h * (-n->bend / 2 + h * n->third / 6));
}

/* log(Phi(b) - Phi(a)) for a < b, with phi(a) and phi(b) over that difference. */
static double log_between(const ent_probit *p, double a, double b, double *ratio_a,
                          double *ratio_b)
{
    bool flip = a > 0;
    double x = flip ? -b : a, y = flip ? -a : b; /* x < y, x <= 0 */
    double rx, ry, value;
    double lx = log_phi(p, x, &rx);
    if (y <= 0) {
        double ly = log_phi(p, y, &ry), below = expm1(lx - ly); /* -(1 - Phi(x)/Phi(y)) */
        below = below < -1e-14 ? below : -1e-14;
        value = ly + log(-below);
        rx *= exp(lx - ly) / -below;
        ry /= -below;
    } else {
        double right, ly = log_phi(p, -y, &right);
        double px = exp(lx), py = exp(ly), between = 1 - px - py;
        between = between > 1e-14 ? between : 1e-14;
        value = log(between);
        rx *= px / between;
        ry = right * py / between;
    }
    *ratio_a = flip ? ry : rx;
    *ratio_b = flip ? rx : ry;
    return value;
}

void ent__probit_terms(const ent_probit *probit, ent_vote vote, double eta, double low,
                       double high, ent_vote_terms *t)
{
    *t = (ent_vote_terms){0};
    double ratio;
    if (vote == ENT_VOTE_YES) {
        double x = eta - high;
        t->value = log_phi(probit, x, &ratio);
        t->eta = ratio;
        t->high = -ratio;
        t->high_high = t->eta_eta = -ratio * (ratio + x);
    } else if (vote == ENT_VOTE_NO) {
        double x = low - eta;
        t->value = log_phi(probit, x, &ratio);
        t->eta = -ratio;
        t->low = ratio;
        t->low_low = t->eta_eta = -ratio * (ratio + x);
    } else {
        double a = low - eta, b = high - eta, ra, rb;
        t->value = log_between(probit, a, b, &ra, &rb);
        t->eta = ra - rb;
        t->low = -ra;
        t->high = rb;
        t->low_low = a * ra - ra * ra;
        t->high_high = -b * rb - rb * rb;
        t->low_high = ra * rb;
        t->eta_eta = t->low_low + t->high_high + 2 * t->low_high;
    }
}

ent_cuts ent__item_cuts(const ent_item *item)
{
    return (ent_cuts){item->beta, item->cut, item->cut + exp(item->log_gap)};
}

/* Sums of a vote's terms over an item, in beta, low, high. */
typedef struct {
    double value, beta, low, high;
    double bb, bl, bh, ll, lh, hh;
} item_sums;

static void add_vote(const ent_probit *probit, const ent_cuts *c, ent_vote vote, double theta,
                     double weight, item_sums *s)
{
    ent_vote_terms t;
    ent__probit_terms(probit, vote, c->beta * theta, c->low, c->high, &t);
    s->value += weight * t.value;
    s->beta += weight * t.eta * theta;
    s->low += weight * t.low;
    s->high += weight * t.high;
    s->bb += weight * t.eta_eta * theta * theta;
    s->bl -= weight * (t.low_low + t.low_high) * theta;
    s->bh -= weight * (t.high_high + t.low_high) * theta;
    s->ll += weight * t.low_low;
    s->lh += weight * t.low_high;
    s->hh += weight * t.high_high;
}

static void add_item_prior(const ent_ideal_prior *prior, const ent_cuts *c, item_sums *s)
{
    double by_beta = 1 / prior->beta_variance;
    double by_cut = 1 / prior->cut_variance;
    s->value -= (by_beta * c->beta * c->beta + by_cut * (c->low * c->low + c->high * c->high)) / 2;
    s->beta -= by_beta * c->beta;
    s->low -= by_cut * c->low;
    s->high -= by_cut * c->high;
    s->bb -= by_beta;
    s->ll -= by_cut;
    s->hh -= by_cut;
}

void ent__item_terms(const ent_probit *probit, const ent_ideal_prior *prior, const ent_item *item,
                     const ent_ideal_vote *votes, size_t count, const double *theta,
                     const double *spread, ent_item_terms *out)
{
    ent_cuts c = ent__item_cuts(item);
    double gap = c.high - c.low;
    item_sums s = {0};
    for (size_t i = 0; i < count; i++) {
        double at = theta[votes[i].other];
        if (spread == NULL) {
            add_vote(probit, &c, (ent_vote)votes[i].vote, at, 1, &s);
        } else {
            double sd = spread[votes[i].other];
            add_vote(probit, &c, (ent_vote)votes[i].vote, at - sd, 0.5, &s);
            add_vote(probit, &c, (ent_vote)votes[i].vote, at + sd, 0.5, &s);
        }
    }
    add_item_prior(prior, &c, &s);
    /* (low, high) -> (cut, log gap), with the change of measure. */
    out->value = s.value + item->log_gap;
    out->gradient[0] = s.beta;
    out->gradient[1] = s.low + s.high;
    out->gradient[2] = s.high * gap + 1;
    out->precision[0] = -s.bb;
    out->precision[1] = -(s.bl + s.bh);
    out->precision[2] = -s.bh * gap;
    out->precision[3] = -(s.ll + 2 * s.lh + s.hh);
    out->precision[4] = -(s.lh + s.hh) * gap;
    double curve = -s.hh * gap * gap - s.high * gap;
    out->precision[5] = curve > 0.2 ? curve : 0.2;
}

void ent__theta_terms(const ent_probit *probit, const ent_cuts *cuts, const ent_ideal_vote *votes,
                      size_t count, double theta, ent_theta_terms *out)
{
    double value = 0, gradient = 0, precision = 0, latent = 0;
    for (size_t i = 0; i < count; i++) {
        const ent_cuts *c = &cuts[votes[i].other];
        double eta = c->beta * theta, ratio;
        latent += c->beta * c->beta;
        if (votes[i].vote == ENT_VOTE_YES) {
            double x = eta - c->high;
            value += log_phi(probit, x, &ratio);
            gradient += c->beta * ratio;
            precision += c->beta * c->beta * ratio * (ratio + x);
        } else if (votes[i].vote == ENT_VOTE_NO) {
            double x = c->low - eta;
            value += log_phi(probit, x, &ratio);
            gradient -= c->beta * ratio;
            precision += c->beta * c->beta * ratio * (ratio + x);
        } else {
            double a = c->low - eta, b = c->high - eta, ra, rb;
            value += log_between(probit, a, b, &ra, &rb);
            gradient += c->beta * (ra - rb);
            precision += c->beta * c->beta * (b * rb - a * ra + (ra - rb) * (ra - rb));
        }
    }
    *out = (ent_theta_terms){value, gradient, precision, latent, 0, 0};
}

void ent__theta_expected(const ent_probit *probit, const ent_cuts *cuts,
                         const ent_item_spread *spread, const ent_ideal_vote *votes, size_t count,
                         double theta, ent_theta_terms *out)
{
    double gradient = 0, precision = 0, latent = 0;
    for (size_t i = 0; i < count; i++) {
        const ent_cuts *c = &cuts[votes[i].other];
        const ent_item_spread *s = &spread[votes[i].other];
        double eta = c->beta * theta;
        double variance = theta * (theta * s->beta - 2 * s->both) + s->cut;
        double reach = sqrt(variance > 0 ? variance : 0);
        ent_vote_terms a, b;
        ent__probit_terms(probit, (ent_vote)votes[i].vote, eta - reach, c->low, c->high, &a);
        ent__probit_terms(probit, (ent_vote)votes[i].vote, eta + reach, c->low, c->high, &b);
        double bend = (a.eta_eta + b.eta_eta) / 2;
        /* E[beta score]: beta varies with beta theta - cut. */
        gradient += c->beta * (a.eta + b.eta) / 2 + (theta * s->beta - s->both) * bend;
        precision -= c->beta * c->beta * bend;
        latent += c->beta * c->beta + s->beta;
    }
    *out = (ent_theta_terms){0, gradient, precision, latent, 0, 0};
}

ent_cholesky3 ent__cholesky3(const double m[6])
{
    ent_cholesky3 l;
    double floor = 1e-6;
    l.l11 = sqrt(m[0] > floor ? m[0] : floor);
    l.l21 = m[1] / l.l11;
    l.l31 = m[2] / l.l11;
    double d22 = m[3] - l.l21 * l.l21;
    l.l22 = sqrt(d22 > floor ? d22 : floor);
    l.l32 = (m[4] - l.l31 * l.l21) / l.l22;
    double d33 = m[5] - l.l31 * l.l31 - l.l32 * l.l32;
    double least = m[5] * 0.05 > floor ? m[5] * 0.05 : floor;
    l.l33 = sqrt(d33 > least ? d33 : least);
    return l;
}

void ent__cholesky3_back(const ent_cholesky3 *l, const double b[3], double x[3])
{
    x[2] = b[2] / l->l33;
    x[1] = (b[1] - l->l32 * x[2]) / l->l22;
    x[0] = (b[0] - l->l21 * x[1] - l->l31 * x[2]) / l->l11;
}

void ent__cholesky3_solve(const ent_cholesky3 *l, const double b[3], double x[3])
{
    double y[3];
    y[0] = b[0] / l->l11;
    y[1] = (b[1] - l->l21 * y[0]) / l->l22;
    y[2] = (b[2] - l->l31 * y[0] - l->l32 * y[1]) / l->l33;
    ent__cholesky3_back(l, y, x);
}
