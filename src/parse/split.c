/* split: blocks of text -> sentences of syntactic words with byte offsets.
 *
 * In: a document's blocks.  Out: tokens and sentences without grammar.  White space ends tokens,
 * blank lines and block borders end sentences; everything else is decided by the two sets of clue
 * weights of the model (points.h).  Contractions become multiword tokens as UD writes them.
 * Cost: some 0.3 us a word; no allocation per token. */
#include <stdlib.h>
#include <string.h>

#include "split.h"

static int score(const ent_clue_table *table, const ent_clues *clues)
{
    int sum = 0;
    for (unsigned i = 0; i < clues->count; i++) {
        sum += table->weights[clues->row[i] >> table->shift];
    }
    return sum;
}

void ent__draft_free(ent_draft *d)
{
    free(d->raws);
    free(d->tokens);
    free(d->sentences);
    memset(d, 0, sizeof *d);
}

static bool raw_add(ent_draft *d, ent_str text, size_t begin, size_t end)
{
    ent_raw *grown = ent__grow(d->raws, d->raw_count, &d->raw_capacity, sizeof *d->raws);
    if (grown == NULL) {
        return false;
    }
    d->raws = grown;
    ent_word w;
    ent__word_key_of(ent__str_sub(text, begin, end), &w);
    d->raws[d->raw_count++] = (ent_raw){
        .begin = (uint32_t)begin,
        .end = (uint32_t)end,
        .key = w.key,
        .shape = w.shape,
        .bytes = (uint8_t)(end - begin > 255 ? 255 : end - begin),
        .first = w.text[0],
        .last = w.key_bytes > 0 ? w.text[w.key_bytes - 1] : '<',
    };
    return true;
}

/* scheme:// or www. at atom i? */
static bool page_starts(ent_str text, const ent_chunk *chunk, unsigned i)
{
    const ent_atom *a = &chunk->atoms[i];
    size_t n = a->end - a->begin;
    if (i + 2 >= chunk->count || a->kind <= '9') {
        return false;
    }
    return (a[1].kind == ':' && a[2].kind == '/' && a[2].end - a[2].begin == 2 && n > 1) ||
           (a[1].kind == '.' && ent__str_ieqz(ent__str_sub(text, a->begin, a->end), "www"));
}

static bool mail_part(char kind)
{
    return (kind >= '0' && kind <= '9') || strchr("aAUIm._-+", kind) != NULL;
}

/* The atoms of a page or mail address, without the marks around it. */
static bool address_find(ent_str text, const ent_chunk *chunk, unsigned *out_first,
                         unsigned *out_last)
{
    unsigned first = 0, last = chunk->count - 1;
    bool found = false;
    for (unsigned i = 0; i + 1 < chunk->count && !found; i++) {
        found = page_starts(text, chunk, i);
        first = i;
        if (!found && i > 0 && chunk->atoms[i].kind == '@' && mail_part(chunk->atoms[i - 1].kind) &&
            mail_part(chunk->atoms[i + 1].kind)) {
            found = true;
            while (first > 0 && mail_part(chunk->atoms[first - 1].kind)) {
                first--;
            }
            for (last = i; last + 1 < chunk->count && mail_part(chunk->atoms[last + 1].kind);) {
                last++;
            }
        }
    }
    while (found && last > first && strchr(".,;:!?)]}>'\"", chunk->atoms[last].kind) != NULL) {
        last--;
    }
    *out_first = first;
    *out_last = last;
    return found && last > first + 1;
}

/* Tokens of one chunk. */
static bool chunk_split(const ent__model *m, ent_draft *d, ent_str text, const ent_chunk *chunk)
{
    unsigned first = 0, from = 0, to = 0;
    bool address = chunk->address && address_find(text, chunk, &from, &to);
    ent_clues clues;
    for (unsigned i = 0; i < chunk->count; i++) {
        bool cut = i + 1 == chunk->count;
        if (!cut && address && i + 1 >= from && i <= to) {
            cut = i + 1 == from || i == to;
        } else if (!cut) {
            ent__token_clues(text, chunk, i, first, &clues);
            cut = score(&m->token_clues, &clues) + m->head.token_bias > 0;
        }
        if (cut) {
            if (!raw_add(d, text, chunk->atoms[first].begin, chunk->atoms[i].end)) {
                return false;
            }
            first = i + 1;
        }
    }
    return true;
}

/* Length in bytes of the first word when the token is two words written in one, else 0. */
static unsigned table_cut(const ent__model *m, uint64_t key, size_t bytes)
{
    uint32_t at;
    if (!ent__print_find(m->cut_keys, m->cut_mask, key, &at) || m->cut_rows[at] >= bytes) {
        return 0;
    }
    return m->cut_rows[at];
}

static bool token_add(ent_draft *d, ent_str text, uint32_t begin, uint32_t end, unsigned flags)
{
    ent_token *grown = ent__grow(d->tokens, d->token_count, &d->token_capacity, sizeof *d->tokens);
    if (grown == NULL) {
        return false;
    }
    d->tokens = grown;
    d->tokens[d->token_count++] = (ent_token){
        .begin = begin,
        .end = end,
        .form = ent__str_sub(text, begin, end),
        .sentence = (uint32_t)d->sentence_count,
        .flags = (uint8_t)flags,
    };
    return true;
}

static bool words_add(const ent__model *m, ent_draft *d, ent_str text, const ent_raw *raw)
{
    uint8_t lengths[4];
    ent_str form = ent__str_sub(text, raw->begin, raw->end);
    unsigned parts = ent__word_cuts(form, lengths);
    unsigned space = raw->space_after ? 0 : ENT_TOKEN_NO_SPACE_AFTER;
    if (parts == 1) {
        unsigned cut = table_cut(m, raw->key, form.n);
        if (cut > 0) {
            lengths[0] = (uint8_t)cut;
            lengths[1] = (uint8_t)(form.n - cut);
            parts = 2;
        }
    }
    uint32_t at = raw->begin;
    for (unsigned k = 0; k < parts; k++) {
        uint32_t end = k + 1 == parts ? raw->end : at + lengths[k];
        unsigned flags = parts == 1 ? 0 : k == 0 ? ENT_TOKEN_MULTIWORD_FIRST
                                                 : ENT_TOKEN_MULTIWORD_REST;
        flags |= k + 1 == parts ? space : ENT_TOKEN_NO_SPACE_AFTER;
        if (!token_add(d, text, at, end, flags)) {
            return false;
        }
        at = end;
    }
    return true;
}

bool ent__draft_sentence(ent_draft *d, uint32_t first, uint32_t block)
{
    if (first == d->token_count) {
        return true;
    }
    ent_sentence *grown = ent__grow(d->sentences, d->sentence_count, &d->sentence_capacity,
                                    sizeof *d->sentences);
    if (grown == NULL) {
        return false;
    }
    d->sentences = grown;
    d->sentences[d->sentence_count++] = (ent_sentence){
        .begin = d->tokens[first].begin,
        .end = d->tokens[d->token_count - 1].end,
        .first = first,
        .token_count = (uint32_t)d->token_count - first,
        .block = block,
    };
    d->tokens[first].flags |= ENT_TOKEN_SENTENCE_START;
    return true;
}

/* Sentences of the raw tokens gathered since the last hard break. */
static bool stretch_split(const ent__model *m, ent_draft *d, ent_str text, uint32_t block)
{
    ent_clues clues;
    size_t since = 0;
    unsigned quotes = 0;
    uint32_t first = (uint32_t)d->token_count;
    for (size_t i = 0; i < d->raw_count; i++) {
        const ent_raw *raw = &d->raws[i];
        if (!words_add(m, d, text, raw)) {
            return false;
        }
        since++;
        quotes += raw->first == '"';
        bool end = i + 1 == d->raw_count || d->token_count - first >= ENT_SENTENCE_LIMIT - 4;
        if (!end) {
            ent__sentence_clues(d->raws, d->raw_count, i, since, quotes, &clues);
            end = score(&m->sentence_clues, &clues) + m->head.sentence_bias > 0;
        }
        if (end) {
            if (!ent__draft_sentence(d, first, block)) {
                return false;
            }
            first = (uint32_t)d->token_count;
            since = 0;
            quotes = 0;
        }
    }
    d->raw_count = 0;
    return true;
}

bool ent__draft_block(const ent__model *m, ent_draft *d, ent_str text, uint32_t begin, uint32_t end,
                      uint32_t block)
{
    ent_str part = {text.p, end};
    ent_chunk chunk;
    size_t at = begin;
    d->raw_count = 0;
    while (at < end) {
        unsigned lines = 0;
        bool any = false, line = false;
        for (size_t step; at < end && (step = ent__blank(part, at, &line)) > 0; at += step) {
            lines += line;
            line = false;
            any = true;
        }
        if (d->raw_count > 0 && any) {
            d->raws[d->raw_count - 1].space_after = true;
        }
        if (lines > 1 && !stretch_split(m, d, text, block)) {
            return false;
        }
        if (at < end) {
            at = ent__atoms(part, at, &chunk);
            if (!chunk_split(m, d, text, &chunk)) {
                return false;
            }
        }
    }
    if (d->raw_count > 0) {
        bool line = false;
        d->raws[d->raw_count - 1].space_after =
            end >= text.n || ent__blank(text, at, &line) > 0 ||
            d->raws[d->raw_count - 1].space_after;
    }
    return stretch_split(m, d, text, block);
}
