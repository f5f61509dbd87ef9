/* Fuzz target: a network of signed ties; what is read must be solvable, with bounds in order. */
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
    ent__signed_graph graph;
    if (ent__signed_graph_read(ctx, arena, path, &graph) == ENT_OK && graph.node_count <= 60 &&
        graph.edge_count <= 300) {
        ent__balance answer;
        ent__balance_options options = {.search_rounds = 10, .pivot_limit = 300};
        if (ent__balance_solve(ctx, arena, &graph, NULL, 0, &options, &answer) == ENT_OK &&
            answer.lower > answer.upper + 1e-6) {
            abort(); /* a bound that is none */
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
