/* The permanent name of a brief: SHA-256 of all its bytes, counted with 64 noughts where the name
 * stands.  In: a page with places for the name.  Out: the name in them; or the name a page carries.
 */
#include <string.h>

#include "page.h"

static const char mark[] = "sha256:";
static const char noughts[] = "0000000000000000000000000000000000000000000000000000000000000000";
enum { MARK = sizeof mark - 1, DIGITS = 64 };

static bool are_digits(const char *p)
{
    for (size_t i = 0; i < DIGITS; i++) {
        if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f'))) {
            return false;
        }
    }
    return true;
}

/* Moves *at to the digits of the next "sha256:" that has `digits` behind it, or, NULL, any. */
static bool next_name(ent_str s, size_t *at, const char *digits)
{
    while (s.n >= MARK + DIGITS && *at <= s.n - MARK - DIGITS) {
        const char *found = memmem(s.p + *at, s.n - *at, mark, MARK);
        if (found == NULL || (size_t)(found - s.p) > s.n - MARK - DIGITS) {
            return false;
        }
        *at = (size_t)(found - s.p) + MARK;
        const char *here = s.p + *at;
        if (digits != NULL ? memcmp(here, digits, DIGITS) == 0 : are_digits(here)) {
            return true;
        }
    }
    return false;
}

static void replace(char *p, size_t n, const char *from, const char *to)
{
    for (size_t at = 0; next_name((ent_str){p, n}, &at, from);) {
        memcpy(p + at, to, DIGITS);
    }
}

void ent__brief_put_name(ent_buf *out, size_t begin)
{
    char hash[65];
    if (out->failed) {
        return;
    }
    ent__sha256_hex((ent_str){out->p + begin, out->n - begin}, hash);
    replace(out->p + begin, out->n - begin, noughts, hash);
}

bool ent__brief_name(ent_str page, char out[65])
{
    bool found = false;
    for (size_t at = 0; !found && next_name(page, &at, NULL);) {
        ent_buf copy = {0};
        char hash[65];
        memcpy(out, page.p + at, DIGITS);
        out[DIGITS] = '\0';
        ent__buf_str(&copy, page);
        if (!copy.failed) {
            replace(copy.p, copy.n, out, noughts);
            ent__sha256_hex(ent__buf_slice(&copy), hash);
            found = strcmp(hash, out) == 0;
        }
        ent__buf_free(&copy);
    }
    return found;
}
