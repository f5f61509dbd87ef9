/* Opening the kit: tables and models, then what each folder builds from them once. */
#include "read.h"

ent_rc ent_kit_open(ent_ctx *ctx, const char *tables_dir, ent_kit **out)
{
    static ent_rc (*const prepare[])(ent_ctx *, ent_kit *) = {
        ent__parse_prepare, ent__mentions_prepare, ent__events_prepare, ent__statements_prepare};
    ent_rc rc = ent__kit_load(ctx, tables_dir, out);
    if (rc != ENT_OK) {
        return rc;
    }
    for (size_t i = 0; rc == ENT_OK && i < sizeof prepare / sizeof *prepare; i++) {
        rc = prepare[i](ctx, *out);
    }
    if (rc != ENT_OK) {
        ent_kit_free(*out);
        *out = NULL;
    }
    return rc;
}
