/* Pages of lists: whatever their length, put together they are the whole list in its order. */
#include <math.h>

#include "../../src/store/store.h"
#include "test.h"

enum { EVENTS = 23, SHARED = 12 };

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    char folder[64], path[96];
} fixture;

static const ent_stored_actor red = {ENT_LIT("RED"), ENT_LIT("GOV"), ENT_LIT("Redland"), {"", 0}};
static const ent_stored_actor blue = {ENT_LIT("BLU"), {"", 0}, ENT_LIT("Blueland"), {"", 0}};
static const ent_stored_actor green = {ENT_LIT("GRN"), {"", 0}, ENT_LIT("Greenland"), {"", 0}};
static const ent_stored_actor many[] = {{ENT_LIT("WHI"), {"", 0}, ENT_LIT("Whiteland"), {"", 0}},
                                        {ENT_LIT("BLK"), {"", 0}, ENT_LIT("Blackland"), {"", 0}},
                                        {ENT_LIT("TAN"), {"", 0}, ENT_LIT("Tanland"), {"", 0}}};

/* Events on 5 days and some without a date; red to blue, blue to red, symmetric, red to green; then
 * some of several to several: one event, many rows of the dyad table. */
static void put_events(fixture *f)
{
    for (int i = 0; i < EVENTS + SHARED; i++) {
        char id[16], date[16];
        snprintf(id, sizeof id, "x%d", i);
        snprintf(date, sizeof date, "2020-05-%02d", 1 + (i * 7) % 5);
        ent_date d;
        assert_true(ent__date_parse(ent__str(date), &d));
        bool undated = i % 6 == 5;
        ent_stored_event e = {
            .dataset = ENT_LIT("events"), .external = ent__str(id),
            .date = undated ? (ent_str){"", 0} : ent__str(date),
            .day = undated ? ENT_NO_DAY : ent__date_days(d),
            .type = i % 2 == 0 ? ENT_LIT("CONSULT") : ENT_LIT("ACCUSE"), .cameo = ENT_LIT("041"),
            .quad = 1, .goldstein = 1.0, .score = NAN, .source = i % 4 == 1 ? &blue : &red,
            .source_count = 1, .target = i % 4 == 1 ? &red : i % 4 == 3 ? &green : &blue,
            .target_count = 1, .symmetric = i % 4 == 2,
            .certainty = i % 5 == 0 ? ENT_LIT("alleged") : ENT_LIT("asserted"), .mentions = 1,
            .tone = NAN, .latitude = NAN, .longitude = NAN, .story = -1, .sentence = -1,
            .begin = -1, .end = -1, .cue_begin = -1, .cue_end = -1,
            .text = i % 3 == 0 ? ENT_LIT("Envoys discussed the pipeline.") : (ent_str){"", 0}};
        bool is_new;
        if (i >= EVENTS) {
            e.source = i % 3 == 0 ? &green : many;
            e.source_count = i % 3 == 0 ? 1 : 2;
            e.target = i % 3 == 0 ? many : &many[1];
            e.target_count = i % 3 == 0 ? 3 : 2;
            e.symmetric = i % 2 == 0;
            e.type = ENT_LIT("AID");
            e.certainty = ENT_LIT("future");
            e.text = (ent_str){"", 0};
        }
        assert_int_equal(ent__store_put_event(f->ctx, f->store, &e, &is_new), ENT_OK);
        assert_true(is_new);
    }
}

static void put_documents(fixture *f)
{
    for (int i = 0; i < 7; i++) {
        char id[16], date[16], words[64];
        snprintf(id, sizeof id, "d%d", i);
        snprintf(date, sizeof date, "2021-0%d-01", 1 + i % 3);
        date[i == 3 ? 0 : 15] = '\0'; /* one without a date */
        snprintf(words, sizeof words, "Text number %d on %s.", i, i % 2 ? "grain" : "fish");
        ent_stored_statement said[2] = {
            {.local = ENT_LIT("s1"), .speaker = ENT_LIT("Ann Alder"), .code = ENT_LIT("REDGOV"),
             .content = ENT_LIT("Grain is dear."), .kind = ENT_LIT("direct"), .cue_begin = -1,
             .cue_end = -1, .speaker_begin = -1, .speaker_end = -1},
            {.local = ENT_LIT("s2"), .speaker = ENT_LIT("Bo Birch"), .code = ENT_LIT("BLU"),
             .content = ENT_LIT("Fish is dear."), .kind = ENT_LIT("indirect"), .cue_begin = -1,
             .cue_end = -1, .speaker_begin = -1, .speaker_end = -1}};
        ent_stored_quantity counted[3] = {{.value = i, .value_max = NAN, .unit = ENT_LIT("USD")},
                                          {.value = 2, .value_max = NAN, .unit = ENT_LIT("t")},
                                          {.value = 3, .value_max = NAN, .unit = ENT_LIT("t")}};
        ent_stored_document d = {.doc = ent__str(id), .title = ENT_LIT("Notes"),
                                 .date = ent__str(date), .text = ent__str(words),
                                 .program = ENT_LIT("t"), .kit = ENT_LIT("k"),
                                 .statements = said, .statement_count = 2,
                                 .quantities = counted, .quantity_count = 3};
        assert_int_equal(ent__store_put_rows(f->ctx, f->store, &d, NULL), ENT_OK);
    }
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/entente-pages-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/t.db", f->folder);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent__store_open(f->ctx, f->path, ENT_STORE_WRITE, &f->store), ENT_OK);
    put_events(f);
    put_documents(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__store_close(f->store);
    ent_ctx_free(f->ctx);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

/* Names of rows in order, joined. */
typedef struct {
    char text[4000];
    size_t n, rows;
} names;

static void add_name(names *l, const char *format, ...)
{
    va_list a;
    va_start(a, format);
    l->n += (size_t)vsnprintf(l->text + l->n, sizeof l->text - l->n, format, a);
    va_end(a);
    l->rows++;
    assert_true(l->n < sizeof l->text);
}

static ent_rc event_name(void *user, const ent_stored_event *e)
{
    add_name(user, "%.*s ", ENT_FMT(e->external));
    return ENT_OK;
}

static ent_rc statement_name(void *user, const ent_stored_statement *s)
{
    add_name(user, "%.*s#%.*s ", ENT_FMT(s->doc), ENT_FMT(s->local));
    return ENT_OK;
}

static ent_rc document_name(void *user, const ent_stored_document *d)
{
    add_name(user, "%.*s ", ENT_FMT(d->doc));
    return ENT_OK;
}

static ent_rc quantity_name(void *user, const char *doc, const ent_stored_quantity *q)
{
    add_name(user, "%s:%g ", doc, q->value);
    return ENT_OK;
}

enum { LIST_EVENTS, LIST_STATEMENTS, LIST_DOCUMENTS, LIST_QUANTITIES };

static ent_rc list(fixture *f, int what, const ent_store_filter *filter, names *out)
{
    return what == LIST_EVENTS ? ent__store_events(f->ctx, f->store, filter, event_name, out)
           : what == LIST_STATEMENTS
               ? ent__store_statements(f->ctx, f->store, filter, statement_name, out)
           : what == LIST_DOCUMENTS
               ? ent__store_documents(f->ctx, f->store, filter, document_name, out)
               : ent__store_quantities(f->ctx, f->store, filter, quantity_name, out);
}

static void collect_pages(fixture *f, int what, ent_store_filter filter, int64_t limit,
                          bool newest_first, names *out, int64_t *out_total)
{
    char after[48] = "";
    for (int pages = 0; pages < 100; pages++) {
        ent_store_page page = {.after = after, .newest_first = newest_first};
        size_t before = out->rows;
        filter.page = &page;
        filter.limit = limit;
        assert_int_equal(list(f, what, &filter, out), ENT_OK);
        assert_true(out->rows - before <= (size_t)limit);
        *out_total = page.total;
        if (page.next[0] == '\0') {
            return;
        }
        assert_int_equal(out->rows - before, limit);
        strcpy(after, page.next);
    }
    fail_msg("pages do not end");
}

/* For each page length the pages make the whole list; newest first is the same set. */
static void check_pages(fixture *f, int what, ent_store_filter filter, size_t expected)
{
    names whole = {0};
    assert_int_equal(list(f, what, &filter, &whole), ENT_OK);
    assert_int_equal(whole.rows, expected);
    for (int64_t limit = 1; limit <= 24; limit = limit * 2 + 1) {
        names pages = {0}, newest = {0};
        int64_t total;
        collect_pages(f, what, filter, limit, false, &pages, &total);
        assert_string_equal(pages.text, whole.text);
        assert_int_equal(total, expected);
        collect_pages(f, what, filter, limit, true, &newest, &total);
        assert_int_equal(newest.rows, whole.rows);
        ent_str rest = ent__str(whole.text), name;
        while (rest.n > 0 && ent__str_split(&rest, ' ', &name)) {
            char one[64];
            snprintf(one, sizeof one, "%.*s ", ENT_FMT(name));
            assert_non_null(strstr(newest.text, one));
        }
    }
}

static void pages_of_events_are_the_list(void **state)
{
    fixture *f = *state;
    check_pages(f, LIST_EVENTS, (ent_store_filter){0}, EVENTS + SHARED);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.actor = "RED", .target = "BLU"}, 12);
    check_pages(f, LIST_EVENTS,
                (ent_store_filter){.actor = "RED", .target = "BLU", .either_way = true}, 18);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.actor = "GRN", .either_way = true}, 9);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.actor = "GRN"}, 4);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.actor = "BLK"}, 10);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.target = "BLK"}, 12);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.target = "TAN", .type = "aid"}, 12);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.actor = "WHI", .either_way = true}, 12);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.target = "GRN"}, 7);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.type = "accuse"}, 11);
    check_pages(f, LIST_EVENTS,
                (ent_store_filter){.actor = "RED", .target = "BLU", .either_way = true,
                                   .type = "CONSULT", .certainty = "asserted"}, 9);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.words = "pipelines"}, 8);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.certainty = "alleged"}, 5);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.dataset = "gdelt"}, 0);
    check_pages(f, LIST_EVENTS, (ent_store_filter){.since = {2020, 5, 2}, .until = {2020, 5, 3}},
                12);
}

static void pages_of_other_lists_are_the_list(void **state)
{
    fixture *f = *state;
    check_pages(f, LIST_STATEMENTS, (ent_store_filter){0}, 14);
    check_pages(f, LIST_STATEMENTS, (ent_store_filter){.speaker = "aLD"}, 7);
    check_pages(f, LIST_STATEMENTS, (ent_store_filter){.kind = "indirect", .actor = "BLU"}, 7);
    check_pages(f, LIST_STATEMENTS, (ent_store_filter){.words = "grain", .doc = "d2"}, 1);
    check_pages(f, LIST_DOCUMENTS, (ent_store_filter){0}, 7);
    check_pages(f, LIST_DOCUMENTS, (ent_store_filter){.words = "fish"}, 4);
    check_pages(f, LIST_DOCUMENTS, (ent_store_filter){.since = {2021, 2, 0}}, 4);
    check_pages(f, LIST_QUANTITIES, (ent_store_filter){0}, 21);
    check_pages(f, LIST_QUANTITIES, (ent_store_filter){.words = "usd"}, 7);
    check_pages(f, LIST_QUANTITIES, (ent_store_filter){.doc = "d3"}, 3);
}

static void newest_stand_first_and_undated_last(void **state)
{
    fixture *f = *state;
    names got = {0};
    int64_t total;
    collect_pages(f, LIST_DOCUMENTS, (ent_store_filter){0}, 2, true, &got, &total);
    assert_string_equal(got.text, "d5 d2 d4 d1 d6 d0 d3 ");
}

static void bad_cursors_and_queries_are_named(void **state)
{
    fixture *f = *state;
    static const char *const bad[] = {"x", "1", "1.", ".1", "1.x", "1.2.3", "99999999999999999999.1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        names got = {0};
        ent_store_page page = {.after = bad[i]};
        ent_store_filter filter = {.page = &page};
        assert_int_equal(list(f, LIST_EVENTS, &filter, &got), ENT_EUSAGE);
    }
    for (int what = LIST_EVENTS; what < LIST_QUANTITIES; what++) {
        names got = {0};
        ent_store_page page = {0};
        ent_store_filter filter = {.page = &page, .words = "\"open"};
        assert_int_equal(list(f, what, &filter, &got), ENT_EUSAGE);
        filter.page = NULL;
        assert_int_equal(list(f, what, &filter, &got), ENT_EUSAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_of_events_are_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_of_other_lists_are_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(newest_stand_first_and_undated_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_cursors_and_queries_are_named, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
