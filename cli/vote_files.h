/* What the commands on votes share: opening the votes that the command line names. */
#ifndef ENT_CLI_VOTE_FILES_H
#define ENT_CLI_VOTE_FILES_H

#include "../src/align/align.h"
#include "cli.h"

#define ENT_VOTE_FILE_OPTIONS                                                                      \
    {"store", "DB", "what was imported into this store"},                                         \
    {"votes", "FILE", "votes, any layout (may be given again; later files add)"},                 \
    {"rollcalls", "FILE", "what was voted on: session, date, symbol, tags"},                      \
    {"matches", "FILE", "pairs of identical resolutions (rcid1, rcid2)"}

/* Reads --store, then --rollcalls, --votes, --matches; ENT_EUSAGE when there is none.  What the
 * files gave, double records and disagreements go to stderr with --verbose. */
ent_rc ent__cli_votes(const ent_cli *cli, const ent_kit *kit, ent_votes **out);
/* --issue, any number of times, as bits of ENT_ISSUE_*; 0: none given. */
ent_rc ent__cli_issues(const ent_cli *cli, uint8_t *out);
/* --resolutions --since --until --issue --session --council --whole --unanimous. */
ent_rc ent__cli_vote_filter(const ent_cli *cli, ent_vote_filter *out);
/* How each source agrees with those before it, and the first disagreements, as lines on stderr. */
void ent__cli_tell_sources(const ent_votes *votes, size_t first_source, size_t clashes_at_most);
/* What finished votes do not hold: sessions without a roll call, roll calls without votes, dates or
 * tags, where amendments and paragraphs end; lines on stderr, none where nothing is missing. */
void ent__cli_tell_missing(const ent_votes *votes);
/* A state of the command line as a voter; ENT_EUSAGE says which word no state answers to. */
ent_rc ent__cli_state(const ent_cli *cli, const ent_states *states, const char *word,
                      int32_t *out_ccode);

#endif
