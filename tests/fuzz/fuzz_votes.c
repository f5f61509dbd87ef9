/* Fuzzes the reader of votes: every layout is told by its header (record pages by their lines), so
 * seeds of all are in the corpus.  What was read is written out again. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/align/align.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ent_rc take(void *user, ent_str bytes)
{
    *(size_t *)user += bytes.n;
    return ENT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ent_ctx *ctx;
    static ent_kit *kit;
    if (ctx == NULL && (ent_ctx_new(&ctx) != ENT_OK || ent_kit_open(ctx, NULL, &kit) != ENT_OK)) {
        abort();
    }
    char path[] = "/tmp/fuzz_votes_XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || write(file, data, size) != (ssize_t)size) {
        abort();
    }
    close(file);
    ent_votes *votes;
    if (ent__votes_new(ctx, kit, &votes) == ENT_OK) {
        if (ent__votes_read(ctx, votes, path) == ENT_OK) {
            ent_rc rc = ent__votes_finish(ctx, votes);
            const ent_vote_selection all = {.both = true};
            size_t written = 0;
            if (rc == ENT_OK && (ent__votes_export(ctx, votes, "votes", "voeten", &all, take,
                                                   &written) != ENT_OK || written == 0)) {
                abort();
            }
            for (size_t q = 0; rc == ENT_OK && q < votes->roll_call_count; q++) {
                for (size_t s = 0; s < votes->voter_count; s++) {
                    if (ent__votes_at(votes, q, s) > ENT_VOTE_ABSENT) {
                        abort();
                    }
                }
            }
        }
        ent__votes_free(votes);
    }
    unlink(path);
    return 0;
}
