/* import_tables: rows of ICEWS and POLECAT files (tab-separated, with a header line) and of Phoenix,
 * PETRARCH and TABARI output (without).  In: fields.  Out: ent_stored_event.
 * Source: the data sets' public descriptions, as summed up in docs/methods/store.md. */
#include "import.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* "NA", "NULL", "None" and "---" are how these files write nothing. */
static ent_str known(ent_str text)
{
    bool nothing = ent__str_eqz(text, "NA") || ent__str_eqz(text, "NULL") ||
                   ent__str_eqz(text, "None") || ent__str_eqz(text, "---") ||
                   ent__str_eqz(text, "nan");
    return nothing ? (ent_str){"", 0} : text;
}

/* ---- ICEWS --------------------------------------------------------------------------------- */

enum { I_ID, I_DATE, I_SOURCE, I_SOURCE_SECTORS, I_SOURCE_COUNTRY, I_TEXT, I_CODE, I_INTENSITY,
       I_TARGET, I_TARGET_SECTORS, I_TARGET_COUNTRY, I_STORY, I_SENTENCE, I_PUBLISHER, I_CITY,
       I_DISTRICT, I_PROVINCE, I_COUNTRY, I_LATITUDE, I_LONGITUDE, I_COUNT };
static const char *const icews_names[I_COUNT] = {
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude"};

static ent_str column(const ent_row *row, int which)
{
    return known(ent__row_field(row, row->columns[which]));
}

/* Sectors are a set in any order, a sector's country may stand in parentheses behind it. */
static ent_str icews_sectors(ent_row *row, ent_str list)
{
    ent_str out = {"", 0}, rest = list, label;
    while (ent__str_split(&rest, ',', &label)) {
        label = ent__str_trim(label);
        const char *open = label.n > 0 ? memchr(label.p, '(', label.n) : NULL;
        ent_str sector = ent__codes_icews_sector(row->codes, label);
        if (sector.n == 0 && open != NULL) {
            label = ent__str_trim(ent__str_sub(label, 0, (size_t)(open - label.p)));
            sector = ent__codes_icews_sector(row->codes, label);
        }
        out = ent__row_join(row, out, sector);
    }
    return out;
}

static void icews_actor(ent_row *row, int name, int sectors, int country, ent_stored_actor *out,
                        size_t *count)
{
    out->name = column(row, name);
    out->raw = column(row, sectors);
    out->sector = icews_sectors(row, out->raw);
    out->code = ent__codes_state(row->codes, column(row, country));
    /* The state itself is written as an actor of its own name. */
    if (out->code.n == 0) {
        out->code = ent__codes_state(row->codes, out->name);
    }
    *count = out->name.n > 0;
}

ent_row_kind ent__read_icews(ent_row *row, ent_str line)
{
    (void)line;
    if (!row->has_header) {
        ent__row_header(row, icews_names, I_COUNT);
        if (row->columns[I_ID] >= 0 && row->columns[I_DATE] >= 0) {
            return ENT_ROW_SKIP;
        }
        for (int i = 0; i < I_COUNT; i++) { /* without a header: the usual order */
            row->columns[i] = i;
        }
    }
    ent_stored_event *e = &row->event;
    if (row->count < 12) {
        return ent__row_bad(row, "expected 20 columns, got %zu", row->count);
    }
    ent_str id = column(row, I_ID), code = column(row, I_CODE);
    double intensity;
    int64_t story = -1, sentence = -1;
    if (id.n == 0) {
        return ent__row_bad(row, "Event ID: expected a value, got none");
    }
    if (!ent__row_date(row, column(row, I_DATE), "Event Date") ||
        !ent__row_number(row, column(row, I_INTENSITY), -10, 10, "Intensity", &intensity) ||
        !ent__row_count(row, column(row, I_STORY), "Story ID", &story) ||
        !ent__row_count(row, column(row, I_SENTENCE), "Sentence Number", &sentence) ||
        !ent__row_number(row, column(row, I_LATITUDE), -90, 90, "Latitude", &e->latitude) ||
        !ent__row_number(row, column(row, I_LONGITUDE), -180, 180, "Longitude", &e->longitude)) {
        return ENT_ROW_BAD;
    }
    if (code.n > 0 ? !ent__row_cameo(row, code, false) : column(row, I_TEXT).n == 0) {
        return code.n > 0 ? ENT_ROW_BAD : ent__row_bad(row, "neither CAMEO Code nor Event Text");
    }
    e->external = ent__arena_printf(row->arena, "%.*s/%.*s", ENT_FMT(id), ENT_FMT(e->date));
    e->goldstein = isnan(intensity) ? e->goldstein : intensity;
    e->quad = e->quad == 0 && code.n == 0 && !isnan(intensity) ? (intensity >= 0 ? 1 : 3) : e->quad;
    ent__codes_plover(row->codes, e);
    icews_actor(row, I_SOURCE, I_SOURCE_SECTORS, I_SOURCE_COUNTRY, row->source, &e->source_count);
    icews_actor(row, I_TARGET, I_TARGET_SECTORS, I_TARGET_COUNTRY, row->target, &e->target_count);
    e->text = column(row, I_TEXT);
    e->story = story;
    e->sentence = sentence;
    e->publisher = column(row, I_PUBLISHER);
    e->place = column(row, I_CITY);
    e->region = column(row, I_PROVINCE);
    e->place_country = column(row, I_COUNTRY);
    return e->external.p == NULL ? ENT_ROW_NOMEM : ENT_ROW_EVENT;
}

/* ---- POLECAT ------------------------------------------------------------------------------- */

enum { P_ID, P_DATE, P_TYPE, P_MODE, P_INTENSITY, P_QUAD, P_CONTEXTS, P_ACTOR, P_ACTOR_COUNTRY,
       P_ACTOR_COW, P_ACTOR_SECTOR, P_RECIPIENT, P_RECIPIENT_COUNTRY, P_RECIPIENT_COW,
       P_RECIPIENT_SECTOR, P_PLACE, P_CITY, P_PROVINCE, P_COUNTRY, P_LATITUDE, P_LONGITUDE,
       P_SOURCE, P_HEADLINE, P_COUNT };
static const char *const polecat_names[P_COUNT] = {
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Recipient Name",
    "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Placename", "City",
    "Province", "Country", "Latitude", "Longitude", "Source", "Headline"};

static ent_str nth(ent_str list, size_t which)
{
    ent_str rest = list, item = {"", 0};
    for (size_t i = 0; i <= which; i++) {
        if (!ent__str_split(&rest, ';', &item)) {
            return (ent_str){"", 0};
        }
    }
    return known(ent__str_trim(item));
}

static ent_str polecat_state(const ent_row *row, ent_str country, ent_str cow)
{
    bool code = country.n == 3;
    for (size_t i = 0; code && i < 3; i++) {
        code = isupper((unsigned char)country.p[i]) != 0;
    }
    ent_str out = code ? country : ent__codes_state(row->codes, country);
    return out.n > 0 ? out : ent__codes_cow(row->codes, cow);
}

/* A compound's names, countries and numbers stand in step. */
static size_t polecat_side(ent_row *row, int name, int country, int cow, int sector,
                           ent_stored_actor *out)
{
    ent_str names = column(row, name), countries = column(row, country);
    size_t count = 0;
    for (; count < ENT_ROW_SIDES; count++) {
        ent_str n = nth(names, count), c = nth(countries, count);
        if (n.n == 0 && c.n == 0) {
            break;
        }
        ent_str sectors = column(row, sector);
        ent_str own = nth(sectors, count);
        out[count] = (ent_stored_actor){
            .name = n, .sector = own.n > 0 ? own : nth(sectors, 0),
            .code = polecat_state(row, c, nth(column(row, cow), count))};
    }
    return count;
}

static int polecat_quad(ent_str words)
{
    static const char *const names[] = {"VERBAL COOPERATION", "MATERIAL COOPERATION",
                                        "VERBAL CONFLICT", "MATERIAL CONFLICT"};
    for (int i = 0; i < 4; i++) {
        if (ent__str_ieqz(words, names[i])) {
            return i + 1;
        }
    }
    return 0;
}

static ent_str in_case(ent_row *row, ent_str text, bool upper)
{
    ent_str copy = ent__arena_str(row->arena, text);
    for (size_t i = 0; copy.p != NULL && i < copy.n; i++) {
        char *c = (char *)copy.p + i;
        *c = (char)(upper ? toupper((unsigned char)*c) : tolower((unsigned char)*c));
        /* "; " parts a list, ';' does here */
    }
    return copy.p == NULL ? text : copy;
}

static ent_str tight_list(ent_row *row, ent_str list)
{
    ent_str out = {"", 0}, rest = list, item;
    while (ent__str_split(&rest, ';', &item)) {
        out = ent__row_join(row, out, in_case(row, ent__str_trim(item), false));
    }
    return out;
}

ent_row_kind ent__read_polecat(ent_row *row, ent_str line)
{
    (void)line;
    if (!row->has_header) {
        ent__row_header(row, polecat_names, P_COUNT);
        if (row->columns[P_ID] < 0 || row->columns[P_DATE] < 0 || row->columns[P_TYPE] < 0) {
            row->has_header = false;
            return ent__row_bad(row, "expected a header line with Event ID, Event Date, Event Type");
        }
        return ENT_ROW_SKIP;
    }
    ent_stored_event *e = &row->event;
    e->external = column(row, P_ID);
    e->type = in_case(row, column(row, P_TYPE), true);
    if (e->external.n == 0) {
        return ent__row_bad(row, "Event ID: expected a value, got none");
    }
    if (ent__store_type(e->type) == ENT_PLOVER_NONE) {
        return ent__row_bad(row, "Event Type: expected one of PLOVER's sixteen, got \"%.*s\"",
                            e->type.n < 40 ? (int)e->type.n : 40, e->type.p);
    }
    if (!ent__row_date(row, column(row, P_DATE), "Event Date") ||
        !ent__row_number(row, column(row, P_INTENSITY), -10, 10, "Intensity", &e->score) ||
        !ent__row_number(row, column(row, P_LATITUDE), -90, 90, "Latitude", &e->latitude) ||
        !ent__row_number(row, column(row, P_LONGITUDE), -180, 180, "Longitude", &e->longitude)) {
        return ENT_ROW_BAD;
    }
    e->mode = in_case(row, column(row, P_MODE), false);
    e->context = tight_list(row, column(row, P_CONTEXTS));
    e->quad = polecat_quad(column(row, P_QUAD));
    ent__codes_plover(row->codes, e);
    e->source_count = polecat_side(row, P_ACTOR, P_ACTOR_COUNTRY, P_ACTOR_COW, P_ACTOR_SECTOR,
                                   row->source);
    e->target_count = polecat_side(row, P_RECIPIENT, P_RECIPIENT_COUNTRY, P_RECIPIENT_COW,
                                   P_RECIPIENT_SECTOR, row->target);
    e->place = column(row, P_CITY).n > 0 ? column(row, P_CITY) : column(row, P_PLACE);
    e->region = column(row, P_PROVINCE);
    e->place_country = column(row, P_COUNTRY);
    e->publisher = column(row, P_SOURCE);
    e->text = column(row, P_HEADLINE);
    return ENT_ROW_EVENT;
}

/* ---- Phoenix, PETRARCH, TABARI -------------------------------------------------------------- */

/* "USAGOVMIL": state or organisation, then agents of three letters. */
static void full_code(ent_row *row, ent_str raw, ent_stored_actor *out, size_t *count)
{
    raw = known(raw);
    *out = (ent_stored_actor){.raw = raw};
    out->code = ent__codes_country(row->codes, ent__str_sub(raw, 0, raw.n < 3 ? raw.n : 3));
    for (size_t at = 3; at + 3 <= raw.n; at += 3) {
        out->sector = ent__row_join(row, out->sector,
                                    ent__codes_sector(ent__str_sub(raw, at, at + 3)));
    }
    *count = raw.n > 0;
}

static ent_row_kind read_data_set(ent_row *row)
{
    enum { ID, DATE, SOURCE = 5, SOURCE_ROLE = 7, TARGET = 9, TARGET_ROLE = 11, CODE = 13,
           GOLDSTEIN = 16, LATITUDE = 18, LONGITUDE, PLACE, STATE, COUNTRY, SENTENCE, URLS,
           PUBLISHERS };
    ent_stored_event *e = &row->event;
    const ent_str *f = row->fields;
    double goldstein;
    if (f[ID].n == 0 || ent__str_ieqz(f[ID], "EventID")) {
        return f[ID].n == 0 ? ent__row_bad(row, "EventID: expected a value, got none")
                            : ENT_ROW_SKIP;
    }
    if (!ent__row_date(row, f[DATE], "Date") || !ent__row_cameo(row, f[CODE], true) ||
        !ent__row_number(row, known(f[GOLDSTEIN]), -10, 10, "GoldsteinScore", &goldstein) ||
        !ent__row_number(row, known(f[LATITUDE]), -90, 90, "Lat", &e->latitude) ||
        !ent__row_number(row, known(f[LONGITUDE]), -180, 180, "Lon", &e->longitude)) {
        return ENT_ROW_BAD;
    }
    /* QuadClass here is 0-4 and splits otherwise: our own is counted from the code. */
    e->external = f[ID];
    e->goldstein = isnan(goldstein) ? e->goldstein : goldstein;
    ent__codes_plover(row->codes, e);
    full_code(row, f[SOURCE], row->source, &e->source_count);
    full_code(row, f[TARGET], row->target, &e->target_count);
    e->place = known(f[PLACE]);
    e->region = known(f[STATE]);
    e->place_country = known(f[COUNTRY]);
    e->url = f[URLS];
    e->publisher = f[PUBLISHERS];
    e->articles = 1;
    for (size_t i = 0; i < f[SENTENCE].n; i++) {
        e->articles += f[SENTENCE].p[i] == ';'; /* one a story and sentence that told it */
    }
    e->mentions = e->articles;
    return ENT_ROW_EVENT;
}

/* YYMMDD: KEDS and TABARI began in 1979; 00-68 are read as 20xx. */
static ent_str long_year(ent_row *row, ent_str date)
{
    if (date.n != 6) {
        return date;
    }
    ent_str out = ent__arena_printf(row->arena, "%s%.*s", date.p[0] >= '7' ? "19" : "20",
                                    ENT_FMT(date));
    return out.p == NULL ? date : out;
}

ent_row_kind ent__read_phoenix(ent_row *row, ent_str line)
{
    (void)line;
    if (row->count == 26) {
        return read_data_set(row);
    }
    if (row->count < 5 || row->count > 14) {
        return ent__row_bad(row, "expected 26 columns (Phoenix) or 6 to 12 (PETRARCH), got %zu",
                            row->count);
    }
    ent_stored_event *e = &row->event;
    const ent_str *f = row->fields;
    if (!ent__row_date(row, long_year(row, f[0]), "date") || !ent__row_cameo(row, f[3], true)) {
        return ENT_ROW_BAD;
    }
    ent__codes_plover(row->codes, e);
    full_code(row, f[1], row->source, &e->source_count);
    full_code(row, f[2], row->target, &e->target_count);
    if (f[0].n == 8) { /* PETRARCH: issues, ids, [url,] publication, ... text ... */
        ent_str next = ent__row_field(row, 6);
        bool has_url = ent__str_starts(next, "http");
        e->url = has_url ? next : (ent_str){"", 0};
        e->publisher = known(ent__row_field(row, has_url ? 7 : 6));
        size_t text = has_url ? 8 : 7;
        e->text = known(ent__row_field(row, (int)(row->count - text >= 3 ? text + 2 : text)));
        for (size_t i = 0; i < ent__row_field(row, 5).n; i++) {
            e->mentions += f[5].p[i] == ';';
        }
    } else {
        e->text = ent__row_field(row, 5);
    }
    e->external = ent__arena_printf(row->arena, "%.*s %.*s %.*s %.*s %.*s", ENT_FMT(f[0]),
                                    ENT_FMT(f[1]), ENT_FMT(f[2]), ENT_FMT(f[3]),
                                    ENT_FMT(ent__row_field(row, 5)));
    return e->external.p == NULL ? ENT_ROW_NOMEM : ENT_ROW_EVENT;
}
