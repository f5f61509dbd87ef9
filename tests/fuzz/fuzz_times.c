/* Any bytes as a text with lexemes for tokens: the time expressions found must lie in the text, in
 * order, and name days that exist. */
#include <stdlib.h>

#include "../../src/mentions/mentions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const ent_time *times, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        bool placed = times[i].begin < times[i].end && times[i].end <= size &&
                      (i == 0 || times[i - 1].end <= times[i].begin);
        bool dated = times[i].kind != ENT_TIME_DATE || !times[i].date.year ||
                     (ent__date_valid(times[i].date) && ent__date_valid(times[i].date_end) &&
                      ent__date_days(times[i].date) <= ent__date_days(times[i].date_end));
        if (!placed || !dated) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ent_ctx *ctx;
    ent_str words = {(const char *)data, size};
    if (size > 4096 || !ent__utf8_valid(words, NULL) || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    ent_arena *arena = ent__arena_new();
    const ent_lexeme *lexemes;
    const ent_time *times;
    size_t count, time_count;
    ent_text text = {.text = words, .date = {2025, 3, 10}};
    if (arena && ent__lexemes(ctx, arena, words, 0, (uint32_t)size, &lexemes, &count) == ENT_OK) {
        ent_token *tokens = ent__arena_array(arena, count + 1, sizeof *tokens);
        for (size_t i = 0; tokens && i < count; i++) {
            tokens[i].begin = lexemes[i].begin;
            tokens[i].end = lexemes[i].end;
        }
        ent_tree tree = {.text = words, .tokens = tokens, .token_count = tokens ? count : 0};
        if (ent__times_find(ctx, arena, &text, &tree, &times, &time_count) == ENT_OK) {
            check(times, time_count, size);
        }
        text.date = (ent_date){0};
        if (ent__times_find(ctx, arena, &text, &tree, &times, &time_count) == ENT_OK) {
            check(times, time_count, size);
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
