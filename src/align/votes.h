/* votes: what the files of align/ that read and keep roll calls share, and nobody else sees. */
#ifndef ENT_ALIGN_VOTES_H
#define ENT_ALIGN_VOTES_H

#include "table_file.h"

#define ENT_VOTER_LIMIT 256 /* states that ever voted: 200 by 2025 */

#define ENT_FIRST_OWN_ID 1000000000 /* ids given here to roll calls whose file gives none */

/* What one line says about a roll call; unknown parts are 0, empty or -1. */
typedef struct {
    int64_t id, record;
    int32_t session;
    bool council;
    ent_date date;
    ent_str symbol, title, origin; /* origin empty: the file's name */
    int8_t important, amendment, paragraph;
    uint8_t issues, issues_known;
} ent_roll_call_line;

/* Finds or makes the roll call and adds what was not known of it. */
ent_rc ent__votes_roll_call(ent_ctx *ctx, ent_votes *votes, const ent_roll_call_line *line,
                            uint32_t *out);
/* Sets one vote of the current source; counts doubles and disagreements. */
ent_rc ent__votes_set(ent_ctx *ctx, ent_votes *votes, uint32_t roll_call, int32_t ccode,
                      ent_vote vote);
/* The same for a state as the file writes it: by its code, else its name, on the day of the roll
 * call; put off to ent__votes_finish while that is not known. */
ent_rc ent__votes_set_named(ent_ctx *ctx, ent_votes *votes, uint32_t roll_call, ent_str code,
                            ent_str name, ent_vote vote);
ent_rc ent__votes_link(ent_ctx *ctx, ent_votes *votes, int64_t id1, int64_t id2);
ent_rc ent__votes_issue(ent_ctx *ctx, ent_votes *votes, int64_t id, uint8_t issue);
ent_rc ent__votes_begin_source(ent_ctx *ctx, ent_votes *votes, const char *path,
                               const char *layout, ent_vote_source **out);
ent_arena *ent__votes_arena(ent_votes *votes);
/* Ids under which a store may still hold roll calls that go by another list's id now. */
const int64_t *ent__votes_replaced(const ent_votes *votes, size_t *count);

/* Regular session in which a day falls: the Assembly's year begins in September. */
int32_t ent__session_of(ent_date date);

/* A file of votes while it is read. */
typedef struct {
    ent_table_file file;
    ent_votes *votes;
    ent_vote_source *source;
} ent_vote_reader;

int ent__reader_next(ent_vote_reader *r); /* 1, 0 end, <0 error */
bool ent__read_date(ent_str text, ent_date *out);
/* False for text that is no vote of any layout. */
bool ent__read_vote(ent_str text, ent_vote *out);
/* Wide sheets (votes_wide.c): ENT_OK and *taken false when the header is none of them. */
ent_rc ent__votes_read_wide(ent_vote_reader *r, bool *taken);
/* Record pages as text (votes_page.c): ENT_OK and *taken false when the file is none. */
ent_rc ent__votes_read_page(ent_ctx *ctx, ent_votes *votes, const char *path, bool *taken);

/* ent__votes_chosen but for `unanimous`: also roll calls without any vote. */
bool ent__votes_asked_for(const ent_roll_call *roll_call, const ent_vote_filter *filter);
/* 1, 0.5 or 0; NaN when one of them has no recorded vote. */
double ent__agreement_of(ent_vote a, ent_vote b);

#endif
