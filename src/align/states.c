/* States as data sets write them -> Correlates of War number at a date.
 * In: tables actors/states, actors/state_names, align/un_names.  Out: ent_states.
 * A key (code or folded name) gives up to a few (state, since, until); the row that holds on the
 * day wins, else the nearest in time.  Cost: one hash look-up. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "align.h"

typedef struct {
    uint32_t state; /* row of actors/states' code list, index into `rows` */
    int32_t since, until;
    uint32_t next; /* index + 1 of the next meaning of the same key */
    bool override; /* of align/un_names: replaces other readings while it holds */
} meaning;

typedef struct {
    ent_str code, name;
    int32_t cow, since, until;
} state_row;

struct ent_states {
    ent_arena *arena;
    ent_map *keys; /* folded key -> first meaning */
    meaning *meanings;
    size_t meaning_count, meaning_capacity;
    state_row *rows;
    size_t row_count;
};

/* Letters and digits only, accents off, upper case; at most `size` - 1 bytes. */
static ent_str fold(ent_str s, char *out, size_t size)
{
    size_t n = 0, at = 0;
    while (at < s.n) {
        uint32_t c = ent__utf8_next(s, &at);
        if (c >= 0x80) {
            int32_t parts[8];
            int boundary = 0;
            utf8proc_ssize_t got = utf8proc_decompose_char(
                (utf8proc_int32_t)c, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &boundary);
            c = got > 0 ? (uint32_t)parts[0] : 0;
            c = c == 0x131 ? 'i' : c;
        }
        if (c >= 'a' && c <= 'z') {
            c -= 'a' - 'A';
        }
        bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (c == '&') {
            n += n + 3 < size ? (memcpy(out + n, "AND", 3), 3u) : 0u;
        } else if (kept && n + 1 < size) {
            out[n++] = (char)c;
        }
    }
    out[n] = '\0';
    ent_str folded = {out, n};
    return n > 5 && memcmp(out, "THE", 3) == 0 ? ent__str_sub(folded, 3, n) : folded;
}

static int32_t bound(ent_str date, int32_t open, bool end)
{
    ent_date d;
    if (!ent__date_parse(date, &d)) {
        return open;
    }
    if (end && d.month == 0) {
        d.month = 12;
    }
    if (end && d.day == 0) {
        d.day = (int8_t)ent__date_month_length(d.year, d.month);
    }
    return ent__date_days(d);
}

static bool add_meaning(ent_states *s, ent_str key, uint32_t state, int32_t since, int32_t until,
                        bool override)
{
    char buffer[160];
    ent_str folded = fold(key, buffer, sizeof buffer);
    if (folded.n == 0) {
        return true;
    }
    meaning *grown =
        ent__grow(s->meanings, s->meaning_count, &s->meaning_capacity, sizeof *s->meanings);
    if (grown == NULL) {
        return false;
    }
    s->meanings = grown;
    uint32_t first = 0;
    bool known = ent__map_get(s->keys, folded, &first);
    s->meanings[s->meaning_count] =
        (meaning){state, since, until, known ? first + 1 : 0, override};
    ent_str kept = ent__arena_str(s->arena, folded);
    return kept.p != NULL && ent__map_put(s->keys, kept, (uint32_t)s->meaning_count++);
}

static bool load_states(ent_states *s, const ent_table *t)
{
    int code = ent__table_column(t, "code"), name = ent__table_column(t, "name");
    int cow = ent__table_column(t, "cow");
    int iso2 = ent__table_column(t, "iso2"), since = ent__table_column(t, "since");
    int until = ent__table_column(t, "until");
    s->rows = ent__arena_array(s->arena, t->rows, sizeof *s->rows);
    if (s->rows == NULL) {
        return false;
    }
    for (size_t r = 0; r < t->rows; r++) {
        int64_t number = 0;
        if (!ent__str_int(ent__table_cell(t, r, cow), &number)) {
            continue;
        }
        state_row *row = &s->rows[s->row_count];
        *row = (state_row){ent__table_cell(t, r, code), ent__table_cell(t, r, name),
                           (int32_t)number,
                           bound(ent__table_cell(t, r, since), INT32_MIN, false),
                           bound(ent__table_cell(t, r, until), INT32_MAX, true)};
        uint32_t index = (uint32_t)s->row_count++;
        char digits[16];
        snprintf(digits, sizeof digits, "%d", (int)number);
        if (!add_meaning(s, row->code, index, row->since, row->until, false) ||
            !add_meaning(s, ent__table_cell(t, r, iso2), index, row->since, row->until, false) ||
            !add_meaning(s, row->name, index, row->since, row->until, false) ||
            !add_meaning(s, ent__str(digits), index, row->since, row->until, false)) {
            return false;
        }
    }
    return true;
}

/* Every row of `code` becomes a meaning of `name`. */
static bool add_by_code(ent_states *s, ent_str name, ent_str code, int32_t since, int32_t until,
                        bool override)
{
    for (uint32_t i = 0; i < s->row_count; i++) {
        int32_t from = s->rows[i].since > since ? s->rows[i].since : since;
        int32_t to = s->rows[i].until < until ? s->rows[i].until : until;
        if (!ent__str_eq(s->rows[i].code, code)) {
            continue;
        }
        /* Dates of a list of votes stand above the state's own: China's seat. */
        if (override && (from > to || since != INT32_MIN || until != INT32_MAX)) {
            from = since;
            to = until;
        }
        if (from <= to && !add_meaning(s, name, i, from, to, override)) {
            return false;
        }
    }
    return true;
}

static bool load_names(ent_states *s, const ent_table *t, bool override)
{
    int name = ent__table_column(t, "name"), code = ent__table_column(t, "code");
    int kind = ent__table_column(t, "kind"), since = ent__table_column(t, "since");
    int until = ent__table_column(t, "until");
    for (size_t r = 0; r < t->rows; r++) {
        ent_str k = ent__table_cell(t, r, kind);
        bool wanted = kind < 0 || ent__str_eqz(k, "name") || ent__str_eqz(k, "official") ||
                      ent__str_eqz(k, "former") || ent__str_eqz(k, "abbreviation");
        if (wanted &&
            !add_by_code(s, ent__table_cell(t, r, name), ent__table_cell(t, r, code),
                         bound(ent__table_cell(t, r, since), INT32_MIN, false),
                         bound(ent__table_cell(t, r, until), INT32_MAX, true), override)) {
            return false;
        }
    }
    return true;
}

ent_rc ent__states_new(ent_ctx *ctx, const ent_kit *kit, ent_states **out)
{
    const ent_table *states = ent__kit_table(kit, "actors/states");
    const ent_table *names = ent__kit_table(kit, "actors/state_names");
    const ent_table *lists = ent__kit_table(kit, "align/un_names");
    *out = NULL;
    if (states == NULL || names == NULL || lists == NULL) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "tables of states are missing from the kit");
    }
    ent_states *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ent__nomem(ctx);
    }
    s->arena = ent__arena_new();
    s->keys = ent__map_new(8192);
    if (s->arena == NULL || s->keys == NULL || !load_states(s, states) ||
        !load_names(s, names, false) || !load_names(s, lists, true)) {
        ent__states_free(s);
        return ent__nomem(ctx);
    }
    *out = s;
    return ENT_OK;
}

void ent__states_free(ent_states *states)
{
    if (states != NULL) {
        ent__map_free(states->keys);
        ent__arena_free(states->arena);
        free(states->meanings);
        free(states);
    }
}

/* Days between `day` and the meaning's time, 0 inside. */
static int64_t distance(const meaning *m, int32_t day)
{
    if (day < m->since) {
        return (int64_t)m->since - day;
    }
    return day > m->until ? (int64_t)day - m->until : 0;
}

int32_t ent__states_ccode(const ent_states *states, ent_str code_or_name, ent_date date)
{
    char buffer[160];
    ent_str folded = fold(ent__str_trim(code_or_name), buffer, sizeof buffer);
    uint32_t at;
    if (folded.n == 0 || !ent__map_get(states->keys, folded, &at)) {
        return 0;
    }
    int32_t day = date.year == 0 ? INT32_MAX - 1 : ent__date_days(date);
    const meaning *best = NULL;
    for (uint32_t next = at + 1; next != 0; next = states->meanings[next - 1].next) {
        const meaning *m = &states->meanings[next - 1];
        bool nearer = best == NULL || distance(m, day) < distance(best, day);
        bool stronger = best != NULL && m->override && !best->override && distance(m, day) == 0;
        bool weaker = best != NULL && best->override && !m->override && distance(best, day) == 0;
        if (stronger || (nearer && !weaker)) {
            best = m;
        }
    }
    return states->rows[best->state].cow;
}

/* The latest row of the number. */
static const state_row *row_of(const ent_states *states, int32_t ccode)
{
    const state_row *best = NULL;
    for (size_t i = 0; i < states->row_count; i++) {
        const state_row *r = &states->rows[i];
        /* 345 is Yugoslavia first: its own code, not the successor's. */
        if (r->cow == ccode && (best == NULL || (r->until > best->until && ccode != 345) ||
                                (ccode == 345 && r->since < best->since))) {
            best = r;
        }
    }
    return best;
}

ent_str ent__states_iso3(const ent_states *states, int32_t ccode)
{
    const state_row *row = row_of(states, ccode);
    return row == NULL ? (ent_str){"", 0} : row->code;
}

ent_str ent__states_iso3_at(const ent_states *states, int32_t ccode, ent_date date)
{
    int32_t day = date.year == 0 ? INT32_MAX - 1 : ent__date_days(date);
    for (size_t i = 0; i < states->row_count; i++) {
        const state_row *r = &states->rows[i];
        if (r->cow == ccode && r->since <= day && day <= r->until) {
            return r->code;
        }
    }
    return ent__states_iso3(states, ccode);
}

ent_str ent__states_name(const ent_states *states, int32_t ccode)
{
    const state_row *row = row_of(states, ccode);
    return row == NULL ? (ent_str){"", 0} : row->name;
}

int32_t ent__states_in_year(const ent_states *states, int32_t ccode, int year)
{
    int32_t first = ent__date_days((ent_date){(int16_t)year, 1, 1});
    int32_t last = ent__date_days((ent_date){(int16_t)year, 12, 31}), found = 0;
    const state_row *row = row_of(states, ccode);
    for (size_t i = 0; row != NULL && i < states->row_count; i++) {
        const state_row *r = &states->rows[i];
        bool held = r->cow > 0 && r->since <= last && first <= r->until;
        if (held && r->cow == ccode) {
            return ccode;
        }
        found = held && ent__str_eq(r->code, row->code) ? r->cow : found;
    }
    return row == NULL ? ccode : found;
}

int32_t ent__states_number(const ent_states *states, int32_t ccode, int year, int look)
{
    int32_t now = ent__states_in_year(states, ccode, year);
    int32_t before = now != 0 ? ent__states_in_year(states, ccode, year - 1) : 0;
    return look == 0 || before == 0 ? now : before;
}
