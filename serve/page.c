/* page: bytes that are made once and served often: compressed in advance, with an ETag, counted so
 * that a replaced page lives until its last reply is out.  In: bytes.  Out: a page.  Source: RFC
 * 9110 (ETag, If-None-Match), RFC 1952 (gzip).  Cost: making one is O(bytes), serving O(1). */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "frame.h"

bool serve__gzip(ent_str bytes, int level, ent_buf *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    size_t bound = deflateBound(&z, bytes.n) + 32;
    bool ok = ent__buf_reserve(out, bound);
    if (ok) {
        z.next_in = (unsigned char *)(uintptr_t)bytes.p;
        z.avail_in = (uInt)bytes.n;
        z.next_out = (unsigned char *)out->p + out->n;
        z.avail_out = (uInt)bound;
        ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
        out->n += ok ? bound - z.avail_out : 0;
    }
    deflateEnd(&z);
    return ok;
}

bool serve__gunzip(ent_str bytes, size_t limit, ent_buf *out)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes.p, .avail_in = (uInt)bytes.n};
    if (inflateInit2(&z, 15 + 16) != Z_OK) {
        return false;
    }
    int rc = Z_OK;
    while (rc == Z_OK && out->n < limit && ent__buf_reserve(out, 65536)) {
        z.next_out = (unsigned char *)out->p + out->n;
        z.avail_out = 65535;
        rc = inflate(&z, Z_NO_FLUSH);
        out->n += 65535 - z.avail_out;
        out->p[out->n] = '\0';
    }
    inflateEnd(&z);
    return rc == Z_STREAM_END;
}

serve_page *serve__page_new(int status, const char *content_type, const char *cache_control,
                            ent_buf plain, ent_buf gzip)
{
    serve_page *page = plain.failed || gzip.failed ? NULL : calloc(1, sizeof *page);
    if (page == NULL) {
        ent__buf_free(&plain);
        ent__buf_free(&gzip);
        return NULL;
    }
    char hash[65];
    ent__sha256_hex(ent__buf_slice(&plain), hash);
    snprintf(page->etag, sizeof page->etag, "\"%.32s\"", hash);
    atomic_init(&page->references, 1);
    page->status = status;
    page->content_type = content_type;
    page->cache_control = cache_control;
    page->plain = plain;
    page->gzip = gzip;
    if (gzip.n == 0 && plain.n > 512 && !serve__gzip(ent__buf_slice(&plain), 9, &page->gzip)) {
        ent__buf_free(&page->gzip); /* without it the page is served as it is */
    }
    pthread_mutex_init(&page->lock, NULL);
    return page;
}

/* The count is the only thing that changes in a page given away as const. */
static serve_page *counted(const serve_page *page)
{
    return (serve_page *)(uintptr_t)page;
}

serve_page *serve__page_keep(const serve_page *page)
{
    atomic_fetch_add(&counted(page)->references, 1);
    return counted(page);
}

void serve__page_drop(const serve_page *given)
{
    serve_page *page = counted(given);
    if (page == NULL || atomic_fetch_sub(&page->references, 1) > 1) {
        return;
    }
    for (size_t i = 0; i < sizeof page->ready / sizeof *page->ready; i++) {
        if (page->ready[i] != NULL) {
            page->ready_free(page->ready[i]);
        }
    }
    pthread_mutex_destroy(&page->lock);
    ent__buf_free(&page->plain);
    ent__buf_free(&page->gzip);
    free(page->policy);
    free(page);
}

/* Does the list of If-None-Match hold this ETag (weak comparison)? */
static bool known(ent_str list, const char *etag)
{
    ent_str one;
    while (ent__str_split(&list, ',', &one)) {
        one = ent__str_trim(one);
        if (ent__str_starts(one, "W/")) {
            one = ent__str_sub(one, 2, one.n);
        }
        if (ent__str_eqz(one, etag) || ent__str_eqz(one, "*")) {
            return true;
        }
    }
    return false;
}

/* "gzip" among the accepted codings, and not with q=0. */
static bool takes_gzip(ent_str accepted)
{
    ent_str one;
    while (ent__str_split(&accepted, ',', &one)) {
        one = ent__str_trim(one);
        if (ent__str_starts(one, "gzip")) {
            ent_str rest = ent__str_trim(ent__str_sub(one, 4, one.n));
            return rest.n == 0 || !(ent__str_eqz(rest, ";q=0") || ent__str_eqz(rest, ";q=0.0"));
        }
    }
    return false;
}

ent_rc serve__reply_page(serve_call *call, const serve_page *page)
{
    serve__reply(call, page->status, page->content_type);
    call->reply->page = serve__page_keep(page);
    if (page->status == 200 && page->etag[0] != '\0' &&
        known(serve__header(call, "If-None-Match"), page->etag)) {
        call->reply->status = 304;
    }
    call->reply->gzip = page->gzip.n > 0 && takes_gzip(serve__header(call, "Accept-Encoding"));
    return ENT_OK;
}
