/* Who speaks: the words of a source joined with the document's actors.  Input: source as tokens,
 * mentions with coreference; output: name, affiliation, role, code of the statement.  A pronoun
 * that coreference left open is the last speaker that fits it in number and gender.
 * Cost: O(tokens of the source). */
#include <string.h>

#include "attribution.h"

/* The phrase behind "according to"; false: there is none. */
static bool according_source(const document_reading *reading, token_run cue, token_run *out)
{
    for (uint32_t t = cue.first; t <= cue.last; t++) {
        uint32_t head = reading->tokens[t].head;
        if (ent__str_ieqz(reading->tree->tokens[t].form, "according") &&
            head < reading->tree->token_count && head > cue.last) {
            *out = ent__phrase_of(reading->tree, head, cue);
            return true;
        }
    }
    return false;
}

/* Punctuation off both ends; false when nothing is left. */
static bool trim(const ent_tree *tree, token_run *run)
{
    while (run->first <= run->last && tree->tokens[run->first].upos == ENT_UPOS_PUNCT) {
        run->first++;
    }
    while (run->last > run->first && tree->tokens[run->last].upos == ENT_UPOS_PUNCT) {
        run->last--;
    }
    return run->first <= run->last && tree->tokens[run->first].upos != ENT_UPOS_PUNCT;
}

bool ent__content_of_cue(const document_reading *reading, token_run cue, token_run *out)
{
    const ent_tree *tree = reading->tree;
    const ent_sentence *sentence = &tree->sentences[tree->tokens[cue.first].sentence];
    uint32_t end = sentence->first + sentence->token_count - 1;
    if (ent__str_ieqz(tree->tokens[cue.first].form, "according")) {
        token_run source;
        if (cue.first > sentence->first + 1) {
            *out = (token_run){sentence->first, cue.first - 1};
        } else if (according_source(reading, cue, &source) && source.last < end) {
            *out = (token_run){source.last + 1, end};
        } else {
            return false;
        }
        return trim(tree, out);
    }
    for (uint32_t t = cue.first; t <= cue.last; t++) {
        uint32_t clause = reading->tokens[t].force ? ent__child(tree, t, ENT_DEP_ccomp)
                                                   : ENT_NO_TOKEN;
        if (clause != ENT_NO_TOKEN && (clause < cue.first || clause > cue.last)) {
            *out = ent__phrase_of(tree, clause, cue);
            return trim(tree, out);
        }
    }
    return false;
}

/* The words of the source without what only tells more about it: up to the first comma, bracket or
 * relative pronoun behind its head. */
static ent_str source_words(const ent_tree *tree, token_run source, uint32_t head)
{
    uint32_t last = source.last;
    while (source.first < head && tree->tokens[source.first].deprel == ENT_DEP_case) {
        source.first++; /* "by 187 states" */
    }
    for (uint32_t t = head + 1; t <= source.last; t++) {
        const ent_token *token = &tree->tokens[t];
        bool hyphen = tree->tokens[t - 1].end == token->begin && token->form.p[0] == '-';
        bool bracket = token->form.n == 1 && !hyphen && strchr(",(-;", token->form.p[0]) != NULL;
        if (bracket || token->xpos == ENT_XPOS_WP || token->xpos == ENT_XPOS_WDT ||
            (unsigned char)token->form.p[0] == 0xE2) {
            last = t - 1;
            break;
        }
    }
    while (last > source.first && (tree->tokens[last].upos == ENT_UPOS_PUNCT ||
                                   tree->tokens[last].xpos == ENT_XPOS_POS)) {
        last--;
    }
    return ent__str_sub(tree->text, tree->tokens[source.first].begin, tree->tokens[last].end);
}

static uint32_t source_head(const ent_tree *tree, token_run source)
{
    uint32_t best = source.first;
    bool found = false;
    for (uint32_t t = source.first; t <= source.last; t++) {
        const ent_token *token = &tree->tokens[t];
        bool inside = token->head >= source.first && token->head <= source.last;
        if (!inside && token->upos != ENT_UPOS_PUNCT && token->upos != ENT_UPOS_ADP && !found) {
            best = t;
            found = true;
        }
    }
    return best;
}

/* "who", "which" and "that" speak for the noun that their clause hangs on. */
static uint32_t antecedent_of(const ent_tree *tree, uint32_t head)
{
    const ent_token *pronoun = &tree->tokens[head];
    bool relative = pronoun->xpos == ENT_XPOS_WP || pronoun->xpos == ENT_XPOS_WDT;
    uint32_t at = pronoun->head;
    for (int hop = 0; relative && hop < 4 && at != ENT_NO_TOKEN; hop++) {
        const ent_token *verb = &tree->tokens[at];
        if (verb->deprel == ENT_DEP_acl_relcl && verb->head != ENT_NO_TOKEN) {
            return verb->head;
        }
        at = verb->head;
    }
    return head;
}

/* Actor of the mention that the source's head heads, else of the first mention in the source. */
static uint32_t actor_of(const statement_reader *reader, token_run source, uint32_t head,
                         bool *out_pronoun)
{
    const ent_mentions *mentions = reader->mentions;
    *out_pronoun = reader->tree->tokens[head].upos == ENT_UPOS_PRON;
    if (mentions->token_mention && mentions->token_mention[head] != UINT32_MAX) {
        return mentions->mentions[mentions->token_mention[head]].actor;
    }
    if (*out_pronoun || !mentions->token_mention) {
        return UINT32_MAX;
    }
    /* A name that the parser hung elsewhere: only when the head is a name itself. */
    if (reader->tree->tokens[head].upos == ENT_UPOS_PROPN) {
        for (uint32_t t = source.first; t <= source.last; t++) {
            uint32_t m = mentions->token_mention[t];
            if (m != UINT32_MAX && mentions->mentions[m].kind == ENT_MENTION_NAME &&
                mentions->mentions[m].first <= head && mentions->mentions[m].last >= head) {
                return mentions->mentions[m].actor;
            }
        }
    }
    return UINT32_MAX;
}

/* Who of the text has a full name that ends in these words, which mentions left alone: a parser that
 * takes a verb for a noun ("Kern doubts") hides the name. */
static uint32_t named_in_full(const ent_mentions *mentions, ent_str words)
{
    for (uint32_t i = 0; words.n && i < mentions->actor_count; i++) {
        ent_str name = mentions->actors[i].name;
        ent_actor_kind kind = mentions->actors[i].kind;
        if ((kind == ENT_ACTOR_PERSON || kind == ENT_ACTOR_UNKNOWN) && name.n > words.n &&
            name.p[name.n - words.n - 1] == ' ' &&
            memcmp(name.p + name.n - words.n, words.p, words.n) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

bool ent__names_nobody(const ent_tree *tree, token_run source)
{
    static const char *const words[] = {"nobody", "nothing", "none", "neither"};
    ent_str first = tree->tokens[source.first].form;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ent__str_ieqz(first, words[i])) {
            return true;
        }
    }
    return ent__str_ieqz(first, "no") && source.last > source.first;
}

static bool fits(const ent_token *pronoun, const ent_actor *actor)
{
    if (ent__str_ieqz(pronoun->form, "he") || ent__str_ieqz(pronoun->form, "his") ||
        ent__str_ieqz(pronoun->form, "him")) {
        return actor->kind == ENT_ACTOR_PERSON && actor->gender != 'f' && !actor->plural;
    }
    if (ent__str_ieqz(pronoun->form, "she") || ent__str_ieqz(pronoun->form, "her")) {
        return actor->kind == ENT_ACTOR_PERSON && actor->gender != 'm' && !actor->plural;
    }
    if (ent__str_ieqz(pronoun->form, "it") || ent__str_ieqz(pronoun->form, "its")) {
        return actor->kind != ENT_ACTOR_PERSON && !actor->plural;
    }
    if (ent__str_ieqz(pronoun->form, "they") || ent__str_ieqz(pronoun->form, "their")) {
        return actor->plural || actor->kind == ENT_ACTOR_GROUP ||
               actor->kind == ENT_ACTOR_ORGANISATION;
    }
    return false;
}

/* The speaker of the nearest earlier statement that a pronoun fits. */
static uint32_t earlier_speaker(const statement_reader *reader, const ent_token *pronoun,
                                const ent_statement *statements, size_t count)
{
    for (size_t i = count; i > 0 && count - i < 8; i--) {
        uint32_t speaker = statements[i - 1].speaker;
        if (speaker != UINT32_MAX && fits(pronoun, &reader->mentions->actors[speaker])) {
            return speaker;
        }
    }
    return UINT32_MAX;
}

ent_rc ent__speaker_resolve(statement_reader *reader, token_run source,
                            const ent_statement *earlier, size_t earlier_count,
                            ent_statement *out)
{
    const ent_tree *tree = reader->tree;
    uint32_t head = source_head(tree, source), noun = antecedent_of(tree, head);
    bool pronoun;
    uint32_t actor = actor_of(reader, source, noun, &pronoun);
    if (actor == UINT32_MAX && pronoun) {
        actor = earlier_speaker(reader, &tree->tokens[noun], earlier, earlier_count);
    }
    out->speaker_name = source_words(tree, source, head);
    const ent_actor *known = actor == UINT32_MAX ? NULL : &reader->mentions->actors[actor];
    if (tree->tokens[head].upos == ENT_UPOS_PROPN &&
        (!known || known->kind == ENT_ACTOR_UNKNOWN ||
         ent__str_eq(known->name, out->speaker_name))) {
        uint32_t named = named_in_full(reader->mentions, out->speaker_name);
        actor = named != UINT32_MAX ? named : actor;
    }
    out->speaker = actor;
    if (noun != head) {
        uint32_t first, last;
        ent__subtree(tree, noun, &first, &last);
        out->speaker_name = source_words(tree, (token_run){first, last < head ? last : head - 1},
                                         noun);
    }
    if (actor == UINT32_MAX) {
        return ENT_OK;
    }
    const ent_actor *who = &reader->mentions->actors[actor];
    if (who->name.n) {
        out->speaker_name = who->name;
    }
    out->affiliation = who->affiliation;
    out->role = who->role;
    if (who->code.n) {
        out->code = who->sector.n ? ent__arena_printf(reader->arena, "%.*s%.*s",
                                                      ENT_FMT(who->code), ENT_FMT(who->sector))
                                  : who->code;
    } else {
        out->code = who->sector; /* "EDU": a professor of no known state */
    }
    return out->code.n && !out->code.p ? ent__nomem(reader->ctx) : ENT_OK;
}
