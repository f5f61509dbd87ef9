/* events, inside the folder: joining certainties. */
#ifndef ENT_EVENTS_CERTAINTY_H
#define ENT_EVENTS_CERTAINTY_H

#include "events.h"

/* The one that says less: negated, hypothetical, future, alleged, asserted in this order. */
ent_certainty ent__certainty_worse(ent_certainty a, ent_certainty b);

#endif
