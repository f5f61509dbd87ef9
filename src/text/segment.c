/* segment: a page's nodes -> blocks of text in document order.
 *
 * Input:  the node array and a mark a node that leaves its subtree out.
 * Output: ent__segment array: a paragraph, heading, list item, quotation, table row each.
 * Method: a block element or an empty line made of two <br> ends a block; a table whose cells are
 *         short is data and gives a line a row with tabs, any other table is layout and its cells
 *         are paragraphs of their own.
 * Cost:   O(nodes + bytes of text). */
#include <stdlib.h>
#include <string.h>

#include "page.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const ent__page *page;
    const uint8_t *skipped;
    const uint8_t *data_table; /* one a node: a table of data */
    ent__segment *segments;
    size_t count, capacity;
    uint32_t *open; /* block elements around the cursor */
    size_t depth, open_capacity;
    ent_buf text;
    ent__segment current;
    bool has_text, failed;
    unsigned breaks;     /* <br> since the last text */
    uint32_t link_until; /* inside <a> before this node */
    uint32_t row_until;  /* inside a row of a data table before this node */
} cutter;

/* ---- measuring ----------------------------------------------------------------------------- */

static bool is_stop(uint32_t c)
{
    switch (c) {
    case '.': case ',': case '!': case '?': case ';': case 0x3001: case 0x3002: case 0xFF0C:
    case 0xFF01: case 0xFF1F: case 0x060C: case 0x061F: case 0x06D4: case 0x0964: case 0x2026:
        return true;
    default:
        return false;
    }
}

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == ':' || c == 0x3002 || c == 0xFF01 ||
           c == 0xFF1F || c == 0x061F || c == 0x06D4 || c == 0x0964 || c == 0x2026;
}

static bool closes_quote(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 ||
           c == 0xBB || c == 0x300D || c == 0x300F;
}

static void measure(ent__segment *segment)
{
    uint32_t last = 0;
    bool in_word = false;
    for (size_t at = 0; at < segment->text.n;) {
        uint32_t c = ent__utf8_next(segment->text, &at);
        if (c == ' ' || c == '\n' || c == '\t') {
            in_word = false;
            continue;
        }
        bool wide = c >= 0x2E80 && c < 0xFB00;
        segment->words += wide ? at % 6 < 3 : !in_word;
        in_word = true;
        segment->letters += wide ? 2 : 1;
        segment->stops += is_stop(c);
        last = closes_quote(c) ? last : c;
    }
    segment->sentence_end = ends_sentence(last);
}

static uint32_t letters_of(ent_str text)
{
    uint32_t letters = 0;
    for (size_t at = 0; at < text.n;) {
        unsigned char c = (unsigned char)text.p[at];
        uint32_t code = c < 128 ? (at++, c) : ent__utf8_next(text, &at);
        letters += code <= ' ' || code == 0xA0 ? 0 : code >= 0x2E80 && code < 0xFB00 ? 2 : 1;
    }
    return letters;
}

/* ---- data tables --------------------------------------------------------------------------- */

static bool table_is_data(const ent__page *page, uint32_t table)
{
    const ent__node *nodes = page->nodes;
    uint32_t rows = 0, cells = 0, long_cells = 0;
    for (uint32_t i = table + 1; i < nodes[table].end; i++) {
        switch (nodes[i].tag) {
        case GUMBO_TAG_TABLE: case GUMBO_TAG_FORM: case GUMBO_TAG_H1: case GUMBO_TAG_ARTICLE:
        case GUMBO_TAG_SECTION:
            return false;
        case GUMBO_TAG_TR:
            rows++;
            break;
        case GUMBO_TAG_TD: case GUMBO_TAG_TH: {
            uint32_t letters = 0;
            for (uint32_t j = i + 1; j < nodes[i].end; j++) {
                letters += nodes[j].tag == GUMBO_TAG_LAST ? letters_of(nodes[j].text) : 0;
            }
            if (letters > 800) {
                return false;
            }
            cells++;
            long_cells += letters > 160;
            break;
        }
        default:
            break;
        }
    }
    return rows >= 2 && cells >= 2 * rows - 1 && long_cells * 5 < cells;
}

static ent_rc mark_data_tables(cutter *c, uint8_t *marks)
{
    for (uint32_t i = 0; i < c->page->count; i++) {
        if (c->page->nodes[i].tag == GUMBO_TAG_TABLE) {
            marks[i] = table_is_data(c->page, i);
        }
    }
    c->data_table = marks;
    return ENT_OK;
}

/* ---- cutting ------------------------------------------------------------------------------- */

static ent_block_kind kind_here(const cutter *c, uint32_t *out_group)
{
    ent_block_kind kind = ENT_BLOCK_PARAGRAPH;
    *out_group = 0;
    for (size_t k = c->depth; k-- > 0;) {
        GumboTag tag = c->page->nodes[c->open[k]].tag;
        if (ent__tag_is_heading(tag) && kind == ENT_BLOCK_PARAGRAPH) {
            return ENT_BLOCK_HEADING;
        }
        if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DT || tag == GUMBO_TAG_DD) {
            kind = ENT_BLOCK_LIST_ITEM;
        } else if (tag == GUMBO_TAG_BLOCKQUOTE) {
            return ENT_BLOCK_QUOTE;
        } else if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_DL ||
                   (tag == GUMBO_TAG_TABLE && c->data_table[c->open[k]])) {
            if (kind == ENT_BLOCK_LIST_ITEM || tag == GUMBO_TAG_TABLE) {
                *out_group = c->open[k];
            }
            return kind;
        } else if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_ARTICLE) {
            break;
        }
    }
    return kind;
}

static void flush(cutter *c)
{
    c->breaks = 0;
    ent_str text = ent__str_trim(ent__buf_slice(&c->text));
    if (c->has_text && text.n > 0) {
        ent__segment *grown = ent__grow(c->segments, c->count, &c->capacity, sizeof *grown);
        ent_str copy = ent__arena_str(c->arena, text);
        if (grown == NULL || copy.p == NULL) {
            c->failed = true;
            return;
        }
        c->segments = grown;
        ent__segment *to = &c->segments[c->count++];
        *to = c->current;
        to->text = copy;
        to->node = c->depth > 0 ? c->open[c->depth - 1] : 0;
        to->kind = kind_here(c, &to->group);
        measure(to);
    }
    c->text.n = 0;
    c->has_text = false;
    c->current = (ent__segment){0};
}

static void add_text(cutter *c, uint32_t i)
{
    ent_str raw = c->page->nodes[i].text;
    uint32_t letters = letters_of(raw);
    if (letters == 0) {
        ent__text_collapse(&c->text, ENT_LIT(" "));
        return;
    }
    if (c->breaks >= 2) {
        flush(c);
    } else if (c->breaks == 1 && c->has_text) {
        while (c->text.n > 0 && c->text.p[c->text.n - 1] == ' ') {
            c->text.n--;
        }
        ent__buf_char(&c->text, '\n');
    }
    c->breaks = 0;
    if (!c->has_text) {
        c->current.first = i;
        c->has_text = true;
    }
    c->current.last = i;
    c->current.link_letters += i < c->link_until ? letters : 0;
    ent__text_collapse(&c->text, raw);
}

static void cell_gap(cutter *c, GumboTag tag)
{
    if (!c->has_text) {
        return;
    }
    while (c->text.n > 0 && c->text.p[c->text.n - 1] == ' ') {
        c->text.n--;
    }
    bool cell = tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH;
    if (c->text.n > 0 && c->text.p[c->text.n - 1] != '\t') {
        ent__buf_char(&c->text, cell ? '\t' : ' ');
    }
}

static void enter(cutter *c, uint32_t i)
{
    const ent__node *node = &c->page->nodes[i];
    if (node->tag == GUMBO_TAG_A && ent__node_has(node, "href")) {
        c->link_until = node->end > c->link_until ? node->end : c->link_until;
    } else if (node->tag == GUMBO_TAG_BR) {
        if (i < c->row_until) {
            ent__text_collapse(&c->text, ENT_LIT(" "));
        }
        c->breaks += i >= c->row_until;
    }
    if (!ent__tag_is_block(node->tag)) {
        return;
    }
    if (i < c->row_until) {
        cell_gap(c, node->tag);
        return;
    }
    flush(c);
    uint32_t *open = ent__grow(c->open, c->depth, &c->open_capacity, sizeof *open);
    if (open == NULL) {
        c->failed = true;
        return;
    }
    c->open = open;
    c->open[c->depth++] = i;
    if (node->tag == GUMBO_TAG_TR) {
        for (uint32_t up = node->parent; up != 0; up = c->page->nodes[up].parent) {
            if (c->page->nodes[up].tag == GUMBO_TAG_TABLE) {
                c->row_until = c->data_table[up] ? node->end : 0;
                break;
            }
        }
        c->current.row = c->row_until > i;
    }
}

static void leave_until(cutter *c, uint32_t i)
{
    while (c->depth > 0 && c->page->nodes[c->open[c->depth - 1]].end <= i) {
        flush(c);
        c->depth--;
    }
}

ent_rc ent__page_segments(ent_ctx *ctx, ent_arena *arena, const ent__page *page,
                          const uint8_t *skipped, ent__segment **out, size_t *out_count)
{
    cutter c = {.ctx = ctx, .arena = arena, .page = page, .skipped = skipped};
    uint8_t *marks = ent__arena_alloc(arena, page->count + 1);
    if (marks == NULL) {
        return ent__nomem(ctx);
    }
    mark_data_tables(&c, marks);
    for (uint32_t i = 0; i < page->count && !c.failed;) {
        leave_until(&c, i);
        if (skipped[i]) {
            if (ent__tag_is_block(page->nodes[i].tag) && i >= c.row_until) {
                flush(&c);
            }
            i = page->nodes[i].end;
            continue;
        }
        if (page->nodes[i].tag == GUMBO_TAG_LAST) {
            add_text(&c, i);
        } else {
            enter(&c, i);
        }
        i++;
    }
    leave_until(&c, (uint32_t)page->count);
    flush(&c);
    c.failed = c.failed || c.text.failed;
    *out = c.failed ? NULL : ent__arena_array(arena, c.count + 1, sizeof **out);
    *out_count = c.count;
    if (*out != NULL && c.count > 0) {
        memcpy(*out, c.segments, c.count * sizeof **out);
    }
    free(c.segments);
    free(c.open);
    ent__buf_free(&c.text);
    return *out == NULL ? ent__nomem(ctx) : ENT_OK;
}
