/* parse: classes of words, and classes that are not of this parse model. */
#include "parse_kit.h"

#include <sys/stat.h>

#include "../../src/parse/classes.h"

static uint32_t class_of(const char *word, unsigned level)
{
    return ent__word_class(kit, ent__str(word), level);
}

static void test_like_words(void **state)
{
    (void)state;
    assert_int_equal(class_of("condemn", 0), class_of("denounce", 0));
    assert_int_equal(class_of("Monday", 0), class_of("friday", 0));
    assert_int_not_equal(class_of("condemn", 2), class_of("raid", 2));
    assert_int_equal(class_of("xqzzyk", 0), ENT_NO_WORD_CLASS);
    assert_int_equal(class_of("", 0), ENT_NO_WORD_CLASS);
}

/* One class of a level lies within one of the next; every class has a name. */
static void test_levels(void **state)
{
    (void)state;
    static const char *const words[] = {"attack", "attacks", "raid",  "talks", "summit",
                                        "Paris",  "tariff",  "praise", "urge", "grain"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (size_t k = 0; k < i; k++) {
            for (unsigned level = 0; level + 1 < ENT_WORD_CLASS_LEVELS; level++) {
                bool same = class_of(words[i], level) == class_of(words[k], level);
                assert_true(!same ||
                            class_of(words[i], level + 1) == class_of(words[k], level + 1));
            }
        }
        for (unsigned level = 0; level < ENT_WORD_CLASS_LEVELS; level++) {
            assert_true(ent__word_class_name(kit, class_of(words[i], level), level).n > 0);
        }
    }
    assert_int_equal(ent__word_class_name(kit, ENT_NO_WORD_CLASS, 0).n, 0);
}

/* Opens a kit with these bytes as its classes; n cut off the end, one number raised. */
static ent_rc opened_with(size_t cut, size_t raised)
{
    char folder[] = "/tmp/entente-classes-XXXXXX", models[64], path[96];
    size_t n;
    ent_kit *other = NULL;
    const unsigned char *bytes = ent__kit_model(kit, "models/classes", &n);
    unsigned char *copy = malloc(n);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    copy[raised] = 255;
    assert_non_null(mkdtemp(folder));
    snprintf(models, sizeof models, "%s/models", folder);
    snprintf(path, sizeof path, "%s/classes.model", models);
    assert_int_equal(mkdir(models, 0700), 0);
    assert_int_equal(ent__file_write(ctx, path, (ent_str){(char *)copy, n - cut}), ENT_OK);
    ent_rc rc = ent__kit_load(ctx, folder, &other);
    rc = rc == ENT_OK ? ent__parse_prepare(ctx, other) : rc;
    ent_kit_free(other);
    unlink(path);
    rmdir(models);
    rmdir(folder);
    free(copy);
    return rc;
}

static void test_damaged(void **state)
{
    (void)state;
    size_t header = sizeof(ent_classes_header), n;
    (void)ent__kit_model(kit, "models/classes", &n);
    assert_int_equal(opened_with(0, n - 2), ENT_OK); /* a letter of a name */
    assert_int_equal(opened_with(1, n - 2), ENT_EINPUT);
    assert_int_equal(opened_with(n - 4, 0), ENT_EINPUT);
    assert_int_equal(opened_with(0, 9), ENT_EINPUT);          /* another vocabulary */
    assert_int_equal(opened_with(0, header + 1), ENT_EINPUT); /* no such class */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_like_words),
                                       cmocka_unit_test(test_levels),
                                       cmocka_unit_test(test_damaged)};
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
