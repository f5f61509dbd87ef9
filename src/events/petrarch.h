/* events, inside the folder: PETRARCH-family dictionaries as the coder uses them.
 * Others include events.h, where loading, checking and coding are declared.
 *
 * Words are numbered; phrases are paths in a trie of word numbers.  A text's words and a
 * dictionary's words are cut and folded by one function (ent__dictionary_fold), so that "al-Assad",
 * "AL-ASSAD" and "AL_ASSAD" are the same two words. */
#ifndef ENT_EVENTS_PETRARCH_H
#define ENT_EVENTS_PETRARCH_H

#include "events.h"

#define ENT_NO_WORD UINT32_MAX
#define ENT_NO_ENTRY UINT32_MAX
#define ENT_PHRASE_WORDS 24 /* words of the longest phrase or pattern side */

/* ---- words and phrases --------------------------------------------------------------------- */

/* One word of a phrase.  `gap`: other words may stand between it and the one before it. */
typedef struct {
    uint32_t word;
    bool gap;
} ent_dictionary_word;

#define ENT_FOLD_WORDS 8
#define ENT_FOLD_ROOM 192

/* The words of one token: upper case, cut at hyphens and before 'S, without a closing full stop. */
typedef struct {
    char bytes[ENT_FOLD_ROOM];
    struct { uint8_t begin, end; } word[ENT_FOLD_WORDS];
    size_t count;
} ent_dictionary_folded;
void ent__dictionary_fold(ent_str form, ent_dictionary_folded *out);

/* A trie whose edges lie in one hash table.  entry: ENT_NO_ENTRY where no phrase ends. */
typedef struct {
    uint64_t *keys; /* (node + 1) << 33 | word << 1 | gap; 0: free */
    uint32_t *to;
    size_t mask, edge_count;
    uint32_t *entry;
    bool *gaps; /* does an edge with a gap leave the node? */
    size_t node_count, node_capacity;
} ent_phrases;

bool ent__phrases_new(ent_phrases *phrases, size_t expected);
void ent__phrases_free(ent_phrases *phrases);
/* The node at the end of the phrase, made when missing; 0: out of memory. */
uint32_t ent__phrases_add(ent_phrases *phrases, const ent_dictionary_word *words, size_t count);
/* The entry of the longest phrase that starts at words[0]; *out_count: words it spans. */
uint32_t ent__phrases_find(const ent_phrases *phrases, const uint32_t *words, size_t count,
                           size_t *out_count);

/* ---- actors and agents --------------------------------------------------------------------- */

typedef enum { ENT_CODE_ALWAYS, ENT_CODE_BEFORE, ENT_CODE_AFTER, ENT_CODE_BETWEEN } ent_code_when;

/* Dates are YYYYMMDD as one number. */
typedef struct {
    ent_str code;
    uint8_t when;
    int32_t since, until;
    uint32_t line;
} ent_actor_code;

typedef struct {
    uint32_t first_code, code_count; /* shared by the block's phrases */
    uint32_t file, line;
    uint32_t next; /* the same phrase in another block, in file order; ENT_NO_ENTRY: none */
    uint32_t block;
    ent_str phrase;
} ent_actor_entry;

typedef struct {
    ent_str code; /* without the tilde */
    bool before;  /* "CODE~": stands before the actor's code */
    uint32_t file, line;
    ent_str phrase;
} ent_agent_entry;

/* ---- verbs --------------------------------------------------------------------------------- */

typedef enum {
    ENT_ITEM_WORD,
    ENT_ITEM_SET,      /* one of a set's phrases */
    ENT_ITEM_SOURCE,   /* $ */
    ENT_ITEM_TARGET,   /* + */
    ENT_ITEM_COMPOUND, /* % */
    ENT_ITEM_SKIP,     /* ^ */
    ENT_ITEM_PHRASE,   /* { ... }: `value` items follow that lie inside it */
    ENT_ITEM_PREPOSITION /* ( ... ): the same, the preposition first */
} ent_item_kind;

/* One element of a pattern.  `adjacent`: to the element before it (in text order). */
typedef struct {
    uint8_t kind;
    bool adjacent;
    uint32_t value; /* word, set, or number of items inside */
} ent_pattern_item;

typedef struct {
    ent_pattern_item *items; /* left of the verb, then right of it, in text order */
    uint16_t left, right;    /* counts */
    bool left_touches;       /* the verb is adjacent to the element left of it */
    uint16_t weight;         /* how much it asks for: the heaviest is tried first */
    ent_str code, reverse;   /* [A:B]; empty: none */
    uint32_t block, file, line;
} ent_pattern;

typedef struct {
    ent_str title, code, reverse;
    uint32_t first_pattern, pattern_count; /* heaviest first, once the set is ready */
    uint32_t verb_count;
    uint32_t file, line;
} ent_verb_block;

typedef struct {
    uint32_t block;
    ent_str code, reverse; /* its own; empty: the block's */
    uint32_t root;         /* word of its plain form (ENT_NO_WORD for several words) */
    uint32_t file, line;
} ent_verb_entry;

/* One form: the word that a parser tags as verb, and words that must stand at its side. */
typedef struct {
    uint32_t verb, next; /* next form of the same head word, longest first */
    uint32_t head;
    uint32_t first_word; /* in set->form_words: those before the head, then those after */
    uint8_t before, after;
} ent_verb_form;

/* A phrase of a set, newest first. */
typedef struct ent_set_phrase {
    const struct ent_set_phrase *next;
    size_t count;
    const ent_dictionary_word *words;
} ent_set_phrase;

typedef struct {
    ent_str name; /* empty: alternatives written into a pattern */
    ent_phrases phrases;
    const ent_set_phrase *list;
    bool used;
    uint32_t file, line;
} ent_synonyms;

/* "~ a (a b VERB1) VERB2 = a b CODE": letters are actors; `inner` ENT_NO_WORD is Q, any event. */
typedef struct {
    char source, inner_source, inner_target, out_source, out_target; /* '.', '_' or a-z */
    uint32_t inner, outer; /* words of verbs */
    ent_str code;          /* empty: the embedded event's own */
    uint32_t file, line;
} ent_transformation;

/* ---- the set ------------------------------------------------------------------------------- */

typedef struct {
    ent_str code;    /* issues */
    uint8_t cancels; /* 0 no; 1 sentence; 2 story */
    uint32_t file, line;
} ent_list_entry;

struct ent_dictionaries {
    const ent_kit *kit;
    ent_arena *arena;
    ent_map *words, *cameo;
    ent_str *word_text;
    size_t word_count, word_capacity;
    ent_str *files;
    size_t file_count, file_capacity;
    int dialect; /* 1 or 2; 0: not known yet */
    bool checked;
    char hash[65]; /* over kind and bytes of each file, in order */

    ent_dictionary_problem *problems;
    size_t problem_count, problem_capacity, error_count;

    ent_phrases actor_phrases, agent_phrases, discard_phrases, issue_phrases;
    ent_actor_entry *actors;
    size_t actor_count, actor_capacity, block_count;
    ent_actor_code *codes;
    size_t code_count, code_capacity;
    ent_agent_entry *agents;
    size_t agent_count, agent_capacity;
    ent_list_entry *discards, *issues;
    size_t discard_count, discard_capacity, issue_count, issue_capacity;

    ent_verb_block *blocks;
    size_t verb_block_count, verb_block_capacity;
    ent_verb_entry *verbs;
    size_t verb_count, verb_capacity;
    ent_verb_form *forms;
    size_t form_count, form_capacity;
    uint32_t *form_words;
    size_t form_word_count, form_word_capacity;
    uint32_t *form_of; /* by word: first form or ENT_NO_ENTRY; made by ent__dictionaries_ready */
    ent_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    ent_synonyms *sets;
    size_t set_count, set_capacity;
    ent_transformation *transformations;
    size_t transformation_count, transformation_capacity;
    bool failed; /* out of memory */
};

/* ---- reading ------------------------------------------------------------------------------- */

/* The lines of one file: comments are cut, `line` keeps its leading blanks. */
typedef struct {
    ent_dictionaries *set;
    ent_str rest, line;
    uint32_t file, number;
    bool semicolons;  /* ";" starts a comment */
    bool blank_before; /* a blank line stood before */
} ent_dictionary_lines;

bool ent__dictionary_line(ent_dictionary_lines *lines);
/* Reports a line; errors void it. */
void ent__dictionary_report(ent_dictionaries *set, bool error, uint32_t file, uint32_t line,
                            const char *kind, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
uint32_t ent__dictionary_word(ent_dictionaries *set, ent_str folded); /* numbers it when new */
/* Cuts a phrase into words; '_' and '-' join, a blank leaves a gap.  SIZE_MAX: too many words. */
size_t ent__dictionary_phrase(ent_dictionaries *set, ent_str phrase,
                              ent_dictionary_word out[ENT_PHRASE_WORDS]);
ent_str ent__dictionary_keep(ent_dictionaries *set, ent_str s); /* upper case, in the arena */
/* What stands between the first `open` and its `close`; *at moves behind it.  false: none, or not
 * closed (*out_unclosed). */
bool ent__dictionary_bracket(ent_str line, size_t *at, char open, char close, ent_str *out,
                             bool *out_unclosed);
/* CAMEO code or pair "A:B"; reports an unknown one (it is coded as given all the same). */
void ent__dictionary_event_code(ent_dictionaries *set, uint32_t file, uint32_t line, ent_str inner,
                                ent_str *out_code, ent_str *out_reverse);
/* Regular plural of a folded word: Y -> IES, S -> SES, else S. */
ent_str ent__dictionary_plural(ent_str word, char room[ENT_FOLD_ROOM]);

void ent__dictionary_read_actors(ent_dictionary_lines *lines);
void ent__dictionary_read_agents(ent_dictionary_lines *lines);
void ent__dictionary_read_verbs(ent_dictionary_lines *lines);
void ent__dictionary_read_discards(ent_dictionary_lines *lines);
void ent__dictionary_read_issues(ent_dictionary_lines *lines);

/* A pattern line's text between "-" and its code.  false: reported, not kept. */
bool ent__pattern_read(ent_dictionaries *set, uint32_t file, uint32_t line, ent_str text,
                       ent_pattern *out);
/* A new, empty set of synonyms; ENT_NO_ENTRY: out of memory. */
uint32_t ent__synonyms_new(ent_dictionaries *set, ent_str name, uint32_t file, uint32_t line);
bool ent__synonyms_add(ent_dictionaries *set, uint32_t synonyms, const ent_dictionary_word *words,
                       size_t count);
uint32_t ent__synonyms_find(const ent_dictionaries *set, ent_str name);

#endif
