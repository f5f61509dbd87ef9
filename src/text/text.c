/* text: one document from bytes, one line of JSON Lines, one record of a feed.
 *
 * Input:  bytes; a JSON object; an ent__record.
 * Output: ent_text in the caller's arena.
 * Cost:   O(bytes). */
#include <jansson.h>
#include <string.h>

#include "dates.h"
#include "readers.h"
#include "records.h"

ent_rc ent__text_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str bytes,
                      ent_str id, ent_text *out)
{
    *out = (ent_text){.id = id, .source = id};
    ent_str text = {"", 0};
    bool markup = ent__kind_of(bytes) != ENT_INPUT_PLAIN;
    ent_str named = ent__arena_str(arena, id);
    ent_rc rc = named.p == NULL ? ent__nomem(ctx)
                                : ent__text_decode(ctx, arena, bytes, markup, named.p, &text);
    if (rc != ENT_OK) {
        return rc;
    }
    if (ent__kind_of(text) == ENT_INPUT_HTML) {
        return ent__read_html(ctx, kit, arena, text, false, named.p, out);
    }
    out->text = text;
    return ent__read_plain(ctx, kit, arena, out);
}

/* ---- JSON Lines ---------------------------------------------------------------------------- */

static ent_str json_field(ent_arena *arena, const json_t *object, const char *name, bool *failed)
{
    const json_t *value = json_object_get(object, name);
    ent_str text = {"", 0};
    if (json_is_string(value)) {
        text = ent__arena_str(arena, (ent_str){json_string_value(value),
                                               json_string_length(value)});
    } else if (json_is_integer(value)) {
        text = ent__arena_printf(arena, "%lld", (long long)json_integer_value(value));
    }
    *failed = *failed || text.p == NULL;
    return text;
}

static ent_str first_field(ent_arena *arena, const json_t *object, const char *const *names,
                           size_t count, bool *failed)
{
    ent_str value = {"", 0};
    for (size_t i = 0; i < count && value.n == 0; i++) {
        value = json_field(arena, object, names[i], failed);
    }
    return value;
}

static ent_rc json_document(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                            const json_t *object, const char *source, long number, ent_text *out)
{
    static const char *const outlets[] = {"outlet", "source", "publisher"};
    static const char *const bylines[] = {"byline", "author"};
    static const char *const languages[] = {"lang", "language"};
    bool failed = false;
    ent_str id = json_field(arena, object, "id", &failed);
    ent_str title = json_field(arena, object, "title", &failed);
    ent_str deck = json_field(arena, object, "deck", &failed);
    ent_str date = json_field(arena, object, "date", &failed);
    ent_str text = json_field(arena, object, "text", &failed);
    ent_str html = json_field(arena, object, "html", &failed);
    ent_str byline = first_field(arena, object, bylines, 2, &failed);
    ent_str outlet = first_field(arena, object, outlets, 3, &failed);
    ent_str url = json_field(arena, object, "url", &failed);
    ent_str language = first_field(arena, object, languages, 2, &failed);
    if (failed) {
        return ent__nomem(ctx);
    }
    out->id = id.n > 0 ? id : out->id;
    if (ent__str_trim(text).n == 0 && ent__str_trim(html).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, source, number,
                         "expected a field \"text\" or \"html\" with text, got none");
    }
    ent_date told = {0};
    if (date.n > 0 && !ent__date_find(kit, date, &told, NULL, NULL)) {
        ent_str trimmed = ent__str_trim(date);
        if (!ent__date_parse(trimmed, &told)) {
            told = (ent_date){0};
            ent__note(ctx, source, number, "the date \"%.*s\" is not understood", ENT_FMT(trimmed));
        }
    }
    out->title = title;
    out->byline = byline;
    out->date = told;
    ent_rc rc;
    if (ent__str_trim(text).n > 0) {
        out->text = text;
        rc = ent__read_plain(ctx, kit, arena, out);
    } else {
        rc = ent__read_html(ctx, kit, arena, html, false, source, out);
    }
    out->title = title.n > 0 ? title : out->title;
    out->deck = deck.n > 0 ? deck : out->deck;
    out->byline = byline.n > 0 ? byline : out->byline;
    out->outlet = outlet.n > 0 ? outlet : out->outlet;
    out->url = url.n > 0 ? url : out->url;
    out->language = language.n > 0 ? language : out->language;
    out->date = told.year != 0 ? told : out->date;
    return rc;
}

ent_rc ent__text_read_json(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str line,
                           const char *source, long number, ent_text *out)
{
    ent_str name = ent__arena_str(arena, ent__str(source));
    *out = (ent_text){.source = name, .line = number};
    out->id = ent__arena_printf(arena, "%s:%ld", source, number);
    if (name.p == NULL || out->id.p == NULL) {
        return ent__nomem(ctx);
    }
    if (ent__str_starts(line, "\xEF\xBB\xBF")) {
        line = ent__str_sub(line, 3, line.n);
    }
    if (ent__str_trim(line).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, source, number,
                         "expected a JSON object, got an empty line");
    }
    size_t bad = 0;
    if (!ent__utf8_valid(line, &bad)) {
        return ent__fail(ctx, ENT_EINPUT, source, number,
                         "expected UTF-8, got another byte at column %zu", bad + 1);
    }
    json_error_t error;
    json_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        ent_rc rc = ent__fail(ctx, ENT_EINPUT, source, number, "expected a JSON object: %s",
                              object == NULL ? error.text : "got another JSON value");
        json_decref(object);
        return rc;
    }
    ent_rc rc = json_document(ctx, kit, arena, object, source, number, out);
    json_decref(object);
    return rc;
}

/* ---- records ------------------------------------------------------------------------------- */

static ent_date record_date(const ent_kit *kit, ent_str text)
{
    ent_date date = {0};
    int64_t packed = 0;
    if (!ent__date_find(kit, text, &date, NULL, NULL)) {
        date = (ent_date){0};
        if (text.n == 6 && ent__str_int(text, &packed)) { /* YYMMDD */
            int year = (int)(packed / 10000);
            ent_date d = {(int16_t)(year + (year < 70 ? 2000 : 1900)), (int8_t)(packed / 100 % 100),
                          (int8_t)(packed % 100)};
            date = ent__date_valid(d) ? d : date;
        }
    }
    return date;
}

ent_rc ent__record_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                        const ent__record *record, const char *source, ent_text *out)
{
    ent_str body = record->body.n >= record->summary.n ? record->body : record->summary;
    out->line = record->line;
    out->parse = record->parse;
    out->one_sentence = record->one_sentence;
    out->outlet = record->outlet;
    ent_rc rc = ENT_OK;
    bool markup = record->markup && (memchr(body.p == NULL ? "" : body.p, '<', body.n) != NULL ||
                                     memchr(body.p == NULL ? "" : body.p, '&', body.n) != NULL);
    if (ent__str_trim(body).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, source, record->line,
                         "expected text, got an empty record");
    }
    if (markup) {
        rc = ent__read_html(ctx, kit, arena, body, true, source, out);
    } else {
        ent_block *block = ent__arena_alloc(arena, sizeof *block);
        if (block == NULL) {
            return ent__nomem(ctx);
        }
        out->text = body;
        *block = (ent_block){ENT_BLOCK_PARAGRAPH, 0, (uint32_t)body.n};
        out->blocks = block;
        out->block_count = 1;
    }
    if (rc == ENT_OK && ent__str_trim(out->text).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, source, record->line,
                         "expected text, got an empty record");
    }
    out->title = record->title;
    out->byline = record->author;
    out->url = record->link;
    out->date = record_date(kit, record->date);
    return rc;
}
