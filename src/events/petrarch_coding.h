/* events, inside the folder: one sentence while PETRARCH dictionaries code it. */
#ifndef ENT_EVENTS_PETRARCH_CODING_H
#define ENT_EVENTS_PETRARCH_CODING_H

#include "lexicon.h"
#include "petrarch.h"

#define ENT_CODING_AGENTS 6
#define ENT_CODE_ROOM 48

/* A noun phrase.  Words are counted in the sentence's row of folded words. */
typedef struct {
    uint32_t head, first_token, last_token;
    uint32_t first, end;   /* words */
    uint32_t reach;        /* end of the names that begin in it */
    char base[ENT_CODE_ROOM], code[ENT_CODE_ROOM]; /* actor's; with agents; "" none */
    bool has_actor;
    uint32_t agents[ENT_CODING_AGENTS];
    uint8_t agent_count;
    uint32_t own_actor;    /* of our mentions, where no actor dictionary was given */
    uint32_t file, line;   /* of the actor's (or agent's) row; line 0: none */
    uint32_t above;        /* phrase that took its code over: it is a side only where a pattern
                            * asks for it */
    bool covered;          /* part of a name that begins in another phrase */
    uint32_t compound, next; /* first and next member of "A, B and C" */
} ent_coding_phrase;

/* The last code of an actor of the document, for the pronouns that mean it. */
typedef struct {
    char code[ENT_CODE_ROOM];
    uint32_t file, line;
} ent_carried;

typedef struct {
    const ent_dictionaries *set;
    const ent_tree *tree;
    const ent_mentions *mentions;
    ent_arena *scratch;
    int32_t day; /* YYYYMMDD, 0: unknown */
    uint32_t sentence;
    uint32_t *words, *token_of, *phrase_of; /* by word of the sentence */
    uint32_t *first_word;                   /* by token of the sentence, one more at the end */
    size_t word_count;
    ent_coding_phrase *phrases;
    size_t phrase_count;
    ent_carried *carried; /* by actor of the mentions */
    const ent__sentence *grammar; /* arguments of verbs */
} ent_coding;

/* Words and coded phrases of c->sentence; false: out of memory. */
bool ent__coding_read(ent_coding *c);
/* The phrase that holds the token, ENT_NO_ENTRY: none. */
uint32_t ent__coding_phrase_at(const ent_coding *c, uint32_t token);
/* The phrase that answers for a token: the one that took its code over, where one did, and the
 * first member of its compound; ENT_NO_ENTRY: no member of it has a code. */
uint32_t ent__coding_side_at(const ent_coding *c, uint32_t token);
/* The code of an actor on a day; NULL: none. */
const ent_actor_code *ent__coding_actor_code(const ent_dictionaries *set, uint32_t entry,
                                             int32_t day);
static inline bool ent__coding_is_side(const ent_coding *c, uint32_t phrase)
{
    return phrase != ENT_NO_ENTRY && c->phrases[phrase].code[0] != '\0' &&
           c->phrases[phrase].above == ENT_NO_ENTRY;
}

static inline bool ent__coding_is_coded(const ent_coding *c, uint32_t phrase)
{
    return phrase != ENT_NO_ENTRY && c->phrases[phrase].code[0] != '\0' &&
           !c->phrases[phrase].covered;
}

/* Sides that a pattern names itself; ENT_NO_ENTRY: left to the grammar. */
typedef struct {
    uint32_t source, target;
    bool compound; /* % : members of `source` among each other */
} ent_pattern_sides;

/* Does the pattern fit at a verb?  Words first..last are the verb's form. */
bool ent__pattern_fits(const ent_coding *c, const ent_pattern *pattern, uint32_t verb_token,
                       uint32_t first, uint32_t last, const ent__arguments *arguments,
                       ent_pattern_sides *out);

#endif
