/* Inside parse: a Penn tree on its way to a dependency tree. */
#ifndef ENT_PARSE_PENN_H
#define ENT_PARSE_PENN_H

#include "split.h"

#define ENT_NO_NODE UINT32_MAX

/* One bracket of the tree.  A leaf has a token (counted within the tree), others children. */
typedef struct {
    ent_str label; /* "NP", "VBD"; without functions ("NP-SBJ" is "NP") */
    ent_str function; /* "SBJ", "TMP"; empty: none */
    uint32_t parent, first_child, next; /* ENT_NO_NODE: none */
    uint32_t token;  /* of a leaf; else ENT_NO_TOKEN */
    uint32_t head;   /* leaf that heads the phrase (ent__penn_relate) */
    ent_str form;    /* of a leaf */
} ent_penn_node;

typedef struct {
    ent_penn_node *nodes;
    size_t count, capacity;
} ent_penn;

/* Heads, relations, tags of the leaves below `root` into tokens[0 ..]; heads are counted within
 * the tree, the root's is ENT_NO_TOKEN.  O(nodes x depth). */
void ent__penn_relate(ent_penn *penn, uint32_t root, ent_token *tokens);

#endif
