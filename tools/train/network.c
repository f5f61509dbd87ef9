/* network: the encoder shared by tagger and parser, forward and backward, and Adam.
 *
 * Word features (vector, form, suffixes, prefix, shape: 256 numbers) -> linear layer -> residual
 * convolutions of window 3 and dilation 1, 2, 4, ... with ReLU.  Sentences of a batch stand one
 * after the other; the window sees zeros outside its own sentence.  Dropout (Srivastava et al.
 * 2014) on features and layers, word dropout by frequency (Iyyer et al. 2015).
 * Cost: about 6 multiply-adds a parameter of the dense layers and word. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float input_drop = 0.3f, layer_drop = 0.2f, word_drop = 0.25f;

static float normal(ent_rng *rng) { return (float)ent__rng_normal(rng); }

static void fill(float *p, size_t n, float scale, ent_rng *rng)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = scale * normal(rng);
    }
}

static void offsets_set(train_network *net)
{
    size_t at = 0, d = net->options.width, h = net->options.hidden;
#define TAKE(field, n) net->field = at, at += (n)
    TAKE(form, net->form_rows * TRAIN_FORM_WIDTH);
    TAKE(suffix3, (size_t)ENT_SUFFIX3_ROWS * TRAIN_SUFFIX3_WIDTH);
    TAKE(suffix2, (size_t)ENT_SUFFIX2_ROWS * TRAIN_SUFFIX2_WIDTH);
    TAKE(prefix3, (size_t)ENT_PREFIX3_ROWS * TRAIN_PREFIX3_WIDTH);
    TAKE(shape, (size_t)ENT_SHAPE_ROWS * TRAIN_SHAPE_WIDTH);
    TAKE(input, TRAIN_INPUT_WIDTH * d);
    TAKE(input_bias, d);
    for (size_t l = 0; l < net->options.layers; l++) {
        TAKE(convolution[l], 3 * d * d);
        TAKE(convolution_bias[l], d);
    }
    TAKE(tag, d * net->tags);
    TAKE(tag_bias, net->tags);
    TAKE(reduce, d * net->options.reduced);
    TAKE(reduce_bias, net->options.reduced);
    TAKE(slot, (net->options.reduced > 0 ? net->options.reduced : d) * ENT_SLOT_COUNT * h);
    TAKE(slot_none, ENT_SLOT_COUNT * h);
    TAKE(slot_root, ENT_SLOT_COUNT * h);
    TAKE(hidden_bias, h);
    TAKE(small, (size_t)ENT_SMALL_ROWS * h);
    TAKE(action, h * ENT_ACTION_COUNT);
    TAKE(action_bias, ENT_ACTION_COUNT);
#undef TAKE
    net->total = at;
}

bool train_network_new(const train_options *options, const train_vocabulary *vocabulary,
                       train_network *net)
{
    memset(net, 0, sizeof *net);
    net->options = *options;
    net->tags = vocabulary->tag_count;
    net->form_rows = vocabulary->form_count + 1;
    offsets_set(net);
    net->value = calloc(net->total, sizeof *net->value);
    net->gradient = calloc(net->total, sizeof *net->gradient);
    net->mean = calloc(net->total, sizeof *net->mean);
    net->square = calloc(net->total, sizeof *net->square);
    if (!net->value || !net->gradient || !net->mean || !net->square) {
        train_network_free(net);
        return false;
    }
    ent_rng rng;
    ent__rng_seed(&rng, options->seed);
    size_t d = options->width, h = options->hidden;
    float *v = net->value;
    fill(v + net->form, net->input - net->form, 0.3f, &rng); /* all tables */
    fill(v + net->input, TRAIN_INPUT_WIDTH * d, sqrtf(1.0f / TRAIN_INPUT_WIDTH), &rng);
    for (size_t l = 0; l < options->layers; l++) {
        fill(v + net->convolution[l], 3 * d * d, sqrtf(1.0f / (3.0f * (float)d)), &rng);
    }
    fill(v + net->tag, d * net->tags, sqrtf(1.0f / (float)d), &rng);
    fill(v + net->reduce, d * net->options.reduced, sqrtf(1.0f / (float)d), &rng);
    fill(v + net->slot, net->hidden_bias - net->slot,
         sqrtf(0.3f / (float)(net->options.reduced > 0 ? net->options.reduced : d)), &rng);
    fill(v + net->small, (size_t)ENT_SMALL_ROWS * h, 0.1f, &rng);
    fill(v + net->action, h * ENT_ACTION_COUNT, sqrtf(1.0f / (float)h), &rng);
    return true;
}

void train_network_free(train_network *net)
{
    train_rounding_free(net);
    free(net->value);
    free(net->gradient);
    free(net->mean);
    free(net->square);
    memset(net, 0, sizeof *net);
}

ent_rc train_network_save(ent_ctx *ctx, const train_network *net, const char *path)
{
    return ent__file_write(ctx, path,
                           (ent_str){(const char *)net->value, net->total * sizeof *net->value});
}

ent_rc train_network_load(ent_ctx *ctx, train_network *net, const char *path)
{
    ent_buf bytes = {0};
    ent_rc rc = ent__file_read(ctx, path, (size_t)1 << 30, &bytes);
    if (rc == ENT_OK && bytes.n != net->total * sizeof *net->value) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "expected the weights of a network of this size");
    }
    if (rc == ENT_OK) {
        memcpy(net->exact == NULL ? net->value : net->exact, bytes.p, bytes.n);
        train_rounding_apply(net);
    }
    ent__buf_free(&bytes);
    return rc;
}

/* ---- batches ------------------------------------------------------------------------------- */

bool train_batch_reserve(train_batch *b, const train_network *net, size_t rows, size_t sentences)
{
    size_t d = net->options.width, h = net->options.hidden, layers = net->options.layers;
    size_t z = net->options.reduced;
    if (rows <= b->capacity) {
        return true;
    }
    train_batch_free(b, net);
    rows += rows / 2 + 64;
    bool good = true;
#define GET(p, n) good = ((p) = calloc((n) + 16, sizeof *(p))) != NULL && good
    GET(b->words, rows);
    GET(b->start, rows + sentences + 2);
    GET(b->sentences, rows + sentences + 2);
    GET(b->input, rows * TRAIN_INPUT_WIDTH);
    GET(b->d_input, rows * TRAIN_INPUT_WIDTH);
    GET(b->input_mask, rows * TRAIN_INPUT_WIDTH);
    GET(b->layer_mask, rows * d);
    for (size_t l = 0; l < layers; l++) {
        GET(b->columns[l], rows * 3 * d);
        GET(b->gate[l], rows * d);
    }
    for (size_t l = 0; l <= layers; l++) {
        GET(b->layer[l], rows * d);
    }
    GET(b->rounded, rows * d);
    GET(b->reduced, rows * z);
    GET(b->d_reduced, rows * z);
    GET(b->tag_logits, rows * net->tags);
    GET(b->slots, rows * ENT_SLOT_COUNT * h);
    GET(b->d_slots, rows * ENT_SLOT_COUNT * h);
    GET(b->d_layer, rows * d);
    GET(b->d_next, rows * d);
    GET(b->d_columns, rows * 3 * d);
    GET(b->form_row, rows);
    GET(b->vector_row, rows);
#undef GET
    b->capacity = good ? rows : 0;
    return good;
}

void train_batch_free(train_batch *b, const train_network *net)
{
    (void)net;
    free(b->words);
    free(b->start);
    free(b->sentences);
    free(b->input);
    free(b->d_input);
    free(b->input_mask);
    free(b->layer_mask);
    for (size_t l = 0; l < 8; l++) {
        free(b->columns[l]);
        free(b->gate[l]);
    }
    for (size_t l = 0; l < 9; l++) {
        free(b->layer[l]);
    }
    free(b->rounded);
    free(b->reduced);
    free(b->d_reduced);
    free(b->tag_logits);
    free(b->slots);
    free(b->d_slots);
    free(b->d_layer);
    free(b->d_next);
    free(b->d_columns);
    free(b->form_row);
    free(b->vector_row);
    memset(b, 0, sizeof *b);
}

/* ---- encoder ------------------------------------------------------------------------------- */

static void mask_fill(float *mask, size_t n, float drop, ent_rng *rng)
{
    uint32_t limit = (uint32_t)(drop * 65536.0f);
    float keep = 1.0f / (1.0f - drop);
    for (size_t i = 0; i < n; i += 4) {
        uint64_t bits = ent__rng_next(rng);
        for (size_t j = i; j < i + 4 && j < n; j++, bits >>= 16) {
            mask[j] = (bits & 0xffff) < limit ? 0.0f : keep;
        }
    }
}

static void features_gather(const train_network *net, const train_vocabulary *vocabulary,
                            train_batch *b, ent_rng *rng)
{
    const float *v = net->value;
    for (size_t r = 0; r < b->rows; r++) {
        const train_word *w = b->words[r];
        b->form_row[r] = w->row[vocabulary->turn];
        b->vector_row[r] = w->vector_row[vocabulary->turn];
        if (rng != NULL) {
            float f = b->form_row[r] < vocabulary->form_count
                          ? (float)vocabulary->frequency[b->form_row[r]] : 0;
            if (ent__rng_uniform(rng) < word_drop / (word_drop + f)) {
                b->form_row[r] = (uint32_t)vocabulary->form_count;
            }
            if (ent__rng_uniform(rng) < 0.03) {
                b->form_row[r] = (uint32_t)vocabulary->form_count;
                b->vector_row[r] = (uint32_t)vocabulary->count;
            }
        }
        float *x = b->input + r * TRAIN_INPUT_WIDTH;
#define PUT(from, n) memcpy(x, (from), (n) * sizeof *x), x += (n)
        PUT(vocabulary->vectors + (size_t)b->vector_row[r] * TRAIN_VECTOR_WIDTH, TRAIN_VECTOR_WIDTH);
        PUT(v + net->form + (size_t)b->form_row[r] * TRAIN_FORM_WIDTH, TRAIN_FORM_WIDTH);
        PUT(v + net->suffix3 + (size_t)w->word.suffix3 * TRAIN_SUFFIX3_WIDTH, TRAIN_SUFFIX3_WIDTH);
        PUT(v + net->suffix2 + (size_t)w->word.suffix2 * TRAIN_SUFFIX2_WIDTH, TRAIN_SUFFIX2_WIDTH);
        PUT(v + net->prefix3 + (size_t)w->word.prefix3 * TRAIN_PREFIX3_WIDTH, TRAIN_PREFIX3_WIDTH);
        PUT(v + net->shape + (size_t)w->word.shape * TRAIN_SHAPE_WIDTH, TRAIN_SHAPE_WIDTH);
#undef PUT
    }
    if (rng != NULL) {
        size_t n = b->rows * TRAIN_INPUT_WIDTH;
        mask_fill(b->input_mask, n, input_drop, rng);
        for (size_t i = 0; i < n; i++) {
            b->input[i] *= b->input_mask[i];
        }
    }
}

static void rows_set(float *out, size_t rows, size_t n, const float *bias)
{
    for (size_t r = 0; r < rows; r++) {
        memcpy(out + r * n, bias, n * sizeof *out);
    }
}

/* columns[r] = rows r - step, r, r + step of the layer, zeros outside the sentence. */
static void window_gather(const train_batch *b, const float *layer, size_t d, size_t step,
                          float *columns)
{
    for (size_t s = 0; s < b->count; s++) {
        size_t first = b->start[s], end = b->start[s + 1];
        for (size_t r = first; r < end; r++) {
            float *x = columns + r * 3 * d;
            if (r >= first + step) {
                memcpy(x, layer + (r - step) * d, d * sizeof *x);
            } else {
                memset(x, 0, d * sizeof *x);
            }
            memcpy(x + d, layer + r * d, d * sizeof *x);
            if (r + step < end) {
                memcpy(x + 2 * d, layer + (r + step) * d, d * sizeof *x);
            } else {
                memset(x + 2 * d, 0, d * sizeof *x);
            }
        }
    }
}

/* Layer l as the next products see it: in steps of a byte when the network is rounded. */
static float *layer_seen(const train_network *net, train_batch *b, size_t l)
{
    if (net->rounding == NULL) {
        return b->layer[l];
    }
    train_steps_round(b->layer[l], b->rounded, b->rows * net->options.width,
                      net->rounding->layer[l], -127, 127);
    return b->rounded;
}

static void reduce(const train_network *net, train_batch *b)
{
    size_t d = net->options.width, z = net->options.reduced;
    rows_set(b->reduced, b->rows, z, net->value + net->reduce_bias);
    train_multiply(b->rows, z, d, b->top, d, 1, net->value + net->reduce, z, 1, b->reduced, z);
    for (size_t i = 0; i < b->rows * z; i++) {
        b->reduced[i] = b->reduced[i] > 0 ? b->reduced[i] : 0;
    }
    if (net->rounding != NULL) {
        train_steps_round(b->reduced, b->reduced, b->rows * z, net->rounding->reduced, 0, 255);
    }
}

const float *train_parser_input(const train_network *net, const train_batch *b, size_t *out_width)
{
    *out_width = net->options.reduced > 0 ? net->options.reduced : net->options.width;
    return net->options.reduced > 0 ? b->reduced : b->top;
}

void train_encode(const train_network *net, const train_vocabulary *vocabulary, train_batch *b,
                  ent_rng *rng)
{
    size_t d = net->options.width, rows = b->rows;
    const float *v = net->value;
    features_gather(net, vocabulary, b, rng);
    rows_set(b->layer[0], rows, d, v + net->input_bias);
    train_multiply(rows, d, TRAIN_INPUT_WIDTH, b->input, TRAIN_INPUT_WIDTH, 1, v + net->input, d,
                   1, b->layer[0], d);
    if (rng != NULL) {
        mask_fill(b->layer_mask, rows * d, layer_drop, rng);
        for (size_t i = 0; i < rows * d; i++) {
            b->layer[0][i] *= b->layer_mask[i];
        }
    }
    for (size_t l = 0; l < net->options.layers; l++) {
        float *next = b->layer[l + 1], *gate = b->gate[l];
        window_gather(b, layer_seen(net, b, l), d, (size_t)1 << l, b->columns[l]);
        rows_set(next, rows, d, v + net->convolution_bias[l]);
        train_multiply(rows, d, 3 * d, b->columns[l], 3 * d, 1, v + net->convolution[l], d, 1,
                       next, d);
        if (rng != NULL) {
            mask_fill(gate, rows * d, layer_drop, rng);
        }
        for (size_t i = 0; i < rows * d; i++) {
            float g = next[i] > 0 ? (rng != NULL ? gate[i] : 1.0f) : 0.0f;
            gate[i] = g;
            next[i] = b->layer[l][i] + next[i] * g;
        }
    }
    b->top = layer_seen(net, b, net->options.layers);
    if (net->options.reduced > 0) {
        reduce(net, b);
    }
}

/* weight gradient += x^T dy, bias gradient += column sums. */
static void weights_back(size_t rows, size_t in, size_t out, const float *x, const float *dy,
                         float *d_weight, float *d_bias)
{
    train_multiply(in, out, rows, x, 1, in, dy, out, 1, d_weight, out);
    for (size_t r = 0; r < rows; r++) {
        for (size_t j = 0; j < out; j++) {
            d_bias[j] += dy[r * out + j];
        }
    }
}

static void window_scatter(const train_batch *b, const float *columns, size_t d, size_t step,
                           float *layer)
{
    for (size_t s = 0; s < b->count; s++) {
        size_t first = b->start[s], end = b->start[s + 1];
        for (size_t r = first; r < end; r++) {
            const float *x = columns + r * 3 * d;
            float *left = r >= first + step ? layer + (r - step) * d : NULL;
            float *right = r + step < end ? layer + (r + step) * d : NULL, *own = layer + r * d;
            for (size_t j = 0; j < d; j++) {
                own[j] += x[d + j];
            }
            for (size_t j = 0; left != NULL && j < d; j++) {
                left[j] += x[j];
            }
            for (size_t j = 0; right != NULL && j < d; j++) {
                right[j] += x[2 * d + j];
            }
        }
    }
}

static void tables_back(train_network *net, train_batch *b)
{
    float *g = net->gradient;
    for (size_t r = 0; r < b->rows; r++) {
        const train_word *w = b->words[r];
        const float *dx = b->d_input + r * TRAIN_INPUT_WIDTH + TRAIN_VECTOR_WIDTH;
        const struct {
            size_t at, n;
        } parts[5] = {
            {net->form + (size_t)b->form_row[r] * TRAIN_FORM_WIDTH, TRAIN_FORM_WIDTH},
            {net->suffix3 + (size_t)w->word.suffix3 * TRAIN_SUFFIX3_WIDTH, TRAIN_SUFFIX3_WIDTH},
            {net->suffix2 + (size_t)w->word.suffix2 * TRAIN_SUFFIX2_WIDTH, TRAIN_SUFFIX2_WIDTH},
            {net->prefix3 + (size_t)w->word.prefix3 * TRAIN_PREFIX3_WIDTH, TRAIN_PREFIX3_WIDTH},
            {net->shape + (size_t)w->word.shape * TRAIN_SHAPE_WIDTH, TRAIN_SHAPE_WIDTH}};
        for (int p = 0; p < 5; p++) {
            for (size_t j = 0; j < parts[p].n; j++) {
                g[parts[p].at + j] += *dx++;
            }
        }
    }
}

void train_encode_back(train_network *net, const train_vocabulary *vocabulary, train_batch *b)
{
    (void)vocabulary;
    size_t d = net->options.width, rows = b->rows;
    const float *v = net->value;
    float *g = net->gradient;
    for (size_t l = net->options.layers; l-- > 0;) {
        for (size_t i = 0; i < rows * d; i++) {
            b->d_next[i] = b->d_layer[i] * b->gate[l][i];
        }
        weights_back(rows, 3 * d, d, b->columns[l], b->d_next, g + net->convolution[l],
                     g + net->convolution_bias[l]);
        memset(b->d_columns, 0, rows * 3 * d * sizeof *b->d_columns);
        train_multiply(rows, 3 * d, d, b->d_next, d, 1, v + net->convolution[l], 1, d,
                       b->d_columns, 3 * d);
        window_scatter(b, b->d_columns, d, (size_t)1 << l, b->d_layer);
    }
    for (size_t i = 0; i < rows * d; i++) {
        b->d_layer[i] *= b->layer_mask[i];
    }
    weights_back(rows, TRAIN_INPUT_WIDTH, d, b->input, b->d_layer, g + net->input,
                 g + net->input_bias);
    memset(b->d_input, 0, rows * TRAIN_INPUT_WIDTH * sizeof *b->d_input);
    train_multiply(rows, TRAIN_INPUT_WIDTH, d, b->d_layer, d, 1, v + net->input, 1, d, b->d_input,
                   TRAIN_INPUT_WIDTH);
    for (size_t i = 0; i < rows * TRAIN_INPUT_WIDTH; i++) {
        b->d_input[i] *= b->input_mask[i];
    }
    tables_back(net, b);
}

/* ---- tagger -------------------------------------------------------------------------------- */

static void tag_scores(const train_network *net, train_batch *b)
{
    size_t d = net->options.width;
    rows_set(b->tag_logits, b->rows, net->tags, net->value + net->tag_bias);
    train_multiply(b->rows, net->tags, d, b->top, d, 1, net->value + net->tag, net->tags, 1,
                   b->tag_logits, net->tags);
}

void train_softmax(float *p, size_t n)
{
    float top = p[0], sum = 0;
    for (size_t i = 1; i < n; i++) {
        top = p[i] > top ? p[i] : top;
    }
    for (size_t i = 0; i < n; i++) {
        p[i] = expf(p[i] - top);
        sum += p[i];
    }
    for (size_t i = 0; i < n; i++) {
        p[i] /= sum;
    }
}

void train_tag_probabilities(const train_network *net, train_batch *b)
{
    tag_scores(net, b);
    for (size_t r = 0; r < b->rows; r++) {
        train_softmax(b->tag_logits + r * net->tags, net->tags);
    }
}

/* What the teachers think of row r's tag, added to the gradient in the place of the annotation. */
static void tags_teach(train_teaching *t, size_t r, size_t tags, float *gradient)
{
    for (size_t m = 0; m < t->count; m++) {
        const float *p = t->batch[m].tag_logits + r * tags;
        float part = t->share / (float)t->count;
        for (size_t k = 0; k < tags; k++) {
            gradient[k] -= part * p[k];
        }
    }
}

double train_tag_loss(train_network *net, train_batch *b, train_teaching *t)
{
    size_t d = net->options.width, tags = net->tags;
    double loss = 0;
    train_tag_probabilities(net, b);
    for (size_t m = 0; m < t->count; m++) {
        train_tag_probabilities(t->network[m], &t->batch[m]);
    }
    for (size_t r = 0; r < b->rows; r++) {
        float *p = b->tag_logits + r * tags;
        uint16_t gold = b->words[r]->tag;
        if (gold >= tags) {
            memset(p, 0, tags * sizeof *p);
            continue;
        }
        loss -= log((double)p[gold] + 1e-12);
        p[gold] -= t->count > 0 ? 1.0f - t->share : 1.0f;
        tags_teach(t, r, tags, p);
    }
    weights_back(b->rows, d, tags, b->top, b->tag_logits, net->gradient + net->tag,
                 net->gradient + net->tag_bias);
    train_multiply(b->rows, d, tags, b->tag_logits, tags, 1, net->value + net->tag, 1, tags,
                   b->d_layer, d);
    return loss;
}

/* ---- Adam (Kingma and Ba 2015) ------------------------------------------------------------- */

void train_adam(train_network *net, float rate, size_t step)
{
    const float beta1 = 0.9f, beta2 = 0.98f;
    float scale1 = 1.0f / (1.0f - powf(beta1, (float)step));
    float scale2 = 1.0f / (1.0f - powf(beta2, (float)step));
    float *value = net->exact == NULL ? net->value : net->exact;
    for (size_t i = 0; i < net->total; i++) {
        float g = net->gradient[i];
        net->gradient[i] = 0;
        net->mean[i] = beta1 * net->mean[i] + (1.0f - beta1) * g;
        net->square[i] = beta2 * net->square[i] + (1.0f - beta2) * g * g;
        value[i] -= rate * net->mean[i] * scale1 / (sqrtf(net->square[i] * scale2) + 1e-8f);
    }
    train_rounding_apply(net);
}
