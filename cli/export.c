/* entente export: events, statements, documents, quantities as CSV, JSON Lines or another data
 * set's layout; dyads with the codes that others join on; votes and other public data. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dyad_series.h"
#include "export_public.h"

typedef struct {
    ent_ctx *ctx;
    FILE *file;
    const char *name;
} sink;

static ent_rc write_bytes(void *user, ent_str bytes)
{
    sink *s = user;
    return fwrite(bytes.p, 1, bytes.n, s->file) == bytes.n
               ? ENT_OK
               : ent__fail(s->ctx, ENT_EINPUT, s->name, 0, "can't write: %s", strerror(errno));
}

/* An export may be larger than memory: it goes to FILE.part, which becomes FILE at its end. */
static ent_rc open_sink(const ent_cli *cli, sink *s, ent_buf *part)
{
    const char *path = ent__cli_option(cli, "output", NULL);
    *s = (sink){cli->ctx, stdout, "standard output"};
    if (path == NULL || strcmp(path, "-") == 0) {
        return ENT_OK;
    }
    ent__buf_printf(part, "%s.part", path);
    s->name = path;
    s->file = part->failed ? NULL : fopen(part->p, "wb");
    return s->file != NULL ? ENT_OK
                           : ent__fail(cli->ctx, ENT_EINPUT, path, 0, "can't write: %s",
                                       strerror(errno));
}

static ent_rc close_sink(const ent_cli *cli, sink *s, const ent_buf *part, ent_rc rc)
{
    if (s->file == NULL) {
        return rc;
    }
    bool written = fflush(s->file) == 0;
    if (s->file != stdout) {
        written = fclose(s->file) == 0 && written;
        if (rc == ENT_OK && written) {
            written = rename(part->p, s->name) == 0;
        } else {
            remove(part->p);
        }
    }
    return rc == ENT_OK && !written
               ? ent__fail(cli->ctx, ENT_EINPUT, s->name, 0, "can't write: %s", strerror(errno))
               : rc;
}

/* ---- dyads --------------------------------------------------------------------------------- */

typedef struct {
    sink *out;
    ent_buf line;
    bool jsonl;
} dyad_writer;

static void add_number(ent_buf *out, double value)
{
    char text[32] = "";
    if (!isnan(value)) {
        ent__double_text(value, text);
    }
    ent__buf_printf(out, ",%s", text);
}

static void csv_dyad(ent_buf *out, const ent_dyad_period *row)
{
    const ent_series_point *p = row->point;
    ent__buf_printf(out, "%.*s,%.*s,%.*s,%.*s,%.*s,%.*s,%d,%s,%lld,%lld,%lld,%lld,%lld",
                    ENT_FMT(row->source.iso3), ENT_FMT(row->target.iso3),
                    ENT_FMT(row->source.ccode), ENT_FMT(row->target.ccode),
                    ENT_FMT(row->source.gwcode), ENT_FMT(row->target.gwcode), row->year,
                    row->period, (long long)p->count, (long long)p->quad[1],
                    (long long)p->quad[2], (long long)p->quad[3], (long long)p->quad[4]);
    const double values[] = {p->count_low, p->count_high, p->net, p->net_low, p->net_high,
                             p->goldstein, p->goldstein_low, p->goldstein_high};
    for (int i = 0; i < 8; i++) {
        add_number(out, values[i]);
    }
    ent__buf_printf(out, ",%lld,%d,%d\n", (long long)p->mentions, p->covered_days, p->days);
}

static void json_dyad(ent_buf *out, const ent_dyad_period *row)
{
    const ent_series_point *p = row->point;
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "iso3_1", row->source.iso3);
    ent__json_kstr(&json, "iso3_2", row->target.iso3);
    const ent_str numbers[] = {row->source.ccode, row->target.ccode, row->source.gwcode,
                               row->target.gwcode};
    static const char *const names[] = {"ccode1", "ccode2", "gwcode1", "gwcode2"};
    for (int i = 0; i < 4; i++) {
        ent__json_key(&json, names[i]);
        ent__json_raw(&json, numbers[i].n > 0 ? numbers[i] : ENT_LIT("null"));
    }
    ent__json_kint(&json, "year", row->year);
    ent__json_kz(&json, "period", row->period);
    ent__json_kint(&json, "events", p->count);
    ent__json_key(&json, "quad");
    ent__json_open(&json, '[');
    for (int q = 1; q <= 4; q++) {
        ent__json_int(&json, p->quad[q]);
    }
    ent__json_close(&json, ']');
    ent__json_kdouble(&json, "events_low", p->count_low);
    ent__json_kdouble(&json, "events_high", p->count_high);
    ent__json_kdouble(&json, "net", p->net);
    ent__json_kdouble(&json, "net_low", p->net_low);
    ent__json_kdouble(&json, "net_high", p->net_high);
    ent__json_kdouble(&json, "goldstein", p->goldstein);
    ent__json_kdouble(&json, "goldstein_low", p->goldstein_low);
    ent__json_kdouble(&json, "goldstein_high", p->goldstein_high);
    ent__json_kint(&json, "mentions", p->mentions);
    ent__json_kint(&json, "covered_days", p->covered_days);
    ent__json_kint(&json, "days", p->days);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static ent_rc dyad_row(void *user, const ent_dyad_period *row)
{
    dyad_writer *w = user;
    w->line.n = 0;
    if (w->jsonl) {
        json_dyad(&w->line, row);
    } else {
        csv_dyad(&w->line, row);
    }
    return w->line.failed ? ent__nomem(w->out->ctx)
                          : write_bytes(w->out, ent__buf_slice(&w->line));
}

static ent_rc export_dyads(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                           const ent_store_filter *filter, const char *format, sink *s)
{
    dyad_writer w = {.out = s, .jsonl = strcmp(format, "jsonl") == 0};
    if (!w.jsonl && strcmp(format, "csv") != 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "can't export dyads as \"%s\"", format);
    }
    ent_series_options options;
    ent_rc rc = ent__cli_counting(cli, "year", &options);
    if (rc == ENT_OK && !w.jsonl) {
        rc = write_bytes(s, ENT_LIT("iso3_1,iso3_2,ccode1,ccode2,gwcode1,gwcode2,year,period,events,"
                                    "verbal_cooperation,material_cooperation,verbal_conflict,"
                                    "material_conflict,events_low,events_high,net,net_low,net_high,"
                                    "goldstein,goldstein_low,goldstein_high,mentions,covered_days,"
                                    "days\n"));
    }
    rc = rc != ENT_OK ? rc : ent__series_dyads(cli->ctx, store, kit, &options, filter, dyad_row, &w);
    ent__buf_free(&w.line);
    return rc;
}

static ent_rc export_rows(const ent_cli *cli, ent_store *store, const ent_kit *kit,
                          const ent_store_filter *filter)
{
    const char *what = cli->arguments[0], *format =
        ent__cli_option(cli, "format", ent__cli_flag(cli, "json") ? "jsonl" : "csv");
    sink s;
    ent_buf part = {0};
    ent_export_report report = {0};
    ent_rc rc = open_sink(cli, &s, &part);
    if (rc == ENT_OK) {
        rc = strcmp(what, "dyads") == 0
                 ? export_dyads(cli, store, kit, filter, format, &s)
             : ent__cli_is_public_table(what)
                 ? ent__cli_export_public(cli, kit, store, what, format, write_bytes, &s)
                 : ent__store_export(cli->ctx, store, kit, what, format, filter, write_bytes, &s,
                                     &report);
        rc = close_sink(cli, &s, &part, rc);
    }
    ent__buf_free(&part);
    if (rc == ENT_OK && report.left_out > 0) {
        fprintf(stderr, "%lld rows exported, %lld left out: %s has no code for them or needs a day\n",
                (long long)report.rows, (long long)report.left_out, format);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "export: expected events, statements, documents, quantities, dyads, "
                         "rollcalls, votes or other public data (see --help)");
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_store_filter filter;
    ent_rc rc = ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_filter(cli, kit, &filter);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    rc = rc != ENT_OK ? rc : export_rows(cli, store, kit, &filter);
    ent__store_close(store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store"},
    {"format", "FORMAT", "csv (default), jsonl; events also gdelt gdelt2 icews phoenix polecat acled, "
                         "votes also voeten"},
    {"by", "PERIOD", "dyads: day, week, month, quarter or year (default)"},
    {"duplicates", "RULE", "dyads: event (default), all, day or spell"},
    {"unsure", NULL, "dyads: count hypothetical, negated and future events too"},
    {"level", "P", "dyads: of the intervals (default 0.95)"},
    {"actor", "CODE", "source side"},
    {"target", "CODE", "target side"},
    {"undirected", NULL, "the other way round too"},
    {"since", "DATE", "from this day, month or year on"},
    {"until", "DATE", "up to its end"},
    {"type", "TYPE", "PLOVER type, or the first digits of a CAMEO code"},
    {"dataset", "NAME", "entente gdelt gdelt2 icews phoenix polecat acled events"},
    {"doc", "ID", "of one document"},
    {"limit", "N", "at most N rows"},
    {"session", "N", "votes: of one session"},
    {"resolutions", "PATTERN", "votes: these symbols, as 'ES-11/*'"},
    {"issue", "TAG", "votes: me nu di hr co ec (may be given again)"},
    {"assembly", NULL, "votes: of the General Assembly alone"},
    {"council", NULL, "votes: of the Security Council alone"},
    {0},
};

const ent_command ent__command_export = {
    .name = "export",
    .summary = "The store's rows as CSV, JSON Lines or another data set's layout",
    .usage = "entente export events|statements|documents|quantities|dyads|rollcalls|votes|matches|"
             "alliances|disputes|wars|organisations|capabilities|trade|gdp|series --store DB"
             " [--format FORMAT] [FILTER...]",
    .examples =
        "  entente export events --store my.db -o events.csv\n"
        "  entente export dyads --store my.db --by year -o dyads.csv  # ccode1, ccode2, year: joins\n"
        "  entente export events --store my.db --format icews --actor USA --target RUS\n"
        "  entente export rollcalls --store my.db -o rollcalls.csv    # with votes and matches: all\n"
        "  entente export votes --store my.db -o votes.csv            # that import votes reads back\n"
        "  entente export votes --store my.db --format voeten --session 79 --actor USA\n",
    .options = options,
    .run = run,
};
