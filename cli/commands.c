/* The one table of commands, in the order of the layers. */
#include "cli.h"

extern const ent_command ent__command_text;
extern const ent_command ent__command_parse, ent__command_relate;
extern const ent_command ent__command_import, ent__command_export, ent__command_merge;
extern const ent_command ent__command_list, ent__command_search;
extern const ent_command ent__command_series, ent__command_shifts;
extern const ent_command ent__command_agreement, ent__command_ideal, ent__command_dependence,
    ent__command_profile, ent__command_fetch;
extern const ent_command ent__command_balance, ent__command_landscape,
    ent__command_wedge, ent__command_triangle,
    ent__command_margin, ent__command_reciprocity,
    ent__command_analogues;
extern const ent_command ent__command_weigh;
extern const ent_command ent__command_brief, ent__command_read;
extern const ent_command ent__command_serve;
extern const ent_command ent__command_explain, ent__command_dictionaries;
extern const ent_command ent__command_doctor, ent__command_man, ent__command_tables, ent__command_version;

const ent_command *const ent__commands[] = {
    /* reading */
    &ent__command_text,
    &ent__command_brief,
    &ent__command_read,
    &ent__command_parse,
    &ent__command_relate,
    /* store */
    &ent__command_import,
    &ent__command_export,
    &ent__command_merge,
    &ent__command_list,
    &ent__command_search,
    /* align */
    &ent__command_series,
    &ent__command_shifts,
    &ent__command_agreement,
    &ent__command_ideal,
    &ent__command_dependence,
    &ent__command_profile,
    &ent__command_fetch,
    /* wedge */
    &ent__command_triangle,
    &ent__command_balance,
    &ent__command_margin,
    &ent__command_landscape,
    &ent__command_wedge,
    &ent__command_reciprocity,
    &ent__command_analogues,
    /* weigh */
    &ent__command_weigh,
    /* serve */
    &ent__command_serve,
    /* look inside */
    &ent__command_explain,
    &ent__command_dictionaries,
    &ent__command_man,
    &ent__command_tables,
    &ent__command_version,
    &ent__command_doctor,
    NULL,
};
