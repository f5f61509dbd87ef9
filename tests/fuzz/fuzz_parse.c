/* Any bytes as one document: every token lies where its offsets say, every sentence is a tree with
 * one root, and the CoNLL-U written is read back as the same tokens. */
#include <stdlib.h>
#include <string.h>

#include "../../src/parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static void check_tree(const ent_tree *tree)
{
    uint32_t end = 0;
    for (size_t i = 0; i < tree->sentence_count; i++) {
        const ent_sentence *s = &tree->sentences[i];
        uint32_t roots = 0;
        check(s->token_count > 0 && s->begin == tree->tokens[s->first].begin);
        for (uint32_t t = s->first; t < s->first + s->token_count; t++) {
            const ent_token *w = &tree->tokens[t];
            check(w->begin >= end && w->end > w->begin && w->end <= tree->text.n);
            check(w->form.n == w->end - w->begin &&
                  memcmp(w->form.p, tree->text.p + w->begin, w->form.n) == 0);
            check(w->sentence == i && w->lemma.n > 0);
            roots += w->head == ENT_NO_TOKEN;
            check(w->head == ENT_NO_TOKEN || (w->head >= s->first && w->head != t &&
                                              w->head < s->first + s->token_count));
            end = w->end;
        }
        check(roots == 1 && tree->tokens[s->root].head == ENT_NO_TOKEN && s->end == end);
        uint32_t first, last;
        ent__subtree(tree, s->root, &first, &last);
        check(first == s->first && last == s->first + s->token_count - 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_ctx *ctx;
    static ent_kit *kit;
    if (ctx == NULL) {
        check(ent_ctx_new(&ctx) == ENT_OK && ent__kit_load(ctx, NULL, &kit) == ENT_OK &&
              ent__parse_prepare(ctx, kit) == ENT_OK);
    }
    ent_arena *arena = ent__arena_new();
    ent_buf clean = {0}, out = {0};
    ent_str raw = {(const char *)data, size};
    for (size_t at = 0; at < size;) { /* the text folder hands on valid UTF-8 only */
        ent__buf_codepoint(&clean, ent__utf8_next(raw, &at));
    }
    ent_text text = {.text = ent__buf_slice(&clean)};
    ent_tree *tree = NULL, *again = NULL;
    if (size > 0) {
        check(ent__parse(ctx, kit, arena, &text, &tree) == ENT_OK);
        check_tree(tree);
        ent__conllu_write(&out, tree, ENT_LIT("fuzz"));
        for (uint32_t i = 0; i < tree->sentence_count && i < 3; i++) {
            ent__tree_draw_text(&out, tree, i);
            ent__tree_draw_svg(&out, tree, i);
        }
        out.n = 0;
        ent__conllu_write(&out, tree, ENT_LIT("fuzz"));
        ent_text read;
        check(ent__conllu_read(ctx, kit, arena, ent__buf_slice(&out), "fuzz", true, &read, &again) ==
              ENT_OK);
        check(again->token_count == tree->token_count &&
              again->sentence_count == tree->sentence_count);
    }
    ent__buf_free(&clean);
    ent__buf_free(&out);
    ent__arena_free(arena);
    return 0;
}
