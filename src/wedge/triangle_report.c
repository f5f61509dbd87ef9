/* A triangle period by period: its ties out of a history, roles and patterns, as sentences and JSON.
 * In: a tie history, three states.  Out: one ent__triangle_period a period.  Method: triangle.c.
 * Cost: O(periods x states squared). */
#include <math.h>
#include <string.h>

#include "wedge.h"

const int ent__triangle_ends[3][2] = {{0, 1}, {0, 2}, {1, 2}};
const char ent__triangle_limits[] =
    "This does not show why, nor what any of them intends: it reads the signs of measured ties, and "
    "the zero of their scale is a convention (see sensitivity).";

static ent_rc find_states(ent_ctx *ctx, const ent__tie_history *history, const char *const names[3],
                          size_t out[3])
{
    for (int s = 0; s < 3; s++) {
        size_t i = 0;
        while (i < history->state_count && !ent__str_ieqz(history->states[i], names[s])) {
            i++;
        }
        if (i == history->state_count) {
            return ent__fail(ctx, ENT_EINPUT, NULL, 0, "expected ties of %s, found none", names[s]);
        }
        out[s] = i;
    }
    return ENT_OK;
}

ent_rc ent__triangle_ties(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                          const size_t state[3], size_t at, size_t only, double dead_zone,
                          ent__triangle_question *out, bool *known)
{
    ent__ties ties;
    ent_rc rc = ent__tie_history_at(ctx, arena, history, at, only, &ties);
    *known = rc == ENT_OK;
    *out = (ent__triangle_question){.dead_zone = dead_zone};
    for (int t = 0; t < 3 && rc == ENT_OK; t++) {
        size_t cell = state[ent__triangle_ends[t][0]] * ties.n + state[ent__triangle_ends[t][1]];
        *known &= ties.given[cell] != 0;
        out->mean[t] = ties.mean[cell];
        out->error[t] = ties.error[cell];
    }
    return rc;
}

ent_rc ent__triangle_periods(ent_ctx *ctx, ent_arena *arena, const ent__tie_history *history,
                             const char *const names[3], double dead_zone, size_t out_state[3],
                             ent__triangle_period **out, size_t *out_count)
{
    ent_rc rc = find_states(ctx, history, names, out_state);
    *out_count = history->period_count;
    *out = ent__arena_array(arena, *out_count + 1, sizeof **out);
    rc = rc == ENT_OK && *out == NULL ? ent__nomem(ctx) : rc;
    for (size_t p = 0; rc == ENT_OK && p < *out_count; p++) {
        (*out)[p].label = history->periods[p];
        rc = ent__triangle_ties(ctx, arena, history, out_state, p, SIZE_MAX, dead_zone,
                                &(*out)[p].question, &(*out)[p].known);
    }
    return rc;
}

ent_rc ent__triangle_solve_periods(ent_ctx *ctx, ent__triangle_period *periods, size_t count,
                                   size_t *out_last, bool *out_some)
{
    ent_rc rc = ENT_OK;
    *out_some = false;
    *out_last = 0;
    for (size_t p = 0; p < count && rc == ENT_OK; p++) {
        if (periods[p].known) {
            rc = ent__triangle_solve(ctx, &periods[p].question, &periods[p].answer);
            *out_last = p;
            *out_some = true;
        }
    }
    return rc;
}

ent_str ent__triangle_likeliest(ent_arena *arena, const ent__triangle *t,
                                const char *const names[3])
{
    return t->likeliest < 0 ? ENT_LIT("open: a tie is near neutral")
                            : ent__triangle_text(arena, (unsigned)t->likeliest, names);
}

double ent__triangle_likeliest_share(const ent__triangle *t)
{
    return t->likeliest < 0 ? t->open : t->sign[t->likeliest];
}

/* First period of the stretch, ending with the last known one, that has the same likeliest pattern. */
static size_t since_of(const ent__triangle_period *periods, size_t last)
{
    size_t since = last;
    for (size_t p = last + 1; p-- > 0;) {
        if (periods[p].known) {
            if (periods[p].answer.likeliest != periods[last].answer.likeliest) {
                break;
            }
            since = p;
        }
    }
    return since;
}

void ent__triangle_found(ent_buf *out, ent_arena *arena, const char *const names[3],
                         const ent__triangle_period *periods, size_t count, size_t last)
{
    ent_str text = ent__triangle_likeliest(arena, &periods[last].answer, names);
    ent__buf_printf(out,
                    "%.*s: %s, %s and %s form a triangle that is likeliest %.*s (probability "
                    "%.2f)",
                    ENT_FMT(periods[last].label), names[0], names[1], names[2], ENT_FMT(text),
                    ent__triangle_likeliest_share(&periods[last].answer));
    if (count > 1) {
        ent__buf_printf(out, ", as in every known period since %.*s",
                        ENT_FMT(periods[since_of(periods, last)].label));
    }
    ent__buf_char(out, '.');
}

static void period_json(ent_json *json, ent_arena *arena, const char *const names[3],
                        const ent__triangle_period *at)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "period", at->label);
    ent__json_kbool(json, "enough_evidence", at->known);
    if (at->known) {
        const ent__triangle *a = &at->answer;
        ent__json_key(json, "ties");
        ent__json_open(json, '[');
        for (int t = 0; t < 3; t++) {
            ent__json_open(json, '{');
            ent__json_kz(json, "a", names[ent__triangle_ends[t][0]]);
            ent__json_kz(json, "b", names[ent__triangle_ends[t][1]]);
            ent__json_kdouble(json, "value", at->question.mean[t]);
            ent__json_kdouble(json, "error", at->question.error[t]);
            ent__json_close(json, '}');
        }
        ent__json_close(json, ']');
        ent__json_kstr(json, "likeliest", ent__triangle_likeliest(arena, a, names));
        ent__json_kdouble(json, "probability", ent__triangle_likeliest_share(a));
        ent__json_kdouble(json, "open", a->open);
        ent__json_key(json, "patterns");
        ent__json_open(json, '{');
        for (int p = 3; p >= 0; p--) {
            ent__json_kdouble(json, ent__pattern_name((ent__pattern)p), a->pattern[p]);
        }
        ent__json_close(json, '}');
        ent__json_key(json, "signs");
        ent__json_open(json, '{');
        for (unsigned s = 0; s < 8; s++) {
            const char key[4] = {s & 1 ? '+' : '-', s & 2 ? '+' : '-', s & 4 ? '+' : '-', '\0'};
            ent__json_kdouble(json, key, a->sign[s]);
        }
        ent__json_close(json, '}');
        ent__json_key(json, "roles");
        ent__json_open(json, '{');
        for (int s = 0; s < 3; s++) {
            ent__json_key(json, names[s]);
            ent__json_open(json, '{');
            for (int r = 0; r < ENT__ROLES; r++) {
                ent__json_kdouble(json, ent__role_name((ent__role)r), a->role[s][r]);
            }
            ent__json_kdouble(json, "utility", a->utility[s]);
            ent__json_kdouble(json, "utility_error", a->utility_error[s]);
            ent__json_close(json, '}');
        }
        ent__json_close(json, '}');
    }
    ent__json_close(json, '}');
}

void ent__triangle_json(ent_json *json, ent_arena *arena, const char *const names[3],
                        const ent__triangle_period *periods, size_t count, double dead_zone)
{
    ent__json_key(json, "states");
    ent__json_open(json, '[');
    for (int s = 0; s < 3; s++) {
        ent__json_z(json, names[s]);
    }
    ent__json_close(json, ']');
    ent__json_kdouble(json, "dead_zone", dead_zone);
    ent__json_kdouble(json, "weight_ratio_at_which_the_best_move_changes", 1);
    ent__json_key(json, "periods");
    ent__json_open(json, '[');
    for (size_t p = 0; p < count; p++) {
        period_json(json, arena, names, &periods[p]);
    }
    ent__json_close(json, ']');
}
