/* train_classes OUT [FINEST MIDDLE COARSEST] -> data/models/classes.model
 * Groups the words of the parse model by their vectors: spherical k-means (Dhillon, Modha 2001)
 * with k-means++ seeds (Arthur, Vassilvitskii 2007) gives the finest classes; these are joined by
 * Ward's method (1963) to the counts of the coarser levels.  Input: the kit's parse model.  Output:
 * a class for each row (src/parse/classes.h).  Sums run in one order, so that the same model gives
 * the same bytes.  Cost: ROUNDS x words x classes x width, about a minute. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/parse/classes.h"

enum { ROUNDS = 25, LEVELS = ENT_WORD_CLASS_LEVELS };

typedef struct {
    size_t words, width, count;
    float *points;    /* words x width, of length 1 */
    float *centres;   /* width x count: one coordinate of all classes together */
    uint16_t *class;  /* of each word */
    uint32_t *size;   /* of each class */
    ent_rng rng;
} clustering;

static void *need(void *memory)
{
    if (memory == NULL) {
        fputs("train_classes: out of memory\n", stderr);
        exit(5);
    }
    return memory;
}

static void points_make(clustering *c, const ent__model *m)
{
    for (size_t i = 0; i < c->words; i++) {
        const int8_t *from = m->vector + i * c->width;
        float *to = c->points + i * c->width;
        double square = 0;
        for (size_t d = 0; d < c->width; d++) {
            square += (double)from[d] * from[d];
        }
        for (size_t d = 0; d < c->width && square > 0; d++) {
            to[d] = (float)(from[d] / sqrt(square));
        }
    }
}

static void centre_set(clustering *c, size_t class, const float *point)
{
    for (size_t d = 0; d < c->width; d++) {
        c->centres[d * c->count + class] = point[d];
    }
}

static float distance(const clustering *c, const float *a, const float *b)
{
    float sum = 0;
    for (size_t d = 0; d < c->width; d++) {
        sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
}

/* k-means++: each further seed with a chance by its squared distance from the seeds so far. */
static void seeds_choose(clustering *c)
{
    float *far = need(malloc(c->words * sizeof *far));
    size_t chosen = ent__rng_below(&c->rng, (uint32_t)c->words);
    for (size_t i = 0; i < c->words; i++) {
        far[i] = FLT_MAX;
    }
    for (size_t k = 0; k < c->count; k++) {
        const float *seed = c->points + chosen * c->width;
        double total = 0;
        centre_set(c, k, seed);
        for (size_t i = 0; i < c->words; i++) {
            float d = distance(c, c->points + i * c->width, seed);
            far[i] = d < far[i] ? d : far[i];
            total += far[i];
        }
        double at = ent__rng_uniform(&c->rng) * total;
        for (chosen = 0; chosen + 1 < c->words && (at -= far[chosen]) > 0; chosen++) {
        }
    }
    free(far);
}

/* Puts each word into the class with the greatest cosine; returns how many moved. */
static size_t words_assign(clustering *c, float *cosines)
{
    size_t moved = 0;
    for (size_t i = 0; i < c->words; i++) {
        const float *x = c->points + i * c->width;
        memset(cosines, 0, c->count * sizeof *cosines);
        for (size_t d = 0; d < c->width; d++) {
            const float *row = c->centres + d * c->count;
            float value = x[d];
            for (size_t k = 0; k < c->count; k++) {
                cosines[k] += value * row[k];
            }
        }
        size_t best = 0;
        for (size_t k = 1; k < c->count; k++) {
            best = cosines[k] > cosines[best] ? k : best;
        }
        moved += c->class[i] != best;
        c->class[i] = (uint16_t)best;
    }
    return moved;
}

/* Means of the classes, of length 1; an empty class keeps its centre. */
static void centres_move(clustering *c)
{
    double *sums = need(calloc(c->count * c->width, sizeof *sums));
    memset(c->size, 0, c->count * sizeof *c->size);
    for (size_t i = 0; i < c->words; i++) {
        double *sum = sums + (size_t)c->class[i] * c->width;
        c->size[c->class[i]]++;
        for (size_t d = 0; d < c->width; d++) {
            sum[d] += c->points[i * c->width + d];
        }
    }
    for (size_t k = 0; k < c->count; k++) {
        double *sum = sums + k * c->width, square = 0;
        for (size_t d = 0; d < c->width; d++) {
            square += sum[d] * sum[d];
        }
        for (size_t d = 0; d < c->width && square > 0; d++) {
            c->centres[d * c->count + k] = (float)(sum[d] / sqrt(square));
        }
    }
    free(sums);
}

/* Ward: the two classes whose union adds least to the sum of squares are joined, until `wanted`
 * are left; into[k] is the class of the finest class k, numbered in order of appearance. */
static void classes_join(const clustering *c, size_t wanted, uint16_t *into)
{
    size_t n = c->count, alive = n;
    float *means = need(malloc(n * c->width * sizeof *means));
    double *weight = need(malloc(n * sizeof *weight));
    for (size_t k = 0; k < n; k++) {
        into[k] = (uint16_t)k;
        weight[k] = c->size[k] > 0 ? c->size[k] : 1;
        for (size_t d = 0; d < c->width; d++) {
            means[k * c->width + d] = c->centres[d * n + k];
        }
    }
    float *gap = need(malloc(n * n * sizeof *gap)); /* squared distances of those alive */
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < a; b++) {
            gap[a * n + b] = distance(c, means + a * c->width, means + b * c->width);
        }
    }
    for (; alive > wanted; alive--) {
        size_t one = 0, other = 0;
        double least = DBL_MAX;
        for (size_t a = 0; a < n; a++) {
            for (size_t b = 0; weight[a] > 0 && b < a; b++) {
                double cost = weight[a] * weight[b] / (weight[a] + weight[b]) * gap[a * n + b];
                if (weight[b] > 0 && cost < least) {
                    least = cost;
                    one = b;
                    other = a;
                }
            }
        }
        for (size_t d = 0; d < c->width; d++) {
            float *x = means + one * c->width + d;
            *x = (float)((*x * weight[one] + means[other * c->width + d] * weight[other]) /
                         (weight[one] + weight[other]));
        }
        weight[one] += weight[other];
        weight[other] = 0;
        for (size_t k = 0; k < n; k++) {
            into[k] = into[k] == other ? (uint16_t)one : into[k];
            if (weight[k] > 0 && k != one) {
                gap[(k > one ? k : one) * n + (k > one ? one : k)] =
                    distance(c, means + k * c->width, means + one * c->width);
            }
        }
    }
    uint16_t *number = need(calloc(n, sizeof *number)), next = 0;
    for (size_t k = 0; k < n; k++) {
        number[into[k]] = into[k] == k ? next++ : number[into[k]];
    }
    for (size_t k = 0; k < n; k++) {
        into[k] = number[into[k]];
    }
    free(number);
    free(gap);
    free(weight);
    free(means);
}

/* The words of all tables of the kit, each by its row of the model: empty where none is known. */
static ent_str *words_known(const ent_kit *kit, const ent__model *m)
{
    ent_str *words = need(calloc(m->head.vectors, sizeof *words)), cell, word;
    for (size_t i = 0; i < ent__kit_table_count(kit); i++) {
        const ent_table *table = ent__kit_table_at(kit, i);
        for (size_t k = 0; k < table->rows * table->columns; k++) {
            cell = ent__table_cell(table, k / table->columns, (int)(k % table->columns));
            while (ent__str_split(&cell, ' ', &word)) {
                ent_word key;
                uint32_t at;
                ent__word_key_of(word, &key);
                if (ent__print_find(m->hash, m->hash_mask, key.key, &at) &&
                    words[m->hash_row[at]].n == 0) {
                    words[m->hash_row[at]] = word;
                }
            }
        }
    }
    return words;
}

/* A class is called after the known word nearest its middle, else after its number. */
static void names_write(const clustering *c, const ent_str *words, const uint16_t *into,
                        uint32_t count, ent_buf *out)
{
    float *middle = need(calloc(count * c->width, sizeof *middle));
    float *best = need(malloc(count * sizeof *best));
    size_t *named = need(malloc(count * sizeof *named));
    for (size_t k = 0; k < count; k++) {
        best[k] = -FLT_MAX;
        named[k] = c->words;
    }
    for (size_t i = 0; i < c->words; i++) {
        for (size_t d = 0; d < c->width; d++) {
            middle[into[c->class[i]] * c->width + d] += c->points[i * c->width + d];
        }
    }
    for (size_t i = 0; i < c->words; i++) {
        size_t k = into[c->class[i]];
        float near = 0;
        for (size_t d = 0; d < c->width; d++) {
            near += middle[k * c->width + d] * c->points[i * c->width + d];
        }
        if (words[i].n > 0 && near > best[k]) {
            best[k] = near;
            named[k] = i;
        }
    }
    for (size_t k = 0; k < count; k++) {
        if (named[k] < c->words) {
            ent__buf_str(out, words[named[k]]);
        } else {
            ent__buf_printf(out, "%zu", k);
        }
        ent__buf_char(out, '\0');
    }
    free(named);
    free(best);
    free(middle);
}

static void classes_write(const clustering *c, const ent_kit *kit, const ent__model *m,
                          const uint32_t counts[LEVELS], ent_buf *out)
{
    ent_buf names = {0};
    ent_str *words = words_known(kit, m);
    ent_classes_header header = {.print = ent__classes_print(m), .vectors = (uint32_t)c->words};
    uint16_t *into = need(malloc(c->count * sizeof *into));
    memcpy(header.magic, ENT_CLASSES_MAGIC, sizeof header.magic);
    memcpy(header.counts, counts, sizeof header.counts);
    ent__buf_add(out, &header, sizeof header);
    ent__buf_add(out, c->class, c->words * sizeof *c->class);
    for (int level = 0; level < LEVELS; level++) {
        classes_join(c, counts[level], into);
        if (level > 0) {
            ent__buf_add(out, into, c->count * sizeof *into);
        }
        names_write(c, words, into, counts[level], &names);
    }
    ent__buf_str(out, ent__buf_slice(&names));
    ent__buf_free(&names);
    free(into);
    free(words);
}

static void cluster(clustering *c, const ent__model *m)
{
    c->points = need(calloc(c->words * c->width, sizeof *c->points));
    c->centres = need(calloc(c->count * c->width, sizeof *c->centres));
    c->class = need(calloc(c->words, sizeof *c->class));
    c->size = need(calloc(c->count, sizeof *c->size));
    float *cosines = need(calloc(c->count, sizeof *cosines));
    ent__rng_seed(&c->rng, 1972);
    points_make(c, m);
    seeds_choose(c);
    for (int round = 0; round < ROUNDS && words_assign(c, cosines) > 0; round++) {
        centres_move(c);
    }
    free(cosines);
}

int main(int argc, char **argv)
{
    uint32_t counts[LEVELS] = {1024, 256, 64};
    ent_ctx *ctx;
    ent_kit *kit;
    ent__model *m;
    if ((argc != 2 && argc != 2 + LEVELS) || ent_ctx_new(&ctx) != ENT_OK) {
        fputs("usage: train_classes OUT [FINEST MIDDLE COARSEST]\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        counts[i - 2] = (uint32_t)atoi(argv[i]);
    }
    size_t bytes = 0; /* no kit that is prepared: its classes may be of another parse model */
    const unsigned char *parse =
        ent__kit_load(ctx, NULL, &kit) == ENT_OK ? ent__kit_model(kit, "models/parse", &bytes) : NULL;
    ent_buf out = {0};
    if (parse == NULL || ent__model_open(ctx, parse, bytes, &m) != ENT_OK) {
        fprintf(stderr, "train_classes: %s\n", ent_ctx_error(ctx));
        return 3;
    }
    clustering c = {.words = m->head.vectors, .width = m->head.vector_width, .count = counts[0]};
    cluster(&c, m);
    classes_write(&c, kit, m, counts, &out);
    if (ent__file_write(ctx, argv[1], ent__buf_slice(&out)) != ENT_OK) {
        fprintf(stderr, "train_classes: %s\n", ent_ctx_error(ctx));
        return 3;
    }
    printf("%s: %zu words, %u, %u and %u classes\n", argv[1], c.words, counts[0], counts[1],
           counts[2]);
    ent__buf_free(&out);
    free(c.size);
    free(c.class);
    free(c.centres);
    free(c.points);
    ent__model_free(m);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
