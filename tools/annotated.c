/* Annotated articles: events by place from tools/train/annotations/NAME.tsv, texts from where they
 * stand outside of the project, cut the way they were annotated; or golds as the tests have them.
 * Input: two folders.  Output: documents read as far as mentions, with events.
 * Cost: a pass over the data, then reading what is annotated. */
#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "annotated.h"

enum { WORDS_MAX = 650 };

static article *add_article(articles *a, ent_str id)
{
    article *grown = ent__grow(a->list, a->count, &a->capacity, sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    a->list = grown;
    a->list[a->count] = (article){.id = ent__arena_str(a->arena, id), .set = a->sets};
    return &a->list[a->count++];
}

static annotated *add_event(article *a)
{
    annotated *grown = ent__grow(a->events, a->count, &a->capacity, sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    a->events = grown;
    a->events[a->count] = (annotated){0};
    return &a->events[a->count++];
}

static uint32_t type_bits(ent_str names)
{
    uint32_t bits = 0;
    ent_str name;
    while (ent__str_split(&names, ' ', &name)) {
        for (int k = 0; k < ENT_PLOVER_COUNT; k++) {
            int merged = k == ENT_PLOVER_RETREAT ? ENT_PLOVER_CONCEDE : k;
            bits |= ent__str_eqz(name, ent__plover_name((ent_plover)k)) ? 1U << merged : 0;
        }
    }
    return bits;
}

static bool is_told(ent_str certainty)
{
    static const char *const names[] = {"asserted", "reported", "alleged", "claimed"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ent__str_eqz(certainty, names[i])) {
            return true;
        }
    }
    return false;
}

/* ---- annotations ---------------------------------------------------------------------------- */

static size_t split_codes(ent_str codes, ent_str out[ANNOTATED_SIDE_MAX])
{
    size_t n = 0;
    while (n < ANNOTATED_SIDE_MAX && ent__str_split(&codes, ' ', &out[n])) {
        n += out[n].n > 0;
    }
    return n;
}

/* "doc start end source target symmetric type alt certainty core", or "doc none". */
static ent_rc take_line(articles *a, ent_str line)
{
    ent_str rest = ent__arena_str(a->arena, line), cell[10] = {{0}};
    size_t n = 0;
    int64_t begin, end;
    while (n < 10 && ent__str_split(&rest, '\t', &cell[n])) {
        n++;
    }
    article *last = a->count > 0 ? &a->list[a->count - 1] : NULL;
    if (last == NULL || !ent__str_eq(last->id, cell[0])) {
        last = add_article(a, cell[0]);
    }
    if (last != NULL && n == 2 && ent__str_eqz(cell[1], "none")) {
        return ENT_OK;
    }
    annotated *e = last == NULL ? NULL : add_event(last);
    if (e == NULL) {
        return ent__nomem(a->ctx);
    }
    if (n != 10 || !ent__str_int(cell[1], &begin) || !ent__str_int(cell[2], &end)) {
        return ent__fail(a->ctx, ENT_EINPUT, "annotations", 0, "expected ten fields, got \"%.*s\"",
                         ENT_FMT(line));
    }
    e->begin = (uint32_t)begin;
    e->end = (uint32_t)end;
    e->source_count = split_codes(cell[3], e->source);
    e->target_count = split_codes(cell[4], e->target);
    e->symmetric = ent__str_eqz(cell[5], "1");
    e->types = type_bits(cell[6]) | type_bits(cell[7]);
    e->told = is_told(cell[8]);
    e->core = ent__str_eqz(cell[9], "1");
    return ENT_OK;
}

static ent_rc read_annotations(articles *a, const char *path)
{
    ent_lines *lines;
    ent_str line;
    ent_rc rc = ent__lines_open(a->ctx, path, 1 << 16, &lines);
    if (rc != ENT_OK) {
        return rc;
    }
    while (rc == ENT_OK && ent__lines_next(a->ctx, lines, &line) > 0) {
        rc = line.n == 0 || line.p[0] == '#' ? ENT_OK : take_line(a, line);
    }
    ent__lines_close(lines);
    return rc;
}

static int by_id(const void *x, const void *y)
{
    return ent__str_cmp(((const article *)x)->id, ((const article *)y)->id);
}

/* ---- texts ---------------------------------------------------------------------------------- */

static article *find(articles *a, ent_str id)
{
    article key = {.id = id};
    return bsearch(&key, a->list, a->count, sizeof key, by_id);
}

/* The article's text as a document, read. */
static ent_rc give_text(articles *a, article *to, ent_str text, const char *date)
{
    ent_doc *doc;
    ent_rc rc = ent__doc_new(a->ctx, &doc);
    json_t *json = json_pack("{s:s%, s:s?, s:s%}", "id", to->id.p, to->id.n, "date",
                             date != NULL && date[0] != '\0' ? date : NULL, "text", text.p, text.n);
    char *line = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (rc == ENT_OK && line == NULL) {
        rc = ent__nomem(a->ctx);
    }
    if (rc == ENT_OK) { /* the document keeps what it takes from the line */
        rc = ent__text_read_json(a->ctx, a->kit, doc->arena,
                                 ent__arena_str(a->arena, ent__str(line)), "annotated", 0,
                                 &doc->text);
    }
    rc = rc == ENT_OK ? ent__doc_read(a->ctx, a->kit, doc) : rc;
    free(line);
    to->doc = doc;
    return rc;
}

/* Up to the end of the paragraph that passes WORDS_MAX words. */
static ent_str cut_at_paragraph(ent_arena *arena, ent_str text)
{
    size_t words = 0, end = 0;
    bool inside = false;
    for (size_t i = 0; i < text.n; i++) {
        bool blank = (unsigned char)text.p[i] <= ' ';
        words += inside && blank;
        inside = !blank;
        bool paragraph = blank && i + 1 < text.n && text.p[i] == '\n' && text.p[i + 1] == '\n';
        if (paragraph && words > WORDS_MAX) {
            break;
        }
        end = i + 1;
    }
    while (end > 0 && (unsigned char)text.p[end - 1] <= ' ') {
        end--;
    }
    return ent__arena_printf(arena, "%.*s\n", (int)end, text.p);
}

/* Paragraphs stand between blank lines, from 0. */
static ent_rc give_paragraphs(articles *a, ent_str id, ent_str text, const char *date)
{
    ent_rc rc = ENT_OK;
    for (unsigned number = 0; rc == ENT_OK && text.n > 0; number++) {
        size_t end = 0;
        while (end < text.n && !(end + 1 < text.n && memcmp(text.p + end, "\n\n", 2) == 0)) {
            end++;
        }
        ent_str name = ent__arena_printf(a->arena, "%.*s-p%u", ENT_FMT(id), number);
        article *to = find(a, name);
        if (to != NULL) {
            rc = give_text(a, to, ent__arena_printf(a->arena, "%.*s\n", (int)end, text.p), date);
        }
        text = ent__str_sub(text, end + 2 < text.n ? end + 2 : text.n, text.n);
    }
    return rc;
}

static ent_rc give_news(articles *a, ent_str line, bool paragraphs)
{
    json_t *root = json_loadb(line.p, line.n, 0, NULL);
    const char *id = json_string_value(json_object_get(root, "id"));
    const char *text = json_string_value(json_object_get(root, "text"));
    const char *date = json_string_value(json_object_get(root, "date"));
    ent_rc rc = ENT_OK;
    if (id != NULL && text != NULL && paragraphs) {
        rc = give_paragraphs(a, ent__str(id), ent__str(text), date);
    } else if (id != NULL && text != NULL && find(a, ent__str(id)) != NULL) {
        rc = give_text(a, find(a, ent__str(id)), cut_at_paragraph(a->arena, ent__str(text)), date);
    }
    json_decref(root);
    return rc;
}

/* Sentences are named by set and id, other signs than letters, digits, "." and "-" as "_". */
static ent_rc give_sentence(articles *a, const char *set, ent_str id, ent_str sentence)
{
    ent_str name = ent__arena_printf(a->arena, "%s%.*s", set, ENT_FMT(id));
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '-' || c < 0;
        ((char *)(uintptr_t)name.p)[i] = kept ? c : '_';
    }
    article *to = find(a, name);
    return to == NULL || to->doc != NULL
               ? ENT_OK
               : give_text(a, to, ent__arena_printf(a->arena, "%.*s\n", ENT_FMT(sentence)), NULL);
}

typedef enum { WIKINEWS, WHITE_HOUSE, PLV, PENTA, TREEBANK } source_kind;

/* One line of a source; number counts from 0. */
static ent_rc give_line(articles *a, source_kind kind, ent_str line, long number, ent_str *id)
{
    ent_str rest = line, first;
    switch (kind) {
    case WIKINEWS: return give_news(a, line, false);
    case WHITE_HOUSE: return give_news(a, line, true);
    case PLV:
        ent__str_split(&rest, '\t', id);
        ent__str_split(&rest, '\t', &first);
        return give_sentence(a, "plv-", *id, first);
    case PENTA:
        ent__str_split(&rest, '\t', &first);
        return give_sentence(a, "penta-", ent__arena_printf(a->arena, "%ld", number), first);
    case TREEBANK:
        if (ent__str_starts(line, "# sent_id = ")) {
            *id = ent__arena_str(a->arena, ent__str_trim(ent__str_sub(line, 12, line.n)));
        } else if (ent__str_starts(line, "# text = ")) {
            return give_sentence(a, "", *id, ent__str_trim(ent__str_sub(line, 9, line.n)));
        }
    }
    return ENT_OK;
}

static ent_rc give_texts(articles *a, const char *data)
{
    static const struct {
        const char *path;
        source_kind kind;
    } sources[] = {{"news/wikinews-2019-2020.jsonl.xz", WIKINEWS},
                   {"news/whitehouse-briefings.jsonl.xz", WHITE_HOUSE},
                   {"events/plv_dev.tsv", PLV},
                   {"events/cameo_penta_dev.tsv", PENTA},
                   {"treebanks/ewt-train.conllu.xz", TREEBANK},
                   {"treebanks/gum-train.conllu.xz", TREEBANK}};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < sizeof sources / sizeof *sources && rc == ENT_OK; i++) {
        ent_str path = ent__arena_printf(a->arena, "%s/%s", data, sources[i].path);
        ent_str line, id = {"", 0};
        ent_lines *lines;
        rc = ent__lines_open(a->ctx, path.p, 1 << 24, &lines);
        for (long n = 0; rc == ENT_OK && ent__lines_next(a->ctx, lines, &line) > 0; n++) {
            rc = give_line(a, sources[i].kind, line, n, &id);
        }
        if (rc == ENT_OK) {
            ent__lines_close(lines);
        }
    }
    return rc;
}

ent_rc articles_annotated(articles *a, const char *folder, const char *data)
{
    static const char *const names[] = {"wikinews", "whitehouse", "sentences"};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && rc == ENT_OK; i++) {
        rc = read_annotations(a, ent__arena_printf(a->arena, "%s/%s.tsv", folder, names[i]).p);
        a->sets++;
    }
    if (rc == ENT_OK) {
        qsort(a->list, a->count, sizeof *a->list, by_id);
        rc = give_texts(a, data);
    }
    return rc;
}

/* ---- golds ---------------------------------------------------------------------------------- */

static size_t json_codes(articles *a, const json_t *array, ent_str out[ANNOTATED_SIDE_MAX])
{
    size_t i, n = 0;
    json_t *code;
    json_array_foreach(array, i, code) {
        if (n < ANNOTATED_SIDE_MAX) {
            out[n++] = ent__arena_str(a->arena, ent__str(json_string_value(code)));
        }
    }
    return n;
}

static ent_rc read_gold(articles *a, article *to, const char *path)
{
    json_t *root = json_load_file(path, 0, NULL), *event, *alt;
    size_t i, k;
    json_array_foreach(json_object_get(root, "events"), i, event) {
        const json_t *verb = json_object_get(event, "verb");
        const char *type = json_string_value(json_object_get(event, "plover"));
        const char *certainty = json_string_value(json_object_get(event, "certainty"));
        annotated *e = add_event(to);
        if (e == NULL) {
            json_decref(root);
            return ent__nomem(a->ctx);
        }
        e->begin = (uint32_t)json_integer_value(json_object_get(verb, "start"));
        e->end = (uint32_t)json_integer_value(json_object_get(verb, "end"));
        e->source_count = json_codes(a, json_object_get(event, "source"), e->source);
        e->target_count = json_codes(a, json_object_get(event, "target"), e->target);
        e->symmetric = json_is_true(json_object_get(event, "symmetric"));
        e->core = !json_is_false(json_object_get(event, "core"));
        e->told = certainty == NULL || is_told(ent__str(certainty));
        e->types = type == NULL ? 0 : type_bits(ent__str(type));
        json_array_foreach(json_object_get(event, "alt"), k, alt) {
            e->types |= type_bits(ent__str(json_string_value(alt)));
        }
    }
    json_decref(root);
    return ENT_OK;
}

/* The first document of a file. */
static ent_rc read_file(articles *a, const char *path, ent_doc **out)
{
    ent_input *input;
    ent_rc rc = ent__input_open(a->ctx, a->kit, path, NULL, &input);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__doc_new(a->ctx, out);
    if (rc == ENT_OK && ent__input_next(a->ctx, input, (*out)->arena, &(*out)->text) == 1) {
        rc = ent__doc_read(a->ctx, a->kit, *out);
    }
    ent__input_close(input);
    return rc;
}

ent_rc articles_gold(articles *a, const char *folder)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    ent_rc rc = ENT_OK;
    for (int i = 0; i < n; i++) {
        ent_str name = ent__str(names[i]->d_name);
        if (rc == ENT_OK && ent__str_ends(name, ".txt")) {
            article *to = add_article(a, ent__str_sub(name, 0, name.n - 4));
            ent_str text = ent__arena_printf(a->arena, "%s/%s", folder, names[i]->d_name);
            ent_str gold = ent__arena_printf(a->arena, "%s/%.*s.gold.json", folder,
                                             (int)name.n - 4, name.p);
            rc = to == NULL ? ent__nomem(a->ctx) : read_file(a, text.p, &to->doc);
            rc = rc == ENT_OK ? read_gold(a, to, gold.p) : rc;
        }
        free(names[i]);
    }
    free(names);
    a->sets++;
    return rc;
}

void articles_free(articles *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->list[i].events);
        ent_doc_free(a->list[i].doc);
    }
    free(a->list);
    *a = (articles){0};
}
