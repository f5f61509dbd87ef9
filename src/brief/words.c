/* The words of a brief: names of states, dates, kinds of event, quotations from the source. */
#include <math.h>

#include "brief.h"

/* The latest state of a code. */
static ent_str state_name(const ent_table *states, ent_str code)
{
    ent_str name = {"", 0};
    size_t row = states == NULL ? 0 : ent__table_find(states, code);
    for (; states != NULL && row < states->rows; row++) {
        if (!ent__str_eq(ent__table_cell(states, row, 0), code)) {
            break;
        }
        name = ent__table_cell(states, row, ent__table_column(states, "name"));
    }
    return name;
}

/* Organs and agencies share their organisation's code: the shortest name of the kind "igo" is the
 * organisation's own, and where there is none of that kind the shortest of all. */
static ent_str organisation_name(const ent_table *table, ent_str code)
{
    ent_str best = {"", 0};
    bool best_is_igo = false;
    size_t row = table == NULL ? 0 : ent__table_find(table, code);
    for (; table != NULL && row < table->rows; row++) {
        if (!ent__str_eq(ent__table_cell(table, row, 0), code)) {
            break;
        }
        ent_str name = ent__table_cell(table, row, ent__table_column(table, "name"));
        ent_str kind = ent__table_cell(table, row, ent__table_column(table, "kind"));
        bool igo = ent__str_eqz(kind, "igo");
        if (best.n == 0 || (igo && !best_is_igo) || (igo == best_is_igo && name.n < best.n)) {
            best = name;
            best_is_igo = igo;
        }
    }
    return best;
}

bool ent__brief_is_state(const ent_kit *kit, ent_str code)
{
    return state_name(ent__kit_table(kit, "actors/states"), code).n > 0;
}

ent_str ent__brief_state_name(const ent_kit *kit, ent_str code)
{
    ent_str name = state_name(ent__kit_table(kit, "actors/states"), code);
    if (name.n == 0) {
        name = organisation_name(ent__kit_table(kit, "actors/organisations"), code);
    }
    return name.n > 0 ? name : code;
}

void ent__brief_date(ent_buf *out, ent_date date)
{
    static const char *const months[13] = {"",     "January", "February",  "March",   "April",
                                           "May",  "June",    "July",      "August",  "September",
                                           "October", "November", "December"};
    if (date.day > 0) {
        ent__buf_printf(out, "%d ", date.day);
    }
    if (date.month > 0) {
        ent__buf_printf(out, "%s ", months[date.month]);
    }
    ent__buf_printf(out, "%d", date.year);
}

const char *ent__brief_event_word(ent_plover type)
{
    static const char *const words[ENT_PLOVER_COUNT + 1] = {
        [ENT_PLOVER_AGREE] = "Agreement",       [ENT_PLOVER_CONSULT] = "Consultation",
        [ENT_PLOVER_SUPPORT] = "Support",       [ENT_PLOVER_COOPERATE] = "Cooperation",
        [ENT_PLOVER_AID] = "Aid",               [ENT_PLOVER_CONCEDE] = "Concession",
        [ENT_PLOVER_RETREAT] = "Retreat",       [ENT_PLOVER_REQUEST] = "Request",
        [ENT_PLOVER_ACCUSE] = "Accusation",     [ENT_PLOVER_REJECT] = "Rejection",
        [ENT_PLOVER_THREATEN] = "Threat",       [ENT_PLOVER_PROTEST] = "Protest",
        [ENT_PLOVER_SANCTION] = "Sanction",     [ENT_PLOVER_MOBILIZE] = "Mobilization",
        [ENT_PLOVER_COERCE] = "Coercion",       [ENT_PLOVER_ASSAULT] = "Assault",
        [ENT_PLOVER_NONE] = "Event",
    };
    return words[type];
}

/* White space of any kind becomes one blank. */
static void folded(ent_buf *out, ent_str s)
{
    bool blank = false;
    s = ent__str_trim(s);
    for (size_t at = 0; at < s.n;) {
        uint32_t c = ent__utf8_next(s, &at);
        bool is_blank = c <= ' ' || c == 0xA0;
        if (!is_blank) {
            ent__buf_codepoint(out, c);
        } else if (!blank) {
            ent__buf_char(out, ' ');
        }
        blank = is_blank;
    }
}

void ent__brief_sentence(ent_buf *out, const ent_brief *brief, ent_brief_place place)
{
    const ent_doc *doc = brief->docs[place.doc];
    const ent_sentence *s = &doc->tree->sentences[place.sentence];
    folded(out, ent__str_sub(doc->text.text, s->begin, s->end));
}

void ent__brief_content(ent_buf *out, const ent_brief *brief, const ent_brief_statement *one)
{
    ent_str text = brief->docs[one->place.doc]->text.text;
    for (size_t i = 0; i < one->statement->content_count; i++) {
        ent__buf_z(out, i == 0 ? "" : " … ");
        folded(out, ent__str_sub(text, one->statement->content[i].begin,
                                 one->statement->content[i].end));
    }
}

static void number(ent_buf *out, double value)
{
    static const struct {
        double size;
        const char *word;
    } sizes[] = {{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (fabs(value) >= sizes[i].size) {
            char text[32];
            ent__double_text(round(value / sizes[i].size * 1000) / 1000, text);
            ent__buf_z(out, text);
            ent__buf_z(out, sizes[i].word);
            return;
        }
    }
    char text[32];
    ent__double_text(value, text);
    ent__buf_z(out, text);
}

void ent__brief_amount(ent_buf *out, const ent_quantity *q)
{
    if (q->approximate) {
        ent__buf_z(out, "about ");
    }
    if (isfinite(q->value)) {
        number(out, q->value);
    }
    if (isfinite(q->value_max)) {
        ent__buf_z(out, isfinite(q->value) ? " to " : "up to ");
        number(out, q->value_max);
    }
    if (q->unit.n > 0) {
        ent__buf_z(out, isfinite(q->value) || isfinite(q->value_max) ? " " : "");
        ent__buf_str(out, q->unit);
    }
}

void ent__brief_claimant(ent_buf *out, const ent_brief_quantity *quantity)
{
    const ent_statement *claim = quantity->claim;
    ent__buf_str(out, claim == NULL               ? ENT_LIT("the text itself")
                      : claim->speaker_name.n > 0 ? claim->speaker_name
                                                  : ENT_LIT("no speaker named"));
    if (claim != NULL && claim->force.n > 0 && !ent__str_eqz(claim->force, "say")) {
        ent__buf_printf(out, " (%.*s)", ENT_FMT(claim->force));
    }
}
