/* decide: the transition parser's training and decoding, all sentences of a batch in step.
 *
 * Dynamic oracle of the arc-hybrid system (Goldberg and Nivre 2013) with exploration; the loss of
 * a step is -log of the probability of all actions of least cost.  Slot contributions are computed
 * once a sentence (Kiperwasser and Goldberg 2016's network with Chen and Manning's 2014
 * pre-computation).  Cost: two steps a word. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float hidden_drop = 0.2f;

/* The states of a batch, one a sentence, over shared arrays. */
typedef struct {
    ent_state *states;
    uint16_t *words16;
    uint8_t *labels;
} state_set;

static bool states_new(const train_batch *b, state_set *set)
{
    size_t items = b->rows + b->count;
    set->states = calloc(b->count, sizeof *set->states);
    set->words16 = calloc(items * 4, sizeof *set->words16);
    set->labels = calloc(items, 1);
    if (!set->states || !set->words16 || !set->labels) {
        return false;
    }
    for (size_t s = 0; s < b->count; s++) {
        size_t at = b->start[s] + s;
        ent_state *state = &set->states[s];
        state->stack = set->words16 + at;
        state->head = set->words16 + items + at;
        state->left = set->words16 + 2 * items + at;
        state->right = set->words16 + 3 * items + at;
        state->label = set->labels + at;
        ent__state_start(state, b->sentences[s]->count);
    }
    return true;
}

static void states_free(state_set *set)
{
    free(set->states);
    free(set->words16);
    free(set->labels);
}

/* Gold arcs that the three kinds of action make unreachable; -1: the action is not allowed. */
static void costs(const ent_state *s, const train_word *w, int cost[3])
{
    cost[0] = ent__may_shift(s) ? 0 : -1;
    cost[1] = ent__may_left(s) ? 0 : -1;
    cost[2] = ent__may_right(s) ? 0 : -1;
    unsigned b0 = s->front, s0 = s->depth > 0 ? s->stack[s->depth - 1] : ENT_NONE;
    if (cost[0] == 0) {
        for (unsigned i = 0; i < s->depth; i++) {
            unsigned k = s->stack[i];
            cost[0] += w[k].head == b0;
            cost[0] += w[b0].head == k && i + 1 < s->depth;
        }
    }
    int children = 0; /* of s0 that wait in the buffer */
    for (unsigned k = b0; s0 != ENT_NONE && k < s->n; k++) {
        children += w[k].head == s0;
    }
    if (cost[1] == 0) {
        unsigned head = w[s0].head;
        cost[1] = children + (head > b0 && head != b0) +
                  (s->depth > 1 && head == s->stack[s->depth - 2]);
    }
    if (cost[2] == 0) {
        cost[2] = children + (w[s0].head >= b0);
    }
}

static bool action_allowed(const ent_state *s, int action)
{
    if (action == ENT_ACTION_SHIFT) {
        return ent__may_shift(s);
    }
    if (action < ENT_ACTION_RIGHT) {
        bool root = action - ENT_ACTION_LEFT == ENT_DEP_root;
        return ent__may_left(s) && root == (s->front == s->n);
    }
    return ent__may_right(s) && action - ENT_ACTION_RIGHT != ENT_DEP_root;
}

/* Slot tables of the batch: rows x (10 hidden). */
static void slots_compute(const train_network *net, train_batch *b)
{
    size_t d, n = ENT_SLOT_COUNT * net->options.hidden;
    const float *input = train_parser_input(net, b, &d);
    memset(b->slots, 0, b->rows * n * sizeof *b->slots);
    train_multiply(b->rows, n, d, input, d, 1, net->value + net->slot, n, 1, b->slots, n);
}

/* Where each slot's contribution lies: in the batch's table, or the none and root rows. */
static const float *slot_row(const train_network *net, const train_batch *b, size_t sentence,
                             unsigned k, uint16_t word)
{
    size_t h = net->options.hidden;
    if (word == ENT_NONE) {
        return net->value + net->slot_none + k * h;
    }
    if (word == b->sentences[sentence]->count) {
        return net->value + net->slot_root + k * h;
    }
    return b->slots + ((size_t)b->start[sentence] + word) * ENT_SLOT_COUNT * h + k * h;
}

static void hidden_compute(const train_network *net, const train_batch *b, size_t sentence,
                           const uint16_t *slot, const uint16_t *small, float *out)
{
    size_t h = net->options.hidden;
    memcpy(out, net->value + net->hidden_bias, h * sizeof *out);
    for (unsigned k = 0; k < ENT_SLOT_COUNT; k++) {
        const float *row = slot_row(net, b, sentence, k, slot[k]);
        for (size_t j = 0; j < h; j++) {
            out[j] += row[j];
        }
    }
    for (unsigned k = 0; k < ENT_SMALL_COUNT; k++) {
        const float *row = net->value + net->small + small[k] * h;
        for (size_t j = 0; j < h; j++) {
            out[j] += row[j];
        }
    }
    for (size_t j = 0; j < h; j++) {
        out[j] = out[j] > 0 ? out[j] : 0;
    }
    if (net->rounding != NULL) {
        train_steps_round(out, out, h, net->rounding->hidden, 0, 255);
    }
}

static void logits_compute(const train_network *net, size_t rows, const float *hidden, float *out)
{
    size_t h = net->options.hidden;
    for (size_t i = 0; i < rows; i++) {
        memcpy(out + i * ENT_ACTION_COUNT, net->value + net->action_bias,
               ENT_ACTION_COUNT * sizeof *out);
    }
    train_multiply(rows, ENT_ACTION_COUNT, h, hidden, h, 1, net->value + net->action,
                   ENT_ACTION_COUNT, 1, out, ENT_ACTION_COUNT);
}

/* What a training step remembers for the backward pass. */
typedef struct {
    uint32_t sentence;
    uint16_t slot[ENT_SLOT_COUNT], small[ENT_SMALL_COUNT];
} step_record;

static void allowed_softmax(const ent_state *s, float *p)
{
    for (int a = 0; a < ENT_ACTION_COUNT; a++) {
        if (!action_allowed(s, a)) {
            p[a] = -1e9f;
        }
    }
    train_softmax(p, ENT_ACTION_COUNT);
}

static int best_action(const ent_state *s, const float *p)
{
    int best = -1;
    for (int a = 0; a < ENT_ACTION_COUNT; a++) {
        if (action_allowed(s, a) && (best < 0 || p[a] > p[best])) {
            best = a;
        }
    }
    return best;
}

/* Turns logits into the gradient of one step and returns its loss; *out_action is what to do.
 * target: the teachers' probabilities, which count for `share` (0: nobody teaches). */
static double step_loss(const ent_state *s, const train_word *w, float *p, const float *target,
                        float share, float explore, ent_rng *rng, int *out_action)
{
    allowed_softmax(s, p);
    int cost[3], least = 1 << 20;
    costs(s, w, cost);
    for (int k = 0; k < 3; k++) {
        least = cost[k] >= 0 && cost[k] < least ? cost[k] : least;
    }
    uint8_t label = s->depth > 0 ? w[s->stack[s->depth - 1]].label : 0;
    int good[3] = {0}, count = 0;
    if (cost[0] == least) {
        good[count++] = ENT_ACTION_SHIFT;
    }
    if (cost[1] == least) {
        bool root = s->front == s->n;
        uint8_t l = root ? ENT_DEP_root : label == ENT_DEP_root ? ENT_DEP_dep : label;
        good[count++] = ENT_ACTION_LEFT + l;
    }
    if (cost[2] == least) {
        good[count++] = ENT_ACTION_RIGHT + (label == ENT_DEP_root ? ENT_DEP_dep : label);
    }
    float sum = 1e-12f;
    int best_good = count > 0 ? good[0] : ENT_ACTION_SHIFT;
    for (int i = 0; i < count; i++) {
        sum += p[good[i]];
        best_good = p[good[i]] > p[best_good] ? good[i] : best_good;
    }
    *out_action = ent__rng_uniform(rng) < explore ? best_action(s, p) : best_good;
    float part[3];
    for (int i = 0; i < count; i++) {
        part[i] = p[good[i]] / sum;
    }
    for (int i = 0; i < count; i++) {
        p[good[i]] -= (1.0f - share) * part[i];
    }
    for (int a = 0; share > 0 && a < ENT_ACTION_COUNT; a++) {
        p[a] -= share * target[a];
    }
    return -log((double)sum);
}

typedef struct {
    step_record *records;
    float *hidden, *logits, *d_hidden;
    float *target, *other; /* of one step of all sentences: teachers' probabilities, one's hidden */
    size_t count;
} trace;

static bool trace_new(const train_batch *b, size_t h, const train_teaching *teaching, trace *t)
{
    size_t widest = 1;
    for (size_t m = 0; m < teaching->count; m++) {
        size_t other = teaching->network[m]->options.hidden;
        widest = other > widest ? other : widest;
    }
    size_t n = 2 * b->rows + 8;
    t->records = calloc(n, sizeof *t->records);
    t->hidden = malloc(n * h * sizeof *t->hidden);
    t->d_hidden = calloc(n * h, sizeof *t->d_hidden);
    t->logits = malloc(n * ENT_ACTION_COUNT * sizeof *t->logits);
    t->target = malloc((b->count + 1) * 2 * ENT_ACTION_COUNT * sizeof *t->target);
    t->other = malloc((b->count + 1) * widest * sizeof *t->other);
    t->count = 0;
    return t->records && t->hidden && t->d_hidden && t->logits && t->target && t->other;
}

static void trace_free(trace *t)
{
    free(t->records);
    free(t->hidden);
    free(t->d_hidden);
    free(t->logits);
    free(t->target);
    free(t->other);
}

/* The teachers' mean probabilities in the states of the records from `first` on. */
static void target_compute(const train_teaching *teaching, const state_set *set, size_t first,
                           trace *t)
{
    size_t n = t->count - first;
    float *logits = t->target + n * ENT_ACTION_COUNT;
    memset(t->target, 0, n * ENT_ACTION_COUNT * sizeof *t->target);
    for (size_t m = 0; m < teaching->count; m++) {
        const train_network *net = teaching->network[m];
        for (size_t i = 0; i < n; i++) {
            const step_record *r = &t->records[first + i];
            hidden_compute(net, &teaching->batch[m], r->sentence, r->slot, r->small,
                           t->other + i * net->options.hidden);
        }
        logits_compute(net, n, t->other, logits);
        for (size_t i = 0; i < n; i++) {
            float *p = logits + i * ENT_ACTION_COUNT;
            allowed_softmax(&set->states[t->records[first + i].sentence], p);
            for (int a = 0; a < ENT_ACTION_COUNT; a++) {
                t->target[i * ENT_ACTION_COUNT + a] += p[a] / (float)teaching->count;
            }
        }
    }
}

static double trace_run(const train_network *net, train_batch *b, state_set *set,
                        const train_teaching *teaching, float explore, ent_rng *rng, trace *t)
{
    size_t h = net->options.hidden;
    double loss = 0;
    for (bool any = true; any;) {
        size_t first = t->count;
        for (size_t s = 0; s < b->count; s++) {
            if (!ent__state_done(&set->states[s])) {
                step_record *r = &t->records[t->count];
                r->sentence = (uint32_t)s;
                ent__state_slots(&set->states[s], r->slot, r->small);
                float *out = t->hidden + t->count++ * h;
                hidden_compute(net, b, s, r->slot, r->small, out);
                for (size_t j = 0; j < h; j++) {
                    bool drop = (ent__rng_next(rng) >> 48) < (uint64_t)(hidden_drop * 65536);
                    out[j] *= drop ? 0.0f : 1.0f / (1.0f - hidden_drop);
                }
            }
        }
        any = t->count > first;
        logits_compute(net, t->count - first, t->hidden + first * h,
                       t->logits + first * ENT_ACTION_COUNT);
        target_compute(teaching, set, first, t);
        for (size_t i = first; i < t->count; i++) {
            size_t s = t->records[i].sentence;
            int action;
            loss += step_loss(&set->states[s], b->sentences[s]->words,
                              t->logits + i * ENT_ACTION_COUNT,
                              t->target + (i - first) * ENT_ACTION_COUNT,
                              teaching->count > 0 ? teaching->share : 0, explore, rng, &action);
            ent__state_apply(&set->states[s], action);
        }
    }
    return loss;
}

/* From the slots' gradient to the last layer's. */
static void slots_back(train_network *net, train_batch *b)
{
    size_t d, n = ENT_SLOT_COUNT * net->options.hidden, width = net->options.width;
    const float *input = train_parser_input(net, b, &d);
    float *g = net->gradient, *back = net->options.reduced > 0 ? b->d_reduced : b->d_layer;
    train_multiply(d, n, b->rows, input, 1, d, b->d_slots, n, 1, g + net->slot, n);
    if (net->options.reduced > 0) {
        memset(back, 0, b->rows * d * sizeof *back);
    }
    train_multiply(b->rows, d, n, b->d_slots, n, 1, net->value + net->slot, 1, n, back, d);
    if (net->options.reduced == 0) {
        return;
    }
    for (size_t r = 0; r < b->rows; r++) {
        for (size_t j = 0; j < d; j++) {
            back[r * d + j] = b->reduced[r * d + j] > 0 ? back[r * d + j] : 0;
            g[net->reduce_bias + j] += back[r * d + j];
        }
    }
    train_multiply(width, d, b->rows, b->top, 1, width, back, d, 1, g + net->reduce, d);
    train_multiply(b->rows, width, d, back, d, 1, net->value + net->reduce, 1, d, b->d_layer,
                   width);
}

static void trace_back(train_network *net, train_batch *b, trace *t)
{
    size_t h = net->options.hidden, n = ENT_SLOT_COUNT * h;
    float *g = net->gradient;
    train_multiply(h, ENT_ACTION_COUNT, t->count, t->hidden, 1, h, t->logits, ENT_ACTION_COUNT, 1,
                   g + net->action, ENT_ACTION_COUNT);
    train_multiply(t->count, h, ENT_ACTION_COUNT, t->logits, ENT_ACTION_COUNT, 1,
                   net->value + net->action, 1, ENT_ACTION_COUNT, t->d_hidden, h);
    memset(b->d_slots, 0, b->rows * n * sizeof *b->d_slots);
    for (size_t i = 0; i < t->count; i++) {
        const step_record *r = &t->records[i];
        float *dh = t->d_hidden + i * h;
        for (size_t j = 0; j < h; j++) {
            dh[j] = t->hidden[i * h + j] > 0 ? dh[j] / (1.0f - hidden_drop) : 0;
            g[net->hidden_bias + j] += dh[j];
        }
        for (unsigned a = 0; a < ENT_ACTION_COUNT; a++) {
            g[net->action_bias + a] += t->logits[i * ENT_ACTION_COUNT + a];
        }
        for (unsigned k = 0; k < ENT_SLOT_COUNT + ENT_SMALL_COUNT; k++) {
            float *to;
            if (k >= ENT_SLOT_COUNT) {
                to = g + net->small + r->small[k - ENT_SLOT_COUNT] * h;
            } else if (r->slot[k] == ENT_NONE) {
                to = g + net->slot_none + k * h;
            } else if (r->slot[k] == b->sentences[r->sentence]->count) {
                to = g + net->slot_root + k * h;
            } else {
                to = b->d_slots + ((size_t)b->start[r->sentence] + r->slot[k]) * n + k * h;
            }
            for (size_t j = 0; j < h; j++) {
                to[j] += dh[j];
            }
        }
    }
    slots_back(net, b);
}

double train_parse_loss(train_network *net, train_batch *b, train_teaching *teaching,
                        float explore, ent_rng *rng, size_t *out_steps)
{
    state_set set = {0};
    trace t = {0};
    double loss = 0;
    if (states_new(b, &set) && trace_new(b, net->options.hidden, teaching, &t)) {
        slots_compute(net, b);
        for (size_t m = 0; m < teaching->count; m++) {
            slots_compute(teaching->network[m], &teaching->batch[m]);
        }
        loss = trace_run(net, b, &set, teaching, explore, rng, &t);
        trace_back(net, b, &t);
    }
    *out_steps += t.count;
    states_free(&set);
    trace_free(&t);
    return loss;
}

/* ---- decoding ------------------------------------------------------------------------------ */

static void tags_decode(const train_network *const *networks, train_batch *const *batches,
                        size_t count, uint16_t *tags)
{
    size_t n = networks[0]->tags;
    for (size_t m = 0; m < count; m++) {
        train_tag_probabilities(networks[m], batches[m]);
    }
    for (size_t r = 0; r < batches[0]->rows; r++) {
        float best = -1;
        for (size_t t = 0; t < n; t++) {
            float p = 0;
            for (size_t m = 0; m < count; m++) {
                p += batches[m]->tag_logits[r * n + t];
            }
            if (p > best) {
                best = p;
                tags[r] = (uint16_t)t;
            }
        }
    }
}

void train_decode(const train_network *const *networks, train_batch *const *batches, size_t count,
                  uint16_t *heads, uint8_t *labels, uint16_t *tags)
{
    const train_batch *b = batches[0];
    state_set set = {0};
    size_t widest = 0;
    for (size_t m = 0; m < count; m++) {
        slots_compute(networks[m], batches[m]);
        widest = networks[m]->options.hidden > widest ? networks[m]->options.hidden : widest;
    }
    tags_decode(networks, batches, count, tags);
    float *hidden = malloc((b->count + 1) * widest * sizeof *hidden);
    float *logits = malloc((b->count + 1) * ENT_ACTION_COUNT * sizeof *logits);
    float *sum = malloc((b->count + 1) * ENT_ACTION_COUNT * sizeof *sum);
    size_t *active = malloc((b->count + 1) * sizeof *active);
    bool good = states_new(b, &set) && hidden && logits && sum && active;
    for (size_t n = 1; good && n > 0;) {
        n = 0;
        for (size_t s = 0; s < b->count; s++) {
            if (!ent__state_done(&set.states[s])) {
                active[n++] = s;
            }
        }
        memset(sum, 0, n * ENT_ACTION_COUNT * sizeof *sum);
        for (size_t m = 0; m < count; m++) {
            for (size_t i = 0; i < n; i++) {
                uint16_t slot[ENT_SLOT_COUNT], small[ENT_SMALL_COUNT];
                ent__state_slots(&set.states[active[i]], slot, small);
                hidden_compute(networks[m], batches[m], active[i], slot, small,
                               hidden + i * networks[m]->options.hidden);
            }
            logits_compute(networks[m], n, hidden, logits);
            for (size_t i = 0; i < n; i++) {
                float *p = logits + i * ENT_ACTION_COUNT;
                allowed_softmax(&set.states[active[i]], p);
                for (int a = 0; a < ENT_ACTION_COUNT; a++) {
                    sum[i * ENT_ACTION_COUNT + a] += p[a];
                }
            }
        }
        for (size_t i = 0; i < n; i++) {
            ent_state *state = &set.states[active[i]];
            ent__state_apply(state, best_action(state, sum + i * ENT_ACTION_COUNT));
        }
    }
    for (size_t s = 0; good && s < b->count; s++) {
        memcpy(heads + b->start[s], set.states[s].head, b->sentences[s]->count * sizeof *heads);
        memcpy(labels + b->start[s], set.states[s].label, b->sentences[s]->count);
    }
    states_free(&set);
    free(hidden);
    free(logits);
    free(sum);
    free(active);
}

float train_hidden_range(const train_network *net, train_batch *b)
{
    size_t h = net->options.hidden;
    state_set set = {0};
    float *hidden = malloc(h * sizeof *hidden), logits[ENT_ACTION_COUNT], top = 0;
    slots_compute(net, b);
    bool good = states_new(b, &set) && hidden != NULL;
    for (size_t s = 0; good && s < b->count; s++) {
        while (!ent__state_done(&set.states[s])) {
            uint16_t slot[ENT_SLOT_COUNT], small[ENT_SMALL_COUNT];
            ent__state_slots(&set.states[s], slot, small);
            hidden_compute(net, b, s, slot, small, hidden);
            for (size_t j = 0; j < h; j++) {
                top = hidden[j] > top ? hidden[j] : top;
            }
            logits_compute(net, 1, hidden, logits);
            ent__state_apply(&set.states[s], best_action(&set.states[s], logits));
        }
    }
    states_free(&set);
    free(hidden);
    return top;
}
