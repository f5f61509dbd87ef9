/* CPU seconds of the whole history of roll calls on one thread: reading, the vote filter, em, and
 * sweeps of the sampler; agreement of all pairs in one session.  Peer: peer_mcmcpack.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../src/align/align.h"

#define VOTES ENT_SOURCE_DIR "/../shared/data/votes/"

static double cpu(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void check(ent_ctx *ctx, ent_rc rc)
{
    if (rc != ENT_OK) {
        fprintf(stderr, "%s\n", ent_ctx_error(ctx));
        exit(3);
    }
}

static void all_pairs(const ent_votes *votes)
{
    bool *chosen = calloc(votes->roll_call_count, sizeof *chosen);
    ent_vote_filter filter = {.session = 74};
    for (size_t q = 0; chosen != NULL && q < votes->roll_call_count; q++) {
        chosen[q] = ent__votes_chosen(votes, q, &filter);
    }
    double start = cpu(), sum = 0;
    for (size_t a = 0; chosen != NULL && a < votes->voter_count; a++) {
        for (size_t b = a + 1; b < votes->voter_count; b++) {
            ent_agreement g;
            ent__agreement(votes, chosen, a, b, &g);
            sum += g.common > 0 ? g.score : 0;
        }
    }
    printf("agreement, all pairs of session 74  %6.2f s  (sum %.3f)\n", cpu() - start, sum);
    free(chosen);
}

int main(void)
{
    static const char *const files[] = {VOTES "rollcalls.csv.gz", VOTES "votes.csv.gz",
                                        VOTES "matches.csv"};
    if (access(files[1], R_OK) != 0) {
        printf("SKIP: %s is not on this machine\n", files[1]);
        return 0;
    }
    ent_ctx *ctx;
    ent_kit *kit;
    ent_votes *votes;
    ent_ideal_data data;
    ent_ideal_fit fit;
    ent_ideal_filter filter = {.to = 74};
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return 5;
    }
    check(ctx, ent_kit_open(ctx, NULL, &kit));
    double start = cpu();
    check(ctx, ent__votes_new(ctx, kit, &votes));
    for (int i = 0; i < 3; i++) {
        check(ctx, ent__votes_read(ctx, votes, files[i]));
    }
    check(ctx, ent__votes_finish(ctx, votes));
    printf("reading 1,084,464 votes             %6.2f s\n", cpu() - start);
    all_pairs(votes);
    start = cpu();
    check(ctx, ent__ideal_data(ctx, kit, votes, &filter, &data));
    printf("filter, %zu votes               %6.2f s\n", data.vote_count, cpu() - start);
    ent_ideal_options options = {.prior = ent__ideal_prior_default, .threads = 1, .iterations = 60,
                                 .tolerance = 5e-3, .positive = 2, .negative = 365};
    start = cpu();
    check(ctx, ent__ideal_em(ctx, &data, &options, &fit));
    printf("em, %d rounds                       %6.2f s\n", fit.iterations, cpu() - start);
    ent__ideal_fit_free(&fit);
    options.iterations = 20;
    options.warmup = 5;
    options.chains = 1;
    start = cpu();
    check(ctx, ent__ideal_sample(ctx, &data, &options, &fit));
    printf("sample, start and 25 sweeps         %6.2f s\n", cpu() - start);
    ent__ideal_fit_free(&fit);
    ent__ideal_data_free(&data);
    ent__votes_free(votes);
    ent_kit_free(kit);
    ent_ctx_free(ctx);
    return 0;
}
