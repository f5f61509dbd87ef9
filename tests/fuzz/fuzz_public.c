/* Fuzzes the readers of series from other hands and of trade: the first byte chooses which, the rest
 * is the file.  What was read is written out; series read back must be as many. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/align/align.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ent_rc gather(void *user, ent_str bytes)
{
    ent__buf_str(user, bytes);
    return ENT_OK;
}

static void write_file(char path[32], const void *bytes, size_t size)
{
    snprintf(path, 32, "/tmp/fuzz_public_XXXXXX");
    int file = mkstemp(path);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size) {
        abort();
    }
    close(file);
}

static void read_again(ent_ctx *ctx, const ent_states *states, size_t points, const ent_buf *text)
{
    char path[32];
    ent_given *given;
    write_file(path, text->p, text->n);
    if (ent__given_new(ctx, &given) == ENT_OK) {
        ent_rc rc = ent__given_read(ctx, states, given, path, NULL);
        ent__given_finish(given);
        if (rc != ENT_OK || given->count > points) {
            abort();
        }
        ent__given_free(given);
    }
    unlink(path);
}

static void read_series(ent_ctx *ctx, const ent_states *states, const char *path)
{
    ent_given *given;
    ent_buf out = {0};
    if (ent__given_new(ctx, &given) != ENT_OK) {
        return;
    }
    if (ent__given_read(ctx, states, given, path, "fuzz") == ENT_OK) {
        ent__given_finish(given);
        if (ent__given_export(ctx, given, "csv", gather, &out) == ENT_OK) {
            read_again(ctx, states, given->count, &out);
        }
    }
    ent__buf_free(&out);
    ent__given_free(given);
}

static void read_trade(ent_ctx *ctx, const ent_states *states, const char *path)
{
    ent_trade *trade;
    ent_buf out = {0};
    if (ent__trade_new(ctx, &trade) != ENT_OK) {
        return;
    }
    if (ent__trade_read(ctx, states, trade, path, 365) == ENT_OK &&
        ent__trade_finish(ctx, trade) == ENT_OK) {
        ent_dyad_dependence d;
        uint16_t unit = 0;
        ent__trade_unit(trade, 0, 2, 365, &unit);
        ent__dependence(trade, 0, unit, 202000, 2, 365, &d);
        ent__trade_export(ctx, states, trade, "trade", "jsonl", gather, &out);
    }
    ent__buf_free(&out);
    ent__trade_free(trade);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_ctx *ctx;
    static ent_kit *kit;
    static ent_states *states;
    if (ctx == NULL && (ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK ||
                        ent__states_new(ctx, kit, &states) != ENT_OK)) {
        abort();
    }
    if (size > 0) {
        char path[32];
        write_file(path, data + 1, size - 1);
        if (data[0] == 't') {
            read_trade(ctx, states, path);
        } else {
            read_series(ctx, states, path);
        }
        unlink(path);
    }
    return 0;
}
