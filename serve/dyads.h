/* dyads: what the routes of a pair's series share: of events (dyads.c) and of public data (public.c). */
#ifndef ENT_SERVE_DYADS_H
#define ENT_SERVE_DYADS_H

#include "../src/align/align.h"
#include "serve.h"

/* Shifts of the measure over the periods that have a value, under the key "shifts"; fewer than 4
 * are no evidence. */
ent_rc serve__put_shifts(serve_call *call, ent_json *json, const ent_series *series, ent_by by,
                         ent_measure measure);

/* agreement distance trade exports imports imported */
bool serve__is_public_measure(ent_str name);
ent_rc serve__public_dyad(serve_call *call, bool csv);

/* The roll calls, read on the first question, held until released; NULL: *why says what is
 * missing.  Release in any case. */
const ent_votes *serve__votes_take(serve_call *call, const char **why);
void serve__votes_release(serve_call *call);

#endif
