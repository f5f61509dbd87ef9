/* page: the parts of an HTML page, shared by the files of this folder only.
 *
 * gumbo's tree is copied into one array in document order (a node's subtree is [i, end)), so that
 * every measure over subtrees is a loop and no page, however deep, can overflow the stack. */
#ifndef ENT_TEXT_PAGE_H
#define ENT_TEXT_PAGE_H

#include <gumbo.h>

#include "text.h"

/* One element or text node; 0 is <html>. */
typedef struct {
    GumboTag tag;      /* GUMBO_TAG_LAST: a text node */
    uint32_t parent;   /* of node 0: 0 */
    uint32_t end;      /* one past the last node of the subtree */
    ent_str text;      /* text nodes: UTF-8, entities decoded */
    const GumboVector *attributes; /* elements */
    ent_str raw_name;  /* elements unknown to HTML: as written, "<amp-ad ...>" */
} ent__node;

typedef struct {
    ent__node *nodes;
    size_t count;
} ent__page;

#define ENT__MAX_OPEN_TAGS 400 /* deeper tags are dropped, their text is kept (browsers: 512) */

/* Copies html to `out` without the tags nested too deep; only measures when out is NULL.  Returns the
 * deepest nesting met. */
size_t ent__page_depth(ent_str html, ent_buf *out);

/* Parses valid UTF-8.  Everything lives in `arena`.  Errors: ENT_EINPUT when the page's tree would
 * outgrow 1 GiB, ENT_ENOMEM.  O(bytes) in time and memory for real pages. */
ent_rc ent__page_parse(ent_ctx *ctx, ent_arena *arena, ent_str html, const char *source,
                       ent__page *out);

/* Value of an attribute (name in lower case), empty slice when it is missing. */
ent_str ent__node_attribute(const ent__node *node, const char *name);
bool ent__node_has(const ent__node *node, const char *name);
bool ent__tag_is_block(GumboTag tag);   /* starts a new line on screen */
bool ent__tag_is_hidden(GumboTag tag);  /* its text is never article text: script, style, button */
bool ent__tag_is_heading(GumboTag tag); /* h1..h6 */
/* The text of a subtree, white space runs made one blank, hidden elements left out, at most `limit`
 * bytes. */
ent_str ent__node_text(ent_arena *arena, const ent__page *page, size_t node, size_t limit);
/* Appends text with runs of white space (no-break blanks too) as one blank, without zero-width
 * characters and soft hyphens; none at the start of a line or after another blank. */
void ent__text_collapse(ent_buf *out, ent_str text);

/* What the page says about itself (src/text/meta.c). */
typedef struct {
    ent_str title, deck, byline, outlet, url, language, article_body;
    ent_date date;
    size_t heading; /* node of the headline element in the page; 0: none */
} ent__page_meta;
ent_rc ent__page_meta_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                           const ent__page *page, ent__page_meta *out);

/* One block of text of the page, in document order (src/text/segment.c). */
typedef struct {
    uint32_t first, last; /* text nodes */
    uint32_t node;        /* nearest block element around it */
    ent_block_kind kind;
    ent_str text;
    uint32_t letters;      /* code points, blanks left out; CJK counts double */
    uint32_t link_letters; /* of these inside <a> */
    uint32_t words, stops; /* stops: sentence ends and commas */
    uint32_t group; /* node of its list or table, 0: none; such lines join without a blank line */
    bool sentence_end;     /* ends as a sentence does */
    bool row;              /* a row of a data table */
} ent__segment;

/* Cuts the page into blocks.  `skipped` (one a node) marks subtrees to leave out. */
ent_rc ent__page_segments(ent_ctx *ctx, ent_arena *arena, const ent__page *page,
                          const uint8_t *skipped, ent__segment **out, size_t *out_count);

/* Chooses the blocks of the article: keep[i] for each segment (src/text/maintext.c). */
ent_rc ent__page_main(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent__page *page,
                      const ent__page_meta *meta, ent__segment **out, size_t *out_count);

/* What an element's class, id, and role hint at (src/text/hints.c). */
typedef enum {
    ENT__HINT_NONE = 0,
    ENT__HINT_BODY = 1,    /* "article-body", "entry-content" */
    ENT__HINT_CHROME = 2,  /* "share", "related", "newsletter" */
    ENT__HINT_COMMENTS = 3, /* readers' comments */
    ENT__HINT_HIDDEN = 4,  /* not shown on screen */
    ENT__HINT_CAPTION = 5
} ent__hint;
ent__hint ent__node_hint(const ent_kit *kit, const ent__node *node);

#endif
