/* Names of tags and relations back to their numbers; -1: not one of parse.h's lists.  A relation
 * with an unknown subtype counts as its universal relation. */
#ifndef ENT_PARSE_NAMES_H
#define ENT_PARSE_NAMES_H

#include "parse.h"

int ent__upos_find(ent_str name);
int ent__xpos_find(ent_str name);
int ent__deprel_find(ent_str name);

#endif
