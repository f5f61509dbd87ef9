/* render: what an analyst chose (documents, a case, states) -> the brief's three forms.  In: the
 * choice as JSON, the store.  Out: HTML, JSON, Markdown, headline and one line below it.  The
 * documents are read again from their stored text, so that the brief says what this program's
 * tables say, and links to sentences; series, votes and trade come from the store where it holds
 * them.  Cost: reading the documents, and what the measures of the store cost. */
#include <stdlib.h>
#include <string.h>

#include "../src/brief/brief.h"
#include "publish.h"

enum { MOST_DOCUMENTS = 50, MOST_STATES = 16, REDRAWS = 2000 };

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
        const ent_str from[] = {row->doc,    row->title,  row->deck,
                                row->byline, row->outlet, row->url};
        ent_str *const to[] = {&doc->text.id,     &doc->text.title,  &doc->text.deck,
                               &doc->text.byline, &doc->text.outlet, &doc->text.url};
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
        rc =
            id == NULL || id[0] == '\0'
                ? ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0, "an id of a document is no text")
                : ent__store_documents(serve__ctx(call), store, &filter, read_again, r);
        if (rc == ENT_OK && !r->found) {
            rc = ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0,
                           "the store holds no document \"%s\"", id);
        }
    }
    return rc;
}

/* ---- case, states, corrections ------------------------------------------------------------- */

static ent_rc weigh_case(serve_call *call, const json_t *source, ent_brief_inputs *inputs)
{
    const char *id = json_string_value(json_object_get(source, "case"));
    if (id == NULL || id[0] == '\0') {
        return ENT_OK;
    }
    ent_ctx *ctx = serve__ctx(call);
    ent_case *c = NULL;
    ent_weighing *weighing = NULL;
    const ent_weigh_view view = ent__weigh_view();
    const ent_redraw redraw = {REDRAWS, 0.2, ent_ctx_get_seed(ctx)};
    ent_rc rc =
        ent__case_stored(ctx, call->arena, inputs->store, id, ENT_CASE_LATEST, NULL, &c);
    if (rc == ENT_OK && c == NULL) {
        rc = ent__fail(ctx, ENT_EINPUT, NULL, 0, "the store holds no case \"%s\"", id);
    }
    rc = rc == ENT_OK ? ent__weigh(ctx, call->arena, c, &view, &redraw, &weighing) : rc;
    inputs->weighing = weighing;
    return rc;
}

static ent_rc take_states(serve_call *call, const json_t *list, ent_brief_inputs *inputs)
{
    ent_str *states = ent__arena_array(call->arena, MOST_STATES, sizeof *states);
    for (size_t i = 0; states != NULL && i < json_array_size(list) && i < MOST_STATES; i++) {
        const json_t *one = json_array_get(list, i);
        states[inputs->state_count++] = (ent_str){json_string_value(one), json_string_length(one)};
    }
    inputs->states = states;
    return states == NULL ? ENT_ENOMEM : ENT_OK;
}

static ent_rc take_corrections(serve_call *call, const json_t *list, ent_brief_inputs *inputs)
{
    size_t count = json_array_size(list);
    ent_brief_correction *all = ent__arena_array(call->arena, count + 1, sizeof *all);
    for (size_t i = 0; all != NULL && i < count; i++) {
        const json_t *one = json_array_get(list, i), *text = json_object_get(one, "text");
        ent__date_parse(ent__str(json_string_value(json_object_get(one, "date"))), &all[i].date);
        all[i].text = (ent_str){json_string_value(text), json_string_length(text)};
    }
    inputs->corrections = all;
    inputs->correction_count = all == NULL ? 0 : count;
    return all == NULL ? ENT_ENOMEM : ENT_OK;
}

/* ---- the three forms ----------------------------------------------------------------------- */

static ent_rc write_forms(serve_call *call, ent_brief *brief, const json_t *title,
                          serve_rendered *out)
{
    const ent_kit *kit = serve__kit(call);
    if (json_string_length(title) > 0) {
        brief->headline = (ent_str){json_string_value(title), json_string_length(title)};
    }
    ent__brief_html(&out->html, kit, brief);
    ent__brief_json(&out->json, kit, brief);
    ent__brief_markdown(&out->markdown, kit, brief);
    bool asks = !ent__str_eq(brief->question, brief->headline);
    out->title = ent__arena_str(call->arena, brief->headline);
    out->deck = ent__arena_str(call->arena, brief->answer.first.n > 0 ? brief->answer.first
                                            : asks                    ? brief->question
                                                                      : (ent_str){"", 0});
    return out->html.failed || out->json.failed || out->markdown.failed ? ENT_ENOMEM : ENT_OK;
}

ent_rc serve__render(serve_call *call, const json_t *source, serve_rendered *out)
{
    reading r = {.call = call};
    ent_brief *brief;
    ent_rc rc = read_documents(call, json_object_get(source, "documents"), &r);
    ent_brief_inputs inputs = {.docs = (const ent_doc *const *)r.docs,
                               .doc_count = r.count,
                               .store = serve__store(call),
                               .updated = ent__date_of_days((int32_t)(call->now / 86400))};
    if (rc == ENT_OK && r.count == 0) {
        rc =
            ent__fail(serve__ctx(call), ENT_EINPUT, NULL, 0, "a brief needs at least one document");
    }
    rc = rc == ENT_OK ? weigh_case(call, source, &inputs) : rc;
    rc = rc == ENT_OK ? take_states(call, json_object_get(source, "states"), &inputs) : rc;
    rc =
        rc == ENT_OK ? take_corrections(call, json_object_get(source, "corrections"), &inputs) : rc;
    if (rc == ENT_OK) {
        rc = ent__brief_build(serve__ctx(call), serve__kit(call), call->arena, &inputs, &brief);
    }
    rc = rc == ENT_OK ? write_forms(call, brief, json_object_get(source, "title"), out) : rc;
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
