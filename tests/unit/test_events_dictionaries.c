/* PETRARCH dictionaries: what is read, and what the check says of each fault.  All dictionary lines
 * are our own. */
#include "test.h"

#include "../../src/events/petrarch.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent__kit_load(f->ctx, NULL, &f->kit), ENT_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static ent_dictionaries *load(const fixture *f, ent_dictionary_kind kind, const char *text)
{
    ent_dictionaries *set;
    assert_int_equal(ent__dictionaries_new(f->ctx, f->kit, 0, &set), ENT_OK);
    assert_int_equal(ent__dictionaries_add_bytes(f->ctx, set, kind, ent__str(text), "f"), ENT_OK);
    assert_int_equal(ent__dictionaries_ready(f->ctx, set), ENT_OK);
    assert_int_equal(ent__dictionaries_check(f->ctx, set), ENT_OK);
    return set;
}

/* Exactly the one problem, of this kind, at this line. */
static void expect_problem(const fixture *f, ent_dictionary_kind kind, const char *text,
                           const char *problem, uint32_t line, bool error)
{
    ent_dictionaries *set = load(f, kind, text);
    size_t count;
    const ent_dictionary_problem *p = ent__dictionaries_problems(set, &count);
    if (count != 1 || strcmp(p->kind, problem) != 0 || p->line != line || p->error != error) {
        for (size_t i = 0; i < count; i++) {
            printf("%u %s %s: %.*s\n", p[i].line, p[i].error ? "error" : "warning", p[i].kind,
                   ENT_FMT(p[i].message));
        }
        fail_msg("expected only \"%s\" at line %u of:\n%s", problem, line, text);
    }
    ent__dictionaries_free(set);
}

static uint32_t find_actor(const ent_dictionaries *set, const char *const *words, size_t count,
                           size_t *out_n)
{
    uint32_t numbers[8];
    for (size_t i = 0; i < count; i++) {
        if (!ent__map_get(set->words, ent__str(words[i]), &numbers[i])) {
            numbers[i] = ENT_NO_WORD;
        }
    }
    return ent__phrases_find(&set->actor_phrases, numbers, count, out_n);
}

static void actors_are_read(void **state)
{
    fixture *f = *state;
    ent_dictionaries *set = load(f, ENT_DICTIONARY_ACTORS,
                                 "<!-- a comment\n over lines -->\n"
                                 "ARLAND [ARL] ; old comment\n+Kingdom_of_Arland\n"
                                 "MARA_VOSS  # comment\n\t[ARLGOV 190501-20240430]\n"
                                 "\t[ARLOPP > 20240501]\n\t[ARLELI]\n+AL-VOSS\n"
                                 "FREE CIMMERIAN PARTY [CIMOPP]\n");
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    assert_int_equal(n.actors, 5);
    assert_int_equal(n.actor_codes, 5);
    assert_int_equal(n.errors, 0);
    size_t length;
    static const char *const voss[] = {"AL", "VOSS", "SAID"};
    uint32_t e = find_actor(set, voss, 3, &length);
    assert_int_not_equal(e, ENT_NO_ENTRY);
    assert_int_equal(length, 2);
    assert_int_equal(set->actors[e].code_count, 3);
    const ent_actor_code *code = &set->codes[set->actors[e].first_code];
    assert_int_equal(code[0].since, 20190501);
    assert_int_equal(code[0].until, 20240430);
    assert_int_equal(code[1].when, ENT_CODE_AFTER);
    assert_int_equal(code[2].when, ENT_CODE_ALWAYS);
    static const char *const party[] = {"FREE", "WORD", "CIMMERIAN", "PARTY"};
    assert_int_not_equal(find_actor(set, party, 4, &length), ENT_NO_ENTRY); /* blanks leave gaps */
    assert_int_equal(length, 4);
    static const char *const kingdom[] = {"KINGDOM", "WORD", "OF", "ARLAND"};
    assert_int_equal(find_actor(set, kingdom, 4, &length), ENT_NO_ENTRY); /* "_" does not */
    ent__dictionaries_free(set);
}

static void actor_faults_are_told(void **state)
{
    fixture *f = *state;
    const ent_dictionary_kind a = ENT_DICTIONARY_ACTORS;
    expect_problem(f, a, "ARLAND [ARL\n+KINGDOM [ARL]\n", "bracket", 1, true);
    expect_problem(f, a, "ARLAND ARL]\n\t[ARL]\n", "bracket", 1, true);
    expect_problem(f, a, "VOSS [ARL]\n\t[ARLGOV 20190230-20240430]\n", "date", 2, true);
    expect_problem(f, a, "VOSS [ARL]\n\t[ARLGOV 20240430-20190501]\n", "date", 2, true);
    expect_problem(f, a, "VOSS [ARL]\n\t[ARLGOV <2019]\n", "date", 2, true);
    expect_problem(f, a, "VOSS\n\t[ARLGOV\t20190501-20240430]\n", "tab", 2, false);
    expect_problem(f, a, "VOSS\n  [ARLGOV 20190501-20240430]\n", "tab", 2, false);
    expect_problem(f, a, "VOSS\n\t[ARLGOV 20190501-20240430]\n\t[ARLOPP >20230101]\n", "overlap", 3,
                   false);
    expect_problem(f, a, "ARLAND [ARL]\nBORDURIA [BOR]\nARLAND [ARX]\n", "overlap", 3, false);
    expect_problem(f, a, "VOSS [ARLGOV >20190501]\nVOSS [ARLOPP 20200101-20210101]\n", "overlap", 2,
                   false);
    expect_problem(f, a, "ARLAND [ARLG]\n", "code", 1, false);
    expect_problem(f, a, "ARLAND\n", "code", 1, false);
    expect_problem(f, a, "+ARLAND\n", "phrase", 1, true);
    expect_problem(f, a, "ARLAND [ARL]\n<!-- open\nBORDURIA\n", "comment", 2, true);
}

static void sound_actors_raise_nothing(void **state)
{
    static const char *const texts[] = {
        "VOSS\n\t[ARLGOV 20190501-20240430]\n\t[ARLOPP 20240430-20250101]\n", /* one shared day */
        "VOSS [ARL]\n\t[ARLGOV 20190501-20240430]\n",
        "VOSS [ARLGOV <190501] [ARLOPP >190502]\n",
        "LEAGUE [ARL/BOR/CIM]\nNOBODY [---]\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ent_dictionaries *set = load(*state, ENT_DICTIONARY_ACTORS, texts[i]);
        size_t count;
        ent__dictionaries_problems(set, &count);
        assert_int_equal(count, 0);
        ent__dictionaries_free(set);
    }
}

static void agents_are_read(void **state)
{
    fixture *f = *state;
    ent_dictionaries *set = load(f, ENT_DICTIONARY_AGENTS,
                                 "!OFFIC! = OFFICER, OFFICERS\nARMY [~MIL]\nPOLICE {} [~COP]\n"
                                 "WOMAN {WOMEN} [~CVL]\nPOLICE_!OFFIC! [~COP]\nEX_ [OPP~]\n");
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    assert_int_equal(n.errors, 0);
    assert_int_equal(n.agents, 9); /* ARMY, ARMIES, POLICE, WOMAN, WOMEN, two officers, EX, EXS */
    uint32_t word;
    assert_true(ent__map_get(set->words, ENT_LIT("ARMIES"), &word));
    assert_true(ent__map_get(set->words, ENT_LIT("WOMEN"), &word));
    assert_false(ent__map_get(set->words, ENT_LIT("POLICES"), &word));
    assert_true(set->agents[7].before);
    ent__dictionaries_free(set);
    const ent_dictionary_kind a = ENT_DICTIONARY_AGENTS;
    expect_problem(f, a, "ARMY ~MIL\n", "bracket", 1, true);
    expect_problem(f, a, "ARMY [~MIL\n", "bracket", 1, true);
    expect_problem(f, a, "ARMY {ARMIES [~MIL]\n", "bracket", 1, true);
    expect_problem(f, a, "ARMY [MIL]\n", "code", 1, false);
    expect_problem(f, a, "POLICE_!OFFIC! [~COP]\n", "set", 1, true);
    expect_problem(f, a, "ARMY [~MIL]\nARMY {} [~REB]\n", "duplicate", 2, false);
}

static void verbs_are_read(void **state)
{
    fixture *f = *state;
    ent_dictionaries *set = load(f, ENT_DICTIONARY_VERBS,
                                 "&WEAPON\n+ROCKET\n+GAS_\n\n"
                                 "--- ATTACK [190] ---\nATTACK\n+CORDON_OFF {+CORDONED_OFF} [171]\n"
                                 "- * WITH &WEAPON [194]\n- $ * + IN_THE CITY [190]\n"
                                 "--- MEET [040:040] ---\nMEET {MET}\n- % * [040:040]\n");
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    assert_int_equal(n.errors, 0);
    assert_int_equal(n.verbs, 3);
    assert_int_equal(n.verb_forms, 4 + 2 + 2); /* ATTACK(S|ED|ING); CORDON(ED) OFF; MEET, MET */
    assert_int_equal(n.patterns, 3);
    assert_int_equal(n.dialect, 1);
    const ent_pattern *p = &set->patterns[set->blocks[0].first_pattern];
    assert_int_equal(p[0].line, 9); /* three words weigh more than two */
    assert_int_equal(p[0].left, 1);
    assert_int_equal(p[0].right, 4);
    assert_int_equal(p[0].items[0].kind, ENT_ITEM_SOURCE);
    assert_int_equal(p[0].items[1].kind, ENT_ITEM_TARGET);
    assert_true(p[0].items[3].adjacent);  /* IN_THE */
    assert_false(p[0].items[4].adjacent); /* THE CITY */
    assert_string_equal(set->blocks[1].reverse.p, "040");
    assert_true(ent__str_eqz(set->verbs[1].code, "171"));
    size_t rockets = 0;
    for (const ent_set_phrase *s = set->sets[0].list; s != NULL; s = s->next) {
        rockets++;
    }
    assert_int_equal(rockets, 3); /* ROCKET, ROCKETS, GAS: "_" makes no plural */
    ent__dictionaries_free(set);
}

static void petrarch2_patterns_are_read(void **state)
{
    fixture *f = *state;
    ent_dictionaries *set = load(f, ENT_DICTIONARY_VERBS,
                                 "--- PROVIDE [070] ---\nPROVIDE\nGIVE {GAVE GIVES}\n"
                                 "- TROOPS * {FOOD AID} (TO, FOR +) [073]\n"
                                 "- * (IN (TO +)) [070]\n"
                                 "~ a (a b PROVIDE) GIVE = a b 0331\n"
                                 "~ a (b . Q) GIVE = a b Q\n");
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    size_t count;
    ent__dictionaries_problems(set, &count);
    assert_int_equal(count, 0);
    assert_int_equal(n.dialect, 2);
    assert_int_equal(n.transformations, 2);
    const ent_pattern *p = &set->patterns[0];
    assert_int_equal(p->left, 1);
    assert_int_equal(p->items[1].kind, ENT_ITEM_PHRASE);
    assert_int_equal(p->items[1].value, 2);
    assert_int_equal(p->items[4].kind, ENT_ITEM_PREPOSITION);
    assert_int_equal(p->items[4].value, 2);
    assert_int_equal(p->items[5].kind, ENT_ITEM_SET); /* TO, FOR */
    assert_int_equal(p->items[6].kind, ENT_ITEM_TARGET);
    assert_int_equal(set->transformations[1].inner, ENT_NO_WORD);
    ent__dictionaries_free(set);
}

static void verb_faults_are_told(void **state)
{
    fixture *f = *state;
    const ent_dictionary_kind v = ENT_DICTIONARY_VERBS;
#define BLOCK "--- VISIT [042] ---\nVISIT\n"
    expect_problem(f, v, BLOCK "- * IN + [999]\n", "code", 3, false);
    expect_problem(f, v, BLOCK "- * IN + [042:04X]\n", "code", 3, false);
    expect_problem(f, v, BLOCK "- * IN + [042\n", "bracket", 3, true);
    expect_problem(f, v, BLOCK "- * IN + 042]\n", "bracket", 3, true);
    expect_problem(f, v, BLOCK "- * IN +\n", "code", 3, true);
    expect_problem(f, v, BLOCK "- * (IN + [042]\n", "bracket", 3, true);
    expect_problem(f, v, BLOCK "- * {IN +) [042]\n", "bracket", 3, true);
    expect_problem(f, v, BLOCK "- * IN) + [042]\n", "bracket", 3, true);
    expect_problem(f, v, BLOCK "- * { BY | WITH } + [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- IN + [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- * IN * + [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- * ^ IN + [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- * + IN + [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- * () [042]\n", "never", 3, true);
    expect_problem(f, v, BLOCK "- * WITH &FRIENDS [042]\n", "synset", 3, true);
    expect_problem(f, v, BLOCK "- * IN + [042]\n- *  IN +  [043]\n", "shadowed", 4, false);
    expect_problem(f, v, "&A\n+TOWN\n+CITY\n\n&B\n+TOWN\n\n" BLOCK "- * &A [042]\n- * &B [043]\n",
                   "shadowed", 11, false);
    expect_problem(f, v, BLOCK "--- TOUR [042] ---\nVISIT {} [043]\n", "duplicate", 4, false);
    expect_problem(f, v, "&A\n+TOWN\n\n" BLOCK, "synset", 1, false);
    expect_problem(f, v, "&A\n\n" BLOCK "- * &A [042]\n", "never", 5, true);
    expect_problem(f, v, "VISIT {VISITED [042]\n", "bracket", 1, true);
    expect_problem(f, v, "- * IN + [042]\n", "never", 1, true);
    expect_problem(f, v, BLOCK "TAKE_+OVER_NOW [042]\n", "never", 3, true);
    expect_problem(f, v, "--- VISIT [042] ---\n", "never", 1, false);
    expect_problem(f, v, BLOCK "~ a (a b TRAVEL) VISIT = a b 042\n", "never", 3, false);
    expect_problem(f, v, BLOCK "~ a (a b VISIT) VISIT = a b\n", "transformation", 3, true);
#undef BLOCK
}

/* Narrower patterns are tried first, so that wider ones do not hide them. */
static void order_hides_nothing(void **state)
{
    ent_dictionaries *set = load(*state, ENT_DICTIONARY_VERBS,
                                 "&A\n+TOWN\n\n--- VISIT [042] ---\nVISIT\n- * + [042]\n"
                                 "- * &A [042]\n- * TOWN [043]\n- * IN TOWN [044]\n"
                                 "- * IN_TOWN [045]\n");
    size_t count;
    ent__dictionaries_problems(set, &count);
    assert_int_equal(count, 0);
    static const uint32_t lines[] = {10, 9, 8, 7, 6};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(set->patterns[i].line, lines[i]);
    }
    ent__dictionaries_free(set);
}

static void lists_are_read(void **state)
{
    fixture *f = *state;
    ent_dictionaries *set = load(f, ENT_DICTIONARY_ISSUES,
                                 "<ISSUE CATEGORY=\"X\">\nn:TARIFF [TRADE]\nv:TRADE [TRADE]\n"
                                 "JOINT+EXERCISE [ARMS]\n~TRADE_UNION\n~~OBITUARY\n</ISSUE>\n");
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    assert_int_equal(n.errors, 0);
    assert_int_equal(n.issues, 2 + 4 + 1 + 2);
    assert_int_equal(set->issues[8].cancels, 2);
    ent__dictionaries_free(set);
    set = load(f, ENT_DICTIONARY_DISCARDS, "WORLD_CUP\n+STOCK_REPORT\n");
    ent__dictionaries_count(set, &n);
    assert_int_equal(n.discards, 2);
    assert_int_equal(set->discards[0].cancels, 1);
    assert_int_equal(set->discards[1].cancels, 2);
    ent__dictionaries_free(set);
    expect_problem(f, ENT_DICTIONARY_ISSUES, "TARIFF\n", "code", 1, true);
    expect_problem(f, ENT_DICTIONARY_ISSUES, "TARIFF [TRADE\n", "bracket", 1, true);
    expect_problem(f, ENT_DICTIONARY_DISCARDS, "CUP [###]\n", "code", 1, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actors_are_read),
        cmocka_unit_test(actor_faults_are_told),
        cmocka_unit_test(sound_actors_raise_nothing),
        cmocka_unit_test(agents_are_read),
        cmocka_unit_test(verbs_are_read),
        cmocka_unit_test(petrarch2_patterns_are_read),
        cmocka_unit_test(verb_faults_are_told),
        cmocka_unit_test(order_hides_nothing),
        cmocka_unit_test(lists_are_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
