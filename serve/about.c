/* about: which program and tables answer, and how much the store holds. */
#include "cache.h"
#include "lists.h"

static ent_rc count_object(void *user, const char *name, int64_t rows)
{
    ent__json_kint(user, name, rows);
    return ENT_OK;
}

/* Tables have no hashes of their own in the blob: over header and cells, tab, line end between. */
static void put_table(ent_json *json, const ent_table *table)
{
    ent_buf cells = {0};
    char hash[65];
    for (size_t row = 0; row <= table->rows; row++) {
        for (size_t c = 0; c < table->columns; c++) {
            ent__buf_str(&cells, ent__table_cell(table, row - 1, (int)c)); /* -1: the header */
            ent__buf_char(&cells, c + 1 < table->columns ? '\t' : '\n');
        }
    }
    ent__sha256_hex(ent__buf_slice(&cells), hash);
    json->out->failed |= cells.failed;
    ent__buf_free(&cells);
    ent__json_open(json, '{');
    ent__json_kstr(json, "name", table->name);
    ent__json_kint(json, "rows", (int64_t)table->rows);
    ent__json_kz(json, "sha256", hash);
    ent__json_close(json, '}');
}

static ent_rc make_about(serve_call *call)
{
    const ent_kit *kit = serve__kit(call);
    ent_store *store = serve__store(call);
    if (store == NULL) {
        return ENT_ESTORE;
    }
    if (!serve__query_known(call, "")) {
        return ENT_OK;
    }
    ent_json json = ent__json(serve__reply(call, 200, "application/json"));
    ent__json_open(&json, '{');
    ent__json_version(&json, kit);
    ent__json_key(&json, "store");
    ent__json_open(&json, '{');
    ent_rc rc = ent__store_counts(serve__ctx(call), store, count_object, &json);
    ent__json_close(&json, '}');
    ent__json_key(&json, "tables");
    ent__json_open(&json, '[');
    for (size_t i = 0; rc == ENT_OK && i < ent__kit_table_count(kit); i++) {
        put_table(&json, ent__kit_table_at(kit, i));
    }
    ent__json_close(&json, ']');
    ent__json_close(&json, '}');
    return rc;
}

static ent_rc get_about(serve_call *call)
{
    return serve__cached(call, make_about);
}

const serve_route serve__routes_about[] = {
    {"GET", "/api/about", SERVE_ANALYST, get_about, "getAbout", 0},
    {0},
};
