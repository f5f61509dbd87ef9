/* The actor tables hang together: codes are known, offices have one holder, names are found. */
#include "test.h"

#include "../../src/mentions/mentions.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
} opened;

static int open_kit(void **state)
{
    static opened o; /* one test program, one kit */
    if (ent_ctx_new(&o.ctx) != ENT_OK || ent_kit_open(o.ctx, NULL, &o.kit) != ENT_OK) {
        return -1;
    }
    *state = &o;
    return 0;
}

static int close_kit(void **state)
{
    opened *o = *state;
    ent_kit_free(o->kit);
    ent_ctx_free(o->ctx);
    return 0;
}

static const ent_table *table(void **state, const char *name)
{
    const opened *o = *state;
    const ent_table *t = ent__kit_table(o->kit, name);
    assert_non_null(t);
    return t;
}

static ent_str cell(const ent_table *t, size_t row, const char *column)
{
    int number = ent__table_column(t, column);
    assert_true(number >= 0);
    return ent__table_cell(t, row, number);
}

static void dates_of(const ent_table *t, size_t row, ent_date *since, ent_date *until)
{
    *since = *until = (ent_date){0};
    ent__date_parse(cell(t, row, "since"), since);
    ent__date_parse(cell(t, row, "until"), until);
}

static void every_code_is_known(void **state)
{
    const ent_table *states = table(state, "actors/states");
    const ent_table *organisations = table(state, "actors/organisations");
    const char *users[] = {"actors/leaders", "actors/persons"};
    for (size_t u = 0; u < 2; u++) {
        const ent_table *t = table(state, users[u]);
        for (size_t r = 0; r < t->rows; r++) {
            ent_str code = cell(t, r, "code");
            bool known = ent__table_find(states, code) < states->rows ||
                         ent__table_find(organisations, code) < organisations->rows;
            if (!known) {
                printf("%s:%ld: unknown code %.*s\n", users[u], ent__table_line(t, r),
                       ENT_FMT(code));
            }
            assert_true(known);
        }
    }
}

/* Also checked by tabc from the table's promise; here against a change of the promise. */
static void an_office_has_one_holder(void **state)
{
    const ent_table *t = table(state, "actors/leaders");
    size_t bad = 0;
    for (size_t r = 1; r < t->rows; r++) {
        if (!ent__str_eq(cell(t, r, "code"), cell(t, r - 1, "code")) ||
            !ent__str_eq(cell(t, r, "function"), cell(t, r - 1, "function"))) {
            continue;
        }
        ent_date until = {0}, since = {0};
        ent__date_parse(cell(t, r - 1, "until"), &until);
        ent__date_parse(cell(t, r, "since"), &since);
        if (until.year == 0 || ent__date_days(until) > ent__date_days(since)) {
            printf("leaders:%ld begins before its predecessor ends\n", ent__table_line(t, r));
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

static void terms_end_after_they_begin(void **state)
{
    const char *names[] = {"actors/leaders", "actors/persons", "actors/organisations",
                           "actors/states"};
    for (size_t n = 0; n < 4; n++) {
        const ent_table *t = table(state, names[n]);
        for (size_t r = 0; r < t->rows; r++) {
            ent_date since, until;
            dates_of(t, r, &since, &until);
            if (since.year != 0 && until.year != 0) {
                assert_true(since.year <= until.year);
                assert_true(since.month == 0 || until.month == 0 ||
                            ent__date_days(since) <= ent__date_days(until));
            }
        }
    }
}

static void functions_of_roles_exist(void **state)
{
    const ent_table *agents = table(state, "actors/agents");
    const ent_table *leaders = table(state, "actors/leaders");
    for (size_t r = 0; r < agents->rows; r++) {
        ent_str function = cell(agents, r, "function");
        if (function.n == 0 || ent__str_eqz(cell(agents, r, "kind"), "anaphor") ||
            ent__str_eqz(function, "partner") ||    /* allies, see roles.c */
            ent__str_eqz(function, "chancellor")) { /* an office's title, see actor_index.c */
            continue;
        }
        bool found = false;
        for (size_t l = 0; l < leaders->rows && !found; l++) {
            found = ent__str_eq(cell(leaders, l, "function"), function);
        }
        if (!found) {
            printf("agents:%ld: nobody holds \"%.*s\"\n", ent__table_line(agents, r),
                   ENT_FMT(function));
        }
        assert_true(found);
    }
}

static const char *holder(void **state, const char *code, ent_date at, const char *function)
{
    static char name[128];
    const opened *o = *state;
    ent_office_holder holders[64];
    size_t count = ent__actor_offices(o->kit, ent__str(code), at, holders, 64);
    assert_true(count > 0 && count <= 64);
    for (size_t i = 0; i < count; i++) {
        if (ent__str_eqz(holders[i].function, function)) {
            snprintf(name, sizeof name, "%.*s", ENT_FMT(holders[i].name));
            return name;
        }
    }
    return "nobody";
}

static void offices_at_a_date(void **state)
{
    ent_date beijing = {1972, 2, 21}, wall = {1989, 11, 9}, later = {2025, 3, 10};
    assert_string_equal(holder(state, "USA", beijing, "president"), "Richard Nixon");
    assert_string_equal(holder(state, "USA", beijing, "foreign"), "William P. Rogers");
    assert_string_equal(holder(state, "USA", beijing, "defence"), "Melvin Laird");
    assert_string_equal(holder(state, "CHN", beijing, "government"), "Zhou Enlai");
    assert_string_equal(holder(state, "RUS", wall, "foreign"), "Eduard Shevardnadze");
    assert_string_equal(holder(state, "GBR", wall, "government"), "Margaret Thatcher");
    assert_string_equal(holder(state, "NATO", later, "head"), "Mark Rutte");
    assert_string_equal(holder(state, "UNO", later, "head"), "Antonio Guterres");
}

typedef struct {
    const char *code;
    ent_date at;
    const char *function, *name;
} ent_known_holder;

/* Days that history books tell of, one a term. */
static void offices_at_known_days(void **state)
{
    static const ent_known_holder rows[] = {
        {"ITA", {2003, 3, 20}, "foreign", "Franco Frattini"},
        {"ITA", {1978, 3, 16}, "president", "Giovanni Leone"},
        {"IND", {1971, 12, 16}, "defence", "Jagjivan Ram"},
        {"IND", {1987, 6, 1}, "president", "Zail Singh"},
        {"JPN", {1970, 11, 25}, "defence", "Yasuhiro Nakasone"},
        {"FRA", {1956, 10, 29}, "government", "Guy Mollet"},
        {"FRA", {1954, 5, 7}, "government", "Joseph Laniel"},
        {"ARG", {1982, 4, 2}, "president", "Leopoldo Galtieri"},
        {"AUS", {1966, 3, 1}, "defence", "Allen Fairhall"},
        {"CAN", {1962, 10, 22}, "defence", "Douglas Harkness"},
        {"BRA", {2022, 1, 8}, "defence", "Walter Braga Netto"},
        {"USA", {1983, 10, 25}, "security", "Robert McFarlane"},
        {"USA", {1991, 1, 17}, "army", "Colin Powell"},
        {"RUS", {1993, 10, 4}, "defence", "Pavel Grachev"},
        {"ROU", {1999, 6, 1}, "government", "Radu Vasile"},
        {"HTI", {2010, 1, 12}, "president", "Rene Preval"},
        {"POL", {1999, 3, 12}, "government", "Jerzy Buzek"},
        {"NPL", {2015, 11, 1}, "government", "K. P. Sharma Oli"},
        {"TUR", {1974, 7, 20}, "defence", "Hasan Esat Isik"},
        {"TUR", {2015, 10, 10}, "foreign", "Feridun Sinirlioglu"},
        {"ARG", {1982, 4, 2}, "defence", "Amadeo Frugoli"},
        {"KOR", {1979, 10, 26}, "government", "Choi Kyu-hah"},
        {"IDN", {1948, 12, 19}, "defence", "Mohammad Hatta"},
        {"EGY", {1987, 2, 1}, "government", "Atef Sedki"},
        {"YUG", {1999, 3, 24}, "foreign", "Zivadin Jovanovic"},
        {"JOR", {1994, 10, 26}, "government", "Abdelsalam al-Majali"},
        {"USA", {2021, 1, 21}, "finance", "nobody"}, /* between two terms */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(holder(state, rows[i].code, rows[i].at, rows[i].function),
                            rows[i].name);
    }
}

/* What the table promises beyond keys: plain cells, offices of living length, one gender and one
 * way of standing alone a person. */
static void rows_are_sound(void **state)
{
    const ent_table *t = table(state, "actors/leaders");
    size_t bad = 0;
    for (size_t r = 0; r < t->rows; r++) {
        ent_date since = {0}, until = {0};
        ent_str name = cell(t, r, "name");
        bool plain = ent__date_parse(cell(t, r, "since"), &since) && since.year >= 1900 &&
                     since.year <= 2030 && name.n > 2 && cell(t, r, "office").n > 0 &&
                     cell(t, r, "sector").n == 3 && cell(t, r, "gender").n == 1 &&
                     memmem(name.p, name.n, "  ", 2) == NULL && name.p[name.n - 1] != ' ';
        ent__date_parse(cell(t, r, "until"), &until);
        bool long_term = until.year != 0 && until.year - since.year > 71; /* Elizabeth II: 70 */
        bool again = false, other_gender = false;
        for (size_t k = r + 1; k < t->rows; k++) {
            bool same = ent__str_eq(cell(t, k, "name"), name);
            again |= same && ent__str_eq(cell(t, k, "code"), cell(t, r, "code")) &&
                     ent__str_eq(cell(t, k, "function"), cell(t, r, "function")) &&
                     ent__str_eq(cell(t, k, "since"), cell(t, r, "since"));
            other_gender |= same && !ent__str_eq(cell(t, k, "gender"), cell(t, r, "gender"));
        }
        if (!plain || long_term || again || other_gender) {
            printf("leaders:%ld: not sound\n", ent__table_line(t, r));
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* No office of a state is held before the state begins or long after it ends. */
static void offices_lie_within_their_state(void **state)
{
    const ent_table *t = table(state, "actors/leaders"), *states = table(state, "actors/states");
    size_t bad = 0;
    for (size_t r = 0; r < t->rows; r++) {
        int first = 9999, last = 0;
        ent_str code = cell(t, r, "code");
        for (size_t s = ent__table_find(states, code);
             s < states->rows && ent__str_eq(cell(states, s, "code"), code); s++) {
            ent_date since, until;
            dates_of(states, s, &since, &until);
            first = since.year < first ? since.year : first;
            last = until.year == 0 ? 9999 : until.year > last ? until.year : last;
        }
        ent_date begins = {0};
        ent__date_parse(cell(t, r, "since"), &begins);
        if (last != 0 && (begins.year + 21 < first || begins.year > last)) {
            printf("leaders:%ld: no such state then\n", ent__table_line(t, r));
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* In the middle of every long term of a head since 1990 somebody is "the leader" of the state. */
static bool somebody_leads(const ent_table *t, size_t row, ent_date at)
{
    ent_str code = cell(t, row, "code");
    for (size_t r = ent__table_find(t, code);
         r < t->rows && ent__str_eq(cell(t, r, "code"), code); r++) {
        ent_date since, until;
        dates_of(t, r, &since, &until);
        if (ent__str_eqz(cell(t, r, "rank"), "1") && ent__date_within(at, since, until)) {
            return true;
        }
    }
    return false;
}

static void states_have_a_leader(void **state)
{
    const ent_table *t = table(state, "actors/leaders");
    size_t bad = 0;
    for (size_t r = 0; r < t->rows; r++) {
        ent_str function = cell(t, r, "function");
        bool head = ent__str_eqz(function, "president") || ent__str_eqz(function, "government") ||
                    ent__str_eqz(function, "leader");
        ent_date since, until;
        dates_of(t, r, &since, &until);
        until = until.year == 0 ? (ent_date){2026, 1, 1} : until;
        ent_date middle = {(int16_t)((since.year + until.year) / 2), 3, 15};
        if (head && since.year >= 1990 && until.year - since.year > 2 &&
            !somebody_leads(t, r, middle)) {
            printf("leaders:%ld: who leads the state in %d?\n", ent__table_line(t, r),
                   middle.year);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* One person has one name: no alias is the name of another row of the same state. */
static void a_person_has_one_name(void **state)
{
    /* Father and son, or a king under his name as a prince. */
    static const char *const two[] = {"Paul Martin", "Gerhard Schroeder", "Peter Carrington",
                                      "Andris Berzins", "Jorge Castaneda", "Manuel Tello",
                                      "Salman bin Abdulaziz"};
    const ent_table *t = table(state, "actors/leaders");
    size_t bad = 0;
    for (size_t r = 0; r < t->rows; r++) {
        ent_str aliases = cell(t, r, "aliases"), alias, code = cell(t, r, "code");
        while (ent__str_split(&aliases, ';', &alias)) {
            bool known = ent__str_eq(alias, cell(t, r, "name"));
            for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
                known |= ent__str_eqz(alias, two[i]);
            }
            for (size_t k = ent__table_find(t, code);
                 !known && k < t->rows && ent__str_eq(cell(t, k, "code"), code); k++) {
                if (ent__str_eq(cell(t, k, "name"), alias)) {
                    printf("leaders:%ld: also named as in line %ld\n", ent__table_line(t, r),
                           ent__table_line(t, k));
                    bad++;
                }
            }
        }
    }
    assert_int_equal(bad, 0);
}

static void five_powers_have_leaders_since_1945(void **state)
{
    const struct {
        const char *code, *function;
        int from;
    } rows[] = {{"USA", "president", 1946}, {"USA", "foreign", 1946}, {"USA", "defence", 1948},
                {"GBR", "government", 1946}, {"GBR", "foreign", 1946}, {"GBR", "defence", 1947},
                {"RUS", "foreign", 1946}, {"CHN", "leader", 1946}, {"CHN", "foreign", 1950}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int year = rows[i].from; year <= 2025; year++) {
            /* A year without any holder on four days is a hole, not a vacancy. */
            bool found = false;
            for (int month = 2; month <= 11 && !found; month += 3) {
                ent_date at = {(int16_t)year, (int8_t)month, 15};
                found = strcmp(holder(state, rows[i].code, at, rows[i].function), "nobody") != 0;
            }
            if (!found && !(strcmp(rows[i].code, "CHN") == 0 && year == 1977)) {
                printf("%s %s: nobody in %d\n", rows[i].code, rows[i].function, year);
            }
            assert_true(found);
        }
    }
}

static bool code_of(void **state, const char *name, ent_date at, const char *expected)
{
    const opened *o = *state;
    ent_str code, rule;
    return ent__actor_lookup(o->kit, ent__str(name), at, &code, &rule) &&
           ent__str_eqz(code, expected) && rule.n > 0;
}

static void names_are_looked_up(void **state)
{
    ent_date any = {0}, now = {2025, 3, 10};
    ent_str code, rule;
    const opened *o = *state;
    assert_true(code_of(state, "USA", any, "USA"));
    assert_true(code_of(state, "Kremlin", now, "RUS"));
    assert_true(code_of(state, "Angela Merkel", now, "DEU"));
    assert_true(code_of(state, "Angela Merkel", any, "DEU"));
    assert_true(code_of(state, "United Nations", any, "UNO"));
    assert_true(code_of(state, "NATO", any, "NATO"));
    assert_true(code_of(state, "Recep Tayyip Erdo\xC4\x9F" "an", now, "TUR"));
    assert_true(code_of(state, "People's Republic of China", now, "CHN"));
    assert_true(code_of(state, "Mark Rutte", (ent_date){2020, 1, 1}, "NLD"));
    assert_true(code_of(state, "Mark Rutte", now, "NATO"));
    assert_false(ent__actor_lookup(o->kit, ENT_LIT("Nobody Atall"), now, &code, &rule));
    assert_false(ent__actor_lookup(o->kit, ENT_LIT(""), now, &code, &rule));
}

/* The state numbers agree with the lists that users join by. */
static void numbers_agree_with_the_state_list(void **state)
{
    const char *path = ENT_SHARED "data/votes/countries.csv";
    skip_unless_shared(path);
    const opened *o = *state;
    const ent_table *states = table(state, "actors/states");
    ent_arena *arena = ent__arena_new();
    ent_lines *lines;
    ent_str *fields;
    size_t count, checked = 0;
    assert_int_equal(ent__lines_open(o->ctx, path, 1 << 16, &lines), ENT_OK);
    assert_int_equal(ent__csv_next(o->ctx, lines, ',', arena, &fields, &count), 1);
    while (ent__csv_next(o->ctx, lines, ',', arena, &fields, &count) == 1) {
        bool found = false;
        for (size_t r = ent__table_find(states, fields[1]);
             r < states->rows && ent__str_eq(cell(states, r, "code"), fields[1]); r++) {
            found |= ent__str_eq(cell(states, r, "cow"), fields[0]);
        }
        if (!found) {
            printf("%.*s: COW %.*s\n", ENT_FMT(fields[1]), ENT_FMT(fields[0]));
        }
        assert_true(found);
        checked++;
    }
    assert_true(checked > 190);
    ent__lines_close(lines);
    ent__arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_known),
        cmocka_unit_test(an_office_has_one_holder),
        cmocka_unit_test(terms_end_after_they_begin),
        cmocka_unit_test(functions_of_roles_exist),
        cmocka_unit_test(offices_at_a_date),
        cmocka_unit_test(offices_at_known_days),
        cmocka_unit_test(rows_are_sound),
        cmocka_unit_test(offices_lie_within_their_state),
        cmocka_unit_test(states_have_a_leader),
        cmocka_unit_test(a_person_has_one_name),
        cmocka_unit_test(five_powers_have_leaders_since_1945),
        cmocka_unit_test(names_are_looked_up),
        cmocka_unit_test(numbers_agree_with_the_state_list),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
