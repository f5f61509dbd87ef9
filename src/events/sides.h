/* events, inside the folder: the sides of a reading as actors. */
#ifndef ENT_EVENTS_SIDES_H
#define ENT_EVENTS_SIDES_H

#include <string.h>

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

static inline bool ent__same_code(ent_str a, ent_str b)
{
    return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}
/* Is one of the parties this one? */
static inline bool ent__parties_hold(const ent__parties *parties, ent_str code)
{
    for (size_t i = 0; i < parties->count; i++) {
        if (ent__same_code(parties->list[i].code, code)) {
            return true;
        }
    }
    return false;
}
/* The first mention that stands at or behind a token; O(log mentions). */
size_t ent__first_mention(const ent_mentions *mentions, uint32_t token);
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
