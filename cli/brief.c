/* entente brief: from articles, a store and a case to a briefing page (HTML, Markdown or JSON). */
#include "brief.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATES_MAX 16

/* ---- documents ------------------------------------------------------------------------------ */

static ent_rc read_input(const ent_cli *cli, const ent_kit *kit, const char *path,
                         ent__brief_material *all)
{
    ent_input *input;
    ent_input_options options = {0};
    ent_rc rc = ent__input_open(cli->ctx, kit, path, &options, &input);
    for (int got = 1; rc == ENT_OK && got != 0;) {
        ent_doc *doc;
        rc = ent__doc_new(cli->ctx, &doc);
        if (rc != ENT_OK) {
            break;
        }
        got = ent__input_next(cli->ctx, input, doc->arena, &doc->text);
        rc = got < 0 ? ent_ctx_rc(cli->ctx) : got == 0 ? ENT_OK : ent__doc_read(cli->ctx, kit, doc);
        ent_doc **docs = rc == ENT_OK && got == 1
                             ? ent__grow(all->docs, all->count, &all->capacity, sizeof *docs)
                             : NULL;
        if (docs != NULL) {
            all->docs = docs;
            all->docs[all->count++] = doc;
        } else {
            ent_doc_free(doc);
            rc = rc == ENT_OK && got == 1 ? ent__nomem(cli->ctx) : rc;
        }
    }
    ent__input_close(input);
    return rc;
}

static ent_rc keep(const ent_cli *cli, const ent_kit *kit, const ent__brief_material *all)
{
    const char *path = ent__cli_option(cli, "store", NULL);
    ent_store *store;
    if (path == NULL || ent__cli_flag(cli, "read-only")) {
        return ENT_OK;
    }
    ent_rc rc = ent__store_open(cli->ctx, path, ENT_STORE_WRITE, &store);
    if (rc != ENT_OK) {
        return rc;
    }
    rc = ent__store_begin(cli->ctx, store);
    for (size_t i = 0; rc == ENT_OK && i < all->count; i++) {
        rc = ent__store_put_document(cli->ctx, store, kit, all->docs[i], NULL);
    }
    rc = rc == ENT_OK ? ent__store_commit(cli->ctx, store) : rc;
    ent__store_close(store);
    return rc;
}

static ent_rc read_documents(const ent_cli *cli, const ent_kit *kit, ent__brief_material *m)
{
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < cli->argument_count; i++) {
        rc = read_input(cli, kit, cli->arguments[i], m);
    }
    if (rc == ENT_OK && cli->argument_count > 0 && m->count == 0) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, cli->arguments[0], 0, "holds no document");
    }
    return rc == ENT_OK && m->count > 0 ? keep(cli, kit, m) : rc;
}

/* Without an INPUT the documents are the store's. */
static ent_rc stored_documents(const ent_cli *cli, const ent_kit *kit, ent__brief_material *m)
{
    int64_t limit;
    size_t total = 0;
    const ent_case *c = m->inputs.weighing == NULL ? NULL : m->inputs.weighing->c;
    const ent_str *states = m->inputs.state_count > 0 || c == NULL ? m->inputs.states : c->states;
    size_t count = m->inputs.state_count > 0 || c == NULL ? m->inputs.state_count : c->state_count;
    ent_rc rc = ent__cli_int(cli, "limit", 1, 10000, 30, &limit);
    if (rc != ENT_OK || cli->argument_count > 0 || m->inputs.store == NULL) {
        return rc;
    }
    ent_doc **docs;
    size_t read = 0;
    rc = ent__brief_documents(cli->ctx, kit, m->arena, m->inputs.store, states, count,
                              (size_t)limit, &docs, &read, &total);
    m->docs = calloc(read + 1, sizeof *m->docs);
    for (size_t i = 0; i < read; i++) {
        if (m->docs != NULL) {
            m->docs[m->count++] = docs[i];
        } else {
            ent_doc_free(docs[i]);
        }
    }
    m->inputs.stored_count = total;
    return rc == ENT_OK && m->docs == NULL ? ent__nomem(cli->ctx) : rc;
}

/* ---- case, states, dates, corrections ------------------------------------------------------- */

/* A file, or the name of a case that the store keeps. */
static ent_rc read_case(const ent_cli *cli, ent__brief_material *m)
{
    const char *path = ent__cli_option(cli, "case", NULL);
    ent_case *c = NULL;
    ent_weighing *weighing;
    if (path == NULL) {
        return ENT_OK;
    }
    ent_rc rc = ENT_OK;
    if (m->inputs.store != NULL && access(path, R_OK) != 0) {
        rc = ent__case_stored(cli->ctx, m->arena, m->inputs.store, path, ENT_CASE_LATEST, NULL,
                              &c);
    }
    if (rc == ENT_OK && c == NULL) {
        rc = ent__case_read(cli->ctx, m->arena, path, &c);
    }
    const ent_weigh_view view = ent__weigh_view();
    const ent_redraw redraw = {2000, 0.2, ent_ctx_get_seed(cli->ctx)};
    rc = rc == ENT_OK ? ent__weigh(cli->ctx, m->arena, c, &view, &redraw, &weighing) : rc;
    m->inputs.weighing = rc == ENT_OK ? weighing : NULL;
    return rc;
}

static ent_rc read_states(const ent_cli *cli, ent__brief_material *m)
{
    ent_str rest = ent__str(ent__cli_option(cli, "states", "")), one;
    ent_str *states = ent__arena_array(m->arena, STATES_MAX, sizeof *states);
    while (states != NULL && rest.n > 0 && ent__str_split(&rest, ',', &one)) {
        one = ent__str_trim(one);
        if (one.n == 0 || m->inputs.state_count == STATES_MAX) {
            return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--states: expected codes as USA,RUS,CHN, got \"%s\"",
                             ent__cli_option(cli, "states", ""));
        }
        states[m->inputs.state_count++] = one;
    }
    m->inputs.states = states;
    return states == NULL ? ent__nomem(cli->ctx) : ENT_OK;
}

static ent_rc read_updated(const ent_cli *cli, ent__brief_material *m)
{
    const char *given = ent__cli_option(cli, "updated", ent__cli_option(cli, "at", NULL));
    ent_date *date = &m->inputs.updated;
    if (given != NULL && (!ent__date_parse(ent__str(given), date) || date->year == 0)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--updated: expected a date like 2025-03-10, got \"%s\"", given);
    }
    return ENT_OK;
}

static ent_rc read_corrections(const ent_cli *cli, ent__brief_material *m)
{
    const char *path = ent__cli_option(cli, "corrections", NULL);
    return path == NULL ? ENT_OK
                        : ent__brief_corrections_read(cli->ctx, m->arena, path,
                                                      &m->inputs.corrections,
                                                      &m->inputs.correction_count);
}

/* ---- the command ---------------------------------------------------------------------------- */

/* By --format, else by the ending of -o, else HTML. */
static ent_rc choose_format(const ent_cli *cli, const char **out)
{
    ent_str path = ent__str(ent__cli_option(cli, "output", ""));
    const char *format = ent__cli_option(cli, "format", NULL);
    if (format == NULL) {
        format = ent__cli_flag(cli, "json") || ent__str_ends(path, ".json") ? "json"
                 : ent__str_ends(path, ".md")                               ? "markdown"
                                                                            : "html";
    }
    *out = format;
    bool known = strcmp(format, "html") == 0 || strcmp(format, "markdown") == 0 ||
                 strcmp(format, "json") == 0;
    return known ? ENT_OK
                 : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                             "--format: expected html, markdown or json, got \"%s\"", format);
}

static ent_rc check_words(const ent_cli *cli)
{
    bool enough = cli->argument_count > 0 || ent__cli_option(cli, "store", NULL) != NULL ||
                  ent__cli_option(cli, "case", NULL) != NULL;
    return enough ? ENT_OK
                  : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                              "brief: expected an INPUT, --store or --case (see --help)");
}

static ent_rc open_store(const ent_cli *cli, ent__brief_material *m)
{
    const char *path = ent__cli_option(cli, "store", NULL);
    return path == NULL ? ENT_OK
                        : ent__store_open(cli->ctx, path, ENT_STORE_READ, &m->inputs.store);
}

static ent_rc write_brief(const ent_cli *cli, const ent_kit *kit, const ent__brief_material *m,
                          const char *format)
{
    ent_brief *brief;
    ent_rc rc = ent__brief_build(cli->ctx, kit, m->arena, &m->inputs, &brief);
    if (rc != ENT_OK) {
        return rc;
    }
    const char *folder = ent__cli_option(cli, "replicate", NULL);
    if (folder == NULL || ent__cli_option(cli, "output", NULL) != NULL) {
        ent_buf out = {0};
        (strcmp(format, "json") == 0       ? ent__brief_json
         : strcmp(format, "markdown") == 0 ? ent__brief_markdown
                                           : ent__brief_html)(&out, kit, brief);
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
        ent__buf_free(&out);
    }
    if (rc == ENT_OK && folder != NULL) {
        rc = ent__brief_replicate(cli, kit, brief, folder);
    }
    if (rc == ENT_OK) {
        fprintf(stderr,
                "%zu events that happened, %zu that did not, %zu statements by %zu speakers, "
                "%zu figures, %zu ties, %zu questions, %zu sections of data\n",
                brief->happened_count, brief->not_happened_count, brief->statement_count,
                brief->speaker_count, brief->quantity_count, brief->tie_count,
                brief->question_count, brief->section_count);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    const char *format = NULL;
    ent_kit *kit = NULL;
    ent__brief_material m = {.arena = ent__arena_new()};
    ent_rc rc = m.arena == NULL ? ent__nomem(cli->ctx) : choose_format(cli, &format);
    rc = rc == ENT_OK ? check_words(cli) : rc;
    rc = rc == ENT_OK ? ent__cli_kit(cli, &kit) : rc;
    rc = rc == ENT_OK ? read_states(cli, &m) : rc;
    rc = rc == ENT_OK ? read_updated(cli, &m) : rc;
    rc = rc == ENT_OK ? read_corrections(cli, &m) : rc;
    rc = rc == ENT_OK ? read_documents(cli, kit, &m) : rc;
    rc = rc == ENT_OK ? open_store(cli, &m) : rc;
    rc = rc == ENT_OK ? read_case(cli, &m) : rc;
    rc = rc == ENT_OK ? stored_documents(cli, kit, &m) : rc;
    m.inputs.docs = (const ent_doc *const *)m.docs;
    m.inputs.doc_count = m.count;
    m.inputs.resolutions = ent__cli_option(cli, "resolutions", NULL);
    rc = rc == ENT_OK ? write_brief(cli, kit, &m, format) : rc;
    for (size_t i = 0; i < m.count; i++) {
        ent_doc_free(m.docs[i]);
    }
    free(m.docs);
    ent__store_close(m.inputs.store);
    ent__arena_free(m.arena);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"case", "CASE", "hypotheses and evidence (YAML), or a case's name in the store: the answer"},
    {"store", "DB",
     "votes, events, trade for the charts; INPUTs are kept in it; without INPUT the "
     "documents are its own"},
    {"states", "A,B,C",
     "codes: does A move toward B, at C's cost? (default: those of the case, else "
     "the three most told of)"},
    {"resolutions", "PATTERN",
     "the votes that matter, as 'ES-11/*' (default: those that moved the "
     "score most)"},
    {"updated", "DATE", "the page's date (default: the latest date in the data); --at is the same"},
    {"at", "DATE", "the same as --updated"},
    {"corrections", "FILE", "a line a correction: date, tab, text"},
    {"limit", "N", "without INPUT: at most N documents of the store (default 30)"},
    {"read-only", NULL, "do not keep the INPUTs in the store"},
    {"replicate", "DIR", "write inputs, data (CSV), commands, hashes and README into this folder"},
    {"format", "F", "html (default), markdown or json; else told by the ending of -o"},
    {0},
};

const ent_command ent__command_brief = {
    .name = "brief",
    .summary = "The main job: from articles to a briefing page",
    .usage =
        "entente brief INPUT... [--case CASE.yaml] [--store DB] [--states A,B,C] [-o brief.html]",
    .examples =
        "  entente brief article.html -o brief.html\n"
        "  entente brief monday.txt tuesday.html -o brief.html   # several sources, one page\n"
        "  entente brief article.txt --case case.yaml --store my.db --states USA,RUS,CHN -o "
        "brief.html\n"
        "  entente brief --store my.db --states USA,RUS,CHN -o brief.html  # documents of the "
        "store\n"
        "  entente brief article.txt --store my.db --replicate package/    # to check and to "
        "share\n"
        "  entente brief article.txt --format markdown\n",
    .options = options,
    .run = run,
};
