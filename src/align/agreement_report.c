/* Two states' voting through time: agreement a period beside what was on the agenda, and which roll
 * calls moved it.  In: finished votes, a filter.  Out: text for people or keys of a JSON object.
 * Method: agreement.c.  Cost: O(periods x roll calls x states). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "votes.h"

enum { FEW_CALLS = 9 }; /* of a subject: so few are listed one by one */

typedef struct {
    ent_ctx *ctx;
    const ent_votes *votes;
    ent_agreement_by by;
    size_t a, b;     /* voters */
    bool *all;       /* roll calls the filter leaves */
    bool *one, *two, *three; /* of a period, of the one before; of a subject */
    ent_buf *out;
    ent_json *json;  /* NULL: text */
} comparison;

/* ---- periods ------------------------------------------------------------------------------- */

static int period_of(const comparison *c, size_t q)
{
    const ent_roll_call *call = &c->votes->roll_calls[q];
    return c->by == ENT_AGREEMENT_BY_SESSION ? call->session : call->date.year;
}

/* Marks the chosen roll calls of a period (or issue, as bit number); how many there are. */
static size_t mark(const comparison *c, int period, bool *flags)
{
    size_t count = 0;
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        const ent_roll_call *call = &c->votes->roll_calls[q];
        bool in = c->by == ENT_AGREEMENT_BY_ISSUE ? period == ENT_ISSUE_COUNT
                                          ? call->issues == 0
                                          : (call->issues >> period & 1) != 0
                                    : period_of(c, q) == period;
        flags[q] = c->all[q] && in;
        count += flags[q];
    }
    return count;
}

static void range(const comparison *c, int *first, int *last)
{
    *first = c->by == ENT_AGREEMENT_BY_ISSUE ? 0 : INT32_MAX;
    *last = c->by == ENT_AGREEMENT_BY_ISSUE ? ENT_ISSUE_COUNT : INT32_MIN;
    for (size_t q = 0; c->by != ENT_AGREEMENT_BY_ISSUE && q < c->votes->roll_call_count; q++) {
        if (c->all[q]) {
            int period = period_of(c, q);
            *first = period < *first ? period : *first;
            *last = period > *last ? period : *last;
        }
    }
}

/* ---- agenda: what else moved --------------------------------------------------------------- */

/* How the other states' agreement with `voter` changed from `two` to `one`: mean change, and the
 * rank of the pair's own change among all (1: rose most). */
typedef struct {
    size_t states, rank;
    double mean_change;
} others;

static others others_of(const comparison *c, size_t voter, size_t partner)
{
    others o = {0, 1, 0};
    ent_agreement now, before;
    ent__agreement(c->votes, c->one, voter, partner, &now);
    ent__agreement(c->votes, c->two, voter, partner, &before);
    double own = now.score - before.score;
    for (size_t i = 0; i < c->votes->voter_count; i++) {
        if (i == voter || i == partner) {
            continue;
        }
        ent__agreement(c->votes, c->one, voter, i, &now);
        ent__agreement(c->votes, c->two, voter, i, &before);
        if (now.common >= 5 && before.common >= 5) {
            double change = now.score - before.score;
            o.states++;
            o.mean_change += change;
            o.rank += change > own;
        }
    }
    o.mean_change /= o.states > 0 ? (double)o.states : 1;
    return o;
}

/* Three tags on exactly the same roll calls are no agenda but a fault of the source (the tags of 2019
 * and of a wide copy to 2023 are such). */
static bool tags_repeat(const comparison *c, const bool *flags, const size_t counts[])
{
    size_t differ[ENT_ISSUE_COUNT][ENT_ISSUE_COUNT] = {{0}};
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        for (int k = 0; flags[q] && k < ENT_ISSUE_COUNT; k++) {
            for (int l = 0; l < k; l++) {
                unsigned issues = c->votes->roll_calls[q].issues;
                differ[k][l] += (issues >> k & 1) != (issues >> l & 1);
            }
        }
    }
    for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
        int same = 1;
        for (int l = 0; l < k && counts[k] >= FEW_CALLS; l++) {
            same += differ[k][l] == 0;
        }
        if (same >= 3) {
            return true;
        }
    }
    return false;
}

static void agenda_text(const comparison *c, const bool *flags, char *out, size_t size)
{
    size_t counts[ENT_ISSUE_COUNT] = {0}, untagged = 0, total = 0, n = 0;
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        const ent_roll_call *call = &c->votes->roll_calls[q];
        total += flags[q];
        untagged += flags[q] && call->issues_known == 0;
        for (int k = 0; flags[q] && k < ENT_ISSUE_COUNT; k++) {
            counts[k] += call->issues >> k & 1;
        }
    }
    n += (size_t)snprintf(out, size, "%zu on the agenda", total);
    for (int k = 0; k < ENT_ISSUE_COUNT && n < size; k++) {
        if (counts[k] > 0) {
            n += (size_t)snprintf(out + n, size - n, ", %zu %s", counts[k], ent__issue_labels[k]);
        }
    }
    if (untagged > 0 && n < size) {
        n += (size_t)snprintf(out + n, size - n, ", %zu not tagged", untagged);
    }
    if (tags_repeat(c, flags, counts) && n < size) {
        snprintf(out + n, size - n, " (three tags are the same: a fault of the source)");
    }
}

/* ---- output -------------------------------------------------------------------------------- */

static void number(ent_buf *out, double value, int width, int digits)
{
    if (isnan(value)) {
        ent__buf_printf(out, "%*s", width, "n/a");
    } else {
        double grain = 0.5 * pow(10, -digits);
        ent__buf_printf(out, "%*.*f", width, digits, fabs(value) < grain ? 0 : value);
    }
}

static void period_name(const comparison *c, int period, char out[32])
{
    if (c->by == ENT_AGREEMENT_BY_ISSUE) {
        snprintf(out, 32, "%s",
                 period < ENT_ISSUE_COUNT ? ent__issue_labels[period] : "without tag");
    } else {
        snprintf(out, 32, "%d", period);
    }
}

static void put_agreement(comparison *c, const char *name, const ent_agreement *g,
                          const char *agenda)
{
    if (c->json != NULL) {
        ent__json_kz(c->json, "period", name);
        ent__json_kint(c->json, "n", (int64_t)g->common);
        ent__json_kdouble(c->json, "agreement", g->score);
        ent__json_kdouble(c->json, "lo", g->low);
        ent__json_kdouble(c->json, "hi", g->high);
        ent__json_kdouble(c->json, "exact", g->exact);
        ent__json_kint(c->json, "n_yes_no", (int64_t)g->yes_no);
        ent__json_kdouble(c->json, "two_way", g->two_way);
        ent__json_kdouble(c->json, "kappa", g->kappa);
        ent__json_kdouble(c->json, "pi", g->pi);
        ent__json_kint(c->json, "both_yes", (int64_t)g->both_yes);
        ent__json_kint(c->json, "opposed", (int64_t)g->opposed);
        ent__json_kz(c->json, "agenda", agenda);
        return;
    }
    ent__buf_printf(c->out, "%-12s %5zu", name, g->common);
    number(c->out, g->score, 8, 3);
    number(c->out, g->low, 7, 3);
    number(c->out, g->high, 7, 3);
    number(c->out, g->two_way, 8, 3);
    number(c->out, g->kappa, 8, 3);
    number(c->out, g->pi, 8, 3);
    ent__buf_printf(c->out, "   %s\n", agenda);
}

static const char *vote_word(ent_vote vote)
{
    static const char *const words[] = {"-", "yes", "abstain", "no", "absent"};
    return words[vote];
}

/* At most `most` bytes, whole characters. */
static ent_str cut(ent_str s, size_t most)
{
    size_t n = s.n < most ? s.n : most;
    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) {
        n--;
    }
    return ent__str_sub(s, 0, n);
}

static void put_call(comparison *c, size_t q)
{
    const ent_roll_call *call = &c->votes->roll_calls[q];
    char date[16];
    ent__date_iso(call->date, date);
    ent_vote a = ent__votes_at(c->votes, q, c->a), b = ent__votes_at(c->votes, q, c->b);
    double agreement = ent__agreement_of(a, b);
    if (c->json != NULL) {
        ent__json_open(c->json, '{');
        ent__json_kint(c->json, "rcid", call->id);
        ent__json_kstr(c->json, "symbol", call->symbol);
        ent__json_kz(c->json, "date", date);
        ent__json_kint(c->json, "session", call->session);
        ent__json_kz(c->json, "a", vote_word(a));
        ent__json_kz(c->json, "b", vote_word(b));
        ent__json_kdouble(c->json, "agreement", agreement);
        ent__json_kint(c->json, "yes", call->totals[ENT_VOTE_YES]);
        ent__json_kint(c->json, "abstain", call->totals[ENT_VOTE_ABSTAIN]);
        ent__json_kint(c->json, "no", call->totals[ENT_VOTE_NO]);
        ent__json_kstr(c->json, "title", call->title);
        ent__json_close(c->json, '}');
        return;
    }
    ent__buf_printf(c->out, "%-10s  %-12.*s  %-8s %-8s", date, ENT_FMT(call->symbol),
                    vote_word(a), vote_word(b));
    number(c->out, agreement, 5, 1);
    ent_str title = cut(call->title, 60);
    ent__buf_printf(c->out, "  %3u-%u-%u  %.*s\n", call->totals[ENT_VOTE_YES],
                    call->totals[ENT_VOTE_NO], call->totals[ENT_VOTE_ABSTAIN], ENT_FMT(title));
}

static void by_roll_call(comparison *c)
{
    ent_str a = c->votes->voters[c->a].iso3, b = c->votes->voters[c->b].iso3;
    if (c->json != NULL) {
        ent__json_key(c->json, "roll_calls");
        ent__json_open(c->json, '[');
    } else {
        ent__buf_printf(c->out, "%-10s  %-12s  %-8.*s %-8.*s agree  yes-no-abstain\n", "date",
                        "symbol", ENT_FMT(a), ENT_FMT(b));
    }
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        if (c->all[q]) {
            put_call(c, q);
        }
    }
    if (c->json != NULL) {
        ent__json_close(c->json, ']');
    }
}

/* ---- movers -------------------------------------------------------------------------------- */

static void put_mover(comparison *c, const ent_mover *m)
{
    const ent_roll_call *call = &c->votes->roll_calls[m->roll_call];
    if (c->json != NULL) {
        ent__json_open(c->json, '{');
        ent__json_kint(c->json, "rcid", call->id);
        ent__json_kstr(c->json, "symbol", call->symbol);
        ent__json_kdouble(c->json, "contribution", m->contribution);
        ent__json_kdouble(c->json, "agreement", m->agreement);
        ent__json_kz(c->json, "a", vote_word(m->a));
        ent__json_kz(c->json, "b", vote_word(m->b));
        ent__json_kbool(c->json, "repeated", m->repeated);
        ent__json_kdouble(c->json, "agreement_before", m->agreement_before);
        ent__json_kz(c->json, "a_before", vote_word(m->a_before));
        ent__json_kz(c->json, "b_before", vote_word(m->b_before));
        ent__json_kint(c->json, "others_moved", (int64_t)m->others_moved);
        ent__json_kstr(c->json, "title", call->title);
        ent__json_close(c->json, '}');
        return;
    }
    ent__buf_printf(c->out, "  %+.4f  %-10.*s %-7s/%-7s ", m->contribution, ENT_FMT(call->symbol),
                    vote_word(m->a), vote_word(m->b));
    if (m->repeated) {
        ent__buf_printf(c->out, "before %s/%s, %zu others moved", vote_word(m->a_before),
                        vote_word(m->b_before), m->others_moved);
    } else {
        ent__buf_z(c->out, "new on the agenda");
    }
    ent_str title = cut(call->title, 48);
    ent__buf_printf(c->out, "  %.*s\n", ENT_FMT(title));
}

/* How much, and of it what changed votes and the agenda make. */
typedef struct {
    const char *before, *now; /* names of the periods */
    double total, changed;
    size_t count, voted_before;
} shift_of_score;

static void put_change(comparison *c, const shift_of_score *m)
{
    others o = others_of(c, c->b, c->a);
    ent_str a = c->votes->voters[c->a].iso3, b = c->votes->voters[c->b].iso3;
    if (c->json != NULL) {
        ent__json_kz(c->json, "from", m->before);
        ent__json_kz(c->json, "to", m->now);
        ent__json_kdouble(c->json, "change", m->total);
        ent__json_kdouble(c->json, "from_changed_votes", m->changed);
        ent__json_kdouble(c->json, "from_agenda", m->total - m->changed);
        ent__json_kint(c->json, "repeated", (int64_t)m->voted_before);
        ent__json_kint(c->json, "n", (int64_t)m->count);
        ent__json_kdouble(c->json, "mean_change_of_others", o.mean_change);
        ent__json_kint(c->json, "rank_among_others", (int64_t)o.rank);
        ent__json_kint(c->json, "others", (int64_t)o.states);
        return;
    }
    ent__buf_printf(c->out,
                    "\nFrom %s to %s: %+.4f. On texts voted on in both (%zu of %zu) changed votes "
                    "make %+.4f,\nthe agenda %+.4f. ",
                    m->before, m->now, m->total, m->voted_before, m->count, m->changed,
                    m->total - m->changed);
    if (o.states > 0) {
        ent__buf_printf(c->out,
                        "Agreement of the other %zu states with %.*s changed by %+.4f on "
                        "average;\nthe change of %.*s ranks %zu of %zu. ",
                        o.states, ENT_FMT(b), o.mean_change, ENT_FMT(a), o.rank, o.states + 1);
    }
    ent__buf_z(c->out, "Roll calls that moved the score most:\n");
}

/* Which roll calls moved the score from the period before (flags `two`) to the last (`one`). */
static ent_rc movers(comparison *c, const char *before, const char *now)
{
    ent_mover *list;
    shift_of_score m = {.before = before, .now = now};
    ent_rc rc = ent__agreement_movers(c->ctx, c->votes, c->two, c->one, c->a, c->b, &list,
                                      &m.count);
    size_t count = m.count;
    if (rc != ENT_OK || count == 0) {
        free(list);
        return rc;
    }
    for (size_t i = 0; i < count; i++) {
        m.total += list[i].contribution;
        m.voted_before += list[i].repeated;
        if (!isnan(list[i].agreement_before)) {
            m.changed += (list[i].agreement - list[i].agreement_before) / (double)count;
        }
    }
    if (c->json != NULL) {
        ent__json_key(c->json, "change");
        ent__json_open(c->json, '{');
        put_change(c, &m);
        ent__json_key(c->json, "movers");
        ent__json_open(c->json, '[');
    } else {
        put_change(c, &m);
    }
    for (int sign = 1; sign >= -1; sign -= 2) {
        size_t shown = 0;
        for (size_t i = 0; i < count && shown < 8; i++) {
            if (sign * list[i].contribution > 0) {
                put_mover(c, &list[i]);
                shown++;
            }
        }
    }
    if (c->json != NULL) {
        ent__json_close(c->json, ']');
        ent__json_close(c->json, '}');
    }
    free(list);
    return ENT_OK;
}

/* ---- subjects apart ------------------------------------------------------------------------- */

static bool of_subject(const ent_roll_call *q, int subject)
{
    char pattern[16];
    if (subject < ENT_ISSUE_COUNT) {
        return (q->issues >> subject & 1) != 0;
    }
    snprintf(pattern, sizeof pattern, "ES-%d/*", subject - ENT_ISSUE_COUNT + 1);
    return ent__symbol_matches(q->symbol, ent__str(pattern));
}

static void put_subject(comparison *c, const char *name, const ent_agreement *before,
                        const ent_agreement *now, bool against)
{
    if (c->json != NULL) {
        ent__json_open(c->json, '{');
        ent__json_kz(c->json, "subject", name);
        ent__json_kdouble(c->json, "before", before->score);
        ent__json_kint(c->json, "n_before", (int64_t)before->common);
        ent__json_kdouble(c->json, "now", now->score);
        ent__json_kdouble(c->json, "lo", now->low);
        ent__json_kdouble(c->json, "hi", now->high);
        ent__json_kint(c->json, "n", (int64_t)now->common);
        ent__json_kbool(c->json, "against_the_whole", against);
        ent__json_close(c->json, '}');
        return;
    }
    ent__buf_printf(c->out, "  %-26s %.3f (n %zu) -> %.3f [%.3f, %.3f] (n %zu)%s\n", name,
                    before->score, before->common, now->score, now->low, now->high, now->common,
                    against ? "  against the whole" : "");
}

/* A yearly score may say the opposite of what moved on one subject: emergency special sessions (each
 * has one) and issue tags by themselves, the last period (flags `one`) against all contested roll
 * calls before it. */
static void subjects(comparison *c, int last, double change)
{
    const ent_vote_filter contested = {0};
    bool any = false;
    for (int subject = 0; subject < ENT_ISSUE_COUNT + 99; subject++) {
        ent_agreement before, now;
        size_t count = 0;
        for (size_t q = 0; q < c->votes->roll_call_count; q++) {
            const ent_roll_call *call = &c->votes->roll_calls[q];
            bool mine = of_subject(call, subject);
            c->three[q] = c->one[q] && mine;
            count += c->three[q];
            c->two[q] = mine && period_of(c, q) < last && ent__votes_chosen(c->votes, q, &contested);
        }
        if (count == 0) {
            continue;
        }
        ent__agreement(c->votes, c->three, c->a, c->b, &now);
        ent__agreement(c->votes, c->two, c->a, c->b, &before);
        if (now.common == 0 || before.common == 0) {
            continue;
        }
        char name[48];
        if (subject < ENT_ISSUE_COUNT) {
            snprintf(name, sizeof name, "%s", ent__issue_labels[subject]);
        } else {
            snprintf(name, sizeof name, "emergency session ES-%d", subject - ENT_ISSUE_COUNT + 1);
        }
        if (!any && c->json == NULL) {
            ent__buf_z(c->out, "Subjects apart, all votes before against the last period:\n");
        }
        any = true;
        bool against = (now.score - before.score) * change < 0;
        put_subject(c, name, &before, &now, against);
        for (size_t q = 0; against && now.common <= FEW_CALLS && c->json == NULL &&
                           q < c->votes->roll_call_count; q++) {
            if (c->three[q]) {
                ent__buf_z(c->out, "    ");
                put_call(c, q);
            }
        }
    }
}

static ent_rc by_period(comparison *c)
{
    int first, last, previous = INT32_MIN;
    char name[32], before[32] = "";
    range(c, &first, &last);
    if (c->json != NULL) {
        ent__json_key(c->json, "periods");
        ent__json_open(c->json, '[');
    } else {
        ent__buf_printf(c->out, "%-12s %5s %7s %6s %6s %7s %7s %7s\n", "", "n", "agree", "lo",
                        "hi", "yes/no", "kappa", "pi");
    }
    for (int period = first; period <= last; period++) {
        size_t on_agenda = mark(c, period, c->one);
        if (on_agenda == 0) {
            continue;
        }
        char agenda[256];
        ent_agreement g;
        ent__agreement(c->votes, c->one, c->a, c->b, &g);
        agenda_text(c, c->one, agenda, sizeof agenda);
        period_name(c, period, name);
        if (c->json != NULL) {
            ent__json_open(c->json, '{');
        }
        put_agreement(c, name, &g, agenda);
        if (c->json != NULL) {
            ent__json_close(c->json, '}');
        }
        if (period < last) {
            previous = period;
        }
    }
    if (c->json != NULL) {
        ent__json_close(c->json, ']');
    }
    if (c->by == ENT_AGREEMENT_BY_ISSUE || previous == INT32_MIN || first > last) {
        return ENT_OK;
    }
    ent_agreement then, now;
    mark(c, previous, c->two);
    mark(c, last, c->one);
    period_name(c, previous, before);
    period_name(c, last, name);
    ent_rc rc = movers(c, before, name);
    ent__agreement(c->votes, c->two, c->a, c->b, &then);
    ent__agreement(c->votes, c->one, c->a, c->b, &now);
    if (c->json != NULL) {
        ent__json_key(c->json, "subjects");
        ent__json_open(c->json, '[');
    }
    if (rc == ENT_OK) {
        subjects(c, last, now.score - then.score);
    }
    if (c->json != NULL) {
        ent__json_close(c->json, ']');
    }
    return rc;
}

ent_rc ent__agreement_report(ent_ctx *ctx, const ent_votes *votes, const ent_vote_filter *filter,
                             ent_agreement_by by, size_t voter_a, size_t voter_b, ent_buf *out,
                             ent_json *json)
{
    size_t n = votes->roll_call_count;
    comparison c = {.ctx = ctx, .votes = votes, .by = by, .a = voter_a, .b = voter_b, .out = out,
                    .json = json, .all = calloc(4 * n + 1, sizeof *c.all)};
    if (c.all == NULL) {
        return ent__nomem(ctx);
    }
    c.one = c.all + n;
    c.two = c.one + n;
    c.three = c.two + n;
    for (size_t q = 0; q < n; q++) {
        c.all[q] = ent__votes_chosen(votes, q, filter);
    }
    ent_rc rc = ENT_OK;
    if (by == ENT_AGREEMENT_BY_ROLL_CALL) {
        by_roll_call(&c);
    } else {
        rc = by_period(&c);
    }
    free(c.all);
    return rc;
}
