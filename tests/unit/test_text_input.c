/* The stream of documents: kinds told by content, folders, packed files, JSON Lines with bad lines,
 * feeds, PETRARCH XML, encodings, and bytes that are no text. */
#include <sys/stat.h>

#include "../../src/text/readers.h"
#include "test.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_arena *arena;
    char folder[64];
} opened;

static int open_kit(void **state)
{
    static opened o;
    *state = &o;
    o.arena = ent__arena_new();
    snprintf(o.folder, sizeof o.folder, "/tmp/entente-input-XXXXXX");
    return mkdtemp(o.folder) == NULL || ent_ctx_new(&o.ctx) != ENT_OK ||
           ent_kit_open(o.ctx, NULL, &o.kit) != ENT_OK;
}

static int close_kit(void **state)
{
    opened *o = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", o->folder);
    ent__arena_free(o->arena);
    ent_kit_free(o->kit);
    ent_ctx_free(o->ctx);
    return system(command);
}

/* Writes a file below the test's folder and gives its path. */
static const char *file(const opened *o, const char *name, const char *bytes, size_t n)
{
    ent_str path = ent__arena_printf(o->arena, "%s/%s", o->folder, name);
    assert_int_equal(ent__file_write(o->ctx, path.p, (ent_str){bytes, n}), ENT_OK);
    return path.p;
}

/* "doc|title|text;" of every document, "!code;" of every bad one. */
static const char *all(const opened *o, const char *path, const ent_input_options *options)
{
    ent_input *input;
    ent_text text;
    ent_buf out = {0};
    ent_rc rc = ent__input_open(o->ctx, o->kit, path, options, &input);
    if (rc != ENT_OK) {
        return ent__arena_printf(o->arena, "!%d;", (int)rc).p;
    }
    for (int got; (got = ent__input_next(o->ctx, input, o->arena, &text)) != 0;) {
        if (got < 0) {
            ent__buf_printf(&out, "!%d;", got);
        } else {
            ent__buf_printf(&out, "%.*s|%.*s|%.*s;", ENT_FMT(text.id), ENT_FMT(text.title),
                            ENT_FMT(text.text));
        }
    }
    ent__input_close(input);
    const char *kept = ent__arena_str(o->arena, ent__buf_slice(&out)).p;
    ent__buf_free(&out);
    return kept;
}

#define ALL(o, name, bytes) all(o, file(o, name, bytes, sizeof(bytes) - 1), NULL)

static void kinds_by_content(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        ent_input_kind kind;
    } known[] = {{"Arland and Borland", ENT_INPUT_PLAIN},
                 {"", ENT_INPUT_PLAIN},
                 {"<3 you all", ENT_INPUT_PLAIN},
                 {"<!DOCTYPE html><x>", ENT_INPUT_HTML},
                 {"  <div class=a>x", ENT_INPUT_HTML},
                 {"<!-- a --><HTML>", ENT_INPUT_HTML},
                 {"{\"id\":1}", ENT_INPUT_JSONL},
                 {"\xEF\xBB\xBF{ \"text\": \"x\"}", ENT_INPUT_JSONL},
                 {"{curly} words", ENT_INPUT_PLAIN},
                 {"<?xml version='1.0'?><rss version='2.0'>", ENT_INPUT_FEED},
                 {"<feed xmlns='x'>", ENT_INPUT_FEED},
                 {"<Sentences>\n<Sentence id='a'>", ENT_INPUT_PETRARCH},
                 {"<Articles><Article>", ENT_INPUT_PETRARCH},
                 {"<?xml version='1.0'?><html xmlns='x'><body>", ENT_INPUT_HTML}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ent__kind_of(ent__str(known[i].bytes)) != known[i].kind) {
            fail_msg("\"%s\" is of another kind", known[i].bytes);
        }
    }
}

static void json_lines_go_on_after_a_bad_one(void **state)
{
    const opened *o = *state;
    const char *got = ALL(
        o, "a.jsonl",
        "{\"id\":\"a\",\"title\":\"T\",\"date\":\"2024-05-02\",\"text\":\"One stands here.\"}\r\n"
        "not json\n\n"
        "{\"id\":7,\"html\":\"<p>Two stands here, in markup, and goes on a little.</p>\"}\n"
        "{\"id\":\"c\"}\n[1]\n{\"id\":\"\xFF\",\"text\":\"x\"}\n"
        "{\"text\":\"Last\"}");
    assert_string_equal(got + strlen(got) - 6, "|Last;");
    assert_non_null(strstr(got, "a|T|One stands here.;!-3;7||Two stands here"));
    assert_non_null(strstr(got, ";!-3;!-3;!-3;"));
}

static void long_lines_are_left_out(void **state)
{
    const opened *o = *state;
    ent_input_options options = {.byte_limit = 100};
    ent_buf b = {0};
    ent__buf_z(&b, "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"");
    for (int i = 0; i < 100000; i++) {
        ent__buf_z(&b, "word ");
    }
    ent__buf_z(&b, "\"}\n{\"id\":\"c\",\"text\":\"Three.\"}\n");
    const char *path = file(o, "long.jsonl", b.p, b.n);
    ent__buf_free(&b);
    assert_string_equal(all(o, path, &options), "a||One.;!-3;c||Three.;");
}

static void feeds_give_their_entries(void **state)
{
    const opened *o = *state;
    assert_string_equal(
        ALL(o, "f.xml",
            "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>Post</title>"
            "<item><title>Talks</title><pubDate>Thu, 02 May 2024 10:00:00 "
            "GMT</pubDate><description>Short&nbsp;one."
            "</description><content:encoded><![CDATA[<p>Long &amp; whole, as the page has "
            "it.</p>]]>"
            "</content:encoded></item><item><title>Second</title><description>Only this "
            "&lt;b&gt;bold&lt;/b&gt; one."
            "</description></item></channel></rss>"),
        "f-1|Talks|Long & whole, as the page has it.;f-2|Second|Only this bold one.;");
    assert_string_equal(
        ALL(o, "a.xml",
            "<feed "
            "xmlns='http://www.w3.org/2005/Atom'><title>P</title><entry><title>One</title><content "
            "type='xhtml'>"
            "<div><p>The <b>ministers</b> met &amp; left.</p></div></content></entry></feed>"),
        "a-1|One|The ministers met & left.;");
}

static void a_cut_feed_gives_what_it_has(void **state)
{
    const opened *o = *state;
    assert_string_equal(
        ALL(o, "cut.xml",
            "<rss><channel><item><description>First.</description></item><item><desc"),
        "cut-1||First.;!-3;!-3;");
}

static void entities_that_grow_are_refused(void **state)
{
    const opened *o = *state;
    assert_string_equal(ALL(o, "lol.xml",
                            "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel>"
                            "<item><title>&b;</title></item></channel></rss>"),
                        "!-3;");
}

static void petrarch_records(void **state)
{
    const opened *o = *state;
    static const char xml[] = "<Sentences>\n# note <b>with</b> markup & more\n"
                              "<Sentence date = \"20240502\" id=\"EX_1\" source=\"EXA\" "
                              "sentence=\"true\"/>\n<Text>\nArland signed.\n</Text>"
                              "<Parse>(ROOT (S x))</Parse></Sentence>\n<Sentence id='EX_2' "
                              "date='950101'><Text>Borland left.</Text></Sentence>"
                              "</Sentences>";
    const char *path = file(o, "p.xml", xml, sizeof xml - 1);
    ent_input *input;
    ent_text text;
    assert_int_equal(ent__input_open(o->ctx, o->kit, path, NULL, &input), ENT_OK);
    assert_int_equal(ent__input_next(o->ctx, input, o->arena, &text), 1);
    assert_true(ent__str_eqz(text.id, "EX_1") && ent__str_eqz(text.text, "Arland signed."));
    assert_true(ent__str_eqz(text.parse, "(ROOT (S x))") && text.one_sentence);
    assert_true(ent__str_eqz(text.outlet, "EXA") && text.date.month == 5);
    assert_int_equal(ent__input_next(o->ctx, input, o->arena, &text), 1);
    assert_true(text.date.year == 1995 && !text.one_sentence);
    ent__input_close(input);
}

static void folders_in_name_order(void **state)
{
    const opened *o = *state;
    char below[80];
    snprintf(below, sizeof below, "%s/d", o->folder);
    mkdir(below, 0700);
    snprintf(below, sizeof below, "%s/d/sub", o->folder);
    mkdir(below, 0700);
    file(o, "d/b.txt", "Bee.", 4);
    file(o, "d/a.txt", "Ay.", 3);
    file(o, "d/sub/c.txt", "Sea.", 4);
    file(o, "d/.hidden", "No.", 3);
    snprintf(below, sizeof below, "%s/d", o->folder);
    assert_string_equal(all(o, below, NULL), "a||Ay.;b||Bee.;c||Sea.;");
}

static void encodings(void **state)
{
    const opened *o = *state;
    assert_string_equal(ALL(o, "u.txt", "\xFF\xFE" "H\0i\0 \0\xE9\0.\0"), "u||Hi é.;");
    assert_string_equal(ALL(o, "w.txt", "caf\xE9, na\xEFve, \x93quoted\x94 r\xE9sum\xE9."),
                        "w||café, naïve, “quoted” résumé.;");
    assert_string_equal(ALL(o, "h.txt", "Half a sequence \xE2\x82"),
                        "h||Half a sequence \xEF\xBF\xBD\xEF\xBF\xBD;");
}

static void no_text_is_refused(void **state)
{
    const opened *o = *state;
    assert_string_equal(ALL(o, "e.txt", ""), "!-3;");
    assert_string_equal(ALL(o, "b.txt", " \n\t\n"), "!-3;");
    assert_string_equal(ALL(o, "p.txt", "%PDF-1.4 and so on"), "!-3;");
    assert_string_equal(ALL(o, "n.txt", "\1\2\3\4\5\6\7 junk \0\0\0\1"), "!-3;");
    assert_string_equal(all(o, "/nowhere/at/all.txt", NULL), "!-3;");
    assert_non_null(strstr(ent_ctx_error(o->ctx), "/nowhere/at/all.txt"));
    ent_input_options small = {.byte_limit = 10};
    assert_string_equal(all(o, file(o, "big.txt", "more than ten bytes", 19), &small), "!-3;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_by_content),
        cmocka_unit_test(json_lines_go_on_after_a_bad_one),
        cmocka_unit_test(long_lines_are_left_out),
        cmocka_unit_test(feeds_give_their_entries),
        cmocka_unit_test(a_cut_feed_gives_what_it_has),
        cmocka_unit_test(entities_that_grow_are_refused),
        cmocka_unit_test(petrarch_records),
        cmocka_unit_test(folders_in_name_order),
        cmocka_unit_test(encodings),
        cmocka_unit_test(no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
