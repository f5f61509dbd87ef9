/* The blob that tabc writes and the kit reads: tables and models of data/ in one piece.
 * Little-endian, offsets from the start of the blob.  Strings stand in a pool, each once, as
 * two bytes of length, the bytes, and a NUL.  Inside base only. */
#ifndef ENT_BLOB_H
#define ENT_BLOB_H

#include "base.h"

#define ENT_BLOB_MAGIC "ENTBLOB2"

/* `hash`: SHA-256 of all bytes behind the header, in hexadecimal, made when the blob is: hashing
 * 20 MB at every start would cost more than all else that a short command does. */
typedef struct {
    char magic[8];
    uint32_t bytes, table_count, model_count, tables_at, models_at, reserved;
    char hash[64];
} ent_blob_header;

typedef struct {
    uint32_t name_at, columns, rows, cells_at, lines_at, reserved;
} ent_blob_table;

typedef struct {
    uint32_t name_at, at, bytes, reserved;
} ent_blob_model;

/* Compiles the *.tsv files and models below folder.  Checks what the tables promise in their
 * comments (see data/README.md); ENT_EINPUT names file and line. */
ent_rc ent__blob_compile(ent_ctx *ctx, const char *folder, ent_buf *out);

extern const unsigned char ent__blob_embedded[];

#endif
