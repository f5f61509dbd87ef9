/* case_files: a case read again: its latest state, file, matrix, picture, history, and what the
 * store has for it. */
#include "cases.h"

#include <string.h>

static ent_rc blind_problem(serve_call *call)
{
    return serve__problem(call, 403, "blind",
                          "rate every cell first: until then others' ratings and the answer stay "
                          "hidden; whoever began the case, and admins, may ask with ?reveal=1");
}

/* The latest state, and what of it the caller may see; *out_rc: what to return when this gives
 * false. */
static bool latest_state(serve_call *call, const char *allowed, serve_case *out,
                         serve_blind *out_blind, ent_rc *out_rc)
{
    ent_store *store = serve__store(call);
    const char *id = serve__case_id(call);
    *out_rc = store == NULL ? ENT_ESTORE : id == NULL ? ENT_ENOMEM : ENT_OK;
    if (*out_rc != ENT_OK || !serve__case_asked(call, allowed)) {
        return false;
    }
    *out_rc = serve__case_load(call, store, id, ENT_CASE_LATEST, out);
    if (*out_rc == ENT_OK && out->revision == 0) {
        *out_rc = serve__case_missing(call);
        return false;
    }
    *out_rc = *out_rc == ENT_OK ? serve__case_blind(call, out->c, out_blind) : *out_rc;
    if (*out_rc == ENT_OK && out_blind->refused) {
        *out_rc = blind_problem(call);
        return false;
    }
    return *out_rc == ENT_OK;
}

static ent_rc get_case(serve_call *call)
{
    serve_case state;
    serve_blind blind;
    ent_rc rc;
    return latest_state(call, "reveal", &state, &blind, &rc) ? serve__case_view(call, 200, &state)
                                                             : rc;
}

static void download_as(serve_call *call, const serve_case *state, const char *ending)
{
    serve__reply_download(call, ent__arena_printf(serve__arena(call), "%.*s%s", ENT_FMT(state->id),
                                                  ending).p);
}

static ent_rc get_yaml(serve_call *call)
{
    serve_case state;
    serve_blind blind;
    ent_rc rc;
    if (!latest_state(call, "reveal", &state, &blind, &rc)) {
        return rc;
    }
    ent_buf *out = serve__reply(call, 200, "application/yaml; charset=utf-8");
    if (blind.hidden > 0) {
        rc = ent__case_yaml_ratings(serve__ctx(call), out, state.yaml, state.c, blind.shown);
    } else {
        ent__buf_str(out, state.yaml);
    }
    download_as(call, &state, ".yaml");
    return rc;
}

/* A matrix holds one analyst: ?analyst, else the caller, else the only one. */
static ent_rc get_csv(serve_call *call)
{
    serve_case state;
    serve_blind blind;
    ent_rc rc;
    if (!latest_state(call, "reveal analyst", &state, &blind, &rc)) {
        return rc;
    }
    ent_case one = *state.c;
    ent_str wanted = serve__query(call, "analyst");
    size_t a = wanted.n > 0 ? 0 : blind.own;
    while (wanted.n > 0 && a < one.analyst_count && !ent__str_eq(one.analysts[a], wanted)) {
        a++;
    }
    if (wanted.n == 0 && a == one.analyst_count && one.analyst_count <= 1) {
        a = 0;
    }
    if (one.analyst_count > 0 && a == one.analyst_count) {
        return serve__problem_field(call, 400, "query", "analyst",
                                    "expected the name of one of the case's analysts");
    }
    if (one.analyst_count > 0) {
        if (!blind.shown[a]) {
            return blind_problem(call);
        }
        one.ratings += ent__cell(&one, a, 0, 0);
        one.analyst_count = 1;
    }
    rc = ent__case_csv(serve__ctx(call), serve__reply(call, 200, "text/csv; charset=utf-8"), &one);
    download_as(call, &state, ".csv");
    return rc;
}

static ent_rc get_svg(serve_call *call)
{
    serve_case state;
    serve_blind blind;
    ent_weighing *w;
    ent_rc rc;
    if (!latest_state(call, "reveal", &state, &blind, &rc)) {
        return rc;
    }
    if (blind.hidden > 0) {
        return blind_problem(call);
    }
    rc = serve__case_weigh(call, state.c, &w);
    if (rc == ENT_OK && w == NULL) {
        return serve__missing(call, "nobody has rated the evidence yet: there is nothing to draw");
    }
    if (rc == ENT_OK) {
        ent__weigh_svg(serve__reply(call, 200, "image/svg+xml"), w);
    }
    return rc;
}

static ent_rc get_suggest(serve_call *call)
{
    serve_case state;
    serve_blind blind;
    ent_rc rc;
    if (!latest_state(call, "reveal", &state, &blind, &rc)) {
        return rc;
    }
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    rc = ent__case_suggest_json(serve__ctx(call), serve__store(call), state.c->states,
                                state.c->state_count, &json);
    ent__json_close(&json, '}');
    return rc;
}

/* ---- history -------------------------------------------------------------------------------- */

/* Ratings that the caller may not see yet are taken out of both states. */
static void mask(ent_case *c, const ent_case *latest, const serve_blind *blind)
{
    for (size_t a = 0; a < c->analyst_count; a++) {
        for (size_t b = 0; b < latest->analyst_count; b++) {
            if (!blind->shown[b] && ent__str_eq(c->analysts[a], latest->analysts[b])) {
                memset(c->ratings + ent__cell(c, a, 0, 0), ENT_RATING_BLANK,
                       c->evidence_count * c->hypothesis_count);
            }
        }
    }
}

static void put_state(ent_json *json, const serve_case *now, const serve_case *before)
{
    ent_buf changes = {0};
    ent__json_open(json, '{');
    ent__json_kint(json, "revision", now->revision);
    ent__json_kstr(json, "at", now->recorded);
    ent__json_kstr(json, "by", now->author);
    ent__json_key(json, "changes");
    ent__json_open(json, '[');
    if (before->revision > 0) {
        ent__case_changes(&changes, before->c, now->c);
    }
    ent_str rest = ent__buf_slice(&changes), line;
    while (rest.n > 0 && ent__str_split(&rest, '\n', &line)) {
        if (ent__str_trim(line).n > 0) {
            ent__json_str(json, ent__str_trim(line));
        }
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
    json->out->failed |= changes.failed;
    ent__buf_free(&changes);
}

/* Newest first; states are numbered from 1 without gaps. */
static ent_rc get_history(serve_call *call)
{
    serve_case latest, now = {0}, before;
    serve_blind blind;
    serve_items items;
    ent_rc rc;
    if (!latest_state(call, "reveal limit after", &latest, &blind, &rc) ||
        !serve__items_begin(call, &items)) {
        return rc;
    }
    const char *id = serve__case_id(call);
    ent_store *store = serve__store(call);
    for (int64_t r = latest.revision; rc == ENT_OK && r > 0; r--) {
        if (!serve__items_take(&items)) {
            continue;
        }
        rc = now.revision == r ? ENT_OK : serve__case_load(call, store, id, r, &now);
        before = (serve_case){0};
        rc = rc == ENT_OK && r > 1 ? serve__case_load(call, store, id, r - 1, &before) : rc;
        if (rc == ENT_OK) {
            mask(now.c, latest.c, &blind);
            if (before.revision > 0) {
                mask(before.c, latest.c, &blind);
            }
            put_state(&items.json, &now, &before);
            now = before;
        }
    }
    serve__items_end(&items);
    return rc;
}

const serve_route serve__routes_case_files[] = {
    {"GET", "/api/cases/{id}", SERVE_ANALYST, get_case, "getCase", 0},
    {"GET", "/api/cases/{id}/history", SERVE_ANALYST, get_history, "getCaseHistory", 0},
    {"GET", "/api/cases/{id}/suggest", SERVE_ANALYST, get_suggest, "suggestEvidence", 0},
    {"GET", "/api/cases/{id}.yaml", SERVE_ANALYST, get_yaml, "getCaseFile", 0},
    {"GET", "/api/cases/{id}.csv", SERVE_ANALYST, get_csv, "getCaseMatrix", 0},
    {"GET", "/api/cases/{id}.svg", SERVE_ANALYST, get_svg, "getCasePicture", 0},
    {0},
};
