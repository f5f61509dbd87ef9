/* Alliances, disputes, wars, shared organisations, capabilities by dyad and year.
 * In: the files of ATOP and the Correlates of War, told by header.  Out: ent_facts.
 * A data set says nothing outside of its years: that is "no data", not "no alliance".
 * Source: Leeds et al. (2002) ATOP; Singer (1987) NMC; Palmer et al. (2022) MID; Pevehouse et al.
 * (2020) IGO.  Cost: O(lines), O(log rows) a look-up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table_file.h"

const char *const ent__fact_names[ENT_FACT_COUNT] = {"alliance", "dispute", "war",
                                                           "organisations", "capability"};

void ent__pact_text(unsigned pacts, char out[80])
{
    static const char *const names[] = {"defense", "offense", "neutrality", "nonaggression",
                                        "consultation"};
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < 5; i++) {
        if (pacts >> i & 1) {
            n += (size_t)snprintf(out + n, 80 - n, "%s%s", n > 0 ? ", " : "", names[i]);
        }
    }
    if (n == 0) {
        memcpy(out, "none", 5);
    }
}

ent_rc ent__facts_add(ent_ctx *ctx, ent_facts *m, ent_fact row)
{
    ent_fact *grown = ent__grow(m->rows, m->count, &m->capacity, sizeof *grown);
    if (grown == NULL) {
        return ent__nomem(ctx);
    }
    m->rows = grown;
    m->rows[m->count++] = row;
    int32_t *first = &m->first_year[row.measure], *last = &m->last_year[row.measure];
    *first = *first == 0 || row.year < *first ? row.year : *first;
    *last = row.year > *last ? row.year : *last;
    return ENT_OK;
}

/* Columns of one layout. */
typedef struct {
    ent_fact_kind measure;
    int a, b, year, value;
    int pacts[5];
    bool both_ways;
} layout;

static bool find_layout(const ent_table_file *f, layout *out)
{
    static const char *const pacts[] = {"defense|defence", "offense|offence", "neutral|neutrality",
                                        "nonagg|nonaggression", "consul|consultation|entente"};
    *out = (layout){.a = ent__table_file_column(f, "ccode1|mem1|stateA"),
                    .b = ent__table_file_column(f, "ccode2|mem2|stateB"),
                    .year = ent__table_file_column(f, "year"), .value = -1};
    int found = 0;
    for (int i = 0; i < 5; i++) {
        out->pacts[i] = ent__table_file_column(f, pacts[i]);
        found += out->pacts[i] >= 0;
    }
    if (out->year < 0) {
        return false;
    }
    if (out->a >= 0 && out->b >= 0 && found >= 3) {
        out->measure = ENT_FACT_ALLIANCE;
        /* ATOP's directed file has both directions; its other one and COW's have one. */
        out->both_ways = ent__table_file_column(f, "mem1|left_censor|dyad") >= 0;
        return true;
    }
    static const struct {
        const char *columns;
        ent_fact_kind measure;
    } values[] = {{"warnum", ENT_FACT_WAR},
                  {"hostlev|hihost", ENT_FACT_DISPUTE},
                  {"dyadigos", ENT_FACT_ORGANISATIONS}};
    for (size_t i = 0; i < sizeof values / sizeof *values && out->a >= 0 && out->b >= 0; i++) {
        out->value = ent__table_file_column(f, values[i].columns);
        if (out->value >= 0) {
            out->measure = values[i].measure;
            out->both_ways = true;
            return true;
        }
    }
    out->a = ent__table_file_column(f, "ccode");
    out->value = ent__table_file_column(f, "cinc");
    out->measure = ENT_FACT_CAPABILITY;
    return out->a >= 0 && out->value >= 0;
}

static bool read_value(const ent_table_file *f, const layout *l, double *out)
{
    double number;
    if (l->measure == ENT_FACT_WAR) {
        *out = 1;
        return true;
    }
    if (l->measure != ENT_FACT_ALLIANCE) {
        return ent__table_file_number(f, l->value, out);
    }
    unsigned pacts = 0;
    for (int i = 0; i < 5; i++) {
        pacts |= (unsigned)(ent__table_file_number(f, l->pacts[i], &number) && number == 1) << i;
    }
    *out = pacts;
    return true;
}

static ent_rc read_rows(ent_table_file *f, const layout *l, ent_facts *m)
{
    int got;
    while ((got = ent__table_file_next(f)) == 1) {
        double a, b = 0, year, value;
        if (!ent__table_file_number(f, l->a, &a) ||
            (l->b >= 0 && !ent__table_file_number(f, l->b, &b)) || a < 1 || a > 999 || b < 0 ||
            b > 999) {
            return ent__table_file_fail(f, "COW numbers of states",
                                        ent__table_file_cell(f, l->a));
        }
        if (!ent__table_file_number(f, l->year, &year) || year < 1000 || year > 2999) {
            return ent__table_file_fail(f, "a year", ent__table_file_cell(f, l->year));
        }
        if (!read_value(f, l, &value)) {
            continue; /* missing */
        }
        ent_fact row = {(int32_t)a, (int32_t)b, (int32_t)year, l->measure, value};
        ent_rc rc = ent__facts_add(f->ctx, m, row);
        if (rc == ENT_OK && l->both_ways) {
            row.a = (int32_t)b;
            row.b = (int32_t)a;
            rc = ent__facts_add(f->ctx, m, row);
        }
        if (rc != ENT_OK) {
            return rc;
        }
    }
    return got < 0 ? (ent_rc)got : ENT_OK;
}

ent_rc ent__facts_read(ent_ctx *ctx, ent_facts *facts, const char *path)
{
    ent_table_file f;
    layout l;
    ent_rc rc = ent__table_file_open(ctx, path, &f);
    if (rc == ENT_OK) {
        rc = find_layout(&f, &l)
                 ? read_rows(&f, &l, facts)
                 : ent__fail(ctx, ENT_EINPUT, path, 1,
                             "expected a header of alliances (ccode1, ccode2, year, defense ...), "
                             "disputes (hostlev), wars (warnum), organisations (dyadigos) or "
                             "capabilities (ccode, year, cinc), got \"%.*s\"",
                             ENT_FMT(f.header[0]));
    }
    ent__table_file_close(&f);
    return rc;
}

static int by_key(const void *x, const void *y)
{
    const ent_fact *a = x, *b = y;
    const int64_t ka[] = {a->measure, a->a, a->b, a->year};
    const int64_t kb[] = {b->measure, b->a, b->b, b->year};
    for (int i = 0; i < 4; i++) {
        if (ka[i] != kb[i]) {
            return ka[i] < kb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Several rows of a dyad and year (two disputes, two pacts): the highest, or all pacts. */
void ent__facts_finish(ent_facts *m)
{
    if (m->count > 1) {
        qsort(m->rows, m->count, sizeof *m->rows, by_key);
    }
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (kept > 0 && by_key(&m->rows[kept - 1], &m->rows[i]) == 0) {
            double *value = &m->rows[kept - 1].value;
            *value = m->rows[i].measure == ENT_FACT_ALLIANCE
                         ? (double)((unsigned)*value | (unsigned)m->rows[i].value)
                         : fmax(*value, m->rows[i].value);
        } else {
            m->rows[kept++] = m->rows[i];
        }
    }
    m->count = kept;
}

void ent__facts_free(ent_facts *m)
{
    free(m->rows);
    *m = (ent_facts){0};
}

double ent__facts_at(const ent_facts *m, ent_fact_kind measure, int32_t a, int32_t b,
                        int32_t year)
{
    ent_fact key = {a, measure == ENT_FACT_CAPABILITY ? 0 : b, year, measure, 0};
    if (m->first_year[measure] == 0 || year < m->first_year[measure] ||
        year > m->last_year[measure]) {
        return NAN;
    }
    const ent_fact *found = bsearch(&key, m->rows, m->count, sizeof key, by_key);
    if (found != NULL) {
        return found->value;
    }
    return measure == ENT_FACT_ORGANISATIONS || measure == ENT_FACT_CAPABILITY ? NAN : 0;
}
