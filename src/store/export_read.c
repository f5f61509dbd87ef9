/* export_read: events of documents just read in another data set's layout, without a store.
 * In: ent_doc.  Out: the rows that ent__store_export writes for the same events; numbered from 1.
 * Cost: memory of one document's rows. */
#include "export.h"
#include "rows.h"

#include <stdlib.h>

struct ent_layout_writer {
    ent_exporting x;
    int64_t number;
};

ent_rc ent__layout_open(ent_ctx *ctx, const ent_kit *kit, const char *name, ent_export_write write,
                        void *user, ent_export_report *report, ent_layout_writer **out)
{
    const ent_layout *layout = ent__export_layout(name);
    if (layout == NULL) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0,
                         "no layout \"%s\": expected gdelt, gdelt2, icews, phoenix, polecat or "
                         "acled",
                         name);
    }
    ent_layout_writer *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ent__nomem(ctx);
    }
    *report = (ent_export_report){0};
    w->x = (ent_exporting){.ctx = ctx, .kit = kit, .write = write, .user = user, .report = report,
                           .separator = layout->csv ? ',' : '\t', .layout = layout};
    if (layout->header != NULL) {
        layout->header(&w->x);
    }
    *out = w;
    return ENT_OK;
}

ent_rc ent__layout_document(ent_ctx *ctx, ent_layout_writer *w, const ent_doc *doc)
{
    ent_arena *arena = ent__arena_new();
    const ent_stored_event *events = arena == NULL ? NULL : ent__store_events_of(arena, doc);
    ent_rc rc = events == NULL ? ent__nomem(ctx) : ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < doc->events->event_count; i++) {
        ent_stored_event e = events[i];
        e.id = ++w->number;
        if (e.day == ENT_NO_DAY && e.date.n == 0 && doc->text.date.day != 0) {
            e.day = ent__date_days(doc->text.date);
        }
        rc = ent__export_in_layout(&w->x, &e);
    }
    ent__arena_free(arena);
    return rc;
}

ent_rc ent__layout_close(ent_ctx *ctx, ent_layout_writer *w, ent_rc rc)
{
    if (w == NULL) {
        return rc;
    }
    if (rc == ENT_OK && w->x.line.failed) {
        rc = ent__nomem(ctx);
    } else if (rc == ENT_OK && w->x.line.n > 0) {
        rc = w->x.write(w->x.user, ent__buf_slice(&w->x.line));
    }
    ent__buf_free(&w->x.line);
    ent__buf_free(&w->x.joined);
    free(w);
    return rc;
}
