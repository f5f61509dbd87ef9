/* Verb dictionaries of the PETRARCH family.
 * In: blocks "--- TITLE [CODE] ---", verb lines with forms, patterns "- ... [CODE]", synonym sets
 * "&NAME", transformations "~ ...".  Out: verbs, forms, patterns by block.  Cost: O(bytes).
 * Source: docs/methods/events.md. */
#include <stdlib.h>
#include <string.h>

#include "petrarch.h"

typedef struct {
    ent_dictionary_lines *lines;
    ent_dictionaries *set;
    uint32_t block, synonyms; /* ENT_NO_ENTRY: none open */
    bool patterns_seen;
} verb_reader;

static void report(verb_reader *r, bool error, const char *kind, const char *what)
{
    ent__dictionary_report(r->set, error, r->lines->file, r->lines->number, kind, "%s", what);
}

/* ---- blocks -------------------------------------------------------------------------------- */

static bool open_block(verb_reader *r, ent_str title, ent_str code, ent_str reverse)
{
    ent_dictionaries *set = r->set;
    ent_verb_block *grown = ent__grow(set->blocks, set->verb_block_count,
                                      &set->verb_block_capacity, sizeof *grown);
    if (grown == NULL) {
        set->failed = true;
        return false;
    }
    set->blocks = grown;
    r->block = (uint32_t)set->verb_block_count;
    r->patterns_seen = false;
    set->blocks[set->verb_block_count++] =
        (ent_verb_block){.title = title, .code = code, .reverse = reverse,
                         .first_pattern = (uint32_t)set->pattern_count, .file = r->lines->file,
                         .line = r->lines->number};
    return true;
}

/* The code in brackets at the line's end; reports unbalanced ones. */
static bool read_code(verb_reader *r, ent_str line, ent_str *out_code, ent_str *out_reverse,
                      size_t *out_begin)
{
    ent_str inner;
    size_t at = 0;
    bool unclosed;
    *out_code = *out_reverse = (ent_str){"", 0};
    *out_begin = line.n;
    if (!ent__dictionary_bracket(line, &at, '[', ']', &inner, &unclosed)) {
        if (unclosed || memchr(line.p, ']', line.n) != NULL) {
            report(r, true, "bracket", "unbalanced square brackets");
            return false;
        }
        return true;
    }
    *out_begin = (size_t)((const char *)memchr(line.p, '[', line.n) - line.p);
    if (memchr(line.p, ']', *out_begin) != NULL || memchr(line.p + at, ']', line.n - at) != NULL ||
        memchr(line.p + at, '[', line.n - at) != NULL) {
        report(r, true, "bracket", "expected one code in square brackets");
        return false;
    }
    ent__dictionary_event_code(r->set, r->lines->file, r->lines->number, ent__str_trim(inner),
                               out_code, out_reverse);
    return true;
}

static void header_line(verb_reader *r, ent_str line)
{
    ent_str code, reverse;
    size_t bracket;
    if (!read_code(r, line, &code, &reverse, &bracket)) {
        code = reverse = (ent_str){"", 0};
    }
    ent_str title = ent__str_sub(line, 0, bracket);
    while (title.n > 0 && (title.p[0] == '-' || title.p[0] == ' ')) {
        title = ent__str_sub(title, 1, title.n);
    }
    while (title.n > 0 && (title.p[title.n - 1] == '-' || title.p[title.n - 1] == ' ')) {
        title.n--;
    }
    r->synonyms = ENT_NO_ENTRY;
    open_block(r, ent__dictionary_keep(r->set, title), code, reverse);
}

/* ---- verbs and their forms ----------------------------------------------------------------- */

/* Where "+" marks the word that a parser tags as verb; the mark itself is dropped. */
static size_t marked_word(ent_str *text, ent_arena *arena, bool *out_marked)
{
    ent_str copy = ent__arena_str(arena, *text);
    size_t n = 0, words = 0, head = 0;
    *out_marked = false;
    for (size_t i = 0; copy.p != NULL && i < copy.n; i++) {
        char c = copy.p[i];
        if (c == '+') {
            head = words;
            *out_marked = true;
            continue;
        }
        words += c == '_' || c == ' ' || c == '-';
        ((char *)copy.p)[n++] = c;
    }
    *text = (ent_str){copy.p == NULL ? "" : copy.p, n};
    return head;
}

static void add_form(verb_reader *r, uint32_t verb, const ent_dictionary_word *words, size_t count,
                     size_t head)
{
    ent_dictionaries *set = r->set;
    ent_verb_form *grown = ent__grow(set->forms, set->form_count, &set->form_capacity,
                                     sizeof *grown);
    set->forms = grown == NULL ? set->forms : grown;
    if (grown == NULL) {
        set->failed = true;
        return;
    }
    ent_verb_form form = {.verb = verb, .next = ENT_NO_ENTRY, .head = words[head].word,
                          .first_word = (uint32_t)set->form_word_count, .before = (uint8_t)head,
                          .after = (uint8_t)(count - head - 1)};
    for (size_t i = 0; i < count; i++) {
        uint32_t *room = ent__grow(set->form_words, set->form_word_count,
                                   &set->form_word_capacity, sizeof *room);
        if (room == NULL) {
            set->failed = true;
            return;
        }
        set->form_words = room;
        if (i != head) {
            set->form_words[set->form_word_count++] = words[i].word;
        }
    }
    set->forms[set->form_count++] = form;
}

static bool is_vowel(char c)
{
    return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U';
}

/* Regular English: -S, -ED, -ING. */
static void add_regular(verb_reader *r, uint32_t verb, ent_dictionary_word *words, size_t count,
                        size_t head)
{
    ent_str root = r->set->word_text[words[head].word];
    if (root.n < 2) {
        return;
    }
    char last = root.p[root.n - 1], before = root.p[root.n - 2];
    bool y = last == 'Y' && !is_vowel(before), e = last == 'E';
    bool hiss = last == 'S' || last == 'X' || last == 'Z' ||
                (last == 'H' && (before == 'C' || before == 'S'));
    const struct { size_t cut; const char *ending; } forms[] = {
        {y, y ? "IES" : hiss ? "ES" : "S"}, {y || e, y ? "IED" : "ED"}, {e, "ING"}};
    uint32_t plain = words[head].word;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        ent_str form = ent__arena_printf(r->set->arena, "%.*s%s", (int)(root.n - forms[i].cut),
                                         root.p, forms[i].ending);
        if (form.p == NULL) {
            r->set->failed = true;
            return;
        }
        words[head].word = ent__dictionary_word(r->set, form);
        add_form(r, verb, words, count, head);
    }
    words[head].word = plain;
}

/* Cuts one form into words; false: reported. */
static bool form_words(verb_reader *r, ent_str text, ent_dictionary_word words[ENT_PHRASE_WORDS],
                       size_t *count, size_t *head, bool *marked)
{
    *head = marked_word(&text, r->set->arena, marked);
    *count = ent__dictionary_phrase(r->set, text, words);
    if (*count == 0 || *count == SIZE_MAX) {
        report(r, true, "phrase", "expected a verb, got none or one of too many words");
        return false;
    }
    if (*head >= *count || (*head != 0 && *head != *count - 1)) {
        report(r, true, "never", "the word after + must be the first or the last one");
        return false;
    }
    return true;
}

static void add_verb(verb_reader *r, ent_str text, bool braces, ent_str forms, ent_str code,
                     ent_str reverse)
{
    ent_dictionaries *set = r->set;
    ent_dictionary_word words[ENT_PHRASE_WORDS];
    size_t count, head;
    bool marked;
    ent_verb_entry *grown = ent__grow(set->verbs, set->verb_count, &set->verb_capacity,
                                      sizeof *grown);
    if (grown == NULL) {
        set->failed = true;
        return;
    }
    set->verbs = grown;
    if (!form_words(r, text, words, &count, &head, &marked)) {
        return;
    }
    uint32_t verb = (uint32_t)set->verb_count++;
    set->verbs[verb] = (ent_verb_entry){.block = r->block, .code = code, .reverse = reverse,
                                        .root = count == 1 ? words[0].word : ENT_NO_WORD,
                                        .file = r->lines->file, .line = r->lines->number};
    set->blocks[r->block].verb_count++;
    add_form(r, verb, words, count, head);
    if (!braces) {
        add_regular(r, verb, words, count, head);
    }
    ent_str rest = forms, one;
    bool last = head > 0;
    while (braces && ent__str_split(&rest, ' ', &one)) {
        one = ent__str_trim(one);
        if (one.n == 0 || !form_words(r, one, words, &count, &head, &marked)) {
            continue;
        }
        head = marked ? head : last ? count - 1 : 0;
        add_form(r, verb, words, count, head);
    }
}

static void verb_line(verb_reader *r, ent_str line)
{
    ent_str code, reverse, forms = {"", 0};
    size_t bracket, at = 0;
    bool unclosed;
    if (!read_code(r, line, &code, &reverse, &bracket)) {
        return;
    }
    ent_str head = ent__str_sub(line, 0, bracket);
    bool braces = ent__dictionary_bracket(head, &at, '{', '}', &forms, &unclosed);
    if (unclosed || (!braces && memchr(head.p, '}', head.n) != NULL)) {
        report(r, true, "bracket", "unbalanced braces");
        return;
    }
    if (braces) {
        head.n = (size_t)((const char *)memchr(head.p, '{', head.n) - head.p);
    }
    /* TABARI: a blank line ends the patterns of a verb */
    bool fresh = r->block == ENT_NO_ENTRY || (r->patterns_seen && r->lines->blank_before);
    if (fresh && !open_block(r, (ent_str){"", 0}, (ent_str){"", 0}, (ent_str){"", 0})) {
        return;
    }
    add_verb(r, ent__dictionary_keep(r->set, head), braces, ent__dictionary_keep(r->set, forms),
             code, reverse);
}

/* ---- patterns, sets, transformations ------------------------------------------------------- */

static void pattern_line(verb_reader *r, ent_str line)
{
    ent_dictionaries *set = r->set;
    ent_str code, reverse;
    size_t bracket;
    ent_pattern pattern;
    if (!read_code(r, line, &code, &reverse, &bracket)) {
        return;
    }
    if (bracket == line.n) {
        report(r, true, "code", "expected a code in square brackets after the pattern");
        return;
    }
    if (r->block == ENT_NO_ENTRY || set->blocks[r->block].verb_count == 0) {
        report(r, true, "never", "a pattern with no verb before it in its block");
        return;
    }
    r->patterns_seen = true;
    if (!ent__pattern_read(set, r->lines->file, r->lines->number, ent__str_sub(line, 1, bracket),
                           &pattern)) {
        return;
    }
    ent_pattern *grown = ent__grow(set->patterns, set->pattern_count, &set->pattern_capacity,
                                   sizeof *grown);
    if (grown == NULL) {
        set->failed = true;
        return;
    }
    set->patterns = grown;
    pattern.code = code;
    pattern.reverse = reverse;
    pattern.block = r->block;
    set->patterns[set->pattern_count++] = pattern;
    set->blocks[r->block].pattern_count++;
}

static void set_line(verb_reader *r, ent_str line)
{
    ent_dictionaries *set = r->set;
    ent_str name = ent__dictionary_keep(set, ent__str_sub(line, 1, line.n));
    uint32_t known = ent__synonyms_find(set, name);
    if (known != ENT_NO_ENTRY) {
        ent__dictionary_report(set, false, r->lines->file, r->lines->number, "duplicate",
                               "the set \"&%.*s\" stands already at %.*s:%u: this one adds to it",
                               ENT_FMT(name), ENT_FMT(set->files[set->sets[known].file]),
                               set->sets[known].line);
        r->synonyms = known;
        return;
    }
    r->synonyms = ent__synonyms_new(set, name, r->lines->file, r->lines->number);
}

static void nested_set(verb_reader *r, ent_str name)
{
    ent_dictionaries *set = r->set;
    uint32_t other = ent__synonyms_find(set, name);
    if (other == ENT_NO_ENTRY || other == r->synonyms) {
        ent__dictionary_report(set, true, r->lines->file, r->lines->number, "synset",
                               "the synonym set \"&%.*s\" is not defined before this line",
                               ENT_FMT(name));
        return;
    }
    set->sets[other].used = true;
    for (const ent_set_phrase *p = set->sets[other].list; p != NULL; p = p->next) {
        ent__synonyms_add(set, r->synonyms, p->words, p->count);
    }
}

static void synonym_line(verb_reader *r, ent_str line)
{
    ent_dictionaries *set = r->set;
    ent_dictionary_word words[ENT_PHRASE_WORDS];
    ent_str text = ent__dictionary_keep(set, ent__str_sub(line, 1, line.n)), code, reverse;
    size_t bracket;
    if (text.n > 0 && text.p[0] == '&') {
        nested_set(r, ent__str_sub(text, 1, text.n));
        return;
    }
    if (!read_code(r, text, &code, &reverse, &bracket)) {
        return;
    }
    text = ent__str_trim(ent__str_sub(text, 0, bracket));
    size_t count = ent__dictionary_phrase(set, text, words);
    if (count == 0 || count == SIZE_MAX) {
        report(r, true, "phrase", "expected a word or phrase of the set");
        return;
    }
    ent__synonyms_add(set, r->synonyms, words, count);
    ent_str name = set->sets[r->synonyms].name;
    bool whole = text.p[text.n - 1] == '_' || (name.n > 0 && name.p[name.n - 1] == '_');
    if (!whole) {
        char room[ENT_FOLD_ROOM];
        ent_str plural = ent__dictionary_plural(set->word_text[words[count - 1].word], room);
        words[count - 1].word = ent__dictionary_word(set, plural);
        ent__synonyms_add(set, r->synonyms, words, count);
    }
}

static bool is_variable(ent_str word)
{
    return word.n == 1 && ((word.p[0] >= 'a' && word.p[0] <= 'z') || word.p[0] == '.' ||
                           word.p[0] == '_');
}

/* "~ a (a b VERB1) VERB2 = a b CODE" */
static void transformation_line(verb_reader *r, ent_str line)
{
    ent_dictionaries *set = r->set;
    ent_str parts[9], rest = ent__str_sub(line, 1, line.n), word;
    char *plain = (char *)ent__arena_str(set->arena, rest).p;
    size_t count = 0;
    for (size_t i = 0; plain != NULL && i < rest.n; i++) {
        plain[i] = strchr("()=\t", plain[i]) != NULL ? ' ' : plain[i];
    }
    rest = (ent_str){plain, plain == NULL ? 0 : rest.n};
    while (count < 9 && ent__str_split(&rest, ' ', &word)) {
        if (word.n > 0) {
            parts[count++] = word;
        }
    }
    bool good = count == 8 && is_variable(parts[0]) && is_variable(parts[1]) &&
                is_variable(parts[2]) && is_variable(parts[5]) && is_variable(parts[6]);
    if (!good) {
        report(r, true, "transformation", "expected \"~ a (a b VERB) VERB = a b CODE\"");
        return;
    }
    ent_transformation *grown = ent__grow(set->transformations, set->transformation_count,
                                          &set->transformation_capacity, sizeof *grown);
    if (grown == NULL) {
        set->failed = true;
        return;
    }
    set->transformations = grown;
    ent_transformation t = {.source = parts[0].p[0], .inner_source = parts[1].p[0],
                            .inner_target = parts[2].p[0], .out_source = parts[5].p[0],
                            .out_target = parts[6].p[0], .file = r->lines->file,
                            .line = r->lines->number};
    bool any = ent__str_eqz(parts[3], "Q");
    t.inner = any ? ENT_NO_WORD : ent__dictionary_word(set, ent__dictionary_keep(set, parts[3]));
    t.outer = ent__dictionary_word(set, ent__dictionary_keep(set, parts[4]));
    ent_str none;
    if (!ent__str_eqz(parts[7], "Q")) {
        ent__dictionary_event_code(set, r->lines->file, r->lines->number, parts[7], &t.code, &none);
    }
    set->dialect = set->dialect == 0 ? 2 : set->dialect;
    set->transformations[set->transformation_count++] = t;
}

void ent__dictionary_read_verbs(ent_dictionary_lines *lines)
{
    verb_reader r = {.lines = lines, .set = lines->set, .block = ENT_NO_ENTRY,
                     .synonyms = ENT_NO_ENTRY};
    while (ent__dictionary_line(lines)) {
        ent_str line = ent__str_trim(lines->line);
        bool synonym = line.p[0] == '+' && r.synonyms != ENT_NO_ENTRY && !lines->blank_before;
        if (synonym) {
            synonym_line(&r, line);
            continue;
        }
        r.synonyms = ENT_NO_ENTRY;
        if (ent__str_starts(line, "---")) {
            header_line(&r, line);
        } else if (line.p[0] == '-') {
            pattern_line(&r, line);
        } else if (line.p[0] == '&') {
            set_line(&r, line);
        } else if (line.p[0] == '~') {
            transformation_line(&r, line);
        } else {
            verb_line(&r, line);
        }
    }
}

/* ---- ready --------------------------------------------------------------------------------- */

/* By block, the heaviest first, then as written. */
static int by_weight(const void *a, const void *b)
{
    const ent_pattern *x = a, *y = b;
    if (x->block != y->block) {
        return x->block < y->block ? -1 : 1;
    }
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    if (x->file != y->file) {
        return x->file < y->file ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/* Chains the forms of each head word: the longest first, then as written. */
static void chain_forms(ent_dictionaries *set)
{
    for (size_t i = 0; i < set->word_count; i++) {
        set->form_of[i] = ENT_NO_ENTRY;
    }
    for (size_t i = 0; i < set->form_count; i++) {
        ent_verb_form *form = &set->forms[i];
        uint32_t *at = &set->form_of[form->head];
        while (*at != ENT_NO_ENTRY && set->forms[*at].before + set->forms[*at].after >=
                                          form->before + form->after) {
            at = &set->forms[*at].next;
        }
        form->next = *at;
        *at = (uint32_t)i;
    }
}

ent_rc ent__dictionaries_ready(ent_ctx *ctx, ent_dictionaries *set)
{
    set->form_of = ent__arena_array(set->arena, set->word_count + 1, sizeof *set->form_of);
    if (set->form_of == NULL) {
        return ent__nomem(ctx);
    }
    if (set->pattern_count > 1) {
        qsort(set->patterns, set->pattern_count, sizeof *set->patterns, by_weight);
    }
    for (size_t i = 0; i < set->pattern_count; i++) {
        ent_verb_block *block = &set->blocks[set->patterns[i].block];
        bool first = i == 0 || set->patterns[i - 1].block != set->patterns[i].block;
        block->first_pattern = first ? (uint32_t)i : block->first_pattern;
    }
    chain_forms(set);
    return ENT_OK;
}
