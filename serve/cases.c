/* cases: the hypotheses on which analysts work together: list, begin, save, rate.  Every save is a
 * new state in the store's append-only history; one that began from an older state is refused
 * (409), so that two analysts never overwrite each other. */
#include "cases.h"

#include <string.h>

enum { YAML_MOST = 1 << 20, BODY_MOST = 3 << 20, ID_MOST = 100 };

const char *serve__case_id(serve_call *call)
{
    return serve__z(call, serve__param(call, "id"));
}

ent_rc serve__case_missing(serve_call *call)
{
    return serve__missing(call, "the store holds no such case");
}

/* ---- list ----------------------------------------------------------------------------------- */

typedef struct {
    serve_call *call;
    serve_items items;
    ent_buf *csv;
} listing;

static ent_rc list_case(void *user, const ent_stored_case *row)
{
    listing *l = user;
    if (l->csv == NULL && !serve__items_take(&l->items)) {
        return ENT_OK;
    }
    ent_case *c = NULL;
    ent_arena *arena = serve__arena(l->call);
    bool sound = ent__case_parse_yaml(serve__ctx(l->call), arena, row->yaml, "case", &c) == ENT_OK;
    ent_str question = sound ? c->question : (ent_str){"", 0};
    if (l->csv != NULL) {
        serve__csv_cell(l->csv, row->id, false);
        serve__csv_cell(l->csv, question, false);
        serve__csv_number(l->csv, (double)row->revision, false);
        serve__csv_cell(l->csv, row->recorded, false);
        serve__csv_cell(l->csv, row->author, true);
        return ENT_OK;
    }
    ent_json *json = &l->items.json;
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", row->id);
    ent__json_kstr(json, "question", question);
    ent__json_kint(json, "revision", row->revision);
    ent__json_kstr(json, "updated", row->recorded);
    ent__json_kstr(json, "by", row->author);
    ent__json_key(json, "analysts");
    ent__json_open(json, '[');
    for (size_t a = 0; sound && a < c->analyst_count; a++) {
        ent__json_str(json, c->analysts[a]);
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc list(serve_call *call, bool csv)
{
    listing l = {.call = call};
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "limit after")) {
        return ENT_OK;
    }
    if (csv) {
        l.csv = serve__csv_reply(call, "cases.csv", "id,question,revision,updated,by\n");
    } else if (!serve__items_begin(call, &l.items)) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_cases(serve__ctx(call), store, NULL, ENT_CASE_LATEST, list_case, &l);
    if (!csv) {
        serve__items_end(&l.items);
    }
    return rc;
}

static ent_rc list_cases(serve_call *call)
{
    return list(call, false);
}

static ent_rc csv_cases(serve_call *call)
{
    return list(call, true);
}

/* ---- save ----------------------------------------------------------------------------------- */

/* "case:11: ratings: no evidence" as a problem with line and key. */
static ent_rc bad_case(serve_call *call)
{
    ent_str message = ent__str(ent_ctx_message(serve__ctx(call)));
    ent_str whole = ent__str(ent_ctx_error(serve__ctx(call))), source, number, key;
    int64_t line = 0;
    if (ent__str_split(&whole, ':', &source) && ent__str_split(&whole, ':', &number)) {
        ent__str_int(number, &line);
    }
    ent_str rest = message;
    bool has_key = memchr(message.p, ':', message.n) != NULL && ent__str_split(&rest, ':', &key);
    ent_str kept = ent__arena_str(serve__arena(call), message);
    ent_str kept_key = has_key ? ent__arena_str(serve__arena(call), key) : (ent_str){NULL, 0};
    ent_json json = ent__json(serve__reply(call, 422, "application/json"));
    ent__json_open(&json, '{');
    ent__json_key(&json, "error");
    ent__json_open(&json, '{');
    ent__json_kz(&json, "code", "case");
    ent__json_kstr(&json, "message", line > 0 ? ent__arena_printf(serve__arena(call), "line %lld: %s",
                                                                  (long long)line, kept.p)
                                              : kept);
    ent__json_kz(&json, "field", "yaml");
    ent__json_key(&json, "line");
    if (line > 0) {
        ent__json_int(&json, line);
    } else {
        ent__json_null(&json);
    }
    ent__json_kstr(&json, "key", kept_key);
    ent__json_close(&json, '}');
    ent__json_close(&json, '}');
    return ENT_OK;
}

typedef struct {
    bool fresh;                  /* a case that must not exist yet */
    const char *id;
    int64_t base;
    ent_str yaml;                /* NULL: a single rating */
    ent_case *given;             /* parsed `yaml` */
    ent_str evidence, hypothesis, reason;
    ent_rating rating;
    serve_case now;              /* after: the state saved */
    bool answered;               /* a problem is the reply */
} saving;

static ent_rc answered(saving *s, ent_rc rc)
{
    s->answered = true;
    return rc;
}

static ent_rc stale(serve_call *call, saving *s, const serve_case *now)
{
    char message[256];
    snprintf(message, sizeof message, "the case is in state %lld now, saved by %.*s; yours began "
             "from %lld", (long long)now->revision, ENT_FMT(ent__str_sub(now->author, 0, 60)),
             (long long)s->base);
    return answered(s, serve__problem_field(call, 409, "stale", "base_revision", message));
}

/* The rating goes into the latest state's own file. */
static ent_rc with_rating(serve_call *call, saving *s, const serve_case *latest, ent_buf *out)
{
    ent_ctx *ctx = serve__ctx(call);
    ent_case *c = latest->c;
    size_t e = ent__case_evidence(c, s->evidence), h = ent__case_hypothesis(c, s->hypothesis), a;
    if (e == c->evidence_count || h == c->hypothesis_count) {
        bool item = e == c->evidence_count;
        return answered(s, serve__problem_field(call, 422, "field", item ? "evidence" : "hypothesis",
                                                item ? "the case has no such item"
                                                     : "the case has no such hypothesis"));
    }
    ent_rc rc = ent__case_add_analyst(ctx, serve__arena(call), c, serve__user(call)->name, &a);
    if (rc == ENT_OK) {
        c->ratings[ent__cell(c, a, e, h)] = (uint8_t)s->rating;
        c->reasons[ent__cell(c, a, e, h)] = s->reason;
        rc = ent__case_yaml_ratings(ctx, out, latest->yaml, c, NULL);
    }
    return rc;
}

/* What was hidden from the analyst can't have been in the file that comes back: it stays. */
static ent_rc with_hidden(serve_call *call, saving *s, const serve_case *latest, ent_buf *out)
{
    serve_blind blind;
    ent_rc rc = serve__case_blind(call, latest->c, &blind);
    if (rc == ENT_OK && blind.hidden == 0) {
        ent__buf_str(out, s->yaml);
        return ENT_OK;
    }
    for (size_t a = 0; rc == ENT_OK && a < latest->c->analyst_count; a++) {
        if (!blind.shown[a]) {
            rc = ent__case_take_ratings(serve__ctx(call), serve__arena(call), s->given, latest->c,
                                        a);
        }
    }
    return rc == ENT_OK
               ? ent__case_yaml_ratings(serve__ctx(call), out, s->yaml, s->given, NULL)
               : rc;
}

static ent_rc keep(serve_call *call, ent_store *writer, saving *s, ent_str yaml)
{
    char now[24];
    int64_t revision;
    bool is_new;
    serve__time_text(serve__now(call), now);
    ent_stored_case row = {.id = ent__str(s->id), .yaml = yaml, .recorded = ent__str(now),
                           .author = serve__user(call)->name};
    ent_rc rc = ent__store_put_case(serve__ctx(call), writer, &row, &revision, &is_new);
    return rc == ENT_OK ? serve__case_load(call, writer, s->id, revision, &s->now) : rc;
}

static ent_rc save(serve_call *call, ent_store *writer, void *user)
{
    saving *s = user;
    serve_case latest;
    ent_rc rc = ent__store_begin(serve__ctx(call), writer); /* other processes wait, too */
    rc = rc == ENT_OK ? serve__case_load(call, writer, s->id, ENT_CASE_LATEST, &latest) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    ent_buf yaml = {0};
    if (s->fresh && latest.revision > 0) {
        rc = answered(s, serve__problem_field(call, 409, "exists", "yaml",
                                              "there is a case of that name already"));
    } else if (s->fresh) {
        ent__buf_str(&yaml, s->yaml);
    } else if (latest.revision == 0) {
        rc = answered(s, serve__case_missing(call));
    } else if (latest.revision != s->base) {
        rc = stale(call, s, &latest);
    } else {
        rc = (s->yaml.p == NULL ? with_rating : with_hidden)(call, s, &latest, &yaml);
    }
    if (rc == ENT_OK && !s->answered) {
        rc = yaml.failed ? ent__nomem(serve__ctx(call))
                         : keep(call, writer, s, ent__buf_slice(&yaml));
    } else {
        ent__store_rollback(writer);
    }
    ent__buf_free(&yaml);
    return rc;
}

static ent_rc run_save(serve_call *call, saving *s)
{
    ent_rc rc = serve__with_writer(call, save, s);
    if (rc != ENT_OK || s->answered) {
        return rc;
    }
    return serve__case_view(call, s->fresh ? 201 : 200, &s->now);
}

/* An id stands in addresses and file names. */
static bool id_fits(ent_str id)
{
    bool fine = id.n > 0 && id.n <= ID_MOST && id.p[0] != '.';
    for (size_t i = 0; i < id.n && fine; i++) {
        unsigned char c = (unsigned char)id.p[i];
        fine = c > 0x20 && c != 0x7F && c != '/' && c != '\\' && c != '#' && c != '?' && c != '%';
    }
    return fine;
}

static bool read_yaml(serve_call *call, json_t *body, saving *s, ent_rc *out)
{
    ent_store *store = serve__store(call);
    json_t *text = json_object_get(body, "yaml");
    *out = store == NULL ? ENT_ESTORE : ENT_OK;
    if (store == NULL || body == NULL) {
        return false;
    }
    if (!json_is_string(text) || json_string_length(text) > YAML_MOST) {
        serve__problem_field(call, 422, "field", "yaml", "expected a case file of at most 1 MiB");
        return false;
    }
    s->yaml = (ent_str){json_string_value(text), json_string_length(text)};
    ent_rc rc = ent__case_parse_yaml(serve__ctx(call), serve__arena(call), s->yaml, "case",
                                     &s->given);
    rc = rc == ENT_OK ? ent__case_check_links(serve__ctx(call), store, serve__kit(call), s->given,
                                               "case") : rc;
    if (rc == ENT_OK && !id_fits(s->given->id)) {
        rc = ent__fail(serve__ctx(call), ENT_EINPUT, "case", 1,
                       "case: expected a name of 1 to %d bytes without blanks, / \\ # ? %%",
                       ID_MOST);
    }
    *out = rc == ENT_EINPUT ? bad_case(call) : rc;
    return rc == ENT_OK;
}

static bool read_base(serve_call *call, json_t *body, int64_t *out)
{
    json_t *base = json_object_get(body, "base_revision");
    *out = json_integer_value(base);
    if (!json_is_integer(base) || *out < 1) {
        serve__problem_field(call, 422, "field", "base_revision",
                             "expected the number of the state that this began from");
        return false;
    }
    return true;
}

static ent_rc post_case(serve_call *call)
{
    saving s = {.fresh = true};
    ent_rc rc = ENT_OK; /* a refused query is answered already */
    if (!serve__case_asked(call, "reveal") || !read_yaml(call, serve__json_body(call), &s, &rc)) {
        return rc;
    }
    s.id = serve__z(call, s.given->id);
    rc = run_save(call, &s);
    if (rc == ENT_OK && !s.answered) {
        serve__reply_header(call, "Location", ent__arena_printf(serve__arena(call), "/api/cases/%s",
                                                                s.id));
    }
    return rc;
}

static ent_rc put_case(serve_call *call)
{
    saving s = {.id = serve__case_id(call)};
    ent_rc rc = ENT_OK;
    json_t *body = serve__json_body(call);
    if (body == NULL || !serve__case_asked(call, "reveal") || !read_base(call, body, &s.base)) {
        return ENT_OK;
    }
    if (!read_yaml(call, body, &s, &rc)) {
        return rc;
    }
    if (!ent__str_eqz(s.given->id, s.id)) {
        return serve__problem_field(call, 422, "case", "yaml",
                                    "case: the name in the file is not that of this case");
    }
    return run_save(call, &s);
}

static ent_rc put_rating(serve_call *call)
{
    saving s = {.id = serve__case_id(call)};
    ent_str rating;
    json_t *body = serve__json_body(call);
    if (body == NULL || !serve__case_asked(call, "reveal") || !read_base(call, body, &s.base) ||
        !serve__json_text(call, body, "evidence", 1, 400, &s.evidence) ||
        !serve__json_text(call, body, "hypothesis", 1, 400, &s.hypothesis) ||
        !serve__json_text(call, body, "rating", 0, 8, &rating) ||
        !serve__json_text(call, body, "reason", 0, 2000, &s.reason)) {
        return ENT_OK;
    }
    if (!ent__rating_parse(rating, &s.rating)) {
        return serve__problem_field(call, 422, "field", "rating",
                                    "expected II, I, N, C, CC, NA or nothing");
    }
    return run_save(call, &s);
}

const serve_route serve__routes_cases[] = {
    {"GET", "/api/cases", SERVE_ANALYST, list_cases, "listCases", 0},
    {"GET", "/api/cases.csv", SERVE_ANALYST, csv_cases, "exportCases", 0},
    {"POST", "/api/cases", SERVE_ANALYST, post_case, "addCase", BODY_MOST},
    {"PUT", "/api/cases/{id}", SERVE_ANALYST, put_case, "saveCase", BODY_MOST},
    {"PUT", "/api/cases/{id}/ratings", SERVE_ANALYST, put_rating, "rateEvidence", 16384},
    {0},
};
