/* documents: what has been read, and reading more.  Routes /api/documents, /api/jobs. */
#include <string.h>

#include "jobs.h"
#include "lists.h"

enum { BODY_MOST = 6 << 20, ID_MOST = 200 };

static ent_rc list_documents(serve_call *call)
{
    return serve__list(call, SERVE_DOCUMENTS);
}

static ent_rc csv_documents(serve_call *call)
{
    return serve__list_csv(call, SERVE_DOCUMENTS);
}

static ent_rc get_document(serve_call *call)
{
    bool found;
    const char *id = serve__z(call, serve__param(call, "id"));
    ent_store *store = serve__store(call);
    if (store == NULL || id == NULL) {
        return store == NULL ? ENT_ESTORE : ENT_ENOMEM;
    }
    ent_buf *body = serve__reply(call, 200, "application/json");
    ent_rc rc = ent__store_reading_json(serve__ctx(call), store, serve__kit(call), id, body,
                                        &found);
    return rc == ENT_OK && !found ? serve__missing(call, "the store holds no such document") : rc;
}

/* ---- a new one ------------------------------------------------------------------------------ */

/* An id stands in links ("ID#e1"), addresses and tables. */
static bool id_fits(ent_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        unsigned char c = (unsigned char)id.p[i];
        if (c < 0x20 || c == 0x7F || c == '#' || c == '/' || c == '\\') {
            return false;
        }
    }
    return !ent__str_eqz(id, ".") && !ent__str_eqz(id, "..");
}

/* Without an id of its own a text is named by its headline or first words, and its hash: the same
 * text is the same document. */
static ent_str make_id(serve_call *call, ent_str title, ent_str text)
{
    char hash[65];
    ent_buf id = {0};
    ent_str words = title.n > 0 ? title : text;
    ent__sha256_hex(text, hash);
    for (size_t i = 0; i < words.n && id.n < 40; i++) {
        char c = words.p[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (plain) {
            ent__buf_char(&id, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        } else if (id.n > 0 && id.p[id.n - 1] != '-') {
            ent__buf_char(&id, '-');
        }
    }
    ent__buf_printf(&id, "%s%.8s", id.n > 0 && id.p[id.n - 1] != '-' ? "-" : "", hash);
    ent_str kept = ent__arena_str(serve__arena(call), ent__buf_slice(&id));
    ent__buf_free(&id);
    return kept;
}

static bool known_fields(serve_call *call, json_t *body, const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value) {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0) {
            i++;
        }
        if (known[i] == NULL) {
            serve__problem_field(call, 422, "field", strlen(key) < 64 ? key : "", "unknown field");
            return false;
        }
    }
    return true;
}

static bool refuse(serve_call *call, const char *field, const char *message)
{
    serve__problem_field(call, 422, "field", field, message);
    return false;
}

static bool read_body(serve_call *call, serve_job_text *out)
{
    static const char *const known[] = {"text", "html", "title", "date", "url", "id", NULL};
    ent_str plain, page;
    ent_date date;
    json_t *body = serve__json_body(call);
    if (body == NULL || !known_fields(call, body, known) ||
        !serve__json_text(call, body, "text", 0, BODY_MOST, &plain) ||
        !serve__json_text(call, body, "html", 0, BODY_MOST, &page) ||
        !serve__json_text(call, body, "title", 0, 500, &out->title) ||
        !serve__json_text(call, body, "date", 0, 10, &out->date) ||
        !serve__json_text(call, body, "url", 0, 2000, &out->url) ||
        !serve__json_text(call, body, "id", 0, ID_MOST, &out->id)) {
        return false;
    }
    if ((plain.n > 0) == (page.n > 0)) {
        return refuse(call, "text", "expected either text or html");
    }
    if (out->date.n > 0 && (!ent__date_parse(out->date, &date) || date.year == 0)) {
        return refuse(call, "date", "expected a date as 2022-02-24");
    }
    if (out->url.n > 0 && !ent__str_starts(out->url, "https://") &&
        !ent__str_starts(out->url, "http://")) {
        return refuse(call, "url", "expected an address that begins with https:// or http://");
    }
    if (!id_fits(out->id)) {
        return refuse(call, "id", "expected a name without #, /, \\ and control characters");
    }
    out->text = plain.n > 0 ? plain : page;
    if (out->id.n == 0) {
        out->id = make_id(call, out->title, out->text);
    }
    return true;
}

static ent_rc post_document(serve_call *call)
{
    serve_job_text text = {0};
    int64_t job;
    if (!read_body(call, &text)) {
        return ENT_OK;
    }
    ent_rc rc = serve__job_put(call, &text, &job);
    if (rc != ENT_OK) {
        return rc;
    }
    if (job == 0) {
        serve__problem(call, 503, "busy", "many texts wait to be read: try again in a minute");
        serve__reply_header(call, "Retry-After", ENT_LIT("30"));
        return ENT_OK;
    }
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)job);
    ent_json json = ent__json(serve__reply(call, 202, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kz(&json, "job", number);
    ent__json_kstr(&json, "document", text.id);
    ent__json_close(&json, '}');
    serve__reply_header(call, "Location",
                        ent__arena_printf(serve__arena(call), "/api/jobs/%s", number));
    return serve__audit(call, "read", text.id, (ent_str){"", 0});
}

static ent_rc get_job(serve_call *call)
{
    static const char *const states[] = {"queued", "reading", "storing", "done", "failed"};
    static const char *const stages[] = {
        "waits for its turn", "sentences, names, events, statements", "writing what was found",
        "", ""};
    int64_t number;
    serve_job_report report;
    if (!ent__str_int(serve__param(call, "id"), &number) ||
        !serve__job_ask(call, number, &report)) {
        return serve__missing(call, "there is no such job (the last 256 are remembered)");
    }
    char at[24];
    serve__time_text(report.at, at);
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_kz(&json, "state", states[report.state]);
    ent__json_kz(&json, "stage", stages[report.state]);
    ent__json_kint(&json, "ahead", report.ahead);
    ent__json_kz(&json, "at", at);
    serve__json_known(&json, "document", ent__str(report.document));
    serve__json_known(&json, "put", ent__str(report.put));
    ent__json_kint(&json, "events", report.events);
    ent__json_kint(&json, "statements", report.statements);
    ent__json_key(&json, "error");
    if (report.state == SERVE_JOB_FAILED) {
        ent__json_open(&json, '{');
        ent__json_kz(&json, "message", report.error);
        ent__json_close(&json, '}');
    } else {
        ent__json_null(&json);
    }
    ent__json_close(&json, '}');
    return ENT_OK;
}

const serve_route serve__routes_documents[] = {
    {"GET", "/api/documents", SERVE_ANALYST, list_documents, "listDocuments", 0},
    {"GET", "/api/documents.csv", SERVE_ANALYST, csv_documents, "exportDocuments", 0},
    {"POST", "/api/documents", SERVE_ANALYST, post_document, "readDocument", BODY_MOST + 65536},
    {"GET", "/api/documents/{id}", SERVE_ANALYST, get_document, "getDocument", 0},
    {"GET", "/api/jobs/{id}", SERVE_ANALYST, get_job, "getJob", 0},
    {0},
};
