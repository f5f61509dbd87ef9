/* model: opens data/models/parse.model.
 *
 * In: the bytes of the kit.  Out: pointers into them.  Every section's size is checked
 * against the header, so that a damaged or foreign file is an error here and never read past its
 * end later.  Cost: one reading of all bytes, some
 * milliseconds. */
#include "model.h"
#include "classes.h"
#include "points.h"

#include <stdlib.h>
#include <string.h>

static const char slot_name[] = "parse";

static bool power_of_two(size_t n) { return n > 0 && (n & (n - 1)) == 0; }

typedef struct {
    ent__model *model;
    size_t bytes;
    bool good;
} opener;

/* The section's bytes; exact: its size must be this (0: any). */
static const void *part(opener *o, unsigned which, size_t exact)
{
    uint32_t at = o->model->head.part[which].at, n = o->model->head.part[which].bytes;
    if ((uint64_t)at + n > o->bytes || at % 64 != 0 || (exact != 0 && n != exact)) {
        o->good = false;
        return o->model->bytes;
    }
    return o->model->bytes + at;
}

static uint32_t table_mask(opener *o, unsigned keys, unsigned values)
{
    size_t n = o->model->head.part[keys].bytes / 4;
    if (!power_of_two(n) || o->model->head.part[values].bytes != n * 2) {
        o->good = false;
        return 0;
    }
    return (uint32_t)n - 1;
}

static ent_clue_table clues_open(opener *o, unsigned which)
{
    uint32_t rows = o->model->head.part[which].bytes;
    ent_clue_table table = {part(o, which, 0), 0};
    while (table.shift < ENT_CLUE_BITS && rows << table.shift < (uint32_t)1 << ENT_CLUE_BITS) {
        table.shift++;
    }
    o->good = o->good && power_of_two(rows) && rows <= (uint32_t)1 << ENT_CLUE_BITS;
    return table;
}

static void dense_open(opener *o, unsigned which, size_t inputs, size_t outputs)
{
    ent_dense *d = &o->model->dense[which];
    unsigned first = ENT_PART_DENSE + 3 * which;
    d->inputs = (uint32_t)inputs;
    d->outputs = (uint32_t)((outputs + 15) / 16 * 16);
    d->weights = part(o, first, inputs * d->outputs);
    d->scale = part(o, first + 1, d->outputs * sizeof(float));
    d->bias = part(o, first + 2, d->outputs * sizeof(float));
}

static bool sizes_plausible(const ent_model_header *h)
{
    return h->width % 64 == 0 && h->width > 0 && h->width <= 1024 && h->hidden % 64 == 0 &&
           h->hidden > 0 && h->hidden <= 1024 && h->layers > 0 &&
           h->layers <= ENT_LAYER_LIMIT && h->tags > 0 && h->tags <= ENT_BEST_LIMIT &&
           h->reduced % 16 == 0 && h->reduced <= 1024 && h->vectors < 65535 &&
           h->forms <= h->vectors &&
           h->input_width % 64 == 0 && h->input_width <= 1024 &&
           (uint64_t)h->vector_width + h->form_width + h->suffix3_width + h->suffix2_width +
                   h->prefix3_width + h->shape_width == h->input_width;
}

static void tables_open(opener *o)
{
    ent__model *m = o->model;
    const ent_model_header *h = &m->head;
    m->hash = part(o, ENT_PART_HASH, 0);
    m->hash_row = part(o, ENT_PART_HASH_ROW, 0);
    m->hash_mask = table_mask(o, ENT_PART_HASH, ENT_PART_HASH_ROW);
    m->vector = part(o, ENT_PART_VECTOR, ((size_t)h->vectors + 1) * h->vector_width);
    m->form = part(o, ENT_PART_FORM, ((size_t)h->forms + 1) * h->form_width);
    m->suffix3 = part(o, ENT_PART_SUFFIX3, (size_t)ENT_SUFFIX3_ROWS * h->suffix3_width);
    m->suffix2 = part(o, ENT_PART_SUFFIX2, (size_t)ENT_SUFFIX2_ROWS * h->suffix2_width);
    m->prefix3 = part(o, ENT_PART_PREFIX3, (size_t)ENT_PREFIX3_ROWS * h->prefix3_width);
    m->shape = part(o, ENT_PART_SHAPE, (size_t)ENT_SHAPE_ROWS * h->shape_width);
    m->quantum = part(o, ENT_PART_QUANTUM,
                      ((h->layers + 1) * h->width + h->reduced) * sizeof(float));
    m->tags = part(o, ENT_PART_TAGS, h->tags * sizeof(uint16_t));
    size_t row = h->hidden * sizeof(int16_t);
    m->slot_none = part(o, ENT_PART_SLOT_NONE, ENT_SLOT_COUNT * row);
    m->slot_root = part(o, ENT_PART_SLOT_ROOT, ENT_SLOT_COUNT * row);
    m->small = part(o, ENT_PART_SMALL, ENT_SMALL_ROWS * row);
    m->lemma_keys = part(o, ENT_PART_LEMMA_KEYS, 0);
    m->lemma_rules = part(o, ENT_PART_LEMMA_RULES, 0);
    m->lemma_mask = table_mask(o, ENT_PART_LEMMA_KEYS, ENT_PART_LEMMA_RULES);
    m->scripts = part(o, ENT_PART_SCRIPTS, h->scripts * sizeof(ent_script));
    m->feat_keys = part(o, ENT_PART_FEAT_KEYS, 0);
    m->feat_rows = part(o, ENT_PART_FEAT_ROWS, 0);
    m->feat_mask = table_mask(o, ENT_PART_FEAT_KEYS, ENT_PART_FEAT_ROWS);
    m->cut_keys = part(o, ENT_PART_CUT_KEYS, 0);
    m->cut_rows = part(o, ENT_PART_CUT_ROWS, 0);
    m->cut_mask = table_mask(o, ENT_PART_CUT_KEYS, ENT_PART_CUT_ROWS);
    m->token_clues = clues_open(o, ENT_PART_TOKEN_CLUES);
    m->sentence_clues = clues_open(o, ENT_PART_SENTENCE_CLUES);
}

/* Every value of the tables must be a row that exists, and every table must have an empty slot. */
static bool rows_valid(const uint32_t *keys, const uint16_t *rows, uint32_t mask, uint32_t limit)
{
    bool empty = false;
    for (size_t i = 0; i <= mask; i++) {
        empty |= keys[i] == 0;
        if (keys[i] != 0 && rows[i] >= limit) {
            return false;
        }
    }
    return empty;
}

static bool feats_open(opener *o)
{
    ent__model *m = o->model;
    const char *p = part(o, ENT_PART_FEAT_TEXTS, 0);
    const char *end = p + m->head.part[ENT_PART_FEAT_TEXTS].bytes;
    if (!o->good || m->head.feats == 0 || m->head.feats > 65535 ||
        (m->feat_texts = calloc(m->head.feats, sizeof *m->feat_texts)) == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < m->head.feats; i++) {
        const char *zero = memchr(p, '\0', (size_t)(end - p));
        if (zero == NULL) {
            return false;
        }
        m->feat_texts[i] = (ent_str){p, (size_t)(zero - p)};
        p = zero + 1;
    }
    return true;
}

static bool contents_valid(const ent__model *m)
{
    for (uint32_t i = 0; i < m->head.scripts; i++) {
        if (m->scripts[i].add_bytes > sizeof m->scripts[i].add) {
            return false;
        }
    }
    for (uint32_t i = 0; i < m->head.tags; i++) {
        if ((m->tags[i] >> 8) >= ENT_UPOS_COUNT || (m->tags[i] & 255) >= ENT_XPOS_COUNT) {
            return false;
        }
    }
    return rows_valid(m->hash, m->hash_row, m->hash_mask, m->head.vectors) &&
           rows_valid(m->lemma_keys, m->lemma_rules, m->lemma_mask, m->head.scripts) &&
           rows_valid(m->feat_keys, m->feat_rows, m->feat_mask, m->head.feats) &&
           rows_valid(m->cut_keys, m->cut_rows, m->cut_mask, 64);
}

static bool sections_open(ent__model *m, size_t bytes)
{
    opener o = {m, bytes, sizes_plausible(&m->head)};
    const ent_model_header *h = &m->head;
    if (!o.good) {
        return false;
    }
    tables_open(&o);
    dense_open(&o, ENT_DENSE_INPUT, h->input_width, h->width);
    for (unsigned l = 0; l < h->layers; l++) {
        dense_open(&o, ENT_DENSE_CONVOLUTION + l, 3u * h->width, h->width);
    }
    dense_open(&o, ENT_DENSE_TAG, h->width, h->tags);
    if (h->reduced > 0) {
        dense_open(&o, ENT_DENSE_REDUCE, h->width, h->reduced);
    }
    dense_open(&o, ENT_DENSE_SLOT, h->reduced > 0 ? h->reduced : h->width,
               (size_t)ENT_SLOT_COUNT * h->hidden);
    dense_open(&o, ENT_DENSE_ACTION, h->hidden, ENT_ACTION_COUNT);
    return o.good && feats_open(&o) && o.good && contents_valid(m);
}

/* Every slot's weights one after the other, as a product with one slot alone reads them. */
static bool slots_make(ent__model *m)
{
    const ent_dense *all = &m->dense[ENT_DENSE_SLOT];
    size_t h = m->head.hidden, groups = all->inputs / 4;
    int8_t *to = m->slot_weights = aligned_alloc(64, (size_t)all->inputs * all->outputs);
    if (to == NULL) {
        return false;
    }
    for (size_t k = 0; k < ENT_SLOT_COUNT; k++) {
        m->slot[k] = (ent_dense){to, all->scale + k * h, all->bias + k * h, all->inputs,
                                 m->head.hidden};
        for (size_t i = 0; i < groups; i++, to += 4 * h) {
            memcpy(to, all->weights + (i * all->outputs + k * h) * 4, 4 * h);
        }
    }
    return true;
}

/* Biases of the outputs that may be chosen. */
static bool biases_make(ent__model *m)
{
    const ent_dense *tag = &m->dense[ENT_DENSE_TAG], *action = &m->dense[ENT_DENSE_ACTION];
    m->tag_bias = malloc(tag->outputs * sizeof *m->tag_bias);
    m->action_bias = malloc(8u * action->outputs * sizeof *m->action_bias);
    if (m->tag_bias == NULL || m->action_bias == NULL) {
        return false;
    }
    for (unsigned i = 0; i < tag->outputs; i++) {
        m->tag_bias[i] = i < m->head.tags ? tag->bias[i] : ENT_NEVER;
    }
    for (unsigned set = 0; set < 8; set++) {
        for (unsigned i = 0; i < action->outputs; i++) {
            bool shift = i == ENT_ACTION_SHIFT;
            bool left = i > ENT_ACTION_LEFT + ENT_DEP_root && i < ENT_ACTION_RIGHT;
            bool right = i > ENT_ACTION_RIGHT + ENT_DEP_root && i < ENT_ACTION_COUNT;
            bool may = (shift && (set & 1)) || (left && (set & 2)) || (right && (set & 4));
            m->action_bias[set * action->outputs + i] = may ? action->bias[i] : ENT_NEVER;
        }
    }
    return true;
}

static uint64_t print_of(const unsigned char *bytes, size_t n)
{
    uint64_t print = n;
    for (size_t i = 0; i + 8 <= n; i += 8) {
        uint64_t chunk;
        memcpy(&chunk, bytes + i, 8);
        print = (print ^ chunk) * 0xd6e8feb86659fd93u;
        print ^= print >> 32;
    }
    return print;
}

ent_rc ent__model_open(ent_ctx *ctx, const unsigned char *bytes, size_t n, ent__model **out)
{
    ent__model *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return ent__nomem(ctx);
    }
    m->bytes = bytes;
    if ((uintptr_t)bytes % 64 != 0) { /* tables from a folder: the embedded ones are aligned */
        m->bytes = m->copy = aligned_alloc(64, (n + 127) / 64 * 64);
        if (m->copy == NULL) {
            ent__model_free(m);
            return ent__nomem(ctx);
        }
        memcpy(m->copy, bytes, n);
    }
    bool good = n >= sizeof m->head && memcmp(bytes, ENT_MODEL_MAGIC, 8) == 0;
    if (good) {
        memcpy(&m->head, bytes, sizeof m->head);
        good = sections_open(m, n);
    }
    if (!good) {
        ent__model_free(m);
        return ent__fail(ctx, ENT_EINPUT, "models/parse.model", 0,
                         "expected a parse model of this program's version");
    }
    m->kernels = ent__kernels_best();
    m->print = print_of(bytes, n);
    if (!biases_make(m) || !slots_make(m)) {
        ent__model_free(m);
        return ent__nomem(ctx);
    }
    *out = m;
    return ENT_OK;
}

void ent__model_free(void *model)
{
    ent__model *m = model;
    if (m != NULL) {
        free(m->tag_bias);
        free(m->slot_weights);
        free(m->action_bias);
        free(m->feat_texts);
        free(m->copy);
        free(m);
    }
}

const ent__model *ent__model_of(const ent_kit *kit)
{
    return ent__kit_extra(kit, slot_name);
}

ent_rc ent__parse_prepare(ent_ctx *ctx, ent_kit *kit)
{
    size_t n = 0;
    const unsigned char *bytes = ent__kit_model(kit, "models/parse", &n);
    if (bytes == NULL) {
        return ent__fail(ctx, ENT_EINPUT, "models/parse.model", 0, "the kit holds no parse model");
    }
    ent__model *model = NULL;
    ent_rc rc = ent__model_open(ctx, bytes, n, &model);
    if (rc == ENT_OK) {
        rc = ent__kit_attach(ctx, kit, slot_name, model, ent__model_free);
        if (rc != ENT_OK) {
            ent__model_free(model);
        }
    }
    return rc == ENT_OK ? ent__classes_prepare(ctx, kit) : rc;
}

ent_str ent__feats_text(const ent_kit *kit, uint32_t feats)
{
    const ent__model *model = ent__model_of(kit);
    return model == NULL || feats >= model->head.feats ? (ent_str){"", 0} : model->feat_texts[feats];
}
