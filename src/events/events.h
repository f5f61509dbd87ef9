/* events: trees and mentions -> who did what to whom, when (PLOVER 2021, CAMEO). */
#ifndef ENT_EVENTS_H
#define ENT_EVENTS_H

#include "../mentions/mentions.h"

#define ENT_PLOVER_LIST(X) \
    X(AGREE) X(CONSULT) X(SUPPORT) X(COOPERATE) X(AID) X(CONCEDE) X(RETREAT) X(REQUEST) \
    X(ACCUSE) X(REJECT) X(THREATEN) X(PROTEST) X(SANCTION) X(MOBILIZE) X(COERCE) X(ASSAULT)
typedef enum {
#define X(name) ENT_PLOVER_##name,
    ENT_PLOVER_LIST(X)
#undef X
    ENT_PLOVER_COUNT,
    ENT_PLOVER_NONE = ENT_PLOVER_COUNT
} ent_plover;

typedef enum { ENT_ASSERTED, ENT_ALLEGED, ENT_HYPOTHETICAL, ENT_NEGATED, ENT_FUTURE } ent_certainty;

typedef struct {
    uint32_t first, last; /* tokens, inclusive */
} ent_range;

typedef struct {
    uint32_t actor;   /* in ent_mentions.actors */
    ent_range span;   /* the mention taken as side of the event */
} ent_side;

typedef struct {
    ent_plover type;
    ent_str mode, context;  /* contexts joined by ';' */
    ent_str cameo;          /* "041" */
    double goldstein, score; /* CAMEO's Goldstein value; PLOVER's -10..10; NaN: none */
    double confidence;      /* 0..1: how directly the sides stand in their places */
    uint8_t quad;           /* 1..4 */
    const ent_side *source, *target;
    size_t source_count, target_count;
    bool symmetric;
    ent_date date;
    ent_str date_value;     /* ISO as resolved, cut where vague; empty: unknown */
    const char *date_precision; /* "day" "month" "year" ... */
    ent_certainty certainty;
    ent_range cue;          /* verb or noun that carried it */
    uint32_t sentence;
    ent_str place;          /* as the text says it; empty: none */
    ent_str rule;           /* table:line of the frame, or model name */
    uint32_t mentions;      /* how often the document tells it (duplicates merged) */
} ent_event;

typedef struct {
    const ent_event *events;
    size_t event_count;
} ent_events;

/* O(tokens x frames per cue). */
ent_rc ent__events_code(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                        const ent_tree *tree, const ent_mentions *mentions, ent_events **out);
ent_rc ent__events_prepare(ent_ctx *ctx, ent_kit *kit);
const char *ent__plover_name(ent_plover type);
const char *ent__certainty_name(ent_certainty certainty);

/* The relation of a given pair in one sentence: type and score in [0, 1]; ENT_PLOVER_NONE when
 * nothing is said to happen between them.  Ranges are tokens of `sentence`. */
typedef struct {
    ent_plover type;
    double score;
    ent_str rule;
} ent_relation;
ent_rc ent__events_relate(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                          uint32_t sentence, ent_range source, ent_range target, ent_relation *out);

/* What decided: features with their weight for the relation chosen, heaviest first.
 * *reason_count: room in, filled out. */
typedef struct {
    ent_str feature; /* "cue=condemn", "type=accuse+22" */
    double weight;
} ent_reason;
ent_rc ent__events_explain(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                           const ent_tree *tree, uint32_t sentence, ent_range source,
                           ent_range target, ent_relation *out, ent_reason *reasons,
                           size_t *reason_count);

/* The same for one sentence given as text with its sides as text; an empty side is unknown. */
ent_rc ent__events_relate_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                               ent_str sentence, ent_str source, ent_str target,
                               ent_relation *out, ent_reason *reasons, size_t *reason_count);

#endif
