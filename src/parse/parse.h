/* parse: document -> sentences, tokens, tags, lemmas, Universal Dependencies trees. */
#ifndef ENT_PARSE_H
#define ENT_PARSE_H

#include "../base/base.h"
#include "../text/text.h"

/* Universal parts of speech. */
#define ENT_UPOS_LIST(X) \
    X(X) X(ADJ) X(ADP) X(ADV) X(AUX) X(CCONJ) X(DET) X(INTJ) X(NOUN) X(NUM) X(PART) X(PRON) \
    X(PROPN) X(PUNCT) X(SCONJ) X(SYM) X(VERB)
typedef enum {
#define X(name) ENT_UPOS_##name,
    ENT_UPOS_LIST(X)
#undef X
    ENT_UPOS_COUNT
} ent_upos;

/* Penn Treebank tags as UD English writes them; the name is spelled where it is no identifier. */
#define ENT_XPOS_LIST(X) \
    X(NONE, "_") X(DOLLAR, "$") X(QUOTE_CLOSE, "''") X(COMMA, ",") X(LRB, "-LRB-") \
    X(RRB, "-RRB-") X(PERIOD, ".") X(COLON, ":") X(ADD, "ADD") X(AFX, "AFX") X(CC, "CC") \
    X(CD, "CD") X(DT, "DT") X(EX, "EX") X(FW, "FW") X(GW, "GW") X(HYPH, "HYPH") X(IN, "IN") \
    X(JJ, "JJ") X(JJR, "JJR") X(JJS, "JJS") X(LS, "LS") X(MD, "MD") X(NFP, "NFP") X(NN, "NN") \
    X(NNP, "NNP") X(NNPS, "NNPS") X(NNS, "NNS") X(PDT, "PDT") X(POS, "POS") X(PRP, "PRP") \
    X(PRPS, "PRP$") X(RB, "RB") X(RBR, "RBR") X(RBS, "RBS") X(RP, "RP") X(SYM, "SYM") \
    X(TO, "TO") X(UH, "UH") X(VB, "VB") X(VBD, "VBD") X(VBG, "VBG") X(VBN, "VBN") \
    X(VBP, "VBP") X(VBZ, "VBZ") X(WDT, "WDT") X(WP, "WP") X(WPS, "WP$") X(WRB, "WRB") \
    X(QUOTE_OPEN, "``")
typedef enum {
#define X(name, text) ENT_XPOS_##name,
    ENT_XPOS_LIST(X)
#undef X
    ENT_XPOS_COUNT
} ent_xpos;

/* Universal Dependencies relations of English-EWT, with subtypes. */
#define ENT_DEP_LIST(X) \
    X(root, "root") X(acl, "acl") X(acl_relcl, "acl:relcl") X(advcl, "advcl") \
    X(advcl_relcl, "advcl:relcl") X(advmod, "advmod") X(amod, "amod") X(appos, "appos") \
    X(aux, "aux") X(aux_pass, "aux:pass") X(case, "case") X(cc, "cc") \
    X(cc_preconj, "cc:preconj") X(ccomp, "ccomp") X(compound, "compound") \
    X(compound_prt, "compound:prt") X(conj, "conj") X(cop, "cop") X(csubj, "csubj") \
    X(csubj_outer, "csubj:outer") X(csubj_pass, "csubj:pass") X(dep, "dep") X(det, "det") \
    X(det_predet, "det:predet") X(discourse, "discourse") X(dislocated, "dislocated") \
    X(expl, "expl") X(fixed, "fixed") X(flat, "flat") X(goeswith, "goeswith") X(iobj, "iobj") \
    X(list, "list") X(mark, "mark") X(nmod, "nmod") X(nmod_desc, "nmod:desc") \
    X(nmod_poss, "nmod:poss") X(nmod_unmarked, "nmod:unmarked") X(nsubj, "nsubj") \
    X(nsubj_outer, "nsubj:outer") X(nsubj_pass, "nsubj:pass") X(nummod, "nummod") X(obj, "obj") \
    X(obl, "obl") X(obl_agent, "obl:agent") X(obl_unmarked, "obl:unmarked") X(orphan, "orphan") \
    X(parataxis, "parataxis") X(punct, "punct") X(reparandum, "reparandum") \
    X(vocative, "vocative") X(xcomp, "xcomp")
typedef enum {
#define X(name, text) ENT_DEP_##name,
    ENT_DEP_LIST(X)
#undef X
    ENT_DEP_COUNT
} ent_deprel;

/* Tokens of a document are numbered through; a head is such a number. */
#define ENT_NO_TOKEN UINT32_MAX /* head of a root */

enum {
    ENT_TOKEN_NO_SPACE_AFTER = 1 << 0,
    ENT_TOKEN_MULTIWORD_FIRST = 1 << 1, /* first word of a multiword token (don't, it's) ... */
    ENT_TOKEN_MULTIWORD_REST = 1 << 2,  /* ... and its further words */
    ENT_TOKEN_SENTENCE_START = 1 << 3,
    ENT_TOKEN_CAPITAL = 1 << 4,   /* first letter upper case */
    ENT_TOKEN_ALL_CAPS = 1 << 5   /* two letters or more, all upper case */
};

/* One syntactic word. */
typedef struct {
    uint32_t begin, end; /* bytes into the document's text, end exclusive */
    ent_str form, lemma; /* lemma as UD writes it (proper nouns keep their case) */
    uint32_t head;       /* token number, ENT_NO_TOKEN for the root */
    uint32_t sentence;   /* sentence number */
    uint32_t feats;      /* index of the feature string: ent__feats_text */
    uint8_t upos, xpos, deprel, flags;
} ent_token;

typedef struct {
    uint32_t begin, end;         /* bytes, without the white space around */
    uint32_t first, token_count; /* tokens first .. first + token_count - 1 */
    uint32_t block;              /* block of the document it lies in */
    uint32_t root;               /* token number of the root */
} ent_sentence;

/* The reading of one document's grammar; lives in the document's arena.  Children of a token are
 * child_list[child_first[t]] .. child_list[child_first[t + 1] - 1], left to right. */
typedef struct {
    ent_str text;
    const ent_token *tokens;
    size_t token_count;
    const ent_sentence *sentences;
    size_t sentence_count;
    const uint32_t *child_first, *child_list;
    const ent_str *feat_texts; /* of ent_token.feats, as ent__feats_text */
    size_t feat_text_count;
} ent_tree;

/* Reads the blocks of `text` that are not chrome (title, deck and headings become sentences of
 * their own).  O(tokens); no allocation per token; scratch from ctx. */
ent_rc ent__parse(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                  ent_tree **out);
/* Prepares the model of the kit (called by ent_kit_open). */
ent_rc ent__parse_prepare(ent_ctx *ctx, ent_kit *kit);

/* A parse that came with the text (text->parse, as in PETRARCH's files) instead of ours: Penn trees,
 * or CoNLL-U rows of eight columns or more with the relations of Universal Dependencies 1 or 2.
 * Its tokens are looked for in the text; ENT_EINPUT says where the two don't fit.  O(bytes). */
ent_rc ent__parse_given(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                        ent_tree **out);

/* CoNLL-U in and out.  keep_columns: false keeps only sentences and tokens of the input and parses
 * them with our model, true takes tags and trees as they stand.  The text is rebuilt from
 * "# text =" or from the forms and SpaceAfter.  Errors name file and line. */
ent_rc ent__conllu_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str bytes,
                        const char *source, bool keep_columns, ent_text *out_text, ent_tree **out);
void ent__conllu_write(ent_buf *out, const ent_tree *tree, ent_str doc_id);
/* The same in parts: from `sentence` on until most_bytes are passed; returns the sentence to go on
 * with, the tree's sentence_count at the end. */
size_t ent__conllu_write_part(ent_buf *out, const ent_tree *tree, ent_str doc_id, size_t sentence,
                              size_t most_bytes);

const char *ent__upos_name(uint8_t upos);
const char *ent__xpos_name(uint8_t xpos);
const char *ent__deprel_name(uint8_t deprel);
ent_str ent__feats_text(const ent_kit *kit, uint32_t feats); /* "Number=Sing|Person=3", "" for none */

/* Tree walking, all O(children). */
static inline const uint32_t *ent__children(const ent_tree *tree, uint32_t token, size_t *count)
{
    *count = tree->child_first[token + 1] - tree->child_first[token];
    return tree->child_list + tree->child_first[token];
}
/* First child with the relation (subtypes apart), or ENT_NO_TOKEN. */
uint32_t ent__child(const ent_tree *tree, uint32_t token, uint8_t deprel);
/* First and last token of the subtree (inclusive; a span, also of non-projective trees). */
void ent__subtree(const ent_tree *tree, uint32_t token, uint32_t *first, uint32_t *last);
bool ent__is_ancestor(const ent_tree *tree, uint32_t ancestor, uint32_t token);

/* Classes of words: groups of words that stand in like company, by clustering the parser's word
 * vectors.  Level 0 is the finest; each class lies within one class of the next level. */
enum { ENT_WORD_CLASS_LEVELS = 3, ENT_NO_WORD_CLASS = UINT32_MAX };
/* The class of a form or lemma at a level (below ENT_WORD_CLASS_LEVELS), whatever its case;
 * ENT_NO_WORD_CLASS: the word has no vector, or the kit no classes.  O(bytes of the word). */
uint32_t ent__word_class(const ent_kit *kit, ent_str word, unsigned level);
/* What a reader may call it: the word nearest its middle ("condemn"), unlike that of all other
 * classes of the level; empty for ENT_NO_WORD_CLASS.  O(1). */
ent_str ent__word_class_name(const ent_kit *kit, uint32_t class, unsigned level);

/* A tree that a person can read: text with arcs, or SVG. */
void ent__tree_draw_text(ent_buf *out, const ent_tree *tree, uint32_t sentence);
void ent__tree_draw_svg(ent_buf *out, const ent_tree *tree, uint32_t sentence);

#endif
