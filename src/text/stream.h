/* stream: bytes of a file or standard input, unpacked, with a look ahead. */
#ifndef ENT_TEXT_STREAM_H
#define ENT_TEXT_STREAM_H

#include "text.h"

typedef struct ent__stream ent__stream;

/* "-" is standard input.  gzip, xz, bzip2, zstd are told by content and unpacked.  Errors name the
 * file: missing, a folder, cannot be read. */
ent_rc ent__stream_open(ent_ctx *ctx, const char *path, ent__stream **out);
void ent__stream_close(ent__stream *stream);
/* At least `want` bytes of what comes next, fewer only at the end; valid until the next call. */
ent_rc ent__stream_peek(ent_ctx *ctx, ent__stream *stream, size_t want, ent_str *out);
/* All that is left.  More than `limit` bytes are ENT_EINPUT. */
ent_rc ent__stream_rest(ent_ctx *ctx, ent__stream *stream, size_t limit, ent_str *out);
/* 1: a line without its LF or CRLF, valid until the next call; 0: end; <0: error (a line over the
 * limit is skipped and is ENT_EINPUT; the next call goes on behind it). */
int ent__stream_line(ent_ctx *ctx, ent__stream *stream, size_t limit, ent_str *out);
long ent__stream_line_number(const ent__stream *stream);
const char *ent__stream_name(const ent__stream *stream);

#endif
