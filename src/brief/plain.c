/* The brief as Markdown and as JSON: the same content as the page, in the same order. */
#include <math.h>
#include <string.h>

#include "brief.h"

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
        bool begins = i == 0 ? c == '-' || c == '+' || c == '='
                             : i == digits && (c == '.' || c == ')');
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

static void markdown_ties(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    if (brief->tie_count == 0) {
        return;
    }
    ent__buf_z(out, "\n## Who stands where\n\n| tie | events | cooperative | conflictual | mean "
                    "score | standard error |\n| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < brief->tie_count; i++) {
        const ent_brief_tie *tie = &brief->ties[i];
        ent__buf_z(out, "| ");
        markdown(out, ent__brief_state_name(kit, tie->a));
        ent__buf_z(out, " – ");
        markdown(out, ent__brief_state_name(kit, tie->b));
        ent__buf_printf(out, " | %u | %u | %u | %+.1f | ", tie->count, tie->cooperative,
                        tie->conflictual, ent__tie_mean(tie));
        if (isnan(ent__tie_error(tie))) {
            ent__buf_z(out, "one event |\n");
        } else {
            ent__buf_printf(out, "%.1f |\n", ent__tie_error(tie));
        }
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

void ent__brief_markdown(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    ent__buf_z(out, "# ");
    markdown(out, brief->headline);
    ent__buf_z(out, "\n");
    if (brief->question.n > 0) {
        ent__buf_z(out, "\n*");
        markdown(out, brief->question);
        ent__buf_z(out, "*\n");
    }
    markdown_events(out, brief, "What happened", brief->happened, brief->happened_count);
    markdown_ties(out, kit, brief);
    markdown_speakers(out, brief);
    ent__buf_z(out, brief->quantity_count > 0 ? "\n## The figures claimed\n\n" : "");
    for (size_t i = 0; i < brief->quantity_count; i++) {
        ent_buf words = {0};
        ent__brief_amount(&words, brief->quantities[i].quantity);
        ent__buf_z(out, "- **");
        markdown_words(out, &words);
        ent__buf_z(out, "**");
        sentence(out, brief, brief->quantities[i].place);
    }
    markdown_events(out, brief, "Only asked, planned, conditional or denied", brief->not_happened,
                    brief->not_happened_count);
    ent__buf_z(out, brief->question_count > 0 ? "\n## Open questions\n\n" : "");
    for (size_t i = 0; i < brief->question_count; i++) {
        ent_buf words = {0};
        ent__brief_sentence(&words, brief, brief->questions[i].place);
        ent__buf_z(out, "- ");
        markdown_words(out, &words);
        ent__buf_z(out, "\n");
    }
    ent__buf_printf(out, "\n---\nEntente %s, tables and models %s\n", ENT_VERSION,
                    ent_kit_hash(kit));
}

/* ---- JSON ---- */

static void json_place(ent_json *json, ent_brief_place place)
{
    ent__json_kint(json, "document", place.doc + 1);
    ent__json_kint(json, "sentence", place.sentence + 1);
}

static void json_events(ent_json *json, const char *key, const ent_brief_event *events, size_t count)
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

static void json_speakers(ent_json *json, const ent_brief *brief)
{
    ent__json_key(json, "speakers");
    ent__json_open(json, '[');
    for (size_t i = 0; i < brief->speaker_count; i++) {
        const ent_brief_speaker *who = &brief->speakers[i];
        ent__json_open(json, '{');
        ent__json_kstr(json, "name", who->name.n > 0 ? who->name : (ent_str){NULL, 0});
        ent__json_kstr(json, "code", who->code.n > 0 ? who->code : (ent_str){NULL, 0});
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

void ent__brief_json(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "headline", brief->headline);
    ent__json_kstr(&json, "question",
                   brief->question.n > 0 ? brief->question : (ent_str){NULL, 0});
    json_events(&json, "happened", brief->happened, brief->happened_count);
    json_events(&json, "not_happened", brief->not_happened, brief->not_happened_count);
    json_ties(&json, brief);
    json_speakers(&json, brief);
    ent__json_key(&json, "figures");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < brief->quantity_count; i++) {
        const ent_quantity *q = brief->quantities[i].quantity;
        ent__json_open(&json, '{');
        ent__json_kdouble(&json, "value", q->value);
        ent__json_kdouble(&json, "value_max", q->value_max);
        ent__json_kstr(&json, "unit", q->unit);
        json_place(&json, brief->quantities[i].place);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "questions");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < brief->question_count; i++) {
        ent__json_open(&json, '{');
        json_place(&json, brief->questions[i].place);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}
