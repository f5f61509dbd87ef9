/* import_acled: rows of ACLED files (CSV with a header, either of the two layouts in use).
 * In: fields.  Out: ent_stored_event; the type by sub-event, else event type, from the table
 * codes/dataset_names (our reading of ACLED's published event types, not ACLED's).
 * Source: ACLED codebook's column list, from memory. */
#include "import.h"

#include <math.h>
#include <string.h>

enum { A_ID, A_DATE, A_TYPE, A_SUB, A_ACTOR1, A_INTER1, A_ACTOR2, A_INTER2, A_COUNTRY, A_ADMIN1,
       A_LOCATION, A_LATITUDE, A_LONGITUDE, A_SOURCE, A_NOTES, A_PRECISION, A_COUNT };
static const char *const names[A_COUNT] = {
    "event_id_cnty", "event_date", "event_type", "sub_event_type", "actor1", "inter1", "actor2",
    "inter2", "country", "admin1", "location", "latitude", "longitude", "source", "notes",
    "time_precision"};

static ent_str column(const ent_row *row, int which)
{
    return ent__row_field(row, row->columns[which]);
}

/* "14 March 2022" or ISO. */
static ent_str plain_date(ent_row *row, ent_str text)
{
    static const char *const months[] = {"January", "February", "March", "April", "May", "June",
                                         "July", "August", "September", "October", "November",
                                         "December"};
    ent_str rest = text, day, month;
    int64_t d, y;
    if (!ent__str_split(&rest, ' ', &day) || !ent__str_split(&rest, ' ', &month) ||
        !ent__str_int(day, &d) || !ent__str_int(rest, &y)) {
        return text;
    }
    for (int m = 0; m < 12; m++) {
        bool same = ent__str_ieqz(month, months[m]) ||
                    (month.n == 3 && strncasecmp(month.p, months[m], 3) == 0);
        if (same && d >= 1 && d <= 31 && y > 1800 && y < 3000) {
            ent_str iso = ent__arena_printf(row->arena, "%04d-%02d-%02d", (int)y, m + 1, (int)d);
            return iso.p == NULL ? text : iso;
        }
    }
    return text;
}

/* "Military Forces of Redland (2012-)", "Protesters (Blueland)": the state in the name. */
static ent_str state_in(const ent_row *row, ent_str name)
{
    for (size_t i = 0; i + 4 < name.n; i++) {
        bool of = memcmp(name.p + i, " of ", 4) == 0, open = name.p[i] == '(';
        if (!of && !open) {
            continue;
        }
        size_t begin = i + (of ? 4 : 1), end = begin;
        while (end < name.n && name.p[end] != '(' && name.p[end] != ')') {
            end++;
        }
        ent_str code = ent__codes_state(row->codes, ent__str_sub(name, begin, end));
        if (code.n > 0) {
            return code;
        }
    }
    return (ent_str){"", 0};
}

/* The kind of actor, as a number in older files and in words in newer ones. */
static ent_str sector_of(ent_str inter, ent_str name)
{
    static const struct { const char *number, *word, *sector; } kinds[] = {
        {"1", "State Forces", "MIL"}, {"2", "Rebel Groups", "REB"},
        {"2", "Rebel Group", "REB"}, {"3", "Political Militias", "REB"},
        {"3", "Political Militia", "REB"}, {"4", "Identity Militias", "REB"},
        {"4", "Identity Militia", "REB"}, {"5", "Rioters", "CVL"}, {"6", "Protesters", "CVL"},
        {"7", "Civilians", "CVL"}};
    if (ent__str_starts(name, "Police")) {
        return ENT_LIT("COP");
    }
    if (ent__str_starts(name, "Government")) {
        return ENT_LIT("GOV");
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (ent__str_eqz(inter, kinds[i].number) || ent__str_ieqz(inter, kinds[i].word)) {
            return ent__str(kinds[i].sector);
        }
    }
    return (ent_str){"", 0};
}

static size_t read_side(ent_row *row, int name, int inter, ent_stored_actor *out)
{
    out->name = column(row, name);
    out->sector = sector_of(column(row, inter), out->name);
    out->code = state_in(row, out->name);
    bool local = out->code.n == 0 && out->name.n > 0 && ent__str_eqz(out->sector, "CVL");
    if (local) { /* civilians, protesters and rioters are those of the country */
        out->code = ent__codes_state(row->codes, column(row, A_COUNTRY));
    }
    return out->name.n > 0;
}

static void read_type(ent_row *row)
{
    ent_stored_event *e = &row->event;
    ent_str type = ent__codes_acled(row->codes, column(row, A_SUB));
    if (type.n == 0) {
        type = ent__codes_acled(row->codes, column(row, A_TYPE));
    }
    const char *slash = type.n > 0 ? memchr(type.p, '/', type.n) : NULL;
    size_t n = slash == NULL ? type.n : (size_t)(slash - type.p);
    e->type = ent__str_sub(type, 0, n);
    e->mode = slash == NULL ? (ent_str){"", 0} : ent__str_sub(type, n + 1, type.n);
    ent__codes_plover(row->codes, e);
    e->rule = ent__arena_printf(row->arena, "acled:%.*s/%.*s", ENT_FMT(column(row, A_TYPE)),
                                ENT_FMT(column(row, A_SUB)));
}

ent_row_kind ent__read_acled(ent_row *row, ent_str line)
{
    (void)line;
    if (!row->has_header) {
        ent__row_header(row, names, A_COUNT);
        if (row->columns[A_ID] < 0 || row->columns[A_DATE] < 0) {
            row->has_header = false;
            return ent__row_bad(row, "expected a header line with event_id_cnty and event_date");
        }
        return ENT_ROW_SKIP;
    }
    ent_stored_event *e = &row->event;
    e->external = column(row, A_ID);
    if (e->external.n == 0) {
        return ent__row_bad(row, "event_id_cnty: expected a value, got none");
    }
    if (!ent__row_date(row, plain_date(row, column(row, A_DATE)), "event_date") ||
        !ent__row_number(row, column(row, A_LATITUDE), -90, 90, "latitude", &e->latitude) ||
        !ent__row_number(row, column(row, A_LONGITUDE), -180, 180, "longitude", &e->longitude)) {
        return ENT_ROW_BAD;
    }
    if (ent__str_eqz(column(row, A_PRECISION), "3")) { /* only the month is known */
        e->date = ent__str_sub(e->date, 0, 7);
        ent_date month;
        e->day = ent__date_parse(e->date, &month) ? ent__date_days(month) : e->day;
    }
    read_type(row);
    e->source_count = read_side(row, A_ACTOR1, A_INTER1, row->source);
    e->target_count = read_side(row, A_ACTOR2, A_INTER2, row->target);
    e->place = column(row, A_LOCATION);
    e->region = column(row, A_ADMIN1);
    e->place_country = column(row, A_COUNTRY);
    e->publisher = column(row, A_SOURCE);
    e->text = column(row, A_NOTES);
    return ENT_ROW_EVENT;
}
