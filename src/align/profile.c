/* A dyad on one page: panels over one axis of years, as SVG.
 * In: yearly values by panel, NaN where nothing is known.  Out: SVG for screen and print; gaps are
 * hatched and named, series differ by dash as well as by colour (Okabe and Ito 2008).
 * Cost: O(panels x years). */
#include <math.h>
#include <string.h>

#include "align.h"

#define LEFT 98.0
#define RIGHT 24.0
#define WIDTH 960.0
#define TOP 78.0
#define PANEL 96.0
#define SPAN_ROW 16.0
#define GAP 46.0

static const char *const colours[2] = {"#0072B2", "#D55E00"};
static const char *const dashes[2] = {"", " stroke-dasharray=\"6 3\""};

typedef struct {
    ent_buf *out;
    int first, last;
    double top, height; /* of the panel */
    double low, high;   /* of its values */
} frame;

static double x_of(const frame *f, double year)
{
    return LEFT + (year - f->first) / (f->last - f->first + 1) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const frame *f, double value)
{
    return f->top + f->height - (value - f->low) / (f->high - f->low) * f->height;
}

static void text(ent_buf *out, double x, double y, const char *class, const char *anchor,
                 const char *words)
{
    ent__buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y,
                    class, anchor);
    ent__buf_html(out, ent__str(words));
    ent__buf_z(out, "</text>\n");
}

static bool known(const ent_panel *p, int at)
{
    return !isnan(p->values[0][at]) || (p->values[1] != NULL && !isnan(p->values[1][at]));
}

/* Hatched rectangles over the years for which no series has a value. */
static void draw_gaps(const frame *f, const ent_panel *p)
{
    int years = f->last - f->first + 1;
    for (int i = 0; i < years; i++) {
        int end = i;
        while (end < years && !known(p, end)) {
            end++;
        }
        if (end == i) {
            continue;
        }
        double x = x_of(f, f->first + i), width = x_of(f, f->first + end) - x;
        ent__buf_printf(f->out,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                        "fill=\"url(#gap)\"><title>%d to %d: no data</title></rect>\n",
                        x, f->top, width, f->height, f->first + i, f->first + end - 1);
        if (width > 60) {
            text(f->out, x + width / 2, f->top + f->height / 2 + 4, "gap", "middle", "no data");
        }
        i = end;
    }
}

static void extend(frame *f, const double *values, int years)
{
    for (int i = 0; values != NULL && i < years; i++) {
        if (!isnan(values[i])) {
            f->low = fmin(f->low, values[i]);
            f->high = fmax(f->high, values[i]);
        }
    }
}

static void number(double value, char out[24])
{
    static const char *const marks[] = {"", "k", "M", "G", "T"};
    int mark = 0;
    while (fabs(value) >= 10000 && mark < 4) {
        value /= 1000;
        mark++;
    }
    snprintf(out, 24, "%.3g%s", value, marks[mark]);
}

static void draw_scale(const frame *f)
{
    for (int k = 0; k <= 2; k++) {
        char label[24];
        double value = f->low + (f->high - f->low) * k / 2, y = y_of(f, value);
        number(value, label);
        ent__buf_printf(f->out,
                        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"rule\"/>\n",
                        LEFT, WIDTH - RIGHT, y, y);
        text(f->out, LEFT - 6, y + 4, "tick", "end", label);
    }
}

static void draw_band(const frame *f, const ent_panel *p, int s)
{
    int years = f->last - f->first + 1;
    for (int i = 0; p->low[s] != NULL && i < years; i++) {
        if (!isnan(p->low[s][i]) && !isnan(p->high[s][i])) {
            double x = x_of(f, f->first + i), width = x_of(f, f->first + i + 1) - x;
            double y = y_of(f, p->high[s][i]);
            ent__buf_printf(f->out,
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                            "fill=\"%s\" opacity=\"0.18\"/>\n",
                            x, y, width, y_of(f, p->low[s][i]) - y, colours[s]);
        }
    }
}

/* A line breaks where a year is missing; a lone year is a dot. */
static void draw_line(const frame *f, const ent_panel *p, int s)
{
    int years = f->last - f->first + 1;
    const double *v = p->values[s];
    draw_band(f, p, s);
    for (int i = 0; i < years; i++) {
        int end = i;
        while (end < years && !isnan(v[end])) {
            end++;
        }
        if (end == i) {
            continue;
        }
        if (end == i + 1) {
            ent__buf_printf(f->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>\n",
                            x_of(f, f->first + i + 0.5), y_of(f, v[i]), colours[s]);
        } else {
            ent__buf_z(f->out, "<polyline fill=\"none\" points=\"");
            for (int k = i; k < end; k++) {
                ent__buf_printf(f->out, "%.1f,%.1f ", x_of(f, f->first + k + 0.5), y_of(f, v[k]));
            }
            ent__buf_printf(f->out, "\" stroke=\"%s\" stroke-width=\"1.8\"%s/>\n", colours[s],
                            dashes[s]);
        }
        i = end;
    }
}

/* The next of 1, 2, 3, 4, 5, 6, 8, 10 times a power of ten: half of it is a plain number too. */
static double round_up(double value)
{
    static const double steps[] = {1, 2, 3, 4, 5, 6, 8, 10};
    double unit = pow(10, floor(log10(value)));
    size_t i = 0;
    while (i < 7 && steps[i] * unit < value * (1 - 1e-12)) {
        i++;
    }
    return steps[i] * unit;
}

static void draw_lines(frame *f, const ent_panel *p)
{
    int years = f->last - f->first + 1;
    f->low = INFINITY;
    f->high = -INFINITY;
    for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
        extend(f, p->values[s], years);
        extend(f, p->low[s], years);
        extend(f, p->high[s], years);
    }
    if (!(f->low <= f->high)) {
        f->low = 0;
        f->high = 1;
    }
    f->low = f->low > 0 && f->low < f->high * 0.6 ? 0 : f->low;
    f->high = f->high > f->low ? f->high : f->low + 1;
    if (f->low == 0) {
        f->high = round_up(f->high);
    } else if (f->low < 0) {
        double reach = round_up(fmax(f->high, -f->low));
        f->low = -reach;
        f->high = reach;
    }
    draw_scale(f);
    for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
        draw_line(f, p, s);
    }
}

static void draw_marks(frame *f, const ent_panel *p)
{
    f->low = 0;
    f->high = 5;
    draw_scale(f);
    for (int i = 0; i <= f->last - f->first; i++) {
        double v = p->values[0][i];
        if (!isnan(v) && v > 0) {
            double x = x_of(f, f->first + i + 0.5), y = y_of(f, v);
            ent__buf_printf(f->out,
                            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
                            "stroke-width=\"3\"><title>%d: %g</title></line>\n",
                            x, x, y_of(f, 0), y, colours[0], f->first + i, v);
        }
    }
}

/* One row a bit: bars for the years in which it is set, one colour a direction. */
static double draw_spans(frame *f, const ent_panel *p)
{
    int years = f->last - f->first + 1, row = 0;
    for (int bit = 0; p->bits[bit] != NULL; bit++) {
        for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
            for (int i = 0; i < years; i++) {
                int end = i;
                while (end < years && !isnan(p->values[s][end]) &&
                       ((unsigned)p->values[s][end] >> bit & 1)) {
                    end++;
                }
                if (end == i) {
                    continue;
                }
                double x = x_of(f, f->first + i), y = f->top + row * SPAN_ROW + 3 + s * 5;
                ent__buf_printf(f->out,
                                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"4\" "
                                "fill=\"%s\"><title>%d to %d</title></rect>\n",
                                x, y, x_of(f, f->first + end) - x, colours[s], f->first + i,
                                f->first + end - 1);
                i = end;
            }
        }
        text(f->out, LEFT - 6, f->top + row * SPAN_ROW + 12, "tick", "end", p->bits[bit]);
        row++;
    }
    return row * SPAN_ROW;
}

static double height_of(const ent_panel *p)
{
    int rows = 0;
    while (p->kind == ENT_PANEL_SPANS && p->bits[rows] != NULL) {
        rows++;
    }
    return p->kind == ENT_PANEL_SPANS ? rows * SPAN_ROW
           : p->kind == ENT_PANEL_MARKS ? PANEL / 2 : PANEL;
}

static void draw_head(const frame *f, const ent_panel *p)
{
    char words[256];
    snprintf(words, sizeof words, "%s%s%s%s", p->title, p->unit[0] ? " (" : "", p->unit,
             p->unit[0] ? ")" : "");
    text(f->out, LEFT, f->top - 8, "head", "start", words);
    double x = WIDTH - RIGHT;
    for (int s = 1; s >= 0; s--) {
        if (p->names[s] != NULL) {
            x -= 7.0 * (double)strlen(p->names[s]) + 8;
            ent__buf_printf(f->out,
                            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
                            "stroke-width=\"2.5\"%s/>\n",
                            x - 28, x - 6, f->top - 12, f->top - 12, colours[s], dashes[s]);
            text(f->out, x, f->top - 8, "tick", "start", p->names[s]);
            x -= 36;
        }
    }
}

static void draw_axis(const frame *f, double bottom)
{
    int span = f->last - f->first + 1;
    int step = span > 120 ? 20 : span > 50 ? 10 : span > 20 ? 5 : span > 8 ? 2 : 1;
    for (int year = (f->first + step - 1) / step * step; year <= f->last; year += step) {
        char label[16];
        double x = x_of(f, year + 0.5);
        snprintf(label, sizeof label, "%d", year);
        ent__buf_printf(f->out,
                        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"year\"/>\n",
                        x, x, TOP - 4, bottom);
        text(f->out, x, bottom + 22, "tick", "middle", label);
    }
}

void ent__profile_svg(ent_buf *out, const char *title, const char *subtitle, int first_year,
                      int last_year, const ent_panel *panels, size_t count)
{
    double bottom = TOP;
    for (size_t i = 0; i < count; i++) {
        bottom += height_of(&panels[i]) + GAP;
    }
    frame f = {out, first_year, last_year, 0, 0, 0, 1};
    ent__buf_printf(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
                    "role=\"img\" font-family=\"sans-serif\">\n",
                    WIDTH, bottom + 10);
    ent__buf_z(out, "<title>");
    ent__buf_html(out, ent__str(title));
    ent__buf_z(out,
               "</title>\n<style>.name{font-size:20px;font-weight:600}.note{font-size:12px;"
               "fill:#444}.head{font-size:13px;font-weight:600}.tick{font-size:11px;fill:#333}"
               ".gap{font-size:11px;fill:#555}.rule{stroke:#ddd}.year{stroke:#eee}</style>\n"
               "<defs><pattern id=\"gap\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#f4f4f4\"/>"
               "<line x1=\"0\" x2=\"0\" y1=\"0\" y2=\"7\" stroke=\"#ccc\" stroke-width=\"2\"/>"
               "</pattern></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    text(out, LEFT, 28, "name", "start", title);
    text(out, LEFT, 46, "note", "start", subtitle);
    draw_axis(&f, bottom - GAP + 18);
    f.top = TOP + 10;
    for (size_t i = 0; i < count; i++) {
        f.height = height_of(&panels[i]);
        draw_head(&f, &panels[i]);
        draw_gaps(&f, &panels[i]);
        if (panels[i].kind == ENT_PANEL_SPANS) {
            draw_spans(&f, &panels[i]);
        } else if (panels[i].kind == ENT_PANEL_MARKS) {
            draw_marks(&f, &panels[i]);
        } else {
            draw_lines(&f, &panels[i]);
        }
        text(out, WIDTH - RIGHT, f.top + f.height + 13, "gap", "end", panels[i].source);
        f.top += f.height + GAP;
    }
    ent__buf_z(out, "</svg>\n");
}
