/* entente weigh: competing hypotheses against evidence. */
#include <string.h>

#include "../src/weigh/weigh.h"
#include "cli.h"

static ent_rc choose_analyst(const ent_cli *cli, ent_case *c, ent_weigh_view *view)
{
    const char *name = ent__cli_option(cli, "analyst", NULL);
    for (size_t a = 0; name != NULL && a < c->analyst_count; a++) {
        if (ent__str_eqz(c->analysts[a], name)) {
            view->analyst = a;
            return ENT_OK;
        }
    }
    return name == NULL ? ENT_OK
                        : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                                    "--analyst: the case has no analyst \"%s\"", name);
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
        ent__weigh_text(out, w);
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
    rc = rc == ENT_OK ? ent__case_read(cli->ctx, arena, cli->arguments[0], &c) : rc;
    rc = rc == ENT_OK ? choose_analyst(cli, c, &view) : rc;
    if (rc != ENT_OK) {
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
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "weigh: expected one CASE (see --help)");
    }
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_arena *arena = ent__arena_new();
    rc = arena == NULL ? ent__nomem(cli->ctx) : weigh(cli, kit, arena);
    ent__arena_free(arena);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"format", "F", "text (default), json, markdown, html, svg or csv; else by the ending of -o"},
    {"analyst", "NAME", "this analyst's ratings alone"},
    {"lambda", "X", "likelihood ratio of one step of the scale (default 2)"},
    {"draws", "N", "random redraws (default 2000)"},
    {"no-groups", NULL, "items of one source count each"},
    {"no-weights", NULL, "credibility and relevance do not count"},
    {0},
};

const ent_command ent__command_weigh = {
    .name = "weigh",
    .summary = "Competing hypotheses against evidence, and what the answer hangs on",
    .usage = "entente weigh CASE.yaml|MATRIX.csv [--analyst NAME] [--format F] [-o FILE]",
    .examples = "  entente weigh examples/case.yaml                 # matrix and answer\n"
                "  entente weigh examples/case.yaml -o case.html    # a page with the picture\n"
                "  entente weigh matrix.csv --json --lambda 3\n",
    .options = options,
    .run = run,
};
