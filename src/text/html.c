/* html: a page -> document.
 *
 * Input:  HTML as valid UTF-8.
 * Output: ent_text: the article's blocks joined by blank lines (list items and table rows of one
 *         list by line breaks), and what the page says about itself.
 * Cost:   that of tree.c, meta.c, segment.c, maintext.c. */
#include <string.h>

#include "chrome.h"
#include "page.h"
#include "readers.h"

static ent_rc compose(ent_ctx *ctx, ent_arena *arena, const ent__segment *segments, size_t count,
                      ent_text *out)
{
    ent_buf text = {0};
    ent_block *blocks = ent__arena_array(arena, count + 1, sizeof *blocks);
    if (blocks == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t k = 0; k < count; k++) {
        const ent__segment *s = &segments[k];
        if (k > 0) {
            bool together = s->group != 0 && s->group == segments[k - 1].group;
            ent__buf_z(&text, together ? "\n" : "\n\n");
        }
        blocks[k].kind = s->kind;
        blocks[k].begin = (uint32_t)text.n;
        ent__buf_str(&text, s->text);
        blocks[k].end = (uint32_t)text.n;
    }
    out->text = ent__arena_str(arena, ent__buf_slice(&text));
    out->blocks = blocks;
    out->block_count = count;
    bool failed = text.failed || out->text.p == NULL;
    ent__buf_free(&text);
    return failed ? ent__nomem(ctx) : ENT_OK;
}

/* Everything shown, for pieces of markup that are nothing but article. */
static ent_rc all_segments(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                           const ent__page *page, ent__segment **out, size_t *out_count)
{
    uint8_t *skipped = ent__arena_alloc(arena, page->count + 1);
    if (skipped == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t i = 0; i < page->count; i++) {
        GumboTag tag = page->nodes[i].tag;
        skipped[i] = tag != GUMBO_TAG_LAST &&
                     (ent__tag_is_hidden(tag) || tag == GUMBO_TAG_FIGCAPTION);
    }
    ent_rc rc = ent__page_segments(ctx, arena, page, skipped, out, out_count);
    size_t kept = 0;
    for (size_t k = 0; rc == ENT_OK && k < *out_count; k++) {
        const ent__segment *s = &(*out)[k];
        bool links = s->link_letters * 4 > s->letters * 3 && s->words < 20;
        if (!links && ent__chrome_line(kit, s->text) == ENT__CHROME_NONE) {
            (*out)[kept++] = *s;
        }
    }
    *out_count = kept;
    return rc;
}

ent_rc ent__read_html(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str html,
                      bool fragment, const char *source, ent_text *out)
{
    ent__page page;
    ent__page_meta meta = {0};
    ent__segment *segments = NULL;
    size_t count = 0;
    ent_rc rc = ent__page_parse(ctx, arena, html, source, &page);
    if (rc == ENT_OK && !fragment) {
        rc = ent__page_meta_read(ctx, kit, arena, &page, &meta);
    }
    if (rc == ENT_OK) {
        rc = fragment ? all_segments(ctx, kit, arena, &page, &segments, &count)
                      : ent__page_main(ctx, kit, arena, &page, &meta, &segments, &count);
    }
    if (rc == ENT_OK) {
        rc = compose(ctx, arena, segments, count, out);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    if (!fragment) {
        out->title = meta.title;
        out->deck = meta.deck;
        out->byline = meta.byline;
        out->outlet = meta.outlet;
        out->url = meta.url;
        out->language = meta.language;
        out->date = meta.date;
        if (out->text.n == 0) {
            return ent__fail(ctx, ENT_EINPUT, source, 0,
                             "expected an article, got a page without text");
        }
    }
    return ENT_OK;
}
