/* parse: a document's grammar from its text.
 *
 * In: blocks of text (page chrome left out).  Out: sentences, tokens, tags, lemmas, features,
 * Universal Dependencies trees, child lists, all in the caller's arena.
 * Method and figures: docs/methods/parse.md.  Cost: O(bytes), about 3 us a word. */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#include "split.h"

unsigned ent__case_flags(ent_str form)
{
    unsigned upper = 0, lower = 0;
    for (size_t i = 0; i < form.n; i++) {
        upper += form.p[i] >= 'A' && form.p[i] <= 'Z';
        lower += form.p[i] >= 'a' && form.p[i] <= 'z';
    }
    unsigned flags = upper > 1 && lower == 0 ? ENT_TOKEN_ALL_CAPS : 0;
    bool latin = form.n > 1 && (unsigned char)form.p[0] == 0xc3 &&
                 (unsigned char)form.p[1] >= 0x80 && (unsigned char)form.p[1] <= 0x9e;
    bool capital = form.n > 0 && ((form.p[0] >= 'A' && form.p[0] <= 'Z') || latin);
    return flags | (capital ? ENT_TOKEN_CAPITAL : 0);
}

/* Scratch of one reading: freed with its arena. */
typedef struct {
    const ent__model *model;
    ent_arena *arena, *scratch;
    ent_net_scratch net;
    ent_word *words;
    ent_draft *draft;
} reading;

/* Tags and parses `count` words from `first` on; returns the root's token number. */
static uint32_t piece_read(reading *r, uint32_t first, uint32_t count)
{
    ent_token *tokens = r->draft->tokens + first;
    uint32_t root = first;
    for (uint32_t i = 0; i < count; i++) {
        ent__word_of(tokens[i].form, &r->words[i]);
        tokens[i].flags |= (uint8_t)ent__case_flags(tokens[i].form);
    }
    ent__net_parse(r->model, &r->net, r->words, tokens, count);
    for (uint32_t i = 0; i < count; i++) {
        if (tokens[i].head == count) { /* heads are relative, the root's is the length */
            tokens[i].head = ENT_NO_TOKEN;
            root = first + i;
        } else {
            tokens[i].head += first;
        }
        ent__feats_set(r->model, r->words[i].key, &tokens[i]);
    }
    return root;
}

/* Given sentences may be longer than the network's scratch: the roots of later pieces hang on the
 * first one's. */
static bool sentence_read(reading *r, ent_sentence *s)
{
    for (uint32_t done = 0; done < s->token_count; done += ENT_SENTENCE_LIMIT) {
        uint32_t left = s->token_count - done;
        uint32_t root = piece_read(r, s->first + done,
                                   left < ENT_SENTENCE_LIMIT ? left : ENT_SENTENCE_LIMIT);
        if (done == 0) {
            s->root = root;
        } else {
            r->draft->tokens[root].head = s->root;
            r->draft->tokens[root].deprel = ENT_DEP_parataxis;
        }
    }
    for (uint32_t i = 0; i < s->token_count; i++) {
        if (!ent__lemma_set(r->model, r->arena, &r->draft->tokens[s->first + i])) {
            return false;
        }
    }
    return true;
}

static bool reading_start(ent_ctx *ctx, reading *r)
{
    size_t longest = 1;
    for (size_t i = 0; i < r->draft->sentence_count; i++) {
        size_t n = r->draft->sentences[i].token_count;
        longest = n > longest ? n : longest;
    }
    longest = longest < ENT_SENTENCE_LIMIT ? longest : ENT_SENTENCE_LIMIT;
    r->scratch = ent__arena_new();
    if (r->scratch == NULL) {
        return false;
    }
    r->words = ent__arena_array(r->scratch, longest, sizeof *r->words);
    return r->words != NULL && ent__net_reserve(ctx, r->model, r->scratch, longest, &r->net);
}

ent_rc ent__draft_read(ent_ctx *ctx, const ent__model *m, ent_arena *arena, ent_draft *d)
{
    reading r = {.model = m, .arena = arena, .draft = d};
    bool good = reading_start(ctx, &r);
    for (size_t i = 0; good && i < d->sentence_count; i++) {
        good = sentence_read(&r, &d->sentences[i]);
    }
    ent__arena_free(r.scratch);
    return good ? ENT_OK : ent__nomem(ctx);
}

/* Child lists by counting: O(tokens). */
static bool children_list(ent_arena *arena, const ent_draft *d, ent_tree *tree)
{
    size_t n = d->token_count;
    uint32_t *first = ent__arena_array(arena, n + 2, sizeof *first);
    uint32_t *list = ent__arena_array(arena, n + 1, sizeof *list);
    if (first == NULL || list == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (d->tokens[i].head != ENT_NO_TOKEN) {
            first[d->tokens[i].head + 2]++;
        }
    }
    for (size_t i = 2; i <= n + 1; i++) {
        first[i] += first[i - 1];
    }
    for (size_t i = 0; i < n; i++) { /* in order, so that children stand left to right */
        if (d->tokens[i].head != ENT_NO_TOKEN) {
            list[first[d->tokens[i].head + 1]++] = (uint32_t)i;
        }
    }
    tree->child_first = first;
    tree->child_list = list;
    return true;
}

/* The array's memory, shortened, becomes the arena's; NULL: out of memory (it is freed then). */
static void *array_give(ent_arena *arena, void *items, size_t count, size_t size)
{
    void *fit = realloc(items, (count + 1) * size);
    if (fit == NULL) {
        free(items);
    } else if (!ent__arena_adopt(arena, fit, (count + 1) * size)) {
        free(fit);
        fit = NULL;
    }
    return fit;
}

ent_rc ent__draft_finish(ent_ctx *ctx, const ent__model *m, ent_arena *arena, ent_str text,
                         ent_draft *d, ent_tree **out)
{
    ent_tree *tree = ent__arena_alloc(arena, sizeof *tree);
    if (tree == NULL || !children_list(arena, d, tree)) {
        return ent__nomem(ctx);
    }
    /* No copy: a long text's tokens are most of what it needs. */
    ent_token *tokens = array_give(arena, d->tokens, d->token_count, sizeof *tokens);
    d->tokens = NULL;
    ent_sentence *sentences = array_give(arena, d->sentences, d->sentence_count,
                                         sizeof *sentences);
    d->sentences = NULL;
    if (tokens == NULL || sentences == NULL) {
        return ent__nomem(ctx);
    }
    tree->text = text;
    tree->feat_texts = m == NULL ? NULL : m->feat_texts;
    tree->feat_text_count = m == NULL ? 0 : m->head.feats;
    tree->tokens = tokens;
    tree->token_count = d->token_count;
    tree->sentences = sentences;
    tree->sentence_count = d->sentence_count;
    *out = tree;
    return ENT_OK;
}

static bool blocks_split(const ent__model *m, ent_draft *d, const ent_text *text)
{
    if (text->block_count == 0) {
        return ent__draft_block(m, d, text->text, 0, (uint32_t)text->text.n, 0);
    }
    for (size_t i = 0; i < text->block_count; i++) {
        const ent_block *b = &text->blocks[i];
        if (b->kind != ENT_BLOCK_CHROME &&
            !ent__draft_block(m, d, text->text, b->begin, b->end, (uint32_t)i)) {
            return false;
        }
    }
    return true;
}

ent_rc ent__parse(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                  ent_tree **out)
{
    const ent__model *m = ent__model_of(kit);
    ent_draft d = {0};
    if (m == NULL) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "the parse model is not prepared");
    }
    ent_rc rc = blocks_split(m, &d, text) ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        rc = ent__draft_read(ctx, m, arena, &d);
    }
    if (rc == ENT_OK) {
        rc = ent__draft_finish(ctx, m, arena, text->text, &d, out);
    }
    ent__draft_free(&d);
    return rc;
}
