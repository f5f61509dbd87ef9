/* parse: from text to trees on sentences of our own; the program's output for any threads. */
#include "parse_kit.h"

#include "../../src/parse/model.h"

static const ent_tree *parsed(const char *words)
{
    ent_text text = {.text = ent__arena_str(arena, ent__str(words))};
    ent_tree *tree = NULL;
    assert_int_equal(ent__parse(ctx, kit, arena, &text, &tree), ENT_OK);
    return tree;
}

static void assert_forms(const ent_tree *tree, const char *expected)
{
    ent_buf out = {0};
    for (size_t i = 0; i < tree->token_count; i++) {
        if (i > 0) {
            ent__buf_z(&out, tree->tokens[i].flags & ENT_TOKEN_SENTENCE_START ? " / " : " ");
        }
        ent__buf_str(&out, tree->tokens[i].form);
    }
    assert_string_equal(out.p, expected);
    ent__buf_free(&out);
}

static void test_tokens(void **state)
{
    (void)state;
    assert_forms(parsed("The U.S. envoy didn't meet Mr. Smith. He left at 3.30 p.m. on Friday."),
                 "The U.S. envoy did n't meet Mr. Smith . / He left at 3.30 p.m. on Friday .");
    assert_forms(parsed("Prices rose 3.5% to $1,200.50, the ministry's data show."),
                 "Prices rose 3.5 % to $ 1,200.50 , the ministry 's data show .");
    assert_forms(parsed("They cannot agree; we won't wait."),
                 "They can not agree ; we wo n't wait .");
    assert_forms(parsed("\xe2\x80\x9cNo deal,\xe2\x80\x9d she said. \xe2\x80\x9cWe can\xe2\x80\x99t.\xe2\x80\x9d"),
                 "\xe2\x80\x9c No deal , \xe2\x80\x9d she said . / \xe2\x80\x9c We ca n\xe2\x80\x99t . \xe2\x80\x9d");
    assert_forms(parsed("Talks fail in Geneva\n\nThe two sides met on Monday."),
                 "Talks fail in Geneva / The two sides met on Monday .");
    assert_forms(parsed("See http://example.org/a?b=c or write to desk@example.org today."),
                 "See http://example.org/a?b=c or write to desk@example.org today .");
}

static void test_offsets_and_trees(void **state)
{
    (void)state;
    const ent_tree *tree = parsed("  Russia\xc2\xa0has \xe2\x80\x94 again \xe2\x80\x94 refused.\n\n\nChina didn\xe2\x80\x99t.  ");
    assert_int_equal(tree->sentence_count, 2);
    size_t listed = 0;
    for (uint32_t i = 0; i < tree->token_count; i++) {
        const ent_token *t = &tree->tokens[i];
        assert_memory_equal(t->form.p, tree->text.p + t->begin, t->end - t->begin);
        size_t n;
        const uint32_t *child = ent__children(tree, i, &n);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(tree->tokens[child[k]].head, i);
            assert_true(k == 0 || child[k] > child[k - 1]);
            assert_true(ent__is_ancestor(tree, i, child[k]));
            assert_false(ent__is_ancestor(tree, child[k], i));
        }
        listed += n;
    }
    assert_int_equal(listed, tree->token_count - tree->sentence_count);
}

static void test_tags_and_lemmas(void **state)
{
    (void)state;
    const ent_tree *tree = parsed("The ministers won't accept the sanctions.");
    static const char *const lemmas[] = {"the", "minister", "will", "not", "accept", "the",
                                         "sanction", "."};
    assert_int_equal(tree->token_count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_true(ent__str_eqz(tree->tokens[i].lemma, lemmas[i]));
    }
    uint32_t root = tree->sentences[0].root, subject = ent__child(tree, root, ENT_DEP_nsubj);
    assert_true(ent__str_eqz(tree->tokens[root].form, "accept"));
    assert_int_equal(tree->tokens[root].upos, ENT_UPOS_VERB);
    assert_true(subject != ENT_NO_TOKEN && ent__str_eqz(tree->tokens[subject].form, "ministers"));
    assert_true(ent__str_eqz(ent__feats_text(kit, tree->tokens[subject].feats), "Number=Plur"));
    assert_int_equal(tree->tokens[2].flags & ENT_TOKEN_MULTIWORD_FIRST, ENT_TOKEN_MULTIWORD_FIRST);
    uint32_t first, last;
    ent__subtree(tree, subject, &first, &last);
    assert_int_equal(first, 0);
    assert_int_equal(last, 1);
}

static void test_chrome_is_skipped(void **state)
{
    (void)state;
    static const ent_block blocks[] = {{ENT_BLOCK_TITLE, 0, 10}, {ENT_BLOCK_CHROME, 11, 16},
                                       {ENT_BLOCK_PARAGRAPH, 17, 27}};
    ent_text text = {.text = ENT_LIT("Talks fail\nShare\nThey left ."), .blocks = blocks,
                     .block_count = 3};
    ent_tree *tree = NULL;
    assert_int_equal(ent__parse(ctx, kit, arena, &text, &tree), ENT_OK);
    assert_int_equal(tree->sentence_count, 2);
    assert_int_equal(tree->sentences[0].block, 0);
    assert_int_equal(tree->sentences[1].block, 2);
    assert_forms(tree, "Talks fail / They left");
}

static void test_empty_and_long(void **state)
{
    (void)state;
    assert_int_equal(parsed("")->token_count, 0);
    assert_int_equal(parsed(" \n\n ")->sentence_count, 0);
    ent_buf words = {0};
    for (int i = 0; i < 3000; i++) {
        ent__buf_z(&words, "and ");
    }
    const ent_tree *tree = parsed(words.p);
    assert_int_equal(tree->token_count, 3000);
    for (size_t i = 0; i < tree->sentence_count; i++) {
        assert_true(tree->sentences[i].token_count <= ENT_SENTENCE_LIMIT);
    }
    ent__buf_free(&words);
}

/* Every kernel set gives the same bytes. */
static void test_kernels(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "sse", "avx2", "vnni"};
    ent__model *m = (ent__model *)(uintptr_t)ent__model_of(kit);
    const ent_kernels *best = m->kernels;
    ent_ctx *usual = ctx;
    ent_buf first = {0}, other = {0};
    for (size_t i = 0; i < 4; i++) {
        m->kernels = ent__kernels_named(names[i]);
        if (m->kernels == NULL) {
            printf("SKIP: %s does not run on this processor\n", names[i]);
            continue;
        }
        assert_int_equal(ent_ctx_new(&ctx), ENT_OK); /* it keeps rows that kernels computed */
        ent_buf *out = first.n == 0 ? &first : &other;
        out->n = 0;
        ent__conllu_write(out, parsed("The council, which met twice in New York, rejected the draft "
                                      "resolution on Friday because two members objected; a third "
                                      "abstained, diplomats said, without giving any reason."),
                          ENT_LIT("k"));
        if (out == &other) {
            assert_int_equal(first.n, other.n);
            assert_memory_equal(first.p, other.p, first.n);
        }
        ent_ctx_free(ctx);
    }
    ctx = usual;
    m->kernels = best;
    ent__buf_free(&first);
    ent__buf_free(&other);
}

static void read_program(const char *arguments, ent_buf *out)
{
    char command[1024], chunk[4096];
    snprintf(command, sizeof command, "%s %s", ENT_PROGRAM, arguments);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0) {
        ent__buf_add(out, chunk, got);
    }
    assert_int_equal(pclose(f), 0);
}

static void test_threads(void **state)
{
    (void)state;
    char folder[] = "/tmp/parse_test_XXXXXX", path[64], arguments[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/d.jsonl", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 70; i++) {
        fprintf(f, "{\"id\":\"d%d\",\"text\":\"Minister number %d met the press on Monday. It was "
                   "their %dth meeting, an aide said.\"}\n", i, i, i + 1);
    }
    fclose(f);
    ent_buf one = {0}, more = {0};
    snprintf(arguments, sizeof arguments, "parse %s", path);
    read_program(arguments, &one);
    for (int threads = 2; threads <= 8; threads *= 2) {
        more.n = 0;
        snprintf(arguments, sizeof arguments, "parse %s --threads %d", path, threads);
        read_program(arguments, &more);
        assert_int_equal(one.n, more.n);
        assert_memory_equal(one.p, more.p, one.n);
    }
    assert_non_null(strstr(one.p, "# newdoc id = d69\n"));
    unlink(path);
    rmdir(folder);
    ent__buf_free(&one);
    ent__buf_free(&more);
}

/* A damaged model is refused, not read past its end. */
static void test_damaged_model(void **state)
{
    (void)state;
    size_t n = 0;
    const unsigned char *bytes = ent__kit_model(kit, "models/parse", &n);
    ent__model *m = NULL;
    assert_int_equal(ent__model_open(ctx, bytes, 100, &m), ENT_EINPUT);
    assert_int_equal(ent__model_open(ctx, bytes, n / 2, &m), ENT_EINPUT);
    unsigned char *copy = malloc(n);
    assert_non_null(copy);
    for (size_t at = 8; at < sizeof(ent_model_header); at += 4) { /* each number of the header */
        memcpy(copy, bytes, n);
        memset(copy + at, 0xff, 4);
        if (ent__model_open(ctx, copy, n, &m) == ENT_OK) {
            ent__model_free(m); /* a number nobody depends on */
        }
    }
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),          cmocka_unit_test(test_offsets_and_trees),
        cmocka_unit_test(test_tags_and_lemmas), cmocka_unit_test(test_chrome_is_skipped),
        cmocka_unit_test(test_empty_and_long),  cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_threads),         cmocka_unit_test(test_damaged_model),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
