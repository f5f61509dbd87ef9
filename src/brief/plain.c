/* The brief as Markdown and as JSON: the same content as the page, in the same order. */
#include <math.h>
#include <string.h>

#include "page.h"

/* Markdown's own signs in foreign text are escaped: those with a meaning anywhere, and those that
 * begin a list or underline a heading at the beginning of a line. */
static void markdown(ent_buf *out, ent_str s)
{
    ent_buf shown = {0};
    ent__buf_shown(&shown, s);
    size_t digits = 0;
    while (digits < shown.n && shown.p[digits] >= '0' && shown.p[digits] <= '9') {
        digits++;
    }
    for (size_t i = 0; i < shown.n; i++) {
        char c = shown.p[i];
        bool begins =
            i == 0 ? c == '-' || c == '+' || c == '=' : i == digits && (c == '.' || c == ')');
        if (begins || strchr("\\`*_[]<>#|&~", c) != NULL) {
            ent__buf_char(out, '\\');
        }
        ent__buf_char(out, c);
    }
    out->failed |= shown.failed;
    ent__buf_free(&shown);
}

static void markdown_words(ent_buf *out, ent_buf *words)
{
    markdown(out, ent__buf_slice(words));
    out->failed |= words->failed;
    ent__buf_free(words);
}

static void sentence(ent_buf *out, const ent_brief *brief, ent_brief_place place)
{
    ent_buf words = {0};
    ent__brief_sentence(&words, brief, place);
    ent__buf_z(out, "  \n  ");
    markdown_words(out, &words);
    ent__buf_printf(out, " (source %u, sentence %u)\n", place.doc + 1, place.sentence + 1);
}

static void markdown_events(ent_buf *out, const ent_brief *brief, const char *title,
                            const ent_brief_event *events, size_t count)
{
    if (count == 0) {
        return;
    }
    ent__buf_printf(out, "\n## %s\n\n", title);
    for (size_t i = 0; i < count; i++) {
        const ent_brief_event *one = &events[i];
        ent__buf_z(out, "- ");
        if (one->date.year != 0) {
            ent__brief_date(out, one->date);
            ent__buf_z(out, ": ");
        }
        ent__buf_z(out, "**");
        markdown(out, one->source);
        if (one->target.n > 0) {
            ent__buf_z(out, one->event->symmetric ? " ↔ " : " → ");
            markdown(out, one->target);
        }
        ent__buf_printf(out, "** %s (%s)", ent__brief_event_word(one->event->type),
                        ent__certainty_name(one->event->certainty));
        sentence(out, brief, one->place);
    }
}

/* A table with the exhibit's message, note and source. */
static void markdown_exhibit(ent_buf *out, const ent_brief_exhibit *e)
{
    ent__buf_z(out, "\n### ");
    markdown(out, e->title);
    ent__buf_z(out, "\n\n|");
    for (size_t c = 0; c < e->column_count; c++) {
        ent__buf_char(out, ' ');
        markdown(out, e->columns[c]);
        ent__buf_z(out, " |");
    }
    ent__buf_z(out, "\n|");
    for (size_t c = 0; c < e->column_count; c++) {
        ent__buf_z(out, " --- |");
    }
    for (size_t i = 0; i < e->row_count * e->column_count; i++) {
        ent__buf_z(out, i % e->column_count == 0 ? "\n| " : " ");
        markdown(out, e->cells[i].n > 0 ? e->cells[i] : ENT_LIT("–"));
        ent__buf_z(out, " |");
    }
    ent__buf_z(out, "\n\n");
    markdown(out, e->note);
    ent__buf_z(out, e->note.n > 0 ? " Source: " : "Source: ");
    markdown(out, e->source);
    ent__buf_z(out, ".\n");
}

static void markdown_section(ent_buf *out, const ent_brief_section *s)
{
    ent__buf_printf(out, "\n## %s\n\n", s->title);
    markdown(out, s->lead);
    ent__buf_z(out, "\n");
    for (size_t i = 0; i < s->exhibit_count; i++) {
        markdown_exhibit(out, &s->exhibits[i]);
    }
    ent__buf_z(out, "\n*How this was made.* ");
    markdown(out, ent__str(s->method));
    ent__buf_printf(out, " More: `%s`.\n", s->page);
    if (s->commands.n > 0) {
        ent__buf_z(out, "\n```sh\n");
        ent__buf_shown_lines(out, s->commands);
        ent__buf_z(out, "\n```\n");
    }
}

static void markdown_answer(ent_buf *out, const ent_brief *brief)
{
    const ent_brief_answer *a = &brief->answer;
    if (a->first.n == 0) {
        return;
    }
    ent__buf_z(out, "\n**");
    markdown(out, a->first);
    ent__buf_z(out, "** ");
    markdown(out, a->second);
    ent__buf_z(out, "\n\n- How sure: ");
    markdown(out, a->sure);
    ent__buf_z(out, "\n- What would change it: ");
    markdown(out, a->change);
    ent__buf_z(out, "\n");
}

static void markdown_byline(ent_buf *out, const ent_brief *brief)
{
    ent__buf_z(out, "\nBy Entente");
    for (size_t d = 0; d < brief->doc_count; d++) {
        const ent_text *t = &brief->docs[d]->text;
        ent__buf_z(out, d == 0 ? ", read from " : "; ");
        markdown(out, t->title.n > 0 ? t->title : t->id);
    }
    ent__buf_z(out, ".");
    if (brief->updated.year != 0) {
        ent__buf_z(out, " Updated ");
        ent__brief_date(out, brief->updated);
        ent__buf_z(out, ".");
    }
    ent__buf_z(out, " Permanent name: " ENT_BRIEF_NAMELESS "\n");
}

static void markdown_foot(ent_buf *out, const ent_brief *brief)
{
    ent__buf_z(out, brief->unknown_count > 0 ? "\n## What we do not know\n\n" : "");
    for (size_t i = 0; i < brief->unknown_count; i++) {
        ent__buf_z(out, "- ");
        markdown(out, brief->unknown[i]);
        ent__buf_z(out, "\n");
    }
    ent__buf_z(out, brief->correction_count > 0 ? "\n## Corrections\n\n" : "");
    for (size_t i = 0; i < brief->correction_count; i++) {
        ent__buf_z(out, "- ");
        if (brief->corrections[i].date.year != 0) {
            ent__brief_date(out, brief->corrections[i].date);
            ent__buf_z(out, ": ");
        }
        markdown(out, brief->corrections[i].text);
        ent__buf_z(out, "\n");
    }
}

static void markdown_speakers(ent_buf *out, const ent_brief *brief)
{
    ent__buf_z(out, brief->speaker_count > 0 ? "\n## Who says what\n" : "");
    for (size_t i = 0; i < brief->speaker_count; i++) {
        const ent_brief_speaker *who = &brief->speakers[i];
        ent__buf_z(out, "\n### ");
        markdown(out, who->name.n > 0 ? who->name : ENT_LIT("No speaker named"));
        ent__buf_z(out, "\n\n");
        for (uint32_t k = 0; k < who->count; k++) {
            const ent_brief_statement *one = &brief->statements[who->statements[k]];
            ent_buf words = {0};
            ent__brief_content(&words, brief, one);
            ent__buf_z(out, "- ");
            markdown_words(out, &words);
            ent__buf_printf(out, " (source %u, sentence %u)\n", one->place.doc + 1,
                            one->place.sentence + 1);
        }
    }
}

static void markdown_figures(ent_buf *out, const ent_brief *brief)
{
    ent__buf_z(out, brief->quantity_count > 0 ? "\n## The figures claimed\n\n" : "");
    for (size_t i = 0; i < brief->quantity_count; i++) {
        ent_buf words = {0};
        ent__brief_amount(&words, brief->quantities[i].quantity);
        ent__buf_z(out, "- **");
        markdown_words(out, &words);
        ent__buf_z(out, "**, ");
        ent__brief_claimant(&words, &brief->quantities[i]);
        markdown_words(out, &words);
        sentence(out, brief, brief->quantities[i].place);
    }
}

static void markdown_questions(ent_buf *out, const ent_brief *brief)
{
    ent__buf_z(out, brief->question_count > 0 ? "\n## Open questions\n\n" : "");
    for (size_t i = 0; i < brief->question_count; i++) {
        ent_buf words = {0};
        ent__brief_sentence(&words, brief, brief->questions[i].place);
        ent__buf_z(out, "- ");
        markdown_words(out, &words);
        ent__buf_z(out, "\n");
    }
}

void ent__brief_markdown(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    size_t begin = out->n;
    ent__buf_z(out, "# ");
    markdown(out, brief->headline);
    ent__buf_z(out, "\n");
    markdown_answer(out, brief);
    markdown_byline(out, brief);
    markdown_events(out, brief, "What happened", brief->happened, brief->happened_count);
    markdown_speakers(out, brief);
    if (brief->tie_count > 0) {
        ent__buf_z(out, "\n## Who stands where\n");
        markdown_exhibit(out, &brief->graph);
    }
    for (size_t i = 0; i < brief->section_count; i++) {
        markdown_section(out, &brief->sections[i]);
    }
    markdown_figures(out, brief);
    markdown_events(out, brief, "Only asked, planned, conditional or denied", brief->not_happened,
                    brief->not_happened_count);
    markdown_questions(out, brief);
    markdown_foot(out, brief);
    ent__buf_printf(out, "\n---\nEntente %s, tables and models %s\n", ENT_VERSION,
                    ent_kit_hash(kit));
    ent__brief_put_name(out, begin);
}

/* ---- JSON ---- */

static void json_place(ent_json *json, ent_brief_place place)
{
    ent__json_kint(json, "document", place.doc + 1);
    ent__json_kint(json, "sentence", place.sentence + 1);
}

static void json_events(ent_json *json, const char *key, const ent_brief_event *events,
                        size_t count)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        char id[24], day[16];
        snprintf(id, sizeof id, "e%u", events[i].number);
        ent__date_iso(events[i].date, day);
        ent__json_open(json, '{');
        ent__json_kz(json, "id", id);
        ent__json_kz(json, "type", ent__plover_name(events[i].event->type));
        ent__json_kstr(json, "source", events[i].source);
        ent__json_kstr(json, "target", events[i].target);
        ent__json_kz(json, "date", day[0] == '\0' ? NULL : day);
        ent__json_kz(json, "certainty", ent__certainty_name(events[i].event->certainty));
        json_place(json, events[i].place);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_ties(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "ties");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->tie_count; i++) {
        const ent_brief_tie *tie = &brief->ties[i];
        ent__json_open(json, '{');
        ent__json_kstr(json, "a", tie->a);
        ent__json_kstr(json, "b", tie->b);
        ent__json_kint(json, "events", tie->count);
        ent__json_kint(json, "cooperative", tie->cooperative);
        ent__json_kint(json, "conflictual", tie->conflictual);
        ent__json_kint(json, "alleged", tie->alleged);
        ent__json_kdouble(json, "mean_score", ent__tie_mean(tie));
        ent__json_kdouble(json, "standard_error", ent__tie_error(tie));
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static ent_str or_null(ent_str s)
{
    return s.n > 0 ? s : (ent_str){NULL, 0};
}

static void json_speakers(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "speakers");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->speaker_count; i++) {
        const ent_brief_speaker *who = &brief->speakers[i];
        ent__json_open(json, '{');
        ent__json_kstr(json, "name", or_null(who->name));
        ent__json_kstr(json, "code", or_null(who->code));
        ent__json_key(json, "statements");
        ent__json_open(json, '[');
        for (uint32_t k = 0; k < who->count; k++) {
            const ent_brief_statement *one = &brief->statements[who->statements[k]];
            ent_buf words = {0};
            ent__brief_content(&words, brief, one);
            ent__json_open(json, '{');
            ent__json_kstr(json, "content", ent__buf_slice(&words));
            ent__buf_free(&words);
            json_place(json, one->place);
            ent__json_close(json, '}');
        }
        ent__json_close(json, ']');
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_answer(ent_json *json, const ent_brief *brief)
{
    const ent_brief_answer *a = &brief->answer;
    ent__json_key(json, "answer");
    if (a->first.n == 0) {
        ent__json_null(json);
        return;
    }
    ent__json_open(json, '{');
    ent__json_kstr(json, "first", a->first);
    ent__json_kstr(json, "second", a->second);
    ent__json_kz(json, "likelihood", a->word);
    ent__json_kdouble(json, "probability", a->probability);
    ent__json_kdouble(json, "low", a->low);
    ent__json_kdouble(json, "high", a->high);
    ent__json_kz(json, "confidence", a->confidence);
    ent__json_kstr(json, "how_sure", a->sure);
    ent__json_kstr(json, "what_would_change_it", a->change);
    ent__json_close(json, '}');
}

/* Cells that are numbers are written as numbers, empty ones as null. */
static void json_exhibit(ent_json *json, const ent_brief_exhibit *e)
{
    ent__json_open(json, '{');
    ent__json_kstr(json, "id", e->id);
    ent__json_kstr(json, "title", e->title);
    ent__json_kstr(json, "note", e->note);
    ent__json_kstr(json, "source", e->source);
    ent__json_key(json, "columns");
    ent__json_open(json, '[');
    for (size_t c = 0; c < e->column_count; c++) {
        ent__json_str(json, e->columns[c]);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "rows");
    ent__json_open(json, '[');
    for (size_t r = 0; r < e->row_count; r++) {
        ent__json_open(json, '[');
        for (size_t c = 0; c < e->column_count; c++) {
            ent_str cell = e->cells[r * e->column_count + c];
            double value;
            if (cell.n == 0) {
                ent__json_null(json);
            } else if (ent__str_double(cell, &value) && isfinite(value)) {
                ent__json_double(json, value);
            } else {
                ent__json_str(json, cell);
            }
        }
        ent__json_close(json, ']');
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
}

static void json_sections(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "sections");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->section_count; i++) {
        const ent_brief_section *s = &brief->sections[i];
        ent__json_open(json, '{');
        ent__json_kz(json, "id", s->id);
        ent__json_kz(json, "title", s->title);
        ent__json_kstr(json, "lead", s->lead);
        ent__json_key(json, "exhibits");
        ent__json_open(json, '[');
        for (size_t e = 0; e < s->exhibit_count; e++) {
            json_exhibit(json, &s->exhibits[e]);
        }
        ent__json_close(json, ']');
        ent__json_kz(json, "method", s->method);
        ent__json_kz(json, "page", s->page);
        ent__json_kstr(json, "commands", s->commands);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_sources(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "documents");
    ent__json_open(json, '[');
    for (size_t d = 0; d < brief->doc_count; d++) {
        const ent_text *t = &brief->docs[d]->text;
        char day[16];
        ent__date_iso(t->date, day);
        ent__json_open(json, '{');
        ent__json_kstr(json, "doc", t->id);
        ent__json_kstr(json, "title", t->title);
        ent__json_kz(json, "date", day[0] == '\0' ? NULL : day);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_foot(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "unknown");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->unknown_count; i++) {
        ent__json_str(json, brief->unknown[i]);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "corrections");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->correction_count; i++) {
        char day[16];
        ent__date_iso(brief->corrections[i].date, day);
        ent__json_open(json, '{');
        ent__json_kz(json, "date", day[0] == '\0' ? NULL : day);
        ent__json_kstr(json, "text", brief->corrections[i].text);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_figures(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "figures");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->quantity_count; i++) {
        const ent_quantity *q = brief->quantities[i].quantity;
        ent__json_open(json, '{');
        ent__json_kdouble(json, "value", q->value);
        ent__json_kdouble(json, "value_max", q->value_max);
        ent__json_kstr(json, "unit", q->unit);
        const ent_statement *claim = brief->quantities[i].claim;
        ent__json_key(json, "claimed_by");
        if (claim == NULL) {
            ent__json_null(json);
        } else {
            ent__json_open(json, '{');
            ent__json_kstr(json, "speaker", or_null(claim->speaker_name));
            ent__json_kstr(json, "force", or_null(claim->force));
            ent__json_close(json, '}');
        }
        json_place(json, brief->quantities[i].place);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
    ent__json_key(json, "questions");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->question_count; i++) {
        ent__json_open(json, '{');
        json_place(json, brief->questions[i].place);
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

void ent__brief_json(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    size_t begin = out->n;
    char day[16];
    ent__date_iso(brief->updated, day);
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kz(&json, "name", ENT_BRIEF_NAMELESS);
    ent__json_kstr(&json, "headline", brief->headline);
    ent__json_kstr(&json, "question", or_null(brief->question));
    json_answer(&json, brief);
    ent__json_kz(&json, "updated", day[0] == '\0' ? NULL : day);
    ent__json_key(&json, "states");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < brief->asked_count; i++) {
        ent__json_str(&json, brief->asked[i]);
    }
    ent__json_close(&json, ']');
    json_sources(&json, brief);
    json_events(&json, "happened", brief->happened, brief->happened_count);
    json_events(&json, "not_happened", brief->not_happened, brief->not_happened_count);
    json_ties(&json, brief);
    json_speakers(&json, brief);
    json_sections(&json, brief);
    json_figures(&json, brief);
    json_foot(&json, brief);
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
    ent__brief_put_name(out, begin);
}
