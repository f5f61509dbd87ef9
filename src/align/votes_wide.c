/* Wide sheets of votes: a column a state (matrices, the 3DL sheets with one or two header lines) or
 * a line a state and a column a resolution.
 * In: a reader that stands behind its header.  Out: ent_votes.  Cost: O(cells). */
#include <string.h>

#include "votes.h"

static ent_str cell(const ent_vote_reader *r, int at)
{
    return ent__table_file_cell(&r->file, at);
}

static int column(const ent_vote_reader *r, const char *names)
{
    return ent__table_file_column(&r->file, names);
}

static ent_rc bad(const ent_vote_reader *r, const char *expected, ent_str got)
{
    return ent__table_file_fail(&r->file, expected, got);
}

/* Columns whose header is a three-letter state code. */
static size_t state_columns(const ent_vote_reader *r)
{
    size_t count = 0;
    for (size_t c = 0; c < r->file.columns; c++) {
        count += r->file.header[c].n == 3 &&
                 ent__states_ccode(ent__votes_states(r->votes), r->file.header[c],
                                   (ent_date){0}) != 0;
    }
    return count;
}

static ent_str first_cell(const ent_vote_reader *r, const char *names)
{
    return cell(r, column(r, names));
}

/* TRUE, 1, 1.0 of a tag column. */
static bool tagged(ent_str s)
{
    return ent__str_ieqz(s, "true") || ent__str_starts(s, "1");
}

static ent_rc describe(const ent_vote_reader *r, ent_roll_call_line *line)
{
    *line = (ent_roll_call_line){.symbol = first_cell(r, "resolution|unres"),
                                 .title = first_cell(r, "title|short"),
                                 .important = -1, .amendment = -1, .paragraph = -1};
    ent_str date = first_cell(r, "date"), id = first_cell(r, "rcid");
    ent_str link = first_cell(r, "link|UN Digital Library Link");
    double number;
    if (!ent__read_date(date, &line->date)) {
        return bad(r, "a date in column date", date);
    }
    if (id.n > 0) {
        if (!ent__str_double(id, &number) || number < 1 || number > 1e12) {
            return bad(r, "a roll call's number in column rcid", id);
        }
        line->id = (int64_t)number;
    }
    /* .../record/4076672?ln=en holds the record's number. */
    const char *at = link.n > 8 ? memmem(link.p, link.n, "/record/", 8) : NULL;
    for (size_t i = at ? (size_t)(at - link.p) + 8 : link.n;
         i < link.n && link.p[i] >= '0' && link.p[i] <= '9' && line->record < 100000000; i++) {
        line->record = line->record * 10 + (link.p[i] - '0');
    }
    line->council = ent__str_starts(line->symbol, "S/") ||
                    ent__str_ieqz(first_cell(r, "council"), "Security Council");
    for (int i = 0; i < ENT_ISSUE_COUNT; i++) {
        int tag = column(r, ent__issue_names[i]);
        if (tag >= 0) {
            line->issues |= (uint8_t)(tagged(cell(r, tag)) << i);
            line->issues_known |= (uint8_t)(1u << i);
        }
    }
    return ENT_OK;
}

static ent_rc read_state_columns(ent_vote_reader *r)
{
    int got, date = column(r, "date");
    bool first = true;
    while ((got = ent__reader_next(r)) == 1) {
        ent_roll_call_line line;
        uint32_t call;
        ent_date day;
        /* The second header line of the two-line form has names where dates should be. */
        if (first && !ent__read_date(cell(r, date), &day)) {
            first = false;
            continue;
        }
        first = false;
        ent_rc rc = describe(r, &line);
        rc = rc == ENT_OK ? ent__votes_roll_call(r->file.ctx, r->votes, &line, &call) : rc;
        for (size_t c = 0; rc == ENT_OK && c < r->file.columns; c++) {
            int32_t ccode = r->file.header[c].n != 3 ? 0
                                : ent__states_ccode(ent__votes_states(r->votes), r->file.header[c],
                                                    line.date);
            ent_vote vote;
            ent_str text = cell(r, (int)c);
            if (ccode == 0) {
                continue;
            }
            rc = ent__read_vote(text, &vote)
                     ? ent__votes_set(r->file.ctx, r->votes, call, ccode, vote)
                     : bad(r, "a vote (YES NO ABSTAIN, 1 2 3 8 9)", text);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

/* "ES-11/1", "78/241", "A/RES/...": session, slash, number. */
static bool is_symbol(ent_str s)
{
    const char *slash = memchr(s.p, '/', s.n);
    return slash != NULL && slash + 1 < s.p + s.n && slash[1] >= '0' && slash[1] <= '9' &&
           s.n < 40;
}

/* A line a state: the columns after the first ones are symbols. */
static ent_rc read_symbol_columns(ent_vote_reader *r, int state)
{
    int got;
    while ((got = ent__reader_next(r)) == 1) {
        ent_str who = cell(r, state);
        if (ent__states_ccode(ent__votes_states(r->votes), who, (ent_date){0}) == 0) {
            r->source->unknown_states++;
            continue;
        }
        for (size_t c = 0; c < r->file.columns; c++) {
            ent_roll_call_line line = {.symbol = r->file.header[c], .important = -1,
                                       .amendment = -1, .paragraph = -1};
            ent_vote vote;
            uint32_t call;
            if (!is_symbol(r->file.header[c])) {
                continue;
            }
            if (!ent__read_vote(cell(r, (int)c), &vote)) {
                return bad(r, "a vote", cell(r, (int)c));
            }
            ent_rc rc = ent__votes_roll_call(r->file.ctx, r->votes, &line, &call);
            rc = rc == ENT_OK ? ent__votes_set_named(r->file.ctx, r->votes, call, who,
                                                     (ent_str){"", 0}, vote)
                              : rc;
            if (rc != ENT_OK) {
                return rc;
            }
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

ent_rc ent__votes_read_wide(ent_vote_reader *r, bool *taken)
{
    size_t symbols = 0;
    for (size_t c = 0; c < r->file.columns; c++) {
        symbols += is_symbol(r->file.header[c]);
    }
    int state = column(r, "ccode|iso3");
    bool by_state = state_columns(r) >= 5 && column(r, "date") >= 0;
    *taken = by_state || (symbols > 0 && state >= 0);
    if (!*taken) {
        return ENT_OK;
    }
    ent_rc rc = ent__votes_begin_source(r->file.ctx, r->votes, r->file.path,
                                        by_state ? "a column a state" : "a column a resolution",
                                        &r->source);
    if (rc != ENT_OK) {
        return rc;
    }
    return by_state ? read_state_columns(r) : read_symbol_columns(r, state);
}
