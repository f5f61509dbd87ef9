/* What the sections of a brief share while it is built: the data read once, the builder of
 * exhibits, the list of what is not known. */
#ifndef ENT_BRIEF_SECTIONS_H
#define ENT_BRIEF_SECTIONS_H

#include "chart.h"

/* What the data say of movement between two of the states, for an answer without a case. */
typedef struct {
    size_t i, j;    /* of brief->asked */
    int direction;  /* 1 closer, -1 apart, 0 no change found */
    ent_str words;  /* a clause: "net cooperation in events rose from ... to ..." */
    ent_str detail; /* a sentence: how sure, and what else can be behind it */
} ent__finding;

enum { ENT_FINDINGS = 8, ENT_SECTIONS = 12, ENT_UNKNOWNS = 64, ENT_EXHIBITS = 8 };

typedef struct {
    ent_ctx *ctx;
    const ent_kit *kit;
    ent_arena *arena;
    const ent_brief_inputs *in;
    ent_brief *brief;
    /* The store's public data, NULL or empty where it has none. */
    ent_states *codes;
    ent_votes *votes;
    ent_facts facts;
    ent_trade *trade;
    const char *asked[ENT_BRIEF_ASKED]; /* brief->asked, NUL-terminated */
    int32_t ccodes[ENT_BRIEF_ASKED];    /* 0: no state of the tables */
    ent__finding findings[ENT_FINDINGS];
    size_t finding_count;
    ent_str *unknown;
    int32_t latest_day; /* of anything that went in; INT32_MIN: nothing dated */
    bool failed;        /* out of memory somewhere */
} ent__brief_work;

/* What brief->docs tell, and the question they ask.  O(events log events + statements x speakers).
 */
ent_rc ent__brief_gather(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_brief *brief);

/* Every section: leaves the brief alone where there are no data. */
ent_rc ent__section_series(ent__brief_work *w);
ent_rc ent__section_votes(ent__brief_work *w);
ent_rc ent__section_dependence(ent__brief_work *w);
ent_rc ent__section_given(ent__brief_work *w); /* imported series */
ent_rc ent__section_triangle(ent__brief_work *w);
ent_rc ent__section_hypotheses(ent__brief_work *w);
ent_rc ent__section_structure(ent__brief_work *w); /* margins and prices */
void ent__brief_answer_write(ent__brief_work *w);
void ent__brief_graph_exhibit(ent__brief_work *w); /* of the ties told (graph.c) */

/* Ties of some states by year (the three asked about first) from what the store holds: measures
 * that reach the last year and know the three in three years or more.  *out_known false: there is
 * none. */
ent_rc ent__brief_history(ent__brief_work *w, const char *const *states, size_t count,
                          ent__tie_history *out, bool *out_known);
/* "votes, events of the store" */
ent_str ent__brief_measures(ent__brief_work *w, const ent__tie_history *history);
/* The measure that begins in a period, empty: none; marks where one begins after the first. */
ent_str ent__brief_begins(const ent__tie_history *history, size_t period);
size_t ent__brief_begin_marks(const ent__tie_history *history, size_t first, size_t last,
                              ent__chart_mark *marks, size_t room);

/* ---- builders (exhibit.c) ---- */

ent_str ent__brief_printf(ent__brief_work *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
ent_str ent__brief_capital(ent__brief_work *w, ent_str s); /* first letter, ASCII */
void ent__brief_unknown(ent__brief_work *w, ent_str sentence);
void ent__brief_finding(ent__brief_work *w, ent__finding finding);
void ent__brief_seen(ent__brief_work *w, int32_t day); /* keeps the latest day */
/* "USA and Russia" of two of the states asked about; the short names of prose. */
ent_str ent__brief_pair(ent__brief_work *w, size_t i, size_t j, const char *between);
ent_str ent__brief_asked_name(ent__brief_work *w, size_t i);

/* NULL: out of memory (w->failed is set, as everywhere below). */
ent_brief_section *ent__section_add(ent__brief_work *w, const char *id, const char *title,
                                    const char *brief_title);

/* A sentence on a line's last shift, with a blank before it: " USA–RUS rose from 0.20 to 0.45 in 2013
 * (95 %: 2012 to 2014)." or that there is none; empty below 8 values.  values: those that are
 * known, labels: their periods. */
ent_str ent__brief_last_shift(ent__brief_work *w, ent_str name, const double *values,
                              const ent_str *labels, size_t count, int decimals, bool percent);

/* The same of a line by years or sessions from `first` on, NaN where nothing is known: "2013",
 * "session 68" with its prefix. */
ent_str ent__brief_numbered_shift(ent__brief_work *w, ent_str name, const double *values,
                                  size_t count, int first, const char *prefix, int decimals,
                                  bool percent);

/* A table on its way to an exhibit: open, cells row after row, close. */
typedef struct {
    ent__brief_work *w;
    ent_brief_exhibit exhibit;
    ent_str *cells;
    size_t count, capacity;
} ent__table;

/* columns: names joined by '|'. */
ent__table ent__table_open(ent__brief_work *w, const char *columns);
/* One more column, by any name; before the first cell. */
void ent__brief_column(ent__table *t, ent_str name);
void ent__table_text(ent__table *t, ent_str text);
void ent__table_z(ent__table *t, const char *text);
void ent__table_int(ent__table *t, int64_t value);
void ent__table_number(ent__table *t, double value, int decimals); /* NaN: an empty cell */
/* Ends the table and puts it into the section under `id`; what else the exhibit says is set on the
 * result.  NULL: out of memory. */
ent_brief_exhibit *ent__table_close(ent__table *t, ent_brief_section *section, ent_str id);

#endif
