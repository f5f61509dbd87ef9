/* classes: a word -> the number of its class, at several levels of fineness.
 *
 * Input: data/models/classes.model, made from the parser's word vectors by tools/train_classes.c
 * (spherical k-means, the classes joined further by Ward's method).  A word is found as the parser
 * finds it: by the print of its normalised form.  Method: word clusters as features (Miller,
 * Guinness, Zamanian 2004; Turian, Ratinov, Bengio 2010).  Cost: some 50 ns a word. */
#include "classes.h"

#include <stdlib.h>
#include <string.h>

static const char slot_name[] = "classes";

typedef struct {
    const uint16_t *finest;                       /* of each row */
    const uint16_t *coarser[ENT_WORD_CLASS_LEVELS]; /* of each finest class; [0] unused */
    uint16_t *block;
    const char **names; /* of all levels, one after the other; in the kit's bytes */
    uint32_t counts[ENT_WORD_CLASS_LEVELS];
} classes;

static void classes_free(void *held)
{
    classes *c = held;
    free(c->block);
    free(c->names);
    free(c);
}

uint64_t ent__classes_print(const ent__model *model)
{
    size_t slots = (size_t)model->hash_mask + 1;
    uint64_t print = ent__word_hash((const char *)model->hash, slots * sizeof *model->hash);
    return print ^ ent__word_hash((const char *)model->hash_row, slots * sizeof *model->hash_row);
}

/* Every class must be one that its level counts. */
static bool below(const uint16_t *numbers, size_t n, uint32_t limit)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] >= limit) {
            return false;
        }
    }
    return true;
}

static bool names_open(classes *c, const char *p, const char *end)
{
    size_t count = 0;
    for (size_t level = 0; level < ENT_WORD_CLASS_LEVELS; level++) {
        count += c->counts[level];
    }
    c->names = malloc(count * sizeof *c->names);
    for (size_t i = 0; i < count && c->names != NULL; i++) {
        const char *zero = memchr(p, '\0', (size_t)(end - p));
        if (zero == NULL) {
            return false;
        }
        c->names[i] = p;
        p = zero + 1;
    }
    return c->names != NULL;
}

static bool classes_open(classes *c, const ent_classes_header *h, const unsigned char *bytes,
                         size_t n)
{
    size_t levels = ENT_WORD_CLASS_LEVELS, leaves = h->counts[0];
    memcpy(c->counts, h->counts, sizeof c->counts);
    for (size_t level = 0; level < levels; level++) {
        if (h->counts[level] == 0 || h->counts[level] > UINT16_MAX) {
            return false;
        }
    }
    size_t cells = h->vectors + (levels - 1) * leaves, at = sizeof *h + cells * sizeof *c->block;
    if (n < at || (c->block = malloc(cells * sizeof *c->block)) == NULL) {
        return false;
    }
    memcpy(c->block, bytes + sizeof *h, cells * sizeof *c->block);
    bool good = below(c->block, h->vectors, h->counts[0]);
    c->finest = c->block;
    for (size_t level = 1; level < levels; level++) {
        c->coarser[level] = c->block + h->vectors + (level - 1) * leaves;
        good = good && below(c->coarser[level], leaves, h->counts[level]);
    }
    return good && names_open(c, (const char *)bytes + at, (const char *)bytes + n);
}

ent_rc ent__classes_prepare(ent_ctx *ctx, ent_kit *kit)
{
    size_t n = 0;
    const unsigned char *bytes = ent__kit_model(kit, "models/classes", &n);
    const ent__model *model = ent__model_of(kit);
    ent_classes_header header;
    if (bytes == NULL) {
        return ENT_OK; /* no word has a class then */
    }
    if (n < sizeof header) {
        n = 0;
    } else {
        memcpy(&header, bytes, sizeof header);
    }
    if (n == 0 || memcmp(header.magic, ENT_CLASSES_MAGIC, 8) != 0 ||
        header.vectors != model->head.vectors || header.print != ent__classes_print(model)) {
        return ent__fail(ctx, ENT_EINPUT, "models/classes.model", 0,
                         "expected word classes made for this parse model (train_classes)");
    }
    classes *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ent__nomem(ctx);
    }
    if (!classes_open(c, &header, bytes, n)) {
        classes_free(c);
        return ent__fail(ctx, ENT_EINPUT, "models/classes.model", 0, "damaged word classes");
    }
    ent_rc rc = ent__kit_attach(ctx, kit, slot_name, c, classes_free);
    if (rc != ENT_OK) {
        classes_free(c);
    }
    return rc;
}

uint32_t ent__word_class(const ent_kit *kit, ent_str word, unsigned level)
{
    const classes *c = ent__kit_extra(kit, slot_name);
    const ent__model *model = ent__model_of(kit);
    ent_word key;
    uint32_t at;
    if (c == NULL || word.n == 0) {
        return ENT_NO_WORD_CLASS;
    }
    ent__word_key_of(word, &key);
    if (!ent__print_find(model->hash, model->hash_mask, key.key, &at)) {
        return ENT_NO_WORD_CLASS;
    }
    uint16_t finest = c->finest[model->hash_row[at]];
    return level == 0 ? finest : c->coarser[level][finest];
}

ent_str ent__word_class_name(const ent_kit *kit, uint32_t class, unsigned level)
{
    const classes *c = ent__kit_extra(kit, slot_name);
    if (c == NULL || class >= c->counts[level]) {
        return (ent_str){"", 0};
    }
    for (unsigned finer = 0; finer < level; finer++) {
        class += c->counts[finer];
    }
    return ent__str(c->names[class]);
}
