/* petrarch: PETRARCH XML (coding and validation files, story input) -> records.
 *
 * Input:  valid UTF-8 with <Sentence> or <Article> records.
 * Output: one record each: text, date, id, source, the parse as given.
 * Method: real files are not all well-formed, so two faults are mended first: a <Sentence .../>
 *         that is closed at once though its contents follow, and markup in "#" comment lines.
 * Source: the input of PETRARCH-2 and Universal PETRARCH (Open Event Data Alliance).
 * Cost:   O(bytes). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "readers.h"
#include "records.h"

ent__record *ent__records_add(ent__records *records)
{
    ent__record *grown = ent__grow(records->items, records->count, &records->capacity,
                                   sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    records->items = grown;
    records->items[records->count] = (ent__record){0};
    return &records->items[records->count++];
}

void ent__records_free(ent__records *records)
{
    free(records->items);
    *records = (ent__records){0};
}

typedef struct {
    ent_arena *arena;
    ent__records *out;
    bool in_record; /* the last of out */
    ent_str *field; /* being filled, NULL: none */
    ent_buf text;
    bool failed;
} reader;

static ent_str copy(reader *r, const char *value)
{
    ent_str kept = ent__arena_str(r->arena, ent__str_trim(ent__str(value)));
    r->failed = r->failed || kept.p == NULL;
    return kept;
}

static void start_record(reader *r, XML_Parser parser, const XML_Char **attributes)
{
    ent__record *record = ent__records_add(r->out);
    r->failed = r->failed || record == NULL;
    if (record == NULL) {
        return;
    }
    r->in_record = true;
    record->line = (long)XML_GetCurrentLineNumber(parser);
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcasecmp(attributes[i], "id") == 0) {
            record->id = copy(r, attributes[i + 1]);
        } else if (strcasecmp(attributes[i], "date") == 0) {
            record->date = copy(r, attributes[i + 1]);
        } else if (strcasecmp(attributes[i], "source") == 0) {
            record->outlet = copy(r, attributes[i + 1]);
        } else if (strcasecmp(attributes[i], "sentence") == 0) {
            record->one_sentence = strcasecmp(attributes[i + 1], "true") == 0;
        }
    }
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = XML_GetUserData(user);
    if (strcmp(name, "Sentence") == 0 || strcmp(name, "Article") == 0) {
        r->field = NULL; /* of the record before: a new one may move them all */
        start_record(r, user, attributes);
    } else if (strcmp(name, "Stop") == 0) {
        XML_StopParser(user, XML_FALSE);
    } else if (r->in_record && r->out->count > 0) {
        ent__record *record = &r->out->items[r->out->count - 1];
        r->field = strcmp(name, "Text") == 0    ? &record->body
                   : strcmp(name, "Parse") == 0 ? &record->parse
                                                : NULL;
        r->text.n = 0;
    }
}

static void on_text(void *user, const XML_Char *text, int n)
{
    reader *r = XML_GetUserData(user);
    if (r->field != NULL) {
        ent__buf_add(&r->text, text, (size_t)n);
    }
}

static void on_end(void *user, const XML_Char *name)
{
    reader *r = XML_GetUserData(user);
    if (r->field != NULL) {
        ent_str text = ent__str_trim(ent__buf_slice(&r->text));
        *r->field = ent__arena_str(r->arena, text);
        r->failed = r->failed || r->field->p == NULL || r->text.failed;
        r->field = NULL;
    }
    if (strcmp(name, "Sentence") == 0 || strcmp(name, "Article") == 0) {
        r->in_record = false;
    }
    if (r->failed) {
        XML_StopParser(user, XML_FALSE);
    }
}

/* ---- mending ------------------------------------------------------------------------------- */

/* Does the record that starts before `at` go on though its start tag closed itself? */
static bool record_follows(ent_str xml, size_t at)
{
    const char *rest = xml.p + at;
    const char *next = memmem(rest, xml.n - at, "<Sentence ", 10);
    size_t n = next == NULL ? xml.n - at : (size_t)(next - rest); /* no further: O(bytes) in all */
    return memmem(rest, n, "</Sentence>", 11) != NULL;
}

static size_t start_tag_end(ent_str xml, size_t at)
{
    char quote = 0;
    for (; at < xml.n; at++) {
        char c = xml.p[at];
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at;
        }
    }
    return xml.n;
}

static void mend(ent_str xml, ent_buf *out)
{
    bool line_start = true;
    for (size_t at = 0; at < xml.n && !out->failed;) {
        if (line_start && xml.p[at] == '#') {
            const char *lf = memchr(xml.p + at, '\n', xml.n - at);
            size_t end = lf == NULL ? xml.n : (size_t)(lf - xml.p);
            if (memchr(xml.p + at, '<', end - at) != NULL) {
                at = end; /* a comment line with markup in it */
                continue;
            }
        }
        line_start = xml.p[at] == '\n' || (line_start && (xml.p[at] == ' ' || xml.p[at] == '\t'));
        if (xml.p[at] == '<' && ent__str_starts(ent__str_sub(xml, at, xml.n), "<Sentence ")) {
            size_t close = start_tag_end(xml, at);
            bool self_closed = close < xml.n && xml.p[close - 1] == '/';
            if (self_closed && record_follows(xml, close)) {
                ent__buf_add(out, xml.p + at, close - 1 - at);
                ent__buf_char(out, '>');
                at = close + 1;
                continue;
            }
        }
        ent__buf_char(out, xml.p[at++]);
    }
}

ent_rc ent__petrarch_read(ent_ctx *ctx, ent_arena *arena, ent_str xml, const char *source,
                          ent__records *out)
{
    reader r = {.arena = arena, .out = out};
    ent_buf mended = {0};
    mend(xml, &mended);
    XML_Parser parser = mended.failed ? NULL : XML_ParserCreate("UTF-8");
    if (parser == NULL) {
        ent__buf_free(&mended);
        return ent__nomem(ctx);
    }
    XML_SetUserData(parser, &r);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    ent_rc rc = ent__xml_parse(ctx, ent__buf_slice(&mended), source, parser);
    XML_ParserFree(parser);
    ent__buf_free(&mended);
    ent__buf_free(&r.text);
    return r.failed ? ent__nomem(ctx) : rc;
}
