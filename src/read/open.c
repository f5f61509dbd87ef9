/* Opening the kit: tables and models, then what each folder builds from them once. */
#include "read.h"

ent_rc ent_kit_open(ent_ctx *ctx, const char *tables_dir, ent_kit **out)
{
    return ent__kit_load(ctx, tables_dir, out);
}
