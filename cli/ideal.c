/* entente ideal: ideal points of states in the General Assembly, by session or year. */
#include <math.h>
#include <string.h>

#include "vote_files.h"

static ent_rc read_filter(const ent_cli *cli, ent_ideal_filter *f)
{
    const char *by = ent__cli_option(cli, "by", "session");
    int64_t from, to;
    ent_rc rc = ent__cli_int(cli, "from", 1, 999, 0, &from);
    rc = rc == ENT_OK ? ent__cli_int(cli, "to", 1, 999, 0, &to) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    if (strcmp(by, "session") != 0 && strcmp(by, "year") != 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--by: expected session or year, got \"%s\"", by);
    }
    *f = (ent_ideal_filter){.by = strcmp(by, "year") == 0 ? ENT_PERIOD_YEAR : ENT_PERIOD_SESSION,
                            .from = (int32_t)from, .to = (int32_t)to,
                            .every_source = ent__cli_flag(cli, "every-source"),
                            .parts = ent__cli_flag(cli, "parts"),
                            .drop_parts = ent__cli_flag(cli, "final-passage"),
                            .as_published = ent__cli_flag(cli, "as-published")};
    return ent__cli_issues(cli, &f->issues);
}

static ent_rc read_options(const ent_cli *cli, bool sample, ent_ideal_options *o)
{
    int64_t threads = 1, iterations = 2, warmup = 0, chains = 1, seed = 1;
    *o = (ent_ideal_options){.prior = ent__ideal_prior_default, .tolerance = 5e-3};
    ent_rc rc = ent__cli_int(cli, "threads", 1, 256, 1, &threads);
    rc = rc ? rc : ent__cli_int(cli, "iterations", 2, 1000000, sample ? 500 : 60, &iterations);
    rc = rc ? rc : ent__cli_int(cli, "warmup", 0, 1000000, 300, &warmup);
    rc = rc ? rc : ent__cli_int(cli, "chains", 1, 64, 2, &chains);
    rc = rc ? rc : ent__cli_int(cli, "seed", 0, INT64_MAX, 1, &seed);
    rc = rc ? rc : ent__cli_double(cli, "step-precision", 1e-6, 1e6, o->prior.step_precision,
                                   &o->prior.step_precision);
    rc = rc ? rc : ent__cli_double(cli, "lone-variance", 1e-6, 1e6, o->prior.lone_variance,
                                   &o->prior.lone_variance);
    rc = rc ? rc : ent__cli_double(cli, "beta-variance", 1e-6, 1e6, o->prior.beta_variance,
                                   &o->prior.beta_variance);
    rc = rc ? rc : ent__cli_double(cli, "cut-variance", 1e-6, 1e6, o->prior.cut_variance,
                                   &o->prior.cut_variance);
    o->threads = (unsigned)threads;
    o->iterations = (int)iterations;
    o->warmup = (int)warmup;
    o->chains = (int)chains;
    o->seed = (uint64_t)seed;
    return rc;
}

typedef struct {
    const ent_cli *cli;
    const ent_kit *kit;
    const ent_votes *votes;
    const ent_ideal_data *data;
    const ent_ideal_fit *fit;
    ent_ideal_filter filter;
    ent_ideal_options options;
    bool sample;
    int32_t positive, negative;
} report;

static void describe(const report *r, ent_buf *out)
{
    const ent_ideal_prior *p = &r->options.prior;
    const ent_states *states = ent__votes_states(r->votes);
    const char *period = r->filter.by == ENT_PERIOD_YEAR ? "year" : "session";
    ent__buf_printf(out, "# %zu votes, %zu roll calls as %zu items, %zu state-%ss\n",
                    r->data->vote_count, r->data->roll_call_count, r->data->item_count,
                    r->data->place_count, period);
    ent__buf_printf(out, "# identified by mean 0, standard deviation 1; orientation: ");
    ent_str up = ent__states_iso3(states, r->positive);
    ent_str down = ent__states_iso3(states, r->negative);
    ent__buf_printf(out, "%.*s%s%.*s%s\n", ENT_FMT(up), up.n && down.n ? " above " : "",
                    ENT_FMT(down), up.n && !down.n ? " positive" : !up.n ? " negative" : "");
    ent__buf_printf(out,
                    "# priors: theta N(the one before, 1 / (%g + %g x votes then / now)), alone "
                    "N(0, %g); beta N(0, %g), cuts N(0, %g)\n",
                    p->step_precision, p->step_precision, p->lone_variance, p->beta_variance,
                    p->cut_variance);
    if (r->data->held < r->data->item_count) {
        ent__buf_printf(out, "# held, not estimated: one item, beta %g, cuts %g and %g\n",
                        r->data->held_beta, r->data->held_low, r->data->held_high);
    }
    if (r->sample) {
        ent__buf_printf(out,
                        "# sample: %d chains of %d after %d, seed %llu; acceptance %.2f items, "
                        "%.2f states, %.2f whole %ss\n",
                        r->options.chains, r->options.iterations, r->options.warmup,
                        (unsigned long long)r->options.seed, r->fit->acceptance_items,
                        r->fit->acceptance_places, r->fit->acceptance_levels, period);
        ent__buf_printf(out,
                        "# R-hat %.3f at worst, effective draws %.0f at least, %.0f median; R-hat "
                        "below 1.05 and 100 draws: %.1f %% of points; %ss' means and deviations: "
                        "R-hat %.3f, draws %.0f\n",
                        r->fit->worst_rhat, r->fit->least_ess, r->fit->median_ess,
                        100 * r->fit->settled, period, r->fit->level_rhat, r->fit->level_ess);
    } else {
        ent__buf_printf(out, "# em: %d rounds, last largest change %.2g\n", r->fit->iterations,
                        r->fit->change);
    }
    ent__buf_printf(out, "# entente %s, kit %s\n", ENT_VERSION, ent_kit_hash(r->kit));
}

static void print_csv(const report *r, ent_buf *out)
{
    describe(r, out);
    ent__buf_z(out, "iso3,ccode,period,theta,se,lo,median,hi,n,ess,rhat\n");
    for (size_t p = 0; p < r->fit->count; p++) {
        const ent_ideal_place *place = &r->data->places[p];
        const ent_ideal_point *t = &r->fit->points[p];
        ent__buf_printf(out, "%.*s,%d,%d,%.6f,%.6f,%.6f,%.6f,%.6f,%u,",
                        ENT_FMT(r->votes->voters[place->voter].iso3), (int)place->ccode,
                        (int)place->period, t->theta, t->se, t->low, t->median, t->high,
                        place->count);
        if (!isnan(t->ess)) {
            ent__buf_printf(out, "%.0f,%.4f", t->ess, t->rhat);
        } else {
            ent__buf_char(out, ',');
        }
        ent__buf_char(out, '\n');
    }
}

static void print_json(const report *r, ent_buf *out)
{
    const ent_ideal_prior *p = &r->options.prior;
    const ent_states *states = ent__votes_states(r->votes);
    ent_json json = ent__json(out);
    ent__json_open(&json, '{');
    ent__json_kz(&json, "method", r->sample ? "sample" : "em");
    ent__json_kz(&json, "by", r->filter.by == ENT_PERIOD_YEAR ? "year" : "session");
    ent__json_kz(&json, "identification", "mean 0, standard deviation 1 over all points");
    ent__json_kstr(&json, "above", ent__states_iso3(states, r->positive));
    ent__json_kstr(&json, "below", ent__states_iso3(states, r->negative));
    ent__json_key(&json, "prior");
    ent__json_open(&json, '{');
    ent__json_kdouble(&json, "step_precision", p->step_precision);
    ent__json_kdouble(&json, "lone_variance", p->lone_variance);
    ent__json_kdouble(&json, "beta_variance", p->beta_variance);
    ent__json_kdouble(&json, "cut_variance", p->cut_variance);
    ent__json_close(&json, '}');
    ent__json_kint(&json, "votes", (int64_t)r->data->vote_count);
    ent__json_kint(&json, "roll_calls", (int64_t)r->data->roll_call_count);
    ent__json_kint(&json, "items", (int64_t)r->data->item_count);
    ent__json_kbool(&json, "as_published", r->filter.as_published);
    ent__json_kint(&json, "iterations", r->fit->iterations);
    if (r->sample) {
        ent__json_kint(&json, "seed", (int64_t)r->options.seed);
        ent__json_kdouble(&json, "worst_rhat", r->fit->worst_rhat);
        ent__json_kdouble(&json, "least_ess", r->fit->least_ess);
        ent__json_kdouble(&json, "settled", r->fit->settled);
        ent__json_kdouble(&json, "level_rhat", r->fit->level_rhat);
        ent__json_kdouble(&json, "level_ess", r->fit->level_ess);
    }
    ent__json_key(&json, "points");
    ent__json_open(&json, '[');
    for (size_t i = 0; i < r->fit->count; i++) {
        const ent_ideal_place *place = &r->data->places[i];
        const ent_ideal_point *t = &r->fit->points[i];
        ent__json_open(&json, '{');
        ent__json_kstr(&json, "iso3", r->votes->voters[place->voter].iso3);
        ent__json_kint(&json, "ccode", place->ccode);
        ent__json_kint(&json, "period", place->period);
        ent__json_kdouble(&json, "theta", t->theta);
        ent__json_kdouble(&json, "se", t->se);
        ent__json_kdouble(&json, "lo", t->low);
        ent__json_kdouble(&json, "median", t->median);
        ent__json_kdouble(&json, "hi", t->high);
        ent__json_kint(&json, "n", place->count);
        ent__json_kdouble(&json, "ess", t->ess);
        ent__json_kdouble(&json, "rhat", t->rhat);
        ent__json_close(&json, '}');
    }
    ent__json_close(&json, ']');
    ent__json_version(&json, r->kit);
    ent__json_close(&json, '}');
    ent__buf_char(out, '\n');
}

/* First --anchor lies above, a second one below; USA above RUS without any. */
static ent_rc read_anchors(report *r)
{
    const char *up = ent__cli_option_at(r->cli, "anchor", 0);
    const char *down = ent__cli_option_at(r->cli, "anchor", 1);
    const ent_states *states = ent__votes_states(r->votes);
    if (up == NULL) {
        up = "USA";
        down = "RUS";
    }
    ent_rc rc = ent__cli_state(r->cli, states, up, &r->positive);
    if (rc == ENT_OK && down != NULL) {
        rc = ent__cli_state(r->cli, states, down, &r->negative);
    }
    r->options.positive = r->positive;
    r->options.negative = r->negative;
    return rc;
}

static ent_rc estimate(report *r, ent_ideal_data *data, ent_ideal_fit *fit)
{
    ent_rc rc = read_anchors(r);
    rc = rc == ENT_OK ? ent__ideal_data(r->cli->ctx, r->kit, r->votes, &r->filter, data) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    rc = r->sample ? ent__ideal_sample(r->cli->ctx, data, &r->options, fit)
                   : ent__ideal_em(r->cli->ctx, data, &r->options, fit);
    if (rc == ENT_OK && !ent__ideal_orient(data, r->positive, r->negative, fit)) {
        rc = ent__fail(r->cli->ctx, ENT_EUSAGE, NULL, 0,
                       "--anchor: none of the anchors has votes, so the axis cannot be turned");
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    const char *method = ent__cli_option(cli, "method", "em");
    report r = {.cli = cli, .sample = strcmp(method, "sample") == 0};
    if (!r.sample && strcmp(method, "em") != 0) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--method: expected em or sample, got \"%s\"", method);
    }
    ent_rc rc = read_filter(cli, &r.filter);
    rc = rc == ENT_OK ? read_options(cli, r.sample, &r.options) : rc;
    ent_kit *kit = NULL;
    ent_votes *votes = NULL;
    ent_ideal_data data = {0};
    ent_ideal_fit fit = {0};
    ent_buf out = {0};
    rc = rc == ENT_OK ? ent__cli_kit(cli, &kit) : rc;
    rc = rc == ENT_OK ? ent__cli_votes(cli, kit, &votes) : rc;
    if (rc == ENT_OK) {
        r.kit = kit;
        r.votes = votes;
        r.data = &data;
        r.fit = &fit;
        rc = estimate(&r, &data, &fit);
    }
    if (rc == ENT_OK) {
        if (ent__cli_flag(cli, "json")) {
            print_json(&r, &out);
        } else {
            print_csv(&r, &out);
        }
        rc = out.failed ? ent__nomem(cli->ctx) : ent__cli_write(cli, ent__buf_slice(&out));
    }
    ent__buf_free(&out);
    ent__ideal_fit_free(&fit);
    ent__ideal_data_free(&data);
    ent__votes_free(votes);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    ENT_VOTE_FILE_OPTIONS,
    {"method", "em|sample", "em: deterministic, seconds; sample: full posterior, minutes"},
    {"by", "session|year", "one point a session (default) or calendar year"},
    {"anchor", "STATE", "the first lies above, a second one below (default USA above RUS)"},
    {"issue", "TAG", "only me nu di hr co ec (Palestine, nuclear, disarmament, ...)"},
    {"from", "N", "first session"},
    {"to", "N", "last session"},
    {"every-source", NULL, "also additions to sessions that Voeten's list covers"},
    {"parts", NULL, "keep amendments and paragraphs of all sessions"},
    {"final-passage", NULL, "drop amendments and paragraphs of all sessions"},
    {"as-published", NULL, "hold one item of 1946 where the published estimates have it"},
    {"iterations", "N", "em: at most (60); sample: kept sweeps a chain (500)"},
    {"warmup", "N", "sample: sweeps dropped first (300)"},
    {"chains", "N", "sample: chains (2)"},
    {"threads", "N", "threads; the output does not depend on it"},
    {"step-precision", "V", "a point leans on the one before by V (1 + votes then / now) (2)"},
    {"lone-variance", "V", "prior variance of a state's only point (1)"},
    {"beta-variance", "V", "prior variance of an item's discrimination (1)"},
    {"cut-variance", "V", "prior variance of an item's cut points (4)"},
    {"verbose", NULL, "what each file gave, and where sources disagree"},
    {0},
};

const ent_command ent__command_ideal = {
    .name = "ideal",
    .summary = "Ideal points from roll calls: dynamic, three kinds of vote, with uncertainty",
    .usage = "entente ideal --votes FILE [--rollcalls FILE] [--matches FILE] [--method em|sample]",
    .examples =
        "  entente ideal --votes votes.csv.gz --rollcalls rollcalls.csv.gz --matches matches.csv\n"
        "  entente ideal --votes UNVotes.csv --method sample --threads 2 --seed 7 -o ideal.csv\n"
        "  entente ideal --votes UNVotes.csv --issue hr --by year --anchor NOR --anchor BLR\n",
    .options = options,
    .run = run,
};
