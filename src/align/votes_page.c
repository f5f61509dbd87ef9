/* Voting records of the UN Digital Library as text, as a person copies or a scraper logs the page.
 * In: a file with lines "Y AFGHANISTAN", " A ALGERIA", "  AZERBAIJAN" (no mark: did not vote; old
 * records have small letters), above them the symbol (A/RES/..., S/RES/...) or the record's address,
 * the date (2025-02-24), a line "Title ...".  Several records may follow each other.
 * Out: roll calls with their votes.  A file is taken for a page when three of its first 400 lines
 * are votes.  Source: /record pages of digitallibrary.un.org as logged by others
 * (docs/methods/align.md).  Cost: O(lines). */
#include <ctype.h>
#include <string.h>

#include "votes.h"

enum { LINE_LIMIT = 1 << 16, LOOKED_AT = 400, VOTES_NEEDED = 3 };

typedef struct {
    ent_ctx *ctx;
    ent_votes *votes;
    ent_vote_source *source;
    ent_lines *lines;
    ent_arena *arena, *line; /* of the record; of the line */
    const char *path;
    ent_roll_call_line call; /* the record at hand */
    bool title_follows;      /* "Title" stood alone on the line before */
    bool voting;             /* its votes have begun */
    uint32_t at;             /* its roll call, while voting */
} page;

/* ---- lines --------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "Y AFGHANISTAN" -> vote and name; without a mark the line must begin with a blank and hold
 * capitals alone.  False: another kind of line. */
static bool vote_line(ent_str line, ent_vote *vote, ent_str *name)
{
    size_t at = 0;
    while (at < line.n && is_blank(line.p[at])) {
        at++;
    }
    ent_str rest = ent__str_trim(line);
    *vote = ENT_VOTE_ABSENT;
    *name = rest;
    if (rest.n > 3 && is_blank(rest.p[1]) && strchr("YNAX", toupper((unsigned char)rest.p[0]))) {
        *name = ent__str_trim(ent__str_sub(rest, 1, rest.n));
        return ent__read_vote(ent__str_sub(rest, 0, 1), vote) &&
               isupper((unsigned char)name->p[0]) | ((unsigned char)name->p[0] >= 0x80);
    }
    for (size_t i = 0; i < rest.n; i++) {
        if (islower((unsigned char)rest.p[i]) || isdigit((unsigned char)rest.p[i])) {
            return false;
        }
    }
    return at > 0 && rest.n > 3;
}

static bool known_state(const ent_votes *votes, ent_str name, ent_date date)
{
    return ent__states_ccode(ent__votes_states(votes), name, date) != 0;
}

static bool starts_with_word(ent_str line, const char *word)
{
    size_t n = strlen(word);
    return line.n >= n && ent__str_ieqz(ent__str_sub(line, 0, n), word) &&
           (line.n == n || !isalpha((unsigned char)line.p[n]));
}

/* "A/RES/ES-11/7" anywhere in the line; empty: none. */
static ent_str symbol_in(ent_str line)
{
    for (size_t i = 0; i + 6 < line.n; i++) {
        if ((line.p[i] == 'A' || line.p[i] == 'S') && memcmp(line.p + i + 1, "/RES/", 5) == 0) {
            size_t end = i + 6;
            while (end < line.n && !is_blank(line.p[end]) && strchr("|,;\"<>", line.p[end]) == NULL) {
                end++;
            }
            return ent__str_sub(line, i, end);
        }
    }
    return (ent_str){"", 0};
}

static ent_date date_in(ent_str line)
{
    ent_date date = {0};
    for (size_t i = 0; i + 10 <= line.n; i++) {
        bool inside = i > 0 && isdigit((unsigned char)line.p[i - 1]);
        if (!inside && ent__date_parse(ent__str_sub(line, i, i + 10), &date) && date.day != 0) {
            return date;
        }
    }
    return (ent_date){0};
}

static int64_t record_in(ent_str line)
{
    const char *at = line.n > 8 ? memmem(line.p, line.n, "/record/", 8) : NULL;
    int64_t record = 0;
    for (size_t i = at ? (size_t)(at - line.p) + 8 : line.n;
         i < line.n && isdigit((unsigned char)line.p[i]) && record < 100000000; i++) {
        record = record * 10 + (line.p[i] - '0');
    }
    return record;
}

/* ---- records ------------------------------------------------------------------------------- */

static void begin_record(page *p)
{
    ent__arena_reset(p->arena);
    p->call = (ent_roll_call_line){.important = -1, .amendment = -1, .paragraph = -1};
    p->voting = p->title_follows = false;
}

/* A line of the head; after votes it begins the next record. */
static ent_rc head_line(page *p, ent_str line)
{
    ent_str text = ent__str_trim(line), symbol = symbol_in(text);
    int64_t record = record_in(text);
    ent_date date = date_in(text);
    bool title = starts_with_word(text, "title");
    if (p->voting && (symbol.n > 0 || record != 0 || title)) {
        begin_record(p);
    }
    if (p->voting || text.n == 0) {
        return ENT_OK;
    }
    if (p->call.symbol.n == 0 && symbol.n > 0) {
        p->call.symbol = ent__arena_str(p->arena, symbol);
        p->call.council = symbol.p[0] == 'S';
    }
    p->call.record = p->call.record == 0 ? record : p->call.record;
    p->call.date = p->call.date.year == 0 ? date : p->call.date;
    if (title || p->title_follows) {
        ent_str rest = title ? ent__str_trim(ent__str_sub(text, 5, text.n)) : text;
        while (rest.n > 0 && rest.p[0] == ':') {
            rest = ent__str_trim(ent__str_sub(rest, 1, rest.n));
        }
        p->title_follows = rest.n == 0;
        p->call.title = ent__arena_str(p->arena, rest);
    }
    bool ok = (p->call.symbol.n == 0 || p->call.symbol.p) && (p->call.title.n == 0 || p->call.title.p);
    return ok ? ENT_OK : ent__nomem(p->ctx);
}

static ent_rc take_vote(page *p, ent_str name, ent_vote vote)
{
    if (!p->voting) {
        if (p->call.symbol.n == 0 && p->call.record == 0) {
            return ent__fail(p->ctx, ENT_EINPUT, p->path, ent__lines_number(p->lines),
                             "expected the resolution's symbol (A/RES/..., S/RES/...) or the "
                             "record's address above the votes, got \"%.*s\"",
                             name.n < 40 ? (int)name.n : 40, name.p);
        }
        ent_rc rc = ent__votes_roll_call(p->ctx, p->votes, &p->call, &p->at);
        if (rc != ENT_OK) {
            return rc;
        }
        p->voting = true;
    }
    return ent__votes_set_named(p->ctx, p->votes, p->at, name, (ent_str){"", 0}, vote);
}

static ent_rc read_lines(page *p)
{
    ent_str raw, name;
    ent_vote vote;
    int got;
    begin_record(p);
    while ((got = ent__lines_next(p->ctx, p->lines, &raw)) == 1) {
        ent__arena_reset(p->line);
        ent_str line = ent__table_file_utf8(p->line, raw);
        bool marked = vote_line(line, &vote, &name);
        /* A marked line of an unknown name is a vote; capitals alone may be a heading. */
        bool is_vote = marked && (known_state(p->votes, name, p->call.date) ||
                                  (p->voting && vote != ENT_VOTE_ABSENT));
        ent_rc rc = is_vote ? take_vote(p, name, vote) : head_line(p, line);
        if (rc != ENT_OK) {
            return rc;
        }
        p->source->lines = ent__lines_number(p->lines);
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

/* ---- telling a page ------------------------------------------------------------------------ */

static bool looks_like_page(ent_ctx *ctx, const ent_votes *votes, const char *path)
{
    ent_lines *lines;
    ent_str line, name;
    ent_vote vote;
    int found = 0;
    if (ent__lines_open(ctx, path, LINE_LIMIT, &lines) != ENT_OK) {
        return false; /* the caller opens it again and tells why */
    }
    for (int n = 0; n < LOOKED_AT && found < VOTES_NEEDED; n++) {
        if (ent__lines_next(ctx, lines, &line) != 1) {
            break;
        }
        found += vote_line(line, &vote, &name) && vote != ENT_VOTE_ABSENT &&
                 known_state(votes, name, (ent_date){0});
    }
    ent__lines_close(lines);
    return found == VOTES_NEEDED;
}

ent_rc ent__votes_read_page(ent_ctx *ctx, ent_votes *votes, const char *path, bool *taken)
{
    *taken = looks_like_page(ctx, votes, path);
    if (!*taken) {
        return ENT_OK;
    }
    page p = {.ctx = ctx, .votes = votes, .path = path, .arena = ent__arena_new(),
              .line = ent__arena_new()};
    ent_rc rc = p.arena != NULL && p.line != NULL
                    ? ent__votes_begin_source(ctx, votes, path, "record page", &p.source)
                    : ent__nomem(ctx);
    rc = rc == ENT_OK ? ent__lines_open(ctx, path, LINE_LIMIT, &p.lines) : rc;
    if (rc == ENT_OK) {
        rc = read_lines(&p);
        ent__lines_close(p.lines);
    }
    ent__arena_free(p.arena);
    ent__arena_free(p.line);
    return rc;
}
