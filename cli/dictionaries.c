/* entente dictionaries: reads PETRARCH-family dictionaries and says what is wrong with them. */
#include <string.h>

#include "../src/events/events.h"
#include "cli.h"
#include "dictionaries.h"

/* ---- the options that `read` shares -------------------------------------------------------- */

/* "A.txt,B.txt" is two files, as in PETRARCH's configuration. */
static ent_rc add_files(const ent_cli *cli, ent_dictionaries *set, ent_dictionary_kind kind,
                        const char *list)
{
    ent_str rest = ent__str(list), one;
    ent_rc rc = ENT_OK;
    ent_arena *arena = ent__arena_new();
    while (arena != NULL && rc == ENT_OK && ent__str_split(&rest, ',', &one)) {
        ent_str path = ent__arena_str(arena, ent__str_trim(one));
        if (path.n > 0) {
            rc = ent__dictionaries_add(cli->ctx, set, kind, path.p);
        }
    }
    if (arena == NULL) {
        rc = ent__nomem(cli->ctx);
    }
    ent__arena_free(arena);
    return rc;
}

bool ent__cli_has_dictionaries(const ent_cli *cli)
{
    for (int kind = 0; kind < ENT_DICTIONARY_KINDS; kind++) {
        if (ent__cli_option(cli, ent__dictionary_kind_name((ent_dictionary_kind)kind), NULL)) {
            return true;
        }
    }
    return false;
}

ent_rc ent__cli_dictionaries(const ent_cli *cli, const ent_kit *kit, ent_dictionaries **out)
{
    int64_t dialect;
    ent_dictionaries *set = NULL;
    ent_rc rc = ent__cli_int(cli, "dialect", 1, 2, 0, &dialect);
    if (rc == ENT_OK) {
        rc = ent__dictionaries_new(cli->ctx, kit, (int)dialect, &set);
    }
    for (int kind = 0; rc == ENT_OK && kind < ENT_DICTIONARY_KINDS; kind++) {
        const char *name = ent__dictionary_kind_name((ent_dictionary_kind)kind), *list;
        for (size_t i = 0; rc == ENT_OK && (list = ent__cli_option_at(cli, name, i)); i++) {
            rc = add_files(cli, set, (ent_dictionary_kind)kind, list);
        }
    }
    if (rc == ENT_OK) {
        rc = ent__dictionaries_ready(cli->ctx, set);
    }
    if (rc != ENT_OK) {
        ent__dictionaries_free(set);
        return rc;
    }
    *out = set;
    return ENT_OK;
}

/* ---- the command --------------------------------------------------------------------------- */

static void print_problems(ent_buf *out, const ent_dictionaries *set)
{
    size_t count;
    const ent_dictionary_problem *p = ent__dictionaries_problems(set, &count);
    for (size_t i = 0; i < count; i++) {
        ent__buf_printf(out, "%.*s:%u: %s: ", ENT_FMT(p[i].file), p[i].line,
                        p[i].error ? "error" : "warning");
        ent__buf_shown(out, p[i].message);
        ent__buf_char(out, '\n');
    }
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    ent__buf_printf(out,
                    "PETRARCH-%d: %zu verbs (%zu forms), %zu patterns, %zu synonym sets, "
                    "%zu transformations, %zu actors (%zu codes), %zu agents, %zu discards, "
                    "%zu issues; %zu bad lines, %zu warnings\n",
                    n.dialect, n.verbs, n.verb_forms, n.patterns, n.synonym_sets,
                    n.transformations, n.actors, n.actor_codes, n.agents, n.discards, n.issues,
                    n.errors, count - n.errors);
}

static void print_json(ent_buf *out, const ent_dictionaries *set, const ent_kit *kit)
{
    size_t count;
    const ent_dictionary_problem *p = ent__dictionaries_problems(set, &count);
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    const struct { const char *name; size_t count; } counts[] = {
        {"verbs", n.verbs}, {"verb_forms", n.verb_forms}, {"patterns", n.patterns},
        {"synonym_sets", n.synonym_sets}, {"transformations", n.transformations},
        {"actors", n.actors}, {"actor_codes", n.actor_codes}, {"agents", n.agents},
        {"discards", n.discards}, {"issues", n.issues}, {"errors", n.errors},
        {"warnings", count - n.errors}};
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kint(&json, "dialect", n.dialect);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        ent__json_kint(&json, counts[i].name, (int64_t)counts[i].count);
    }
    ent__json_key(&json, "problems");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < count; i++) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "file", p[i].file);
        ent__json_kint(&json, "line", p[i].line);
        ent__json_kz(&json, "level", p[i].error ? "error" : "warning");
        ent__json_kz(&json, "kind", p[i].kind);
        ent__json_kstr(&json, "message", p[i].message);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

static ent_rc report(const ent_cli *cli, const ent_kit *kit, ent_dictionaries *set)
{
    ent_buf out = {0};
    ent_rc rc = ent__dictionaries_check(cli->ctx, set);
    if (rc == ENT_OK && ent__cli_flag(cli, "json")) {
        print_json(&out, set, kit);
    } else if (rc == ENT_OK) {
        print_problems(&out, set);
    }
    if (rc == ENT_OK) {
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    ent_dictionary_counts n;
    ent__dictionaries_count(set, &n);
    if (rc == ENT_OK && ent__cli_flag(cli, "strict") && n.errors > 0) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, NULL, 0, "%zu bad lines in the dictionaries",
                       n.errors);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count > 0 || !ent__cli_has_dictionaries(cli)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "dictionaries: expected files behind --verbs, --actors, --agents, "
                         "--discards or --issues (see --help)");
    }
    ent_kit *kit;
    ent_dictionaries *set = NULL;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__cli_dictionaries(cli, kit, &set);
    if (rc == ENT_OK) {
        rc = report(cli, kit, set);
    }
    ent__dictionaries_free(set);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    ENT_DICTIONARY_OPTIONS,
    {"strict", NULL, "exit 3 when a line is bad"},
    {0},
};

const ent_command ent__command_dictionaries = {
    .name = "dictionaries",
    .summary = "Checks PETRARCH dictionaries: bad lines, unknown codes, patterns that never match",
    .usage = "entente dictionaries [--verbs F] [--actors F]... [--agents F] [--discards F] "
             "[--issues F] [--strict] [--json]",
    .examples = "  entente dictionaries --verbs verbs.txt --actors actors.txt --agents agents.txt\n"
                "  entente dictionaries --actors A.txt,B.txt --strict   # exit 3 on a bad line\n"
                "  Messages begin with FILE:LINE; an error voids its line, a warning does not.\n"
                "  To code with them: entente read INPUT --verbs verbs.txt --actors A.txt\n",
    .options = options,
    .run = run,
};
