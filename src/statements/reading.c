/* From tree to what the features read: hashes of words, the quotation that a token lies in, the
 * head of its noun phrase, the nearest word above it in the tree that the cue table knows.
 * Input: text with blocks, tree, cue table; output: document_reading.  Cost: O(tokens). */
#include <string.h>

#include "tagger.h"

static uint32_t hash_bytes(const char *p, size_t n, bool fold)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (fold && c >= 'A' && c <= 'Z') {
            c |= 0x20;
        }
        h = (h ^ c) * 16777619u;
    }
    return h;
}

/* Letters to x and X, digits to 9, runs cut to two: "U.S." X.X., "90-minute" 99-xx. */
static uint32_t shape_of(ent_str form)
{
    uint32_t h = 2166136261u;
    int last = 0, run = 0;
    for (size_t i = 0; i < form.n && i < 24; i++) {
        unsigned char c = (unsigned char)form.p[i];
        int kind = c >= 'a' && c <= 'z'   ? 'x'
                   : c >= 'A' && c <= 'Z' ? 'X'
                   : c >= '0' && c <= '9' ? '9'
                   : c >= 0x80            ? 'u'
                                          : c;
        run = kind == last ? run + 1 : 1;
        last = kind;
        if (run <= 2) {
            h = (h ^ (uint32_t)kind) * 16777619u;
        }
    }
    return h;
}

enum { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_EITHER };

static int mark_of(ent_str form)
{
    if (form.n == 1 && form.p[0] == '"') {
        return MARK_EITHER;
    }
    if (form.n == 2 && form.p[0] == '\'' && form.p[1] == '\'') {
        return MARK_EITHER;
    }
    if (form.n == 2 && form.p[0] == '`' && form.p[1] == '`') {
        return MARK_OPEN;
    }
    if (form.n == 3 && memcmp(form.p, "\xE2\x80", 2) == 0) {
        unsigned char c = (unsigned char)form.p[2];
        return c == 0x9C || c == 0x9E ? MARK_OPEN : c == 0x9D ? MARK_CLOSE : MARK_NONE;
    }
    if (form.n == 2 && (unsigned char)form.p[0] == 0xC2) {
        unsigned char c = (unsigned char)form.p[1];
        return c == 0xAB ? MARK_OPEN : c == 0xBB ? MARK_CLOSE : MARK_NONE;
    }
    return MARK_NONE;
}

static bool is_single(ent_str form)
{
    return (form.n == 1 && form.p[0] == '\'') ||
           (form.n == 3 && memcmp(form.p, "\xE2\x80", 2) == 0 &&
            ((unsigned char)form.p[2] == 0x98 || (unsigned char)form.p[2] == 0x99));
}

/* Single quotation marks, as British papers set them: one that stands before a word in capitals and
 * is closed behind a comma, stop, question or exclamation mark in the same block.  Anything else is
 * an apostrophe or marks words as odd.  Gives the closing token, or 0. */
static uint32_t single_close(const document_reading *reading, uint32_t open)
{
    const ent_tree *tree = reading->tree;
    const ent_token *tokens = tree->tokens;
    uint32_t block = tree->sentences[tokens[open].sentence].block;
    if (!is_single(tokens[open].form) || open + 2 >= reading->count ||
        tokens[open].end != tokens[open + 1].begin ||
        !(tokens[open + 1].flags & ENT_TOKEN_CAPITAL) ||
        (open > 0 && tokens[open - 1].end == tokens[open].begin)) {
        return 0;
    }
    for (uint32_t t = open + 2; t < reading->count && t < open + 400 &&
                                tree->sentences[tokens[t].sentence].block == block;
         t++) {
        const ent_token *before = &tokens[t - 1];
        if (is_single(tokens[t].form) && before->end == tokens[t].begin && before->form.n == 1 &&
            strchr(",.?!", before->form.p[0])) {
            return t;
        }
    }
    return 0;
}

static bool is_word(const ent_token *token)
{
    unsigned char c = (unsigned char)token->form.p[0];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c >= 0xC3 && c != 0xE2);
}

static void close_quote(document_reading *out, uint32_t first, uint32_t last, bool continues)
{
    quote_span *quote = &out->quotes[out->quote_count];
    quote->first = first;
    quote->last = last;
    quote->words = 0;
    quote->continues = continues;
    for (uint32_t t = first; t <= last; t++) {
        out->tokens[t].quote = (uint32_t)out->quote_count;
        quote->words += is_word(&out->tree->tokens[t]);
    }
    out->quote_count++;
}

/* Pairs of double quotation marks within a block, straight and curly mixed: an opening mark inside
 * an open quotation of the same block is taken as its close only when it is straight.  What is
 * still open at the end of a block goes on only when the next block opens again. */
static void find_quotes(document_reading *out)
{
    const ent_tree *tree = out->tree;
    uint32_t open = UINT32_MAX, block = UINT32_MAX;
    for (uint32_t t = 0; t < out->count; t++) {
        uint32_t here = tree->sentences[tree->tokens[t].sentence].block;
        if (here != block && open != UINT32_MAX) {
            bool again = mark_of(tree->tokens[t].form) == MARK_OPEN ||
                         mark_of(tree->tokens[t].form) == MARK_EITHER;
            if (again || t - open > 3) {
                close_quote(out, open, t - 1, again);
            }
            open = UINT32_MAX;
        }
        block = here;
        int mark = mark_of(tree->tokens[t].form);
        if (mark == MARK_NONE) {
            uint32_t close = open == UINT32_MAX ? single_close(out, t) : 0;
            if (close) {
                close_quote(out, t, close, false);
                t = close;
            }
            continue;
        }
        if (open == UINT32_MAX) {
            if (mark != MARK_CLOSE) {
                open = t;
            }
        } else if (mark != MARK_OPEN) {
            close_quote(out, open, t, false);
            open = UINT32_MAX;
        }
    }
    if (open != UINT32_MAX && open + 1 < out->count) {
        close_quote(out, open, (uint32_t)out->count - 1, false);
    }
}

/* 0 outside; else by length of the quotation and place in it. */
static uint8_t quote_state(const document_reading *reading, uint32_t t)
{
    uint32_t number = reading->tokens[t].quote;
    if (number == UINT32_MAX) {
        return 0;
    }
    const quote_span *quote = &reading->quotes[number];
    int length = quote->words <= 3 ? 0 : quote->words <= 8 ? 1 : 2;
    int place = t == quote->first ? 0 : t == quote->last && !quote->continues ? 1 : 2;
    return (uint8_t)(1 + 3 * length + place);
}

static bool inside_noun_phrase(uint8_t deprel)
{
    switch (deprel) {
    case ENT_DEP_compound:
    case ENT_DEP_amod:
    case ENT_DEP_det:
    case ENT_DEP_det_predet:
    case ENT_DEP_flat:
    case ENT_DEP_nmod:
    case ENT_DEP_nmod_poss:
    case ENT_DEP_nmod_desc:
    case ENT_DEP_nmod_unmarked:
    case ENT_DEP_case:
    case ENT_DEP_nummod:
    case ENT_DEP_appos:
    case ENT_DEP_acl:
    case ENT_DEP_acl_relcl:
    case ENT_DEP_fixed:
    case ENT_DEP_conj:
    case ENT_DEP_cc:
    case ENT_DEP_punct:
        return true;
    default:
        return false;
    }
}

static void find_noun_head(document_reading *out, uint32_t t)
{
    const ent_tree *tree = out->tree;
    uint32_t at = t;
    for (int hop = 0; hop < 12; hop++) {
        const ent_token *token = &tree->tokens[at];
        if (token->head == ENT_NO_TOKEN || !inside_noun_phrase(token->deprel)) {
            break;
        }
        uint8_t upos = tree->tokens[token->head].upos;
        bool noun = upos == ENT_UPOS_NOUN || upos == ENT_UPOS_PROPN || upos == ENT_UPOS_PRON ||
                    upos == ENT_UPOS_NUM;
        if (!noun && (token->deprel == ENT_DEP_conj || token->deprel == ENT_DEP_cc ||
                      token->deprel == ENT_DEP_punct)) {
            break;
        }
        at = token->head;
    }
    out->tokens[t].noun_head = at;
    out->tokens[t].noun_place = at == t ? 1 : t < at ? 0 : 2;
}

static void find_cue_above(document_reading *out, uint32_t t)
{
    const ent_tree *tree = out->tree;
    uint32_t at = t;
    out->tokens[t].cue_above = ENT_NO_TOKEN;
    for (int hop = 0; hop < 16; hop++) {
        uint32_t head = tree->tokens[at].head;
        if (head == ENT_NO_TOKEN) {
            return;
        }
        if (out->tokens[head].force) {
            out->tokens[t].cue_above = head;
            out->tokens[t].edge = tree->tokens[at].deprel;
            return;
        }
        at = head;
    }
}

/* Bit of a child's relation in the mask of its head. */
static uint16_t child_bit(const ent_token *child)
{
    switch (child->deprel) {
    case ENT_DEP_nsubj:
        return 1;
    case ENT_DEP_nsubj_pass:
    case ENT_DEP_aux_pass:
        return 2;
    case ENT_DEP_obj:
        return 4;
    case ENT_DEP_ccomp:
        return 8;
    case ENT_DEP_xcomp:
        return 16;
    case ENT_DEP_parataxis:
        return 32;
    case ENT_DEP_mark:
        return 64;
    case ENT_DEP_advcl:
        return 128;
    case ENT_DEP_aux:
        return 256;
    case ENT_DEP_obl:
    case ENT_DEP_nmod:
        return 512;
    case ENT_DEP_acl:
    case ENT_DEP_acl_relcl:
        return 1024;
    case ENT_DEP_cop:
        return 2048;
    case ENT_DEP_compound_prt:
        return 4096;
    default:
        return 0;
    }
}

static void read_token(const statement_lexicon *lexicon, const ent_text *text,
                       document_reading *out, uint32_t t)
{
    const ent_tree *tree = out->tree;
    const ent_token *token = &tree->tokens[t];
    token_reading *reading = &out->tokens[t];
    reading->form = hash_bytes(token->form.p, token->form.n, true);
    reading->lemma = hash_bytes(token->lemma.p, token->lemma.n, true);
    reading->shape = shape_of(token->form);
    size_t cut = token->form.n > 3 ? token->form.n - 3 : 0;
    reading->suffix = hash_bytes(token->form.p + cut, token->form.n - cut, true);
    reading->head = token->head;
    reading->xpos = token->xpos;
    reading->deprel = token->deprel;
    reading->force = ent__force_of(lexicon, token->lemma, token->upos, NULL);
    reading->quote = UINT32_MAX;
    const ent_sentence *sentence = &tree->sentences[token->sentence];
    if (token->head != ENT_NO_TOKEN) {
        token_reading *head = &out->tokens[token->head];
        head->children |= child_bit(token);
        if (token->deprel == ENT_DEP_nsubj || token->deprel == ENT_DEP_nsubj_pass) {
            head->subject = t;
        } else if (token->deprel == ENT_DEP_obj) {
            head->object = t;
        }
    }
    reading->border = BORDER_NONE;
    if (t == 0 || tree->tokens[t - 1].sentence != token->sentence) {
        bool same = t > 0 && tree->sentences[tree->tokens[t - 1].sentence].block == sentence->block;
        reading->border = same ? BORDER_SENTENCE : BORDER_BLOCK;
    }
    ent_block_kind kind = sentence->block < text->block_count ? text->blocks[sentence->block].kind
                                                              : ENT_BLOCK_PARAGRAPH;
    reading->place = kind == ENT_BLOCK_TITLE || kind == ENT_BLOCK_DECK || kind == ENT_BLOCK_HEADING
                         ? 1
                     : token->sentence < 3 ? 2
                                           : 0;
}

static void find_cue_neighbours(document_reading *out)
{
    const ent_tree *tree = out->tree;
    uint32_t last = ENT_NO_TOKEN;
    for (uint32_t t = 0; t < out->count; t++) {
        if (out->tokens[t].border >= BORDER_SENTENCE) {
            last = ENT_NO_TOKEN;
        }
        out->cue_before[t] = last;
        if (out->tokens[t].force) {
            last = t;
        }
    }
    last = ENT_NO_TOKEN;
    for (uint32_t t = (uint32_t)out->count; t-- > 0;) {
        if (t + 1 < out->count && tree->tokens[t + 1].sentence != tree->tokens[t].sentence) {
            last = ENT_NO_TOKEN;
        }
        out->cue_after[t] = last;
        if (out->tokens[t].force) {
            last = t;
        }
    }
}

ent_rc ent__statement_reading(ent_ctx *ctx, const statement_lexicon *lexicon, ent_arena *arena,
                              const ent_text *text, const ent_tree *tree,
                              document_reading *out)
{
    size_t n = tree->token_count;
    *out = (document_reading){.tree = tree, .count = n};
    out->tokens = ent__arena_array(arena, n + 1, sizeof *out->tokens);
    out->quotes = ent__arena_array(arena, n / 2 + 2, sizeof *out->quotes);
    out->cue_before = ent__arena_array(arena, n + 1, sizeof *out->cue_before);
    out->cue_after = ent__arena_array(arena, n + 1, sizeof *out->cue_after);
    if (!out->tokens || !out->quotes || !out->cue_before || !out->cue_after) {
        return ent__nomem(ctx);
    }
    for (uint32_t t = 0; t < n; t++) {
        out->tokens[t].subject = out->tokens[t].object = ENT_NO_TOKEN;
    }
    for (uint32_t t = 0; t < n; t++) {
        read_token(lexicon, text, out, t);
    }
    find_quotes(out);
    find_cue_neighbours(out);
    for (uint32_t t = 0; t < n; t++) {
        token_reading *reading = &out->tokens[t];
        reading->quote_state = quote_state(out, t);
        if (reading->border == BORDER_NONE && t > 0 &&
            (reading->quote == UINT32_MAX) != (out->tokens[t - 1].quote == UINT32_MAX)) {
            reading->border = BORDER_QUOTE;
        }
        find_noun_head(out, t);
        find_cue_above(out, t);
    }
    return ENT_OK;
}
