/* Who the source of a cue is: a log-linear choice among the stretches tagged as sources near it,
 * those that the tree proposes (its subject, that of the verb it hangs on, "by" and "according to"
 * phrases, the noun that its clause belongs to), and nobody.  A stretch may also be taken up to its
 * first comma only.  Input: tags and tree; output: candidates with features.
 * Cost: O(candidates) a cue. */
#include "attribution.h"
#include "link.h"

/* Subtree of a head as a run, cut so that it does not run over the cue. */
token_run ent__phrase_of(const ent_tree *tree, uint32_t head, token_run cue)
{
    token_run run;
    ent__subtree(tree, head, &run.first, &run.last);
    if (run.first <= cue.last && run.last >= cue.first) {
        if (head < cue.first) {
            run.last = cue.first - 1;
        } else {
            run.first = head > cue.last ? cue.last + 1 : head;
        }
        run.last = run.last < head ? head : run.last;
    }
    while (run.last > head && tree->tokens[run.last].upos == ENT_UPOS_PUNCT) {
        run.last--;
    }
    while (run.first < head && tree->tokens[run.first].upos == ENT_UPOS_PUNCT) {
        run.first++;
    }
    return run;
}

typedef struct {
    const document_reading *reading;
    const statement_runs *runs;
    token_run cue;
    source_candidate *list;
    size_t count;
} source_search;

static void add_run(source_search *search, token_run run, uint32_t path, bool tagged)
{
    for (size_t i = 0; i < search->count; i++) {
        source_candidate *known = &search->list[i];
        if (known->run.first == run.first && known->run.last == run.last) {
            known->path = known->path ? known->path : path;
            return;
        }
    }
    if (search->count < SOURCE_LIMIT / 2) {
        search->list[search->count++] = (source_candidate){run, path, false, tagged, false};
    }
}

/* A head that the tree proposes: the tagged stretch around it, else its phrase. */
static void propose(source_search *search, uint32_t head, uint32_t path)
{
    const statement_runs *runs = search->runs;
    if (head >= search->cue.first && head <= search->cue.last) {
        return;
    }
    uint32_t next = ent__run_at(runs->sources, runs->source_count, head + 1);
    bool tagged = next > 0 && runs->sources[next - 1].last >= head;
    if (tagged) {
        add_run(search, runs->sources[next - 1], path, true);
    }
    if (!tagged || ent__run_head(search->reading, runs->sources[next - 1]) != head) {
        add_run(search, ent__phrase_of(search->reading->tree, head, search->cue), path, false);
    }
}

static bool is_nominal(const ent_token *token)
{
    return token->upos == ENT_UPOS_NOUN || token->upos == ENT_UPOS_PROPN ||
           token->upos == ENT_UPOS_PRON;
}

/* Children of a word on the way up that may speak: below is the child that we came from. */
static void propose_children(source_search *search, uint32_t at, uint32_t below, uint32_t way)
{
    const ent_tree *tree = search->reading->tree;
    size_t count;
    const uint32_t *children = ent__children(tree, at, &count);
    for (size_t i = 0; i < count; i++) {
        const ent_token *child = &tree->tokens[children[i]];
        bool speaks = child->deprel == ENT_DEP_nsubj || child->deprel == ENT_DEP_nsubj_pass ||
                      child->deprel == ENT_DEP_obl_agent || child->deprel == ENT_DEP_nmod_poss ||
                      child->deprel == ENT_DEP_csubj;
        bool other = child->deprel == ENT_DEP_obj || child->deprel == ENT_DEP_nmod ||
                     child->deprel == ENT_DEP_iobj || child->deprel == ENT_DEP_obl ||
                     child->deprel == ENT_DEP_compound;
        if (children[i] != below && is_nominal(child) &&
            (speaks || (other && children[i] < search->cue.last + 12))) {
            propose(search, children[i], way * 64 + child->deprel + 1);
        }
    }
}

static void propose_from(source_search *search, uint32_t t)
{
    const ent_tree *tree = search->reading->tree;
    uint32_t at = t, below = ENT_NO_TOKEN, way = 1;
    for (int hop = 0; hop < 4 && at != ENT_NO_TOKEN; hop++) {
        const ent_token *token = &tree->tokens[at];
        if (hop > 0 && is_nominal(token)) {
            propose(search, at, way * 64);
        }
        propose_children(search, at, below, way);
        way = way * 64 + token->deprel + 1;
        below = at;
        at = token->head;
    }
}

/* What a stretch keeps before the first comma, bracket, dash, relative pronoun behind its head. */
static bool cut_of(const document_reading *reading, token_run run, token_run *out)
{
    const ent_token *tokens = reading->tree->tokens;
    uint32_t head = ent__run_head(reading, run);
    for (uint32_t t = head + 1; t <= run.last; t++) {
        bool mark = tokens[t].upos == ENT_UPOS_PUNCT && tokens[t].xpos != ENT_XPOS_HYPH;
        if (mark || tokens[t].xpos == ENT_XPOS_WP || tokens[t].xpos == ENT_XPOS_WDT) {
            *out = (token_run){run.first, t - 1};
            return t < run.last || !mark;
        }
    }
    return false;
}

size_t ent__source_candidates(const document_reading *reading, const statement_runs *runs,
                              uint32_t cue, source_candidate out[SOURCE_LIMIT])
{
    token_run run = runs->cues[cue];
    source_search search = {reading, runs, run, out, 0};
    uint32_t at = ent__run_at(runs->sources, runs->source_count, run.first);
    for (uint32_t k = at; k > 0 && k + 2 > at; k--) {
        add_run(&search, runs->sources[k - 1], 0, true);
    }
    for (uint32_t k = at; k < runs->source_count && k < at + 2; k++) {
        add_run(&search, runs->sources[k], 0, true);
    }
    for (uint32_t t = run.first; t <= run.last; t++) {
        propose_from(&search, t);
    }
    size_t whole = search.count;
    for (size_t i = 0; i < whole && search.count + 1 < SOURCE_LIMIT; i++) {
        token_run part;
        if (cut_of(reading, out[i].run, &part)) {
            out[search.count] = out[i];
            out[search.count].run = part;
            out[search.count++].cut = true;
        }
    }
    out[search.count++] = (source_candidate){.none = true};
    return search.count;
}

/* Nobody: what the cue itself says. */
static size_t none_features(const document_reading *reading, token_run cue, link_list *list)
{
    const token_reading *head = &reading->tokens[ent__run_head(reading, cue)];
    ent__link_add(list, 65, head->lemma, head->xpos, 0);
    ent__link_add(list, 66, head->force, head->xpos, head->children & 3);
    ent__link_add(list, 67, head->deprel, head->xpos, 0);
    ent__link_add(list, 68, 0, 0, 0);
    ent__link_add(list, 69, reading->tokens[cue.last].form, head->children & 7, 0);
    ent__link_add(list, 70, reading->tokens[cue.first].form, reading->tokens[cue.first].xpos, 0);
    ent__link_add(list, 71, head->subject != ENT_NO_TOKEN, head->place, head->xpos);
    return list->count;
}

/* The content of this cue, or another's, that a token lies in. */
static uint32_t content_state(const statement_runs *runs, const uint32_t *cue_of, uint32_t cue,
                              uint32_t t)
{
    uint32_t next = ent__run_at(runs->contents, runs->content_count, t + 1);
    if (next == 0 || runs->contents[next - 1].last < t) {
        return 0;
    }
    return cue_of[next - 1] == cue ? 1 : 2;
}

size_t ent__source_features(const document_reading *reading, const statement_runs *runs,
                            const uint32_t *cue_of, uint32_t cue, const source_candidate *to,
                            uint32_t *rows)
{
    link_list list = {rows, 0};
    token_run from = runs->cues[cue], run = to->run;
    if (to->none) {
        return none_features(reading, from, &list);
    }
    const token_reading *tokens = reading->tokens;
    uint32_t cue_head = ent__run_head(reading, from), head = ent__run_head(reading, run);
    const token_reading *ch = &tokens[cue_head], *sh = &tokens[head];
    run_way way = ent__run_way(reading, runs, from, run);
    bool before = way.before;
    uint32_t gap = way.gap, apart = way.apart, seen = way.seen;
    uint32_t mark = (uint32_t)to->tagged | (uint32_t)to->cut << 1;
    uint32_t state = content_state(runs, cue_of, cue, head);
    ent__link_add(&list, 72, before, gap, mark);
    ent__link_add(&list, 73, apart, gap, to->tagged);
    ent__link_add(&list, 74, apart, seen, to->tagged);
    ent__link_add(&list, 75, to->path, mark, 0);
    ent__link_add(&list, 76, to->path, ch->xpos, 0);
    ent__link_add(&list, 77, to->path, ch->lemma, 0);
    ent__link_add(&list, 78, to->path, ch->force, sh->xpos);
    ent__link_add(&list, 79, to->path != 0, apart, seen | mark << 8);
    ent__link_add(&list, 80, state, mark, to->path != 0);
    ent__link_add(&list, 81, ch->lemma, before, ch->xpos);
    ent__link_add(&list, 82, sh->lemma, before, to->path != 0);
    ent__link_add(&list, 83, ch->deprel, sh->deprel, apart);
    ent__link_add(&list, 84, sh->xpos, apart, to->tagged);
    ent__link_add(&list, 85, tokens[from.first].quote_state, tokens[run.first].quote_state, apart);
    ent__link_add(&list, 86, sh->shape, sh->xpos, mark);
    ent__link_add(&list, 87, to->cut, tokens[run.last + 1 < reading->count ? run.last + 1 : 0].form,
                  tokens[run.last + 2 < reading->count ? run.last + 2 : 0].xpos);
    ent__link_add(&list, 88, ent__link_bucket(run.last - run.first), mark, sh->xpos);
    ent__link_add(&list, 89, ch->children & 0x3F, before, sh->deprel);
    ent__link_add(&list, 90, gap == 0, seen, ch->force);
    uint32_t hops = 0, relation = to->path % 64;
    for (uint32_t path = to->path; path; path /= 64) {
        hops++;
    }
    ent__link_add(&list, 92, hops, relation, to->tagged);
    ent__link_add(&list, 93, hops, relation, ch->xpos);
    ent__link_add(&list, 94, hops, relation, ch->force);
    ent__link_add(&list, 95, hops, sh->xpos, seen);
    ent__link_add(&list, 96, sh->lemma, to->path, 0);
    ent__link_add(&list, 97, tokens[run.first > 0 ? run.first - 1 : 0].form, mark, to->path != 0);
    ent__link_add(&list, 91, sh->deprel, to->path, tokens[run.first].xpos);
    return list.count;
}
