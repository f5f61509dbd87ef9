/* entente agreement: how often two states vote alike, beside what was on the agenda. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vote_files.h"

enum { BY_YEAR, BY_SESSION, BY_ROLLCALL, BY_ISSUE };

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    const ent_votes *votes;
    ent_vote_filter filter;
    int by;
    size_t a, b;    /* voters */
    bool *all;      /* roll calls the filter leaves */
    bool *one, *two; /* of a period, of the one before */
    ent_buf *out;
    ent_json json;
    bool json_wanted;
} comparison;

/* ---- periods ------------------------------------------------------------------------------- */

static int period_of(const comparison *c, size_t q)
{
    const ent_roll_call *call = &c->votes->roll_calls[q];
    return c->by == BY_SESSION ? call->session : call->date.year;
}

/* Marks the chosen roll calls of a period (or issue, as bit number); how many there are. */
static size_t mark(const comparison *c, int period, bool *flags)
{
    size_t count = 0;
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        const ent_roll_call *call = &c->votes->roll_calls[q];
        bool in = c->by == BY_ISSUE ? period == ENT_ISSUE_COUNT
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
    *first = c->by == BY_ISSUE ? 0 : INT32_MAX;
    *last = c->by == BY_ISSUE ? ENT_ISSUE_COUNT : INT32_MIN;
    for (size_t q = 0; c->by != BY_ISSUE && q < c->votes->roll_call_count; q++) {
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
        snprintf(out + n, size - n, ", %zu not tagged", untagged);
    }
}

/* ---- output -------------------------------------------------------------------------------- */

static void number(ent_buf *out, double value, int width, int digits)
{
    if (isnan(value)) {
        ent__buf_printf(out, "%*s", width, "n/a");
    } else {
        ent__buf_printf(out, "%*.*f", width, digits, value);
    }
}

static void period_name(const comparison *c, int period, char out[32])
{
    if (c->by == BY_ISSUE) {
        snprintf(out, 32, "%s",
                 period < ENT_ISSUE_COUNT ? ent__issue_labels[period] : "without tag");
    } else {
        snprintf(out, 32, "%d", period);
    }
}

static void put_agreement(comparison *c, const char *name, const ent_agreement *g,
                          const char *agenda)
{
    if (c->json_wanted) {
        ent__json_kz(&c->json, "period", name);
        ent__json_kint(&c->json, "n", (int64_t)g->common);
        ent__json_kdouble(&c->json, "agreement", g->score);
        ent__json_kdouble(&c->json, "lo", g->low);
        ent__json_kdouble(&c->json, "hi", g->high);
        ent__json_kdouble(&c->json, "exact", g->exact);
        ent__json_kint(&c->json, "n_yes_no", (int64_t)g->yes_no);
        ent__json_kdouble(&c->json, "two_way", g->two_way);
        ent__json_kdouble(&c->json, "kappa", g->kappa);
        ent__json_kdouble(&c->json, "pi", g->pi);
        ent__json_kint(&c->json, "both_yes", (int64_t)g->both_yes);
        ent__json_kint(&c->json, "opposed", (int64_t)g->opposed);
        ent__json_kz(&c->json, "agenda", agenda);
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
    if (c->json_wanted) {
        ent__json_open(&c->json, '{');
        ent__json_kint(&c->json, "rcid", call->id);
        ent__json_kstr(&c->json, "symbol", call->symbol);
        ent__json_kz(&c->json, "date", date);
        ent__json_kint(&c->json, "session", call->session);
        ent__json_kz(&c->json, "a", vote_word(a));
        ent__json_kz(&c->json, "b", vote_word(b));
        ent__json_kdouble(&c->json, "agreement", agreement);
        ent__json_kint(&c->json, "yes", call->totals[ENT_VOTE_YES]);
        ent__json_kint(&c->json, "abstain", call->totals[ENT_VOTE_ABSTAIN]);
        ent__json_kint(&c->json, "no", call->totals[ENT_VOTE_NO]);
        ent__json_kstr(&c->json, "title", call->title);
        ent__json_close(&c->json, '}');
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
    if (c->json_wanted) {
        ent__json_key(&c->json, "roll_calls");
        ent__json_open(&c->json, '[');
    } else {
        ent__buf_printf(c->out, "%-10s  %-12s  %-8.*s %-8.*s agree  yes-no-abstain\n", "date",
                        "symbol", ENT_FMT(a), ENT_FMT(b));
    }
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        if (c->all[q]) {
            put_call(c, q);
        }
    }
    if (c->json_wanted) {
        ent__json_close(&c->json, ']');
    }
}

/* ---- movers -------------------------------------------------------------------------------- */

static void put_mover(comparison *c, const ent_mover *m)
{
    const ent_roll_call *call = &c->votes->roll_calls[m->roll_call];
    if (c->json_wanted) {
        ent__json_open(&c->json, '{');
        ent__json_kint(&c->json, "rcid", call->id);
        ent__json_kstr(&c->json, "symbol", call->symbol);
        ent__json_kdouble(&c->json, "contribution", m->contribution);
        ent__json_kdouble(&c->json, "agreement", m->agreement);
        ent__json_kz(&c->json, "a", vote_word(m->a));
        ent__json_kz(&c->json, "b", vote_word(m->b));
        ent__json_kbool(&c->json, "repeated", m->repeated);
        ent__json_kdouble(&c->json, "agreement_before", m->agreement_before);
        ent__json_kz(&c->json, "a_before", vote_word(m->a_before));
        ent__json_kz(&c->json, "b_before", vote_word(m->b_before));
        ent__json_kint(&c->json, "others_moved", (int64_t)m->others_moved);
        ent__json_kstr(&c->json, "title", call->title);
        ent__json_close(&c->json, '}');
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

/* Which roll calls moved the score from the period before (flags `two`) to the last (`one`). */
static ent_rc movers(comparison *c, const char *before, const char *now)
{
    ent_mover *list;
    size_t count, voted_before = 0;
    ent_rc rc = ent__agreement_movers(c->cli->ctx, c->votes, c->two, c->one, c->a, c->b, &list,
                                      &count);
    if (rc != ENT_OK || count == 0) {
        free(list);
        return rc;
    }
    double total = 0, changed = 0;
    for (size_t i = 0; i < count; i++) {
        total += list[i].contribution;
        voted_before += list[i].repeated;
        if (!isnan(list[i].agreement_before)) {
            changed += (list[i].agreement - list[i].agreement_before) / (double)count;
        }
    }
    others o = others_of(c, c->b, c->a);
    ent_str a = c->votes->voters[c->a].iso3, b = c->votes->voters[c->b].iso3;
    if (c->json_wanted) {
        ent__json_key(&c->json, "change");
        ent__json_open(&c->json, '{');
        ent__json_kz(&c->json, "from", before);
        ent__json_kz(&c->json, "to", now);
        ent__json_kdouble(&c->json, "change", total);
        ent__json_kdouble(&c->json, "from_changed_votes", changed);
        ent__json_kdouble(&c->json, "from_agenda", total - changed);
        ent__json_kint(&c->json, "repeated", (int64_t)voted_before);
        ent__json_kint(&c->json, "n", (int64_t)count);
        ent__json_kdouble(&c->json, "mean_change_of_others", o.mean_change);
        ent__json_kint(&c->json, "rank_among_others", (int64_t)o.rank);
        ent__json_kint(&c->json, "others", (int64_t)o.states);
        ent__json_key(&c->json, "movers");
        ent__json_open(&c->json, '[');
    } else {
        ent__buf_printf(c->out,
                        "\nFrom %s to %s: %+.4f. On texts voted on in both (%zu of %zu) changed "
                        "votes make %+.4f,\nthe agenda %+.4f. Agreement of the other %zu states "
                        "with %.*s changed by %+.4f on average;\nthe change of %.*s ranks %zu of "
                        "%zu. Roll calls that moved the score most:\n",
                        before, now, total, voted_before, count, changed, total - changed,
                        o.states, ENT_FMT(b), o.mean_change, ENT_FMT(a), o.rank, o.states + 1);
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
    if (c->json_wanted) {
        ent__json_close(&c->json, ']');
        ent__json_close(&c->json, '}');
    }
    free(list);
    return ENT_OK;
}

static ent_rc by_period(comparison *c)
{
    int first, last, previous = INT32_MIN;
    char name[32], before[32] = "";
    range(c, &first, &last);
    if (c->json_wanted) {
        ent__json_key(&c->json, "periods");
        ent__json_open(&c->json, '[');
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
        if (c->json_wanted) {
            ent__json_open(&c->json, '{');
        }
        put_agreement(c, name, &g, agenda);
        if (c->json_wanted) {
            ent__json_close(&c->json, '}');
        }
        if (period < last) {
            previous = period;
        }
    }
    if (c->json_wanted) {
        ent__json_close(&c->json, ']');
    }
    if (c->by == BY_ISSUE || previous == INT32_MIN || first > last) {
        return ENT_OK;
    }
    mark(c, previous, c->two);
    mark(c, last, c->one);
    period_name(c, previous, before);
    period_name(c, last, name);
    return movers(c, before, name);
}

/* ---- closest and farthest ------------------------------------------------------------------ */

typedef struct {
    size_t voter;
    ent_agreement g;
} neighbour;

static int by_score(const void *a, const void *b)
{
    const neighbour *x = a, *y = b;
    if (x->g.score != y->g.score) {
        return x->g.score > y->g.score ? -1 : 1;
    }
    return x->voter < y->voter ? -1 : x->voter > y->voter;
}

static void put_neighbour(comparison *c, const neighbour *n, const char *end, size_t rank)
{
    const ent_voter *v = &c->votes->voters[n->voter];
    if (c->json_wanted) {
        ent__json_open(&c->json, '{');
        ent__json_kz(&c->json, "end", end);
        ent__json_kint(&c->json, "rank", (int64_t)rank);
        ent__json_kstr(&c->json, "iso3", v->iso3);
        ent__json_kint(&c->json, "ccode", v->ccode);
        ent__json_kint(&c->json, "n", (int64_t)n->g.common);
        ent__json_kdouble(&c->json, "agreement", n->g.score);
        ent__json_kdouble(&c->json, "lo", n->g.low);
        ent__json_kdouble(&c->json, "hi", n->g.high);
        ent__json_kdouble(&c->json, "exact", n->g.exact);
        ent__json_kdouble(&c->json, "two_way", n->g.two_way);
        ent__json_close(&c->json, '}');
    } else {
        ent__buf_printf(c->out, "%-9s %3zu  %.*s  %6.3f  [%.3f, %.3f]  n %4zu  %.*s\n", end, rank,
                        ENT_FMT(v->iso3), n->g.score, n->g.low, n->g.high, n->g.common,
                        ENT_FMT(v->name));
    }
}

/* All states by agreement with one, over the filter's roll calls. */
static ent_rc neighbours(comparison *c, size_t wanted, size_t least)
{
    neighbour *list = calloc(c->votes->voter_count + 1, sizeof *list);
    size_t count = 0;
    if (list == NULL) {
        return ent__nomem(c->cli->ctx);
    }
    for (size_t i = 0; i < c->votes->voter_count; i++) {
        ent__agreement(c->votes, c->all, c->a, i, &list[count].g);
        list[count].voter = i;
        count += i != c->a && list[count].g.common >= least;
    }
    qsort(list, count, sizeof *list, by_score);
    if (c->json_wanted) {
        ent__json_key(&c->json, "states");
        ent__json_open(&c->json, '[');
    }
    for (size_t i = 0; i < count && i < wanted; i++) {
        put_neighbour(c, &list[i], "closest", i + 1);
    }
    for (size_t i = 0; i < count && i < wanted; i++) {
        put_neighbour(c, &list[count - 1 - i], "farthest", i + 1);
    }
    if (c->json_wanted) {
        ent__json_close(&c->json, ']');
    } else if (count == 0) {
        ent__buf_printf(c->out, "no state has %zu common votes: not enough evidence\n", least);
    }
    free(list);
    return ENT_OK;
}

/* ---- command ------------------------------------------------------------------------------- */

static ent_rc read_filter(const ent_cli *cli, comparison *c)
{
    static const char *const names[] = {"year", "session", "rollcall", "issue"};
    const char *by = ent__cli_option(cli, "by", NULL), *since = ent__cli_option(cli, "since", "");
    const char *until = ent__cli_option(cli, "until", ""), *issue;
    int64_t session;
    c->filter.resolutions = ent__cli_option(cli, "resolutions", NULL);
    /* A handful of named resolutions is read one by one. */
    c->by = c->filter.resolutions != NULL && by == NULL ? BY_ROLLCALL : -1;
    for (int i = 0; i < 4 && c->by < 0; i++) {
        c->by = strcmp(by ? by : "year", names[i]) == 0 ? i : -1;
    }
    if (c->by < 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--by: expected year, session, rollcall or issue, got \"%s\"", by);
    }
    if ((*since && !ent__date_parse(ent__str(since), &c->filter.since)) ||
        (*until && !ent__date_parse(ent__str(until), &c->filter.until))) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--since, --until: expected a date as 2022-02-24 or 2022");
    }
    for (size_t i = 0; (issue = ent__cli_option_at(cli, "issue", i)) != NULL; i++) {
        for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
            c->filter.issues |= (uint8_t)((strcmp(issue, ent__issue_names[k]) == 0) << k);
        }
        if (c->filter.issues == 0) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--issue: expected me, nu, di, hr, co or ec, got \"%s\"", issue);
        }
    }
    c->filter.council = ent__cli_flag(cli, "council");
    c->filter.whole_only = ent__cli_flag(cli, "whole");
    c->filter.unanimous = ent__cli_flag(cli, "unanimous");
    ent_rc rc = ent__cli_int(cli, "session", 1, 999, 0, &session);
    c->filter.session = (int32_t)session;
    return rc;
}

static ent_rc find_voter(const comparison *c, const char *word, size_t *out)
{
    int32_t ccode;
    ent_rc rc = ent__cli_state(c->cli, ent__votes_states(c->votes), word, &ccode);
    int voter = rc == ENT_OK ? ent__votes_voter(c->votes, ccode) : -1;
    if (rc == ENT_OK && voter < 0) {
        rc = ent__fail(c->cli->ctx, ENT_EINPUT, NULL, 0, "%s has no vote in these files: no data",
                       word);
    }
    *out = (size_t)voter;
    return rc;
}

static ent_rc compare(comparison *c)
{
    size_t n = c->votes->roll_call_count;
    const char *const *words = c->cli->arguments;
    int64_t wanted, least;
    ent_rc rc = ent__cli_int(c->cli, "closest", 1, 1000, 10, &wanted);
    rc = rc ? rc : ent__cli_int(c->cli, "least", 1, 100000, 10, &least);
    rc = rc ? rc : find_voter(c, words[0], &c->a);
    if (rc == ENT_OK && c->cli->argument_count == 2) {
        rc = find_voter(c, words[1], &c->b);
    }
    c->all = calloc(3 * n + 1, sizeof *c->all);
    if (rc != ENT_OK || c->all == NULL) {
        return rc ? rc : ent__nomem(c->cli->ctx);
    }
    c->one = c->all + n;
    c->two = c->one + n;
    for (size_t q = 0; q < n; q++) {
        c->all[q] = ent__votes_chosen(c->votes, q, &c->filter);
    }
    if (c->json_wanted) {
        ent__json_open(&c->json, '{');
        ent__json_kstr(&c->json, "a", c->votes->voters[c->a].iso3);
        if (c->cli->argument_count == 2) {
            ent__json_kstr(&c->json, "b", c->votes->voters[c->b].iso3);
        }
    }
    if (c->cli->argument_count == 1) {
        rc = neighbours(c, (size_t)wanted, (size_t)least);
    } else if (c->by == BY_ROLLCALL) {
        by_roll_call(c);
    } else {
        rc = by_period(c);
    }
    if (c->json_wanted) {
        ent__json_version(&c->json, c->kit);
        ent__json_close(&c->json, '}');
        ent__buf_char(c->out, '\n');
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count < 1 || cli->argument_count > 2) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "agreement: expected two states (USA RUS), or one for its closest");
    }
    ent_buf out = {0};
    ent_kit *kit = NULL;
    ent_votes *votes = NULL;
    comparison c = {.cli = cli, .out = &out, .json = ent__json(&out),
                    .json_wanted = ent__cli_flag(cli, "json")};
    ent_rc rc = read_filter(cli, &c);
    rc = rc == ENT_OK ? ent__cli_kit(cli, &kit) : rc;
    rc = rc == ENT_OK ? ent__cli_votes(cli, kit, &votes) : rc;
    if (rc == ENT_OK) {
        c.kit = kit;
        c.votes = votes;
        rc = compare(&c);
    }
    if (rc == ENT_OK) {
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    free(c.all);
    ent__buf_free(&out);
    ent__votes_free(votes);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    ENT_VOTE_FILE_OPTIONS,
    {"by", "year|session|rollcall|issue", "one line each (default year)"},
    {"resolutions", "PATTERN", "only these symbols: 'ES-11/*', '79/*' (listed one by one)"},
    {"since", "DATE", "first day"},
    {"until", "DATE", "last day"},
    {"session", "N", "one session"},
    {"issue", "TAG", "only me nu di hr co ec (Palestine, nuclear, disarmament, ...)"},
    {"council", NULL, "the Security Council instead of the General Assembly"},
    {"whole", NULL, "without amendments and paragraphs"},
    {"unanimous", NULL, "also roll calls on which all voted alike"},
    {"closest", "N", "with one state: how many at either end (10)"},
    {"least", "N", "with one state: fewest common votes (10)"},
    {"verbose", NULL, "what each file gave, and where sources disagree"},
    {0},
};

const ent_command ent__command_agreement = {
    .name = "agreement",
    .summary = "How often two states vote alike at the United Nations, and what moved it",
    .usage = "entente agreement --votes FILE [--rollcalls FILE] A [B] [--by year|session|...]",
    .examples =
        "  entente agreement --votes votes.csv.gz --rollcalls rollcalls.csv.gz USA RUS\n"
        "  entente agreement --votes votes.csv.gz --rollcalls rollcalls.csv.gz "
        "--resolutions 'ES-11/*' USA RUS\n"
        "  entente agreement --votes UNVotes.csv --session 74 CHN     # closest and farthest\n",
    .options = options,
    .run = run,
};
