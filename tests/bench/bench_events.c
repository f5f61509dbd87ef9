/* Speed of event coding on parsed text: our own case sentences, parsed once, coded many times.
 * Prints words and sentences a second beyond parsing and mentions. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/read/read.h"

static const char *const files[] = {"actors",         "compose",           "diplomacy",
                                    "material",       "material_conflict", "support",
                                    "verbal_conflict"};

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The sentences of a case file, one a line. */
static void add_sentences(ent_ctx *ctx, const char *name, ent_buf *out)
{
    char path[512];
    ent_buf bytes = {0};
    snprintf(path, sizeof path, "%s/tests/cases/events/%s.cases", ENT_SOURCE_DIR, name);
    if (ent__file_read(ctx, path, 1 << 20, &bytes) != ENT_OK) {
        fprintf(stderr, "%s\n", ent_ctx_error(ctx));
        exit(3);
    }
    ent_str rest = ent__buf_slice(&bytes), line;
    bool first = true;
    while (ent__str_split(&rest, '\n', &line)) {
        if (first && line.n > 0 && line.p[0] != '%') {
            ent__buf_str(out, line);
            ent__buf_char(out, '\n');
        }
        first = line.n == 0 || line.p[0] == '%' ? line.n == 0 : false;
    }
    ent__buf_free(&bytes);
}

int main(void)
{
    ent_ctx *ctx;
    ent_kit *kit;
    if (ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK) {
        return 3;
    }
    ent_buf lines = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        add_sentences(ctx, files[i], &lines);
    }
    ent_arena *arena = ent__arena_new(), *scratch = ent__arena_new();
    ent_block *blocks = ent__arena_array(arena, 1024, sizeof *blocks);
    ent_text text = {.text = ent__buf_slice(&lines), .blocks = blocks};
    ent_str rest = text.text, line;
    while (text.block_count < 1024 && ent__str_split(&rest, '\n', &line)) {
        uint32_t begin = (uint32_t)(line.p - text.text.p);
        if (line.n > 0) {
            blocks[text.block_count++] =
                (ent_block){ENT_BLOCK_PARAGRAPH, begin, begin + (uint32_t)line.n};
        }
    }
    ent_tree *tree;
    ent_mentions *mentions;
    double start = seconds_now();
    if (ent__parse(ctx, kit, arena, &text, &tree) != ENT_OK) {
        return 3;
    }
    double parsed = seconds_now() - start;
    if (ent__mentions_find(ctx, kit, arena, &text, tree, &mentions) != ENT_OK) {
        return 3;
    }
    int rounds = 0;
    size_t events_told = 0;
    start = seconds_now();
    double spent = 0;
    for (; spent < 2; rounds++) {
        ent_events *events;
        ent__arena_reset(scratch);
        if (ent__events_code(ctx, kit, scratch, &text, tree, mentions, &events) != ENT_OK) {
            return 3;
        }
        events_told = events->event_count;
        spent = seconds_now() - start;
    }
    double words = (double)tree->token_count * rounds,
           sentences = (double)tree->sentence_count * rounds;
    printf("events: %zu sentences, %zu words, %zu events; %.0f words/s, %.0f sentences/s "
           "(parsing: %.0f words/s)\n",
           tree->sentence_count, tree->token_count, events_told, words / spent, sentences / spent,
           (double)tree->token_count / parsed);
    ent__buf_free(&lines);
    ent__arena_free(scratch);
    ent__arena_free(arena);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
