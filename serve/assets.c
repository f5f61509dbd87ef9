/* assets: the front end and the descriptions of the API, embedded by the assembler (tools/assetc
 * wrote the blob), each found by a name that holds its hash.  In: the blob.  Out: pages in memory.
 * Cost: opening inflates them once. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"

__asm__(".section .rodata\n"
        ".global serve__assets_embedded\n"
        ".type serve__assets_embedded, @object\n"
        ".balign 64\n"
        "serve__assets_embedded:\n"
        ".incbin \"" SERVE_ASSETS_PATH "\"\n"
        ".global serve__assets_end\n"
        "serve__assets_end:\n"
        ".byte 0\n"
        ".size serve__assets_embedded, . - serve__assets_embedded\n"
        ".previous\n");

static const char *type_of(ent_str name)
{
    static const char *const types[][2] = {
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".html", "text/html; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".woff2", "font/woff2"},
        {".png", "image/png"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (ent__str_ends(name, types[i][0])) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}

static uint32_t number_at(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* One entry: plain name, hashed name, bytes, each with its length in front. */
static ent_str part(const unsigned char **at)
{
    ent_str s = {(const char *)*at + 4, number_at(*at)};
    *at += 4 + s.n;
    return s;
}

ent_rc serve__assets_open(ent_ctx *ctx, serve_assets *out)
{
    size_t capacity = 0;
    *out = (serve_assets){0};
    const unsigned char *at = serve__assets_embedded;
    while (at < serve__assets_end) {
        serve_asset asset = {0};
        asset.plain_name = part(&at);
        asset.name = part(&at);
        ent_str gzip = part(&at);
        ent_buf plain = {0}, packed = {0};
        if (!serve__gunzip(gzip, 64u << 20, &plain)) {
            ent__buf_free(&plain);
            return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "an embedded asset is damaged");
        }
        ent__buf_str(&packed, gzip);
        asset.page = serve__page_new(200, type_of(asset.plain_name),
                                     "public, max-age=31536000, immutable", plain, packed);
        serve_asset *items =
            asset.page == NULL ? NULL : ent__grow(out->items, out->count, &capacity, sizeof *items);
        if (items == NULL) {
            serve__page_drop(asset.page);
            return ent__nomem(ctx);
        }
        out->items = items;
        out->items[out->count++] = asset;
    }
    return ENT_OK;
}

void serve__assets_close(serve_assets *assets)
{
    for (size_t i = 0; i < assets->count; i++) {
        serve__page_drop(assets->items[i].page);
    }
    free(assets->items);
    *assets = (serve_assets){0};
}

const serve_asset *serve__asset(const serve_app *app, ent_str name, bool hashed)
{
    for (size_t i = 0; i < app->assets.count; i++) {
        const serve_asset *one = &app->assets.items[i];
        if (ent__str_eq(hashed ? one->name : one->plain_name, name)) {
            return one;
        }
    }
    return NULL;
}

void serve__asset_url(const serve_app *app, const char *plain_name, ent_buf *out)
{
    const serve_asset *asset = serve__asset(app, ent__str(plain_name), false);
    ent__buf_z(out, "/assets/");
    ent__buf_str(out, asset == NULL ? ent__str(plain_name) : asset->name);
}
