/* Tags every token as source, cue or content of a statement: a linear chain over the whole document
 * (Lafferty, McCallum and Pereira 2001), its transitions told apart by what stands between two
 * tokens (nothing, a quotation mark, the end of a sentence or block), decoded by Viterbi.
 * Input: document_reading and model; output: one tag a token.  Cost: O(tokens x features). */
#include <math.h>
#include <string.h>

#include "tagger.h"

typedef int8_t eight_bytes __attribute__((vector_size(8)));
typedef int16_t eight_sums __attribute__((vector_size(16)));

/* The rows of two tokens: those of the next are asked of the memory while this one's are added. */
typedef struct {
    uint32_t rows[2][FEATURE_LIMIT];
    size_t counts[2];
} feature_pipe;

static void fetch(const statement_model *model, const document_reading *reading, size_t t,
                  feature_pipe *pipe)
{
    uint32_t *rows = pipe->rows[t & 1];
    size_t count = t < reading->count ? ent__statement_features(reading, t, rows) : 0;
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(model->features + (size_t)rows[i] * 8);
    }
    pipe->counts[t & 1] = count;
}

static void emissions(const statement_model *model, const document_reading *reading, size_t t,
                      feature_pipe *pipe, float out[8])
{
    fetch(model, reading, t + 1, pipe);
    const uint32_t *rows = pipe->rows[t & 1];
    eight_sums sums = {0}; /* FEATURE_LIMIT x 127 fits */
    for (size_t i = 0; i < pipe->counts[t & 1]; i++) {
        eight_bytes row;
        memcpy(&row, model->features + (size_t)rows[i] * 8, sizeof row);
        sums += __builtin_convertvector(row, eight_sums);
    }
    for (int k = 0; k < 8; k++) {
        out[k] = (float)sums[k] * model->header->scale;
    }
    out[TAG_CUE_BEGIN] += model->header->cue_bias;
}

ent_rc ent__statement_tag(ent_ctx *ctx, ent_arena *arena, const statement_model *model,
                          const document_reading *reading, uint8_t *tags)
{
    size_t n = reading->count;
    if (n == 0) {
        return ENT_OK;
    }
    uint8_t(*from)[8] = ent__arena_array(arena, n, sizeof *from);
    if (!from) {
        return ent__nomem(ctx);
    }
    float score[8], next[8], emission[8];
    feature_pipe pipe;
    fetch(model, reading, 0, &pipe);
    emissions(model, reading, 0, &pipe, emission);
    const float *first = model->header->transitions[BORDER_BLOCK][TAG_COUNT];
    for (int k = 0; k < TAG_COUNT; k++) {
        score[k] = first[k] + emission[k];
    }
    for (size_t t = 1; t < n; t++) {
        emissions(model, reading, t, &pipe, emission);
        const float(*transition)[8] = model->header->transitions[reading->tokens[t].border];
        for (int k = 0; k < TAG_COUNT; k++) {
            float best = -INFINITY;
            int arg = 0;
            for (int j = 0; j < TAG_COUNT; j++) {
                float s = score[j] + transition[j][k];
                if (s > best) {
                    best = s;
                    arg = j;
                }
            }
            next[k] = best + emission[k];
            from[t][k] = (uint8_t)arg;
        }
        memcpy(score, next, sizeof score);
    }
    int best = 0;
    for (int k = 1; k < TAG_COUNT; k++) {
        if (score[k] > score[best]) {
            best = k;
        }
    }
    for (size_t t = n; t-- > 0;) {
        tags[t] = (uint8_t)best;
        best = t ? from[t][best] : 0;
    }
    return ENT_OK;
}
