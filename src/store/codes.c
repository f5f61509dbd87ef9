/* codes: what data sets write, in our codes.
 * In: the kit's tables codes/cameo, codes/plover, actors/states, actors/state_names, and
 * codes/dataset_names.  Out: type, quad class and Goldstein value of a CAMEO code; states by name,
 * by COW number, by CAMEO's own country code; sectors.  Source: docs/methods/store.md.
 * Cost: built once an import, then a hash a look-up. */
#include "import.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    ent_str type, mode, context;
    double goldstein, goldstein_gdelt;
    int quad;
} cameo_row;

typedef struct {
    double score;
    int quad;
} plover_row;

struct ent_codes {
    ent_arena *arena;
    ent_map *cameo, *plover, *names, *numbers, *others;
    cameo_row *cameo_rows;
    plover_row *plover_rows;
    const ent_table *states, *state_names, *dataset_names;
};

static double number_or_nan(ent_str text)
{
    double value;
    return ent__str_double(text, &value) ? value : NAN;
}

static int quad_of(ent_str text)
{
    int64_t value;
    return ent__str_int(text, &value) && value >= 1 && value <= 4 ? (int)value : 0;
}

static ent_str folded(ent_arena *arena, ent_str name)
{
    ent_str copy = ent__arena_str(arena, ent__str_trim(name));
    for (size_t i = 0; copy.p != NULL && i < copy.n; i++) {
        ((char *)copy.p)[i] = (char)tolower((unsigned char)copy.p[i]);
    }
    return copy;
}

static bool build_cameo(ent_codes *codes, const ent_table *t)
{
    codes->cameo_rows = ent__arena_array(codes->arena, t->rows + 1, sizeof *codes->cameo_rows);
    bool ok = codes->cameo_rows != NULL;
    int quad = ent__table_column(t, "quad"), goldstein = ent__table_column(t, "goldstein"),
        gdelt = ent__table_column(t, "goldstein_gdelt"), type = ent__table_column(t, "plover"),
        mode = ent__table_column(t, "mode"), context = ent__table_column(t, "context");
    for (size_t i = 0; ok && i < t->rows; i++) {
        codes->cameo_rows[i] = (cameo_row){
            ent__table_cell(t, i, type), ent__table_cell(t, i, mode),
            ent__table_cell(t, i, context), number_or_nan(ent__table_cell(t, i, goldstein)),
            number_or_nan(ent__table_cell(t, i, gdelt)), quad_of(ent__table_cell(t, i, quad))};
        ok = ent__map_put(codes->cameo, ent__table_cell(t, i, 0), (uint32_t)i);
    }
    return ok;
}

static bool build_plover(ent_codes *codes, const ent_table *t)
{
    codes->plover_rows = ent__arena_array(codes->arena, t->rows + 1, sizeof *codes->plover_rows);
    bool ok = codes->plover_rows != NULL;
    int mode = ent__table_column(t, "mode"), quad = ent__table_column(t, "quad"),
        score = ent__table_column(t, "score");
    for (size_t i = 0; ok && i < t->rows; i++) {
        codes->plover_rows[i] = (plover_row){number_or_nan(ent__table_cell(t, i, score)),
                                             quad_of(ent__table_cell(t, i, quad))};
        ent_str key = ent__arena_printf(codes->arena, "%.*s/%.*s",
                                        ENT_FMT(ent__table_cell(t, i, 0)),
                                        ENT_FMT(ent__table_cell(t, i, mode)));
        ok = key.p != NULL && ent__map_put(codes->plover, key, (uint32_t)i);
    }
    return ok;
}

/* A name of today wins over one that another state bore before. */
static bool build_names(ent_codes *codes)
{
    const ent_table *t = codes->state_names;
    int kind = ent__table_column(t, "kind"), until = ent__table_column(t, "until");
    bool ok = true;
    for (size_t i = 0; ok && i < t->rows; i++) {
        ent_str what = ent__table_cell(t, i, kind);
        bool is_name = ent__str_eqz(what, "name") || ent__str_eqz(what, "official") ||
                       ent__str_eqz(what, "abbreviation") || ent__str_eqz(what, "former");
        ent_str name = is_name ? folded(codes->arena, ent__table_cell(t, i, 0)) : (ent_str){"", 0};
        uint32_t known;
        bool taken = is_name && ent__map_get(codes->names, name, &known);
        if (is_name && !(taken && ent__table_cell(t, i, until).n > 0)) {
            ok = name.p != NULL && ent__map_put(codes->names, name, (uint32_t)i);
        }
    }
    return ok;
}

static bool build_numbers(ent_codes *codes)
{
    const ent_table *t = codes->states;
    int cow = ent__table_column(t, "cow"), until = ent__table_column(t, "until");
    bool ok = true;
    for (size_t i = 0; ok && i < t->rows; i++) {
        ent_str number = ent__table_cell(t, i, cow);
        uint32_t known;
        bool taken = ent__map_get(codes->numbers, number, &known);
        if (number.n > 0 && !(taken && ent__table_cell(t, i, until).n > 0)) {
            ok = ent__map_put(codes->numbers, number, (uint32_t)i);
        }
    }
    return ok;
}

/* codes/dataset_names: scheme, name, code.  Keyed "scheme/name". */
static bool build_others(ent_codes *codes)
{
    const ent_table *t = codes->dataset_names;
    int name = ent__table_column(t, "name");
    bool ok = true;
    for (size_t i = 0; ok && i < t->rows; i++) {
        ent_str lower = folded(codes->arena, ent__table_cell(t, i, name));
        ent_str key = ent__arena_printf(codes->arena, "%.*s/%.*s",
                                        ENT_FMT(ent__table_cell(t, i, 0)), ENT_FMT(lower));
        ok = key.p != NULL && ent__map_put(codes->others, key, (uint32_t)i);
    }
    return ok;
}

ent_rc ent__codes_new(ent_ctx *ctx, const ent_kit *kit, ent_codes **out)
{
    *out = NULL;
    ent_codes *codes = calloc(1, sizeof *codes);
    if (codes == NULL) {
        return ent__nomem(ctx);
    }
    codes->arena = ent__arena_new();
    ent_map **maps[] = {&codes->cameo, &codes->plover, &codes->names, &codes->numbers,
                        &codes->others};
    bool ok = codes->arena != NULL;
    for (int i = 0; i < 5; i++) {
        *maps[i] = ent__map_new(512);
        ok = ok && *maps[i] != NULL;
    }
    const ent_table *cameo = ent__kit_table(kit, "codes/cameo");
    const ent_table *plover = ent__kit_table(kit, "codes/plover");
    codes->states = ent__kit_table(kit, "actors/states");
    codes->state_names = ent__kit_table(kit, "actors/state_names");
    codes->dataset_names = ent__kit_table(kit, "codes/dataset_names");
    ok = ok && (cameo == NULL || build_cameo(codes, cameo));
    ok = ok && (plover == NULL || build_plover(codes, plover));
    ok = ok && (codes->state_names == NULL || build_names(codes));
    ok = ok && (codes->states == NULL || build_numbers(codes));
    ok = ok && (codes->dataset_names == NULL || build_others(codes));
    if (!ok) {
        ent__codes_free(codes);
        return ent__nomem(ctx);
    }
    *out = codes;
    return ENT_OK;
}

void ent__codes_free(ent_codes *codes)
{
    if (codes != NULL) {
        ent__map_free(codes->cameo);
        ent__map_free(codes->plover);
        ent__map_free(codes->names);
        ent__map_free(codes->numbers);
        ent__map_free(codes->others);
        ent__arena_free(codes->arena);
        free(codes);
    }
}

void ent__codes_cameo(const ent_codes *codes, ent_str cameo, bool gdelt, ent_stored_event *event)
{
    uint32_t row = 0;
    bool found = false;
    for (size_t n = cameo.n; !found && n >= 2; n--) {
        found = ent__map_get(codes->cameo, ent__str_sub(cameo, 0, n), &row);
    }
    if (!found) {
        return;
    }
    const cameo_row *r = &codes->cameo_rows[row];
    event->type = r->type;
    event->mode = r->mode;
    event->context = r->context;
    event->quad = r->quad;
    event->goldstein = gdelt && !isnan(r->goldstein_gdelt) ? r->goldstein_gdelt : r->goldstein;
}

void ent__codes_plover(const ent_codes *codes, ent_stored_event *event)
{
    char key[96];
    uint32_t row;
    snprintf(key, sizeof key, "%.*s/%.*s", ENT_FMT(event->type), ENT_FMT(event->mode));
    bool found = ent__map_get(codes->plover, ent__str(key), &row);
    if (!found) {
        snprintf(key, sizeof key, "%.*s/", ENT_FMT(event->type));
        found = ent__map_get(codes->plover, ent__str(key), &row);
    }
    if (found) {
        event->score = isnan(event->score) ? codes->plover_rows[row].score : event->score;
        event->quad = event->quad == 0 ? codes->plover_rows[row].quad : event->quad;
    }
}

static ent_str other(const ent_codes *codes, const char *scheme, ent_str name)
{
    char key[128];
    int n = snprintf(key, sizeof key, "%s/%.*s", scheme, ENT_FMT(name));
    for (char *c = key; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    uint32_t row;
    if (n >= (int)sizeof key || !ent__map_get(codes->others, ent__str(key), &row)) {
        return (ent_str){"", 0};
    }
    return ent__table_cell(codes->dataset_names, row,
                           ent__table_column(codes->dataset_names, "code"));
}

ent_str ent__codes_state(const ent_codes *codes, ent_str name)
{
    char lower[96];
    name = ent__str_trim(name);
    if (name.n == 0 || name.n >= sizeof lower) {
        return (ent_str){"", 0};
    }
    for (size_t i = 0; i < name.n; i++) {
        lower[i] = (char)tolower((unsigned char)name.p[i]);
    }
    uint32_t row;
    if (ent__map_get(codes->names, (ent_str){lower, name.n}, &row)) {
        return ent__table_cell(codes->state_names, row,
                               ent__table_column(codes->state_names, "code"));
    }
    return other(codes, "name", name);
}

ent_str ent__codes_country(const ent_codes *codes, ent_str code)
{
    ent_str ours = code.n == 0 ? code : other(codes, "cameo", code);
    return ours.n > 0 ? ours : code;
}

ent_str ent__codes_icews_sector(const ent_codes *codes, ent_str label)
{
    return other(codes, "icews", label);
}

ent_str ent__codes_acled(const ent_codes *codes, ent_str event_type)
{
    return other(codes, "acled", event_type);
}

ent_str ent__codes_cow(const ent_codes *codes, ent_str number)
{
    uint32_t row;
    return number.n > 0 && ent__map_get(codes->numbers, number, &row)
               ? ent__table_cell(codes->states, row, 0)
               : (ent_str){"", 0};
}

ent_str ent__codes_sector(ent_str agent)
{
    return ent__str_eqz(agent, "MED")   ? ENT_LIT("JRN")
           : ent__str_eqz(agent, "HLH") ? ENT_LIT("MED")
                                        : agent;
}

ent_str ent__codes_agent(ent_str sector)
{
    return ent__str_eqz(sector, "JRN")   ? ENT_LIT("MED")
           : ent__str_eqz(sector, "MED") ? ENT_LIT("HLH")
                                         : sector;
}

ent_str ent__store_actor_code(const ent_kit *kit, ent_arena *arena, ent_str given)
{
    ent_str text = ent__arena_str(arena, ent__str_trim(given));
    const ent_table *names = ent__kit_table(kit, "actors/state_names");
    size_t row = names == NULL || text.p == NULL ? 0 : ent__table_find(names, text);
    bool short_word = text.p != NULL && text.n <= 11;
    for (size_t i = 0; i < text.n && short_word; i++) {
        char c = text.p[i];
        short_word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    }
    if (names != NULL && text.p != NULL && row < names->rows) {
        return ent__table_cell(names, row, ent__table_column(names, "code"));
    }
    char *letters = (char *)(uintptr_t)text.p; /* our own copy */
    for (size_t i = 0; i < text.n && short_word; i++) {
        letters[i] = letters[i] >= 'a' && letters[i] <= 'z' ? (char)(letters[i] - 32) : letters[i];
    }
    return short_word && text.n > 0 ? text : (ent_str){NULL, 0};
}
