/* brief: read documents -> a page that people read (HTML with SVG), Markdown, JSON.  Prints no
 * number and no claim without the sentence it comes from. */
#ifndef ENT_BRIEF_H
#define ENT_BRIEF_H

#include "../read/read.h"

/* Where a line of the brief comes from: document and sentence number (both from 0). */
typedef struct {
    uint32_t doc, sentence;
} ent_brief_place;

/* One event of one document, ready to be told. */
typedef struct {
    const ent_event *event;
    ent_brief_place place;
    ent_date date;           /* as vague as the text: month 0, day 0; year 0: none */
    uint32_t number;         /* e1, e2 ... within its document */
    ent_str source, target;  /* names, joined; target empty for one-sided or symmetric events */
} ent_brief_event;

/* What the documents tell of two states (or organisations): events that are asserted or alleged. */
typedef struct {
    ent_str a, b;             /* codes, a < b */
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
    ent_brief_place place;
} ent_brief_quantity;

typedef struct {
    ent_span span;
    ent_brief_place place;
    bool leading; /* stands in the title, deck or a heading */
} ent_brief_question;

typedef struct {
    const ent_doc *const *docs;
    size_t doc_count;
    ent_str headline, question; /* question empty: the documents ask none */
    const ent_brief_event *happened; /* asserted and alleged: dated ones by date, then undated ones */
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

/* Gathers the reading of `docs` (kept by the caller, as long as the brief is used) into a brief in
 * `arena`.  O(events log events + statements x speakers). */
ent_rc ent__brief_build(ent_ctx *ctx, ent_arena *arena, const ent_doc *const *docs,
                        size_t doc_count, ent_brief **out);

/* The same brief gives the same bytes; every text is escaped. */
void ent__brief_html(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
void ent__brief_markdown(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
void ent__brief_json(ent_buf *out, const ent_kit *kit, const ent_brief *brief);

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
/* The signed graph of ties as inline SVG with title and description. */
void ent__brief_graph(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
/* One plain sentence that says what the graph shows, used as its title. */
void ent__brief_graph_message(ent_buf *out, const ent_kit *kit, const ent_brief *brief);
extern const char ent__brief_style[];

/* States drawn and described; the rest is in the table. */
enum { ENT_BRIEF_STATES = 8 };

#endif
