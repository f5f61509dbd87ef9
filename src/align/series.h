/* series: what the series files of align/ share. */
#ifndef ENT_ALIGN_SERIES_H
#define ENT_ALIGN_SERIES_H

#include "align.h"
#include "shifts.h"

typedef struct {
    double sum, sum_low, sum_high, mean, mean_low, mean_high;
} ent_value_intervals;
/* Bootstrap of `n` values; the same for the same seed. */
void ent__interval_values(const double *values, size_t n, double level, uint64_t seed,
                          ent_value_intervals *out);

/* A period without any value. */
ent_series_point ent__series_empty_point(ent_by by, int32_t start);
/* Last day of a vague date. */
int32_t ent__last_day(ent_date until);

#endif
