/* events, inside the folder: the tables as the engine uses them, and what is read off one sentence.
 * Others include events.h. */
#ifndef ENT_EVENTS_LEXICON_H
#define ENT_EVENTS_LEXICON_H

#include "events.h"

#define ENT_NO_CODE UINT16_MAX
#define ENT_NO_OPERATOR UINT8_MAX
#define ENT_OPERATOR_MAX 40

/* ---- where a side of an event can stand ---------------------------------------------------- */

typedef enum {
    ENT_ROLE_SUBJECT,  /* logical: the agent of a passive too */
    ENT_ROLE_OBJECT,   /* logical */
    ENT_ROLE_INDIRECT, /* iobj */
    ENT_ROLE_POSSESSOR,
    ENT_ROLE_ADJECTIVE,
    ENT_ROLE_COMPOUND,
    ENT_ROLE_PREPOSITION, /* oblique or nominal modifier with `word` */
    ENT_ROLE_INNER_SOURCE,
    ENT_ROLE_INNER_TARGET,
    ENT_ROLE_INNER_SUBJECT
} ent__role_kind;

typedef struct {
    uint8_t kind;
    bool on_object; /* on the object instead of the cue */
    uint16_t word;  /* of a preposition */
} ent__role;

typedef struct {
    ent_str name;
    ent__role source[24], target[24];
    uint8_t source_count, target_count;
    bool symmetric;
} ent__roles;

/* ---- tables, words numbered ---------------------------------------------------------------- */

typedef struct {
    uint16_t particles[4];
    uint8_t particle_count;
    uint8_t object_class; /* 0: none asked */
    uint16_t object_word; /* 0: none asked */
    bool of_subject;      /* the class is asked of the subject: "^TROOPS" */
    uint16_t code;        /* ENT_NO_CODE: an operator, or no event at all */
    uint8_t operator;
    uint8_t roles;
    uint8_t specific; /* how much the row asks for */
    long line;
} ent__verb;

typedef struct {
    uint8_t classes[3]; /* 0: none */
    uint16_t code;
    uint8_t operator;
    uint8_t roles;
    bool bare;
    long line;
} ent__noun;

typedef enum {
    ENT_MARK_NONE,
    ENT_MARK_ALLEGED,
    ENT_MARK_HYPOTHETICAL,
    ENT_MARK_NEGATED,
    ENT_MARK_FUTURE,
    ENT_MARK_PAST
} ent__mark;

typedef struct {
    ent_str text;
    uint32_t verb_first;
    uint16_t verb_count;
    int16_t noun; /* -1: none */
    uint8_t mark;
    uint16_t form_of; /* the lemma's number of an irregular verb form; 0: none */
} ent__event_word;

typedef struct {
    ent_str code, label, mode, context;
    ent_plover plover;
    uint8_t quad;
    double goldstein, score; /* CAMEO's Goldstein value, PLOVER's score; NaN: none */
} ent__code;

typedef struct {
    const ent_kit *kit; /* that it hangs on: classes of words */
    ent_arena *arena;
    ent_map *words; /* lemma -> number; 0 is no word */
    ent__event_word *word;
    size_t word_count, word_capacity;
    ent_map *classes;
    ent_str class_names[UINT8_MAX + 1]; /* by number; cells of the tables, which outlive this */
    ent__verb *verbs;
    size_t verb_count;
    ent__noun *nouns;
    size_t noun_count;
    ent__roles *roles;
    size_t role_count;
    ent__code *codes;
    size_t code_count;
    const char *operators[ENT_OPERATOR_MAX];
    size_t operator_count;
    const ent_table *places; /* actors/places: "landed in Jeddah" */
    uint8_t name_class; /* the object class NAME: a proper name or pronoun */
    uint8_t sport_class;
    uint8_t bad_class, good_class; /* what somebody is called: "a crime", "historic" */
    uint16_t no_clause; /* the particle "~": no clause may hang below the verb */
    uint16_t *results;  /* operator x (code + 1): ENT_NO_CODE none; the last column is "*" */
    ent_map *modifiers; /* "CLASS modifier" -> code */
    struct ent__event_model *model;    /* of pairs; NULL: rows alone say */
    struct ent__event_model *decision; /* of what is told in an article; NULL: rows alone decide */
} ent__event_lexicon;

/* Built by ent__events_prepare, hangs on the kit as "events". */
const ent__event_lexicon *ent__event_lexicon_of(const ent_kit *kit);
/* Builds all tables.  ENT_EINPUT names table and line of a wrong cell. */
ent_rc ent__event_lexicon_build(ent_ctx *ctx, const ent_kit *kit, ent__event_lexicon **out);
void ent__event_lexicon_free(void *lexicon);
uint16_t ent__event_lexicon_word(const ent__event_lexicon *lexicon,
                                 ent_str lemma); /* case folded; 0: unknown */
uint16_t ent__event_lexicon_code(const ent__event_lexicon *lexicon, ent_str code);
uint8_t ent__event_lexicon_operator(const ent__event_lexicon *lexicon, const char *name);
uint8_t ent__event_lexicon_class(const ent__event_lexicon *lexicon,
                                 const char *name); /* 0: unknown */
/* The code that the operator makes of `code` (ENT_NO_CODE: of nothing). */
uint16_t ent__event_lexicon_apply(const ent__event_lexicon *lexicon, uint8_t operator,
                                  uint16_t code);

/* ---- what is read off one sentence --------------------------------------------------------- */

typedef struct {
    uint8_t kind;
    bool on_object;
    uint16_t word;
    uint32_t token;
} ent__argument;

#define ENT_ARGUMENT_MAX 48

typedef struct {
    ent__argument list[ENT_ARGUMENT_MAX];
    uint32_t count;
    uint32_t subject, object; /* logical; ENT_NO_TOKEN: none */
} ent__arguments;

/* A token that may be a side, in the order of preference. */
typedef struct {
    uint32_t token;
    uint8_t rank; /* number of the role in its list */
} ent__candidate;

#define ENT_CANDIDATE_MAX 20

typedef struct ent__reading {
    uint32_t cue;
    uint16_t code;        /* after operators; ENT_NO_CODE: no event */
    uint16_t base_code;   /* of the cue at the bottom */
    uint8_t operators[4]; /* outermost first */
    uint8_t operator_count;
    uint8_t operator_future; /* what "will" or "will not" makes of it; ENT_NO_OPERATOR */
    uint8_t roles;
    bool noun, symmetric;
    bool consumed; /* told as part of another reading */
    ent_certainty certainty;
    ent__candidate sources[ENT_CANDIDATE_MAX], targets[ENT_CANDIDATE_MAX];
    uint8_t source_count, target_count;
    uint32_t subject, object;
    const struct ent__reading *inner;
    const char *table;
    long line;
} ent__reading;

/* The readings of one sentence; by_token[t - first] is NULL where a token carries none. */
typedef struct {
    const ent__event_lexicon *lexicon;
    const ent_tree *tree;
    uint32_t first, count; /* tokens of the sentence */
    uint16_t *words;       /* word number of each token of the sentence */
    ent__reading **by_token;
    uint8_t *state; /* 0 not looked at, 1 at work, 2 done */
    ent_arena *arena;
    bool failed; /* out of memory */
    bool question, sport;
} ent__sentence;

/* Reads all cues of a sentence, O(tokens x rows of a cue).  Scratch in `arena`. */
ent_rc ent__sentence_read(ent_ctx *ctx, const ent__event_lexicon *lexicon, const ent_tree *tree,
                          uint32_t sentence, ent_arena *arena, ent__sentence **out);
/* False for headlines above a body: they tell again, and shorter, what the body tells. */
bool ent__sentence_is_read(const ent_text *text, const ent_sentence *sentence);
/* The code with the future counted: "will visit" is the promise of a visit. */
uint16_t ent__reading_told(const ent__event_lexicon *lexicon, const ent__reading *reading);
/* The most specific row of verbs.tsv that fits; NULL: none.  *out_oblique: the noun behind a
 * preposition of the row whose class it asked for ("bowed to DEMANDS"), or ENT_NO_TOKEN. */
const ent__verb *ent__row_choose(const ent__sentence *s, uint32_t verb,
                                 const ent__arguments *arguments, uint32_t *out_oblique);
/* The preposition a few words behind the verb, whatever it was hung on: "called once more for". */
uint32_t ent__preposition_behind(const ent__sentence *s, uint32_t verb);
/* Arguments of a verb (or predicative adjective) and of a noun. */
void ent__verb_arguments(const ent__sentence *s, uint32_t verb, ent__arguments *out);
void ent__noun_arguments(const ent__sentence *s, uint32_t noun, ent__arguments *out);
/* "backed it", "rejected this": an object that is what was told before, not a party. */
bool ent__is_thing(const ent__sentence *s, const ent__reading *reading, uint32_t token);
/* Subject as it stands in the clause, found through control, relatives and coordination. */
uint32_t ent__surface_subject(const ent__sentence *s, uint32_t verb, int depth);
bool ent__is_passive(const ent__sentence *s, uint32_t verb);
/* "the deal that they signed", "a decision that X condemned": the noun is the verb's object. */
bool ent__is_object_relative(const ent__sentence *s, uint32_t verb);
/* "thousands of troops" -> troops. */
uint32_t ent__see_through(const ent__sentence *s, uint32_t noun);
/* Certainty from the words round the cue; operators above are the reading's business. */
ent_certainty ent__cue_certainty(const ent__sentence *s, uint32_t cue);
/* The reading's certainty with the sentence's subject matter counted (sport is no politics). */
ent_certainty ent__reading_certainty(const ent__sentence *s, const ent__reading *reading);
static inline uint16_t ent__word_at(const ent__sentence *s, uint32_t token)
{
    return token - s->first < s->count ? s->words[token - s->first] : 0;
}
static inline bool ent__lemma_is(const ent__sentence *s, uint32_t token, const char *lemma)
{
    return ent__str_ieqz(s->tree->tokens[token].lemma, lemma);
}
bool ent__has_class(const ent__sentence *s, uint32_t token, uint8_t class);
/* Preposition (case or mark) of a dependent as a word number; 0: none. */
uint16_t ent__preposition(const ent__sentence *s, uint32_t token);

#endif
