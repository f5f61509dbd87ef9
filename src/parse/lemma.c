/* lemma: the dictionary form and the features of a tagged word.
 *
 * In: form, tags.  Out: lemma (UD's spelling; proper nouns keep their case), feature string.  Whole
 * forms the treebanks teach first, else the longest known ending with the same tag and case:
 * cut some bytes, add some.  Source: edit scripts as in Straka, Straková and Hajič (2019).
 * Cost: at most eight look-ups a word. */
#include <limits.h>
#include <string.h>

#include "model.h"

enum { LONGEST_ENDING = 6, LEMMA_LIMIT = 96 };

void ent__lower(ent_str form, char *out)
{
    for (size_t i = 0; i < form.n; i++) {
        unsigned char c = (unsigned char)form.p[i];
        unsigned char next = i + 1 < form.n ? (unsigned char)form.p[i + 1] : 0;
        out[i] = (char)c;
        if (c >= 'A' && c <= 'Z') {
            out[i] = (char)(c + 32);
        } else if (c == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97) {
            out[i + 1] = (char)(next + 32); /* Latin-1 */
            i++;
        } else if (c >= 0xc4 && c <= 0xc5 && next >= 0x80) {
            /* Latin Extended-A: pairs, upper case even (odd from U+0139 to U+0148, U+0179 on) */
            unsigned code = (c & 31u) << 6 | (next & 63u);
            bool odd = (code >= 0x139 && code <= 0x148) || code >= 0x179;
            bool upper = ((code & 1) == 1) == odd && code != 0x138 && code != 0x149 &&
                         code != 0x130 && code != 0x178 && code != 0x17f && code != 0x13f;
            out[i + 1] = (char)(next + (upper && (next & 63) != 63 ? 1 : 0));
            i++;
        }
    }
}

uint64_t ent__lemma_key(const char *low, size_t n, unsigned xpos, unsigned suffix_bytes,
                        bool capital)
{
    uint64_t hash;
    if (suffix_bytes == UINT_MAX) {
        hash = ent__word_hash(low, n) ^ 0x5bd1e995;
    } else {
        hash = ent__word_hash(low + n - suffix_bytes, suffix_bytes);
    }
    hash = (hash ^ (xpos + 1) * 0x9e3779b97f4a7c15u ^ (capital ? 0x7f4a7c15u : 0)) *
           0xd6e8feb86659fd93u;
    return hash ^ (hash >> 32);
}

uint64_t ent__feat_key(uint64_t form_key, unsigned upos, unsigned xpos)
{
    uint64_t hash = (form_key ^ (upos * 256 + xpos + 1) * 0x9e3779b97f4a7c15u) *
                    0xd6e8feb86659fd93u;
    return hash ^ (hash >> 32);
}

bool ent__lemma_apply(const ent_script *script, ent_str form, char *out, size_t limit,
                      size_t *out_bytes)
{
    if (script->cut > form.n || form.n - script->cut + script->add_bytes > limit) {
        return false;
    }
    size_t kept = form.n - script->cut;
    if (script->keep_case) {
        memcpy(out, form.p, kept);
    } else {
        char low[LEMMA_LIMIT + 16];
        if (form.n > LEMMA_LIMIT) {
            return false;
        }
        ent__lower(form, low);
        memcpy(out, low, kept);
    }
    memcpy(out + kept, script->add, script->add_bytes);
    *out_bytes = kept + script->add_bytes;
    ent_str made = {out, *out_bytes};
    return *out_bytes > 0 && ent__utf8_valid(made, NULL);
}

static const ent_script *find_script(const ent__model *m, const char *low, size_t n, unsigned xpos,
                                     bool capital)
{
    uint32_t at;
    if (ent__print_find(m->lemma_keys, m->lemma_mask,
                        ent__lemma_key(low, n, xpos, UINT_MAX, capital), &at)) {
        return &m->scripts[m->lemma_rules[at]];
    }
    for (unsigned k = n < LONGEST_ENDING ? (unsigned)n : LONGEST_ENDING;; k--) {
        if (ent__print_find(m->lemma_keys, m->lemma_mask,
                            ent__lemma_key(low, n, xpos, k, capital), &at)) {
            return &m->scripts[m->lemma_rules[at]];
        }
        if (k == 0) {
            return NULL;
        }
    }
}

bool ent__lemma_set(const ent__model *m, ent_arena *arena, ent_token *token)
{
    char low[LEMMA_LIMIT + 16], made[LEMMA_LIMIT + 16];
    size_t n = token->form.n;
    token->lemma = token->form;
    if (n == 0 || n > LEMMA_LIMIT) {
        return true;
    }
    ent__lower(token->form, low);
    bool capital = (token->flags & ENT_TOKEN_CAPITAL) != 0;
    const ent_script *script = find_script(m, low, n, token->xpos, capital);
    size_t bytes = 0;
    if (script == NULL || !ent__lemma_apply(script, token->form, made, LEMMA_LIMIT, &bytes)) {
        return true;
    }
    if (bytes == n && memcmp(made, token->form.p, n) == 0) {
        return true;
    }
    if (bytes <= n && memcmp(made, token->form.p, bytes) == 0) {
        token->lemma.n = bytes;
        return true;
    }
    token->lemma = ent__arena_str(arena, (ent_str){made, bytes});
    return token->lemma.p != NULL;
}

void ent__feats_set(const ent__model *m, uint64_t form_key, ent_token *token)
{
    uint32_t at;
    token->feats = 0;
    if (ent__print_find(m->feat_keys, m->feat_mask,
                        ent__feat_key(form_key, token->upos, token->xpos), &at) ||
        ent__print_find(m->feat_keys, m->feat_mask,
                        ent__feat_key(0, token->upos, token->xpos), &at)) {
        token->feats = m->feat_rows[at];
    }
}
