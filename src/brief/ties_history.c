/* Ties of the states by year out of everything the store holds, such that years can be compared.
 * In: events, votes, treaties, disputes, trade of a store.  Out: a tie history whose measures all
 * reach its last year and know the three states asked about; what was left out is told as unknown.
 * Why: a blend changes when a data set ends, and that step would look like a turn of the states.
 * Cost: that of wedge's histories. */
#include <math.h>
#include <stdlib.h>

#include "sections.h"

enum { LEAST_YEARS = 3, REACH = 3 /* years a measure may end before the newest one */ };

static ent_rc everything(ent__brief_work *w, const char *const *states, size_t count,
                         ent__tie_history *out, bool *out_known)
{
    ent__tie_history parts[2];
    size_t part_count = 0, events = 0;
    ent_rc rc = ENT_OK;
    *out_known = false;
    for (size_t i = 0; rc == ENT_OK && i < count; i++) {
        for (size_t j = i + 1; rc == ENT_OK && j < count; j++) {
            const ent_dyad_filter dyad = {
                .source = states[i], .target = states[j], .undirected = true};
            ent_dyad_record *records = NULL;
            size_t found = 0;
            rc = ent__store_dyad(w->ctx, w->in->store, &dyad, &records, &found);
            for (size_t r = 0; rc == ENT_OK && r < found; r++) {
                events += records[r].precision <= ENT_PRECISION_YEAR &&
                          records[r].goldstein == records[r].goldstein;
            }
            free(records);
        }
    }
    if (rc == ENT_OK && events > 0) {
        rc = ent__tie_history_store(w->ctx, w->arena, w->in->store, states, count, ENT_BY_YEAR,
                                    (ent_date){0}, (ent_date){0}, &parts[part_count++]);
    }
    bool coded = true;
    for (size_t i = 0; i < count; i++) {
        coded &= ent__states_ccode(w->codes, ent__str(states[i]), (ent_date){0}) != 0;
    }
    const ent__public_data data = {w->codes, w->votes, w->facts.count > 0 ? &w->facts : NULL,
                                   w->trade, 0,        0};
    if (rc == ENT_OK && coded && (data.votes || data.facts || data.trade)) {
        rc = ent__tie_history_public(w->ctx, w->arena, &data, states, count, &parts[part_count++]);
    }
    if (rc == ENT_OK && part_count > 0) {
        rc = ent__tie_history_join(w->ctx, w->arena, parts, part_count, out);
        *out_known = rc == ENT_OK && out->row_count > 0;
    }
    return rc;
}

/* ---- years that can be compared ------------------------------------------------------------- */

static int year_of(const ent__tie_history *h, size_t period)
{
    int64_t year = 0;
    ent__str_int(h->periods[period], &year);
    return (int)year;
}

/* Years in which a measure knows a pair, and the last of them. */
static size_t years_known(const ent__tie_history *h, size_t measure, uint32_t a, uint32_t b,
                          int *out_last)
{
    size_t count = 0, last = SIZE_MAX;
    for (size_t r = 0; r < h->row_count; r++) {
        const ent__period_tie *x = &h->rows[r];
        bool of_pair = (x->a == a && x->b == b) || (x->a == b && x->b == a);
        if (x->measure == measure && of_pair && x->period != last) {
            last = x->period;
            count++;
            *out_last = year_of(h, last);
        }
    }
    return count;
}

/* Of all three pairs asked about: the fewest years, the earliest last year. */
static size_t reach_of(const ent__brief_work *w, const ent__tie_history *h, size_t measure,
                       int *out_last)
{
    static const int ends[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    uint32_t state[ENT_BRIEF_ASKED] = {0};
    size_t fewest = SIZE_MAX;
    *out_last = INT32_MAX;
    for (size_t s = 0; s < ENT_BRIEF_ASKED; s++) {
        while (state[s] < h->state_count && !ent__str_ieqz(h->states[state[s]], w->asked[s])) {
            state[s]++;
        }
    }
    for (size_t p = 0; p < 3; p++) {
        int last = 0;
        size_t years = years_known(h, measure, state[ends[p][0]], state[ends[p][1]], &last);
        fewest = years < fewest ? years : fewest;
        *out_last = last < *out_last ? last : *out_last;
    }
    return fewest;
}

static void tell_left_out(ent__brief_work *w, ent_str measure, size_t years, int last)
{
    if (years == 0) {
        ent__brief_unknown(
            w, ent__brief_printf(w, "Ties: “%.*s” does not know all three pairs and is left out.",
                                 ENT_FMT(measure)));
    } else if (years < LEAST_YEARS) {
        ent__brief_unknown(
            w, ent__brief_printf(w,
                                 "Ties: “%.*s” knows all three pairs in fewer than %d years and is "
                                 "left out.",
                                 ENT_FMT(measure), LEAST_YEARS));
    } else {
        ent__brief_unknown(
            w, ent__brief_printf(w,
                                 "Ties: “%.*s” ends in %d and is left out: its end would look like "
                                 "a turn of the states.",
                                 ENT_FMT(measure), last));
    }
}

/* Which measures stay, and the last year all of them know; 0: none stays. */
static int choose_measures(ent__brief_work *w, const ent__tie_history *h, bool *keep, bool tell)
{
    int newest = 0, last = INT32_MAX, reach[64];
    size_t years[64];
    size_t count = h->measure_count < 64 ? h->measure_count : 64;
    for (size_t m = 0; m < count; m++) {
        years[m] = reach_of(w, h, m, &reach[m]);
        newest = years[m] >= LEAST_YEARS && reach[m] > newest ? reach[m] : newest;
    }
    for (size_t m = 0; m < count; m++) {
        bool some = false;
        for (size_t r = 0; r < h->row_count && !some; r++) {
            some = h->rows[r].measure == m;
        }
        keep[m] = years[m] >= LEAST_YEARS && reach[m] >= newest - REACH;
        last = keep[m] && reach[m] < last ? reach[m] : last;
        if (some && !keep[m] && tell) {
            tell_left_out(w, h->measures[m].name, years[m], reach[m]);
        }
    }
    if (newest > 0 && last < newest && tell) {
        ent__brief_unknown(
            w, ent__brief_printf(w,
                                 "Ties: years after %d are not shown; not every measure knows "
                                 "them yet (the newest ends in %d).",
                                 last, newest));
    }
    return newest == 0 ? 0 : last;
}

/* Rows of the kept measures up to the last year, the measures numbered anew. */
static ent_rc cut_down(ent__brief_work *w, const bool *keep, int last, ent__tie_history *h)
{
    uint32_t number[64];
    size_t measures = 0, rows = 0;
    ent__period_tie *kept = ent__arena_array(w->arena, h->row_count + 1, sizeof *kept);
    ent__measure *names = ent__arena_array(w->arena, h->measure_count + 1, sizeof *names);
    if (kept == NULL || names == NULL) {
        return ent__nomem(w->ctx);
    }
    for (size_t m = 0; m < h->measure_count && m < 64; m++) {
        number[m] = (uint32_t)measures;
        if (keep[m]) {
            names[measures++] = h->measures[m];
        }
    }
    for (size_t r = 0; r < h->row_count; r++) {
        const ent__period_tie *x = &h->rows[r];
        if (x->measure < 64 && keep[x->measure] && year_of(h, x->period) <= last) {
            kept[rows] = *x;
            kept[rows++].measure = number[x->measure];
        }
    }
    h->rows = kept;
    h->row_count = rows;
    h->measures = names;
    h->measure_count = measures;
    ent__tie_history_scale(h);
    return ENT_OK;
}

ent_rc ent__brief_history(ent__brief_work *w, const char *const *states, size_t count,
                          ent__tie_history *out, bool *out_known)
{
    bool keep[64] = {false};
    ent_rc rc = everything(w, states, count, out, out_known);
    if (rc != ENT_OK || !*out_known) {
        return rc;
    }
    int last = choose_measures(w, out, keep, count == ENT_BRIEF_ASKED);
    *out_known = last != 0;
    return last == 0 ? ENT_OK : cut_down(w, keep, last, out);
}

ent_str ent__brief_begins(const ent__tie_history *h, size_t period)
{
    for (size_t m = 0; m < h->measure_count; m++) {
        size_t first = SIZE_MAX;
        for (size_t r = 0; r < h->row_count; r++) {
            bool earlier = h->rows[r].measure == m && h->rows[r].period < first;
            first = earlier ? h->rows[r].period : first;
        }
        if (first == period) {
            return h->measures[m].name;
        }
    }
    return (ent_str){"", 0};
}

size_t ent__brief_begin_marks(const ent__tie_history *h, size_t first, size_t last,
                              ent__chart_mark *marks, size_t room)
{
    size_t count = 0;
    for (size_t p = first + 1; p <= last && count < room; p++) {
        if (ent__brief_begins(h, p).n > 0) {
            ent_date begin = {(int16_t)year_of(h, p), 1, 1};
            marks[count++] = (ent__chart_mark){ent__date_days(begin), NAN, NAN};
        }
    }
    return count;
}

ent_str ent__brief_measures(ent__brief_work *w, const ent__tie_history *h)
{
    ent_buf names = {0};
    for (size_t m = 0; m < h->measure_count; m++) {
        ent__buf_z(&names, m == 0 ? "" : ", ");
        ent__buf_str(&names, h->measures[m].name);
    }
    ent__buf_z(&names, " of the store");
    ent_str kept = ent__arena_str(w->arena, ent__buf_slice(&names));
    w->failed |= names.failed || kept.p == NULL;
    ent__buf_free(&names);
    return kept;
}
