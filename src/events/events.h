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
    double confidence;      /* 0..1: the decision's probability that it is told as an event */
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
    ent_str issues;         /* "TRADE,2;ARMS,1" by an issue dictionary; empty: none */
    uint32_t mentions;      /* how often the document tells it (duplicates merged) */
} ent_event;

typedef struct {
    const ent_event *events;
    size_t event_count;
} ent_events;

/* O(tokens x frames per cue). */
ent_rc ent__events_code(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                        const ent_tree *tree, const ent_mentions *mentions, ent_events **out);
/* What decided: features with their weight for what was chosen, heaviest first. */
typedef struct {
    ent_str feature; /* "cue=condemn", "type=accuse+22" */
    double weight;
} ent_reason;
/* What decided that an event of the document is told; none where rows alone did.  *reason_count:
 * room in, filled out.  Codes the document again, up to the event's sentence. */
ent_rc ent__events_reasons(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                           const ent_tree *tree, const ent_mentions *mentions,
                           const ent_event *event, ent_reason *reasons, size_t *reason_count);
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

/* The same with what decided.  *reason_count: room in, filled out. */
ent_rc ent__events_explain(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                           const ent_tree *tree, uint32_t sentence, ent_range source,
                           ent_range target, ent_relation *out, ent_reason *reasons,
                           size_t *reason_count);

/* The same for one sentence given as text with its sides as text: as they stand there, or as names,
 * codes, demonyms of actors; an empty side is unknown.  at: the text's date, year 0 when unknown. */
ent_rc ent__events_relate_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                               ent_str sentence, ent_date at, ent_str source, ent_str target,
                               ent_relation *out, ent_reason *reasons, size_t *reason_count);

/* ---- dictionaries of the PETRARCH family, to code with instead of our own tables ------------- */

/* Verb, actor, agent, discard and issue dictionaries of PETRARCH-1, PETRARCH-2, Universal PETRARCH
 * and TABARI, read into one set.  Read-only once ready: shared by all threads. */
typedef struct ent_dictionaries ent_dictionaries;

typedef enum { ENT_DICTIONARY_VERBS, ENT_DICTIONARY_ACTORS, ENT_DICTIONARY_AGENTS,
               ENT_DICTIONARY_DISCARDS, ENT_DICTIONARY_ISSUES,
               ENT_DICTIONARY_KINDS } ent_dictionary_kind;
const char *ent__dictionary_kind_name(ent_dictionary_kind kind); /* "verbs" ... */

/* An error voids its line (or the part told), a warning does not. */
typedef struct {
    bool error;
    ent_str file;
    uint32_t line;
    const char *kind; /* "code" "bracket" "date" "tab" "shadowed" "never" "overlap" "synset" ... */
    ent_str message;
} ent_dictionary_problem;

typedef struct {
    size_t actors, actor_codes, agents, verbs, verb_forms, patterns, synonym_sets, discards, issues,
        transformations, errors;
    int dialect; /* 1: PETRARCH-1 and TABARI, 2: PETRARCH-2 */
} ent_dictionary_counts;

/* dialect 0: told by the verb patterns (braces and brackets are PETRARCH-2's).  The kit must
 * outlive the set. */
ent_rc ent__dictionaries_new(ent_ctx *ctx, const ent_kit *kit, int dialect, ent_dictionaries **out);
void ent__dictionaries_free(ent_dictionaries *set);
/* Reads one more file; bad lines are kept as problems, never an error.  ENT_EINPUT: the file can't
 * be read.  O(bytes). */
ent_rc ent__dictionaries_add(ent_ctx *ctx, ent_dictionaries *set, ent_dictionary_kind kind,
                             const char *path);
ent_rc ent__dictionaries_add_bytes(ent_ctx *ctx, ent_dictionaries *set, ent_dictionary_kind kind,
                                   ent_str bytes, const char *source);
/* After the last file, once: sorts patterns, makes the set ready to code with. */
ent_rc ent__dictionaries_ready(ent_ctx *ctx, ent_dictionaries *set);
/* Codes a document with the set instead of our tables: one event a pair of codes, rule FILE:LINE.
 * The dictionaries' actors are added to `mentions` (code and sector split off, `raw` the whole
 * code).  Without actor dictionaries our own mentions are the actors.  The type is
 * ENT_PLOVER_NONE for statements (01).  O(words + verbs x patterns of their block). */
ent_rc ent__dictionaries_code(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                              const ent_dictionaries *set, const ent_text *text,
                              const ent_tree *tree, ent_mentions *mentions, ent_events **out);
/* Does the text hold a phrase that discards its whole story?  O(words). */
bool ent__dictionaries_drop_story(const ent_dictionaries *set, ent_str text);
/* Looks at the ready set as a whole: shadowed patterns, overlapping dates, synonym sets without
 * use.  O(entries + patterns of a block squared). */
ent_rc ent__dictionaries_check(ent_ctx *ctx, ent_dictionaries *set);
/* Sorted by file name and line. */
const ent_dictionary_problem *ent__dictionaries_problems(const ent_dictionaries *set,
                                                         size_t *out_count);
/* SHA-256 over the files read, hexadecimal: what stands beside the kit's hash in outputs. */
const char *ent__dictionaries_hash(const ent_dictionaries *set);
void ent__dictionaries_count(const ent_dictionaries *set, ent_dictionary_counts *out);

#endif
