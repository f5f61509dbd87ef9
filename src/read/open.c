/* Opening the kit: tables and models, then what each folder builds from them once. */
#include "read.h"

ent_rc ent_kit_open(ent_ctx *ctx, const char *tables_dir, ent_kit **out)
{
    ent_rc rc = ent__kit_load(ctx, tables_dir, out);
    if (rc == ENT_OK) {
        rc = ent__parse_prepare(ctx, *out);
        if (rc == ENT_OK) {
            rc = ent__mentions_prepare(ctx, *out);
        }
        if (rc == ENT_OK) {
            rc = ent__events_prepare(ctx, *out);
        }
        if (rc == ENT_OK) {
            rc = ent__statements_prepare(ctx, *out);
        }
        if (rc != ENT_OK) {
            ent_kit_free(*out);
            *out = NULL;
        }
    }
    return rc;
}
