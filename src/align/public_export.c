/* Facts of dyads, trade and GDP out again, in layouts that the readers of align/ take back.
 * In: finished facts or trade.  Out: rows.  Cost: linear. */
#include <string.h>

#include "rows_out.h"

/* ---- facts --------------------------------------------------------------------------------- */

typedef struct {
    const char *what;
    ent_fact_kind kind;
    const char *const *columns;
} fact_table;

static const char *const alliance_columns[] = {"ccode1", "ccode2", "year", "defense", "offense",
                                               "neutral", "nonagg", "consul", NULL};
static const char *const dispute_columns[] = {"ccode1", "ccode2", "year", "hostlev", NULL};
static const char *const war_columns[] = {"ccode1", "ccode2", "year", "warnum", NULL};
static const char *const organisation_columns[] = {"ccode1", "ccode2", "year", "dyadigos", NULL};
static const char *const capability_columns[] = {"iso3", "ccode", "year", "cinc", NULL};

static const fact_table fact_tables[] = {
    {"alliances", ENT_FACT_ALLIANCE, alliance_columns},
    {"disputes", ENT_FACT_DISPUTE, dispute_columns},
    {"wars", ENT_FACT_WAR, war_columns},
    {"organisations", ENT_FACT_ORGANISATIONS, organisation_columns},
    {"capabilities", ENT_FACT_CAPABILITY, capability_columns},
};

static void put_fact(ent_rows_out *r, const ent_states *states, const ent_fact *f)
{
    if (f->measure == ENT_FACT_CAPABILITY) {
        ent__rows_text(r, ent__states_iso3(states, f->a));
        ent__rows_int(r, f->a);
    } else {
        ent__rows_int(r, f->a);
        ent__rows_int(r, f->b);
    }
    ent__rows_int(r, f->year);
    for (int bit = 0; bit < 5 && f->measure == ENT_FACT_ALLIANCE; bit++) {
        ent__rows_int(r, (unsigned)f->value >> bit & 1);
    }
    if (f->measure != ENT_FACT_ALLIANCE) {
        ent__rows_number(r, f->value);
    }
}

ent_rc ent__facts_export(ent_ctx *ctx, const ent_states *states, const ent_facts *facts,
                         const char *what, const char *layout, ent_export_write write, void *user)
{
    size_t t = 0;
    while (strcmp(fact_tables[t].what, what) != 0) {
        if (++t == sizeof fact_tables / sizeof *fact_tables) {
            return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "can't export \"%s\"", what);
        }
    }
    ent_rows_out rows;
    ent_rc rc = ent__rows_open(ctx, what, layout, fact_tables[t].columns, write, user, &rows);
    for (size_t i = 0; rc == ENT_OK && i < facts->count; i++) {
        if (facts->rows[i].measure == fact_tables[t].kind) {
            put_fact(&rows, states, &facts->rows[i]);
            rc = ent__rows_flush(&rows);
        }
    }
    return ent__rows_close(&rows, rc);
}

/* ---- trade --------------------------------------------------------------------------------- */

static const char *const flow_columns[] = {"exporter", "importer", "exporter_iso3", "importer_iso3",
                                           "date", "commodity", "unit", "value", "reported_by",
                                           NULL};
static const char *const gdp_columns[] = {"iso3", "ccode", "year", "gdp", NULL};

static void put_flow(ent_rows_out *r, const ent_states *states, const ent_trade *t,
                     const ent_flow *f)
{
    char period[16];
    ent__date_iso((ent_date){(int16_t)(f->period / 100), (int8_t)(f->period % 100), 0}, period);
    ent__rows_int(r, f->exporter);
    ent__rows_int(r, f->importer);
    ent__rows_text(r, ent__states_iso3(states, f->exporter));
    ent__rows_text(r, ent__states_iso3(states, f->importer));
    ent__rows_text(r, ent__str(period));
    ent__rows_text(r, t->names[f->commodity]);
    ent__rows_text(r, t->names[f->unit]);
    ent__rows_number(r, f->value);
    ent__rows_text(r, f->by_importer ? ENT_LIT("importer") : ENT_LIT("exporter"));
}

ent_rc ent__trade_export(ent_ctx *ctx, const ent_states *states, const ent_trade *trade,
                         const char *what, const char *layout, ent_export_write write, void *user)
{
    bool gdp = strcmp(what, "gdp") == 0;
    ent_rows_out rows;
    ent_rc rc = ent__rows_open(ctx, what, layout, gdp ? gdp_columns : flow_columns, write, user,
                               &rows);
    for (size_t i = 0; rc == ENT_OK && i < (gdp ? trade->gdp_count : trade->count); i++) {
        if (gdp) {
            ent__rows_text(&rows, ent__states_iso3(states, trade->gdp[i].ccode));
            ent__rows_int(&rows, trade->gdp[i].ccode);
            ent__rows_int(&rows, trade->gdp[i].year);
            ent__rows_number(&rows, trade->gdp[i].gdp);
        } else {
            put_flow(&rows, states, trade, &trade->flows[i]);
        }
        rc = ent__rows_flush(&rows);
    }
    return ent__rows_close(&rows, rc);
}
