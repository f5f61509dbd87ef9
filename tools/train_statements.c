/* Trains data/models/statements.model from the unpacked PolNeAR split (shared/data/statements) and
 * measures it.  The texts stay outside of the project; only weights come in.
 *
 *   train_statements DATA OUT.model TRAIN_BEFORE EPOCHS [BIAS]   learn from documents dated before
 *   train_statements DATA MODEL --predict FROM BEFORE            attributions as JSON Lines
 *
 * The tagger learns as learn_tags.c says; the linker is a log-linear choice among candidates, its steps
 * by AdaGrad (Duchi, Hazan and Singer 2011).  One thread; the order of documents comes from a fixed
 * seed.  Four taggers (three folds, all): 2.5 minutes of one core for 840 articles.  A kit with a model
 * of another layout does not open: take the old file out of data/models and build before. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/statements/link.h"
#include "learn_tags.h"

typedef struct {
    ent_span source, head, cue, contents[32];
    size_t content_count;
    bool has_source, has_head, has_cue;
} gold_statement;

typedef struct {
    ent_str name, date;
    ent_text text;
    ent_tree *tree;
    document_reading reading;
    ent_cpindex index;
    gold_statement *gold;
    size_t gold_count, gold_capacity;
    uint8_t *tags, *found; /* the annotators', those of a tagger that did not learn from it */
} training_document;

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    training_document *documents;
    size_t count;
    float cue_bias;
    tag_learner *tagger;
    float *links, *link_squares;
} trainer;

static const float rate = 0.02f;
enum { FOLDS = 3, LINK_EPOCHS = 40 };

static void fail(const trainer *all, const char *what)
{
    fprintf(stderr, "train_statements: %s: %s\n", what, ent_ctx_error(all->ctx));
    exit(3);
}

/* ---- reading the corpus -------------------------------------------------------------------- */

static ent_str read_file(trainer *all, const char *folder, const char *name)
{
    char path[4096];
    ent_buf bytes = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (ent__file_read(all->ctx, path, (size_t)1 << 28, &bytes) != ENT_OK) {
        fail(all, path);
    }
    ent_str kept = ent__arena_str(all->arena, ent__buf_slice(&bytes));
    ent__buf_free(&bytes);
    return kept;
}

/* Byte of a code point offset. */
static uint32_t byte_of(ent_str text, int64_t codepoint)
{
    size_t at = 0;
    while (codepoint-- > 0 && at < text.n) {
        ent__utf8_next(text, &at);
    }
    return (uint32_t)at;
}

static ent_span span_of(ent_str text, ent_str cell)
{
    ent_str begin;
    int64_t a = 0, b = 0;
    ent__str_split(&cell, '-', &begin);
    ent__str_int(begin, &a);
    ent__str_int(cell, &b);
    return (ent_span){byte_of(text, a), byte_of(text, b)};
}

static void read_gold(trainer *all, ent_str rows)
{
    ent_str row, cell;
    size_t d = 0;
    ent__str_split(&rows, '\n', &row);
    while (ent__str_split(&rows, '\n', &row)) {
        ent_str cells[10] = {{0}};
        for (size_t i = 0; i < 10 && ent__str_split(&row, '\t', &cell); i++) {
            cells[i] = cell;
        }
        for (size_t tries = 0; tries < all->count; tries++, d = (d + 1) % all->count) {
            if (ent__str_eq(all->documents[d].name, cells[0])) {
                break;
            }
        }
        training_document *document = &all->documents[d];
        if (!ent__str_eq(document->name, cells[0])) {
            continue;
        }
        if (document->gold_count == document->gold_capacity) {
            document->gold = ent__grow(document->gold, document->gold_count,
                                       &document->gold_capacity, sizeof *document->gold);
        }
        gold_statement *gold = &document->gold[document->gold_count++];
        memset(gold, 0, sizeof *gold);
        gold->has_source = cells[4].n > 0;
        gold->has_head = cells[5].n > 0;
        gold->has_cue = cells[6].n > 0;
        ent_str text = document->text.text, piece;
        if (ent__str_split(&cells[4], ';', &piece)) {
            gold->source = span_of(text, piece);
        }
        if (ent__str_split(&cells[5], ';', &piece)) {
            gold->head = span_of(text, piece);
        }
        if (gold->has_cue) {
            gold->cue = span_of(text, cells[6]);
        }
        while (gold->content_count < 32 && ent__str_split(&cells[7], ';', &piece)) {
            gold->contents[gold->content_count++] = span_of(text, piece);
        }
    }
}

static void tag_span(training_document *document, ent_span span, uint8_t begin)
{
    const ent_tree *tree = document->tree;
    uint8_t tag = begin;
    for (size_t t = 0; t < tree->token_count; t++) {
        if (tree->tokens[t].begin < span.end && tree->tokens[t].end > span.begin) {
            document->tags[t] = tag;
            tag = (uint8_t)(begin + 1);
        }
    }
}

static void read_documents(trainer *all, const char *folder, const char *from, const char *before)
{
    ent_str rows = read_file(all, folder, "docs.tsv"), row, cell;
    size_t capacity = 0;
    const statement_lexicon *lexicon = ent__statement_lexicon(all->kit);
    ent__str_split(&rows, '\n', &row);
    while (ent__str_split(&rows, '\n', &row)) {
        ent_str cells[3] = {{0}};
        for (size_t i = 0; i < 3 && ent__str_split(&row, '\t', &cell); i++) {
            cells[i] = cell;
        }
        if (cells[0].n == 0 || ent__str_cmp(cells[2], ent__str(from)) < 0 ||
            ent__str_cmp(cells[2], ent__str(before)) >= 0) {
            continue;
        }
        if (all->count == capacity) {
            all->documents = ent__grow(all->documents, all->count, &capacity,
                                       sizeof *all->documents);
        }
        training_document *document = &all->documents[all->count++];
        memset(document, 0, sizeof *document);
        document->name = cells[0];
        document->date = cells[2];
        char name[512];
        snprintf(name, sizeof name, "texts/%.*s.txt", ENT_FMT(cells[0]));
        ent_str bytes = read_file(all, folder, name);
        if (ent__text_read(all->ctx, all->kit, all->arena, bytes, cells[0], &document->text) ||
            ent__parse(all->ctx, all->kit, all->arena, &document->text, &document->tree) ||
            ent__statement_reading(all->ctx, lexicon, all->arena, &document->text, document->tree,
                                   &document->reading) ||
            !ent__cpindex_build(all->arena, document->text.text, &document->index)) {
            fail(all, name);
        }
        document->tags = ent__arena_array(all->arena, document->reading.count + 1, 1);
        document->found = ent__arena_array(all->arena, document->reading.count + 1, 1);
    }
    read_gold(all, read_file(all, folder, "attributions.tsv"));
    for (size_t d = 0; d < all->count; d++) {
        training_document *document = &all->documents[d];
        for (int pass = 0; pass < 3; pass++) { /* cues over sources over contents */
            for (size_t g = 0; g < document->gold_count; g++) {
                const gold_statement *gold = &document->gold[g];
                for (size_t c = 0; pass == 0 && c < gold->content_count; c++) {
                    tag_span(document, gold->contents[c], TAG_CONTENT_BEGIN);
                }
                if (pass == 1 && gold->has_source) {
                    tag_span(document, gold->source, TAG_SOURCE_BEGIN);
                }
                if (pass == 2 && gold->has_cue) {
                    tag_span(document, gold->cue, TAG_CUE_BEGIN);
                }
            }
        }
    }
}

/* ---- the choices ---------------------------------------------------------------------------- */

static void step(float *weight, float *square, float gradient)
{
    *square += gradient * gradient;
    *weight += rate * gradient / sqrtf(*square + 1);
}

typedef struct {
    uint32_t rows[SOURCE_LIMIT][FEATURE_LIMIT];
    size_t counts[SOURCE_LIMIT];
} choice;

/* One step toward candidate `right` of n. */
static void learn_choice(trainer *all, const choice *among, size_t n, size_t right)
{
    double scores[SOURCE_LIMIT], top = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++) {
        scores[i] = 0;
        for (size_t k = 0; k < among->counts[i]; k++) {
            scores[i] += all->links[among->rows[i][k]];
        }
        top = scores[i] > top ? scores[i] : top;
    }
    for (size_t i = 0; i < n; i++) {
        sum += exp(scores[i] - top);
    }
    for (size_t i = 0; i < n; i++) {
        float g = (float)((i == right) - exp(scores[i] - top) / sum);
        for (size_t k = 0; k < among->counts[i]; k++) {
            step(&all->links[among->rows[i][k]], &all->link_squares[among->rows[i][k]], g);
        }
    }
}

static ent_span run_span(const training_document *document, token_run run)
{
    const ent_token *tokens = document->tree->tokens;
    return (ent_span){tokens[run.first].begin, tokens[run.last].end};
}

static uint32_t common_bytes(ent_span a, ent_span b)
{
    uint32_t low = a.begin > b.begin ? a.begin : b.begin, high = a.end < b.end ? a.end : b.end;
    return high > low ? high - low : 0;
}

/* The annotated statement with this cue; NULL: none. */
static const gold_statement *gold_of_cue(const training_document *document, token_run cue)
{
    for (size_t g = 0; g < document->gold_count; g++) {
        if (document->gold[g].has_cue &&
            common_bytes(document->gold[g].cue, run_span(document, cue)) > 0) {
            return &document->gold[g];
        }
    }
    return NULL;
}

static void learn_contents(trainer *all, const training_document *document,
                           const statement_runs *runs, uint32_t *cue_of, bool learn)
{
    choice among;
    for (uint32_t c = 0; c < runs->content_count; c++) {
        const gold_statement *gold = NULL;
        uint32_t most = 0, candidates[5];
        ent_span span = run_span(document, runs->contents[c]);
        for (size_t g = 0; g < document->gold_count; g++) {
            for (size_t k = 0; k < document->gold[g].content_count; k++) {
                uint32_t common = common_bytes(span, document->gold[g].contents[k]);
                if (common > most) {
                    most = common;
                    gold = &document->gold[g];
                }
            }
        }
        size_t n = ent__content_candidates(runs, c, candidates), right = n;
        cue_of[c] = UINT32_MAX;
        for (size_t i = 0; i < n && candidates[i] != UINT32_MAX; i++) {
            if (gold && gold_of_cue(document, runs->cues[candidates[i]]) == gold) {
                right = i;
                cue_of[c] = candidates[i];
            }
            among.counts[i] = ent__content_features(&document->reading, runs, c, candidates[i],
                                                    among.rows[i]);
        }
        if (learn && right < n) {
            learn_choice(all, &among, n, right);
        }
    }
}

/* The candidate with the annotators' head that shares most with their source. */
static size_t right_source(const training_document *document, const gold_statement *gold,
                           const source_candidate *candidates, size_t n)
{
    size_t right = n;
    double most = 0.2;
    for (size_t i = 0; i < n; i++) {
        if (candidates[i].none || !gold->has_source) {
            right = candidates[i].none && !gold->has_source ? i : right;
            continue;
        }
        ent_span span = run_span(document, candidates[i].run);
        double common = common_bytes(span, gold->source);
        double iou = common / ((span.end - span.begin) + (gold->source.end - gold->source.begin) -
                               common);
        if (iou > most && (!gold->has_head || common_bytes(span, gold->head) > 0)) {
            most = iou;
            right = i;
        }
    }
    return right;
}

static void learn_sources(trainer *all, const training_document *document,
                          const statement_runs *runs, const uint32_t *cue_of)
{
    source_candidate candidates[SOURCE_LIMIT];
    choice among;
    for (uint32_t c = 0; c < runs->cue_count; c++) {
        const gold_statement *gold = gold_of_cue(document, runs->cues[c]);
        if (!gold) {
            continue;
        }
        size_t n = ent__source_candidates(&document->reading, runs, c, candidates);
        size_t right = right_source(document, gold, candidates, n);
        for (size_t i = 0; i < n; i++) {
            among.counts[i] = ent__source_features(&document->reading, runs, cue_of, c,
                                                   &candidates[i], among.rows[i]);
        }
        if (right < n) {
            learn_choice(all, &among, n, right);
        }
    }
}

/* Contents on the annotators' tags, sources on tags as they come out on text that the tagger did
 * not learn from. */
static void learn_links(trainer *all, const training_document *document)
{
    ent_arena *arena = ent__arena_new();
    size_t n = document->reading.count;
    statement_runs gold, runs;
    uint32_t *cue_of = arena ? ent__arena_array(arena, n + 1, sizeof *cue_of) : NULL;
    if (!cue_of || ent__statement_runs(all->ctx, arena, document->tags, n, &gold) != ENT_OK ||
        ent__statement_runs(all->ctx, arena, document->found, n, &runs) != ENT_OK) {
        fail(all, "runs");
    }
    learn_contents(all, document, &gold, cue_of, true);
    learn_contents(all, document, &runs, cue_of, false);
    learn_sources(all, document, &runs, cue_of);
    ent__arena_free(arena);
}

/* ---- the file ------------------------------------------------------------------------------ */

/* The weights so far as a model in bytes. */
static void round_model(trainer *all, ent_buf *file, statement_model *out)
{
    size_t n = (size_t)FEATURE_ROWS * ROW;
    int8_t *bytes = calloc(n + LINK_ROWS, 1);
    model_header header = {.cue_bias = all->cue_bias};
    if (!bytes) {
        exit(5);
    }
    tag_learner_round(all->tagger, &header, bytes);
    header.link_scale = weights_round(all->links, LINK_ROWS, 1, bytes + n, 1);
    file->n = 0;
    ent__buf_add(file, &header, sizeof header);
    ent__buf_add(file, bytes, n + LINK_ROWS);
    free(bytes);
    if (ent__statement_model_open(all->ctx, file->p, file->n, out) != ENT_OK) {
        fail(all, "rounding");
    }
}

static void train_links(trainer *all)
{
    float *sum = calloc(LINK_ROWS, sizeof *sum);
    for (int epoch = 0; epoch < LINK_EPOCHS; epoch++) {
        for (size_t d = 0; d < all->count; d++) {
            learn_links(all, &all->documents[d]);
        }
        for (size_t i = 0; 2 * epoch >= LINK_EPOCHS && i < LINK_ROWS; i++) {
            sum[i] += all->links[i];
        }
    }
    for (size_t i = 0; i < LINK_ROWS; i++) {
        all->links[i] = sum[i] / (LINK_EPOCHS / 2);
    }
    free(sum);
}

static void train(trainer *all, int epochs, const char *path)
{
    ent_buf file = {0};
    statement_model model;
    tagged_document *tagged = calloc(all->count + 1, sizeof *tagged);
    for (size_t d = 0; tagged && d < all->count; d++) {
        tagged[d] = (tagged_document){all->documents[d].reading, all->documents[d].tags};
    }
    for (size_t fold = 0; fold < FOLDS; fold++) { /* tags as they will be on new text */
        tag_learner_train(all->tagger, tagged, all->count, epochs, FOLDS, fold);
        round_model(all, &file, &model);
        for (size_t d = fold; d < all->count; d += FOLDS) {
            training_document *document = &all->documents[d];
            ent_arena *arena = ent__arena_new();
            if (!arena || ent__statement_tag(all->ctx, arena, &model, &document->reading,
                                             document->found) != ENT_OK) {
                fail(all, "tagging");
            }
            ent__arena_free(arena);
        }
    }
    tag_learner_train(all->tagger, tagged, all->count, epochs, FOLDS, FOLDS);
    train_links(all);
    round_model(all, &file, &model);
    if (ent__file_write(all->ctx, path, ent__buf_slice(&file)) != ENT_OK) {
        fail(all, path);
    }
    free(tagged);
    ent__buf_free(&file);
}

/* ---- measuring ----------------------------------------------------------------------------- */

static void write_spans(const training_document *document, ent_json *json, const char *key,
                        const token_run *runs, const uint32_t *numbers, size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == UINT32_MAX) {
            continue;
        }
        token_run run = runs[numbers[i]];
        ent__json_open(json, '[');
        ent__json_int(json, ent__cpindex_at(&document->index,
                                            document->tree->tokens[run.first].begin));
        ent__json_int(json, ent__cpindex_at(&document->index,
                                            document->tree->tokens[run.last].end));
        ent__json_close(json, ']');
    }
    ent__json_close(json, ']');
}

static void predict_document(trainer *all, const statement_model *model,
                             const training_document *document)
{
    ent_arena *arena = ent__arena_new();
    statement_runs runs;
    ent_buf out = {0};
    if (!arena || ent__statement_find(all->ctx, arena, model, &document->reading, &runs)) {
        fail(all, "tagging");
    }
    for (uint32_t i = 0; i < runs.cue_count; i++) {
        const statement_link *link = &runs.links[i];
        if (link->content_count == 0) {
            continue;
        }
        ent_json json = ent__json(&out);
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "doc", document->name);
        write_spans(document, &json, "source", runs.sources, &link->source, 1);
        write_spans(document, &json, "cue", runs.cues, &link->cue, 1);
        write_spans(document, &json, "content", runs.contents, link->contents,
                    link->content_count);
        ent__json_close(&json, '}');
        ent__buf_char(&out, '\n');
    }
    fwrite(out.p, 1, out.n, stdout);
    ent__buf_free(&out);
    ent__arena_free(arena);
}

static int predict_documents(trainer *all, const char *path)
{
    ent_buf file = {0};
    statement_model model = {0};
    if (ent__file_read(all->ctx, path, (size_t)1 << 26, &file) != ENT_OK ||
        ent__statement_model_open(all->ctx, file.p, file.n, &model) != ENT_OK) {
        fail(all, path);
    }
    for (size_t d = 0; d < all->count; d++) {
        predict_document(all, &model, &all->documents[d]);
    }
    ent__buf_free(&file);
    return 0;
}

int main(int argc, char **argv)
{
    trainer all = {0};
    bool predict = argc == 6 && strcmp(argv[3], "--predict") == 0;
    if (!predict && argc != 5 && argc != 6) {
        fputs("usage: train_statements DATA OUT.model TRAIN_BEFORE EPOCHS [BIAS]\n"
              "       train_statements DATA MODEL --predict FROM BEFORE\n", stderr);
        return 2;
    }
    if (ent_ctx_new(&all.ctx) != ENT_OK || ent_kit_open(all.ctx, NULL, &all.kit) != ENT_OK ||
        (all.arena = ent__arena_new()) == NULL) {
        fail(&all, "opening");
    }
    read_documents(&all, argv[1], predict ? argv[4] : "", predict ? argv[5] : argv[3]);
    fprintf(stderr, "%zu documents\n", all.count);
    if (predict) {
        return predict_documents(&all, argv[2]);
    }
    all.tagger = tag_learner_new();
    all.links = calloc(LINK_ROWS, sizeof(float));
    all.link_squares = calloc(LINK_ROWS, sizeof(float));
    if (!all.tagger || !all.links || !all.link_squares) {
        return 5;
    }
    all.cue_bias = argc > 5 ? (float)atof(argv[5]) : 0;
    train(&all, atoi(argv[4]), argv[2]);
    return 0;
}
