/* tabc DATA OUT.blob: checks the tables of DATA and writes the blob that the program embeds. */
#include <stdio.h>

#include "../src/base/blob.h"

int main(int argc, char **argv)
{
    ent_ctx *ctx;
    if (argc != 3 || ent_ctx_new(&ctx) != ENT_OK) {
        fputs("usage: tabc DATA OUT.blob\n", stderr);
        return 2;
    }
    ent_buf blob = {0};
    ent_rc rc = ent__blob_compile(ctx, argv[1], &blob);
    if (rc == ENT_OK) {
        rc = ent__file_write(ctx, argv[2], ent__buf_slice(&blob));
    }
    if (rc != ENT_OK) {
        fprintf(stderr, "%s\n", ent_ctx_error(ctx));
    }
    ent__buf_free(&blob);
    ent_ctx_free(ctx);
    return rc == ENT_OK ? 0 : 3;
}
