/* mentions: which stretches of a parsed document name an actor (state, person, organisation,
 * group) or a time, resolved at the document's date; coreference within the document. */
#ifndef ENT_MENTIONS_H
#define ENT_MENTIONS_H

#include "../parse/parse.h"

typedef enum { ENT_ACTOR_STATE, ENT_ACTOR_PERSON, ENT_ACTOR_ORGANISATION, ENT_ACTOR_GROUP,
               ENT_ACTOR_UNKNOWN } ent_actor_kind;

/* One actor of the document: all mentions that mean the same one share it. */
typedef struct {
    ent_actor_kind kind;
    ent_str name;   /* resolved: "Donald Trump", "Russia", "United Nations" */
    ent_str code;   /* ISO 3166 alpha-3 or organisation's short name ("RUS", "NATO"); empty: unknown */
    ent_str sector; /* GOV MIL REB OPP COP JUD LEG SPY BUS MED CVL EDU NGO IGO JRN, empty: the state itself */
    ent_str role;   /* office or role as resolved or given: "president", "spokesperson" */
    ent_str affiliation; /* as given in the text: "Chinese Foreign Ministry" */
    ent_str raw;    /* the whole code of a user's dictionary ("USAGOVMIL"); empty: our tables */
    ent_str rule;   /* provenance: "actors/leaders:123" (table:line) or the rule's name */
    char gender;    /* 'm', 'f', 'n' or 0 */
    bool plural;    /* a set: "the two nations", "European allies" */
    const uint32_t *members; /* actors a plural stands for, where known */
    size_t member_count;
    uint32_t first_mention;
} ent_actor;

typedef enum { ENT_MENTION_NAME, ENT_MENTION_NOMINAL, ENT_MENTION_PRONOUN,
               ENT_MENTION_ADJECTIVE /* "Russian", in a noun phrase it modifies */ } ent_mention_kind;

/* Mentions stand in order of `first`; they may nest ("[[Russian] President [Putin]]"): of nested
 * ones sharing a head token the outermost says who the phrase is. */
typedef struct {
    ent_mention_kind kind;
    uint32_t first, last; /* tokens, inclusive */
    uint32_t head;        /* head token */
    uint32_t actor;       /* number in actors */
    bool place;           /* only where something is: "in Moscow" */
} ent_mention;

typedef enum { ENT_TIME_DATE, ENT_TIME_DURATION, ENT_TIME_SET, ENT_TIME_CLOCK } ent_time_kind;

/* One time expression.  `value` is ISO, cut where vague ("2025-02-12", "2022", "P4Y", "2024-Q3");
 * empty when it can't be resolved (no date to count from): then `relative` says so. */
typedef struct {
    ent_time_kind kind;
    uint32_t begin, end; /* bytes */
    uint32_t first, last; /* tokens */
    ent_str value;
    ent_date date, date_end; /* of a date: first and last day it can mean; year 0: unresolved */
    bool relative;
    const char *rule;
} ent_time;

typedef struct {
    const ent_actor *actors;
    size_t actor_count;
    const ent_mention *mentions;
    size_t mention_count;
    const ent_time *times;
    size_t time_count;
    const uint32_t *token_mention; /* per token: the outermost mention whose HEAD it is, or UINT32_MAX */
} ent_mentions;

/* O(tokens x longest name).  Needs ent__mentions_prepare on the kit (called by ent_kit_open). */
ent_rc ent__mentions_find(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                          const ent_tree *tree, ent_mentions **out);
ent_rc ent__mentions_prepare(ent_ctx *ctx, ent_kit *kit);

/* The times half (times.c), called by ent__mentions_find; sorted by begin, not overlapping. */
ent_rc ent__times_find(ent_ctx *ctx, ent_arena *arena, const ent_text *text, const ent_tree *tree,
                       const ent_time **out, size_t *out_count);

/* ---- lexemes: words and numbers of the raw text, before and beside the tokens of the tree ----- */

typedef enum { ENT_LEX_WORD, ENT_LEX_NUMBER, ENT_LEX_NUMBER_WORD, ENT_LEX_SCALE, ENT_LEX_ORDINAL,
               ENT_LEX_MONTH, ENT_LEX_WEEKDAY, ENT_LEX_UNIT, ENT_LEX_SEASON, ENT_LEX_DAYPART,
               ENT_LEX_KEY, ENT_LEX_PUNCT, ENT_LEX_BREAK } ent_lex_kind;

enum { ENT_LEX_SPACE_BEFORE = 1, ENT_LEX_CAPITAL = 2, ENT_LEX_PLURAL = 4, ENT_LEX_COMMA = 8,
       ENT_LEX_DECIMAL = 16, ENT_LEX_SHORT = 32 /* "Feb" */ };

/* One lexeme.  `code`: month 1-12, weekday 0-6, unit, season, key, code point of punctuation;
 * `value`: of a number ("1,340" = 1340, "dozen" = 12, "third" = 3, "million" = 1e6). */
typedef struct {
    uint32_t begin, end; /* bytes of the text */
    uint8_t kind, flags, digits;
    int32_t code;
    double value;
} ent_lexeme;

/* Keys: words that time and quantity expressions are built with. */
#define ENT_KEY_LIST(X) \
    X(a) X(about) X(after) X(ago) X(ahead) X(almost) X(am) X(an) X(and) X(anniversary) \
    X(annually) X(another) X(approximately) X(around) X(as) X(at) X(back) X(before) X(beginning) \
    X(between) X(by) X(coming) X(couple) X(current) X(daily) X(during) X(each) X(earlier) \
    X(early) X(end) X(every) X(exactly) X(expected) X(few) X(fewer) X(fiscal) X(following) \
    X(for) X(from) X(half) X(in) X(just) X(last) X(late) X(later) X(least) X(less) X(mid) \
    X(middle) X(monthly) X(more) X(most) X(nearly) X(next) X(now) X(of) X(old) X(on) X(once) \
    X(only) X(or) X(over) X(past) X(per) X(plan) X(planned) X(plans) X(pm) X(previous) X(prior) \
    X(roughly) X(same) X(scheduled) X(set) X(several) X(shall) X(since) X(some) X(start) X(than) \
    X(that) X(the) X(this) X(through) X(times) X(to) X(today) X(tomorrow) X(tonight) X(twice) \
    X(under) X(until) X(up) X(upcoming) X(weekly) X(will) X(within) X(would) X(yearly) \
    X(yesterday)
enum {
#define X(name) ENT_KEY_##name,
    ENT_KEY_LIST(X)
#undef X
    ENT_KEY_COUNT
};

/* Cuts text[begin, end) into lexemes (an ENT_LEX_BREAK closes them); O(bytes). */
ent_rc ent__lexemes(ent_ctx *ctx, ent_arena *arena, ent_str text, uint32_t begin, uint32_t end,
                    const ent_lexeme **out, size_t *out_count);

/* Who held which office of a state or organisation at a date (year 0: today). */
typedef struct {
    ent_str function, office, name, since, until, sector; /* cells of actors/leaders */
    long line;
} ent_office_holder;
/* Fills at most `room` holders in table order; returns how many there are.  O(rows of the code). */
size_t ent__actor_offices(const ent_kit *kit, ent_str code, ent_date at, ent_office_holder *out,
                          size_t room);

/* Looks a name up outside of any document: "USA", "Kremlin", "Angela Merkel" at a date (year 0: any
 * date).  Gives the code and row; false when unknown. */
bool ent__actor_lookup(const ent_kit *kit, ent_str name, ent_date at, ent_str *out_code,
                       ent_str *out_rule);

#endif
