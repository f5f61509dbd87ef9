/* The learner that the trainers of src/events share: see learn.h.
 * Input: examples with numbered features.  Output: weights, the model file that
 * src/events/model.c reads.  Cost: O(epochs x features told x relations). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn.h"

void die(trainer *t, const char *what)
{
    fprintf(stderr, "train: %s: %s\n", what, ent_ctx_error(t->ctx));
    exit(3);
}

uint32_t feature_number(trainer *t, ent_str name)
{
    uint32_t number;
    if (ent__map_get(t->numbers, name, &number)) {
        return number;
    }
    ent_str *grown = ent__grow(t->names, t->name_count, &t->name_capacity, sizeof *t->names);
    ent_str kept = ent__arena_str(t->arena, name);
    if (grown == NULL || kept.p == NULL ||
        !ent__map_put(t->numbers, kept, (uint32_t)t->name_count)) {
        die(t, "out of memory");
    }
    t->names = grown;
    t->names[t->name_count] = kept;
    return (uint32_t)t->name_count++;
}

example *add_example(trainer *t, int fold)
{
    example *grown = ent__grow(t->examples, t->count, &t->capacity, sizeof *t->examples);
    if (grown == NULL) {
        die(t, "out of memory");
    }
    t->examples = grown;
    example *e = &t->examples[t->count++];
    *e = (example){.fold = fold, .weight = 1, .scored = true};
    return e;
}

weights weights_new(const trainer *t)
{
    size_t cells = (t->name_count + 1) * K;
    return (weights){calloc(cells, 4), calloc(cells, 4), calloc(cells, 4)};
}

void weights_free(weights *w)
{
    free(w->w);
    free(w->g);
    free(w->sum);
}

void softmax(const weights *w, const example *e, double p[K], uint32_t allowed)
{
    for (int k = 0; k < K; k++) {
        p[k] = 0;
    }
    for (uint32_t i = 0; i < e->count; i++) {
        const float *row = w->w + (size_t)e->features[i] * K;
        for (int k = 0; k < K; k++) {
            p[k] += row[k];
        }
    }
    double highest = -1e30, sum = 0;
    for (int k = 0; k < K; k++) {
        if (allowed >> k & 1) {
            highest = p[k] > highest ? p[k] : highest;
        }
    }
    for (int k = 0; k < K; k++) {
        p[k] = allowed >> k & 1 ? exp(p[k] - highest) : 0;
        sum += p[k];
    }
    for (int k = 0; k < K; k++) {
        p[k] /= sum;
    }
}

static void step(const trainer *t, weights *w, const example *e, const bool *used)
{
    double p[K], q[K];
    softmax(w, e, p, ALL_RELATIONS);
    softmax(w, e, q, e->allowed); /* the share of each allowed relation */
    for (uint32_t i = 0; i < e->count; i++) {
        if (!used[e->features[i]]) {
            continue;
        }
        size_t at = (size_t)e->features[i] * K;
        for (int k = 0; k < K; k++) {
            double gradient = e->weight * (p[k] - q[k]) + t->l2 * w->w[at + (size_t)k];
            w->g[at + (size_t)k] += (float)(gradient * gradient);
            w->w[at + (size_t)k] -= (float)(t->rate * gradient / sqrt(1e-6 + w->g[at + (size_t)k]));
        }
    }
}

/* One run over all epochs from nothing; adds the weights of the second half to the sum. */
static void run(const trainer *t, weights *w, uint32_t *order, size_t n, const bool *used,
                uint64_t seed)
{
    size_t cells = t->name_count * K;
    memset(w->w, 0, cells * sizeof *w->w);
    memset(w->g, 0, cells * sizeof *w->g);
    ent_rng rng;
    ent__rng_seed(&rng, seed);
    for (int epoch = 0; epoch < t->epochs; epoch++) {
        for (size_t i = n; i > 1; i--) {
            size_t j = ent__rng_below(&rng, (uint32_t)i);
            uint32_t swap = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            step(t, w, &t->examples[order[i]], used);
        }
        for (size_t c = 0; c < cells && epoch >= t->epochs / 2; c++) {
            w->sum[c] += w->w[c];
        }
    }
}

void train(trainer *t, int fold, weights *w)
{
    size_t cells = t->name_count * K;
    memset(w->sum, 0, cells * sizeof *w->sum);
    bool *used = calloc(t->name_count + 1, sizeof *used);
    uint16_t *seen = calloc(t->name_count + 1, sizeof *seen);
    uint32_t *order = calloc(t->count + 1, sizeof *order);
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->examples[i].fold == fold) {
            continue;
        }
        order[n++] = (uint32_t)i;
        for (uint32_t k = 0; k < t->examples[i].count; k++) {
            uint32_t f = t->examples[i].features[k];
            used[f] = ++seen[f] > 2 || used[f]; /* told three times or more */
        }
    }
    for (int k = 0; k < t->runs; k++) {
        run(t, w, order, n, used, 1972 + (uint64_t)k);
    }
    for (size_t c = 0; c < cells; c++) {
        w->w[c] = w->sum[c] / (float)(t->runs * (t->epochs - t->epochs / 2));
    }
    free(used);
    free(seen);
    free(order);
}

void write_model(trainer *t, const weights *w, const char *path)
{
    ent_buf body = {0}, out = {0};
    uint32_t count = 0;
    for (size_t f = 0; f < t->name_count; f++) {
        bool any = false;
        for (int k = 0; k < K; k++) {
            long value = lround(w->w[f * K + (size_t)k] * 1000);
            if (labs(value) >= 20) {
                if (!any) {
                    ent__buf_str(&body, t->names[f]);
                }
                ent__buf_printf(&body, "%c%d:%ld", any ? ' ' : '\t', k, value);
                any = true;
            }
        }
        if (any) {
            ent__buf_char(&body, '\n');
            count++;
        }
    }
    ent__buf_printf(&out, "events 1 %u\n", count);
    ent__buf_str(&out, ent__buf_slice(&body));
    if (ent__file_write(t->ctx, path, ent__buf_slice(&out)) != ENT_OK) {
        die(t, path);
    }
    printf("%s: %u features, %zu bytes\n", path, count, out.n);
    ent__buf_free(&body);
    ent__buf_free(&out);
}
