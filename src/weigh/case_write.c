/* A case as YAML and JSON again, and changes of single ratings.
 * In: a case.  Out: text that reads back as the same case; strings are double-quoted, which is the
 * same in both.  Where a file was written by hand only its ratings are replaced: its order, layout
 * and comments elsewhere stay.  Cost: linear in the cells. */
#include <math.h>
#include <string.h>

#include "weigh.h"

static void quoted(ent_buf *out, ent_str s)
{
    ent_json json = ent__json(out);
    ent__json_str(&json, s.p == NULL ? (ent_str){"", 0} : s);
}

static void yaml_text(ent_buf *out, const char *indent, const char *key, ent_str s)
{
    if (s.n > 0) {
        ent__buf_printf(out, "%s%s: ", indent, key);
        quoted(out, s);
        ent__buf_char(out, '\n');
    }
}

static void yaml_list(ent_buf *out, const char *indent, const char *key, const ent_str *words,
                      size_t count)
{
    if (count == 0) {
        return;
    }
    ent__buf_printf(out, "%s%s: [", indent, key);
    for (size_t i = 0; i < count; i++) {
        ent__buf_z(out, i > 0 ? ", " : "");
        quoted(out, words[i]);
    }
    ent__buf_z(out, "]\n");
}

static void yaml_number(ent_buf *out, const char *before, double value, const char *after)
{
    char text[32];
    ent__double_text(value, text);
    ent__buf_printf(out, "%s%s%s", before, text, after);
}

static void yaml_letter(ent_buf *out, const char *key, char letter)
{
    if (letter != 0) {
        ent__buf_printf(out, "    %s: %c\n", key, letter);
    }
}

static void yaml_item(ent_buf *out, const ent_case *c, const ent_evidence *item)
{
    ent__buf_z(out, "  - id: ");
    quoted(out, item->id);
    ent__buf_char(out, '\n');
    yaml_text(out, "    ", "text", item->text);
    yaml_text(out, "    ", "kind", item->kind);
    yaml_text(out, "    ", "date", item->date);
    yaml_text(out, "    ", "group", item->group);
    yaml_text(out, "    ", "source", item->source);
    yaml_letter(out, "credibility", item->credibility);
    yaml_letter(out, "relevance", item->relevance);
    yaml_letter(out, "reliability", item->reliability);
    yaml_letter(out, "information", item->information);
    yaml_list(out, "    ", "links", item->links, item->link_count);
    bool any = false;
    for (size_t h = 0; item->likelihood != NULL && h < c->hypothesis_count; h++) {
        if (!isnan(item->likelihood[h])) {
            ent__buf_z(out, any ? ", " : "    likelihood: {");
            quoted(out, c->hypotheses[h].id);
            yaml_number(out, ": ", item->likelihood[h], "");
            any = true;
        }
    }
    ent__buf_z(out, any ? "}\n" : "");
}

static bool is_blank(const ent_case *c, size_t cell)
{
    return c->ratings[cell] == ENT_RATING_BLANK && c->reasons[cell].n == 0;
}

static void yaml_ratings(ent_buf *out, const ent_case *c, const bool *shown)
{
    size_t written = 0;
    ent__buf_z(out, "ratings:");
    for (size_t a = 0; a < c->analyst_count; a++) {
        if (shown != NULL && !shown[a]) {
            continue;
        }
        ent__buf_z(out, written++ == 0 ? "\n  " : "  ");
        quoted(out, c->analysts[a]);
        ent__buf_char(out, ':');
        size_t items = 0;
        for (size_t e = 0; e < c->evidence_count; e++) {
            bool any = false;
            for (size_t h = 0; h < c->hypothesis_count; h++) {
                size_t cell = ent__cell(c, a, e, h);
                if (is_blank(c, cell)) {
                    continue;
                }
                if (!any) {
                    ent__buf_z(out, items++ == 0 ? "\n    " : "    ");
                    quoted(out, c->evidence[e].id);
                    ent__buf_z(out, ": {");
                }
                ent__buf_z(out, any ? ", " : "");
                quoted(out, c->hypotheses[h].id);
                any = true;
                const char *name = ent__rating_name((ent_rating)c->ratings[cell]);
                if (c->reasons[cell].n == 0) {
                    ent__buf_printf(out, ": %s", name);
                    continue;
                }
                ent__buf_printf(out, ": {value: %s, reason: ", name[0] == '\0' ? "\"\"" : name);
                quoted(out, c->reasons[cell]);
                ent__buf_char(out, '}');
            }
            ent__buf_z(out, any ? "}\n" : "");
        }
        ent__buf_z(out, items == 0 ? " {}\n" : "");
    }
    ent__buf_z(out, written == 0 ? " {}\n" : "");
}

static void write_yaml(ent_buf *out, const ent_case *c, const bool *shown)
{
    yaml_text(out, "", "case", c->id);
    yaml_text(out, "", "question", c->question);
    yaml_list(out, "", "states", c->states, c->state_count);
    yaml_text(out, "", "period", c->period);
    ent__buf_z(out, "hypotheses:\n");
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        ent__buf_z(out, "  - id: ");
        quoted(out, c->hypotheses[h].id);
        ent__buf_char(out, '\n');
        yaml_text(out, "    ", "text", c->hypotheses[h].text);
        yaml_text(out, "    ", "group", c->hypotheses[h].group);
        if (!isnan(c->hypotheses[h].prior)) {
            yaml_number(out, "    prior: ", c->hypotheses[h].prior, "\n");
        }
    }
    ent__buf_z(out, "evidence:\n");
    for (size_t e = 0; e < c->evidence_count; e++) {
        yaml_item(out, c, &c->evidence[e]);
    }
    yaml_ratings(out, c, shown);
}

void ent__case_yaml(ent_buf *out, const ent_case *c)
{
    write_yaml(out, c, NULL);
}

/* ---- ratings inside of a file ---------------------------------------------------------------- */

/* The block of the key "ratings" at the text's left edge, comments before the next key left out. */
static bool find_block(ent_str yaml, size_t *out_begin, size_t *out_end)
{
    bool inside = false;
    size_t at = 0, last = 0;
    for (ent_str rest = yaml, line; ent__str_split(&rest, '\n', &line);) {
        size_t next = at + line.n + 1 < yaml.n ? at + line.n + 1 : yaml.n;
        bool edge = line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t' && line.p[0] != '#' &&
                    line.p[0] != '\r';
        if (inside && edge) {
            break;
        }
        if (!inside && ent__str_starts(line, "ratings:")) {
            inside = true;
            *out_begin = at;
        }
        last = inside && ent__str_trim(line).n > 0 && line.p[0] != '#' ? next : last;
        at = next;
    }
    *out_end = inside ? last : yaml.n;
    return inside;
}

static bool same_ratings(const ent_case *a, const ent_case *b, const bool *shown)
{
    size_t cells = a->evidence_count * a->hypothesis_count, kept = 0;
    if (a->evidence_count != b->evidence_count || a->hypothesis_count != b->hypothesis_count) {
        return false;
    }
    for (size_t i = 0; i < a->analyst_count; i++) {
        if (shown != NULL && !shown[i]) {
            continue;
        }
        if (kept == b->analyst_count || !ent__str_eq(a->analysts[i], b->analysts[kept]) ||
            memcmp(a->ratings + i * cells, b->ratings + kept * cells, cells) != 0) {
            return false;
        }
        kept++;
    }
    return kept == b->analyst_count;
}

ent_rc ent__case_yaml_ratings(ent_ctx *ctx, ent_buf *out, ent_str yaml, const ent_case *c,
                              const bool *shown)
{
    size_t begin = yaml.n, end = yaml.n, start = out->n;
    bool block = find_block(yaml, &begin, &end);
    ent__buf_str(out, ent__str_sub(yaml, 0, begin));
    if (!block && yaml.n > 0 && yaml.p[yaml.n - 1] != '\n') {
        ent__buf_char(out, '\n');
    }
    yaml_ratings(out, c, shown);
    ent__buf_str(out, ent__str_sub(yaml, end, yaml.n));
    if (out->failed) {
        return ent__nomem(ctx);
    }
    /* A file of another layout (all on one line, or JSON) is written anew. */
    ent_arena *arena = ent__arena_new();
    ent_case *check;
    ent_str made = {out->p + start, out->n - start};
    bool fine = arena != NULL &&
                ent__case_parse_yaml(ctx, arena, made, "case", &check) == ENT_OK &&
                same_ratings(c, check, shown);
    ent__arena_free(arena);
    if (!fine) {
        out->n = start;
        write_yaml(out, c, shown);
    }
    return out->failed ? ent__nomem(ctx) : ENT_OK;
}

/* ---- changes --------------------------------------------------------------------------------- */

static size_t analyst_of(const ent_case *c, ent_str name)
{
    size_t a = 0;
    while (a < c->analyst_count && !ent__str_eq(c->analysts[a], name)) {
        a++;
    }
    return a;
}

ent_rc ent__case_add_analyst(ent_ctx *ctx, ent_arena *arena, ent_case *c, ent_str name,
                             size_t *out_analyst)
{
    *out_analyst = analyst_of(c, name);
    if (*out_analyst < c->analyst_count) {
        return ENT_OK;
    }
    if (c->analyst_count >= ENT_CASE_ANALYSTS_MOST) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "ratings: at most %d analysts",
                         ENT_CASE_ANALYSTS_MOST);
    }
    size_t cells = c->evidence_count * c->hypothesis_count, n = c->analyst_count;
    ent_str *analysts = ent__arena_array(arena, n + 1, sizeof *analysts);
    uint8_t *ratings = ent__arena_array(arena, (n + 1) * cells, 1);
    ent_str *reasons = ent__arena_array(arena, (n + 1) * cells, sizeof *reasons);
    if (analysts == NULL || ratings == NULL || reasons == NULL) {
        return ent__nomem(ctx);
    }
    if (n > 0) {
        memcpy(analysts, c->analysts, n * sizeof *analysts);
        memcpy(ratings, c->ratings, n * cells);
        memcpy(reasons, c->reasons, n * cells * sizeof *reasons);
    }
    analysts[n] = ent__arena_str(arena, name);
    c->analysts = analysts;
    c->ratings = ratings;
    c->reasons = reasons;
    c->analyst_count = n + 1;
    return analysts[n].p == NULL ? ent__nomem(ctx) : ENT_OK;
}

ent_rc ent__case_take_ratings(ent_ctx *ctx, ent_arena *arena, ent_case *c, const ent_case *from,
                              size_t from_analyst)
{
    size_t analyst;
    ent_rc rc = ent__case_add_analyst(ctx, arena, c, from->analysts[from_analyst], &analyst);
    size_t cells = c->evidence_count * c->hypothesis_count;
    if (rc == ENT_OK) { /* what stands there is not that analyst's */
        memset(c->ratings + ent__cell(c, analyst, 0, 0), ENT_RATING_BLANK, cells);
        memset(c->reasons + ent__cell(c, analyst, 0, 0), 0, cells * sizeof *c->reasons);
    }
    for (size_t e = 0; rc == ENT_OK && e < from->evidence_count; e++) {
        size_t to_e = ent__case_evidence(c, from->evidence[e].id);
        for (size_t h = 0; to_e < c->evidence_count && h < from->hypothesis_count; h++) {
            size_t to_h = ent__case_hypothesis(c, from->hypotheses[h].id);
            if (to_h < c->hypothesis_count) {
                size_t to = ent__cell(c, analyst, to_e, to_h);
                size_t cell = ent__cell(from, from_analyst, e, h);
                c->ratings[to] = from->ratings[cell];
                c->reasons[to] = from->reasons[cell];
            }
        }
    }
    return rc;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void known(ent_json *json, const char *key, ent_str s)
{
    if (s.n > 0) {
        ent__json_kstr(json, key, s);
    }
}

static void letter(ent_json *json, const char *key, char value)
{
    if (value != 0) {
        ent__json_kstr(json, key, (ent_str){&value, 1});
    }
}

static void words(ent_json *json, const char *key, const ent_str *list, size_t count)
{
    if (count == 0) {
        return;
    }
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        ent__json_str(json, list[i]);
    }
    ent__json_close(json, ']');
}

/* Keys of an object come from the case: they are not NUL-terminated everywhere. */
static void key_of(ent_json *json, ent_str key)
{
    char text[512];
    snprintf(text, sizeof text, "%.*s", ENT_FMT(key));
    ent__json_key(json, text);
}

static void json_item(ent_json *json, const ent_case *c, const ent_evidence *item)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", item->id);
    known(json, "text", item->text);
    known(json, "kind", item->kind);
    known(json, "date", item->date);
    known(json, "group", item->group);
    known(json, "source", item->source);
    letter(json, "credibility", item->credibility);
    letter(json, "relevance", item->relevance);
    letter(json, "reliability", item->reliability);
    letter(json, "information", item->information);
    words(json, "links", item->links, item->link_count);
    if (item->likelihood != NULL) {
        ent__json_key(json, "likelihood");
        ent__json_open(json, '{');
        for (size_t h = 0; h < c->hypothesis_count; h++) {
            if (!isnan(item->likelihood[h])) {
                key_of(json, c->hypotheses[h].id);
                ent__json_double(json, item->likelihood[h]);
            }
        }
        ent__json_close(json, '}');
    }
    ent__json_close(json, '}');
}

static void json_cells(ent_json *json, const ent_case *c, size_t a, size_t e)
{
    bool any = false;
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        size_t cell = ent__cell(c, a, e, h);
        if (is_blank(c, cell)) {
            continue;
        }
        if (!any) {
            key_of(json, c->evidence[e].id);
            ent__json_open(json, '{');
            any = true;
        }
        key_of(json, c->hypotheses[h].id);
        const char *name = ent__rating_name((ent_rating)c->ratings[cell]);
        if (c->reasons[cell].n == 0) {
            ent__json_z(json, name);
            continue;
        }
        ent__json_open(json, '{');
        ent__json_kz(json, "value", name);
        ent__json_kstr(json, "reason", c->reasons[cell]);
        ent__json_close(json, '}');
    }
    if (any) {
        ent__json_close(json, '}');
    }
}

void ent__case_json(ent_json *json, const ent_case *c, const bool *shown)
{
    known(json, "case", c->id);
    ent__json_kstr(json, "question", c->question);
    words(json, "states", c->states, c->state_count);
    known(json, "period", c->period);
    ent__json_key(json, "hypotheses");
    ent__json_open(json, '[');
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        ent__json_open(json, '{');
        ent__json_kstr(json, "id", c->hypotheses[h].id);
        known(json, "text", c->hypotheses[h].text);
        known(json, "group", c->hypotheses[h].group);
        if (!isnan(c->hypotheses[h].prior)) {
            ent__json_kdouble(json, "prior", c->hypotheses[h].prior);
        }
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
    ent__json_key(json, "evidence");
    ent__json_open(json, '[');
    for (size_t e = 0; e < c->evidence_count; e++) {
        json_item(json, c, &c->evidence[e]);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "ratings");
    ent__json_open(json, '{');
    for (size_t a = 0; a < c->analyst_count; a++) {
        if (shown != NULL && !shown[a]) {
            continue;
        }
        key_of(json, c->analysts[a]);
        ent__json_open(json, '{');
        for (size_t e = 0; e < c->evidence_count; e++) {
            json_cells(json, c, a, e);
        }
        ent__json_close(json, '}');
    }
    ent__json_close(json, '}');
}
