/* Inside of statements: the parts of the quantity reader (quantities.c finds amounts in lexemes,
 * quantity_claims.c says what they are claimed of). */
#ifndef ENT_STATEMENTS_QUANTITIES_H
#define ENT_STATEMENTS_QUANTITIES_H

#include "attribution.h"

/* An amount as found: lexemes first .. last, up to byte `end` when the counted noun lies behind. */
typedef struct {
    double value, value_max;
    ent_str unit;
    size_t first, last;
    uint32_t end, noun; /* noun: token counted, or ENT_NO_TOKEN */
    bool money, people, duration, hyphenated, counted, digits, spelled_small;
} amount;

typedef struct {
    statement_reader *reader;
    const ent_table *units, *multiples;
    ent_str text;
    const ent_lexeme *lexemes;
    size_t count;
    size_t next_time; /* first time expression that may lie ahead */
    ent_quantity *found;
    size_t found_count, found_capacity;
    uint32_t block;
    bool failed;
} quantity_finder;

const ent_lexeme *ent__quantity_lex(const quantity_finder *finder, size_t i);
size_t ent__quantity_read(quantity_finder *finder, size_t i);
/* A claim of the amount: span, subject, period, comparison. */
void ent__quantity_push(quantity_finder *finder, const amount *found);
/* Pushes a length of time that is claimed as such ("a 90-minute call", "for 20 years"), not one
 * that counts to a date ("three days after the vote"). */
void ent__quantity_duration(quantity_finder *finder, const amount *found);
/* Does the multiple at lexeme i compare the quantity right before it ("$62 billion, nearly
 * double")? */
bool ent__quantity_is_comparison(const quantity_finder *finder, size_t i);

#endif
