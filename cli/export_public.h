/* export_public: public data out of the store, for the command export (export_public.c). */
#ifndef ENT_CLI_EXPORT_PUBLIC_H
#define ENT_CLI_EXPORT_PUBLIC_H

#include "../src/align/align.h"
#include "cli.h"

/* Names of what can be exported, ended by NULL. */
extern const char *const ent__cli_public_tables[];
bool ent__cli_is_public_table(const char *what);
ent_rc ent__cli_export_public(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                              const char *what, const char *format, ent_export_write write,
                              void *user);

#endif
