/* What statements hangs on the kit: the cue table (data/statements/cues.tsv) and the unit table
 * as maps, and the model's place in the blob.  Cost: once a kit. */
#include <stdlib.h>
#include <string.h>

#include "tagger.h"

static const char slot_name[] = "statements";

static const char *const force_names[] = {"",
#define X(name, act) #name,
                                          FORCE_LIST(X)
#undef X
};

const char *ent__force_name(uint8_t force)
{
    return force < FORCE_COUNT ? force_names[force] : "";
}

ent_statement_act ent__force_act(uint8_t force)
{
    static const uint8_t acts[] = {ENT_ACT_DECIDE,
#define X(name, act) ENT_ACT_##act,
                                   FORCE_LIST(X)
#undef X
    };
    return (ent_statement_act)acts[force < FORCE_COUNT ? force : FORCE_none];
}

static uint8_t force_of_name(ent_str name)
{
    for (uint8_t i = 1; i < FORCE_COUNT; i++) {
        if (ent__str_eqz(name, force_names[i])) {
            return i;
        }
    }
    return FORCE_none;
}

static void lexicon_free(void *extra)
{
    statement_lexicon *lexicon = extra;
    if (lexicon) {
        ent__map_free(lexicon->verbs);
        ent__map_free(lexicon->nouns);
        ent__map_free(lexicon->others);
        ent__map_free(lexicon->units);
        free(lexicon);
    }
}

static ent_rc load_cues(ent_ctx *ctx, const ent_kit *kit, statement_lexicon *lexicon)
{
    const ent_table *table = ent__kit_table(kit, "statements/cues");
    if (!table) {
        return ent__fail(ctx, ENT_EINPUT, "statements/cues", 0, "expected a table, found none");
    }
    int lemma = ent__table_column(table, "lemma"), pos = ent__table_column(table, "pos");
    int force = ent__table_column(table, "force");
    for (size_t row = 0; row < table->rows; row++) {
        ent_str name = ent__table_cell(table, row, force), part = ent__table_cell(table, row, pos);
        uint8_t code = force_of_name(name);
        if (!code) {
            return ent__fail(ctx, ENT_EINPUT, "statements/cues", ent__table_line(table, row),
                             "expected a force (say, claim, deny ...), got \"%.*s\"",
                             ENT_FMT(name));
        }
        ent_map *map = ent__str_eqz(part, "verb")   ? lexicon->verbs
                       : ent__str_eqz(part, "noun") ? lexicon->nouns
                                                    : lexicon->others;
        if (!ent__map_put(map, ent__table_cell(table, row, lemma), code | (uint32_t)row << 8)) {
            return ent__nomem(ctx);
        }
    }
    return ENT_OK;
}

static ent_rc load_units(ent_ctx *ctx, const ent_kit *kit, statement_lexicon *lexicon)
{
    const ent_table *table = ent__kit_table(kit, "statements/units");
    if (!table || !ent__kit_table(kit, "statements/multiples")) {
        return ent__fail(ctx, ENT_EINPUT, "statements/units", 0,
                         "expected this table and statements/multiples, found none");
    }
    for (size_t row = 0; row < table->rows; row++) {
        if (!ent__map_put(lexicon->units, ent__table_cell(table, row, 0), (uint32_t)row)) {
            return ent__nomem(ctx);
        }
    }
    return ENT_OK;
}

ent_rc ent__statement_model_open(ent_ctx *ctx, const void *bytes, size_t n, statement_model *out)
{
    const model_header *header = bytes;
    size_t expected = sizeof *header + (size_t)FEATURE_ROWS * ROW + LINK_ROWS;
    if (n != expected || memcmp(header->magic, MODEL_MAGIC, sizeof header->magic) != 0 ||
        header->feature_bits != FEATURE_BITS || header->link_bits != LINK_BITS) {
        return ent__fail(ctx, ENT_EINPUT, "models/statements.model", 0,
                         "expected a statement model of %zu bytes, got %zu", expected, n);
    }
    out->header = header;
    out->features = (const int8_t *)(header + 1);
    out->links = out->features + (size_t)FEATURE_ROWS * ROW;
    return ENT_OK;
}

static ent_rc load_model(ent_ctx *ctx, const ent_kit *kit, statement_model *model)
{
    size_t bytes;
    const unsigned char *data = ent__kit_model(kit, "models/statements", &bytes);
    return data ? ent__statement_model_open(ctx, data, bytes, model) : ENT_OK;
}

ent_rc ent__statements_prepare(ent_ctx *ctx, ent_kit *kit)
{
    statement_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (!lexicon) {
        return ent__nomem(ctx);
    }
    lexicon->verbs = ent__map_new(1024);
    lexicon->nouns = ent__map_new(1024);
    lexicon->others = ent__map_new(128);
    lexicon->units = ent__map_new(512);
    ent_rc rc = ENT_ENOMEM;
    if (lexicon->verbs && lexicon->nouns && lexicon->others && lexicon->units) {
        rc = load_cues(ctx, kit, lexicon);
        rc = rc == ENT_OK ? load_units(ctx, kit, lexicon) : rc;
        rc = rc == ENT_OK ? load_model(ctx, kit, &lexicon->model) : rc;
    } else {
        rc = ent__nomem(ctx);
    }
    if (rc != ENT_OK) {
        lexicon_free(lexicon);
        return rc;
    }
    return ent__kit_attach(ctx, kit, slot_name, lexicon, lexicon_free);
}

const statement_lexicon *ent__statement_lexicon(const ent_kit *kit)
{
    return ent__kit_extra(kit, slot_name);
}

uint8_t ent__force_of(const statement_lexicon *lexicon, ent_str lemma, uint8_t upos,
                      uint32_t *out_row)
{
    const ent_map *map = upos == ENT_UPOS_VERB || upos == ENT_UPOS_AUX   ? lexicon->verbs
                         : upos == ENT_UPOS_NOUN || upos == ENT_UPOS_PROPN ? lexicon->nouns
                                                                           : lexicon->others;
    uint32_t found;
    if (upos == ENT_UPOS_PUNCT || lemma.n < 2 || lemma.n > 20 ||
        !ent__map_get(map, lemma, &found)) {
        return FORCE_none;
    }
    if (out_row) {
        *out_row = found >> 8;
    }
    return (uint8_t)(found & 0xFF);
}
