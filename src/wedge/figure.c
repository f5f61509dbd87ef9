/* Small drawings in SVG: panels with axes, lines, bands, stacked shares, dots.
 * In: numbers in data units.  Out: one SVG document, readable in print and in dark mode, lines told
 * apart by dash as well as by colour (palette of Okabe and Ito 2008).  Cost: O(points). */
#include <math.h>
#include <string.h>

#include "wedge.h"

#define COLOURS 8

/* Colours stand in a style sheet, so that dark mode can change them. */
static const char style[] =
    "<style>svg{background:#fff;font:12px "
    "system-ui,sans-serif}text{fill:#222}.q{fill:#555}.w{fill:#000;stroke:#fff;stroke-width:3px;"
    "paint-order:stroke}"
    ".x{stroke:#888;fill:none}.g{stroke:#ddd;fill:none}.z{stroke:#444;fill:none}"
    ".l{fill:none;stroke-width:2;stroke-linejoin:round}.b{opacity:.22;stroke:none}"
    ".s0{stroke:#0072b2}.s1{stroke:#d55e00;stroke-dasharray:7 3}.s2{stroke:#009e73;"
    "stroke-dasharray:2 3}.s3{stroke:#cc79a7;stroke-dasharray:9 3 2 3}.s4{stroke:#56b4e9;"
    "stroke-dasharray:4 2}.s5{stroke:#e69f00;stroke-dasharray:1 2}.s6{stroke:#555}.s7{stroke:#999}"
    ".f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#009e73}.f3{fill:#cc79a7}.f4{fill:#56b4e9}"
    ".f5{fill:#e69f00}.f6{fill:#555}.f7{fill:#bbb}"
    "@media(prefers-color-scheme:dark){svg{background:#16181c}text{fill:#eee}.q{fill:#aaa}"
    ".g{stroke:#333}.z{stroke:#bbb}.s0{stroke:#4fa8e0}.f0{fill:#4fa8e0}.s1{stroke:#f08a3c}"
    ".f1{fill:#f08a3c}.s2{stroke:#2fc79a}.f2{fill:#2fc79a}.s6{stroke:#bbb}.f6{fill:#bbb}"
    ".f7{fill:#666}}"
    "@media print{svg{background:#fff}text{fill:#000}}</style>\n";

void ent__figure_open(ent__figure *figure, ent_buf *out, double width, double height,
                      const char *title, ent_str description, const char *kit_hash)
{
    *figure = (ent__figure){.out = out, .width = width, .height = height};
    ent__buf_printf(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %g %g\" "
                    "width=\"%g\" height=\"%g\" aria-labelledby=\"t d\">\n<title id=\"t\">",
                    width, height, width, height);
    ent__buf_html(out, ent__str(title));
    ent__buf_z(out, "</title>\n<desc id=\"d\">");
    ent__buf_html(out, description);
    ent__buf_printf(out, "</desc>\n<metadata>entente %s kit %s</metadata>\n%s", ENT_VERSION,
                    kit_hash, style);
    ent__figure_text(figure, 12, 20, "start", "", ent__str(title));
}

void ent__figure_close(ent__figure *figure)
{
    ent__buf_z(figure->out, "</svg>\n");
}

void ent__figure_text(ent__figure *figure, double x, double y, const char *anchor,
                      const char *class_name, ent_str text)
{
    ent__buf_printf(figure->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s%s%s>", x, y,
                    anchor, class_name[0] != '\0' ? " class=\"" : "", class_name,
                    class_name[0] != '\0' ? "\"" : "");
    ent__buf_html(figure->out, text);
    ent__buf_z(figure->out, "</text>\n");
}

static double at_x(const ent__figure *f, double x)
{
    return f->left + (x - f->x_low) / (f->x_high - f->x_low) * f->wide;
}

static double at_y(const ent__figure *f, double y)
{
    return f->top + f->high - (y - f->y_low) / (f->y_high - f->y_low) * f->high;
}

/* A round step that gives about `wanted` ticks. */
static double tick_step(double range, double wanted)
{
    double raw = range / wanted, power = pow(10, floor(log10(raw))), unit = raw / power;
    return power * (unit < 1.5 ? 1 : unit < 3.5 ? 2 : unit < 7.5 ? 5 : 10);
}

void ent__figure_panel(ent__figure *f, double left, double top, double wide, double high,
                       ent_str title)
{
    f->left = left;
    f->top = top;
    f->wide = wide;
    f->high = high;
    ent__figure_text(f, left, top - 6, "start", "q", title);
}

void ent__figure_range(ent__figure *f, double x_low, double x_high, double y_low, double y_high)
{
    if (!(y_high > y_low)) {
        y_low -= 1;
        y_high = y_low + 2;
    }
    f->x_low = x_low;
    f->x_high = x_high > x_low ? x_high : x_low + 1;
    f->y_low = y_low;
    f->y_high = y_high;
}

void ent__figure_axes(ent__figure *f, const ent_str *labels, size_t label_count, double y_ticks)
{
    double step = tick_step(f->y_high - f->y_low, y_ticks);
    for (double y = ceil(f->y_low / step - 1e-9) * step; y <= f->y_high + 1e-9 * step; y += step) {
        char text[32];
        double shown = fabs(y) < 1e-9 * step ? 0 : y;
        snprintf(text, sizeof text, "%g", shown);
        ent__buf_printf(f->out, "<path class=\"%s\" d=\"M%.1f %.1fh%.1f\"/>\n",
                        shown == 0 ? "z" : "g", f->left, at_y(f, y), f->wide);
        ent__figure_text(f, f->left - 5, at_y(f, y) + 4, "end", "q", ent__str(text));
    }
    ent__buf_printf(f->out, "<path class=\"x\" d=\"M%.1f %.1fv%.1fh%.1f\"/>\n", f->left, f->top,
                    f->high, f->wide);
    size_t every = 1 + (size_t)((double)label_count * 52 / fmax(f->wide, 1));
    for (size_t i = 0; i < label_count; i += every) {
        ent__figure_text(f, at_x(f, (double)i), f->top + f->high + 15, "middle", "q", labels[i]);
    }
}

void ent__figure_line(ent__figure *f, int colour, const double *y, size_t count)
{
    bool pen = false;
    ent__buf_printf(f->out, "<path class=\"l s%d\" d=\"", colour % COLOURS);
    for (size_t i = 0; i < count; i++) {
        if (isnan(y[i])) {
            pen = false;
            continue;
        }
        ent__buf_printf(f->out, "%s%.1f %.1f", pen ? "L" : "M", at_x(f, (double)i), at_y(f, y[i]));
        pen = true;
    }
    ent__buf_z(f->out, "\"/>\n");
}

void ent__figure_band(ent__figure *f, int colour, const double *low, const double *high,
                      size_t count)
{
    for (size_t first = 0; first < count;) {
        size_t end = first;
        while (end < count && !isnan(low[end]) && !isnan(high[end])) {
            end++;
        }
        if (end > first) {
            ent__buf_printf(f->out, "<path class=\"b f%d\" d=\"", colour % COLOURS);
            for (size_t i = first; i < end; i++) {
                ent__buf_printf(f->out, "%s%.1f %.1f", i == first ? "M" : "L", at_x(f, (double)i),
                                at_y(f, fmin(high[i], f->y_high)));
            }
            for (size_t i = end; i-- > first;) {
                ent__buf_printf(f->out, "L%.1f %.1f", at_x(f, (double)i),
                                at_y(f, fmax(low[i], f->y_low)));
            }
            ent__buf_z(f->out, "Z\"/>\n");
        }
        first = end + 1;
    }
}

void ent__figure_bar(ent__figure *f, int colour, double x, double half_wide, double low,
                     double high)
{
    ent__buf_printf(
        f->out, "<rect class=\"f%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
        colour % COLOURS, at_x(f, x - half_wide), at_y(f, high),
        at_x(f, x + half_wide) - at_x(f, x - half_wide), fmax(0, at_y(f, low) - at_y(f, high)));
}

void ent__figure_dot(ent__figure *f, int colour, double x, double y, double radius)
{
    ent__buf_printf(f->out, "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n",
                    colour % COLOURS, at_x(f, x), at_y(f, y), radius);
}

void ent__figure_key(ent__figure *f, double x, double y, int colour, bool filled, ent_str text)
{
    if (filled) {
        ent__buf_printf(f->out,
                        "<rect class=\"f%d\" x=\"%.1f\" y=\"%.1f\" width=\"18\" "
                        "height=\"10\"/>\n",
                        colour % COLOURS, x, y - 9);
    } else {
        ent__buf_printf(f->out, "<path class=\"l s%d\" d=\"M%.1f %.1fh22\"/>\n", colour % COLOURS,
                        x, y - 4);
    }
    ent__figure_text(f, x + 27, y, "start", "", text);
}

/* ---- blocs ---------------------------------------------------------------------------------- */

typedef struct {
    double x, y, radius;
} place;

/* Two columns, the larger states first; discs by size. */
static void places_fill(const ent__ties *ties, const uint8_t *side, double width, double top,
                        double row, const uint32_t *order, place *out)
{
    double most = 0;
    size_t rank[2] = {0, 0};
    for (size_t i = 0; i < ties->n; i++) {
        most = fmax(most, ties->size[i]);
    }
    for (size_t k = 0; k < ties->n; k++) {
        size_t i = order[k];
        int s = side[i];
        /* every other state a little inward, so that ties inside a bloc don't lie on each other */
        double inward = 100 + (rank[s] % 2) * 46;
        out[i] = (place){s == 0 ? inward : width - inward, top + row * (double)rank[s],
                         3 + 11 * sqrt(ties->size[i] / most)};
        rank[s]++;
    }
}

static void tie_draw(ent__figure *f, const ent__ties *ties, const uint8_t *side, const place *at,
                     size_t i, size_t j, double most)
{
    double pull = ties->size[i] * ties->size[j] * ties->mean[i * ties->n + j];
    bool against = (side[i] != side[j]) == (pull > 0);
    double bend = side[i] == side[j] ? (side[i] == 0 ? -1 : 1) * fabs(at[i].y - at[j].y) * 0.35 : 0;
    ent__buf_printf(
        f->out,
        "<path class=\"l s%d\" style=\"stroke-width:%.1f;opacity:%s\" d=\"M%.1f %.1fQ%.1f "
        "%.1f %.1f %.1f\"/>\n",
        pull > 0 ? 0 : 1, 0.8 + 4 * fabs(pull) / most, against ? "1" : ".35", at[i].x, at[i].y,
        (at[i].x + at[j].x) / 2 + bend, (at[i].y + at[j].y) / 2, at[j].x, at[j].y);
}

void ent__figure_blocs(ent__figure *f, const ent__ties *ties, const uint8_t *side, double top,
                       double row, double *scratch)
{
    size_t n = ties->n;
    place *at = (place *)scratch; /* 3 n */
    uint32_t *order = (uint32_t *)(scratch + 3 * n); /* n */
    double most = 1e-300;
    for (uint32_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && ties->size[order[k - 1]] < ties->size[i]; k--) {
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
    places_fill(ties, side, f->width, top, row, order, at);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            most = fmax(most, fabs(ties->size[i] * ties->size[j] * ties->mean[i * n + j]));
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            /* ties that weigh less than a twentieth of the heaviest would only be noise */
            if (fabs(ties->size[i] * ties->size[j] * ties->mean[i * n + j]) > most / 20) {
                tie_draw(f, ties, side, at, i, j, most);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        ent__buf_printf(f->out, "<circle class=\"f6\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n",
                        at[i].x, at[i].y, at[i].radius);
        bool right = side[i] == 1;
        ent__figure_text(f, right ? f->width - 12 : 12, at[i].y + 4, right ? "end" : "start", "",
                         ties->names[i]);
    }
}
