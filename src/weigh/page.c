/* The answer as a page (HTML with the picture inside), as Markdown, and the picture alone (SVG).
 * The picture: a row a hypothesis with its posterior and range, a column an item, most diagnostic
 * first; a rating is told by colour and by its letters. */
#include "weigh.h"

enum { CELL = 34, ROW = 40, LABEL = 210, BAR = 170, TOP = 60 };

static const char style[] =
    ":root{--paper:#fffdf9;--ink:#1b1a17;--soft:#5d5a52;--rule:#d9d4c7;--cc:#0b62a4;--c:#9cc8e8;"
    "--n:#efebe0;--i:#f6c093;--ii:#b34700}"
    "@media(prefers-color-scheme:dark){:root{--paper:#16171a;--ink:#e9e6df;--soft:#a9a598;"
    "--rule:#3a3a3c;--cc:#2f86cc;--c:#1f4d73;--n:#2a2b2f;--i:#7a4520;--ii:#d9691e}}"
    "body{margin:0 auto;max-width:60rem;padding:1rem 1.25rem 3rem;background:var(--paper);"
    "color:var(--ink);font:1.05rem/1.6 Charter,Georgia,'Liberation Serif',serif}"
    "h1{line-height:1.2}.verdict{font-size:1.15rem}.small{color:var(--soft);font-size:.85rem}"
    "table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;"
    "padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--rule);vertical-align:top}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}";

/* Scoped to the picture: it stands on pages with other pictures. */
static const char picture_style[] =
    "<style>.weigh .CC{fill:var(--cc,#0b62a4)}.weigh .C{fill:var(--c,#9cc8e8)}.weigh .N,.weigh .NA,"
    ".weigh .blank{fill:var(--n,#efebe0)}.weigh .I{fill:var(--i,#f6c093)}.weigh .II{fill:var(--ii,"
    "#b34700)}.weigh text{font:13px 'Helvetica Neue','Liberation Sans',Arial,sans-serif;"
    "fill:var(--ink,#1b1a17)}.weigh .on{fill:#fff}.weigh .mid{text-anchor:middle}"
    ".weigh .bar{fill:var(--soft,#5d5a52)}.weigh .range{stroke:var(--ink,#1b1a17);stroke-width:2}"
    ".weigh .frame{fill:none;stroke:var(--rule,#d9d4c7)}</style>";

static void draw_row(ent_buf *out, const ent_weighing *w, size_t h)
{
    int y = TOP + (int)h * ROW;
    double left = LABEL, share = w->scores.posterior[h];
    ent__buf_printf(out, "<text x=\"0\" y=\"%d\">", y + 24);
    ent__buf_html(out, w->c->hypotheses[h].id);
    ent__buf_printf(out, "</text><text x=\"70\" y=\"%d\">%.0f %%</text>", y + 24, 100 * share);
    ent__buf_printf(out, "<rect class=\"frame\" x=\"%g\" y=\"%d\" width=\"%d\" height=\"14\"/>"
                         "<rect class=\"bar\" x=\"%g\" y=\"%d\" width=\"%.1f\" height=\"14\"/>"
                         "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    left - 90, y + 12, BAR - 90, left - 90, y + 12, share * (BAR - 90),
                    left - 90 + w->low[h] * (BAR - 90), left - 90 + w->high[h] * (BAR - 90),
                    y + 31, y + 31);
    for (size_t i = 0; i < w->c->evidence_count; i++) {
        ent_rating rating = ent__consensus(w->c, &w->view, w->order[i], h);
        const char *name = ent__rating_name(rating);
        int x = LABEL + (int)i * (CELL + 2);
        bool dark = rating == ENT_RATING_CC || rating == ENT_RATING_II;
        ent__buf_printf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
                             "<text class=\"mid%s\" x=\"%d\" y=\"%d\">%s</text>",
                        rating == ENT_RATING_BLANK ? "blank" : name, x, y + 3, CELL, ROW - 6,
                        dark ? " on" : "", x + CELL / 2, y + 24, name);
    }
}

void ent__weigh_svg(ent_buf *out, const ent_weighing *w)
{
    int width = LABEL + (int)w->c->evidence_count * (CELL + 2) + 10;
    int height = TOP + (int)w->c->hypothesis_count * ROW + 20;
    ent__buf_printf(out, "<svg class=\"weigh\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
                         "%d\" width=\"%d\" height=\"%d\" role=\"img\"><title>",
                    width, height, width, height);
    ent_buf verdict = {0};
    ent__weigh_verdict(&verdict, w);
    ent__buf_html(out, ent__buf_slice(&verdict));
    ent__buf_free(&verdict);
    ent__buf_z(out, "</title>");
    ent__buf_z(out, picture_style);
    ent__buf_printf(out, "<text x=\"0\" y=\"20\">hypothesis</text><text x=\"70\" y=\"20\">posterior, "
                         "range</text><text x=\"%d\" y=\"20\">evidence, most diagnostic first</text>",
                    LABEL);
    for (size_t i = 0; i < w->c->evidence_count; i++) {
        size_t e = w->order[i];
        ent__buf_printf(out, "<text class=\"mid\" x=\"%d\" y=\"44\">",
                        LABEL + (int)i * (CELL + 2) + CELL / 2);
        ent__buf_html(out, w->c->evidence[e].id);
        ent__buf_z(out, w->posterior.linchpin[e] || w->weighted.linchpin[e] ? "*</text>" : "</text>");
    }
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        draw_row(out, w, h);
    }
    ent__buf_z(out, "</svg>\n");
}

static void html_hypotheses(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "<h2>The hypotheses</h2><div class=\"scroll\"><table><thead><tr><th></th>"
                    "<th>hypothesis</th><th class=\"n\">posterior</th><th class=\"n\">range</th>"
                    "<th>in words</th><th class=\"n\">inconsistent</th><th class=\"n\">weighted</th>"
                    "<th class=\"n\">squared</th></tr></thead><tbody>");
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        ent__buf_z(out, "<tr><td>");
        ent__buf_html(out, w->c->hypotheses[h].id);
        ent__buf_z(out, "</td><td>");
        ent__buf_html(out, w->c->hypotheses[h].text);
        ent__buf_printf(out, "</td><td class=\"n\">%.1f %%</td><td class=\"n\">%.0f–%.0f %%</td>"
                             "<td>%s</td><td class=\"n\">%g</td><td class=\"n\">%.2f</td>"
                             "<td class=\"n\">%g</td></tr>",
                        100 * w->scores.posterior[h], 100 * w->low[h], 100 * w->high[h],
                        ent__likelihood_word(w->scores.posterior[h]), w->scores.inconsistency[h],
                        w->scores.weighted[h], w->scores.squared[h]);
    }
    ent__buf_z(out, "</tbody></table></div>");
}

static void html_evidence(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "<h2>The evidence</h2><div class=\"scroll\"><table><thead><tr><th></th>"
                    "<th>item</th><th class=\"n\">log-odds it can move</th><th>hangs on it</th></tr>"
                    "</thead><tbody>");
    for (size_t i = 0; i < w->c->evidence_count; i++) {
        const ent_evidence *item = &w->c->evidence[w->order[i]];
        ent__buf_z(out, "<tr><td>");
        ent__buf_html(out, item->id);
        ent__buf_z(out, "</td><td>");
        ent__buf_html(out, item->text);
        if (item->source.n > 0) {
            ent__buf_z(out, " <span class=\"small\">");
            ent__buf_html(out, item->source);
            ent__buf_z(out, "</span>");
        }
        ent__buf_printf(out, "</td><td class=\"n\">%.2f</td><td>%s%s</td></tr>",
                        w->diagnosticity.log_ratio[w->order[i]],
                        w->weighted.linchpin[w->order[i]] ? "count " : "",
                        w->posterior.linchpin[w->order[i]] ? "posterior" : "");
    }
    ent__buf_z(out, "</tbody></table></div>");
}

/* The case itself, for programs; no "<" stands in it, so that no text of it can end the element. */
static void html_case(ent_buf *out, const ent_case *c)
{
    ent_buf text = {0};
    ent_json json = ent__json(&text);
    ent__json_open(&json, '{');
    ent__case_json(&json, c, NULL);
    ent__json_close(&json, '}');
    ent__buf_z(out, ent__case_html_begin);
    for (size_t i = 0; i < text.n; i++) {
        ent__buf_z(out, text.p[i] == '<' ? "\\u003c" : (char[]){text.p[i], '\0'});
    }
    ent__buf_z(out, "</script>");
    out->failed |= text.failed;
    ent__buf_free(&text);
}

void ent__weigh_html(ent_buf *out, const ent_kit *kit, const ent_weighing *w)
{
    ent__buf_z(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                    "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    ent__buf_html(out, w->c->question);
    ent__buf_z(out, "</title><style>");
    ent__buf_z(out, style);
    ent__buf_z(out, "</style></head><body><main><h1>");
    ent__buf_html(out, w->c->question);
    ent__buf_z(out, "</h1><p class=\"verdict\">");
    ent_buf verdict = {0};
    ent__weigh_verdict(&verdict, w);
    ent__buf_html(out, ent__buf_slice(&verdict));
    ent__buf_free(&verdict);
    ent__buf_z(out, "</p><p class=\"small\">It weighs the judgements entered, not the world. CC and C: "
                    "the item fits the hypothesis; I and II: it speaks against it. * marks items "
                    "whose loss changes who leads.</p><div class=\"scroll\">");
    ent__weigh_svg(out, w);
    ent__buf_z(out, "</div>");
    html_hypotheses(out, w);
    html_evidence(out, w);
    html_case(out, w->c);
    ent__buf_printf(out, "<p class=\"small\">Entente " ENT_VERSION ", tables %s; %u redraws, seed "
                         "%llu.</p></main></body></html>\n",
                    ent_kit_hash(kit), w->redraw.draws, (unsigned long long)w->redraw.seed);
}

void ent__weigh_markdown(ent_buf *out, const ent_kit *kit, const ent_weighing *w)
{
    ent_buf text = {0};
    ent__weigh_text(&text, w, false);
    ent__buf_z(out, "# Competing hypotheses\n\n```text\n"); /* the text's columns as they stand */
    ent_str rest = ent__buf_slice(&text), line;
    while (ent__str_split(&rest, '\n', &line)) {
        /* a fence closes the block even behind three blanks */
        ent__buf_z(out, ent__str_starts(ent__str_trim(line), "```") ? "    " : "");
        ent__buf_str(out, line);
        ent__buf_char(out, '\n');
    }
    out->failed |= text.failed;
    ent__buf_free(&text);
    ent__buf_z(out, "```\n\nThe case:\n");
    ent__buf_z(out, ent__case_markdown_begin);
    ent__case_yaml(out, w->c); /* a text of it is one line between quotation marks: no fence */
    ent__buf_printf(out, "```\n\nEntente " ENT_VERSION ", tables %s\n", ent_kit_hash(kit));
}
