/* find: what the passes of ent__mentions_find share.  Inside mentions only. */
#ifndef ENT_MENTIONS_FIND_H
#define ENT_MENTIONS_FIND_H

#include "actor_index.h"

/* A name of the lexicon found in the text.  Hits of one sentence do not overlap. */
typedef struct {
    uint32_t first, last; /* tokens */
    uint32_t entry;
    uint32_t head; /* its token whose head lies outside */
    uint32_t word, word_count;
    bool dropped;  /* ambiguous and not meant */
    bool titled;   /* a surname after a word of the bearer's office: "Secretary Clinton" */
} ent_hit;

/* A core noun phrase: a head with its determiners, adjectives, compounds, names and possessors;
 * no prepositional phrases, appositions or clauses. */
typedef struct {
    uint32_t first, last, head;
    uint32_t span_first; /* of the mention: a possessor counts in */
    uint32_t hit_first, hit_end; /* hits inside */
    uint32_t actor;              /* ENT_NONE: not resolved */
    uint8_t kind;                /* ent_mention_kind of its mention */
    bool waiting; /* a nominal or pronoun that the second pass links */
} ent_phrase;

/* What a role phrase says, before an actor is made of it. */
typedef struct {
    uint32_t role;                        /* entry of the head role; ENT_NONE */
    uint32_t body;                        /* entry of a body role before it ("Foreign Ministry") */
    uint32_t organisation;                /* entry of an organisation; ENT_NONE */
    uint32_t codes[8];                    /* states it belongs to */
    size_t code_count;
    uint32_t place_code;                  /* of a town or "in Kenya": taken when nothing else is */
    uint32_t affiliation_first, affiliation_last; /* tokens; ENT_NONE */
    uint32_t possessor;                   /* token of a possessive pronoun; ENT_NONE */
    bool former, junior, indefinite, plural, definite, capital;
    uint8_t number;                       /* "the two", "both": 2; 0: not said */
} ent_role_reading;

/* Facts of the second pass on an actor that others do not need. */
typedef struct {
    uint32_t code, person, term; /* numbers in the lexicon, or ENT_NONE */
    ent_str function;            /* of the office or role */
    ent_str last_name;           /* the part of a person's name that may stand alone */
    bool common;                 /* a role phrase, not an individual */
} ent_actor_note;

typedef struct {
    uint32_t word, token;
    bool capital, all_capitals;
} ent_text_word;

typedef struct {
    ent_ctx *ctx;
    const ent_actor_index *lexicon;
    ent_arena *arena, *scratch;
    const ent_text *text;
    const ent_tree *tree;
    ent_date date;
    bool failed; /* out of memory */

    ent_text_word *words;
    size_t word_count;
    ent_hit *hits;
    size_t hit_count, hit_capacity;
    uint32_t *token_hit;    /* per token: hit covering it, or ENT_NONE */
    bool *shouted;          /* per sentence: all in capitals */
    uint32_t *core_head;    /* per token: head it belongs to within the phrase, or ENT_NONE */
    uint32_t *token_phrase; /* per token: phrase whose core holds it */
    ent_phrase *phrases;
    size_t phrase_count;
    uint16_t *evidence;     /* per code: how often named beyond doubt */
    size_t us_states;       /* names of states of the US in the text */

    ent_actor *actors;
    ent_actor_note *notes;
    size_t actor_count, actor_capacity;
    ent_map *actor_keys;
    ent_mention *mentions;
    size_t mention_count, mention_capacity;
} ent_finder;

/* scan.c: words and hits of the whole document; drops names that are not meant. */
void ent__scan_names(ent_finder *f);
void ent__scan_doubtful(ent_finder *f);

/* speakers.c: is the token part of a speaker's label ("MR. CARNEY: ...")? */
bool ent__in_label(const ent_finder *f, uint32_t token);

/* phrases.c: core noun phrases. */
void ent__phrases_cut(ent_finder *f);
bool ent__phrase_has_case(const ent_finder *f, uint32_t head, const char *const *words);
/* The run of capitalised words of an unknown name inside a phrase; false when there is none. */
bool ent__phrase_name_run(const ent_finder *f, const ent_phrase *p, uint32_t *first,
                          uint32_t *last);

/* actors.c: actors by key, made once. */
ent_str ent__token_text(const ent_finder *f, uint32_t first, uint32_t last);
ent_str ent__rule_of(ent_finder *f, const ent_table *table, uint32_t row);
uint32_t ent__actor_find(const ent_finder *f, ent_str key); /* ENT_NONE: not yet */
/* A new actor under a key (copied); ENT_NONE when out of memory. */
uint32_t ent__actor_add(ent_finder *f, ent_str key, const ent_actor *actor);
uint32_t ent__actor_of_state(ent_finder *f, uint32_t code, uint32_t entry);
uint32_t ent__actor_of_organisation(ent_finder *f, uint32_t entry);
uint32_t ent__actor_of_person(ent_finder *f, uint32_t person, uint32_t term);
uint32_t ent__actor_unknown(ent_finder *f, ent_actor_kind kind, ent_str name, ent_str last_name);
uint32_t ent__actor_group(ent_finder *f, const uint32_t *members, size_t count, const char *rule);
void ent__mention_add(ent_finder *f, ent_mention_kind kind, uint32_t first, uint32_t last,
                      uint32_t head, uint32_t actor);

/* Is the noun only where something is: "in Moscow", "MOSCOW (AP) --"? */
bool ent__is_place(const ent_finder *f, uint32_t head);

/* resolve.c: names -> actors; marks role phrases and pronouns as waiting. */
void ent__resolve_names(ent_finder *f);
/* "Tuesday", "May", "God": capitals that name nobody. */
bool ent__is_calendar_word(ent_str form);

/* roles.c: role phrases and appositions. */
ent_role_reading ent__role_read(ent_finder *f, const ent_phrase *p);
/* The actor a role phrase means, ENT_NONE when it names no state and no organisation. */
uint32_t ent__role_actor(ent_finder *f, const ent_phrase *p, const ent_role_reading *reading);
/* Gives a person named in the text the country, sector, role and affiliation of a reading. */
void ent__role_describe(ent_finder *f, uint32_t actor, const ent_role_reading *reading);
void ent__resolve_roles(ent_finder *f);
void ent__resolve_appositions(ent_finder *f);

/* corefer.c: pronouns and nominal anaphora, in reading order; then heads that only count or
 * name parts ("dozens of soldiers", "members of the Senate"). */
void ent__corefer(ent_finder *f);

static inline const ent_entry *ent__hit_entry(const ent_finder *f, uint32_t hit)
{
    return &f->lexicon->entries[f->hits[hit].entry];
}

#endif
