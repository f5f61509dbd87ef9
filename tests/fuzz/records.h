/* What the fuzz targets of feeds and PETRARCH files share: all but the reader. */
#ifndef ENT_FUZZ_RECORDS_H
#define ENT_FUZZ_RECORDS_H

#include <stdlib.h>

#include "../../src/text/readers.h"
#include "../../src/text/records.h"

typedef ent_rc (*records_reader)(ent_ctx *, ent_arena *, ent_str, const char *, ent__records *);

/* Any bytes to text, text to records, records to documents. */
static inline void fuzz_records(const uint8_t *data, size_t size, records_reader read)
{
    static ent_kit *kit; /* opened once: only what lies behind it is fuzzed */
    ent_ctx *ctx;
    if (size > 200000 || ent_ctx_new(&ctx) != ENT_OK) {
        return;
    }
    ent_arena *arena = ent__arena_new();
    ent__records records = {0};
    ent_str text, bytes = {(const char *)data, size};
    if (arena != NULL && (kit != NULL || ent_kit_open(ctx, NULL, &kit) == ENT_OK) &&
        ent__text_decode(ctx, arena, bytes, true, "fuzz", &text) == ENT_OK) {
        read(ctx, arena, text, "fuzz", &records);
    }
    for (size_t i = 0; i < records.count && i < 20; i++) {
        ent_text out = {0};
        ent_rc rc = ent__record_text(ctx, kit, arena, &records.items[i], "fuzz", &out);
        if (rc == ENT_OK && out.text.n == 0) {
            abort();
        }
    }
    ent__records_free(&records);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
}

#endif
