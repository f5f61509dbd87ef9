/* given: what the files of align/ that read and keep series from other hands share. */
#ifndef ENT_ALIGN_GIVEN_H
#define ENT_ALIGN_GIVEN_H

#include "table_file.h"

/* A date, month, quarter, year or session of the Assembly as tables write it ("2022-02-24",
 * "2/24/2022", "2022-02", "2022M02", "202202", "2022Q1", "2022", "2022.0"; "79" or "s79" when
 * `session` is said): its first day and its length.  False: none. */
bool ent__read_period(ent_str text, bool session, ent_by *by, int32_t *day);
/* Adds a point; texts are kept once. */
ent_rc ent__given_add(ent_ctx *ctx, ent_given *given, const ent_given_point *point);

#endif
