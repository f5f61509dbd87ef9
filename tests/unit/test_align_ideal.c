/* The vote filter against the published counts, recovery of known ideal points, both methods. */
#include "test.h"

#include <math.h>

#include "../../src/align/ideal.h"

typedef struct {
    ent_ctx *ctx;
    ent_kit *kit;
    ent_votes *votes;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_int_equal(ent_ctx_new(&f->ctx), ENT_OK);
    assert_int_equal(ent_kit_open(f->ctx, NULL, &f->kit), ENT_OK);
    assert_int_equal(ent__votes_new(f->ctx, f->kit, &f->votes), ENT_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ent__votes_free(f->votes);
    ent_kit_free(f->kit);
    ent_ctx_free(f->ctx);
    free(f);
    return 0;
}

static const int32_t states[] = {2,   20,  200, 220, 255, 365, 710, 750, 140, 70,
                                 640, 651, 740, 560, 475, 160, 339, 290, 310, 325};
#define STATES (sizeof states / sizeof *states)

static double truth(size_t state, int session)
{
    double drift = state % 3 == 0 ? 0.1 * session : 0;
    return 2.0 - 4.0 * (double)state / (STATES - 1) + drift;
}

/* One vote alone in the session: these two states, when `thin`. */
#define THIN_LATER 750 /* in session 3 */
#define THIN_FIRST 140 /* in session 1 */

static bool absent(size_t s, int session, int roll_call)
{
    return roll_call % 60 != 0 && ((states[s] == THIN_LATER && session == 3) ||
                                   (states[s] == THIN_FIRST && session == 1));
}

/* Votes drawn from the model itself: invented, and only the states' numbers are real. */
static void draw_votes(fixture *f, bool thin)
{
    char path[] = "/tmp/test_ideal_XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    ent_rng rng;
    ent__rng_seed(&rng, 11);
    fputs("rcid,ccode,vote,session,date\n", file);
    for (int q = 0; q < 240; q++) {
        int session = 1 + q / 60;
        double beta = 1.2 * ent__rng_normal(&rng), low = ent__rng_normal(&rng) - 0.4;
        for (size_t s = 0; s < STATES; s++) {
            double z = beta * truth(s, session) + ent__rng_normal(&rng);
            if (thin && absent(s, session, q)) {
                continue;
            }
            fprintf(file, "%d,%d,%c,%d,%d-10-01\n", q + 1, (int)states[s],
                    z < low ? 'N' : z < low + 0.6 ? 'A' : 'Y', session, 1945 + session);
        }
    }
    fclose(file);
    assert_int_equal(ent__votes_read(f->ctx, f->votes, path), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, f->votes), ENT_OK);
    unlink(path);
}

/* Votes drawn, and the data of an estimate of all of them. */
static void draw_data(fixture *f, bool thin, ent_ideal_data *data)
{
    ent_ideal_filter filter = {0};
    draw_votes(f, thin);
    assert_int_equal(ent__ideal_data(f->ctx, f->kit, f->votes, &filter, data), ENT_OK);
}

static double correlation(const ent_ideal_data *d, const ent_ideal_fit *fit)
{
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0, n = (double)fit->count;
    for (size_t p = 0; p < fit->count; p++) {
        size_t s = 0;
        while (states[s] != d->places[p].ccode) {
            s++;
        }
        double a = truth(s, d->places[p].period), b = fit->points[p].theta;
        x += a / n;
        y += b / n;
        xx += a * a / n;
        yy += b * b / n;
        xy += a * b / n;
    }
    return (xy - x * y) / sqrt((xx - x * x) * (yy - y * y));
}

static ent_ideal_options options_for(int iterations)
{
    /* The prior from which draw_votes draws. */
    return (ent_ideal_options){.prior = {2, 1, 1.5, 4}, .threads = 1,
                               .iterations = iterations, .warmup = 60, .chains = 2, .seed = 3,
                               .tolerance = 1e-3, .positive = 2, .negative = 325};
}

static void em_finds_the_points(void **state)
{
    fixture *f = *state;
    ent_ideal_data data;
    ent_ideal_fit fit, again;
    draw_data(f, false, &data);
    ent_ideal_options options = options_for(100);
    assert_int_equal(ent__ideal_em(f->ctx, &data, &options, &fit), ENT_OK);
    assert_true(ent__ideal_orient(&data, 2, 325, &fit));
    assert_true(correlation(&data, &fit) > 0.97);
    double mean = 0, square = 0;
    for (size_t p = 0; p < fit.count; p++) {
        mean += fit.points[p].theta;
        square += fit.points[p].theta * fit.points[p].theta;
        assert_true(fit.points[p].se > 0 && fit.points[p].low < fit.points[p].high);
        assert_true(isnan(fit.points[p].rhat));
    }
    assert_float_equal(mean, 0, 1e-6);
    assert_float_equal(square, (double)fit.count - 1, 1e-6);
    /* The same bytes for two threads; the sign follows the anchors. */
    options.threads = 2;
    assert_int_equal(ent__ideal_em(f->ctx, &data, &options, &again), ENT_OK);
    assert_true(ent__ideal_orient(&data, 325, 2, &again));
    for (size_t p = 0; p < fit.count; p++) {
        assert_true(fit.points[p].theta == -again.points[p].theta);
        assert_true(fit.points[p].low == -again.points[p].high);
    }
    assert_false(ent__ideal_orient(&data, 999, 0, &fit));
    ent__ideal_fit_free(&fit);
    ent__ideal_fit_free(&again);
    ent__ideal_data_free(&data);
}

static void sample_agrees_and_repeats(void **state)
{
    fixture *f = *state;
    ent_ideal_data data;
    ent_ideal_fit fit, again;
    draw_data(f, false, &data);
    ent_ideal_options options = options_for(150);
    assert_int_equal(ent__ideal_sample(f->ctx, &data, &options, &fit), ENT_OK);
    options.threads = 2;
    assert_int_equal(ent__ideal_sample(f->ctx, &data, &options, &again), ENT_OK);
    assert_memory_equal(fit.points, again.points, fit.count * sizeof *fit.points);
    assert_true(ent__ideal_orient(&data, 2, 325, &fit));
    assert_true(correlation(&data, &fit) > 0.97);
    assert_true(fit.acceptance_places > 0.7 && fit.acceptance_items > 0.3);
    for (size_t p = 0; p < fit.count; p++) {
        const ent_ideal_point *t = &fit.points[p];
        assert_true(t->low < t->median && t->median < t->high && t->ess > 0);
    }
    ent__ideal_fit_free(&fit);
    ent__ideal_fit_free(&again);
    ent__ideal_data_free(&data);
}

static const ent_ideal_point *point_of(const ent_ideal_data *d, const ent_ideal_fit *fit,
                                       int32_t ccode, int32_t period)
{
    for (size_t p = 0; p < fit->count; p++) {
        if (d->places[p].ccode == ccode && d->places[p].period == period) {
            return &fit->points[p];
        }
    }
    return NULL;
}

/* A point leans on the one before, a first one on the second, the more firmly the more votes that
 * one has. */
static void steps_follow_the_votes(void **state)
{
    (void)state;
    ent_ideal_place places[3] = {{.count = 10, .before = -1, .after = 1},
                                 {.count = 40, .before = 0, .after = -1},
                                 {.count = 9, .before = -1, .after = -1}};
    ent_ideal_data data = {.places = places, .place_count = 3};
    const ent_ideal_prior *prior = &ent__ideal_prior_default;
    assert_int_equal(ent__ideal_leans_on(&data, 0), 1);
    assert_int_equal(ent__ideal_leans_on(&data, 1), 0);
    assert_int_equal(ent__ideal_leans_on(&data, 2), -1);
    assert_float_equal(ent__ideal_step_precision(&data, prior, 0), 10, 1e-12);
    assert_float_equal(ent__ideal_step_precision(&data, prior, 1), 2.5, 1e-12);
}

/* A state with one vote stands where it stood the session before, a little less surely; one that
 * begins with one vote stands where it stands the session after. */
static void one_vote_leans_on_the_neighbour(void **state)
{
    fixture *f = *state;
    ent_ideal_data data;
    ent_ideal_fit fit;
    draw_data(f, true, &data);
    ent_ideal_options options = options_for(100);
    assert_int_equal(ent__ideal_em(f->ctx, &data, &options, &fit), ENT_OK);
    static const int32_t pairs[][3] = {{THIN_LATER, 3, 2}, {THIN_FIRST, 1, 2}};
    for (size_t i = 0; i < 2; i++) {
        const ent_ideal_point *thin = point_of(&data, &fit, pairs[i][0], pairs[i][1]);
        const ent_ideal_point *full = point_of(&data, &fit, pairs[i][0], pairs[i][2]);
        assert_non_null(thin);
        assert_non_null(full);
        assert_float_equal(thin->theta, full->theta, 0.1);
        assert_true(thin->se > full->se && thin->se < 1.5 * full->se);
    }
    ent__ideal_fit_free(&fit);
    ent__ideal_data_free(&data);
}

/* Moving whole sessions, items along, changes the likelihood of no vote when no item links them. */
static void levels_keep_the_likelihood(void **state)
{
    fixture *f = *state;
    ent_ideal_data data;
    ent_ideal_state s;
    draw_data(f, false, &data);
    ent_ideal_options options = options_for(5);
    assert_int_equal(ent__ideal_state_new(f->ctx, &data, &options, &s), ENT_OK);
    int rounds;
    double change, moved = 0;
    assert_int_equal(ent__ideal_em_run(f->ctx, &s, &options, &rounds, &change), ENT_OK);
    double *before = calloc(data.place_count, sizeof *before);
    assert_non_null(before);
    for (int after = 0; after < 2; after++) {
        for (size_t p = 0; p < data.place_count; p++) {
            ent_theta_terms t;
            ent__theta_terms(s.probit, s.cuts, data.by_place + data.places[p].first,
                             data.places[p].count, s.theta[p], &t);
            if (after) {
                assert_float_equal(t.value, before[p], 1e-9 * fabs(t.value));
            }
            before[p] = t.value;
            moved += after ? fabs(s.theta[p]) : -fabs(s.theta[p]);
        }
        if (!after) {
            ent_levels *levels = ent__levels_new(&data);
            ent_rng rng;
            ent__rng_seed(&rng, 5);
            assert_non_null(levels);
            assert_float_equal(ent__levels_move(levels, &s, 0.3, &rng), 1, 1e-12);
            ent__levels_free(levels);
        }
    }
    assert_true(fabs(moved) > 0.1);
    free(before);
    ent__ideal_state_free(&s);
    ent__ideal_data_free(&data);
}

/* Series of draws: independent; chain means apart; same means, spreads apart; slow; still. */
enum { FREE, APART, WIDER, SLOW, STILL, SERIES };

static void draws_tell_what_they_are_worth(void **state)
{
    fixture *f = *state;
    enum { SWEEPS = 4000, CHAINS = 2 };
    static float room[SWEEPS * CHAINS * SERIES];
    ent_draws draws = {room, SERIES, SERIES, SWEEPS, CHAINS};
    ent_rng rng;
    ent__rng_seed(&rng, 3);
    double slow = 0;
    for (size_t k = 0; k < SWEEPS * CHAINS; k++) {
        size_t chain = k / SWEEPS;
        double noise = ent__rng_normal(&rng);
        slow = 0.9 * slow + noise;
        float *row = room + k * SERIES;
        row[FREE] = (float)noise;
        row[APART] = (float)(noise + 6.0 * (double)chain);
        row[WIDER] = (float)(noise * (chain ? 4 : 1));
        row[SLOW] = (float)slow;
        row[STILL] = 1;
    }
    ent_ideal_fit fit = {0};
    assert_int_equal(ent__draws_summarise(f->ctx, &draws, 1, &fit), ENT_OK);
    assert_int_equal(fit.count, SERIES);
    assert_true(fit.points[FREE].rhat < 1.01 && fit.points[FREE].ess > 4000);
    assert_float_equal(fit.points[FREE].theta, 0, 0.1);
    assert_float_equal(fit.points[FREE].high, 1.645, 0.2);
    assert_true(fit.points[APART].rhat > 1.5 && fit.points[APART].ess < 20);
    assert_true(fit.points[WIDER].rhat > 1.1);
    /* (1 - 0.9) / (1 + 0.9) of 8,000 draws are 421. */
    assert_true(fit.points[SLOW].ess > 300 && fit.points[SLOW].ess < 600);
    assert_true(isnan(fit.points[STILL].rhat));
    assert_true(fit.worst_rhat >= fit.points[APART].rhat);
    assert_float_equal(fit.settled, 2.0 / SERIES, 1e-12); /* FREE, SLOW */
    ent__ideal_fit_free(&fit);
}

static void too_little_is_an_error(void **state)
{
    fixture *f = *state;
    ent_ideal_data data;
    ent_ideal_filter filter = {0};
    assert_int_equal(ent__votes_finish(f->ctx, f->votes), ENT_OK);
    assert_int_equal(ent__ideal_data(f->ctx, f->kit, f->votes, &filter, &data), ENT_EINPUT);
}

#define VOTES ENT_SHARED "data/votes/"

static void filter_gives_the_published_counts(void **state)
{
    fixture *f = *state;
    skip_unless_shared(VOTES "votes.csv.gz");
    assert_int_equal(ent__votes_read(f->ctx, f->votes, VOTES "rollcalls.csv.gz"), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, f->votes, VOTES "votes.csv.gz"), ENT_OK);
    assert_int_equal(ent__votes_read(f->ctx, f->votes, VOTES "matches.csv"), ENT_OK);
    assert_int_equal(ent__votes_finish(f->ctx, f->votes), ENT_OK);
    ent_ideal_data data;
    ent_ideal_filter filter = {.to = 74};
    assert_int_equal(ent__ideal_data(f->ctx, f->kit, f->votes, &filter, &data), ENT_OK);
    assert_int_equal(data.place_count, 10469);
    assert_int_equal(data.vote_count, 797473);
    assert_int_equal(data.item_count, 4784);
    assert_int_equal(data.held, data.item_count); /* nothing is held unless asked for */
    ent_ideal_data published;
    filter.as_published = true;
    assert_int_equal(ent__ideal_data(f->ctx, f->kit, f->votes, &filter, &published), ENT_OK);
    assert_true(published.held < published.item_count);
    assert_int_equal(published.item_first[published.held + 1] -
                         published.item_first[published.held],
                     25 + 18);
    ent__ideal_data_free(&published);
    FILE *file = fopen(VOTES "idealpoints_apr2020_upto2000.csv", "r");
    assert_non_null(file);
    char line[512];
    size_t rows = 0;
    while (fgets(line, sizeof line, file)) {
        int ccode, session, year;
        unsigned votes;
        if (sscanf(line, "%d,%*[^,],%d,%d,%u", &ccode, &session, &year, &votes) != 4) {
            continue;
        }
        size_t p = 0;
        while (p < data.place_count &&
               (data.places[p].ccode != ccode || data.places[p].period != session)) {
            p++;
        }
        assert_true(p < data.place_count);
        assert_int_equal(data.places[p].count, votes);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 6835);
    ent__ideal_data_free(&data);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(em_finds_the_points),
        TEST(sample_agrees_and_repeats),
        TEST(steps_follow_the_votes),
        TEST(one_vote_leans_on_the_neighbour),
        TEST(levels_keep_the_likelihood),
        TEST(draws_tell_what_they_are_worth),
        TEST(too_little_is_an_error),
        TEST(filter_gives_the_published_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
