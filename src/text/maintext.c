/* maintext: which blocks of a page are the article.
 *
 * Input:  the page, what it says about itself, the tables text/markup_hints and text/chrome.
 * Output: the blocks kept, in order.
 * Method: (1) hints of tags and classes mark chrome, overruled where the marked part holds much of
 *         the page's prose.  (2) Every block has a worth: letters of prose outside links count for
 *         it, link lists and loose short lines against it, as in the text and link densities of
 *         Kohlschuetter, Fankhauser, Nejdl, WSDM 2010.  (3) The article's container is the element
 *         with the greatest sum, prose fading by a tenth a level, which is the depth weighting of
 *         the Readability script made smooth.  (4) Inside it lists of links, captions, chrome
 *         phrases, and short lines at both ends go.  docs/methods/text.md has the equations.
 * Cost:   O(nodes + blocks x depth). */
#include <string.h>

#include "chrome.h"
#include "page.h"

#define DOMINANT_SHARE 0.5 /* of the prose: so large a part is no chrome, whatever its class */
#define DOMINANT_COMMENTS 0.9        /* the same for comments, which often outweigh the article */
#define FADE_A_LEVEL 0.90
#define PROSE_LETTERS 60
#define WORTH_CAP 800
#define CHROME_DISCOUNT 0.2 /* of the worth of prose that a hint calls chrome */
#define RETRY_LETTERS 600 /* so short an article, with much prose elsewhere, is tried again */
#define RETRY_SHARE 0.3
#define HIDDEN_LETTERS 400    /* so short an article is looked for in hidden parts too */
#define TOLD_BODY_BYTES 200   /* a JSON-LD body shorter than this is a summary */
#define TOLD_BODY_SHARE 0.25  /* letters found a byte told, below which the page lacks its text */

typedef struct {
    ent_ctx *ctx;
    const ent_kit *kit;
    ent_arena *arena;
    const ent__page *page;
    const ent__page_meta *meta;
    uint8_t *hint;    /* ent__hint, one a node */
    uint8_t *skipped; /* one a node */
    double *prose;    /* letters of prose below, one a node */
    double *class_prose; /* letters of prose below all elements of the same class, one a node */
    ent__segment *segments;
    size_t count;
    bool *keep;
    uint32_t opening; /* text node where the article should begin, 0: not known */
    bool relaxed; /* second try: class names are not believed */
    ent__body_words body; /* words of the JSON-LD article body */
} finder;

/* ---- hints --------------------------------------------------------------------------------- */

static ent__hint tag_hint(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_NAV: case GUMBO_TAG_ASIDE: case GUMBO_TAG_FOOTER: case GUMBO_TAG_MENU:
    case GUMBO_TAG_HEADER: case GUMBO_TAG_ADDRESS:
        return ENT__HINT_CHROME;
    case GUMBO_TAG_FIGCAPTION:
        return ENT__HINT_CAPTION;
    default:
        return ENT__HINT_NONE;
    }
}

/* Hints repeat with the class attribute, so they are kept by its text. */
static ent_rc read_hints(finder *f)
{
    ent_map *known = ent__map_new(256);
    if (known == NULL) {
        return ent__nomem(f->ctx);
    }
    for (size_t i = 0; i < f->page->count; i++) {
        const ent__node *node = &f->page->nodes[i];
        if (node->tag == GUMBO_TAG_LAST) {
            continue;
        }
        ent__hint hint = tag_hint(node->tag);
        if (ent__tag_is_hidden(node->tag)) {
            hint = ENT__HINT_HIDDEN;
        } else if (hint == ENT__HINT_NONE && node->attributes->length > 0) {
            ent_str class = ent__node_attribute(node, "class");
            bool plain = node->attributes->length == 1 && class.n > 0;
            uint32_t seen = 0;
            if (plain && ent__map_get(known, class, &seen)) {
                hint = (ent__hint)seen;
            } else {
                hint = ent__node_hint(f->kit, node);
                if (plain && !ent__map_put(known, class, hint)) {
                    ent__map_free(known);
                    return ent__nomem(f->ctx);
                }
            }
        }
        if (node->tag == GUMBO_TAG_HTML || node->tag == GUMBO_TAG_BODY ||
            ((node->tag == GUMBO_TAG_ARTICLE || node->tag == GUMBO_TAG_MAIN) &&
             hint != ENT__HINT_HIDDEN)) {
            hint = ENT__HINT_NONE;
        }
        f->hint[i] = (uint8_t)hint;
        f->skipped[i] = hint == ENT__HINT_HIDDEN;
    }
    ent__map_free(known);
    return ENT_OK;
}

/* ---- repeated teasers ---------------------------------------------------------------------- */

/* Letters, link letters, and wholly linked blocks of every subtree. */
typedef struct {
    uint32_t letters, links, linked, blocks;
} measure;

static measure *measure_subtrees(const finder *f)
{
    measure *m = ent__arena_array(f->arena, f->page->count, sizeof *m);
    for (size_t k = 0; m != NULL && k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        measure *at = &m[s->node];
        at->letters += s->letters;
        at->links += s->link_letters;
        at->linked += s->letters >= 8 && s->link_letters * 10 > s->letters * 9;
        at->blocks++;
    }
    for (size_t i = f->page->count; m != NULL && i-- > 1;) {
        measure *up = &m[f->page->nodes[i].parent];
        up->letters += m[i].letters;
        up->links += m[i].links;
        up->linked += m[i].linked;
        up->blocks += m[i].blocks;
    }
    return m;
}

static bool same_template(const ent__node *a, const ent__node *b)
{
    return a->tag == b->tag && ent__str_eq(ent__node_attribute(a, "class"),
                                           ent__node_attribute(b, "class"));
}

/* Three or more neighbours built alike, each a linked title with a few lines, advertise other
 * pages: they are marked as chrome. */
static ent_rc mark_teasers(finder *f)
{
    const ent__node *nodes = f->page->nodes;
    measure *m = measure_subtrees(f);
    if (m == NULL) {
        return ent__nomem(f->ctx);
    }
    for (uint32_t i = 0; i < f->page->count; i++) {
        if (nodes[i].tag == GUMBO_TAG_LAST || m[i].linked < 3) {
            continue;
        }
        uint32_t run = 0, first = 0;
        double prose = 0;
        for (uint32_t j = i + 1; j <= nodes[i].end;) {
            bool more = j < nodes[i].end;
            bool teaser = more && nodes[j].tag != GUMBO_TAG_LAST && nodes[j].tag != GUMBO_TAG_TR &&
                          m[j].linked >= 1 && m[j].letters <= 450;
            if (more && !teaser && m[j].letters == 0) {
                j = nodes[j].end;
                continue;
            }
            if (teaser && run > 0 && same_template(&nodes[first], &nodes[j])) {
                run++;
                prose += f->prose[j];
            } else {
                if (run >= 3 && prose < DOMINANT_SHARE * f->prose[0]) {
                    for (uint32_t t = first; t < j; t = nodes[t].end) {
                        f->hint[t] = nodes[t].tag == GUMBO_TAG_LAST ? 0 : ENT__HINT_CHROME;
                    }
                }
                run = teaser;
                first = j;
                prose = more ? f->prose[j] : 0;
            }
            j = more ? nodes[j].end : j + 1;
        }
    }
    return ENT_OK;
}

/* ---- worth of blocks ----------------------------------------------------------------------- */

static double link_share(const ent__segment *s)
{
    return s->letters == 0 ? 0 : (double)s->link_letters / s->letters;
}

static bool is_prose(const ent__segment *s)
{
    return s->letters >= PROSE_LETTERS && (s->stops > 0 || s->letters >= 150) &&
           link_share(s) < 0.5 &&
           s->kind != ENT_BLOCK_HEADING;
}

/* Sums the prose letters of every subtree. */
static void sum_prose(finder *f)
{
    memset(f->prose, 0, f->page->count * sizeof *f->prose);
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        if (is_prose(s)) {
            f->prose[s->node] += s->letters * (1 - link_share(s));
        }
    }
    for (size_t i = f->page->count; i-- > 1;) {
        f->prose[f->page->nodes[i].parent] += f->prose[i];
    }
}

/* Sums prose over the elements that share a class: where the paragraphs themselves wear a
 * suspicious class, each holds little and all of them hold the article. */
static ent_rc sum_class_prose(finder *f)
{
    ent_map *index = ent__map_new(256);
    if (index == NULL) {
        return ent__nomem(f->ctx);
    }
    memset(f->class_prose, 0, f->page->count * sizeof *f->class_prose);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < f->page->count; i++) {
            if (f->hint[i] != ENT__HINT_CHROME && f->hint[i] != ENT__HINT_CAPTION) {
                continue;
            }
            ent_str class = ent__node_attribute(&f->page->nodes[i], "class");
            uint32_t first = i;
            if (class.n > 0 && !ent__map_get(index, class, &first) &&
                !ent__map_put(index, class, i)) {
                ent__map_free(index);
                return ent__nomem(f->ctx);
            }
            if (pass == 0) {
                f->class_prose[first] += f->prose[i];
            } else {
                f->class_prose[i] = f->class_prose[first];
            }
        }
    }
    ent__map_free(index);
    return ENT_OK;
}

static bool overruled(const finder *f, uint32_t node, uint32_t root)
{
    if (f->meta->heading > node && f->meta->heading < f->page->nodes[node].end &&
        tag_hint(f->page->nodes[node].tag) == ENT__HINT_NONE) {
        return true; /* the headline stands in it: it is the article's frame */
    }
    if (f->hint[node] == ENT__HINT_COMMENTS) {
        return f->prose[node] > DOMINANT_COMMENTS * f->prose[root];
    }
    return f->prose[node] > DOMINANT_SHARE * f->prose[root] ||
           f->class_prose[node] > DOMINANT_SHARE * f->prose[root];
}

/* The hint that counts for a block: the outermost ancestor below `root` that is marked and does
 * not hold the greater part of root's prose. */
static ent__hint segment_hint(const finder *f, const ent__segment *s, uint32_t root)
{
    ent__hint found = ENT__HINT_NONE;
    for (uint32_t up = s->first; up != root && up != 0; up = f->page->nodes[up].parent) {
        ent__hint hint = (ent__hint)f->hint[up];
        if (s->kind == ENT_BLOCK_QUOTE && hint == ENT__HINT_CHROME && root != 0 &&
            tag_hint(f->page->nodes[up].tag) == ENT__HINT_NONE) {
            continue; /* embedded posts are quotations */
        }
        if (f->relaxed && hint == ENT__HINT_CHROME &&
            tag_hint(f->page->nodes[up].tag) == ENT__HINT_NONE) {
            continue;
        }
        if (hint > ENT__HINT_BODY && !overruled(f, up, root)) {
            found = hint;
        }
    }
    return found;
}

static double worth(const finder *f, const ent__segment *s)
{
    ent__hint hint = segment_hint(f, s, 0);
    double share = link_share(s);
    if (is_prose(s)) {
        double letters = s->letters < WORTH_CAP ? s->letters : WORTH_CAP;
        double value = letters * (1 - share);
        if (f->body.count > 0) {
            value *= ent__body_words_share(&f->body, s->text) > 0.8 ? 1.5 : 0.3;
        }
        return hint == ENT__HINT_COMMENTS ? -0.1 * letters
               : hint > ENT__HINT_BODY    ? CHROME_DISCOUNT * value
                                          : value;
    }
    if (s->row || s->kind == ENT_BLOCK_HEADING) {
        return 0;
    }
    if (share > 0.5) {
        return -8 - (s->link_letters < 60 ? s->link_letters : 60) * 0.5;
    }
    return s->stops > 0 && s->letters >= 20 ? s->letters * 0.5 : -4;
}

/* Do both texts begin with the same 40 bytes? */
static bool opens_alike(ent_str a, ent_str b)
{
    return a.n >= 40 && b.n >= 40 && memcmp(a.p, b.p, 40) == 0;
}

/* The page's own description is often the first paragraph; else the first prose below the headline
 * should open the article. */
static void find_opening(finder *f)
{
    uint32_t below = 0;
    f->opening = 0;
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        if (!is_prose(s) || segment_hint(f, s, 0) > ENT__HINT_BODY) {
            continue;
        }
        if (f->meta->deck.n >= 40 && opens_alike(s->text, f->meta->deck)) {
            f->opening = s->first;
            return;
        }
        if (below == 0 && f->meta->heading > 0 && s->first > f->meta->heading) {
            below = s->first;
        }
    }
    f->opening = below;
}

/* What tag, class, and place say for an element as the article's container. */
static double container_bonus(const finder *f, uint32_t i)
{
    const ent__node *node = &f->page->nodes[i];
    double bonus = 1.0;
    if (ent__str_ieqz(ent__node_attribute(node, "itemprop"), "articleBody")) {
        bonus = 2.0;
    } else if (f->hint[i] == ENT__HINT_BODY) {
        bonus = 1.3;
    } else if (node->tag == GUMBO_TAG_ARTICLE) {
        bonus = 1.15;
    }
    bonus *= f->opening > i && f->opening < node->end ? 1.4 : 1.0;
    return f->meta->heading > 0 && node->end <= f->meta->heading ? 0.5 * bonus : bonus;
}

/* The element with the greatest sum of worths. */
static uint32_t best_container(finder *f)
{
    find_opening(f);
    double *sum = ent__arena_array(f->arena, f->page->count, sizeof *sum);
    if (sum == NULL) {
        return UINT32_MAX;
    }
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        double value = worth(f, s), fade = 1;
        uint32_t up = s->node;
        GumboTag tag = f->page->nodes[up].tag;
        if (up != 0 && (tag == GUMBO_TAG_P || tag == GUMBO_TAG_LI || ent__tag_is_heading(tag))) {
            up = f->page->nodes[up].parent;
        }
        for (;; up = f->page->nodes[up].parent) {
            sum[up] += value > 0 ? value * fade : value;
            fade *= FADE_A_LEVEL;
            if (up == 0) {
                break;
            }
        }
    }
    uint32_t best = 0;
    double best_sum = sum[0];
    for (uint32_t i = 1; i < f->page->count; i++) {
        double now = sum[i] * container_bonus(f, i);
        if (now > 0 && now >= best_sum) {
            best = i;
            best_sum = now;
        }
    }
    return best;
}

/* ---- what goes inside the container -------------------------------------------------------- */

/* Link share over a whole subtree, and its blocks. */
static ent_rc drop_link_lists(finder *f, uint32_t root)
{
    measure *m = measure_subtrees(f);
    if (m == NULL) {
        return ent__nomem(f->ctx);
    }
    for (size_t k = 0; k < f->count; k++) {
        for (uint32_t up = f->segments[k].node; up != root && up != 0 && f->keep[k];
             up = f->page->nodes[up].parent) {
            GumboTag tag = f->page->nodes[up].tag;
            bool list = tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || m[up].blocks >= 2;
            if (list && m[up].links > 0.5 * m[up].letters &&
                f->prose[up] < 0.2 * f->prose[root]) {
                f->keep[k] = false;
            }
        }
    }
    return ENT_OK;
}

static bool same_words(ent_str a, ent_str b)
{
    return ent__words_similar(a, b) > 0.9;
}

static void drop_single_blocks(finder *f)
{
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        double share = link_share(s);
        bool drop = share > 0.75 && !s->row && s->kind != ENT_BLOCK_HEADING &&
                    s->kind != ENT_BLOCK_QUOTE;
        drop = drop || (f->meta->title.n > 0 && s->letters < 300 &&
                        same_words(s->text, f->meta->title));
        drop = drop || ent__chrome_line(f->kit, s->text);
        f->keep[k] = f->keep[k] && !drop;
    }
}

/* Short lines before the first and after the last prose are bylines, dates, buttons. */
static void trim_ends(finder *f)
{
    size_t first = f->count, last = 0;
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        if (f->keep[k] && (is_prose(s) || (s->sentence_end && s->words >= 5) || s->row)) {
            first = first == f->count ? k : first;
            last = k;
        }
    }
    if (first == f->count) {
        return;
    }
    for (size_t k = 0; k < first; k++) {
        f->keep[k] = false;
    }
    for (size_t k = last + 1; k < f->count; k++) {
        f->keep[k] = f->keep[k] && f->segments[k].kind == ENT_BLOCK_LIST_ITEM;
    }
}

/* A heading must have something kept below it before the next heading. */
static void drop_bare_headings(finder *f)
{
    bool below = false;
    for (size_t k = f->count; k-- > 0;) {
        if (f->segments[k].kind == ENT_BLOCK_HEADING && f->keep[k]) {
            f->keep[k] = below; /* a heading over a heading that stays, stays */
        } else {
            below = below || f->keep[k];
        }
        below = below && !(f->segments[k].kind == ENT_BLOCK_HEADING && !f->keep[k]);
    }
}

static bool ends_article(ent__chrome chrome)
{
    return chrome == ENT__CHROME_SECTION || chrome == ENT__CHROME_COMMENTS;
}

/* "Related articles", "Comments" and the like, late in the article, end it. */
static void cut_at_section(finder *f)
{
    double all = 0, before = 0;
    for (size_t k = 0; k < f->count; k++) {
        all += f->keep[k] ? f->segments[k].letters : 0;
    }
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        if (before > 0.6 * all && s->words <= 8 && !s->row &&
            ends_article(ent__chrome_line(f->kit, s->text))) {
            for (; k < f->count; k++) {
                f->keep[k] = false;
            }
            return;
        }
        before += f->keep[k] ? s->letters : 0;
    }
}

static ent_rc keep_inside(finder *f, uint32_t root)
{
    uint32_t end = f->page->nodes[root].end;
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        f->keep[k] = s->first >= root && s->first < end &&
                     segment_hint(f, s, root) <= ENT__HINT_BODY;
    }
    ent_rc rc = drop_link_lists(f, root);
    cut_at_section(f);
    drop_single_blocks(f);
    trim_ends(f);
    drop_bare_headings(f);
    return rc;
}

static double kept_letters(const finder *f)
{
    double letters = 0;
    for (size_t k = 0; k < f->count; k++) {
        letters += f->keep[k] ? f->segments[k].letters : 0;
    }
    return letters;
}

static ent_rc choose_blocks(finder *f)
{
    sum_prose(f);
    ent_rc rc = mark_teasers(f);
    rc = rc == ENT_OK ? sum_class_prose(f) : rc;
    uint32_t root = rc == ENT_OK ? best_container(f) : UINT32_MAX;
    if (root == UINT32_MAX) {
        return ent__nomem(f->ctx);
    }
    rc = keep_inside(f, root);
    double kept = kept_letters(f), prose = 0;
    for (size_t k = 0; k < f->count; k++) {
        const ent__segment *s = &f->segments[k];
        bool comment = segment_hint(f, s, 0) == ENT__HINT_COMMENTS;
        prose += is_prose(s) && !comment ? s->letters : 0;
    }
    if (rc == ENT_OK && kept < RETRY_LETTERS && kept < RETRY_SHARE * prose) {
        f->relaxed = true;
        root = best_container(f);
        rc = root == UINT32_MAX ? ent__nomem(f->ctx) : keep_inside(f, root);
        if (rc == ENT_OK && kept_letters(f) < 2 * kept) {
            f->relaxed = false;
            root = best_container(f);
            rc = root == UINT32_MAX ? ent__nomem(f->ctx) : keep_inside(f, root);
        }
    }
    return rc;
}

static ent_rc cut_and_choose(finder *f)
{
    ent_rc rc = ent__page_segments(f->ctx, f->arena, f->page, f->skipped, &f->segments, &f->count);
    if (rc != ENT_OK) {
        return rc;
    }
    f->keep = ent__arena_array(f->arena, f->count + 1, sizeof *f->keep);
    return f->keep == NULL ? ent__nomem(f->ctx) : choose_blocks(f);
}

/* Pages that show their text by script hide it until then: a page that yields little is read again
 * with what style and class hide. */
static ent_rc try_hidden(finder *f)
{
    finder again = *f;
    bool any = false;
    for (size_t i = 0; i < f->page->count; i++) {
        if (f->skipped[i] && !ent__tag_is_hidden(f->page->nodes[i].tag)) {
            f->skipped[i] = 0;
            f->hint[i] = ENT__HINT_NONE;
            any = true;
        }
    }
    if (!any) {
        return ENT_OK;
    }
    again.relaxed = false;
    ent_rc rc = cut_and_choose(&again);
    if (rc == ENT_OK && kept_letters(&again) > 3 * kept_letters(f)) {
        *f = again;
    }
    return rc;
}

/* Where the page holds little of the body that its JSON-LD tells, the latter is the article. */
static ent_rc take_told_body(finder *f, ent__segment **out, size_t *out_count)
{
    ent_str rest = f->meta->article_body, line;
    size_t lines = 1, n = 0;
    for (size_t i = 0; i < rest.n; i++) {
        lines += rest.p[i] == '\n';
    }
    ent__segment *told = ent__arena_array(f->arena, lines, sizeof *told);
    if (told == NULL) {
        return ent__nomem(f->ctx);
    }
    while (ent__str_split(&rest, '\n', &line)) {
        line = ent__str_trim(line);
        if (line.n > 0) {
            told[n++] = (ent__segment){.kind = ENT_BLOCK_PARAGRAPH, .text = line};
        }
    }
    *out = told;
    *out_count = n;
    return ENT_OK;
}

static ent_rc find_evidence(finder *f)
{
    size_t count = f->page->count + 1;
    f->hint = ent__arena_alloc(f->arena, count);
    f->skipped = ent__arena_alloc(f->arena, count);
    f->prose = ent__arena_array(f->arena, count, sizeof *f->prose);
    f->class_prose = ent__arena_array(f->arena, count, sizeof *f->class_prose);
    if (f->hint == NULL || f->skipped == NULL || f->prose == NULL || f->class_prose == NULL) {
        return ent__nomem(f->ctx);
    }
    ent_rc rc = read_hints(f);
    if (rc == ENT_OK && f->meta->article_body.n >= TOLD_BODY_BYTES) {
        rc = ent__body_words_build(f->ctx, f->arena, f->meta->article_body, &f->body);
    }
    return rc;
}

ent_rc ent__page_main(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent__page *page,
                      const ent__page_meta *meta, ent__segment **out, size_t *out_count)
{
    finder f = {.ctx = ctx, .kit = kit, .arena = arena, .page = page, .meta = meta};
    ent_rc rc = find_evidence(&f);
    rc = rc == ENT_OK ? cut_and_choose(&f) : rc;
    if (rc == ENT_OK && kept_letters(&f) < HIDDEN_LETTERS) {
        rc = try_hidden(&f);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    if (meta->article_body.n >= TOLD_BODY_BYTES &&
        kept_letters(&f) < TOLD_BODY_SHARE * (double)meta->article_body.n) {
        return take_told_body(&f, out, out_count);
    }
    size_t kept = 0;
    for (size_t k = 0; k < f.count; k++) {
        if (f.keep[k]) {
            f.segments[kept++] = f.segments[k];
        }
    }
    *out = f.segments;
    *out_count = kept;
    return ENT_OK;
}
