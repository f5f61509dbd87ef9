/* brief: read documents, a store, a weighed case -> a page that people read (HTML with SVG),
 * Markdown, JSON.  Prints no number and no claim without the sentence or the data it comes from;
 * what has no data is left out, and said to be unknown.  docs/methods/brief.md
 *
 *     ent_brief_inputs in = {.docs = docs, .doc_count = n, .store = store, .weighing = w};
 *     ent__brief_build(ctx, kit, arena, &in, &brief);
 *     ent__brief_html(&page, kit, brief);   (or _markdown, _json)
 */
#ifndef ENT_BRIEF_H
#define ENT_BRIEF_H

#include "../wedge/wedge.h"
#include "../weigh/weigh.h"

/* Where a line of the brief comes from: document and sentence number (both from 0). */
typedef struct {
    uint32_t doc, sentence;
} ent_brief_place;

/* One event of one document, ready to be told. */
typedef struct {
    const ent_event *event;
    ent_brief_place place;
    ent_date date;          /* as vague as the text: month 0, day 0; year 0: none */
    uint32_t number;        /* e1, e2 ... within its document */
    ent_str source, target; /* names, joined; target empty for one-sided or symmetric events */
} ent_brief_event;

/* What the documents tell of two states (or organisations): events that are asserted or alleged. */
typedef struct {
    ent_str a, b; /* codes, a < b */
    uint32_t cooperative, conflictual, alleged;
    double score_sum, score_square_sum; /* PLOVER scores, -10..10 */
    uint32_t count;
} ent_brief_tie;

/* All statements of one speaker. */
typedef struct {
    ent_str name, affiliation, code;
    const uint32_t *statements; /* numbers in ent_brief.statements */
    uint32_t count;
} ent_brief_speaker;

typedef struct {
    const ent_statement *statement;
    ent_brief_place place;
} ent_brief_statement;

typedef struct {
    const ent_quantity *quantity;
    const ent_statement *claim; /* that it is part of; NULL: the text says it itself */
    ent_brief_place place;
} ent_brief_quantity;

typedef struct {
    ent_span span;
    ent_brief_place place;
    bool leading; /* stands in the title, deck or a heading */
} ent_brief_question;

/* ---- what goes in --------------------------------------------------------------------------- */

typedef struct {
    ent_date date;
    ent_str text;
} ent_brief_correction;

/* From a file: a line a correction, "2024-05-01<tab>what was wrong".  ENT_EINPUT names the line. */
ent_rc ent__brief_corrections_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                                   const ent_brief_correction **out, size_t *out_count);

/* Everything but one of docs, store, weighing may be missing.  All of it is the caller's and
 * outlives the brief. */
typedef struct {
    const ent_doc *const *docs;
    size_t doc_count;
    size_t stored_count;          /* docs were chosen from so many of the store; 0: were not */
    ent_store *store;             /* series, votes, trade; NULL: none */
    const ent_weighing *weighing; /* NULL: no case */
    /* Codes: does the first move toward the second, at the third's cost?  0: those of the case,
     * else the three most told of.  At most ENT_BRIEF_ASKED are looked at. */
    const ent_str *states;
    size_t state_count;
    const char *resolutions; /* shell pattern of the votes that matter; NULL: from the data */
    ent_date updated;        /* year 0: the latest date of what went in */
    const ent_brief_correction *corrections;
    size_t correction_count;
} ent_brief_inputs;

enum { ENT_BRIEF_ASKED = 3 };

/* ---- sections with data --------------------------------------------------------------------- */

/* A chart or table: what it says, what is drawn, from where, the numbers. */
typedef struct {
    ent_str id;    /* anchor; unique on the page */
    ent_str title; /* the message */
    ent_str note;  /* what is drawn, and how to read it */
    ent_str source;
    ent_str svg; /* whole element of class "ec"; empty: a table alone */
    const ent_str *columns;
    size_t column_count;
    const ent_str *cells; /* row after row; empty: no data */
    size_t row_count;
    bool open; /* the table is shown without asking */
} ent_brief_exhibit;

typedef struct {
    const char *id, *title, *brief_title; /* brief_title: for the list of sections */
    ent_str lead;
    ent_brief_exhibit *exhibits;
    size_t exhibit_count;
    const char *method; /* how it was made, with its limits */
    const char *page;   /* method page: "docs/methods/series.md" */
    ent_str commands;   /* that show the same numbers, one a line */
} ent_brief_section;

/* The answer in two sentences; `first` empty: there is nothing to answer from. */
typedef struct {
    ent_str first, second;
    ent_str sure;                  /* how sure, and why */
    ent_str change;                /* what would change it */
    const char *word;              /* ICD 203; NULL: none is given */
    double probability, low, high; /* NaN without a case */
    const char *confidence;        /* "low", "moderate", "high"; NULL without a case */
} ent_brief_answer;

/* ---- the brief ------------------------------------------------------------------------------ */

typedef struct {
    const ent_doc *const *docs;
    size_t doc_count, stored_count;
    ent_str headline, question; /* question empty: neither the case nor the documents ask one */
    ent_brief_answer answer;
    ent_date updated;
    const ent_weighing *weighing;
    ent_str asked[ENT_BRIEF_ASKED]; /* codes of the states asked about */
    size_t asked_count;
    ent_brief_section *sections; /* in the order of the page */
    size_t section_count;
    const ent_str *unknown; /* what we do not know, a sentence each */
    size_t unknown_count;
    const ent_brief_correction *corrections;
    size_t correction_count;
    ent_brief_exhibit graph; /* of the ties told; no svg: no tie is told */
    const ent_brief_event
        *happened; /* asserted and alleged: dated ones by date, then undated ones */
    size_t happened_count, dated_count;
    const ent_brief_event *not_happened; /* hypothetical, negated, future */
    size_t not_happened_count;
    const ent_brief_tie *ties; /* most told first */
    size_t tie_count;
    const ent_str *states; /* codes in ties, most told first */
    size_t state_count;
    const ent_brief_statement *statements;
    size_t statement_count;
    const ent_brief_speaker *speakers; /* in the order of their first statement */
    size_t speaker_count;
    const ent_brief_quantity *quantities;
    size_t quantity_count;
    const ent_brief_question *questions;
    size_t question_count;
} ent_brief;

/* Gathers everything into a brief in `arena`.  A section whose data are missing is left out and
 * named among the unknown.  ENT_EINPUT: nothing went in; errors of the store.  O(events log events
 * + statements x speakers), and what the measures of the store cost (votes of 80 years: seconds).
 */
ent_rc ent__brief_build(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                        const ent_brief_inputs *inputs, ent_brief **out);

/* A stored document read again from its text, by this program's tables.  Its blocks are told anew;
 * what the source said of itself (title, date, ...) is taken from the row.  O(words). */
ent_rc ent__brief_reread(ent_ctx *ctx, const ent_kit *kit, const ent_stored_document *row,
                         ent_doc **out);
/* The documents of a store, read again from their stored text: those that tell an event of two of
 * the states (of all, when fewer than two are given), the latest `limit` of them by date; in order
 * of date.  *out_total: how many there were to choose from.  The documents are the caller's
 * (ent_doc_free each; the list lies in `arena`).  O(words). */
ent_rc ent__brief_documents(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_store *store,
                            const ent_str *states, size_t state_count, size_t limit, ent_doc ***out,
                            size_t *out_count, size_t *out_total);

/* The same brief gives the same bytes; every text is escaped.  Each format carries its own
 * permanent name: the SHA-256 of all its bytes, counted with 64 noughts where the name stands. */
void ent__brief_html(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
void ent__brief_markdown(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
void ent__brief_json(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
/* The permanent name a page carries; false when it carries none or was changed since. */
bool ent__brief_name(ent_str page, char out[65]);
/* An exhibit's numbers as CSV, its drawing as an SVG file of its own. */
void ent__brief_csv(ent_buf *out, const ent_brief_exhibit *exhibit);
void ent__brief_svg(ent_buf *out, const ent_brief_exhibit *exhibit);

/* ---- inside brief/ ---- */

double ent__tie_mean(const ent_brief_tie *tie);
/* Standard error of the mean score; NaN below two events. */
double ent__tie_error(const ent_brief_tie *tie);
/* '+', '-' or '?' (mixed: the mean lies within one standard error, or 1 point, of nought). */
char ent__tie_sign(const ent_brief_tie *tie);
/* "Russia" for RUS by the table actors/states or actors/organisations, the code where unknown. */
ent_str ent__brief_state_name(const ent_kit *kit, ent_str code);
bool ent__brief_is_state(const ent_kit *kit, ent_str code);
/* The three states most told of, where at least two of their three ties are told; numbers in
 * brief->states.  false: no such triangle. */
bool ent__brief_triangle(const ent_kit *kit, const ent_brief *brief, size_t out[3]);
/* NULL: nothing is told of the two. */
const ent_brief_tie *ent__brief_tie(const ent_brief *brief, ent_str a, ent_str b);
/* "12 February 2025", "February 2025", "2025". */
void ent__brief_date(ent_buf *out, ent_date date);
/* "Consultation" for CONSULT. */
const char *ent__brief_event_word(ent_plover type);
/* The sentence's text with white space folded, for quoting. */
void ent__brief_sentence(ent_buf *out, const ent_brief *brief, ent_brief_place place);
/* A statement's content, its pieces joined by an ellipsis. */
void ent__brief_content(ent_buf *out, const ent_brief *brief, const ent_brief_statement *one);
/* "60 million to 70 million USD". */
void ent__brief_amount(ent_buf *out, const ent_quantity *quantity);
/* Whose figure it is, and how they put it unless they just say so: "the ministry (deny)", "the text
 * itself". */
void ent__brief_claimant(ent_buf *out, const ent_brief_quantity *quantity);
/* One plain sentence that says what the graph shows, used as its title. */
void ent__brief_graph_message(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
extern const char ent__brief_style[];

/* States drawn and described; the rest is in the table. */
enum { ENT_BRIEF_STATES = 8 };

#endif
