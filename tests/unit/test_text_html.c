/* Pages of our own: what is kept, what is dropped, what is told about them; and the score on the
 * private benchmark pages where they are on this machine. */
#include <archive.h>
#include <archive_entry.h>

#include "../../src/text/page.h"
#include "../../src/text/text.h"
#include "test.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
} opened;

static int open_kit(void **state)
{
    static opened o;
    *state = &o;
    o.arena = ent__arena_new();
    return ent_ctx_new(&o.ctx) != ENT_OK || ent_kit_open(o.ctx, NULL, &o.kit) != ENT_OK;
}

static int close_kit(void **state)
{
    opened *o = *state;
    ent__arena_free(o->arena);
    ent_kit_free(o->kit);
    ent_ctx_free(o->ctx);
    return 0;
}

static ent_text page(const opened *o, ent_str html)
{
    ent_text text;
    ent_rc rc = ent__text_read(o->ctx, o->kit, o->arena, html, ENT_LIT("t"), &text);
    if (rc != ENT_OK) {
        fail_msg("%s", ent_ctx_error(o->ctx));
    }
    return text;
}

static bool holds(ent_str text, const char *part)
{
    return memmem(text.p, text.n, part, strlen(part)) != NULL;
}

#define P1                                                                                         \
    "<p>The ministers of Arland and Borland met on Thursday, officials said, to speak about "      \
    "tariffs, fishing rights, and the border.</p>"
#define P2                                                                                         \
    "<p>Neither side named a date for the next meeting, but both said that the talks had been "    \
    "useful and would go on in the autumn.</p>"
#define P3                                                                                         \
    "<p>Analysts in both capitals had expected less. Trade between the two grew by a tenth "       \
    "last year, the statistical office reports.</p>"

static const char NEWS[] =
    "<!doctype html><html lang='en-GB'><head><meta charset=utf-8>"
    "<title>Ministers meet on tariffs | The Example Post</title>"
    "<meta property='og:site_name' content='The Example Post'>"
    "<meta property='og:description' content='First talks in three years.'>"
    "<meta property='article:published_time' content='2024-05-02T08:00:00Z'>"
    "<meta name='author' content='Jane Roe'><link rel=canonical "
    "href='http://example.org/a'></head><body>"
    "<div class='cookie-banner'><p>We use cookies to make this page better, and to count visits, "
    "as our policy explains in detail.</p></div>"
    "<ul class=menu><li><a href=/>Home</a><li><a href=/w>World</a></ul>"
    "<div class=wrap><h1>Ministers meet on tariffs</h1><div class=byline>By Jane Roe</div>"
    "<div class=share><a href=#>Share</a> <a href=#>Tweet</a></div><div class=story>" P1
    "<figure><img src=a><figcaption>The two ministers before the talks, in the old town hall, on "
    "Thursday.</figcaption></figure><h2>No date</h2>" P2
    "<ul><li>Tariffs fall next year.</li><li>An office opens in June.</li></ul>"
    "<blockquote><p>It is a start, and no more.</p></blockquote>"
    "<p><a href=/x>Read more: Borland closes its consulate</a></p>" P3
    "<div class=related><h3>Related stories</h3><ul><li><a href=/1>Borland closes its consulate in "
    "the port</a><li><a href=/2>Fishermen wait for a word from the capital</a></ul></div></div>"
    "<div id=comments><h3>Comments</h3><p>I do not believe a word of this, said the reader, and "
    "neither should you, whatever they say.</p></div></div>"
    "<footer>Copyright 2024 The Example Post. All rights reserved, in all countries, for "
    "ever.</footer>";

static void article_without_its_page(void **state)
{
    ent_text t = page(*state, ent__str(NEWS));
    static const char *const kept[] = {"The ministers of", "No date",       "Neither side",
                                       "Tariffs fall",     "It is a start", "Analysts in both"};
    static const char *const dropped[] = {
        "cookies",   "World",           "Tweet",     "before the talks", "Read more",     "Related",
        "Fishermen", "said the reader", "Copyright", "Jane Roe",         "Ministers meet"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        assert_true(holds(t.text, kept[i]));
    }
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        if (holds(t.text, dropped[i])) {
            fail_msg("\"%s\" is page chrome and was kept", dropped[i]);
        }
    }
}

static void what_the_page_says_of_itself(void **state)
{
    ent_text t = page(*state, ent__str(NEWS));
    assert_true(ent__str_eqz(t.title, "Ministers meet on tariffs"));
    assert_true(ent__str_eqz(t.deck, "First talks in three years."));
    assert_true(ent__str_eqz(t.byline, "Jane Roe"));
    assert_true(ent__str_eqz(t.outlet, "The Example Post"));
    assert_true(ent__str_eqz(t.url, "http://example.org/a"));
    assert_true(ent__str_eqz(t.language, "en"));
    assert_int_equal(ent__date_days(t.date), ent__date_days((ent_date){2024, 5, 2}));
}

static void kinds_of_blocks(void **state)
{
    ent_text t = page(*state, ent__str(NEWS));
    static const ent_block_kind kinds[] = {ENT_BLOCK_PARAGRAPH, ENT_BLOCK_HEADING,
        ENT_BLOCK_PARAGRAPH, ENT_BLOCK_LIST_ITEM, ENT_BLOCK_LIST_ITEM, ENT_BLOCK_QUOTE,
        ENT_BLOCK_PARAGRAPH};
    assert_int_equal(t.block_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(t.blocks[i].kind, kinds[i]);
    }
    assert_true(holds(t.text, "Tariffs fall next year.\nAn office"));
}

static void json_ld_speaks_first(void **state)
{
    ent_text t = page(
        *state,
        ENT_LIT(
            "<html><head><title>x - y</title><meta name=date content='2020-01-01'>"
            "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebSite\"},{\"@type\":"
            "[\"NewsArticle\"],\"headline\":\"Talks on fish\",\"datePublished\":\"2024-05-02\","
            "\"author\":[{\"name\":\"A B\"},{\"name\":\"C "
            "D\"}],\"publisher\":{\"name\":\"Post\"}}]}</script>"
            "</head><body>" P1 P2));
    assert_true(ent__str_eqz(t.title, "Talks on fish"));
    assert_true(ent__str_eqz(t.byline, "A B, C D"));
    assert_true(ent__str_eqz(t.outlet, "Post"));
    assert_int_equal(t.date.year, 2024);
}

static void tables_that_are_the_content(void **state)
{
    ent_text t = page(*state, ENT_LIT(
        "<body><h1>Votes</h1>" P1 "<table><tr><th>State<th>Yes<th>No<tr><td>Arland<td>12<td>3"
        "<tr><td>Borland<td>9<td>6</table>" P2));
    assert_true(holds(t.text, "Arland\t12\t3\nBorland\t9\t6"));
}

static void teasers_of_other_pages(void **state)
{
    ent_text t = page(*state, ENT_LIT("<body><div><h1>Talks on tariffs go on</h1>" P1 P2 P3
                                      "<div class=box><div class=t><h4><a href=/1>Borland closes "
                                      "its consulate</a></h4><p>The consulate in "
                                      "the port had been open for a hundred years, and...</p></div>"
                                      "<div class=t><h4><a href=/2>Fishermen wait for an "
                                      "answer</a></h4><p>In the villages of the coast, "
                                      "nobody speaks of anything else, but...</p></div>"
                                      "<div class=t><h4><a href=/3>A bridge for two "
                                      "states</a></h4><p>The plan is older than both "
                                      "parliaments, and was never built...</p></div></div></div>"));
    assert_true(holds(t.text, "Analysts"));
    assert_false(holds(t.text, "consulate"));
    assert_false(holds(t.text, "parliaments"));
}

static void other_scripts_and_encodings(void **state)
{
    ent_text t = page(
        *state, ENT_LIT("<html><head><meta http-equiv=Content-Type content='text/html; "
                        "charset=windows-1251'></head><body>"
                        "<p>\xCC\xE8\xED\xE8\xF1\xF2\xF0 \xE7\xE0\xFF\xE2\xE8\xEB, \xF7\xF2\xEE "
                        "\xEF\xE5\xF0\xE5\xE3\xEE\xE2\xEE\xF0\xFB \xE1\xFB\xEB\xE8 "
                        "\xEF\xEE\xEB\xE5\xE7\xED\xFB, "
                        "\xE8 \xE1\xF3\xE4\xF3\xF2 \xEF\xF0\xEE\xE4\xEE\xEB\xE6\xE5\xED\xFB.</p>"));
    assert_true(holds(t.text, "Министр заявил, что переговоры были полезны"));
    t = page(*state, ENT_LIT("<html><meta charset=iso-8859-1><p>Le ministre a d\xE9"
                             "clar\xE9 \x93oui\x94, "
                             "et la r\xE9union, dit-il, a \xE9t\xE9 utile.</p>"));
    assert_true(holds(t.text, "déclaré “oui”"));
    t = page(*state, ENT_LIT("<html><body><nav>首页</nav><p>两国外长星期四在首都举行会谈，讨论了关税、渔业和边界问题，"
                             "双方同意秋天继续会谈。</p><p>双方没有说明下次会谈的日期。</p></body></html>"));
    assert_true(holds(t.text, "两国外长"));
    assert_false(holds(t.text, "首页"));
}

static void text_that_waits_for_a_script(void **state)
{
    ent_text t =
        page(*state, ENT_LIT("<body><h1>Talks on tariffs</h1><div style='display: none'>" P1 P2 P3
                             "</div><p>Please wait, the page is being loaded.</p></body>"));
    assert_true(holds(t.text, "Analysts"));
    t = page(
        *state,
        ENT_LIT(
            "<head><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":"
            "\"The ministers of Arland and Borland met on Thursday, officials said, to speak about "
            "tariffs, fishing rights, and the border.  Neither side named a date for the next "
            "meeting, but both said that the talks had been useful.\"}</script></head>"
            "<body><p>Please turn on scripts.</p></body>"));
    assert_true(holds(t.text, "Neither side"));
    assert_false(holds(t.text, "scripts"));
}

static void hundred_thousand_open_tags(void **state)
{
    static const char *const openings[] = {"<div>",      "<b>",   "<table><tr><td>", "<ul><li>",
                                           "<a href=x>", "<svg>", "<blockquote>"};
    const opened *o = *state;
    for (size_t k = 0; k < sizeof openings / sizeof *openings; k++) {
        ent_buf html = {0};
        ent__buf_z(&html, "<html><body>");
        for (int i = 0; i < 100000; i++) {
            ent__buf_z(&html, openings[k]);
        }
        ent__buf_z(&html, P1);
        ent_text text;
        ent_arena *arena = ent__arena_new();
        int rc = ent__text_read(o->ctx, o->kit, arena, ent__buf_slice(&html), ENT_LIT("t"), &text);
        assert_true(rc == ENT_OK || rc == ENT_EINPUT);
        ent__arena_free(arena);
        ent__buf_free(&html);
    }
}

static void page_without_text_is_an_error(void **state)
{
    const opened *o = *state;
    ent_text text;
    assert_int_equal(
        ent__text_read(o->ctx, o->kit, o->arena,
                       ENT_LIT("<html><body><nav><a href=/>Home</a></nav></body></html>"),
                       ENT_LIT("bare"), &text),
        ENT_EINPUT);
    assert_non_null(strstr(ent_ctx_error(o->ctx), "bare"));
}

/* ---- the benchmark pages ------------------------------------------------------------------- */

static void read_entry(const opened *o, struct archive *a, struct archive_entry *entry,
                       ent_json *json, const char *gold_path)
{
    const char *name = strrchr(archive_entry_pathname(entry), '/');
    name = name == NULL ? archive_entry_pathname(entry) : name + 1;
    ent_buf bytes = {0};
    size_t n = (size_t)archive_entry_size(entry);
    assert_true(ent__buf_reserve(&bytes, n + 1));
    bytes.n = (size_t)archive_read_data(a, bytes.p, n);
    if (strcmp(name, "gold.json") == 0) {
        assert_int_equal(ent__file_write(o->ctx, gold_path, ent__buf_slice(&bytes)), ENT_OK);
    } else if (strstr(name, ".html") != NULL) {
        ent_arena *arena = ent__arena_new();
        ent_text text = {0};
        char id[256];
        snprintf(id, sizeof id, "%.*s", (int)(strstr(name, ".html") - name), name);
        ent__text_read(o->ctx, o->kit, arena, ent__buf_slice(&bytes), ENT_LIT("page"), &text);
        ent__json_kstr(json, id, text.text.p == NULL ? ENT_LIT("") : text.text);
        ent__arena_free(arena);
    }
    ent__buf_free(&bytes);
}

static void score_on_real_pages(void **state)
{
    const opened *o = *state;
    const char *pages = ENT_SHARED "data/html/pages-shared.tar.xz";
    skip_unless_shared(pages);
    char gold[64], system[64], command[512], line[128];
    snprintf(gold, sizeof gold, "/tmp/entente-gold-%d.json", (int)getpid());
    snprintf(system, sizeof system, "/tmp/entente-pages-%d.json", (int)getpid());
    ent_buf out = {0};
    ent_json json = ent__json(&out);
    ent__json_open(&json, '{');
    struct archive *a = archive_read_new();
    archive_read_support_filter_all(a);
    archive_read_support_format_tar(a);
    assert_int_equal(archive_read_open_filename(a, pages, 1 << 16), ARCHIVE_OK);
    for (struct archive_entry *entry; archive_read_next_header(a, &entry) == ARCHIVE_OK;) {
        read_entry(o, a, entry, &json, gold);
    }
    archive_read_free(a);
    ent__json_close(&json, '}');
    assert_int_equal(ent__file_write(o->ctx, system, ent__buf_slice(&out)), ENT_OK);
    ent__buf_free(&out);
    snprintf(command, sizeof command,
             "python3 " ENT_SHARED "tools/score_html.py --gold %s --system %s", gold, system);
    FILE *scorer = popen(command, "r");
    assert_non_null(scorer);
    assert_non_null(fgets(line, sizeof line, scorer));
    pclose(scorer);
    unlink(gold);
    unlink(system);
    const char *f1 = strstr(line, "F1 ");
    assert_non_null(f1);
    printf("# %s", line);
    assert_true(atof(f1 + 3) >= 0.95);
}

/* The piece many times over: the nesting found. */
static size_t depth_of(const char *piece)
{
    ent_buf page = {0};
    for (int i = 0; i < 1000; i++) {
        ent__buf_z(&page, piece);
    }
    size_t depth = ent__page_depth(ent__buf_slice(&page), NULL);
    ent__buf_free(&page);
    return depth;
}

static void nesting_is_not_hidden(void **state)
{
    (void)state;
    static const char *const deep[] = {
        "<div>", "<div></b>", "<b><div></b>", "<span><div></span>", "<div><table></div>",
        "<body><div></body>", "<div><title></div></title>", "<div><xmp></div></xmp>",
        "<div><select></div></select>", "<form><div></form>", "<svg><b></svg>",
        "<svg><div></svg>", "<!--><div>", "<!-- --!><div>", "<div><!x </div>", "<div></ </div>",
        "<div =\"><div b='\">", "<svg><g><![CDATA[</g>]]>", "<svg/><path/>", "<svg><p><path/>",
        "<svg><style><div></svg>"};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        if (depth_of(deep[i]) <= ENT__MAX_OPEN_TAGS) {
            print_error("hidden: %s\n", deep[i]);
        }
        assert_true(depth_of(deep[i]) > ENT__MAX_OPEN_TAGS);
    }
    static const char *const flat[] = {
        "<p>a<p>b", "<div a='>'><b>x</b></div>", "<ul><li>a<li>b</ul>", "<div><span></div>",
        "<svg><path d='M0'/><g><rect/></g><path/><path/></svg>", "<script>'<div>'</script>",
        "<!-- <div> -->", "<table><tr><td><div></div></table>"};
    for (size_t i = 0; i < sizeof flat / sizeof *flat; i++) {
        if (depth_of(flat[i]) > 10) {
            print_error("deep: %s\n", flat[i]);
        }
        assert_true(depth_of(flat[i]) <= 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_is_not_hidden),
        cmocka_unit_test(article_without_its_page),
        cmocka_unit_test(what_the_page_says_of_itself),
        cmocka_unit_test(kinds_of_blocks),
        cmocka_unit_test(json_ld_speaks_first),
        cmocka_unit_test(tables_that_are_the_content),
        cmocka_unit_test(teasers_of_other_pages),
        cmocka_unit_test(other_scripts_and_encodings),
        cmocka_unit_test(text_that_waits_for_a_script),
        cmocka_unit_test(hundred_thousand_open_tags),
        cmocka_unit_test(page_without_text_is_an_error),
        cmocka_unit_test(score_on_real_pages),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
