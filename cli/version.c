/* entente version: program, kit hash, libraries. */
#include <archive.h>
#include <jansson.h>
#include <sqlite3.h>
#include <sodium.h>

#include "cli.h"

static ent_rc run(ent_cli *cli)
{
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc != ENT_OK) {
        return rc;
    }
    if (ent__cli_flag(cli, "json")) {
        ent_buf out = {0};
        ent_json json = ent__json(&out);
        ent__json_open(&json, '{');
        ent__json_kz(&json, "program", ENT_VERSION);
        ent__json_kz(&json, "kit", ent_kit_hash(kit));
        ent__json_kz(&json, "sqlite", sqlite3_libversion());
        ent__json_kz(&json, "jansson", JANSSON_VERSION);
        ent__json_kz(&json, "libarchive", archive_version_string());
        ent__json_kz(&json, "libsodium", sodium_version_string());
        ent__json_close(&json, '}');
        ent__buf_char(&out, '\n');
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
        ent__buf_free(&out);
    } else {
        printf("entente %s\nkit %s\nSQLite %s, jansson %s, %s, libsodium %s\n", ENT_VERSION,
               ent_kit_hash(kit), sqlite3_libversion(), JANSSON_VERSION, archive_version_string(),
               sodium_version_string());
    }
    ent_kit_free(kit);
    return rc;
}

const ent_command ent__command_version = {
    .name = "version",
    .summary = "Program version, hash of tables and models, libraries",
    .usage = "entente version [--json]",
    .examples = "  entente version --json        # the version block of every output file\n",
    .run = run,
};
