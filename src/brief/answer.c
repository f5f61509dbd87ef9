/* The answer of a brief, in two sentences, and the section on competing hypotheses behind it.
 * In: a weighed case, or what the sections found.  Out: ent_brief_answer, a section.
 * Words of likelihood and confidence: ICD 203; how confidence is told is in docs/methods/brief.md.
 */
#include <math.h>
#include <string.h>

#include "sections.h"

/* ---- hypotheses ----------------------------------------------------------------------------- */

/* Id and as many words of the text as fit beside the numbers, on a phone too. */
static ent_str row_name(ent__brief_work *w, const ent_hypothesis *h)
{
    enum { MOST = 42 };
    size_t at = 0, cut = 0, letters = 0;
    while (at < h->text.n && letters < MOST) {
        ent__utf8_next(h->text, &at);
        letters++;
        if (at == h->text.n || h->text.p[at] == ' ') {
            cut = at;
        }
    }
    cut = cut == 0 ? at : cut;
    return ent__brief_printf(w, "%.*s  %.*s%s", ENT_FMT(h->id), (int)cut, h->text.p,
                             cut < h->text.n ? " …" : "");
}

static void hypothesis_exhibit(ent__brief_work *w, const ent_weighing *x,
                               ent_brief_section *section)
{
    ent__table t = ent__table_open(w, "hypothesis|text|probability|low|high|likelihood|weighted "
                                      "inconsistency|leads in redraws");
    for (size_t h = 0; h < x->c->hypothesis_count; h++) {
        ent__table_text(&t, x->c->hypotheses[h].id);
        ent__table_text(&t, x->c->hypotheses[h].text);
        ent__table_number(&t, x->scores.posterior[h], 3);
        ent__table_number(&t, x->low[h], 3);
        ent__table_number(&t, x->high[h], 3);
        ent__table_z(&t, ent__likelihood_word(x->scores.posterior[h]));
        ent__table_number(&t, x->scores.weighted[h], 2);
        ent__table_number(&t, x->posterior.redraw_share[h], 3);
    }
    ent_brief_exhibit *e = ent__table_close(&t, section, ENT_LIT("hypotheses-probability"));
    ent__chart_row *rows = ent__arena_array(w->arena, x->c->hypothesis_count + 1, sizeof *rows);
    if (e == NULL || rows == NULL) {
        w->failed = true;
        return;
    }
    for (size_t h = 0; h < x->c->hypothesis_count; h++) {
        rows[h] = (ent__chart_row){
            row_name(w, &x->c->hypotheses[h]),
            ent__brief_printf(w, "%s%s%.0f %%", ent__likelihood_word(x->scores.posterior[h]),
                              ent__likelihood_word(x->scores.posterior[h])[0] ? ", " : "",
                              100 * x->scores.posterior[h]),
            x->scores.posterior[h], x->low[h], x->high[h]};
    }
    size_t first = x->leaders[ENT_RULE_POSTERIOR][0];
    e->title =
        ent__brief_printf(w, "%.*s leads with %.0f %%: %.*s", ENT_FMT(x->c->hypotheses[first].id),
                          100 * x->scores.posterior[first], ENT_FMT(x->c->hypotheses[first].text));
    e->note =
        ent__brief_printf(w,
                          "Dot: probability after the evidence; bar: its range over %zu other ways "
                          "to count. It weighs the judgements entered, not the world.",
                          x->variant_count);
    e->source = ENT_LIT("ratings of the case");
    e->open = true;
    e->svg = ent__chart_rows(
        w->arena, "hypotheses-probability", e->title,
        ENT_LIT("Probability of each hypothesis with its range. The numbers are in the "
                "table that follows."),
        rows, x->c->hypothesis_count, true);
}

static void matrix_exhibit(ent__brief_work *w, const ent_weighing *x, ent_brief_section *section)
{
    ent_buf picture = {0};
    ent__table t =
        ent__table_open(w, "item|text|kind|date|source|can move the log-odds by|hangs on it");
    size_t own = t.exhibit.column_count;
    for (size_t h = 0; h < x->c->hypothesis_count; h++) {
        ent__brief_column(&t, x->c->hypotheses[h].id);
    }
    size_t shown = t.exhibit.column_count - own;
    for (size_t i = 0; i < x->c->evidence_count; i++) {
        size_t e = x->order[i];
        const ent_evidence *item = &x->c->evidence[e];
        ent__table_text(&t, item->id);
        ent__table_text(&t, item->text);
        ent__table_text(&t, item->kind);
        ent__table_text(&t, item->date);
        ent__table_text(&t, item->source);
        ent__table_number(&t, x->diagnosticity.log_ratio[e], 2);
        ent__table_z(&t, x->posterior.linchpin[e] ? "yes" : "no");
        for (size_t h = 0; h < x->c->hypothesis_count && h < shown; h++) {
            ent__table_z(&t, ent__rating_name(ent__consensus(x->c, &x->view, e, h)));
        }
    }
    ent_brief_exhibit *e = ent__table_close(&t, section, ENT_LIT("hypotheses-matrix"));
    if (e == NULL) {
        return;
    }
    ent__weigh_svg(&picture, x);
    e->svg = ent__arena_str(w->arena, ent__buf_slice(&picture));
    ent__buf_free(&picture);
    const ent_evidence *top = &x->c->evidence[x->order[0]];
    e->title = ent__brief_printf(w, "%.*s tells the hypotheses apart best: %.*s", ENT_FMT(top->id),
                                 ENT_FMT(top->text));
    e->note = ENT_LIT(
        "Rows: hypotheses; columns: evidence, most telling first. CC and C: the item fits the "
        "hypothesis; I and II: it speaks against it; N: neither. * marks an item whose loss "
        "changes who leads.");
    e->source = ENT_LIT("ratings of the case");
}

ent_rc ent__section_hypotheses(ent__brief_work *w)
{
    const ent_weighing *x = w->in->weighing;
    if (x == NULL || x->c->hypothesis_count == 0 || x->c->evidence_count == 0) {
        return ENT_OK;
    }
    ent_brief_section *section =
        ent__section_add(w, "hypotheses", "Competing explanations", "Explanations");
    if (section == NULL) {
        return ent__nomem(w->ctx);
    }
    hypothesis_exhibit(w, x, section);
    matrix_exhibit(w, x, section);
    ent_buf verdict = {0};
    ent__weigh_verdict(&verdict, x);
    section->lead = ent__arena_str(w->arena, ent__buf_slice(&verdict));
    ent__buf_free(&verdict);
    section->method =
        "Analysis of competing hypotheses (Heuer 1999): analysts rate how well each item fits each "
        "hypothesis; what refutes counts more than what fits. Probabilities come from likelihood "
        "ratios of "
        "the ratings, weighed by credibility and relevance, one source counted once, and are "
        "counted again "
        "in other ways. Linchpins are items whose loss changes who leads.";
    section->page = "docs/methods/weigh.md";
    section->commands = ENT_LIT("entente weigh CASE.yaml");
    size_t blank = 0, absent = 0;
    for (size_t h = 0; h < x->c->hypothesis_count; h++) {
        blank += x->scores.blank_share[h] > 0;
    }
    for (size_t e = 0; e < x->c->evidence_count; e++) {
        absent += ent__str_eqz(x->c->evidence[e].kind, "absence");
    }
    if (blank > 0) {
        ent__brief_unknown(w,
                           ent__brief_printf(w,
                                             "Explanations: %zu of %zu hypotheses have items that "
                                             "nobody rated.",
                                             blank, x->c->hypothesis_count));
    }
    if (absent > 0) {
        ent__brief_unknown(
            w, ent__brief_printf(w,
                                 "Explanations: %zu of %zu items are absences, things not "
                                 "seen; they can still be found.",
                                 absent, x->c->evidence_count));
    }
    return ENT_OK;
}

/* ---- answer from a case --------------------------------------------------------------------- */

/* Low: the rules disagree, one step turns it, or the ways of counting span over 40 points.  High:
 * no item's loss and no three steps turn it, and they span at most 20.  Else moderate. */
static const char *confidence_of(const ent_weighing *x, size_t leader)
{
    double span = x->high[leader] - x->low[leader];
    bool hangs = false;
    for (size_t e = 0; e < x->c->evidence_count; e++) {
        hangs |= x->posterior.linchpin[e];
    }
    if (x->rules_disagree || x->posterior.flip_distance <= 1 || span > 0.4 ||
        x->leader_counts[ENT_RULE_POSTERIOR] > 1) {
        return "low";
    }
    return !hangs && x->posterior.flip_distance == ENT_FLIP_BEYOND && span <= 0.2 ? "high"
                                                                                  : "moderate";
}

static void write_reasons(ent__brief_work *w, const ent_weighing *x)
{
    ent_brief_answer *a = &w->brief->answer;
    unsigned distance = x->posterior.flip_distance;
    size_t leader = x->leaders[ENT_RULE_POSTERIOR][0];
    a->sure = ent__brief_printf(w,
                                "Confidence is %s: %s; over %zu other ways to count the "
                                "probability lies between %.0f and %.0f "
                                "%%; in %.0f %% of %u redraws of the ratings it leads.",
                                a->confidence,
                                x->rules_disagree ? "the rules disagree on who leads"
                                                  : "every rule has it lead",
                                x->variant_count, 100 * a->low, 100 * a->high,
                                100 * x->posterior.redraw_share[leader], x->redraw.draws);
    ent_buf text = {0};
    size_t hangs = 0;
    for (size_t i = 0; i < x->c->evidence_count; i++) {
        size_t e = x->order[i];
        if (x->posterior.linchpin[e]) {
            const ent_hypothesis *other = &x->c->hypotheses[x->posterior.leader_without[e]];
            ent__buf_printf(&text, "%s%.*s (“%.*s”; without it %.*s leads)",
                            hangs == 0 ? "It hangs on " : ", on ", ENT_FMT(x->c->evidence[e].id),
                            ENT_FMT(x->c->evidence[e].text), ENT_FMT(other->id));
            hangs++;
        }
    }
    ent__buf_z(&text, hangs == 0 ? "No single item’s loss would change who leads. " : ". ");
    ent__buf_printf(&text, "To change it by rating takes %s%u single step%s.",
                    distance == ENT_FLIP_BEYOND ? "more than " : "",
                    distance == ENT_FLIP_BEYOND ? 3 : distance, distance == 1 ? "" : "s");
    a->change = ent__arena_str(w->arena, ent__buf_slice(&text));
    w->failed |= text.failed;
    ent__buf_free(&text);
}

static void answer_from_case(ent__brief_work *w, const ent_weighing *x)
{
    ent_brief_answer *a = &w->brief->answer;
    size_t leader = x->leaders[ENT_RULE_POSTERIOR][0], next = SIZE_MAX;
    for (size_t h = 0; h < x->c->hypothesis_count; h++) {
        if (h != leader &&
            (next == SIZE_MAX || x->scores.posterior[h] > x->scores.posterior[next])) {
            next = h;
        }
    }
    a->probability = x->scores.posterior[leader];
    a->low = x->low[leader];
    a->high = x->high[leader];
    a->word = ent__likelihood_word(a->probability);
    a->word = a->word[0] == '\0' ? (a->probability < 0.5 ? "below 1 %" : "above 99 %") : a->word;
    a->confidence = confidence_of(x, leader);
    ent_str text = x->c->hypotheses[leader].text;
    while (text.n > 0 && text.p[text.n - 1] == '.') {
        text.n--;
    }
    a->first = ent__brief_printf(w, "%.*s: %s (%.0f %%, %.0f to %.0f %% over other ways to count).",
                                 ENT_FMT(text), a->word, 100 * a->probability, 100 * a->low,
                                 100 * a->high);
    if (next != SIZE_MAX) {
        ent_str rival = x->c->hypotheses[next].text;
        while (rival.n > 0 && rival.p[rival.n - 1] == '.') {
            rival.n--;
        }
        const char *word = ent__likelihood_word(x->scores.posterior[next]);
        a->second = ent__brief_printf(w, "The next best explanation, “%.*s”, is %s%s%.0f %%%s.",
                                      ENT_FMT(rival), word, word[0] ? " (" : "at ",
                                      100 * x->scores.posterior[next], word[0] ? ")" : "");
    }
    write_reasons(w, x);
}

/* ---- answer from the data ------------------------------------------------------------------- */

/* Clauses on a pair (third: on any pair with the third state) of a direction, joined. */
static size_t clauses(ent__brief_work *w, bool third, int direction, ent_buf *out)
{
    size_t count = 0;
    for (size_t f = 0; f < w->finding_count; f++) {
        const ent__finding *x = &w->findings[f];
        if ((x->j == 2) != third || x->direction != direction) {
            continue;
        }
        ent__buf_z(out, count++ == 0 ? "" : "; ");
        if (third) {
            ent_str pair = ent__brief_pair(w, x->i, x->j, " and ");
            ent__buf_printf(out, "%.*s: ", ENT_FMT(pair));
        }
        ent__buf_str(out, x->words);
    }
    return count;
}

static ent_str kept(ent__brief_work *w, ent_buf *text)
{
    ent_str copy = ent__arena_str(w->arena, ent__buf_slice(text));
    w->failed |= text->failed || copy.p == NULL;
    ent__buf_free(text);
    return copy;
}

static ent_str first_sentence(ent__brief_work *w)
{
    ent_buf closer = {0}, apart = {0}, still = {0}, text = {0};
    size_t up = clauses(w, false, 1, &closer), down = clauses(w, false, -1, &apart);
    clauses(w, false, 0, &still);
    ent_str pair = ent__brief_pair(w, 0, 1, " and ");
    if (up > 0 && down > 0) {
        ent__buf_printf(&text, "the data disagree on %.*s: closer, %.*s; apart, %.*s.",
                        ENT_FMT(pair), ENT_FMT(ent__buf_slice(&closer)),
                        ENT_FMT(ent__buf_slice(&apart)));
    } else if (up + down > 0) {
        ent__buf_printf(&text, "%.*s moved %s: %.*s%s%.*s.", ENT_FMT(pair),
                        up > 0 ? "closer" : "apart",
                        ENT_FMT(ent__buf_slice(up > 0 ? &closer : &apart)),
                        still.n > 0 ? "; but " : "", ENT_FMT(ent__buf_slice(&still)));
    } else {
        ent__buf_printf(&text,
                        "there is not enough evidence that %.*s moved closer or apart%s%.*s.",
                        ENT_FMT(pair), still.n > 0 ? ": " : "", ENT_FMT(ent__buf_slice(&still)));
    }
    ent__buf_free(&closer);
    ent__buf_free(&apart);
    ent__buf_free(&still);
    return ent__brief_capital(w, kept(w, &text));
}

/* At whose cost: what moved between either of them and the third. */
static ent_str second_sentence(ent__brief_work *w)
{
    ent_buf closer = {0}, apart = {0}, text = {0};
    ent_buf still = {0};
    size_t up = clauses(w, true, 1, &closer), down = clauses(w, true, -1, &apart);
    size_t same = clauses(w, true, 0, &still);
    ent_str third = ent__brief_asked_name(w, 2);
    if (up + down + same == 0) {
        ent__buf_printf(
            &text, "At whose cost can't be told: the store holds no events with %.*s to follow.",
            ENT_FMT(third));
    } else if (up + down == 0) {
        ent__buf_printf(&text, "No shift between either of them and %.*s was found.",
                        ENT_FMT(third));
    } else {
        ent__buf_printf(&text, "Ties with %.*s ", ENT_FMT(third));
        if (down > 0) {
            ent__buf_printf(&text, "loosened (%.*s)", ENT_FMT(ent__buf_slice(&apart)));
        }
        if (up > 0) {
            ent__buf_printf(&text, "%stightened (%.*s)", down > 0 ? " and " : "",
                            ENT_FMT(ent__buf_slice(&closer)));
        }
        ent__buf_char(&text, '.');
    }
    ent__buf_free(&closer);
    ent__buf_free(&apart);
    ent__buf_free(&still);
    return kept(w, &text);
}

/* What the data show of movement between the first two; no likelihood, for nothing was weighed. */
static void answer_from_data(ent__brief_work *w)
{
    ent_brief_answer *a = &w->brief->answer;
    ent_buf sure = {0};
    a->first = first_sentence(w);
    if (w->brief->asked_count == ENT_BRIEF_ASKED) {
        a->second = second_sentence(w);
    }
    for (size_t f = 0; f < w->finding_count; f++) {
        const ent__finding *x = &w->findings[f];
        if (x->i == 0 && x->j == 1 && x->detail.n > 0) {
            ent__buf_str(&sure, x->detail);
            ent__buf_char(&sure, ' ');
        }
    }
    ent__buf_z(&sure,
               "No likelihood is given: the data show what moved, not why, and no case weighs the "
               "explanations.");
    a->sure = kept(w, &sure);
    a->change = ENT_LIT(
        "More periods, another agenda or another source of events can change it; the intervals "
        "say by how much.");
}

void ent__brief_answer_write(ent__brief_work *w)
{
    ent_brief_answer *a = &w->brief->answer;
    a->probability = a->low = a->high = NAN;
    const ent_weighing *x = w->in->weighing;
    if (x != NULL && x->c->hypothesis_count > 0 && x->c->evidence_count > 0) {
        answer_from_case(w, x);
    } else if (w->in->store != NULL && w->brief->asked_count >= 2) {
        answer_from_data(w);
    }
}
