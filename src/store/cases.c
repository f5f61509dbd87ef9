/* cases: the append-only history of case files, questions that documents ask, the words behind a
 * link ("article#e1"), and results that cases cite.  In: YAML as the analyst saved it.  Out: every past state.
 * Source: own design; triggers refuse changes, so that history is kept also against our own faults. */
#include <string.h>

#include "rows.h"

static ent_rc prepare(ent_ctx *ctx, ent_store *store, const char *sql, sqlite3_stmt **out)
{
    return sqlite3_prepare_v2(store->db, sql, -1, out, NULL) == SQLITE_OK
               ? ENT_OK
               : ent__store_fail(ctx, store, "can't prepare a query");
}

static void read_case(sqlite3_stmt *s, ent_stored_case *out)
{
    *out = (ent_stored_case){
        .id = ent__column_str(s, 0), .revision = ent__column_int(s, 1, 0),
        .recorded = ent__column_str(s, 2), .author = ent__column_str(s, 3),
        .sha256 = ent__column_str(s, 4), .yaml = ent__column_str(s, 5)};
}

ent_rc ent__store_cases(ent_ctx *ctx, ent_store *store, const char *case_id, int64_t revision,
                        ent_case_visit visit, void *user)
{
    sqlite3_stmt *s;
    ent_rc rc = prepare(ctx, store,
                        "SELECT case_id, revision, recorded, author, sha256, yaml FROM case_revision"
                        " WHERE (?1 IS NULL OR case_id = ?1) AND (?2 = 0 OR revision = ?2"
                        " OR (?2 = -1 AND revision = (SELECT max(r.revision) FROM case_revision r"
                        " WHERE r.case_id = case_revision.case_id)))"
                        " ORDER BY case_id, revision", &s);
    if (rc != ENT_OK) {
        return rc;
    }
    sqlite3_bind_text(s, 1, case_id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(s, 2, revision);
    int step;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_stored_case row;
        read_case(s, &row);
        rc = visit(user, &row);
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read the history of a case");
    }
    sqlite3_finalize(s);
    return rc;
}

typedef struct {
    int64_t revision;
    char sha256[65];
} latest;

static ent_rc remember_latest(void *user, const ent_stored_case *row)
{
    latest *l = user;
    l->revision = row->revision;
    snprintf(l->sha256, sizeof l->sha256, "%.*s", ENT_FMT(row->sha256));
    return ENT_OK;
}

ent_rc ent__store_put_case(ent_ctx *ctx, ent_store *store, const ent_stored_case *what,
                           int64_t *out_revision, bool *out_new)
{
    char sha256[65];
    latest last = {0};
    ent__sha256_hex(what->yaml, sha256);
    ent_rc rc = ent__store_begin(ctx, store); /* two analysts at once: one waits for the other */
    rc = rc == ENT_OK ? ent__store_cases(ctx, store, what->id.p, ENT_CASE_LATEST, remember_latest, &last) : rc;
    *out_new = strcmp(last.sha256, sha256) != 0;
    *out_revision = last.revision + (*out_new ? 1 : 0);
    sqlite3_stmt *s = NULL;
    if (rc == ENT_OK && *out_new) {
        rc = prepare(ctx, store,
                     "INSERT INTO case_revision(case_id, revision, recorded, author, sha256, yaml)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &s);
    }
    if (rc == ENT_OK && *out_new) {
        ent__bind_text(s, 1, what->id);
        sqlite3_bind_int64(s, 2, *out_revision);
        ent__bind_text(s, 3, what->recorded);
        ent__bind_text(s, 4, what->author);
        ent__bind_text(s, 5, ent__str(sha256));
        ent__bind_text(s, 6, what->yaml);
        if (sqlite3_step(s) != SQLITE_DONE) {
            rc = ent__store_fail(ctx, store, "can't keep the case");
        }
    }
    sqlite3_finalize(s);
    if (rc == ENT_OK) {
        return ent__store_commit(ctx, store);
    }
    ent__store_rollback(store);
    return rc;
}

ent_rc ent__store_questions(ent_ctx *ctx, ent_store *store, ent_question_visit visit, void *user)
{
    sqlite3_stmt *s;
    ent_rc rc = prepare(ctx, store,
                        "SELECT d.doc, substr(d.text, p.begin + 1, p.\"end\" - p.begin), p.position"
                        " FROM span p JOIN document d ON d.id = p.document"
                        " WHERE p.kind = 'question' ORDER BY d.day, d.doc, p.position", &s);
    if (rc != ENT_OK) {
        return rc;
    }
    int step;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        rc = visit(user, ent__column_str(s, 0), ent__column_str(s, 1));
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read questions");
    }
    sqlite3_finalize(s);
    return rc;
}

/* "rollcall:9876", "rollcall:ES-11/7": day, symbol and title.  "result:ID": what it found. */
static const char link_roll_call[] =
    "SELECT date(day * 86400, 'unixepoch') || ', ' || coalesce(symbol || ': ', '')"
    " || coalesce(title, 'roll call ' || id) FROM roll_call"
    " WHERE symbol = ?1 OR id = CAST(?1 AS INTEGER) AND ?1 NOT GLOB '*[^0-9]*'"
    " ORDER BY day, id LIMIT 1";
static const char link_result[] = "SELECT found FROM result WHERE id = ?1";
static const char link_event[] =
    "SELECT coalesce(e.text, substr(d.text, e.begin + 1, e.\"end\" - e.begin)) FROM event e"
    " JOIN document d ON d.id = e.document WHERE d.doc = ?1 AND e.local = ?2";
static const char link_statement[] = "SELECT s.content FROM statement s JOIN document d"
                                     " ON d.id = s.document WHERE d.doc = ?1 AND s.local = ?2";

ent_rc ent__store_link(ent_ctx *ctx, ent_store *store, ent_arena *arena, ent_str link,
                       ent_str *out_words)
{
    const char *hash = link.n == 0 ? NULL : memrchr(link.p, '#', link.n), *sql = NULL;
    ent_str first = link, local = {"", 0};
    *out_words = (ent_str){NULL, 0};
    if (ent__str_starts(link, "rollcall:")) {
        sql = link_roll_call;
        first = ent__str_sub(link, 9, link.n);
    } else if (ent__str_starts(link, "result:")) {
        sql = link_result;
        first = ent__str_sub(link, 7, link.n);
    } else if (hash != NULL) {
        first = (ent_str){link.p, (size_t)(hash - link.p)};
        local = (ent_str){hash + 1, link.n - first.n - 1};
        sql = ent__str_starts(local, "e") ? link_event : link_statement;
    }
    sqlite3_stmt *s;
    ent_rc rc = sql == NULL ? ENT_OK : prepare(ctx, store, sql, &s);
    if (rc != ENT_OK || sql == NULL) {
        return rc;
    }
    ent__bind_text(s, 1, first);
    if (sqlite3_bind_parameter_count(s) > 1) {
        ent__bind_text(s, 2, local);
    }
    int step = sqlite3_step(s);
    if (step == SQLITE_ROW) {
        *out_words = ent__arena_str(arena, ent__column_str(s, 0));
        rc = out_words->p == NULL ? ent__nomem(ctx) : ENT_OK;
    } else if (step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't look up a link");
    }
    sqlite3_finalize(s);
    return rc;
}

/* ---- results -------------------------------------------------------------------------------- */

ent_rc ent__store_put_result(ent_ctx *ctx, ent_store *store, const ent_stored_result *what,
                             char out_id[64])
{
    char sha256[65];
    sqlite3_stmt *s;
    ent__sha256_hex(what->json, sha256);
    snprintf(out_id, 64, "%.*s-%.12s", what->kind.n > 40 ? 40 : (int)what->kind.n, what->kind.p,
             sha256);
    ent_rc rc = ent__store_writable(ctx, store);
    rc = rc == ENT_OK ? prepare(ctx, store, "INSERT OR IGNORE INTO result(id, kind, recorded, found,"
                                            " json) VALUES(?1, ?2, ?3, ?4, ?5)", &s)
                      : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    const ent_str values[] = {ent__str(out_id), what->kind, what->recorded, what->found, what->json};
    for (int i = 0; i < 5; i++) {
        ent__bind_text(s, i + 1, values[i]);
    }
    if (sqlite3_step(s) != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't keep the result");
    }
    sqlite3_finalize(s);
    return rc;
}

ent_rc ent__store_results(ent_ctx *ctx, ent_store *store, ent_result_visit visit, void *user)
{
    sqlite3_stmt *s;
    ent_rc rc = prepare(ctx, store, "SELECT id, kind, recorded, found, json FROM result"
                                    " ORDER BY recorded, id", &s);
    if (rc != ENT_OK) {
        return rc;
    }
    int step;
    while (rc == ENT_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        ent_stored_result row = {ent__column_str(s, 0), ent__column_str(s, 1),
                                 ent__column_str(s, 2), ent__column_str(s, 3),
                                 ent__column_str(s, 4)};
        rc = visit(user, &row);
    }
    if (rc == ENT_OK && step != SQLITE_DONE) {
        rc = ent__store_fail(ctx, store, "can't read the kept results");
    }
    sqlite3_finalize(s);
    return rc;
}
