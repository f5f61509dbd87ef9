/* quantise: the trained network in 8-bit numbers, and the model file.
 *
 * In: weights, their units (rounding.c).  Out: sections of data/models/parse.model.  Tables get one
 * scale each, dense layers one an output.  Jacob et al. 2018. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int clamp_round(float v, int limit)
{
    int r = (int)lrintf(v);
    return r > limit ? limit : r < -limit ? -limit : r;
}

static void table_put(ent_buf *out, const float *p, size_t n, float unit)
{
    for (size_t i = 0; i < n; i++) {
        ent__buf_char(out, (char)clamp_round(p[i] / unit, 127));
    }
}

static ent_rc dense_put(ent_ctx *ctx, const train_network *net, const train_dense *f,
                        train_model *model)
{
    size_t padded = (f->outputs + 15) / 16 * 16, groups = f->inputs / 4;
    int8_t *packed = calloc(groups * padded * 4, 1), *column = calloc(f->inputs, 1);
    float *w = malloc(f->inputs * sizeof *w);
    ent_buf *part = &model->part[ENT_PART_DENSE + 3 * f->which];
    if (packed == NULL || column == NULL || w == NULL) {
        free(packed);
        free(column);
        free(w);
        return ent__nomem(ctx);
    }
    for (size_t o = 0; o < padded; o++) {
        float scale = 0, bias = 0;
        if (o < f->outputs) {
            float unit = net->rounding->column[f->which][o];
            long sum = 0;
            for (size_t i = 0; i < f->inputs; i++) {
                w[i] = net->value[f->weights + i * f->outputs + o] *
                       (f->input_units != NULL ? f->input_units[i] : f->input_unit);
            }
            train_column_round(w, f->inputs, unit, column);
            for (size_t i = 0; i < f->inputs; i++) {
                packed[((i / 4) * padded + o) * 4 + i % 4] = column[i];
                sum += column[i];
            }
            float b = (f->bias == SIZE_MAX ? 0 : net->value[f->bias + o]) -
                      f->zero * (float)sum * unit;
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

static void shorts_put(ent_buf *out, const float *p, const float *plus, size_t n, float unit)
{
    for (size_t i = 0; i < n; i++) {
        int16_t s = (int16_t)clamp_round((p[i] + (plus == NULL ? 0 : plus[i])) / unit, 32000);
        ent__buf_add(out, &s, sizeof s);
    }
}

static ent_rc tables_put(ent_ctx *ctx, const train_network *net, const train_vocabulary *v,
                         train_model *model)
{
    const float *p = net->value, *unit = net->rounding->input;
#define TABLE(PART, FROM, ROWS, WIDTH)                                                            \
    table_put(&model->part[PART], FROM, (size_t)(ROWS) * WIDTH, *unit), unit += WIDTH
    TABLE(ENT_PART_VECTOR, v->vectors, v->count + 1, TRAIN_VECTOR_WIDTH);
    TABLE(ENT_PART_FORM, p + net->form, v->form_count + 1, TRAIN_FORM_WIDTH);
    TABLE(ENT_PART_SUFFIX3, p + net->suffix3, ENT_SUFFIX3_ROWS, TRAIN_SUFFIX3_WIDTH);
    TABLE(ENT_PART_SUFFIX2, p + net->suffix2, ENT_SUFFIX2_ROWS, TRAIN_SUFFIX2_WIDTH);
    TABLE(ENT_PART_PREFIX3, p + net->prefix3, ENT_PREFIX3_ROWS, TRAIN_PREFIX3_WIDTH);
    TABLE(ENT_PART_SHAPE, p + net->shape, ENT_SHAPE_ROWS, TRAIN_SHAPE_WIDTH);
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

/* Contributions to the parser's layer that need no product. */
static void parser_put(const train_network *net, train_model *model)
{
    size_t h = net->options.hidden, n = ENT_SLOT_COUNT * h;
    const float *p = net->value;
    float hidden_unit = net->rounding->hidden; /* of the bytes after ReLU */
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
}

static void quanta_put(const train_network *net, train_model *model)
{
    for (size_t l = 0; l <= net->options.layers; l++) {
        float quantum = 1.0f / net->rounding->layer[l];
        for (size_t i = 0; i < net->options.width; i++) {
            ent__buf_add(&model->part[ENT_PART_QUANTUM], &quantum, sizeof quantum);
        }
    }
    float quantum = 1.0f / net->rounding->reduced;
    for (size_t i = 0; i < net->options.reduced; i++) {
        ent__buf_add(&model->part[ENT_PART_QUANTUM], &quantum, sizeof quantum);
    }
}

ent_rc train_quantise(ent_ctx *ctx, const train_network *net, const train_vocabulary *vocabulary,
                      train_model *model)
{
    train_dense dense[ENT_DENSE_COUNT];
    size_t n = train_dense_list(net, dense);
    ent_rc rc = tables_put(ctx, net, vocabulary, model);
    for (size_t k = 0; rc == ENT_OK && k < n; k++) {
        rc = dense_put(ctx, net, &dense[k], model);
    }
    quanta_put(net, model);
    parser_put(net, model);
    model->head.width = (uint32_t)net->options.width;
    model->head.hidden = (uint32_t)net->options.hidden;
    model->head.reduced = (uint32_t)net->options.reduced;
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
