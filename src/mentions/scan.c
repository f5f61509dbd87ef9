/* Names in running text: tokens -> word numbers -> longest matches in the trie, with the rules of
 * case and date; then the doubtful ones, decided by what else the document names.
 * In: tokens with tags, the lexicon.  Out: hits in reading order.  O(tokens x longest name). */
#include "find.h"

#include <string.h>
#include <strings.h>

/* Taggers take a strange name for many things; what surely is another word is not one. */
static bool is_name_tag(uint8_t upos)
{
    return upos != ENT_UPOS_VERB && upos != ENT_UPOS_AUX && upos != ENT_UPOS_ADV &&
           upos != ENT_UPOS_ADP && upos != ENT_UPOS_CCONJ && upos != ENT_UPOS_SCONJ &&
           upos != ENT_UPOS_PRON && upos != ENT_UPOS_PART && upos != ENT_UPOS_PUNCT;
}

static void read_words(ent_finder *f)
{
    const ent_tree *tree = f->tree;
    size_t room = tree->token_count + tree->token_count / 2 + 16;
    f->words = ent__arena_array(f->scratch, room + ENT_WORDS_A_TOKEN, sizeof *f->words);
    f->shouted = ent__arena_array(f->scratch, tree->sentence_count + 1, sizeof *f->shouted);
    if (f->words == NULL || f->shouted == NULL) {
        f->failed = true;
        return;
    }
    uint32_t sentence = ENT_NONE;
    size_t small = 0, big = 0;
    for (uint32_t t = 0; t < tree->token_count && f->word_count < room; t++) {
        const ent_token *token = &tree->tokens[t];
        if (token->sentence != sentence) {
            if (sentence != ENT_NONE) {
                f->shouted[sentence] = small == 0 && big > 2;
            }
            sentence = token->sentence;
            small = big = 0;
        }
        ent_folded folded;
        ent__fold(token->form, &folded);
        for (size_t w = 0; w < folded.count; w++) {
            ent_str bytes = {folded.bytes + folded.word[w].begin,
                             (size_t)(folded.word[w].end - folded.word[w].begin)};
            f->words[f->word_count++] =
                (ent_text_word){.word = ent__actor_index_word(f->lexicon, bytes), .token = t,
                                .capital = folded.word[w].capital,
                                .all_capitals = folded.word[w].all_capitals};
            small += !folded.word[w].capital && bytes.p[0] >= 'a' && bytes.p[0] <= 'z' &&
                     bytes.n > 2;
            big += folded.word[w].all_capitals && bytes.n > 2;
        }
    }
    if (sentence != ENT_NONE) {
        f->shouted[sentence] = small == 0 && big > 2;
    }
}

/* ---- matching ---- */

static bool case_fits(const ent_finder *f, const ent_entry *e, size_t from, size_t count)
{
    bool shouted = f->shouted[f->tree->tokens[f->words[from].token].sentence];
    if (e->exact) {
        const ent_token *token = &f->tree->tokens[f->words[from].token];
        bool dotted = memchr(token->form.p, '.', token->form.n) != NULL;
        bool plural = e->plural && e->kind == ENT_ENTRY_ROLE; /* "MPs" */
        return (f->words[from].all_capitals || (plural && f->words[from].capital)) &&
               (!shouted || dotted || token->form.n > 4);
    }
    for (size_t i = 0; i < count && i < 32; i++) {
        if ((e->caps >> i & 1u) && !f->words[from + i].capital) {
            return false;
        }
    }
    return true;
}

static bool tag_fits(const ent_finder *f, const ent_entry *e, size_t from, size_t count)
{
    const ent_token *last = &f->tree->tokens[f->words[from + count - 1].token];
    if (e->kind == ENT_ENTRY_ROLE) {
        return last->upos == ENT_UPOS_NOUN || last->upos == ENT_UPOS_PROPN || count > 1 ||
               (e->form == ENT_ROLE_TITLE && last->upos != ENT_UPOS_VERB) ||
               (last->upos == ENT_UPOS_ADJ && last->deprel != ENT_DEP_amod);
    }
    if (e->kind == ENT_ENTRY_STATE && e->form != ENT_STATE_ADJECTIVE) {
        return true; /* its capital is proof enough */
    }
    return count > 1 || e->exact || is_name_tag(last->upos);
}

/* Does the word before the name stand in the title of an office that the person has held or is to
 * hold within a year ("Secretary Clinton", "President Clinton")? */
static bool titled(const ent_finder *f, uint32_t person, size_t from)
{
    if (from == 0 || f->words[from - 1].token + 1 != f->words[from].token) {
        return false;
    }
    ent_str word = f->tree->tokens[f->words[from - 1].token].form;
    for (uint32_t t = f->lexicon->persons[person].first_term; t != ENT_NONE;
         t = f->lexicon->terms[t].next_of_person) {
        const ent_term *term = &f->lexicon->terms[t];
        ent_str office = term->office, part;
        bool begun = f->date.year == 0 || term->since.year <= f->date.year + 1;
        while (begun && ent__str_split(&office, ' ', &part)) {
            if (part.n == word.n && strncasecmp(part.p, word.p, part.n) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Of several persons with one name or surname the one in the highest office at the date. */
static uint32_t likeliest_bearer(const ent_finder *f, uint32_t first, size_t from)
{
    const ent_actor_index *lx = f->lexicon;
    uint32_t best = first;
    int best_score = -1;
    int32_t best_since = INT32_MIN;
    for (uint32_t e = first; e != ENT_NONE; e = lx->entries[e].next) {
        if (lx->entries[e].kind != lx->entries[first].kind) {
            continue;
        }
        uint32_t person = lx->entries[e].row;
        uint32_t now = ent__term_of_person(lx, person, f->date);
        const ent_term *term = &lx->terms[now != ENT_NONE ? now : lx->persons[person].first_term];
        bool past = f->date.year == 0 ||
                    ent__date_days(term->since) <= ent__date_days(f->date);
        int score = (now != ENT_NONE ? 4 : 0) + (term->top ? 3 : term->office_table) + past +
                    (titled(f, person, from) ? 5 : 0);
        int32_t since = ent__date_days(term->since);
        if (score > best_score || (score == best_score && since > best_since)) {
            best = e;
            best_score = score;
            best_since = since;
        }
    }
    return best;
}

/* The entry of a node that fits here: dates decide between several ("Taliban"). */
static uint32_t entry_at(const ent_finder *f, uint32_t node, size_t from, size_t count)
{
    uint32_t undated = ENT_NONE;
    for (uint32_t e = f->lexicon->node_entry[node]; e != ENT_NONE;
         e = f->lexicon->entries[e].next) {
        const ent_entry *entry = &f->lexicon->entries[e];
        if (!case_fits(f, entry, from, count) || !tag_fits(f, entry, from, count)) {
            continue;
        }
        if (entry->kind == ENT_ENTRY_SURNAME || entry->kind == ENT_ENTRY_PERSON) {
            return likeliest_bearer(f, e, from);
        }
        if (ent__term_holds(f->date, entry->since, entry->until)) {
            return e;
        }
        undated = undated == ENT_NONE ? e : undated;
    }
    return undated; /* named outside of its time: history */
}

/* Longest match from word `from`; gives the number of words, 0 for none. */
static size_t match(const ent_finder *f, size_t from, uint32_t *out_entry)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t node = 0, sentence = tokens[f->words[from].token].sentence;
    size_t best = 0;
    for (size_t w = from; w < f->word_count; w++) {
        uint32_t token = f->words[w].token;
        if (f->words[w].word == ENT_NONE || tokens[token].sentence != sentence) {
            break;
        }
        node = ent__actor_index_step(f->lexicon, node, f->words[w].word);
        if (node == ENT_NONE) {
            break;
        }
        /* A match ends with its token, or before a hyphen inside it ("Russia-led"). */
        uint32_t entry = entry_at(f, node, from, w - from + 1);
        if (entry != ENT_NONE) {
            best = w - from + 1;
            *out_entry = entry;
        }
    }
    return best;
}

static uint32_t head_of(const ent_tree *tree, uint32_t first, uint32_t last)
{
    for (uint32_t t = first; t <= last; t++) {
        uint32_t head = tree->tokens[t].head;
        if (head == ENT_NO_TOKEN || head < first || head > last) {
            if (tree->tokens[t].upos != ENT_UPOS_PUNCT) {
                return t;
            }
        }
    }
    return last;
}

static void add_hit(ent_finder *f, size_t word, size_t word_count, uint32_t entry)
{
    uint32_t first = f->words[word].token, last = f->words[word + word_count - 1].token;
    if (f->hit_count == f->hit_capacity) {
        size_t capacity = f->hit_capacity == 0 ? f->tree->token_count / 4 + 64
                                               : f->hit_capacity * 2;
        ent_hit *hits = ent__arena_array(f->scratch, capacity, sizeof *hits);
        if (hits == NULL) {
            f->failed = true;
            return;
        }
        if (f->hit_count > 0) {
            memcpy(hits, f->hits, f->hit_count * sizeof *hits);
        }
        f->hits = hits;
        f->hit_capacity = capacity;
    }
    f->hits[f->hit_count] = (ent_hit){.first = first, .last = last, .entry = entry,
                                      .head = head_of(f->tree, first, last),
                                      .word = (uint32_t)word, .word_count = (uint32_t)word_count};
    for (uint32_t t = first; t <= last; t++) {
        f->token_hit[t] = (uint32_t)f->hit_count;
    }
    f->hit_count++;
}

/* ---- names that are not meant ---- */

static bool given_name(const ent_finder *f, size_t word)
{
    uint32_t id = f->words[word].word;
    return id != ENT_NONE && f->words[word].capital && f->lexicon->given[id] != 0;
}

static bool bare_proper(const ent_finder *f, uint32_t token)
{
    const ent_token *t = &f->tree->tokens[token];
    return t->upos == ENT_UPOS_PROPN && (t->flags & ENT_TOKEN_CAPITAL) && t->form.n > 1 &&
           f->token_hit[token] == ENT_NONE;
}

/* Parts of one person's name. */
static bool joined(const ent_finder *f, uint32_t a, uint32_t b)
{
    const ent_token *tokens = f->tree->tokens;
    return tokens[a].sentence == tokens[b].sentence && tokens[b].deprel == ENT_DEP_flat &&
           (tokens[b].head == a ||
            (tokens[a].deprel == ENT_DEP_flat && tokens[a].head == tokens[b].head));
}

/* "Sidley Austin", "Ross Perot", "Johnson & Johnson", "Clean Power Plan", "Monday, May 6": a word
 * like a surname between other capitals. */
static bool inside_name(const ent_finder *f, size_t from, uint32_t token)
{
    const ent_token *tokens = f->tree->tokens;
    uint32_t sentence = tokens[token].sentence, unused;
    bool month = ent__str_eqz(tokens[token].form, "May");
    if (token > 0 && tokens[token - 1].sentence == sentence) {
        ent_str before = tokens[token - 1].form;
        if (ent__str_eqz(before, "&") || (month && tokens[token - 1].upos == ENT_UPOS_NUM) ||
            (bare_proper(f, token - 1) && !ent__is_calendar_word(before))) {
            return true;
        }
    }
    if (token + 1 >= f->tree->token_count || tokens[token + 1].sentence != sentence) {
        return false;
    }
    ent_str after = tokens[token + 1].form;
    if (ent__str_eqz(after, "&") || (month && tokens[token + 1].upos == ENT_UPOS_NUM)) {
        return true;
    }
    return bare_proper(f, token + 1) && !ent__is_calendar_word(after) && from + 1 < f->word_count &&
           match(f, from + 1, &unused) == 0;
}

/* "Denzel Washington", "Jordan Peterson", "Paris Hilton": the name of a state inside a person's. */
static bool inside_person(const ent_finder *f, size_t from, size_t count, uint32_t first,
                          uint32_t last, const ent_entry *e)
{
    const ent_tree *tree = f->tree;
    uint32_t sentence = tree->tokens[first].sentence;
    bool follows = from > 0 && first > 0 && f->words[from - 1].token == first - 1 &&
                   tree->tokens[first - 1].sentence == sentence;
    if (follows && given_name(f, from - 1) && bare_proper(f, first - 1)) {
        return true;
    }
    uint32_t unused;
    bool name_next = last + 1 < tree->token_count && bare_proper(f, last + 1) &&
                     joined(f, last, last + 1);
    if (count > 1) {
        return false;
    }
    if (e->care != ENT_CARE_PERSON && e->kind != ENT_ENTRY_SURNAME) {
        return name_next && e->form == ENT_STATE_NAME && from + 1 < f->word_count &&
               f->words[from + 1].word != ENT_NONE
                   ? match(f, from + 1, &unused) == 0
                   : name_next && e->form == ENT_STATE_NAME;
    }
    if (follows && bare_proper(f, first - 1) && joined(f, first - 1, first)) {
        return true;
    }
    return name_next || (e->kind == ENT_ENTRY_SURNAME && inside_name(f, from, first));
}

/* "Moscow, Idaho", "Washington state". */
static bool american_place(const ent_finder *f, size_t from, size_t count)
{
    size_t next = from + count;
    if (next + 1 >= f->word_count) {
        return false;
    }
    ent_str form = f->tree->tokens[f->words[next].token].form;
    if (ent__str_ieqz(form, "state") && f->words[next].token == f->words[next - 1].token + 1 &&
        f->tree->tokens[f->words[next - 1].token].form.n > 6 &&
        ent__str_starts(f->tree->tokens[f->words[next - 1].token].form, "Washington")) {
        return true;
    }
    uint32_t entry;
    return ent__str_eqz(form, ",") && match(f, next + 1, &entry) > 0 &&
           f->lexicon->entries[entry].kind == ENT_ENTRY_PLACE &&
           f->lexicon->entries[entry].form == ENT_PLACE_US_STATE;
}

/* "Mir-Mohammadi" is not Mohammadi, the "Helms-Burton Act" not Helms ("Trump-Putin" is both). */
static bool half_a_name(const ent_finder *f, size_t from, size_t count, uint32_t first)
{
    const ent_token *tokens = f->tree->tokens;
    if (from > 0 && f->words[from - 1].token == first) {
        return true;
    }
    size_t next = from + count;
    uint32_t last = f->words[next - 1].token, unused;
    bool same = next < f->word_count && f->words[next].token == last;
    bool hyphen = next + 1 < f->word_count && ent__str_eqz(tokens[f->words[next].token].form, "-") &&
                  tokens[last].end == tokens[last + 1].begin &&
                  tokens[last + 1].end == tokens[f->words[next + 1].token].begin;
    next += hyphen;
    if ((same || hyphen) && f->words[next].capital && match(f, next, &unused) == 0) {
        return true;
    }
    return first > 1 && ent__str_eqz(tokens[first - 1].form, "-") &&
           tokens[first - 2].end == tokens[first - 1].begin &&
           tokens[first - 1].end == tokens[first].begin &&
           (tokens[first - 2].flags & ENT_TOKEN_CAPITAL) && f->token_hit[first - 2] == ENT_NONE;
}

/* "The West Bank" is not the West, nor are "the West Coast" and "the South Korean army": a name
 * whose article belongs to a longer one. */
static bool article_of_another(const ent_finder *f, size_t from, size_t count, uint32_t last)
{
    uint32_t unused;
    if (count < 2 || !ent__str_ieqz(f->tree->tokens[f->words[from].token].form, "the")) {
        return false;
    }
    return match(f, from + 1, &unused) >= count ||
           (last + 1 < f->tree->token_count &&
            f->tree->tokens[last + 1].sentence == f->tree->tokens[last].sentence &&
            bare_proper(f, last + 1) && !ent__is_calendar_word(f->tree->tokens[last + 1].form));
}

/* "The two Nordic countries", "both Baltic states": some of those that the name stands for. */
static bool some_of_them(const ent_finder *f, uint32_t entry, uint32_t first, uint32_t last)
{
    static const char *const parts[] = {"both", "some", "most", "many", "several", "other", NULL};
    const ent_actor_index *lx = f->lexicon;
    const ent_entry *e = &lx->entries[entry];
    if (e->kind != ENT_ENTRY_ORGANISATION ||
        ent__table_find(lx->members, ent__table_cell(lx->organisations, e->row,
                                                     lx->organisation_name)) ==
            lx->members->rows) {
        return false;
    }
    size_t count;
    uint32_t head = head_of(f->tree, first, last);
    const uint32_t *children = ent__children(f->tree, head, &count);
    for (size_t i = 0; i < count; i++) {
        const ent_token *child = &f->tree->tokens[children[i]];
        bool part = child->deprel == ENT_DEP_nummod;
        for (size_t w = 0; parts[w] != NULL; w++) {
            part |= ent__str_ieqz(child->form, parts[w]);
        }
        if (part && (children[i] < first || children[i] > last)) {
            return true;
        }
    }
    return false;
}

static void count_evidence(ent_finder *f, const ent_entry *e)
{
    if (e->kind == ENT_ENTRY_PLACE) {
        f->us_states += e->form == ENT_PLACE_US_STATE;
    }
    if (e->form == ENT_PLACE_US_STATE && e->kind == ENT_ENTRY_PLACE) {
        return;
    }
    if (e->code != ENT_NONE && e->care == ENT_CARE_NONE && f->evidence[e->code] < 60000) {
        f->evidence[e->code]++;
    }
}

void ent__scan_names(ent_finder *f)
{
    read_words(f);
    f->token_hit = ent__arena_array(f->scratch, f->tree->token_count + 1, sizeof *f->token_hit);
    f->evidence = ent__arena_array(f->scratch, f->lexicon->code_count + 1, sizeof *f->evidence);
    if (f->failed || f->token_hit == NULL || f->evidence == NULL) {
        f->failed = true;
        return;
    }
    memset(f->token_hit, 0xFF, f->tree->token_count * sizeof *f->token_hit);
    for (size_t w = 0; w < f->word_count && !f->failed;) {
        uint32_t entry = ENT_NONE;
        size_t count = f->words[w].word == ENT_NONE ? 0 : match(f, w, &entry);
        uint32_t first = f->words[w].token, last = f->words[w + count - (count > 0)].token;
        if (count == 0 || article_of_another(f, w, count, last) ||
            some_of_them(f, entry, first, last)) {
            w++;
            continue;
        }
        const ent_entry *e = &f->lexicon->entries[entry];
        bool doubtful = e->kind == ENT_ENTRY_STATE || e->kind == ENT_ENTRY_SURNAME;
        if (f->token_hit[first] == ENT_NONE &&
            !(doubtful &&
              (inside_person(f, w, count, first, last, e) || american_place(f, w, count))) &&
            !(e->kind == ENT_ENTRY_SURNAME && half_a_name(f, w, count, first))) {
            add_hit(f, w, count, entry);
            count_evidence(f, e);
        }
        w += count;
    }
}

/* ---- the doubtful ones ---- */

static bool named(const ent_finder *f, const char *code)
{
    uint32_t number = ent__actor_index_code(f->lexicon, ent__str(code));
    return number != ENT_NONE && f->evidence[number] > 0;
}

/* "Georgia" is the state of the Caucasus when the text speaks of it in other words, or speaks of
 * its neighbours and of no state of the US. */
static bool georgia_meant(const ent_finder *f, uint32_t code)
{
    static const char *const around[] = {"RUS", "ARM", "AZE", "UKR", "MDA", "TUR",
                                         "ABK", "SOT", "EUR", "NATO", "KAZ"};
    if (f->evidence[code] > 0) {
        return true;
    }
    for (size_t i = 0; f->us_states == 0 && i < sizeof around / sizeof *around; i++) {
        if (named(f, around[i])) {
            return true;
        }
    }
    return false;
}

/* How long after an office, and before it, a surname alone means its holder. */
enum { YEARS_KNOWN = 10, YEARS_KNOWN_TOP = 40, YEARS_BEFORE = 8, YEAR_OF_UNDATED = 2015 };

/* A surname alone means the person in office or of the years before; one that many bear needs the
 * state in the text. */
static bool surname_meant(const ent_finder *f, ent_hit *hit, const ent_entry *e)
{
    const ent_actor_index *lx = f->lexicon;
    const ent_known_person *person = &lx->persons[e->row];
    uint32_t now = ent__term_of_person(lx, e->row, f->date);
    const ent_term *term = &lx->terms[now != ENT_NONE ? now : person->first_term];
    bool top = false, evident = false, history = true, begun = false, near = false;
    for (uint32_t t = person->first_term; t != ENT_NONE; t = lx->terms[t].next_of_person) {
        const ent_term *each = &lx->terms[t];
        top |= each->top;
        evident |= each->code != ENT_NONE && f->evidence[each->code] > 0;
        int year = f->date.year != 0 ? f->date.year : YEAR_OF_UNDATED;
        begun |= f->date.year == 0 || each->since.year <= f->date.year;
        near |= f->date.year == 0 || each->since.year <= f->date.year + YEARS_BEFORE;
        history &= each->until.year != 0 &&
                   year - each->until.year > (each->top ? YEARS_KNOWN_TOP : YEARS_KNOWN);
    }
    hit->titled = titled(f, e->row, hit->word);
    if (history || !near) {
        return false;
    }
    if (now != ENT_NONE && f->date.year != 0 && ent__in_label(f, hit->first)) {
        return true;
    }
    uint32_t word = f->words[hit->word + hit->word_count - 1].word;
    bool common = lx->common[word] != 0 || lx->given[word] != 0;
    if (common) {
        return evident && now != ENT_NONE && term->office_table;
    }
    return evident || (begun && (top || hit->titled || e->exact));
}

/* A full name whose surname many bear ("David Lee") means its holder in office, or where the text
 * names the state; so does the name of who left office long ago. */
static bool person_meant(const ent_finder *f, const ent_hit *hit, const ent_entry *e)
{
    const ent_actor_index *lx = f->lexicon;
    uint32_t word = f->words[hit->word + hit->word_count - 1].word;
    int year = f->date.year != 0 ? f->date.year : YEAR_OF_UNDATED;
    bool evident = false, top = false, near = false;
    for (uint32_t t = lx->persons[e->row].first_term; t != ENT_NONE;
         t = lx->terms[t].next_of_person) {
        const ent_term *term = &lx->terms[t];
        evident |= term->code != ENT_NONE && f->evidence[term->code] > 0;
        top |= term->top;
        near |= term->since.year <= year + 1 &&
                (term->until.year == 0 || year - term->until.year <= YEARS_KNOWN);
    }
    return evident || top || (near && lx->common[word] == 0) ||
           ent__term_of_person(lx, e->row, f->date) != ENT_NONE || titled(f, e->row, hit->word);
}

/* "Europe condemned", "talks with Europe", "Europe's leaders": who acts, is met or owns; not where
 * something is or goes ("in Europe", "to Europe", "Eastern Europe", "left Europe"). */
static bool party_meant(const ent_finder *f, const ent_hit *hit)
{
    static const char *const with[] = {"with", "against", "between", "by", "among", NULL};
    static const char *const travel[] = {"visit", "leave", "reach", "enter", "tour", "cross",
                                         "flee", "see", "roam", "sweep", "haunt", NULL};
    const ent_tree *tree = f->tree;
    uint32_t head = hit->head;
    size_t count;
    const uint32_t *children = ent__children(tree, head, &count);
    for (size_t i = 0; i < count; i++) {
        ent_deprel deprel = tree->tokens[children[i]].deprel;
        bool inside = children[i] >= hit->first && children[i] <= hit->last;
        if (!inside && (deprel == ENT_DEP_amod || deprel == ENT_DEP_compound)) {
            return false;
        }
    }
    /* "France and Europe": as the first of them. */
    for (int up = 0; up < 4 && tree->tokens[head].deprel == ENT_DEP_conj &&
                     tree->tokens[head].head != ENT_NO_TOKEN; up++) {
        head = tree->tokens[head].head;
    }
    const ent_token *token = &tree->tokens[head];
    switch (token->deprel) {
    case ENT_DEP_nsubj:
    case ENT_DEP_nsubj_pass:
    case ENT_DEP_nmod_poss:
        return true;
    case ENT_DEP_obj:
        for (size_t i = 0; travel[i] != NULL; i++) {
            if (ent__str_eqz(tree->tokens[token->head].lemma, travel[i])) {
                return false;
            }
        }
        return true;
    default:
        return ent__phrase_has_case(f, head, with);
    }
}

/* The name of an organisation that others have as well: "the Libyan House of Representatives", "the
 * Christian Democratic Party", "the Florida Department of Transportation". */
static bool of_another(const ent_finder *f, size_t h)
{
    const ent_hit *hit = &f->hits[h];
    const ent_actor_index *lx = f->lexicon;
    const ent_entry *e = &lx->entries[hit->entry];
    ent_str kind = ent__table_cell(lx->organisations, e->row, lx->organisation_kind);
    bool common = ent__str_eqz(kind, "party") || ent__str_eqz(kind, "parliament") ||
                  ent__str_eqz(kind, "court") || ent__str_eqz(kind, "ministry") ||
                  e->care == ENT_CARE_CONTEXT;
    if (!common || hit->first == 0) {
        return false;
    }
    const ent_token *tokens = f->tree->tokens;
    if (h > 0 && f->hits[h - 1].last + 2 >= hit->first &&
        tokens[f->hits[h - 1].last].sentence == tokens[hit->first].sentence) {
        const ent_entry *before = &lx->entries[f->hits[h - 1].entry];
        if (before->kind == ENT_ENTRY_PLACE && f->hits[h - 1].last + 1 == hit->first) {
            return true;
        }
        bool own = before->kind == ENT_ENTRY_STATE && before->code != ENT_NONE &&
                   (f->hits[h - 1].last + 1 == hit->first ||
                    ent__str_ends(tokens[hit->first - 1].form, "s"));
        if (own) {
            return before->code != e->code;
        }
    }
    return bare_proper(f, hit->first - 1) && tokens[hit->first - 1].head == hit->head;
}

/* The role word written alike, if there is one ("senate"). */
static bool read_as_role(const ent_finder *f, ent_hit *hit)
{
    for (uint32_t e = hit->entry; e != ENT_NONE; e = f->lexicon->entries[e].next) {
        if (f->lexicon->entries[e].kind == ENT_ENTRY_ROLE) {
            hit->entry = e;
            return true;
        }
    }
    return false;
}

void ent__scan_doubtful(ent_finder *f)
{
    for (size_t h = 0; h < f->hit_count; h++) {
        ent_hit *hit = &f->hits[h];
        const ent_entry *e = &f->lexicon->entries[hit->entry];
        if (e->kind == ENT_ENTRY_PLACE) {
            hit->dropped = e->code == ENT_NONE;
        } else if (e->kind == ENT_ENTRY_ORGANISATION && of_another(f, h)) {
            hit->dropped = !read_as_role(f, hit);
        } else if (e->care == ENT_CARE_CONTEXT && f->evidence[e->code] == 0) {
            hit->dropped = !read_as_role(f, hit);
        } else if (e->care == ENT_CARE_PARTY) {
            hit->dropped = !party_meant(f, hit);
        } else if (e->care == ENT_CARE_PLACE && e->kind == ENT_ENTRY_STATE &&
                   e->form == ENT_STATE_NAME &&
                   ent__str_eqz(f->lexicon->code_list[e->code], "GEO")) {
            hit->dropped = !georgia_meant(f, e->code);
        } else if (e->kind == ENT_ENTRY_SURNAME) {
            hit->dropped = !surname_meant(f, hit, e);
        } else if (e->kind == ENT_ENTRY_PERSON) {
            hit->dropped = !person_meant(f, hit, e);
        }
    }
}
