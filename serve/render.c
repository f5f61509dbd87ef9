/* render: what an analyst chose (documents, a case, states) -> the brief's three forms.  In: the
 * choice as JSON, the store.  Out: HTML, JSON, Markdown, headline and one line below it.  The
 * documents are read again from their stored text, so that the brief says what this program's tables
 * say, and links to sentences.  Cost: reading the documents. */
#include <stdlib.h>
#include <string.h>

#include "../src/brief/brief.h"
#include "publish.h"

enum { MOST_DOCUMENTS = 50 };

typedef struct {
    serve_call *call;
    ent_doc *docs[MOST_DOCUMENTS];
    size_t count;
    bool found;
} reading;

static ent_rc read_again(void *user, const ent_stored_document *row)
{
    reading *r = user;
    ent_ctx *ctx = serve__ctx(r->call);
    ent_doc *doc;
    ent_rc rc = ent__doc_new(ctx, &doc);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__text_read(ctx, serve__kit(r->call), doc->arena, row->text, row->doc, &doc->text);
    if (rc == ENT_OK) {
        const ent_str from[] = {row->doc, row->title, row->deck, row->byline, row->outlet, row->url};
        ent_str *const to[] = {&doc->text.id, &doc->text.title, &doc->text.deck, &doc->text.byline,
                               &doc->text.outlet, &doc->text.url};
        for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
            *to[i] = from[i].n > 0 ? ent__arena_str(doc->arena, from[i]) : *to[i];
        }
        ent_date date;
        if (ent__date_parse(row->date, &date)) {
            doc->text.date = date;
        }
        rc = ent__doc_read(ctx, serve__kit(r->call), doc);
    }
    if (rc != ENT_OK) {
        ent_doc_free(doc);
        return rc;
    }
    r->docs[r->count++] = doc;
    r->found = true;
    return ENT_OK;
}

/* Documents of the choice in its order; ENT_EINPUT names the first that the store does not hold. */
static ent_rc read_documents(serve_call *call, const json_t *list, reading *r)
{
    ent_store *store = serve__store(call);
    ent_rc rc = store == NULL ? ENT_ESTORE : ENT_OK;
    if (rc == ENT_OK && (!json_is_array(list) || json_array_size(list) > MOST_DOCUMENTS)) {
        rc = ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0,
                       "expected \"documents\" to be a list of up to %d ids", MOST_DOCUMENTS);
    }
    for (size_t i = 0; rc == ENT_OK && i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        ent_store_filter filter = {.doc = id, .limit = 1};
        r->found = false;
        rc = id == NULL || id[0] == '\0'
                 ? ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0, "an id of a document is no text")
                 : ent__store_documents(serve__ctx(call), store, &filter, read_again, r);
        if (rc == ENT_OK && !r->found) {
            rc = ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0,
                           "the store holds no document \"%s\"", id);
        }
    }
    return rc;
}

static ent_rc write_forms(serve_call *call, ent_brief *brief, ent_str title, serve_rendered *out)
{
    const ent_kit *kit = serve__kit(call);
    if (title.n > 0) {
        brief->headline = title;
    }
    ent__brief_html(&out->html, kit, brief);
    ent__brief_json(&out->json, kit, brief);
    ent__brief_markdown(&out->markdown, kit, brief);
    out->title = ent__arena_str(call->arena, brief->headline);
    out->deck = ent__str_eq(brief->question, brief->headline)
                    ? (ent_str){"", 0}
                    : ent__arena_str(call->arena, brief->question);
    return out->html.failed || out->json.failed || out->markdown.failed ? ENT_ENOMEM : ENT_OK;
}

ent_rc serve__render(serve_call *call, const json_t *source, serve_rendered *out)
{
    reading r = {.call = call};
    ent_brief *brief;
    const json_t *title = json_object_get(source, "title");
    ent_rc rc = read_documents(call, json_object_get(source, "documents"), &r);
    if (rc == ENT_OK && r.count == 0) {
        rc = ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0, "a brief needs at least one document");
    }
    if (rc == ENT_OK) {
        const ent_brief_inputs inputs = {.docs = (const ent_doc *const *)r.docs,
                                         .doc_count = r.count};
        rc = ent__brief_build(serve__ctx(call), serve__kit(call), call->arena, &inputs, &brief);
    }
    if (rc == ENT_OK) {
        rc = write_forms(call, brief,
                         (ent_str){json_string_value(title), json_string_length(title)}, out);
    }
    for (size_t i = 0; i < r.count; i++) {
        ent_doc_free(r.docs[i]);
    }
    return rc;
}

void serve__rendered_free(serve_rendered *rendered)
{
    ent__buf_free(&rendered->html);
    ent__buf_free(&rendered->json);
    ent__buf_free(&rendered->markdown);
}
