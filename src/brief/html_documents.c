/* What the documents tell, on the page: timeline, ties, speakers, figures, questions, the sources
 * themselves.  Every line shows the sentence it comes from and links to its place in the source. */
#include "page.h"

static void source_link(ent__page *p, ent_brief_place place)
{
    ent__buf_printf(p->out, "<a class=\"source\" href=\"#d%us%u\">", place.doc + 1,
                    place.sentence + 1);
    if (p->brief->doc_count > 1) {
        ent__buf_printf(p->out, "source %u, ", place.doc + 1);
    }
    ent__buf_printf(p->out, "sentence %u</a>", place.sentence + 1);
}

static void quoted_sentence(ent__page *p, ent_brief_place place)
{
    ent_buf words = {0};
    ent__brief_sentence(&words, p->brief, place);
    ent__page_z(p, "<blockquote>");
    ent__page_words(p, &words);
    ent__page_z(p, " ");
    source_link(p, place);
    ent__page_z(p, "</blockquote>");
}

static const char *quad_class(const ent_event *e)
{
    return e->quad <= 2 ? "coop" : "conf";
}

static void event_line(ent__page *p, const ent_brief_event *one)
{
    const ent_event *e = one->event;
    ent__page_z(p, "<span class=\"what\">");
    ent__page_text(p, one->source);
    if (one->target.n > 0) {
        ent__page_z(p, e->symmetric ? " <span class=\"arrow\">↔</span> "
                                    : " <span class=\"arrow\">→</span> ");
        ent__page_text(p, one->target);
    }
    ent__buf_printf(p->out, "</span> <span class=\"badge kind\" title=\"PLOVER %s, CAMEO ",
                    ent__plover_name(e->type));
    ent__page_text(p, e->cameo);
    ent__buf_printf(p->out, "\">%s", ent__brief_event_word(e->type));
    if (e->mode.n > 0) {
        ent__page_z(p, ": ");
        ent__page_text(p, e->mode);
    }
    ent__page_z(p, "</span>");
    if (e->certainty != ENT_ASSERTED) {
        ent__buf_printf(p->out, "<span class=\"badge doubt\">%s</span>",
                        ent__certainty_name(e->certainty));
    }
    if (e->mentions > 1) {
        ent__buf_printf(p->out, "<span class=\"badge doubt\">told %u times</span>", e->mentions);
    }
}

void ent__page_timeline(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->happened_count == 0) {
        return;
    }
    ent__page_heading(p, "timeline", "What happened",
                      "By date where the text gives one; blue marks cooperation, orange conflict.");
    ent__page_z(p, "<ol class=\"timeline\">");
    for (size_t i = 0; i < b->happened_count; i++) {
        const ent_brief_event *one = &b->happened[i];
        if (i == b->dated_count) {
            ent__page_z(p, i > 0 ? "</ol><h3>Without a date</h3><ol class=\"timeline\">" : "");
        }
        ent__buf_printf(p->out, "<li class=\"%s\" id=\"d%ue%u\">", quad_class(one->event),
                        one->place.doc + 1, one->number);
        if (one->date.year != 0) {
            ent__page_date(p, one->date);
        }
        event_line(p, one);
        quoted_sentence(p, one->place);
        ent__page_z(p, "</li>");
    }
    ent__page_z(p, "</ol></section>");
}

/* The three powers most told of, side by side; what is not told is said to be not told. */
static void triangle(ent__page *p)
{
    size_t corner[3];
    int minus = 0, clear = 0;
    if (!ent__brief_triangle(p->kit, p->brief, corner)) {
        return;
    }
    ent__page_z(p, "<h3>The triangle</h3><p>");
    for (size_t i = 0; i < 3; i++) {
        ent_str a = p->brief->states[corner[i]], b = p->brief->states[corner[(i + 1) % 3]];
        const ent_brief_tie *tie = ent__brief_tie(p->brief, a, b);
        char sign = tie == NULL ? '0' : ent__tie_sign(tie);
        minus += sign == '-';
        clear += sign == '-' || sign == '+';
        ent__page_text(p, ent__brief_state_name(p->kit, a));
        ent__page_z(p, " and ");
        ent__page_text(p, ent__brief_state_name(p->kit, b));
        ent__page_z(p, sign == '+'   ? ": cooperation"
                       : sign == '-' ? ": conflict"
                       : sign == '?' ? ": mixed"
                                     : ": nothing told");
        ent__page_z(p, i < 2 ? "; " : ". ");
    }
    if (clear == 3) {
        ent__page_z(p, minus % 2 == 0
                           ? "The three signs are balanced: whoever is close to one of two foes is "
                             "at odds with the other, or all are close."
                           : "The three signs are not balanced: somebody stands between two who do "
                             "not get on, or all three are at odds.");
    } else {
        ent__page_z(p, "Too little is told to call the triangle balanced or not.");
    }
    ent__page_z(p, "</p>");
}

void ent__page_ties(ent__page *p)
{
    if (p->brief->tie_count == 0) {
        return;
    }
    ent__page_heading(p, "ties", "Who stands where", NULL);
    ent__page_exhibit(p, &p->brief->graph);
    triangle(p);
    ent__page_z(p, "</section>");
}

static void speaker(ent__page *p, const ent_brief_speaker *who)
{
    ent__page_z(p, "<li><h3>");
    ent__page_text(p, who->name.n > 0 ? who->name : ENT_LIT("No speaker named"));
    if (who->affiliation.n > 0) {
        ent__page_z(p, " <span class=\"small\">");
        ent__page_text(p, who->affiliation);
        ent__page_z(p, "</span>");
    }
    ent__page_z(p, "</h3>");
    for (uint32_t i = 0; i < who->count; i++) {
        const ent_brief_statement *one = &p->brief->statements[who->statements[i]];
        const ent_statement *s = one->statement;
        ent__page_z(p, s->kind == ENT_STATEMENT_INDIRECT ? "<div class=\"said\">"
                                                         : "<div class=\"said direct\">");
        if (s->force.n > 0) {
            ent__page_z(p, "<span class=\"force\">");
            ent__page_text(p, s->force);
            ent__page_z(p, ":</span> ");
        }
        ent_buf words = {0};
        ent__brief_content(&words, p->brief, one);
        ent__page_words(p, &words);
        ent__page_z(p, " ");
        source_link(p, one->place);
        ent__page_z(p, "</div>");
    }
    ent__page_z(p, "</li>");
}

void ent__page_speakers(ent__page *p)
{
    if (p->brief->speaker_count == 0) {
        return;
    }
    ent__page_heading(p, "speakers", "Who says what",
                      "A dark rule marks words quoted, a light one words reported.");
    ent__page_z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < p->brief->speaker_count; i++) {
        speaker(p, &p->brief->speakers[i]);
    }
    ent__page_z(p, "</ul></section>");
}

void ent__page_figures(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->quantity_count == 0) {
        return;
    }
    ent__page_heading(p, "figures", "The figures claimed",
                      "As the text gives them; none was checked here.");
    ent__page_z(
        p,
        "<div class=\"scroll\"><table><thead><tr><th class=\"n\">Figure</th><th>Claimed by</th>"
        "<th>In the words of the source</th></tr></thead><tbody>");
    for (size_t i = 0; i < b->quantity_count; i++) {
        ent_buf words = {0};
        ent__brief_amount(&words, b->quantities[i].quantity);
        ent__page_z(p, "<tr><td class=\"n\"><b>");
        ent__page_words(p, &words);
        ent__page_z(p, "</b></td><td>");
        ent__brief_claimant(&words, &b->quantities[i]);
        ent__page_words(p, &words);
        ent__page_z(p, "</td><td>");
        ent__brief_sentence(&words, b, b->quantities[i].place);
        ent__page_words(p, &words);
        ent__page_z(p, " ");
        source_link(p, b->quantities[i].place);
        ent__page_z(p, "</td></tr>");
    }
    ent__page_z(p, "</tbody></table></div></section>");
}

void ent__page_not_happened(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->not_happened_count == 0) {
        return;
    }
    ent__page_heading(
        p, "not-happened", "Only asked, planned, conditional or denied",
        "The text names these, but does not say that they happened; they count nowhere above.");
    ent__page_z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < b->not_happened_count; i++) {
        const ent_brief_event *one = &b->not_happened[i];
        ent__buf_printf(p->out, "<li class=\"%s\" id=\"d%ue%u\">", quad_class(one->event),
                        one->place.doc + 1, one->number);
        event_line(p, one);
        quoted_sentence(p, one->place);
        ent__page_z(p, "</li>");
    }
    ent__page_z(p, "</ul></section>");
}

void ent__page_questions(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->question_count == 0) {
        return;
    }
    ent__page_heading(p, "questions", "Open questions",
                      "Asked by the text, answered by none of its lines.");
    ent__page_z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < b->question_count; i++) {
        ent__page_z(p, "<li>");
        ent_buf words = {0};
        ent__brief_sentence(&words, b, b->questions[i].place);
        ent__page_words(p, &words);
        ent__page_z(p, " ");
        source_link(p, b->questions[i].place);
        ent__page_z(p, "</li>");
    }
    ent__page_z(p, "</ul></section>");
}

/* ---- source ---- */

static void source_sentences(ent__page *p, size_t d, size_t block, size_t *at)
{
    const ent_doc *doc = p->brief->docs[d];
    for (; *at < doc->tree->sentence_count && doc->tree->sentences[*at].block == block; ++*at) {
        ent_buf words = {0};
        ent__brief_sentence(&words, p->brief, (ent_brief_place){(uint32_t)d, (uint32_t)*at});
        ent__buf_printf(p->out, "<span id=\"d%zus%zu\">", d + 1, *at + 1);
        ent__page_words(p, &words);
        ent__page_z(p, "</span> ");
    }
}

static void source_document(ent__page *p, size_t d)
{
    const ent_doc *doc = p->brief->docs[d];
    ent__buf_printf(p->out, "<article class=\"article\" id=\"d%zu\">", d + 1);
    if (p->brief->doc_count > 1) {
        ent__page_z(p, "<h3>");
        ent__page_text(p, doc->text.title.n > 0 ? doc->text.title : doc->text.id);
        ent__page_z(p, "</h3>");
    }
    size_t at = 0, left_out = 0;
    for (size_t b = 0; b < doc->text.block_count; b++) {
        ent_block_kind kind = doc->text.blocks[b].kind;
        bool read = at < doc->tree->sentence_count && doc->tree->sentences[at].block == b;
        left_out += !read;
        if (read) {
            bool title = kind == ENT_BLOCK_TITLE || kind == ENT_BLOCK_HEADING;
            ent__page_z(p, title ? "<p class=\"heading\">" : "<p>");
            source_sentences(p, d, b, &at);
            ent__page_z(p, "</p>");
        }
    }
    if (left_out > 0) {
        ent__page_z(p, "<details><summary>Left out as no part of the article: ");
        ent__page_plural(p, left_out, "line", "lines");
        ent__page_z(p, "</summary>");
        for (size_t b = 0, s = 0; b < doc->text.block_count; b++) {
            bool read = false;
            for (; s < doc->tree->sentence_count && doc->tree->sentences[s].block == b; s++) {
                read = true;
            }
            if (!read) {
                ent__page_z(p, "<p class=\"chrome\">");
                ent__page_text(p, ent__str_sub(doc->text.text, doc->text.blocks[b].begin,
                                               doc->text.blocks[b].end));
                ent__page_z(p, "</p>");
            }
        }
        ent__page_z(p, "</details>");
    }
    ent__page_z(p, "</article>");
}

void ent__page_sources(ent__page *p)
{
    if (p->brief->doc_count == 0) {
        return;
    }
    ent__page_heading(p, "source", p->brief->doc_count == 1 ? "The source" : "The sources",
                      "Every line above links to its sentence here.");
    for (size_t d = 0; d < p->brief->doc_count; d++) {
        source_document(p, d);
    }
    ent__page_z(p, "</section>");
}
