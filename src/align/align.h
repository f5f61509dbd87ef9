/* align: how two states' conduct moves: event series and their shifts; votes, ideal points and
 * dependence in their own sections below.  There states are keyed by their Correlates of War number
 * (`ccode`): ISO codes are ambiguous in time.  docs/methods/align.md */
#ifndef ENT_ALIGN_H
#define ENT_ALIGN_H

#include "../store/store.h"

/* ==== series and shifts ===================================================================== */

/* ---- dyad series --------------------------------------------------------------------------- */

/* SESSION: the General Assembly's year from 1 September; of votes and what is made of them. */
typedef enum { ENT_BY_DAY, ENT_BY_WEEK, ENT_BY_MONTH, ENT_BY_QUARTER, ENT_BY_YEAR,
               ENT_BY_SESSION } ent_by;
const char *ent__by_name(ent_by by);
bool ent__by_parse(ent_str name, ent_by *out); /* all but session */
/* First day of the period that holds a day (weeks begin on Monday), of the one after it. */
int32_t ent__period_start(ent_by by, int32_t day);
int32_t ent__period_next(ent_by by, int32_t start);
/* "2025-02-10" (day, week), "2025-02", "2025-Q1", "2025", "s79". */
void ent__period_label(ent_by by, int32_t start, char out[16]);

typedef struct {
    double value, low, high;
} ent_value;

/* One period of a dyad.  NaN where there is nothing to say. */
typedef struct {
    int32_t start, days;      /* first day, length */
    int32_t covered_days;     /* days on which the store holds any record: 0: no news, not a zero */
    int64_t count;            /* events; with their Poisson-gamma interval (Jeffreys prior) */
    double count_low, count_high;
    int64_t quad[5];          /* by quad class 1..4; [0]: without one */
    double net, net_low, net_high;    /* sum of Goldstein values, Poisson bootstrap interval */
    double goldstein, goldstein_low, goldstein_high; /* mean of the events, bootstrap interval */
    int64_t mentions;         /* how often told */
    int64_t attention;        /* events of the source with anybody */
    double share, share_low, share_high; /* of the dyad in them, Wilson interval */
    ent_value given;          /* of series that are not made of events (ent__series_public) */
} ent_series_point;

typedef struct {
    ent_by by;
    ent_duplicates duplicates;
    ent_dyad_filter dyad;
    double level;             /* of all intervals, 0.95 */
    uint64_t seed;
    bool share;               /* counts the attention too (reads all records of the source) */
} ent_series_options;

typedef struct {
    ent_series_point *points;
    size_t count;
    int64_t records, events;  /* before and after the duplicates rule */
    int64_t too_vague;        /* events whose date is vaguer than a period: left out */
    ent_by by;
    char words[160], counted[32], source[96]; /* public series: what a value is, what is counted */
} ent_series;

/* The dyad's series over the days asked for, else over all covered ones; intervals are the same
 * for the same seed whatever else is asked.  O(records log records).  Free with
 * ent__series_free. */
ent_rc ent__series_read(ent_ctx *ctx, ent_store *store, const ent_series_options *options,
                        ent_series *out);
void ent__series_free(ent_series *series);

/* Every dyad's series: the row of one period with at least one event. */
typedef struct {
    ent_state_codes source, target; /* on the period's first day */
    const ent_series_point *point;
    char period[16];
    int year;
} ent_dyad_period;
typedef ent_rc (*ent_dyad_visit)(void *user, const ent_dyad_period *row);
/* In order of codes and periods; options->dyad.source and target are not used, filter->actor and
 * target narrow the pairs.  Undirected: source is the one first in the alphabet. */
ent_rc ent__series_dyads(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                         const ent_series_options *options, const ent_store_filter *filter,
                         ent_dyad_visit visit, void *user);

/* Bounds of the middle `level` of the posterior of a Poisson rate after `count` events (gamma with
 * shape count + 1/2), and of a share (Wilson). */
void ent__interval_poisson(int64_t count, double level, double *low, double *high);
void ent__interval_share(double part, double whole, double level, double *low, double *high);
/* z of a two-sided normal interval: 1.96 for 0.95. */
double ent__interval_z(double level);

/* ---- shifts -------------------------------------------------------------------------------- */

typedef enum { ENT_SHIFT_MEAN, ENT_SHIFT_MEANVAR, ENT_SHIFT_POISSON } ent_shift_model;
typedef enum {
    ENT_SHIFT_PELT,    /* penalised optimum, pruned: exact */
    ENT_SHIFT_SEGMENT, /* segment neighbourhood: exact optimum for each number of breaks */
    ENT_SHIFT_BOCPD,   /* Bayesian online detection */
    ENT_SHIFT_BINSEG,  /* binary segmentation: fast and rough, for comparison */
    ENT_SHIFT_AMOC     /* at most one change */
} ent_shift_method;
typedef enum { ENT_PENALTY_MBIC, ENT_PENALTY_BIC, ENT_PENALTY_AIC, ENT_PENALTY_VALUE }
    ent_shift_penalty;
typedef enum {
    ENT_SCALE_RESIDUAL, /* deviation within the regimes found; found again with it until both hold */
    ENT_SCALE_DIFF,   /* from differences of neighbours (median): blind to slow noise */
    ENT_SCALE_SD,     /* standard deviation of the whole series */
    ENT_SCALE_VALUE   /* given */
} ent_shift_scale;

typedef struct {
    ent_shift_model model;
    ent_shift_method method;
    ent_shift_penalty penalty;
    double penalty_value;
    ent_shift_scale scale;     /* of the mean model's noise */
    double scale_value;
    size_t min_segment;        /* 0: 1 for mean, 2 for others (15 % of n for SEGMENT) */
    size_t most_breaks;        /* SEGMENT: 0: 5; -> BIC chooses, unless: */
    bool exactly;              /* SEGMENT: exactly most_breaks */
    double level;              /* of the intervals, 0.95 */
    double hazard;             /* BOCPD: 1 / expected length of a regime, 0.01 */
} ent_shift_options;
#define ENT_SHIFT_DEFAULTS                                                                         \
    ((ent_shift_options){.scale_value = 1, .level = 0.95, .hazard = 0.01})

/* One change.  Positions count from 1: `last` is the last observation of the old regime, `first`
 * = last + 1 the first of the new; low..high is the interval of `last` (0, 0: none). */
typedef struct {
    size_t last, first, low, high;
    double before, after;          /* mean (rate) of the regimes on both sides */
    double size, size_low, size_high; /* after - before */
    double deviation_before, deviation_after;
    size_t known_at;               /* BOCPD: first observation after which it was known; 0: not */
    double known_probability;
} ent_shift;

typedef struct {
    ent_shift *shifts;
    size_t count;
    double cost;                   /* of the whole: sum of squares, or -2 log likelihood */
    double penalty, scale;         /* as used */
    double autocorrelation;        /* of neighbours, after the shifts are taken out */
    double cusum, cusum_p;         /* OLS-CUSUM test that there is any shift at all */
    double sup_f;                  /* largest F statistic of one break within 15 %..85 %; NaN */
    size_t sup_f_last;
    /* SEGMENT: criterion and sum of squares for 0..tried breaks */
    double *bic, *rss;
    size_t tried;
} ent_shifts;

/* Finds the shifts of x[0..n-1].  ENT_EINPUT: fewer than 4 values, counts that are negative or no
 * whole numbers for the Poisson model, a value that is no number.  PELT: O(n) to O(n^2);
 * SEGMENT: O(breaks n^2); BOCPD: O(n^2), bounded by dropping run lengths below 1e-8.
 * Killick, Fearnhead and Eckley 2012; Zhang and Siegmund 2007 (MBIC); Auger and Lawrence 1989;
 * Bai and Perron 1998, 2003; Adams and MacKay 2007. */
ent_rc ent__shifts_find(ent_ctx *ctx, const double *x, size_t n, const ent_shift_options *options,
                        ent_shifts *out);
void ent__shifts_free(ent_shifts *shifts);

/* Shifts in how a series follows itself: exact least-squares breaks of the regression of x on its
 * values `lags` earlier, all coefficients new in every regime.  Uses most_breaks, exactly,
 * min_segment (0: 10 % of n) of the options; BIC chooses the number.  No intervals for the dates;
 * before and after are the regimes' means.  O(n^2 k^3 + breaks n^2) and n^2 doubles of memory.
 * ENT_EINPUT: too short.  Bai and Perron 2003. */
ent_rc ent__shifts_lags(ent_ctx *ctx, const double *x, size_t n, const size_t *lags,
                        size_t lag_count, const ent_shift_options *options, ent_shifts *out);

const char *ent__shift_model_name(ent_shift_model model);
const char *ent__shift_method_name(ent_shift_method method);
bool ent__shift_model_parse(ent_str name, ent_shift_model *out);
bool ent__shift_method_parse(ent_str name, ent_shift_method *out);

/* ---- for programs ---------------------------------------------------------------------------- */

/* Of events up to SHARE; the others are public series (ent__series_public). */
typedef enum { ENT_MEASURE_ALL, ENT_MEASURE_GOLDSTEIN, ENT_MEASURE_NET, ENT_MEASURE_COUNT,
               ENT_MEASURE_SHARE, ENT_MEASURE_AGREEMENT, ENT_MEASURE_DISTANCE, ENT_MEASURE_TRADE,
               ENT_MEASURE_EXPORTS, ENT_MEASURE_IMPORTS, ENT_MEASURE_GIVEN } ent_measure;

const char *ent__measure_name(ent_measure measure);
bool ent__measure_parse(ent_str name, ent_measure *out); /* goldstein net count share */
ent_value ent__measure_of(const ent_series_point *p, ent_measure measure); /* ALL: goldstein */
const char *ent__measure_words(ent_measure measure);
/* agreement distance trade exports imports */
bool ent__public_measure_parse(ent_str name, ent_measure *out);
/* The series as a JSON object with version block and line end; its keys alone, into an open
 * object; as CSV with a header, empty where there is nothing to say. */
void ent__series_json(ent_buf *out, const ent_series *series, const ent_series_options *o,
                      const ent_kit *kit);
void ent__series_keys(ent_json *json, const ent_series *series, const ent_series_options *o);
/* Of a public series: "words", "counted", "from", "by", "points" (period start days covered_days
 * count value low high). */
void ent__public_series_keys(ent_json *json, const ent_series *series);
void ent__public_series_csv(ent_buf *out, const ent_series *series); /* the same columns */
void ent__series_csv(ent_buf *out, const ent_series *series, ent_by by);
/* Model, method, penalty, "breaks", "shifts" with their times (labels: one an observation), tests:
 * keys into an open object. */
void ent__shifts_json(ent_json *json, const ent_shifts *s, const char *const *labels,
                      const ent_shift_options *options);

/* ---- drawing ------------------------------------------------------------------------------- */

/* One point of a chart; value NaN: nothing known (drawn as a gap). */
typedef struct {
    double at;            /* place on the time axis: days since 1970-01-01, or any number */
    double value, low, high; /* low NaN: no band */
    bool covered;
} ent_chart_point;

typedef struct {
    const char *title, *subtitle, *unit, *source;
    const ent_chart_point *points;
    size_t count;
    bool dates;           /* the axis is days; else plain numbers */
    double zero_line;     /* NaN: none */
    const ent_shifts *shifts; /* of the points with a value, in order; NULL: none */
    const char *const *labels; /* of those points, for the shifts' words */
} ent_chart;

/* SVG for screen and print: shifts by line style and words, not by colour alone (Okabe-Ito). */
void ent__chart_svg(ent_buf *out, const ent_chart *chart);

/* ==== end of series and shifts ============================================================== */

/* ==== votes, ideal points, alliances, dependence ============================================= */

/* ---- states -------------------------------------------------------------------------------- */

/* Codes and names of states as data sets write them, resolved at a date. */
typedef struct ent_states ent_states;

ent_rc ent__states_new(ent_ctx *ctx, const ent_kit *kit, ent_states **out);
void ent__states_free(ent_states *states);
/* COW number of a COW number, ISO 3166 code (2 or 3 letters, also withdrawn ones) or name on that
 * day; year 0: as of today.  CHN is 713 before 25 October 1971, DEU 260 before 3 October 1990, YEM
 * 678 before 22 May 1990; NA is Namibia.  0: no such state.  COW letter codes are not taken: AUS
 * would be Austria.  O(length). */
int32_t ent__states_ccode(const ent_states *states, ent_str code_or_name, ent_date date);
/* Empty slices for a number that no state has. */
ent_str ent__states_iso3(const ent_states *states, int32_t ccode);
/* That of the day, year 0: today (345 is YUG to 2006, SRB after). */
ent_str ent__states_iso3_at(const ent_states *states, int32_t ccode, ent_date date);
ent_str ent__states_name(const ent_states *states, int32_t ccode);
/* The number under which a state's ISO code stands in a year (DEU: 260 from 1949 to 1990), the
 * state's own where both hold; 0: there was no such state, of which no data set tells. */
int32_t ent__states_in_year(const ent_states *states, int32_t ccode, int year);
/* look 0: the same; look 1: in the year of a change the number before it, under which some data sets
 * keep that year. */
int32_t ent__states_number(const ent_states *states, int32_t ccode, int year, int look);

/* ---- roll calls and votes ------------------------------------------------------------------ */

typedef enum {
    ENT_VOTE_NONE, /* not a member, or not in the source */
    ENT_VOTE_YES,
    ENT_VOTE_ABSTAIN,
    ENT_VOTE_NO,
    ENT_VOTE_ABSENT /* a member without a recorded vote */
} ent_vote;

/* Issue tags of a roll call, Voeten's six. */
enum {
    ENT_ISSUE_PALESTINE = 1,
    ENT_ISSUE_NUCLEAR = 2,
    ENT_ISSUE_DISARMAMENT = 4,
    ENT_ISSUE_HUMAN_RIGHTS = 8,
    ENT_ISSUE_COLONIALISM = 16,
    ENT_ISSUE_DEVELOPMENT = 32,
    ENT_ISSUE_COUNT = 6
};
extern const char *const ent__issue_names[ENT_ISSUE_COUNT];  /* "me" ... as in the files */
extern const char *const ent__issue_labels[ENT_ISSUE_COUNT]; /* "Palestine" ... */

typedef struct {
    int64_t id;       /* the source's own; 10,000,000 + record number for the Digital Library */
    int64_t record;   /* of the UN Digital Library, 0 unknown */
    int32_t session;  /* emergency sessions count in the regular session of their date; 0: none */
    ent_date date;
    bool council;     /* Security Council, else General Assembly */
    ent_str symbol;   /* normalised: "78/241", "ES-11/7", "S/2774", "25/2668A"; may be empty */
    ent_str title;
    int8_t important, amendment, paragraph; /* -1: not coded */
    uint8_t issues, issues_known;           /* bits of ENT_ISSUE_* */
    uint16_t totals[5];                     /* counted, indexed by ent_vote */
    ent_str origin;                         /* list or file it comes from */
    uint32_t item; /* equal for roll calls of identical texts: row of the first */
} ent_roll_call;

typedef struct {
    int32_t ccode;
    ent_str iso3, name;
    uint32_t votes; /* recorded yes, abstain, no */
} ent_voter;

/* A file that was read and what it gave. */
typedef struct {
    ent_str path;
    const char *layout; /* "voeten", "plain votes", "library", ... */
    long lines;
    uint32_t roll_calls, votes;  /* new ones */
    uint32_t doubled, disagreed; /* votes already known from before, and of these the different */
    uint32_t unknown_states;     /* lines dropped for a state that was not recognised */
    uint32_t undated; /* votes of states by name on roll calls without a date: names as of today */
} ent_vote_source;

/* A vote that two sources record differently: the first stays. */
typedef struct {
    uint32_t roll_call; /* index, after ent__votes_finish */
    int32_t ccode;
    ent_vote first, second;
    uint32_t source; /* of the second */
} ent_vote_clash;

/* Roll calls in order of (session, date, id) and a dense matrix after ent__votes_finish. */
typedef struct ent_votes {
    ent_roll_call *roll_calls;
    size_t roll_call_count;
    ent_voter *voters; /* ascending ccode */
    size_t voter_count;
    const uint8_t *matrix; /* roll_call_count x voter_count of ent_vote */
    ent_vote_source *sources;
    size_t source_count;
    const ent_vote_clash *clashes; /* the first 1000 */
    size_t clash_count;
    struct ent_votes_build *build;
} ent_votes;

ent_rc ent__votes_new(ent_ctx *ctx, const ent_kit *kit, ent_votes **out);
void ent__votes_free(ent_votes *votes);
/* Reads one file of any layout of docs/methods/align.md, told by its header: roll calls, votes,
 * both, issue tags or lists of identical resolutions; or a record page of the UN Digital Library as
 * text.  Later files add to earlier ones: the same roll call is recognised by id, record number or
 * symbol.  What a state's code or name means depends on the day: votes on roll calls whose date is
 * not known yet are given to states by ent__votes_finish.  Plain, gzip, xz; UTF-8 or Latin-1.
 * ENT_EINPUT names file and line.  O(lines) time, bounded memory a line. */
ent_rc ent__votes_read(ent_ctx *ctx, ent_votes *votes, const char *path);
/* Sorts, links, counts, builds the matrix; nothing can be read afterwards. O(n log n). */
ent_rc ent__votes_finish(ent_ctx *ctx, ent_votes *votes);
ent_vote ent__votes_at(const ent_votes *votes, size_t roll_call, size_t voter);
int ent__votes_voter(const ent_votes *votes, int32_t ccode); /* -1: never voted */
const ent_states *ent__votes_states(const ent_votes *votes);

/* "A/RES/2668(XXV)[A]" -> "25/2668A", "A/RES/ES-11/7" -> "ES-11/7", "R/60/260" -> "60/260",
 * "S/RES/2774(2025)" -> "S/2774"; other text comes back trimmed.  In `arena`. */
ent_str ent__symbol_normalise(ent_arena *arena, ent_str symbol);
/* Shell pattern with * and ? over a normalised symbol ("ES-11/" and a star), case folded. */
bool ent__symbol_matches(ent_str symbol, ent_str pattern);

/* ---- agreement ----------------------------------------------------------------------------- */

/* Which roll calls count.  Zero: all contested ones of the General Assembly (states did not all
 * vote alike). */
typedef struct {
    ent_date since, until;  /* inclusive; year 0: open */
    int32_t session;        /* 0: all */
    uint8_t issues;         /* any of these tags; 0: all */
    const char *resolutions; /* shell pattern of symbols, or NULL */
    bool council;           /* the Security Council's instead */
    bool whole_only;        /* no amendments and paragraphs */
    bool unanimous;         /* also those where all voted alike */
} ent_vote_filter;

bool ent__votes_chosen(const ent_votes *votes, size_t roll_call, const ent_vote_filter *filter);

/* Two states over a set of roll calls on which both voted.  yes 1, abstain 2, no 3.
 * score: mean of 1 - |a - b| / 2 (Lijphart 1963; S of Signorino and Ritter 1999 with equal weights
 * has the range 2 score - 1); two_way: equal votes where both said yes or no; kappa, pi: score
 * corrected for chance with weights 1 - |d| / 2 by own (Cohen) and pooled (Scott) marginals (Haege
 * 2011).  NaN where undefined.  low, high: 95 % Wilson interval for a mean of values in [0, 1]
 * (wider than exact; a roll call is a draw from the state of the agenda). */
typedef struct {
    size_t common, yes_no, both_yes, opposed;
    double score, low, high, exact, two_way, kappa, pi;
} ent_agreement;

/* `chosen`: one flag a roll call.  O(roll calls). */
void ent__agreement(const ent_votes *votes, const bool *chosen, size_t voter_a, size_t voter_b,
                    ent_agreement *out);
/* The same in one year, each state by its number of that year (DEU: 260 to 1990), where it had no
 * votes under that one by its own: Ukraine voted before it was independent. */
void ent__agreement_in_year(const ent_votes *votes, const bool *chosen, int32_t a, int32_t b,
                            int year, ent_agreement *out);

/* How a roll call of a later period moved the pair's score against the mean of an earlier one. */
typedef struct {
    size_t roll_call;
    ent_vote a, b;
    double agreement;
    double contribution; /* (agreement - earlier mean) / number of common votes: they add up */
    bool repeated;       /* the same text (linked or of the same title) was voted on earlier */
    double agreement_before; /* mean over the earlier roll calls on that text; NaN */
    ent_vote a_before, b_before; /* on the last of them */
    size_t others_moved; /* states whose vote differs from theirs on the last of them */
} ent_mover;

/* All common roll calls of `later` against `earlier`, largest absolute contribution first, of
 * equal ones those whose votes changed.  *out
 * is yours to free with free(). change = sum of contributions. O(roll calls x states). */
ent_rc ent__agreement_movers(ent_ctx *ctx, const ent_votes *votes, const bool *earlier,
                             const bool *later, size_t voter_a, size_t voter_b, ent_mover **out,
                             size_t *out_count);

typedef enum { ENT_AGREEMENT_BY_YEAR, ENT_AGREEMENT_BY_SESSION, ENT_AGREEMENT_BY_ROLL_CALL,
               ENT_AGREEMENT_BY_ISSUE } ent_agreement_by;
/* Agreement a period (or the roll calls one by one) beside the agenda, and, between the last two
 * periods, what moved it: text into `out`, or with `json` its keys "periods" and "change" (or
 * "roll_calls") into an open object.  O(periods x roll calls x states). */
ent_rc ent__agreement_report(ent_ctx *ctx, const ent_votes *votes, const ent_vote_filter *filter,
                             ent_agreement_by by, size_t voter_a, size_t voter_b, ent_buf *out,
                             ent_json *json);

/* ---- ideal points -------------------------------------------------------------------------- */

typedef enum { ENT_PERIOD_SESSION, ENT_PERIOD_YEAR } ent_vote_period;

/* Which votes enter.  Default (zero): as in the published estimates (Bailey, Strezhnev and Voeten
 * 2017): sessions that Voeten's list covers use that list alone; no roll call on which all voted
 * alike; from session 52 on no amendments and paragraphs (before, they are not told apart in the
 * same way); no session with a single roll call; no state-session of align/not_estimated. */
typedef struct {
    ent_vote_period by;
    uint8_t issues;      /* any of these tags; 0: all */
    int32_t from, to;    /* sessions, inclusive; 0: open */
    bool every_source;   /* also additions to sessions that Voeten's list covers */
    bool parts;          /* keep all amendments and paragraphs */
    bool drop_parts;     /* drop all amendments and paragraphs ("final passage only") */
    bool as_published;   /* hold the item of align/held_roll_calls where the published run has it,
                            against what its votes ask for */
} ent_ideal_filter;

/* One state in one period. */
typedef struct {
    uint32_t voter;  /* of ent_votes */
    int32_t ccode, period;
    uint32_t first, count; /* votes: range of by_point */
    int32_t before, after; /* the state's neighbouring points, -1: none */
} ent_ideal_place;

/* A vote seen from its state (other = item) or its item (other = place). */
typedef struct {
    uint32_t other : 30, vote : 2; /* vote: ent_vote */
} ent_ideal_vote;

/* The votes that enter, in both orders. */
typedef struct {
    ent_ideal_place *places; /* by ccode, then period */
    size_t place_count;
    uint32_t *item_first; /* item_count + 1 offsets into by_item */
    size_t item_count, roll_call_count;
    ent_ideal_vote *by_place, *by_item;
    size_t vote_count;
    int32_t first_period, last_period;
    size_t held; /* item that no fit moves (filter's as_published); item_count: none */
    double held_beta, held_low, held_high;
} ent_ideal_data;

ent_rc ent__ideal_data(ent_ctx *ctx, const ent_kit *kit, const ent_votes *votes,
                       const ent_ideal_filter *filter, ent_ideal_data *out);
void ent__ideal_data_free(ent_ideal_data *data);

/* Priors.  A state's theta leans on the one before with precision step_precision x (1 + votes then
 * / votes now), its first on its second in the same way and ~ N(mean of its period, lone_variance);
 * one alone ~ N(0, lone_variance).  A session tells nothing about the one before it: one-way, a
 * filter, not one joint density.  beta ~ N(0, beta_variance), both cut points ~ N(0,
 * cut_variance), in order.  After each sweep the points are set to mean 0 and standard deviation 1
 * while the items stay: a pull on every point of (sum of beta^2 over its votes + step precision) x
 * (centre + stretch x theta), with the one centre and stretch that keep mean and deviation.  It
 * holds the levels of sessions.
 * Source and evidence: docs/methods/align.md. */
typedef struct {
    double step_precision, lone_variance;
    double beta_variance, cut_variance;
} ent_ideal_prior;
extern const ent_ideal_prior ent__ideal_prior_default;

typedef struct {
    ent_ideal_prior prior;
    unsigned threads;
    int iterations;   /* em: at most; sample: kept sweeps a chain */
    int warmup;       /* sample: sweeps dropped */
    int chains;       /* sample */
    uint64_t seed;
    double tolerance; /* em: largest change of a theta */
    int32_t positive, negative; /* anchors that the start's axis runs between; 0: none */
} ent_ideal_options;

/* Estimates of the places, in their order.  Identification: mean 0, standard deviation 1 over all
 * places; the sign is that of the start and turned by ent__ideal_orient. */
typedef struct {
    double theta, se, low, median, high; /* 5 %, 50 % and 95 % */
    double ess, rhat;                    /* sample (ideal_draws.c); NaN for em */
} ent_ideal_point;

typedef struct {
    ent_ideal_point *points;
    size_t count;
    int iterations;
    double change;          /* em: last largest change */
    /* sample; NaN for em: */
    double acceptance_items, acceptance_places, acceptance_levels;
    double worst_rhat, least_ess, median_ess, settled; /* share of R-hat < 1.05 and ess > 100 */
    double level_rhat, level_ess; /* worst of the periods' means and deviations */
} ent_ideal_fit;

/* Deterministic: expectation over the states' paths, maximisation over the items, moves of whole
 * periods, until no theta moves by `tolerance`.  O(iterations x votes); 797,473 votes: 1.4 s. */
ent_rc ent__ideal_em(ent_ctx *ctx, const ent_ideal_data *data, const ent_ideal_options *options,
                     ent_ideal_fit *out);
/* Metropolis within Gibbs with Newton proposals and moves of whole periods, started from em; chains
 * run side by side.  Same seed, same bytes for any number of threads.  O(sweeps x votes). */
ent_rc ent__ideal_sample(ent_ctx *ctx, const ent_ideal_data *data,
                         const ent_ideal_options *options, ent_ideal_fit *out);
void ent__ideal_fit_free(ent_ideal_fit *fit);
/* Turns the axis so that `positive` lies above `negative` on average over their common periods (a
 * ccode of 0: the other one's sign decides).  False: neither is among the places. */
bool ent__ideal_orient(const ent_ideal_data *data, int32_t positive, int32_t negative,
                       ent_ideal_fit *fit);

/* ---- alliances, capabilities, disputes, organisations -------------------------------------- */

typedef enum {
    ENT_FACT_ALLIANCE,      /* bits of ENT_PACT_*, what a owes b */
    ENT_FACT_DISPUTE,       /* highest hostility of the year, 1..5 */
    ENT_FACT_WAR,           /* 1: at war with each other */
    ENT_FACT_ORGANISATIONS, /* intergovernmental organisations both are in */
    ENT_FACT_CAPABILITY,    /* CINC, share of the world; b = 0 */
    ENT_FACT_COUNT
} ent_fact_kind;
extern const char *const ent__fact_names[ENT_FACT_COUNT];

enum {
    ENT_PACT_DEFENSE = 1,
    ENT_PACT_OFFENSE = 2,
    ENT_PACT_NEUTRALITY = 4,
    ENT_PACT_NONAGGRESSION = 8,
    ENT_PACT_CONSULTATION = 16
};
/* "defense, consultation"; "none" for 0. */
void ent__pact_text(unsigned pacts, char out[80]);

typedef struct {
    int32_t a, b, year;
    ent_fact_kind measure;
    double value;
} ent_fact;

typedef struct {
    ent_fact *rows; /* by (measure, a, b, year) after ent__facts_finish */
    size_t count, capacity;
    int32_t first_year[ENT_FACT_COUNT], last_year[ENT_FACT_COUNT]; /* covered; 0: no data */
} ent_facts;

/* Adds one file: ATOP (directed, undirected), COW alliances, NMC, MID and war dyad-years, IGO
 * counts; told by header.  -9 and blanks are missing.  ENT_EINPUT names file and line. O(lines). */
ent_rc ent__facts_read(ent_ctx *ctx, ent_facts *facts, const char *path);
ent_rc ent__facts_add(ent_ctx *ctx, ent_facts *facts, ent_fact row);
void ent__facts_finish(ent_facts *facts);
void ent__facts_free(ent_facts *facts);
/* The value, or NaN for "no data": outside of the years the data set covers, or (organisations,
 * capability) without a row.  Inside, a dyad without a row has no alliance, dispute, war: 0. */
double ent__facts_at(const ent_facts *facts, ent_fact_kind measure, int32_t a, int32_t b,
                        int32_t year);

/* ---- trade and dependence ------------------------------------------------------------------ */

/* A reported flow of goods from exporter to importer in a month or year. */
typedef struct {
    int32_t exporter, importer; /* COW numbers; 0: the world */
    int32_t period;             /* year * 100 + month; month 0: the whole year */
    uint16_t commodity, unit;   /* indexes into names; commodity 0: all goods */
    bool by_importer;           /* who reports */
    double value;
} ent_flow;

typedef struct {
    ent_arena *arena;
    ent_flow *flows; /* by (commodity, period, exporter, importer, by_importer) when finished */
    size_t count, capacity;
    ent_str *names; /* commodities and units */
    size_t name_count, name_capacity;
    struct { int32_t ccode, year; double gdp; } *gdp;
    size_t gdp_count, gdp_capacity;
    struct { int32_t number, ccode; } *codes; /* BACI's numeric country codes */
    size_t code_count, code_capacity;
    size_t unknown; /* lines of states that were not recognised */
} ent_trade;

ent_rc ent__trade_new(ent_ctx *ctx, ent_trade **out);
void ent__trade_free(ent_trade *trade);
/* Adds one file: COW dyadic and national trade, BACI (with its country_codes file first), Comtrade
 * (old and new headers), the IMF's tables (wide, SDMX-CSV), plain layouts (reporter, partner, year, imports, exports; iso_o, iso_d,
 * flow; importer, date, commodity, eur; country, partner, date, commodity, unit, value; ccode, year,
 * gdp).  BACI's products are summed while reading.  `exporter`: for files that name no exporter (0:
 * error).
 * O(lines). */
ent_rc ent__trade_read(ent_ctx *ctx, const ent_states *states, ent_trade *trade, const char *path,
                       int32_t exporter);
/* commodity and unit of `flow` are set from the texts.  GDP is in million US dollars. */
ent_rc ent__trade_add(ent_ctx *ctx, ent_trade *trade, ent_str commodity, ent_str unit,
                      ent_flow flow);
ent_rc ent__trade_add_gdp(ent_ctx *ctx, ent_trade *trade, int32_t ccode, int32_t year, double gdp);
ent_rc ent__trade_finish(ent_ctx *ctx, ent_trade *trade);
int ent__trade_name(const ent_trade *trade, ent_str name); /* -1: no such commodity or unit */

/* What state i needs state j for in one period, and the other way round.  All NaN where there are
 * no data; formulas in docs/methods/align.md. */
typedef struct {
    double imports, exports;           /* of i from and to j, as used */
    double imports_mirror, exports_mirror; /* as the partner reports them */
    double import_share, export_share, trade_share;
    double import_partners_hhi, export_partners_hhi, trade_partners_hhi; /* of i */
    double effective_partners, hirschman;
    double dependence, import_dependence; /* over GDP */
    double exit_cost[3];               /* rho 0, 0.5, 0.9 */
    double years_to_replace;           /* imports from j at 5 % spare capacity of the others */
} ent_dependence;

typedef struct {
    ent_dependence ij, ji;
    double asymmetry, log_ratio, salience, symmetry, interdependence; /* of i on j over j on i */
    double leverage[3]; /* exit cost of i less that of j */
    bool gdp_known;
} ent_dyad_dependence;

#define ENT_UNIT_OF_FILE "as in the file" /* of flows whose file names no unit */
#define ENT_EXIT_UNIT_COST 0.5 /* k: cost of a unit of lost trade */
#define ENT_SPARE_CAPACITY 0.05 /* g: what other exporters can add in a year */
/* Shares and concentrations of all goods need a total with the world, or this many partners: a file
 * of a few reporters tells of few partners of everybody else, and their sum is no total. */
#define ENT_LEAST_PARTNERS 30
/* An amount for people, four digits: "9800", "31.5 bn" (k, m, bn, tn). */
void ent__amount_text(double value, char out[24]);
/* commodity: index, 0 all goods; year, or year * 100 + month.  O(flows of the period). */
void ent__dependence(const ent_trade *trade, uint16_t commodity, uint16_t unit, int32_t period,
                     int32_t i, int32_t j, ent_dyad_dependence *out);
/* The unit in which most flows of a commodity between the two are given; false: there is none. */
bool ent__trade_unit(const ent_trade *trade, uint16_t commodity, int32_t i, int32_t j,
                     uint16_t *out);
/* The states that one buys from (exports: sells to), the largest first, with their share of all; NaN
 * where the total is not known.  free() the list.  O(flows of the period). */
typedef struct {
    int32_t ccode;
    double value, share;
} ent_partner;
ent_rc ent__trade_partners(ent_ctx *ctx, const ent_trade *trade, uint16_t commodity, uint16_t unit,
                           int32_t period, int32_t state, bool exports, ent_partner **out,
                           size_t *out_count);
/* Months of a year with a figure between the two; 12 where the year has one of its own. */
int ent__trade_months(const ent_trade *trade, uint16_t commodity, uint16_t unit, int32_t year,
                      int32_t i, int32_t j);
/* Exports from i to j over a period as the better reporter gives it (importer first), NaN: no data;
 * a year without yearly figures is the sum of its months when `months_needed` of them are there. */
double ent__trade_flow(const ent_trade *trade, uint16_t commodity, uint16_t unit, int32_t period,
                       int32_t exporter, int32_t importer);
/* Shares -> HHI, its normalised form, effective number, Hirschman index; NaN for no partner and
 * (normalised) a single one. */
typedef struct {
    double hhi, normalised, effective, hirschman;
} ent_concentration;
ent_concentration ent__concentration(const double *values, size_t count);
double ent__exit_cost(double imports, double exports, double gdp, double rho_imports,
                      double rho_exports, double unit_cost);

/* ---- series from other hands ---------------------------------------------------------------- */

/* A value somebody else counted: ideal points, agreement, prices, polls. */
typedef struct {
    ent_str name, a, b; /* of the series; ISO 3166 code of a state, or any name; may be empty */
    int32_t day;        /* first of the period */
    ent_by by;          /* its length */
    double value, low, high; /* low, high NaN: the source gives no interval */
    uint32_t order;     /* in which they came */
} ent_given_point;

typedef struct {
    ent_arena *arena;
    ent_given_point *points; /* by (name, a, b, day) when finished */
    size_t count, capacity;
    size_t repeated;  /* told twice: the last stays */
    size_t missing;   /* cells without a value */
    size_t unknown;   /* states that no table knows, kept as written */
    ent_map *index;
    ent_str *texts;
    size_t text_count, text_capacity;
} ent_given;

ent_rc ent__given_new(ent_ctx *ctx, ent_given **out);
void ent__given_free(ent_given *given);
/* Adds one table, told by its header: a line a value (date, state or pair, value; several columns of
 * values), a column a series, a column a period; published ideal points and agreement scores.
 * `name`: of the series where the file gives none (NULL: the file's name).  Layouts:
 * docs/methods/series.md.  ENT_EINPUT names file, line and what was expected.  O(cells). */
ent_rc ent__given_read(ent_ctx *ctx, const ent_states *states, ent_given *given, const char *path,
                       const char *name);
void ent__given_finish(ent_given *given); /* O(n log n) */
/* Points of one series, from *first on; name without regard to case.  O(n). */
size_t ent__given_find(const ent_given *given, ent_str name, ent_str a, ent_str b, size_t *first);
/* series,a,b,period,value,low,high as csv or jsonl; read again it gives the same. */
ent_rc ent__given_export(ent_ctx *ctx, const ent_given *given, const char *layout,
                         ent_export_write write, void *user);

/* A series of a pair (or a state) that is not made of events. */
typedef struct {
    ent_measure measure;  /* from AGREEMENT on */
    const char *name;     /* GIVEN: the series; DISTANCE: imported points, NULL: estimated here */
    const char *a, *b;    /* codes; "" or NULL: none */
    bool directed;        /* GIVEN: not the other way round where a source tells a pair once */
    bool by_chosen;       /* `by` is asked for; else years (GIVEN: as the points are) */
    ent_by by;
    ent_date since, until;
    double level;
    const char *commodity, *unit; /* trade; NULL: all goods, the unit of most flows of the pair */
    /* Who has them in memory already (finished) gives them; NULL: they are read from the store. */
    const ent_votes *votes;
    const ent_given *given;
} ent_public_series;

/* Agreement of votes with Wilson's interval; distance of ideal points (EM, by session or year; or of
 * imported points) with the errors of both as independent; share of a's trade that is with b, a's
 * exports to or imports from b, the interval being the range of what both sides report; imported
 * points as they are, averaged where `by` is coarser.  count: common roll calls, votes, reports,
 * points.  covered_days 0: the source says nothing of the period.  The same columns as a dyad's
 * series: start, days, covered_days, count, given.  ENT_EINPUT: the store holds no such data.
 * O(rows); distance: as ent__ideal_em. */
ent_rc ent__series_public(ent_ctx *ctx, ent_store *store, const ent_kit *kit,
                          const ent_public_series *asked, ent_series *out);

/* ---- out again ----------------------------------------------------------------------------- */

typedef struct {
    ent_vote_filter filter;  /* `unanimous` is not looked at */
    bool both;               /* Assembly and Council (filter.council is not looked at) */
    const int32_t *ccodes;   /* votes of these states alone */
    size_t ccode_count;      /* 0: all */
} ent_vote_selection;

/* WHAT: rollcalls, votes, matches in the plain layout of docs/methods/align.md, LAYOUT csv or jsonl;
 * votes also as voeten: one long table with a line a state and roll call.  Read again they give the
 * same votes (rollcalls, votes, matches together).  ENT_EUSAGE: no such thing.  O(votes). */
ent_rc ent__votes_export(ent_ctx *ctx, const ent_votes *votes, const char *what,
                         const char *layout, const ent_vote_selection *selection,
                         ent_export_write write, void *user);
/* The same for facts of dyads: alliances, disputes, wars, organisations, capabilities. */
ent_rc ent__facts_export(ent_ctx *ctx, const ent_states *states, const ent_facts *facts,
                         const char *what, const char *layout, ent_export_write write, void *user);
/* trade or gdp. */
ent_rc ent__trade_export(ent_ctx *ctx, const ent_states *states, const ent_trade *trade,
                         const char *what, const char *layout, ent_export_write write, void *user);

/* ---- in the store -------------------------------------------------------------------------- */

/* Adds what the store holds; before ent__votes_finish (facts, trade: _finish), like a file. */
ent_rc ent__votes_from_store(ent_ctx *ctx, ent_votes *votes, ent_store *store);
/* The same for another store that is merged into the first: what is known stays, different votes
 * are counted as with a file called `name`. */
ent_rc ent__votes_from_other(ent_ctx *ctx, ent_votes *votes, ent_store *other, const char *name);
ent_rc ent__given_from_store(ent_ctx *ctx, ent_given *given, ent_store *store);
ent_rc ent__facts_from_store(ent_ctx *ctx, ent_facts *facts, ent_store *store);
ent_rc ent__trade_from_store(ent_ctx *ctx, ent_trade *trade, ent_store *store);
/* Writes everything after _finish, replacing rows of the same key: all or nothing. */
ent_rc ent__votes_to_store(ent_ctx *ctx, const ent_votes *votes, ent_store *store);
ent_rc ent__given_to_store(ent_ctx *ctx, const ent_given *given, ent_store *store);
ent_rc ent__facts_to_store(ent_ctx *ctx, const ent_facts *facts, ent_store *store);
ent_rc ent__trade_to_store(ent_ctx *ctx, const ent_trade *trade, ent_store *store);

/* ---- profile: everything on one time axis --------------------------------------------------- */

typedef enum {
    ENT_PANEL_LINES, /* up to two lines with bands */
    ENT_PANEL_SPANS, /* value: bits; one row a bit that occurs, named by `bits` */
    ENT_PANEL_MARKS  /* a mark of the value's height where it is above 0 */
} ent_panel_kind;

/* One strip of a profile: values by year from the profile's first year; NaN: no data. */
typedef struct {
    ent_panel_kind kind;
    const char *title, *unit, *source;
    const char *names[2];          /* of the series; names[1] NULL: one */
    const double *values[2], *low[2], *high[2]; /* low, high: NULL: no band */
    const char *const *bits;       /* SPANS: names of the bits, ended by NULL */
    bool share;                    /* LINES: the axis goes from 0 to 1 */
} ent_panel;

/* SVG page: panels below each other on one axis of years, gaps hatched and said in words. */
void ent__profile_svg(ent_buf *out, const char *title, const char *subtitle, int first_year,
                      int last_year, const ent_panel *panels, size_t count);

/* ---- downloads ----------------------------------------------------------------------------- */

typedef struct {
    int64_t bytes, resumed_at;
    char sha256[65];
} ent_fetched;

/* Downloads an http or https address to `path` by way of PATH.part, which is continued when it is
 * there and of the same address, unless the server says that its file is another one by now.  sha256 (or NULL) is checked: another file is thrown away.  At most `limit` bytes.
 * ENT_EINPUT names the address and the reason. */
ent_rc ent__fetch(ent_ctx *ctx, const char *url, const char *path, const char *sha256,
                  int64_t limit, ent_fetched *out);

/* ==== end of votes ========================================================================== */

#endif
