/* Words and phrases of PETRARCH dictionaries.
 * In: phrases and tokens.  Out: word numbers; the longest phrase at a place of the text.
 * Cost: a hash look-up a word.  A phrase with gaps tries every place the gap may end (they are
 * rare: "_" joins nearly all).  Source: shared description of the PETRARCH family's files. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "petrarch.h"

/* ---- folding ------------------------------------------------------------------------------- */

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011 || c == 0x2013;
}

static void end_word(ent_dictionary_folded *out, size_t begin, size_t end)
{
    if (end > begin + 1 && out->bytes[end - 1] == '.') {
        end--; /* "U.S." and "U.S", "GEN." and "GEN" */
    }
    if (end > begin + 3 && memcmp(out->bytes + end - 3, "N'T", 3) == 0 &&
        out->count < ENT_FOLD_WORDS) { /* "DON'T": DO N'T, as taggers cut it */
        out->word[out->count].begin = (uint8_t)begin;
        out->word[out->count++].end = (uint8_t)(end - 3);
        begin = end - 3;
    }
    if (end > begin && out->count < ENT_FOLD_WORDS) {
        out->word[out->count].begin = (uint8_t)begin;
        out->word[out->count++].end = (uint8_t)end;
    }
}

void ent__dictionary_fold(ent_str form, ent_dictionary_folded *out)
{
    size_t n = 0, begin = 0;
    out->count = 0;
    for (size_t at = 0; at < form.n && n + 8 < ENT_FOLD_ROOM;) {
        uint32_t c = (unsigned char)form.p[at];
        if (c < 0x80) {
            at++;
            c = c >= 'a' && c <= 'z' ? c - 32 : c;
        } else {
            c = (uint32_t)utf8proc_toupper((utf8proc_int32_t)ent__utf8_next(form, &at));
            c = c == 0x2019 ? '\'' : c;
        }
        if (is_hyphen(c)) {
            end_word(out, begin, n);
            begin = n;
            continue;
        }
        bool possessive = c == '\'' && n > begin && at + 1 == form.n &&
                          (form.p[at] == 's' || form.p[at] == 'S');
        if (possessive) {
            end_word(out, begin, n);
            begin = n;
        }
        n += ent__utf8_encode(c, out->bytes + n);
    }
    end_word(out, begin, n);
}

uint32_t ent__dictionary_word(ent_dictionaries *set, ent_str folded)
{
    uint32_t number;
    if (ent__map_get(set->words, folded, &number)) {
        return number;
    }
    ent_str *grown = ent__grow(set->word_text, set->word_count, &set->word_capacity,
                               sizeof *grown);
    ent_str kept = ent__arena_str(set->arena, folded);
    number = (uint32_t)set->word_count;
    if (grown != NULL) {
        set->word_text = grown;
    }
    if (grown == NULL || kept.p == NULL || !ent__map_put(set->words, kept, number)) {
        set->failed = true;
        return 0;
    }
    set->word_text[set->word_count++] = kept;
    return number;
}

size_t ent__dictionary_phrase(ent_dictionaries *set, ent_str phrase,
                              ent_dictionary_word out[ENT_PHRASE_WORDS])
{
    size_t count = 0;
    bool gap = false;
    ent_dictionary_folded folded;
    for (size_t at = 0; at < phrase.n;) {
        char c = phrase.p[at];
        if (c == '_' || c == ' ' || c == '\t') {
            gap = gap || c != '_';
            at++;
            continue;
        }
        size_t begin = at;
        while (at < phrase.n && phrase.p[at] != '_' && phrase.p[at] != ' ' &&
               phrase.p[at] != '\t') {
            at++;
        }
        ent__dictionary_fold(ent__str_sub(phrase, begin, at), &folded);
        for (size_t i = 0; i < folded.count; i++) {
            if (count == ENT_PHRASE_WORDS) {
                return SIZE_MAX;
            }
            ent_str word = {folded.bytes + folded.word[i].begin,
                            (size_t)(folded.word[i].end - folded.word[i].begin)};
            out[count] = (ent_dictionary_word){ent__dictionary_word(set, word),
                                               gap && i == 0 && count > 0};
            count++;
        }
        gap = false;
    }
    return count;
}

ent_str ent__dictionary_keep(ent_dictionaries *set, ent_str s)
{
    ent_str kept = ent__arena_str(set->arena, ent__str_trim(s));
    if (kept.p == NULL) {
        set->failed = true;
        return (ent_str){"", 0};
    }
    for (size_t i = 0; i < kept.n; i++) {
        char c = kept.p[i];
        ((char *)kept.p)[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    return kept;
}

ent_str ent__dictionary_plural(ent_str word, char room[ENT_FOLD_ROOM])
{
    if (word.n == 0 || word.n + 3 > ENT_FOLD_ROOM) {
        return word;
    }
    memcpy(room, word.p, word.n);
    char last = word.p[word.n - 1];
    size_t n = last == 'Y' ? word.n - 1 : word.n;
    const char *ending = last == 'Y' ? "IES" : last == 'S' ? "ES" : "S";
    size_t added = strlen(ending);
    memcpy(room + n, ending, added);
    return (ent_str){room, n + added};
}

/* ---- tries --------------------------------------------------------------------------------- */

static uint64_t edge_key(uint32_t node, uint32_t word, bool gap)
{
    return ((uint64_t)node + 1) << 33 | (uint64_t)word << 1 | gap; /* + 1: never 0 */
}

static size_t edge_slot(const ent_phrases *p, uint64_t key)
{
    uint64_t h = key * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(h >> 24) & p->mask;
    while (p->keys[at] != 0 && p->keys[at] != key) {
        at = (at + 1) & p->mask;
    }
    return at;
}

bool ent__phrases_new(ent_phrases *p, size_t expected)
{
    size_t size = 64;
    while (size < expected * 2) {
        size *= 2;
    }
    *p = (ent_phrases){.mask = size - 1};
    p->keys = calloc(size, sizeof *p->keys);
    p->to = calloc(size, sizeof *p->to);
    p->node_capacity = 32;
    p->entry = calloc(p->node_capacity, sizeof *p->entry);
    p->gaps = calloc(p->node_capacity, sizeof *p->gaps);
    if (p->keys == NULL || p->to == NULL || p->entry == NULL || p->gaps == NULL) {
        ent__phrases_free(p);
        return false;
    }
    p->entry[0] = ENT_NO_ENTRY;
    p->node_count = 1;
    return true;
}

void ent__phrases_free(ent_phrases *p)
{
    free(p->keys);
    free(p->to);
    free(p->entry);
    free(p->gaps);
    *p = (ent_phrases){0};
}

static bool edges_double(ent_phrases *p)
{
    ent_phrases old = *p;
    size_t size = (old.mask + 1) * 2;
    p->keys = calloc(size, sizeof *p->keys);
    p->to = calloc(size, sizeof *p->to);
    if (p->keys == NULL || p->to == NULL) {
        free(p->keys);
        free(p->to);
        p->keys = old.keys;
        p->to = old.to;
        return false;
    }
    p->mask = size - 1;
    for (size_t i = 0; i <= old.mask; i++) {
        if (old.keys[i] != 0) {
            size_t at = edge_slot(p, old.keys[i]);
            p->keys[at] = old.keys[i];
            p->to[at] = old.to[i];
        }
    }
    free(old.keys);
    free(old.to);
    return true;
}

static uint32_t node_new(ent_phrases *p)
{
    if (p->node_count == p->node_capacity) {
        size_t room = p->node_capacity * 2;
        uint32_t *entry = realloc(p->entry, room * sizeof *entry);
        p->entry = entry == NULL ? p->entry : entry;
        bool *gaps = entry == NULL ? NULL : realloc(p->gaps, room * sizeof *gaps);
        if (gaps == NULL) {
            return 0;
        }
        p->gaps = gaps;
        p->node_capacity = room;
    }
    p->entry[p->node_count] = ENT_NO_ENTRY;
    p->gaps[p->node_count] = false;
    return (uint32_t)p->node_count++;
}

uint32_t ent__phrases_add(ent_phrases *p, const ent_dictionary_word *words, size_t count)
{
    uint32_t node = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = edge_key(node, words[i].word, words[i].gap);
        size_t at = edge_slot(p, key);
        if (p->keys[at] == 0) {
            if (p->edge_count * 2 > p->mask) {
                if (!edges_double(p)) {
                    return 0;
                }
                at = edge_slot(p, key);
            }
            uint32_t fresh = node_new(p);
            if (fresh == 0) {
                return 0;
            }
            p->keys[at] = key;
            p->to[at] = fresh;
            p->edge_count++;
            p->gaps[node] = p->gaps[node] || words[i].gap;
        }
        node = p->to[at];
    }
    return node;
}

typedef struct {
    const ent_phrases *phrases;
    const uint32_t *words;
    size_t count, longest;
    uint32_t entry;
    unsigned steps; /* phrases with many gaps must not take for ever */
} search;

static void walk(search *s, uint32_t node, size_t at)
{
    const ent_phrases *p = s->phrases;
    if (p->entry[node] != ENT_NO_ENTRY && at > s->longest) {
        s->longest = at;
        s->entry = p->entry[node];
    }
    if (at == s->count || s->steps == 0) {
        return;
    }
    if (s->words[at] != ENT_NO_WORD) {
        size_t slot = edge_slot(p, edge_key(node, s->words[at], false));
        if (p->keys[slot] != 0) {
            walk(s, p->to[slot], at + 1);
        }
    }
    for (size_t k = at; p->gaps[node] && k < s->count && s->steps > 0; k++) {
        size_t slot = s->words[k] == ENT_NO_WORD
                          ? SIZE_MAX
                          : edge_slot(p, edge_key(node, s->words[k], true));
        s->steps--;
        if (slot != SIZE_MAX && p->keys[slot] != 0) {
            walk(s, p->to[slot], k + 1);
        }
    }
}

uint32_t ent__phrases_find(const ent_phrases *phrases, const uint32_t *words, size_t count,
                           size_t *out_count)
{
    search s = {.phrases = phrases, .words = words, .count = count, .entry = ENT_NO_ENTRY,
                .steps = 400};
    if (phrases->node_count > 1) {
        walk(&s, 0, 0);
    }
    *out_count = s.longest;
    return s.entry;
}
