/* store: one SQLite file with documents, events, statements and public event data; import, export,
 * search, merge.  The schema is src/store/schema.c and docs/methods/store.md.
 * One writer and any number of readers may work on one file (write-ahead log).  A handle is one
 * connection: one a thread, never shared.  Errors are ENT_ESTORE unless said otherwise; after an
 * error nothing that was acknowledged (a call that returned ENT_OK outside of a transaction, or a
 * commit that did) is lost. */
#ifndef ENT_STORE_H
#define ENT_STORE_H

#include "../read/read.h"

typedef struct ent_store ent_store;

/* ---- open, close, transactions ------------------------------------------------------------- */

typedef enum {
    ENT_STORE_READ,  /* the file must exist; nothing is written, also on a read-only file system */
    ENT_STORE_WRITE  /* created when missing; an older schema is brought forward */
} ent_store_mode;

/* ENT_ESTORE: no SQLite file, another program's file, a newer schema, no permission, disk full. */
ent_rc ent__store_open(ent_ctx *ctx, const char *path, ent_store_mode mode, ent_store **out);
/* A number that changes when another connection has written to the file; to be compared only with
 * what the same handle gave before.  -1: can't be read.  Microseconds. */
int64_t ent__store_version(ent_store *store);
void ent__store_close(ent_store *store); /* rolls an open transaction back; NULL is allowed */

/* Groups writes: faster by far than one by one.  What was put since begin counts as stored once
 * commit has returned ENT_OK.  A put outside of a transaction commits by itself; a put that fails
 * rolls the whole open transaction back. */
ent_rc ent__store_begin(ent_ctx *ctx, ent_store *store);
ent_rc ent__store_commit(ent_ctx *ctx, ent_store *store);
void ent__store_rollback(ent_store *store);

/* ---- rows ---------------------------------------------------------------------------------- */

/* One side of an event.  Slices are empty where nothing is known. */
typedef struct {
    ent_str code;   /* ISO 3166 alpha-3 of the state, or the organisation's short name */
    ent_str sector; /* GOV MIL ...; several joined by ';' */
    ent_str name;   /* as resolved or as the data set writes it */
    ent_str raw;    /* the data set's own actor code ("USAGOV") */
} ent_stored_actor;

#define ENT_NO_DAY INT32_MAX /* day of an event without a date: sorts last */

/* One event, from a document or from a data set. */
typedef struct {
    int64_t id;          /* the store's number; 0 before it is stored */
    ent_str dataset;     /* entente gdelt gdelt2 icews phoenix polecat acled */
    ent_str external;    /* id in its own data set, "DOC#e1" for our own */
    ent_str doc, local;  /* our own: document and "e1"; else empty */
    ent_str date;        /* ISO, cut where vague; empty: unknown */
    int32_t day;         /* days since 1970-01-01 of its first day; without a date that of the
                          * document that tells it; else ENT_NO_DAY */
    ent_str type, mode, context, cameo;
    int quad;            /* 1..4, 0: none */
    double goldstein, score; /* NaN: none */
    const ent_stored_actor *source, *target;
    size_t source_count, target_count;
    bool symmetric, root; /* root: told in the lead paragraph */
    ent_str certainty;   /* asserted alleged hypothetical negated future */
    int64_t mentions, sources, articles; /* how often told; 1 where the data set does not say */
    double tone;         /* NaN: none */
    ent_str place, region, place_country; /* country as the data set codes it */
    double latitude, longitude; /* NaN: none */
    ent_str publisher, url, text, rule;
    ent_str issues; /* "TRADE,2;ARMS,1"; of a document just read, the store does not keep it */
    int64_t story, sentence;            /* -1: none; sentence number in the document or story */
    int64_t begin, end, cue_begin, cue_end; /* code points of the document's text, -1: none */
    uint64_t happening;  /* equal for records that tell the same happening (docs/methods/store.md) */
} ent_stored_event;

typedef struct {
    int64_t id;
    ent_str doc, local;
    ent_str kind, speaker, affiliation, role, code, force, date, rule;
    ent_str cue, content; /* text; stretches of content joined by " ... " */
    ent_str spans;        /* JSON [[begin,end],...] of the content, code points */
    int64_t speaker_begin, speaker_end, cue_begin, cue_end; /* -1: none */
    int64_t sentence;
} ent_stored_statement;

typedef struct {
    double value, value_max; /* NaN: none */
    ent_str unit, subject, period, comparison;
    int64_t begin, end, sentence;
    bool approximate;
} ent_stored_quantity;

/* A stretch with a value: sentences, questions (no value), dates of a document. */
typedef struct {
    int64_t begin, end;
    ent_str value;
} ent_stored_span;

typedef struct {
    int64_t id, revision;
    ent_str doc, source, title, deck, byline, outlet, url, language, date, text, sha256;
    ent_str program, kit;
    int64_t line;
    const ent_stored_span *sentences, *questions, *dates;
    size_t sentence_count, question_count, date_count;
    const ent_stored_event *events;
    size_t event_count;
    const ent_stored_statement *statements;
    size_t statement_count;
    const ent_stored_quantity *quantities;
    size_t quantity_count;
} ent_stored_document;

/* ---- documents in -------------------------------------------------------------------------- */

typedef enum {
    ENT_PUT_NEW,       /* first time */
    ENT_PUT_SAME,      /* same text, same kit: nothing changed */
    ENT_PUT_REREAD,    /* same text, other kit or program: the reading was replaced */
    ENT_PUT_REVISED    /* other text: the old one went to document_history, the reading replaced */
} ent_put;

/* Takes the whole document: text with its hash, sentences, events with sides, statements,
 * quantities, questions, dates, kit hash.  All or nothing.  out_put may be NULL. O(size). */
ent_rc ent__store_put_document(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                               const ent_doc *doc, ent_put *out_put);
/* The same from rows; sha256 may be empty (counted here). */
ent_rc ent__store_put_rows(ent_ctx *ctx, ent_store *store, const ent_stored_document *document,
                           ent_put *out_put);
/* One event that belongs to no stored document.  *out_new false: it was known already. */
ent_rc ent__store_put_event(ent_ctx *ctx, ent_store *store, const ent_stored_event *event,
                            bool *out_new);

/* ---- queries ------------------------------------------------------------------------------- */

/* One page of a list: where it begins, and where the next one does.  A page costs its own rows, not
 * those before it. */
typedef struct {
    const char *after; /* `next` of the page before; NULL or "": the first page */
    bool newest_first; /* else by date and number; what has no date stands last both ways */
    char next[48];     /* out: "" when nothing follows */
    int64_t total;     /* out: rows on all pages, counted no further than ENT_PAGE_COUNTED + 1 */
} ent_store_page;
#define ENT_PAGE_COUNTED 10000

/* NULL, year 0 and limit 0 ask for everything. Actors are codes ("USA", "NATO"). */
typedef struct {
    const char *actor, *target; /* events: source and target side; statements: speaker's code */
    const char *type;           /* PLOVER type, or a CAMEO code's first digits */
    const char *dataset, *doc;
    ent_date since, until;
    int64_t limit;
    bool either_way;            /* target -> actor too; actor alone: on either side */
    const char *certainty;      /* events: asserted alleged hypothetical negated future */
    const char *kind;           /* statements: direct indirect mixed */
    const char *speaker;        /* statements: part of the speaker's name */
    const char *words;          /* FTS5 query: events by their text, statements, documents;
                                 * quantities: part of subject, unit or comparison */
    ent_store_page *page;       /* NULL: all rows up to `limit`; else one page of `limit` rows
                                 * (0: 50).  ENT_EUSAGE: `after` is no cursor, or words can't be
                                 * read as a query */
} ent_store_filter;

/* Each calls visit(user, row) in order (date, then id); the row's slices live during the call.
 * A visit that returns no ENT_OK ends the walk and is returned. */
typedef ent_rc (*ent_event_visit)(void *user, const ent_stored_event *event);
typedef ent_rc (*ent_statement_visit)(void *user, const ent_stored_statement *statement);
typedef ent_rc (*ent_document_visit)(void *user, const ent_stored_document *document);
typedef ent_rc (*ent_quantity_visit)(void *user, const char *doc, const ent_stored_quantity *q);

ent_rc ent__store_events(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                         ent_event_visit visit, void *user);
ent_rc ent__store_statements(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                             ent_statement_visit visit, void *user);
/* Documents without their sentences and events (counts in the *_count fields, lists NULL). */
ent_rc ent__store_documents(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                            ent_document_visit visit, void *user);
ent_rc ent__store_quantities(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                             ent_quantity_visit visit, void *user);

/* Actors by how many events they take part in, most first. */
typedef struct {
    ent_str code;
    int64_t as_source, as_target;
    int32_t first_day, last_day; /* ENT_NO_DAY: no dated event */
} ent_actor_count;
typedef ent_rc (*ent_actor_visit)(void *user, const ent_actor_count *actor);
ent_rc ent__store_actors(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                         ent_actor_visit visit, void *user);

/* How many rows of each thing the store holds: visit(user, "events", 120). O(rows). */
typedef ent_rc (*ent_count_visit)(void *user, const char *name, int64_t rows);
ent_rc ent__store_counts(ent_ctx *ctx, ent_store *store, ent_count_visit visit, void *user);

/* Full-text search (FTS5 syntax: words, "a phrase", OR, NOT, prefix*) over documents and
 * statements, best first (bm25).  ENT_EUSAGE for a query that FTS5 can't read. */
typedef struct {
    ent_str kind;    /* "document" or "statement" */
    ent_str doc, local, title, date, speaker;
    ent_str snippet; /* the words found stand between U+0002 and U+0003 */
    double score;    /* higher is better */
} ent_search_hit;
typedef ent_rc (*ent_search_visit)(void *user, const ent_search_hit *hit);
ent_rc ent__store_search(ent_ctx *ctx, ent_store *store, const char *words, int64_t limit,
                         ent_search_visit visit, void *user);

/* ---- dyads --------------------------------------------------------------------------------- */

/* Which records count as one event. */
typedef enum {
    ENT_DUPLICATES_EVENT, /* same day, sides, type and region: one event (default) */
    ENT_DUPLICATES_ALL,   /* every record counts */
    ENT_DUPLICATES_DAY,   /* one a day for each pair of states and type, across data sets */
    ENT_DUPLICATES_SPELL  /* as EVENT, and told again within 7 days of the last telling */
} ent_duplicates;
const char *ent__duplicates_name(ent_duplicates rule);
bool ent__duplicates_parse(ent_str name, ent_duplicates *out);

/* How exactly an event's date is known. */
typedef enum { ENT_PRECISION_DAY, ENT_PRECISION_MONTH, ENT_PRECISION_YEAR, ENT_PRECISION_NONE }
    ent_precision;

/* One record between two actors; 40 bytes, so that millions fit. */
typedef struct {
    int32_t day;
    uint8_t precision, quad, reversed; /* reversed: target -> source of the pair asked for */
    uint8_t type;                      /* ent_plover */
    uint32_t mentions;
    uint32_t pair; /* tells the other actors apart where all were asked for, else 0 */
    double goldstein; /* NaN: none */
    uint64_t happening;
    int64_t event;
} ent_dyad_record;

typedef struct {
    const char *source, *target; /* target NULL: every other actor */
    bool undirected;
    const char *dataset;         /* NULL: all */
    ent_date since, until;
    bool unsure;                 /* hypothetical, negated and future ones too */
} ent_dyad_filter;

/* The records in order of day, duplicates included; *out is yours to free with free(). O(records
 * of the dyad): one range of one index. */
ent_rc ent__store_dyad(ent_ctx *ctx, ent_store *store, const ent_dyad_filter *filter,
                       ent_dyad_record **out, size_t *out_count);
/* Drops what the rule calls duplicates; keeps the first of each and adds its mentions up.
 * O(n log n). */
ent_rc ent__dyad_unique(ent_ctx *ctx, ent_dyad_record *records, size_t *inout_count,
                        ent_duplicates rule);

/* Days on which the store holds any record (of the data set), ascending: what the series knows to
 * be covered.  *out_days and *out_records (same length) are yours to free. */
ent_rc ent__store_coverage(ent_ctx *ctx, ent_store *store, const char *dataset, int32_t **out_days,
                           int64_t **out_records, size_t *out_count);

/* Every pair of actors with at least one dated record, in order of codes. */
typedef ent_rc (*ent_pair_visit)(void *user, const char *source, const char *target,
                                 int64_t records);
ent_rc ent__store_pairs(ent_ctx *ctx, ent_store *store, const ent_store_filter *filter,
                        ent_pair_visit visit, void *user);


/* ---- import -------------------------------------------------------------------------------- */

typedef struct {
    int64_t lines;      /* read so far, of this and an earlier run */
    int64_t rows;       /* stored */
    int64_t known;      /* stored already: the data set's id is known */
    int64_t rejected;   /* left out, each named in the reject file */
    int64_t repaired;   /* with bytes that were no UTF-8, read as Latin-1 */
    int64_t resumed_at; /* line at which an earlier, broken run went on; 0: from the start */
    bool already;       /* the whole file was imported before: nothing was read */
    bool cut_short;     /* the file breaks off */
} ent_import_report;

typedef struct {
    const char *format;  /* ent__import_format_name */
    const char *path;    /* "-": standard input */
    const char *rejects; /* tab-separated: file, line, reason, row (tabs as \t); NULL: only counted */
    void (*progress)(void *user, const ent_import_report *so_far); /* may be NULL */
    void *user;
} ent_import_options;

const char *ent__import_format_name(size_t index); /* NULL beyond the last */
/* Streams a file into the store; memory does not depend on its size.  Broken rows never stop it.
 * ENT_EINPUT: can't be read, breaks off, or no single row is of the format (what could be read is
 * stored); ENT_ESTORE.  May be run again after any end: it goes on where it stopped. */
ent_rc ent__store_import(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                         const ent_import_options *options, ent_import_report *out);

/* ---- export -------------------------------------------------------------------------------- */

/* Takes the next bytes of the export; anything but ENT_OK ends it and is returned. */
typedef ent_rc (*ent_export_write)(void *user, ent_str bytes);

typedef struct {
    int64_t rows, left_out; /* left out: the layout has no place for the event's type */
} ent_export_report;

/* WHAT: events statements documents quantities.  LAYOUT: csv jsonl, and for events gdelt gdelt2
 * icews phoenix polecat acled.  Streams; no tab or line break stands inside a field of a table.
 * ENT_EUSAGE: no such thing or layout. */
ent_rc ent__store_export(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const char *what,
                         const char *layout, const ent_store_filter *filter,
                         ent_export_write write, void *user, ent_export_report *out);
const char *ent__export_layout_name(size_t index); /* NULL beyond the last */

/* The same rows for documents just read, without a store.  *report counts and must outlive the
 * writer; close writes what is left (when rc is ENT_OK), frees, and returns rc or its own error. */
typedef struct ent_layout_writer ent_layout_writer;
ent_rc ent__layout_open(ent_ctx *ctx, const ent_kit *kit, const char *layout,
                        ent_export_write write, void *user, ent_export_report *report,
                        ent_layout_writer **out);
ent_rc ent__layout_document(ent_ctx *ctx, ent_layout_writer *writer, const ent_doc *doc);
ent_rc ent__layout_close(ent_ctx *ctx, ent_layout_writer *writer, ent_rc rc);
/* One row as a JSON object. */
void ent__store_event_json(ent_json *json, const ent_stored_event *event);
void ent__store_statement_json(ent_json *json, const ent_stored_statement *statement);
void ent__store_document_json(ent_json *json, const ent_stored_document *document, bool with_text);
void ent__store_quantity_json(ent_json *json, const char *doc, const ent_stored_quantity *q);

/* One document with all that was read in it: the keys of `entente read` and "revision", "read_by".
 * *out_found false: there is none, and `out` holds nothing of use. */
ent_rc ent__store_reading_json(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const char *doc,
                               ent_buf *out, bool *out_found);

/* The code for what a person wrote: "usa" and "United States" give "USA"; p NULL: a name that no
 * table knows.  Lives as long as the kit or `given`'s copy in the arena. */
ent_str ent__store_actor_code(const ent_kit *kit, ent_arena *arena, ent_str given);

/* Codes of a state on a day in the tables of Correlates of War and Gleditsch-Ward; empty: none
 * (no state then, or an organisation). */
typedef struct {
    ent_str iso3, ccode, gwcode;
} ent_state_codes;
ent_state_codes ent__store_state_codes(const ent_kit *kit, ent_str code, int32_t day);

/* ---- cases of weigh ------------------------------------------------------------------------ */

/* One saved state of a case file.  History is append-only: triggers refuse changes. */
typedef struct {
    ent_str id;
    int64_t revision;  /* from 1; given by the store */
    ent_str recorded;  /* ISO date and time, as the caller says it */
    ent_str author, sha256, yaml;
} ent_stored_case;
typedef ent_rc (*ent_case_visit)(void *user, const ent_stored_case *row);
typedef ent_rc (*ent_question_visit)(void *user, ent_str doc, ent_str question);

/* Appends a state unless it equals the latest (*out_new false).  id must be NUL-terminated. */
ent_rc ent__store_put_case(ent_ctx *ctx, ent_store *store, const ent_stored_case *what,
                           int64_t *out_revision, bool *out_new);
/* States in order; case_id NULL: of all cases, revision 0: all of them, ENT_CASE_LATEST: the last. */
#define ENT_CASE_LATEST (-1)
ent_rc ent__store_cases(ent_ctx *ctx, ent_store *store, const char *case_id, int64_t revision,
                        ent_case_visit visit, void *user);
/* What the stored documents ask, in order of date. */
ent_rc ent__store_questions(ent_ctx *ctx, ent_store *store, ent_question_visit visit, void *user);
/* The words behind "DOC#e1", "DOC#s1", "rollcall:ID" (number or symbol) or "result:ID"; p NULL: there
 * is no such thing in the store. */
ent_rc ent__store_link(ent_ctx *ctx, ent_store *store, ent_arena *arena, ent_str link,
                       ent_str *out_words);

/* A result of a measure, kept so that a case can cite it: never changed, never deleted. */
typedef struct {
    ent_str id;       /* kind and the beginning of the JSON's hash: "triangle-3fa91b2c44de" */
    ent_str kind;     /* the command */
    ent_str recorded; /* ISO date and time, as the caller says it */
    ent_str found;    /* its answer in a sentence */
    ent_str json;
} ent_stored_result;
/* Gives the row its id (in out_id); the same JSON is kept once. */
ent_rc ent__store_put_result(ent_ctx *ctx, ent_store *store, const ent_stored_result *what,
                             char out_id[64]);
typedef ent_rc (*ent_result_visit)(void *user, const ent_stored_result *row);
/* In order of time. */
ent_rc ent__store_results(ent_ctx *ctx, ent_store *store, ent_result_visit visit, void *user);

/* ---- public data: roll calls and votes, facts of dyads, trade ------------------------------- */

typedef enum {
    ENT_SHEET_ROLL_CALL, /* id record session day council important amendment paragraph issues
                            issues_known item | symbol title source */
    ENT_SHEET_VOTE,      /* roll_call ccode vote */
    ENT_SHEET_FACT,      /* kind a b year | | value */
    ENT_SHEET_FLOW,      /* period exporter importer by_importer | commodity unit | value */
    ENT_SHEET_GDP,       /* ccode year | | value */
    ENT_SHEET_SERIES,    /* day period's length (ent_by) | name a b | value low high */
    ENT_SHEET_COUNT
} ent_sheet;

/* One row: whole numbers, texts, the value, in the order above. */
typedef struct {
    int64_t whole[11];
    ent_str text[3];
    double value, low, high; /* NaN: null */
} ent_sheet_row;

/* Writes rows; a row of the same key is replaced.  Inside the caller's transaction, or one of its
 * own: all or nothing.  O(rows log size). */
ent_rc ent__store_put_sheet(ent_ctx *ctx, ent_store *store, ent_sheet sheet,
                            const ent_sheet_row *rows, size_t count);
/* Calls visit for every row in order of its key; texts live during the call. */
typedef ent_rc (*ent_sheet_visit)(void *user, const ent_sheet_row *row);
ent_rc ent__store_sheet(ent_ctx *ctx, ent_store *store, ent_sheet sheet, ent_sheet_visit visit,
                        void *user);
/* Whether there is any row. */
ent_rc ent__store_holds(ent_ctx *ctx, ent_store *store, ent_sheet sheet, bool *out);
/* The imported series of a pair (either way round), of one of the two, or of nobody, by name. */
typedef ent_rc (*ent_series_visit)(void *user, ent_str name, ent_str a, ent_str b, int64_t points);
ent_rc ent__store_series_of(ent_ctx *ctx, ent_store *store, const char *a, const char *b,
                            ent_series_visit visit, void *user);
/* A roll call with its votes; none of that id is no error. */
ent_rc ent__store_drop_roll_call(ent_ctx *ctx, ent_store *store, int64_t id);

/* ---- merge --------------------------------------------------------------------------------- */

/* Rows of public data that were new, that were there, and of these the different ones. */
typedef struct {
    int64_t added, known, different;
} ent_merge_count;

typedef struct {
    int64_t documents, events, known; /* known: were there already */
    ent_merge_count sheets[ENT_SHEET_COUNT]; /* but for roll calls and votes */
} ent_merge_report;

/* A row that both stores have with different values: `key` as its columns, blank between. */
typedef void (*ent_merge_differ)(void *user, ent_sheet sheet, ent_str key, double here,
                                 double there);

/* Adds another store's documents, events, notes of imports, cases, kept results and public data to
 * this one; what is there already (same document id and text, same record of a data set, same key)
 * is not doubled.  A document with another text under the same id, another value under the same key:
 * this store's stays; `differ` (or NULL) is told each such row of public data.  All or nothing.
 * Roll calls and votes are not looked at: which are the same is no matter of keys alone
 * (align's ent__votes_from_other).  O(rows of the other). */
ent_rc ent__store_merge(ent_ctx *ctx, ent_store *store, const char *other_path,
                        ent_merge_differ differ, void *user, ent_merge_report *out);

#endif
