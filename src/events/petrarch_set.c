/* A set of PETRARCH dictionaries: files to lines, lines to the readers of each kind, problems.
 * In: files as users have them (any encoding that is UTF-8 or Latin-1; comments of three kinds).
 * Out: ent_dictionaries.  A line that can't be understood is reported with its place and skipped.
 * Cost: O(bytes); one arena and a few growing arrays. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "petrarch.h"

#define FILE_LIMIT ((size_t)256 << 20)

static void (*const readers[])(ent_dictionary_lines *) = {
    [ENT_DICTIONARY_VERBS] = ent__dictionary_read_verbs,
    [ENT_DICTIONARY_ACTORS] = ent__dictionary_read_actors,
    [ENT_DICTIONARY_AGENTS] = ent__dictionary_read_agents,
    [ENT_DICTIONARY_DISCARDS] = ent__dictionary_read_discards,
    [ENT_DICTIONARY_ISSUES] = ent__dictionary_read_issues};

const char *ent__dictionary_kind_name(ent_dictionary_kind kind)
{
    static const char *const names[] = {"verbs", "actors", "agents", "discards", "issues"};
    return names[kind];
}

/* ---- the handle ---------------------------------------------------------------------------- */

static bool build_codes(ent_dictionaries *set)
{
    const ent_table *t = ent__kit_table(set->kit, "codes/cameo");
    set->cameo = ent__map_new(t == NULL ? 16 : t->rows);
    bool ok = set->cameo != NULL;
    for (size_t i = 0; ok && t != NULL && i < t->rows; i++) {
        ok = ent__map_put(set->cameo, ent__table_cell(t, i, 0), (uint32_t)i);
    }
    return ok;
}

ent_rc ent__dictionaries_new(ent_ctx *ctx, const ent_kit *kit, int dialect, ent_dictionaries **out)
{
    ent_dictionaries *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return ent__nomem(ctx);
    }
    set->kit = kit;
    set->dialect = dialect;
    set->arena = ent__arena_new();
    set->words = ent__map_new(65536);
    if (set->arena == NULL || set->words == NULL || !build_codes(set) ||
        !ent__phrases_new(&set->actor_phrases, 65536) ||
        !ent__phrases_new(&set->agent_phrases, 1024) ||
        !ent__phrases_new(&set->discard_phrases, 64) ||
        !ent__phrases_new(&set->issue_phrases, 64)) {
        ent__dictionaries_free(set);
        return ent__nomem(ctx);
    }
    *out = set;
    return ENT_OK;
}

void ent__dictionaries_free(ent_dictionaries *set)
{
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->set_count; i++) {
        ent__phrases_free(&set->sets[i].phrases);
    }
    void *arrays[] = {set->word_text, set->files, set->problems, set->actors, set->codes,
                      set->agents, set->discards, set->issues, set->blocks, set->verbs, set->forms,
                      set->form_words, set->patterns, set->sets, set->transformations};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        free(arrays[i]);
    }
    ent__phrases_free(&set->actor_phrases);
    ent__phrases_free(&set->agent_phrases);
    ent__phrases_free(&set->discard_phrases);
    ent__phrases_free(&set->issue_phrases);
    ent__map_free(set->words);
    ent__map_free(set->cameo);
    ent__arena_free(set->arena);
    free(set);
}

/* ---- problems ------------------------------------------------------------------------------ */

void ent__dictionary_report(ent_dictionaries *set, bool error, uint32_t file, uint32_t line,
                            const char *kind, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ent_dictionary_problem *grown = ent__grow(set->problems, set->problem_count,
                                              &set->problem_capacity, sizeof *grown);
    ent_str message = ent__arena_str(set->arena, ent__str(text));
    set->problems = grown == NULL ? set->problems : grown;
    if (grown == NULL || message.p == NULL) {
        set->failed = true;
        return;
    }
    set->error_count += error;
    set->problems[set->problem_count++] =
        (ent_dictionary_problem){error, set->files[file], line, kind, message};
}

static int by_place(const void *a, const void *b)
{
    const ent_dictionary_problem *x = a, *y = b;
    int file = ent__str_cmp(x->file, y->file);
    if (file != 0) {
        return file;
    }
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return x->error != y->error ? y->error - x->error : ent__str_cmp(x->message, y->message);
}

const ent_dictionary_problem *ent__dictionaries_problems(const ent_dictionaries *set,
                                                         size_t *out_count)
{
    if (set->problem_count > 1) {
        qsort(set->problems, set->problem_count, sizeof *set->problems, by_place);
    }
    *out_count = set->problem_count;
    return set->problems;
}

void ent__dictionaries_count(const ent_dictionaries *set, ent_dictionary_counts *out)
{
    *out = (ent_dictionary_counts){
        .actors = set->actor_count, .actor_codes = set->code_count, .agents = set->agent_count,
        .verbs = set->verb_count, .verb_forms = set->form_count, .patterns = set->pattern_count,
        .synonym_sets = set->set_count, .discards = set->discard_count,
        .issues = set->issue_count, .transformations = set->transformation_count,
        .errors = set->error_count, .dialect = set->dialect == 0 ? 1 : set->dialect};
}

/* ---- lines --------------------------------------------------------------------------------- */

/* "<!-- ... -->" and zero bytes become blanks; line breaks stay: lines keep their numbers. */
static void blank_comments(ent_dictionaries *set, uint32_t file, char *p, size_t n)
{
    uint32_t line = 1;
    for (size_t at = 0; at < n;) {
        line += p[at] == '\n';
        p[at] = p[at] == '\0' ? ' ' : p[at];
        if (p[at] != '<' || n - at < 4 || memcmp(p + at, "<!--", 4) != 0) {
            at++;
            continue;
        }
        const char *end = memmem(p + at, n - at, "-->", 3);
        if (end == NULL) {
            ent__dictionary_report(set, true, file, line, "comment",
                                   "the comment that begins here is never closed with \"-->\": "
                                   "nothing behind it is read");
        }
        size_t stop = end == NULL ? n : (size_t)(end - p) + 3;
        for (; at < stop; at++) {
            line += p[at] == '\n';
            p[at] = p[at] == '\n' ? '\n' : ' ';
        }
    }
}

/* "#" (and ";") to the end of the line, but not inside a code: "[###]". */
static size_t comment_start(ent_str line, bool semicolons)
{
    bool inside = false;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        inside = c == '[' ? true : c == ']' ? false : inside;
        if ((c == '#' && !inside) || (c == ';' && semicolons)) {
            return i;
        }
    }
    return line.n;
}

bool ent__dictionary_line(ent_dictionary_lines *lines)
{
    ent_str line;
    lines->blank_before = false;
    while (ent__str_split(&lines->rest, '\n', &line)) {
        lines->number++;
        if (ent__str_starts(line, "<!")) {
            continue;
        }
        bool commented = line.n > 0 && (line.p[0] == '#' || (line.p[0] == ';' &&
                                                             lines->semicolons));
        line.n = comment_start(line, lines->semicolons);
        while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' ||
                              line.p[line.n - 1] == '\r')) {
            line.n--;
        }
        if (line.n > 0) {
            lines->line = line;
            return !lines->set->failed;
        }
        lines->blank_before = lines->blank_before || !commented;
    }
    return false;
}

bool ent__dictionary_bracket(ent_str line, size_t *at, char open, char close, ent_str *out,
                             bool *out_unclosed)
{
    *out_unclosed = false;
    const char *from = *at < line.n ? memchr(line.p + *at, open, line.n - *at) : NULL;
    if (from == NULL) {
        return false;
    }
    size_t begin = (size_t)(from - line.p) + 1;
    const char *to = begin < line.n ? memchr(line.p + begin, close, line.n - begin) : NULL;
    const char *again = begin < line.n ? memchr(line.p + begin, open, line.n - begin) : NULL;
    if (to == NULL || (again != NULL && again < to)) {
        *out_unclosed = true;
        return false;
    }
    *out = ent__str_sub(line, begin, (size_t)(to - line.p));
    *at = (size_t)(to - line.p) + 1;
    return true;
}

/* ---- event codes --------------------------------------------------------------------------- */

static ent_str one_code(ent_dictionaries *set, uint32_t file, uint32_t line, ent_str text)
{
    ent_str code = ent__dictionary_keep(set, text);
    uint32_t row;
    bool null = code.n == 0 || ent__str_eqz(code, "---");
    if (!null && !ent__map_get(set->cameo, code, &row)) {
        ent__dictionary_report(set, false, file, line, "code", "unknown CAMEO code \"%.*s\"",
                               ENT_FMT(code));
    }
    return code;
}

void ent__dictionary_event_code(ent_dictionaries *set, uint32_t file, uint32_t line, ent_str inner,
                                ent_str *out_code, ent_str *out_reverse)
{
    const char *colon = inner.n == 0 ? NULL : memchr(inner.p, ':', inner.n);
    size_t n = colon == NULL ? inner.n : (size_t)(colon - inner.p);
    *out_code = one_code(set, file, line, ent__str_sub(inner, 0, n));
    *out_reverse = colon == NULL ? (ent_str){"", 0}
                                 : one_code(set, file, line, ent__str_sub(inner, n + 1, inner.n));
}

/* ---- files --------------------------------------------------------------------------------- */

/* Bytes that are no UTF-8 are read as Latin-1, line by line numbers unchanged. */
static bool repair(ent_str bytes, ent_buf *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        if (c < 0x80) {
            ent__buf_char(out, (char)c);
        } else {
            ent__buf_codepoint(out, c);
        }
    }
    return !out->failed;
}

const char *ent__dictionaries_hash(const ent_dictionaries *set)
{
    return set->hash;
}

static void add_to_hash(ent_dictionaries *set, ent_dictionary_kind kind, ent_str bytes)
{
    char link[160], file[65];
    ent__sha256_hex(bytes, file);
    int n = snprintf(link, sizeof link, "%s %d %s %s", set->hash, set->dialect,
                     ent__dictionary_kind_name(kind), file);
    ent__sha256_hex((ent_str){link, (size_t)n}, set->hash);
}

ent_rc ent__dictionaries_add_bytes(ent_ctx *ctx, ent_dictionaries *set, ent_dictionary_kind kind,
                                   ent_str bytes, const char *source)
{
    ent_str *files = ent__grow(set->files, set->file_count, &set->file_capacity, sizeof *files);
    ent_str name = ent__arena_str(set->arena, ent__str(source));
    set->files = files == NULL ? set->files : files;
    if (files == NULL || name.p == NULL) {
        return ent__nomem(ctx);
    }
    uint32_t file = (uint32_t)set->file_count;
    set->files[set->file_count++] = name;
    ent_buf text = {0};
    size_t bad;
    add_to_hash(set, kind, bytes);
    if (ent__str_starts(bytes, "\xEF\xBB\xBF")) {
        bytes = ent__str_sub(bytes, 3, bytes.n);
    }
    if (ent__utf8_valid(bytes, &bad)) {
        ent__buf_str(&text, bytes);
    } else {
        repair(bytes, &text);
        ent__dictionary_report(set, false, file, 0, "encoding",
                               "not UTF-8 (byte %zu): read as Latin-1", bad);
    }
    if (!text.failed && text.p != NULL) {
        blank_comments(set, file, text.p, text.n);
        ent_dictionary_lines lines = {.set = set, .rest = ent__buf_slice(&text), .file = file,
                                      .semicolons = kind == ENT_DICTIONARY_ACTORS ||
                                                    kind == ENT_DICTIONARY_VERBS};
        readers[kind](&lines);
    }
    bool failed = text.failed || set->failed;
    ent__buf_free(&text);
    return failed ? ent__nomem(ctx) : ENT_OK;
}

ent_rc ent__dictionaries_add(ent_ctx *ctx, ent_dictionaries *set, ent_dictionary_kind kind,
                             const char *path)
{
    ent_buf bytes = {0};
    ent_rc rc = ent__file_read(ctx, path, FILE_LIMIT, &bytes);
    if (rc == ENT_OK) {
        rc = ent__dictionaries_add_bytes(ctx, set, kind, ent__buf_slice(&bytes), path);
    }
    ent__buf_free(&bytes);
    return rc;
}
