/* word: the letters of a word -> the rows of the first layer's tables.
 *
 * In: one form.  Out: hash of its normalised form, hashed affixes, shape.  Normalised means ASCII
 * lower case, typographic quotes and dashes as ASCII ones, every digit as 0: what the two
 * treebanks and news pages write differently for the same word.  Affixes are hashed into buckets
 * (Weinberger et al. 2009, "Feature hashing"), so the model needs no list of them.
 * Cost: some 30 ns a word. */
#include "word.h"

#include <string.h>

static uint64_t four(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

/* The first n (1 to 8) bytes, the first one lowest, whatever the machine's order; parts overlap. */
static uint64_t bytes_of(const unsigned char *p, size_t n)
{
    if (n >= 4) {
        return four(p) | four(p + n - 4) << (8 * (n - 4));
    }
    return p[0] | (uint64_t)p[n / 2] << (8 * (n / 2)) | (uint64_t)p[n - 1] << (8 * (n - 1));
}

uint64_t ent__word_hash(const char *p, size_t n)
{
    uint64_t hash = 0x9e3779b97f4a7c15u ^ n;
    while (n > 0) {
        size_t take = n < 8 ? n : 8;
        uint64_t chunk = bytes_of((const unsigned char *)p, take);
        hash = (hash ^ chunk) * 0xd6e8feb86659fd93u;
        hash ^= hash >> 32;
        p += take;
        n -= take;
    }
    hash *= 0xd6e8feb86659fd93u;
    return hash ^ (hash >> 29);
}

/* ASCII spelling of the three-byte marks E2 80 xx; 0: keep the bytes. */
static const char *plain_mark(unsigned char last)
{
    switch (last) {
    case 0x98: case 0x99: case 0x9b: case 0xb2:
        return "'";
    case 0x9c: case 0x9d: case 0x9e: case 0x9f:
        return "\"";
    case 0x90: case 0x91: case 0x92: case 0x93:
        return "-";
    case 0x94: case 0x95:
        return "--";
    case 0xa6:
        return "...";
    default:
        return NULL;
    }
}

typedef struct {
    unsigned upper, lower, digits, other, first_upper, hyphens, dots;
} letter_counts;

/* Writes the normalised form; returns its length. */
static size_t normalise(ent_str form, char *out, letter_counts *counts)
{
    size_t n = 0;
    bool first = true;
    for (size_t i = 0; i < form.n; i++) {
        unsigned char c = (unsigned char)form.p[i];
        if (n >= ENT_KEY_LIMIT - 4) { /* keep the end: shift the second half down */
            memmove(out + ENT_KEY_LIMIT / 2, out + ENT_KEY_LIMIT / 2 + 8, n - ENT_KEY_LIMIT / 2 - 8);
            n -= 8;
        }
        if (c >= 'a' && c <= 'z') {
            counts->lower++;
        } else if (c >= 'A' && c <= 'Z') {
            counts->upper++;
            counts->first_upper |= first;
            c = (unsigned char)(c + 32);
        } else if (c >= '0' && c <= '9') {
            counts->digits++;
            c = '0';
        } else if (c == 0xe2 && i + 2 < form.n && (unsigned char)form.p[i + 1] == 0x80 &&
                   plain_mark((unsigned char)form.p[i + 2]) != NULL) {
            const char *mark = plain_mark((unsigned char)form.p[i + 2]);
            counts->other++;
            counts->hyphens += mark[0] == '-';
            while (*mark != '\0') {
                out[n++] = *mark++;
            }
            i += 2;
            first = false;
            continue;
        } else if (c >= 0x80) {
            counts->lower++; /* letters of other alphabets count as lower case */
        } else {
            counts->other++;
            counts->hyphens += c == '-';
            counts->dots += c == '.';
        }
        out[n++] = (char)c;
        first = false;
    }
    return n;
}

/* 0..31: words by case, digits, hyphens, dots; 32..63: marks by their first byte. */
static uint8_t shape_of(const letter_counts *c, const char *text, size_t n)
{
    if (c->upper + c->lower + c->digits == 0) {
        return (uint8_t)(32 + (n == 0 ? 0 : ((unsigned char)text[0] * 7u + (n > 1)) % 32));
    }
    unsigned letters;
    if (c->upper + c->lower == 0) {
        letters = 0;
    } else if (c->upper == 0) {
        letters = 1;
    } else if (c->upper == 1 && c->first_upper) {
        letters = c->lower == 0 ? 2 : 3;
    } else if (c->lower == 0) {
        letters = 4;
    } else {
        letters = c->first_upper ? 5 : 6;
    }
    unsigned marks = c->hyphens > 0 ? 1 : c->dots > 0 ? 2 : c->other > 0 ? 3 : 0;
    unsigned digits = c->digits > 0;
    if (letters == 0) {
        return (uint8_t)(28 + (marks > 2 ? 2 : marks)); /* numbers: 28..30 */
    }
    return (uint8_t)((letters - 1) * 4 + marks + (digits && marks == 0 ? 24 - (letters - 1) * 4 : 0));
}

void ent__word_key_of(ent_str form, ent_word *out)
{
    letter_counts counts = {0};
    memset(out->text, 0, sizeof out->text);
    size_t n = normalise(form, out->text, &counts);
    memset(out->text + n, 0, sizeof out->text - n);
    out->key_bytes = (uint8_t)n;
    out->key = ent__word_hash(out->text, n);
    out->shape = shape_of(&counts, out->text, n);
}

void ent__word_of(ent_str form, ent_word *out)
{
    ent__word_key_of(form, out);
    size_t n = out->key_bytes;
    const char *end = out->text + n;
    size_t two = n < 2 ? n : 2, three = n < 3 ? n : 3;
    out->suffix2 = (uint16_t)(ent__word_hash(end - two, two) % ENT_SUFFIX2_ROWS);
    out->suffix3 = (uint16_t)(ent__word_hash(end - three, three) % ENT_SUFFIX3_ROWS);
    out->prefix3 = (uint16_t)(ent__word_hash(out->text, three) % ENT_PREFIX3_ROWS);
}
