/* points: weights of the clues that cut tokens and sentences (src/parse/points.h).
 *
 * In: the treebank, whose paragraphs are put back into running text.  Out: one 8-bit weight a clue.
 * Logistic regression by AdaGrad (Duchi, Hazan and Singer 2011), examples in a random order. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points with their answers, clue lists one after the other. */
typedef struct {
    uint32_t *rows;
    size_t row_count, row_capacity;
    uint32_t *first; /* of each point, count + 1 */
    size_t count, capacity;
    unsigned char *yes;
    size_t yes_capacity;
} point_set;

static bool point_add(point_set *set, const ent_clues *clues, bool yes)
{
    for (unsigned i = 0; i < clues->count; i++) {
        uint32_t *rows = ent__grow(set->rows, set->row_count, &set->row_capacity, sizeof *rows);
        if (rows == NULL) {
            return false;
        }
        set->rows = rows;
        rows[set->row_count++] = clues->row[i];
    }
    uint32_t *first = ent__grow(set->first, set->count + 1, &set->capacity, sizeof *first);
    if (first == NULL) {
        return false;
    }
    set->first = first;
    unsigned char *answers = ent__grow(set->yes, set->count, &set->yes_capacity, 1);
    if (answers == NULL) {
        return false;
    }
    set->yes = answers;
    if (set->count == 0) {
        first[0] = 0;
    }
    answers[set->count++] = yes;
    first[set->count] = (uint32_t)set->row_count;
    return true;
}

static void point_free(point_set *set)
{
    free(set->rows);
    free(set->first);
    free(set->yes);
}

/* A paragraph as running text: where tokens begin, where sentences end. */
typedef struct {
    ent_buf text;
    ent_raw *raws;
    bool *ends; /* the sentence ends after this token */
    size_t count, capacity, ends_capacity;
} paragraph;

static bool token_put(paragraph *p, ent_str form, bool space, bool end)
{
    ent_word w;
    ent__word_of(form, &w);
    ent_raw *raws = ent__grow(p->raws, p->count, &p->capacity, sizeof *raws);
    p->raws = raws == NULL ? p->raws : raws;
    bool *ends = ent__grow(p->ends, p->count, &p->ends_capacity, sizeof *ends);
    p->ends = ends == NULL ? p->ends : ends;
    if (raws == NULL || ends == NULL) {
        return false;
    }
    size_t at = p->text.n;
    ent__buf_str(&p->text, form);
    raws[p->count] = (ent_raw){.begin = (uint32_t)at,
                               .end = (uint32_t)p->text.n,
                               .key = w.key,
                               .shape = w.shape,
                               .bytes = (uint8_t)(form.n > 255 ? 255 : form.n),
                               .first = w.text[0],
                               .last = w.key_bytes > 0 ? w.text[w.key_bytes - 1] : '<',
                               .space_after = space};
    ends[p->count++] = end;
    if (space) {
        ent__buf_char(&p->text, ' ');
    }
    return !p->text.failed;
}

static bool sentence_put(paragraph *p, const train_sentence *s)
{
    for (size_t j = 0; j < s->count;) {
        char form[512];
        size_t n = 0, k = j;
        do {
            size_t add = s->words[k].form.n;
            if (n + add < sizeof form) {
                memcpy(form + n, s->words[k].form.p, add);
                n += add;
            }
            k++;
        } while (k < s->count && s->words[j].part == 1 && s->words[k].part == 2);
        if (!token_put(p, (ent_str){form, n}, s->words[k - 1].space_after, k == s->count)) {
            return false;
        }
        j = k;
    }
    return true;
}

static bool token_points(const paragraph *p, point_set *set)
{
    ent_str text = ent__buf_slice(&p->text);
    size_t token = 0; /* first token that begins at or after the atom */
    bool line = false;
    ent_clues clues;
    ent_chunk chunk;
    for (size_t at = 0; at < text.n;) {
        size_t step = ent__blank(text, at, &line);
        if (step > 0) {
            at += step;
            continue;
        }
        at = ent__atoms(text, at, &chunk);
        unsigned first = 0;
        for (unsigned i = 0; i + 1 < chunk.count; i++) {
            uint32_t border = chunk.atoms[i + 1].begin;
            while (token < p->count && p->raws[token].begin < border) {
                token++;
            }
            bool cut = token < p->count && p->raws[token].begin == border;
            ent__token_clues(text, &chunk, i, first, &clues);
            if (!point_add(set, &clues, cut)) {
                return false;
            }
            first = cut ? i + 1 : first;
        }
    }
    return true;
}

static bool sentence_points(const paragraph *p, point_set *set)
{
    ent_clues clues;
    size_t since = 0;
    unsigned quotes = 0;
    for (size_t i = 0; i + 1 < p->count; i++) {
        since++;
        quotes += p->raws[i].first == '"';
        ent__sentence_clues(p->raws, p->count, i, since, quotes, &clues);
        if (!point_add(set, &clues, p->ends[i])) {
            return false;
        }
        if (p->ends[i]) {
            since = 0;
            quotes = 0;
        }
    }
    return true;
}

/* Eight passes; adds `share` of the averaged weights of the last four. */
static bool learn(const point_set *set, const train_point_options *options, uint64_t seed,
                  float share, float *weight)
{
    size_t rows = (size_t)1 << options->bits;
    unsigned shift = ENT_CLUE_BITS - options->bits;
    float *now = calloc(rows, sizeof *now), *square = calloc(rows, sizeof *square);
    uint32_t *order = malloc(set->count * sizeof *order);
    bool good = now != NULL && square != NULL && order != NULL;
    ent_rng rng;
    ent__rng_seed(&rng, seed);
    for (size_t i = 0; good && i < set->count; i++) {
        size_t j = ent__rng_below(&rng, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    for (int pass = 0; good && pass < 8; pass++) {
        for (size_t i = 0; i < set->count; i++) {
            uint32_t at = order[i];
            float sum = 0;
            for (uint32_t k = set->first[at]; k < set->first[at + 1]; k++) {
                sum += now[set->rows[k] >> shift];
            }
            float error = 1.0f / (1.0f + expf(-sum)) - (float)set->yes[at];
            for (uint32_t k = set->first[at]; k < set->first[at + 1]; k++) {
                uint32_t row = set->rows[k] >> shift;
                float g = error + 2e-6f * now[row];
                square[row] += g * g;
                now[row] -= options->rate * g / (sqrtf(square[row]) + 1e-3f);
            }
        }
        for (size_t i = 0; pass >= 4 && i < rows; i++) {
            weight[i] += share * now[i] / 4;
        }
    }
    free(now);
    free(square);
    free(order);
    return good;
}

static float weights_put(ent_buf *out, const float *weight, size_t rows)
{
    float top = 1e-9f;
    for (size_t i = 0; i < rows; i++) {
        top = fabsf(weight[i]) > top ? fabsf(weight[i]) : top;
    }
    for (size_t i = 0; i < rows; i++) {
        ent__buf_char(out, (char)lrintf(weight[i] / top * 127.0f));
    }
    return top / 127.0f;
}

static bool paragraphs_read(const train_bank *bank, point_set *tokens, point_set *sentences)
{
    paragraph p = {0};
    bool good = true;
    for (size_t i = 0; good && i < bank->count; i++) {
        const train_sentence *s = &bank->sentences[i];
        if (s->paragraph_start && p.count > 0) {
            good = token_points(&p, tokens) && sentence_points(&p, sentences);
            p.count = 0;
            p.text.n = 0;
        }
        good = good && sentence_put(&p, s);
    }
    good = good && token_points(&p, tokens) && sentence_points(&p, sentences);
    ent__buf_free(&p.text);
    free(p.raws);
    free(p.ends);
    return good;
}

/* The mean of some runs, each with an order of its own (orders differ by 0.4 in sentence F1), goes
 * to `out`; *out_bias in the steps of its numbers. */
static bool points_learn(const point_set *set, const train_point_options *options, uint64_t seed,
                         ent_buf *out, float *out_scale, float *out_bias)
{
    size_t rows = (size_t)1 << options->bits;
    float *weight = calloc(rows, sizeof *weight);
    bool good = weight != NULL;
    for (unsigned i = 0; good && i < options->runs; i++) {
        good = learn(set, options, seed + 1000 * i, 1.0f / (float)options->runs, weight);
    }
    if (good) {
        ent__buf_free(out);
        *out_scale = weights_put(out, weight, rows);
        *out_bias = options->bias / *out_scale;
    }
    free(weight);
    return good;
}

ent_rc train_points(ent_ctx *ctx, const train_bank *bank, uint64_t seed,
                    const train_point_options *tokens, const train_point_options *sentences,
                    train_model *model)
{
    point_set token_set = {0}, sentence_set = {0};
    ent_model_header *h = &model->head;
    bool good = paragraphs_read(bank, &token_set, &sentence_set) &&
                points_learn(&token_set, tokens, seed, &model->part[ENT_PART_TOKEN_CLUES],
                             &h->token_scale, &h->token_bias) &&
                points_learn(&sentence_set, sentences, seed + 1,
                             &model->part[ENT_PART_SENTENCE_CLUES], &h->sentence_scale,
                             &h->sentence_bias);
    point_free(&token_set);
    point_free(&sentence_set);
    return good ? ENT_OK : ent__nomem(ctx);
}

/* ---- words written in one ------------------------------------------------------------------ */

typedef struct {
    uint64_t key;
    uint32_t cut; /* bytes of the first word, 0: the token is one word */
} cut_seen;

static int by_key_and_cut(const void *a, const void *b)
{
    const cut_seen *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->cut < y->cut ? -1 : x->cut > y->cut;
}

static size_t cuts_collect(const train_bank *bank, cut_seen *seen)
{
    size_t n = 0;
    for (size_t i = 0; i < bank->count; i++) {
        const train_sentence *s = &bank->sentences[i];
        for (size_t j = 0; j < s->count; j++) {
            const train_word *w = &s->words[j];
            uint8_t lengths[4];
            if (w->part == 0) {
                seen[n++] = (cut_seen){w->word.key, 0};
            } else if (w->part == 1 && j + 1 < s->count &&
                       (j + 2 == s->count || s->words[j + 2].part != 2)) {
                char form[256];
                const train_word *next = w + 1;
                if (w->form.n + next->form.n < sizeof form) {
                    memcpy(form, w->form.p, w->form.n);
                    memcpy(form + w->form.n, next->form.p, next->form.n);
                    ent_str whole = {form, w->form.n + next->form.n};
                    ent_word key;
                    ent__word_of(whole, &key);
                    if (ent__word_cuts(whole, lengths) == 1) {
                        seen[n++] = (cut_seen){key.key, (uint32_t)w->form.n};
                    }
                }
            }
        }
    }
    return n;
}

/* Forms that are cut more often than not, at their usual place. */
ent_rc train_cuts(ent_ctx *ctx, const train_bank *bank, train_model *model)
{
    cut_seen *seen = malloc((bank->words + 1) * sizeof *seen);
    uint64_t *keys = malloc((bank->words + 1) * sizeof *keys);
    uint16_t *rows = malloc((bank->words + 1) * sizeof *rows);
    size_t count = 0, n = 0;
    if (seen != NULL && keys != NULL && rows != NULL) {
        n = cuts_collect(bank, seen);
        qsort(seen, n, sizeof *seen, by_key_and_cut);
    }
    for (size_t i = 0, end; i < n; i = end) {
        size_t whole = 0, best = 0, best_cut = 0;
        for (end = i; end < n && seen[end].key == seen[i].key;) {
            size_t same = end;
            while (same < n && seen[same].key == seen[end].key && seen[same].cut == seen[end].cut) {
                same++;
            }
            if (seen[end].cut == 0) {
                whole = same - end;
            } else if (same - end > best) {
                best = same - end;
                best_cut = seen[end].cut;
            }
            end = same;
        }
        if (best > whole && best >= 2 && best_cut < 64) {
            keys[count] = seen[i].key;
            rows[count++] = (uint16_t)best_cut;
        }
    }
    ent_rc rc = seen == NULL || keys == NULL || rows == NULL
                    ? ent__nomem(ctx)
                    : train_prints(ctx, keys, rows, count, &model->part[ENT_PART_CUT_KEYS],
                                   &model->part[ENT_PART_CUT_ROWS]);
    free(seen);
    free(keys);
    free(rows);
    return rc;
}
