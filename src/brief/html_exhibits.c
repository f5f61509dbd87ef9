/* What the data tell, on the page: a section's charts and tables with their source, their numbers
 * behind a toggle and to take away (CSV, SVG, as links that hold the file), and how they were made;
 * and the page's metadata (schema.org in JSON-LD). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

/* ---- files inside links --------------------------------------------------------------------- */

static void download(ent__page *p, const ent_brief_exhibit *e, const char *ending, const char *type,
                     ent_buf *file)
{
    size_t room = sodium_base64_encoded_len(file->n, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    p->out->failed |= file->failed || text == NULL;
    if (text != NULL && !file->failed) {
        sodium_bin2base64(text, room, (const unsigned char *)file->p, file->n,
                          sodium_base64_VARIANT_ORIGINAL);
        ent__page_z(p, "<a download=\"");
        ent__page_text(p, e->id);
        ent__buf_printf(p->out, ".%s\" href=\"data:%s;base64,%s\" aria-label=\"%s of: ", ending,
                        type, text, ending[0] == 'c' ? "Numbers as CSV" : "Picture as SVG");
        ent__page_text(p, e->title);
        ent__buf_printf(p->out, "\">%s</a> ", ending[0] == 'c' ? "CSV" : "SVG");
    }
    free(text);
    ent__buf_free(file);
}

static void downloads(ent__page *p, const ent_brief_exhibit *e)
{
    ent_buf csv = {0}, svg = {0};
    ent__page_z(p, "<p class=\"get\">");
    if (e->row_count > 0) {
        ent__brief_csv(&csv, e);
        download(p, e, "csv", "text/csv;charset=utf-8", &csv);
    }
    if (e->svg.n > 0) {
        ent__brief_svg(&svg, e);
        download(p, e, "svg", "image/svg+xml", &svg);
    }
    ent__page_z(p, "<a href=\"#");
    ent__page_text(p, e->id);
    ent__page_z(p, "\" aria-label=\"Link to: ");
    ent__page_text(p, e->title);
    ent__page_z(p, "\">Link</a></p>");
}

/* ---- tables --------------------------------------------------------------------------------- */

/* A column of numbers stands right. */
static bool is_numeric(const ent_brief_exhibit *e, size_t column)
{
    bool some = false;
    for (size_t r = 0; r < e->row_count; r++) {
        ent_str cell = e->cells[r * e->column_count + column];
        double value;
        if (cell.n > 0 && !ent__str_double(cell, &value)) {
            return false;
        }
        some |= cell.n > 0;
    }
    return some;
}

/* Dates and codes are not broken over lines; a column of sentences gets room. */
static const char *cell_class(const ent_brief_exhibit *e, size_t column)
{
    size_t most = 0;
    for (size_t r = 0; r < e->row_count; r++) {
        size_t n = e->cells[r * e->column_count + column].n;
        most = n > most ? n : most;
    }
    return is_numeric(e, column) ? " class=\"n\""
           : most <= 18          ? " class=\"k\""
           : most > 28           ? " class=\"w\""
                                 : "";
}

/* Nothing known is a dash, a hyphen before a number a minus. */
static void cell(ent__page *p, ent_str text, bool number)
{
    if (text.n == 0) {
        ent__page_z(p, "–");
    } else if (number && text.p[0] == '-') {
        ent__page_z(p, "−");
        ent__page_text(p, ent__str_sub(text, 1, text.n));
    } else {
        ent__page_text(p, text);
    }
}

static void table(ent__page *p, const ent_brief_exhibit *e)
{
    const char *class_of[64];
    ent__page_z(p,
                "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>"
                "<thead><tr>");
    for (size_t c = 0; c < e->column_count && c < 64; c++) {
        class_of[c] = cell_class(e, c);
        ent__buf_printf(p->out, "<th%s scope=\"col\">", class_of[c]);
        ent__page_text(p, e->columns[c]);
        ent__page_z(p, "</th>");
    }
    ent__page_z(p, "</tr></thead><tbody>");
    for (size_t i = 0; i < e->row_count * e->column_count; i++) {
        size_t c = i % e->column_count;
        ent__page_z(p, c == 0 ? "<tr>" : "");
        ent__buf_printf(p->out, "<td%s>", c < 64 ? class_of[c] : "");
        cell(p, e->cells[i], c < 64 && strstr(class_of[c], "n\"") != NULL);
        ent__page_z(p, c + 1 == e->column_count ? "</td></tr>" : "</td>");
    }
    ent__page_z(p, "</tbody></table></div>");
}

/* ---- exhibits and sections ------------------------------------------------------------------ */

void ent__page_exhibit(ent__page *p, const ent_brief_exhibit *e)
{
    ent__page_z(p, "<figure class=\"exhibit\" id=\"");
    ent__page_text(p, e->id);
    ent__page_z(p, "\"><h3>");
    ent__page_text(p, e->title);
    ent__page_z(p, "</h3>");
    if (e->svg.n > 0) {
        /* A chart fits the page; another picture may be wider than a phone. */
        bool fits = memmem(e->svg.p, e->svg.n, "class=\"ec", 9) != NULL;
        ent__page_z(p, fits ? "<div class=\"picture\">"
                            : "<div class=\"picture scroll\" tabindex=\"0\" role=\"group\" "
                              "aria-label=\"Picture\">");
        ent__buf_str(p->out, e->svg);
        ent__page_z(p, "</div>");
    }
    if (e->row_count > 0 && (e->open || e->svg.n == 0)) {
        table(p, e);
    }
    ent__page_z(p, "<figcaption>");
    ent__page_text(p, e->note);
    ent__page_z(p, e->note.n > 0 ? " " : "");
    ent__page_z(p, "<span class=\"origin\">Source: ");
    ent__page_text(p, e->source);
    ent__page_z(p, ".</span></figcaption>");
    if (e->row_count > 0 && !e->open && e->svg.n > 0) {
        ent__page_z(p, "<details><summary>The numbers</summary>");
        table(p, e);
        ent__page_z(p, "</details>");
    }
    downloads(p, e);
    ent__page_z(p, "</figure>");
}

void ent__page_section(ent__page *p, const ent_brief_section *s)
{
    ent__buf_printf(p->out, "<section id=\"%s\"><h2>%s</h2>", s->id, s->title);
    if (s->lead.n > 0) {
        ent__page_z(p, "<p class=\"lead\">");
        ent__page_text(p, s->lead);
        ent__page_z(p, "</p>");
    }
    for (size_t i = 0; i < s->exhibit_count; i++) {
        ent__page_exhibit(p, &s->exhibits[i]);
    }
    ent__page_z(p, "<details class=\"made\"><summary>How this was made</summary><p>");
    ent__page_text(p, ent__str(s->method));
    ent__buf_printf(p->out, " More: <code>%s</code>.</p>", s->page);
    if (s->commands.n > 0) {
        ent__page_z(p, "<pre tabindex=\"0\"><code>");
        ent__page_text(p, s->commands);
        ent__page_z(p, "</code></pre>");
    }
    ent__page_z(p, "</details></section>");
}

/* ---- metadata ------------------------------------------------------------------------------- */

static void citation(ent_json *json, const ent_text *t)
{
    char day[16];
    ent__date_iso(t->date, day);
    ent__json_open(json, '{');
    ent__json_kz(json, "@type", "Article");
    ent__json_kstr(json, "headline", t->title.n > 0 ? t->title : t->id);
    if (t->byline.n > 0) {
        ent__json_kstr(json, "author", t->byline);
    }
    if (t->outlet.n > 0) {
        ent__json_kstr(json, "publisher", t->outlet);
    }
    if (t->url.n > 0) {
        ent__json_kstr(json, "url", t->url);
    }
    if (day[0] != '\0') {
        ent__json_kz(json, "datePublished", day);
    }
    ent__json_close(json, '}');
}

static void dataset(ent_json *json, const ent_brief_exhibit *e)
{
    char place[128];
    snprintf(place, sizeof place, "#%.*s", (int)(e->id.n < 120 ? e->id.n : 120), e->id.p);
    ent__json_open(json, '{');
    ent__json_kz(json, "@type", "Dataset");
    ent__json_kz(json, "@id", place);
    ent__json_kstr(json, "name", e->title);
    ent__json_kstr(json, "description", e->note.n > 0 ? e->note : e->title);
    ent__json_kstr(json, "isBasedOn", e->source);
    ent__json_key(json, "variableMeasured");
    ent__json_open(json, '[');
    for (size_t c = 0; c < e->column_count; c++) {
        ent__json_str(json, e->columns[c]);
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
}

static void article(ent_json *json, const ent_brief *b)
{
    char day[16];
    ent__date_iso(b->updated, day);
    ent__json_open(json, '{');
    ent__json_kz(json, "@context", "https://schema.org");
    ent__json_kz(json, "@type", "Article");
    ent__json_kz(json, "identifier", ENT_BRIEF_NAMELESS);
    ent__json_kstr(json, "headline", b->headline);
    if (b->answer.first.n > 0) {
        ent__json_kstr(json, "abstract", b->answer.first);
    }
    ent__json_kz(json, "inLanguage", "en");
    if (day[0] != '\0') {
        ent__json_kz(json, "dateModified", day);
    }
    ent__json_key(json, "author");
    ent__json_open(json, '{');
    ent__json_kz(json, "@type", "SoftwareApplication");
    ent__json_kz(json, "name", "Entente");
    ent__json_kz(json, "softwareVersion", ENT_VERSION);
    ent__json_close(json, '}');
    ent__json_key(json, "citation");
    ent__json_open(json, '[');
    for (size_t d = 0; d < b->doc_count; d++) {
        citation(json, &b->docs[d]->text);
    }
    ent__json_close(json, ']');
    ent__json_key(json, "hasPart");
    ent__json_open(json, '[');
    for (size_t s = 0; s < b->section_count; s++) {
        for (size_t i = 0; i < b->sections[s].exhibit_count; i++) {
            dataset(json, &b->sections[s].exhibits[i]);
        }
    }
    ent__json_close(json, ']');
    ent__json_close(json, '}');
}

/* Inside a script element nothing may look like a tag: "<" is written as the JSON escape of it. */
void ent__page_metadata(ent__page *p)
{
    ent_buf text = {0};
    ent_json json = ent__json(&text);
    article(&json, p->brief);
    ent__page_z(p, "<script type=\"application/ld+json\">");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '<') {
            ent__page_z(p, "\\u003c");
        } else {
            ent__buf_char(p->out, text.p[i]);
        }
    }
    ent__page_z(p, "</script>");
    p->out->failed |= text.failed;
    ent__buf_free(&text);
}
