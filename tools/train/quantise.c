/* quantise: the trained network in 8-bit numbers, and the model file.
 *
 * In: float weights.  Out: sections of data/models/parse.model.  Tables get one scale each, dense
 * layers one an output; pairs of weights that one byte
 * instruction adds are held to |a| + |b| <= 128 (src/parse/kernels.c says why).  Ranges of the
 * activations are the largest values seen on the training text.  Jacob et al. 2018. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room above the largest value seen costs nothing, clipping does. */
static const float range_kept = 1.2f, hidden_kept = 1.0f;

static float largest(const float *p, size_t n)
{
    float top = 1e-9f;
    for (size_t i = 0; i < n; i++) {
        float a = fabsf(p[i]);
        top = a > top ? a : top;
    }
    return top;
}

static int clamp_round(float v, int limit)
{
    int r = (int)lrintf(v);
    return r > limit ? limit : r < -limit ? -limit : r;
}

/* One scale for the whole table; returns what one unit stands for. */
static float table_put(ent_buf *out, const float *p, size_t n)
{
    float unit = largest(p, n) / 127.0f;
    for (size_t i = 0; i < n; i++) {
        ent__buf_char(out, (char)clamp_round(p[i] / unit, 127));
    }
    return unit;
}

/* Weights of one output, in the order of the inputs. */
static void column_quantise(const float *w, size_t n, float unit, int8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (int8_t)clamp_round(w[i] / unit, 127);
    }
    for (size_t i = 0; i + 1 < n; i += 2) {
        while (abs(out[i]) + abs(out[i + 1]) > 128) {
            int8_t *larger = abs(out[i]) >= abs(out[i + 1]) ? &out[i] : &out[i + 1];
            *larger = (int8_t)(*larger > 0 ? *larger - 1 : *larger + 1);
        }
    }
}

/* The scale with the least squared error among some below the largest weight. */
static float best_unit(const float *w, size_t n, int8_t *out)
{
    float top = largest(w, n) / 127.0f, best = top, least = INFINITY;
    for (int k = 0; k < 12; k++) {
        float unit = top * (1.0f - 0.05f * (float)k), error = 0;
        column_quantise(w, n, unit, out);
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

/* How a dense layer's inputs and outputs are stored. */
typedef struct {
    const float *weights; /* inputs x outputs, row-major */
    const float *bias;    /* NULL: none */
    size_t inputs, outputs;
    const float *input_unit; /* of each input: what one step of its byte stands for */
    float zero;              /* byte that stands for 0: 128 or 0 */
    float output_unit;       /* outputs are divided by this */
} dense_form;

static ent_rc dense_put(ent_ctx *ctx, const dense_form *f, train_model *model, unsigned which)
{
    size_t padded = (f->outputs + 15) / 16 * 16, groups = f->inputs / 4;
    int8_t *packed = calloc(groups * padded * 4, 1), *column = calloc(f->inputs, 1);
    float *w = malloc(f->inputs * f->outputs * sizeof *w); /* by output */
    ent_buf *part = &model->part[ENT_PART_DENSE + 3 * which];
    if (packed == NULL || column == NULL || w == NULL) {
        free(packed);
        free(column);
        free(w);
        return ent__nomem(ctx);
    }
    for (size_t o = 0; o < f->outputs; o++) {
        for (size_t i = 0; i < f->inputs; i++) {
            w[o * f->inputs + i] = f->weights[i * f->outputs + o] * f->input_unit[i];
        }
    }
    for (size_t o = 0; o < padded; o++) {
        float scale = 0, bias = 0;
        if (o < f->outputs) {
            const float *mine = w + o * f->inputs;
            float unit = best_unit(mine, f->inputs, column);
            long sum = 0;
            column_quantise(mine, f->inputs, unit, column);
            for (size_t i = 0; i < f->inputs; i++) {
                packed[((i / 4) * padded + o) * 4 + i % 4] = column[i];
                sum += column[i];
            }
            float b = (f->bias == NULL ? 0 : f->bias[o]) - f->zero * (float)sum * unit;
            scale = unit / f->output_unit;
            bias = b / f->output_unit;
        }
        ent__buf_add(&part[1], &scale, sizeof scale);
        ent__buf_add(&part[2], &bias, sizeof bias);
    }
    ent__buf_add(&part[0], packed, groups * padded * 4);
    free(packed);
    free(column);
    free(w);
    return ENT_OK;
}

/* Activation ranges on a sample of the bank. */
typedef struct {
    float layer[ENT_LAYER_LIMIT + 1][1024]; /* of each channel */
    float slot, hidden;
} ranges;

static bool ranges_find(const train_network *net, const train_vocabulary *vocabulary,
                        const train_bank *bank, ranges *out)
{
    train_batch b = {0};
    memset(out, 0, sizeof *out);
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
            for (size_t j = 0; j < b.rows * d; j++) {
                float a = fabsf(b.layer[l][j]), *top = &out->layer[l][j % d];
                *top = a > *top ? a : *top;
            }
        }
        float slot, hidden;
        train_parse_ranges(net, &b, &slot, &hidden);
        out->slot = slot > out->slot ? slot : out->slot;
        out->hidden = hidden > out->hidden ? hidden : out->hidden;
    }
    train_batch_free(&b, net);
    return good;
}

static void shorts_put(ent_buf *out, const float *p, const float *plus, size_t n, float unit)
{
    for (size_t i = 0; i < n; i++) {
        int v = clamp_round((p[i] + (plus == NULL ? 0 : plus[i])) / unit, 32000);
        int16_t s = (int16_t)v;
        ent__buf_add(out, &s, sizeof s);
    }
}

static ent_rc tables_put(ent_ctx *ctx, const train_network *net, const train_vocabulary *v,
                         train_model *model, float unit[TRAIN_INPUT_WIDTH])
{
    const float *p = net->value;
    size_t at = 0;
#define TABLE(PART, FROM, ROWS, WIDTH)                                                            \
    {                                                                                             \
        float one = table_put(&model->part[PART], FROM, (size_t)(ROWS) * WIDTH);                  \
        for (size_t i = 0; i < WIDTH; i++) {                                                      \
            unit[at++] = one;                                                                     \
        }                                                                                         \
    }
    TABLE(ENT_PART_VECTOR, v->vectors, v->count + 1, TRAIN_VECTOR_WIDTH)
    TABLE(ENT_PART_FORM, p + net->form, v->form_count + 1, TRAIN_FORM_WIDTH)
    TABLE(ENT_PART_SUFFIX3, p + net->suffix3, ENT_SUFFIX3_ROWS, TRAIN_SUFFIX3_WIDTH)
    TABLE(ENT_PART_SUFFIX2, p + net->suffix2, ENT_SUFFIX2_ROWS, TRAIN_SUFFIX2_WIDTH)
    TABLE(ENT_PART_PREFIX3, p + net->prefix3, ENT_PREFIX3_ROWS, TRAIN_PREFIX3_WIDTH)
    TABLE(ENT_PART_SHAPE, p + net->shape, ENT_SHAPE_ROWS, TRAIN_SHAPE_WIDTH)
#undef TABLE
    uint16_t *rows = malloc(v->count * sizeof *rows);
    if (rows == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < v->count; i++) {
        rows[i] = (uint16_t)i;
    }
    ent_rc rc = train_prints(ctx, v->keys, rows, v->count, &model->part[ENT_PART_HASH],
                             &model->part[ENT_PART_HASH_ROW]);
    free(rows);
    ent__buf_add(&model->part[ENT_PART_TAGS], v->tags, v->tag_count * sizeof *v->tags);
    return rc;
}

static ent_rc parser_put(ent_ctx *ctx, const train_network *net, const ranges *r, float *unit,
                         train_model *model)
{
    size_t d = net->options.width, h = net->options.hidden, n = ENT_SLOT_COUNT * h;
    const float *p = net->value;
    float hidden_unit = r->hidden * hidden_kept / 255.0f; /* of the bytes after ReLU */
    float sum_unit = hidden_unit / (float)(1 << ENT_HIDDEN_SHIFT);
    shorts_put(&model->part[ENT_PART_SLOT_NONE], p + net->slot_none, NULL, n, sum_unit);
    shorts_put(&model->part[ENT_PART_SLOT_ROOT], p + net->slot_root, NULL, n, sum_unit);
    float half_up[1024]; /* the bias, and half a byte's step: the shift to bytes rounds down */
    for (size_t j = 0; j < h; j++) {
        half_up[j] = p[net->hidden_bias + j] + hidden_unit / 2;
    }
    for (size_t row = 0; row < ENT_SMALL_ROWS; row++) { /* the s0-b0 distance carries them */
        size_t first = ENT_SMALL_LABELS * (ENT_DEP_COUNT + 1);
        bool bias = row >= first && row < first + ENT_DISTANCE_BUCKETS;
        shorts_put(&model->part[ENT_PART_SMALL], p + net->small + row * h,
                   bias ? half_up : NULL, h, sum_unit);
    }
    dense_form slot = {p + net->slot, NULL, d, n, unit, 128, sum_unit};
    ent_rc rc = dense_put(ctx, &slot, model, ENT_DENSE_SLOT);
    float *hidden_units = malloc(h * sizeof *hidden_units);
    if (hidden_units == NULL || rc != ENT_OK) {
        free(hidden_units);
        return rc != ENT_OK ? rc : ent__nomem(ctx);
    }
    for (size_t i = 0; i < h; i++) {
        hidden_units[i] = hidden_unit;
    }
    dense_form action = {p + net->action, p + net->action_bias, h, ENT_ACTION_COUNT, hidden_units,
                         0, 1.0f / ENT_SCORE_STEPS};
    rc = dense_put(ctx, &action, model, ENT_DENSE_ACTION);
    free(hidden_units);
    return rc;
}

ent_rc train_quantise(ent_ctx *ctx, const train_network *net, const train_vocabulary *vocabulary,
                      const train_bank *bank, train_model *model)
{
    static ranges r;
    float input_unit[TRAIN_INPUT_WIDTH], unit[3 * 1024];
    size_t d = net->options.width;
    const float *p = net->value;
    if (!ranges_find(net, vocabulary, bank, &r)) {
        return ent__nomem(ctx);
    }
    ent_rc rc = tables_put(ctx, net, vocabulary, model, input_unit);
    dense_form input = {p + net->input, p + net->input_bias, TRAIN_INPUT_WIDTH, d, input_unit, 128,
                        1};
    rc = rc == ENT_OK ? dense_put(ctx, &input, model, ENT_DENSE_INPUT) : rc;
    for (size_t l = 0; l <= net->options.layers; l++) {
        float top = largest(r.layer[l], d);
        for (size_t i = 0; i < d; i++) {
            float quantum = 127.0f / (top * range_kept);
            ent__buf_add(&model->part[ENT_PART_QUANTUM], &quantum, sizeof quantum);
            unit[i] = unit[i + d] = unit[i + 2 * d] = 1.0f / quantum;
        }
        if (l < net->options.layers && rc == ENT_OK) {
            dense_form f = {p + net->convolution[l], p + net->convolution_bias[l], 3 * d, d, unit,
                            128, 1};
            rc = dense_put(ctx, &f, model, (unsigned)(ENT_DENSE_CONVOLUTION + l));
        }
    }
    dense_form tag = {p + net->tag, p + net->tag_bias, d, net->tags, unit, 128,
                      1.0f / ENT_SCORE_STEPS};
    rc = rc == ENT_OK ? dense_put(ctx, &tag, model, ENT_DENSE_TAG) : rc;
    rc = rc == ENT_OK ? parser_put(ctx, net, &r, unit, model) : rc;
    model->head.width = (uint32_t)d;
    model->head.hidden = (uint32_t)net->options.hidden;
    model->head.layers = (uint32_t)net->options.layers;
    model->head.tags = (uint32_t)net->tags;
    model->head.vectors = (uint32_t)vocabulary->count;
    model->head.forms = (uint32_t)vocabulary->form_count;
    model->head.vector_width = TRAIN_VECTOR_WIDTH;
    model->head.form_width = TRAIN_FORM_WIDTH;
    model->head.suffix3_width = TRAIN_SUFFIX3_WIDTH;
    model->head.suffix2_width = TRAIN_SUFFIX2_WIDTH;
    model->head.prefix3_width = TRAIN_PREFIX3_WIDTH;
    model->head.shape_width = TRAIN_SHAPE_WIDTH;
    model->head.input_width = TRAIN_INPUT_WIDTH;
    return rc;
}

/* ---- the file ------------------------------------------------------------------------------ */

ent_rc train_prints(ent_ctx *ctx, const uint64_t *hashes, const uint16_t *values, size_t count,
                    ent_buf *out_keys, ent_buf *out_values)
{
    size_t slots = 16;
    while (slots < count * 4 / 3 + 1) {
        slots *= 2;
    }
    uint32_t *keys = calloc(slots, sizeof *keys);
    uint16_t *rows = calloc(slots, sizeof *rows);
    for (size_t i = 0; keys != NULL && rows != NULL && i < count; i++) {
        uint32_t print = (uint32_t)(hashes[i] >> 32);
        print += print == 0;
        size_t at = (uint32_t)hashes[i] & (slots - 1);
        while (keys[at] != 0) {
            at = (at + 1) & (slots - 1);
        }
        keys[at] = print;
        rows[at] = values[i];
    }
    bool good = keys != NULL && rows != NULL;
    if (good) {
        ent__buf_add(out_keys, keys, slots * sizeof *keys);
        ent__buf_add(out_values, rows, slots * sizeof *rows);
    }
    free(keys);
    free(rows);
    return good ? ENT_OK : ent__nomem(ctx);
}

ent_rc train_model_bytes(ent_ctx *ctx, const train_model *model, ent_buf *out)
{
    ent_model_header head = model->head;
    memcpy(head.magic, ENT_MODEL_MAGIC, 8);
    size_t at = (sizeof head + 63) / 64 * 64;
    for (unsigned i = 0; i < ENT_PART_COUNT; i++) {
        head.part[i].at = (uint32_t)at;
        head.part[i].bytes = (uint32_t)model->part[i].n;
        at = (at + model->part[i].n + 63) / 64 * 64;
    }
    ent__buf_add(out, &head, sizeof head);
    for (unsigned i = 0; i < ENT_PART_COUNT; i++) {
        while (out->n < head.part[i].at && !out->failed) {
            ent__buf_char(out, '\0');
        }
        ent__buf_add(out, model->part[i].p, model->part[i].n);
    }
    return out->failed ? ent__nomem(ctx) : ENT_OK;
}

void train_model_free(train_model *model)
{
    for (unsigned i = 0; i < ENT_PART_COUNT; i++) {
        ent__buf_free(&model->part[i]);
    }
    memset(model, 0, sizeof *model);
}
