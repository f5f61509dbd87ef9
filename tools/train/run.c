/* run: epochs over a treebank, scores on gold tokens.
 *
 * Sentences of similar length share a batch (sorted by length with a random tie-break, batches in
 * random order), about `batch` words each.  The rate falls along a half cosine. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void batch_fill(train_batch *b, const train_sentence *const *sentences, size_t count)
{
    b->rows = 0;
    b->count = count;
    for (size_t s = 0; s < count; s++) {
        b->sentences[s] = sentences[s];
        b->start[s] = (uint32_t)b->rows;
        for (size_t j = 0; j < sentences[s]->count; j++) {
            b->words[b->rows++] = &sentences[s]->words[j];
        }
    }
    b->start[count] = (uint32_t)b->rows;
}

void train_batch_one(train_batch *b, const train_sentence *sentence)
{
    batch_fill(b, &sentence, 1);
}

static size_t rows_of(const train_sentence *const *sentences, size_t count)
{
    size_t rows = 0;
    for (size_t s = 0; s < count; s++) {
        rows += sentences[s]->count;
    }
    return rows;
}

/* ---- scores -------------------------------------------------------------------------------- */

static bool same_relation(uint8_t a, uint8_t b)
{
    const char *x = ent__deprel_name(a), *y = ent__deprel_name(b);
    size_t n = strcspn(x, ":");
    return n == strcspn(y, ":") && memcmp(x, y, n) == 0;
}

enum { DECODE_SENTENCES = 64 };

static bool decode_part(const train_network *const *nets, train_batch *const *batches, size_t count,
                        const train_vocabulary *vocabulary, const train_sentence *const *part,
                        size_t n, uint16_t *heads, uint8_t *labels, uint16_t *tags)
{
    for (size_t m = 0; m < count; m++) {
        if (!train_batch_reserve(batches[m], nets[m], rows_of(part, n), n)) {
            return false;
        }
        batch_fill(batches[m], part, n);
        train_encode(nets[m], vocabulary, batches[m], NULL);
    }
    train_decode(nets, batches, count, heads, labels, tags);
    return true;
}

bool train_label(const train_network *const *nets, size_t count,
                 const train_vocabulary *vocabulary, const train_bank *bank,
                 train_predicted predicted, void *user)
{
    train_batch store[16] = {{0}}, *batches[16];
    uint16_t *heads = malloc(DECODE_SENTENCES * 65536 * sizeof *heads);
    uint16_t *tags = malloc(DECODE_SENTENCES * 65536 * sizeof *tags);
    uint8_t *labels = malloc(DECODE_SENTENCES * 65536);
    bool good = heads && tags && labels && count <= 16;
    for (size_t m = 0; m < 16; m++) {
        batches[m] = &store[m];
    }
    for (size_t i = 0; good && i < bank->count; i += DECODE_SENTENCES) {
        const train_sentence *part[DECODE_SENTENCES];
        size_t n = bank->count - i < DECODE_SENTENCES ? bank->count - i : DECODE_SENTENCES;
        for (size_t s = 0; s < n; s++) {
            part[s] = &bank->sentences[i + s];
        }
        good = decode_part(nets, batches, count, vocabulary, part, n, heads, labels, tags);
        for (size_t s = 0, r = 0; good && s < n; r += part[s++]->count) {
            predicted(user, &bank->sentences[i + s], heads + r, labels + r, tags + r);
        }
    }
    for (size_t m = 0; m < count && m < 16; m++) {
        train_batch_free(&store[m], nets[m]);
    }
    free(heads);
    free(tags);
    free(labels);
    return good;
}

typedef struct {
    const train_vocabulary *vocabulary;
    size_t words, upos, xpos, uas, las;
} tally;

static void count_right(void *user, const train_sentence *s, const uint16_t *heads,
                        const uint8_t *labels, const uint16_t *tags)
{
    tally *t = user;
    for (size_t j = 0; j < s->count; j++) {
        const train_word *w = &s->words[j];
        uint16_t tag = t->vocabulary->tags[tags[j]];
        t->words++;
        t->upos += (tag >> 8) == w->upos;
        t->xpos += (tag & 255) == w->xpos;
        t->uas += heads[j] == w->head;
        t->las += heads[j] == w->head && same_relation(labels[j], w->label);
    }
}

bool train_evaluate(const train_network *const *nets, size_t count,
                    const train_vocabulary *vocabulary, const train_bank *bank, train_scores *out)
{
    tally t = {.vocabulary = vocabulary};
    if (!train_label(nets, count, vocabulary, bank, count_right, &t) || t.words == 0) {
        return false;
    }
    double n = (double)t.words / 100.0;
    *out = (train_scores){(double)t.upos / n, (double)t.xpos / n, (double)t.uas / n,
                          (double)t.las / n};
    return true;
}

/* ---- epochs -------------------------------------------------------------------------------- */

typedef struct {
    const train_sentence *sentence;
    uint32_t order;
} entry;

static int by_length(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->sentence->count != y->sentence->count) {
        return x->sentence->count < y->sentence->count ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

typedef struct {
    entry *entries;
    const train_sentence **sorted;
    uint32_t *first; /* of each batch, batches + 1 */
    uint32_t *turn;
    size_t count, batches;
} plan;

static void plan_epoch(plan *p, const train_bank *bank, size_t epoch, size_t batch_words,
                       ent_rng *rng)
{
    p->count = 0;
    for (size_t i = 0; i < bank->count; i++) {
        const train_sentence *s = &bank->sentences[i];
        if (s->source == 0 || (i + epoch) % TRAIN_TEXT_TURNS == 0) {
            p->entries[p->count].sentence = s;
            p->entries[p->count++].order = (uint32_t)(ent__rng_next(rng) >> 32);
        }
    }
    qsort(p->entries, p->count, sizeof *p->entries, by_length);
    size_t words = batch_words;
    p->batches = 0;
    for (size_t i = 0; i < p->count; i++) {
        p->sorted[i] = p->entries[i].sentence;
        if (words >= batch_words) {
            p->first[p->batches++] = (uint32_t)i;
            words = 0;
        }
        words += p->sorted[i]->count;
    }
    p->first[p->batches] = (uint32_t)p->count;
    for (size_t i = 0; i < p->batches; i++) {
        size_t j = ent__rng_below(rng, (uint32_t)i + 1);
        p->turn[i] = p->turn[j];
        p->turn[j] = (uint32_t)i;
    }
}

static bool plan_new(const train_bank *bank, plan *p)
{
    p->entries = calloc(bank->count + 1, sizeof *p->entries);
    p->sorted = calloc(bank->count + 1, sizeof *p->sorted);
    p->first = calloc(bank->count + 2, sizeof *p->first);
    p->turn = calloc(bank->count + 2, sizeof *p->turn);
    return p->entries && p->sorted && p->first && p->turn;
}

static void plan_free(plan *p)
{
    free(p->entries);
    free(p->sorted);
    free(p->first);
    free(p->turn);
}

static void report(FILE *log, const train_network *net, const train_vocabulary *vocabulary,
                   const train_bank *const *dev, size_t dev_count)
{
    for (size_t i = 0; i < dev_count; i++) {
        train_scores s;
        if (train_evaluate(&net, 1, vocabulary, dev[i], &s)) {
            fprintf(log, "  [%.2f %.2f %.2f %.2f]", s.upos, s.xpos, s.uas, s.las);
        }
    }
}

static bool batch_learn(train_network *net, const train_vocabulary *vocabulary, train_batch *b,
                        train_teaching *t, const train_sentence *const *part, size_t n,
                        float explore, ent_rng *rng, double loss[2])
{
    size_t steps = 0;
    if (!train_batch_reserve(b, net, rows_of(part, n), n)) {
        return false;
    }
    for (size_t m = 0; m < t->count; m++) {
        if (!train_batch_reserve(&t->batch[m], t->network[m], rows_of(part, n), n)) {
            return false;
        }
        batch_fill(&t->batch[m], part, n);
        train_encode(t->network[m], t->vocabulary, &t->batch[m], NULL);
    }
    batch_fill(b, part, n);
    train_encode(net, vocabulary, b, rng);
    memset(b->d_layer, 0, b->rows * net->options.width * sizeof *b->d_layer);
    loss[0] += train_tag_loss(net, b, t);
    loss[1] += train_parse_loss(net, b, t, explore, rng, &steps);
    train_encode_back(net, vocabulary, b);
    return true;
}

bool train_run(train_network *net, const train_vocabulary *vocabulary, const train_bank *bank,
               train_teaching *teaching, const train_bank *const *dev, size_t dev_count, FILE *log)
{
    plan p = {0};
    train_batch b = {0};
    train_teaching nobody = {.count = 0}, *t = teaching == NULL ? &nobody : teaching;
    ent_rng rng;
    ent__rng_seed(&rng, net->options.seed * 7919 + 17);
    bool good = plan_new(bank, &p);
    size_t step = 0;
    for (size_t epoch = 0; good && epoch < net->options.epochs; epoch++) {
        double loss[2] = {0, 0};
        size_t words = 0;
        clock_t began = clock();
        plan_epoch(&p, bank, epoch, net->options.batch, &rng);
        for (size_t i = 0; good && i < p.batches; i++) {
            size_t first = p.first[p.turn[i]], end = p.first[p.turn[i] + 1];
            double done = (double)(epoch * p.batches + i) /
                          (double)(net->options.epochs * p.batches);
            float warm = step < 200 ? (float)(step + 1) / 200.0f : 1.0f;
            float rate = net->options.rate * warm * (float)(0.5 + 0.5 * cos(done * 3.14159265));
            good = batch_learn(net, vocabulary, &b, t, p.sorted + first, end - first,
                               epoch == 0 ? 0.1f : 0.9f, &rng, loss);
            train_adam(net, rate, ++step);
            words += rows_of(p.sorted + first, end - first);
        }
        fprintf(log, "epoch %zu: tag loss %.4f, parse loss %.4f, %.1f CPU s", epoch + 1,
                loss[0] / (double)words, loss[1] / (double)words,
                (double)(clock() - began) / CLOCKS_PER_SEC);
        if (epoch % 5 == 4 || epoch + 1 == net->options.epochs || epoch == 0) {
            report(log, net, vocabulary, dev, dev_count);
        }
        fprintf(log, "\n");
        fflush(log);
    }
    for (size_t m = 0; m < t->count; m++) {
        train_batch_free(&t->batch[m], t->network[m]);
    }
    train_batch_free(&b, net);
    plan_free(&p);
    return good;
}
