/* base: strings, memory, UTF-8, calendar, JSON, lines, CSV, pool, kit. */
#include "test.h"

#include <math.h>

#include "../../src/base/base.h"

static ent_ctx *context(void)
{
    ent_ctx *ctx;
    assert_int_equal(ent_ctx_new(&ctx), ENT_OK);
    return ctx;
}

static void assert_str(ent_str got, const char *expected)
{
    assert_int_equal(got.n, strlen(expected));
    assert_memory_equal(got.p, expected, got.n);
}

static void strings(void **state)
{
    (void)state;
    assert_str(ent__str_trim(ENT_LIT(" \xC2\xA0 a b\t\xC2\xA0\n")), "a b");
    assert_str(ent__str_trim(ENT_LIT(" \xC2\xA0 ")), "");
    ent_str rest = ENT_LIT("a||b"), field;
    const char *expected[] = {"a", "", "b"};
    for (int i = 0; i < 3; i++) {
        assert_true(ent__str_split(&rest, '|', &field));
        assert_str(field, expected[i]);
    }
    assert_false(ent__str_split(&rest, '|', &field));
    int64_t integer;
    assert_true(ent__str_int(ENT_LIT("-42"), &integer));
    assert_int_equal(integer, -42);
    assert_false(ent__str_int(ENT_LIT("42x"), &integer));
    assert_false(ent__str_int(ENT_LIT(" 42"), &integer));
    assert_false(ent__str_int(ENT_LIT("99999999999999999999"), &integer));
    double number;
    assert_true(ent__str_double(ENT_LIT("-1.5e3"), &number));
    assert_true(number == -1500);
    const char *bad[] = {"nan", "0x10", "1.5.2", "", "-", "1e", "inf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(ent__str_double(ent__str(bad[i]), &number));
    }
}

static void map_holds_what_was_put(void **state)
{
    (void)state;
    ent_arena *arena = ent__arena_new();
    ent_map *map = ent__map_new(4);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(ent__map_put(map, ent__arena_printf(arena, "key %u", i), i));
    }
    assert_int_equal(ent__map_count(map), 5000);
    uint32_t value;
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(ent__map_get(map, ent__arena_printf(arena, "key %u", i), &value));
        assert_int_equal(value, i);
    }
    assert_false(ent__map_get(map, ENT_LIT("key 5000"), &value));
    assert_true(ent__map_put(map, ENT_LIT("key 7"), 99));
    assert_true(ent__map_get(map, ENT_LIT("key 7"), &value));
    assert_int_equal(value, 99);
    assert_true(ent__map_put(map, ENT_LIT(""), 1)); /* the empty key is a key */
    assert_true(ent__map_get(map, (ent_str){NULL, 0}, &value));
    ent__map_free(map);
    ent__arena_free(arena);
}

static void utf8(void **state)
{
    (void)state;
    size_t bad;
    assert_true(ent__utf8_valid(ENT_LIT("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 and eight more"), NULL));
    static const char *const wrong[] = {"abc\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                        "\xE2\x82", "\xF8\x88\x80\x80\x80"};
    static const size_t at[] = {3, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(ent__utf8_valid(ent__str(wrong[i]), &bad));
        assert_int_equal(bad, at[i]);
    }
    for (uint32_t c = 1; c < 0x110000; c += 37) {
        char bytes[4];
        ent_str s = {bytes, ent__utf8_encode(c, bytes)};
        size_t next = 0;
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        assert_int_equal(ent__utf8_next(s, &next), surrogate ? 0xFFFD : c);
        assert_int_equal(next, s.n);
    }
}

static void codepoint_index_agrees_with_counting(void **state)
{
    (void)state;
    ent_arena *arena = ent__arena_new();
    ent_buf text = {0};
    for (int i = 0; i < 300; i++) {
        ent__buf_z(&text, i % 3 == 0 ? "x" : i % 3 == 1 ? "\xC3\xA9" : "\xE2\x80\x99");
    }
    ent_cpindex index;
    assert_true(ent__cpindex_build(arena, ent__buf_slice(&text), &index));
    for (size_t byte = 0; byte <= text.n; byte++) {
        assert_int_equal(ent__cpindex_at(&index, byte),
                         ent__utf8_length(ent__str_sub(ent__buf_slice(&text), 0, byte)));
    }
    ent__buf_free(&text);
    ent__arena_free(arena);
}

static void calendar(void **state)
{
    (void)state;
    for (int32_t day = -150000; day < 100000; day += 13) {
        ent_date d = ent__date_of_days(day);
        assert_true(ent__date_valid(d));
        assert_int_equal(ent__date_days(d), day);
    }
    assert_int_equal(ent__date_weekday((ent_date){2025, 2, 12}), 2); /* a Wednesday */
    assert_int_equal(ent__date_weekday((ent_date){1900, 1, 1}), 0);
    ent_date d;
    char iso[16];
    static const char *const good[] = {"1972", "2024-02-29", "2000-02", "0001-01-01"};
    static const char *const bad[] = {"2023-02-29", "1900-02-29", "2024-13", "2024-00-01", "24-01-01",
                                      "2024-1-1", "2024-01-01T", "", "0000"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(ent__date_parse(ent__str(good[i]), &d));
        ent__date_iso(d, iso);
        assert_string_equal(iso, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(ent__date_parse(ent__str(bad[i]), &d));
    }
    d = ent__date_add_months((ent_date){2024, 1, 31}, 1);
    assert_int_equal(d.day, 29);
    d = ent__date_add_months((ent_date){2024, 1, 15}, -13);
    assert_true(d.year == 2022 && d.month == 12);
    ent_date since = {2017, 1, 20}, until = {2021, 1, 20}, none = {0};
    assert_true(ent__date_within((ent_date){2021, 1, 20}, since, until));
    assert_false(ent__date_within((ent_date){2021, 1, 21}, since, until));
    assert_true(ent__date_within((ent_date){2017, 0, 0}, since, until)); /* a year that touches */
    assert_false(ent__date_within((ent_date){2016, 0, 0}, since, until));
    assert_true(ent__date_within((ent_date){2050, 1, 1}, since, none));
}

static void json_escapes_and_rounds_trip(void **state)
{
    (void)state;
    ent_buf out = {0};
    ent_json json = ent__json(&out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "a", ENT_LIT("q\"\\\n\x01\x7F\xE2\x80\xA8\xFF"));
    ent__json_kstr(&json, "b", (ent_str){NULL, 0});
    ent__json_key(&json, "c");
    ent__json_open(&json, '[');
    ent__json_double(&json, 0.1);
    ent__json_double(&json, NAN);
    ent__json_double(&json, -0.0);
    ent__json_int(&json, -7);
    ent__json_close(&json, ']');
    ent__json_kbool(&json, "d", true);
    ent__json_close(&json, '}');
    assert_string_equal(out.p, "{\"a\":\"q\\\"\\\\\\n\\u0001\\u007f\\u2028\xEF\xBF\xBD\",\"b\":null,"
                               "\"c\":[0.1,null,0,-7],\"d\":true}");
    ent__buf_free(&out);
    double values[] = {1.0 / 3, 1e300, 5e-324, 62000000000.0, 123456.789};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char text[32];
        ent__double_text(values[i], text);
        assert_true(strtod(text, NULL) == values[i]);
    }
}

static void pages_and_tables_escape(void **state)
{
    (void)state;
    ent_buf out = {0};
    ent__buf_html(&out, ENT_LIT("<script x='\"&\x02"));
    assert_string_equal(out.p, "&lt;script x=&#39;&quot;&amp;");
    out.n = 0;
    ent__buf_csv(&out, ENT_LIT("a\tb\n\"c\",d"), ',');
    assert_string_equal(out.p, "\"a b \"\"c\"\",d\"");
    out.n = 0;
    ent__buf_csv(&out, ENT_LIT("a\tb\n\"c\",d"), '\t');
    assert_string_equal(out.p, "a b \"c\",d");
    ent__buf_free(&out);
}

static void nothing_steers_a_terminal(void **state)
{
    (void)state;
    ent_buf out = {0};
    ent__buf_shown(&out, ENT_LIT("a\033[31mb\x7F\xC2\x9B\xC3\xA9\n"));
    assert_str(ent__buf_slice(&out), "a [31mb  \xC3\xA9 ");
    out.n = 0;
    ent__buf_shown_lines(&out, ENT_LIT("a\033\n\nb\n"));
    assert_str(ent__buf_slice(&out), "a \n\nb\n");
    ent__buf_free(&out);
    ent_ctx *ctx = context();
    ent__fail(ctx, ENT_EINPUT, "f", 1, "got \"%s\"", "\xC2\x9B" "31m \033 \xC3\x9B");
    assert_string_equal(ent_ctx_error(ctx), "f:1: got \"  31m   \xC3\x9B\"");
    ent_ctx_free(ctx);
}

static void months_before_the_first_year(void **state)
{
    (void)state;
    ent_date d = ent__date_add_months((ent_date){2024, 3, 31}, -30000);
    assert_int_equal(d.year, 0);
    d = ent__date_add_months((ent_date){2024, 3, 31}, -1);
    assert_true(d.year == 2024 && d.month == 2 && d.day == 29);
    assert_int_equal(ent__date_add_months((ent_date){9999, 12, 0}, 12).year, 10000);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void lines_of_all_kinds(void **state)
{
    (void)state;
    ent_ctx *ctx = context();
    char path[] = "/tmp/entente-lines-XXXXXX";
    close(mkstemp(path));
    write_text(path, "one\r\n\nthis line is far too long\nlast");
    ent_lines *lines;
    ent_str line;
    assert_int_equal(ent__lines_open(ctx, path, 10, &lines), ENT_OK);
    assert_int_equal(ent__lines_next(ctx, lines, &line), 1);
    assert_str(line, "one");
    assert_int_equal(ent__lines_next(ctx, lines, &line), 1);
    assert_str(line, "");
    assert_int_equal(ent__lines_next(ctx, lines, &line), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(ctx), ":3:")); /* and reading goes on */
    assert_int_equal(ent__lines_next(ctx, lines, &line), 1);
    assert_str(line, "last");
    assert_int_equal(ent__lines_number(lines), 4);
    assert_int_equal(ent__lines_next(ctx, lines, &line), 0);
    ent__lines_close(lines);
    assert_int_equal(ent__lines_open(ctx, "/tmp", 10, &lines), ENT_EINPUT);
    assert_int_equal(ent__lines_open(ctx, "/tmp/entente-no-such", 10, &lines), ENT_EINPUT);
    write_text(path, "");
    assert_int_equal(ent__lines_open(ctx, path, 10, &lines), ENT_OK);
    assert_int_equal(ent__lines_next(ctx, lines, &line), 0);
    ent__lines_close(lines);
    unlink(path);
    ent_ctx_free(ctx);
}

static void csv_records(void **state)
{
    (void)state;
    ent_ctx *ctx = context();
    ent_arena *arena = ent__arena_new();
    char path[] = "/tmp/entente-csv-XXXXXX";
    close(mkstemp(path));
    write_text(path, "a,\"b \"\"x\"\", y\",\nc,\"two\nlines\"\n\"open");
    ent_lines *lines;
    ent_str *fields;
    size_t count;
    assert_int_equal(ent__lines_open(ctx, path, 1000, &lines), ENT_OK);
    assert_int_equal(ent__csv_next(ctx, lines, ',', arena, &fields, &count), 1);
    assert_int_equal(count, 3);
    assert_str(fields[1], "b \"x\", y");
    assert_str(fields[2], "");
    assert_int_equal(ent__csv_next(ctx, lines, ',', arena, &fields, &count), 1);
    assert_int_equal(count, 2);
    assert_str(fields[1], "two\nlines");
    assert_int_equal(ent__csv_next(ctx, lines, ',', arena, &fields, &count), ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(ctx), "never closed"));
    ent__lines_close(lines);
    unlink(path);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
}

static int square(void *job, size_t index, unsigned worker)
{
    (void)worker;
    ((uint64_t *)job)[index] = (uint64_t)index * index;
    return 0;
}

static int fail_at_ten(void *job, size_t index, unsigned worker)
{
    (void)job;
    (void)worker;
    return index == 10 ? 5 : 0;
}

static void pool_does_every_job_once(void **state)
{
    (void)state;
    uint64_t squares[1000];
    for (unsigned threads = 0; threads < 9; threads += 4) {
        memset(squares, 0xFF, sizeof squares);
        assert_int_equal(ent__pool_run(threads, 1000, square, squares), 0);
        for (uint64_t i = 0; i < 1000; i++) {
            assert_int_equal(squares[i], i * i);
        }
    }
    assert_int_equal(ent__pool_run(3, 1000, fail_at_ten, NULL), 5);
    assert_int_equal(ent__pool_run(3, 0, square, NULL), 0);
}

static void random_numbers_stay_the_same(void **state)
{
    (void)state;
    ent_rng a, b;
    ent__rng_seed(&a, 7);
    ent__rng_seed(&b, 7);
    double sum = 0, squares = 0;
    for (int i = 0; i < 20000; i++) {
        double x = ent__rng_normal(&a);
        assert_true(x == ent__rng_normal(&b));
        sum += x;
        squares += x * x;
    }
    assert_true(fabs(sum / 20000) < 0.03 && fabs(squares / 20000 - 1) < 0.05);
    for (int i = 0; i < 1000; i++) {
        assert_true(ent__rng_below(&a, 7) < 7);
    }
}

/* A folder of one table with these lines; the message of compiling it, "" when it is good. */
static const char *compile_table(ent_ctx *ctx, const char *lines)
{
    char folder[] = "/tmp/entente-tables-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.tsv", folder);
    write_text(path, lines);
    ent_kit *kit;
    ent_rc rc = ent__kit_load(ctx, folder, &kit);
    unlink(path);
    rmdir(folder);
    if (rc == ENT_OK) {
        const ent_table *t = ent__kit_table(kit, "t");
        assert_non_null(t);
        ent_kit_free(kit);
        return "";
    }
    return ent_ctx_error(ctx);
}

static void tables_keep_their_promises(void **state)
{
    (void)state;
    ent_ctx *ctx = context();
    static const struct {
        const char *lines, *message;
    } cases[] = {
        {"code\tname\nA\tx\nB\ty\n", ""},
        {"code\tname\nB\tx\nA\ty\n", "t.tsv:3: rows must be sorted"},
        {"code\tname\nA\n", "t.tsv:2: expected 2 columns, got 1"},
        {"# key: code\ncode\tname\nA\tx\nA\ty\n", "same key as line 3"},
        {"# key: code\ncode\tsince\tuntil\nA\t1990\t1995-06\nA\t1995-06\t\n", ""},
        {"# key: code\ncode\tsince\tuntil\nA\t1990\t1995-06\nA\t1995-05\t\n", "dates overlap"},
        {"# key: code\ncode\tsince\tuntil\nA\t1990\t\nA\t1995\t\n", "dates overlap"},
        {"code\tsince\nA\t1990-02-30\n", "expected date"},
        {"# type: value integer\ncode\tvalue\nA\t1.5\n", "t.tsv:3: column value: expected integer"},
        {"# type: kind a|b\ncode\tkind\nA\tc\n", "expected a|b, got \"c\""},
        {"# reference: code t.name\ncode\tname\nA\tB\n", "\"A\" is not in t.name"},
        {"code\tname\nA \tx\n", "blanks"},
        {"code\nA\xFF\n", "not UTF-8"},
        {"# only a comment\n", "no header row"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *message = compile_table(ctx, cases[i].lines);
        if (cases[i].message[0] == '\0' ? message[0] != '\0'
                                        : strstr(message, cases[i].message) == NULL) {
            fail_msg("table %zu: got \"%s\", expected \"%s\"", i, message, cases[i].message);
        }
    }
    ent_ctx_free(ctx);
}

static void table_rows_are_found(void **state)
{
    (void)state;
    ent_ctx *ctx = context();
    ent_kit *kit;
    assert_int_equal(ent__kit_load(ctx, NULL, &kit), ENT_OK);
    assert_int_equal(strlen(ent_kit_hash(kit)), 64);
    for (size_t i = 0; i < ent__kit_table_count(kit); i++) {
        const ent_table *t = ent__kit_table_at(kit, i);
        assert_ptr_equal(ent__kit_table(kit, t->name.p), t);
        for (size_t row = 0; row < t->rows; row++) { /* the first row of its key */
            ent_str key = ent__table_cell(t, row, 0);
            size_t found = ent__table_find(t, key);
            assert_true(found <= row && ent__str_eq(ent__table_cell(t, found, 0), key));
        }
        assert_int_equal(ent__table_find(t, ENT_LIT("\xF4\x8F\xBF\xBF")), t->rows);
    }
    ent_kit_free(kit);
    ent_ctx_free(ctx);
}

static void errors_are_one_line(void **state)
{
    (void)state;
    ent_ctx *ctx = context();
    ent__fail(ctx, ENT_EINPUT, "a\x1b[31m.txt", 3, "expected %s", "x\ny");
    assert_string_equal(ent_ctx_error(ctx), "a [31m.txt:3: expected x y");
    assert_string_equal(ent_ctx_message(ctx), "expected x y");
    assert_int_equal(ent_ctx_rc(ctx), ENT_EINPUT);
    ent_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(map_holds_what_was_put),
        cmocka_unit_test(utf8),
        cmocka_unit_test(codepoint_index_agrees_with_counting),
        cmocka_unit_test(calendar),
        cmocka_unit_test(json_escapes_and_rounds_trip),
        cmocka_unit_test(pages_and_tables_escape),
        cmocka_unit_test(nothing_steers_a_terminal),
        cmocka_unit_test(months_before_the_first_year),
        cmocka_unit_test(lines_of_all_kinds),
        cmocka_unit_test(csv_records),
        cmocka_unit_test(pool_does_every_job_once),
        cmocka_unit_test(random_numbers_stay_the_same),
        cmocka_unit_test(tables_keep_their_promises),
        cmocka_unit_test(table_rows_are_found),
        cmocka_unit_test(errors_are_one_line),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
