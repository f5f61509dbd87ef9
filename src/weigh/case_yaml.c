/* A case file in YAML, read by libyaml into a tree and then key by key, so that every error names
 * file, line and key.  The layout is described in docs/methods/weigh.md. */
#include <math.h>
#include <string.h>
#include <yaml.h>

#include "weigh.h"

enum { MOST_HYPOTHESES = 64, MOST_ITEMS = 2000, MOST_NODES = 400000 };

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const char *source;
    yaml_document_t *document;
    ent_case *c;
} reader;

static long line_of(const yaml_node_t *node)
{
    return (long)node->start_mark.line + 1;
}

__attribute__((format(printf, 3, 4))) static ent_rc wrong(reader *r, const yaml_node_t *node,
                                                          const char *format, ...)
{
    char message[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return ent__fail(r->ctx, ENT_EINPUT, r->source, line_of(node), "%s", message);
}

static yaml_node_t *node_at(reader *r, int index)
{
    return yaml_document_get_node(r->document, index);
}

static ent_str raw_text(const yaml_node_t *node)
{
    return (ent_str){(const char *)node->data.scalar.value, node->data.scalar.length};
}

/* A copy of a scalar's text in the case's arena. */
static ent_rc read_text(reader *r, const yaml_node_t *node, const char *key, ent_str *out)
{
    if (node->type != YAML_SCALAR_NODE) {
        return wrong(r, node, "%s: expected a text", key);
    }
    *out = ent__arena_str(r->arena, ent__str_trim(raw_text(node)));
    return out->p == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

static ent_rc read_share(reader *r, const yaml_node_t *node, const char *key, double *out)
{
    bool fits = node->type == YAML_SCALAR_NODE && ent__str_double(raw_text(node), out);
    return fits && *out >= 0 && *out <= 1 ? ENT_OK
                                          : wrong(r, node, "%s: expected a number from 0 to 1", key);
}

static ent_rc read_letter(reader *r, const yaml_node_t *node, const char *key, const char *letters,
                          char *out)
{
    ent_str s = node->type == YAML_SCALAR_NODE ? raw_text(node) : (ent_str){"", 0};
    if (s.n != 1 || strchr(letters, s.p[0]) == NULL) {
        return wrong(r, node, "%s: expected one of %s, got \"%.*s\"", key, letters,
                     s.n > 40 ? 40 : (int)s.n, s.p);
    }
    *out = s.p[0];
    return ENT_OK;
}

static ent_rc read_words(reader *r, const yaml_node_t *node, const char *key, const ent_str **out,
                         size_t *count)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return wrong(r, node, "%s: expected a list", key);
    }
    yaml_node_item_t *item = node->data.sequence.items.start;
    size_t n = (size_t)(node->data.sequence.items.top - item);
    ent_str *words = ent__arena_array(r->arena, n + 1, sizeof *words);
    if (words == NULL) {
        return ent__nomem(r->ctx);
    }
    *out = words;
    for (; *count < n; ++*count) {
        ent_rc rc = read_text(r, node_at(r, item[*count]), key, &words[*count]);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return ENT_OK;
}

/* Walks a mapping; take(r, target, key, value) reads one entry, and says ENT_EUSAGE for a key that
 * it does not know. */
static ent_rc each_key(reader *r, const yaml_node_t *map, const char *what, const char *known,
                       ent_rc (*take)(reader *, void *, ent_str, const yaml_node_t *), void *target)
{
    if (map->type != YAML_MAPPING_NODE) {
        return wrong(r, map, "%s: expected keys and values", what);
    }
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *key = node_at(r, p->key);
        if (key->type != YAML_SCALAR_NODE) {
            return wrong(r, key, "%s: expected a word as key", what);
        }
        for (yaml_node_pair_t *q = map->data.mapping.pairs.start; q < p; q++) {
            if (ent__str_eq(raw_text(node_at(r, q->key)), raw_text(key))) {
                return wrong(r, key, "%s: key \"%.*s\" stands twice", what, ENT_FMT(raw_text(key)));
            }
        }
        ent_rc rc = take(r, target, raw_text(key), node_at(r, p->value));
        if (rc == ENT_EUSAGE) {
            return wrong(r, key, "%s: unknown key \"%.*s\", expected %s", what,
                         ENT_FMT(raw_text(key)), known);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return ENT_OK;
}

/* ---- hypotheses and evidence ---- */

static ent_rc take_hypothesis(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    ent_hypothesis *h = target;
    if (ent__str_eqz(key, "id")) {
        return read_text(r, value, "id", &h->id);
    }
    if (ent__str_eqz(key, "text")) {
        return read_text(r, value, "text", &h->text);
    }
    if (ent__str_eqz(key, "group")) {
        return read_text(r, value, "group", &h->group);
    }
    return ent__str_eqz(key, "prior") ? read_share(r, value, "prior", &h->prior) : ENT_EUSAGE;
}

size_t ent__case_hypothesis(const ent_case *c, ent_str id)
{
    size_t h = 0;
    while (h < c->hypothesis_count && !ent__str_eq(c->hypotheses[h].id, id)) {
        h++;
    }
    return h;
}

size_t ent__case_evidence(const ent_case *c, ent_str id)
{
    size_t e = 0;
    while (e < c->evidence_count && !ent__str_eq(c->evidence[e].id, id)) {
        e++;
    }
    return e;
}

static ent_rc take_likelihood(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    size_t h = ent__case_hypothesis(r->c, key);
    return h == r->c->hypothesis_count
               ? wrong(r, value, "likelihood: no hypothesis \"%.*s\"", ENT_FMT(key))
               : read_share(r, value, "likelihood", &((double *)target)[h]);
}

static ent_rc read_likelihood(reader *r, ent_evidence *item, const yaml_node_t *value)
{
    item->likelihood = ent__arena_array(r->arena, MOST_HYPOTHESES, sizeof(double));
    if (item->likelihood == NULL) {
        return ent__nomem(r->ctx);
    }
    for (size_t h = 0; h < MOST_HYPOTHESES; h++) {
        item->likelihood[h] = NAN;
    }
    return each_key(r, value, "likelihood", "ids of hypotheses", take_likelihood, item->likelihood);
}

static ent_rc read_kind(reader *r, ent_evidence *item, const yaml_node_t *value)
{
    static const char *const kinds[] = {"fact", "statement", "assumption", "absence"};
    ent_rc rc = read_text(r, value, "kind", &item->kind);
    for (size_t i = 0; rc == ENT_OK && i < 4; i++) {
        if (ent__str_eqz(item->kind, kinds[i])) {
            return ENT_OK;
        }
    }
    return rc != ENT_OK ? rc
                        : wrong(r, value, "kind: expected fact, statement, assumption or absence");
}

static ent_rc read_day(reader *r, ent_evidence *item, const yaml_node_t *value)
{
    ent_date day;
    ent_rc rc = read_text(r, value, "date", &item->date);
    return rc != ENT_OK || ent__date_parse(item->date, &day)
               ? rc
               : wrong(r, value, "date: expected 2025, 2025-02 or 2025-02-12, got \"%.*s\"",
                       ENT_FMT(item->date));
}

static ent_rc take_evidence(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    ent_evidence *item = target;
    const struct {
        const char *key;
        ent_str *field;
    } texts[] = {{"id", &item->id}, {"text", &item->text}, {"group", &item->group},
                 {"source", &item->source}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (ent__str_eqz(key, texts[i].key)) {
            return read_text(r, value, texts[i].key, texts[i].field);
        }
    }
    const struct {
        const char *key, *letters;
        char *field;
    } letters[] = {{"credibility", "HML", &item->credibility},
                   {"relevance", "HML", &item->relevance},
                   {"reliability", "ABCDEF", &item->reliability},
                   {"information", "123456", &item->information}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (ent__str_eqz(key, letters[i].key)) {
            return read_letter(r, value, letters[i].key, letters[i].letters, letters[i].field);
        }
    }
    if (ent__str_eqz(key, "links")) {
        return read_words(r, value, "links", &item->links, &item->link_count);
    }
    if (ent__str_eqz(key, "kind")) {
        return read_kind(r, item, value);
    }
    if (ent__str_eqz(key, "date")) {
        return read_day(r, item, value);
    }
    return ent__str_eqz(key, "likelihood") ? read_likelihood(r, item, value) : ENT_EUSAGE;
}

static ent_rc read_hypotheses(reader *r, const yaml_node_t *list)
{
    ent_case *c = r->c;
    c->hypotheses = ent__arena_array(r->arena, MOST_HYPOTHESES, sizeof *c->hypotheses);
    if (c->hypotheses == NULL) {
        return ent__nomem(r->ctx);
    }
    if (list->type != YAML_SEQUENCE_NODE) {
        return wrong(r, list, "hypotheses: expected a list");
    }
    yaml_node_item_t *item = list->data.sequence.items.start;
    for (; item < list->data.sequence.items.top; item++) {
        const yaml_node_t *node = node_at(r, *item);
        ent_hypothesis h = {.prior = NAN};
        ent_rc rc = each_key(r, node, "hypothesis", "id, text, group, prior", take_hypothesis, &h);
        if (rc != ENT_OK) {
            return rc;
        }
        if (h.id.n == 0 || ent__case_hypothesis(c, h.id) < c->hypothesis_count) {
            return wrong(r, node, "hypothesis: expected an id of its own, got \"%.*s\"",
                         ENT_FMT(h.id));
        }
        if (c->hypothesis_count == MOST_HYPOTHESES) {
            return wrong(r, node, "hypotheses: at most %d", MOST_HYPOTHESES);
        }
        c->hypotheses[c->hypothesis_count++] = h;
    }
    return c->hypothesis_count >= 2 ? ENT_OK : wrong(r, list, "hypotheses: expected two or more");
}

static ent_rc read_evidence(reader *r, const yaml_node_t *list)
{
    ent_case *c = r->c;
    if (list->type != YAML_SEQUENCE_NODE) {
        return wrong(r, list, "evidence: expected a list");
    }
    yaml_node_item_t *item = list->data.sequence.items.start;
    size_t n = (size_t)(list->data.sequence.items.top - item);
    if (n == 0 || n > MOST_ITEMS) {
        return wrong(r, list, "evidence: expected 1 to %d items, got %zu", MOST_ITEMS, n);
    }
    c->evidence = ent__arena_array(r->arena, n, sizeof *c->evidence);
    if (c->evidence == NULL) {
        return ent__nomem(r->ctx);
    }
    for (; item < list->data.sequence.items.top; item++) {
        const yaml_node_t *node = node_at(r, *item);
        ent_evidence one = {.line = line_of(node)};
        ent_rc rc = each_key(r, node, "evidence",
                             "id, text, kind, date, group, source, credibility, relevance, "
                             "reliability, information, links, likelihood",
                             take_evidence, &one);
        if (rc != ENT_OK) {
            return rc;
        }
        if (one.id.n == 0 || ent__case_evidence(c, one.id) < c->evidence_count) {
            return wrong(r, node, "evidence: expected an id of its own, got \"%.*s\"",
                         ENT_FMT(one.id));
        }
        c->evidence[c->evidence_count++] = one;
    }
    return ENT_OK;
}

/* ---- ratings ---- */

typedef struct {
    size_t analyst, item;
} place;

static ent_rc set_rating(reader *r, place at, size_t h, const yaml_node_t *value)
{
    ent_rating rating;
    ent_str s = value->type == YAML_SCALAR_NODE ? raw_text(value) : (ent_str){"?", 1};
    if (!ent__rating_parse(s, &rating)) {
        return wrong(r, value, "rating of %.*s: expected II, I, N, C, CC, NA or blank, got \"%.*s\"",
                     ENT_FMT(r->c->evidence[at.item].id), s.n > 40 ? 40 : (int)s.n, s.p);
    }
    r->c->ratings[ent__cell(r->c, at.analyst, at.item, h)] = (uint8_t)rating;
    return ENT_OK;
}

typedef struct {
    place at;
    size_t hypothesis;
} cell_place;

static ent_rc take_reasoned(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    cell_place *cell = target;
    if (ent__str_eqz(key, "value")) {
        return set_rating(r, cell->at, cell->hypothesis, value);
    }
    size_t index = ent__cell(r->c, cell->at.analyst, cell->at.item, cell->hypothesis);
    return ent__str_eqz(key, "reason") ? read_text(r, value, "reason", &r->c->reasons[index])
                                       : ENT_EUSAGE;
}

static ent_rc take_cell(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    cell_place cell = {*(place *)target, ent__case_hypothesis(r->c, key)};
    if (cell.hypothesis == r->c->hypothesis_count) {
        return wrong(r, value, "ratings: no hypothesis \"%.*s\"", ENT_FMT(key));
    }
    return value->type == YAML_MAPPING_NODE
               ? each_key(r, value, "rating", "value, reason", take_reasoned, &cell)
               : set_rating(r, cell.at, cell.hypothesis, value);
}

static ent_rc take_item(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    place at = {*(size_t *)target, ent__case_evidence(r->c, key)};
    return at.item == r->c->evidence_count
               ? wrong(r, value, "ratings: no evidence \"%.*s\"", ENT_FMT(key))
               : each_key(r, value, "ratings", "ids of hypotheses", take_cell, &at);
}

static ent_rc take_analyst(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    (void)target;
    size_t analyst = r->c->analyst_count++;
    r->c->analysts[analyst] = ent__arena_str(r->arena, key);
    return each_key(r, value, "ratings", "ids of evidence", take_item, &analyst);
}

/* A case that nobody has rated yet is a case. */
static ent_rc read_ratings(reader *r, const yaml_node_t *map)
{
    ent_case *c = r->c;
    bool none = map == NULL || (map->type == YAML_SCALAR_NODE && raw_text(map).n == 0);
    size_t analysts = none || map->type != YAML_MAPPING_NODE
                          ? 0
                          : (size_t)(map->data.mapping.pairs.top - map->data.mapping.pairs.start);
    if ((!none && map->type != YAML_MAPPING_NODE) || analysts > ENT_CASE_ANALYSTS_MOST) {
        return wrong(r, map, "ratings: expected at most %d analysts, each with ratings",
                     ENT_CASE_ANALYSTS_MOST);
    }
    size_t cells = analysts * c->evidence_count * c->hypothesis_count;
    c->analysts = ent__arena_array(r->arena, analysts, sizeof *c->analysts);
    c->ratings = ent__arena_array(r->arena, cells, 1);
    c->reasons = ent__arena_array(r->arena, cells, sizeof *c->reasons);
    if (c->analysts == NULL || c->ratings == NULL || c->reasons == NULL) {
        return ent__nomem(r->ctx);
    }
    return none ? ENT_OK : each_key(r, map, "ratings", "names of analysts", take_analyst, NULL);
}

/* ---- the whole ---- */

typedef struct {
    const yaml_node_t *hypotheses, *evidence, *ratings;
} parts;

static ent_rc take_top(reader *r, void *target, ent_str key, const yaml_node_t *value)
{
    parts *p = target;
    if (ent__str_eqz(key, "hypotheses")) {
        p->hypotheses = value;
    } else if (ent__str_eqz(key, "evidence")) {
        p->evidence = value;
    } else if (ent__str_eqz(key, "ratings")) {
        p->ratings = value;
    } else if (ent__str_eqz(key, "case")) {
        return read_text(r, value, "case", &r->c->id);
    } else if (ent__str_eqz(key, "question")) {
        return read_text(r, value, "question", &r->c->question);
    } else if (ent__str_eqz(key, "period")) {
        return read_text(r, value, "period", &r->c->period);
    } else if (ent__str_eqz(key, "states")) {
        return read_words(r, value, "states", &r->c->states, &r->c->state_count);
    } else {
        return ENT_EUSAGE;
    }
    return ENT_OK;
}

/* Given priors of one group leave nothing negative, and sum to 1 where all are given. */
static ent_rc check_priors(reader *r, const yaml_node_t *list)
{
    for (size_t h = 0; h < r->c->hypothesis_count; h++) {
        double sum = 0;
        for (size_t k = 0; k < r->c->hypothesis_count; k++) {
            if (ent__str_eq(r->c->hypotheses[k].group, r->c->hypotheses[h].group)) {
                sum += ent__prior(r->c, k);
            }
        }
        if (!(ent__prior(r->c, h) > 0) || fabs(sum - 1) > 1e-6) {
            return wrong(r, list, "priors: those of the group of %.*s must be above 0 and sum to 1",
                         ENT_FMT(r->c->hypotheses[h].id));
        }
    }
    return ENT_OK;
}

/* An answer in JSON holds its case whole under "case". */
static const yaml_node_t *case_inside(reader *r, const yaml_node_t *root)
{
    for (yaml_node_pair_t *p = root->type == YAML_MAPPING_NODE ? root->data.mapping.pairs.start : NULL;
         p != NULL && p < root->data.mapping.pairs.top; p++) {
        const yaml_node_t *key = node_at(r, p->key), *value = node_at(r, p->value);
        if (key->type == YAML_SCALAR_NODE && ent__str_eqz(raw_text(key), "case") &&
            value->type == YAML_MAPPING_NODE) {
            return value;
        }
    }
    return root;
}

static ent_rc read_root(reader *r, const yaml_node_t *root)
{
    parts p = {0};
    root = case_inside(r, root);
    ent_rc rc = each_key(r, root, "case",
                         "case, question, states, period, hypotheses, evidence, ratings", take_top,
                         &p);
    if (rc != ENT_OK) {
        return rc;
    }
    if (p.hypotheses == NULL || p.evidence == NULL || r->c->question.n == 0) {
        return wrong(r, root, "case: expected question, hypotheses and evidence");
    }
    rc = read_hypotheses(r, p.hypotheses);
    rc = rc == ENT_OK ? check_priors(r, p.hypotheses) : rc;
    rc = rc == ENT_OK ? read_evidence(r, p.evidence) : rc;
    return rc == ENT_OK ? read_ratings(r, p.ratings) : rc;
}

static ent_rc load(reader *r, ent_str bytes)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return ent__nomem(r->ctx);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.p, bytes.n);
    yaml_document_t document;
    ent_rc rc;
    if (!yaml_parser_load(&parser, &document)) {
        rc = ent__fail(r->ctx, ENT_EINPUT, r->source, (long)parser.problem_mark.line + 1,
                       "is no YAML: %s", parser.problem == NULL ? "unreadable" : parser.problem);
    } else {
        r->document = &document;
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        if (root == NULL || document.nodes.top - document.nodes.start > MOST_NODES) {
            rc = ent__fail(r->ctx, ENT_EINPUT, r->source, 0,
                           root == NULL ? "is empty, expected a case" : "has too many entries");
        } else {
            rc = read_root(r, root);
        }
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return rc;
}

ent_rc ent__case_parse_yaml(ent_ctx *ctx, ent_arena *arena, ent_str bytes, const char *source,
                            ent_case **out)
{
    size_t bad;
    if (!ent__utf8_valid(bytes, &bad)) {
        return ent__fail(ctx, ENT_EINPUT, source, 0, "byte %zu is not UTF-8", bad);
    }
    reader r = {.ctx = ctx, .arena = arena, .source = source};
    r.c = ent__arena_alloc(arena, sizeof *r.c);
    *out = r.c;
    return r.c == NULL ? ent__nomem(ctx) : load(&r, bytes);
}

enum { CASE_LIMIT = 16 << 20 };

const char ent__case_html_begin[] = "<script type=\"application/json\" id=\"case\">";
const char ent__case_markdown_begin[] = "\n```yaml\n";

/* The case inside of a page of ours: what stands between the last `begin` and the next `end`. */
static ent_rc inside(ent_ctx *ctx, const char *path, ent_str whole, const char *begin,
                     const char *end, ent_str *out)
{
    size_t n = strlen(begin), at = SIZE_MAX;
    for (size_t i = 0; i + n <= whole.n; i++) {
        at = memcmp(whole.p + i, begin, n) == 0 ? i + n : at;
    }
    const char *stop = at == SIZE_MAX ? NULL : memmem(whole.p + at, whole.n - at, end, strlen(end));
    if (stop == NULL) {
        return ent__fail(ctx, ENT_EINPUT, path, 0,
                         "holds no case: expected a page as `entente weigh -o` writes it");
    }
    *out = (ent_str){whole.p + at, (size_t)(stop - whole.p) - at};
    return ENT_OK;
}

ent_rc ent__case_read(ent_ctx *ctx, ent_arena *arena, const char *path, ent_case **out)
{
    if (ent__str_ends(ent__str(path), ".csv")) {
        return ent__case_read_csv(ctx, arena, path, out);
    }
    ent_buf bytes = {0};
    ent_rc rc = ent__file_read(ctx, path, CASE_LIMIT, &bytes);
    ent_str text = ent__buf_slice(&bytes), name = ent__str(path);
    if (rc == ENT_OK && (ent__str_ends(name, ".html") || ent__str_ends(name, ".htm"))) {
        rc = inside(ctx, path, text, ent__case_html_begin, "</script>", &text);
    } else if (rc == ENT_OK && ent__str_ends(name, ".md")) {
        rc = inside(ctx, path, text, ent__case_markdown_begin, "\n```", &text);
    }
    if (rc == ENT_OK) {
        rc = ent__case_parse_yaml(ctx, arena, text, path, out);
    }
    ent__buf_free(&bytes);
    return rc;
}
