/* Actor and agent dictionaries of the PETRARCH family.
 * In: "PHRASE [CODE]", "+SYNONYM", "<tab>[CODE DATES]"; "PHRASE {PLURAL} [~CODE]", "!SET! = A, B".
 * Out: phrases in tries, codes with dates.  Source: docs/methods/events.md. */
#include <stdlib.h>
#include <string.h>

#include "petrarch.h"

/* ---- dates --------------------------------------------------------------------------------- */

/* YYYYMMDD or YYMMDD (00-30: 2000-2030); 0: no date of the calendar. */
static int32_t read_date(ent_str text)
{
    int64_t n;
    if ((text.n != 6 && text.n != 8) || !ent__str_int(text, &n) || n < 0) {
        return 0;
    }
    if (text.n == 6) {
        n += n / 10000 <= 30 ? 20000000 : 19000000;
    }
    ent_date d = {(int16_t)(n / 10000), (int8_t)(n / 100 % 100), (int8_t)(n % 100)};
    return d.month > 0 && d.day > 0 && ent__date_valid(d) ? (int32_t)n : 0;
}

typedef struct {
    ent_dictionary_lines *lines;
    uint32_t block, first_entry; /* of the open block */
    bool open;
} actor_reader;

static bool bad_date(ent_dictionary_lines *lines, ent_str text)
{
    ent__dictionary_report(lines->set, true, lines->file, lines->number, "date",
                           "expected <DATE, >DATE or DATE-DATE with dates YYYYMMDD or YYMMDD, got "
                           "\"%.*s\"",
                           ENT_FMT(ent__str_trim(text)));
    return false;
}

/* "<950601", "> 19950601", "950601 - 990815" */
static bool read_restriction(ent_dictionary_lines *lines, ent_str text, ent_actor_code *out)
{
    char squeezed[40];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != ' ' && text.p[i] != '\t') {
            if (n == sizeof squeezed) {
                return bad_date(lines, text);
            }
            squeezed[n++] = text.p[i];
        }
    }
    ent_str s = {squeezed, n};
    if (n == 0) {
        return true;
    }
    if (s.p[0] == '<' || s.p[0] == '>') {
        out->when = s.p[0] == '<' ? ENT_CODE_BEFORE : ENT_CODE_AFTER;
        int32_t date = read_date(ent__str_sub(s, 1, n));
        out->since = out->when == ENT_CODE_AFTER ? date : 0;
        out->until = out->when == ENT_CODE_BEFORE ? date : 99999999;
        return date != 0 || bad_date(lines, text);
    }
    const char *dash = memchr(s.p, '-', n);
    size_t at = dash == NULL ? n : (size_t)(dash - s.p);
    out->when = ENT_CODE_BETWEEN;
    out->since = read_date(ent__str_sub(s, 0, at));
    out->until = read_date(ent__str_sub(s, at + 1, n));
    if (out->since == 0 || out->until == 0) {
        return bad_date(lines, text);
    }
    if (out->since > out->until) {
        ent__dictionary_report(lines->set, true, lines->file, lines->number, "date",
                               "the range ends before it begins: %d-%d", out->since, out->until);
        return false;
    }
    return true;
}

/* ---- codes --------------------------------------------------------------------------------- */

static bool code_is_plain(ent_str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' ||
                    c == '#' || c == '+';
        if (!good) {
            return false;
        }
    }
    return true;
}

static void check_code(ent_dictionary_lines *lines, ent_str code)
{
    ent_str rest = code, part;
    while (ent__str_split(&rest, '/', &part)) {
        if (part.n % 3 != 0 || part.n == 0 || !code_is_plain(part)) {
            ent__dictionary_report(lines->set, false, lines->file, lines->number, "code",
                                   "expected an actor code of three-letter elements, got \"%.*s\"",
                                   ENT_FMT(code));
            return;
        }
    }
}

/* The codes in brackets from *at on, to the block's. */
static void read_codes(actor_reader *r, ent_str line, size_t at)
{
    ent_dictionary_lines *lines = r->lines;
    ent_dictionaries *set = lines->set;
    ent_str inner;
    bool unclosed = false;
    while (ent__dictionary_bracket(line, &at, '[', ']', &inner, &unclosed)) {
        if (memchr(inner.p, '\t', inner.n) != NULL) {
            ent__dictionary_report(set, false, lines->file, lines->number, "tab",
                                   "a tab inside the brackets, where PETRARCH expects a blank");
        }
        inner = ent__str_trim(inner);
        size_t n = 0;
        while (n < inner.n && inner.p[n] != ' ' && inner.p[n] != '\t' && inner.p[n] != '<' &&
               inner.p[n] != '>') {
            n++;
        }
        ent_actor_code code = {.code = ent__dictionary_keep(set, ent__str_sub(inner, 0, n)),
                               .line = lines->number, .until = 99999999};
        if (code.code.n == 0) {
            ent__dictionary_report(set, true, lines->file, lines->number, "code",
                                   "expected a code in the brackets, got none");
            continue;
        }
        if (!read_restriction(lines, ent__str_sub(inner, n, inner.n), &code)) {
            continue;
        }
        check_code(lines, code.code);
        ent_actor_code *grown = ent__grow(set->codes, set->code_count, &set->code_capacity,
                                          sizeof *grown);
        if (grown == NULL) {
            set->failed = true;
            return;
        }
        set->codes = grown;
        set->codes[set->code_count++] = code;
    }
    if (unclosed || (at < line.n && memchr(line.p + at, ']', line.n - at) != NULL)) {
        ent__dictionary_report(set, true, lines->file, lines->number, "bracket",
                               "unbalanced square brackets");
    }
}

static void close_block(actor_reader *r)
{
    ent_dictionaries *set = r->lines->set;
    for (size_t i = r->first_entry; r->open && i < set->actor_count; i++) {
        set->actors[i].code_count = (uint32_t)set->code_count - set->actors[i].first_code;
    }
    if (r->open && r->first_entry < set->actor_count) {
        const ent_actor_entry *first = &set->actors[r->first_entry];
        if (first->code_count == 0) {
            ent__dictionary_report(set, false, first->file, first->line, "code",
                                   "\"%.*s\" has no code", ENT_FMT(first->phrase));
        }
    }
    r->open = false;
}

static void add_phrase(actor_reader *r, ent_str phrase, uint32_t first_code)
{
    ent_dictionary_lines *lines = r->lines;
    ent_dictionaries *set = lines->set;
    ent_dictionary_word words[ENT_PHRASE_WORDS];
    size_t count = ent__dictionary_phrase(set, phrase, words);
    if (count == 0 || count == SIZE_MAX) {
        ent__dictionary_report(set, true, lines->file, lines->number, "phrase",
                               count == 0 ? "expected a phrase, got none"
                                          : "a phrase of more than %d words is not read",
                               ENT_PHRASE_WORDS);
        return;
    }
    uint32_t node = ent__phrases_add(&set->actor_phrases, words, count);
    ent_actor_entry *grown = ent__grow(set->actors, set->actor_count, &set->actor_capacity,
                                       sizeof *grown);
    if (node == 0 || grown == NULL) {
        set->failed = true;
        set->actors = grown == NULL ? set->actors : grown;
        return;
    }
    set->actors = grown;
    uint32_t number = (uint32_t)set->actor_count;
    set->actors[set->actor_count++] =
        (ent_actor_entry){.first_code = first_code, .file = lines->file, .line = lines->number,
                          .next = ENT_NO_ENTRY, .block = r->block,
                          .phrase = ent__dictionary_keep(set, phrase)};
    uint32_t *last = &set->actor_phrases.entry[node];
    while (*last != ENT_NO_ENTRY) {
        last = &set->actors[*last].next;
    }
    *last = number;
}

static void primary_line(actor_reader *r, ent_str line, bool synonym)
{
    ent_dictionaries *set = r->lines->set;
    const char *bracket = memchr(line.p, '[', line.n);
    size_t n = bracket == NULL ? line.n : (size_t)(bracket - line.p);
    ent_str phrase = ent__str_trim(ent__str_sub(line, synonym ? 1 : 0, n));
    if (!synonym) {
        close_block(r);
        r->open = true;
        r->block = (uint32_t)set->block_count++;
        r->first_entry = (uint32_t)set->actor_count;
    }
    uint32_t first_code = r->first_entry < set->actor_count && synonym
                              ? set->actors[r->first_entry].first_code
                              : (uint32_t)set->code_count;
    add_phrase(r, phrase, first_code);
    if (bracket == NULL && memchr(line.p, ']', line.n) != NULL) {
        ent__dictionary_report(set, true, r->lines->file, r->lines->number, "bracket",
                               "unbalanced square brackets");
    } else if (bracket != NULL) {
        read_codes(r, line, n);
    }
}

void ent__dictionary_read_actors(ent_dictionary_lines *lines)
{
    ent_dictionaries *set = lines->set;
    actor_reader r = {.lines = lines};
    while (ent__dictionary_line(lines)) {
        ent_str line = lines->line;
        bool blank = line.p[0] == ' ', tab = line.p[0] == '\t';
        ent_str trimmed = ent__str_trim(line);
        if ((blank || tab) && trimmed.p[0] == '[') {
            if (blank) {
                ent__dictionary_report(set, false, lines->file, lines->number, "tab",
                                       "a date line begins with a blank, where PETRARCH expects a "
                                       "tab");
            }
            if (r.open) {
                read_codes(&r, line, 0);
            } else {
                ent__dictionary_report(set, true, lines->file, lines->number, "phrase",
                                       "a date line without an actor before it");
            }
        } else if (trimmed.p[0] == '+') {
            if (r.open) {
                primary_line(&r, trimmed, true);
            } else {
                ent__dictionary_report(set, true, lines->file, lines->number, "phrase",
                                       "a synonym without an actor before it");
            }
        } else {
            primary_line(&r, trimmed, false);
        }
    }
    close_block(&r);
}

/* ---- agents -------------------------------------------------------------------------------- */

typedef struct {
    ent_str name, members; /* "!MINIST! = MINISTER, MINISTERS" */
} substitution;

typedef struct {
    ent_dictionary_lines *lines;
    substitution *sets;
    size_t count, capacity;
} agent_reader;

static void add_agent(ent_dictionary_lines *lines, ent_str phrase, ent_str code, bool before)
{
    ent_dictionaries *set = lines->set;
    ent_dictionary_word words[ENT_PHRASE_WORDS];
    size_t count = ent__dictionary_phrase(set, phrase, words);
    if (count == 0 || count == SIZE_MAX) {
        ent__dictionary_report(set, true, lines->file, lines->number, "phrase",
                               "expected a phrase of at most %d words", ENT_PHRASE_WORDS);
        return;
    }
    uint32_t node = ent__phrases_add(&set->agent_phrases, words, count);
    ent_agent_entry *grown = ent__grow(set->agents, set->agent_count, &set->agent_capacity,
                                       sizeof *grown);
    set->agents = grown == NULL ? set->agents : grown;
    if (node == 0 || grown == NULL) {
        set->failed = true;
        return;
    }
    uint32_t known = set->agent_phrases.entry[node];
    if (known != ENT_NO_ENTRY) {
        const ent_agent_entry *e = &set->agents[known];
        if (e->line != lines->number || e->file != lines->file) {
            ent__dictionary_report(set, false, lines->file, lines->number, "duplicate",
                                   "the agent \"%.*s\" stands already at %.*s:%u, which counts",
                                   ENT_FMT(phrase), ENT_FMT(set->files[e->file]), e->line);
        }
        return;
    }
    set->agent_phrases.entry[node] = (uint32_t)set->agent_count;
    set->agents[set->agent_count++] =
        (ent_agent_entry){.code = code, .before = before, .file = lines->file,
                          .line = lines->number, .phrase = ent__dictionary_keep(set, phrase)};
}

static const substitution *find_substitution(const agent_reader *r, ent_str name)
{
    for (size_t i = 0; i < r->count; i++) {
        if (ent__str_eq(r->sets[i].name, name)) {
            return &r->sets[i];
        }
    }
    return NULL;
}

static void add_substitution(agent_reader *r, ent_str line)
{
    ent_dictionaries *set = r->lines->set;
    const char *end = memchr(line.p + 1, '!', line.n - 1);
    const char *equals = end == NULL ? NULL : memchr(end, '=', line.n - (size_t)(end - line.p));
    substitution *grown = ent__grow(r->sets, r->count, &r->capacity, sizeof *grown);
    if (grown == NULL) {
        set->failed = true;
        return;
    }
    r->sets = grown;
    if (equals == NULL) {
        ent__dictionary_report(set, true, r->lines->file, r->lines->number, "set",
                               "expected \"!NAME! = A, B\"");
        return;
    }
    size_t name_end = (size_t)(end - line.p), from = (size_t)(equals - line.p) + 1;
    ent_str name = ent__str_sub(line, 1, name_end), members = ent__str_sub(line, from, line.n);
    r->sets[r->count++] = (substitution){ent__dictionary_keep(set, name),
                                         ent__dictionary_keep(set, members)};
}

/* "POLICE_!OFFIC!" once for each member. */
static void add_expanded(agent_reader *r, ent_str phrase, const char *mark, ent_str code,
                         bool before)
{
    ent_dictionaries *set = r->lines->set;
    size_t begin = (size_t)(mark - phrase.p);
    const char *end = memchr(mark + 1, '!', phrase.n - begin - 1);
    size_t close = end == NULL ? phrase.n : (size_t)(end - phrase.p);
    ent_str name = ent__dictionary_keep(set, ent__str_sub(phrase, begin + 1, close));
    const substitution *s = end == NULL ? NULL : find_substitution(r, name);
    if (s == NULL) {
        ent__dictionary_report(set, true, r->lines->file, r->lines->number, "set",
                               "no substitution set \"!%.*s!\" stands before this line",
                               ENT_FMT(name));
        return;
    }
    ent_str rest = s->members, member;
    while (ent__str_split(&rest, ',', &member)) {
        member = ent__str_trim(member);
        ent_str whole = ent__arena_printf(set->arena, "%.*s%.*s%.*s", (int)begin, phrase.p,
                                          ENT_FMT(member), ENT_FMT(ent__str_sub(phrase, close + 1,
                                                                                phrase.n)));
        if (whole.p == NULL) {
            set->failed = true;
            return;
        }
        add_agent(r->lines, whole, code, before);
    }
}

/* The phrase with its last word in the plural. */
static void add_regular_plural(ent_dictionary_lines *lines, ent_str phrase, ent_str code,
                               bool before)
{
    char room[ENT_FOLD_ROOM];
    ent_str kept = ent__dictionary_keep(lines->set, phrase);
    while (kept.n > 0 && kept.p[kept.n - 1] == '_') {
        kept.n--;
    }
    add_agent(lines, ent__dictionary_plural(kept, room), code, before);
}

static void agent_line(agent_reader *r, ent_str line)
{
    ent_dictionary_lines *lines = r->lines;
    ent_dictionaries *set = lines->set;
    size_t at = 0, brace_at = 0;
    ent_str code, plural = {"", 0};
    bool unclosed, brace_open = false;
    const char *bracket = memchr(line.p, '[', line.n);
    if (!ent__dictionary_bracket(line, &at, '[', ']', &code, &unclosed)) {
        ent__dictionary_report(set, true, lines->file, lines->number, "bracket",
                               unclosed || memchr(line.p, ']', line.n) != NULL
                                   ? "unbalanced square brackets"
                                   : "expected a code like [~GOV]");
        return;
    }
    ent_str head = ent__str_sub(line, 0, (size_t)(bracket - line.p));
    bool braces = ent__dictionary_bracket(head, &brace_at, '{', '}', &plural, &brace_open);
    if (brace_open || (!braces && memchr(head.p, '}', head.n) != NULL)) {
        ent__dictionary_report(set, true, lines->file, lines->number, "bracket",
                               "unbalanced braces");
        return;
    }
    const char *brace = braces ? memchr(head.p, '{', head.n) : NULL;
    ent_str phrase = ent__str_trim(brace == NULL ? head
                                                 : ent__str_sub(head, 0, (size_t)(brace - head.p)));
    code = ent__dictionary_keep(set, code);
    bool before = code.n > 1 && code.p[code.n - 1] == '~';
    if (!before && (code.n == 0 || code.p[0] != '~')) {
        ent__dictionary_report(set, false, lines->file, lines->number, "code",
                               "expected [~CODE] or [CODE~], got [%.*s]: read as [~%.*s]",
                               ENT_FMT(code), ENT_FMT(code));
    } else {
        code = before ? ent__str_sub(code, 0, code.n - 1) : ent__str_sub(code, 1, code.n);
    }
    check_code(lines, code);
    const char *mark = memchr(phrase.p, '!', phrase.n);
    if (mark != NULL) {
        add_expanded(r, phrase, mark, code, before);
        return;
    }
    add_agent(lines, phrase, code, before);
    if (!braces) {
        add_regular_plural(lines, phrase, code, before);
    } else if (ent__str_trim(plural).n > 0) {
        add_agent(lines, ent__str_trim(plural), code, before);
    }
}

void ent__dictionary_read_agents(ent_dictionary_lines *lines)
{
    agent_reader r = {.lines = lines};
    while (ent__dictionary_line(lines)) {
        ent_str line = ent__str_trim(lines->line);
        const char *equals = memchr(line.p, '=', line.n);
        if (line.p[0] == '!' && equals != NULL) {
            add_substitution(&r, line);
        } else {
            agent_line(&r, line);
        }
    }
    free(r.sets);
}
