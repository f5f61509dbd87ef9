/* What the evidence of a case cites, looked up in a store.
 * In: a link: DOC#e1, DOC#s1, rollcall:ID (number or symbol), series:A-B:month:2022-03[:net]
 * (A+B: both ways; also of votes, trade and imported series), result:ID.  Out: words for people, or that there is no such thing.  Other links
 * (addresses, titles) are the analyst's own and not looked up.  Cost: one look-up; a series point
 * reads the records of its dyad in that period. */
#include <math.h>
#include <string.h>

#include "../align/align.h"
#include "weigh.h"

typedef struct {
    ent_series_options options;
    ent_measure measure;
    const char *name; /* of an imported series */
    char label[16];
} point_link;

/* First and last day of the period that a label names. */
static bool read_period(ent_by by, ent_str label, ent_date *since, ent_date *until)
{
    int64_t quarter, session;
    if (by == ENT_BY_SESSION) {
        if (label.n < 2 || label.p[0] != 's' ||
            !ent__str_int(ent__str_sub(label, 1, label.n), &session) || session < 1 ||
            session > 999) {
            return false;
        }
        *since = *until = (ent_date){(int16_t)(1945 + session), 9, 1};
        return true;
    }
    if (by == ENT_BY_QUARTER) {
        if (label.n != 7 || memcmp(label.p + 4, "-Q", 2) != 0 ||
            !ent__str_int(ent__str_sub(label, 6, 7), &quarter) || quarter < 1 || quarter > 4 ||
            !ent__date_parse(ent__str_sub(label, 0, 4), since)) {
            return false;
        }
        since->month = (int8_t)(quarter * 3 - 2);
        *until = *since;
        until->month = (int8_t)(quarter * 3);
        return true;
    }
    if (!ent__date_parse(label, since) || since->year == 0) {
        return false;
    }
    *until = by == ENT_BY_WEEK ? ent__date_of_days(ent__date_days(*since) + 6) : *since;
    bool fits = by == ENT_BY_YEAR    ? since->month == 0
                : by == ENT_BY_MONTH ? since->month != 0 && since->day == 0
                                     : since->day != 0;
    return fits && (by != ENT_BY_WEEK || ent__date_weekday(*since) == 0);
}

/* Of events by default; a name that is no measure is one of an imported series. */
static void read_measure(ent_arena *arena, ent_str rest, point_link *out)
{
    out->measure = ENT_MEASURE_NET;
    if (rest.n > 0 && !ent__measure_parse(rest, &out->measure) &&
        !ent__public_measure_parse(rest, &out->measure)) {
        out->measure = ENT_MEASURE_GIVEN;
        out->name = ent__arena_str(arena, rest).p;
    }
}

static bool read_by(ent_str text, ent_measure measure, ent_by *out)
{
    if (measure > ENT_MEASURE_SHARE && ent__str_eqz(text, "session")) {
        *out = ENT_BY_SESSION;
        return true;
    }
    return ent__by_parse(text, out);
}

static bool read_point(ent_arena *arena, ent_str rest, point_link *out)
{
    ent_str pair, by, label;
    *out = (point_link){0};
    if (!ent__str_split(&rest, ':', &pair) || !ent__str_split(&rest, ':', &by) ||
        !ent__str_split(&rest, ':', &label) || label.n >= sizeof out->label) {
        return false;
    }
    read_measure(arena, rest, out);
    if (!read_by(by, out->measure, &out->options.by) ||
        !read_period(out->options.by, label, &out->options.dyad.since, &out->options.dyad.until)) {
        return false;
    }
    size_t at = 0;
    while (at < pair.n && pair.p[at] != '-' && pair.p[at] != '+') {
        at++;
    }
    bool alone = at == pair.n; /* a series of one state */
    if (at == 0 || at + 1 == pair.n || (alone && out->measure != ENT_MEASURE_GIVEN)) {
        return false;
    }
    ent_str second = alone ? (ent_str){"", 0} : ent__str_sub(pair, at + 1, pair.n);
    out->options.dyad.undirected = !alone && pair.p[at] == '+';
    out->options.dyad.source = ent__arena_str(arena, ent__str_sub(pair, 0, at)).p;
    out->options.dyad.target = ent__arena_str(arena, second).p;
    out->options.level = 0.95;
    out->options.seed = 1;
    out->options.share = out->measure == ENT_MEASURE_SHARE;
    snprintf(out->label, sizeof out->label, "%.*s", ENT_FMT(label));
    return out->options.dyad.source != NULL && out->options.dyad.target != NULL;
}

/* Votes, trade or an imported series; what the store does not hold is no point. */
static ent_rc read_public(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                          const point_link *link, ent_series *out)
{
    const ent_series_options *o = &link->options;
    const ent_public_series asked = {.measure = link->measure, .name = link->name,
                                     .a = o->dyad.source, .b = o->dyad.target, .by_chosen = true,
                                     .by = o->by, .since = o->dyad.since, .until = o->dyad.until,
                                     .level = o->level};
    ent_rc rc = ent__series_public(ctx, store, kit, &asked, out);
    if (rc == ENT_EINPUT || rc == ENT_EUSAGE) {
        *out = (ent_series){0};
        return ENT_OK;
    }
    return rc;
}

static ent_str public_words(ent_arena *arena, const point_link *link, const ent_series *series,
                            const ent_series_point *p)
{
    const ent_dyad_filter *d = &link->options.dyad;
    const char *and = *d->target ? " and " : "";
    if (isnan(p->given.value)) {
        return ent__arena_printf(arena, "%s%s%s, %s: no %s", d->source, and, d->target, link->label,
                                 series->words);
    }
    if (isnan(p->given.low)) {
        return ent__arena_printf(arena, "%s%s%s, %s: %s %.3f, %lld %s", d->source, and, d->target,
                                 link->label, series->words, p->given.value, (long long)p->count,
                                 series->counted);
    }
    return ent__arena_printf(arena, "%s%s%s, %s: %s %.3f (%.3f to %.3f), %lld %s", d->source, and,
                             d->target, link->label, series->words, p->given.value, p->given.low,
                             p->given.high, (long long)p->count, series->counted);
}

static ent_str event_words(ent_arena *arena, const point_link *link, const ent_series_point *p)
{
    const ent_dyad_filter *d = &link->options.dyad;
    const char *way = d->undirected ? "and" : "toward", *words = ent__measure_words(link->measure);
    ent_value v = ent__measure_of(p, link->measure);
    return isnan(v.value)
               ? ent__arena_printf(arena, "%s %s %s, %s: %lld events, no %s", d->source, way,
                                   d->target, link->label, (long long)p->count, words)
               : ent__arena_printf(arena, "%s %s %s, %s: %s %.2f (%.2f to %.2f), %lld events",
                                   d->source, way, d->target, link->label, words, v.value, v.low,
                                   v.high, (long long)p->count);
}

/* A period without any news or data holds no point. */
static ent_rc point_words(ent_ctx *ctx, ent_store *store, const ent_kit *kit, ent_arena *arena,
                          ent_str rest, ent_str *out)
{
    point_link link;
    ent_series series;
    if (!read_point(arena, rest, &link)) {
        return ENT_OK;
    }
    bool events = link.measure <= ENT_MEASURE_SHARE;
    ent_rc rc = events ? ent__series_read(ctx, store, &link.options, &series)
                       : read_public(ctx, store, kit, &link, &series);
    if (rc != ENT_OK) {
        return rc;
    }
    for (size_t i = 0; i < series.count; i++) {
        const ent_series_point *p = &series.points[i];
        char label[16];
        ent__period_label(link.options.by, p->start, label);
        if (strcmp(label, link.label) == 0 && p->covered_days > 0) {
            *out = events ? event_words(arena, &link, p) : public_words(arena, &link, &series, p);
            rc = out->p == NULL ? ent__nomem(ctx) : ENT_OK;
        }
    }
    ent__series_free(&series);
    return rc;
}

bool ent__case_link_known(ent_str link)
{
    const char *hash = link.n == 0 ? NULL : memrchr(link.p, '#', link.n);
    ent_str local = hash == NULL ? (ent_str){"", 0}
                                 : ent__str_sub(link, (size_t)(hash - link.p) + 1, link.n);
    int64_t number; /* "#e1" is an event, "#evidence" a place in somebody's page */
    bool in_document = local.n > 1 && (local.p[0] == 'e' || local.p[0] == 's') &&
                       ent__str_int(ent__str_sub(local, 1, local.n), &number);
    return in_document || ent__str_starts(link, "rollcall:") ||
           ent__str_starts(link, "series:") || ent__str_starts(link, "result:");
}

ent_rc ent__case_link(ent_ctx *ctx, ent_store *store, const ent_kit *kit, ent_arena *arena,
                      ent_str link, ent_str *out_words)
{
    *out_words = (ent_str){NULL, 0};
    return ent__str_starts(link, "series:")
               ? point_words(ctx, store, kit, arena, ent__str_sub(link, 7, link.n), out_words)
               : ent__store_link(ctx, store, arena, link, out_words);
}

ent_rc ent__case_check_links(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const ent_case *c,
                             const char *path)
{
    ent_arena *arena = ent__arena_new();
    ent_rc rc = arena == NULL ? ent__nomem(ctx) : ENT_OK;
    for (size_t e = 0; rc == ENT_OK && e < c->evidence_count; e++) {
        const ent_evidence *item = &c->evidence[e];
        for (size_t i = 0; rc == ENT_OK && i < item->link_count; i++) {
            ent_str words, link = item->links[i];
            if (!ent__case_link_known(link)) {
                continue;
            }
            rc = ent__case_link(ctx, store, kit, arena, link, &words);
            if (rc == ENT_OK && words.p == NULL) {
                rc = ent__fail(ctx, ENT_EINPUT, path, item->line,
                               "links of %.*s: \"%.*s\" is not in the store", ENT_FMT(item->id),
                               ENT_FMT(link));
            }
        }
    }
    ent__arena_free(arena);
    return rc;
}
