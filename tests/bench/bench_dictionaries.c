/* PETRARCH dictionaries.  Loading: 60,000 actor phrases with dated codes and 11,000 verb patterns, made
 * up here (syllables, no real names).  Beside it: reading the same bytes and hashing each word once,
 * which is the least that any loader does.  Coding: sentences of our own with given trees (Penn
 * brackets), from brackets to events, and coding alone. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/read/read.h"

enum { ACTORS = 60000, BLOCKS = 400, PATTERNS = 11000, ROUNDS = 9 };

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void add_word(ent_buf *out, ent_rng *rng, int syllables)
{
    for (int i = 0; i < syllables; i++) {
        ent__buf_char(out, "BDFGKLMNPRSTVZ"[ent__rng_below(rng, 14)]);
        ent__buf_char(out, "AEIOU"[ent__rng_below(rng, 5)]);
    }
}

static void make_actors(ent_buf *out, ent_rng *rng)
{
    for (int i = 0; i < ACTORS; i++) {
        ent__buf_z(out, i % 4 == 0 ? "" : "+");
        add_word(out, rng, 2 + (int)ent__rng_below(rng, 3));
        ent__buf_char(out, '_');
        add_word(out, rng, 2 + (int)ent__rng_below(rng, 3));
        ent__buf_char(out, '\n');
        if (i % 4 == 3) {
            ent__buf_printf(out, "\t[%c%c%cGOV %d0101-%d1231]\n\t[%c%c%cELI]\n", 'A' + i % 26,
                            'A' + i / 26 % 26, 'B', 1950 + i % 60, 1955 + i % 60, 'A' + i % 26,
                            'A' + i / 26 % 26, 'B');
        }
    }
}

static void make_verbs(ent_buf *out, ent_rng *rng)
{
    for (int i = 0; i < PATTERNS; i++) {
        if (i % (PATTERNS / BLOCKS) == 0) {
            ent__buf_z(out, "--- BLOCK [040] ---\n");
            add_word(out, rng, 4);
            ent__buf_char(out, '\n');
        }
        ent__buf_z(out, "- * ");
        add_word(out, rng, 3);
        ent__buf_z(out, "_WITH + [046]\n");
    }
}

static double load(ent_ctx *ctx, const ent_kit *kit, const ent_buf *actors, const ent_buf *verbs,
                   ent_dictionary_counts *out)
{
    ent_dictionaries *set;
    double start = seconds_now();
    if (ent__dictionaries_new(ctx, kit, 0, &set) != ENT_OK ||
        ent__dictionaries_add_bytes(ctx, set, ENT_DICTIONARY_ACTORS, ent__buf_slice(actors),
                                    "actors") != ENT_OK ||
        ent__dictionaries_add_bytes(ctx, set, ENT_DICTIONARY_VERBS, ent__buf_slice(verbs),
                                    "verbs") != ENT_OK ||
        ent__dictionaries_ready(ctx, set) != ENT_OK) {
        exit(3);
    }
    double spent = seconds_now() - start;
    ent__dictionaries_count(set, out);
    ent__dictionaries_free(set);
    return spent;
}

static double least(const ent_buf *bytes)
{
    double start = seconds_now();
    ent_map *map = ent__map_new(65536);
    ent_str rest = ent__buf_slice(bytes), line, word;
    while (ent__str_split(&rest, '\n', &line)) {
        while (ent__str_split(&line, '_', &word)) {
            ent__map_put(map, word, 1);
        }
    }
    ent__map_free(map);
    return seconds_now() - start;
}

/* ---- coding -------------------------------------------------------------------------------- */

static const struct { const char *text, *tree; } sentences[] = {
    {"Arland's army was attacked by Borduria with rockets on Monday.",
     "(ROOT (S (NP (NP (NNP Arland) (POS 's)) (NN army)) (VP (VBD was) (VP (VBN attacked) (PP (IN by) "
     "(NP (NNP Borduria))) (PP (IN with) (NP (NNS rockets))) (PP (IN on) (NP (NNP Monday))))) (. .)))"},
    {"The Kingdom of Arland and Borduria held long talks with the Cimmerian government.",
     "(ROOT (S (NP (NP (NP (DT The) (NNP Kingdom)) (PP (IN of) (NP (NNP Arland)))) (CC and) (NP (NNP "
     "Borduria))) (VP (VBD held) (NP (JJ long) (NNS talks)) (PP (IN with) (NP (DT the) (JJ Cimmerian) "
     "(NN government)))) (. .)))"},
    {"Prices of wheat rose in May because little rain had fallen.",
     "(ROOT (S (NP (NP (NNS Prices)) (PP (IN of) (NP (NN wheat)))) (VP (VBD rose) (PP (IN in) (NP (NNP "
     "May))) (SBAR (IN because) (S (NP (JJ little) (NN rain)) (VP (VBD had) (VP (VBN fallen)))))) (. "
     ".)))"},
    {"Cimmeria, which had cut off aid to Arland, said that it would visit Borduria.",
     "(ROOT (S (NP (NP (NNP Cimmeria)) (, ,) (SBAR (WHNP (WDT which)) (S (VP (VBD had) (VP (VBN cut) (PRT "
     "(RP off)) (NP (NN aid)) (PP (TO to) (NP (NNP Arland))))))) (, ,)) (VP (VBD said) (SBAR (IN that) (S "
     "(NP (PRP it)) (VP (MD would) (VP (VB visit) (NP (NNP Borduria))))))) (. .)))"}};

static ent_dictionaries *example(ent_ctx *ctx, const ent_kit *kit)
{
    static const char *const names[] = {"verbs", "actors", "agents", "discards", "issues"};
    ent_dictionaries *set;
    ent_rc rc = ent__dictionaries_new(ctx, kit, 0, &set);
    for (int i = 0; rc == ENT_OK && i < 5; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/examples/petrarch/%s.txt", ENT_SOURCE_DIR, names[i]);
        rc = ent__dictionaries_add(ctx, set, (ent_dictionary_kind)i, path);
    }
    if (rc != ENT_OK || ent__dictionaries_ready(ctx, set) != ENT_OK) {
        exit(3);
    }
    return set;
}

static void bench_coding(ent_ctx *ctx, const ent_kit *kit)
{
    enum { REPEAT = 5000 };
    ent_dictionaries *set = example(ctx, kit);
    double all = 0, coding = 0;
    size_t events = 0, count = sizeof sentences / sizeof *sentences;
    for (int i = 0; i < REPEAT; i++) {
        ent_doc *doc;
        if (ent__doc_new(ctx, &doc) != ENT_OK) {
            exit(3);
        }
        ent_str text = ent__str(sentences[(size_t)i % count].text);
        ent_block block = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text.n};
        doc->text = (ent_text){.source = ENT_LIT("bench"), .text = text, .blocks = &block,
                               .block_count = 1, .date = {2023, 3, 5},
                               .parse = ent__str(sentences[(size_t)i % count].tree)};
        double start = seconds_now();
        if (ent__parse_given(ctx, kit, doc->arena, &doc->text, &doc->tree) != ENT_OK ||
            ent__mentions_find(ctx, kit, doc->arena, &doc->text, doc->tree, &doc->mentions) !=
                ENT_OK) {
            exit(3);
        }
        double parsed = seconds_now();
        if (ent__dictionaries_code(ctx, kit, doc->arena, set, &doc->text, doc->tree, doc->mentions,
                                   &doc->events) != ENT_OK) {
            exit(3);
        }
        double coded = seconds_now();
        coding += coded - parsed;
        all += coded - start;
        events += doc->events->event_count;
        ent_doc_free(doc);
    }
    printf("coding %d given trees: %.0f sentences/s from brackets to events, %.0f coding alone "
           "(%zu events)\n",
           REPEAT, REPEAT / all, REPEAT / coding, events);
    ent__dictionaries_free(set);
}

int main(void)
{
    ent_ctx *ctx;
    ent_kit *kit;
    ent_rng rng;
    ent_buf actors = {0}, verbs = {0};
    if (ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK) {
        return 3;
    }
    ent__rng_seed(&rng, 4);
    make_actors(&actors, &rng);
    make_verbs(&verbs, &rng);
    double best = 1e9, floor = 1e9;
    ent_dictionary_counts n;
    for (int i = 0; i < ROUNDS; i++) {
        double spent = load(ctx, kit, &actors, &verbs, &n), hashed = least(&actors);
        best = spent < best ? spent : best;
        floor = hashed < floor ? hashed : floor;
    }
    printf("dictionaries: %zu actors, %zu codes, %zu patterns, %.1f MB loaded in %.1f ms (best of "
           "%d); hashing the actors' words alone: %.1f ms\n",
           n.actors, n.actor_codes, n.patterns, (double)(actors.n + verbs.n) / 1e6, best * 1e3,
           ROUNDS, floor * 1e3);
    ent__buf_free(&actors);
    ent__buf_free(&verbs);
    bench_coding(ctx, kit);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
