/* entente explain INPUT#e1: the sentence, its tree, the row or model that fired. */
#include <stdlib.h>
#include <string.h>

#include "../src/read/read.h"
#include "cli.h"

/* The table row behind "events/verbs:123" (table, line of its file). */
static void show_row(ent_buf *out, const ent_kit *kit, ent_str rule)
{
    ent__buf_printf(out, "rule      %.*s\n", ENT_FMT(rule));
    const ent_table *table;
    size_t row;
    if (!ent__kit_rule(kit, rule, &table, &row)) {
        return;
    }
    for (size_t c = 0; c < table->columns; c++) {
        ent_str cell = ent__table_cell(table, row, (int)c);
        if (cell.n > 0) {
            ent__buf_printf(out, "          %.*s = %.*s\n",
                            ENT_FMT(ent__table_cell(table, SIZE_MAX, (int)c)), ENT_FMT(cell));
        }
    }
}

static void show_sides(ent_buf *out, const ent_kit *kit, const ent_doc *doc, const char *label,
                       const ent_side *sides, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ent_actor *actor = &doc->mentions->actors[sides[i].actor];
        ent_str words = ent__doc_words(doc, sides[i].span.first, sides[i].span.last);
        ent__buf_printf(out, "%-9s %.*s %.*s%s%.*s: \"%.*s\"\n", label, ENT_FMT(actor->name),
                        ENT_FMT(actor->code), actor->sector.n > 0 ? " " : "",
                        ENT_FMT(actor->sector), ENT_FMT(words));
        show_row(out, kit, actor->rule);
    }
}

static void show_event(ent_buf *out, const ent_kit *kit, const ent_doc *doc, const ent_event *e)
{
    ent__buf_printf(out, "event     %s%s%.*s, CAMEO %.*s, quad class %d, %s\n",
                    ent__plover_name(e->type), e->mode.n > 0 ? "/" : "", ENT_FMT(e->mode),
                    ENT_FMT(e->cameo), e->quad, ent__certainty_name(e->certainty));
    ent_str date = e->date_value.n > 0 ? e->date_value : ENT_LIT("unknown");
    ent__buf_printf(out, "date      %.*s\n", ENT_FMT(date));
    show_sides(out, kit, doc, "source", e->source, e->source_count);
    show_sides(out, kit, doc, "target", e->target, e->target_count);
    ent_str cue = ent__doc_words(doc, e->cue.first, e->cue.last);
    ent__buf_printf(out, "cue       \"%.*s\"\n", ENT_FMT(cue));
    show_row(out, kit, e->rule);
}

static void show_statement(ent_buf *out, const ent_kit *kit, const ent_doc *doc,
                           const ent_statement *s)
{
    ent__buf_printf(out, "speaker   %.*s %.*s\n", ENT_FMT(s->speaker_name), ENT_FMT(s->code));
    if (s->has_source) {
        ent_str words = ent__str_sub(doc->text.text, s->source.begin, s->source.end);
        ent__buf_printf(out, "source    \"%.*s\"\n", ENT_FMT(words));
    }
    if (s->has_cue) {
        ent_str words = ent__str_sub(doc->text.text, s->cue.begin, s->cue.end);
        ent__buf_printf(out, "cue       \"%.*s\" (%.*s)\n", ENT_FMT(words), ENT_FMT(s->force));
    }
    for (size_t i = 0; i < s->content_count; i++) {
        ent_str words = ent__str_sub(doc->text.text, s->content[i].begin, s->content[i].end);
        ent__buf_printf(out, "content   %.*s\n", ENT_FMT(words));
    }
    show_row(out, kit, s->rule);
}

/* what: "e3", "s2" or a sentence's number from 1.  *sentence gets the sentence shown. */
static ent_rc show(const ent_cli *cli, const ent_kit *kit, const ent_doc *doc, const char *what,
                   ent_buf *out, uint32_t *sentence)
{
    char kind = what[0] == 'e' || what[0] == 's' ? what[0] : 'n';
    size_t most = kind == 'e'   ? doc->events->event_count
                  : kind == 's' ? doc->statements->statement_count
                                : doc->tree->sentence_count;
    int64_t number;
    if (!ent__str_int(ent__str(kind == 'n' ? what : what + 1), &number) || number < 1 ||
        (uint64_t)number > most) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "explain: no \"%s\": the document has %zu events (e1...), %zu statements "
                         "(s1...), %zu sentences (1...)",
                         what, doc->events->event_count, doc->statements->statement_count,
                         doc->tree->sentence_count);
    }
    if (kind == 'e') {
        *sentence = doc->events->events[number - 1].sentence;
        show_event(out, kit, doc, &doc->events->events[number - 1]);
    } else if (kind == 's') {
        *sentence = doc->statements->statements[number - 1].sentence;
        show_statement(out, kit, doc, &doc->statements->statements[number - 1]);
    } else {
        *sentence = (uint32_t)number - 1;
    }
    return ENT_OK;
}

static ent_rc explain(const ent_cli *cli, const ent_kit *kit, const ent_doc *doc, const char *what)
{
    ent_buf out = {0};
    uint32_t number = 0;
    ent_rc rc = show(cli, kit, doc, what, &out, &number);
    if (rc == ENT_OK) {
        const ent_sentence *s = &doc->tree->sentences[number];
        if (ent__cli_flag(cli, "svg")) {
            out.n = 0;
            ent__tree_draw_svg(&out, doc->tree, number);
        } else {
            ent__buf_printf(&out, "sentence  %u: %.*s\n\n", number + 1,
                            ENT_FMT(ent__str_sub(doc->text.text, s->begin, s->end)));
            ent__tree_draw_text(&out, doc->tree, number);
        }
        ent_buf shown = {0};
        ent__buf_shown_lines(&shown, ent__buf_slice(&out));
        rc = out.failed || shown.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&shown));
        ent__buf_free(&shown);
    }
    ent__buf_free(&out);
    return rc;
}

/* Looks for the document in INPUT: the only one, or the one with that id (INPUT#DOC#e1). */
static ent_rc find_and_explain(const ent_cli *cli, const ent_kit *kit, const char *path,
                               const char *id, const char *what)
{
    ent_input *input = NULL;
    ent_rc rc = ent__input_open(cli->ctx, kit, path, NULL, &input);
    bool found = false;
    while (rc == ENT_OK && !found) {
        ent_doc *doc = NULL;
        rc = ent__doc_new(cli->ctx, &doc);
        int got = rc == ENT_OK ? ent__input_next(cli->ctx, input, doc->arena, &doc->text) : 0;
        found = got == 1 && (id == NULL || ent__str_eqz(doc->text.id, id));
        if (got < 0) {
            rc = ent_ctx_rc(cli->ctx);
        } else if (found && (rc = ent__doc_read(cli->ctx, kit, doc)) == ENT_OK) {
            rc = explain(cli, kit, doc, what);
        }
        ent_doc_free(doc);
        if (got <= 0) {
            break;
        }
    }
    ent__input_close(input);
    if (rc == ENT_OK && !found) {
        rc = ent__fail(cli->ctx, ENT_EINPUT, path, 0, "holds no document \"%s\"", id ? id : "");
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    char *path = cli->argument_count == 1 ? strdup(cli->arguments[0]) : NULL;
    char *what = path == NULL ? NULL : strrchr(path, '#');
    if (what == NULL) {
        free(path);
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "explain: expected INPUT#e1, INPUT#s1 or INPUT#3 (sentence 3)");
    }
    *what++ = '\0';
    char *id = strrchr(path, '#');
    if (id != NULL) {
        *id++ = '\0';
    }
    ent_kit *kit;
    ent_rc rc = ent__cli_kit(cli, &kit);
    if (rc == ENT_OK) {
        rc = find_and_explain(cli, kit, path, id, what);
        ent_kit_free(kit);
    }
    free(path);
    return rc;
}

static const ent_option options[] = {
    {"svg", NULL, "draw the sentence's tree as SVG"},
    {0},
};

const ent_command ent__command_explain = {
    .name = "explain",
    .summary = "Why: the sentence, its tree, the table row or model behind an event or statement",
    .usage = "entente explain INPUT[#DOC]#ID [--svg]",
    .examples = "  entente explain article.txt#e1          # the first event\n"
                "  entente explain news.jsonl#id42#s3      # third statement of one document of many\n"
                "  entente explain article.txt#12 --svg -o tree.svg   # the tree of sentence 12\n",
    .options = options,
    .run = run,
};
