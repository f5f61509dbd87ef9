/* Arena, growable buffer and string map: the three ways in which the program holds memory. */
#include <stdlib.h>
#include <string.h>

#include "base.h"

/* ---- arena ---- */

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
} chunk;

/* A block from malloc that the arena frees. */
typedef struct adopted {
    struct adopted *next;
    void *block;
} adopted;

struct ent_arena {
    chunk *first, *last;
    adopted *adopted;
    size_t held;
};

enum { FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 4 * 1024 * 1024 };

static chunk *chunk_new(size_t size)
{
    chunk *c = malloc(sizeof *c + size);
    if (c != NULL) {
        *c = (chunk){.size = size};
    }
    return c;
}

ent_arena *ent__arena_new(void)
{
    ent_arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        return NULL;
    }
    arena->first = arena->last = chunk_new(FIRST_CHUNK);
    if (arena->first == NULL) {
        free(arena);
        return NULL;
    }
    arena->held = FIRST_CHUNK;
    return arena;
}

static void free_chunks(chunk *c)
{
    while (c != NULL) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
}

static void free_adopted(ent_arena *arena)
{
    for (adopted *a = arena->adopted; a != NULL; a = a->next) {
        free(a->block);
    }
    arena->adopted = NULL;
}

void ent__arena_free(ent_arena *arena)
{
    if (arena != NULL) {
        free_adopted(arena);
        free_chunks(arena->first);
        free(arena);
    }
}

void ent__arena_reset(ent_arena *arena)
{
    free_adopted(arena);
    free_chunks(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->last = arena->first;
    arena->held = arena->first->size;
}

void *ent__arena_alloc(ent_arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) {
        return NULL;
    }
    size_t need = bytes == 0 ? 16 : (bytes + 15) & ~(size_t)15;
    if (arena->last->size - arena->last->used < need) {
        size_t size = arena->last->size * 2;
        size = size > LARGEST_CHUNK ? LARGEST_CHUNK : size;
        chunk *c = chunk_new(need > size ? need : size);
        if (c == NULL) {
            return NULL;
        }
        arena->held += c->size;
        arena->last->next = c;
        arena->last = c;
    }
    void *p = arena->last->bytes + arena->last->used;
    arena->last->used += need;
    return memset(p, 0, bytes);
}

bool ent__arena_adopt(ent_arena *arena, void *block, size_t bytes)
{
    adopted *a = ent__arena_alloc(arena, sizeof *a);
    if (a == NULL) {
        return false;
    }
    *a = (adopted){arena->adopted, block};
    arena->adopted = a;
    arena->held += bytes;
    return true;
}

void *ent__arena_array(ent_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : ent__arena_alloc(arena, bytes);
}

ent_str ent__arena_str(ent_arena *arena, ent_str s)
{
    char *p = ent__arena_alloc(arena, s.n + 1);
    if (p == NULL) {
        return (ent_str){NULL, 0};
    }
    if (s.n > 0) {
        memcpy(p, s.p, s.n);
    }
    return (ent_str){p, s.n};
}

ent_str ent__arena_printf(ent_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *p = n < 0 ? NULL : ent__arena_alloc(arena, (size_t)n + 1);
    if (p != NULL) {
        vsnprintf(p, (size_t)n + 1, format, again);
    }
    va_end(again);
    return p == NULL ? (ent_str){NULL, 0} : (ent_str){p, (size_t)n};
}

size_t ent__arena_bytes(const ent_arena *arena)
{
    return arena->held;
}

/* ---- growable buffer ---- */

void ent__buf_free(ent_buf *buf)
{
    free(buf->p);
    *buf = (ent_buf){0};
}

bool ent__buf_reserve(ent_buf *buf, size_t extra)
{
    if (buf->failed) {
        return false;
    }
    if (buf->p != NULL && extra < buf->capacity - buf->n) {
        return true;
    }
    size_t need;
    if (__builtin_add_overflow(buf->n, extra, &need) || need > SIZE_MAX / 4) {
        buf->failed = true;
        return false;
    }
    size_t capacity = buf->capacity < 128 ? 256 : buf->capacity * 2;
    if (capacity <= need) {
        capacity = need + 1;
    }
    char *p = realloc(buf->p, capacity);
    if (p == NULL) {
        buf->failed = true;
        return false;
    }
    buf->p = p;
    buf->capacity = capacity;
    buf->p[buf->n] = '\0';
    return true;
}

void ent__buf_add(ent_buf *buf, const void *bytes, size_t n)
{
    if (n > 0 && ent__buf_reserve(buf, n)) {
        memcpy(buf->p + buf->n, bytes, n);
        buf->n += n;
        buf->p[buf->n] = '\0';
    }
}

void ent__buf_str(ent_buf *buf, ent_str s)
{
    ent__buf_add(buf, s.p, s.n);
}

void ent__buf_z(ent_buf *buf, const char *z)
{
    ent__buf_add(buf, z, strlen(z));
}

void ent__buf_char(ent_buf *buf, char c)
{
    ent__buf_add(buf, &c, 1);
}

void ent__buf_printf(ent_buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0) {
        buf->failed = true;
    } else if (ent__buf_reserve(buf, (size_t)n + 1)) {
        vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

void ent__buf_codepoint(ent_buf *buf, uint32_t codepoint)
{
    char bytes[4];
    ent__buf_add(buf, bytes, ent__utf8_encode(codepoint, bytes));
}

ent_str ent__buf_slice(const ent_buf *buf)
{
    return (ent_str){buf->p == NULL ? "" : buf->p, buf->n};
}

void *ent__grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity < 8 ? 16 : *capacity * 2, bytes;
    void *grown = __builtin_mul_overflow(wanted, size, &bytes) ? NULL : realloc(items, bytes);
    if (grown != NULL) {
        *capacity = wanted;
    }
    return grown;
}

/* ---- map ---- */

typedef struct {
    ent_str key; /* p NULL: free */
    uint64_t hash;
    uint32_t value;
} slot;

struct ent_map {
    slot *slots;
    size_t mask, count;
};

static slot *slot_of(const ent_map *map, ent_str key, uint64_t hash)
{
    size_t at = (size_t)hash & map->mask;
    while (map->slots[at].key.p != NULL &&
           !(map->slots[at].hash == hash && ent__str_eq(map->slots[at].key, key))) {
        at = (at + 1) & map->mask;
    }
    return &map->slots[at];
}

ent_map *ent__map_new(size_t expected)
{
    size_t size = 16;
    while (size < expected * 2) {
        size *= 2;
    }
    ent_map *map = calloc(1, sizeof *map);
    if (map == NULL) {
        return NULL;
    }
    map->slots = calloc(size, sizeof *map->slots);
    map->mask = size - 1;
    if (map->slots == NULL) {
        free(map);
        return NULL;
    }
    return map;
}

void ent__map_free(ent_map *map)
{
    if (map != NULL) {
        free(map->slots);
        free(map);
    }
}

static bool map_double(ent_map *map)
{
    size_t size = (map->mask + 1) * 2;
    slot *old = map->slots;
    slot *slots = calloc(size, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    size_t old_size = map->mask + 1;
    map->slots = slots;
    map->mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].key.p != NULL) {
            *slot_of(map, old[i].key, old[i].hash) = old[i];
        }
    }
    free(old);
    return true;
}

bool ent__map_put(ent_map *map, ent_str key, uint32_t value)
{
    if (map->count * 2 > map->mask && !map_double(map)) {
        return false;
    }
    uint64_t hash = ent__str_hash(key);
    slot *s = slot_of(map, key, hash);
    if (s->key.p == NULL) {
        *s = (slot){.key = {key.p == NULL ? "" : key.p, key.n}, .hash = hash};
        map->count++;
    }
    s->value = value;
    return true;
}

bool ent__map_get(const ent_map *map, ent_str key, uint32_t *out_value)
{
    const slot *s = slot_of(map, key, ent__str_hash(key));
    if (s->key.p == NULL) {
        return false;
    }
    *out_value = s->value;
    return true;
}

size_t ent__map_count(const ent_map *map)
{
    return map->count;
}
