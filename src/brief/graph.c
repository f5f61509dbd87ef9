/* The signed graph of ties as SVG: states on a circle, a tie's width by how much is told of it, its
 * sign by colour AND dash (blue solid: cooperative, orange dashed: conflictual, grey dotted:
 * mixed), so that it reads in print and by a colour-blind reader.  Layout is fixed by the order of
 * states. */
#include <math.h>

#include "sections.h"

enum { WIDTH = 640, HEIGHT = 420, NODE = 30 };

typedef struct {
    double x, y;
} point;

static size_t drawn_states(const ent_brief *brief)
{
    return brief->state_count < ENT_BRIEF_STATES ? brief->state_count : ENT_BRIEF_STATES;
}

static point place_of(size_t index, size_t count)
{
    if (count == 2) {
        return (point){index == 0 ? 150 : WIDTH - 150, HEIGHT / 2.0};
    }
    double angle = 2 * M_PI * (double)index / (double)count - M_PI / 2;
    return (point){WIDTH / 2.0 + 235 * cos(angle),
                   HEIGHT / 2.0 + (count == 3 ? 25 : 0) + 150 * sin(angle)};
}

static size_t index_of(const ent_brief *brief, ent_str code)
{
    size_t at = 0;
    while (at < brief->state_count && !ent__str_eq(brief->states[at], code)) {
        at++;
    }
    return at;
}

const ent_brief_tie *ent__brief_tie(const ent_brief *brief, ent_str a, ent_str b)
{
    for (size_t i = 0; i < brief->tie_count; i++) {
        const ent_brief_tie *tie = &brief->ties[i];
        if ((ent__str_eq(tie->a, a) && ent__str_eq(tie->b, b)) ||
            (ent__str_eq(tie->a, b) && ent__str_eq(tie->b, a))) {
            return tie;
        }
    }
    return NULL;
}

bool ent__brief_triangle(const ent_kit *kit, const ent_brief *brief, size_t out[3])
{
    size_t count = 0, told = 0;
    for (size_t i = 0; i < drawn_states(brief) && count < 3; i++) {
        if (ent__brief_is_state(kit, brief->states[i])) {
            out[count++] = i;
        }
    }
    for (size_t i = 0; count == 3 && i < 3; i++) {
        told +=
            ent__brief_tie(brief, brief->states[out[i]], brief->states[out[(i + 1) % 3]]) != NULL;
    }
    return told >= 2;
}

/* The triangle lies under its ties as a faint surface. */
static void draw_triangle(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    size_t corner[3];
    if (!ent__brief_triangle(kit, brief, corner)) {
        return;
    }
    ent__buf_z(out, "<polygon class=\"triangle\" points=\"");
    for (size_t i = 0; i < 3; i++) {
        point at = place_of(corner[i], drawn_states(brief));
        ent__buf_printf(out, "%.1f,%.1f ", at.x, at.y);
    }
    ent__buf_z(out, "\"/>");
}

static const char *sign_class(const ent_brief_tie *tie)
{
    char sign = ent__tie_sign(tie);
    return sign == '+' ? "tie plus" : sign == '-' ? "tie minus" : "tie mixed";
}

static void draw_tie(ent_buf *out, const ent_brief *brief, const ent_brief_tie *tie)
{
    size_t shown = drawn_states(brief);
    size_t a = index_of(brief, tie->a), b = index_of(brief, tie->b);
    if (a >= shown || b >= shown) {
        return;
    }
    point from = place_of(a, shown), to = place_of(b, shown);
    double width = 1.5 + 1.6 * sqrt((double)tie->count);
    ent__buf_printf(out,
                    "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
                    "stroke-width=\"%.1f\"/>",
                    sign_class(tie), from.x, from.y, to.x, to.y, width > 9 ? 9 : width);
    /* The label stands off the middle, so that crossing diagonals keep theirs apart. */
    double share = 0.42;
    point at = {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
    double mean = ent__tie_mean(tie);
    ent__buf_printf(out, "<text class=\"tie-label\" x=\"%.1f\" y=\"%.1f\">%s%.1f (%u)</text>", at.x,
                    at.y + 4,
                    mean > 0   ? "+"
                    : mean < 0 ? "−"
                               : "",
                    fabs(mean), tie->count);
}

static void draw_state(ent_buf *out, const ent_kit *kit, const ent_brief *brief, size_t index)
{
    point at = place_of(index, drawn_states(brief));
    ent_str code = brief->states[index];
    ent__buf_printf(out, "<circle class=\"state\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>", at.x, at.y,
                    NODE);
    ent__buf_printf(out, "<text class=\"code\" x=\"%.1f\" y=\"%.1f\">", at.x, at.y + 5);
    ent__buf_html(out, code);
    ent__buf_printf(out, "</text><text class=\"who\" x=\"%.1f\" y=\"%.1f\">", at.x,
                    at.y + NODE + 17);
    ent__buf_html(out, ent__brief_state_name(kit, code));
    ent__buf_z(out, "</text>");
}

static const ent_brief_tie *extreme_tie(const ent_brief *brief, char sign)
{
    const ent_brief_tie *best = NULL;
    for (size_t i = 0; i < brief->tie_count; i++) {
        const ent_brief_tie *tie = &brief->ties[i];
        if (ent__tie_sign(tie) == sign &&
            (best == NULL || fabs(tie->score_sum) > fabs(best->score_sum))) {
            best = tie;
        }
    }
    return best;
}

static void pair_names(ent_buf *out, const ent_kit *kit, const ent_brief_tie *tie)
{
    ent__buf_str(out, ent__brief_state_name(kit, tie->a));
    ent__buf_z(out, " and ");
    ent__buf_str(out, ent__brief_state_name(kit, tie->b));
}

void ent__brief_graph_message(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    const ent_brief_tie *plus = extreme_tie(brief, '+'), *minus = extreme_tie(brief, '-');
    if (plus != NULL) {
        ent__buf_z(out, "Most cooperation is told of ");
        pair_names(out, kit, plus);
    }
    if (minus != NULL) {
        ent__buf_z(out, plus != NULL ? "; most conflict of " : "Most conflict is told of ");
        pair_names(out, kit, minus);
    }
    if (plus == NULL && minus == NULL) {
        ent__buf_z(out, "No tie leans clearly to cooperation or to conflict");
    }
}

static ent_str draw(ent__brief_work *w, ent_str title)
{
    const ent_brief *brief = w->brief;
    ent_buf out = {0};
    double top = HEIGHT, bottom = 0;
    for (size_t i = 0; i < drawn_states(brief); i++) {
        point at = place_of(i, drawn_states(brief));
        top = fmin(top, at.y);
        bottom = fmax(bottom, at.y);
    }
    ent__buf_printf(
        &out,
        "<svg class=\"ec graph\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 %.0f %d %.0f\" "
        "role=\"img\" aria-labelledby=\"ties-graph-t ties-graph-d\"><title "
        "id=\"ties-graph-t\">",
        top - NODE - 6, WIDTH, bottom - top + 2 * NODE + 34);
    ent__buf_html(&out, title);
    ent__buf_z(&out,
               "</title><desc id=\"ties-graph-d\">Signed graph of ties; the numbers are in the "
               "table that follows.</desc>");
    draw_triangle(&out, w->kit, brief);
    for (size_t i = brief->tie_count; i-- > 0;) { /* the most told on top */
        draw_tie(&out, brief, &brief->ties[i]);
    }
    for (size_t i = 0; i < drawn_states(brief); i++) {
        draw_state(&out, w->kit, brief, i);
    }
    ent__buf_z(&out, "</svg>");
    ent_str svg = ent__arena_str(w->arena, ent__buf_slice(&out));
    w->failed |= out.failed || svg.p == NULL;
    ent__buf_free(&out);
    return svg;
}

void ent__brief_graph_exhibit(ent__brief_work *w)
{
    ent_brief *b = w->brief;
    ent_brief_section home = {.exhibits = &b->graph};
    ent__table t = ent__table_open(w, "tie|events|cooperative|conflictual|only alleged|mean score|"
                                      "standard error");
    for (size_t i = 0; i < b->tie_count; i++) {
        const ent_brief_tie *tie = &b->ties[i];
        ent_str a = ent__brief_state_name(w->kit, tie->a),
                z = ent__brief_state_name(w->kit, tie->b);
        ent__table_text(&t, ent__brief_printf(w, "%.*s – %.*s", ENT_FMT(a), ENT_FMT(z)));
        ent__table_int(&t, tie->count);
        ent__table_int(&t, tie->cooperative);
        ent__table_int(&t, tie->conflictual);
        ent__table_int(&t, tie->alleged);
        ent__table_number(&t, ent__tie_mean(tie), 2);
        ent__table_number(&t, ent__tie_error(tie), 2);
    }
    ent_brief_exhibit *e = ent__table_close(&t, &home, ENT_LIT("ties-graph"));
    if (e == NULL || b->tie_count == 0) {
        return;
    }
    ent_buf message = {0};
    ent__brief_graph_message(&message, w->kit, b);
    e->title = ent__arena_str(w->arena, ent__buf_slice(&message));
    ent__buf_free(&message);
    e->note = ent__brief_printf(
        w,
        "Blue and solid: cooperation outweighs conflict in what is told. Orange and dashed: "
        "conflict "
        "outweighs. Grey and dotted: mixed, the mean lies within one standard error or one point "
        "of "
        "nought. Beside each tie: mean PLOVER score (−10 to 10) and number of events.%s",
        b->state_count > ENT_BRIEF_STATES
            ? ent__brief_printf(w, " The %d most told of %zu are drawn.", ENT_BRIEF_STATES,
                                b->state_count)
                  .p
            : "");
    e->source = ENT_LIT("the events above");
    e->svg = draw(w, e->title);
}
