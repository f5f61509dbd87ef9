/* learn: the linear models of src/events, multinomial logistic regression over named features.
 * AdaGrad (Duchi, Hazan, Singer 2011), L2, weights averaged over the second half of the epochs. */
#ifndef ENT_LEARN_H
#define ENT_LEARN_H

#include "../src/events/relate.h"

#define FOLDS 10
#define K ENT_RELATION_COUNT

typedef struct {
    uint32_t *features;
    uint32_t count;
    uint32_t allowed; /* bits of relations */
    int gold;         /* relation, or penta class of a sentence */
    int fold, predicted;
    bool pair, scored;
    float weight;
    ent_str row; /* for the predictions: sentence, source, target */
} example;

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    ent_map *numbers;
    ent_str *names;
    size_t name_count, name_capacity;
    example *examples;
    size_t count, capacity;
    double l2, rate;
    int epochs, runs; /* runs from other orders of the examples are averaged */
    double balance; /* 0: every example counts the same, 1: every relation does */
} trainer;

typedef struct {
    float *w, *g, *sum; /* weights, squared gradients, sum for the average */
} weights;

#define ALL_RELATIONS (((1U << K) - 1) & ~(1U << ENT_PLOVER_RETREAT))

/* Says what went wrong and leaves with 3. */
void die(trainer *t, const char *what);
uint32_t feature_number(trainer *t, ent_str name);
/* A new example of this fold, zero otherwise. */
example *add_example(trainer *t, int fold);
/* Probabilities over the allowed relations. */
void softmax(const weights *w, const example *e, double p[K], uint32_t allowed);
weights weights_new(const trainer *t);
void weights_free(weights *w);
/* Trains on all examples outside of `fold` (-1: on all). */
void train(trainer *t, int fold, weights *w);
/* Weights below two hundredths are left out: they change nothing that is measured. */
void write_model(trainer *t, const weights *w, const char *path);

#endif
