/* Fuzz target: feed files of any bytes, and the documents of their records. */
#include <stdlib.h>

#include "../../src/text/readers.h"
#include "../../src/text/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str xml)
{
    ent__records records = {0};
    ent__feed_read(ctx, arena, xml, "fuzz", &records);
    for (size_t i = 0; i < records.count && i < 20; i++) {
        ent_text out = {0};
        ent_rc rc = ent__record_text(ctx, kit, arena, &records.items[i], "fuzz", &out);
        if (rc == ENT_OK && out.text.n == 0) {
            abort();
        }
    }
    ent__records_free(&records);
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
        ent_str text;
        ent_str bytes = {(const char *)data, size};
        if (ent__text_decode(ctx, arena, bytes, true, "fuzz", &text) == ENT_OK) {
            read_all(ctx, kit, arena, text);
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
