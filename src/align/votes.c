/* Roll calls and votes in memory: adding, merging, linking, the dense matrix.
 * In: lines of any layout (votes_read.c).  Out: ent_votes.
 * One byte a state and roll call: the whole history of the Assembly is 1.8 MB.
 * Cost: O(1) a vote, O(n log n) to finish. */
#include <stdlib.h>
#include <string.h>

#include "votes.h"

const char *const ent__issue_names[ENT_ISSUE_COUNT] = {"me", "nu", "di", "hr", "co", "ec"};
const char *const ent__issue_labels[ENT_ISSUE_COUNT] = {
    "Palestine", "nuclear", "disarmament", "human rights", "colonialism", "development"};

typedef struct {
    int64_t key;
    uint32_t value; /* index + 1, 0 free */
} slot;

/* Open addressing from whole numbers to roll calls. */
typedef struct {
    slot *slots;
    size_t capacity, count;
} number_map;

typedef struct {
    int64_t id1, id2;
} link_pair;

/* A vote whose state is not known before the roll call's date is. */
typedef struct {
    uint32_t roll_call, source, code, name; /* indexes into `words` */
    ent_vote vote;
} pending_vote;

/* Lists number a roll call once: Voeten's ids, this + the Digital Library's record number, own ones
 * where a file gives neither. */
#define FIRST_OF_LIBRARY 10000000

struct ent_votes_build {
    ent_arena *arena;
    ent_states *states;
    number_map by_id, by_record;
    ent_map *by_symbol;
    size_t roll_call_capacity, source_capacity, clash_capacity, link_capacity, link_count;
    uint8_t **rows; /* one a roll call, ENT_VOTER_LIMIT bytes, column = order of appearance */
    uint32_t *told_by; /* number of the last source that has it under an id of its own */
    size_t row_capacity, told_capacity;
    int16_t column_of[1024]; /* COW number -> column + 1 */
    link_pair *links;
    uint8_t *matrix;
    ent_vote_clash *clashes;
    pending_vote *pending;
    size_t pending_count, pending_capacity;
    ent_map *word_index; /* codes and names of pending votes, each kept once */
    ent_str *words;
    size_t word_count, word_capacity;
    int64_t *replaced; /* ids of roll calls that go by another list's id now */
    size_t replaced_count, replaced_capacity;
};

static size_t number_slot(const number_map *map, int64_t key)
{
    size_t at = (size_t)((uint64_t)key * 0x9E3779B97F4A7C15u >> 20) & (map->capacity - 1);
    while (map->slots[at].value != 0 && map->slots[at].key != key) {
        at = (at + 1) & (map->capacity - 1);
    }
    return at;
}

static bool number_put(number_map *map, int64_t key, uint32_t value)
{
    if (2 * (map->count + 1) > map->capacity) {
        number_map grown = {NULL, map->capacity ? map->capacity * 2 : 1024, map->count};
        grown.slots = calloc(grown.capacity, sizeof *grown.slots);
        if (grown.slots == NULL) {
            return false;
        }
        for (size_t i = 0; i < map->capacity; i++) {
            if (map->slots[i].value != 0) {
                grown.slots[number_slot(&grown, map->slots[i].key)] = map->slots[i];
            }
        }
        free(map->slots);
        *map = grown;
    }
    size_t at = number_slot(map, key);
    map->count += map->slots[at].value == 0;
    map->slots[at] = (slot){key, value + 1};
    return true;
}

static bool number_get(const number_map *map, int64_t key, uint32_t *out)
{
    size_t at = map->capacity > 0 ? number_slot(map, key) : 0;
    if (map->capacity == 0 || map->slots[at].value == 0) {
        return false;
    }
    *out = map->slots[at].value - 1;
    return true;
}

ent_rc ent__votes_new(ent_ctx *ctx, const ent_kit *kit, ent_votes **out)
{
    *out = NULL;
    ent_votes *v = calloc(1, sizeof *v);
    struct ent_votes_build *b = calloc(1, sizeof *b);
    if (v == NULL || b == NULL) {
        free(v);
        free(b);
        return ent__nomem(ctx);
    }
    v->build = b;
    b->arena = ent__arena_new();
    b->by_symbol = ent__map_new(4096);
    b->word_index = ent__map_new(512);
    ent_rc rc = b->arena && b->by_symbol && b->word_index ? ent__states_new(ctx, kit, &b->states)
                                                          : ent__nomem(ctx);
    if (rc != ENT_OK) {
        ent__votes_free(v);
        return rc;
    }
    *out = v;
    return ENT_OK;
}

void ent__votes_free(ent_votes *v)
{
    if (v == NULL) {
        return;
    }
    struct ent_votes_build *b = v->build;
    ent__arena_free(b->arena);
    ent__states_free(b->states);
    ent__map_free(b->by_symbol);
    ent__map_free(b->word_index);
    free(b->words);
    free(b->pending);
    free(b->replaced);
    free(b->by_id.slots);
    free(b->by_record.slots);
    free(b->rows);
    free(b->told_by);
    free(b->links);
    free(b->matrix);
    free(b->clashes);
    free(b);
    free(v->roll_calls);
    free(v->voters);
    free(v->sources);
    free(v);
}

ent_arena *ent__votes_arena(ent_votes *votes)
{
    return votes->build->arena;
}

const ent_states *ent__votes_states(const ent_votes *votes)
{
    return votes->build->states;
}

int32_t ent__session_of(ent_date date)
{
    return date.year == 0 ? 0 : date.year - (date.month >= 9 ? 1945 : 1946);
}

ent_rc ent__votes_begin_source(ent_ctx *ctx, ent_votes *votes, const char *path,
                               const char *layout, ent_vote_source **out)
{
    ent_vote_source *grown = ent__grow(votes->sources, votes->source_count,
                                       &votes->build->source_capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    votes->sources = grown;
    *out = &grown[votes->source_count++];
    **out = (ent_vote_source){.path = ent__arena_str(votes->build->arena, ent__str(path)),
                              .layout = layout};
    return (*out)->path.p == NULL ? ent__nomem(ctx) : ENT_OK;
}

/* A whole adopted text may be found again by its symbol; parts and amendments share it. */
static bool has_symbol_key(const ent_roll_call *q)
{
    return q->symbol.n > 0 && q->amendment != 1 && q->paragraph != 1;
}

/* Titles are one line everywhere: line breaks and tabs become a blank. */
static ent_str one_line(ent_arena *arena, ent_str text)
{
    ent_str out = ent__arena_str(arena, ent__str_trim(text));
    for (size_t i = 0; out.p != NULL && i < out.n; i++) {
        if (out.p[i] == '\n' || out.p[i] == '\r' || out.p[i] == '\t') {
            ((char *)out.p)[i] = ' ';
        }
    }
    return out;
}

static ent_rc learn(ent_ctx *ctx, ent_votes *votes, uint32_t at, const ent_roll_call_line *line)
{
    struct ent_votes_build *b = votes->build;
    ent_roll_call *q = &votes->roll_calls[at];
    if (q->date.year == 0) {
        q->date = line->date;
    }
    if (q->session == 0) {
        q->session = line->session != 0 ? line->session : ent__session_of(q->date);
    }
    if (q->title.n == 0 && line->title.n > 0) {
        q->title = one_line(b->arena, line->title);
    }
    q->council = q->council || line->council;
    q->important = q->important < 0 ? line->important : q->important;
    q->amendment = q->amendment < 0 ? line->amendment : q->amendment;
    q->paragraph = q->paragraph < 0 ? line->paragraph : q->paragraph;
    q->issues |= line->issues & (uint8_t)~q->issues_known;
    q->issues_known |= line->issues_known;
    bool ok = true;
    if (q->symbol.n == 0 && line->symbol.n > 0) {
        q->symbol = ent__symbol_normalise(b->arena, line->symbol);
        uint32_t other;
        if (has_symbol_key(q) && !ent__map_get(b->by_symbol, q->symbol, &other)) {
            ok = ent__map_put(b->by_symbol, q->symbol, at);
        }
    }
    if (q->record == 0 && line->record != 0) {
        q->record = line->record;
        ok = ok && number_put(&b->by_record, q->record, at);
    }
    return ok && (q->symbol.n == 0 || q->symbol.p) && (q->title.n == 0 || q->title.p)
               ? ENT_OK
               : ent__nomem(ctx);
}

static ent_rc make_roll_call(ent_ctx *ctx, ent_votes *votes, int64_t id, ent_str origin,
                             uint32_t *out)
{
    struct ent_votes_build *b = votes->build;
    ent_roll_call *calls = ent__grow(votes->roll_calls, votes->roll_call_count,
                                     &b->roll_call_capacity, sizeof *calls);
    if (calls == NULL) {
        return ent__nomem(ctx);
    }
    votes->roll_calls = calls;
    uint8_t **rows = ent__grow(b->rows, votes->roll_call_count, &b->row_capacity, sizeof *rows);
    if (rows == NULL) {
        return ent__nomem(ctx);
    }
    b->rows = rows;
    uint32_t *told_by = ent__grow(b->told_by, votes->roll_call_count, &b->told_capacity,
                                  sizeof *told_by);
    if (told_by == NULL) {
        return ent__nomem(ctx);
    }
    b->told_by = told_by;
    *out = (uint32_t)votes->roll_call_count;
    told_by[*out] = 0;
    rows[*out] = ent__arena_alloc(b->arena, ENT_VOTER_LIMIT);
    origin = origin.n > 0 ? ent__arena_str(b->arena, origin)
                          : votes->sources[votes->source_count - 1].path;
    calls[*out] = (ent_roll_call){.id = id, .important = -1, .amendment = -1, .paragraph = -1,
                                  .origin = origin};
    if (rows[*out] == NULL || origin.p == NULL || !number_put(&b->by_id, id, *out)) {
        return ent__nomem(ctx);
    }
    votes->roll_call_count++;
    votes->sources[votes->source_count - 1].roll_calls++;
    return ENT_OK;
}

/* Which list an id is of. */
static int list_of(int64_t id)
{
    return id < FIRST_OF_LIBRARY ? 0 : id < ENT_FIRST_OWN_ID ? 1 : 2;
}

/* A roll call that another list brought: by record number, else by the symbol of a whole text.  Two
 * ids of one list, or in one file, are two roll calls. */
static bool find_in_others(ent_votes *votes, const ent_roll_call_line *line, uint32_t *out)
{
    struct ent_votes_build *b = votes->build;
    bool whole = line->amendment != 1 && line->paragraph != 1;
    ent_str symbol = ent__symbol_normalise(b->arena, line->symbol);
    bool found = (line->record != 0 &&
                  (number_get(&b->by_record, line->record, out) ||
                   number_get(&b->by_id, FIRST_OF_LIBRARY + line->record, out))) ||
                 (symbol.n > 0 && (whole || line->id == 0) &&
                  ent__map_get(b->by_symbol, symbol, out));
    if (!found || line->id == 0) {
        return found;
    }
    const ent_roll_call *q = &votes->roll_calls[*out];
    return b->told_by[*out] != votes->source_count && list_of(q->id) != list_of(line->id) &&
           (q->record == 0 || line->record == 0 || q->record == line->record);
}

/* The roll call a line means: by id, else as other lists have it. */
static bool find_roll_call(ent_votes *votes, const ent_roll_call_line *line, int64_t *id,
                           uint32_t *out)
{
    struct ent_votes_build *b = votes->build;
    if (line->id != 0 && number_get(&b->by_id, *id, out)) {
        const ent_roll_call *q = &votes->roll_calls[*out];
        if (q->session == 0 || line->session == 0 || q->session == line->session) {
            return true;
        }
        /* The id is in use for another session: a known fault of the 2024 release. */
        *id = (int64_t)line->session * 100000 + line->id;
        return number_get(&b->by_id, *id, out);
    }
    return find_in_others(votes, line, out);
}

/* A roll call goes by the lowest of its ids, whatever came first; both find it. */
static ent_rc join_lists(ent_ctx *ctx, ent_votes *votes, uint32_t at, int64_t id)
{
    struct ent_votes_build *b = votes->build;
    ent_roll_call *q = &votes->roll_calls[at];
    int64_t *grown = ent__grow(b->replaced, b->replaced_count, &b->replaced_capacity,
                               sizeof *grown);
    if (grown == NULL || !number_put(&b->by_id, id, at)) {
        return ent__nomem(ctx);
    }
    b->replaced = grown;
    grown[b->replaced_count++] = id > q->id ? id : q->id;
    q->id = id < q->id ? id : q->id;
    return ENT_OK;
}

ent_rc ent__votes_roll_call(ent_ctx *ctx, ent_votes *votes, const ent_roll_call_line *line,
                            uint32_t *out)
{
    struct ent_votes_build *b = votes->build;
    int64_t id = line->id;
    uint32_t known;
    ent_rc rc = ENT_OK;
    if (find_roll_call(votes, line, &id, out)) {
        rc = id != 0 && !number_get(&b->by_id, id, &known) ? join_lists(ctx, votes, *out, id)
                                                           : ENT_OK;
    } else {
        if (id == 0 && line->record != 0) {
            id = FIRST_OF_LIBRARY + line->record;
        } else if (id == 0) {
            for (id = ENT_FIRST_OWN_ID + (int64_t)votes->roll_call_count;
                 number_get(&b->by_id, id, &known); id++) {
            }
        } else if (id != line->id) {
            ent__note(ctx, votes->sources[votes->source_count - 1].path.p, 0,
                      "id %lld is used in two sessions: session %d kept as %lld",
                      (long long)line->id, (int)line->session, (long long)id);
        }
        rc = make_roll_call(ctx, votes, id, line->origin, out);
    }
    if (rc == ENT_OK && line->id != 0) {
        b->told_by[*out] = (uint32_t)votes->source_count;
    }
    return rc == ENT_OK ? learn(ctx, votes, *out, line) : rc;
}

const int64_t *ent__votes_replaced(const ent_votes *votes, size_t *count)
{
    *count = votes->build->replaced_count;
    return votes->build->replaced;
}

static int column_for(ent_votes *votes, int32_t ccode)
{
    struct ent_votes_build *b = votes->build;
    if (ccode <= 0 || ccode >= 1024) {
        return -1;
    }
    if (b->column_of[ccode] == 0) {
        if (votes->voter_count == ENT_VOTER_LIMIT) {
            return -1;
        }
        if (votes->voters == NULL) {
            votes->voters = calloc(ENT_VOTER_LIMIT, sizeof *votes->voters);
        }
        if (votes->voters == NULL) {
            return -2;
        }
        votes->voters[votes->voter_count] =
            (ent_voter){ccode, ent__states_iso3(b->states, ccode),
                        ent__states_name(b->states, ccode), 0};
        b->column_of[ccode] = (int16_t)++votes->voter_count;
    }
    return b->column_of[ccode] - 1;
}

static ent_rc note_clash(ent_ctx *ctx, ent_votes *votes, const ent_vote_clash *clash)
{
    struct ent_votes_build *b = votes->build;
    if (votes->clash_count == 1000) {
        return ENT_OK;
    }
    ent_vote_clash *grown =
        ent__grow(b->clashes, votes->clash_count, &b->clash_capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    b->clashes = grown;
    votes->clashes = grown;
    grown[votes->clash_count++] = *clash;
    return ENT_OK;
}

static bool recorded(ent_vote vote)
{
    return vote == ENT_VOTE_YES || vote == ENT_VOTE_ABSTAIN || vote == ENT_VOTE_NO;
}

static ent_rc set_vote(ent_ctx *ctx, ent_votes *votes, uint32_t source_index, uint32_t roll_call,
                       int32_t ccode, ent_vote vote)
{
    ent_vote_source *source = &votes->sources[source_index];
    int column = column_for(votes, ccode);
    if (column == -2) {
        return ent__nomem(ctx);
    }
    if (column < 0) {
        return ent__fail(ctx, ENT_EINPUT, source->path.p, source->lines,
                         "expected the COW number of one of at most %d states, got %d",
                         ENT_VOTER_LIMIT, (int)ccode);
    }
    uint8_t *cell = &votes->build->rows[roll_call][column];
    ent_vote before = (ent_vote)*cell;
    if (recorded(before) && recorded(vote)) {
        source->doubled++;
        if (before != vote) {
            source->disagreed++;
            ent_vote_clash clash = {roll_call, ccode, before, vote, source_index};
            return note_clash(ctx, votes, &clash);
        }
    } else if (!recorded(before) && vote != ENT_VOTE_NONE) {
        source->votes += before == ENT_VOTE_NONE || recorded(vote);
        *cell = (uint8_t)vote;
    }
    return ENT_OK;
}

ent_rc ent__votes_set(ent_ctx *ctx, ent_votes *votes, uint32_t roll_call, int32_t ccode,
                      ent_vote vote)
{
    return set_vote(ctx, votes, (uint32_t)votes->source_count - 1, roll_call, ccode, vote);
}

/* ---- states by name ------------------------------------------------------------------------ */

static bool keep_word(struct ent_votes_build *b, ent_str word, uint32_t *out)
{
    if (ent__map_get(b->word_index, word, out)) {
        return true;
    }
    ent_str *grown = ent__grow(b->words, b->word_count, &b->word_capacity, sizeof *grown);
    ent_str kept = ent__arena_str(b->arena, word);
    b->words = grown != NULL ? grown : b->words;
    if (grown == NULL || kept.p == NULL) {
        return false;
    }
    *out = (uint32_t)b->word_count;
    b->words[b->word_count++] = kept;
    return ent__map_put(b->word_index, kept, *out);
}

static int32_t state_named(const ent_votes *votes, ent_str code, ent_str name, ent_date date)
{
    int32_t ccode = ent__states_ccode(votes->build->states, code, date);
    return ccode ? ccode : ent__states_ccode(votes->build->states, name, date);
}

ent_rc ent__votes_set_named(ent_ctx *ctx, ent_votes *votes, uint32_t roll_call, ent_str code,
                            ent_str name, ent_vote vote)
{
    struct ent_votes_build *b = votes->build;
    ent_vote_source *source = &votes->sources[votes->source_count - 1];
    ent_date date = votes->roll_calls[roll_call].date;
    int32_t ccode = state_named(votes, code, name, date);
    int64_t number;
    if (ccode == 0) {
        source->unknown_states++;
        return ENT_OK;
    }
    if (date.year != 0 || ent__str_int(code, &number)) {
        return ent__votes_set(ctx, votes, roll_call, ccode, vote);
    }
    pending_vote p = {.roll_call = roll_call, .source = (uint32_t)votes->source_count - 1,
                      .vote = vote};
    pending_vote *grown = ent__grow(b->pending, b->pending_count, &b->pending_capacity,
                                    sizeof *grown);
    b->pending = grown != NULL ? grown : b->pending;
    if (grown == NULL || !keep_word(b, code, &p.code) || !keep_word(b, name, &p.name)) {
        return ent__nomem(ctx);
    }
    b->pending[b->pending_count++] = p;
    return ENT_OK;
}

/* All files are read: the roll calls' dates are known, or stay unknown. */
static ent_rc settle_pending(ent_ctx *ctx, ent_votes *votes)
{
    struct ent_votes_build *b = votes->build;
    ent_rc rc = ENT_OK;
    for (size_t i = 0; rc == ENT_OK && i < b->pending_count; i++) {
        const pending_vote *p = &b->pending[i];
        ent_date date = votes->roll_calls[p->roll_call].date;
        int32_t ccode = state_named(votes, b->words[p->code], b->words[p->name], date);
        votes->sources[p->source].undated += date.year == 0;
        rc = set_vote(ctx, votes, p->source, p->roll_call, ccode, p->vote);
    }
    b->pending_count = 0;
    return rc;
}

ent_rc ent__votes_link(ent_ctx *ctx, ent_votes *votes, int64_t id1, int64_t id2)
{
    struct ent_votes_build *b = votes->build;
    link_pair *grown = ent__grow(b->links, b->link_count, &b->link_capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    b->links = grown;
    grown[b->link_count++] = (link_pair){id1, id2};
    return ENT_OK;
}

ent_rc ent__votes_issue(ent_ctx *ctx, ent_votes *votes, int64_t id, uint8_t issue)
{
    ent_roll_call_line line = {.id = id, .important = -1, .amendment = -1, .paragraph = -1};
    uint32_t at;
    ent_rc rc = ent__votes_roll_call(ctx, votes, &line, &at);
    if (rc == ENT_OK) {
        votes->roll_calls[at].issues |= issue;
        votes->roll_calls[at].issues_known = (1u << ENT_ISSUE_COUNT) - 1;
    }
    return rc;
}

/* A roll call on its way into the sorted list. */
typedef struct {
    ent_roll_call call;
    const uint8_t *row;
    uint32_t at; /* before sorting */
} sorted_call;

static int by_date(const void *a, const void *b)
{
    const ent_roll_call *x = &((const sorted_call *)a)->call, *y = &((const sorted_call *)b)->call;
    int32_t dx = ent__date_days(x->date), dy = ent__date_days(y->date);
    if (x->session != y->session) {
        return x->session < y->session ? -1 : 1;
    }
    if (dx != dy) {
        return dx < dy ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_ccode(const void *a, const void *b)
{
    const ent_voter *x = a, *y = b;
    return x->ccode < y->ccode ? -1 : x->ccode > y->ccode;
}

static uint32_t root(ent_roll_call *calls, uint32_t at)
{
    while (calls[at].item != at) {
        calls[at].item = calls[calls[at].item].item;
        at = calls[at].item;
    }
    return at;
}

/* Identical resolutions get the number of their first roll call, through chains of pairs: also
 * where a link in the chain has no votes of its own. */
static void link_items(ent_votes *votes)
{
    struct ent_votes_build *b = votes->build;
    for (uint32_t i = 0; i < votes->roll_call_count; i++) {
        votes->roll_calls[i].item = i;
    }
    for (size_t i = 0; i < b->link_count; i++) {
        uint32_t one, two;
        if (number_get(&b->by_id, b->links[i].id1, &one) &&
            number_get(&b->by_id, b->links[i].id2, &two)) {
            uint32_t r1 = root(votes->roll_calls, one), r2 = root(votes->roll_calls, two);
            votes->roll_calls[r1 > r2 ? r1 : r2].item = r1 < r2 ? r1 : r2;
        }
    }
    for (uint32_t i = 0; i < votes->roll_call_count; i++) {
        votes->roll_calls[i].item = root(votes->roll_calls, i);
    }
}

/* A chain may run through roll calls that no file brought: they need a place to be joined. */
static ent_rc stand_in_for_links(ent_ctx *ctx, ent_votes *votes)
{
    struct ent_votes_build *b = votes->build;
    for (size_t i = 0; i < 2 * b->link_count; i++) {
        int64_t id = i % 2 == 0 ? b->links[i / 2].id1 : b->links[i / 2].id2;
        uint32_t at;
        if (!number_get(&b->by_id, id, &at)) {
            ent_rc rc = make_roll_call(ctx, votes, id, (ent_str){"", 0}, &at);
            if (rc != ENT_OK) {
                return rc;
            }
            votes->sources[votes->source_count - 1].roll_calls--;
        }
    }
    return ENT_OK;
}

static ent_rc fill_matrix(ent_ctx *ctx, ent_votes *votes, const sorted_call *calls)
{
    struct ent_votes_build *b = votes->build;
    if (votes->voter_count > 1) {
        qsort(votes->voters, votes->voter_count, sizeof *votes->voters, by_ccode);
    }
    size_t voters = votes->voter_count;
    b->matrix = calloc(votes->roll_call_count * voters + 1, 1);
    if (b->matrix == NULL) {
        return ent__nomem(ctx);
    }
    votes->matrix = b->matrix;
    for (size_t q = 0; q < votes->roll_call_count; q++) {
        for (size_t s = 0; s < voters; s++) {
            uint8_t vote = calls[q].row[b->column_of[votes->voters[s].ccode] - 1];
            b->matrix[q * voters + s] = vote;
            votes->roll_calls[q].totals[vote]++;
            votes->voters[s].votes += recorded((ent_vote)vote);
        }
    }
    return ENT_OK;
}

static bool has_votes(const ent_votes *votes, size_t roll_call)
{
    for (size_t s = 0; s < votes->voter_count; s++) {
        if (votes->build->rows[roll_call][s] != ENT_VOTE_NONE) {
            return true;
        }
    }
    return false;
}

/* Stand-ins for links, of which nothing else is known, leave; the others in order, items renumbered
 * to the first roll call of each, clashes to where theirs stands now.  `first_of_item` and
 * `new_place`: room for one number a roll call each. */
static void take_sorted(ent_votes *votes, sorted_call *calls, uint32_t *first_of_item,
                        uint32_t *new_place)
{
    struct ent_votes_build *b = votes->build;
    size_t kept = 0;
    for (uint32_t i = 0; i < votes->roll_call_count; i++) {
        const ent_roll_call *q = &votes->roll_calls[i];
        bool described = q->date.year != 0 || q->session != 0 || q->symbol.n > 0 ||
                         q->title.n > 0 || q->issues_known != 0;
        first_of_item[i] = UINT32_MAX;
        if (described || has_votes(votes, i)) {
            calls[kept++] = (sorted_call){*q, b->rows[i], i};
        }
    }
    if (kept > 1) {
        qsort(calls, kept, sizeof *calls, by_date);
    }
    votes->roll_call_count = kept;
    for (size_t i = 0; i < kept; i++) {
        uint32_t *first = &first_of_item[calls[i].call.item];
        *first = *first == UINT32_MAX ? (uint32_t)i : *first;
        new_place[calls[i].at] = (uint32_t)i;
        votes->roll_calls[i] = calls[i].call;
        votes->roll_calls[i].item = *first;
    }
    for (size_t i = 0; i < votes->clash_count; i++) {
        b->clashes[i].roll_call = new_place[b->clashes[i].roll_call];
    }
}

ent_rc ent__votes_finish(ent_ctx *ctx, ent_votes *votes)
{
    ent_rc rc = settle_pending(ctx, votes);
    rc = rc == ENT_OK ? stand_in_for_links(ctx, votes) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    link_items(votes);
    size_t count = votes->roll_call_count;
    sorted_call *calls = calloc(count + 1, sizeof *calls);
    uint32_t *numbers = calloc(2 * count + 1, sizeof *numbers);
    if (calls == NULL || numbers == NULL) {
        rc = ent__nomem(ctx);
    } else {
        take_sorted(votes, calls, numbers, numbers + count);
        rc = fill_matrix(ctx, votes, calls);
    }
    free(calls);
    free(numbers);
    return rc;
}

ent_vote ent__votes_at(const ent_votes *votes, size_t roll_call, size_t voter)
{
    return (ent_vote)votes->matrix[roll_call * votes->voter_count + voter];
}

int ent__votes_voter(const ent_votes *votes, int32_t ccode)
{
    size_t low = 0, high = votes->voter_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (votes->voters[middle].ccode < ccode) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < votes->voter_count && votes->voters[low].ccode == ccode ? (int)low : -1;
}
