/* What the commands on the store share: opening it by --store, the filter options, aligned tables
 * and one event as JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

ent_rc ent__cli_store(const ent_cli *cli, ent_store_mode mode, ent_store **out)
{
    const char *path = ent__cli_option(cli, "store", NULL);
    *out = NULL;
    if (path == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "%s: --store DB is missing",
                         cli->command->name);
    }
    return ent__store_open(cli->ctx, path, mode, out);
}

static ent_rc date_option(const ent_cli *cli, const char *name, ent_date *out)
{
    const char *given = ent__cli_option(cli, name, NULL);
    if (given != NULL && (!ent__date_parse(ent__str(given), out) || out->year == 0)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--%s: expected a date as 2022, 2022-02 or 2022-02-24, got \"%s\"", name,
                         given);
    }
    return ENT_OK;
}

/* "Russia" is as good as "RUS"; a word that no table knows is taken as a code. */
static ent_rc actor_code(const ent_cli *cli, const ent_kit *kit, const char *given,
                         const char **out)
{
    *out = given;
    bool is_code = given != NULL && strlen(given) <= 5 && strspn(given, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                        "0123456789") == strlen(given);
    if (given == NULL || is_code || kit == NULL) {
        return ENT_OK;
    }
    const ent_table *names = ent__kit_table(kit, "actors/state_names");
    size_t row = names == NULL ? 0 : ent__table_find(names, ent__str(given));
    if (names != NULL && row < names->rows) {
        *out = ent__table_cell(names, row, ent__table_column(names, "code")).p; /* ends in NUL */
        return ENT_OK;
    }
    return strchr(given, ' ') == NULL
               ? ENT_OK
               : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                           "no state or organisation is called \"%s\": give its code, as USA", given);
}

ent_rc ent__cli_actor(const ent_cli *cli, const ent_kit *kit, const char *given, const char **out)
{
    return actor_code(cli, kit, given, out);
}

ent_rc ent__cli_dates(const ent_cli *cli, ent_date *since, ent_date *until)
{
    ent_rc rc = date_option(cli, "since", since);
    return rc != ENT_OK ? rc : date_option(cli, "until", until);
}

ent_rc ent__cli_filter(const ent_cli *cli, const ent_kit *kit, ent_store_filter *out)
{
    *out = (ent_store_filter){.type = ent__cli_option(cli, "type", NULL),
                              .dataset = ent__cli_option(cli, "dataset", NULL),
                              .doc = ent__cli_option(cli, "doc", NULL),
                              .either_way = ent__cli_flag(cli, "undirected")};
    ent_rc rc = ent__cli_int(cli, "limit", 1, INT64_MAX, 0, &out->limit);
    rc = rc != ENT_OK ? rc : ent__cli_dates(cli, &out->since, &out->until);
    rc = rc != ENT_OK ? rc
                      : actor_code(cli, kit, ent__cli_option(cli, "actor", NULL), &out->actor);
    return rc != ENT_OK ? rc
                        : actor_code(cli, kit, ent__cli_option(cli, "target", NULL), &out->target);
}

/* ---- tables for people ---------------------------------------------------------------------- */

static const char missing_cell[] = "-";

void ent__grid_cell(ent_grid *grid, ent_str text)
{
    if (grid->cell_count == grid->cell_capacity || grid->cells == NULL) {
        void *grown = ent__grow(grid->cells, grid->cell_count, &grid->cell_capacity,
                                sizeof *grid->cells);
        if (grown == NULL) {
            grid->text.failed = true;
            return;
        }
        grid->cells = grown;
    }
    size_t at = grid->text.n;
    ent__buf_shown(&grid->text, text); /* a cell is one line */
    if (text.n == 0) {
        ent__buf_z(&grid->text, missing_cell);
    }
    grid->cells[grid->cell_count++] = (ent_grid_cell){at, grid->text.n - at};
}

void ent__grid_z(ent_grid *grid, const char *text)
{
    ent__grid_cell(grid, ent__str(text));
}

void ent__grid_int(ent_grid *grid, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    ent__grid_z(grid, text);
}

void ent__grid_number(ent_grid *grid, double value, int decimals)
{
    char text[64];
    ent__grid_z(grid, ent__fixed_text(value, decimals, text));
}

/* Cut to `width` code points, "..." where cut. */
void ent__grid_cut(ent_grid *grid, ent_str text, size_t width)
{
    size_t at = 0, n = 0, keep = 0;
    while (at < text.n && n < width) {
        keep = n + 3 <= width ? at : keep;
        ent__utf8_next(text, &at);
        n++;
    }
    if (at == text.n) {
        ent__grid_cell(grid, text);
        return;
    }
    ent_buf cut = {0};
    ent__buf_str(&cut, ent__str_sub(text, 0, keep));
    ent__buf_z(&cut, "...");
    ent__grid_cell(grid, ent__buf_slice(&cut));
    grid->text.failed |= cut.failed;
    ent__buf_free(&cut);
}

/* Numbers and signs of missing ones stand right, words left; the last column is not padded. */
static bool is_numeric(const ent_grid *grid, size_t column)
{
    for (size_t i = column + grid->columns; i < grid->cell_count; i += grid->columns) {
        ent_str cell = {grid->text.p + grid->cells[i].at, grid->cells[i].n};
        double value;
        if (!ent__str_eqz(cell, missing_cell) && !ent__str_double(cell, &value)) {
            return false;
        }
    }
    return grid->cell_count > grid->columns;
}

void ent__grid_print(ent_grid *grid, ent_buf *out)
{
    size_t width[32] = {0};
    bool right[32] = {false};
    for (size_t c = 0; c < grid->columns && c < 32; c++) {
        right[c] = is_numeric(grid, c);
        for (size_t i = c; i < grid->cell_count; i += grid->columns) {
            ent_str cell = {grid->text.p + grid->cells[i].at, grid->cells[i].n};
            size_t n = ent__utf8_length(cell);
            width[c] = n > width[c] ? n : width[c];
        }
    }
    for (size_t i = 0; i < grid->cell_count; i++) {
        size_t c = i % grid->columns;
        bool last = c + 1 == grid->columns;
        ent_str cell = {grid->text.p + grid->cells[i].at, grid->cells[i].n};
        int pad = (int)(width[c] - ent__utf8_length(cell));
        ent__buf_printf(out, "%*s", right[c] ? pad : 0, "");
        ent__buf_str(out, cell);
        ent__buf_printf(out, "%*s%s", right[c] || last ? 0 : pad, "", last ? "\n" : "  ");
    }
    out->failed |= grid->text.failed;
    ent__buf_free(&grid->text);
    free(grid->cells);
    *grid = (ent_grid){0};
}
