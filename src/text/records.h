/* records: documents that come several in one XML file; shared by feed.c, petrarch.c, input.c. */
#ifndef ENT_TEXT_RECORDS_H
#define ENT_TEXT_RECORDS_H

#include <expat.h>

#include "text.h"

/* One entry before its text is read. */
typedef struct {
    ent_str id, title, link, date, author, summary, body, parse, outlet;
    bool markup;       /* body and summary are HTML */
    bool one_sentence;
    long line;
} ent__record;

typedef struct {
    ent__record *items;
    size_t count, capacity;
    ent_str outlet, language; /* of the whole feed */
} ent__records;

/* Valid UTF-8 in; records live in `arena` (items: free with ent__records_free).  A fault in the
 * XML is ENT_EINPUT with its line; the records before it are given all the same. */
ent_rc ent__feed_read(ent_ctx *ctx, ent_arena *arena, ent_str xml, const char *source,
                      ent__records *out);
ent_rc ent__petrarch_read(ent_ctx *ctx, ent_arena *arena, ent_str xml, const char *source,
                          ent__records *out);
void ent__records_free(ent__records *records);
/* NULL: out of memory. */
ent__record *ent__records_add(ent__records *records);

/* A record as a document. */
ent_rc ent__record_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                        const ent__record *record, const char *source, ent_text *out);

/* Parses `xml` with expat; handlers get the parser and find their own data by XML_GetUserData.
 * Entities that the document declares are refused (they can be made to grow without bound); HTML's
 * names that XML lacks ("&nbsp;") are understood. */
ent_rc ent__xml_parse(ent_ctx *ctx, ent_str xml, const char *source, XML_Parser parser);

#endif
