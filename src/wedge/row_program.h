/* Inside wedge only: a linear program whose rows arrive one at a time.
 *
 *     minimise  cost . x   subject to  row . x >= bound  for every row,  x >= 0,  cost >= 0
 *
 * Method: dual simplex from the basis of no rows (x = 0, dual feasible because cost >= 0), so that
 * a row added later only needs a few more pivots.  Only the kernel of the basis is held: the k
 * tight rows against the k positive variables, as a dense k x k inverse (Lemke 1954; the kernel is
 * the "working basis" of Zoutendijk).  A pivot costs O(k^2 + entries of the tight rows). */
#ifndef ENT_WEDGE_ROW_PROGRAM_H
#define ENT_WEDGE_ROW_PROGRAM_H

#include "../base/base.h"

typedef struct {
    uint32_t start, count; /* in entries */
    double bound;
} ent__program_row;

typedef struct {
    uint32_t variable;
    double value;
} ent__program_entry;

typedef struct {
    ent_arena *arena; /* everything below lives here */
    size_t variables;
    const double *cost; /* as given */
    double *priced_cost; /* cost with the perturbation that keeps pivots from cycling */
    double *x; /* the solution, one a variable */
    double *reduced; /* priced_cost - duals . rows */
    int32_t *place_of_variable; /* position in the kernel, -1: at zero */

    ent__program_row *rows;
    size_t row_count, row_capacity;
    ent__program_entry *entries;
    size_t entry_count, entry_capacity;
    int32_t *place_of_row; /* position in the kernel, -1: not tight */

    size_t k, stride; /* order of the kernel, allocated order */
    uint32_t *tight; /* k rows */
    uint32_t *basic; /* k variables */
    double *inverse; /* [basic position][tight position], stride columns */
    double *duals; /* k, of the tight rows */
    double *along, *across; /* scratch, stride each */
    double *turn; /* scratch, one a variable */
    uint32_t pivots;
    bool out_of_memory;
} ent__program;

typedef enum {
    ENT__PROGRAM_SOLVED,
    ENT__PROGRAM_INFEASIBLE,
    ENT__PROGRAM_STOPPED
} ent__program_end;

/* `cost` must outlive the program.  perturbation: relative, 0 for none.  NULL: out of memory. */
ent__program *ent__program_new(ent_arena *arena, size_t variables, const double *cost,
                               double perturbation);
/* Adds sum of value * x >= bound; the entries are copied, a variable at most once. */
bool ent__program_add(ent__program *program, const ent__program_entry *entries, size_t count,
                      double bound);
/* Pivots until every row holds within 1e-9; stops after `pivot_limit` pivots or once the value of
 * the (rising) objective exceeds `ceiling`. */
ent__program_end ent__program_solve(ent__program *program, uint32_t pivot_limit, double ceiling);
/* cost . x with the unperturbed cost. */
double ent__program_value(const ent__program *program);
/* Rigorous lower bound on the optimum: the duals (left in `duals`), scaled until feasible for the
 * unperturbed cost.  Holds whatever the pivots did.  Rows must have bound >= 0. */
double ent__program_bound(ent__program *program);
/* A copy that can be pivoted on by itself (for branching), in `arena`. NULL: out of memory. */
ent__program *ent__program_copy(const ent__program *program, ent_arena *arena);

#endif
