/* Fuzz target: PETRARCH dictionaries of any bytes, then a sentence coded with them.  The first byte says which kind ('0' verbs to
 * '4' issues) and, from '5' on, the same as a PETRARCH-1 file. */
#include <stdlib.h>

#include "../../src/read/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sentence with its tree, so that verb patterns and names of any kind are tried on it. */
static void code(ent_ctx *ctx, const ent_kit *kit, const ent_dictionaries *set)
{
    static const char text[] = "Arland's army, Borduria and a visiting minister met in Cimmeria "
                               "and cut off aid to the rebels.";
    static const char tree[] =
        "(ROOT (S (NP (NP (NP (NNP Arland) (POS 's)) (NN army)) (, ,) (NP (NNP Borduria)) (CC and) "
        "(NP (DT a) (VBG visiting) (NN minister))) (VP (VP (VBD met) (PP (IN in) (NP (NNP "
        "Cimmeria)))) (CC and) (VP (VBD cut) (PRT (RP off)) (NP (NN aid)) (PP (TO to) (NP (DT the) "
        "(NNS rebels))))) (. .)))";
    ent_doc *doc;
    if (ent__doc_new(ctx, &doc) != ENT_OK) {
        return;
    }
    ent_block block = {ENT_BLOCK_PARAGRAPH, 0, sizeof text - 1};
    doc->text = (ent_text){.source = ENT_LIT("fuzz"), .text = ENT_LIT(text), .blocks = &block,
                           .block_count = 1, .date = {2023, 3, 5}, .parse = ENT_LIT(tree)};
    ent__dictionaries_drop_story(set, doc->text.text);
    if (ent__doc_read_with(ctx, kit, set, doc) != ENT_OK) {
        abort();
    }
    ent_doc_free(doc);
}

static void read_one(ent_ctx *ctx, const ent_kit *kit, ent_dictionary_kind kind, int dialect,
                     ent_str bytes)
{
    ent_dictionaries *set;
    if (ent__dictionaries_new(ctx, kit, dialect, &set) != ENT_OK) {
        return;
    }
    const ent_str actors = ENT_LIT("ARLAND [ARL]\nBORDURIA [BOR/SYL]\nCIMMERIA [CIM]\n");
    if (kind != ENT_DICTIONARY_ACTORS) {
        ent__dictionaries_add_bytes(ctx, set, ENT_DICTIONARY_ACTORS, actors, "actors");
    }
    if (kind != ENT_DICTIONARY_VERBS) {
        ent__dictionaries_add_bytes(ctx, set, ENT_DICTIONARY_VERBS,
                                    ENT_LIT("MEET {MET} [040]\n- % * [041]\n"), "verbs");
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
        code(ctx, kit, set);
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
    if (kit != NULL || ent_kit_open(ctx, NULL, &kit) == ENT_OK) {
        read_one(ctx, kit, (ent_dictionary_kind)(choice % ENT_DICTIONARY_KINDS),
                 choice < ENT_DICTIONARY_KINDS ? 0 : 1, (ent_str){(const char *)data + 1, size - 1});
    }
    ent_ctx_free(ctx);
    return 0;
}
