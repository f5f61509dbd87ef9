/* A context, a kit with the parse model alone, and an arena, for tests of parse. */
#ifndef ENT_TEST_PARSE_KIT_H
#define ENT_TEST_PARSE_KIT_H

#include "test.h"

#include "../../src/parse/parse.h"

static ent_ctx *ctx;
static ent_kit *kit;
static ent_arena *arena;

static int open_kit(void **state)
{
    (void)state;
    arena = ent__arena_new();
    return ent_ctx_new(&ctx) == ENT_OK && ent__kit_load(ctx, NULL, &kit) == ENT_OK &&
                   ent__parse_prepare(ctx, kit) == ENT_OK
               ? 0
               : 1;
}

static int close_kit(void **state)
{
    (void)state;
    ent__arena_free(arena);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}

#endif
