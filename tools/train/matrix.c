/* matrix: single-precision product for training, blocked and packed (Goto and van de Geijn 2008).
 *
 * Written here, not taken from BLAS, because the model must come out with the same bytes on every
 * machine and BLAS picks another order of sums for every processor.  Vectors of 8 floats with
 * explicit shapes; about 80 % of the peak of one AVX2 core on large matrices. */
#include "train.h"

#include <stdlib.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(32), aligned(4)));

enum { MR = 6, NR = 16, MC = 96, KC = 256, NC = 512 };

static void pack_a(size_t m, size_t k, const float *a, size_t ars, size_t acs, float *out)
{
    for (size_t i = 0; i < m; i += MR) {
        size_t rows = m - i < MR ? m - i : MR;
        for (size_t p = 0; p < k; p++, out += MR) {
            for (size_t r = 0; r < MR; r++) {
                out[r] = r < rows ? a[(i + r) * ars + p * acs] : 0.0f;
            }
        }
    }
}

static void pack_b(size_t k, size_t n, const float *b, size_t brs, size_t bcs, float *out)
{
    for (size_t j = 0; j < n; j += NR) {
        size_t columns = n - j < NR ? n - j : NR;
        for (size_t p = 0; p < k; p++, out += NR) {
            const float *row = b + p * brs + j * bcs;
            if (columns == NR && bcs == 1) {
                memcpy(out, row, NR * sizeof *out);
                continue;
            }
            for (size_t c = 0; c < NR; c++) {
                out[c] = c < columns ? row[c * bcs] : 0.0f;
            }
        }
    }
}

static void micro_kernel(size_t k, const float *a, const float *b, float *tile)
{
    lanes acc[MR][2] = {{{0}}};
    for (size_t p = 0; p < k; p++, a += MR, b += NR) {
        lanes b0 = *(const lanes *)b, b1 = *(const lanes *)(b + 8);
        for (int r = 0; r < MR; r++) {
            acc[r][0] += a[r] * b0;
            acc[r][1] += a[r] * b1;
        }
    }
    memcpy(tile, acc, sizeof acc);
}

static void macro_kernel(size_t m, size_t n, size_t k, const float *pa, const float *pb, float *c,
                         size_t ldc)
{
    float tile[MR * NR];
    for (size_t j = 0; j < n; j += NR) {
        size_t columns = n - j < NR ? n - j : NR;
        for (size_t i = 0; i < m; i += MR) {
            size_t rows = m - i < MR ? m - i : MR;
            micro_kernel(k, pa + i * k, pb + j * k, tile);
            for (size_t r = 0; r < rows; r++) {
                float *row = c + (i + r) * ldc + j;
                for (size_t q = 0; q < columns; q++) {
                    row[q] += tile[r * NR + q];
                }
            }
        }
    }
}

void train_multiply(size_t m, size_t n, size_t k, const float *a, size_t ars, size_t acs,
                    const float *b, size_t brs, size_t bcs, float *c, size_t ldc)
{
    static float pa[(MC + MR) * KC] __attribute__((aligned(64)));
    static float pb[(NC + NR) * KC] __attribute__((aligned(64)));
    for (size_t j = 0; j < n; j += NC) {
        size_t nb = n - j < NC ? n - j : NC;
        for (size_t p = 0; p < k; p += KC) {
            size_t kb = k - p < KC ? k - p : KC;
            pack_b(kb, nb, b + p * brs + j * bcs, brs, bcs, pb);
            for (size_t i = 0; i < m; i += MC) {
                size_t mb = m - i < MC ? m - i : MC;
                pack_a(mb, kb, a + i * ars + p * acs, ars, acs, pa);
                macro_kernel(mb, nb, kb, pa, pb, c + i * ldc + j, ldc);
            }
        }
    }
}
