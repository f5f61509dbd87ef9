/* assetc OUT.blob FILE...: packs the files of the web app for embedding.  Each gets a name that
 * holds its hash ("app-0123456789ab.js"); "/assets/NAME" of a file packed before is replaced by its
 * hashed name in style sheets and pages, so give fonts and scripts first, pages last.  Entry: plain
 * name, hashed name, gzip bytes, each behind its length (4 bytes, little-endian).  Same files, same
 * blob. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "../src/base/base.h"

enum { MOST_FILES = 128 };

typedef struct {
    char plain[128], hashed[160];
} name;

typedef struct {
    name names[MOST_FILES];
    size_t count;
    ent_buf blob;
} packing;

static void replace_names(const packing *p, ent_buf *content)
{
    for (size_t i = 0; i < p->count; i++) {
        char from[160];
        snprintf(from, sizeof from, "/assets/%s", p->names[i].plain);
        ent_buf changed = {0};
        const char *at = content->p == NULL ? "" : content->p;
        for (const char *found; (found = strstr(at, from)) != NULL; at = found + strlen(from)) {
            ent__buf_add(&changed, at, (size_t)(found - at));
            ent__buf_printf(&changed, "/assets/%s", p->names[i].hashed);
        }
        ent__buf_z(&changed, at);
        ent__buf_free(content);
        *content = changed;
    }
}

static void add_part(ent_buf *blob, ent_str s)
{
    for (int shift = 0; shift < 32; shift += 8) {
        ent__buf_char(blob, (char)(s.n >> shift & 0xFF));
    }
    ent__buf_str(blob, s);
}

static ent_rc compress_part(ent_ctx *ctx, ent_buf *blob, ent_str content)
{
    z_stream z = {0};
    ent_buf packed = {0};
    ent_rc rc = ENT_OK;
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        return ent__nomem(ctx);
    }
    size_t bound = deflateBound(&z, content.n) + 32;
    z.next_in = (unsigned char *)(uintptr_t)content.p;
    z.avail_in = (uInt)content.n;
    if (!ent__buf_reserve(&packed, bound)) {
        rc = ent__nomem(ctx);
    } else {
        z.next_out = (unsigned char *)packed.p;
        z.avail_out = (uInt)bound;
        deflate(&z, Z_FINISH);
        packed.n = bound - z.avail_out;
        add_part(blob, ent__buf_slice(&packed));
    }
    deflateEnd(&z);
    ent__buf_free(&packed);
    return rc;
}

static ent_rc pack(ent_ctx *ctx, packing *p, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(base, '.');
    if (dot == NULL || strlen(base) > 120 || p->count == MOST_FILES) {
        return ent__fail(ctx, ENT_EINPUT, path, 0,
                         "expected a name with an ending, up to 120 bytes, "
                         "in at most %d files",
                         MOST_FILES);
    }
    ent_buf content = {0};
    ent_rc rc = ent__file_read(ctx, path, 64u << 20, &content);
    if (rc == ENT_OK) {
        if (strcmp(dot, ".css") == 0 || strcmp(dot, ".html") == 0) {
            replace_names(p, &content);
        }
        name *n = &p->names[p->count++];
        char hash[65];
        ent__sha256_hex(ent__buf_slice(&content), hash);
        snprintf(n->plain, sizeof n->plain, "%s", base);
        snprintf(n->hashed, sizeof n->hashed, "%.*s-%.12s%s", (int)(dot - base), base, hash, dot);
        add_part(&p->blob, ent__str(n->plain));
        add_part(&p->blob, ent__str(n->hashed));
        rc = compress_part(ctx, &p->blob, ent__buf_slice(&content));
    }
    ent__buf_free(&content);
    return rc;
}

int main(int argc, char **argv)
{
    ent_ctx *ctx;
    if (argc < 3 || ent_ctx_new(&ctx) != ENT_OK) {
        fputs("usage: assetc OUT.blob FILE...\n", stderr);
        return 2;
    }
    packing p = {0};
    ent_rc rc = ENT_OK;
    for (int i = 2; rc == ENT_OK && i < argc; i++) {
        rc = pack(ctx, &p, argv[i]);
    }
    if (rc == ENT_OK) {
        rc = p.blob.failed ? ent__nomem(ctx)
                           : ent__file_write(ctx, argv[1], ent__buf_slice(&p.blob));
    }
    if (rc != ENT_OK) {
        fprintf(stderr, "%s\n", ent_ctx_error(ctx));
    }
    ent__buf_free(&p.blob);
    ent_ctx_free(ctx);
    return rc == ENT_OK ? 0 : 3;
}
