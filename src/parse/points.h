/* Points of decision in raw text: where a token ends inside a run of letters and marks, and where a
 * sentence ends.  Each point is a handful of hashed clues; the model has one weight a clue
 * (logistic regression).  Shared by the reader and the trainer. */
#ifndef ENT_PARSE_POINTS_H
#define ENT_PARSE_POINTS_H

#include "word.h"

enum { ENT_CLUE_BITS = 18, ENT_CLUE_LIMIT = 40 };

/* Rows of 2^ENT_CLUE_BITS; tables of fewer bits take their upper bits. */
typedef struct {
    uint32_t row[ENT_CLUE_LIMIT];
    unsigned count;
} ent_clues;

/* A run of letters, a run of digits, or a mark (repeated marks are one atom). */
typedef struct {
    uint32_t begin, end;
    char kind; /* see ent__atoms */
} ent_atom;

enum { ENT_ATOM_LIMIT = 64 };

/* A stretch of text without white space, cut into atoms. */
typedef struct {
    ent_atom atoms[ENT_ATOM_LIMIT];
    unsigned count;
    bool address;  /* holds "@", "://" or "www." */
    char next;     /* kind of the atom after the white space that follows; 0 at the end */
    uint64_t hash; /* of its shape */
} ent_chunk;

/* Bytes of the white space at `at` (0: none). */
size_t ent__blank(ent_str text, size_t at, bool *out_line_end);

/* Kinds: a lower-case letters, A first one upper, U all upper (two or more), I one upper letter, m
 * mixed, 1 2 3 4 5 digits by their number; marks by their ASCII letter, other marks p.
 * Cuts the chunk that starts at `at`; returns its end.  A chunk of more atoms ends early. */
size_t ent__atoms(ent_str text, size_t at, ent_chunk *out);

/* Clues whether atoms i and i + 1 belong to different tokens; `split_before`: is atom i the first
 * one of its token? */
void ent__token_clues(ent_str text, const ent_chunk *chunk, unsigned i, unsigned token_first,
                      ent_clues *out);

/* What the sentence points need of a token. */
typedef struct {
    uint32_t begin, end;
    uint64_t key;      /* ent_word.key */
    uint8_t shape;     /* ent_word.shape */
    uint8_t bytes;     /* length, at most 255 */
    char first, last;  /* first and last byte of the normalised form */
    bool space_after, line_after;
} ent_raw;

/* Clues whether a sentence ends after token i of `count`; since: tokens since the last end. */
void ent__sentence_clues(const ent_raw *tokens, size_t count, size_t i, size_t since,
                         unsigned open_quotes, ent_clues *out);

/* Syntactic words of a token: writes the byte length of each of at most 4 words; 1: not split.
 * table: exceptions and words written in one (cannot), key -> lengths. */
unsigned ent__word_cuts(ent_str token, uint8_t lengths[4]);

#endif
