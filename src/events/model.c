/* The linear model: named features, one weight a relation (multinomial logistic regression).
 * Input: data/models/events.model, text: a first line "events 1 COUNT", then a feature a line:
 * name, tab, pairs "relation:weight" in thousandths.  Output: probabilities.
 * Cost: reading O(weights); scoring O(features x relations). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

typedef struct {
    uint64_t key;
    uint32_t number; /* + 1; 0: free */
} slot;

struct ent__event_model {
    slot *slots; /* by key (ent__feature_key), open addressing */
    uint64_t mask;
    float (*weights)[ENT_RELATION_COUNT];
    uint32_t count;
};

static unsigned char plain(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u <= ' ' ? '_' : u;
}

static uint64_t add_bytes(uint64_t key, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        key = (key ^ plain(p[i])) * 1099511628211U;
    }
    return key;
}

/* FNV-1a (Fowler, Noll, Vo) of a whole name; ent__feature_key gives the same of its parts. */
static uint64_t name_key(ent_str name)
{
    return add_bytes(14695981039346656037U, name.p, name.n);
}

uint64_t ent__feature_key(const char *kind, ent_str a, ent_str b)
{
    uint64_t key = name_key(ent__str(kind));
    key = add_bytes(add_bytes(key, "=", 1), a.p, a.n);
    return b.n > 0 ? add_bytes(add_bytes(key, "+", 1), b.p, b.n) : key;
}

size_t ent__feature_name(char out[ENT_FEATURE_NAME_MAX], const char *kind, ent_str a, ent_str b)
{
    size_t n = strlen(kind), room = ENT_FEATURE_NAME_MAX - n - 2;
    size_t first = a.n < room ? a.n : room, second = b.n < room - first ? b.n : room - first;
    memcpy(out, kind, n);
    size_t value = n;
    out[n++] = '=';
    if (first > 0) {
        memcpy(out + n, a.p, first);
        n += first;
    }
    if (b.n > 0) {
        out[n++] = '+';
        memcpy(out + n, b.p, second);
        n += second;
    }
    for (size_t i = value; i < n; i++) {
        out[i] = (char)plain(out[i]);
    }
    return n;
}

void ent__event_model_free(const ent__event_model *model)
{
    if (model != NULL) {
        free(model->weights);
        free(model->slots);
        free((void *)(uintptr_t)model);
    }
}

static ent_rc bad_line(ent_ctx *ctx, long line)
{
    return ent__fail(ctx, ENT_EINPUT, "models/events.model", line,
                     "expected a feature, a tab and pairs relation:weight");
}

static bool read_pairs(ent_str pairs, float weights[ENT_RELATION_COUNT])
{
    ent_str pair;
    while (ent__str_split(&pairs, ' ', &pair)) {
        ent_str relation;
        int64_t index, value;
        if (!ent__str_split(&pair, ':', &relation) || !ent__str_int(relation, &index) ||
            !ent__str_int(pair, &value) || index < 0 || index >= ENT_RELATION_COUNT) {
            return false;
        }
        weights[index] = (float)value / 1000.0F;
    }
    return true;
}

/* The next feature's place; the first of two with one name counts. */
static void add_slot(ent__event_model *model, ent_str name)
{
    uint64_t key = name_key(name);
    uint64_t at = key & model->mask;
    while (model->slots[at].number != 0) {
        at = (at + 1) & model->mask;
    }
    model->slots[at] = (slot){key, ++model->count};
}

ent_rc ent__event_model_read(ent_ctx *ctx, const unsigned char *bytes, size_t n,
                             ent__event_model **out)
{
    ent_str rest = {(const char *)bytes, n}, line, word;
    int64_t count = -1;
    *out = NULL;
    if (!ent__str_split(&rest, '\n', &line) || !ent__str_split(&line, ' ', &word) ||
        !ent__str_eqz(word, "events") || !ent__str_split(&line, ' ', &word) ||
        !ent__str_eqz(word, "1") || !ent__str_int(line, &count) || count < 0 || count > 1 << 20) {
        return ent__fail(ctx, ENT_EINPUT, "models/events.model", 1, "expected \"events 1 COUNT\"");
    }
    ent__event_model *model = calloc(1, sizeof *model);
    if (model != NULL) {
        model->weights = calloc((size_t)count + 1, sizeof *model->weights);
        for (model->mask = 63; model->mask < 4 * (uint64_t)count;) {
            model->mask = 2 * model->mask + 1;
        }
        model->slots = calloc(model->mask + 1, sizeof *model->slots);
    }
    if (model == NULL || model->weights == NULL || model->slots == NULL) {
        ent__event_model_free(model);
        return ent__nomem(ctx);
    }
    long number = 1;
    while (ent__str_split(&rest, '\n', &line)) {
        number++;
        if (line.n == 0) {
            continue;
        }
        if (!ent__str_split(&line, '\t', &word) || line.n == 0 || model->count >= (uint32_t)count ||
            !read_pairs(line, model->weights[model->count])) {
            ent__event_model_free(model);
            return bad_line(ctx, number);
        }
        add_slot(model, word);
    }
    *out = model;
    return ENT_OK;
}

const float *ent__event_model_weights_of_key(const ent__event_model *model, uint64_t key)
{
    for (uint64_t at = key & model->mask;; at = (at + 1) & model->mask) {
        if (model->slots[at].number == 0) {
            return NULL;
        }
        if (model->slots[at].key == key) {
            return model->weights[model->slots[at].number - 1];
        }
    }
}

const float *ent__event_model_weights(const ent__event_model *model, ent_str feature)
{
    return ent__event_model_weights_of_key(model, name_key(feature));
}

void ent__event_model_score(const ent__event_model *model, const ent__features *features,
                            double out[ENT_RELATION_COUNT])
{
    for (int k = 0; k < ENT_RELATION_COUNT; k++) {
        out[k] = 0;
    }
    for (uint32_t i = 0; i < features->count; i++) {
        const float *weights = ent__event_model_weights(model, features->names[i]);
        for (int k = 0; k < ENT_RELATION_COUNT && weights != NULL; k++) {
            out[k] += weights[k];
        }
    }
    double highest = out[0], sum = 0;
    for (int k = 1; k < ENT_RELATION_COUNT; k++) {
        highest = out[k] > highest ? out[k] : highest;
    }
    for (int k = 0; k < ENT_RELATION_COUNT; k++) {
        out[k] = k == ENT_PLOVER_RETREAT ? 0 : exp(out[k] - highest);
        sum += out[k];
    }
    for (int k = 0; k < ENT_RELATION_COUNT; k++) {
        out[k] /= sum;
    }
}
