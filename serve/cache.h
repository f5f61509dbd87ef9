/* cache: answers that cost a walk over many rows are kept until the store changes. */
#ifndef ENT_SERVE_CACHE_H
#define ENT_SERVE_CACHE_H

#include "serve.h"

/* Answers from the cache, or lets `make` fill the reply and keeps it when its status is 200.  The
 * address with its query is the key: nothing in the answer may depend on who asks. */
ent_rc serve__cached(serve_call *call, ent_rc (*make)(serve_call *call));

#endif
