/* chrome: lines that belong to the page and not to the article; shared by pages and plain text. */
#ifndef ENT_TEXT_CHROME_H
#define ENT_TEXT_CHROME_H

#include "text.h"

typedef enum {
    ENT__CHROME_NONE = 0,
    ENT__CHROME_LINE,    /* the line is chrome: "Advertisement", "Read more: ..." */
    ENT__CHROME_LABEL,   /* chrome among its like: "like", "share", "Twitter" */
    ENT__CHROME_SECTION, /* everything below is chrome: "Related articles", "Comments" */
    ENT__CHROME_BYLINE,  /* "By Jane Roe" */
    ENT__CHROME_CREDIT,  /* photo credits and copyright lines */
    ENT__CHROME_DATE,    /* "Updated 3 hours ago", "Published:" */
    ENT__CHROME_COMMENTS /* readers' comments begin: "Comments", "3 thoughts on ..." */
} ent__chrome;

/* What a line says it is, by the phrases of the table text/chrome.  Long lines are never chrome by
 * their beginning alone.  O(words of the line), at most eight. */
ent__chrome ent__chrome_line(const ent_kit *kit, ent_str line);

/* Share of the words of the longer one that the other has too, in [0, 1]. */
double ent__words_similar(ent_str a, ent_str b);

/* The word 4-grams of a text, to ask how much of another text stands in it. */
typedef struct {
    uint64_t *hashes; /* sorted */
    size_t count;
} ent__body_words;
ent_rc ent__body_words_build(ent_ctx *ctx, ent_arena *arena, ent_str text, ent__body_words *out);
double ent__body_words_share(const ent__body_words *body, ent_str text);

#endif
