/* lists: pages of the store's rows as JSON and CSV, and the parameters that choose them.
 * In: the query (limit, after, order, filters), checked.  Out: a page.  Cost: that of
 * store/pages.c; the reply is built in memory, at most 1,000 rows of JSON or 50,000 of CSV. */
#include "lists.h"

#include <math.h>
#include <string.h>

enum { CSV_ROWS = 10000, CSV_MOST = 50000, WORDS_MOST = 400 };

/* ---- parameters ---------------------------------------------------------------------------- */

const char *serve__z(serve_call *call, ent_str s)
{
    return ent__arena_str(serve__arena(call), s).p;
}

void serve__json_known(ent_json *json, const char *key, ent_str s)
{
    ent__json_kstr(json, key, s.n > 0 ? s : (ent_str){NULL, 0});
}

static bool wrong(serve_call *call, const char *field, const char *message)
{
    serve__problem_field(call, 400, "query", field, message);
    return false;
}

bool serve__query_known(serve_call *call, const char *allowed)
{
    size_t at = 0;
    ent_str name, value;
    while (serve__query_next(call, &at, &name, &value)) {
        ent_str rest = ent__str(allowed), one;
        bool known = false;
        while (!known && ent__str_split(&rest, ' ', &one)) {
            known = one.n > 0 && ent__str_eq(one, name);
        }
        if (!known) {
            ent_str message = ent__arena_printf(serve__arena(call),
                                                "unknown parameter; known are: %s", allowed);
            return wrong(call, name.n < 64 ? serve__z(call, name) : "", message.p);
        }
    }
    return true;
}

bool serve__query_text(serve_call *call, const char *name, size_t most_bytes, const char **out)
{
    ent_str text = ent__str_trim(serve__query(call, name));
    *out = NULL;
    if (text.n > most_bytes) {
        return wrong(call, name, "this is too long");
    }
    if (text.n > 0) {
        *out = serve__z(call, text);
    }
    return true;
}

bool serve__query_date(serve_call *call, const char *name, ent_date *out)
{
    ent_str text = ent__str_trim(serve__query(call, name));
    *out = (ent_date){0};
    return text.n == 0 || (ent__date_parse(text, out) && out->year != 0) ||
           wrong(call, name, "expected a date as 2022, 2022-02 or 2022-02-24");
}

bool serve__query_flag(serve_call *call, const char *name, bool *out)
{
    ent_str text = serve__query(call, name);
    *out = ent__str_eqz(text, "1") || ent__str_eqz(text, "true");
    return *out || text.n == 0 || ent__str_eqz(text, "0") || ent__str_eqz(text, "false") ||
           wrong(call, name, "expected 1 or 0");
}

bool serve__actor_of(serve_call *call, const char *field, ent_str given, const char **out)
{
    *out = NULL;
    if (given.n == 0) {
        return true;
    }
    const ent_kit *kit = serve__kit(call);
    ent_str code = given.n > 200 ? (ent_str){NULL, 0}
                                 : ent__store_actor_code(kit, serve__arena(call), given);
    *out = code.p;
    return code.p != NULL ||
           wrong(call, field, "no state or organisation is called that: give its code, as USA");
}

bool serve__query_actor(serve_call *call, const char *name, const char **out)
{
    return serve__actor_of(call, name, ent__str_trim(serve__query(call, name)), out);
}

ent_rc serve__missing(serve_call *call, const char *message)
{
    return serve__problem(call, 404, "missing", message);
}

static bool one_of(serve_call *call, const char *name, const char *words, const char **out)
{
    if (!serve__query_text(call, name, 32, out)) {
        return false;
    }
    ent_str rest = ent__str(words), one;
    bool fine = *out == NULL;
    while (!fine && ent__str_split(&rest, ' ', &one)) {
        fine = ent__str_eqz(one, *out);
    }
    return fine || wrong(call, name, ent__arena_printf(serve__arena(call), "expected one of: %s",
                                                       words).p);
}

bool serve__query_by(serve_call *call, const char *usual, ent_by *out)
{
    ent_str by = serve__query(call, "unit");
    by = by.n > 0 ? by : serve__query(call, "by");
    if (ent__by_parse(by.n > 0 ? by : ent__str(usual), out)) {
        return true;
    }
    serve__problem_field(call, 400, "query", "unit", "expected day, week, month, quarter or year");
    return false;
}

/* ---- the filter ----------------------------------------------------------------------------- */

static const char *const allowed[] = {
    "limit after order actor target either type certainty dataset doc since until q",
    "limit after order actor speaker kind doc since until q",
    "limit after order actor doc since until q",
    "limit after order doc since until q unit",
};
static const char *const names[] = {"events", "statements", "documents", "quantities"};

static bool read_filter(serve_call *call, serve_list what, int64_t usual, int64_t most,
                        ent_store_filter *f, ent_store_page *page)
{
    const char *order = NULL, *unit = NULL;
    *f = (ent_store_filter){.page = page};
    *page = (ent_store_page){0};
    bool fine = serve__query_known(call, allowed[what]) &&
                serve__query_int(call, "limit", 1, most, usual, &f->limit) &&
                serve__query_text(call, "after", 47, &page->after) &&
                one_of(call, "order", "newest oldest", &order) &&
                serve__query_actor(call, "actor", &f->actor) &&
                serve__query_actor(call, "target", &f->target) &&
                serve__query_flag(call, "either", &f->either_way) &&
                serve__query_text(call, "type", 32, &f->type) &&
                one_of(call, "certainty", "asserted alleged hypothetical negated future",
                       &f->certainty) &&
                one_of(call, "dataset", "entente gdelt gdelt2 icews phoenix polecat acled events",
                       &f->dataset) &&
                one_of(call, "kind", "direct indirect mixed", &f->kind) &&
                serve__query_text(call, "speaker", 200, &f->speaker) &&
                serve__query_text(call, "doc", 400, &f->doc) &&
                serve__query_date(call, "since", &f->since) &&
                serve__query_date(call, "until", &f->until) &&
                serve__query_text(call, "unit", 64, &unit) &&
                serve__query_text(call, "q", WORDS_MOST, &f->words);
    page->newest_first = order == NULL || strcmp(order, "newest") == 0;
    f->words = fine && f->words == NULL ? unit : f->words;
    return fine;
}

/* What FTS5 can't read as a query is looked for word by word: people write "pipe-line", "A & B". */
const char *serve__quoted_words(serve_call *call, const char *words)
{
    ent_buf out = {0};
    ent_str rest = ent__str(words), one;
    while (ent__str_split(&rest, ' ', &one)) {
        if (one.n == 0) {
            continue;
        }
        ent__buf_z(&out, out.n > 0 ? " \"" : "\"");
        for (size_t i = 0; i < one.n; i++) {
            ent__buf_z(&out, one.p[i] == '"' ? "" : (char[]){one.p[i], '\0'});
        }
        ent__buf_char(&out, '"');
    }
    const char *kept = serve__z(call, ent__buf_slice(&out));
    ent__buf_free(&out);
    return kept;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static ent_rc event_item(void *user, const ent_stored_event *e)
{
    ent__store_event_json(user, e);
    return ENT_OK;
}

static ent_rc statement_item(void *user, const ent_stored_statement *s)
{
    ent__store_statement_json(user, s);
    return ENT_OK;
}

static ent_rc document_item(void *user, const ent_stored_document *d)
{
    ent_json *json = user;
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", d->doc);
    const struct {
        const char *key;
        ent_str value;
    } texts[] = {{"title", d->title}, {"deck", d->deck}, {"byline", d->byline},
                 {"outlet", d->outlet}, {"url", d->url}, {"lang", d->language}, {"date", d->date}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        serve__json_known(json, texts[i].key, texts[i].value);
    }
    ent__json_kint(json, "revision", d->revision);
    ent__json_kint(json, "sentences", (int64_t)d->sentence_count);
    ent__json_kint(json, "events", (int64_t)d->event_count);
    ent__json_kint(json, "statements", (int64_t)d->statement_count);
    ent__json_kint(json, "quantities", (int64_t)d->quantity_count);
    ent__json_kstr(json, "sha256", d->sha256);
    ent__json_close(json, '}');
    return ENT_OK;
}

static ent_rc quantity_item(void *user, const char *doc, const ent_stored_quantity *q)
{
    ent__store_quantity_json(user, doc, q);
    return ENT_OK;
}

static ent_rc json_page(serve_call *call, serve_list what, const ent_store_filter *filter)
{
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    ent_ctx *ctx = serve__ctx(call);
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_key(&json, "items");
    ent__json_open(&json, '[');
    ent_rc rc = what == SERVE_EVENTS ? ent__store_events(ctx, store, filter, event_item, &json)
                : what == SERVE_STATEMENTS
                    ? ent__store_statements(ctx, store, filter, statement_item, &json)
                : what == SERVE_DOCUMENTS
                    ? ent__store_documents(ctx, store, filter, document_item, &json)
                    : ent__store_quantities(ctx, store, filter, quantity_item, &json);
    ent__json_close(&json, ']');
    const ent_store_page *page = filter->page;
    bool exact = page->total <= ENT_PAGE_COUNTED;
    ent__json_kint(&json, "total", exact ? page->total : ENT_PAGE_COUNTED);
    ent__json_kbool(&json, "total_exact", exact);
    serve__json_known(&json, "next", ent__str(page->next));
    ent__json_close(&json, '}');
    return rc;
}

/* ---- CSV ------------------------------------------------------------------------------------ */

/* Would a spreadsheet take what begins so for a formula? */
static bool is_formula(ent_str cell)
{
    return cell.n > 0 && strchr("=+-@\t\r", cell.p[0]) != NULL;
}

/* Is the cell that begins here, without quotes, a number and nothing else?  "-1+A1" is none. */
static bool is_number_cell(ent_str rest)
{
    size_t n = 0;
    while (n < rest.n && rest.p[n] != ',' && rest.p[n] != '\n') {
        n++;
    }
    double value;
    return ent__str_double(ent__str_sub(rest, 0, n), &value);
}

typedef struct {
    ent_buf *out;
    bool inside, begins; /* inside of quotes; at a cell's first character */
} guarding;

/* Whole lines of the export, an apostrophe before words that look like a formula. */
static ent_rc add_bytes(void *user, ent_str bytes)
{
    guarding *g = user;
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];
        ent_str rest = ent__str_sub(bytes, i, bytes.n);
        if (g->begins && c != '"' && is_formula(rest) && (g->inside || !is_number_cell(rest))) {
            ent__buf_char(g->out, '\'');
        }
        g->begins = (c == '"' && g->begins && !g->inside) || (!g->inside && (c == ',' || c == '\n'));
        g->inside = c == '"' ? !g->inside : g->inside;
        ent__buf_char(g->out, c);
    }
    return ENT_OK;
}

static ent_rc csv_page(serve_call *call, serve_list what, const ent_store_filter *filter)
{
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    ent_export_report report;
    guarding body = {.out = serve__reply(call, 200, "text/csv; charset=utf-8"), .begins = true};
    ent_rc rc = ent__store_export(serve__ctx(call), store, serve__kit(call), names[what], "csv",
                                  filter, add_bytes, &body, &report);
    if (rc == ENT_OK) {
        char name[32];
        snprintf(name, sizeof name, "%s.csv", names[what]);
        serve__reply_download(call, name);
        if (filter->page->next[0] != '\0') {
            serve__reply_header(call, "X-Next", ent__str(filter->page->next));
        }
    }
    return rc;
}

static ent_rc answer(serve_call *call, serve_list what, bool csv)
{
    ent_store_filter filter;
    ent_store_page page;
    if (!read_filter(call, what, csv ? CSV_ROWS : 50, csv ? CSV_MOST : 1000, &filter, &page)) {
        return ENT_OK;
    }
    ent_rc (*run)(serve_call *, serve_list, const ent_store_filter *) = csv ? csv_page : json_page;
    ent_rc rc = run(call, what, &filter);
    if (rc == ENT_EUSAGE && filter.words != NULL && what != SERVE_QUANTITIES) {
        filter.words = serve__quoted_words(call, filter.words);
        rc = filter.words == NULL ? ENT_ENOMEM : run(call, what, &filter);
    }
    return rc;
}

ent_rc serve__list(serve_call *call, serve_list what)
{
    return answer(call, what, false);
}

ent_rc serve__list_csv(serve_call *call, serve_list what)
{
    return answer(call, what, true);
}

/* ---- lists out of memory -------------------------------------------------------------------- */

bool serve__items_begin(serve_call *call, serve_items *items)
{
    *items = (serve_items){0};
    if (!serve__query_int(call, "limit", 1, 1000, 50, &items->limit) ||
        !serve__query_int(call, "after", 0, INT32_MAX, 0, &items->from)) {
        return false;
    }
    items->json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&items->json, '{');
    ent__json_key(&items->json, "items");
    ent__json_open(&items->json, '[');
    return true;
}

bool serve__items_take(serve_items *items)
{
    bool here = items->seen >= items->from && items->seen < items->from + items->limit;
    items->seen++;
    items->written += here;
    return here;
}

void serve__items_end(serve_items *items)
{
    char next[24];
    int64_t last = items->from + items->limit;
    snprintf(next, sizeof next, "%lld", (long long)last);
    ent__json_close(&items->json, ']');
    ent__json_kint(&items->json, "total", items->seen);
    ent__json_kbool(&items->json, "total_exact", true);
    serve__json_known(&items->json, "next", ent__str(last < items->seen ? next : ""));
    ent__json_close(&items->json, '}');
}

/* ---- small tables -------------------------------------------------------------------------- */

/* What a code is called; the code itself where no table says. */
ent_str serve__actor_name(const ent_kit *kit, ent_str code)
{
    const ent_table *states = ent__kit_table(kit, "actors/states");
    size_t row = states == NULL ? 0 : ent__table_find(states, code);
    if (states != NULL && row < states->rows) {
        return ent__table_cell(states, row, ent__table_column(states, "name"));
    }
    const ent_table *others = ent__kit_table(kit, "actors/organisations");
    row = others == NULL ? 0 : ent__table_find(others, code);
    while (others != NULL && row < others->rows &&
           ent__str_eq(ent__table_cell(others, row, 0), code)) {
        ent_str kind = ent__table_cell(others, row, ent__table_column(others, "kind"));
        if (ent__str_eqz(kind, "igo") || ent__str_eqz(kind, "alliance")) {
            return ent__table_cell(others, row, ent__table_column(others, "name"));
        }
        row++;
    }
    return code;
}

void serve__csv_cell(ent_buf *out, ent_str cell, bool last)
{
    ent_buf safe = {0};
    ent__buf_z(&safe, is_formula(cell) ? "'" : "");
    ent__buf_str(&safe, cell);
    ent__buf_csv(out, ent__buf_slice(&safe), ',');
    ent__buf_char(out, last ? '\n' : ',');
    out->failed |= safe.failed;
    ent__buf_free(&safe);
}

void serve__csv_number(ent_buf *out, double value, bool last)
{
    char text[32] = "";
    if (!isnan(value)) {
        ent__double_text(value, text);
    }
    ent__buf_z(out, text);
    ent__buf_char(out, last ? '\n' : ',');
}

ent_buf *serve__csv_reply(serve_call *call, const char *name, const char *header)
{
    ent_buf *out = serve__reply(call, 200, "text/csv; charset=utf-8");
    serve__reply_download(call, name);
    ent__buf_z(out, header);
    return out;
}
