/* Time expressions: every line of the .cases files in tests/cases/times, and properties that no case
 * shows.  A case is  DATE TAB TEXT TAB EXPECTED ; DATE "-" is a document without one, "|" in TEXT begins a
 * new block, EXPECTED is "words=value" separated by "; ", value "?" means relative and unresolved,
 * "*" that nothing may come out.  Lines beginning with % or # are comments. */
#include "test.h"

#include <dirent.h>

#include "../../src/mentions/mentions.h"

/* Tokens for the finder to point at: the lexemes themselves. */
static void fake_tree(ent_ctx *ctx, ent_arena *arena, ent_str text, ent_tree *tree)
{
    const ent_lexeme *lexemes;
    size_t count;
    assert_int_equal(ent__lexemes(ctx, arena, text, 0, (uint32_t)text.n, &lexemes, &count), ENT_OK);
    ent_token *tokens = ent__arena_array(arena, count + 1, sizeof *tokens);
    for (size_t i = 0; i < count; i++) {
        tokens[i].begin = lexemes[i].begin;
        tokens[i].end = lexemes[i].end;
    }
    *tree = (ent_tree){.text = text, .tokens = tokens, .token_count = count};
}

/* "words=value; words=value" of what is found in `words` at `date`. */
static void found_text(ent_ctx *ctx, ent_str date, ent_str words, ent_buf *out)
{
    ent_arena *arena = ent__arena_new();
    ent_text text = {.text = words};
    ent_block blocks[8];
    ent_tree tree;
    if (!ent__str_eqz(date, "-")) {
        assert_true(ent__date_parse(date, &text.date));
    }
    size_t begin = 0;
    for (size_t i = 0; i <= words.n && text.block_count < 8; i++) {
        if (i == words.n || words.p[i] == '|') {
            blocks[text.block_count++] =
                (ent_block){ENT_BLOCK_PARAGRAPH, (uint32_t)begin, (uint32_t)i};
            begin = i + 1;
        }
    }
    text.blocks = blocks;
    fake_tree(ctx, arena, words, &tree);
    const ent_time *times;
    size_t count;
    assert_int_equal(ent__times_find(ctx, arena, &text, &tree, &times, &count), ENT_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(times[i].begin < times[i].end && times[i].end <= words.n);
        assert_true(i == 0 || times[i - 1].end <= times[i].begin);
        assert_true(times[i].value.n > 0 || times[i].relative);
        if (times[i].kind == ENT_TIME_DATE && times[i].value.n) {
            assert_true(ent__date_valid(times[i].date) && ent__date_valid(times[i].date_end));
            assert_true(ent__date_days(times[i].date) <= ent__date_days(times[i].date_end));
        }
        ent_str span = ent__str_sub(words, times[i].begin, times[i].end);
        ent__buf_printf(out, "%s%.*s=%s", i ? "; " : "", ENT_FMT(span),
                        times[i].value.n ? times[i].value.p : "?");
    }
    if (count == 0) {
        ent__buf_z(out, "*");
    }
    ent__arena_free(arena);
}

static int run_file(ent_ctx *ctx, const char *path, int *cases)
{
    ent_buf bytes = {0};
    int wrong = 0;
    assert_int_equal(ent__file_read(ctx, path, 1 << 20, &bytes), ENT_OK);
    ent_str rest = ent__buf_slice(&bytes), line;
    for (int number = 1; ent__str_split(&rest, '\n', &line); number++) {
        ent_str date, words = {0};
        if (line.n == 0 || line.p[0] == '%' || line.p[0] == '#') {
            continue;
        }
        assert_true(ent__str_split(&line, '\t', &date) && ent__str_split(&line, '\t', &words));
        ent_buf found = {0};
        found_text(ctx, date, words, &found);
        (*cases)++;
        if (!ent__str_eq(ent__buf_slice(&found), line)) {
            wrong++;
            print_error("%s:%d: %.*s\n  expected %.*s\n  found    %s\n", path, number,
                        ENT_FMT(words), ENT_FMT(line), found.p);
        }
        ent__buf_free(&found);
    }
    ent__buf_free(&bytes);
    return wrong;
}

static void test_cases(void **state)
{
    (void)state;
    ent_ctx *ctx;
    int cases = 0, wrong = 0;
    const char *folder = ENT_SOURCE_DIR "/tests/cases/times";
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strstr(entry->d_name, ".cases")) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            wrong += run_file(ctx, path, &cases);
        }
    }
    closedir(dir);
    ent_ctx_free(ctx);
    print_message("%d cases, %d wrong\n", cases, wrong);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 200);
}

/* Whatever bytes stand around it, a date is found where it is and nothing is read past the end. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    const char *words = "On Feb. 24, 2022 at 7:30 p.m., the third anniversary of the 20\xE2\x80\x93"
                        "21 war, two and a half years ago, from 2014-2018.";
    for (size_t n = 0; n <= strlen(words); n++) {
        char *copy = malloc(n ? n : 1); /* exact size: a sanitizer sees every byte read past it */
        memcpy(copy, words, n);
        ent_buf found = {0};
        if (ent__utf8_valid((ent_str){copy, n}, NULL)) {
            found_text(ctx, ENT_LIT("2025-03-10"), (ent_str){copy, n}, &found);
        }
        ent__buf_free(&found);
        free(copy);
    }
    ent_ctx_free(ctx);
}

/* The closed words are searched by halving: each must be found, so they must be in order. */
static void test_closed_words(void **state)
{
    (void)state;
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    static const struct {
        const char *word;
        int kind, code;
    } samples[] = {
        {"January", ENT_LEX_MONTH, 1},   {"Sept", ENT_LEX_MONTH, 9},
        {"Thursday", ENT_LEX_WEEKDAY, 3}, {"seventeen", ENT_LEX_NUMBER_WORD, 0},
        {"third", ENT_LEX_ORDINAL, 0},   {"centuries", ENT_LEX_UNIT, 12},
        {"fall", ENT_LEX_SEASON, 2},     {"yesterday", ENT_LEX_KEY, ENT_KEY_yesterday},
        {"a", ENT_LEX_KEY, ENT_KEY_a},   {"dozens", ENT_LEX_SCALE, 0},
        {"house", ENT_LEX_WORD, 0},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        ent_arena *arena = ent__arena_new();
        const ent_lexeme *lexemes;
        size_t count;
        ent_str word = ent__str(samples[i].word);
        assert_int_equal(ent__lexemes(ctx, arena, word, 0, (uint32_t)word.n, &lexemes, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(lexemes[0].kind, samples[i].kind);
        if (samples[i].code) {
            assert_int_equal(lexemes[0].code, samples[i].code);
        }
        ent__arena_free(arena);
    }
    ent_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_closed_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
