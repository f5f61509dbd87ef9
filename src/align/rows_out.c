/* Rows as CSV or JSON Lines.  In: cells in order.  Out: bytes to a writer, in pieces of 64 KiB.
 * Numbers are the shortest text that reads back the same.  Cost: linear. */
#include <math.h>
#include <string.h>

#include "rows_out.h"

enum { PIECE = 1 << 16 };

ent_rc ent__rows_open(ent_ctx *ctx, const char *what, const char *layout,
                      const char *const *columns, ent_export_write write, void *user,
                      ent_rows_out *out)
{
    *out = (ent_rows_out){.ctx = ctx, .write = write, .user = user, .columns = columns,
                          .jsonl = strcmp(layout, "jsonl") == 0};
    if (!out->jsonl && strcmp(layout, "csv") != 0) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "can't export %s as \"%s\"", what, layout);
    }
    for (size_t c = 0; !out->jsonl && columns[c] != NULL; c++) {
        ent__buf_printf(&out->out, "%s%s", c > 0 ? "," : "", columns[c]);
    }
    if (!out->jsonl) {
        ent__buf_char(&out->out, '\n');
    }
    return ENT_OK;
}

static void begin_cell(ent_rows_out *r)
{
    if (r->jsonl && r->at == 0) {
        r->json = ent__json(&r->out);
        ent__json_open(&r->json, '{');
    }
    if (r->jsonl) {
        ent__json_key(&r->json, r->columns[r->at]);
    } else if (r->at > 0) {
        ent__buf_char(&r->out, ',');
    }
}

static void end_cell(ent_rows_out *r)
{
    if (r->columns[++r->at] != NULL) {
        return;
    }
    if (r->jsonl) {
        ent__json_close(&r->json, '}');
    }
    ent__buf_char(&r->out, '\n');
    r->at = 0;
}

void ent__rows_int(ent_rows_out *r, int64_t value)
{
    begin_cell(r);
    if (r->jsonl) {
        ent__json_int(&r->json, value);
    } else {
        ent__buf_printf(&r->out, "%lld", (long long)value);
    }
    end_cell(r);
}

void ent__rows_number(ent_rows_out *r, double value)
{
    char text[32] = "";
    begin_cell(r);
    if (r->jsonl) {
        ent__json_double(&r->json, value);
    } else if (!isnan(value)) {
        ent__double_text(value, text);
        ent__buf_z(&r->out, text);
    }
    end_cell(r);
}

void ent__rows_text(ent_rows_out *r, ent_str text)
{
    begin_cell(r);
    if (r->jsonl) {
        ent__json_str(&r->json, text.p == NULL ? ENT_LIT("") : text);
    } else {
        ent__buf_csv(&r->out, text, ',');
    }
    end_cell(r);
}

void ent__rows_empty(ent_rows_out *r)
{
    begin_cell(r);
    if (r->jsonl) {
        ent__json_null(&r->json);
    }
    end_cell(r);
}

static ent_rc write_piece(ent_rows_out *r)
{
    if (r->out.failed) {
        return ent__nomem(r->ctx);
    }
    ent_rc rc = r->out.n > 0 ? r->write(r->user, ent__buf_slice(&r->out)) : ENT_OK;
    r->out.n = 0;
    return rc;
}

ent_rc ent__rows_flush(ent_rows_out *r)
{
    return r->out.failed || r->out.n >= PIECE ? write_piece(r) : ENT_OK;
}

ent_rc ent__rows_close(ent_rows_out *r, ent_rc rc)
{
    rc = rc == ENT_OK ? write_piece(r) : rc;
    ent__buf_free(&r->out);
    return rc;
}
