/* Scores of a case: inconsistency counts, squared scores, posterior, diagnosticity.
 * Sources: Heuer 1999 (counts), the weighted and squared rules of public tools as those tools
 * document them, Bayes' rule with a discount for unreliable sources.
 * Cost: O(evidence x hypotheses x analysts), times a group's size where items are grouped. */
#include <math.h>
#include <string.h>

#include "weigh.h"

static const char *const rating_names[] = {"", "II", "I", "N", "C", "CC", "NA"};

const char *ent__rating_name(ent_rating rating)
{
    return rating_names[rating];
}

bool ent__rating_parse(ent_str s, ent_rating *out)
{
    s = ent__str_trim(s);
    if (ent__str_ieqz(s, "N/A")) {
        *out = ENT_RATING_NA;
        return true;
    }
    for (int r = 0; r <= ENT_RATING_NA; r++) {
        if (ent__str_ieqz(s, rating_names[r])) {
            *out = (ent_rating)r;
            return true;
        }
    }
    return false;
}

ent_weigh_view ent__weigh_view(void)
{
    return (ent_weigh_view){.lambda = 2, .weights = true, .groups = true, .below_c3 = true,
                            .analyst = SIZE_MAX, .without_analyst = SIZE_MAX,
                            .without = SIZE_MAX};
}

/* ---- cells ---- */

typedef struct {
    double mean; /* of the scale values given; NaN when none was */
    unsigned rated, na;
} cell;

static cell gather(const ent_case *c, const ent_weigh_view *view, size_t e, size_t h)
{
    cell out = {NAN, 0, 0};
    double sum = 0;
    for (size_t a = 0; a < c->analyst_count; a++) {
        if ((view->analyst != SIZE_MAX && a != view->analyst) || a == view->without_analyst) {
            continue;
        }
        uint8_t r = c->ratings[ent__cell(c, a, e, h)];
        if (r == ENT_RATING_NA) {
            out.na++;
        } else if (r != ENT_RATING_BLANK) {
            out.rated++;
            sum += r;
        }
    }
    if (out.rated > 0) {
        out.mean = sum / out.rated;
    }
    return out;
}

ent_rating ent__consensus(const ent_case *c, const ent_weigh_view *view, size_t e, size_t h)
{
    cell one = gather(c, view, e, h);
    if (one.rated == 0) {
        return one.na > 0 ? ENT_RATING_NA : ENT_RATING_BLANK;
    }
    double steps = one.mean - ENT_RATING_N;
    /* Halves go toward N: a consensus claims no more than what its analysts share. */
    double rounded = steps > 0 ? ceil(steps - 0.5 - 1e-9) : floor(steps + 0.5 + 1e-9);
    return (ent_rating)(ENT_RATING_N + (int)rounded);
}

double ent__disagreement(const ent_case *c, size_t e, size_t h)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t a = 0; a < c->analyst_count; a++) {
        uint8_t r = c->ratings[ent__cell(c, a, e, h)];
        if (r >= ENT_RATING_II && r <= ENT_RATING_CC) {
            n++;
            sum += r;
            squares += (double)r * r;
        }
    }
    if (n < 2) {
        return NAN;
    }
    double variance = (squares - sum * sum / n) / (n - 1);
    return variance > 0 ? sqrt(variance) : 0;
}

/* ---- weights ---- */

/* The two parts of the NATO code as one share of trust; F and 6 mean unknown, not worst. */
static double nato_trust(char reliability, char information)
{
    static const double steps[6] = {0.95, 0.8, 0.6, 0.4, 0.2, 0.5};
    double a = reliability != 0 ? steps[reliability - 'A'] : 0.5;
    double b = information != 0 ? steps[information - '1'] : 0.5;
    return sqrt(a * b);
}

static bool by_nato(const ent_evidence *item)
{
    return item->credibility == 0 && (item->reliability != 0 || item->information != 0);
}

static char trust_letter(const ent_evidence *item)
{
    if (!by_nato(item)) {
        return item->credibility == 0 ? 'M' : item->credibility;
    }
    double trust = nato_trust(item->reliability, item->information);
    return trust >= 0.75 ? 'H' : trust >= 0.45 ? 'M' : 'L';
}

static double letter_weight(char letter)
{
    return letter == 'H' ? M_SQRT2 : letter == 'L' ? M_SQRT1_2 : 1;
}

static double item_weight(const ent_evidence *item, const ent_weigh_view *view)
{
    return view->weights ? letter_weight(trust_letter(item)) * letter_weight(item->relevance) : 1;
}

/* Share of the time that the item is what it seems; the rest of the time it says nothing. */
static double item_alpha(const ent_evidence *item, const ent_weigh_view *view)
{
    if (!view->weights) {
        return 1;
    }
    if (by_nato(item)) {
        return nato_trust(item->reliability, item->information);
    }
    char letter = trust_letter(item);
    return letter == 'H' ? 0.9 : letter == 'L' ? 0.3 : 0.6;
}

/* D, E and 4, 5 are below C3; F and 6 are unknown and stay. */
static bool below_c3(const ent_evidence *item)
{
    return item->reliability == 'D' || item->reliability == 'E' || item->information == '4' ||
           item->information == '5';
}

bool ent__item_counts(const ent_case *c, const ent_weigh_view *view, size_t e)
{
    return e != view->without && (view->below_c3 || !below_c3(&c->evidence[e]));
}

static double log_likelihood(const ent_case *c, const ent_weigh_view *view, size_t e, size_t h,
                             ent_rating rating)
{
    const ent_evidence *item = &c->evidence[e];
    if (item->likelihood != NULL && !isnan(item->likelihood[h])) {
        double p = item->likelihood[h]; /* nought would end the matter on one judgement */
        return log(p < 1e-6 ? 1e-6 : p);
    }
    if (rating < ENT_RATING_II || rating > ENT_RATING_CC) {
        return 0;
    }
    double alpha = item_alpha(item, view);
    return log(alpha * pow(view->lambda, (double)rating - ENT_RATING_N) + 1 - alpha);
}

static double refutation(ent_rating rating)
{
    return rating == ENT_RATING_II ? 2 : rating == ENT_RATING_I ? 1 : 0;
}

double ent__cell_score(const ent_case *c, const ent_weigh_view *view, ent_weigh_rule rule, size_t e,
                       size_t h, ent_rating rating)
{
    switch (rule) {
    case ENT_RULE_INCONSISTENCY: return refutation(rating);
    case ENT_RULE_WEIGHTED: return refutation(rating) * item_weight(&c->evidence[e], view);
    case ENT_RULE_SQUARED: return refutation(rating) * refutation(rating);
    default: return -log_likelihood(c, view, e, h, rating);
    }
}

/* ---- scores ---- */

double ent__prior(const ent_case *c, size_t h)
{
    double given = 0;
    size_t without = 0;
    for (size_t k = 0; k < c->hypothesis_count; k++) {
        if (ent__str_eq(c->hypotheses[k].group, c->hypotheses[h].group)) {
            without += isnan(c->hypotheses[k].prior);
            given += isnan(c->hypotheses[k].prior) ? 0 : c->hypotheses[k].prior;
        }
    }
    double own = c->hypotheses[h].prior;
    return isnan(own) ? (1 - given) / (double)without : own;
}

/* Items of one source count once: the one that says most, the first of equals. */
static bool speaks_for_group(const ent_case *c, const ent_weigh_view *view, size_t e, size_t h,
                             double mine)
{
    if (!view->groups || c->evidence[e].group.n == 0) {
        return true;
    }
    for (size_t k = 0; k < c->evidence_count; k++) {
        if (k == e || !ent__item_counts(c, view, k) ||
            !ent__str_eq(c->evidence[k].group, c->evidence[e].group)) {
            continue;
        }
        double other = log_likelihood(c, view, k, h, ent__consensus(c, view, k, h));
        if (fabs(other) > fabs(mine) || (fabs(other) == fabs(mine) && k < e)) {
            return false;
        }
    }
    return true;
}

static void posterior(const ent_case *c, ent_weigh_scores *s)
{
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        double sum = 0; /* of the group, relative to h itself */
        for (size_t k = 0; k < c->hypothesis_count; k++) {
            if (ent__str_eq(c->hypotheses[k].group, c->hypotheses[h].group)) {
                sum += exp(s->log_odds[k] - s->log_odds[h]);
            }
        }
        s->posterior[h] = 1 / sum;
    }
}

static void score_hypothesis(const ent_case *c, const ent_weigh_view *view, size_t h,
                             ent_weigh_scores *out)
{
    size_t items = 0, blank = 0, na = 0;
    out->log_odds[h] = log(ent__prior(c, h));
    for (size_t e = 0; e < c->evidence_count; e++) {
        if (!ent__item_counts(c, view, e)) {
            continue;
        }
        ent_rating rating = ent__consensus(c, view, e, h);
        cell one = gather(c, view, e, h);
        double away = isnan(one.mean) ? 0 : ENT_RATING_N - one.mean;
        double log_l = log_likelihood(c, view, e, h, rating);
        items++;
        blank += rating == ENT_RATING_BLANK;
        na += rating == ENT_RATING_NA;
        out->inconsistency[h] += refutation(rating);
        out->weighted[h] += ent__cell_score(c, view, ENT_RULE_WEIGHTED, e, h, rating);
        *(away > 0 ? &out->squared[h] : &out->consistency[h]) += away * away;
        out->log_odds[h] += speaks_for_group(c, view, e, h, log_l) ? log_l : 0;
    }
    out->blank_share[h] = items == 0 ? 0 : (double)blank / (double)items;
    out->na_share[h] = items == 0 ? 0 : (double)na / (double)items;
}

ent_rc ent__weigh_scores(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                         const ent_weigh_view *view, ent_weigh_scores *out)
{
    double **columns[] = {&out->inconsistency, &out->weighted,    &out->squared,
                          &out->consistency,   &out->blank_share, &out->na_share,
                          &out->log_odds,      &out->posterior};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *columns[i] = ent__arena_array(arena, c->hypothesis_count, sizeof(double));
        if (*columns[i] == NULL) {
            return ent__nomem(ctx);
        }
    }
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        score_hypothesis(c, view, h, out);
    }
    posterior(c, out);
    return ENT_OK;
}

static void diagnose(const ent_case *c, const ent_weigh_view *view, size_t e, ent_diagnosticity *out)
{
    double sum = 0, squares = 0, low = INFINITY, high = -INFINITY;
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        double mean = gather(c, view, e, h).mean;
        mean = isnan(mean) ? ENT_RATING_N : mean;
        ent_rating rating = ent__consensus(c, view, e, h);
        double log_l = log_likelihood(c, view, e, h, rating);
        sum += mean;
        squares += mean * mean;
        low = fmin(low, log_l);
        high = fmax(high, log_l);
        out->refuting[e] += refutation(rating);
    }
    double n = (double)c->hypothesis_count;
    double variance = squares / n - (sum / n) * (sum / n);
    out->spread[e] = variance > 0 ? sqrt(variance) : 0;
    out->log_ratio[e] = high - low;
}

ent_rc ent__weigh_diagnosticity(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                                const ent_weigh_view *view, ent_diagnosticity *out)
{
    double **columns[] = {&out->spread, &out->refuting, &out->log_ratio};
    for (size_t i = 0; i < 3; i++) {
        *columns[i] = ent__arena_array(arena, c->evidence_count, sizeof(double));
        if (*columns[i] == NULL) {
            return ent__nomem(ctx);
        }
    }
    for (size_t e = 0; e < c->evidence_count; e++) {
        diagnose(c, view, e, out);
    }
    return ENT_OK;
}

/* ---- who leads ---- */

const char *ent__rule_name(ent_weigh_rule rule)
{
    static const char *const names[] = {"inconsistency", "weighted inconsistency", "squared",
                                        "posterior"};
    return names[rule];
}

double ent__rule_score(const ent_weigh_scores *s, ent_weigh_rule rule, size_t h)
{
    switch (rule) {
    case ENT_RULE_INCONSISTENCY: return s->inconsistency[h];
    case ENT_RULE_WEIGHTED: return s->weighted[h];
    case ENT_RULE_SQUARED: return s->squared[h];
    default: return -s->log_odds[h];
    }
}

size_t ent__leaders(const ent_case *c, const ent_weigh_scores *scores, ent_weigh_rule rule,
                    size_t *out)
{
    size_t count = 0;
    double best = INFINITY;
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        best = fmin(best, ent__rule_score(scores, rule, h));
    }
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        if (ent__rule_score(scores, rule, h) <= best + 1e-12) {
            out[count++] = h;
        }
    }
    return count;
}

const char *ent__likelihood_word(double p)
{
    /* First row of ICD 203's words, the second is not mixed in; an edge belongs to the upper
     * interval.  Beyond 1 and 99 % the number stands alone. */
    static const struct {
        double from;
        const char *word;
    } words[] = {{0.95, "almost certain"}, {0.80, "very likely"},
                 {0.55, "likely"},         {0.45, "roughly even chance"},
                 {0.20, "unlikely"},       {0.05, "very unlikely"},
                 {0.01, "almost no chance"}};
    for (size_t i = 0; p <= 0.99 && i < sizeof words / sizeof *words; i++) {
        if (p >= words[i].from - 1e-12) {
            return words[i].word;
        }
    }
    return "";
}
