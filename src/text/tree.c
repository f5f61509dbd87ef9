/* tree: HTML bytes -> flat array of nodes.
 *
 * Input:  a page as valid UTF-8.
 * Output: ent__page, in the caller's arena.
 * Source: the HTML5 tree construction of gumbo-parser.  Two things are added.  gumbo walks its
 *         stack of open elements for most tags, which is quadratic in depth, and frees its tree by
 *         recursion; so tags below ENT__MAX_OPEN_TAGS are taken out before parsing (depth.c), and gumbo's memory comes from an arena and is never freed node by node.  An arena
 *         that is full leaves gumbo by longjmp, as gumbo does not check its allocations.
 * Cost:   O(bytes). */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

#define MEMORY_LIMIT ((size_t)1 << 30)

/* ---- gumbo with an arena ------------------------------------------------------------------- */

typedef struct {
    ent_arena *arena;
    jmp_buf full;
} gumbo_memory;

static void *memory_give(void *user, size_t bytes)
{
    gumbo_memory *memory = user;
    void *p = NULL;
    if (ent__arena_bytes(memory->arena) < MEMORY_LIMIT) {
        p = ent__arena_alloc(memory->arena, bytes);
    }
    if (p == NULL) {
        longjmp(memory->full, 1);
    }
    return p;
}

static void memory_take(void *user, void *p)
{
    (void)user;
    (void)p; /* freed with the arena */
}

static const GumboOutput *parse_in_arena(gumbo_memory *memory, const char *p, size_t n)
{
    if (setjmp(memory->full) != 0) {
        return NULL;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = memory_give;
    options.deallocator = memory_take;
    options.userdata = memory;
    options.max_errors = 0;
    return gumbo_parse_with_options(&options, p, n);
}

/* ---- flat copy ----------------------------------------------------------------------------- */

typedef struct {
    const GumboNode *node;
    uint32_t next_child, index;
} open_node;

typedef struct {
    ent__node *nodes;
    size_t count, capacity;
    open_node *open;
    size_t depth, open_capacity;
    bool failed;
} flattener;

static const GumboVector *children_of(const GumboNode *node)
{
    return &node->v.element.children;
}

static bool is_text(const GumboNode *node)
{
    return node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
           node->type == GUMBO_NODE_CDATA;
}

static bool is_element(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

static void flat_add(flattener *f, const GumboNode *node, uint32_t parent)
{
    ent__node *grown = ent__grow(f->nodes, f->count, &f->capacity, sizeof *grown);
    if (grown == NULL) {
        f->failed = true;
        return;
    }
    f->nodes = grown;
    ent__node *to = &f->nodes[f->count];
    *to = (ent__node){.parent = parent, .tag = GUMBO_TAG_LAST};
    if (is_text(node)) {
        to->text = ent__str(node->v.text.text);
        to->end = (uint32_t)++f->count;
        return;
    }
    const GumboElement *element = &node->v.element;
    to->tag = element->tag;
    to->attributes = &element->attributes;
    to->raw_name = (ent_str){element->original_tag.data, element->original_tag.length};
    open_node *open = ent__grow(f->open, f->depth, &f->open_capacity, sizeof *open);
    if (open == NULL) {
        f->failed = true;
        return;
    }
    f->open = open;
    f->open[f->depth++] = (open_node){.node = node, .index = (uint32_t)f->count++};
}

static void flatten(flattener *f, const GumboNode *root)
{
    flat_add(f, root, 0);
    while (f->depth > 0 && !f->failed) {
        open_node *top = &f->open[f->depth - 1];
        const GumboVector *children = children_of(top->node);
        if (top->next_child == children->length) {
            f->nodes[top->index].end = (uint32_t)f->count;
            f->depth--;
            continue;
        }
        const GumboNode *child = children->data[top->next_child++];
        if (is_text(child) || is_element(child)) {
            flat_add(f, child, top->index);
        }
    }
}

ent_rc ent__page_parse(ent_ctx *ctx, ent_arena *arena, ent_str html, const char *source,
                       ent__page *out)
{
    ent_str input = html;
    if (ent__page_depth(html, NULL) > ENT__MAX_OPEN_TAGS) {
        ent_buf flat = {0};
        ent__page_depth(html, &flat);
        input = ent__arena_str(arena, ent__buf_slice(&flat));
        bool failed = flat.failed || input.p == NULL;
        ent__buf_free(&flat);
        if (failed) {
            return ent__nomem(ctx);
        }
        ent__note(ctx, source, 0, "tags nested deeper than %d were left out", ENT__MAX_OPEN_TAGS);
    }
    gumbo_memory memory = {.arena = arena};
    const GumboOutput *output = parse_in_arena(&memory, input.p, input.n);
    if (output == NULL) {
        return ent__fail(ctx, ENT_EINPUT, source, 0,
                         "expected a page of usual structure, got one whose tree outgrows memory");
    }
    flattener f = {0};
    flatten(&f, output->root);
    out->count = f.count;
    out->nodes = f.failed ? NULL : ent__arena_array(arena, f.count, sizeof *f.nodes);
    if (out->nodes != NULL) {
        memcpy(out->nodes, f.nodes, f.count * sizeof *f.nodes);
    }
    free(f.nodes);
    free(f.open);
    return out->nodes == NULL ? ent__nomem(ctx) : ENT_OK;
}

/* ---- small questions about nodes ----------------------------------------------------------- */

ent_str ent__node_attribute(const ent__node *node, const char *name)
{
    for (unsigned i = 0; node->attributes != NULL && i < node->attributes->length; i++) {
        const GumboAttribute *attribute = node->attributes->data[i];
        if (strcmp(attribute->name, name) == 0) {
            return ent__str(attribute->value);
        }
    }
    return (ent_str){"", 0};
}

bool ent__node_has(const ent__node *node, const char *name)
{
    return node->attributes != NULL && gumbo_get_attribute(node->attributes, name) != NULL;
}

bool ent__tag_is_heading(GumboTag tag)
{
    return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
}

bool ent__tag_is_block(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_ADDRESS: case GUMBO_TAG_ARTICLE: case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE: case GUMBO_TAG_BODY: case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER: case GUMBO_TAG_DD: case GUMBO_TAG_DETAILS: case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV: case GUMBO_TAG_DL: case GUMBO_TAG_DT: case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION: case GUMBO_TAG_FIGURE: case GUMBO_TAG_FOOTER: case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1: case GUMBO_TAG_H2: case GUMBO_TAG_H3: case GUMBO_TAG_H4: case GUMBO_TAG_H5:
    case GUMBO_TAG_H6: case GUMBO_TAG_HEADER: case GUMBO_TAG_HGROUP: case GUMBO_TAG_HR:
    case GUMBO_TAG_HTML: case GUMBO_TAG_LI: case GUMBO_TAG_MAIN: case GUMBO_TAG_MENU:
    case GUMBO_TAG_NAV: case GUMBO_TAG_OL: case GUMBO_TAG_P: case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION: case GUMBO_TAG_SUMMARY: case GUMBO_TAG_TABLE: case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TD: case GUMBO_TAG_TFOOT: case GUMBO_TAG_TH: case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR: case GUMBO_TAG_UL: case GUMBO_TAG_FRAMESET: case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_VIDEO: case GUMBO_TAG_AUDIO:
        return true;
    default:
        return false;
    }
}

bool ent__tag_is_hidden(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_HEAD: case GUMBO_TAG_SCRIPT: case GUMBO_TAG_STYLE: case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE: case GUMBO_TAG_SVG: case GUMBO_TAG_IFRAME: case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_EMBED: case GUMBO_TAG_BUTTON: case GUMBO_TAG_SELECT: case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_INPUT: case GUMBO_TAG_DATALIST: case GUMBO_TAG_AUDIO: case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_CANVAS: case GUMBO_TAG_MAP: case GUMBO_TAG_TITLE: case GUMBO_TAG_PROGRESS:
    case GUMBO_TAG_METER: case GUMBO_TAG_NOFRAMES: case GUMBO_TAG_APPLET:
        return true;
    default:
        return false;
    }
}

/* White space, 1; characters that show nothing, 2; else 0. */
static int blank_kind(uint32_t c)
{
    if (c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x1680 ||
        (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
        c == 0x205F || c == 0x3000 || c == 0x85) {
        return 1;
    }
    return c < 32 || c == 127 || c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF ? 2 : 0;
}

void ent__text_collapse(ent_buf *out, ent_str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        uint32_t c = (unsigned char)text.p[at] < 128 ? (unsigned char)text.p[at++]
                                                     : ent__utf8_next(text, &at);
        int blank = blank_kind(c);
        if (blank == 0) {
            ent__buf_add(out, text.p + from, at - from);
        } else if (blank == 1 && out->n > 0 && out->p[out->n - 1] != ' ' &&
                   out->p[out->n - 1] != '\n') {
            ent__buf_char(out, ' ');
        }
    }
}

ent_str ent__node_text(ent_arena *arena, const ent__page *page, size_t node, size_t limit)
{
    ent_buf out = {0};
    const ent__node *nodes = page->nodes;
    for (size_t i = node; i < nodes[node].end && out.n < limit;) {
        if (i != node && ent__tag_is_hidden(nodes[i].tag)) {
            i = nodes[i].end;
            continue;
        }
        if (nodes[i].tag == GUMBO_TAG_LAST) {
            ent__text_collapse(&out, nodes[i].text);
        } else if (nodes[i].tag == GUMBO_TAG_BR || ent__tag_is_block(nodes[i].tag)) {
            ent__text_collapse(&out, ENT_LIT(" "));
        }
        i++;
    }
    ent_str text = ent__arena_str(arena, ent__str_trim(ent__buf_slice(&out)));
    ent__buf_free(&out);
    return text;
}
