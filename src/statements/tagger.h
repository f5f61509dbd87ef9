/* Inside of statements: what a token's features are made of, the tagger (tagger.c) and the linker
 * (link.c).  Also read by the trainer (tools/train_statements.c).  Others use statements.h. */
#ifndef ENT_STATEMENTS_TAGGER_H
#define ENT_STATEMENTS_TAGGER_H

#include "statements.h"

/* Forces of cues, in the order of data/statements/cues.tsv's third column as first seen sorted, and
 * what one who uses such a cue does. */
#define FORCE_LIST(X) \
    X(accuse, SAY) X(agree, DECIDE) X(answer, SAY) X(argue, SAY) X(ask, SAY) X(believe, THINK) \
    X(call, SAY) X(claim, SAY) X(concede, SAY) X(confirm, SAY) X(criticize, SAY) \
    X(decide, DECIDE) X(declare, SAY) X(deny, SAY) X(dislike, THINK) X(doubt, THINK) \
    X(expect, THINK) X(fear, THINK) X(intend, DECIDE) X(know, THINK) X(oppose, DECIDE) \
    X(order, DECIDE) X(praise, SAY) X(promise, SAY) X(propose, SAY) X(reject, DECIDE) \
    X(report, SAY) X(request, SAY) X(say, SAY) X(seem, THINK) X(support, DECIDE) \
    X(threaten, SAY) X(want, THINK) X(warn, SAY)
enum { FORCE_none,
#define X(name, act) FORCE_##name,
       FORCE_LIST(X)
#undef X
       FORCE_COUNT };

typedef enum { TAG_NONE, TAG_SOURCE_BEGIN, TAG_SOURCE, TAG_CUE_BEGIN, TAG_CUE, TAG_CONTENT_BEGIN,
               TAG_CONTENT, TAG_COUNT } statement_tag;

/* What stands between a token and the one before it. */
enum { BORDER_NONE, BORDER_QUOTE, BORDER_SENTENCE, BORDER_BLOCK, BORDER_COUNT };

/* A stretch in double quotation marks: tokens, the marks included where there are any. */
typedef struct {
    uint32_t first, last;
    uint32_t words;
    bool continues; /* the next block's quotation goes on with it: no closing mark */
} quote_span;

/* One token as the features see it; hashes of 32 bits. */
typedef struct {
    uint32_t form, lemma, shape, suffix;
    uint32_t head;        /* token or ENT_NO_TOKEN */
    uint32_t noun_head;   /* head of the noun phrase that it lies in, or itself */
    uint32_t cue_above;   /* nearest ancestor that the cue table knows, or ENT_NO_TOKEN */
    uint32_t subject, object; /* its nsubj and obj child, or ENT_NO_TOKEN */
    uint32_t quote;       /* number in quotes, or UINT32_MAX */
    uint16_t children;    /* mask of the relations of its children */
    uint8_t xpos, deprel, force, edge; /* edge: relation below cue_above on the way to it */
    uint8_t quote_state, border, place, noun_place;
} token_reading;

typedef struct {
    const ent_tree *tree;
    token_reading *tokens;
    size_t count;
    quote_span *quotes;
    size_t quote_count;
    uint32_t *cue_before, *cue_after; /* nearest token with a force in the sentence, or NO_TOKEN */
} document_reading;

#define FEATURE_LIMIT 128
#define FEATURE_BITS 17
#define FEATURE_ROWS (1u << FEATURE_BITS)
#define LINK_BITS 16
#define LINK_ROWS (1u << LINK_BITS)

/* The file data/models/statements.model, little-endian, used where it lies.  A row of weights holds
 * those of the tags and those of the hidden units. */
#define MODEL_MAGIC "ENTSTAT3"
enum { TAG_ROOM = 8, HIDDEN = 24, ROW = TAG_ROOM + HIDDEN };
/* Whose hidden units a token sees: its own, those before and after it, its head's, the nearest cue
 * word's above it. */
enum { AROUND = 5, SEEN = AROUND * HIDDEN };
typedef struct {
    char magic[8];
    uint32_t feature_bits, link_bits;
    float tag_scale, hidden_scale, mix_scale, link_scale; /* of the bytes */
    float cue_bias; /* added to the cue tags: trades precision for recall */
    float transitions[BORDER_COUNT][TAG_COUNT + 1][TAG_ROOM]; /* row TAG_COUNT: the start */
    float hidden_bias[HIDDEN], mix_bias[HIDDEN], out[HIDDEN][TAG_ROOM];
    int16_t mix[SEEN / 2][HIDDEN][2]; /* by pairs of units seen: unit that sees */
    uint32_t unused[7]; /* rows begin at multiples of their size */
} model_header; /* int8 features[FEATURE_ROWS][ROW], int8 links[LINK_ROWS] follow */
_Static_assert(sizeof(model_header) % ROW == 0, "rows are aligned");

typedef struct {
    const model_header *header;
    const int8_t *features, *links;
} statement_model;

/* Hung on the kit: the cue table and the model. */
typedef struct {
    ent_map *verbs, *nouns, *others; /* lemma -> force | row << 8 */
    ent_map *units;                  /* word -> row of statements/units */
    statement_model model;           /* header NULL: no model in the kit */
} statement_lexicon;

/* The model in bytes that the caller keeps; ENT_EINPUT when they are none. */
ent_rc ent__statement_model_open(ent_ctx *ctx, const void *bytes, size_t n, statement_model *out);
const statement_lexicon *ent__statement_lexicon(const ent_kit *kit);
const char *ent__force_name(uint8_t force);
ent_statement_act ent__force_act(uint8_t force); /* FORCE_none: decide */
/* Force of a lemma under a tag's word class; FORCE_none when the table does not know it. */
uint8_t ent__force_of(const statement_lexicon *lexicon, ent_str lemma, uint8_t upos,
                      uint32_t *out_row);

ent_rc ent__statement_reading(ent_ctx *ctx, const statement_lexicon *lexicon, ent_arena *arena,
                              const ent_text *text, const ent_tree *tree,
                              document_reading *out);
/* Rows of the features of token t; at most FEATURE_LIMIT. */
size_t ent__statement_features(const document_reading *reading, size_t t, uint32_t *rows);
/* Tokens whose hidden units token t sees; UINT32_MAX: there is none. */
void ent__statement_around(const document_reading *reading, uint32_t t, uint32_t out[AROUND]);
/* Best tags under the model (Viterbi).  O(tokens x features). */
ent_rc ent__statement_tag(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                          const document_reading *reading, uint8_t *tags);

/* A run of tokens with one label. */
typedef struct {
    uint32_t first, last;
} token_run;

/* One attribution as linked: numbers of runs. */
typedef struct {
    uint32_t cue, source; /* UINT32_MAX: none */
    uint32_t *contents;
    uint32_t content_count;
} statement_link;

typedef struct {
    token_run *sources, *cues, *contents;
    uint32_t source_count, cue_count, content_count;
    statement_link *links; /* one a cue, in order */
} statement_runs;

/* The runs of a tag sequence. */
ent_rc ent__statement_runs(ent_ctx *ctx, ent_arena *arena, const uint8_t *tags, size_t count,
                           statement_runs *out);
/* All of it: tags, runs, links. */
ent_rc ent__statement_find(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                           const document_reading *reading, statement_runs *out);

#endif
