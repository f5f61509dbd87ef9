/* A context and the whole kit, for tests of what reads texts: cmocka's set-up and tear-down. */
#ifndef ENT_TEST_OPENED_H
#define ENT_TEST_OPENED_H

#include "test.h"

#include "../../src/read/read.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
} opened;

static int open_kit(void **state)
{
    opened *o = calloc(1, sizeof *o);
    assert_int_equal(ent_ctx_new(&o->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(o->ctx, NULL, &o->kit), ENT_OK);
    *state = o;
    return 0;
}

static int close_kit(void **state)
{
    opened *o = *state;
    ent_kit_free(o->kit);
    ent_ctx_free(o->ctx);
    free(o);
    return 0;
}

#endif
