/* weigh: analysis of competing hypotheses (Heuer 1999): a case file with hypotheses, evidence and
 * ratings -> every score of the method page side by side, posterior, sensitivity.
 * Rules, reference numbers and limits: docs/methods/weigh.md. */
#ifndef ENT_WEIGH_H
#define ENT_WEIGH_H

#include "../store/store.h"

/* One judgement: how well a piece of evidence fits a hypothesis.  The five values are a scale. */
typedef enum {
    ENT_RATING_BLANK = 0,
    ENT_RATING_II = 1, /* very inconsistent */
    ENT_RATING_I = 2,
    ENT_RATING_N = 3,
    ENT_RATING_C = 4,
    ENT_RATING_CC = 5, /* very consistent */
    ENT_RATING_NA = 6  /* does not apply */
} ent_rating;

const char *ent__rating_name(ent_rating rating); /* "II" ... "NA", "" for blank */
bool ent__rating_parse(ent_str s, ent_rating *out);

typedef struct {
    ent_str id, text;
    ent_str group;  /* hypotheses of one group exclude each other; posteriors sum to 1 in it */
    double prior;   /* NaN: an equal share of what the group's given priors leave */
} ent_hypothesis;

/* What a rating weighs: given as H/M/L, or from source reliability (A-F) and information
 * credibility (1-6) of the NATO system; 0: not given (counts as M). */
typedef struct {
    ent_str id, text, kind;      /* fact statement assumption absence */
    ent_str date;
    ent_str group;               /* items of one group come from one source and count once */
    ent_str source;              /* where it is from: locator, address, publication */
    char credibility, relevance; /* 'H' 'M' 'L' or 0 */
    char reliability, information; /* 'A'..'F', '1'..'6' or 0 */
    const ent_str *links;        /* article#e1, rollcall:78/241, series:..., result:... or others */
    size_t link_count;
    double *likelihood;          /* P(e|h) given by the analyst, one a hypothesis, NaN: none; or NULL */
    long line;                   /* in the case file */
} ent_evidence;

/* A case; everything lives in the arena it was read into.
 * ratings[(analyst * evidence_count + e) * hypothesis_count + h]; reasons likewise (may be empty). */
typedef struct {
    ent_str id, question, period;
    const ent_str *states;
    size_t state_count;
    ent_hypothesis *hypotheses;
    size_t hypothesis_count;
    ent_evidence *evidence;
    size_t evidence_count;
    ent_str *analysts;
    size_t analyst_count;
    uint8_t *ratings;
    ent_str *reasons;
    double *stored_scores; /* weighted inconsistency as a spreadsheet has it, a hypothesis each;
                              never used, only compared; NULL: none */
} ent_case;

static inline size_t ent__cell(const ent_case *c, size_t analyst, size_t e, size_t h)
{
    return (analyst * c->evidence_count + e) * c->hypothesis_count + h;
}

/* Reads a case from YAML, from our own JSON, Markdown (.md) and HTML (.html), or from a matrix in CSV
 * (.csv: evidence,cred,rel,H1,H2,...; one analyst).  ENT_EINPUT names file, line and key. */
ent_rc ent__case_read(ent_ctx *ctx, ent_arena *arena, const char *path, ent_case **out);
ent_rc ent__case_parse_yaml(ent_ctx *ctx, ent_arena *arena, ent_str bytes, const char *source,
                            ent_case **out);
/* A saved state of the case `id` (ENT_CASE_LATEST: the last); *out NULL: the store has none.
 * out_state (NULL: not wanted): who saved what and when; its texts lie in the arena. */
ent_rc ent__case_stored(ent_ctx *ctx, ent_arena *arena, ent_store *store, const char *id,
                        int64_t revision, ent_stored_case *out_state, ent_case **out);

/* The case as YAML, or keys of a JSON object, that read back as the same case.  shown: one flag an
 * analyst whose ratings are written, NULL: all. */
void ent__case_yaml(ent_buf *out, const ent_case *c);
void ent__case_json(ent_json *json, const ent_case *c, const bool *shown);
/* A case's file `yaml` with its ratings replaced by those of `c` (same items and hypotheses); order,
 * layout and comments of the rest stay, but for files that are not laid out in blocks. */
ent_rc ent__case_yaml_ratings(ent_ctx *ctx, ent_buf *out, ent_str yaml, const ent_case *c,
                              const bool *shown);
#define ENT_CASE_ANALYSTS_MOST 64
/* The analyst's place, added without ratings where the case has none of that name. */
ent_rc ent__case_add_analyst(ent_ctx *ctx, ent_arena *arena, ent_case *c, ent_str name,
                             size_t *out_analyst);
/* Takes over one analyst's ratings of another state of the case, where items and hypotheses are
 * still there. */
ent_rc ent__case_take_ratings(ent_ctx *ctx, ent_arena *arena, ent_case *c, const ent_case *from,
                              size_t from_analyst);

/* ---- scores -------------------------------------------------------------------------------- */

typedef struct {
    double lambda;      /* likelihood ratio of one step, > 1; 2 by default */
    bool weights;       /* false: all items weigh the same, and none is discounted */
    bool groups;        /* items of one source count once (largest |ln likelihood|) */
    bool below_c3;      /* false: items with a source below C3 are left out */
    size_t analyst;     /* one analyst alone, or SIZE_MAX for the consensus */
    size_t without_analyst; /* the rest against one, or SIZE_MAX */
    size_t without;     /* an evidence item left out, or SIZE_MAX */
} ent_weigh_view;

ent_weigh_view ent__weigh_view(void); /* the defaults: 2, true, true, true, all, none */

/* One value a hypothesis. */
typedef struct {
    double *inconsistency, *weighted, *squared, *consistency; /* lowest leads but for consistency */
    double *blank_share, *na_share;
    double *log_odds;  /* ln prior + sum of ln likelihoods, up to a constant */
    double *posterior; /* sums to 1 in each exclusive group */
} ent_weigh_scores;

/* One value an evidence item: how much it tells hypotheses apart. */
typedef struct {
    double *spread;    /* A: population standard deviation of the cell means, 1..5 */
    double *refuting;  /* B: sum of inconsistency over hypotheses; kept for compatibility only */
    double *log_ratio; /* C: largest minus smallest ln likelihood: the log-odds it can move */
} ent_diagnosticity;

/* The rating all analysts of the view agree on: the mean of their scale values, rounded toward N;
 * NA only when all say NA; blank when none has rated. */
ent_rating ent__consensus(const ent_case *c, const ent_weigh_view *view, size_t e, size_t h);
ent_rc ent__weigh_scores(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                         const ent_weigh_view *view, ent_weigh_scores *out);
ent_rc ent__weigh_diagnosticity(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                                const ent_weigh_view *view, ent_diagnosticity *out);
/* Sample standard deviation over analysts of one cell; NaN below two ratings. */
double ent__disagreement(const ent_case *c, size_t e, size_t h);

/* The rules by which a hypothesis can lead. */
typedef enum { ENT_RULE_INCONSISTENCY, ENT_RULE_WEIGHTED, ENT_RULE_SQUARED, ENT_RULE_POSTERIOR,
               ENT_RULE_COUNT } ent_weigh_rule;
const char *ent__rule_name(ent_weigh_rule rule);
/* Hypotheses that lead by a rule, first in out (room for hypothesis_count); ties within 1e-12.
 * Returns how many. */
size_t ent__leaders(const ent_case *c, const ent_weigh_scores *scores, ent_weigh_rule rule,
                    size_t *out);
/* ICD 203 words: "likely", "roughly even chance"; "" below 1 % and above 99 %. */
const char *ent__likelihood_word(double probability);

/* ---- sensitivity --------------------------------------------------------------------------- */

enum { ENT_FLIP_BEYOND = 4 }; /* flip distance "> 3" */

typedef struct {
    size_t leader, leader_count;         /* of the whole case; the first of them where tied */
    size_t *leader_without;              /* per item: the leader without it; the old one while tied */
    bool *linchpin;                      /* per item: its loss changes the leader */
    unsigned flip_distance;              /* 1..3 single-step cell changes, or ENT_FLIP_BEYOND */
    size_t single_flips;                 /* cells times directions that alone change the leader */
    double *redraw_share;                /* per hypothesis: share of redraws in which it leads */
} ent_sensitivity;

typedef struct {
    unsigned draws;          /* 2,000 by default */
    double step_probability; /* 0.2 */
    uint64_t seed;
} ent_redraw;

/* The rule's ranking under small changes of what was judged.  A change of leader means that the
 * old one no longer leads, not even in a tie.  Flip distance is exact to 3: scores add over groups
 * of items, so the best k steps against one rival are found by dynamic programming.  Not for
 * ENT_RULE_SQUARED, which looks at means that no single step moves.  O(E H^2 + draws E H). */
ent_rc ent__weigh_sensitivity(ent_ctx *ctx, ent_arena *arena, const ent_case *c,
                              const ent_weigh_view *view, ent_weigh_rule rule,
                              const ent_redraw *redraw, ent_sensitivity *out);

/* ---- the whole answer ---------------------------------------------------------------------- */

/* The case seen in one other way: "lambda 3", "weights off", "anna alone". */
typedef struct {
    ent_str name;
    ent_weigh_view view;
    ent_weigh_scores scores;
    size_t weighted_leader, posterior_leader; /* the first where tied */
} ent_weigh_variant;

typedef struct {
    const ent_case *c;
    ent_weigh_view view;
    ent_redraw redraw;
    ent_weigh_scores scores;
    ent_diagnosticity diagnosticity;
    size_t *order;            /* evidence items, most diagnostic (C) first */
    ent_sensitivity weighted, posterior;
    ent_weigh_variant *variants;
    size_t variant_count;
    size_t *leaders[ENT_RULE_COUNT], leader_counts[ENT_RULE_COUNT];
    double *low, *high;       /* range of each posterior over the variants */
    bool rules_disagree;
} ent_weighing;

ent_rc ent__weigh(ent_ctx *ctx, ent_arena *arena, const ent_case *c, const ent_weigh_view *view,
                  const ent_redraw *redraw, ent_weighing **out);

/* The answer for people, for programs, for pages; the ratings alone as CSV that reads back. */
void ent__weigh_text(ent_buf *out, const ent_weighing *w, bool evidence_in_rows);
/* What an analyst sees before all of the own ratings are in: the items and the own ratings, nobody
 * else's and no score.  Returns how many cells are still blank. */
size_t ent__weigh_blind(ent_buf *out, const ent_case *c, size_t analyst);
void ent__weigh_json(ent_buf *out, const ent_kit *kit, const ent_weighing *w);
void ent__weigh_markdown(ent_buf *out, const ent_kit *kit, const ent_weighing *w);
void ent__weigh_html(ent_buf *out, const ent_kit *kit, const ent_weighing *w);
/* Hypotheses as rows with their posterior and its range, evidence as columns, most diagnostic
 * first, ratings by colour and by sign. */
void ent__weigh_svg(ent_buf *out, const ent_weighing *w);
/* ENT_EINPUT when the case has more than one analyst: a matrix holds one. */
ent_rc ent__case_csv(ent_ctx *ctx, ent_buf *out, const ent_case *c);
/* Two plain sentences: who leads by which rule, and what it hangs on. */
void ent__weigh_verdict(ent_buf *out, const ent_weighing *w);

/* ---- history, links, suggestions ----------------------------------------------------------- */

/* What changed between two states of a case: items, hypotheses and ratings, one a line
 * ("anna: E2 on H1: C -> CC (reason)"). */
void ent__case_changes(ent_buf *out, const ent_case *before, const ent_case *after);
/* Words behind a link: DOC#e1, DOC#s1, rollcall:ID (number or symbol), result:ID, and
 * series:A-B:month:2022-03[:net], a point of a dyad's series (A+B: both ways; day, week, month,
 * quarter, year; goldstein, net, count, share; agreement, distance, trade, exports, imports or the
 * name of an imported series, also series:A:year:2000:NAME and by session, s79).  p NULL: there is no such thing in the store. */
ent_rc ent__case_link(ent_ctx *ctx, ent_store *store, const ent_kit *kit, ent_arena *arena,
                      ent_str link, ent_str *out_words);
bool ent__case_link_known(ent_str link); /* is it of one of these forms? */
/* Every such link of the evidence leads somewhere; ENT_EINPUT names the first that does not.  Others
 * (addresses, say) are not looked up. */
ent_rc ent__case_check_links(ent_ctx *ctx, ent_store *store, const ent_kit *kit, const ent_case *c,
                             const char *path);
/* A case to be filled in, as YAML: the questions that stored documents ask as hypotheses, events
 * and statements that name two of the states as evidence, linked, unrated: rating is the
 * analyst's.  states: codes, at least two. */
ent_rc ent__case_suggest(ent_ctx *ctx, ent_store *store, const ent_str *states, size_t state_count,
                         ent_buf *out);

/* The same as keys of an open JSON object: "questions" (text, doc), "items" (kind, text, date, group,
 * links). */
ent_rc ent__case_suggest_json(ent_ctx *ctx, ent_store *store, const ent_str *states,
                              size_t state_count, ent_json *json);

/* ---- inside weigh/ ---- */

/* What stands before the case in a page of ours: JSON up to "</script>", YAML up to a fence. */
extern const char ent__case_html_begin[], ent__case_markdown_begin[];
ent_rc ent__case_read_csv(ent_ctx *ctx, ent_arena *arena, const char *path, ent_case **out);

/* One cell's part in the additive score of a rule (lower is better), before grouping. */
double ent__cell_score(const ent_case *c, const ent_weigh_view *view, ent_weigh_rule rule, size_t e,
                       size_t h, ent_rating rating);
double ent__rule_score(const ent_weigh_scores *scores, ent_weigh_rule rule, size_t h);
bool ent__item_counts(const ent_case *c, const ent_weigh_view *view, size_t e);
double ent__prior(const ent_case *c, size_t h);
/* Number of the item or hypothesis with that id; the count where there is none. */
size_t ent__case_evidence(const ent_case *c, ent_str id);
size_t ent__case_hypothesis(const ent_case *c, ent_str id);

#endif
