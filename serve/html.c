/* html: pages that the server writes itself (list of briefs, problems) and the security policies.
 * Everything that comes from outside is escaped.  No script: these pages are read without. */
#include "frame.h"

const char serve__policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'";
const char serve__policy_data[] = "default-src 'none'; frame-ancestors 'none'";

void serve__html_head(const serve_app *app, ent_buf *out, const char *title)
{
    ent__buf_z(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                    "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta "
                    "name=\"color-scheme\" content=\"light dark\"><title>");
    ent__buf_html(out, ent__str(title));
    ent__buf_z(out, "</title><link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"");
    serve__asset_url(app, "pages.css", out);
    ent__buf_z(out,
               "\"></head><body><a class=\"skip\" href=\"#main\">Skip to content</a>"
               "<header class=\"masthead\"><a href=\"/\"><b>Entente</b></a>"
               "<nav aria-label=\"Site\"><a href=\"/\">Briefs</a> <a href=\"/app/\">For analysts"
               "</a></nav></header><main id=\"main\">");
}

void serve__html_problem(const serve_app *app, ent_buf *out, int status, const char *message)
{
    const char *title = status == 404   ? "Nothing here"
                        : status == 410 ? "Withdrawn"
                        : status == 429 ? "Too many requests"
                        : status == 401 ? "Log in first"
                                        : "This did not work";
    serve__html_head(app, out, title);
    ent__buf_printf(out, "<p class=\"kicker\">%d</p><h1>%s</h1><p class=\"lead\">", status, title);
    ent__buf_html(out, ent__str(message));
    ent__buf_z(out, "</p><p><a href=\"/\">All published briefs</a></p></main></body></html>\n");
}
