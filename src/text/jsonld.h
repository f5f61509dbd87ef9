/* jsonld: the article's own description in a page's <script type="application/ld+json">. */
#ifndef ENT_TEXT_JSONLD_H
#define ENT_TEXT_JSONLD_H

#include "text.h"

/* Empty slices where nothing was said. */
typedef struct {
    ent_str headline, description, author, date, publisher, article_body;
} ent__jsonld;

/* Adds what one script says; fields already set stay.  A script that is no JSON is left out: pages
 * are full of them, and nothing is lost. */
void ent__jsonld_read(ent_arena *arena, ent_str script, ent__jsonld *into);

#endif
