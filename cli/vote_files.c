/* Votes for the commands that work on them: from a store, from files, or both. */
#include <string.h>

#include "vote_files.h"

static void tell_source(const ent_vote_source *s)
{
    fprintf(stderr, "%.*s: %s, %ld lines, %u new roll calls, %u new votes", ENT_FMT(s->path),
            s->layout, s->lines, s->roll_calls, s->votes);
    if (s->doubled > 0) {
        fprintf(stderr, "; %u votes known before, %u of them different (%.2f %% agree)", s->doubled,
                s->disagreed, 100.0 * (s->doubled - s->disagreed) / s->doubled);
    }
    if (s->unknown_states > 0) {
        fprintf(stderr, "; %u lines of unknown states left out", s->unknown_states);
    }
    fputc('\n', stderr);
    if (s->undated > 0) {
        fprintf(stderr, "  %u votes stand on roll calls without a date: codes and names of states "
                        "are read as of today; give the roll calls (session, date) with them\n",
                s->undated);
    }
}

void ent__cli_tell_sources(const ent_votes *votes, size_t first_source, size_t clashes_at_most)
{
    static const char *const words[] = {"-", "yes", "abstain", "no", "absent"};
    for (size_t i = first_source; i < votes->source_count; i++) {
        tell_source(&votes->sources[i]);
    }
    for (size_t i = 0; i < votes->clash_count && i < clashes_at_most; i++) {
        const ent_vote_clash *c = &votes->clashes[i];
        const ent_roll_call *q = &votes->roll_calls[c->roll_call];
        ent_str name = ent__states_name(ent__votes_states(votes), c->ccode);
        char date[16];
        ent__date_iso(q->date, date);
        fprintf(stderr, "  %s %.*s (%lld): %.*s voted %s in %.*s, %s in %.*s; the first stays\n",
                date, ENT_FMT(q->symbol), (long long)q->id, ENT_FMT(name), words[c->first],
                ENT_FMT(q->origin), words[c->second], ENT_FMT(votes->sources[c->source].path));
    }
    if (votes->clash_count > clashes_at_most) {
        fprintf(stderr, "  and %zu more%s\n", votes->clash_count - clashes_at_most,
                votes->clash_count == 1000 ? " or above" : "");
    }
}

/* Sessions of the Assembly between the first and the last without any roll call. */
static void tell_sessions(const ent_votes *votes, int32_t first, int32_t last)
{
    ent_buf names = {0};
    for (int32_t session = first; session <= last; session++) {
        bool some = false;
        for (size_t q = 0; !some && q < votes->roll_call_count; q++) {
            some = !votes->roll_calls[q].council && votes->roll_calls[q].session == session;
        }
        if (!some) {
            ent__buf_printf(&names, "%s%d", names.n > 0 ? ", " : "", (int)session);
        }
    }
    if (names.n > 0) {
        fprintf(stderr, "missing: no roll call of the Assembly in session %s\n", names.p);
    }
    ent__buf_free(&names);
}

void ent__cli_tell_missing(const ent_votes *votes)
{
    int32_t first = INT32_MAX, last = 0, tagged = 0, parts = 0;
    size_t undated = 0, empty = 0;
    for (size_t i = 0; i < votes->roll_call_count; i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        undated += q->date.year == 0;
        empty += q->totals[ENT_VOTE_YES] + q->totals[ENT_VOTE_NO] + q->totals[ENT_VOTE_ABSTAIN] == 0;
        if (q->council || q->session == 0) {
            continue;
        }
        first = q->session < first ? q->session : first;
        last = q->session > last ? q->session : last;
        tagged = q->issues_known != 0 && q->session > tagged ? q->session : tagged;
        bool part = q->amendment == 1 || q->paragraph == 1;
        parts = part && q->session > parts ? q->session : parts;
    }
    tell_sessions(votes, first, last);
    if (undated > 0 || empty > 0) {
        fprintf(stderr, "missing: %zu roll calls without a date, %zu without any yes, no or "
                        "abstention\n", undated, empty);
    }
    if (last > 0 && tagged < last) {
        fprintf(stderr, "missing: no issue tags after session %d of %d\n", (int)tagged, (int)last);
    }
    if (last > 0 && parts < last) {
        fprintf(stderr, "missing: no votes on amendments and paragraphs after session %d: later "
                        "sessions hold adopted texts alone\n", (int)parts);
    }
}

ent_rc ent__cli_issues(const ent_cli *cli, uint8_t *out)
{
    const char *issue;
    *out = 0;
    for (size_t i = 0; (issue = ent__cli_option_at(cli, "issue", i)) != NULL; i++) {
        uint8_t bit = 0;
        for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
            bit |= (uint8_t)((strcmp(issue, ent__issue_names[k]) == 0) << k);
        }
        if (bit == 0) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--issue: expected me, nu, di, hr, co or ec, got \"%s\"", issue);
        }
        *out |= bit;
    }
    return ENT_OK;
}

ent_rc ent__cli_vote_filter(const ent_cli *cli, ent_vote_filter *out)
{
    const char *since = ent__cli_option(cli, "since", "");
    const char *until = ent__cli_option(cli, "until", "");
    int64_t session;
    *out = (ent_vote_filter){.resolutions = ent__cli_option(cli, "resolutions", NULL),
                             .council = ent__cli_flag(cli, "council"),
                             .whole_only = ent__cli_flag(cli, "whole"),
                             .unanimous = ent__cli_flag(cli, "unanimous")};
    if ((*since && !ent__date_parse(ent__str(since), &out->since)) ||
        (*until && !ent__date_parse(ent__str(until), &out->until))) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--since, --until: expected a date as 2022-02-24 or 2022");
    }
    ent_rc rc = ent__cli_int(cli, "session", 1, 999, 0, &session);
    out->session = (int32_t)session;
    return rc == ENT_OK ? ent__cli_issues(cli, &out->issues) : rc;
}

ent_rc ent__cli_votes(const ent_cli *cli, const ent_kit *kit, ent_votes **out)
{
    static const char *const names[] = {"rollcalls", "votes", "matches"};
    const char *db = ent__cli_option(cli, "store", NULL);
    if (ent__cli_option(cli, "votes", NULL) == NULL && db == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "%s: expected --store DB or --votes FILE",
                         cli->command->name);
    }
    ent_rc rc = ent__votes_new(cli->ctx, kit, out);
    ent_store *store = NULL;
    if (rc == ENT_OK && db != NULL) {
        rc = ent__store_open(cli->ctx, db, ENT_STORE_READ, &store);
        rc = rc ? rc : ent__votes_from_store(cli->ctx, *out, store);
        ent__store_close(store);
    }
    for (size_t n = 0; rc == ENT_OK && n < sizeof names / sizeof *names; n++) {
        const char *path;
        for (size_t i = 0; rc == ENT_OK && (path = ent__cli_option_at(cli, names[n], i)); i++) {
            rc = ent__votes_read(cli->ctx, *out, path);
        }
    }
    rc = rc == ENT_OK ? ent__votes_finish(cli->ctx, *out) : rc;
    if (rc != ENT_OK) {
        ent__votes_free(*out);
        *out = NULL;
    } else if (ent__cli_flag(cli, "verbose")) {
        ent__cli_tell_sources(*out, 0, 20);
    }
    return rc;
}

ent_rc ent__cli_state(const ent_cli *cli, const ent_states *states, const char *word,
                      int32_t *out_ccode)
{
    *out_ccode = ent__states_ccode(states, ent__str(word), (ent_date){0});
    return *out_ccode != 0 ? ENT_OK
                           : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                                       "%s: \"%s\" is no state; give an ISO 3166 code (USA), a COW "
                                       "number or a name",
                                       cli->command->name, word);
}
