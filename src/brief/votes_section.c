/* The section on votes: yearly agreement of each pair beside the agenda, the issue that moved the
 * score most, the roll calls that moved it, and the distance of ideal points.
 * In: the store's roll calls.  Out: a section; a finding for the answer.
 * Method: align's agreement, movers and EM ideal points with their defaults.
 * Cost: O(years x roll calls); ideal points as ent__ideal_em. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

enum { LEAST_COMMON = 5, MOVERS = 6, IDEAL_STATES = 20, IDEAL_SESSIONS = 30, PAIRS = 3 };

typedef struct {
    ent__brief_work *w;
    ent_brief_section *section;
    int voter[ENT_BRIEF_ASKED]; /* -1: never voted */
    size_t pair[PAIRS][2], pair_count;
    bool *all, *one, *two, *group; /* flags a roll call */
    int first_year, last_year;
    int now, before;    /* years compared for the first pair; 0: too few votes */
    ent_str group_name; /* empty: no issue stands out */
    ent_mover *movers;
    size_t mover_count;
} votes_view;

static size_t roll_calls(const votes_view *v)
{
    return v->w->votes->roll_call_count;
}

static size_t mark_year(const votes_view *v, const bool *from, int year, bool *out)
{
    size_t count = 0;
    for (size_t q = 0; q < roll_calls(v); q++) {
        out[q] = from[q] && v->w->votes->roll_calls[q].date.year == year;
        count += out[q];
    }
    return count;
}

static ent_agreement agreement_of(const votes_view *v, size_t pair, const bool *flags)
{
    ent_agreement a;
    ent__agreement(v->w->votes, flags, (size_t)v->voter[v->pair[pair][0]],
                   (size_t)v->voter[v->pair[pair][1]], &a);
    return a;
}

static ent_str pair_codes(const votes_view *v, size_t pair)
{
    return ent__brief_printf(v->w, "%s–%s", v->w->asked[v->pair[pair][0]],
                             v->w->asked[v->pair[pair][1]]);
}

static ent_str pair_names(const votes_view *v, size_t pair)
{
    return ent__brief_pair(v->w, v->pair[pair][0], v->pair[pair][1], " and ");
}

/* ---- what is looked at ---------------------------------------------------------------------- */

static bool prepare(votes_view *v)
{
    ent__brief_work *w = v->w;
    size_t n = roll_calls(v);
    bool **const flags[] = {&v->all, &v->one, &v->two, &v->group};
    for (size_t f = 0; f < 4; f++) {
        *flags[f] = ent__arena_array(w->arena, n + 1, sizeof(bool));
        w->failed |= *flags[f] == NULL;
    }
    const ent_vote_filter contested = {0};
    v->first_year = INT32_MAX;
    for (size_t q = 0; !w->failed && q < n; q++) {
        int year = w->votes->roll_calls[q].date.year;
        v->all[q] = year != 0 && ent__votes_chosen(w->votes, q, &contested);
        if (v->all[q]) {
            v->first_year = year < v->first_year ? year : v->first_year;
            v->last_year = year > v->last_year ? year : v->last_year;
        }
    }
    for (size_t i = 0; i < w->brief->asked_count; i++) {
        v->voter[i] = w->ccodes[i] == 0 ? -1 : ent__votes_voter(w->votes, w->ccodes[i]);
    }
    for (size_t i = 0; i < w->brief->asked_count; i++) {
        for (size_t j = i + 1; j < w->brief->asked_count; j++) {
            if (v->voter[i] >= 0 && v->voter[j] >= 0) {
                v->pair[v->pair_count][0] = i;
                v->pair[v->pair_count++][1] = j;
            }
        }
    }
    return !w->failed && v->last_year > 0 && v->pair_count > 0;
}

/* The last two years in which the first pair has enough common votes. */
static void choose_years(votes_view *v)
{
    for (int year = v->last_year; year >= v->first_year && v->before == 0; year--) {
        mark_year(v, v->all, year, v->one);
        if (agreement_of(v, 0, v->one).common >= LEAST_COMMON) {
            *(v->now == 0 ? &v->now : &v->before) = year;
        }
    }
}

/* ---- the issue that matters ----------------------------------------------------------------- */

/* What the roll calls of a group moved the first pair's score by; 0 below two of them. */
static double moved_by(const votes_view *v, const bool *group)
{
    double sum = 0;
    size_t count = 0;
    for (size_t m = 0; m < v->mover_count; m++) {
        if (group[v->movers[m].roll_call]) {
            sum += v->movers[m].contribution;
            count++;
        }
    }
    return count < 2 ? 0 : sum;
}

static void mark_pattern(const votes_view *v, const char *pattern, bool *out)
{
    for (size_t q = 0; q < roll_calls(v); q++) {
        out[q] =
            v->all[q] && ent__symbol_matches(v->w->votes->roll_calls[q].symbol, ent__str(pattern));
    }
}

static void mark_issue(const votes_view *v, int issue, bool *out)
{
    for (size_t q = 0; q < roll_calls(v); q++) {
        out[q] = v->all[q] && (v->w->votes->roll_calls[q].issues >> issue & 1) != 0;
    }
}

static void take_if_larger(votes_view *v, ent_str name, double *best)
{
    double moved = fabs(moved_by(v, v->two));
    if (moved > *best) {
        *best = moved;
        v->group_name = name;
        memcpy(v->group, v->two, roll_calls(v) * sizeof *v->group);
    }
}

/* Emergency special sessions (each has one subject) and issue tags; the one whose roll calls moved
 * the first pair's score most from the year before to the last.  Uses the flags `two`. */
static void choose_issue(votes_view *v)
{
    ent__brief_work *w = v->w;
    double best = 0;
    if (w->in->resolutions != NULL) {
        mark_pattern(v, w->in->resolutions, v->group);
        for (size_t q = 0; q < roll_calls(v); q++) {
            if (v->group[q]) {
                v->group_name = ent__brief_printf(w, "resolutions %s", w->in->resolutions);
            }
        }
        return;
    }
    for (int number = 1; number <= 99; number++) {
        char pattern[16];
        snprintf(pattern, sizeof pattern, "ES-%d/*", number);
        mark_pattern(v, pattern, v->two);
        take_if_larger(v, ent__brief_printf(w, "emergency special session %d", number), &best);
    }
    for (int issue = 0; issue < ENT_ISSUE_COUNT; issue++) {
        mark_issue(v, issue, v->two);
        take_if_larger(v, ent__str(ent__issue_labels[issue]), &best);
    }
}

static ent_rc find_movers(votes_view *v)
{
    if (v->before == 0) {
        return ENT_OK;
    }
    mark_year(v, v->all, v->before, v->two);
    mark_year(v, v->all, v->now, v->one);
    return ent__agreement_movers(v->w->ctx, v->w->votes, v->two, v->one,
                                 (size_t)v->voter[v->pair[0][0]], (size_t)v->voter[v->pair[0][1]],
                                 &v->movers, &v->mover_count);
}

/* ---- agreement by year ---------------------------------------------------------------------- */

/* Sum of contributions, and of it what votes changed on texts voted on in both years. */
static void split_change(const votes_view *v, double *total, double *changed)
{
    *total = *changed = 0;
    for (size_t m = 0; m < v->mover_count; m++) {
        const ent_mover *x = &v->movers[m];
        *total += x->contribution;
        if (!isnan(x->agreement_before)) {
            *changed += (x->agreement - x->agreement_before) / (double)v->mover_count;
        }
    }
}

static double error_of(const ent_agreement *a)
{
    return (a->high - a->low) / (2 * 1.959963984540054);
}

static ent_str yearly_message(votes_view *v, ent_str name, const bool *among)
{
    ent__brief_work *w = v->w;
    ent_str pair = pair_names(v, 0);
    mark_year(v, among, v->now, v->one);
    mark_year(v, among, v->before, v->two);
    ent_agreement now = agreement_of(v, 0, v->one), before = agreement_of(v, 0, v->two);
    if (now.common == 0) {
        return ent__brief_printf(w, "%.*s%sagreement of %.*s", ENT_FMT(name),
                                 name.n > 0 ? ": " : "", ENT_FMT(pair));
    }
    ent_str earlier = before.common == 0
                          ? ent__brief_printf(w, "no common vote in %d", v->before)
                          : ent__brief_printf(w, "%.0f %% in %d", 100 * before.score, v->before);
    return ent__brief_printf(w, "%.*s%s%.*s agreed by %.0f %% over %zu votes in %d, after %.*s",
                             ENT_FMT(name), name.n > 0 ? ": " : "", ENT_FMT(pair), 100 * now.score,
                             now.common, v->now, ENT_FMT(earlier));
}

static void agenda(const votes_view *v, const bool *flags, ent__table *t)
{
    size_t counts[ENT_ISSUE_COUNT] = {0}, untagged = 0, total = 0, group = 0;
    for (size_t q = 0; q < roll_calls(v); q++) {
        const ent_roll_call *call = &v->w->votes->roll_calls[q];
        total += flags[q];
        group += flags[q] && v->group[q];
        untagged += flags[q] && call->issues_known == 0;
        for (int k = 0; flags[q] && k < ENT_ISSUE_COUNT; k++) {
            counts[k] += call->issues >> k & 1;
        }
    }
    ent__table_int(t, (int64_t)total);
    if (v->group_name.n > 0) {
        ent__table_int(t, (int64_t)group);
    }
    for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
        ent__table_int(t, (int64_t)counts[k]);
    }
    ent__table_int(t, (int64_t)untagged);
}

static ent__table yearly_table(const votes_view *v)
{
    ent__table t = ent__table_open(v->w, "year");
    for (size_t p = 0; p < v->pair_count; p++) {
        ent_str pair = pair_codes(v, p);
        ent__brief_column(&t, ent__brief_printf(v->w, "%.*s agreement", ENT_FMT(pair)));
        ent__brief_column(&t, ENT_LIT("low"));
        ent__brief_column(&t, ENT_LIT("high"));
        ent__brief_column(&t, ENT_LIT("common votes"));
    }
    ent__brief_column(&t, ENT_LIT("roll calls"));
    if (v->group_name.n > 0) {
        ent__brief_column(&t, ent__brief_printf(v->w, "of them %.*s", ENT_FMT(v->group_name)));
    }
    for (int k = 0; k < ENT_ISSUE_COUNT; k++) {
        ent__brief_column(&t, ent__str(ent__issue_labels[k]));
    }
    ent__brief_column(&t, ENT_LIT("without tags"));
    return t;
}

/* One year into the table and the chart's room. */
static void year_row(votes_view *v, const bool *among, int year, size_t at, ent__table *t,
                     ent__chart_room *room)
{
    size_t total = mark_year(v, among, year, v->one), matter = 0;
    for (size_t q = 0; q < roll_calls(v); q++) {
        matter += v->one[q] && v->group[q];
    }
    bool apart = v->group_name.n > 0 && among == v->all;
    room->at[at] = ent__date_days((ent_date){(int16_t)year, 7, 1});
    room->stack[2 * at] = apart ? (double)matter : 0;
    room->stack[2 * at + 1] = (double)total - room->stack[2 * at];
    ent__table_int(t, year);
    for (size_t p = 0; p < v->pair_count; p++) {
        ent_agreement a = agreement_of(v, p, v->one);
        room->value[p][at] = a.common > 0 ? a.score : NAN;
        room->low[p][at] = a.common > 0 ? a.low : NAN;
        room->high[p][at] = a.common > 0 ? a.high : NAN;
        ent__table_number(t, room->value[p][at], 4);
        ent__table_number(t, room->low[p][at], 4);
        ent__table_number(t, room->high[p][at], 4);
        ent__table_int(t, (int64_t)a.common);
    }
    agenda(v, v->one, t);
}

/* A line a pair, a point a year, in 0 to `high` (NAN: the largest value). */
static ent__chart pairs_chart(const votes_view *v, const ent_brief_exhibit *e,
                              const ent__chart_room *room, double high)
{
    return (ent__chart){.id = e->id.p,
                        .title = e->title,
                        .at = room->at,
                        .count = room->n,
                        .step = 365.25,
                        .lines = room->lines,
                        .line_count = v->pair_count,
                        .low = 0,
                        .high = high,
                        .zero = NAN,
                        .dots = room->n < 30};
}

/* The note, and when each pair's line shifted last. */
static ent_str note_with_shifts(const votes_view *v, const char *note, const ent__chart_room *room,
                                int first, const char *prefix, bool percent)
{
    ent_str words = ent__str(note);
    for (size_t p = 0; p < v->pair_count; p++) {
        ent_str shift =
            ent__brief_numbered_shift(v->w, pair_codes(v, p), room->value[p], room->n, first,
                                      prefix, percent ? 0 : 2, percent);
        words = ent__brief_printf(v->w, "%.*s%.*s", ENT_FMT(words), ENT_FMT(shift));
    }
    return words;
}

static void draw_yearly(votes_view *v, ent_brief_exhibit *e, const bool *among,
                        const ent__chart_room *room)
{
    bool keyed = v->group_name.n > 0 && among == v->all;
    const char *const names[2] = {v->group_name.p, "other roll calls"};
    ent__chart chart = pairs_chart(v, e, room, 1);
    chart.description = ENT_LIT("Agreement by year for each pair with its 95 % interval, and the "
                                "number of roll calls below. The numbers are in the table that "
                                "follows.");
    chart.percent = true;
    chart.unit = "agreement";
    chart.stack_unit = "roll calls";
    chart.stack = room->stack;
    chart.stack_count = 2;
    chart.stack_names = keyed ? names : NULL;
    e->svg = ent__chart_lines(v->w->arena, &chart);
}

/* Agreement of every pair by year over some roll calls, with the agenda below. */
static void yearly(votes_view *v, const char *id, const bool *among, ent_str name)
{
    int first = v->last_year;
    for (size_t q = 0; q < roll_calls(v); q++) {
        int year = v->w->votes->roll_calls[q].date.year;
        first = among[q] && year < first ? year : first;
    }
    ent__chart_room room;
    if (!ent__chart_room_make(v->w->arena, (size_t)(v->last_year - first + 1), &room)) {
        v->w->failed = true;
        return;
    }
    ent__table t = yearly_table(v);
    for (size_t p = 0; p < v->pair_count; p++) {
        room.lines[p].name = pair_codes(v, p);
    }
    for (size_t y = 0; y < room.n; y++) {
        year_row(v, among, first + (int)y, y, &t, &room);
    }
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ent__str(id));
    if (e != NULL) {
        e->title = ent__brief_capital(v->w, yearly_message(v, name, among));
        e->note = note_with_shifts(
            v,
            "Share of common votes cast alike (yes 1, abstention half-way to no; roll calls on "
            "which all voted alike are left out), with 95 % interval. Bars: roll calls on the "
            "agenda. A year without a common vote is a gap, no zero.",
            &room, first, "", true);
        e->source = ENT_LIT("roll calls of the UN General Assembly in the store");
        draw_yearly(v, e, among, &room);
    }
}

/* ---- roll calls ----------------------------------------------------------------------------- */

static const char *vote_word(ent_vote vote)
{
    static const char *const words[] = {"not a member", "yes", "abstain", "no", "absent"};
    return words[vote];
}

static void roll_call_cells(const votes_view *v, size_t q, ent__table *t)
{
    const ent_roll_call *call = &v->w->votes->roll_calls[q];
    char date[16];
    ent__date_iso(call->date, date);
    ent__table_z(t, date);
    ent__table_text(t, call->symbol);
    ent__table_text(t, call->title);
    for (size_t i = 0; i < v->w->brief->asked_count; i++) {
        ent__table_z(t, v->voter[i] < 0
                            ? vote_word(ENT_VOTE_NONE)
                            : vote_word(ent__votes_at(v->w->votes, q, (size_t)v->voter[i])));
    }
    ent__table_text(t,
                    ent__brief_printf(v->w, "%u-%u-%u", call->totals[ENT_VOTE_YES],
                                      call->totals[ENT_VOTE_NO], call->totals[ENT_VOTE_ABSTAIN]));
}

static ent_str vote_columns(const votes_view *v, const char *before, const char *after)
{
    ent_buf names = {0};
    ent__buf_printf(&names, "%sdate|resolution|title", before);
    for (size_t i = 0; i < v->w->brief->asked_count; i++) {
        ent__buf_printf(&names, "|%s", v->w->asked[i]);
    }
    ent__buf_printf(&names, "|all: yes-no-abstain%s", after);
    ent_str kept = ent__arena_str(v->w->arena, ent__buf_slice(&names));
    ent__buf_free(&names);
    return kept;
}

static void group_roll_calls(votes_view *v)
{
    ent__brief_work *w = v->w;
    size_t count = 0, from = 0;
    for (size_t q = roll_calls(v); q-- > 0 && count < 40;) { /* the latest 40 */
        count += v->group[q];
        from = v->group[q] ? q : from;
    }
    ent__table t = ent__table_open(w, vote_columns(v, "", "").p);
    for (size_t q = from; q < roll_calls(v); q++) {
        if (v->group[q]) {
            roll_call_cells(v, q, &t);
        }
    }
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ENT_LIT("votes-issue-calls"));
    if (e != NULL) {
        e->title = ent__brief_printf(w, "How they voted: %.*s, the latest %zu roll calls",
                                     ENT_FMT(v->group_name), count);
        e->source = ENT_LIT("roll calls of the UN General Assembly in the store");
    }
}

/* The largest parts up, then down. */
static void mover_rows(votes_view *v, ent__table *t)
{
    for (int sign = 1; sign >= -1; sign -= 2) {
        size_t shown = 0;
        for (size_t m = 0; m < v->mover_count && shown < MOVERS; m++) {
            const ent_mover *x = &v->movers[m];
            if (sign * x->contribution > 0) {
                ent__table_number(t, x->contribution, 4);
                roll_call_cells(v, x->roll_call, t);
                ent__table_text(t, x->repeated
                                       ? ent__brief_printf(v->w, "%s / %s", vote_word(x->a_before),
                                                           vote_word(x->b_before))
                                       : ENT_LIT("new"));
                shown++;
            }
        }
    }
}

static void mover_table(votes_view *v)
{
    ent__brief_work *w = v->w;
    double total, changed;
    ent_agreement now, before;
    mark_year(v, v->all, v->now, v->one);
    now = agreement_of(v, 0, v->one);
    mark_year(v, v->all, v->before, v->one);
    before = agreement_of(v, 0, v->one);
    split_change(v, &total, &changed);
    ent__table t = ent__table_open(w, vote_columns(v, "moved the score by|", "|before").p);
    mover_rows(v, &t);
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ENT_LIT("votes-movers"));
    ent_str pair = pair_names(v, 0);
    double spread = sqrt(error_of(&now) * error_of(&now) + error_of(&before) * error_of(&before));
    bool clear = fabs(now.score - before.score) > 1.959963984540054 * spread;
    ent_str change = ent__brief_printf(
        w,
        "from %d to %d agreement of %.*s went from %.0f to %.0f %% (%+.0f points; votes changed on "
        "the same texts make %+.0f, the agenda %+.0f)",
        v->before, v->now, ENT_FMT(pair), 100 * before.score, 100 * now.score, 100 * total,
        100 * changed, 100 * (total - changed));
    ent__brief_finding(
        w,
        (ent__finding){.i = v->pair[0][0],
                       .j = v->pair[0][1],
                       .direction = !clear                     ? 0
                                    : now.score > before.score ? 1
                                                               : -1,
                       .words = ent__brief_printf(
                           w, "agreement in UN votes went from %.0f to %.0f %% between %d and %d%s",
                           100 * before.score, 100 * now.score, v->before, v->now,
                           clear ? "" : ", within the noise of the agenda"),
                       .detail = ent__brief_printf(
                           w,
                           "Of the %+.0f points in votes, votes changed on the same texts make "
                           "%+.0f, another agenda %+.0f.",
                           100 * total, 100 * changed, 100 * (total - changed))});
    if (e != NULL) {
        e->title = ent__brief_printf(w, "Which roll calls moved it: %.*s", ENT_FMT(change));
        e->note = ENT_LIT(
            "The largest parts up, then down; all parts together add up to the change. "
            "“Before”: how the first two voted on the same text earlier; new: there was none.");
        e->source = ENT_LIT("roll calls of the UN General Assembly in the store");
        e->open = true;
    }
}

/* ---- ideal points --------------------------------------------------------------------------- */

static const ent_ideal_place *place_of(const ent_ideal_data *d, int32_t ccode, int32_t period)
{
    for (size_t p = 0; p < d->place_count; p++) {
        if (d->places[p].ccode == ccode && d->places[p].period == period) {
            return &d->places[p];
        }
    }
    return NULL;
}

/* Distances of one session into the table and the chart's room. */
static void session_row(const votes_view *v, const ent_ideal_data *d, const ent_ideal_fit *fit,
                        size_t at, ent__table *t, ent__chart_room *room)
{
    int32_t session = d->first_period + (int32_t)at;
    room->at[at] = ent__date_days((ent_date){(int16_t)(1946 + session), 1, 1});
    ent__table_int(t, session);
    for (size_t p = 0; p < v->pair_count; p++) {
        const ent_ideal_place *a = place_of(d, v->w->ccodes[v->pair[p][0]], session);
        const ent_ideal_place *b = place_of(d, v->w->ccodes[v->pair[p][1]], session);
        double distance = NAN, reach = NAN;
        if (a != NULL && b != NULL) {
            const ent_ideal_point *x = &fit->points[a - d->places];
            const ent_ideal_point *z = &fit->points[b - d->places];
            distance = fabs(x->theta - z->theta);
            reach = 1.959963984540054 * sqrt(x->se * x->se + z->se * z->se);
        }
        room->value[p][at] = distance;
        room->low[p][at] = distance < reach ? 0 : distance - reach;
        room->high[p][at] = distance + reach;
        ent__table_number(t, distance, 3);
        ent__table_number(t, room->low[p][at], 3);
        ent__table_number(t, room->high[p][at], 3);
    }
}

static ent_str ideal_message(const votes_view *v, const ent_ideal_data *d,
                             const ent__chart_room *room)
{
    size_t last = room->n;
    while (last > 0 && isnan(room->value[0][last - 1])) {
        last--;
    }
    ent_str pair = pair_names(v, 0);
    return last == 0 ? ENT_LIT("Distance of ideal points")
                     : ent__brief_printf(v->w,
                                         "Ideal points: %.*s stood %.2f apart in session %d (95 %% "
                                         "interval %.2f to %.2f)",
                                         ENT_FMT(pair), room->value[0][last - 1],
                                         (int)d->first_period + (int)last - 1,
                                         room->low[0][last - 1], room->high[0][last - 1]);
}

static void draw_ideal(const votes_view *v, ent_brief_exhibit *e, const ent__chart_room *room)
{
    ent__chart chart = pairs_chart(v, e, room, NAN);
    chart.description = ENT_LIT("Distance of ideal points by session for each pair with its 95 % "
                                "interval. The numbers are in the table that follows.");
    chart.unit = "distance";
    e->svg = ent__chart_lines(v->w->arena, &chart);
}

static void ideal_exhibit(votes_view *v, const ent_ideal_data *d, const ent_ideal_fit *fit)
{
    ent__chart_room room;
    if (!ent__chart_room_make(v->w->arena, (size_t)(d->last_period - d->first_period + 1), &room)) {
        v->w->failed = true;
        return;
    }
    ent__table t = ent__table_open(v->w, "session");
    for (size_t p = 0; p < v->pair_count; p++) {
        ent_str pair = pair_codes(v, p);
        room.lines[p].name = pair;
        ent__brief_column(&t, ent__brief_printf(v->w, "%.*s distance", ENT_FMT(pair)));
        ent__brief_column(&t, ENT_LIT("low"));
        ent__brief_column(&t, ENT_LIT("high"));
    }
    for (size_t y = 0; y < room.n; y++) {
        session_row(v, d, fit, y, &t, &room);
    }
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ENT_LIT("votes-ideal"));
    if (e != NULL) {
        e->title = ideal_message(v, d, &room);
        e->note = note_with_shifts(
            v,
            "Distance on the one line that explains most votes, in standard deviations of all "
            "states (0: the same place). It takes a changed agenda into account, which agreement "
            "does not. A session is drawn at the January in its middle.",
            &room, d->first_period, "session ", false);
        e->source =
            ENT_LIT("estimated here from the roll calls in the store (EM; Bailey, Strezhnev "
                    "and Voeten 2017)");
        draw_ideal(v, e, &room);
    }
}

/* The last sessions are enough for the page. */
static int first_session(const votes_view *v)
{
    int32_t last = 0;
    for (size_t q = 0; q < roll_calls(v); q++) {
        int32_t session = v->w->votes->roll_calls[q].session;
        last = session > last ? session : last;
    }
    return last > IDEAL_SESSIONS ? last - IDEAL_SESSIONS : 1;
}

/* Only where enough states voted to place them. */
static ent_rc ideal_points(votes_view *v)
{
    ent__brief_work *w = v->w;
    if (w->votes->voter_count < IDEAL_STATES) {
        ent__brief_unknown(
            w, ent__brief_printf(w, "Ideal points: votes of %zu states are too few to place them.",
                                 w->votes->voter_count));
        return ENT_OK;
    }
    const ent_ideal_filter filter = {.by = ENT_PERIOD_SESSION, .from = first_session(v)};
    const ent_ideal_options options = {.prior = ent__ideal_prior_default,
                                       .threads = 1,
                                       .iterations = 60,
                                       .tolerance = 5e-3,
                                       .positive = w->ccodes[v->pair[0][0]],
                                       .negative = w->ccodes[v->pair[0][1]]};
    ent_ideal_data data;
    ent_ideal_fit fit;
    ent_rc rc = ent__ideal_data(w->ctx, w->kit, w->votes, &filter, &data);
    if (rc != ENT_OK) {
        return rc;
    }
    if (data.vote_count > 0) {
        rc = ent__ideal_em(w->ctx, &data, &options, &fit);
        if (rc == ENT_OK) {
            ideal_exhibit(v, &data, &fit);
            ent__ideal_fit_free(&fit);
        }
    }
    ent__ideal_data_free(&data);
    return rc;
}

/* ---- gaps ----------------------------------------------------------------------------------- */

static void tell_gaps(const votes_view *v)
{
    ent__brief_work *w = v->w;
    int tagged = 0;
    char day[16] = "";
    for (size_t q = 0; q < roll_calls(v); q++) {
        const ent_roll_call *call = &w->votes->roll_calls[q];
        if (v->all[q] && call->issues_known != 0 && call->date.year > tagged) {
            tagged = call->date.year;
        }
        if (v->all[q]) {
            ent__date_iso(call->date, day);
        }
    }
    ent__brief_unknown(
        w,
        ent__brief_printf(
            w,
            "Votes: the store's contested roll calls run from %d to %s; a later vote is not known.",
            v->first_year, day));
    if (tagged == 0) {
        ent__brief_unknown(
            w, ENT_LIT("Votes: no roll call carries an issue tag, so the agenda can't be "
                       "told by issue."));
    } else if (tagged < v->last_year) {
        ent__brief_unknown(
            w, ent__brief_printf(
                   w, "Votes: issue tags end in %d; the agenda after that can't be told by issue.",
                   tagged));
    }
    for (size_t i = 0; i < w->brief->asked_count; i++) {
        if (v->voter[i] < 0) {
            ent__brief_unknown(w,
                               ent__brief_printf(w, "Votes: none of %s is stored.", w->asked[i]));
        }
    }
}

ent_rc ent__section_votes(ent__brief_work *w)
{
    votes_view v = {.w = w};
    if (w->votes == NULL) {
        ent__brief_unknown(w, ENT_LIT("Votes: the store holds none."));
        return ENT_OK;
    }
    if (!prepare(&v)) {
        ent__brief_unknown(
            w, ENT_LIT("Votes: the store holds none of two of the states asked about."));
        return ENT_OK;
    }
    choose_years(&v);
    v.section = ent__section_add(w, "votes", "How they voted in the General Assembly", "Votes");
    ent_rc rc = v.section == NULL ? ent__nomem(w->ctx) : find_movers(&v);
    if (rc == ENT_OK) {
        ent_date last = {0};
        choose_issue(&v);
        yearly(&v, "votes-agreement", v.all, (ent_str){0});
        if (v.group_name.n > 0) {
            yearly(&v, "votes-issue", v.group, v.group_name);
            group_roll_calls(&v);
        }
        if (v.mover_count > 0) {
            mover_table(&v);
        }
        tell_gaps(&v);
        for (size_t q = 0; q < roll_calls(&v); q++) {
            last = v.all[q] ? w->votes->roll_calls[q].date : last;
        }
        ent__brief_seen(w, ent__date_days(last));
        rc = ideal_points(&v);
        v.section->lead =
            ENT_LIT("Agreement follows the agenda as well as the states: what was voted on stands "
                    "beside it, and "
                    "the issue shown apart is the one that moved the first pair’s score most.");
        v.section->method = "Agreement is the mean of 1 − |a − b| / 2 over contested roll calls "
                            "both voted on (yes 1, "
                            "abstain 2, no 3), with a Wilson interval that takes a roll call as a "
                            "draw from the year’s "
                            "agenda. A change is split exactly over roll calls; texts voted on in "
                            "both years show changed "
                            "votes, the rest is agenda. Emergency special sessions and issue tags "
                            "compete for “the issue "
                            "that moved it”, unless --resolutions names one. Shifts: PELT with "
                            "MBIC penalty, dates with 95 % intervals (too narrow where "
                            "neighbouring values hang together).";
        v.section->page = "docs/methods/align.md";
        v.section->commands =
            ent__brief_printf(w,
                              "entente agreement %s %s --store DB --by year\nentente ideal --store "
                              "DB --by session --from %d",
                              w->asked[v.pair[0][0]], w->asked[v.pair[0][1]], first_session(&v));
    }
    free(v.movers);
    return rc;
}
