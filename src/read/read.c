/* One document all the way.  Input: its text and blocks; output: tree, mentions, events,
 * statements, all in the document's arena.  Cost: that of the stages, one after the other. */
#include <stdlib.h>

#include "read.h"

ent_rc ent__doc_new(ent_ctx *ctx, ent_doc **out)
{
    ent_arena *arena = ent__arena_new();
    ent_doc *doc = arena == NULL ? NULL : ent__arena_alloc(arena, sizeof *doc);
    if (doc == NULL) {
        ent__arena_free(arena);
        return ent__nomem(ctx);
    }
    doc->arena = arena;
    *out = doc;
    return ENT_OK;
}

void ent_doc_free(ent_doc *doc)
{
    if (doc != NULL) {
        ent__arena_free(doc->arena); /* the document itself lies in it */
    }
}

ent_rc ent__doc_read(ent_ctx *ctx, const ent_kit *kit, ent_doc *doc)
{
    return ent__doc_read_with(ctx, kit, NULL, doc);
}

ent_rc ent__doc_read_with(ent_ctx *ctx, const ent_kit *kit, const ent_dictionaries *dictionaries,
                          ent_doc *doc)
{
    if (!ent__cpindex_build(doc->arena, doc->text.text, &doc->codepoints)) {
        return ent__nomem(ctx);
    }
    ent_rc rc = doc->text.parse.n > 0
                    ? ent__parse_given(ctx, kit, doc->arena, &doc->text, &doc->tree)
                    : ent__parse(ctx, kit, doc->arena, &doc->text, &doc->tree);
    if (rc == ENT_OK) {
        rc = ent__mentions_find(ctx, kit, doc->arena, &doc->text, doc->tree, &doc->mentions);
    }
    if (rc == ENT_OK && dictionaries != NULL) {
        doc->dictionaries =
            ent__arena_str(doc->arena, ent__str(ent__dictionaries_hash(dictionaries))).p;
        rc = ent__dictionaries_code(ctx, kit, doc->arena, dictionaries, &doc->text, doc->tree,
                                    doc->mentions, &doc->events);
    } else if (rc == ENT_OK) {
        rc = ent__events_code(ctx, kit, doc->arena, &doc->text, doc->tree, doc->mentions,
                              &doc->events);
    }
    if (rc == ENT_OK) {
        rc = ent__statements_read(ctx, kit, doc->arena, &doc->text, doc->tree, doc->mentions,
                                  &doc->statements);
    }
    ent__arena_reset(ent__ctx_scratch(ctx));
    return rc;
}

ent_rc ent_doc_read(ent_ctx *ctx, const ent_kit *kit, const char *bytes, size_t n, const char *id,
                    ent_doc **out)
{
    ent_doc *doc = NULL;
    ent_rc rc = ent__doc_new(ctx, &doc);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__text_read(ctx, kit, doc->arena, (ent_str){bytes, n}, ent__str(id), &doc->text);
    if (rc == ENT_OK) {
        rc = ent__doc_read(ctx, kit, doc);
    }
    if (rc != ENT_OK) {
        ent_doc_free(doc);
        return rc;
    }
    *out = doc;
    return ENT_OK;
}

ent_rc ent_doc_json(ent_ctx *ctx, const ent_kit *kit, const ent_doc *doc, char **out)
{
    ent_buf buf = {0};
    ent__doc_json(&buf, kit, doc);
    if (buf.failed) {
        ent__buf_free(&buf);
        return ent__nomem(ctx);
    }
    *out = buf.p;
    return ENT_OK;
}

void ent_free(void *p)
{
    free(p);
}

ent_str ent__doc_words(const ent_doc *doc, uint32_t first, uint32_t last)
{
    uint32_t begin = doc->tree->tokens[first].begin;
    return ent__str_sub(doc->text.text, begin, doc->tree->tokens[last].end);
}
