/* conllu: CoNLL-U in and out (universaldependencies.org/format).
 *
 * In: CoNLL-U bytes.  Out: a text rebuilt from forms and SpaceAfter (paragraphs, told by "# newpar"
 * and "# newdoc", apart by blank lines), sentences and tokens with byte offsets into it, trees as
 * given or by our model.  Empty nodes (8.1) are dropped.  Out again: ten columns, multiword ranges,
 * SpaceAfter.  Cost: one pass each way. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "split.h"

typedef struct {
    ent_ctx *ctx;
    const char *source;
    bool keep;
    long line;
    ent_arena *arena;
    ent_buf text;
    ent_draft draft;
    ent_map *feats;
    uint32_t first;                  /* first token of the open sentence */
    uint32_t range_begin, range_end; /* IDs of the open multiword token, 0: none */
    ent_str range_form;
    bool range_space, paragraph, space; /* space: white space follows the last token */
} conllu_in;

static ent_rc bad(conllu_in *r, const char *expected, ent_str got)
{
    return ent__fail(r->ctx, ENT_EINPUT, r->source, r->line, "expected %s, got \"%.*s\"", expected,
                     (int)(got.n > 60 ? 60 : got.n), got.p);
}

static bool space_follows(ent_str misc)
{
    ent_str field;
    while (ent__str_split(&misc, '|', &field)) {
        if (ent__str_eqz(field, "SpaceAfter=No")) {
            return false;
        }
    }
    return true;
}

/* Appends a surface token; what stands between it and the one before comes first. */
static uint32_t surface_add(conllu_in *r, ent_str form)
{
    bool start = r->first == r->draft.token_count;
    if (r->text.n > 0 && start && r->paragraph) {
        ent__buf_z(&r->text, "\n\n");
    } else if (r->text.n > 0 && r->space) {
        ent__buf_char(&r->text, ' ');
    }
    r->paragraph = r->paragraph && !start;
    uint32_t at = (uint32_t)r->text.n;
    ent__buf_str(&r->text, form);
    return at;
}

/* Words of the multiword token just completed get the parts of its letters when they add up to it,
 * else all of it. */
static void range_close(conllu_in *r)
{
    ent_token *words = r->draft.tokens + r->first + r->range_begin - 1;
    uint32_t n = r->range_end - r->range_begin + 1, at = words[0].begin;
    size_t total = 0;
    for (uint32_t k = 0; k < n; k++) {
        total += words[k].form.n;
    }
    for (uint32_t k = 0; k < n; k++) {
        bool parts = total == r->range_form.n;
        words[k].begin = at;
        words[k].end = parts ? at + (uint32_t)words[k].form.n : at + (uint32_t)r->range_form.n;
        at = parts ? words[k].end : at;
        words[k].flags |= k == 0 ? ENT_TOKEN_MULTIWORD_FIRST : ENT_TOKEN_MULTIWORD_REST;
        if (k + 1 < n || !r->range_space) {
            words[k].flags |= ENT_TOKEN_NO_SPACE_AFTER;
        }
    }
    r->space = r->range_space;
    r->range_begin = r->range_end = 0;
}

static ent_rc range_open(conllu_in *r, const ent_str *field, const char *dash)
{
    int64_t begin, end;
    uint32_t next = (uint32_t)r->draft.token_count - r->first + 1;
    ent_str from = {field[0].p, (size_t)(dash - field[0].p)};
    ent_str to = {dash + 1, field[0].n - from.n - 1};
    if (!ent__str_int(from, &begin) || !ent__str_int(to, &end) || begin != (int64_t)next ||
        end <= begin || end > 60000 || r->range_begin != 0) {
        return bad(r, "a range from the next word on", field[0]);
    }
    r->range_begin = (uint32_t)begin;
    r->range_end = (uint32_t)end;
    r->range_form = ent__arena_str(r->arena, field[1]);
    r->range_space = space_follows(field[9]);
    return r->range_form.p == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

/* Columns 3 to 8 as they stand. */
static ent_rc columns_keep(conllu_in *r, const ent_str *field, ent_token *t)
{
    int upos = ent__upos_find(field[3]), xpos = ent__xpos_find(field[4]);
    int label = ent__deprel_find(field[7]);
    int64_t head;
    uint32_t feats = 0;
    if (upos < 0) {
        return bad(r, "a universal part of speech", field[3]);
    }
    if (label < 0) {
        return bad(r, "a relation of Universal Dependencies", field[7]);
    }
    if (!ent__str_int(field[6], &head) || head < 0 || head > 1000000) {
        return bad(r, "the head's number", field[6]);
    }
    t->upos = (uint8_t)upos;
    t->xpos = (uint8_t)(xpos < 0 ? ENT_XPOS_NONE : xpos);
    t->deprel = (uint8_t)label;
    t->head = (uint32_t)head;
    if (r->feats != NULL && ent__map_get(r->feats, field[5], &feats)) {
        t->feats = feats;
    }
    t->lemma = ent__arena_str(r->arena, field[2]);
    return t->lemma.p == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

static ent_rc word_add(conllu_in *r, const ent_str *field)
{
    ent_draft *d = &r->draft;
    uint32_t id = (uint32_t)d->token_count - r->first + 1;
    int64_t given;
    if (!ent__str_int(field[0], &given) || given != (int64_t)id) {
        return bad(r, "the next word's number", field[0]);
    }
    ent_token *grown = ent__grow(d->tokens, d->token_count, &d->token_capacity, sizeof *d->tokens);
    if (grown == NULL) {
        return ent__nomem(r->ctx);
    }
    d->tokens = grown;
    ent_token t = {.form = ent__arena_str(r->arena, field[1]),
                   .sentence = (uint32_t)d->sentence_count};
    if (t.form.p == NULL) {
        return ent__nomem(r->ctx);
    }
    t.lemma = t.form;
    bool inside = r->range_begin != 0 && id > r->range_begin;
    if (inside) {
        t.begin = d->tokens[r->first + r->range_begin - 1].begin;
    } else {
        t.begin = surface_add(r, r->range_begin != 0 ? r->range_form : t.form);
        t.end = t.begin + (uint32_t)t.form.n;
        r->space = space_follows(field[9]);
        t.flags = r->space || r->range_begin != 0 ? 0 : ENT_TOKEN_NO_SPACE_AFTER;
    }
    ent_rc rc = r->keep ? columns_keep(r, field, &t) : ENT_OK;
    d->tokens[d->token_count++] = t;
    if (rc == ENT_OK && id == r->range_end) {
        range_close(r);
    }
    return rc;
}

/* Heads become token numbers; they must form a tree with one root. */
static ent_rc tree_check(conllu_in *r, uint32_t count, uint32_t *out_root)
{
    ent_token *t = r->draft.tokens + r->first;
    uint32_t roots = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (t[i].head > count) {
            return ent__fail(r->ctx, ENT_EINPUT, r->source, r->line,
                             "expected a head below %u, got %u", count + 1, t[i].head);
        }
        if (t[i].head == 0) {
            roots++;
            *out_root = r->first + i;
        }
        t[i].head = t[i].head == 0 ? ENT_NO_TOKEN : t[i].head - 1 + r->first;
    }
    if (roots != 1) {
        return ent__fail(r->ctx, ENT_EINPUT, r->source, r->line, "expected one root, got %u", roots);
    }
    /* Walk up from every word, marking what is known to reach the root: O(words). */
    unsigned char *known = calloc(count, 1);
    if (known == NULL) {
        return ent__nomem(r->ctx);
    }
    bool cycle = false;
    for (uint32_t i = 0; i < count && !cycle; i++) {
        uint32_t at = i, steps = 0;
        while (!known[at] && t[at].head != ENT_NO_TOKEN && steps++ <= count) {
            at = t[at].head - r->first;
        }
        cycle = steps > count;
        for (at = i; !cycle && !known[at] && t[at].head != ENT_NO_TOKEN;) {
            known[at] = 1;
            at = t[at].head - r->first;
        }
    }
    free(known);
    return cycle ? ent__fail(r->ctx, ENT_EINPUT, r->source, r->line, "the heads form a cycle")
                 : ENT_OK;
}

static ent_rc sentence_close(conllu_in *r)
{
    uint32_t count = (uint32_t)r->draft.token_count - r->first, root = r->first;
    if (r->range_begin != 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->source, r->line,
                         "expected word %u of a multiword token, got the sentence's end",
                         r->range_end);
    }
    if (count == 0) {
        return ENT_OK;
    }
    ent_rc rc = r->keep ? tree_check(r, count, &root) : ENT_OK;
    if (rc == ENT_OK && !ent__draft_sentence(&r->draft, r->first, 0)) {
        rc = ent__nomem(r->ctx);
    }
    if (rc == ENT_OK) {
        r->draft.sentences[r->draft.sentence_count - 1].root = root;
        r->first = (uint32_t)r->draft.token_count;
    }
    return rc;
}

static ent_rc line_read(conllu_in *r, ent_str line)
{
    ent_str field[10], rest = line;
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        rest = line = ent__str_sub(line, 0, line.n - 1);
    }
    if (line.n == 0) {
        return sentence_close(r);
    }
    if (line.p[0] == '#') {
        if (ent__str_starts(line, "# newdoc") ||
            (ent__str_starts(line, "# newpar") && !ent__str_starts(line, "# newpar_"))) {
            r->paragraph = true;
        }
        return ENT_OK;
    }
    for (int i = 0; i < 10; i++) {
        if (!ent__str_split(&rest, '\t', &field[i])) {
            return bad(r, "ten columns apart by tabs", line);
        }
    }
    if (field[1].n == 0) {
        return bad(r, "a form in the second column", line);
    }
    if (memchr(field[0].p, '.', field[0].n) != NULL) {
        return ENT_OK;
    }
    const char *dash = memchr(field[0].p, '-', field[0].n);
    return dash != NULL ? range_open(r, field, dash) : word_add(r, field);
}

/* The text becomes a document of one block a paragraph. */
static ent_rc text_finish(conllu_in *r, ent_text *out)
{
    memset(out, 0, sizeof *out);
    out->source = ent__arena_str(r->arena, ent__str(r->source));
    out->text = ent__arena_str(r->arena, ent__buf_slice(&r->text));
    size_t count = 0, n = out->text.n;
    ent_block *blocks = ent__arena_array(r->arena, r->draft.sentence_count + 1, sizeof *blocks);
    if (r->text.failed || out->text.p == NULL || blocks == NULL) {
        return ent__nomem(r->ctx);
    }
    for (size_t i = 0; i < r->draft.sentence_count; i++) {
        ent_sentence *s = &r->draft.sentences[i];
        if (i == 0 || out->text.p[s->begin - 1] == '\n') {
            blocks[count++] = (ent_block){ENT_BLOCK_PARAGRAPH, s->begin, (uint32_t)n};
        }
        blocks[count - 1].end = s->end;
        s->block = (uint32_t)count - 1;
    }
    out->blocks = blocks;
    out->block_count = count;
    return ENT_OK;
}

static ent_rc feats_map(conllu_in *r, const ent__model *m)
{
    r->feats = ent__map_new(m->head.feats);
    for (uint32_t i = 0; r->feats != NULL && i < m->head.feats; i++) {
        if (!ent__map_put(r->feats, m->feat_texts[i], i)) {
            ent__map_free(r->feats);
            r->feats = NULL;
        }
    }
    return r->feats == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

ent_rc ent__conllu_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str bytes,
                        const char *source, bool keep_columns, ent_text *out_text, ent_tree **out)
{
    const ent__model *m = kit == NULL ? NULL : ent__model_of(kit);
    conllu_in r = {.ctx = ctx, .source = source, .keep = keep_columns, .arena = arena,
                   .paragraph = true};
    ent_rc rc = ENT_OK;
    size_t where;
    if (!keep_columns && m == NULL) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "the parse model is not prepared");
    }
    if (bytes.n > UINT32_MAX / 4 || !ent__utf8_valid(bytes, &where)) {
        return ent__fail(ctx, ENT_EINPUT, source, 0, "expected at most 1 GiB of UTF-8 text");
    }
    if (m != NULL && keep_columns) {
        rc = feats_map(&r, m);
    }
    ent_str line;
    while (rc == ENT_OK && ent__str_split(&bytes, '\n', &line)) {
        r.line++;
        rc = line_read(&r, line);
    }
    if (rc == ENT_OK) {
        rc = sentence_close(&r);
    }
    if (rc == ENT_OK) {
        rc = text_finish(&r, out_text);
    }
    if (rc == ENT_OK && !keep_columns) {
        rc = ent__draft_read(ctx, m, arena, &r.draft);
    }
    if (rc == ENT_OK) {
        rc = ent__draft_finish(ctx, m, arena, out_text->text, &r.draft, out);
    }
    ent__map_free(r.feats);
    ent__buf_free(&r.text);
    ent__draft_free(&r.draft);
    return rc;
}

/* ---- out ----------------------------------------------------------------------------------- */

/* No tab or line break may get into a column; an empty one is "_". */
static void column(ent_buf *out, ent_str s)
{
    if (s.n == 0) {
        ent__buf_char(out, '_');
    }
    for (size_t i = 0; i < s.n; i++) {
        ent__buf_char(out, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
    }
}

static void number(ent_buf *out, uint32_t n)
{
    char digits[12];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    ent__buf_add(out, digits + at, sizeof digits - at);
}

static void range_line(ent_buf *out, const ent_tree *tree, const ent_sentence *s, uint32_t t)
{
    uint32_t end = t, last = s->first + s->token_count;
    while (end + 1 < last && (tree->tokens[end + 1].flags & ENT_TOKEN_MULTIWORD_REST)) {
        end++;
    }
    number(out, t - s->first + 1);
    ent__buf_char(out, '-');
    number(out, end - s->first + 1);
    ent__buf_char(out, '\t');
    column(out, ent__str_sub(tree->text, tree->tokens[t].begin, tree->tokens[end].end));
    ent__buf_z(out, "\t_\t_\t_\t_\t_\t_\t_\t");
    ent__buf_z(out, tree->tokens[end].flags & ENT_TOKEN_NO_SPACE_AFTER ? "SpaceAfter=No\n" : "_\n");
}

static void word_line(ent_buf *out, const ent_tree *tree, const ent_sentence *s, uint32_t t)
{
    const ent_token *w = &tree->tokens[t];
    bool inside = (w->flags & (ENT_TOKEN_MULTIWORD_FIRST | ENT_TOKEN_MULTIWORD_REST)) != 0;
    number(out, t - s->first + 1);
    ent__buf_char(out, '\t');
    column(out, w->form);
    ent__buf_char(out, '\t');
    column(out, w->lemma);
    ent__buf_char(out, '\t');
    ent__buf_z(out, ent__upos_name(w->upos));
    ent__buf_char(out, '\t');
    ent__buf_z(out, ent__xpos_name(w->xpos));
    ent__buf_char(out, '\t');
    column(out, w->feats < tree->feat_text_count ? tree->feat_texts[w->feats] : (ent_str){"", 0});
    ent__buf_char(out, '\t');
    number(out, w->head == ENT_NO_TOKEN ? 0 : w->head - s->first + 1);
    ent__buf_char(out, '\t');
    ent__buf_z(out, ent__deprel_name(w->deprel));
    ent__buf_z(out, "\t_\t");
    ent__buf_z(out, !inside && (w->flags & ENT_TOKEN_NO_SPACE_AFTER) ? "SpaceAfter=No\n" : "_\n");
}

size_t ent__conllu_write_part(ent_buf *out, const ent_tree *tree, ent_str doc_id, size_t sentence,
                              size_t most_bytes)
{
    size_t end = out->n + most_bytes;
    if (sentence == 0) {
        ent__buf_z(out, "# newdoc id = ");
        column(out, doc_id);
        ent__buf_char(out, '\n');
    }
    for (; sentence < tree->sentence_count && out->n < end && !out->failed; sentence++) {
        size_t i = sentence;
        const ent_sentence *s = &tree->sentences[i];
        if (i == 0 || s->block != tree->sentences[i - 1].block) {
            ent__buf_z(out, "# newpar\n");
        }
        ent__buf_z(out, "# sent_id = ");
        column(out, doc_id);
        ent__buf_char(out, '-');
        number(out, (uint32_t)i + 1);
        ent__buf_z(out, "\n# text = ");
        column(out, ent__str_sub(tree->text, s->begin, s->end));
        ent__buf_char(out, '\n');
        for (uint32_t t = s->first; t < s->first + s->token_count; t++) {
            if (tree->tokens[t].flags & ENT_TOKEN_MULTIWORD_FIRST) {
                range_line(out, tree, s, t);
            }
            word_line(out, tree, s, t);
        }
        ent__buf_char(out, '\n');
    }
    return sentence;
}

void ent__conllu_write(ent_buf *out, const ent_tree *tree, ent_str doc_id)
{
    ent__conllu_write_part(out, tree, doc_id, 0, SIZE_MAX / 2);
}
