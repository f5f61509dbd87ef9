/* Votes of every layout, codes whose meaning depends on the date, agreement against hand counts and
 * (where the private data are) against reference tables. */
#include "test.h"

#include <math.h>

#include "../../src/align/align.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_votes *votes;
    char dir[64];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f->ctx, NULL, &f->kit), ENT_OK);
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &f->votes), ENT_OK);
    strcpy(f->dir, "/tmp/test_align_XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", f->dir);
    assert_int_equal(system(command), 0);
    ent__votes_free(f->votes);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static ent_rc read_text(fixture *f, const char *text)
{
    char path[96];
    snprintf(path, sizeof path, "%s/votes.csv", f->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return ent__votes_read(f->ctx, f->votes, path);
}

static void finish(fixture *f)
{
    assert_int_equal(ent__votes_finish(f->ctx, f->votes), ENT_OK);
}

static ent_vote vote_of(const fixture *f, size_t roll_call, int32_t ccode)
{
    int voter = ent__votes_voter(f->votes, ccode);
    assert_true(voter >= 0);
    return ent__votes_at(f->votes, roll_call, (size_t)voter);
}

static int32_t code(const fixture *f, const char *word, int year, int month, int day)
{
    ent_date date = {(int16_t)year, (int8_t)month, (int8_t)day};
    return ent__states_ccode(ent__votes_states(f->votes), ent__str(word), date);
}

/* ---- states -------------------------------------------------------------------------------- */

static void codes_depend_on_the_date(void **state)
{
    fixture *f = *state;
    assert_int_equal(code(f, "CHN", 1971, 10, 24), 713);
    assert_int_equal(code(f, "CHN", 1971, 10, 25), 710);
    assert_int_equal(code(f, "CHINA", 1950, 1, 1), 713);
    assert_int_equal(code(f, "DEU", 1980, 1, 1), 260);
    assert_int_equal(code(f, "DEU", 1990, 10, 3), 255);
    assert_int_equal(code(f, "YEM", 1985, 1, 1), 678);
    assert_int_equal(code(f, "Yemen", 1995, 1, 1), 679);
    assert_int_equal(code(f, "DEMOCRATIC YEMEN", 1985, 1, 1), 680);
    assert_int_equal(code(f, "NA", 2000, 1, 1), 565);
    assert_int_equal(code(f, "CS", 1980, 1, 1), 315);
    assert_int_equal(code(f, "CS", 2005, 1, 1), 345);
    assert_int_equal(code(f, "YU", 1980, 1, 1), 345);
    assert_int_equal(code(f, "SRB", 2010, 1, 1), 345);
    assert_int_equal(code(f, "AUS", 2000, 1, 1), 900); /* not COW's Austria */
}

static void names_of_the_lists_resolve(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *name;
        int32_t ccode;
    } names[] = {{"T\xC3\x9CRK\xC4\xB0YE", 640}, {"C\xC3\x94TE D'IVOIRE", 437},
                 {"C\xC3\xB4te d\xE2\x80\x99Ivoire", 437}, {"COTE D'IVOIRE", 437}, {"BURMA", 775},
                 {"SIAM", 800}, {"ZAIRE", 490}, {"UNITED ARAB REPUBLIC", 651}, {"USSR", 365},
                 {"RUSSIAN FEDERATION", 365}, {"United States of America", 2},
                 {"UNITED STATES", 2}, {"REPUBLIC OF KOREA", 732},
                 {"IRAN (ISLAMIC REPUBLIC OF)", 630}, {"BYELORUSSIAN SSR", 370},
                 {"Myanmar (Burma)", 775}, {"LIBYAN ARAB JAMAHIRIYA", 620}, {"365", 365}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (code(f, names[i].name, 1975, 1, 1) != names[i].ccode) {
            fail_msg("%s -> %d", names[i].name, (int)code(f, names[i].name, 1975, 1, 1));
        }
    }
    assert_int_equal(code(f, "Atlantis", 1975, 1, 1), 0);
    assert_int_equal(code(f, "", 1975, 1, 1), 0);
}

static void symbols_are_normalised(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"A/RES/60/260", "60/260"},       {"R/60/260", "60/260"},
        {"A/RES/2668(XXV)[A]", "25/2668A"}, {"R/25/2668A", "25/2668A"},
        {"A/RES/ES-11/7", "ES-11/7"},     {"S/RES/2774(2025)", "S/2774"},
        {"A/RES/35/130A-B", "35/130A-B"}, {"A/RES/61/128[B-IV]", "61/128B-IV"}};
    ent_arena *arena = ent__arena_new();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ent_str got = ent__symbol_normalise(arena, ent__str(pairs[i][0]));
        assert_string_equal(got.p, pairs[i][1]);
    }
    ent__arena_free(arena);
    assert_true(ent__symbol_matches(ENT_LIT("ES-11/7"), ENT_LIT("es-11/*")));
    assert_false(ent__symbol_matches(ENT_LIT("ES-10/7"), ENT_LIT("ES-11/*")));
}

/* ---- layouts ------------------------------------------------------------------------------- */

static void voeten_layout(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        read_text(f, "\xEF\xBB\xBFrcid,ccode,member,vote,date,session,unres,amend,para,hr,short\n"
                     "3.0,2,1,1,1/2/1946,1,R/1/66,1,0,1,\"RULES, OF\"\n"
                     "3.0,20,1,3,1/2/1946,1,R/1/66,1,0,1,\"RULES, OF\"\n"
                     "3.0,40,1,8,1/2/1946,1,R/1/66,1,0,1,\"RULES, OF\"\n"
                     "3.0,710,0,9,1/2/1946,1,R/1/66,1,0,1,\"RULES, OF\"\n"),
        ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 1);
    const ent_roll_call *q = f->votes->roll_calls;
    assert_int_equal(q->id, 3);
    assert_int_equal(q->session, 1);
    assert_int_equal(q->date.month, 1);
    assert_int_equal(q->amendment, 1);
    assert_int_equal(q->paragraph, 0);
    assert_int_equal(q->important, -1);
    assert_int_equal(q->issues, ENT_ISSUE_HUMAN_RIGHTS);
    assert_string_equal(q->title.p, "RULES, OF");
    assert_int_equal(vote_of(f, 0, 2), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, 0, 20), ENT_VOTE_NO);
    assert_int_equal(vote_of(f, 0, 40), ENT_VOTE_ABSENT);
    assert_int_equal(q->totals[ENT_VOTE_ABSENT], 1);
}

static void package_layout_with_namibia(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,country,country_code,vote\n"
                                  "5000,Namibia,NA,yes\n5000,United States,US,no\n"
                                  "5000,\"C\xF4te d'Ivoire\",CI,abstain\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "rcid,session,date,unres,short,descr\n"
                                  "5000,60,2005-11-01,R/60/1,\"A, B\",\"long\ntext\"\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "rcid,short_name,issue\n5000,nu,Nuclear weapons\n"), ENT_OK);
    finish(f);
    assert_int_equal(vote_of(f, 0, 565), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, 0, 437), ENT_VOTE_ABSTAIN);
    assert_int_equal(f->votes->roll_calls[0].session, 60);
    assert_int_equal(f->votes->roll_calls[0].issues, ENT_ISSUE_NUCLEAR);
}

static void codes_wait_for_the_date_of_their_roll_call(void **state)
{
    fixture *f = *state;
    /* Votes first: the roll calls' file tells only later that this is 1960. */
    assert_int_equal(read_text(f, "rcid,country,country_code,vote\n"
                                  "900,Federal Republic of Germany,,yes\n900,China,CN,no\n"
                                  "900,Zanzibar,,abstain\n901,Germany,DE,yes\n901,Atlantis,,no\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "rcid,session,date,unres\n900,15,1960-11-01,R/15/1\n"), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 2);
    size_t dated = f->votes->roll_calls[0].id == 900 ? 0 : 1;
    assert_int_equal(vote_of(f, dated, 260), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, dated, 713), ENT_VOTE_NO);
    assert_int_equal(vote_of(f, dated, 511), ENT_VOTE_ABSTAIN);
    assert_int_equal(ent__votes_voter(f->votes, 710), -1);
    assert_int_equal(vote_of(f, 1 - dated, 255), ENT_VOTE_YES); /* no date: as of today */
    assert_int_equal(f->votes->sources[0].undated, 1);
    assert_int_equal(f->votes->sources[0].unknown_states, 1);
}

static void first_edition_of_the_library(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "ms_codes,ms_names,ms_votes,date,session,resolutions,title\n"
                                  "USA,UNITED STATES,Y,2005-11-01,60,A/RES/60/7,x\n"
                                  "FRA,FRANCE,NV,2005-11-01,60,A/RES/60/7,x\n"),
                     ENT_OK);
    finish(f);
    assert_int_equal(vote_of(f, 0, 2), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, 0, 220), ENT_VOTE_ABSENT);
    assert_string_equal(f->votes->roll_calls[0].symbol.p, "60/7");
}

static void record_pages(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "https://digitallibrary.un.org/record/123456?ln=en\n"
                                  "Title\nA text about nothing : resolution\nResolution A/RES/99/1\n"
                                  "Vote date 2001-12-03\nYes: 2 | No: 1\n"
                                  "Y AFGHANISTAN\n A ALGERIA\n  AZERBAIJAN\n"
                                  "N T\xDCRK\xDDYE\nY COTE D'IVOIRE\nN ATLANTIS\n\n"
                                  "A/RES/1500(XV)\n1960-12-01\na AUSTRALIA\ny CHINA\nn USSR\n"),
                     ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 2);
    assert_int_equal(f->votes->sources[0].unknown_states, 1);
    const ent_roll_call *old = &f->votes->roll_calls[0], *q = &f->votes->roll_calls[1];
    assert_string_equal(old->symbol.p, "15/1500");
    assert_string_equal(q->symbol.p, "99/1");
    assert_string_equal(q->title.p, "A text about nothing : resolution");
    assert_int_equal(q->record, 123456);
    assert_int_equal(q->id, 10123456);
    assert_int_equal(q->date.day, 3);
    assert_int_equal(vote_of(f, 1, 700), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, 1, 615), ENT_VOTE_ABSTAIN);
    assert_int_equal(vote_of(f, 1, 373), ENT_VOTE_ABSENT);
    assert_int_equal(vote_of(f, 1, 640), ENT_VOTE_NO);
    assert_int_equal(vote_of(f, 1, 437), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, 0, 900), ENT_VOTE_ABSTAIN);
    assert_int_equal(vote_of(f, 0, 713), ENT_VOTE_YES); /* China's seat before 25 October 1971 */
    assert_int_equal(read_text(f, "Y FRANCE\nY ALGERIA\nN CHAD\n"), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "votes.csv:1"));
    assert_non_null(strstr(ent_ctx_error(f->ctx), "symbol"));
}

static ent_rc gather(void *user, ent_str bytes)
{
    ent__buf_str(user, bytes);
    return ENT_OK;
}

static void export_to(const fixture *f, const char *what, const char *layout, ent_buf *out)
{
    const ent_vote_selection all = {.both = true};
    out->n = 0;
    assert_int_equal(ent__votes_export(f->ctx, f->votes, what, layout, &all, gather, out), ENT_OK);
}

static void what_is_exported_reads_back_the_same(void **state)
{
    static const char *const tables[] = {"rollcalls", "votes", "matches"};
    fixture *f = *state;
    assert_int_equal(
        read_text(f, "rcid,ccode,vote,date,session,unres,amend,para,importantvote,hr,me,short,undl\n"
                     "3,2,1,1946-01-02,1,R/1/66,1,0,,1,,\"A, \"\"B\"\"\nC\",\n"
                     "3,365,8,1946-01-02,1,R/1/66,1,0,,1,,x,\n"
                     "9,565,2,2001-01-02,55,R/55/3,,,1,0,1,\"C\xC3\xB4te\",77\n"),
        ENT_OK);
    assert_int_equal(read_text(f, "symbol,date,undl,iso3,vote\nS/RES/9(1950),1950-01-01,88,CHN,N\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "rcid1,rcid2\n3,9\n"), ENT_OK);
    finish(f);
    ent_buf first[3] = {{0}}, second = {0}, wide[2] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        export_to(f, tables[i], "csv", &first[i]);
    }
    export_to(f, "votes", "voeten", &wide[0]);
    assert_non_null(strstr(wide[0].p, "R/1/66"));
    for (int layout = 0; layout < 2; layout++) {
        ent__votes_free(f->votes);
        assert_int_equal(ent__votes_new(f->ctx, f->kit, &f->votes), ENT_OK);
        for (size_t i = 0; i < 3; i++) {
            const char *text = layout == 0 ? first[i].p : i == 1 ? wide[0].p : "rcid1,rcid2\n3,9\n";
            assert_int_equal(read_text(f, text), ENT_OK);
        }
        finish(f);
        for (size_t i = layout == 0 ? 0 : 1; i < 3; i++) { /* voeten has no column undl */
            export_to(f, tables[i], "csv", &second);
            assert_string_equal(second.p, first[i].p);
        }
        export_to(f, "votes", "voeten", &wide[1]);
        assert_string_equal(wide[1].p, wide[0].p);
    }
    export_to(f, "votes", "jsonl", &second);
    assert_non_null(strstr(second.p, "{\"rcid\":9,\"ccode\":565,\"iso3\":\"NAM\",\"vote\":\"A\"}"));
    const ent_vote_selection council = {.filter.council = true};
    second.n = 0;
    assert_int_equal(ent__votes_export(f->ctx, f->votes, "votes", "csv", &council, gather, &second),
                     ENT_OK);
    assert_string_equal(second.p, "rcid,ccode,iso3,vote\n10000088,713,TWN,N\n");
    assert_int_equal(ent__votes_export(f->ctx, f->votes, "rollcalls", "voeten", &council, gather,
                                       &second),
                     ENT_EUSAGE);
    for (size_t i = 0; i < 3; i++) {
        ent__buf_free(&first[i]);
    }
    ent__buf_free(&second);
    ent__buf_free(&wide[0]);
    ent__buf_free(&wide[1]);
}

static void roll_calls_without_votes_wait_for_them(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,session,date,unres\n5,60,2005-11-01,R/60/1\n"), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 1);
    assert_false(ent__votes_chosen(f->votes, 0, &(ent_vote_filter){.unanimous = true}));
}

static void library_joins_by_symbol_and_reports_clashes(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote,session,date,unres\n"
                                  "6000,2,1,60,2005-11-01,R/60/7\n6000,365,3,60,2005-11-01,R/60/7\n"),
                     ENT_OK);
    assert_int_equal(
        read_text(f, "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,title,total_yes\n"
                     "55,USA,UNITED STATES,Y,2005-11-01,60,A/RES/60/7,\"Two\nlines, here\",2.0\n"
                     "55,RUS,RUSSIAN FEDERATION,A,2005-11-01,60,A/RES/60/7,x,2.0\n"
                     "55,FRA,FRANCE,X,2005-11-01,60,A/RES/60/7,x,2.0\n"
                     "77,USA,UNITED STATES,N,2025-02-24,ES-11,A/RES/ES-11/7,y,1\n"),
        ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 2);
    assert_int_equal(f->votes->sources[1].doubled, 2);
    assert_int_equal(f->votes->sources[1].disagreed, 1);
    assert_int_equal(f->votes->clash_count, 1);
    assert_int_equal(f->votes->clashes[0].ccode, 365);
    assert_int_equal(f->votes->clashes[0].roll_call, 0);
    assert_int_equal(vote_of(f, 0, 365), ENT_VOTE_NO);
    assert_int_equal(vote_of(f, 0, 220), ENT_VOTE_ABSENT);
    assert_int_equal(f->votes->roll_calls[1].session, 79); /* emergency session, by its date */
    assert_int_equal(f->votes->roll_calls[1].id, 10000077);
}

static const char listed[] = "rcid,ccode,vote,session,date,unres,para\n"
                             "6000,2,1,60,2005-11-01,R/60/7,0\n6000,365,3,60,2005-11-01,R/60/7,0\n"
                             "6001,2,1,60,2005-11-01,R/60/7,1\n6002,2,2,60,2005-11-02,R/60/7,\n";
static const char library[] = "undl_id,ms_code,ms_name,ms_vote,date,session,resolution\n"
                              "55,USA,UNITED STATES,Y,2005-11-01,60,A/RES/60/7\n"
                              "55,RUS,RUSSIAN FEDERATION,A,2005-11-01,60,A/RES/60/7\n"
                              "77,USA,UNITED STATES,N,2025-02-24,ES-11,A/RES/ES-11/7\n";

static void lists_join_in_either_order(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, library), ENT_OK);
    assert_int_equal(read_text(f, listed), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 4); /* a paragraph, another vote, the session of 2025 */
    assert_int_equal(f->votes->roll_calls[0].id, 6000); /* the list's id, by which links know it */
    assert_int_equal(f->votes->roll_calls[0].record, 55);
    assert_int_equal(f->votes->sources[1].doubled, 2);
    assert_int_equal(f->votes->sources[1].disagreed, 1);
    assert_int_equal(vote_of(f, 0, 365), ENT_VOTE_ABSTAIN);
    assert_int_equal(f->votes->roll_calls[3].id, 10000077);
}

/* A store of one file of votes; the path is the caller's. */
static ent_store *store_of(const fixture *f, const char *text, char path[96], const char *name)
{
    ent_store *store;
    fixture own = *f;
    snprintf(path, 96, "%s/%s.db", f->dir, name);
    assert_int_equal(ent__store_open(f->ctx, path, ENT_STORE_WRITE, &store), ENT_OK);
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &own.votes), ENT_OK);
    assert_int_equal(read_text(&own, text), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, own.votes), ENT_OK);
    assert_int_equal(ent__votes_to_store(f->ctx, own.votes, store), ENT_OK);
    ent__votes_free(own.votes);
    return store;
}

static void stores_are_merged_without_doubling(void **state)
{
    fixture *f = *state;
    char path[96], other_path[96];
    /* A sheet with a column a resolution gives neither id nor record number. */
    ent_store *store = store_of(f, "iso3,2020-01-01,ES-11/7\nUSA,Y,N\nRUS,N,N\n", path, "one");
    ent_store *other = store_of(f, library, other_path, "two");
    for (int round = 0; round < 2; round++) {
        ent_votes *votes;
        assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
        assert_int_equal(ent__votes_from_store(f->ctx, votes, store), ENT_OK);
        assert_int_equal(ent__votes_from_other(f->ctx, votes, other, "two"), ENT_OK);
        assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
        assert_int_equal(votes->roll_call_count, 2);
        assert_int_equal(votes->sources[1].votes, round == 0 ? 2 : 0);
        assert_int_equal(votes->sources[1].doubled, round == 0 ? 1 : 3);
        assert_int_equal(votes->sources[1].disagreed, 0);
        assert_int_equal(ent__votes_to_store(f->ctx, votes, store), ENT_OK);
        ent__votes_free(votes);
    }
    ent__store_close(store);
    ent__store_close(other);
}

static void a_store_goes_by_the_lists_id(void **state)
{
    fixture *f = *state;
    char path[96];
    ent_store *store = store_of(f, library, path, "one");
    for (int round = 0; round < 2; round++) {
        ent_votes *votes;
        fixture own = *f;
        assert_int_equal(ent__votes_new(f->ctx, f->kit, &votes), ENT_OK);
        own.votes = votes;
        assert_int_equal(ent__votes_from_store(f->ctx, votes, store), ENT_OK);
        assert_int_equal(read_text(&own, listed), ENT_OK);
        assert_int_equal(ent__votes_finish(f->ctx, votes), ENT_OK);
        assert_int_equal(votes->roll_call_count, 4);
        assert_int_equal(ent__votes_to_store(f->ctx, votes, store), ENT_OK);
        ent__votes_free(votes);
    }
    ent__store_close(store);
}

static void reused_ids_are_told_apart(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote,session,date\n411,2,1,9,1954-12-01\n"
                                  "411,2,3,78,2023-11-01\n411,365,1,9,1954-12-01\n"),
                     ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 2);
    assert_int_equal(f->votes->sources[0].disagreed, 0);
}

static void wide_sheets(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,date,me,hr,AFG,AGO,ALB,USA,RUS\n"
                                  "7,1980-01-01,TRUE,FALSE,1.0,9,8,3,2\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "Resolution,Date,Title,AGO,USA,RUS,FRA,DEU\n"
                                  "x,y,z,Angola,United States,Russia,France,Germany\n"
                                  "A/RES/79/1,2024-10-01,T,YES,NO,,ABSTAIN,YES\n"),
                     ENT_OK);
    assert_int_equal(read_text(f, "ccode,iso3,ES-11/1\n2,USA,Y\n365,RUS,N\n"), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 3);
    size_t matrix = 0, sheet = 0, column = 0;
    for (size_t q = 0; q < 3; q++) {
        *(f->votes->roll_calls[q].id == 7 ? &matrix
          : ent__str_eqz(f->votes->roll_calls[q].symbol, "79/1") ? &sheet : &column) = q;
    }
    assert_int_equal(vote_of(f, matrix, 700), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, matrix, 540), ENT_VOTE_NONE);
    assert_int_equal(vote_of(f, matrix, 339), ENT_VOTE_ABSENT);
    assert_int_equal(f->votes->roll_calls[matrix].issues, ENT_ISSUE_PALESTINE);
    assert_int_equal(vote_of(f, sheet, 2), ENT_VOTE_NO);
    assert_int_equal(vote_of(f, sheet, 365), ENT_VOTE_ABSENT);
    assert_int_equal(vote_of(f, sheet, 255), ENT_VOTE_YES);
    assert_int_equal(vote_of(f, column, 365), ENT_VOTE_NO);
}

static void chains_of_identical_resolutions(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote,session,date\n10,2,1,1,1946-01-01\n"
                                  "30,2,1,3,1948-01-01\n40,2,1,4,1949-01-01\n"),
                     ENT_OK);
    /* 20 itself has no votes, and joins 10 with 30. */
    assert_int_equal(read_text(f, "v1,rcid1,rcid2\n1,10,20\n2,20,30\n"), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 3);
    assert_int_equal(f->votes->roll_calls[1].item, f->votes->roll_calls[0].item);
    assert_int_not_equal(f->votes->roll_calls[2].item, f->votes->roll_calls[0].item);
}

static void bad_files_name_file_and_line(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote\n3,2,maybe\n"), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(f->ctx), "votes.csv:2"));
    assert_non_null(strstr(ent_ctx_error(f->ctx), "maybe"));
    assert_int_equal(read_text(f, "rcid,ccode,vote,date\n3,2,1,yesterday\n"), ENT_EINPUT);
    assert_int_equal(read_text(f, "rcid,ccode,vote\nx,2,1\n"), ENT_EINPUT);
    assert_int_equal(read_text(f, "apples,pears\n1,2\n"), ENT_EINPUT);
    assert_int_equal(read_text(f, ""), ENT_EINPUT);
}

/* ---- agreement ----------------------------------------------------------------------------- */

static void agreement_by_hand(void **state)
{
    fixture *f = *state;
    /* Pairs YY YA AN NN YN; a third state makes every roll call contested. */
    assert_int_equal(read_text(f, "rcid,ccode,vote\n1,2,Y\n1,365,Y\n1,200,N\n2,2,Y\n2,365,A\n"
                                  "3,2,A\n3,365,N\n4,2,N\n4,365,N\n4,200,Y\n5,2,Y\n5,365,N\n"
                                  "6,2,Y\n6,365,X\n6,200,N\n7,2,Y\n7,365,Y\n"),
                     ENT_OK);
    finish(f);
    bool chosen[7];
    ent_vote_filter filter = {0};
    for (size_t q = 0; q < 7; q++) {
        chosen[q] = ent__votes_chosen(f->votes, q, &filter);
    }
    assert_false(chosen[6]); /* all alike */
    ent_agreement g;
    ent__agreement(f->votes, chosen, (size_t)ent__votes_voter(f->votes, 2),
                   (size_t)ent__votes_voter(f->votes, 365), &g);
    assert_int_equal(g.common, 5);
    assert_float_equal(g.score, (1 + 0.5 + 0.5 + 1 + 0) / 5, 1e-12);
    assert_float_equal(g.exact, 0.4, 1e-12);
    assert_int_equal(g.yes_no, 3);
    assert_float_equal(g.two_way, 2.0 / 3, 1e-12);
    assert_int_equal(g.both_yes, 1);
    assert_int_equal(g.opposed, 1);
    /* own marginals .6 .2 .2 and .2 .2 .6: expected .2*.6+... = 0.44 */
    double expected = 0.6 * 0.2 + 0.2 * 0.2 + 0.2 * 0.6 +
                      0.5 * (0.6 * 0.2 + 0.2 * 0.2 + 0.2 * 0.6 + 0.2 * 0.2);
    assert_float_equal(g.kappa, (0.6 - expected) / (1 - expected), 1e-12);
    assert_true(g.low < g.score && g.score < g.high && g.low >= 0 && g.high <= 1);
}

static void a_state_is_followed_through_its_numbers(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote,date\n1,260,Y,1980-10-01\n1,220,A,1980-10-01\n"
                                  "2,255,Y,1995-10-01\n2,220,Y,1995-10-01\n"
                                  "3,260,N,1990-09-01\n3,220,Y,1990-09-01\n"),
                     ENT_OK);
    finish(f);
    static const double want[] = {0.5, 0, 1}; /* in order of dates */
    static const int years[] = {1980, 1990, 1995};
    for (size_t q = 0; q < 3; q++) {
        bool chosen[3] = {q == 0, q == 1, q == 2};
        ent_agreement g;
        ent__agreement_in_year(f->votes, chosen, 255, 220, years[q], &g);
        assert_int_equal(g.common, 1);
        assert_float_equal(g.score, want[q], 0);
    }
}

static void no_common_vote_is_no_number(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote\n1,2,Y\n2,365,N\n"), ENT_OK);
    finish(f);
    bool chosen[2] = {true, true};
    ent_agreement g;
    ent__agreement(f->votes, chosen, 0, 1, &g);
    assert_int_equal(g.common, 0);
    assert_true(isnan(g.score) && isnan(g.kappa) && isnan(g.low));
}

static void movers_add_up(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_text(f, "rcid,ccode,vote,session,date,short\n"
                                  "1,2,Y,1,2001-01-01,Cuba\n1,365,N,1,2001-01-01,Cuba\n"
                                  "2,2,Y,1,2001-01-02,Mines\n2,365,Y,1,2001-01-02,Mines\n"
                                  "3,2,N,2,2002-01-01,CUBA.\n3,365,N,2,2002-01-01,CUBA.\n"
                                  "4,2,A,2,2002-01-02,Other\n4,365,Y,2,2002-01-02,Other\n"),
                     ENT_OK);
    finish(f);
    bool before[4] = {true, true, false, false}, after[4] = {false, false, true, true};
    ent_mover *movers;
    size_t count;
    assert_int_equal(ent__agreement_movers(f->ctx, f->votes, before, after, 0, 1, &movers, &count),
                     ENT_OK);
    assert_int_equal(count, 2);
    assert_float_equal(movers[0].contribution + movers[1].contribution, 0.75 - 0.5, 1e-12);
    assert_true(movers[0].repeated);
    assert_float_equal(movers[0].agreement_before, 0, 1e-12);
    assert_int_equal(movers[0].a_before, ENT_VOTE_YES);
    assert_false(movers[1].repeated);
    free(movers);
}

static void a_subject_may_go_against_the_whole(void **state)
{
    fixture *f = *state;
    /* 2001: agree on 1 of 2, on ES-7 never; 2002: on none of 3 others, on ES-7 always. */
    assert_int_equal(read_text(f, "rcid,ccode,vote,session,date,unres\n"
                                  "1,2,Y,55,2001-01-01,55/1\n1,365,Y,55,2001-01-01,55/1\n"
                                  "1,20,N,55,2001-01-01,55/1\n2,2,Y,55,2001-01-02,ES-7/1\n"
                                  "2,365,N,55,2001-01-02,ES-7/1\n3,2,Y,56,2002-01-01,56/1\n"
                                  "3,365,N,56,2002-01-01,56/1\n4,2,Y,56,2002-01-02,56/2\n"
                                  "4,365,N,56,2002-01-02,56/2\n5,2,N,56,2002-01-03,ES-7/2\n"
                                  "5,365,N,56,2002-01-03,ES-7/2\n5,20,Y,56,2002-01-03,ES-7/2\n"),
                     ENT_OK);
    finish(f);
    ent_buf out = {0};
    const ent_vote_filter all = {0};
    size_t usa = (size_t)ent__votes_voter(f->votes, 2), rus = (size_t)ent__votes_voter(f->votes, 365);
    assert_int_equal(ent__agreement_report(f->ctx, f->votes, &all, ENT_AGREEMENT_BY_YEAR, usa, rus,
                                           &out, NULL),
                     ENT_OK);
    assert_non_null(strstr(out.p, "emergency session ES-7     0.000 (n 1) -> 1.000 ["));
    assert_non_null(strstr(out.p, "(n 1)  against the whole"));
    out.n = 0;
    ent_json json = ent__json(&out);
    ent__json_open(&json, '{');
    assert_int_equal(ent__agreement_report(f->ctx, f->votes, &all, ENT_AGREEMENT_BY_YEAR, usa, rus,
                                           &out, &json),
                     ENT_OK);
    ent__json_close(&json, '}');
    assert_non_null(strstr(out.p, "\"against_the_whole\":true"));
    ent__buf_free(&out);
}

/* ---- private data -------------------------------------------------------------------------- */

#define VOTES ENT_SHARED "data/votes/"

/* A line of a reference table from its column `first` on: two states, then common votes, score, equal
 * votes, votes of yes or no, two-way, kappa, pi, both yes, opposed; an empty cell is no number. */
static void check_row(const fixture *f, const bool *chosen, const ent_str *cells, size_t first)
{
    double want[11];
    for (size_t i = 0; i < 11; i++) {
        want[i] = NAN;
        ent__str_double(cells[first + i], &want[i]);
    }
    ent_agreement g;
    ent__agreement(f->votes, chosen, (size_t)ent__votes_voter(f->votes, (int32_t)want[0]),
                   (size_t)ent__votes_voter(f->votes, (int32_t)want[1]), &g);
    const double own[9] = {(double)g.common, g.score, g.exact, (double)g.yes_no, g.two_way,
                           g.kappa, g.pi, (double)g.both_yes, (double)g.opposed};
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(isnan(own[i]), isnan(want[i + 2]));
        /* the table is rounded to six decimals */
        if (!isnan(own[i]) && !(fabs(own[i] - want[i + 2]) < 5e-7 + 1e-9)) {
            fail_msg("%.*s %.*s: column %zu is %.9f, expected %.6f", ENT_FMT(cells[0]),
                     ENT_FMT(cells[1]), i, own[i], want[i + 2]);
        }
    }
}

static size_t check_table(const fixture *f, const char *path, bool by_year)
{
    bool *chosen = calloc(f->votes->roll_call_count, sizeof *chosen);
    FILE *file = fopen(path, "r");
    char line[512];
    size_t rows = 0;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        ent_str cells[16], rest = ent__str_trim(ent__str(line));
        size_t count = 0;
        int64_t period;
        while (count < 16 && ent__str_split(&rest, ',', &cells[count])) {
            count++;
        }
        assert_int_equal(count, by_year ? 13 : 14);
        assert_true(ent__str_int(cells[0], &period));
        const ent_vote_filter filter = {.session = by_year ? 0 : (int32_t)period,
                                        .since = {by_year ? (int16_t)period : 0, 1, 1},
                                        .until = {by_year ? (int16_t)period : 0, 12, 31}};
        for (size_t q = 0; q < f->votes->roll_call_count; q++) {
            chosen[q] = ent__votes_chosen(f->votes, q, &filter);
        }
        check_row(f, chosen, cells, by_year ? 2 : 3);
        rows++;
    }
    fclose(file);
    free(chosen);
    return rows;
}

/* Closest and farthest: the score of each row, and that fewer states than its rank lie beyond it. */
static size_t check_closest(const fixture *f, const char *path)
{
    bool *chosen = calloc(f->votes->roll_call_count, sizeof *chosen);
    FILE *file = fopen(path, "r");
    char line[512], ego[4], end[16];
    int session, year, rank, ccode, common, rows = 0;
    double score;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%d,%d,%3[^,],%15[^,],%d,%d,%*[^,],%d,%lf", &session, &year, ego, end,
                   &rank, &ccode, &common, &score) != 8) {
            continue;
        }
        const ent_vote_filter filter = {.session = session};
        for (size_t q = 0; q < f->votes->roll_call_count; q++) {
            chosen[q] = ent__votes_chosen(f->votes, q, &filter);
        }
        size_t own = (size_t)ent__votes_voter(f->votes, code(f, ego, year, 9, 1));
        int beyond = 0;
        for (size_t i = 0; i < f->votes->voter_count; i++) {
            ent_agreement g;
            ent__agreement(f->votes, chosen, own, i, &g);
            if (f->votes->voters[i].ccode == ccode) {
                assert_int_equal(g.common, common);
                assert_true(fabs(g.score - score) < 5e-7 + 1e-9);
            }
            bool further = strcmp(end, "closest") == 0 ? g.score > score + 1e-6
                                                       : g.score < score - 1e-6;
            beyond += i != own && g.common >= 20 && further;
        }
        assert_true(beyond < rank);
        rows++;
    }
    fclose(file);
    free(chosen);
    return (size_t)rows;
}

static void whole_history_agrees_with_the_tables(void **state)
{
    fixture *f = *state;
    skip_unless_shared(VOTES "votes.csv.gz");
    assert_int_equal(ent__votes_read(f->ctx, f->votes, VOTES "rollcalls.csv.gz"), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, f->votes, VOTES "votes.csv.gz"), ENT_OK);
    finish(f);
    assert_int_equal(f->votes->roll_call_count, 6909);
    assert_int_equal(check_table(f, VOTES "ref_agreement_session_upto2000.csv", false), 877);
    assert_int_equal(check_table(f, VOTES "ref_agreement_year_upto2000.csv", true), 861);
    assert_int_equal(check_closest(f, VOTES "ref_closest_upto2000.csv"), 380);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codes_depend_on_the_date),
        TEST(names_of_the_lists_resolve),
        TEST(symbols_are_normalised),
        TEST(voeten_layout),
        TEST(package_layout_with_namibia),
        TEST(codes_wait_for_the_date_of_their_roll_call),
        TEST(first_edition_of_the_library),
        TEST(record_pages),
        TEST(what_is_exported_reads_back_the_same),
        TEST(roll_calls_without_votes_wait_for_them),
        TEST(library_joins_by_symbol_and_reports_clashes),
        TEST(lists_join_in_either_order),
        TEST(stores_are_merged_without_doubling),
        TEST(a_store_goes_by_the_lists_id),
        TEST(reused_ids_are_told_apart),
        TEST(wide_sheets),
        TEST(chains_of_identical_resolutions),
        TEST(bad_files_name_file_and_line),
        TEST(agreement_by_hand),
        TEST(a_state_is_followed_through_its_numbers),
        TEST(no_common_vote_is_no_number),
        TEST(movers_add_up),
        TEST(a_subject_may_go_against_the_whole),
        TEST(whole_history_agrees_with_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
