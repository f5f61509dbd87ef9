/* Charts of a brief as inline SVG of class "ec", for screen, phone, print, light and dark: colours
 * come from the page's variables, and lines differ by dashes too. */
#ifndef ENT_BRIEF_CHART_H
#define ENT_BRIEF_CHART_H

#include "brief.h"

/* NaN: nothing known.  low NULL: no band. */
typedef struct {
    ent_str name; /* stands at the line's end */
    const double *value, *low, *high;
} ent__chart_line;

/* A point in time with its interval: a change. */
typedef struct {
    double at, low, high;
} ent__chart_mark;

/* A level that holds for a while: a regime's mean. */
typedef struct {
    double from, to, value;
} ent__chart_level;

enum { ENT_CHART_STACK = 6 };

/* Time runs in days since 1970-01-01; a period is `step` days wide round `at`. */
typedef struct {
    const char *id; /* of the exhibit: makes ids of title and description unique */
    ent_str title, description;
    const double *at;
    size_t count;
    double step;
    const bool *covered; /* NULL: all; false: shaded, nothing was seen */
    const ent__chart_line *lines;
    size_t line_count; /* at most 3 */
    const ent__chart_mark *marks;
    size_t mark_count;
    const ent__chart_level *levels;
    size_t level_count;
    double low, high;   /* of the value axis, NaN: from the data */
    double zero;        /* a line there; NaN: none */
    bool percent, dots; /* dots: the values as points too */
    const char *unit;   /* above the value axis */
    /* Bars below on the same axis: stack[i * stack_count + k]. */
    const char *stack_unit;
    const double *stack;
    size_t stack_count;
    const char *const *stack_names; /* NULL: no key */
} ent__chart;

/* Room for a chart of up to three lines with bands: at[i], value[line][i], ... and `lines` that
 * point there.  false: out of memory. */
typedef struct {
    size_t n;
    double *at, *value[3], *low[3], *high[3], *stack; /* stack: n x ENT_CHART_STACK */
    ent__chart_line lines[3];
} ent__chart_room;
bool ent__chart_room_make(ent_arena *arena, size_t n, ent__chart_room *out);

ent_str ent__chart_lines(ent_arena *arena, const ent__chart *chart);

/* Values with intervals in rows. */
typedef struct {
    ent_str name, words;     /* words: at the right end */
    double value, low, high; /* value NaN: only the words */
} ent__chart_row;

ent_str ent__chart_rows(ent_arena *arena, const char *id, ent_str title, ent_str description,
                        const ent__chart_row *rows, size_t count, bool percent);

/* Rules for class "ec" with fallbacks, so that a chart stands alone too. */
extern const char ent__chart_style[];

#endif
