/* events, inside the folder: sides that a text leaves unsaid because it told of them before. */
#ifndef ENT_EVENTS_DISCOURSE_H
#define ENT_EVENTS_DISCOURSE_H

#include "sides.h"

#define ENT_TOLD_MAX 24   /* events remembered */
#define ENT_STATES_MAX 64 /* states counted */

/* What speaks against a side left unsaid, and for it. */
enum {
    ENT_GATE_TOLD = 1,       /* told as done, by a verb of its own */
    ENT_GATE_NEEDS = 2,      /* an act that is always done to somebody */
    ENT_GATE_OWN_OBJECT = 4, /* somebody else is the object */
    ENT_GATE_OTHERS = 8      /* the clause names a third party */
};

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
    ent_str state[ENT_STATES_MAX]; /* codes of the states named, the most often named first */
    uint32_t state_actor[ENT_STATES_MAX], state_told[ENT_STATES_MAX];
    size_t state_count, all_told; /* all_told: mentions of them */
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
/* The i-th last event told; NULL when there are no more. */
const ent__told *ent__discourse_told(const ent__discourse *d, size_t back);
/* Bits of ENT_GATE_ that hold for the reading with these sides. */
unsigned ent__discourse_gates(const ent__discourse *d, const ent__sentence *s,
                              const ent__reading *r, const ent__parties *source,
                              const ent__parties *target);
/* "X did the same": the event that is told again of somebody else; ENT_NO_CODE: none. */
uint16_t ent__discourse_repeat(const ent__discourse *d, const ent__sentence *s, uint32_t sentence,
                               const ent__reading *r, ent__parties *source, ent__parties *target);

#endif
