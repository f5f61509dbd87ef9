/* Penn Treebank brackets to dependencies: which leaf heads a phrase, what hangs on it and how.
 * In: one tree.  Out: heads, relations (those of Universal Dependencies that the stages after
 * parsing read), tags.  Method: head percolation (Collins 1999, appendix A; Magerman 1995) with
 * content words as heads (de Marneffe et al. 2014): auxiliaries, prepositions and the copula hang
 * on what they go with.  Rules are written anew; no table is copied.  O(nodes x depth). */
#include <string.h>
#include <strings.h>

#include "names.h"
#include "penn.h"

typedef struct {
    ent_penn_node *nodes;
    ent_token *tokens;
} relating;

static bool is(ent_str label, const char *name)
{
    return ent__str_eqz(label, name);
}

/* Is the label one of the blank-separated names? */
static bool one_of(ent_str label, const char *names)
{
    for (const char *at = names; *at != '\0';) {
        size_t n = 0;
        while (at[n] != ' ' && at[n] != '\0') {
            n++;
        }
        if (n == label.n && at[0] == label.p[0] && memcmp(at, label.p, n) == 0) {
            return true;
        }
        at += n + (at[n] == ' ');
    }
    return false;
}

static bool is_noun(ent_str label)
{
    return one_of(label, "NN NNS NNP NNPS PRP NP NX WP WHNP EX");
}

static bool is_verb(ent_str label)
{
    return label.n >= 2 && label.p[0] == 'V' && label.p[1] == 'B';
}

static bool is_punctuation(const ent_penn_node *node)
{
    return node->token != ENT_NO_TOKEN &&
           one_of(node->label, ", . : `` '' -LRB- -RRB- HYPH NFP");
}

static bool word_is(const ent_penn_node *leaf, const char *words)
{
    ent_str rest = ent__str(words), word;
    while (ent__str_split(&rest, ' ', &word)) {
        if (word.n == leaf->form.n && strncasecmp(word.p, leaf->form.p, word.n) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_be(const ent_penn_node *leaf)
{
    return word_is(leaf, "be is are was were been being am 's 're 'm");
}

static bool is_auxiliary(const ent_penn_node *leaf)
{
    return is(leaf->label, "MD") || is(leaf->label, "TO") || is_be(leaf) ||
           (is_verb(leaf->label) &&
            word_is(leaf, "have has had having 've 'd do does did get gets got getting"));
}

/* First or last child with one of the labels, in the order of the children. */
static uint32_t child_with(const relating *r, uint32_t node, const char *labels, bool last)
{
    uint32_t found = ENT_NO_NODE;
    for (uint32_t c = r->nodes[node].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        if (one_of(r->nodes[c].label, labels)) {
            found = c;
            if (!last) {
                break;
            }
        }
    }
    return found;
}

static uint32_t any_child(const relating *r, uint32_t node, bool last)
{
    uint32_t found = ENT_NO_NODE;
    for (uint32_t c = r->nodes[node].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        if (!is_punctuation(&r->nodes[c]) && (last || found == ENT_NO_NODE)) {
            found = c;
        }
    }
    return found != ENT_NO_NODE ? found : r->nodes[node].first_child;
}

/* ---- heads --------------------------------------------------------------------------------- */

static uint32_t head_of_noun_phrase(const relating *r, uint32_t node)
{
    static const char *const tries[] = {"NN NNS NNP NNPS NX", "PRP WP EX", "NP WHNP", "CD QP $",
                                        "JJ JJS JJR ADJP VBG VBN", "DT WDT RB"};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        bool phrase = i == 2; /* of phrases the first: "(NP the leader) (PP of ...)" */
        uint32_t found = child_with(r, node, tries[i], !phrase);
        if (found != ENT_NO_NODE) {
            return found;
        }
    }
    return any_child(r, node, true);
}

/* "is a member", "is ready": the predicate, not the copula. */
static uint32_t predicate_of(const relating *r, uint32_t verb)
{
    if (!is_be(&r->nodes[verb])) {
        return ENT_NO_NODE;
    }
    for (uint32_t c = r->nodes[verb].next; c != ENT_NO_NODE; c = r->nodes[c].next) {
        if (one_of(r->nodes[c].label, "NP ADJP PP UCP") && !is(r->nodes[c].function, "TMP")) {
            return c;
        }
    }
    return ENT_NO_NODE;
}

static uint32_t head_of_verb_phrase(const relating *r, uint32_t node)
{
    uint32_t phrase = child_with(r, node, "VP", false);
    uint32_t verb = ENT_NO_NODE;
    for (uint32_t c = r->nodes[node].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        const ent_penn_node *n = &r->nodes[c];
        if (n->token != ENT_NO_TOKEN && (is_verb(n->label) || is(n->label, "MD") ||
                                         is(n->label, "TO"))) {
            if (phrase != ENT_NO_NODE && is_auxiliary(n)) {
                return phrase;
            }
            verb = c;
            break;
        }
    }
    if (verb == ENT_NO_NODE) {
        return phrase != ENT_NO_NODE ? phrase : any_child(r, node, false);
    }
    uint32_t predicate = predicate_of(r, verb);
    return predicate != ENT_NO_NODE ? predicate : verb;
}

static uint32_t head_child(const relating *r, uint32_t node)
{
    ent_str label = r->nodes[node].label;
    uint32_t found = ENT_NO_NODE;
    if (one_of(label, "NP NX WHNP NAC")) {
        return head_of_noun_phrase(r, node);
    }
    if (is(label, "VP")) {
        return head_of_verb_phrase(r, node);
    }
    if (one_of(label, "PP WHPP")) {
        found = child_with(r, node, "NP S SBAR VP PP WHNP ADJP ADVP NN NNS NNP PRP CD", true);
    } else if (one_of(label, "S SINV SQ SBARQ ROOT TOP S1") || label.n == 0) {
        static const char *const tries[] = {"VP", "SINV SQ SBARQ", "S", "SBAR",
                                            "NP ADJP PP UCP FRAG X"};
        for (size_t i = 0; i < 5 && found == ENT_NO_NODE; i++) {
            found = child_with(r, node, tries[i], false);
        }
    } else if (is(label, "SBAR")) {
        found = child_with(r, node, "S SQ SINV VP SBAR FRAG", true);
    } else if (one_of(label, "ADJP ADVP WHADVP WHADJP QP CONJP PRT")) {
        static const char *const tries[] = {"JJ JJR JJS VBN VBG RB RBR RBS WRB CD RP $",
                                            "ADJP ADVP"};
        for (size_t i = 0; i < 2 && found == ENT_NO_NODE; i++) {
            found = child_with(r, node, tries[i], true);
        }
    } else {
        found = child_with(r, node, "S VP NP", false);
    }
    return found != ENT_NO_NODE ? found : any_child(r, node, false);
}

/* ---- relations ----------------------------------------------------------------------------- */

static bool is_time(const relating *r, const ent_penn_node *node)
{
    return is(node->function, "TMP") ||
           word_is(&r->nodes[node->head],
                   "Monday Tuesday Wednesday Thursday Friday Saturday Sunday yesterday today "
                   "tomorrow tonight week month year day weekend morning evening night January "
                   "February March April May June July August September October November December");
}

static bool has_child(const relating *r, uint32_t node, const char *labels)
{
    return child_with(r, node, labels, false) != ENT_NO_NODE;
}

/* The verb phrase that heads a clause, through auxiliaries. */
static uint32_t clause_verb_phrase(const relating *r, uint32_t clause)
{
    uint32_t at = clause;
    while (at != ENT_NO_NODE && one_of(r->nodes[at].label, "S SBAR SQ SINV")) {
        uint32_t below = child_with(r, at, "VP", false);
        at = below != ENT_NO_NODE ? below : child_with(r, at, "S SQ SINV", true);
    }
    return at;
}

/* "to go", "going": a clause without a finite verb. */
static bool is_infinite(const relating *r, uint32_t clause)
{
    uint32_t vp = clause_verb_phrase(r, clause);
    return vp != ENT_NO_NODE && has_child(r, vp, "TO VBG VBN") &&
           !has_child(r, vp, "VBD VBZ VBP MD");
}

static uint8_t clause_relation(const relating *r, const ent_penn_node *phrase, uint32_t child)
{
    const ent_penn_node *c = &r->nodes[child];
    if (one_of(phrase->label, "NP NX WHNP NAC")) {
        return is(c->label, "SBAR") ? ENT_DEP_acl_relcl : ENT_DEP_acl;
    }
    if (is(c->label, "SBAR")) {
        uint32_t word = child_with(r, child, "IN DT WHADVP WHNP", false);
        bool adverbial = word != ENT_NO_NODE && is(r->nodes[word].label, "IN") &&
                         !word_is(&r->nodes[word], "that whether if");
        return adverbial || is(r->nodes[child].function, "ADV") ||
                       (word != ENT_NO_NODE && is(r->nodes[word].label, "WHADVP"))
                   ? ENT_DEP_advcl
                   : ENT_DEP_ccomp;
    }
    if (one_of(phrase->label, "S SINV SQ")) {
        return is_infinite(r, child) ? ENT_DEP_advcl : ENT_DEP_ccomp;
    }
    return is_infinite(r, child) ? ENT_DEP_xcomp : ENT_DEP_ccomp;
}

static uint8_t noun_part(const relating *r, uint32_t child, bool before)
{
    const ent_penn_node *c = &r->nodes[child];
    if (one_of(c->label, "NP NX")) {
        if (before) {
            return has_child(r, child, "POS PRP$") ? ENT_DEP_nmod_poss
                   : is_time(r, c)                 ? ENT_DEP_nmod_unmarked
                                                   : ENT_DEP_compound;
        }
        return is_time(r, c) ? ENT_DEP_nmod_unmarked : ENT_DEP_appos;
    }
    static const struct { const char *labels; uint8_t relation; } parts[] = {
        {"DT WDT PDT", ENT_DEP_det}, {"PRP$ WP$", ENT_DEP_nmod_poss},
        {"JJ JJR JJS ADJP VBN VBG", ENT_DEP_amod}, {"CD QP", ENT_DEP_nummod},
        {"NN NNS NNP NNPS", ENT_DEP_compound}, {"PP", ENT_DEP_nmod}, {"VP", ENT_DEP_acl},
        {"POS IN", ENT_DEP_case}, {"RB ADVP RBR RBS", ENT_DEP_advmod}, {"PRN", ENT_DEP_appos}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (one_of(c->label, parts[i].labels)) {
            return parts[i].relation;
        }
    }
    return ENT_DEP_dep;
}

static bool is_passive_head(const relating *r, uint32_t head)
{
    return r->tokens[r->nodes[head].token].xpos == ENT_XPOS_VBN &&
           (r->nodes[head].function.n > 0 && is(r->nodes[head].function, "passive"));
}

/* The object is the noun phrase that follows; of two the first one is the one given to. */
static uint8_t object_relation(const relating *r, uint32_t child)
{
    for (uint32_t c = r->nodes[child].next; c != ENT_NO_NODE; c = r->nodes[c].next) {
        if (is(r->nodes[c].label, "NP") && !is_time(r, &r->nodes[c])) {
            return ENT_DEP_iobj;
        }
    }
    return ENT_DEP_obj;
}

static uint8_t verb_part(const relating *r, uint32_t phrase, uint32_t child, bool before)
{
    const ent_penn_node *c = &r->nodes[child];
    uint32_t head = r->nodes[phrase].head;
    bool verbal = is(r->nodes[phrase].label, "VP");
    if (one_of(c->label, "NP WHNP")) {
        if (is_time(r, c)) {
            return ENT_DEP_obl_unmarked;
        }
        if (!verbal) {
            return is_passive_head(r, head) ? ENT_DEP_nsubj_pass : ENT_DEP_nsubj;
        }
        return before ? ENT_DEP_obl_unmarked : object_relation(r, child);
    }
    if (is(c->label, "PP") && is_verb(r->nodes[c->head].label)) {
        return ENT_DEP_advcl; /* "accused of attacking" */
    }
    if (is(c->label, "PP")) {
        uint32_t in = child_with(r, child, "IN", false);
        bool agent = in != ENT_NO_NODE && word_is(&r->nodes[in], "by") && is_passive_head(r, head);
        return agent ? ENT_DEP_obl_agent : ENT_DEP_obl;
    }
    if (c->token != ENT_NO_TOKEN && (is_verb(c->label) || is(c->label, "MD"))) {
        bool copula = is_be(c) && !is_verb(r->nodes[head].label);
        return copula ? ENT_DEP_cop
               : is_passive_head(r, head) && is_be(c) ? ENT_DEP_aux_pass
                                                      : ENT_DEP_aux;
    }
    if (one_of(c->label, "SBAR S SQ SINV SBARQ")) {
        return clause_relation(r, &r->nodes[phrase], child);
    }
    static const struct { const char *labels; uint8_t relation; } parts[] = {
        {"TO", ENT_DEP_mark}, {"PRT RP", ENT_DEP_compound_prt}, {"VP ADJP", ENT_DEP_xcomp},
        {"ADVP RB RBR RBS WHADVP WRB", ENT_DEP_advmod}, {"WHPP", ENT_DEP_obl},
        {"EX", ENT_DEP_expl}, {"INTJ UH", ENT_DEP_discourse}, {"PRN", ENT_DEP_parataxis},
        {"CC", ENT_DEP_cc}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (one_of(c->label, parts[i].labels)) {
            return parts[i].relation;
        }
    }
    return ENT_DEP_dep;
}

/* Whether the clause has a subject of its own decides what "who" and "which" are. */
static uint8_t subordinate_part(const relating *r, uint32_t phrase, uint32_t child)
{
    const ent_penn_node *c = &r->nodes[child];
    if (one_of(c->label, "IN DT TO RB")) {
        return ENT_DEP_mark;
    }
    if (is(c->label, "WHNP")) {
        uint32_t clause = child_with(r, phrase, "S SQ", true);
        bool subject = clause != ENT_NO_NODE && has_child(r, clause, "NP");
        bool passive = is_passive_head(r, r->nodes[phrase].head);
        return subject ? ENT_DEP_obj : passive ? ENT_DEP_nsubj_pass : ENT_DEP_nsubj;
    }
    return is(c->label, "WHPP") ? ENT_DEP_obl : ENT_DEP_advmod;
}

static uint8_t relation_of(const relating *r, uint32_t phrase, uint32_t child, bool before)
{
    const ent_penn_node *c = &r->nodes[child];
    ent_str label = r->nodes[phrase].label;
    if (is_punctuation(c)) {
        return ENT_DEP_punct;
    }
    if (one_of(c->label, "CC CONJP")) {
        return ENT_DEP_cc;
    }
    if (one_of(label, "NP NX WHNP NAC")) {
        return one_of(c->label, "SBAR S") ? clause_relation(r, &r->nodes[phrase], child)
                                          : noun_part(r, child, before);
    }
    if (one_of(label, "PP WHPP")) {
        bool clause = is_verb(r->nodes[r->nodes[phrase].head].label);
        return clause && one_of(c->label, "IN TO")              ? ENT_DEP_mark
               : one_of(c->label, "IN TO VBG VBN CC RP JJ RB")  ? ENT_DEP_case
               : one_of(c->label, "ADVP NP")                 ? ENT_DEP_advmod
                                                             : ENT_DEP_dep;
    }
    if (is(label, "SBAR")) {
        return subordinate_part(r, phrase, child);
    }
    if (one_of(label, "ADJP ADVP WHADVP QP WHADJP")) {
        return one_of(c->label, "PP NP") ? ENT_DEP_obl
               : one_of(c->label, "S SBAR") ? ENT_DEP_ccomp
               : is(label, "QP") && is(c->label, "CD") ? ENT_DEP_compound
                                                       : ENT_DEP_advmod;
    }
    return verb_part(r, phrase, child, before);
}

/* ---- coordination -------------------------------------------------------------------------- */

/* Can the child be a conjunct of the phrase, next to its head? */
static bool is_like(const relating *r, uint32_t phrase, uint32_t child)
{
    ent_str label = r->nodes[phrase].label, c = r->nodes[child].label;
    if (one_of(label, "NP NX WHNP NAC")) {
        return is_noun(c);
    }
    if (is(label, "VP")) {
        return is(c, "VP") || is_verb(c);
    }
    if (one_of(label, "S SINV ROOT SBAR")) {
        return one_of(c, "S SINV SBAR SQ");
    }
    return ent__str_eq(label, c);
}

/* The conjunct that the child belongs to: the last like child up to the next CC or comma. */
static uint32_t conjunct_of(const relating *r, uint32_t phrase, uint32_t child)
{
    uint32_t found = is_like(r, phrase, child) ? child : ENT_NO_NODE;
    for (uint32_t c = r->nodes[child].next; c != ENT_NO_NODE; c = r->nodes[c].next) {
        const ent_penn_node *n = &r->nodes[c];
        if (one_of(n->label, "CC CONJP ,")) {
            break;
        }
        if (is_like(r, phrase, c) && n->token != ENT_NO_TOKEN) {
            found = c;
        }
    }
    return found;
}

/* "A, B and C": a CC with like children on both sides. */
static bool is_coordination(const relating *r, uint32_t phrase)
{
    bool before = false, cc = false;
    for (uint32_t c = r->nodes[phrase].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        bool like = is_like(r, phrase, c);
        cc = cc || (before && is(r->nodes[c].label, "CC"));
        if (like && cc) {
            return true;
        }
        before = before || like;
    }
    return false;
}

/* ---- the walk ------------------------------------------------------------------------------ */

static void hang(relating *r, uint32_t leaf, uint32_t head, uint8_t relation)
{
    if (leaf == head) {
        return;
    }
    ent_token *t = &r->tokens[r->nodes[leaf].token];
    t->head = r->nodes[head].token;
    t->deprel = relation;
}

static void relate_plain(relating *r, uint32_t phrase, uint32_t head_node)
{
    bool before = true;
    for (uint32_t c = r->nodes[phrase].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        if (c == head_node) {
            before = false;
            continue;
        }
        hang(r, r->nodes[c].head, r->nodes[phrase].head, relation_of(r, phrase, c, before));
    }
}

/* The first conjunct heads; what stands inside a conjunct's stretch hangs on that conjunct. */
static void relate_coordination(relating *r, uint32_t phrase)
{
    uint32_t first = ENT_NO_NODE, open = ENT_NO_NODE;
    bool fresh = true; /* a new stretch begins */
    uint32_t like = r->nodes[phrase].first_child;
    while (!is_like(r, phrase, like)) {
        like = r->nodes[like].next;
    }
    r->nodes[phrase].head = r->nodes[like].head;
    for (uint32_t c = r->nodes[phrase].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        const ent_penn_node *n = &r->nodes[c];
        bool mark = one_of(n->label, "CC CONJP ,") || is_punctuation(n);
        if (mark) {
            fresh = fresh || one_of(n->label, "CC CONJP ,");
            continue;
        }
        if (fresh) {
            uint32_t conjunct = conjunct_of(r, phrase, c);
            open = conjunct != ENT_NO_NODE ? conjunct : open;
            fresh = conjunct == ENT_NO_NODE;
            if (first == ENT_NO_NODE) {
                first = open;
            } else if (conjunct != ENT_NO_NODE) {
                hang(r, r->nodes[open].head, r->nodes[first].head, ENT_DEP_conj);
            }
        }
        if (c != open && open != ENT_NO_NODE) {
            hang(r, n->head, r->nodes[open].head,
                 relation_of(r, phrase, c, n->head < r->nodes[open].head));
        }
    }
    first = first != ENT_NO_NODE ? first : r->nodes[phrase].first_child;
    r->nodes[phrase].head = r->nodes[first].head;
    for (uint32_t c = r->nodes[phrase].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        const ent_penn_node *n = &r->nodes[c];
        if (r->tokens[r->nodes[n->head].token].head == ENT_NO_TOKEN) { /* marks, strays */
            hang(r, n->head, r->nodes[phrase].head, relation_of(r, phrase, c, false));
        }
    }
}

/* "was (VP attacked": the participle is marked, so that its subject is a passive one. */
static void mark_passives(relating *r, uint32_t phrase)
{
    if (!is(r->nodes[phrase].label, "VP")) {
        return;
    }
    bool be = false;
    for (uint32_t c = r->nodes[phrase].first_child; c != ENT_NO_NODE; c = r->nodes[c].next) {
        ent_penn_node *n = &r->nodes[c];
        be = be || (n->token != ENT_NO_TOKEN && (is_be(n) || word_is(n, "get gets got getting")));
        if (!be || !is(n->label, "VP")) {
            continue;
        }
        uint32_t below = c; /* "(VP (VP attacked) (CC and) (VP robbed))" */
        for (uint32_t v = r->nodes[below].first_child; v != ENT_NO_NODE; v = r->nodes[v].next) {
            uint32_t leaf = r->nodes[v].token != ENT_NO_TOKEN ? v
                            : is(r->nodes[v].label, "VP")     ? child_with(r, v, "VBN", false)
                                                              : ENT_NO_NODE;
            if (leaf != ENT_NO_NODE && is(r->nodes[leaf].label, "VBN")) {
                r->nodes[leaf].function = ENT_LIT("passive");
            }
        }
    }
}

static uint8_t universal_tag(const ent_token *t, const ent_penn_node *leaf)
{
    static const struct { const char *labels; uint8_t upos; } tags[] = {
        {"NN NNS", ENT_UPOS_NOUN}, {"NNP NNPS", ENT_UPOS_PROPN}, {"JJ JJR JJS AFX", ENT_UPOS_ADJ},
        {"RB RBR RBS WRB", ENT_UPOS_ADV}, {"PRP PRP$ WP WP$ EX", ENT_UPOS_PRON},
        {"DT PDT WDT", ENT_UPOS_DET}, {"CD", ENT_UPOS_NUM}, {"CC", ENT_UPOS_CCONJ},
        {"MD", ENT_UPOS_AUX}, {"POS", ENT_UPOS_PART}, {"RP", ENT_UPOS_ADP}, {"UH", ENT_UPOS_INTJ},
        {"$ SYM", ENT_UPOS_SYM}, {"FW LS X GW", ENT_UPOS_X}};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (one_of(leaf->label, tags[i].labels)) {
            bool pronoun = tags[i].upos == ENT_UPOS_DET && t->deprel != ENT_DEP_det &&
                           t->deprel != ENT_DEP_mark && t->deprel != ENT_DEP_cc;
            return word_is(leaf, "not n't") ? ENT_UPOS_PART
                   : pronoun                ? ENT_UPOS_PRON
                                            : tags[i].upos;
        }
    }
    if (is_verb(leaf->label)) {
        bool auxiliary = t->deprel == ENT_DEP_aux || t->deprel == ENT_DEP_aux_pass ||
                         t->deprel == ENT_DEP_cop;
        return auxiliary ? ENT_UPOS_AUX : ENT_UPOS_VERB;
    }
    if (one_of(leaf->label, "IN TO")) {
        return t->deprel != ENT_DEP_mark ? ENT_UPOS_ADP
               : is(leaf->label, "TO")   ? ENT_UPOS_PART
                                         : ENT_UPOS_SCONJ;
    }
    return is_punctuation(leaf) ? ENT_UPOS_PUNCT : ENT_UPOS_X;
}

/* Children come after their parents in the array, so that backwards is from the leaves up. */
void ent__penn_relate(ent_penn *penn, uint32_t root, ent_token *tokens)
{
    relating r = {penn->nodes, tokens};
    for (uint32_t i = root; i < penn->count; i++) {
        ent_penn_node *n = &r.nodes[i];
        if (n->token != ENT_NO_TOKEN) {
            int xpos = ent__xpos_find(n->label);
            tokens[n->token].xpos = (uint8_t)(xpos < 0 ? ENT_XPOS_NONE : xpos);
            tokens[n->token].head = ENT_NO_TOKEN;
            tokens[n->token].deprel = ENT_DEP_root;
            n->head = i;
        }
        mark_passives(&r, i);
    }
    for (uint32_t i = (uint32_t)penn->count; i-- > root;) {
        ent_penn_node *n = &r.nodes[i];
        if (n->token != ENT_NO_TOKEN || n->first_child == ENT_NO_NODE) {
            continue;
        }
        if (is_coordination(&r, i)) {
            relate_coordination(&r, i);
        } else {
            uint32_t head = head_child(&r, i);
            n->head = r.nodes[head].head;
            relate_plain(&r, i, head);
        }
    }
    for (uint32_t i = root; i < penn->count; i++) {
        const ent_penn_node *n = &r.nodes[i];
        if (n->token != ENT_NO_TOKEN) {
            ent_token *t = &tokens[n->token];
            t->upos = universal_tag(t, n);
        }
    }
}
