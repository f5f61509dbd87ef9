/* Fuzz target: series side by side. */
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
    ent__panel panel, whole;
    if (ent__panel_read(ctx, arena, path, &panel) == ENT_OK) {
        ent__panel_whole(ctx, arena, &panel, NULL, 0, &whole);
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
