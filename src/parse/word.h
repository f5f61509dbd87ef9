/* What the network sees of one word: five table rows that depend on its letters alone.  Shared by
 * the reader (src/parse) and the trainer (tools/train), so both see the same. */
#ifndef ENT_PARSE_WORD_H
#define ENT_PARSE_WORD_H

#include "../base/base.h"

/* Hash buckets of the affix tables and number of shapes. */
enum { ENT_SUFFIX2_ROWS = 2048, ENT_SUFFIX3_ROWS = 8192, ENT_PREFIX3_ROWS = 8192,
       ENT_SHAPE_ROWS = 64 };

/* Longest normalised form in bytes; the middle of longer ones is cut out. */
enum { ENT_KEY_LIMIT = 48 };

typedef struct {
    uint64_t key; /* hash of the normalised form: lower case, plain quotes and dashes, digits as 0 */
    uint16_t suffix2, suffix3, prefix3;
    uint8_t shape;
    uint8_t key_bytes;
    char text[ENT_KEY_LIMIT + 8]; /* the normalised form, zeros behind it */
} ent_word;

/* O(bytes of the form).  ent__word_key_of: without the affixes. */
void ent__word_key_of(ent_str form, ent_word *out);
void ent__word_of(ent_str form, ent_word *out);

/* The hash used for all string tables of the model. */
uint64_t ent__word_hash(const char *p, size_t n);

#endif
