/* entente landscape: the stable ways of splitting states into two blocs. */
#include <math.h>
#include <string.h>

#include "report.h"

typedef struct {
    ent__report report;
    ent__report_tie_input input;
    ent__landscape answer;
    uint8_t *bloc;
    uint32_t starts, top;
} work;

static void sentences_write(work *w)
{
    const ent__landscape *l = &w->answer;
    const ent__ties *ties = &w->input.ties;
    ent_buf found = {0}, limits = {0};
    ent__buf_printf(&found,
                    "%zu stable configuration%s of two blocs %s for %zu states; the best "
                    "draws %.1f %% of all starts%s.",
                    l->count, l->count == 1 ? "" : "s", l->exact ? "exist" : "were found", ties->n,
                    100 * l->minima[0].share,
                    l->exact || l->minima[0].energy - l->energy_lower <
                                    1e-6 * fmax(1, fabs(l->energy_lower))
                        ? " and is proven to be the lowest"
                        : "; lower ones are not ruled out");
    ent__buf_z(&limits, "This does not show that states choose blocs this way: propensity is not "
                        "behaviour, and nobody may stand aside in the model.");
    ent__report_sentences(&w->report, ent__buf_slice(&found), ent__buf_slice(&limits));
    ent__buf_free(&found);
    ent__buf_free(&limits);
}

/* ---- ties against a split, largest first ---------------------------------------------------- */

typedef struct {
    uint32_t a, b;
    double weight;
} against;

static size_t against_list(const ent__ties *ties, const uint8_t *side, against *out, size_t limit)
{
    size_t count = 0;
    for (uint32_t i = 0; i < ties->n; i++) {
        for (uint32_t j = i + 1; j < ties->n; j++) {
            double w = ties->size[i] * ties->size[j] * ties->mean[i * ties->n + j];
            if (w == 0 || (side[i] != side[j]) != (w > 0)) {
                continue;
            }
            size_t at = count < limit ? count++ : limit;
            for (; at > 0 && fabs(out[at - 1].weight) < fabs(w); at--) {
                if (at < limit) {
                    out[at] = out[at - 1];
                }
            }
            if (at < limit) {
                out[at] = (against){i, j, w};
            }
        }
    }
    return count;
}

static void against_write(work *w, const uint8_t *side)
{
    against list[8];
    const ent__ties *ties = &w->input.ties;
    size_t count = against_list(ties, side, list, 8);
    for (size_t i = 0; i < count; i++) {
        if (w->report.form == ENT__REPORT_JSON) {
            ent_json *json = &w->report.json;
            ent__json_open(json, '{');
            ent__json_kstr(json, "a", ties->names[list[i].a]);
            ent__json_kstr(json, "b", ties->names[list[i].b]);
            ent__json_kdouble(json, "weight", list[i].weight);
            ent__json_close(json, '}');
        } else {
            ent__buf_printf(&w->report.out, " %.*s%s%.*s (%.4g)", ENT_FMT(ties->names[list[i].a]),
                            list[i].weight > 0 ? "+" : "-", ENT_FMT(ties->names[list[i].b]),
                            list[i].weight);
        }
    }
}

/* ---- one configuration ---------------------------------------------------------------------- */

static void minimum_json(work *w, const ent__landscape_minimum *m)
{
    ent_json *json = &w->report.json;
    const ent__ties *ties = &w->input.ties;
    ent__json_open(json, '{');
    ent__json_kdouble(json, "energy", m->energy);
    ent__json_kdouble(json, "above_best", m->energy - w->answer.minima[0].energy);
    ent__json_kbool(json, "strict", m->strict);
    ent__json_kint(json, "basin", (int64_t)m->basin);
    ent__json_kdouble(json, "share", m->share);
    ent__json_kdouble(json, "share_low", m->share_low);
    ent__json_kdouble(json, "share_high", m->share_high);
    ent__json_key(json, "blocs");
    ent__json_open(json, '[');
    ent__report_side(&w->report, ties, m->side, 0);
    ent__report_side(&w->report, ties, m->side, 1);
    ent__json_close(json, ']');
    ent__json_key(json, "frustrated");
    ent__json_open(json, '[');
    against_write(w, m->side);
    ent__json_close(json, ']');
    ent__json_key(json, "frustration");
    ent__json_open(json, '{');
    for (size_t i = 0; i < ties->n; i++) {
        ent__json_kdouble(json, ties->names[i].p, ent__landscape_frustration(ties, m->side, i));
    }
    ent__json_close(json, '}');
    ent__json_close(json, '}');
}

static void minimum_text(work *w, const ent__landscape_minimum *m, size_t rank)
{
    ent_buf *out = &w->report.out;
    ent__buf_printf(out, "%zu  energy %.6g", rank + 1, m->energy);
    if (w->answer.exact) {
        ent__buf_printf(out, "  basin %llu of %llu (%.1f %%)", (unsigned long long)m->basin,
                        (unsigned long long)w->answer.starts, 100 * m->share);
    } else {
        ent__buf_printf(out, "  basin %.1f %% (95 %%: %.1f to %.1f)", 100 * m->share,
                        100 * m->share_low, 100 * m->share_high);
    }
    ent__buf_printf(out, "%s\n   bloc 1:", m->strict ? "" : "  (a move leaves the energy equal)");
    ent__report_side(&w->report, &w->input.ties, m->side, 0);
    ent__buf_z(out, "\n   bloc 2:");
    ent__report_side(&w->report, &w->input.ties, m->side, 1);
    ent__buf_z(out, "\n   against it:");
    against_write(w, m->side);
    ent__buf_char(out, '\n');
}

static void bloc_write(work *w)
{
    const ent__ties *ties = &w->input.ties;
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    ent_json *json = &w->report.json;
    bool stable = true;
    double energy = ent__landscape_energy(ties, w->bloc);
    for (size_t i = 0; i < ties->n; i++) {
        stable &= ent__landscape_rise(ties, w->bloc, i) >= -1e-9;
    }
    if (as_json) {
        ent__json_key(json, "present");
        ent__json_open(json, '{');
        ent__json_kdouble(json, "energy", energy);
        ent__json_kbool(json, "stable", stable);
        ent__json_key(json, "moves");
        ent__json_open(json, '[');
    } else {
        ent__buf_printf(&w->report.out, "Present blocs: energy %.6g, %s\n", energy,
                        stable ? "stable" : "not stable; these moves lower the energy:");
    }
    for (size_t i = 0; i < ties->n; i++) {
        double rise = ent__landscape_rise(ties, w->bloc, i);
        if (rise >= -1e-9) {
            continue;
        }
        if (as_json) {
            ent__json_open(json, '{');
            ent__json_kstr(json, "state", ties->names[i]);
            ent__json_kdouble(json, "change", rise);
            ent__json_close(json, '}');
        } else {
            ent__buf_printf(&w->report.out, "  %.*s %.6g\n", ENT_FMT(ties->names[i]), rise);
        }
    }
    if (as_json) {
        ent__json_close(json, ']');
        ent__json_close(json, '}');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
}

/* ---- sensitivity: other sizes, each measure alone ------------------------------------------- */

static ent_rc variant_write(void *user, ent_str name, size_t measure, size_t size_column)
{
    work *w = user;
    ent__ties other;
    ent__landscape l;
    const ent__ties *ties = &w->input.ties;
    ent_rc rc = ent__report_ties_other(&w->report, &w->input, measure, size_column, &other);
    if (rc == ENT_OK) {
        rc = ent__landscape_solve(w->report.cli->ctx, w->report.arena, &other, w->starts, &l);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    const uint8_t *base = w->answer.minima[0].side;
    uint8_t *moved = ent__arena_array(w->report.arena, ties->n, 1);
    size_t differs = 0;
    if (moved == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    for (size_t i = 0; i < ties->n; i++) {
        moved[i] = l.minima[0].side[i] != base[i];
        differs += moved[i];
    }
    for (size_t i = 0; i < ties->n && 2 * differs > ties->n; i++) { /* the mirror image is nearer */
        moved[i] ^= 1;
    }
    differs = 2 * differs > ties->n ? ties->n - differs : differs;
    if (w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_open(json, '{');
        ent__json_kstr(json, "under", name);
        ent__json_kint(json, "minima", (int64_t)l.count);
        ent__json_kdouble(json, "best_share", l.minima[0].share);
        ent__json_key(json, "moved");
        ent__report_side(&w->report, ties, moved, 1);
        ent__json_close(json, '}');
    } else {
        ent__buf_printf(&w->report.out,
                        "  %-24.*s %4zu minima, best %5.1f %% of starts, moved:", ENT_FMT(name),
                        l.count, 100 * l.minima[0].share);
        ent__report_side(&w->report, ties, moved, 1);
        ent__buf_z(&w->report.out, differs == 0 ? " nobody\n" : "\n");
    }
    return ENT_OK;
}

static ent_rc sensitivity_write(work *w)
{
    const bool as_json = w->report.form == ENT__REPORT_JSON;
    if (as_json) {
        ent__json_key(&w->report.json, "sensitivity");
        ent__json_open(&w->report.json, '[');
    } else {
        ent__buf_z(&w->report.out, "Sensitivity: the best configuration under other choices\n");
    }
    ent_rc rc = ent__report_variants(&w->report, &w->input.table, variant_write, w);
    if (as_json) {
        ent__json_close(&w->report.json, ']');
    } else {
        ent__buf_char(&w->report.out, '\n');
    }
    return rc;
}

/* ---- forms ---------------------------------------------------------------------------------- */

static ent_rc svg_write(work *w)
{
    const ent__ties *ties = &w->input.ties;
    const ent__landscape_minimum *best = &w->answer.minima[0];
    double *scratch = ent__arena_array(w->report.arena, 4 * ties->n, sizeof *scratch);
    if (scratch == NULL) {
        return ent__nomem(w->report.cli->ctx);
    }
    size_t most = 0, second = 0;
    for (size_t i = 0; i < ties->n; i++) {
        second += best->side[i];
    }
    most = second > ties->n - second ? second : ties->n - second;
    double row = 30, height = 92 + row * (double)most;
    ent_buf text = {0};
    ent__buf_printf(&text, "Best of %zu stable configurations, energy %.6g, %.1f %% of starts",
                    w->answer.count, best->energy, 100 * best->share);
    ent__figure f;
    ent__figure_open(&f, &w->report.out, 640, height, "Blocs", ent__buf_slice(&text),
                     ent_kit_hash(w->report.kit));
    ent__figure_text(&f, 12, 38, "start", "q", ent__buf_slice(&text));
    ent__figure_key(&f, 12, height - 12, 0, false, ENT_LIT("draws together"));
    ent__figure_key(&f, 150, height - 12, 1, false, ENT_LIT("drives apart"));
    ent__figure_text(&f, 628, height - 12, "end", "q",
                     ENT_LIT("full strength: against the split; disc: size"));
    ent__figure_blocs(&f, ties, best->side, 64, row, scratch);
    ent__figure_close(&f);
    ent__buf_free(&text);
    return ENT_OK;
}

static ent_rc result_write(work *w)
{
    const ent__landscape *l = &w->answer;
    size_t shown = l->count < w->top ? l->count : w->top;
    sentences_write(w);
    if (w->report.form == ENT__REPORT_JSON) {
        ent_json *json = &w->report.json;
        ent__json_kint(json, "states", (int64_t)w->input.ties.n);
        ent__json_kbool(json, "exact", l->exact);
        ent__json_kint(json, "starts", (int64_t)l->starts);
        ent__json_kint(json, "minima_count", (int64_t)l->count);
        ent__json_kdouble(json, "energy_lower_bound", l->energy_lower);
        ent__json_key(json, "minima");
        ent__json_open(json, '[');
        for (size_t i = 0; i < shown; i++) {
            minimum_json(w, &l->minima[i]);
        }
        ent__json_close(json, ']');
    } else {
        for (size_t i = 0; i < shown; i++) {
            minimum_text(w, &l->minima[i], i);
        }
        if (shown < l->count) {
            ent__buf_printf(&w->report.out, "... %zu more (--top N)\n", l->count - shown);
        }
        if (!l->exact) {
            ent__buf_printf(&w->report.out, "No configuration has an energy below %.6g.\n",
                            l->energy_lower);
        }
        ent__buf_char(&w->report.out, '\n');
    }
    if (w->bloc != NULL) {
        bloc_write(w);
    }
    ent_rc rc = sensitivity_write(w);
    return rc == ENT_OK ? ent__report_sources(&w->report) : rc;
}

static ent_rc run(ent_cli *cli)
{
    work w = {0};
    int64_t starts, top;
    ent_rc rc = ent__report_open(cli, &w.report);
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "starts", 100, 1000000, 2000, &starts);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_int(cli, "top", 1, 100000, 5, &top);
    }
    if (rc == ENT_OK) {
        w.starts = (uint32_t)starts;
        w.top = (uint32_t)top;
        rc = ent__report_ties(&w.report, &w.input);
    }
    if (rc == ENT_OK) {
        rc = ent__report_bloc(&w.report, &w.input.ties, &w.bloc);
    }
    if (rc == ENT_OK) {
        rc = ent__landscape_solve(cli->ctx, w.report.arena, &w.input.ties, w.starts, &w.answer);
    }
    if (rc == ENT_OK) {
        rc = w.report.form == ENT__REPORT_SVG ? svg_write(&w) : result_write(&w);
    }
    return ent__report_close(&w.report, rc);
}

static const ent_option options[] = {
    ENT__TIE_OPTIONS,
    {"top", "N", "configurations printed (default 5)"},
    {"starts", "N", "random starts above 24 states (default 2000)"},
    {0},
};

const ent_command ent__command_landscape = {
    .name = "landscape",
    .summary = "All stable ways of splitting states into two blocs",
    .usage = "entente landscape STATES.csv TIES.csv | MATRIX.txt [--bloc A,B,...] [-o blocs.svg]",
    .examples =
        "  entente landscape states.csv ties.csv                   # configurations and basins\n"
        "  entente landscape states.csv ties.csv --bloc USA,GBR    # is the present split stable?\n"
        "  entente landscape states.csv ties.csv -o blocs.svg      # a drawing of the best one\n",
    .options = options,
    .run = run,
};
