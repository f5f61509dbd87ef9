/* The store's figures, everything made from a seed:
 *   rows a second of a GDELT 2 file, beside `sqlite3 .import` of the same file into a bare table;
 *   memory of an import for a file and for one four times as large;
 *   one dyad out of five million events; PELT on a million values.
 * Arguments: the program.  ENTENTE_BENCH_ROWS (default 400000) and ENTENTE_BENCH_EVENTS (5000000)
 * make it smaller. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/align/align.h"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Of this process: what the figure is on a machine that does nothing else. */
static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static long from_environment(const char *name, long fallback)
{
    const char *given = getenv(name);
    long value = given == NULL ? 0 : atol(given);
    return value > 0 ? value : fallback;
}

typedef struct {
    double wall, cpu;
    long peak_kib;
    int status;
} run_figures;

static run_figures run(const char *const *words)
{
    run_figures f = {0};
    double begin = seconds();
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, 1);
        dup2(nothing, 2);
        execvp(words[0], (char *const *)words);
        _exit(127);
    }
    struct rusage usage;
    wait4(child, &f.status, 0, &usage);
    f.wall = seconds() - begin;
    f.peak_kib = usage.ru_maxrss;
    f.cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    return f;
}

/* ---- files from a seed ----------------------------------------------------------------------- */

static const char *const states[] = {
    "USA", "RUS", "CHN", "GBR", "FRA", "DEU", "IND", "JPN", "ISR", "IRN", "TUR", "UKR", "KOR", "PRK",
    "SAU", "SYR", "PAK", "AFG", "EGY", "IRQ", "BRA", "ITA", "ESP", "POL", "CAN", "AUS", "MEX", "NGA",
    "ZAF", "IDN", "VNM", "PHL", "THA", "MYS", "SGP", "GRC", "SWE", "NOR", "FIN", "NLD", "BEL", "AUT",
    "CHE", "CZE", "HUN", "ROU", "BGR", "SRB", "GEO", "ARM", "AZE", "KAZ", "UZB", "LBY", "TUN", "DZA",
    "MAR", "SDN", "ETH", "KEN"};
#define STATES ((uint32_t)(sizeof states / sizeof states[0]))

/* Few states fill most of the news: rank r with weight 1 / (r + 1), by inversion of the logarithm. */
static const char *draw_state(ent_rng *rng)
{
    uint32_t rank = (uint32_t)(exp(ent__rng_uniform(rng) * log(STATES + 1.0)) - 1);
    return states[rank < STATES ? rank : STATES - 1];
}

static const char *const codes[] = {"010", "020", "036", "040", "042", "043", "046", "051", "057",
                                    "061", "071", "081", "090", "100", "111", "112", "120", "130",
                                    "141", "150", "163", "173", "190", "193"};

static void write_gdelt(const char *path, long rows)
{
    static const char place[] = "4\tWashington, District of Columbia, United States\tUS\tUSDC\tDC001\t"
                                "38.8951\t-77.0364\t531871\t";
    ent_rng rng;
    ent__rng_seed(&rng, 20250301);
    FILE *f = fopen(path, "wb");
    for (long i = 0; i < rows; i++) {
        ent_date d = ent__date_of_days(15706 + (int32_t)(i * 4000 / rows));
        const char *a = draw_state(&rng), *b = draw_state(&rng), *code = codes[ent__rng_below(&rng, 24)];
        int root = (code[0] - '0') * 10 + code[1] - '0';
        fprintf(f, "%ld\t%04d%02d%02d\t%04d%02d\t%04d\t%.4f\t%sGOV\tPRESIDENT OF %s\t%s\t\t\t\t\tGOV\t\t"
                "\t%sMIL\tARMY OF %s\t%s\t\t\t\t\tMIL\t\t\t1\t%s\t%s\t%.2s\t%d\t%.1f\t%u\t1\t4\t%.6f\t%s%s%s"
                "%04d%02d%02d000000\thttps://www.example.org/news/%ld/a-headline-of-some-length.html\n",
                400000000 + i, d.year, d.month, d.day, d.year, d.month, d.year,
                d.year + (d.month * 30 + d.day) / 365.0, a, a, a, b, b, b, code, code, code,
                root <= 5 ? 1 : root <= 8 ? 2 : root <= 13 ? 3 : 4,
                ent__rng_uniform(&rng) * 20 - 10, 1 + ent__rng_below(&rng, 20),
                ent__rng_uniform(&rng) * 12 - 8, place, place, place, d.year, d.month, d.day, i);
    }
    fclose(f);
}

static void write_events(const char *path, long rows)
{
    ent_rng rng;
    ent__rng_seed(&rng, 7);
    FILE *f = fopen(path, "wb");
    for (long i = 0; i < rows; i++) {
        ent_date d = ent__date_of_days(9131 + (int32_t)(i * 10000 / rows));
        fprintf(f, "%04d%02d%02d\t%sGOV\t%sGOV\t%s\t\t%ld_%u\tNULL\n", d.year, d.month, d.day,
                draw_state(&rng), draw_state(&rng), codes[ent__rng_below(&rng, 24)], i,
                ent__rng_below(&rng, 40));
    }
    fclose(f);
}

static void remove_store(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".rejects.tsv"};
    char name[256];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        remove(name);
    }
}

/* ---- figures --------------------------------------------------------------------------------- */

static void bench_import(const char *program, const char *folder)
{
    long rows = from_environment("ENTENTE_BENCH_ROWS", 400000);
    char file[256], store[256], bare[256], create[2048], import[512];
    snprintf(file, sizeof file, "%s/gdelt.tsv", folder);
    snprintf(store, sizeof store, "%s/import.db", folder);
    snprintf(bare, sizeof bare, "%s/bare.db", folder);
    int n = snprintf(create, sizeof create, "CREATE TABLE t(");
    for (int i = 1; i <= 61; i++) {
        n += snprintf(create + n, sizeof create - (size_t)n, "c%d%s", i, i < 61 ? "," : ")");
    }
    snprintf(import, sizeof import, ".import %s t", file);
    const char *const ours[] = {program, "import", "gdelt2", file, "--store", store, NULL};
    const char *const theirs[] = {"sqlite3", bare, ".mode tabs", create, import, NULL};
    run_figures best[2] = {{.wall = 1e9}, {.wall = 1e9}};
    write_gdelt(file, rows);
    for (int round = 0; round < 3; round++) { /* in turn: the machine is as noisy for both */
        remove_store(store);
        remove_store(bare);
        run_figures a = run(ours), b = run(theirs);
        best[0] = a.wall < best[0].wall ? a : best[0];
        best[1] = b.wall < best[1].wall ? b : best[1];
    }
    printf("import of %ld GDELT 2 rows: entente %.0f rows/s (exit %d), sqlite3 .import %.0f rows/s "
           "(bare table, no index); ratio %.2f, of processor time %.2f\n", rows,
           (double)rows / best[0].wall, WEXITSTATUS(best[0].status), (double)rows / best[1].wall,
           best[1].wall / best[0].wall, best[1].cpu / best[0].cpu);
    write_gdelt(file, rows * 4);
    remove_store(store);
    run_figures large = run(ours);
    printf("peak memory of an import: %.1f MiB for %ld rows, %.1f MiB for %ld rows\n",
           (double)best[0].peak_kib / 1024, rows, (double)large.peak_kib / 1024, rows * 4);
    remove_store(store);
    remove_store(bare);
    remove(file);
}

static void bench_dyad(const char *program, const char *folder)
{
    long events = from_environment("ENTENTE_BENCH_EVENTS", 5000000);
    char file[256], path[256];
    snprintf(file, sizeof file, "%s/events.tsv", folder);
    snprintf(path, sizeof path, "%s/events.db", folder);
    write_events(file, events);
    remove_store(path);
    const char *const words[] = {program, "import", "phoenix", file, "--store", path, NULL};
    run_figures f = run(words);
    remove(file);
    ent_ctx *ctx;
    ent_store *store;
    if (ent_ctx_new(&ctx) != ENT_OK || ent__store_open(ctx, path, ENT_STORE_READ, &store) != ENT_OK) {
        printf("dyad: no store (%d)\n", f.status);
        return;
    }
    static const char *const dyads[][2] = {{"USA", "RUS"}, {"RUS", "CHN"}, {"DEU", "POL"}};
    for (int i = 0; i < 3; i++) {
        double least = 1e9, first = 0, cpu = 1e9;
        size_t records = 0;
        for (int round = 0; round < 5; round++) {
            ent_dyad_filter filter = {.source = dyads[i][0], .target = dyads[i][1]};
            ent_dyad_record *found;
            double begin = seconds(), cpu_begin = cpu_seconds();
            ent__store_dyad(ctx, store, &filter, &found, &records);
            double took = seconds() - begin, cpu_took = cpu_seconds() - cpu_begin;
            cpu = cpu_took < cpu ? cpu_took : cpu;
            first = round == 0 ? took : first;
            least = took < least ? took : least;
            free(found);
        }
        ent_series_options o = {.by = ENT_BY_MONTH, .level = 0.95, .seed = 1,
                                .dyad = {.source = dyads[i][0], .target = dyads[i][1]}};
        ent_series series;
        double begin = cpu_seconds();
        ent__series_read(ctx, store, &o, &series);
        double whole = cpu_seconds() - begin;
        printf("dyad %s %s of %ld events: %zu records, first %.1f ms, best of five %.1f ms (%.1f ms of "
               "processor); monthly series with 1,000 bootstrap draws each: %.1f ms of processor\n",
               dyads[i][0], dyads[i][1], events, records, first * 1e3, least * 1e3, cpu * 1e3,
               whole * 1e3);
        ent__series_free(&series);
    }
    printf("import of %ld short rows: %.0f rows/s (%.0f a second of processor), peak %.1f MiB\n",
           events, (double)events / f.wall, (double)events / f.cpu, (double)f.peak_kib / 1024);
    ent__store_close(store);
    ent_ctx_free(ctx);
    remove_store(path);
}

static void bench_pelt(size_t n, size_t regime, ent_shift_penalty penalty, ent_shift_scale scale)
{
    ent_ctx *ctx;
    double *x = malloc(n * sizeof *x);
    if (x == NULL || ent_ctx_new(&ctx) != ENT_OK) {
        free(x);
        return;
    }
    ent_rng rng;
    ent__rng_seed(&rng, 1);
    for (size_t i = 0; i < n; i++) {
        x[i] = ent__rng_normal(&rng) + 1.5 * (double)(i / regime % 2);
    }
    ent_shift_options o = ENT_SHIFT_DEFAULTS;
    o.scale = scale;
    o.penalty = penalty;
    ent_shifts s;
    double begin = seconds();
    if (ent__shifts_find(ctx, x, n, &o, &s) == ENT_OK) {
        printf("PELT, %zu values, regimes of %zu, %s, scale %s: %.2f s, %zu shifts\n", n, regime,
               penalty == ENT_PENALTY_BIC ? "BIC" : "MBIC",
               scale == ENT_SCALE_DIFF ? "from differences" : "from residuals", seconds() - begin,
               s.count);
        ent__shifts_free(&s);
    }
    ent_ctx_free(ctx);
    free(x);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/entente-bench-XXXXXX";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2 || mkdtemp(folder) == NULL) {
        fputs("usage: bench_store PROGRAM\n", stderr);
        return 2;
    }
    bench_pelt(1000000, 200, ENT_PENALTY_BIC, ENT_SCALE_DIFF);
    bench_pelt(1000000, 200, ENT_PENALTY_MBIC, ENT_SCALE_RESIDUAL);
    bench_pelt(1000000, 5000, ENT_PENALTY_BIC, ENT_SCALE_DIFF);
    bench_import(argv[1], folder);
    bench_dyad(argv[1], folder);
    rmdir(folder);
    return 0;
}
