/* rounding: training with the 8-bit numbers that the shipped network computes with.
 *
 * In: a network trained in floats.  Out: the same network whose forward pass sees weights in steps
 * of 1 / 127 of a unit (one unit an output, found by least squares; one a table) and activations in
 * steps of a byte; gradients pass the rounding as if it weren't there and move the exact weights
 * (straight-through estimator, Bengio et al. 2013; Jacob et al. 2018).  Units stay as found at the
 * start.  Cost: a tenth of a training step. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room above the largest value seen costs little, clipping does. */
static const float range_kept = 1.2f;

static float largest(const float *p, size_t n)
{
    float top = 1e-9f;
    for (size_t i = 0; i < n; i++) {
        float a = fabsf(p[i]);
        top = a > top ? a : top;
    }
    return top;
}

void train_steps_round(const float *from, float *to, size_t n, float unit, float low, float high)
{
    float inverse = 1.0f / unit;
    for (size_t i = 0; i < n; i++) {
        float r = rintf(from[i] * inverse);
        r = r > low ? r : low;
        r = r < high ? r : high;
        to[i] = r * unit;
    }
}

static int clamp_round(float v)
{
    float r = rintf(v);
    return (int)(r > 127.0f ? 127.0f : r < -127.0f ? -127.0f : r);
}

/* Two weights that one byte instruction adds (src/parse/kernels.c says why). */
static void pair_round(float a, float b, int out[2])
{
    out[0] = clamp_round(a);
    out[1] = clamp_round(b);
    while (abs(out[0]) + abs(out[1]) > 128) {
        int *larger = abs(out[0]) >= abs(out[1]) ? &out[0] : &out[1];
        *larger += *larger > 0 ? -1 : 1;
    }
}

void train_column_round(const float *w, size_t n, float unit, int8_t *out)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        int pair[2];
        pair_round(w[i] / unit, w[i + 1] / unit, pair);
        out[i] = (int8_t)pair[0];
        out[i + 1] = (int8_t)pair[1];
    }
}

/* The scale with the least squared error among some below the largest weight. */
static float best_unit(const float *w, size_t n, int8_t *out)
{
    float top = largest(w, n) / 127.0f, best = top, least = INFINITY;
    for (int k = 0; k < 12; k++) {
        float unit = top * (1.0f - 0.05f * (float)k), error = 0;
        train_column_round(w, n, unit, out);
        for (size_t i = 0; i < n; i++) {
            float e = w[i] - unit * (float)out[i];
            error += e * e;
        }
        if (error < least) {
            least = error;
            best = unit;
        }
    }
    return best;
}

/* ---- layers -------------------------------------------------------------------------------- */

size_t train_dense_list(const train_network *net, train_dense out[ENT_DENSE_COUNT])
{
    const train_rounding *r = net->rounding;
    size_t d = net->options.width, h = net->options.hidden, z = net->options.reduced, n = 0;
    float top = r->layer[net->options.layers], step = 1.0f / ENT_SCORE_STEPS;
    out[n++] = (train_dense){ENT_DENSE_INPUT, net->input, net->input_bias, TRAIN_INPUT_WIDTH, d,
                             r->input, 0, 128, 1};
    for (size_t l = 0; l < net->options.layers; l++) {
        out[n++] = (train_dense){(unsigned)(ENT_DENSE_CONVOLUTION + l), net->convolution[l],
                                 net->convolution_bias[l], 3 * d, d, NULL, r->layer[l], 128, 1};
    }
    out[n++] = (train_dense){ENT_DENSE_TAG, net->tag, net->tag_bias, d, net->tags, NULL, top, 128,
                             step};
    if (z > 0) {
        out[n++] = (train_dense){ENT_DENSE_REDUCE, net->reduce, net->reduce_bias, d, z, NULL, top,
                                 128, 1};
    }
    out[n++] = (train_dense){ENT_DENSE_SLOT, net->slot, SIZE_MAX, z > 0 ? z : d,
                             ENT_SLOT_COUNT * h, NULL, z > 0 ? r->reduced : top,
                             z > 0 ? 0.0f : 128.0f, r->hidden / (1 << ENT_HIDDEN_SHIFT)};
    out[n++] = (train_dense){ENT_DENSE_ACTION, net->action, net->action_bias, h, ENT_ACTION_COUNT,
                             NULL, r->hidden, 0, step};
    return n;
}

typedef struct {
    size_t at, rows, width, feature; /* feature: the first of the table among the inputs */
} table;

static void tables_list(const train_network *net, table out[5])
{
    size_t f = TRAIN_VECTOR_WIDTH;
    out[0] = (table){net->form, net->form_rows, TRAIN_FORM_WIDTH, f};
    out[1] = (table){net->suffix3, ENT_SUFFIX3_ROWS, TRAIN_SUFFIX3_WIDTH, f += TRAIN_FORM_WIDTH};
    out[2] = (table){net->suffix2, ENT_SUFFIX2_ROWS, TRAIN_SUFFIX2_WIDTH,
                     f += TRAIN_SUFFIX3_WIDTH};
    out[3] = (table){net->prefix3, ENT_PREFIX3_ROWS, TRAIN_PREFIX3_WIDTH,
                     f += TRAIN_SUFFIX2_WIDTH};
    out[4] = (table){net->shape, ENT_SHAPE_ROWS, TRAIN_SHAPE_WIDTH, f + TRAIN_PREFIX3_WIDTH};
}

void train_rounding_apply(train_network *net)
{
    if (net->rounding == NULL) {
        return;
    }
    table tables[5];
    train_dense dense[ENT_DENSE_COUNT];
    const float *from = net->exact;
    memcpy(net->value + net->input, from + net->input,
           (net->total - net->input) * sizeof *net->value);
    tables_list(net, tables);
    for (size_t i = 0; i < 5; i++) {
        train_steps_round(from + tables[i].at, net->value + tables[i].at,
                          tables[i].rows * tables[i].width,
                          net->rounding->input[tables[i].feature], -127, 127);
    }
    size_t n = train_dense_list(net, dense);
    for (size_t k = 0; k < n; k++) {
        const train_dense *f = &dense[k];
        const float *unit = net->rounding->column[f->which];
        for (size_t i = 0; i < f->inputs; i += 2) {
            float a = f->input_units ? f->input_units[i] : f->input_unit;
            float b = f->input_units ? f->input_units[i + 1] : f->input_unit;
            size_t at = f->weights + i * f->outputs;
            for (size_t o = 0; o < f->outputs; o++, at++) {
                int pair[2];
                pair_round(from[at] * a / unit[o], from[at + f->outputs] * b / unit[o], pair);
                net->value[at] = (float)pair[0] * unit[o] / a;
                net->value[at + f->outputs] = (float)pair[1] * unit[o] / b;
            }
        }
    }
}

void train_rounding_free(train_network *net)
{
    if (net->rounding == NULL) {
        return;
    }
    for (unsigned i = 0; i < ENT_DENSE_COUNT; i++) {
        free(net->rounding->column[i]);
    }
    if (net->exact != NULL) {
        memcpy(net->value, net->exact, net->total * sizeof *net->value);
    }
    free(net->exact);
    free(net->rounding);
    net->exact = NULL;
    net->rounding = NULL;
}

/* ---- units --------------------------------------------------------------------------------- */

static void top_up(float *top, const float *p, size_t n)
{
    float t = largest(p, n);
    *top = t > *top ? t : *top;
}

/* Largest activations on a sample of the bank. */
static bool activations_find(const train_network *net, const train_vocabulary *vocabulary,
                             const train_bank *bank, train_rounding *r)
{
    train_batch b = {0};
    size_t step = bank->count / 400 + 1, d = net->options.width;
    bool good = true;
    for (size_t i = 0; good && i < bank->count; i += step) {
        const train_sentence *s = &bank->sentences[i];
        good = train_batch_reserve(&b, net, s->count, 1);
        if (!good) {
            break;
        }
        train_batch_one(&b, s);
        train_encode(net, vocabulary, &b, NULL);
        for (size_t l = 0; l <= net->options.layers; l++) {
            top_up(&r->layer[l], b.layer[l], b.rows * d);
        }
        top_up(&r->reduced, b.reduced, b.rows * net->options.reduced);
        float hidden = train_hidden_range(net, &b);
        r->hidden = hidden > r->hidden ? hidden : r->hidden;
    }
    for (size_t l = 0; l <= net->options.layers; l++) {
        r->layer[l] *= range_kept / 127.0f;
    }
    r->reduced /= 255.0f;
    r->hidden /= 255.0f;
    train_batch_free(&b, net);
    return good;
}

static bool columns_find(const train_network *net, const train_dense *f, train_rounding *r)
{
    float *w = malloc(f->inputs * sizeof *w), *unit = calloc(f->outputs, sizeof *unit);
    int8_t *steps = malloc(f->inputs);
    bool good = w != NULL && unit != NULL && steps != NULL;
    for (size_t o = 0; good && o < f->outputs; o++) {
        for (size_t i = 0; i < f->inputs; i++) {
            float in = f->input_units != NULL ? f->input_units[i] : f->input_unit;
            w[i] = net->value[f->weights + i * f->outputs + o] * in;
        }
        unit[o] = best_unit(w, f->inputs, steps);
    }
    free(w);
    free(steps);
    r->column[f->which] = unit;
    return good;
}

ent_rc train_rounding_start(ent_ctx *ctx, train_network *net, const train_vocabulary *vocabulary,
                            const train_bank *bank)
{
    train_rounding *r = calloc(1, sizeof *r);
    if (r == NULL || !activations_find(net, vocabulary, bank, r)) {
        free(r);
        return ent__nomem(ctx);
    }
    table tables[5];
    train_dense dense[ENT_DENSE_COUNT];
    tables_list(net, tables);
    float vectors = largest(vocabulary->vectors, (vocabulary->count + 1) * TRAIN_VECTOR_WIDTH);
    for (size_t i = 0; i < TRAIN_VECTOR_WIDTH; i++) {
        r->input[i] = vectors / 127.0f;
    }
    for (size_t i = 0; i < 5; i++) {
        float top = largest(net->value + tables[i].at, tables[i].rows * tables[i].width);
        for (size_t j = 0; j < tables[i].width; j++) {
            r->input[tables[i].feature + j] = top / 127.0f;
        }
    }
    net->rounding = r;
    bool good = true;
    size_t n = train_dense_list(net, dense);
    for (size_t k = 0; k < n; k++) {
        good = good && columns_find(net, &dense[k], r);
    }
    net->exact = malloc(net->total * sizeof *net->exact);
    if (!good || net->exact == NULL) {
        train_rounding_free(net);
        return ent__nomem(ctx);
    }
    memcpy(net->exact, net->value, net->total * sizeof *net->exact);
    train_rounding_apply(net);
    return ENT_OK;
}
