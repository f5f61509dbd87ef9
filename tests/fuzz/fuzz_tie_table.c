/* Fuzz target: STATES.csv and TIES.csv. */
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
    /* states and ties in one file, told apart by a line of "---" */
    ent__tie_table table;
    ent__ties ties;
    size_t cut = 0;
    while (cut + 4 <= size && memcmp(data + cut, "---\\n", 4) != 0) {
        cut++;
    }
    size_t second = cut + 4 <= size ? cut + 4 : size;
    char other[64];
    if (write_bytes(other, data + second, size - second) && write_bytes(path, data, cut) &&
        ent__tie_table_read(ctx, arena, path, other, &table) == ENT_OK) {
        ent__ties_blend(ctx, arena, &table, SIZE_MAX, &ties);
    }
    unlink(other);
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
