/* meta: what a page says about itself: headline, deck, byline, date, outlet, language, address.
 *
 * Input:  the node array.
 * Output: ent__page_meta; every field may be empty.
 * Method: sources are asked in the order of how seldom they lie: JSON-LD (schema.org NewsArticle
 *         and its kin), OpenGraph and other meta tags, microdata, <time>, <h1> and <title>, visible
 *         lines that look like a date, the address.
 * Cost:   O(nodes). */
#include <stdlib.h>
#include <string.h>

#include "chrome.h"
#include "dates.h"
#include "jsonld.h"
#include "page.h"

typedef struct {
    const ent_kit *kit;
    ent_arena *arena;
    const ent__page *page;
    ent__page_meta *out;
    ent__jsonld ld;
    ent_str og_title, html_title, author_meta, og_date, description;
    int date_rank, author_rank; /* best so far, smaller is better */
} reader;

/* ---- meta tags ----------------------------------------------------------------------------- */

/* Names in order of trust; the first that is there wins. */
static const char *const DATE_NAMES[] = {
    "article:published_time", "og:article:published_time", "datepublished", "article.published",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "pubdate",
    "article_date_original", "originalpublicationdate", "dc.date.issued", "dcterms.created",
    "dcterms.date", "dc.date", "dc.date.created", "date", "og:pubdate", "pub_date", "release_date",
    "bt:pubdate", "cxenseparse:recs:publishtime", "rnews:datepublished", "created", "datecreated",
    "og:updated_time", "article:modified_time", "last-modified"};
static const char *const AUTHOR_NAMES[] = {"author", "article:author", "parsely-author",
    "sailthru.author", "byl", "dc.creator", "dcterms.creator", "article.author", "creator",
    "twitter:creator"};

static int rank_of(const char *const *names, size_t count, ent_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (ent__str_ieqz(name, names[i])) {
            return (int)i;
        }
    }
    return -1;
}

static void set_first(ent_str *field, ent_str value)
{
    if (field->n == 0) {
        *field = value;
    }
}

static void read_meta_tag(reader *r, const ent__node *node)
{
    ent_str content = ent__str_trim(ent__node_attribute(node, "content"));
    ent_str name = ent__node_attribute(node, "property");
    if (name.n == 0) {
        name = ent__node_attribute(node, "name");
    }
    if (name.n == 0) {
        name = ent__node_attribute(node, "itemprop");
    }
    if (content.n == 0 || name.n == 0) {
        return;
    }
    int rank = rank_of(DATE_NAMES, sizeof DATE_NAMES / sizeof *DATE_NAMES, name);
    ent_date date;
    if (rank >= 0 && rank < r->date_rank && ent__date_find(r->kit, content, &date, NULL, NULL)) {
        r->out->date = date;
        r->date_rank = rank;
    }
    rank = rank_of(AUTHOR_NAMES, sizeof AUTHOR_NAMES / sizeof *AUTHOR_NAMES, name);
    bool address = memchr(content.p, '/', content.n) != NULL || content.p[0] == '@';
    if (rank >= 0 && rank < r->author_rank && !address && content.n < 200) {
        r->author_meta = content;
        r->author_rank = rank;
    }
    if (ent__str_ieqz(name, "og:title") || ent__str_ieqz(name, "twitter:title")) {
        set_first(&r->og_title, content);
    } else if (ent__str_ieqz(name, "og:description")) {
        r->description = content;
    } else if (ent__str_ieqz(name, "description") || ent__str_ieqz(name, "twitter:description")) {
        set_first(&r->description, content);
    } else if (ent__str_ieqz(name, "og:site_name") || ent__str_ieqz(name, "application-name")) {
        set_first(&r->out->outlet, content);
    } else if (ent__str_ieqz(name, "og:url")) {
        set_first(&r->out->url, content);
    } else if (ent__str_ieqz(name, "og:locale") || ent__str_ieqz(name, "language") ||
               ent__str_ieqz(name, "dc.language")) {
        set_first(&r->out->language, content);
    }
}

/* ---- elements ------------------------------------------------------------------------------ */

static void read_element(reader *r, size_t i)
{
    const ent__node *node = &r->page->nodes[i];
    switch (node->tag) {
    case GUMBO_TAG_HTML: {
        ent_str lang = ent__node_attribute(node, "lang");
        r->out->language = lang.n > 0 ? lang : ent__node_attribute(node, "xml:lang");
        break;
    }
    case GUMBO_TAG_META:
        read_meta_tag(r, node);
        break;
    case GUMBO_TAG_LINK:
        if (ent__str_ieqz(ent__node_attribute(node, "rel"), "canonical")) {
            r->out->url = ent__node_attribute(node, "href");
        }
        break;
    case GUMBO_TAG_TITLE:
        if (r->html_title.n == 0 && node->end == i + 2) {
            r->html_title = ent__str_trim(r->page->nodes[i + 1].text);
        }
        break;
    case GUMBO_TAG_SCRIPT:
        if (ent__str_ieqz(ent__node_attribute(node, "type"), "application/ld+json") &&
            node->end > i + 1) {
            ent__jsonld_read(r->arena, r->page->nodes[i + 1].text, &r->ld);
        }
        break;
    default:
        break;
    }
}

/* ---- headline ------------------------------------------------------------------------------ */

static bool cut_at_separator(ent_str *title, ent_str outlet, const char *separator)
{
    size_t n = strlen(separator);
    for (size_t at = title->n; at-- > n;) {
        if (at + n > title->n || memcmp(title->p + at, separator, n) != 0) {
            continue;
        }
        ent_str head = ent__str_trim(ent__str_sub(*title, 0, at));
        ent_str tail = ent__str_sub(*title, at + n, title->n);
        bool site = outlet.n > 0 && ent__words_similar(tail, outlet) > 0.4;
        if (site || (head.n >= 20 && tail.n < head.n)) {
            *title = head;
            return true;
        }
        return false;
    }
    return false;
}

/* "Headline | Section | Outlet" -> "Headline": at most two cuts, when the rest is long enough. */
static ent_str without_site(ent_str title, ent_str outlet)
{
    static const char *const separators[] = {" | ", " - ", " – ", " — ", " « ", " » ", " :: "};
    size_t cuts = title.n > 1000 ? 2 : 0;
    for (size_t s = 0; s < sizeof separators / sizeof *separators && cuts < 2; s++) {
        if (cut_at_separator(&title, outlet, separators[s])) {
            cuts++;
            s = SIZE_MAX; /* from the first separator again */
        }
    }
    return title;
}

static void choose_title(reader *r)
{
    ent_str said = r->ld.headline.n > 0 ? r->ld.headline
                   : r->og_title.n > 0  ? without_site(r->og_title, r->out->outlet)
                                        : without_site(r->html_title, r->out->outlet);
    ent_str best = {"", 0};
    double best_score = 0;
    size_t best_node = 0, h1_count = 0, only = 0;
    for (size_t i = 0; i < r->page->count; i++) {
        GumboTag tag = r->page->nodes[i].tag;
        if (tag != GUMBO_TAG_H1 && tag != GUMBO_TAG_H2 && tag != GUMBO_TAG_H3) {
            continue;
        }
        ent_str text = ent__node_text(r->arena, r->page, i, 600);
        if (text.p == NULL || text.n < 3) {
            continue;
        }
        double score = ent__words_similar(text, said);
        double html = ent__words_similar(text, without_site(r->html_title, r->out->outlet));
        score = (score > html ? score : html) + (tag == GUMBO_TAG_H1 ? 0.1 : 0);
        if (score > best_score) {
            best_score = score, best = text, best_node = i;
        }
        if (tag == GUMBO_TAG_H1) {
            h1_count++;
            only = i;
        }
    }
    if (best_score >= 0.5) {
        r->out->title = best;
        r->out->heading = best_node;
    } else if (said.n > 0) {
        ent_buf flat = {0};
        ent__text_collapse(&flat, said);
        r->out->title = ent__arena_str(r->arena, ent__buf_slice(&flat));
        ent__buf_free(&flat);
    } else if (h1_count == 1) {
        r->out->title = ent__node_text(r->arena, r->page, only, 600);
        r->out->heading = only;
    }
}

/* ---- date and byline ----------------------------------------------------------------------- */

static bool class_has(const ent__node *node, const char *word)
{
    ent_str class = ent__node_attribute(node, "class");
    return class.n > 0 && strcasestr(class.p, word) != NULL;
}

/* <time>, microdata, and short visible lines near the headline. */
static void date_from_elements(reader *r)
{
    size_t from = r->out->heading > 40 ? r->out->heading - 40 : 0;
    for (size_t pass = 0; pass < 3 && r->out->date.year == 0; pass++) {
        for (size_t i = 0; i < r->page->count && r->out->date.year == 0; i++) {
            const ent__node *node = &r->page->nodes[i];
            if (node->tag == GUMBO_TAG_LAST) {
                continue;
            }
            bool marked = ent__str_ieqz(ent__node_attribute(node, "itemprop"), "datePublished") ||
                          (node->tag == GUMBO_TAG_TIME && ent__node_has(node, "pubdate"));
            bool time = node->tag == GUMBO_TAG_TIME && i >= from;
            bool class = i >= from && (class_has(node, "date") || class_has(node, "time") ||
                                       class_has(node, "publish"));
            if (!(pass == 0 ? marked : pass == 1 ? time : class)) {
                continue;
            }
            ent_str value = ent__node_attribute(node, "datetime");
            value = value.n > 0 ? value : ent__node_attribute(node, "content");
            if (value.n == 0) {
                value = ent__node_text(r->arena, r->page, i, 120);
            }
            if (value.n > 0 && value.n < 100) {
                ent__date_find(r->kit, value, &r->out->date, NULL, NULL);
            }
        }
    }
}

/* Short text nodes soon after the headline. */
static void date_from_lines(reader *r)
{
    size_t from = r->out->heading, seen = 0;
    for (size_t i = from; i < r->page->count && seen < 60 && r->out->date.year == 0; i++) {
        const ent__node *node = &r->page->nodes[i];
        if (node->tag != GUMBO_TAG_LAST) {
            i = ent__tag_is_hidden(node->tag) ? node->end - 1 : i;
            continue;
        }
        ent_str text = ent__str_trim(node->text);
        if (text.n > 5 && text.n < 80) {
            ent__date_find(r->kit, text, &r->out->date, NULL, NULL);
        }
        seen += text.n > 0;
    }
}

/* /2019/11/18/ in the address. */
static void date_from_address(reader *r)
{
    ent_str url = r->out->url;
    for (size_t i = 0; i + 9 < url.n; i++) {
        if (url.p[i] == '/' && url.p[i + 5] == '/' && url.p[i + 8] == '/') {
            char iso[11] = {0};
            memcpy(iso, url.p + i + 1, 10);
            iso[4] = iso[7] = '-';
            ent_date date;
            if (i + 11 < url.n && ent__date_parse((ent_str){iso, 10}, &date)) {
                r->out->date = date;
                return;
            }
        }
    }
}

static void byline_from_elements(reader *r)
{
    for (size_t i = 0; i < r->page->count && r->out->byline.n == 0; i++) {
        const ent__node *node = &r->page->nodes[i];
        if (node->tag == GUMBO_TAG_LAST || ent__tag_is_hidden(node->tag)) {
            continue;
        }
        bool marked = ent__str_ieqz(ent__node_attribute(node, "rel"), "author") ||
                      ent__str_ieqz(ent__node_attribute(node, "itemprop"), "author") ||
                      class_has(node, "byline") || class_has(node, "author");
        if (!marked) {
            continue;
        }
        ent_str text = ent__node_text(r->arena, r->page, i, 200);
        if (text.p != NULL && text.n >= 4 && text.n < 120) {
            r->out->byline = text;
        }
    }
}

/* "By Jane Roe - May 2, 2024" -> "Jane Roe": the opening word and a date behind the names go. */
static ent_str names_only(const ent_kit *kit, ent_str byline)
{
    static const char *const openings[] = {"By ",  "BY ",        "by ",
                                           "By: ", "Posted by ", "Written by "};
    ent_date date;
    size_t begin = 0;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        if (ent__str_starts(byline, openings[i])) {
            byline = ent__str_sub(byline, strlen(openings[i]), byline.n);
        }
    }
    if (ent__date_find(kit, byline, &date, &begin, NULL) && begin > 3) {
        byline = ent__str_sub(byline, 0, begin);
    }
    while (byline.n > 0 && strchr(" ,-|(", byline.p[byline.n - 1]) != NULL) {
        byline.n--;
    }
    static const char *const dashes[] = {"\xE2\x80\x94", "\xE2\x80\x93", "\xC2\xB7"};
    for (size_t i = 0; i < 3; i++) {
        if (ent__str_ends(byline, dashes[i])) {
            byline.n -= strlen(dashes[i]);
        }
    }
    return ent__str_trim(byline);
}

static ent_str language_code(ent_arena *arena, ent_str language)
{
    char code[4];
    size_t n = 0;
    while (n < language.n && n < 3 &&
           ((language.p[n] | 32) >= 'a' && (language.p[n] | 32) <= 'z')) {
        code[n] = (char)(language.p[n] | 32);
        n++;
    }
    return n >= 2 ? ent__arena_str(arena, (ent_str){code, n}) : (ent_str){"", 0};
}

ent_rc ent__page_meta_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                           const ent__page *page, ent__page_meta *out)
{
    ent_str none = {"", 0};
    *out = (ent__page_meta){.title = none, .deck = none, .byline = none, .outlet = none,
                            .url = none, .language = none, .article_body = none};
    reader r = {.kit = kit, .arena = arena, .page = page, .out = out,
                .date_rank = 1000, .author_rank = 1000};
    for (size_t i = 0; i < page->count; i++) {
        if (page->nodes[i].tag != GUMBO_TAG_LAST) {
            read_element(&r, i);
        }
    }
    ent_date from_tags = out->date;
    if (r.ld.date.n > 0) {
        ent__date_find(kit, r.ld.date, &out->date, NULL, NULL);
    }
    out->date = out->date.year == 0 ? from_tags : out->date;
    set_first(&out->outlet, r.ld.publisher);
    choose_title(&r);
    if (out->date.year == 0) {
        date_from_elements(&r);
    }
    if (out->date.year == 0) {
        date_from_address(&r);
    }
    if (out->date.year == 0) {
        date_from_lines(&r);
    }
    out->byline = r.ld.author.n > 0 ? r.ld.author : r.author_meta;
    if (out->byline.n == 0) {
        byline_from_elements(&r);
    }
    out->byline = names_only(kit, out->byline);
    bool address = ent__str_starts(out->outlet, "http");
    if (address || ent__words_similar(out->outlet, out->title) > 0.7) {
        out->outlet = none; /* neither is a name */
    }
    out->deck = r.description.n > 0 ? r.description : r.ld.description;
    out->article_body = r.ld.article_body;
    out->language = language_code(arena, out->language);
    return out->title.p == NULL || out->language.p == NULL ? ent__nomem(ctx) : ENT_OK;
}
