/* learn_tags: the weights of the tagger of src/statements, from annotated documents.  A linear-chain
 * conditional random field with a layer of hidden units. */
#ifndef ENT_LEARN_TAGS_H
#define ENT_LEARN_TAGS_H

#include "../src/statements/tagger.h"

typedef struct {
    document_reading reading;
    const uint8_t *tags; /* the annotators' */
} tagged_document;

typedef struct tag_learner tag_learner;

/* NULL: out of memory. */
tag_learner *tag_learner_new(void);
void tag_learner_free(tag_learner *learner);
/* Learns from nothing, from all documents whose number divided by `folds` does not leave `fold`
 * (fold = folds: from all).  Prints the log-likelihood of every epoch to stderr. */
void tag_learner_train(tag_learner *learner, const tagged_document *documents, size_t count,
                       int epochs, size_t folds, size_t fold);
/* The weights as header and bytes; rows: FEATURE_ROWS x ROW. */
void tag_learner_round(const tag_learner *learner, model_header *header, int8_t *rows);
/* Weights as bytes; returns what one step of them is worth. */
float weights_round(const float *weights, size_t rows, size_t room, int8_t *out, size_t stride);

#endif
