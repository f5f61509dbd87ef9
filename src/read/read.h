/* read: one document all the way: text -> tree -> mentions -> events and statements, and its JSON. */
#ifndef ENT_READ_H
#define ENT_READ_H

#include "../events/events.h"
#include "../statements/statements.h"

/* One document and its reading; one arena, freed in one call. */
struct ent_doc {
    ent_arena *arena;
    ent_text text;
    ent_tree *tree;
    ent_mentions *mentions;
    ent_events *events;
    ent_statements *statements;
    ent_cpindex codepoints; /* of text.text */
    const char *dictionaries; /* hash of the dictionaries that coded it; NULL: our tables */
};

/* An empty document with its arena; ent_doc_free frees it. */
ent_rc ent__doc_new(ent_ctx *ctx, ent_doc **out);
/* Reads doc->text (already filled, in doc->arena) into the rest. */
ent_rc ent__doc_read(ent_ctx *ctx, const ent_kit *kit, ent_doc *doc);
/* The same with events by dictionaries of the PETRARCH family instead of our tables; NULL: ours. */
ent_rc ent__doc_read_with(ent_ctx *ctx, const ent_kit *kit, const ent_dictionaries *dictionaries,
                          ent_doc *doc);
/* The document as the contract's JSON object (cli.md), version block included. */
void ent__doc_json(ent_buf *out, const ent_kit *kit, const ent_doc *doc);
/* The text from the first to the last of two tokens. */
ent_str ent__doc_words(const ent_doc *doc, uint32_t first, uint32_t last);
/* Tokens from the leftmost to the rightmost of an event's cue and sides. */
ent_range ent__event_extent(const ent_event *event);

#endif
