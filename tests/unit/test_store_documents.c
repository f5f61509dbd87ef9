/* Documents into the store and out again: new, same, read again, revised; search; a whole ent_doc. */
#include <math.h>
#include <sqlite3.h>

#include "../../src/store/store.h"
#include "test.h"

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    char folder[64], path[96];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/entente-store-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/t.db", f->folder);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent__store_open(f->ctx, f->path, ENT_STORE_WRITE, &f->store), ENT_OK);
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

static const ent_stored_actor red = {ENT_LIT("RED"), ENT_LIT("GOV"), ENT_LIT("Redland"), {"", 0}};
static const ent_stored_actor blue = {ENT_LIT("BLU"), {"", 0}, ENT_LIT("Blueland"), {"", 0}};
static const ent_stored_actor green = {ENT_LIT("GRN"), {"", 0}, ENT_LIT("Greenland"), {"", 0}};

static ent_stored_event event_of(const char *external, const char *date)
{
    ent_date d;
    assert_true(ent__date_parse(ent__str(date), &d));
    return (ent_stored_event){.dataset = ENT_LIT("entente"), .external = ent__str(external),
                              .doc = ENT_LIT("a"), .local = ENT_LIT("e1"), .date = ent__str(date),
                              .day = ent__date_days(d), .type = ENT_LIT("CONSULT"),
                              .cameo = ENT_LIT("041"), .quad = 1, .goldstein = 1.0, .score = NAN,
                              .source = &red, .source_count = 1, .target = &blue,
                              .target_count = 1, .certainty = ENT_LIT("asserted"), .mentions = 1,
                              .tone = NAN, .latitude = NAN, .longitude = NAN, .story = -1,
                              .sentence = 0, .begin = 0, .end = 9, .cue_begin = 3, .cue_end = 6};
}

static ent_stored_document document_of(const char *doc, const char *text, const char *kit)
{
    return (ent_stored_document){.doc = ent__str(doc), .title = ENT_LIT("Envoys meet"),
                                 .date = ENT_LIT("2020-05-02"), .text = ent__str(text),
                                 .program = ENT_LIT("t"), .kit = ent__str(kit)};
}

static ent_rc count_event(void *user, const ent_stored_event *event)
{
    (void)event;
    ++*(int *)user;
    return ENT_OK;
}

static int events_with(fixture *f, ent_store_filter filter)
{
    int n = 0;
    assert_int_equal(ent__store_events(f->ctx, f->store, &filter, count_event, &n), ENT_OK);
    return n;
}

static int64_t number(fixture *f, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return value;
}

static ent_put put(fixture *f, const ent_stored_document *d)
{
    ent_put what;
    assert_int_equal(ent__store_put_rows(f->ctx, f->store, d, &what), ENT_OK);
    return what;
}

static void same_document_is_not_doubled(void **state)
{
    fixture *f = *state;
    ent_stored_event event = event_of("a#e1", "2020-05-01");
    ent_stored_statement statement = {.local = ENT_LIT("s1"), .speaker = ENT_LIT("Ann Alder"),
                                      .code = ENT_LIT("REDGOV"), .content = ENT_LIT("We agreed."),
                                      .kind = ENT_LIT("direct"), .cue_begin = -1, .cue_end = -1,
                                      .speaker_begin = -1, .speaker_end = -1};
    ent_stored_quantity quantity = {.value = 5, .value_max = NAN, .unit = ENT_LIT("USD")};
    ent_stored_span sentence = {0, 9, {"", 0}};
    ent_stored_document d = document_of("a", "They met.", "k1");
    d.events = &event, d.event_count = 1;
    d.statements = &statement, d.statement_count = 1;
    d.quantities = &quantity, d.quantity_count = 1;
    d.sentences = &sentence, d.sentence_count = 1;
    assert_int_equal(put(f, &d), ENT_PUT_NEW);
    assert_int_equal(put(f, &d), ENT_PUT_SAME);
    d.kit = ENT_LIT("k2");
    assert_int_equal(put(f, &d), ENT_PUT_REREAD);
    d.text = ENT_LIT("They met again.");
    assert_int_equal(put(f, &d), ENT_PUT_REVISED);
    assert_int_equal(events_with(f, (ent_store_filter){0}), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM statement"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM quantity"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM span"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM dyad"), 1);
    assert_int_equal(number(f, "SELECT sum(records) FROM coverage"), 1);
    assert_int_equal(number(f, "SELECT revision FROM document"), 2);
    assert_int_equal(number(f, "SELECT count(*) FROM document_history WHERE text = 'They met.'"), 1);
}

static void undated_events_count_on_the_day_they_were_told(void **state)
{
    fixture *f = *state;
    ent_stored_event event = event_of("a#e1", "2020-05-01");
    event.date = (ent_str){"", 0};
    event.day = ENT_NO_DAY;
    ent_stored_document d = document_of("a", "They met.", "k1");
    d.events = &event, d.event_count = 1;
    put(f, &d);
    assert_int_equal(number(f, "SELECT count(*) FROM event WHERE date IS NULL AND day = 18384"), 1);
    assert_int_equal(number(f, "SELECT precision FROM dyad WHERE day = 18384"), 0);
    d.text = ENT_LIT("They did not meet.");
    d.event_count = 0;
    put(f, &d);
    assert_int_equal(number(f, "SELECT (SELECT count(*) FROM dyad) + (SELECT sum(records) FROM coverage)"), 0);
}

static void replaced_within_one_transaction(void **state)
{
    fixture *f = *state;
    ent_stored_event event = event_of("a#e1", "2020-05-01");
    event.symmetric = true;
    ent_stored_document d = document_of("a", "They met.", "k1");
    d.events = &event, d.event_count = 1;
    assert_int_equal(ent__store_begin(f->ctx, f->store), ENT_OK);
    put(f, &d);
    d.text = ENT_LIT("They did not meet.");
    d.event_count = 0;
    assert_int_equal(put(f, &d), ENT_PUT_REVISED);
    assert_int_equal(ent__store_commit(f->ctx, f->store), ENT_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM dyad"), 0);
    assert_int_equal(number(f, "SELECT sum(records) FROM coverage"), 0);
}

static void rolled_back_actors_are_forgotten(void **state)
{
    fixture *f = *state;
    ent_stored_event event = event_of("1", "2020-05-01");
    assert_int_equal(ent__store_begin(f->ctx, f->store), ENT_OK);
    assert_int_equal(ent__store_put_event(f->ctx, f->store, &event, NULL), ENT_OK);
    ent__store_rollback(f->store);
    assert_int_equal(number(f, "SELECT count(*) FROM actor"), 0);
    assert_int_equal(ent__store_put_event(f->ctx, f->store, &event, NULL), ENT_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM actor"), 2);
    assert_int_equal(number(f, "SELECT count(*) FROM event_named WHERE source_code = 'RED'"), 1);
}

static ent_rc check_sides(void *user, const ent_stored_event *event)
{
    (void)user;
    assert_int_equal(event->source_count, 2);
    assert_true(ent__str_eqz(event->source[1].code, "GRN"));
    assert_int_equal(event->target_count, 1);
    assert_true(ent__str_eqz(event->external, "7"));
    assert_true(isnan(event->score));
    return ENT_OK;
}

static void events_are_found_by_sides_type_and_days(void **state)
{
    fixture *f = *state;
    ent_stored_actor both[] = {red, green};
    ent_stored_event event = event_of("7", "2020-05-01");
    event.source = both;
    event.source_count = 2;
    assert_int_equal(ent__store_put_event(f->ctx, f->store, &event, NULL), ENT_OK);
    bool is_new = true;
    assert_int_equal(ent__store_put_event(f->ctx, f->store, &event, &is_new), ENT_OK);
    assert_false(is_new);
    assert_int_equal(events_with(f, (ent_store_filter){.actor = "RED", .target = "BLU"}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.actor = "GRN", .target = "BLU"}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.actor = "BLU", .target = "GRN"}), 0);
    assert_int_equal(events_with(f, (ent_store_filter){.actor = "BLU", .target = "GRN",
                                                       .either_way = true}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.target = "BLU"}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.type = "consult"}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.type = "04"}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.type = "1"}), 0);
    assert_int_equal(events_with(f, (ent_store_filter){.until = {2020, 5, 0}}), 1);
    assert_int_equal(events_with(f, (ent_store_filter){.since = {2020, 5, 2}}), 0);
    assert_int_equal(events_with(f, (ent_store_filter){.dataset = "gdelt"}), 0);
    assert_int_equal(ent__store_events(f->ctx, f->store, &(ent_store_filter){0}, check_sides, NULL),
                     ENT_OK);
}

static ent_rc keep_hit(void *user, const ent_search_hit *hit)
{
    char *kinds = user;
    snprintf(kinds + strlen(kinds), 16, "%c", hit->kind.p[0]);
    assert_non_null(memchr(hit->snippet.p, 2, hit->snippet.n));
    return ENT_OK;
}

static void search_finds_documents_and_statements(void **state)
{
    fixture *f = *state;
    ent_stored_statement statement = {.local = ENT_LIT("s1"), .speaker = ENT_LIT("Ann Alder"),
                                      .content = ENT_LIT("The pipeline stays closed."),
                                      .kind = ENT_LIT("direct")};
    ent_stored_document d = document_of("a", "The pipelines were closed on Monday.", "k");
    d.statements = &statement, d.statement_count = 1;
    put(f, &d);
    char kinds[256] = "";
    assert_int_equal(ent__store_search(f->ctx, f->store, "pipeline", 10, keep_hit, kinds), ENT_OK);
    assert_int_equal(strlen(kinds), 2);
    d.text = ENT_LIT("Nothing happened.");
    d.statement_count = 0;
    put(f, &d);
    kinds[0] = '\0';
    assert_int_equal(ent__store_search(f->ctx, f->store, "pipeline", 10, keep_hit, kinds), ENT_OK);
    assert_string_equal(kinds, "");
    assert_int_equal(ent__store_search(f->ctx, f->store, "\"half", 10, keep_hit, kinds),
                     ENT_EUSAGE);
}

static void whole_reading_is_kept(void **state)
{
    fixture *f = *state;
    ent_kit *kit;
    if (ent_kit_open(f->ctx, NULL, &kit) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f->ctx));
    }
    static const char text[] = "The \xc3\xa9lite met. They said so.";
    ent_token tokens[2] = {{.begin = 4, .end = 10}, {.begin = 11, .end = 14}};
    ent_sentence sentences[2] = {{.begin = 0, .end = 15, .token_count = 2}, {.begin = 16, .end = 29}};
    ent_tree tree = {.text = ENT_LIT(text), .tokens = tokens, .token_count = 2,
                     .sentences = sentences, .sentence_count = 2};
    uint32_t members[] = {1, 2};
    ent_actor actors[] = {{.plural = true, .members = members, .member_count = 2},
                          {.code = ENT_LIT("RED")}, {.code = ENT_LIT("BLU")}};
    ent_mentions mentions = {.actors = actors, .actor_count = 3};
    ent_side side = {.actor = 0};
    ent_event event = {.type = ENT_PLOVER_CONSULT, .quad = 1, .source = &side, .source_count = 1,
                       .symmetric = true, .date = {2020, 5, 1}, .goldstein = NAN, .score = 2.5,
                       .date_value = ENT_LIT("2020-05-01"), .cue = {1, 1}, .sentence = 0};
    ent_events events = {&event, 1};
    ent_span content = {21, 28};
    ent_statement statement = {.kind = ENT_STATEMENT_INDIRECT, .content = &content,
                               .content_count = 1, .has_cue = true, .cue = {21, 25}};
    ent_statements statements = {.statements = &statement, .statement_count = 1};
    ent_arena *arena = ent__arena_new();
    ent_doc doc = {.arena = arena, .tree = &tree, .mentions = &mentions, .events = &events,
                   .statements = &statements,
                   .text = {.id = ENT_LIT("b"), .text = ENT_LIT(text), .date = {2020, 5, 2}}};
    assert_true(ent__cpindex_build(arena, doc.text.text, &doc.codepoints));
    ent_put what;
    assert_int_equal(ent__store_put_document(f->ctx, f->store, kit, &doc, &what), ENT_OK);
    assert_int_equal(what, ENT_PUT_NEW);
    /* Offsets are code points: the e with an accent is two bytes and one of them. */
    assert_int_equal(number(f, "SELECT cue_begin FROM event WHERE external = 'b#e1'"), 10);
    assert_int_equal(number(f, "SELECT count(*) FROM dyad WHERE source <> target"
                               " AND target <> ''"), 2);
    assert_int_equal(number(f, "SELECT count(*) FROM statement WHERE spans = '[[20,27]]'"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM span WHERE kind = 'sentence'"), 2);
    ent__arena_free(arena);
    ent_kit_free(kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_document_is_not_doubled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(undated_events_count_on_the_day_they_were_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(replaced_within_one_transaction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rolled_back_actors_are_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_are_found_by_sides_type_and_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(search_finds_documents_and_statements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_reading_is_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
