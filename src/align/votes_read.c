/* Reads roll calls and votes of every layout users have on disk, told by header names.
 * In: CSV or TSV, plain or packed, UTF-8 or Latin-1, with or without a byte-order mark.
 * Out: ent_votes.  Layouts: docs/methods/align.md, "Files".  Cost: about 0.3 s a million lines. */
#include <ctype.h>
#include <stdlib.h>
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

int ent__reader_next(ent_vote_reader *r)
{
    int got = ent__table_file_next(&r->file);
    r->source->lines = ent__lines_number(r->file.lines);
    return got;
}

/* ---- cells --------------------------------------------------------------------------------- */

/* "3", "3.0"; false for anything else. */
static bool whole(ent_str s, int64_t *out)
{
    double value;
    if (ent__str_int(s, out)) {
        return true;
    }
    if (!ent__str_double(s, &value) || value < -1e15 || value > 1e15) {
        return false;
    }
    *out = (int64_t)value;
    return (double)*out == value;
}

bool ent__read_date(ent_str text, ent_date *out)
{
    if (text.n > 10 && (text.p[10] == 'T' || text.p[10] == ' ')) {
        text = ent__str_sub(text, 0, 10);
    }
    if (ent__date_parse(text, out)) {
        return true;
    }
    int64_t part[3];
    ent_str field, rest = text;
    int count = 0;
    while (count < 3 && ent__str_split(&rest, '/', &field) && ent__str_int(field, &part[count])) {
        count++;
    }
    if (count != 3 || rest.n > 0 || part[2] < 1900 || part[2] > 2999 || part[0] < 1 ||
        part[0] > 12 || part[1] < 1 || part[1] > 31) {
        return false;
    }
    *out = (ent_date){(int16_t)part[2], (int8_t)part[0], (int8_t)part[1]};
    return ent__date_valid(*out);
}

bool ent__read_vote(ent_str text, ent_vote *out)
{
    static const struct {
        const char *text;
        ent_vote vote;
    } words[] = {{"yes", ENT_VOTE_YES},         {"abstain", ENT_VOTE_ABSTAIN},
                 {"no", ENT_VOTE_NO},           {"absent", ENT_VOTE_ABSENT},
                 {"nv", ENT_VOTE_ABSENT},       {"non-voting", ENT_VOTE_ABSENT},
                 {"abstention", ENT_VOTE_ABSTAIN}, {"NA", ENT_VOTE_NONE}};
    *out = ENT_VOTE_ABSENT;
    if (text.n == 0) {
        return true;
    }
    if (text.n == 1 || (text.n == 3 && text.p[1] == '.' && text.p[2] == '0')) {
        switch (toupper((unsigned char)text.p[0])) {
        case 'Y': case '1': *out = ENT_VOTE_YES; return true;
        case 'A': case '2': *out = ENT_VOTE_ABSTAIN; return true;
        case 'N': case '3': *out = ENT_VOTE_NO; return true;
        case 'X': case '8': return true;
        case '9': *out = ENT_VOTE_NONE; return true;
        default: return false;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_ieqz(text, words[i].text)) {
            *out = words[i].vote;
            return true;
        }
    }
    return false;
}

/* "1", "1.0", "TRUE", "True" -> 1; "0", "FALSE" -> 0; empty, NA -> -1. */
static int8_t flag(ent_str s)
{
    if (s.n == 0 || ent__str_ieqz(s, "na") || ent__str_ieqz(s, "nan")) {
        return -1;
    }
    int64_t number;
    if (whole(s, &number)) {
        return number != 0;
    }
    return ent__str_ieqz(s, "true") || ent__str_ieqz(s, "yes") ? 1
           : ent__str_ieqz(s, "false") || ent__str_ieqz(s, "no") ? 0 : -1;
}

/* ---- columns that say something about a roll call ------------------------------------------ */

typedef struct {
    int id, record, session, date, symbol, title, origin, important, amendment, paragraph;
    int issue[ENT_ISSUE_COUNT];
} call_columns;

static call_columns find_call_columns(const ent_vote_reader *r)
{
    call_columns c = {
        .id = column(r, "rcid"),
        .record = column(r, "undl_id|undl"),
        .session = column(r, "session"),
        .date = column(r, "date"),
        .symbol = column(r, "unres|resolution|resolutions|symbol"),
        .title = column(r, "short|title|descr"),
        .origin = column(r, "src"),
        .important = column(r, "importantvote"),
        .amendment = column(r, "amend"),
        .paragraph = column(r, "para"),
    };
    for (int i = 0; i < ENT_ISSUE_COUNT; i++) {
        c.issue[i] = column(r, ent__issue_names[i]);
    }
    return c;
}

static ent_rc read_call(ent_vote_reader *r, const call_columns *c, ent_roll_call_line *out)
{
    *out = (ent_roll_call_line){.symbol = cell(r, c->symbol),
                                .important = flag(cell(r, c->important)),
                                .amendment = flag(cell(r, c->amendment)),
                                .paragraph = flag(cell(r, c->paragraph))};
    ent_str id = cell(r, c->id), record = cell(r, c->record);
    ent_str session = cell(r, c->session), date = cell(r, c->date);
    int64_t number;
    if (c->id >= 0 && (!whole(id, &out->id) || out->id <= 0)) {
        return bad(r, "a roll call's number in column rcid", id);
    }
    if (record.n > 0 && !whole(record, &out->record)) {
        return bad(r, "a record number of the UN Digital Library", record);
    }
    if (date.n > 0 && !ent__str_ieqz(date, "na") && !ent__read_date(date, &out->date)) {
        return bad(r, "a date as 2022-03-02 or 3/2/2022", date);
    }
    /* Emergency sessions ("ES-11") count in the regular session of their date. */
    if (session.n > 0 && whole(session, &number) && number > 0 && number < 1000) {
        out->session = (int32_t)number;
    }
    out->symbol = ent__table_file_utf8(r->file.arena, out->symbol);
    out->council = ent__str_starts(out->symbol, "S/");
    if (ent__str_ieqz(out->symbol, "na")) {
        out->symbol.n = 0;
    }
    out->title = ent__table_file_utf8(r->file.arena, cell(r, c->title));
    out->origin = ent__table_file_utf8(r->file.arena, cell(r, c->origin));
    for (int i = 0; i < ENT_ISSUE_COUNT; i++) {
        int8_t tag = flag(cell(r, c->issue[i]));
        out->issues |= (uint8_t)((tag == 1) << i);
        out->issues_known |= (uint8_t)((tag >= 0) << i);
    }
    return ENT_OK;
}

/* ---- layouts ------------------------------------------------------------------------------- */

/* One line per state and roll call: Voeten's releases, the unvotes package, the plain layout,
 * the Digital Library, Security Council lists. */
static ent_rc read_long(ent_vote_reader *r, int vote_column)
{
    call_columns c = find_call_columns(r);
    int state = column(r, "ccode");
    int spare = column(r, "country_code|iso3|ms_code|ms_codes|ms_name|country|name");
    int name = column(r, "ms_name|ms_names|country|countryname");
    int64_t last_key = 0;
    uint32_t call = 0;
    int got;
    while ((got = ent__reader_next(r)) == 1) {
        ent_str key = cell(r, c.id >= 0 ? c.id : c.record >= 0 ? c.record : c.symbol);
        /* Lines of a roll call stand together: its columns are read once. */
        int64_t hash = (int64_t)(ent__str_hash(key) ^
                                 ent__str_hash(cell(r, c.session)) * 3) | 1;
        if (hash != last_key) {
            ent_roll_call_line line;
            ent_rc rc = read_call(r, &c, &line);
            rc = rc == ENT_OK ? ent__votes_roll_call(r->file.ctx, r->votes, &line, &call) : rc;
            if (rc != ENT_OK) {
                return rc;
            }
            last_key = hash;
        }
        ent_vote vote;
        ent_str text = cell(r, vote_column);
        if (!ent__read_vote(text, &vote)) {
            return bad(r, "a vote (Y A N X, yes abstain no, 1 2 3 8 9)", text);
        }
        int64_t number = 0;
        ent_rc rc = whole(cell(r, state), &number)
                        ? ent__votes_set(r->file.ctx, r->votes, call, (int32_t)number, vote)
                        : ent__votes_set_named(r->file.ctx, r->votes, call, cell(r, spare),
                                               ent__table_file_utf8(r->file.arena, cell(r, name)),
                                               vote);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

static ent_rc read_calls(ent_vote_reader *r)
{
    call_columns c = find_call_columns(r);
    int got;
    while ((got = ent__reader_next(r)) == 1) {
        ent_roll_call_line line;
        uint32_t call;
        ent_rc rc = read_call(r, &c, &line);
        rc = rc == ENT_OK ? ent__votes_roll_call(r->file.ctx, r->votes, &line, &call) : rc;
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

static ent_rc read_links(ent_vote_reader *r, int one, int two)
{
    int got;
    while ((got = ent__reader_next(r)) == 1) {
        int64_t a, b;
        if (!whole(cell(r, one), &a) || !whole(cell(r, two), &b)) {
            return bad(r, "two roll calls' numbers", cell(r, one));
        }
        ent_rc rc = ent__votes_link(r->file.ctx, r->votes, a, b);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

static ent_rc read_issues(ent_vote_reader *r)
{
    int id = column(r, "rcid"), tag = column(r, "short_name");
    int got;
    while ((got = ent__reader_next(r)) == 1) {
        int64_t number;
        ent_str name = cell(r, tag);
        if (!whole(cell(r, id), &number)) {
            return bad(r, "a roll call's number", cell(r, id));
        }
        for (int i = 0; i < ENT_ISSUE_COUNT; i++) {
            if (ent__str_ieqz(name, ent__issue_names[i])) {
                ent_rc rc = ent__votes_issue(r->file.ctx, r->votes, number, (uint8_t)(1u << i));
                if (rc != ENT_OK) {
                    return rc;
                }
            }
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

/* Header names -> layout; NULL when none fits. */
static ent_rc dispatch(ent_vote_reader *r)
{
    int vote = column(r, "vote|ms_vote|ms_votes");
    int state = column(r, "ccode|country_code|iso3|ms_code|ms_codes|ms_name");
    int id = column(r, "rcid"), record = column(r, "undl_id|undl");
    int one = column(r, "rcid1|v2"), two = column(r, "rcid2|v3");
    ent_rc rc;
    bool library = column(r, "ms_vote|ms_votes") >= 0 || (record >= 0 && id < 0);
    if (vote >= 0 && state >= 0 &&
        (id >= 0 || record >= 0 || column(r, "symbol|unres|resolution|resolutions") >= 0)) {
        const char *layout = library ? "UN Digital Library"
                             : column(r, "session") >= 0 ? "Voeten" : "votes";
        rc = ent__votes_begin_source(r->file.ctx, r->votes, r->file.path, layout, &r->source);
        return rc == ENT_OK ? read_long(r, vote) : rc;
    }
    if (one >= 0 && two >= 0) {
        rc = ent__votes_begin_source(r->file.ctx, r->votes, r->file.path, "identical resolutions",
                                     &r->source);
        return rc == ENT_OK ? read_links(r, one, two) : rc;
    }
    if (id >= 0 && column(r, "short_name") >= 0) {
        rc = ent__votes_begin_source(r->file.ctx, r->votes, r->file.path, "issues", &r->source);
        return rc == ENT_OK ? read_issues(r) : rc;
    }
    bool taken = false;
    rc = ent__votes_read_wide(r, &taken);
    if (rc != ENT_OK || taken) {
        return rc;
    }
    if (id >= 0 && column(r, "session|date|unres") >= 0) {
        rc = ent__votes_begin_source(r->file.ctx, r->votes, r->file.path, "roll calls", &r->source);
        return rc == ENT_OK ? read_calls(r) : rc;
    }
    return ent__fail(r->file.ctx, ENT_EINPUT, r->file.path, 1,
                     "expected the header of a file of votes (rcid, ccode, vote; undl_id, ms_code, "
                     "ms_vote; a column a state), got \"%.*s\"",
                     ENT_FMT(r->file.header[0]));
}

ent_rc ent__votes_read(ent_ctx *ctx, ent_votes *votes, const char *path)
{
    bool taken = false;
    ent_rc rc = strcmp(path, "-") == 0 ? ENT_OK : ent__votes_read_page(ctx, votes, path, &taken);
    if (rc != ENT_OK || taken) {
        return rc;
    }
    ent_vote_reader r = {.votes = votes};
    rc = ent__table_file_open(ctx, path, &r.file);
    rc = rc == ENT_OK ? dispatch(&r) : rc;
    ent__table_file_close(&r.file);
    return rc;
}
