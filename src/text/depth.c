/* depth: tags that nest too deep, taken out before a page is parsed.
 *
 * Input:  a page.
 * Output: the page without the tags below ENT__MAX_OPEN_TAGS; their text stays.
 * Method: a stack of open tags that never counts fewer than the parser will hold.  A closing tag
 *         that the parser would not heed, or would heed only in part, closes no more here: one for
 *         formatting takes out its own tag alone, one from outside a table, and one without an
 *         opening tag, nothing.
 * Source: HTML5, 13.2.4.2 (scopes) and 13.2.6 (closing tags in the tree).
 * Cost:   O(bytes). */
#include <string.h>
#include <strings.h>

#include "page.h"

static bool among(ent_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ent__str_ieqz(name, names[i])) {
            return true;
        }
    }
    return false;
}

#define AMONG(name, names) among(name, names, sizeof(names) / sizeof *(names))

/* Void, closed by their like, or held once in a page. */
static const char *const NEVER_NESTS[] = {
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "frame", "frameset", "head", "hr",
    "html", "img", "input", "li", "link", "meta", "option", "p", "param", "source", "tbody", "td",
    "tfoot", "th", "thead", "tr", "track", "wbr"};

/* A closing tag takes these out of the stack and leaves what was opened in them. */
static const char *const ALONE[] = {"a", "b", "big", "code", "em", "font", "form", "i", "nobr", "s",
                                    "small", "strike", "strong", "tt", "u"};

/* A closing tag of something opened before these does not reach it; in some it is no tag at all. */
static const char *const BARRIERS[] = {
    "applet", "caption", "iframe", "marquee", "math", "noembed", "noframes", "object", "script",
    "select", "style", "svg", "table", "template", "textarea", "title", "xmp"};

/* Tags that close over everything inside them; all others stop at one of these. */
static const char *const SPECIAL[] = {
    "address", "applet", "article", "aside", "blockquote", "button", "caption", "center",
    "colgroup", "details", "dir", "div", "dl", "fieldset", "figcaption", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "iframe", "listing", "main", "marquee",
    "menu", "nav", "noembed", "noframes", "noscript", "object", "ol", "plaintext", "pre", "script",
    "section", "select", "style", "summary", "table", "template", "textarea", "title", "ul", "xmp"};

/* These end a drawing or formula in whose midst they stand, so that its closing tag comes too late. */
static const char *const BREAKS_OUT[] = {"ruby", "span", "sub", "sup", "var", "center", "dl"};

/* What may close itself ("<path/>") where nothing else was seen since the drawing began. */
static const char *const DRAWN[] = {
    "circle", "clippath", "defs", "ellipse", "g", "image", "line", "lineargradient", "mask", "path",
    "polygon", "polyline", "radialgradient", "rect", "stop", "symbol", "text", "tspan", "use"};

/* An open tag, told once what kind it is: closing tags look at many. */
typedef struct {
    ent_str name;
    bool barrier, special, breaks_out;
} open_tag;

typedef struct {
    open_tag tags[ENT__MAX_OPEN_TAGS];
    size_t depth;   /* open tags that stay */
    size_t dropped; /* open tags below them that are taken out */
    bool drawing;   /* inside an <svg>, and nothing has ended it */
    size_t no_close_until; /* end of a CDATA section, whose tags may be none */
} open_tags;

static bool in_foreign(const open_tags *open)
{
    for (size_t k = 0; k < open->depth; k++) {
        ent_str name = open->tags[k].name;
        if (open->tags[k].barrier && (ent__str_ieqz(name, "svg") || ent__str_ieqz(name, "math"))) {
            return true;
        }
    }
    return false;
}

static void close_tag(open_tags *open, ent_str name)
{
    bool alone = AMONG(name, ALONE), special = AMONG(name, SPECIAL);
    bool drawing = ent__str_ieqz(name, "svg") || ent__str_ieqz(name, "math");
    for (size_t k = open->depth; k-- > 0;) {
        const open_tag *tag = &open->tags[k];
        if (tag->name.n == name.n && strncasecmp(tag->name.p, name.p, name.n) == 0) {
            if (alone) {
                memmove(&open->tags[k], &open->tags[k + 1],
                        (open->depth - k - 1) * sizeof *open->tags);
            }
            open->depth = alone ? open->depth - 1 : k;
            return;
        }
        bool stops = tag->barrier || (!special && tag->special) || (drawing && tag->breaks_out);
        if (stops) {
            return;
        }
    }
}

/* true: the tag is to be taken out. */
static bool take_tag(open_tags *open, ent_str name, bool closing, bool closes_itself)
{
    bool drawn = AMONG(name, DRAWN);
    if (open->drawing && drawn && !closing && closes_itself) {
        return false;
    }
    open->drawing = open->drawing && drawn;
    if (AMONG(name, NEVER_NESTS)) {
        return false;
    }
    if (closing && open->dropped > 0) {
        open->dropped--;
        return true;
    }
    if (closing) {
        close_tag(open, name);
    } else if (open->depth == ENT__MAX_OPEN_TAGS) {
        open->dropped++;
        return true;
    } else {
        open->tags[open->depth++] =
            (open_tag){name, AMONG(name, BARRIERS), AMONG(name, SPECIAL),
                       AMONG(name, ALONE) || AMONG(name, BREAKS_OUT)};
        open->drawing = open->drawing || (ent__str_ieqz(name, "svg") && !closes_itself);
    }
    return false;
}

static bool ascii_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* End of the tag starting at `at` (past its '>'), as HTML5's tokenizer finds it (13.2.5.8 to 40). */
static size_t tag_end(ent_str html, size_t at, bool *closes_itself)
{
    enum { TAG, BEFORE, NAME, AFTER, VALUE, BARE, QUOTED } state = TAG;
    char quote = 0;
    *closes_itself = false;
    for (size_t i = at + 1 + (html.p[at + 1] == '/'); i < html.n; i++) {
        char c = html.p[i];
        if (state == QUOTED) {
            state = c == quote ? BEFORE : QUOTED;
            continue;
        }
        if (c == '>') {
            return i + 1;
        }
        bool slash = c == '/' && state != VALUE && state != BARE;
        *closes_itself = slash;
        if (slash) {
            state = BEFORE;
        } else if (blank(c)) {
            state = state == TAG || state == BARE ? BEFORE : state == NAME ? AFTER : state;
        } else if (state == VALUE) {
            quote = c;
            state = c == '"' || c == '\'' ? QUOTED : BARE;
        } else if (c == '=' && (state == NAME || state == AFTER)) {
            state = VALUE;
        } else if (state == BEFORE || state == AFTER) {
            state = NAME;
        }
    }
    return html.n;
}

static size_t find_ci(ent_str html, size_t at, const char *needle)
{
    size_t n = strlen(needle);
    for (; at + n <= html.n; at++) {
        const char *p = memchr(html.p + at, needle[0], html.n - at);
        if (p == NULL) {
            return html.n;
        }
        at = (size_t)(p - html.p);
        if (at + n <= html.n && strncasecmp(p, needle, n) == 0) {
            return at;
        }
    }
    return html.n;
}

/* Past a comment whose text begins at `at`; "<!-->" and "<!--->" hold nothing, "--!>" ends one too. */
static size_t comment_end(ent_str html, size_t at)
{
    ent_str rest = ent__str_sub(html, at, html.n);
    if (ent__str_starts(rest, ">") || ent__str_starts(rest, "->")) {
        return at + 1;
    }
    for (at = find_ci(html, at, "--"); at < html.n; at = find_ci(html, at + 1, "--")) {
        rest = ent__str_sub(html, at + 2, html.n);
        if (ent__str_starts(rest, ">") || ent__str_starts(rest, "!>")) {
            return at + 3;
        }
    }
    return html.n;
}

/* Past what begins with '<' at `at` and is no tag: a comment, a declaration, a lone '<'.  `at` when it
 * is a tag. */
static size_t skip_no_tag(ent_str html, size_t at, open_tags *open)
{
    ent_str rest = ent__str_sub(html, at, html.n);
    if (ent__str_starts(rest, "<!--")) {
        return comment_end(html, at + 4);
    }
    if (ent__str_starts(rest, "<![CDATA[") && at >= open->no_close_until) {
        open->no_close_until = find_ci(html, at, "]]>");
    }
    bool closing = rest.n > 1 && rest.p[1] == '/';
    size_t name_at = closing ? 2 : 1;
    if (rest.n > name_at && ascii_alpha(rest.p[name_at])) {
        return at;
    }
    bool declaration = rest.n > 1 && (closing || rest.p[1] == '!' || rest.p[1] == '?');
    const char *end = declaration ? memchr(rest.p, '>', rest.n) : rest.p;
    return end == NULL ? html.n : (size_t)(end - html.p) + 1;
}

/* Past the contents of elements whose text is no markup, and of comments. */
static size_t skip_raw(ent_str html, size_t after_tag, ent_str name)
{
    static const char *const raw[][2] = {{"script", "</script"}, {"style", "</style"},
                                         {"textarea", "</textarea"}, {"title", "</title"}};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
        if (ent__str_ieqz(name, raw[i][0])) {
            return find_ci(html, after_tag, raw[i][1]);
        }
    }
    return after_tag;
}

size_t ent__page_depth(ent_str html, ent_buf *out)
{
    open_tags open = {.depth = 0};
    size_t deepest = 0, copied = 0;
    for (size_t at = 0; at < html.n;) {
        const char *p = memchr(html.p + at, '<', html.n - at);
        if (p == NULL || (size_t)(p - html.p) + 1 >= html.n) {
            break;
        }
        at = (size_t)(p - html.p);
        size_t past = skip_no_tag(html, at, &open);
        if (past != at) {
            at = past;
            continue;
        }
        bool closing = p[1] == '/', closes_itself;
        size_t name_at = at + 1 + closing;
        size_t name_end = name_at;
        while (name_end < html.n && strchr(" \t\r\n\f/>", html.p[name_end]) == NULL) {
            name_end++;
        }
        ent_str name = ent__str_sub(html, name_at, name_end);
        size_t end = tag_end(html, at, &closes_itself);
        if (closing && at < open.no_close_until) {
            at = end;
            continue;
        }
        bool drop = take_tag(&open, name, closing, closes_itself);
        deepest = open.depth + open.dropped > deepest ? open.depth + open.dropped : deepest;
        if (drop && out != NULL) {
            ent__buf_add(out, html.p + copied, at - copied);
            copied = end;
        }
        at = closing || in_foreign(&open) ? end : skip_raw(html, end, name);
    }
    if (out != NULL) {
        ent__buf_add(out, html.p + copied, html.n - copied);
    }
    return deepest;
}
