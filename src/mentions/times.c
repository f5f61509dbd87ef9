/* Time expressions of a document: lexemes, block by block, are offered to the matchers from left to
 * right (the longer of an absolute and a relative match wins); each resolved date becomes what the
 * next one may count from.  Input: text, its date, tokens; output: ent_time in order, not
 * overlapping.  Rules in the manner of HeidelTime (Stroetgen and Gertz 2010) and TIMEX3.
 * Cost: O(bytes). */
#include "times.h"

#include <stdlib.h>
#include <string.h>

static const ent_lexeme no_lexeme = {.kind = ENT_LEX_BREAK};

const ent_lexeme *ent__time_lex(const time_finder *finder, size_t i)
{
    return i < finder->count ? &finder->lexemes[i] : &no_lexeme;
}

bool ent__time_key(const time_finder *finder, size_t i, int key)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    return lexeme->kind == ENT_LEX_KEY && lexeme->code == key;
}

bool ent__time_punct(const time_finder *finder, size_t i, int c)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    return lexeme->kind == ENT_LEX_PUNCT && lexeme->code == c;
}

/* "and a half" behind a number. */
static size_t half_after(const time_finder *finder, size_t i)
{
    return ent__time_key(finder, i, ENT_KEY_and) && ent__time_key(finder, i + 1, ENT_KEY_a) &&
                   ent__time_key(finder, i + 2, ENT_KEY_half)
               ? 3
               : 0;
}

size_t ent__time_number(const time_finder *finder, size_t i, bool article, double *out)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i);
    size_t n = 1;
    if (lexeme->kind == ENT_LEX_NUMBER) {
        if (lexeme->flags & ENT_LEX_PLURAL) {
            return 0;
        }
        *out = lexeme->value;
    } else if (lexeme->kind == ENT_LEX_NUMBER_WORD) {
        *out = lexeme->value;
        size_t dash = ent__time_punct(finder, i + 1, '-');
        const ent_lexeme *ones = ent__time_lex(finder, i + 1 + dash);
        if (*out >= 20 && ones->kind == ENT_LEX_NUMBER_WORD && ones->value >= 1 &&
            ones->value <= 9) {
            *out += ones->value; /* "twenty-four", "twenty four" */
            n = 2 + dash;
        }
    } else if (article && (ent__time_key(finder, i, ENT_KEY_a) ||
                           ent__time_key(finder, i, ENT_KEY_an))) {
        *out = 1;
    } else if (article && ent__time_key(finder, i, ENT_KEY_half) &&
               (ent__time_key(finder, i + 1, ENT_KEY_a) ||
                ent__time_key(finder, i + 1, ENT_KEY_an))) {
        *out = 0.5;
        return 2;
    } else {
        return 0;
    }
    while (ent__time_lex(finder, i + n)->kind == ENT_LEX_SCALE) {
        *out *= ent__time_lex(finder, i + n)->value;
        n++;
    }
    size_t half = half_after(finder, i + n);
    if (half) {
        *out += 0.5;
        n += half;
    }
    return n;
}

void ent__time_push(time_finder *finder, const time_hit *hit)
{
    if (finder->hit_count == finder->hit_capacity) {
        time_hit *more = ent__grow(finder->hits, finder->hit_count, &finder->hit_capacity,
                                   sizeof *more);
        if (!more) {
            finder->failed = true;
            return;
        }
        finder->hits = more;
    }
    finder->hits[finder->hit_count++] = *hit;
}

static bool word_is(const time_finder *finder, const ent_lexeme *lexeme, const char *const *list)
{
    ent_str word = {finder->text.p + lexeme->begin, lexeme->end - lexeme->begin};
    for (; *list; list++) {
        if (ent__str_ieqz(word, *list)) {
            return true;
        }
    }
    return false;
}

/* Does the verb right before ("said on Thursday", "met Thursday") speak of what has been? */
static bool past_before(const time_finder *finder, size_t i)
{
    static const char *const verbs[] = {"said", "told", "wrote", "met",  "held", "says", "spoke",
                                        "took", "began", "came",  "left", "won",  "made", "gave",
                                        "went", "was",  "were",  "had",  NULL};
    for (size_t back = 1; back <= 3 && back <= i; back++) {
        const ent_lexeme *before = ent__time_lex(finder, i - back);
        if (before->kind == ENT_LEX_WORD) {
            size_t n = before->end - before->begin;
            return word_is(finder, before, verbs) ||
                   (n > 3 && memcmp(finder->text.p + before->end - 2, "ed", 2) == 0 &&
                    memcmp(finder->text.p + before->end - 3, "eed", 3) != 0);
        }
        if (before->kind != ENT_LEX_KEY || before->code != ENT_KEY_on) {
            return false;
        }
    }
    return false;
}

static bool marks_future(const ent_lexeme *lexeme)
{
    if (lexeme->kind != ENT_LEX_KEY) {
        return false;
    }
    switch (lexeme->code) {
    case ENT_KEY_will:
    case ENT_KEY_shall:
    case ENT_KEY_would:
    case ENT_KEY_scheduled:
    case ENT_KEY_plan:
    case ENT_KEY_plans:
    case ENT_KEY_planned:
    case ENT_KEY_expected:
    case ENT_KEY_upcoming:
    case ENT_KEY_until:
    case ENT_KEY_tomorrow:
        return true;
    default:
        return false;
    }
}

static bool ends_sentence(const time_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__time_lex(finder, i), *next = ent__time_lex(finder, i + 1);
    if (lexeme->kind != ENT_LEX_PUNCT) {
        return false;
    }
    if (lexeme->code == 0x201D || lexeme->code == '"') {
        return true; /* what a speaker foretells ends with the words quoted */
    }
    return (lexeme->code == '.' || lexeme->code == '?' || lexeme->code == '!') &&
           next->flags & ENT_LEX_SPACE_BEFORE && next->flags & ENT_LEX_CAPITAL;
}

/* "If they meet in May, ...", "once it ends in May": is there a condition behind in the clause? */
static bool conditional(const time_finder *finder, size_t i, size_t start)
{
    static const char *const words[] = {"if", "unless", "once", "should", NULL};
    for (size_t k = i; k > start && !ent__time_punct(finder, k - 1, ','); k--) {
        const ent_lexeme *lexeme = ent__time_lex(finder, k - 1);
        if (word_is(finder, lexeme, words)) {
            return true;
        }
    }
    return false;
}

/* "On Friday the leaders will meet", "If they meet in May, it could end": the marker may follow an
 * expression that opens a sentence or stands in its condition. */
static bool future_ahead(const time_finder *finder, size_t i, size_t start)
{
    static const char *const modals[] = {"could", "may", "might", "can", NULL};
    bool condition = conditional(finder, i, start);
    if (i > start + 3 && !condition) {
        return false;
    }
    for (size_t k = i + 1; k < i + 12 && k < finder->count; k++) {
        if (ends_sentence(finder, k)) {
            return false;
        }
        const ent_lexeme *lexeme = ent__time_lex(finder, k);
        if (ent__time_key(finder, k, ENT_KEY_will) ||
            (condition && word_is(finder, lexeme, modals))) {
            return true;
        }
    }
    return false;
}

/* "could reach $310 by June": what may be by a date is to come. */
static bool possible_by(const time_finder *finder, size_t i, size_t start)
{
    static const char *const verbs[] = {"could", "might", "should", "must", "can", NULL};
    if (i == 0 || !ent__time_key(finder, i - 1, ENT_KEY_by)) {
        return false;
    }
    for (size_t k = i - 1; k > start && k + 14 > i && !ends_sentence(finder, k - 1); k--) {
        const ent_lexeme *lexeme = ent__time_lex(finder, k - 1);
        if (lexeme->kind == ENT_LEX_WORD && word_is(finder, lexeme, verbs)) {
            return true;
        }
    }
    return false;
}

/* "its 2018 purchase", "the 2022 invasion": the year describes a thing and tells nothing of when the
 * story goes on; "in 2018", "by 2018" do. */
static bool describes(const time_finder *finder, const time_hit *hit)
{
    static const char *const telling[] = {"in", "since", "by", "during", "of", "until", "till", "from",
                                          "after", "before", "early", "late", "mid", "around"};
    const ent_lexeme *next = ent__time_lex(finder, hit->first + hit->count);
    size_t year = hit->first + hit->count - 1;
    if (year == 0 || next->kind != ENT_LEX_WORD) {
        return false;
    }
    const ent_lexeme *previous = ent__time_lex(finder, year - 1);
    ent_str word = ent__str_sub(finder->text, previous->begin, previous->end);
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        if (ent__str_ieqz(word, telling[i])) {
            return false;
        }
    }
    return previous->kind == ENT_LEX_WORD || previous->kind == ENT_LEX_KEY;
}

static void remember(time_finder *finder, const time_hit *hit)
{
    size_t n = strlen(hit->value);
    if (hit->kind != ENT_TIME_DATE || !hit->date.year || (n == 4 && describes(finder, hit))) {
        return;
    }
    ent_date seen = hit->date;
    if (n == 4) {
        seen.month = seen.day = 0;
    } else if (n == 7 && hit->value[4] == '-' && hit->value[5] != 'Q' && hit->value[5] != 'H') {
        seen.day = 0;
    } else if (n != 10) {
        return; /* weeks, quarters, decades: nothing counts from them */
    }
    /* "February 2022 ... On the 24th": keep the finer of a year and a day in it. */
    finder->recent = seen;
    finder->recent_here = true;
    finder->recent_explicit = hit->explicit_year ||
                              (finder->recent_explicit && hit->relative &&
                               seen.year != finder->document.year);
}

static void scan_block(time_finder *finder)
{
    size_t start = 0, i = 0;
    finder->future = false;
    finder->recent_here = false;
    while (i < finder->count) {
        const ent_lexeme *lexeme = &finder->lexemes[i];
        if (lexeme->kind == ENT_LEX_PUNCT) {
            if (ends_sentence(finder, i)) {
                finder->future = false;
                start = i + 1;
            }
            i++;
            continue;
        }
        if (lexeme->kind == ENT_LEX_WORD && lexeme->end - lexeme->begin != 2) {
            i++;
            continue;
        }
        bool future = finder->future;
        if (future ? past_before(finder, i)
                   : future_ahead(finder, i, start) || possible_by(finder, i, start)) {
            finder->future = !future;
        }
        time_hit absolute = {.first = i}, relative = {.first = i};
        size_t pushed = finder->hit_count;
        size_t n = ent__time_match_absolute(finder, i, &absolute);
        size_t m = ent__time_match_relative(finder, i, &relative);
        finder->future = future || marks_future(lexeme);
        if (n == 0 && m == 0) {
            finder->hit_count = pushed;
            i++;
            continue;
        }
        if (m > n) {
            finder->hit_count = pushed;
        }
        time_hit *hit = n >= m ? &absolute : &relative;
        hit->count = n >= m ? n : m;
        size_t next = i + hit->count;
        ent__time_push(finder, hit);
        remember(finder, hit);
        for (size_t k = pushed; k < finder->hit_count; k++) {
            if (finder->hits[k].first + finder->hits[k].count > next) {
                next = finder->hits[k].first + finder->hits[k].count;
            }
        }
        i = next;
    }
}

static int by_place(const void *a, const void *b)
{
    const ent_time *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* First token that ends after `begin`; O(log tokens). */
static size_t token_at(const ent_tree *tree, uint32_t begin)
{
    size_t low = 0, high = tree->token_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (tree->tokens[middle].end <= begin) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool place_time(const time_finder *finder, const ent_tree *tree, ent_arena *arena,
                       const time_hit *hit, ent_time *out, bool *out_failed)
{
    out->begin = finder->lexemes[hit->first].begin;
    out->end = finder->lexemes[hit->first + hit->count - 1].end;
    size_t first = token_at(tree, out->begin);
    if (first >= tree->token_count || tree->tokens[first].begin >= out->end) {
        return false; /* outside of what was parsed */
    }
    size_t last = first;
    while (last + 1 < tree->token_count && tree->tokens[last + 1].begin < out->end) {
        last++;
    }
    out->kind = hit->kind;
    out->first = (uint32_t)first;
    out->last = (uint32_t)last;
    out->value = ent__arena_str(arena, ent__str(hit->value));
    out->date = hit->date;
    out->date_end = hit->date_end;
    out->relative = hit->relative;
    out->rule = hit->rule;
    *out_failed = *out_failed || !out->value.p;
    return true;
}

ent_rc ent__times_find(ent_ctx *ctx, ent_arena *arena, const ent_text *text, const ent_tree *tree,
                       const ent_time **out, size_t *out_count)
{
    time_finder finder = {.text = text->text, .document = text->date};
    ent_block whole = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text->text.n};
    const ent_block *blocks = text->block_count ? text->blocks : &whole;
    size_t block_count = text->block_count ? text->block_count : 1, count = 0, capacity = 0;
    ent_time *times = NULL;
    ent_rc rc = ENT_OK;
    bool failed = false;
    for (size_t b = 0; b < block_count && rc == ENT_OK && !failed; b++) {
        if (blocks[b].kind == ENT_BLOCK_CHROME) {
            continue;
        }
        rc = ent__lexemes(ctx, ent__ctx_scratch(ctx), text->text, blocks[b].begin, blocks[b].end,
                          &finder.lexemes, &finder.count);
        if (rc != ENT_OK) {
            break;
        }
        finder.hit_count = 0;
        scan_block(&finder);
        failed = finder.failed;
        for (size_t h = 0; h < finder.hit_count && !failed; h++) {
            ent_time time = {0};
            if (!place_time(&finder, tree, arena, &finder.hits[h], &time, &failed)) {
                continue;
            }
            if (count == capacity) {
                ent_time *more = ent__grow(times, count, &capacity, sizeof *more);
                if (!more) {
                    failed = true;
                    break;
                }
                times = more;
            }
            times[count++] = time;
        }
    }
    if (rc == ENT_OK && !failed && count) {
        qsort(times, count, sizeof *times, by_place);
        ent_time *kept = ent__arena_array(arena, count, sizeof *kept);
        if (kept) {
            memcpy(kept, times, count * sizeof *kept);
        }
        *out = kept;
        failed = !kept;
    } else {
        *out = NULL;
    }
    *out_count = rc == ENT_OK && !failed ? count : 0;
    free(times);
    free(finder.hits);
    return rc != ENT_OK ? rc : failed ? ent__nomem(ctx) : ENT_OK;
}
