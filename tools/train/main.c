/* train: rebuilds data/models/parse.model from treebanks, word vectors, news texts and a seed.
 *
 * Two networks (teachers) learn from the treebanks; they parse the texts together; the shipped
 * network learns from treebanks, parsed texts and the teachers' probabilities, at last in 8-bit
 * numbers and from the treebanks alone.  Then come the tables.
 * Scores on the development files go to stderr.  tools/train/README.md has the command,
 * docs/models/parse.md what came out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "train.h"

enum { TEACHERS = 2, MOST_TEXTS = 8, TUNING_EPOCHS = 8 };

static const float tuning_rate = 0.0007f;
static const float teaching_share = 0.5f; /* of what the teachers think, against annotation */

/* Texts are cut with weights of their own, so that other sentence ends don't ask for another
 * network. */
static const train_point_options text_points = {.runs = 1, .bits = 15, .rate = 0.15f};
static const train_point_options token_points = {.runs = 5, .bits = 15, .rate = 0.15f};
static const train_point_options sentence_points = {.runs = 5, .bits = 18, .rate = 0.05f,
                                                    .bias = 0.5f};

/* Widths, epochs and batches of the teachers; seeds follow the --seed. */
static const train_options teachers[TEACHERS] = {
    {.width = 192, .hidden = 128, .layers = 3, .epochs = 20, .batch = 500, .rate = 0.002f},
    {.width = 256, .hidden = 192, .layers = 3, .epochs = 15, .batch = 400, .rate = 0.002f},
};

typedef struct {
    const char *treebanks, *vectors, *output, *weights, *points_of;
    const char *texts[MOST_TEXTS];
    size_t text_count, text_bytes, vector_words;
    train_options network;
} settings;

static int usage(void)
{
    fputs("usage: train --treebanks DIR --vectors PACKAGE.tgz -o FILE [--texts FILE.jsonl]...\n"
          "             [--text-bytes N] [--width N] [--hidden N] [--layers N] [--reduced N] [--epochs N]\n"
          "             [--batch WORDS] [--rate R] [--seed N] [--words N] [--weights PREFIX]\n"
          "--texts: unlabelled news, of each text the first N bytes (default 8000)\n"
          "       train --treebanks DIR --points-of MODEL [--seed N] -o FILE\n"
          "--points-of: learns token and sentence ends only, all else is the model's\n"
          "--weights: keeps finished float weights in PREFIX-*.bin and takes them from there\n",
          stderr);
    return 2;
}

static bool number_option(settings *s, const char *name, const char *value)
{
    const struct {
        const char *name;
        size_t *to;
    } sizes[] = {{"--width", &s->network.width},   {"--hidden", &s->network.hidden},
                 {"--layers", &s->network.layers}, {"--epochs", &s->network.epochs},
                 {"--reduced", &s->network.reduced},
                 {"--batch", &s->network.batch},   {"--words", &s->vector_words},
                 {"--text-bytes", &s->text_bytes}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (strcmp(name, sizes[i].name) == 0) {
            *sizes[i].to = strtoul(value, NULL, 10);
            return true;
        }
    }
    if (strcmp(name, "--seed") == 0) {
        s->network.seed = strtoull(value, NULL, 10);
        return true;
    }
    if (strcmp(name, "--rate") == 0) {
        s->network.rate = strtof(value, NULL);
        return true;
    }
    return false;
}

static bool options_read(settings *s, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--treebanks") == 0) {
            s->treebanks = value;
        } else if (strcmp(name, "--vectors") == 0) {
            s->vectors = value;
        } else if (strcmp(name, "-o") == 0) {
            s->output = value;
        } else if (strcmp(name, "--weights") == 0) {
            s->weights = value;
        } else if (strcmp(name, "--points-of") == 0) {
            s->points_of = value;
        } else if (strcmp(name, "--texts") == 0 && s->text_count < MOST_TEXTS) {
            s->texts[s->text_count++] = value;
        } else if (!number_option(s, name, value)) {
            return false;
        }
    }
    return argc % 2 == 1 && s->treebanks && (s->vectors || s->points_of) && s->output;
}

typedef struct {
    train_bank gold, silver, all, dev[2];
    train_vocabulary vocabulary, final_vocabulary;
    train_network teacher[TEACHERS], network;
    train_model model;
} work;

static void work_free(work *w)
{
    train_model_free(&w->model);
    for (size_t i = 0; i < TEACHERS; i++) {
        train_network_free(&w->teacher[i]);
    }
    train_network_free(&w->network);
    train_vocabulary_free(&w->vocabulary);
    train_vocabulary_free(&w->final_vocabulary);
    train_bank_free(&w->gold);
    train_bank_free(&w->silver);
    train_bank_free(&w->all);
    train_bank_free(&w->dev[0]);
    train_bank_free(&w->dev[1]);
}

static ent_rc bank_add(ent_ctx *ctx, const settings *s, const char *name, train_bank *bank)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.conllu.xz", s->treebanks, name);
    return train_bank_read(ctx, path, bank);
}

static void vocabulary_apply(work *w, const train_vocabulary *v)
{
    train_vocabulary_apply(v, &w->gold);
    train_vocabulary_apply(v, &w->silver);
    train_vocabulary_apply(v, &w->dev[0]);
    train_vocabulary_apply(v, &w->dev[1]);
}

static ent_rc gold_read(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = bank_add(ctx, s, "ewt-train", &w->gold);
    return rc == ENT_OK ? bank_add(ctx, s, "gum-train", &w->gold) : rc;
}

static ent_rc banks_read(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = gold_read(ctx, s, w);
    rc = rc == ENT_OK ? bank_add(ctx, s, "ewt-dev", &w->dev[0]) : rc;
    rc = rc == ENT_OK ? bank_add(ctx, s, "gum-dev", &w->dev[1]) : rc;
    if (rc == ENT_OK) {
        rc = train_vocabulary_build(ctx, &w->gold, s->vectors, s->vector_words, &w->vocabulary);
    }
    if (rc == ENT_OK) {
        vocabulary_apply(w, &w->vocabulary);
    }
    return rc;
}

/* Did an earlier run keep these weights? */
static bool weights_kept(const settings *s, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s-%s.bin", s->weights == NULL ? "" : s->weights, name);
    return s->weights != NULL && access(path, R_OK) == 0;
}

/* Trains a network, or takes its weights from an earlier run of the same settings. */
static ent_rc network_make(ent_ctx *ctx, const settings *s, work *w, const char *name,
                           const train_options *options, const train_vocabulary *v,
                           const train_bank *bank, train_teaching *teaching, train_network *out)
{
    const train_bank *dev[2] = {&w->dev[0], &w->dev[1]};
    char path[4096];
    snprintf(path, sizeof path, "%s-%s.bin", s->weights == NULL ? "" : s->weights, name);
    if (!train_network_new(options, v, out)) {
        return ent__nomem(ctx);
    }
    if (s->weights != NULL && train_network_load(ctx, out, path) == ENT_OK) {
        return ENT_OK;
    }
    fprintf(stderr, "%s: width %zu, %zu sentences, %zu words\n", name, options->width, bank->count,
            bank->words);
    if (!train_run(out, v, bank, teaching, dev, 2, stderr)) {
        return ent__nomem(ctx);
    }
    return s->weights == NULL ? ENT_OK : train_network_save(ctx, out, path);
}

/* Some epochs more in 8-bit numbers on the treebanks alone, at a low rate: what people annotated
 * has the last word. */
static ent_rc network_tune(ent_ctx *ctx, const settings *s, work *w, train_teaching *teaching)
{
    const train_bank *dev[2] = {&w->dev[0], &w->dev[1]};
    train_network *net = &w->network;
    char path[4096];
    snprintf(path, sizeof path, "%s-tuned.bin", s->weights == NULL ? "" : s->weights);
    ent_rc rc = train_rounding_start(ctx, net, &w->final_vocabulary, &w->gold);
    if (rc != ENT_OK) {
        return rc;
    }
    if (s->weights != NULL && train_network_load(ctx, net, path) == ENT_OK) {
        return ENT_OK;
    }
    net->options.epochs = TUNING_EPOCHS;
    net->options.rate = tuning_rate;
    net->options.seed += 1;
    memset(net->mean, 0, net->total * sizeof *net->mean);
    memset(net->square, 0, net->total * sizeof *net->square);
    if (!train_run(net, &w->final_vocabulary, &w->gold, teaching, dev, 2, stderr)) {
        return ent__nomem(ctx);
    }
    return s->weights == NULL ? ENT_OK : train_network_save(ctx, net, path);
}

/* Everything but the network's own parts. */
static ent_rc tables_make(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = train_points(ctx, &w->gold, s->network.seed, &text_points, &text_points,
                             &w->model);
    rc = rc == ENT_OK ? train_lemmas(ctx, &w->gold, &w->model) : rc;
    rc = rc == ENT_OK ? train_feats(ctx, &w->gold, &w->model) : rc;
    return rc == ENT_OK ? train_cuts(ctx, &w->gold, &w->model) : rc;
}

static void parse_keep(void *user, const train_sentence *s, const uint16_t *heads,
                       const uint8_t *labels, const uint16_t *tags)
{
    const train_vocabulary *v = user;
    for (size_t j = 0; j < s->count; j++) {
        s->words[j].head = heads[j];
        s->words[j].label = labels[j];
        s->words[j].upos = (uint8_t)(v->tags[tags[j]] >> 8);
        s->words[j].xpos = (uint8_t)(v->tags[tags[j]] & 255);
    }
}

/* Float scores on the development files. */
static void scores_report(work *w, const char *name, const train_network *const *nets, size_t count,
                          const train_vocabulary *v)
{
    for (size_t i = 0; i < 2; i++) {
        train_scores s;
        if (train_evaluate(nets, count, v, &w->dev[i], &s)) {
            fprintf(stderr, "%s [%.2f %.2f %.2f %.2f]\n", name, s.upos, s.xpos, s.uas, s.las);
        }
    }
}

/* The texts' sentences with the teachers' common opinion about them. */
static ent_rc silver_make(ent_ctx *ctx, const settings *s, work *w)
{
    static const char *const names[TEACHERS] = {"teacher1", "teacher2"};
    const train_network *nets[TEACHERS];
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < TEACHERS; i++) {
        train_options options = teachers[i];
        options.seed = s->network.seed + i;
        nets[i] = &w->teacher[i];
        rc = network_make(ctx, s, w, names[i], &options, &w->vocabulary, &w->gold, NULL,
                          &w->teacher[i]);
    }
    ent_buf bytes = {0};
    ent__model *model = NULL;
    train_model first = w->model; /* the tables, with the first teacher: enough to cut texts */
    for (unsigned i = 0; i < ENT_PART_COUNT && rc == ENT_OK; i++) {
        first.part[i] = (ent_buf){0};
        ent__buf_add(&first.part[i], w->model.part[i].p, w->model.part[i].n);
    }
    if (rc == ENT_OK) {
        rc = train_rounding_start(ctx, &w->teacher[0], &w->vocabulary, &w->gold);
        rc = rc == ENT_OK ? train_quantise(ctx, &w->teacher[0], &w->vocabulary, &first) : rc;
        train_rounding_free(&w->teacher[0]); /* it teaches in floats */
        rc = rc == ENT_OK ? train_model_bytes(ctx, &first, &bytes) : rc;
        rc = rc == ENT_OK ? ent__model_open(ctx, (const unsigned char *)bytes.p, bytes.n, &model)
                          : rc;
        train_model_free(&first);
    }
    for (size_t i = 0; rc == ENT_OK && i < s->text_count; i++) {
        rc = train_texts_read(ctx, s->texts[i], model, s->text_bytes, &w->silver);
    }
    ent__model_free(model);
    ent__buf_free(&bytes);
    if (rc == ENT_OK && !(weights_kept(s, "network") && weights_kept(s, "tuned"))) {
        scores_report(w, "teachers together", nets, TEACHERS, &w->vocabulary);
        train_vocabulary_apply(&w->vocabulary, &w->silver);
        if (!train_label(nets, TEACHERS, &w->vocabulary, &w->silver, parse_keep, &w->vocabulary)) {
            rc = ent__nomem(ctx);
        }
    }
    return rc;
}

/* The shipped network: treebanks, texts and teachers, then 8 bits. */
static ent_rc student_make(ent_ctx *ctx, const settings *s, work *w)
{
    train_teaching teaching = {.vocabulary = &w->vocabulary, .share = teaching_share};
    for (size_t i = 0; s->text_count > 0 && i < TEACHERS; i++) {
        teaching.network[teaching.count++] = &w->teacher[i];
    }
    train_options options = s->network;
    options.seed += TEACHERS;
    ent_rc rc = network_make(ctx, s, w, "network", &options, &w->final_vocabulary, &w->all,
                             &teaching, &w->network);
    const train_network *net = &w->network;
    if (rc == ENT_OK) {
        scores_report(w, "network in floats", &net, 1, &w->final_vocabulary);
        rc = network_tune(ctx, s, w, &teaching);
    }
    if (rc == ENT_OK) {
        scores_report(w, "network in 8 bits", &net, 1, &w->final_vocabulary);
    }
    return rc;
}

static ent_rc model_write(ent_ctx *ctx, const settings *s, work *w)
{
    ent_buf bytes = {0};
    ent_rc rc = train_points(ctx, &w->gold, s->network.seed, &token_points, &sentence_points,
                             &w->model);
    rc = rc == ENT_OK ? train_model_bytes(ctx, &w->model, &bytes) : rc;
    rc = rc == ENT_OK ? ent__file_write(ctx, s->output, ent__buf_slice(&bytes)) : rc;
    ent__buf_free(&bytes);
    return rc;
}

/* A finished model with points learned anew. */
static ent_rc points_make(ent_ctx *ctx, const settings *s, work *w)
{
    ent_buf bytes = {0};
    ent__model *model = NULL;
    ent_rc rc = ent__file_read(ctx, s->points_of, (size_t)1 << 30, &bytes);
    rc = rc == ENT_OK ? ent__model_open(ctx, (const unsigned char *)bytes.p, bytes.n, &model) : rc;
    for (unsigned i = 0; rc == ENT_OK && i < ENT_PART_COUNT; i++) {
        w->model.head = model->head;
        ent__buf_add(&w->model.part[i], model->bytes + model->head.part[i].at,
                     model->head.part[i].bytes);
    }
    ent__model_free(model);
    ent__buf_free(&bytes);
    rc = rc == ENT_OK ? gold_read(ctx, s, w) : rc;
    return rc == ENT_OK ? model_write(ctx, s, w) : rc;
}

static ent_rc make(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = banks_read(ctx, s, w);
    rc = rc == ENT_OK ? tables_make(ctx, s, w) : rc;
    rc = rc == ENT_OK && s->text_count > 0 ? silver_make(ctx, s, w) : rc;
    rc = rc == ENT_OK ? train_bank_join(ctx, &w->gold, &w->silver, &w->all) : rc;
    if (rc == ENT_OK) {
        rc = train_vocabulary_build(ctx, &w->all, s->vectors, s->vector_words,
                                    &w->final_vocabulary);
        w->final_vocabulary.turn = 1;
    }
    if (rc == ENT_OK) {
        train_vocabulary_round(&w->final_vocabulary);
        vocabulary_apply(w, &w->final_vocabulary);
        fprintf(stderr, "vocabulary: %zu vectors, %zu forms\n", w->final_vocabulary.count,
                w->final_vocabulary.form_count);
        rc = student_make(ctx, s, w);
    }
    rc = rc == ENT_OK ? train_quantise(ctx, &w->network, &w->final_vocabulary, &w->model) : rc;
    return rc == ENT_OK ? model_write(ctx, s, w) : rc;
}

int main(int argc, char **argv)
{
    settings s = {.network = {.width = 192, .hidden = 128, .layers = 3, .reduced = 96, .epochs = 14,
                              .batch = 500, .rate = 0.002f, .seed = 1},
                  .vector_words = 40000,
                  .text_bytes = 8000};
    ent_ctx *ctx = NULL;
    if (!options_read(&s, argc, argv)) {
        return usage();
    }
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 5;
    }
    work w = {0};
    ent_rc rc = s.points_of != NULL ? points_make(ctx, &s, &w) : make(ctx, &s, &w);
    if (rc != ENT_OK) {
        fprintf(stderr, "train: %s\n", ent_ctx_error(ctx));
    }
    work_free(&w);
    ent_ctx_free(ctx);
    return rc == ENT_OK ? 0 : -(int)rc;
}
