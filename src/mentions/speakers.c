/* "I" and "we" inside quotation marks and in transcripts ("MR. CARNEY: We ..."): who speaks
 * there.  "We" of an official is the state. In: antecedents, quotation marks.  Out: actors of those
 * pronouns, and of what is "ours". O(tokens). */
#include "corefer.h"

void ent__quotations_mark(ent_coreader *r)
{
    const ent_tree *tree = r->f->tree;
    bool open = false;
    uint32_t block = ENT_NONE;
    for (uint32_t t = 0; t < tree->token_count; t++) {
        ent_str form = tree->tokens[t].form;
        uint32_t own = tree->sentences[tree->tokens[t].sentence].block;
        if (own != block) {
            block = own;
            open = false;
        }
        bool opens = ent__str_eqz(form, "\xE2\x80\x9C") || ent__str_eqz(form, "``");
        bool closes = ent__str_eqz(form, "\xE2\x80\x9D") || ent__str_eqz(form, "''");
        bool either = ent__str_eqz(form, "\"");
        if (opens || closes || either) {
            open = opens || (either && !open);
        }
        r->quoted[t] = open;
    }
}

static bool is_speech(ent_str lemma)
{
    static const char *const verbs[] = {
        "say",      "tell",    "add",         "note",     "argue",     "claim",     "warn",
        "write",    "insist",  "declare",     "announce", "explain",   "stress",    "ask",
        "reply",    "respond", "comment",     "remark",   "tweet",     "post",      "continue",
        "conclude", "admit",   "acknowledge", "deny",     "emphasize", "emphasise", "state",
        "assert",   "observe", "recall",      "suggest",  "caution",   "vow",       "pledge",
        "quip",     "joke",    "complain",    "lament",   "maintain",  "contend",   "predict",
        "urge"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (ent__str_eqz(lemma, verbs[i])) {
            return true;
        }
    }
    return false;
}

/* Who speaks in a sentence, outside the quotation marks. */
static uint32_t speaker_of(const ent_coreader *r, uint32_t sentence)
{
    const ent_finder *f = r->f;
    const ent_sentence *s = &f->tree->sentences[sentence];
    for (uint32_t t = s->first; t < s->first + s->token_count; t++) {
        const ent_token *token = &f->tree->tokens[t];
        if (token->upos != ENT_UPOS_VERB || r->quoted[t] || !is_speech(token->lemma)) {
            continue;
        }
        uint32_t subject = ent__child(f->tree, t, ENT_DEP_nsubj);
        uint32_t phrase = subject == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[subject];
        if (phrase != ENT_NONE && f->phrases[phrase].actor != ENT_NONE) {
            return f->phrases[phrase].actor;
        }
    }
    return ENT_NONE;
}

static uint32_t speaker_near(const ent_coreader *r, uint32_t token)
{
    const ent_finder *f = r->f;
    uint32_t own = f->tree->tokens[token].sentence, block = f->tree->sentences[own].block;
    for (uint32_t back = 0; back <= 3 && back <= own; back++) {
        uint32_t sentence = own - back;
        if (back > 1 && f->tree->sentences[sentence].block != block) {
            break;
        }
        uint32_t speaker = speaker_of(r, sentence);
        if (speaker != ENT_NONE) {
            return speaker;
        }
    }
    bool more = own + 1 < f->tree->sentence_count && f->tree->sentences[own + 1].block == block;
    return more ? speaker_of(r, own + 1) : ENT_NONE;
}

static bool official(const ent_finder *f, uint32_t speaker)
{
    const ent_actor *a = &f->actors[speaker];
    uint32_t code = f->notes[speaker].code;
    return (ent__str_eqz(a->sector, "GOV") || ent__str_eqz(a->sector, "MIL")) &&
           code != ENT_NONE && f->lexicon->code_state[code];
}

/* "We" of an official is the state; of anybody else it stays with the speaker.
 */
static uint32_t side_of_speaker(ent_finder *f, uint32_t speaker)
{
    return official(f, speaker) ? ent__actor_of_state(f, f->notes[speaker].code, ENT_NONE)
                                : speaker;
}

/* Gives a phrase another actor, and its mentions with it. */
void ent__phrase_set_actor(ent_finder *f, ent_phrase *p, uint32_t actor)
{
    bool known = false;
    for (size_t m = 0; m < f->mention_count; m++) {
        if (f->mentions[m].head == p->head && f->mentions[m].actor == p->actor) {
            f->mentions[m].actor = actor;
            known = true;
        }
    }
    if (!known) {
        ent__mention_add(f, ENT_MENTION_NOMINAL, p->span_first, p->last, p->head, actor);
    }
    p->actor = actor;
}

/* "Our troops": once it is known who speaks, whose they are. */
static void give_owner(ent_finder *f, uint32_t pronoun, uint32_t owner)
{
    uint32_t head = f->tree->tokens[pronoun].head, code = f->notes[owner].code;
    uint32_t number = head == ENT_NO_TOKEN ? ENT_NONE : f->token_phrase[head];
    if (number == ENT_NONE || code == ENT_NONE || !f->lexicon->code_state[code] ||
        f->tree->tokens[pronoun].deprel != ENT_DEP_nmod_poss) {
        return;
    }
    ent_phrase *p = &f->phrases[number];
    if (p->actor == ENT_NONE || !f->notes[p->actor].common || f->actors[p->actor].code.n > 0) {
        return;
    }
    ent_role_reading reading = ent__role_read(f, p);
    reading.codes[0] = code;
    reading.code_count = 1;
    uint32_t actor = reading.role == ENT_NONE ? ENT_NONE : ent__role_actor(f, p, &reading);
    if (actor != ENT_NONE) {
        ent__phrase_set_actor(f, p, actor);
    }
}

/* The colon of "MR. CARNEY: ..." at the head of a sentence, capitals only before it; ENT_NONE. */
static uint32_t label_colon(const ent_finder *f, uint32_t sentence)
{
    const ent_sentence *s = &f->tree->sentences[sentence];
    for (uint32_t t = s->first; t < s->first + s->token_count && t < s->first + 5; t++) {
        if (ent__str_eqz(f->tree->tokens[t].form, ":")) {
            return t > s->first ? t : ENT_NONE;
        }
        if (!(f->tree->tokens[t].flags & ENT_TOKEN_ALL_CAPS)) {
            break;
        }
    }
    return ENT_NONE;
}

bool ent__in_label(const ent_finder *f, uint32_t token)
{
    uint32_t colon = label_colon(f, f->tree->tokens[token].sentence);
    return colon != ENT_NONE && token < colon;
}

static uint32_t speaker_of_label(const ent_finder *f, uint32_t colon)
{
    uint32_t phrase = f->token_phrase[colon - 1];
    return phrase == ENT_NONE ? ENT_NONE : f->phrases[phrase].actor;
}

uint32_t ent__transcript_host(const ent_finder *f)
{
    uint32_t host = ENT_NONE;
    size_t votes = 0; /* a majority, after Boyer and Moore */
    for (uint32_t s = 0; s < f->tree->sentence_count; s++) {
        bool opens = s == 0 || f->tree->sentences[s].block != f->tree->sentences[s - 1].block;
        uint32_t colon = opens ? label_colon(f, s) : ENT_NONE;
        uint32_t speaker = colon == ENT_NONE ? ENT_NONE : speaker_of_label(f, colon);
        if (speaker == ENT_NONE || !official(f, speaker)) {
            continue;
        }
        uint32_t code = f->notes[speaker].code;
        host = votes == 0 ? code : host;
        votes += code == host ? 1 : (size_t)-1;
    }
    return votes > 0 ? host : ENT_NONE;
}

/* Who speaks in a transcript, from a label to the next or to a question ("Q  Will he ...?").
 * Tokens are asked for in reading order. */
typedef struct {
    uint32_t sentence, speaker; /* next sentence to look at; actor or ENT_NONE */
} ent_transcript;

static uint32_t transcript_speaker(const ent_finder *f, ent_transcript *at, uint32_t token)
{
    const ent_tree *tree = f->tree;
    for (; at->sentence <= tree->tokens[token].sentence; at->sentence++) {
        const ent_sentence *s = &tree->sentences[at->sentence];
        bool opens = at->sentence == 0 || s->block != s[-1].block;
        uint32_t colon = opens ? label_colon(f, at->sentence) : ENT_NONE;
        if (colon != ENT_NONE) {
            at->speaker = speaker_of_label(f, colon);
        } else if (opens && ent__str_eqz(tree->tokens[s->first].form, "Q")) {
            at->speaker = ENT_NONE;
        }
    }
    return at->speaker;
}

void ent__speakers_resolve(ent_coreader *r)
{
    ent_finder *f = r->f;
    ent_transcript transcript = {.sentence = 0, .speaker = ENT_NONE};
    for (size_t i = 0; i < f->phrase_count && !f->failed; i++) {
        ent_phrase *p = &f->phrases[i];
        if (!p->waiting || p->kind != ENT_MENTION_PRONOUN) {
            continue;
        }
        ent_wanted what = ent__pronoun_wants(f->tree->tokens[p->head].form);
        if (what != ENT_WANT_SPEAKER && what != ENT_WANT_SPEAKERS) {
            continue;
        }
        uint32_t speaker = r->quoted[p->head] ? speaker_near(r, p->head)
                                              : transcript_speaker(f, &transcript, p->head);
        if (speaker != ENT_NONE && (r->quoted[p->head] || f->actors[speaker].code.n > 0)) {
            p->actor = what == ENT_WANT_SPEAKERS ? side_of_speaker(f, speaker) : speaker;
            p->waiting = false;
            ent__mention_add(f, ENT_MENTION_PRONOUN, p->first, p->last, p->head, p->actor);
            give_owner(f, p->head, p->actor);
        }
    }
}
