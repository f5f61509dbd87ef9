/* Inside of statements: the log-linear choices that make statements of tags: which cue a content
 * belongs to (link.c), who the source of a cue is (sources.c).  Their weights lie in one table by
 * hash.  Also read by the trainer (tools/train_statements.c). */
#ifndef ENT_STATEMENTS_LINK_H
#define ENT_STATEMENTS_LINK_H

#include "tagger.h"

/* Rows of weights of one candidate. */
typedef struct {
    uint32_t *rows;
    size_t count;
} link_list;

static inline void ent__link_add(link_list *list, uint32_t kind, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t h = kind * 0x85EBCA6Bu;
    h = (h ^ a) * 0x9E3779B1u;
    h = (h ^ (h >> 15) ^ b) * 0x9E3779B1u;
    h = (h ^ (h >> 15) ^ c) * 0xC2B2AE35u;
    list->rows[list->count++] = h >> (32 - LINK_BITS);
}

/* Distances in steps that grow. */
static inline uint32_t ent__link_bucket(uint32_t d)
{
    return d < 4 ? d : d < 7 ? 4 : d < 12 ? 5 : d < 24 ? 6 : d < 50 ? 7 : d < 100 ? 8 : 9;
}

float ent__link_score(const statement_model *model, const uint32_t *rows, size_t count);
/* The token of a run whose head lies outside of it. */
uint32_t ent__run_head(const document_reading *reading, token_run run);
/* How `low` hangs below the run `high`: 0 not, else the steps up to it. */
uint32_t ent__steps_up(const document_reading *reading, uint32_t low, token_run high);
/* First run that begins at or after token t; O(log runs). */
uint32_t ent__run_at(const token_run *runs, uint32_t count, uint32_t t);

/* How one run lies to another. */
typedef struct {
    bool before;    /* `to` stands before `from` */
    uint32_t gap;   /* tokens between them, in steps */
    uint32_t apart; /* sentences, at most 3; | 4: in another block; | 8: before */
    uint32_t seen;  /* runs between, at most 3 of a kind: contents | cues << 2 | sources << 4 */
} run_way;
run_way ent__run_way(const document_reading *reading, const statement_runs *runs, token_run from,
                     token_run to);

/* ---- a content's cue ----------------------------------------------------------------------- */

/* Candidates for a content run: the nearest two cues on each side; UINT32_MAX: there is none. */
size_t ent__content_candidates(const statement_runs *runs, uint32_t content, uint32_t out[5]);
size_t ent__content_features(const document_reading *reading, const statement_runs *runs,
                             uint32_t content, uint32_t cue, uint32_t *rows);

/* ---- a cue's source ------------------------------------------------------------------------ */

/* A stretch that may be the source of a cue: tagged so, or proposed by the tree, or the first
 * part of either, or (none) nobody. */
typedef struct {
    token_run run;
    uint32_t path; /* relations on the way from the cue, hashed; 0: the tree does not propose it */
    bool none, tagged, cut;
} source_candidate;

enum { SOURCE_LIMIT = 24 };

/* cue_of: the cue of every content run, UINT32_MAX for none. */
size_t ent__source_candidates(const document_reading *reading, const statement_runs *runs,
                              uint32_t cue, source_candidate out[SOURCE_LIMIT]);
size_t ent__source_features(const document_reading *reading, const statement_runs *runs,
                            const uint32_t *cue_of, uint32_t cue, const source_candidate *to,
                            uint32_t *rows);

/* Joins contents, cues and sources. */
ent_rc ent__statement_link(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                           const document_reading *reading, statement_runs *runs);

#endif
