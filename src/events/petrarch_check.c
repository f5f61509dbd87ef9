/* What only a look at the whole set of dictionaries shows: patterns that another one always beats,
 * verbs in two blocks, actors with two codes on one day, sets nobody uses.
 * In: a ready set.  Out: problems, as warnings.  Cost: O(entries + patterns of a block squared). */
#include <string.h>

#include "petrarch.h"

/* ---- patterns ------------------------------------------------------------------------------ */

static bool set_has(const ent_synonyms *s, const ent_dictionary_word *words, size_t count)
{
    for (const ent_set_phrase *p = s->list; p != NULL; p = p->next) {
        bool same = p->count == count;
        for (size_t i = 0; same && i < count; i++) {
            same = p->words[i].word == words[i].word;
        }
        if (same) {
            return true;
        }
    }
    return false;
}

static bool set_covers(const ent_synonyms *wide, const ent_synonyms *narrow)
{
    for (const ent_set_phrase *p = narrow->list; p != NULL; p = p->next) {
        if (!set_has(wide, p->words, p->count)) {
            return false;
        }
    }
    return true;
}

static bool item_covers(const ent_dictionaries *set, const ent_pattern_item *wide,
                        const ent_pattern_item *narrow)
{
    if (wide->adjacent && !narrow->adjacent) {
        return false;
    }
    if (wide->kind == ENT_ITEM_SET && narrow->kind == ENT_ITEM_SET) {
        return wide->value == narrow->value ||
               set_covers(&set->sets[wide->value], &set->sets[narrow->value]);
    }
    return wide->kind == narrow->kind && wide->value == narrow->value;
}

static bool pattern_covers(const ent_dictionaries *set, const ent_pattern *wide,
                           const ent_pattern *narrow)
{
    if (wide->left != narrow->left || wide->right != narrow->right ||
        (wide->left_touches && !narrow->left_touches)) {
        return false;
    }
    for (size_t i = 0; i < (size_t)wide->left + wide->right; i++) {
        if (!item_covers(set, &wide->items[i], &narrow->items[i])) {
            return false;
        }
    }
    return true;
}

static void check_patterns(ent_dictionaries *set)
{
    for (size_t b = 0; b < set->verb_block_count; b++) {
        const ent_verb_block *block = &set->blocks[b];
        if (block->verb_count == 0) {
            ent__dictionary_report(set, false, block->file, block->line, "never",
                                   "the block has no verb");
        }
        for (uint32_t j = 1; j < block->pattern_count; j++) {
            const ent_pattern *narrow = &set->patterns[block->first_pattern + j];
            for (uint32_t i = 0; i < j; i++) {
                const ent_pattern *wide = &set->patterns[block->first_pattern + i];
                if (!pattern_covers(set, wide, narrow)) {
                    continue;
                }
                bool same = ent__str_eq(wide->code, narrow->code) &&
                            ent__str_eq(wide->reverse, narrow->reverse);
                ent__dictionary_report(set, false, narrow->file, narrow->line, "shadowed",
                                       "shadowed: the pattern at %.*s:%u matches whatever this "
                                       "one does%s",
                                       ENT_FMT(set->files[wide->file]), wide->line,
                                       same ? " (with the same code)" : "");
                break;
            }
        }
    }
}

/* ---- verbs --------------------------------------------------------------------------------- */

static bool same_words(const ent_dictionaries *set, const ent_verb_form *a, const ent_verb_form *b)
{
    return a->before == b->before && a->after == b->after &&
           memcmp(set->form_words + a->first_word, set->form_words + b->first_word,
                  ((size_t)a->before + a->after) * sizeof *set->form_words) == 0;
}

/* A form in two blocks: the first one's patterns are tried, the second one's never. */
static void check_forms(ent_dictionaries *set)
{
    uint32_t told = ENT_NO_ENTRY;
    for (size_t i = 0; i < set->form_count; i++) {
        const ent_verb_form *form = &set->forms[i];
        const ent_verb_entry *verb = &set->verbs[form->verb];
        for (uint32_t k = set->form_of[form->head]; k != i && k != ENT_NO_ENTRY;
             k = set->forms[k].next) {
            const ent_verb_form *other = &set->forms[k];
            const ent_verb_entry *first = &set->verbs[other->verb];
            if (k < i && form->verb != other->verb && form->verb != told &&
                same_words(set, other, form)) {
                told = form->verb;
                ent__dictionary_report(set, false, verb->file, verb->line, "duplicate",
                                       "the verb form \"%.*s\" stands already at %.*s:%u, which "
                                       "counts",
                                       ENT_FMT(set->word_text[form->head]),
                                       ENT_FMT(set->files[first->file]), first->line);
                break;
            }
        }
    }
}

static void check_transformations(ent_dictionaries *set)
{
    for (size_t i = 0; i < set->transformation_count; i++) {
        const ent_transformation *t = &set->transformations[i];
        const uint32_t words[] = {t->inner, t->outer};
        for (int k = 0; k < 2; k++) {
            if (words[k] != ENT_NO_WORD && set->form_of[words[k]] == ENT_NO_ENTRY) {
                ent__dictionary_report(set, false, t->file, t->line, "never",
                                       "no verb \"%.*s\" stands in the dictionaries",
                                       ENT_FMT(set->word_text[words[k]]));
            }
        }
    }
}

/* ---- actors -------------------------------------------------------------------------------- */

/* Ranges that share no more than one day (the end of one, the start of the next) do not count. */
static bool overlap(const ent_actor_code *a, const ent_actor_code *b)
{
    if (ent__str_eq(a->code, b->code) ||
        (a->when == ENT_CODE_ALWAYS) != (b->when == ENT_CODE_ALWAYS)) {
        return false; /* a code without dates stands for the time outside of all ranges */
    }
    return a->when == ENT_CODE_ALWAYS || (a->since < b->until && b->since < a->until);
}

static void report_overlap(ent_dictionaries *set, const ent_actor_entry *entry,
                           const ent_actor_code *code, const ent_actor_entry *other,
                           const ent_actor_code *first)
{
    ent__dictionary_report(set, false, entry->file, code->line, "overlap",
                           "\"%.*s\" is [%.*s] here and [%.*s] at %.*s:%u on the same day",
                           ENT_FMT(entry->phrase), ENT_FMT(code->code), ENT_FMT(first->code),
                           ENT_FMT(set->files[other->file]), first->line);
}

static void compare(ent_dictionaries *set, const ent_actor_entry *entry,
                    const ent_actor_entry *other, bool same_block)
{
    for (uint32_t i = 0; i < entry->code_count; i++) {
        const ent_actor_code *code = &set->codes[entry->first_code + i];
        uint32_t end = same_block ? i : other->code_count;
        for (uint32_t k = 0; k < end; k++) {
            const ent_actor_code *first = &set->codes[other->first_code + k];
            if (overlap(code, first)) {
                report_overlap(set, entry, code, other, first);
                break;
            }
        }
    }
}

static void check_actors(ent_dictionaries *set)
{
    uint32_t block = ENT_NO_ENTRY;
    for (size_t i = 0; i < set->actor_count; i++) {
        const ent_actor_entry *entry = &set->actors[i];
        if (entry->block != block) {
            compare(set, entry, entry, true);
            block = entry->block;
        }
        for (uint32_t k = entry->next; k != ENT_NO_ENTRY; k = set->actors[k].next) {
            if (set->actors[k].block != entry->block) {
                compare(set, &set->actors[k], entry, false);
            } else {
                ent__dictionary_report(set, false, set->actors[k].file, set->actors[k].line,
                                       "duplicate", "\"%.*s\" stands twice in its block",
                                       ENT_FMT(entry->phrase));
            }
        }
    }
}

ent_rc ent__dictionaries_check(ent_ctx *ctx, ent_dictionaries *set)
{
    if (!set->checked) {
        check_patterns(set);
        check_forms(set);
        check_transformations(set);
        check_actors(set);
        for (size_t i = 0; i < set->set_count; i++) {
            const ent_synonyms *s = &set->sets[i];
            if (s->name.n > 0 && !s->used) {
                ent__dictionary_report(set, false, s->file, s->line, "synset",
                                       "the synonym set \"&%.*s\" is %s", ENT_FMT(s->name),
                                       s->list == NULL ? "empty" : "in no pattern");
            }
        }
        set->checked = true;
    }
    return set->failed ? ent__nomem(ctx) : ENT_OK;
}
