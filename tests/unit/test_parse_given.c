/* A parse that came with the text: Penn trees and CoNLL-U rows.  All sentences are our own. */
#include "test.h"

#include "../../src/parse/parse.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent__kit_load(f->ctx, NULL, &f->kit), ENT_OK);
    assert_int_equal(ent__parse_prepare(f->ctx, f->kit), ENT_OK);
    f->arena = ent__arena_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    ent__arena_free(f->arena);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static ent_rc try_parse(fixture *f, const char *text, const char *parse, ent_tree **out)
{
    ent_text t = {.source = ENT_LIT("given.xml"), .line = 7, .text = ent__str(text),
                  .parse = ent__str(parse)};
    return ent__parse_given(f->ctx, f->kit, f->arena, &t, out);
}

/* "1 nsubj:pass": head (from 1, 0 the root) and relation of each token. */
static void expect(fixture *f, const char *text, const char *parse, const char *relations)
{
    ent_tree *tree;
    ent_buf got = {0};
    if (try_parse(f, text, parse, &tree) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
    for (size_t i = 0; i < tree->token_count; i++) {
        const ent_token *t = &tree->tokens[i];
        ent__buf_printf(&got, "%s%u %s", i > 0 ? ", " : "",
                        t->head == ENT_NO_TOKEN ? 0 : t->head + 1, ent__deprel_name(t->deprel));
        assert_true(t->begin < t->end && t->end <= strlen(text));
        assert_true(ent__str_eq(t->form, (ent_str){text + t->begin, t->end - t->begin}));
    }
    assert_string_equal(got.p, relations);
    ent__buf_free(&got);
}

static void clauses(void **state)
{
    expect(*state, "Arland visited Borduria on Monday.",
           "(ROOT (S (NP (NNP Arland)) (VP (VBD visited) (NP (NNP Borduria)) (PP (IN on) (NP (NNP "
           "Monday)))) (. .)))",
           "2 nsubj, 0 root, 2 obj, 5 case, 2 obl, 2 punct");
    expect(*state, "The army had been attacked by rebels.",
           "(S (NP (DT The) (NN army)) (VP (VBD had) (VP (VBN been) (VP (VBN attacked) (PP (IN by) "
           "(NP (NNS rebels)))))) (. .))",
           "2 det, 5 nsubj:pass, 5 aux, 5 aux:pass, 0 root, 7 case, 5 obl:agent, 5 punct");
    expect(*state, "He gave us aid and cut off ties.",
           "(S (NP (PRP He)) (VP (VP (VBD gave) (NP (PRP us)) (NP (NN aid))) (CC and) (VP (VBD cut) "
           "(PRT (RP off)) (NP (NNS ties)))) (. .))",
           "2 nsubj, 0 root, 2 iobj, 2 obj, 2 cc, 2 conj, 6 compound:prt, 6 obj, 2 punct");
    expect(*state, "They want to go.",
           "(S (NP (PRP They)) (VP (VBP want) (S (VP (TO to) (VP (VB go))))) (. .))",
           "2 nsubj, 0 root, 4 mark, 2 xcomp, 2 punct");
    expect(*state, "They said that he left because it rained.",
           "(S (NP (PRP They)) (VP (VBD said) (SBAR (IN that) (S (NP (PRP he)) (VP (VBD left) (SBAR "
           "(IN because) (S (NP (PRP it)) (VP (VBD rained)))))))) (. .))",
           "2 nsubj, 0 root, 5 mark, 5 nsubj, 2 ccomp, 8 mark, 8 nsubj, 5 advcl, 2 punct");
    expect(*state, "She is ready.",
           "(S (NP (PRP She)) (VP (VBZ is) (ADJP (JJ ready))) (. .))",
           "3 nsubj, 3 cop, 0 root, 3 punct");
}

static void noun_phrases(void **state)
{
    expect(*state, "Arland's old army left",
           "(S (NP (NP (NNP Arland) (POS 's)) (JJ old) (NN army)) (VP (VBD left)))",
           "4 nmod:poss, 1 case, 4 amod, 5 nsubj, 0 root");
    expect(*state, "Arland, Borduria and the north met",
           "(S (NP (NP (NNP Arland)) (, ,) (NP (NNP Borduria)) (CC and) (NP (DT the) (NN north))) "
           "(VP (VBD met)))",
           "7 nsubj, 1 punct, 1 conj, 1 cc, 6 det, 1 conj, 0 root");
    expect(*state, "the leader, Voss, of rebels who fled",
           "(NP (NP (DT the) (NN leader)) (, ,) (NP (NNP Voss)) (, ,) (PP (IN of) (NP (NP (NNS "
           "rebels)) (SBAR (WHNP (WP who)) (S (VP (VBD fled)))))))",
           "2 det, 0 root, 2 punct, 2 appos, 2 punct, 7 case, 2 nmod, 9 nsubj, 7 acl:relcl");
}

/* Brackets and quotation marks as treebanks write them, traces, words the text writes otherwise. */
static void spellings(void **state)
{
    expect(*state, "He \u201cleft\u201d (again).",
           "( (S (NP-SBJ-1 (PRP He)) (VP (`` ``) (VBD left) ('' '') (S (NP-SBJ (-NONE- *-1))) (-LRB- "
           "-LRB-) (ADVP (RB AGAIN)) (-RRB- -RRB-)) (. .)))",
           "3 nsubj, 3 punct, 0 root, 3 punct, 3 punct, 3 advmod, 3 punct, 3 punct");
    ent_tree *tree;
    assert_int_equal(try_parse(*state, "It rained. We left.",
                               "(ROOT (S (NP (PRP It)) (VP (VBD rained)) (. .)))\n"
                               "(ROOT (S (NP (PRP We)) (VP (VBD left)) (. .)))", &tree),
                     ENT_OK);
    assert_int_equal(tree->sentence_count, 2);
    assert_int_equal(tree->sentences[1].begin, 11);
    assert_int_equal(tree->tokens[4].head, ENT_NO_TOKEN);
    assert_int_equal(tree->sentences[1].root, 4);
    assert_string_equal(ent__upos_name(tree->tokens[0].upos), "PRON");
    assert_true(ent__str_eqz(tree->tokens[1].lemma, "rain"));
}

/* Eight columns, names of version 1 ("nmod" of a verb is "obl" now). */
static void conllu_rows(void **state)
{
    expect(*state, "Arland was attacked in May.",
           "1\tArland\tArland\tPROPN\tNNP\t_\t3\tnsubjpass\n2\twas\tbe\tAUX\tVBD\t_\t3\tauxpass\n"
           "3\tattacked\tattack\tVERB\tVBN\t_\t0\troot\n4\tin\tin\tADP\tIN\t_\t5\tcase\n"
           "5\tMay\tMay\tPROPN\tNNP\t_\t3\tnmod\n6\t.\t.\tPUNCT\t.\t_\t3\tpunct\n",
           "3 nsubj:pass, 3 aux:pass, 0 root, 5 case, 3 obl, 3 punct");
    expect(*state, "Arland attacked Borduria",
           "  1\tArland\tArland\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n"
           "  2\tattacked\tattack\tVERB\tVBD\t_\t0\troot\t_\t_\n"
           "  3\tBorduria\tBorduria\tPROPN\tNNP\t_\t2\tobj\t_\t_\n",
           "2 nsubj, 0 root, 2 obj");
}

static void faults_are_told(void **state)
{
    static const struct { const char *parse, *words; } faults[] = {
        {"(S (NP (NNP Arland)) (VP (VBD left))", "never closed"},
        {"(S (NP Arland (NNP Arland)) (VP (VBD left)))", "beside brackets"},
        {"(S (NP (NNP Borduria)) (VP (VBD won)))", "does not fit"},
        {"(S (NP) (VP))", "no word"},
        {"(S (NP (NNP Arland)) (VP (VBD left))) stray", "opening bracket"},
        {"1\tArland\tArland\tPROPN\tNNP\t_\t9\tnsubj\n", "head"},
        {"Arland left", "number"}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        ent_tree *tree;
        assert_int_equal(try_parse(f, "Arland left", faults[i].parse, &tree), ENT_EINPUT);
        if (strstr(ent_ctx_error(f->ctx), faults[i].words) == NULL) {
            fail_msg("\"%s\": expected \"%s\"", ent_ctx_error(f->ctx), faults[i].words);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses),     cmocka_unit_test(noun_phrases),
        cmocka_unit_test(spellings),   cmocka_unit_test(conllu_rows),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
