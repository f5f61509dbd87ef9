/* export: what the export files of store/ share. */
#ifndef ENT_STORE_EXPORT_H
#define ENT_STORE_EXPORT_H

#include "import.h"

typedef struct {
    ent_ctx *ctx;
    const ent_kit *kit;
    ent_codes *codes;
    ent_export_write write;
    void *user;
    ent_export_report *report;
    ent_buf line, joined;
    char separator;
    int fields;
    const struct ent_layout *layout; /* NULL: CSV or JSON Lines of ours */
} ent_exporting;

void ent__export_field(ent_exporting *x, ent_str text); /* tab and line break become a blank */
void ent__export_z(ent_exporting *x, const char *text);
void ent__export_int(ent_exporting *x, int64_t value); /* -1: empty */
void ent__export_number(ent_exporting *x, double value); /* NaN: empty */
ent_rc ent__export_end(ent_exporting *x);              /* ends the line */
void ent__event_id(ent_buf *out, const ent_stored_event *e);

/* The layout of another data set. */
typedef struct ent_layout {
    const char *name;
    bool csv;
    void (*header)(ent_exporting *x); /* NULL: none */
    ent_event_visit event;            /* user is the ent_exporting */
} ent_layout;
const ent_layout *ent__export_layout(const char *name); /* NULL: no such layout */
/* One event in x->layout.  As all event data sets do: without a date of its own it has that of the
 * document that tells it. */
ent_rc ent__export_in_layout(ent_exporting *x, const ent_stored_event *e);

#endif
