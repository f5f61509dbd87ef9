/* The frame of a result: text, JSON or SVG, with inputs, seed and version. */
#include "report.h"

#include <string.h>
#include <time.h>

ent_rc ent__report_open(ent_cli *cli, ent__report *out)
{
    memset(out, 0, sizeof *out);
    out->cli = cli;
    const char *path = ent__cli_option(cli, "output", NULL);
    if (ent__cli_flag(cli, "json")) {
        out->form = ENT__REPORT_JSON;
    } else if (path != NULL && ent__str_ends(ent__str(path), ".svg")) {
        out->form = ENT__REPORT_SVG;
    }
    if (ent__cli_option(cli, "keep", NULL) != NULL && out->form != ENT__REPORT_JSON) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--keep keeps JSON: give --json too");
    }
    out->arena = ent__arena_new();
    if (out->arena == NULL) {
        return ent__nomem(cli->ctx);
    }
    ent_rc rc = ent__cli_kit(cli, &out->kit);
    if (rc == ENT_OK && out->form == ENT__REPORT_JSON) {
        out->json = ent__json(&out->out);
        ent__json_open(&out->json, '{');
        ent__json_kz(&out->json, "command", cli->command->name);
    }
    return rc;
}

ent_rc ent__report_inputs(ent__report *report, const char *const *paths, size_t count)
{
    if (report->form == ENT__REPORT_SVG) {
        return ENT_OK;
    }
    const bool json = report->form == ENT__REPORT_JSON;
    if (json) {
        ent__json_key(&report->json, "inputs");
        ent__json_open(&report->json, '[');
    }
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < count && rc == ENT_OK; i++) {
        ent_buf bytes = {0};
        char hash[65] = "";
        if (strcmp(paths[i], "-") != 0) { /* standard input is gone by now */
            rc = ent__file_read(report->cli->ctx, paths[i], (size_t)1 << 30, &bytes);
            if (rc == ENT_OK) {
                ent__sha256_hex(ent__buf_slice(&bytes), hash);
            }
            ent__buf_free(&bytes);
        }
        if (json) {
            ent__json_open(&report->json, '{');
            ent__json_kz(&report->json, "file", paths[i]);
            ent__json_kz(&report->json, "sha256", hash);
            ent__json_close(&report->json, '}');
        } else {
            ent__buf_printf(&report->out, "Input: %s (sha256 %.12s)\n", paths[i], hash);
        }
    }
    unsigned long long seed = (unsigned long long)ent_ctx_get_seed(report->cli->ctx);
    if (json) {
        ent__json_close(&report->json, ']');
        ent__json_kint(&report->json, "seed", (int64_t)seed);
    } else {
        ent__buf_printf(&report->out, "Seed: %llu. entente %s, kit %.12s\n", seed, ENT_VERSION,
                        ent_kit_hash(report->kit));
    }
    return rc;
}

void ent__report_sentences(ent__report *report, ent_str found, ent_str limits)
{
    report->found.n = 0;
    ent__buf_str(&report->found, found);
    if (report->form == ENT__REPORT_JSON) {
        ent__json_kstr(&report->json, "found", found);
        ent__json_kstr(&report->json, "limits", limits);
    } else if (report->form == ENT__REPORT_TEXT) {
        ent__buf_printf(&report->out, "%.*s\n%.*s\n\n", ENT_FMT(found), ENT_FMT(limits));
    }
}

/* Names in it come from files: they don't speak to the terminal. */
static void show_text(ent__report *report)
{
    ent_buf shown = {0};
    ent__buf_shown_lines(&shown, ent__buf_slice(&report->out));
    shown.failed |= report->out.failed;
    ent__buf_free(&report->out);
    report->out = shown;
}

/* --keep: the JSON goes into a store, under a name made of command and hash. */
static ent_rc keep(ent__report *report)
{
    const ent_cli *cli = report->cli;
    const char *path = ent__cli_option(cli, "keep", NULL);
    ent_store *store = NULL;
    char id[64], now[32];
    time_t at = time(NULL);
    struct tm utc;
    gmtime_r(&at, &utc);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (path == NULL) {
        return ENT_OK;
    }
    ent_stored_result row = {.kind = ent__str(cli->command->name), .recorded = ent__str(now),
                             .found = ent__buf_slice(&report->found),
                             .json = ent__buf_slice(&report->out)};
    ent_rc rc = ent__store_open(cli->ctx, path, ENT_STORE_WRITE, &store);
    rc = rc == ENT_OK ? ent__store_put_result(cli->ctx, store, &row, id) : rc;
    ent__store_close(store);
    if (rc == ENT_OK) {
        fprintf(stderr, "kept as result:%s\n", id);
    }
    return rc;
}

ent_rc ent__report_close(ent__report *report, ent_rc rc)
{
    if (rc == ENT_OK && report->form == ENT__REPORT_JSON) {
        ent__json_version(&report->json, report->kit);
        ent__json_close(&report->json, '}');
        ent__buf_char(&report->out, '\n');
    }
    if (rc == ENT_OK && report->form == ENT__REPORT_TEXT) {
        show_text(report);
    }
    if (rc == ENT_OK && !report->out.failed && !report->found.failed) {
        rc = keep(report);
    }
    if (rc == ENT_OK) {
        rc = report->out.failed ? ent__nomem(report->cli->ctx)
                                : ent__cli_write(report->cli, ent__buf_slice(&report->out));
    }
    ent__buf_free(&report->out);
    ent__buf_free(&report->found);
    ent__arena_free(report->arena);
    ent_kit_free(report->kit);
    return rc;
}

ent_rc ent__report_pair(const ent_cli *cli, const char *option, const char *value, ent_arena *arena,
                        const char **out_a, const char **out_b)
{
    ent_str rest = ent__str(value), first = {0}, second = {0}, third;
    bool fine = ent__str_split(&rest, ',', &first) && ent__str_split(&rest, ',', &second) &&
                !ent__str_split(&rest, ',', &third);
    first = ent__str_trim(first);
    second = ent__str_trim(second);
    if (!fine || first.n == 0 || second.n == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "--%s: expected two names A,B, got \"%s\"",
                         option, value);
    }
    *out_a = ent__arena_str(arena, first).p;
    *out_b = ent__arena_str(arena, second).p;
    return *out_a == NULL || *out_b == NULL ? ent__nomem(cli->ctx) : ENT_OK;
}
