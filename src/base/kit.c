/* The kit: embedded tables and models, overridden by name from a folder; extras that the folders
 * build from them once.  Look-ups O(log). */
#include <stdlib.h>
#include <string.h>

#include "blob.h"

typedef struct {
    char slot[32];
    void *extra;
    void (*free_extra)(void *);
} extra;

struct ent_kit {
    ent_buf override; /* blob compiled from --tables, else empty */
    ent_table *tables;
    size_t table_count;
    extra extras[16];
    size_t extra_count;
    char hash[65];
};

/* struct ent_blob is the blob's bytes: a table points at its own. */
static const unsigned char *bytes_of(const struct ent_blob *blob)
{
    return (const unsigned char *)blob;
}

static ent_str pool_str(const unsigned char *blob, uint32_t at)
{
    uint16_t n;
    memcpy(&n, blob + at, 2);
    return (ent_str){(const char *)blob + at + 2, n};
}

static const ent_blob_header *header_of(const unsigned char *blob)
{
    return (const ent_blob_header *)(const void *)blob;
}

static ent_table table_at(const unsigned char *blob, uint32_t index)
{
    const ent_blob_table *t =
        (const ent_blob_table *)(const void *)(blob + header_of(blob)->tables_at) + index;
    return (ent_table){
        .name = pool_str(blob, t->name_at),
        .columns = t->columns,
        .rows = t->rows,
        .blob = (const struct ent_blob *)(const void *)blob,
        .cells = (const uint32_t *)(const void *)(blob + t->cells_at),
        .lines = (const uint32_t *)(const void *)(blob + t->lines_at),
    };
}

const ent_table *ent__kit_table(const ent_kit *kit, const char *name)
{
    for (size_t i = 0; i < kit->table_count; i++) {
        if (ent__str_eqz(kit->tables[i].name, name)) {
            return &kit->tables[i];
        }
    }
    return NULL;
}

size_t ent__kit_table_count(const ent_kit *kit)
{
    return kit->table_count;
}

const ent_table *ent__kit_table_at(const ent_kit *kit, size_t index)
{
    return &kit->tables[index];
}

ent_str ent__table_cell(const ent_table *table, size_t row, int column)
{
    if (column < 0) {
        return (ent_str){"", 0};
    }
    return pool_str(bytes_of(table->blob),
                    table->cells[(row + 1) * table->columns + (size_t)column]);
}

int ent__table_column(const ent_table *table, const char *name)
{
    for (size_t c = 0; c < table->columns; c++) {
        if (ent__str_eqz(pool_str(bytes_of(table->blob), table->cells[c]), name)) {
            return (int)c;
        }
    }
    return -1;
}

long ent__table_line(const ent_table *table, size_t row)
{
    return (long)table->lines[row];
}

size_t ent__table_find(const ent_table *table, ent_str key)
{
    size_t low = 0, high = table->rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ent__str_cmp(ent__table_cell(table, middle, 0), key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < table->rows && ent__str_eq(ent__table_cell(table, low, 0), key);
    return found ? low : table->rows;
}

static const unsigned char *model_in(const unsigned char *blob, const char *name, size_t *out)
{
    const ent_blob_model *models =
        (const ent_blob_model *)(const void *)(blob + header_of(blob)->models_at);
    for (uint32_t i = 0; i < header_of(blob)->model_count; i++) {
        if (ent__str_eqz(pool_str(blob, models[i].name_at), name)) {
            *out = models[i].bytes;
            return blob + models[i].at;
        }
    }
    return NULL;
}

const unsigned char *ent__kit_model(const ent_kit *kit, const char *name, size_t *out_bytes)
{
    const unsigned char *model = NULL;
    if (kit->override.n > 0) {
        model = model_in((const unsigned char *)kit->override.p, name, out_bytes);
    }
    return model != NULL ? model : model_in(ent__blob_embedded, name, out_bytes);
}

void *ent__kit_extra(const ent_kit *kit, const char *slot)
{
    for (size_t i = 0; i < kit->extra_count; i++) {
        if (strcmp(kit->extras[i].slot, slot) == 0) {
            return kit->extras[i].extra;
        }
    }
    return NULL;
}

ent_rc ent__kit_attach(ent_ctx *ctx, ent_kit *kit, const char *slot, void *what,
                       void (*free_extra)(void *))
{
    if (kit->extra_count == sizeof kit->extras / sizeof *kit->extras) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "kit has no room for \"%s\"", slot);
    }
    extra *e = &kit->extras[kit->extra_count++];
    snprintf(e->slot, sizeof e->slot, "%s", slot);
    e->extra = what;
    e->free_extra = free_extra;
    return ENT_OK;
}

static int by_name(const void *a, const void *b)
{
    return ent__str_cmp(((const ent_table *)a)->name, ((const ent_table *)b)->name);
}

/* Overriding tables first, then the embedded ones whose name they do not take. */
static ent_rc collect_tables(ent_ctx *ctx, ent_kit *kit)
{
    const unsigned char *over = kit->override.n > 0 ? (const unsigned char *)kit->override.p : NULL;
    uint32_t mine = over == NULL ? 0 : header_of(over)->table_count;
    uint32_t embedded = header_of(ent__blob_embedded)->table_count;
    kit->tables = calloc(mine + embedded + 1, sizeof *kit->tables);
    if (kit->tables == NULL) {
        return ent__nomem(ctx);
    }
    for (uint32_t i = 0; i < mine; i++) {
        kit->tables[kit->table_count++] = table_at(over, i);
    }
    for (uint32_t i = 0; i < embedded; i++) {
        ent_table t = table_at(ent__blob_embedded, i);
        bool taken = false;
        for (uint32_t k = 0; k < mine; k++) {
            taken |= ent__str_eq(kit->tables[k].name, t.name);
        }
        if (!taken) {
            kit->tables[kit->table_count++] = t;
        }
    }
    qsort(kit->tables, kit->table_count, sizeof *kit->tables, by_name);
    return ENT_OK;
}

ent_rc ent__kit_load(ent_ctx *ctx, const char *tables_dir, ent_kit **out)
{
    ent_kit *kit = calloc(1, sizeof *kit);
    if (kit == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ENT_OK;
    if (memcmp(ent__blob_embedded, ENT_BLOB_MAGIC, 8) != 0) {
        rc = ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "embedded tables are damaged");
    } else if (tables_dir != NULL) {
        rc = ent__blob_compile(ctx, tables_dir, &kit->override);
    }
    if (rc == ENT_OK) {
        rc = collect_tables(ctx, kit);
    }
    if (rc != ENT_OK) {
        ent_kit_free(kit);
        return rc;
    }
    memcpy(kit->hash, header_of(ent__blob_embedded)->hash, 64);
    if (kit->override.n > 0) { /* hash of hashes: both parts decide what the program says */
        char both[128];
        memcpy(both, kit->hash, 64);
        memcpy(both + 64, header_of((const unsigned char *)kit->override.p)->hash, 64);
        ent__sha256_hex((ent_str){both, 128}, kit->hash);
    }
    *out = kit;
    return ENT_OK;
}

void ent_kit_free(ent_kit *kit)
{
    if (kit != NULL) {
        for (size_t i = kit->extra_count; i-- > 0;) {
            if (kit->extras[i].free_extra != NULL) {
                kit->extras[i].free_extra(kit->extras[i].extra);
            }
        }
        free(kit->tables);
        ent__buf_free(&kit->override);
        free(kit);
    }
}

ent_rc ent__kit_check(ent_ctx *ctx)
{
    const ent_blob_header *header = header_of(ent__blob_embedded);
    const char *bytes = (const char *)ent__blob_embedded;
    char hash[65];
    ent__sha256_hex(ent__str_sub((ent_str){bytes, header->bytes}, sizeof *header, header->bytes),
                    hash);
    return memcmp(hash, header->hash, 64) == 0
               ? ENT_OK
               : ent__fail(ctx, ENT_EINTERNAL, NULL, 0,
                           "the embedded tables have the hash %.12s..., expected %.12s...", hash,
                           header->hash);
}

const char *ent_kit_hash(const ent_kit *kit)
{
    return kit->hash;
}

void ent__json_version(ent_json *json, const ent_kit *kit)
{
    ent__json_key(json, "version");
    ent__json_open(json, '{');
    ent__json_kz(json, "program", ENT_VERSION);
    ent__json_kz(json, "kit", ent_kit_hash(kit));
    ent__json_close(json, '}');
}

bool ent__kit_rule(const ent_kit *kit, ent_str rule, const ent_table **out_table, size_t *out_row)
{
    const char *colon = rule.n == 0 ? NULL : memrchr(rule.p, ':', rule.n);
    char name[128];
    int64_t line;
    if (colon == NULL || (size_t)(colon - rule.p) >= sizeof name ||
        !ent__str_int(ent__str_sub(rule, (size_t)(colon - rule.p) + 1, rule.n), &line)) {
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)(colon - rule.p), rule.p);
    const ent_table *table = ent__kit_table(kit, name);
    for (size_t row = 0; table != NULL && row < table->rows; row++) {
        if (ent__table_line(table, row) == line) {
            *out_table = table;
            *out_row = row;
            return true;
        }
    }
    return false;
}
