/* entente list: events, statements, documents, actors, quantities of the store. */
#include <math.h>
#include <string.h>

#include "rows.h"

typedef struct {
    ent_buf out;
    ent_json json;
    ent_grid grid;
    bool json_wanted;
    int64_t rows;
} listing;

/* "USA/GOV Donald Trump, RUS": codes first, the eye looks for them. */
static void add_sides(listing *l, const ent_stored_actor *sides, size_t count)
{
    ent_buf text = {0};
    for (size_t i = 0; i < count; i++) {
        ent__buf_z(&text, i > 0 ? ", " : "");
        ent__buf_str(&text, sides[i].code);
        if (sides[i].sector.n > 0) {
            ent__buf_z(&text, "/");
            ent__buf_str(&text, sides[i].sector);
        }
        if (sides[i].name.n > 0) {
            ent__buf_z(&text, text.n > 0 ? " " : "");
            ent__buf_str(&text, sides[i].name);
        }
    }
    ent__grid_cut(&l->grid, ent__buf_slice(&text), 32);
    l->grid.text.failed |= text.failed;
    ent__buf_free(&text);
}

static ent_rc event_row(void *user, const ent_stored_event *e)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__store_event_json(&l->json, e);
        return ENT_OK;
    }
    ent__grid_cell(&l->grid, e->date);
    ent_buf type = {0};
    ent__buf_str(&type, e->type.n > 0 ? e->type : e->cameo);
    if (e->mode.n > 0) {
        ent__buf_char(&type, '/');
        ent__buf_str(&type, e->mode);
    }
    ent__grid_cell(&l->grid, ent__buf_slice(&type));
    ent__buf_free(&type);
    add_sides(l, e->source, e->source_count);
    add_sides(l, e->target, e->target_count);
    ent__grid_number(&l->grid, e->goldstein, 1);
    ent__grid_int(&l->grid, e->mentions);
    ent__grid_cell(&l->grid, e->certainty);
    ent_buf id = {0};
    if (e->doc.n == 0) {
        ent__buf_str(&id, e->dataset);
        ent__buf_char(&id, ':');
    }
    ent__buf_str(&id, e->external);
    ent__grid_cut(&l->grid, ent__buf_slice(&id), 40);
    ent__buf_free(&id);
    return ENT_OK;
}

static ent_rc statement_row(void *user, const ent_stored_statement *s)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__store_statement_json(&l->json, s);
        return ENT_OK;
    }
    ent__grid_cell(&l->grid, s->date);
    ent__grid_cell(&l->grid, s->code);
    ent__grid_cut(&l->grid, s->speaker, 28);
    ent__grid_cell(&l->grid, s->kind);
    ent_buf id = {0};
    ent__buf_printf(&id, "%.*s#%.*s", ENT_FMT(s->doc), ENT_FMT(s->local));
    ent__grid_cut(&l->grid, ent__buf_slice(&id), 32);
    ent__buf_free(&id);
    ent__grid_cut(&l->grid, s->content, 72);
    return ENT_OK;
}

static ent_rc document_row(void *user, const ent_stored_document *d)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__store_document_json(&l->json, d, false);
        return ENT_OK;
    }
    ent__grid_cell(&l->grid, d->date);
    ent__grid_cut(&l->grid, d->doc, 32);
    ent__grid_int(&l->grid, d->revision);
    ent__grid_int(&l->grid, (int64_t)d->event_count);
    ent__grid_int(&l->grid, (int64_t)d->statement_count);
    ent__grid_cut(&l->grid, d->title, 72);
    return ENT_OK;
}

static ent_rc quantity_row(void *user, const char *doc, const ent_stored_quantity *q)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__store_quantity_json(&l->json, doc, q);
        return ENT_OK;
    }
    char value[32] = "";
    if (!isnan(q->value)) {
        ent__double_text(q->value, value);
    }
    ent__grid_cut(&l->grid, ent__str(doc), 32);
    ent__grid_z(&l->grid, value);
    ent__grid_cell(&l->grid, q->unit);
    ent__grid_cut(&l->grid, q->subject, 40);
    ent__grid_cut(&l->grid, q->period, 16);
    ent__grid_cut(&l->grid, q->comparison, 40);
    return ENT_OK;
}

static void add_day(listing *l, const char *key, int32_t day)
{
    char iso[16] = "";
    if (day != ENT_NO_DAY) {
        ent__date_iso(ent__date_of_days(day), iso);
    }
    if (!l->json_wanted) {
        ent__grid_z(&l->grid, iso);
    } else if (iso[0] != '\0') {
        ent__json_kz(&l->json, key, iso);
    }
}

static ent_rc actor_row(void *user, const ent_actor_count *a)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__json_open(&l->json, '{');
        ent__json_kstr(&l->json, "code", a->code);
        ent__json_kint(&l->json, "as_source", a->as_source);
        ent__json_kint(&l->json, "as_target", a->as_target);
    } else {
        ent__grid_cell(&l->grid, a->code);
        ent__grid_int(&l->grid, a->as_source);
        ent__grid_int(&l->grid, a->as_target);
    }
    add_day(l, "first", a->first_day);
    add_day(l, "last", a->last_day);
    if (l->json_wanted) {
        ent__json_close(&l->json, '}');
    }
    return ENT_OK;
}

static ent_rc result_row(void *user, const ent_stored_result *r)
{
    listing *l = user;
    l->rows++;
    if (l->json_wanted) {
        ent__json_open(&l->json, '{');
        ent__json_kstr(&l->json, "id", r->id);
        ent__json_kstr(&l->json, "kind", r->kind);
        ent__json_kstr(&l->json, "recorded", r->recorded);
        ent__json_kstr(&l->json, "found", r->found);
        ent__json_close(&l->json, '}');
        return ENT_OK;
    }
    ent__grid_cell(&l->grid, r->recorded);
    ent__grid_cell(&l->grid, r->id);
    ent__grid_cut(&l->grid, r->found, 100);
    return ENT_OK;
}

static void add_header(listing *l, const char *names)
{
    ent_str rest = ent__str(names), name;
    while (ent__str_split(&rest, ' ', &name)) {
        ent__grid_cell(&l->grid, name);
        l->grid.columns++;
    }
}

static ent_rc list(const ent_cli *cli, ent_store *store, const ent_store_filter *filter,
                   listing *l)
{
    const char *what = cli->arguments[0];
    if (strcmp(what, "events") == 0) {
        add_header(l, "date type source target goldstein mentions certainty id");
        return ent__store_events(cli->ctx, store, filter, event_row, l);
    }
    if (strcmp(what, "statements") == 0) {
        add_header(l, "date code speaker kind id statement");
        return ent__store_statements(cli->ctx, store, filter, statement_row, l);
    }
    if (strcmp(what, "documents") == 0) {
        add_header(l, "date document revision events statements title");
        return ent__store_documents(cli->ctx, store, filter, document_row, l);
    }
    if (strcmp(what, "quantities") == 0) {
        add_header(l, "document value unit subject period comparison");
        return ent__store_quantities(cli->ctx, store, filter, quantity_row, l);
    }
    if (strcmp(what, "actors") == 0) {
        add_header(l, "code as_source as_target first last");
        return ent__store_actors(cli->ctx, store, filter, actor_row, l);
    }
    if (strcmp(what, "results") == 0) {
        add_header(l, "recorded id found");
        return ent__store_results(cli->ctx, store, result_row, l);
    }
    return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                     "list: expected events, statements, documents, quantities, actors or results, got "
                     "\"%s\"", what);
}

static ent_rc finish(const ent_cli *cli, listing *l, const ent_kit *kit)
{
    if (l->json_wanted) {
        ent__json_close(&l->json, ']');
        ent__json_kint(&l->json, "rows", l->rows);
        ent__json_version(&l->json, kit);
        ent__json_close(&l->json, '}');
        ent__buf_char(&l->out, '\n');
    } else {
        ent__grid_print(&l->grid, &l->out);
    }
    return l->out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&l->out));
}

static ent_rc run(ent_cli *cli)
{
    if (cli->argument_count != 1) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "list: expected events, statements, documents, quantities, actors or "
                         "results");
    }
    ent_store *store = NULL;
    ent_kit *kit = NULL;
    ent_store_filter filter;
    ent_rc rc = ent__cli_kit(cli, &kit);
    rc = rc != ENT_OK ? rc : ent__cli_filter(cli, kit, &filter);
    rc = rc != ENT_OK ? rc : ent__cli_store(cli, ENT_STORE_READ, &store);
    if (rc == ENT_OK) {
        listing l = {.json_wanted = ent__cli_flag(cli, "json")};
        l.json = ent__json(&l.out);
        if (l.json_wanted) {
            ent__json_open(&l.json, '{');
            ent__json_key(&l.json, cli->arguments[0]);
            ent__json_open(&l.json, '[');
        }
        rc = list(cli, store, &filter, &l);
        if (rc == ENT_OK) {
            rc = finish(cli, &l, kit);
        } else {
            l.grid.columns = l.grid.columns == 0 ? 1 : l.grid.columns;
            ent__grid_print(&l.grid, &l.out); /* frees it */
        }
        ent__buf_free(&l.out);
    }
    ent__store_close(store);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store"},
    {"actor", "CODE", "source side (events) or speaker's state (statements)"},
    {"target", "CODE", "target side"},
    {"undirected", NULL, "the other way round too"},
    {"since", "DATE", "from this day, month or year on"},
    {"until", "DATE", "up to its end"},
    {"type", "TYPE", "PLOVER type, or the first digits of a CAMEO code"},
    {"dataset", "NAME", "entente gdelt gdelt2 icews phoenix polecat acled events"},
    {"doc", "ID", "of one document"},
    {"limit", "N", "at most N rows"},
    {0},
};

const ent_command ent__command_list = {
    .name = "list",
    .summary = "Events, statements, documents, quantities, actors or kept results of the store",
    .usage = "entente list events|statements|documents|quantities|actors|results --store DB"
             " [FILTER...]",
    .examples =
        "  entente list events --store my.db --actor USA --target RUS --since 2025-01-01\n"
        "  entente list statements --store my.db --actor RUS      # what its officials said\n"
        "  entente list actors --store my.db --limit 20 --json    # who takes part most\n",
    .options = options,
    .run = run,
};
