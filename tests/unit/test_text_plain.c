/* Blocks of pasted texts: every class of dirt in texts of our own, and prose that must stay. */
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

static ent_text parsed(const opened *o, const char *plain)
{
    ent_text text;
    assert_int_equal(ent__text_read(o->ctx, o->kit, o->arena, ent__str(plain), ENT_LIT("t"), &text),
                     ENT_OK);
    assert_true(ent__str_eqz(text.text, plain)); /* byte for byte */
    return text;
}

static const char *const NAMES[] = {"title", "deck", "byline", "dateline", "heading", "paragraph",
                                    "list", "quote", "chrome"};

/* The kind of the block that begins with `start`. */
static void expect(const ent_text *text, const char *start, const char *kind)
{
    for (size_t i = 0; i < text->block_count; i++) {
        const ent_block *b = &text->blocks[i];
        if (ent__str_starts(ent__str_sub(text->text, b->begin, b->end), start)) {
            if (strcmp(NAMES[b->kind], kind) != 0) {
                fail_msg("\"%s\": expected %s, got %s", start, kind, NAMES[b->kind]);
            }
            return;
        }
    }
    fail_msg("no block begins with \"%s\"", start);
}

#define PROSE_A "The ministers of Arland and Borland met on Thursday, officials said, to speak " \
                "about tariffs, fishing rights, and the border."
#define PROSE_B "Neither side named a date for the next meeting, but both said that the talks " \
                "had been useful and would go on in the autumn."
#define PROSE_C "Analysts in both capitals had expected less. Trade between the two grew by a " \
                "tenth last year, the statistical office of Borland reports."

static void front_of_a_pasted_page(void **state)
{
    ent_text t = parsed(*state,
        "Arland and Borland Ministers Hold Talks on Tariffs\n\n"
        "The first meeting in three years ends without a date for the next. Will it last?\n\n"
        "Apr 3, 2024\xC2\xA0-\xC2\xA0" "09:30\n\xC2\xA0" "12\n"
        "Arland and Borland Ministers Hold Talks on Tariffs\n\n"
        "Arland and Borland Ministers Hold First Talks on Tariffs\n\n"
        PROSE_A "\n\nWhat comes next?\n\n" PROSE_B "\n\n" PROSE_C);
    assert_true(ent__str_eqz(t.title, "Arland and Borland Ministers Hold Talks on Tariffs"));
    assert_true(ent__str_starts(t.deck, "The first meeting"));
    assert_int_equal(t.date.year, 2024);
    assert_int_equal(t.date.month, 4);
    assert_int_equal(t.date.day, 3);
    assert_int_equal(t.blocks[0].kind, ENT_BLOCK_TITLE);
    expect(&t, "The first meeting", "deck");
    expect(&t, "Apr 3", "dateline");
    expect(&t, "12", "chrome");
    expect(&t, "Arland and Borland Ministers Hold First", "chrome");
    expect(&t, "The ministers", "paragraph");
    expect(&t, "What comes next", "heading");
    expect(&t, "Analysts", "paragraph");
}

static void byline_and_wire_dateline(void **state)
{
    ent_text t = parsed(
        *state,
        "Storm delays summit of island states\nBy Jane Roe and John Doe\nUpdated 3 hours ago\n\n"
        "PORT ARLAND, Arland (Agency) \xE2\x80\x94 A storm delayed the summit on Monday, the host "
        "said.\n\n" PROSE_B);
    assert_true(ent__str_eqz(t.byline, "Jane Roe and John Doe"));
    expect(&t, "By Jane", "byline");
    expect(&t, "Updated", "dateline");
    expect(&t, "PORT ARLAND", "dateline");
    expect(&t, "A storm delayed", "paragraph");
}

static void rows_of_buttons_and_author_box(void **state)
{
    ent_text t = parsed(
        *state, "Arland votes on new border law\n\n" PROSE_A "\n\n" PROSE_C "\n\n" PROSE_B "\n\n"
                "What's Your Reaction?\n\nlike\n\ndislike\n\nlove\n\nfunny\n\nwow\n\n"
                "Share\nTweet\nWhatsApp\nEmail\n\n"
                "Share  Tweet  27 shares\n\n"
                "Jane Roe is a senior correspondent at the Example Post. She has covered the "
                "region since 2010.");
    expect(&t, "Neither side", "paragraph");
    expect(&t, "What's Your", "chrome");
    expect(&t, "dislike", "chrome");
    expect(&t, "wow", "chrome");
    expect(&t, "WhatsApp", "chrome");
    expect(&t, "Share  Tweet", "chrome");
    expect(&t, "Jane Roe is", "byline");
    assert_true(ent__str_eqz(t.byline, "Jane Roe"));
}

static void furniture_between_paragraphs(void **state)
{
    ent_text t = parsed(*state,
        "Arland votes on new border law\n\n" PROSE_A "\n\nAdvertisement\n\n" PROSE_B "\n\n"
        "Read more: Borland closes its consulate\n\n"
        "Photo: A border post in the hills. Example Images\n\n" PROSE_C "\n\n"
        "Sign up for our newsletter to get the news of the day.\n\n"
        "Related articles\n\nBorland closes its consulate\n\nFive things to know about the vote\n\n"
        "\xC2\xA9 2024 The Example Post. All rights reserved.");
    expect(&t, "Advertisement", "chrome");
    expect(&t, "Read more", "chrome");
    expect(&t, "Photo:", "chrome");
    expect(&t, "Sign up", "chrome");
    expect(&t, "Related articles", "chrome");
    expect(&t, "Five things", "chrome");
    expect(&t, "\xC2\xA9 2024", "chrome");
    expect(&t, "Neither side", "paragraph");
    expect(&t, "Analysts", "paragraph");
}

static void names_captions_and_comments(void **state)
{
    ent_text t =
        parsed(*state,
               "Home > World\nBorland says border will open\n10 March 2024\nShare\nSave\nJane Roe\n"
               "Diplomatic correspondent\nAgency The prime minister speaks at a lectern\n" PROSE_A
               "\n" PROSE_C "\n" PROSE_B "\n3 thoughts on \"Borland says border will open\"\nJohn "
                                         "says:\nMarch 11, 2024 at 10:05 am\n"
               "I think that you are wrong about all this, and that it was known in the spring "
               "already.\nReply\n");
    assert_true(ent__str_eqz(t.title, "Borland says border will open"));
    assert_true(ent__str_eqz(t.byline, "Jane Roe"));
    expect(&t, "Home", "chrome");
    expect(&t, "Agency The prime", "chrome");
    expect(&t, "Neither side", "paragraph");
    expect(&t, "3 thoughts", "chrome");
    expect(&t, "I think that you", "chrome");
    t = parsed(
        *state,
        "MOSCOW, March 10. /TASS/. Arland and Borland will hold exercises, the ministry said.");
    expect(&t, "MOSCOW", "dateline");
    expect(&t, "Arland and", "paragraph");
}

static void prose_that_looks_like_furniture_stays(void **state)
{
    ent_text t = parsed(
        *state,
        "Arland votes on new border law\n\n"
        "By Thursday the votes had been counted in all but two of the provinces, the office "
        "said.\n\n"
        "Like many of his neighbours, the farmer had voted against the law, he said on Friday.\n\n"
        "\"Share the water or lose it,\" the minister told the crowd.\n\n"
        "Follow the money, and the reason for the delay is plain enough, she said.\n\n"
        "John Doe, a professor at the University of Arland, said: \"It is a start.\"");
    expect(&t, "By Thursday", "paragraph");
    expect(&t, "Like many", "paragraph");
    expect(&t, "\"Share the water", "paragraph");
    expect(&t, "Follow the money", "paragraph");
    expect(&t, "John Doe, a professor", "paragraph");
}

static void wrapped_mail(void **state)
{
    ent_text t = parsed(*state,
        "The ministers of Arland and Borland met on Thursday, officials\n"
        "said, to speak about tariffs, fishing rights, and the border,\n"
        "which has been closed since the spring of last year.\n\n"
        "- tariffs\n- fishing rights\n");
    assert_int_equal(t.block_count, 3);
    assert_int_equal(t.blocks[0].kind, ENT_BLOCK_PARAGRAPH);
    assert_int_equal(t.blocks[1].kind, ENT_BLOCK_LIST_ITEM);
}

static void one_sentence_has_no_headline(void **state)
{
    ent_text t = parsed(*state, "Arland and Borland signed a treaty on Monday.");
    assert_int_equal(t.title.n, 0);
    assert_int_equal(t.block_count, 1);
    assert_int_equal(t.blocks[0].kind, ENT_BLOCK_PARAGRAPH);
}

static void many_lines_take_linear_time(void **state)
{
    const opened *o = *state;
    ent_buf b = {0};
    for (int i = 0; i < 200000; i++) {
        ent__buf_z(&b, i % 3 == 0 ? "Comments\n" : "a\n");
    }
    ent_text text;
    assert_int_equal(
        ent__text_read(o->ctx, o->kit, o->arena, ent__buf_slice(&b), ENT_LIT("t"), &text), ENT_OK);
    ent__buf_free(&b);
}

/* Words of the blocks of 286 articles that are taken for chrome: nearly none may be. */
static void body_of_news_is_kept(void **state)
{
    const opened *o = *state;
    const char *path = ENT_SHARED "data/news/wikinews-2019-2020.jsonl.xz";
    skip_unless_shared(path);
    ent_input *input;
    ent_text text;
    size_t all = 0, chrome = 0, documents = 0;
    assert_int_equal(ent__input_open(o->ctx, o->kit, path, NULL, &input), ENT_OK);
    while (ent__input_next(o->ctx, input, o->arena, &text) == 1) {
        documents++;
        for (size_t i = 0; i < text.block_count; i++) {
            size_t n = text.blocks[i].end - text.blocks[i].begin;
            all += n;
            chrome += text.blocks[i].kind == ENT_BLOCK_CHROME ? n : 0;
        }
    }
    ent__input_close(input);
    assert_int_equal(documents, 286);
    assert_true(chrome * 500 < all); /* 0.2 % */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(front_of_a_pasted_page),
        cmocka_unit_test(byline_and_wire_dateline),
        cmocka_unit_test(rows_of_buttons_and_author_box),
        cmocka_unit_test(furniture_between_paragraphs),
        cmocka_unit_test(names_captions_and_comments),
        cmocka_unit_test(prose_that_looks_like_furniture_stays),
        cmocka_unit_test(wrapped_mail),
        cmocka_unit_test(one_sentence_has_no_headline),
        cmocka_unit_test(many_lines_take_linear_time),
        cmocka_unit_test(body_of_news_is_kept),
    };
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
