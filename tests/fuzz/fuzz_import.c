/* Fuzz target: a public event file of any bytes.  The first byte says which format; what was stored
 * must come out again in every layout with the number of columns that the layout has. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    size_t tabs; /* that each line must hold; SIZE_MAX: any */
    size_t seen;
} table_check;

static ent_rc check_lines(void *user, ent_str bytes)
{
    table_check *c = user;
    for (size_t i = 0; i < bytes.n; i++) {
        if (bytes.p[i] == '\r') {
            abort();
        }
        c->seen += bytes.p[i] == '\t';
        if (bytes.p[i] == '\n') {
            if (c->tabs != SIZE_MAX && c->seen != c->tabs) {
                abort();
            }
            c->seen = 0;
        }
    }
    return ENT_OK;
}

static void export_all(ent_ctx *ctx, ent_store *store, const ent_kit *kit)
{
    static const struct {
        const char *layout;
        size_t tabs;
    } layouts[] = {{"gdelt", 57}, {"gdelt2", 60}, {"icews", 19}, {"phoenix", 25}, {"polecat", 39},
                   {"acled", SIZE_MAX}, {"csv", SIZE_MAX}, {"jsonl", 0}};
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        table_check check = {.tabs = layouts[i].tabs};
        ent_export_report report;
        ent_store_filter filter = {0};
        if (ent__store_export(ctx, store, kit, "events", layouts[i].layout, &filter, check_lines,
                              &check, &report) != ENT_OK) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_kit *kit; /* opened once: only what lies behind it is fuzzed */
    ent_ctx *ctx;
    if (size < 1 || size > 100000 || ent_ctx_new(&ctx) != ENT_OK) {
        return 0;
    }
    size_t formats = 0;
    while (ent__import_format_name(formats) != NULL) {
        formats++;
    }
    int file = memfd_create("import", 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    ent_store *store = NULL;
    if (file >= 0 && write(file, data + 1, size - 1) == (ssize_t)(size - 1) &&
        (kit != NULL || ent_kit_open(ctx, NULL, &kit) == ENT_OK) &&
        ent__store_open(ctx, ":memory:", ENT_STORE_WRITE, &store) == ENT_OK) {
        ent_import_options options = {.format = ent__import_format_name(data[0] % formats),
                                      .path = path};
        ent_import_report report;
        ent_rc rc = ent__store_import(ctx, store, kit, &options, &report);
        if (rc != ENT_OK && rc != ENT_EINPUT && rc != ENT_ENOMEM) {
            abort();
        }
        export_all(ctx, store, kit);
    }
    ent__store_close(store);
    ent_ctx_free(ctx);
    if (file >= 0) {
        close(file);
    }
    return 0;
}
