/* Fuzz target: states and ties in the matrix form, and the landscape of small ones. */
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
    ent__tie_table table;
    ent__ties ties;
    ent__landscape landscape;
    if (ent__tie_table_read_matrix(ctx, arena, path, &table) == ENT_OK &&
        ent__ties_blend(ctx, arena, &table, SIZE_MAX, &ties) == ENT_OK && ties.n <= 10) {
        ent__landscape_solve(ctx, arena, &ties, 0, &landscape);
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
