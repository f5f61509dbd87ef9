/* dyad_series: what the commands series and shifts share (series.c). */
#ifndef ENT_CLI_DYAD_SERIES_H
#define ENT_CLI_DYAD_SERIES_H

#include "../src/align/align.h"
#include "rows.h"

ent_rc ent__cli_measure(const ent_cli *cli, ent_measure *out);
/* --by --duplicates --unsure --undirected --dataset --level --since --until. */
ent_rc ent__cli_counting(const ent_cli *cli, const char *default_by, ent_series_options *out);
/* The same; the two actors are the command's first two words. */
ent_rc ent__cli_series_options(const ent_cli *cli, const ent_kit *kit, ent_measure measure,
                               ent_series_options *out);
/* Adds program and tables to the chart's source line and writes it to -o. */
ent_rc ent__cli_write_chart(const ent_cli *cli, const ent_kit *kit, ent_chart *chart);
bool ent__cli_wants_svg(const ent_cli *cli); /* -o ends in .svg */

#endif
