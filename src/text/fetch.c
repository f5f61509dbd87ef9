/* fetch: pages and feeds over http and https, as a polite guest.
 *
 * Input:  addresses.
 * Output: files in a cache folder: NAME is the answer, NAME.meta its ETag and Last-Modified.
 * Method: robots.txt of each host once; at least the delay between two requests to one host; one
 *         request at a time; conditional requests, so that a second run gets only what changed;
 *         limits on size, time, redirects.  The socket callback refuses addresses that are not
 *         public, whatever name led to them.
 * Source: RFC 9110 (conditional requests), RFC 9309 (robots), RFC 6890 (special addresses).
 * Cost:   the network's. */
#include "robots.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define AGENT "entente"
#define MOST_REDIRECTS 5
#define MOST_HOSTS 4096
#define ROBOTS_LIMIT ((size_t)512 << 10) /* RFC 9309 asks for 500 KiB */

typedef struct {
    char *name;   /* scheme://host:port */
    char *robots; /* NULL: not asked yet */
    bool closed;  /* robots.txt could not be had: RFC 9309 says stay away */
    int64_t last_ms;
} host;

struct ent_fetch {
    ent_fetch_options options;
    char *folder;
    bool temporary;
    CURL *curl;
    host *hosts;
    size_t host_count, host_capacity;
    bool refused; /* the last socket went to an address that is not public */
};

typedef struct {
    ent_buf body;
    size_t limit;
    bool too_large;
    long status;
    char *redirect;
    char etag[256], modified[128];
} answer;

/* ---- addresses ----------------------------------------------------------------------------- */

/* Loopback, private, link-local, shared, multicast, unspecified. */
static bool is_private4(uint32_t a)
{
    uint8_t b0 = (uint8_t)(a >> 24), b1 = (uint8_t)(a >> 16), b2 = (uint8_t)(a >> 8);
    return b0 == 0 || b0 == 10 || b0 == 127 || b0 >= 224 || (b0 == 169 && b1 == 254) ||
           (b0 == 172 && b1 >= 16 && b1 < 32) || (b0 == 192 && b1 == 168) ||
           (b0 == 100 && b1 >= 64 && b1 < 128) ||
           (b0 == 192 && b1 == 0 && (b2 == 0 || b2 == 2)) || /* the rest of 192.0/16 is public */
           (b0 == 198 && (b1 == 18 || b1 == 19));
}

bool ent__address_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        return is_private4(
            ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) {
        return true;
    }
    const uint8_t *b = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (memcmp(b, mapped, 12) == 0) {
        return is_private4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 |
                           b[15]);
    }
    bool tunnel = (b[0] == 0x20 && b[1] == 0x02) || /* 6to4, Teredo: hold any IPv4 address */
                  (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0);
    return tunnel || (b[0] & 0xE0) != 0x20; /* only 2000::/3 is public */
}

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    ent_fetch *fetch = user;
    (void)purpose;
    if (!fetch->options.allow_private && ent__address_is_private(&address->addr)) {
        fetch->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- one request --------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    answer *a = user;
    if (a->body.n + size * count > a->limit) {
        a->too_large = true;
        return 0;
    }
    ent__buf_add(&a->body, bytes, size * count);
    return a->body.failed ? 0 : size * count;
}

static void take_header(char *to, size_t room, ent_str line, const char *name)
{
    size_t n = strlen(name);
    if (line.n > n && strncasecmp(line.p, name, n) == 0) {
        ent_str value = ent__str_trim(ent__str_sub(line, n, line.n));
        if (value.n < room) {
            memcpy(to, value.p, value.n);
            to[value.n] = 0;
        }
    }
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user)
{
    answer *a = user;
    ent_str line = {bytes, size * count};
    take_header(a->etag, sizeof a->etag, line, "etag:");
    take_header(a->modified, sizeof a->modified, line, "last-modified:");
    return size * count;
}

static struct curl_slist *conditions(const answer *known)
{
    struct curl_slist *list = NULL;
    char line[320];
    if (known->etag[0] != 0) {
        snprintf(line, sizeof line, "If-None-Match: %s", known->etag);
        list = curl_slist_append(list, line);
    }
    if (known->modified[0] != 0) {
        snprintf(line, sizeof line, "If-Modified-Since: %s", known->modified);
        list = curl_slist_append(list, line);
    }
    return list;
}

static ent_rc request(ent_ctx *ctx, ent_fetch *fetch, const char *address, const answer *known,
                      answer *out)
{
    CURL *curl = fetch->curl;
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *list = known == NULL ? NULL : conditions(known);
    fetch->refused = false;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, AGENT "/" ENT_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)fetch->options.timeout_s);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, out);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(list);
    if (code != CURLE_OK) {
        return out->body.failed ? ent__nomem(ctx)
               : fetch->refused ? ent__fail(ctx, ENT_EINPUT, address, 0,
                                            "leads to a private address (--allow-private lets it)")
               : out->too_large
                   ? ent__fail(ctx, ENT_EINPUT, address, 0,
                               "expected an answer of at most %zu bytes, got a larger one",
                               out->limit)
                   : ent__fail(ctx, ENT_EINPUT, address, 0, "cannot fetch: %s",
                               reason[0] != 0 ? reason : curl_easy_strerror(code));
    }
    char *redirect = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
    out->redirect = redirect == NULL ? NULL : strdup(redirect);
    return redirect != NULL && out->redirect == NULL ? ent__nomem(ctx) : ENT_OK;
}

static void answer_free(answer *a)
{
    ent__buf_free(&a->body);
    free(a->redirect);
    *a = (answer){0};
}

/* ---- hosts --------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wait_turn(const ent_fetch *fetch, host *h, unsigned delay_s)
{
    int64_t delay = fetch->options.delay_ms;
    delay = delay_s > 0 && delay < (int64_t)delay_s * 1000 ? (int64_t)delay_s * 1000 : delay;
    int64_t wait = h->last_ms == 0 ? 0 : h->last_ms + delay - now_ms();
    if (wait > 0) {
        struct timespec t = {.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000};
        nanosleep(&t, NULL);
    }
    h->last_ms = now_ms();
}

/* "http://host:port" of an address, and where the path begins; 0: no such address. */
static size_t origin_length(const char *address)
{
    size_t scheme = strncasecmp(address, "http://", 7) == 0    ? 7
                    : strncasecmp(address, "https://", 8) == 0 ? 8
                                                               : 0;
    size_t n = scheme + strcspn(address + scheme, "/?#");
    return scheme == 0 || n == scheme ? 0 : n;
}

static host *host_of(ent_fetch *fetch, const char *address, size_t n)
{
    for (size_t i = 0; i < fetch->host_count; i++) {
        if (strncmp(fetch->hosts[i].name, address, n) == 0 && fetch->hosts[i].name[n] == 0) {
            return &fetch->hosts[i];
        }
    }
    host *grown = fetch->host_count == MOST_HOSTS ? NULL
                                                  : ent__grow(fetch->hosts, fetch->host_count,
                                                              &fetch->host_capacity, sizeof *grown);
    char *name = grown == NULL ? NULL : strndup(address, n);
    if (grown != NULL) {
        fetch->hosts = grown;
    }
    if (name == NULL) {
        return NULL;
    }
    fetch->hosts[fetch->host_count] = (host){.name = name};
    return &fetch->hosts[fetch->host_count++];
}

/* 4xx: no rules.  5xx or no answer: stay away.  Redirects are followed, and of a file over the limit
 * its beginning counts (RFC 9309, 2.3.1.2 and 2.5). */
static ent_rc ask_robots(ent_ctx *ctx, ent_fetch *fetch, host *h)
{
    char address[2100];
    answer a = {.limit = ROBOTS_LIMIT};
    snprintf(address, sizeof address, "%s/robots.txt", h->name);
    wait_turn(fetch, h, 0);
    ent_rc rc = request(ctx, fetch, address, NULL, &a);
    for (int hop = 0; rc == ENT_OK && a.redirect != NULL && hop < MOST_REDIRECTS; hop++) {
        char *to = a.redirect;
        a.redirect = NULL;
        answer_free(&a);
        a.limit = ROBOTS_LIMIT;
        rc = request(ctx, fetch, to, NULL, &a);
        free(to);
    }
    if (a.too_large) {
        rc = ENT_OK;
        a.status = 200;
    }
    if (rc == ENT_OK) {
        h->closed = a.status >= 500;
        h->robots = strdup(a.status == 200 && a.body.p != NULL ? a.body.p : "");
        rc = h->robots == NULL ? ent__nomem(ctx) : ENT_OK;
    }
    answer_free(&a);
    return rc;
}

static ent_rc may_fetch(ent_ctx *ctx, ent_fetch *fetch, const char *address)
{
    size_t n = origin_length(address);
    if (n == 0 || n > 2000) {
        return ent__fail(ctx, ENT_EINPUT, address, 0,
                         "expected an address that begins with http:// "
                         "or https://");
    }
    host *h = host_of(fetch, address, n);
    if (h == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = h->robots == NULL ? ask_robots(ctx, fetch, h) : ENT_OK;
    if (rc != ENT_OK) {
        return rc;
    }
    ent_str path = ent__str(address + n);
    path.n = strcspn(path.p, "#");
    path = path.n == 0 ? ENT_LIT("/") : path;
    unsigned delay_s = 0;
    if (h->closed || !ent__robots_allow(ent__str(h->robots), AGENT, path, &delay_s)) {
        return ent__fail(ctx, ENT_EINPUT, address, 0, "the host's robots.txt does not allow this");
    }
    wait_turn(fetch, h, delay_s < 60 ? delay_s : 60);
    return ENT_OK;
}

/* ---- cache --------------------------------------------------------------------------------- */

/* A readable and unambiguous file name. */
static const char *cache_path(ent_fetch *fetch, ent_arena *arena, const char *address)
{
    char hash[65], slug[64];
    size_t n = 0;
    for (const char *p = address + origin_length(address); *p != 0 && n < sizeof slug - 1; p++) {
        bool plain = (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z');
        if (plain || (n > 0 && slug[n - 1] != '-')) {
            slug[n++] = plain ? *p : '-';
        }
    }
    slug[n] = 0;
    ent__sha256_hex(ent__str(address), hash);
    return ent__arena_printf(arena, "%s/%s%s%.12s", fetch->folder, slug, n > 0 ? "-" : "", hash).p;
}

static void read_known(ent_ctx *ctx, const char *path, const char *meta, answer *out)
{
    ent_buf bytes = {0};
    if (access(path, R_OK) == 0 && access(meta, R_OK) == 0 &&
        ent__file_read(ctx, meta, 4096, &bytes) == ENT_OK) {
        ent_str rest = ent__buf_slice(&bytes), line;
        while (ent__str_split(&rest, '\n', &line)) {
            take_header(out->etag, sizeof out->etag, line, "etag:");
            take_header(out->modified, sizeof out->modified, line, "last-modified:");
        }
    }
    ent__buf_free(&bytes);
}

static ent_rc keep(ent_ctx *ctx, const char *path, const char *meta, const answer *a)
{
    ent_buf head = {0};
    ent__buf_printf(&head, "etag: %s\nlast-modified: %s\n", a->etag, a->modified);
    ent_rc rc =
        head.failed ? ent__nomem(ctx) : ent__file_write(ctx, path, ent__buf_slice(&a->body));
    rc = rc == ENT_OK ? ent__file_write(ctx, meta, ent__buf_slice(&head)) : rc;
    ent__buf_free(&head);
    return rc;
}

ent_rc ent__fetch_get(ent_ctx *ctx, ent_fetch *fetch, ent_arena *arena, const char *address,
                      const char **out_path)
{
    const char *path = cache_path(fetch, arena, address);
    const char *meta = path == NULL ? NULL : ent__arena_printf(arena, "%s.meta", path).p;
    const char *at = address;
    answer known = {0};
    if (meta == NULL) {
        return ent__nomem(ctx);
    }
    read_known(ctx, path, meta, &known);
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
        answer a = {.limit = fetch->options.byte_limit};
        ent_rc rc = may_fetch(ctx, fetch, at);
        rc = rc == ENT_OK ? request(ctx, fetch, at, &known, &a) : rc;
        if (rc == ENT_OK && a.redirect != NULL) {
            at = ent__arena_str(arena, ent__str(a.redirect)).p;
            answer_free(&a);
            if (at == NULL) {
                return ent__nomem(ctx);
            }
            continue;
        }
        if (rc == ENT_OK && a.status == 200) {
            rc = keep(ctx, path, meta, &a);
        } else if (rc == ENT_OK && a.status == 304 && known.etag[0] == 0 && known.modified[0] == 0) {
            rc = ent__fail(ctx, ENT_EINPUT, address, 0,
                           "the host answered 304, unchanged, to the first request");
        } else if (rc == ENT_OK && a.status != 304) {
            rc = ent__fail(ctx, ENT_EINPUT, address, 0, "the host answered %ld", a.status);
        }
        answer_free(&a);
        *out_path = path;
        return rc;
    }
    return ent__fail(ctx, ENT_EINPUT, address, 0, "redirected more than %d times", MOST_REDIRECTS);
}

/* ---- handle -------------------------------------------------------------------------------- */

ent_rc ent__fetch_open(ent_ctx *ctx, const ent_fetch_options *options, ent_fetch **out)
{
    ent_fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL) {
        return ent__nomem(ctx);
    }
    fetch->options = *options;
    fetch->options.delay_ms = options->delay_ms == 0 ? 2000 : options->delay_ms;
    fetch->options.timeout_s = options->timeout_s == 0 ? 30 : options->timeout_s;
    fetch->options.byte_limit = options->byte_limit == 0 ? (size_t)16 << 20 : options->byte_limit;
    fetch->temporary = options->cache == NULL;
    fetch->folder = strdup(fetch->temporary ? "/tmp/entente-fetch-XXXXXX" : options->cache);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    fetch->curl = curl_easy_init();
    ent_rc rc = fetch->folder == NULL || fetch->curl == NULL ? ent__nomem(ctx) : ENT_OK;
    bool made =
        rc == ENT_OK && (fetch->temporary ? mkdtemp(fetch->folder) != NULL
                                          : mkdir(fetch->folder, 0777) == 0 || errno == EEXIST);
    if (rc == ENT_OK && !made) {
        rc = ent__fail(ctx, ENT_EINPUT, fetch->folder, 0, "cannot make the folder: %s",
                       strerror(errno));
        fetch->temporary = false;
    }
    if (rc != ENT_OK) {
        ent__fetch_close(fetch);
        return rc;
    }
    *out = fetch;
    return ENT_OK;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir != NULL) {
        closedir(dir);
        rmdir(folder);
    }
}

void ent__fetch_close(ent_fetch *fetch)
{
    if (fetch == NULL) {
        return;
    }
    if (fetch->temporary && fetch->folder != NULL) {
        remove_folder(fetch->folder);
    }
    for (size_t i = 0; i < fetch->host_count; i++) {
        free(fetch->hosts[i].name);
        free(fetch->hosts[i].robots);
    }
    free(fetch->hosts);
    if (fetch->curl != NULL) {
        curl_easy_cleanup(fetch->curl);
    }
    curl_global_cleanup();
    free(fetch->folder);
    free(fetch);
}
