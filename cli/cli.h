/* cli: one file a command, one table of commands and options (cli/commands.c).
 * A command file defines `const ent_command ent__command_NAME` and nothing else that others see. */
#ifndef ENT_CLI_H
#define ENT_CLI_H

#include "../src/base/base.h"

/* An option of a command.  argument NULL: a flag; else the word shown in --help ("DB", "N"). */
typedef struct {
    const char *name; /* "store" for --store */
    const char *argument;
    const char *help;
} ent_option;

typedef struct ent_cli ent_cli;

typedef struct {
    const char *name;
    const char *summary;  /* one line for `entente --help` */
    const char *usage;    /* "entente read INPUT... [--store DB]" */
    const char *examples; /* lines of "  entente ...  # what for", printed first in --help */
    const ent_option *options; /* ended by {0}; --json, --help, --tables are known everywhere */
    ent_rc (*run)(ent_cli *cli);
} ent_command;

extern const ent_option ent__known_everywhere[]; /* --json, --output ..., ended by {0} */
extern const ent_command *const ent__commands[]; /* ended by NULL, in the order of the layers */

/* What a command gets.  The context is fresh; errors set in it are printed by main. */
struct ent_cli {
    const ent_command *command;
    ent_ctx *ctx;
    const char *const *arguments; /* words that are no options, in order */
    size_t argument_count;
    const char *const *option_names; /* as given, in order, repeated where repeated */
    const char *const *option_values; /* NULL for flags */
    size_t option_count;
};

/* Value of the last --name; fallback when it was not given. */
const char *ent__cli_option(const ent_cli *cli, const char *name, const char *fallback);
/* The index-th value of a repeated option, NULL after the last. */
const char *ent__cli_option_at(const ent_cli *cli, const char *name, size_t index);
bool ent__cli_flag(const ent_cli *cli, const char *name);
/* Whole number in [low, high]; ENT_EUSAGE names the option. */
ent_rc ent__cli_int(const ent_cli *cli, const char *name, int64_t low, int64_t high,
                    int64_t fallback, int64_t *out);
ent_rc ent__cli_double(const ent_cli *cli, const char *name, double low, double high,
                       double fallback, double *out);
/* Opens the kit, honouring --tables. */
ent_rc ent__cli_kit(const ent_cli *cli, ent_kit **out);
/* Writes to -o/--output FILE (atomically) or stdout; a closed or full stdout is ENT_EINPUT. */
ent_rc ent__cli_write(const ent_cli *cli, ent_str bytes);

/* The candidate nearest to word in edits, NULL when none is near (at most a third of its letters). */
const char *ent__cli_did_you_mean(const char *word, const char *const *candidates, size_t count);

#endif
