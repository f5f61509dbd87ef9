/* entente relate: the political relation of a given pair in a sentence, a row a pair. */
#include <string.h>

#include "../src/events/events.h"
#include "cli.h"

#define LINE_LIMIT (1U << 20)
#define COLUMN_MAX 64
#define REASON_MAX 6

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    ent_arena *arena; /* of one row */
    const char *path;
    int sentence, source, target, date; /* columns; -1: none */
    size_t columns;
    bool json, why;
    ent_buf out;
} relating;

static size_t split_row(ent_str line, ent_str cells[COLUMN_MAX])
{
    size_t count = 0;
    while (count < COLUMN_MAX && ent__str_split(&line, '\t', &cells[count])) {
        count++;
    }
    return count;
}

static ent_rc read_header(relating *r, ent_str line)
{
    ent_str cells[COLUMN_MAX];
    r->sentence = r->source = r->target = r->date = -1;
    r->columns = split_row(line, cells);
    for (size_t i = 0; i < r->columns; i++) {
        if (ent__str_eqz(cells[i], "sentence")) {
            r->sentence = (int)i;
        } else if (ent__str_eqz(cells[i], "source")) {
            r->source = (int)i;
        } else if (ent__str_eqz(cells[i], "target")) {
            r->target = (int)i;
        } else if (ent__str_eqz(cells[i], "date")) {
            r->date = (int)i;
        }
    }
    if (r->sentence < 0) {
        return ent__fail(r->cli->ctx, ENT_EINPUT, r->path, 1,
                         "expected a header line with the column \"sentence\" (and \"source\", "
                         "\"target\"), tab-separated");
    }
    if (!r->json) {
        ent__buf_str(&r->out, line);
        ent__buf_z(&r->out, r->why ? "\ttype\tscore\trule\twhy\n" : "\ttype\tscore\n");
    }
    return ENT_OK;
}

static const char *type_text(const ent_relation *relation)
{
    return relation->type == ENT_PLOVER_NONE ? "-" : ent__plover_name(relation->type);
}

static void write_json(relating *r, const ent_str *cells, const ent_relation *relation,
                       const ent_reason *reasons, size_t reason_count)
{
    ent_json json = ent__json(&r->out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "sentence", cells[r->sentence]);
    ent__json_kstr(&json, "source", r->source < 0 ? ENT_LIT("") : cells[r->source]);
    ent__json_kstr(&json, "target", r->target < 0 ? ENT_LIT("") : cells[r->target]);
    ent__json_kz(&json, "type", type_text(relation));
    ent__json_kdouble(&json, "score", relation->score);
    ent__json_kstr(&json, "rule", relation->rule);
    if (r->why) {
        ent__json_key(&json, "why");
        ent__json_open(&json, '[');
        for (size_t i = 0; i < reason_count; i++) {
            ent__json_open(&json, '{');
            ent__json_kstr(&json, "feature", reasons[i].feature);
            ent__json_kdouble(&json, "weight", reasons[i].weight);
            ent__json_close(&json, '}');
        }
        ent__json_close(&json, ']');
    }
    ent__json_version(&json, r->kit);
    ent__json_close(&json, '}');
    ent__buf_char(&r->out, '\n');
}

/* The row as it came, its missing cells made empty, and what was found. */
static void write_row(relating *r, ent_str line, size_t cells_given, const ent_relation *relation,
                      const ent_reason *reasons, size_t reason_count)
{
    ent__buf_str(&r->out, line);
    for (size_t i = cells_given; i < r->columns; i++) {
        ent__buf_char(&r->out, '\t');
    }
    ent__buf_printf(&r->out, "\t%s\t%.3f", type_text(relation), relation->score);
    if (r->why) {
        ent__buf_printf(&r->out, "\t%.*s\t", ENT_FMT(relation->rule));
        for (size_t i = 0; i < reason_count; i++) {
            ent__buf_printf(&r->out, "%s%.*s %+.2f", i == 0 ? "" : ", ",
                            ENT_FMT(reasons[i].feature), reasons[i].weight);
        }
    }
    ent__buf_char(&r->out, '\n');
}

static ent_rc relate_row(relating *r, ent_str line, long number)
{
    ent_str cells[COLUMN_MAX];
    size_t count = split_row(line, cells);
    if (count < r->columns && (int)count <= r->sentence) {
        return ent__fail(r->cli->ctx, ENT_EINPUT, r->path, number,
                         "expected %zu tab-separated columns, got %zu", r->columns, count);
    }
    for (size_t i = count; i < r->columns; i++) {
        cells[i] = (ent_str){"", 0};
    }
    ent__arena_reset(r->arena);
    ent_relation relation;
    ent_reason reasons[REASON_MAX];
    size_t reason_count = r->why ? REASON_MAX : 0;
    size_t bad;
    if (!ent__utf8_valid(cells[r->sentence], &bad)) {
        return ent__fail(r->cli->ctx, ENT_EINPUT, r->path, number, "expected UTF-8 (byte %zu)",
                         bad);
    }
    ent_date at = {0};
    if (r->date >= 0 && cells[r->date].n > 0 && !ent__date_parse(cells[r->date], &at)) {
        return ent__fail(r->cli->ctx, ENT_EINPUT, r->path, number,
                         "expected a date like 2022-02-24, got \"%.*s\"", ENT_FMT(cells[r->date]));
    }
    ent_rc rc = ent__events_relate_text(r->cli->ctx, r->kit, r->arena, cells[r->sentence], at,
                                        r->source < 0 ? ENT_LIT("") : cells[r->source],
                                        r->target < 0 ? ENT_LIT("") : cells[r->target], &relation,
                                        reasons, &reason_count);
    if (rc == ENT_OK && r->json) {
        write_json(r, cells, &relation, reasons, reason_count);
    } else if (rc == ENT_OK) {
        write_row(r, line, count, &relation, reasons, reason_count);
    }
    return rc;
}

static ent_rc relate_file(relating *r)
{
    ent_lines *lines;
    ent_rc rc = ent__lines_open(r->cli->ctx, r->path, LINE_LIMIT, &lines);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_str line;
    int more = 0;
    while (rc == ENT_OK && (more = ent__lines_next(r->cli->ctx, lines, &line)) > 0) {
        long number = ent__lines_number(lines);
        if (number == 1) {
            rc = read_header(r, line);
        } else if (line.n > 0) {
            rc = relate_row(r, line, number);
        }
    }
    ent__lines_close(lines);
    return rc == ENT_OK && more < 0 ? (ent_rc)more : rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "expected one file of pairs, got %zu",
                         cli->argument_count);
    }
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    relating r = {.cli = cli,
                  .kit = kit,
                  .arena = ent__arena_new(),
                  .path = cli->arguments[0],
                  .json = ent__cli_flag(cli, "json"),
                  .why = ent__cli_flag(cli, "why")};
    rc = r.arena == NULL ? ent__nomem(cli->ctx) : relate_file(&r);
    if (rc == ENT_OK) {
        rc = r.out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&r.out));
    }
    ent__buf_free(&r.out);
    ent__arena_free(r.arena);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"why", NULL, "add the rule and the features that decided"},
    {0},
};

const ent_command ent__command_relate = {
    .name = "relate",
    .summary = "The political relation of a given pair in a sentence",
    .usage = "entente relate PAIRS.tsv [--why] [--json]",
    .examples = "  entente relate pairs.tsv           # adds the columns type and score\n"
                "  entente relate pairs.tsv --why     # and what decided\n"
                "  PAIRS.tsv: header line with sentence, source, target: words of the sentence,\n"
                "  or names, codes, demonyms (CHN, Iranian, Angela Merkel); date (2014-05-01)\n"
                "  says who held office; without source and target the main relation is told.",
    .options = options,
    .run = run,
};
