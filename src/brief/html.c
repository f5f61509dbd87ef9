/* The brief as one self-contained HTML file: no script, no outside request, light and dark, print.
 * Every line shows the sentence it comes from and links to its place in the source at the end. */
#include <math.h>

#include "brief.h"

typedef struct {
    ent_buf *out;
    const ent_kit *kit;
    const ent_brief *brief;
} page;

static void z(page *p, const char *html)
{
    ent__buf_z(p->out, html);
}

static void text(page *p, ent_str s)
{
    ent__buf_html(p->out, s);
}

/* Escapes what a writer of words.c put into a buffer of its own. */
static void escaped(page *p, ent_buf *words)
{
    ent__buf_html(p->out, ent__buf_slice(words));
    p->out->failed |= words->failed;
    ent__buf_free(words);
}

static void date(page *p, ent_date d)
{
    char iso[16];
    ent_buf words = {0};
    ent__date_iso(d, iso);
    ent__brief_date(&words, d);
    ent__buf_printf(p->out, "<time datetime=\"%s\">", iso);
    escaped(p, &words);
    z(p, "</time>");
}

static void source_link(page *p, ent_brief_place place)
{
    ent__buf_printf(p->out, "<a class=\"source\" href=\"#d%us%u\">", place.doc + 1,
                    place.sentence + 1);
    if (p->brief->doc_count > 1) {
        ent__buf_printf(p->out, "source %u, ", place.doc + 1);
    }
    ent__buf_printf(p->out, "sentence %u</a>", place.sentence + 1);
}

static void quoted_sentence(page *p, ent_brief_place place)
{
    ent_buf words = {0};
    ent__brief_sentence(&words, p->brief, place);
    z(p, "<blockquote>");
    escaped(p, &words);
    z(p, " ");
    source_link(p, place);
    z(p, "</blockquote>");
}

static void heading(page *p, const char *id, const char *title, const char *lead)
{
    ent__buf_printf(p->out, "<section id=\"%s\"><h2>%s</h2>", id, title);
    if (lead != NULL) {
        ent__buf_printf(p->out, "<p class=\"lead\">%s</p>", lead);
    }
}

/* ---- head ---- */

static void head(page *p)
{
    z(p, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; img-src data:\">"
         "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" "
         "content=\"Entente " ENT_VERSION "\"><title>");
    text(p, p->brief->headline);
    z(p, " – brief</title><style>");
    z(p, ent__brief_style);
    z(p, "</style></head><body><main>");
}

static void byline(page *p)
{
    z(p, "<p class=\"byline small\">Read from ");
    for (size_t d = 0; d < p->brief->doc_count; d++) {
        const ent_text *t = &p->brief->docs[d]->text;
        z(p, d == 0 ? "" : "; ");
        ent__buf_printf(p->out, "<a href=\"#d%zu\">", d + 1);
        text(p, t->title.n > 0 ? t->title : t->id);
        z(p, "</a>");
        if (t->byline.n > 0) {
            z(p, ", ");
            text(p, t->byline);
        }
        if (t->date.year != 0) {
            ent_buf words = {0};
            ent__brief_date(&words, t->date);
            z(p, ", ");
            escaped(p, &words);
        } else {
            z(p, ", without a date");
        }
    }
    z(p, ".</p>");
}

static void plural(page *p, size_t n, const char *one, const char *many)
{
    ent__buf_printf(p->out, "%zu %s", n, n == 1 ? one : many);
}

static void in_short(page *p)
{
    const ent_brief *b = p->brief;
    z(p, "<div class=\"short\"><p>");
    z(p, b->doc_count == 1 ? "The article tells " : "The articles tell ");
    plural(p, b->happened_count, "event", "events");
    if (b->state_count > 1) {
        z(p, " among ");
        plural(p, b->state_count, "state or organisation", "states and organisations");
    }
    z(p, " and quotes or reports ");
    plural(p, b->statement_count, "statement", "statements");
    z(p, " by ");
    plural(p, b->speaker_count, "speaker", "speakers");
    z(p, ". ");
    if (b->tie_count > 0) {
        ent_buf words = {0};
        ent__brief_graph_message(&words, p->kit, b);
        escaped(p, &words);
        z(p, ".");
    }
    z(p, "</p><p class=\"small\">This is what the text says, not a finding about the world: one "
         "article is no evidence of a trend.</p></div>");
}

/* ---- sections ---- */

static const char *quad_class(const ent_event *e)
{
    return e->quad <= 2 ? "coop" : "conf";
}

static void event_line(page *p, const ent_brief_event *one)
{
    const ent_event *e = one->event;
    z(p, "<span class=\"what\">");
    text(p, one->source);
    if (one->target.n > 0) {
        z(p, e->symmetric ? " <span class=\"arrow\">↔</span> "
                          : " <span class=\"arrow\">→</span> ");
        text(p, one->target);
    }
    ent__buf_printf(p->out, "</span> <span class=\"badge kind\" title=\"PLOVER %s, CAMEO ",
                    ent__plover_name(e->type));
    text(p, e->cameo);
    ent__buf_printf(p->out, "\">%s", ent__brief_event_word(e->type));
    if (e->mode.n > 0) {
        z(p, ": ");
        text(p, e->mode);
    }
    z(p, "</span>");
    if (e->certainty != ENT_ASSERTED) {
        ent__buf_printf(p->out, "<span class=\"badge doubt\">%s</span>",
                        ent__certainty_name(e->certainty));
    }
    if (e->mentions > 1) {
        ent__buf_printf(p->out, "<span class=\"badge doubt\">told %u times</span>", e->mentions);
    }
}

static void timeline(page *p)
{
    const ent_brief *b = p->brief;
    if (b->happened_count == 0) {
        return;
    }
    heading(p, "timeline", "What happened",
            "By date where the text gives one; blue marks cooperation, orange conflict.");
    z(p, "<ol class=\"timeline\">");
    for (size_t i = 0; i < b->happened_count; i++) {
        const ent_brief_event *one = &b->happened[i];
        if (i == b->dated_count) {
            z(p, "</ol><h3>Without a date</h3><ol class=\"timeline\">");
        }
        ent__buf_printf(p->out, "<li class=\"%s\" id=\"d%ue%u\">", quad_class(one->event),
                        one->place.doc + 1, one->number);
        if (one->date.year != 0) {
            date(p, one->date);
        }
        event_line(p, one);
        quoted_sentence(p, one->place);
        z(p, "</li>");
    }
    z(p, "</ol></section>");
}

static void tie_table(page *p)
{
    z(p, "<details><summary>The numbers behind the graph</summary><div class=\"scroll\"><table>"
         "<thead><tr><th>Tie</th><th class=\"n\">events</th><th class=\"n\">cooperative</th>"
         "<th class=\"n\">conflictual</th><th class=\"n\">only alleged</th>"
         "<th class=\"n\">mean score</th><th class=\"n\">± standard error</th></tr></thead><tbody>");
    for (size_t i = 0; i < p->brief->tie_count; i++) {
        const ent_brief_tie *tie = &p->brief->ties[i];
        z(p, "<tr><td>");
        text(p, ent__brief_state_name(p->kit, tie->a));
        z(p, " – ");
        text(p, ent__brief_state_name(p->kit, tie->b));
        ent__buf_printf(p->out,
                        "</td><td class=\"n\">%u</td><td class=\"n\">%u</td><td class=\"n\">%u</td>"
                        "<td class=\"n\">%u</td><td class=\"n\">%+.1f</td>",
                        tie->count, tie->cooperative, tie->conflictual, tie->alleged,
                        ent__tie_mean(tie));
        double error = ent__tie_error(tie);
        if (isnan(error)) {
            z(p, "<td class=\"n\">one event</td></tr>");
        } else {
            ent__buf_printf(p->out, "<td class=\"n\">%.1f</td></tr>", error);
        }
    }
    z(p, "</tbody></table></div></details>");
}

/* The three powers most told of, side by side; what is not told is said to be not told. */
static void triangle(page *p)
{
    size_t corner[3];
    int minus = 0, clear = 0;
    if (!ent__brief_triangle(p->kit, p->brief, corner)) {
        return;
    }
    z(p, "<h3>The triangle</h3><p>");
    for (size_t i = 0; i < 3; i++) {
        ent_str a = p->brief->states[corner[i]], b = p->brief->states[corner[(i + 1) % 3]];
        const ent_brief_tie *tie = ent__brief_tie(p->brief, a, b);
        char sign = tie == NULL ? '0' : ent__tie_sign(tie);
        minus += sign == '-';
        clear += sign == '-' || sign == '+';
        text(p, ent__brief_state_name(p->kit, a));
        z(p, " and ");
        text(p, ent__brief_state_name(p->kit, b));
        z(p, sign == '+'   ? ": cooperation"
             : sign == '-' ? ": conflict"
             : sign == '?' ? ": mixed"
                           : ": nothing told");
        z(p, i < 2 ? "; " : ". ");
    }
    if (clear == 3) {
        z(p, minus % 2 == 0 ? "The three signs are balanced: whoever is close to one of two foes is at odds with the other, or all are close."
                            : "The three signs are not balanced: somebody stands between two who do "
                              "not get on, or all three are at odds.");
    } else {
        z(p, "Too little is told to call the triangle balanced or not.");
    }
    z(p, "</p>");
}

static void ties(page *p)
{
    const ent_brief *b = p->brief;
    if (b->tie_count == 0) {
        return;
    }
    heading(p, "ties", "Who stands where", NULL);
    ent_buf words = {0};
    ent__brief_graph_message(&words, p->kit, b);
    z(p, "<figure><h3>");
    escaped(p, &words);
    z(p, "</h3>");
    ent__brief_graph(p->out, p->kit, b);
    z(p, "<figcaption>Blue and solid: cooperation outweighs conflict in what is told. Orange and "
         "dashed: conflict outweighs. Grey and dotted: mixed, the mean lies within one standard "
         "error or one point of nought. Beside each tie: mean PLOVER score (−10 to 10) and number "
         "of events. Source: the events above.");
    if (b->state_count > ENT_BRIEF_STATES) {
        ent__buf_printf(p->out, " The %d most told of %zu are drawn.", ENT_BRIEF_STATES,
                        b->state_count);
    }
    z(p, "</figcaption></figure>");
    triangle(p);
    tie_table(p);
    z(p, "</section>");
}

static void speaker(page *p, const ent_brief_speaker *who)
{
    z(p, "<li><h3>");
    text(p, who->name.n > 0 ? who->name : ENT_LIT("No speaker named"));
    if (who->affiliation.n > 0) {
        z(p, " <span class=\"small\">");
        text(p, who->affiliation);
        z(p, "</span>");
    }
    z(p, "</h3>");
    for (uint32_t i = 0; i < who->count; i++) {
        const ent_brief_statement *one = &p->brief->statements[who->statements[i]];
        const ent_statement *s = one->statement;
        z(p, s->kind == ENT_STATEMENT_INDIRECT ? "<div class=\"said\">"
                                               : "<div class=\"said direct\">");
        if (s->force.n > 0) {
            z(p, "<span class=\"force\">");
            text(p, s->force);
            z(p, ":</span> ");
        }
        ent_buf words = {0};
        ent__brief_content(&words, p->brief, one);
        escaped(p, &words);
        z(p, " ");
        source_link(p, one->place);
        z(p, "</div>");
    }
    z(p, "</li>");
}

static void speakers(page *p)
{
    if (p->brief->speaker_count == 0) {
        return;
    }
    heading(p, "speakers", "Who says what",
            "A dark rule marks words quoted, a light one words reported.");
    z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < p->brief->speaker_count; i++) {
        speaker(p, &p->brief->speakers[i]);
    }
    z(p, "</ul></section>");
}

static void figures(page *p)
{
    const ent_brief *b = p->brief;
    if (b->quantity_count == 0) {
        return;
    }
    heading(p, "figures", "The figures claimed", "As the text gives them; none was checked here.");
    z(p, "<div class=\"scroll\"><table><thead><tr><th class=\"n\">Figure</th><th>In the words of the"
         " source</th></tr></thead><tbody>");
    for (size_t i = 0; i < b->quantity_count; i++) {
        ent_buf words = {0};
        ent__brief_amount(&words, b->quantities[i].quantity);
        z(p, "<tr><td class=\"n\"><b>");
        escaped(p, &words);
        z(p, "</b></td><td>");
        ent__brief_sentence(&words, b, b->quantities[i].place);
        escaped(p, &words);
        z(p, " ");
        source_link(p, b->quantities[i].place);
        z(p, "</td></tr>");
    }
    z(p, "</tbody></table></div></section>");
}

static void not_happened(page *p)
{
    const ent_brief *b = p->brief;
    if (b->not_happened_count == 0) {
        return;
    }
    heading(p, "not-happened", "Only asked, planned, conditional or denied",
            "The text names these, but does not say that they happened; they count nowhere above.");
    z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < b->not_happened_count; i++) {
        const ent_brief_event *one = &b->not_happened[i];
        ent__buf_printf(p->out, "<li class=\"%s\" id=\"d%ue%u\">", quad_class(one->event),
                        one->place.doc + 1, one->number);
        event_line(p, one);
        quoted_sentence(p, one->place);
        z(p, "</li>");
    }
    z(p, "</ul></section>");
}

static void questions(page *p)
{
    const ent_brief *b = p->brief;
    if (b->question_count == 0) {
        return;
    }
    heading(p, "questions", "Open questions", "Asked by the text, answered by none of its lines.");
    z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < b->question_count; i++) {
        z(p, "<li>");
        ent_buf words = {0};
        ent__brief_sentence(&words, b, b->questions[i].place);
        escaped(p, &words);
        z(p, " ");
        source_link(p, b->questions[i].place);
        z(p, "</li>");
    }
    z(p, "</ul></section>");
}

/* ---- source ---- */

static void source_sentences(page *p, size_t d, size_t block, size_t *at)
{
    const ent_doc *doc = p->brief->docs[d];
    for (; *at < doc->tree->sentence_count && doc->tree->sentences[*at].block == block; ++*at) {
        ent_buf words = {0};
        ent__brief_sentence(&words, p->brief, (ent_brief_place){(uint32_t)d, (uint32_t)*at});
        ent__buf_printf(p->out, "<span id=\"d%zus%zu\">", d + 1, *at + 1);
        escaped(p, &words);
        z(p, "</span> ");
    }
}

static void source_document(page *p, size_t d)
{
    const ent_doc *doc = p->brief->docs[d];
    ent__buf_printf(p->out, "<article class=\"article\" id=\"d%zu\">", d + 1);
    if (p->brief->doc_count > 1) {
        z(p, "<h3>");
        text(p, doc->text.title.n > 0 ? doc->text.title : doc->text.id);
        z(p, "</h3>");
    }
    size_t at = 0, left_out = 0;
    for (size_t b = 0; b < doc->text.block_count; b++) {
        ent_block_kind kind = doc->text.blocks[b].kind;
        bool read = at < doc->tree->sentence_count && doc->tree->sentences[at].block == b;
        left_out += !read;
        if (read) {
            bool title = kind == ENT_BLOCK_TITLE || kind == ENT_BLOCK_HEADING;
            z(p, title ? "<p class=\"heading\">" : "<p>");
            source_sentences(p, d, b, &at);
            z(p, "</p>");
        }
    }
    if (left_out > 0) {
        z(p, "<details><summary>Left out as no part of the article: ");
        plural(p, left_out, "line", "lines");
        z(p, "</summary>");
        for (size_t b = 0, s = 0; b < doc->text.block_count; b++) {
            bool read = false;
            for (; s < doc->tree->sentence_count && doc->tree->sentences[s].block == b; s++) {
                read = true;
            }
            if (!read) {
                z(p, "<p class=\"chrome\">");
                text(p, ent__str_sub(doc->text.text, doc->text.blocks[b].begin,
                                     doc->text.blocks[b].end));
                z(p, "</p>");
            }
        }
        z(p, "</details>");
    }
    z(p, "</article>");
}

static void sources(page *p)
{
    heading(p, "source", p->brief->doc_count == 1 ? "The source" : "The sources",
            "Every line above links to its sentence here.");
    for (size_t d = 0; d < p->brief->doc_count; d++) {
        source_document(p, d);
    }
    z(p, "</section>");
}

static void methods(page *p)
{
    z(p, "<section class=\"methods\" id=\"methods\"><h2>Method and limits</h2>"
         "<p>Sentences, tags and trees come from a statistical parser; actors from dated tables; "
         "events from frames over the trees, in the categories of PLOVER with CAMEO codes; "
         "statements from cues and trees. Each stage errs: compare a line with its sentence before "
         "you use it. A question, a condition, a plan or a denial is not counted as an event; "
         "“alleged” marks what the text itself only reports. The scores are PLOVER’s, from −10 "
         "(assault) to 10 (aid); their mean says what this text tells, and its standard error only "
         "how much the told events differ.</p>"
         "<p><code>entente explain INPUT#e1</code> shows sentence, tree and the table row that "
         "fired for any event.</p><p class=\"small\">Entente " ENT_VERSION ", tables and models "
         "<code>");
    z(p, ent_kit_hash(p->kit));
    z(p, "</code></p></section>");
}

static void navigation(page *p)
{
    const ent_brief *b = p->brief;
    z(p, "<nav aria-label=\"Sections\">");
    z(p, b->happened_count > 0 ? "<a href=\"#timeline\">What happened</a>" : "");
    z(p, b->tie_count > 0 ? "<a href=\"#ties\">Who stands where</a>" : "");
    z(p, b->speaker_count > 0 ? "<a href=\"#speakers\">Who says what</a>" : "");
    z(p, b->quantity_count > 0 ? "<a href=\"#figures\">Figures</a>" : "");
    z(p, b->not_happened_count > 0 ? "<a href=\"#not-happened\">Not happened</a>" : "");
    z(p, b->question_count > 0 ? "<a href=\"#questions\">Open questions</a>" : "");
    z(p, "<a href=\"#source\">Source</a><a href=\"#methods\">Method</a></nav>");
}

void ent__brief_html(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    page p = {out, kit, brief};
    head(&p);
    z(&p, "<header class=\"masthead\"><b>Entente</b><span>Brief</span></header><h1>");
    text(&p, brief->headline);
    z(&p, "</h1>");
    if (brief->question.n > 0 && !ent__str_eq(brief->question, brief->headline)) {
        z(&p, "<p class=\"question\">");
        text(&p, brief->question);
        z(&p, "</p>");
    }
    byline(&p);
    in_short(&p);
    navigation(&p);
    timeline(&p);
    ties(&p);
    speakers(&p);
    figures(&p);
    not_happened(&p);
    questions(&p);
    sources(&p);
    methods(&p);
    z(&p, "</main></body></html>\n");
}
