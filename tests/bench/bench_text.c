/* Megabytes of pages a second, in memory, one thread: html5 tree alone (gumbo) beside the whole way
 * to the article's blocks, on the private benchmark pages, else on pages of our own making; and of
 * plain text. */
#include <archive.h>
#include <archive_entry.h>
#include <gumbo.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/text/text.h"

#define MOST_PAGES 256

typedef struct {
    ent_buf pages[MOST_PAGES];
    size_t count, bytes;
} collection;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void load(collection *c, const char *path)
{
    struct archive *a = archive_read_new();
    archive_read_support_filter_all(a);
    archive_read_support_format_tar(a);
    if (archive_read_open_filename(a, path, 1 << 16) == ARCHIVE_OK) {
        struct archive_entry *entry;
        while (c->count < MOST_PAGES && archive_read_next_header(a, &entry) == ARCHIVE_OK) {
            ent_buf *page = &c->pages[c->count];
            size_t n = (size_t)archive_entry_size(entry);
            if (strstr(archive_entry_pathname(entry), ".html") == NULL ||
                !ent__buf_reserve(page, n + 1)) {
                continue;
            }
            page->n = (size_t)archive_read_data(a, page->p, n);
            c->bytes += page->n;
            c->count++;
        }
    }
    archive_read_free(a);
}

static void make_pages(collection *c)
{
    for (; c->count < 50; c->count++) {
        ent_buf *page = &c->pages[c->count];
        ent__buf_z(page, "<html><body><h1>Made page</h1><ul>");
        for (int i = 0; i < 400; i++) {
            ent__buf_printf(page, "<li class='item n%d'><a href='/%d'>Link number %d</a></li>", i,
                            i, i);
        }
        ent__buf_z(page, "</ul><div class=article>");
        for (int i = 0; i < 200; i++) {
            ent__buf_printf(
                page, "<p>Paragraph %d of a made page, with a comma, and a full stop.</p>", i);
        }
        c->bytes += page->n;
    }
}

static void report(const char *what, size_t bytes, size_t documents, double time)
{
    printf("%-28s %8.1f MB/s  %8.0f documents/s\n", what, (double)bytes / 1e6 / time,
           (double)documents / time);
}

static void tree_only(const collection *c)
{
    double start = seconds();
    for (size_t i = 0; i < c->count; i++) {
        GumboOutput *output = gumbo_parse_with_options(&kGumboDefaultOptions, c->pages[i].p,
                                                       c->pages[i].n);
        gumbo_destroy_output(&kGumboDefaultOptions, output);
    }
    report("gumbo, tree only", c->bytes, c->count, seconds() - start);
}

static void whole_way(ent_ctx *ctx, const ent_kit *kit, const collection *c)
{
    ent_arena *arena = ent__arena_new();
    double start = seconds();
    for (size_t i = 0; i < c->count && arena != NULL; i++) {
        ent_text text;
        ent__text_read(ctx, kit, arena, ent__buf_slice(&c->pages[i]), ENT_LIT("page"), &text);
        ent__arena_reset(arena);
    }
    report("pages to article", c->bytes, c->count, seconds() - start);
    ent__arena_free(arena);
}

static void plain_text(ent_ctx *ctx, const ent_kit *kit)
{
    ent_buf b = {0};
    for (int i = 0; i < 40; i++) {
        ent__buf_printf(
            &b,
            "Paragraph %d of a made text goes on for some time, with commas, and it ends "
            "with a full stop. A second sentence stands behind it.\n\n",
            i);
    }
    ent_arena *arena = ent__arena_new();
    double start = seconds();
    size_t rounds = 1000;
    for (size_t i = 0; i < rounds && arena != NULL; i++) {
        ent_text text;
        ent__text_read(ctx, kit, arena, ent__buf_slice(&b), ENT_LIT("text"), &text);
        ent__arena_reset(arena);
    }
    report("plain text to blocks", b.n * rounds, rounds, seconds() - start);
    ent__arena_free(arena);
    ent__buf_free(&b);
}

int main(void)
{
    static collection c;
    ent_ctx *ctx;
    ent_kit *kit;
    if (ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK) {
        return 1;
    }
    load(&c, ENT_SOURCE_DIR "/../shared/data/html/pages-shared.tar.xz");
    if (c.count == 0) {
        make_pages(&c);
    }
    printf("%zu pages, %.1f MB\n", c.count, (double)c.bytes / 1e6);
    tree_only(&c);
    whole_way(ctx, kit, &c);
    plain_text(ctx, kit);
    for (size_t i = 0; i < c.count; i++) {
        ent__buf_free(&c.pages[i]);
    }
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
