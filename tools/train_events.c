/* train_events PLV.tsv PENTA.tsv [--model OUT] [--predict OUT.tsv] [--predict-penta OUT.tsv]
 * Trains the linear model of src/events on pairs with a PLOVER root (PLV.tsv: sentence, source,
 * target, gold_root) and on sentences with a class 0-4 (PENTA.tsv: sentence, penta), measures it by
 * ten-fold cross-validation (folds by a hash of the sentence) and writes the weights of a model
 * trained on everything.  A sentence whose class allows several roots trains their sum.
 * Method: multinomial logistic regression, AdaGrad (Duchi et al. 2011), L2, the mean
 * of three runs.  Cost: half a minute. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn.h"
#include "../src/read/read.h"

static int fold_of(ent_str sentence)
{
    return (int)(ent__str_hash(ent__str_trim(sentence)) % FOLDS);
}

static void collect(trainer *t, example *e, ent_str sentence, ent_str source, ent_str target)
{
    ent_arena *scratch = ent__arena_new();
    ent_tree *tree;
    ent__features f = {.arena = scratch, .capacity = 1024};
    f.names = ent__arena_array(scratch, f.capacity, sizeof *f.names);
    if (ent__tree_of_text(t->ctx, t->kit, scratch, sentence, &tree) != ENT_OK) {
        die(t, "parse");
    }
    if (tree->sentence_count > 0) {
        uint32_t number;
        ent_range from, to;
        ent__sentence *s;
        ent__pair pair = {.source = source, .target = target};
        if (ent__pair_find(t->ctx, t->kit, scratch, tree, &pair, &number, &from, &to) != ENT_OK) {
            die(t, "pair");
        }
        if (ent__sentence_read(t->ctx, ent__event_lexicon_of(t->kit), tree, number, scratch, &s) !=
            ENT_OK) {
            die(t, "read");
        }
        ent__features_collect(s, from, to, &f);
    }
    e->features = ent__arena_array(t->arena, f.count + 1, sizeof *e->features);
    for (uint32_t i = 0; i < f.count; i++) {
        e->features[e->count++] = feature_number(t, f.names[i]);
    }
    ent__arena_free(scratch);
}

static int relation_of(ent_str label)
{
    if (ent__str_eqz(label, "YIELD")) {
        return ENT_PLOVER_CONCEDE;
    }
    for (int k = 0; k < ENT_PLOVER_COUNT; k++) {
        if (ent__str_eqz(label, ent__plover_name((ent_plover)k))) {
            return k;
        }
    }
    return -1;
}

static int penta_of(int relation)
{
    switch (relation) {
    case ENT_PLOVER_AGREE:
    case ENT_PLOVER_CONSULT:
    case ENT_PLOVER_SUPPORT: return 1;
    case ENT_PLOVER_COOPERATE:
    case ENT_PLOVER_AID:
    case ENT_PLOVER_CONCEDE: return 2;
    case ENT_PLOVER_ACCUSE:
    case ENT_PLOVER_REQUEST:
    case ENT_PLOVER_REJECT:
    case ENT_PLOVER_THREATEN: return 3;
    case ENT_PLOVER_RETREAT:
    case ENT_PLOVER_NONE: return 0;
    default: return 4;
    }
}

static uint32_t allowed_by_penta(int penta)
{
    uint32_t bits = 0;
    for (int k = 0; k < K; k++) {
        if (k != ENT_PLOVER_RETREAT && penta_of(k) == penta) {
            bits |= 1U << k;
        }
    }
    return bits;
}

/* Reads a file of rows; want names the columns taken. */
static void read_rows(trainer *t, const char *path, bool pairs)
{
    ent_lines *lines;
    ent_str line, cells[32], header[32];
    size_t columns = 0;
    if (ent__lines_open(t->ctx, path, 1 << 20, &lines) != ENT_OK) {
        die(t, path);
    }
    while (ent__lines_next(t->ctx, lines, &line) > 0) {
        size_t n = 0;
        ent_str copy = ent__arena_str(t->arena, line), rest = copy;
        while (n < 32 && ent__str_split(&rest, '\t', &cells[n])) {
            n++;
        }
        if (columns == 0) {
            columns = n;
            memcpy(header, cells, sizeof header);
            continue;
        }
        ent_str sentence = {0}, source = {"", 0}, target = {"", 0}, gold = {"", 0};
        for (size_t i = 0; i < n; i++) {
            if (ent__str_eqz(header[i], "sentence")) {
                sentence = cells[i];
            } else if (ent__str_eqz(header[i], "source")) {
                source = cells[i];
            } else if (ent__str_eqz(header[i], "target")) {
                target = cells[i];
            } else if (ent__str_eqz(header[i], pairs ? "gold_root" : "penta")) {
                gold = cells[i];
            }
        }
        example *e = add_example(t, fold_of(sentence));
        e->pair = pairs;
        e->row = ent__arena_printf(t->arena, "%.*s\t%.*s\t%.*s", ENT_FMT(sentence), ENT_FMT(source),
                                   ENT_FMT(target));
        int64_t penta = 0;
        if (pairs) {
            e->gold = relation_of(gold);
            e->allowed = 1U << e->gold;
        } else if (ent__str_int(gold, &penta)) {
            e->gold = (int)penta;
            e->allowed = allowed_by_penta((int)penta);
        }
        collect(t, e, sentence, source, target);
    }
    ent__lines_close(lines);
}

/* Rare relations count more. */
static void weigh_relations(trainer *t)
{
    int count[K] = {0}, pairs = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->examples[i].pair) {
            count[t->examples[i].gold]++;
            pairs++;
        }
    }
    for (size_t i = 0; i < t->count; i++) {
        example *e = &t->examples[i];
        if (e->pair) {
            e->weight = (float)pow(pairs / 15.0 / count[e->gold], t->balance);
        }
    }
}

static int predict(const weights *w, const example *e)
{
    double p[K];
    softmax(w, e, p, ALL_RELATIONS);
    int best = 0;
    for (int k = 1; k < K; k++) {
        best = p[k] > p[best] ? k : best;
    }
    if (e->pair) {
        return best;
    }
    double penta[5] = {0};
    for (int k = 0; k < K; k++) {
        if (k != ENT_PLOVER_RETREAT) {
            penta[penta_of(k)] += p[k];
        }
    }
    best = 0;
    for (int k = 1; k < 5; k++) {
        best = penta[k] > penta[best] ? k : best;
    }
    return best;
}

/* Macro-F1 over the classes that occur among the gold labels. */
static double macro(const trainer *t, bool pairs, int classes, bool as_penta, double *out_accuracy,
                    int low_fold)
{
    int hit[32] = {0}, said[32] = {0}, gold[32] = {0}, right = 0, all = 0;
    for (size_t i = 0; i < t->count; i++) {
        const example *e = &t->examples[i];
        if (e->pair != pairs || e->fold < low_fold) {
            continue;
        }
        int g = as_penta ? penta_of(e->gold) : e->gold;
        int p = as_penta ? penta_of(e->predicted) : e->predicted;
        gold[g]++;
        said[p]++;
        hit[g] += g == p;
        right += g == p;
        all++;
    }
    double sum = 0;
    int present = 0;
    for (int k = 0; k < classes; k++) {
        if (gold[k] > 0) {
            present++;
            sum += 2.0 * hit[k] / (gold[k] + said[k]);
            if (getenv("CLASSES") != NULL) {
                printf("    class %2d gold %4d F1 %.3f\n", k, gold[k],
                       2.0 * hit[k] / (gold[k] + said[k]));
            }
        }
    }
    *out_accuracy = all > 0 ? (double)right / all : 0;
    return present > 0 ? sum / present : 0;
}

static void report(const trainer *t)
{
    double accuracy;
    for (int low = 0; low <= 8; low += 8) {
        printf("%s\n", low == 0 ? "all folds" : "folds 8 and 9 alone");
        double f = macro(t, true, K, false, &accuracy, low);
        printf("  pairs, roots:     macro-F1 %.4f accuracy %.4f\n", f, accuracy);
        f = macro(t, true, 5, true, &accuracy, low);
        printf("  pairs, penta:     macro-F1 %.4f accuracy %.4f\n", f, accuracy);
        f = macro(t, false, 5, false, &accuracy, low);
        printf("  sentences, penta: macro-F1 %.4f accuracy %.4f\n", f, accuracy);
    }
}

static void write_predictions(const trainer *t, const char *path, bool pairs)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        return;
    }
    fprintf(out, pairs ? "sentence\tsource\ttarget\tlabel\tfold\n"
                       : "sentence\tsource\ttarget\tpenta\tgold\tfold\n");
    for (size_t i = 0; i < t->count; i++) {
        const example *e = &t->examples[i];
        if (e->pair != pairs) {
            continue;
        }
        if (pairs) {
            fprintf(out, "%.*s\t%s\t%d\n", ENT_FMT(e->row),
                    ent__plover_name((ent_plover)e->predicted), e->fold);
        } else {
            fprintf(out, "%.*s\t%d\t%d\t%d\n", ENT_FMT(e->row), e->predicted, e->gold, e->fold);
        }
    }
    fclose(out);
}

typedef struct {
    const char *model, *pairs_out, *penta_out, *files[2];
    int file_count;
} wishes;

static void read_options(int argc, char **argv, trainer *t, wishes *w)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--model") == 0 && i + 1 < argc) {
            w->model = argv[++i];
        } else if (strcmp(argv[i], "--predict") == 0 && i + 1 < argc) {
            w->pairs_out = argv[++i];
        } else if (strcmp(argv[i], "--predict-penta") == 0 && i + 1 < argc) {
            w->penta_out = argv[++i];
        } else if (strcmp(argv[i], "--l2") == 0 && i + 1 < argc) {
            t->l2 = atof(argv[++i]);
        } else if (strcmp(argv[i], "--rate") == 0 && i + 1 < argc) {
            t->rate = atof(argv[++i]);
        } else if (strcmp(argv[i], "--balance") == 0 && i + 1 < argc) {
            t->balance = atof(argv[++i]);
        } else if (strcmp(argv[i], "--epochs") == 0 && i + 1 < argc) {
            t->epochs = atoi(argv[++i]);
        } else if (w->file_count < 2) {
            w->files[w->file_count++] = argv[i];
        }
    }
}

static void cross_validate(trainer *t, weights *w)
{
    for (int fold = 0; fold < FOLDS; fold++) {
        train(t, fold, w);
        for (size_t i = 0; i < t->count; i++) {
            if (t->examples[i].fold == fold) {
                t->examples[i].predicted = predict(w, &t->examples[i]);
            }
        }
    }
}

int main(int argc, char **argv)
{
    wishes wanted = {0};
    trainer t = {.l2 = 6e-3, .rate = 0.02, .epochs = 40, .runs = 3, .balance = 0.3};
    read_options(argc, argv, &t, &wanted);
    if (wanted.file_count != 2 || ent_ctx_new(&t.ctx) != ENT_OK) {
        fputs("usage: train_events PLV.tsv PENTA.tsv [--model OUT] [--predict OUT] "
              "[--predict-penta OUT]\n",
              stderr);
        return 2;
    }
    t.arena = ent__arena_new();
    t.numbers = ent__map_new(1 << 16);
    if (ent_kit_open(t.ctx, NULL, &t.kit) != ENT_OK) {
        die(&t, "kit");
    }
    read_rows(&t, wanted.files[0], true);
    read_rows(&t, wanted.files[1], false);
    weigh_relations(&t);
    weights w = weights_new(&t);
    cross_validate(&t, &w);
    printf("%zu examples, %zu features\n", t.count, t.name_count);
    report(&t);
    if (wanted.pairs_out != NULL) {
        write_predictions(&t, wanted.pairs_out, true);
    }
    if (wanted.penta_out != NULL) {
        write_predictions(&t, wanted.penta_out, false);
    }
    if (wanted.model != NULL) {
        train(&t, -1, &w);
        write_model(&t, &w, wanted.model);
    }
    weights_free(&w);
    free(t.examples);
    free(t.names);
    ent__map_free(t.numbers);
    ent__arena_free(t.arena);
    ent_kit_free(t.kit);
    ent_ctx_free(t.ctx);
    return 0;
}
