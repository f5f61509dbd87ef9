/* Statements, quantities and questions of single texts: every line of the .cases files in
 * tests/cases/statements, and of the .todo files, which must still fail.  A case is
 * KIND TAB TEXT TAB EXPECTED, "|" in TEXT begins a new block, parts of EXPECTED are separated by " ; ".
 *   said      speaker > force > kind > content [+ content]   what must be among the statements
 *   nothing   *                                               no statement may come out
 *   amounts   words=value[..max] unit[~]                      all quantities, ~ approximate
 *   claims    words=subject @ period                          what is claimed of all quantities
 *   claimants words=speaker                                   who says all quantities, * the text
 *   asks      words                                           all questions
 * Lines beginning with % or # are comments. */
#include "test.h"

#include <dirent.h>
#include <math.h>

#include "../../src/read/read.h"

static ent_kit *kit;
static ent_ctx *ctx;

static ent_doc *read_text(ent_str words)
{
    ent_buf text = {0};
    ent__buf_z(&text, "Report\n\nMar 10, 2025\n\n");
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i] == '|') {
            ent__buf_z(&text, "\n\n");
        } else {
            ent__buf_char(&text, words.p[i]);
        }
    }
    ent__buf_char(&text, '\n');
    ent_doc *doc;
    assert_int_equal(ent_doc_read(ctx, kit, text.p, text.n, "case", &doc), ENT_OK);
    ent__buf_free(&text);
    return doc;
}

static void statement_text(const ent_doc *doc, const ent_statement *s, ent_buf *out)
{
    static const char *const kinds[] = {"direct", "indirect", "mixed"};
    ent__buf_printf(out, "%.*s > %.*s > %s > ", ENT_FMT(s->speaker_name), ENT_FMT(s->force),
                    kinds[s->kind]);
    for (size_t i = 0; i < s->content_count; i++) {
        ent__buf_z(out, i ? " + " : "");
        ent__buf_str(out, ent__str_sub(doc->text.text, s->content[i].begin, s->content[i].end));
    }
}

static void amounts_text(const ent_doc *doc, ent_buf *out)
{
    const ent_statements *found = doc->statements;
    for (size_t i = 0; i < found->quantity_count; i++) {
        const ent_quantity *q = &found->quantities[i];
        char value[32] = "some";
        if (!isnan(q->value)) {
            ent__double_text(q->value, value);
        }
        ent_str words = ent__str_sub(doc->text.text, q->span.begin, q->span.end);
        ent__buf_printf(out, "%s%.*s=%s", i ? " ; " : "", ENT_FMT(words), value);
        if (!isnan(q->value_max)) {
            ent__double_text(q->value_max, value);
            ent__buf_printf(out, "..%s", value);
        }
        ent__buf_printf(out, " %.*s%s", ENT_FMT(q->unit), q->approximate ? "~" : "");
    }
    if (found->quantity_count == 0) {
        ent__buf_z(out, "*");
    }
}

static void claims_text(const ent_doc *doc, ent_buf *out)
{
    const ent_statements *found = doc->statements;
    for (size_t i = 0; i < found->quantity_count; i++) {
        const ent_quantity *q = &found->quantities[i];
        ent_str words = ent__str_sub(doc->text.text, q->span.begin, q->span.end);
        ent__buf_printf(out, "%s%.*s=%.*s @ %.*s", i ? " ; " : "", ENT_FMT(words),
                        ENT_FMT(q->subject), ENT_FMT(q->period));
    }
}

static void claimants_text(const ent_doc *doc, ent_buf *out)
{
    const ent_statements *found = doc->statements;
    for (size_t i = 0; i < found->quantity_count; i++) {
        const ent_quantity *q = &found->quantities[i];
        ent_str words = ent__str_sub(doc->text.text, q->span.begin, q->span.end);
        ent_str who = q->claimed_by == UINT32_MAX ? ENT_LIT("*")
                                                  : found->statements[q->claimed_by].speaker_name;
        ent__buf_printf(out, "%s%.*s=%.*s", i ? " ; " : "", ENT_FMT(words), ENT_FMT(who));
    }
}

/* Each part of `expected` must be among the statements. */
static bool said(const ent_doc *doc, ent_str expected, ent_buf *found)
{
    const ent_statements *all = doc->statements;
    for (size_t i = 0; i < all->statement_count; i++) {
        ent__buf_z(found, i ? " ; " : "");
        statement_text(doc, &all->statements[i], found);
    }
    while (expected.n) {
        const char *cut = memmem(expected.p, expected.n, " ; ", 3);
        ent_str part = {expected.p, cut ? (size_t)(cut - expected.p) : expected.n};
        bool there = false;
        for (size_t i = 0; i < all->statement_count && !there; i++) {
            ent_buf one = {0};
            statement_text(doc, &all->statements[i], &one);
            there = ent__str_eq(ent__buf_slice(&one), part);
            ent__buf_free(&one);
        }
        if (!there) {
            return false;
        }
        expected = ent__str_sub(expected, part.n + (cut ? 3 : 0), expected.n);
    }
    return true;
}

static bool case_holds(ent_str kind, ent_str words, ent_str expected, ent_buf *found)
{
    ent_doc *doc = read_text(words);
    bool holds;
    if (ent__str_eqz(kind, "said")) {
        holds = said(doc, expected, found);
    } else if (ent__str_eqz(kind, "nothing")) {
        holds = doc->statements->statement_count == 0;
        said(doc, (ent_str){0}, found);
    } else if (ent__str_eqz(kind, "amounts")) {
        amounts_text(doc, found);
        holds = ent__str_eq(ent__buf_slice(found), expected);
    } else if (ent__str_eqz(kind, "claims")) {
        claims_text(doc, found);
        holds = ent__str_eq(ent__buf_slice(found), expected);
    } else if (ent__str_eqz(kind, "claimants")) {
        claimants_text(doc, found);
        holds = ent__str_eq(ent__buf_slice(found), expected);
    } else {
        assert_true(ent__str_eqz(kind, "asks"));
        for (size_t i = 0; i < doc->statements->question_count; i++) {
            ent_span span = doc->statements->questions[i].span;
            ent__buf_z(found, i ? " ; " : "");
            ent__buf_str(found, ent__str_sub(doc->text.text, span.begin, span.end));
        }
        holds = ent__str_eq(ent__buf_slice(found), expected);
    }
    ent_doc_free(doc);
    return holds;
}

static int run_file(const char *path, bool todo, int *cases)
{
    ent_buf bytes = {0};
    int wrong = 0;
    assert_int_equal(ent__file_read(ctx, path, 1 << 20, &bytes), ENT_OK);
    ent_str rest = ent__buf_slice(&bytes), line;
    for (int number = 1; ent__str_split(&rest, '\n', &line); number++) {
        ent_str kind, words = {0};
        if (line.n == 0 || line.p[0] == '%' || line.p[0] == '#') {
            continue;
        }
        assert_true(ent__str_split(&line, '\t', &kind) && ent__str_split(&line, '\t', &words));
        ent_buf found = {0};
        (*cases)++;
        if (case_holds(kind, words, line, &found) == todo) {
            wrong++;
            print_error("%s:%d: %.*s\n  %s %.*s\n  found    %s\n", path, number, ENT_FMT(words),
                        todo ? "passes now:" : "expected", ENT_FMT(line), found.p ? found.p : "");
        }
        ent__buf_free(&found);
    }
    ent__buf_free(&bytes);
    return wrong;
}

static void test_cases(void **state)
{
    (void)state;
    int cases = 0, wrong = 0;
    const char *folder = ENT_SOURCE_DIR "/tests/cases/statements";
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        bool todo = strstr(entry->d_name, ".todo") != NULL;
        if (todo || strstr(entry->d_name, ".cases")) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            wrong += run_file(path, todo, &cases);
        }
    }
    closedir(dir);
    print_message("%d cases, %d wrong\n", cases, wrong);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 100);
}

static int open_kit(void **state)
{
    (void)state;
    return ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK;
}

static int close_kit(void **state)
{
    (void)state;
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
