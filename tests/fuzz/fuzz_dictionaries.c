/* Fuzz target: PETRARCH dictionaries of any bytes.  The first byte says which kind ('0' verbs to
 * '4' issues) and, from '5' on, the same as a PETRARCH-1 file. */
#include <stdlib.h>

#include "../../src/events/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_one(ent_ctx *ctx, const ent_kit *kit, ent_dictionary_kind kind, int dialect,
                     ent_str bytes)
{
    ent_dictionaries *set;
    if (ent__dictionaries_new(ctx, kit, dialect, &set) != ENT_OK) {
        return;
    }
    if (ent__dictionaries_add_bytes(ctx, set, kind, bytes, "fuzz") == ENT_OK &&
        ent__dictionaries_ready(ctx, set) == ENT_OK &&
        ent__dictionaries_check(ctx, set) == ENT_OK) {
        size_t count;
        ent_dictionary_counts n;
        ent__dictionaries_problems(set, &count);
        ent__dictionaries_count(set, &n);
        if (n.errors > count) {
            abort();
        }
    }
    ent__dictionaries_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_kit *kit; /* opened once: only what lies behind it is fuzzed */
    ent_ctx *ctx;
    if (size < 1 || size > 100000 || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    unsigned choice = (unsigned)(data[0] - '0') % (2 * ENT_DICTIONARY_KINDS);
    if (kit != NULL || ent__kit_load(ctx, NULL, &kit) == ENT_OK) {
        read_one(ctx, kit, (ent_dictionary_kind)(choice % ENT_DICTIONARY_KINDS),
                 choice < ENT_DICTIONARY_KINDS ? 0 : 1, (ent_str){(const char *)data + 1, size - 1});
    }
    ent_ctx_free(ctx);
    return 0;
}
