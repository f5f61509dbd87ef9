/* rows: what the commands on the store share (rows.c). */
#ifndef ENT_CLI_ROWS_H
#define ENT_CLI_ROWS_H

#include "../src/store/store.h"
#include "cli.h"

/* Opens --store; ENT_EUSAGE when it is missing. */
ent_rc ent__cli_store(const ent_cli *cli, ent_store_mode mode, ent_store **out);
/* --actor --target --since --until --type --dataset --doc --limit --undirected. */
ent_rc ent__cli_filter(const ent_cli *cli, const ent_kit *kit, ent_store_filter *out);
ent_rc ent__cli_dates(const ent_cli *cli, ent_date *since, ent_date *until);
/* A code, or a state's name in the tables ("Russia" gives "RUS"). */
ent_rc ent__cli_actor(const ent_cli *cli, const ent_kit *kit, const char *given, const char **out);

/* An aligned table: set columns, then cells row by row, the header first. */
typedef struct {
    size_t at, n;
} ent_grid_cell;
typedef struct {
    size_t columns;
    ent_buf text;
    ent_grid_cell *cells;
    size_t cell_count, cell_capacity;
} ent_grid;
void ent__grid_cell(ent_grid *grid, ent_str text); /* empty: "-" */
void ent__grid_z(ent_grid *grid, const char *text);
void ent__grid_int(ent_grid *grid, int64_t value);
void ent__grid_number(ent_grid *grid, double value, int decimals); /* NaN: "-" */
void ent__grid_cut(ent_grid *grid, ent_str text, size_t width);
void ent__grid_print(ent_grid *grid, ent_buf *out); /* frees the grid */

#endif
