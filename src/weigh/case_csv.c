/* A matrix in CSV as a case: header evidence,cred,rel,H1,H2,...; one row an item.  "E1 Some text"
 * gives id E1 and its text.  Scores stored in a file are never trusted: only ratings are read. */
#include <math.h>
#include <string.h>

#include "weigh.h"

enum { LINE_LIMIT = 1 << 20, MOST_ITEMS = 2000, MOST_HYPOTHESES = 64 };

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    ent_lines *lines;
    const char *path;
    ent_case *c;
    int evidence, credibility, relevance;
    size_t columns, hypothesis_columns[MOST_HYPOTHESES];
} reader;

static ent_rc wrong(reader *r, const char *expected, ent_str got)
{
    return ent__fail(r->ctx, ENT_EINPUT, r->path, ent__lines_number(r->lines),
                     "expected %s, got \"%.*s\"", expected, got.n > 60 ? 60 : (int)got.n, got.p);
}

static ent_rc read_header(reader *r, const ent_str *fields, size_t count)
{
    r->columns = count;
    r->evidence = r->credibility = r->relevance = -1;
    r->c->hypotheses = ent__arena_array(r->arena, MOST_HYPOTHESES, sizeof *r->c->hypotheses);
    if (r->c->hypotheses == NULL) {
        return ent__nomem(r->ctx);
    }
    for (size_t i = 0; i < count; i++) {
        ent_str name = ent__str_trim(fields[i]);
        if (i == 0 && ent__str_starts(name, "\xEF\xBB\xBF")) {
            name = ent__str_sub(name, 3, name.n);
        }
        if (ent__str_ieqz(name, "evidence")) {
            r->evidence = (int)i;
        } else if (ent__str_ieqz(name, "cred") || ent__str_ieqz(name, "credibility")) {
            r->credibility = (int)i;
        } else if (ent__str_ieqz(name, "rel") || ent__str_ieqz(name, "relevance")) {
            r->relevance = (int)i;
        } else if (name.n == 0 || r->c->hypothesis_count == MOST_HYPOTHESES) {
            return wrong(r, "a hypothesis in every further column, at most 64", name);
        } else {
            r->hypothesis_columns[r->c->hypothesis_count] = i;
            r->c->hypotheses[r->c->hypothesis_count++] =
                (ent_hypothesis){.id = name, .text = name, .prior = NAN};
        }
    }
    return r->evidence >= 0 && r->c->hypothesis_count >= 2
               ? ENT_OK
               : wrong(r, "a header with evidence and two or more hypotheses",
                       count > 0 ? fields[0] : (ent_str){"", 0});
}

static ent_rc read_level(reader *r, const ent_str *fields, int column, char *out)
{
    ent_str s = column < 0 ? (ent_str){"", 0} : ent__str_trim(fields[column]);
    *out = s.n == 0 ? 0 : (char)(s.p[0] & ~0x20);
    bool known = s.n == 0 || (s.n == 1 && strchr("HML", *out) != NULL);
    return known ? ENT_OK : wrong(r, "H, M or L", s);
}

/* "Weighted inconsistency score, -4.5, ..." under the matrix: kept for comparison.  Spreadsheets
 * write refutation as a negative number. */
static bool read_stored_scores(reader *r, const ent_str *fields, size_t count)
{
    double scores[MOST_HYPOTHESES];
    ent_str label = ent__str_trim(fields[r->evidence]);
    bool scored = memmem(label.p, label.n, "score", 5) != NULL ||
                  memmem(label.p, label.n, "Score", 5) != NULL;
    for (size_t h = 0; scored && h < r->c->hypothesis_count; h++) {
        scored = count == r->columns &&
                 ent__str_double(ent__str_trim(fields[r->hypothesis_columns[h]]), &scores[h]);
    }
    if (!scored) {
        return false;
    }
    r->c->stored_scores = ent__arena_array(r->arena, r->c->hypothesis_count, sizeof(double));
    for (size_t h = 0; r->c->stored_scores != NULL && h < r->c->hypothesis_count; h++) {
        r->c->stored_scores[h] = fabs(scores[h]);
    }
    return true;
}

static ent_rc read_item(reader *r, const ent_str *fields, size_t count)
{
    ent_case *c = r->c;
    if (count != r->columns) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, ent__lines_number(r->lines),
                         "expected %zu fields, got %zu", r->columns, count);
    }
    if (c->evidence_count == MOST_ITEMS) {
        return wrong(r, "at most 2,000 items", fields[r->evidence]);
    }
    size_t e = c->evidence_count++;
    ent_evidence *item = &c->evidence[e];
    ent_str words = ent__str_trim(fields[r->evidence]), id = words;
    const char *blank = words.n == 0 ? NULL : memchr(words.p, ' ', words.n);
    if (blank != NULL) {
        id = ent__str_sub(words, 0, (size_t)(blank - words.p));
        words = ent__str_trim(ent__str_sub(words, id.n, words.n));
    }
    bool short_id = id.n > 1 && id.n <= 5 && id.p[0] == 'E';
    *item = (ent_evidence){.id = short_id ? id : ent__arena_printf(r->arena, "E%zu", e + 1),
                           .text = short_id ? words : ent__str_trim(fields[r->evidence]),
                           .line = ent__lines_number(r->lines)};
    ent_rc rc = read_level(r, fields, r->credibility, &item->credibility);
    rc = rc == ENT_OK ? read_level(r, fields, r->relevance, &item->relevance) : rc;
    for (size_t h = 0; rc == ENT_OK && h < c->hypothesis_count; h++) {
        ent_rating rating;
        ent_str field = fields[r->hypothesis_columns[h]];
        rc = ent__rating_parse(field, &rating) ? ENT_OK : wrong(r, "II, I, N, C, CC, NA or blank", field);
        c->ratings[e * c->hypothesis_count + h] = (uint8_t)rating;
    }
    return rc;
}

static ent_rc make_room(reader *r)
{
    ent_case *c = r->c;
    size_t cells = (size_t)MOST_ITEMS * c->hypothesis_count;
    c->evidence = ent__arena_array(r->arena, MOST_ITEMS, sizeof *c->evidence);
    c->ratings = ent__arena_array(r->arena, cells, 1);
    c->reasons = ent__arena_array(r->arena, cells, sizeof *c->reasons);
    c->analysts = ent__arena_array(r->arena, 1, sizeof *c->analysts);
    if (c->evidence == NULL || c->ratings == NULL || c->reasons == NULL || c->analysts == NULL) {
        return ent__nomem(r->ctx);
    }
    c->analysts[0] = ENT_LIT("matrix");
    c->analyst_count = 1;
    return ENT_OK;
}

static ent_rc read_rows(reader *r)
{
    ent_rc rc = ENT_OK;
    for (;;) {
        ent_str *fields;
        size_t count;
        int got = ent__csv_next(r->ctx, r->lines, ',', r->arena, &fields, &count);
        if (got <= 0) {
            return got < 0 ? (ent_rc)got : ENT_OK;
        }
        if (count == 1 && ent__str_trim(fields[0]).n == 0) {
            continue;
        }
        if (r->columns == 0) {
            rc = read_header(r, fields, count);
            rc = rc == ENT_OK ? make_room(r) : rc;
        } else if (count <= (size_t)r->evidence || !read_stored_scores(r, fields, count)) {
            rc = read_item(r, fields, count);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
}

ent_rc ent__case_read_csv(ent_ctx *ctx, ent_arena *arena, const char *path, ent_case **out)
{
    reader r = {.ctx = ctx, .arena = arena, .path = path};
    r.c = ent__arena_alloc(arena, sizeof *r.c);
    if (r.c == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ent__lines_open(ctx, path, LINE_LIMIT, &r.lines);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = read_rows(&r);
    ent__lines_close(r.lines);
    if (rc == ENT_OK && r.c->evidence_count == 0) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "expected a header and at least one item");
    }
    r.c->question = ENT_LIT("Which hypothesis fits the evidence?");
    *out = r.c;
    return rc;
}
