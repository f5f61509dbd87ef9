/* entente import: public data into the store: events, votes, alliances, trade. */
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vote_files.h"

typedef struct {
    const char *path;
    double started, told;
    bool terminal, line_open;
} progress;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* One line that is written over on a terminal, one every ten seconds elsewhere. */
static void show_progress(void *user, const ent_import_report *r)
{
    progress *p = user;
    double now = seconds();
    if (now - p->told < (p->terminal ? 0.25 : 10.0)) {
        return;
    }
    p->told = now;
    int64_t fresh = r->lines - r->resumed_at;
    fprintf(stderr, "%s%s: %lld lines, %.0f a second, %lld stored, %lld known, %lld left out%s",
            p->terminal ? "\r" : "", p->path, (long long)r->lines,
            (double)fresh / (now - p->started + 1e-9), (long long)r->rows, (long long)r->known,
            (long long)r->rejected, p->terminal ? "\033[K" : "\n");
    p->line_open = p->terminal;
}

static void tell_end(const char *path, const ent_import_report *r, const char *rejects)
{
    if (r->already) {
        fprintf(stderr, "%s: imported before, not read again\n", path);
        return;
    }
    fprintf(stderr, "%s: %lld rows stored, %lld known already, %lld left out%s%s", path,
            (long long)r->rows, (long long)r->known, (long long)r->rejected,
            r->rejected > 0 ? ": see " : "", r->rejected > 0 ? rejects : "");
    if (r->repaired > 0) {
        fprintf(stderr, "; %lld with bytes that are no UTF-8, read as Latin-1",
                (long long)r->repaired);
    }
    if (r->resumed_at > 0) {
        fprintf(stderr, "; went on after line %lld", (long long)r->resumed_at);
    }
    fputc('\n', stderr);
}

static void json_report(ent_json *json, const char *path, const ent_import_report *r)
{
    ent__json_open(json, '{');
    ent__json_kz(json, "file", path);
    ent__json_kint(json, "lines", r->lines);
    ent__json_kint(json, "rows", r->rows);
    ent__json_kint(json, "known", r->known);
    ent__json_kint(json, "rejected", r->rejected);
    ent__json_kint(json, "repaired", r->repaired);
    ent__json_kint(json, "resumed_at", r->resumed_at);
    ent__json_kbool(json, "already", r->already);
    ent__json_close(json, '}');
}

/* A file that can't be read does not keep the others from being read; the last error counts. */
static ent_rc import_files(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                           const char *rejects, ent_json *json)
{
    ent_rc result = ENT_OK;
    for (size_t i = 1; i < cli->argument_count; i++) {
        progress p = {.path = cli->arguments[i], .started = seconds(), .told = seconds(),
                      .terminal = isatty(STDERR_FILENO) == 1};
        ent_import_options options = {.format = cli->arguments[0], .path = p.path,
                                      .rejects = rejects, .progress = show_progress, .user = &p};
        ent_import_report report;
        ent_rc rc = ent__store_import(cli->ctx, store, kit, &options, &report);
        if (p.line_open) {
            fputs("\r\033[K", stderr);
        }
        if (rc == ENT_OK || report.lines > 0) {
            tell_end(p.path, &report, rejects);
            json_report(json, p.path, &report);
        }
        if (rc != ENT_OK && rc != ENT_EINPUT) {
            return rc;
        }
        if (rc != ENT_OK && i + 1 < cli->argument_count) {
            fprintf(stderr, "entente: %s\n", ent_ctx_error(cli->ctx));
        }
        result = rc != ENT_OK ? rc : result;
    }
    return result;
}

/* ---- public data on states: votes, facts of dyads, trade ----------------------------------- */

static const char *const public_formats[] = {"votes", "alliances", "capabilities", "disputes",
                                             "organisations", "trade", "series"};

static bool is_public_format(const char *name)
{
    for (size_t i = 0; i < sizeof public_formats / sizeof *public_formats; i++) {
        if (strcmp(name, public_formats[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void json_votes(ent_json *json, const ent_votes *votes)
{
    for (size_t i = 1; i < votes->source_count; i++) {
        const ent_vote_source *s = &votes->sources[i];
        ent__json_open(json, '{');
        ent__json_kstr(json, "file", s->path);
        ent__json_kz(json, "layout", s->layout);
        ent__json_kint(json, "lines", s->lines);
        ent__json_kint(json, "roll_calls", s->roll_calls);
        ent__json_kint(json, "votes", s->votes);
        ent__json_kint(json, "known", s->doubled);
        ent__json_kint(json, "different", s->disagreed);
        ent__json_kdouble(json, "agree", s->doubled > 0 ? 1.0 * (s->doubled - s->disagreed) /
                                                              s->doubled
                                                        : NAN);
        ent__json_kint(json, "unknown_states", s->unknown_states);
        ent__json_kint(json, "undated", s->undated);
        ent__json_close(json, '}');
    }
}

static ent_rc import_votes(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                           ent_json *json)
{
    ent_votes *votes;
    ent_rc rc = ent__votes_new(cli->ctx, kit, &votes);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__votes_from_store(cli->ctx, votes, store);
    for (size_t i = 1; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = ent__votes_read(cli->ctx, votes, cli->arguments[i]);
    }
    rc = rc ? rc : ent__votes_finish(cli->ctx, votes);
    rc = rc ? rc : ent__votes_to_store(cli->ctx, votes, store);
    if (rc == ENT_OK) {
        ent__cli_tell_sources(votes, 1, ent__cli_flag(cli, "verbose") ? 1000 : 5);
        ent__cli_tell_missing(votes);
        json_votes(json, votes);
    }
    ent__votes_free(votes);
    return rc;
}

static ent_rc import_facts(const ent_cli *cli, ent_store *store)
{
    ent_facts facts = {0};
    ent_rc rc = ENT_OK;
    for (size_t i = 1; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = ent__facts_read(cli->ctx, &facts, cli->arguments[i]);
    }
    ent__facts_finish(&facts);
    rc = rc ? rc : ent__facts_to_store(cli->ctx, &facts, store);
    for (int k = 0; rc == ENT_OK && k < ENT_FACT_COUNT; k++) {
        if (facts.first_year[k] != 0) {
            fprintf(stderr, "%s: %d to %d\n", ent__fact_names[k], (int)facts.first_year[k],
                    (int)facts.last_year[k]);
        }
    }
    ent__facts_free(&facts);
    return rc;
}

static ent_rc import_trade(const ent_cli *cli, ent_store *store, const ent_kit *kit)
{
    const char *exporter = ent__cli_option(cli, "exporter", NULL);
    ent_states *states;
    ent_trade *trade = NULL;
    ent_rc rc = ent__states_new(cli->ctx, kit, &states);
    int32_t from = rc == ENT_OK && exporter
                       ? ent__states_ccode(states, ent__str(exporter), (ent_date){0}) : 0;
    rc = rc ? rc : ent__trade_new(cli->ctx, &trade);
    for (size_t i = 1; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = ent__trade_read(cli->ctx, states, trade, cli->arguments[i], from);
    }
    rc = rc ? rc : ent__trade_finish(cli->ctx, trade);
    rc = rc ? rc : ent__trade_to_store(cli->ctx, trade, store);
    if (rc == ENT_OK) {
        fprintf(stderr, "%zu flows stored, %zu lines of aggregates or unknown states left out\n",
                trade->count, trade->unknown);
    }
    ent__trade_free(trade);
    ent__states_free(states);
    return rc;
}

static ent_rc import_series(const ent_cli *cli, ent_store *store, const ent_kit *kit)
{
    ent_states *states;
    ent_given *given = NULL;
    ent_rc rc = ent__states_new(cli->ctx, kit, &states);
    rc = rc ? rc : ent__given_new(cli->ctx, &given);
    for (size_t i = 1; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = ent__given_read(cli->ctx, states, given, cli->arguments[i],
                             ent__cli_option(cli, "name", NULL));
    }
    if (rc == ENT_OK) {
        ent__given_finish(given);
        rc = ent__given_to_store(cli->ctx, given, store);
    }
    for (size_t i = 0, end; rc == ENT_OK && i < given->count; i = end) {
        const ent_given_point *first = &given->points[i];
        size_t series = 1;
        for (end = i + 1; end < given->count && ent__str_eq(given->points[end].name, first->name);
             end++) {
            series += !ent__str_eq(given->points[end].a, given->points[end - 1].a) ||
                      !ent__str_eq(given->points[end].b, given->points[end - 1].b);
        }
        fprintf(stderr, "%.*s: %zu points of %zu %s\n", ENT_FMT(first->name), end - i, series,
                first->b.n > 0 ? "pairs" : first->a.n > 0 ? "states" : "series");
    }
    if (rc == ENT_OK && given->missing + given->repeated + given->unknown > 0) {
        fprintf(stderr, "%zu cells without a value, %zu told twice (the last stays), %zu lines of "
                        "names that are no state, kept as written\n",
                given->missing, given->repeated, given->unknown);
    }
    ent__given_free(given);
    ent__states_free(states);
    return rc;
}

static ent_rc import_public(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                            ent_json *json)
{
    const char *format = cli->arguments[0];
    return strcmp(format, "votes") == 0   ? import_votes(cli, store, kit, json)
           : strcmp(format, "trade") == 0 ? import_trade(cli, store, kit)
           : strcmp(format, "series") == 0 ? import_series(cli, store, kit)
                                          : import_facts(cli, store);
}

static ent_rc check_words(const ent_cli *cli)
{
    const char *names[32];
    size_t count = 0;
    while ((names[count] = ent__import_format_name(count)) != NULL) {
        count++;
    }
    for (size_t i = 0; i < sizeof public_formats / sizeof *public_formats; i++) {
        names[count++] = public_formats[i];
    }
    if (cli->argument_count < 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "import: expected a format and files");
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], cli->arguments[0]) == 0) {
            return ent__cli_option(cli, "store", NULL) != NULL
                       ? ENT_OK
                       : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "import: --store DB is missing");
        }
    }
    const char *near = ent__cli_did_you_mean(cli->arguments[0], names, count);
    return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "import: no format \"%s\"%s%s%s",
                     cli->arguments[0], near ? "; did you mean " : "", near ? near : "",
                     near ? "?" : "");
}

static ent_rc run(ent_cli *cli)
{
    ent_rc rc = check_words(cli);
    if (rc != ENT_OK) {
        return rc;
    }
    const char *path = ent__cli_option(cli, "store", NULL);
    ent_buf rejects = {0}, out = {0};
    ent__buf_printf(&rejects, "%s.rejects.tsv", path);
    ent_kit *kit = NULL;
    ent_store *store = NULL;
    rc = rejects.failed ? ent__nomem(cli->ctx) : ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__store_open(cli->ctx, path, ENT_STORE_WRITE, &store);
    if (rc == ENT_OK) {
        ent_json json = ent__json(&out);
        ent__json_open(&json, '{');
        ent__json_key(&json, "files");
        ent__json_open(&json, '[');
        rc = is_public_format(cli->arguments[0])
                 ? import_public(cli, store, kit, &json)
                 : import_files(cli, store, kit, ent__cli_option(cli, "rejects", rejects.p), &json);
        ent__json_close(&json, ']');
        ent__json_version(&json, kit);
        ent__json_close(&json, '}');
        ent__buf_char(&out, '\n');
        if (rc == ENT_OK && ent__cli_flag(cli, "json")) {
            rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
        }
    }
    ent__store_close(store);
    ent_kit_free(kit);
    ent__buf_free(&rejects);
    ent__buf_free(&out);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store; created when missing"},
    {"rejects", "FILE", "where rows that can't be read go (default DB.rejects.tsv)"},
    {"exporter", "STATE", "trade: for files that name no exporter"},
    {"name", "NAME", "series: what it is called where the file does not say (default the file's name)"},
    {"verbose", NULL, "votes: every disagreement between sources"},
    {0},
};

const ent_command ent__command_import = {
    .name = "import",
    .summary = "Public data into the store: events, votes, alliances, trade, any series",
    .usage = "entente import gdelt|gdelt2|icews|polecat|phoenix|acled|events|votes|alliances|"
             "capabilities|disputes|organisations|trade|series FILE... --store DB",
    .examples =
        "  entente import gdelt2 20250301*.export.CSV.zip --store my.db   # zipped, as they come\n"
        "  entente import icews events.2018.tab.gz --store my.db          # resumes where it stopped\n"
        "  entente import votes rollcalls.csv votes.csv --store my.db     # merged, clashes counted\n"
        "  entente import series IdealpointsJuly2025.csv --store my.db    # or any table by period\n"
        "  entente read news.jsonl | entente import events - --store my.db\n",
    .options = options,
    .run = run,
};
