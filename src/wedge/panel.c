/* Series side by side from a CSV file.
 * In: header, then one line a period.  Out: a panel; missing values are NaN.  Cost: O(cells). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

#define SERIES_MAX 256

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const char *path;
    ent_str *names, *labels;
    size_t series, periods, label_capacity, value_capacity, value_count;
    double *by_period; /* [period][series] */
} reader;

static ent_rc header_take(reader *r, const ent_str *fields, size_t count, long line)
{
    if (count < 2 || count > SERIES_MAX + 1) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                         "expected a header: period and 1 to %d series, got %zu fields", SERIES_MAX,
                         count);
    }
    r->series = count - 1;
    r->names = ent__arena_array(r->arena, r->series, sizeof *r->names);
    for (size_t s = 0; r->names != NULL && s < r->series; s++) {
        r->names[s] = ent__arena_str(r->arena, ent__str_trim(fields[s + 1]));
    }
    return r->names == NULL ? ent__nomem(r->ctx) : ENT_OK;
}

static ent_rc period_take(reader *r, const ent_str *fields, size_t count, long line)
{
    if (count != r->series + 1) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, line, "expected %zu fields, got %zu",
                         r->series + 1, count);
    }
    if (r->periods == r->label_capacity) {
        ent_str *grown = ent__grow(r->labels, r->periods, &r->label_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        r->labels = grown;
    }
    r->labels[r->periods] = ent__arena_str(r->arena, ent__str_trim(fields[0]));
    if (r->labels[r->periods].p == NULL) {
        return ent__nomem(r->ctx);
    }
    r->periods++;
    for (size_t s = 0; s < r->series; s++) {
        ent_str field = ent__str_trim(fields[s + 1]);
        double value = NAN;
        if (field.n > 0 && !ent__str_ieqz(field, "na") && !ent__str_ieqz(field, "nan") &&
            (!ent__str_double(field, &value) || !isfinite(value))) {
            return ent__fail(r->ctx, ENT_EINPUT, r->path, line,
                             "expected a number or NA for %.*s, got \"%.*s\"", ENT_FMT(r->names[s]),
                             ENT_FMT(field));
        }
        if (r->value_count == r->value_capacity) {
            double *grown =
                ent__grow(r->by_period, r->value_count, &r->value_capacity, sizeof *grown);
            if (grown == NULL) {
                return ent__nomem(r->ctx);
            }
            r->by_period = grown;
        }
        r->by_period[r->value_count++] = value;
    }
    return ENT_OK;
}

static ent_rc records_take(reader *r, ent_lines *lines)
{
    ent_arena *record = ent__arena_new();
    ent_rc rc = record == NULL ? ent__nomem(r->ctx) : ENT_OK;
    while (rc == ENT_OK) {
        ent_str *fields;
        size_t count;
        ent__arena_reset(record);
        int got = ent__csv_next(r->ctx, lines, ',', record, &fields, &count);
        if (got <= 0) {
            rc = got < 0 ? ent_ctx_rc(r->ctx) : ENT_OK;
            break;
        }
        if (count == 0 || (count == 1 && ent__str_trim(fields[0]).n == 0) ||
            ent__str_starts(fields[0], "#")) {
            continue;
        }
        long line = ent__lines_number(lines);
        rc = r->names == NULL ? header_take(r, fields, count, line)
                              : period_take(r, fields, count, line);
    }
    ent__arena_free(record);
    return rc;
}

static ent_rc panel_take(reader *r, ent__panel *out)
{
    if (r->periods == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, 0,
                         "expected a header and periods, found none");
    }
    ent_str *labels = ent__arena_array(r->arena, r->periods, sizeof *labels);
    double *value = ent__arena_array(r->arena, r->periods * r->series, sizeof *value);
    if (labels == NULL || value == NULL) {
        return ent__nomem(r->ctx);
    }
    memcpy(labels, r->labels, r->periods * sizeof *labels);
    for (size_t t = 0; t < r->periods; t++) {
        for (size_t s = 0; s < r->series; s++) {
            value[s * r->periods + t] = r->by_period[t * r->series + s];
        }
    }
    *out = (ent__panel){r->series, r->periods, r->names, labels, value};
    return ENT_OK;
}

ent_rc ent__panel_read(ent_ctx *ctx, ent_arena *arena, const char *path, ent__panel *out)
{
    reader r = {.ctx = ctx, .arena = arena, .path = path};
    ent_lines *lines;
    ent_rc rc = ent__lines_open(ctx, path, 1 << 20, &lines);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = records_take(&r, lines);
    if (rc == ENT_OK) {
        rc = panel_take(&r, out);
    }
    ent__lines_close(lines);
    free(r.labels);
    free(r.by_period);
    return rc;
}

ent_rc ent__panel_whole(ent_ctx *ctx, ent_arena *arena, const ent__panel *panel,
                        const size_t *series, size_t count, ent__panel *out)
{
    count = series == NULL ? panel->series : count;
    size_t best = 0, best_length = 0, run = 0;
    for (size_t t = 0; t < panel->periods; t++) {
        bool whole = true;
        for (size_t s = 0; s < count; s++) {
            size_t from = series == NULL ? s : series[s];
            whole &= !isnan(panel->value[from * panel->periods + t]);
        }
        run = whole ? run + 1 : 0;
        if (run > best_length) {
            best_length = run;
            best = t + 1 - run;
        }
    }
    ent_str *names = ent__arena_array(arena, count + 1, sizeof *names);
    double *value = ent__arena_array(arena, count * best_length + 1, sizeof *value);
    if (names == NULL || value == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t s = 0; s < count; s++) {
        size_t from = series == NULL ? s : series[s];
        names[s] = panel->names[from];
        memcpy(value + s * best_length, panel->value + from * panel->periods + best,
               best_length * sizeof *value);
    }
    *out = (ent__panel){count, best_length, names, panel->labels + best, value};
    return ENT_OK;
}

int64_t ent__panel_series(const ent__panel *panel, ent_str name)
{
    for (size_t s = 0; s < panel->series; s++) {
        if (ent__str_eq(panel->names[s], name)) {
            return (int64_t)s;
        }
    }
    return -1;
}

int64_t ent__panel_period(const ent__panel *panel, ent_str label)
{
    for (size_t t = 0; t < panel->periods; t++) {
        if (ent__str_eq(panel->labels[t], label)) {
            return (int64_t)t;
        }
    }
    return -1;
}
