/* Downloads from publishers: resumable, checked, nothing half-written under the final name.
 * In: an address.  Out: a file.  Bytes go to FILE.part, which a later call continues where the
 * server allows it; the whole is hashed and renamed.  FILE.part.from keeps the address and the mark
 * (ETag, else Last-Modified) of what the part is of, so that no part of one file is continued with
 * another (RFC 9110, If-Range).  libcurl.  Cost: O(bytes), constant memory. */
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
    bool restarted, noted;
    const char *url, *note; /* note: name of FILE.part.from */
    char mark[256];         /* of the part that is there; empty: not known */
} download;

/* Address and mark of what is coming, before its first byte is kept. */
static void note_origin(download *d)
{
    struct curl_header *h;
    FILE *file = d->noted ? NULL : fopen(d->note, "w");
    d->noted = true;
    if (file == NULL) {
        return; /* the part can then be continued unchecked only */
    }
    bool tagged = curl_easy_header(d->curl, "ETag", 0, CURLH_HEADER, -1, &h) == CURLHE_OK &&
                  h->value[0] == '"'; /* a weak one does not hold for bytes */
    bool dated = !tagged && curl_easy_header(d->curl, "Last-Modified", 0, CURLH_HEADER, -1, &h) ==
                                CURLHE_OK;
    fprintf(file, "%s\n%s\n", d->url, tagged || dated ? h->value : "");
    fclose(file);
}

/* False: the part is of another address. */
static bool read_origin(download *d)
{
    char url[2048] = "";
    FILE *file = fopen(d->note, "r");
    if (file == NULL) {
        return true;
    }
    bool some = fgets(url, sizeof url, file) != NULL;
    url[strcspn(url, "\n")] = '\0';
    if (fgets(d->mark, sizeof d->mark, file) == NULL) {
        d->mark[0] = '\0';
    }
    d->mark[strcspn(d->mark, "\n")] = '\0';
    fclose(file);
    return some && strcmp(url, d->url) == 0;
}

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
    if (d->had == 0) {
        note_origin(d);
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

static bool set_options(const char *url, download *d, char *message, struct curl_slist **headers)
{
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
    if (d->had > 0 && d->mark[0] != '\0') {
        char line[300];
        snprintf(line, sizeof line, "If-Range: %s", d->mark);
        *headers = curl_slist_append(NULL, line);
        curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, *headers);
        return *headers != NULL;
    }
    return true;
}

static ent_rc transfer(ent_ctx *ctx, const char *url, download *d)
{
    char message[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    d->curl = curl_easy_init();
    if (d->curl == NULL || !set_options(url, d, message, &headers)) {
        curl_easy_cleanup(d->curl);
        return ent__nomem(ctx);
    }
    CURLcode code = curl_easy_perform(d->curl);
    long status = 0;
    curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(d->curl);
    curl_slist_free_all(headers);
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

static ent_rc open_part(ent_ctx *ctx, const char *part, download *d)
{
    struct stat info;
    d->had = stat(part, &info) == 0 ? (int64_t)info.st_size : 0;
    if (d->had > 0 && !read_origin(d)) {
        d->had = 0;
        d->mark[0] = '\0';
    }
    d->file = fopen(part, d->had > 0 ? "r+b" : "wb");
    return d->file != NULL && fseek(d->file, 0, SEEK_END) == 0
               ? ENT_OK
               : ent__fail(ctx, ENT_EINPUT, part, 0, "cannot be written: %s", strerror(errno));
}

/* The part becomes the file; nothing of it stays where it is another, or empty. */
static ent_rc settle(ent_ctx *ctx, const char *path, const char *part, const char *sha256,
                     const download *d, ent_rc rc, ent_fetched *out)
{
    bool worthless = rc != ENT_OK && out->bytes == 0;
    rc = rc == ENT_OK ? hash_file(ctx, part, out->sha256) : rc;
    if (rc == ENT_OK && sha256 != NULL && strcasecmp(sha256, out->sha256) != 0) {
        worthless = true;
        rc = ent__fail(ctx, ENT_EINPUT, d->url, 0, "expected SHA-256 %s, got %s: thrown away",
                       sha256, out->sha256);
    }
    if (rc == ENT_OK && rename(part, path) != 0) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "cannot be written: %s", strerror(errno));
    }
    if (worthless) {
        remove(part);
    }
    if (worthless || rc == ENT_OK) {
        remove(d->note);
    }
    return rc;
}

ent_rc ent__fetch(ent_ctx *ctx, const char *url, const char *path, const char *sha256,
                  int64_t limit, ent_fetched *out)
{
    ent_buf part = {0}, note = {0};
    *out = (ent_fetched){0};
    ent__buf_printf(&part, "%s.part", path);
    ent__buf_printf(&note, "%s.part.from", path);
    ent_rc rc = part.failed || note.failed || sodium_init() < 0 ? ent__nomem(ctx) : ENT_OK;
    download d = {.limit = limit, .url = url, .note = note.p};
    rc = rc == ENT_OK ? open_part(ctx, part.p, &d) : rc;
    if (rc == ENT_OK) {
        out->resumed_at = d.had;
        rc = transfer(ctx, url, &d);
        if (fclose(d.file) != 0 && rc == ENT_OK) {
            rc = ent__fail(ctx, ENT_EINPUT, part.p, 0, "cannot be written: %s", strerror(errno));
        }
        out->resumed_at = d.restarted ? 0 : out->resumed_at;
        out->bytes = d.had + d.got;
        rc = settle(ctx, path, part.p, sha256, &d, rc, out);
    }
    ent__buf_free(&part);
    ent__buf_free(&note);
    return rc;
}
