/* corrections: what was wrong in earlier versions of a brief, to be shown in it.  In: a file with a
 * line a correction: date, tab, what was wrong and what is right; "#" begins a remark.  Out: the list
 * in the file's order.  ENT_EINPUT names the line.  Cost: O(bytes). */
#include <stdlib.h>
#include <string.h>

#include "brief.h"

enum { LINE = 65536 };

static ent_rc read_line(ent_ctx *ctx, ent_arena *arena, const char *path, size_t number,
                        ent_str line, ent_brief_correction *out)
{
    ent_str day = {0};
    ent__str_split(&line, '\t', &day);
    out->text = ent__arena_str(arena, ent__str_trim(line));
    return ent__date_parse(ent__str_trim(day), &out->date) && out->date.year != 0 && out->text.n > 0
               ? ENT_OK
               : ent__fail(ctx, ENT_EINPUT, path, number,
                           "expected a date, a tab and the correction");
}

ent_rc ent__brief_corrections_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                                   const ent_brief_correction **out, size_t *out_count)
{
    ent_lines *lines = NULL;
    ent_brief_correction *list = NULL, *kept = NULL;
    size_t count = 0, capacity = 0;
    ent_str line;
    int got = 0;
    ent_rc rc = ent__lines_open(ctx, path, LINE, &lines);
    while (rc == ENT_OK && (got = ent__lines_next(ctx, lines, &line)) == 1) {
        line = ent__str_trim(line);
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        ent_brief_correction *grown = ent__grow(list, count, &capacity, sizeof *list);
        if (grown == NULL) {
            rc = ent__nomem(ctx);
            break;
        }
        list = grown;
        rc = read_line(ctx, arena, path, ent__lines_number(lines), line, &list[count]);
        count += rc == ENT_OK;
    }
    rc = rc == ENT_OK && got < 0 ? ent_ctx_rc(ctx) : rc;
    kept = rc == ENT_OK ? ent__arena_array(arena, count + 1, sizeof *kept) : NULL;
    rc = rc == ENT_OK && kept == NULL ? ent__nomem(ctx) : rc;
    if (rc == ENT_OK && count > 0) {
        memcpy(kept, list, count * sizeof *kept);
    }
    free(list);
    ent__lines_close(lines);
    *out = kept;
    *out_count = rc == ENT_OK ? count : 0;
    return rc;
}
