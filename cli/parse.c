/* entente parse: documents -> CoNLL-U. */
#include "../src/parse/parse.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* A group is done at so many documents or bytes; a document's lines are made a part at a time. */
enum { GROUP = 32, GROUP_BYTES = 1 << 22, PART_BYTES = 1 << 20, CONLLU_LIMIT = 1 << 30 };

/* Documents read in input order, parsed by the pool, written in input order. */
typedef struct {
    ent_cli *cli;
    ent_kit *kit;
    unsigned threads;
    ent_arena *arena[GROUP];
    ent_text text[GROUP];
    const ent_tree *tree[GROUP];
    ent_buf out[GROUP];   /* lines of the first sentences */
    size_t sentence[GROUP]; /* the next one */
    ent_rc rc[GROUP];
    ent_ctx **contexts; /* one a thread */
    size_t count, bytes;
    ent_buf result;
} parse_run;

static int parse_one(void *job, size_t index, unsigned worker)
{
    parse_run *run = job;
    ent_tree *tree = NULL;
    ent_ctx *ctx = run->contexts[worker];
    run->rc[index] = ent__parse(ctx, run->kit, run->arena[index], &run->text[index], &tree);
    if (run->rc[index] == ENT_OK) {
        run->tree[index] = tree;
        run->sentence[index] = ent__conllu_write_part(&run->out[index], tree,
                                                      run->text[index].id, 0, PART_BYTES);
        run->rc[index] = run->out[index].failed ? ENT_ENOMEM : ENT_OK;
    }
    return run->rc[index] == ENT_OK ? 0 : 1;
}

/* The lines of one document, made by the pool up to a part's length. */
static ent_rc lines_write(parse_run *run, size_t i)
{
    bool to_file = ent__cli_option(run->cli, "output", NULL) != NULL;
    for (ent_buf *out = &run->out[i];;) {
        if (to_file) {
            ent__buf_str(&run->result, ent__buf_slice(out));
        } else {
            ent_rc rc = ent__cli_write(run->cli, ent__buf_slice(out));
            if (rc != ENT_OK) {
                return rc;
            }
        }
        if (run->sentence[i] >= run->tree[i]->sentence_count) {
            return ENT_OK;
        }
        out->n = 0;
        run->sentence[i] = ent__conllu_write_part(out, run->tree[i], run->text[i].id,
                                                  run->sentence[i], PART_BYTES);
        if (out->failed) {
            return ent__nomem(run->cli->ctx);
        }
    }
}

static ent_rc group_finish(parse_run *run)
{
    ent_rc rc = ENT_OK;
    ent__pool_run(run->threads, run->count, parse_one, run);
    for (size_t i = 0; i < run->count; i++) {
        if (rc == ENT_OK && run->rc[i] != ENT_OK) {
            rc = ent__fail(run->cli->ctx, run->rc[i], run->text[i].source.p, run->text[i].line,
                           "could not be parsed");
        }
        if (rc == ENT_OK) {
            rc = lines_write(run, i);
        }
        ent__arena_reset(run->arena[i]);
        ent__buf_free(&run->out[i]);
    }
    run->count = run->bytes = 0;
    return rc;
}

/* Plain text loses nothing here: all of it is one block, paragraphs apart by blank lines. */
static ent_rc plain_blocks(ent_ctx *ctx, ent_arena *arena, ent_text *text)
{
    ent_block *block = ent__arena_alloc(arena, sizeof *block);
    if (block == NULL) {
        return ent__nomem(ctx);
    }
    *block = (ent_block){ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text->text.n};
    text->blocks = block;
    text->block_count = 1;
    return ENT_OK;
}

/* Any input of the text folder: a file, a folder, standard input. */
static ent_rc input_parse(parse_run *run, const char *path)
{
    ent_ctx *ctx = run->cli->ctx;
    ent_input *input = NULL;
    ent_rc rc = ent__input_open(ctx, run->kit, path, NULL, &input), first = ENT_OK;
    while (rc == ENT_OK) {
        int got = ent__input_next(ctx, input, run->arena[run->count], &run->text[run->count]);
        if (got == 0) {
            break;
        }
        if (got < 0) { /* a bad document: say so, go on, fail at the end */
            fprintf(stderr, "entente: %s\n", ent_ctx_error(ctx));
            first = (ent_rc)got;
            ent__arena_reset(run->arena[run->count]);
            continue;
        }
        ent_text *text = &run->text[run->count];
        if (text->plain && !ent__cli_flag(run->cli, "main")) {
            rc = plain_blocks(ctx, run->arena[run->count], text);
        }
        run->bytes += text->text.n;
        if (rc == ENT_OK && (++run->count == GROUP || run->bytes > GROUP_BYTES)) {
            rc = group_finish(run);
        }
    }
    ent__input_close(input);
    return rc != ENT_OK ? rc : first;
}

static ent_rc conllu_parse(parse_run *run, const char *path)
{
    ent_ctx *ctx = run->cli->ctx;
    ent_buf bytes = {0};
    ent_text text;
    ent_tree *tree = NULL;
    ent_rc rc = ent__file_read(ctx, path, CONLLU_LIMIT, &bytes);
    if (rc == ENT_OK) {
        rc = ent__conllu_read(ctx, run->kit, run->arena[0], ent__buf_slice(&bytes), path, false,
                              &text, &tree);
    }
    if (rc == ENT_OK) {
        const char *name = strrchr(path, '/');
        ent__conllu_write(&run->result, tree, ent__str(name == NULL ? path : name + 1));
    }
    ent__buf_free(&bytes);
    return rc;
}

static ent_rc contexts_new(parse_run *run)
{
    run->contexts = calloc(run->threads + 1, sizeof(ent_ctx *));
    ent_rc rc = run->contexts == NULL ? ent__nomem(run->cli->ctx) : ENT_OK;
    for (unsigned i = 0; rc == ENT_OK && i <= run->threads; i++) {
        rc = ent_ctx_new(&run->contexts[i]);
    }
    for (size_t i = 0; rc == ENT_OK && i < GROUP; i++) {
        run->arena[i] = ent__arena_new();
        rc = run->arena[i] == NULL ? ent__nomem(run->cli->ctx) : ENT_OK;
    }
    return rc;
}

static void run_free(parse_run *run)
{
    for (unsigned i = 0; run->contexts != NULL && i <= run->threads; i++) {
        ent_ctx_free(run->contexts[i]);
    }
    for (size_t i = 0; i < GROUP; i++) {
        ent__arena_free(run->arena[i]);
        ent__buf_free(&run->out[i]);
    }
    free(run->contexts);
    ent__buf_free(&run->result);
    ent_kit_free(run->kit);
    free(run);
}

static ent_rc run_all(parse_run *run, const char *conllu)
{
    ent_rc rc = contexts_new(run), worst = ENT_OK;
    if (rc == ENT_OK && conllu != NULL) {
        rc = conllu_parse(run, conllu);
    }
    for (size_t i = 0; rc == ENT_OK && i < run->cli->argument_count; i++) {
        rc = input_parse(run, run->cli->arguments[i]);
        if (rc == ENT_EINPUT) {
            worst = rc;
            rc = ENT_OK;
        }
    }
    if (rc == ENT_OK && run->count > 0) {
        rc = group_finish(run);
    }
    if (rc == ENT_OK && run->result.failed) {
        rc = ent__nomem(run->cli->ctx);
    }
    if (rc == ENT_OK) {
        rc = ent__cli_write(run->cli, ent__buf_slice(&run->result));
    }
    return rc != ENT_OK ? rc : worst;
}

static ent_rc run(ent_cli *cli)
{
    int64_t threads;
    const char *conllu = ent__cli_option(cli, "conllu-in", NULL);
    if (conllu == NULL && cli->argument_count == 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0, "expected INPUT... or --conllu-in FILE");
    }
    ent_rc rc = ent__cli_int(cli, "threads", 1, 64, 1, &threads);
    parse_run *r = rc == ENT_OK ? calloc(1, sizeof *r) : NULL;
    if (r == NULL) {
        return rc != ENT_OK ? rc : ent__nomem(cli->ctx);
    }
    r->cli = cli;
    r->threads = (unsigned)threads;
    rc = ent__cli_kit(cli, &r->kit);
    if (rc == ENT_OK) {
        rc = run_all(r, conllu);
    }
    run_free(r);
    return rc;
}

static const ent_option options[] = {
    {"conllu-in", "FILE", "keep the sentences and tokens of FILE, parse them anew"},
    {"main", NULL, "of plain text too only the article: page chrome and author box left out"},
    {"threads", "N", "work on N documents at once (default 1); the output does not change"},
    {0},
};

const ent_command ent__command_parse = {
    .name = "parse",
    .summary = "Sentences, tags, lemmas and Universal Dependencies trees as CoNLL-U",
    .usage = "entente parse INPUT... | --conllu-in FILE [--main] [--threads N]",
    .examples = "  entente parse article.html > article.conllu\n"
                "  entente parse --main pasted.txt       # without counters, buttons, author box\n"
                "  entente parse --conllu-in gold.conllu # keeps its sentences and tokens\n"
                "  entente parse archive.jsonl --threads 2 -o archive.conllu\n",
    .options = options,
    .run = run,
};
