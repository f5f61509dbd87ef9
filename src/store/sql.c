/* sql: the statements that the store prepares once a connection.  In: nothing.  Out: their text. */
#include "rows.h"

static const char *const texts[ENT_SQL_COUNT] = {
    [ENT_SQL_ACTOR] =
        "INSERT INTO actor(code, sector, name, raw) VALUES(?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET code = excluded.code RETURNING id",
    [ENT_SQL_EVENT] =
        "INSERT INTO event(dataset, record, external, document, local, date, day, type, mode,"
        " context, cameo, quad, goldstein, score, source, target, symmetric, root, certainty,"
        " mentions, sources, articles, tone, place, region, place_country, latitude, longitude,"
        " publisher, url, text, rule, story, sentence, begin, \"end\", cue_begin, cue_end,"
        " happening) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
        " ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32,"
        " ?33, ?34, ?35, ?36, ?37, ?38, ?39) ON CONFLICT(dataset, record) DO NOTHING",
    [ENT_SQL_EVENT_SIDE] =
        "INSERT OR IGNORE INTO event_side(event, side, position, actor) VALUES(?1, ?2, ?3, ?4)",
    [ENT_SQL_DYAD] =
        "INSERT OR IGNORE INTO dyad(source, target, day, event, precision, type, quad, goldstein,"
        " mentions, sure, dataset, happening) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12)",
    [ENT_SQL_COVERAGE] =
        "INSERT INTO coverage(dataset, day, records) VALUES(?1, ?2, ?3)"
        " ON CONFLICT DO UPDATE SET records = records + excluded.records",
    [ENT_SQL_EVENT_ID] = "SELECT id FROM event WHERE dataset = ?1 AND record = ?2",
    [ENT_SQL_DOCUMENT_FIND] =
        "SELECT id, revision, sha256, program, kit FROM document WHERE doc = ?1",
    [ENT_SQL_DOCUMENT] =
        "INSERT INTO document(doc, source, line, title, deck, byline, outlet, url, language,"
        " date, day, text, sha256, program, kit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13, ?14, ?15)",
    [ENT_SQL_DOCUMENT_UPDATE] =
        "UPDATE document SET source = ?2, line = ?3, title = ?4, deck = ?5, byline = ?6,"
        " outlet = ?7, url = ?8, language = ?9, date = ?10, day = ?11, text = ?12, sha256 = ?13,"
        " program = ?14, kit = ?15, revision = revision + ?16 WHERE doc = ?1",
    [ENT_SQL_HISTORY] =
        "INSERT INTO document_history(doc, revision, title, date, text, sha256, program, kit)"
        " SELECT doc, revision, title, date, text, sha256, program, kit FROM document"
        " WHERE id = ?1",
    [ENT_SQL_SPAN] =
        "INSERT INTO span(document, kind, position, begin, \"end\", value)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [ENT_SQL_STATEMENT] =
        "INSERT INTO statement(document, local, kind, speaker, affiliation, role, code, force,"
        " date, day, cue, content, spans, speaker_begin, speaker_end, cue_begin, cue_end,"
        " sentence, rule) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
        " ?15, ?16, ?17, ?18, ?19)",
    [ENT_SQL_QUANTITY] =
        "INSERT INTO quantity(document, position, value, value_max, unit, subject, period,"
        " comparison, approximate, begin, \"end\", sentence) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
        " ?8, ?9, ?10, ?11, ?12)",
    [ENT_SQL_CLEAR_COVERAGE] =
        "UPDATE coverage SET records = records - (SELECT count(*) FROM event e"
        " WHERE e.document = ?1 AND e.day = coverage.day AND e.dataset = coverage.dataset)"
        " WHERE (dataset, day) IN (SELECT dataset, day FROM event WHERE document = ?1)",
    /* By key: a scan of all dyads for each document would be quadratic in their number. */
    [ENT_SQL_CLEAR_DYAD] =
        "WITH side(event, day, side, code) AS ("
        " SELECT e.id, coalesce(e.day, 2147483647), 'source', coalesce(a.code, '') FROM event e"
        "  LEFT JOIN actor a ON a.id = e.source WHERE e.document = ?1 UNION"
        " SELECT e.id, coalesce(e.day, 2147483647), 'target', coalesce(a.code, '') FROM event e"
        "  LEFT JOIN actor a ON a.id = e.target WHERE e.document = ?1 UNION"
        " SELECT e.id, coalesce(e.day, 2147483647), x.side, a.code FROM event e"
        "  JOIN event_side x ON x.event = e.id JOIN actor a ON a.id = x.actor"
        "  WHERE e.document = ?1)"
        " DELETE FROM dyad WHERE (source, target, day, event) IN ("
        " SELECT a.code, b.code, a.day, a.event FROM side a JOIN side b ON b.event = a.event)",
    [ENT_SQL_CLEAR_SIDES] =
        "DELETE FROM event_side WHERE event IN (SELECT id FROM event WHERE document = ?1)",
    [ENT_SQL_CLEAR_EVENTS] = "DELETE FROM event WHERE document = ?1",
    [ENT_SQL_CLEAR_STATEMENTS] = "DELETE FROM statement WHERE document = ?1",
    [ENT_SQL_CLEAR_QUANTITIES] = "DELETE FROM quantity WHERE document = ?1",
    [ENT_SQL_CLEAR_SPANS] = "DELETE FROM span WHERE document = ?1",
    [ENT_SQL_SIDES] =
        "SELECT x.side, a.code, a.sector, a.name, a.raw FROM event_side x"
        " JOIN actor a ON a.id = x.actor WHERE x.event = ?1 ORDER BY x.side, x.position",
    [ENT_SQL_VERSION] = "PRAGMA data_version",
};

const char *ent__store_sql_text(ent_sql which)
{
    return texts[which];
}
