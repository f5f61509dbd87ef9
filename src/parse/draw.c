/* draw: a sentence's tree for people, as text with arcs in the left margin or as SVG.
 *
 * In: a finished tree.  Out: one word a line, or words on a line under their arcs.  An arc lies
 * outside all arcs it spans, so arcs cross only where the tree is not projective.
 * Cost: O(words x words) at worst, for sentences up to 200 words; longer ones are drawn to there. */
#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { MOST_WORDS = 200 };

/* Arcs of a sentence: one a word but the root. */
typedef struct {
    const ent_token *tokens;
    uint32_t first, count;
    uint8_t level[MOST_WORDS]; /* of the arc to the word's head, 0: none drawn */
    uint8_t levels;
} arcs;

static bool arc_of(const arcs *a, uint32_t word, uint32_t *low, uint32_t *high)
{
    uint32_t head = a->tokens[a->first + word].head;
    if (head == ENT_NO_TOKEN || head < a->first || head >= a->first + a->count) {
        return false;
    }
    head -= a->first;
    *low = head < word ? head : word;
    *high = head < word ? word : head;
    return true;
}

/* Short arcs first; each lies one level above the highest it overlaps. */
static void levels_set(arcs *a)
{
    uint32_t low, high, low2, high2;
    for (uint32_t length = 1; length < a->count; length++) {
        for (uint32_t w = 0; w < a->count; w++) {
            if (!arc_of(a, w, &low, &high) || high - low != length) {
                continue;
            }
            uint8_t top = 0;
            for (uint32_t v = 0; v < a->count; v++) {
                if (v != w && a->level[v] > 0 && arc_of(a, v, &low2, &high2) && low2 < high &&
                    high2 > low && a->level[v] > top) {
                    top = a->level[v];
                }
            }
            a->level[w] = (uint8_t)(top + 1);
            a->levels = a->level[w] > a->levels ? a->level[w] : a->levels;
        }
    }
}

static bool arcs_start(arcs *a, const ent_tree *tree, uint32_t sentence)
{
    const ent_sentence *s = &tree->sentences[sentence];
    memset(a, 0, sizeof *a);
    a->tokens = tree->tokens;
    a->first = s->first;
    a->count = s->token_count < MOST_WORDS ? s->token_count : MOST_WORDS;
    levels_set(a);
    return a->count > 0;
}

/* ---- text ---------------------------------------------------------------------------------- */

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

static const char *const lines[16] = {" ", "╵", "╷", "│", "╴", "┘", "┐", "┤",
                                      "╶", "└", "┌", "├", "─", "┴", "┬", "┼"};

/* Joins the arc of `word` into the margin, `columns` wide, one row a word. */
static void margin_arc(const arcs *a, uint32_t word, unsigned char *margin, size_t columns)
{
    uint32_t low, high;
    if (!arc_of(a, word, &low, &high)) {
        return;
    }
    size_t x = (size_t)(a->levels - a->level[word]) * 2;
    margin[low * columns + x] |= DOWN | RIGHT;
    margin[high * columns + x] |= UP | RIGHT;
    for (uint32_t r = low + 1; r < high; r++) {
        margin[r * columns + x] |= UP | DOWN;
    }
    for (size_t c = x + 1; c < columns; c++) {
        margin[low * columns + c] |= LEFT | RIGHT;
        margin[high * columns + c] |= LEFT | RIGHT;
    }
}

static void padded(ent_buf *out, ent_str s, size_t width)
{
    size_t n = ent__utf8_length(s);
    ent__buf_str(out, s);
    for (; n < width; n++) {
        ent__buf_char(out, ' ');
    }
}

void ent__tree_draw_text(ent_buf *out, const ent_tree *tree, uint32_t sentence)
{
    arcs a;
    if (!arcs_start(&a, tree, sentence)) {
        return;
    }
    size_t columns = (size_t)a.levels * 2 + 1, widest = 4, relation = 4;
    unsigned char *margin = calloc(a.count * columns, 1);
    if (margin == NULL) {
        out->failed = true;
        return;
    }
    for (uint32_t w = 0; w < a.count; w++) {
        margin_arc(&a, w, margin, columns);
        const ent_token *t = &a.tokens[a.first + w];
        size_t n = ent__utf8_length(t->form), m = strlen(ent__deprel_name(t->deprel));
        widest = n > widest ? n : widest;
        relation = m > relation ? m : relation;
    }
    for (uint32_t w = 0; w < a.count; w++) {
        const ent_token *t = &a.tokens[a.first + w];
        for (size_t c = 0; c + 1 < columns; c++) {
            ent__buf_z(out, lines[margin[w * columns + c]]);
        }
        bool child = a.level[w] > 0;
        ent__buf_z(out, child ? "► " : margin[w * columns + columns - 1] != 0 ? "─ " : "  ");
        padded(out, ent__str(ent__deprel_name(t->deprel)), relation + 1);
        padded(out, t->form, widest + 1);
        padded(out, ent__str(ent__upos_name(t->upos)), 6);
        ent__buf_str(out, t->lemma);
        ent__buf_char(out, '\n');
    }
    free(margin);
}

/* ---- SVG ----------------------------------------------------------------------------------- */

static const char svg_style[] =
    "<style>text{font:14px sans-serif;fill:#1a1a1a;text-anchor:middle}"
    ".t{font-size:10px;fill:#5a5a5a}.r{font-size:11px;fill:#0b5394}"
    "path{fill:none;stroke:#6b7c93;stroke-width:1.3}.a{fill:#6b7c93;stroke:none}"
    ".b{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e8e8e8}.t{fill:#a8a8a8}.r{fill:#8ab4f8}"
    "path{stroke:#9aa7b8}.a{fill:#9aa7b8}.b{fill:#16181c}}</style>\n";

/* Middle of every word on the line; returns the drawing's width. */
static int places_set(const arcs *a, int *middle)
{
    int at = 12;
    for (uint32_t w = 0; w < a->count; w++) {
        const ent_token *t = &a->tokens[a->first + w];
        int letters = (int)ent__utf8_length(t->form) * 8 + 14;
        int label = (int)strlen(ent__deprel_name(t->deprel)) * 6 + 26;
        int width = letters > label ? letters : label;
        width = width < 46 ? 46 : width;
        middle[w] = at + width / 2;
        at += width;
    }
    return at + 12;
}

static void svg_arc(ent_buf *out, const arcs *a, const int *middle, uint32_t word, int base)
{
    uint32_t low, high;
    if (!arc_of(a, word, &low, &high)) {
        return;
    }
    bool left = low == word; /* the head stands to the right */
    int from = middle[left ? high : low] + (left ? -7 : 7), to = middle[word];
    int top = base - 14 - 22 * a->level[word], bend = left ? 8 : -8;
    const char *name = ent__deprel_name(a->tokens[a->first + word].deprel);
    int width = (int)strlen(name) * 6 + 6, centre = (from + to) / 2;
    ent__buf_printf(out, "<path d=\"M%d %dV%dQ%d %d %d %dH%dQ%d %d %d %dV%d\"/>\n", from, base,
                    top + 8, from, top, from - bend, top, to + bend, to, top, to, top + 8,
                    base - 6);
    ent__buf_printf(out, "<path class=\"a\" d=\"M%d %dl-4 -8h8z\"/>\n", to, base);
    ent__buf_printf(out, "<rect class=\"b\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\"/>\n",
                    centre - width / 2, top - 6, width);
    ent__buf_printf(out, "<text class=\"r\" x=\"%d\" y=\"%d\">%s</text>\n", centre, top + 4, name);
}

void ent__tree_draw_svg(ent_buf *out, const ent_tree *tree, uint32_t sentence)
{
    arcs a;
    int middle[MOST_WORDS];
    if (!arcs_start(&a, tree, sentence)) {
        return;
    }
    const ent_sentence *s = &tree->sentences[sentence];
    int width = places_set(&a, middle), base = 22 * a.levels + 34, height = base + 50;
    ent__buf_printf(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" "
                    "height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>Dependency tree: ",
                    width, height, width, height);
    ent__buf_html(out, ent__str_sub(tree->text, s->begin, s->end));
    ent__buf_z(out, "</title>\n");
    ent__buf_z(out, svg_style);
    ent__buf_printf(out, "<rect class=\"b\" width=\"%d\" height=\"%d\"/>\n", width, height);
    for (uint8_t level = a.levels; level > 0; level--) { /* labels of inner arcs lie on top */
        for (uint32_t w = 0; w < a.count; w++) {
            if (a.level[w] == level) {
                svg_arc(out, &a, middle, w, base);
            }
        }
    }
    for (uint32_t w = 0; w < a.count; w++) {
        const ent_token *t = &a.tokens[a.first + w];
        if (t->head == ENT_NO_TOKEN) {
            ent__buf_printf(out,
                            "<path d=\"M%d 8V%d\"/>\n<path class=\"a\" d=\"M%d %dl-4 -8h8z\"/>\n"
                            "<text class=\"r\" x=\"%d\" y=\"14\">root</text>\n",
                            middle[w], base - 6, middle[w], base, middle[w] + 20);
        }
        ent__buf_printf(out, "<text x=\"%d\" y=\"%d\">", middle[w], base + 18);
        ent__buf_html(out, t->form);
        ent__buf_printf(out, "</text>\n<text class=\"t\" x=\"%d\" y=\"%d\">%s</text>\n", middle[w],
                        base + 34, ent__upos_name(t->upos));
    }
    ent__buf_z(out, "</svg>\n");
}
