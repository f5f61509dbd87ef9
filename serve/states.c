/* states: how two states vote at the United Nations, and who is pivot among three. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../src/wedge/wedge.h"
#include "cache.h"
#include "dyads.h"
#include "groups.h"
#include "lists.h"

/* ---- votes ---------------------------------------------------------------------------------- */

/* Roll calls are read once, on the first question, from --votes FILE or the store; those of the
 * store again when it has changed. */
typedef struct {
    pthread_mutex_t lock;
    ent_ctx *ctx;
    ent_store *store;
    ent_votes *votes; /* NULL: not read yet */
    int64_t version;
    char why[256];    /* they could not be read */
} vote_house;

static const char votes_name[] = "votes";

static void close_votes(void *extra)
{
    vote_house *v = extra;
    ent__votes_free(v->votes);
    ent__store_close(v->store);
    ent_ctx_free(v->ctx);
    pthread_mutex_destroy(&v->lock);
    free(v);
}

ent_rc serve__votes_open(ent_ctx *ctx, serve_app *app)
{
    vote_house *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return ent__nomem(ctx);
    }
    pthread_mutex_init(&v->lock, NULL);
    ent_rc rc = ent_ctx_new(&v->ctx);
    rc = rc == ENT_OK ? ent__store_open(ctx, serve__app_options(app)->store_path, ENT_STORE_READ,
                                        &v->store)
                      : rc;
    if (rc != ENT_OK) {
        close_votes(v);
        return rc;
    }
    return serve__app_attach(ctx, app, votes_name, v, close_votes);
}

/* Under the lock.  Afterwards `votes` is set, or `why` says what is wrong. */
static void read_votes(vote_house *v, serve_call *call)
{
    const char *path = serve__app_options(serve__app(call))->votes_path;
    int64_t version = path == NULL ? ent__store_version(v->store) : 0;
    if (v->votes != NULL && v->version == version) {
        return;
    }
    ent__votes_free(v->votes);
    v->votes = NULL;
    v->version = version;
    ent_rc rc = ent__votes_new(v->ctx, serve__kit(call), &v->votes);
    if (rc == ENT_OK) {
        rc = path != NULL ? ent__votes_read(v->ctx, v->votes, path)
                          : ent__votes_from_store(v->ctx, v->votes, v->store);
    }
    rc = rc == ENT_OK ? ent__votes_finish(v->ctx, v->votes) : rc;
    if (rc != ENT_OK) {
        fprintf(stderr, "entente serve: votes: %s\n", ent_ctx_error(v->ctx));
        ent__votes_free(v->votes);
        v->votes = NULL;
        snprintf(v->why, sizeof v->why, "the roll calls can't be read (see the server's log)");
    }
}

static ent_rc not_available(serve_call *call, bool csv, const char *why)
{
    if (csv) {
        return serve__problem(call, 404, "unavailable", why);
    }
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kbool(&json, "available", false);
    ent__json_kz(&json, "why", why);
    ent__json_close(&json, '}');
    return ENT_OK;
}

static int voter_of(const ent_votes *votes, const char *code)
{
    int32_t ccode = ent__states_ccode(ent__votes_states(votes), ent__str(code), (ent_date){0});
    return ccode == 0 ? -1 : ent__votes_voter(votes, ccode);
}

/* "periods" of the JSON as CSV: the reader of the app's own JSON is jansson. */
static ent_rc votes_csv(serve_call *call, const ent_buf *text)
{
    static const char *const keys[] = {"n", "agreement", "lo", "hi", "exact", "n_yes_no", "two_way",
                                       "kappa", "pi", "both_yes", "opposed"};
    json_t *whole = json_loadb(text->p, text->n, 0, NULL), *row;
    if (whole == NULL) {
        return ent__fail(serve__ctx(call), ENT_EINTERNAL, NULL, 0, "votes: no JSON");
    }
    ent_buf *out = serve__csv_reply(call, "votes.csv", "period,n,agreement,lo,hi,exact,n_yes_no,"
                                                       "two_way,kappa,pi,both_yes,opposed,agenda\n");
    size_t i;
    json_array_foreach(json_object_get(whole, "periods"), i, row) {
        serve__csv_cell(out, ent__str(json_string_value(json_object_get(row, "period"))), false);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            json_t *value = json_object_get(row, keys[k]);
            serve__csv_number(out, json_is_number(value) ? json_number_value(value) : NAN, false);
        }
        serve__csv_cell(out, ent__str(json_string_value(json_object_get(row, "agenda"))), true);
    }
    json_decref(whole);
    return ENT_OK;
}

static ent_rc compare(serve_call *call, const ent_votes *votes, const char *a, const char *b,
                      const ent_vote_filter *filter, bool csv)
{
    int voter_a = voter_of(votes, a), voter_b = voter_of(votes, b);
    if (voter_a < 0 || voter_b < 0) {
        return not_available(call, csv, "one of the two has no vote in these roll calls");
    }
    ent_buf text = {0}, nothing = {0};
    ent_json json = ent__json(&text);
    ent__json_open(&json, '{');
    ent__json_kbool(&json, "available", true);
    ent__json_kz(&json, "a", a);
    ent__json_kz(&json, "b", b);
    ent__json_kstr(&json, "a_name", serve__actor_name(serve__kit(call), ent__str(a)));
    ent__json_kstr(&json, "b_name", serve__actor_name(serve__kit(call), ent__str(b)));
    ent_rc rc = ent__agreement_report(serve__ctx(call), votes, filter, ENT_AGREEMENT_BY_YEAR,
                                      (size_t)voter_a, (size_t)voter_b, &nothing, &json);
    ent__json_version(&json, serve__kit(call));
    ent__json_close(&json, '}');
    rc = rc == ENT_OK && text.failed ? ent__nomem(serve__ctx(call)) : rc;
    if (rc == ENT_OK && csv) {
        rc = votes_csv(call, &text);
    } else if (rc == ENT_OK) {
        ent__buf_str(serve__reply(call, 200, "application/json"), ent__buf_slice(&text));
    }
    ent__buf_free(&text);
    ent__buf_free(&nothing);
    return rc;
}

const ent_votes *serve__votes_take(serve_call *call, const char **why)
{
    vote_house *v = serve__app_extra(serve__app(call), votes_name);
    pthread_mutex_lock(&v->lock); /* the answer is kept: nobody waits here twice */
    read_votes(v, call);
    bool none = v->votes != NULL && v->votes->roll_call_count == 0;
    *why = none ? "the store holds no roll calls" : v->votes == NULL ? v->why : NULL;
    return none ? NULL : v->votes;
}

void serve__votes_release(serve_call *call)
{
    vote_house *v = serve__app_extra(serve__app(call), votes_name);
    pthread_mutex_unlock(&v->lock);
}

static ent_rc votes(serve_call *call, bool csv)
{
    const char *a, *b;
    ent_vote_filter filter = {0};
    if (!serve__query_known(call, "a b since until resolutions") ||
        !serve__query_actor(call, "a", &a) || !serve__query_actor(call, "b", &b) ||
        !serve__query_date(call, "since", &filter.since) ||
        !serve__query_date(call, "until", &filter.until) ||
        !serve__query_text(call, "resolutions", 40, &filter.resolutions)) {
        return ENT_OK;
    }
    if (a == NULL || b == NULL || strcmp(a, b) == 0) {
        return serve__problem_field(call, 400, "query", a == NULL ? "a" : "b",
                                    "expected two different states");
    }
    const char *why;
    const ent_votes *all = serve__votes_take(call, &why);
    ent_rc rc = why != NULL ? not_available(call, csv, why)
                            : compare(call, all, a, b, &filter, csv);
    serve__votes_release(call);
    return rc;
}

static ent_rc make_votes(serve_call *call)
{
    return votes(call, false);
}

static ent_rc make_votes_csv(serve_call *call)
{
    return votes(call, true);
}

/* ---- triangle ------------------------------------------------------------------------------- */

typedef struct {
    const char *names[3];
    ent_by by;
    ent_date since, until;
    ent__triangle_period *periods;
    size_t count, last;
    bool some;
} triangle;

static bool read_triangle(serve_call *call, triangle *t)
{
    ent_str rest = serve__query(call, "states"), one;
    size_t n = 0;
    if (!serve__query_known(call, "states unit by since until") ||
        !serve__query_by(call, "year", &t->by) || !serve__query_date(call, "since", &t->since) ||
        !serve__query_date(call, "until", &t->until)) {
        return false;
    }
    while (n < 4 && ent__str_split(&rest, ',', &one)) {
        one = ent__str_trim(one);
        if (n < 3 && !serve__actor_of(call, "states", one, &t->names[n])) {
            return false;
        }
        n += one.n > 0;
    }
    bool fine = n == 3 && t->by != ENT_BY_DAY && strcmp(t->names[0], t->names[1]) != 0 &&
                strcmp(t->names[0], t->names[2]) != 0 && strcmp(t->names[1], t->names[2]) != 0;
    if (!fine) {
        serve__problem_field(call, 400, "query", t->by == ENT_BY_DAY ? "unit" : "states",
                             t->by == ENT_BY_DAY ? "expected week, month, quarter or year"
                                                 : "expected three different states as IND,USA,RUS");
    }
    return fine;
}

/* What the store's events say of each period; none at all is an answer too. */
static ent_rc solve(serve_call *call, ent_store *store, triangle *t)
{
    ent_ctx *ctx = serve__ctx(call);
    ent_arena *arena = serve__arena(call);
    ent__tie_history history;
    size_t places[3];
    ent_rc rc = ent__tie_history_store(ctx, arena, store, t->names, 3, t->by, t->since, t->until,
                                       &history);
    if (rc == ENT_EINPUT) {
        return ENT_OK; /* no dated event between them */
    }
    rc = rc == ENT_OK ? ent__triangle_periods(ctx, arena, &history, t->names, 0, places,
                                              &t->periods, &t->count)
                      : rc;
    return rc == ENT_OK ? ent__triangle_solve_periods(ctx, t->periods, t->count, &t->last, &t->some)
                        : rc;
}

static void put_triangle(serve_call *call, const triangle *t)
{
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent_buf found = {0};
    ent__json_open(&json, '{');
    if (t->some) {
        ent__triangle_found(&found, serve__arena(call), t->names, t->periods, t->count, t->last);
    } else {
        ent__buf_z(&found, "Not enough evidence: no period has all three ties.");
    }
    ent__json_kstr(&json, "found", ent__buf_slice(&found));
    ent__json_kz(&json, "limits", ent__triangle_limits);
    ent__json_kz(&json, "by", ent__by_name(t->by));
    ent__json_key(&json, "names");
    ent__json_open(&json, '{');
    for (int i = 0; i < 3; i++) {
        ent__json_kstr(&json, t->names[i],
                       serve__actor_name(serve__kit(call), ent__str(t->names[i])));
    }
    ent__json_close(&json, '}');
    ent__triangle_json(&json, serve__arena(call), t->names, t->periods, t->count, 0);
    ent__json_version(&json, serve__kit(call));
    ent__json_close(&json, '}');
    json.out->failed |= found.failed;
    ent__buf_free(&found);
}

static void put_triangle_csv(serve_call *call, const triangle *t)
{
    ent_buf *out = serve__csv_reply(call, "triangle.csv", "period,enough_evidence,ab,ab_error,ac,"
                                                          "ac_error,bc,bc_error,likeliest,"
                                                          "probability\n");
    for (size_t i = 0; i < t->count; i++) {
        const ent__triangle_period *p = &t->periods[i];
        serve__csv_cell(out, p->label, false);
        serve__csv_cell(out, p->known ? ENT_LIT("1") : ENT_LIT("0"), false);
        for (int tie = 0; tie < 3; tie++) {
            serve__csv_number(out, p->known ? p->question.mean[tie] : NAN, false);
            serve__csv_number(out, p->known ? p->question.error[tie] : NAN, false);
        }
        ent_str words = p->known ? ent__triangle_likeliest(serve__arena(call), &p->answer, t->names)
                                 : (ent_str){"", 0};
        serve__csv_cell(out, words, false);
        serve__csv_number(out, p->known ? ent__triangle_likeliest_share(&p->answer) : NAN, true);
    }
}

static ent_rc roles(serve_call *call, bool csv)
{
    triangle t = {0};
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!read_triangle(call, &t)) {
        return ENT_OK;
    }
    ent_rc rc = solve(call, store, &t);
    if (rc == ENT_OK) {
        (csv ? put_triangle_csv : put_triangle)(call, &t);
    }
    return rc;
}

static ent_rc make_triangle(serve_call *call)
{
    return roles(call, false);
}

static ent_rc make_triangle_csv(serve_call *call)
{
    return roles(call, true);
}

static ent_rc get_votes(serve_call *call)
{
    return serve__cached(call, make_votes);
}

static ent_rc get_votes_csv(serve_call *call)
{
    return serve__cached(call, make_votes_csv);
}

static ent_rc get_triangle(serve_call *call)
{
    return serve__cached(call, make_triangle);
}

static ent_rc get_triangle_csv(serve_call *call)
{
    return serve__cached(call, make_triangle_csv);
}

const serve_route serve__routes_states[] = {
    {"GET", "/api/votes", SERVE_ANALYST, get_votes, "getVotes", 0},
    {"GET", "/api/votes.csv", SERVE_ANALYST, get_votes_csv, "exportVotes", 0},
    {"GET", "/api/triangle", SERVE_ANALYST, get_triangle, "getTriangle", 0},
    {"GET", "/api/triangle.csv", SERVE_ANALYST, get_triangle_csv, "exportTriangle", 0},
    {0},
};
