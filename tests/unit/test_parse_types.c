/* The table of word types: what it gives must not depend on what it has seen before. */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "../../src/parse/model.h"

static ent_kit *kit;

static int open_kit(void **state)
{
    (void)state;
    ent_ctx *ctx = NULL;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    assert_int_equal(ent_kit_open(ctx, NULL, &kit), ENT_OK);
    ent_ctx_free(ctx);
    return 0;
}

static int close_kit(void **state)
{
    (void)state;
    ent_kit_free(kit);
    return 0;
}

/* Words that no list holds: rows differ by their affixes. */
static void words_make(ent_rng *rng, ent_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char form[12];
        size_t n = 3 + ent__rng_below(rng, 8);
        for (size_t k = 0; k < n; k++) {
            form[k] = (char)('a' + ent__rng_below(rng, 26));
        }
        ent__word_of((ent_str){form, n}, &words[i]);
    }
}

static void assert_rows_equal(const ent__types *a, uint32_t i, const ent__types *b, uint32_t j,
                              size_t width)
{
    assert_memory_equal(ent__types_values(a, i), ent__types_values(b, j), width * sizeof(float));
    assert_memory_equal(ent__types_sums(a, i, 0), ent__types_sums(b, j, 0),
                        3 * width * sizeof(int16_t));
}

/* Enough long sentences of new words to fill every set, push entries out, and find sets full of
 * the same sentence's words. */
static void test_state_never_shows(void **state)
{
    (void)state;
    const ent__model *m = ent__model_of(kit);
    ent_ctx *worn = NULL, *fresh = NULL;
    ent_rng rng;
    ent__rng_seed(&rng, 5);
    ent_word *words = calloc(ENT_SENTENCE_LIMIT, sizeof *words);
    uint32_t rows[ENT_SENTENCE_LIMIT], one;
    bool beside = false;
    assert_non_null(words);
    assert_int_equal(ent_ctx_new(&worn), ENT_OK);
    assert_int_equal(ent_ctx_new(&fresh), ENT_OK);
    ent__types *a = ent__types_of(worn, m), *b = ent__types_of(fresh, m);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_equal(ent__types_of(worn, m), a);
    for (int sentence = 0; sentence < 150; sentence++) {
        words_make(&rng, words, ENT_SENTENCE_LIMIT);
        ent__types_find(a, m, words, ENT_SENTENCE_LIMIT, rows);
        for (size_t i = 0; i < ENT_SENTENCE_LIMIT; i++) {
            beside = beside || rows[i] >= ent__types_padding(a) - ENT_SENTENCE_LIMIT;
            if (sentence % 25 == 0 || rows[i] >= ent__types_padding(a) - ENT_SENTENCE_LIMIT) {
                ent__types_find(b, m, &words[i], 1, &one);
                assert_rows_equal(a, rows[i], b, one, m->head.width);
            }
        }
    }
    assert_true(beside); /* the case of a full set was met */
    free(words);
    ent_ctx_free(worn);
    ent_ctx_free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_never_shows),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
