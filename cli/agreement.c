/* entente agreement: how often two states vote alike, beside what was on the agenda. */
#include <stdlib.h>
#include <string.h>

#include "vote_files.h"

enum { LEAST_COMMON = 20 };

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    const ent_votes *votes;
    ent_vote_filter filter;
    int by;         /* ent_agreement_by */
    size_t a, b;    /* voters */
    ent_buf *out;
    ent_json json;
    bool json_wanted;
} comparison;

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

static int by_distance(const void *a, const void *b)
{
    const neighbour *x = a, *y = b;
    return x->g.score != y->g.score ? (x->g.score < y->g.score ? -1 : 1)
                                    : (x->voter < y->voter ? -1 : x->voter > y->voter);
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

/* All states by agreement with one, over the filter's roll calls; least 0: half of them, at most
 * LEAST_COMMON (a state that voted ten times of a hundred is near or far by chance). */
static ent_rc neighbours(comparison *c, size_t wanted, size_t least)
{
    neighbour *list = calloc(c->votes->voter_count + 1, sizeof *list);
    bool *chosen = calloc(c->votes->roll_call_count + 1, sizeof *chosen);
    size_t count = 0, roll_calls = 0;
    if (list == NULL || chosen == NULL) {
        free(list);
        free(chosen);
        return ent__nomem(c->cli->ctx);
    }
    for (size_t q = 0; q < c->votes->roll_call_count; q++) {
        chosen[q] = ent__votes_chosen(c->votes, q, &c->filter);
        roll_calls += chosen[q];
    }
    if (least == 0) {
        least = roll_calls / 2 < LEAST_COMMON ? roll_calls / 2 : LEAST_COMMON;
        least = least > 0 ? least : 1;
    }
    for (size_t i = 0; i < c->votes->voter_count; i++) {
        ent__agreement(c->votes, chosen, c->a, i, &list[count].g);
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
    qsort(list, count, sizeof *list, by_distance);
    for (size_t i = 0; i < count && i < wanted; i++) {
        put_neighbour(c, &list[i], "farthest", i + 1);
    }
    if (c->json_wanted) {
        ent__json_close(&c->json, ']');
    } else if (count == 0) {
        ent__buf_printf(c->out, "no state has %zu common votes: not enough evidence\n", least);
    }
    free(chosen);
    free(list);
    return ENT_OK;
}

/* ---- command ------------------------------------------------------------------------------- */

static ent_rc read_filter(const ent_cli *cli, comparison *c)
{
    static const char *const names[] = {"year", "session", "rollcall", "issue"};
    const char *by = ent__cli_option(cli, "by", NULL);
    ent_rc rc = ent__cli_vote_filter(cli, &c->filter);
    /* A handful of named resolutions is read one by one. */
    c->by = c->filter.resolutions != NULL && by == NULL ? (int)ENT_AGREEMENT_BY_ROLL_CALL : -1;
    for (int i = 0; i < 4 && c->by < 0; i++) {
        c->by = strcmp(by ? by : "year", names[i]) == 0 ? i : -1;
    }
    return rc != ENT_OK || c->by >= 0
               ? rc
               : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                           "--by: expected year, session, rollcall or issue, got \"%s\"", by);
}

/* The day on which a code is read: the end of what is asked for; {0}: today. */
static ent_date day_of(const comparison *c)
{
    return c->filter.until.year != 0 ? c->filter.until
           : c->filter.session != 0  ? (ent_date){(int16_t)(1945 + c->filter.session), 12, 31}
                                     : (ent_date){0};
}

/* Some codes were another state's number before: DEU is 255, and 260 to October 1990. */
static void tell_earlier(const comparison *c, const char *word, int32_t ccode)
{
    const ent_states *states = ent__votes_states(c->votes);
    for (int16_t year = 1946; day_of(c).year == 0 && year < 2000; year++) {
        ent_date end = {year, 12, 31};
        int32_t then = ent__states_ccode(states, ent__str(word), end);
        ent_date next = {(int16_t)(year + 1), 12, 31};
        if (then != 0 && then != ccode && ent__votes_voter(c->votes, then) >= 0 &&
            ent__states_ccode(states, ent__str(word), next) == ccode) {
            fprintf(stderr, "%s is COW %d here; to %d it was %d: --until %d shows that one\n", word,
                    (int)ccode, year, (int)then, year);
        }
    }
}

static ent_rc find_voter(const comparison *c, const char *word, size_t *out)
{
    int32_t ccode = ent__states_ccode(ent__votes_states(c->votes), ent__str(word), day_of(c));
    int voter = ent__votes_voter(c->votes, ccode);
    ent_rc rc = ccode != 0 ? ENT_OK
                           : ent__cli_state(c->cli, ent__votes_states(c->votes), word, &ccode);
    if (rc == ENT_OK && voter < 0) {
        rc = ent__fail(c->cli->ctx, ENT_EINPUT, NULL, 0, "%s has no vote in these files: no data",
                       word);
    }
    if (rc == ENT_OK) {
        tell_earlier(c, word, ccode);
    }
    *out = (size_t)voter;
    return rc;
}

static ent_rc compare(comparison *c)
{
    const char *const *words = c->cli->arguments;
    int64_t wanted, least;
    ent_rc rc = ent__cli_int(c->cli, "closest", 1, 1000, 10, &wanted);
    rc = rc ? rc : ent__cli_int(c->cli, "least", 0, 100000, 0, &least);
    rc = rc ? rc : find_voter(c, words[0], &c->a);
    if (rc == ENT_OK && c->cli->argument_count == 2) {
        rc = find_voter(c, words[1], &c->b);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    if (c->json_wanted) {
        ent__json_open(&c->json, '{');
        ent__json_kstr(&c->json, "a", c->votes->voters[c->a].iso3);
        if (c->cli->argument_count == 2) {
            ent__json_kstr(&c->json, "b", c->votes->voters[c->b].iso3);
        }
    }
    rc = c->cli->argument_count == 1
             ? neighbours(c, (size_t)wanted, (size_t)least)
             : ent__agreement_report(c->cli->ctx, c->votes, &c->filter, (ent_agreement_by)c->by,
                                     c->a, c->b, c->out, c->json_wanted ? &c->json : NULL);
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
    {"least", "N", "with one state: fewest common votes (20, or half of all where that is less)"},
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
