/* rows: lists out of the app's own file.  In: a statement with its parameters bound, whose rows
 * begin with their number.  Out: a page as JSON, or a table as CSV with the next page's cursor in
 * X-Next.  Cost: the rows; the reply is built in memory, at most 1,000 rows of JSON, 50,000 of CSV. */
#include "frame.h"
#include "lists.h"

enum { CSV_ROWS = 10000, CSV_MOST = 50000 };

bool serve__rows_asked(serve_call *call, bool csv, bool newest_first, int64_t *out_limit,
                       int64_t *out_after)
{
    return serve__query_int(call, "limit", 1, csv ? CSV_MOST : 1000, csv ? CSV_ROWS : 50,
                            out_limit) &&
           serve__query_int(call, "after", 0, INT64_MAX, newest_first ? INT64_MAX : 0, out_after);
}

/* The cursor behind a page that is full; NULL slice: the list ends here. */
static ent_str next_of(serve_call *call, int64_t count, int64_t limit, int64_t last)
{
    return limit > 0 && count == limit ? ent__arena_printf(call->arena, "%lld", (long long)last)
                                       : (ent_str){NULL, 0};
}

ent_rc serve__rows_json(serve_call *call, ent_json *json, sqlite3_stmt *s, int64_t limit,
                        serve_row_json *item)
{
    int64_t count = 0, last = 0, total = 0;
    int got = 1;
    ent_rc rc = ENT_OK;
    ent__json_key(json, "items");
    ent__json_open(json, '[');
    for (; rc == ENT_OK && (got = serve__step(call, s)) > 0; count++) {
        last = sqlite3_column_int64(s, 0);
        total = sqlite3_column_int64(s, sqlite3_column_count(s) - 1);
        rc = item(call, json, s);
    }
    ent__json_close(json, ']');
    ent__json_kint(json, "total", total);
    ent__json_kstr(json, "next", next_of(call, count, limit, last));
    return got < 0 ? (ent_rc)got : rc;
}

ent_rc serve__rows_reply(serve_call *call, sqlite3_stmt *s, int64_t limit, serve_row_json *item)
{
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent_rc rc = serve__rows_json(call, &json, s, limit, item);
    ent__json_close(&json, '}');
    return rc;
}

ent_rc serve__rows_csv(serve_call *call, const char *name, sqlite3_stmt *s, int64_t limit)
{
    int64_t count = 0, last = 0;
    int got, columns = s == NULL ? 0 : sqlite3_column_count(s);
    ent_buf *out = serve__csv_reply(call, name, "");
    for (int i = 0; i < columns; i++) {
        serve__csv_cell(out, ent__str(sqlite3_column_name(s, i)), i == columns - 1);
    }
    for (; (got = serve__step(call, s)) > 0; count++) {
        last = sqlite3_column_int64(s, 0);
        for (int i = 0; i < columns; i++) {
            serve__csv_cell(out, serve__column(call, s, i), i == columns - 1);
        }
    }
    ent_str next = next_of(call, count, limit, last);
    if (next.n > 0) {
        serve__reply_header(call, "X-Next", next);
    }
    return (ent_rc)got;
}
