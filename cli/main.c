/* entente: finds the command, reads its options by the command's own table, runs it, prints its
 * error.  Exit codes: 0 done, 2 usage, 3 input, 4 store, 5 internal. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const ent_option ent__known_everywhere[] = {
    {"json", NULL, "print JSON instead of a table"},
    {"output", "FILE", "write to FILE instead of standard output (also -o FILE)"},
    {"tables", "DIR", "tables of your own in front of the embedded ones"},
    {"seed", "N", "seed of every random draw (default 1)"},
    {"help", NULL, "show this help"},
    {0},
};

static const ent_command *find_command(const char *name)
{
    for (size_t i = 0; ent__commands[i] != NULL; i++) {
        if (strcmp(ent__commands[i]->name, name) == 0) {
            return ent__commands[i];
        }
    }
    return NULL;
}

static void print_options(const ent_option *options)
{
    for (; options->name != NULL; options++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->argument ? " " : "",
                 options->argument ? options->argument : "");
        printf("  %-24s %s\n", left, options->help);
    }
}

static void print_command_help(const ent_command *command)
{
    printf("%s\n\nExamples\n%s\nUsage\n  %s\n\nOptions\n", command->summary, command->examples,
           command->usage);
    if (command->options != NULL) {
        print_options(command->options);
    }
    print_options(ent__known_everywhere);
}

static void print_help(void)
{
    puts("entente: is state A moving toward B, at whose cost, since when, and why?\n\n"
         "Examples\n"
         "  entente brief article.html -o brief.html       # an article to a briefing page\n"
         "  entente read news.jsonl > read.jsonl           # events and statements as JSON Lines\n"
         "  entente tables actors USA --at 1972-02-21      # who held office\n\n"
         "Commands");
    for (size_t i = 0; ent__commands[i] != NULL; i++) {
        printf("  %-12s %s\n", ent__commands[i]->name, ent__commands[i]->summary);
    }
    puts("\n`entente COMMAND --help` tells more.  Data goes to standard output, messages to standard\n"
         "error.  Exit codes: 0 done, 2 usage, 3 input, 4 store, 5 internal.");
}

static const ent_option *find_option(const ent_command *command, const char *name)
{
    const ent_option *tables[2] = {command->options, ent__known_everywhere};
    for (int t = 0; t < 2; t++) {
        for (const ent_option *o = tables[t]; o != NULL && o->name != NULL; o++) {
            if (strcmp(o->name, name) == 0) {
                return o;
            }
        }
    }
    return NULL;
}

static ent_rc unknown_option(ent_ctx *ctx, const ent_command *command, const char *name)
{
    const char *candidates[64];
    size_t count = 0;
    const ent_option *tables[2] = {command->options, ent__known_everywhere};
    for (int t = 0; t < 2; t++) {
        for (const ent_option *o = tables[t]; o != NULL && o->name != NULL && count < 64; o++) {
            candidates[count++] = o->name;
        }
    }
    const char *near = ent__cli_did_you_mean(name, candidates, count);
    return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "%s: unknown option --%s%s%s%s (see entente %s --help)",
                     command->name, name, near ? "; did you mean --" : "", near ? near : "",
                     near ? "?" : "", command->name);
}

typedef struct {
    const char **arguments, **names, **values;
    size_t argument_count, option_count;
} words;

/* One option word; returns how many words it ate, or a negative code. */
static int take_option(ent_ctx *ctx, const ent_command *command, char **argv, int left, words *out)
{
    char *name = argv[0] + 2;
    if (strcmp(argv[0], "-o") == 0) {
        name = "output";
    } else if (strcmp(argv[0], "-h") == 0) {
        name = "help";
    } else if (strncmp(argv[0], "--", 2) != 0) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "%s: unknown option %s", command->name, argv[0]);
    }
    char *equals = strncmp(argv[0], "--", 2) == 0 ? strchr(name, '=') : NULL;
    if (equals != NULL) {
        *equals = '\0';
    }
    const ent_option *option = find_option(command, name);
    if (option == NULL) {
        return unknown_option(ctx, command, name);
    }
    const char *value = equals == NULL ? NULL : equals + 1;
    int eaten = 1;
    if (option->argument != NULL && value == NULL) {
        if (left < 2) {
            return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "%s: --%s needs a value: %s", command->name,
                             option->name, option->argument);
        }
        value = argv[1];
        eaten = 2;
    } else if (option->argument == NULL && value != NULL) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "%s: --%s takes no value", command->name,
                         option->name);
    }
    out->names[out->option_count] = option->name;
    out->values[out->option_count++] = value;
    return eaten;
}

static ent_rc split_words(ent_ctx *ctx, const ent_command *command, int argc, char **argv, words *out)
{
    bool options_ended = false;
    for (int i = 0; i < argc;) {
        if (!options_ended && strcmp(argv[i], "--") == 0) {
            options_ended = true;
            i++;
        } else if (!options_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            int eaten = take_option(ctx, command, argv + i, argc - i, out);
            if (eaten < 0) {
                return (ent_rc)eaten;
            }
            i += eaten;
        } else {
            out->arguments[out->argument_count++] = argv[i++];
        }
    }
    return ENT_OK;
}

static void note_to_stderr(void *user, const char *line)
{
    (void)user;
    fprintf(stderr, "entente: note: %s\n", line);
}

static ent_rc run_command(ent_ctx *ctx, const ent_command *command, int argc, char **argv)
{
    size_t room = (size_t)argc + 1;
    const char **store = calloc(3 * room, sizeof *store);
    if (store == NULL) {
        return ent__nomem(ctx);
    }
    words w = {.arguments = store, .names = store + room, .values = store + 2 * room};
    ent_rc rc = split_words(ctx, command, argc, argv, &w);
    ent_cli cli = {command, ctx, w.arguments, w.argument_count, w.names, w.values, w.option_count};
    int64_t seed = 1;
    if (rc == ENT_OK && ent__cli_flag(&cli, "help")) {
        print_command_help(command);
    } else if (rc == ENT_OK) {
        rc = ent__cli_int(&cli, "seed", 0, INT64_MAX, 1, &seed);
        ent_ctx_seed(ctx, (uint64_t)seed);
        rc = rc == ENT_OK ? command->run(&cli) : rc;
    }
    free(store);
    if (rc == ENT_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        rc = ent__fail(ctx, ENT_EINPUT, "standard output", 0, "cannot be written");
    }
    return rc;
}

static int unknown_command(const char *name)
{
    const char *candidates[128];
    size_t count = 0;
    for (size_t i = 0; ent__commands[i] != NULL && count < 128; i++) {
        candidates[count++] = ent__commands[i]->name;
    }
    const char *near = ent__cli_did_you_mean(name, candidates, count);
    fprintf(stderr, "entente: no command \"%s\"%s%s%s (see entente --help)\n", name,
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return 2;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed reader is an error that we name, not a silent death */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? 2 : 0;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const ent_command *command = find_command(name);
    if (command == NULL) {
        return unknown_command(name);
    }
    ent_ctx *ctx;
    if (ent_ctx_new(&ctx) != ENT_OK) {
        fputs("entente: out of memory\n", stderr);
        return 5;
    }
    ent_ctx_on_note(ctx, note_to_stderr, NULL);
    ent_rc rc = run_command(ctx, command, argc - 2, argv + 2);
    if (rc != ENT_OK) {
        fprintf(stderr, "entente: %s\n", ent_ctx_error(ctx));
    }
    ent_ctx_free(ctx);
    return rc == ENT_ENOMEM ? 5 : -(int)rc;
}
