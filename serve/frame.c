/* frame: the routes of the house itself: health, the description of the API, assets, the analysts'
 * single page. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "groups.h"

/* The fragments serve/openapi/<group>.json are one document: later ones add paths and components.
 */
static ent_rc merge_fragments(ent_ctx *ctx, const serve_app *app, json_t *whole)
{
    for (size_t i = 0; i < app->assets.count; i++) {
        const serve_asset *asset = &app->assets.items[i];
        if (!ent__str_starts(asset->plain_name, "openapi_")) {
            continue;
        }
        json_error_t error;
        json_t *part = json_loadb(asset->page->plain.p, asset->page->plain.n, 0, &error);
        if (part == NULL) {
            return ent__fail(ctx, ENT_EINTERNAL, "serve/openapi", error.line, "%s", error.text);
        }
        int rc = json_object_update_recursive(whole, part);
        json_decref(part);
        if (rc != 0) {
            return ent__nomem(ctx);
        }
    }
    return ENT_OK;
}

static ent_rc make_openapi(ent_ctx *ctx, serve_app *app)
{
    json_t *whole = json_object();
    ent_rc rc = whole == NULL ? ent__nomem(ctx) : merge_fragments(ctx, app, whole);
    char *text = rc == ENT_OK ? json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(whole);
    if (text != NULL) {
        ent_buf plain = {0};
        ent__buf_z(&plain, text);
        app->openapi =
            serve__page_new(200, "application/json", "public, max-age=300", plain, (ent_buf){0});
        free(text);
    }
    return rc != ENT_OK ? rc : app->openapi == NULL ? ent__nomem(ctx) : ENT_OK;
}

ent_rc serve__frame_open(ent_ctx *ctx, serve_app *app)
{
    const serve_asset *index = serve__asset(app, ENT_LIT("index.html"), false);
    if (index == NULL) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "the web app is not embedded");
    }
    ent_buf plain = {0};
    ent__buf_str(&plain, ent__buf_slice(&index->page->plain));
    app->index = serve__page_new(200, "text/html; charset=utf-8", "no-cache", plain, (ent_buf){0});
    return app->index == NULL ? ent__nomem(ctx) : make_openapi(ctx, app);
}

static ent_rc get_health(serve_call *call)
{
    ent_store *store = serve__store(call);
    if (store == NULL || serve__number(call, serve__sql(call, "SELECT 1")) < 0) {
        return ENT_ESTORE;
    }
    ent__buf_z(serve__reply(call, 200, "application/json"), "{\"state\":\"up\"}");
    return ENT_OK;
}

static ent_rc get_openapi(serve_call *call)
{
    return serve__reply_page(call, call->app->openapi);
}

static ent_rc get_asset(serve_call *call)
{
    const serve_asset *asset = serve__asset(call->app, serve__param(call, "name"), true);
    return asset == NULL || ent__str_starts(asset->plain_name, "openapi_")
               ? serve__problem(call, 404, "missing", "there is no such asset")
               : serve__reply_page(call, asset->page);
}

static ent_rc get_index(serve_call *call)
{
    return serve__reply_page(call, call->app->index);
}

const serve_route serve__routes_frame[] = {
    {"GET", "/api/health", SERVE_PUBLIC, get_health, "getHealth", 0},
    {"GET", "/api/openapi.json", SERVE_PUBLIC, get_openapi, "getDescription", 0},
    {"GET", "/assets/{name}", SERVE_PUBLIC, get_asset, "getAsset", 0},
    {"GET", "/app", SERVE_PUBLIC, get_index, "getApp", 0},
    {"GET", "/app/", SERVE_PUBLIC, get_index, "getAppIndex", 0},
    {"GET", "/app/{view*}", SERVE_PUBLIC, get_index, "getAppView", 0},
    {0},
};
