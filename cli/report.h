/* cli: what the commands of wedge/ share when they print a result: the frame of text, JSON or SVG
 * output, the inputs with their hashes, the two plain sentences. */
#ifndef ENT_CLI_REPORT_H
#define ENT_CLI_REPORT_H

#include "../src/wedge/wedge.h"
#include "cli.h"

typedef enum { ENT__REPORT_TEXT, ENT__REPORT_JSON, ENT__REPORT_SVG } ent__report_form;

typedef struct {
    ent_cli *cli;
    ent_kit *kit;
    ent_arena *arena; /* of the whole command */
    ent_buf out;
    ent_json json; /* open at the object's top level when form is JSON */
    ent__report_form form;
    ent_buf found; /* the answer in a sentence, for --keep */
} ent__report;

/* Opens kit and arena; the form follows --json and the ending of -o (".svg"). */
ent_rc ent__report_open(ent_cli *cli, ent__report *out);
/* Names an input file with its SHA-256: "inputs" of the JSON, a line at the foot of the text. */
ent_rc ent__report_inputs(ent__report *report, const char *const *paths, size_t count);
/* "found" and "limits" of the JSON, the first two lines of the text. */
void ent__report_sentences(ent__report *report, ent_str found, ent_str limits);
/* Writes what stands in `out` (with version block) and frees everything.  rc of before wins. */
ent_rc ent__report_close(ent__report *report, ent_rc rc);
/* Splits "A,B" into two names; ENT_EUSAGE names the option. */
ent_rc ent__report_pair(const ent_cli *cli, const char *option, const char *value, ent_arena *arena,
                        const char **out_a, const char **out_b);

/* Ties as the command line gives them: STATES.csv TIES.csv, or one file in the matrix form; --size
 * COLUMN chooses the sizes, --weight NAME=W,... the blend, --measure NAME one measure alone. */
typedef struct {
    ent__tie_table table;
    ent__ties ties;
    size_t only; /* SIZE_MAX: the blend */
} ent__report_tie_input;

ent_rc ent__report_ties(ent__report *report, ent__report_tie_input *out);
/* The same from --states A,B,... and data through time at --at PERIOD (default: the last one with a
 * tie); sizes are capabilities (in hundredths of the world's) where --facts holds them, else 1. */
ent_rc ent__report_table(ent__report *report, ent__tie_table *out);
/* The same ties under another choice: measure alone (SIZE_MAX: as chosen) or size column (SIZE_MAX:
 * as chosen; the column count: every size 1). */
ent_rc ent__report_ties_other(ent__report *report, const ent__report_tie_input *input,
                              size_t measure, size_t size_column, ent__ties *out);
/* Calls write for each other choice that the tables allow: the other size columns, every size 1,
 * each measure alone. */
typedef ent_rc (*ent__report_variant)(void *user, ent_str name, size_t measure, size_t size_column);
ent_rc ent__report_variants(const ent__report *report, const ent__tie_table *table,
                            ent__report_variant write, void *user);
/* State named by an option; -1 when the option is not given. */
ent_rc ent__report_state(const ent__report *report, const ent__ties *ties, const char *option,
                         int64_t *out);
/* --bloc A,B,C: those on one side, all others on the other; NULL when not given. */
ent_rc ent__report_bloc(const ent__report *report, const ent__ties *ties, uint8_t **out_side);
/* Names of one side, blank-separated, into the text; as an array into the JSON. */
void ent__report_side(ent__report *report, const ent__ties *ties, const uint8_t *side, int which);

/* ent__report_inputs of the arguments, or of the data options. */
ent_rc ent__report_sources(ent__report *report);
/* Ties through time, joined from --csv FILE (see ent__tie_history_read), --store DB (--by), and by
 * year from --votes, --facts, --trade FILE; --since, --until, --weight. */
ent_rc ent__report_history(ent__report *report, const char *const *states, size_t count,
                           ent__tie_history *out, const char *const **out_inputs,
                           size_t *out_input_count);
/* Directed series without gaps: of a CSV file (all its series, or with states those named "A>B"),
 * or of --store DB when csv is NULL: of events, or the imported one named `series`. */
ent_rc ent__report_panel(ent__report *report, const char *csv, const char *series,
                         const char *const *states, size_t count, ent__panel *out, const char **out_inputs,
                         size_t *out_input_count);

#define ENT__STORE_OPTIONS                                                                         \
    {"keep", "DB", "with --json: keep the result in this store, so that a case can cite it"},      \
    {"store", "DB", "events of a store"},                                                          \
        {"by", "PERIOD", "with --store: day, week, month, quarter or year"},                       \
        {"since", "DATE", "with --store: first day"},                                              \
    {                                                                                              \
        "until", "DATE", "with --store: last day"                                                  \
    }
#define ENT__PANEL_OPTIONS                                                                         \
    {"csv", "FILE", "series side by side: period, then a column a series"}, ENT__STORE_OPTIONS
#define ENT__HISTORY_OPTIONS                                                                       \
    {"csv", "FILE", "ties: period,a,b,value[,error][,measure]"},                                   \
        {"weight", "NAME=W,...", "weights of the measures in the blend (default 1 each)"},         \
        {"votes", "FILE", "roll-call votes (repeatable; with --rollcalls, --matches)"},            \
        {"rollcalls", "FILE", "what was voted on"},                                                \
        {"matches", "FILE", "pairs of identical resolutions"},                                     \
        {"facts", "FILE", "treaties, disputes, wars (repeatable)"},                                \
        {"trade", "FILE", "trade flows (repeatable)"},                                             \
        {"series", "NAME", "with --store: imported series of pairs instead of events (repeatable)"}, \
        ENT__STORE_OPTIONS

#define ENT__TIE_OPTIONS                                                                           \
    {"size", "COLUMN", "column of STATES.csv used as size (default: the first)"},                  \
        {"measure", "NAME", "one measure of the ties alone"},                                      \
        {"bloc", "A,B,...", "the present bloc; all other states form the other"},                  \
        {"states", "A,B,...", "instead of files: these states, with the data below"},              \
        {"at", "PERIOD", "with --states: the period (default: the last one)"},                     \
        ENT__HISTORY_OPTIONS

#endif
