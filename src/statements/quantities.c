/* Quantities claimed: money, people, shares, amounts with units, durations, ranges, multiples, with
 * what they are said of.  Input: lexemes of the text, tree, times; output: ent_quantity in order.
 * Numbers that count nothing are left out: dates, clock times, ordinals, scores, list numbers,
 * parts of names ("Su-35", "Resolution 2202", "Article 5").  Cost: O(lexemes). */
#include "quantities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const ent_lexeme *ent__quantity_lex(const quantity_finder *finder, size_t i)
{
    static const ent_lexeme none = {.kind = ENT_LEX_BREAK};
    return i < finder->count ? &finder->lexemes[i] : &none;
}

static bool is_key(const quantity_finder *finder, size_t i, int key)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    return lexeme->kind == ENT_LEX_KEY && lexeme->code == key;
}

static bool is_punct(const quantity_finder *finder, size_t i, int c)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    return lexeme->kind == ENT_LEX_PUNCT && lexeme->code == c;
}

static bool is_dash(const quantity_finder *finder, size_t i)
{
    return is_punct(finder, i, '-') || is_punct(finder, i, 0x2013);
}

static ent_str word_of(const quantity_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    return (ent_str){finder->text.p + lexeme->begin, lexeme->end - lexeme->begin};
}

static bool word_is(const quantity_finder *finder, size_t i, const char *const *list)
{
    ent_str word = word_of(finder, i);
    for (; *list; list++) {
        if (ent__str_ieqz(word, *list)) {
            return true;
        }
    }
    return false;
}

/* Row of the unit table for a word or sign, small letters; false when it names no unit. */
static bool unit_row(const quantity_finder *finder, ent_str word, uint32_t *out)
{
    char folded[32];
    if (word.n == 0 || word.n >= sizeof folded) {
        return false;
    }
    for (size_t i = 0; i < word.n; i++) {
        char c = word.p[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return ent__map_get(finder->reader->lexicon->units, (ent_str){folded, word.n}, out);
}

static void set_unit(const quantity_finder *finder, uint32_t row, amount *out)
{
    const ent_table *table = finder->units;
    out->unit = ent__table_cell(table, row, 1);
    ent_str kind = ent__table_cell(table, row, 2);
    out->people = ent__str_eqz(kind, "people");
}

/* "2", "1,340", "8.4", "twenty-five", "three hundred", "a dozen", "half a million", and a scale
 * behind it ("million").  Length in lexemes, 0: no number. */
static size_t read_number(const quantity_finder *finder, size_t i, amount *out, double *value,
                          double *scale)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    size_t n = 1;
    *scale = 1;
    if (lexeme->kind == ENT_LEX_NUMBER && !(lexeme->flags & ENT_LEX_PLURAL)) {
        *value = lexeme->value;
        out->digits = true;
    } else if (lexeme->kind == ENT_LEX_NUMBER_WORD) {
        *value = lexeme->value;
        size_t dash = is_punct(finder, i + 1, '-');
        const ent_lexeme *ones = ent__quantity_lex(finder, i + 1 + dash);
        if (*value >= 20 && ones->kind == ENT_LEX_NUMBER_WORD && ones->value < 10) {
            *value += ones->value; /* "twenty-four", "twenty four" */
            n = 2 + dash;
        }
    } else if (is_key(finder, i, ENT_KEY_half) && is_key(finder, i + 1, ENT_KEY_a) &&
               ent__quantity_lex(finder, i + 2)->kind == ENT_LEX_SCALE) {
        *value = 0.5;
        n = 2;
    } else if ((is_key(finder, i, ENT_KEY_a) || is_key(finder, i, ENT_KEY_an)) &&
               ent__quantity_lex(finder, i + 1)->kind == ENT_LEX_SCALE &&
               !(ent__quantity_lex(finder, i + 1)->flags & ENT_LEX_PLURAL)) {
        *value = 1;
    } else {
        return 0;
    }
    bool scaled = false;
    for (;;) {
        const ent_lexeme *next = ent__quantity_lex(finder, i + n);
        bool dashed = is_punct(finder, i + n, '-') &&
                      ent__quantity_lex(finder, i + n + 1)->kind == ENT_LEX_SCALE;
        if (dashed) {
            next = ent__quantity_lex(finder, i + n + 1);
        }
        if (next->kind != ENT_LEX_SCALE || (next->flags & ENT_LEX_PLURAL && next->value < 1e6)) {
            break;
        }
        *scale *= next->value;
        scaled = true;
        n += dashed ? 2 : 1;
    }
    const ent_lexeme *letter = ent__quantity_lex(finder, i + n);
    if (!scaled && out->money && letter->kind == ENT_LEX_WORD &&
        !(letter->flags & ENT_LEX_SPACE_BEFORE) && letter->end - letter->begin == 1) {
        char c = finder->text.p[letter->begin];
        double factor = c == 'm' || c == 'M' ? 1e6 : c == 'b' || c == 'B' ? 1e9
                        : c == 'k' || c == 'K'                           ? 1e3
                                                                         : 0;
        if (factor > 0) {
            *scale = factor;
            n++;
        }
    }
    *value *= *scale;
    out->spelled_small = lexeme->kind == ENT_LEX_NUMBER_WORD && !scaled && *value <= 12;
    return n;
}

/* A currency sign ("$", "US$", "€") in front of a number. */
static size_t read_sign(const quantity_finder *finder, size_t i, amount *out)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    uint32_t row;
    size_t n = 1;
    ent_str sign = word_of(finder, i);
    if (lexeme->kind == ENT_LEX_WORD && is_punct(finder, i + 1, '$') &&
        !(ent__quantity_lex(finder, i + 1)->flags & ENT_LEX_SPACE_BEFORE)) {
        sign.n = ent__quantity_lex(finder, i + 1)->end - lexeme->begin;
        n = 2;
    } else if (lexeme->kind == ENT_LEX_WORD) {
        if (sign.n != 3 || !(lexeme->flags & ENT_LEX_CAPITAL)) {
            return 0; /* "USD 5 million", "EUR5m" */
        }
        for (size_t k = 0; k < 3; k++) {
            if (sign.p[k] < 'A' || sign.p[k] > 'Z') {
                return 0;
            }
        }
    } else if (lexeme->kind != ENT_LEX_PUNCT) {
        return 0;
    }
    if (ent__quantity_lex(finder, i + n)->kind != ENT_LEX_NUMBER || !unit_row(finder, sign, &row) ||
        !ent__str_eqz(ent__table_cell(finder->units, row, 2), "money")) {
        return 0;
    }
    set_unit(finder, row, out);
    out->money = true;
    return n;
}

/* "to 3", "-3", "and 3": the upper end of a range. */
static size_t read_range(const quantity_finder *finder, size_t i, bool between, amount *out)
{
    double value, scale;
    size_t at = i;
    amount upper = {.money = out->money};
    if (is_dash(finder, at) || is_key(finder, at, ENT_KEY_to) ||
        (between && is_key(finder, at, ENT_KEY_and))) {
        at++;
    } else {
        return 0;
    }
    at += out->money ? read_sign(finder, at, &upper) : 0;
    size_t n = read_number(finder, at, &upper, &value, &scale);
    if (!n) {
        return 0;
    }
    if (scale > 1 && out->value < scale && out->value < value / 10) {
        out->value *= scale; /* "between 2 and 3 million" */
    }
    if (value <= out->value) {
        return 0;
    }
    out->value_max = value;
    return at + n - i;
}

/* The lexeme's token in the tree, or ENT_NO_TOKEN. */
static uint32_t token_at(const ent_tree *tree, uint32_t byte)
{
    size_t low = 0, high = tree->token_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (tree->tokens[middle].end <= byte) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < tree->token_count && tree->tokens[low].begin <= byte ? (uint32_t)low
                                                                      : ENT_NO_TOKEN;
}

/* Not over an "and" without a further number ("100,000 and protests"), nor years before Christ. */
static bool counts(const ent_tree *tree, uint32_t number, uint32_t noun)
{
    bool joined = false;
    for (uint32_t t = number + 1; t < noun; t++) {
        joined = ent__str_ieqz(tree->tokens[t].form, "and") ||
                 (joined && tree->tokens[t].upos != ENT_UPOS_NUM);
    }
    ent_str form = tree->tokens[noun].form;
    return !joined && form.n > 1 && !ent__str_ieqz(form, "bc") && !ent__str_ieqz(form, "bce") &&
           form.p[1] != '.';
}

/* What is counted when no unit stands behind the number: the noun that the tree gives it. */
static uint32_t counted_noun(const quantity_finder *finder, size_t i)
{
    const ent_tree *tree = finder->reader->tree;
    uint32_t t = token_at(tree, ent__quantity_lex(finder, i)->begin);
    for (int hop = 0; hop < 4 && t != ENT_NO_TOKEN; hop++) {
        const ent_token *token = &tree->tokens[t];
        if (token->head == ENT_NO_TOKEN || token->head < t) {
            return ENT_NO_TOKEN;
        }
        uint8_t upos = tree->tokens[token->head].upos;
        if (token->deprel == ENT_DEP_nummod && upos == ENT_UPOS_NOUN) {
            return counts(tree, t, token->head) ? token->head : ENT_NO_TOKEN;
        }
        if (token->deprel != ENT_DEP_nummod && token->deprel != ENT_DEP_compound &&
            token->deprel != ENT_DEP_advmod && token->deprel != ENT_DEP_nmod) {
            return ENT_NO_TOKEN;
        }
        t = token->head;
    }
    return ENT_NO_TOKEN;
}

static const char *const harm_words[] = {"killed",  "killing",   "dead",     "died",     "wounded",
                                         "injured", "injuring",  "wounding", "arrested", "detained",
                                         "missing", "displaced", "deported", "evacuated", NULL};

static const char *const loss_words[] = {"death", "deaths", "fatality", "fatalities", "casualty",
                                         "casualties", "injuries", "victims", NULL};

static const char *const vote_words[] = {"vote", "votes", "voted", "approved", "passed", "ratified",
                                         "voting", "rejected", "confirmed", NULL};

/* Is a word of the list near (within the lexemes of one sentence)? */
static bool near_word(const quantity_finder *finder, size_t i, size_t reach,
                      const char *const *list)
{
    size_t from = i > reach ? i - reach : 0;
    for (size_t k = from; k < i + reach && k < finder->count; k++) {
        const ent_lexeme *lexeme = &finder->lexemes[k];
        if (lexeme->kind == ENT_LEX_PUNCT && lexeme->code == '.' && k + 1 < finder->count &&
            finder->lexemes[k + 1].flags & ENT_LEX_CAPITAL && k > i) {
            return false;
        }
        if (lexeme->kind == ENT_LEX_WORD && word_is(finder, k, list)) {
            return true;
        }
    }
    return false;
}

static bool form_is(ent_str form, const char *const *list)
{
    for (; *list && !ent__str_ieqz(form, *list); list++) {
    }
    return *list != NULL;
}

/* Who was killed, hurt, arrested: the subject or object of such a word ("killing three", "six
 * nationals were killed"), or a loss itself ("five new deaths"). */
static bool harmed(const quantity_finder *finder, uint32_t t)
{
    const ent_tree *tree = finder->reader->tree;
    if (t == ENT_NO_TOKEN) {
        return false;
    }
    const ent_token *token = &tree->tokens[t];
    bool part = token->deprel == ENT_DEP_nsubj || token->deprel == ENT_DEP_nsubj_pass ||
                token->deprel == ENT_DEP_obj;
    return form_is(token->form, loss_words) ||
           (part && token->head != ENT_NO_TOKEN &&
            form_is(tree->tokens[token->head].form, harm_words));
}

/* Part of a name or a label: "Su-35", "G 7", "Resolution 2202", "Boeing 737". */
static bool name_part(const quantity_finder *finder, size_t i)
{
    static const char *const labels[] = {
        "resolution", "article", "section", "no",   "number", "chapter", "page",  "room",
        "flight",     "act",     "rule",    "phase", "stage", "part",    "level", "track",
        "group",      "act",     "title",   "annex", "protocol", "line", "day",   NULL};
    if (i == 0) {
        return false;
    }
    const ent_lexeme *before = ent__quantity_lex(finder, i - 1);
    const ent_lexeme *here = ent__quantity_lex(finder, i);
    if (is_punct(finder, i + 1, '/') && ent__quantity_lex(finder, i + 2)->kind == ENT_LEX_NUMBER) {
        return true; /* "9/11" */
    }
    if (before->kind == ENT_LEX_PUNCT) {
        bool glued = !(here->flags & ENT_LEX_SPACE_BEFORE) &&
                     !(before->flags & ENT_LEX_SPACE_BEFORE);
        if (before->code == '-' && glued && i > 1) {
            return ent__quantity_lex(finder, i - 2)->flags & ENT_LEX_CAPITAL ||
                   ent__quantity_lex(finder, i - 2)->kind == ENT_LEX_WORD;
        }
        if (before->code == '.' && i > 1) {
            static const char *const stops[] = {"no", "art", "sec", "nr", NULL};
            return word_is(finder, i - 2, stops);
        }
        return before->code == '#' || before->code == '/';
    }
    if (before->kind != ENT_LEX_WORD || here->kind != ENT_LEX_NUMBER) {
        return false;
    }
    if (word_is(finder, i - 1, labels)) {
        return true;
    }
    if (!(before->flags & ENT_LEX_CAPITAL)) {
        return false;
    }
    uint32_t t = token_at(finder->reader->tree, before->begin);
    uint8_t upos = t == ENT_NO_TOKEN ? ENT_UPOS_X : finder->reader->tree->tokens[t].upos;
    uint32_t n = token_at(finder->reader->tree, here->begin);
    uint32_t head = n == ENT_NO_TOKEN ? n : finder->reader->tree->tokens[n].head;
    return upos == ENT_UPOS_PROPN && (head == ENT_NO_TOKEN || head <= t || head == t);
}

static bool list_number(const quantity_finder *finder, size_t i)
{
    return i == 0 && (is_punct(finder, 1, '.') || is_punct(finder, 1, ')')) &&
           !(ent__quantity_lex(finder, 1)->flags & ENT_LEX_SPACE_BEFORE);
}

/* Percent, currency word, unit of the table, unit of time; 0: none. */
static size_t read_unit(const quantity_finder *finder, size_t i, amount *out)
{
    static const char *const time_units[] = {"second",  "minute", "hour",      "day",   "night",
                                             "week",    "weekend", "fortnight", "month", "quarter",
                                             "year",    "decade", "century"};
    size_t at = i;
    uint32_t row;
    bool hyphen = is_dash(finder, at) &&
                  !(ent__quantity_lex(finder, at)->flags & ENT_LEX_SPACE_BEFORE);
    if (hyphen) {
        at++;
    }
    const ent_lexeme *lexeme = ent__quantity_lex(finder, at);
    if (is_key(finder, at, ENT_KEY_per) && ent__str_ieqz(word_of(finder, at + 1), "cent")) {
        out->unit = ENT_LIT("percent");
        at++;
    } else if (lexeme->kind == ENT_LEX_UNIT) {
        if (lexeme->code == 9 || is_key(finder, at + 1, ENT_KEY_old) ||
            (is_dash(finder, at + 1) && is_key(finder, at + 2, ENT_KEY_old))) {
            return 0; /* quarters, ages */
        }
        out->unit = ent__str(time_units[lexeme->code]);
        out->duration = true;
        out->hyphenated = hyphen;
    } else if (unit_row(finder, word_of(finder, at), &row)) {
        set_unit(finder, row, out);
        if (ent__str_eqz(out->unit, "percent") &&
            ent__str_ieqz(word_of(finder, at + 1), "points")) {
            out->unit = ENT_LIT("percentage point");
            at++;
        }
    } else if (ent__str_ieqz(word_of(finder, at), "percentage") ) {
        out->unit = ENT_LIT("percentage point");
        at++;
    } else if ((ent__str_ieqz(word_of(finder, at), "square") ||
                ent__str_ieqz(word_of(finder, at), "cubic")) &&
               unit_row(finder, word_of(finder, at + 1), &row)) {
        bool square = (word_of(finder, at).p[0] | 0x20) == 's';
        out->unit = ent__arena_printf(finder->reader->arena, "%s %.*s", square ? "square" : "cubic",
                                      ENT_FMT(ent__table_cell(finder->units, row, 1)));
        at++;
    } else if (ent__str_eqz(word_of(finder, at), "US") &&
               unit_row(finder, word_of(finder, at + 1), &row)) {
        set_unit(finder, row, out); /* "one million US dollars" */
        at++;
    } else {
        return 0;
    }
    return at + 1 - i;
}

/* A unit after adjectives: "280,000 Ukrainian soldiers", "$" apart; through the tree. */
static void unit_of_noun(const quantity_finder *finder, uint32_t noun, amount *out)
{
    const ent_tree *tree = finder->reader->tree;
    const ent_token *token = &tree->tokens[noun];
    uint32_t row;
    out->noun = noun;
    if (unit_row(finder, token->form, &row)) {
        set_unit(finder, row, out);
    } else {
        out->unit = token->lemma;
        out->counted = true;
    }
}

/* Votes: "182 votes to 6", "95 to 1", "184-7". */
static size_t read_votes(quantity_finder *finder, size_t i)
{
    const ent_lexeme *first = ent__quantity_lex(finder, i);
    size_t at = i + 1;
    if (first->kind != ENT_LEX_NUMBER || first->flags & (ENT_LEX_PLURAL | ENT_LEX_DECIMAL)) {
        return 0;
    }
    bool named = ent__str_ieqz(word_of(finder, at), "votes");
    if (named) {
        at++;
    }
    if (!is_dash(finder, at) && !is_key(finder, at, ENT_KEY_to)) {
        return 0;
    }
    const ent_lexeme *second = ent__quantity_lex(finder, at + 1);
    const ent_lexeme *after = ent__quantity_lex(finder, at + 2);
    if (second->kind != ENT_LEX_NUMBER || second->value > first->value ||
        second->flags & (ENT_LEX_PLURAL | ENT_LEX_DECIMAL) || after->kind == ENT_LEX_SCALE ||
        after->kind == ENT_LEX_UNIT) {
        return 0;
    }
    if (!named && !near_word(finder, i, 14, vote_words)) {
        return at + 2 - i; /* a score: nothing is claimed, nothing further is read in it */
    }
    amount vote = {.value = first->value, .value_max = NAN, .unit = ENT_LIT("vote"),
                   .first = i, .last = named ? i + 1 : i, .noun = ENT_NO_TOKEN};
    ent__quantity_push(finder, &vote);
    vote.value = second->value;
    vote.first = vote.last = at + 1;
    ent__quantity_push(finder, &vote);
    return at + 2 - i;
}

/* "half of the votes", "half the seats", not "the first half of", "half the day". */
static bool is_half(const quantity_finder *finder, size_t i)
{
    static const char *const ordinals[] = {"first", "second", "other", "latter", "last", "the",
                                           NULL};
    bool of = is_key(finder, i + 1, ENT_KEY_of), the = is_key(finder, i + 1, ENT_KEY_the);
    bool named = i > 0 && word_is(finder, i - 1, ordinals);
    return is_key(finder, i, ENT_KEY_half) && (of || the) && !named &&
           ent__quantity_lex(finder, i + 2)->kind != ENT_LEX_UNIT &&
           ent__quantity_lex(finder, i + 3)->kind != ENT_LEX_UNIT;
}

/* "two-thirds of", "a third of", "three quarters", "half of", "one in five". */
static size_t read_fraction(quantity_finder *finder, size_t i)
{
    const ent_lexeme *top = ent__quantity_lex(finder, i);
    double value = top->kind == ENT_LEX_NUMBER_WORD || top->kind == ENT_LEX_NUMBER ? top->value : 0;
    size_t at = i + 1;
    amount share = {.value = 0.5, .value_max = NAN, .unit = ENT_LIT("share"), .first = i, .last = i,
                    .noun = ENT_NO_TOKEN};
    if (is_half(finder, i)) {
        ent__quantity_push(finder, &share);
        return 1;
    }
    if (is_key(finder, i, ENT_KEY_a)) {
        value = 1;
    }
    if (value < 1 || value > 19 || value != floor(value)) {
        return 0;
    }
    if (is_dash(finder, at)) {
        at++;
    }
    ent_str word = word_of(finder, at);
    double below = ent__str_ieqz(word, "third") || ent__str_ieqz(word, "thirds")       ? 3
                   : ent__str_ieqz(word, "quarters") || ent__str_ieqz(word, "quarter") ? 4
                   : ent__str_ieqz(word, "fifth") || ent__str_ieqz(word, "fifths")     ? 5
                   : ent__str_ieqz(word, "tenth") || ent__str_ieqz(word, "tenths")     ? 10
                                                                                       : 0;
    const ent_lexeme *in_five = ent__quantity_lex(finder, at + 1);
    if (!below && is_key(finder, at, ENT_KEY_in) &&
        (in_five->kind == ENT_LEX_NUMBER_WORD || in_five->kind == ENT_LEX_NUMBER) &&
        in_five->value > value && in_five->value <= 10 && in_five->digits < 3 &&
        ent__quantity_lex(finder, at + 2)->kind == ENT_LEX_WORD &&
        (value == 1 || (value > 1 && top->kind == ENT_LEX_NUMBER_WORD && !top->digits))) {
        below = in_five->value;
        at++;
    } else if (!below || below <= value || !is_key(finder, at + 1, ENT_KEY_of)) {
        return 0;
    }
    share.value = value / below;
    share.last = at;
    ent__quantity_push(finder, &share);
    return at + 1 - i;
}

/* "tens of thousands of people", "dozens of missiles", "millions": how many is left open. */
static size_t read_vague(quantity_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    size_t at = i;
    bool tens = lexeme->kind == ENT_LEX_WORD && ent__str_ieqz(word_of(finder, i), "tens");
    if (!tens && (lexeme->kind != ENT_LEX_SCALE || !(lexeme->flags & ENT_LEX_PLURAL))) {
        return 0;
    }
    while (is_key(finder, at + 1, ENT_KEY_of) &&
           ent__quantity_lex(finder, at + 2)->kind == ENT_LEX_SCALE) {
        at += 2;
    }
    if ((tens && at == i) || !is_key(finder, at + 1, ENT_KEY_of)) {
        return 0;
    }
    amount vague = {.value = NAN, .value_max = NAN, .first = i, .noun = ENT_NO_TOKEN};
    size_t n = read_unit(finder, at + 2, &vague);
    if (n && !vague.duration) {
        vague.last = at + 1 + n;
    } else {
        const ent_tree *tree = finder->reader->tree;
        uint32_t t = token_at(tree, lexeme->begin);
        uint32_t noun = t == ENT_NO_TOKEN ? t : ent__child(tree, t, ENT_DEP_nmod);
        if (noun == ENT_NO_TOKEN || tree->tokens[noun].upos != ENT_UPOS_NOUN || vague.duration) {
            return 0;
        }
        unit_of_noun(finder, noun, &vague);
        vague.last = at;
        vague.end = tree->tokens[noun].end;
    }
    ent__quantity_push(finder, &vague);
    return vague.last + 1 - i;
}

/* "doubled", "three times the", "threefold": a ratio, unless it compares a quantity before it. */
static size_t read_multiple(quantity_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    double factor = 0;
    size_t n = 1;
    if (lexeme->kind == ENT_LEX_NUMBER || lexeme->kind == ENT_LEX_NUMBER_WORD) {
        if (!is_key(finder, i + 1, ENT_KEY_times)) {
            return 0;
        }
        static const char *const degrees[] = {"higher", "larger", "bigger", "greater", "lower",
                                              "smaller", NULL};
        bool compares = is_key(finder, i + 2, ENT_KEY_the) || is_key(finder, i + 2, ENT_KEY_as) ||
                        is_key(finder, i + 2, ENT_KEY_more) || word_is(finder, i + 2, degrees);
        if (!compares) {
            return 0;
        }
        factor = lexeme->value;
        n = 2;
    } else {
        size_t row = ent__table_find(finder->multiples, word_of(finder, i));
        if (row >= finder->multiples->rows ||
            !ent__str_eq(ent__table_cell(finder->multiples, row, 0), word_of(finder, i)) ||
            !ent__str_double(ent__table_cell(finder->multiples, row, 1), &factor)) {
            return 0;
        }
        bool noun_like = i > 0 && is_dash(finder, i + 1);
        bool times_a = is_key(finder, i + 1, ENT_KEY_a) && lexeme->kind == ENT_LEX_KEY;
        if (noun_like || times_a) {
            return 0; /* "double-edged", "twice a week" */
        }
        if (lexeme->kind == ENT_LEX_KEY && !is_key(finder, i + 1, ENT_KEY_the) &&
            !is_key(finder, i + 1, ENT_KEY_as)) {
            return 0; /* "met twice" */
        }
    }
    if (ent__quantity_is_comparison(finder, i)) {
        return n;
    }
    amount ratio = {.value = factor, .value_max = NAN, .unit = ENT_LIT("ratio"), .first = i,
                    .last = i + n - 1, .noun = ENT_NO_TOKEN};
    ent__quantity_push(finder, &ratio);
    return n;
}

/* "45-year-old", "45 years old" behind the number. */
static bool is_age(const quantity_finder *finder, size_t i)
{
    size_t at = is_dash(finder, i) ? i + 1 : i;
    if (ent__quantity_lex(finder, at)->kind != ENT_LEX_UNIT) {
        return false;
    }
    at += is_dash(finder, at + 1) ? 2 : 1;
    return is_key(finder, at, ENT_KEY_old);
}

/* The many that a few are told of: "25 of Nevada's delegates"; or ENT_NO_TOKEN. */
static uint32_t noun_behind_of(const quantity_finder *finder, uint32_t number)
{
    const ent_tree *tree = finder->reader->tree;
    uint32_t noun = number == ENT_NO_TOKEN ? number : ent__child(tree, number, ENT_DEP_nmod);
    bool many = noun != ENT_NO_TOKEN && noun > number && tree->tokens[noun].xpos == ENT_XPOS_NNS;
    return many ? noun : ENT_NO_TOKEN;
}

/* A number without a unit behind it: what the tree says it counts.  `at` is the lexeme behind. */
static void count_noun(quantity_finder *finder, size_t number_at, size_t at, bool large,
                       amount *found)
{
    const ent_tree *tree = finder->reader->tree;
    uint32_t noun = counted_noun(finder, number_at);
    uint32_t number = token_at(tree, ent__quantity_lex(finder, number_at)->begin);
    if (noun == ENT_NO_TOKEN && large && found->digits && is_key(finder, at, ENT_KEY_of)) {
        noun = noun_behind_of(finder, number);
    }
    if (noun != ENT_NO_TOKEN) {
        unit_of_noun(finder, noun, found);
        bool hurt = harmed(finder, noun);
        bool people = found->people && near_word(finder, number_at, 10, harm_words);
        if (found->spelled_small && !hurt && !people && (found->counted || found->people)) {
            return;
        }
        if (found->spelled_small && hurt) {
            found->unit = ENT_LIT("person");
        }
        found->end = tree->tokens[noun].end;
        ent__quantity_push(finder, found);
    } else if ((large && near_word(finder, at, 2, harm_words)) || harmed(finder, number)) {
        found->unit = ENT_LIT("person"); /* "at least 83 were killed", "killing three" */
        ent__quantity_push(finder, found);
    }
}

/* A number with what it counts. */
static size_t read_amount(quantity_finder *finder, size_t i)
{
    double value, scale;
    amount found = {.value_max = NAN, .first = i, .noun = ENT_NO_TOKEN};
    size_t at = i;
    bool between = i > 0 && (is_key(finder, i - 1, ENT_KEY_between) ||
                             is_key(finder, i - 1, ENT_KEY_from));
    at += read_sign(finder, i, &found);
    size_t n = read_number(finder, at, &found, &value, &scale);
    if (!n) {
        return 0;
    }
    size_t number_at = at;
    found.value = value;
    at += n;
    if (!found.money && (name_part(finder, number_at) || list_number(finder, number_at) ||
                         is_age(finder, at))) {
        return at - i;
    }
    size_t range = read_range(finder, at, between, &found);
    at += range;
    size_t unit = found.money ? 0 : read_unit(finder, at, &found);
    at += unit;
    found.last = at - 1;
    if (found.duration) {
        ent__quantity_duration(finder, &found);
        return at - i;
    }
    if (found.money || unit) {
        uint32_t counted = counted_noun(finder, number_at);
        if (found.people && found.spelled_small && !harmed(finder, counted) &&
            !near_word(finder, number_at, 10, harm_words)) {
            return at - i; /* "two people": a count word */
        }
        ent__quantity_push(finder, &found);
        return at - i;
    }
    bool large = found.digits || scale > 1 || value > 12;
    count_noun(finder, number_at, at, large, &found);
    return at - i;
}

/* Reads at lexeme i; length, at least 1. */
size_t ent__quantity_read(quantity_finder *finder, size_t i)
{
    size_t n;
    switch (ent__quantity_lex(finder, i)->kind) {
    case ENT_LEX_NUMBER:
    case ENT_LEX_NUMBER_WORD:
        if ((n = read_votes(finder, i)) != 0 || (n = read_fraction(finder, i)) != 0 ||
            (n = read_multiple(finder, i)) != 0 || (n = read_amount(finder, i)) != 0) {
            return n;
        }
        return 1;
    case ENT_LEX_PUNCT:
        n = read_amount(finder, i);
        return n ? n : 1;
    case ENT_LEX_SCALE:
        n = read_vague(finder, i);
        return n ? n : 1;
    case ENT_LEX_KEY:
        if ((n = read_fraction(finder, i)) != 0 || (n = read_multiple(finder, i)) != 0 ||
            (n = read_amount(finder, i)) != 0) {
            return n;
        }
        return 1;
    case ENT_LEX_WORD:
        if ((n = read_vague(finder, i)) != 0 || (n = read_multiple(finder, i)) != 0 ||
            (n = read_amount(finder, i)) != 0) {
            return n;
        }
        return 1;
    default:
        return 1;
    }
}
