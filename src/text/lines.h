/* lines: a plain text cut into paragraphs, with what can be measured on each. */
#ifndef ENT_TEXT_LINES_H
#define ENT_TEXT_LINES_H

#include "chrome.h"

typedef struct {
    uint32_t begin, end; /* bytes of the text, blanks at both ends left out */
    ent_str text;
    uint32_t words;
    uint32_t letters;    /* letters and digits */
    uint32_t alphabetic; /* letters only */
    uint32_t capitals;   /* words that begin with a capital */
    uint32_t stops;      /* . ? ! and their kin at the end of a word */
    bool sentence_end;   /* ends as a sentence */
    bool colon_end;
    bool bullet;         /* begins as a list item */
    bool prose;          /* long enough, and with the stops of running text */
    ent__chrome chrome;
} ent__line;

/* One line a paragraph; a group of short lines that run on (hard-wrapped text, as in mails) is one
 * paragraph.  O(bytes). */
ent_rc ent__lines_cut(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str text,
                      ent__line **out, size_t *out_count);

/* Bytes of a wire service's dateline at the start of a paragraph: "KYIV, Ukraine (Agency) - ";
 * 0: none. */
size_t ent__wire_dateline(ent_str paragraph);

#endif
