/* The section on the web of all ties: does it put two states together or apart (margins), and what
 * change of ties would part the second from the third (price of a wedge).
 * In: ties by year of the states asked about and the strongest others.  Out: a section.
 * Method: wedge's balance margins and prices.  Cost: O(years) small integer programs; 2^members. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

enum {
    MEMBERS = 14,
    LEAST_MEMBERS = 5,
    YEARS = 40,
    PAIRS = 3,
    DRAWS = 200,
    TIES_SHOWN = 10,
    MARKS = 8
};

typedef struct {
    ent__brief_work *w;
    const char *members[MEMBERS]; /* the asked ones first */
    double size[MEMBERS];         /* of the history's states */
    size_t member_count;
    ent__tie_history history;
    size_t first, last; /* years looked at */
    ent_brief_section *section;
} web;

static const size_t pairs[PAIRS][2] = {{0, 1}, {0, 2}, {1, 2}};

/* ---- members -------------------------------------------------------------------------------- */

static bool is_member(const web *v, const char *code)
{
    for (size_t i = 0; i < v->member_count; i++) {
        if (strcmp(v->members[i], code) == 0) {
            return true;
        }
    }
    return false;
}

static void add_member(web *v, ent_str code)
{
    ent_str kept = ent__arena_str(v->w->arena, code);
    v->w->failed |= kept.p == NULL;
    if (kept.n > 0 && v->member_count < MEMBERS && !is_member(v, kept.p)) {
        v->members[v->member_count++] = kept.p;
    }
}

static ent_rc add_active(void *user, const ent_actor_count *actor)
{
    web *v = user;
    if (ent__brief_is_state(v->w->kit, actor->code) &&
        ent__states_ccode(v->w->codes, actor->code, (ent_date){0}) != 0) {
        add_member(v, actor->code);
    }
    return ENT_OK;
}

/* The strongest states of the last year with capabilities; without those the most active. */
static ent_rc choose_members(web *v)
{
    ent__brief_work *w = v->w;
    for (size_t i = 0; i < w->brief->asked_count; i++) {
        add_member(v, w->brief->asked[i]);
    }
    int32_t year = w->facts.last_year[ENT_FACT_CAPABILITY];
    for (bool more = year > 0; more && v->member_count < MEMBERS;) {
        const ent_fact *best = NULL;
        for (size_t f = 0; f < w->facts.count; f++) {
            const ent_fact *x = &w->facts.rows[f];
            ent_str code = ent__states_iso3(w->codes, x->a);
            if (x->measure == ENT_FACT_CAPABILITY && x->year == year && code.n > 0 &&
                !is_member(v, ent__arena_str(w->arena, code).p) &&
                (best == NULL || x->value > best->value)) {
                best = x;
            }
        }
        more = best != NULL;
        if (more) {
            add_member(v, ent__states_iso3(w->codes, best->a));
        }
    }
    const ent_store_filter all = {0};
    return year > 0 ? ENT_OK : ent__store_actors(w->ctx, w->in->store, &all, add_active, v);
}

/* Capability of the year or of the nine before, in hundredths of the world's; else all 1. */
static bool choose_sizes(web *v, int32_t year)
{
    bool known = true;
    for (size_t i = 0; i < v->history.state_count && i < MEMBERS; i++) {
        int32_t code = ent__states_ccode(v->w->codes, v->history.states[i], (ent_date){0});
        double size = NAN;
        for (int32_t y = year; isnan(size) && y > year - 10; y--) {
            size = ent__facts_at(&v->w->facts, ENT_FACT_CAPABILITY, code, 0, y);
        }
        v->size[i] = 100 * size;
        known = known && v->size[i] > 0;
    }
    for (size_t i = 0; !known && i < MEMBERS; i++) {
        v->size[i] = 1;
    }
    return known;
}

/* ---- margins -------------------------------------------------------------------------------- */

static int64_t state_at(const web *v, size_t asked)
{
    for (size_t i = 0; i < v->history.state_count; i++) {
        if (ent__str_ieqz(v->history.states[i], v->w->asked[asked])) {
            return (int64_t)i;
        }
    }
    return -1;
}

static ent_rc graph_of(web *v, size_t year, ent__signed_graph *out, ent__ties *ties)
{
    ent__brief_work *w = v->w;
    ent_rc rc = ent__tie_history_at(w->ctx, w->arena, &v->history, year, SIZE_MAX, ties);
    size_t n = v->history.state_count, count = 0;
    ent__signed_edge *edges = ent__arena_array(w->arena, n * n / 2 + 1, sizeof *edges);
    if (rc != ENT_OK || edges == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(w->ctx);
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            double value = ties->mean[i * n + j];
            if (ties->given[i * n + j] && value != 0) {
                edges[count++] = (ent__signed_edge){i, j, value};
            }
        }
    }
    *out = (ent__signed_graph){n, count, v->history.states, edges};
    return ENT_OK;
}

static const char *verdict(const ent__margin *m)
{
    return m->low > 0 ? "together" : m->high < 0 ? "apart" : m->proven ? "undecided" : "not proven";
}

/* When the verdict on a pair turned last: "together since 1972". */
static ent_str turn_words(web *v, const ent__margin *margins, const bool *known, size_t pair)
{
    const char *now = NULL;
    size_t since = 0;
    for (size_t y = v->first; y <= v->last; y++) {
        size_t at = (y - v->first) * PAIRS + pair;
        if (known[at] && (now == NULL || strcmp(verdict(&margins[at]), now) != 0)) {
            now = verdict(&margins[at]);
            since = y;
        }
    }
    ent_str begins = since > v->first ? ent__brief_begins(&v->history, since) : (ent_str){"", 0};
    return ent__brief_printf(v->w, "%s–%s %s since %.*s%s%.*s%s", v->w->asked[pairs[pair][0]],
                             v->w->asked[pairs[pair][1]], now == NULL ? "unknown" : now,
                             ENT_FMT(v->history.periods[since]), begins.n > 0 ? " (where “" : "",
                             ENT_FMT(begins), begins.n > 0 ? "” begin)" : "");
}

/* One year's margins into the table and the chart's room. */
static void margin_row(web *v, size_t at, const ent__margin *margins, const bool *known,
                       ent__table *t, ent__chart_room *room)
{
    int64_t year = 0;
    ent__str_int(v->history.periods[v->first + at], &year);
    room->at[at] = ent__date_days((ent_date){(int16_t)year, 7, 1});
    for (size_t p = 0; p < PAIRS; p++) {
        const ent__margin *m = &margins[at * PAIRS + p];
        bool here = known[at * PAIRS + p];
        room->value[p][at] = here ? (m->low + m->high) / 2 : NAN;
        room->low[p][at] = here ? m->low : NAN;
        room->high[p][at] = here ? m->high : NAN;
        if (here) {
            ent__table_int(t, year);
            ent__table_text(t, room->lines[p].name);
            ent__table_z(t, verdict(m));
            ent__table_number(t, m->low, 2);
            ent__table_number(t, m->high, 2);
            ent__table_number(t, m->same_upper, 2);
            ent__table_number(t, m->apart_upper, 2);
            ent__table_z(t, m->proven ? "yes" : "no");
        }
    }
}

static ent_str members_words(const web *v, const char *between)
{
    ent_buf names = {0};
    for (size_t i = 0; i < v->member_count; i++) {
        ent__buf_printf(&names, "%s%s", i == 0 ? "" : between, v->members[i]);
    }
    ent_str kept = ent__arena_str(v->w->arena, ent__buf_slice(&names));
    v->w->failed |= names.failed || kept.p == NULL;
    ent__buf_free(&names);
    return kept;
}

static void draw_margins(const web *v, ent_brief_exhibit *e, const ent__chart_room *room)
{
    ent__chart_mark marks[MARKS];
    const ent__chart chart = {
        .marks = marks,
        .mark_count = ent__brief_begin_marks(&v->history, v->first, v->last, marks, MARKS),
        .id = e->id.p,
        .title = e->title,
        .description =
            ENT_LIT("Margin of each pair by year. The numbers are in the table that follows."),
        .at = room->at,
        .count = room->n,
        .step = 365.25,
        .lines = room->lines,
        .line_count = PAIRS,
        .low = NAN,
        .high = NAN,
        .zero = 0,
        .dots = true,
        .unit = "margin in ties (above zero: together)"};
    e->svg = ent__chart_lines(v->w->arena, &chart);
}

static void margin_exhibit(web *v, const ent__margin *margins, const bool *known)
{
    ent__brief_work *w = v->w;
    ent__chart_room room;
    if (!ent__chart_room_make(w->arena, v->last - v->first + 1, &room)) {
        w->failed = true;
        return;
    }
    ent__table t = ent__table_open(w, "year|pair|verdict|margin low|margin high|ties against "
                                      "“together”|ties against “apart”|proven");
    for (size_t p = 0; p < PAIRS; p++) {
        room.lines[p].name =
            ent__brief_printf(w, "%s–%s", w->asked[pairs[p][0]], w->asked[pairs[p][1]]);
    }
    for (size_t y = 0; y < room.n; y++) {
        margin_row(v, y, margins, known, &t, &room);
    }
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ENT_LIT("structure-margins"));
    if (e == NULL) {
        return;
    }
    ent_str turns[PAIRS];
    for (size_t p = 0; p < PAIRS; p++) {
        turns[p] = turn_words(v, margins, known, p);
    }
    e->title = ent__brief_printf(w, "The web of ties puts %.*s; %.*s; %.*s", ENT_FMT(turns[0]),
                                 ENT_FMT(turns[1]), ENT_FMT(turns[2]));
    ent_str members = members_words(v, ", ");
    e->note = ent__brief_printf(
        w,
        "Ties that would stand against two blocs with the pair apart, less those against blocs "
        "with it together: above zero the web puts them together. Every tie counts one. Dashed: a "
        "data set begins. Web of "
        "%zu states: %.*s.",
        v->member_count, ENT_FMT(members));
    e->source = ent__brief_measures(w, &v->history);
    draw_margins(v, e, &room);
}

static ent_rc margins(web *v)
{
    ent__brief_work *w = v->w;
    size_t n = v->last - v->first + 1;
    ent__margin *found = ent__arena_array(w->arena, n * PAIRS, sizeof *found);
    bool *known = ent__arena_array(w->arena, n * PAIRS, sizeof *known);
    ent_rc rc = found == NULL || known == NULL ? ent__nomem(w->ctx) : ENT_OK;
    const ent__balance_options options = {0};
    for (size_t y = 0; rc == ENT_OK && y < n; y++) {
        ent__signed_graph graph;
        ent__balance base;
        ent__ties ties;
        rc = graph_of(v, v->first + y, &graph, &ties);
        rc = rc == ENT_OK ? ent__balance_solve(w->ctx, w->arena, &graph, NULL, 0, &options, &base)
                          : rc;
        for (size_t p = 0; rc == ENT_OK && p < PAIRS; p++) {
            int64_t a = state_at(v, pairs[p][0]), b = state_at(v, pairs[p][1]);
            bool tied_a = false, tied_b = false;
            for (size_t e = 0; e < graph.edge_count; e++) {
                tied_a |= graph.edges[e].a == a || graph.edges[e].b == a;
                tied_b |= graph.edges[e].a == b || graph.edges[e].b == b;
            }
            known[y * PAIRS + p] = tied_a && tied_b;
            if (tied_a && tied_b) {
                rc = ent__balance_margin(w->ctx, w->arena, &graph, (uint32_t)a, (uint32_t)b, &base,
                                         &options, &found[y * PAIRS + p]);
            }
        }
    }
    if (rc == ENT_OK) {
        margin_exhibit(v, found, known);
    }
    return rc;
}

/* ---- price ---------------------------------------------------------------------------------- */

static ent_str name_at(const web *v, const ent__ties *ties, size_t state)
{
    return ent__brief_state_name(v->w->kit, ties->names[state]);
}

static ent_str price_message(const web *v, const ent__ties *ties, const ent__price *p,
                             const ent__price_question *q)
{
    ent__brief_work *w = v->w;
    ent_str target = name_at(v, ties, q->target), rival = name_at(v, ties, q->rival);
    if (p->apart_now) {
        return ent__brief_printf(
            w, "The ties of %.*s predict %.*s and %.*s in different blocs already",
            ENT_FMT(v->history.periods[v->last]), ENT_FMT(target), ENT_FMT(rival));
    }
    if (p->tie_count == 0 || !isfinite(p->ties[0].tie.change)) {
        return ent__brief_printf(w, "No change of a single tie parts %.*s from %.*s",
                                 ENT_FMT(target), ENT_FMT(rival));
    }
    ent_str a = name_at(v, ties, p->ties[0].tie.a), b = name_at(v, ties, p->ties[0].tie.b);
    return ent__brief_printf(
        w, "Cheapest way to part %.*s from %.*s: the tie of %.*s and %.*s changed by %+.2f",
        ENT_FMT(target), ENT_FMT(rival), ENT_FMT(a), ENT_FMT(b), p->ties[0].tie.change);
}

static ent_str price_words(const web *v, double value, const ent__price_spread *spread)
{
    return isnan(spread->median)
               ? ent__brief_printf(v->w, "%s",
                                   isfinite(value) ? "no solution in any draw" : "not possible")
               : ent__brief_printf(v->w, "%.2f (90 %%: %.2f to %.2f)", spread->median, spread->low,
                                   spread->high);
}

static void price_rows(web *v, const ent__price *p, ent_brief_exhibit *e)
{
    static const char *const names[ENT__PRICE_KINDS] = {
        "leaves alone: one of its own ties", "by their own tie", "by one tie of the actor",
        "so that nobody else changes sides"};
    ent__chart_row rows[ENT__PRICE_KINDS];
    for (int k = 0; k < ENT__PRICE_KINDS; k++) {
        const ent__price_spread *s = &p->spread[k];
        rows[k] = (ent__chart_row){ent__str(names[k]), price_words(v, NAN, s), s->median, s->low,
                                   s->high};
    }
    e->svg =
        ent__chart_rows(v->w->arena, "structure-price", e->title,
                        ENT_LIT("Four prices with 90 % intervals. The numbers are in the tables."),
                        rows, ENT__PRICE_KINDS, false);
}

static void price_exhibit(web *v, const ent__ties *ties, const ent__price *p,
                          const ent__price_question *q, bool sized)
{
    ent__brief_work *w = v->w;
    ent__table t =
        ent__table_open(w, "tie|tie now|change that parts them|in standard errors|in years of "
                           "usual change|share of draws in which it is cheapest");
    for (size_t i = 0; i < p->tie_count && i < TIES_SHOWN; i++) {
        const ent__price_tie *x = &p->ties[i];
        ent_str a = name_at(v, ties, x->tie.a), b = name_at(v, ties, x->tie.b);
        ent__table_text(&t, ent__brief_printf(w, "%.*s – %.*s", ENT_FMT(a), ENT_FMT(b)));
        ent__table_number(&t, ties->mean[x->tie.a * ties->n + x->tie.b], 3);
        ent__table_number(&t, x->tie.change, 3);
        ent__table_number(&t, x->cost[ENT__PRICE_ERRORS], 2);
        ent__table_number(&t, x->cost[ENT__PRICE_YEARS], 1);
        ent__table_number(&t, x->cheapest_share, 3);
    }
    ent_brief_exhibit *e = ent__table_close(&t, v->section, ENT_LIT("structure-price"));
    if (e == NULL) {
        return;
    }
    e->title = price_message(v, ties, p, q);
    e->note = ent__brief_printf(
        w,
        "Least change of ties, on their scale, after which the best split of all states has the "
        "two "
        "apart; median and 90 %% interval over %u draws of the ties within their errors. They "
        "stand "
        "apart already in %.0f %% of the draws. Sizes: %s. Held in the present bloc by %.2f (error "
        "%.2f).",
        p->draws, 100 * p->apart_share,
        sized ? "share of the world’s capabilities" : "all alike, no capabilities are stored",
        p->hold, p->hold_error);
    e->source =
        ent__brief_printf(w, "ties of %.*s, as above", ENT_FMT(v->history.periods[v->last]));
    if (p->draws > 0 && !p->apart_now) {
        price_rows(v, p, e);
    } else {
        e->open = true;
    }
}

static ent_rc price(web *v)
{
    ent__brief_work *w = v->w;
    ent__tie_table table;
    ent__ties ties;
    ent__price answer;
    int64_t year = 0;
    ent__str_int(v->history.periods[v->last], &year);
    bool sized = choose_sizes(v, (int32_t)year);
    ent_rc rc = ent__tie_history_table(w->ctx, w->arena, &v->history, v->last, v->size, &table);
    rc = rc == ENT_OK ? ent__ties_blend(w->ctx, w->arena, &table, SIZE_MAX, &ties) : rc;
    const ent__price_question question = {.target = (uint32_t)state_at(v, 1),
                                          .rival = (uint32_t)state_at(v, 2),
                                          .actor = state_at(v, 0),
                                          .draws = DRAWS};
    rc = rc == ENT_OK ? ent__price_solve(w->ctx, w->arena, &ties, &question, &answer) : rc;
    if (rc == ENT_OK) {
        price_exhibit(v, &ties, &answer, &question, sized);
    }
    return rc;
}

/* The last year in which all three asked about have a tie, and at most YEARS before. */
static bool choose_years(web *v)
{
    bool found = false;
    for (size_t y = v->history.period_count; y-- > 0 && !found;) {
        bool tied[ENT_BRIEF_ASKED] = {false};
        for (size_t r = 0; r < v->history.row_count; r++) {
            const ent__period_tie *row = &v->history.rows[r];
            for (size_t s = 0; row->period == y && s < ENT_BRIEF_ASKED; s++) {
                int64_t state = state_at(v, s);
                tied[s] |= row->a == state || row->b == state;
            }
        }
        found = tied[0] && tied[1] && tied[2];
        v->last = y;
    }
    v->first = v->last >= YEARS ? v->last - YEARS + 1 : 0;
    return found;
}

ent_rc ent__section_structure(ent__brief_work *w)
{
    web v = {.w = w};
    bool known;
    ent_rc rc = choose_members(&v);
    if (rc != ENT_OK || v.member_count < LEAST_MEMBERS) {
        if (rc == ENT_OK) {
            ent__brief_unknown(
                w, ENT_LIT("Web of ties: fewer than five states are in the store, too few "
                           "to ask what the web of ties favours."));
        }
        return rc;
    }
    rc = ent__brief_history(w, v.members, v.member_count, &v.history, &known);
    if (rc != ENT_OK || !known || !choose_years(&v)) {
        return rc;
    }
    v.section = ent__section_add(w, "structure", "What the web of all ties favours", "Web of ties");
    rc = v.section == NULL ? ent__nomem(w->ctx) : margins(&v);
    rc = rc == ENT_OK ? price(&v) : rc;
    if (rc == ENT_OK) {
        v.section->lead =
            ENT_LIT("A state’s other ties pull too: the friends of friends and the foes of foes. "
                    "This counts them; it shows no cause and no alliance.");
        v.section->method = "Structural balance: all states are split into two blocs so that as "
                            "few ties as possible stand "
                            "against the split, once with the pair together, once apart; the "
                            "difference is the margin, with "
                            "proven bounds. The price of a wedge is the least change of ties that "
                            "makes the best split part "
                            "the second state from the third (landscape theory, Axelrod and "
                            "Bennett 1993). Members: the "
                            "states asked about and the strongest others.";
        v.section->page = "docs/methods/wedge.md";
        ent_str with = members_words(&v, ",");
        v.section->commands = ent__brief_printf(
            w,
            "# of events alone; the page blends in votes, treaties, disputes and trade\n"
            "entente margin %s %s %s --store DB --with %.*s\nentente wedge --states %.*s --store "
            "DB "
            "--target %s --rival %s --actor %s",
            w->asked[0], w->asked[1], w->asked[2], ENT_FMT(with), ENT_FMT(with), w->asked[1],
            w->asked[2], w->asked[0]);
    }
    return rc;
}
