/* events, inside the folder: the linear model that chooses among readings. */
#ifndef ENT_EVENTS_MODEL_H
#define ENT_EVENTS_MODEL_H

#include "events.h"

/* PLOVER's sixteen types and "no event".  The training set merges CONCEDE and RETREAT: the model
 * says CONCEDE and the reading tells which of the two it is. */
#define ENT_RELATION_COUNT (ENT_PLOVER_COUNT + 1)

/* Names of what holds in one sentence for one pair; strings live in the arena given. */
typedef struct {
    ent_str *names;
    uint32_t count, capacity;
    ent_arena *arena;
    bool failed;
} ent__features;

#define ENT_FEATURE_NAME_MAX 200 /* longer ones are cut */

/* Writes kind=a+b (b may be empty), lower case, blanks as "_"; returns its length. */
size_t ent__feature_name(char out[ENT_FEATURE_NAME_MAX], const char *kind, ent_str a, ent_str b);

typedef struct ent__event_model ent__event_model;

/* Reads data/models/events.model.  A missing model is no error: *out NULL. */
ent_rc ent__event_model_read(ent_ctx *ctx, const unsigned char *bytes, size_t n,
                             ent__event_model **out);
void ent__event_model_free(const ent__event_model *model);
/* A feature's key: 64-bit FNV-1a over the name that ent__feature_name writes, uncut. */
uint64_t ent__feature_key(const char *kind, ent_str a, ent_str b);
/* Its weights, one a relation, or NULL.  O(1). */
const float *ent__event_model_weights_of_key(const ent__event_model *model, uint64_t key);
/* Weights of a feature, one a relation, or NULL. */
const float *ent__event_model_weights(const ent__event_model *model, ent_str feature);
/* Probabilities (softmax of the summed weights) of all relations. */
void ent__event_model_score(const ent__event_model *model, const ent__features *features,
                            double out[ENT_RELATION_COUNT]);

#endif
