/* Inside parse: the tokens and sentences of a document under construction, and its completion. */
#ifndef ENT_PARSE_SPLIT_H
#define ENT_PARSE_SPLIT_H

#include "model.h"
#include "points.h"

/* Start with {0}; arrays are on the heap until the tree is finished. */
typedef struct {
    ent_raw *raws;
    ent_token *tokens;
    ent_sentence *sentences;
    size_t raw_count, raw_capacity, token_count, token_capacity, sentence_count, sentence_capacity;
} ent_draft;

void ent__draft_free(ent_draft *draft);
/* Adds the sentences of text[begin .. end).  false: out of memory. */
bool ent__draft_block(const ent__model *model, ent_draft *draft, ent_str text, uint32_t begin,
                      uint32_t end, uint32_t block);
/* Makes tokens[first ..] a sentence (nothing when there are none). */
bool ent__draft_sentence(ent_draft *draft, uint32_t first, uint32_t block);
/* Tags, lemmas, features, trees of all sentences (heads become token numbers). */
ent_rc ent__draft_read(ent_ctx *ctx, const ent__model *model, ent_arena *arena, ent_draft *draft);
/* ENT_TOKEN_CAPITAL and ENT_TOKEN_ALL_CAPS of a form. */
unsigned ent__case_flags(ent_str form);
/* Moves the draft's arrays into the arena as a tree with child lists; model may be NULL. */
ent_rc ent__draft_finish(ent_ctx *ctx, const ent__model *model, ent_arena *arena, ent_str text,
                         ent_draft *draft, ent_tree **out);

#endif
