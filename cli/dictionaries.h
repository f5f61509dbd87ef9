/* dictionaries: the options by which commands take PETRARCH dictionaries. */
#ifndef ENT_CLI_DICTIONARIES_H
#define ENT_CLI_DICTIONARIES_H

#include "../src/events/events.h"
#include "cli.h"

#define ENT_DICTIONARY_OPTIONS \
    {"verbs", "FILE", "verb dictionary of the PETRARCH family (PETRARCH-1, -2, TABARI)"}, \
        {"actors", "FILE", "actor dictionary; may be repeated, or several with commas"}, \
        {"agents", "FILE", "agent dictionary"}, {"discards", "FILE", "discard dictionary"}, \
        {"issues", "FILE", "issue dictionary"}, \
        {"dialect", "N", "1 or 2: PETRARCH-1 or PETRARCH-2 (default: told by the verb patterns)"}

bool ent__cli_has_dictionaries(const ent_cli *cli);
/* The set that the options name, ready to code with; free with ent__dictionaries_free. */
ent_rc ent__cli_dictionaries(const ent_cli *cli, const ent_kit *kit, ent_dictionaries **out);

#endif
