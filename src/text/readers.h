/* readers: the readers of single formats, shared by the files of this folder only. */
#ifndef ENT_TEXT_READERS_H
#define ENT_TEXT_READERS_H

#include "text.h"

/* A page (or, with `fragment`, a piece of markup that is all article, as in feeds) to a document.
 * `html` is valid UTF-8.  A page without text is ENT_EINPUT. */
ent_rc ent__read_html(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str html,
                      bool fragment, const char *source, ent_text *out);
/* Plain text as it stands: fills blocks, title, deck, byline, date from out->text.  Fields that
 * are already set stay. */
ent_rc ent__read_plain(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_text *out);

/* Bytes of any encoding -> valid UTF-8 in `arena` (the same bytes when they are it already).
 * `markup`: look for a charset named inside.  ENT_EINPUT: empty, or no text. */
ent_rc ent__text_decode(ent_ctx *ctx, ent_arena *arena, ent_str bytes, bool markup,
                        const char *source, ent_str *out);

/* What the first bytes look like. */
ent_input_kind ent__kind_of(ent_str bytes);

#endif
