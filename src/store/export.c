/* export: events, statements, documents, quantities as CSV and JSON Lines.
 * In: a filter.  Out: lines, one call each.  The layouts of other data sets: export_layouts.c.
 * Source: RFC 4180; the contract's field names.  Cost: memory of one row. */
#include "export.h"

#include <math.h>
#include <string.h>

/* ---- JSON ---------------------------------------------------------------------------------- */

static void key_str(ent_json *json, const char *key, ent_str value)
{
    if (value.n > 0) {
        ent__json_kstr(json, key, value);
    }
}

static void key_number(ent_json *json, const char *key, double value)
{
    if (!isnan(value)) {
        ent__json_kdouble(json, key, value);
    }
}

static void key_span(ent_json *json, const char *key, int64_t begin, int64_t end)
{
    if (begin >= 0) {
        ent__json_key(json, key);
        ent__json_open(json, '[');
        ent__json_int(json, begin);
        ent__json_int(json, end);
        ent__json_close(json, ']');
    }
}

static void key_sides(ent_json *json, const char *key, const ent_stored_actor *sides, size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        ent__json_open(json, '{');
        key_str(json, "code", sides[i].code);
        key_str(json, "sector", sides[i].sector);
        key_str(json, "name", sides[i].name);
        key_str(json, "raw", sides[i].raw);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void key_list(ent_json *json, const char *key, ent_str list)
{
    ent_str rest = list, item;
    ent__json_key(json, key);
    ent__json_open(json, '[');
    while (list.n > 0 && ent__str_split(&rest, ';', &item)) {
        ent__json_str(json, item);
    }
    ent__json_close(json, ']');
}

void ent__event_id(ent_buf *out, const ent_stored_event *e)
{
    if (e->doc.n == 0) {
        ent__buf_str(out, e->dataset);
        ent__buf_char(out, ':');
    }
    ent__buf_str(out, e->external);
}

void ent__store_event_json(ent_json *json, const ent_stored_event *e)
{
    ent_buf id = {0};
    ent__event_id(&id, e);
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", ent__buf_slice(&id));
    json->out->failed |= id.failed;
    ent__buf_free(&id);
    ent__json_kstr(json, "dataset", e->dataset);
    key_str(json, "doc", e->doc);
    key_str(json, "type", e->type);
    key_str(json, "mode", e->mode);
    key_list(json, "context", e->context);
    key_str(json, "cameo", e->cameo);
    if (e->quad != 0) {
        ent__json_kint(json, "quad", e->quad);
    }
    key_number(json, "goldstein", e->goldstein);
    key_number(json, "score", e->score);
    key_sides(json, "source", e->source, e->source_count);
    key_sides(json, "target", e->target, e->target_count);
    ent__json_kbool(json, "symmetric", e->symmetric);
    ent__json_kbool(json, "root", e->root);
    key_str(json, "date", e->date);
    key_str(json, "certainty", e->certainty);
    ent__json_kint(json, "mentions", e->mentions);
    ent__json_kint(json, "sources", e->sources);
    ent__json_kint(json, "articles", e->articles);
    key_number(json, "tone", e->tone);
    key_str(json, "place", e->place);
    key_str(json, "region", e->region);
    key_str(json, "place_country", e->place_country);
    key_number(json, "latitude", e->latitude);
    key_number(json, "longitude", e->longitude);
    key_str(json, "publisher", e->publisher);
    key_str(json, "url", e->url);
    key_str(json, "text", e->text);
    if (e->story >= 0) {
        ent__json_kint(json, "story", e->story);
    }
    if (e->sentence >= 0) {
        ent__json_kint(json, "sentence", e->sentence);
    }
    key_span(json, "cue", e->cue_begin, e->cue_end);
    key_span(json, "span", e->begin, e->end);
    key_str(json, "rule", e->rule);
    ent__json_close(json, '}');
}

void ent__store_statement_json(ent_json *json, const ent_stored_statement *s)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "doc", s->doc);
    ent__json_kstr(json, "id", s->local);
    key_str(json, "speaker", s->speaker);
    key_str(json, "affiliation", s->affiliation);
    key_str(json, "role", s->role);
    key_str(json, "code", s->code);
    key_str(json, "kind", s->kind);
    key_str(json, "force", s->force);
    key_str(json, "date", s->date);
    key_span(json, "speaker_span", s->speaker_begin, s->speaker_end);
    key_span(json, "cue", s->cue_begin, s->cue_end);
    ent__json_key(json, "content");
    ent__json_raw(json, s->spans.n > 0 ? s->spans : ENT_LIT("[]"));
    ent__json_kstr(json, "text", s->content);
    key_str(json, "rule", s->rule);
    ent__json_close(json, '}');
}

void ent__store_document_json(ent_json *json, const ent_stored_document *d, bool with_text)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "doc", d->doc);
    ent__json_kint(json, "revision", d->revision);
    key_str(json, "title", d->title);
    key_str(json, "deck", d->deck);
    key_str(json, "byline", d->byline);
    key_str(json, "outlet", d->outlet);
    key_str(json, "url", d->url);
    key_str(json, "lang", d->language);
    key_str(json, "date", d->date);
    key_str(json, "file", d->source);
    ent__json_kint(json, "sentences", (int64_t)d->sentence_count);
    ent__json_kint(json, "events", (int64_t)d->event_count);
    ent__json_kint(json, "statements", (int64_t)d->statement_count);
    ent__json_kint(json, "quantities", (int64_t)d->quantity_count);
    ent__json_kstr(json, "sha256", d->sha256);
    if (with_text) {
        ent__json_kstr(json, "text", d->text);
    }
    ent__json_key(json, "version");
    ent__json_open(json, '{');
    ent__json_kstr(json, "program", d->program);
    ent__json_kstr(json, "kit", d->kit);
    ent__json_close(json, '}');
    ent__json_close(json, '}');
}

void ent__store_quantity_json(ent_json *json, const char *doc, const ent_stored_quantity *q)
{
    ent__json_open(json, '{');
    ent__json_kz(json, "doc", doc);
    ent__json_kdouble(json, "value", q->value);
    ent__json_kdouble(json, "value_max", q->value_max);
    key_str(json, "unit", q->unit);
    key_str(json, "subject", q->subject);
    key_str(json, "period", q->period);
    key_str(json, "comparison", q->comparison);
    ent__json_kbool(json, "approximate", q->approximate);
    key_span(json, "span", q->begin, q->end);
    ent__json_close(json, '}');
}

/* ---- codes of states ------------------------------------------------------------------------ */

ent_state_codes ent__store_state_codes(const ent_kit *kit, ent_str code, int32_t day)
{
    const ent_table *t = ent__kit_table(kit, "actors/states");
    size_t row = t == NULL ? 0 : ent__table_find(t, code);
    for (; t != NULL && row < t->rows && ent__str_eq(ent__table_cell(t, row, 0), code); row++) {
        ent_date since = {0}, until = {0};
        ent__date_parse(ent__table_cell(t, row, ent__table_column(t, "since")), &since);
        ent__date_parse(ent__table_cell(t, row, ent__table_column(t, "until")), &until);
        if (day == ENT_NO_DAY || ent__date_within(ent__date_of_days(day), since, until)) {
            return (ent_state_codes){code, ent__table_cell(t, row, ent__table_column(t, "cow")),
                                     ent__table_cell(t, row, ent__table_column(t, "gw"))};
        }
    }
    return (ent_state_codes){code, {"", 0}, {"", 0}};
}

/* ---- tables -------------------------------------------------------------------------------- */

void ent__export_field(ent_exporting *x, ent_str text)
{
    if (x->fields++ > 0) {
        ent__buf_char(&x->line, x->separator);
    }
    if (x->separator == ',') {
        ent__buf_csv(&x->line, text, ',');
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        ent__buf_char(&x->line, c == '\t' || c == '\n' || c == '\r' ? ' ' : c);
    }
}

void ent__export_z(ent_exporting *x, const char *text)
{
    ent__export_field(x, ent__str(text));
}

void ent__export_int(ent_exporting *x, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    ent__export_z(x, value == -1 ? "" : text);
}

void ent__export_number(ent_exporting *x, double value)
{
    char text[32] = "";
    if (!isnan(value)) {
        ent__double_text(value, text);
    }
    ent__export_z(x, text);
}

ent_rc ent__export_end(ent_exporting *x)
{
    ent__buf_char(&x->line, '\n');
    x->fields = 0;
    x->report->rows++;
    if (x->line.failed) {
        return ent__nomem(x->ctx);
    }
    ent_rc rc = x->line.n < (1u << 16) ? ENT_OK : x->write(x->user, ent__buf_slice(&x->line));
    x->line.n = x->line.n < (1u << 16) ? x->line.n : 0;
    return rc;
}

static void add_header(ent_exporting *x, const char *names)
{
    ent_str rest = ent__str(names), name;
    while (ent__str_split(&rest, ' ', &name)) {
        ent__export_field(x, name);
    }
    ent__buf_char(&x->line, '\n');
    x->fields = 0;
}

static void add_joined(ent_exporting *x, const ent_stored_actor *sides, size_t count, int part)
{
    x->joined.n = 0;
    for (size_t i = 0; i < count; i++) {
        const ent_stored_actor *a = &sides[i];
        ent__buf_z(&x->joined, i > 0 ? "; " : "");
        ent__buf_str(&x->joined, part == 0 ? a->code : part == 1 ? a->sector : a->name);
    }
    ent__export_field(x, ent__buf_slice(&x->joined));
}

static ent_rc event_csv(void *user, const ent_stored_event *e)
{
    ent_exporting *x = user;
    x->joined.n = 0;
    ent__event_id(&x->joined, e);
    ent__export_field(x, ent__buf_slice(&x->joined));
    const ent_str words[] = {e->dataset, e->date, e->type, e->mode, e->context, e->cameo};
    for (int i = 0; i < 6; i++) {
        ent__export_field(x, words[i]);
    }
    ent__export_int(x, e->quad == 0 ? -1 : e->quad);
    ent__export_number(x, e->goldstein);
    ent__export_number(x, e->score);
    for (int part = 0; part < 3; part++) {
        add_joined(x, e->source, e->source_count, part);
    }
    for (int part = 0; part < 3; part++) {
        add_joined(x, e->target, e->target_count, part);
    }
    ent_state_codes codes[2] = {{{"", 0}, {"", 0}, {"", 0}}, {{"", 0}, {"", 0}, {"", 0}}};
    if (e->source_count > 0) {
        codes[0] = ent__store_state_codes(x->kit, e->source[0].code, e->day);
    }
    if (e->target_count > 0) {
        codes[1] = ent__store_state_codes(x->kit, e->target[0].code, e->day);
    }
    ent__export_field(x, codes[0].ccode);
    ent__export_field(x, codes[1].ccode);
    ent__export_field(x, codes[0].gwcode);
    ent__export_field(x, codes[1].gwcode);
    ent__export_field(x, e->certainty);
    ent__export_int(x, e->mentions);
    ent__export_int(x, e->sources);
    ent__export_int(x, e->articles);
    ent__export_field(x, e->place);
    ent__export_field(x, e->region);
    ent__export_field(x, e->place_country);
    ent__export_number(x, e->latitude);
    ent__export_number(x, e->longitude);
    const ent_str tail[] = {e->publisher, e->url, e->doc, e->text, e->rule};
    for (int i = 0; i < 5; i++) {
        ent__export_field(x, tail[i]);
    }
    return ent__export_end(x);
}

static ent_rc statement_csv(void *user, const ent_stored_statement *s)
{
    ent_exporting *x = user;
    const ent_str words[] = {s->doc, s->local, s->date, s->speaker, s->affiliation, s->role,
                             s->code, s->kind, s->force, s->content, s->rule};
    for (int i = 0; i < 11; i++) {
        ent__export_field(x, words[i]);
    }
    return ent__export_end(x);
}

static ent_rc document_csv(void *user, const ent_stored_document *d)
{
    ent_exporting *x = user;
    const ent_str words[] = {d->doc, d->date, d->title, d->deck, d->byline, d->outlet, d->url,
                             d->language, d->source, d->sha256};
    for (int i = 0; i < 10; i++) {
        ent__export_field(x, words[i]);
    }
    const int64_t counts[] = {d->revision, (int64_t)d->sentence_count, (int64_t)d->event_count,
                              (int64_t)d->statement_count, (int64_t)d->quantity_count};
    for (int i = 0; i < 5; i++) {
        ent__export_int(x, counts[i]);
    }
    return ent__export_end(x);
}

static ent_rc quantity_csv(void *user, const char *doc, const ent_stored_quantity *q)
{
    ent_exporting *x = user;
    ent__export_z(x, doc);
    ent__export_number(x, q->value);
    ent__export_number(x, q->value_max);
    const ent_str words[] = {q->unit, q->subject, q->period, q->comparison};
    for (int i = 0; i < 4; i++) {
        ent__export_field(x, words[i]);
    }
    return ent__export_end(x);
}

/* ---- JSON Lines ---------------------------------------------------------------------------- */

static ent_rc event_jsonl(void *user, const ent_stored_event *e)
{
    ent_exporting *x = user;
    ent_json json = ent__json(&x->line);
    ent__store_event_json(&json, e);
    return ent__export_end(x);
}

static ent_rc statement_jsonl(void *user, const ent_stored_statement *s)
{
    ent_exporting *x = user;
    ent_json json = ent__json(&x->line);
    ent__store_statement_json(&json, s);
    return ent__export_end(x);
}

static ent_rc document_jsonl(void *user, const ent_stored_document *d)
{
    ent_exporting *x = user;
    ent_json json = ent__json(&x->line);
    ent__store_document_json(&json, d, true);
    return ent__export_end(x);
}

static ent_rc quantity_jsonl(void *user, const char *doc, const ent_stored_quantity *q)
{
    ent_exporting *x = user;
    ent_json json = ent__json(&x->line);
    ent__store_quantity_json(&json, doc, q);
    return ent__export_end(x);
}

/* ---- what and how -------------------------------------------------------------------------- */

static const char event_header[] =
    "id dataset date type mode context cameo quad goldstein score source_code source_sector "
    "source_name target_code target_sector target_name ccode1 ccode2 gwcode1 gwcode2 certainty "
    "mentions sources articles place region place_country latitude longitude publisher url doc "
    "text rule";

static ent_rc layout_event(void *user, const ent_stored_event *e)
{
    return ent__export_in_layout(user, e);
}

static ent_rc export_events(ent_exporting *x, ent_store *store, const ent_layout *layout,
                            bool csv, const ent_store_filter *filter)
{
    ent_event_visit visit = layout != NULL ? layout_event : csv ? event_csv : event_jsonl;
    x->layout = layout;
    if (csv) {
        add_header(x, event_header);
    } else if (layout != NULL && layout->header != NULL) {
        layout->header(x);
    }
    return ent__store_events(x->ctx, store, filter, visit, x);
}

static ent_rc export_what(ent_exporting *x, ent_store *store, const char *what, bool csv,
                          const ent_store_filter *filter)
{
    if (strcmp(what, "statements") == 0) {
        if (csv) {
            add_header(x, "doc id date speaker affiliation role code kind force text rule");
        }
        return ent__store_statements(x->ctx, store, filter, csv ? statement_csv : statement_jsonl,
                                     x);
    }
    if (strcmp(what, "documents") == 0) {
        if (csv) {
            add_header(x, "doc date title deck byline outlet url lang file sha256 revision "
                          "sentences events statements quantities");
        }
        return ent__store_documents(x->ctx, store, filter, csv ? document_csv : document_jsonl, x);
    }
    if (strcmp(what, "quantities") == 0) {
        if (csv) {
            add_header(x, "doc value value_max unit subject period comparison");
        }
        return ent__store_quantities(x->ctx, store, filter, csv ? quantity_csv : quantity_jsonl, x);
    }
    return ent__fail(x->ctx, ENT_EUSAGE, NULL, 0,
                     "can't export \"%s\": expected events, statements, documents, quantities or "
                     "dyads", what);
}

ent_rc ent__store_export(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const char *what,
                         const char *layout_name, const ent_store_filter *filter,
                         ent_export_write write, void *user, ent_export_report *out)
{
    *out = (ent_export_report){0};
    bool csv = strcmp(layout_name, "csv") == 0, jsonl = strcmp(layout_name, "jsonl") == 0;
    bool events = strcmp(what, "events") == 0;
    const ent_layout *layout = ent__export_layout(layout_name);
    if (!csv && !jsonl && (layout == NULL || !events)) {
        return ent__fail(ctx, ENT_EUSAGE, NULL, 0, "can't export %s as \"%s\"", what, layout_name);
    }
    ent_exporting x = {.ctx = ctx, .kit = kit, .write = write, .user = user, .report = out,
                       .separator = csv || (layout != NULL && layout->csv) ? ',' : '\t'};
    ent_rc rc = ent__codes_new(ctx, kit, &x.codes);
    if (rc == ENT_OK) {
        rc = events ? export_events(&x, store, layout, csv, filter)
                    : export_what(&x, store, what, csv, filter);
    }
    if (rc == ENT_OK && x.line.n > 0) {
        rc = x.line.failed ? ent__nomem(ctx) : write(user, ent__buf_slice(&x.line));
    }
    ent__codes_free(x.codes);
    ent__buf_free(&x.line);
    ent__buf_free(&x.joined);
    return rc;
}
