/* Lines and CSV records of plain, gzip, xz, zstd or zip files in bounded memory; told apart by
 * content through libarchive ("raw" for single-file compressions, zip's first member). */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base.h"

struct ent_lines {
    struct archive *archive;
    char *path;
    size_t limit;
    const char *block; /* libarchive's, valid until the next read */
    size_t block_n, block_at;
    ent_buf line;      /* only when a line crosses blocks */
    long number;
    int64_t offset, next_offset;
    bool ended;
};

/* Not filter_all: that would start other programs (lrzip, grzip) on foreign bytes. */
void ent__archive_filters(struct archive *archive)
{
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
}

ent_rc ent__lines_open(ent_ctx *ctx, const char *path, size_t line_limit, ent_lines **out)
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
    ent_lines *lines = calloc(1, sizeof *lines);
    if (lines == NULL || (lines->path = strdup(shown)) == NULL ||
        (lines->archive = archive_read_new()) == NULL) {
        ent__lines_close(lines);
        return ent__nomem(ctx);
    }
    lines->limit = line_limit;
    ent__archive_filters(lines->archive);
    archive_read_support_format_zip(lines->archive);
    archive_read_support_format_raw(lines->archive);
    archive_read_support_format_empty(lines->archive);
    int opened = archive_read_open_filename(lines->archive, standard_input ? NULL : path, 1 << 16);
    struct archive_entry *entry;
    if (opened == ARCHIVE_OK) {
        opened = archive_read_next_header(lines->archive, &entry);
    }
    if (opened == ARCHIVE_EOF) {
        lines->ended = true; /* an empty file has no lines */
    } else if (opened < ARCHIVE_WARN) {
        ent_rc rc = ent__fail(ctx, ENT_EINPUT, shown, 0, "cannot read: %s",
                              archive_error_string(lines->archive));
        ent__lines_close(lines);
        return rc;
    }
    *out = lines;
    return ENT_OK;
}

/* More bytes: 1, end: 0, error: -1. */
static int refill(ent_ctx *ctx, ent_lines *lines)
{
    const void *block;
    size_t n;
    la_int64_t at;
    lines->block_at = lines->block_n = 0;
    do {
        int rc = archive_read_data_block(lines->archive, &block, &n, &at);
        if (rc == ARCHIVE_EOF) {
            lines->ended = true;
            return 0;
        }
        if (rc < ARCHIVE_WARN) {
            lines->ended = true;
            ent__fail(ctx, ENT_EINPUT, lines->path, lines->number + 1, "cannot read on: %s",
                      archive_error_string(lines->archive));
            return -1;
        }
    } while (n == 0);
    lines->block = block;
    lines->block_n = n;
    return 1;
}

static int give(ent_str line, ent_str *out)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line.n--;
    }
    *out = line;
    return 1;
}

static int too_long(ent_ctx *ctx, ent_lines *lines)
{
    ent__fail(ctx, ENT_EINPUT, lines->path, lines->number,
              "line is longer than the limit of %zu bytes", lines->limit);
    return ENT_EINPUT;
}

int ent__lines_next(ent_ctx *ctx, ent_lines *lines, ent_str *out)
{
    lines->line.n = 0;
    lines->offset = lines->next_offset;
    bool over = false, any = false;
    for (;;) {
        if (lines->block_at == lines->block_n) {
            int more = lines->ended ? 0 : refill(ctx, lines);
            if (more < 0) {
                return ENT_EINPUT;
            }
            if (more == 0) {
                if (!any) {
                    return 0;
                }
                lines->number++;
                return over ? too_long(ctx, lines) : give(ent__buf_slice(&lines->line), out);
            }
        }
        any = true;
        const char *from = lines->block + lines->block_at;
        size_t left = lines->block_n - lines->block_at;
        const char *end = memchr(from, '\n', left);
        size_t n = end == NULL ? left : (size_t)(end - from);
        size_t eaten = end == NULL ? n : n + 1;
        lines->block_at += eaten;
        lines->next_offset += (int64_t)eaten;
        over = over || lines->line.n + n > lines->limit;
        if (end != NULL && lines->line.n == 0 && !over) {
            lines->number++;
            return give((ent_str){from, n}, out);
        }
        if (!over) {
            ent__buf_add(&lines->line, from, n);
            if (lines->line.failed) {
                return (int)ent__nomem(ctx);
            }
        }
        if (end != NULL) {
            lines->number++;
            return over ? too_long(ctx, lines) : give(ent__buf_slice(&lines->line), out);
        }
    }
}

long ent__lines_number(const ent_lines *lines)
{
    return lines->number;
}

int64_t ent__lines_offset(const ent_lines *lines)
{
    return lines->offset;
}

void ent__lines_close(ent_lines *lines)
{
    if (lines != NULL) {
        if (lines->archive != NULL) {
            archive_read_free(lines->archive);
        }
        ent__buf_free(&lines->line);
        free(lines->path);
        free(lines);
    }
}

/* ---- CSV ---- */

typedef struct {
    ent_buf text;    /* all fields of the record, one after the other */
    size_t *ends;
    size_t count, capacity;
} record;

static bool field_end(record *r)
{
    size_t *ends = ent__grow(r->ends, r->count, &r->capacity, sizeof *r->ends);
    if (ends == NULL) {
        return false;
    }
    r->ends = ends;
    r->ends[r->count++] = r->text.n;
    return true;
}

/* Takes one line in; `quoted` says whether a quoted field is still open, before and after. */
static bool take_line(record *r, ent_str line, char separator, bool *quoted)
{
    bool at_start = !*quoted;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        if (*quoted) {
            if (c != '"') {
                ent__buf_char(&r->text, c);
            } else if (i + 1 < line.n && line.p[i + 1] == '"') {
                ent__buf_char(&r->text, '"');
                i++;
            } else {
                *quoted = false;
            }
        } else if (c == '"' && at_start) {
            *quoted = true;
        } else if (c == separator) {
            if (!field_end(r)) {
                return false;
            }
            at_start = true;
            continue;
        } else {
            ent__buf_char(&r->text, c);
        }
        at_start = false;
    }
    return true;
}

static int read_record(ent_ctx *ctx, ent_lines *lines, char separator, record *r)
{
    ent_str line;
    int got = ent__lines_next(ctx, lines, &line);
    if (got <= 0) {
        return got;
    }
    long first = ent__lines_number(lines);
    bool quoted = false;
    while (take_line(r, line, separator, &quoted) && quoted) {
        got = ent__lines_next(ctx, lines, &line);
        if (got < 0) {
            return got;
        }
        if (got == 0 || r->text.n > lines->limit) {
            ent__fail(ctx, ENT_EINPUT, lines->path, first, "quoted field is never closed");
            return ENT_EINPUT;
        }
        ent__buf_char(&r->text, '\n');
    }
    return field_end(r) && !r->text.failed ? 1 : (int)ent__nomem(ctx);
}

int ent__csv_next(ent_ctx *ctx, ent_lines *lines, char separator, ent_arena *arena,
                  ent_str **out_fields, size_t *out_count)
{
    record r = {0};
    int got = read_record(ctx, lines, separator, &r);
    if (got == 1) {
        ent_str all = ent__arena_str(arena, ent__buf_slice(&r.text));
        ent_str *fields = ent__arena_array(arena, r.count, sizeof *fields);
        if (all.p == NULL || fields == NULL) {
            got = (int)ent__nomem(ctx);
        } else {
            for (size_t i = 0, from = 0; i < r.count; from = r.ends[i++]) {
                fields[i] = ent__str_sub(all, from, r.ends[i]);
            }
            *out_fields = fields;
            *out_count = r.count;
        }
    }
    ent__buf_free(&r.text);
    free(r.ends);
    return got;
}
