/* entente man: manual pages in roff, made from the one table of commands, so that they can't differ
 * from --help. */
#include <string.h>

#include "cli.h"

/* Roff gives a meaning to a leading dot or quote and to backslashes, and sets "-" as a hyphen and the
 * quotes, "^" and "~" as typographic signs, so that examples could not be copied. */
static void roff(ent_buf *out, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && *text == '.') {
            ent__buf_z(out, "\\&");
        }
        if (*text == '\\') {
            ent__buf_z(out, "\\e");
        } else if (*text == '-') {
            ent__buf_z(out, "\\-");
        } else if (*text == '\'' || *text == '`' || *text == '^' || *text == '~') {
            ent__buf_z(out, *text == '\''  ? "\\(aq"
                            : *text == '`' ? "\\(ga"
                            : *text == '^' ? "\\(ha"
                                           : "\\(ti");
        } else {
            ent__buf_char(out, *text);
        }
        line_start = *text == '\n';
    }
}

static void section(ent_buf *out, const char *title, const char *text, bool as_it_stands)
{
    ent__buf_printf(out, ".SH %s\n%s", title, as_it_stands ? ".nf\n" : "");
    roff(out, text);
    ent__buf_printf(out, "\n%s", as_it_stands ? ".fi\n" : "");
}

static void options(ent_buf *out, const ent_option *option)
{
    for (; option != NULL && option->name != NULL; option++) {
        ent__buf_z(out, ".TP\n.B \\-\\-");
        roff(out, option->name);
        if (option->argument != NULL) {
            ent__buf_z(out, " \\fI");
            roff(out, option->argument);
            ent__buf_z(out, "\\fR");
        }
        ent__buf_char(out, '\n');
        roff(out, option->help);
        ent__buf_char(out, '\n');
    }
}

static void command_page(ent_buf *out, const ent_command *command)
{
    ent__buf_printf(out, ".TH ENTENTE-%s 1 \"\" \"Entente " ENT_VERSION "\" \"Entente\"\n.SH NAME\n"
                         "entente\\-%s \\- ", command->name, command->name);
    roff(out, command->summary);
    ent__buf_char(out, '\n');
    section(out, "SYNOPSIS", command->usage, false);
    section(out, "EXAMPLES", command->examples, true);
    ent__buf_z(out, ".SH OPTIONS\n");
    options(out, command->options);
    options(out, ent__known_everywhere);
    section(out, "EXIT STATUS", "0 done, 2 usage, 3 input, 4 store, 5 internal.", false);
    section(out, "SEE ALSO", "entente(1)", false);
}

static void main_page(ent_buf *out)
{
    ent__buf_z(out, ".TH ENTENTE 1 \"\" \"Entente " ENT_VERSION "\" \"Entente\"\n.SH NAME\nentente "
                    "\\- is state A moving toward B, at whose cost, since when, and why?\n"
                    ".SH SYNOPSIS\n.B entente\n.I COMMAND\n[ARGUMENT...] [\\-\\-OPTION...]\n"
                    ".SH COMMANDS\n");
    for (size_t i = 0; ent__commands[i] != NULL; i++) {
        ent__buf_printf(out, ".TP\n.B %s\n", ent__commands[i]->name);
        roff(out, ent__commands[i]->summary);
        ent__buf_char(out, '\n');
    }
    section(out, "EXIT STATUS", "0 done, 2 usage, 3 input, 4 store, 5 internal.", false);
}

static ent_rc run(ent_cli *cli)
{
    const ent_command *command = NULL;
    for (size_t i = 0; cli->argument_count > 0 && ent__commands[i] != NULL; i++) {
        if (strcmp(ent__commands[i]->name, cli->arguments[0]) == 0) {
            command = ent__commands[i];
        }
    }
    if (cli->argument_count > 0 && command == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "man: no command \"%s\"", cli->arguments[0]);
    }
    ent_buf out = {0};
    if (command == NULL) {
        main_page(&out);
    } else {
        command_page(&out, command);
    }
    ent_rc rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    ent__buf_free(&out);
    return rc;
}

const ent_command ent__command_man = {
    .name = "man",
    .summary = "The manual page of the program or of a command",
    .usage = "entente man [COMMAND]",
    .examples = "  entente man read > entente-read.1\n"
                "  entente man weigh | man -l -\n",
    .run = run,
};
