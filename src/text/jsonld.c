/* jsonld: schema.org articles in JSON-LD.
 *
 * Input:  the text of one script element.
 * Output: headline, date, author, publisher, body of the first article-like object in it.
 * Source: schema.org NewsArticle and kin; https://www.w3.org/TR/json-ld11/ (@graph, @type lists).
 * Cost:   O(bytes); nesting is bounded by jansson (2048). */
#include "jsonld.h"

#include <jansson.h>
#include <string.h>

#define DEEPEST 12 /* levels searched for an article */

static bool article_type(const char *type)
{
    static const char *const names[] = {"Article", "NewsArticle", "BlogPosting", "Report",
        "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle",
        "BackgroundNewsArticle", "LiveBlogPosting", "TechArticle", "ScholarlyArticle",
        "AdvertiserContentArticle", "SocialMediaPosting", "Review", "ClaimReview"};
    for (size_t i = 0; type != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(type, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_article(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    if (json_is_string(type)) {
        return article_type(json_string_value(type));
    }
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (article_type(json_string_value(json_array_get(type, i)))) {
            return true;
        }
    }
    return false;
}

static void take(ent_arena *arena, ent_str *field, const json_t *value)
{
    if (field->n == 0 && json_is_string(value)) {
        ent_str copy = ent__arena_str(
            arena, ent__str_trim((ent_str){json_string_value(value), json_string_length(value)}));
        *field = copy.p == NULL ? *field : copy;
    }
}

/* A string, an object with "name", or a list of these joined by ", ". */
static void take_names(ent_arena *arena, ent_str *field, const json_t *value)
{
    if (field->n > 0) {
        return;
    }
    if (json_is_object(value)) {
        take_names(arena, field, json_object_get(value, "name"));
    } else if (json_is_string(value)) {
        take(arena, field, value);
    } else if (json_is_array(value)) {
        ent_buf joined = {0};
        for (size_t i = 0; i < json_array_size(value) && i < 20; i++) {
            ent_str one = {"", 0};
            const json_t *item = json_array_get(value, i);
            if (!json_is_array(item)) {
                take_names(arena, &one, item);
            }
            if (one.n > 0) {
                ent__buf_z(&joined, joined.n > 0 ? ", " : "");
                ent__buf_str(&joined, one);
            }
        }
        ent_str copy = ent__arena_str(arena, ent__buf_slice(&joined));
        *field = copy.p == NULL ? *field : copy;
        ent__buf_free(&joined);
    }
}

static void read_article(ent_arena *arena, const json_t *object, ent__jsonld *into)
{
    take(arena, &into->headline, json_object_get(object, "headline"));
    take(arena, &into->headline, json_object_get(object, "name"));
    take(arena, &into->description, json_object_get(object, "description"));
    take(arena, &into->date, json_object_get(object, "datePublished"));
    take(arena, &into->date, json_object_get(object, "dateCreated"));
    take_names(arena, &into->author, json_object_get(object, "author"));
    take_names(arena, &into->publisher, json_object_get(object, "publisher"));
    take(arena, &into->article_body, json_object_get(object, "articleBody"));
}

static bool search(ent_arena *arena, const json_t *value, ent__jsonld *into, int depth)
{
    if (depth > DEEPEST) {
        return false;
    }
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (search(arena, json_array_get(value, i), into, depth + 1)) {
                return true;
            }
        }
        return false;
    }
    if (!json_is_object(value)) {
        return false;
    }
    if (is_article(value)) {
        read_article(arena, value, into);
        return true;
    }
    static const char *const inner[] = {"@graph", "mainEntity", "mainEntityOfPage"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        if (search(arena, json_object_get(value, inner[i]), into, depth + 1)) {
            return true;
        }
    }
    return false;
}

void ent__jsonld_read(ent_arena *arena, ent_str script, ent__jsonld *into)
{
    /* raw line breaks inside strings are common and forbidden; blanks do no harm anywhere */
    ent_str copy = ent__arena_str(arena, ent__str_trim(script));
    if (copy.p == NULL) {
        return;
    }
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; i < copy.n; i++) {
        p[i] = (unsigned char)p[i] < 32 ? ' ' : p[i];
    }
    json_error_t error;
    json_t *root = json_loadb(copy.p, copy.n, JSON_DISABLE_EOF_CHECK, &error);
    if (root != NULL) {
        search(arena, root, into, 0);
        json_decref(root);
    }
}
