/* Which votes enter the ideal-point model, in both orders.
 * In: ent_votes, a filter.  Out: places (state and period), items, votes by place and by item.
 * The filter repeats that of the published estimates and gives the same number of votes for each of
 * their 10,469 state-sessions (tests/unit/test_align_ideal.c).  Cost: O(roll calls x states). */
#include <stdlib.h>
#include <string.h>

#include "ideal.h"

#define VOETEN_ID_LIMIT 10000 /* his own numbers; other sources have larger ones */
#define SEPARATE_PARTS_FROM 52 /* sessions whose parts come from a list of their own */

static bool recorded(ent_vote v)
{
    return v == ENT_VOTE_YES || v == ENT_VOTE_ABSTAIN || v == ENT_VOTE_NO;
}

/* Sessions that have roll calls of Voeten's list, and roll calls a session. */
typedef struct {
    bool listed[512];
} session_facts;

static session_facts look_at_sessions(const ent_votes *votes)
{
    session_facts f = {{false}};
    for (size_t q = 0; q < votes->roll_call_count; q++) {
        const ent_roll_call *c = &votes->roll_calls[q];
        if (c->session > 0 && c->session < 512 && !c->council && c->id < VOETEN_ID_LIMIT) {
            f.listed[c->session] = true;
        }
    }
    return f;
}

static bool enters(const ent_roll_call *q, const ent_ideal_filter *f, const session_facts *s)
{
    int kinds = (q->totals[ENT_VOTE_YES] > 0) + (q->totals[ENT_VOTE_ABSTAIN] > 0) +
                (q->totals[ENT_VOTE_NO] > 0);
    bool part = q->amendment == 1 || q->paragraph == 1;
    bool added = q->session > 0 && q->session < 512 && s->listed[q->session] &&
                 q->id >= VOETEN_ID_LIMIT;
    return kinds > 1 && !q->council && q->session > 0 && (f->from == 0 || q->session >= f->from) &&
           (f->to == 0 || q->session <= f->to) && (f->every_source || !added) &&
           (f->issues == 0 || (q->issues & f->issues) != 0) &&
           !(part && (f->drop_parts || (!f->parts && q->session >= SEPARATE_PARTS_FROM))) &&
           (f->by == ENT_PERIOD_SESSION || q->date.year > 0);
}

static int32_t period_of(const ent_roll_call *q, ent_vote_period by)
{
    return by == ENT_PERIOD_YEAR ? q->date.year : q->session;
}

typedef struct {
    int64_t ccode, first, last;
} exclusion;

static size_t load_exclusions(const ent_kit *kit, exclusion *out, size_t limit)
{
    const ent_table *t = ent__kit_table(kit, "align/not_estimated");
    size_t count = 0;
    for (size_t r = 0; t != NULL && r < t->rows && count < limit; r++) {
        exclusion *x = &out[count];
        count += ent__str_int(ent__table_cell(t, r, 0), &x->ccode) &&
                 ent__str_int(ent__table_cell(t, r, 1), &x->first) &&
                 ent__str_int(ent__table_cell(t, r, 2), &x->last);
    }
    return count;
}

static bool excluded(const exclusion *list, size_t count, int32_t ccode, int32_t session)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].ccode == ccode && list[i].first <= session && session <= list[i].last) {
            return true;
        }
    }
    return false;
}

/* The item of the roll call that align/held_roll_calls holds, where it is among these votes: known
 * by id, session and result, since other lists have ids of their own. */
static void find_held(const ent_kit *kit, const ent_votes *votes, const uint32_t *item_of,
                      ent_ideal_data *out)
{
    const ent_table *t = ent__kit_table(kit, "align/held_roll_calls");
    int64_t key[5] = {0}; /* rcid, session, yes, abstain, no */
    bool known = t != NULL && t->rows > 0;
    for (size_t k = 0; known && k < 5; k++) {
        known = ent__str_int(ent__table_cell(t, 0, k), &key[k]);
    }
    known = known && ent__str_double(ent__table_cell(t, 0, 5), &out->held_beta) &&
            ent__str_double(ent__table_cell(t, 0, 6), &out->held_low) &&
            ent__str_double(ent__table_cell(t, 0, 7), &out->held_high);
    for (size_t q = 0; known && q < votes->roll_call_count; q++) {
        const ent_roll_call *c = &votes->roll_calls[q];
        if (item_of[q] != UINT32_MAX && c->id == key[0] && c->session == key[1] &&
            c->totals[ENT_VOTE_YES] == key[2] && c->totals[ENT_VOTE_ABSTAIN] == key[3] &&
            c->totals[ENT_VOTE_NO] == key[4]) {
            out->held = item_of[q];
        }
    }
}

typedef struct {
    const ent_votes *votes;
    const ent_ideal_filter *filter;
    exclusion exclusions[64];
    size_t exclusion_count;
    uint8_t *use;      /* roll call enters */
    uint32_t *item_of; /* roll call -> item */
    uint32_t *grid;    /* voter x period -> votes, then place + 1 */
    size_t periods;
    int32_t first_period;
} selection;

static bool vote_enters(const selection *s, size_t q, size_t voter)
{
    return recorded(ent__votes_at(s->votes, q, voter)) &&
           !excluded(s->exclusions, s->exclusion_count, s->votes->voters[voter].ccode,
                     s->votes->roll_calls[q].session);
}

static uint32_t *grid_at(const selection *s, size_t q, size_t voter)
{
    int32_t period = period_of(&s->votes->roll_calls[q], s->filter->by);
    return &s->grid[voter * s->periods + (size_t)(period - s->first_period)];
}

/* Marks the roll calls, drops periods that have a single one, numbers the items. */
static void choose(selection *s, ent_ideal_data *out)
{
    session_facts facts = look_at_sessions(s->votes);
    size_t count = s->votes->roll_call_count;
    int32_t first = INT32_MAX, last = 0, in_period[4096] = {0};
    for (size_t q = 0; q < count; q++) {
        s->use[q] = enters(&s->votes->roll_calls[q], s->filter, &facts);
        int32_t period = period_of(&s->votes->roll_calls[q], s->filter->by);
        s->use[q] = s->use[q] && period > 0 && period < 4096;
        in_period[s->use[q] ? period : 0]++;
    }
    for (size_t q = 0; q < count; q++) {
        s->item_of[q] = UINT32_MAX;
    }
    for (size_t q = 0; q < count; q++) {
        int32_t period = period_of(&s->votes->roll_calls[q], s->filter->by);
        if (!s->use[q] || in_period[period] < 2) {
            s->use[q] = false;
            continue;
        }
        first = period < first ? period : first;
        last = period > last ? period : last;
        out->roll_call_count++;
        uint32_t head = s->votes->roll_calls[q].item;
        /* The first roll call of an item may itself not enter: its slot holds the number. */
        if (s->item_of[head] == UINT32_MAX) {
            s->item_of[head] = (uint32_t)out->item_count++;
        }
        s->item_of[q] = s->item_of[head];
    }
    out->first_period = s->first_period = first;
    out->last_period = last;
    s->periods = out->item_count > 0 ? (size_t)(last - first) + 1 : 0;
}

static ent_rc make_places(ent_ctx *ctx, selection *s, ent_ideal_data *out)
{
    const ent_votes *v = s->votes;
    s->grid = calloc(v->voter_count * s->periods + 1, sizeof *s->grid);
    out->item_first = calloc(out->item_count + 2, sizeof *out->item_first);
    if (s->grid == NULL || out->item_first == NULL) {
        return ent__nomem(ctx);
    }
    for (size_t q = 0; q < v->roll_call_count; q++) {
        for (size_t i = 0; s->use[q] && i < v->voter_count; i++) {
            if (vote_enters(s, q, i)) {
                out->place_count += (*grid_at(s, q, i))++ == 0;
                out->item_first[s->item_of[q] + 2]++;
                out->vote_count++;
            }
        }
    }
    out->places = calloc(out->place_count + 1, sizeof *out->places);
    out->by_place = calloc(out->vote_count + 1, sizeof *out->by_place);
    out->by_item = calloc(out->vote_count + 1, sizeof *out->by_item);
    if (out->places == NULL || out->by_place == NULL || out->by_item == NULL) {
        return ent__nomem(ctx);
    }
    uint32_t place = 0, first = 0;
    for (size_t i = 0; i < v->voter_count; i++) {
        int32_t before = -1;
        for (size_t t = 0; t < s->periods; t++) {
            uint32_t *cell = &s->grid[i * s->periods + t];
            if (*cell == 0) {
                continue;
            }
            out->places[place] = (ent_ideal_place){(uint32_t)i, v->voters[i].ccode,
                                                   s->first_period + (int32_t)t, first, 0,
                                                   before, -1};
            if (before >= 0) {
                out->places[before].after = (int32_t)place;
            }
            before = (int32_t)place;
            first += *cell;
            *cell = ++place;
        }
    }
    return ENT_OK;
}

static void place_votes(const selection *s, ent_ideal_data *out)
{
    const ent_votes *v = s->votes;
    for (size_t i = 0; i <= out->item_count; i++) {
        out->item_first[i + 1] += out->item_first[i];
    }
    /* item_first[i + 1] is where item i's next vote goes; it ends as the start of i + 1. */
    for (size_t q = 0; q < v->roll_call_count; q++) {
        for (size_t i = 0; s->use[q] && i < v->voter_count; i++) {
            if (!vote_enters(s, q, i)) {
                continue;
            }
            uint32_t at = *grid_at(s, q, i) - 1, item = s->item_of[q];
            ent_ideal_place *place = &out->places[at];
            unsigned vote = ent__votes_at(v, q, i) & 3u;
            out->by_place[place->first + place->count++] = (ent_ideal_vote){item & 0x3fffffffu,
                                                                            vote};
            out->by_item[out->item_first[item + 1]++] = (ent_ideal_vote){at & 0x3fffffffu, vote};
        }
    }
}

ent_rc ent__ideal_data(ent_ctx *ctx, const ent_kit *kit, const ent_votes *votes,
                       const ent_ideal_filter *filter, ent_ideal_data *out)
{
    *out = (ent_ideal_data){0};
    selection s = {.votes = votes, .filter = filter};
    s.exclusion_count = load_exclusions(kit, s.exclusions, 64);
    s.use = calloc(votes->roll_call_count + 1, 1);
    s.item_of = calloc(votes->roll_call_count + 1, sizeof *s.item_of);
    ent_rc rc = s.use && s.item_of ? ENT_OK : ent__nomem(ctx);
    if (rc == ENT_OK) {
        choose(&s, out);
        rc = out->item_count > 0
                 ? make_places(ctx, &s, out)
                 : ent__fail(ctx, ENT_EINPUT, NULL, 0,
                             "no contested roll call of the General Assembly is left: not enough "
                             "evidence for ideal points");
    }
    if (rc == ENT_OK) {
        place_votes(&s, out);
        out->held = out->item_count;
        if (filter->as_published) {
            find_held(kit, votes, s.item_of, out);
        }
    } else {
        ent__ideal_data_free(out);
    }
    free(s.use);
    free(s.item_of);
    free(s.grid);
    return rc;
}

void ent__ideal_data_free(ent_ideal_data *data)
{
    free(data->places);
    free(data->item_first);
    free(data->by_place);
    free(data->by_item);
    *data = (ent_ideal_data){0};
}
