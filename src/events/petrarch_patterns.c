/* Verb patterns of both PETRARCH dialects, and sets of synonyms.
 * In: "LEFT * RIGHT" with $ + % ^ &SET, "_" adjacent, blank gap; for PETRARCH-2 {A B HEAD},
 * (PREPOSITION ...), commas between alternatives.  Out: ent_pattern.  Cost: O(text).
 * Source: docs/methods/events.md. */
#include <stdlib.h>
#include <string.h>

#include "petrarch.h"

#define ITEM_MAX 48

/* ---- sets of synonyms ---------------------------------------------------------------------- */

uint32_t ent__synonyms_new(ent_dictionaries *set, ent_str name, uint32_t file, uint32_t line)
{
    ent_synonyms *grown = ent__grow(set->sets, set->set_count, &set->set_capacity, sizeof *grown);
    ent_synonyms fresh = {.name = name, .file = file, .line = line};
    set->sets = grown == NULL ? set->sets : grown;
    if (grown == NULL || !ent__phrases_new(&fresh.phrases, 8)) {
        set->failed = true;
        return ENT_NO_ENTRY;
    }
    set->sets[set->set_count] = fresh;
    return (uint32_t)set->set_count++;
}

bool ent__synonyms_add(ent_dictionaries *set, uint32_t synonyms, const ent_dictionary_word *words,
                       size_t count)
{
    ent_synonyms *s = &set->sets[synonyms];
    uint32_t node = count == 0 ? 0 : ent__phrases_add(&s->phrases, words, count);
    if (node == 0) {
        set->failed = set->failed || count > 0;
        return false;
    }
    if (s->phrases.entry[node] != ENT_NO_ENTRY) {
        return true;
    }
    ent_set_phrase *phrase = ent__arena_alloc(set->arena, sizeof *phrase);
    ent_dictionary_word *kept = ent__arena_array(set->arena, count, sizeof *kept);
    if (phrase == NULL || kept == NULL) {
        set->failed = true;
        return false;
    }
    memcpy(kept, words, count * sizeof *kept);
    *phrase = (ent_set_phrase){s->list, count, kept};
    s->list = phrase;
    s->phrases.entry[node] = 0;
    return true;
}

uint32_t ent__synonyms_find(const ent_dictionaries *set, ent_str name)
{
    for (size_t i = 0; name.n > 0 && i < set->set_count; i++) {
        if (ent__str_eq(set->sets[i].name, name)) {
            return (uint32_t)i;
        }
    }
    return ENT_NO_ENTRY;
}

/* ---- one pattern --------------------------------------------------------------------------- */

typedef struct {
    ent_dictionaries *set;
    uint32_t file, line;
    ent_str text;
    size_t at;
    ent_pattern_item items[ITEM_MAX];
    size_t count, verb_at, open[4], depth;
    bool verb, verb_touches, adjacent, alternative, bad;
} scanner;

static void refuse(scanner *s, const char *kind, const char *why)
{
    if (!s->bad) {
        ent__dictionary_report(s->set, true, s->file, s->line, kind, "%s: \"%.*s\"", why,
                               ENT_FMT(ent__str_trim(s->text)));
    }
    s->bad = true;
}

/* "A, B": the element before becomes a set of both. */
static void add_alternative(scanner *s, ent_pattern_item item)
{
    ent_dictionaries *set = s->set;
    ent_pattern_item *last = s->count > 0 ? &s->items[s->count - 1] : NULL;
    s->alternative = false;
    if (last == NULL || (last->kind != ENT_ITEM_WORD && last->kind != ENT_ITEM_SET) ||
        (item.kind != ENT_ITEM_WORD && item.kind != ENT_ITEM_SET)) {
        refuse(s, "never", "only words and sets can be alternatives");
        return;
    }
    if (last->kind == ENT_ITEM_WORD || set->sets[last->value].name.n > 0) {
        uint32_t fresh = ent__synonyms_new(set, (ent_str){"", 0}, s->file, s->line);
        if (fresh == ENT_NO_ENTRY) {
            return;
        }
        ent_pattern_item old = *last;
        *last = (ent_pattern_item){ENT_ITEM_SET, old.adjacent, fresh};
        add_alternative(s, old);
    }
    ent_dictionary_word word = {item.value, false};
    if (item.kind == ENT_ITEM_WORD) {
        ent__synonyms_add(set, last->value, &word, 1);
        return;
    }
    const ent_set_phrase *p = set->sets[item.value].list;
    for (; p != NULL; p = p->next) {
        ent__synonyms_add(set, last->value, p->words, p->count);
    }
}

static void add_item(scanner *s, uint8_t kind, uint32_t value)
{
    ent_pattern_item item = {kind, s->adjacent, value};
    s->adjacent = false;
    if (s->alternative) {
        add_alternative(s, item);
    } else if (s->count == ITEM_MAX) {
        refuse(s, "pattern", "too many elements");
    } else {
        s->items[s->count++] = item;
    }
}

static void add_word(scanner *s, ent_str text)
{
    ent_dictionary_folded folded;
    ent__dictionary_fold(text, &folded);
    for (size_t i = 0; i < folded.count; i++) {
        ent_str word = {folded.bytes + folded.word[i].begin,
                        (size_t)(folded.word[i].end - folded.word[i].begin)};
        s->adjacent = s->adjacent || i > 0;
        add_item(s, ENT_ITEM_WORD, ent__dictionary_word(s->set, word));
    }
}

static bool ends_word(char c)
{
    return strchr(" \t_*$+%^&{}(),|[]", c) != NULL;
}

/* "&NAME": set names may hold "_" themselves, so the longest known one counts. */
static void add_set(scanner *s)
{
    size_t begin = s->at + 1, end = begin;
    while (end < s->text.n && (!ends_word(s->text.p[end]) || s->text.p[end] == '_')) {
        end++;
    }
    ent_str whole = ent__dictionary_keep(s->set, ent__str_sub(s->text, begin, end));
    ent_str name = whole;
    uint32_t found = ent__synonyms_find(s->set, name);
    while (found == ENT_NO_ENTRY && name.n > 0) {
        const char *cut = memrchr(name.p, '_', name.n);
        name.n = cut == NULL ? 0 : (size_t)(cut - name.p);
        found = ent__synonyms_find(s->set, name);
    }
    if (found == ENT_NO_ENTRY) {
        ent_str under = ent__str_sub(s->text, begin - 1, end);
        ent__dictionary_report(s->set, true, s->file, s->line, "synset",
                               "the synonym set \"%.*s\" is not defined before this line",
                               ENT_FMT(under));
        s->bad = true;
        s->at = end;
        return;
    }
    s->set->sets[found].used = true;
    s->at = begin + name.n;
    add_item(s, ENT_ITEM_SET, found);
}

static void open_group(scanner *s, char c)
{
    ent_dictionaries *set = s->set;
    const char *bar = memchr(s->text.p + s->at, '|', s->text.n - s->at);
    if (bar != NULL || set->dialect == 1) {
        refuse(s, "never", bar != NULL ? "TABARI's { A | B } is skipped, as PETRARCH does"
                                       : "PETRARCH-1 knows no { } or ( ) in patterns");
        return;
    }
    set->dialect = 2;
    if (s->depth == sizeof s->open / sizeof *s->open) {
        refuse(s, "bracket", "brackets stand too deep");
        return;
    }
    s->open[s->depth++] = s->count;
    add_item(s, c == '{' ? ENT_ITEM_PHRASE : ENT_ITEM_PREPOSITION, 0);
    s->at++;
}

static void close_group(scanner *s, char c)
{
    uint8_t kind = c == '}' ? ENT_ITEM_PHRASE : ENT_ITEM_PREPOSITION;
    if (s->depth == 0 || s->count <= s->open[s->depth - 1] ||
        s->items[s->open[s->depth - 1]].kind != kind) {
        refuse(s, "bracket", "unbalanced braces or parentheses");
        return;
    }
    size_t open = s->open[--s->depth];
    s->items[open].value = (uint32_t)(s->count - open - 1);
    if (s->items[open].value == 0) {
        refuse(s, "never", "nothing stands between the brackets");
    }
    s->at++;
}

static void add_verb(scanner *s)
{
    while (s->at < s->text.n && s->text.p[s->at] == '*') {
        s->at++;
    }
    if (s->verb || s->depth > 0) {
        refuse(s, "never", s->verb ? "expected one *, got two" : "the * stands inside brackets");
        return;
    }
    s->verb = true;
    s->verb_at = s->count;
    s->verb_touches = s->adjacent;
    s->adjacent = false;
}

static void scan_one(scanner *s)
{
    char c = s->text.p[s->at];
    static const char symbols[] = "$+%^";
    static const uint8_t kinds[] = {ENT_ITEM_SOURCE, ENT_ITEM_TARGET, ENT_ITEM_COMPOUND,
                                    ENT_ITEM_SKIP};
    const char *symbol = strchr(symbols, c);
    if (c == ' ' || c == '\t') {
        s->at++;
    } else if (c == '_') {
        s->adjacent = true;
        s->at++;
        if (s->at < s->text.n && (s->text.p[s->at] == ' ' || s->text.p[s->at] == '\t')) {
            s->adjacent = false; /* "WORD_ ": only TABARI's mark of a whole word */
        }
    } else if (c == '*') {
        add_verb(s);
    } else if (symbol != NULL) {
        add_item(s, kinds[symbol - symbols], 0);
        s->at++;
    } else if (c == '&') {
        add_set(s);
    } else if (c == '{' || c == '(') {
        open_group(s, c);
    } else if (c == '}' || c == ')') {
        close_group(s, c);
    } else if (c == ',') {
        s->alternative = true;
        s->at++;
    } else if (c == '|' || c == '[' || c == ']') {
        refuse(s, "bracket", "unexpected | or square bracket in a pattern");
    } else {
        size_t begin = s->at;
        while (s->at < s->text.n && !ends_word(s->text.p[s->at])) {
            s->at++;
        }
        add_word(s, ent__str_sub(s->text, begin, s->at));
    }
}

static bool is_actor_item(const ent_pattern_item *item)
{
    return item->kind == ENT_ITEM_SOURCE || item->kind == ENT_ITEM_TARGET;
}

/* Faults that keep a pattern from ever matching. */
static void look_over(scanner *s)
{
    int sources = 0, targets = 0, compounds = 0;
    for (size_t i = 0; i < s->count && !s->bad; i++) {
        const ent_pattern_item *item = &s->items[i];
        sources += item->kind == ENT_ITEM_SOURCE;
        targets += item->kind == ENT_ITEM_TARGET;
        compounds += item->kind == ENT_ITEM_COMPOUND;
        bool before_actor = i + 1 < s->count && i + 1 != s->verb_at && is_actor_item(item + 1);
        if (item->kind == ENT_ITEM_SKIP && i >= s->verb_at && !before_actor) {
            refuse(s, "never", "^ must be followed by $ or +");
        } else if (item->kind == ENT_ITEM_SKIP && i < s->verb_at &&
                   (i == 0 || !is_actor_item(item - 1)) && !before_actor) {
            refuse(s, "never", "^ must stand next to $ or +");
        } else if (item->kind == ENT_ITEM_SET && s->set->sets[item->value].list == NULL) {
            refuse(s, "never", "a synonym set of the pattern is empty");
        }
    }
    if (sources > 1 || targets > 1 || compounds > 1 || (compounds > 0 && sources + targets > 0)) {
        refuse(s, "never", "expected $, + and % at most once, and % without the others");
    }
}

static uint16_t weight_of(const scanner *s)
{
    unsigned weight = 0;
    for (size_t i = 0; i < s->count; i++) {
        switch (s->items[i].kind) {
        case ENT_ITEM_WORD: weight += 32; break;
        case ENT_ITEM_SET: weight += 24; break;
        case ENT_ITEM_PHRASE:
        case ENT_ITEM_PREPOSITION: break;
        default: weight += 8; break;
        }
        weight += s->items[i].adjacent;
    }
    return (uint16_t)(weight + s->verb_touches);
}

bool ent__pattern_read(ent_dictionaries *set, uint32_t file, uint32_t line, ent_str text,
                       ent_pattern *out)
{
    scanner s = {.set = set, .file = file, .line = line, .text = text};
    while (s.at < text.n && !s.bad && !set->failed) {
        scan_one(&s);
    }
    if (!s.bad && s.depth > 0) {
        refuse(&s, "bracket", "unbalanced braces or parentheses");
    }
    if (!s.bad && !s.verb) {
        refuse(&s, "never", "expected a * for the verb");
    }
    if (!s.bad) {
        look_over(&s);
    }
    if (s.bad || set->failed) {
        return false;
    }
    *out = (ent_pattern){.left = (uint16_t)s.verb_at, .right = (uint16_t)(s.count - s.verb_at),
                         .left_touches = s.verb_touches, .weight = weight_of(&s), .file = file,
                         .line = line};
    out->items = ent__arena_array(set->arena, s.count + 1, sizeof *out->items);
    if (out->items == NULL) {
        set->failed = true;
        return false;
    }
    memcpy(out->items, s.items, s.count * sizeof *out->items);
    return true;
}
