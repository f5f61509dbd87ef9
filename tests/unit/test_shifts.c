/* Shifts against the numbers of R packages and computed optima in shared/data/series. */
#include <math.h>

#include "../../src/align/align.h"
#include "test.h"

#define SERIES ENT_SHARED "data/series/"

typedef struct {
    double *x;
    size_t n;
} values;

static ent_ctx *ctx;

static int set_up(void **state)
{
    (void)state;
    return ent_ctx_new(&ctx);
}

static int tear_down(void **state)
{
    (void)state;
    ent_ctx_free(ctx);
    return 0;
}

/* The column `value` (or the last) of a file of the series folder; log10 where asked. */
static values read_values(const char *name, bool logarithm)
{
    char path[512];
    snprintf(path, sizeof path, "%s%s.csv", SERIES, name);
    skip_unless_shared(path);
    ent_lines *lines;
    assert_int_equal(ent__lines_open(ctx, path, 1 << 16, &lines), ENT_OK);
    ent_arena *arena = ent__arena_new();
    values v = {0};
    size_t capacity = 0, count, column = 0;
    ent_str *fields;
    for (bool header = true; ent__csv_next(ctx, lines, ',', arena, &fields, &count) == 1;
         header = false) {
        if (header) {
            column = count - 1;
            for (size_t i = 0; i < count; i++) {
                column = ent__str_eqz(fields[i], "value") ? i : column;
            }
            continue;
        }
        v.x = ent__grow(v.x, v.n, &capacity, sizeof *v.x);
        assert_true(ent__str_double(fields[column], &v.x[v.n]));
        v.x[v.n] = logarithm ? log10(v.x[v.n]) : v.x[v.n];
        v.n++;
    }
    ent__lines_close(lines);
    ent__arena_free(arena);
    return v;
}

/* "uk_driver_deaths_log10" and "qc1" are the reference tables' own names. */
static values read_reference_series(ent_str name)
{
    char file[128];
    if (ent__str_starts(name, "qc")) {
        snprintf(file, sizeof file, "tcpd_quality_control_%.*s", (int)name.n - 2, name.p + 2);
        return read_values(file, false);
    }
    bool logarithm = ent__str_starts(name, "uk_driver_deaths_log10");
    snprintf(file, sizeof file, "%.*s", ENT_FMT(name));
    return read_values(logarithm ? "uk_driver_deaths" : file, logarithm);
}

static void join(const ent_shifts *s, char *out)
{
    out[0] = '\0';
    for (size_t i = 0; i < s->count; i++) {
        sprintf(out + strlen(out), "%s%zu", i > 0 ? ";" : "", s->shifts[i].last);
    }
}

typedef struct {
    ent_str series, method, parameters, breaks, statistic;
} reference;

/* The options behind a row's words; false: not a row of this kind. */
static bool options_of(const reference *r, ent_shift_options *o)
{
    *o = ENT_SHIFT_DEFAULTS;
    if (!ent__str_starts(r->method, "changepoint::")) {
        return false;
    }
    const char *m = r->method.p;
    o->model = strstr(m, "Poisson")   ? ENT_SHIFT_POISSON
               : strstr(m, "meanvar") ? ENT_SHIFT_MEANVAR
                                      : ENT_SHIFT_MEAN;
    o->method = strstr(m, "AMOC") ? ENT_SHIFT_AMOC : strstr(m, "BinSeg") ? ENT_SHIFT_BINSEG
                                                                        : ENT_SHIFT_PELT;
    o->scale = strstr(m, "z-scored") ? ENT_SCALE_SD : ENT_SCALE_VALUE;
    o->penalty = ent__str_eqz(r->parameters, "MBIC")  ? ENT_PENALTY_MBIC
                 : ent__str_eqz(r->parameters, "BIC") ? ENT_PENALTY_BIC
                                                      : ENT_PENALTY_AIC;
    return true;
}

static int check_changepoint_row(const reference *r)
{
    ent_shift_options o;
    if (!options_of(r, &o)) {
        return -1;
    }
    values v = read_reference_series(r->series);
    ent_shifts s;
    assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
    char found[2048], number[32];
    join(&s, found);
    bool counted_only = r->breaks.p[0] == '(';
    snprintf(number, sizeof number, "%zu", s.count);
    bool same = counted_only ? ent__str_eqz(r->statistic, number) : ent__str_eqz(r->breaks, found);
    if (!same) {
        printf("%.*s %.*s %.*s: expected %.*s, found %s (%zu)\n", ENT_FMT(r->series),
               ENT_FMT(r->method), ENT_FMT(r->parameters), ENT_FMT(r->breaks), found, s.count);
    }
    ent__shifts_free(&s);
    free(v.x);
    return same;
}

typedef int (*row_check)(const reference *r);

static void check_rows(row_check check, int least)
{
    skip_unless_shared(SERIES "ref_changepoints_r.csv");
    ent_lines *lines;
    assert_int_equal(ent__lines_open(ctx, SERIES "ref_changepoints_r.csv", 1 << 16, &lines), ENT_OK);
    ent_arena *arena = ent__arena_new();
    ent_str *f;
    size_t count;
    int checked = 0, failed = 0;
    while (ent__csv_next(ctx, lines, ',', arena, &f, &count) == 1) {
        if (count == 6 && !ent__str_eqz(f[0], "series")) {
            reference r = {f[0], f[1], f[2], f[4], f[4].n > 0 && f[4].p[0] == '(' ? f[3] : f[5]};
            int ok = check(&r);
            checked += ok >= 0;
            failed += ok == 0;
        }
    }
    ent__lines_close(lines);
    ent__arena_free(arena);
    assert_int_equal(failed, 0);
    assert_true(checked >= least);
}

static void penalised_optima_are_those_of_changepoint(void **state)
{
    (void)state;
    check_rows(check_changepoint_row, 68);
}

/* "1318.2418,1270.0837,...": the criterion and sums to the digits given. */
static bool same_digits(const double *found, size_t count, const char *list)
{
    for (size_t i = 0; i < count; i++) {
        char *end;
        double expected = strtod(list, &end);
        const char *point = memchr(list, '.', (size_t)(end - list));
        double unit = point == NULL ? 1 : pow(10, -(double)(end - point - 1));
        if (end == list || fabs(found[i] - expected) > 0.5001 * unit) {
            printf("number %zu: expected %.10g, found %.10g\n", i, expected, found[i]);
            return false;
        }
        list = *end == ',' ? end + 1 : end;
    }
    return true;
}

static int check_bai_perron_row(const reference *r)
{
    if (!ent__str_starts(r->method, "strucchange::breakpoints x~1") ||
        memchr(r->series.p, '(', r->series.n) != NULL) {
        return -1;
    }
    values v = read_reference_series(r->series);
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    o.method = ENT_SHIFT_SEGMENT;
    if (ent__str_starts(r->parameters, "m=")) {
        o.most_breaks = (size_t)(r->parameters.p[2] - '0');
        o.exactly = true;
    }
    ent_shifts s;
    assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
    char found[256];
    join(&s, found);
    bool same = ent__str_eqz(r->breaks, found);
    const char *bic = strstr(r->statistic.p, "BIC by m="), *rss = strstr(r->statistic.p, "RSS by m=");
    if (bic != NULL && !o.exactly) {
        same = same && s.tried == 5 && same_digits(s.bic, 6, bic + 9) &&
               same_digits(s.rss, 6, rss + 9);
    }
    if (!same) {
        printf("%.*s %.*s %.*s: found %s\n", ENT_FMT(r->series), ENT_FMT(r->method),
               ENT_FMT(r->parameters), found);
    }
    ent__shifts_free(&s);
    free(v.x);
    return same;
}

static void breaks_and_criteria_are_those_of_strucchange(void **state)
{
    (void)state;
    check_rows(check_bai_perron_row, 30);
}

/* "25-28-32" or "60-72-85 | 137-156-167". */
static int check_interval_row(const reference *r)
{
    if (!ent__str_starts(r->method, "strucchange::confint")) {
        return -1;
    }
    values v = read_reference_series(r->series);
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    o.method = ENT_SHIFT_SEGMENT;
    ent_shifts s;
    assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
    char found[256] = "";
    for (size_t i = 0; i < s.count; i++) {
        sprintf(found + strlen(found), "%s%zu-%zu-%zu", i > 0 ? " | " : "", s.shifts[i].low,
                s.shifts[i].last, s.shifts[i].high);
    }
    bool same = ent__str_eqz(r->statistic, found);
    if (!same) {
        printf("%.*s: expected %.*s, found %s\n", ENT_FMT(r->series), ENT_FMT(r->statistic), found);
    }
    ent__shifts_free(&s);
    free(v.x);
    return same;
}

static void intervals_are_those_of_strucchange(void **state)
{
    (void)state;
    check_rows(check_interval_row, 6);
}

static int check_test_row(const reference *r)
{
    bool f = ent__str_starts(r->method, "strucchange::Fstats"),
         cusum = ent__str_starts(r->method, "strucchange::efp");
    if (!f && !cusum) {
        return -1;
    }
    values v = read_reference_series(r->series);
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    ent_shifts s;
    assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
    double expected = atof(strchr(r->statistic.p, '=') + 1);
    double found = f ? s.sup_f : s.cusum;
    bool same = fabs(found - expected) < 1e-6 * (1 + expected);
    if (f) {
        char place[32];
        snprintf(place, sizeof place, "%zu", s.sup_f_last);
        same = same && ent__str_eqz(r->breaks, place);
    } else {
        same = same && fabs(s.cusum_p - 5.41e-8) < 5e-11;
    }
    if (!same) {
        printf("%.*s %.*s: expected %g, found %.9g\n", ENT_FMT(r->series), ENT_FMT(r->method),
               expected, found);
    }
    ent__shifts_free(&s);
    free(v.x);
    return same;
}

static void tests_are_those_of_strucchange(void **state)
{
    (void)state;
    check_rows(check_test_row, 7);
}

/* ocp counts the first observation of each regime, the very first included. */
static int check_online_row(const reference *r)
{
    if (!ent__str_starts(r->method, "ocp::")) {
        return -1;
    }
    values v = read_reference_series(r->series);
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    o.method = ENT_SHIFT_BOCPD;
    ent_shifts s;
    assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
    char found[256] = "1";
    for (size_t i = 0; i < s.count; i++) {
        sprintf(found + strlen(found), ";%zu", s.shifts[i].first);
        assert_true(s.shifts[i].known_at > s.shifts[i].last);
    }
    bool same = ent__str_eqz(r->breaks, found);
    if (!same) {
        printf("%.*s: expected %.*s, found %s\n", ENT_FMT(r->series), ENT_FMT(r->breaks), found);
    }
    ent__shifts_free(&s);
    free(v.x);
    return same;
}

static void online_detection_is_that_of_ocp(void **state)
{
    (void)state;
    check_rows(check_online_row, 3);
}

static void exact_optima_have_the_sums_given(void **state)
{
    (void)state;
    skip_unless_shared(SERIES "ref_l2_optimal.csv");
    ent_lines *lines;
    assert_int_equal(ent__lines_open(ctx, SERIES "ref_l2_optimal.csv", 1 << 16, &lines), ENT_OK);
    ent_arena *arena = ent__arena_new();
    ent_str *f;
    size_t count;
    int rows = 0;
    while (ent__csv_next(ctx, lines, ',', arena, &f, &count) == 1) {
        if (ent__str_eqz(f[0], "series")) {
            continue;
        }
        values v = read_reference_series(f[0]);
        ent_shift_options o = ENT_SHIFT_DEFAULTS;
        o.method = ENT_SHIFT_SEGMENT;
        o.min_segment = 2;
        int64_t breaks = 0;
        double sse = 0;
        assert_true(ent__str_int(f[2], &breaks) && ent__str_double(f[3], &sse));
        o.most_breaks = breaks == 0 ? 1 : (size_t)breaks;
        o.exactly = true;
        ent_shifts s;
        assert_int_equal(ent__shifts_find(ctx, v.x, v.n, &o, &s), ENT_OK);
        char found[256];
        join(&s, found);
        if (breaks > 0) {
            assert_true(ent__str_eqz(f[4], found));
        }
        assert_true(fabs(s.rss[breaks] - sse) <= 6e-9 + 1e-13 * sse);
        ent__shifts_free(&s);
        free(v.x);
        rows++;
    }
    assert_int_equal(rows, 42);
    ent__lines_close(lines);
    ent__arena_free(arena);
}

/* y ~ lag 1 + lag 12 of the UK series, h = 0.1; strucchange counts from January 1970, the 13th. */
static void regression_breaks_are_those_of_strucchange(void **state)
{
    (void)state;
    values v = read_values("uk_driver_deaths", true);
    static const size_t lags[] = {1, 12}, expected[3][3] = {{46}, {46, 157}, {46, 70, 157}};
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    o.exactly = true;
    ent_shifts s;
    for (size_t m = 1; m <= 3; m++) {
        o.most_breaks = m;
        assert_int_equal(ent__shifts_lags(ctx, v.x, v.n, lags, 2, &o, &s), ENT_OK);
        assert_int_equal(s.count, m);
        for (size_t i = 0; i < m; i++) {
            assert_int_equal(s.shifts[i].last - 12, expected[m - 1][i]);
        }
        ent__shifts_free(&s);
    }
    o.exactly = false;
    o.most_breaks = 0;
    assert_int_equal(ent__shifts_lags(ctx, v.x, v.n, lags, 2, &o, &s), ENT_OK);
    assert_int_equal(s.count, 0); /* BIC finds none worth its coefficients */
    ent__shifts_free(&s);
    assert_int_equal(ent__shifts_lags(ctx, v.x, 20, lags, 2, &o, &s), ENT_EINPUT);
    free(v.x);
}

/* PELT must reach what trying every segmentation finds. */
static double least_cost(const double *x, size_t n, double penalty)
{
    double best[32];
    best[0] = -penalty;
    for (size_t end = 1; end <= n; end++) {
        best[end] = INFINITY;
        for (size_t begin = 0; begin < end; begin++) {
            double mean = 0, squares = 0;
            for (size_t i = begin; i < end; i++) {
                mean += x[i] / (double)(end - begin);
            }
            for (size_t i = begin; i < end; i++) {
                squares += (x[i] - mean) * (x[i] - mean);
            }
            double total = best[begin] + squares + penalty;
            best[end] = total < best[end] ? total : best[end];
        }
    }
    return best[n];
}

static void pelt_reaches_the_optimum_of_random_series(void **state)
{
    (void)state;
    ent_rng rng;
    ent__rng_seed(&rng, 7);
    for (int round = 0; round < 300; round++) {
        double x[24];
        for (int i = 0; i < 24; i++) {
            x[i] = ent__rng_normal(&rng) + (i / 6 % 2) * 2;
        }
        ent_shift_options o = ENT_SHIFT_DEFAULTS;
        o.scale = ENT_SCALE_VALUE;
        o.penalty = ENT_PENALTY_VALUE;
        o.penalty_value = 0.5 + round % 7;
        ent_shifts s;
        assert_int_equal(ent__shifts_find(ctx, x, 24, &o, &s), ENT_OK);
        double total = s.cost + (double)s.count * o.penalty_value;
        assert_true(fabs(total - least_cost(x, 24, o.penalty_value)) < 1e-9);
        ent__shifts_free(&s);
    }
}

static void bad_series_are_refused(void **state)
{
    (void)state;
    double x[] = {1, 2, NAN, 4, 5};
    ent_shifts s;
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    assert_int_equal(ent__shifts_find(ctx, x, 5, &o, &s), ENT_EINPUT);
    x[2] = 1.5;
    assert_int_equal(ent__shifts_find(ctx, x, 3, &o, &s), ENT_EINPUT);
    o.model = ENT_SHIFT_POISSON;
    assert_int_equal(ent__shifts_find(ctx, x, 5, &o, &s), ENT_EINPUT);
    o.model = ENT_SHIFT_MEAN;
    double flat[] = {3, 3, 3, 3, 3, 3};
    assert_int_equal(ent__shifts_find(ctx, flat, 6, &o, &s), ENT_OK);
    assert_int_equal(s.count, 0);
    ent__shifts_free(&s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(penalised_optima_are_those_of_changepoint),
        TEST(breaks_and_criteria_are_those_of_strucchange),
        TEST(intervals_are_those_of_strucchange), TEST(tests_are_those_of_strucchange),
        TEST(online_detection_is_that_of_ocp), TEST(exact_optima_have_the_sums_given),
        TEST(regression_breaks_are_those_of_strucchange),
        TEST(pelt_reaches_the_optimum_of_random_series), TEST(bad_series_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
