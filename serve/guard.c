/* guard: how often one address may do what: a bucket of tokens for each (address, kind), refilled
 * with time.  In: the peer's address, never kept raw: only a salted 64-bit hash.  Out: yes, or no
 * and for how long.  A fixed table: an attacker with many addresses costs no memory; the oldest
 * bucket of four gives way.  Cost: O(1). */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { BUCKETS = 16384, WAYS = 4 };

/* How many at once, and how many seconds give one back. */
static const struct {
    double burst, seconds;
} limits[SERVE_LIMIT_COUNT] = {
    [SERVE_LIMIT_READ] = {300, 0.02}, [SERVE_LIMIT_WRITE] = {40, 3},
    [SERVE_LIMIT_COMMENT] = {6, 60},  [SERVE_LIMIT_LOGIN] = {8, 30},
    [SERVE_LIMIT_READER] = {60, 30},
};

typedef struct {
    uint64_t key; /* 0: empty */
    int64_t at;
    double tokens;
} bucket;

struct serve_guard {
    pthread_mutex_t lock;
    unsigned char key[crypto_shorthash_KEYBYTES];
    bucket buckets[BUCKETS];
};

serve_guard *serve__guard_new(const unsigned char key[32])
{
    serve_guard *guard = calloc(1, sizeof *guard);
    if (guard != NULL) {
        pthread_mutex_init(&guard->lock, NULL);
        crypto_generichash(guard->key, sizeof guard->key, (const unsigned char *)"limits", 6, key,
                           32);
    }
    return guard;
}

void serve__guard_free(serve_guard *guard)
{
    if (guard != NULL) {
        pthread_mutex_destroy(&guard->lock);
        free(guard);
    }
}

static bucket *find(serve_guard *guard, uint64_t key, serve_limit limit, int64_t now)
{
    bucket *set = &guard->buckets[key % (BUCKETS / WAYS) * WAYS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }
        if (set[i].key == 0 || set[i].at < oldest->at) {
            oldest = &set[i];
        }
    }
    *oldest = (bucket){key, now, limits[limit].burst};
    return oldest;
}

bool serve__guard_take(serve_guard *guard, ent_str address, serve_limit limit, int64_t now,
                       bool take, int *out_wait)
{
    unsigned char text[80] = {(unsigned char)limit};
    size_t n = address.n < sizeof text - 1 ? address.n : sizeof text - 1;
    memcpy(text + 1, address.p, n);
    uint64_t key;
    crypto_shorthash((unsigned char *)&key, text, n + 1, guard->key);
    key = key == 0 ? 1 : key;
    pthread_mutex_lock(&guard->lock);
    bucket *b = find(guard, key, limit, now);
    b->tokens += (double)(now - b->at) / limits[limit].seconds;
    b->tokens = b->tokens > limits[limit].burst ? limits[limit].burst : b->tokens;
    b->at = now;
    bool ok = b->tokens >= 1;
    b->tokens -= ok && take ? 1 : 0;
    double missing = (1 - b->tokens) * limits[limit].seconds;
    pthread_mutex_unlock(&guard->lock);
    *out_wait = ok ? 0 : (int)missing + 1;
    return ok;
}
