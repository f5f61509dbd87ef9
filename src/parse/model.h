/* The parse model: how data/models/parse.model is laid out and what the reader makes of it.
 *
 * Little-endian.  A header of 64 32-bit numbers, then sections at multiples of 64 bytes.  Dense
 * layers hold 8-bit weights in groups of four inputs by sixteen outputs (the order every kernel
 * reads), a scale and a bias for each output. */
#ifndef ENT_PARSE_MODEL_H
#define ENT_PARSE_MODEL_H

#include "parse.h"
#include "transition.h"
#include "word.h"

#define ENT_MODEL_MAGIC "ENTPARS2"

enum { ENT_LAYER_LIMIT = 4 }; /* convolutions */

/* Sections.  Dense layers take three each: weights, scales, biases. */
enum {
    ENT_PART_HASH,     /* uint32 fingerprints of the vocabulary, open addressing, 0 empty */
    ENT_PART_HASH_ROW, /* uint16 row of each */
    ENT_PART_VECTOR,   /* int8 (vectors + 1) x vector_width */
    ENT_PART_FORM,     /* int8 (forms + 1) x form_width */
    ENT_PART_SUFFIX3,
    ENT_PART_SUFFIX2,
    ENT_PART_PREFIX3,
    ENT_PART_SHAPE,
    ENT_PART_QUANTUM, /* float: channel c of encoder output l is round(x * quantum[l][c]) + 128;
                       * behind them the reduced layer's, around 0 */
    ENT_PART_TAGS,    /* uint16 upos << 8 | xpos of every output of the tagger */
    ENT_PART_SLOT_NONE, /* int16 10 x hidden: contribution of an empty slot */
    ENT_PART_SLOT_ROOT, /* int16 10 x hidden: of the root */
    ENT_PART_SMALL,     /* int16 small rows x hidden; row 0's table holds the hidden bias too */
    ENT_PART_LEMMA_KEYS,  /* uint32 fingerprints of lemma rules, open addressing */
    ENT_PART_LEMMA_RULES, /* uint16 script of each */
    ENT_PART_SCRIPTS,     /* ent_script */
    ENT_PART_FEAT_KEYS,
    ENT_PART_FEAT_ROWS,   /* uint16 */
    ENT_PART_FEAT_TEXTS,  /* NUL-terminated strings in order of their numbers */
    ENT_PART_TOKEN_CLUES, /* int8 weights of token points, a power of two (points.h) */
    ENT_PART_SENTENCE_CLUES,
    ENT_PART_CUT_KEYS,    /* uint32 fingerprints of words written in one (cannot) */
    ENT_PART_CUT_ROWS,    /* uint16: byte length of the first word, 0: never cut */
    ENT_PART_DENSE,       /* first dense section */
    ENT_DENSE_INPUT = 0, ENT_DENSE_CONVOLUTION,
    ENT_DENSE_TAG = ENT_DENSE_CONVOLUTION + ENT_LAYER_LIMIT,
    ENT_DENSE_SLOT, ENT_DENSE_ACTION, ENT_DENSE_REDUCE, ENT_DENSE_COUNT,
    ENT_PART_COUNT = ENT_PART_DENSE + 3 * ENT_DENSE_COUNT
};

/* Numbers in the header, after the magic. */
typedef struct {
    char magic[8];
    uint32_t width, hidden, layers, tags;
    uint32_t vectors, forms, vector_width, form_width, suffix3_width, suffix2_width;
    uint32_t prefix3_width, shape_width, input_width;
    uint32_t scripts, feats;
    float token_scale, sentence_scale, token_bias, sentence_bias;
    uint32_t reduced; /* width between encoder and slots; 0: the slots see the encoder's output */
    uint32_t reserved[10];
    struct {
        uint32_t at, bytes;
    } part[ENT_PART_COUNT];
} ent_model_header;

/* How a form becomes its lemma: case, bytes cut off the end, bytes put there. */
typedef struct {
    uint8_t keep_case, cut, add_bytes;
    char add[13];
} ent_script;

/* A dense layer: out = (sum x w) * scale + bias.  Of those that are only compared (tagger,
 * actions) the whole part counts: scores in steps of 1 / ENT_SCORE_STEPS. */
typedef struct {
    const int8_t *weights; /* [inputs / 4][outputs][4], 64-aligned */
    const float *scale, *bias;
    uint32_t inputs, outputs; /* inputs a multiple of 4 (of all taps), outputs of 16 */
} ent_dense;

/* sums[row][output] of `rows` rows of unsigned bytes; a row's inputs stand in `taps` pieces of
 * inputs / taps bytes, `tap_stride` bytes apart. */
typedef void (*ent_multiply_fn)(const ent_dense *layer, const uint8_t *x, size_t rows,
                                size_t row_stride, unsigned taps, size_t tap_stride, int32_t *sums);
/* One decision: adds `count` rows of `hidden` 16-bit numbers with saturation, ReLU to bytes. */
typedef void (*ent_gather_fn)(const int16_t *const *rows, unsigned count, size_t hidden,
                              uint8_t *out);

/* values (+)= sums * scale + bias (residual: of its positive part), then bytes of them by
 * quantum. */
typedef void (*ent_layer_fn)(const ent_dense *layer, const int32_t *sums, size_t rows,
                             bool residual, float *values, const float *quantum, uint8_t *state);
/* One row of the first convolution: sums left + middle + right + zeros (ent__types_sums, three
 * times, and ent__types_zeros), values = from + positive part. */
typedef void (*ent_window_fn)(const ent_dense *layer, const int16_t *const sums[3],
                              const int32_t *zeros, const float *from, float *values,
                              const float *quantum, uint8_t *state);
/* (sums - zeros) in steps of ENT_TAP_STEP, clamped. */
typedef void (*ent_steps_fn)(const int32_t *sums, const int32_t *zeros, size_t n, int16_t *out);
/* Bytes around 0 of the positive part of sums * scale + bias. */
typedef void (*ent_reduce_fn)(const ent_dense *layer, const int32_t *sums, size_t rows,
                              const float *quantum, uint8_t *state);
/* 16-bit numbers sums * scale + bias, rounded, clamped; rows of out are out_stride apart. */
typedef void (*ent_slots_fn)(const ent_dense *layer, const int32_t *sums, size_t rows,
                             int16_t *out, size_t out_stride);
/* First index of the greatest score among all outputs; bias: ENT_NEVER keeps one out. */
enum { ENT_BEST_LIMIT = 1024 };
#define ENT_NEVER (-2.0e9f)
typedef unsigned (*ent_best_fn)(const ent_dense *layer, const float *bias, const int32_t *sums);

typedef struct {
    const char *name;
    ent_multiply_fn multiply;
    ent_gather_fn gather;
    ent_layer_fn layer;
    ent_window_fn window;
    ent_steps_fn steps;
    ent_reduce_fn reduce;
    ent_slots_fn slots;
    ent_best_fn best;
} ent_kernels;

/* The fastest set this processor runs; all give the same bytes.  ent__kernels_named: "plain",
 * "sse", "avx2", "vnni"; NULL when the processor can't run it. */
const ent_kernels *ent__kernels_best(void);
const ent_kernels *ent__kernels_named(const char *name);

/* Bytes of the hidden layer are sums / 2^shift: four times the bytes' range fits into the sums. */
enum { ENT_HIDDEN_SHIFT = 6, ENT_SCORE_STEPS = 16384 };

/* Weights of one kind of points: those of clue row r at r >> shift. */
typedef struct {
    const int8_t *weights;
    unsigned shift;
} ent_clue_table;

typedef struct ent__model {
    const unsigned char *bytes;
    unsigned char *copy; /* of bytes that were not aligned, or NULL */
    ent_model_header head;
    const ent_kernels *kernels;
    const uint32_t *hash;
    const uint16_t *hash_row;
    uint32_t hash_mask;
    const int8_t *vector, *form, *suffix3, *suffix2, *prefix3, *shape;
    const float *quantum;
    const uint16_t *tags;
    const int16_t *slot_none, *slot_root, *small;
    const uint32_t *lemma_keys, *feat_keys, *cut_keys;
    const uint16_t *lemma_rules, *feat_rows, *cut_rows;
    uint32_t lemma_mask, feat_mask, cut_mask;
    const ent_script *scripts;
    ent_str *feat_texts;
    ent_clue_table token_clues, sentence_clues;
    ent_dense dense[ENT_DENSE_COUNT];
    ent_dense slot[ENT_SLOT_COUNT]; /* each slot's part of ENT_DENSE_SLOT by itself */
    int8_t *slot_weights;
    uint64_t print;    /* of all bytes: what caches belong to */
    float *tag_bias;   /* of the tagger's outputs, padding kept out */
    float *action_bias; /* 8 sets: of shift (1), left (2), right (4) those that may follow */
} ent__model;

/* Checks sizes and points into the bytes, which must outlive the model (into a copy when they are
 * not 64-aligned).  ENT_EINPUT: not a model of this program. */
ent_rc ent__model_open(ent_ctx *ctx, const unsigned char *bytes, size_t n, ent__model **out);
void ent__model_free(void *model);
const ent__model *ent__model_of(const ent_kit *kit); /* NULL: the kit has none */

/* Look-up in a table of fingerprints; false: absent. */
static inline bool ent__print_find(const uint32_t *keys, uint32_t mask, uint64_t hash, uint32_t *at)
{
    uint32_t print = (uint32_t)(hash >> 32);
    print += print == 0;
    for (uint32_t i = (uint32_t)hash & mask; keys[i] != 0; i = (i + 1) & mask) {
        if (keys[i] == print) {
            *at = i;
            return true;
        }
    }
    return false;
}

/* ---- stages over one document, in this order ----------------------------------------------- */

/* Lemma and feature keys, shared with the trainer. */
uint64_t ent__lemma_key(const char *low, size_t n, unsigned xpos, unsigned suffix_bytes,
                        bool capital); /* suffix_bytes UINT_MAX: the whole form */
uint64_t ent__feat_key(uint64_t form_key, unsigned upos, unsigned xpos); /* form_key 0: any form */
bool ent__lemma_apply(const ent_script *script, ent_str form, char *out, size_t limit,
                      size_t *out_bytes);
/* Lower-cases ASCII and two-byte Latin, Greek and Cyrillic letters; lengths never change. */
void ent__lower(ent_str form, char *out);

/* Lemma, features of a tagged token; the lemma's bytes go to the arena or are the form's own. */
bool ent__lemma_set(const ent__model *model, ent_arena *arena, ent_token *token);
void ent__feats_set(const ent__model *model, uint64_t form_key, ent_token *token);

/* ---- the first layers by word type (types.c) ----------------------------------------------- */

/* What a word contributes below the second convolution depends on its letters alone: the first
 * layer's values and the first convolution's sums of each tap.  Kept by type in a table of fixed
 * size that the context owns.  Rows are numbers; the last one stands beside a sentence. */
typedef struct ent__types ent__types;

/* The context's table for this model; NULL: out of memory. */
ent__types *ent__types_of(ent_ctx *ctx, const ent__model *model);
/* Rows of a sentence's words (at most ENT_SENTENCE_LIMIT); they hold until the next call. */
void ent__types_find(ent__types *types, const ent__model *model, const ent_word *words,
                     size_t count, uint32_t *out_rows);
const float *ent__types_values(const ent__types *types, uint32_t row);
/* Less what zeros give, in steps of ENT_TAP_STEP (16 bits hold them); what zeros give, of all
 * taps together. */
enum { ENT_TAP_SHIFT = 2, ENT_TAP_STEP = 1 << ENT_TAP_SHIFT };
const int16_t *ent__types_sums(const ent__types *types, uint32_t row, unsigned tap);
const int32_t *ent__types_zeros(const ent__types *types);
/* Asks the memory for a row that will be read soon. */
void ent__types_fetch(const ent__types *types, uint32_t row);
uint32_t ent__types_padding(const ent__types *types);

/* Scratch of the network for sentences of at most `longest` words. */
typedef struct {
    ent__types *types;
    uint32_t *rows; /* of types */
    uint8_t *state, *next, *reduced, *wide;
    const uint8_t *input; /* of the slots: reduced, or the encoder's output */
    float *layer;
    int32_t *sums;
    int16_t *slots;      /* words x ENT_SLOT_COUNT x hidden */
    uint16_t *slot_made; /* of each word: a bit a slot */
    uint16_t *words16;
    uint8_t *labels;
} ent_net_scratch;

enum { ENT_SENTENCE_LIMIT = 400 }; /* words; longer ones are cut */

bool ent__net_reserve(ent_ctx *ctx, const ent__model *model, ent_arena *arena, size_t longest,
                      ent_net_scratch *scratch);
/* Tags and parses one sentence: fills upos, xpos, head (sentence-relative, count for the root) and
 * deprel of tokens[0 .. count). */
void ent__net_parse(const ent__model *model, ent_net_scratch *scratch, const ent_word *words,
                    ent_token *tokens, size_t count);

#endif
