/* treebank: CoNLL-U (plain or xz) -> sentences for training.
 *
 * In: a treebank file.  Out: forms, tags, heads, labels, lemmas, features, spacing, multiword
 * tokens, paragraph starts.  Empty nodes (8.1) are dropped.  Words with a relation or tag the
 * reader does not know are an error.  Cost: one pass. */
#include "train.h"

#include "../../src/parse/names.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    ent_ctx *ctx;
    const char *path;
    train_bank *bank;
    train_word *words;
    size_t count, capacity;
    size_t part_end; /* words up to this number belong to a multiword token */
    size_t part_begin;
    bool part_space, paragraph;
    long line;
} reader;

static ent_rc sentence_end(reader *r)
{
    if (r->count == 0) {
        return ENT_OK;
    }
    train_bank *bank = r->bank;
    train_sentence *grown = ent__grow(bank->sentences, bank->count, &bank->capacity,
                                      sizeof *bank->sentences);
    train_word *words = ent__arena_array(bank->arena, r->count, sizeof *words);
    if (grown == NULL || words == NULL) {
        return ent__nomem(r->ctx);
    }
    memcpy(words, r->words, r->count * sizeof *words);
    for (size_t i = 0; i < r->count; i++) {
        if (words[i].head == 0) {
            words[i].head = (uint16_t)r->count;
        } else {
            words[i].head--;
        }
        if (words[i].head > r->count) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, r->line, "head outside the sentence");
        }
    }
    bank->sentences = grown;
    bank->sentences[bank->count++] = (train_sentence){.words = words, .count = (uint16_t)r->count,
                                                      .paragraph_start = r->paragraph};
    bank->words += r->count;
    r->count = 0;
    r->part_end = 0;
    r->paragraph = false;
    return ENT_OK;
}

static ent_rc word_line(reader *r, ent_str line)
{
    ent_str field[10], rest = line;
    for (int i = 0; i < 10; i++) {
        if (!ent__str_split(&rest, '\t', &field[i])) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, r->line, "expected ten columns");
        }
    }
    bool space = strstr(ent__arena_str(r->bank->arena, field[9]).p, "SpaceAfter=No") == NULL;
    const char *dash = memchr(field[0].p, '-', field[0].n);
    if (memchr(field[0].p, '.', field[0].n) != NULL) {
        return ENT_OK;
    }
    if (dash != NULL) {
        int64_t begin = 0, end = 0;
        ent_str first = {field[0].p, (size_t)(dash - field[0].p)};
        ent_str last = {dash + 1, field[0].n - first.n - 1};
        if (!ent__str_int(first, &begin) || !ent__str_int(last, &end) || end < begin) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, r->line, "expected a range FIRST-LAST");
        }
        r->part_begin = (size_t)begin;
        r->part_end = (size_t)end;
        r->part_space = space;
        return ENT_OK;
    }
    train_word *grown = ent__grow(r->words, r->count, &r->capacity, sizeof *r->words);
    if (grown == NULL) {
        return ent__nomem(r->ctx);
    }
    r->words = grown;
    train_word *w = &r->words[r->count++];
    memset(w, 0, sizeof *w);
    int upos = ent__upos_find(field[3]);
    int xpos = ent__xpos_find(field[4]);
    int label = ent__deprel_find(field[7]);
    int64_t head = 0;
    if (upos < 0 || xpos < 0 || label < 0 || !ent__str_int(field[6], &head) || head < 0 ||
        head > 60000) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, r->line, "unknown tag, relation or head");
    }
    w->form = ent__arena_str(r->bank->arena, field[1]);
    w->lemma = ent__arena_str(r->bank->arena, field[2]);
    w->feats = ent__arena_str(r->bank->arena, field[5]);
    ent__word_of(w->form, &w->word);
    w->upos = (uint8_t)upos;
    w->xpos = (uint8_t)xpos;
    w->label = (uint8_t)label;
    w->head = (uint16_t)head;
    w->space_after = space;
    if (r->count <= r->part_end) {
        w->part = r->count == r->part_begin ? 1 : 2;
        w->space_after = r->count == r->part_end ? r->part_space : false;
    }
    return ENT_OK;
}

ent_rc train_bank_read(ent_ctx *ctx, const char *path, train_bank *bank)
{
    if (bank->arena == NULL && (bank->arena = ent__arena_new()) == NULL) {
        return ent__nomem(ctx);
    }
    ent_lines *lines = NULL;
    ent_rc rc = ent__lines_open(ctx, path, 1 << 20, &lines);
    reader r = {.ctx = ctx, .path = path, .bank = bank, .paragraph = true};
    ent_str line;
    int got = 0;
    while (rc == ENT_OK && (got = ent__lines_next(ctx, lines, &line)) > 0) {
        r.line = ent__lines_number(lines);
        if (line.n == 0) {
            rc = sentence_end(&r);
        } else if (line.p[0] != '#') {
            rc = word_line(&r, line);
        } else if (ent__str_starts(line, "# newdoc") ||
                   (ent__str_starts(line, "# newpar") && !ent__str_starts(line, "# newpar_"))) {
            r.paragraph = true;
        }
    }
    if (rc == ENT_OK) {
        rc = got < 0 ? (ent_rc)got : sentence_end(&r);
    }
    free(r.words);
    ent__lines_close(lines);
    return rc;
}

void train_bank_free(train_bank *bank)
{
    ent__arena_free(bank->arena);
    free(bank->sentences);
    memset(bank, 0, sizeof *bank);
}
