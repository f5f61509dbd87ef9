/* Core noun phrases: which tokens belong together under one nominal head.
 * In: trees, hits.  Out: phrases in order of their first token.  O(tokens). */
#include "find.h"

#include <string.h>

static bool is_clitic(ent_str form)
{
    return form.n >= 1 && form.n <= 4 &&
           (form.p[0] == '\'' || (form.n >= 3 && memcmp(form.p, "\xE2\x80\x99", 3) == 0));
}

static bool is_hyphen(ent_str form)
{
    return ent__str_eqz(form, "-") || ent__str_eqz(form, "\xE2\x80\x93") ||
           ent__str_eqz(form, "\xE2\x80\x91");
}

/* Does the token belong to the core of its head's phrase, leaving neighbourhood aside? */
static bool relation_inside(const ent_finder *f, uint32_t t)
{
    const ent_token *token = &f->tree->tokens[t];
    switch (token->deprel) {
    case ENT_DEP_det:
    case ENT_DEP_det_predet:
    case ENT_DEP_amod:
    case ENT_DEP_compound:
    case ENT_DEP_flat:
    case ENT_DEP_nummod:
    case ENT_DEP_nmod_desc:
    case ENT_DEP_goeswith:
    case ENT_DEP_fixed:
        return true;
    case ENT_DEP_case:
        return is_clitic(token->form);
    case ENT_DEP_punct:
        return is_hyphen(token->form) && t > 0 &&
               f->tree->tokens[t - 1].end == token->begin &&
               (token->flags & ENT_TOKEN_NO_SPACE_AFTER);
    case ENT_DEP_nmod:
    case ENT_DEP_nmod_unmarked:
    case ENT_DEP_appos: /* "Foreign Minister Lavrov" read as an apposition without a comma */
        return token->head != ENT_NO_TOKEN &&
               ((token->head + 1 == t && token->upos == ENT_UPOS_PROPN) ||
                (t + 1 == token->head && token->upos == ENT_UPOS_PROPN)) &&
               f->tree->tokens[token->head].upos != ENT_UPOS_VERB &&
               f->tree->tokens[token->head].upos != ENT_UPOS_PRON;
    default:
        return false;
    }
}

static bool is_nominal(uint8_t upos)
{
    return upos == ENT_UPOS_NOUN || upos == ENT_UPOS_PROPN || upos == ENT_UPOS_PRON ||
           upos == ENT_UPOS_ADJ || upos == ENT_UPOS_NUM || upos == ENT_UPOS_X ||
           upos == ENT_UPOS_SYM || upos == ENT_UPOS_DET;
}

/* Heads inside their phrases; "U.S. and Russian officials": what is coordinated with a modifier
 * is inside too. */
static void read_heads(ent_finder *f)
{
    const ent_tree *tree = f->tree;
    for (uint32_t t = 0; t < tree->token_count; t++) {
        const ent_token *token = &tree->tokens[t];
        bool inside = token->head != ENT_NO_TOKEN && relation_inside(f, t) &&
                      is_nominal(tree->tokens[token->head].upos);
        f->core_head[t] = inside ? token->head : ENT_NONE;
    }
    for (uint32_t t = 0; t < tree->token_count; t++) {
        const ent_token *token = &tree->tokens[t];
        uint32_t h = token->head;
        if (f->core_head[t] != ENT_NONE || h == ENT_NO_TOKEN) {
            continue;
        }
        bool names = token->upos == ENT_UPOS_PROPN || token->upos == ENT_UPOS_ADJ;
        if (token->deprel == ENT_DEP_conj && names && f->core_head[h] != ENT_NONE &&
            f->core_head[h] > t) {
            f->core_head[t] = f->core_head[h];
        } else if (token->deprel == ENT_DEP_cc && h > t && h < tree->token_count &&
                   tree->tokens[h].deprel == ENT_DEP_conj && tree->tokens[h].head < t &&
                   f->core_head[tree->tokens[h].head] != ENT_NONE &&
                   f->core_head[tree->tokens[h].head] > h) {
            f->core_head[t] = f->core_head[tree->tokens[h].head];
        }
    }
}

/* A name is one piece, whatever the tree says: "London School of Economics". */
static void glue_names(ent_finder *f)
{
    for (size_t h = 0; h < f->hit_count; h++) {
        const ent_hit *hit = &f->hits[h];
        for (uint32_t t = hit->first; t <= hit->last && hit->first < hit->last; t++) {
            if (t != hit->head) {
                f->core_head[t] = hit->head;
            }
        }
        uint32_t up = f->core_head[hit->head];
        if (hit->first < hit->last && up != ENT_NONE && up >= hit->first && up <= hit->last) {
            f->core_head[hit->head] = ENT_NONE;
        }
    }
}

static uint32_t root_of(const ent_finder *f, uint32_t t)
{
    for (int depth = 0; depth < 32 && f->core_head[t] != ENT_NONE; depth++) {
        t = f->core_head[t];
    }
    return t;
}

/* Tokens cut off from their root by others between ("Ivory Coast and Côte d'Ivoire" read as one
 * name) get a root of their own. */
static void part_far_tokens(ent_finder *f, uint32_t *roots, bool *near)
{
    const ent_tree *tree = f->tree;
    for (uint32_t t = 0; t < tree->token_count; t++) {
        if (roots[t] != t) {
            continue;
        }
        const ent_sentence *s = &tree->sentences[tree->tokens[t].sentence];
        near[t] = true;
        for (uint32_t left = t; left > s->first && roots[left - 1] == t; left--) {
            near[left - 1] = true;
        }
        for (uint32_t right = t + 1; right < s->first + s->token_count && roots[right] == t;
             right++) {
            near[right] = true;
        }
    }
    for (uint32_t t = 0; t < tree->token_count; t++) {
        if (near[t]) {
            continue;
        }
        uint32_t end = t, head = t;
        while (end + 1 < tree->token_count && !near[end + 1] && roots[end + 1] == roots[t]) {
            end++;
        }
        for (uint32_t k = end + 1; k-- > t;) {
            uint32_t up = f->core_head[k];
            head = up == ENT_NONE || up < t || up > end ? k : head;
        }
        for (uint32_t k = t; k <= end; k++) {
            roots[k] = head;
        }
        t = end;
    }
}

/* The unbroken block of tokens round `head` that have it as root. */
static void cut_phrase(ent_finder *f, const uint32_t *roots, uint32_t head)
{
    const ent_tree *tree = f->tree;
    const ent_sentence *s = &tree->sentences[tree->tokens[head].sentence];
    uint32_t first = head, last = head, end = s->first + s->token_count;
    while (first > s->first && roots[first - 1] == head) {
        first--;
    }
    while (last + 1 < end && roots[last + 1] == head) {
        last++;
    }
    while (last > head && is_clitic(tree->tokens[last].form)) {
        last--; /* a possessor's own clitic is not its name */
    }
    ent_phrase *p = &f->phrases[f->phrase_count];
    *p = (ent_phrase){.first = first, .last = last, .head = head, .actor = ENT_NONE,
                      .span_first = first, .kind = ENT_MENTION_NOMINAL};
    for (uint32_t t = first; t <= last; t++) {
        f->token_phrase[t] = (uint32_t)f->phrase_count;
    }
    f->phrase_count++;
}

void ent__phrases_cut(ent_finder *f)
{
    const ent_tree *tree = f->tree;
    size_t n = tree->token_count;
    f->core_head = ent__arena_array(f->scratch, n + 1, sizeof *f->core_head);
    f->token_phrase = ent__arena_array(f->scratch, n + 1, sizeof *f->token_phrase);
    f->phrases = ent__arena_array(f->scratch, n + 1, sizeof *f->phrases);
    uint32_t *roots = ent__arena_array(f->scratch, n + 1, sizeof *roots);
    bool *near = ent__arena_array(f->scratch, n + 1, sizeof *near);
    if (f->core_head == NULL || f->token_phrase == NULL || f->phrases == NULL || roots == NULL ||
        near == NULL) {
        f->failed = true;
        return;
    }
    read_heads(f);
    glue_names(f);
    for (uint32_t t = 0; t < n; t++) {
        roots[t] = root_of(f, t);
        f->token_phrase[t] = ENT_NONE;
    }
    part_far_tokens(f, roots, near);
    for (uint32_t t = 0; t < n; t++) {
        uint8_t upos = tree->tokens[t].upos;
        bool covered = f->token_hit[t] != ENT_NONE;
        if (roots[t] == t && ((is_nominal(upos) && upos != ENT_UPOS_DET) || covered)) {
            cut_phrase(f, roots, t);
        }
    }
    for (size_t i = 0; i < f->phrase_count; i++) {
        ent_phrase *p = &f->phrases[i];
        uint32_t owner = ent__child(tree, p->head, ENT_DEP_nmod_poss);
        uint32_t q = owner == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[owner];
        if (q != ENT_NONE && f->phrases[q].last + 2 >= p->first && f->phrases[q].first < p->first) {
            p->span_first = f->phrases[q].first;
        }
    }
    /* In order of heads now; hits stand in order of tokens. */
    size_t h = 0;
    for (size_t i = 0; i < f->phrase_count; i++) {
        ent_phrase *p = &f->phrases[i];
        while (h > 0 && f->hits[h - 1].last >= p->first) {
            h--;
        }
        while (h < f->hit_count && f->hits[h].last < p->first) {
            h++;
        }
        p->hit_first = (uint32_t)h;
        while (h < f->hit_count && f->hits[h].first <= p->last) {
            h++;
        }
        p->hit_end = (uint32_t)h;
    }
}

bool ent__phrase_has_case(const ent_finder *f, uint32_t head, const char *const *words)
{
    size_t count;
    const uint32_t *children = ent__children(f->tree, head, &count);
    for (size_t i = 0; i < count; i++) {
        const ent_token *child = &f->tree->tokens[children[i]];
        for (size_t w = 0; child->deprel == ENT_DEP_case && words[w] != NULL; w++) {
            if (ent__str_ieqz(child->form, words[w])) {
                return true;
            }
        }
    }
    return false;
}

static bool part_of_name(const ent_finder *f, uint32_t t)
{
    const ent_token *token = &f->tree->tokens[t];
    uint32_t hit = f->token_hit[t];
    if (hit != ENT_NONE &&
        !(f->hits[hit].dropped && ent__hit_entry(f, hit)->kind == ENT_ENTRY_SURNAME)) {
        return false;
    }
    return (token->flags & ENT_TOKEN_CAPITAL) && token->upos == ENT_UPOS_PROPN;
}

static bool particle(ent_str form)
{
    static const char *const particles[] = {"de", "la", "van", "von", "der", "den", "bin", "ibn",
                                            "al", "el", "da", "dos", "du", "di", "-", "ben", NULL};
    for (size_t i = 0; particles[i] != NULL; i++) {
        if (ent__str_eqz(form, particles[i])) {
            return true;
        }
    }
    return false;
}

bool ent__phrase_name_run(const ent_finder *f, const ent_phrase *p, uint32_t *first,
                          uint32_t *last)
{
    /* The last run of capitalised unknown words that ends the phrase or holds its head. */
    for (uint32_t t = p->last + 1; t-- > p->first;) {
        if (!part_of_name(f, t)) {
            continue;
        }
        uint32_t begin = t;
        while (begin > p->first &&
               (part_of_name(f, begin - 1) ||
                (begin > p->first + 1 && particle(f->tree->tokens[begin - 1].form) &&
                 (part_of_name(f, begin - 2) || particle(f->tree->tokens[begin - 2].form))))) {
            begin--;
        }
        if (t == p->last || (begin <= p->head && p->head <= t)) {
            while (begin < t && !part_of_name(f, begin)) {
                begin++;
            }
            *first = begin;
            *last = t;
            return true;
        }
        return false;
    }
    return false;
}
