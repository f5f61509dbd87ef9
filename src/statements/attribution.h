/* Inside of statements: from runs of tokens to statements, and the two other readings. */
#ifndef ENT_STATEMENTS_ATTRIBUTION_H
#define ENT_STATEMENTS_ATTRIBUTION_H

#include "tagger.h"

/* What one document is read with. */
typedef struct {
    ent_ctx *ctx;
    const ent_kit *kit;
    const statement_lexicon *lexicon;
    ent_arena *arena;
    const ent_text *text;
    const ent_tree *tree;
    const ent_mentions *mentions;
    document_reading reading;
} statement_reader;

/* Subtree of a head as a run, cut so that it does not run over the cue. */
token_run ent__phrase_of(const ent_tree *tree, uint32_t head, token_run cue);

/* Content of a cue that no content was linked with: the sentence around "according to", the
 * clause below a verb.  False: none. */
bool ent__content_of_cue(const document_reading *reading, token_run cue, token_run *out);

/* First time expression that begins at or after a byte; O(log times). */
size_t ent__first_time(const ent_mentions *mentions, uint32_t byte);

/* Fills in who speaks: actor, name, affiliation, role, code.  A pronoun that coreference left open
 * is looked for among the speakers of `earlier` statements. */
ent_rc ent__speaker_resolve(statement_reader *reader, token_run source,
                            const ent_statement *earlier, size_t earlier_count,
                            ent_statement *out);

/* "Nobody", "no analyst": what is not said by anybody is no statement. */
bool ent__names_nobody(const ent_tree *tree, token_run source);

/* In text order, claimed by nobody. */
ent_rc ent__quantities_find(statement_reader *reader, ent_quantity **out, size_t *out_count);
ent_rc ent__questions_find(statement_reader *reader, const ent_question **out, size_t *out_count);

#endif
