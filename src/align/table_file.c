/* Delimited files with a header line: opening, columns by name, cells, messages with the line.
 * In: CSV, TSV or semicolons, plain or packed, UTF-8 or Latin-1.  Out: cells.  Cost: O(bytes). */
#include <string.h>
#include <strings.h>

#include "table_file.h"

#define LINE_LIMIT (1u << 20)

ent_str ent__table_file_utf8(ent_arena *arena, ent_str s)
{
    if (ent__utf8_valid(s, NULL)) {
        return s;
    }
    char *out = ent__arena_alloc(arena, 2 * s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < s.n; i++) {
        n += ent__utf8_encode((unsigned char)s.p[i], out + n);
    }
    return (ent_str){out, out ? n : 0};
}

/* A header that was read with the wrong separator is cut again. */
static ent_rc resplit(ent_table_file *f)
{
    ent_str rest = f->header[0], field;
    f->separator = memchr(rest.p, '\t', rest.n) != NULL ? '\t' : ';';
    size_t count = 1;
    for (size_t i = 0; i < rest.n; i++) {
        count += rest.p[i] == f->separator;
    }
    f->header = ent__arena_array(f->header_arena, count, sizeof *f->header);
    if (f->header == NULL) {
        return ent__nomem(f->ctx);
    }
    for (f->columns = 0; f->columns < count && ent__str_split(&rest, f->separator, &field);) {
        f->header[f->columns++] = field;
    }
    return ENT_OK;
}

static ent_rc read_header(ent_table_file *f)
{
    int got;
    do { /* comments above the header */
        ent__arena_reset(f->header_arena);
        got = ent__csv_next(f->ctx, f->lines, ',', f->header_arena, &f->header, &f->columns);
    } while (got == 1 && f->columns > 0 && ent__str_starts(f->header[0], "#"));
    if (got < 0) {
        return (ent_rc)got;
    }
    if (got == 0 || f->columns == 0) {
        return ent__fail(f->ctx, ENT_EINPUT, f->path, 1,
                         "expected a header line, got an empty file");
    }
    ent_str first = f->header[0];
    if (f->columns == 1 && (memchr(first.p, '\t', first.n) || memchr(first.p, ';', first.n))) {
        ent_rc rc = resplit(f);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    for (size_t c = 0; c < f->columns; c++) {
        ent_str name = ent__str_trim(f->header[c]);
        if (c == 0 && ent__str_starts(name, "\xEF\xBB\xBF")) {
            name = ent__str_sub(name, 3, name.n);
        }
        /* Quotes stay where a mark before them, or another separator, hid them. */
        if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"') {
            name = ent__str_sub(name, 1, name.n - 1);
        }
        f->header[c] = ent__table_file_utf8(f->header_arena, name);
    }
    return ENT_OK;
}

ent_rc ent__table_file_open(ent_ctx *ctx, const char *path, ent_table_file *out)
{
    *out = (ent_table_file){.ctx = ctx, .path = path, .separator = ','};
    ent_rc rc = ent__lines_open(ctx, path, LINE_LIMIT, &out->lines);
    if (rc != ENT_OK) {
        return rc;
    }
    out->arena = ent__arena_new();
    out->header_arena = ent__arena_new();
    return out->arena && out->header_arena ? read_header(out) : ent__nomem(ctx);
}

void ent__table_file_close(ent_table_file *file)
{
    ent__arena_free(file->arena);
    ent__arena_free(file->header_arena);
    ent__lines_close(file->lines);
}

int ent__table_file_next(ent_table_file *f)
{
    int got;
    ent__arena_reset(f->arena);
    do {
        got = ent__csv_next(f->ctx, f->lines, f->separator, f->arena, &f->cells, &f->cell_count);
    } while (got == 1 && f->cell_count == 1 && ent__str_trim(f->cells[0]).n == 0);
    return got;
}

int ent__table_file_column(const ent_table_file *f, const char *names)
{
    ent_str rest = ent__str(names), name;
    while (ent__str_split(&rest, '|', &name)) {
        for (size_t c = 0; c < f->columns; c++) {
            if (f->header[c].n == name.n && strncasecmp(f->header[c].p, name.p, name.n) == 0) {
                return (int)c;
            }
        }
    }
    return -1;
}

ent_str ent__table_file_cell(const ent_table_file *f, int column)
{
    return column >= 0 && (size_t)column < f->cell_count ? ent__str_trim(f->cells[column])
                                                         : (ent_str){"", 0};
}

bool ent__table_file_number(const ent_table_file *f, int column, double *out)
{
    return ent__str_double(ent__table_file_cell(f, column), out) && *out != -9;
}

ent_rc ent__table_file_fail(const ent_table_file *f, const char *expected, ent_str got)
{
    ent_str shown = ent__str_sub(got, 0, got.n < 60 ? got.n : 60);
    return ent__fail(f->ctx, ENT_EINPUT, f->path, ent__lines_number(f->lines),
                     "expected %s, got \"%.*s\"", expected, ENT_FMT(shown));
}
