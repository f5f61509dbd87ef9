/* names: tags and relations as text, and back.  In: a number of parse.h's lists.  Out: the name
 * the treebanks use. */
#include "names.h"

static const char *const upos_names[] = {
#define X(name) #name,
    ENT_UPOS_LIST(X)
#undef X
};

static const char *const xpos_names[] = {
#define X(name, text) text,
    ENT_XPOS_LIST(X)
#undef X
};

static const char *const deprel_names[] = {
#define X(name, text) text,
    ENT_DEP_LIST(X)
#undef X
};

const char *ent__upos_name(uint8_t upos)
{
    return upos < ENT_UPOS_COUNT ? upos_names[upos] : "_";
}

const char *ent__xpos_name(uint8_t xpos)
{
    return xpos < ENT_XPOS_COUNT ? xpos_names[xpos] : "_";
}

const char *ent__deprel_name(uint8_t deprel)
{
    return deprel < ENT_DEP_COUNT ? deprel_names[deprel] : "_";
}

static int find(ent_str name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        if (ent__str_eqz(name, names[i])) {
            return i;
        }
    }
    return -1;
}

int ent__upos_find(ent_str name) { return find(name, upos_names, ENT_UPOS_COUNT); }
int ent__xpos_find(ent_str name) { return find(name, xpos_names, ENT_XPOS_COUNT); }

int ent__deprel_find(ent_str name)
{
    int exact = find(name, deprel_names, ENT_DEP_COUNT);
    if (exact >= 0) {
        return exact;
    }
    ent_str universal = name;
    if (!ent__str_split(&name, ':', &universal)) {
        return -1;
    }
    return find(universal, deprel_names, ENT_DEP_COUNT);
}
