/* kind: what sort of document the first bytes begin.
 *
 * Input:  the beginning of a document.
 * Output: HTML, JSON Lines, feed, PETRARCH XML or plain text.
 * Cost:   O(4096). */
#include <string.h>
#include <strings.h>

#include "readers.h"

#define LOOK 4096

static bool names_tag(ent_str at, const char *name)
{
    size_t n = strlen(name);
    if (at.n <= n + 1 || at.p[0] != '<' || strncasecmp(at.p + 1, name, n) != 0) {
        return false;
    }
    char after = at.p[n + 1];
    return after == '>' || after == ' ' || after == '\n' || after == '\t' || after == '\r' ||
           after == '/';
}

/* The first root-like element among `names`, from the start of the document. */
static bool has_tag(ent_str head, const char *const *names, size_t count)
{
    for (size_t i = 0; i < head.n; i++) {
        if (head.p[i] != '<') {
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            if (names_tag(ent__str_sub(head, i, head.n), names[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool begins_json_object(ent_str head)
{
    if (head.n == 0 || head.p[0] != '{') {
        return false;
    }
    ent_str rest = ent__str_trim(ent__str_sub(head, 1, head.n));
    return rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '}');
}

ent_input_kind ent__kind_of(ent_str bytes)
{
    static const char *const feed[] = {"rss", "feed", "rdf:RDF", "channel"};
    static const char *const petrarch[] = {"Sentences", "Articles", "Validation"};
    static const char *const page[] = {
        "html",   "head",    "body", "div",    "p",         "article", "meta",   "title",
        "table",  "section", "main", "h1",     "h2",        "br",      "span",   "script",
        "ul",     "ol",      "li",   "a",      "b",         "font",    "center", "form",
        "header", "nav",     "img",  "strong", "blockquote"};
    ent_str head = ent__str_sub(bytes, 0, bytes.n < LOOK ? bytes.n : LOOK);
    if (ent__str_starts(head, "\xEF\xBB\xBF")) {
        head = ent__str_sub(head, 3, head.n);
    }
    head = ent__str_trim(head);
    if (begins_json_object(head)) {
        return ENT_INPUT_JSONL;
    }
    if (head.n == 0 || head.p[0] != '<') {
        return ENT_INPUT_PLAIN;
    }
    if (has_tag(head, petrarch, 3)) {
        return ENT_INPUT_PETRARCH;
    }
    bool html = head.n > 14 && strncasecmp(head.p, "<!doctype html", 14) == 0;
    if (!html && has_tag(head, feed, 4) && !has_tag(head, page, 2)) {
        return ENT_INPUT_FEED;
    }
    return html || has_tag(head, page, sizeof page / sizeof *page) ? ENT_INPUT_HTML
                                                                   : ENT_INPUT_PLAIN;
}
