/* Any bytes as an event model: read or refused, never more. */
#include <stddef.h>
#include <stdint.h>

#include "../../src/events/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ent_ctx *ctx;
    ent__event_model *model;
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    if (ent__event_model_read(ctx, data, size, &model) == ENT_OK) {
        ent__event_model_weights(model, ENT_LIT("w=ask"));
        ent__event_model_free(model);
    }
    ent_ctx_free(ctx);
    return 0;
}
