/* Where in a sentence the two sides of a pair stand that a user gives as text: as written, else as
 * a name, code, demonym or person ("CHN", "Iranian", "Angela Merkel" of her years in office) that
 * a mention of the sentence means, else by the longest word.
 * Input: text, two strings, the document's date.  Output: tree, sentence, two ranges.
 * Cost: O(bytes x length of the sides); mentions are looked for only when a side needs them. */
#include <string.h>
#include <strings.h>

#include "relate.h"

static ent_range tokens_of(const ent_tree *tree, uint32_t begin, uint32_t end)
{
    ent_range range = ENT_NO_RANGE;
    for (uint32_t t = 0; t < tree->token_count; t++) {
        if (tree->tokens[t].end > begin && tree->tokens[t].begin < end) {
            if (ent__range_empty(range)) {
                range.first = t;
            }
            range.last = t;
        }
    }
    return range;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c < 0;
}

/* First place of `what` in the text outside of `taken`; whole: not inside of a longer word. */
static ent_range find_text(const ent_tree *tree, ent_str what, ent_range taken, bool whole)
{
    ent_range first = ENT_NO_RANGE;
    if (what.n == 0) {
        return first;
    }
    const char *text = tree->text.p;
    for (size_t at = 0; at + what.n <= tree->text.n; at++) {
        size_t end = at + what.n;
        if (memcmp(text + at, what.p, what.n) != 0 ||
            (whole && ((at > 0 && is_letter(text[at - 1])) ||
                       (end < tree->text.n && is_letter(text[end]))))) {
            continue;
        }
        ent_range found = tokens_of(tree, (uint32_t)at, (uint32_t)end);
        bool clear =
            ent__range_empty(taken) || found.last < taken.first || found.first > taken.last;
        if (!ent__range_empty(found) && clear) {
            return found;
        }
        first = ent__range_empty(first) ? found : first;
    }
    return first;
}

static bool same_letters(ent_str a, ent_str b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* How well a mention's actor is the one with this name and code; 0: not at all. */
static int sameness(const ent_mentions *mentions, uint32_t number, ent_str name, ent_str code)
{
    const ent_mention *m = &mentions->mentions[number];
    const ent_actor *a = &mentions->actors[m->actor];
    int same = same_letters(a->name, name) ? 16 : ent__str_eq(a->code, code) ? 8 : 0;
    if (same == 0) {
        return 0;
    }
    same += mentions->token_mention[m->head] == number ? 4 : 0; /* a phrase, no part of one */
    same += a->sector.n == 0 || ent__str_eqz(a->sector, "GOV") ? 2 : 0;
    return same + (m->place ? 0 : 1) - (m->kind == ENT_MENTION_PRONOUN ? 4 : 0);
}

/* The first mention that means best what the side names. */
static ent_range find_named(const ent_kit *kit, const ent_mentions *mentions, ent_str what,
                            ent_date at, ent_range taken)
{
    ent_range best = ENT_NO_RANGE;
    int best_same = 0;
    ent_str code = {"", 0}, rule;
    if (what.n == 0 || !ent__actor_lookup(kit, what, at, &code, &rule) || code.n == 0) {
        return best;
    }
    for (uint32_t i = 0; i < mentions->mention_count; i++) {
        const ent_mention *m = &mentions->mentions[i];
        int same = sameness(mentions, i, what, code);
        bool clear = ent__range_empty(taken) || m->last < taken.first || m->first > taken.last;
        if (same > best_same && clear) {
            best = (ent_range){m->first, m->last};
            best_same = same;
        }
    }
    return best;
}

/* The longest word of `what` that the text holds, when the whole does not stand there. */
static ent_range find_word(const ent_tree *tree, ent_str what, ent_range taken)
{
    ent_range best = ENT_NO_RANGE;
    size_t longest = 3;
    ent_str word;
    while (ent__str_split(&what, ' ', &word)) {
        if (word.n > longest) {
            ent_range found = find_text(tree, word, taken, false);
            if (!ent__range_empty(found)) {
                best = found;
                longest = word.n;
            }
        }
    }
    return best;
}

static void paragraph(ent_str text, ent_date at, ent_block *block, ent_text *out)
{
    *block = (ent_block){ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text.n};
    *out = (ent_text){.text = text, .date = at, .blocks = block, .block_count = 1};
}

ent_rc ent__tree_of_text(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str text,
                         ent_tree **out)
{
    ent_block *block = ent__arena_alloc(arena, sizeof *block);
    ent_text *holder = ent__arena_alloc(arena, sizeof *holder);
    if (block == NULL || holder == NULL) {
        return ent__nomem(ctx);
    }
    paragraph(text, (ent_date){0}, block, holder);
    return ent__parse(ctx, kit, arena, holder, out);
}

static void clip(ent_range *range, const ent_sentence *s)
{
    if (ent__range_empty(*range) || range->first - s->first >= s->token_count) {
        *range = ENT_NO_RANGE;
    } else if (range->last - s->first >= s->token_count) {
        range->last = s->first + s->token_count - 1;
    }
}

/* The sentence with most of the sides; of those the longest. */
static uint32_t sentence_of(const ent_tree *tree, ent_range source, ent_range target)
{
    uint32_t best = 0, longest = 0;
    int held_best = -1;
    for (uint32_t i = 0; i < tree->sentence_count; i++) {
        const ent_sentence *s = &tree->sentences[i];
        int held = 0;
        held += !ent__range_empty(source) && source.first - s->first < s->token_count;
        held += !ent__range_empty(target) && target.first - s->first < s->token_count;
        if (held > held_best || (held == held_best && s->token_count > longest)) {
            held_best = held;
            longest = s->token_count;
            best = i;
        }
    }
    return best;
}

ent_rc ent__pair_find(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                      const ent__pair *pair, uint32_t *out_sentence, ent_range *out_source,
                      ent_range *out_target)
{
    ent_range source = find_text(tree, pair->source, ENT_NO_RANGE, true);
    ent_range target = find_text(tree, pair->target, source, true);
    bool source_missing = pair->source.n > 0 && ent__range_empty(source);
    bool target_missing = pair->target.n > 0 && ent__range_empty(target);
    if (source_missing || target_missing) {
        ent_block block;
        ent_text holder;
        ent_mentions *mentions;
        paragraph(tree->text, pair->at, &block, &holder);
        ent_rc rc = ent__mentions_find(ctx, kit, arena, &holder, tree, &mentions);
        if (rc != ENT_OK) {
            return rc;
        }
        source = source_missing ? find_named(kit, mentions, pair->source, pair->at, target)
                                : source;
        target = target_missing ? find_named(kit, mentions, pair->target, pair->at, source)
                                : target;
    }
    for (int word = 0; word < 2; word++) { /* inside of longer words, then the longest word */
        if (ent__range_empty(source)) {
            source = word == 0 ? find_text(tree, pair->source, ENT_NO_RANGE, false)
                               : find_word(tree, pair->source, ENT_NO_RANGE);
        }
        if (ent__range_empty(target)) {
            target = word == 0 ? find_text(tree, pair->target, source, false)
                               : find_word(tree, pair->target, source);
        }
    }
    *out_sentence = sentence_of(tree, source, target);
    *out_source = source;
    *out_target = target;
    if (tree->sentence_count > 0) {
        clip(out_source, &tree->sentences[*out_sentence]);
        clip(out_target, &tree->sentences[*out_sentence]);
    }
    return ENT_OK;
}
