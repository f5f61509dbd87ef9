/* groups: what each group of routes opens with the app (a queue, pages in memory), in order. */
#ifndef ENT_SERVE_GROUPS_H
#define ENT_SERVE_GROUPS_H

#include "serve.h"

ent_rc serve__groups_open(ent_ctx *ctx, serve_app *app); /* dispatch.c */

ent_rc serve__frame_open(ent_ctx *ctx, serve_app *app);
ent_rc serve__briefs_open(ent_ctx *ctx, serve_app *app);
ent_rc serve__jobs_open(ent_ctx *ctx, serve_app *app); /* starts the thread that reads */
ent_rc serve__cache_open(ent_ctx *ctx, serve_app *app);
ent_rc serve__votes_open(ent_ctx *ctx, serve_app *app); /* read on the first question */

#endif
