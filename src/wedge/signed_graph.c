/* Reads a signed graph from lines of text.
 * In: "node, node, value" lines, comma or tab.  Out: names in order of appearance, ties.
 * Cost: O(bytes). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wedge.h"

typedef struct {
    ent_ctx *ctx;
    ent_arena *arena;
    const char *path;
    ent_map *index;
    ent_str *names;
    size_t name_count, name_capacity;
    ent__signed_edge *edges;
    size_t edge_count, edge_capacity;
} reader;

static bool node_of(reader *r, ent_str name, uint32_t *out)
{
    if (ent__map_get(r->index, name, out)) {
        return true;
    }
    if (r->name_count == r->name_capacity) {
        ent_str *grown = ent__grow(r->names, r->name_count, &r->name_capacity, sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        r->names = grown;
    }
    ent_str copy = ent__arena_str(r->arena, name);
    *out = (uint32_t)r->name_count;
    if (copy.p == NULL || !ent__map_put(r->index, copy, *out)) {
        return false;
    }
    r->names[r->name_count++] = copy;
    return true;
}

static bool value_of(ent_str field, double *out)
{
    if (ent__str_eqz(field, "+") || ent__str_eqz(field, "-")) {
        *out = field.p[0] == '+' ? 1 : -1;
        return true;
    }
    return ent__str_double(field, out) && isfinite(*out);
}

static ent_rc line_take(reader *r, ent_str line, long number, bool first)
{
    ent_str fields[3], rest = line;
    size_t count = 0;
    char separator = memchr(line.p, '\t', line.n) != NULL ? '\t' : ',';
    while (count < 3 && ent__str_split(&rest, separator, &fields[count])) {
        fields[count] = ent__str_trim(fields[count]);
        count++;
    }
    double value;
    if (count < 3 || fields[0].n == 0 || fields[1].n == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, number,
                         "expected node, node, value (comma or tab), got %zu field%s", count,
                         count == 1 ? "" : "s");
    }
    if (!value_of(fields[2], &value)) {
        if (first) {
            return ENT_OK; /* a header */
        }
        return ent__fail(r->ctx, ENT_EINPUT, r->path, number,
                         "expected a number, + or - in the third field, got \"%.*s\"",
                         ENT_FMT(fields[2]));
    }
    if (ent__str_eq(fields[0], fields[1])) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, number,
                         "expected two different nodes, got "
                         "%.*s twice",
                         ENT_FMT(fields[0]));
    }
    uint32_t a, b;
    if (!node_of(r, fields[0], &a) || !node_of(r, fields[1], &b)) {
        return ent__nomem(r->ctx);
    }
    if (r->name_count > ENT__GRAPH_NODES_MAX) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, number, "expected at most %d nodes",
                         ENT__GRAPH_NODES_MAX);
    }
    if (value == 0) {
        return ENT_OK;
    }
    if (r->edge_count == r->edge_capacity) {
        ent__signed_edge *grown =
            ent__grow(r->edges, r->edge_count, &r->edge_capacity, sizeof *grown);
        if (grown == NULL) {
            return ent__nomem(r->ctx);
        }
        r->edges = grown;
    }
    r->edges[r->edge_count++] = (ent__signed_edge){a, b, value};
    return ENT_OK;
}

static ent_rc lines_take(reader *r, ent_lines *lines)
{
    ent_str line;
    bool first = true;
    int got;
    while ((got = ent__lines_next(r->ctx, lines, &line)) > 0) {
        ent_str trimmed = ent__str_trim(line);
        if (trimmed.n == 0 || trimmed.p[0] == '#') {
            continue;
        }
        ent_rc rc = line_take(r, trimmed, ent__lines_number(lines), first);
        if (rc != ENT_OK) {
            return rc;
        }
        first = false;
    }
    return got < 0 ? ent_ctx_rc(r->ctx) : ENT_OK;
}

static ent_rc graph_finish(reader *r, ent__signed_graph *out)
{
    if (r->name_count == 0) {
        return ent__fail(r->ctx, ENT_EINPUT, r->path, 0, "expected ties, found none");
    }
    ent_str *names = ent__arena_array(r->arena, r->name_count, sizeof *names);
    ent__signed_edge *edges = ent__arena_array(r->arena, r->edge_count + 1, sizeof *edges);
    if (names == NULL || edges == NULL) {
        return ent__nomem(r->ctx);
    }
    memcpy(names, r->names, r->name_count * sizeof *names);
    if (r->edge_count > 0) {
        memcpy(edges, r->edges, r->edge_count * sizeof *edges);
    }
    *out = (ent__signed_graph){r->name_count, r->edge_count, names, edges};
    return ENT_OK;
}

ent_rc ent__signed_graph_read(ent_ctx *ctx, ent_arena *arena, const char *path,
                              ent__signed_graph *out)
{
    reader r = {.ctx = ctx, .arena = arena, .path = path, .index = ent__map_new(256)};
    ent_lines *lines = NULL;
    ent_rc rc = r.index == NULL ? ent__nomem(ctx) : ent__lines_open(ctx, path, 1 << 16, &lines);
    if (rc == ENT_OK) {
        rc = lines_take(&r, lines);
    }
    if (rc == ENT_OK) {
        rc = graph_finish(&r, out);
    }
    ent__lines_close(lines);
    ent__map_free(r.index);
    free(r.names);
    free(r.edges);
    return rc;
}

int64_t ent__signed_graph_node(const ent__signed_graph *graph, const char *name)
{
    for (size_t v = 0; v < graph->node_count; v++) {
        if (ent__str_eqz(graph->names[v], name)) {
            return (int64_t)v;
        }
    }
    for (size_t v = 0; v < graph->node_count; v++) {
        if (ent__str_ieqz(graph->names[v], name)) {
            return (int64_t)v;
        }
    }
    return -1;
}
