/* Statements of a document: tagged and linked (tagger.c, link.c), then told apart as direct,
 * indirect or mixed, given a speaker, a force and a date.  Input: text, tree, mentions; output:
 * ent_statements in text order.  Cost: O(tokens x features). */
#include <string.h>

#include "attribution.h"

static ent_span span_of(const ent_tree *tree, token_run run)
{
    return (ent_span){tree->tokens[run.first].begin, tree->tokens[run.last].end};
}

static bool is_word(const ent_token *token)
{
    return token->upos != ENT_UPOS_PUNCT && token->upos != ENT_UPOS_SYM;
}

static ent_statement_kind kind_of(const document_reading *reading, const statement_runs *runs,
                                  const statement_link *link)
{
    size_t inside = 0, outside = 0;
    for (uint32_t i = 0; i < link->content_count; i++) {
        token_run run = runs->contents[link->contents[i]];
        for (uint32_t t = run.first; t <= run.last; t++) {
            if (is_word(&reading->tree->tokens[t])) {
                inside += reading->tokens[t].quote != UINT32_MAX;
                outside += reading->tokens[t].quote == UINT32_MAX;
            }
        }
    }
    return !inside    ? ENT_STATEMENT_INDIRECT
           : !outside ? ENT_STATEMENT_DIRECT
                      : ENT_STATEMENT_MIXED;
}

/* Force and act of the cue: of its verb, else of any of its words; quoted words without a known cue are at
 * least said. */
static ent_rc set_force(statement_reader *reader, token_run cue, ent_statement *out)
{
    uint8_t best = FORCE_none;
    uint32_t best_row = 0;
    int best_rank = 0;
    for (uint32_t t = cue.first; t <= cue.last; t++) {
        const ent_token *token = &reader->tree->tokens[t];
        uint32_t row;
        uint8_t force = ent__force_of(reader->lexicon, token->lemma, token->upos, &row);
        int rank = token->upos == ENT_UPOS_VERB ? 3 : token->upos == ENT_UPOS_NOUN ? 2 : 1;
        if (force && rank >= best_rank) { /* "declined to say": what is more than said wins */
            bool keep = rank == best_rank && force == FORCE_say;
            if (!keep) {
                best = force;
                best_row = row;
            }
            best_rank = rank;
        }
    }
    const ent_table *table = ent__kit_table(reader->kit, "statements/cues");
    out->rule = ENT_LIT("models/statements");
    out->act = out->kind == ENT_STATEMENT_INDIRECT ? ent__force_act(best) : ENT_ACT_SAY;
    if (best) {
        out->force = ent__str(ent__force_name(best));
        out->rule = ent__arena_printf(reader->arena, "statements/cues:%ld",
                                      ent__table_line(table, best_row));
    } else if (out->kind != ENT_STATEMENT_INDIRECT) {
        out->force = ENT_LIT("say");
    }
    return out->rule.p ? ENT_OK : ent__nomem(reader->ctx);
}

size_t ent__first_time(const ent_mentions *mentions, uint32_t byte)
{
    size_t low = 0, high = mentions->time_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (mentions->times[middle].begin < byte) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* A day or month named in the cue's sentence and outside of what was said. */
static void set_date(const statement_reader *reader, ent_statement *out)
{
    const ent_mentions *mentions = reader->mentions;
    uint32_t nearest = UINT32_MAX;
    const ent_sentence *sentence = &reader->tree->sentences[out->sentence];
    for (size_t i = ent__first_time(mentions, sentence->begin);
         i < mentions->time_count && mentions->times[i].begin < sentence->end; i++) {
        const ent_time *time = &mentions->times[i];
        if (time->kind != ENT_TIME_DATE || !time->value.n) {
            continue;
        }
        bool within = false;
        for (size_t c = 0; c < out->content_count; c++) {
            within = within || (time->begin >= out->content[c].begin &&
                                time->end <= out->content[c].end);
        }
        uint32_t away = time->begin > out->cue.begin ? time->begin - out->cue.begin
                                                     : out->cue.begin - time->begin;
        if (!within && away < nearest) {
            nearest = away;
            out->date_value = time->value;
        }
    }
}

static ent_rc set_contents(statement_reader *reader, const statement_runs *runs,
                           const statement_link *link, ent_statement *out)
{
    ent_span *spans = ent__arena_array(reader->arena, link->content_count, sizeof *spans);
    if (!spans) {
        return ent__nomem(reader->ctx);
    }
    for (uint32_t i = 0; i < link->content_count; i++) {
        spans[i] = span_of(reader->tree, runs->contents[link->contents[i]]);
    }
    out->content = spans;
    out->content_count = link->content_count;
    return ENT_OK;
}

static ent_rc build(statement_reader *reader, const statement_runs *runs,
                    const statement_link *link, const ent_statement *earlier,
                    size_t earlier_count, ent_statement *out)
{
    const ent_tree *tree = reader->tree;
    token_run cue = runs->cues[link->cue], source;
    out->speaker = UINT32_MAX;
    out->has_cue = true;
    out->cue = span_of(tree, cue);
    out->sentence = tree->tokens[cue.first].sentence;
    out->kind = kind_of(&reader->reading, runs, link);
    ent_rc rc = set_contents(reader, runs, link, out);
    if (rc == ENT_OK && link->source != UINT32_MAX) {
        source = runs->sources[link->source];
        out->has_source = true;
        out->source = span_of(tree, source);
        rc = ent__speaker_resolve(reader, source, earlier, earlier_count, out);
    }
    rc = rc == ENT_OK ? set_force(reader, cue, out) : rc;
    if (rc == ENT_OK) {
        set_date(reader, out);
    }
    return rc;
}

static ent_rc find_statements(statement_reader *reader, ent_statements *out)
{
    const statement_model *model = &reader->lexicon->model;
    statement_runs runs;
    if (!model->header || reader->tree->token_count == 0) {
        return ENT_OK; /* a kit without the model reads no statements */
    }
    ent_rc rc = ent__statement_find(reader->ctx, ent__ctx_scratch(reader->ctx), model,
                                    &reader->reading, &runs);
    ent_statement *statements = NULL;
    if (rc == ENT_OK) {
        statements = ent__arena_array(reader->arena, runs.cue_count + 1, sizeof *statements);
        rc = statements ? ENT_OK : ent__nomem(reader->ctx);
    }
    size_t count = 0;
    for (uint32_t i = 0; rc == ENT_OK && i < runs.cue_count; i++) {
        const statement_link *link = &runs.links[i];
        bool nobody = link->source != UINT32_MAX &&
                      ent__names_nobody(reader->tree, runs.sources[link->source]);
        if (link->content_count && !nobody) {
            rc = build(reader, &runs, link, statements, count, &statements[count]);
            count++;
        }
    }
    out->statements = statements;
    out->statement_count = count;
    return rc;
}

/* A figure within what somebody says or thinks is theirs; of two who say it, the later one's.
 * O(contents x log quantities). */
static void claim_quantities(const ent_statements *found, ent_quantity *quantities, size_t count)
{
    for (uint32_t s = 0; s < found->statement_count; s++) {
        const ent_statement *statement = &found->statements[s];
        size_t contents = statement->act == ENT_ACT_DECIDE ? 0 : statement->content_count;
        for (size_t c = 0; c < contents; c++) {
            ent_span content = statement->content[c];
            size_t low = 0, high = count;
            while (low < high) {
                size_t middle = (low + high) / 2;
                if (quantities[middle].span.begin < content.begin) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            for (; low < count && quantities[low].span.begin < content.end; low++) {
                quantities[low].claimed_by = s;
            }
        }
    }
}

ent_rc ent__statements_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_text *text,
                            const ent_tree *tree, const ent_mentions *mentions,
                            ent_statements **out)
{
    statement_reader reader = {.ctx = ctx, .kit = kit, .arena = arena, .text = text, .tree = tree,
                               .mentions = mentions, .lexicon = ent__statement_lexicon(kit)};
    ent_statements *found = ent__arena_alloc(arena, sizeof *found);
    if (!found) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ent__statement_reading(ctx, reader.lexicon, ent__ctx_scratch(ctx), text, tree,
                                       &reader.reading);
    rc = rc == ENT_OK ? find_statements(&reader, found) : rc;
    if (rc == ENT_OK) {
        ent_quantity *quantities;
        rc = ent__quantities_find(&reader, &quantities, &found->quantity_count);
        claim_quantities(found, quantities, found->quantity_count);
        found->quantities = quantities;
    }
    if (rc == ENT_OK) {
        rc = ent__questions_find(&reader, &found->questions, &found->question_count);
    }
    *out = found;
    return rc;
}
