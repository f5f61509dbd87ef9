/* Any bytes as a case file: an error or a case that can be weighed, never a crash. */
#include "../../src/weigh/weigh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ent_ctx *ctx;
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    ent_arena *arena = ent__arena_new();
    ent_case *c;
    ent_str bytes = {(const char *)data, size};
    if (arena != NULL && ent__case_parse_yaml(ctx, arena, bytes, "fuzz", &c) == ENT_OK) {
        ent_weigh_view view = ent__weigh_view();
        ent_redraw redraw = {10, 0.2, 1};
        ent_weighing *w;
        if (ent__weigh(ctx, arena, c, &view, &redraw, &w) == ENT_OK) {
            ent_buf out = {0};
            ent__weigh_text(&out, w, size % 2 == 0);
            ent__weigh_svg(&out, w);
            ent__buf_free(&out);
        }
    }
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
