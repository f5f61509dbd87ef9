/* The tagger's learner: see learn_tags.h.
 *
 * A tag's score is the sum of a token's features' weights and what the hidden units add: u = relu(sum
 * of the features' hidden rows), v = u + relu(mix x u of the tokens around), out x v.  The gradient of
 * the log-likelihood goes by forward-backward over the tags (Lafferty, McCallum and Pereira 2001) and
 * from there back through the units (Peng, Bo and Xu 2009).  Rows of features take steps by AdaGrad
 * (Duchi, Hazan and Singer 2011), the small matrices by Adam (Kingma and Ba 2015); features and units
 * are left out at random (Hinton et al. 2012); the weights of the later half are averaged.
 * Cost: four seconds of one core for an epoch of 500,000 tokens. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn_tags.h"

static const float row_rate = 0.02f, hidden_rate = 0.01f, small_rate = 0.002f;
static const float rows_dropped = 0.5f, units_dropped = 0.3f;

/* The small matrices, all floats; mix by token around, unit that is seen, unit that sees. */
typedef struct {
    float hidden_bias[HIDDEN], mix_bias[HIDDEN];
    float mix[AROUND][HIDDEN][HIDDEN], out[HIDDEN][TAG_ROOM];
} small_weights;
enum { SMALL = sizeof(small_weights) / sizeof(float) };

struct tag_learner {
    float *tags, *tag_squares;       /* FEATURE_ROWS x TAG_ROOM */
    float *hidden, *hidden_squares;  /* FEATURE_ROWS x HIDDEN; one a row */
    float *tag_sums, *hidden_sums;   /* of the later half of the epochs */
    float transitions[BORDER_COUNT][TAG_COUNT + 1][TAG_ROOM];
    float transition_squares[BORDER_COUNT][TAG_COUNT + 1][TAG_ROOM];
    float transition_sums[BORDER_COUNT][TAG_COUNT + 1][TAG_ROOM];
    small_weights small, gradient, mean, square, sum;
    long steps;
    float pace; /* of all steps: falls to a tenth in the later half of the epochs */
    ent_rng rng;
};
enum { TRANSITIONS = BORDER_COUNT * (TAG_COUNT + 1) * TAG_ROOM };

tag_learner *tag_learner_new(void)
{
    tag_learner *learner = calloc(1, sizeof *learner);
    if (!learner) {
        return NULL;
    }
    learner->tags = calloc((size_t)FEATURE_ROWS * TAG_ROOM, sizeof(float));
    learner->tag_squares = calloc((size_t)FEATURE_ROWS * TAG_ROOM, sizeof(float));
    learner->tag_sums = calloc((size_t)FEATURE_ROWS * TAG_ROOM, sizeof(float));
    learner->hidden = calloc((size_t)FEATURE_ROWS * HIDDEN, sizeof(float));
    learner->hidden_sums = calloc((size_t)FEATURE_ROWS * HIDDEN, sizeof(float));
    learner->hidden_squares = calloc((size_t)FEATURE_ROWS, sizeof(float));
    if (!learner->tags || !learner->tag_squares || !learner->tag_sums || !learner->hidden ||
        !learner->hidden_sums || !learner->hidden_squares) {
        tag_learner_free(learner);
        return NULL;
    }
    return learner;
}

void tag_learner_free(tag_learner *learner)
{
    free(learner->tags);
    free(learner->tag_squares);
    free(learner->tag_sums);
    free(learner->hidden);
    free(learner->hidden_sums);
    free(learner->hidden_squares);
    free(learner);
}

static void start(tag_learner *learner)
{
    small_weights *small = &learner->small;
    memset(learner->tags, 0, (size_t)FEATURE_ROWS * TAG_ROOM * sizeof(float));
    memset(learner->tag_squares, 0, (size_t)FEATURE_ROWS * TAG_ROOM * sizeof(float));
    memset(learner->tag_sums, 0, (size_t)FEATURE_ROWS * TAG_ROOM * sizeof(float));
    memset(learner->hidden_squares, 0, (size_t)FEATURE_ROWS * sizeof(float));
    memset(learner->hidden_sums, 0, (size_t)FEATURE_ROWS * HIDDEN * sizeof(float));
    memset(learner->transitions, 0, sizeof learner->transitions);
    memset(learner->transition_squares, 0, sizeof learner->transition_squares);
    memset(learner->transition_sums, 0, sizeof learner->transition_sums);
    memset(small, 0, sizeof *small);
    memset(&learner->gradient, 0, sizeof learner->gradient);
    memset(&learner->mean, 0, sizeof learner->mean);
    memset(&learner->square, 0, sizeof learner->square);
    memset(&learner->sum, 0, sizeof learner->sum);
    learner->steps = 0;
    ent__rng_seed(&learner->rng, 20160808);
    for (size_t i = 0; i < (size_t)FEATURE_ROWS * HIDDEN; i++) {
        learner->hidden[i] = (float)(0.04 * ent__rng_uniform(&learner->rng) - 0.02);
    }
    float *mix = &small->mix[0][0][0], *out = &small->out[0][0];
    for (size_t i = 0; i < sizeof small->mix / sizeof(float); i++) {
        mix[i] = (float)(0.045 * ent__rng_normal(&learner->rng));
    }
    for (size_t i = 0; i < sizeof small->out / sizeof(float); i++) {
        out[i] = (float)(0.05 * ent__rng_normal(&learner->rng));
    }
    for (int h = 0; h < HIDDEN; h++) {
        small->hidden_bias[h] = 0.1f;
    }
    for (int b = 0; b < BORDER_COUNT; b++) {
        for (int j = 0; j <= TAG_COUNT; j++) {
            for (int k = 2; k < TAG_COUNT; k += 2) { /* an inner tag follows its own kind */
                learner->transitions[b][j][k] = j != k && j != k - 1 ? -30 : 0;
            }
        }
    }
}

/* Everything about one document on the way forward and back. */
typedef struct {
    const tagged_document *document;
    size_t count;
    uint32_t seed; /* of the features and units that are left out */
    uint32_t (*rows)[FEATURE_LIMIT];
    uint8_t *row_counts;
    double (*alpha)[TAG_ROOM], (*beta)[TAG_ROOM], *scale;
    double exp_transition[BORDER_COUNT][TAG_COUNT + 1][TAG_ROOM];
    float (*emission)[TAG_ROOM], (*error)[TAG_ROOM];           /* error: of the tags' scores */
    float (*unit)[HIDDEN], (*mixed)[HIDDEN], (*slope)[HIDDEN]; /* 0: left out or negative */
    float (*unit_error)[HIDDEN];
} pass;

/* Leaves out a part of the features, another one each epoch: what is rare can't be learned by
 * heart. */
static size_t drop_rows(uint32_t *rows, size_t count, uint32_t seed)
{
    uint32_t x = seed * 2654435761u + 12345, kept = 0;
    for (size_t i = 0; i < count; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        if ((float)(x >> 8) / 16777216.0f >= rows_dropped) {
            rows[kept++] = rows[i];
        }
    }
    return kept;
}

static bool pass_open(pass *p, const tagged_document *document, uint32_t seed)
{
    size_t n = document->reading.count;
    *p = (pass){.document = document, .count = n, .seed = seed};
    p->rows = malloc(n * sizeof *p->rows);
    p->row_counts = calloc(n, 1);
    p->alpha = calloc(n, sizeof *p->alpha);
    p->beta = calloc(n, sizeof *p->beta);
    p->scale = calloc(n, sizeof *p->scale);
    p->emission = calloc(n, sizeof *p->emission);
    p->error = calloc(n, sizeof *p->error);
    p->unit = calloc(n, sizeof *p->unit);
    p->mixed = calloc(n, sizeof *p->mixed);
    p->slope = calloc(n, sizeof *p->slope);
    p->unit_error = calloc(n, sizeof *p->unit_error);
    return p->rows && p->row_counts && p->alpha && p->beta && p->scale && p->emission &&
           p->error && p->unit && p->mixed && p->slope && p->unit_error;
}

static void pass_close(pass *p)
{
    void *all[] = {p->rows,  p->row_counts, p->alpha, p->beta, p->scale,     p->emission,
                   p->error, p->unit,       p->mixed, p->slope, p->unit_error};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
}

/* ---- forward ------------------------------------------------------------------------------- */

static void sum_features(tag_learner *learner, pass *p, size_t t)
{
    uint32_t *rows = p->rows[t];
    size_t count = ent__statement_features(&p->document->reading, t, rows);
    p->row_counts[t] = (uint8_t)(count = drop_rows(rows, count, p->seed + (uint32_t)t));
    float *unit = p->unit[t], *emission = p->emission[t];
    memcpy(unit, learner->small.hidden_bias, sizeof learner->small.hidden_bias);
    for (size_t i = 0; i < count; i++) {
        const float *tags = learner->tags + (size_t)rows[i] * TAG_ROOM;
        const float *hidden = learner->hidden + (size_t)rows[i] * HIDDEN;
        for (int k = 0; k < TAG_ROOM; k++) {
            emission[k] += tags[k];
        }
        for (int h = 0; h < HIDDEN; h++) {
            unit[h] += hidden[h];
        }
    }
    for (int h = 0; h < HIDDEN; h++) {
        bool kept = unit[h] > 0 && ent__rng_uniform(&learner->rng) >= units_dropped;
        p->slope[t][h] = kept ? 1 / (1 - units_dropped) : 0;
        unit[h] = kept ? unit[h] * p->slope[t][h] : 0;
    }
}

static void mix_units(const small_weights *small, pass *p, uint32_t t)
{
    uint32_t around[AROUND];
    float *mixed = p->mixed[t], *emission = p->emission[t];
    ent__statement_around(&p->document->reading, t, around);
    memcpy(mixed, small->mix_bias, sizeof small->mix_bias);
    for (int a = 0; a < AROUND; a++) {
        const float *seen = around[a] < p->count ? p->unit[around[a]] : NULL;
        for (int i = 0; seen && i < HIDDEN; i++) {
            for (int h = 0; seen[i] > 0 && h < HIDDEN; h++) {
                mixed[h] += seen[i] * small->mix[a][i][h];
            }
        }
    }
    for (int h = 0; h < HIDDEN; h++) {
        float unit = (mixed[h] > 0 ? mixed[h] : 0) + p->unit[t][h];
        for (int k = 0; k < TAG_ROOM; k++) {
            emission[k] += unit * small->out[h][k];
        }
    }
}

static uint8_t border_of(const pass *p, size_t t)
{
    return t ? p->document->reading.tokens[t].border : BORDER_BLOCK;
}

/* Sums over all tag sequences up to each token, each position scaled to one; the log-likelihood of
 * the annotators' tags. */
static double run_forward(const tag_learner *learner, pass *p)
{
    double log_likelihood = 0;
    const uint8_t *tags = p->document->tags;
    for (size_t t = 0; t < p->count; t++) {
        float top = -INFINITY, *emission = p->emission[t];
        for (int k = 0; k < TAG_COUNT; k++) {
            top = emission[k] > top ? emission[k] : top;
        }
        log_likelihood += emission[tags[t]] - top;
        for (int k = 0; k < TAG_COUNT; k++) {
            emission[k] = expf(emission[k] - top);
        }
        uint8_t border = border_of(p, t);
        for (int k = 0; k < TAG_COUNT; k++) {
            double sum = t ? 0 : p->exp_transition[border][TAG_COUNT][k];
            for (int j = 0; t && j < TAG_COUNT; j++) {
                sum += p->alpha[t - 1][j] * p->exp_transition[border][j][k];
            }
            p->alpha[t][k] = sum * emission[k];
            p->scale[t] += p->alpha[t][k];
        }
        for (int k = 0; k < TAG_COUNT; k++) {
            p->alpha[t][k] /= p->scale[t];
        }
        log_likelihood += learner->transitions[border][t ? tags[t - 1] : TAG_COUNT][tags[t]] -
                          log(p->scale[t]);
    }
    return log_likelihood;
}

/* ---- back ---------------------------------------------------------------------------------- */

static void learn_transitions(tag_learner *learner, const pass *p, size_t t)
{
    uint8_t border = border_of(p, t);
    const uint8_t *tags = p->document->tags;
    for (int j = 0; j < (t ? TAG_COUNT : 1); j++) {
        int from = t ? j : TAG_COUNT;
        for (int k = 0; k < TAG_COUNT; k++) {
            double expected = p->alpha[t][k] * p->beta[t][k];
            if (t) {
                expected = p->alpha[t - 1][j] * p->exp_transition[border][j][k] *
                           p->emission[t][k] * p->beta[t][k] / p->scale[t];
            }
            bool seen = tags[t] == k && (!t || tags[t - 1] == j);
            if (expected > 1e-12 || seen) { /* forbidden steps stay so */
                float gradient = (float)(seen - expected);
                float *square = &learner->transition_squares[border][from][k];
                *square += gradient * gradient;
                learner->transitions[border][from][k] += learner->pace * row_rate * gradient /
                                                         sqrtf(*square + 1);
            }
        }
    }
}

/* Sums behind each token; the error of every tag's score. */
static void run_back(tag_learner *learner, pass *p)
{
    for (int k = 0; k < TAG_COUNT; k++) {
        p->beta[p->count - 1][k] = 1;
    }
    for (size_t t = p->count; t-- > 0;) {
        const double(*transition)[TAG_ROOM] = p->exp_transition[border_of(p, t)];
        for (int j = 0; t && j < TAG_COUNT; j++) {
            double sum = 0;
            for (int k = 0; k < TAG_COUNT; k++) {
                sum += transition[j][k] * p->emission[t][k] * p->beta[t][k];
            }
            p->beta[t - 1][j] = sum / p->scale[t];
        }
        for (int k = 0; k < TAG_COUNT; k++) {
            p->error[t][k] = (float)((p->document->tags[t] == k) - p->alpha[t][k] * p->beta[t][k]);
        }
        learn_transitions(learner, p, t);
    }
}

/* From the tags' scores to the units; adds to the gradient of the small matrices. */
static void unmix_units(tag_learner *learner, pass *p, uint32_t t)
{
    const small_weights *small = &learner->small;
    small_weights *gradient = &learner->gradient;
    uint32_t around[AROUND];
    float back[HIDDEN];
    for (int h = 0; h < HIDDEN; h++) {
        float unit = (p->mixed[t][h] > 0 ? p->mixed[t][h] : 0) + p->unit[t][h], error = 0;
        for (int k = 0; k < TAG_ROOM; k++) {
            gradient->out[h][k] += unit * p->error[t][k];
            error += small->out[h][k] * p->error[t][k];
        }
        p->unit_error[t][h] += error;
        back[h] = p->mixed[t][h] > 0 ? error : 0;
        gradient->mix_bias[h] += back[h];
    }
    ent__statement_around(&p->document->reading, t, around);
    for (int a = 0; a < AROUND; a++) {
        if (around[a] >= p->count) {
            continue;
        }
        const float *seen = p->unit[around[a]];
        float *unit_error = p->unit_error[around[a]];
        for (int i = 0; i < HIDDEN; i++) {
            float sum = 0;
            for (int h = 0; seen[i] > 0 && h < HIDDEN; h++) { /* what was left out learns nothing */
                gradient->mix[a][i][h] += seen[i] * back[h];
                sum += small->mix[a][i][h] * back[h];
            }
            unit_error[i] += sum;
        }
    }
}

static void learn_rows(tag_learner *learner, pass *p, size_t t)
{
    float error[HIDDEN], size = 0;
    bool any = false;
    for (int k = 0; k < TAG_COUNT; k++) {
        any = any || fabsf(p->error[t][k]) > 1e-4f;
    }
    for (int h = 0; h < HIDDEN; h++) {
        error[h] = p->unit_error[t][h] * p->slope[t][h];
        learner->gradient.hidden_bias[h] += error[h];
        size += error[h] * error[h] / HIDDEN;
    }
    for (size_t i = 0; any && i < p->row_counts[t]; i++) {
        float *tags = learner->tags + (size_t)p->rows[t][i] * TAG_ROOM;
        float *squares = learner->tag_squares + (size_t)p->rows[t][i] * TAG_ROOM;
        for (int k = 0; k < TAG_ROOM; k++) {
            squares[k] += p->error[t][k] * p->error[t][k];
            tags[k] += learner->pace * row_rate * p->error[t][k] / sqrtf(squares[k] + 1);
        }
    }
    for (size_t i = 0; size > 1e-9f && i < p->row_counts[t]; i++) {
        float *hidden = learner->hidden + (size_t)p->rows[t][i] * HIDDEN;
        float *square = learner->hidden_squares + p->rows[t][i];
        *square += size;
        float step = learner->pace * hidden_rate / sqrtf(*square + 0.1f);
        for (int h = 0; h < HIDDEN; h++) {
            hidden[h] += step * error[h];
        }
    }
}

static void step_small(tag_learner *learner)
{
    float *weights = (float *)&learner->small, *gradient = (float *)&learner->gradient;
    float *mean = (float *)&learner->mean, *square = (float *)&learner->square;
    learner->steps++;
    float mean_part = 1 - powf(0.9f, (float)learner->steps);
    float square_part = 1 - powf(0.999f, (float)learner->steps);
    for (int i = 0; i < SMALL; i++) {
        mean[i] = 0.9f * mean[i] + 0.1f * gradient[i];
        square[i] = 0.999f * square[i] + 0.001f * gradient[i] * gradient[i];
        weights[i] += learner->pace * small_rate * (mean[i] / mean_part) /
                      (sqrtf(square[i] / square_part) + 1e-6f);
        gradient[i] = 0;
    }
}

/* One step along the gradient of one document's log-likelihood. */
static double learn_document(tag_learner *learner, const tagged_document *document)
{
    pass p;
    if (document->reading.count == 0) {
        return 0;
    }
    if (!pass_open(&p, document, (uint32_t)ent__rng_next(&learner->rng))) {
        exit(5);
    }
    for (size_t i = 0; i < TRANSITIONS; i++) {
        (&p.exp_transition[0][0][0])[i] = exp((&learner->transitions[0][0][0])[i]);
    }
    for (size_t t = 0; t < p.count; t++) {
        sum_features(learner, &p, t);
    }
    for (size_t t = 0; t < p.count; t++) {
        mix_units(&learner->small, &p, (uint32_t)t);
    }
    double log_likelihood = run_forward(learner, &p);
    run_back(learner, &p);
    for (size_t t = 0; t < p.count; t++) {
        unmix_units(learner, &p, (uint32_t)t);
    }
    for (size_t t = 0; t < p.count; t++) {
        learn_rows(learner, &p, t);
    }
    step_small(learner);
    pass_close(&p);
    return log_likelihood;
}

/* ---- epochs -------------------------------------------------------------------------------- */

static void add_up(float *sums, const float *weights, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[i] += weights[i];
    }
}

static void average(float *weights, const float *sums, size_t count, float divided)
{
    for (size_t i = 0; i < count; i++) {
        weights[i] = sums[i] / divided;
    }
}

static void train_epoch(tag_learner *learner, const tagged_document *documents, size_t count,
                        size_t folds, size_t fold, size_t *order, int epoch)
{
    double log_likelihood = 0;
    size_t tokens = 0;
    for (size_t i = 0; i < count; i++) {
        size_t j = ent__rng_below(&learner->rng, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < count; i++) {
        if (order[i] % folds != fold) {
            log_likelihood += learn_document(learner, &documents[order[i]]);
            tokens += documents[order[i]].reading.count;
        }
    }
    fprintf(stderr, "epoch %d: %.4f a token\n", epoch + 1, log_likelihood / (double)tokens);
}

void tag_learner_train(tag_learner *learner, const tagged_document *documents, size_t count,
                       int epochs, size_t folds, size_t fold)
{
    size_t *order = calloc(count + 1, sizeof *order);
    size_t tags = (size_t)FEATURE_ROWS * TAG_ROOM, hidden = (size_t)FEATURE_ROWS * HIDDEN;
    int averaged = 0, half = epochs / 2;
    if (!order) {
        exit(5);
    }
    start(learner);
    for (int epoch = 0; epoch < epochs; epoch++) {
        learner->pace = epoch < half ? 1
                                     : 1 - 0.9f * (float)(epoch - half) / (float)(epochs - half);
        train_epoch(learner, documents, count, folds, fold, order, epoch);
        if (2 * epoch >= epochs - 1) {
            averaged++;
            add_up(learner->tag_sums, learner->tags, tags);
            add_up(learner->hidden_sums, learner->hidden, hidden);
            add_up((float *)&learner->sum, (float *)&learner->small, SMALL);
            add_up(&learner->transition_sums[0][0][0], &learner->transitions[0][0][0], TRANSITIONS);
        }
    }
    float n = (float)(averaged ? averaged : 1), all = n / (1 - rows_dropped);
    average(learner->tags, learner->tag_sums, tags, all);
    average(learner->hidden, learner->hidden_sums, hidden, all);
    average((float *)&learner->small, (float *)&learner->sum, SMALL, n);
    average(&learner->transitions[0][0][0], &learner->transition_sums[0][0][0], TRANSITIONS, n);
    free(order);
}

/* ---- the file ------------------------------------------------------------------------------ */

/* Steps that leave the greatest weight, at most 4, within 127 of them. */
static float step_of(const float *weights, size_t count)
{
    float top = 1e-6f;
    for (size_t i = 0; i < count; i++) {
        top = fabsf(weights[i]) > top ? fabsf(weights[i]) : top;
    }
    return fminf(top, 4) / 127; /* the few beyond are cut */
}

static int8_t byte_of(float weight, float step)
{
    return (int8_t)fmaxf(-127, fminf(127, roundf(weight / step)));
}

float weights_round(const float *weights, size_t rows, size_t room, int8_t *out, size_t stride)
{
    float step = step_of(weights, rows * room);
    for (size_t row = 0; row < rows; row++) {
        for (size_t k = 0; k < room; k++) {
            out[row * stride + k] = byte_of(weights[row * room + k], step);
        }
    }
    return step;
}

void tag_learner_round(const tag_learner *learner, model_header *header, int8_t *rows)
{
    const small_weights *small = &learner->small;
    memcpy(header->magic, MODEL_MAGIC, sizeof header->magic);
    header->feature_bits = FEATURE_BITS;
    header->link_bits = LINK_BITS;
    header->tag_scale = weights_round(learner->tags, FEATURE_ROWS, TAG_ROOM, rows, ROW);
    header->hidden_scale = weights_round(learner->hidden, FEATURE_ROWS, HIDDEN, rows + TAG_ROOM,
                                         ROW);
    header->mix_scale = step_of(&small->mix[0][0][0], sizeof small->mix / sizeof(float));
    for (int a = 0; a < AROUND; a++) {
        for (int i = 0; i < HIDDEN; i++) {
            for (int h = 0; h < HIDDEN; h++) {
                header->mix[(a * HIDDEN + i) / 2][h][i & 1] =
                    byte_of(small->mix[a][i][h], header->mix_scale);
            }
        }
    }
    memcpy(header->transitions, learner->transitions, sizeof header->transitions);
    memcpy(header->hidden_bias, small->hidden_bias, sizeof header->hidden_bias);
    memcpy(header->mix_bias, small->mix_bias, sizeof header->mix_bias);
    memcpy(header->out, small->out, sizeof header->out);
}
