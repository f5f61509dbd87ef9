/* What commands share: reading their options, opening the kit, writing their output. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const char *ent__cli_option(const ent_cli *cli, const char *name, const char *fallback)
{
    for (size_t i = cli->option_count; i-- > 0;) {
        if (strcmp(cli->option_names[i], name) == 0) {
            return cli->option_values[i];
        }
    }
    return fallback;
}

const char *ent__cli_option_at(const ent_cli *cli, const char *name, size_t index)
{
    for (size_t i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->option_names[i], name) == 0 && index-- == 0) {
            return cli->option_values[i];
        }
    }
    return NULL;
}

bool ent__cli_flag(const ent_cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->option_names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

ent_rc ent__cli_int(const ent_cli *cli, const char *name, int64_t low, int64_t high,
                    int64_t fallback, int64_t *out)
{
    const char *given = ent__cli_option(cli, name, NULL);
    *out = fallback;
    if (given != NULL && (!ent__str_int(ent__str(given), out) || *out < low || *out > high)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--%s: expected a whole number from %lld to %lld, got \"%s\"", name,
                         (long long)low, (long long)high, given);
    }
    return ENT_OK;
}

ent_rc ent__cli_double(const ent_cli *cli, const char *name, double low, double high,
                       double fallback, double *out)
{
    const char *given = ent__cli_option(cli, name, NULL);
    *out = fallback;
    if (given != NULL && (!ent__str_double(ent__str(given), out) || *out < low || *out > high)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--%s: expected a number from %g to %g, got \"%s\"", name, low, high,
                         given);
    }
    return ENT_OK;
}

ent_rc ent__cli_kit(const ent_cli *cli, ent_kit **out)
{
    return ent_kit_open(cli->ctx, ent__cli_option(cli, "tables", NULL), out);
}

ent_rc ent__cli_write(const ent_cli *cli, ent_str bytes)
{
    const char *path = ent__cli_option(cli, "output", NULL);
    if (path != NULL && strcmp(path, "-") != 0) {
        return ent__file_write(cli->ctx, path, bytes);
    }
    if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n || fflush(stdout) != 0) {
        return ent__fail(cli->ctx, ENT_EINPUT, "standard output", 0, "cannot be written");
    }
    return ENT_OK;
}

/* Levenshtein distance, one row of memory. */
static size_t edits(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[64];
    if (n >= 63 || m >= 63) {
        return 63;
    }
    for (size_t j = 0; j <= m; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[m];
}

const char *ent__cli_did_you_mean(const char *word, const char *const *candidates, size_t count)
{
    const char *near = NULL;
    size_t best = strlen(word) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edits(word, candidates[i]);
        if (distance < best) {
            best = distance;
            near = candidates[i];
        }
    }
    return near;
}
