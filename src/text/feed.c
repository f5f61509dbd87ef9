/* feed: RSS 0.9x/1.0/2.0 and Atom -> records.
 *
 * Input:  a feed as valid UTF-8.
 * Output: one record an item: title, address, date, author, the longest of content and summary.
 * Source: RSS 2.0 specification; content module (content:encoded); RFC 4287 (Atom).
 * Cost:   O(bytes). */
#include <stdlib.h>
#include <string.h>

#include "dates.h"
#include "readers.h"
#include "records.h"

typedef enum {
    FIELD_NONE, FIELD_TITLE, FIELD_LINK, FIELD_ID, FIELD_DATE, FIELD_AUTHOR, FIELD_SUMMARY,
    FIELD_BODY
} field;

typedef struct {
    ent_arena *arena;
    ent__records *out;
    ent__record *item; /* NULL outside of items */
    unsigned depth, item_depth, field_depth;
    field field;
    bool plain_field; /* Atom type="text" */
    ent_buf text;
    bool failed;
} reader;

static field field_named(const char *name)
{
    static const struct {
        const char *name;
        field field;
    } known[] = {
        {"title", FIELD_TITLE}, {"link", FIELD_LINK}, {"guid", FIELD_ID}, {"id", FIELD_ID},
        {"pubDate", FIELD_DATE}, {"published", FIELD_DATE}, {"updated", FIELD_DATE},
        {"dc:date", FIELD_DATE}, {"issued", FIELD_DATE}, {"author", FIELD_AUTHOR},
        {"dc:creator", FIELD_AUTHOR}, {"description", FIELD_SUMMARY}, {"summary", FIELD_SUMMARY},
        {"content:encoded", FIELD_BODY}, {"content", FIELD_BODY}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            return known[i].field;
        }
    }
    return FIELD_NONE;
}

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], name) == 0) {
            return attributes[i + 1];
        }
    }
    return NULL;
}

static void start_field(reader *r, const char *name, const XML_Char **attributes)
{
    r->field = field_named(name);
    r->field_depth = r->depth;
    r->text.n = 0;
    const char *type = attribute(attributes, "type");
    r->plain_field = type != NULL && strcmp(type, "text") == 0;
    const char *href = attribute(attributes, "href"), *rel = attribute(attributes, "rel");
    if (r->field == FIELD_LINK && href != NULL && r->item != NULL && r->item->link.n == 0 &&
        (rel == NULL || strcmp(rel, "alternate") == 0)) {
        r->item->link = ent__arena_str(r->arena, ent__str(href));
        r->failed = r->failed || r->item->link.p == NULL;
    }
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = XML_GetUserData(user);
    r->depth++;
    if (r->item == NULL && (strcmp(name, "item") == 0 || strcmp(name, "entry") == 0)) {
        r->item = ent__records_add(r->out);
        r->item_depth = r->depth;
        r->failed = r->failed || r->item == NULL;
        if (r->item != NULL) {
            r->item->line = (long)XML_GetCurrentLineNumber(user);
        }
    } else if (r->field != FIELD_NONE) { /* markup inside a field: XHTML, <author><name> */
        if (strcmp(name, "uri") != 0 && strcmp(name, "email") != 0 && r->field != FIELD_AUTHOR) {
            ent__buf_printf(&r->text, "<%s>", name);
        }
    } else if (r->item != NULL ? r->depth == r->item_depth + 1 : r->depth <= 3) {
        start_field(r, name, attributes);
    }
}

static void on_text(void *user, const XML_Char *text, int n)
{
    reader *r = XML_GetUserData(user);
    if (r->field == FIELD_NONE) {
        return;
    }
    if (r->depth > r->field_depth && r->field != FIELD_AUTHOR) {
        ent__buf_html(&r->text, (ent_str){text, (size_t)n});
    } else {
        ent__buf_add(&r->text, text, (size_t)n);
    }
}

static void set(reader *r, ent_str *to, bool only_first)
{
    ent_str text = ent__str_trim(ent__buf_slice(&r->text));
    if (text.n > 0 && (to->n == 0 || !only_first)) {
        *to = ent__arena_str(r->arena, text);
        r->failed = r->failed || to->p == NULL;
    }
}

static void end_field(reader *r)
{
    ent__record *item = r->item;
    if (item == NULL) {
        if (r->field == FIELD_TITLE) {
            set(r, &r->out->outlet, true);
        }
        return;
    }
    switch (r->field) {
    case FIELD_TITLE: set(r, &item->title, true); break;
    case FIELD_LINK: set(r, &item->link, true); break;
    case FIELD_ID: set(r, &item->id, true); break;
    case FIELD_DATE: set(r, &item->date, true); break;
    case FIELD_AUTHOR: set(r, &item->author, true); break;
    case FIELD_SUMMARY:
        set(r, &item->summary, true);
        item->markup = item->markup || !r->plain_field;
        break;
    case FIELD_BODY:
        set(r, &item->body, true);
        item->markup = !r->plain_field;
        break;
    default: break;
    }
}

static void on_end(void *user, const XML_Char *name)
{
    reader *r = XML_GetUserData(user);
    if (r->field != FIELD_NONE && r->depth == r->field_depth) {
        end_field(r);
        r->field = FIELD_NONE;
    } else if (r->field != FIELD_NONE && r->field != FIELD_AUTHOR) {
        ent__buf_printf(&r->text, "</%s>", name);
    }
    if (r->item != NULL && r->depth == r->item_depth) {
        r->item = NULL;
    }
    r->depth--;
    if (r->failed || r->text.failed) {
        XML_StopParser(user, XML_FALSE);
    }
}

ent_rc ent__feed_read(ent_ctx *ctx, ent_arena *arena, ent_str xml, const char *source,
                      ent__records *out)
{
    reader r = {.arena = arena, .out = out};
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (parser == NULL) {
        return ent__nomem(ctx);
    }
    XML_SetUserData(parser, &r);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    ent_rc rc = ent__xml_parse(ctx, xml, source, parser);
    XML_ParserFree(parser);
    bool failed = r.failed || r.text.failed;
    ent__buf_free(&r.text);
    return failed ? ent__nomem(ctx) : rc;
}
