/* Downloads from publishers: resumable, checked, nothing half-written under the final name.
 * In: an address.  Out: a file.  Bytes go to FILE.part, which a later call continues where the
 * server allows it; the whole is hashed and renamed.  libcurl.  Cost: O(bytes), constant memory. */
#include <curl/curl.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "align.h"

typedef struct {
    FILE *file;
    CURL *curl;
    int64_t had, limit, got;
    bool restarted;
} download;

static size_t write_bytes(char *bytes, size_t size, size_t count, void *user)
{
    download *d = user;
    long status = 0;
    curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
    /* 200 to a request for the rest: the server sends the whole again. */
    if (d->had > 0 && status == 200 && !d->restarted) {
        d->restarted = true;
        if (ftruncate(fileno(d->file), 0) != 0) {
            return 0;
        }
        rewind(d->file);
        d->had = 0;
    }
    d->got += (int64_t)(size * count);
    return d->had + d->got > d->limit ? 0 : fwrite(bytes, size, count, d->file) * size;
}

static ent_rc hash_file(ent_ctx *ctx, const char *path, char out[65])
{
    FILE *file = fopen(path, "rb");
    unsigned char block[65536], digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    size_t n;
    if (file == NULL) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot be read: %s", strerror(errno));
    }
    crypto_hash_sha256_init(&state);
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        crypto_hash_sha256_update(&state, block, n);
    }
    fclose(file);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(out, 65, digest, sizeof digest);
    return ENT_OK;
}

static ent_rc transfer(ent_ctx *ctx, const char *url, download *d)
{
    char message[CURL_ERROR_SIZE] = "";
    d->curl = curl_easy_init();
    if (d->curl == NULL) {
        return ent__nomem(ctx);
    }
    curl_easy_setopt(d->curl, CURLOPT_URL, url);
    curl_easy_setopt(d->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(d->curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(d->curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(d->curl, CURLOPT_MAXREDIRS, 8L);
    curl_easy_setopt(d->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(d->curl, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(d->curl, CURLOPT_LOW_SPEED_LIMIT, 10L);
    curl_easy_setopt(d->curl, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_setopt(d->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(d->curl, CURLOPT_USERAGENT, "entente/" ENT_VERSION);
    curl_easy_setopt(d->curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(d->curl, CURLOPT_WRITEFUNCTION, write_bytes);
    curl_easy_setopt(d->curl, CURLOPT_WRITEDATA, d);
    if (d->had > 0) {
        curl_easy_setopt(d->curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)d->had);
    }
    CURLcode code = curl_easy_perform(d->curl);
    long status = 0;
    curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(d->curl);
    if (code == CURLE_RANGE_ERROR && d->had > 0) { /* the server cannot continue: from the start */
        d->had = d->got = 0;
        d->restarted = true;
        rewind(d->file);
        return ftruncate(fileno(d->file), 0) == 0 ? transfer(ctx, url, d)
                                                  : ent__fail(ctx, ENT_EINPUT, url, 0, "%s",
                                                              strerror(errno));
    }
    /* 416: there is nothing behind what we have. */
    if (code == CURLE_OK || (status == 416 && d->had > 0)) {
        return ENT_OK;
    }
    if (code == CURLE_WRITE_ERROR && d->had + d->got > d->limit) {
        return ent__fail(ctx, ENT_EINPUT, url, 0, "is larger than %lld bytes",
                         (long long)d->limit);
    }
    return ent__fail(ctx, ENT_EINPUT, url, 0, "cannot be fetched: %s",
                     message[0] ? message : curl_easy_strerror(code));
}

ent_rc ent__fetch(ent_ctx *ctx, const char *url, const char *path, const char *sha256,
                  int64_t limit, ent_fetched *out)
{
    ent_buf part = {0};
    struct stat info;
    *out = (ent_fetched){0};
    ent__buf_printf(&part, "%s.part", path);
    if (part.failed || sodium_init() < 0) {
        ent__buf_free(&part);
        return ent__nomem(ctx);
    }
    download d = {.limit = limit};
    d.had = stat(part.p, &info) == 0 ? (int64_t)info.st_size : 0;
    out->resumed_at = d.had;
    d.file = fopen(part.p, d.had > 0 ? "r+b" : "wb");
    if (d.file == NULL || fseek(d.file, 0, SEEK_END) != 0) {
        ent_rc rc = ent__fail(ctx, ENT_EINPUT, part.p, 0, "cannot be written: %s", strerror(errno));
        ent__buf_free(&part);
        return rc;
    }
    ent_rc rc = transfer(ctx, url, &d);
    if (fclose(d.file) != 0 && rc == ENT_OK) {
        rc = ent__fail(ctx, ENT_EINPUT, part.p, 0, "cannot be written: %s", strerror(errno));
    }
    out->resumed_at = d.restarted ? 0 : out->resumed_at;
    out->bytes = d.had + d.got;
    rc = rc == ENT_OK ? hash_file(ctx, part.p, out->sha256) : rc;
    if (rc == ENT_OK && sha256 != NULL && strcasecmp(sha256, out->sha256) != 0) {
        remove(part.p);
        rc = ent__fail(ctx, ENT_EINPUT, url, 0, "expected SHA-256 %s, got %s: thrown away", sha256,
                       out->sha256);
    }
    if (rc == ENT_OK && rename(part.p, path) != 0) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "cannot be written: %s", strerror(errno));
    }
    ent__buf_free(&part);
    return rc;
}
