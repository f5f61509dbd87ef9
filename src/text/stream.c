/* stream: bytes of a file or pipe through libarchive's filters, with a look ahead.
 *
 * Input:  a path or "-".
 * Output: bytes as a whole or by line.  Unlike ent__lines it can look at the beginning of a pipe
 *         before deciding how to read it.
 * Cost:   O(bytes); memory is what was asked for plus one block of libarchive. */
#include "stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK ((size_t)1 << 16)

struct ent__stream {
    struct archive *archive;
    char *name;
    ent_buf held; /* read ahead */
    size_t at;    /* given already */
    long line;
    bool ended;
};

ent_rc ent__stream_open(ent_ctx *ctx, const char *path, ent__stream **out)
{
    bool standard_input = strcmp(path, "-") == 0;
    const char *shown = standard_input ? "standard input" : path;
    struct stat st;
    if (!standard_input && stat(path, &st) != 0) {
        return ent__fail(ctx, ENT_EINPUT, shown, 0, "cannot open: %s", strerror(errno));
    }
    if (!standard_input && S_ISDIR(st.st_mode)) {
        return ent__fail(ctx, ENT_EINPUT, shown, 0, "is a folder, expected a file");
    }
    ent__stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL || (stream->name = strdup(shown)) == NULL ||
        (stream->archive = archive_read_new()) == NULL) {
        ent__stream_close(stream);
        return ent__nomem(ctx);
    }
    ent__archive_filters(stream->archive);
    archive_read_support_format_raw(stream->archive);
    archive_read_support_format_empty(stream->archive);
    struct archive_entry *entry;
    int rc = archive_read_open_filename(stream->archive, standard_input ? NULL : path, BLOCK);
    rc = rc == ARCHIVE_OK ? archive_read_next_header(stream->archive, &entry) : rc;
    stream->ended = rc == ARCHIVE_EOF;
    if (!stream->ended && rc < ARCHIVE_WARN) {
        ent_rc failed = ent__fail(ctx, ENT_EINPUT, shown, 0, "cannot read: %s",
                                  archive_error_string(stream->archive));
        ent__stream_close(stream);
        return failed;
    }
    *out = stream;
    return ENT_OK;
}

void ent__stream_close(ent__stream *stream)
{
    if (stream == NULL) {
        return;
    }
    if (stream->archive != NULL) {
        archive_read_free(stream->archive);
    }
    ent__buf_free(&stream->held);
    free(stream->name);
    free(stream);
}

const char *ent__stream_name(const ent__stream *stream)
{
    return stream->name;
}

long ent__stream_line_number(const ent__stream *stream)
{
    return stream->line;
}

static ent_rc fill(ent_ctx *ctx, ent__stream *stream)
{
    if (stream->at > 0 && stream->at >= stream->held.n / 2) {
        memmove(stream->held.p, stream->held.p + stream->at, stream->held.n - stream->at);
        stream->held.n -= stream->at;
        stream->at = 0;
    }
    if (!ent__buf_reserve(&stream->held, BLOCK)) {
        return ent__nomem(ctx);
    }
    ssize_t got = archive_read_data(stream->archive, stream->held.p + stream->held.n, BLOCK);
    if (got < 0) {
        stream->ended = true;
        return ent__fail(ctx, ENT_EINPUT, stream->name, stream->line, "cannot read on: %s",
                         archive_error_string(stream->archive));
    }
    stream->ended = got == 0;
    stream->held.n += (size_t)got;
    stream->held.p[stream->held.n] = 0;
    return ENT_OK;
}

ent_rc ent__stream_peek(ent_ctx *ctx, ent__stream *stream, size_t want, ent_str *out)
{
    while (!stream->ended && stream->held.n - stream->at < want) {
        ent_rc rc = fill(ctx, stream);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    *out = (ent_str){stream->held.p == NULL ? "" : stream->held.p + stream->at,
                     stream->held.n - stream->at};
    return ENT_OK;
}

ent_rc ent__stream_rest(ent_ctx *ctx, ent__stream *stream, size_t limit, ent_str *out)
{
    ent_rc rc = ent__stream_peek(ctx, stream, limit + 1, out);
    if (rc == ENT_OK && out->n > limit) {
        stream->ended = true;
        return ent__fail(ctx, ENT_EINPUT, stream->name, 0,
                         "expected a document of at most %zu bytes, got a larger one", limit);
    }
    stream->at = stream->held.n;
    return rc;
}

/* Leaves out the rest of a line that is too long. */
static int skip_line(ent_ctx *ctx, ent__stream *stream, size_t limit)
{
    for (;;) {
        const char *from = stream->held.p + stream->at;
        const char *lf = memchr(from, '\n', stream->held.n - stream->at);
        if (lf != NULL) {
            stream->at += (size_t)(lf - from) + 1;
            break;
        }
        stream->held.n = stream->at = 0;
        if (stream->ended) {
            break;
        }
        ent_rc rc = fill(ctx, stream);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return ent__fail(ctx, ENT_EINPUT, stream->name, stream->line,
                     "expected a line of at most %zu bytes, got a longer one", limit);
}

int ent__stream_line(ent_ctx *ctx, ent__stream *stream, size_t limit, ent_str *out)
{
    size_t searched = 0;
    for (;;) {
        size_t have = stream->held.n - stream->at;
        const char *from = stream->held.p == NULL ? "" : stream->held.p + stream->at;
        const char *lf = have > searched ? memchr(from + searched, '\n', have - searched) : NULL;
        if (lf != NULL || (stream->ended && have > 0)) {
            size_t n = lf == NULL ? have : (size_t)(lf - from);
            stream->line++;
            if (n > limit) {
                return skip_line(ctx, stream, limit);
            }
            stream->at += lf == NULL ? n : n + 1;
            *out = (ent_str){from, n > 0 && from[n - 1] == '\r' ? n - 1 : n};
            return 1;
        }
        if (stream->ended) {
            return 0;
        }
        if (have > limit + 1) {
            stream->line++;
            return skip_line(ctx, stream, limit);
        }
        searched = have;
        ent_rc rc = fill(ctx, stream);
        if (rc != ENT_OK) {
            return rc;
        }
    }
}
