/* Joins what the tagger found: every content with a cue, every cue with a source or none
 * (sources.c).  The cue of a content is a log-linear choice among the nearest on both sides; its features are
 * distance, what stands between, quotation and tree.  Input: tags; output: one link a cue.
 * Cost: O(runs x candidates). */
#include <math.h>
#include <string.h>

#include "attribution.h"
#include "link.h"

ent_rc ent__statement_runs(ent_ctx *ctx, ent_arena *arena, const uint8_t *tags, size_t count,
                           statement_runs *out)
{
    memset(out, 0, sizeof *out);
    out->sources = ent__arena_array(arena, count / 2 + 2, sizeof *out->sources);
    out->cues = ent__arena_array(arena, count / 2 + 2, sizeof *out->cues);
    out->contents = ent__arena_array(arena, count / 2 + 2, sizeof *out->contents);
    if (!out->sources || !out->cues || !out->contents) {
        return ent__nomem(ctx);
    }
    uint32_t room = (uint32_t)(count / 2 + 1);
    for (uint32_t t = 0; t < count;) {
        uint8_t tag = tags[t];
        uint32_t last = t;
        if (tag != TAG_NONE) {
            uint8_t inner = (uint8_t)(tag + (tag & 1)); /* begin tags are odd */
            while (last + 1 < count && tags[last + 1] == inner) {
                last++;
            }
            bool cue = inner == TAG_CUE, source = inner == TAG_SOURCE;
            uint32_t *n = source ? &out->source_count : cue ? &out->cue_count : &out->content_count;
            token_run *runs = source ? out->sources : cue ? out->cues : out->contents;
            if (*n < room) {
                runs[(*n)++] = (token_run){t, last};
            }
        }
        t = last + 1;
    }
    return ENT_OK;
}

uint32_t ent__run_at(const token_run *runs, uint32_t count, uint32_t t)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (runs[middle].first < t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t ent__content_candidates(const statement_runs *runs, uint32_t content, uint32_t out[5])
{
    uint32_t at = ent__run_at(runs->cues, runs->cue_count, runs->contents[content].first);
    size_t n = 0;
    for (uint32_t k = at; k > 0 && k + 2 > at; k--) {
        out[n++] = k - 1;
    }
    for (uint32_t k = at; k < runs->cue_count && k < at + 2; k++) {
        out[n++] = k;
    }
    if (n == 0) {
        out[n++] = UINT32_MAX;
    }
    return n;
}

uint32_t ent__run_head(const document_reading *reading, token_run run)
{
    for (uint32_t t = run.first; t <= run.last; t++) {
        uint32_t head = reading->tokens[t].head;
        bool inside = head != ENT_NO_TOKEN && head >= run.first && head <= run.last;
        if (!inside && reading->tokens[t].deprel != ENT_DEP_punct) {
            return t;
        }
    }
    return run.first;
}

uint32_t ent__steps_up(const document_reading *reading, uint32_t low, token_run high)
{
    uint32_t at = low;
    for (uint32_t hop = 1; hop < 8; hop++) {
        at = reading->tokens[at].head;
        if (at == ENT_NO_TOKEN) {
            return 0;
        }
        if (at >= high.first && at <= high.last) {
            return hop;
        }
    }
    return 0;
}

/* Runs that begin in [low, high), at most 3. */
static uint32_t runs_between(const token_run *runs, uint32_t count, uint32_t low, uint32_t high)
{
    uint32_t n = ent__run_at(runs, count, high) - ent__run_at(runs, count, low);
    return n > 3 ? 3 : n;
}

run_way ent__run_way(const document_reading *reading, const statement_runs *runs, token_run from,
                     token_run to)
{
    run_way way = {.before = to.first < from.first};
    uint32_t low = way.before ? to.last : from.last, high = way.before ? from.first : to.first;
    way.gap = high > low ? ent__link_bucket(high - low - 1) : 0;
    const ent_tree *tree = reading->tree;
    uint32_t s1 = tree->tokens[from.first].sentence, s2 = tree->tokens[to.first].sentence;
    uint32_t apart = s1 > s2 ? s1 - s2 : s2 - s1;
    bool block = tree->sentences[s1].block == tree->sentences[s2].block;
    way.apart = (apart > 3 ? 3 : apart) | (block ? 0 : 4) | (way.before ? 8 : 0);
    uint32_t contents = runs_between(runs->contents, runs->content_count, low + 1, high);
    uint32_t cues = runs_between(runs->cues, runs->cue_count, low + 1, high);
    uint32_t sources = runs_between(runs->sources, runs->source_count, low + 1, high);
    way.seen = contents | cues << 2 | sources << 4;
    return way;
}

size_t ent__content_features(const document_reading *reading, const statement_runs *runs,
                             uint32_t content, uint32_t to, uint32_t *rows)
{
    link_list list = {rows, 0};
    if (to == UINT32_MAX) {
        return 0;
    }
    token_run from = runs->contents[content], target = runs->cues[to];
    const token_reading *tokens = reading->tokens;
    uint32_t from_head = ent__run_head(reading, from), target_head = ent__run_head(reading, target);
    const token_reading *fh = &tokens[from_head], *th = &tokens[target_head];
    run_way way = ent__run_way(reading, runs, from, target);
    bool before = way.before;
    uint32_t gap = way.gap, apart = way.apart, seen = way.seen;
    uint32_t down = ent__steps_up(reading, from_head, target);
    uint32_t up = ent__steps_up(reading, target_head, from);
    uint32_t quoted = tokens[from.first].quote_state;
    ent__link_add(&list, 10, before, gap, 0);
    ent__link_add(&list, 11, apart, gap, 0);
    ent__link_add(&list, 12, apart, seen, 0);
    ent__link_add(&list, 13, down, up, apart);
    ent__link_add(&list, 14, apart, quoted, tokens[target.first].quote_state);
    ent__link_add(&list, 15, th->force, fh->force, before);
    ent__link_add(&list, 16, th->lemma, before, th->xpos);
    ent__link_add(&list, 17, fh->lemma, before, fh->xpos);
    ent__link_add(&list, 18, fh->deprel, th->deprel, apart);
    ent__link_add(&list, 19, seen, quoted, apart);
    ent__link_add(&list, 20, down ? fh->deprel : 99, up ? th->deprel : 99, apart);
    ent__link_add(&list, 21, tokens[from.first].border, tokens[target.first].border, apart);
    ent__link_add(&list, 22,
                  from.last + 1 < reading->count ? tokens[from.last + 1].form : 0, before,
        tokens[from.last].form);
    ent__link_add(&list, 23, gap == 0, seen, tokens[target.last].form);
    ent__link_add(&list, 24, th->xpos, apart, fh->xpos);
    ent__link_add(&list, 25, th->children & 0x3F, before, fh->deprel);
    return list.count;
}

float ent__link_score(const statement_model *model, const uint32_t *rows, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += model->links[rows[i]];
    }
    return (float)sum * model->header->link_scale;
}

/* Words in another sentence than the cue's are its content only when they are quoted or announced
 * by a colon before them. */
static bool strays(const document_reading *reading, const statement_runs *runs, uint32_t content,
                   token_run cue)
{
    const ent_tree *tree = reading->tree;
    token_run run = runs->contents[content];
    if (tree->tokens[run.first].sentence == tree->tokens[cue.first].sentence) {
        return false;
    }
    uint32_t after = cue.last + 1 < reading->count ? cue.last + 1 : cue.last;
    bool colon = tree->tokens[cue.last].form.p[0] == ':' || tree->tokens[after].form.p[0] == ':';
    bool announced = colon && run.first > cue.last;
    return reading->tokens[run.first].quote == UINT32_MAX && !announced;
}

static uint32_t cue_of_content(const statement_model *model, const document_reading *reading,
                               const statement_runs *runs, uint32_t content)
{
    uint32_t candidates[5], rows[FEATURE_LIMIT], best = UINT32_MAX;
    float top = -INFINITY;
    size_t count = ent__content_candidates(runs, content, candidates);
    for (size_t i = 0; i < count; i++) {
        if (candidates[i] == UINT32_MAX ||
            strays(reading, runs, content, runs->cues[candidates[i]])) {
            continue;
        }
        size_t n = ent__content_features(reading, runs, content, candidates[i], rows);
        float score = ent__link_score(model, rows, n);
        if (score > top) {
            top = score;
            best = candidates[i];
        }
    }
    return best;
}

/* The source of a cue: its number, or UINT32_MAX; a new one goes behind the tagged ones. */
static uint32_t source_of_cue(const statement_model *model, const document_reading *reading,
                              const statement_runs *runs, const uint32_t *cue_of, uint32_t cue)
{
    source_candidate candidates[SOURCE_LIMIT];
    uint32_t rows[FEATURE_LIMIT];
    size_t count = ent__source_candidates(reading, runs, cue, candidates), best = 0;
    float top = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        size_t n = ent__source_features(reading, runs, cue_of, cue, &candidates[i], rows);
        float score = ent__link_score(model, rows, n);
        if (score > top) {
            top = score;
            best = i;
        }
    }
    if (candidates[best].none) {
        return UINT32_MAX;
    }
    runs->sources[runs->source_count + cue] = candidates[best].run;
    return runs->source_count + cue;
}

/* Statements are flat: what lies within the content of another one is part of it. */
static void drop_inner(statement_runs *runs, uint32_t of, token_run content)
{
    for (uint32_t c = 0; c < runs->cue_count; c++) {
        if (c != of && runs->cues[c].first >= content.first &&
            runs->cues[c].last <= content.last) {
            runs->links[c].content_count = 0;
        }
    }
}

/* Cues that no content was linked with get that of the tree, where there is one. */
static ent_rc add_contents(ent_ctx *ctx, ent_arena *arena, const document_reading *reading,
                           statement_runs *runs, uint32_t *room)
{
    token_run *all = ent__arena_array(arena, runs->content_count + runs->cue_count + 1,
                                      sizeof *all);
    if (!all) {
        return ent__nomem(ctx);
    }
    memcpy(all, runs->contents, runs->content_count * sizeof *all);
    runs->contents = all;
    uint32_t next = runs->content_count;
    for (uint32_t c = 0; c < runs->cue_count; c++) {
        statement_link *link = &runs->links[c];
        if (link->content_count == 0 && ent__content_of_cue(reading, runs->cues[c], &all[next])) {
            link->contents = room;
            *room++ = next++;
            link->content_count = 1;
            drop_inner(runs, c, all[next - 1]);
        }
    }
    return ENT_OK;
}

ent_rc ent__statement_link(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                           const document_reading *reading, statement_runs *runs)
{
    uint32_t *cue_of = ent__arena_array(arena, runs->content_count + 1, sizeof *cue_of);
    uint32_t *contents = ent__arena_array(arena, runs->content_count + runs->cue_count + 1,
                                          sizeof *contents);
    runs->links = ent__arena_array(arena, runs->cue_count + 1, sizeof *runs->links);
    token_run *sources = ent__arena_array(arena, runs->source_count + runs->cue_count + 1,
                                          sizeof *sources);
    if (!sources || !cue_of || !contents || !runs->links) {
        return ent__nomem(ctx);
    }
    memcpy(sources, runs->sources, runs->source_count * sizeof *sources);
    runs->sources = sources;
    for (uint32_t i = 0; i < runs->content_count; i++) {
        cue_of[i] = cue_of_content(model, reading, runs, i);
        if (cue_of[i] != UINT32_MAX) {
            runs->links[cue_of[i]].content_count++;
        }
    }
    uint32_t at = 0;
    for (uint32_t c = 0; c < runs->cue_count; c++) {
        statement_link *link = &runs->links[c];
        link->cue = c;
        link->source = source_of_cue(model, reading, runs, cue_of, c);
        link->contents = contents + at;
        at += link->content_count;
        link->content_count = 0;
    }
    for (uint32_t i = 0; i < runs->content_count; i++) {
        if (cue_of[i] != UINT32_MAX) {
            statement_link *link = &runs->links[cue_of[i]];
            link->contents[link->content_count++] = i;
        }
    }
    return add_contents(ctx, arena, reading, runs, contents + at);
}

ent_rc ent__statement_find(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                           const document_reading *reading, statement_runs *out)
{
    uint8_t *tags = ent__arena_alloc(arena, reading->count + 1);
    if (!tags) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ent__statement_tag(ctx, arena, model, reading, tags);
    rc = rc == ENT_OK ? ent__statement_runs(ctx, arena, tags, reading->count, out) : rc;
    return rc == ENT_OK ? ent__statement_link(ctx, arena, model, reading, out) : rc;
}
