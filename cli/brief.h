/* brief: what the two files of the command share. */
#ifndef ENT_CLI_BRIEF_H
#define ENT_CLI_BRIEF_H

#include "../src/brief/brief.h"
#include "cli.h"

/* What goes into the brief, with what has to be freed. */
typedef struct {
    ent_arena *arena;
    ent_doc **docs;
    size_t count, capacity;
    ent_brief_inputs inputs;
} ent__brief_material;

/* Writes the folder of --replicate (brief_replicate.c). */
ent_rc ent__brief_replicate(const ent_cli *cli, const ent_kit *kit, const ent_brief *brief,
                            const char *folder);

#endif
