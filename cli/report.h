/* cli: what the commands of wedge/ share when they print a result: the frame of text, JSON or SVG
 * output, the inputs with their hashes, the two plain sentences. */
#ifndef ENT_CLI_REPORT_H
#define ENT_CLI_REPORT_H

#include "cli.h"

typedef enum { ENT__REPORT_TEXT, ENT__REPORT_JSON, ENT__REPORT_SVG } ent__report_form;

typedef struct {
    ent_cli *cli;
    ent_kit *kit;
    ent_arena *arena; /* of the whole command */
    ent_buf out;
    ent_json json; /* open at the object's top level when form is JSON */
    ent__report_form form;
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
ent_rc ent__report_pair(const ent_cli *cli, const char *option, const char *value,
                        ent_arena *arena, const char **out_a, const char **out_b);

#endif
