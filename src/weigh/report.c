/* The answer as text for the terminal, as JSON, and the ratings as CSV. */
#include <math.h>
#include <stdlib.h>

#include "weigh.h"

static void leader_names(ent_buf *out, const ent_weighing *w, ent_weigh_rule rule)
{
    for (size_t i = 0; i < w->leader_counts[rule]; i++) {
        ent__buf_z(out, i == 0 ? "" : i + 1 == w->leader_counts[rule] ? " and " : ", ");
        ent__buf_str(out, w->c->hypotheses[w->leaders[rule][i]].id);
    }
}

static void percent(ent_buf *out, double p)
{
    const char *word = ent__likelihood_word(p);
    ent__buf_printf(out, "%.0f %%%s%s", 100 * p, word[0] == '\0' ? "" : ", ", word);
}

static size_t linchpins(const ent_weighing *w, const ent_sensitivity *s, ent_buf *out)
{
    size_t count = 0;
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        if (s->linchpin[e]) {
            if (out != NULL) {
                ent__buf_z(out, count == 0 ? "" : ", ");
                ent__buf_str(out, w->c->evidence[e].id);
            }
            count++;
        }
    }
    return count;
}

void ent__weigh_verdict(ent_buf *out, const ent_weighing *w)
{
    if (w->rules_disagree) {
        ent__buf_z(out, "The rules disagree: ");
        leader_names(out, w, ENT_RULE_WEIGHTED);
        ent__buf_printf(out, " %s least refuted by weighted count, ",
                        w->leader_counts[ENT_RULE_WEIGHTED] == 1 ? "is" : "are");
        leader_names(out, w, ENT_RULE_POSTERIOR);
        ent__buf_printf(out, " %s most probable",
                        w->leader_counts[ENT_RULE_POSTERIOR] == 1 ? "is" : "are");
    } else {
        leader_names(out, w, ENT_RULE_POSTERIOR);
        ent__buf_printf(out, " %s by every rule",
                        w->leader_counts[ENT_RULE_POSTERIOR] == 1 ? "leads" : "lead");
    }
    size_t first = w->leaders[ENT_RULE_POSTERIOR][0];
    ent__buf_z(out, " (");
    percent(out, w->scores.posterior[first]);
    ent__buf_printf(out, "; %.0f to %.0f %% over the other ways to count). ", 100 * w->low[first],
                    100 * w->high[first]);
    size_t hangs = linchpins(w, &w->posterior, NULL);
    if (hangs == 0) {
        ent__buf_z(out, "No single item's loss would make another hypothesis more probable; ");
    } else {
        ent__buf_printf(out, "The loss of ");
        linchpins(w, &w->posterior, out);
        ent__buf_printf(out, "%s would make another hypothesis more probable; ",
                        hangs == 1 ? "" : ", any one of them,");
    }
    unsigned distance = w->posterior.flip_distance;
    ent__buf_printf(out, "to change that by rating takes %s%u single step%s.",
                    distance == ENT_FLIP_BEYOND ? "more than " : "",
                    distance == ENT_FLIP_BEYOND ? 3 : distance, distance == 1 ? "" : "s");
}

/* ---- text ---- */

static void text_hypotheses(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "\nhypothesis   posterior (range)        inconsistent  weighted  squared  "
                    "consistent  blank   n/a\n");
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        const ent_weigh_scores *s = &w->scores;
        ent__buf_printf(out, "%-10.*s  %6.1f %% (%4.1f to %5.1f)  %12g  %8.4f  %7g  %10g  %3.0f %%  "
                             "%3.0f %%\n",
                        ENT_FMT(w->c->hypotheses[h].id), 100 * s->posterior[h], 100 * w->low[h],
                        100 * w->high[h], s->inconsistency[h], s->weighted[h], s->squared[h],
                        s->consistency[h], 100 * s->blank_share[h], 100 * s->na_share[h]);
    }
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        ent__buf_printf(out, "  %.*s: %.*s", ENT_FMT(w->c->hypotheses[h].id),
                        ENT_FMT(w->c->hypotheses[h].text));
        const char *word = ent__likelihood_word(w->scores.posterior[h]);
        ent__buf_printf(out, "%s%s%s\n", word[0] ? " (" : "", word, word[0] ? ")" : "");
    }
}

static void text_items(ent_buf *out, const ent_weighing *w)
{
    for (size_t i = 0; i < w->c->evidence_count; i++) {
        const ent_evidence *item = &w->c->evidence[w->order[i]];
        ent__buf_printf(out, "  %.*s: %.*s\n", ENT_FMT(item->id), ENT_FMT(item->text));
    }
}

static void text_evidence_rows(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "\nevidence, most diagnostic first\n           ");
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        ent__buf_printf(out, " %-4.*s", ENT_FMT(w->c->hypotheses[h].id));
    }
    ent__buf_z(out, "  log-odds  spread  refuting  hangs on it\n");
    for (size_t i = 0; i < w->c->evidence_count; i++) {
        size_t e = w->order[i];
        ent__buf_printf(out, "%-10.*s ", ENT_FMT(w->c->evidence[e].id));
        for (size_t h = 0; h < w->c->hypothesis_count; h++) {
            ent__buf_printf(out, " %-4s", ent__rating_name(ent__consensus(w->c, &w->view, e, h)));
        }
        ent__buf_printf(out, "  %8.3f  %6.4f  %8g  %s%s\n", w->diagnosticity.log_ratio[e],
                        w->diagnosticity.spread[e], w->diagnosticity.refuting[e],
                        w->weighted.linchpin[e] ? "count " : "",
                        w->posterior.linchpin[e] ? "posterior" : "");
    }
}

enum { COLUMNS = 10 }; /* items side by side, so that a line fits a terminal */

static void text_line(ent_buf *out, const ent_weighing *w, size_t from, const char *label,
                      const double *values)
{
    ent__buf_printf(out, "%-12s", label);
    for (size_t i = from; i < from + COLUMNS && i < w->c->evidence_count; i++) {
        ent__buf_printf(out, " %6.3g", values[w->order[i]]);
    }
    ent__buf_char(out, '\n');
}

/* Hypotheses in rows: analysts weigh an item across all of them (Dhami et al. 2024). */
static void text_hypothesis_rows(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "\nevidence, most diagnostic first (* hangs on it)\n");
    for (size_t from = 0; from < w->c->evidence_count; from += COLUMNS) {
        ent__buf_printf(out, "%-12s", "");
        for (size_t i = from; i < from + COLUMNS && i < w->c->evidence_count; i++) {
            size_t e = w->order[i];
            ent__buf_printf(out, " %5.*s%s", ENT_FMT(w->c->evidence[e].id),
                            w->weighted.linchpin[e] || w->posterior.linchpin[e] ? "*" : " ");
        }
        ent__buf_char(out, '\n');
        for (size_t h = 0; h < w->c->hypothesis_count; h++) {
            ent__buf_printf(out, "%-12.*s", ENT_FMT(w->c->hypotheses[h].id));
            for (size_t i = from; i < from + COLUMNS && i < w->c->evidence_count; i++) {
                ent_rating rating = ent__consensus(w->c, &w->view, w->order[i], h);
                ent__buf_printf(out, " %5s ", ent__rating_name(rating));
            }
            ent__buf_char(out, '\n');
        }
        text_line(out, w, from, "log-odds", w->diagnosticity.log_ratio);
        text_line(out, w, from, "spread", w->diagnosticity.spread);
        text_line(out, w, from, "refuting", w->diagnosticity.refuting);
        ent__buf_char(out, '\n');
    }
}

size_t ent__weigh_blind(ent_buf *out, const ent_case *c, size_t analyst)
{
    size_t blank = 0;
    ent__buf_printf(out, "%.*s\n\nRatings of %.*s; others' and all scores are hidden until every cell "
                         "is rated.\n\n", ENT_FMT(c->question), ENT_FMT(c->analysts[analyst]));
    for (size_t e = 0; e < c->evidence_count; e++) {
        ent__buf_printf(out, "%.*s: %.*s\n ", ENT_FMT(c->evidence[e].id),
                        ENT_FMT(c->evidence[e].text));
        for (size_t h = 0; h < c->hypothesis_count; h++) {
            ent_rating rating = (ent_rating)c->ratings[ent__cell(c, analyst, e, h)];
            blank += rating == ENT_RATING_BLANK;
            ent__buf_printf(out, "  %.*s %s", ENT_FMT(c->hypotheses[h].id),
                            rating == ENT_RATING_BLANK ? "?" : ent__rating_name(rating));
        }
        ent__buf_char(out, '\n');
    }
    ent__buf_printf(out, "\n%zu of %zu cells are still to be rated.\n", blank,
                    c->evidence_count * c->hypothesis_count);
    return blank;
}

static void text_flip(ent_buf *out, const ent_weighing *w, const char *rule,
                      const ent_sensitivity *s)
{
    ent__buf_printf(out, "%-10s leader %.*s%s; flip distance %s%u; %zu single steps change the leader; "
                         "linchpins: ",
                    rule, ENT_FMT(w->c->hypotheses[s->leader].id),
                    s->leader_count > 1 ? " (tied)" : "",
                    s->flip_distance == ENT_FLIP_BEYOND ? "> " : "",
                    s->flip_distance == ENT_FLIP_BEYOND ? 3 : s->flip_distance, s->single_flips);
    if (linchpins(w, s, out) == 0) {
        ent__buf_z(out, "none");
    }
    ent__buf_z(out, "\n");
}

static void text_sensitivity(ent_buf *out, const ent_weighing *w)
{
    ent__buf_z(out, "\nwhat it hangs on\n");
    text_flip(out, w, "count", &w->weighted);
    text_flip(out, w, "posterior", &w->posterior);
    ent__buf_printf(out, "share of %u redraws led (each rating one step off with probability %g, "
                         "seed %llu)\n",
                    w->redraw.draws, w->redraw.step_probability, (unsigned long long)w->redraw.seed);
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        ent__buf_printf(out, "  %-10.*s count %5.1f %%   posterior %5.1f %%\n",
                        ENT_FMT(w->c->hypotheses[h].id), 100 * w->weighted.redraw_share[h],
                        100 * w->posterior.redraw_share[h]);
    }
    ent__buf_z(out, "\nother ways to count            leads by count  most probable\n");
    for (size_t v = 0; v < w->variant_count; v++) {
        const ent_weigh_variant *one = &w->variants[v];
        const ent_hypothesis *probable = &w->c->hypotheses[one->posterior_leader];
        ent__buf_printf(out, "  %-28.*s %-15.*s %.*s (%.1f %%)\n", ENT_FMT(one->name),
                        ENT_FMT(w->c->hypotheses[one->weighted_leader].id), ENT_FMT(probable->id),
                        100 * one->scores.posterior[one->posterior_leader]);
    }
}

static void text_warnings(ent_buf *out, const ent_weighing *w)
{
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        double unrated = w->scores.blank_share[h] + w->scores.na_share[h];
        if (unrated > 0.25) {
            ent__buf_printf(out, "caution: %.0f %% of the items say nothing on %.*s; a hypothesis that "
                                 "nobody has tested is not thereby likely\n",
                            100 * unrated, ENT_FMT(w->c->hypotheses[h].id));
        }
    }
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        for (size_t h = 0; h < w->c->hypothesis_count; h++) {
            double apart = ent__disagreement(w->c, e, h);
            if (apart > 1) {
                ent__buf_printf(out, "disagreement: %.*s on %.*s, standard deviation %.2f over "
                                     "analysts\n",
                                ENT_FMT(w->c->evidence[e].id), ENT_FMT(w->c->hypotheses[h].id),
                                apart);
            }
        }
    }
}

/* II and CC are strong words: they want a reason that another analyst can check. */
static void text_reasons(ent_buf *out, const ent_case *c)
{
    size_t strong = 0, silent = 0, cells = c->analyst_count * c->evidence_count * c->hypothesis_count;
    for (size_t i = 0; i < cells; i++) {
        bool is_strong = c->ratings[i] == ENT_RATING_II || c->ratings[i] == ENT_RATING_CC;
        strong += is_strong;
        silent += is_strong && c->reasons[i].n == 0;
    }
    if (silent > 0) {
        ent__buf_printf(out, "caution: %zu of %zu ratings of II and CC give no reason\n", silent,
                        strong);
    }
}

static void text_stored_scores(ent_buf *out, const ent_weighing *w)
{
    for (size_t h = 0; w->c->stored_scores != NULL && h < w->c->hypothesis_count; h++) {
        if (fabs(w->c->stored_scores[h] - w->scores.weighted[h]) > 5e-4) {
            ent__buf_printf(out, "the file says %.4f for %.*s; recomputed it is %.4f, which counts\n",
                            w->c->stored_scores[h], ENT_FMT(w->c->hypotheses[h].id),
                            w->scores.weighted[h]);
        }
    }
}

void ent__weigh_text(ent_buf *out, const ent_weighing *w, bool evidence_in_rows)
{
    ent_buf text = {0};
    ent__buf_str(&text, w->c->question);
    ent__buf_z(&text, "\n\n");
    ent__weigh_verdict(&text, w);
    ent__buf_z(&text, "\nIt weighs the judgements entered, not the world; ratings are the "
                      "analysts'.\n");
    text_hypotheses(&text, w);
    (evidence_in_rows ? text_evidence_rows : text_hypothesis_rows)(&text, w);
    text_items(&text, w);
    text_sensitivity(&text, w);
    text_warnings(&text, w);
    text_reasons(&text, w->c);
    text_stored_scores(&text, w);
    ent__buf_shown_lines(out, ent__buf_slice(&text)); /* the case's words don't steer a terminal */
    out->failed |= text.failed;
    ent__buf_free(&text);
}

/* ---- JSON ---- */

static void numbers(ent_json *json, const char *key, const double *values, size_t n)
{
    ent__json_key(json, key);
    ent__json_open(json, '[');
    for (size_t i = 0; i < n; i++) {
        ent__json_double(json, values[i]);
    }
    ent__json_close(json, ']');
}

static void json_scores(ent_json *json, const ent_case *c, const ent_weigh_scores *s)
{
    size_t n = c->hypothesis_count;
    numbers(json, "inconsistency", s->inconsistency, n);
    numbers(json, "weighted", s->weighted, n);
    numbers(json, "squared", s->squared, n);
    numbers(json, "consistency", s->consistency, n);
    numbers(json, "blank_share", s->blank_share, n);
    numbers(json, "na_share", s->na_share, n);
    numbers(json, "posterior", s->posterior, n);
}

static void json_sensitivity(ent_json *json, const ent_weighing *w, const char *key,
                             const ent_sensitivity *s)
{
    ent__json_key(json, key);
    ent__json_open(json, '{');
    ent__json_kstr(json, "leader", w->c->hypotheses[s->leader].id);
    ent__json_kint(json, "leaders", (int64_t)s->leader_count);
    ent__json_key(json, "flip_distance");
    if (s->flip_distance == ENT_FLIP_BEYOND) {
        ent__json_null(json); /* beyond 3 */
    } else {
        ent__json_int(json, s->flip_distance);
    }
    ent__json_kint(json, "single_flips", (int64_t)s->single_flips);
    ent__json_key(json, "linchpins");
    ent__json_open(json, '[');
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        if (s->linchpin[e]) {
            ent__json_open(json, '{');
            ent__json_kstr(json, "evidence", w->c->evidence[e].id);
            ent__json_kstr(json, "leader_without", w->c->hypotheses[s->leader_without[e]].id);
            ent__json_close(json, '}');
        }
    }
    ent__json_close(json, ']');
    numbers(json, "redraw_share", s->redraw_share, w->c->hypothesis_count);
    ent__json_close(json, '}');
}

static void json_evidence(ent_json *json, const ent_weighing *w)
{
    ent__json_key(json, "evidence");
    ent__json_open(json, '[');
    for (size_t e = 0; e < w->c->evidence_count; e++) {
        const ent_evidence *item = &w->c->evidence[e];
        ent__json_open(json, '{');
        ent__json_kstr(json, "id", item->id);
        ent__json_kstr(json, "text", item->text);
        ent__json_kdouble(json, "spread", w->diagnosticity.spread[e]);
        ent__json_kdouble(json, "refuting", w->diagnosticity.refuting[e]);
        ent__json_kdouble(json, "log_ratio", w->diagnosticity.log_ratio[e]);
        ent__json_key(json, "ratings");
        ent__json_open(json, '[');
        for (size_t h = 0; h < w->c->hypothesis_count; h++) {
            ent__json_z(json, ent__rating_name(ent__consensus(w->c, &w->view, e, h)));
        }
        ent__json_close(json, ']');
        ent__json_key(json, "links");
        ent__json_open(json, '[');
        for (size_t i = 0; i < item->link_count; i++) {
            ent__json_str(json, item->links[i]);
        }
        ent__json_close(json, ']');
        ent__json_close(json, '}');
    }
    ent__json_close(json, ']');
}

static void json_leaders(ent_json *json, const ent_weighing *w)
{
    ent__json_key(json, "leaders");
    ent__json_open(json, '{');
    for (int rule = 0; rule < ENT_RULE_COUNT; rule++) {
        ent__json_key(json, ent__rule_name((ent_weigh_rule)rule));
        ent__json_open(json, '[');
        for (size_t i = 0; i < w->leader_counts[rule]; i++) {
            ent__json_str(json, w->c->hypotheses[w->leaders[rule][i]].id);
        }
        ent__json_close(json, ']');
    }
    ent__json_close(json, '}');
}

void ent__weigh_json(ent_buf *out, const ent_kit *kit, const ent_weighing *w)
{
    ent_buf verdict = {0};
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kstr(&json, "question", w->c->question);
    ent__weigh_verdict(&verdict, w);
    ent__json_kstr(&json, "verdict", ent__buf_slice(&verdict));
    ent__buf_free(&verdict);
    ent__json_kbool(&json, "rules_disagree", w->rules_disagree);
    json_leaders(&json, w);
    ent__json_key(&json, "hypotheses");
    ent__json_open(&json, '[');
    for (size_t h = 0; h < w->c->hypothesis_count; h++) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "id", w->c->hypotheses[h].id);
        ent__json_kstr(&json, "text", w->c->hypotheses[h].text);
        ent__json_kdouble(&json, "posterior", w->scores.posterior[h]);
        ent__json_kdouble(&json, "low", w->low[h]);
        ent__json_kdouble(&json, "high", w->high[h]);
        ent__json_kz(&json, "words", ent__likelihood_word(w->scores.posterior[h]));
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_key(&json, "scores");
    ent__json_open(&json, '{');
    json_scores(&json, w->c, &w->scores);
    ent__json_close(&json, '}');
    json_evidence(&json, w);
    json_sensitivity(&json, w, "weighted", &w->weighted);
    json_sensitivity(&json, w, "posterior", &w->posterior);
    ent__json_key(&json, "variants");
    ent__json_open(&json, '[');
    for (size_t v = 0; v < w->variant_count; v++) {
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "name", w->variants[v].name);
        json_scores(&json, w->c, &w->variants[v].scores);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_kint(&json, "seed", (int64_t)w->redraw.seed);
    ent__json_kint(&json, "draws", w->redraw.draws);
    ent__json_key(&json, "case"); /* whole, so that the answer reads back as the case */
    ent__json_open(&json, '{');
    ent__case_json(&json, w->c, NULL);
    ent__json_close(&json, '}');
    ent__json_version(&json, kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

/* ---- CSV ---- */

ent_rc ent__case_csv(ent_ctx *ctx, ent_buf *out, const ent_case *c)
{
    if (c->analyst_count > 1) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0,
                         "a CSV matrix holds one analyst, this case has %zu: name one with --analyst",
                         c->analyst_count);
    }
    ent__buf_z(out, "evidence,cred,rel");
    for (size_t h = 0; h < c->hypothesis_count; h++) {
        ent__buf_char(out, ',');
        ent__buf_csv(out, c->hypotheses[h].id, ',');
    }
    ent__buf_char(out, '\n');
    for (size_t e = 0; e < c->evidence_count; e++) {
        const ent_evidence *item = &c->evidence[e];
        ent_buf words = {0};
        ent__buf_printf(&words, "%.*s %.*s", ENT_FMT(item->id), ENT_FMT(item->text));
        ent__buf_csv(out, ent__str_trim(ent__buf_slice(&words)), ',');
        out->failed |= words.failed;
        ent__buf_free(&words);
        char levels[8] = {',', item->credibility ? item->credibility : ' ', ',',
                          item->relevance ? item->relevance : ' ', '\0'};
        for (const char *p = levels; *p != '\0'; p++) {
            if (*p != ' ') {
                ent__buf_char(out, *p);
            }
        }
        for (size_t h = 0; h < c->hypothesis_count; h++) {
            uint8_t rating = c->analyst_count == 0 ? ENT_RATING_BLANK
                                                   : c->ratings[ent__cell(c, 0, e, h)];
            ent__buf_printf(out, ",%s", ent__rating_name(rating));
        }
        ent__buf_char(out, '\n');
    }
    return out->failed ? ent__nomem(ctx) : ENT_OK;
}
