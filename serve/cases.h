/* cases: one state of a case, what of it one analyst may see, and its answers. */
#ifndef ENT_SERVE_CASES_H
#define ENT_SERVE_CASES_H

#include "../src/weigh/weigh.h"
#include "lists.h"

/* One saved state in the call's arena; revision 0: there is none. */
typedef struct {
    ent_str id, recorded, author, yaml;
    int64_t revision;
    ent_case *c;
} serve_case;

/* Reads a state (ENT_CASE_LATEST, or a number).  ENT_EINPUT: it is no case any more. */
ent_rc serve__case_load(serve_call *call, ent_store *store, const char *id, int64_t revision,
                        serve_case *out);

const char *serve__case_id(serve_call *call);    /* from the path; NULL: out of memory */
ent_rc serve__case_missing(serve_call *call);    /* 404 */

/* Blind entry: while own ratings are missing, those of others are hidden; ?reveal=1 shows them to
 * admins and to whoever saved the case's first state. */
typedef struct {
    size_t own;       /* place among the analysts; their count: not among them */
    size_t blank;     /* own cells still without a rating */
    bool *shown;      /* one flag an analyst */
    size_t hidden;    /* how many are hidden */
    bool may_reveal;  /* the caller could ask for what is hidden */
    bool refused;     /* the caller did ask, and may not */
} serve_blind;
ent_rc serve__case_blind(serve_call *call, const ent_case *c, serve_blind *out);
/* The query, among it ?reveal, is sound; false: a problem is the reply. */
bool serve__case_asked(serve_call *call, const char *allowed);

/* The case with matrix, scores and sensitivity as far as the caller may see them. */
ent_rc serve__case_view(serve_call *call, int status, const serve_case *state);
/* The answer; NULL: nobody has rated, or it is too large for the app. */
ent_rc serve__case_weigh(serve_call *call, const ent_case *c, ent_weighing **out);

#endif
