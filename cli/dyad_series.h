/* dyad_series: what the commands series and shifts share (series.c). */
#ifndef ENT_CLI_DYAD_SERIES_H
#define ENT_CLI_DYAD_SERIES_H

#include "../src/align/align.h"
#include "rows.h"

/* --by --duplicates --unsure --undirected --dataset --level --since --until. */
ent_rc ent__cli_counting(const ent_cli *cli, const char *default_by, ent_series_options *out);

/* A series of the command's words (none, a state, a pair) by --measure: of events, of votes or trade
 * (ent__series_public), or an imported one by its name. */
typedef struct {
    ent_measure measure;
    ent_series series;
    ent_series_options options; /* of events; by and level of all */
    char title[128], words[192];
} ent_cli_series;
/* `usual`: without --measure.  Close with ent__series_free(&out->series). */
ent_rc ent__cli_series_read(const ent_cli *cli, const ent_kit *kit, ent_store *store,
                            ent_measure usual, ent_cli_series *out);
#define ENT_SERIES_MEASURES                                                                        \
    "of events: goldstein, net, count, share; agreement, distance (votes); trade (share), exports, " \
    "imports; or the name of an imported series"
#define ENT_SERIES_OPTIONS                                                                         \
    {"points", "NAME", "distance: of these imported ideal points instead of our estimates"},       \
    {"commodity", "NAME", "trade, exports, imports: one commodity (default all goods)"},           \
    {"unit", "NAME", "exports, imports: where there are several: TJ, tonne, eur"}
/* Adds program and tables to the chart's source line and writes it to -o. */
ent_rc ent__cli_write_chart(const ent_cli *cli, const ent_kit *kit, ent_chart *chart);
bool ent__cli_wants_svg(const ent_cli *cli); /* -o ends in .svg */

#endif
