/* Entente: reads news text and public data into sourced answers on relations between states.
 * The one public header; sections stand in the order of the folders below src/.
 *
 * Ownership: what a call gives through `T **out` is yours to free with the matching _free; what it
 * gives as `const T *` belongs to the handle it came from.  No global state, no thread-locals. */
#ifndef ENTENTE_H
#define ENTENTE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_VERSION "0.1.0"

/* Result of every call that can fail; the detail lies in the context.  The program's exit code is
 * the positive value (out of memory exits as 5, internal). */
typedef enum {
    ENT_OK = 0,
    ENT_EUSAGE = -2,    /* the command line is wrong */
    ENT_EINPUT = -3,    /* the input is wrong or can't be read */
    ENT_ESTORE = -4,    /* the store can't be opened, read or written */
    ENT_EINTERNAL = -5, /* a fault of the program */
    ENT_ENOMEM = -6
} ent_rc;

/* Scratch memory, last error, limits, seed: one a thread, never shared. */
typedef struct ent_ctx ent_ctx;
/* Tables, lexicons, model weights and their hashes: opened once, read-only, shared by all threads. */
typedef struct ent_kit ent_kit;

/* ---- context ------------------------------------------------------------------------------- */

ent_rc ent_ctx_new(ent_ctx **out);
void ent_ctx_free(ent_ctx *ctx);
/* The last error of this context: one line, no line break; "" when there was none. */
const char *ent_ctx_message(const ent_ctx *ctx);
/* The same with its place: "FILE:LINE: message" where known. */
const char *ent_ctx_error(const ent_ctx *ctx);
ent_rc ent_ctx_rc(const ent_ctx *ctx);
void ent_ctx_seed(ent_ctx *ctx, uint64_t seed);
uint64_t ent_ctx_get_seed(const ent_ctx *ctx);
/* Called for every diagnostic ("row skipped", "text is hard to read"); NULL: they are dropped. */
void ent_ctx_on_note(ent_ctx *ctx, void (*note)(void *user, const char *line), void *user);

/* ---- kit ----------------------------------------------------------------------------------- */

/* Opens the embedded tables and models; files below tables_dir (may be NULL) replace them by name.
 * Errors: ENT_EINPUT names the table and line. */
ent_rc ent_kit_open(ent_ctx *ctx, const char *tables_dir, ent_kit **out);
void ent_kit_free(ent_kit *kit);
/* SHA-256 over all tables and models, hexadecimal. */
const char *ent_kit_hash(const ent_kit *kit);

/* ---- documents ----------------------------------------------------------------------------- */

/* One read document: text, sentences, trees, mentions, events, statements in one arena. */
typedef struct ent_doc ent_doc;

/* Reads one document from memory (HTML, plain text; told by content).  `id` names it.
 * Errors: ENT_EINPUT for bytes that are no text; ENT_ENOMEM. */
ent_rc ent_doc_read(ent_ctx *ctx, const ent_kit *kit, const char *bytes, size_t n, const char *id,
                    ent_doc **out);
void ent_doc_free(ent_doc *doc);
/* The document as JSON (NUL-terminated, yours to free with ent_free). */
ent_rc ent_doc_json(ent_ctx *ctx, const ent_kit *kit, const ent_doc *doc, char **out);
void ent_free(void *p);

#ifdef __cplusplus
}
#endif

#endif
