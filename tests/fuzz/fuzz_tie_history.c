/* Fuzz target: ties by period. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/wedge/wedge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The readers take paths, so that they can read compressed files. */
static bool write_bytes(char path[64], const uint8_t *data, size_t size)
{
    strcpy(path, "/tmp/ent-fuzz-XXXXXX");
    int fd = mkstemp(path);
    bool fine = fd >= 0 && write(fd, data, size) == (ssize_t)size;
    if (fd >= 0) {
        close(fd);
    }
    return fine;
}

static void read_all(ent_ctx *ctx, ent_arena *arena, char path[64], const uint8_t *data,
                     size_t size)
{
    (void)data;
    (void)size;
    ent__tie_history history;
    ent__ties ties;
    if (ent__tie_history_read(ctx, arena, path, &history) == ENT_OK && history.state_count <= 60) {
        for (size_t p = 0; p < history.period_count && p < 4; p++) {
            ent__tie_history_at(ctx, arena, &history, p, SIZE_MAX, &ties);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ent_ctx *ctx;
    char path[64];
    if (size > 20000 || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    ent_arena *arena = ent__arena_new();
    if (arena != NULL && write_bytes(path, data, size)) {
        read_all(ctx, arena, path, data, size);
    }
    unlink(path);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
