/* parse: CoNLL-U in and out, trees drawn, accuracy on the private development treebank. */
#include "parse_kit.h"

static const char given[] =
    "# newdoc id = t\n# newpar\n# sent_id = t-1\n# text = We can't go.\n"
    "1\tWe\twe\tPRON\tPRP\tCase=Nom|Number=Plur|Person=1|PronType=Prs\t4\tnsubj\t_\t_\n"
    "2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "2\tca\tcan\tAUX\tMD\tVerbForm=Fin\t4\taux\t_\t_\n"
    "3\tn't\tnot\tPART\tRB\tPolarity=Neg\t4\tadvmod\t_\t_\n"
    "4\tgo\tgo\tVERB\tVB\tVerbForm=Inf\t0\troot\t_\tSpaceAfter=No\n"
    "5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_\n\n";

static ent_rc read_conllu(const char *bytes, bool keep, ent_text *text, ent_tree **tree)
{
    return ent__conllu_read(ctx, kit, arena, ent__str(bytes), "given.conllu", keep, text, tree);
}

static void test_round_trip(void **state)
{
    (void)state;
    ent_text text;
    ent_tree *tree = NULL;
    ent_buf out = {0};
    assert_int_equal(read_conllu(given, true, &text, &tree), ENT_OK);
    assert_true(ent__str_eqz(text.text, "We can't go."));
    assert_int_equal(tree->token_count, 5);
    assert_int_equal(tree->tokens[2].begin, 5);
    assert_int_equal(tree->tokens[2].end, 8);
    ent__conllu_write(&out, tree, ENT_LIT("t"));
    assert_string_equal(out.p, given);
    ent__buf_free(&out);
}

static void test_parse_anew(void **state)
{
    (void)state;
    ent_text text;
    ent_tree *tree = NULL;
    assert_int_equal(read_conllu("1\tTalks\t_\t_\t_\t_\t_\t_\t_\t_\n2\tfailed\t_\t_\t_\t_\t_\t_\t_\t_\n",
                                 false, &text, &tree), ENT_OK);
    assert_int_equal(tree->token_count, 2);
    assert_int_equal(tree->sentences[0].root, 1);
    assert_int_equal(tree->tokens[1].xpos, ENT_XPOS_VBD);
    assert_true(ent__str_eqz(tree->tokens[1].lemma, "fail"));
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *says;
    } bad[] = {
        {"1\tTalks\n", "given.conllu:1: expected ten columns"},
        {"1\ta\ta\tX\t_\t_\t2\tdep\t_\t_\n2\tb\tb\tX\t_\t_\t1\tdep\t_\t_\n", "one root, got 0"},
        {"1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n2\tb\tb\tX\t_\t_\t3\tdep\t_\t_\n3\tc\tc\tX\t_\t_\t2\tdep\t_\t_\n",
         "cycle"},
        {"1\ta\ta\tX\t_\t_\t7\tdep\t_\t_\n", "expected a head below 2, got 7"},
        {"1\ta\ta\tNAME\t_\t_\t0\troot\t_\t_\n", "universal part of speech, got \"NAME\""},
        {"2\ta\ta\tX\t_\t_\t0\troot\t_\t_\n", "next word's number, got \"2\""},
        {"1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n", "multiword token"},
    };
    ent_text text;
    ent_tree *tree;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_conllu(bad[i].bytes, true, &text, &tree), ENT_EINPUT);
        if (strstr(ent_ctx_error(ctx), bad[i].says) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", ent_ctx_error(ctx), bad[i].says);
        }
    }
}

static void test_drawing(void **state)
{
    (void)state;
    ent_text text;
    ent_tree *tree = NULL;
    ent_buf out = {0};
    assert_int_equal(read_conllu(given, true, &text, &tree), ENT_OK);
    ent__tree_draw_text(&out, tree, 0);
    assert_string_equal(out.p, "┌─────► nsubj  We   PRON  we\n"
                               "│ ┌───► aux    ca   AUX   can\n"
                               "│ │ ┌─► advmod n't  PART  not\n"
                               "└─┴─┼── root   go   VERB  go\n"
                               "    └─► punct  .    PUNCT .\n");
    out.n = 0;
    ent__tree_draw_svg(&out, tree, 0);
    assert_non_null(strstr(out.p, "<title>Dependency tree: We can&#39;t go.</title>"));
    assert_non_null(strstr(out.p, ">advmod</text>"));
    assert_non_null(strstr(out.p, "</svg>\n"));
    ent__buf_free(&out);
}

static bool same_universal(uint8_t a, uint8_t b)
{
    const char *x = ent__deprel_name(a), *y = ent__deprel_name(b);
    size_t n = strcspn(x, ":");
    return n == strcspn(y, ":") && memcmp(x, y, n) == 0;
}

/* Floors well below the shipped model's figures (docs/methods/parse.md): a broken build or model
 * falls through them, a retrained one does not. */
static void test_development_treebank(void **state)
{
    (void)state;
    const char *path = ENT_SHARED "data/treebanks/gum-dev.conllu.xz";
    skip_unless_shared(path);
    ent_buf bytes = {0};
    ent_lines *lines = NULL;
    ent_str line;
    assert_int_equal(ent__lines_open(ctx, path, 1 << 20, &lines), ENT_OK);
    while (ent__lines_next(ctx, lines, &line) > 0) {
        ent__buf_str(&bytes, line);
        ent__buf_char(&bytes, '\n');
    }
    ent__lines_close(lines);
    ent_text text;
    ent_tree *gold = NULL, *ours = NULL;
    assert_int_equal(read_conllu(bytes.p, true, &text, &gold), ENT_OK);
    assert_int_equal(read_conllu(bytes.p, false, &text, &ours), ENT_OK);
    assert_int_equal(gold->token_count, ours->token_count);
    size_t tags = 0, heads = 0, lemmas = 0;
    for (size_t i = 0; i < gold->token_count; i++) {
        const ent_token *g = &gold->tokens[i], *o = &ours->tokens[i];
        tags += g->upos == o->upos;
        lemmas += ent__str_eq(g->lemma, o->lemma);
        heads += g->head == o->head && same_universal(g->deprel, o->deprel);
    }
    double n = (double)gold->token_count / 100;
    assert_true((double)tags / n > 96);
    assert_true((double)lemmas / n > 97);
    assert_true((double)heads / n > 82);
    ent__buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_parse_anew),
        cmocka_unit_test(test_errors),     cmocka_unit_test(test_drawing),
        cmocka_unit_test(test_development_treebank),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
