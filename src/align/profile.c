/* A dyad on one page: panels over one axis of years, as SVG.
 * In: yearly values by panel, NaN where nothing is known.  Out: SVG for screen and print; gaps are
 * hatched and named, series differ by dash as well as by colour (Okabe and Ito 2008).
 * Cost: O(panels x years). */
#include <math.h>
#include <string.h>

#include "align.h"

/* Drawn for 800 pixels: there a letter is 11 or 12 of them high. */
#define LEFT 96.0
#define RIGHT 16.0
#define WIDTH 800.0
#define TOP 88.0
#define PANEL 84.0
#define SPAN_ROW 16.0
#define GAP 50.0

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

/* The first stretch from year *at on for which no series has a value; false: none. */
static bool next_gap(const frame *f, const ent_panel *p, int *at, int *end)
{
    int years = f->last - f->first + 1;
    while (*at < years && known(p, *at)) {
        ++*at;
    }
    for (*end = *at; *end < years && !known(p, *end); ++*end) {
    }
    return *at < *end;
}

/* Hatched rectangles over the years for which no series has a value. */
static void draw_gaps(const frame *f, const ent_panel *p)
{
    for (int i = 0, end; next_gap(f, p, &i, &end); i = end) {
        double x = x_of(f, f->first + i), width = x_of(f, f->first + end) - x;
        ent__buf_printf(f->out,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                        "fill=\"url(#gap)\"><title>%d to %d: no data</title></rect>\n",
                        x, f->top, width, f->height, f->first + i, f->first + end - 1);
    }
}

/* Above lines and rules, so that none of them strikes a word through. */
static void name_gaps(const frame *f, const ent_panel *p)
{
    for (int i = 0, end; next_gap(f, p, &i, &end); i = end) {
        double x = x_of(f, f->first + i), width = x_of(f, f->first + end) - x;
        if (width > 60) {
            text(f->out, x + width / 2, f->top + f->height / 2 + 4, "gap", "middle", "no data");
        }
    }
}

/* A known stretch without anything in it is an answer too. */
static void name_none(const frame *f, const ent_panel *p)
{
    int years = f->last - f->first + 1, first = years, last = -1;
    for (int i = 0; i < years; i++) {
        for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
            if (p->values[s][i] > 0) {
                return;
            }
            first = !isnan(p->values[s][i]) && i < first ? i : first;
            last = !isnan(p->values[s][i]) ? i : last;
        }
    }
    if (last >= first) {
        char words[48];
        snprintf(words, sizeof words, "none, %d to %d", f->first + first, f->first + last);
        text(f->out, x_of(f, f->first + (first + last + 1) / 2.0), f->top + f->height / 2 + 4,
             "gap", "middle", words);
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

/* Rules at plain numbers. */
static void draw_scale(const frame *f, double step)
{
    for (int k = 0; f->low + k * step <= f->high + step * 1e-9; k++) {
        char label[24];
        double value = f->low + k * step, y = y_of(f, value);
        ent__amount_text(fabs(value) < step * 1e-9 ? 0 : value, label);
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

/* A step of 1, 2 or 5 times a power of ten, at most four of which hold all values; the ends of the
 * axis are its multiples. */
static double round_ends(frame *f)
{
    double span = f->high - f->low, step = pow(10, floor(log10(span / 4)));
    static const double times[] = {1, 2, 5, 10};
    size_t k = 0;
    while (k < 3 && times[k] * step * 4 < span * (1 - 1e-12)) {
        k++;
    }
    step *= times[k];
    f->low = floor(f->low / step + 1e-9) * step;
    f->high = ceil(f->high / step - 1e-9) * step;
    return step;
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
    if (!(f->low <= f->high) || p->share) {
        f->low = 0;
        f->high = 1;
    }
    f->low = fmin(f->low, 0);
    f->high = f->high > f->low ? f->high : f->low + 1;
    draw_scale(f, round_ends(f));
    for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
        draw_line(f, p, s);
    }
}

static void draw_marks(frame *f, const ent_panel *p)
{
    f->low = 0;
    f->high = 5;
    draw_scale(f, 5);
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

static bool occurs(const frame *f, const ent_panel *p, int bit)
{
    for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
        for (int i = 0; i <= f->last - f->first; i++) {
            if (!isnan(p->values[s][i]) && ((unsigned)p->values[s][i] >> bit & 1)) {
                return true;
            }
        }
    }
    return false;
}

/* Bars for the years in which a bit is set. */
static void draw_bit(const frame *f, const double *values, int bit, double y, const char *colour)
{
    int years = f->last - f->first + 1;
    for (int i = 0; i < years; i++) {
        int end = i;
        while (end < years && !isnan(values[end]) && ((unsigned)values[end] >> bit & 1)) {
            end++;
        }
        if (end > i) {
            double x = x_of(f, f->first + i);
            ent__buf_printf(f->out,
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"4\" "
                            "fill=\"%s\"><title>%d to %d</title></rect>\n",
                            x, y, x_of(f, f->first + end) - x, colour, f->first + i,
                            f->first + end - 1);
            i = end;
        }
    }
}

/* One row a bit that occurs, one colour a direction. */
static void draw_spans(const frame *f, const ent_panel *p)
{
    double y = f->top;
    for (int bit = 0; p->bits[bit] != NULL; bit++) {
        if (occurs(f, p, bit)) {
            for (int s = 0; s < 2 && p->values[s] != NULL; s++) {
                draw_bit(f, p->values[s], bit, y + 3 + s * 5, colours[s]);
            }
            text(f->out, LEFT - 6, y + 12, "tick", "end", p->bits[bit]);
            y += SPAN_ROW;
        }
    }
}

static double height_of(const frame *f, const ent_panel *p)
{
    int rows = 0;
    for (int bit = 0; p->kind == ENT_PANEL_SPANS && p->bits[bit] != NULL; bit++) {
        rows += occurs(f, p, bit);
    }
    return p->kind == ENT_PANEL_SPANS  ? (rows > 2 ? rows : 2) * SPAN_ROW
           : p->kind == ENT_PANEL_MARKS ? PANEL / 2
                                        : PANEL;
}

static void draw_head(const frame *f, const ent_panel *p)
{
    ent__buf_printf(f->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"head\">", LEFT, f->top - 8);
    ent__buf_html(f->out, ent__str(p->title));
    if (p->unit[0] != '\0') {
        ent__buf_z(f->out, " <tspan class=\"unit\">");
        ent__buf_html(f->out, ent__str(p->unit));
        ent__buf_z(f->out, "</tspan>");
    }
    ent__buf_z(f->out, "</text>\n");
    double x = WIDTH - RIGHT;
    for (int s = 1; s >= 0; s--) {
        if (p->names[s] != NULL) {
            x -= 6.5 * (double)strlen(p->names[s]) + 4;
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
                        x, x, TOP - 18, bottom);
        text(f->out, x, bottom + 16, "tick", "middle", label);
        text(f->out, x, TOP - 22, "tick", "middle", label);
    }
}

void ent__profile_svg(ent_buf *out, const char *title, const char *subtitle, int first_year,
                      int last_year, const ent_panel *panels, size_t count)
{
    double bottom = TOP;
    frame f = {out, first_year, last_year, 0, 0, 0, 1};
    for (size_t i = 0; i < count; i++) {
        bottom += height_of(&f, &panels[i]) + GAP;
    }
    ent__buf_printf(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
                    "role=\"img\" font-family=\"sans-serif\">\n",
                    WIDTH, bottom + 10);
    ent__buf_z(out, "<title>");
    ent__buf_html(out, ent__str(title));
    ent__buf_z(out,
               "</title>\n<style>.name{font-size:20px;font-weight:600}.note{font-size:12px;"
               "fill:#444}.head{font-size:13px;font-weight:600}.unit{font-size:11px;"
               "font-weight:400;fill:#444}.tick{font-size:11px;fill:#333}.from{font-size:11px;"
               "fill:#555}.gap{font-size:11px;fill:#444;paint-order:stroke;stroke:#fff;"
               "stroke-width:4px;stroke-linejoin:round}.rule{stroke:#ddd}.year{stroke:#eee}</style>\n"
               "<defs><pattern id=\"gap\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#f4f4f4\"/>"
               "<line x1=\"0\" x2=\"0\" y1=\"0\" y2=\"7\" stroke=\"#ccc\" stroke-width=\"2\"/>"
               "</pattern></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    text(out, LEFT, 28, "name", "start", title);
    text(out, LEFT, 46, "note", "start", subtitle);
    draw_axis(&f, bottom - GAP + 34);
    f.top = TOP + 14;
    for (size_t i = 0; i < count; i++) {
        f.height = height_of(&f, &panels[i]);
        draw_head(&f, &panels[i]);
        draw_gaps(&f, &panels[i]);
        if (panels[i].kind == ENT_PANEL_SPANS) {
            draw_spans(&f, &panels[i]);
        } else if (panels[i].kind == ENT_PANEL_MARKS) {
            draw_marks(&f, &panels[i]);
        } else {
            draw_lines(&f, &panels[i]);
        }
        name_gaps(&f, &panels[i]);
        if (panels[i].kind != ENT_PANEL_LINES) {
            name_none(&f, &panels[i]);
        }
        text(out, WIDTH - RIGHT, f.top + f.height + 13, "from", "end", panels[i].source);
        f.top += f.height + GAP;
    }
    ent__buf_z(out, "</svg>\n");
}
