/* robots: what a host's robots.txt allows.
 *
 * Input:  the file, the name of the agent, a path with its query.
 * Output: whether it may be fetched, and the delay asked for.
 * Source: RFC 9309: the groups of the agent, else of "*"; the longest rule that fits wins, Allow
 *         on a tie; "*" stands for anything, "$" for the end.  Crawl-delay is a common addition.
 * Cost:   O(bytes x length of the path). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "robots.h"

#define LONGEST_RULE 2000 /* bytes; longer ones fit no address */

/* Does the rule fit the path?  "*" is tried greedily from the last star on: no recursion. */
static bool rule_fits(ent_str rule, ent_str path)
{
    size_t r = 0, p = 0, star = SIZE_MAX, star_path = 0;
    bool anchored = rule.n > 0 && rule.p[rule.n - 1] == '$';
    size_t rule_n = anchored ? rule.n - 1 : rule.n;
    for (;;) {
        if (r == rule_n && (!anchored || p == path.n)) {
            return true;
        }
        if (r < rule_n && rule.p[r] == '*') {
            star = r++;
            star_path = p;
        } else if (r < rule_n && p < path.n && rule.p[r] == path.p[p]) {
            r++, p++;
        } else if (star != SIZE_MAX && star_path < path.n) {
            r = star + 1;
            p = ++star_path;
        } else {
            return false;
        }
    }
}

typedef struct {
    bool found, allowed;
    size_t longest;
    unsigned delay_s;
} verdict;

static void apply(verdict *v, ent_str key, ent_str value, ent_str path)
{
    bool allow = ent__str_ieqz(key, "allow");
    if (ent__str_ieqz(key, "crawl-delay")) {
        double seconds = 0;
        v->delay_s = ent__str_double(value, &seconds) && seconds > 0 && seconds < 3600
                         ? (unsigned)(seconds + 0.999)
                         : v->delay_s;
    } else if ((allow || ent__str_ieqz(key, "disallow")) && value.n > 0 &&
               value.n <= LONGEST_RULE && rule_fits(value, path) &&
               (value.n > v->longest || (value.n == v->longest && allow))) {
        v->longest = value.n;
        v->allowed = allow;
    }
}

bool ent__robots_allow(ent_str robots, const char *agent, ent_str path, unsigned *out_delay_s)
{
    verdict own = {.allowed = true}, any = {.allowed = true};
    bool in_names = false, for_own = false, for_any = false;
    ent_str line;
    if (ent__str_starts(robots, "\xEF\xBB\xBF")) {
        robots = ent__str_sub(robots, 3, robots.n);
    }
    while (ent__str_split(&robots, '\n', &line)) {
        const char *hash = memchr(line.p, '#', line.n);
        line.n = hash == NULL ? line.n : (size_t)(hash - line.p);
        const char *colon = memchr(line.p, ':', line.n);
        if (colon == NULL) {
            continue;
        }
        size_t at = (size_t)(colon - line.p);
        ent_str key = ent__str_trim(ent__str_sub(line, 0, at));
        ent_str value = ent__str_trim(ent__str_sub(line, at + 1, line.n));
        if (ent__str_ieqz(key, "user-agent")) {
            for_own = (in_names && for_own) || ent__str_ieqz(value, agent);
            for_any = (in_names && for_any) || ent__str_eqz(value, "*");
            own.found = own.found || for_own;
            in_names = true;
            continue;
        }
        in_names = false;
        if (for_own) {
            apply(&own, key, value, path);
        }
        if (for_any) {
            apply(&any, key, value, path);
        }
    }
    const verdict *v = own.found ? &own : &any;
    *out_delay_s = v->delay_s;
    return v->allowed;
}
