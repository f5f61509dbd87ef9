/* A sentence as PETRARCH dictionaries see it: folded words in a row, noun phrases with actor codes.
 *
 * In:  tree, mentions, dictionaries, date.  Out: ent_coding.
 * Method: a noun phrase is a head with what modifies it; its code is that of the first actor in it
 *         (else of the one behind "of", then of an apposition, then behind "in" and "from"), with
 *         each agent's code added once.  A pronoun has the code of what it stands for.
 * Source: PETRARCH's documentation (Schrodt, Beieler, Idris 2014; Norris, Schrodt, Beieler 2017).
 * Cost:   O(words x longest phrase). */
#include <string.h>

#include "petrarch_coding.h"

/* ---- words --------------------------------------------------------------------------------- */

static bool read_words(ent_coding *c)
{
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    size_t room = (size_t)s->token_count * ENT_FOLD_WORDS + 1;
    c->words = ent__arena_array(c->scratch, room, sizeof *c->words);
    c->token_of = ent__arena_array(c->scratch, room, sizeof *c->token_of);
    c->phrase_of = ent__arena_array(c->scratch, room, sizeof *c->phrase_of);
    c->first_word = ent__arena_array(c->scratch, (size_t)s->token_count + 1, sizeof *c->first_word);
    if (c->words == NULL || c->token_of == NULL || c->phrase_of == NULL || c->first_word == NULL) {
        return false;
    }
    ent_dictionary_folded folded;
    for (uint32_t t = 0; t < s->token_count; t++) {
        c->first_word[t] = (uint32_t)c->word_count;
        ent__dictionary_fold(c->tree->tokens[s->first + t].form, &folded);
        for (size_t i = 0; i < folded.count; i++) {
            ent_str word = {folded.bytes + folded.word[i].begin,
                            (size_t)(folded.word[i].end - folded.word[i].begin)};
            uint32_t number;
            bool known = ent__map_get(c->set->words, word, &number);
            c->words[c->word_count] = known ? number : ENT_NO_WORD;
            c->phrase_of[c->word_count] = ENT_NO_ENTRY;
            c->token_of[c->word_count++] = s->first + t;
        }
    }
    c->first_word[s->token_count] = (uint32_t)c->word_count;
    return true;
}

/* ---- codes --------------------------------------------------------------------------------- */

static bool applies(const ent_actor_code *code, int32_t day, int dialect)
{
    if (day == 0) {
        return code->when == ENT_CODE_ALWAYS;
    }
    switch (code->when) {
    case ENT_CODE_BEFORE: return dialect == 2 ? day < code->until : day <= code->until;
    case ENT_CODE_AFTER: return day >= code->since;
    case ENT_CODE_BETWEEN:
        return day >= code->since && (dialect == 2 ? day < code->until : day <= code->until);
    default: return true;
    }
}

/* PETRARCH-1 looks at codes with dates first; PETRARCH-2 takes the first that applies. */
const ent_actor_code *ent__coding_actor_code(const ent_dictionaries *set, uint32_t entry,
                                             int32_t day)
{
    const ent_actor_code *fallback = NULL;
    for (uint32_t e = entry; e != ENT_NO_ENTRY; e = set->actors[e].next) {
        const ent_actor_entry *a = &set->actors[e];
        for (uint32_t i = 0; i < a->code_count; i++) {
            const ent_actor_code *code = &set->codes[a->first_code + i];
            if (!applies(code, day, set->dialect)) {
                continue;
            }
            if (set->dialect == 2 || code->when != ENT_CODE_ALWAYS) {
                return code;
            }
            fallback = fallback == NULL ? code : fallback;
        }
    }
    return fallback;
}

/* Adds an agent's code unless the code has it, in steps of three letters. */
static void add_agent(char *code, size_t room, ent_str agent, bool before)
{
    size_t n = strlen(code);
    for (size_t at = 0; agent.n > 0 && at + agent.n <= n; at += 3) {
        if (memcmp(code + at, agent.p, agent.n) == 0) {
            return;
        }
    }
    if (n + agent.n + 1 > room) {
        return;
    }
    if (before) {
        memmove(code + agent.n, code, n + 1);
        memcpy(code, agent.p, agent.n);
    } else {
        memcpy(code + n, agent.p, agent.n);
        code[n + agent.n] = '\0';
    }
}

/* ---- noun phrases -------------------------------------------------------------------------- */

static bool is_phrase_head(const ent_tree *tree, uint32_t token)
{
    const ent_token *t = &tree->tokens[token];
    switch (t->deprel) {
    case ENT_DEP_compound:
    case ENT_DEP_flat:
    case ENT_DEP_amod:
    case ENT_DEP_det:
    case ENT_DEP_nummod:
    case ENT_DEP_nmod_poss:
    case ENT_DEP_nmod_desc:
    case ENT_DEP_fixed:
    case ENT_DEP_goeswith:
    case ENT_DEP_case:
    case ENT_DEP_punct:
    case ENT_DEP_aux:
    case ENT_DEP_advmod: return false;
    default: break;
    }
    bool nominal = t->deprel == ENT_DEP_nsubj || t->deprel == ENT_DEP_nsubj_pass ||
                   t->deprel == ENT_DEP_obj || t->deprel == ENT_DEP_iobj ||
                   t->deprel == ENT_DEP_obl || t->deprel == ENT_DEP_obl_agent ||
                   t->deprel == ENT_DEP_nmod;
    bool other = t->upos == ENT_UPOS_ADJ || t->upos == ENT_UPOS_NUM;
    return t->upos == ENT_UPOS_NOUN || t->upos == ENT_UPOS_PROPN || t->upos == ENT_UPOS_PRON ||
           t->upos == ENT_UPOS_X || (other && nominal);
}

static bool is_modifier(uint8_t deprel)
{
    return deprel == ENT_DEP_det || deprel == ENT_DEP_amod || deprel == ENT_DEP_compound ||
           deprel == ENT_DEP_flat || deprel == ENT_DEP_nummod || deprel == ENT_DEP_nmod_poss ||
           deprel == ENT_DEP_nmod_desc || deprel == ENT_DEP_goeswith ||
           deprel == ENT_DEP_fixed || deprel == ENT_DEP_nmod_unmarked;
}

/* The stretch of a head and its modifiers. */
static void widen(const ent_tree *tree, uint32_t head, uint32_t *first, uint32_t *last)
{
    size_t n;
    const uint32_t *children = ent__children(tree, head, &n);
    for (size_t i = 0; i < n; i++) {
        if (is_modifier(tree->tokens[children[i]].deprel)) {
            uint32_t from, to;
            ent__subtree(tree, children[i], &from, &to);
            *first = from < *first ? from : *first;
            *last = to > *last && tree->tokens[children[i]].deprel != ENT_DEP_amod ? to : *last;
        }
    }
}

/* First actor and all agents of the words [begin, end); an actor's name may reach to `limit`. */
static void code_words(ent_coding *c, ent_coding_phrase *p, uint32_t begin, uint32_t end,
                       uint32_t limit)
{
    const ent_dictionaries *set = c->set;
    for (uint32_t w = begin; w < end;) {
        size_t actor_words, agent_words;
        uint32_t actor = ent__phrases_find(&set->actor_phrases, c->words + w, limit - w,
                                           &actor_words);
        uint32_t agent = ent__phrases_find(&set->agent_phrases, c->words + w, limit - w,
                                           &agent_words);
        if (actor != ENT_NO_ENTRY && actor_words >= agent_words) {
            const ent_actor_code *code = ent__coding_actor_code(set, actor, c->day);
            if (code != NULL && !p->has_actor && !ent__str_eqz(code->code, "---")) {
                snprintf(p->base, sizeof p->base, "%.*s", ENT_FMT(code->code));
                p->has_actor = true;
                p->file = set->actors[actor].file;
                p->line = code->line;
            }
            w += (uint32_t)actor_words;
            p->reach = w > p->reach ? w : p->reach;
        } else if (agent != ENT_NO_ENTRY) {
            if (p->agent_count < ENT_CODING_AGENTS) {
                p->agents[p->agent_count++] = agent;
            }
            w += (uint32_t)agent_words;
            p->reach = w > p->reach ? w : p->reach;
        } else {
            w++;
        }
    }
}

/* Our own actors where no dictionary of actors was given. */
static void code_mention(ent_coding *c, ent_coding_phrase *p)
{
    uint32_t mention = c->mentions->token_mention[p->head];
    if (c->set->actor_count > 0 || mention == UINT32_MAX) {
        return;
    }
    const ent_actor *a = &c->mentions->actors[c->mentions->mentions[mention].actor];
    if (a->code.n > 0) {
        snprintf(p->base, sizeof p->base, "%.*s", ENT_FMT(a->code));
        p->own_actor = c->mentions->mentions[mention].actor;
        p->has_actor = true;
    }
}

static void find_phrases(ent_coding *c)
{
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    for (uint32_t i = 0; i < s->token_count; i++) {
        uint32_t head = s->first + i;
        if (!is_phrase_head(c->tree, head)) {
            continue;
        }
        ent_coding_phrase *p = &c->phrases[c->phrase_count];
        *p = (ent_coding_phrase){.head = head, .own_actor = UINT32_MAX, .above = ENT_NO_ENTRY,
                                 .first_token = head, .last_token = head, .next = ENT_NO_ENTRY,
                                 .compound = ENT_NO_ENTRY};
        widen(c->tree, head, &p->first_token, &p->last_token);
        uint32_t from, to;
        ent__subtree(c->tree, head, &from, &to);
        uint32_t end = s->first + s->token_count - 1;
        p->first_token = p->first_token < s->first ? s->first : p->first_token;
        p->last_token = p->last_token > end ? end : p->last_token;
        to = to > end ? end : to;
        p->first = c->first_word[p->first_token - s->first];
        p->end = c->first_word[p->last_token - s->first + 1];
        p->reach = p->end;
        uint32_t limit = c->first_word[(to > p->last_token ? to : p->last_token) - s->first + 1];
        code_words(c, p, p->first, p->end, limit);
        code_mention(c, p);
        for (uint32_t w = p->first; w < p->end; w++) {
            c->phrase_of[w] = (uint32_t)c->phrase_count;
        }
        c->phrase_count++;
    }
}

uint32_t ent__coding_phrase_at(const ent_coding *c, uint32_t token)
{
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    if (token - s->first >= s->token_count) {
        return ENT_NO_ENTRY;
    }
    uint32_t at = c->first_word[token - s->first];
    return at < c->first_word[token - s->first + 1] ? c->phrase_of[at] : ENT_NO_ENTRY;
}

uint32_t ent__coding_side_at(const ent_coding *c, uint32_t token)
{
    uint32_t p = token == ENT_NO_TOKEN ? ENT_NO_ENTRY : ent__coding_phrase_at(c, token);
    for (int depth = 0; depth < 8 && p != ENT_NO_ENTRY && c->phrases[p].above != ENT_NO_ENTRY;
         depth++) {
        p = c->phrases[p].above;
    }
    for (int depth = 0; depth < 8 && p != ENT_NO_ENTRY && c->phrases[p].compound != ENT_NO_ENTRY;
         depth++) {
        p = c->phrases[p].compound;
    }
    uint32_t member = p; /* "the group and Arland": one with a code is enough */
    while (member != ENT_NO_ENTRY && !ent__coding_is_side(c, member)) {
        member = c->phrases[member].next;
    }
    return member == ENT_NO_ENTRY ? ENT_NO_ENTRY : p;
}

static bool has_case(const ent_tree *tree, uint32_t token, const char *const *words)
{
    size_t n;
    const uint32_t *children = ent__children(tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        const ent_token *t = &tree->tokens[children[i]];
        for (size_t k = 0; t->deprel == ENT_DEP_case && words[k] != NULL; k++) {
            if (ent__str_ieqz(t->form, words[k])) {
                return true;
            }
        }
    }
    return false;
}

/* Takes the actor of a phrase that hangs on this one; that phrase is no side of its own then. */
static void borrow(ent_coding *c, uint32_t phrase, uint8_t deprel,
                   const char *const *cases, bool needs_agent)
{
    ent_coding_phrase *p = &c->phrases[phrase];
    size_t n;
    const uint32_t *children = ent__children(c->tree, p->head, &n);
    for (size_t i = 0; i < n && !p->has_actor && (!needs_agent || p->agent_count > 0); i++) {
        uint32_t below = ent__coding_phrase_at(c, children[i]);
        bool fits = below != ENT_NO_ENTRY && below != phrase &&
                    c->phrases[below].head == children[i] &&
                    c->tree->tokens[children[i]].deprel == deprel &&
                    (cases == NULL || has_case(c->tree, children[i], cases));
        if (!fits || !c->phrases[below].has_actor) {
            continue;
        }
        ent_coding_phrase *q = &c->phrases[below];
        memcpy(p->base, q->base, sizeof p->base);
        p->has_actor = true;
        p->own_actor = q->own_actor;
        p->file = q->file;
        p->line = q->line;
        for (uint8_t k = 0; deprel == ENT_DEP_appos && k < q->agent_count; k++) {
            if (p->agent_count < ENT_CODING_AGENTS) {
                p->agents[p->agent_count++] = q->agents[k];
            }
        }
        q->above = phrase;
    }
}

/* "the president, Mara Voss": one actor, told twice. */
static void join_appositions(ent_coding *c)
{
    for (size_t i = 0; i < c->phrase_count; i++) {
        const ent_token *t = &c->tree->tokens[c->phrases[i].head];
        uint32_t above = t->deprel == ENT_DEP_appos ? ent__coding_phrase_at(c, t->head)
                                                    : ENT_NO_ENTRY;
        if (above != ENT_NO_ENTRY && above != i) {
            c->phrases[i].above = above;
        }
    }
}

static void compose_code(ent_coding *c, ent_coding_phrase *p)
{
    if (!p->has_actor && p->agent_count == 0) {
        return;
    }
    snprintf(p->code, sizeof p->code, "%s", p->has_actor ? p->base : "---");
    for (uint8_t i = 0; i < p->agent_count; i++) {
        const ent_agent_entry *a = &c->set->agents[p->agents[i]];
        bool listed = strchr(p->code, '/') != NULL; /* A/B/C: agents of none */
        if (!listed) {
            add_agent(p->code, sizeof p->code, a->code, a->before);
        }
        if (!p->has_actor && p->line == 0) {
            p->file = a->file;
            p->line = a->line;
        }
    }
}

/* What a pronoun stands for was coded before: the code goes with the actor of the document. */
static void carry_pronouns(ent_coding *c)
{
    for (size_t i = 0; i < c->phrase_count; i++) {
        ent_coding_phrase *p = &c->phrases[i];
        uint32_t mention = c->mentions->token_mention[p->head];
        if (mention == UINT32_MAX) {
            continue;
        }
        ent_carried *known = &c->carried[c->mentions->mentions[mention].actor];
        bool pronoun = c->tree->tokens[p->head].upos == ENT_UPOS_PRON;
        if (!pronoun && p->code[0] != '\0') {
            memcpy(known->code, p->code, sizeof known->code);
            known->file = p->file;
            known->line = p->line;
        } else if (pronoun && p->code[0] == '\0' && known->code[0] != '\0') {
            memcpy(p->code, known->code, sizeof p->code);
            p->file = known->file;
            p->line = known->line;
        }
    }
}

/* "A, B and C": the members in a chain from the first one. */
static void chain_compounds(ent_coding *c)
{
    for (uint32_t i = 0; i < c->phrase_count; i++) {
        const ent_token *t = &c->tree->tokens[c->phrases[i].head];
        uint32_t first = t->deprel == ENT_DEP_conj ? ent__coding_phrase_at(c, t->head)
                                                   : ENT_NO_ENTRY;
        if (first == ENT_NO_ENTRY || first == i || c->phrases[first].head != t->head) {
            continue;
        }
        uint32_t last = first;
        while (c->phrases[last].next != ENT_NO_ENTRY) {
            last = c->phrases[last].next;
        }
        if (c->phrases[i].next == ENT_NO_ENTRY && last != i) {
            c->phrases[last].next = i;
            c->phrases[i].compound = first;
        }
    }
}

bool ent__coding_read(ent_coding *c)
{
    const ent_sentence *s = &c->tree->sentences[c->sentence];
    c->word_count = c->phrase_count = 0;
    c->phrases = ent__arena_array(c->scratch, (size_t)s->token_count + 1, sizeof *c->phrases);
    if (c->phrases == NULL || !read_words(c)) {
        return false;
    }
    static const char *const of[] = {"of", NULL}, *const place[] = {"in", "from", NULL};
    find_phrases(c);
    /* A name that reaches over the next phrase ("Kingdom of Arland") holds it. */
    for (uint32_t i = 0; i < c->phrase_count; i++) {
        for (uint32_t k = i + 1; k < c->phrase_count && c->phrases[k].first < c->phrases[i].reach;
             k++) {
            if (c->phrases[k].first >= c->phrases[i].end) {
                c->phrases[k].above = i;
                c->phrases[k].covered = true;
            }
        }
    }
    for (uint32_t i = (uint32_t)c->phrase_count; i-- > 0;) {
        borrow(c, i, ENT_DEP_nmod, of, false);
        borrow(c, i, ENT_DEP_appos, NULL, false);
        borrow(c, i, ENT_DEP_nmod, place, true);
    }
    join_appositions(c);
    for (size_t i = 0; i < c->phrase_count; i++) {
        compose_code(c, &c->phrases[i]);
    }
    carry_pronouns(c);
    chain_compounds(c);
    return true;
}
