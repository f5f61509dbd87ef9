/* xml: safe parsing of XML from outside.
 *
 * Input:  valid UTF-8, whatever encoding the declaration names.
 * Output: expat's calls to the handlers set by the caller.
 * Method: internal entity declarations stop the parser; named entities of HTML are replaced before
 *         parsing, other unknown ones lose their meaning and stay as text.
 * Cost:   O(bytes); nesting costs no stack. */
#include <string.h>

#include "records.h"

typedef struct {
    const char *name;
    const char *utf8;
} named_character;

static const named_character KNOWN[] = {
    {"nbsp", "\xC2\xA0"}, {"hellip", "…"}, {"mdash", "—"}, {"ndash", "–"}, {"lsquo", "‘"},
    {"rsquo", "’"}, {"ldquo", "“"}, {"rdquo", "”"}, {"laquo", "«"}, {"raquo", "»"}, {"copy", "©"},
    {"reg", "®"}, {"trade", "™"}, {"euro", "€"}, {"pound", "£"}, {"yen", "¥"}, {"bull", "•"},
    {"middot", "·"}, {"eacute", "é"}, {"egrave", "è"}, {"ecirc", "ê"}, {"agrave", "à"},
    {"aacute", "á"}, {"acirc", "â"}, {"auml", "ä"}, {"ouml", "ö"}, {"uuml", "ü"}, {"Auml", "Ä"},
    {"Ouml", "Ö"}, {"Uuml", "Ü"}, {"szlig", "ß"}, {"ccedil", "ç"}, {"ntilde", "ñ"}, {"oacute", "ó"},
    {"iacute", "í"}, {"uacute", "ú"}, {"ocirc", "ô"}, {"icirc", "î"}, {"atilde", "ã"},
    {"otilde", "õ"}, {"deg", "°"}, {"frac12", "½"}, {"times", "×"}};

static bool of_xml(ent_str name)
{
    return ent__str_eqz(name, "amp") || ent__str_eqz(name, "lt") || ent__str_eqz(name, "gt") ||
           ent__str_eqz(name, "quot") || ent__str_eqz(name, "apos") ||
           (name.n > 1 && name.p[0] == '#');
}

/* One '&' at `at`: writes what it stands for, returns the bytes used. */
static size_t replace_entity(ent_str xml, size_t at, ent_buf *out)
{
    size_t end = at + 1;
    while (end < xml.n && end - at < 12 && strchr("; <&\n", xml.p[end]) == NULL) {
        end++;
    }
    ent_str name = ent__str_sub(xml, at + 1, end);
    bool closed = end < xml.n && xml.p[end] == ';';
    if (closed && of_xml(name)) {
        ent__buf_add(out, xml.p + at, end + 1 - at);
        return end + 1 - at;
    }
    for (size_t i = 0; closed && i < sizeof KNOWN / sizeof *KNOWN; i++) {
        if (ent__str_eqz(name, KNOWN[i].name)) {
            ent__buf_z(out, KNOWN[i].utf8);
            return end + 1 - at;
        }
    }
    ent__buf_z(out, "&amp;");
    return 1;
}

static bool mend_entities(ent_str xml, ent_buf *out)
{
    for (size_t at = 0; at < xml.n && !out->failed;) {
        if (xml.p[at] == '<' && ent__str_starts(ent__str_sub(xml, at, xml.n), "<![CDATA[")) {
            const char *end = memmem(xml.p + at, xml.n - at, "]]>", 3);
            size_t n = end == NULL ? xml.n - at : (size_t)(end - (xml.p + at)) + 3;
            ent__buf_add(out, xml.p + at, n);
            at += n;
        } else if (xml.p[at] == '&') {
            at += replace_entity(xml, at, out);
        } else {
            size_t from = at++;
            while (at < xml.n && xml.p[at] != '<' && xml.p[at] != '&') {
                at++;
            }
            for (size_t i = from; i < at; i++) { /* control characters are no XML */
                unsigned char c = (unsigned char)xml.p[i];
                ent__buf_char(out, c < 32 && c != '\n' && c != '\t' && c != '\r' ? ' ' : xml.p[i]);
            }
        }
    }
    return !out->failed;
}

static void entity_declared(void *user, const XML_Char *name, int is_parameter,
                            const XML_Char *value, int value_length, const XML_Char *base,
                            const XML_Char *system, const XML_Char *public,
                            const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)value_length, (void)base, (void)system;
    (void)public, (void)notation;
    XML_StopParser(user, XML_FALSE);
}

ent_rc ent__xml_parse(ent_ctx *ctx, ent_str xml, const char *source, XML_Parser parser)
{
    ent_buf mended = {0};
    if (ent__str_starts(xml, "\xEF\xBB\xBF")) {
        xml = ent__str_sub(xml, 3, xml.n);
    }
    while (xml.n > 0 && strchr(" \t\r\n", xml.p[0]) != NULL) { /* before <?xml: common, forbidden */
        xml = ent__str_sub(xml, 1, xml.n);
    }
    if (!mend_entities(xml, &mended)) {
        ent__buf_free(&mended);
        return ent__nomem(ctx);
    }
    XML_UseParserAsHandlerArg(parser);
    XML_SetEntityDeclHandler(parser, entity_declared);
    ent_rc rc = ENT_OK;
    size_t at = 0;
    while (at < mended.n && rc == ENT_OK) { /* expat takes int lengths */
        size_t n = mended.n - at < ((size_t)1 << 24) ? mended.n - at : (size_t)1 << 24;
        if (XML_Parse(parser, mended.p + at, (int)n, at + n == mended.n) == XML_STATUS_ERROR) {
            enum XML_Error code = XML_GetErrorCode(parser);
            long line = (long)XML_GetCurrentLineNumber(parser);
            rc = code == XML_ERROR_NO_MEMORY ? ent__nomem(ctx)
                 : code == XML_ERROR_ABORTED
                     ? ent__fail(ctx, ENT_EINPUT, source, line,
                                 "expected XML without entities of its own, got one declared")
                     : ent__fail(ctx, ENT_EINPUT, source, line, "expected well-formed XML: %s",
                                 XML_ErrorString(code));
        }
        at += n;
    }
    ent__buf_free(&mended);
    return rc;
}
