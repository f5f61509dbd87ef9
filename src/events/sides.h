/* events, inside the folder: the sides of a reading as actors. */
#ifndef ENT_EVENTS_SIDES_H
#define ENT_EVENTS_SIDES_H

#include "lexicon.h"

#define ENT_PARTY_MAX 12

typedef struct {
    ent_str code, sector;
    ent_side side;
    bool direct; /* the side itself, not inside its phrase */
} ent__party;

typedef struct {
    ent__party list[ENT_PARTY_MAX];
    size_t count;
    bool split; /* taken off a compound source: done to each other */
} ent__parties;

/* Actors that a token names: its mention, its conjuncts, the members of a plural. */
void ent__parties_of_token(const ent__sentence *s, const ent_mentions *mentions, uint32_t token,
                           ent__parties *out);
/* First sides of the reading that are actors; two different parties, or both stay empty. */
void ent__parties_find(const ent__sentence *s, const ent_mentions *mentions,
                       const ent__reading *reading, ent__parties *source, ent__parties *target);
/* The reading's target alone, where no source is found: "the embassy was stormed". */
void ent__parties_find_target(const ent__sentence *s, const ent_mentions *mentions,
                              const ent__reading *reading, ent__parties *target);
/* How sure the sides are, in [0, 1]. */
double ent__parties_score(const ent__reading *reading, const ent__parties *source,
                          const ent__parties *target);

#endif
