/* The store's schema and its migrations.
 * In: an open SQLite connection of any older version.  Out: the same file at the current version.
 * Each entry of `migrations` brings the file one version forward; entries are never edited after
 * a release, new ones are added at the end.  Source: own design; SQLite 3.40 (FTS5, WITHOUT ROWID,
 * STRICT tables).  Cost: a fresh file in a few ms; all migrations run in one transaction. */
#include "rows.h"

/* Documents: what was read, sentence by sentence, and what the reading found. */
static const char schema_documents[] =
    "CREATE TABLE document("
    " id INTEGER PRIMARY KEY, doc TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL DEFAULT 1,"
    " source TEXT, line INTEGER, title TEXT, deck TEXT, byline TEXT, outlet TEXT, url TEXT,"
    " language TEXT, date TEXT, day INTEGER, text TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " program TEXT NOT NULL, kit TEXT NOT NULL) STRICT;"
    "CREATE INDEX document_day ON document(day);"
    "CREATE TABLE document_history("
    " doc TEXT NOT NULL, revision INTEGER NOT NULL, title TEXT, date TEXT, text TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, program TEXT NOT NULL, kit TEXT NOT NULL,"
    " PRIMARY KEY(doc, revision)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE span("
    " document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, kind TEXT NOT NULL,"
    " position INTEGER NOT NULL, begin INTEGER NOT NULL, \"end\" INTEGER NOT NULL, value TEXT,"
    " PRIMARY KEY(document, kind, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE statement("
    " id INTEGER PRIMARY KEY,"
    " document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, local TEXT NOT NULL,"
    " kind TEXT, speaker TEXT, affiliation TEXT, role TEXT, code TEXT, force TEXT, date TEXT,"
    " day INTEGER, cue TEXT, content TEXT NOT NULL, spans TEXT NOT NULL, speaker_begin INTEGER,"
    " speaker_end INTEGER, cue_begin INTEGER, cue_end INTEGER, sentence INTEGER, rule TEXT,"
    " UNIQUE(document, local)) STRICT;"
    "CREATE INDEX statement_code ON statement(code, day);"
    "CREATE TABLE quantity("
    " document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL, value REAL, value_max REAL, unit TEXT, subject TEXT, period TEXT,"
    " comparison TEXT, approximate INTEGER NOT NULL, begin INTEGER, \"end\" INTEGER,"
    " sentence INTEGER, PRIMARY KEY(document, position)) STRICT, WITHOUT ROWID;";

/* Events of documents and of public data sets, and the table that dyad queries read. */
static const char schema_events[] =
    "CREATE TABLE dataset(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "INSERT INTO dataset VALUES(1,'entente'),(2,'gdelt'),(3,'gdelt2'),(4,'icews'),(5,'phoenix'),"
    " (6,'polecat'),(7,'acled'),(8,'events');"
    "CREATE TABLE actor("
    " id INTEGER PRIMARY KEY, code TEXT NOT NULL, sector TEXT NOT NULL, name TEXT NOT NULL,"
    " raw TEXT NOT NULL, UNIQUE(raw, name, code, sector)) STRICT;"
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL REFERENCES dataset(id),"
    " record INTEGER NOT NULL, external TEXT, document INTEGER REFERENCES document(id),"
    " local TEXT, date TEXT, day INTEGER, type TEXT, mode TEXT, context TEXT, cameo TEXT,"
    " quad INTEGER, goldstein REAL, score REAL, source INTEGER REFERENCES actor(id),"
    " target INTEGER REFERENCES actor(id), symmetric INTEGER, root INTEGER, certainty TEXT,"
    " mentions INTEGER, sources INTEGER, articles INTEGER, tone REAL, place TEXT, region TEXT,"
    " place_country TEXT, latitude REAL, longitude REAL, publisher TEXT, url TEXT, text TEXT,"
    " rule TEXT, story INTEGER, sentence INTEGER, begin INTEGER, \"end\" INTEGER,"
    " cue_begin INTEGER, cue_end INTEGER, happening INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX event_record ON event(dataset, record);"
    "CREATE INDEX event_day ON event(day);"
    "CREATE INDEX event_document ON event(document) WHERE document IS NOT NULL;"
    "CREATE TABLE event_side("
    " event INTEGER NOT NULL REFERENCES event(id) ON DELETE CASCADE, side TEXT NOT NULL,"
    " position INTEGER NOT NULL, actor INTEGER NOT NULL REFERENCES actor(id),"
    " PRIMARY KEY(event, side, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE dyad("
    " source TEXT NOT NULL, target TEXT NOT NULL, day INTEGER NOT NULL, event INTEGER NOT NULL,"
    " precision INTEGER NOT NULL, type INTEGER NOT NULL, quad INTEGER NOT NULL, goldstein REAL,"
    " mentions INTEGER NOT NULL, sure INTEGER NOT NULL, dataset INTEGER NOT NULL,"
    " happening INTEGER NOT NULL,"
    " PRIMARY KEY(source, target, day, event)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE coverage("
    " dataset INTEGER NOT NULL, day INTEGER NOT NULL, records INTEGER NOT NULL,"
    " PRIMARY KEY(dataset, day)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE import("
    " id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, file TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL, lines INTEGER NOT NULL, rows INTEGER NOT NULL,"
    " known INTEGER NOT NULL, rejected INTEGER NOT NULL, repaired INTEGER NOT NULL,"
    " rejects_bytes INTEGER NOT NULL, finished INTEGER NOT NULL, program TEXT NOT NULL,"
    " UNIQUE(dataset, fingerprint)) STRICT;";

static const char schema_search[] =
    "CREATE VIRTUAL TABLE document_search USING fts5("
    " title, text, content='document', content_rowid='id',"
    " tokenize='porter unicode61 remove_diacritics 2');"
    "CREATE TRIGGER document_search_in AFTER INSERT ON document BEGIN"
    " INSERT INTO document_search(rowid, title, text) VALUES(new.id, new.title, new.text); END;"
    "CREATE TRIGGER document_search_out AFTER DELETE ON document BEGIN"
    " INSERT INTO document_search(document_search, rowid, title, text)"
    "  VALUES('delete', old.id, old.title, old.text); END;"
    "CREATE TRIGGER document_search_change AFTER UPDATE OF title, text ON document BEGIN"
    " INSERT INTO document_search(document_search, rowid, title, text)"
    "  VALUES('delete', old.id, old.title, old.text);"
    " INSERT INTO document_search(rowid, title, text) VALUES(new.id, new.title, new.text); END;"
    "CREATE VIRTUAL TABLE statement_search USING fts5("
    " speaker, content, content='statement', content_rowid='id',"
    " tokenize='porter unicode61 remove_diacritics 2');"
    "CREATE TRIGGER statement_search_in AFTER INSERT ON statement BEGIN"
    " INSERT INTO statement_search(rowid, speaker, content)"
    "  VALUES(new.id, new.speaker, new.content); END;"
    "CREATE TRIGGER statement_search_out AFTER DELETE ON statement BEGIN"
    " INSERT INTO statement_search(statement_search, rowid, speaker, content)"
    "  VALUES('delete', old.id, old.speaker, old.content); END;"
    "CREATE VIEW event_named AS SELECT e.id, d.name AS dataset, e.external, x.doc, e.local,"
    " e.date, e.type, e.mode, e.cameo, e.quad, e.goldstein, s.code AS source_code,"
    " s.sector AS source_sector, s.name AS source_name, t.code AS target_code,"
    " t.sector AS target_sector, t.name AS target_name, e.certainty, e.mentions, e.sources,"
    " e.place, e.place_country, e.publisher, e.url, e.text, e.rule FROM event e"
    " JOIN dataset d ON d.id = e.dataset LEFT JOIN document x ON x.id = e.document"
    " LEFT JOIN actor s ON s.id = e.source LEFT JOIN actor t ON t.id = e.target;";

/* States of case files, kept for ever. */
static const char schema_cases[] =
    "CREATE TABLE case_revision("
    " case_id TEXT NOT NULL, revision INTEGER NOT NULL, recorded TEXT NOT NULL,"
    " author TEXT NOT NULL, sha256 TEXT NOT NULL, yaml TEXT NOT NULL,"
    " PRIMARY KEY(case_id, revision)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER case_no_update BEFORE UPDATE ON case_revision BEGIN"
    " SELECT raise(ABORT, 'the history of a case is append-only'); END;"
    "CREATE TRIGGER case_no_delete BEFORE DELETE ON case_revision BEGIN"
    " SELECT raise(ABORT, 'the history of a case is append-only'); END;";

/* Public data on states, keyed by COW numbers: roll calls and votes, facts of dyads, trade. */
static const char schema_public_data[] =
    "CREATE TABLE roll_call("
    " id INTEGER PRIMARY KEY, record INTEGER NOT NULL, session INTEGER NOT NULL,"
    " day INTEGER NOT NULL, council INTEGER NOT NULL, important INTEGER NOT NULL,"
    " amendment INTEGER NOT NULL, paragraph INTEGER NOT NULL, issues INTEGER NOT NULL,"
    " issues_known INTEGER NOT NULL, item INTEGER NOT NULL, symbol TEXT, title TEXT,"
    " source TEXT) STRICT;"
    "CREATE TABLE vote("
    " roll_call INTEGER NOT NULL, ccode INTEGER NOT NULL, vote INTEGER NOT NULL,"
    " PRIMARY KEY(roll_call, ccode)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE dyad_fact("
    " kind INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, year INTEGER NOT NULL,"
    " value REAL NOT NULL, PRIMARY KEY(kind, a, b, year)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE trade_flow("
    " period INTEGER NOT NULL, exporter INTEGER NOT NULL, importer INTEGER NOT NULL,"
    " by_importer INTEGER NOT NULL, commodity TEXT NOT NULL, unit TEXT NOT NULL,"
    " value REAL NOT NULL, PRIMARY KEY(commodity, unit, period, exporter, importer, by_importer))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE gdp("
    " ccode INTEGER NOT NULL, year INTEGER NOT NULL, value REAL NOT NULL,"
    " PRIMARY KEY(ccode, year)) STRICT, WITHOUT ROWID;";

/* Words of events that have a text of their own (rows of GDELT and the like have none). */
static const char schema_event_search[] =
    "CREATE VIRTUAL TABLE event_search USING fts5("
    " text, content='event', content_rowid='id',"
    " tokenize='porter unicode61 remove_diacritics 2');"
    "CREATE TRIGGER event_search_in AFTER INSERT ON event WHEN new.text IS NOT NULL BEGIN"
    " INSERT INTO event_search(rowid, text) VALUES(new.id, new.text); END;"
    "CREATE TRIGGER event_search_out AFTER DELETE ON event WHEN old.text IS NOT NULL BEGIN"
    " INSERT INTO event_search(event_search, rowid, text) VALUES('delete', old.id, old.text); END;"
    "INSERT INTO event_search(rowid, text) SELECT id, text FROM event WHERE text IS NOT NULL;";

/* Results of measures that a case cites, as the JSON they were printed in. */
static const char schema_results[] =
    "CREATE TABLE result("
    " id TEXT PRIMARY KEY, kind TEXT NOT NULL, recorded TEXT NOT NULL, found TEXT NOT NULL,"
    " json TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER result_no_update BEFORE UPDATE ON result BEGIN"
    " SELECT raise(ABORT, 'a kept result does not change'); END;"
    "CREATE TRIGGER result_no_delete BEFORE DELETE ON result BEGIN"
    " SELECT raise(ABORT, 'a kept result stays'); END;";

/* Series from other hands: values by state or pair and period. */
static const char schema_series[] =
    "CREATE TABLE series_point("
    " name TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, day INTEGER NOT NULL,"
    " period INTEGER NOT NULL, value REAL NOT NULL, low REAL, high REAL,"
    " PRIMARY KEY(name, a, b, day, period)) STRICT, WITHOUT ROWID;";

/* Entry n brings a file from version n to n + 1; a step is several texts, ended by NULL. */
#define MOST_TEXTS 4
static const char *const migrations[][MOST_TEXTS] = {
    {schema_documents, schema_events, schema_search, NULL},
    {schema_cases, NULL},
    {schema_public_data, NULL},
    {schema_event_search, NULL},
    {schema_results, NULL},
    {schema_series, NULL},
};

int ent__store_schema_version(void)
{
    return (int)(sizeof migrations / sizeof migrations[0]);
}

/* Read inside the transaction: another process may have created the tables meanwhile. */
static int version_of(sqlite3 *db)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK) {
        return -1;
    }
    int version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    return version;
}

int ent__store_migrate(sqlite3 *db)
{
    char *text = sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=%d",
                                 ENT_STORE_APPLICATION, ent__store_schema_version());
    if (text == NULL) {
        return SQLITE_NOMEM;
    }
    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    int step = rc == SQLITE_OK ? version_of(db) : 0;
    rc = step < 0 ? SQLITE_CORRUPT : rc;
    for (; rc == SQLITE_OK && step < ent__store_schema_version(); step++) {
        for (int i = 0; rc == SQLITE_OK && i < MOST_TEXTS && migrations[step][i] != NULL; i++) {
            rc = sqlite3_exec(db, migrations[step][i], NULL, NULL, NULL);
        }
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(db, text, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    sqlite3_free(text);
    return rc;
}
