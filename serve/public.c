/* public: a pair's series that are not made of events: agreement of votes, distance of ideal points,
 * trade, and imported series; and which of them there are.  In: the store, or --votes FILE.
 * Out: the points with their shifts, as JSON or CSV.  Method: src/align/series_public.c. */
#include <string.h>

#include "cache.h"
#include "dyads.h"
#include "lists.h"

typedef struct {
    ent_public_series asked;
    const char *measure, *of;
    const char *a, *b;
} public_call;

static const char imported[] = "imported";

bool serve__is_public_measure(ent_str name)
{
    ent_measure measure;
    return ent__str_eqz(name, imported) || ent__public_measure_parse(name, &measure);
}

static bool bad(serve_call *call, const char *field, const char *message)
{
    serve__problem_field(call, 400, "query", field, message);
    return false;
}

/* unit, or by: absent years, of imported series the period they are told by. */
static bool read_unit(serve_call *call, ent_public_series *out)
{
    ent_str unit = serve__query(call, "unit");
    unit = unit.n > 0 ? unit : serve__query(call, "by");
    out->by_chosen = unit.n > 0;
    if (ent__str_eqz(unit, "session")) {
        out->by = ENT_BY_SESSION;
        return true;
    }
    return unit.n == 0 || ent__by_parse(unit, &out->by) ||
           bad(call, "unit", "expected day, week, month, quarter, year or (of votes) session");
}

/* Of imported series: whose they are. */
static bool read_of(serve_call *call, public_call *p)
{
    static const char *const words[] = {"pair", "a", "b", "none"};
    ent_str of = serve__query(call, "of");
    size_t i = 0;
    while (i < 4 && of.n > 0 && !ent__str_eqz(of, words[i])) {
        i++;
    }
    if (i == 4) {
        return bad(call, "of", "expected pair, a, b or none");
    }
    p->of = words[i];
    p->asked.a = i == 2 ? p->b : i == 3 ? NULL : p->a;
    p->asked.b = i == 0 ? p->b : NULL;
    return p->asked.name != NULL || bad(call, "series", "expected the name of an imported series");
}

static bool read_call(serve_call *call, public_call *p)
{
    ent_str measure = serve__query(call, "measure"), level = serve__query(call, "level");
    *p = (public_call){.asked = {.measure = ENT_MEASURE_GIVEN, .level = 0.95}};
    ent_public_series *s = &p->asked;
    bool given = ent__str_eqz(measure, imported);
    if (!serve__query_known(call, given ? "measure series of unit by since until level"
                                        : "measure unit by since until level commodity") ||
        !serve__actor_of(call, "a", serve__param(call, "a"), &p->a) ||
        !serve__actor_of(call, "b", serve__param(call, "b"), &p->b) || !read_unit(call, s) ||
        !serve__query_text(call, "series", 200, &s->name) ||
        !serve__query_text(call, "commodity", 100, &s->commodity) ||
        !serve__query_date(call, "since", &s->since) ||
        !serve__query_date(call, "until", &s->until)) {
        return false;
    }
    if (level.n > 0 && (!ent__str_double(level, &s->level) || !(s->level >= 0.5) ||
                        !(s->level <= 0.999))) {
        return bad(call, "level", "expected a number from 0.5 to 0.999");
    }
    s->a = p->a;
    s->b = p->b;
    p->measure = given ? imported : serve__z(call, measure);
    return given ? read_of(call, p) : ent__public_measure_parse(measure, &s->measure);
}

/* Of votes with the roll calls at hand; no data is an answer: *why. */
static ent_rc read_series(serve_call *call, public_call *p, ent_series *out, const char **why)
{
    bool votes = p->asked.measure == ENT_MEASURE_AGREEMENT ||
                 p->asked.measure == ENT_MEASURE_DISTANCE;
    *out = (ent_series){0};
    *why = NULL;
    if (votes) {
        p->asked.votes = serve__votes_take(call, why);
    }
    ent_rc rc = *why != NULL ? ENT_OK
                             : ent__series_public(serve__ctx(call), serve__store(call),
                                                  serve__kit(call), &p->asked, out);
    if (votes) {
        serve__votes_release(call);
    }
    if (rc == ENT_EINPUT) {
        *why = serve__z(call, ent__str(ent_ctx_error(serve__ctx(call))));
        rc = ENT_OK;
    }
    return rc;
}

static ent_rc put_series(serve_call *call, const public_call *p, const ent_series *series,
                         const char *why)
{
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kz(&json, "a", p->a);
    ent__json_kz(&json, "b", p->b);
    ent__json_kstr(&json, "a_name", serve__actor_name(serve__kit(call), ent__str(p->a)));
    ent__json_kstr(&json, "b_name", serve__actor_name(serve__kit(call), ent__str(p->b)));
    ent__json_kz(&json, "measure", p->measure);
    if (p->of != NULL) {
        ent__json_kz(&json, "series", p->asked.name);
        ent__json_kz(&json, "of", p->of);
    }
    ent__json_kz(&json, "measure_words", series->words);
    ent__json_kdouble(&json, "level", p->asked.level);
    ent__public_series_keys(&json, series);
    if (why != NULL) {
        ent__json_kz(&json, "why", why);
    }
    ent_rc rc = serve__put_shifts(call, &json, series, series->by, ENT_MEASURE_GIVEN);
    ent__json_version(&json, serve__kit(call));
    ent__json_close(&json, '}');
    return rc;
}

ent_rc serve__public_dyad(serve_call *call, bool csv)
{
    public_call p;
    ent_series series;
    const char *why;
    if (!read_call(call, &p)) {
        return ENT_OK;
    }
    ent_rc rc = read_series(call, &p, &series, &why);
    if (rc == ENT_EUSAGE) {
        return serve__problem_field(call, 400, "query", "unit", ent_ctx_error(serve__ctx(call)));
    }
    if (rc == ENT_OK && csv) {
        ent__public_series_csv(serve__csv_reply(call, "series.csv", ""), &series);
    } else if (rc == ENT_OK) {
        rc = put_series(call, &p, &series, why);
    }
    ent__series_free(&series);
    return rc;
}

/* ---- which measures there are ---------------------------------------------------------------- */

typedef struct {
    ent_json json;
    const char *a, *b;
} measure_list;

/* units: blank-separated, the first is the usual one. */
static void put_measure(measure_list *l, ent_str measure, ent_str series, const char *of,
                        const char *words, const char *units)
{
    ent_str rest = ent__str(units), unit;
    ent__json_open(&l->json, '{');
    ent__json_kstr(&l->json, "measure", measure);
    serve__json_known(&l->json, "series", series);
    serve__json_known(&l->json, "of", ent__str(of));
    ent__json_kz(&l->json, "words", words);
    ent__json_key(&l->json, "units");
    ent__json_open(&l->json, '[');
    while (rest.n > 0 && ent__str_split(&rest, ' ', &unit)) {
        ent__json_str(&l->json, unit);
    }
    ent__json_close(&l->json, ']');
    ent__json_close(&l->json, '}');
}

static ent_rc put_imported(void *user, ent_str name, ent_str a, ent_str b, int64_t points)
{
    measure_list *l = user;
    (void)points;
    put_measure(l, ent__str(imported), name,
                b.n > 0                   ? "pair"
                : a.n == 0                ? "none"
                : ent__str_eqz(a, l->a) ? "a"
                                          : "b",
                "imported series", "");
    return ENT_OK;
}

static void put_of_events(measure_list *l)
{
    for (ent_measure m = ENT_MEASURE_GOLDSTEIN; m <= ENT_MEASURE_SHARE; m++) {
        put_measure(l, ent__str(ent__measure_name(m)), (ent_str){"", 0}, "", ent__measure_words(m),
                    "month quarter year week day");
    }
}

static ent_rc make_measures(serve_call *call)
{
    measure_list l;
    bool votes = serve__app_options(serve__app(call))->votes_path != NULL, trade = false;
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "") ||
        !serve__actor_of(call, "a", serve__param(call, "a"), &l.a) ||
        !serve__actor_of(call, "b", serve__param(call, "b"), &l.b)) {
        return ENT_OK;
    }
    ent_ctx *ctx = serve__ctx(call);
    ent_rc rc = votes ? ENT_OK : ent__store_holds(ctx, store, ENT_SHEET_ROLL_CALL, &votes);
    rc = rc == ENT_OK ? ent__store_holds(ctx, store, ENT_SHEET_FLOW, &trade) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    l.json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&l.json, '{');
    ent__json_key(&l.json, "items");
    ent__json_open(&l.json, '[');
    put_of_events(&l);
    if (votes) {
        put_measure(&l, ENT_LIT("agreement"), (ent_str){"", 0}, "",
                    "agreement in the General Assembly", "year session month quarter");
        put_measure(&l, ENT_LIT("distance"), (ent_str){"", 0}, "", "distance of ideal points",
                    "year session");
    }
    if (trade) {
        put_measure(&l, ENT_LIT("trade"), (ent_str){"", 0}, "",
                    "share of the first one's trade that is with the other", "year month");
        put_measure(&l, ENT_LIT("exports"), (ent_str){"", 0}, "", "exports of the first to the other",
                    "year quarter month");
        put_measure(&l, ENT_LIT("imports"), (ent_str){"", 0}, "",
                    "imports of the first from the other", "year quarter month");
    }
    rc = ent__store_series_of(ctx, store, l.a, l.b, put_imported, &l);
    ent__json_close(&l.json, ']');
    ent__json_close(&l.json, '}');
    return rc;
}

static ent_rc get_measures(serve_call *call)
{
    return serve__cached(call, make_measures);
}

const serve_route serve__routes_public[] = {
    {"GET", "/api/dyads/{a}/{b}/measures", SERVE_ANALYST, get_measures, "listMeasures", 0},
    {0},
};
