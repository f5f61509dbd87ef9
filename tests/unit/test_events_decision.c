/* What is told in a text: sides left unsaid, what rules deny, repeats, the reasons of the decision.
 * The texts are our own; none is a finding about the states it names. */
#include "opened.h"

#include <math.h>

static ent_doc *read_text(const opened *o, const char *text)
{
    ent_doc *doc;
    assert_int_equal(ent_doc_read(o->ctx, o->kit, text, strlen(text), "own", &doc), ENT_OK);
    return doc;
}

/* The first event of the type; NULL: none. */
static const ent_event *event_of(const ent_doc *doc, ent_plover type)
{
    for (size_t i = 0; i < doc->events->event_count; i++) {
        if (doc->events->events[i].type == type) {
            return &doc->events->events[i];
        }
    }
    return NULL;
}

static ent_str code_of(const ent_doc *doc, const ent_side *side)
{
    return doc->mentions->actors[side->actor].code;
}

static const char *const quarrel = "France accused Mali of theft in May. Paris recalled its envoy.";

static void an_unsaid_side_is_filled_in(void **state)
{
    ent_doc *doc = read_text(*state, quarrel);
    const ent_event *e = event_of(doc, ENT_PLOVER_SANCTION);
    assert_non_null(e);
    assert_true(ent__str_eqz(code_of(doc, e->source), "FRA"));
    assert_true(ent__str_eqz(code_of(doc, e->target), "MLI"));
    assert_true(e->confidence > 0 && e->confidence < 1);
    ent_doc_free(doc);
}

static void what_is_denied_stays_denied(void **state)
{
    ent_doc *doc = read_text(*state, "China has never invaded Indonesia.");
    const ent_event *e = event_of(doc, ENT_PLOVER_ASSAULT);
    assert_true(e == NULL || e->certainty == ENT_NEGATED);
    ent_doc_free(doc);
}

static void reasons_are_told_heaviest_first(void **state)
{
    const opened *o = *state;
    ent_doc *doc = read_text(o, quarrel);
    const ent_event *e = event_of(doc, ENT_PLOVER_SANCTION);
    ent_reason reasons[5];
    size_t count = 5;
    assert_non_null(e);
    assert_int_equal(ent__events_reasons(o->ctx, o->kit, doc->arena, &doc->text, doc->tree,
                                         doc->mentions, e, reasons, &count),
                     ENT_OK);
    assert_int_equal(count, 5);
    for (size_t i = 1; i < count; i++) {
        assert_true(fabs(reasons[i].weight) <= fabs(reasons[i - 1].weight));
    }
    ent_doc_free(doc);
}

static void a_repeat_shows_sentence_and_date_of_one_mention(void **state)
{
    ent_doc *doc = read_text(*state, "Poland accused Belarus of piracy. "
                                     "Poland accused Belarus of piracy on 3 May 2021.");
    const ent_event *e = event_of(doc, ENT_PLOVER_ACCUSE);
    assert_non_null(e);
    assert_int_equal(e->mentions, 2);
    assert_true(ent__str_eqz(e->date_value, "2021-05-03"));
    assert_int_equal(e->sentence, 1);
    ent_doc_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unsaid_side_is_filled_in),
        cmocka_unit_test(what_is_denied_stays_denied),
        cmocka_unit_test(reasons_are_told_heaviest_first),
        cmocka_unit_test(a_repeat_shows_sentence_and_date_of_one_mention),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
