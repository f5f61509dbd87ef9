/* statements: trees and mentions -> who said what; quantities claimed; questions asked. */
#ifndef ENT_STATEMENTS_H
#define ENT_STATEMENTS_H

#include "../mentions/mentions.h"

/* Bytes of the document's text, end exclusive. */
typedef struct {
    uint32_t begin, end;
} ent_span;

typedef enum { ENT_STATEMENT_DIRECT, ENT_STATEMENT_INDIRECT, ENT_STATEMENT_MIXED } ent_statement_kind;

/* Somebody says something (all that is quoted), thinks or wishes it, or takes a stand by what they
 * decide, plan, back, refuse: attitudes and decrees. */
typedef enum { ENT_ACT_SAY, ENT_ACT_THINK, ENT_ACT_DECIDE } ent_statement_act;

typedef struct {
    ent_statement_kind kind;
    ent_statement_act act;
    uint32_t speaker;       /* in ent_mentions.actors; UINT32_MAX: none or not resolved */
    ent_str speaker_name;   /* resolved name, else the words of the source; empty: no source */
    ent_str affiliation, role; /* as given or resolved */
    ent_str code;           /* "USAGOV"; empty: unknown */
    bool has_source, has_cue;
    ent_span source, cue;
    const ent_span *content; /* in order; quotation marks included */
    size_t content_count;
    ent_str force;          /* of the cue: say claim deny warn concede promise ask ... */
    ent_str date_value;     /* ISO; empty: unknown */
    ent_str rule;           /* table:line or model */
    uint32_t sentence;      /* where the cue or first content stands */
} ent_statement;

typedef struct {
    double value, value_max; /* NaN: none */
    ent_str unit;            /* ISO 4217 for money, "percent", "person", "minute", "barrel" ... */
    ent_span span;
    ent_str subject, period, comparison; /* as the text says; period ISO where it resolves */
    bool approximate;
    uint32_t sentence;
    uint32_t claimed_by; /* what is said that it is part of; UINT32_MAX: the text's own */
} ent_quantity;

typedef struct {
    ent_span span;
    uint32_t sentence;
} ent_question;

typedef struct {
    const ent_statement *statements;
    size_t statement_count;
    const ent_quantity *quantities;
    size_t quantity_count;
    const ent_question *questions;
    size_t question_count;
} ent_statements;

ent_rc ent__statements_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                            const ent_tree *tree, const ent_mentions *mentions,
                            ent_statements **out);
ent_rc ent__statements_prepare(ent_ctx *ctx, ent_kit *kit);

#endif
