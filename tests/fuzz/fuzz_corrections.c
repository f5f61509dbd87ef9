/* Fuzz target: the file of --corrections. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/brief/brief.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ent_ctx *ctx;
    char path[] = "/tmp/ent-fuzz-XXXXXX"; /* the reader takes a path, so that files can be packed */
    int fd = size > 70000 || ent_ctx_new(&ctx) != ENT_OK ? -1 : mkstemp(path);
    if (fd < 0) {
        return 0;
    }
    ent_arena *arena = ent__arena_new();
    const ent_brief_correction *list;
    size_t count;
    if (arena != NULL && write(fd, data, size) == (ssize_t)size &&
        ent__brief_corrections_read(ctx, arena, path, &list, &count) == ENT_OK) {
        for (size_t i = 0; i < count; i++) {
            if (list[i].text.n == 0 || list[i].date.year == 0) {
                abort();
            }
        }
    }
    close(fd);
    unlink(path);
    ent__arena_free(arena);
    ent_ctx_free(ctx);
    return 0;
}
