/* What an amount is claimed of: subject, period and comparison from the tree and the times around,
 * ranks and shares without a number; and the walk over a document's blocks.
 * Input: amounts of quantities.c; output: ent_quantity in text order.  O(tokens). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quantities.h"

static uint32_t token_of(const ent_tree *tree, uint32_t byte)
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
    return low < tree->token_count ? (uint32_t)low : ENT_NO_TOKEN;
}

/* The subject of the clause that token t lies in; else the noun that governs it. */
static ent_str subject_of(const ent_tree *tree, uint32_t t, ent_span words)
{
    uint32_t at = t;
    for (int hop = 0; hop < 10 && at != ENT_NO_TOKEN; hop++) {
        uint32_t subject = ent__child(tree, at, ENT_DEP_nsubj);
        subject = subject == ENT_NO_TOKEN ? ent__child(tree, at, ENT_DEP_nsubj_pass) : subject;
        uint32_t first, last;
        if (subject != ENT_NO_TOKEN) {
            ent__subtree(tree, subject, &first, &last);
            if (tree->tokens[subject].begin >= words.begin &&
                tree->tokens[subject].begin < words.end) {
                return (ent_str){0}; /* the amount is what is spoken of */
            }
            if (t >= first && t <= last) { /* part of it: "the deal worth $5 million was signed" */
                first = first < t ? first : subject;
                last = subject > first ? subject : first;
            } else if (last - first > 12) {
                first = last = subject;
            }
            while (first < subject && tree->tokens[first].upos == ENT_UPOS_PUNCT) {
                first++; /* ", Russia's share of imports": the comma closes what stands before */
            }
            return ent__str_sub(tree->text, tree->tokens[first].begin, tree->tokens[last].end);
        }
        uint32_t head = tree->tokens[at].head;
        if (head != ENT_NO_TOKEN && tree->tokens[at].deprel == ENT_DEP_compound &&
            tree->tokens[head].upos == ENT_UPOS_NOUN) {
            ent__subtree(tree, head, &first, &last); /* "a 90-minute call between ..." */
            return ent__str_sub(tree->text, tree->tokens[head].begin, tree->tokens[last].end);
        }
        at = head;
    }
    return (ent_str){0};
}

static bool approximates(const quantity_finder *finder, size_t i)
{
    for (size_t back = 1; back <= 3 && back <= i; back++) {
        const ent_lexeme *lexeme = ent__quantity_lex(finder, i - back);
        if (lexeme->kind != ENT_LEX_KEY) {
            ent_str word = {finder->text.p + lexeme->begin, lexeme->end - lexeme->begin};
            return ent__str_ieqz(word, "estimated") || ent__str_ieqz(word, "approximately");
        }
        switch (lexeme->code) {
        case ENT_KEY_about:
        case ENT_KEY_around:
        case ENT_KEY_nearly:
        case ENT_KEY_almost:
        case ENT_KEY_some:
        case ENT_KEY_roughly:
        case ENT_KEY_approximately:
        case ENT_KEY_over:
        case ENT_KEY_under:
        case ENT_KEY_than:
        case ENT_KEY_least:
        case ENT_KEY_most:
            return true;
        case ENT_KEY_to:
            return i > back && ent__quantity_lex(finder, i - back - 1)->code == ENT_KEY_up;
        default:
            break;
        }
    }
    return false;
}

static bool starts_comparison(const quantity_finder *finder, size_t i)
{
    static const char *const words[] = {"up",     "down",    "compared", "versus", "double",
                                        "twice",  "triple",  "against",  "nearly", "almost",
                                        "half",   "roughly", "more",     "less",   "exceeding",
                                        "about",  NULL};
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    ent_str word = {finder->text.p + lexeme->begin, lexeme->end - lexeme->begin};
    for (const char *const *w = words; *w; w++) {
        if (ent__str_ieqz(word, *w)) {
            return true;
        }
    }
    return false;
}

static bool is_stop(const quantity_finder *finder, size_t i)
{
    const ent_lexeme *lexeme = ent__quantity_lex(finder, i);
    if (lexeme->kind == ENT_LEX_BREAK) {
        return true;
    }
    return lexeme->kind == ENT_LEX_PUNCT &&
           (lexeme->code == ',' || lexeme->code == ';' || lexeme->code == '"' ||
            lexeme->code == 0x2014 || lexeme->code == 0x201D || lexeme->code == ')' ||
            (lexeme->code == '.' &&
             ent__quantity_lex(finder, i + 1)->flags != 0) ||
            (lexeme->code == '.' && i + 1 >= finder->count));
}

/* ", up from $40 billion a year earlier", "— nearly double the pre-war volume", "compared with". */
static ent_str comparison_after(const quantity_finder *finder, size_t last)
{
    for (size_t at = last + 1; at < last + 8 && at < finder->count; at++) {
        const ent_lexeme *lexeme = ent__quantity_lex(finder, at);
        bool mark = lexeme->kind == ENT_LEX_PUNCT &&
                    (lexeme->code == ',' || lexeme->code == 0x2014 || lexeme->code == 0x2013 ||
                     lexeme->code == '(');
        size_t from = mark ? at + 1 : at;
        bool compares = lexeme->kind == ENT_LEX_WORD &&
                        (ent__str_ieqz((ent_str){finder->text.p + lexeme->begin,
                                                 lexeme->end - lexeme->begin},
                                       "compared"));
        if ((mark && starts_comparison(finder, from)) || compares) {
            size_t to = from;
            while (to + 1 < finder->count && !is_stop(finder, to + 1)) {
                to++;
            }
            return ent__str_sub(finder->text, ent__quantity_lex(finder, from)->begin,
                                ent__quantity_lex(finder, to)->end);
        }
        if (mark || is_stop(finder, at)) {
            break;
        }
    }
    return (ent_str){0};
}

bool ent__quantity_is_comparison(const quantity_finder *finder, size_t i)
{
    if (finder->found_count == 0) {
        return false;
    }
    const ent_quantity *before = &finder->found[finder->found_count - 1];
    uint32_t here = ent__quantity_lex(finder, i)->begin;
    return before->comparison.p && before->comparison.p <= finder->text.p + here &&
           before->comparison.p + before->comparison.n > finder->text.p + here;
}

/* "2014-18", "2019-2023": two years with a dash between them are one period, written as ISO 8601
 * writes intervals ("2014/2018"). */
static bool spans_years(const quantity_finder *finder, const ent_time *from, const ent_time *to)
{
    uint32_t gap = to->begin - from->end;
    const char *dash = finder->text.p + from->end;
    return from->value.n == 4 && to->value.n == 4 && to->begin > from->end &&
           ((gap == 1 && *dash == '-') || (gap == 3 && memcmp(dash, "\xE2\x80\x93", 3) == 0));
}

/* How far a time is from the words of an amount, in bytes.  One right behind ("36 percent in 2023")
 * is its own, however near the one before. */
static uint32_t distance_of(const ent_time *time, ent_span span)
{
    if (time->begin < span.end) {
        return span.begin - time->end;
    }
    uint32_t away = time->begin - span.end;
    return away <= sizeof " during " ? 0 : away;
}

/* The date nearest to the quantity in its sentence. */
static ent_str period_of(const quantity_finder *finder, uint32_t sentence, ent_span span)
{
    const ent_mentions *mentions = finder->reader->mentions;
    ent_str period = {0};
    uint32_t nearest = UINT32_MAX;
    const ent_sentence *around = &finder->reader->tree->sentences[sentence];
    for (size_t i = ent__first_time(mentions, around->begin);
         i < mentions->time_count && mentions->times[i].begin < around->end; i++) {
        const ent_time *time = &mentions->times[i];
        if (time->kind != ENT_TIME_DATE || !time->value.n) {
            continue;
        }
        const ent_time *last = time;
        if (i + 1 < mentions->time_count && spans_years(finder, time, time + 1)) {
            last = &mentions->times[++i];
        }
        uint32_t away = time->begin < span.end ? distance_of(last, span) : distance_of(time, span);
        if (away < nearest) {
            nearest = away;
            period = last == time ? time->value
                                  : ent__arena_printf(finder->reader->arena, "%.*s/%.*s",
                                                      (int)time->value.n, time->value.p,
                                                      (int)last->value.n, last->value.p);
        }
    }
    return period;
}

static ent_quantity *new_quantity(quantity_finder *finder)
{
    if (finder->found_count == finder->found_capacity) {
        ent_quantity *more = ent__grow(finder->found, finder->found_count, &finder->found_capacity,
                                       sizeof *more);
        if (!more) {
            finder->failed = true;
            return NULL;
        }
        finder->found = more;
    }
    ent_quantity *quantity = &finder->found[finder->found_count++];
    *quantity = (ent_quantity){.claimed_by = UINT32_MAX};
    return quantity;
}

void ent__quantity_push(quantity_finder *finder, const amount *found)
{
    const ent_tree *tree = finder->reader->tree;
    ent_span span = {ent__quantity_lex(finder, found->first)->begin,
                     ent__quantity_lex(finder, found->last)->end};
    span.end = found->end > span.end ? found->end : span.end;
    uint32_t token = token_of(tree, span.begin);
    ent_quantity *quantity;
    if (token == ENT_NO_TOKEN || tree->tokens[token].begin >= span.end ||
        (quantity = new_quantity(finder)) == NULL) {
        return; /* outside of what was parsed */
    }
    quantity->value = found->value;
    quantity->value_max = found->value_max;
    quantity->unit = found->unit;
    quantity->span = span;
    quantity->sentence = tree->tokens[token].sentence;
    quantity->subject = subject_of(tree, found->noun != ENT_NO_TOKEN ? found->noun : token,
                                   span);
    quantity->period = period_of(finder, quantity->sentence, span);
    quantity->comparison = comparison_after(finder, found->last);
    quantity->approximate = approximates(finder, found->first) || isnan(found->value);
}

void ent__quantity_duration(quantity_finder *finder, const amount *found)
{
    const ent_lexeme *after = ent__quantity_lex(finder, found->last + 1);
    const ent_lexeme *before = found->first ? ent__quantity_lex(finder, found->first - 1) : after;
    if (after->kind == ENT_LEX_KEY) {
        switch (after->code) {
        case ENT_KEY_ago:
        case ENT_KEY_earlier:
        case ENT_KEY_later:
        case ENT_KEY_before:
        case ENT_KEY_after:
        case ENT_KEY_from:
        case ENT_KEY_old:
            return;
        default:
            break;
        }
    }
    if (before->kind == ENT_LEX_KEY && found->first) {
        switch (before->code) {
        case ENT_KEY_last:
        case ENT_KEY_past:
        case ENT_KEY_next:
        case ENT_KEY_coming:
        case ENT_KEY_previous:
        case ENT_KEY_following:
        case ENT_KEY_every:
        case ENT_KEY_within:
            return;
        default:
            break;
        }
    }
    if (found->value == 1 && !found->hyphenated && isnan(found->value_max)) {
        return; /* "one day" */
    }
    ent__quantity_push(finder, found);
}

/* Is lexeme i inside of a date, clock time or set?  Times stand in order, so the search goes on
 * where it was.  Lengths of time are quantities too. */
static size_t time_over(quantity_finder *finder, size_t i)
{
    const ent_mentions *mentions = finder->reader->mentions;
    uint32_t begin = ent__quantity_lex(finder, i)->begin;
    while (finder->next_time < mentions->time_count &&
           mentions->times[finder->next_time].end <= begin) {
        finder->next_time++;
    }
    if (finder->next_time >= mentions->time_count) {
        return 0;
    }
    const ent_time *time = &mentions->times[finder->next_time];
    if (time->begin > begin || time->kind == ENT_TIME_DURATION) {
        return 0;
    }
    size_t n = 1;
    while (i + n < finder->count && ent__quantity_lex(finder, i + n)->begin < time->end) {
        n++;
    }
    return n;
}

/* "a significant share of Russia's chips": a share that no number measures. */
static void vague_share(quantity_finder *finder, uint32_t t)
{
    static const char *const nouns[] = {"share", "majority", "portion", "fraction", "bulk",
                                        "proportion", "minority", NULL};
    const ent_tree *tree = finder->reader->tree;
    const ent_token *token = &tree->tokens[t];
    bool known = false;
    for (const char *const *noun = nouns; *noun && !known; noun++) {
        known = ent__str_eqz(token->lemma, *noun);
    }
    if (!known || token->upos != ENT_UPOS_NOUN || t + 1 >= tree->token_count ||
        !ent__str_eqz(tree->tokens[t + 1].form, "of") ||
        ent__child(tree, t, ENT_DEP_nummod) != ENT_NO_TOKEN) {
        return;
    }
    uint32_t first, last, article = ent__child(tree, t, ENT_DEP_det);
    ent__subtree(tree, t, &first, &last);
    bool whole = ent__str_eqz(token->lemma, "majority") || ent__str_eqz(token->lemma, "bulk") ||
                 ent__str_eqz(token->lemma, "minority");
    if (!whole && (article == ENT_NO_TOKEN || ent__str_ieqz(tree->tokens[article].form, "the"))) {
        return; /* "the market share of": which one, not how much */
    }
    for (uint32_t k = first; k < t; k++) {
        if (tree->tokens[k].upos == ENT_UPOS_NUM) {
            return; /* "a 4% share of" */
        }
    }
    ent_quantity *quantity = new_quantity(finder);
    if (!quantity) {
        return;
    }
    quantity->value = quantity->value_max = NAN;
    quantity->unit = ENT_LIT("share");
    quantity->span = (ent_span){tree->tokens[first].begin, tree->tokens[last].end};
    quantity->sentence = token->sentence;
    uint32_t of = ent__child(tree, t, ENT_DEP_nmod);
    if (of != ENT_NO_TOKEN) {
        ent__subtree(tree, of, &first, &last);
        quantity->subject = ent__str_sub(tree->text, tree->tokens[first].begin,
                                         tree->tokens[last].end);
    }
    quantity->approximate = true;
}

/* "is now the largest importer of", ", the world's second-largest economy,": a rank claimed of a
 * subject by a copula or apposition. */
static void rank(quantity_finder *finder, uint32_t t)
{
    const ent_tree *tree = finder->reader->tree;
    const ent_token *token = &tree->tokens[t];
    if (token->xpos != ENT_XPOS_JJS || token->head == ENT_NO_TOKEN || token->head <= t ||
        !(ent__str_ieqz(token->form, "largest") || ent__str_ieqz(token->form, "biggest"))) {
        return;
    }
    uint32_t noun = token->head, first, last;
    const ent_token *head = &tree->tokens[noun];
    bool copula = ent__child(tree, noun, ENT_DEP_cop) != ENT_NO_TOKEN;
    if (head->upos != ENT_UPOS_NOUN || (!copula && head->deprel != ENT_DEP_appos &&
                                        head->deprel != ENT_DEP_xcomp)) {
        return;
    }
    double place = 1;
    if (t > 0) {
        static const char *const ordinals[] = {"second", "third", "fourth", "fifth", "sixth",
                                               "seventh", "eighth", "ninth", "tenth", NULL};
        uint32_t before = t - 1;
        if (tree->tokens[before].form.p[0] == '-' && before > 0) {
            before--;
        }
        for (int k = 0; ordinals[k]; k++) {
            place = ent__str_ieqz(tree->tokens[before].form, ordinals[k]) ? k + 2 : place;
        }
    }
    ent_quantity *quantity = new_quantity(finder);
    if (!quantity) {
        return;
    }
    uint32_t subject = ent__child(tree, noun, ENT_DEP_nsubj);
    ent__subtree(tree, noun, &first, &last);
    quantity->value = place;
    quantity->value_max = NAN;
    quantity->unit = ENT_LIT("rank");
    quantity->span = (ent_span){token->begin, head->end};
    quantity->sentence = token->sentence;
    if (subject != ENT_NO_TOKEN) {
        ent__subtree(tree, subject, &first, &last);
        quantity->subject = ent__str_sub(tree->text, tree->tokens[first].begin,
                                         tree->tokens[last].end);
    } else if (head->head != ENT_NO_TOKEN) {
        quantity->subject = tree->tokens[head->head].form;
    }
}

static int by_place(const void *a, const void *b)
{
    const ent_span x = ((const ent_quantity *)a)->span, y = ((const ent_quantity *)b)->span;
    if (x.begin != y.begin) {
        return x.begin < y.begin ? -1 : 1;
    }
    return (x.end > y.end) - (x.end < y.end);
}

static ent_rc scan_blocks(quantity_finder *finder)
{
    const ent_text *text = finder->reader->text;
    ent_block whole = {ENT_BLOCK_PARAGRAPH, 0, (uint32_t)text->text.n};
    const ent_block *blocks = text->block_count ? text->blocks : &whole;
    size_t block_count = text->block_count ? text->block_count : 1;
    for (size_t b = 0; b < block_count && !finder->failed; b++) {
        if (blocks[b].kind == ENT_BLOCK_CHROME || blocks[b].kind == ENT_BLOCK_DATELINE ||
            blocks[b].kind == ENT_BLOCK_BYLINE) {
            continue;
        }
        ent_rc rc = ent__lexemes(finder->reader->ctx, ent__ctx_scratch(finder->reader->ctx),
                                 text->text, blocks[b].begin, blocks[b].end, &finder->lexemes,
                                 &finder->count);
        if (rc != ENT_OK) {
            return rc;
        }
        for (size_t i = 0; i < finder->count && !finder->failed;) {
            size_t n = time_over(finder, i);
            i += n ? n : ent__quantity_read(finder, i);
        }
    }
    return ENT_OK;
}

ent_rc ent__quantities_find(statement_reader *reader, ent_quantity **out, size_t *out_count)
{
    quantity_finder finder = {.reader = reader, .text = reader->text->text,
                              .units = ent__kit_table(reader->kit, "statements/units"),
                              .multiples = ent__kit_table(reader->kit, "statements/multiples")};
    ent_quantity *kept = NULL;
    ent_rc rc = scan_blocks(&finder);
    for (uint32_t t = 0; rc == ENT_OK && t < reader->tree->token_count; t++) {
        vague_share(&finder, t);
        rank(&finder, t);
    }
    if (rc == ENT_OK && finder.found_count) {
        qsort(finder.found, finder.found_count, sizeof *finder.found, by_place);
        kept = ent__arena_array(reader->arena, finder.found_count, sizeof *kept);
        if (kept) {
            memcpy(kept, finder.found, finder.found_count * sizeof *kept);
        }
    }
    *out = kept;
    *out_count = kept ? finder.found_count : 0;
    bool failed = finder.failed || (finder.found_count && !kept);
    free(finder.found);
    return rc != ENT_OK ? rc : failed ? ent__nomem(reader->ctx) : ENT_OK;
}
