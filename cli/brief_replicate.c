/* entente brief --replicate DIR: everything somebody needs to make the same brief again and compare
 * it byte for byte: inputs, commands, the pages, the numbers of every chart, SHA-256 of all of it.
 * The store stays where it is (it may be large): its path and hash are noted. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "brief.h"

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    const char *folder;
    ent_buf inputs, outputs; /* lines of sha256sum */
    ent_buf command;         /* words of the command, for a shell */
} package;

static ent_rc make_folder(const package *p, const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST
               ? ENT_OK
               : ent__fail(p->cli->ctx, ENT_EINPUT, path, 0, "can't be created: %s",
                           strerror(errno));
}

static ent_rc make_subfolder(const package *p, const char *name)
{
    ent_buf path = {0};
    ent__buf_printf(&path, "%s/%s", p->folder, name);
    ent_rc rc = path.failed ? ent__nomem(p->cli->ctx) : make_folder(p, path.p);
    ent__buf_free(&path);
    return rc;
}

/* Writes a file of the package and notes its hash in `sums` (NULL: not noted). */
static ent_rc put_file(package *p, const char *name, ent_str bytes, ent_buf *sums)
{
    ent_buf path = {0};
    char hash[65];
    ent__buf_printf(&path, "%s/%s", p->folder, name);
    ent_rc rc = path.failed ? ent__nomem(p->cli->ctx) : ent__file_write(p->cli->ctx, path.p, bytes);
    if (rc == ENT_OK && sums != NULL) {
        ent__sha256_hex(bytes, hash);
        ent__buf_printf(sums, "%s  %s\n", hash, name);
    }
    ent__buf_free(&path);
    return rc;
}

/* One word of a shell command, quoted. */
static void shell_word(ent_buf *out, const char *word)
{
    ent__buf_char(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            ent__buf_z(out, "'\\''");
        } else {
            ent__buf_char(out, *word);
        }
    }
    ent__buf_char(out, '\'');
}

/* ---- inputs --------------------------------------------------------------------------------- */

/* Copies one input under a folder of its own, so that it keeps its name: the name is the
 * document's. */
static ent_rc copy_input(package *p, const char *path, const char *place)
{
    ent_buf bytes = {0}, name = {0};
    const char *slash = strrchr(path, '/');
    struct stat about;
    if (strcmp(path, "-") == 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        return ent__fail(p->cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--replicate: expected inputs that are files, got \"%s\"", path);
    }
    ent__buf_printf(&name, "inputs/%s", place);
    ent_rc rc = name.failed ? ent__nomem(p->cli->ctx) : make_subfolder(p, name.p);
    ent__buf_printf(&name, "/%s", slash == NULL ? path : slash + 1);
    rc = rc == ENT_OK ? ent__file_read(p->cli->ctx, path, (size_t)1 << 30, &bytes) : rc;
    rc = rc == ENT_OK && name.failed ? ent__nomem(p->cli->ctx) : rc;
    rc = rc == ENT_OK ? put_file(p, name.p, ent__buf_slice(&bytes), &p->inputs) : rc;
    if (rc == ENT_OK) {
        ent__buf_char(&p->command, ' ');
        shell_word(&p->command, name.p);
    }
    ent__buf_free(&bytes);
    ent__buf_free(&name);
    return rc;
}

/* An option whose value is a file: the copy takes its place.  A case may also be a name in the
 * store. */
static ent_rc copy_option(package *p, const char *option)
{
    const char *path = ent__cli_option(p->cli, option, NULL);
    struct stat about;
    if (path == NULL) {
        return ENT_OK;
    }
    ent__buf_printf(&p->command, " --%s", option);
    if (strcmp(option, "case") == 0 && stat(path, &about) != 0) {
        ent__buf_char(&p->command, ' ');
        shell_word(&p->command, path);
        return ENT_OK;
    }
    return copy_input(p, path, option);
}

static ent_rc copy_inputs(package *p)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < p->cli->argument_count; i++) {
        char place[24];
        snprintf(place, sizeof place, "%zu", i + 1);
        rc = copy_input(p, p->cli->arguments[i], place);
    }
    rc = rc == ENT_OK ? copy_option(p, "case") : rc;
    return rc == ENT_OK ? copy_option(p, "corrections") : rc;
}

/* ---- the store ------------------------------------------------------------------------------ */

static ent_rc hash_file(const ent_cli *cli, const char *path, char out[65])
{
    unsigned char block[65536], digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ent__fail(cli->ctx, ENT_EINPUT, path, 0, "can't be read: %s", strerror(errno));
    }
    crypto_hash_sha256_init(&state);
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) {
        crypto_hash_sha256_update(&state, block, n);
    }
    bool bad = ferror(file) != 0;
    fclose(file);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(out, 65, digest, sizeof digest);
    return bad ? ent__fail(cli->ctx, ENT_EINPUT, path, 0, "can't be read") : ENT_OK;
}

/* STORE and TABLES of the script: absolute paths that its user may set to others. */
static ent_rc name_places(package *p, ent_buf *script)
{
    const char *store = ent__cli_option(p->cli, "store", NULL);
    const char *tables = ent__cli_option(p->cli, "tables", NULL);
    char hash[65], *real = store == NULL ? NULL : realpath(store, NULL);
    ent_rc rc = real == NULL ? ENT_OK : hash_file(p->cli, real, hash);
    if (rc == ENT_OK && real != NULL) {
        ent__buf_z(script, "[ -n \"${STORE:-}\" ] || STORE=");
        shell_word(script, real);
        ent__buf_printf(script, "\necho \"%s  $STORE\" | sha256sum -c -\n", hash);
        ent__buf_z(&p->command, " --store \"$STORE\" --read-only");
    }
    free(real);
    real = tables == NULL ? NULL : realpath(tables, NULL);
    if (rc == ENT_OK && real != NULL) {
        ent__buf_z(script, "[ -n \"${TABLES:-}\" ] || TABLES=");
        shell_word(script, real);
        ent__buf_z(script, "\n");
        ent__buf_z(&p->command, " --tables \"$TABLES\"");
    }
    free(real);
    return rc;
}

/* ---- outputs -------------------------------------------------------------------------------- */

static ent_rc put_pages(package *p, const ent_brief *brief)
{
    static const char *const names[] = {"brief.html", "brief.md", "brief.json"};
    void (*const writers[])(ent_buf *, const ent_kit *, const ent_brief *) = {
        ent__brief_html, ent__brief_markdown, ent__brief_json};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < 3; i++) {
        ent_buf out = {0};
        writers[i](&out, p->kit, brief);
        rc = out.failed ? ent__nomem(p->cli->ctx)
                        : put_file(p, names[i], ent__buf_slice(&out), &p->outputs);
        ent__buf_free(&out);
    }
    return rc;
}

static ent_rc put_numbers(package *p, const ent_brief_exhibit *e)
{
    ent_buf csv = {0}, name = {0};
    ent__buf_printf(&name, "data/%.*s.csv", ENT_FMT(e->id));
    ent__brief_csv(&csv, e);
    ent_rc rc = csv.failed || name.failed ? ent__nomem(p->cli->ctx)
                                          : put_file(p, name.p, ent__buf_slice(&csv), &p->outputs);
    ent__buf_free(&csv);
    ent__buf_free(&name);
    return rc;
}

static ent_rc put_data(package *p, const ent_brief *brief)
{
    ent_rc rc = brief->graph.row_count > 0 ? put_numbers(p, &brief->graph) : ENT_OK;
    for (size_t s = 0; s < brief->section_count; s++) {
        for (size_t i = 0; rc == ENT_OK && i < brief->sections[s].exhibit_count; i++) {
            rc = put_numbers(p, &brief->sections[s].exhibits[i]);
        }
    }
    return rc;
}

/* ---- script and README ---------------------------------------------------------------------- */

static ent_rc put_script(package *p)
{
    static const char *const passed_on[] = {"states", "resolutions", "updated", "at", "limit"};
    ent_buf script = {0};
    ent__buf_printf(
        &script,
        "#!/bin/sh\n"
        "# Makes this brief again, into the folder \"again\", and compares it byte for byte.\n"
        "# Written by entente %s, tables and models %s.\n"
        "# ENTENTE, STORE and TABLES may name other places.\n"
        "set -eu\n"
        "absolute() { case \"$1\" in /*) echo \"$1\" ;; *) echo \"$PWD/$1\" ;; esac; }\n"
        "case \"${ENTENTE:=entente}\" in */*) ENTENTE=$(absolute \"$ENTENTE\") ;; esac\n"
        "[ -z \"${STORE:-}\" ] || STORE=$(absolute \"$STORE\")\n"
        "[ -z \"${TABLES:-}\" ] || TABLES=$(absolute \"$TABLES\")\n"
        "cd \"$(dirname \"$0\")\"\n"
        "\"$ENTENTE\" version\nsha256sum -c inputs.sha256\n",
        ENT_VERSION, ent_kit_hash(p->kit));
    ent_rc rc = name_places(p, &script);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        const char *value = ent__cli_option(p->cli, passed_on[i], NULL);
        if (value != NULL) {
            ent__buf_printf(&p->command, " --%s ", passed_on[i]);
            shell_word(&p->command, value);
        }
    }
    ent__buf_printf(&script,
                    "\"$ENTENTE\" brief%s --replicate again\n"
                    "cd again && sha256sum -c ../outputs.sha256\n",
                    p->command.p == NULL ? "" : p->command.p);
    rc = rc == ENT_OK && script.failed ? ent__nomem(p->cli->ctx) : rc;
    rc = rc == ENT_OK ? put_file(p, "commands.sh", ent__buf_slice(&script), NULL) : rc;
    ent__buf_free(&script);
    return rc;
}

static ent_rc put_readme(package *p, const ent_brief *brief)
{
    ent_buf text = {0};
    ent__buf_printf(&text,
                    "# %.*s\n\nA brief by Entente %s (tables and models %s) with all that it takes "
                    "to check it.\n\n",
                    ENT_FMT(brief->headline), ENT_VERSION, ent_kit_hash(p->kit));
    ent__buf_z(
        &text,
        "| what | where |\n| --- | --- |\n"
        "| the page, as HTML, Markdown, JSON | `brief.html` `brief.md` `brief.json` |\n"
        "| the numbers of every chart and table | `data/` |\n"
        "| articles, case and corrections that went in | `inputs/` |\n"
        "| make it again and compare, byte for byte | `sh commands.sh` |\n"
        "| SHA-256 of what went in and came out | `inputs.sha256` `outputs.sha256` |\n\n"
        "The store is not copied; `commands.sh` names it with its hash. Empty cells mean that "
        "nothing is known, never nought.\n");
    for (size_t s = 0; s < brief->section_count; s++) {
        ent__buf_printf(&text, "\n## %s\n\n%s More: `%s`.\n\n", brief->sections[s].title,
                        brief->sections[s].method, brief->sections[s].page);
        for (size_t i = 0; i < brief->sections[s].exhibit_count; i++) {
            const ent_brief_exhibit *e = &brief->sections[s].exhibits[i];
            ent__buf_printf(&text, "- `data/%.*s.csv`: %.*s. Source: %.*s.\n", ENT_FMT(e->id),
                            ENT_FMT(e->title), ENT_FMT(e->source));
        }
        ent__buf_printf(&text, "\nThe same by single commands:\n\n```sh\n%.*s\n```\n",
                        ENT_FMT(brief->sections[s].commands));
    }
    ent_rc rc = text.failed ? ent__nomem(p->cli->ctx)
                            : put_file(p, "README.md", ent__buf_slice(&text), NULL);
    ent__buf_free(&text);
    return rc;
}

ent_rc ent__brief_replicate(const ent_cli *cli, const ent_kit *kit, const ent_brief *brief,
                            const char *folder)
{
    package p = {.cli = cli, .kit = kit, .folder = folder};
    ent_rc rc = make_folder(&p, folder);
    rc = rc == ENT_OK ? make_subfolder(&p, "inputs") : rc;
    rc = rc == ENT_OK ? make_subfolder(&p, "data") : rc;
    rc = rc == ENT_OK ? copy_inputs(&p) : rc;
    rc = rc == ENT_OK ? put_pages(&p, brief) : rc;
    rc = rc == ENT_OK ? put_data(&p, brief) : rc;
    rc = rc == ENT_OK ? put_script(&p) : rc;
    rc = rc == ENT_OK ? put_readme(&p, brief) : rc;
    bool failed = p.inputs.failed || p.outputs.failed || p.command.failed;
    rc = rc == ENT_OK && failed ? ent__nomem(cli->ctx) : rc;
    rc = rc == ENT_OK ? put_file(&p, "inputs.sha256", ent__buf_slice(&p.inputs), NULL) : rc;
    rc = rc == ENT_OK ? put_file(&p, "outputs.sha256", ent__buf_slice(&p.outputs), NULL) : rc;
    ent__buf_free(&p.inputs);
    ent__buf_free(&p.outputs);
    ent__buf_free(&p.command);
    return rc;
}
