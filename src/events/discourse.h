/* events, inside the folder: sides that a text leaves unsaid because it told of them before. */
#ifndef ENT_EVENTS_DISCOURSE_H
#define ENT_EVENTS_DISCOURSE_H

#include "sides.h"

#define ENT_TOLD_MAX 24 /* events remembered */

typedef struct {
    uint32_t sentence, block;
    uint16_t code;
    bool symmetric;
    ent__parties source, target;
} ent__told;

typedef struct {
    const ent__event_lexicon *lexicon;
    const ent_tree *tree;
    const ent_mentions *mentions;
    uint32_t pair[2]; /* actors of the two states that the document is about */
    bool has_pair;
    uint32_t topic; /* actor of the state named most; UINT32_MAX: none stands out */
    ent__told told[ENT_TOLD_MAX]; /* a ring */
    size_t told_count;
} ent__discourse;

/* Counts the document's states; O(mentions). */
void ent__discourse_start(ent__discourse *d, const ent__event_lexicon *lexicon,
                          const ent_tree *tree, const ent_mentions *mentions);
/* Remembers an event with both sides. */
void ent__discourse_note(ent__discourse *d, uint32_t sentence, uint16_t code, bool symmetric,
                         const ent__parties *source, const ent__parties *target);
/* Fills the side that the sentence leaves unsaid; leaves both as they are when nothing before
 * tells of them.  O(events remembered + mentions of the sentence). */
void ent__discourse_complete(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                             const ent__reading *r, ent__parties *source, ent__parties *target);
/* "X did the same": the event that is told again of somebody else; ENT_NO_CODE: none. */
uint16_t ent__discourse_repeat(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                               const ent__reading *r, ent__parties *source, ent__parties *target);

#endif
