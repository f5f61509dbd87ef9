/* brief: hostile text is shown as text, nothing is fetched, every line leads to its sentence. */
#include "test.h"

#include "../../src/brief/brief.h"

static const char hostile[] =
    "Leaders say <script>alert(1)</script> in \"Paris\"\n\nMay 3, 2021\n\n"
    "France and Germany held talks in Paris on 1 May 2021. \"<img src=x onerror=y> & 'we' agree,\" "
    "German Foreign Minister Heiko Maas said. Will <b>Russia</b> attack Ukraine? Germany gave Ukraine "
    "$5 million.\n\n{\"@context\":\"</style><script>\"}\n";

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_doc *doc;
    ent_arena *arena;
    ent_brief *brief;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    assert_int_equal(ent_ctx_new(&f.ctx), ENT_OK);
    if (ent_kit_open(f.ctx, NULL, &f.kit) != ENT_OK ||
        ent_doc_read(f.ctx, f.kit, hostile, sizeof hostile - 1, "a\"b<c>", &f.doc) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(f.ctx));
    }
    f.arena = ent__arena_new();
    const ent_doc *docs[] = {f.doc};
    const ent_doc **kept = ent__arena_alloc(f.arena, sizeof docs);
    kept[0] = f.doc;
    const ent_brief_inputs inputs = {.docs = kept, .doc_count = 1};
    assert_int_equal(ent__brief_build(f.ctx, f.kit, f.arena, &inputs, &f.brief), ENT_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__arena_free(f->arena);
    ent_doc_free(f->doc);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    return 0;
}

static void page_escapes_everything(void **state)
{
    fixture *f = *state;
    ent_buf out = {0};
    ent__brief_html(&out, f->kit, f->brief);
    /* The one script element holds data (JSON-LD), and nothing in it looks like a tag. */
    const char *data = strcasestr(out.p, "<script");
    assert_non_null(data);
    assert_int_equal(strncmp(data, "<script type=\"application/ld+json\">", 35), 0);
    assert_null(strcasestr(data + 1, "<script"));
    assert_int_equal(strncmp(strchr(data + 1, '<'), "</script>", 9), 0);
    assert_null(strcasestr(out.p, "<img"));
    assert_null(strcasestr(out.p, "<b>Russia"));
    assert_non_null(strstr(out.p, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    /* One style sheet, closed once: nothing breaks out of it. */
    const char *end = strstr(out.p, "</style>");
    assert_non_null(end);
    assert_null(strstr(end + 1, "</style>"));
    ent__buf_free(&out);
}

static void page_asks_nobody(void **state)
{
    fixture *f = *state;
    ent_buf out = {0};
    ent__brief_html(&out, f->kit, f->brief);
    /* Two names that look like addresses: the vocabulary of the metadata, the language of drawings. */
    for (const char *at = out.p; (at = strstr(at, "http")) != NULL; at++) {
        assert_true(strncmp(at, "http-equiv", 10) == 0 || strncmp(at, "https://schema.org\"", 19) == 0 ||
                    strncmp(at, "http://www.w3.org/2000/svg\"", 27) == 0);
    }
    assert_null(strstr(out.p, " src=\""));
    assert_null(strstr(out.p, "url("));
    assert_null(strstr(out.p, "<link"));
    assert_null(strstr(out.p, "@import"));
    ent__buf_free(&out);
}

/* Every link inside the page has a target. */
static void links_lead_somewhere(void **state)
{
    fixture *f = *state;
    ent_buf out = {0};
    ent__brief_html(&out, f->kit, f->brief);
    size_t links = 0;
    for (const char *at = out.p; (at = strstr(at, "href=\"#")) != NULL; links++) {
        char id[80];
        at += strlen("href=\"#");
        snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(at, "\""), at);
        if (strstr(out.p, id) == NULL) {
            fail_msg("no target for %s", id);
        }
    }
    assert_true(links > 5);
    ent__buf_free(&out);
}

static void content_is_the_same_in_every_form(void **state)
{
    fixture *f = *state;
    ent_buf json = {0}, markdown = {0};
    assert_true(f->brief->happened_count >= 1 && f->brief->statement_count >= 1);
    assert_true(f->brief->question_count == 1 && f->brief->quantity_count >= 1);
    ent__brief_json(&json, f->kit, f->brief);
    ent__brief_markdown(&markdown, f->kit, f->brief);
    assert_non_null(strstr(json.p, "\"type\":\"CONSULT\""));
    assert_non_null(strstr(markdown.p, "Consultation"));
    assert_null(strstr(markdown.p, "<script>"));
    ent__buf_free(&json);
    ent__buf_free(&markdown);
}

/* What is only asked counts in no tie. */
static void questions_are_no_events(void **state)
{
    fixture *f = *state;
    assert_null(ent__brief_tie(f->brief, ENT_LIT("RUS"), ENT_LIT("UKR")));
    assert_non_null(ent__brief_tie(f->brief, ENT_LIT("FRA"), ENT_LIT("DEU")));
}

/* The permanent name is the hash of the file with noughts in its place, in every form. */
static void a_changed_page_has_another_name(void **state)
{
    fixture *f = *state;
    void (*const writers[])(ent_buf *, const ent_kit *, const ent_brief *) = {
        ent__brief_html, ent__brief_markdown, ent__brief_json};
    for (size_t i = 0; i < 3; i++) {
        ent_buf page = {0}, again = {0};
        char name[65], other[65];
        writers[i](&page, f->kit, f->brief);
        writers[i](&again, f->kit, f->brief);
        assert_string_equal(page.p, again.p);
        assert_true(ent__brief_name(ent__buf_slice(&page), name));
        assert_int_equal(strlen(name), 64);
        page.p[page.n - 2] ^= 1;
        assert_false(ent__brief_name(ent__buf_slice(&page), other));
        ent__buf_free(&page);
        ent__buf_free(&again);
    }
    char none[65];
    assert_false(ent__brief_name(ENT_LIT("no name here: sha256:abc"), none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_escapes_everything),
        cmocka_unit_test(page_asks_nobody),
        cmocka_unit_test(links_lead_somewhere),
        cmocka_unit_test(content_is_the_same_in_every_form),
        cmocka_unit_test(questions_are_no_events),
        cmocka_unit_test(a_changed_page_has_another_name),
    };
    return cmocka_run_group_tests_name("brief", tests, set_up, tear_down);
}
