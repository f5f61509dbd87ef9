/* Votes for the commands that work on them: from a store, from files, or both. */
#include <string.h>

#include "vote_files.h"

static void report(const ent_votes *votes)
{
    for (size_t i = 0; i < votes->source_count; i++) {
        const ent_vote_source *s = &votes->sources[i];
        fprintf(stderr, "%.*s: %s, %ld lines, %u new roll calls, %u votes", ENT_FMT(s->path),
                s->layout, s->lines, s->roll_calls, s->votes);
        if (s->doubled > 0) {
            fprintf(stderr, "; %u votes known before, %u of them different (%.2f %% agree)", s->doubled, s->disagreed, 100.0 * (s->doubled - s->disagreed) / s->doubled);
        }
        if (s->unknown_states > 0) {
            fprintf(stderr, "; %u lines of unknown states left out", s->unknown_states);
        }
        fputc('\n', stderr);
    }
    static const char letters[] = "-YANX";
    for (size_t i = 0; i < votes->clash_count && i < 20; i++) {
        const ent_vote_clash *c = &votes->clashes[i];
        fprintf(stderr, "  state %d: %c, then %c in %.*s\n", (int)c->ccode, letters[c->first],
                letters[c->second], ENT_FMT(votes->sources[c->source].path));
    }
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
        report(*out);
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
