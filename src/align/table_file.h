/* table_file: a delimited file with a header, as the readers of align/ see it. */
#ifndef ENT_ALIGN_TABLE_FILE_H
#define ENT_ALIGN_TABLE_FILE_H

#include "align.h"

typedef struct {
    ent_ctx *ctx;
    ent_lines *lines;
    ent_arena *arena, *header_arena; /* of the record: reset before each; of the header */
    const char *path;
    char separator; /* comma, tab or semicolon */
    ent_str *header;
    size_t columns;
    ent_str *cells;
    size_t cell_count;
} ent_table_file;

/* Byte-order mark off, separator told from the header, names as UTF-8.  Close in any case. */
ent_rc ent__table_file_open(ent_ctx *ctx, const char *path, ent_table_file *out);
void ent__table_file_close(ent_table_file *file);
int ent__table_file_next(ent_table_file *file); /* 1, 0 end, <0 error; empty lines are skipped */
/* "a|b": first found, case folded; -1. */
int ent__table_file_column(const ent_table_file *file, const char *names);
ent_str ent__table_file_cell(const ent_table_file *file, int column); /* trimmed; empty for -1 */
/* Number of a cell; false for blanks, NA and -9 (missing) and for what is no number. */
bool ent__table_file_number(const ent_table_file *file, int column, double *out);
ent_rc ent__table_file_fail(const ent_table_file *file, const char *expected, ent_str got);
/* Latin-1 bytes become UTF-8; valid UTF-8 stays. */
ent_str ent__table_file_utf8(ent_arena *arena, ent_str s);

#endif
