/* merge: another store's rows into this one, as the shards of a distributed run are joined.
 * In: the path of another store.  Out: its documents with their readings, its events, its notes of
 * imports, its cases and public data; what is known already is not doubled, what differs is told.
 * One transaction: all or nothing.
 * Source: own design.  Event numbers are shifted by the highest one here, so that the tables that
 * name them need no look-up.  Cost: linear in the other store. */
#include "rows.h"

#include <string.h>

/* "?" in these texts is the shift of event numbers. */
static const char *const steps[] = {
    "CREATE TEMP TABLE merged_document(old INTEGER PRIMARY KEY, new INTEGER)",
    "INSERT INTO document(doc, revision, source, line, title, deck, byline, outlet, url, language,"
    " date, day, text, sha256, program, kit) SELECT doc, revision, source, line, title, deck,"
    " byline, outlet, url, language, date, day, text, sha256, program, kit FROM other.document"
    " WHERE doc NOT IN (SELECT doc FROM main.document) ORDER BY id",
    /* New are those that have no reading yet: their number is above all old ones. */
    "INSERT INTO merged_document SELECT o.id, m.id FROM other.document o"
    " JOIN main.document m ON m.doc = o.doc WHERE m.id > (SELECT value FROM merged_from"
    " WHERE name = 'document')",
    "INSERT OR IGNORE INTO document_history SELECT * FROM other.document_history",
    "INSERT INTO span SELECT d.new, s.kind, s.position, s.begin, s.\"end\", s.value"
    " FROM other.span s JOIN merged_document d ON d.old = s.document",
    "INSERT INTO quantity SELECT d.new, q.position, q.value, q.value_max, q.unit, q.subject,"
    " q.period, q.comparison, q.approximate, q.begin, q.\"end\", q.sentence"
    " FROM other.quantity q JOIN merged_document d ON d.old = q.document",
    "INSERT INTO statement(document, local, kind, speaker, affiliation, role, code, force, date,"
    " day, cue, content, spans, speaker_begin, speaker_end, cue_begin, cue_end, sentence, rule)"
    " SELECT d.new, s.local, s.kind, s.speaker, s.affiliation, s.role, s.code, s.force, s.date,"
    " s.day, s.cue, s.content, s.spans, s.speaker_begin, s.speaker_end, s.cue_begin, s.cue_end,"
    " s.sentence, s.rule FROM other.statement s JOIN merged_document d ON d.old = s.document"
    " ORDER BY s.id",
    "INSERT OR IGNORE INTO actor(code, sector, name, raw)"
    " SELECT code, sector, name, raw FROM other.actor ORDER BY id",
    "CREATE TEMP TABLE merged_actor(old INTEGER PRIMARY KEY, new INTEGER)",
    "INSERT INTO merged_actor SELECT o.id, m.id FROM other.actor o JOIN main.actor m"
    " ON m.raw = o.raw AND m.name = o.name AND m.code = o.code AND m.sector = o.sector",
    "INSERT OR IGNORE INTO event SELECT e.id + ?, e.dataset, e.record, e.external, d.new, e.local,"
    " e.date, e.day, e.type, e.mode, e.context, e.cameo, e.quad, e.goldstein, e.score, s.new,"
    " t.new, e.symmetric, e.root, e.certainty, e.mentions, e.sources, e.articles, e.tone, e.place,"
    " e.region, e.place_country, e.latitude, e.longitude, e.publisher, e.url, e.text, e.rule,"
    " e.story, e.sentence, e.begin, e.\"end\", e.cue_begin, e.cue_end, e.happening"
    " FROM other.event e LEFT JOIN merged_document d ON d.old = e.document"
    " LEFT JOIN merged_actor s ON s.old = e.source LEFT JOIN merged_actor t ON t.old = e.target"
    " WHERE e.document IS NULL OR d.new IS NOT NULL ORDER BY e.id",
    "INSERT INTO event_side SELECT x.event + ?1, x.side, x.position, a.new FROM other.event_side x"
    " JOIN merged_actor a ON a.old = x.actor WHERE EXISTS (SELECT 1 FROM main.event e"
    " WHERE e.id = x.event + ?1)",
    "INSERT INTO dyad SELECT y.source, y.target, y.day, y.event + ?1, y.precision, y.type, y.quad,"
    " y.goldstein, y.mentions, y.sure, y.dataset, y.happening FROM other.dyad y"
    " WHERE EXISTS (SELECT 1 FROM main.event e WHERE e.id = y.event + ?1)",
    "INSERT INTO coverage SELECT dataset, day, count(*) FROM main.event WHERE id > ?"
    " AND day IS NOT NULL GROUP BY dataset, day ON CONFLICT DO UPDATE"
    " SET records = records + excluded.records",
    "INSERT OR IGNORE INTO import(dataset, file, fingerprint, lines, rows, known, rejected,"
    " repaired, rejects_bytes, finished, program) SELECT dataset, file, fingerprint, lines, rows,"
    " known, rejected, repaired, rejects_bytes, finished, program FROM other.import"
    " WHERE finished = 1 ORDER BY id",
    /* Keyed by what they are: the same key is the same fact, and this store's stays. */
    "INSERT OR IGNORE INTO case_revision SELECT * FROM other.case_revision",
    "INSERT OR IGNORE INTO result SELECT * FROM other.result",
};

/* Public data under a key: what both have, as key and two values; and what only the other has. */
static const struct {
    ent_sheet sheet;
    const char *both, *add;
} sheets[] = {
    {ENT_SHEET_FACT,
     "SELECT kind || ' ' || a || ' ' || b || ' ' || year, m.value, o.value FROM other.dyad_fact o"
     " JOIN main.dyad_fact m USING(kind, a, b, year)",
     "INSERT OR IGNORE INTO dyad_fact SELECT * FROM other.dyad_fact"},
    {ENT_SHEET_FLOW,
     "SELECT period || ' ' || exporter || ' ' || importer || ' ' || by_importer || ' ' || commodity"
     " || ' ' || unit, m.value, o.value FROM other.trade_flow o JOIN main.trade_flow m"
     " USING(commodity, unit, period, exporter, importer, by_importer)",
     "INSERT OR IGNORE INTO trade_flow SELECT * FROM other.trade_flow"},
    {ENT_SHEET_GDP,
     "SELECT ccode || ' ' || year, m.value, o.value FROM other.gdp o JOIN main.gdp m"
     " USING(ccode, year)",
     "INSERT OR IGNORE INTO gdp SELECT * FROM other.gdp"},
    {ENT_SHEET_SERIES,
     "SELECT name || ' ' || a || ' ' || b || ' ' || date(day * 86400, 'unixepoch'), m.value,"
     " o.value FROM other.series_point o JOIN main.series_point m USING(name, a, b, day, period)",
     "INSERT OR IGNORE INTO series_point SELECT * FROM other.series_point"},
};

static ent_rc number(ent_ctx *ctx, ent_store *store, const char *sql, int64_t *out)
{
    sqlite3_stmt *s;
    *out = 0;
    if (sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't count rows");
    }
    ent_rc rc = ENT_OK;
    if (sqlite3_step(s) == SQLITE_ROW) {
        *out = sqlite3_column_int64(s, 0);
    } else {
        rc = ent__store_fail(ctx, store, "can't count rows");
    }
    sqlite3_finalize(s);
    return rc;
}

static ent_rc run_step(ent_ctx *ctx, ent_store *store, const char *sql, int64_t shift)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't merge");
    }
    if (sqlite3_bind_parameter_count(s) > 0) {
        sqlite3_bind_int64(s, 1, shift);
    }
    ent_rc rc = sqlite3_step(s) == SQLITE_DONE ? ENT_OK
                                               : ent__store_fail(ctx, store, "can't merge");
    sqlite3_finalize(s);
    return rc;
}

static ent_rc merge_rows(ent_ctx *ctx, ent_store *store, ent_merge_report *out)
{
    int64_t shift = 0, last_document = 0, events = 0, theirs = 0, documents = 0;
    ent_rc rc = number(ctx, store, "SELECT coalesce(max(id), 0) FROM main.event", &shift);
    rc = rc != ENT_OK ? rc : number(ctx, store, "SELECT coalesce(max(id), 0) FROM main.document",
                                    &last_document);
    rc = rc != ENT_OK ? rc : run_step(ctx, store, "CREATE TEMP TABLE merged_from(name TEXT, value)",
                                      0);
    rc = rc != ENT_OK ? rc : run_step(ctx, store, "INSERT INTO merged_from VALUES('document', ?)",
                                      last_document);
    rc = rc != ENT_OK ? rc : run_step(ctx, store, "INSERT INTO merged_from VALUES('event', ?)",
                                      shift);
    for (size_t i = 0; rc == ENT_OK && i < sizeof steps / sizeof steps[0]; i++) {
        rc = run_step(ctx, store, steps[i], shift);
    }
    rc = rc != ENT_OK ? rc : number(ctx, store, "SELECT count(*) FROM other.event", &theirs);
    rc = rc != ENT_OK ? rc : number(ctx, store, "SELECT count(*) FROM main.event WHERE id >"
                                    " (SELECT value FROM merged_from WHERE name = 'event')",
                                    &events);
    rc = rc != ENT_OK ? rc : number(ctx, store, "SELECT count(*) FROM merged_document", &documents);
    out->documents = documents;
    out->events = events;
    out->known = theirs - events;
    return rc;
}

static ent_rc count_both(ent_ctx *ctx, ent_store *store, size_t at, ent_merge_differ differ,
                         void *user, ent_merge_count *count)
{
    sqlite3_stmt *s;
    int step;
    if (sqlite3_prepare_v2(store->db, sheets[at].both, -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't compare public data");
    }
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        double here = sqlite3_column_double(s, 1), there = sqlite3_column_double(s, 2);
        count->known++;
        count->different += here != there;
        if (here != there && differ != NULL) {
            differ(user, sheets[at].sheet, ent__column_str(s, 0), here, there);
        }
    }
    ent_rc rc = step == SQLITE_DONE ? ENT_OK
                                    : ent__store_fail(ctx, store, "can't compare public data");
    sqlite3_finalize(s);
    return rc;
}

static ent_rc merge_sheets(ent_ctx *ctx, ent_store *store, ent_merge_differ differ, void *user,
                           ent_merge_report *out)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < sizeof sheets / sizeof *sheets; i++) {
        ent_merge_count *count = &out->sheets[sheets[i].sheet];
        rc = count_both(ctx, store, i, differ, user, count);
        rc = rc != ENT_OK ? rc : run_step(ctx, store, sheets[i].add, 0);
        count->added = sqlite3_changes64(store->db);
    }
    return rc;
}

static ent_rc drop_temporary(ent_ctx *ctx, ent_store *store)
{
    return ent__store_exec(ctx, store,
                           "DROP TABLE IF EXISTS temp.merged_document;"
                           "DROP TABLE IF EXISTS temp.merged_actor;"
                           "DROP TABLE IF EXISTS temp.merged_from", "can't merge");
}

static ent_rc attach(ent_ctx *ctx, ent_store *store, const char *path)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(store->db, "ATTACH ? AS other", -1, &s, NULL) != SQLITE_OK) {
        return ent__store_fail(ctx, store, "can't merge");
    }
    sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC);
    ent_rc rc = sqlite3_step(s) == SQLITE_DONE ? ENT_OK
                                               : ent__store_fail(ctx, store, "can't merge");
    sqlite3_finalize(s);
    return rc;
}

ent_rc ent__store_merge(ent_ctx *ctx, ent_store *store, const char *other_path,
                        ent_merge_differ differ, void *user, ent_merge_report *out)
{
    *out = (ent_merge_report){0};
    ent_store *other;
    ent_rc rc = ent__store_writable(ctx, store);
    /* Opened once only to be told what is wrong with it in clear words. */
    rc = rc != ENT_OK ? rc : ent__store_open(ctx, other_path, ENT_STORE_READ, &other);
    if (rc != ENT_OK) {
        return rc;
    }
    ent__store_close(other);
    rc = ent__store_commit(ctx, store);
    rc = rc != ENT_OK ? rc : attach(ctx, store, other_path);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__store_begin(ctx, store);
    rc = rc != ENT_OK ? rc : merge_rows(ctx, store, out);
    rc = rc != ENT_OK ? rc : merge_sheets(ctx, store, differ, user, out);
    rc = rc != ENT_OK ? rc : drop_temporary(ctx, store);
    if (rc == ENT_OK) {
        rc = ent__store_commit(ctx, store);
    } else {
        ent__store_rollback(store);
    }
    sqlite3_exec(store->db, "DETACH other", NULL, NULL, NULL);
    return rc;
}
