/* Words a CPU second on one thread, raw text to trees in memory: every kernel set the processor
 * runs, a plain float build of the same network (OpenBLAS products, one thread), printing of
 * CoNLL-U, and loading of the model, all in one run; medians.  Text: 2 million words of the
 * private news files, else a page of our own repeated. */
#include <cblas.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../../src/parse/model.h"
#include "../../src/parse/split.h"

enum { WANTED_WORDS = 2000000, ROUNDS = 3, FLOAT_SENTENCES = 8000 };

static const char own_text[] =
    "The foreign ministers of the two countries met in Geneva on Tuesday to discuss the ceasefire.\n\n"
    "\"We do not expect a breakthrough,\" a spokesman said, adding that talks wouldn't end before "
    "Friday. The U.S. delegation, led by a former ambassador, arrived at 9.30 a.m. and left the "
    "lake-side hotel without comment; prices of wheat rose 3.5% to $212.40 a tonne.\n\n";

typedef struct {
    char **texts;
    size_t count, capacity, bytes;
} collection;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return values[n / 2];
}

static void collect(ent_ctx *ctx, const char *path, size_t most_bytes, collection *c)
{
    ent_lines *lines = NULL;
    ent_str line;
    if (ent__lines_open(ctx, path, (size_t)64 << 20, &lines) != ENT_OK) {
        return;
    }
    while (c->bytes < most_bytes && ent__lines_next(ctx, lines, &line) > 0) {
        json_t *root = json_loadb(line.p, line.n, 0, NULL);
        const char *text = json_string_value(json_object_get(root, "text"));
        char **grown = text == NULL ? NULL : ent__grow(c->texts, c->count, &c->capacity, sizeof *grown);
        if (grown != NULL) {
            c->texts = grown;
            c->texts[c->count] = strdup(text);
            c->bytes += strlen(text);
            c->count++;
        }
        json_decref(root);
    }
    ent__lines_close(lines);
}

/* Parses everything once; returns the words. */
static size_t parse_all(ent_ctx *ctx, const ent_kit *kit, const collection *c, ent_arena *arena,
                        ent_buf *print)
{
    size_t words = 0;
    for (size_t i = 0; i < c->count; i++) {
        ent_text text = {.text = ent__str(c->texts[i])};
        ent_tree *tree = NULL;
        if (ent__parse(ctx, kit, arena, &text, &tree) == ENT_OK) {
            words += tree->token_count;
            if (print != NULL) {
                print->n = 0;
                ent__conllu_write(print, tree, ENT_LIT("bench"));
            }
        }
        ent__arena_reset(arena);
    }
    return words;
}

static double rate_of(ent_ctx *ctx, const ent_kit *kit, const collection *c, ent_arena *arena,
                      ent_buf *print, size_t rounds, size_t *out_words)
{
    double rates[ROUNDS];
    for (size_t r = 0; r < rounds; r++) {
        double start = cpu_seconds();
        *out_words = parse_all(ctx, kit, c, arena, print);
        rates[r] = (double)*out_words / (cpu_seconds() - start);
    }
    return median(rates, rounds);
}

/* ---- the same network in floats ------------------------------------------------------------ */

typedef struct {
    float *weights; /* inputs x outputs */
    const ent_dense *from;
    float zero;
} float_layer;

static bool float_open(const ent_dense *d, float zero, float_layer *out)
{
    out->weights = malloc((size_t)d->inputs * d->outputs * sizeof *out->weights);
    out->from = d;
    out->zero = zero;
    for (size_t i = 0; out->weights != NULL && i < d->inputs; i++) {
        for (size_t o = 0; o < d->outputs; o++) {
            out->weights[i * d->outputs + o] =
                (float)d->weights[((i / 4) * d->outputs + o) * 4 + i % 4] * d->scale[o];
        }
    }
    return out->weights != NULL;
}

static void float_run(const float_layer *l, const float *x, size_t rows, size_t stride, float *y)
{
    size_t n = l->from->outputs;
    for (size_t r = 0; r < rows; r++) {
        memcpy(y + r * n, l->from->bias, n * sizeof *y);
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)n, (int)l->from->inputs,
                1, x, (int)stride, l->weights, (int)n, 1, y, (int)n);
}

/* Encoder, tagger, slots of one sentence and two decisions a word, as the 8-bit code does them. */
static float float_sentence(const ent__model *m, const float_layer *layers, size_t n, float *x,
                            float *a, float *b, float *wide)
{
    size_t d = m->head.width, h = m->head.hidden, slots = ENT_SLOT_COUNT * h;
    float_run(&layers[ENT_DENSE_INPUT], x, n, m->head.input_width, a + 8 * d);
    for (unsigned l = 0; l < m->head.layers; l++) {
        size_t step = (size_t)1 << l;
        for (size_t r = 0; r < n; r++) { /* rows r - step, r, r + step side by side */
            for (size_t t = 0; t < 3; t++) {
                memcpy(wide + (r * 3 + t) * d, a + (8 + r + t * step - step) * d, d * sizeof *a);
            }
        }
        float_run(&layers[ENT_DENSE_CONVOLUTION + l], wide, n, 3 * d, b);
        for (size_t i = 0; i < n * d; i++) {
            a[8 * d + i] += b[i] > 0 ? b[i] : 0;
        }
    }
    float_run(&layers[ENT_DENSE_TAG], a + 8 * d, n, d, b);
    float sum = b[0];
    if (m->head.reduced > 0) {
        float_run(&layers[ENT_DENSE_REDUCE], a + 8 * d, n, d, b);
        for (size_t i = 0; i < n * m->head.reduced; i++) {
            b[i] = b[i] > 0 ? b[i] : 0;
        }
        float_run(&layers[ENT_DENSE_SLOT], b, n, m->head.reduced, wide);
    } else {
        float_run(&layers[ENT_DENSE_SLOT], a + 8 * d, n, d, wide);
    }
    for (size_t step = 0; step < 2 * n; step++) {
        float hidden[1024] = {0}, *scores = b;
        for (size_t k = 0; k < ENT_SLOT_COUNT + ENT_SMALL_COUNT; k++) {
            const float *row = wide + ((step / 2 + k * 7) % n) * slots + (k % ENT_SLOT_COUNT) * h;
            for (size_t j = 0; j < h; j++) {
                hidden[j] += row[j];
            }
        }
        for (size_t j = 0; j < h; j++) {
            hidden[j] = hidden[j] > 0 ? hidden[j] : 0;
        }
        float_run(&layers[ENT_DENSE_ACTION], hidden, 1, h, scores);
        unsigned best = 0;
        for (unsigned k = 1; k < ENT_ACTION_COUNT; k++) {
            best = scores[k] > scores[best] ? k : best;
        }
        sum += scores[best];
    }
    return sum;
}

/* Words a second of the float network alone (no tokens, lemmas, features): flatters the peer. */
static double float_rate(const ent__model *m)
{
    float_layer layers[ENT_DENSE_COUNT] = {{0}};
    size_t n = 23, d = m->head.width, widest = (size_t)ENT_SLOT_COUNT * m->head.hidden;
    widest = widest > 3 * d ? widest : 3 * d;
    float *x = calloc(n * m->head.input_width, sizeof *x), *a = calloc((n + 16) * d, sizeof *a);
    float *b = calloc(n * widest, sizeof *b), *wide = calloc(n * widest, sizeof *wide);
    bool good = x && a && b && wide;
    for (unsigned i = 0; good && i < ENT_DENSE_COUNT; i++) {
        if (m->dense[i].weights != NULL) {
            good = float_open(&m->dense[i], 128, &layers[i]);
        }
    }
    double start = cpu_seconds();
    volatile float sink = 0;
    for (size_t i = 0; good && i < FLOAT_SENTENCES; i++) {
        sink = sink + float_sentence(m, layers, n, x, a, b, wide);
    }
    double rate = (double)(FLOAT_SENTENCES * n) / (cpu_seconds() - start);
    for (unsigned i = 0; i < ENT_DENSE_COUNT; i++) {
        free(layers[i].weights);
    }
    free(x);
    free(a);
    free(b);
    free(wide);
    return good ? rate : 0;
}

static void loading(ent_ctx *ctx, const ent_kit *kit)
{
    size_t n = 0;
    const unsigned char *bytes = ent__kit_model(kit, "models/parse", &n);
    double times[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        ent__model *m = NULL;
        double start = cpu_seconds();
        ent__model_open(ctx, bytes, n, &m);
        times[r] = cpu_seconds() - start;
        ent__model_free(m);
    }
    printf("model %.1f MB, opened in %.1f ms\n", (double)n / 1e6, median(times, ROUNDS) * 1e3);
}

static void kernels_run(ent_ctx *ctx, const ent_kit *kit, const collection *c, ent_arena *arena)
{
    static const char *const names[] = {"vnni", "avx2", "sse", "plain"};
    ent__model *m = (ent__model *)(uintptr_t)ent__model_of(kit);
    const ent_kernels *best = m->kernels;
    double first = 0, floats = float_rate(m);
    collection part = *c;
    for (size_t i = 0; i < 4; i++) {
        size_t words = 0;
        m->kernels = ent__kernels_named(names[i]);
        if (m->kernels == NULL) {
            printf("%-28s not on this processor\n", names[i]);
            continue;
        }
        part.count = i < 2 ? c->count : c->count / 16 + 1; /* the slow sets on less */
        double rate = rate_of(ctx, kit, &part, arena, NULL, i < 2 ? ROUNDS : 1, &words);
        first = first > 0 ? first : rate;
        printf("%-28s %9.0f words/s (%zu words), %.1f times the float network\n", names[i], rate,
               words, rate / floats);
    }
    m->kernels = best;
    printf("%-28s %9.0f words/s (network alone)\n", "float, OpenBLAS", floats);
}

int main(void)
{
    ent_ctx *ctx = NULL;
    ent_kit *kit = NULL;
    collection c = {0};
    openblas_set_num_threads(1);
    if (ent_ctx_new(&ctx) != ENT_OK || ent__kit_load(ctx, NULL, &kit) != ENT_OK ||
        ent__parse_prepare(ctx, kit) != ENT_OK) {
        fprintf(stderr, "bench_parse: %s\n", ctx == NULL ? "out of memory" : ent_ctx_error(ctx));
        return 5;
    }
    static const char *const files[] = {"wikinews-2019-2020.jsonl.xz",
                                        "whitehouse-briefings.jsonl.xz"};
    for (size_t i = 0; i < 2; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/../shared/data/news/%s", ENT_SOURCE_DIR, files[i]);
        collect(ctx, path, (size_t)WANTED_WORDS * 5, &c);
    }
    if (c.count == 0) {
        puts("news files are not on this machine: a page of our own, repeated");
        while (c.bytes < (size_t)WANTED_WORDS * 5) {
            char **grown = ent__grow(c.texts, c.count, &c.capacity, sizeof *grown);
            if (grown == NULL) {
                break;
            }
            c.texts = grown;
            c.texts[c.count++] = strdup(own_text);
            c.bytes += sizeof own_text - 1;
        }
    }
    ent_arena *arena = ent__arena_new();
    ent_buf print = {0};
    size_t words = 0;
    loading(ctx, kit);
    kernels_run(ctx, kit, &c, arena);
    double rate = rate_of(ctx, kit, &c, arena, &print, 1, &words);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-28s %9.0f words/s\n", "with CoNLL-U printed", rate);
    printf("largest memory %.1f MB, of it %.1f MB input text\n", (double)usage.ru_maxrss / 1024,
           (double)c.bytes / 1e6);
    for (size_t i = 0; i < c.count; i++) {
        free(c.texts[i]);
    }
    free(c.texts);
    ent__buf_free(&print);
    ent__arena_free(arena);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
