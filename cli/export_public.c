/* Roll calls, votes, facts of dyads and trade out of a store, for the command export. */
#include <string.h>

#include "export_public.h"
#include "vote_files.h"

const char *const ent__cli_public_tables[] = {
    "rollcalls", "votes", "matches", "alliances", "disputes", "wars", "organisations",
    "capabilities", "trade", "gdp", "series", NULL};

bool ent__cli_is_public_table(const char *what)
{
    bool found = false;
    for (size_t i = 0; ent__cli_public_tables[i] != NULL && !found; i++) {
        found = strcmp(ent__cli_public_tables[i], what) == 0;
    }
    return found;
}

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    ent_store *store;
    const char *what, *format;
    ent_export_write write;
    void *user;
} task;

enum { STATES_AT_MOST = 64 };

static ent_rc read_selection(const task *t, const ent_states *states, int32_t *ccodes,
                             ent_vote_selection *out)
{
    bool council = ent__cli_flag(t->cli, "council"), assembly = ent__cli_flag(t->cli, "assembly");
    *out = (ent_vote_selection){.ccodes = ccodes, .both = council == assembly};
    ent_rc rc = ent__cli_vote_filter(t->cli, &out->filter);
    const char *word;
    while (rc == ENT_OK && out->ccode_count < STATES_AT_MOST &&
           (word = ent__cli_option_at(t->cli, "actor", out->ccode_count)) != NULL) {
        rc = ent__cli_state(t->cli, states, word, &ccodes[out->ccode_count++]);
    }
    return rc;
}

static ent_rc export_votes(const task *t)
{
    ent_votes *votes;
    ent_vote_selection selection;
    int32_t ccodes[STATES_AT_MOST];
    ent_rc rc = ent__votes_new(t->cli->ctx, t->kit, &votes);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = read_selection(t, ent__votes_states(votes), ccodes, &selection);
    rc = rc ? rc : ent__votes_from_store(t->cli->ctx, votes, t->store);
    rc = rc ? rc : ent__votes_finish(t->cli->ctx, votes);
    rc = rc ? rc : ent__votes_export(t->cli->ctx, votes, t->what, t->format, &selection, t->write,
                                     t->user);
    if (rc == ENT_OK && votes->roll_call_count == 0) {
        fputs("the store holds no roll calls\n", stderr);
    }
    ent__votes_free(votes);
    return rc;
}

static ent_rc export_facts(const task *t, const ent_states *states)
{
    ent_facts facts = {0};
    ent_rc rc = ent__facts_from_store(t->cli->ctx, &facts, t->store);
    ent__facts_finish(&facts);
    rc = rc ? rc : ent__facts_export(t->cli->ctx, states, &facts, t->what, t->format, t->write,
                                     t->user);
    ent__facts_free(&facts);
    return rc;
}

static ent_rc export_trade(const task *t, const ent_states *states)
{
    ent_trade *trade;
    ent_rc rc = ent__trade_new(t->cli->ctx, &trade);
    rc = rc ? rc : ent__trade_from_store(t->cli->ctx, trade, t->store);
    rc = rc ? rc : ent__trade_finish(t->cli->ctx, trade);
    rc = rc ? rc : ent__trade_export(t->cli->ctx, states, trade, t->what, t->format, t->write,
                                     t->user);
    ent__trade_free(trade);
    return rc;
}

static ent_rc export_series(const task *t)
{
    ent_given *given;
    ent_rc rc = ent__given_new(t->cli->ctx, &given);
    if (rc == ENT_OK) {
        rc = ent__given_from_store(t->cli->ctx, given, t->store);
        ent__given_finish(given);
    }
    rc = rc ? rc : ent__given_export(t->cli->ctx, given, t->format, t->write, t->user);
    ent__given_free(given);
    return rc;
}

ent_rc ent__cli_export_public(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                              const char *what, const char *format, ent_export_write write,
                              void *user)
{
    const task t = {cli, kit, store, what, format, write, user};
    static const char *const of_votes[] = {"rollcalls", "votes", "matches"};
    for (size_t i = 0; i < sizeof of_votes / sizeof *of_votes; i++) {
        if (strcmp(what, of_votes[i]) == 0) {
            return export_votes(&t);
        }
    }
    if (strcmp(what, "series") == 0) {
        return export_series(&t);
    }
    ent_states *states;
    ent_rc rc = ent__states_new(cli->ctx, kit, &states);
    if (rc == ENT_OK) {
        bool trade = strcmp(what, "trade") == 0 || strcmp(what, "gdp") == 0;
        rc = trade ? export_trade(&t, states) : export_facts(&t, states);
    }
    ent__states_free(states);
    return rc;
}
