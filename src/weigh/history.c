/* Saved states of a case: one of them, and what changed between two. */
#include <string.h>

#include "weigh.h"

typedef struct {
    ent_arena *arena;
    ent_stored_case *state;
} taking;

static ent_rc take_state(void *user, const ent_stored_case *row)
{
    const taking *t = user;
    *t->state = *row;
    ent_str *const texts[] = {&t->state->id, &t->state->recorded, &t->state->author,
                              &t->state->sha256, &t->state->yaml};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = ent__arena_str(t->arena, *texts[i]);
        if (texts[i]->p == NULL) {
            return ENT_ENOMEM;
        }
    }
    return ENT_OK;
}

ent_rc ent__case_stored(ent_ctx *ctx, ent_arena *arena, ent_store *store, const char *id,
                        int64_t revision, ent_stored_case *out_state, ent_case **out)
{
    ent_stored_case state = {.revision = 0};
    taking t = {arena, &state};
    *out = NULL;
    ent_rc rc = ent__store_cases(ctx, store, id, revision, take_state, &t);
    rc = rc == ENT_ENOMEM ? ent__nomem(ctx) : rc;
    if (rc == ENT_OK && state.revision > 0) {
        rc = ent__case_parse_yaml(ctx, arena, state.yaml, id, out);
    }
    if (out_state != NULL) {
        *out_state = state;
    }
    return rc;
}

static size_t find_analyst(const ent_case *c, ent_str name)
{
    size_t a = 0;
    while (a < c->analyst_count && !ent__str_eq(c->analysts[a], name)) {
        a++;
    }
    return a;
}

static ent_rating rating_in(const ent_case *c, ent_str analyst, ent_str evidence, ent_str hypothesis)
{
    size_t a = find_analyst(c, analyst), e = ent__case_evidence(c, evidence);
    size_t h = ent__case_hypothesis(c, hypothesis);
    bool known = a < c->analyst_count && e < c->evidence_count && h < c->hypothesis_count;
    return known ? (ent_rating)c->ratings[ent__cell(c, a, e, h)] : ENT_RATING_BLANK;
}

/* Things of `from` that `other` lacks. */
static void list_missing(ent_buf *out, const ent_case *from, const ent_case *other, const char *sign)
{
    for (size_t h = 0; h < from->hypothesis_count; h++) {
        if (ent__case_hypothesis(other, from->hypotheses[h].id) == other->hypothesis_count) {
            ent__buf_printf(out, "%s hypothesis %.*s: %.*s\n", sign,
                            ENT_FMT(from->hypotheses[h].id), ENT_FMT(from->hypotheses[h].text));
        }
    }
    for (size_t e = 0; e < from->evidence_count; e++) {
        if (ent__case_evidence(other, from->evidence[e].id) == other->evidence_count) {
            ent__buf_printf(out, "%s evidence %.*s: %.*s\n", sign, ENT_FMT(from->evidence[e].id),
                            ENT_FMT(from->evidence[e].text));
        }
    }
}

static void list_reworded(ent_buf *out, const ent_case *before, const ent_case *after)
{
    for (size_t e = 0; e < after->evidence_count; e++) {
        const ent_evidence *now = &after->evidence[e];
        size_t old = ent__case_evidence(before, now->id);
        if (old == before->evidence_count) {
            continue;
        }
        const ent_evidence *then = &before->evidence[old];
        bool same = ent__str_eq(then->text, now->text) && ent__str_eq(then->group, now->group) &&
                    ent__str_eq(then->source, now->source) &&
                    then->credibility == now->credibility && then->relevance == now->relevance &&
                    then->reliability == now->reliability && then->information == now->information;
        if (!same) {
            ent__buf_printf(out, "~ evidence %.*s: text, source or weight changed\n",
                            ENT_FMT(now->id));
        }
    }
}

/* Ratings of every analyst of `who` that differ; `skip_known` leaves out analysts of `before`. */
static void list_ratings(ent_buf *out, const ent_case *before, const ent_case *after,
                         const ent_case *who, bool skip_known)
{
    for (size_t a = 0; a < who->analyst_count; a++) {
        ent_str name = who->analysts[a];
        if (skip_known && find_analyst(before, name) < before->analyst_count) {
            continue;
        }
        for (size_t e = 0; e < after->evidence_count; e++) {
            for (size_t h = 0; h < after->hypothesis_count; h++) {
                ent_str item = after->evidence[e].id, hypothesis = after->hypotheses[h].id;
                ent_rating then = rating_in(before, name, item, hypothesis);
                ent_rating now = rating_in(after, name, item, hypothesis);
                if (then != now) {
                    const char *old = ent__rating_name(then), *new = ent__rating_name(now);
                    ent__buf_printf(out, "~ %.*s: %.*s on %.*s: %s -> %s\n", ENT_FMT(name),
                                    ENT_FMT(item), ENT_FMT(hypothesis), old[0] ? old : "blank",
                                    new[0] ? new : "blank");
                }
            }
        }
    }
}

void ent__case_changes(ent_buf *out, const ent_case *before, const ent_case *after)
{
    size_t start = out->n;
    if (!ent__str_eq(before->question, after->question)) {
        ent__buf_printf(out, "~ question: %.*s\n", ENT_FMT(after->question));
    }
    list_missing(out, before, after, "-");
    list_missing(out, after, before, "+");
    list_reworded(out, before, after);
    list_ratings(out, before, after, before, false);
    list_ratings(out, before, after, after, true);
    if (out->n == start) {
        ent__buf_z(out, "  only the layout or a reason changed\n");
    }
}
