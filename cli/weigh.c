/* entente weigh: competing hypotheses against evidence. */
#include <string.h>
#include <time.h>

#include "../src/weigh/weigh.h"
#include "cli.h"

/* The analyst that --analyst or --blind names; *out is left alone where the option is not given. */
static ent_rc find_analyst(const ent_cli *cli, const ent_case *c, const char *option, size_t *out)
{
    const char *name = ent__cli_option(cli, option, NULL);
    for (size_t a = 0; name != NULL && a < c->analyst_count; a++) {
        if (ent__str_eqz(c->analysts[a], name)) {
            *out = a;
            return ENT_OK;
        }
    }
    return name == NULL ? ENT_OK
                        : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                                    "--%s: the case has no analyst \"%s\"", option, name);
}

/* --blind NAME: *out_hidden while ratings of NAME are missing; then only those are shown. */
static ent_rc blind_entry(const ent_cli *cli, const ent_case *c, bool *out_hidden)
{
    size_t analyst = SIZE_MAX;
    ent_buf out = {0};
    ent_rc rc = find_analyst(cli, c, "blind", &analyst);
    *out_hidden = rc == ENT_OK && analyst != SIZE_MAX && ent__weigh_blind(&out, c, analyst) > 0;
    if (*out_hidden) {
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    return rc;
}

/* The case cut down to one analyst, for a CSV matrix. */
static void keep_analyst(ent_case *c, const ent_weigh_view *view)
{
    if (view->analyst != SIZE_MAX) {
        c->ratings += ent__cell(c, view->analyst, 0, 0);
        c->reasons += ent__cell(c, view->analyst, 0, 0);
        c->analysts += view->analyst;
        c->analyst_count = 1;
    }
}

static const char *choose_format(const ent_cli *cli)
{
    ent_str path = ent__str(ent__cli_option(cli, "output", ""));
    static const char *const endings[][2] = {{".json", "json"}, {".md", "markdown"},
                                             {".html", "html"}, {".svg", "svg"}, {".csv", "csv"}};
    const char *format = ent__cli_flag(cli, "json") ? "json" : "text";
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        format = ent__str_ends(path, endings[i][0]) ? endings[i][1] : format;
    }
    return ent__cli_option(cli, "format", format);
}

static ent_rc write_as(const ent_cli *cli, const ent_kit *kit, const char *format, ent_case *c,
                       const ent_weighing *w, ent_buf *out)
{
    if (strcmp(format, "text") == 0) {
        ent__weigh_text(out, w, ent__cli_flag(cli, "evidence-rows"));
    } else if (strcmp(format, "json") == 0) {
        ent__weigh_json(out, kit, w);
    } else if (strcmp(format, "markdown") == 0) {
        ent__weigh_markdown(out, kit, w);
    } else if (strcmp(format, "html") == 0) {
        ent__weigh_html(out, kit, w);
    } else if (strcmp(format, "svg") == 0) {
        ent__weigh_svg(out, w);
    } else if (strcmp(format, "csv") == 0) {
        keep_analyst(c, &w->view);
        return ent__case_csv(cli->ctx, out, c);
    } else {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--format: expected text, json, markdown, html, svg or csv, got \"%s\"",
                         format);
    }
    return out->failed ? ent__nomem(cli->ctx) : ENT_OK;
}

/* ---- the store: history, links, suggestions ---- */

typedef struct {
    const ent_cli *cli;
    ent_buf *out;
    ent_arena *arena;
    ent_case *before; /* of the same case */
    ent_str before_id;
    ent_json json;    /* open in the list of states with --json */
    bool as_json;
} history;

/* One state of a case as JSON; changes: a line a change. */
static void json_revision(ent_json *json, const ent_stored_case *row, ent_str changes)
{
    ent_str line;
    ent__json_open(json, '{');
    ent__json_kstr(json, "case", row->id);
    ent__json_kint(json, "revision", row->revision);
    ent__json_kstr(json, "recorded", row->recorded);
    ent__json_kstr(json, "author", row->author);
    ent__json_kstr(json, "sha256", row->sha256);
    ent__json_key(json, "changes");
    ent__json_open(json, '[');
    while (changes.n > 0 && ent__str_split(&changes, '\n', &line)) {
        line = ent__str_trim(line);
        if (line.n > 0) {
            ent__json_str(json, line);
        }
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
}

static ent_rc show_revision(void *user, const ent_stored_case *row)
{
    history *h = user;
    ent_case *now;
    ent_str yaml = ent__arena_str(h->arena, row->yaml), id = ent__arena_str(h->arena, row->id);
    ent_buf changes = {0};
    ent_rc rc = ent__case_parse_yaml(h->cli->ctx, h->arena, yaml, "stored case", &now);
    if (rc == ENT_OK && h->before != NULL && ent__str_eq(h->before_id, id)) {
        ent__case_changes(&changes, h->before, now);
    }
    if (h->as_json) {
        json_revision(&h->json, row, ent__buf_slice(&changes));
    } else {
        ent__buf_printf(h->out, "%.*s revision %lld, %.*s, %.*s\n", ENT_FMT(row->id),
                        (long long)row->revision, ENT_FMT(row->recorded), ENT_FMT(row->author));
        ent__buf_str(h->out, ent__buf_slice(&changes));
    }
    h->out->failed |= changes.failed;
    ent__buf_free(&changes);
    h->before = rc == ENT_OK ? now : NULL;
    h->before_id = id;
    return rc;
}

static ent_rc suggest(const ent_cli *cli, ent_store *store, ent_buf *out)
{
    ent_str given = ent__str(ent__cli_option(cli, "states", "")), states[16];
    size_t count = 0;
    while (count < 16 && ent__str_split(&given, ',', &states[count])) {
        count += states[count].n > 0;
    }
    return count < 2 ? ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                                 "--suggest: expected --states with two or more codes: USA,RUS,CHN")
                     : ent__case_suggest(cli->ctx, store, states, count, out);
}

/* Commands on the store alone: --suggest, --history. */
static ent_rc ask_store(const ent_cli *cli, const ent_kit *kit, ent_arena *arena)
{
    ent_store *store = NULL;
    ent_buf out = {0};
    history h = {.cli = cli, .out = &out, .arena = arena, .json = ent__json(&out),
                 .as_json = ent__cli_flag(cli, "json")};
    ent_rc rc = ent__store_open(cli->ctx, ent__cli_option(cli, "store", ""), ENT_STORE_READ, &store);
    if (rc == ENT_OK && ent__cli_flag(cli, "suggest")) {
        rc = suggest(cli, store, &out);
    } else if (rc == ENT_OK) {
        if (h.as_json) {
            ent__json_open(&h.json, '{');
            ent__json_key(&h.json, "states");
            ent__json_open(&h.json, '[');
        }
        rc = ent__store_cases(cli->ctx, store, cli->argument_count > 0 ? cli->arguments[0] : NULL, 0,
                              show_revision, &h);
        if (h.as_json) {
            ent__json_close(&h.json, ']');
            ent__json_version(&h.json, kit);
            ent__json_close(&h.json, '}');
            ent__buf_char(&out, '\n');
        }
    }
    ent_buf shown = {0};
    ent__buf_shown_lines(&shown, ent__buf_slice(&out));
    rc = rc == ENT_OK && (out.failed || shown.failed) ? ent__nomem(cli->ctx) : rc;
    rc = rc == ENT_OK ? ent__cli_write(cli, ent__buf_slice(&shown)) : rc;
    ent__store_close(store);
    ent__buf_free(&shown);
    ent__buf_free(&out);
    return rc;
}

/* The time of saving is the one thing that a second run does not repeat; --at sets it. */
static void now_iso(char out[32])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static ent_rc keep_case(const ent_cli *cli, ent_store *store, const ent_case *c)
{
    ent_buf yaml = {0};
    char now[32];
    int64_t revision;
    bool is_new;
    now_iso(now);
    ent_str name = ent__str(cli->arguments[0]);
    bool of_ours = ent__str_ends(name, ".json") || ent__str_ends(name, ".md") ||
                   ent__str_ends(name, ".html") || ent__str_ends(name, ".htm");
    ent_rc rc = ENT_OK;
    if (of_ours) {
        ent__case_yaml(&yaml, c);
    } else { /* as it was written, with its comments */
        rc = ent__file_read(cli->ctx, cli->arguments[0], 16 << 20, &yaml);
    }
    ent_stored_case row = {.id = c->id, .yaml = ent__buf_slice(&yaml),
                           .recorded = ent__str(ent__cli_option(cli, "at", now)),
                           .author = ent__str(ent__cli_option(cli, "by", "unnamed"))};
    rc = rc == ENT_OK ? ent__store_put_case(cli->ctx, store, &row, &revision, &is_new) : rc;
    if (rc == ENT_OK) {
        fprintf(stderr, "%.*s: revision %lld%s\n", ENT_FMT(c->id), (long long)revision,
                is_new ? " kept" : ", unchanged");
    }
    ent__buf_free(&yaml);
    return rc;
}

/* Reads the case from its file, and keeps it; or an earlier revision from the store. */
static ent_rc load_case(const ent_cli *cli, const ent_kit *kit, ent_arena *arena, ent_case **out)
{
    const char *path = ent__cli_option(cli, "store", NULL);
    int64_t revision;
    ent_store *store = NULL;
    if (path != NULL && strcmp(cli->arguments[0], "-") == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "weigh: a case that is to be kept must be a file, not standard input");
    }
    ent_rc rc = ent__cli_int(cli, "revision", 1, INT32_MAX, 0, &revision);
    if (rc == ENT_OK && path == NULL) {
        return ent__case_read(cli->ctx, arena, cli->arguments[0], out);
    }
    rc = rc == ENT_OK ? ent__store_open(cli->ctx, path,
                                        revision > 0 ? ENT_STORE_READ : ENT_STORE_WRITE, &store)
                      : rc;
    if (rc == ENT_OK && revision > 0) {
        rc = ent__case_stored(cli->ctx, arena, store, cli->arguments[0], revision, NULL, out);
        if (rc == ENT_OK && *out == NULL) {
            rc = ent__fail(cli->ctx, ENT_EINPUT, cli->arguments[0], 0,
                           "has no revision %lld in the store", (long long)revision);
        }
    } else if (rc == ENT_OK) {
        rc = ent__case_read(cli->ctx, arena, cli->arguments[0], out);
        if (rc == ENT_OK && (*out)->id.n == 0) {
            rc = ent__fail(cli->ctx, ENT_EINPUT, cli->arguments[0], 0,
                           "a case that is to be kept needs a name: case: NAME");
        }
        rc = rc == ENT_OK ? ent__case_check_links(cli->ctx, store, kit, *out,
                                                   cli->arguments[0]) : rc;
        rc = rc == ENT_OK ? keep_case(cli, store, *out) : rc;
    }
    ent__store_close(store);
    return rc;
}

static ent_rc weigh(const ent_cli *cli, const ent_kit *kit, ent_arena *arena)
{
    ent_weigh_view view = ent__weigh_view();
    ent_redraw redraw = {.step_probability = 0.2, .seed = ent_ctx_get_seed(cli->ctx)};
    int64_t draws;
    ent_case *c;
    ent_weighing *w;
    ent_rc rc = ent__cli_double(cli, "lambda", 1.0001, 100, 2, &view.lambda);
    rc = rc == ENT_OK ? ent__cli_int(cli, "draws", 1, 1000000, 2000, &draws) : rc;
    view.groups = !ent__cli_flag(cli, "no-groups");
    view.weights = !ent__cli_flag(cli, "no-weights");
    rc = rc == ENT_OK ? load_case(cli, kit, arena, &c) : rc;
    bool hidden = false;
    rc = rc == ENT_OK ? find_analyst(cli, c, "analyst", &view.analyst) : rc;
    rc = rc == ENT_OK ? blind_entry(cli, c, &hidden) : rc;
    if (rc != ENT_OK || hidden) {
        return rc;
    }
    redraw.draws = (unsigned)draws;
    rc = ent__weigh(cli->ctx, arena, c, &view, &redraw, &w);
    ent_buf out = {0};
    rc = rc == ENT_OK ? write_as(cli, kit, choose_format(cli), c, w, &out) : rc;
    rc = rc == ENT_OK ? ent__cli_write(cli, ent__buf_slice(&out)) : rc;
    ent__buf_free(&out);
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    bool of_store = ent__cli_flag(cli, "suggest") || ent__cli_flag(cli, "history");
    if (of_store && ent__cli_option(cli, "store", NULL) == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "weigh: expected --store DB");
    }
    if (!of_store && cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "weigh: expected one CASE (see --help)");
    }
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_arena *arena = ent__arena_new();
    rc = arena == NULL ? ent__nomem(cli->ctx) : of_store ? ask_store(cli, kit, arena) : weigh(cli, kit, arena);
    ent__arena_free(arena);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"format", "F", "text (default), json, markdown, html, svg or csv; else by the ending of -o"},
    {"analyst", "NAME", "this analyst's ratings alone"},
    {"blind", "NAME", "while ratings of NAME are missing, show only those: no others, no score"},
    {"evidence-rows", NULL, "items in rows and hypotheses in columns"},
    {"lambda", "X", "likelihood ratio of one step of the scale (default 2)"},
    {"draws", "N", "random redraws (default 2000)"},
    {"no-groups", NULL, "items of one source count each"},
    {"no-weights", NULL, "credibility and relevance do not count"},
    {"store", "DB", "check links, and keep this state of the case in the store's history"},
    {"by", "NAME", "who saves it"},
    {"at", "TIME", "when it is saved (default: now, UTC)"},
    {"history", NULL, "saved states of CASE (its name), and what changed; without CASE all cases"},
    {"revision", "N", "weigh this earlier state of CASE (its name)"},
    {"suggest", NULL, "a case to fill in, from the store's questions, events and statements"},
    {"states", "A,B,C", "codes of the states of --suggest"},
    {0},
};

const ent_command ent__command_weigh = {
    .name = "weigh",
    .summary = "Competing hypotheses against evidence, and what the answer hangs on",
    .usage = "entente weigh CASE.yaml|MATRIX.csv [--analyst NAME] [--format F] [-o FILE]",
    .examples = "  entente weigh examples/case.yaml                 # matrix and answer\n"
                "  entente weigh examples/case.yaml -o case.html    # a page with the picture\n"
                "  entente weigh matrix.csv --json --lambda 3\n"
                "  entente weigh --suggest --store news.db --states USA,RUS,CHN -o case.yaml\n"
                "  entente weigh case.yaml --store news.db --by anna    # keep this state\n"
                "  entente weigh --history my-case --store news.db --json\n",
    .options = options,
    .run = run,
};
