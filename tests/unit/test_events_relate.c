/* A given pair: readings, the model, its reasons; the model's file format. */
#include "opened.h"

#include "../../src/events/relate.h"

static ent_relation relation_at(opened *o, const char *sentence, const char *at,
                                const char *source, const char *target, size_t *reason_count)
{
    static ent_reason reasons[8];
    ent_relation relation;
    ent_date date = {0};
    ent__date_parse(ent__str(at), &date);
    ent_arena *arena = ent__arena_new();
    *reason_count = 8;
    assert_int_equal(ent__events_relate_text(o->ctx, o->kit, arena, ent__str(sentence), date,
                                             ent__str(source), ent__str(target), &relation, reasons,
                                             reason_count),
                     ENT_OK);
    for (size_t i = 1; i < *reason_count; i++) {
        assert_true(reasons[i - 1].weight >= reasons[i].weight);
    }
    ent__arena_free(arena);
    return relation;
}

static ent_relation relation_of(opened *o, const char *sentence, const char *source,
                                const char *target, size_t *reason_count)
{
    return relation_at(o, sentence, "", source, target, reason_count);
}

static void plain_pairs_are_told(void **state)
{
    static const struct {
        const char *sentence, *source, *target;
        ent_plover type;
    } rows[] = {
        {"Iran condemned the Israeli strike.", "Iran", "Israeli", ENT_PLOVER_ACCUSE},
        {"The president of Peru met his counterpart from Chile.", "The president of Peru",
         "his counterpart from Chile", ENT_PLOVER_CONSULT},
        {"Hungary refused to extradite the banker to Poland.", "Hungary", "Poland",
         ENT_PLOVER_REJECT},
        {"Kenya released two Somali fishermen.", "Kenya", "two Somali fishermen",
         ENT_PLOVER_RETREAT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t reasons;
        ent_relation r =
            relation_of(*state, rows[i].sentence, rows[i].source, rows[i].target, &reasons);
        assert_string_equal(ent__plover_name(r.type), ent__plover_name(rows[i].type));
        assert_true(r.score > 0 && r.score <= 1);
        assert_true(reasons > 0);
        assert_true(r.rule.n > 0);
    }
}

static void sides_need_not_stand_in_the_text(void **state)
{
    static const struct {
        const char *sentence, *at, *source, *target;
        ent_plover type;
    } rows[] = {
        {"Tehran condemned the Israeli strike.", "", "IRN", "ISR", ENT_PLOVER_ACCUSE},
        {"Tehran condemned the strike by Israel.", "", "Iranian", "Israeli", ENT_PLOVER_ACCUSE},
        {"Paris expelled two Belarusian diplomats.", "", "France", "BLR", ENT_PLOVER_SANCTION},
        {"The German chancellor met the Greek prime minister.", "2014-05-01", "Angela Merkel",
         "GRC", ENT_PLOVER_CONSULT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t by_name, by_text;
        ent_relation r = relation_at(*state, rows[i].sentence, rows[i].at, rows[i].source,
                                     rows[i].target, &by_name);
        assert_string_equal(ent__plover_name(r.type), ent__plover_name(rows[i].type));
        ent_relation nobody = relation_of(*state, rows[i].sentence, "Peru", "CHL", &by_text);
        assert_true(nobody.score != r.score); /* the sides were found */
    }
}

static void no_sides_and_no_words_are_no_error(void **state)
{
    size_t reasons;
    relation_of(*state, "", "", "", &reasons);
    relation_of(*state, "...", "Peru", "Chile", &reasons);
    relation_of(*state, "Nothing here.", "Peru", "Chile", &reasons);
    ent_relation r = relation_of(*state, "The ministry declined to comment.", "", "", &reasons);
    assert_int_equal(r.type, ENT_PLOVER_NONE);
}

static void damaged_models_are_refused(void **state)
{
    opened *o = *state;
    static const char *const bad[] = {"",
                                      "parse 1 2\n",
                                      "events 1 x\n",
                                      "events 1 1\nw=a 0:1\n",
                                      "events 1 1\nw=a\t99:1\n",
                                      "events 1 1\nw=a\t0:1\nw=b\t0:1\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ent__event_model *model;
        assert_int_equal(
            ent__event_model_read(o->ctx, (const unsigned char *)bad[i], strlen(bad[i]), &model),
            ENT_EINPUT);
        assert_null(model);
    }
    const char *good = "events 1 1\nw=a\t0:250 16:-1000\n";
    ent__event_model *model;
    assert_int_equal(
        ent__event_model_read(o->ctx, (const unsigned char *)good, strlen(good), &model), ENT_OK);
    assert_true(ent__event_model_weights(model, ENT_LIT("w=a"))[0] == 0.25F);
    assert_null(ent__event_model_weights(model, ENT_LIT("w=b")));
    ent__event_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_pairs_are_told),
        cmocka_unit_test(sides_need_not_stand_in_the_text),
        cmocka_unit_test(no_sides_and_no_words_are_no_error),
        cmocka_unit_test(damaged_models_are_refused),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
