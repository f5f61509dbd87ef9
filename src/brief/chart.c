/* Charts of a brief: lines with bands over time, with marks of change, levels and bars below;
 * values with intervals in rows. In: numbers, NaN where nothing is known.  Out: one svg element of
 * class "ec", which names itself for a screen reader.  Text grows on narrow screens by a rule of
 * the style sheet, so margins are wide and labels few.  Cost: O(points). */
#include "chart.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 680,
    LEFT = 62,
    NAMES = 112, /* room for the names at the lines' ends */
    TOP = 30,
    PLOT = 208,
    FOOT = 26,
    STACK = 54,
    GAP = 34,
    LINES = 3
};

typedef struct {
    ent_buf *out;
    const ent__chart *chart;
    double x_low, x_high, y_low, y_high;
    int right; /* end of the plot */
} canvas;

/* ---- scales --------------------------------------------------------------------------------- */

static double x_of(const canvas *c, double at)
{
    return LEFT + (at - c->x_low) / (c->x_high - c->x_low) * (c->right - LEFT);
}

/* Where there are few points, each line stands a little aside, so that intervals don't cover each
 * other. */
static bool few(const canvas *c)
{
    return c->chart->dots && c->chart->count <= 12;
}

static double x_at(const canvas *c, size_t line, size_t point)
{
    double aside = few(c) && c->chart->line_count > 1 ? 6 * (double)line - 6 : 0;
    return x_of(c, c->chart->at[point]) + aside;
}

static double y_of(const canvas *c, double value)
{
    return TOP + (c->y_high - value) / (c->y_high - c->y_low) * PLOT;
}

static void widen(double value, double *low, double *high)
{
    if (isfinite(value)) {
        *low = isnan(*low) || value < *low ? value : *low;
        *high = isnan(*high) || value > *high ? value : *high;
    }
}

/* Values decide the range; bands widen it to at most half as much again on each side, so that one
 * wide interval does not flatten the rest (it is cut at the frame). */
static void value_range(canvas *c)
{
    const ent__chart *k = c->chart;
    double low = NAN, high = NAN, band_low = NAN, band_high = NAN;
    for (size_t l = 0; l < k->line_count; l++) {
        for (size_t i = 0; i < k->count; i++) {
            widen(k->lines[l].value[i], &low, &high);
            if (k->lines[l].low != NULL && isfinite(k->lines[l].value[i])) {
                widen(k->lines[l].low[i], &band_low, &band_high);
                widen(k->lines[l].high[i], &band_low, &band_high);
            }
        }
    }
    widen(k->zero, &low, &high);
    low = isnan(low) ? 0 : low;
    high = isnan(high) ? 1 : high;
    double room = high > low ? (high - low) / 2 : 0.5;
    c->y_low = isfinite(band_low) ? fmin(low, fmax(band_low, low - room)) : low;
    c->y_high = isfinite(band_high) ? fmax(high, fmin(band_high, high + room)) : high;
    double air = c->y_high > c->y_low ? (c->y_high - c->y_low) * 0.05 : 0.5;
    c->y_low = isfinite(k->low) ? k->low : c->y_low - air;
    c->y_high = isfinite(k->high) ? k->high : c->y_high + air;
}

static double nice_step(double span, double parts)
{
    double raw = span / parts, power = pow(10, floor(log10(raw)));
    double lead = raw / power;
    return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

static void number_label(ent_buf *out, double value, double step, bool percent)
{
    double shown = percent ? value * 100 : value, grain = percent ? step * 100 : step;
    int decimals = grain >= 1 ? 0 : grain >= 0.1 ? 1 : grain >= 0.01 ? 2 : 3;
    if (fabs(shown) < grain / 1e6) {
        shown = 0;
    }
    ent__buf_printf(out, "%s%.*f%s", shown < 0 ? "−" : "", decimals, fabs(shown),
                    percent ? " %" : "");
}

/* ---- axes ----------------------------------------------------------------------------------- */

static void value_axis(canvas *c)
{
    double step = nice_step(c->y_high - c->y_low, 4.5);
    for (double v = ceil(c->y_low / step) * step; v <= c->y_high + step * 1e-9; v += step) {
        ent__buf_printf(c->out,
                        "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"end\" x=\"%d\" "
                        "y=\"%.1f\">",
                        LEFT, y_of(c, v), c->right, LEFT - 7, y_of(c, v) + 4.5);
        number_label(c->out, v, step, c->chart->percent);
        ent__buf_z(c->out, "</text>");
    }
    if (isfinite(c->chart->zero) && c->chart->zero > c->y_low && c->chart->zero < c->y_high) {
        ent__buf_printf(c->out, "<path class=\"zero\" d=\"M%d %.1fH%d\"/>", LEFT,
                        y_of(c, c->chart->zero), c->right);
    }
    if (c->chart->unit != NULL) {
        ent__buf_z(c->out, "<text class=\"unit\" x=\"0\" y=\"14\">");
        ent__buf_html(c->out, ent__str(c->chart->unit));
        ent__buf_z(c->out, "</text>");
    }
}

static void time_tick(canvas *c, ent_date date, bool month, double bottom)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    double x = x_of(c, ent__date_days(date));
    ent__buf_printf(c->out,
                    "<path class=\"tick\" d=\"M%.1f %.1fv5\"/><text class=\"mid\" x=\"%.1f\" "
                    "y=\"%.1f\">",
                    x, bottom, x, bottom + 20);
    if (month) {
        ent__buf_printf(c->out, "%s ", months[date.month - 1]);
    }
    ent__buf_printf(c->out, "%d</text>", date.year);
}

static void time_axis(canvas *c, double bottom)
{
    ent_date first = ent__date_of_days((int32_t)ceil(c->x_low));
    ent_date last = ent__date_of_days((int32_t)floor(c->x_high));
    int months = (last.year - first.year) * 12 + last.month - first.month;
    ent__buf_printf(c->out, "<path class=\"axis\" d=\"M%d %.1fH%d\"/>", LEFT, bottom, c->right);
    if (months >= 36) {
        static const int steps[] = {1, 2, 5, 10, 20, 25, 50, 100, 200};
        size_t s = 0;
        while (s < 8 && months / 12 / steps[s] > 6) {
            s++;
        }
        for (int year = (first.year + steps[s] - 1) / steps[s] * steps[s]; year <= last.year;
             year += steps[s]) {
            /* A year's period stands round its middle, and so does its label. */
            ent_date middle = {(int16_t)year, c->chart->step > 300 ? 7 : 1, 1};
            if (ent__date_days(middle) >= c->x_low && ent__date_days(middle) <= c->x_high) {
                time_tick(c, middle, false, bottom);
            }
        }
        return;
    }
    int step = months <= 5 ? 1 : months <= 12 ? 3 : months <= 24 ? 6 : 12;
    ent_date at = {first.year, first.month, 1};
    for (; ent__date_days(at) <= c->x_high; at = ent__date_add_months(at, 1)) {
        if ((at.month - 1) % step == 0 && ent__date_days(at) >= c->x_low) {
            time_tick(c, at, true, bottom);
        }
    }
}

/* ---- marks of a chart ----------------------------------------------------------------------- */

static void uncovered(canvas *c, double bottom)
{
    const ent__chart *k = c->chart;
    for (size_t i = 0; k->covered != NULL && i < k->count;) {
        size_t end = i;
        while (end < k->count && !k->covered[end]) {
            end++;
        }
        if (end > i) {
            double from = fmax(x_of(c, k->at[i] - k->step / 2), LEFT);
            double to = fmin(x_of(c, k->at[end - 1] + k->step / 2), c->right);
            ent__buf_printf(c->out, "<path class=\"gap\" d=\"M%.1f %dH%.1fV%.1fH%.1fz\"/>", from,
                            TOP, to, bottom, from);
        }
        i = end > i ? end : i + 1;
    }
}

static void changes(canvas *c)
{
    const ent__chart *k = c->chart;
    for (size_t m = 0; m < k->mark_count; m++) {
        const ent__chart_mark *mark = &k->marks[m];
        double from = fmax(x_of(c, mark->low), LEFT), to = fmin(x_of(c, mark->high), c->right);
        if (isfinite(mark->low) && to > from) {
            ent__buf_printf(c->out, "<path class=\"when\" d=\"M%.1f %dH%.1fV%dH%.1fz\"/>", from,
                            TOP, to, TOP + PLOT, from);
        }
        ent__buf_printf(c->out, "<path class=\"mark\" d=\"M%.1f %dV%d\"/>", x_of(c, mark->at), TOP,
                        TOP + PLOT);
    }
    for (size_t l = 0; l < k->level_count; l++) {
        ent__buf_printf(c->out, "<path class=\"level\" d=\"M%.1f %.1fH%.1f\"/>",
                        x_of(c, k->levels[l].from), y_of(c, k->levels[l].value),
                        x_of(c, k->levels[l].to));
    }
}

static double inside(const canvas *c, double value)
{
    return y_of(c, fmin(fmax(value, c->y_low), c->y_high));
}

/* A band breaks where a value is missing; one lone value gets a bar. */
static void band(canvas *c, size_t number)
{
    const ent__chart *k = c->chart;
    const ent__chart_line *line = &k->lines[number];
    for (size_t i = 0; line->low != NULL && i < k->count;) {
        size_t end = i;
        while (end < k->count && isfinite(line->value[end]) && isfinite(line->low[end]) &&
               isfinite(line->high[end])) {
            end++;
        }
        end = few(c) && end > i ? i + 1 : end;
        if (end == i + 1) {
            ent__buf_printf(c->out, "<path class=\"w w%zu\" d=\"M%.1f %.1fV%.1f\"/>", number,
                            x_at(c, number, i), inside(c, line->low[i]), inside(c, line->high[i]));
        } else if (end > i) {
            ent__buf_printf(c->out, "<path class=\"b b%zu\" d=\"", number);
            for (size_t p = i; p < end; p++) {
                ent__buf_printf(c->out, "%c%.1f %.1f", p == i ? 'M' : 'L', x_of(c, k->at[p]),
                                inside(c, line->high[p]));
            }
            for (size_t p = end; p-- > i;) {
                ent__buf_printf(c->out, "L%.1f %.1f", x_of(c, k->at[p]), inside(c, line->low[p]));
            }
            ent__buf_z(c->out, "z\"/>");
        }
        i = end > i ? end : i + 1;
    }
}

static void path(canvas *c, size_t number)
{
    const ent__chart *k = c->chart;
    const double *value = k->lines[number].value;
    ent__buf_printf(c->out, "<path class=\"l l%zu\" d=\"", number);
    for (size_t i = 0; i < k->count; i++) {
        if (isfinite(value[i])) {
            bool begins = i == 0 || !isfinite(value[i - 1]);
            ent__buf_printf(c->out, "%c%.1f %.1f", begins ? 'M' : 'L', x_at(c, number, i),
                            inside(c, value[i]));
        }
    }
    ent__buf_z(c->out, "\"/>");
    for (size_t i = 0; i < k->count; i++) {
        bool alone =
            (i == 0 || !isfinite(value[i - 1])) && (i + 1 == k->count || !isfinite(value[i + 1]));
        if (isfinite(value[i]) && (k->dots || alone)) {
            ent__buf_printf(c->out, "<circle class=\"d d%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
                            number, x_at(c, number, i), inside(c, value[i]));
        }
    }
}

/* Names stand at the lines' ends, pushed apart where they would touch. */
static void line_names(canvas *c)
{
    const ent__chart *k = c->chart;
    if (k->line_count < 2) {
        return;
    }
    double y[LINES];
    size_t order[LINES], count = 0;
    for (size_t l = 0; l < k->line_count && l < LINES; l++) {
        size_t last = k->count;
        while (last > 0 && !isfinite(k->lines[l].value[last - 1])) {
            last--;
        }
        if (last > 0) {
            y[l] = inside(c, k->lines[l].value[last - 1]) + 4.5;
            order[count++] = l;
        }
    }
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && y[order[j]] < y[order[j - 1]]; j--) {
            size_t swap = order[j];
            order[j] = order[j - 1];
            order[j - 1] = swap;
        }
    }
    for (size_t i = 1; i < count; i++) {
        y[order[i]] = fmax(y[order[i]], y[order[i - 1]] + 21);
    }
    for (size_t i = count; i-- > 0;) { /* and back up from the foot */
        double most = i + 1 == count ? TOP + PLOT + 4 : y[order[i + 1]] - 21;
        y[order[i]] = fmin(y[order[i]], most);
        ent__buf_printf(c->out, "<text class=\"t%zu\" x=\"%d\" y=\"%.1f\">", order[i], c->right + 8,
                        y[order[i]]);
        ent__buf_html(c->out, k->lines[order[i]].name);
        ent__buf_z(c->out, "</text>");
    }
}

static void bars(canvas *c, double top)
{
    const ent__chart *k = c->chart;
    double most = 0;
    for (size_t i = 0; i < k->count; i++) {
        double sum = 0;
        for (size_t s = 0; s < k->stack_count; s++) {
            sum += k->stack[i * k->stack_count + s];
        }
        most = fmax(most, sum);
    }
    if (!(most > 0)) {
        return;
    }
    ent__buf_printf(c->out, "<text class=\"unit\" x=\"0\" y=\"%.1f\">", top - 9);
    ent__buf_html(c->out, ent__str(k->stack_unit));
    ent__buf_z(c->out, "</text>");
    double wide = x_of(c, k->at[0] + k->step) - x_of(c, k->at[0]);
    double thick = fmax(wide * 0.8, 0.8);
    for (size_t s = 0; s < k->stack_count; s++) {
        ent__buf_printf(c->out, "<path class=\"s%zu\" d=\"", s);
        for (size_t i = 0; i < k->count; i++) {
            double below = 0, part = k->stack[i * k->stack_count + s];
            for (size_t z = 0; z < s; z++) {
                below += k->stack[i * k->stack_count + z];
            }
            if (part > 0) {
                double high = part / most * STACK;
                ent__buf_printf(c->out, "M%.1f %.1fh%.1fv-%.1fh-%.1fz",
                                x_of(c, k->at[i]) - thick / 2, top + STACK - below / most * STACK,
                                thick, high, thick);
            }
        }
        ent__buf_z(c->out, "\"/>");
    }
    ent__buf_printf(c->out, "<text class=\"end\" x=\"%d\" y=\"%.1f\">", LEFT - 7, top + 9);
    ent__buf_printf(c->out, "%.0f</text>", most <= 1.000001 ? 1 : most);
}

/* Three to a line, or two where the words are long. */
static size_t keys_across(const ent__chart *k)
{
    size_t across = 3;
    for (size_t s = 0; s < k->stack_count; s++) {
        across = strlen(k->stack_names[s]) > 18 ? 2 : across;
    }
    return across;
}

/* What the colours of the bars mean. */
static void keys(canvas *c, double top)
{
    const ent__chart *k = c->chart;
    enum { LINE = 24 };
    size_t across = keys_across(k);
    for (size_t s = 0; s < k->stack_count; s++) {
        double x = LEFT + (double)(s % across) * (across == 3 ? 206 : 310),
               y = top + (double)(s / across) * LINE;
        ent__buf_printf(c->out,
                        "<path class=\"s%zu\" d=\"M%.0f %.0fh13v13h-13z\"/><text x=\"%.0f\" "
                        "y=\"%.0f\">",
                        s, x, y, x + 19, y + 11.5);
        ent__buf_html(c->out, ent__str(k->stack_names[s]));
        ent__buf_z(c->out, "</text>");
    }
}

static void opening(ent_buf *out, const char *id, double height, ent_str title, ent_str description)
{
    ent__buf_printf(out,
                    "<svg class=\"ec\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
                    "%.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
                    WIDTH, height, id, id, id);
    ent__buf_html(out, title);
    ent__buf_printf(out, "</title><desc id=\"%s-d\">", id);
    ent__buf_html(out, description);
    ent__buf_z(out, "</desc>");
}

static ent_str closing(ent_arena *arena, ent_buf *out)
{
    ent__buf_z(out, "</svg>");
    ent_str svg = out->failed ? (ent_str){NULL, 0} : ent__arena_str(arena, ent__buf_slice(out));
    ent__buf_free(out);
    return svg;
}

bool ent__chart_room_make(ent_arena *arena, size_t n, ent__chart_room *out)
{
    double *all = ent__arena_array(arena, n * (10 + ENT_CHART_STACK) + 1, sizeof *all);
    *out = (ent__chart_room){.n = n, .at = all};
    for (size_t l = 0; all != NULL && l < LINES; l++) {
        out->value[l] = all + (1 + 3 * l) * n;
        out->low[l] = all + (2 + 3 * l) * n;
        out->high[l] = all + (3 + 3 * l) * n;
        out->lines[l] = (ent__chart_line){{"", 0}, out->value[l], out->low[l], out->high[l]};
    }
    out->stack = all == NULL ? NULL : all + 10 * n;
    return all != NULL;
}

ent_str ent__chart_lines(ent_arena *arena, const ent__chart *chart)
{
    ent_buf out = {0};
    canvas c = {.out = &out, .chart = chart, .right = WIDTH - (chart->line_count > 1 ? NAMES : 14)};
    c.x_low = chart->at[0] - chart->step / 2;
    c.x_high = chart->at[chart->count - 1] + chart->step / 2;
    bool stacked = chart->stack_count > 0;
    double bottom = TOP + PLOT + (stacked ? GAP + STACK : 0);
    bool keyed = stacked && chart->stack_names != NULL;
    double key_room =
        keyed
            ? 8 + 24 * (double)((chart->stack_count + keys_across(chart) - 1) / keys_across(chart))
            : 0;
    value_range(&c);
    opening(&out, chart->id, bottom + FOOT + key_room, chart->title, chart->description);
    uncovered(&c, bottom);
    value_axis(&c);
    changes(&c);
    for (size_t l = 0; l < chart->line_count; l++) {
        band(&c, l);
    }
    for (size_t l = 0; l < chart->line_count; l++) {
        path(&c, l);
    }
    line_names(&c);
    if (stacked) {
        bars(&c, TOP + PLOT + GAP);
    }
    time_axis(&c, bottom);
    if (keyed) {
        keys(&c, bottom + FOOT + 8);
    }
    return closing(arena, &out);
}

/* ---- rows ----------------------------------------------------------------------------------- */

ent_str ent__chart_rows(ent_arena *arena, const char *id, ent_str title, ent_str description,
                        const ent__chart_row *rows, size_t count, bool percent)
{
    enum { ROW = 46, HEAD = 8, FROM = 8, TO = 560 };
    ent_buf out = {0};
    double low = 0, high = percent ? 1 : 0, height = HEAD + ROW * (double)count + FOOT;
    for (size_t i = 0; i < count && !percent; i++) {
        widen(rows[i].value, &low, &high);
        widen(rows[i].low, &low, &high);
        widen(rows[i].high, &low, &high);
    }
    high = high > low ? high : low + 1;
    double step = nice_step(high - low, 4), scale = (TO - FROM) / (high - low);
    opening(&out, id, height, title, description);
    for (double v = ceil(low / step) * step; v <= high + step * 1e-9; v += step) {
        double x = FROM + (v - low) * scale;
        ent__buf_printf(&out,
                        "<path class=\"grid\" d=\"M%.1f %dV%.1f\"/><text class=\"%s\" x=\"%.1f\" "
                        "y=\"%.1f\">",
                        x, HEAD, height - FOOT, x < 20 ? "" : "mid", x < 20 ? 0 : x, height - 6);
        number_label(&out, v, step, percent);
        ent__buf_z(&out, "</text>");
    }
    for (size_t i = 0; i < count; i++) {
        double y = HEAD + ROW * (double)i + 34;
        ent__buf_printf(&out, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", FROM, y - 14);
        ent__buf_html(&out, rows[i].name);
        ent__buf_printf(&out, "</text><text class=\"end\" x=\"%d\" y=\"%.1f\">", WIDTH, y - 14);
        ent__buf_html(&out, rows[i].words);
        ent__buf_z(&out, "</text>");
        if (isfinite(rows[i].low) && isfinite(rows[i].high)) {
            ent__buf_printf(&out, "<path class=\"w w0\" d=\"M%.1f %.1fH%.1f\"/>",
                            FROM + (rows[i].low - low) * scale, y,
                            FROM + (rows[i].high - low) * scale);
        }
        if (isfinite(rows[i].value)) {
            ent__buf_printf(&out, "<circle class=\"d d0\" cx=\"%.1f\" cy=\"%.1f\" r=\"5.5\"/>",
                            FROM + (rows[i].value - low) * scale, y);
        }
    }
    return closing(arena, &out);
}

const char ent__chart_style[] =
    ".ec{width:100%;height:auto;display:block;background:var(--paper,#fff);overflow:visible}"
    ".ec text{font:13px 'Helvetica Neue',Inter,'Liberation Sans',Arial,sans-serif;"
    "fill:var(--ink,#1b1a17);font-variant-numeric:tabular-nums}"
    ".ec .end{text-anchor:end}.ec .mid{text-anchor:middle}.ec .unit{fill:var(--soft,#5d5a52)}"
    ".ec .grid{stroke:var(--grid,#e6e1d4);fill:none}.ec .axis,.ec .tick{stroke:var(--soft,#5d5a52);"
    "fill:none}.ec .zero{stroke:var(--soft,#5d5a52);fill:none;stroke-width:1.2}"
    ".ec .gap{fill:var(--gap,#efebe1)}.ec .when{fill:var(--when,#fbe3a6);opacity:.6}"
    ".ec .mark{stroke:var(--ink,#1b1a17);stroke-dasharray:3 3;fill:none}"
    ".ec .level{stroke:var(--ink,#1b1a17);stroke-width:2.6;fill:none}"
    ".ec .l{fill:none;stroke-width:2;stroke-linejoin:round}.ec .b{opacity:.16}.ec .w{fill:none;"
    "stroke-width:2.4;opacity:.55}.ec .l1{stroke-dasharray:7 3}.ec .l2{stroke-dasharray:2 3}"
    ".ec .l0,.ec .w0{stroke:var(--k0,#0b62a4)}.ec .b0,.ec .d0,.ec .t0{fill:var(--k0,#0b62a4)}"
    ".ec .l1,.ec .w1{stroke:var(--k1,#b34700)}.ec .b1,.ec .d1,.ec .t1{fill:var(--k1,#b34700)}"
    ".ec .l2,.ec .w2{stroke:var(--k2,#00735c)}.ec .b2,.ec .d2,.ec .t2{fill:var(--k2,#00735c)}"
    ".ec .s0{fill:var(--s0,#8a8677)}.ec .s1{fill:var(--s1,#d3cdbd)}.ec .s2{fill:var(--s2,#7fb2d9)}"
    ".ec .s3{fill:var(--s3,#b34700)}.ec .s4{fill:var(--s4,#e9e4d8)}"
    ".ec.graph{max-height:27rem}.ec .triangle{fill:var(--panel,#f5f1e7)}.ec "
    ".tie{stroke-linecap:round}"
    ".ec .plus{stroke:var(--k0,#0b62a4)}.ec .minus{stroke:var(--k1,#b34700);stroke-dasharray:9 7}"
    ".ec .mixed{stroke:var(--mixed,#6f6b62);stroke-dasharray:1 7}"
    ".ec .state{fill:var(--paper,#fff);stroke:var(--ink,#1b1a17);stroke-width:1.6}"
    ".ec .code{font-size:15px;font-weight:700;text-anchor:middle}"
    ".ec .who,.ec .tie-label{text-anchor:middle;paint-order:stroke;stroke:var(--paper,#fff);"
    "stroke-width:4px}.ec .tie-label{font-size:12px}"
    "@media(max-width:560px){.ec text{font-size:20px}.ec .l{stroke-width:3}.ec.graph "
    ".tie-label,.ec.graph .who"
    "{font-size:17px}}";
