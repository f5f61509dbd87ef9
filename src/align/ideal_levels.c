/* Moves of whole sessions along the axis, where single points and items only creep.
 * In: a state whose weights are set (ent__ideal_conditional).  Out: the state moved.
 * In order of time, a session and all after it are shifted, then stretched, with every item that
 * has no vote before it: no likelihood changes but that of items that link it to earlier sessions.
 * What decides is what a session's points are drawn from: the step from the session before, the
 * pull, the items' priors, the links, the measure.  Later sessions are carried along and have no
 * say, as in the walk.  The first session is moved alone.
 * Source: Liu and Sabatti, Biometrika 87 (2000), generalized Gibbs moves with a group's measure;
 * Plummer, Statistics and Computing 25 (2015), on models whose later parts give nothing back.
 * Cost: O(points + items + votes on linking items). */
#include <math.h>
#include <stdlib.h>

#include "ideal.h"

/* A vote on an item that has votes before. */
typedef struct {
    uint32_t place, item : 30, vote : 2;
} link_vote;

struct ent_levels {
    size_t periods;
    uint32_t *place_first, *places; /* places of period t: places[place_first[t]] and on */
    uint32_t *item_first, *items;   /* items that move from period t on */
    uint32_t *link_first;
    link_vote *links;               /* votes of period t on items that do not move with it */
};

typedef enum { SHIFT, STRETCH } level_kind;

/* theta -> shift + stretch theta, for the sessions not yet reached. */
typedef struct {
    double shift, stretch;
} affine;

typedef struct {
    ent_ideal_state *state;
    const ent_levels *levels;
    size_t period;
    level_kind kind;
    affine pending;
} level_move;

static size_t period_at(const ent_ideal_data *d, size_t place)
{
    return (size_t)(d->places[place].period - d->first_period);
}

/* The period from which on an item moves: its first, -1: never.  One of the first session, which
 * moves alone, must have no later vote. */
static int64_t moves_from(const ent_ideal_data *d, size_t item)
{
    size_t first = SIZE_MAX, last = 0;
    for (uint32_t k = d->item_first[item]; k < d->item_first[item + 1]; k++) {
        size_t t = period_at(d, d->by_item[k].other);
        first = t < first ? t : first;
        last = t > last ? t : last;
    }
    return item == d->held || (first == 0 && last > 0) ? -1 : (int64_t)first;
}

void ent__levels_free(ent_levels *l)
{
    if (l != NULL) {
        free(l->place_first);
        free(l->places);
        free(l->item_first);
        free(l->items);
        free(l->link_first);
        free(l->links);
        free(l);
    }
}

/* first[t + 2] counts what period t has: after this and the filling, first[t] is where t begins. */
static void accumulate(uint32_t *first, size_t periods)
{
    for (size_t t = 0; t < periods; t++) {
        first[t + 2] += first[t + 1];
    }
}

static void fill_levels(const ent_ideal_data *d, const int64_t *from, ent_levels *l)
{
    for (size_t p = 0; p < d->place_count; p++) {
        l->places[l->place_first[period_at(d, p) + 1]++] = (uint32_t)p;
    }
    for (size_t i = 0; i < d->item_count; i++) {
        if (from[i] >= 0) {
            l->items[l->item_first[from[i] + 1]++] = (uint32_t)i;
        }
        for (uint32_t k = d->item_first[i]; k < d->item_first[i + 1]; k++) {
            ent_ideal_vote v = d->by_item[k];
            size_t t = period_at(d, v.other);
            if ((int64_t)t > from[i]) {
                l->links[l->link_first[t + 1]++] =
                    (link_vote){v.other, (uint32_t)i & 0x3fffffffu, v.vote};
            }
        }
    }
}

static void count_levels(const ent_ideal_data *d, int64_t *from, ent_levels *l)
{
    for (size_t p = 0; p < d->place_count; p++) {
        l->place_first[period_at(d, p) + 2]++;
    }
    for (size_t i = 0; i < d->item_count; i++) {
        from[i] = moves_from(d, i);
        if (from[i] >= 0) {
            l->item_first[from[i] + 2]++;
        }
        for (uint32_t k = d->item_first[i]; k < d->item_first[i + 1]; k++) {
            size_t t = period_at(d, d->by_item[k].other);
            l->link_first[t + 2] += (int64_t)t > from[i];
        }
    }
    accumulate(l->place_first, l->periods);
    accumulate(l->item_first, l->periods);
    accumulate(l->link_first, l->periods);
}

ent_levels *ent__levels_new(const ent_ideal_data *d)
{
    ent_levels *l = calloc(1, sizeof *l);
    int64_t *from = calloc(d->item_count + 1, sizeof *from);
    if (l != NULL && from != NULL) {
        l->periods = (size_t)(d->last_period - d->first_period) + 1;
        l->place_first = calloc(l->periods + 2, sizeof *l->place_first);
        l->item_first = calloc(l->periods + 2, sizeof *l->item_first);
        l->link_first = calloc(l->periods + 2, sizeof *l->link_first);
        l->places = calloc(d->place_count + 1, sizeof *l->places);
        l->items = calloc(d->item_count + 1, sizeof *l->items);
    }
    bool made = l && from && l->place_first && l->item_first && l->link_first && l->places &&
                l->items;
    if (made) {
        count_levels(d, from, l);
        l->links = calloc(l->link_first[l->periods + 1] + 1, sizeof *l->links);
        made = l->links != NULL;
    }
    if (made) {
        fill_levels(d, from, l);
    } else {
        ent__levels_free(l);
        l = NULL;
    }
    free(from);
    return l;
}

/* ---- density of a move --------------------------------------------------------------------- */

typedef struct {
    double value, gradient, precision; /* the precision without what could make it negative */
} level_terms;

/* How far a place stands from what it leans on after the move, and how fast that changes. */
static double away_from_support(const level_move *m, size_t p, double theta, double stretch,
                                double *slope)
{
    const ent_ideal_state *s = m->state;
    const ent_ideal_place *place = &s->data->places[p];
    int32_t from = ent__ideal_leans_on(s->data, p);
    *slope = m->kind == SHIFT ? 1 : theta;
    if (from < 0) {
        return theta;
    }
    if (place->before >= 0 || m->period == 0) {
        return theta - s->theta[from];
    }
    /* It leans on a later one, which moves along. */
    double away = stretch * (s->theta[p] - m->pending.shift - m->pending.stretch * s->theta[from]);
    *slope = m->kind == SHIFT ? 0 : away;
    return away;
}

static void add_places(const level_move *m, double x, level_terms *t)
{
    const ent_ideal_state *s = m->state;
    const ent_levels *l = m->levels;
    double stretch = m->kind == STRETCH ? exp(x) : 1;
    for (uint32_t k = l->place_first[m->period]; k < l->place_first[m->period + 1]; k++) {
        size_t p = l->places[k];
        double theta = m->kind == STRETCH ? stretch * s->theta[p] : s->theta[p] + x, slope;
        double away = away_from_support(m, p, theta, stretch, &slope);
        double step = ent__ideal_leans_on(s->data, p) < 0
                          ? 1 / s->prior.lone_variance
                          : ent__ideal_step_precision(s->data, &s->prior, p);
        double by = m->kind == STRETCH ? theta : 1, w = s->weight[p];
        t->value -= (step * away * away + w * theta * (2 * s->centre + s->stretch * theta)) / 2;
        t->gradient -= step * away * slope + w * (s->centre + s->stretch * theta) * by;
        t->precision += step * slope * slope + w * s->stretch * by * by;
        if (m->kind == STRETCH) { /* measure */
            t->value += x;
            t->gradient += 1;
        }
        if (m->kind == STRETCH && s->item_spread != NULL) { /* the point's own spread */
            double open = (step + w * s->stretch) * s->response[p] / w;
            t->gradient -= open;
            t->precision += 2 * open;
        }
    }
}

static void add_items(const level_move *m, double x, level_terms *t)
{
    const ent_ideal_state *s = m->state;
    const ent_levels *l = m->levels;
    for (uint32_t k = l->item_first[m->period]; k < l->item_first[m->period + 1]; k++) {
        const ent_cuts *c = &s->cuts[l->items[k]];
        ent_item_spread open = {0};
        if (s->item_spread != NULL) {
            open = s->item_spread[l->items[k]];
        }
        if (m->kind == SHIFT) {
            double low = c->low + c->beta * x, high = c->high + c->beta * x;
            double by = 1 / s->prior.cut_variance;
            t->value -= by * (low * low + high * high) / 2;
            t->gradient -= by * (c->beta * (low + high) + 2 * open.both);
            t->precision += by * 2 * (c->beta * c->beta + open.beta);
        } else {
            double beta = c->beta * exp(-x);
            double square = (beta * beta + open.beta) / s->prior.beta_variance;
            t->value -= square / 2 + x;
            t->gradient += square - 1;
            t->precision += 2 * square;
        }
    }
}

static void add_links(const level_move *m, double x, level_terms *t)
{
    const ent_ideal_state *s = m->state;
    const ent_levels *l = m->levels;
    double stretch = m->kind == STRETCH ? exp(x) : 1;
    for (uint32_t k = l->link_first[m->period]; k < l->link_first[m->period + 1]; k++) {
        const link_vote *v = &l->links[k];
        const ent_cuts *c = &s->cuts[v->item];
        double theta = s->theta[v->place];
        theta = m->kind == STRETCH ? stretch * theta : theta + x;
        double slope = c->beta * (m->kind == STRETCH ? theta : 1);
        ent_vote_terms terms;
        ent__probit_terms(s->probit, (ent_vote)v->vote, c->beta * theta, c->low, c->high, &terms);
        t->value += terms.value;
        t->gradient += terms.eta * slope;
        t->precision -= terms.eta_eta * slope * slope;
    }
}

static level_terms density(const level_move *m, double x)
{
    level_terms t = {0, 0, 1e-6};
    add_places(m, x, &t);
    add_items(m, x, &t);
    add_links(m, x, &t);
    return t;
}

/* ---- moves --------------------------------------------------------------------------------- */

static void apply(const level_move *m, affine map)
{
    ent_ideal_state *s = m->state;
    const ent_levels *l = m->levels;
    for (uint32_t k = l->place_first[m->period]; k < l->place_first[m->period + 1]; k++) {
        double *theta = &s->theta[l->places[k]];
        *theta = map.shift + map.stretch * *theta;
    }
    for (uint32_t k = l->item_first[m->period]; k < l->item_first[m->period + 1]; k++) {
        ent_item *item = &s->items[l->items[k]];
        item->beta /= map.stretch;
        item->cut += item->beta * map.shift;
        s->cuts[l->items[k]] = ent__item_cuts(item);
    }
}

/* Draws how far: a Newton proposal, corrected by its ratio. */
static double draw_move(const level_move *m, double scatter, ent_rng *rng)
{
    if (rng == NULL) {
        level_terms t = density(m, 0);
        double x = t.gradient / t.precision;
        return x > 0.2 ? 0.2 : x < -0.2 ? -0.2 : x;
    }
    double noise = ent__rng_normal(rng), chance = ent__rng_uniform(rng);
    if (scatter > 0) {
        return scatter * noise;
    }
    level_terms now = density(m, 0);
    double x = now.gradient / now.precision + noise / sqrt(now.precision);
    if (!(fabs(x) < 2)) {
        return 0;
    }
    level_terms then = density(m, x);
    double off = -x - then.gradient / then.precision;
    double ratio = then.value - now.value + (log(then.precision / now.precision) -
                                             then.precision * off * off + noise * noise) / 2;
    return log(chance > 0 ? chance : 1e-300) < ratio ? x : 0;
}

double ent__levels_move(const ent_levels *l, ent_ideal_state *s, double scatter, ent_rng *rng)
{
    level_move m = {.state = s, .levels = l, .pending = {0, 1}};
    double moved = 0, tried = 0;
    for (m.period = 0; l->periods > 1 && m.period < l->periods; m.period++) {
        apply(&m, m.pending);
        if (l->place_first[m.period] == l->place_first[m.period + 1]) {
            continue;
        }
        for (m.kind = SHIFT; m.kind <= STRETCH; m.kind++) {
            double x = draw_move(&m, scatter, rng);
            affine map = m.kind == SHIFT ? (affine){x, 1} : (affine){0, exp(x)};
            apply(&m, map);
            if (m.period > 0) { /* the first session moves alone */
                m.pending.shift = map.shift + map.stretch * m.pending.shift;
                m.pending.stretch *= map.stretch;
            }
            moved += x != 0;
            tried++;
        }
    }
    return tried > 0 ? moved / tried : 1;
}

void ent__levels_set(const ent_levels *l, ent_ideal_state *s)
{
    ent__levels_move(l, s, 0, NULL);
}

size_t ent__levels_series(const ent_levels *l)
{
    return l->periods > 1 ? 2 * l->periods : 0; /* one alone is set to 0 and 1 */
}

void ent__levels_read(const ent_levels *l, const ent_ideal_state *s, float *out)
{
    for (size_t t = 0; 2 * t < ent__levels_series(l); t++) {
        double sum = 0, square = 0, n = l->place_first[t + 1] - l->place_first[t];
        for (uint32_t k = l->place_first[t]; k < l->place_first[t + 1]; k++) {
            double theta = s->theta[l->places[k]];
            sum += theta;
            square += theta * theta;
        }
        out[2 * t] = (float)(sum / n);
        out[2 * t + 1] = (float)sqrt(fmax(0, square - sum * sum / n) / n);
    }
}
