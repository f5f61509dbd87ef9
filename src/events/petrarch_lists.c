/* Discard and issue dictionaries of the PETRARCH family.
 * In: "PHRASE", "+PHRASE"; "PHRASE [CODE]" with "n:" and "v:" words, "~PHRASE", "~~PHRASE".
 * Out: phrases in a trie each.  Source: docs/methods/events.md. */
#include <string.h>

#include "petrarch.h"

static void add_entry(ent_dictionary_lines *lines, ent_phrases *phrases, ent_list_entry **list,
                      size_t *count, size_t *capacity, ent_str phrase, ent_list_entry entry)
{
    ent_dictionaries *set = lines->set;
    ent_dictionary_word words[ENT_PHRASE_WORDS];
    size_t n = ent__dictionary_phrase(set, phrase, words);
    if (n == 0 || n == SIZE_MAX) {
        ent__dictionary_report(set, true, lines->file, lines->number, "phrase",
                               "expected a phrase of at most %d words", ENT_PHRASE_WORDS);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        words[i].gap = false;
    }
    uint32_t node = ent__phrases_add(phrases, words, n);
    ent_list_entry *grown = ent__grow(*list, *count, capacity, sizeof *grown);
    *list = grown == NULL ? *list : grown;
    if (node == 0 || grown == NULL) {
        set->failed = true;
        return;
    }
    uint32_t known = phrases->entry[node];
    if (known != ENT_NO_ENTRY) {
        if ((*list)[known].line != lines->number || (*list)[known].file != lines->file) {
            ent__dictionary_report(set, false, lines->file, lines->number, "duplicate",
                                   "\"%.*s\" stands already at %.*s:%u, which counts",
                                   ENT_FMT(phrase), ENT_FMT(set->files[(*list)[known].file]),
                                   (*list)[known].line);
        }
        return;
    }
    entry.file = lines->file;
    entry.line = lines->number;
    phrases->entry[node] = (uint32_t)*count;
    (*list)[(*count)++] = entry;
}

void ent__dictionary_read_discards(ent_dictionary_lines *lines)
{
    ent_dictionaries *set = lines->set;
    while (ent__dictionary_line(lines)) {
        ent_str line = ent__str_trim(lines->line);
        bool story = line.p[0] == '+';
        if (memchr(line.p, '[', line.n) != NULL) {
            ent__dictionary_report(set, false, lines->file, lines->number, "code",
                                   "a discard phrase has no code: what stands in brackets is "
                                   "dropped");
            line.n = (size_t)((const char *)memchr(line.p, '[', line.n) - line.p);
        }
        add_entry(lines, &set->discard_phrases, &set->discards, &set->discard_count,
                  &set->discard_capacity, ent__str_sub(line, story, line.n),
                  (ent_list_entry){.cancels = story ? 2 : 1});
    }
}

/* ---- issues -------------------------------------------------------------------------------- */

static void add_issue(ent_dictionary_lines *lines, ent_str phrase, ent_list_entry entry)
{
    ent_dictionaries *set = lines->set;
    add_entry(lines, &set->issue_phrases, &set->issues, &set->issue_count, &set->issue_capacity,
              phrase, entry);
}

/* "v:TRADE": TRADES, TRADED, TRADING. */
static void add_forms(ent_dictionary_lines *lines, ent_str word, ent_list_entry entry, bool verb)
{
    char room[ENT_FOLD_ROOM];
    ent_str kept = ent__dictionary_keep(lines->set, word);
    add_issue(lines, kept, entry);
    add_issue(lines, ent__dictionary_plural(kept, room), entry);
    bool final_e = kept.n > 0 && kept.p[kept.n - 1] == 'E';
    ent_str stem = final_e ? ent__str_sub(kept, 0, kept.n - 1) : kept;
    static const char *const endings[] = {"ED", "ING"};
    for (int i = 0; verb && i < 2; i++) {
        ent_str form = ent__arena_printf(lines->set->arena, "%.*s%s", ENT_FMT(stem), endings[i]);
        add_issue(lines, form, entry);
    }
}

void ent__dictionary_read_issues(ent_dictionary_lines *lines)
{
    ent_dictionaries *set = lines->set;
    while (ent__dictionary_line(lines)) {
        ent_str line = ent__str_trim(lines->line), code = {"", 0};
        if (line.p[0] == '<') { /* <ISSUE ...>, </ISSUE> only group */
            continue;
        }
        uint8_t cancels = line.p[0] != '~' ? 0 : line.n > 1 && line.p[1] == '~' ? 2 : 1;
        const char *bracket = memchr(line.p, '[', line.n);
        size_t at = 0;
        bool unclosed;
        ent_str phrase = ent__str_trim(
            ent__str_sub(line, cancels, bracket == NULL ? line.n : (size_t)(bracket - line.p)));
        if (!ent__dictionary_bracket(line, &at, '[', ']', &code, &unclosed) && cancels == 0) {
            ent__dictionary_report(set, true, lines->file, lines->number,
                                   unclosed ? "bracket" : "code",
                                   unclosed ? "unbalanced square brackets"
                                            : "expected an issue code like [TRADE]");
            continue;
        }
        ent_list_entry entry = {.code = ent__dictionary_keep(set, code), .cancels = cancels};
        bool noun = ent__str_starts(phrase, "n:"), verb = ent__str_starts(phrase, "v:");
        ent_str plain = ent__dictionary_keep(set, ent__str_sub(phrase, noun || verb ? 2 : 0,
                                                               phrase.n));
        for (size_t i = 0; i < plain.n; i++) { /* "+" stands for a blank or a hyphen */
            ((char *)plain.p)[i] = plain.p[i] == '+' ? '_' : plain.p[i];
        }
        if (noun || verb) {
            add_forms(lines, plain, entry, verb);
        } else {
            add_issue(lines, plain, entry);
        }
    }
}
