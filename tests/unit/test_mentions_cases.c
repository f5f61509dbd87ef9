/* Runs tests/cases/mentions: who is meant by which words.  The format stands in README.md there. */
#include "test.h"

#include <ctype.h>
#include <glob.h>

#include "../../src/mentions/mentions.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    ent_text text;
    ent_block block;
    ent_tree *tree;
    ent_mentions *mentions;
    size_t lines, failures;
} runner;

static void read_sentence(runner *r, ent_str text, ent_date date)
{
    ent__arena_reset(r->arena);
    text = ent__arena_str(r->arena, text);
    r->block = (ent_block){ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text.n};
    r->text = (ent_text){.text = text, .date = date, .blocks = &r->block, .block_count = 1};
    assert_int_equal(ent__parse(r->ctx, r->kit, r->arena, &r->text, &r->tree), ENT_OK);
    assert_int_equal(
        ent__mentions_find(r->ctx, r->kit, r->arena, &r->text, r->tree, &r->mentions), ENT_OK);
}

/* Bytes of the nth occurrence ("he#2") of the words as whole words; false: not in the text. */
static bool locate(const runner *r, ent_str words, size_t *begin, size_t *end)
{
    size_t wanted = 1;
    if (words.n > 2 && words.p[words.n - 2] == '#') {
        wanted = (size_t)(words.p[words.n - 1] - '0');
        words.n -= 2;
    }
    ent_str text = r->text.text;
    for (size_t at = 0; at + words.n <= text.n; at++) {
        bool left = at == 0 || !isalnum((unsigned char)text.p[at - 1]);
        bool right = at + words.n == text.n || !isalnum((unsigned char)text.p[at + words.n]);
        if (left && right && memcmp(text.p + at, words.p, words.n) == 0 && --wanted == 0) {
            *begin = at;
            *end = at + words.n;
            return true;
        }
    }
    return false;
}

/* The outermost mention with its head inside the words, else the smallest that holds them. */
static const ent_mention *mention_at(const runner *r, size_t begin, size_t end)
{
    const ent_mention *best = NULL, *holds = NULL;
    for (size_t m = 0; m < r->mentions->mention_count; m++) {
        const ent_mention *mention = &r->mentions->mentions[m];
        const ent_token *head = &r->tree->tokens[mention->head];
        if (head->begin < begin || head->end > end) {
            if (r->tree->tokens[mention->first].begin <= begin &&
                r->tree->tokens[mention->last].end >= end &&
                (holds == NULL || mention->last - mention->first < holds->last - holds->first)) {
                holds = mention;
            }
            continue;
        }
        if (best == NULL || mention->last - mention->first > best->last - best->first) {
            best = mention;
        }
    }
    return best != NULL ? best : holds;
}

/* "RUS/GOV", of a group the codes of its members joined by "+". */
static void describe(const runner *r, const ent_mention *mention, ent_buf *out)
{
    const ent_actor *a = &r->mentions->actors[mention->actor];
    if (a->member_count == 0) {
        ent__buf_printf(out, "%.*s%s%.*s", ENT_FMT(a->code), a->sector.n > 0 ? "/" : "",
                        ENT_FMT(a->sector));
    }
    for (size_t i = 0; i < a->member_count; i++) {
        ent__buf_printf(out, "%s%.*s", i == 0 ? "" : "+",
                        ENT_FMT(r->mentions->actors[a->members[i]].code));
    }
}

static const char *check_line(runner *r, char mark, ent_str line, ent_buf *got)
{
    ent_str words = {0}, code = {0}, name = {0};
    ent__str_split(&line, '|', &words);
    ent__str_split(&line, '|', &code);
    ent__str_split(&line, '|', &name);
    words = ent__str_trim(words);
    code = ent__str_trim(code);
    name = ent__str_trim(name);
    size_t begin, end;
    if (!locate(r, words, &begin, &end)) {
        return "the words are not in the sentence";
    }
    const ent_mention *mention = mention_at(r, begin, end);
    if (mention != NULL) {
        describe(r, mention, got);
    }
    if (mark == '*') {
        return got->n == 0 || got->p[0] == '/' ? NULL : "somebody is meant";
    }
    if (mention == NULL) {
        return "nobody is meant";
    }
    if (!ent__str_eq(ent__buf_slice(got), code)) {
        return "another code";
    }
    const ent_actor *a = &r->mentions->actors[mention->actor];
    if (name.n > 0 && !ent__str_eq(a->name, name) && !ent__str_eq(a->affiliation, name)) {
        ent__buf_printf(got, " \"%.*s\" (%.*s)", ENT_FMT(a->name), ENT_FMT(a->affiliation));
        return "another name";
    }
    return NULL;
}

static void run_file(runner *r, const char *path, bool expect_failure)
{
    ent_buf bytes = {0};
    assert_int_equal(ent__file_read(r->ctx, path, 1 << 20, &bytes), ENT_OK);
    ent_str rest = ent__buf_slice(&bytes), line;
    ent_date date = {0};
    for (long number = 1; ent__str_split(&rest, '\n', &line); number++) {
        char mark = line.n > 1 ? line.p[0] : '#';
        ent_str body = line.n > 1 ? ent__str_trim(ent__str_sub(line, 1, line.n)) : line;
        if (mark == '@') {
            date = (ent_date){0};
            assert_true(ent__str_eqz(body, "none") || ent__date_parse(body, &date));
        } else if (mark == '>') {
            read_sentence(r, body, date);
        } else if (mark == '=' || mark == '*') {
            ent_buf got = {0};
            const char *wrong = check_line(r, mark, body, &got);
            r->lines++;
            if ((wrong != NULL) != expect_failure) {
                printf("%s:%ld: %s: %.*s: %s\n", path, number, wrong ? wrong : "passes now",
                       ENT_FMT(body), got.p == NULL ? "" : got.p);
                r->failures++;
            }
            ent__buf_free(&got);
        }
    }
    ent__buf_free(&bytes);
}

static void run_all(const char *pattern, bool expect_failure)
{
    runner r = {0};
    glob_t found;
    assert_int_equal(ent_ctx_new(&r.ctx), ENT_OK);
    assert_int_equal(ent_kit_open(r.ctx, NULL, &r.kit), ENT_OK);
    r.arena = ent__arena_new();
    assert_non_null(r.arena);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            run_file(&r, found.gl_pathv[i], expect_failure);
        }
        globfree(&found);
    }
    printf("%zu case lines, %zu failed\n", r.lines, r.failures);
    ent__arena_free(r.arena);
    ent_kit_free(r.kit);
    ent_ctx_free(r.ctx);
    assert_int_equal(r.failures, 0);
}

static void cases_hold(void **state)
{
    (void)state;
    run_all(ENT_SOURCE_DIR "/tests/cases/mentions/*.cases", false);
}

static void known_failures_still_fail(void **state)
{
    (void)state;
    run_all(ENT_SOURCE_DIR "/tests/cases/mentions/*.todo", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_hold),
        cmocka_unit_test(known_failures_still_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
