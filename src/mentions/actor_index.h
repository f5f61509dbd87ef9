/* actor index: the actor tables as one index of names, built once when the kit is opened.  Inside
 * mentions only. */
#ifndef ENT_MENTIONS_ACTOR_INDEX_H
#define ENT_MENTIONS_ACTOR_INDEX_H

#include "mentions.h"

#define ENT_NONE UINT32_MAX

typedef enum { ENT_ENTRY_STATE, ENT_ENTRY_ORGANISATION, ENT_ENTRY_PERSON, ENT_ENTRY_SURNAME,
               ENT_ENTRY_ROLE, ENT_ENTRY_PLACE } ent_entry_kind;
typedef enum { ENT_STATE_NAME, ENT_STATE_ADJECTIVE, ENT_STATE_DEMONYM, ENT_STATE_DEMONYMS,
               ENT_STATE_CAPITAL, ENT_STATE_SEAT } ent_state_form;
typedef enum { ENT_CARE_NONE, ENT_CARE_PERSON, ENT_CARE_PLACE, ENT_CARE_CONTEXT,
               ENT_CARE_PARTY } ent_care;
typedef enum { ENT_PLACE_PHRASE, ENT_PLACE_US_STATE, ENT_PLACE_CITY } ent_place_form;
typedef enum { ENT_ROLE_PERSON, ENT_ROLE_BODY, ENT_ROLE_GROUP, ENT_ROLE_THING, ENT_ROLE_TITLE,
               ENT_ROLE_ANAPHOR } ent_role_kind;

/* One way of writing a name.  `caps`: bit i set when word i must begin with a capital. */
typedef struct {
    uint8_t kind, form, care; /* form: ent_state_form, ent_role_kind, ent_place_form */
    bool exact;               /* an abbreviation: capitals only */
    bool plural;
    uint32_t caps, row; /* row of its table; of a person: number of the person */
    uint32_t code;      /* number of the code; ENT_NONE: none */
    ent_date since, until;
    uint32_t next; /* further entry at the same node */
} ent_entry;

/* A role or office held for a time: one row of leaders or persons. */
typedef struct {
    uint32_t person, code, row, next_of_person, next_of_code;
    ent_str function, office, sector;
    ent_date since, until;
    bool top;    /* what "the leader" of the state means */
    bool office_table; /* leaders, else persons */
} ent_term;

typedef struct {
    ent_str name, short_name;
    uint32_t first_term, last_word;
    char gender;
} ent_known_person;

typedef struct {
    ent_map *words, *codes, *person_names;
    ent_arena *arena;
    char *given;           /* per word: gender of the given name, or 0 */
    uint8_t *common;       /* per word: a surname too common to stand alone */
    size_t word_count, word_capacity;
    uint64_t *edge_keys;   /* node << 32 | word + 1; 0: free */
    uint32_t *edge_values;
    size_t edge_count, edge_mask;
    uint32_t *node_entry, *node_last; /* per node: first and last entry or ENT_NONE */
    size_t node_count, node_capacity;
    ent_entry *entries;
    size_t entry_count, entry_capacity;
    ent_str *code_list, *code_names;
    bool *code_state;
    uint32_t *code_terms; /* per code: first term */
    size_t code_count, code_capacity;
    ent_known_person *persons;
    size_t person_count, person_capacity;
    ent_term *terms;
    size_t term_count, term_capacity;
    const ent_table *states, *names, *organisations, *leaders, *people, *agents, *kinds, *members;
    int agent_word, agent_sector, agent_function, agent_gender;
    int organisation_name, organisation_sector, organisation_kind;
} ent_actor_index;

enum { ENT_WORDS_A_TOKEN = 6, ENT_FOLD_BYTES = 96 };

/* The words of one token: lower case, diacritics and dots off, split at hyphens and slashes; a
 * lone hyphen or quotation mark gives none, "'s" the word "'s". */
typedef struct {
    char bytes[ENT_FOLD_BYTES];
    struct {
        uint8_t begin, end;
        bool capital, all_capitals;
    } word[ENT_WORDS_A_TOKEN];
    size_t count;
} ent_folded;
void ent__fold(ent_str form, ent_folded *out);

ent_rc ent__actor_index_build(ent_ctx *ctx, const ent_kit *kit, ent_actor_index **out);
void ent__actor_index_free(void *lexicon);
/* Child of a node by a word, ENT_NONE when there is none.  O(1). */
uint32_t ent__actor_index_step(const ent_actor_index *lexicon, uint32_t node, uint32_t word);
uint32_t ent__actor_index_word(const ent_actor_index *lexicon, ent_str folded); /* ENT_NONE: unknown */
uint32_t ent__actor_index_code(const ent_actor_index *lexicon, ent_str code);

/* Does the date lie inside?  Without a date (year 0): is it open to this day? */
bool ent__term_holds(ent_date at, ent_date since, ent_date until);
/* The term of a person at a date: the one held (the top office first), else ENT_NONE. */
uint32_t ent__term_of_person(const ent_actor_index *lexicon, uint32_t person, ent_date at);
/* Is the term one of the office?  Arguments as below. */
bool ent__term_fits(const ent_term *term, ent_str function, ent_str within);
/* Who holds the office of a code at a date ("president", "foreign", "leader", "state", "head"...).
 * `within` names an organ that the office's title must name, empty for any. */
uint32_t ent__term_of_office(const ent_actor_index *lexicon, uint32_t code, ent_str function,
                             ent_str within, ent_date at);

#endif
