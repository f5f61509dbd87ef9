/* base: memory, strings, UTF-8, maps, calendar, errors, TSV and JSON out, files, worker pool.
 * Knows nothing of politics or language.  Strings are slices (pointer and byte length, not
 * NUL-terminated); offsets inside the program are UTF-8 bytes, code points only at the border. */
#ifndef ENT_BASE_H
#define ENT_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "entente.h"

/* ---- strings ------------------------------------------------------------------------------- */

/* A slice of bytes owned by somebody else (an arena, a table, a text). */
typedef struct {
    const char *p;
    size_t n;
} ent_str;

#define ENT_LIT(s) ((ent_str){(s), sizeof(s) - 1})
#define ENT_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

ent_str ent__str(const char *z); /* of a NUL-terminated string; NULL gives the empty slice */
bool ent__str_eq(ent_str a, ent_str b);
bool ent__str_eqz(ent_str a, const char *z);
bool ent__str_ieqz(ent_str a, const char *z); /* ASCII case folded */
int ent__str_cmp(ent_str a, ent_str b);       /* bytewise, as memcmp then length */
bool ent__str_starts(ent_str s, const char *prefix);
bool ent__str_ends(ent_str s, const char *suffix);
ent_str ent__str_trim(ent_str s); /* ASCII blanks and U+00A0 off both ends */
ent_str ent__str_sub(ent_str s, size_t begin, size_t end);
/* Cuts the next field off *rest at `separator`; false when nothing is left. */
bool ent__str_split(ent_str *rest, char separator, ent_str *out_field);
uint64_t ent__str_hash(ent_str s);
/* Whole-slice decimal numbers; false when anything else stands in it or it does not fit. */
bool ent__str_int(ent_str s, int64_t *out);
bool ent__str_double(ent_str s, double *out);

/* ---- arena: many small allocations, one free ----------------------------------------------- */

typedef struct ent_arena ent_arena;

ent_arena *ent__arena_new(void); /* NULL when out of memory */
void ent__arena_free(ent_arena *arena);
void ent__arena_reset(ent_arena *arena); /* keeps the first chunk */
void *ent__arena_alloc(ent_arena *arena, size_t bytes); /* zeroed, 16-aligned; NULL: out of memory */
void *ent__arena_array(ent_arena *arena, size_t count, size_t size); /* checks the product */
/* From now on the arena frees the block (from malloc) of so many bytes; false: out of memory. */
bool ent__arena_adopt(ent_arena *arena, void *block, size_t bytes);
ent_str ent__arena_str(ent_arena *arena, ent_str s); /* copy, NUL-terminated; p NULL: out of memory */
ent_str ent__arena_printf(ent_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t ent__arena_bytes(const ent_arena *arena); /* bytes held, for limits and reports */

/* ---- growable byte buffer ------------------------------------------------------------------ */

/* Start with {0}.  After an allocation fails `failed` is set, later writes do nothing: check once
 * at the end. `p` is always NUL-terminated when not NULL. */
typedef struct {
    char *p;
    size_t n, capacity;
    bool failed;
} ent_buf;

void ent__buf_free(ent_buf *buf);
bool ent__buf_reserve(ent_buf *buf, size_t extra);
void ent__buf_add(ent_buf *buf, const void *bytes, size_t n);
void ent__buf_str(ent_buf *buf, ent_str s);
void ent__buf_z(ent_buf *buf, const char *z);
void ent__buf_char(ent_buf *buf, char c);
void ent__buf_printf(ent_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ent__buf_codepoint(ent_buf *buf, uint32_t codepoint);
ent_str ent__buf_slice(const ent_buf *buf);

/* Grows an array of `size`-byte items to hold count + 1; returns the (moved) array or NULL. */
void *ent__grow(void *items, size_t count, size_t *capacity, size_t size);

/* ---- map from strings to 32-bit numbers ---------------------------------------------------- */

/* Open addressing; keys are not copied and must outlive the map.  O(1) expected. */
typedef struct ent_map ent_map;

ent_map *ent__map_new(size_t expected);
void ent__map_free(ent_map *map);
bool ent__map_put(ent_map *map, ent_str key, uint32_t value); /* replaces; false: out of memory */
bool ent__map_get(const ent_map *map, ent_str key, uint32_t *out_value);
size_t ent__map_count(const ent_map *map);

/* ---- UTF-8 --------------------------------------------------------------------------------- */

bool ent__utf8_valid(ent_str s, size_t *out_bad_byte); /* strict: no surrogates, no overlongs */
/* Decodes one code point of valid UTF-8 and moves *at past it; U+FFFD and one byte on bad input. */
uint32_t ent__utf8_next(ent_str s, size_t *at);
size_t ent__utf8_encode(uint32_t codepoint, char out[4]);
size_t ent__utf8_length(ent_str s); /* code points */

/* Byte offset -> code point offset of one text, O(1) after an O(n) build (one mark every 64 bytes). */
typedef struct {
    ent_str text;
    const uint32_t *marks;
} ent_cpindex;
bool ent__cpindex_build(ent_arena *arena, ent_str text, ent_cpindex *out);
uint32_t ent__cpindex_at(const ent_cpindex *index, size_t byte);

/* ---- calendar (proleptic Gregorian) -------------------------------------------------------- */

/* month 0: only the year is known; day 0: only the month.  year 0: no date at all. */
typedef struct {
    int16_t year;
    int8_t month, day;
} ent_date;

bool ent__date_valid(ent_date d);
bool ent__date_parse(ent_str iso, ent_date *out); /* 2022, 2022-02, 2022-02-24; whole slice */
void ent__date_iso(ent_date d, char out[16]);     /* the inverse; "" when year is 0 */
int32_t ent__date_days(ent_date d);               /* days since 1970-01-01; unknown parts count as first */
ent_date ent__date_of_days(int32_t days);
int ent__date_weekday(ent_date d); /* 0 Monday .. 6 Sunday */
ent_date ent__date_add_months(ent_date d, int months); /* day cut to the month's length;
                                                          no date before year 1 */
int ent__date_month_length(int year, int month);
/* Is `d` inside [since, until]?  An empty bound is open; vague dates count as touching. */
bool ent__date_within(ent_date d, ent_date since, ent_date until);

/* ---- errors and context -------------------------------------------------------------------- */

/* Sets the context's error and returns `rc`, so that `return ent__fail(...)` reads well.
 * `source` is a file or document name (copied, may be NULL), `line` 1-based or 0. */
ent_rc ent__fail(ent_ctx *ctx, ent_rc rc, const char *source, long line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
ent_rc ent__nomem(ent_ctx *ctx);
/* Scratch arena of the context: valid until the next public call resets it. */
ent_arena *ent__ctx_scratch(ent_ctx *ctx);
/* What a folder keeps from call to call of one context (a cache), under the folder's name, which
 * must outlive the context; keeping again frees the former.  NULL: nothing kept. */
void *ent__ctx_kept(const ent_ctx *ctx, const char *slot);
ent_rc ent__ctx_keep(ent_ctx *ctx, const char *slot, void *what, void (*free_what)(void *what));
/* A diagnostic is no error: counted, and printed by the program's front (stderr) when asked. */
void ent__note(ent_ctx *ctx, const char *source, long line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- files --------------------------------------------------------------------------------- */

/* Reads a whole file ("-" = standard input) of at most `limit` bytes into *out (add to it).
 * ENT_EINPUT names the file and the reason (missing, folder, too large, read error). */
ent_rc ent__file_read(ent_ctx *ctx, const char *path, size_t limit, ent_buf *out);
/* Writes through a temporary file and rename, so that a reader never sees half of it. */
ent_rc ent__file_write(ent_ctx *ctx, const char *path, ent_str bytes);

/* The compressions that are undone inside the program: gzip, bzip2, xz, zstd (libarchive). */
struct archive;
void ent__archive_filters(struct archive *archive);

/* Lines of a file or stream in bounded memory.  Plain, gzip, zip (first member), xz are told apart by content
 * through libarchive. */
typedef struct ent_lines ent_lines;
ent_rc ent__lines_open(ent_ctx *ctx, const char *path, size_t line_limit, ent_lines **out);
/* 1: a line without its LF/CRLF, valid until the next call; 0: end; <0: error (a line over the
 * limit is ENT_EINPUT, names file and line; reading may go on with the next line). */
int ent__lines_next(ent_ctx *ctx, ent_lines *lines, ent_str *out);
long ent__lines_number(const ent_lines *lines);  /* 1-based number of the line last given */
int64_t ent__lines_offset(const ent_lines *lines); /* uncompressed byte offset of that line */
void ent__lines_close(ent_lines *lines);

/* RFC 4180 fields of one logical CSV record: quotes undone, in `arena`.  Reads further lines when
 * a quoted field holds a line break.  1: a record, 0: end, <0: error. */
int ent__csv_next(ent_ctx *ctx, ent_lines *lines, char separator, ent_arena *arena,
                  ent_str **out_fields, size_t *out_count);

/* ---- JSON out ------------------------------------------------------------------------------ */

/* Streaming writer on a buffer; commas are its business.  Compact, one line; keys in call order.
 * Strings must be valid UTF-8 (bad bytes become U+FFFD). Doubles are written as the shortest text
 * that reads back the same; NaN and infinities as null. */
typedef struct {
    ent_buf *out;
    uint32_t depth;
    bool first[64];
    bool after_key;
} ent_json;

ent_json ent__json(ent_buf *out);
void ent__json_open(ent_json *json, char bracket); /* '{' or '[' */
void ent__json_close(ent_json *json, char bracket); /* '}' or ']' */
void ent__json_key(ent_json *json, const char *key);
void ent__json_str(ent_json *json, ent_str s); /* p NULL: null */
void ent__json_z(ent_json *json, const char *z);
void ent__json_int(ent_json *json, int64_t value);
void ent__json_double(ent_json *json, double value);
void ent__json_bool(ent_json *json, bool value);
void ent__json_null(ent_json *json);
void ent__json_raw(ent_json *json, ent_str json_text); /* already JSON */
/* Key and value at once. */
void ent__json_kstr(ent_json *json, const char *key, ent_str s);
void ent__json_kz(ent_json *json, const char *key, const char *z);
void ent__json_kint(ent_json *json, const char *key, int64_t value);
void ent__json_kdouble(ent_json *json, const char *key, double value);
void ent__json_kbool(ent_json *json, const char *key, bool value);

/* Shortest decimal text of a double that reads back the same ("1", "0.25", "1e-09"). */
void ent__double_text(double value, char out[32]);
/* With so many decimals; no "-0.00"; NaN: empty.  Gives `out`. */
const char *ent__fixed_text(double value, int decimals, char out[64]);

/* ---- escaping for pages -------------------------------------------------------------------- */

void ent__buf_html(ent_buf *out, ent_str s); /* & < > " ' escaped; control characters dropped */
/* For a terminal: control characters (C0, DEL, C1) become a blank, so that a text can't speak to it. */
void ent__buf_shown(ent_buf *out, ent_str s);
void ent__buf_shown_lines(ent_buf *out, ent_str s); /* line breaks stay */
void ent__buf_csv(ent_buf *out, ent_str s, char separator); /* RFC 4180; tab, CR and LF become a blank */

/* ---- hashes -------------------------------------------------------------------------------- */

void ent__sha256_hex(ent_str bytes, char out[65]);

/* ---- random numbers: the same on every machine --------------------------------------------- */

typedef struct {
    uint64_t state[4]; /* xoshiro256**, Blackman and Vigna 2021 */
} ent_rng;

void ent__rng_seed(ent_rng *rng, uint64_t seed);
uint64_t ent__rng_next(ent_rng *rng);
double ent__rng_uniform(ent_rng *rng);  /* [0, 1) */
double ent__rng_normal(ent_rng *rng);   /* mean 0, variance 1 */
double ent__log_gamma(double x);        /* lgamma() for threads: that one writes a global sign */
uint32_t ent__rng_below(ent_rng *rng, uint32_t bound);

/* ---- ordered worker pool ------------------------------------------------------------------- */

/* Calls work(job, index, worker) for index 0..count-1 on `threads` threads (0 or 1: in the caller).
 * Jobs are handed out in order; results belong in slots of the caller's own array, so that output
 * does not depend on the number of threads.  The first non-zero return stops handing out. */
int ent__pool_run(unsigned threads, size_t count, int (*work)(void *job, size_t index, unsigned worker),
                  void *job);

/* ---- tables: the embedded data/ files ------------------------------------------------------ */

/* One table of data/: header row and cells, every cell a slice of the blob.  Rows stand in file
 * order (tabc has checked that they are sorted by the key columns). */
typedef struct {
    ent_str name; /* path below data/ without ".tsv": "actors/states" */
    size_t columns, rows;
    const struct ent_blob *blob;
    const uint32_t *cells; /* (rows + 1) x columns offsets into the string pool; row 0 is the header */
    const uint32_t *lines; /* line of each row in its file, for provenance */
} ent_table;

/* Tables and models alone; ent_kit_open (read/) also prepares what the folders build from them. */
ent_rc ent__kit_load(ent_ctx *ctx, const char *tables_dir, ent_kit **out);
/* Are the embedded tables and models the bytes that were built in?  ENT_EINTERNAL; reads them all. */
ent_rc ent__kit_check(ent_ctx *ctx);
const ent_table *ent__kit_table(const ent_kit *kit, const char *name); /* NULL: no such table */
size_t ent__kit_table_count(const ent_kit *kit);
const ent_table *ent__kit_table_at(const ent_kit *kit, size_t index);
int ent__table_column(const ent_table *table, const char *name); /* -1: no such column */
ent_str ent__table_cell(const ent_table *table, size_t row, int column); /* empty for column -1 */
long ent__table_line(const ent_table *table, size_t row);
/* First row whose column 0 equals key, or rows; rows with the same key follow.  O(log rows). */
size_t ent__table_find(const ent_table *table, ent_str key);
/* The table and row behind a rule "events/verbs:123" (table, line of its file); false: none such. */
bool ent__kit_rule(const ent_kit *kit, ent_str rule, const ent_table **out_table, size_t *out_row);
/* The version block {"program":..,"kit":..} as key "version" of the object being written. */
void ent__json_version(ent_json *json, const ent_kit *kit);
/* An embedded or overriding binary file of data/models/: NULL when absent. */
const unsigned char *ent__kit_model(const ent_kit *kit, const char *name, size_t *out_bytes);
/* Things built once from the tables by a folder (lexicons, indexes) hang on the kit: `slot` is a
 * folder's own name; attached once, while the kit is opened, and freed with it. */
void *ent__kit_extra(const ent_kit *kit, const char *slot);
ent_rc ent__kit_attach(ent_ctx *ctx, ent_kit *kit, const char *slot, void *extra,
                       void (*free_extra)(void *));

#endif
