/* rows_out: one row after the other as CSV or JSON Lines, as the exports of align/ write them. */
#ifndef ENT_ALIGN_ROWS_OUT_H
#define ENT_ALIGN_ROWS_OUT_H

#include "align.h"

typedef struct {
    ent_ctx *ctx;
    ent_export_write write;
    void *user;
    const char *const *columns; /* ended by NULL */
    bool jsonl;
    size_t at; /* column of the next cell */
    ent_buf out;
    ent_json json;
} ent_rows_out;

/* LAYOUT csv (writes the header) or jsonl; ENT_EUSAGE else. */
ent_rc ent__rows_open(ent_ctx *ctx, const char *what, const char *layout,
                      const char *const *columns, ent_export_write write, void *user,
                      ent_rows_out *out);
/* Cells in order of the columns; the last one ends the row. */
void ent__rows_int(ent_rows_out *rows, int64_t value);
void ent__rows_number(ent_rows_out *rows, double value); /* NaN: empty, null */
void ent__rows_text(ent_rows_out *rows, ent_str text);
void ent__rows_empty(ent_rows_out *rows);
/* Writes what has gathered when it is much; rc of the writer, or out of memory. */
ent_rc ent__rows_flush(ent_rows_out *rows);
/* Writes the rest when rc is ENT_OK, and frees; rc, or its own error. */
ent_rc ent__rows_close(ent_rows_out *rows, ent_rc rc);

#endif
