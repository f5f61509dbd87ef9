/* The section on imported series: what others counted of the states asked about, a chart a series
 * with a line a pair or state, and when it shifted.
 * In: the store's imported series.  Out: a section; what is stored too but not shown is told.
 * Method: the values as they came; align's shifts with their defaults.  Cost: that of reading the
 * imported points once, and of the shifts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

enum { LINES = 3, MOST_PERIODS = 400 };

/* A series of a pair asked about, of one of the states (b empty), or of nobody (both empty). */
typedef struct {
    ent_str name, a, b;
    size_t rank; /* in the order in which the states are asked about */
    ent_series series;
} given_line;

typedef struct {
    ent__brief_work *w;
    ent_given *given;
    given_line *lines; /* by name; pairs before states before nobody's */
    size_t count, capacity;
} given_view;

/* ---- what there is --------------------------------------------------------------------------- */

static int kind_of(const given_line *l)
{
    return l->b.n > 0 ? 0 : l->a.n > 0 ? 1 : 2;
}

static int by_name(const void *x, const void *y)
{
    const given_line *l = x, *r = y;
    int order = ent__str_cmp(l->name, r->name);
    order = order != 0 ? order : kind_of(l) - kind_of(r);
    return order != 0 ? order : l->rank < r->rank ? -1 : l->rank > r->rank;
}

/* Pairs told both ways stand side by side. */
static size_t rank_of(const ent__brief_work *w, ent_str a, ent_str b)
{
    size_t at[2] = {0, 0};
    for (size_t i = 0; i < w->brief->asked_count; i++) {
        at[0] = ent__str_eqz(a, w->asked[i]) ? i + 1 : at[0];
        at[1] = ent__str_eqz(b, w->asked[i]) ? i + 1 : at[1];
    }
    bool turned = b.n > 0 && at[0] > at[1];
    return 20 * at[turned] + 2 * at[!turned] + turned;
}

static ent_rc keep_line(void *user, ent_str name, ent_str a, ent_str b, int64_t points)
{
    given_view *v = user;
    (void)points;
    for (size_t i = 0; i < v->count; i++) {
        const given_line *l = &v->lines[i];
        if (ent__str_eq(l->name, name) && ent__str_eq(l->a, a) && ent__str_eq(l->b, b)) {
            return ENT_OK; /* of a state, met with another partner before */
        }
    }
    given_line *grown = ent__grow(v->lines, v->count, &v->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(v->w->ctx);
    }
    v->lines = grown;
    ent_arena *arena = v->w->arena;
    grown[v->count++] = (given_line){.name = ent__arena_str(arena, name),
                                     .a = ent__arena_str(arena, a),
                                     .b = ent__arena_str(arena, b),
                                     .rank = rank_of(v->w, a, b)};
    return ENT_OK;
}

static ent_rc find_lines(given_view *v)
{
    ent__brief_work *w = v->w;
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < w->brief->asked_count; i++) {
        for (size_t j = i + 1; rc == ENT_OK && j < w->brief->asked_count; j++) {
            rc = ent__store_series_of(w->ctx, w->in->store, w->asked[i], w->asked[j], keep_line, v);
        }
    }
    if (v->count > 1) {
        qsort(v->lines, v->count, sizeof *v->lines, by_name);
    }
    return rc;
}

/* ---- reading --------------------------------------------------------------------------------- */

static ent_rc read_line(const given_view *v, given_line *l, bool by_chosen, ent_by by)
{
    ent_str name = ent__arena_str(v->w->arena, l->name); /* NUL-terminated */
    const ent_public_series asked = {.measure = ENT_MEASURE_GIVEN, .name = name.p, .a = l->a.p,
                                     .b = l->b.p, .directed = true, .by_chosen = by_chosen,
                                     .by = by, .level = 0.95, .given = v->given};
    ent__series_free(&l->series);
    return ent__series_public(v->w->ctx, v->w->in->store, v->w->kit, &asked, &l->series);
}

/* Lines of one chart by the same periods, so few that a chart can be read. */
static ent_rc read_lines(const given_view *v, given_line *lines, size_t count, ent_by *out)
{
    ent_rc rc = ENT_OK;
    ent_by by = ENT_BY_DAY;
    for (size_t l = 0; rc == ENT_OK && l < count; l++) {
        rc = read_line(v, &lines[l], false, 0);
        by = lines[l].series.by > by ? lines[l].series.by : by;
    }
    for (bool many = true; rc == ENT_OK && many;) {
        many = false;
        for (size_t l = 0; rc == ENT_OK && l < count; l++) {
            if (lines[l].series.by != by) {
                rc = read_line(v, &lines[l], true, by);
            }
            many |= lines[l].series.count > MOST_PERIODS && by < ENT_BY_YEAR;
        }
        by = many ? by + 1 : by;
    }
    *out = by;
    return rc;
}

/* ---- words ----------------------------------------------------------------------------------- */

static ent_str line_name(const given_view *v, const given_line *l)
{
    ent_str codes = l->b.n > 0 ? ent__brief_printf(v->w, "%.*s–%.*s", ENT_FMT(l->a), ENT_FMT(l->b))
                               : l->a;
    return codes.n > 0 ? codes : l->name;
}

/* Digits after the point that tell values of this size apart. */
static int decimals_of(const ent_series *s)
{
    double largest = 0;
    for (size_t i = 0; i < s->count; i++) {
        largest = fmax(largest, fabs(s->points[i].given.value));
    }
    return largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 1 ? 2 : 3;
}

static const ent_series_point *last_known(const ent_series *s)
{
    size_t i = s->count;
    while (i > 0 && isnan(s->points[i - 1].given.value)) {
        i--;
    }
    return i == 0 ? NULL : &s->points[i - 1];
}

static ent_str message(const given_view *v, const given_line *lines, size_t count)
{
    ent_str words = ent__brief_printf(v->w, "“%.*s”:", ENT_FMT(lines[0].name));
    for (size_t l = 0; l < count; l++) {
        const ent_series_point *last = last_known(&lines[l].series);
        if (last != NULL) {
            char label[16], value[64];
            ent__period_label(lines[l].series.by, last->start, label);
            ent__fixed_text(last->given.value, decimals_of(&lines[l].series), value);
            ent_str name = lines[l].a.n > 0 ? line_name(v, &lines[l]) : (ent_str){"", 0};
            words = ent__brief_printf(v->w, "%.*s%s%s%.*s %s in %s", ENT_FMT(words),
                                      l == 0 ? "" : ",", name.n > 0 ? " " : "", ENT_FMT(name),
                                      value, label);
        }
    }
    return words;
}

static ent_str shifts_of(const given_view *v, const given_line *l)
{
    const ent_series *s = &l->series;
    double *values = ent__arena_array(v->w->arena, s->count + 1, sizeof *values);
    ent_str *labels = ent__arena_array(v->w->arena, s->count + 1, sizeof *labels);
    size_t n = 0;
    for (size_t i = 0; values != NULL && labels != NULL && i < s->count; i++) {
        if (!isnan(s->points[i].given.value)) {
            char label[16];
            ent__period_label(s->by, s->points[i].start, label);
            labels[n] = ent__arena_str(v->w->arena, ent__str(label));
            values[n++] = s->points[i].given.value;
        }
    }
    v->w->failed |= values == NULL || labels == NULL;
    return ent__brief_last_shift(v->w, line_name(v, l), values, labels, n, decimals_of(s), false);
}

/* ---- table and chart ------------------------------------------------------------------------- */

static const ent_series_point *point_at(const ent_series *s, int32_t start)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->points[middle].start < start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < s->count && s->points[low].start == start ? &s->points[low] : NULL;
}

static int by_start(const void *x, const void *y)
{
    int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;
    return a < b ? -1 : a > b;
}

/* The periods that any of the lines tells of, in order; gaps between are told by their points. */
static int32_t *starts_of(const given_view *v, const given_line *lines, size_t count, size_t *out)
{
    size_t most = 0, n = 0, kept = 0;
    for (size_t l = 0; l < count; l++) {
        most += lines[l].series.count;
    }
    int32_t *starts = ent__arena_array(v->w->arena, most + 1, sizeof *starts);
    for (size_t l = 0; starts != NULL && l < count; l++) {
        for (size_t i = 0; i < lines[l].series.count; i++) {
            starts[n++] = lines[l].series.points[i].start;
        }
    }
    if (n > 1) {
        qsort(starts, n, sizeof *starts, by_start);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || starts[kept - 1] != starts[i]) {
            starts[kept++] = starts[i];
        }
    }
    *out = kept;
    return starts;
}

static bool fill(const given_view *v, const given_line *lines, size_t count, ent__table *t,
                 ent__chart_room *room)
{
    size_t n;
    int32_t *starts = starts_of(v, lines, count, &n);
    if (starts == NULL || !ent__chart_room_make(v->w->arena, n, room)) {
        return false;
    }
    bool bands[LINES] = {false};
    for (size_t i = 0; i < n; i++) {
        char label[16];
        ent__period_label(lines[0].series.by, starts[i], label);
        ent__table_z(t, label);
        for (size_t l = 0; l < count; l++) {
            const ent_series_point *p = point_at(&lines[l].series, starts[i]);
            ent_value value = p != NULL ? p->given : (ent_value){NAN, NAN, NAN};
            int decimals = decimals_of(&lines[l].series) + 1;
            room->at[i] = p != NULL ? p->start + p->days / 2.0 : room->at[i];
            room->value[l][i] = value.value;
            room->low[l][i] = value.low;
            room->high[l][i] = value.high;
            bands[l] |= isfinite(value.low) && isfinite(value.high);
            ent__table_number(t, value.value, decimals);
            ent__table_number(t, value.low, decimals);
            ent__table_number(t, value.high, decimals);
        }
    }
    for (size_t l = 0; l < count; l++) {
        room->lines[l].name = line_name(v, &lines[l]);
        room->lines[l].low = bands[l] ? room->lines[l].low : NULL;
    }
    return true;
}

static ent_str draw(const given_view *v, const ent_brief_exhibit *e, const ent__chart_room *room,
                    size_t count)
{
    const ent__chart chart = {
        .id = e->id.p,
        .title = e->title,
        .description = ENT_LIT("An imported series by period, with its own interval where it has "
                               "one. The numbers are in the table that follows."),
        .at = room->at,
        .count = room->n,
        .step = room->n > 1 ? (room->at[room->n - 1] - room->at[0]) / (double)(room->n - 1) : 30,
        .lines = room->lines,
        .line_count = count,
        .low = NAN,
        .high = NAN,
        .zero = NAN,
        .dots = room->n < 30,
        .unit = "value as imported"};
    return ent__chart_lines(v->w->arena, &chart);
}

static ent_rc exhibit(const given_view *v, given_line *lines, size_t count,
                      ent_brief_section *section)
{
    ent__brief_work *w = v->w;
    ent__chart_room room;
    ent_by by;
    ent_rc rc = read_lines(v, lines, count, &by);
    if (rc != ENT_OK) {
        return rc;
    }
    ent__table t = ent__table_open(w, "period");
    for (size_t l = 0; l < count; l++) {
        ent_str name = line_name(v, &lines[l]);
        ent__brief_column(&t, name);
        ent__brief_column(&t, ent__brief_printf(w, "%.*s low", ENT_FMT(name)));
        ent__brief_column(&t, ent__brief_printf(w, "%.*s high", ENT_FMT(name)));
    }
    w->failed |= !fill(v, lines, count, &t, &room);
    ent_str id = ent__brief_printf(w, "given-%zu-%.*s", section->exhibit_count + 1,
                                   ENT_FMT(lines[0].name));
    ent_brief_exhibit *e = ent__table_close(&t, section, id);
    if (e == NULL) {
        return ent__nomem(w->ctx);
    }
    e->title = message(v, lines, count);
    e->note = ent__brief_printf(w, "Values as imported, by %s; band: the interval that came with "
                                   "them. A period without a value is a gap.",
                                ent__by_name(by));
    for (size_t l = 0; l < count; l++) {
        ent_str shift = shifts_of(v, &lines[l]);
        e->note = ent__brief_printf(w, "%.*s%.*s", ENT_FMT(e->note), ENT_FMT(shift));
        const ent_series_point *last = last_known(&lines[l].series);
        if (last != NULL) {
            ent__brief_seen(w, last->start + last->days - 1);
        }
    }
    e->source = ent__brief_printf(w, "imported series “%.*s” of the store", ENT_FMT(lines[0].name));
    e->svg = draw(v, e, &room, count);
    return ENT_OK;
}

/* ---- all together ---------------------------------------------------------------------------- */

static void tell_left_out(const given_view *v, size_t from)
{
    ent_buf names = {0};
    for (size_t i = from; i < v->count; i++) {
        bool known = i > 0 && ent__str_eq(v->lines[i - 1].name, v->lines[i].name);
        if (!known && names.n < 300) {
            ent__buf_printf(&names, "%s“%.*s”", names.n > 0 ? ", " : "", ENT_FMT(v->lines[i].name));
        }
    }
    if (names.n > 0) {
        ent__brief_unknown(v->w, ent__brief_printf(v->w, "Imported series: %.*s of these states are "
                                                         "stored too and not shown (entente "
                                                         "series --measure NAME).",
                                                   ENT_FMT(ent__buf_slice(&names))));
    }
    ent__buf_free(&names);
}

/* Lines of one kind under one name, three a chart. */
static ent_rc exhibits(given_view *v, ent_brief_section **section)
{
    ent_rc rc = ENT_OK;
    size_t i = 0, end;
    for (; rc == ENT_OK && i < v->count; i = end) {
        for (end = i + 1; end < v->count && end - i < LINES &&
                          ent__str_eq(v->lines[end].name, v->lines[i].name) &&
                          kind_of(&v->lines[end]) == kind_of(&v->lines[i]);
             end++) {
        }
        if (*section == NULL) {
            *section = ent__section_add(v->w, "given", "What others counted", "Imported series");
        }
        if (*section == NULL || (*section)->exhibit_count == ENT_EXHIBITS) {
            break;
        }
        rc = exhibit(v, &v->lines[i], end - i, *section);
    }
    tell_left_out(v, i);
    return rc;
}

ent_rc ent__section_given(ent__brief_work *w)
{
    given_view v = {.w = w};
    ent_brief_section *section = NULL;
    ent_rc rc = find_lines(&v);
    if (rc == ENT_OK && v.count > 0) {
        rc = ent__given_new(w->ctx, &v.given);
        rc = rc == ENT_OK ? ent__given_from_store(w->ctx, v.given, w->in->store) : rc;
        if (rc == ENT_OK) {
            ent__given_finish(v.given);
            rc = exhibits(&v, &section);
        }
    }
    if (section != NULL) {
        section->lead = ENT_LIT("Numbers that others made, shown as they came: what they mean, and "
                                "how sure they are, their makers say.");
        section->method =
            "No value is changed; finer periods are averaged where a chart could not be read. "
            "Shifts are the penalised least-squares optimum (PELT, MBIC penalty), dates with 95 % "
            "intervals; too narrow are those of series whose neighbouring values hang together.";
        section->page = "docs/methods/series.md";
        const given_line *l = &v.lines[0];
        section->commands = ent__brief_printf(
            w, "entente shifts %.*s %.*s --store DB --measure NAME", ENT_FMT(l->a), ENT_FMT(l->b));
    }
    for (size_t i = 0; i < v.count; i++) {
        ent__series_free(&v.lines[i].series);
    }
    free(v.lines);
    ent__given_free(v.given);
    return rc;
}
