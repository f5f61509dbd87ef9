/* lists: what the routes over the store share: parameters from the query, pages as JSON and CSV. */
#ifndef ENT_SERVE_LISTS_H
#define ENT_SERVE_LISTS_H

#include "../src/align/align.h"
#include "serve.h"

typedef enum { SERVE_EVENTS, SERVE_STATEMENTS, SERVE_DOCUMENTS, SERVE_QUANTITIES } serve_list;

/* The list that the query asks for (limit, after, order, filters) as a JSON page
 * {"items","total","total_exact","next"}, or as CSV with the next page's cursor in X-Next. */
ent_rc serve__list(serve_call *call, serve_list what);
ent_rc serve__list_csv(serve_call *call, serve_list what);

/* All names of the query are among `allowed` (blank-separated); false: a problem is the reply. */
bool serve__query_known(serve_call *call, const char *allowed);
/* Parameters, checked; absent: NULL, {0}, false.  false: a problem that names the field is the
 * reply. */
bool serve__query_text(serve_call *call, const char *name, size_t most_bytes, const char **out);
bool serve__query_date(serve_call *call, const char *name, ent_date *out);
bool serve__query_flag(serve_call *call, const char *name, bool *out); /* 1 true 0 false "" */
bool serve__query_by(serve_call *call, const char *usual, ent_by *out); /* unit, or by */
/* A state's code or name, as "usa" or "India"; from the query, or a text at hand. */
bool serve__query_actor(serve_call *call, const char *name, const char **out);
bool serve__actor_of(serve_call *call, const char *field, ent_str given, const char **out);

ent_rc serve__missing(serve_call *call, const char *message); /* 404 */
/* Each word in double quotes, so that FTS5 reads any text as words; NULL: out of memory. */
const char *serve__quoted_words(serve_call *call, const char *words);
/* NULL: out of memory. */
const char *serve__z(serve_call *call, ent_str s);
void serve__json_known(ent_json *json, const char *key, ent_str s); /* empty: null */
/* A page of what lies in memory: the items from the one after the cursor (an item's number). */
typedef struct {
    ent_json json;
    int64_t limit, from, seen, written;
} serve_items;
bool serve__items_begin(serve_call *call, serve_items *items);
bool serve__items_take(serve_items *items); /* is the next item on this page? */
void serve__items_end(serve_items *items);

/* What a code is called; the code itself where no table says. */
ent_str serve__actor_name(const ent_kit *kit, ent_str code);
/* A CSV reply with its header line; cells end in a comma, the last one in a line end.  A cell of
 * words that a spreadsheet would take for a formula gets an apostrophe. */
ent_buf *serve__csv_reply(serve_call *call, const char *name, const char *header);
void serve__csv_cell(ent_buf *out, ent_str cell, bool last);
void serve__csv_number(ent_buf *out, double value, bool last); /* NaN: empty */

#endif
