/* Compiles data/ into a blob: reads the tables, checks what they promise (data/README.md), pools
 * their strings.  Used by tools/tabc at build time and by --tables at run time.  O(bytes log). */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "blob.h"

enum { MOST_COLUMNS = 40, MOST_PROMISES = 16, TABLE_LIMIT = 64 << 20 };

typedef struct {
    char name[128], path[1024];
    ent_buf text;
    ent_str promises[MOST_PROMISES];
    long promise_lines[MOST_PROMISES];
    size_t promise_count;
    size_t columns, rows; /* rows without the header */
    ent_str *cells;
    size_t cell_count, cell_capacity;
    uint32_t *lines;
    size_t line_capacity;
} source;

typedef struct {
    char name[128], path[1024];
} model_file;

typedef struct {
    source *tables;
    size_t table_count, table_capacity;
    model_file *models;
    size_t model_count, model_capacity;
    ent_map *pool;
    ent_buf out;
} compiler;

/* ---- reading ---- */

static ent_rc read_row(ent_ctx *ctx, source *s, ent_str line, long number)
{
    size_t before = s->cell_count;
    ent_str rest = line, cell;
    while (ent__str_split(&rest, '\t', &cell)) {
        ent_str *cells = ent__grow(s->cells, s->cell_count, &s->cell_capacity, sizeof *cells);
        if (cells == NULL) {
            return ent__nomem(ctx);
        }
        s->cells = cells;
        if (cell.n > 60000 || ent__str_trim(cell).n != cell.n) {
            return ent__fail(ctx, ENT_EINPUT, s->path, number,
                             "cell with blanks at an end or over 60,000 bytes: \"%.*s\"",
                             cell.n > 60 ? 60 : (int)cell.n, cell.p);
        }
        s->cells[s->cell_count++] = cell;
    }
    size_t columns = s->cell_count - before;
    if (s->columns == 0) {
        if (columns > MOST_COLUMNS) {
            return ent__fail(ctx, ENT_EINPUT, s->path, number, "more than %d columns",
                             MOST_COLUMNS);
        }
        s->columns = columns;
        return ENT_OK;
    }
    if (columns != s->columns) {
        return ent__fail(ctx, ENT_EINPUT, s->path, number, "expected %zu columns, got %zu",
                         s->columns, columns);
    }
    if (s->rows > 0 && ent__str_cmp(s->cells[before - columns], s->cells[before]) > 0) {
        return ent__fail(ctx, ENT_EINPUT, s->path, number,
                         "rows must be sorted by the first column: \"%.*s\" stands after \"%.*s\"",
                         ENT_FMT(s->cells[before]), ENT_FMT(s->cells[before - columns]));
    }
    uint32_t *lines = ent__grow(s->lines, s->rows, &s->line_capacity, sizeof *lines);
    if (lines == NULL) {
        return ent__nomem(ctx);
    }
    s->lines = lines;
    s->lines[s->rows++] = (uint32_t)number;
    return ENT_OK;
}

static ent_rc read_table(ent_ctx *ctx, source *s)
{
    ent_rc rc = ent__file_read(ctx, s->path, TABLE_LIMIT, &s->text);
    if (rc != ENT_OK) {
        return rc;
    }
    size_t bad;
    if (!ent__utf8_valid(ent__buf_slice(&s->text), &bad)) {
        return ent__fail(ctx, ENT_EINPUT, s->path, 0, "byte %zu is not UTF-8", bad);
    }
    ent_str rest = ent__buf_slice(&s->text), line;
    for (long number = 1; rc == ENT_OK && ent__str_split(&rest, '\n', &line); number++) {
        if (line.n > 0 && line.p[line.n - 1] == '\r') {
            line.n--;
        }
        if (line.n == 0) {
            continue;
        }
        if (line.p[0] != '#') {
            rc = read_row(ctx, s, line, number);
        } else if (s->columns == 0 && s->promise_count < MOST_PROMISES) {
            s->promise_lines[s->promise_count] = number;
            s->promises[s->promise_count++] = ent__str_trim(ent__str_sub(line, 1, line.n));
        }
    }
    if (rc == ENT_OK && s->columns == 0) {
        rc = ent__fail(ctx, ENT_EINPUT, s->path, 0, "has no header row");
    }
    return rc;
}

/* ---- promises ---- */

static ent_str cell_of(const source *s, size_t row, int column)
{
    return column < 0 ? (ent_str){"", 0} : s->cells[(row + 1) * s->columns + (size_t)column];
}

static int column_of(const source *s, ent_str name)
{
    for (size_t c = 0; c < s->columns; c++) {
        if (ent__str_eq(s->cells[c], name)) {
            return (int)c;
        }
    }
    return -1;
}

static bool type_holds(ent_str type, ent_str cell)
{
    int64_t integer;
    double number;
    ent_date date;
    if (cell.n == 0) {
        return true;
    }
    if (ent__str_eqz(type, "integer")) {
        return ent__str_int(cell, &integer);
    }
    if (ent__str_eqz(type, "number")) {
        return ent__str_double(cell, &number);
    }
    if (ent__str_eqz(type, "date")) {
        return ent__date_parse(cell, &date);
    }
    ent_str word;
    while (ent__str_split(&type, '|', &word)) {
        if (ent__str_eq(word, cell)) {
            return true;
        }
    }
    return false;
}

static ent_rc check_type(ent_ctx *ctx, const source *s, ent_str column_name, ent_str type, long line)
{
    int column = column_of(s, column_name);
    if (column < 0) {
        return ent__fail(ctx, ENT_EINPUT, s->path, line, "no column \"%.*s\"",
                         ENT_FMT(column_name));
    }
    for (size_t r = 0; r < s->rows; r++) {
        ent_str cell = cell_of(s, r, column);
        if (!type_holds(type, cell)) {
            return ent__fail(ctx, ENT_EINPUT, s->path, s->lines[r],
                             "column %.*s: expected %.*s, got \"%.*s\"", ENT_FMT(column_name),
                             ENT_FMT(type), ENT_FMT(cell));
        }
    }
    return ENT_OK;
}

static ent_rc check_reference(ent_ctx *ctx, const compiler *all, const source *s, ent_str column_name,
                              ent_str target, long line)
{
    const char *dot = target.n == 0 ? NULL : memrchr(target.p, '.', target.n);
    int column = column_of(s, column_name);
    const source *other = NULL;
    for (size_t i = 0; dot != NULL && i < all->table_count; i++) {
        if (ent__str_eqz((ent_str){target.p, (size_t)(dot - target.p)}, all->tables[i].name)) {
            other = &all->tables[i];
        }
    }
    ent_str field = dot == NULL ? (ent_str){"", 0}
                                : (ent_str){dot + 1, target.n - (size_t)(dot + 1 - target.p)};
    int other_column = other == NULL ? -1 : column_of(other, field);
    if (column < 0 || other_column < 0) {
        return ent__fail(ctx, ENT_EINPUT, s->path, line, "reference to an unknown column: %.*s %.*s",
                         ENT_FMT(column_name), ENT_FMT(target));
    }
    ent_map *known = ent__map_new(other->rows);
    ent_rc rc = known == NULL ? ent__nomem(ctx) : ENT_OK;
    for (size_t r = 0; rc == ENT_OK && r < other->rows; r++) {
        rc = ent__map_put(known, cell_of(other, r, other_column), 1) ? ENT_OK : ent__nomem(ctx);
    }
    uint32_t unused;
    for (size_t r = 0; rc == ENT_OK && r < s->rows; r++) {
        ent_str cell = cell_of(s, r, column);
        if (cell.n > 0 && !ent__map_get(known, cell, &unused)) {
            rc = ent__fail(ctx, ENT_EINPUT, s->path, s->lines[r], "\"%.*s\" is not in %.*s",
                           ENT_FMT(cell), ENT_FMT(target));
        }
    }
    ent__map_free(known);
    return rc;
}

static bool spans_overlap(const source *s, size_t a, size_t b, int since, int until)
{
    ent_date from_a = {0}, to_a = {0}, from_b = {0}, to_b = {0};
    ent__date_parse(cell_of(s, a, since), &from_a);
    ent__date_parse(cell_of(s, a, until), &to_a);
    ent__date_parse(cell_of(s, b, since), &from_b);
    ent__date_parse(cell_of(s, b, until), &to_b);
    /* A day of handing over belongs to both, and vague dates may touch. */
    bool a_first = to_a.year != 0 && from_b.year != 0 &&
                   ent__date_days(to_a) <= ent__date_days(from_b);
    bool b_first = to_b.year != 0 && from_a.year != 0 &&
                   ent__date_days(to_b) <= ent__date_days(from_a);
    return !a_first && !b_first;
}

static ent_rc check_key(ent_ctx *ctx, const source *s, ent_str names, long line)
{
    int key[MOST_COLUMNS];
    size_t count = 0;
    ent_str name;
    while (ent__str_split(&names, ' ', &name)) {
        key[count] = column_of(s, name);
        if (key[count] < 0 || count + 1 == MOST_COLUMNS) {
            return ent__fail(ctx, ENT_EINPUT, s->path, line, "no column \"%.*s\"", ENT_FMT(name));
        }
        count++;
    }
    int since = column_of(s, ENT_LIT("since")), until = column_of(s, ENT_LIT("until"));
    /* Sorted by the first column: rows of one key lie in one run of it. */
    for (size_t a = 0; a < s->rows; a++) {
        for (size_t b = a + 1; b < s->rows; b++) {
            if (key[0] == 0 && !ent__str_eq(cell_of(s, a, 0), cell_of(s, b, 0))) {
                break;
            }
            bool same = true;
            for (size_t k = 0; same && k < count; k++) {
                same = ent__str_eq(cell_of(s, a, key[k]), cell_of(s, b, key[k]));
            }
            if (same && (since < 0 || spans_overlap(s, a, b, since, until))) {
                return ent__fail(ctx, ENT_EINPUT, s->path, s->lines[b],
                                 "same key as line %u%s", s->lines[a],
                                 since < 0 ? "" : ", and their dates overlap");
            }
        }
    }
    return ENT_OK;
}

static ent_rc check_table(ent_ctx *ctx, const compiler *all, const source *s)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < s->promise_count; i++) {
        ent_str words = s->promises[i];
        long line = s->promise_lines[i];
        if (ent__str_starts(words, "key: ")) {
            rc = check_key(ctx, s, ent__str_sub(words, 5, words.n), line);
            continue;
        }
        bool type = ent__str_starts(words, "type: ");
        bool reference = ent__str_starts(words, "reference: ");
        if (type || reference) {
            ent_str rest = ent__str_sub(words, type ? 6 : 11, words.n), column;
            ent__str_split(&rest, ' ', &column);
            rest = rest.p == NULL ? (ent_str){"", 0} : rest;
            rc = type ? check_type(ctx, s, column, rest, line)
                      : check_reference(ctx, all, s, column, rest, line);
        }
    }
    for (int c = 0; rc == ENT_OK && c < 2; c++) {
        ent_str bound = c == 0 ? ENT_LIT("since") : ENT_LIT("until");
        rc = column_of(s, bound) < 0 ? ENT_OK : check_type(ctx, s, bound, ENT_LIT("date"), 0);
    }
    return rc;
}

/* ---- writing ---- */

static void align(ent_buf *out, size_t to)
{
    while (out->n % to != 0 && !out->failed) {
        ent__buf_char(out, '\0');
    }
}

static uint32_t pooled(compiler *all, ent_str s)
{
    uint32_t at;
    if (ent__map_get(all->pool, s, &at)) {
        return at;
    }
    at = (uint32_t)all->out.n;
    uint16_t n = (uint16_t)s.n;
    ent__buf_add(&all->out, &n, sizeof n);
    ent__buf_str(&all->out, s);
    ent__buf_char(&all->out, '\0');
    all->out.failed |= !ent__map_put(all->pool, s, at);
    return at;
}

static void write_table(compiler *all, const source *s, ent_blob_table *entry)
{
    *entry = (ent_blob_table){.columns = (uint32_t)s->columns, .rows = (uint32_t)s->rows};
    entry->name_at = pooled(all, ent__str(s->name));
    uint32_t *cells = calloc(s->cell_count + 1, sizeof *cells);
    if (cells == NULL) {
        all->out.failed = true;
        return;
    }
    for (size_t i = 0; i < s->cell_count; i++) {
        cells[i] = pooled(all, s->cells[i]);
    }
    align(&all->out, 64);
    entry->cells_at = (uint32_t)all->out.n;
    ent__buf_add(&all->out, cells, s->cell_count * sizeof *cells);
    entry->lines_at = (uint32_t)all->out.n;
    ent__buf_add(&all->out, s->lines, s->rows * sizeof *s->lines);
    free(cells);
}

static ent_rc write_blob(ent_ctx *ctx, compiler *all)
{
    ent_blob_header header = {.magic = ENT_BLOB_MAGIC, .table_count = (uint32_t)all->table_count,
                              .model_count = (uint32_t)all->model_count};
    ent__buf_add(&all->out, &header, sizeof header);
    ent_blob_table *tables = calloc(all->table_count + 1, sizeof *tables);
    ent_blob_model *models = calloc(all->model_count + 1, sizeof *models);
    ent_rc rc = tables == NULL || models == NULL ? ent__nomem(ctx) : ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < all->table_count; i++) {
        write_table(all, &all->tables[i], &tables[i]);
    }
    for (size_t i = 0; rc == ENT_OK && i < all->model_count; i++) {
        models[i].name_at = pooled(all, ent__str(all->models[i].name));
        align(&all->out, 64);
        models[i].at = (uint32_t)all->out.n;
        rc = ent__file_read(ctx, all->models[i].path, TABLE_LIMIT, &all->out);
        models[i].bytes = (uint32_t)(all->out.n - models[i].at);
    }
    if (rc == ENT_OK) {
        align(&all->out, 64);
        header.tables_at = (uint32_t)all->out.n;
        ent__buf_add(&all->out, tables, all->table_count * sizeof *tables);
        header.models_at = (uint32_t)all->out.n;
        ent__buf_add(&all->out, models, all->model_count * sizeof *models);
        header.bytes = (uint32_t)all->out.n;
        if (all->out.failed || all->out.n > UINT32_MAX / 2) {
            rc = ent__nomem(ctx);
        } else {
            char hash[65];
            ent__sha256_hex(ent__str_sub(ent__buf_slice(&all->out), sizeof header, all->out.n),
                            hash);
            memcpy(header.hash, hash, sizeof header.hash);
            memcpy(all->out.p, &header, sizeof header);
        }
    }
    free(tables);
    free(models);
    return rc;
}

/* ---- folders ---- */

static ent_rc add_file(ent_ctx *ctx, compiler *all, const char *path, const char *below)
{
    ent_str name = ent__str(below);
    bool table = ent__str_ends(name, ".tsv"), model = ent__str_ends(name, ".model");
    if (!table && !model) {
        return ENT_OK;
    }
    if (name.n >= 120 || strlen(path) >= 1000) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "path is too long");
    }
    if (model) {
        model_file *models = ent__grow(all->models, all->model_count, &all->model_capacity,
                                       sizeof *models);
        if (models == NULL) {
            return ent__nomem(ctx);
        }
        all->models = models;
        model_file *m = &models[all->model_count++];
        snprintf(m->name, sizeof m->name, "%.*s", (int)name.n - 6, below);
        snprintf(m->path, sizeof m->path, "%s", path);
        return ENT_OK;
    }
    source *tables = ent__grow(all->tables, all->table_count, &all->table_capacity, sizeof *tables);
    if (tables == NULL) {
        return ent__nomem(ctx);
    }
    all->tables = tables;
    source *s = &tables[all->table_count++];
    *s = (source){0};
    snprintf(s->name, sizeof s->name, "%.*s", (int)name.n - 4, below);
    snprintf(s->path, sizeof s->path, "%s", path);
    return read_table(ctx, s);
}

static ent_rc walk(ent_ctx *ctx, compiler *all, const char *folder, const char *below, int depth)
{
    char path[4096], name[512];
    snprintf(path, sizeof path, "%s/%s", folder, below);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0 || depth > 8) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot be listed as a folder of tables");
    }
    ent_rc rc = ENT_OK;
    for (int i = 0; i < count; i++) {
        const char *entry = entries[i]->d_name;
        if (rc == ENT_OK && entry[0] != '.') {
            snprintf(name, sizeof name, "%s%s%s", below, below[0] == '\0' ? "" : "/", entry);
            snprintf(path, sizeof path, "%s/%s", folder, name);
            struct stat st;
            if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
                rc = walk(ctx, all, folder, name, depth + 1);
            } else {
                rc = add_file(ctx, all, path, name);
            }
        }
        free(entries[i]);
    }
    free(entries);
    return rc;
}

ent_rc ent__blob_compile(ent_ctx *ctx, const char *folder, ent_buf *out)
{
    compiler all = {.pool = ent__map_new(1 << 16)};
    ent_rc rc = all.pool == NULL ? ent__nomem(ctx) : walk(ctx, &all, folder, "", 0);
    for (size_t i = 0; rc == ENT_OK && i < all.table_count; i++) {
        rc = check_table(ctx, &all, &all.tables[i]);
    }
    if (rc == ENT_OK) {
        rc = write_blob(ctx, &all);
    }
    if (rc == ENT_OK) {
        *out = all.out;
    } else {
        ent__buf_free(&all.out);
    }
    for (size_t i = 0; i < all.table_count; i++) {
        ent__buf_free(&all.tables[i].text);
        free(all.tables[i].cells);
        free(all.tables[i].lines);
    }
    free(all.tables);
    free(all.models);
    ent__map_free(all.pool);
    return rc;
}
