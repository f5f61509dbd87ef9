/* Ties between states: from files to one symmetric matrix with errors.
 * In: STATES.csv and TIES.csv, or the matrix form.  Out: a table of rows by measure; the blend.
 * The blend is a convention of ours: each measure divided by its root mean square over the dyads
 * given (its zero stays zero, because the sign carries the meaning), then a weighted mean of the
 * measures that a dyad has.  Cost: O(rows + n^2). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const char *path;
    ent_map *states, *measures, *pairs;
    ent_str *names;
    double *sizes; /* [state][column], as read */
    size_t state_count, size_width;
    ent_str *size_names;
    ent__measure *measure_list;
    size_t measure_count, measure_capacity;
    ent__tie_row *rows;
    size_t row_count, row_capacity;
} reader;

enum { COLUMN_A, COLUMN_B, COLUMN_VALUE, COLUMN_ERROR, COLUMN_MOVE, COLUMN_MEASURE, COLUMN_COUNT };

/* ---- states --------------------------------------------------------------------------------- */

static ent_rc state_add(reader *r, ent_str name, const double *sizes, size_t width, long line)
{
    uint32_t seen;
    if (ent__map_get(r->states, name, &seen)) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected each state once, got %.*s "
                         "again",
                         ENT_FMT(name));
    }
    if (r->state_count == ENT__TIES_STATES_MAX) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line, "expected at most %d states",
                         ENT__TIES_STATES_MAX);
    }
    if (r->names == NULL) {
        r->size_width = width;
        r->names = ent__arena_array(r->arena, ENT__TIES_STATES_MAX, sizeof *r->names);
        r->sizes = ent__arena_array(r->arena, ENT__TIES_STATES_MAX * width, sizeof *r->sizes);
    }
    ent_str copy = ent__arena_str(r->arena, name);
    if (r->names == NULL || r->sizes == NULL || copy.p == NULL ||
        !ent__map_put(r->states, copy, (uint32_t)r->state_count)) {
        return ent__nomem(r->ctx);
    }
    memcpy(r->sizes + r->state_count * r->size_width, sizes, r->size_width * sizeof *sizes);
    r->names[r->state_count++] = copy;
    return ENT_OK;
}

#define SIZE_COLUMNS_MAX 16

static ent_rc size_header_take(reader *r, const ent_str *fields, size_t count)
{
    r->size_names = ent__arena_array(r->arena, SIZE_COLUMNS_MAX, sizeof *r->size_names);
    for (size_t c = 1; r->size_names != NULL && c < count && c <= SIZE_COLUMNS_MAX; c++) {
        r->size_names[c - 1] = ent__arena_str(r->arena, fields[c]);
    }
    return r->size_names == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

static ent_rc state_line(reader *r, const ent_str *fields, size_t count, long line)
{
    double sizes[SIZE_COLUMNS_MAX];
    double first;
    if (r->state_count == 0 && r->size_names == NULL && count > 1 &&
        !ent__str_double(fields[1], &first)) {
        return size_header_take(r, fields, count);
    }
    size_t width = r->state_count > 0 ? r->size_width : count - 1;
    if (count < 2 || count - 1 != width || width > SIZE_COLUMNS_MAX || fields[0].n == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected state, size%s, got %zu fields",
                         r->state_count > 0 ? " as in the lines before" : "[, more sizes]", count);
    }
    for (size_t c = 0; c < width; c++) {
        if (!ent__str_double(fields[c + 1], &sizes[c]) || !(sizes[c] > 0) || !isfinite(sizes[c])) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                             "expected a size above 0, got \"%.*s\"", ENT_FMT(fields[c + 1]));
        }
    }
    return state_add(r, fields[0], sizes, width, line);
}

/* ---- ties ----------------------------------------------------------------------------------- */

static int column_named(ent_str name)
{
    static const struct {
        const char *name;
        int column;
    } known[] = {
        {"a", COLUMN_A},
        {"state1", COLUMN_A},
        {"source", COLUMN_A},
        {"b", COLUMN_B},
        {"state2", COLUMN_B},
        {"target", COLUMN_B},
        {"value", COLUMN_VALUE},
        {"tie", COLUMN_VALUE},
        {"propensity", COLUMN_VALUE},
        {"mean", COLUMN_VALUE},
        {"error", COLUMN_ERROR},
        {"se", COLUMN_ERROR},
        {"sigma", COLUMN_ERROR},
        {"move", COLUMN_MOVE},
        {"yearly_move", COLUMN_MOVE},
        {"measure", COLUMN_MEASURE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ent__str_ieqz(name, known[i].name)) {
            return known[i].column;
        }
    }
    return -1;
}

static ent_rc measure_of(reader *r, ent_str name, uint32_t *out)
{
    if (ent__map_get(r->measures, name, out)) {
        return ENT_OK;
    }
    if (r->measure_count == r->measure_capacity) {
        ent__measure *grown =
            ent__grow(r->measure_list, r->measure_count, &r->measure_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        r->measure_list = grown;
    }
    ent_str copy = ent__arena_str(r->arena, name);
    *out = (uint32_t)r->measure_count;
    if (copy.p == NULL || !ent__map_put(r->measures, copy, *out)) {
        return ent__nomem(r->ctx);
    }
    r->measure_list[r->measure_count++] = (ent__measure){.name = copy, .weight = 1};
    return ENT_OK;
}

static ent_rc row_add(reader *r, ent__tie_row row)
{
    uint32_t low = row.a < row.b ? row.a : row.b, high = row.a < row.b ? row.b : row.a, seen;
    ent_str key = ent__arena_printf(r->arena, "%u %u %u", low, high, row.measure);
    if (key.p == NULL) {
        return ent__nomem(r->ctx);
    }
    if (ent__map_get(r->pairs, key, &seen)) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, row.line,
                         "expected each pair once a measure, got %.*s and %.*s again (line %ld)",
                         ENT_FMT(r->names[row.a]), ENT_FMT(r->names[row.b]), r->rows[seen].line);
    }
    if (r->row_count == r->row_capacity) {
        ent__tie_row *grown = ent__grow(r->rows, r->row_count, &r->row_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        r->rows = grown;
    }
    if (!ent__map_put(r->pairs, key, (uint32_t)r->row_count)) {
        return ent__nomem(r->ctx);
    }
    r->rows[r->row_count++] = row;
    return ENT_OK;
}

static ent_rc number_field(reader *r, const ent_str *fields, size_t count, const int *columns,
                           int which, long line, double *out)
{
    *out = 0;
    if (columns[which] < 0 || (size_t)columns[which] >= count || fields[columns[which]].n == 0) {
        return ENT_OK;
    }
    ent_str field = fields[columns[which]];
    if (!ent__str_double(field, out) || !isfinite(*out) || (which != COLUMN_VALUE && *out < 0)) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line, "expected a number%s, got \"%.*s\"",
                         which == COLUMN_VALUE ? "" : " of at least 0", ENT_FMT(field));
    }
    return ENT_OK;
}

static ent_rc tie_line(reader *r, const ent_str *fields, size_t count, const int *columns,
                       long line)
{
    ent__tie_row row = {.line = line};
    uint32_t *const ends[2] = {&row.a, &row.b};
    if (count < 3 || (size_t)columns[COLUMN_VALUE] >= count ||
        fields[columns[COLUMN_VALUE]].n == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected a, b, value[, error, move, measure], got %zu fields", count);
    }
    for (int i = 0; i < 2; i++) {
        size_t c = (size_t)columns[COLUMN_A + i];
        if (c >= count || !ent__map_get(r->states, fields[c], ends[i])) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                             "expected a state of the states file, got \"%.*s\"",
                             c < count ? (int)fields[c].n : 0, c < count ? fields[c].p : "");
        }
    }
    if (row.a == row.b) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected two different states, got %.*s twice", ENT_FMT(r->names[row.a]));
    }
    ent_rc rc = number_field(r, fields, count, columns, COLUMN_VALUE, line, &row.value);
    if (rc == ENT_OK) {
        rc = number_field(r, fields, count, columns, COLUMN_ERROR, line, &row.error);
    }
    if (rc == ENT_OK) {
        rc = number_field(r, fields, count, columns, COLUMN_MOVE, line, &row.move);
    }
    int m = columns[COLUMN_MEASURE];
    ent_str measure = m >= 0 && (size_t)m < count && fields[m].n > 0 ? fields[m] : ENT_LIT("tie");
    if (rc == ENT_OK) {
        rc = measure_of(r, measure, &row.measure);
    }
    return rc == ENT_OK ? row_add(r, row) : rc;
}

static ent_rc tie_header(reader *r, const ent_str *fields, size_t count, int *columns, bool *is)
{
    double number;
    *is = count >= 3 && !ent__str_double(fields[2], &number);
    if (!*is) {
        return ENT_OK;
    }
    for (int c = 0; c < COLUMN_COUNT; c++) {
        columns[c] = -1;
    }
    for (size_t c = 0; c < count; c++) {
        int column = column_named(fields[c]);
        if (column >= 0) {
            columns[column] = (int)c;
        }
    }
    if (columns[COLUMN_A] < 0 || columns[COLUMN_B] < 0 || columns[COLUMN_VALUE] < 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, 1,
                         "expected a header with a, b, value (and error, move, measure)");
    }
    return ENT_OK;
}

/* ---- files ---------------------------------------------------------------------------------- */

static ent_rc csv_read(reader *r, const char *path, bool ties)
{
    int columns[COLUMN_COUNT] = {0, 1, 2, 3, 4, 5};
    ent_lines *lines;
    r->path = path;
    ent_rc rc = ent__lines_open(r->ctx, path, 1 << 20, &lines);
    if (rc != ENT_OK) {
        return rc;
    }
    ent_arena *record = ent__arena_new();
    bool first = true;
    int got = 1;
    while (rc == ENT_OK && record != NULL) {
        ent_str *fields;
        size_t count;
        ent__arena_reset(record);
        got = ent__csv_next(r->ctx, lines, ',', record, &fields, &count);
        if (got <= 0) {
            break;
        }
        for (size_t c = 0; c < count; c++) {
            fields[c] = ent__str_trim(fields[c]);
        }
        if (count == 0 || (count == 1 && fields[0].n == 0) || ent__str_starts(fields[0], "#")) {
            continue;
        }
        bool header = false;
        long line = ent__lines_number(lines);
        if (ties && first) {
            rc = tie_header(r, fields, count, columns, &header);
        }
        first = false;
        if (rc == ENT_OK && !header) {
            rc = ties ? tie_line(r, fields, count, columns, line)
                      : state_line(r, fields, count, line);
        }
    }
    if (rc == ENT_OK) {
        rc = record == NULL ? ent__nomem(r->ctx) : got < 0 ? ent_ctx_rc(r->ctx) : ENT_OK;
    }
    ent__arena_free(record);
    ent__lines_close(lines);
    return rc;
}

static bool reader_start(reader *r, ent_ctx *ctx, ent_arena *arena)
{
    *r = (reader){.ctx = ctx,
                  .arena = arena,
                  .states = ent__map_new(64),
                  .measures = ent__map_new(8),
                  .pairs = ent__map_new(256)};
    return r->states != NULL && r->measures != NULL && r->pairs != NULL;
}

static void reader_end(reader *r)
{
    ent__map_free(r->states);
    ent__map_free(r->measures);
    ent__map_free(r->pairs);
    free(r->measure_list);
    free(r->rows);
}

static void scales_set(reader *r)
{
    for (size_t i = 0; i < r->row_count; i++) {
        ent__measure *m = &r->measure_list[r->rows[i].measure];
        m->scale += r->rows[i].value * r->rows[i].value;
        m->count++;
    }
    for (size_t m = 0; m < r->measure_count; m++) {
        ent__measure *measure = &r->measure_list[m];
        measure->scale = sqrt(measure->scale / (double)measure->count);
    }
}

static ent_rc table_take(reader *r, ent__tie_table *out)
{
    if (r->state_count < 2 || r->row_count == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, 0,
                         "expected at least 2 states and 1 tie, got %zu and %zu", r->state_count,
                         r->row_count);
    }
    scales_set(r);
    size_t n = r->state_count, w = r->size_width;
    double *by_column = ent__arena_array(r->arena, n * w, sizeof *by_column);
    ent__measure *measures = ent__arena_array(r->arena, r->measure_count, sizeof *measures);
    ent__tie_row *rows = ent__arena_array(r->arena, r->row_count, sizeof *rows);
    if (r->size_names == NULL) {
        r->size_names = ent__arena_array(r->arena, w, sizeof *r->size_names);
        for (size_t c = 0; r->size_names != NULL && c < w; c++) {
            r->size_names[c] = c == 0 ? ENT_LIT("size") : ent__arena_printf(r->arena, "size%zu", c);
        }
    }
    if (by_column == NULL || measures == NULL || rows == NULL || r->size_names == NULL) {
        return ent__nomem(r->ctx);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < w; c++) {
            by_column[c * n + i] = r->sizes[i * w + c];
        }
    }
    memcpy(measures, r->measure_list, r->measure_count * sizeof *measures);
    memcpy(rows, r->rows, r->row_count * sizeof *rows);
    *out = (ent__tie_table){
        n,        r->names,     by_column, w, r->size_names, by_column, r->measure_count,
        measures, r->row_count, rows};
    return ENT_OK;
}

ent_rc ent__tie_table_read(ent_ctx *ctx, ent_arena *arena, const char *states_path,
                           const char *ties_path, ent__tie_table *out)
{
    reader r;
    ent_rc rc = reader_start(&r, ctx, arena) ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        rc = csv_read(&r, states_path, false);
    }
    if (rc == ENT_OK) {
        rc = csv_read(&r, ties_path, true);
    }
    if (rc == ENT_OK) {
        rc = table_take(&r, out);
    }
    reader_end(&r);
    return rc;
}

/* ---- the matrix form ------------------------------------------------------------------------ */

/* Blank-separated words of a line. */
static size_t words_of(ent_str line, ent_str *words, size_t limit)
{
    size_t count = 0, at = 0;
    while (at < line.n) {
        while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t')) {
            at++;
        }
        size_t begin = at;
        while (at < line.n && line.p[at] != ' ' && line.p[at] != '\t') {
            at++;
        }
        if (at > begin && count < limit) {
            words[count] = ent__str_sub(line, begin, at);
        }
        count += at > begin;
    }
    return count;
}

static ent_rc matrix_row(reader *r, const ent_str *words, size_t i, size_t n, double *matrix,
                         long line)
{
    for (size_t j = 0; j < n; j++) {
        double v;
        if (!ent__str_double(words[j], &v) || !isfinite(v)) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line, "expected a number, got \"%.*s\"",
                             ENT_FMT(words[j]));
        }
        matrix[i * n + j] = v;
        if (j >= i) {
            continue;
        }
        if (fabs(v - matrix[j * n + i]) > 1e-9) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                             "expected a symmetric matrix, got "
                             "%g and %g for %.*s and %.*s",
                             matrix[j * n + i], v, ENT_FMT(r->names[j]), ENT_FMT(r->names[i]));
        }
        ent__tie_row row = {(uint32_t)j, (uint32_t)i, 0, v, 0, 0, line};
        ent_rc rc = measure_of(r, ENT_LIT("tie"), &row.measure);
        if (rc == ENT_OK) {
            rc = row_add(r, row);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return ENT_OK;
}

static ent_rc matrix_lines(reader *r, ent_lines *lines)
{
    ent_str line;
    ent_str *words = ent__arena_array(r->arena, ENT__TIES_STATES_MAX, sizeof *words);
    double *matrix = NULL;
    int64_t n = 0;
    size_t row = 0;
    int got;
    while ((got = ent__lines_next(r->ctx, lines, &line)) > 0 && words != NULL) {
        line = ent__str_trim(line);
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        long number = ent__lines_number(lines);
        size_t count = words_of(line, words, ENT__TIES_STATES_MAX);
        if (n == 0) {
            if (!ent__str_int(line, &n) || n < 2 || n > ENT__TIES_STATES_MAX) {
                return ent__fail(r->ctx, ENT_EINPUT, r->path, number,
                                 "expected the number of "
                                 "states, 2 to %d, got \"%.*s\"",
                                 ENT__TIES_STATES_MAX, ENT_FMT(line));
            }
            matrix = ent__arena_array(r->arena, (size_t)(n * n), sizeof *matrix);
            if (matrix == NULL) {
                return ent__nomem(r->ctx);
            }
            continue;
        }
        if (r->state_count < (size_t)n) {
            ent_rc rc = state_line(r, words, count <= ENT__TIES_STATES_MAX ? count : 0, number);
            if (rc != ENT_OK) {
                return rc;
            }
            continue;
        }
        if (count != (size_t)n || row == (size_t)n) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, number,
                             "expected %lld rows of %lld "
                             "numbers, got %zu in row %zu",
                             (long long)n, (long long)n, count, row + 1);
        }
        ent_rc rc = matrix_row(r, words, row++, (size_t)n, matrix, number);
        if (rc != ENT_OK) {
            return rc;
        }
    }
    if (words == NULL || got < 0) {
        return words == NULL ? ent__nomem(r->ctx) : ent_ctx_rc(r->ctx);
    }
    return row == (size_t)n && n > 0
             ? ENT_OK
             : ent__fail(r->ctx, ENT_EINPUT, r->path, ent__lines_number(lines),
                         "expected %lld rows of the matrix, got %zu", (long long)n, row);
}

ent_rc ent__tie_table_read_matrix(ent_ctx *ctx, ent_arena *arena, const char *path,
                                  ent__tie_table *out)
{
    reader r;
    ent_lines *lines = NULL;
    ent_rc rc = reader_start(&r, ctx, arena) ? ENT_OK : ent__nomem(ctx);
    r.path = path;
    if (rc == ENT_OK) {
        rc = ent__lines_open(ctx, path, 1 << 20, &lines);
    }
    if (rc == ENT_OK) {
        rc = matrix_lines(&r, lines);
    }
    if (rc == ENT_OK) {
        rc = table_take(&r, out);
    }
    ent__lines_close(lines);
    reader_end(&r);
    return rc;
}

/* ---- blend ---------------------------------------------------------------------------------- */

typedef struct {
    double *mean, *error, *move, *weight, *move_weight;
    uint8_t *given;
} sums;

static bool sums_start(ent_arena *arena, size_t n, sums *s)
{
    s->mean = ent__arena_array(arena, n * n, sizeof(double));
    s->error = ent__arena_array(arena, n * n, sizeof(double));
    s->move = ent__arena_array(arena, n * n, sizeof(double));
    s->weight = ent__arena_array(arena, n * n, sizeof(double));
    s->move_weight = ent__arena_array(arena, n * n, sizeof(double));
    s->given = ent__arena_array(arena, n * n, 1);
    return s->mean != NULL && s->error != NULL && s->move != NULL && s->weight != NULL &&
           s->move_weight != NULL && s->given != NULL;
}

ent_rc ent__ties_blend(ent_ctx *ctx, ent_arena *arena, const ent__tie_table *table, size_t only,
                       ent__ties *out)
{
    size_t n = table->state_count;
    sums s;
    if (!sums_start(arena, n, &s)) {
        return ent__nomem(ctx);
    }
    *out =
        (ent__ties){n, table->states, table->sizes, s.mean, s.error, s.move, s.given, false, false};
    for (size_t i = 0; i < table->row_count; i++) {
        const ent__tie_row *row = &table->rows[i];
        const ent__measure *m = &table->measures[row->measure];
        if (only != SIZE_MAX ? row->measure != only : m->weight <= 0) {
            continue;
        }
        double scale = table->measure_count > 1 && m->scale > 0 ? m->scale : 1;
        double w = only != SIZE_MAX ? 1 : m->weight, e = w * row->error / scale;
        const size_t cells[2] = {row->a * n + row->b, row->b * n + row->a};
        for (int c = 0; c < 2; c++) {
            s.mean[cells[c]] += w * row->value / scale;
            s.error[cells[c]] += e * e;
            s.move[cells[c]] += w * row->move / scale;
            s.weight[cells[c]] += w;
            s.move_weight[cells[c]] += row->move > 0 ? w : 0;
            s.given[cells[c]] = 1;
        }
    }
    for (size_t c = 0; c < n * n; c++) {
        if (s.given[c]) {
            s.mean[c] /= s.weight[c];
            s.error[c] = sqrt(s.error[c]) / s.weight[c];
            s.move[c] /= s.move_weight[c] > 0 ? s.move_weight[c] : 1;
            out->has_errors |= s.error[c] > 0;
            out->has_moves |= s.move[c] > 0;
        }
    }
    return ENT_OK;
}

int64_t ent__ties_state(const ent__ties *ties, const char *name)
{
    for (size_t i = 0; i < ties->n; i++) {
        if (ent__str_ieqz(ties->names[i], name)) {
            return (int64_t)i;
        }
    }
    return -1;
}
