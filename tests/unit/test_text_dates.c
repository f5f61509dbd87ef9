/* Dates as pages, feeds and pasted texts write them. */
#include "../../src/text/dates.h"
#include "test.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
} opened;

static int open_kit(void **state)
{
    static opened o;
    *state = &o;
    return ent_ctx_new(&o.ctx) != ENT_OK || ent_kit_open(o.ctx, NULL, &o.kit) != ENT_OK;
}

static int close_kit(void **state)
{
    opened *o = *state;
    ent_kit_free(o->kit);
    ent_ctx_free(o->ctx);
    return 0;
}

static void expect(const opened *o, const char *text, const char *iso)
{
    ent_date date = {0};
    char got[16];
    ent__date_find(o->kit, ent__str(text), &date, NULL, NULL);
    ent__date_iso(date, got);
    if (strcmp(got, iso) != 0) {
        fail_msg("\"%s\": expected %s, got %s", text, iso, got);
    }
}

static void usual_spellings(void **state)
{
    const opened *o = *state;
    expect(o, "2024-05-02", "2024-05-02");
    expect(o, "2024-05-02T10:00:00+02:00", "2024-05-02");
    expect(o, "20240502", "2024-05-02");
    expect(o, "Thu, 02 May 2024 10:00:00 GMT", "2024-05-02");
    expect(o, "Thu, 02 May 24 10:00:00 GMT", "2024-05-02");
    expect(o, "May 2, 2024", "2024-05-02");
    expect(o, "Sept. 12th, 2024", "2024-09-12");
    expect(o, "May 2, 2024\xC2\xA0-\xC2\xA0" "11:00", "2024-05-02");
    expect(o, "Published: 2 May 2024 at 10:15", "2024-05-02");
    expect(o, "the 2nd of May 2024", "2024-05-02");
    expect(o, "2.5.2024", "2024-05-02");
    expect(o, "12/31/2024", "2024-12-31");
    expect(o, "31/12/2024", "2024-12-31");
}

static void other_languages(void **state)
{
    const opened *o = *state;
    expect(o, "2. März 2024", "2024-03-02");
    expect(o, "le 14 février 2024 à 10h", "2024-02-14");
    expect(o, "10 de marzo de 2024", "2024-03-10");
    expect(o, "10 de março de 2024", "2024-03-10");
    expect(o, "24 февраля 2022 года", "2022-02-24");
    expect(o, "24 лютого 2022", "2022-02-24");
    expect(o, "2018年8月16日", "2018-08-16");
    expect(o, "2018년 8월 16일", "2018-08-16");
    expect(o, "2018. 10. 3.", "2018-10-03");
}

static void no_dates(void **state)
{
    const opened *o = *state;
    expect(o, "", "");
    expect(o, "May we meet in 2024?", "");
    expect(o, "31 February 2024", "");
    expect(o, "Room 12, 5th floor", "");
    expect(o, "1.2.3.4", "");
    expect(o, "13/13/2024", "");
    expect(o, "99999999", "");
}

static void place_in_the_line(void **state)
{
    const opened *o = *state;
    ent_date date;
    size_t begin = 0, end = 0;
    assert_true(
        ent__date_find(o->kit, ENT_LIT("Updated May 2, 2024 - 10:00"), &date, &begin, &end));
    assert_int_equal(begin, 8);
    assert_int_equal(end, 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_spellings),
        cmocka_unit_test(other_languages),
        cmocka_unit_test(no_dates),
        cmocka_unit_test(place_in_the_line),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
