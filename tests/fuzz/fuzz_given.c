/* Fuzz target: a given parse of any bytes over any text (text, blank line, parse), read to the end
 * and coded with dictionaries. */
#include <stdlib.h>
#include <string.h>

#include "../../src/read/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ent_dictionaries *load(ent_ctx *ctx, const ent_kit *kit)
{
    static const struct { ent_dictionary_kind kind; const char *text; } files[] = {
        {ENT_DICTIONARY_VERBS, "--- ATTACK [190] ---\nATTACK\nSAY {SAID}\n+CUT_OFF {+CUT_OFF}\n"
                               "- * + WITH ROCKETS [194]\n- % * [040:040]\n- $ ^ * [111]\n"},
        {ENT_DICTIONARY_ACTORS, "ARLAND [ARL]\n+KINGDOM OF ARLAND\nBORDURIA [BOR/CIM]\n"},
        {ENT_DICTIONARY_AGENTS, "ARMY [~MIL]\nEX [OPP~]\n"},
        {ENT_DICTIONARY_DISCARDS, "WORLD_CUP\n"},
        {ENT_DICTIONARY_ISSUES, "n:ROCKET [ARMS]\n"}};
    ent_dictionaries *set;
    if (ent__dictionaries_new(ctx, kit, 0, &set) != ENT_OK) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ent__dictionaries_add_bytes(ctx, set, files[i].kind, ent__str(files[i].text), "fuzz");
    }
    return ent__dictionaries_ready(ctx, set) == ENT_OK ? set : NULL;
}

static void read_one(ent_ctx *ctx, const ent_kit *kit, const ent_dictionaries *set, ent_str bytes)
{
    ent_doc *doc;
    const char *blank = memmem(bytes.p, bytes.n, "\n\n", 2);
    size_t bad, cut = blank == NULL ? 0 : (size_t)(blank - bytes.p);
    if (cut == 0 || !ent__utf8_valid(bytes, &bad) || ent__doc_new(ctx, &doc) != ENT_OK) {
        return;
    }
    ent_block block = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)cut};
    doc->text = (ent_text){.source = ENT_LIT("fuzz"), .text = {bytes.p, cut}, .blocks = &block,
                           .block_count = 1, .date = {2023, 3, 5},
                           .parse = ent__str_sub(bytes, cut + 2, bytes.n)};
    if (doc->text.parse.n > 0 && ent__doc_read_with(ctx, kit, set, doc) == ENT_OK) {
        ent_buf json = {0};
        ent__doc_json(&json, kit, doc);
        ent__buf_free(&json);
    }
    ent_doc_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_kit *kit; /* opened once: only what lies behind them is fuzzed */
    static ent_dictionaries *set;
    ent_ctx *ctx;
    if (size > 20000 || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    if (kit != NULL || ent_kit_open(ctx, NULL, &kit) == ENT_OK) {
        set = set == NULL ? load(ctx, kit) : set;
        if (set != NULL) {
            read_one(ctx, kit, set, (ent_str){(const char *)data, size});
        }
    }
    ent_ctx_free(ctx);
    return 0;
}
