/* Questions that the text asks: sentences closed by a question mark, and headlines that open with
 * an inverted verb and carry no mark.  Input: tree and blocks; output: spans.  O(sentences). */
#include <string.h>

#include "attribution.h"

/* Does the sentence end in a question mark, closing quotation marks and brackets apart? */
static bool asks_by_mark(const ent_tree *tree, const ent_sentence *sentence)
{
    for (uint32_t i = sentence->token_count; i > 0; i--) {
        const ent_token *token = &tree->tokens[sentence->first + i - 1];
        if (memchr(token->form.p, '?', token->form.n)) {
            return true;
        }
        if (token->upos != ENT_UPOS_PUNCT) {
            return false;
        }
    }
    return false;
}

/* "Can Europe Defend Itself": an auxiliary in front of its subject. */
static bool asks_by_form(const statement_reader *reader, const ent_sentence *sentence)
{
    const ent_tree *tree = reader->tree;
    if (sentence->block >= reader->text->block_count || sentence->token_count < 3) {
        return false;
    }
    ent_block_kind kind = reader->text->blocks[sentence->block].kind;
    if (kind != ENT_BLOCK_TITLE && kind != ENT_BLOCK_HEADING && kind != ENT_BLOCK_DECK) {
        return false;
    }
    const ent_token *first = &tree->tokens[sentence->first], *second = first + 1;
    bool subject = second->upos == ENT_UPOS_PROPN || second->upos == ENT_UPOS_PRON ||
                   second->upos == ENT_UPOS_DET;
    bool finite = first->xpos == ENT_XPOS_MD || first->xpos == ENT_XPOS_VBZ ||
                  first->xpos == ENT_XPOS_VBP || first->xpos == ENT_XPOS_VBD;
    return first->upos == ENT_UPOS_AUX && finite && subject;
}

ent_rc ent__questions_find(statement_reader *reader, const ent_question **out, size_t *out_count)
{
    const ent_tree *tree = reader->tree;
    ent_question *found = ent__arena_array(reader->arena, tree->sentence_count + 1, sizeof *found);
    size_t count = 0;
    if (!found) {
        return ent__nomem(reader->ctx);
    }
    for (size_t s = 0; s < tree->sentence_count; s++) {
        const ent_sentence *sentence = &tree->sentences[s];
        if (sentence->token_count &&
            (asks_by_mark(tree, sentence) || asks_by_form(reader, sentence))) {
            found[count++] = (ent_question){{sentence->begin, sentence->end}, (uint32_t)s};
        }
    }
    *out = found;
    *out_count = count;
    return ENT_OK;
}
