/* import: what the readers of public event files share; private to store/. */
#ifndef ENT_STORE_IMPORT_H
#define ENT_STORE_IMPORT_H

#include "rows.h"

#define ENT_ROW_FIELDS 96
#define ENT_ROW_SIDES 32

/* Codes of data sets looked up in the kit's tables (codes.c): built once an import. */
typedef struct ent_codes ent_codes;
ent_rc ent__codes_new(ent_ctx *ctx, const ent_kit *kit, ent_codes **out);
void ent__codes_free(ent_codes *codes);
/* Type, mode, context, quad class and (gdelt: on GDELT's scale) Goldstein value of a CAMEO code;
 * a code that the table lacks takes its parent's. */
void ent__codes_cameo(const ent_codes *codes, ent_str cameo, bool gdelt, ent_stored_event *event);
/* PLOVER score and quad class of a type and mode. */
void ent__codes_plover(const ent_codes *codes, ent_stored_event *event);
ent_str ent__codes_state(const ent_codes *codes, ent_str name); /* by name; empty: unknown */
ent_str ent__codes_country(const ent_codes *codes, ent_str code); /* CAMEO country -> ours */
ent_str ent__codes_icews_sector(const ent_codes *codes, ent_str label);
ent_str ent__codes_acled(const ent_codes *codes, ent_str event_type); /* "TYPE/mode" */
ent_str ent__codes_cow(const ent_codes *codes, ent_str number); /* COW number -> our code */
/* CAMEO's agent code in our sectors (its MED is the media, HLH health), and back. */
ent_str ent__codes_sector(ent_str cameo_agent);
ent_str ent__codes_agent(ent_str sector);

/* A reader's row in work.  Everything lives until the next row. */
typedef struct {
    ent_ctx *ctx;
    const ent_codes *codes;
    ent_arena *arena; /* reset before each row */
    ent_str fields[ENT_ROW_FIELDS];
    size_t count;
    int columns[64];  /* by header: place of each known column, -1: not in this file */
    bool has_header;
    char why[256];    /* why the row was turned down */
    ent_stored_actor source[ENT_ROW_SIDES], target[ENT_ROW_SIDES];
    ent_stored_event event;
    ent_stored_document document;
} ent_row;

typedef enum {
    ENT_ROW_EVENT, ENT_ROW_DOCUMENT, ENT_ROW_SKIP, ENT_ROW_BAD, ENT_ROW_NOMEM
} ent_row_kind;

/* Reads row->fields (split at tabs or commas), or `line` itself for JSON. */
typedef ent_row_kind (*ent_row_reader)(ent_row *row, ent_str line);

typedef struct {
    const char *name;    /* on the command line */
    const char *dataset;
    char separator;      /* 0: the line as it is; ',': CSV with quotes */
    ent_row_reader read;
} ent_import_format;

ent_row_kind ent__read_gdelt(ent_row *row, ent_str line);
ent_row_kind ent__read_icews(ent_row *row, ent_str line);
ent_row_kind ent__read_polecat(ent_row *row, ent_str line);
ent_row_kind ent__read_phoenix(ent_row *row, ent_str line);
ent_row_kind ent__read_acled(ent_row *row, ent_str line);
ent_row_kind ent__read_events(ent_row *row, ent_str line);

/* Sets row->why; returns ENT_ROW_BAD. */
ent_row_kind ent__row_bad(ent_row *row, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* An event with no values: numbers NaN, -1 or none; certainty asserted, told once. */
void ent__row_start(ent_row *row, const char *dataset);
/* YYYYMMDD, YYYY-MM-DD or m/d/yyyy; false with row->why set. */
bool ent__row_date(ent_row *row, ent_str text, const char *column);
bool ent__row_number(ent_row *row, ent_str text, double low, double high, const char *column,
                     double *out); /* empty: NaN */
bool ent__row_count(ent_row *row, ent_str text, const char *column, int64_t *out);
bool ent__row_cameo(ent_row *row, ent_str code, bool gdelt);
ent_str ent__row_field(const ent_row *row, int at); /* empty beyond the end */
/* Finds the named columns in row->fields (a header line), case ignored. */
void ent__row_header(ent_row *row, const char *const *names, size_t count);
/* Adds an agent code's sector to a ';' list. */
ent_str ent__row_join(ent_row *row, ent_str list, ent_str item);

#endif
