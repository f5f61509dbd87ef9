/* corefer: what the passes of coreference share.  Inside mentions only. */
#ifndef ENT_MENTIONS_COREFER_H
#define ENT_MENTIONS_COREFER_H

#include "find.h"

enum { ENT_LOOK_BACK = 48, ENT_SENTENCES_BACK = 4 }; /* antecedents, sentences */

typedef struct {
    uint32_t actor, token, sentence;
    bool subject, name, nested, place, pronoun;
} ent_antecedent;

typedef enum {
    ENT_WANT_MAN,
    ENT_WANT_WOMAN,
    ENT_WANT_THING,
    ENT_WANT_PLURAL,
    ENT_WANT_SPEAKER,
    ENT_WANT_SPEAKERS,
    ENT_WANT_NOTHING
} ent_wanted;

typedef struct {
    ent_finder *f;
    ent_antecedent *seen; /* in reading order */
    size_t count;
    int8_t *quoted;      /* per token: inside quotation marks */
    uint32_t main_state; /* the state that the text is about; ENT_NONE */
    uint32_t host_state; /* whose officials speak in a transcript; ENT_NONE */
} ent_coreader;

/* corefer.c: how well an antecedent fits, after Lappin and Leass. */
int ent__antecedent_weight(const ent_coreader *r, const ent_antecedent *a, uint32_t token,
                           ent_wanted what);

ent_wanted ent__pronoun_wants(ent_str form);

/* speakers.c: marks tokens inside quotation marks; then "I", "we", "our" there.
 */
void ent__quotations_mark(ent_coreader *r);
void ent__speakers_resolve(ent_coreader *r);
/* The state whose officials most labels of a transcript name ("MR. CARNEY: ..."); ENT_NONE. */
uint32_t ent__transcript_host(const ent_finder *f);
/* Gives a phrase another actor, and its mentions with it. */
void ent__phrase_set_actor(ent_finder *f, ent_phrase *p, uint32_t actor);

/* groups.c.  All give ENT_NONE when nothing fits. */
/* The state an actor is or belongs to, as a number of the lexicon. */
uint32_t ent__state_code_of(const ent_finder *f, uint32_t actor);
/* "Trump and Putin ... they": everybody of the latest coordination before the
 * pronoun. */
uint32_t ent__group_coordinated(const ent_coreader *r, uint32_t token);
/* "the two countries", "both leaders": two that were a subject together, else
 * the last two. */
uint32_t ent__group_pair(const ent_coreader *r, uint32_t token, bool persons);
/* "the four states", "the three sides". */
uint32_t ent__group_of(const ent_coreader *r, uint32_t token, size_t count);
/* "A received B. They ...": the only two named in the sentence before, subject and object of one
 * verb. */
uint32_t ent__group_met(const ent_coreader *r, uint32_t token);
/* "the ministers", "the leaders": of the states that were last named together, two sentences back
 * at most. */
uint32_t ent__group_last(const ent_coreader *r, uint32_t token);
/* "the country", "the kingdom", "the island": the code of the state that is
 * meant. */
uint32_t ent__last_state(const ent_coreader *r, uint32_t token);
/* "its neighbour", "its rival": the other state of the last two, not the owner.
 */
uint32_t ent__other_state(const ent_coreader *r, uint32_t token, uint32_t owner_code);

#endif
