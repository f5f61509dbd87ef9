/* Fuzz target: one line of JSON Lines of any bytes. */
#include <stdlib.h>

#include "../../src/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        ent_str line = {(const char *)data, size};
        if (ent__text_read_json(ctx, kit, arena, line, "fuzz", 1, &out) == ENT_OK &&
            (out.text.n == 0 || !ent__utf8_valid(out.text, NULL))) {
            abort();
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
