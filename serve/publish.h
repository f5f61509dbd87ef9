/* publish: from an analyst's choice to the page that readers get: render.c makes the brief's forms,
 * briefs.c keeps drafts and versions, shelf.c holds what is published in memory, readers act on it.
 */
#ifndef ENT_SERVE_PUBLISH_H
#define ENT_SERVE_PUBLISH_H

#include "frame.h"

typedef struct {
    ent_buf html, json, markdown;
    ent_str title, deck; /* in the call's arena */
} serve_rendered;

/* source: {"documents":[id],"case","states":[code],"title"}.  ENT_EINPUT: a document or case is not
 * in the store.  *out is yours to free, also after an error. */
ent_rc serve__render(serve_call *call, const json_t *source, serve_rendered *out);
void serve__rendered_free(serve_rendered *rendered);

/* Takes the brief anew from the app's file (published, corrected, withdrawn), and the list of all.
 */
ent_rc serve__shelf_refresh(serve_call *call, int64_t brief);

/* A brief by number or slug, as far as the caller may see it; 0: none (a problem is the reply),
 * <0: an error. */
int64_t serve__brief_find(serve_call *call, const char *param);

typedef struct {
    int64_t id, published; /* published 0: never was */
    ent_str slug, state, title, deck, reason;
} serve_brief;
/* The brief of that number; false: none, or an error set in ctx (*out_rc). */
bool serve__brief_get(serve_call *call, int64_t id, serve_brief *out, ent_rc *out_rc);

/* The published brief that the path's {id} names; 0: a problem is the reply, <0: an error. */
int64_t serve__published_brief(serve_call *call);
/* false: this address does it too often; a problem is the reply. */
bool serve__write_allowed(serve_call *call, serve_limit limit);

/* "3 January 2026" */
void serve__day_text(int64_t seconds, ent_buf *out);

#endif
