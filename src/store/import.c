/* import: public event files into the store.
 * In: files of GDELT, ICEWS, Phoenix, POLECAT, ACLED or our own JSON Lines; plain, gzip, zip, xz.
 * Out: events (and documents); rows that can't be read go to a reject file with file, line, reason.
 * Streaming: one batch of rows in memory.  A batch and the place reached are committed together, so
 * an import that was killed goes on where it stopped; a file known by its fingerprint is not read
 * twice, a row known by its data set's id is not stored twice.  Source: own design.
 * Cost: about 8 microseconds a row of 61 columns. */
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH_ROWS 50000
#define PROGRESS_LINES 16384
#define LINE_LIMIT (16u << 20)
#define PRINT_BYTES (64 * 1024) /* of the file's begin and end, for its fingerprint */
#define REJECT_BYTES 4000       /* of a rejected row */

static const ent_import_format formats[] = {
    {"gdelt", "gdelt", '\t', ent__read_gdelt},     {"gdelt2", "gdelt2", '\t', ent__read_gdelt},
    {"icews", "icews", '\t', ent__read_icews},     {"polecat", "polecat", '\t', ent__read_polecat},
    {"phoenix", "phoenix", '\t', ent__read_phoenix}, {"acled", "acled", ',', ent__read_acled},
    {"events", "events", 0, ent__read_events},
};

const char *ent__import_format_name(size_t index)
{
    return index < sizeof formats / sizeof formats[0] ? formats[index].name : NULL;
}

static const ent_import_format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

typedef struct {
    ent_ctx *ctx;
    ent_store *store;
    const ent_import_options *options;
    const ent_import_format *format;
    ent_import_report *report;
    ent_lines *lines;
    ent_row row;
    ent_buf repaired, rejects;
    FILE *reject_file;
    char fingerprint[65];
    char first_reason[256];
    int64_t import_id, in_batch, reject_bytes;
    ent_import_report committed; /* what stays when the store fails */
} importing;

/* ---- rejects ------------------------------------------------------------------------------- */

static void add_escaped(ent_buf *out, ent_str text)
{
    for (size_t i = 0; i < text.n && i < REJECT_BYTES; i++) {
        char c = text.p[i];
        if (c == '\t') {
            ent__buf_z(out, "\\t");
        } else if (c == '\n' || c == '\r') {
            ent__buf_z(out, "\\n");
        } else {
            ent__buf_char(out, c);
        }
    }
}

static void reject(importing *im, long line, const char *why, ent_str text)
{
    if (im->report->rejected++ == 0) {
        snprintf(im->first_reason, sizeof im->first_reason, "line %ld: %s", line, why);
    }
    ent__buf_z(&im->rejects, im->options->path);
    ent__buf_printf(&im->rejects, "\t%ld\t", line);
    add_escaped(&im->rejects, ent__str(why));
    ent__buf_char(&im->rejects, '\t');
    add_escaped(&im->rejects, text);
    ent__buf_char(&im->rejects, '\n');
    ent__note(im->ctx, im->options->path, line, "row left out: %s", why);
}

/* Written before the commit that counts them; what a killed import wrote too much is cut off when
 * it goes on. */
static ent_rc write_rejects(importing *im)
{
    if (im->rejects.n == 0 || im->options->rejects == NULL) {
        im->rejects.n = 0;
        return im->rejects.failed ? ent__nomem(im->ctx) : ENT_OK;
    }
    const char *path = im->options->rejects;
    if (im->reject_file == NULL) {
        im->reject_file = fopen(path, "ab");
        bool ok = im->reject_file != NULL && fseek(im->reject_file, 0, SEEK_END) == 0;
        if (ok && ftell(im->reject_file) == 0) {
            ok = fputs("file\tline\treason\trow\n", im->reject_file) >= 0;
        }
        if (!ok) {
            return ent__fail(im->ctx, ENT_EINPUT, path, 0, "can't write the reject file: %s",
                             strerror(errno));
        }
    }
    if (fwrite(im->rejects.p, 1, im->rejects.n, im->reject_file) != im->rejects.n ||
        fflush(im->reject_file) != 0) {
        return ent__fail(im->ctx, ENT_EINPUT, path, 0, "can't write the reject file: %s",
                         strerror(errno));
    }
    im->reject_bytes = ftell(im->reject_file);
    im->rejects.n = 0;
    return ENT_OK;
}

/* ---- what the store knows of the file -------------------------------------------------------- */

/* SHA-256 of the size and both ends: reading 100 GB only to know them again would double the work. */
static ent_rc fingerprint(importing *im)
{
    FILE *f = strcmp(im->options->path, "-") == 0 ? NULL : fopen(im->options->path, "rb");
    if (f == NULL) {
        im->fingerprint[0] = '\0'; /* standard input can't be known again */
        return ENT_OK;
    }
    ent_buf bytes = {0};
    struct stat st;
    bool ok = fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode);
    if (ok) {
        ent__buf_printf(&bytes, "%lld ", (long long)st.st_size);
        char *block = malloc(PRINT_BYTES);
        off_t tail = st.st_size > PRINT_BYTES ? st.st_size - PRINT_BYTES : 0;
        for (int i = 0; block != NULL && i < 2; i++) {
            if (fseeko(f, i == 0 ? 0 : tail, SEEK_SET) == 0) {
                ent__buf_add(&bytes, block, fread(block, 1, PRINT_BYTES, f));
            }
        }
        ok = block != NULL && !bytes.failed;
        free(block);
    }
    fclose(f);
    im->fingerprint[0] = '\0';
    if (ok) {
        ent__sha256_hex(ent__buf_slice(&bytes), im->fingerprint);
    }
    ent__buf_free(&bytes);
    return ENT_OK;
}

static ent_rc find_earlier(importing *im)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(im->store->db,
                           "SELECT id, lines, rows, known, rejected, repaired, rejects_bytes,"
                           " finished FROM import WHERE dataset = ?1 AND fingerprint = ?2",
                           -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(im->ctx, im->store, "can't look earlier imports up");
    }
    sqlite3_bind_text(s, 1, im->format->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, im->fingerprint, -1, SQLITE_STATIC);
    int step = im->fingerprint[0] == '\0' ? SQLITE_DONE : sqlite3_step(s);
    if (step == SQLITE_ROW) {
        im->import_id = sqlite3_column_int64(s, 0);
        im->report->lines = sqlite3_column_int64(s, 1);
        im->report->rows = sqlite3_column_int64(s, 2);
        im->report->known = sqlite3_column_int64(s, 3);
        im->report->rejected = sqlite3_column_int64(s, 4);
        im->report->repaired = sqlite3_column_int64(s, 5);
        im->reject_bytes = sqlite3_column_int64(s, 6);
        im->report->already = sqlite3_column_int(s, 7) != 0;
        im->report->resumed_at = im->report->already ? 0 : im->report->lines;
    }
    sqlite3_finalize(s);
    struct stat st;
    const char *rejects = im->options->rejects;
    if (im->report->resumed_at > 0 && rejects != NULL && stat(rejects, &st) == 0 &&
        st.st_size > im->reject_bytes && truncate(rejects, im->reject_bytes) != 0) {
        return ent__fail(im->ctx, ENT_EINPUT, rejects, 0, "can't cut the reject file: %s",
                         strerror(errno));
    }
    return ENT_OK;
}

static ent_rc note_progress(importing *im, bool finished)
{
    if (im->fingerprint[0] == '\0') {
        return ENT_OK;
    }
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(
            im->store->db,
            "INSERT INTO import(dataset, file, fingerprint, lines, rows, known, rejected, repaired,"
            " rejects_bytes, finished, program) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
            " ?11) ON CONFLICT(dataset, fingerprint) DO UPDATE SET lines = excluded.lines,"
            " rows = excluded.rows, known = excluded.known, rejected = excluded.rejected,"
            " repaired = excluded.repaired, rejects_bytes = excluded.rejects_bytes,"
            " finished = excluded.finished",
            -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(im->ctx, im->store, "can't note how far the import is");
    }
    const ent_import_report *r = im->report;
    sqlite3_bind_text(s, 1, im->format->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, im->options->path, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, im->fingerprint, -1, SQLITE_STATIC);
    const int64_t numbers[] = {r->lines, r->rows, r->known, r->rejected, r->repaired,
                               im->reject_bytes, finished};
    for (int i = 0; i < 7; i++) {
        sqlite3_bind_int64(s, 4 + i, numbers[i]);
    }
    sqlite3_bind_text(s, 11, ENT_VERSION, -1, SQLITE_STATIC);
    ent_rc rc = sqlite3_step(s) == SQLITE_DONE
                    ? ENT_OK
                    : ent__store_fail(im->ctx, im->store, "can't note how far the import is");
    sqlite3_finalize(s);
    return rc;
}

static ent_rc commit_batch(importing *im, bool finished)
{
    ent_rc rc = write_rejects(im);
    rc = rc != ENT_OK ? rc : note_progress(im, finished);
    rc = rc != ENT_OK ? rc : ent__store_commit(im->ctx, im->store);
    im->in_batch = 0;
    if (rc == ENT_OK) {
        im->committed = *im->report;
    }
    return rc;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Stray bytes of another encoding are read as Latin-1, which is what they nearly always are. */
static ent_str valid_text(importing *im, ent_str line)
{
    size_t bad;
    if (ent__utf8_valid(line, &bad)) {
        return line;
    }
    im->report->repaired++;
    ent_buf *out = &im->repaired;
    out->n = 0;
    for (size_t at = 0; at < line.n;) {
        size_t from = at;
        uint32_t c = ent__utf8_next(line, &at);
        bool broken = c == 0xFFFD && at == from + 1;
        ent__buf_codepoint(out, broken ? (unsigned char)line.p[from] : c);
    }
    return ent__buf_slice(out);
}

static ent_str unquoted(ent_str field)
{
    bool quoted = field.n >= 2 && field.p[0] == '"' && field.p[field.n - 1] == '"';
    return quoted ? ent__str_sub(field, 1, field.n - 1) : field;
}

/* GDELT's fields are taken as they are; others may stand in quotes. */
static bool split_tabs(importing *im, ent_str line)
{
    ent_row *row = &im->row;
    bool quotes = im->format->read != ent__read_gdelt;
    row->count = 0;
    for (size_t begin = 0, i = 0; i <= line.n; i++) {
        if (i < line.n && line.p[i] != '\t') {
            const char *tab = memchr(line.p + i, '\t', line.n - i);
            i = tab == NULL ? line.n : (size_t)(tab - line.p);
        }
        if (row->count == ENT_ROW_FIELDS) {
            return false;
        }
        ent_str field = {line.p + begin, i - begin};
        row->fields[row->count++] = quotes ? unquoted(field) : field;
        begin = i + 1;
    }
    return true;
}

static ent_rc store_row(importing *im, ent_row_kind kind)
{
    ent_rc rc = ent__store_begin(im->ctx, im->store);
    if (rc != ENT_OK) {
        return rc;
    }
    bool is_new = false;
    if (kind == ENT_ROW_DOCUMENT) {
        ent_put what;
        rc = ent__store_put_rows(im->ctx, im->store, &im->row.document, &what);
        is_new = what != ENT_PUT_SAME;
    } else {
        int64_t id;
        if (im->format->separator != 0) {
            im->row.event.dataset = ent__str(im->format->dataset);
        }
        rc = ent__store_insert_event(im->ctx, im->store, &im->row.event, 0, &id);
        is_new = id != 0;
    }
    *(is_new ? &im->report->rows : &im->report->known) += 1;
    im->in_batch++;
    return rc;
}

static ent_rc take_row(importing *im, ent_str line, bool too_many)
{
    ent_row *row = &im->row;
    row->why[0] = '\0';
    ent__row_start(row, im->format->dataset);
    ent_row_kind kind = too_many ? ent__row_bad(row, "more than %d columns", ENT_ROW_FIELDS)
                                 : im->format->read(row, line);
    long number = ent__lines_number(im->lines);
    switch (kind) {
    case ENT_ROW_NOMEM:
        return ent__nomem(im->ctx);
    case ENT_ROW_BAD:
        reject(im, number, row->why, line);
        im->in_batch++;
        return ENT_OK;
    case ENT_ROW_SKIP:
        return ENT_OK;
    default:
        return store_row(im, kind);
    }
}

/* 1: a row taken, 0: end, 2: a line that could not be read (rejected), <0: the run ends. */
static int next_row(importing *im, bool skipping)
{
    ent_str line = {"", 0};
    ent_str *fields;
    size_t count = 0;
    long before = ent__lines_number(im->lines);
    ent__arena_reset(im->row.arena);
    bool csv = im->format->separator == ',';
    int got = csv ? ent__csv_next(im->ctx, im->lines, ',', im->row.arena, &fields, &count)
                  : ent__lines_next(im->ctx, im->lines, &line);
    if (got < 0) {
        if (got == ENT_ENOMEM) {
            return got;
        }
        bool broken_stream = ent__lines_number(im->lines) == before;
        im->report->cut_short |= broken_stream;
        if (!skipping || broken_stream) {
            reject(im, ent__lines_number(im->lines) + broken_stream, ent_ctx_message(im->ctx),
                   ENT_LIT(""));
        }
        return 2;
    }
    if (got == 0) {
        return 0;
    }
    bool header = csv && !im->row.has_header;
    if (skipping && ent__lines_number(im->lines) > 1) {
        return 1;
    }
    bool too_many = false;
    if (csv) {
        too_many = count > ENT_ROW_FIELDS;
        im->row.count = too_many ? ENT_ROW_FIELDS : count;
        for (size_t i = 0; i < im->row.count; i++) {
            im->row.fields[i] = header ? fields[i] : valid_text(im, fields[i]);
            if (im->row.fields[i].p == im->repaired.p) {
                im->row.fields[i] = ent__arena_str(im->row.arena, im->row.fields[i]);
            }
        }
    } else {
        line = valid_text(im, line);
        bool blank = line.n == 0;
        if (blank) {
            return 1;
        }
        too_many = im->format->separator != 0 && !split_tabs(im, line);
    }
    if (skipping) {
        /* The header line alone is read again. */
        if (ent__lines_number(im->lines) == 1 && im->format->separator != 0) {
            ent__row_start(&im->row, im->format->dataset);
            im->format->read(&im->row, line);
        }
        return 1;
    }
    ent_rc rc = take_row(im, line, too_many);
    return rc == ENT_OK ? 1 : (int)rc;
}

static void tell(importing *im)
{
    if (im->options->progress != NULL) {
        im->options->progress(im->options->user, im->report);
    }
}

static ent_rc run_rows(importing *im)
{
    int64_t skip_to = im->report->resumed_at;
    int64_t told = 0;
    ent_rc rc = ENT_OK;
    for (;;) {
        bool skipping = ent__lines_number(im->lines) < skip_to;
        int got = next_row(im, skipping);
        if (got < 0) {
            return (ent_rc)got;
        }
        im->report->lines = ent__lines_number(im->lines);
        if (got == 0) {
            break;
        }
        if (im->in_batch >= BATCH_ROWS) {
            rc = commit_batch(im, false);
            if (rc != ENT_OK) {
                return rc;
            }
        }
        if (im->report->lines - told >= PROGRESS_LINES) {
            told = im->report->lines;
            tell(im);
        }
    }
    rc = ent__store_begin(im->ctx, im->store);
    return rc != ENT_OK ? rc : commit_batch(im, !im->report->cut_short);
}

static ent_rc run_import(importing *im)
{
    ent_rc rc = fingerprint(im);
    rc = rc != ENT_OK ? rc : find_earlier(im);
    if (rc != ENT_OK || im->report->already) {
        return rc;
    }
    rc = ent__lines_open(im->ctx, im->options->path, LINE_LIMIT, &im->lines);
    if (rc != ENT_OK) {
        return rc;
    }
    im->committed = *im->report;
    rc = run_rows(im);
    if (rc != ENT_OK) {
        ent__store_rollback(im->store);
        *im->report = im->committed;
        return rc;
    }
    tell(im);
    const ent_import_report *r = im->report;
    if (r->cut_short) {
        return ent__fail(im->ctx, ENT_EINPUT, im->options->path, (long)r->lines + 1,
                         "the file breaks off here (damaged or cut short); the %lld rows before "
                         "are stored", (long long)(r->rows + r->known));
    }
    if (r->rows + r->known == 0 && r->rejected > 0) {
        return ent__fail(im->ctx, ENT_EINPUT, im->options->path, 0,
                         "no row could be read as %s (%lld left out); %s", im->format->name,
                         (long long)r->rejected, im->first_reason);
    }
    return ENT_OK;
}

ent_rc ent__store_import(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                         const ent_import_options *options, ent_import_report *out)
{
    *out = (ent_import_report){0};
    importing im = {.ctx = ctx, .store = store, .options = options, .report = out};
    im.format = find_format(options->format);
    if (im.format == NULL) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "import: no format \"%s\"", options->format);
    }
    ent_codes *codes;
    ent_rc rc = ent__codes_new(ctx, kit, &codes);
    if (rc != ENT_OK) {
        return rc;
    }
    im.row.ctx = ctx;
    im.row.codes = codes;
    im.row.arena = ent__arena_new();
    rc = im.row.arena == NULL ? ent__nomem(ctx) : run_import(&im);
    if (im.reject_file != NULL) {
        fclose(im.reject_file);
    }
    ent__lines_close(im.lines);
    ent__buf_free(&im.repaired);
    ent__buf_free(&im.rejects);
    ent__arena_free(im.row.arena);
    ent__codes_free(codes);
    return rc;
}
