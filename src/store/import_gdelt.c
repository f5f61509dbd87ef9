/* import_gdelt: rows of GDELT event tables, by their number of columns: 61 (2.0), 57 and 58 (1.0),
 * 17 (the reduced historical file).  In: tab-separated fields.  Out: ent_stored_event.
 * Source: GDELT 2.0 and 1.0 event codebooks, as summed up in docs/methods/store.md. */
#include "import.h"

#include <math.h>

/* Columns counted from 0; the ADM2 columns of 2.0 shift the places. */
enum { ID = 0, DAY = 1, ACTOR1 = 5, ACTOR2 = 15, ROOT = 25, CODE = 26, QUAD = 29, GOLDSTEIN = 30,
       MENTIONS = 31, SOURCES = 32, ARTICLES = 33, TONE = 34 };

static void read_actor(ent_row *row, int at, ent_stored_actor *out, size_t *count)
{
    const ent_str *f = &row->fields[at]; /* code name country group ethnic religion x2 type x3 */
    *out = (ent_stored_actor){.raw = f[0], .name = f[1]};
    out->code = f[2].n > 0 ? ent__codes_country(row->codes, f[2]) : f[3];
    for (int i = 7; i < 10; i++) {
        out->sector = ent__row_join(row, out->sector, ent__codes_sector(f[i]));
    }
    *count = f[0].n > 0 || out->code.n > 0 ? 1 : 0;
}

static bool read_place(ent_row *row, int at, bool second)
{
    /* type, name, country, ADM1, [ADM2,] latitude, longitude, feature */
    ent_stored_event *e = &row->event;
    e->place = row->fields[at + 1];
    e->place_country = row->fields[at + 2];
    e->region = row->fields[at + 3];
    int latitude = at + 4 + second;
    return ent__row_number(row, row->fields[latitude], -90, 90, "latitude", &e->latitude) &&
           ent__row_number(row, row->fields[latitude + 1], -180, 180, "longitude", &e->longitude);
}

static ent_row_kind read_reduced(ent_row *row)
{
    if (ent__str_ieqz(row->fields[0], "Date")) {
        return ENT_ROW_SKIP;
    }
    ent_stored_event *e = &row->event;
    const ent_str *f = row->fields;
    double goldstein, quad;
    if (!ent__row_date(row, f[0], "Date") || !ent__row_cameo(row, f[3], true) ||
        !ent__row_count(row, f[4], "NumEvents", &e->mentions) ||
        !ent__row_count(row, f[5], "NumArts", &e->articles) ||
        !ent__row_number(row, f[6], 1, 4, "QuadClass", &quad) ||
        !ent__row_number(row, f[7], -10, 10, "Goldstein", &goldstein) ||
        !ent__row_number(row, f[15], -90, 90, "latitude", &e->latitude) ||
        !ent__row_number(row, f[16], -180, 180, "longitude", &e->longitude)) {
        return ENT_ROW_BAD;
    }
    e->quad = isnan(quad) ? e->quad : (int)quad;
    e->goldstein = isnan(goldstein) ? e->goldstein : goldstein;
    for (int side = 0; side < 2; side++) {
        ent_stored_actor *actor = side == 0 ? row->source : row->target;
        ent_str raw = f[1 + side];
        actor->raw = raw;
        actor->code = ent__codes_country(row->codes, ent__str_sub(raw, 0, raw.n < 3 ? raw.n : 3));
    }
    e->source_count = f[1].n > 0;
    e->target_count = f[2].n > 0;
    e->external = ent__arena_printf(row->arena, "%.*s %.*s %.*s %.*s %.*s %.*s", ENT_FMT(f[0]),
                                    ENT_FMT(f[1]), ENT_FMT(f[2]), ENT_FMT(f[3]), ENT_FMT(f[15]),
                                    ENT_FMT(f[16]));
    return e->external.p == NULL ? ENT_ROW_NOMEM : ENT_ROW_EVENT;
}

ent_row_kind ent__read_gdelt(ent_row *row, ent_str line)
{
    (void)line;
    if (row->count == 17) {
        return read_reduced(row);
    }
    bool second = row->count == 61;
    if (!second && row->count != 57 && row->count != 58) {
        return ent__row_bad(row, "expected 57, 58 or 61 columns, got %zu", row->count);
    }
    ent_stored_event *e = &row->event;
    const ent_str *f = row->fields;
    int64_t id, root = 0;
    double quad, goldstein;
    if (!ent__str_int(f[ID], &id) || id < 0) {
        return ent__row_bad(row, "GLOBALEVENTID: expected a whole number, got \"%.*s\"",
                            f[ID].n < 40 ? (int)f[ID].n : 40, f[ID].p);
    }
    if (!ent__row_date(row, f[DAY], "SQLDATE") || !ent__row_cameo(row, f[CODE], true) ||
        !ent__row_count(row, f[ROOT], "IsRootEvent", &root) ||
        !ent__row_number(row, f[QUAD], 1, 4, "QuadClass", &quad) ||
        !ent__row_number(row, f[GOLDSTEIN], -10, 10, "GoldsteinScale", &goldstein) ||
        !ent__row_count(row, f[MENTIONS], "NumMentions", &e->mentions) ||
        !ent__row_count(row, f[SOURCES], "NumSources", &e->sources) ||
        !ent__row_count(row, f[ARTICLES], "NumArticles", &e->articles) ||
        !ent__row_number(row, f[TONE], -100, 100, "AvgTone", &e->tone) ||
        !read_place(row, second ? 51 : 49, second)) {
        return ENT_ROW_BAD;
    }
    e->external = f[ID];
    e->root = root != 0;
    e->quad = isnan(quad) ? e->quad : (int)quad;
    e->goldstein = isnan(goldstein) ? e->goldstein : goldstein;
    ent__codes_plover(row->codes, e);
    read_actor(row, ACTOR1, &row->source[0], &e->source_count);
    read_actor(row, ACTOR2, &row->target[0], &e->target_count);
    e->url = row->count == 61 ? f[60] : ent__row_field(row, 57);
    return ENT_ROW_EVENT;
}
