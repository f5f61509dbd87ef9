/* How often two states vote alike.
 * In: ent_votes, a set of roll calls.  Out: Lijphart's score with its interval, the two-category
 * score, kappa and pi; which roll calls moved a score from one period to the next.
 * Source: Lijphart, APSR 57 (1963); Signorino and Ritter, ISQ 43 (1999); Haege, Political Analysis
 * 19 (2011); Wilson, JASA 22 (1927).  Cost: O(roll calls) a pair. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "votes.h"

static bool contested(const ent_roll_call *q)
{
    int kinds = (q->totals[ENT_VOTE_YES] > 0) + (q->totals[ENT_VOTE_ABSTAIN] > 0) +
                (q->totals[ENT_VOTE_NO] > 0);
    return kinds > 1;
}

bool ent__votes_asked_for(const ent_roll_call *q, const ent_vote_filter *f)
{
    return q->council == f->council && (f->session == 0 || q->session == f->session) &&
           (f->issues == 0 || (q->issues & f->issues) != 0) &&
           (!f->whole_only || (q->amendment != 1 && q->paragraph != 1)) &&
           ((f->since.year == 0 && f->until.year == 0) ||
            (q->date.year != 0 && ent__date_within(q->date, f->since, f->until))) &&
           (f->resolutions == NULL || ent__symbol_matches(q->symbol, ent__str(f->resolutions)));
}

bool ent__votes_chosen(const ent_votes *votes, size_t roll_call, const ent_vote_filter *f)
{
    const ent_roll_call *q = &votes->roll_calls[roll_call];
    bool voted = q->totals[ENT_VOTE_YES] + q->totals[ENT_VOTE_ABSTAIN] + q->totals[ENT_VOTE_NO] > 0;
    return voted && (f->unanimous || contested(q)) && ent__votes_asked_for(q, f);
}

static bool recorded(ent_vote v)
{
    return v == ENT_VOTE_YES || v == ENT_VOTE_ABSTAIN || v == ENT_VOTE_NO;
}

static int voter_in(const ent_votes *votes, int32_t ccode, int year, int look)
{
    int32_t then = ent__states_number(ent__votes_states(votes), ccode, year, look);
    int voter = then != 0 ? ent__votes_voter(votes, then) : -1;
    return voter >= 0 ? voter : ent__votes_voter(votes, ccode);
}

void ent__agreement_in_year(const ent_votes *votes, const bool *chosen, int32_t a, int32_t b,
                            int year, ent_agreement *out)
{
    out->common = 0;
    for (int look = 0; look < 2 && out->common == 0; look++) {
        ent__agreement(votes, chosen, (size_t)voter_in(votes, a, year, look),
                       (size_t)voter_in(votes, b, year, look), out);
    }
}

double ent__agreement_of(ent_vote a, ent_vote b)
{
    return recorded(a) && recorded(b) ? 1 - abs((int)a - (int)b) / 2.0 : NAN;
}

/* (observed - expected) / (1 - expected); NaN when chance alone agrees fully. */
static double corrected(double observed, const double p[3], const double q[3])
{
    double expected = 0;
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            expected += p[i] * q[j] * (1 - abs(i - j) / 2.0);
        }
    }
    return expected < 1 - 1e-12 ? (observed - expected) / (1 - expected) : NAN;
}

void ent__agreement(const ent_votes *votes, const bool *chosen, size_t voter_a, size_t voter_b,
                    ent_agreement *out)
{
    size_t table[3][3] = {{0}};
    for (size_t q = 0; q < votes->roll_call_count; q++) {
        ent_vote a = ent__votes_at(votes, q, voter_a), b = ent__votes_at(votes, q, voter_b);
        if (chosen[q] && recorded(a) && recorded(b)) {
            table[a - ENT_VOTE_YES][b - ENT_VOTE_YES]++;
        }
    }
    *out = (ent_agreement){.score = NAN, .low = NAN, .high = NAN, .exact = NAN, .two_way = NAN,
                           .kappa = NAN, .pi = NAN};
    double sum = 0, own_a[3] = {0}, own_b[3] = {0}, pooled[3];
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            out->common += table[i][j];
            sum += (double)table[i][j] * (1 - abs(i - j) / 2.0);
            own_a[i] += (double)table[i][j];
            own_b[j] += (double)table[i][j];
        }
    }
    out->both_yes = table[0][0];
    out->opposed = table[0][2] + table[2][0];
    out->yes_no = table[0][0] + table[2][2] + out->opposed;
    if (out->common == 0) {
        return;
    }
    double n = (double)out->common;
    for (int i = 0; i < 3; i++) {
        own_a[i] /= n;
        own_b[i] /= n;
        pooled[i] = (own_a[i] + own_b[i]) / 2;
    }
    out->score = sum / n;
    out->exact = (double)(table[0][0] + table[1][1] + table[2][2]) / n;
    if (out->yes_no > 0) {
        out->two_way = (double)(table[0][0] + table[2][2]) / (double)out->yes_no;
    }
    out->kappa = corrected(out->score, own_a, own_b);
    out->pi = corrected(out->score, pooled, pooled);
    ent__interval_share(sum, n, 0.95, &out->low, &out->high);
}

/* ---- movers -------------------------------------------------------------------------------- */

/* Title without case, blanks and signs; empty titles never match. */
static ent_str title_key(ent_arena *arena, ent_str title)
{
    char *out = ent__arena_alloc(arena, title.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < title.n; i++) {
        unsigned char c = (unsigned char)title.p[i];
        if (isalnum(c) || c >= 0x80) {
            out[n++] = (char)tolower(c);
        }
    }
    return (ent_str){out, out ? n : 0};
}

typedef struct {
    const ent_votes *votes;
    const bool *earlier;
    ent_str *titles;
    size_t voter_a, voter_b;
} mover_search;

/* Fills the mover's history from the earlier roll calls on the same text. */
static void compare_with_earlier(const mover_search *s, ent_mover *m)
{
    const ent_votes *v = s->votes;
    size_t last = SIZE_MAX, count = 0;
    double sum = 0;
    for (size_t q = 0; q < v->roll_call_count; q++) {
        bool same = v->roll_calls[q].item == v->roll_calls[m->roll_call].item ||
                    (s->titles[q].n > 0 && ent__str_eq(s->titles[q], s->titles[m->roll_call]));
        if (!s->earlier[q] || !same) {
            continue;
        }
        double agreement = ent__agreement_of(ent__votes_at(v, q, s->voter_a),
                                             ent__votes_at(v, q, s->voter_b));
        last = q;
        if (!isnan(agreement)) {
            sum += agreement;
            count++;
        }
    }
    m->agreement_before = count > 0 ? sum / (double)count : NAN;
    m->repeated = last != SIZE_MAX;
    if (!m->repeated) {
        return;
    }
    m->a_before = ent__votes_at(v, last, s->voter_a);
    m->b_before = ent__votes_at(v, last, s->voter_b);
    for (size_t i = 0; i < v->voter_count; i++) {
        ent_vote before = ent__votes_at(v, last, i), now = ent__votes_at(v, m->roll_call, i);
        m->others_moved += i != s->voter_a && i != s->voter_b && recorded(before) &&
                           recorded(now) && before != now;
    }
}

static int by_contribution(const void *a, const void *b)
{
    const ent_mover *x = a, *y = b;
    double dx = fabs(x->contribution), dy = fabs(y->contribution);
    bool cx = x->repeated && x->agreement != x->agreement_before;
    bool cy = y->repeated && y->agreement != y->agreement_before;
    if (dx != dy) {
        return dx > dy ? -1 : 1;
    }
    if (cx != cy) {
        return cx ? -1 : 1;
    }
    return x->roll_call < y->roll_call ? -1 : x->roll_call > y->roll_call;
}

ent_rc ent__agreement_movers(ent_ctx *ctx, const ent_votes *votes, const bool *earlier,
                             const bool *later, size_t voter_a, size_t voter_b, ent_mover **out,
                             size_t *out_count)
{
    *out = NULL;
    *out_count = 0;
    ent_agreement before, now;
    ent__agreement(votes, earlier, voter_a, voter_b, &before);
    ent__agreement(votes, later, voter_a, voter_b, &now);
    if (before.common == 0 || now.common == 0) {
        return ENT_OK;
    }
    ent_arena *arena = ent__arena_new();
    ent_mover *movers = calloc(now.common, sizeof *movers);
    mover_search s = {votes, earlier, NULL, voter_a, voter_b};
    s.titles = arena ? ent__arena_array(arena, votes->roll_call_count, sizeof *s.titles) : NULL;
    if (movers == NULL || s.titles == NULL) {
        ent__arena_free(arena);
        free(movers);
        return ent__nomem(ctx);
    }
    for (size_t q = 0; q < votes->roll_call_count; q++) {
        if (earlier[q] || later[q]) {
            s.titles[q] = title_key(arena, votes->roll_calls[q].title);
        }
    }
    for (size_t q = 0; q < votes->roll_call_count; q++) {
        ent_vote a = ent__votes_at(votes, q, voter_a), b = ent__votes_at(votes, q, voter_b);
        if (later[q] && recorded(a) && recorded(b)) {
            double agreement = ent__agreement_of(a, b);
            ent_mover *m = &movers[(*out_count)++];
            *m = (ent_mover){.roll_call = q, .a = a, .b = b, .agreement = agreement,
                             .contribution = (agreement - before.score) / (double)now.common};
            compare_with_earlier(&s, m);
        }
    }
    ent__arena_free(arena);
    qsort(movers, *out_count, sizeof *movers, by_contribution);
    *out = movers;
    return ENT_OK;
}
