/* hints: what an element's class, id, role and tag say about its text.
 *
 * Input:  an element; the table text/markup_hints (word -> kind).
 * Output: ent__hint.  Weak evidence: the caller overrules it where the text itself says otherwise.
 * Method: class and id are cut into lower-case words at punctuation and inner capitals; a word, or
 *         two neighbours joined, is looked up whole, then by its beginnings.
 * Cost:   O(length of class and id), a map look-up a word. */
#include <stdlib.h>
#include <string.h>

#include "page.h"

typedef struct {
    unsigned body, chrome, comments, caption;
} votes;

static void vote(votes *v, ent_str kind)
{
    v->body += ent__str_eqz(kind, "body");
    v->chrome += ent__str_eqz(kind, "chrome");
    v->comments += ent__str_eqz(kind, "comments");
    v->caption += ent__str_eqz(kind, "caption");
}

/* The row for a word: whole, or a beginning of at least five letters marked "start". */
static bool look_up(const ent_table *table, ent_str word, votes *v)
{
    for (size_t n = word.n; n >= 5 || n == word.n; n--) {
        size_t row = ent__table_find(table, (ent_str){word.p, n});
        if (row < table->rows) {
            bool start = ent__str_eqz(ent__table_cell(table, row, 1), "start");
            if (n == word.n || start) {
                vote(v, ent__table_cell(table, row, 2));
                return true;
            }
        }
        if (n == 0) {
            break;
        }
    }
    return false;
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Cuts the next word off *rest, lower-cased into `word`. */
static size_t next_word(ent_str *rest, char word[48])
{
    size_t at = 0, n = 0;
    while (at < rest->n && !upper(rest->p[at]) && !lower_or_digit(rest->p[at])) {
        at++;
    }
    for (; at < rest->n && n < 47; at++) {
        char c = rest->p[at];
        if (!upper(c) && !lower_or_digit(c)) {
            break;
        }
        /* inner capital: "shareBar", but not in made-up names like "hJpRRP" */
        if (n >= 3 && upper(c) && !upper(rest->p[at - 1])) {
            break;
        }
        word[n++] = upper(c) ? (char)(c - 'A' + 'a') : c;
    }
    while (n == 47 && at < rest->n && lower_or_digit(rest->p[at])) {
        at++;
    }
    *rest = ent__str_sub(*rest, at, rest->n);
    return n;
}

static void vote_names(const ent_table *table, ent_str names, votes *v)
{
    char before[48], word[48], joined[96];
    size_t before_n = 0;
    for (size_t n; (n = next_word(&names, word)) > 0;) {
        bool known = false;
        if (before_n > 0) {
            memcpy(joined, before, before_n);
            memcpy(joined + before_n, word, n);
            size_t row = ent__table_find(table, (ent_str){joined, before_n + n});
            known = row < table->rows;
            if (known) {
                vote(v, ent__table_cell(table, row, 2));
            }
        }
        if (!known) {
            look_up(table, (ent_str){word, n}, v);
        }
        memcpy(before, word, n);
        before_n = n;
    }
}

/* "hidden" as a class of its own; "hidden-xs" hides on some screens only. */
static bool class_hides(const ent_table *table, ent_str classes)
{
    for (ent_str class; ent__str_split(&classes, ' ', &class);) {
        char flat[48];
        size_t n = 0;
        for (size_t i = 0; i < class.n && n < sizeof flat; i++) {
            char c = class.p[i];
            if (c != '-' && c != '_') {
                flat[n++] = upper(c) ? (char)(c - 'A' + 'a') : c;
            }
        }
        size_t row = ent__table_find(table, (ent_str){flat, n});
        if (row < table->rows && ent__str_eqz(ent__table_cell(table, row, 2), "hidden")) {
            return true;
        }
    }
    return false;
}

static bool style_hides(ent_str style)
{
    char flat[160];
    size_t n = 0;
    for (size_t i = 0; i < style.n && n + 1 < sizeof flat; i++) {
        char c = style.p[i];
        if (c != ' ') {
            flat[n++] = upper(c) ? (char)(c - 'A' + 'a') : c;
        }
    }
    flat[n] = 0;
    return strstr(flat, "display:none") != NULL || strstr(flat, "visibility:hidden") != NULL;
}

static ent__hint role_hint(ent_str role)
{
    static const char *const chrome[] = {"navigation", "complementary", "banner", "contentinfo",
                                         "search", "dialog", "alertdialog", "alert", "menu",
                                         "menubar", "toolbar", "button", "tablist", "tooltip"};
    for (size_t i = 0; i < sizeof chrome / sizeof chrome[0]; i++) {
        if (ent__str_ieqz(role, chrome[i])) {
            return ENT__HINT_CHROME;
        }
    }
    return ENT__HINT_NONE;
}

ent__hint ent__node_hint(const ent_kit *kit, const ent__node *node)
{
    if (node->tag == GUMBO_TAG_LAST || node->attributes == NULL) {
        return ENT__HINT_NONE;
    }
    if (ent__node_has(node, "hidden") || style_hides(ent__node_attribute(node, "style")) ||
        ent__str_ieqz(ent__node_attribute(node, "aria-hidden"), "true")) {
        return ENT__HINT_HIDDEN;
    }
    if (ent__str_ieqz(ent__node_attribute(node, "itemprop"), "articleBody")) {
        return ENT__HINT_BODY;
    }
    ent__hint role = role_hint(ent__node_attribute(node, "role"));
    const ent_table *table = ent__kit_table(kit, "text/markup_hints");
    votes v = {0};
    if (table != NULL) {
        vote_names(table, ent__node_attribute(node, "class"), &v);
        vote_names(table, ent__node_attribute(node, "id"), &v);
    }
    if (table != NULL && class_hides(table, ent__node_attribute(node, "class"))) {
        return ENT__HINT_HIDDEN;
    }
    if (v.comments > 0) {
        return ENT__HINT_COMMENTS;
    }
    if (v.caption > 0) {
        return ENT__HINT_CAPTION;
    }
    if (v.chrome > 0 || role == ENT__HINT_CHROME) {
        return v.body > 0 ? ENT__HINT_NONE : ENT__HINT_CHROME;
    }
    return v.body > 0 ? ENT__HINT_BODY : ENT__HINT_NONE;
}
