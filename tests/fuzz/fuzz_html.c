/* Fuzz target: pages of any bytes through decoding, tree, metadata, main text. */
#include <stdlib.h>

#include "../../src/text/readers.h"

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
        ent_str text;
        ent_text out = {0};
        ent_str bytes = {(const char *)data, size};
        if (ent__text_decode(ctx, arena, bytes, true, "fuzz", &text) == ENT_OK) {
            ent_rc rc = ent__read_html(ctx, kit, arena, text, size % 2 == 1, "fuzz", &out);
            if (rc == ENT_OK && !ent__utf8_valid(out.text, NULL)) {
                abort();
            }
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
