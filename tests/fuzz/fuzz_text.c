/* Fuzz target: plain text of any bytes; blocks must lie in order inside the text. */
#include <stdlib.h>

#include "../../src/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_blocks(const ent_text *text)
{
    uint32_t at = 0;
    for (size_t i = 0; i < text->block_count; i++) {
        const ent_block *b = &text->blocks[i];
        if (b->begin < at || b->end < b->begin || b->end > text->text.n) {
            abort();
        }
        at = b->end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_kit *kit; /* opened once: only what lies behind it is fuzzed */
    ent_ctx *ctx;
    if (size > 200000 || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    ent_arena *arena = ent__arena_new();
    if (arena != NULL && (kit != NULL || ent_kit_open(ctx, NULL, &kit) == ENT_OK)) {
        ent_text out = {0};
        ent_str bytes = {(const char *)data, size};
        if (ent__text_read(ctx, kit, arena, bytes, ENT_LIT("fuzz"), &out) == ENT_OK) {
            check_blocks(&out);
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
