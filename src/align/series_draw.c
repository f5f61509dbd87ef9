/* series_draw: a series with its band, its regimes and the shifts between them, as SVG.
 * In: points and shifts.  Out: SVG text that stands alone, for the screen (light and dark) and for
 * print in black and white: the shifts are told by dashes and words, not by colour alone; colours
 * are Okabe and Ito's.  Cost: linear in the points. */
#include "series.h"

#include <math.h>
#include <string.h>

#define WIDTH 960.0
#define HEIGHT 420.0
#define LEFT 64.0
#define RIGHT 24.0
#define TOP 92.0
#define BOTTOM 56.0
#define MOST_NAMED 8 /* shifts named in words; more would lie on each other */

typedef struct {
    ent_buf *out;
    const ent_chart *chart;
    double x0, x1, y0, y1; /* of the data */
} canvas;

static double px(const canvas *c, double at)
{
    return LEFT + (at - c->x0) / (c->x1 - c->x0) * (WIDTH - LEFT - RIGHT);
}

static double py(const canvas *c, double value)
{
    return HEIGHT - BOTTOM - (value - c->y0) / (c->y1 - c->y0) * (HEIGHT - TOP - BOTTOM);
}

static const char style[] =
    "<style>text{font:13px system-ui,-apple-system,\"Segoe UI\",sans-serif;fill:#222}"
    ".t{font-size:18px;font-weight:600}.s,.n{fill:#555}.n{font-size:11.5px}.g{stroke:#ddd}"
    ".z{stroke:#777}.b{fill:#0072B2;fill-opacity:.18}.l{fill:none;stroke:#0072B2;stroke-width:1.6;"
    "stroke-linejoin:round}.p{fill:#0072B2}.r{stroke:#222;stroke-width:2.4}"
    ".c{stroke:#D55E00;stroke-width:1.8;stroke-dasharray:6 4}.i{fill:#D55E00;fill-opacity:.13}"
    ".w{fill:#A34700;font-weight:600}.u{fill:url(#u)}.k{stroke:#fff;stroke-width:3.5;"
    "paint-order:stroke;stroke-linejoin:round}.bg{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e8e8e8}.s,.n{fill:#aaa}.g{stroke:#3a3a3a}"
    ".z{stroke:#999}.b{fill:#56B4E9}.l{stroke:#56B4E9}.p{fill:#56B4E9}.r{stroke:#f2f2f2}"
    ".c{stroke:#E69F00}.i{fill:#E69F00}.w{fill:#F0B93B}.k{stroke:#161616}.bg{fill:#161616}}"
    "@media print{text{fill:#000}.s,.n{fill:#333}.g{stroke:#ddd}.z{stroke:#777}.b{fill:#0072B2}"
    ".l{stroke:#0072B2}.p{fill:#0072B2}.r{stroke:#000}.c{stroke:#D55E00}.i{fill:#D55E00}"
    ".w{fill:#7a3500}.k{stroke:#fff}.bg{fill:#fff}}</style>"
    "<defs><pattern id=\"u\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"1.4\" height=\"6\" fill=\"#999\" "
    "fill-opacity=\".55\"/></pattern></defs>";

static void text(const canvas *c, const char *css, const char *anchor, double x, double y,
                 const char *words)
{
    ent__buf_printf(c->out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", css, x,
                    y, anchor);
    ent__buf_html(c->out, ent__str(words));
    ent__buf_z(c->out, "</text>");
}

/* ---- axes ---------------------------------------------------------------------------------- */

static double nice_step(double range, int wanted)
{
    double rough = range / wanted, power = pow(10, floor(log10(rough))), part = rough / power;
    return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

static void find_range(canvas *c)
{
    const ent_chart *chart = c->chart;
    c->y0 = INFINITY;
    c->y1 = -INFINITY;
    for (size_t i = 0; i < chart->count; i++) {
        const ent_chart_point *p = &chart->points[i];
        double low = isnan(p->low) ? p->value : p->low, high = isnan(p->high) ? p->value : p->high;
        c->y0 = low < c->y0 ? low : c->y0;
        c->y1 = high > c->y1 ? high : c->y1;
    }
    if (!isnan(chart->zero_line)) {
        c->y0 = chart->zero_line < c->y0 ? chart->zero_line : c->y0;
        c->y1 = chart->zero_line > c->y1 ? chart->zero_line : c->y1;
    }
    if (!(c->y0 <= c->y1)) {
        c->y0 = 0, c->y1 = 1;
    }
    double margin = c->y1 > c->y0 ? (c->y1 - c->y0) * 0.06 : 1;
    bool at_zero = c->y0 == 0;
    c->y0 = at_zero ? 0 : c->y0 - margin;
    c->y1 += margin;
    c->x0 = chart->count > 0 ? chart->points[0].at : 0;
    c->x1 = chart->count > 0 ? chart->points[chart->count - 1].at : 1;
    if (c->x1 <= c->x0) {
        c->x0 -= 1, c->x1 += 1;
    }
}

static void y_axis(const canvas *c)
{
    double step = nice_step(c->y1 - c->y0, 5);
    for (double v = ceil(c->y0 / step) * step; v <= c->y1; v += step) {
        char label[32];
        double shown = fabs(v) < step * 1e-9 ? 0 : v;
        snprintf(label, sizeof label, "%.6g", shown);
        ent__buf_printf(c->out, "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
                        "y2=\"%.1f\"/>", shown == c->chart->zero_line ? "z" : "g", LEFT,
                        WIDTH - RIGHT, py(c, v), py(c, v));
        text(c, "n", "end", LEFT - 8, py(c, v) + 4, label);
    }
}

static void x_tick(const canvas *c, double at, const char *label)
{
    ent__buf_printf(c->out, "<line class=\"z\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    px(c, at), px(c, at), HEIGHT - BOTTOM, HEIGHT - BOTTOM + 5);
    text(c, "n", "middle", px(c, at), HEIGHT - BOTTOM + 19, label);
}

/* Days: years, months or days, whichever gives some eight ticks. */
static void date_ticks(const canvas *c)
{
    double range = c->x1 - c->x0;
    int months = range > 900 ? 12 * (int)nice_step(range / 365.25, 8) : range > 400 ? 3 : 1;
    months = range > 900 && months < 12 ? 12 : months;
    char label[16];
    if (range <= 75) {
        int step = (int)nice_step(range, 7);
        for (double d = ceil(c->x0); d <= c->x1; d += step < 1 ? 1 : step) {
            ent__date_iso(ent__date_of_days((int32_t)d), label);
            x_tick(c, d, label);
        }
        return;
    }
    ent_date d = ent__date_of_days((int32_t)c->x0);
    d.day = 1;
    if (months >= 12) {
        d.month = 1;
        d.year = (int16_t)(d.year - d.year % (months / 12));
    } else {
        d.month = (int8_t)((d.month - 1) / months * months + 1);
    }
    for (; ent__date_days(d) <= c->x1; d = ent__date_add_months(d, months)) {
        if (ent__date_days(d) >= c->x0) {
            snprintf(label, sizeof label, months >= 12 ? "%04d" : "%04d-%02d", d.year, d.month);
            x_tick(c, ent__date_days(d), label);
        }
    }
}

static void x_axis(const canvas *c)
{
    ent__buf_printf(c->out, "<line class=\"z\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM);
    if (c->chart->dates) {
        date_ticks(c);
        return;
    }
    double step = nice_step(c->x1 - c->x0, 8);
    for (double v = ceil(c->x0 / step) * step; v <= c->x1; v += step) {
        char label[32];
        snprintf(label, sizeof label, "%.6g", fabs(v) < step * 1e-9 ? 0 : v);
        x_tick(c, v, label);
    }
}

/* ---- data ---------------------------------------------------------------------------------- */

/* Middle between a point and its neighbour: where its time begins. */
static double edge(const ent_chart *chart, size_t i)
{
    return i == 0 ? chart->points[0].at
                  : (chart->points[i - 1].at + chart->points[i].at) / 2;
}

static void gaps(const canvas *c)
{
    const ent_chart *chart = c->chart;
    for (size_t i = 0; i < chart->count;) {
        size_t end = i;
        while (end < chart->count && !chart->points[end].covered) {
            end++;
        }
        if (end > i) {
            double from = px(c, edge(chart, i));
            double to = px(c, end < chart->count ? edge(chart, end) : c->x1);
            ent__buf_printf(c->out, "<rect class=\"u\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                            "height=\"%.1f\"><title>no news in the store</title></rect>", from,
                            TOP, to - from, HEIGHT - TOP - BOTTOM);
        }
        i = end + 1;
    }
}

static bool has_band(const ent_chart_point *p)
{
    return !isnan(p->value) && !isnan(p->low) && !isnan(p->high);
}

/* One polygon for each run of points with a band. */
static void band(const canvas *c)
{
    const ent_chart *chart = c->chart;
    for (size_t i = 0; i < chart->count;) {
        size_t end = i;
        while (end < chart->count && has_band(&chart->points[end])) {
            end++;
        }
        if (end > i + 1) {
            ent__buf_z(c->out, "<polygon class=\"b\" points=\"");
            for (size_t j = i; j < end; j++) {
                ent__buf_printf(c->out, "%.1f,%.1f ", px(c, chart->points[j].at),
                                py(c, chart->points[j].high));
            }
            for (size_t j = end; j-- > i;) {
                ent__buf_printf(c->out, "%.1f,%.1f ", px(c, chart->points[j].at),
                                py(c, chart->points[j].low));
            }
            ent__buf_z(c->out, "\"/>");
        }
        i = end + 1;
    }
}

static void line(const canvas *c)
{
    const ent_chart *chart = c->chart;
    for (size_t i = 0; i < chart->count;) {
        size_t end = i;
        while (end < chart->count && !isnan(chart->points[end].value)) {
            end++;
        }
        if (end == i + 1) { /* alone between gaps: a line of one point would not be seen */
            ent__buf_printf(c->out, "<circle class=\"p\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
                            px(c, chart->points[i].at), py(c, chart->points[i].value));
        } else if (end > i) {
            ent__buf_z(c->out, "<polyline class=\"l\" points=\"");
            for (size_t j = i; j < end; j++) {
                ent__buf_printf(c->out, "%.1f,%.1f ", px(c, chart->points[j].at),
                                py(c, chart->points[j].value));
            }
            ent__buf_z(c->out, "\"/>");
        }
        i = end + 1;
    }
}

/* ---- shifts -------------------------------------------------------------------------------- */

/* Place on the axis of the k-th point with a value, counting from 1. */
static double at_of(const ent_chart *chart, size_t k)
{
    size_t seen = 0;
    for (size_t i = 0; i < chart->count; i++) {
        if (!isnan(chart->points[i].value) && ++seen == k) {
            return chart->points[i].at;
        }
    }
    return chart->points[chart->count - 1].at;
}

static void regime(const canvas *c, double from, double to, double mean)
{
    ent__buf_printf(c->out, "<line class=\"r\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    px(c, from), px(c, to), py(c, mean), py(c, mean));
}

static void name_shift(const canvas *c, size_t k, double middle)
{
    const ent_shift *s = &c->chart->shifts->shifts[k];
    char words[160];
    double y = TOP - 8 - 15.0 * (double)(k % 2), x = px(c, middle);
    snprintf(words, sizeof words, "%s | %s: %+.3g", c->chart->labels[s->last - 1],
             c->chart->labels[s->first - 1], s->size);
    const char *anchor = x < LEFT + 110 ? "start" : x > WIDTH - RIGHT - 110 ? "end" : "middle";
    text(c, "n w k", anchor, x, y, words);
}

static void shifts(const canvas *c)
{
    const ent_shifts *found = c->chart->shifts;
    double begin = c->x0;
    for (size_t k = 0; k < found->count; k++) {
        const ent_shift *s = &found->shifts[k];
        double middle = (at_of(c->chart, s->last) + at_of(c->chart, s->first)) / 2;
        if (s->low > 0) {
            double from = px(c, at_of(c->chart, s->low)), to = px(c, at_of(c->chart, s->high + 1));
            ent__buf_printf(c->out, "<rect class=\"i\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                            "height=\"%.1f\"><title>interval of the date</title></rect>",
                            from, TOP, to - from, HEIGHT - TOP - BOTTOM);
        }
        ent__buf_printf(c->out, "<line class=\"c\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
                        "y2=\"%.1f\"/>", px(c, middle), px(c, middle), TOP, HEIGHT - BOTTOM);
        if (k == 0) {
            regime(c, begin, middle, s->before);
        }
        double end = k + 1 < found->count
                         ? (at_of(c->chart, s[1].last) + at_of(c->chart, s[1].first)) / 2
                         : c->x1;
        regime(c, middle, end, s->after);
        if (found->count <= MOST_NAMED) {
            name_shift(c, k, middle);
        }
    }
}

void ent__chart_svg(ent_buf *out, const ent_chart *chart)
{
    canvas c = {.out = out, .chart = chart};
    find_range(&c);
    ent__buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
                    "role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    ent__buf_html(out, ent__str(chart->title));
    ent__buf_z(out, "\"><title>");
    ent__buf_html(out, ent__str(chart->title));
    ent__buf_z(out, "</title>");
    ent__buf_z(out, style);
    ent__buf_printf(out, "<rect class=\"bg\" width=\"%.0f\" height=\"%.0f\"/>", WIDTH, HEIGHT);
    text(&c, "t", "start", 20, 26, chart->title);
    text(&c, "s", "start", 20, 46, chart->subtitle);
    gaps(&c);
    y_axis(&c);
    x_axis(&c);
    band(&c);
    line(&c);
    if (chart->shifts != NULL) {
        shifts(&c);
    }
    text(&c, "n", "start", 20, HEIGHT - 12, chart->source);
    text(&c, "n", "end", WIDTH - RIGHT, HEIGHT - 12, chart->unit);
    ent__buf_z(out, "</svg>\n");
}
