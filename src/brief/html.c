/* The brief as one self-contained HTML file: no script, no outside request, light and dark, print.
 * Here stand the frame of the page and what is on top: headline, answer, byline, list of sections;
 * and what closes it: what is not known, corrections, method, permanent name. */
#include <math.h>

#include "page.h"

void ent__page_z(ent__page *p, const char *html)
{
    ent__buf_z(p->out, html);
}

void ent__page_text(ent__page *p, ent_str s)
{
    ent__buf_html(p->out, s);
}

void ent__page_words(ent__page *p, ent_buf *words)
{
    ent__buf_html(p->out, ent__buf_slice(words));
    p->out->failed |= words->failed;
    ent__buf_free(words);
}

void ent__page_date(ent__page *p, ent_date d)
{
    char iso[16];
    ent_buf words = {0};
    ent__date_iso(d, iso);
    ent__brief_date(&words, d);
    ent__buf_printf(p->out, "<time datetime=\"%s\">", iso);
    ent__page_words(p, &words);
    ent__page_z(p, "</time>");
}

void ent__page_plural(ent__page *p, size_t n, const char *one, const char *many)
{
    ent__buf_printf(p->out, "%zu %s", n, n == 1 ? one : many);
}

void ent__page_heading(ent__page *p, const char *id, const char *title, const char *lead)
{
    ent__buf_printf(p->out, "<section id=\"%s\"><h2>%s</h2>", id, title);
    if (lead != NULL) {
        ent__buf_printf(p->out, "<p class=\"lead\">%s</p>", lead);
    }
}

/* ---- top ------------------------------------------------------------------------------------ */

static void head(ent__page *p)
{
    ent__page_z(p, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<meta name=\"entente\" content=\"" ENT_BRIEF_NAMELESS "\">"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; img-src data:\">"
                   "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" "
                   "content=\"Entente " ENT_VERSION "\"><title>");
    ent__page_text(p, p->brief->headline);
    ent__page_z(p, " – brief</title><style>");
    ent__page_z(p, ent__brief_style);
    ent__page_z(p, ent__chart_style);
    ent__page_z(p, "</style>");
    ent__page_metadata(p);
    ent__page_z(p, "</head><body><main>");
}

static void answer(ent__page *p)
{
    const ent_brief_answer *a = &p->brief->answer;
    if (a->first.n == 0) {
        return;
    }
    ent__page_z(p, "<section class=\"answer\" id=\"answer\" aria-label=\"The answer\">");
    if (a->word != NULL) {
        ent__buf_printf(p->out,
                        "<p class=\"gauge\"><b>%s</b> <span>%.0f %%</span> <span>%s "
                        "confidence</span></p>",
                        a->word, 100 * a->probability, a->confidence);
    }
    ent__page_z(p, "<p class=\"verdict\">");
    ent__page_text(p, a->first);
    ent__page_z(p, a->second.n > 0 ? " " : "");
    ent__page_text(p, a->second);
    ent__page_z(p, "</p><dl><dt>How sure</dt><dd>");
    ent__page_text(p, a->sure);
    ent__page_z(p, "</dd><dt>What would change it</dt><dd>");
    ent__page_text(p, a->change);
    ent__page_z(p, "</dd></dl></section>");
}

static void byline(ent__page *p)
{
    const ent_brief *b = p->brief;
    ent__page_z(p, "<p class=\"byline small\">By Entente");
    for (size_t d = 0; d < b->doc_count && d < 5; d++) {
        const ent_text *t = &b->docs[d]->text;
        ent__page_z(p, d == 0 ? ", read from " : "; ");
        ent__buf_printf(p->out, "<a href=\"#d%zu\">", d + 1);
        ent__page_text(p, t->title.n > 0 ? t->title : t->id);
        ent__page_z(p, "</a>");
        if (t->byline.n > 0) {
            ent__page_z(p, ", ");
            ent__page_text(p, t->byline);
        }
        if (t->date.year != 0) {
            ent_buf words = {0};
            ent__brief_date(&words, t->date);
            ent__page_z(p, ", ");
            ent__page_words(p, &words);
        } else {
            ent__page_z(p, ", without a date");
        }
    }
    if (b->doc_count > 5) {
        ent__buf_printf(p->out, " and <a href=\"#source\">%zu more</a>", b->doc_count - 5);
    }
    ent__page_z(p, ".");
    if (b->updated.year != 0) {
        ent__page_z(p, " <span class=\"updated\">Updated ");
        ent__page_date(p, b->updated);
        ent__page_z(p, "</span>");
    }
    ent__page_z(p, " <a href=\"#name\">Permanent name</a></p>");
}

static void in_short(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->doc_count == 0) {
        return;
    }
    ent__page_z(p, "<div class=\"short\"><p>");
    ent__page_z(p, b->doc_count == 1 ? "The article tells " : "The articles tell ");
    ent__page_plural(p, b->happened_count, "event", "events");
    if (b->state_count > 1) {
        ent__page_z(p, " among ");
        ent__page_plural(p, b->state_count, "state or organisation", "states and organisations");
    }
    ent__page_z(p, " and quote");
    ent__page_z(p, b->doc_count == 1 ? "s or reports " : " or report ");
    ent__page_plural(p, b->statement_count, "statement", "statements");
    ent__page_z(p, " by ");
    ent__page_plural(p, b->speaker_count, "speaker", "speakers");
    ent__page_z(p, ". ");
    if (b->tie_count > 0) {
        ent__page_text(p, b->graph.title);
        ent__page_z(p, ".");
    }
    ent__page_z(
        p, "</p><p class=\"small\">This is what the text says, not a finding about the world: one "
           "article is no evidence of a trend.</p></div>");
}

static void navigation(ent__page *p)
{
    const ent_brief *b = p->brief;
    ent__page_z(p, "<nav aria-label=\"Sections\">");
    ent__page_z(p, b->happened_count > 0 ? "<a href=\"#timeline\">What happened</a>" : "");
    ent__page_z(p, b->speaker_count > 0 ? "<a href=\"#speakers\">Who says what</a>" : "");
    ent__page_z(p, b->tie_count > 0 ? "<a href=\"#ties\">Who stands where</a>" : "");
    for (size_t i = 0; i < b->section_count; i++) {
        ent__buf_printf(p->out, "<a href=\"#%s\">%s</a>", b->sections[i].id,
                        b->sections[i].brief_title);
    }
    ent__page_z(p, b->quantity_count > 0 ? "<a href=\"#figures\">Figures</a>" : "");
    ent__page_z(p, b->not_happened_count > 0 ? "<a href=\"#not-happened\">Not happened</a>" : "");
    ent__page_z(p, b->question_count > 0 ? "<a href=\"#questions\">Open questions</a>" : "");
    ent__page_z(p, b->unknown_count > 0 ? "<a href=\"#unknown\">Not known</a>" : "");
    ent__page_z(p, b->correction_count > 0 ? "<a href=\"#corrections\">Corrections</a>" : "");
    ent__page_z(p, b->doc_count > 0 ? "<a href=\"#source\">Source</a>" : "");
    ent__page_z(p, "<a href=\"#methods\">Method</a></nav>");
}

/* ---- foot ----------------------------------------------------------------------------------- */

static void unknown(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->unknown_count == 0) {
        return;
    }
    ent__page_heading(p, "unknown", "What we do not know",
                      "Gaps in the data are no zeros. Where nothing was seen, nothing is said.");
    ent__page_z(p, "<ul class=\"unknown\">");
    for (size_t i = 0; i < b->unknown_count; i++) {
        ent__page_z(p, "<li>");
        ent__page_text(p, b->unknown[i]);
        ent__page_z(p, "</li>");
    }
    ent__page_z(p, "</ul></section>");
}

static void corrections(ent__page *p)
{
    const ent_brief *b = p->brief;
    if (b->correction_count == 0) {
        return;
    }
    ent__page_heading(p, "corrections", "Corrections", NULL);
    ent__page_z(p, "<ul class=\"plain\">");
    for (size_t i = 0; i < b->correction_count; i++) {
        ent__page_z(p, "<li>");
        if (b->corrections[i].date.year != 0) {
            ent__page_date(p, b->corrections[i].date);
        }
        ent__page_text(p, b->corrections[i].text);
        ent__page_z(p, "</li>");
    }
    ent__page_z(p, "</ul></section>");
}

static void methods(ent__page *p)
{
    ent__page_z(p, "<section class=\"methods\" id=\"methods\"><h2>Method and limits</h2>");
    if (p->brief->doc_count > 0) {
        ent__page_z(
            p,
            "<p>Sentences, tags and trees come from a statistical parser; actors from dated "
            "tables; "
            "events from frames over the trees, in the categories of PLOVER with CAMEO codes; "
            "statements from cues and trees. Each stage errs: compare a line with its sentence "
            "before "
            "you use it. A question, a condition, a plan or a denial is not counted as an event; "
            "“alleged” marks what the text itself only reports. The scores are PLOVER’s, from −10 "
            "(assault) to 10 (aid); their mean says what this text tells, and its standard error "
            "only "
            "how much the told events differ.</p>"
            "<p><code>entente explain INPUT#e1</code> shows sentence, tree and the table row that "
            "fired for any event.</p>");
    }
    if (p->brief->section_count > 0) {
        ent__page_z(
            p, "<p>Each section above says under “How this was made” which data and method stand "
               "behind it, and the commands that show the same numbers. <code>entente brief "
               "--replicate DIR</code> writes data, commands and hashes for all of it.</p>");
    }
    ent__page_z(
        p, "<p class=\"small\" id=\"name\">Permanent name of this page: <code>" ENT_BRIEF_NAMELESS
           "</code>. It is the SHA-256 of the file with noughts in place of these 64 digits, so "
           "that a changed page has another name.</p>"
           "<p class=\"small\">Entente " ENT_VERSION ", tables and models <code>");
    ent__page_z(p, ent_kit_hash(p->kit));
    ent__page_z(p, "</code></p></section>");
}

void ent__brief_html(ent_buf *out, const ent_kit *kit, const ent_brief *brief)
{
    ent__page p = {out, kit, brief};
    size_t begin = out->n;
    head(&p);
    ent__page_z(&p, "<header class=\"masthead\"><b>Entente</b><span>Brief</span></header><h1>");
    ent__page_text(&p, brief->headline);
    ent__page_z(&p, "</h1>");
    answer(&p);
    byline(&p);
    in_short(&p);
    navigation(&p);
    ent__page_timeline(&p);
    ent__page_speakers(&p);
    ent__page_ties(&p);
    for (size_t i = 0; i < brief->section_count; i++) {
        ent__page_section(&p, &brief->sections[i]);
    }
    ent__page_figures(&p);
    ent__page_not_happened(&p);
    ent__page_questions(&p);
    unknown(&p);
    corrections(&p);
    ent__page_sources(&p);
    methods(&p);
    ent__page_z(&p, "</main></body></html>\n");
    ent__brief_put_name(out, begin);
    ent__brief_put_name(out, begin);
}
