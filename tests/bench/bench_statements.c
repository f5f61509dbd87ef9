/* Words a CPU second on one thread of parsing and of what reads the trees after it: times, mentions,
 * statements with quantities; and the share of the parsing time.  Medians of three rounds in one run.
 * Text: articles of the private statement data where they are unpacked (STATEMENT_TEXTS names the
 * folder), else a page of our own repeated. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/read/read.h"

enum { ROUNDS = 3, WANTED = 200 };

static const char own_text[] =
    "Ministers Meet in Geneva\n\nMar 10, 2025\n\n"
    "The foreign ministers of the two countries met in Geneva on Tuesday to discuss the ceasefire.\n\n"
    "\"We do not expect a breakthrough,\" a spokesman said, adding that talks would end on Friday. "
    "Exports fell by 12 percent to $3.4 billion in 2024, according to the World Bank. Critics argue "
    "that the plan, which was signed two years earlier, is \"a gift\" to the other side.\n\n";

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

typedef struct {
    double parse, times, mentions, statements;
    size_t words;
} costs;

static void read_one(ent_ctx *ctx, const ent_kit *kit, ent_str bytes, costs *sum)
{
    ent_arena *arena = ent__arena_new();
    ent_text text;
    ent_tree *tree;
    ent_mentions *mentions;
    ent_statements *statements;
    const ent_time *times;
    size_t count;
    if (!arena || ent__text_read(ctx, kit, arena, bytes, ENT_LIT("bench"), &text)) {
        exit(5);
    }
    double at[5] = {cpu_seconds()};
    ent_rc rc = ent__parse(ctx, kit, arena, &text, &tree);
    at[1] = cpu_seconds();
    rc = rc ? rc : ent__times_find(ctx, arena, &text, tree, &times, &count);
    at[2] = cpu_seconds();
    rc = rc ? rc : ent__mentions_find(ctx, kit, arena, &text, tree, &mentions);
    at[3] = cpu_seconds();
    rc = rc ? rc : ent__statements_read(ctx, kit, arena, &text, tree, mentions, &statements);
    at[4] = cpu_seconds();
    if (rc) {
        fprintf(stderr, "%s\n", ent_ctx_error(ctx));
        exit(5);
    }
    sum->parse += at[1] - at[0];
    sum->times += at[2] - at[1];
    sum->mentions += at[3] - at[2];
    sum->statements += at[4] - at[3];
    sum->words += tree->token_count;
    ent__arena_free(arena);
    ent__arena_reset(ent__ctx_scratch(ctx));
}

static size_t collect(ent_ctx *ctx, ent_buf *texts)
{
    const char *folder = getenv("STATEMENT_TEXTS");
    DIR *dir = folder ? opendir(folder) : NULL;
    size_t n = 0;
    for (struct dirent *entry; dir && n < WANTED && (entry = readdir(dir)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strstr(entry->d_name, ".txt") && !ent__file_read(ctx, path, 1 << 24, &texts[n])) {
            n++;
        }
    }
    if (dir) {
        closedir(dir);
    }
    for (; n < WANTED && !dir; n++) {
        for (int k = 0; k < 12; k++) {
            ent__buf_z(&texts[n], own_text);
        }
    }
    return n;
}

int main(void)
{
    ent_ctx *ctx;
    ent_kit *kit;
    ent_buf texts[WANTED] = {{0}};
    double rates[4][ROUNDS];
    if (ent_ctx_new(&ctx) || ent_kit_open(ctx, NULL, &kit)) {
        return 5;
    }
    size_t n = collect(ctx, texts), words = 0;
    for (int round = 0; round < ROUNDS; round++) {
        costs sum = {0};
        for (size_t i = 0; i < n; i++) {
            read_one(ctx, kit, ent__buf_slice(&texts[i]), &sum);
        }
        words = sum.words;
        rates[0][round] = (double)words / sum.parse;
        rates[1][round] = (double)words / sum.times;
        rates[2][round] = (double)words / sum.mentions;
        rates[3][round] = (double)words / sum.statements;
    }
    static const char *const names[] = {"parsing", "times", "mentions (times in it)",
                                        "statements, quantities, questions"};
    printf("%zu texts, %zu words, one thread\n", n, words);
    for (int k = 0; k < 4; k++) {
        qsort(rates[k], ROUNDS, sizeof(double), by_value);
        printf("%-36s %10.0f words/s  %5.1f%% of parsing\n", names[k], rates[k][ROUNDS / 2],
               100 * rates[0][ROUNDS / 2] / rates[k][ROUNDS / 2]);
    }
    for (size_t i = 0; i < n; i++) {
        ent__buf_free(&texts[i]);
    }
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
