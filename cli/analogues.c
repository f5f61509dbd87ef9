/* entente analogues: past stretches most like the present one, what followed, and whether that is
 * worth anything. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define LIBRARY_MAX 256

typedef struct {
    ent__report report;
    ent__panel panels[LIBRARY_MAX];
    const char *names[LIBRARY_MAX], *inputs[LIBRARY_MAX];
    size_t panel_count, input_count;
    ent__analogue_question question;
    size_t start, target; /* of the query in panel 0; series scored */
    ent__analogues found;
    double chance;
    ent__forecast_score score;
    int64_t season, warm;
} work;

static const char *const normalisations[3] = {"shape", "level", "both"};
static const char *const forecasters[ENT__FORECASTERS] = {"analogues", "climate", "no_change"};

/* ---- words ---------------------------------------------------------------------------------- */

static ent_str label_at(const work *w, size_t panel, size_t period)
{
    return w->panels[panel].labels[period];
}

static double rising_share(const work *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->found.count; i++) {
        const ent__analogue *a = &w->found.list[i];
        sum += a->has_outcome && a->change[w->target] > 0 ? a->weight : 0;
    }
    return sum;
}

static void sentences_write(work *w)
{
    const ent__analogue *best = w->found.count > 0 ? &w->found.list[0] : NULL;
    const ent__forecast_score *s = &w->score;
    ent_buf found = {0};
    if (best == NULL) {
        ent__buf_z(&found, "There is not enough evidence: no earlier window can be compared.");
    } else {
        ent__buf_printf(&found,
                        "%s to the %zu periods from %.*s is %s from %.*s (distance %.4f; a "
                        "shuffled past is matched as well with probability %.2f)",
                        w->chance > 0.1 ? "No close precedent: nearest" : "Nearest",
                        w->question.length, ENT_FMT(label_at(w, 0, w->start)),
                        w->names[best->panel], ENT_FMT(label_at(w, best->panel, best->start)),
                        best->distance, w->chance);
        if (s->forecasts > 0) {
            ent__buf_printf(&found,
                            "; in %zu past forecasts analogues were %s than the base rate "
                            "(Brier %.3f against %.3f)",
                            s->forecasts,
                            s->brier_gain_low > 0    ? "better"
                            : s->brier_gain_high < 0 ? "worse"
                                                     : "no surer",
                            s->brier[ENT__BY_ANALOGUES], s->brier[ENT__BY_CLIMATE]);
        }
        ent__buf_char(&found, '.');
    }
    ent__report_sentences(
        &w->report, ent__buf_slice(&found),
        ENT_LIT("This does not show that history repeats: a like shape is no like "
                "mechanism, and real realignments are a handful."));
    ent__buf_free(&found);
}

/* ---- text ----------------------------------------------------------------------------------- */

static void list_text(work *w)
{
    ent_buf *out = &w->report.out;
    const ent__analogue_question *q = &w->question;
    ent__buf_printf(out, "windows of %zu periods, %s, %s", q->length,
                    q->warped ? "time-warped distance" : "Euclidean distance",
                    q->normalisation == ENT__SHAPE   ? "z-scores by window (shape only)"
                    : q->normalisation == ENT__LEVEL ? "values as they are"
                                                     : "z-scores of the library (level and shape)");
    if (q->warped) {
        ent__buf_printf(out, ", band %zu", q->band);
    }
    ent__buf_printf(out, "\nlibrary of %zu windows, %zu distances in full%s\n\n", w->found.windows,
                    w->found.exact, q->peek ? "; later windows are allowed (--peek)" : "");
    ent__buf_printf(out, "  %-20s %-10s %-10s %9s %11s %7s  change of %.*s after\n", "where",
                    "from", "to", "distance", "nearer than", "weight",
                    ENT_FMT(w->panels[0].names[w->target]));
    for (size_t i = 0; i < w->found.count; i++) {
        const ent__analogue *a = &w->found.list[i];
        ent__buf_printf(out, "  %-20s %-10.*s %-10.*s %9.5f %10.2f%% %7.3f", w->names[a->panel],
                        ENT_FMT(label_at(w, a->panel, a->start)),
                        ENT_FMT(label_at(w, a->panel, a->start + q->length - 1)), a->distance,
                        100 * (1 - a->percentile), a->weight);
        if (a->has_outcome) {
            ent__buf_printf(out, "  %+.4f\n", a->change[w->target]);
        } else {
            ent__buf_z(out, "  not known\n");
        }
    }
    ent__buf_printf(out, "\nweighted share that rose: %.3f; base rate in past forecasts: %.3f\n\n",
                    rising_share(w), w->score.base_rate);
}

static void score_text(work *w)
{
    ent_buf *out = &w->report.out;
    const ent__forecast_score *s = &w->score;
    if (s->forecasts == 0) {
        ent__buf_z(out, "Not enough evidence to score forecasts from analogues.\n\n");
        return;
    }
    ent__buf_printf(out,
                    "Forecasts from what was known then (%zu origins, %zu periods ahead): does it "
                    "rise, by how much?\n  %-12s %8s %10s %8s\n",
                    s->forecasts, w->question.horizon, "", "Brier", "log score", "CRPS");
    for (int f = 0; f < ENT__FORECASTERS; f++) {
        ent__buf_printf(out, "  %-12s %8.4f %10.4f %8.4f\n", forecasters[f], s->brier[f], s->log[f],
                        s->crps[f]);
    }
    ent__buf_printf(out,
                    "  gain on climate: Brier %+.4f [%.4f, %.4f], log %+.4f [%.4f, %.4f] (95 %%, "
                    "blocks of %zu)\n  said / happened (forecasts):",
                    s->brier_gain, s->brier_gain_low, s->brier_gain_high, s->log_gain,
                    s->log_gain_low, s->log_gain_high, w->question.horizon);
    for (int b = 0; b < 10; b++) {
        if (s->bin_count[b] > 0) {
            ent__buf_printf(out, " %.2f/%.2f (%zu)", s->bin_forecast[b], s->bin_happened[b],
                            s->bin_count[b]);
        }
    }
    ent__buf_z(out, "\n\n");
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void curve_json(work *w, const char *key, size_t panel, size_t start)
{
    ent_json *json = &w->report.json;
    const ent__panel *p = &w->panels[panel];
    ent__json_key(json, key);
    ent__json_open(json, '{');
    for (size_t s = 0; s < p->series; s++) {
        ent__json_key(json, w->panels[0].names[s].p);
        ent__json_open(json, '[');
        for (size_t t = 0; t < w->question.length; t++) {
            ent__json_double(json, p->value[s * p->periods + start + t]);
        }
        ent__json_close(json, ']');
    }
    ent__json_close(json, '}');
}

static void list_json(work *w)
{
    ent_json *json = &w->report.json;
    const ent__analogue_question *q = &w->question;
    ent__json_kint(json, "length", (int64_t)q->length);
    ent__json_kint(json, "horizon", (int64_t)q->horizon);
    ent__json_kz(json, "normalisation", normalisations[q->normalisation]);
    ent__json_kz(json, "distance", q->warped ? "warped" : "euclidean");
    ent__json_kint(json, "band", (int64_t)q->band);
    ent__json_kbool(json, "peek", q->peek);
    ent__json_kstr(json, "query", label_at(w, 0, w->start));
    ent__json_kint(json, "windows", (int64_t)w->found.windows);
    ent__json_kdouble(json, "chance", w->chance);
    ent__json_kdouble(json, "weighted_share_rising", rising_share(w));
    curve_json(w, "query_curve", 0, w->start);
    ent__json_key(json, "analogues");
    ent__json_open(json, '[');
    for (size_t i = 0; i < w->found.count; i++) {
        const ent__analogue *a = &w->found.list[i];
        ent__json_open(json, '{');
        ent__json_kz(json, "where", w->names[a->panel]);
        ent__json_kstr(json, "from", label_at(w, a->panel, a->start));
        ent__json_kstr(json, "to", label_at(w, a->panel, a->start + q->length - 1));
        ent__json_kdouble(json, "distance", a->distance);
        ent__json_kdouble(json, "percentile", a->percentile);
        ent__json_kdouble(json, "weight", a->weight);
        ent__json_key(json, "change");
        ent__json_open(json, '{');
        for (size_t s = 0; s < w->panels[0].series; s++) {
            ent__json_kdouble(json, w->panels[0].names[s].p, a->has_outcome ? a->change[s] : NAN);
        }
        ent__json_close(json, '}');
        curve_json(w, "curve", a->panel, a->start);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void score_json(work *w)
{
    ent_json *json = &w->report.json;
    const ent__forecast_score *s = &w->score;
    ent__json_key(json, "score");
    ent__json_open(json, '{');
    ent__json_kstr(json, "series", w->panels[0].names[w->target]);
    ent__json_kint(json, "forecasts", (int64_t)s->forecasts);
    if (s->forecasts > 0) {
        ent__json_kdouble(json, "base_rate", s->base_rate);
        for (int f = 0; f < ENT__FORECASTERS; f++) {
            ent__json_key(json, forecasters[f]);
            ent__json_open(json, '{');
            ent__json_kdouble(json, "brier", s->brier[f]);
            ent__json_kdouble(json, "log", s->log[f]);
            ent__json_kdouble(json, "crps", s->crps[f]);
            ent__json_close(json, '}');
        }
        ent__json_kdouble(json, "brier_gain", s->brier_gain);
        ent__json_kdouble(json, "brier_gain_low", s->brier_gain_low);
        ent__json_kdouble(json, "brier_gain_high", s->brier_gain_high);
        ent__json_kdouble(json, "log_gain", s->log_gain);
        ent__json_kdouble(json, "log_gain_low", s->log_gain_low);
        ent__json_kdouble(json, "log_gain_high", s->log_gain_high);
        ent__json_key(json, "calibration");
        ent__json_open(json, '[');
        for (int b = 0; b < 10; b++) {
            ent__json_open(json, '{');
            ent__json_kint(json, "forecasts", (int64_t)s->bin_count[b]);
            ent__json_kdouble(json, "said", s->bin_forecast[b]);
            ent__json_kdouble(json, "happened", s->bin_happened[b]);
            ent__json_close(json, '}');
        }
        ent__json_close(json, ']');
    }
    ent__json_close(json, '}');
}

/* ---- sensitivity: other distances ----------------------------------------------------------- */

static ent_rc sensitivity_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    ent_rc rc = ENT_OK;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_z(&w->report.out, "Sensitivity: nearest under other choices\n");
    }
    for (int i = 0; i < 6 && rc == ENT_OK; i++) {
        ent__analogue_question q = w->question;
        ent__analogues found;
        q.normalisation = (ent__normalisation)(i / 2);
        q.warped = i % 2 == 1;
        q.top = 1;
        rc = ent__analogues_find(w->report.cli->ctx, w->report.arena, &q, 0, w->start, &found);
        if (rc != ENT_OK || found.count == 0) {
            continue;
        }
        const ent__analogue *a = &found.list[0];
        ent_str from = label_at(w, a->panel, a->start);
        if (as_json) {
            ent__json_open(&w->report.json, '{');
            ent__json_kz(&w->report.json, "normalisation", normalisations[i / 2]);
            ent__json_kz(&w->report.json, "distance", q.warped ? "warped" : "euclidean");
            ent__json_kz(&w->report.json, "where", w->names[a->panel]);
            ent__json_kstr(&w->report.json, "from", from);
            ent__json_kdouble(&w->report.json, "value", a->distance);
            ent__json_close(&w->report.json, '}');
        } else {
            ent__buf_printf(&w->report.out, "  %-6s %-10s %s from %.*s (%.4f)\n",
                            normalisations[i / 2], q.warped ? "warped" : "euclidean",
                            w->names[a->panel], ENT_FMT(from), a->distance);
        }
    }
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- SVG ------------------------------------------------------------------------------------ */

/* The scored series in the query and the nearest windows, with what followed, from the window's
 * mean. */
static size_t curve_of(const work *w, size_t panel, size_t start, double *out)
{
    const ent__panel *p = &w->panels[panel];
    const double *v = p->value + w->target * p->periods + start;
    size_t all = w->question.length + w->question.horizon;
    double mean = 0;
    for (size_t t = 0; t < w->question.length; t++) {
        mean += v[t] / (double)w->question.length;
    }
    for (size_t t = 0; t < all; t++) {
        out[t] = start + t < p->periods ? v[t] - mean : NAN;
    }
    return all;
}

static ent_rc svg_write(work *w)
{
    size_t all = w->question.length + w->question.horizon,
           shown = w->found.count < 3 ? w->found.count : 3;
    double *curve = ent__arena_array(w->report.arena, all, sizeof *curve), least = 0, most = 0;
    ent_str *labels = ent__arena_array(w->report.arena, all, sizeof *labels);
    ent_buf text = {0};
    if (curve == NULL || labels == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t i = 0; i <= shown; i++) {
        size_t panel = i == 0 ? 0 : w->found.list[i - 1].panel;
        curve_of(w, panel, i == 0 ? w->start : w->found.list[i - 1].start, curve);
        for (size_t t = 0; t < all; t++) {
            least = isnan(curve[t]) ? least : fmin(least, curve[t]);
            most = isnan(curve[t]) ? most : fmax(most, curve[t]);
        }
    }
    for (size_t t = 0; t < all; t++) {
        labels[t] =
            ent__arena_printf(w->report.arena, "%+ld", (long)t - (long)w->question.length + 1);
    }
    ent__buf_printf(&text,
                    "%.*s: the query and its nearest windows; period 0 is the last one compared, "
                    "to the right what followed",
                    ENT_FMT(w->panels[0].names[w->target]));
    ent__figure f;
    ent__figure_open(&f, &w->report.out, 720, 400, "Past stretches most like the present",
                     ent__buf_slice(&text), ent_kit_hash(w->report.kit));
    ent__figure_text(&f, 12, 38, "start", "q", ent__buf_slice(&text));
    ent__figure_panel(&f, 52, 100, 640, 240, ENT_LIT("value, from the window's mean"));
    ent__figure_range(&f, 0, (double)(all - 1), least, most);
    ent__figure_axes(&f, labels, all, 6);
    ent__figure_bar(&f, 7, (double)w->question.length - 1, 0.04, least, most);
    for (size_t i = 0; i <= shown; i++) {
        size_t panel = i == 0 ? 0 : w->found.list[i - 1].panel;
        size_t start = i == 0 ? w->start : w->found.list[i - 1].start;
        curve_of(w, panel, start, curve);
        ent__figure_line(&f, (int)i, curve, all);
        ent__figure_key(&f, 52 + 165 * (double)i, 68, (int)i, false,
                        ent__arena_printf(w->report.arena, "%.10s %.*s",
                                          i == 0       ? "now:"
                                          : panel == 0 ? "from"
                                                       : w->names[panel],
                                          ENT_FMT(label_at(w, panel, start))));
    }
    ent__figure_close(&f);
    ent__buf_free(&text);
    return ENT_OK;
}

/* ---- the command ---------------------------------------------------------------------------- */

static ent_str library_name(ent_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    ent_str name = ent__str(slash == NULL ? path : slash + 1);
    return ent__arena_str(arena, name.n > 20 ? ent__str_sub(name, 0, 20) : name);
}

static ent_rc panels_read(work *w)
{
    const ent_cli *cli = w->report.cli;
    ent_rc rc = ENT_OK;
    const char *csv = ent__cli_option_at(cli, "csv", 0);
    do {
        size_t named = 0, at = w->panel_count;
        if (at == LIBRARY_MAX) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "analogues: expected at most %d files",
                             LIBRARY_MAX);
        }
        rc = ent__report_panel(&w->report, csv, NULL, cli->arguments,
                               at == 0 ? cli->argument_count : 0, &w->panels[at], w->inputs + w->input_count, &named);
        w->input_count += named;
        w->names[at] = csv == NULL ? "the store" : library_name(w->report.arena, csv).p;
        w->panel_count++;
        csv = ent__cli_option_at(cli, "csv", w->panel_count);
    } while (rc == ENT_OK && csv != NULL);
    return rc;
}

static ent_rc choice_read(work *w)
{
    const ent_cli *cli = w->report.cli;
    const char *how = ent__cli_option(cli, "normalise", "shape");
    const char *series = ent__cli_option(cli, "series", NULL);
    const char *query = ent__cli_option(cli, "query", NULL);
    int n = 0;
    while (n < 3 && strcmp(how, normalisations[n]) != 0) {
        n++;
    }
    int64_t target = series == NULL ? 0 : ent__panel_series(&w->panels[0], ent__str(series));
    if (n == 3 || target < 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "analogues: expected --normalise shape, "
                         "level or both, and --series one of the file's");
    }
    const ent__panel *own = &w->panels[0];
    if (own->periods < w->question.length) {
        return ent__fail(cli->ctx, ENT_EINPUT, NULL, 0,
                         "not enough evidence: %zu periods, a window "
                         "has %zu",
                         own->periods, w->question.length);
    }
    int64_t start = query == NULL ? (int64_t)(own->periods - w->question.length)
                                  : ent__panel_period(own, ent__str(query));
    if (start < 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--query: expected a period of the series, got \"%s\"", query);
    }
    w->question.normalisation = (ent__normalisation)n;
    w->target = (size_t)target;
    w->start = (size_t)start;
    return ENT_OK;
}

static ent_rc question_read(work *w)
{
    const ent_cli *cli = w->report.cli;
    int64_t length, horizon, band, top;
    ent_rc rc = ent__cli_int(cli, "length", 2, 1000, 12, &length);
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "horizon", 1, 1000, length, &horizon);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "band", 0, 1000, length / 6, &band);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "top", 1, 1000, 10, &top);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "season", 1, 1000, 12, &w->season);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "warm", 1, 1000000, 5 * length, &w->warm);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    w->question = (ent__analogue_question){.panels = w->panels,
                                           .panel_count = w->panel_count,
                                           .length = (size_t)length,
                                           .horizon = (size_t)horizon,
                                           .warped = !ent__cli_flag(cli, "euclidean"),
                                           .band = (size_t)band,
                                           .peek = ent__cli_flag(cli, "peek"),
                                           .top = (size_t)top};
    return choice_read(w);
}

static ent_rc solve(work *w)
{
    ent_ctx *ctx = w->report.cli->ctx;
    ent_rc rc = ent__analogues_find(ctx, w->report.arena, &w->question, 0, w->start, &w->found);
    w->chance = 1;
    if (rc == ENT_OK && w->found.count > 0) {
        rc = ent__analogues_chance(ctx, &w->question, 0, w->start, w->found.list[0].distance,
                                   (size_t)w->season, 200, &w->chance);
    }
    return rc == ENT_OK
             ? ent__analogues_score(ctx, &w->question, 0, w->target, (size_t)w->warm, &w->score)
             : rc;
}

static ent_rc result_write(work *w)
{
    if (w->report.form == ENT__REPORT_SVG) {
        return svg_write(w);
    }
    sentences_write(w);
    if (w->report.form == ENT__REPORT_JSON) {
        list_json(w);
        score_json(w);
    } else {
        list_text(w);
        score_text(w);
    }
    ent_rc rc = sensitivity_write(w);
    return rc == ENT_OK ? ent__report_inputs(&w->report, w->inputs, w->input_count) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ent__nomem(cli->ctx);
    }
    ent_rc rc = ent__report_open(cli, &w->report);
    if (rc == ENT_OK && (cli->argument_count == 1 || cli->argument_count > 3)) {
        rc = ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                       "analogues: expected no, two or three states, got %zu", cli->argument_count);
    }
    if (rc == ENT_OK) {
        rc = panels_read(w);
    }
    if (rc == ENT_OK) {
        rc = question_read(w);
    }
    if (rc == ENT_OK) {
        rc = solve(w);
    }
    if (rc == ENT_OK) {
        rc = result_write(w);
    }
    rc = ent__report_close(&w->report, rc);
    free(w);
    return rc;
}

static const ent_option options[] = {
    ENT__PANEL_OPTIONS,
    {"query", "PERIOD", "first period of the window compared (default: the last one that fits)"},
    {"length", "N", "periods of a window (default 12)"},
    {"horizon", "N", "periods of what followed (default: the length)"},
    {"series", "NAME", "series whose change is forecast (default: the first)"},
    {"normalise", "HOW", "shape (default), level, or both"},
    {"euclidean", NULL, "no warping of time"},
    {"band", "N", "how far time may be warped (default: a sixth of the length)"},
    {"peek", NULL, "let later windows count too"},
    {"top", "N", "analogues shown and used (default 10)"},
    {"season", "N", "periods of a year, for the shuffled past (default 12)"},
    {"warm", "N", "periods before the first scored forecast (default: 5 lengths)"},
    {0},
};

const ent_command ent__command_analogues = {
    .name = "analogues",
    .summary = "Past stretches most like the present, what followed, and how far to trust them",
    .usage = "entente analogues [A B [C]] --csv SERIES.csv [--csv MORE.csv...] | --store DB",
    .examples =
        "  entente analogues --csv series.csv --length 12               # the last 12 periods\n"
        "  entente analogues --csv series.csv --query 1972-01 --peek    # later windows too\n"
        "  entente analogues USA RUS CHN --csv triad.csv -o analogues.svg\n",
    .options = options,
    .run = run,
};
