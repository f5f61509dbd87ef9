/* Exhibits: charts and tables put together row by row, and written as CSV and as SVG files of their
 * own.  In: cells in order.  Out: ent_brief_exhibit in the brief's arena. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

/* A hyphen before a number is a minus in running text. */
static ent_str with_minus(ent__brief_work *w, ent_str s)
{
    ent_buf text = {0};
    for (size_t i = 0; i < s.n; i++) {
        bool begins = i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '(';
        bool minus =
            s.p[i] == '-' && begins && i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9';
        ent__buf_add(&text, minus ? "−" : s.p + i, minus ? strlen("−") : 1);
    }
    ent_str kept = ent__arena_str(w->arena, ent__buf_slice(&text));
    w->failed |= text.failed || kept.p == NULL;
    ent__buf_free(&text);
    return kept;
}

ent_str ent__brief_printf(ent__brief_work *w, const char *format, ...)
{
    ent_buf text = {0};
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    if (n >= 0 && ent__buf_reserve(&text, (size_t)n + 1)) {
        vsnprintf(text.p, (size_t)n + 1, format, again);
        text.n = (size_t)n;
    }
    va_end(again);
    va_end(arguments);
    ent_str kept = with_minus(w, ent__buf_slice(&text));
    w->failed |= text.failed;
    ent__buf_free(&text);
    return kept;
}

ent_str ent__brief_capital(ent__brief_work *w, ent_str s)
{
    char *copy = (char *)ent__arena_str(w->arena, s).p;
    w->failed |= copy == NULL;
    if (copy != NULL && s.n > 0 && copy[0] >= 'a' && copy[0] <= 'z') {
        copy[0] -= 'a' - 'A';
    }
    return (ent_str){copy, copy == NULL ? 0 : s.n};
}

void ent__brief_unknown(ent__brief_work *w, ent_str sentence)
{
    if (w->brief->unknown_count < ENT_UNKNOWNS) {
        w->unknown[w->brief->unknown_count++] = sentence;
    }
}

void ent__brief_finding(ent__brief_work *w, ent__finding finding)
{
    if (w->finding_count < ENT_FINDINGS) {
        w->findings[w->finding_count++] = finding;
    }
}

void ent__brief_seen(ent__brief_work *w, int32_t day)
{
    w->latest_day = day > w->latest_day ? day : w->latest_day;
}

/* "the United States" in running text, as people write it. */
ent_str ent__brief_asked_name(ent__brief_work *w, size_t i)
{
    ent_str name = ent__brief_state_name(w->kit, w->brief->asked[i]);
    bool article = ent__str_starts(name, "United ") || ent__str_ends(name, "Republic") ||
                   ent__str_ends(name, "Islands") || ent__str_ends(name, "Kingdom") ||
                   ent__str_ends(name, "Union");
    return article ? ent__brief_printf(w, "the %.*s", ENT_FMT(name)) : name;
}

ent_str ent__brief_pair(ent__brief_work *w, size_t i, size_t j, const char *between)
{
    ent_str a = ent__brief_asked_name(w, i), b = ent__brief_asked_name(w, j);
    return ent__brief_printf(w, "%.*s%s%.*s", ENT_FMT(a), between, ENT_FMT(b));
}

ent_brief_section *ent__section_add(ent__brief_work *w, const char *id, const char *title,
                                    const char *brief_title)
{
    ent_brief *b = w->brief;
    ent_brief_exhibit *exhibits = ent__arena_array(w->arena, ENT_EXHIBITS, sizeof *exhibits);
    if (exhibits == NULL || b->section_count == ENT_SECTIONS) {
        w->failed = true;
        return NULL;
    }
    ent_brief_section *section = &b->sections[b->section_count++];
    *section = (ent_brief_section){
        .id = id, .title = title, .brief_title = brief_title, .exhibits = exhibits};
    return section;
}

/* ---- tables --------------------------------------------------------------------------------- */

enum { COLUMNS = 32 };

ent__table ent__table_open(ent__brief_work *w, const char *columns)
{
    ent__table t = {.w = w};
    ent_str rest = ent__str(columns), name;
    ent_str *names = ent__arena_array(w->arena, COLUMNS, sizeof *names);
    size_t count = 0;
    while (names != NULL && count < COLUMNS && ent__str_split(&rest, '|', &name)) {
        names[count++] = ent__arena_str(w->arena, name);
    }
    w->failed |= names == NULL;
    t.exhibit.columns = names;
    t.exhibit.column_count = count;
    return t;
}

void ent__brief_column(ent__table *t, ent_str name)
{
    if (t->exhibit.column_count < COLUMNS) {
        ent_str *names = (ent_str *)t->exhibit.columns;
        names[t->exhibit.column_count++] = ent__arena_str(t->w->arena, name);
    }
}

void ent__table_text(ent__table *t, ent_str text)
{
    ent_str *grown = ent__grow(t->cells, t->count, &t->capacity, sizeof *grown);
    if (grown == NULL) {
        t->w->failed = true;
        return;
    }
    t->cells = grown;
    t->cells[t->count++] = ent__arena_str(t->w->arena, text);
}

void ent__table_z(ent__table *t, const char *text)
{
    ent__table_text(t, ent__str(text));
}

void ent__table_int(ent__table *t, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    ent__table_z(t, text);
}

void ent__table_number(ent__table *t, double value, int decimals)
{
    char text[64];
    ent__table_z(t, isfinite(value) ? ent__fixed_text(value, decimals, text) : "");
}

/* Ids stand in attributes and in names of files: letters, digits and hyphens alone. */
static ent_str plain_id(ent__brief_work *w, ent_str id)
{
    ent_str kept = ent__arena_str(w->arena, id);
    w->failed |= kept.p == NULL;
    for (size_t i = 0; kept.p != NULL && i < kept.n; i++) {
        unsigned char c = (unsigned char)kept.p[i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c >= 0x80;
        if (!plain) {
            ((char *)kept.p)[i] = '_';
        }
    }
    return kept;
}

ent_brief_exhibit *ent__table_close(ent__table *t, ent_brief_section *section, ent_str id)
{
    ent__brief_work *w = t->w;
    ent_str *cells = ent__arena_array(w->arena, t->count + 1, sizeof *cells);
    if (cells != NULL && t->count > 0) {
        memcpy(cells, t->cells, t->count * sizeof *cells);
    }
    free(t->cells);
    t->cells = NULL;
    if (cells == NULL || w->failed || section == NULL || section->exhibit_count == ENT_EXHIBITS) {
        w->failed = true;
        return NULL;
    }
    t->exhibit.id = plain_id(w, id);
    t->exhibit.cells = cells;
    t->exhibit.row_count = t->count / t->exhibit.column_count;
    ent_brief_exhibit *e = &section->exhibits[section->exhibit_count++];
    *e = t->exhibit;
    return e;
}

/* ---- shifts ---------------------------------------------------------------------------------- */

enum { LEAST_VALUES = 8 };

/* narrow: neighbouring values hang together, which the interval does not know. */
static ent_str shift_words(ent__brief_work *w, ent_str name, const ent_shift *s, bool narrow,
                           const ent_str *labels, size_t count, int decimals, bool percent)
{
    char before[64], after[64];
    double times = percent ? 100 : 1;
    const char *unit = percent ? " %" : "";
    ent__fixed_text(times * s->before, decimals, before);
    ent__fixed_text(times * s->after, decimals, after);
    ent_str when = {"", 0};
    if (s->low > 0) { /* of the last period of the old regime: one further is the first new one */
        ent_str low = labels[s->low < count ? s->low : count - 1];
        ent_str high = labels[s->high < count ? s->high : count - 1];
        when = ent__brief_printf(w, " (95 %%: %.*s to %.*s%s)", ENT_FMT(low), ENT_FMT(high),
                                 narrow ? ", too narrow" : "");
    }
    return ent__brief_printf(w, " %.*s %s from %s%s to %s%s in %.*s%.*s.", ENT_FMT(name),
                             s->size > 0 ? "rose" : "fell", before, unit, after, unit,
                             ENT_FMT(labels[s->first - 1]), ENT_FMT(when));
}

ent_str ent__brief_last_shift(ent__brief_work *w, ent_str name, const double *values,
                              const ent_str *labels, size_t count, int decimals, bool percent)
{
    ent_shift_options options = ENT_SHIFT_DEFAULTS;
    options.min_segment = 2; /* one value alone is no level */
    ent_shifts found;
    ent_str words = {"", 0};
    if (count < LEAST_VALUES) {
        return words;
    }
    if (ent__shifts_find(w->ctx, values, count, &options, &found) != ENT_OK) {
        w->failed = true;
        return words;
    }
    words = found.count == 0
                ? ent__brief_printf(w, " %.*s: no shift found in %zu values%s.", ENT_FMT(name),
                                    count,
                                    found.autocorrelation > 0.3 ? ", though they move slowly" : "")
                : shift_words(w, name, &found.shifts[found.count - 1], found.autocorrelation > 0.3,
                              labels, count, decimals, percent);
    ent__shifts_free(&found);
    return words;
}

ent_str ent__brief_numbered_shift(ent__brief_work *w, ent_str name, const double *values,
                                  size_t count, int first, const char *prefix, int decimals,
                                  bool percent)
{
    double *known = ent__arena_array(w->arena, count + 1, sizeof *known);
    ent_str *labels = ent__arena_array(w->arena, count + 1, sizeof *labels);
    size_t n = 0;
    for (size_t i = 0; known != NULL && labels != NULL && i < count; i++) {
        if (!isnan(values[i])) {
            labels[n] = ent__brief_printf(w, "%s%d", prefix, first + (int)i);
            known[n++] = values[i];
        }
    }
    w->failed |= known == NULL || labels == NULL;
    return ent__brief_last_shift(w, name, known, labels, n, decimals, percent);
}

/* ---- files ---------------------------------------------------------------------------------- */

void ent__brief_csv(ent_buf *out, const ent_brief_exhibit *e)
{
    for (size_t c = 0; c < e->column_count; c++) {
        ent__buf_z(out, c == 0 ? "" : ",");
        ent__buf_csv(out, e->columns[c], ',');
    }
    ent__buf_char(out, '\n');
    for (size_t i = 0; i < e->row_count * e->column_count; i++) {
        ent__buf_z(out, i % e->column_count == 0 ? "" : ",");
        ent__buf_csv(out, e->cells[i], ',');
        ent__buf_z(out, (i + 1) % e->column_count == 0 ? "\n" : "");
    }
}

/* The drawing with its style sheet inside: right behind the opening tag. */
void ent__brief_svg(ent_buf *out, const ent_brief_exhibit *e)
{
    const char *end = e->svg.n == 0 ? NULL : memchr(e->svg.p, '>', e->svg.n);
    if (end == NULL) {
        return;
    }
    size_t head = (size_t)(end + 1 - e->svg.p);
    ent__buf_add(out, e->svg.p, head);
    ent__buf_printf(out, "<style>%s</style>", ent__chart_style);
    ent__buf_add(out, e->svg.p + head, e->svg.n - head);
    ent__buf_char(out, '\n');
}
