/* Roll calls and votes out again: the plain layout (rollcalls, votes, matches) and one long table as
 * Voeten's.  In: finished votes, a selection.  Out: rows that the readers of align/ take back
 * without loss.  Layouts: docs/methods/align.md, "Files".  Cost: O(votes). */
#include <string.h>

#include "rows_out.h"
#include "votes.h"

static bool selected(const ent_vote_selection *s, const ent_roll_call *q)
{
    ent_vote_filter filter = s->filter;
    filter.council = s->both ? q->council : filter.council;
    return ent__votes_asked_for(q, &filter);
}

static bool selected_state(const ent_vote_selection *s, int32_t ccode)
{
    bool found = s->ccode_count == 0;
    for (size_t i = 0; i < s->ccode_count && !found; i++) {
        found = s->ccodes[i] == ccode;
    }
    return found;
}

static void put_flag(ent_rows_out *r, int value)
{
    if (value < 0) {
        ent__rows_empty(r);
    } else {
        ent__rows_int(r, value);
    }
}

static void put_date(ent_rows_out *r, ent_date date)
{
    char text[16];
    ent__date_iso(date, text);
    ent__rows_text(r, ent__str(text));
}

/* -1: not coded. */
static int tag_of(const ent_roll_call *q, int issue)
{
    return q->issues_known >> issue & 1 ? q->issues >> issue & 1 : -1;
}

static void put_session(ent_rows_out *r, int32_t session)
{
    put_flag(r, session > 0 ? session : -1);
}

/* ---- plain --------------------------------------------------------------------------------- */

static const char *const roll_call_columns[] = {
    "rcid", "session", "date", "unres", "short", "importantvote", "amend", "para", "me", "nu", "di",
    "hr", "co", "ec", "yes", "no", "abstain", "absent", "src", "undl", NULL};

static ent_rc put_roll_calls(ent_rows_out *r, const ent_votes *votes, const ent_vote_selection *s)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < votes->roll_call_count; i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        if (!selected(s, q)) {
            continue;
        }
        ent__rows_int(r, q->id);
        put_session(r, q->session);
        put_date(r, q->date);
        ent__rows_text(r, q->symbol);
        ent__rows_text(r, q->title);
        put_flag(r, q->important);
        put_flag(r, q->amendment);
        put_flag(r, q->paragraph);
        for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
            put_flag(r, tag_of(q, k));
        }
        ent__rows_int(r, q->totals[ENT_VOTE_YES]);
        ent__rows_int(r, q->totals[ENT_VOTE_NO]);
        ent__rows_int(r, q->totals[ENT_VOTE_ABSTAIN]);
        ent__rows_int(r, q->totals[ENT_VOTE_ABSENT]);
        ent__rows_text(r, q->origin);
        put_flag(r, q->record > 0 ? (int)q->record : -1);
        rc = ent__rows_flush(r);
    }
    return rc;
}

static const char *const vote_columns[] = {"rcid", "ccode", "iso3", "vote", NULL};

static void put_vote(ent_rows_out *r, const ent_roll_call *q, const ent_voter *voter, ent_vote vote)
{
    static const char *const letters[] = {"", "Y", "A", "N", "X"};
    ent__rows_int(r, q->id);
    ent__rows_int(r, voter->ccode);
    ent__rows_text(r, voter->iso3);
    ent__rows_text(r, ent__str(letters[vote]));
}

/* Identical resolutions: each with the first of its kind. */
static const char *const match_columns[] = {"rcid1", "rcid2", NULL};

static ent_rc put_matches(ent_rows_out *r, const ent_votes *votes, const ent_vote_selection *s)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < votes->roll_call_count; i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        if (q->item != i && selected(s, q) && selected(s, &votes->roll_calls[q->item])) {
            ent__rows_int(r, votes->roll_calls[q->item].id);
            ent__rows_int(r, q->id);
            rc = ent__rows_flush(r);
        }
    }
    return rc;
}

/* ---- Voeten's long table ------------------------------------------------------------------- */

static const char *const voeten_columns[] = {
    "rcid", "ccode", "member", "vote", "Country", "Countryname", "year", "session", "abstain",
    "yes", "no", "importantvote", "date", "unres", "amend", "para", "short", "descr", "me", "nu",
    "di", "hr", "co", "ec", "resid", NULL};

/* "R/60/260" for the Assembly, as his releases write it. */
static void put_symbol(ent_rows_out *r, const ent_roll_call *q)
{
    ent_buf text = {0};
    ent__buf_printf(&text, "%s%.*s", q->council || q->symbol.n == 0 ? "" : "R/", ENT_FMT(q->symbol));
    ent__rows_text(r, ent__buf_slice(&text));
    r->out.failed |= text.failed;
    ent__buf_free(&text);
}

static void put_voeten(ent_rows_out *r, const ent_roll_call *q, const ent_voter *voter,
                       ent_vote vote, int64_t number)
{
    static const int codes[] = {9, 1, 2, 3, 8};
    ent__rows_int(r, q->id);
    ent__rows_int(r, voter->ccode);
    ent__rows_int(r, 1);
    ent__rows_int(r, codes[vote]);
    ent__rows_text(r, voter->iso3);
    ent__rows_text(r, voter->name);
    put_flag(r, q->date.year > 0 ? q->date.year : -1);
    put_session(r, q->session);
    ent__rows_int(r, q->totals[ENT_VOTE_ABSTAIN]);
    ent__rows_int(r, q->totals[ENT_VOTE_YES]);
    ent__rows_int(r, q->totals[ENT_VOTE_NO]);
    put_flag(r, q->important);
    put_date(r, q->date);
    put_symbol(r, q);
    put_flag(r, q->amendment);
    put_flag(r, q->paragraph);
    ent__rows_text(r, q->title);
    ent__rows_empty(r);
    for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
        put_flag(r, tag_of(q, k));
    }
    ent__rows_int(r, (int64_t)q->session * 1000 + number);
}

/* ---- all votes of the selection ------------------------------------------------------------ */

static ent_rc put_votes(ent_rows_out *r, const ent_votes *votes, const ent_vote_selection *s,
                        bool voeten)
{
    ent_rc rc = ENT_OK;
    int64_t number = 0; /* of the roll call in its session */
    for (size_t i = 0; rc == ENT_OK && i < votes->roll_call_count; i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        number = i > 0 && votes->roll_calls[i - 1].session == q->session ? number + 1 : 1;
        for (size_t k = 0; selected(s, q) && k < votes->voter_count; k++) {
            ent_vote vote = ent__votes_at(votes, i, k);
            if (vote == ENT_VOTE_NONE || !selected_state(s, votes->voters[k].ccode)) {
                continue;
            }
            if (voeten) {
                put_voeten(r, q, &votes->voters[k], vote, number);
            } else {
                put_vote(r, q, &votes->voters[k], vote);
            }
        }
        rc = ent__rows_flush(r);
    }
    return rc;
}

ent_rc ent__votes_export(ent_ctx *ctx, const ent_votes *votes, const char *what,
                         const char *layout, const ent_vote_selection *selection,
                         ent_export_write write, void *user)
{
    bool long_table = strcmp(layout, "voeten") == 0 && strcmp(what, "votes") == 0;
    const char *const *columns = strcmp(what, "rollcalls") == 0 ? roll_call_columns
                                 : strcmp(what, "matches") == 0 ? match_columns
                                 : long_table                   ? voeten_columns
                                                                : vote_columns;
    ent_rows_out rows;
    ent_rc rc = ent__rows_open(ctx, what, long_table ? "csv" : layout, columns, write, user, &rows);
    if (rc == ENT_OK) {
        rc = columns == roll_call_columns ? put_roll_calls(&rows, votes, selection)
             : columns == match_columns   ? put_matches(&rows, votes, selection)
                                          : put_votes(&rows, votes, selection, long_table);
    }
    return ent__rows_close(&rows, rc);
}
