/* Events of a document by PETRARCH dictionaries instead of our own tables.
 *
 * In:  tree (ours or a given one), mentions, a ready set.  Out: ent_events, one event a pair of
 *      codes as PETRARCH writes them; actors of the dictionaries join those of the mentions.
 * Method: each verb of the dictionaries, its heaviest pattern that fits, sides from the pattern or
 *         from the grammar of the verb (passives turned round, subjects through control and
 *         relatives); PETRARCH-2's transformations over pairs of verbs; discards, issues.
 * Source: docs/methods/events.md.  Cost: O(words + verbs x patterns of their block). */
#include <math.h>
#include <string.h>

#include "certainty.h"
#include "petrarch_coding.h"

/* An event of one verb before transformations, its sides as phrases. */
typedef struct {
    uint32_t verb;            /* token; ENT_NO_TOKEN: taken back */
    uint32_t entry;           /* verb of the set */
    uint32_t source, target;  /* phrases, ENT_NO_ENTRY: unknown */
    bool compound;
    ent_str code, reverse;
    uint32_t file, line;
} told;

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena, *scratch;
    const ent__event_lexicon *lexicon;
    const ent_text *text;
    ent_mentions *mentions;
    ent_coding coding;
    told *told;
    size_t told_count, told_room;
    ent_actor *actors; /* of the mentions and those added */
    size_t actor_count, actor_room, own_count;
    ent_event *events;
    size_t event_count, event_room;
    ent_str date_value, issues;
    bool failed, story_discarded, issues_cancelled;
} coder;

static void *grown(coder *c, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return items;
    }
    size_t wanted = *room == 0 ? 16 : *room * 2;
    void *fresh = ent__arena_array(c->arena, wanted, size);
    if (fresh == NULL) {
        c->failed = true;
        return NULL;
    }
    if (count > 0) {
        memcpy(fresh, items, count * size);
    }
    *room = wanted;
    return fresh;
}

/* ---- discards and issues ------------------------------------------------------------------- */

/* 0: nothing is discarded; 1: the sentence; 2: the story. */
static int discarded(const ent_coding *c)
{
    int most = 0;
    size_t n;
    for (size_t w = 0; w < c->word_count && c->set->discard_count > 0; w++) {
        uint32_t found = ent__phrases_find(&c->set->discard_phrases, c->words + w,
                                           c->word_count - w, &n);
        int kind = found == ENT_NO_ENTRY ? 0 : c->set->discards[found].cancels;
        most = kind > most ? kind : most;
    }
    return most;
}

/* Words of raw text, marks cut off their ends; a phrase may cross no more than WINDOW words. */
bool ent__dictionaries_drop_story(const ent_dictionaries *set, ent_str text)
{
    enum { WINDOW = ENT_PHRASE_WORDS };
    uint32_t words[2 * WINDOW];
    size_t count = 0, n;
    ent_dictionary_folded folded;
    for (size_t at = 0; at <= text.n && set->discard_count > 0;) {
        size_t begin = at;
        while (at < text.n && strchr(" \t\r\n,;:()\"?!", text.p[at]) == NULL) {
            at++;
        }
        ent__dictionary_fold(ent__str_sub(text, begin, at), &folded);
        for (size_t i = 0; i < folded.count; i++) {
            uint32_t number;
            ent_str word = {folded.bytes + folded.word[i].begin,
                            (size_t)(folded.word[i].end - folded.word[i].begin)};
            words[count++] = ent__map_get(set->words, word, &number) ? number : ENT_NO_WORD;
        }
        bool last = at++ >= text.n;
        for (size_t w = 0; (last || count > 2 * WINDOW - ENT_FOLD_WORDS) && w < count; w++) {
            uint32_t found = ent__phrases_find(&set->discard_phrases, words + w, count - w, &n);
            if (found != ENT_NO_ENTRY && set->discards[found].cancels == 2) {
                return true;
            }
        }
        if (count > 2 * WINDOW - ENT_FOLD_WORDS) { /* keep what a phrase may still need */
            memmove(words, words + count - WINDOW, WINDOW * sizeof *words);
            count = WINDOW;
        }
    }
    return false;
}

/* "TRADE,2;ARMS,1" in the order of the text; empty: none, or cancelled. */
static void find_issues(coder *c)
{
    enum { MOST = 32 };
    const ent_coding *s = &c->coding;
    ent_str codes[MOST];
    unsigned counts[MOST];
    size_t count = 0, n;
    c->issues = (ent_str){"", 0};
    for (size_t w = 0; w < s->word_count && s->set->issue_count > 0; w++) {
        uint32_t found = ent__phrases_find(&s->set->issue_phrases, s->words + w,
                                           s->word_count - w, &n);
        if (found == ENT_NO_ENTRY) {
            continue;
        }
        const ent_list_entry *e = &s->set->issues[found];
        if (e->cancels > 0) {
            c->issues_cancelled = c->issues_cancelled || e->cancels == 2;
            return;
        }
        size_t k = 0;
        while (k < count && !ent__str_eq(codes[k], e->code)) {
            k++;
        }
        if (k == count && count < MOST) {
            codes[count] = e->code;
            counts[count++] = 0;
        }
        if (k < count) {
            counts[k]++;
        }
        w += n - 1;
    }
    for (size_t k = 0; k < count; k++) {
        c->issues = ent__arena_printf(c->arena, "%.*s%s%.*s,%u", ENT_FMT(c->issues),
                                      k > 0 ? ";" : "", ENT_FMT(codes[k]), counts[k]);
    }
}

/* ---- verbs --------------------------------------------------------------------------------- */

static bool is_verb(const ent_token *t)
{
    bool tagged = t->upos == ENT_UPOS_VERB ||
                  (t->xpos >= ENT_XPOS_VB && t->xpos <= ENT_XPOS_VBZ);
    return tagged && t->deprel != ENT_DEP_aux && t->deprel != ENT_DEP_aux_pass &&
           t->deprel != ENT_DEP_cop && t->deprel != ENT_DEP_amod &&
           t->deprel != ENT_DEP_compound;
}

/* The form of the dictionaries that stands at word w; ENT_NO_ENTRY: none. */
static uint32_t find_form(const ent_coding *c, uint32_t w, uint32_t *first, uint32_t *last)
{
    const ent_dictionaries *set = c->set;
    uint32_t f = c->words[w] == ENT_NO_WORD ? ENT_NO_ENTRY : set->form_of[c->words[w]];
    for (; f != ENT_NO_ENTRY; f = set->forms[f].next) {
        const ent_verb_form *form = &set->forms[f];
        bool fits = form->before <= w && w + form->after < c->word_count;
        for (uint32_t i = 0; fits && i < form->before; i++) {
            fits = c->words[w - form->before + i] == set->form_words[form->first_word + i];
        }
        for (uint32_t i = 0; fits && i < form->after; i++) {
            fits = c->words[w + 1 + i] == set->form_words[form->first_word + form->before + i];
        }
        if (fits) {
            *first = w - form->before;
            *last = w + form->after;
            return f;
        }
    }
    return ENT_NO_ENTRY;
}

static uint32_t default_source(const ent_coding *c, const ent__arguments *a)
{
    uint32_t side = ent__coding_side_at(c, a->subject);
    for (uint32_t i = 0; side == ENT_NO_ENTRY && i < a->count; i++) {
        bool subject = a->list[i].kind == ENT_ROLE_SUBJECT;
        side = subject ? ent__coding_side_at(c, a->list[i].token) : side;
    }
    return side;
}

/* The reading of our own tables that governs the verb with an operator: "accused X of attacking",
 * "wants to visit"; NULL: none. */
static const ent__reading *governor(const ent__sentence *s, uint32_t verb)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const ent__reading *r = s->by_token[i];
        if (r != NULL && r->inner != NULL && r->inner->cue == verb && r->operator_count > 0 &&
            s->first + i != verb) {
            return r;
        }
    }
    return NULL;
}

static bool has_operator(const coder *c, const ent__reading *r, const char *name)
{
    return r != NULL && strcmp(c->lexicon->operators[r->operators[0]], name) == 0;
}

static bool opens_clause(uint8_t deprel)
{
    return deprel == ENT_DEP_ccomp || deprel == ENT_DEP_advcl || deprel == ENT_DEP_acl ||
           deprel == ENT_DEP_acl_relcl || deprel == ENT_DEP_csubj ||
           deprel == ENT_DEP_parataxis || deprel == ENT_DEP_conj;
}

/* First coded phrase behind the verb in its own clause. */
static uint32_t first_behind(const ent_coding *c, uint32_t verb, uint32_t source)
{
    for (uint32_t p = 0; p < c->phrase_count; p++) {
        uint32_t at = c->phrases[p].head, side = ent__coding_side_at(c, at);
        if (at < verb || side == ENT_NO_ENTRY || side == source) {
            continue;
        }
        for (int depth = 0; depth < 12 && at != ENT_NO_TOKEN && at != verb; depth++) {
            const ent_token *t = &c->tree->tokens[at];
            bool member = t->deprel == ENT_DEP_conj && depth == 0;
            at = opens_clause(t->deprel) && !member ? ENT_NO_TOKEN : t->head;
        }
        if (at == verb) {
            return side;
        }
    }
    return ENT_NO_ENTRY;
}

static uint32_t default_target(const ent_coding *c, const ent__arguments *a, uint32_t verb,
                               uint32_t source)
{
    static const uint8_t order[] = {ENT_ROLE_OBJECT, ENT_ROLE_INDIRECT, ENT_ROLE_PREPOSITION};
    for (size_t k = 0; k < sizeof order; k++) {
        for (uint32_t i = 0; i < a->count; i++) {
            uint32_t side = a->list[i].kind == order[k] ? ent__coding_side_at(c, a->list[i].token)
                                                        : ENT_NO_ENTRY;
            if (side != ENT_NO_ENTRY && side != source) {
                return side;
            }
        }
    }
    return first_behind(c, verb, source);
}

static void code_verb(coder *c, uint32_t verb, uint32_t form, uint32_t first, uint32_t last)
{
    const ent_dictionaries *set = c->coding.set;
    uint32_t number = set->forms[form].verb;
    const ent_verb_entry *entry = &set->verbs[number];
    const ent_verb_block *block = &set->blocks[entry->block];
    bool own = entry->code.n > 0 || entry->reverse.n > 0;
    told t = {.verb = verb, .entry = number, .source = ENT_NO_ENTRY, .target = ENT_NO_ENTRY,
              .code = own ? entry->code : block->code,
              .reverse = own ? entry->reverse : block->reverse, .file = entry->file,
              .line = own || block->line == 0 ? entry->line : block->line};
    ent__arguments arguments;
    ent_pattern_sides sides = {ENT_NO_ENTRY, ENT_NO_ENTRY, false};
    ent__verb_arguments(c->coding.grammar, verb, &arguments);
    for (uint32_t i = 0; i < block->pattern_count; i++) {
        const ent_pattern *p = &set->patterns[block->first_pattern + i];
        if (ent__pattern_fits(&c->coding, p, verb, first, last, &arguments, &sides)) {
            t.code = p->code;
            t.reverse = p->reverse;
            t.file = p->file;
            t.line = p->line;
            break;
        }
        sides = (ent_pattern_sides){ENT_NO_ENTRY, ENT_NO_ENTRY, false};
    }
    const ent__reading *outer = governor(c->coding.grammar, verb);
    if (has_operator(c, outer, "accuse") && outer->object != ENT_NO_TOKEN) {
        arguments.subject = outer->object; /* who is accused did it */
    }
    t.compound = sides.compound;
    t.source = sides.source != ENT_NO_ENTRY ? sides.source : default_source(&c->coding, &arguments);
    if (!t.compound) {
        t.target = sides.target != ENT_NO_ENTRY
                       ? sides.target
                       : default_target(&c->coding, &arguments, verb, t.source);
    }
    if (t.source == t.target && sides.target != ENT_NO_ENTRY && sides.source == ENT_NO_ENTRY) {
        t.source = ENT_NO_ENTRY; /* the pattern's target is the subject itself */
    }
    told *list = grown(c, c->told, c->told_count, &c->told_room, sizeof *list);
    if (list != NULL) {
        c->told = list;
        c->told[c->told_count++] = t;
    }
}

/* ---- transformations ----------------------------------------------------------------------- */

static bool in_block_of(const ent_dictionaries *set, uint32_t verb, uint32_t word)
{
    if (word == ENT_NO_WORD) {
        return true;
    }
    uint32_t block = set->verbs[verb].block;
    for (uint32_t f = set->form_of[word]; f != ENT_NO_ENTRY; f = set->forms[f].next) {
        if (set->verbs[set->forms[f].verb].block == block) {
            return true;
        }
    }
    return false;
}

static bool governs(const ent_tree *tree, uint32_t outer, uint32_t inner)
{
    const ent_token *t = &tree->tokens[inner];
    return t->head == outer && (t->deprel == ENT_DEP_ccomp || t->deprel == ENT_DEP_xcomp ||
                                t->deprel == ENT_DEP_advcl || t->deprel == ENT_DEP_parataxis);
}

/* Letters stand for codes: the same letter for the same one, another for another. */
typedef struct {
    char letter[3];
    uint32_t phrase[3];
    size_t count;
} binding;

static bool bind(const ent_coding *c, binding *b, char letter, uint32_t phrase)
{
    if (letter == '.') {
        return phrase != ENT_NO_ENTRY;
    }
    if (letter == '_') {
        return phrase == ENT_NO_ENTRY;
    }
    if (phrase == ENT_NO_ENTRY) {
        return false;
    }
    for (size_t i = 0; i < b->count; i++) {
        bool same = strcmp(c->phrases[b->phrase[i]].code, c->phrases[phrase].code) == 0;
        if (same != (b->letter[i] == letter)) {
            return false;
        }
    }
    b->letter[b->count] = letter;
    b->phrase[b->count++] = phrase;
    return true;
}

static uint32_t bound(const binding *b, char letter)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->letter[i] == letter) {
            return b->phrase[i];
        }
    }
    return ENT_NO_ENTRY;
}

static bool transform(coder *c, const ent_transformation *t, told *outer, told *inner)
{
    const ent_coding *s = &c->coding;
    binding b = {.count = 0};
    if (!in_block_of(s->set, outer->entry, t->outer) ||
        !in_block_of(s->set, inner->entry, t->inner) ||
        !governs(s->tree, outer->verb, inner->verb) ||
        !bind(s, &b, t->source, outer->source) || !bind(s, &b, t->inner_source, inner->source) ||
        !bind(s, &b, t->inner_target, inner->target)) {
        return false;
    }
    outer->source = bound(&b, t->out_source);
    outer->target = bound(&b, t->out_target);
    outer->code = t->code.n > 0 ? t->code : inner->code;
    outer->reverse = (ent_str){"", 0};
    outer->compound = false;
    outer->file = t->file;
    outer->line = t->line;
    inner->verb = ENT_NO_TOKEN;
    return true;
}

static void transform_all(coder *c)
{
    const ent_dictionaries *set = c->coding.set;
    for (size_t k = 0; k < set->transformation_count; k++) {
        for (size_t i = 0; i < c->told_count; i++) {
            for (size_t j = 0; j < c->told_count; j++) {
                told *outer = &c->told[i], *inner = &c->told[j];
                if (i != j && outer->verb != ENT_NO_TOKEN && inner->verb != ENT_NO_TOKEN) {
                    transform(c, &set->transformations[k], outer, inner);
                }
            }
        }
    }
}

/* ---- actors -------------------------------------------------------------------------------- */

static bool is_role(ent_str element)
{
    static const char roles[] = "GOV MIL REB OPP PTY COP JUD SPY MED EDU BUS CRM CVL LEG UAF SEP "
                                "INS ELI LAB AGR REF HLH HRI ENV MOD RAD SET ";
    const char *at = element.n == 3 ? memmem(roles, sizeof roles - 1, element.p, 3) : NULL;
    return at != NULL && at[3] == ' ';
}

/* "USAGOVMIL": USA, GOV;MIL.  "IGOUNO": UNO, IGO.  "---REB": no one's rebels. */
static void split_code(coder *c, ent_str code, ent_actor *out)
{
    ent_str first = ent__str_sub(code, 0, code.n < 3 ? code.n : 3);
    ent_str rest = ent__str_sub(code, first.n, code.n);
    bool kind = ent__str_eqz(first, "IGO") || ent__str_eqz(first, "NGO") ||
                ent__str_eqz(first, "NGM") || ent__str_eqz(first, "IMG") ||
                ent__str_eqz(first, "MNC");
    out->kind = kind ? ENT_ACTOR_ORGANISATION : ENT_ACTOR_UNKNOWN;
    out->sector = (ent_str){"", 0};
    if (ent__str_eqz(first, "---") || is_role(first)) {
        out->code = (ent_str){"", 0};
        rest = is_role(first) ? code : rest;
    } else if (kind && rest.n >= 3) {
        out->sector = first;
        out->code = ent__str_sub(rest, 0, 3);
        rest = ent__str_sub(rest, 3, rest.n);
    } else {
        out->code = first;
        const ent_table *states = ent__kit_table(c->coding.set->kit, "actors/states");
        bool state = states != NULL && ent__table_find(states, first) < states->rows;
        out->kind = state && rest.n == 0 ? ENT_ACTOR_STATE : out->kind;
    }
    for (; rest.n > 0; rest = ent__str_sub(rest, rest.n < 3 ? rest.n : 3, rest.n)) {
        ent_str piece = ent__str_sub(rest, 0, rest.n < 3 ? rest.n : 3);
        out->sector = ent__arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(out->sector),
                                        out->sector.n > 0 ? ";" : "", ENT_FMT(piece));
    }
}

/* The actor of the document with this code, made when it is new. */
static uint32_t actor_of(coder *c, const ent_coding_phrase *p, ent_str code)
{
    if (p->own_actor != UINT32_MAX && p->agent_count == 0) {
        return p->own_actor;
    }
    for (size_t i = c->own_count; i < c->actor_count; i++) {
        if (ent__str_eq(c->actors[i].raw, code)) {
            return (uint32_t)i;
        }
    }
    ent_actor *list = grown(c, c->actors, c->actor_count, &c->actor_room, sizeof *list);
    if (list == NULL) {
        return 0;
    }
    c->actors = list;
    const ent_tree *tree = c->coding.tree;
    uint32_t mention = c->mentions->token_mention[p->head];
    ent_actor a = {.name = ent__str_sub(tree->text, tree->tokens[p->first_token].begin,
                                        tree->tokens[p->last_token].end),
                   .raw = ent__arena_str(c->arena, code),
                   .first_mention = mention};
    split_code(c, a.raw, &a);
    a.rule = p->line == 0 ? ENT_LIT("agents")
                          : ent__arena_printf(c->arena, "%.*s:%u",
                                              ENT_FMT(c->coding.set->files[p->file]), p->line);
    c->failed = c->failed || a.raw.p == NULL || a.rule.p == NULL;
    c->actors[c->actor_count] = a;
    return (uint32_t)c->actor_count++;
}

/* ---- events -------------------------------------------------------------------------------- */

typedef struct {
    const ent_coding_phrase *phrase;
    ent_str code;
} member;

enum { MEMBERS = 32 };

/* "A, B and C" and [A/B/C]: one event a member. */
static size_t members_of(const ent_coding *c, uint32_t phrase, member out[MEMBERS])
{
    size_t count = 0;
    for (uint32_t p = phrase; p != ENT_NO_ENTRY; p = c->phrases[p].next) {
        if (!ent__coding_is_coded(c, p)) {
            continue;
        }
        ent_str rest = ent__str(c->phrases[p].code), one;
        while (count < MEMBERS && ent__str_split(&rest, '/', &one)) {
            bool known = one.n == 0;
            for (size_t i = 0; i < count; i++) {
                known = known || ent__str_eq(out[i].code, one);
            }
            if (!known) {
                out[count++] = (member){&c->phrases[p], one};
            }
        }
    }
    return count;
}

static bool same_side(const coder *c, const ent_side *side, uint32_t actor)
{
    const ent_actor *a = &c->actors[side->actor], *b = &c->actors[actor];
    return side->actor == actor || (a->raw.n > 0 && ent__str_eq(a->raw, b->raw));
}

/* As in PETRARCH's event files: equal events of a story are one. */
static bool is_repeat(const coder *c, const ent_event *e)
{
    for (size_t i = 0; i < c->event_count; i++) {
        ent_event *known = &c->events[i];
        if (ent__str_eq(known->cameo, e->cameo) && known->certainty == e->certainty &&
            same_side(c, known->source, e->source->actor) &&
            same_side(c, known->target, e->target->actor)) {
            known->mentions++;
            return true;
        }
    }
    return false;
}

/* A code that our table lacks has the values of the longest beginning that it knows. */
static const ent__code *row_of(const coder *c, ent_str code)
{
    for (size_t n = code.n; n >= 2; n--) {
        uint16_t found = ent__event_lexicon_code(c->lexicon, ent__str_sub(code, 0, n));
        if (found != ENT_NO_CODE) {
            return &c->lexicon->codes[found];
        }
    }
    return NULL;
}

/* What our own operators make of the verb: "wants to visit", "refused to visit". */
static ent_certainty certainty_of(const coder *c, uint32_t verb)
{
    static const struct { const char *operator; ent_certainty certainty; } above[] = {
        {"want", ENT_HYPOTHETICAL}, {"plan", ENT_HYPOTHETICAL}, {"promise", ENT_HYPOTHETICAL},
        {"threaten", ENT_HYPOTHETICAL}, {"ask", ENT_HYPOTHETICAL}, {"demand", ENT_HYPOTHETICAL},
        {"order", ENT_HYPOTHETICAL}, {"accuse", ENT_ALLEGED}, {"refuse", ENT_NEGATED},
        {"stop", ENT_NEGATED}, {"deny", ENT_NEGATED}, {"fail", ENT_NEGATED},
        {"forbid", ENT_NEGATED}, {"abstain", ENT_NEGATED}};
    ent_certainty certainty = ent__cue_certainty(c->coding.grammar, verb);
    const ent__reading *outer = governor(c->coding.grammar, verb);
    for (size_t k = 0; outer != NULL && k < sizeof above / sizeof *above; k++) {
        if (has_operator(c, outer, above[k].operator)) {
            certainty = ent__certainty_worse(certainty, above[k].certainty);
        }
    }
    return certainty;
}

static void emit(coder *c, const told *t, ent_str code, const member *source, const member *target)
{
    if (code.n == 0 || ent__str_eqz(code, "---") || ent__str_eq(source->code, target->code)) {
        return;
    }
    const ent__code *row = row_of(c, code);
    ent_side *sides = ent__arena_array(c->arena, 2, sizeof *sides);
    ent_event *list = grown(c, c->events, c->event_count, &c->event_room, sizeof *list);
    if (sides == NULL || list == NULL) {
        c->failed = true;
        return;
    }
    c->events = list;
    const member *both[] = {source, target};
    for (int i = 0; i < 2; i++) {
        const ent_coding_phrase *p = both[i]->phrase;
        sides[i] = (ent_side){actor_of(c, p, both[i]->code), {p->first_token, p->last_token}};
    }
    ent_event e = {.type = row == NULL ? ENT_PLOVER_NONE : row->plover, .cameo = code,
                   .goldstein = row == NULL ? NAN : row->goldstein,
                   .score = row == NULL ? NAN : row->score, .confidence = 1,
                   .quad = row == NULL ? 0 : row->quad, .source = &sides[0], .target = &sides[1],
                   .source_count = 1, .target_count = 1, .date = c->text->date,
                   .date_value = c->date_value, .certainty = certainty_of(c, t->verb),
                   .cue = {t->verb, t->verb}, .sentence = c->coding.sentence, .mentions = 1,
                   .issues = c->issues,
                   .date_precision = c->text->date.day > 0     ? "day"
                                     : c->text->date.month > 0 ? "month"
                                     : c->text->date.year > 0  ? "year"
                                                               : "",
                   .rule = ent__arena_printf(c->arena, "%.*s:%u",
                                             ENT_FMT(c->coding.set->files[t->file]), t->line)};
    if (row != NULL) {
        e.mode = row->mode;
        e.context = row->context;
    }
    c->failed = c->failed || e.rule.p == NULL;
    if (!is_repeat(c, &e)) {
        c->events[c->event_count++] = e;
    }
}

static void emit_all(coder *c, const told *t)
{
    member sources[MEMBERS], targets[MEMBERS];
    if (t->verb == ENT_NO_TOKEN || t->source == ENT_NO_ENTRY ||
        (t->target == ENT_NO_ENTRY && !t->compound)) {
        return;
    }
    size_t n = members_of(&c->coding, t->source, sources);
    size_t m = members_of(&c->coding, t->compound ? t->source : t->target, targets);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < m; k++) {
            bool pair = t->reverse.n > 0; /* told once with its reverse, not twice */
            if (!t->compound || (pair ? i < k : i != k)) {
                emit(c, t, t->code, &sources[i], &targets[k]);
                emit(c, t, t->reverse, &targets[k], &sources[i]);
            }
        }
    }
}

/* ---- sentences and documents --------------------------------------------------------------- */

static ent_rc code_sentence(coder *c, uint32_t sentence)
{
    ent_coding *s = &c->coding;
    const ent_sentence *where = &s->tree->sentences[sentence];
    s->sentence = sentence;
    s->grammar = NULL;
    c->told_count = 0;
    if (!ent__coding_read(s)) {
        return ent__nomem(c->ctx);
    }
    int discard = discarded(s);
    c->story_discarded = c->story_discarded || discard == 2;
    if (discard > 0) {
        return ENT_OK;
    }
    for (uint32_t t = where->first; t < where->first + where->token_count && !c->failed; t++) {
        uint32_t end = s->first_word[t - where->first + 1], first, last;
        if (end == s->first_word[t - where->first] || !is_verb(&s->tree->tokens[t])) {
            continue;
        }
        uint32_t form = find_form(s, end - 1, &first, &last);
        if (form == ENT_NO_ENTRY) {
            continue;
        }
        if (s->grammar == NULL) {
            ent__sentence *read;
            ent_rc rc = ent__sentence_read(c->ctx, c->lexicon, s->tree, sentence, s->scratch,
                                           &read);
            if (rc != ENT_OK) {
                return rc;
            }
            s->grammar = read;
        }
        code_verb(c, t, form, first, last);
    }
    transform_all(c);
    find_issues(c);
    for (size_t i = 0; i < c->told_count; i++) {
        emit_all(c, &c->told[i]);
    }
    return c->failed ? ent__nomem(c->ctx) : ENT_OK;
}

static bool start(coder *c)
{
    char iso[16];
    ent__date_iso(c->text->date, iso);
    c->date_value = ent__arena_str(c->arena, ent__str(iso));
    c->own_count = c->actor_count = c->mentions->actor_count;
    c->actor_room = c->actor_count + 16;
    c->actors = ent__arena_array(c->arena, c->actor_room, sizeof *c->actors);
    c->coding.carried = ent__arena_array(c->arena, c->actor_count + 1, sizeof(ent_carried));
    if (c->date_value.p == NULL || c->actors == NULL || c->coding.carried == NULL) {
        return false;
    }
    if (c->actor_count > 0) {
        memcpy(c->actors, c->mentions->actors, c->actor_count * sizeof *c->actors);
    }
    ent_date d = c->text->date;
    c->coding.day = d.year == 0 ? 0
                                : d.year * 10000 + (d.month > 0 ? d.month : 1) * 100 +
                                      (d.day > 0 ? d.day : 1);
    return true;
}

ent_rc ent__dictionaries_code(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena,
                              const ent_dictionaries *set, const ent_text *text,
                              const ent_tree *tree, ent_mentions *mentions, ent_events **out)
{
    coder c = {.ctx = ctx, .arena = arena, .lexicon = ent__event_lexicon_of(kit), .text = text,
               .mentions = mentions,
               .coding = {.set = set, .tree = tree, .mentions = mentions}};
    ent_events *events = ent__arena_alloc(arena, sizeof *events);
    c.scratch = c.coding.scratch = ent__arena_new();
    ent_rc rc = events == NULL || c.scratch == NULL || !start(&c) ? ent__nomem(ctx) : ENT_OK;
    for (uint32_t i = 0; rc == ENT_OK && i < tree->sentence_count && !c.story_discarded; i++) {
        if (ent__sentence_is_read(text, &tree->sentences[i])) {
            ent__arena_reset(c.scratch);
            rc = code_sentence(&c, i);
        }
    }
    ent__arena_free(c.scratch);
    if (rc != ENT_OK) {
        return rc;
    }
    for (size_t i = 0; c.issues_cancelled && i < c.event_count; i++) {
        c.events[i].issues = (ent_str){"", 0};
    }
    mentions->actors = c.actors;
    mentions->actor_count = c.actor_count;
    *events = (ent_events){c.events, c.story_discarded ? 0 : c.event_count};
    *out = events;
    return ENT_OK;
}
