/* Coding with PETRARCH dictionaries: the case files of tests/cases/petrarch (their format stands at
 * the top of petrarch1.cases), with our parse and, where one is given, with the given tree.
 * What fails must stand in known.todo, and what stands there must fail.  ENT_CASES=all prints. */
#include "test.h"

#include "../../src/read/read.h"

#define CASE_DIR ENT_SOURCE_DIR "/tests/cases/petrarch/"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_dictionaries *set;
    ent_date date;
    ent_buf known;
    size_t cases, passed, unexpected, gained;
} runner;

typedef struct {
    ent_str sentence, tree, expected[12];
    size_t count;
    bool nothing;
} test_case;

static void describe(const ent_doc *doc, const ent_event *e, ent_buf *out)
{
    const ent_actor *a = &doc->mentions->actors[e->source->actor];
    const ent_actor *b = &doc->mentions->actors[e->target->actor];
    out->n = 0;
    ent__buf_printf(out, "%.*s -> %.*s %.*s", ENT_FMT(a->raw.n > 0 ? a->raw : a->code),
                    ENT_FMT(b->raw.n > 0 ? b->raw : b->code), ENT_FMT(e->cameo));
    if (e->certainty != ENT_ASSERTED) {
        ent__buf_printf(out, " %s", ent__certainty_name(e->certainty));
    }
}

static bool run_once(runner *r, const test_case *c, bool given, ent_buf *got)
{
    ent_doc *doc;
    ent_buf told = {0};
    bool used[12] = {false};
    assert_int_equal(ent__doc_new(r->ctx, &doc), ENT_OK);
    ent_block block = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)c->sentence.n};
    doc->text = (ent_text){.text = c->sentence, .blocks = &block, .block_count = 1,
                           .date = r->date, .parse = given ? c->tree : (ent_str){"", 0}};
    if (ent__doc_read_with(r->ctx, r->kit, r->set, doc) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(r->ctx));
    }
    bool good = doc->events->event_count == c->count;
    for (size_t i = 0; i < doc->events->event_count; i++) {
        describe(doc, &doc->events->events[i], &told);
        bool found = false;
        for (size_t k = 0; k < c->count && !found; k++) {
            found = !used[k] && ent__str_eq(c->expected[k], ent__buf_slice(&told));
            used[k] = used[k] || found;
        }
        good = good && found;
        ent__buf_printf(got, "%s; ", told.p);
    }
    ent__buf_free(&told);
    ent_doc_free(doc);
    return good;
}

/* "tree: SENTENCE" fails with its given tree, "SENTENCE" with our parse. */
static bool is_known(const runner *r, ent_str sentence, bool given)
{
    ent_str rest = ent__buf_slice(&r->known), line;
    while (ent__str_split(&rest, '\n', &line)) {
        bool tree = ent__str_starts(line, "tree: ");
        if (tree == given && ent__str_eq(ent__str_sub(line, tree ? 6 : 0, line.n), sentence)) {
            return true;
        }
    }
    return false;
}

static void run_case(runner *r, const test_case *c)
{
    if (c->sentence.n == 0 || (c->count == 0 && !c->nothing)) {
        return;
    }
    for (int given = 0; given < (c->tree.n > 0 ? 2 : 1); given++) {
        ent_buf got = {0};
        bool passed = run_once(r, c, given == 1, &got);
        bool known = is_known(r, c->sentence, given == 1);
        r->cases++;
        r->passed += passed;
        r->unexpected += !passed && !known;
        r->gained += passed && known;
        if (!passed && (!known || getenv("ENT_CASES") != NULL)) {
            printf("FAIL%s %.*s\n  got %s\n", given ? " (given tree)" : "", ENT_FMT(c->sentence),
                   got.p == NULL ? "-" : got.p);
        } else if (passed && known) {
            printf("GAINED (take it off known.todo) %.*s\n", ENT_FMT(c->sentence));
        }
        ent__buf_free(&got);
    }
}

/* The part of the file behind "@name", up to the next "@". */
static ent_str section(ent_str file, const char *name)
{
    char mark[32];
    int n = snprintf(mark, sizeof mark, "\n@%s\n", name);
    const char *at = memmem(file.p, file.n, mark, (size_t)n);
    if (at == NULL) {
        return (ent_str){"", 0};
    }
    size_t begin = (size_t)(at - file.p) + (size_t)n;
    const char *next = memmem(file.p + begin, file.n - begin, "\n@", 2);
    return ent__str_sub(file, begin, next == NULL ? file.n : (size_t)(next - file.p) + 1);
}

static void load(runner *r, ent_str file)
{
    assert_int_equal(ent__dictionaries_new(r->ctx, r->kit, 0, &r->set), ENT_OK);
    for (int kind = 0; kind < ENT_DICTIONARY_KINDS; kind++) {
        const char *name = ent__dictionary_kind_name((ent_dictionary_kind)kind);
        assert_int_equal(ent__dictionaries_add_bytes(r->ctx, r->set, (ent_dictionary_kind)kind,
                                                     section(file, name), name),
                         ENT_OK);
    }
    assert_int_equal(ent__dictionaries_ready(r->ctx, r->set), ENT_OK);
    size_t count;
    const ent_dictionary_problem *p = ent__dictionaries_problems(r->set, &count);
    for (size_t i = 0; i < count; i++) {
        fail_msg("%.*s:%u: %.*s", ENT_FMT(p[i].file), p[i].line, ENT_FMT(p[i].message));
    }
    const char *date = memmem(file.p, file.n, "\n@date ", 7);
    assert_non_null(date);
    assert_true(ent__date_parse((ent_str){date + 7, 10}, &r->date));
}

static void run_file(runner *r, const char *name)
{
    char path[512];
    ent_buf bytes = {0};
    snprintf(path, sizeof path, "%s%s.cases", CASE_DIR, name);
    if (ent__file_read(r->ctx, path, 1 << 20, &bytes) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(r->ctx));
    }
    load(r, ent__buf_slice(&bytes));
    ent_str rest = section(ent__buf_slice(&bytes), "cases"), line;
    test_case c = {0};
    while (ent__str_split(&rest, '\n', &line)) {
        if (line.n == 0) {
            run_case(r, &c);
            c = (test_case){0};
        } else if (line.p[0] == '%') {
            continue;
        } else if (c.sentence.n == 0) {
            c.sentence = line;
        } else if (line.p[0] == '(') {
            c.tree = line;
        } else if (ent__str_eqz(line, "*")) {
            c.nothing = true;
        } else {
            assert_true(c.count < 12);
            c.expected[c.count++] = line;
        }
    }
    run_case(r, &c);
    ent__dictionaries_free(r->set);
    ent__buf_free(&bytes);
}

static void cases(void **state)
{
    static const char *const files[] = {"petrarch1", "petrarch2"};
    runner r = {0};
    (void)state;
    assert_int_equal(ent_ctx_new(&r.ctx), ENT_OK);
    assert_int_equal(ent_kit_open(r.ctx, NULL, &r.kit), ENT_OK);
    assert_int_equal(ent__file_read(r.ctx, CASE_DIR "known.todo", 1 << 20, &r.known), ENT_OK);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        run_file(&r, files[i]);
    }
    printf("%zu of %zu readings of cases pass\n", r.passed, r.cases);
    ent__buf_free(&r.known);
    ent_kit_free(r.kit);
    ent_ctx_free(r.ctx);
    assert_int_equal(r.unexpected, 0);
    assert_int_equal(r.gained, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
