/* Any bytes as CoNLL-U: refused with a message, or a tree whose own CoNLL-U reads back the same. */
#include <stdlib.h>
#include <string.h>

#include "../../src/parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_ctx *ctx;
    static ent_kit *kit;
    if (ctx == NULL) {
        check(ent_ctx_new(&ctx) == ENT_OK && ent__kit_load(ctx, NULL, &kit) == ENT_OK &&
              ent__parse_prepare(ctx, kit) == ENT_OK);
    }
    ent_arena *arena = ent__arena_new();
    ent_str bytes = {(const char *)data, size};
    ent_buf first = {0}, second = {0};
    ent_text text;
    for (int keep = 0; keep < 2; keep++) {
        ent_tree *tree = NULL, *again = NULL;
        if (ent__conllu_read(ctx, kit, arena, bytes, "fuzz", keep == 1, &text, &tree) != ENT_OK) {
            check(ent_ctx_message(ctx)[0] != '\0');
            continue;
        }
        for (size_t i = 0; i < tree->token_count; i++) {
            check(tree->tokens[i].begin < tree->tokens[i].end &&
                  tree->tokens[i].end <= tree->text.n);
        }
        first.n = second.n = 0;
        ent__conllu_write(&first, tree, ENT_LIT("fuzz"));
        check(ent__conllu_read(ctx, kit, arena, ent__buf_slice(&first), "again", true, &text,
                               &again) == ENT_OK);
        ent__conllu_write(&second, again, ENT_LIT("fuzz"));
        check(tree->token_count == again->token_count && first.n == second.n &&
              (first.n == 0 || memcmp(first.p, second.p, first.n) == 0));
    }
    ent__buf_free(&first);
    ent__buf_free(&second);
    ent__arena_free(arena);
    return 0;
}
