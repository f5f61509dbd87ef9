/* Dual simplex on a growing set of rows; see row_program.h for the method and its cost.
 * In: cost, rows.  Out: x, duals, a rigorous bound. */
#include "row_program.h"

#include <math.h>
#include <string.h>

static const double feasible = 1e-9;
static const double pivot_least = 1e-8;

/* ---- building ------------------------------------------------------------------------------ */

static bool kernel_reserve(ent__program *p, size_t order)
{
    if (order <= p->stride) {
        return true;
    }
    size_t stride = p->stride == 0 ? 32 : p->stride * 2;
    while (stride < order) {
        stride *= 2;
    }
    double *inverse = ent__arena_array(p->arena, stride * stride, sizeof *inverse);
    uint32_t *tight = ent__arena_array(p->arena, stride, sizeof *tight);
    uint32_t *basic = ent__arena_array(p->arena, stride, sizeof *basic);
    double *duals = ent__arena_array(p->arena, stride, sizeof *duals);
    double *along = ent__arena_array(p->arena, stride, sizeof *along);
    double *across = ent__arena_array(p->arena, stride, sizeof *across);
    if (inverse == NULL || tight == NULL || basic == NULL || duals == NULL || along == NULL ||
        across == NULL) {
        p->out_of_memory = true;
        return false;
    }
    for (size_t i = 0; i < p->k; i++) {
        memcpy(inverse + i * stride, p->inverse + i * p->stride, p->k * sizeof *inverse);
    }
    if (p->k > 0) {
        memcpy(tight, p->tight, p->k * sizeof *tight);
        memcpy(basic, p->basic, p->k * sizeof *basic);
        memcpy(duals, p->duals, p->k * sizeof *duals);
        memcpy(along, p->along, p->k * sizeof *along);
        memcpy(across, p->across, p->k * sizeof *across);
    }
    p->inverse = inverse;
    p->tight = tight;
    p->basic = basic;
    p->duals = duals;
    p->along = along;
    p->across = across;
    p->stride = stride;
    return true;
}

ent__program *ent__program_new(ent_arena *arena, size_t variables, const double *cost,
                               double perturbation)
{
    ent__program *p = ent__arena_alloc(arena, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    p->arena = arena;
    p->variables = variables;
    p->cost = cost;
    p->priced_cost = ent__arena_array(arena, variables + 1, sizeof *p->priced_cost);
    p->x = ent__arena_array(arena, variables + 1, sizeof *p->x);
    p->reduced = ent__arena_array(arena, variables + 1, sizeof *p->reduced);
    p->turn = ent__arena_array(arena, variables + 1, sizeof *p->turn);
    p->place_of_variable = ent__arena_array(arena, variables + 1, sizeof *p->place_of_variable);
    if (p->priced_cost == NULL || p->x == NULL || p->reduced == NULL || p->turn == NULL ||
        p->place_of_variable == NULL || !kernel_reserve(p, 1)) {
        return NULL;
    }
    ent_rng rng;
    ent__rng_seed(&rng, 20250101); /* part of the method, not of the result's randomness */
    for (size_t j = 0; j < variables; j++) {
        p->priced_cost[j] = cost[j] * (1.0 + perturbation * (0.5 + ent__rng_uniform(&rng)));
        p->reduced[j] = p->priced_cost[j];
        p->place_of_variable[j] = -1;
    }
    return p;
}

static void *arena_grow(ent_arena *arena, void *old, size_t count, size_t *capacity, size_t need,
                        size_t size)
{
    if (need <= *capacity) {
        return old;
    }
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    while (wanted < need) {
        wanted *= 2;
    }
    void *grown = ent__arena_array(arena, wanted, size);
    if (grown != NULL) {
        if (count > 0) {
            memcpy(grown, old, count * size);
        }
        *capacity = wanted;
    }
    return grown;
}

bool ent__program_add(ent__program *p, const ent__program_entry *entries, size_t count,
                      double bound)
{
    size_t row_capacity = p->row_capacity;
    ent__program_row *rows =
        arena_grow(p->arena, p->rows, p->row_count, &row_capacity, p->row_count + 1, sizeof *rows);
    size_t place_capacity = p->row_capacity;
    int32_t *places = arena_grow(p->arena, p->place_of_row, p->row_count, &place_capacity,
                                 p->row_count + 1, sizeof *places);
    ent__program_entry *all = arena_grow(p->arena, p->entries, p->entry_count, &p->entry_capacity,
                                         p->entry_count + count, sizeof *all);
    if (rows == NULL || places == NULL || (all == NULL && count > 0)) {
        p->out_of_memory = true;
        return false;
    }
    p->rows = rows;
    p->row_capacity = row_capacity;
    p->place_of_row = places;
    p->entries = all;
    if (count > 0) {
        memcpy(all + p->entry_count, entries, count * sizeof *all);
    }
    rows[p->row_count] = (ent__program_row){(uint32_t)p->entry_count, (uint32_t)count, bound};
    places[p->row_count] = -1;
    p->entry_count += count;
    p->row_count++;
    return true;
}

ent__program *ent__program_copy(const ent__program *from, ent_arena *arena)
{
    ent__program *p = ent__program_new(arena, from->variables, from->cost, 0);
    if (p == NULL || !kernel_reserve(p, from->k + 1)) {
        return NULL;
    }
    memcpy(p->priced_cost, from->priced_cost, from->variables * sizeof *p->priced_cost);
    memcpy(p->x, from->x, from->variables * sizeof *p->x);
    memcpy(p->reduced, from->reduced, from->variables * sizeof *p->reduced);
    memcpy(p->place_of_variable, from->place_of_variable,
           from->variables * sizeof *p->place_of_variable);
    for (size_t r = 0; r < from->row_count; r++) {
        const ent__program_row *row = &from->rows[r];
        if (!ent__program_add(p, from->entries + row->start, row->count, row->bound)) {
            return NULL;
        }
        p->place_of_row[r] = from->place_of_row[r];
    }
    p->k = from->k;
    for (size_t i = 0; i < from->k; i++) {
        memcpy(p->inverse + i * p->stride, from->inverse + i * from->stride,
               from->k * sizeof *p->inverse);
        p->tight[i] = from->tight[i];
        p->basic[i] = from->basic[i];
        p->duals[i] = from->duals[i];
    }
    return p;
}

/* ---- the kernel and its inverse ------------------------------------------------------------ */

/* q = inverse . column, where column holds the entries of `variable` in the tight rows. */
static void column_through(const ent__program *p, uint32_t variable, double *q)
{
    memset(q, 0, p->k * sizeof *q);
    for (size_t t = 0; t < p->k; t++) {
        const ent__program_row *row = &p->rows[p->tight[t]];
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            if (p->entries[e].variable == variable) {
                double value = p->entries[e].value;
                for (size_t i = 0; i < p->k; i++) {
                    q[i] += p->inverse[i * p->stride + t] * value;
                }
                break;
            }
        }
    }
}

/* rho = (entries of `row` in the basic variables) . inverse */
static void row_through(const ent__program *p, uint32_t row_index, double *rho)
{
    memset(rho, 0, p->k * sizeof *rho);
    const ent__program_row *row = &p->rows[row_index];
    for (uint32_t e = row->start; e < row->start + row->count; e++) {
        int32_t place = p->place_of_variable[p->entries[e].variable];
        if (place >= 0) {
            const double *line = p->inverse + (size_t)place * p->stride;
            double value = p->entries[e].value;
            for (size_t t = 0; t < p->k; t++) {
                rho[t] += value * line[t];
            }
        }
    }
}

/* Row and variable both join: the bordered inverse.  along = rho of the row, across = q. */
static void kernel_border(ent__program *p, uint32_t row, uint32_t variable, double schur)
{
    size_t k = p->k, s = p->stride;
    for (size_t i = 0; i < k; i++) {
        double f = p->across[i] / schur;
        double *line = p->inverse + i * s;
        if (f != 0.0) {
            for (size_t t = 0; t < k; t++) {
                line[t] += f * p->along[t];
            }
        }
        line[k] = -f;
    }
    double *last = p->inverse + k * s;
    for (size_t t = 0; t < k; t++) {
        last[t] = -p->along[t] / schur;
    }
    last[k] = 1.0 / schur;
    p->tight[k] = row;
    p->basic[k] = variable;
    p->place_of_row[row] = (int32_t)k;
    p->place_of_variable[variable] = (int32_t)k;
    p->k++;
}

static void kernel_replace_row(ent__program *p, size_t place, uint32_t row)
{
    double pivot = p->along[place];
    for (size_t i = 0; i < p->k; i++) {
        double *line = p->inverse + i * p->stride;
        double f = line[place] / pivot;
        if (f == 0.0) {
            continue;
        }
        for (size_t t = 0; t < p->k; t++) {
            line[t] -= f * p->along[t];
        }
        line[place] = f;
    }
    p->place_of_row[p->tight[place]] = -1;
    p->tight[place] = row;
    p->place_of_row[row] = (int32_t)place;
}

static void kernel_replace_column(ent__program *p, size_t place, uint32_t variable)
{
    double *own = p->inverse + place * p->stride;
    double pivot = p->across[place];
    for (size_t t = 0; t < p->k; t++) {
        own[t] /= pivot;
    }
    for (size_t i = 0; i < p->k; i++) {
        double f = p->across[i];
        if (i == place || f == 0.0) {
            continue;
        }
        double *line = p->inverse + i * p->stride;
        for (size_t t = 0; t < p->k; t++) {
            line[t] -= f * own[t];
        }
    }
    p->place_of_variable[p->basic[place]] = -1;
    p->basic[place] = variable;
    p->place_of_variable[variable] = (int32_t)place;
}

static void kernel_remove(ent__program *p, size_t row_place, size_t variable_place)
{
    size_t k = p->k, s = p->stride, last = k - 1;
    double *own = p->inverse + variable_place * s;
    double pivot = own[row_place];
    for (size_t i = 0; i < k; i++) {
        double *line = p->inverse + i * s;
        double f = line[row_place] / pivot;
        if (i == variable_place || f == 0.0) {
            continue;
        }
        for (size_t t = 0; t < k; t++) {
            line[t] -= f * own[t];
        }
    }
    p->place_of_row[p->tight[row_place]] = -1;
    p->place_of_variable[p->basic[variable_place]] = -1;
    if (variable_place != last) {
        memcpy(own, p->inverse + last * s, k * sizeof *own);
        p->basic[variable_place] = p->basic[last];
        p->place_of_variable[p->basic[last]] = (int32_t)variable_place;
    }
    if (row_place != last) {
        for (size_t i = 0; i < last; i++) {
            p->inverse[i * s + row_place] = p->inverse[i * s + last];
        }
        p->tight[row_place] = p->tight[last];
        p->place_of_row[p->tight[last]] = (int32_t)row_place;
    }
    p->k--;
}

/* The inverse afresh from the rows (Gauss-Jordan with row pivoting), against drift. */
static bool kernel_refactor(ent__program *p)
{
    size_t k = p->k, s = p->stride;
    ent_arena *scratch = ent__arena_new();
    double *m = scratch == NULL ? NULL : ent__arena_array(scratch, k * k + 1, sizeof *m);
    double *inv = m == NULL ? NULL : ent__arena_array(scratch, k * k + 1, sizeof *inv);
    bool fine = inv != NULL;
    p->out_of_memory |= !fine;
    for (size_t t = 0; fine && t < k; t++) {
        const ent__program_row *row = &p->rows[p->tight[t]];
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            int32_t place = p->place_of_variable[p->entries[e].variable];
            if (place >= 0) {
                m[t * k + (size_t)place] = p->entries[e].value;
            }
        }
        inv[t * k + t] = 1.0;
    }
    for (size_t c = 0; fine && c < k; c++) {
        size_t best = c;
        for (size_t r = c + 1; r < k; r++) {
            best = fabs(m[r * k + c]) > fabs(m[best * k + c]) ? r : best;
        }
        double pivot = m[best * k + c];
        if (fabs(pivot) < 1e-11) {
            fine = false;
            break;
        }
        for (size_t j = 0; j < k; j++) {
            double swap = m[c * k + j];
            m[c * k + j] = m[best * k + j] / pivot;
            m[best * k + j] = best == c ? m[c * k + j] : swap;
            swap = inv[c * k + j];
            inv[c * k + j] = inv[best * k + j] / pivot;
            inv[best * k + j] = best == c ? inv[c * k + j] : swap;
        }
        for (size_t r = 0; r < k; r++) {
            double f = m[r * k + c];
            if (r == c || f == 0.0) {
                continue;
            }
            for (size_t j = 0; j < k; j++) {
                m[r * k + j] -= f * m[c * k + j];
                inv[r * k + j] -= f * inv[c * k + j];
            }
        }
    }
    for (size_t i = 0; fine && i < k; i++) {
        memcpy(p->inverse + i * s, inv + i * k, k * sizeof *inv);
    }
    ent__arena_free(scratch);
    return fine;
}

/* x, duals and reduced costs from the inverse. */
static void values_refresh(ent__program *p)
{
    memset(p->duals, 0, p->k * sizeof *p->duals);
    memset(p->x, 0, p->variables * sizeof *p->x);
    for (size_t i = 0; i < p->k; i++) {
        const double *line = p->inverse + i * p->stride;
        double cost = p->priced_cost[p->basic[i]], sum = 0;
        for (size_t t = 0; t < p->k; t++) {
            sum += line[t] * p->rows[p->tight[t]].bound;
            p->duals[t] += line[t] * cost;
        }
        p->x[p->basic[i]] = sum;
    }
    memcpy(p->reduced, p->priced_cost, p->variables * sizeof *p->reduced);
    for (size_t t = 0; t < p->k; t++) {
        const ent__program_row *row = &p->rows[p->tight[t]];
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            p->reduced[p->entries[e].variable] -= p->duals[t] * p->entries[e].value;
        }
    }
}

/* Largest violation of a tight row by x: how far the inverse has drifted. */
static double kernel_drift(const ent__program *p)
{
    double worst = 0;
    for (size_t t = 0; t < p->k; t++) {
        const ent__program_row *row = &p->rows[p->tight[t]];
        double sum = -row->bound;
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            sum += p->entries[e].value * p->x[p->entries[e].variable];
        }
        worst = fmax(worst, fabs(sum));
    }
    return worst;
}

/* ---- pivots -------------------------------------------------------------------------------- */

/* The worst violation: a row (*is_row) that falls short, or a basic variable below zero. */
static double violation_worst(const ent__program *p, bool *is_row, size_t *which)
{
    double worst = feasible;
    *is_row = false;
    *which = SIZE_MAX;
    for (size_t r = 0; r < p->row_count; r++) {
        if (p->place_of_row[r] >= 0) {
            continue;
        }
        const ent__program_row *row = &p->rows[r];
        double lack = row->bound;
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            lack -= p->entries[e].value * p->x[p->entries[e].variable];
        }
        if (lack > worst) {
            worst = lack;
            *is_row = true;
            *which = r;
        }
    }
    for (size_t i = 0; i < p->k; i++) {
        double lack = -p->x[p->basic[i]];
        if (lack > worst) {
            worst = lack;
            *is_row = false;
            *which = i;
        }
    }
    return *which == SIZE_MAX ? 0 : worst;
}

/* Fills p->along (per tight row) and p->turn (per variable): how fast the violation shrinks when
 * the surplus of the row, or the variable, rises. */
static void turn_rates(ent__program *p, bool is_row, size_t which)
{
    memset(p->turn, 0, p->variables * sizeof *p->turn);
    if (is_row) {
        row_through(p, (uint32_t)which, p->along);
        const ent__program_row *row = &p->rows[which];
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            p->turn[p->entries[e].variable] = p->entries[e].value;
        }
    } else {
        memcpy(p->along, p->inverse + which * p->stride, p->k * sizeof *p->along);
    }
    for (size_t t = 0; t < p->k; t++) {
        double f = p->along[t];
        if (f == 0.0) {
            continue;
        }
        const ent__program_row *row = &p->rows[p->tight[t]];
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            p->turn[p->entries[e].variable] -= f * p->entries[e].value;
        }
    }
}

/* Least ratio of reduced cost to rate; ties go to the larger rate, then the lower index. */
static bool entering_find(const ent__program *p, bool *is_surplus, size_t *which)
{
    double best = INFINITY, best_rate = 0;
    bool found = false;
    for (size_t j = 0; j < p->variables; j++) {
        if (p->place_of_variable[j] >= 0 || p->turn[j] <= pivot_least) {
            continue;
        }
        double ratio = fmax(p->reduced[j], 0) / p->turn[j];
        if (ratio < best - 1e-13 || (ratio <= best + 1e-13 && p->turn[j] > best_rate)) {
            best = fmin(ratio, best);
            best_rate = p->turn[j];
            *is_surplus = false;
            *which = j;
            found = true;
        }
    }
    for (size_t t = 0; t < p->k; t++) {
        if (p->along[t] <= pivot_least) {
            continue;
        }
        double ratio = fmax(p->duals[t], 0) / p->along[t];
        if (ratio < best - 1e-13 || (ratio <= best + 1e-13 && p->along[t] > best_rate)) {
            best = fmin(ratio, best);
            best_rate = p->along[t];
            *is_surplus = true;
            *which = t;
            found = true;
        }
    }
    return found;
}

static void pivot(ent__program *p, bool is_row, size_t leaving, bool is_surplus, size_t entering)
{
    if (is_row && !is_surplus) {
        column_through(p, (uint32_t)entering, p->across);
        kernel_border(p, (uint32_t)leaving, (uint32_t)entering, p->turn[entering]);
    } else if (is_row) {
        kernel_replace_row(p, entering, (uint32_t)leaving);
    } else if (!is_surplus) {
        column_through(p, (uint32_t)entering, p->across);
        kernel_replace_column(p, leaving, (uint32_t)entering);
    } else {
        kernel_remove(p, entering, leaving);
    }
    p->pivots++;
}

static double priced_value(const ent__program *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->k; i++) {
        sum += p->priced_cost[p->basic[i]] * p->x[p->basic[i]];
    }
    return sum;
}

ent__program_end ent__program_solve(ent__program *p, uint32_t pivot_limit, double ceiling)
{
    uint32_t last_refactor = 0;
    values_refresh(p);
    for (uint32_t step = 0; step < pivot_limit; step++) {
        bool is_row, is_surplus;
        size_t leaving = 0, entering = 0;
        if (step - last_refactor >= 256 || kernel_drift(p) > 1e-8) {
            if (step > 0 && step == last_refactor) {
                return ENT__PROGRAM_STOPPED; /* a fresh inverse drifts at once: hopeless kernel */
            }
            if (!kernel_refactor(p)) {
                return ENT__PROGRAM_STOPPED;
            }
            last_refactor = step;
            values_refresh(p);
        }
        if (violation_worst(p, &is_row, &leaving) == 0) {
            return ENT__PROGRAM_SOLVED;
        }
        if (priced_value(p) > ceiling) {
            return ENT__PROGRAM_STOPPED;
        }
        turn_rates(p, is_row, leaving);
        if (!entering_find(p, &is_surplus, &entering)) {
            return ENT__PROGRAM_INFEASIBLE;
        }
        if (!kernel_reserve(p, p->k + 1)) {
            return ENT__PROGRAM_STOPPED;
        }
        pivot(p, is_row, leaving, is_surplus, entering);
        values_refresh(p);
    }
    return ENT__PROGRAM_STOPPED;
}

double ent__program_value(const ent__program *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->k; i++) {
        sum += p->cost[p->basic[i]] * p->x[p->basic[i]];
    }
    return sum;
}

/* Bound from one set of duals: scaled down until no variable is overcharged. */
static double bound_of(ent__program *p, const double *duals)
{
    double *load = p->turn, sum = 0, worst = 1;
    memset(load, 0, p->variables * sizeof *load);
    for (size_t t = 0; t < p->k; t++) {
        double dual = fmax(duals[t], 0);
        const ent__program_row *row = &p->rows[p->tight[t]];
        sum += dual * row->bound;
        for (uint32_t e = row->start; e < row->start + row->count; e++) {
            load[p->entries[e].variable] += dual * p->entries[e].value;
        }
    }
    for (size_t j = 0; j < p->variables; j++) {
        if (load[j] > p->cost[j]) {
            if (p->cost[j] <= 0) {
                return 0;
            }
            worst = fmax(worst, load[j] / p->cost[j]);
        }
    }
    return sum / worst * (1 - 1e-12);
}

double ent__program_bound(ent__program *p)
{
    /* The basis priced with the cost as given is often feasible too, and then it is tighter. */
    double priced = bound_of(p, p->duals), *plain = p->along;
    memset(plain, 0, p->k * sizeof *plain);
    for (size_t i = 0; i < p->k; i++) {
        double cost = p->cost[p->basic[i]];
        for (size_t t = 0; t < p->k; t++) {
            plain[t] += p->inverse[i * p->stride + t] * cost;
        }
    }
    double exact = bound_of(p, plain);
    if (exact > priced) {
        memcpy(p->duals, plain, p->k * sizeof *plain);
        return exact;
    }
    return priced;
}
