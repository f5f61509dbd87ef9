/* The case files of tests/cases/events: a sentence, then what must come out.
 *   SRC -> TGT TYPE[/mode] [certainty]   both sides codes joined by +; * alone: nothing may come
 * out % why The certainty defaults to asserted; "*" forbids asserted and alleged events, for only
 * those are counted as having happened.  Every case that fails must stand in known.todo, and
 * everything in known.todo must fail: so neither a loss nor a gain goes unseen.  ENT_CASES=all
 * prints failures. */
#include "test.h"

#include "../../src/events/events.h"
#include "../../src/read/read.h"

#define CASE_DIR ENT_SOURCE_DIR "/tests/cases/events/"
#define EXPECTED_MAX 4

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_buf known; /* sentences of known.todo, each ended by a line break */
    size_t cases, passed, nothing, nothing_passed, unexpected, gained;
    bool all;
} runner;

static bool codes_are(const ent_mentions *m, const ent_side *sides, size_t count, ent_str expected)
{
    size_t wanted = 0;
    ent_str code;
    while (ent__str_split(&expected, '+', &code)) {
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            found |= ent__str_eq(m->actors[sides[i].actor].code, code);
        }
        if (!found) {
            return false;
        }
        wanted++;
    }
    for (size_t i = 0; i < count; i++) { /* GOV and the state itself are one party */
        for (size_t k = 0; k < i; k++) {
            wanted += ent__str_eq(m->actors[sides[i].actor].code, m->actors[sides[k].actor].code);
        }
    }
    return wanted == count;
}

static bool event_is(const ent_mentions *m, const ent_event *e, ent_str line)
{
    ent_str source, arrow, target, type, mode, certainty = ENT_LIT("asserted");
    if (!ent__str_split(&line, ' ', &source) || !ent__str_split(&line, ' ', &arrow) ||
        !ent__str_split(&line, ' ', &target) || !ent__str_split(&line, ' ', &mode)) {
        fail_msg("expected \"SRC -> TGT TYPE\"");
    }
    if (line.n > 0) {
        certainty = line;
    }
    ent__str_split(&mode, '/', &type);
    bool straight = codes_are(m, e->source, e->source_count, source) &&
                    codes_are(m, e->target, e->target_count, target);
    bool turned = e->symmetric && codes_are(m, e->source, e->source_count, target) &&
                  codes_are(m, e->target, e->target_count, source);
    return (straight || turned) && ent__str_eqz(type, ent__plover_name(e->type)) &&
           (mode.n == 0 || ent__str_eq(mode, e->mode)) &&
           ent__str_eqz(certainty, ent__certainty_name(e->certainty));
}

static void describe(const ent_mentions *m, const ent_event *e, ent_buf *out)
{
    for (size_t i = 0; i < e->source_count; i++) {
        ent__buf_printf(out, "%s%.*s", i > 0 ? "+" : "",
                        ENT_FMT(m->actors[e->source[i].actor].code));
    }
    ent__buf_z(out, " -> ");
    for (size_t i = 0; i < e->target_count; i++) {
        ent__buf_printf(out, "%s%.*s", i > 0 ? "+" : "",
                        ENT_FMT(m->actors[e->target[i].actor].code));
    }
    ent__buf_printf(out, " %s/%.*s %s (%.*s)", ent__plover_name(e->type), ENT_FMT(e->mode),
                    ent__certainty_name(e->certainty), ENT_FMT(e->rule));
}

static bool case_passes(runner *r, ent_str sentence, const ent_str *expected, size_t count,
                        bool nothing, ent_buf *got)
{
    ent_arena *arena = ent__arena_new();
    ent_block block = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)sentence.n};
    ent_text text = {.text = sentence, .blocks = &block, .block_count = 1};
    ent_tree *tree;
    ent_mentions *m;
    ent_events *events;
    assert_int_equal(ent__parse(r->ctx, r->kit, arena, &text, &tree), ENT_OK);
    assert_int_equal(ent__mentions_find(r->ctx, r->kit, arena, &text, tree, &m), ENT_OK);
    assert_int_equal(ent__events_code(r->ctx, r->kit, arena, &text, tree, m, &events), ENT_OK);
    size_t counted = 0, matched = 0;
    for (size_t i = 0; i < events->event_count; i++) {
        const ent_event *e = &events->events[i];
        counted += e->certainty <= ENT_ALLEGED;
        describe(m, e, got);
        ent__buf_z(got, "; ");
    }
    for (size_t k = 0; k < count; k++) {
        bool found = false;
        for (size_t i = 0; i < events->event_count && !found; i++) {
            found = event_is(m, &events->events[i], expected[k]);
        }
        matched += found;
    }
    ent__arena_free(arena);
    return nothing ? counted == 0 : matched == count && counted <= count;
}

static bool is_known(const runner *r, ent_str sentence)
{
    ent_str rest = ent__buf_slice(&r->known), line;
    while (ent__str_split(&rest, '\n', &line)) {
        if (ent__str_eq(line, sentence)) {
            return true;
        }
    }
    return false;
}

static void run_case(runner *r, ent_str sentence, const ent_str *expected, size_t count,
                     bool nothing)
{
    ent_buf got = {0};
    bool passed = case_passes(r, sentence, expected, count, nothing, &got);
    bool known = is_known(r, sentence);
    r->cases++;
    r->nothing += nothing;
    r->passed += passed;
    r->nothing_passed += nothing && passed;
    r->unexpected += !passed && !known;
    r->gained += passed && known;
    if ((!passed && !known) || (!passed && r->all)) {
        printf("FAIL %.*s\n  expected %.*s\n  got      %s\n", ENT_FMT(sentence),
               ENT_FMT(nothing ? ENT_LIT("nothing") : expected[0]), got.p == NULL ? "-" : got.p);
    } else if (passed && known) {
        printf("GAINED (take it off known.todo) %.*s\n", ENT_FMT(sentence));
    }
    ent__buf_free(&got);
}

static void run_file(runner *r, const char *name)
{
    char path[512];
    ent_buf bytes = {0};
    snprintf(path, sizeof path, "%s%s.cases", CASE_DIR, name);
    if (ent__file_read(r->ctx, path, 1 << 20, &bytes) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(r->ctx));
    }
    size_t before = r->passed, cases = r->cases;
    ent_str rest = ent__buf_slice(&bytes), line, sentence = {0}, expected[EXPECTED_MAX];
    size_t count = 0;
    bool nothing = false, more = true;
    while (more) {
        more = ent__str_split(&rest, '\n', &line);
        bool blank = !more || ent__str_trim(line).n == 0;
        if (blank && sentence.n > 0) {
            if (count == 0 && !nothing) {
                fail_msg("%s: nothing is expected of \"%.*s\"", path, ENT_FMT(sentence));
            }
            run_case(r, sentence, expected, count, nothing);
        }
        if (blank) {
            sentence.n = count = 0;
            nothing = false;
        } else if (line.p[0] == '%') {
            continue;
        } else if (sentence.n == 0) {
            sentence = line;
        } else if (ent__str_eqz(line, "*")) {
            nothing = true;
        } else if (count < EXPECTED_MAX) {
            expected[count++] = line;
        }
    }
    printf("%-18s %3zu of %3zu pass\n", name, r->passed - before, r->cases - cases);
    ent__buf_free(&bytes);
}

static void cases_come_out(void **state)
{
    (void)state;
    static const char *const files[] = {"actors",        "allegation",      "compose",
                                        "context",       "diplomacy",       "families",
                                        "material",      "material_conflict", "nothing_modal",
                                        "nothing_negated", "nothing_other", "ordinary_words",
                                        "support",         "verbal_conflict"};
    runner r = {.all = getenv("ENT_CASES") != NULL};
    assert_int_equal(ent_ctx_new(&r.ctx), ENT_OK);
    assert_int_equal(ent_kit_open(r.ctx, NULL, &r.kit), ENT_OK);
    if (ent__file_read(r.ctx, CASE_DIR "known.todo", 1 << 20, &r.known) != ENT_OK) {
        fail_msg("%s", ent_ctx_error(r.ctx));
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        run_file(&r, files[i]);
    }
    printf("%zu of %zu cases pass, of them with nothing to find %zu of %zu\n", r.passed, r.cases,
           r.nothing_passed, r.nothing);
    ent__buf_free(&r.known);
    ent_kit_free(r.kit);
    ent_ctx_free(r.ctx);
    assert_true(r.cases >= 400);
    assert_true(3 * r.nothing >= r.cases);
    assert_int_equal(r.unexpected, 0);
    assert_int_equal(r.gained, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_come_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
