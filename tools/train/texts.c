/* texts: unlabelled news for self-training.
 *
 * In: JSON Lines with "text".  Out: sentences cut by the model under construction; the teachers
 * add the grammar (train_label).  Very short and very long sentences are left out.
 * Source: McClosky, Charniak and Johnson 2006; Weiss et al. 2015 for several teachers. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/parse/split.h"
#include "train.h"

enum { SHORTEST = 4, LONGEST = 60 };

static bool sentence_take(train_bank *bank, const ent_draft *d, const ent_sentence *s)
{
    if (s->token_count < SHORTEST || s->token_count > LONGEST) {
        return true;
    }
    train_sentence *grown = ent__grow(bank->sentences, bank->count, &bank->capacity,
                                      sizeof *bank->sentences);
    train_word *words = ent__arena_array(bank->arena, s->token_count, sizeof *words);
    if (grown == NULL || words == NULL) {
        return false;
    }
    bank->sentences = grown;
    for (uint32_t i = 0; i < s->token_count; i++) {
        const ent_token *t = &d->tokens[s->first + i];
        words[i].form = ent__arena_str(bank->arena, t->form);
        if (words[i].form.p == NULL) {
            return false;
        }
        ent__word_of(words[i].form, &words[i].word);
    }
    bank->sentences[bank->count++] =
        (train_sentence){.words = words, .count = (uint16_t)s->token_count, .source = 1};
    bank->words += s->token_count;
    return true;
}

/* The text's beginning, cut at the last paragraph that ends within the limit. */
static ent_str beginning(ent_str text, size_t limit)
{
    size_t end = text.n < limit ? text.n : limit;
    while (end < text.n && end > 0 && text.p[end] != '\n') {
        end--;
    }
    return ent__str_sub(text, 0, end);
}

static bool text_take(train_bank *bank, const ent__model *model, ent_str text)
{
    ent_draft d = {0};
    bool good = ent__draft_block(model, &d, text, 0, (uint32_t)text.n, 0);
    for (size_t i = 0; good && i < d.sentence_count; i++) {
        good = sentence_take(bank, &d, &d.sentences[i]);
    }
    ent__draft_free(&d);
    return good;
}

ent_rc train_texts_read(ent_ctx *ctx, const char *path, const ent__model *model, size_t byte_limit,
                        train_bank *bank)
{
    if (bank->arena == NULL && (bank->arena = ent__arena_new()) == NULL) {
        return ent__nomem(ctx);
    }
    ent_lines *lines = NULL;
    ent_rc rc = ent__lines_open(ctx, path, (size_t)64 << 20, &lines);
    ent_str line;
    int got = 0;
    while (rc == ENT_OK && (got = ent__lines_next(ctx, lines, &line)) > 0) {
        json_t *root = json_loadb(line.p, line.n, 0, NULL);
        const char *text = json_string_value(json_object_get(root, "text"));
        if (text == NULL) {
            rc = ent__fail(ctx, ENT_EINPUT, path, ent__lines_number(lines),
                           "expected a JSON object with \"text\"");
        } else if (!text_take(bank, model, beginning(ent__str(text), byte_limit))) {
            rc = ent__nomem(ctx);
        }
        json_decref(root);
    }
    ent__lines_close(lines);
    return rc != ENT_OK ? rc : got < 0 ? (ent_rc)got : ENT_OK;
}

ent_rc train_bank_join(ent_ctx *ctx, const train_bank *a, const train_bank *b, train_bank *out)
{
    out->sentences = malloc((a->count + b->count + 1) * sizeof *out->sentences);
    if (out->sentences == NULL) {
        return ent__nomem(ctx);
    }
    memcpy(out->sentences, a->sentences, a->count * sizeof *out->sentences);
    if (b->count > 0) {
        memcpy(out->sentences + a->count, b->sentences, b->count * sizeof *out->sentences);
    }
    out->count = out->capacity = a->count + b->count;
    out->words = a->words + b->words;
    return ENT_OK;
}
