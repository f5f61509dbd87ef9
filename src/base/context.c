/* The context: last error, notes, scratch arena, seed.  One a thread. */
#include <stdlib.h>
#include <string.h>

#include "base.h"

struct ent_ctx {
    ent_arena *scratch;
    ent_rc rc;
    char message[512], full[1024];
    uint64_t seed;
    void (*note)(void *user, const char *line);
    void *note_user;
    struct {
        const char *slot;
        void *what;
        void (*free_what)(void *what);
    } kept[4];
    size_t kept_count;
};

ent_rc ent_ctx_new(ent_ctx **out)
{
    ent_ctx *ctx = calloc(1, sizeof *ctx);
    if (ctx == NULL) {
        return ENT_ENOMEM;
    }
    ctx->scratch = ent__arena_new();
    if (ctx->scratch == NULL) {
        free(ctx);
        return ENT_ENOMEM;
    }
    ctx->seed = 1;
    *out = ctx;
    return ENT_OK;
}

void ent_ctx_free(ent_ctx *ctx)
{
    if (ctx != NULL) {
        for (size_t i = 0; i < ctx->kept_count; i++) {
            ctx->kept[i].free_what(ctx->kept[i].what);
        }
        ent__arena_free(ctx->scratch);
        free(ctx);
    }
}

const char *ent_ctx_message(const ent_ctx *ctx)
{
    return ctx->message;
}

const char *ent_ctx_error(const ent_ctx *ctx)
{
    return ctx->full;
}

ent_rc ent_ctx_rc(const ent_ctx *ctx)
{
    return ctx->rc;
}

void ent_ctx_seed(ent_ctx *ctx, uint64_t seed)
{
    ctx->seed = seed;
}

uint64_t ent_ctx_get_seed(const ent_ctx *ctx)
{
    return ctx->seed;
}

void ent_ctx_on_note(ent_ctx *ctx, void (*note)(void *user, const char *line), void *user)
{
    ctx->note = note;
    ctx->note_user = user;
}

ent_arena *ent__ctx_scratch(ent_ctx *ctx)
{
    return ctx->scratch;
}

void *ent__ctx_kept(const ent_ctx *ctx, const char *slot)
{
    for (size_t i = 0; i < ctx->kept_count; i++) {
        if (strcmp(ctx->kept[i].slot, slot) == 0) {
            return ctx->kept[i].what;
        }
    }
    return NULL;
}

ent_rc ent__ctx_keep(ent_ctx *ctx, const char *slot, void *what, void (*free_what)(void *what))
{
    size_t i = 0;
    while (i < ctx->kept_count && strcmp(ctx->kept[i].slot, slot) != 0) {
        i++;
    }
    if (i == sizeof ctx->kept / sizeof *ctx->kept) {
        return ent__fail(ctx, ENT_EINTERNAL, NULL, 0, "context has no room for \"%s\"", slot);
    }
    if (i < ctx->kept_count) {
        ctx->kept[i].free_what(ctx->kept[i].what);
    } else {
        ctx->kept_count++;
    }
    ctx->kept[i].slot = slot;
    ctx->kept[i].what = what;
    ctx->kept[i].free_what = free_what;
    return ENT_OK;
}

/* Messages quote input: control characters must not reach a terminal. */
static void one_line(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
        if (*c < ' ' || *c == 0x7F) {
            *c = ' ';
        } else if (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0) { /* U+0080 to U+009F */
            c[0] = c[1] = ' ';
        }
    }
}

static void place(char *out, size_t size, const char *source, long line, const char *message)
{
    if (source == NULL) {
        snprintf(out, size, "%s", message);
    } else if (line > 0) {
        snprintf(out, size, "%s:%ld: %s", source, line, message);
    } else {
        snprintf(out, size, "%s: %s", source, message);
    }
    one_line(out);
}

ent_rc ent__fail(ent_ctx *ctx, ent_rc rc, const char *source, long line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ctx->message, sizeof ctx->message, format, arguments);
    va_end(arguments);
    one_line(ctx->message);
    place(ctx->full, sizeof ctx->full, source, line, ctx->message);
    ctx->rc = rc;
    return rc;
}

ent_rc ent__nomem(ent_ctx *ctx)
{
    return ent__fail(ctx, ENT_ENOMEM, NULL, 0, "out of memory");
}

void ent__note(ent_ctx *ctx, const char *source, long line, const char *format, ...)
{
    if (ctx->note == NULL) {
        return;
    }
    char message[512], full[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    place(full, sizeof full, source, line, message);
    ctx->note(ctx->note_user, full);
}
