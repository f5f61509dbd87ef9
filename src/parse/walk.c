/* walk: questions about a finished tree. */
#include "parse.h"

uint32_t ent__child(const ent_tree *tree, uint32_t token, uint8_t deprel)
{
    size_t n;
    const uint32_t *child = ent__children(tree, token, &n);
    for (size_t i = 0; i < n; i++) {
        if (tree->tokens[child[i]].deprel == deprel) {
            return child[i];
        }
    }
    return ENT_NO_TOKEN;
}

/* Climbs from every token of the sentence would be quadratic; instead the span grows over children
 * level by level with an explicit walk along the child lists: O(tokens of the subtree). */
void ent__subtree(const ent_tree *tree, uint32_t token, uint32_t *first, uint32_t *last)
{
    *first = *last = token;
    uint32_t at = token;
    for (;;) {
        *first = at < *first ? at : *first;
        *last = at > *last ? at : *last;
        if (tree->child_first[at] < tree->child_first[at + 1]) {
            at = tree->child_list[tree->child_first[at]]; /* down to the first child */
            continue;
        }
        for (;;) { /* to the next sibling, or up */
            if (at == token) {
                return;
            }
            uint32_t head = tree->tokens[at].head, next = ENT_NO_TOKEN;
            uint32_t low = tree->child_first[head], high = tree->child_first[head + 1];
            while (low < high) { /* children ascend */
                uint32_t middle = low + (high - low) / 2;
                if (tree->child_list[middle] <= at) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            next = low < tree->child_first[head + 1] ? tree->child_list[low] : ENT_NO_TOKEN;
            if (next != ENT_NO_TOKEN) {
                at = next;
                break;
            }
            at = head;
        }
    }
}

bool ent__is_ancestor(const ent_tree *tree, uint32_t ancestor, uint32_t token)
{
    uint32_t at = tree->tokens[token].head;
    while (at != ENT_NO_TOKEN && at != ancestor) {
        at = tree->tokens[at].head;
    }
    return at == ancestor && at != ENT_NO_TOKEN;
}
