/* annotated: articles with the events that people found in them, for train_decision. */
#ifndef ENT_ANNOTATED_H
#define ENT_ANNOTATED_H

#include "../src/read/read.h"

#define ANNOTATED_SIDE_MAX 16

/* An event as annotated; places in code points of the text. */
typedef struct {
    uint32_t begin, end;
    ent_str source[ANNOTATED_SIDE_MAX], target[ANNOTATED_SIDE_MAX];
    size_t source_count, target_count;
    uint32_t types; /* bits of the PLOVER types that are right; RETREAT counts as CONCEDE */
    bool symmetric, core;
    bool told; /* as having happened */
} annotated;

typedef struct {
    ent_doc *doc; /* NULL: its text was not found */
    ent_str id;
    annotated *events;
    size_t count, capacity;
    int set; /* number of its file or folder */
} article;

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    article *list;
    size_t count, capacity;
    int sets;
} articles;

/* The annotations of a folder (tools/train/annotations; its README.md says what stands there), with
 * the texts out of DATA (../shared/data); articles whose text is missing have no doc. */
ent_rc articles_annotated(articles *a, const char *folder, const char *data);
/* A folder of golds: NAME.txt beside NAME.gold.json. */
ent_rc articles_gold(articles *a, const char *folder);
void articles_free(articles *a);

#endif
