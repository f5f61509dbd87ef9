/* Votes, facts of dyads and trade into the store and back.
 * In: what the readers made of files, or a store.  Out: the other.  What the store holds is read
 * first and files add to it, so that double records and disagreements are seen across imports.
 * Cost: O(rows). */
#include <stdlib.h>

#include "votes.h"

/* ---- votes --------------------------------------------------------------------------------- */

/* Where a stored roll call stands among those in memory. */
typedef struct {
    int64_t id, item; /* item: id of the first of the same text */
    uint32_t at;
} stored_call;

typedef struct {
    ent_ctx *ctx;
    ent_votes *votes;
    bool other;         /* another store, whose own ids mean nothing here */
    stored_call *calls; /* ascending id */
    size_t count, capacity;
} vote_loader;

/* A roll call of another store that has neither symbol nor record number: the same day and title. */
static bool find_nameless(const ent_votes *votes, const ent_roll_call_line *line, uint32_t *out)
{
    for (uint32_t i = 0; line->symbol.n == 0 && line->record == 0 && i < votes->roll_call_count;
         i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        if (q->id >= ENT_FIRST_OWN_ID && q->symbol.n == 0 && q->council == line->council &&
            ent__date_days(q->date) == ent__date_days(line->date) &&
            ent__str_eq(q->title, line->title)) {
            *out = i;
            return true;
        }
    }
    return false;
}

static ent_rc load_call(void *user, const ent_sheet_row *row)
{
    vote_loader *l = user;
    const int64_t *w = row->whole;
    ent_roll_call_line line = {.id = w[0], .record = w[1], .session = (int32_t)w[2],
                               .date = w[3] == INT32_MIN ? (ent_date){0}
                                                         : ent__date_of_days((int32_t)w[3]),
                               .council = w[4] != 0, .important = (int8_t)w[5],
                               .amendment = (int8_t)w[6], .paragraph = (int8_t)w[7],
                               .issues = (uint8_t)w[8], .issues_known = (uint8_t)w[9],
                               .symbol = row->text[0], .title = row->text[1],
                               .origin = row->text[2]};
    stored_call call = {.id = w[0], .item = w[10]};
    bool own = l->other && line.id >= ENT_FIRST_OWN_ID;
    line.id = own ? 0 : line.id;
    stored_call *grown = ent__grow(l->calls, l->count, &l->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(l->ctx);
    }
    l->calls = grown;
    ent_rc rc = own && find_nameless(l->votes, &line, &call.at)
                    ? ENT_OK
                    : ent__votes_roll_call(l->ctx, l->votes, &line, &call.at);
    l->calls[l->count++] = call;
    return rc;
}

static const stored_call *stored_at(const vote_loader *l, int64_t id)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (l->calls[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < l->count && l->calls[low].id == id ? &l->calls[low] : NULL;
}

static ent_rc link_stored(const vote_loader *l)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < l->count; i++) {
        const stored_call *first = stored_at(l, l->calls[i].item);
        if (first != NULL && first->at != l->calls[i].at) {
            rc = ent__votes_link(l->ctx, l->votes, l->votes->roll_calls[first->at].id,
                                 l->votes->roll_calls[l->calls[i].at].id);
        }
    }
    return rc;
}

static ent_rc load_vote(void *user, const ent_sheet_row *row)
{
    vote_loader *l = user;
    const stored_call *call = stored_at(l, row->whole[0]);
    return call == NULL ? ent__fail(l->ctx, ENT_ESTORE, NULL, 0,
                                    "the store holds votes on roll call %lld but not the roll call",
                                    (long long)row->whole[0])
                        : ent__votes_set(l->ctx, l->votes, call->at, (int32_t)row->whole[1],
                                         (ent_vote)(row->whole[2] & 7));
}

static ent_rc load_votes(ent_ctx *ctx, ent_votes *votes, ent_store *store, const char *name,
                         bool other)
{
    vote_loader l = {.ctx = ctx, .votes = votes, .other = other};
    ent_vote_source *source;
    ent_rc rc = ent__votes_begin_source(ctx, votes, name, "store", &source);
    rc = rc ? rc : ent__store_sheet(ctx, store, ENT_SHEET_ROLL_CALL, load_call, &l);
    rc = rc ? rc : link_stored(&l);
    rc = rc ? rc : ent__store_sheet(ctx, store, ENT_SHEET_VOTE, load_vote, &l);
    free(l.calls);
    return rc;
}

ent_rc ent__votes_from_store(ent_ctx *ctx, ent_votes *votes, ent_store *store)
{
    return load_votes(ctx, votes, store, "the store", false);
}

ent_rc ent__votes_from_other(ent_ctx *ctx, ent_votes *votes, ent_store *other, const char *name)
{
    return load_votes(ctx, votes, other, name, true);
}

static ent_sheet_row call_row(const ent_votes *votes, const ent_roll_call *q)
{
    return (ent_sheet_row){
        .whole = {q->id, q->record, q->session,
                  q->date.year == 0 ? INT32_MIN : ent__date_days(q->date), q->council,
                  q->important, q->amendment, q->paragraph, q->issues, q->issues_known,
                  votes->roll_calls[q->item].id},
        .text = {q->symbol.p ? q->symbol : ENT_LIT(""), q->title.p ? q->title : ENT_LIT(""),
                 q->origin}};
}

ent_rc ent__votes_to_store(ent_ctx *ctx, const ent_votes *votes, ent_store *store)
{
    ent_sheet_row *rows = calloc(votes->voter_count + 1, sizeof *rows);
    size_t replaced_count;
    const int64_t *replaced = ent__votes_replaced(votes, &replaced_count);
    ent_rc rc = rows ? ent__store_begin(ctx, store) : ent__nomem(ctx);
    for (size_t i = 0; rc == ENT_OK && i < replaced_count; i++) {
        rc = ent__store_drop_roll_call(ctx, store, replaced[i]);
    }
    for (size_t q = 0; rc == ENT_OK && q < votes->roll_call_count; q++) {
        const ent_roll_call *call = &votes->roll_calls[q];
        ent_sheet_row head = call_row(votes, call);
        size_t count = 0;
        rc = ent__store_put_sheet(ctx, store, ENT_SHEET_ROLL_CALL, &head, 1);
        for (size_t s = 0; rc == ENT_OK && s < votes->voter_count; s++) {
            ent_vote vote = ent__votes_at(votes, q, s);
            if (vote != ENT_VOTE_NONE) {
                rows[count++] = (ent_sheet_row){.whole = {call->id, votes->voters[s].ccode, vote}};
            }
        }
        rc = rc ? rc : ent__store_put_sheet(ctx, store, ENT_SHEET_VOTE, rows, count);
    }
    free(rows);
    if (rc != ENT_OK) {
        ent__store_rollback(store);
        return rc;
    }
    return ent__store_commit(ctx, store);
}

/* ---- facts --------------------------------------------------------------------------------- */

typedef struct {
    ent_ctx *ctx;
    ent_facts *facts;
} fact_loader;

static ent_rc load_fact(void *user, const ent_sheet_row *row)
{
    fact_loader *l = user;
    const int64_t *w = row->whole;
    if (w[0] < 0 || w[0] >= ENT_FACT_COUNT) {
        return ENT_OK; /* of a later version */
    }
    return ent__facts_add(l->ctx, l->facts,
                          (ent_fact){(int32_t)w[1], (int32_t)w[2], (int32_t)w[3],
                                     (ent_fact_kind)w[0], row->value});
}

ent_rc ent__facts_from_store(ent_ctx *ctx, ent_facts *facts, ent_store *store)
{
    fact_loader l = {ctx, facts};
    return ent__store_sheet(ctx, store, ENT_SHEET_FACT, load_fact, &l);
}

ent_rc ent__facts_to_store(ent_ctx *ctx, const ent_facts *facts, ent_store *store)
{
    ent_rc rc = ent__store_begin(ctx, store);
    for (size_t i = 0; rc == ENT_OK && i < facts->count; i++) {
        const ent_fact *f = &facts->rows[i];
        ent_sheet_row row = {.whole = {f->measure, f->a, f->b, f->year}, .value = f->value};
        rc = ent__store_put_sheet(ctx, store, ENT_SHEET_FACT, &row, 1);
    }
    return rc == ENT_OK ? ent__store_commit(ctx, store) : rc;
}

/* ---- trade --------------------------------------------------------------------------------- */

typedef struct {
    ent_ctx *ctx;
    ent_trade *trade;
} trade_loader;

static ent_rc load_flow(void *user, const ent_sheet_row *row)
{
    trade_loader *l = user;
    const int64_t *w = row->whole;
    ent_flow flow = {.period = (int32_t)w[0], .exporter = (int32_t)w[1],
                     .importer = (int32_t)w[2], .by_importer = w[3] != 0, .value = row->value};
    return ent__trade_add(l->ctx, l->trade, row->text[0], row->text[1], flow);
}

static ent_rc load_gdp(void *user, const ent_sheet_row *row)
{
    trade_loader *l = user;
    return ent__trade_add_gdp(l->ctx, l->trade, (int32_t)row->whole[0], (int32_t)row->whole[1],
                              row->value);
}

ent_rc ent__trade_from_store(ent_ctx *ctx, ent_trade *trade, ent_store *store)
{
    trade_loader l = {ctx, trade};
    ent_rc rc = ent__store_sheet(ctx, store, ENT_SHEET_FLOW, load_flow, &l);
    return rc ? rc : ent__store_sheet(ctx, store, ENT_SHEET_GDP, load_gdp, &l);
}

ent_rc ent__trade_to_store(ent_ctx *ctx, const ent_trade *trade, ent_store *store)
{
    ent_rc rc = ent__store_begin(ctx, store);
    for (size_t i = 0; rc == ENT_OK && i < trade->count; i++) {
        const ent_flow *f = &trade->flows[i];
        ent_sheet_row row = {.whole = {f->period, f->exporter, f->importer, f->by_importer},
                             .text = {trade->names[f->commodity], trade->names[f->unit]},
                             .value = f->value};
        rc = ent__store_put_sheet(ctx, store, ENT_SHEET_FLOW, &row, 1);
    }
    for (size_t i = 0; rc == ENT_OK && i < trade->gdp_count; i++) {
        ent_sheet_row row = {.whole = {trade->gdp[i].ccode, trade->gdp[i].year},
                             .value = trade->gdp[i].gdp};
        rc = ent__store_put_sheet(ctx, store, ENT_SHEET_GDP, &row, 1);
    }
    return rc == ENT_OK ? ent__store_commit(ctx, store) : rc;
}
