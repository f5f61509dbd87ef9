/* plain: which parts of a pasted or plain text are headline, deck, dateline, body, and chrome.
 *
 * Input:  valid UTF-8, unchanged; a title or date that is known already stays.
 * Output: ent_text blocks over it, title, deck, byline, date.
 * Method: the paragraphs are told apart by features any page has: length, stops, repetition of
 *         the headline, place before the first or after the last paragraph of prose, runs of short
 *         lines, phrases of the table text/chrome.  Prose is hardly ever called chrome: losing
 *         body text costs more than keeping a button.
 * Cost:   O(bytes + lines of the front). */
#include <string.h>

#include "dates.h"
#include "lines.h"
#include "readers.h"

#define FRONT_LINES 14     /* the headline, deck, date, byline stand in these many lines */
#define TITLE_WORDS 34
#define DECK_WORDS 70
#define SECTION_AFTER 0.85  /* share of the prose above "Related articles" that makes it the end */
#define COMMENTS_AFTER 0.35 /* the same for "3 comments": readers may write more than the author */
#define UNSET (-1)

typedef struct {
    const ent_kit *kit;
    ent_arena *arena;
    ent_text *out;
    ent__line *lines;
    int *kind; /* ent_block_kind or UNSET, one a line */
    size_t count;
    size_t title;     /* line of the headline, count: none */
    size_t body;      /* first line of the body */
    size_t body_last; /* last line of prose */
} reader;

/* ---- headline ------------------------------------------------------------------------------ */

static bool has_letters(const ent__line *l)
{
    return l->alphabetic > 0;
}

static bool date_line(const reader *r, const ent__line *l, ent_date *date)
{
    ent_date found;
    size_t begin = 0, end = 0;
    if (l->words > 16 || l->text.n > 160 ||
        !ent__date_find(r->kit, l->text, &found, &begin, &end)) {
        return false;
    }
    bool much = (end - begin) * 3 >= l->text.n || l->chrome == ENT__CHROME_DATE ||
                l->chrome == ENT__CHROME_BYLINE;
    if (much) {
        *date = found;
    }
    return much;
}

/* "Home > World > Arland", "News|Border" */
static bool path_of_sections(const ent__line *l)
{
    static const char *const separators[] = {"\xC2\xBB", "\xE2\x80\xBA", " > "};
    bool bar = memchr(l->text.p, '|', l->text.n) != NULL &&
               memmem(l->text.p, l->text.n, " | ", 3) == NULL;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        bar = bar || memmem(l->text.p, l->text.n, separators[i], strlen(separators[i])) != NULL;
    }
    return bar && l->words <= 8 && !l->sentence_end;
}

static bool headline_like(const ent__line *l)
{
    size_t n = l->text.n;
    bool title_case = l->capitals * 2 >= l->words && l->stops <= 2;
    bool stop = n > 0 && l->text.p[n - 1] == '.' && l->words > 12 && !title_case;
    return has_letters(l) && l->words <= TITLE_WORDS && !stop && !l->colon_end && l->stops <= 3;
}

/* The first line that can be a headline; names of sections and outlets before it are chrome. */
static void find_title(reader *r)
{
    r->title = r->count;
    size_t limit = r->count < 8 ? r->count : 8;
    if (r->out->title.n > 0) { /* given: where does it stand? */
        for (size_t i = 0; i < limit; i++) {
            if (ent__words_similar(r->lines[i].text, r->out->title) >= 0.8) {
                r->title = i;
                break;
            }
        }
        return;
    }
    for (size_t i = 0; i < limit && r->count > 1; i++) {
        const ent__line *l = &r->lines[i];
        ent_date date;
        if (l->chrome != ENT__CHROME_NONE || !has_letters(l) || path_of_sections(l) ||
            date_line(r, l, &date)) {
            continue;
        }
        if (!headline_like(l)) {
            return;
        }
        const ent__line *next = i + 1 < r->count ? &r->lines[i + 1] : NULL;
        bool label = l->words <= 2 && next != NULL && next->words >= 4 && headline_like(next) &&
                     next->chrome == ENT__CHROME_NONE && !next->sentence_end;
        if (!label) {
            r->title = i;
            break;
        }
    }
    if (r->title < r->count) {
        r->out->title = r->lines[r->title].text;
    }
}

/* ---- front: from the headline to the body -------------------------------------------------- */

static bool name_like(const ent__line *l)
{
    return l->words >= 2 && l->words <= 6 && l->capitals + 1 + (l->words > 3) >= l->words &&
           l->capitals >= 2 && !l->sentence_end && l->stops == 0 && l->alphabetic == l->letters &&
           memchr(l->text.p, '(', l->text.n) == NULL && memchr(l->text.p, ':', l->text.n) == NULL;
}

static void take_byline(reader *r, ent_str line)
{
    static const char *const openings[] = {"By ",  "BY ",         "by ",      "Von ",      "Par ",
                                           "Por ", "Written by ", "Author: ", "Posted by "};
    const char *colon = memchr(line.p, ':', line.n);
    if (r->out->byline.n > 0) {
        return;
    }
    if (colon != NULL) { /* "Edited by: Jane Roe" */
        size_t at = (size_t)(colon - line.p) + 1;
        r->out->byline = ent__str_trim(ent__str_sub(line, at, line.n));
        return;
    }
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        if (ent__str_starts(line, openings[i])) {
            line = ent__str_trim(ent__str_sub(line, strlen(openings[i]), line.n));
            break;
        }
    }
    r->out->byline = line;
}

/* Sets the kind of a line before the body; false: the line may be body. */
static bool front_line(reader *r, size_t i)
{
    const ent__line *l = &r->lines[i];
    ent_date date;
    if (l->chrome == ENT__CHROME_SECTION || l->chrome == ENT__CHROME_COMMENTS) {
        return false; /* begins the end, see mark_sections */
    }
    if (!has_letters(l) && l->words <= 3 && !date_line(r, l, &date)) {
        r->kind[i] = ENT_BLOCK_CHROME; /* counters */
    } else if (date_line(r, l, &date)) {
        r->kind[i] = ENT_BLOCK_DATELINE;
        r->out->date = r->out->date.year == 0 ? date : r->out->date;
    } else if (l->chrome == ENT__CHROME_BYLINE && l->words <= 14 && !l->prose) {
        r->kind[i] = ENT_BLOCK_BYLINE;
    } else if (l->chrome == ENT__CHROME_DATE && l->words <= 10) {
        r->kind[i] = ENT_BLOCK_DATELINE;
    } else if (l->chrome != ENT__CHROME_NONE && !(l->prose && l->words > 20)) {
        r->kind[i] = ENT_BLOCK_CHROME;
    } else if (r->title < r->count && i > r->title &&
               ent__words_similar(l->text, r->out->title) >= (l->sentence_end ? 0.7 : 0.6) &&
               l->words <= TITLE_WORDS) {
        r->kind[i] = ENT_BLOCK_CHROME; /* the headline again */
    } else {
        return false;
    }
    return true;
}

/* A line between headline and body that is no furniture: deck, name, or left open. */
static void front_rest(reader *r, size_t i, size_t last_furniture)
{
    const ent__line *l = &r->lines[i];
    bool beside = (i > 0 && (r->kind[i - 1] == ENT_BLOCK_DATELINE ||
                             r->kind[i - 1] == ENT_BLOCK_BYLINE)) ||
                  (i + 1 < r->count && (r->kind[i + 1] == ENT_BLOCK_DATELINE ||
                                        r->kind[i + 1] == ENT_BLOCK_BYLINE));
    if (beside && name_like(l)) {
        r->kind[i] = ENT_BLOCK_BYLINE;
        take_byline(r, l->text);
    } else if (i < last_furniture && l->words >= 5 && l->words <= DECK_WORDS &&
               r->out->deck.n == 0) {
        r->kind[i] = ENT_BLOCK_DECK;
        r->out->deck = l->text;
    } else if (i < last_furniture && !l->prose && !l->sentence_end && l->words <= 30) {
        r->kind[i] = ENT_BLOCK_CHROME; /* section names, buttons, captions */
    }
}

/* Short lines between the furniture and the first paragraph are names, captions, summaries. */
static void mark_before_body(reader *r, size_t from, bool furniture)
{
    size_t body = from;
    while (body < r->count && body < from + FRONT_LINES &&
           (!r->lines[body].prose || r->lines[body].chrome != ENT__CHROME_NONE)) {
        body++;
    }
    if (body == r->count || body == from + FRONT_LINES) {
        return;
    }
    for (size_t i = from; i < body; i++) {
        const ent__line *l = &r->lines[i];
        if (r->kind[i] != UNSET || l->sentence_end || l->words > 25 || l->bullet) {
            continue;
        }
        if (i == from) {
            front_rest(r, i, from);
        }
        if (r->kind[i] == UNSET && furniture) {
            r->kind[i] = ENT_BLOCK_CHROME;
        }
    }
}

static void read_front(reader *r)
{
    size_t start = r->title < r->count ? r->title + 1 : 0, last = start, prose = 0;
    for (size_t i = 0; i < start && i < r->count; i++) {
        if (i == r->title) {
            r->kind[i] = ENT_BLOCK_TITLE;
        } else if (!front_line(r, i)) {
            r->kind[i] = ENT_BLOCK_CHROME; /* what stands above a headline */
        }
    }
    for (size_t i = start; i < r->count && i < start + FRONT_LINES && prose < 2; i++) {
        if (front_line(r, i)) {
            last = i + 1;
        } else {
            prose += r->lines[i].prose && r->lines[i].words > 12;
        }
    }
    /* furniture after two paragraphs of prose is not front any more; undo what lies beyond */
    for (size_t i = start; i + 1 < last; i++) {
        if (r->kind[i] == UNSET) {
            front_rest(r, i, last - 1);
        }
    }
    bool furniture = last > start + (r->title < r->count ? 1 : 0);
    mark_before_body(r, last, furniture);
    for (size_t i = 0; i < last && r->out->byline.n == 0; i++) {
        if (r->kind[i] == ENT_BLOCK_BYLINE) {
            take_byline(r, r->lines[i].text);
        }
    }
    r->body = start;
    while (r->body < r->count && r->kind[r->body] != UNSET) {
        r->body++;
    }
}

/* ---- body and end -------------------------------------------------------------------------- */

static bool symbols_only(const ent__line *l)
{
    return !has_letters(l) && l->words <= 2;
}

/* Runs of short lines among which known labels are: reaction and share rows. */
static void mark_label_runs(reader *r)
{
    for (size_t i = r->title < r->count ? r->title + 1 : 0; i < r->count;) {
        size_t end = i, known = 0;
        while (end < r->count && r->lines[end].words <= 3 && !r->lines[end].sentence_end) {
            ent__chrome chrome = r->lines[end].chrome;
            known += chrome == ENT__CHROME_LABEL || chrome == ENT__CHROME_LINE ||
                     symbols_only(&r->lines[end]);
            end++;
        }
        if (end - i >= 3 && known * 2 >= end - i) {
            for (size_t k = i; k < end; k++) {
                r->kind[k] = r->kind[k] == UNSET ? ENT_BLOCK_CHROME : r->kind[k];
            }
        }
        i = end > i ? end : i + 1;
    }
}

/* "Related articles", "Comments": short lines below go until prose comes back; near the end all. */
static void mark_sections(reader *r)
{
    double all = 0, before = 0;
    for (size_t i = 0; i < r->count; i++) {
        all += r->lines[i].prose ? r->lines[i].letters : 0;
    }
    for (size_t i = r->body; i < r->count; i++) {
        const ent__line *l = &r->lines[i];
        before += l->prose ? l->letters : 0;
        bool comments = l->chrome == ENT__CHROME_COMMENTS;
        if ((l->chrome != ENT__CHROME_SECTION && !comments) || l->words > (comments ? 20 : 8)) {
            continue;
        }
        bool late = before >= (comments ? COMMENTS_AFTER : SECTION_AFTER) * all && all > 0;
        r->kind[i] = ENT_BLOCK_CHROME;
        size_t k = i + 1;
        for (; k < r->count; k++) {
            if (!late && r->lines[k].prose && r->lines[k].words >= 15) {
                break;
            }
            r->kind[k] = r->kind[k] == UNSET ? ENT_BLOCK_CHROME : r->kind[k];
        }
        i = k - 1;
    }
}

static void mark_lines(reader *r)
{
    for (size_t i = r->body; i < r->count; i++) {
        const ent__line *l = &r->lines[i];
        bool at_end = i > r->body_last;
        if (r->kind[i] != UNSET) {
            continue;
        }
        bool drop = symbols_only(l);
        switch (l->chrome) {
        case ENT__CHROME_LINE: case ENT__CHROME_CREDIT:
            drop = drop || l->words <= 24;
            break;
        case ENT__CHROME_DATE: case ENT__CHROME_BYLINE:
            drop = drop || (l->words <= 12 && !l->prose && (at_end || l->words <= 8));
            break;
        case ENT__CHROME_LABEL:
            drop = drop || at_end;
            break;
        default:
            break;
        }
        bool again = r->title < r->count && !l->sentence_end && l->words >= 3 &&
                     ent__words_similar(l->text, r->out->title) > 0.9;
        if (drop || again) {
            r->kind[i] = ENT_BLOCK_CHROME;
        }
    }
}

/* The same words once more: pull quotations, teasers of the page itself. */
static ent_rc mark_repeats(ent_ctx *ctx, reader *r)
{
    ent_map *seen = ent__map_new(r->count);
    if (seen == NULL) {
        return ent__nomem(ctx);
    }
    ent_rc rc = ENT_OK;
    for (size_t i = r->body; i < r->count && rc == ENT_OK; i++) {
        const ent__line *l = &r->lines[i];
        uint32_t first;
        if (l->words < 4 || (l->sentence_end && l->words < 12)) {
            continue;
        }
        if (ent__map_get(seen, l->text, &first)) {
            r->kind[i] = r->kind[i] == UNSET ? ENT_BLOCK_CHROME : r->kind[i];
        } else if (!ent__map_put(seen, l->text, (uint32_t)i)) {
            rc = ent__nomem(ctx);
        }
    }
    ent__map_free(seen);
    return rc;
}

/* ---- author box ---------------------------------------------------------------------------- */

static bool holds_word(const ent_table *roles, ent_str text, size_t limit_words)
{
    size_t words = 0;
    for (size_t at = 0; at < text.n && words < limit_words;) {
        size_t from = at;
        while (at < text.n && ((text.p[at] | 32) >= 'a' && (text.p[at] | 32) <= 'z')) {
            at++;
        }
        if (at > from) {
            char word[32];
            size_t n = at - from < 31 ? at - from : 31;
            for (size_t k = 0; k < n; k++) {
                word[k] = (char)(text.p[from + k] | 32);
            }
            if (ent__table_find(roles, (ent_str){word, n}) < roles->rows) {
                return true;
            }
            words++;
        } else {
            at++;
        }
    }
    return false;
}

/* Words before " is a", " covers ", ... : the person's name; 0 when no such verb comes early. */
static size_t name_before_verb(ent_str text)
{
    static const char *const verbs[] = {
        " is a ",         " is an ",       " is the ",      " is our ",
        " is currently ", " is based in ", " covers ",      " writes ",
        " reports on ",   " has covered ", " has written ", " has been a ",
        " was a ",        " works as ",    " joined ",      " serves as "};
    size_t best = 0;
    ent_str head = ent__str_sub(text, 0, text.n < 70 ? text.n : 70);
    for (size_t v = 0; v < sizeof verbs / sizeof *verbs; v++) {
        const char *at = memmem(head.p, head.n, verbs[v], strlen(verbs[v]));
        size_t offset = at == NULL ? 0 : (size_t)(at - head.p);
        best = offset > 0 && (best == 0 || offset < best) ? offset : best;
    }
    return best;
}

static bool quotes(ent_str text)
{
    return memchr(text.p, '"', text.n) != NULL || memmem(text.p, text.n, "\xE2\x80\x9C", 3) != NULL;
}

/* name@host.tld */
static bool holds_address(ent_str text)
{
    for (size_t i = 1; i + 3 < text.n; i++) {
        char before = text.p[i - 1], after = text.p[i + 1];
        if (text.p[i] == '@' && before > ' ' && before != '"' && before != '(' && after > ' ') {
            ent_str host = ent__str_sub(text, i + 1, text.n);
            const char *blank = memchr(host.p, ' ', host.n);
            host.n = blank == NULL ? host.n : (size_t)(blank - host.p);
            const char *dot = memchr(host.p, '.', host.n);
            return dot != NULL && dot + 2 < host.p + host.n;
        }
    }
    return false;
}

/* "Jane Roe is a reporter who ..." among the last paragraphs. */
static void mark_author_box(reader *r)
{
    const ent_table *roles = r->kit == NULL ? NULL : ent__kit_table(r->kit, "text/author_roles");
    size_t looked = 0;
    for (size_t i = r->count; roles != NULL && i-- > r->body + 1 && looked < 3;) {
        const ent__line *l = &r->lines[i];
        if (r->kind[i] != UNSET || !has_letters(l)) {
            continue;
        }
        looked++;
        size_t name = name_before_verb(l->text);
        bool named = r->out->byline.n > 3 && name > 0 &&
                     ent__words_similar(ent__str_sub(l->text, 0, name), r->out->byline) >= 0.5;
        bool role = name > 0 && holds_word(roles, ent__str_sub(l->text, name, l->text.n), 14);
        bool chrome_above = i > 0 && r->kind[i - 1] == ENT_BLOCK_CHROME;
        bool contact = (l->words <= 40 && holds_address(l->text)) ||
                       (l->words <= 4 && memchr(l->text.p, '@', l->text.n) != NULL);
        bool box = (role && !quotes(l->text) && (named || chrome_above || i + 1 == r->count)) ||
                   (named && !quotes(l->text)) || contact;
        if (!box) {
            if (l->prose) {
                break;
            }
            continue;
        }
        r->kind[i] = ENT_BLOCK_BYLINE;
        if (r->out->byline.n == 0 && name > 0) {
            r->out->byline = ent__str_sub(l->text, 0, name);
        }
    }
}

/* ---- what is left -------------------------------------------------------------------------- */

static void name_the_rest(reader *r)
{
    bool more = false; /* body below: only then can a short line be a heading */
    for (size_t i = r->count; i-- > 0;) {
        const ent__line *l = &r->lines[i];
        if (r->kind[i] != UNSET) {
            continue;
        }
        bool question = l->text.n > 0 && l->text.p[l->text.n - 1] == '?';
        bool short_line = l->words <= 14 && (!l->sentence_end || (question && l->stops <= 2)) &&
                          !l->colon_end && !quotes(l->text);
        if (l->bullet) {
            r->kind[i] = ENT_BLOCK_LIST_ITEM;
        } else if (l->text.p[0] == '>') {
            r->kind[i] = ENT_BLOCK_QUOTE;
        } else {
            r->kind[i] = short_line && more ? ENT_BLOCK_HEADING : ENT_BLOCK_PARAGRAPH;
        }
        more = more || l->words >= 4;
    }
}

/* A final run of short lines without stops is furniture of the page. */
static void mark_tail(reader *r)
{
    size_t loose = 0;
    for (size_t i = r->body_last + 1; i < r->count; i++) {
        loose += r->kind[i] == UNSET && !r->lines[i].bullet;
    }
    for (size_t i = r->body_last + 1; loose >= 3 && i < r->count; i++) {
        const ent__line *l = &r->lines[i];
        if (r->kind[i] == UNSET && !l->bullet && !l->sentence_end && l->words <= 8) {
            r->kind[i] = ENT_BLOCK_CHROME;
        }
    }
}

/* Blocks in order; a wire service's dateline is split off the paragraph it opens. */
static ent_rc write_blocks(ent_ctx *ctx, reader *r)
{
    ent_block *blocks = ent__arena_array(r->arena, r->count + 4, sizeof *blocks);
    if (blocks == NULL) {
        return ent__nomem(ctx);
    }
    size_t n = 0, paragraphs = 0;
    for (size_t i = 0; i < r->count; i++) {
        uint32_t begin = r->lines[i].begin;
        if (r->kind[i] == ENT_BLOCK_PARAGRAPH && paragraphs++ < 2) {
            size_t wire = ent__wire_dateline(r->lines[i].text);
            if (wire > 0) {
                blocks[n++] = (ent_block){ENT_BLOCK_DATELINE, begin, begin + (uint32_t)wire};
                begin += (uint32_t)wire;
            }
        }
        blocks[n++] = (ent_block){(ent_block_kind)r->kind[i], begin, r->lines[i].end};
    }
    r->out->blocks = blocks;
    r->out->block_count = n;
    return ENT_OK;
}

ent_rc ent__read_plain(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_text *out)
{
    out->plain = true;
    reader r = {.kit = kit, .arena = arena, .out = out};
    ent_rc rc = ent__lines_cut(ctx, kit, arena, out->text, &r.lines, &r.count);
    r.kind = rc == ENT_OK ? ent__arena_array(arena, r.count + 1, sizeof *r.kind) : NULL;
    if (r.kind == NULL) {
        return rc == ENT_OK ? ent__nomem(ctx) : rc;
    }
    for (size_t i = 0; i < r.count; i++) {
        r.kind[i] = UNSET;
    }
    find_title(&r);
    read_front(&r);
    mark_label_runs(&r);
    mark_sections(&r);
    r.body_last = r.body;
    for (size_t i = r.body; i < r.count; i++) {
        r.body_last = r.kind[i] == UNSET && r.lines[i].prose ? i : r.body_last;
    }
    mark_lines(&r);
    rc = mark_repeats(ctx, &r);
    mark_author_box(&r);
    mark_tail(&r);
    name_the_rest(&r);
    return rc == ENT_OK ? write_blocks(ctx, &r) : rc;
}
