/* events, inside the folder (and its trainer): a given pair in one sentence. */
#ifndef ENT_EVENTS_RELATE_H
#define ENT_EVENTS_RELATE_H

#include "lexicon.h"
#include "model.h"

/* A side that the sentence does not hold. */
#define ENT_NO_RANGE ((ent_range){1, 0})
static inline bool ent__range_empty(ent_range range)
{
    return range.first > range.last;
}

/* The reading that joins source and target best, with how well each side fits. */
typedef struct {
    const ent__reading *reading; /* NULL: none */
    int source_fit, target_fit;  /* 0 none, 1 below a side, 2 in a side */
    bool turned;                 /* target stands as source and the other way round */
} ent__match;

ent__match ent__match_best(const ent__sentence *s, ent_range source, ent_range target);
/* Names of all features of a pair.  O(tokens + readings x candidates). */
void ent__features_collect(const ent__sentence *s, ent_range source, ent_range target,
                           ent__features *out);
/* What the lemma's class is called at a level (parse.h); empty: none. */
ent_str ent__class_name(const ent__sentence *s, uint32_t token, unsigned level);
/* Token of the range whose head lies outside of it. */
uint32_t ent__range_head(const ent_tree *tree, ent_range range);
/* One paragraph, parsed; lives in the arena with `text` unchanged. */
ent_rc ent__tree_of_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str text,
                         ent_tree **out);
/* A pair as a user gives it: words of the text, or names, codes, demonyms of actors; `at`: the
 * text's date (year 0: unknown), for who held which office. */
typedef struct {
    ent_str source, target; /* empty: unknown */
    ent_date at;
} ent__pair;
/* Sentence and ranges of a pair: the sentence with both sides, else with one. */
ent_rc ent__pair_find(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                      const ent__pair *pair, uint32_t *out_sentence, ent_range *out_source,
                      ent_range *out_target);

#endif
