/* What the writers of the page share: the buffer with the brief, and the small writers. */
#ifndef ENT_BRIEF_PAGE_H
#define ENT_BRIEF_PAGE_H

#include "chart.h"

typedef struct {
    ent_buf *out;
    const ent_kit *kit;
    const ent_brief *brief;
} ent__page;

void ent__page_z(ent__page *p, const char *html);
void ent__page_text(ent__page *p, ent_str s);       /* escaped */
void ent__page_words(ent__page *p, ent_buf *words); /* escaped, and the buffer freed */
void ent__page_date(ent__page *p, ent_date d);
void ent__page_plural(ent__page *p, size_t n, const char *one, const char *many);
void ent__page_heading(ent__page *p, const char *id, const char *title, const char *lead);

/* What the documents tell (html_documents.c). */
void ent__page_timeline(ent__page *p);
void ent__page_ties(ent__page *p);
void ent__page_speakers(ent__page *p);
void ent__page_figures(ent__page *p);
void ent__page_not_happened(ent__page *p);
void ent__page_questions(ent__page *p);
void ent__page_sources(ent__page *p);

/* What the data tell (html_exhibits.c). */
void ent__page_exhibit(ent__page *p, const ent_brief_exhibit *exhibit);
void ent__page_section(ent__page *p, const ent_brief_section *section);
/* schema.org in JSON-LD. */
void ent__page_metadata(ent__page *p);

/* Name of a brief (name.c): where 64 noughts stand behind "sha256:" the hash of everything from
 * `begin` on is put. */
#define ENT_BRIEF_NAMELESS "sha256:0000000000000000000000000000000000000000000000000000000000000000"
void ent__brief_put_name(ent_buf *out, size_t begin);

#endif
