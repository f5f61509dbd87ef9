/* The event tables: they load, name only known things, and compose as the field does. */
#include "test.h"

#include "../../src/events/lexicon.h"
#include "../../src/read/read.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    const ent__event_lexicon *lexicon;
} tables;

static int open_tables(void **state)
{
    tables *t = calloc(1, sizeof *t);
    assert_int_equal(ent_ctx_new(&t->ctx), ENT_OK);
    if (ent_kit_open(t->ctx, NULL, &t->kit) != ENT_OK) {
        print_error("%s\n", ent_ctx_error(t->ctx));
        return 1;
    }
    if (ent__event_lexicon_of(t->kit) == NULL && ent__events_prepare(t->ctx, t->kit) != ENT_OK) {
        print_error("%s\n", ent_ctx_error(t->ctx));
        return 1;
    }
    t->lexicon = ent__event_lexicon_of(t->kit);
    *state = t;
    return 0;
}

static int close_tables(void **state)
{
    tables *t = *state;
    ent_kit_free(t->kit);
    ent_ctx_free(t->ctx);
    free(t);
    return 0;
}

static void every_code_has_its_values(void **state)
{
    const tables *t = *state;
    assert_int_equal(t->lexicon->code_count, 317);
    for (size_t i = 0; i < t->lexicon->code_count; i++) {
        const ent__code *c = &t->lexicon->codes[i];
        assert_true(c->label.n > 0);
        bool spoken = ent__str_starts(c->code, "01"); /* statements alone are no events */
        assert_true(spoken == (c->plover == ENT_PLOVER_NONE));
    }
}

static void assert_composes(const ent__event_lexicon *l, const char *operator, const char * inner,
                            const char *expected)
{
    uint16_t below = inner == NULL ? ENT_NO_CODE : ent__event_lexicon_code(l, ent__str(inner));
    uint16_t code = ent__event_lexicon_apply(l, ent__event_lexicon_operator(l, operator), below);
    if (expected == NULL) {
        assert_int_equal(code, ENT_NO_CODE);
        return;
    }
    assert_int_not_equal(code, ENT_NO_CODE);
    ent_str text = l->codes[code].code;
    if (!ent__str_eqz(text, expected)) {
        fail_msg("%s(%s) is %.*s, expected %s", operator, inner == NULL ? "*" : inner,
                 ENT_FMT(text), expected);
    }
}

static void operators_compose(void **state)
{
    const ent__event_lexicon *l = ((const tables *)*state)->lexicon;
    assert_composes(l, "lift", "163", "085");
    assert_composes(l, "promise", "085", "0354");
    assert_composes(l, "refuse", "0354", "1244");
    assert_composes(l, "demand", "085", "1054");
    assert_composes(l, "threaten", "195", "1384");
    assert_composes(l, "refuse", "040", "125");
    assert_composes(l, "stop", "072", "1622");
    assert_composes(l, "stop", "190", "087");
    assert_composes(l, "accuse", NULL, "112");
    assert_composes(l, "want", "190", NULL);
    assert_composes(l, "future", "042", "036");
    assert_composes(l, "abstain", "111", "051");
}

static void words_are_folded(void **state)
{
    const ent__event_lexicon *l = ((const tables *)*state)->lexicon;
    assert_int_not_equal(ent__event_lexicon_word(l, ENT_LIT("Condemn")), 0);
    assert_int_equal(ent__event_lexicon_word(l, ENT_LIT("Condemn")),
                     ent__event_lexicon_word(l, ENT_LIT("condemn")));
    assert_int_equal(ent__event_lexicon_word(l, ENT_LIT("qwertz")), 0);
    assert_int_equal(ent__event_lexicon_word(l, ENT_LIT("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_values),
        cmocka_unit_test(operators_compose),
        cmocka_unit_test(words_are_folded),
    };
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
