/* The index of names: words -> numbers, a trie of word numbers (edges in one hash table) whose
 * nodes carry entries, and the terms of office of persons.
 * In: the tables of data/actors.  Out: ent_actor_index.  Cost: O(words of all names), 60,000
 * names in about 40 ms; a look-up of one word costs one hash. */
#include "actor_index.h"

#include <stdlib.h>
#include <string.h>

/* ---- words, nodes, codes ---- */

uint32_t ent__actor_index_word(const ent_actor_index *lexicon, ent_str folded)
{
    uint32_t word;
    return ent__map_get(lexicon->words, folded, &word) ? word : ENT_NONE;
}

static uint32_t add_word(ent_actor_index *lx, ent_str folded)
{
    uint32_t word = ent__actor_index_word(lx, folded);
    if (word != ENT_NONE) {
        return word;
    }
    if (lx->word_count == lx->word_capacity) {
        size_t capacity = lx->word_capacity == 0 ? 4096 : lx->word_capacity * 2;
        char *given = realloc(lx->given, capacity);
        if (given == NULL) {
            return ENT_NONE;
        }
        lx->given = given;
        uint8_t *common = realloc(lx->common, capacity);
        if (common == NULL) {
            return ENT_NONE;
        }
        lx->common = common;
        lx->word_capacity = capacity;
    }
    ent_str kept = ent__arena_str(lx->arena, folded);
    word = (uint32_t)lx->word_count;
    if (kept.p == NULL || !ent__map_put(lx->words, kept, word)) {
        return ENT_NONE;
    }
    lx->given[word] = 0;
    lx->common[word] = 0;
    lx->word_count++;
    return word;
}

static size_t edge_slot(const ent_actor_index *lx, uint64_t key)
{
    uint64_t hash = key * 0x9E3779B97F4A7C15u;
    size_t slot = (size_t)(hash >> 32) & lx->edge_mask;
    while (lx->edge_keys[slot] != 0 && lx->edge_keys[slot] != key) {
        slot = (slot + 1) & lx->edge_mask;
    }
    return slot;
}

uint32_t ent__actor_index_step(const ent_actor_index *lexicon, uint32_t node, uint32_t word)
{
    uint64_t key = (uint64_t)node << 32 | (word + 1u);
    size_t slot = edge_slot(lexicon, key);
    return lexicon->edge_keys[slot] == key ? lexicon->edge_values[slot] : ENT_NONE;
}

static bool grow_edges(ent_actor_index *lx)
{
    size_t old_size = lx->edge_keys == NULL ? 0 : lx->edge_mask + 1;
    size_t size = old_size * 2;
    if (old_size == 0) { /* about three new edges a row */
        size_t rows = lx->names->rows + lx->organisations->rows + lx->leaders->rows +
                      lx->people->rows + lx->agents->rows;
        for (size = 16384; size < rows * 6; size *= 2) {
        }
    }
    uint64_t *old_keys = lx->edge_keys;
    uint32_t *old_values = lx->edge_values;
    uint64_t *keys = calloc(size, sizeof *keys);
    uint32_t *values = calloc(size, sizeof *values);
    if (keys == NULL || values == NULL) {
        free(keys);
        free(values);
        return false;
    }
    lx->edge_keys = keys;
    lx->edge_values = values;
    lx->edge_mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old_keys[i] != 0) {
            size_t slot = edge_slot(lx, old_keys[i]);
            keys[slot] = old_keys[i];
            values[slot] = old_values[i];
        }
    }
    free(old_keys);
    free(old_values);
    return true;
}

static uint32_t add_node(ent_actor_index *lx)
{
    size_t capacity = lx->node_capacity;
    uint32_t *first = ent__grow(lx->node_entry, lx->node_count, &capacity, sizeof *first);
    if (first == NULL) {
        return ENT_NONE;
    }
    lx->node_entry = first;
    uint32_t *last = ent__grow(lx->node_last, lx->node_count, &lx->node_capacity, sizeof *last);
    if (last == NULL) {
        return ENT_NONE;
    }
    lx->node_last = last;
    first[lx->node_count] = last[lx->node_count] = ENT_NONE;
    return (uint32_t)lx->node_count++;
}

static uint32_t add_step(ent_actor_index *lx, uint32_t node, uint32_t word)
{
    uint32_t child = ent__actor_index_step(lx, node, word);
    if (child != ENT_NONE) {
        return child;
    }
    if (lx->edge_count * 2 >= lx->edge_mask && !grow_edges(lx)) {
        return ENT_NONE;
    }
    child = add_node(lx);
    if (child != ENT_NONE) {
        uint64_t key = (uint64_t)node << 32 | (word + 1u);
        size_t slot = edge_slot(lx, key);
        lx->edge_keys[slot] = key;
        lx->edge_values[slot] = child;
        lx->edge_count++;
    }
    return child;
}

uint32_t ent__actor_index_code(const ent_actor_index *lexicon, ent_str code)
{
    uint32_t number;
    return code.n > 0 && ent__map_get(lexicon->codes, code, &number) ? number : ENT_NONE;
}

static uint32_t add_code(ent_actor_index *lx, ent_str code, ent_str name, bool state)
{
    uint32_t number = ent__actor_index_code(lx, code);
    if (number != ENT_NONE || code.n == 0) {
        return number;
    }
    if (lx->code_count == lx->code_capacity) {
        size_t capacity = lx->code_capacity == 0 ? 512 : lx->code_capacity * 2;
        ent_str *list = ent__arena_array(lx->arena, capacity, sizeof *list);
        ent_str *names = ent__arena_array(lx->arena, capacity, sizeof *names);
        bool *states = ent__arena_array(lx->arena, capacity, sizeof *states);
        uint32_t *terms = ent__arena_array(lx->arena, capacity, sizeof *terms);
        if (list == NULL || names == NULL || states == NULL || terms == NULL) {
            return ENT_NONE;
        }
        if (lx->code_count > 0) {
            memcpy(list, lx->code_list, lx->code_count * sizeof *list);
            memcpy(names, lx->code_names, lx->code_count * sizeof *names);
            memcpy(states, lx->code_state, lx->code_count * sizeof *states);
            memcpy(terms, lx->code_terms, lx->code_count * sizeof *terms);
        }
        lx->code_list = list;
        lx->code_names = names;
        lx->code_state = states;
        lx->code_terms = terms;
        lx->code_capacity = capacity;
    }
    number = (uint32_t)lx->code_count;
    if (!ent__map_put(lx->codes, code, number)) {
        return ENT_NONE;
    }
    lx->code_list[number] = code;
    lx->code_names[number] = name;
    lx->code_state[number] = state;
    lx->code_terms[number] = ENT_NONE;
    lx->code_count++;
    return number;
}

/* ---- entries ---- */

/* Splits "People's" into two pieces, as the tokenizer does. */
static bool next_piece(ent_str *rest, ent_str *out)
{
    if (rest->n >= 2 && rest->p[0] == '\'' && rest->p[1] == 's' &&
        (rest->n == 2 || rest->p[2] == ' ')) {
        *out = (ent_str){rest->p, 2};
        *rest = (ent_str){rest->p + 2, rest->n - 2};
        return true;
    }
    while (rest->n > 0 && rest->p[0] == ' ') {
        *rest = (ent_str){rest->p + 1, rest->n - 1};
    }
    if (rest->n == 0) {
        return false;
    }
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && !(n > 0 && rest->p[n] == ',') &&
           !(n > 0 && n + 2 <= rest->n && rest->p[n] == '\'' && rest->p[n + 1] == 's' &&
             (n + 2 == rest->n || rest->p[n + 2] == ' '))) {
        n++;
    }
    *out = (ent_str){rest->p, n};
    *rest = (ent_str){rest->p + n, rest->n - n};
    return true;
}

/* An abbreviation is read only where it stands in capitals ("who" is not WHO). */
static bool is_abbreviation(ent_str name)
{
    size_t capitals = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] >= 'A' && name.p[i] <= 'Z') {
            capitals++;
        } else if (name.p[i] != '.') {
            return false;
        }
    }
    return capitals >= 2;
}

/* Adds `name` with the given entry; its capitals are read off the name. */
static bool add_entry(ent_actor_index *lx, ent_str name, ent_entry entry)
{
    ent_str rest = name, piece;
    uint32_t node = 0, count = 0;
    bool heed_case = entry.kind != ENT_ENTRY_ROLE || is_abbreviation(name);
    entry.exact = is_abbreviation(name);
    entry.caps = 0;
    while (next_piece(&rest, &piece)) {
        ent_folded folded;
        ent__fold(piece, &folded);
        for (size_t w = 0; w < folded.count; w++, count++) {
            ent_str bytes = {folded.bytes + folded.word[w].begin,
                             (size_t)(folded.word[w].end - folded.word[w].begin)};
            uint32_t word = add_word(lx, bytes);
            node = word == ENT_NONE ? ENT_NONE : add_step(lx, node, word);
            if (node == ENT_NONE) {
                return false;
            }
            if (heed_case && folded.word[w].capital && count < 32) {
                entry.caps |= 1u << count;
            }
        }
    }
    if (node == 0) {
        return true; /* nothing left of the name after folding */
    }
    ent_entry *entries = ent__grow(lx->entries, lx->entry_count, &lx->entry_capacity,
                                   sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    lx->entries = entries;
    entry.next = ENT_NONE;
    uint32_t number = (uint32_t)lx->entry_count++, before = lx->node_last[node];
    entries[number] = entry;
    if (before == ENT_NONE) { /* entries of a node stay in table order */
        lx->node_entry[node] = number;
    } else {
        entries[before].next = number;
    }
    lx->node_last[node] = number;
    return true;
}

static ent_date cell_date(const ent_table *t, size_t row, const char *column)
{
    ent_date date = {0};
    ent__date_parse(ent__table_cell(t, row, ent__table_column(t, column)), &date);
    return date;
}

static ent_str cell(const ent_table *t, size_t row, const char *column)
{
    return ent__table_cell(t, row, ent__table_column(t, column));
}

static bool add_states(ent_actor_index *lx)
{
    static const struct {
        const char *word;
        ent_state_form form;
    } forms[] = {{"adjective", ENT_STATE_ADJECTIVE}, {"demonym", ENT_STATE_DEMONYM},
                 {"demonyms", ENT_STATE_DEMONYMS}, {"capital", ENT_STATE_CAPITAL},
                 {"seat", ENT_STATE_SEAT}};
    for (size_t r = 0; r < lx->states->rows; r++) {
        if (add_code(lx, cell(lx->states, r, "code"), cell(lx->states, r, "name"), true) ==
            ENT_NONE) {
            return false;
        }
        if (cell(lx->states, r, "until").n == 0) { /* the name of today */
            lx->code_names[ent__actor_index_code(lx, cell(lx->states, r, "code"))] =
                cell(lx->states, r, "name");
        }
    }
    for (size_t r = 0; r < lx->names->rows; r++) {
        ent_str kind = cell(lx->names, r, "kind"), care = cell(lx->names, r, "care");
        ent_entry e = {.kind = ENT_ENTRY_STATE, .form = ENT_STATE_NAME, .row = (uint32_t)r,
                       .since = cell_date(lx->names, r, "since"),
                       .until = cell_date(lx->names, r, "until"),
                       .code = ent__actor_index_code(lx, cell(lx->names, r, "code"))};
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            e.form = ent__str_eqz(kind, forms[i].word) ? (uint8_t)forms[i].form : e.form;
        }
        e.plural = e.form == ENT_STATE_DEMONYMS;
        e.care = ent__str_eqz(care, "person")    ? ENT_CARE_PERSON
                 : ent__str_eqz(care, "place")   ? ENT_CARE_PLACE
                 : ent__str_eqz(care, "context") ? ENT_CARE_CONTEXT
                                                 : ENT_CARE_NONE;
        if (!add_entry(lx, cell(lx->names, r, "name"), e)) {
            return false;
        }
    }
    return true;
}

static bool add_organisations(ent_actor_index *lx)
{
    const ent_table *t = lx->organisations;
    for (size_t r = 0; r < t->rows; r++) {
        ent_str name = cell(t, r, "name"), aliases = cell(t, r, "aliases"), alias;
        ent_entry e = {.kind = ENT_ENTRY_ORGANISATION, .row = (uint32_t)r,
                       .since = cell_date(t, r, "since"), .until = cell_date(t, r, "until"),
                       .code = add_code(lx, cell(t, r, "code"), name, false)};
        const char *paren = memchr(name.p, '(', name.n); /* "National Assembly (France)" */
        if (e.code == ENT_NONE || (paren == NULL && !add_entry(lx, name, e))) {
            return false;
        }
        while (ent__str_split(&aliases, ';', &alias)) {
            e.care = ent__str_ends(alias, "!x")   ? ENT_CARE_CONTEXT
                     : ent__str_ends(alias, "!p") ? ENT_CARE_PARTY
                                                  : ENT_CARE_NONE;
            alias.n -= e.care == ENT_CARE_NONE ? 0 : 2;
            if (alias.n > 0 && !add_entry(lx, alias, e)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- persons ---- */

static uint32_t person_of(ent_actor_index *lx, ent_str name, char gender)
{
    uint32_t person;
    if (ent__map_get(lx->person_names, name, &person)) {
        return person;
    }
    ent_known_person *persons =
        ent__grow(lx->persons, lx->person_count, &lx->person_capacity, sizeof *persons);
    if (persons == NULL) {
        return ENT_NONE;
    }
    lx->persons = persons;
    person = (uint32_t)lx->person_count;
    persons[person] = (ent_known_person){.name = name, .first_term = ENT_NONE,
                                         .last_word = ENT_NONE, .gender = gender};
    if (!ent__map_put(lx->person_names, name, person)) {
        return ENT_NONE;
    }
    lx->person_count++;
    return person;
}

static ent_str last_part(ent_str name)
{
    const char *blank = memrchr(name.p, ' ', name.n);
    return blank == NULL ? name
                         : (ent_str){blank + 1, name.n - (size_t)(blank + 1 - name.p)};
}

/* The name that stands alone, also without the article of "el-Sisi", "al-Assad". */
static bool add_surname(ent_actor_index *lx, ent_str name, ent_entry e)
{
    e.kind = ENT_ENTRY_SURNAME;
    bool ok = add_entry(lx, name, e);
    if (ok && name.n > 4 && (name.p[2] == '-' || name.p[2] == ' ') &&
        (ent__str_starts(name, "al") || ent__str_starts(name, "el"))) {
        ok = add_entry(lx, ent__str_sub(name, 3, name.n), e);
    }
    return ok;
}

/* Columns of leaders or persons, looked up once. */
typedef struct {
    int code, name, function, office, since, until, sector, gender, rank, short_name, aliases;
} person_columns;

static person_columns columns_of(const ent_table *t, bool office_table)
{
    return (person_columns){
        .code = ent__table_column(t, "code"),
        .name = ent__table_column(t, "name"),
        .function = office_table ? ent__table_column(t, "function") : -1,
        .office = ent__table_column(t, office_table ? "office" : "role"),
        .since = ent__table_column(t, "since"),
        .until = ent__table_column(t, "until"),
        .sector = ent__table_column(t, "sector"),
        .gender = ent__table_column(t, "gender"),
        .rank = office_table ? ent__table_column(t, "rank") : -1,
        .short_name = ent__table_column(t, "short"),
        .aliases = ent__table_column(t, "aliases"),
    };
}

static ent_date date_of(const ent_table *t, size_t row, int column)
{
    ent_date date = {0};
    ent_str text = ent__table_cell(t, row, column);
    if (text.n > 0) {
        ent__date_parse(text, &date);
    }
    return date;
}

/* "II" of "Abdullah II" is no name. */
static bool is_ordinal(ent_str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] != 'I' && word.p[i] != 'V' && word.p[i] != 'X') {
            return false;
        }
    }
    return true;
}

static bool add_person_names(ent_actor_index *lx, const ent_table *t, size_t r, uint32_t person,
                             const person_columns *c)
{
    ent_known_person *p = &lx->persons[person];
    ent_str aliases = ent__table_cell(t, r, c->aliases), alias;
    ent_entry e = {.kind = ENT_ENTRY_PERSON, .row = person, .code = ENT_NONE};
    if (p->short_name.n > 0) {
        return true; /* an earlier row has given the names */
    }
    p->short_name = ent__table_cell(t, r, c->short_name);
    if (p->short_name.n == 0) {
        p->short_name = last_part(p->name);
        if (ent__str_eqz(p->short_name, "Jr.") || ent__str_eqz(p->short_name, "(CDU)")) {
            p->short_name = p->name;
        }
    }
    ent_str full = p->name;
    if (!add_entry(lx, full, e) || !add_surname(lx, p->short_name, e)) {
        return false;
    }
    while (ent__str_split(&aliases, ';', &alias)) {
        bool one_word = memchr(alias.p, ' ', alias.n) == NULL;
        if (one_word ? !add_surname(lx, alias, e)
                     : !add_entry(lx, alias, e) ||
                           (!ent__str_eq(last_part(alias), last_part(p->name)) &&
                            !is_ordinal(last_part(alias)) &&
                            ent__str_eq(last_part(p->name), p->short_name) &&
                            !add_surname(lx, last_part(alias), e))) {
            return false;
        }
    }
    return true;
}

static bool add_terms(ent_actor_index *lx, const ent_table *t, bool office_table)
{
    person_columns c = columns_of(t, office_table);
    for (size_t r = 0; r < t->rows; r++) {
        ent_str gender = ent__table_cell(t, r, c.gender);
        uint32_t person =
            person_of(lx, ent__table_cell(t, r, c.name), gender.n > 0 ? gender.p[0] : 0);
        uint32_t code = ent__actor_index_code(lx, ent__table_cell(t, r, c.code));
        ent_term *terms = ent__grow(lx->terms, lx->term_count, &lx->term_capacity, sizeof *terms);
        if (terms == NULL || person == ENT_NONE) {
            return false;
        }
        lx->terms = terms;
        uint32_t number = (uint32_t)lx->term_count++;
        terms[number] = (ent_term){
            .person = person,
            .code = code,
            .row = (uint32_t)r,
            .function = ent__table_cell(t, r, c.function),
            .office = ent__table_cell(t, r, c.office),
            .sector = ent__table_cell(t, r, c.sector),
            .since = date_of(t, r, c.since),
            .until = date_of(t, r, c.until),
            .top = ent__table_cell(t, r, c.rank).n > 0,
            .office_table = office_table,
            .next_of_person = lx->persons[person].first_term,
            .next_of_code = code == ENT_NONE ? ENT_NONE : lx->code_terms[code],
        };
        lx->persons[person].first_term = number;
        if (code != ENT_NONE) {
            lx->code_terms[code] = number;
        }
        if (!add_person_names(lx, t, r, person, &c)) {
            return false;
        }
    }
    return true;
}

/* ---- roles, given names, places ---- */

static bool add_roles(ent_actor_index *lx)
{
    static const char *kinds[] = {"person", "body", "group", "thing", "title", "anaphor"};
    const ent_table *t = lx->agents;
    for (size_t r = 0; r < t->rows; r++) {
        ent_entry e = {.kind = ENT_ENTRY_ROLE, .row = (uint32_t)r, .code = ENT_NONE};
        ent_str kind = cell(t, r, "kind"), plural = cell(t, r, "plural");
        for (uint8_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            e.form = ent__str_eqz(kind, kinds[k]) ? k : e.form;
        }
        e.plural = e.form == ENT_ROLE_GROUP;
        if (!add_entry(lx, cell(t, r, "word"), e)) {
            return false;
        }
        e.plural = true;
        if (plural.n > 0 && !add_entry(lx, plural, e)) {
            return false;
        }
    }
    return true;
}

static uint32_t single_word(ent_actor_index *lx, ent_str name)
{
    ent_folded folded;
    ent__fold(name, &folded);
    if (folded.count != 1) {
        return ENT_NONE;
    }
    return add_word(lx, (ent_str){folded.bytes, folded.word[0].end});
}

/* Before the persons: "Lagos" is the town, not a former president. */
static bool add_places(ent_actor_index *lx, const ent_kit *kit)
{
    const ent_table *places = ent__kit_table(kit, "actors/places");
    for (size_t r = 0; places != NULL && r < places->rows; r++) {
        ent_str kind = cell(places, r, "kind");
        ent_entry e = {.kind = ENT_ENTRY_PLACE, .row = (uint32_t)r, .form = ENT_PLACE_PHRASE,
                       .code = ent__actor_index_code(lx, cell(places, r, "code"))};
        e.form = ent__str_eqz(kind, "us_state") ? ENT_PLACE_US_STATE
                 : ent__str_eqz(kind, "city")   ? ENT_PLACE_CITY
                                                : ENT_PLACE_PHRASE;
        if (!add_entry(lx, cell(places, r, "name"), e)) {
            return false;
        }
    }
    return true;
}

static bool add_word_lists(ent_actor_index *lx, const ent_kit *kit)
{
    const ent_table *given = ent__kit_table(kit, "actors/given_names");
    const ent_table *common = ent__kit_table(kit, "actors/common_surnames");
    for (size_t r = 0; given != NULL && r < given->rows; r++) {
        uint32_t word = single_word(lx, cell(given, r, "name"));
        if (word != ENT_NONE) {
            lx->given[word] = cell(given, r, "gender").p[0];
        }
    }
    for (size_t r = 0; common != NULL && r < common->rows; r++) {
        uint32_t word = single_word(lx, cell(common, r, "name"));
        if (word != ENT_NONE) {
            lx->common[word] = 1;
        }
    }
    return true;
}

/* ---- building ---- */

void ent__actor_index_free(void *lexicon)
{
    ent_actor_index *lx = lexicon;
    if (lx == NULL) {
        return;
    }
    ent__map_free(lx->words);
    ent__map_free(lx->codes);
    ent__map_free(lx->person_names);
    ent__arena_free(lx->arena);
    free(lx->given);
    free(lx->common);
    free(lx->edge_keys);
    free(lx->edge_values);
    free(lx->node_entry);
    free(lx->node_last);
    free(lx->entries);
    free(lx->persons);
    free(lx->terms);
    free(lx);
}

static ent_rc find_tables(ent_ctx *ctx, const ent_kit *kit, ent_actor_index *lx)
{
    const struct {
        const char *name;
        const ent_table **slot;
    } wanted[] = {{"actors/states", &lx->states}, {"actors/state_names", &lx->names},
                  {"actors/organisations", &lx->organisations}, {"actors/leaders", &lx->leaders},
                  {"actors/persons", &lx->people}, {"actors/agents", &lx->agents},
                  {"actors/kinds", &lx->kinds}, {"actors/members", &lx->members}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        *wanted[i].slot = ent__kit_table(kit, wanted[i].name);
        if (*wanted[i].slot == NULL) {
            return ent__fail(ctx, ENT_EINPUT, wanted[i].name, 0, "the kit has no such table");
        }
    }
    lx->agent_word = ent__table_column(lx->agents, "word");
    lx->agent_sector = ent__table_column(lx->agents, "sector");
    lx->agent_function = ent__table_column(lx->agents, "function");
    lx->agent_gender = ent__table_column(lx->agents, "gender");
    lx->organisation_name = ent__table_column(lx->organisations, "name");
    lx->organisation_sector = ent__table_column(lx->organisations, "sector");
    lx->organisation_kind = ent__table_column(lx->organisations, "kind");
    return ENT_OK;
}

ent_rc ent__actor_index_build(ent_ctx *ctx, const ent_kit *kit, ent_actor_index **out)
{
    ent_actor_index *lx = calloc(1, sizeof *lx);
    if (lx == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = find_tables(ctx, kit, lx);
    if (rc == ENT_OK) {
        lx->words = ent__map_new(8192 + 2 * lx->people->rows);
        lx->codes = ent__map_new(1024);
        lx->person_names = ent__map_new(4096 + lx->people->rows);
        lx->arena = ent__arena_new();
        bool ok = lx->words != NULL && lx->codes != NULL && lx->person_names != NULL &&
                  lx->arena != NULL && grow_edges(lx) && add_node(lx) == 0 && add_states(lx) &&
                  add_organisations(lx) && add_places(lx, kit) &&
                  add_terms(lx, lx->leaders, true) &&
                  add_terms(lx, lx->people, false) && add_roles(lx) && add_word_lists(lx, kit);
        rc = ok ? ENT_OK : ent__nomem(ctx);
    }
    if (rc != ENT_OK) {
        ent__actor_index_free(lx);
        return rc;
    }
    *out = lx;
    return ENT_OK;
}

/* ---- terms ---- */

bool ent__term_holds(ent_date at, ent_date since, ent_date until)
{
    return at.year == 0 ? until.year == 0 : ent__date_within(at, since, until);
}

static bool later(const ent_term *a, const ent_term *b)
{
    return ent__date_days(a->since) > ent__date_days(b->since);
}

uint32_t ent__term_of_person(const ent_actor_index *lexicon, uint32_t person, ent_date at)
{
    uint32_t best = ENT_NONE;
    for (uint32_t t = lexicon->persons[person].first_term; t != ENT_NONE;
         t = lexicon->terms[t].next_of_person) {
        const ent_term *term = &lexicon->terms[t];
        if (!ent__term_holds(at, term->since, term->until)) {
            continue;
        }
        const ent_term *b = best == ENT_NONE ? NULL : &lexicon->terms[best];
        if (b == NULL || (term->office_table && !b->office_table) ||
            (term->office_table == b->office_table &&
             ((term->top && !b->top) || (term->top == b->top && later(term, b))))) {
            best = t;
        }
    }
    return best;
}

bool ent__term_fits(const ent_term *term, ent_str function, ent_str within)
{
    if (within.n > 0) {
        return term->office_table && memmem(term->office.p, term->office.n, within.p, within.n);
    }
    if (ent__str_eqz(function, "leader")) {
        return term->top;
    }
    if (ent__str_eqz(function, "state")) {
        return ent__str_eqz(term->function, "state") || ent__str_eqz(term->function, "president");
    }
    if (ent__str_eqz(function, "chancellor")) {
        return ent__str_eqz(term->office, "chancellor") ||
               ent__str_eqz(term->office, "chancellor of the exchequer");
    }
    return term->office_table && ent__str_eq(term->function, function);
}

uint32_t ent__term_of_office(const ent_actor_index *lexicon, uint32_t code, ent_str function,
                             ent_str within, ent_date at)
{
    uint32_t best = ENT_NONE;
    if (code == ENT_NONE || (function.n == 0 && within.n == 0)) {
        return ENT_NONE;
    }
    for (uint32_t t = lexicon->code_terms[code]; t != ENT_NONE;
         t = lexicon->terms[t].next_of_code) {
        const ent_term *term = &lexicon->terms[t];
        if (ent__term_holds(at, term->since, term->until) &&
            ent__term_fits(term, function, within) &&
            (best == ENT_NONE || later(term, &lexicon->terms[best]))) {
            best = t;
        }
    }
    return best;
}
