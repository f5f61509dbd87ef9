/* Classes of words: how data/models/classes.model is laid out, shared with tools/train_classes.c.
 *
 * Little-endian.  The header, then a 16-bit class for each row of the parser's word vectors at the
 * finest level, for each coarser level the class of each finest class, and the name of each class of
 * each level, NUL-terminated: the known word nearest its middle, or its number. */
#ifndef ENT_PARSE_CLASSES_H
#define ENT_PARSE_CLASSES_H

#include "model.h"

#define ENT_CLASSES_MAGIC "ENTCLAS1"

typedef struct {
    char magic[8];
    uint64_t print;                         /* of the vocabulary that the rows belong to */
    uint32_t vectors;                       /* rows */
    uint32_t counts[ENT_WORD_CLASS_LEVELS]; /* classes of each level, finest first */
} ent_classes_header;

/* Print of the model's vocabulary: which word has which row. */
uint64_t ent__classes_print(const ent__model *model);
/* Reads data/models/classes.model, attaches it to the kit; the parse model must be there. */
ent_rc ent__classes_prepare(ent_ctx *ctx, ent_kit *kit);

#endif
