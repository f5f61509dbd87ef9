/* input: paths -> a stream of documents.
 *
 * Input:  a file, a folder, standard input; packed or not.
 * Output: ent_text one by one.  Memory: one document (JSON Lines, pages, texts) or one file (feeds,
 *         PETRARCH XML).
 * Cost:   O(bytes). */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "readers.h"
#include "records.h"
#include "stream.h"

#define DEFAULT_LIMIT ((size_t)64 << 20)
#define DEEPEST_FOLDER 32
#define PEEK 8192

struct ent_input {
    const ent_kit *kit;
    ent_input_options options;
    char **files;
    size_t file_count, file_capacity, next_file;
    ent__stream *stream; /* of JSON Lines being read */
    ent_arena *arena;    /* of records being given */
    ent__records records;
    size_t next_record;
    ent_rc records_rc;   /* how the file of the records ended */
    char *records_error;
    char *name;          /* of the file being read */
};

/* ---- files --------------------------------------------------------------------------------- */

static ent_rc add_file(ent_ctx *ctx, ent_input *input, const char *path)
{
    char **grown = ent__grow(input->files, input->file_count, &input->file_capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    input->files = grown;
    input->files[input->file_count] = strdup(path);
    return input->files[input->file_count++] == NULL ? ent__nomem(ctx) : ENT_OK;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Regular files below a folder in name order; links to folders are not followed. */
static ent_rc add_folder(ent_ctx *ctx, ent_input *input, const char *path, int depth)
{
    struct dirent **entries = NULL;
    int count = depth > DEEPEST_FOLDER ? 0 : scandir(path, &entries, visible, alphasort);
    if (count < 0) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot read the folder: %s", strerror(errno));
    }
    ent_rc rc = ENT_OK;
    for (int i = 0; i < count; i++) {
        char *below = NULL;
        struct stat st, link;
        if (rc == ENT_OK && asprintf(&below, "%s/%s", path, entries[i]->d_name) < 0) {
            below = NULL;
            rc = ent__nomem(ctx);
        }
        if (below != NULL && lstat(below, &link) == 0 && stat(below, &st) == 0) {
            if (S_ISDIR(st.st_mode) && !S_ISLNK(link.st_mode)) {
                rc = add_folder(ctx, input, below, depth + 1);
            } else if (S_ISREG(st.st_mode)) {
                rc = add_file(ctx, input, below);
            }
        }
        free(below);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

ent_rc ent__input_open(ent_ctx *ctx, const ent_kit *kit, const char *path,
                       const ent_input_options *options, ent_input **out)
{
    ent_input *input = calloc(1, sizeof *input);
    if (input == NULL) {
        return ent__nomem(ctx);
    }
    input->kit = kit;
    input->options = options == NULL ? (ent_input_options){0} : *options;
    if (input->options.byte_limit == 0) {
        input->options.byte_limit = DEFAULT_LIMIT;
    }
    struct stat st;
    bool standard_input = strcmp(path, "-") == 0;
    ent_rc rc;
    if (!standard_input && stat(path, &st) != 0) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "cannot open: %s", strerror(errno));
    } else if (!standard_input && S_ISDIR(st.st_mode)) {
        rc = add_folder(ctx, input, path, 0);
        if (rc == ENT_OK && input->file_count == 0) {
            rc = ent__fail(ctx, ENT_EINPUT, path, 0, "expected files, got an empty folder");
        }
    } else {
        rc = add_file(ctx, input, path);
    }
    if (rc != ENT_OK) {
        ent__input_close(input);
        return rc;
    }
    *out = input;
    return ENT_OK;
}

static void end_file(ent_input *input)
{
    ent__stream_close(input->stream);
    ent__records_free(&input->records);
    ent__arena_free(input->arena);
    free(input->records_error);
    input->stream = NULL;
    input->arena = NULL;
    input->records_error = NULL;
    input->records_rc = ENT_OK;
    input->next_record = 0;
    input->name = NULL;
}

void ent__input_close(ent_input *input)
{
    if (input == NULL) {
        return;
    }
    end_file(input);
    for (size_t i = 0; i < input->file_count; i++) {
        free(input->files[i]);
    }
    free(input->files);
    free(input);
}

/* ---- documents ----------------------------------------------------------------------------- */

/* File name without folder and ending (".html", ".txt.gz"). */
static ent_str id_of(ent_arena *arena, const char *path)
{
    if (strcmp(path, "-") == 0) {
        return ENT_LIT("stdin");
    }
    const char *slash = strrchr(path, '/');
    ent_str name = ent__str(slash == NULL ? path : slash + 1);
    static const char *const endings[] = {".gz", ".xz", ".bz2", ".zst", ".html", ".htm", ".xhtml",
                                          ".txt", ".text", ".md", ".xml", ".rss", ".atom", ".json",
                                          ".jsonl"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if (name.n > n && ent__str_ieqz(ent__str_sub(name, name.n - n, name.n), endings[i])) {
            name = ent__str_sub(name, 0, name.n - n);
        }
    }
    return ent__arena_str(arena, name);
}

static const char *shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Reads all records of a feed or PETRARCH file into input->records. */
static ent_rc open_records(ent_ctx *ctx, ent_input *input, ent_str xml, ent_input_kind kind)
{
    const char *source = shown(input->name);
    ent_rc rc = kind == ENT_INPUT_FEED
                    ? ent__feed_read(ctx, input->arena, xml, source, &input->records)
                    : ent__petrarch_read(ctx, input->arena, xml, source, &input->records);
    if (rc == ENT_OK && input->records.count == 0) {
        rc = ent__fail(ctx, ENT_EINPUT, source, 0, "expected entries, got a file without any");
    }
    if (rc != ENT_OK && input->records.count > 0) { /* give what was read, then say what ended it */
        input->records_rc = rc;
        input->records_error = strdup(ent_ctx_message(ctx));
        return ENT_OK;
    }
    return rc;
}

static int next_record(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_text *out)
{
    const char *source = shown(input->name);
    if (input->next_record == input->records.count) {
        int rc = input->records_rc;
        if (rc != ENT_OK) {
            ent__fail(ctx, (ent_rc)rc, source, 0, "%s",
                      input->records_error == NULL ? "the file is damaged" : input->records_error);
        }
        end_file(input);
        return rc;
    }
    size_t index = input->next_record++;
    const ent__record *from = &input->records.items[index];
    ent__record record = *from;
    ent_str *fields[] = {&record.id, &record.title, &record.link, &record.date, &record.author,
                         &record.summary, &record.body, &record.parse, &record.outlet};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        *fields[i] = ent__arena_str(arena, *fields[i]);
        if (fields[i]->p == NULL) {
            return ent__nomem(ctx);
        }
    }
    *out = (ent_text){.source = ent__arena_str(arena, ent__str(source))};
    ent_rc rc = ent__record_text(ctx, input->kit, arena, &record, source, out);
    bool petrarch = input->records.outlet.n == 0 && record.link.n == 0 && record.id.n > 0;
    out->id = petrarch ? record.id
                       : ent__arena_printf(arena, "%.*s-%zu", ENT_FMT(id_of(arena, input->name)),
                                           index + 1);
    if (out->outlet.n == 0) {
        out->outlet = ent__arena_str(arena, input->records.outlet);
    }
    return rc == ENT_OK ? 1 : rc;
}

static int next_json(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_text *out)
{
    ent_str line;
    int got;
    do {
        got = ent__stream_line(ctx, input->stream, input->options.byte_limit, &line);
    } while (got == 1 && ent__str_trim(line).n == 0 && !input->options.forced);
    if (got == 0) {
        end_file(input);
        return 0;
    }
    long number = ent__stream_line_number(input->stream);
    *out = (ent_text){.id = ent__arena_printf(arena, "%s:%ld", shown(input->name), number),
                      .source = ent__arena_str(arena, ent__str(shown(input->name))),
                      .line = number};
    if (got < 0) {
        return got;
    }
    ent_rc rc = ent__text_read_json(ctx, input->kit, arena, line, shown(input->name), number, out);
    return rc == ENT_OK ? 1 : rc;
}

/* A page or text: the whole stream. */
static ent_rc read_single(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_str text,
                          ent_input_kind kind, ent_text *out)
{
    *out = (ent_text){.id = id_of(arena, input->name),
                      .source = ent__arena_str(arena, ent__str(shown(input->name)))};
    if (out->id.p == NULL || out->source.p == NULL) {
        return ent__nomem(ctx);
    }
    if (kind == ENT_INPUT_HTML) {
        return ent__read_html(ctx, input->kit, arena, text, false, out->source.p, out);
    }
    out->text = text;
    return ent__read_plain(ctx, input->kit, arena, out);
}

/* 1: a document; 0: the file gives its documents one by one; <0: error. */
static int open_file(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_text *out)
{
    const ent_input_options *options = &input->options;
    ent_str bytes = {"", 0}, text = {"", 0};
    *out = (ent_text){.id = id_of(arena, input->name),
                      .source = ent__arena_str(arena, ent__str(shown(input->name)))};
    ent_rc rc = ent__stream_open(ctx, input->name, &input->stream);
    if (rc == ENT_OK) {
        rc = ent__stream_peek(ctx, input->stream, PEEK, &bytes);
    }
    if (rc != ENT_OK) {
        return rc;
    }
    ent_input_kind kind = options->forced ? options->force : ent__kind_of(bytes);
    if (kind == ENT_INPUT_JSONL) {
        return 0;
    }
    rc = ent__stream_rest(ctx, input->stream, options->byte_limit, &bytes);
    input->arena = rc == ENT_OK ? ent__arena_new() : NULL;
    if (input->arena == NULL) {
        return rc == ENT_OK ? ent__nomem(ctx) : rc;
    }
    bool markup = kind != ENT_INPUT_PLAIN;
    bool records = kind == ENT_INPUT_FEED || kind == ENT_INPUT_PETRARCH;
    rc = ent__text_decode(ctx, records ? input->arena : arena, bytes, markup, shown(input->name),
                          &text);
    if (rc == ENT_OK && !options->forced) {
        kind = ent__kind_of(text); /* UTF-16 shows its kind only now */
        kind = kind == ENT_INPUT_JSONL ? ENT_INPUT_PLAIN : kind;
        records = kind == ENT_INPUT_FEED || kind == ENT_INPUT_PETRARCH;
    }
    ent__stream_close(input->stream);
    input->stream = NULL;
    if (rc == ENT_OK && records) {
        rc = open_records(ctx, input, text, kind);
        return rc == ENT_OK ? 0 : rc;
    }
    rc = rc == ENT_OK ? read_single(ctx, input, arena, text, kind, out) : rc;
    return rc == ENT_OK ? 1 : rc;
}

int ent__input_next(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_text *out)
{
    for (;;) {
        int rc = 0;
        if (input->stream != NULL) {
            rc = next_json(ctx, input, arena, out);
        } else if (input->records.count > 0) {
            rc = next_record(ctx, input, arena, out);
        } else if (input->next_file == input->file_count) {
            return 0;
        } else {
            input->name = input->files[input->next_file++];
            rc = open_file(ctx, input, arena, out);
            if (rc != 0) {
                end_file(input);
            }
        }
        if (rc != 0) {
            return rc;
        }
    }
}
