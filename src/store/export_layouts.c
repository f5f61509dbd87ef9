/* export_layouts: events in the layouts of GDELT 1 and 2, ICEWS, Phoenix, POLECAT and ACLED, so that
 * tools written for these files read ours.  In: ent_stored_event.  Out: a line.  Columns that the
 * store does not keep stay empty; events that a layout has no code for are left out and counted.
 * Source: the data sets' public descriptions, as summed up in docs/methods/store.md. */
#include "export.h"

#include <math.h>
#include <string.h>

static const ent_stored_actor nobody;

static const ent_stored_actor *first(const ent_stored_actor *sides, size_t count)
{
    return count > 0 ? &sides[0] : &nobody;
}

static void empty(ent_exporting *x, int count)
{
    for (int i = 0; i < count; i++) {
        ent__export_z(x, "");
    }
}

static ent_rc leave_out(ent_exporting *x)
{
    x->report->left_out++;
    return ENT_OK;
}

/* An event without a CAMEO code gets the unspecified code of its type's root. */
static ent_str cameo_of(const ent_stored_event *e)
{
    static const char *const codes[] = {
        [ENT_PLOVER_AGREE] = "030", [ENT_PLOVER_CONSULT] = "040", [ENT_PLOVER_SUPPORT] = "050",
        [ENT_PLOVER_COOPERATE] = "060", [ENT_PLOVER_AID] = "070", [ENT_PLOVER_CONCEDE] = "080",
        [ENT_PLOVER_RETREAT] = "080", [ENT_PLOVER_REQUEST] = "100", [ENT_PLOVER_ACCUSE] = "110",
        [ENT_PLOVER_REJECT] = "120", [ENT_PLOVER_THREATEN] = "130", [ENT_PLOVER_PROTEST] = "140",
        [ENT_PLOVER_MOBILIZE] = "150", [ENT_PLOVER_SANCTION] = "160", [ENT_PLOVER_COERCE] = "170",
        [ENT_PLOVER_ASSAULT] = "180"};
    uint8_t type = ent__store_type(e->type);
    return e->cameo.n > 0 ? e->cameo
                          : ent__str(type < ENT_PLOVER_COUNT ? codes[type] : "");
}

/* A layout with days only can't hold "2022" without inventing a day. */
static bool has_day(const ent_stored_event *e)
{
    return ent__store_precision(e->date) == ENT_PRECISION_DAY;
}

static void plain_day(ent_exporting *x, const ent_stored_event *e)
{
    char text[16];
    snprintf(text, sizeof text, "%.4s%.2s%.2s", e->date.p, e->date.p + 5, e->date.p + 8);
    ent__export_z(x, text);
}

/* ---- GDELT --------------------------------------------------------------------------------- */

static void gdelt_actor(ent_exporting *x, const ent_stored_actor *a)
{
    ent__export_field(x, a->raw.n > 0 ? a->raw : a->code);
    ent__export_field(x, a->name);
    ent__export_field(x, a->code);
    empty(x, 4);
    ent_str rest = a->sector, sector;
    for (int i = 0; i < 3; i++) {
        bool more = rest.n > 0 && ent__str_split(&rest, ';', &sector);
        ent__export_field(x, more ? ent__codes_agent(sector) : (ent_str){"", 0});
    }
}

static void gdelt_place(ent_exporting *x, const ent_stored_event *e, bool second)
{
    bool known = e->place.n > 0 || !isnan(e->latitude);
    ent__export_z(x, known ? (e->region.n > 0 ? "4" : "1") : "");
    ent__export_field(x, e->place);
    ent__export_field(x, e->place_country);
    ent__export_field(x, e->region);
    empty(x, second);
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    ent__export_z(x, "");
}

static ent_rc gdelt_line(ent_exporting *x, const ent_stored_event *e, bool second)
{
    ent_str code = cameo_of(e);
    int64_t id;
    if (code.n == 0 || !has_day(e)) {
        return leave_out(x);
    }
    char text[32];
    ent__export_int(x, ent__str_int(e->external, &id) ? id : e->id);
    plain_day(x, e);
    ent_date d = ent__date_of_days(e->day);
    snprintf(text, sizeof text, "%04d%02d", d.year, d.month);
    ent__export_z(x, text);
    ent__export_field(x, ent__str_sub(e->date, 0, 4));
    snprintf(text, sizeof text, "%.4f", d.year + (d.month * 30 + d.day) / 365.0);
    ent__export_z(x, text);
    gdelt_actor(x, first(e->source, e->source_count));
    gdelt_actor(x, first(e->target, e->target_count));
    ent__export_int(x, e->root);
    ent__export_field(x, code);
    ent__export_field(x, ent__str_sub(code, 0, code.n < 3 ? code.n : 3));
    ent__export_field(x, ent__str_sub(code, 0, 2));
    ent__export_int(x, e->quad == 0 ? -1 : e->quad);
    ent__export_number(x, e->goldstein);
    ent__export_int(x, e->mentions);
    ent__export_int(x, e->sources);
    ent__export_int(x, e->articles);
    ent__export_number(x, e->tone);
    empty(x, second ? 16 : 14);
    gdelt_place(x, e, second);
    plain_day(x, e);
    if (second) {
        ent__buf_z(&x->line, "000000");
    }
    ent__export_field(x, e->url);
    return ent__export_end(x);
}

static ent_rc gdelt1_event(void *user, const ent_stored_event *e)
{
    return gdelt_line(user, e, false);
}

static ent_rc gdelt2_event(void *user, const ent_stored_event *e)
{
    return gdelt_line(user, e, true);
}

/* ---- ICEWS --------------------------------------------------------------------------------- */

static void icews_header(ent_exporting *x)
{
    ent__buf_z(&x->line,
               "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\t"
               "CAMEO Code\tIntensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\t"
               "Sentence Number\tPublisher\tCity\tDistrict\tProvince\tCountry\tLatitude\t"
               "Longitude\n");
}

/* Its name of today, or its last one: what a code was called before others had it does not matter. */
static ent_str state_name(ent_exporting *x, ent_str code)
{
    const ent_table *t = ent__kit_table(x->kit, "actors/states");
    ent_str name = {"", 0};
    size_t row = t == NULL || code.n == 0 ? SIZE_MAX : ent__table_find(t, code);
    for (; t != NULL && row < t->rows && ent__str_eq(ent__table_cell(t, row, 0), code); row++) {
        name = ent__table_cell(t, row, ent__table_column(t, "name"));
        if (ent__table_cell(t, row, ent__table_column(t, "until")).n == 0) {
            break;
        }
    }
    return name;
}

static void icews_actor(ent_exporting *x, const ent_stored_actor *a)
{
    ent_str name = state_name(x, a->code);
    ent__export_field(x, a->name.n > 0 ? a->name : name.n > 0 ? name : a->raw);
    ent__export_field(x, a->raw.n > 0 ? a->raw : a->sector);
    ent__export_field(x, name);
}

static ent_rc icews_event(void *user, const ent_stored_event *e)
{
    ent_exporting *x = user;
    ent_str code = cameo_of(e);
    if ((code.n == 0 && e->text.n == 0) || !has_day(e)) {
        return leave_out(x);
    }
    const char *slash = memchr(e->external.p, '/', e->external.n);
    bool own = ent__str_eqz(e->dataset, "icews") && slash != NULL;
    if (own) {
        ent__export_field(x, ent__str_sub(e->external, 0, (size_t)(slash - e->external.p)));
    } else {
        ent__export_int(x, e->id);
    }
    ent__export_field(x, e->date);
    icews_actor(x, first(e->source, e->source_count));
    ent__export_field(x, e->text);
    ent__export_field(x, code);
    ent__export_number(x, e->goldstein);
    icews_actor(x, first(e->target, e->target_count));
    ent__export_int(x, e->story);
    ent__export_int(x, e->sentence);
    ent__export_field(x, e->publisher);
    ent__export_field(x, e->place);
    ent__export_z(x, "");
    ent__export_field(x, e->region);
    ent__export_field(x, e->place_country);
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    return ent__export_end(x);
}

/* ---- Phoenix ------------------------------------------------------------------------------- */

/* Full code, entity, role, and what is left as attributes. */
static void phoenix_actor(ent_exporting *x, const ent_stored_actor *a, bool own)
{
    x->joined.n = 0;
    ent__buf_str(&x->joined, a->code);
    ent_str rest = a->sector, sector, role = {"", 0}, others = {"", 0};
    while (rest.n > 0 && ent__str_split(&rest, ';', &sector)) {
        others = role.n > 0 && others.n == 0 ? sector : others;
        sector = ent__codes_agent(sector);
        role = role.n == 0 ? sector : role;
        ent__buf_str(&x->joined, sector);
    }
    others.n = others.n == 0 ? 0 : (size_t)(a->sector.p + a->sector.n - others.p);
    bool coded = own && a->raw.n >= 3; /* by a dictionary: IGOUNO is of the entity IGO */
    ent_str entity = !coded                        ? a->code
                     : ent__str_starts(a->raw, "---") ? (ent_str){"", 0}
                                                      : ent__str_sub(a->raw, 0, 3);
    ent__export_field(x, a->raw.n > 0 ? a->raw : ent__buf_slice(&x->joined));
    ent__export_field(x, entity);
    ent__export_field(x, role);
    ent__export_field(x, others);
}

/* Phoenix splits its classes otherwise: 0 statements, 1 other verbal cooperation, 2 material
 * cooperation, 3 verbal conflict and reduced relations, 4 the rest. */
static int phoenix_quad(ent_str code)
{
    int root = (code.p[0] - '0') * 10 + (code.p[1] - '0');
    return root <= 2 ? 0 : root <= 5 ? 1 : root <= 8 ? 2 : root <= 13 || root == 16 ? 3 : 4;
}

static ent_rc phoenix_event(void *user, const ent_stored_event *e)
{
    ent_exporting *x = user;
    ent_str code = cameo_of(e);
    if (code.n < 2 || !has_day(e)) {
        return leave_out(x);
    }
    ent__export_field(x, e->external);
    plain_day(x, e);
    ent__export_field(x, ent__str_sub(e->date, 0, 4));
    ent__export_field(x, ent__str_sub(e->date, 5, 7));
    ent__export_field(x, ent__str_sub(e->date, 8, 10));
    bool own = ent__str_eqz(e->dataset, "entente");
    phoenix_actor(x, first(e->source, e->source_count), own);
    phoenix_actor(x, first(e->target, e->target_count), own);
    ent__export_field(x, code);
    ent__export_field(x, ent__str_sub(code, 0, 2));
    ent__export_int(x, phoenix_quad(code));
    ent__export_number(x, e->goldstein);
    ent__export_field(x, e->issues);
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    ent__export_field(x, e->place);
    ent__export_field(x, e->region);
    ent__export_field(x, e->place_country);
    x->joined.n = 0; /* one id a telling: readers count them */
    for (int64_t i = 0; i < e->articles && i < 1000; i++) {
        ent__buf_printf(&x->joined, "%s%lld_%lld", i > 0 ? ";" : "", (long long)e->id,
                        (long long)i);
    }
    ent__export_field(x, ent__buf_slice(&x->joined));
    ent__export_field(x, e->url);
    ent__export_field(x, e->publisher);
    return ent__export_end(x);
}

/* ---- POLECAT ------------------------------------------------------------------------------- */

static void polecat_header(ent_exporting *x)
{
    ent__buf_z(&x->line,
               "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\t"
               "Actor Name\tActor Country\tActor COW\tPrimary Actor Sector\tActor Sectors\t"
               "Actor Title\tActor Name Raw\tWikipedia Actor ID\tRecipient Name\t"
               "Recipient Country\tRecipient COW\tPrimary Recipient Sector\tRecipient Sectors\t"
               "Recipient Title\tRecipient Name Raw\tWikipedia Recipient ID\tPlacename\tCity\t"
               "District\tProvince\tCountry\tLatitude\tLongitude\tGeoNames ID\tRaw Placename\t"
               "Feature Type\tSource\tPublication Date\tStory People\tStory Organizations\t"
               "Story Locations\tLanguage\tVersion\n");
}

static void polecat_value(ent_exporting *x, ent_str text)
{
    ent__export_field(x, text.n > 0 ? text : ENT_LIT("None"));
}

static void polecat_list(ent_exporting *x, const ent_stored_actor *sides, size_t count, int part,
                         int32_t day)
{
    x->joined.n = 0;
    for (size_t i = 0; i < count; i++) {
        const ent_stored_actor *a = &sides[i];
        ent_str value = part == 0   ? a->name
                        : part == 1 ? a->code
                        : part == 2 ? ent__store_state_codes(x->kit, a->code, day).ccode
                                    : a->sector;
        ent__buf_z(&x->joined, i > 0 ? "; " : "");
        ent__buf_str(&x->joined, value.n > 0 ? value : ENT_LIT("None"));
    }
    polecat_value(x, ent__buf_slice(&x->joined));
}

static void polecat_side(ent_exporting *x, const ent_stored_actor *sides, size_t count, int32_t day)
{
    for (int part = 0; part < 4; part++) {
        polecat_list(x, sides, count, part, day);
    }
    for (int i = 0; i < 4; i++) {
        polecat_value(x, (ent_str){"", 0});
    }
}

static ent_rc polecat_event(void *user, const ent_stored_event *e)
{
    static const char *const quads[] = {"None", "VERBAL COOPERATION", "MATERIAL COOPERATION",
                                        "VERBAL CONFLICT", "MATERIAL CONFLICT"};
    ent_exporting *x = user;
    if (e->type.n == 0 || !has_day(e)) {
        return leave_out(x);
    }
    ent__export_field(x, e->external);
    ent__export_field(x, e->date);
    ent__export_field(x, e->type);
    polecat_value(x, e->mode);
    ent__export_number(x, e->score);
    ent__export_z(x, quads[e->quad >= 0 && e->quad <= 4 ? e->quad : 0]);
    x->joined.n = 0;
    ent_str rest = e->context, context;
    while (rest.n > 0 && ent__str_split(&rest, ';', &context)) {
        ent__buf_z(&x->joined, x->joined.n > 0 ? "; " : "");
        ent__buf_str(&x->joined, context);
    }
    polecat_value(x, ent__buf_slice(&x->joined));
    polecat_side(x, e->source, e->source_count, e->day);
    polecat_side(x, e->target, e->target_count, e->day);
    const ent_str places[] = {e->place, e->place, {"", 0}, e->region, e->place_country};
    for (int i = 0; i < 5; i++) {
        polecat_value(x, places[i]);
    }
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    empty(x, 3);
    polecat_value(x, e->publisher);
    empty(x, 6);
    return ent__export_end(x);
}

/* ---- ACLED --------------------------------------------------------------------------------- */

static void acled_header(ent_exporting *x)
{
    ent__buf_z(&x->line,
               "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,"
               "sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,"
               "interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
               "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,"
               "timestamp\n");
}

/* Kept from the import, else the nearest kind: ACLED knows violence, protest and agreements only. */
static bool acled_type(const ent_stored_event *e, ent_str *type, ent_str *sub)
{
    if (ent__str_starts(e->rule, "acled:")) {
        ent_str rest = ent__str_sub(e->rule, 6, e->rule.n);
        /* "Explosions/Remote violence" holds a stroke itself */
        static const char remote[] = "Explosions/Remote violence";
        size_t n = ent__str_starts(rest, remote) ? sizeof remote - 1 : 0;
        const char *slash = n == 0 && rest.n > 0 ? memchr(rest.p, '/', rest.n) : NULL;
        n = slash != NULL ? (size_t)(slash - rest.p) : n;
        *type = ent__str_sub(rest, 0, n);
        *sub = ent__str_sub(rest, n < rest.n ? n + 1 : n, rest.n);
        return true;
    }
    static const struct { const char *plover, *type, *sub; } kinds[] = {
        {"ASSAULT", "Violence against civilians", "Attack"},
        {"PROTEST", "Protests", "Peaceful protest"},
        {"AGREE", "Strategic developments", "Agreement"},
        {"COERCE", "Strategic developments", "Arrests"},
        {"MOBILIZE", "Strategic developments", "Headquarters or base established"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (ent__str_eqz(e->type, kinds[i].plover)) {
            *type = ent__str(kinds[i].type);
            *sub = ent__str(kinds[i].sub);
            return true;
        }
    }
    return false;
}

static const char *acled_inter(ent_str sector)
{
    return ent__str_eqz(sector, "MIL") || ent__str_eqz(sector, "GOV") || ent__str_eqz(sector, "COP")
               ? "State Forces"
           : ent__str_eqz(sector, "REB") ? "Rebel Groups"
           : ent__str_eqz(sector, "CVL") ? "Civilians"
                                         : "";
}

static ent_rc acled_event(void *user, const ent_stored_event *e)
{
    ent_exporting *x = user;
    ent_str type, sub;
    uint8_t precision = ent__store_precision(e->date);
    if (!acled_type(e, &type, &sub) || precision > ENT_PRECISION_MONTH) {
        return leave_out(x);
    }
    char iso[16];
    ent__date_iso(ent__date_of_days(e->day), iso);
    ent__export_field(x, e->external);
    ent__export_z(x, iso);
    ent__export_field(x, ent__str_sub(e->date, 0, 4));
    ent__export_z(x, precision == ENT_PRECISION_DAY ? "1" : "3");
    ent__export_z(x, "");
    ent__export_field(x, type);
    ent__export_field(x, sub);
    for (int side = 0; side < 2; side++) {
        const ent_stored_actor *a = side == 0 ? first(e->source, e->source_count)
                                              : first(e->target, e->target_count);
        ent__export_field(x, a->name);
        ent__export_z(x, "");
        ent__export_z(x, acled_inter(a->sector));
    }
    empty(x, 4);
    ent__export_field(x, e->place_country);
    ent__export_field(x, e->region);
    empty(x, 2);
    ent__export_field(x, e->place);
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    ent__export_z(x, "");
    ent__export_field(x, e->publisher);
    ent__export_z(x, "");
    ent__export_field(x, e->text);
    empty(x, 3);
    return ent__export_end(x);
}

static const ent_layout layouts[] = {
    {"gdelt", false, NULL, gdelt1_event},
    {"gdelt2", false, NULL, gdelt2_event},
    {"icews", false, icews_header, icews_event},
    {"phoenix", false, NULL, phoenix_event},
    {"polecat", false, polecat_header, polecat_event},
    {"acled", true, acled_header, acled_event},
};

ent_rc ent__export_in_layout(ent_exporting *x, const ent_stored_event *e)
{
    char iso[16];
    ent_stored_event dated = *e;
    if (e->date.n == 0 && e->day != ENT_NO_DAY) {
        ent__date_iso(ent__date_of_days(e->day), iso);
        dated.date = ent__str(iso);
    }
    return x->layout->event(x, &dated);
}

const ent_layout *ent__export_layout(const char *name)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (strcmp(layouts[i].name, name) == 0) {
            return &layouts[i];
        }
    }
    return NULL;
}

const char *ent__export_layout_name(size_t index)
{
    static const char *const both[] = {"csv", "jsonl"};
    size_t count = sizeof layouts / sizeof layouts[0];
    return index < 2 ? both[index] : index - 2 < count ? layouts[index - 2].name : NULL;
}
