/* case_view: what an analyst sees of a case: the file, matrix, every score and what it hangs on;
 * others' ratings and the answer only once the own ratings are in, or revealed to its owner. */
#include "cases.h"

#include <string.h>

enum { CELLS_MOST = 12000, DRAWS = 2000 };

ent_rc serve__case_load(serve_call *call, ent_store *store, const char *id, int64_t revision,
                        serve_case *out)
{
    ent_stored_case row;
    ent_case *c;
    ent_rc rc = ent__case_stored(serve__ctx(call), serve__arena(call), store, id, revision, &row,
                                 &c);
    *out = (serve_case){.id = row.id, .recorded = row.recorded, .author = row.author,
                        .yaml = row.yaml, .revision = row.revision, .c = c};
    return rc;
}

bool serve__case_asked(serve_call *call, const char *allowed)
{
    bool reveal;
    return serve__query_known(call, allowed) && serve__query_flag(call, "reveal", &reveal);
}

static size_t blank_cells(const ent_case *c, size_t analyst)
{
    size_t cells = c->evidence_count * c->hypothesis_count, blank = 0;
    for (size_t i = 0; i < cells; i++) {
        blank += analyst == c->analyst_count ||
                 c->ratings[analyst * cells + i] == ENT_RATING_BLANK;
    }
    return blank;
}

static ent_rc may_reveal(serve_call *call, const ent_case *c, bool *out)
{
    serve_case first = {0};
    ent_store *store = serve__store(call);
    const char *id = serve__z(call, c->id);
    *out = serve__user(call)->admin;
    if (*out || store == NULL || id == NULL) {
        return store == NULL ? ENT_ESTORE : id == NULL ? ENT_ENOMEM : ENT_OK;
    }
    ent_rc rc = serve__case_load(call, store, id, 1, &first);
    *out = rc == ENT_OK && ent__str_eq(first.author, serve__user(call)->name);
    return rc;
}

ent_rc serve__case_blind(serve_call *call, const ent_case *c, serve_blind *out)
{
    size_t cells = c->evidence_count * c->hypothesis_count;
    *out = (serve_blind){.shown = ent__arena_array(serve__arena(call), c->analyst_count + 1, 1)};
    if (out->shown == NULL) {
        return ent__nomem(serve__ctx(call));
    }
    while (out->own < c->analyst_count &&
           !ent__str_eq(c->analysts[out->own], serve__user(call)->name)) {
        out->own++;
    }
    out->blank = blank_cells(c, out->own);
    for (size_t a = 0; a < c->analyst_count; a++) {
        bool rated = blank_cells(c, a) < cells;
        out->shown[a] = out->blank == 0 || a == out->own || !rated;
        out->hidden += !out->shown[a];
    }
    ent_rc rc = out->hidden > 0 ? may_reveal(call, c, &out->may_reveal) : ENT_OK;
    bool asked;
    if (out->hidden == 0 || !serve__query_flag(call, "reveal", &asked) || !asked) {
        return rc;
    }
    out->refused = !out->may_reveal;
    if (out->may_reveal) {
        memset(out->shown, true, c->analyst_count);
        out->hidden = 0;
    }
    return rc;
}

ent_rc serve__case_weigh(serve_call *call, const ent_case *c, ent_weighing **out)
{
    size_t cells = c->evidence_count * c->hypothesis_count, rated = 0;
    *out = NULL;
    for (size_t a = 0; a < c->analyst_count; a++) {
        rated += cells - blank_cells(c, a);
    }
    if (rated == 0 || cells > CELLS_MOST) {
        return ENT_OK;
    }
    ent_weigh_view view = ent__weigh_view();
    ent_redraw redraw = {.draws = DRAWS, .step_probability = 0.2, .seed = 1};
    return ent__weigh(serve__ctx(call), serve__arena(call), c, &view, &redraw, out);
}

static ent_rc put_yaml(serve_call *call, ent_json *json, const serve_case *state,
                       const serve_blind *blind)
{
    if (blind->hidden == 0) {
        ent__json_kstr(json, "yaml", state->yaml);
        return ENT_OK;
    }
    ent_buf own = {0};
    ent_rc rc = ent__case_yaml_ratings(serve__ctx(call), &own, state->yaml, state->c, blind->shown);
    ent__json_kstr(json, "yaml", ent__buf_slice(&own));
    ent__buf_free(&own);
    return rc;
}

static ent_rc put_answer(serve_call *call, ent_json *json, const serve_case *state,
                         const serve_blind *blind)
{
    ent_weighing *w = NULL;
    ent_rc rc = blind->hidden > 0 ? ENT_OK : serve__case_weigh(call, state->c, &w);
    ent__json_key(json, "weigh");
    if (rc != ENT_OK || w == NULL) {
        ent__json_null(json);
        return rc;
    }
    ent_buf answer = {0};
    ent__weigh_json(&answer, serve__kit(call), w);
    ent__json_raw(json, ent__str_trim(ent__buf_slice(&answer)));
    json->out->failed |= answer.failed;
    ent__buf_free(&answer);
    return ENT_OK;
}

ent_rc serve__case_view(serve_call *call, int status, const serve_case *state)
{
    const ent_case *c = state->c;
    serve_blind blind;
    ent_rc rc = serve__case_blind(call, c, &blind);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_json json = ent__json(serve__reply(call, status, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "id", state->id);
    ent__json_kint(&json, "revision", state->revision);
    ent__json_kstr(&json, "updated", state->recorded);
    ent__json_kstr(&json, "by", state->author);
    ent__json_kbool(&json, "blind", blind.hidden > 0);
    ent__json_kbool(&json, "may_reveal", blind.may_reveal);
    ent__json_kint(&json, "blank", (int64_t)blind.blank);
    rc = put_yaml(call, &json, state, &blind);
    ent__json_key(&json, "case");
    ent__json_open(&json, '{');
    ent__case_json(&json, c, blind.shown);
    ent__json_key(&json, "hidden");
    ent__json_open(&json, '[');
    for (size_t a = 0; a < c->analyst_count; a++) {
        if (!blind.shown[a]) {
            ent__json_str(&json, c->analysts[a]);
        }
    }
    ent__json_close(&json, ']');
    ent__json_close(&json, '}');
    rc = rc == ENT_OK ? put_answer(call, &json, state, &blind) : rc;
    ent__json_version(&json, serve__kit(call));
    ent__json_close(&json, '}');
    return rc;
}
