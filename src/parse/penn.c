/* A given parse in place of ours: Penn trees or CoNLL-U rows, laid over the document's text.
 *
 * In:  ent_text with its parse.  Out: a tree as ent__parse gives it.
 * Method: brackets are read without recursion; each token is looked for in the text from where the
 *         one before ended, past a few bytes of what the parse left out; penn_relations.c makes
 *         dependencies.  A parse that fits less than four tokens in five is refused.
 * Source: Penn Treebank bracketing guidelines (Bies et al. 1995); universaldependencies.org.
 * Cost:   O(bytes of the parse). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "names.h"
#include "penn.h"
#include "word.h"

typedef struct {
    ent_ctx *ctx;
    const ent__model *model;
    ent_arena *arena;
    const ent_text *text;
    ent_penn penn;
    ent_draft draft;
    size_t cursor, placed;
} given;

static ent_rc refuse(given *g, const char *why)
{
    return ent__fail(g->ctx, ENT_EINPUT, g->text->source.p, g->text->line,
                     "the given parse is not understood: %s", why);
}

/* ---- tokens in the text -------------------------------------------------------------------- */

/* What a token of a treebank may be written as; the first that fits counts. */
static size_t spellings(ent_str form, const char *out[4])
{
    static const struct { const char *token, *text[4]; } known[] = {
        {"-LRB-", {"("}}, {"-RRB-", {")"}}, {"-LSB-", {"["}}, {"-RSB-", {"]"}},
        {"-LCB-", {"{"}}, {"-RCB-", {"}"}}, {"``", {"\"", "\u201c", "''", "``"}},
        {"''", {"\"", "\u201d", "''", "\u201c"}}, {"`", {"'", "\u2018", "`"}},
        {"'", {"'", "\u2019", "`"}}, {"--", {"--", "\u2014", "\u2013", "-"}},
        {"...", {"...", "\u2026"}}, {"'s", {"'s", "\u2019s"}}, {"n't", {"n't", "n\u2019t"}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (form.n == strlen(known[i].token) && strncasecmp(form.p, known[i].token, form.n) == 0) {
            size_t n = 0;
            while (n < 4 && known[i].text[n] != NULL) {
                out[n] = known[i].text[n];
                n++;
            }
            return n;
        }
    }
    out[0] = form.p; /* NUL-terminated: forms are copies in the arena */
    return 1;
}

static size_t match_at(ent_str text, size_t at, const char *spelling)
{
    size_t n = strlen(spelling);
    return n > 0 && at + n <= text.n && strncasecmp(text.p + at, spelling, n) == 0 ? n : 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Finds the token at or a little behind the cursor, at the start of a word unless it follows the
 * token before at once. */
static void place(given *g, ent_token *t)
{
    ent_str text = g->text->text;
    const char *tries[4];
    size_t count = spellings(t->form, tries);
    size_t reach = t->form.n < 3 ? 8 : 40;
    while (g->cursor < text.n && is_space(text.p[g->cursor])) {
        g->cursor++;
    }
    for (size_t at = g->cursor; at < text.n && at <= g->cursor + reach; at++) {
        for (size_t i = 0; i < count; i++) {
            size_t n = match_at(text, at, tries[i]);
            bool starts = at == g->cursor || is_space(text.p[at - 1]);
            if (n > 0 && starts) {
                t->begin = (uint32_t)at;
                t->end = (uint32_t)(at + n);
                t->form = ent__str_sub(text, at, at + n);
                g->cursor = at + n;
                g->placed++;
                return;
            }
        }
    }
    t->begin = t->end = (uint32_t)g->cursor; /* the parse has what the text lacks */
}

/* Spans, flags, features, lemmas of tokens[first ..]; a sentence over them. */
static ent_rc finish_sentence(given *g, size_t first, bool lemmas)
{
    ent_draft *d = &g->draft;
    for (size_t i = first; i < d->token_count; i++) {
        ent_token *t = &d->tokens[i];
        place(g, t);
        t->flags |= (uint8_t)ent__case_flags(t->form);
        if (i > first && t->begin == d->tokens[i - 1].end) {
            d->tokens[i - 1].flags |= ENT_TOKEN_NO_SPACE_AFTER;
        }
    }
    uint32_t root = (uint32_t)first;
    for (size_t i = first; i < d->token_count; i++) {
        root = d->tokens[i].head == ENT_NO_TOKEN ? (uint32_t)i : root;
    }
    for (size_t i = first; lemmas && g->model != NULL && i < d->token_count; i++) {
        ent_word word;
        ent__word_of(d->tokens[i].form, &word);
        ent__feats_set(g->model, word.key, &d->tokens[i]);
        if (!ent__lemma_set(g->model, g->arena, &d->tokens[i])) {
            return ent__nomem(g->ctx);
        }
    }
    if (!ent__draft_sentence(d, (uint32_t)first, 0)) {
        return ent__nomem(g->ctx);
    }
    if (d->token_count > first) {
        d->sentences[d->sentence_count - 1].root = root;
    }
    return ENT_OK;
}

/* ---- Penn trees ---------------------------------------------------------------------------- */

static uint32_t node_add(given *g, uint32_t parent, uint32_t *last_child)
{
    ent_penn *p = &g->penn;
    ent_penn_node *grown = ent__grow(p->nodes, p->count, &p->capacity, sizeof *grown);
    if (grown == NULL) {
        return ENT_NO_NODE;
    }
    p->nodes = grown;
    uint32_t number = (uint32_t)p->count++;
    p->nodes[number] = (ent_penn_node){.parent = parent, .first_child = ENT_NO_NODE,
                                       .next = ENT_NO_NODE, .token = ENT_NO_TOKEN};
    if (parent != ENT_NO_NODE) {
        if (*last_child == ENT_NO_NODE) {
            p->nodes[parent].first_child = number;
        } else {
            p->nodes[*last_child].next = number;
        }
    }
    return number;
}

static bool is_delimiter(char c)
{
    return is_space(c) || c == '(' || c == ')';
}

static ent_str next_word(ent_str parse, size_t *at)
{
    size_t begin = *at;
    while (*at < parse.n && !is_delimiter(parse.p[*at])) {
        (*at)++;
    }
    return ent__str_sub(parse, begin, *at);
}

/* "NP-SBJ-1" is NP with the function SBJ; "-LRB-" stays. */
static void set_label(ent_penn_node *node, ent_str label)
{
    const char *cut = label.n > 1 && label.p[0] != '-' ? memchr(label.p, '-', label.n) : NULL;
    const char *equals = label.n > 1 ? memchr(label.p, '=', label.n) : NULL;
    cut = cut == NULL || (equals != NULL && equals < cut) ? equals : cut;
    size_t n = cut == NULL ? label.n : (size_t)(cut - label.p);
    node->label = ent__str_sub(label, 0, n);
    ent_str rest = ent__str_sub(label, n < label.n ? n + 1 : n, label.n);
    ent__str_split(&rest, '-', &node->function);
}

/* The word of a leaf becomes a token; traces ("-NONE-") do not. */
static ent_rc add_leaf(given *g, uint32_t node, ent_str form, size_t first)
{
    ent_draft *d = &g->draft;
    ent_token *grown = ent__grow(d->tokens, d->token_count, &d->token_capacity, sizeof *grown);
    char *copy = (char *)ent__arena_str(g->arena, form).p;
    if (grown == NULL || copy == NULL) {
        d->tokens = grown == NULL ? d->tokens : grown;
        return ent__nomem(g->ctx);
    }
    d->tokens = grown;
    size_t n = 0;
    for (size_t i = 0; i < form.n; i++) { /* "1\/2" */
        char next = i + 1 < form.n ? form.p[i + 1] : '\0';
        if (form.p[i] != '\\' || (next != '/' && next != '*')) {
            copy[n++] = form.p[i];
        }
    }
    copy[n] = '\0';
    g->penn.nodes[node].form = (ent_str){copy, n};
    g->penn.nodes[node].token = (uint32_t)(d->token_count - first);
    d->tokens[d->token_count++] =
        (ent_token){.form = {copy, n}, .lemma = {copy, n}, .head = ENT_NO_TOKEN,
                    .sentence = (uint32_t)d->sentence_count};
    return ENT_OK;
}

/* Reads one bracketed tree from *at on into nodes and tokens. */
static ent_rc read_tree(given *g, ent_str parse, size_t *at, size_t first)
{
    enum { DEEPEST = 400 };
    uint32_t open[DEEPEST], last[DEEPEST];
    size_t depth = 0;
    do {
        while (*at < parse.n && is_space(parse.p[*at])) {
            (*at)++;
        }
        if (*at == parse.n) {
            return refuse(g, "a bracket is never closed");
        }
        if (parse.p[*at] == '(') {
            if (depth == DEEPEST) {
                return refuse(g, "brackets stand too deep");
            }
            if (depth > 0 && g->penn.nodes[open[depth - 1]].token != ENT_NO_TOKEN) {
                return refuse(g, "a word stands beside brackets");
            }
            (*at)++;
            uint32_t node = node_add(g, depth > 0 ? open[depth - 1] : ENT_NO_NODE,
                                     depth > 0 ? &last[depth - 1] : NULL);
            if (node == ENT_NO_NODE) {
                return ent__nomem(g->ctx);
            }
            if (depth > 0) {
                last[depth - 1] = node;
            }
            set_label(&g->penn.nodes[node], next_word(parse, at));
            open[depth] = node;
            last[depth++] = ENT_NO_NODE;
        } else if (parse.p[*at] == ')') {
            (*at)++;
            depth--;
        } else {
            ent_str form = next_word(parse, at);
            ent_penn_node *node = &g->penn.nodes[open[depth - 1]];
            bool trace = ent__str_eqz(node->label, "-NONE-");
            if (node->token != ENT_NO_TOKEN || last[depth - 1] != ENT_NO_NODE) {
                return refuse(g, "a word stands beside brackets");
            }
            ent_rc rc = trace ? ENT_OK : add_leaf(g, open[depth - 1], form, first);
            if (rc != ENT_OK) {
                return rc;
            }
        }
    } while (depth > 0);
    return ENT_OK;
}

/* Takes brackets without words (traces) out of the tree, from the leaves up. */
static void prune(ent_penn *p)
{
    for (uint32_t i = (uint32_t)p->count; i-- > 0;) {
        uint32_t *link = &p->nodes[i].first_child;
        while (*link != ENT_NO_NODE) {
            const ent_penn_node *c = &p->nodes[*link];
            if (c->token == ENT_NO_TOKEN && c->first_child == ENT_NO_NODE) {
                *link = c->next;
            } else {
                link = &p->nodes[*link].next;
            }
        }
    }
}

static ent_rc read_penn(given *g, ent_str parse)
{
    ent_rc rc = ENT_OK;
    for (size_t at = 0; rc == ENT_OK;) {
        while (at < parse.n && is_space(parse.p[at])) {
            at++;
        }
        if (at == parse.n) {
            return ENT_OK;
        }
        size_t first = g->draft.token_count;
        g->penn.count = 0;
        rc = parse.p[at] == '(' ? read_tree(g, parse, &at, first)
                                : refuse(g, "expected an opening bracket");
        if (rc != ENT_OK || g->draft.token_count == first) {
            continue;
        }
        prune(&g->penn);
        ent__penn_relate(&g->penn, 0, g->draft.tokens + first);
        for (size_t i = first; i < g->draft.token_count; i++) {
            ent_token *t = &g->draft.tokens[i];
            t->head = t->head == ENT_NO_TOKEN ? t->head : t->head + (uint32_t)first;
        }
        rc = finish_sentence(g, first, true);
    }
    return rc;
}

/* ---- CoNLL-U ------------------------------------------------------------------------------- */

/* Names of Universal Dependencies 1 in those of 2. */
static const char *modern(ent_str name, bool verb_head)
{
    static const struct { const char *old, *now; } names[] = {
        {"dobj", "obj"}, {"nsubjpass", "nsubj:pass"}, {"csubjpass", "csubj:pass"},
        {"auxpass", "aux:pass"}, {"neg", "advmod"}, {"mwe", "fixed"}, {"name", "flat"},
        {"foreign", "flat"}, {"remnant", "orphan"}, {"CONJ", "CCONJ"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ent__str_eqz(name, names[i].old)) {
            return names[i].now;
        }
    }
    return verb_head && ent__str_eqz(name, "nmod") ? "obl" : NULL;
}

/* One row with ten columns and known names; `rows` for the head's part of speech. */
static void modern_row(ent_buf *out, ent_str line, bool old, const ent_map *verbs)
{
    ent_str field[10], rest = line;
    size_t count = 0;
    while (count < 10 && ent__str_split(&rest, '\t', &field[count])) {
        count++;
    }
    uint32_t verb;
    for (size_t i = 0; i < 10; i++) {
        ent_str value = i < count && field[i].n > 0 ? field[i] : ENT_LIT("_");
        bool under_verb = old && count > 7 && ent__map_get(verbs, field[6], &verb);
        const char *now = i == 3 || i == 7 ? modern(value, i == 7 && under_verb) : NULL;
        value = now == NULL ? value : ent__str(now);
        bool range = count > 0 && memchr(field[0].p, '-', field[0].n) != NULL;
        if (!range && i == 3 && ent__upos_find(value) < 0) {
            value = ENT_LIT("X");
        } else if (!range && i == 7 && ent__deprel_find(value) < 0) {
            value = ENT_LIT("dep");
        }
        ent__buf_str(out, value);
        ent__buf_char(out, i == 9 ? '\n' : '\t');
    }
}

static void modern_sentence(ent_buf *out, ent_str rows, ent_map *verbs)
{
    ent_str rest = rows, line, field[5];
    bool old = memmem(rows.p, rows.n, "dobj", 4) != NULL ||
               memmem(rows.p, rows.n, "subjpass", 8) != NULL ||
               memmem(rows.p, rows.n, "auxpass", 7) != NULL;
    while (ent__str_split(&rest, '\n', &line)) {
        ent_str cells = line;
        size_t count = 0;
        while (count < 5 && ent__str_split(&cells, '\t', &field[count])) {
            count++;
        }
        if (old && count > 3 && ent__str_eqz(field[3], "VERB")) {
            ent__map_put(verbs, field[0], 1);
        }
    }
    rest = rows;
    while (ent__str_split(&rest, '\n', &line)) {
        ent_str trimmed = ent__str_trim(line);
        if (trimmed.n > 0 && trimmed.p[0] != '#') {
            modern_row(out, trimmed, old, verbs);
        }
    }
    ent__buf_char(out, '\n');
}

static bool is_blank(ent_str line)
{
    return ent__str_trim(line).n == 0;
}

static ent_rc modernise(given *g, ent_str parse, ent_buf *out)
{
    ent_str rest = parse, line;
    size_t begin = 0, end = 0;
    bool more = true;
    while (more && !out->failed) {
        more = ent__str_split(&rest, '\n', &line);
        if (more && !is_blank(line)) {
            end = (size_t)(line.p - parse.p) + line.n;
            continue;
        }
        ent_map *verbs = ent__map_new(16);
        if (verbs == NULL) {
            return ent__nomem(g->ctx);
        }
        if (end > begin) {
            modern_sentence(out, ent__str_sub(parse, begin, end), verbs);
        }
        ent__map_free(verbs);
        begin = end = more ? (size_t)(line.p - parse.p) + line.n : end;
    }
    return out->failed ? ent__nomem(g->ctx) : ENT_OK;
}

static ent_rc read_conllu(given *g, const ent_kit *kit, ent_str parse)
{
    ent_buf rows = {0};
    ent_text apart; /* the text that the rows alone would give */
    ent_tree *tree = NULL;
    ent_rc rc = modernise(g, parse, &rows);
    if (rc == ENT_OK) {
        rc = ent__conllu_read(g->ctx, kit, g->arena, ent__buf_slice(&rows), "the given parse", true,
                              &apart, &tree);
    }
    ent__buf_free(&rows);
    for (size_t i = 0; rc == ENT_OK && i < tree->sentence_count; i++) {
        const ent_sentence *s = &tree->sentences[i];
        size_t first = g->draft.token_count;
        for (uint32_t k = 0; rc == ENT_OK && k < s->token_count; k++) {
            ent_draft *d = &g->draft;
            ent_token *grown = ent__grow(d->tokens, d->token_count, &d->token_capacity,
                                         sizeof *grown);
            if (grown == NULL) {
                return ent__nomem(g->ctx);
            }
            d->tokens = grown;
            d->tokens[d->token_count] = tree->tokens[s->first + k];
            d->tokens[d->token_count].flags = 0;
            d->tokens[d->token_count++].sentence = (uint32_t)d->sentence_count;
        }
        rc = rc == ENT_OK ? finish_sentence(g, first, false) : rc;
    }
    return rc;
}

ent_rc ent__parse_given(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                        ent_tree **out)
{
    given g = {.ctx = ctx, .model = kit == NULL ? NULL : ent__model_of(kit), .arena = arena,
               .text = text};
    ent_str parse = ent__str_trim(text->parse);
    ent_rc rc = parse.n > 0 && parse.p[0] == '(' ? read_penn(&g, parse)
                                                 : read_conllu(&g, kit, parse);
    if (rc == ENT_OK && g.draft.token_count == 0) {
        rc = refuse(&g, "it has no word");
    } else if (rc == ENT_OK && g.placed * 5 < g.draft.token_count * 4) {
        rc = ent__fail(ctx, ENT_EINPUT, text->source.p, text->line,
                       "the given parse does not fit the text: %zu of %zu words found", g.placed,
                       g.draft.token_count);
    }
    if (rc == ENT_OK) {
        rc = ent__draft_finish(ctx, g.model, arena, text->text, &g.draft, out);
    }
    free(g.penn.nodes);
    ent__draft_free(&g.draft);
    return rc;
}
